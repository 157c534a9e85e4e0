/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/handnet: the files for klibc's readers, netplan, open-iscsi, ifupdown and dhclient. */
#include "handnet_files.h"

/* Byte for byte what ipconfig of klibc 2.0.12 writes of such a lease. */
static void klibc_whole(void)
{
	reset();
	(void)strcpy(lease4.host_name, "node7");
	(void)strcpy(lease4.domain, "lab.example");
	(void)strcpy(lease4.search, "lab.example eng.lab.example");
	(void)strcpy(lease4.root_path, "10.77.0.1:/srv/root");
	(void)strcpy(lease4.boot_file, "pxelinux.0");
	make();
	eq_str(text_of("/run/net-eth0.conf"), "DEVICE='eth0'\n"
					      "PROTO='dhcp'\n"
					      "IPV4ADDR='10.77.0.50'\n"
					      "IPV4BROADCAST='10.77.0.255'\n"
					      "IPV4NETMASK='255.255.255.0'\n"
					      "IPV4GATEWAY='10.77.0.254'\n"
					      "IPV4DNS0='10.77.0.2'\n"
					      "IPV4DNS1='0.0.0.0'\n"
					      "HOSTNAME='node7'\n"
					      "DNSDOMAIN='lab.example'\n"
					      "NISDOMAIN=''\n"
					      "ROOTSERVER='10.77.0.1'\n"
					      "ROOTPATH='10.77.0.1:/srv/root'\n"
					      "filename='pxelinux.0'\n"
					      "UPTIME='20'\n"
					      "DHCPLEASETIME='600'\n"
					      "DOMAINSEARCH='lab.example. eng.lab.example.'\n");
}

static void klibc_hostile(void)
{
	static const struct {
		const char *root_path, *line;
	} rows[] = {
		{ "a'b", "ROOTPATH='a'\\''b'" },
		{ "'$(reboot)'", "ROOTPATH=''\\''$(reboot)'\\'''" },
		{ "a!b", "ROOTPATH='a'\\!'b'" },
		{ "`id` $HOME \\ \"", "ROOTPATH='`id` $HOME \\ \"'" },
		/* not one line, or not text: none at all */
		{ "a\nIPV4ADDR=1", "ROOTPATH=''" },
		{ "a\x01", "ROOTPATH=''" },
		{ "a\xc3\xa4", "ROOTPATH=''" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		reset();
		(void)strcpy(lease4.root_path, rows[i].root_path);
		make();
		ok(has_line(text_of("/run/net-eth0.conf"), rows[i].line));
	}
}

/* Option 17 may hold the user and password of a target: no file that others can read has them. */
static void no_secret_of_a_root_path(void)
{
	reset();
	(void)strcpy(lease4.root_path, "iscsi:somebody:geheim@10.77.0.1::::iqn.2026-01.lab:disk0");
	make();
	for (size_t i = 0; i < n_files; i++)
		ok(!strstr(files[i].text, "geheim") && !strstr(files[i].text, "somebody"));
	ok(has_line(text_of("/run/net-eth0.conf"),
		    "ROOTPATH='iscsi:***@10.77.0.1::::iqn.2026-01.lab:disk0'"));
}

/* Search lists and domains that no domain is are left out, the rest stays. */
static void hostile_domains(void)
{
	reset();
	(void)strcpy(lease4.domain, "a;reboot");
	(void)strcpy(lease4.search, "lab.example $(x) a\"b -x ok.example 'q' lab.example");
	make();
	ok(has_line(text_of("/run/net-eth0.conf"), "DNSDOMAIN=''"));
	ok(has_line(text_of("/run/net-eth0.conf"), "DOMAINSEARCH='lab.example. ok.example.'"));
	ok(has_line(text_of("/run/netplan/eth0.yaml"),
		    "        search: [\"lab.example\", \"ok.example\"]"));
}

static void klibc_routes(void)
{
	const char *text;

	reset();
	conf4.routes[0] = (struct lease_route){ .dst = ip("192.168.4.0"), .prefix = 22 };
	conf4.routes[0].gateway = ip("10.77.0.2");
	conf4.routes[1] = (struct lease_route){ .dst = ip("192.0.2.1"), .prefix = 32 };
	conf4.n_routes = 2;
	make();
	text = text_of("/run/net-eth0.conf");
	ok(has_line(text, "IPV4ROUTE0SUBNET='192.168.4.0/22'"));
	ok(has_line(text, "IPV4ROUTE0GATEWAY='10.77.0.2'"));
	ok(has_line(text, "IPV4ROUTE1SUBNET='192.0.2.1/32'"));
	ok(has_line(text, "IPV4ROUTE1GATEWAY='0.0.0.0'"));
	ok(lacks(text, "IPV4GATEWAY"));
	conf4.n_routes = 0;
	make();
	ok(has_line(text_of("/run/net-eth0.conf"), "IPV4GATEWAY='0.0.0.0'"));
}

static void klibc_static(void)
{
	const char *text;

	reset();
	ip4.v4 = IP4_STATIC;
	ip4.address = ip("10.1.2.3");
	ip4.prefix = 8;
	ip4.server = ip("10.0.0.9");
	ip4.dns[0] = ip("10.0.0.7");
	ip4.n_dns = 1;
	netconf_from_ip(&ip4, &conf4);
	nics[0].lease4 = NULL;
	(void)strcpy(plan.host_name, "kiosk");
	make();
	text = text_of("/run/net-eth0.conf");
	ok(has_line(text, "PROTO='none'"));
	ok(has_line(text, "IPV4ADDR='10.1.2.3'"));
	ok(has_line(text, "IPV4NETMASK='255.0.0.0'"));
	ok(has_line(text, "IPV4DNS0='10.0.0.7'"));
	ok(has_line(text, "HOSTNAME='kiosk'"));
	ok(has_line(text, "ROOTSERVER='10.0.0.9'"));
	ok(has_line(text, "DHCPLEASETIME='0'"));
	ok(has_line(text, "UPTIME='25'"));
	eq_str(text_of("/run/netroot/leases/eth0.lease"), "");
	eq_str(text_of("/run/netroot/leases/eth0.json"), "");
}

static void name_servers_in_order(void)
{
	const char *text;

	reset();
	plan.dns[0] = ip("9.9.9.9");
	plan.n_dns = 1;
	make();
	text = text_of("/run/net-eth0.conf");
	ok(has_line(text, "IPV4DNS0='9.9.9.9'"));
	ok(has_line(text, "IPV4DNS1='10.77.0.2'"));
	plan.no_peer_dns = true;
	make();
	text = text_of("/run/net-eth0.conf");
	ok(has_line(text, "IPV4DNS1='0.0.0.0'"));
}

static void ubuntu_v6(void)
{
	static struct plan_ip ip6 = { .v6 = IP6_AUTO };
	static struct lease ra = { .kind = LEASE_RA };
	static struct netconf conf6;
	static struct lease lease6 = { .kind = LEASE_DHCP6, .prefix = 128 };

	reset();
	ra.routes[0] = (struct lease_route){ .dst = ip("::"), .gateway = ip("fe80::1") };
	ra.n_routes = 1;
	ra.dns[0] = ip("2001:db8::53");
	ra.n_dns = 1;
	nics[0].v6 = &ip6;
	nics[0].ra = &ra;
	nics[0].slaac = ip("2001:db8::5054:ff:fe77:1");
	make();
	eq_str(text_of("/run/net6-eth0.conf"), "DEVICE6='eth0'\n"
					       "IPV6PROTO='none'\n"
					       "IPV6ADDR='2001:db8::5054:ff:fe77:1'\n"
					       "IPV6NETMASK='64'\n"
					       "IPV6GATEWAY='fe80::1'\n"
					       "IPV6DNS0='2001:db8::53'\n"
					       "IPV6DNS1=''\n"
					       "IPV6DOMAINSEARCH=''\n"
					       "HOSTNAME=''\n"
					       "DNSDOMAIN=''\n");
	lease6.address = ip("2001:db8::100");
	netconf_from_lease(&lease6, &conf6);
	nics[0].lease6 = &lease6;
	nics[0].conf6 = &conf6;
	make();
	ok(has_line(text_of("/run/net6-eth0.conf"), "IPV6PROTO='dhcp6'"));
	ok(has_line(text_of("/run/net6-eth0.conf"), "IPV6ADDR='2001:db8::100'"));
	ok(has_line(text_of("/run/net6-eth0.conf"), "IPV6NETMASK='128'"));
}

static void netplan_whole(void)
{
	reset();
	make();
	eq_str(text_of("/run/netplan/eth0.yaml"), "network:\n"
						  "  version: 2\n"
						  "  ethernets:\n"
						  "    \"eth0\":\n"
						  "      match:\n"
						  "        macaddress: \"52:54:00:77:00:01\"\n"
						  "      set-name: \"eth0\"\n"
						  "      dhcp4: true\n"
						  "      dhcp-identifier: mac\n"
						  "      critical: true\n"
						  "      nameservers:\n"
						  "        addresses: [\"10.77.0.2\"]\n");
}

static void netplan_static(void)
{
	reset();
	ip4.v4 = IP4_STATIC;
	ip4.address = ip("10.1.2.3");
	ip4.prefix = 24;
	ip4.gateway = ip("10.1.2.1");
	netconf_from_ip(&ip4, &conf4);
	nics[0].lease4 = NULL;
	nics[0].mtu = 9000;
	make();
	eq_str(text_of("/run/netplan/eth0.yaml"), "network:\n"
						  "  version: 2\n"
						  "  ethernets:\n"
						  "    \"eth0\":\n"
						  "      match:\n"
						  "        macaddress: \"52:54:00:77:00:01\"\n"
						  "      set-name: \"eth0\"\n"
						  "      mtu: 9000\n"
						  "      dhcp4: false\n"
						  "      accept-ra: false\n"
						  "      critical: true\n"
						  "      addresses:\n"
						  "        - \"10.1.2.3/24\"\n"
						  "      routes:\n"
						  "        - to: \"0.0.0.0/0\"\n"
						  "          via: \"10.1.2.1\"\n");
}

static struct plan_link vlan_on(const char *name, const char *port)
{
	struct plan_link link = { .kind = LINK_VLAN, .vlan_id = 5, .n_ports = 1 };

	(void)snprintf(link.name, sizeof(link.name), "%s", name);
	(void)snprintf(link.ports[0].ifname, sizeof(link.ports[0].ifname), "%s", port);
	return link;
}

/* One file named after the NIC of the root, wherever that stands; the NIC below has no address. */
static void netplan_vlan(void)
{
	static struct plan_link vlan;
	struct hand_nic boot;

	reset();
	vlan = vlan_on("eth0.5", "eth0");
	boot = nics[0];
	boot.name = "eth0.5";
	boot.link = &vlan;
	nics[0] = (struct hand_nic){ .name = "eth0", .mac = nics[0].mac };
	nics[in.n_nics++] = boot;
	make();
	eq_str(text_of("/run/netplan/eth0.yaml"), "");
	eq_str(text_of("/run/netplan/eth0.5.yaml"), "network:\n"
						    "  version: 2\n"
						    "  ethernets:\n"
						    "    \"eth0\":\n"
						    "      match:\n"
						    "        macaddress: \"52:54:00:77:00:01\"\n"
						    "      set-name: \"eth0\"\n"
						    "      optional: true\n"
						    "      dhcp4: false\n"
						    "      accept-ra: false\n"
						    "      critical: true\n"
						    "  vlans:\n"
						    "    \"eth0.5\":\n"
						    "      id: 5\n"
						    "      link: \"eth0\"\n"
						    "      dhcp4: true\n"
						    "      dhcp-identifier: mac\n"
						    "      critical: true\n"
						    "      nameservers:\n"
						    "        addresses: [\"10.77.0.2\"]\n");
}

/* What netplan cannot be told is left out with what lies on it: it would refuse the rest as well.
 */
static void netplan_unsayable(void)
{
	static struct plan_link on_ib, on_none, on_each, on_other;

	reset();
	on_ib = vlan_on("v1", "ib0");
	on_none = vlan_on("v2", "eth7");
	on_each = vlan_on("v3", "v4");
	on_other = vlan_on("v4", "v3");
	add_nic("ib0", "52:54:00:77:00:02")->mac.len = MAC_LEN_MAX;
	add_nic("v1", "52:54:00:77:00:02")->link = &on_ib;
	add_nic("v2", "52:54:00:77:00:03")->link = &on_none;
	add_nic("v3", "52:54:00:77:00:04")->link = &on_each;
	add_nic("v4", "52:54:00:77:00:04")->link = &on_other;
	make();
	ok(has_line(text_of("/run/netplan/eth0.yaml"), "    \"eth0\":"));
	ok(lacks(text_of("/run/netplan/eth0.yaml"), "ib0"));
	ok(lacks(text_of("/run/netplan/eth0.yaml"), "vlans:"));
}

/* netplan compares with the MAC that the NIC was made with. */
static void netplan_set_mac(void)
{
	const char *text;

	reset();
	ip4.set_mac = nics[0].mac;
	make();
	text = text_of("/run/netplan/eth0.yaml");
	ok(has_line(text, "      macaddress: \"52:54:00:77:00:01\""));
	ok(lacks(text, "match:"));
}

static void open_iscsi(void)
{
	reset();
	make();
	eq_str(text_of("/run/initramfs/open-iscsi.interface"), "");
	in.iscsi = true;
	make();
	eq_str(text_of("/run/initramfs/open-iscsi.interface"), "eth0\n");
}

/* Obtained five seconds before now, which is 00:00:05. */
static void dhclient_whole(void)
{
	reset();
	(void)strcpy(lease4.root_path, "a\"b\\c");
	make();
	eq_str(text_of("/run/netroot/leases/eth0.lease"),
	       "lease {\n"
	       "  interface \"eth0\";\n"
	       "  fixed-address 10.77.0.50;\n"
	       "  option subnet-mask 255.255.255.0;\n"
	       "  option routers 10.77.0.254;\n"
	       "  option domain-name-servers 10.77.0.2;\n"
	       "  option root-path \"a\\\"b\\\\c\";\n"
	       "  option dhcp-lease-time 600;\n"
	       "  option dhcp-message-type 5;\n"
	       "  option dhcp-server-identifier 10.77.0.1;\n"
	       "  renew epoch 1767225900;\n"
	       "  rebind epoch 1767226125;\n"
	       "  expire epoch 1767226200;\n"
	       "}\n");
	lease4.lease_s = lease4.t1_s = lease4.t2_s = UINT32_MAX;
	make();
	ok(has_line(text_of("/run/netroot/leases/eth0.lease"), "  expire never;"));
	in.wall_s = 0;
	make();
	eq_str(text_of("/run/netroot/leases/eth0.lease"), "");
}

static void lease_json(void)
{
	reset();
	(void)strcpy(lease4.chap_secret, "geheim");
	make();
	eq_str(text_of("/run/netroot/leases/eth0.json"),
	       "{\n"
	       "  \"dhcp4\": {\n"
	       "    \"interface\": \"eth0\",\n"
	       "    \"address\": \"10.77.0.50\",\n"
	       "    \"prefix\": 24,\n"
	       "    \"server\": \"10.77.0.1\",\n"
	       "    \"routes\": [{\"to\": \"0.0.0.0/0\", \"via\": \"10.77.0.254\"}],\n"
	       "    \"dns\": [\"10.77.0.2\"],\n"
	       "    \"obtained\": {\"uptime\": 20, \"unix\": 1767225600},\n"
	       "    \"renew\": {\"after\": 300, \"uptime\": 320, \"unix\": 1767225900},\n"
	       "    \"rebind\": {\"after\": 525, \"uptime\": 545, \"unix\": 1767226125},\n"
	       "    \"expire\": {\"after\": 600, \"uptime\": 620, \"unix\": 1767226200}\n"
	       "  }\n"
	       "}\n");
	for (size_t i = 0; i < n_files; i++)
		ok(!strstr(files[i].text, "geheim"));
}

static void ifupdown(void)
{
	reset();
	add_nic("eth1", "52:54:00:77:00:02");
	make();
	eq_str(text_of("/run/systemd/system.control/networking.service.d/50-netroot.conf"),
	       "[Service]\n"
	       "ExecStop=\n"
	       "ExecStop=/sbin/ifdown -a --read-environment --exclude=lo --exclude=eth0\n");
	eq_str(text_of("/run/systemd/system.control/ifup@eth0.service.d/50-netroot.conf"),
	       "[Service]\nExecStop=\n");
	eq_str(text_of("/run/systemd/system.control/ifup@eth1.service.d/50-netroot.conf"), "");
	eq_str(text_of("/run/network/ifstate"), "eth0=eth0\n");
	eq_str(text_of("/run/network/ifstate.eth0"), "eth0\n");
	eq_str(text_of("/run/network/ifstate.eth1"), "");
	nics[0].name = "a-b";
	make();
	eq_str(text_of("/run/systemd/system.control/ifup@a\\x2db.service.d/50-netroot.conf"),
	       "[Service]\nExecStop=\n");
	/* systemd would take this directory for a sign that it runs */
	for (size_t i = 0; i < n_files; i++)
		ok(!strstr(files[i].path, "/run/systemd/system/"));
}

/* What a NIC may be called is the kernel's business; no reader has to cope with this one. */
static void odd_names(void)
{
	reset();
	nics[0].name = "e;x$'\"*";
	make();
	ok(has_line(text_of("/run/net-e;x$'\"*.conf"), "DEVICE='e;x$'\\''\"*'"));
	eq_str(text_of("/run/netplan/e;x$'\"*.yaml"), "");
	nics[0].name = "../x";
	make();
	eq_int(n_files, 1);
	eq_str(files[0].path, "/run/netroot/resolv.conf");
}

static void modes(void)
{
	reset();
	make();
	for (size_t i = 0; i < n_files; i++) {
		bool secret = strstr(files[i].path, ".nmconnection") ||
			      strstr(files[i].path, ".yaml");

		eq_int(files[i].mode, secret ? 0600 : 0644);
	}
}

int main(void)
{
	RUN(klibc_whole);
	RUN(klibc_hostile);
	RUN(no_secret_of_a_root_path);
	RUN(hostile_domains);
	RUN(klibc_routes);
	RUN(klibc_static);
	RUN(name_servers_in_order);
	RUN(ubuntu_v6);
	RUN(netplan_whole);
	RUN(netplan_static);
	RUN(netplan_vlan);
	RUN(netplan_unsayable);
	RUN(netplan_set_mac);
	RUN(open_iscsi);
	RUN(dhclient_whole);
	RUN(lease_json);
	RUN(ifupdown);
	RUN(odd_names);
	RUN(modes);
	return test_end();
}
