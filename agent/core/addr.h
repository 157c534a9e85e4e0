/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses as values: IP (both families), hardware, and their text forms. Numeric only; names are
 * resolved elsewhere. */
#ifndef NETROOT_CORE_ADDR_H
#define NETROOT_CORE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/text.h"

enum ip_family { IP_NONE = 0, IP_V4 = 4, IP_V6 = 6 };

struct ip_addr {
	enum ip_family family; /* IP_NONE: no address */
	uint8_t bytes[16]; /* network order; v4 in the first four */
};

#define IP_TEXT_MAX 46
#define MAC_LEN_MAX 20 /* InfiniBand */
#define MAC_TEXT_MAX (MAC_LEN_MAX * 3)
#define IFNAME_MAX 16 /* IFNAMSIZ of the kernel */

struct mac_addr {
	uint8_t len; /* 6, or 20 for InfiniBand; 0: none */
	uint8_t bytes[MAC_LEN_MAX];
};

/* Dotted quad of four decimal fields, or IPv6 (RFC 4291 text, no brackets, no scope). False leaves
 * *ret untouched. */
bool ip_parse(struct span text, struct ip_addr *ret);
/* RFC 5952 for IPv6; "-" for none. Returns dst. */
char *ip_text(const struct ip_addr *ip, char dst[static IP_TEXT_MAX]);
bool ip_eq(const struct ip_addr *a, const struct ip_addr *b);
/* No address at all, or 0.0.0.0 or ::. */
bool ip_is_unset(const struct ip_addr *ip);
/* fe80::/10 (RFC 4291 2.5.6). Those of IPv4 are routed by their prefix like any other. */
bool ip_is_link_local(const struct ip_addr *ip);
/* Whether both are of one family and their first prefix bits are the same. */
bool ip_in_prefix(const struct ip_addr *ip, const struct ip_addr *net, uint8_t prefix);
/* Neither "this network", loopback, multicast, reserved nor broadcast (RFC 1122 3.2.1.3). */
bool ip4_is_unicast(const struct ip_addr *ip);
/* Of IPv6: not unspecified, loopback or multicast. */
bool ip6_is_unicast(const struct ip_addr *ip);
/* The next sixteen bytes; :: with a bad reader where there are less. */
struct ip_addr ip6_read(struct reader *r);
/* fe80:: with this interface identifier. */
struct ip_addr ip6_link_local(uint64_t id);
struct ip_addr ip4_from_he(uint32_t v_he);
uint32_t ip4_to_he(const struct ip_addr *ip); /* 0 unless v4 */
struct ip_addr ip4_from_bytes(const uint8_t bytes[static 4]);
/* Prefix length of a netmask; false where its ones are not contiguous from the left. */
bool ip4_mask_to_prefix(uint32_t mask_he, uint8_t *ret);
uint32_t ip4_prefix_to_mask(uint8_t prefix);
/* Prefix length of the classful network (RFC 791): 8, 16 or 24. */
uint8_t ip4_classful_prefix(uint32_t ip_he);

/* Six or twenty bytes in hex, separated by ':' or '-'. */
bool mac_parse(struct span text, struct mac_addr *ret);
char *mac_text(const struct mac_addr *mac, char dst[static MAC_TEXT_MAX]);
bool mac_eq(const struct mac_addr *a, const struct mac_addr *b);

#endif
