/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4 and UDP headers around one datagram (RFC 791, 768), for a NIC that has no address yet. */
#ifndef NETROOT_CORE_IP4_H
#define NETROOT_CORE_IP4_H

#include "core/addr.h"

#define IP4_UDP_HEADERS 28

struct ip4_udp {
	struct ip_addr src, dst;
	uint16_t sport, dport;
	const uint8_t *payload;
	size_t len;
};

/* Headers and payload, with checksums. Returns the length; 0 where it does not fit. */
size_t ip4_udp_build(const struct ip4_udp *udp, uint8_t *dst, size_t size);
/*
 * The datagram in a packet that begins with its IPv4 header; what the link padded behind it is left
 * out. NULL, or in a few words why not, with *ret untouched. sum_pending: the sender's kernel left
 * the UDP checksum to hardware that was never passed (veth, virtio); it is not looked at.
 */
const char *ip4_udp_parse(const uint8_t *packet, size_t len, bool sum_pending, struct ip4_udp *ret);

#endif
