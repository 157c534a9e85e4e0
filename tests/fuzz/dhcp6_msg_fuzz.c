/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a DHCPv6 message: no over-read, outputs untouched on failure, a lease that holds
 * what it promises. The same bytes as a UUID: a DUID comes of anything. */
#include <string.h>

#include "fuzz.h"

#include "core/dhcp6_msg.h"

static void check_text(const char *text)
{
	require(text_is_printable(span_of(text)));
}

static void check_lease(const struct lease *l)
{
	check_text(l->root_path);
	check_text(l->boot_file);
	check_text(l->search);
	check_text(l->host_name);
	check_text(l->domain);
	require(!strpbrk(l->host_name, " ._;$`'\"\\/"));
	require(!strpbrk(l->domain, " ;$`'\"\\/") && !strpbrk(l->search, ";$`'\"\\/"));
	require(l->kind == LEASE_DHCP6 && !l->n_routes && !l->mtu);
	require(l->n_dns <= LEASE_DNS_MAX && l->n_ntp <= LEASE_DNS_MAX);
	require(l->len_server_duid <= DHCP6_DUID_MAX);
	require(l->t1_s >= 1 && l->t1_s <= l->t2_s && l->lease_s);
	if (ip_is_unset(&l->address)) {
		require(l->lease_s == UINT32_MAX && !l->prefix);
		return;
	}
	require(l->prefix == 128 && l->preferred_s <= l->lease_s);
	require(l->lease_s == UINT32_MAX || l->t2_s <= l->lease_s);
}

static void as_uuid(const uint8_t *bytes, size_t len)
{
	static const struct mac_addr mac = { 6, { 2, 0, 0, 0, 0, 1 } };
	uint8_t duid[DHCP6_DUID_MAX];
	char text[64];

	if (len >= sizeof(text))
		return;
	memcpy(text, bytes, len);
	text[len] = '\0';
	require(dhcp6_duid(text, &mac, duid) == (duid[1] == 4 ? 18 : 10));
	require(dhcp6_duid_efi(text, &mac, duid) == (duid[1] == 4 ? 18 : 10));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const struct dhcp6_own any = { .any_ia = true },
				      information = { .information_only = true };
	static struct lease lease, before;
	static struct dhcp6_reply reply;
	char ignored[64];
	struct dhcp6_msg msg;
	struct err err;

	as_uuid(bytes, len);
	memset(&lease, 0x5a, sizeof(lease));
	memset(&before, 0x5a, sizeof(before));
	if (!dhcp6_lease_from_message(bytes, len, &lease, &err)) {
		require(!memcmp(&lease, &before, sizeof(lease)));
		check_text(err.text);
	} else {
		check_lease(&lease);
	}
	if (!dhcp6_msg_parse(bytes, len, &msg, NULL))
		return 0;
	dhcp6_msg_read(&msg, &any, &reply, ignored, sizeof(ignored));
	check_lease(&reply.lease);
	check_text(reply.status_text);
	check_text(ignored);
	require(!reply.status == !reply.status_text[0]);
	require(!reply.max_rt_s || (reply.max_rt_s >= 60 && reply.max_rt_s <= 86400));
	dhcp6_msg_read(&msg, &information, &reply, NULL, 0);
	require(ip_is_unset(&reply.lease.address));
	return 0;
}
