/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a router advertisement: no over-read, outputs untouched on failure, a lease that
 * holds what it promises. */
#include <string.h>

#include "fuzz.h"

#include "core/ra.h"

static void check_lease(const struct lease *l, const struct ip_addr *from)
{
	require(l->kind == LEASE_RA && ip_eq(&l->server_id, from));
	require(ip_is_unset(&l->address) && !l->root_path[0]);
	require(text_is_printable(span_of(l->search)));
	require(!strpbrk(l->search, ";$`'\"\\/"));
	require(!l->mtu || l->mtu >= 1280);
	require(l->lease_s <= UINT16_MAX);
	require(l->n_routes <= LEASE_ROUTES_MAX && l->n_dns <= LEASE_DNS_MAX);
	for (uint8_t i = 0; i < l->n_routes; i++) {
		const struct lease_route *r = &l->routes[i];

		require(r->prefix <= 128 && r->valid_s && ip_eq(&r->gateway, from));
		for (unsigned int bit = r->prefix; bit < 128; bit++)
			require(!(r->dst.bytes[bit / 8] & 0x80 >> bit % 8));
		for (uint8_t j = 0; j < i; j++)
			require(r->prefix != l->routes[j].prefix ||
				!ip_eq(&r->dst, &l->routes[j].dst));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const struct ip_addr from = { IP_V6, { 0xfe, 0x80, [15] = 1 } };
	static struct lease lease, before;
	char ignored[64];
	struct err err;

	memset(&lease, 0x5a, sizeof(lease));
	memset(&before, 0x5a, sizeof(before));
	require(!ra_parse(bytes, len, &from, 254, &lease, NULL, 0, &err));
	if (!ra_parse(bytes, len, &from, 255, &lease, ignored, sizeof(ignored), &err)) {
		require(!memcmp(&lease, &before, sizeof(lease)));
		require(text_is_printable(span_of(err.text)));
		return 0;
	}
	require(text_is_printable(span_of(ignored)));
	check_lease(&lease, &from);
	require(ra_parse(bytes, len, &from, 255, &before, NULL, 0, NULL));
	require(ra_digest(&lease) == ra_digest(&before));
	return 0;
}
