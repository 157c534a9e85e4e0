/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RPC connections through libnfs' raw interface, with deadlines of our own: libnfs has none for a
 * connect (sahlberg/libnfs#223). Only for a child process: libnfs trusts servers more than we do.
 */
#ifndef NETROOT_SYS_NFS_RPC_H
#define NETROOT_SYS_NFS_RPC_H

/* libnfs' headers use types of these without including them */
#include <sys/stat.h>
#include <sys/time.h>

#include <nfsc/libnfs-zdr.h>
#include <nfsc/libnfs.h>
#include <nfsc/libnfs-raw.h>

#include "core/nfs.h"
#include "core/rootspec.h"

enum rpc_link_state { RPC_LINK_CLOSED, RPC_LINK_CONNECTING, RPC_LINK_UP, RPC_LINK_DOWN };

/* Zeroed: closed. */
struct rpc_link {
	struct rpc_context *rpc;
	enum rpc_link_state state;
	struct plan_host server;
	uint16_t port;
	uint64_t again_ns, wait_ns; /* when an unanswered connect is begun anew, and then after */
	enum nfs_answer down; /* why it is DOWN: a refusal, or OTHER once it had been UP */
};

void rpc_link_open(struct rpc_link *link, const struct plan_host *server, uint16_t port,
		   uint64_t now_ns);
/* Calls still out are called back with RPC_STATUS_CANCEL. Harmless for a closed one. */
void rpc_link_close(struct rpc_link *link);
/* Serves all of them once: until something happens on one, or until_ns. Callbacks only keep what
 * they are told: a link must not be closed from within. */
void rpc_links_turn(struct rpc_link *const links[], size_t n, uint64_t until_ns);
/* What a callback's status and data say of the call itself: YES, where data is the result; NO for a
 * program or version the server does not have; DENIED for refused credentials; UNASKED when called
 * off; OTHER. */
enum nfs_answer rpc_call_answer(int status, const void *data);

#endif
