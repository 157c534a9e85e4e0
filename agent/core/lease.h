/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a DHCP server gave: the typed result of a parsed ACK (or OFFER). Options that were malformed
 * are absent here. */
#ifndef NETROOT_CORE_LEASE_H
#define NETROOT_CORE_LEASE_H

#include "core/addr.h"

#define LEASE_DNS_MAX 4
#define LEASE_ROUTES_MAX 16
#define LEASE_NAME_MAX 256 /* option strings, with terminator */
#define LEASE_ROOT_PATH_MAX 1024 /* RFC 3396 lets option 17 grow past 255 */

struct lease_route {
	struct ip_addr dst; /* 0.0.0.0/0 is the default route */
	uint8_t prefix;
	struct ip_addr gateway; /* unset: on link (RFC 3442) */
};

struct lease {
	char ifname[16]; /* the NIC it came in on, "" while unknown */
	struct ip_addr address; /* yiaddr */
	uint8_t prefix; /* option 1, else classful */
	struct ip_addr broadcast; /* 28 */
	struct ip_addr server_id; /* 54 */
	struct ip_addr siaddr; /* header; unset when 0 */
	struct ip_addr dns[LEASE_DNS_MAX];
	struct ip_addr ntp[LEASE_DNS_MAX];
	struct lease_route
		routes[LEASE_ROUTES_MAX]; /* 121 if given, else 33 and 3 (the first router) */
	uint8_t n_dns, n_ntp, n_routes;
	uint16_t mtu; /* 26; 0: not given */
	uint32_t lease_s, t1_s,
		t2_s; /* 51 58 59; lease 0xffffffff: for ever; t1, t2 filled in by RFC 2131 4.4.5 */
	char host_name[LEASE_NAME_MAX]; /* 12, a valid host name or "" */
	char domain[LEASE_NAME_MAX]; /* 15 */
	char search[LEASE_NAME_MAX]; /* 119, decompressed, space separated */
	char root_path[LEASE_ROOT_PATH_MAX]; /* 17, printable or "" */
	char initiator[LEASE_NAME_MAX]; /* 203 */
	char tftp_server[LEASE_NAME_MAX]; /* 66, or sname where 52 leaves it a name */
	char boot_file[LEASE_NAME_MAX]; /* 67, or file */
	uint64_t acquired_ns; /* monotonic */
};

#endif
