/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network of a plan: which NIC gets what, links, conflicts between words. */
#include "plan_test.h"

static const char *v4_text(enum ip4_method method)
{
	static const char *const names[] = { [IP4_OFF] = "off",
					     [IP4_DHCP] = "dhcp",
					     [IP4_STATIC] = "static",
					     [IP4_LINK_LOCAL] = "link-local" };

	return names[method];
}

static const char *v6_text(enum ip6_method method)
{
	static const char *const names[] = {
		[IP6_OFF] = "off",	  [IP6_AUTO] = "auto6",	    [IP6_DHCP] = "dhcp6",
		[IP6_EITHER] = "either6", [IP6_STATIC] = "static6", [IP6_LINK_LOCAL] = "link6"
	};

	return names[method];
}

/* "dhcp either6", "port of bond0", "vlan", or why it is left alone. */
static const char *nic(const char *ifname, const char *mac)
{
	static char text[128];
	struct out out = out_to(text, sizeof(text));
	struct nic_facts facts = { .ifname = ifname, .ethernet = true, .physical = true };
	struct nic_choice choice;

	ok(mac_parse(span_of(mac), &facts.mac));
	facts.wireless = !strncmp(ifname, "wl", 2);
	facts.physical = strncmp(ifname, "br", 2) != 0;
	facts.ethernet = strncmp(ifname, "ib", 2) != 0;
	plan_for_nic(&plan, &facts, &choice);
	if (choice.v4)
		out_add(&out, "%s ", v4_text(choice.v4->v4));
	if (choice.v6)
		out_add(&out, "%s ", v6_text(choice.v6->v6));
	if (choice.port_of)
		out_add(&out, "port of %s ", choice.port_of->name);
	if (choice.under_vlan)
		out_add(&out, "vlan ");
	if (choice.why)
		out_add(&out, "%s ", choice.why);
	text[out.len ? out.len - 1 : 0] = '\0';
	return text;
}

#define MAC_A "52:54:00:00:00:0a"
#define MAC_B "52:54:00:00:00:0b"

static void nics(void)
{
	static const struct {
		const char *cmdline, *ifname, *mac, *want;
	} rows[] = {
		{ "", "eth0", MAC_A, "dhcp either6" },
		{ "", "wlan0", MAC_A, "wireless" },
		{ "", "br0", MAC_A, "not a device of its own" },
		{ "", "ib0", MAC_A, "not Ethernet" },
		{ "ip=dhcp", "eth0", MAC_A, "dhcp" },
		{ "ip=dhcp", "wlan0", MAC_A, "wireless" },
		{ "ip=wlan0:dhcp", "wlan0", MAC_A, "dhcp" },
		{ "ip=eth0:dhcp", "eth0", MAC_A, "dhcp" },
		{ "ip=eth0:dhcp", "eth1", MAC_B, "ip= names another NIC" },
		{ "ip=eth0:dhcp", "eth00", MAC_B, "ip= names another NIC" },
		{ "ip=52-54-00-00-00-0a:dhcp", "eth7", MAC_A, "dhcp" },
		{ "ip=52-54-00-00-00-0a:dhcp", "eth7", MAC_B, "ip= names another NIC" },
		{ "ip=eth0:dhcp ip=10.0.0.5:::24::eth1:none", "eth1", MAC_B, "static" },
		{ "ip=eth0:off ip=dhcp", "eth0", MAC_A, "ip= turns it off" },
		{ "ip=eth0:off ip=dhcp", "eth1", MAC_B, "dhcp" },
		{ "ip=off", "eth1", MAC_B, "ip= turns it off" },
		{ "BOOTIF=01-52-54-00-00-00-0a", "eth0", MAC_A, "dhcp either6" },
		{ "BOOTIF=01-52-54-00-00-00-0A", "eth1", MAC_B, "BOOTIF names another NIC" },
		{ "BOOTIF=01-52-54-00-00-00-0a rd.bootif=0", "eth1", MAC_B, "dhcp either6" },
		{ "BOOTIF=01-52-54-00-00-00-0a ip=dhcp", "eth1", MAC_B,
		  "BOOTIF names another NIC" },
		{ "BOOTIF=01-52-54-00-00-00-0a ip=eth1:dhcp", "eth1", MAC_B, "dhcp" },
		{ "BOOTIF=01-52-54-00-00-00-0a ip=eth1:dhcp", "eth0", MAC_A,
		  "ip= names another NIC" },
		{ "BOOTIF=52:54:00:00:00:0a", "eth1", MAC_B, "BOOTIF names another NIC" },
		{ "ip=10.0.0.5:10.0.0.1::255.255.255.0 BOOTIF=01-52-54-00-00-00-0a", "eth0", MAC_A,
		  "static" },
		/* of several without a device, and of several for one device, the last */
		{ "ip=10.0.0.5:::24 ip=dhcp", "eth0", MAC_A, "dhcp" },
		{ "ip=eth0:dhcp ip=10.0.0.5:::24::eth0", "eth0", MAC_A, "static" },
		{ "ip=bogus", "eth0", MAC_A, "dhcp either6" },
		{ "nfsaddrs=10.0.0.5:::24", "eth0", MAC_A, "static" },
		/* families of one NIC by two words */
		{ "ip=eth0:dhcp ip=eth0:dhcp6", "eth0", MAC_A, "dhcp dhcp6" },
		{ "ip=eth0:auto6 ip=dhcp", "eth0", MAC_A, "dhcp auto6" },
		{ "ip=eth0:dhcp,dhcp6 ip=eth0:auto6", "eth0", MAC_A, "dhcp auto6" },
		{ "ip=eth0:auto6 ip=eth0:dhcp,dhcp6", "eth0", MAC_A, "dhcp dhcp6" },
		{ "ip=eth0:auto6 ip=dhcp", "eth1", MAC_B, "dhcp" },
		{ "ip=dhcp ip=eth0:off", "eth0", MAC_A, "ip= turns it off" },
		{ "ip=10.0.0.5:::24::eth0 ip=[2001:db8::5]:::64::eth0", "eth0", MAC_A,
		  "static static6" },
		/* Ubuntu's */
		{ "ip6=dhcp", "eth0", MAC_A, "dhcp dhcp6" },
		{ "ip6=on", "eth0", MAC_A, "dhcp either6" },
		{ "ip6=off", "eth0", MAC_A, "dhcp" },
		{ "ip6=eth1", "eth1", MAC_B, "dhcp dhcp6" },
		{ "ip6=eth1", "eth0", MAC_A, "dhcp" },
		{ "ip=off ip6=dhcp", "eth0", MAC_A, "dhcp6" },
		{ "ip=dhcp ip6=dhcp", "eth0", MAC_A, "dhcp dhcp6" },
		{ "ip=eth0:dhcp6 ip6=none", "eth0", MAC_A, "ip= turns it off" },
		/* Anaconda's */
		{ "ip=10.0.0.5 netmask=255.255.255.0 ksdevice=eth1", "eth1", MAC_B, "static" },
		{ "ip=10.0.0.5 netmask=255.255.255.0 ksdevice=eth1", "eth0", MAC_A,
		  "ip= names another NIC" },
		{ "ip=10.0.0.5 ksdevice=52:54:00:00:00:0b", "eth9", MAC_B, "static" },
		{ "ip=10.0.0.5 ksdevice=bootif BOOTIF=01-52-54-00-00-00-0a", "eth1", MAC_B,
		  "BOOTIF names another NIC" },
		/* bootdev= beside BOOTIF */
		{ "bootdev=eth1 BOOTIF=01-52-54-00-00-00-0a", "eth1", MAC_B, "dhcp either6" },
		{ "bootdev=eth1 BOOTIF=01-52-54-00-00-00-0a", "eth2", MAC_B,
		  "BOOTIF names another NIC" },
		/* links: what something is made of has no address */
		{ "vlan=eth0.5:eth0", "eth0", MAC_A, "vlan" },
		{ "vlan=eth0.5:eth0", "eth0.5", MAC_A, "dhcp either6" },
		{ "vlan=eth0.5:eth0", "eth1", MAC_B, "dhcp either6" },
		{ "vlan=eth0.5:eth0 ip=eth0.5:dhcp", "eth0", MAC_A, "vlan" },
		{ "vlan=eth0.5:eth0 ip=eth0.5:dhcp", "eth1", MAC_B, "ip= names another NIC" },
		{ "vlan=eth0.5:eth0 ip=eth0:dhcp ip=eth0.5:dhcp6", "eth0", MAC_A, "dhcp vlan" },
		{ "vlan=eth0.5:eth0 ip=eth0:dhcp ip=eth0.5:dhcp6", "eth0.5", MAC_A, "dhcp6" },
		{ "vlan=v5:52-54-00-00-00-0a", "eth3", MAC_A, "vlan" },
		{ "vlan=v5:52-54-00-00-00-0a", "v5", MAC_A, "dhcp either6" },
		{ "vlan=v5:eth0 ip=52-54-00-00-00-0a:dhcp", "v5", MAC_A, "ip= names another NIC" },
		{ "bond=bond0:eth0,eth1", "eth0", MAC_A, "port of bond0" },
		{ "bond=bond0:eth0,eth1", "bond0", MAC_A, "dhcp either6" },
		{ "bond=bond0:eth0,eth1", "eth2", MAC_B, "dhcp either6" },
		{ "bond=bond0:eth0,eth1 ip=bond0:dhcp", "bond0", MAC_A, "dhcp" },
		{ "bond=bond0:eth0,eth1 ip=bond0:dhcp", "eth1", MAC_B, "port of bond0" },
		{ "bond=bond0:eth0,eth1 BOOTIF=01-52-54-00-00-00-0a", "bond0", MAC_A,
		  "dhcp either6" },
		{ "bond=bond0:eth0,eth1 vlan=bond0.7:bond0", "bond0", MAC_A, "vlan" },
		{ "bond=bond0:eth0,eth1 vlan=bond0.7:bond0", "bond0.7", MAC_A, "dhcp either6" },
		{ "bridge=br0:eth0", "br0", MAC_A, "dhcp either6" },
		{ "team=t0:eth0,eth1:activebackup", "eth1", MAC_B, "port of t0" },
		{ "team=t0:eth0,eth1:activebackup", "t0", MAC_A, "dhcp either6" },
		{ "bond=bond0:eth0,eth1 bridge=br0:bond0 ip=br0:dhcp", "bond0", MAC_A,
		  "port of br0" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i].cmdline, NULL, NULL);
		eq_str(nic(rows[i].ifname, rows[i].mac), rows[i].want);
	}
	make("ip=off", NULL, NULL);
	ok(!plan_wants_network(&plan) && plan.n_ips == 1);
	make("ip=off ip=eth0:dhcp", NULL, NULL);
	ok(plan_wants_network(&plan));
	make("ip=a:dhcp ip=b:dhcp ip=c:dhcp ip=d:dhcp ip=e:dhcp ip=f:dhcp ip=g:dhcp ip=h:dhcp "
	     "ip=i:dhcp ip=j:dhcp ip=k:dhcp ip=l:dhcp ip=m:dhcp ip=n:dhcp ip=o:dhcp ip=p:dhcp "
	     "ip=q:dhcp",
	     NULL, NULL);
	eq_int(plan.n_ips, 16);
	eq_str(note(NOTE_REFUSED), "ip=\"q:dhcp\": there are already 16 for other NICs, ignored");
}

/* What several words come to: the first note of a kind. */
static void conflicts(void)
{
	static const struct plan_note_row rows[] = {
		{ "ip=eth0:dhcp ip=eth0:off", NOTE_CHOICE,
		  "ip=\"eth0:dhcp\": overridden by the later ip=\"eth0:off\"" },
		{ "ip=dhcp ip=10.0.0.5:::24", NOTE_CHOICE,
		  "ip=\"dhcp\": overridden by the later ip=\"10.0.0.5:::24\"" },
		{ "ip=eth0:dhcp6 ip=eth0:auto6", NOTE_CHOICE,
		  "ip=\"eth0:dhcp6\": overridden by the later ip=\"eth0:auto6\"" },
		{ "ip=eth0:dhcp ip6=off", NOTE_CHOICE, "" },
		{ "ip=eth0:dhcp6 ip6=off", NOTE_CHOICE,
		  "ip=\"eth0:dhcp6\": ip6=\"off\" turns IPv6 off" },
		{ "ip6=:", NOTE_REFUSED,
		  "ip6=\":\": \":\" cannot be the name of a network device; not on, "
		  "dhcp, any, off or none either, ignored" },
		{ "BOOTIF=01-52-54-00-00-00-0a bootdev=52:54:00:00:00:0b", NOTE_CHOICE,
		  "bootdev=\"52:54:00:00:00:0b\": BOOTIF=\"01-52-54-00-00-00-0a\" names another NIC; "
		  "both are configured, the root is taken from that of bootdev=" },
		{ "BOOTIF=01-52-54-00-00-00-0a bootdev=eth1", NOTE_CHOICE, "" },
		{ "BOOTIF=01-52-54-00-00-00-0a bootdev=lan ifname=lan:52:54:00:00:00:0a",
		  NOTE_CHOICE, "" },
		{ "BOOTIF=01-52-54-00-00-00-0a bootdev=eth1 ifname=lan:52:54:00:00:00:0a",
		  NOTE_CHOICE,
		  "bootdev=\"eth1\": BOOTIF=\"01-52-54-00-00-00-0a\" names another NIC; both are "
		  "configured, the root is taken from that of bootdev=" },
		{ "BOOTIF=01-52-54-00-00-00-0a rd.bootif=0", NOTE_IGNORED,
		  "BOOTIF=\"01-52-54-00-00-00-0a\": rd.bootif says not to follow it, ignored" },
		{ "bootdev=eth9 ip=eth0:dhcp", NOTE_REFUSED,
		  "bootdev=\"eth9\": no ip= configures that NIC, ignored; the first usable answer "
		  "counts" },
		{ "bootdev=eth9 ip=dhcp", NOTE_REFUSED, "" },
		{ "bootdev=eth0 ip=eth0:dhcp", NOTE_REFUSED, "" },
		{ "bootdev=52:54:00:00:00:0b ip=eth0:dhcp", NOTE_REFUSED, "" },
		{ "ip=eth0:dhcp ip=eth1:dhcp", NOTE_CHOICE,
		  "ip=\"eth0:dhcp\": of several ip= the first answer with a usable root counts; "
		  "bootdev=eth0 would wait for that NIC's, as dracut does" },
		{ "ip=eth0:dhcp ip=eth1:dhcp root=nfs:10.0.0.1:/x", NOTE_CHOICE, "" },
		{ "ip=eth0:dhcp ip=eth1:dhcp bootdev=eth1", NOTE_CHOICE, "" },
		{ "ip=eth0:dhcp ip=eth0:dhcp6", NOTE_CHOICE, "" },
		{ "ip=10.0.0.5:::24::eth0 ip=eth1:dhcp root=dhcp", NOTE_CHOICE, "" },
		{ "bond=bond0:eth0,eth1:mode=1 ip=eth0:dhcp", NOTE_CHOICE,
		  "ip=\"eth0:dhcp\": eth0 is a port of bond0, which is configured so" },
		{ "bond=bond0:eth0,eth1:mode=1 ip=eth0:dhcp ip=bond0:dhcp", NOTE_IGNORED,
		  "ip=\"eth0:dhcp\": eth0 is a port of bond0, which is configured instead, ignored" },
		{ "bond=bond0:eth0,eth1:mode=1 ip=eth0:off", NOTE_CHOICE, "" },
		{ "bond=bond0:eth0,eth1:mode=1 vlan=eth0.5:eth0", NOTE_CHOICE,
		  "vlan=\"eth0.5:eth0\": eth0 is a port of bond0, the VLAN is on that port alone; "
		  "meant may be one on bond0" },
		{ "bond=bond0:eth0:mode=1 bond=bond0:eth1:mode=1", NOTE_CHOICE,
		  "bond=\"bond0:eth0:mode=1\": overridden by the later bond=\"bond0:eth1:mode=1\"" },
		{ "ifname=a:52:54:00:00:00:0a ifname=b:52:54:00:00:00:0a", NOTE_CHOICE,
		  "ifname=\"a:52:54:00:00:00:0a\": overridden by the later "
		  "ifname=\"b:52:54:00:00:00:0a\"" },
		{ "rd.peerdns=0 nameserver=10.0.0.3", NOTE_CHOICE,
		  "nameserver= and rd.peerdns=0: only those given in words are asked" },
		{ "rd.peerdns=0", NOTE_CHOICE,
		  "rd.peerdns=0 without nameserver=: no name server is left, names of servers cannot "
		  "be looked up" },
		{ "carrier_timeout=5 rd.net.timeout.carrier=9", NOTE_CHOICE,
		  "carrier_timeout=\"5\": overridden by the later rd.net.timeout.carrier=\"9\"" },
		{ "carrier_timeout=5 rd.net.timeout.carrier=5", NOTE_CHOICE, "" },
		{ "hwaddr=52:54:00:00:00:0c", NOTE_REFUSED,
		  "hwaddr=\"52:54:00:00:00:0c\": BOOTIF, bootdev= or ip=DEVICE:... has to name the one "
		  "NIC that gets it, ignored" },
		{ "hwaddr=x ip=eth0:dhcp", NOTE_REFUSED, "hwaddr=\"x\": no MAC address, ignored" },
		{ "hwaddr=52:54:00:00:00:0c ip=eth0:dhcp", NOTE_REFUSED, "" },
		{ "gateway=10.0.0.1", NOTE_IGNORED,
		  "gateway=\"10.0.0.1\": has no effect without ip=ADDRESS, ignored" },
		{ "ip=10.0.0.5 ksdevice=ibft", NOTE_CHOICE,
		  "ksdevice=\"ibft\": firmware's iBFT is not read yet, NICs wait for it" },
		{ "ip=10.0.0.5 ksdevice=bootif", NOTE_REFUSED,
		  "ksdevice=\"bootif\": there is no BOOTIF, any NIC with a carrier is taken" },
		{ "ip=10.0.0.5 netmask=255.0.255.0", NOTE_REFUSED,
		  "ip=\"10.0.0.5\" with gateway=, netmask=, ksdevice=: \"255.0.255.0\" is neither a "
		  "netmask nor a prefix length; ignored, DHCP is asked on all wired NICs" },
	};

	check_notes(rows, sizeof(rows) / sizeof(rows[0]));
}

/* Each value with where it comes from. */
static void values(void)
{
	static const struct plan_line rows[] = {
		{ "bootdev=eth0", "bootdev", "bootdev = eth0 (command line)" },
		{ "bootdev=52-54-00-00-00-0a", "bootdev",
		  "bootdev = 52:54:00:00:00:0a (command line)" },
		{ "bootdev=eth9 ip=eth0:dhcp", "bootdev", "" },
		{ "bond=b0:eth0,eth1 bootdev=eth0", "bootdev", "bootdev = b0 (command line)" },
		{ "ip=eth0:dhcp ip=eth1:dhcp", "bootdev", "" },
		{ "ifname=lan0:52:54:00:00:00:0a", "rename.0",
		  "rename.0 = 52:54:00:00:00:0a is named lan0 (command line)" },
		{ "rd.route=10.1.0.0/16:10.0.0.254:eth0", "route.0",
		  "route.0 = 10.1.0.0/16 by 10.0.0.254 on eth0 (command line)" },
		{ "rd.route=[2001:db8:1::]/48:[fe80::1]:eth0", "route.0",
		  "route.0 = 2001:db8:1::/48 by fe80::1 on eth0 (command line)" },
		{ "nameserver=10.0.0.3 nameserver=[2001:db8::3] nameserver=2001:db8::4", "dns",
		  "dns = 10.0.0.3,2001:db8::3,2001:db8::4 (command line)" },
		{ "dns=10.0.0.3,10.0.0.4", "dns", "dns = 10.0.0.3,10.0.0.4 (command line)" },
		{ "rd.peerdns=0", "peer_dns", "peer_dns = no (command line)" },
		{ "rd.peerdns=1", "peer_dns", "" },
		{ "mtu=9000", "mtu", "mtu = 9000 (command line)" },
		{ "dhcpclass=kiosk", "vendor_class", "vendor_class = kiosk (command line)" },
		{ "rd.net.dhcp.vendor-class=a", "vendor_class", "vendor_class = a (command line)" },
		{ "netroot.dhcp.user-class=iPXE", "user_class",
		  "user_class = iPXE (command line)" },
		{ "rd.net.dhcp.client-id=01:52:54:00", "client_id",
		  "client_id = 01:52:54:00 (command line)" },
		{ "carrier_timeout=7", "carrier_timeout", "carrier_timeout = 7 s (command line)" },
		{ "rd.net.timeout.carrier=0", "carrier_timeout",
		  "carrier_timeout = never (command line)" },
		{ "rd.net.timeout.dhcp=30", "dhcp_timeout", "dhcp_timeout = 30 s (command line)" },
		{ "hostname=pc1.lab", "host_name", "host_name = pc1.lab (command line)" },
		{ "systemd.hostname=pc2 ip=:::::eth0:dhcp", "host_name",
		  "host_name = pc2 (command line)" },
		{ "ip=10.0.0.5 gateway=10.0.0.1 netmask=255.255.255.0 ksdevice=eth1", "ip.0",
		  "ip.0 = static on eth1 address 10.0.0.5/24 gateway 10.0.0.1 (command line)" },
		{ "hwaddr=52:54:00:00:00:0c ip=eth0:dhcp", "ip.0",
		  "ip.0 = DHCPv4 on eth0 with MAC address 52:54:00:00:00:0c (command line)" },
		{ "vlan=vlan0005:eth0", "link.0",
		  "link.0 = VLAN 5 on eth0, named vlan0005 (command line)" },
		{ "bridge=br0:eth0,eth1", "link.0",
		  "link.0 = bridge br0 of eth0,eth1 (command line)" },
		{ "vlan=bond0.7:bond0 bond=bond0:eth0,eth1:mode=active-backup", "link.0",
		  "link.0 = bond bond0 of eth0,eth1 mode=active-backup miimon=100 (command line)" },
		{ "vlan=bond0.7:bond0 bond=bond0:eth0,eth1:mode=active-backup", "link.1",
		  "link.1 = VLAN 7 on bond0, named bond0.7 (command line)" },
	};

	check_lines(rows, sizeof(rows) / sizeof(rows[0]));
}

/* netroot.conf knows the same words; a list on the command line replaces the file's. */
static void network_of_conf(void)
{
	make_conf("vlan=eth0.5:eth0 nameserver=10.0.0.3 mtu=9000 hostname=conf", "");
	eq_str(line_of("link.0"), "link.0 = VLAN 5 on eth0, named eth0.5 (netroot.conf)");
	eq_str(line_of("mtu"), "mtu = 9000 (netroot.conf)");
	make_conf("vlan=eth0.5:eth0 nameserver=10.0.0.3 mtu=9000 bond=bond0:eth1,eth2:mode=1 "
		  "ifname=a:52:54:00:00:00:0a rd.route=10.1.0.0/16:10.0.0.1",
		  "vlan=eth0.6:eth0 nameserver=10.0.0.4 mtu=1400 ifname=b:52:54:00:00:00:0b "
		  "rd.route=10.2.0.0/16:10.0.0.1");
	eq_int(plan.n_links, 2);
	ok(plan_link_named(&plan, "eth0.6") && plan_link_named(&plan, "bond0"));
	ok(!plan_link_named(&plan, "eth0.5"));
	eq_str(line_of("dns"), "dns = 10.0.0.4 (command line)");
	eq_str(line_of("mtu"), "mtu = 1400 (command line)");
	eq_int(plan.n_renames, 1);
	eq_int(plan.n_routes, 1);
	eq_str(note(NOTE_CHOICE), "");
	make_conf("ip=eth0:dhcp6", "ip=eth0:dhcp");
	eq_int(plan.n_ips, 1);
	make_conf("ip=eth0:dhcp", "ip6=eth0");
	eq_int(plan.n_ips, 2);
	make_conf("hostname=conf", "ip=::::line:eth0:dhcp");
	eq_str(line_of("host_name"), "host_name = line (command line)");
	make_conf("ip=::::conf:eth0:dhcp", "hostname=line");
	eq_str(line_of("host_name"), "host_name = line (command line)");
	make_conf("ip=10.0.0.5 netmask=255.255.255.0", "ip=dhcp");
	eq_int(plan.n_ips, 1);
	ok(plan.ips[0].v4 == IP4_DHCP);
}

/* Links that hang on each other, or share a port: one is not made, the rest is. */
static void links_in_circles(void)
{
	make("bond=b0:br0,eth1 bridge=br0:b0,eth2 vlan=v7:eth3", NULL, NULL);
	eq_int(plan.n_links, 2);
	ok(strstr(note(NOTE_REFUSED), "bridge=\"br0:b0,eth2\": ") != NULL);
	make("bond=b0:eth0,eth1 bond=b1:eth1,eth2", NULL, NULL);
	eq_int(plan.n_links, 1);
	ok(strstr(note(NOTE_REFUSED), "eth1") != NULL);
}

int main(void)
{
	RUN(nics);
	RUN(conflicts);
	RUN(values);
	RUN(network_of_conf);
	RUN(links_in_circles);
	return test_end();
}
