/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/ra: the rules of an advertisement and of each option, and the rhythm of soliciting. */
#include "core/ra.h"

#include "dhcp6_packets.h"
#include "test.h"

#define MS 1000000ull
#define S (1000 * MS)

/* Router lifetime 1800 s, no flags; checksum left 0, which is not looked at. */
#define HEADER "86000000 40000708 00000000 00000000 "

static const struct ip_addr router = { IP_V6, { 0xfe, 0x80, [15] = 0x11 } };

static struct lease l;
static struct err err;
static char ignored[256];

static bool parse(const char *hex)
{
	struct packet p = from_hex(hex);

	return ra_parse(p.bytes, p.len, &router, 255, &l, ignored, sizeof(ignored), &err);
}

static const char *preference_text(int8_t preference)
{
	return preference > 0 ? " (high)" : preference < 0 ? " (low)" : "";
}

/* The lease in a line. */
static const char *told(void)
{
	static char text[1024];
	struct out out = out_to(text, sizeof(text));
	char a[IP_TEXT_MAX], b[IP_TEXT_MAX];

	out_add(&out, "%s%smtu %u", l.managed ? "managed " : "", l.other ? "other " : "", l.mtu);
	for (int i = 0; i < l.n_routes; i++)
		out_add(&out, " %s/%u via %s for %u%s", ip_text(&l.routes[i].dst, a),
			l.routes[i].prefix, ip_text(&l.routes[i].gateway, b), l.routes[i].valid_s,
			preference_text(l.routes[i].preference));
	for (int i = 0; i < l.n_dns; i++)
		out_add(&out, " dns %s for %u", ip_text(&l.dns[i], a), l.dns_s[i]);
	if (l.search[0])
		out_add(&out, " search %s for %u", l.search, l.search_s);
	return text;
}

#define DEFAULT_ROUTE " ::/0 via fe80::11 for 1800"

static void options(void)
{
	static const struct {
		const char *hex, *told, *ignored;
	} rows[] = {
		{ "", "mtu 0" DEFAULT_ROUTE, "" },
		/* MTU */
		{ "0501 0000 000005dc", "mtu 1500" DEFAULT_ROUTE, "" },
		{ "0501 0000 00000500", "mtu 1280" DEFAULT_ROUTE, "" },
		{ "0501 0000 000004ff", "mtu 0" DEFAULT_ROUTE, "MTU: not one of 1280 or more" },
		{ "0501 0000 00010000", "mtu 0" DEFAULT_ROUTE, "MTU: not one of 1280 or more" },
		{ "0502 0000 000005dc 0000000000000000", "mtu 0" DEFAULT_ROUTE,
		  "MTU: wrong length" },
		/* routes: without, with half and with a whole prefix */
		{ "1801 0000 0000003c", "mtu 0 ::/0 via fe80::11 for 60", "" },
		{ "1801 0000 00000000", "mtu 0", "" },
		{ "1802 2000 00000e10 fd00000000000000",
		  "mtu 0" DEFAULT_ROUTE " fd00::/32 via fe80::11 for 3600", "" },
		{ "1803 4018 ffffffff fd000000000000020000000000000000",
		  "mtu 0" DEFAULT_ROUTE " fd00:0:0:2::/64 via fe80::11 for 4294967295 (low)", "" },
		{ "1802 2408 00000e10 fd000001ffffffff",
		  "mtu 0" DEFAULT_ROUTE " fd00:1:f000::/36 via fe80::11 for 3600 (high)", "" },
		{ "1802 2000 00000e10 fd00000000000000 1802 2000 00000000 fd00000000000000",
		  "mtu 0" DEFAULT_ROUTE, "" },
		{ "1802 2010 00000e10 fd00000000000000", "mtu 0" DEFAULT_ROUTE,
		  "route: reserved preference" },
		{ "1801 4000 00000e10", "mtu 0" DEFAULT_ROUTE, "route: wrong length" },
		{ "1802 4100 00000e10 fd00000000000000", "mtu 0" DEFAULT_ROUTE,
		  "route: wrong length" },
		{ "1803 8100 00000e10 fd000000000000000000000000000000", "mtu 0" DEFAULT_ROUTE,
		  "route: wrong length" },
		{ "1804 4000 00000e10 fd000000000000000000000000000000 0000000000000000",
		  "mtu 0" DEFAULT_ROUTE, "route: wrong length" },
		{ "1802 0800 00000e10 ff00000000000000", "mtu 0" DEFAULT_ROUTE,
		  "route: to multicast or link-local addresses" },
		{ "1802 4000 00000e10 fe80000000000000", "mtu 0" DEFAULT_ROUTE,
		  "route: to multicast or link-local addresses" },
		/* prefix: the kernel's, but nobody else says what is wrong with it */
		{ "0304 40c0 00000e10 00000e10 00000000 fd000000000000000000000000000000",
		  "mtu 0" DEFAULT_ROUTE, "" },
		{ "0304 80c0 00000e10 00000e10 00000000 fd000000000000000000000000000000",
		  "mtu 0" DEFAULT_ROUTE, "" },
		{ "0304 81c0 00000e10 00000e10 00000000 fd000000000000000000000000000000",
		  "mtu 0" DEFAULT_ROUTE, "prefix: of more than 128 bits" },
		{ "0303 40c0 00000e10 00000e10 00000000 fd00000000000000", "mtu 0" DEFAULT_ROUTE,
		  "prefix: wrong length" },
		{ "0305 40c0 00000e10 00000e10 00000000 fd000000000000000000000000000000"
		  "0000000000000000",
		  "mtu 0" DEFAULT_ROUTE, "prefix: wrong length" },
		/* RDNSS */
		{ "1903 0000 00000e10 fd000000000000000000000000000053",
		  "mtu 0" DEFAULT_ROUTE " dns fd00::53 for 3600", "" },
		{ "1905 0000 ffffffff fd000000000000000000000000000053"
		  "fe800000000000000000000000000001",
		  "mtu 0" DEFAULT_ROUTE " dns fd00::53 for 4294967295 dns fe80::1 for 4294967295",
		  "" },
		/* withdrawn, and the last word on a server counts */
		{ "1903 0000 00000000 fd000000000000000000000000000053",
		  "mtu 0" DEFAULT_ROUTE " dns fd00::53 for 0", "" },
		{ "1903 0000 00000e10 fd000000000000000000000000000053"
		  "1903 0000 0000003c fd000000000000000000000000000053",
		  "mtu 0" DEFAULT_ROUTE " dns fd00::53 for 60", "" },
		{ "1902 0000 00000e10 fd00000000000000", "mtu 0" DEFAULT_ROUTE,
		  "RDNSS: wrong length" },
		{ "1901 0000 00000e10", "mtu 0" DEFAULT_ROUTE, "RDNSS: wrong length" },
		{ "1903 0000 00000e10 ff020000000000000000000000000001", "mtu 0" DEFAULT_ROUTE,
		  "RDNSS: holds an address that is none of a host" },
		{ "1903 0000 00000e10 00000000000000000000000000000001", "mtu 0" DEFAULT_ROUTE,
		  "RDNSS: holds an address that is none of a host" },
		/* DNSSL: lab.example, then with eng_1 behind it */
		{ "1f03 0000 00000e10 036c6162076578616d706c6500000000",
		  "mtu 0" DEFAULT_ROUTE " search lab.example for 3600", "" },
		{ "1f04 0000 00000e10 036c6162076578616d706c6500 05656e675f3100 00000000",
		  "mtu 0" DEFAULT_ROUTE " search lab.example eng_1 for 3600", "" },
		{ "1f03 0000 00000000 036c6162076578616d706c6500000000", "mtu 0" DEFAULT_ROUTE,
		  "" },
		/* of two options the shorter time */
		{ "1f02 0000 00000e10 036c616200000000 1f02 0000 0000003c 0365 6e6700000000",
		  "mtu 0" DEFAULT_ROUTE " search lab eng for 60", "" },
		{ "1f01 0000 00000e10", "mtu 0" DEFAULT_ROUTE, "DNSSL: wrong length" },
		{ "1f02 0000 00000e10 036c616207657861", "mtu 0" DEFAULT_ROUTE,
		  "DNSSL: malformed" },
		{ "1f02 0000 00000e10 036c6162c000 0000", "mtu 0" DEFAULT_ROUTE,
		  "DNSSL: malformed" },
		{ "1f02 0000 00000e10 033b726d00000000", "mtu 0" DEFAULT_ROUTE,
		  "DNSSL: malformed" },
		{ "1f02 0000 00000e10 022d6100 00000000", "mtu 0" DEFAULT_ROUTE,
		  "DNSSL: malformed" },
		{ "1f02 0000 00000e10 036c616200000000 1f02 0000 00000e10 03202020 00000000",
		  "mtu 0" DEFAULT_ROUTE " search lab for 3600", "DNSSL: malformed" },
		/* unknown ones are nobody's slip */
		{ "fd01 0000 00000000", "mtu 0" DEFAULT_ROUTE, "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char hex[512];

		(void)snprintf(hex, sizeof(hex), "%s%s", HEADER, rows[i].hex);
		memset(&l, 0x5a, sizeof(l));
		ok(parse(hex));
		eq_int(l.kind, LEASE_RA);
		ok(ip_eq(&l.server_id, &router));
		eq_str(told(), rows[i].told);
		eq_str(ignored, rows[i].ignored);
	}
}

static void header(void)
{
	ok(parse("86000000 40c00708 00000000 00000000"));
	eq_str(told(), "managed other mtu 0" DEFAULT_ROUTE);
	eq_int(l.lease_s, 1800);
	ok(parse("86000000 40400000 00000000 00000000"));
	eq_str(told(), "other mtu 0");
	eq_int(l.lease_s, 0);
	/* RFC 4191 2.2: Prf is bits 3 and 4, and the reserved value is medium */
	ok(parse("86000000 40080708 00000000 00000000"));
	eq_str(told(), "mtu 0" DEFAULT_ROUTE " (high)");
	ok(parse("86000000 40180708 00000000 00000000"));
	eq_str(told(), "mtu 0" DEFAULT_ROUTE " (low)");
	ok(parse("86000000 40d00708 00000000 00000000"));
	eq_str(told(), "managed other mtu 0" DEFAULT_ROUTE);
	ok(parse("86000000 40080000 00000000 00000000"));
	eq_str(told(), "mtu 0");
}

static void captured(void)
{
	ok(parse(dnsmasq_advert));
	eq_str(told(), "managed other mtu 1500" DEFAULT_ROUTE
		       " dns fd00::53 for 1800 search lab.example eng.lab.example for 1800");
	eq_str(ignored, "");
	ok(parse(radvd_advert));
	eq_str(told(), "managed mtu 1420 ::/0 via fe80::11 for 900 fd00:7::/48 via fe80::11 for 300"
		       " dns fd00::53 for 600 dns fd00::54 for 600"
		       " search lab.example eng.lab.example for 600");
	eq_str(ignored, "");
}

/* RFC 4861 6.1.2 */
static void validation(void)
{
	static const struct {
		const char *hex;
		struct ip_addr from;
		int hop_limit;
		const char *why;
	} rows[] = {
		{ HEADER, { IP_V6, { 0xfd } }, 255, "source is not link-local" },
		{ HEADER, { IP_V6, { 0xfe, 0xc0 } }, 255, "source is not link-local" },
		{ HEADER, { 0 }, 255, "source is not link-local" },
		{ HEADER, router, 254, "hop limit is not 255: it came from elsewhere" },
		{ HEADER, router, -1, "hop limit is not 255: it came from elsewhere" },
		{ "86000000 40000708 00000000 000000", router, 255, "cut short" },
		{ "", router, 255, "cut short" },
		{ "86010000 40000708 00000000 00000000", router, 255,
		  "not a router advertisement" },
		{ "85000000 40000708 00000000 00000000", router, 255,
		  "not a router advertisement" },
		{ HEADER "0500 0000 000005dc", router, 255,
		  "an option of no length, or past the end" },
		{ HEADER "0502 0000 000005dc", router, 255,
		  "an option of no length, or past the end" },
		{ HEADER "05", router, 255, "an option of no length, or past the end" },
		{ HEADER "0501 0000 000005dc 0500", router, 255,
		  "an option of no length, or past the end" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct packet p = from_hex(rows[i].hex);

		l = (struct lease){ .mtu = 4711 };
		ok(!ra_parse(p.bytes, p.len, &rows[i].from, rows[i].hop_limit, &l, NULL, 0, &err));
		eq_str(err.text, rows[i].why);
		eq_int(l.mtu, 4711);
	}
}

static void more_than_there_is_room_for(void)
{
	struct packet p = from_hex(HEADER);

	for (int i = 0; i < 20; i++) {
		add_hex(&p, "1802 3000 00000e10 fd00000000000000");
		p.bytes[p.len - 3] = (uint8_t)i;
		add_hex(&p, "1903 0000 00000e10 fd000000000000000000000000000053");
		p.bytes[p.len - 1] = (uint8_t)i;
	}
	ok(ra_parse(p.bytes, p.len, &router, 255, &l, ignored, sizeof(ignored), &err));
	eq_int(l.n_routes, LEASE_ROUTES_MAX);
	eq_int(l.n_dns, LEASE_DNS_MAX);
	eq_int(strncmp(ignored, "route: more than there is room for; ", 36), 0);
}

/* Said at 100 s and, before, at 0 s; used at now_s. */
static const char *said_twice(const char *first, const char *second, uint64_t now_s)
{
	static struct lease one;

	ok(parse(first));
	ra_merge(NULL, &l, &one);
	ok(parse(second));
	l.acquired_ns = 100 * S;
	ra_merge(&one, &l, &l);
	ra_expire(&l, now_s * S);
	return told();
}

#define DNS53 "1903 0000 00000e10 fd000000000000000000000000000053"
#define DNS54_FOR_150 "1903 0000 00000096 fd000000000000000000000000000054"
#define LAB "1f02 0000 00000e10 036c616200000000"

/* RFC 8106 5.1, 5.2, 6.1 */
static void life_times(void)
{
	static const struct {
		const char *first, *second, *told;
		uint64_t now_s;
	} rows[] = {
		/* said again, or not mentioned: the time that is left */
		{ HEADER DNS53, HEADER DNS53, "mtu 0" DEFAULT_ROUTE " dns fd00::53 for 3600", 100 },
		{ HEADER DNS53, HEADER, "mtu 0" DEFAULT_ROUTE " dns fd00::53 for 3500", 100 },
		{ HEADER DNS54_FOR_150, HEADER DNS53,
		  "mtu 0" DEFAULT_ROUTE " dns fd00::53 for 3600 dns fd00::54 for 50", 149 },
		/* its time is over */
		{ HEADER DNS54_FOR_150, HEADER DNS53,
		  "mtu 0" DEFAULT_ROUTE " dns fd00::53 for 3600", 150 },
		{ HEADER DNS54_FOR_150, HEADER, "mtu 0" DEFAULT_ROUTE, 151 },
		{ HEADER LAB, HEADER, "mtu 0 search lab for 3500", 3599 },
		{ HEADER LAB, HEADER, "mtu 0", 3600 },
		/* withdrawn */
		{ HEADER DNS53, HEADER "1903 0000 00000000 fd000000000000000000000000000053",
		  "mtu 0" DEFAULT_ROUTE, 100 },
		{ HEADER DNS53 DNS54_FOR_150,
		  HEADER "1903 0000 00000000 fd000000000000000000000000000053",
		  "mtu 0" DEFAULT_ROUTE " dns fd00::54 for 50", 100 },
		{ HEADER LAB, HEADER "1f02 0000 00000000 036c616200000000", "mtu 0" DEFAULT_ROUTE,
		  100 },
		{ HEADER LAB, HEADER "1f02 0000 0000003c 0365 6e6700000000",
		  "mtu 0" DEFAULT_ROUTE " search eng for 60", 100 },
		/* for ever */
		{ HEADER "1903 0000 ffffffff fd000000000000000000000000000053", HEADER,
		  "mtu 0 dns fd00::53 for 4294967295", 99999999 },
		/* the router itself, and a route of its own time */
		{ HEADER, HEADER "1802 2008 00000002 fd00000000000000", "mtu 0" DEFAULT_ROUTE,
		  102 },
		{ HEADER, HEADER "1802 2008 00000e10 fd00000000000000",
		  "mtu 0 fd00::/32 via fe80::11 for 3600 (high)", 1900 },
		{ HEADER, "86000000 40000000 00000000 00000000", "mtu 0", 100 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		eq_str(said_twice(rows[i].first, rows[i].second, rows[i].now_s), rows[i].told);
}

static uint64_t digest(const char *hex)
{
	ok(parse(hex));
	return ra_digest(&l);
}

static void same_news(void)
{
	const uint64_t one = digest(HEADER "1903 0000 00000e10 fd000000000000000000000000000053");

	eq_int(one, digest("86000000 40000709 00000000 00000000"
			   "1903 0000 00000e11 fd000000000000000000000000000053"));
	ok(one != digest("86000000 40400708 00000000 00000000"
			 "1903 0000 00000e10 fd000000000000000000000000000053"));
	ok(one != digest("86000000 40000000 00000000 00000000"
			 "1903 0000 00000e10 fd000000000000000000000000000053"));
	ok(one != digest("86000000 40080708 00000000 00000000"
			 "1903 0000 00000e10 fd000000000000000000000000000053"));
	ok(one != digest(HEADER "1903 0000 00000e10 fd000000000000000000000000000054"));
	ok(one != digest(HEADER "1903 0000 00000e10 fd000000000000000000000000000053"
				"0501 0000 000005dc"));
}

static void solicitations(void)
{
	static const uint64_t want_ms[] = { 250,   500,	  1000,	 2000,	4000, 8000,
					    16000, 32000, 64000, 64000, 64000 };
	static const struct mac_addr mac = { 6, { 2, 0, 0, 0, 0, 0x11 } }, none = { 0 };
	struct packet with = from_hex("85000000 00000000 0101 020000000011");
	uint8_t got[RS_LEN_MAX];
	uint64_t now = 7000 * MS;
	struct rs rs;

	rs_init(&rs, 42);
	eq_int(rs_deadline(&rs), RA_NO_DEADLINE);
	eq_int(rs_due(&rs, now, &mac, got), 0);
	rs_start(&rs, now);
	for (size_t i = 0; i < 11; i++) {
		uint64_t ms;

		eq_int(rs_deadline(&rs), now);
		eq_int(rs_due(&rs, now, i % 2 ? &none : &mac, got), i % 2 ? 8 : 16);
		ok(!memcmp(got, with.bytes, i % 2 ? 8 : 16));
		eq_int(rs_due(&rs, now, &mac, got), 0);
		ms = (rs_deadline(&rs) - now) / MS;
		ok(ms >= want_ms[i] - want_ms[i] / 4 - 1 && ms <= want_ms[i] + want_ms[i] / 4);
		now = rs_deadline(&rs);
	}
	rs_stop(&rs);
	eq_int(rs_deadline(&rs), RA_NO_DEADLINE);
	rs_start(&rs, now);
	eq_int(rs_due(&rs, now, &mac, got), 16);
	ok(rs_deadline(&rs) - now < 320 * MS);
}

int main(void)
{
	RUN(options);
	RUN(header);
	RUN(captured);
	RUN(validation);
	RUN(more_than_there_is_room_for);
	RUN(life_times);
	RUN(same_news);
	RUN(solicitations);
	return test_end();
}
