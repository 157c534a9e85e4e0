/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The questions of the NFS preflight: one machine per protocol version, driven by replies that the
 * RPC callbacks only keep. Private to nfs_preflight.c.
 */
#ifndef NETROOT_SYS_NFS_ASK_H
#define NETROOT_SYS_NFS_ASK_H

#include "core/nfs_search.h"
#include "sys/nfs_rpc.h"
#include "sys/nfs_session.h"

/* The reply to one step of a search, as the callback kept it. */
struct nfs_looked {
	struct nfs_found found;
	struct nfs_handle handle;
	char link[PLAN_PATH_MAX];
};

struct nfs_asked {
	const struct plan_root *root;
	struct nfs_sought sought;
	struct nfs_wanted wanted;
	struct nfs_findings *findings;
};

/* What both versions keep of a search. */
struct nfs_asked_init {
	struct nfs_search search;
	struct nfs_handle handles[NFS_WALK_DEPTH_MAX];
	struct nfs_looked looked;
};

void nfs_ask_init_start(struct nfs_asked_init *in, const struct nfs_sought *sought,
			const struct nfs_handle *root_handle);
/* Takes the reply in; false: the search is over. */
bool nfs_ask_init_next(struct nfs_asked_init *in);
/* False where the server's handle is empty or too long. */
bool nfs_handle_keep(struct nfs_handle *dst, const char *bytes, uint32_t len);
enum nfs_answer nfs_status_answer(uint32_t status);

enum nfs_ask4_step {
	ASK4_CONNECT,
	ASK4_EXPORT,
	ASK4_EXCHANGE, /* these two lead to a session, then comes EXPORT again */
	ASK4_CREATE,
	ASK4_SEARCH,
	ASK4_END
};

struct nfs_ask4;
struct nfs_ask4_minor {
	struct nfs_ask4 *ask;
	int minor;
};

/* Names of a path that are asked for in one round trip. */
#define NFS_AHEAD_MAX 8
struct nfs_ask4_ahead {
	struct nfs_ask4 *ask;
	struct nfs_looked looked;
};

struct nfs_ask4 {
	const struct nfs_asked *asked;
	struct rpc_link link;
	enum nfs_ask4_step step;
	unsigned int n_pending;
	struct nfs_session session;
	struct nfs_ask4_minor minors[3]; /* what the version callbacks are given */
	struct nfs_handle root;
	struct nfs_asked_init in;
	struct nfs_ask4_ahead ahead[NFS_AHEAD_MAX];
	uint8_t n_ahead;
};

void nfs_ask4_start(struct nfs_ask4 *ask, const struct nfs_asked *asked, uint64_t now_ns);
/* Does what the replies so far allow. */
void nfs_ask4_step(struct nfs_ask4 *ask);
/* late: the time is over, and what is open becomes a finding; else it is called off. */
void nfs_ask4_stop(struct nfs_ask4 *ask, bool late);

/* Version 3 has two conversations: with portmapper and then mountd; and with the NFS service. */
enum nfs_ask3_mount_step {
	ASK3_PORTMAP,
	ASK3_PORTS,
	ASK3_MOUNTD,
	ASK3_HOLD, /* mountd is there; MNT waits for leave */
	ASK3_MNT,
	ASK3_LIST, /* refused: what the server's list says */
	ASK3_UMNT,
	ASK3_MOUNT_END
};
enum nfs_ask3_nfs_step {
	ASK3_CONNECT,
	ASK3_NULL,
	ASK3_READY,
	ASK3_LOOKUP,
	ASK3_READLINK,
	ASK3_ACCESS,
	ASK3_NFS_END
};

struct nfs_ask3 {
	const struct nfs_asked *asked;
	struct rpc_link mount_link, nfs_link;
	enum nfs_ask3_mount_step mount_step;
	enum nfs_ask3_nfs_step nfs_step;
	unsigned int n_mount_pending, n_nfs_pending;
	enum nfs_answer port_answer, null_answer;
	uint32_t found_mount_port, found_nfs_port;
	bool nfs_port_tried;
	struct nfs_handle root;
	struct nfs_asked_init in;
};

void nfs_ask3_start(struct nfs_ask3 *ask, const struct nfs_asked *asked, uint64_t now_ns);
/* leave: MNT may be sent. It leaves a line in the server's list of mounts, so version 4 is given
 * the first word. */
void nfs_ask3_step(struct nfs_ask3 *ask, bool leave, uint64_t now_ns);
bool nfs_ask3_ended(const struct nfs_ask3 *ask);
/* The half of it that speaks with portmapper and mountd. */
void nfs_ask3_start_mount(struct nfs_ask3 *ask, uint64_t now);
void nfs_ask3_step_mount(struct nfs_ask3 *ask, bool leave, uint64_t now);
/* MNT is out and UMNT not yet answered. */
bool nfs_ask3_owes_umount(const struct nfs_ask3 *ask);
void nfs_ask3_stop(struct nfs_ask3 *ask, bool late);

#endif
