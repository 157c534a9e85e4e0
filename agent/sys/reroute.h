/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where connections to a server's address go instead: a program of the kernel's (BPF, at the root
 * of the control groups) that looks at each connect(), sunrpc's included, which keeps the address
 * that was mounted for ever. Nothing on the wire is rewritten: no route, no NAT, no state of a
 * connection. What it reads lies in a page that is shared with it: changing it is a store.
 */
#ifndef NETROOT_SYS_REROUTE_H
#define NETROOT_SYS_REROUTE_H

#include "core/addr.h"
#include "core/err.h"

/* SO_PRIORITY of a socket that goes where it is told all the same: who asks whether the server is
 * back at an address of before. */
#define REROUTE_NOT_PRIORITY 6
/* The addresses that the server has had. */
#define REROUTE_FROM_MAX 4

/* Once, before the confinement: connections to that port by addresses of that family, which stay as
 * they are until reroute_to(). */
int reroute_open(enum ip_family family, uint16_t port, struct err *err);
/* Those to any of the n goes to that one, from now on. No system call. */
void reroute_to(const struct ip_addr *from, size_t n, const struct ip_addr *to);

#endif
