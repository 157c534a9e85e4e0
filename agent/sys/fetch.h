/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small file by TFTP, HTTP or NFS. Blocks until a deadline: only in a child, which is confined
 * before it speaks with a server. */
#ifndef NETROOT_SYS_FETCH_H
#define NETROOT_SYS_FETCH_H

#include "core/config.h"

enum fetch_result {
	FETCH_DONE,
	FETCH_MISSING, /* the server says that there is no such file */
	FETCH_MOVED, /* a redirect, to what `moved` says */
	FETCH_FAILED /* err says why */
};

struct fetch {
	const struct plan_config *config; /* with the server's address */
	const char *path;
	uint64_t end_ns;
	uint8_t *dst; /* the file, len of it */
	size_t size, len;
	struct plan_config moved;
	struct plan_config hop; /* where redirects have led to so far */
	struct err err; /* to be put behind the URL */
};

/* Bound to the NIC of a link-local address. -errno. */
int fetch_socket(const struct plan_host *server, int type);

enum fetch_result fetch_tftp(struct fetch *f);
enum fetch_result fetch_http(struct fetch *f);
enum fetch_result fetch_nfs(struct fetch *f);

/* By whichever; follows redirects of HTTP as far as their host's address is known. MOVED: `moved`
 * names the host whose address is not. */
enum fetch_result fetch_file(struct fetch *f);

#endif
