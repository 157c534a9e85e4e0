/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's own list of TCP connections (sock_diag(7)), with those that sunrpc has. Answers are
 * there before a request returns: nothing blocks. */
#ifndef NETROOT_SYS_TCP_DIAG_H
#define NETROOT_SYS_TCP_DIAG_H

#include "core/addr.h"
#include "core/err.h"

/* Before the root is mounted, or with tcp_diag loaded: else the kernel calls a modprobe of the
 * root's. Negative errno where there is none. */
int tcp_diag_open(struct err *err);
/* Whether one to that address and port is established and not waiting for what it sends again and
 * again. Also true where the kernel cannot be asked. */
bool tcp_diag_works(const struct ip_addr *ip, uint16_t port);
/* Ends those to it, as if a reset had come: whose they are begins new ones. */
void tcp_diag_cut(const struct ip_addr *ip, uint16_t port);

#endif
