/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks a host name up by c-ares: A and AAAA, search list, every server, TCP where an answer is
 * cut. No NSS, no files. */
#ifndef NETROOT_SYS_RESOLVE_H
#define NETROOT_SYS_RESOLVE_H

#include "core/dnsconf.h"

#define RESOLVE_ADDRS_MAX 8

struct resolve_answer {
	struct ip_addr addrs[RESOLVE_ADDRS_MAX]; /* as the server ordered them, per family */
	uint8_t n_addrs;
	bool reached; /* of several the first one was connected to; resolve_name() does not */
};

/* Blocks up to limit_ns, so only in a child. v4, v6: which families are of use. On failure err
 * names the name, the servers asked, what each said (no such name, no answer, refused), and a
 * remedy. */
int resolve_name(const char *name, const struct dnsconf *dns, bool v4, bool v6, uint64_t limit_ns,
		 struct resolve_answer *ret, struct err *err);

#endif
