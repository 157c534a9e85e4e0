/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small file by TFTP, HTTP or NFS. Blocks until a deadline: only in a child, which is confined
 * before it speaks with a server. */
#ifndef NETROOT_SYS_FETCH_H
#define NETROOT_SYS_FETCH_H

#include "core/config_hops.h"

enum fetch_result {
	FETCH_DONE,
	FETCH_MISSING, /* the server says that there is no such file */
	FETCH_MOVED, /* to a host whose address is not known: hops.at.server */
	FETCH_FAILED /* err says why */
};

struct fetch {
	struct config_hops hops; /* where it is asked for */
	uint64_t end_ns;
	uint8_t *dst; /* the file, len of it */
	size_t size, len;
	char location[PLAN_PATH_MAX]; /* of an answer that is a redirect */
	struct err err; /* to be put behind the URL */
};

/* Bound to the NIC of a link-local address. -errno. */
int fetch_socket(const struct plan_host *server, int type);

/* One question; MOVED: `location` says whereto. */
enum fetch_result fetch_tftp(struct fetch *f);
enum fetch_result fetch_http(struct fetch *f);
enum fetch_result fetch_nfs(struct fetch *f);

/* By whichever, through what redirects of HTTP core/config_hops follows. */
enum fetch_result fetch_file(struct fetch *f);

#endif
