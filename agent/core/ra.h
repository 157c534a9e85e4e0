/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Router advertisements (RFC 4861, 4191, 8106): from ICMPv6 bytes to a lease without an address
 * (the kernel makes that itself), and when to solicit one. Pure.
 */
#ifndef NETROOT_CORE_RA_H
#define NETROOT_CORE_RA_H

#include "core/err.h"
#include "core/lease.h"

#define RA_NO_DEADLINE UINT64_MAX
#define RS_LEN_MAX 16

/*
 * A router's advertisement into *ret: kind LEASE_RA, server_id the router, routes (default route
 * where its lifetime is not 0, RFC 4191 routes, both with their preference), dns and search with
 * their lifetimes (0 of those that are withdrawn), mtu, managed, other, lease_s the router's
 * lifetime; names of what was ignored in ignored, "" for none. False, with *ret untouched:
 * no valid advertisement (RFC 4861 6.1.2), err says why. from: link-local source; hop_limit as
 * received, 255 or the packet came from elsewhere.
 */
bool ra_parse(const uint8_t *bytes, size_t len, const struct ip_addr *from, int hop_limit,
	      struct lease *ret, char *ignored, size_t size, struct err *err);
/*
 * What a router has said before and now, into *ret: an advertisement need not hold all (RFC 4861
 * 6.2.3), so that name servers and search list stay until they are withdrawn, given anew, or their
 * time is over (RFC 8106 6.1). before NULL: nothing. ret may be one of both.
 */
void ra_merge(const struct lease *before, const struct lease *now, struct lease *ret);
/* Takes off what its time is over of: name servers, search list, routes. */
void ra_expire(struct lease *lease, uint64_t now_ns);
/* The same for advertisements that differ in no more than times. */
uint64_t ra_digest(const struct lease *lease);

/* Solicitations (RFC 4861 6.3.7 with the back-off of RFC 7559; the first at once, the second soon:
 * the first packet behind link-up is the one most likely lost). */
struct rs {
	uint64_t next_ns;
	uint64_t rng;
	uint32_t interval_ms;
	bool running;
};
void rs_init(struct rs *rs, uint64_t seed);
void rs_start(struct rs *rs, uint64_t now_ns); /* carrier: the next one is due at once */
void rs_stop(struct rs *rs); /* an advertisement came, or the carrier went */
uint64_t rs_deadline(const struct rs *rs);
/* The solicitation due at now_ns; 0 where none is. mac: for its option, len 0 without. */
size_t rs_due(struct rs *rs, uint64_t now_ns, const struct mac_addr *mac,
	      uint8_t dst[static RS_LEN_MAX]);

#endif
