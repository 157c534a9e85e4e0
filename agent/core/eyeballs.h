/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Happy Eyeballs (RFC 8305): a server has several addresses, of both families, and some may be
 * dead. Which is connected to when; the first that is through is taken. Pure.
 */
#ifndef NETROOT_CORE_EYEBALLS_H
#define NETROOT_CORE_EYEBALLS_H

#include "core/addr.h"

#define EYEBALLS_MAX 8
#define EYEBALLS_NO_DEADLINE UINT64_MAX

struct eyeballs {
	uint8_t n, n_begun, n_failed; /* of the addresses, in their order */
	uint64_t next_ns; /* when the next connection is to be begun */
};

/* The order to try them in: families in turn, IPv6 first (RFC 8305 4), those of one as they are;
 * begun with another one at every turn. n up to EYEBALLS_MAX. */
void eyeballs_sort(struct ip_addr *addrs, uint8_t n, uint32_t turn);

void eyeballs_init(struct eyeballs *e, uint8_t n, uint64_t now_ns);
/* When eyeballs_next() has one; EYEBALLS_NO_DEADLINE where all are begun. */
uint64_t eyeballs_deadline(const struct eyeballs *e);
/* The address to connect to now, beside those under way; -1: none yet. */
int eyeballs_next(struct eyeballs *e, uint64_t now_ns);
/* One of those under way did not come about: the next need not wait. */
void eyeballs_failed(struct eyeballs *e, uint64_t now_ns);
/* Nothing is under way or to come. */
bool eyeballs_over(const struct eyeballs *e);

#endif
