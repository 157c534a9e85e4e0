/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/dhcp6_msg: frame, every option that is read, the messages that are built, identities. */
#include "core/dhcp6_msg.h"

#include "dhcp6_packets.h"
#include "test.h"

/* REPLY with transaction 123456, both identifiers, and these options. */
#define REPLY "07123456 0001000400030001 0002000400030007 "
#define IA_HEAD "00000011 0000003c 00000060 "
#define ADDRESS "00050018 fd000000000000000000000000000100 00000078 000000f0 "
#define IA "00030028 " IA_HEAD ADDRESS

static struct dhcp6_reply reply;
static char ignored[256];
static struct dhcp6_own own = { .iaid = 0x11 };

static bool read_hex(const char *hex)
{
	static struct packet p;
	struct dhcp6_msg msg;
	struct err err;

	p = from_hex(hex);
	if (!dhcp6_msg_parse(p.bytes, p.len, &msg, &err))
		return false;
	memset(&reply, 0x5a, sizeof(reply));
	dhcp6_msg_read(&msg, &own, &reply, ignored, sizeof(ignored));
	return true;
}

/* What was read, in a line. */
static const char *told(void)
{
	static char text[2048];
	struct out out = out_to(text, sizeof(text));
	const struct lease *l = &reply.lease;
	char a[IP_TEXT_MAX];

	out_add(&out, "%s/%u", ip_text(&l->address, a), l->prefix);
	out_add(&out, " %u/%u/%u/%u", l->preferred_s, l->lease_s, l->t1_s, l->t2_s);
	for (int i = 0; i < l->n_dns; i++)
		out_add(&out, " dns %s", ip_text(&l->dns[i], a));
	for (int i = 0; i < l->n_ntp; i++)
		out_add(&out, " ntp %s", ip_text(&l->ntp[i], a));
	out_add(&out, "%s%s", l->search[0] ? " search " : "", l->search);
	out_add(&out, "%s%s", l->host_name[0] ? " host " : "", l->host_name);
	out_add(&out, "%s%s", l->domain[0] ? " domain " : "", l->domain);
	out_add(&out, "%s%s", l->root_path[0] ? " root " : "", l->root_path);
	out_add(&out, "%s%s", l->boot_file[0] ? " param " : "", l->boot_file);
	if (reply.status)
		out_add(&out, " status %u %s", reply.status, reply.status_text);
	if (reply.preference)
		out_add(&out, " preference %u", reply.preference);
	if (reply.rapid_commit)
		out_add(&out, " rapid");
	if (reply.max_rt_s)
		out_add(&out, " max %u", reply.max_rt_s);
	return text;
}

struct row {
	const char *hex, *told, *ignored;
};

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		ok(read_hex(rows[i].hex));
		eq_str(told(), rows[i].told);
		eq_str(ignored, rows[i].ignored);
	}
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))
#define BOUND "fd00::100/128 120/240/60/96"
#define NOTHING "-/0 0/4294967295/86400/4294967295"

static void options(void)
{
	static const struct row rows[] = {
		{ REPLY IA, BOUND, "" },
		/* 23 */
		{ REPLY IA
		  "00170020 fd000000000000000000000000000053 fe800000000000000000000000000053",
		  BOUND " dns fd00::53 dns fe80::53", "" },
		{ REPLY IA "0017000f fd0000000000000000000000000000", BOUND,
		  "option 23: wrong length" },
		{ REPLY IA "00170000", BOUND, "option 23: wrong length" },
		{ REPLY IA "00170010 ff020000000000000000000000000001", BOUND,
		  "option 23: holds an address that is none of a host" },
		{ REPLY IA "00170010 00000000000000000000000000000000", BOUND,
		  "option 23: holds an address that is none of a host" },
		/* 24 */
		{ REPLY IA "0018000d 036c6162076578616d706c6500", BOUND " search lab.example", "" },
		{ REPLY IA "0018000a 036c616200 03656e6700", BOUND " search lab eng", "" },
		{ REPLY IA "00180004 036c6162", BOUND, "option 24: malformed" },
		{ REPLY IA "00180006 036c6162 c000", BOUND, "option 24: malformed" },
		{ REPLY IA "00180001 00", BOUND, "option 24: malformed" },
		{ REPLY IA "00180000", BOUND, "option 24: malformed" },
		{ REPLY IA "00180005 03612f6200", BOUND, "option 24: malformed" },
		{ REPLY IA "00180005 03610a6200", BOUND, "option 24: malformed" },
		/* 31, and 56 before it */
		{ REPLY IA "001f0010 fd000000000000000000000000000123", BOUND " ntp fd00::123",
		  "" },
		{ REPLY IA
		  "001f0010 fd000000000000000000000000000123"
		  "0038001e 00010010 fd000000000000000000000000000124 0003 0006 036e747000 00",
		  BOUND " ntp fd00::124", "" },
		{ REPLY IA "00380004 00010010", BOUND, "option 56: wrong length" },
		{ REPLY IA "00380008 00010004 0a000001", BOUND, "option 56: wrong length" },
		{ REPLY IA "001f0002 fd00", BOUND, "option 31: wrong length" },
		/* 39: whole, partial, none, and what is none */
		{ REPLY IA "00270013 00 056e6f646537 036c6162 076578616d706c65",
		  BOUND " host node7 domain lab.example", "" },
		{ REPLY IA "00270014 00 056e6f646537 036c6162 076578616d706c65 00",
		  BOUND " host node7 domain lab.example", "" },
		{ REPLY IA "00270007 01 056e6f646537", BOUND " host node7", "" },
		{ REPLY IA "00270001 01", BOUND, "" },
		{ REPLY IA "00270002 01 00", BOUND, "" },
		{ REPLY IA "00270000", BOUND, "option 39: malformed" },
		{ REPLY IA "00270007 01 056e6f3b6537", BOUND, "option 39: malformed" },
		{ REPLY IA "00270007 01 056e6f5f6537", BOUND, "option 39: not a host name" },
		{ REPLY IA "00270009 01 056e6f646537 00 61", BOUND, "option 39: malformed" },
		/* 59, 60 */
		{ REPLY IA "003b000a 6e66733a2f2f612f7372", BOUND " root nfs://a/sr", "" },
		{ REPLY IA "003b000a 6e66733a2f2f612f7300", BOUND " root nfs://a/s", "" },
		{ REPLY IA "003b0000", BOUND, "option 59: empty, too long or not printable" },
		{ REPLY IA "003b0003 610a62", BOUND,
		  "option 59: empty, too long or not printable" },
		{ REPLY IA "003c000a 0003 612062 0003 632064", BOUND " param a b", "" },
		{ REPLY IA "003c0005 0004 612062", BOUND,
		  "option 60: empty, too long or not printable" },
		{ REPLY IA "003c0001 00", BOUND, "option 60: empty, too long or not printable" },
		{ REPLY IA "003c0004 0002 611b", BOUND,
		  "option 60: empty, too long or not printable" },
		/* 7, 14, 82 */
		{ REPLY IA "00070001 ff 000e0000", BOUND " preference 255 rapid", "" },
		{ REPLY IA "00070002 ff00", BOUND, "option 7: wrong length" },
		{ REPLY IA "00520004 00000078", BOUND " max 120", "" },
		{ REPLY IA "00520004 0000003b", BOUND, "option 82: not a time of 60 to 86400 s" },
		{ REPLY IA "00520004 00015181", BOUND, "option 82: not a time of 60 to 86400 s" },
		{ REPLY IA "00520003 000078", BOUND, "option 82: not a time of 60 to 86400 s" },
		/* of others nothing is said; the first of two counts */
		{ REPLY IA "00110004 00000000 00070001 05 00070001 09", BOUND " preference 5", "" },
	};

	CHECK(rows);
}

/* RFC 8415 21.4, 21.6 */
static void addresses(void)
{
	static const struct row rows[] = {
		{ REPLY "00030028 00000011 00000000 00000000" ADDRESS, BOUND, "" },
		{ REPLY "00030028 00000011 00000061 00000060" ADDRESS, NOTHING,
		  "option 3: T1 behind T2" },
		{ REPLY "00030028 00000011 00000050 00000050" ADDRESS,
		  "fd00::100/128 120/240/80/80", "" },
		{ REPLY "00030028 00000011 00000000 00000020" ADDRESS,
		  "fd00::100/128 120/240/32/32", "" },
		{ REPLY "00030028 00000011 0000003c 000000f0" ADDRESS, BOUND, "" },
		{ REPLY "00030028 00000011 ffffffff ffffffff" ADDRESS, BOUND, "" },
		{ REPLY "00030028 00000012 0000003c 00000060" ADDRESS, NOTHING,
		  "option 3: not the one that was asked for" },
		{ REPLY "00030028 00000012 0000003c 00000060" ADDRESS IA, BOUND,
		  "option 3: not the one that was asked for" },
		{ REPLY "00030008 00000011 00000000", NOTHING, "option 3: wrong length" },
		{ REPLY "00030010 00000011 00000000 00000000 00050018", NOTHING,
		  "option 3: wrong length" },
		{ REPLY "0003000c " IA_HEAD, NOTHING, "" },
		/* for ever; deprecated; preferred longer; taken back; none of a host */
		{ REPLY "00030028 00000011 00000000 00000000"
			"00050018 fd000000000000000000000000000100 ffffffff ffffffff",
		  "fd00::100/128 4294967295/4294967295/4294967295/4294967295", "" },
		{ REPLY "00030028 00000011 00000000 00000000"
			"00050018 fd000000000000000000000000000100 00000000 000000f0",
		  "fd00::100/128 0/240/120/192", "" },
		{ REPLY "00030028 00000011 00000000 00000000"
			"00050018 fd000000000000000000000000000100 000000f1 000000f0",
		  NOTHING, "option 5: preferred for longer than it is valid" },
		{ REPLY "00030028 00000011 00000000 00000000"
			"00050018 fd000000000000000000000000000100 00000000 00000000",
		  NOTHING, "" },
		{ REPLY "00030028 00000011 00000000 00000000"
			"00050018 fe800000000000000000000000000100 000000f0 000000f0",
		  NOTHING, "option 5: not an address that is given" },
		{ REPLY "00030028 00000011 00000000 00000000"
			"00050018 ff020000000000000000000000000100 000000f0 000000f0",
		  NOTHING, "option 5: not an address that is given" },
		{ REPLY "00030014 00000011 00000000 00000000 00050004 fd000000", NOTHING,
		  "option 5: wrong length" },
		/* of a second */
		{ REPLY "00030028 00000011 00000000 00000000"
			"00050018 fd000000000000000000000000000100 00000001 00000001",
		  "fd00::100/128 1/1/1/1", "" },
		/* one that is no good, then one that is */
		{ REPLY "00030044 00000011 0000003c 00000060"
			"00050018 fd000000000000000000000000000101 00000000 00000000" ADDRESS,
		  BOUND, "" },
	};

	CHECK(rows);
}

static void the_one_we_had(void)
{
	const char *two = REPLY "00030044 00000011 0000003c 00000060"
				"00050018 fd000000000000000000000000000101 00000078 000000f0"
				"00050018 fd000000000000000000000000000100 00000078 000000f0";

	ok(read_hex(two));
	eq_str(told(), "fd00::101/128 120/240/60/96");
	ok(ip_parse(span_of("fd00::100"), &own.address));
	ok(read_hex(two));
	eq_str(told(), BOUND);
	ok(ip_parse(span_of("fd00::102"), &own.address));
	ok(read_hex(two));
	eq_str(told(), "fd00::101/128 120/240/60/96");
	own.address = (struct ip_addr){ 0 };
}

static void status(void)
{
	static const struct row rows[] = {
		{ REPLY "000d0002 0000", NOTHING, "" },
		{ REPLY "000d0002 0001", NOTHING " status 1 UnspecFail", "" },
		{ REPLY "000d0008 0002 66756c6c 0000", NOTHING " status 2 NoAddrsAvail \"full\"",
		  "" },
		{ REPLY "000d0002 0003", NOTHING " status 3 NoBinding", "" },
		{ REPLY "000d0002 0004", NOTHING " status 4 NotOnLink", "" },
		{ REPLY "000d0002 0005", NOTHING " status 5 UseMulticast", "" },
		{ REPLY "000d0002 0006", NOTHING " status 6 status 6", "" },
		{ REPLY "000d0005 0001 0a1b5b", NOTHING " status 1 UnspecFail \"\\x0a\\x1b[\"",
		  "" },
		{ REPLY "000d0001 00", NOTHING, "option 13: wrong length" },
		/* inside the IA_NA, inside its address */
		{ REPLY "00030012 " IA_HEAD "000d0002 0003", NOTHING " status 3 NoBinding", "" },
		{ REPLY "0003002e " IA_HEAD "0005001e fd000000000000000000000000000100"
			"00000000 00000000 000d0002 0004",
		  NOTHING " status 4 NotOnLink", "" },
		/* the message's comes first */
		{ REPLY "00030012 " IA_HEAD "000d0002 0003 000d0002 0001",
		  NOTHING " status 1 UnspecFail", "" },
	};

	CHECK(rows);
}

/* 32 and 83, with no IA_NA looked at. */
static void information(void)
{
	static const struct row rows[] = {
		{ REPLY IA, NOTHING, "" },
		{ REPLY "00200004 00000e10", "-/0 0/4294967295/3600/4294967295", "" },
		{ REPLY "00200004 00000001", "-/0 0/4294967295/600/4294967295", "" },
		{ REPLY "00200004 ffffffff", "-/0 0/4294967295/4294967295/4294967295", "" },
		{ REPLY "00200002 0e10", NOTHING, "option 32: wrong length" },
		{ REPLY "00530004 00000e10 00520004 00000078", NOTHING " max 3600", "" },
	};

	own.information_only = true;
	CHECK(rows);
	own.information_only = false;
}

static void captured(void)
{
	ok(read_hex(dnsmasq6_reply));
	eq_str(told(), "fd00::11d/128 120/120/60/105 dns fd00::53 ntp fd00::123"
		       " search lab.example eng.lab.example host node7"
		       " root iscsi:[fd00::1]::::iqn.2026-01.lab:disk0");
	eq_str(ignored, "");
	eq_int(reply.lease.len_server_duid, 10);
	eq_int(reply.lease.server_duid[9], 0x03);
	eq_int(reply.lease.kind, LEASE_DHCP6);
	ok(read_hex(kea6_reply));
	eq_str(told(), "fd00::200/128 5/6/2/4 dns fd00::53 search lab.example host node7"
		       " root nfs://[fd00::1]/srv max 120");
	ok(read_hex(kea6_none));
	eq_str(told(), NOTHING " host node7 status 2 NoAddrsAvail"
			       " \"Sorry, no address could be allocated.\"");
}

static void frame(void)
{
	static const struct {
		const char *hex, *why;
	} rows[] = {
		{ "", "cut short" },
		{ "071234", "cut short" },
		{ "0a123456", "a RECONFIGURE, which was not asked for" },
		{ "01123456", "neither an ADVERTISE nor a REPLY" },
		{ "0d123456", "neither an ADVERTISE nor a REPLY" },
		{ "07123456 00", "an option runs past the end" },
		{ "07123456 00010004 000300", "an option runs past the end" },
		{ "07123456 00010004 00030001 0002", "an option runs past the end" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct packet p = from_hex(rows[i].hex);
		struct dhcp6_msg msg = { .type = 99 };
		struct lease l = { .mtu = 4711 };
		struct err err = { 0 };

		ok(!dhcp6_msg_parse(p.bytes, p.len, &msg, &err));
		eq_str(err.text, rows[i].why);
		eq_int(msg.type, 99);
		ok(!dhcp6_lease_from_message(p.bytes, p.len, &l, &err));
		eq_int(l.mtu, 4711);
	}
}

static void identifiers(void)
{
	struct packet p = from_hex("07123456 00010002 0003 00020004 00030007");
	struct dhcp6_msg msg;
	struct err err;

	ok(dhcp6_msg_parse(p.bytes, p.len, &msg, &err));
	eq_int(msg.xid, 0x123456);
	eq_int(msg.client_id.len, 0); /* no more than a type */
	eq_int(msg.server_id.len, 4);
	p = from_hex("07123456 00020083");
	p.len += 131;
	ok(dhcp6_msg_parse(p.bytes, p.len, &msg, &err));
	eq_int(msg.server_id.len, 0);
	p.bytes[7]--;
	p.len--;
	ok(dhcp6_msg_parse(p.bytes, p.len, &msg, &err));
	eq_int(msg.server_id.len, 130);
}

static void for_explain(void)
{
	struct packet p = from_hex(dnsmasq6_reply);
	struct lease l;
	struct err err;
	char ip[IP_TEXT_MAX];

	ok(dhcp6_lease_from_message(p.bytes, p.len, &l, &err));
	eq_str(ip_text(&l.address, ip), "fd00::11d");
	p = from_hex(kea6_none);
	ok(!dhcp6_lease_from_message(p.bytes, p.len, &l, &err));
	eq_str(err.text, "the server refused: NoAddrsAvail \"Sorry, no address could be "
			 "allocated.\"");
}

/* --- building --- */

static const struct dhcp6_config config = {
	.duid = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 },
	.len_duid = 10,
	.mac = { 6, { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } },
	.host_name = "n1",
	.vendor_class = "netroot",
	.user_class = "lab",
	.arch = 7,
};

static void built(const struct dhcp6_send *send, const char *want_hex)
{
	struct packet want = from_hex(want_hex);
	uint8_t got[DHCP6_MESSAGE_MAX];

	memset(got, 0xee, sizeof(got));
	eq_int(dhcp6_msg_build(send, got, sizeof(got)), want.len);
	ok(!memcmp(got, want.bytes, want.len));
	for (size_t size = 0; size < want.len; size++)
		ok(!dhcp6_msg_build(send, got, size));
}

#define CLIENT_ID "0001000a 00030001020000000001 "
#define SERVER_ID "00020004 00030007 "
#define IAADDR "00050018 fd000000000000000000000000000100 0000000000000000 "
#define ORO "00060010 0017 0018 001f 0027 0038 003b 003c 0052 "
#define ORO_INFORMATION "00060012 0017 0018 001f 0027 0038 003b 003c 0020 0053 "
#define CLASSES "000f0005 0003 6c6162 0010000d 00000157 0007 6e6574726f6f74 "
#define FQDN "00270004 01 026e31 "
#define FIRMWARE "003d0002 0007 003e0003 010300"

static void messages(void)
{
	struct dhcp6_send send = { .type = DHCP6_SOLICIT,
				   .xid = 0xcafe01,
				   .config = &config,
				   .ia = true,
				   .rapid_commit = true,
				   .elapsed_cs = 0 };

	built(&send, "01cafe01" CLIENT_ID "0003000c 00123456 0000000000000000 000e0000"
		     "00080002 0000" ORO CLASSES FQDN FIRMWARE);
	send.type = DHCP6_REQUEST;
	send.rapid_commit = false;
	send.elapsed_cs = 300;
	send.server_id = (struct span){ "\0\3\0\7", 4 };
	ok(ip_parse(span_of("fd00::100"), &send.address));
	built(&send, "03cafe01" CLIENT_ID SERVER_ID "00030028 00123456 0000000000000000" IAADDR
		     "00080002 012c" ORO CLASSES FQDN FIRMWARE);
	send.type = DHCP6_DECLINE;
	built(&send, "09cafe01" CLIENT_ID SERVER_ID "00030028 00123456 0000000000000000" IAADDR
		     "00080002 012c");
	send = (struct dhcp6_send){ .type = DHCP6_INFORMATION_REQUEST, .config = &config };
	built(&send, "0b000000" CLIENT_ID "00080002 0000" ORO_INFORMATION CLASSES FIRMWARE);
}

static void bare(void)
{
	struct dhcp6_config c = config;
	struct dhcp6_send send = { .type = DHCP6_REBIND, .xid = 1, .config = &c, .ia = true };

	c.arch = -1;
	c.user_class[0] = c.vendor_class[0] = c.host_name[0] = '\0';
	built(&send, "06000001" CLIENT_ID "0003000c 00123456 0000000000000000 00080002 0000" ORO);
	/* a name with dots is a whole one */
	memcpy(c.host_name, "n1.lab", 7);
	built(&send, "06000001" CLIENT_ID "0003000c 00123456 0000000000000000 00080002 0000" ORO
		     "00270009 01 026e31 036c6162 00");
	memcpy(c.host_name, "n1;ab", 6);
	built(&send, "06000001" CLIENT_ID "0003000c 00123456 0000000000000000 00080002 0000" ORO);
}

/* All that can be asked for at once is still one frame. */
static void longest(void)
{
	struct dhcp6_config c = config;
	struct dhcp6_send send = { .type = DHCP6_REQUEST, .config = &c, .ia = true };
	char duid[130] = "";
	uint8_t got[DHCP6_MESSAGE_MAX];

	c.len_duid = DHCP6_DUID_MAX;
	memset(c.user_class, 'u', LEASE_NAME_MAX - 1);
	memset(c.vendor_class, 'v', LEASE_NAME_MAX - 1);
	for (int i = 0; i < 253; i++)
		c.host_name[i] = i % 50 == 49 ? '.' : 'h';
	send.server_id = (struct span){ duid, sizeof(duid) };
	send.address = (struct ip_addr){ IP_V6, { 0xfd } };
	eq_int(dhcp6_msg_build(&send, got, sizeof(got)),
	       4 + 134 + 134 + 44 + 6 + 20 + 261 + 265 + 4 + 1 + 255 + 6 + 7);
}

/* --- identities --- */

static void duids(void)
{
	static const struct mac_addr mac = { 6, { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } };
	static const struct mac_addr infiniband = { 20, { 0x80, 0, 2, 8, 0xfe, 0x80, 0, 0, 0, 0,
							  0,	0, 1, 2, 3,    4,    5, 6, 7, 8 } };
	static const struct {
		const char *uuid;
		const struct mac_addr *mac;
		const char *want, *efi;
	} rows[] = {
		{ "00112233-4455-6677-8899-AABBCCDDEEFF", &mac,
		  "000400112233445566778899aabbccddeeff", "000433221100554477668899aabbccddeeff" },
		{ "00112233-4455-6677-8899-aabbccddeeff", &infiniband,
		  "000400112233445566778899aabbccddeeff", "000433221100554477668899aabbccddeeff" },
		{ NULL, &mac, "00030001525400123456", "00030001525400123456" },
		{ "", &mac, "00030001525400123456", "00030001525400123456" },
		{ "00112233-4455-6677-8899-aabbccddeef", &mac, "00030001525400123456",
		  "00030001525400123456" },
		{ "00112233-4455-6677-8899-aabbccddeeff-", &mac, "00030001525400123456",
		  "00030001525400123456" },
		{ "0011223344556677-8899-aabbccddeeff", &mac, "00030001525400123456",
		  "00030001525400123456" },
		{ "Not Settable", &mac, "00030001525400123456", "00030001525400123456" },
		{ "00000000-0000-0000-0000-000000000000", &mac, "00030001525400123456",
		  "00030001525400123456" },
		{ "ffffffff-ffff-ffff-ffff-ffffffffffff", &mac, "00030001525400123456",
		  "00030001525400123456" },
		{ NULL, &infiniband, "000300200102030405060708", "000300200102030405060708" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct packet want = from_hex(rows[i].want), efi = from_hex(rows[i].efi);
		uint8_t got[DHCP6_DUID_MAX];

		eq_int(dhcp6_duid(rows[i].uuid, rows[i].mac, got), want.len);
		ok(!memcmp(got, want.bytes, want.len));
		eq_int(dhcp6_duid_efi(rows[i].uuid, rows[i].mac, got), efi.len);
		ok(!memcmp(got, efi.bytes, efi.len));
	}
	eq_int(dhcp6_iaid(&mac), 0x00123456);
	eq_int(dhcp6_iaid(&infiniband), 0x05060708);
}

int main(void)
{
	RUN(options);
	RUN(addresses);
	RUN(the_one_we_had);
	RUN(status);
	RUN(information);
	RUN(captured);
	RUN(frame);
	RUN(identifiers);
	RUN(for_explain);
	RUN(messages);
	RUN(bare);
	RUN(longest);
	RUN(duids);
	return test_end();
}
