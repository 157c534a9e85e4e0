/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lease in a DHCPv6 message: what each option must be to count. */
#include "core/dhcp6_msg.h"

#include <errno.h>
#include <string.h>

#include "core/bytes.h"
#include "core/dhcp_time.h"
#include "core/dnsname.h"

/* RFC 8415 7.6: of information without a time, and the least of one */
#define REFRESH_DEFAULT_S 86400
#define REFRESH_MIN_S 600
/* 21.24, 21.25: others "MUST" be ignored */
#define MAX_RT_MIN_S 60
#define MAX_RT_MAX_S 86400
#define NTP_SERVER_ADDRESS 1 /* RFC 5908 4.1 */

struct reading {
	const struct dhcp6_msg *msg;
	const struct dhcp6_own *own;
	struct dhcp6_reply *reply;
	struct lease *lease;
	struct out ignored;
};

static void ignore(struct reading *in, uint16_t code, const char *why)
{
	if (in->ignored.text)
		out_item(&in->ignored, "option %u: %s", code, why);
}

static bool find(const struct reading *in, uint16_t code, struct reader *ret)
{
	return dhcp6_find_option(&in->msg->options, code, ret);
}

/* --- status --- */

static const char *status_name(uint16_t status)
{
	static const char *const names[] = { "Success",	  "UnspecFail", "NoAddrsAvail",
					     "NoBinding", "NotOnLink",	"UseMulticast" };

	return status < sizeof(names) / sizeof(names[0]) ? names[status] : NULL;
}

/* RFC 8415 21.13: absent, it "is assumed to be Success". Of several the first counts. */
static void read_status(struct reading *in, const struct reader *options)
{
	struct dhcp6_reply *reply = in->reply;
	char text[64];
	struct out out;
	struct reader r;
	uint16_t status;

	if (reply->status || !dhcp6_find_option(options, DHCP6_OPT_STATUS, &r))
		return;
	status = read_be16(&r);
	if (r.bad) {
		ignore(in, DHCP6_OPT_STATUS, "wrong length");
		return;
	}
	if (!status)
		return;
	reply->status = status;
	out = out_to(reply->status_text, sizeof(reply->status_text));
	if (status_name(status))
		out_add(&out, "%s", status_name(status));
	else
		out_add(&out, "status %u", status);
	/* some servers end it in a NUL */
	while (reader_left(&r) && !r.end[-1])
		r.end--;
	if (reader_left(&r))
		out_add(&out, " \"%s\"",
			text_quote(text, sizeof(text),
				   (struct span){ (const char *)r.p, reader_left(&r) }));
}

/* --- the address --- */

/* One IAADDR; false where it gives no address. */
static bool read_iaaddr(struct reading *in, struct reader r, struct lease *ret)
{
	struct lease l = *ret;

	l.address = ip6_read(&r);
	l.preferred_s = read_be32(&r);
	l.lease_s = read_be32(&r);
	if (r.bad) {
		ignore(in, DHCP6_OPT_IAADDR, "wrong length");
		return false;
	}
	if (!ip6_is_unicast(&l.address) || ip_is_link_local(&l.address)) {
		ignore(in, DHCP6_OPT_IAADDR, "not an address that is given");
		return false;
	}
	/* RFC 8415 21.6: "The client MUST discard any addresses for which the preferred lifetime
	 * is greater than the valid lifetime." */
	if (l.preferred_s > l.lease_s) {
		ignore(in, DHCP6_OPT_IAADDR, "preferred for longer than it is valid");
		return false;
	}
	read_status(in, &r);
	/* valid for 0: that one is taken back */
	if (!l.lease_s)
		return false;
	l.prefix = 128;
	*ret = l;
	return true;
}

/*
 * RFC 8415 21.4: T1 and T2 of 0 leave the times to the client, which takes .5 and .8 of the
 * preferred lifetime; both end with the lease at the latest.
 */
static void set_times(struct lease *l, uint32_t t1_s, uint32_t t2_s)
{
	uint32_t base_s = l->preferred_s ? l->preferred_s : l->lease_s;

	if (base_s == DHCP_LEASE_FOR_EVER && !t2_s) {
		l->t2_s = DHCP_LEASE_FOR_EVER;
		l->t1_s = t1_s ? t1_s : DHCP_LEASE_FOR_EVER;
		return;
	}
	if (!t2_s || (t2_s >= l->lease_s && l->lease_s != DHCP_LEASE_FOR_EVER))
		t2_s = (uint32_t)((uint64_t)base_s * 4 / 5);
	if (!t1_s || t1_s > t2_s)
		t1_s = base_s == DHCP_LEASE_FOR_EVER ? t2_s : base_s / 2;
	if (t1_s > t2_s)
		t1_s = t2_s;
	/* leases of a second or two: who renews at once never stops */
	l->t1_s = t1_s ? t1_s : 1;
	l->t2_s = t2_s ? t2_s : 1;
}

/* The addresses in an IA_NA: ours if it is there, else the first. */
static bool read_addresses(struct reading *in, struct reader options, struct lease *l)
{
	struct lease first = *l;
	bool found = false;
	struct reader value;
	uint16_t code;

	while (dhcp6_next_option(&options, &code, &value)) {
		if (code != DHCP6_OPT_IAADDR || !read_iaaddr(in, value, l))
			continue;
		if (ip_is_unset(&in->own->address) || ip_eq(&l->address, &in->own->address))
			return true;
		if (!found)
			first = *l;
		found = true;
	}
	*l = first;
	return found;
}

static bool options_fit(struct reader r)
{
	struct reader value;
	uint16_t code;

	while (dhcp6_next_option(&r, &code, &value))
		;
	return !r.bad;
}

static void read_ia(struct reading *in, struct reader r)
{
	uint32_t iaid = read_be32(&r), t1_s = read_be32(&r), t2_s = read_be32(&r);

	if (r.bad || !options_fit(r)) {
		ignore(in, DHCP6_OPT_IA_NA, "wrong length");
		return;
	}
	if (!in->own->any_ia && iaid != in->own->iaid) {
		ignore(in, DHCP6_OPT_IA_NA, "not the one that was asked for");
		return;
	}
	/* 21.4: "the client discards the IA_NA option and processes the remainder of the message
	 * as though the server had not included the invalid IA_NA option" */
	if (t1_s > t2_s && t1_s && t2_s) {
		ignore(in, DHCP6_OPT_IA_NA, "T1 behind T2");
		return;
	}
	read_status(in, &r);
	if (read_addresses(in, r, in->lease))
		set_times(in->lease, t1_s, t2_s);
}

static void read_ias(struct reading *in)
{
	struct reader options = in->msg->options, value;
	uint16_t code;

	while (dhcp6_next_option(&options, &code, &value))
		if (code == DHCP6_OPT_IA_NA && ip_is_unset(&in->lease->address))
			read_ia(in, value);
}

/* --- what else is told --- */

static void add_ips(struct reading *in, uint16_t code, struct reader r, struct ip_addr *dst,
		    uint8_t *n)
{
	if (!reader_left(&r) || reader_left(&r) % 16) {
		ignore(in, code, "wrong length");
		return;
	}
	while (reader_left(&r)) {
		struct ip_addr ip = ip6_read(&r);

		if (!ip6_is_unicast(&ip))
			ignore(in, code, "holds an address that is none of a host");
		else if (*n < LEASE_DNS_MAX)
			dst[(*n)++] = ip;
	}
}

static void read_ips(struct reading *in, uint16_t code, struct ip_addr *dst, uint8_t *n)
{
	struct reader r;

	if (find(in, code, &r))
		add_ips(in, code, r, dst, n);
}

/* RFC 5908: suboptions; names and multicast addresses are of no use here. SNTP (RFC 4075) is what
 * older servers have instead. */
static void read_ntp(struct reading *in)
{
	struct lease *l = in->lease;
	struct reader r, value;
	uint16_t code;

	if (find(in, DHCP6_OPT_NTP, &r)) {
		while (dhcp6_next_option(&r, &code, &value))
			if (code == NTP_SERVER_ADDRESS)
				add_ips(in, DHCP6_OPT_NTP, value, l->ntp, &l->n_ntp);
		if (r.bad)
			ignore(in, DHCP6_OPT_NTP, "wrong length");
	}
	if (!l->n_ntp)
		read_ips(in, DHCP6_OPT_SNTP, l->ntp, &l->n_ntp);
}

static void read_search(struct reading *in)
{
	char all[sizeof(in->lease->search)];
	struct out out = out_to(all, sizeof(all));
	enum dns_list list;
	struct reader r;

	if (!find(in, DHCP6_OPT_SEARCH, &r))
		return;
	list = dns_list_read(r, false, &out);
	if (list == DNS_LIST_MALFORMED || !out.len) {
		ignore(in, DHCP6_OPT_SEARCH, "malformed");
		return;
	}
	if (list == DNS_LIST_CUT)
		ignore(in, DHCP6_OPT_SEARCH, "longer than there is room for, cut");
	memcpy(in->lease->search, all, out.len + 1);
}

/* RFC 4704: the name the server knows us by; its first label is a host's, the rest the domain. */
static void read_fqdn(struct reading *in)
{
	char name[DNS_NAME_TEXT_MAX] = "";
	struct span domain, host;
	struct reader r;

	if (!find(in, DHCP6_OPT_FQDN, &r))
		return;
	(void)read_u8(&r); /* flags: whose work the DNS is */
	if (r.bad || (reader_left(&r) &&
		      (!dns_name_read(&r, DNS_MAY_BE_PARTIAL, name) || reader_left(&r)))) {
		ignore(in, DHCP6_OPT_FQDN, "malformed");
		return;
	}
	/* 6: a name of no length where the server does not tell */
	if (!name[0])
		return;
	domain = span_of(name);
	host = span_cut(&domain, '.');
	if (!dns_label_valid(host, false)) {
		ignore(in, DHCP6_OPT_FQDN, "not a host name");
		return;
	}
	(void)text_copy(in->lease->host_name, sizeof(in->lease->host_name), host);
	(void)text_copy(in->lease->domain, sizeof(in->lease->domain), domain);
}

static bool take_text(struct reader r, char *dst, size_t size)
{
	struct span s;

	/* a NUL at the end is not the protocol's, but some configurations' */
	while (reader_left(&r) && !r.end[-1])
		r.end--;
	s = (struct span){ (const char *)r.p, reader_left(&r) };
	return s.len && text_is_printable(s) && text_copy(dst, size, s);
}

/* RFC 5970 3.1, 3.2: the URL, and parameters each behind its length, of which the first is kept. */
static void read_boot(struct reading *in)
{
	struct lease *l = in->lease;
	struct reader r, first;

	if (find(in, DHCP6_OPT_BOOT_URL, &r) && !take_text(r, l->root_path, sizeof(l->root_path)))
		ignore(in, DHCP6_OPT_BOOT_URL, "empty, too long or not printable");
	if (!find(in, DHCP6_OPT_BOOT_PARAM, &r))
		return;
	first = read_sub(&r, read_be16(&r));
	if (first.bad || !take_text(first, l->boot_file, sizeof(l->boot_file)))
		ignore(in, DHCP6_OPT_BOOT_PARAM, "empty, too long or not printable");
}

/* --- times of the exchange itself --- */

static void read_max_rt(struct reading *in)
{
	uint16_t code = in->own->information_only ? DHCP6_OPT_INF_MAX_RT : DHCP6_OPT_SOL_MAX_RT;
	struct reader r;
	uint32_t v;

	if (!find(in, code, &r))
		return;
	v = read_be32(&r);
	if (r.bad || reader_left(&r) || v < MAX_RT_MIN_S || v > MAX_RT_MAX_S)
		ignore(in, code, "not a time of 60 to 86400 s");
	else
		in->reply->max_rt_s = v;
}

/* RFC 8415 21.23: what was told stays true; only asking again has a time. */
static void read_refresh(struct reading *in)
{
	struct lease *l = in->lease;
	uint32_t v = REFRESH_DEFAULT_S;
	struct reader r;

	if (find(in, DHCP6_OPT_REFRESH_TIME, &r)) {
		uint32_t given_s = read_be32(&r);

		if (r.bad || reader_left(&r))
			ignore(in, DHCP6_OPT_REFRESH_TIME, "wrong length");
		else
			v = given_s < REFRESH_MIN_S ? REFRESH_MIN_S : given_s;
	}
	l->lease_s = l->t2_s = DHCP_LEASE_FOR_EVER;
	l->t1_s = v;
}

static void read_flags(struct reading *in)
{
	struct reader r;

	if (find(in, DHCP6_OPT_PREFERENCE, &r)) {
		if (reader_left(&r) == 1)
			in->reply->preference = read_u8(&r);
		else
			ignore(in, DHCP6_OPT_PREFERENCE, "wrong length");
	}
	in->reply->rapid_commit = find(in, DHCP6_OPT_RAPID_COMMIT, &r);
}

void dhcp6_msg_read(const struct dhcp6_msg *msg, const struct dhcp6_own *own,
		    struct dhcp6_reply *ret, char *ignored, size_t size)
{
	struct reading in = { .msg = msg, .own = own, .reply = ret, .lease = &ret->lease };
	struct lease *l = &ret->lease;

	memset(ret, 0, sizeof(*ret));
	if (ignored)
		in.ignored = out_to(ignored, size);
	l->kind = LEASE_DHCP6;
	l->len_server_duid = (uint8_t)msg->server_id.len;
	if (msg->server_id.len)
		memcpy(l->server_duid, msg->server_id.p, msg->server_id.len);
	read_status(&in, &msg->options);
	if (!own->information_only)
		read_ias(&in);
	if (ip_is_unset(&l->address))
		read_refresh(&in);
	read_ips(&in, DHCP6_OPT_DNS, l->dns, &l->n_dns);
	read_ntp(&in);
	read_search(&in);
	read_fqdn(&in);
	read_boot(&in);
	read_max_rt(&in);
	read_flags(&in);
}

bool dhcp6_lease_from_message(const uint8_t *bytes, size_t len, struct lease *ret, struct err *err)
{
	const struct dhcp6_own own = { .any_ia = true };
	struct dhcp6_reply reply;
	struct dhcp6_msg msg;

	if (!dhcp6_msg_parse(bytes, len, &msg, err))
		return false;
	dhcp6_msg_read(&msg, &own, &reply, NULL, 0);
	if (reply.status && ip_is_unset(&reply.lease.address)) {
		(void)err_set(err, ENOENT, "the server refused: %s", reply.status_text);
		return false;
	}
	*ret = reply.lease;
	return true;
}
