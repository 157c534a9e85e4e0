/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/linkmsg: IFLA_LINKINFO against bytes written down by hand (little-endian). */
#include "core/linkmsg.h"

#include "test.h"

static void eq_hex(const uint8_t *got, size_t len, const char *want)
{
	static char text[2048];
	struct out out = out_to(text, sizeof(text));

	for (size_t i = 0; i < len; i++)
		out_add(&out, "%s%02x", i && i % 4 == 0 ? " " : "", got[i]);
	eq_str(text, want);
}

static void info_is(const struct plan_link *link, const char *want)
{
	uint8_t bytes[LINKMSG_MAX];
	struct writer w = writer_of(bytes, sizeof(bytes));

	linkmsg_info(&w, link);
	ok(!w.full);
	eq_hex(bytes, writer_len(&w), want);
}

static void option(struct plan_link *link, const char *name, const char *value)
{
	struct plan_bond_option *o = &link->options[link->n_options++];

	ok(text_copy(o->name, sizeof(o->name), span_of(name)));
	ok(text_copy(o->value, sizeof(o->value), span_of(value)));
}

/* LINKINFO (18) { KIND (1) "vlan", DATA (2) { VLAN_ID (1) u16 } } */
static void vlan(void)
{
	struct plan_link link = { .kind = LINK_VLAN, .vlan_id = 2005 };

	info_is(&link, "1c001280 09000100 766c616e 00000000 0c000280 06000100 d5070000");
}

/* STP_STATE (5) and FORWARD_DELAY (1) are u32 */
static void bridge(void)
{
	struct plan_link link = { .kind = LINK_BRIDGE };

	info_is(&link, "24001280 0b000100 62726964 67650000 14000280 08000500 00000000 "
		       "08000100 00000000");
}

static void bond_without_options(void)
{
	struct plan_link link = { .kind = LINK_BOND };

	info_is(&link, "14001280 09000100 626f6e64 00000000 04000280");
}

/* MODE (1) u8, MIIMON (3) u32; what hangs on ports, and what is wrong, is left out. */
static void bond(void)
{
	struct plan_link link = { .kind = LINK_BOND };

	option(&link, "mode", "active-backup");
	option(&link, "primary", "eth0");
	option(&link, "miimon", "100");
	option(&link, "updelay", "-1");
	option(&link, "nosuch", "1");
	info_is(&link, "24001280 09000100 626f6e64 00000000 14000280 05000100 01000000 "
		       "08000300 64000000");
}

/* One attribute, behind the 20 bytes in front of it. */
static void one_is(const char *name, const char *value, const char *want)
{
	struct plan_link link = { .kind = LINK_BOND };
	uint8_t bytes[LINKMSG_MAX];
	struct writer w = writer_of(bytes, sizeof(bytes));
	struct err err = { 0 };

	option(&link, name, value);
	eq_int(linkmsg_bond_option_check(&link.options[0], &err), 0);
	eq_str(err.text, "");
	linkmsg_info(&w, &link);
	eq_hex(bytes + 20, writer_len(&w) - 20, want);
}

static void values(void)
{
	static const struct {
		const char *name, *value, *want;
	} rows[] = {
		{ "mode", "balance-rr", "05000100 00000000" },
		{ "mode", "802.3ad", "05000100 04000000" },
		{ "mode", "balance-alb", "05000100 06000000" },
		{ "mode", "6", "05000100 06000000" },
		{ "miimon", "off", "08000300 00000000" },
		{ "updelay", "200", "08000400 c8000000" },
		{ "downdelay", "200", "08000500 c8000000" },
		{ "peer_notif_delay", "200", "08001c00 c8000000" },
		{ "use_carrier", "on", "05000600 01000000" },
		{ "arp_interval", "1000", "08000700 e8030000" },
		{ "arp_ip_target", "10.0.0.1", "0c000880 08000000 0a000001" },
		{ "arp_ip_target", "10.0.0.1;10.0.0.2,10.0.0.3",
		  "1c000880 08000000 0a000001 08000100 0a000002 08000200 0a000003" },
		{ "ns_ip6_target", "2001:db8::1",
		  "18001f80 14000000 20010db8 00000000 00000000 00000001" },
		{ "arp_validate", "filter_backup", "08000900 06000000" },
		{ "arp_all_targets", "all", "08000a00 01000000" },
		{ "arp_missed_max", "2", "05001e00 02000000" },
		{ "primary_reselect", "failure", "05000c00 02000000" },
		{ "fail_over_mac", "follow", "05000d00 02000000" },
		{ "xmit_hash_policy", "layer3+4", "05000e00 01000000" },
		{ "xmit_hash_policy", "layer2+3", "05000e00 02000000" },
		{ "xmit_hash_policy", "vlan+srcmac", "05000e00 05000000" },
		{ "resend_igmp", "255", "08000f00 ff000000" },
		{ "num_grat_arp", "3", "05001000 03000000" },
		{ "num_unsol_na", "3", "05001000 03000000" },
		{ "all_slaves_active", "1", "05001100 01000000" },
		{ "min_links", "1", "08001200 01000000" },
		{ "lp_interval", "1", "08001300 01000000" },
		{ "packets_per_slave", "0", "08001400 00000000" },
		{ "lacp_rate", "fast", "05001500 01000000" },
		{ "ad_select", "count", "05001600 02000000" },
		{ "ad_actor_sys_prio", "65535", "06001800 ffff0000" },
		{ "ad_user_port_key", "1023", "06001900 ff030000" },
		{ "ad_actor_system", "02:00:00:00:00:01", "0a001a00 02000000 00010000" },
		{ "tlb_dynamic_lb", "0", "05001b00 00000000" },
		{ "lacp_active", "off", "05001d00 00000000" },
		{ "coupled_control", "off", "05002000 00000000" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		one_is(rows[i].name, rows[i].value, rows[i].want);
}

static void refused(void)
{
	static const struct {
		const char *name, *value, *want;
	} rows[] = {
		{ "nosuch", "1", "bond option nosuch is not known" },
		{ "Mode", "1", "bond option Mode is not known" },
		{ "", "", "bond option  is not known" },
		{ "a\nb", "", "bond option a\\x0ab is not known" },
		{ "mode", "7", "bond option mode cannot be \"7\"" },
		{ "mode", "active", "bond option mode cannot be \"active\"" },
		{ "mode", "802.3ad ", "bond option mode cannot be \"802.3ad \"" },
		{ "mode", "", "bond option mode cannot be \"\"" },
		{ "miimon", "2147483648", "bond option miimon cannot be \"2147483648\"" },
		{ "miimon", "1\n", "bond option miimon cannot be \"1\\x0a\"" },
		{ "lp_interval", "0", "bond option lp_interval cannot be \"0\"" },
		{ "resend_igmp", "256", "bond option resend_igmp cannot be \"256\"" },
		{ "arp_ip_target", "", "bond option arp_ip_target cannot be \"\"" },
		{ "arp_ip_target", "10.0.0.1;",
		  "bond option arp_ip_target cannot be "
		  "\"10.0.0.1;\"" },
		{ "arp_ip_target", "::1", "bond option arp_ip_target cannot be \"::1\"" },
		{ "arp_ip_target", "0.0.0.0", "bond option arp_ip_target cannot be \"0.0.0.0\"" },
		{ "arp_ip_target",
		  "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,"
		  "1.1.1.8,1.1.1.9,1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,",
		  "bond option arp_ip_target cannot be \"1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,"
		  "1.1.1.6,1.1.1.7,1.1.1.8,1.1.1.9,1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,\"" },
		{ "ns_ip6_target", "10.0.0.1", "bond option ns_ip6_target cannot be \"10.0.0.1\"" },
		{ "ad_actor_system", "02:00:00:00:00",
		  "bond option ad_actor_system cannot be \"02:00:00:00:00\"" },
		{ "primary", "a/b", "bond option primary cannot be \"a/b\"" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_link link = { .kind = LINK_BOND };
		struct err err = { 0 };

		option(&link, rows[i].name, rows[i].value);
		ok(linkmsg_bond_option_check(&link.options[0], &err) < 0);
		eq_str(err.text, rows[i].want);
		info_is(&link, "14001280 09000100 626f6e64 00000000 04000280");
	}
}

/* The longest lists of targets there can be, and one option many times. */
static void all_fits(void)
{
	struct plan_link link = { .kind = LINK_BOND };
	uint8_t bytes[LINKMSG_MAX];
	struct writer w = writer_of(bytes, sizeof(bytes));

	for (int i = 0; i < PLAN_BOND_OPTIONS_MAX - 1; i++)
		option(&link, "ns_ip6_target",
		       "1::,2::,3::,4::,5::,6::,7::,8::,9::,a::,b::,c::,d::,e::,f::,1::");
	option(&link, "arp_ip_target",
	       "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,"
	       "1.1.1.8,1.1.1.9,1.1.2.1,1.1.2.2,1.1.2.3");
	linkmsg_info(&w, &link);
	ok(!w.full);
	eq_int(writer_len(&w), 20 + 4 + 16 * 20 + 4 + 12 * 8);
}

static void ports(void)
{
	struct plan_bond_option primary = { "primary", "eth1" },
				active = { "active_slave", "eth1" };
	struct plan_bond_option mode = { "mode", "1" }, updelay = { "updelay", "1" };
	uint8_t bytes[LINKMSG_MAX];
	struct writer w = writer_of(bytes, sizeof(bytes));
	struct err err;

	ok(linkmsg_bond_option_of_port(&primary) && linkmsg_bond_option_of_port(&active));
	ok(!linkmsg_bond_option_of_port(&mode) && !linkmsg_bond_option_of_port(&updelay));
	ok(linkmsg_bond_option_early(&mode) && !linkmsg_bond_option_early(&updelay));
	eq_int(linkmsg_bond_option_check(&primary, &err), 0);
	linkmsg_bond_port(&w, &primary, 3);
	eq_hex(bytes, writer_len(&w),
	       "1c001280 09000100 626f6e64 00000000 0c000280 08000b00 "
	       "03000000");
}

static void names(void)
{
	static const char *const good[] = { "eth0", "a", "vlan0005", "eth0.5", "abcdefghijklmno",
					    "-" };
	static const char *const bad[] = {
		"", ".", "..", "a/b", "a:b", "a b", "a\n", "a\x7f", "abcdefghijklmnop", "\xc3\xa4"
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(link_name_valid(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!link_name_valid(bad[i]));
}

int main(void)
{
	RUN(vlan);
	RUN(bridge);
	RUN(bond_without_options);
	RUN(bond);
	RUN(values);
	RUN(refused);
	RUN(all_fits);
	RUN(ports);
	RUN(names);
	return test_end();
}
