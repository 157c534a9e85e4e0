/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a DHCP message: no over-read, outputs untouched on failure, a lease that holds what
 * it promises. */
#include <stdlib.h>
#include <string.h>

#include "core/dhcp_msg.h"
#include "core/ip4.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_lease(const struct lease *l)
{
	require(text_is_printable(span_of(l->root_path)));
	require(text_is_printable(span_of(l->search)));
	require(text_is_printable(span_of(l->host_name)));
	require(!strpbrk(l->host_name, " ;$`'\"\\/"));
	require(l->prefix >= 1 && l->prefix <= 32);
	require(!l->mtu || l->mtu >= 576);
	require(l->n_routes <= LEASE_ROUTES_MAX && l->n_dns <= LEASE_DNS_MAX);
	require(l->t1_s >= 1 && l->t1_s <= l->t2_s);
	require(l->lease_s <= 2 || (l->t1_s < l->t2_s || l->lease_s == UINT32_MAX || l->t2_s == 1));
	for (uint8_t i = 0; i < l->n_routes; i++) {
		uint32_t mask = ip4_prefix_to_mask(l->routes[i].prefix);

		require(l->routes[i].prefix <= 32);
		require(!(ip4_to_he(&l->routes[i].dst) & ~mask));
	}
}

static void as_packet(const uint8_t *bytes, size_t len)
{
	struct ip4_udp udp = { .len = 4711 };
	const char *why = ip4_udp_parse(bytes, len, true, &udp);

	require(why ? udp.len == 4711 : udp.payload + udp.len <= bytes + len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct lease lease, before;
	char ignored[64];
	struct dhcp_msg msg;
	struct err err;

	as_packet(bytes, len);
	memset(&lease, 0x5a, sizeof(lease));
	memset(&before, 0x5a, sizeof(before));
	if (!dhcp_lease_from_message(bytes, len, &lease, &err)) {
		require(!memcmp(&lease, &before, sizeof(lease)));
		require(text_is_printable(span_of(err.text)));
		return 0;
	}
	check_lease(&lease);
	require(dhcp_msg_header(bytes, len, &msg, NULL) && dhcp_msg_options(&msg, NULL) &&
		dhcp_msg_lease(&msg, &before, ignored, sizeof(ignored), NULL));
	/* not memcmp: what lies between the members is nobody's */
	require(ip_eq(&lease.address, &before.address) && ip_eq(&lease.siaddr, &before.siaddr) &&
		lease.lease_s == before.lease_s && lease.n_routes == before.n_routes &&
		!strcmp(lease.root_path, before.root_path) &&
		!strcmp(lease.initiator, before.initiator));
	return 0;
}
