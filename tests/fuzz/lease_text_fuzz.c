/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a lease in text: the outputs are untouched on failure, the reason is printable and
 * gives no secret away, and a lease that was read holds what leases promise.
 */
#include <string.h>

#include "fuzz.h"

#include "core/ipspec.h"
#include "core/lease_text.h"

#define SECRET "geheim" /* nothing else in a reason has these letters in a row */

static void check_routes(const struct lease *l)
{
	require(l->n_routes <= LEASE_ROUTES_MAX);
	for (uint8_t i = 0; i < l->n_routes; i++) {
		const struct lease_route *r = &l->routes[i];

		require(r->dst.family != IP_NONE);
		require(r->prefix <= (r->dst.family == IP_V6 ? 128 : 32));
	}
}

static void check_texts(const struct lease *l)
{
	const char *const texts[] = { l->domain,    l->search,	    l->root_path,   l->initiator,
				      l->chap_user, l->chap_secret, l->tftp_server, l->boot_file };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		require(text_is_printable(span_of(texts[i])));
	require(!l->ifname[0] || ifname_valid(span_of(l->ifname)));
	require(!l->host_name[0] || host_name_valid(span_of(l->host_name)));
}

static void check_lease(const struct lease *l)
{
	bool v6 = l->address.family == IP_V6;

	require(l->kind == LEASE_DHCP4 || l->kind == LEASE_DHCP6 || l->kind == LEASE_RA);
	require(l->address.family == IP_NONE || v6 == (l->kind != LEASE_DHCP4));
	require(l->prefix <= (v6 ? 128 : 32));
	require(l->prefix || l->address.family == IP_NONE);
	require(l->n_dns <= LEASE_DNS_MAX && l->n_ntp <= LEASE_DNS_MAX);
	require(ip_is_unset(&l->broadcast) || l->broadcast.family == IP_V4);
	require(ip_is_unset(&l->proxy_id) || l->proxy_id.family == IP_V4);
	check_routes(l);
	check_texts(l);
}

/* A secret in no form that can be one: whatever is wrong with it is said without it. */
static void bad_secret(const char *text, size_t len)
{
	static char with[4096];
	struct out out = out_to(with, sizeof(with));
	struct lease lease;
	struct err err;

	for (size_t i = 0; i + sizeof(SECRET) <= len + 1; i++)
		if (!memcmp(text + i, SECRET, sizeof(SECRET) - 1))
			return;
	out_add(&out, "chap-secret=" SECRET "%.*s\t\n", (int)(len < 1024 ? len : 1024), text);
	if (!lease_from_text(span_of(with), &lease, &err))
		require(!strstr(err.text, SECRET));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct lease lease, before;
	struct span text = { (const char *)bytes, len };
	struct err err;

	bad_secret((const char *)bytes, len);
	memset(&lease, 0x5a, sizeof(lease));
	memset(&before, 0x5a, sizeof(before));
	if (!lease_from_text(text, &lease, &err)) {
		require(!memcmp(&lease, &before, sizeof(lease)));
		require(err.text[0] && text_is_printable(span_of(err.text)));
		return 0;
	}
	check_lease(&lease);
	return 0;
}
