/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lease in a DHCPv4 message: what each option must be to count. */
#include "core/dhcp_lease.h"

#include <errno.h>

#include "core/dhcp_time.h"

/* Renewed at half of it with a try or two before its end; what is shorter comes and goes, again and
 * again. */
#define LEASE_MIN_S 4
#define MTU_MIN 576 /* RFC 791: every host takes this; dracut ignores less, too */

void dhcp_lease_ignore(struct reading *in, uint8_t code, const char *why)
{
	if (in->ignored.text)
		out_item(&in->ignored, "option %u: %s", code, why);
}

static void read_netmask(struct reading *in)
{
	struct ip_addr mask;
	enum dhcp_found found = dhcp_msg_get_ip(in->msg, DHCP_OPT_NETMASK, &mask);
	uint8_t prefix;

	in->lease->prefix = ip4_classful_prefix(ip4_to_he(&in->lease->address));
	if (found == DHCP_MALFORMED)
		dhcp_lease_ignore(in, DHCP_OPT_NETMASK, "wrong length, taking the class's netmask");
	if (found != DHCP_FOUND)
		return;
	if (!ip4_mask_to_prefix(ip4_to_he(&mask), &prefix) || !prefix)
		dhcp_lease_ignore(in, DHCP_OPT_NETMASK, "not a netmask, taking the class's");
	else
		in->lease->prefix = prefix;
}

/* A list of n addresses, of which the usable ones are kept, as far as there is room. */
static void read_ips(struct reading *in, uint8_t code, struct ip_addr *dst, uint8_t max,
		     uint8_t *ret_n)
{
	struct dhcp_value v;
	struct reader r;
	uint8_t n = 0;

	if (dhcp_msg_get(in->msg, code, &v) != DHCP_FOUND)
		return;
	if (!v.len || v.len % 4) {
		dhcp_lease_ignore(in, code, "wrong length");
		return;
	}
	r = reader_of(v.bytes, v.len);
	while (reader_left(&r) && n < max) {
		struct ip_addr ip = ip4_from_he(read_be32(&r));

		if (ip4_is_unicast(&ip))
			dst[n++] = ip;
		else
			dhcp_lease_ignore(in, code, "holds an address that is none of a host");
	}
	*ret_n = n;
}

static void add_route(struct reading *in, uint8_t code, struct ip_addr dst, uint8_t prefix,
		      struct ip_addr gateway)
{
	struct lease *l = in->lease;

	if (!ip_is_unset(&gateway) && !ip4_is_unicast(&gateway)) {
		dhcp_lease_ignore(in, code, "a route's gateway is no host's address");
		return;
	}
	if (l->n_routes == LEASE_ROUTES_MAX) {
		dhcp_lease_ignore(in, code, "more routes than there is room for");
		return;
	}
	l->routes[l->n_routes++] =
		(struct lease_route){ .dst = dst, .prefix = prefix, .gateway = gateway };
}

/* RFC 3442: width, as many octets of the destination as that needs, gateway. */
static bool next_classless(struct reader *r, struct lease_route *ret)
{
	uint32_t dst_he = 0;
	uint8_t prefix = read_u8(r);

	if (prefix > 32)
		return false;
	for (int i = 0; i < (prefix + 7) / 8; i++)
		dst_he |= (uint32_t)read_u8(r) << (24 - 8 * i);
	ret->prefix = prefix;
	/* bits beyond the width are the server's slip; the kernel refuses such a route */
	ret->dst = ip4_from_he(dst_he & ip4_prefix_to_mask(prefix));
	ret->gateway = ip4_from_he(read_be32(r));
	return !r->bad;
}

static bool read_classless(struct reading *in, uint8_t code)
{
	struct dhcp_value v;
	struct lease_route route;
	struct reader r;

	if (dhcp_msg_get(in->msg, code, &v) != DHCP_FOUND)
		return false;
	/* all of it is read before any of it counts */
	r = reader_of(v.bytes, v.len);
	while (reader_left(&r)) {
		if (next_classless(&r, &route))
			continue;
		r.bad = true;
		break;
	}
	if (!v.len || r.bad) {
		dhcp_lease_ignore(in, code, "malformed, taking options 3 and 33 instead");
		return false;
	}
	r = reader_of(v.bytes, v.len);
	while (reader_left(&r) && next_classless(&r, &route))
		add_route(in, code, route.dst, route.prefix, route.gateway);
	return true;
}

/* RFC 2132 5.8: pairs of destination and router, from the days of classes: a destination with host
 * bits is a host. */
static void read_static_routes(struct reading *in)
{
	struct dhcp_value v;
	struct reader r;

	if (dhcp_msg_get(in->msg, DHCP_OPT_STATIC_ROUTE, &v) != DHCP_FOUND)
		return;
	if (!v.len || v.len % 8) {
		dhcp_lease_ignore(in, DHCP_OPT_STATIC_ROUTE, "wrong length");
		return;
	}
	r = reader_of(v.bytes, v.len);
	while (reader_left(&r)) {
		uint32_t dst_he = read_be32(&r);
		struct ip_addr gateway = ip4_from_he(read_be32(&r));
		uint8_t prefix = ip4_classful_prefix(dst_he);

		/* "The default route (0.0.0.0) is an illegal destination for this option." */
		if (!dst_he || ip_is_unset(&gateway)) {
			dhcp_lease_ignore(in, DHCP_OPT_STATIC_ROUTE,
					  "a route without destination or gateway");
			continue;
		}
		if (dst_he & ~ip4_prefix_to_mask(prefix))
			prefix = 32;
		add_route(in, DHCP_OPT_STATIC_ROUTE, ip4_from_he(dst_he), prefix, gateway);
	}
}

static void read_routes(struct reading *in)
{
	struct ip_addr routers[1];
	uint8_t n = 0;

	/* RFC 3442: "the DHCP client MUST ignore the Router option" (and, so, 33) where 121 is */
	if (read_classless(in, DHCP_OPT_CLASSLESS_ROUTE) ||
	    read_classless(in, DHCP_OPT_MS_CLASSLESS_ROUTE))
		return;
	read_static_routes(in);
	read_ips(in, DHCP_OPT_ROUTER, routers, 1, &n);
	if (n)
		add_route(in, DHCP_OPT_ROUTER, ip4_from_he(0), 0, routers[0]);
}

/* RFC 2131 4.4.5: T1 is half, T2 seven eighths of the lease. */
void dhcp_lease_times(struct lease *l, uint32_t t1, uint32_t t2)
{
	if (l->lease_s == DHCP_LEASE_FOR_EVER) {
		l->t1_s = l->t2_s = DHCP_LEASE_FOR_EVER;
		return;
	}
	l->t2_s = t2 && t2 < l->lease_s ? t2 : (uint32_t)((uint64_t)l->lease_s * 7 / 8);
	l->t1_s = t1 && t1 < l->t2_s ? t1 : l->lease_s / 2;
	if (l->t1_s >= l->t2_s)
		l->t1_s = l->t2_s / 2;
	/* leases of a second or two: who renews at once never stops */
	if (!l->t1_s)
		l->t1_s = 1;
	if (!l->t2_s)
		l->t2_s = 1;
}

static void read_times(struct reading *in)
{
	struct lease *l = in->lease;
	uint32_t t1 = 0, t2 = 0;

	if (dhcp_msg_get_u32(in->msg, DHCP_OPT_LEASE_TIME, &l->lease_s) == DHCP_MALFORMED)
		dhcp_lease_ignore(in, DHCP_OPT_LEASE_TIME, "wrong length");
	if (dhcp_msg_get_u32(in->msg, DHCP_OPT_T1, &t1) == DHCP_MALFORMED)
		dhcp_lease_ignore(in, DHCP_OPT_T1, "wrong length");
	if (dhcp_msg_get_u32(in->msg, DHCP_OPT_T2, &t2) == DHCP_MALFORMED)
		dhcp_lease_ignore(in, DHCP_OPT_T2, "wrong length");
	dhcp_lease_times(l, t1, t2);
}

static void read_broadcast(struct reading *in)
{
	struct lease *l = in->lease;
	uint32_t mask = ip4_prefix_to_mask(l->prefix), he;
	enum dhcp_found found = dhcp_msg_get_ip(in->msg, DHCP_OPT_BROADCAST, &l->broadcast);

	if (found == DHCP_MALFORMED)
		dhcp_lease_ignore(in, DHCP_OPT_BROADCAST, "wrong length");
	if (found != DHCP_FOUND)
		return;
	he = ip4_to_he(&l->broadcast);
	if (he && he != UINT32_MAX && (he ^ ip4_to_he(&l->address)) & mask)
		dhcp_lease_ignore(in, DHCP_OPT_BROADCAST, "not of the address's network");
	else if (he && he != ip4_to_he(&l->address))
		return;
	l->broadcast = (struct ip_addr){ 0 };
}

static void read_numbers(struct reading *in)
{
	struct lease *l = in->lease;
	enum dhcp_found found;
	uint16_t mtu = 0;

	found = dhcp_msg_get_u16(in->msg, DHCP_OPT_MTU, &mtu);
	if (found == DHCP_MALFORMED || (found == DHCP_FOUND && mtu < MTU_MIN))
		dhcp_lease_ignore(in, DHCP_OPT_MTU, "not an MTU of 576 or more");
	else
		l->mtu = mtu;
	read_broadcast(in);
}

/* The same option number is any other vendor's as well: it is PXE's where the server says so. */
static void read_pxe(struct reading *in)
{
	struct dhcp_pxe pxe = { 0 };

	if (dhcp_msg_pxe(in->msg, &pxe) == DHCP_MALFORMED)
		dhcp_lease_ignore(in, DHCP_OPT_VENDOR, "malformed sub-options of PXE");
	else if (ip_is_unset(&in->lease->siaddr))
		in->lease->siaddr = pxe.listed;
}

static void read_all(struct reading *in)
{
	struct lease *l = in->lease;

	if (!ip_is_unset(&in->msg->siaddr))
		l->siaddr = in->msg->siaddr;
	read_netmask(in);
	read_numbers(in);
	read_routes(in);
	read_ips(in, DHCP_OPT_DNS, l->dns, LEASE_DNS_MAX, &l->n_dns);
	read_ips(in, DHCP_OPT_NTP, l->ntp, LEASE_DNS_MAX, &l->n_ntp);
	read_times(in);
	dhcp_lease_texts(in);
	read_pxe(in);
}

/* What makes a message no lease at all. */
static bool check_lease(const struct dhcp_msg *msg, const struct lease *l, struct err *err)
{
	char ip[IP_TEXT_MAX];
	struct dhcp_value v;

	if (!ip4_is_unicast(&l->address)) {
		(void)err_set(err, EBADMSG, "%s is not an address a host can have",
			      ip_text(&l->address, ip));
		return false;
	}
	/* RFC 2131 table 3: both carry 54 and 51. Without 54 there is nobody to send a REQUEST to;
	 * an OFFER may go without a lease time, but who offers none whole has no better ACK, and
	 * would be asked again and again. */
	if (msg->type == DHCP_TYPE_OFFER && !ip4_is_unicast(&l->server_id)) {
		(void)err_set(err, EBADMSG, "no usable server identifier (option 54)");
		return false;
	}
	if (!l->lease_s && (msg->type == DHCP_TYPE_ACK ||
			    dhcp_msg_get(msg, DHCP_OPT_LEASE_TIME, &v) == DHCP_FOUND)) {
		(void)err_set(err, EBADMSG, "no usable lease time (option 51)");
		return false;
	}
	if (l->lease_s && l->lease_s < LEASE_MIN_S) {
		(void)err_set(err, EBADMSG, "a lease of %u s is too short to renew (option 51)",
			      l->lease_s);
		return false;
	}
	return true;
}

bool dhcp_msg_lease(const struct dhcp_msg *msg, struct lease *ret, char *ignored, size_t size,
		    struct err *err)
{
	struct lease l = { 0 };
	struct reading in = { .msg = msg, .lease = &l };

	if (msg->type != DHCP_TYPE_OFFER && msg->type != DHCP_TYPE_ACK) {
		(void)err_set(err, EBADMSG, "neither an OFFER nor an ACK (message type %u)",
			      msg->type);
		return false;
	}
	if (ignored)
		in.ignored = out_to(ignored, size);
	l.kind = LEASE_DHCP4;
	l.address = msg->yiaddr;
	(void)dhcp_msg_get_ip(msg, DHCP_OPT_SERVER_ID, &l.server_id);
	if (!ip4_is_unicast(&l.server_id))
		l.server_id = (struct ip_addr){ 0 };
	read_all(&in);
	l.preferred_s = l.lease_s;
	if (!check_lease(msg, &l, err))
		return false;
	*ret = l;
	return true;
}

bool dhcp_msg_proxy(const struct dhcp_msg *msg, struct lease *ret)
{
	struct ip_addr server_id = { 0 };

	if (msg->type != DHCP_TYPE_OFFER || !ip_is_unset(&msg->yiaddr) || !dhcp_msg_is_pxe(msg))
		return false;
	(void)dhcp_msg_get_ip(msg, DHCP_OPT_SERVER_ID, &server_id);
	if (!ip4_is_unicast(&server_id))
		return false;
	dhcp_msg_said(msg, ret);
	ret->server_id = server_id;
	return true;
}

void dhcp_msg_said(const struct dhcp_msg *msg, struct lease *ret)
{
	struct reading in = { .msg = msg, .lease = ret };

	*ret = (struct lease){ 0 };
	read_all(&in);
}

bool dhcp_lease_from_message(const uint8_t *bytes, size_t len, struct lease *ret, struct err *err)
{
	struct dhcp_msg msg;

	return dhcp_msg_header(bytes, len, &msg, err) && dhcp_msg_options(&msg, err) &&
	       dhcp_msg_lease(&msg, ret, NULL, 0, err);
}
