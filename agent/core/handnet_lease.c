/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The leases themselves with their times: /run/netroot/leases/<if>.json, and as a lease file of
 * dhclient (dhclient.leases(5)), for "dhclient -lf" to go on with. Secrets stay out.
 */
#include <string.h>

#include "core/handnet_part.h"
#include "core/json.h"
#include "core/rootspec.h"

#define NS_PER_S 1000000000u
#define FOR_EVER UINT32_MAX

/* --- JSON --- */

static void json_text(struct out *out, const char *key, const char *text)
{
	if (!text[0])
		return;
	out_add(out, ",\n    \"%s\": ", key);
	json_string(out, span_of(text));
}

static void json_ip(struct out *out, const char *key, const struct ip_addr *ip)
{
	char text[IP_TEXT_MAX];

	if (!ip_is_unset(ip))
		json_text(out, key, ip_text(ip, text));
}

static void json_ips(struct out *out, const char *key, const struct ip_addr *ips, uint8_t n)
{
	char text[IP_TEXT_MAX];

	if (!n)
		return;
	out_add(out, ",\n    \"%s\": [", key);
	for (uint8_t i = 0; i < n; i++)
		out_add(out, "%s\"%s\"", i ? ", " : "", ip_text(&ips[i], text));
	out_add(out, "]");
}

static void json_routes(struct out *out, const struct lease *lease)
{
	char dst[IP_TEXT_MAX], gateway[IP_TEXT_MAX];

	if (!lease->n_routes)
		return;
	out_add(out, ",\n    \"routes\": [");
	for (uint8_t i = 0; i < lease->n_routes; i++) {
		const struct lease_route *r = &lease->routes[i];

		out_add(out, "%s{\"to\": \"%s/%u\"", i ? ", " : "", ip_text(&r->dst, dst),
			r->prefix);
		if (!ip_is_unset(&r->gateway))
			out_add(out, ", \"via\": \"%s\"", ip_text(&r->gateway, gateway));
		out_add(out, "}");
	}
	out_add(out, "]");
}

/* Of this moment ago, on either clock. */
static int64_t wall_at(const struct hand_input *in, uint64_t at_ns)
{
	int64_t ago_s = in->now_ns > at_ns ? (int64_t)((in->now_ns - at_ns) / NS_PER_S) : 0;

	return in->wall_s - ago_s;
}

static void json_times(struct hand *h, const struct lease *lease)
{
	static const char *const names[] = { "renew", "rebind", "expire" };
	const uint32_t times[] = { lease->t1_s, lease->t2_s, lease->lease_s };
	uint64_t uptime_s = lease->acquired_ns / NS_PER_S;
	int64_t wall_s = h->in->wall_s ? wall_at(h->in, lease->acquired_ns) : 0;
	struct out *out = &h->out;

	out_add(out, ",\n    \"obtained\": {\"uptime\": %llu", (unsigned long long)uptime_s);
	if (wall_s)
		out_add(out, ", \"unix\": %lld", (long long)wall_s);
	out_add(out, "}");
	for (size_t i = 0; i < 3; i++) {
		if (times[i] == FOR_EVER || !times[i])
			continue;
		out_add(out, ",\n    \"%s\": {\"after\": %u, \"uptime\": %llu", names[i], times[i],
			(unsigned long long)uptime_s + times[i]);
		if (wall_s)
			out_add(out, ", \"unix\": %lld", (long long)wall_s + times[i]);
		out_add(out, "}");
	}
}

static void json_lease(struct hand *h, const char *key, const struct lease *lease, bool *first)
{
	char root_path[LEASE_ROOT_PATH_MAX];
	struct out *out = &h->out;

	if (!lease)
		return;
	out_add(out, "%s\n  \"%s\": {\n    \"interface\": ", *first ? "" : ",", key);
	*first = false;
	json_string(out, span_of(lease->ifname));
	json_ip(out, "address", &lease->address);
	if (!ip_is_unset(&lease->address))
		out_add(out, ",\n    \"prefix\": %u", lease->prefix);
	json_ip(out, "server", &lease->server_id);
	json_ip(out, "next_server", &lease->siaddr);
	json_routes(out, lease);
	json_ips(out, "dns", lease->dns, lease->n_dns);
	json_ips(out, "ntp", lease->ntp, lease->n_ntp);
	if (lease->mtu)
		out_add(out, ",\n    \"mtu\": %u", lease->mtu);
	json_text(out, "host_name", lease->host_name);
	json_text(out, "domain", lease->domain);
	json_text(out, "search", lease->search);
	json_text(out, "root_path",
		  rootspec_public(root_path, sizeof(root_path), span_of(lease->root_path)));
	json_text(out, "boot_file", lease->boot_file);
	json_times(h, lease);
	out_add(out, "\n  }");
}

static void json(struct hand *h, const struct hand_nic *nic)
{
	bool first = true;

	hand_begin(h);
	out_add(&h->out, "{");
	json_lease(h, "dhcp4", nic->lease4, &first);
	json_lease(h, "dhcp6", nic->lease6, &first);
	json_lease(h, "ra", nic->ra, &first);
	out_add(&h->out, "\n}\n");
	hand_end(h, 0644, "/run/netroot/leases/%s.json", nic->name);
}

/* --- dhclient --- */

/* A quoted string with the escapes of its lexer (common/conflex.c). */
static void put_quoted(struct out *out, const char *text)
{
	out_add(out, "\"");
	for (const char *p = text; *p; p++)
		out_add(out, *p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
	out_add(out, "\"");
}

static void put_string(struct out *out, const char *option, const char *text)
{
	if (!text[0] || !text_is_printable(span_of(text)))
		return;
	out_add(out, "  option %s ", option);
	put_quoted(out, text);
	out_add(out, ";\n");
}

static void put_ips(struct out *out, const char *option, const struct ip_addr *ips, uint8_t n)
{
	char text[IP_TEXT_MAX];
	uint8_t n_put = 0;

	for (uint8_t i = 0; i < n; i++) {
		if (ips[i].family != IP_V4)
			continue;
		if (!n_put++)
			out_add(out, "  option %s ", option);
		out_add(out, "%s%s", n_put > 1 ? "," : "", ip_text(&ips[i], text));
	}
	if (n_put)
		out_add(out, ";\n");
}

static void put_routers(struct out *out, const struct lease *lease)
{
	for (uint8_t i = 0; i < lease->n_routes; i++)
		if (hand_is_default(&lease->routes[i])) {
			put_ips(out, "routers", &lease->routes[i].gateway, 1);
			return;
		}
}

/* Seconds since 1970, which it reads whatever the form is that it writes; "never" for ever. */
static void put_time(struct out *out, const char *key, int64_t from_s, uint32_t after_s)
{
	if (after_s == FOR_EVER)
		out_add(out, "  %s never;\n", key);
	else
		out_add(out, "  %s epoch %lld;\n", key, (long long)from_s + after_s);
}

static void dhclient(struct hand *h, const struct hand_nic *nic)
{
	const struct lease *lease = nic->lease4;
	struct out *out = &h->out;
	struct ip_addr mask = ip4_from_he(ip4_prefix_to_mask(lease->prefix));
	int64_t from_s = wall_at(h->in, lease->acquired_ns);
	char text[IP_TEXT_MAX], root_path[LEASE_ROOT_PATH_MAX];

	hand_begin(h);
	out_add(out, "lease {\n  interface ");
	put_quoted(out, nic->name);
	out_add(out, ";\n  fixed-address %s;\n", ip_text(&lease->address, text));
	if (lease->boot_file[0] && text_is_printable(span_of(lease->boot_file))) {
		out_add(out, "  filename ");
		put_quoted(out, lease->boot_file);
		out_add(out, ";\n");
	}
	put_ips(out, "subnet-mask", &mask, 1);
	put_routers(out, lease);
	if (!ip_is_unset(&lease->broadcast))
		put_ips(out, "broadcast-address", &lease->broadcast, 1);
	put_ips(out, "domain-name-servers", lease->dns, lease->n_dns);
	put_string(out, "domain-name", lease->domain);
	put_string(out, "host-name", lease->host_name);
	put_string(out, "root-path",
		   rootspec_public(root_path, sizeof(root_path), span_of(lease->root_path)));
	out_add(out, "  option dhcp-lease-time %u;\n  option dhcp-message-type 5;\n",
		lease->lease_s);
	if (lease->server_id.family == IP_V4)
		put_ips(out, "dhcp-server-identifier", &lease->server_id, 1);
	put_time(out, "renew", from_s, lease->t1_s);
	put_time(out, "rebind", from_s, lease->t2_s);
	put_time(out, "expire", from_s, lease->lease_s);
	out_add(out, "}\n");
	hand_end(h, 0644, "/run/netroot/leases/%s.lease", nic->name);
}

void hand_lease(struct hand *h, const struct hand_nic *nic)
{
	if (nic->lease4 || nic->lease6 || nic->ra)
		json(h, nic);
	/* without the time of day it could not be told from one that is over */
	if (nic->lease4 && nic->lease4->address.family == IP_V4 && h->in->wall_s)
		dhclient(h, nic);
}
