/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/dhcp_lease: what real servers send, one rule per row, and what nobody should. The options of
 * boot protocols are in dhcp_options_test.c. */
#include "core/dhcp_msg.h"

#include "dhcp_rows.h"

/* All routes as text. */
static const char *routes(const struct lease *l)
{
	static char text[1024];
	struct out out = out_to(text, sizeof(text));

	for (int i = 0; i < l->n_routes; i++)
		out_add(&out, "%s%s/%u>%s", i ? " " : "", ip(&l->routes[i].dst),
			l->routes[i].prefix, ip(&l->routes[i].gateway));
	return text;
}

static void dnsmasq(void)
{
	struct packet p = from_hex(dnsmasq_ack);
	struct lease l;
	struct err err;

	ok(dhcp_lease_from_message(p.bytes, p.len, &l, &err));
	eq_str(ip(&l.address), "10.77.0.85");
	eq_int(l.prefix, 24);
	eq_str(ip(&l.broadcast), "10.77.0.255");
	eq_str(ip(&l.server_id), "10.77.0.1");
	eq_str(ip(&l.siaddr), "10.77.0.1");
	eq_int(l.lease_s, 120);
	eq_int(l.t1_s, 60);
	eq_int(l.t2_s, 105);
	eq_int(l.mtu, 1500);
	eq_str(routes(&l), "0.0.0.0/0>10.77.0.1 192.168.4.0/22>10.77.0.2");
	eq_str(l.search, "lab.example eng.lab.example");
	eq_str(l.root_path, "iscsi:10.77.0.1::::iqn.2026-01.lab:disk0");
	eq_str(l.initiator, "iqn.2026-01.lab:client");
	eq_str(l.host_name, "");
	eq_str(l.boot_file, "");
}

static void overload_by_dnsmasq(void)
{
	struct packet p = from_hex(dnsmasq_overload);
	struct lease l;
	struct err err;

	ok(dhcp_lease_from_message(p.bytes, p.len, &l, &err));
	eq_str(ip(&l.address), "10.77.0.79");
	eq_str(l.boot_file, "boot/vmlinuz");
	eq_str(l.tftp_server, "tftp.lab.example");
	eq_str(l.root_path, "");
	eq_str(routes(&l), "0.0.0.0/0>10.77.0.1 192.168.4.0/22>10.77.0.2");
}

static void split_root_path_by_isc(void)
{
	struct packet p = from_hex(isc_ack);
	struct lease l;
	struct err err;

	ok(dhcp_lease_from_message(p.bytes, p.len, &l, &err));
	eq_int(strlen(l.root_path), 305);
	ok(!strncmp(l.root_path, "10.77.0.1:/srv/ppp", 18));
	eq_str(l.host_name, "node7");
	eq_str(l.domain, "lab.example");
	eq_str(l.search, "lab.example eng.lab.example");
	eq_int(l.mtu, 1400);
	eq_int(l.n_dns, 2);
	eq_str(ip(&l.dns[1]), "10.77.0.4");
	eq_int(l.n_ntp, 1);
	eq_str(ip(&l.ntp[0]), "10.77.0.5");
	eq_str(ip(&l.siaddr), "10.77.0.9");
	eq_str(l.tftp_server, "tftp.lab.example");
	eq_str(l.boot_file, "boot/vmlinuz");
	eq_str(l.initiator, "iqn.2026-01.lab:c");
	eq_str(routes(&l), "192.168.9.0/24>10.77.0.3 0.0.0.0/0>10.77.0.1");
	eq_int(l.lease_s, 600);
	eq_int(l.t1_s, 300);
	eq_int(l.t2_s, 525);
}

/* Every prefix of every capture: whole, or nothing and a reason. */
static void cut_anywhere(void)
{
	const char *const all[] = { dnsmasq_ack, dnsmasq_overload, isc_ack };

	for (size_t i = 0; i < 3; i++) {
		struct packet p = from_hex(all[i]);
		int n_good = 0;

		for (size_t len = 0; len < p.len; len++) {
			struct lease l = { .mtu = 4711 };
			char ignored[256];
			struct err err = { 0 };
			bool good = read_lease(&p, len, &l, ignored, &err);

			n_good += good;
			ok(good || (l.mtu == 4711 && err.text[0]));
			if (len < LEN_HEADER)
				eq_str(err.text, "shorter than a DHCP header");
		}
		/* between two options, once type, server and time have been read */
		ok(n_good > 5 && n_good < 40);
	}
}

static const char *show_number(uint32_t v)
{
	static char text[16];

	(void)snprintf(text, sizeof(text), "%u", v);
	return text;
}

static const char *show_prefix(const struct lease *l)
{
	return show_number(l->prefix);
}

static void netmask(void)
{
	static const struct row rows[] = {
		{ "0104ffffff00", "24", "" },
		{ "0104fffffffe", "31", "" },
		{ "0104ffffffff", "32", "" },
		{ "", "8", "" },
		{ "0104ff00ff00", "8", "option 1: not a netmask, taking the class's" },
		{ "010400000000", "8", "option 1: not a netmask, taking the class's" },
		{ "0103ffffff", "8", "option 1: wrong length, taking the class's netmask" },
		{ "0105ffffff0000", "8", "option 1: wrong length, taking the class's netmask" },
		/* given twice: the first counts */
		{ "0104ffffff00 0104ffff0000", "24", "" },
	};

	CHECK(rows, show_prefix);
}

static const char *show_mtu(const struct lease *l)
{
	return show_number(l->mtu);
}

static void mtu(void)
{
	static const struct row rows[] = {
		{ "1a0205dc", "1500", "" },
		{ "1a020240", "576", "" },
		{ "1a02023f", "0", "option 26: not an MTU of 576 or more" },
		{ "1a020000", "0", "option 26: not an MTU of 576 or more" },
		{ "1a0105", "0", "option 26: not an MTU of 576 or more" },
		{ "1a02ffff", "65535", "" },
	};

	CHECK(rows, show_mtu);
}

static void route_options(void)
{
	static const struct row rows[] = {
		{ "03040a000001", "0.0.0.0/0>10.0.0.1", "" },
		{ "03080a0000010a000002", "0.0.0.0/0>10.0.0.1", "" },
		{ "0308e00000010a000002", "0.0.0.0/0>10.0.0.2",
		  "option 3: holds an address that is none of a host" },
		{ "03030a0000", "", "option 3: wrong length" },
		{ "0300", "", "option 3: wrong length" },
		/* 33: by class, a host where host bits are set, never the default route */
		{ "2108 c0a80900 0a000003", "192.168.9.0/24>10.0.0.3", "" },
		{ "2108 c0a80907 0a000003", "192.168.9.7/32>10.0.0.3", "" },
		{ "2108 00000000 0a000003 03040a000001", "0.0.0.0/0>10.0.0.1",
		  "option 33: a route without destination or gateway" },
		{ "2104 c0a80900", "", "option 33: wrong length" },
		/* 121 wins over 3 and 33, whatever the order */
		{ "03040a000001 2108c0a809000a000003 7905 00 0a000009", "0.0.0.0/0>10.0.0.9", "" },
		{ "7905 00 0a000009 03040a000001", "0.0.0.0/0>10.0.0.9", "" },
		/* RFC 3442's own examples of widths */
		{ "7906 08 0a 0a000001", "10.0.0.0/8>10.0.0.1", "" },
		{ "7909 20 0a1bc4f1 0a000001", "10.27.196.241/32>10.0.0.1", "" },
		{ "7909 19 81d2b1ff 0a000001", "129.210.177.128/25>10.0.0.1", "" },
		/* on link */
		{ "7908 18 0a4d01 00000000", "10.77.1.0/24>0.0.0.0", "" },
		/* malformed as a whole: 3 counts again */
		{ "790a 21 0a1bc4f100 0a000001 03040a000001", "0.0.0.0/0>10.0.0.1",
		  "option 121: malformed, taking options 3 and 33 instead" },
		{ "7908 18 0a4d01 000000 00 7901 00 03040a000001", "0.0.0.0/0>10.0.0.1",
		  "option 121: malformed, taking options 3 and 33 instead" },
		{ "7900 03040a000001", "0.0.0.0/0>10.0.0.1",
		  "option 121: malformed, taking options 3 and 33 instead" },
		{ "7905 00 e0000001", "", "option 121: a route's gateway is no host's address" },
		/* 249 is 121 from before it had its number; 121 wins, a broken one leaves it room
		 */
		{ "f905 00 0a000009 03040a000001", "0.0.0.0/0>10.0.0.9", "" },
		{ "f905 00 0a000009 7905 00 0a000008", "0.0.0.0/0>10.0.0.8", "" },
		{ "7901 00 f905 00 0a000009", "0.0.0.0/0>10.0.0.9",
		  "option 121: malformed, taking options 3 and 33 instead" },
		{ "f901 00 03040a000001", "0.0.0.0/0>10.0.0.1",
		  "option 249: malformed, taking options 3 and 33 instead" },
		/* split inside a route (RFC 3396) */
		{ "7903 00 0a00 7902 0009", "0.0.0.0/0>10.0.0.9", "" },
	};

	CHECK(rows, routes);
}

static void many_routes(void)
{
	struct packet p = ack_with("79aa");
	struct lease l;
	char ignored[256];
	struct err err;

	/* 34 default routes of five bytes */
	p.len--;
	for (int i = 0; i < 34; i++)
		add_hex(&p, "00 0a000009");
	ok(read_lease(&p, p.len, &l, ignored, &err));
	eq_int(l.n_routes, LEASE_ROUTES_MAX);
	ok(!strncmp(ignored, "option 121: more routes than there is room for", 46));
}

static const char *show_times(const struct lease *l)
{
	static char text[64];

	(void)snprintf(text, sizeof(text), "%u %u %u", l->lease_s, l->t1_s, l->t2_s);
	return text;
}

static void times(void)
{
	static const struct row rows[] = {
		{ "", "3600 1800 3150", "" },
		{ "3a0400000064 3b04000000c8", "3600 100 200", "" },
		/* T1 after T2, T2 after the end, zero, wrong length: the RFC's own */
		{ "3a04000000c8 3b0400000064", "3600 50 100", "" },
		{ "3b0400000e10", "3600 1800 3150", "" },
		{ "3a0400000000 3b0400000000", "3600 1800 3150", "" },
		{ "3a03000064", "3600 1800 3150", "option 58: wrong length" },
		{ "3b0100", "3600 1800 3150", "option 59: wrong length" },
		{ "3a0400000c4e", "3600 1800 3150", "" },
	};
	static const struct row lease_rows[] = {
		{ "3304ffffffff", "4294967295 4294967295 4294967295", "" },
		{ "330400000004", "4 2 3", "" },
		{ "330400000003", "a lease of 3 s is too short to renew (option 51)", "" },
		{ "330400000001", "a lease of 1 s is too short to renew (option 51)", "" },
		{ "3304fffffffe", "4294967294 2147483647 3758096382", "" },
		{ "330400000000", "no usable lease time (option 51)", "" },
		{ "3303000e10", "no usable lease time (option 51)", "" },
		{ "", "no usable lease time (option 51)", "" },
	};

	CHECK(rows, show_times);
	for (size_t i = 0; i < sizeof(lease_rows) / sizeof(lease_rows[0]); i++) {
		struct packet p = ack_with("");
		struct lease l;
		char ignored[256];
		struct err err;

		p.len = LEN_HEADER + 9;
		add_hex(&p, lease_rows[i].options);
		if (read_lease(&p, p.len, &l, ignored, &err))
			eq_str(show_times(&l), lease_rows[i].want);
		else
			eq_str(err.text, lease_rows[i].want);
	}
}

static void offer_without_time_or_server(void)
{
	struct packet p = ack_with("");
	struct lease l;
	struct err err;

	p.bytes[242] = 2;
	p.len = LEN_HEADER + 9;
	ok(dhcp_lease_from_message(p.bytes, p.len, &l, &err));
	eq_int(l.lease_s, 0);
	p.len = LEN_HEADER + 3;
	ok(!dhcp_lease_from_message(p.bytes, p.len, &l, &err));
	eq_str(err.text, "no usable server identifier (option 54)");
}

static const char *show_host(const struct lease *l)
{
	return l->host_name;
}

static void host_name(void)
{
	static const char why[] = "option 12: not a host name";
	static const struct row rows[] = {
		{ "0c05 6e6f646537", "node7", "" },
		{ "0c07 6e6f6465370000", "node7", "" },
		{ "0c08 6e6f64652e6c6162", "node.lab", "" },
		{ "0c06 6e6f6465372e", "node7", "" },
		{ "0c01 37", "7", "" },
		{ "0c00", "", why },
		{ "0c01 2e", "", why },
		{ "0c02 0000", "", why },
		{ "0c05 6e00646537", "", why }, /* NUL inside */
		{ "0c05 2d6f646537", "", why }, /* -ode7 */
		{ "0c05 6e6f64652d", "", why }, /* node- */
		{ "0c05 6e6f5f6537", "", why }, /* no_e7 */
		{ "0c05 6e2e2e6537", "", why }, /* n..e7 */
		{ "0c05 6e3b696437", "", why }, /* n;id7 */
		{ "0c05 6024696429", "", why }, /* `$id) */
		{ "0c05 6e0a696437", "", why }, /* line feed */
		{ "0c05 6e1b5b3237", "", why }, /* escape */
		{ "0c05 c3a4626364", "", why }, /* UTF-8 */
		{ "0c05 6e6f206537", "", why }, /* blank */
	};

	CHECK(rows, show_host);
}

static void long_labels(void)
{
	struct packet p = ack_with("");
	struct lease l;
	char ignored[256];
	struct err err;

	p.len--;
	add_hex(&p, "0c3f");
	memset(p.bytes + p.len, 'a', 64);
	p.len += 63;
	ok(read_lease(&p, p.len, &l, ignored, &err));
	eq_int(strlen(l.host_name), 63);
	p.bytes[p.len - 64] = 64;
	p.len++;
	ok(read_lease(&p, p.len, &l, ignored, &err));
	eq_str(l.host_name, "");
}

static const char *show_root(const struct lease *l)
{
	return l->root_path;
}

static void root_path(void)
{
	static const char why[] = "option 17: empty, too long or not printable";
	static const struct row rows[] = {
		{ "1104 2f737276", "/srv", "" },
		{ "1102 2f73 1102 7276", "/srv", "" },
		{ "1102 2f73 1100 0c0161 1102 7276", "/srv", "" },
		{ "1106 2f7372760000", "/srv", "" },
		{ "1106 2f73727600 0a", "", why },
		{ "1104 2f73720a", "", why },
		{ "1104 2f7372ff", "", why },
		{ "1100", "", why },
		/* shell characters are text like any other: nobody hands them to a shell */
		{ "1108 2f24287829603b22", "/$(x)`;\"", "" },
	};

	CHECK(rows, show_root);
}

/* 1023 bytes in pieces fit, 1024 do not. */
static void long_root_path(void)
{
	for (uint8_t last = 3; last <= 4; last++) {
		struct packet p = ack_with("");
		struct lease l;
		char ignored[256] = "";
		struct err err;

		p.len--;
		for (int i = 0; i < 5; i++) {
			uint8_t len = i < 4 ? 255 : last;

			p.bytes[p.len++] = DHCP_OPT_ROOT_PATH;
			p.bytes[p.len++] = len;
			memset(p.bytes + p.len, 'a', len);
			p.len += len;
		}
		ok(read_lease(&p, p.len, &l, ignored, &err));
		eq_int(strlen(l.root_path), last == 3 ? 1023 : 0);
		eq_int(strlen(ignored), last == 3 ? 0 : 43);
	}
}

static const char *show_search(const struct lease *l)
{
	return l->search;
}

static void search_list(void)
{
	static const char why[] = "option 119: malformed";
	static const struct row rows[] = {
		{ "7705 036c616200", "lab", "" },
		/* RFC 3397 section 2's shape: the second name ends in a pointer */
		{ "770b 036c616200 03656e67c000", "lab eng.lab", "" },
		{ "7707 036c616200 c000", "lab lab", "" },
		{ "7702 c000", "", why }, /* to itself */
		{ "7704 c002 c000", "", why }, /* forwards */
		{ "7706 0161 c000 00 00", "", why }, /* into its own labels */
		{ "7708 036c616200 c0 05 00", "", why },
		{ "7708 036c616200 c0 ff 00", "", why }, /* past the end */
		{ "7706 036c616200 c0", "", why }, /* half a pointer */
		{ "7704 036c6162", "", why }, /* without its end */
		{ "7703 406c61", "", why }, /* reserved label type */
		{ "7703 056c61", "", why },
		{ "7701 00", "", why },
		{ "7705 036c3b6200", "", why }, /* l;b */
		{ "7704 036c6162 7701 00", "lab", "" }, /* split */
		{ "7700", "", "" },
	};

	CHECK(rows, show_search);
}

/* As many names as fit in an option, each a pointer to the longest: bounded, and cut. */
static void search_list_that_multiplies(void)
{
	struct packet p = ack_with("");
	struct lease l;
	char ignored[256] = "";
	struct err err;

	p.len--;
	for (int piece = 0; piece < 4; piece++) {
		add_hex(&p, "77fc");
		for (int i = 0; i < 126; i++)
			add_hex(&p, piece || i > 3 ? "c000"
				    : i == 3	   ? "6200"
				    : i		   ? "6262"
						   : "0662");
	}
	ok(read_lease(&p, p.len, &l, ignored, &err));
	eq_int(strlen(l.search), 251); /* 36 names of six and the blanks between them */
	eq_str(ignored, "option 119: longer than there is room for, cut");
}

/* 52: file and sname as options, read in the order options, file, sname (RFC 3396 5). */
static void overload(void)
{
	static const struct {
		const char *options, *sname, *file, *want;
	} rows[] = {
		{ "", "7466", "626f", "tf bo " },
		{ "4201 78", "7466", "626f", "x bo " },
		{ "340103 11012f", "110163 ff", "110161 110162 ff", "  /abc" },
		{ "340101 11012f", "7466", "110161 ff", "tf  /a" },
		{ "340102 11012f", "110163 ff", "626f", " bo /c" },
		/* what is overloaded cannot overload, and is not read twice */
		{ "340102 11012f", "340103 110163 ff", "626f", " bo /c" },
		/* no such overload: the fields are names, here unprintable ones */
		{ "340104 11012f", "110163 ff", "110161 ff", "  /" },
		{ "340100", "7466", "626f", "tf bo " },
		{ "34020103", "7466", "626f", "tf bo " },
		/* an option that leaves its field */
		{ "340101", "", "11ff61", "option 17 runs past the end of the file field" },
		{ "340102", "0cff61", "", "option 12 runs past the end of the sname field" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct packet p = ack_with(rows[i].options), field;
		struct lease l;
		char ignored[256];
		struct err err;
		const char *want = rows[i].want;

		field = from_hex(rows[i].sname);
		memcpy(p.bytes + 44, field.bytes, field.len);
		field = from_hex(rows[i].file);
		memcpy(p.bytes + 108, field.bytes, field.len);
		if (!read_lease(&p, p.len, &l, ignored, &err)) {
			eq_str(err.text, want);
			continue;
		}
		eq_str(show_fields(&l), want);
	}
}

/* A name may fill its field to the last byte, without a NUL. */
static void full_fields(void)
{
	struct packet p = ack_with("");
	struct lease l;
	struct err err;

	memset(p.bytes + 44, 's', 64);
	p.bytes[44 + 30] = '.';
	memset(p.bytes + 108, 'f', 128);
	ok(dhcp_lease_from_message(p.bytes, p.len, &l, &err));
	eq_int(strlen(l.tftp_server), 64);
	eq_int(strlen(l.boot_file), 128);
}

/* Thirteen of them, as many as fit and the number of the others. */
static void ignored_is_counted(void)
{
	static const char hex[] =
		"0100 0300 0600 0c00 0f00 1100 1a00 1c00 2100 2a00 3a00 3b00 7900";
	struct packet p = ack_with(hex);
	char ignored[256] = "", small[20] = "";
	struct dhcp_msg msg;
	struct lease l;
	struct err err;

	ok(read_lease(&p, p.len, &l, ignored, &err));
	eq_str(ignored,
	       "option 1: wrong length, taking the class's netmask; option 26: not an MTU of "
	       "576 or more; option 28: wrong length; option 121: malformed, taking options 3 "
	       "and 33 instead; option 33: wrong length; option 3: wrong length; and 7 more");
	ok(dhcp_msg_header(p.bytes, p.len, &msg, &err) && dhcp_msg_options(&msg, &err));
	ok(dhcp_msg_lease(&msg, &l, small, sizeof(small), &err));
	eq_str(small, "and 13 more");
}

int main(void)
{
	RUN(dnsmasq);
	RUN(overload_by_dnsmasq);
	RUN(split_root_path_by_isc);
	RUN(cut_anywhere);
	RUN(netmask);
	RUN(mtu);
	RUN(route_options);
	RUN(many_routes);
	RUN(times);
	RUN(offer_without_time_or_server);
	RUN(host_name);
	RUN(long_labels);
	RUN(root_path);
	RUN(long_root_path);
	RUN(search_list);
	RUN(search_list_that_multiplies);
	RUN(overload);
	RUN(full_fields);
	RUN(ignored_is_counted);
	return test_end();
}
