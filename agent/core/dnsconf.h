/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which name servers and search list count: nameserver= and ip= before those of leases, these in
 * the order they came, unless rd.peerdns=0. For the agent's own look-ups and for resolv.conf. */
#ifndef NETROOT_CORE_DNSCONF_H
#define NETROOT_CORE_DNSCONF_H

#include "core/plan.h"

#define DNS_SERVERS_MAX 8
#define DNS_SEARCH_MAX 512

struct dns_server {
	struct ip_addr ip;
	char scope[IFNAME_MAX]; /* of a link-local one: the NIC it came in on */
};

struct dnsconf {
	struct dns_server servers[DNS_SERVERS_MAX];
	uint8_t n_servers;
	char domain[LEASE_NAME_MAX]; /* "": none */
	char search[DNS_SEARCH_MAX]; /* blanks between; "": none */
};

void dnsconf_make(const struct plan *plan, const struct lease *leases, uint8_t n_leases,
		  struct dnsconf *ret);
/* As resolv.conf(5). Three servers are what readers take; more follow as a comment. */
void dnsconf_text(const struct dnsconf *dns, struct out *out);
/* "10.0.0.1", "fe80::1%eth0". Returns dst. */
#define DNS_SERVER_TEXT_MAX (IP_TEXT_MAX + IFNAME_MAX)
char *dns_server_text(const struct dns_server *server, char dst[static DNS_SERVER_TEXT_MAX]);
/* The i-th name that a host's may stand for, in the order of glibc's resolver with its ndots of 1:
 * with a dot in it first as it is, without one last. False: there is no i-th. */
#define DNS_NAME_MAX (2 * LEASE_NAME_MAX)
bool dnsconf_candidate(const struct dnsconf *dns, const char *name, unsigned int i,
		       char dst[static DNS_NAME_MAX]);

#endif
