/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The NETLINK_ISCSI socket, one for the process. A request is answered before it returns, for the
 * kernel works on it in the sender's context; events go to the listener of their session, from the
 * loop, never from within a request.
 */
#ifndef NETROOT_SYS_ISCSI_IF_H
#define NETROOT_SYS_ISCSI_IF_H

#include "core/iscsi_nl.h"
#include "sys/loop.h"

struct iscsi_if;
/* Opens it at the first call; scsi_transport_iscsi and iscsi_tcp must be loaded. */
struct iscsi_if *iscsi_if_get(struct loop *loop, struct err *err);
/* -errno and *err where the kernel refused or did not answer. ret_reply may be NULL. */
int iscsi_if_request(struct iscsi_if *nl, const struct iscsi_nl_request *req,
		     struct iscsi_nl_message *ret_reply, struct err *err);

/* msg NULL: events were lost; look at the session again. */
typedef void iscsi_if_fn(void *arg, const struct iscsi_nl_message *msg);
#define ISCSI_IF_LISTENERS_MAX 16
/* A session may have several listeners, told of apart by their arg. */
int iscsi_if_listen(struct iscsi_if *nl, uint32_t sid, iscsi_if_fn *fn, void *arg, struct err *err);
void iscsi_if_unlisten(struct iscsi_if *nl, uint32_t sid, const void *arg);
/* The socket's own number in /proc/net/netlink. */
uint32_t iscsi_if_portid(const struct iscsi_if *nl);
/* Listens no more, in no process that has the socket: from here on whoever else listens keeps the
 * sessions. All listeners are forgotten; iscsi_if_get() opens it again. */
void iscsi_if_close(struct loop *loop);
/* Uses all of its memory once, so that none has to be found later. */
void iscsi_if_touch(void);

#endif
