/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NFS attach: what to ask the server, what its answers mean in words, which mounts to try in which
 * order. */
#ifndef NETROOT_CORE_NFS_H
#define NETROOT_CORE_NFS_H

#include "core/plan.h"

enum nfs_answer {
	NFS_UNASKED,
	NFS_YES,
	NFS_NO,
	NFS_NO_REPLY,
	NFS_REFUSED_CONN,
	NFS_UNREACHABLE,
	NFS_DENIED,
	NFS_NOT_FOUND,
	NFS_NOT_DIR,
	NFS_NO_INIT,
	NFS_OTHER
};

/* What the preflight child learned; plain data, sent over its pipe. */
struct nfs_findings {
	enum nfs_answer reach; /* TCP to port 2049 (or the given one) */
	enum nfs_answer v3, v4[3]; /* NULL call, or COMPOUND with the minor version */
	enum nfs_answer v3_export; /* MOUNT: DENIED, NOT_FOUND, ... */
	enum nfs_answer v4_export; /* path walk from the pseudo root */
	enum nfs_answer v3_init, v4_init;
	uint32_t code; /* the number the server gave for the last refusal */
	uint16_t mount_port, nfs_port; /* as found */
	char detail[128]; /* printable addition, e.g. the server's words */
};

#define NFS_TRIES_MAX 4

/* One mount(2) to try. */
struct nfs_try {
	uint8_t version;
	int8_t minor;
	char source[PLAN_PATH_MAX]; /* "10.0.0.5:/srv/x" */
	char options[512]; /* the kernel's text options, addr= and vers= included */
	char fstype[8]; /* "nfs" or "nfs4" */
};

/* Tries in order, from findings (NULL: nothing known, all versions the plan allows). 0 tries: *err
 * says why, in words. */
size_t nfs_tries(const struct plan *plan, const struct plan_root *root,
		 const struct nfs_findings *findings, const struct ip_addr *client,
		 struct nfs_try tries[static NFS_TRIES_MAX], struct err *err);
/* Whether another version might succeed where mount(2) gave this errno. */
bool nfs_errno_tries_on(int errnum);
/* The words for a failed mount: errno, with what the findings explain. */
int nfs_explain(const struct plan_root *root, const struct nfs_findings *findings, int errnum,
		struct err *err);

#endif
