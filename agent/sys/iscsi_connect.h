/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TCP connection to a portal: several connects side by side, of which the first that is through
 * is taken. Part of a login (sys/iscsi_login). */
#ifndef NETROOT_SYS_ISCSI_CONNECT_H
#define NETROOT_SYS_ISCSI_CONNECT_H

#include <sys/socket.h>

#include "core/iscsi.h"
#include "sys/loop.h"

#define ISCSI_CONNECTS 3

struct iscsi_connect;
/* code 0: fd is connected, and the callee's. Otherwise a positive errno. From the loop, once. */
typedef void iscsi_connect_fn(void *arg, int fd, int code);

struct iscsi_attempt {
	struct iscsi_connect *connect;
	int fd; /* -1: over */
};

struct iscsi_connect {
	struct loop *loop;
	struct sockaddr_storage to;
	socklen_t len_to;
	const char *netdev; /* of the machine; "": bound to none */
	struct iscsi_attempt attempts[ISCSI_CONNECTS];
	size_t n_attempts;
	uint64_t begun_ns, end_ns;
	iscsi_connect_fn *fn;
	void *arg;
};

/* To where the machine's login goes. 0, or a positive errno and nothing under way. */
int iscsi_connect_begin(struct iscsi_connect *c, struct loop *loop, const struct iscsi *machine,
			iscsi_connect_fn *fn, void *arg);
void iscsi_connect_stop(struct iscsi_connect *c);
/* While it is under way; the owner has the timer. */
uint64_t iscsi_connect_deadline(const struct iscsi_connect *c);
void iscsi_connect_expired(struct iscsi_connect *c, uint64_t now_ns);
/* What an errno of it means to a user. */
int iscsi_connect_err(int code, struct err *err);

#endif
