/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a NIC was given: the typed result of a DHCP ACK (or OFFER), a DHCPv6 reply, or a router's
 * advertisement. Options that were malformed are absent here. Numbers are options of DHCPv4, with
 * those of DHCPv6 behind "v6". */
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
	uint32_t valid_s; /* 0: as long as the lease; RFC 4191 routes have a time of their own */
	int8_t preference; /* RFC 4191 2.1: 1 high, 0 medium, -1 low */
};

enum lease_kind { LEASE_DHCP4, LEASE_DHCP6, LEASE_RA };

struct lease {
	enum lease_kind kind;
	char ifname[16]; /* the NIC it came in on, "" while unknown */
	struct ip_addr address; /* yiaddr, v6 IA_NA; unset for an advertisement (the kernel makes
				   that address) and for DHCPv6 without one */
	uint8_t prefix; /* option 1, else classful; 128 for v6 */
	struct ip_addr broadcast; /* 28 */
	struct ip_addr server_id; /* 54; DHCPv6 and RA: whom it came from */
	uint8_t server_duid[130]; /* v6 2 */
	uint8_t len_server_duid;
	struct ip_addr siaddr; /* header; unset when 0 */
	struct ip_addr dns[LEASE_DNS_MAX];
	/* RA: seconds from acquired_ns on that dns[i] and search hold for (RFC 8106); 0: no longer,
	 * as an advertisement may say. Others: not used. */
	uint32_t dns_s[LEASE_DNS_MAX], search_s;
	struct ip_addr ntp[LEASE_DNS_MAX];
	struct lease_route routes[LEASE_ROUTES_MAX]; /* 121 or 249 if given, else 33 and 3 (the
							first router) */
	uint8_t n_dns, n_ntp, n_routes;
	uint16_t mtu; /* 26, RFC 4861 4.6.4; 0: not given */
	bool managed, other; /* RA: addresses, or the rest, are to be asked for by DHCPv6 */
	uint32_t preferred_s; /* v6: of the address; DHCPv4: lease_s */
	uint32_t lease_s, t1_s,
		t2_s; /* 51 58 59; lease 0xffffffff: for ever; t1, t2 filled in by RFC 2131 4.4.5 */
	char host_name[LEASE_NAME_MAX]; /* 12, a valid host name or "" */
	char domain[LEASE_NAME_MAX]; /* 15 */
	char search[LEASE_NAME_MAX]; /* 119, v6 24, DNSSL; decompressed, space separated */
	char root_path[LEASE_ROOT_PATH_MAX]; /* 17, v6 59; printable or "" */
	char initiator[LEASE_NAME_MAX]; /* 203 */
	char tftp_server[LEASE_NAME_MAX]; /* 66, or sname where 52 leaves it a name */
	char boot_file[LEASE_NAME_MAX]; /* 67, or file */
	char config_file[LEASE_NAME_MAX]; /* 209 */
	char path_prefix[LEASE_NAME_MAX]; /* 210 */
	uint32_t reboot_s; /* 211; 0: not given */
	/* iPXE's 190 to 193 in 175: secrets are never printed */
	char chap_user[LEASE_NAME_MAX], chap_secret[LEASE_NAME_MAX];
	char chap_in_user[LEASE_NAME_MAX], chap_in_secret[LEASE_NAME_MAX];
	struct ip_addr proxy_id; /* the proxyDHCP server that filled in what server_id left out;
				    unset: none */
	struct ip_addr boot_server; /* still being asked for what is missing, which takes the
				       address on the NIC; unset: nobody is */
	uint64_t acquired_ns; /* monotonic */
};

/* The lease without what only a boot needs of it, which may hold secrets: CHAP's names and secrets,
 * and the root, whose text may name a user. For those who have to renew it or to hand it on. ret
 * may be lease. */
void lease_to_keep(const struct lease *lease, struct lease *ret);

#endif
