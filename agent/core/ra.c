/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Router advertisements: the rules each option has to keep, and the rhythm of soliciting. */
#include "core/ra.h"

#include <errno.h>
#include <string.h>

#include "core/backoff.h"
#include "core/bytes.h"
#include "core/dnsname.h"

#define ND_SOLICIT 133
#define ND_ADVERT 134
#define HOP_LIMIT 255
#define LEN_HEADER 16
#define FLAG_MANAGED 0x80
#define FLAG_OTHER 0x40
#define MTU_MIN 1280 /* RFC 8200 5 */
#define FOR_EVER UINT32_MAX
#define NS_PER_S 1000000000ull

/*
 * RFC 7559 begins at 4 s, doubles, and goes up to an hour. The first packet behind link-up is the
 * one most likely lost and a boot waits for it, so it begins at 250 ms and stays below DHCP's 64 s:
 * a router that comes up says so itself.
 */
#define SOLICIT_FIRST_MS 250
#define SOLICIT_MAX_MS 64000

enum nd_option {
	ND_SOURCE_MAC = 1,
	ND_PREFIX = 3,
	ND_MTU = 5,
	ND_ROUTE = 24,
	ND_RDNSS = 25,
	ND_DNSSL = 31,
};

struct reading {
	struct lease *lease;
	struct out ignored, search;
	bool search_withdrawn; /* by an option of no lifetime */
};

static void ignore(struct reading *in, const char *option, const char *why)
{
	if (in->ignored.text)
		out_item(&in->ignored, "%s: %s", option, why);
}

/* --- options: r begins behind type and length --- */

static void read_mtu(struct reading *in, struct reader r)
{
	uint32_t mtu;

	(void)read_be16(&r); /* reserved */
	mtu = read_be32(&r);
	if (r.bad || reader_left(&r))
		ignore(in, "MTU", "wrong length");
	else if (mtu < MTU_MIN || mtu > UINT16_MAX)
		ignore(in, "MTU", "not one of 1280 or more");
	else
		in->lease->mtu = (uint16_t)mtu;
}

/* The kernel makes the address; it says nothing where it does not. */
static void check_prefix(struct reading *in, struct reader r)
{
	uint8_t prefix = read_u8(&r);

	(void)read_bytes(&r, 29); /* flags, two times, reserved, the prefix */
	if (r.bad || reader_left(&r))
		ignore(in, "prefix", "wrong length");
	else if (prefix > 128)
		ignore(in, "prefix", "of more than 128 bits");
}

static void clear_host_bits(struct ip_addr *ip, uint8_t prefix)
{
	for (unsigned int bit = prefix; bit < 128; bit++)
		ip->bytes[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
}

static bool same_dst(const struct lease_route *a, const struct lease_route *b)
{
	return a->prefix == b->prefix && ip_eq(&a->dst, &b->dst);
}

/* RFC 4191 2.1: two bits, signed; 2 is reserved. */
static int8_t preference_of(uint8_t flags)
{
	static const int8_t preferences[] = { 0, 1, 0, -1 };

	return preferences[flags >> 3 & 3];
}

/* The last word on a destination counts; one without a lifetime takes it away. */
static void set_route(struct reading *in, const struct lease_route *route)
{
	struct lease *l = in->lease;
	uint8_t i = 0;

	while (i < l->n_routes && !same_dst(&l->routes[i], route))
		i++;
	if (i == LEASE_ROUTES_MAX) {
		ignore(in, "route", "more than there is room for");
		return;
	}
	if (!route->valid_s) {
		if (i < l->n_routes) {
			l->n_routes--;
			memmove(&l->routes[i], &l->routes[i + 1],
				(size_t)(l->n_routes - i) * sizeof(l->routes[0]));
		}
		return;
	}
	l->routes[i] = *route;
	if (i == l->n_routes)
		l->n_routes++;
}

/* RFC 4191 2.3: as many bytes of the prefix as its length needs, but 0, 8 or 16. */
static void read_route(struct reading *in, struct reader r)
{
	struct lease_route route = { .dst.family = IP_V6, .gateway = in->lease->server_id };
	uint8_t flags;
	size_t len;

	route.prefix = read_u8(&r);
	flags = read_u8(&r);
	route.valid_s = read_be32(&r);
	len = reader_left(&r);
	if (r.bad || route.prefix > 128 || (len != 0 && len != 8 && len != 16) ||
	    route.prefix > len * 8) {
		ignore(in, "route", "wrong length");
		return;
	}
	/* 2.3: "If the Reserved (10) value is received, the Route Information Option MUST be
	 * ignored." */
	if ((flags >> 3 & 3) == 2) {
		ignore(in, "route", "reserved preference");
		return;
	}
	route.preference = preference_of(flags);
	if (len)
		memcpy(route.dst.bytes, read_bytes(&r, len), len);
	/* "MUST be initialized to zero by the sender and ignored by the receiver" */
	clear_host_bits(&route.dst, route.prefix);
	/* a route to multicast is no router's to give, though the kernel takes one */
	if (route.prefix && (route.dst.bytes[0] == 0xff || ip_is_link_local(&route.dst))) {
		ignore(in, "route", "to multicast or link-local addresses");
		return;
	}
	set_route(in, &route);
}

static uint8_t find_dns(const struct lease *l, const struct ip_addr *ip)
{
	uint8_t i = 0;

	while (i < l->n_dns && !ip_eq(&l->dns[i], ip))
		i++;
	return i;
}

/* The last word on a server counts. */
static void set_dns(struct lease *l, const struct ip_addr *ip, uint32_t for_s)
{
	uint8_t i = find_dns(l, ip);

	if (i == LEASE_DNS_MAX)
		return;
	l->dns[i] = *ip;
	l->dns_s[i] = for_s;
	if (i == l->n_dns)
		l->n_dns++;
}

/* RFC 8106 5.1. "A value of zero means that the RDNSS addresses MUST no longer be used." */
static void read_rdnss(struct reading *in, struct reader r)
{
	uint32_t lifetime_s;

	(void)read_be16(&r); /* reserved */
	lifetime_s = read_be32(&r);
	if (r.bad || !reader_left(&r) || reader_left(&r) % 16) {
		ignore(in, "RDNSS", "wrong length");
		return;
	}
	while (reader_left(&r)) {
		struct ip_addr ip = ip6_read(&r);

		if (!ip6_is_unicast(&ip))
			ignore(in, "RDNSS", "holds an address that is none of a host");
		else
			set_dns(in->lease, &ip, lifetime_s);
	}
}

/* RFC 8106 5.2. One time for the whole list, the shortest; what is withdrawn is withdrawn whole. */
static void read_dnssl(struct reading *in, struct reader r)
{
	struct out before = in->search;
	uint32_t lifetime_s;

	(void)read_be16(&r); /* reserved */
	lifetime_s = read_be32(&r);
	if (r.bad || !reader_left(&r)) {
		ignore(in, "DNSSL", "wrong length");
		return;
	}
	if (!lifetime_s) {
		in->search_withdrawn = true;
		return;
	}
	switch (dns_list_read(r, true, &in->search)) {
	case DNS_LIST_CUT:
		ignore(in, "DNSSL", "longer than there is room for, cut");
		break;
	case DNS_LIST_OK:
		break;
	case DNS_LIST_MALFORMED:
		ignore(in, "DNSSL", "malformed");
		in->search = before;
		in->search.text[in->search.len] = '\0';
		return;
	}
	if (!in->lease->search_s || lifetime_s < in->lease->search_s)
		in->lease->search_s = lifetime_s;
}

static bool next_option(struct reader *r, uint8_t *ret_type, struct reader *ret)
{
	uint8_t len;

	*ret_type = read_u8(r);
	len = read_u8(r);
	if (r->bad || !len)
		return false;
	*ret = read_sub(r, (size_t)len * 8 - 2);
	return !ret->bad;
}

static void read_option(struct reading *in, uint8_t type, struct reader r)
{
	/* others "MUST silently" be ignored (RFC 4861 4.6) */
	if (type == ND_PREFIX)
		check_prefix(in, r);
	else if (type == ND_MTU)
		read_mtu(in, r);
	else if (type == ND_ROUTE)
		read_route(in, r);
	else if (type == ND_RDNSS)
		read_rdnss(in, r);
	else if (type == ND_DNSSL)
		read_dnssl(in, r);
}

static bool invalid(struct err *err, const char *why)
{
	(void)err_set(err, EBADMSG, "%s", why);
	return false;
}

/* RFC 4861 6.1.2; the checksum is the kernel's. */
static bool check(const uint8_t *bytes, size_t len, const struct ip_addr *from, int hop_limit,
		  struct err *err)
{
	struct reader r = reader_of(bytes, len), option;
	uint8_t type;

	if (!ip_is_link_local(from))
		return invalid(err, "source is not link-local");
	if (hop_limit != HOP_LIMIT)
		return invalid(err, "hop limit is not 255: it came from elsewhere");
	if (len < LEN_HEADER)
		return invalid(err, "cut short");
	if (read_u8(&r) != ND_ADVERT || read_u8(&r) != 0)
		return invalid(err, "not a router advertisement");
	(void)read_bytes(&r, LEN_HEADER - 2);
	while (reader_left(&r))
		if (!next_option(&r, &type, &option))
			return invalid(err, "an option of no length, or past the end");
	return true;
}

static void read_header(struct reading *in, struct reader *r)
{
	struct lease_route route = { .dst.family = IP_V6, .gateway = in->lease->server_id };
	uint8_t flags;

	(void)read_bytes(r, 5); /* type, code, checksum, hop limit */
	flags = read_u8(r);
	in->lease->managed = flags & FLAG_MANAGED;
	in->lease->other = flags & FLAG_OTHER;
	in->lease->lease_s = read_be16(r);
	(void)read_be64(r); /* reachable time, retransmission timer */
	route.valid_s = in->lease->lease_s;
	route.preference = preference_of(flags); /* of a router for no time there is no route */
	set_route(in, &route);
}

bool ra_parse(const uint8_t *bytes, size_t len, const struct ip_addr *from, int hop_limit,
	      struct lease *ret, char *ignored, size_t size, struct err *err)
{
	struct reader r = reader_of(bytes, len), option;
	struct lease l = { .kind = LEASE_RA };
	struct reading in = { .lease = &l };
	uint8_t type;

	if (ignored)
		in.ignored = out_to(ignored, size);
	if (!check(bytes, len, from, hop_limit, err))
		return false;
	in.search = out_to(l.search, sizeof(l.search));
	l.server_id = *from;
	read_header(&in, &r);
	while (reader_left(&r) && next_option(&r, &type, &option))
		read_option(&in, type, option);
	/* a list that is nothing, for ever: none of before stays */
	if (in.search_withdrawn && !l.search[0])
		l.search_s = FOR_EVER;
	*ret = l;
	return true;
}

/* --- what a router has said in all --- */

/* What is left of a time that the lease gives. */
static uint32_t left_s(const struct lease *l, uint32_t for_s, uint64_t now_ns)
{
	uint64_t passed_s = now_ns > l->acquired_ns ? (now_ns - l->acquired_ns) / NS_PER_S : 0;

	if (for_s == FOR_EVER)
		return FOR_EVER;
	return for_s > passed_s ? for_s - (uint32_t)passed_s : 0;
}

/* Withdrawn ones count before this as what was said of them, and are nothing behind it. */
static void drop_withdrawn(struct lease *l)
{
	uint8_t kept = 0;

	for (uint8_t i = 0; i < l->n_dns; i++) {
		if (!l->dns_s[i])
			continue;
		l->dns[kept] = l->dns[i];
		l->dns_s[kept++] = l->dns_s[i];
	}
	l->n_dns = kept;
}

void ra_merge(const struct lease *before, const struct lease *now, struct lease *ret)
{
	struct lease l = *now;

	for (uint8_t i = 0; before && i < before->n_dns; i++)
		if (find_dns(&l, &before->dns[i]) == l.n_dns)
			set_dns(&l, &before->dns[i],
				left_s(before, before->dns_s[i], now->acquired_ns));
	drop_withdrawn(&l);
	if (before && !l.search_s && left_s(before, before->search_s, now->acquired_ns)) {
		memcpy(l.search, before->search, sizeof(l.search));
		l.search_s = left_s(before, before->search_s, now->acquired_ns);
	}
	*ret = l;
}

void ra_expire(struct lease *l, uint64_t now_ns)
{
	uint8_t kept = 0;

	for (uint8_t i = 0; i < l->n_dns; i++)
		if (!left_s(l, l->dns_s[i], now_ns))
			l->dns_s[i] = 0;
	drop_withdrawn(l);
	if (!left_s(l, l->search_s, now_ns))
		l->search[0] = '\0';
	for (uint8_t i = 0; i < l->n_routes; i++)
		if (left_s(l, l->routes[i].valid_s, now_ns))
			l->routes[kept++] = l->routes[i];
	l->n_routes = kept;
}

/* --- which advertisements say the same --- */

/* FNV-1a: tells news from repetitions, protects nothing. */
static void mix(uint64_t *sum, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		*sum = (*sum ^ p[i]) * 0x100000001b3ull;
}

uint64_t ra_digest(const struct lease *l)
{
	const uint8_t numbers[] = { l->managed, l->other,   (uint8_t)l->mtu, (uint8_t)(l->mtu >> 8),
				    l->n_dns,	l->n_routes };
	uint64_t sum = 0xcbf29ce484222325ull;

	mix(&sum, numbers, sizeof(numbers));
	mix(&sum, l->server_id.bytes, sizeof(l->server_id.bytes));
	for (uint8_t i = 0; i < l->n_dns; i++)
		mix(&sum, l->dns[i].bytes, sizeof(l->dns[i].bytes));
	for (uint8_t i = 0; i < l->n_routes; i++) {
		mix(&sum, l->routes[i].dst.bytes, sizeof(l->routes[i].dst.bytes));
		mix(&sum, &l->routes[i].prefix, 1);
		mix(&sum, &l->routes[i].preference, 1);
	}
	mix(&sum, l->search, strlen(l->search));
	return sum;
}

/* --- solicitations --- */

void rs_init(struct rs *rs, uint64_t seed)
{
	*rs = (struct rs){ .rng = seed, .interval_ms = SOLICIT_FIRST_MS };
}

void rs_start(struct rs *rs, uint64_t now_ns)
{
	rs->running = true;
	rs->next_ns = now_ns;
	rs->interval_ms = SOLICIT_FIRST_MS;
}

void rs_stop(struct rs *rs)
{
	rs->running = false;
}

uint64_t rs_deadline(const struct rs *rs)
{
	return rs->running ? rs->next_ns : RA_NO_DEADLINE;
}

size_t rs_due(struct rs *rs, uint64_t now_ns, const struct mac_addr *mac,
	      uint8_t dst[static RS_LEN_MAX])
{
	const struct backoff wait = { rs->interval_ms, SOLICIT_MAX_MS };
	struct writer w = writer_of(dst, RS_LEN_MAX);

	if (now_ns < rs_deadline(rs))
		return 0;
	rs->next_ns = now_ns + backoff_ns(&wait, 0, &rs->rng);
	rs->interval_ms *= 2;
	if (rs->interval_ms > SOLICIT_MAX_MS)
		rs->interval_ms = SOLICIT_MAX_MS;
	write_u8(&w, ND_SOLICIT);
	write_zero(&w, 7); /* code, the checksum (the kernel's), reserved */
	if (mac->len == 6) {
		write_u8(&w, ND_SOURCE_MAC);
		write_u8(&w, 1);
		write_bytes(&w, mac->bytes, mac->len);
	}
	return writer_len(&w);
}
