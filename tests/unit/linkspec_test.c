/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammars of links: rows from dracut.cmdline(7), bonding.rst and bond_options.c. */
#include "test.h"

#include "core/linkmsg.h"
#include "core/linkspec.h"

struct row {
	const char *value, *want;
};

typedef int link_reader(struct span value, struct plan_link *ret, struct out *choices,
			struct err *err);

static void add_port(const struct plan_port *port, const char *before, struct out *out)
{
	char m[MAC_TEXT_MAX];

	out_add(out, "%s%s%s", before, port->ifname, port->mac.len ? mac_text(&port->mac, m) : "");
}

/* Kind, name, ports, id or options, MTU, then the readings; or what was refused. */
static const char *read_link(link_reader *reader, const char *value)
{
	static const char *const kinds[] = { "vlan", "bond", "bridge" };
	static char text[2048];
	struct out out = out_to(text, sizeof(text));
	static char choices[512];
	struct out o_choices = out_to(choices, sizeof(choices));
	struct plan_link link = { .given = { FROM_CONF, 0 }, .mtu = 77 };
	struct err err = { 0 };

	if (reader(span_of(value), &link, &o_choices, &err)) {
		eq_int(link.mtu, 77); /* untouched */
		ok(err.code > 0 && text_is_printable(span_of(err.text)));
		out_add(&out, "! %s", err.text);
		return text;
	}
	eq_int(link.given.by, FROM_CONF);
	out_add(&out, "%s %s", kinds[link.kind], link.name);
	for (int i = 0; i < link.n_ports; i++)
		add_port(&link.ports[i], i ? "," : ":", &out);
	if (link.kind == LINK_VLAN)
		out_add(&out, " id %u", link.vlan_id);
	for (int i = 0; i < link.n_options; i++) {
		out_add(&out, " %s=%s", link.options[i].name, link.options[i].value);
		ok(!linkmsg_bond_option_check(&link.options[i], &err));
	}
	if (link.mtu)
		out_add(&out, " mtu %u", link.mtu);
	if (o_choices.len)
		out_add(&out, " ? %s", choices);
	return text;
}

static void check(link_reader *reader, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		eq_str(read_link(reader, rows[i].value), rows[i].want);
}
#define CHECK(reader, rows) check(reader, rows, sizeof(rows) / sizeof((rows)[0]))

static void vlans(void)
{
	static const struct row rows[] = {
		/* dracut's four */
		{ "vlan0005:eth0", "vlan vlan0005:eth0 id 5" },
		{ "vlan5:eth0", "vlan vlan5:eth0 id 5" },
		{ "eth0.0005:eth0", "vlan eth0.0005:eth0 id 5" },
		{ "eth0.5:eth0", "vlan eth0.5:eth0 id 5" },
		/* leading zeros are decimal, not octal */
		{ "vlan0010:eth0", "vlan vlan0010:eth0 id 10" },
		{ "vlan0008:eth0", "vlan vlan0008:eth0 id 8" },
		{ "vlan0:eth0", "vlan vlan0:eth0 id 0" },
		{ "vlan4094:bond0", "vlan vlan4094:bond0 id 4094" },
		{ "ibft0.7:ibft0", "vlan ibft0.7:ibft0 id 7" },
		{ "storage12:eth0",
		  "vlan storage12:eth0 id 12 ? VLAN id 12 by the digits at the end of "
		  "\"storage12\"" },
		{ "12:eth0", "vlan 12:eth0 id 12 ? VLAN id 12 by the digits at the end of \"12\"" },
		{ "vlan5:52-54-00-12-34-56", "vlan vlan5:52:54:00:12:34:56 id 5" },
		{ "vlan5:52:54:00:12:34:56", "vlan vlan5:52:54:00:12:34:56 id 5" },
		{ "vlan4095:eth0", "! \"4095\" is no VLAN id (0 to 4094)" },
		{ "vlan99999999:eth0", "! \"99999999\" is no VLAN id (0 to 4094)" },
		{ "storage:eth0",
		  "! the name \"storage\" has no VLAN id, it ends in one as vlan5 or eth0.5 do" },
		{ "eth0.:eth0",
		  "! the name \"eth0.\" has no VLAN id, it ends in one as vlan5 or eth0.5 do" },
		{ "eth5:eth5", "! eth5 cannot be a port of itself" },
		{ "", "! no device behind the name, the form is <name>:<device>" },
		{ "vlan5", "! no device behind the name, the form is <name>:<device>" },
		{ "vlan5:", "! no device behind the name, the form is <name>:<device>" },
		{ ":eth0", "! \"\" cannot be the name of a network device" },
		{ "a/5:eth0", "! \"a/5\" cannot be the name of a network device" },
		{ "sixteencharact.5:eth0",
		  "! \"sixteencharact.5\" cannot be the name of a network device" },
		{ "vlan5:eth0:1500", "! \"eth0:1500\" cannot be the name of a network device" },
		{ "vlan5:e\nth0", "! \"e\\x0ath0\" cannot be the name of a network device" },
	};

	CHECK(linkspec_vlan, rows);
}

#define RR_100 " mode=balance-rr miimon=100"

static void bonds(void)
{
	static const struct row rows[] = {
		{ "", "bond bond0:eth0,eth1" RR_100 },
		{ "bond7", "bond bond7:eth0,eth1" RR_100
			   " ? no ports given, eth0 and eth1; no mode given, balance-rr" },
		{ "bond0:eth2,eth3", "bond bond0:eth2,eth3" RR_100 " ? no mode given, balance-rr" },
		{ "bond0:eth2", "bond bond0:eth2" RR_100 " ? no mode given, balance-rr" },
		{ "bond0:eth0,eth1:mode=active-backup,miimon=50",
		  "bond bond0:eth0,eth1 mode=active-backup miimon=50" },
		{ "bond0:eth0,eth1:mode=4:9000",
		  "bond bond0:eth0,eth1 mode=802.3ad miimon=100 mtu 9000" },
		{ "bond0:eth0,eth1::9000",
		  "bond bond0:eth0,eth1" RR_100 " mtu 9000 ? no mode given, balance-rr" },
		{ "bond0:52-54-00-12-34-56,52:54:00:12:34:57:mode=0",
		  "bond bond0:52:54:00:12:34:56,52:54:00:12:34:57" RR_100 },
		{ "bond0:eth0,eth1:mode=1,arp_interval=200,arp_ip_target=10.0.0.1;10.0.0.2",
		  "bond bond0:eth0,eth1 mode=active-backup arp_interval=200 arp_ip_target=10.0.0.1,"
		  "10.0.0.2" },
		{ "b:e0:mode=1,arp_interval=200,ns_ip6_target=[2001:db8::1];[2001:DB8::2]",
		  "bond b:e0 mode=active-backup arp_interval=200 ns_ip6_target=2001:db8::1,"
		  "2001:db8::2" },
		{ "b:e0:mode=4,ad_actor_system=02-00-00-00-00-01:1500",
		  "bond b:e0 mode=802.3ad ad_actor_system=02:00:00:00:00:01 miimon=100 mtu 1500" },
		{ "b:e0:mode=4,ad_actor_system=[02:00:00:00:00:01]",
		  "bond b:e0 mode=802.3ad ad_actor_system=02:00:00:00:00:01 miimon=100" },
		{ "bond0:bond1:mode=1", "bond bond0:bond1 mode=active-backup miimon=100" },
	};

	CHECK(linkspec_bond, rows);
}

/* Every option once, in a mode it is for. */
static void bond_options(void)
{
	static const struct row rows[] = {
		{ "b:e0:mode=5,tlb_dynamic_lb=0,primary=e0,active_slave=e0,primary_reselect=2",
		  "bond b:e0 mode=balance-tlb tlb_dynamic_lb=0 primary=e0 active_slave=e0 "
		  "primary_reselect=failure miimon=100" },
		{ "b:e0:mode=6,tlb_dynamic_lb=on,primary_reselect=better,lp_interval=1",
		  "bond b:e0 mode=balance-alb tlb_dynamic_lb=1 primary_reselect=better "
		  "lp_interval=1 miimon=100" },
		{ "b:e0:mode=0,miimon=2147483647,updelay=200,downdelay=0100,use_carrier=off",
		  "bond b:e0 mode=balance-rr miimon=2147483647 updelay=200 downdelay=100 "
		  "use_carrier=0" },
		{ "b:e0:mode=0,packets_per_slave=65535,all_slaves_active=1,min_links=1,"
		  "resend_igmp=255,num_grat_arp=0",
		  "bond b:e0 mode=balance-rr packets_per_slave=65535 all_slaves_active=1 "
		  "min_links=1 resend_igmp=255 num_grat_arp=0 miimon=100" },
		{ "b:e0:mode=2,xmit_hash_policy=1,num_unsol_na=255,peer_notif_delay=300000",
		  "bond b:e0 mode=balance-xor xmit_hash_policy=layer3+4 num_unsol_na=255 "
		  "peer_notif_delay=300000 miimon=100" },
		{ "b:e0:mode=3,xmit_hash_policy=vlan+srcmac,miimon=off",
		  "bond b:e0 mode=broadcast xmit_hash_policy=vlan+srcmac miimon=0" },
		{ "b:e0:mode=1,arp_interval=1,arp_ip_target=10.0.0.1,arp_validate=6,"
		  "arp_all_targets=1,missed_max=255,fail_over_mac=2",
		  "bond b:e0 mode=active-backup arp_interval=1 arp_ip_target=10.0.0.1 "
		  "arp_validate=filter_backup arp_all_targets=all arp_missed_max=255 "
		  "fail_over_mac=follow" },
		{ "b:e0:mode=1,arp_interval=1,arp_ip_target=10.0.0.1,arp_missed_max=1",
		  "bond b:e0 mode=active-backup arp_interval=1 arp_ip_target=10.0.0.1 "
		  "arp_missed_max=1" },
		{ "b:e0:mode=802.3ad,lacp_rate=fast,lacp_active=off,ad_select=2,"
		  "ad_actor_sys_prio=1,ad_user_port_key=1023,coupled_control=1,"
		  "ad_actor_system=00-00-00-00-00-00",
		  "bond b:e0 mode=802.3ad lacp_rate=fast lacp_active=0 ad_select=count "
		  "ad_actor_sys_prio=1 ad_user_port_key=1023 coupled_control=1 "
		  "ad_actor_system=00:00:00:00:00:00 miimon=100" },
		{ "b:e0:mode=4,lacp_rate=0,ad_select=bandwidth",
		  "bond b:e0 mode=802.3ad lacp_rate=slow ad_select=bandwidth miimon=100" },
		{ "b:e0:mode=0,max_bonds=2", "bond b:e0" RR_100 " ? max_bonds has no effect here" },
		{ "b:e0:mode=0,mode=1",
		  "bond b:e0 mode=active-backup miimon=100 ? mode is there twice, the last one "
		  "counts" },
	};

	CHECK(linkspec_bond, rows);
}

/* What the kernel would refuse the whole bond for is left out and said. */
static void bond_conflicts(void)
{
	static const struct row rows[] = {
		{ "b:e0:mode=1,miimon=100,arp_interval=200,arp_ip_target=10.0.0.1,arp_validate=all",
		  "bond b:e0 mode=active-backup miimon=100 arp_ip_target=10.0.0.1 ? miimon and "
		  "arp_interval exclude each other, arp_interval is left out; miimon and "
		  "arp_validate exclude each other, arp_validate is left out" },
		{ "b:e0:mode=1,arp_interval=0,arp_validate=none,updelay=0",
		  "bond b:e0 mode=active-backup arp_interval=0 arp_validate=none updelay=0 "
		  "miimon=100" },
		{ "b:e0:mode=1,miimon=0,arp_interval=9,arp_ip_target=10.0.0.1",
		  "bond b:e0 mode=active-backup miimon=0 arp_interval=9 arp_ip_target=10.0.0.1" },
		{ "b:e0:mode=4,arp_interval=200,arp_ip_target=10.0.0.1",
		  "bond b:e0 mode=802.3ad arp_ip_target=10.0.0.1 miimon=100 ? arp_interval has no "
		  "meaning in mode 802.3ad, left out" },
		{ "b:e0:arp_interval=200,arp_ip_target=10.0.0.1,mode=balance-alb",
		  "bond b:e0 mode=balance-alb arp_ip_target=10.0.0.1 miimon=100 ? arp_interval has "
		  "no meaning in mode balance-alb, left out" },
		{ "b:e0:mode=0,primary=e0",
		  "bond b:e0" RR_100 " ? primary has no meaning in mode balance-rr, left out" },
		{ "b:e0:mode=1,lacp_rate=1",
		  "bond b:e0 mode=active-backup miimon=100 ? lacp_rate has no meaning in mode "
		  "active-backup, left out" },
		{ "b:e0:mode=1,tlb_dynamic_lb=1,packets_per_slave=2",
		  "bond b:e0 mode=active-backup miimon=100 ? tlb_dynamic_lb has no meaning in mode "
		  "active-backup, left out; packets_per_slave has no meaning in mode active-backup,"
		  " left out" },
		{ "b:e0:mode=1,arp_interval=200,arp_ip_target=10.0.0.1,updelay=5",
		  "bond b:e0 mode=active-backup arp_interval=200 arp_ip_target=10.0.0.1 ? updelay "
		  "has no meaning without miimon, left out" },
		{ "b:e0:mode=1,miimon=0,updelay=0,downdelay=1,peer_notif_delay=0",
		  "bond b:e0 mode=active-backup miimon=0 ? updelay has no meaning without miimon, "
		  "left out; downdelay has no meaning without miimon, left out; peer_notif_delay "
		  "has no meaning without miimon, left out" },
		{ "b:e0:mode=1,arp_interval=200",
		  "bond b:e0 mode=active-backup arp_interval=200 ? arp_interval watches nothing "
		  "without arp_ip_target" },
		{ "b:e0,e1:mode=1,primary=e2",
		  "bond b:e0,e1 mode=active-backup primary=e2 miimon=100 ? the primary e2 is none "
		  "of the ports" },
		{ "b:52-54-00-12-34-56:mode=1,primary=e2",
		  "bond b:52:54:00:12:34:56 mode=active-backup primary=e2 miimon=100" },
	};

	CHECK(linkspec_bond, rows);
}

static void bond_errors(void)
{
	static const struct row rows[] = {
		{ "b:e0:mod=1", "! \"mod\" is no option of a bond" },
		{ "b:e0:mode=1,", "bond b:e0 mode=active-backup miimon=100" },
		{ "b:e0:,mode=1", "! \"\" is no option of a bond" },
		{ "b:e0:mode", "! the option mode has no value" },
		{ "b:e0:mode=", "! the option mode has no value" },
		{ "b:e0:mode=1,arp_ip_target", "! the option arp_ip_target has no value" },
		{ "b:e0:max_bonds", "! the option max_bonds has no value" },
		{ "b:e0:mode=7",
		  "! \"7\" is no value of the option mode (balance-rr, active-backup, balance-xor, "
		  "broadcast, 802.3ad, balance-tlb, balance-alb)" },
		{ "b:e0:miimon=-1", "! \"-1\" is no value of the option miimon (0 to 2147483647)" },
		{ "b:e0:miimon=2147483648",
		  "! \"2147483648\" is no value of the option miimon (0 to 2147483647)" },
		{ "b:e0:lp_interval=0",
		  "! \"0\" is no value of the option lp_interval (1 to 2147483647)" },
		{ "b:e0:lp_interval=off",
		  "! \"off\" is no value of the option lp_interval (1 to 2147483647)" },
		{ "b:e0:resend_igmp=256",
		  "! \"256\" is no value of the option resend_igmp (0 to 255)" },
		{ "b:e0:use_carrier=2", "! \"2\" is no value of the option use_carrier (0 or 1)" },
		{ "b:e0:lacp_rate=2", "! \"2\" is no value of the option lacp_rate (slow, fast)" },
		{ "b:e0:lacp_rate=FAST",
		  "! \"FAST\" is no value of the option lacp_rate (slow, fast)" },
		{ "b:e0:arp_ip_target=[2001:db8::1]",
		  "! \"[2001:db8::1]\" is no value of the option arp_ip_target (up to 16 different "
		  "IPv4 addresses with ';' between them)" },
		{ "b:e0:arp_missed_max=0",
		  "! \"0\" is no value of the option arp_missed_max (1 to 255)" },
		{ "b:e0:ad_user_port_key=1024",
		  "! \"1024\" is no value of the option ad_user_port_key (0 to 1023)" },
		{ "b:e0:arp_ip_target=10.0.0.1;x",
		  "! \"10.0.0.1;x\" is no value of the option arp_ip_target (up to 16 different "
		  "IPv4 addresses with ';' between them)" },
		{ "b:e0:arp_ip_target=;10.0.0.1",
		  "! \";10.0.0.1\" is no value of the option arp_ip_target (up to 16 different "
		  "IPv4 addresses with ';' between them)" },
		{ "b:e0:arp_ip_target=10.0.0.1;",
		  "! \"10.0.0.1;\" is no value of the option arp_ip_target (up to 16 different "
		  "IPv4 addresses with ';' between them)" },
		{ "b:e0:arp_ip_target=10.0.0.1;10.0.0.1",
		  "! \"10.0.0.1;10.0.0.1\" is no value of the option arp_ip_target (up to 16 "
		  "different IPv4 addresses with ';' between them)" },
		{ "b:e0:ns_ip6_target=fe80",
		  "! \"fe80\" is no value of the option ns_ip6_target (up to 16 different IPv6 "
		  "addresses in [ ] with ';' between them)" },
		{ "b:e0:arp_ip_target=224.0.0.1",
		  "! \"224.0.0.1\" is no value of the option arp_ip_target (up to 16 different "
		  "IPv4 addresses with ';' between them)" },
		{ "b:e0:arp_ip_target=1.1.1.1;1.1.1.2;1.1.1.3;1.1.1.4;1.1.1.5;1.1.1.6;1.1.1.7;"
		  "1.1.1.8;1.1.1.9;1.1.2.1;1.1.2.2;1.1.2.3;1.1.2.4;1.1.2.5;1.1.2.6;1.1.2.7;1.1.2.8",
		  "! \"1.1.1.1;1.1.1.2;1.1.1.3;1.1.1.4;1.1.1.5;1.1.1.6;1.1.1.7;1.1....\" is no "
		  "value of the option arp_ip_target (up to 16 different IPv4 addresses with ';' "
		  "between them)" },
		{ "b:e0:arp_ip_target=111.111.111.111;111.111.111.112;111.111.111.113;"
		  "111.111.111.114;111.111.111.115;111.111.111.116;111.111.111.117;111.111.111.118;"
		  "111.111.111.119",
		  "! the value of the option arp_ip_target is longer than 127 bytes" },
		{ "b:e0:ad_actor_system=01-00-00-00-00-00",
		  "! \"01-00-00-00-00-00\" is no value of the option ad_actor_system (a MAC "
		  "address with '-')" },
		{ "b:e0:primary=a/b",
		  "! \"a/b\" is no value of the option primary (the name of a port)" },
		{ "b:e0:mode=1:67", "! \"67\" is no MTU (68 to 65535)" },
		{ "b:e0:mode=1:9000:x", "! nothing may stand behind the MTU of b" },
		{ "b:e0,e0", "! \"e0\" is twice among the ports of b" },
		{ "b:e0,,e1", "! a name is missing among the ports of b" },
		{ "b:e0,", "! a name is missing among the ports of b" },
		{ "b::mode=1", "! a name is missing among the ports of b" },
		{ "b:b", "! b cannot be a port of itself" },
		{ "b:1,2,3,4,5,6,7,8,9", "! b has more than 8 ports" },
		{ ":e0", "! \"\" cannot be the name of a network device" },
		{ "b:$(reboot)/", "! \"$(reboot)/\" cannot be the name of a network device" },
		{ "b:e0:mode=1,updelay=1,downdelay=1,use_carrier=1,arp_interval=0,"
		  "arp_ip_target=1.1.1.1,arp_validate=0,arp_all_targets=0,primary=e0,"
		  "primary_reselect=0,fail_over_mac=0,xmit_hash_policy=0,resend_igmp=1,"
		  "num_grat_arp=1,num_unsol_na=1,peer_notif_delay=1,min_links=1",
		  "! b has more than 16 options" },
	};

	CHECK(linkspec_bond, rows);
}

static void bridges(void)
{
	static const struct row rows[] = {
		{ "", "bridge br0:eth0" },
		{ "br7:eth0", "bridge br7:eth0" },
		{ "br7:eth0,bond0,vlan5", "bridge br7:eth0,bond0,vlan5" },
		{ "br7:52:54:00:12:34:56,eth1", "bridge br7:52:54:00:12:34:56,eth1" },
		{ "br7", "! br7 has no ports, the form is <name>:<port>,..." },
		{ "br7:", "! br7 has no ports, the form is <name>:<port>,..." },
		{ "br7:eth0:stp=1", "! nothing may stand behind the ports of br7" },
		{ "br7:eth0,eth0", "! \"eth0\" is twice among the ports of br7" },
		{ "br 7:eth0", "! \"br 7\" cannot be the name of a network device" },
	};

	CHECK(linkspec_bridge, rows);
}

static void teams(void)
{
	static const struct row rows[] = {
		{ "team0:eth0,eth1",
		  "bond team0:eth0,eth1 mode=active-backup miimon=100 ? the team is made as a bond "
		  "in mode active-backup" },
		{ "t:e0:activebackup",
		  "bond t:e0 mode=active-backup miimon=100 ? the team is made as a bond in mode "
		  "active-backup" },
		{ "t:e0:roundrobin",
		  "bond t:e0" RR_100 " ? the team is made as a bond in mode balance-rr" },
		{ "t:e0:broadcast",
		  "bond t:e0 mode=broadcast miimon=100 ? the team is made as a bond in mode "
		  "broadcast" },
		{ "t:e0:lacp",
		  "bond t:e0 mode=802.3ad miimon=100 ? the team is made as a bond in mode "
		  "802.3ad" },
		{ "t:e0:loadbalance",
		  "bond t:e0 mode=balance-xor miimon=100 ? the team is made as a bond in mode "
		  "balance-xor" },
		{ "t:e0:random",
		  "! no mode of a bond does what the runner \"random\" does, use bond=" },
		{ "t:e0:lacpx",
		  "! \"lacpx\" is no runner of a team that is known here, use bond=" },
		{ "t:e0:{\"a\":1}",
		  "! \"{\"a\":1}\" is no runner of a team that is known here, use bond=" },
		{ "", "! \"\" cannot be the name of a network device" },
		{ "team0", "! team0 has no ports, the form is <name>:<port>,..." },
	};

	CHECK(linkspec_team, rows);
}

static const char *read_ifname(const char *value)
{
	static char text[1024];
	struct out out = out_to(text, sizeof(text));
	char choices[256], m[MAC_TEXT_MAX];
	struct out o_choices = out_to(choices, sizeof(choices));
	struct plan_rename rename = { .name = "old" };
	struct err err = { 0 };

	if (linkspec_ifname(span_of(value), &rename, &o_choices, &err)) {
		eq_str(rename.name, "old");
		out_add(&out, "! %s", err.text);
		return text;
	}
	out_add(&out, "%s %s", rename.name, mac_text(&rename.mac, m));
	if (o_choices.len)
		out_add(&out, " ? %s", choices);
	return text;
}

static void ifnames(void)
{
	static const struct row rows[] = {
		{ "netboot:4A:3f:4c:04:f8:d7", "netboot 4a:3f:4c:04:f8:d7" },
		{ "netboot:4a-3f-4c-04-f8-d7", "netboot 4a:3f:4c:04:f8:d7" },
		{ "ib:80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1",
		  "ib 80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1" },
		{ "eth0:4a:3f:4c:04:f8:d7",
		  "eth0 4a:3f:4c:04:f8:d7 ? eth0 is a name that the kernel gives itself, another "
		  "may be safer" },
		{ "eth:4a:3f:4c:04:f8:d7", "eth 4a:3f:4c:04:f8:d7" },
		{ "ethx0:4a:3f:4c:04:f8:d7", "ethx0 4a:3f:4c:04:f8:d7" },
		{ "", "! \"\" cannot be the name of a network device" },
		{ "netboot", "! \"\" is no MAC address, the form is <name>:<MAC>" },
		{ "netboot:", "! \"\" is no MAC address, the form is <name>:<MAC>" },
		{ "netboot:4a:3f:4c:04:f8",
		  "! \"4a:3f:4c:04:f8\" is no MAC address, the form is <name>:<MAC>" },
		{ "netboot:4a:3f:4c:04:f8:d7:00",
		  "! \"4a:3f:4c:04:f8:d7:00\" is no MAC address, the form is <name>:<MAC>" },
		{ "4a:3f:4c:04:f8:d7",
		  "! \"3f:4c:04:f8:d7\" is no MAC address, the form is <name>:<MAC>" },
		{ "net/boot:4a:3f:4c:04:f8:d7",
		  "! \"net/boot\" cannot be the name of a network device" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		eq_str(read_ifname(rows[i].value), rows[i].want);
}

static const char *read_route(const char *value)
{
	static char text[1024];
	struct out out = out_to(text, sizeof(text));
	char choices[256], a[IP_TEXT_MAX];
	struct out o_choices = out_to(choices, sizeof(choices));
	struct plan_route route = { .ifname = "old" };
	struct err err = { 0 };

	if (linkspec_route(span_of(value), &route, &o_choices, &err)) {
		eq_str(route.ifname, "old");
		out_add(&out, "! %s", err.text);
		return text;
	}
	out_add(&out, "%s/%u", ip_text(&route.route.dst, a), route.route.prefix);
	if (!ip_is_unset(&route.route.gateway))
		out_add(&out, " via %s", ip_text(&route.route.gateway, a));
	if (route.ifname[0])
		out_add(&out, " dev %s", route.ifname);
	if (o_choices.len)
		out_add(&out, " ? %s", choices);
	return text;
}

#define ROUTE_FORM ", the form is <net>/<prefix length>:<gateway>"

static void routes(void)
{
	static const struct row rows[] = {
		/* the examples of dracut.cmdline(7) */
		{ "192.168.200.0/24:192.168.100.222:ens10",
		  "192.168.200.0/24 via 192.168.100.222 dev ens10" },
		{ "192.168.200.0/24:192.168.100.222", "192.168.200.0/24 via 192.168.100.222" },
		{ "192.168.200.0/24::ens10", "192.168.200.0/24 dev ens10" },
		{ "[2001:DB8:3::/8]:[2001:DB8:2::1]:ens10",
		  "2000::/8 via 2001:db8:2::1 dev ens10 ? the network is 2000::/8" },
		{ "[2001:db8:3::]/48:[fe80::1]:ens10", "2001:db8:3::/48 via fe80::1 dev ens10" },
		{ "0.0.0.0/0:10.0.0.1", "0.0.0.0/0 via 10.0.0.1" },
		{ "[::/0]:[fe80::1]:eth0", "::/0 via fe80::1 dev eth0" },
		{ "10.1.0.0/255.255.0.0:10.0.0.1", "10.1.0.0/16 via 10.0.0.1" },
		{ "10.1.2.3/16:10.0.0.1", "10.1.0.0/16 via 10.0.0.1 ? the network is 10.1.0.0/16" },
		{ "10.1.128.0/16:10.0.0.1",
		  "10.1.0.0/16 via 10.0.0.1 ? the network is 10.1.0.0/16" },
		{ "[10.1.0.0/16]:10.0.0.1",
		  "! \"[10.1.0.0/16]\" is no network" ROUTE_FORM ", with IPv6 in [ ]" },
		{ "10.1.2.3:10.0.0.1",
		  "10.1.2.3/32 via 10.0.0.1 ? no prefix length given, the route is to 10.1.2.3 "
		  "alone" },
		{ "10.1.0.0/16:10.0.0.1:", "10.1.0.0/16 via 10.0.0.1" },
		{ "10.1.0.0/16:", "! neither gateway nor device" ROUTE_FORM "[:<device>]" },
		{ "10.1.0.0/16", "! neither gateway nor device" ROUTE_FORM "[:<device>]" },
		{ "", "! \"\" is no network" ROUTE_FORM ", with IPv6 in [ ]" },
		{ "2001:db8::/32:[fe80::1]",
		  "! \"2001\" is no network" ROUTE_FORM ", with IPv6 in [ ]" },
		{ "10.1.0.0/33:10.0.0.1", "! \"33\" is no prefix length of 10.1.0.0" },
		{ "10.1.0.0/:10.0.0.1", "! \"\" is no prefix length of 10.1.0.0" },
		{ "10.1.0.0/255.0.255.0:10.0.0.1",
		  "! \"255.0.255.0\" is no prefix length of 10.1.0.0" },
		{ "[2001:db8::/129]:[fe80::1]", "! \"129\" is no prefix length of 2001:db8::" },
		{ "10.1.0.0/16:[fe80::1]:eth0",
		  "! the gateway [fe80::1] is not of the family of the network it leads to" },
		{ "10.1.0.0/16:gw", "! the gateway \"gw\" is no IP address" },
		{ "10.1.0.0/16:255.255.255.255",
		  "! the gateway 255.255.255.255 cannot be the address of a host" },
		{ "10.1.0.0/16:10.0.0.1:e/0", "! \"e/0\" cannot be the name of a network device" },
		{ "10.1.0.0/16:10.0.0.1:eth0:x",
		  "! \"eth0:x\" cannot be the name of a network device" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		eq_str(read_route(rows[i].value), rows[i].want);
}

static const char *read_client_id(const char *value)
{
	static char text[1024];
	struct out out = out_to(text, sizeof(text));
	uint8_t id[PLAN_CLIENT_ID_MAX], len = 99;
	struct err err = { 0 };

	if (linkspec_client_id(span_of(value), id, &len, &err)) {
		eq_int(len, 99);
		out_add(&out, "! %s", err.text);
		return text;
	}
	for (int i = 0; i < len; i++)
		out_add(&out, "%02x", id[i]);
	return text;
}

static void client_ids(void)
{
	static const struct row rows[] = {
		{ "01:52:54:00:12:34:56", "01525400123456" },
		{ "ff:0:A", "ff000a" },
		{ "mac", "" },
		{ "perm-mac", "" },
		{ "pc7", "00706337" },
		{ "aa", "006161" }, /* one byte is no type and value: text */
		{ "001:02", "003030313a3032" },
		{ "zz:01", "007a7a3a3031" },
		{ "",
		  "! \"\" is no client identifier: bytes in hex with ':', or printable text of 1 "
		  "to 254 bytes" },
		{ "a\x01",
		  "! \"a\\x01\" is no client identifier: bytes in hex with ':', or printable text "
		  "of 1 to 254 bytes" },
		{ "duid",
		  "! the identifier \"duid\" is not made here, write it as bytes in hex (ff:...) "
		  "or leave it at mac" },
	};
	char text[800], *p = text;
	uint8_t id[PLAN_CLIENT_ID_MAX], len;
	struct err err;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		eq_str(read_client_id(rows[i].value), rows[i].want);
	memset(text, 'x', sizeof(text));
	ok(!linkspec_client_id((struct span){ text, 254 }, id, &len, &err));
	eq_int(len, 255);
	ok(linkspec_client_id((struct span){ text, 255 }, id, &len, &err) < 0);
	for (int i = 0; i < 256; i++, p += 3)
		memcpy(p, "01:", 3);
	ok(!linkspec_client_id((struct span){ text, 255 * 3 - 1 }, id, &len, &err));
	eq_int(len, 255);
	ok(linkspec_client_id((struct span){ text, 256 * 3 - 1 }, id, &len, &err) < 0);
}

/* Words "kind value", into links, ordered, as the names in their order. */
static const char *order(const char *const *words)
{
	static struct plan_link links[PLAN_LINKS_MAX];
	static char text[512];
	struct out out = out_to(text, sizeof(text));
	char choices[256];
	struct err err = { 0 };
	uint8_t n = 0;

	for (; words[n]; n++) {
		struct span rest = span_of(words[n]), kind = span_cut(&rest, ' ');
		struct out o = out_to(choices, sizeof(choices));

		ok(!(span_eq(kind, "vlan")   ? linkspec_vlan
		     : span_eq(kind, "bond") ? linkspec_bond
					     : linkspec_bridge)(rest, &links[n], &o, &err));
	}
	if (!linkspec_order(links, n, &err)) {
		out_add(&out, "! %s", err.text);
		return text;
	}
	for (int i = 0; i < n; i++)
		out_add(&out, "%s%s", i ? " " : "", links[i].name);
	return text;
}
#define ORDER(...) order((const char *const[]){ __VA_ARGS__, NULL })

static void orders(void)
{
	eq_str(ORDER("bond bond0:eth0,eth1", "vlan bond0.5:bond0"), "bond0 bond0.5");
	eq_str(ORDER("vlan bond0.5:bond0", "bond bond0:eth0,eth1"), "bond0 bond0.5");
	eq_str(ORDER("bridge br0:bond0.5,eth7", "vlan bond0.5:bond0", "bond bond0:eth0,eth1"),
	       "bond0 bond0.5 br0");
	/* what needs no move stays where it is */
	eq_str(ORDER("vlan v1:eth0", "vlan v2:eth0", "bond b:eth1", "vlan v3:b"), "v1 v2 b v3");
	eq_str(ORDER("vlan v3:b", "vlan v4:b", "vlan v1:eth0", "bond b:eth1", "bridge r:v4"),
	       "v1 b v3 v4 r");
	eq_str(order((const char *const[]){ NULL }), "");
	eq_str(ORDER("bond bond0:bond1", "bridge bond1:bond0"),
	       "! bond0 is made of bond1, which hangs on bond0 in turn: none of them can be first");
	eq_str(ORDER("vlan x9:eth0", "vlan v7:bond0", "bond bond0:br0", "bridge br0:b1.5",
		     "vlan b1.5:bond0"),
	       "! bond0 is made of br0, which hangs on bond0 in turn: none of them can be first");
	eq_str(ORDER("bond a:eth0,eth1", "bond b:eth2,eth1"),
	       "! eth1 cannot be a port of both a and b");
	eq_str(ORDER("bond a:52-54-00-12-34-56", "bridge b:52:54:00:12:34:56"),
	       "! 52:54:00:12:34:56 cannot be a port of both a and b");
	eq_str(ORDER("bond a:52-54-00-12-34-56", "bridge b:52:54:00:12:34:57"), "a b");
	eq_str(ORDER("bond a:eth0", "bond a:eth1"), "! two links have the name a");
	/* both at once is a matter of the kernel: a VLAN on a port of a bridge */
	eq_str(ORDER("vlan v1:eth0", "bridge a:eth0"), "v1 a");
	eq_str(ORDER("bridge a:eth0", "vlan v1:eth0"), "a v1");
}

static void hostile(void)
{
	static char text[10241];

	for (int c = 1; c < 256; c++) {
		memset(text, c, sizeof(text) - 1);
		for (int i = 0; i < 3; i++) {
			static const char *const heads[] = { "", "bond0:eth0:", "vlan5:" };

			memcpy(text, heads[i], strlen(heads[i]));
			(void)read_link(linkspec_bond, text);
			(void)read_link(linkspec_vlan, text);
			(void)read_link(linkspec_bridge, text);
			(void)read_link(linkspec_team, text);
			(void)read_ifname(text);
			(void)read_route(text);
			(void)read_client_id(text);
		}
	}
}

int main(void)
{
	RUN(vlans);
	RUN(bonds);
	RUN(bond_options);
	RUN(bond_conflicts);
	RUN(bond_errors);
	RUN(bridges);
	RUN(teams);
	RUN(ifnames);
	RUN(routes);
	RUN(client_ids);
	RUN(orders);
	RUN(hostile);
	return test_end();
}
