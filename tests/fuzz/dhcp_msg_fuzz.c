/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a DHCP message: no over-read, outputs untouched on failure, a lease that holds what
 * it promises. */
#include <string.h>

#include "fuzz.h"

#include "core/dhcp_msg.h"
#include "core/ip4.h"

static void check_lease(const struct lease *l)
{
	require(text_is_printable(span_of(l->root_path)));
	require(text_is_printable(span_of(l->search)));
	require(text_is_printable(span_of(l->host_name)));
	require(!strpbrk(l->host_name, " ;$`'\"\\/"));
	require(!strpbrk(l->initiator, " ;$`'\"\\"));
	require(!strpbrk(l->tftp_server, " ;$`'\"\\/"));
	require(text_is_printable(span_of(l->boot_file)) &&
		text_is_printable(span_of(l->config_file)) &&
		text_is_printable(span_of(l->path_prefix)) &&
		text_is_printable(span_of(l->chap_user)) &&
		text_is_printable(span_of(l->chap_secret)) &&
		text_is_printable(span_of(l->chap_in_user)) &&
		text_is_printable(span_of(l->chap_in_secret)));
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

/* The same bytes as a proxyDHCP server's. */
static void as_proxy(const uint8_t *bytes, size_t len)
{
	static struct lease lease;
	struct dhcp_msg msg;

	if (!dhcp_msg_header(bytes, len, &msg, NULL) || !dhcp_msg_options(&msg, NULL) ||
	    !dhcp_msg_proxy(&msg, &lease))
		return;
	require(ip_is_unset(&lease.address) && !ip_is_unset(&lease.server_id));
	require(text_is_printable(span_of(lease.root_path)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct lease lease, before;
	char ignored[64];
	struct dhcp_msg msg;
	struct err err;

	as_packet(bytes, len);
	as_proxy(bytes, len);
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
