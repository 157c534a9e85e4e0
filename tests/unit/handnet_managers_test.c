/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/handnet: the files for systemd-networkd, NetworkManager and udev. */
#include "handnet_files.h"

#define NETWORK(name) "/run/systemd/network/00-netroot-" name ".network"
#define NETDEV(name) "/run/systemd/network/00-netroot-" name ".netdev"
#define LINK(name) "/run/systemd/network/00-netroot-" name ".link"
#define KEYFILE(name) "/run/NetworkManager/system-connections/netroot-" name ".nmconnection"

static void networkd_dhcp(void)
{
	reset();
	make();
	eq_str(text_of(NETWORK("eth0")), "[Match]\n"
					 "MACAddress=52:54:00:77:00:01\n"
					 "Type=ether\n"
					 "\n"
					 "[Network]\n"
					 "KeepConfiguration=yes\n"
					 "IgnoreCarrierLoss=yes\n"
					 "DHCP=ipv4\n"
					 "\n"
					 "[DHCPv4]\n"
					 "ClientIdentifier=mac\n"
					 "VendorClassIdentifier=netroot\n"
					 "SendRelease=no\n"
					 "UseMTU=no\n"
					 "UseDomains=yes\n");
	eq_str(text_of(NETDEV("eth0")), "");
}

static void make_static(void)
{
	reset();
	ip4.v4 = IP4_STATIC;
	ip4.address = ip("10.1.2.3");
	ip4.prefix = 24;
	ip4.gateway = ip("10.9.9.9"); /* off its network */
	ip4.dns[0] = ip("10.1.2.7");
	ip4.n_dns = 1;
	netconf_from_ip(&ip4, &conf4);
	nics[0].lease4 = NULL;
	nics[0].mtu = 9000;
	plan.dns[0] = ip("9.9.9.9");
	plan.n_dns = 1;
	plan.routes[0].route = (struct lease_route){ .dst = ip("192.168.7.0"), .prefix = 24 };
	plan.routes[0].route.gateway = ip("10.1.2.8");
	plan.n_routes = 1;
}

static void networkd_static(void)
{
	make_static();
	make();
	eq_str(text_of(NETWORK("eth0")), "[Match]\n"
					 "MACAddress=52:54:00:77:00:01\n"
					 "Type=ether\n"
					 "\n"
					 "[Link]\n"
					 "MTUBytes=9000\n"
					 "\n"
					 "[Network]\n"
					 "KeepConfiguration=yes\n"
					 "IgnoreCarrierLoss=yes\n"
					 "DHCP=no\n"
					 "IPv6AcceptRA=no\n"
					 "Address=10.1.2.3/24\n"
					 "DNS=9.9.9.9\n"
					 "DNS=10.1.2.7\n"
					 "\n"
					 "[Route]\n"
					 "Gateway=10.9.9.9\n"
					 "GatewayOnLink=yes\n"
					 "\n"
					 "[Route]\n"
					 "Destination=192.168.7.0/24\n"
					 "Gateway=10.1.2.8\n");
}

/* Words give IPv4 only, the kernel has an address of an advertisement all the same: then somebody
 * has to go on listening, and it is no router that would be waited for in vain. */
static void advertised_unasked(void)
{
	make_static();
	nics[0].advertised = true;
	make();
	ok(has_line(text_of(NETWORK("eth0")), "IPv6AcceptRA=yes"));
	ok(lacks(text_of(NETWORK("eth0")), "[DHCPv6]"));
	ok(has_line(text_of("/run/netplan/eth0.yaml"), "      accept-ra: true"));
	ok(strstr(text_of(KEYFILE("eth0")), "[ipv6]\nmethod=auto\n") != NULL);
	/* with DHCP networkd listens of itself, and waits for no router */
	reset();
	make();
	ok(lacks(text_of(NETWORK("eth0")), "IPv6AcceptRA"));
	ok(strstr(text_of(KEYFILE("eth0")), "[ipv6]\nmethod=auto\n") != NULL);
}

/* The identity that the lease was given to cannot be sent: then nobody asks under another one. */
static void networkd_identity(void)
{
	static const uint8_t mac_id[] = { 1, 0x52, 0x54, 0, 0x77, 0, 1 };
	static const uint8_t other[] = { 0, 'n', '7' };

	reset();
	in.client_id = mac_id;
	in.len_client_id = sizeof(mac_id);
	make();
	ok(has_line(text_of(NETWORK("eth0")), "DHCP=ipv4"));
	in.client_id = other;
	in.len_client_id = sizeof(other);
	make();
	ok(has_line(text_of(NETWORK("eth0")), "DHCP=no"));
	ok(has_line(text_of(NETWORK("eth0")), "DNS=10.77.0.2"));
	ok(has_line(text_of(NETWORK("eth0")), "Gateway=10.77.0.254"));
	ok(lacks(text_of(NETWORK("eth0")), "Address=10"));
	ok(has_line(text_of(KEYFILE("eth0")), "dhcp-client-id=00:6e:37"));
	ok(has_line(text_of("/run/netplan/eth0.yaml"), "      dhcp4: false"));
}

static void networkd_v6(void)
{
	static struct plan_ip ip6 = { .v6 = IP6_DHCP };
	static struct lease ra = { .kind = LEASE_RA, .managed = true };
	static const uint8_t ll[] = { 0, 3, 0, 1, 0x52, 0x54, 0, 0x77, 0, 1 };
	static const uint8_t uuid[] = {
		0, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
	};
	const char *text;

	reset();
	nics[0].v4 = NULL;
	nics[0].lease4 = NULL;
	nics[0].conf4 = NULL;
	nics[0].v6 = &ip6;
	in.duid = ll;
	in.len_duid = sizeof(ll);
	make();
	text = text_of(NETWORK("eth0"));
	ok(has_line(text, "DHCP=ipv6"));
	ok(has_line(text, "IPv6AcceptRA=yes"));
	ok(has_line(text, "DUIDType=link-layer"));
	ok(has_line(text, "DUIDRawData=00:01:52:54:00:77:00:01"));
	ok(has_line(text, "IAID=7798785")); /* 0x00770001 */
	ok(has_line(text, "WithoutRA=solicit"));
	ok(lacks(text, "[DHCPv4]"));
	ok(has_line(text_of(KEYFILE("eth0")), "dhcp-duid=00:03:00:01:52:54:00:77:00:01"));
	ok(has_line(text_of(KEYFILE("eth0")), "method=dhcp"));
	nics[0].ra = &ra; /* without it the default route would go */
	make();
	ok(has_line(text_of(KEYFILE("eth0")), "method=auto"));
	ok(lacks(text_of(KEYFILE("eth0")), "route1="));
	/* no M, and DHCPv6 all the same: its routes go along, they would be taken off otherwise */
	ra.managed = false;
	ra.n_routes = 2;
	ok(ip_parse(span_of("::"), &ra.routes[0].dst));
	ok(ip_parse(span_of("fe80::1"), &ra.routes[0].gateway));
	ok(ip_parse(span_of("fd00:9::"), &ra.routes[1].dst));
	ra.routes[1].prefix = 48;
	ra.routes[1].gateway = ra.routes[0].gateway;
	make();
	ok(has_line(text_of(KEYFILE("eth0")), "method=dhcp"));
	ok(has_line(text_of(KEYFILE("eth0")), "route1=::/0,fe80::1"));
	ok(has_line(text_of(KEYFILE("eth0")), "route2=fd00:9::/48,fe80::1"));
	ok(lacks(text_of(KEYFILE("eth0")), "onlink"));
	/* networkd listens to the router in any case, and asks without being told to */
	text = text_of(NETWORK("eth0"));
	ok(has_line(text, "IPv6AcceptRA=yes") && has_line(text, "WithoutRA=solicit"));
	in.duid = uuid;
	in.len_duid = sizeof(uuid);
	ip6.v6 = IP6_AUTO;
	make();
	text = text_of(NETWORK("eth0"));
	ok(has_line(text, "DUIDType=uuid"));
	ok(has_line(text, "DUIDRawData=01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10"));
	ok(has_line(text, "DHCP=no"));
	ok(lacks(text, "WithoutRA"));
}

static void no_peer_dns(void)
{
	reset();
	plan.no_peer_dns = true;
	make();
	ok(has_line(text_of(NETWORK("eth0")), "UseDNS=no"));
	ok(has_line(text_of(NETWORK("eth0")), "UseDomains=no"));
	ok(has_line(text_of(KEYFILE("eth0")), "ignore-auto-dns=true"));
}

/* A VLAN on a bond of two: the root is on the VLAN. */
static void made_links(void)
{
	static struct plan_link bond = { .kind = LINK_BOND,
					 .name = "bond0",
					 .n_options = 5,
					 .options = { { "mode", "active-backup" },
						      { "miimon", "100" },
						      { "primary", "eth1" },
						      { "arp_ip_target", "10.0.0.1,10.0.0.2" },
						      { "xmit_hash_policy", "layer3+4" } } };
	static struct plan_link vlan = { .kind = LINK_VLAN,
					 .name = "bond0.5",
					 .vlan_id = 5,
					 .n_ports = 1,
					 .ports = { { .ifname = "bond0" } } };
	struct hand_nic boot;
	const char *text;

	reset();
	boot = nics[0];
	boot.name = "bond0.5";
	boot.link = &vlan;
	in.n_nics = 0;
	add_nic("eth0", "52:54:00:77:00:01")->master = "bond0";
	add_nic("eth1", "52:54:00:77:00:01")->master = "bond0";
	add_nic("bond0", "52:54:00:77:00:01")->link = &bond;
	nics[in.n_nics++] = boot;
	make();
	eq_str(text_of(NETWORK("eth1")), "[Match]\n"
					 "Name=eth1\n"
					 "\n"
					 "[Link]\n"
					 "Unmanaged=yes\n");
	ok(has_line(text_of(NETWORK("bond0")), "VLAN=bond0.5"));
	ok(has_line(text_of(NETWORK("bond0")), "Name=bond0"));
	ok(has_line(text_of(NETWORK("bond0.5")), "Name=bond0.5"));
	ok(has_line(text_of(NETWORK("bond0.5")), "DHCP=ipv4"));
	eq_str(text_of(NETDEV("bond0")), "[NetDev]\n"
					 "Name=bond0\n"
					 "Kind=bond\n"
					 "MACAddress=52:54:00:77:00:01\n"
					 "\n"
					 "[Bond]\n"
					 "Mode=active-backup\n"
					 "MIIMonitorSec=100ms\n"
					 "TransmitHashPolicy=layer3+4\n"
					 "ARPIPTargets=10.0.0.1 10.0.0.2\n");
	ok(has_line(text_of(NETDEV("bond0.5")), "Kind=vlan"));
	ok(has_line(text_of(NETDEV("bond0.5")), "Id=5"));

	text = text_of(KEYFILE("eth1"));
	ok(has_line(text, "master=bond0"));
	ok(has_line(text, "slave-type=bond"));
	ok(has_line(text, "interface-name=eth1"));
	ok(lacks(text, "[ipv4]"));
	text = text_of(KEYFILE("bond0"));
	ok(has_line(text, "type=bond"));
	ok(has_line(text, "mode=active-backup"));
	ok(has_line(text, "primary=eth1"));
	ok(has_line(text, "method=disabled"));
	text = text_of(KEYFILE("bond0.5"));
	ok(has_line(text, "type=vlan"));
	ok(has_line(text, "parent=bond0"));
	ok(has_line(text, "id=5"));

	text = text_of("/run/netplan/bond0.5.yaml");
	ok(has_line(text, "      interfaces: [\"eth0\", \"eth1\"]"));
	ok(has_line(text, "        mii-monitor-interval: \"100\""));
	ok(has_line(text, "        arp-ip-targets: [\"10.0.0.1\", \"10.0.0.2\"]"));
	ok(has_line(text, "        primary: \"eth1\""));
	ok(has_line(text, "      link: \"bond0\""));
	ok(lacks(text_of(KEYFILE("bond0")), "method=auto"));

	text = text_of("/run/systemd/system.control/networking.service.d/50-netroot.conf");
	ok(has_line(text, "ExecStop=/sbin/ifdown -a --read-environment --exclude=lo --exclude=eth0 "
			  "--exclude=eth1 --exclude=bond0 --exclude=bond0.5"));
}

static void bridge(void)
{
	static struct plan_link br = { .kind = LINK_BRIDGE, .name = "br0" };

	reset();
	nics[0].name = "br0";
	nics[0].link = &br;
	add_nic("eth0", "52:54:00:77:00:01")->master = "br0";
	make();
	ok(has_line(text_of(NETWORK("eth0")), "Bridge=br0"));
	ok(has_line(text_of(NETDEV("br0")), "ForwardDelaySec=0"));
	ok(has_line(text_of(KEYFILE("br0")), "stp=false"));
	ok(has_line(text_of(KEYFILE("eth0")), "slave-type=bridge"));
}

/* Nothing of 99-default.link is left: no new name, no new MAC of a bridge. */
static void udev_leaves_alone(void)
{
	static struct plan_link br = { .kind = LINK_BRIDGE, .name = "br0" };

	reset();
	nics[0].name = "br0";
	nics[0].link = &br;
	add_nic("eth0", "52:54:00:77:00:01")->master = "br0";
	make();
	eq_str(text_of(LINK("br0")), "[Match]\n"
				     "OriginalName=br0\n"
				     "\n"
				     "[Link]\n"
				     "AlternativeNamesPolicy=database onboard slot path\n");
	ok(has_line(text_of(LINK("eth0")), "OriginalName=eth0"));
	nics[0].name = "b*";
	make();
	eq_str(text_of(LINK("b*")), "");
}

#define UUID_AT strlen("[connection]\nid=netroot-eth0\n")
#define UUID_LINE 42 /* "uuid=", 36, line end */

static void nm_dhcp(void)
{
	const char *text;

	reset();
	make();
	text = text_of(KEYFILE("eth0"));
	ok(!strncmp(text, "[connection]\nid=netroot-eth0\nuuid=", UUID_AT + 5));
	eq_str(text + UUID_AT + UUID_LINE, "type=ethernet\n"
					   "autoconnect-priority=100\n"
					   "autoconnect-retries=0\n"
					   "\n"
					   "[ethernet]\n"
					   "mac-address=52:54:00:77:00:01\n"
					   "\n"
					   "[ipv4]\n"
					   "method=auto\n"
					   "dhcp-timeout=2147483647\n"
					   "dhcp-client-id=mac\n"
					   "dhcp-vendor-class-identifier=netroot\n"
					   "\n"
					   "[ipv6]\n"
					   "method=auto\n"
					   "addr-gen-mode=eui64\n"
					   "ip6-privacy=0\n");
	eq_str(text_of("/run/NetworkManager/conf.d/00-netroot-eth0.conf"),
	       "[device-netroot-eth0]\n"
	       "match-device=mac:52:54:00:77:00:01\n"
	       "keep-configuration=yes\n");
}

/* Version 8, variant 10 (RFC 9562); the state names the same; another NIC has another. */
static void nm_uuid(void)
{
	static const char form[] = "uuid=xxxxxxxx-xxxx-8xxx-vxxx-xxxxxxxxxxxx\n";
	char first[UUID_LINE + 1], state[128];
	const char *line;

	reset();
	make();
	line = text_of(KEYFILE("eth0")) + UUID_AT;
	for (size_t i = 0; form[i]; i++)
		ok(form[i] == 'x'   ? strchr("0123456789abcdef", line[i]) != NULL
		   : form[i] == 'v' ? strchr("89ab", line[i]) != NULL
				    : form[i] == line[i]);
	(void)snprintf(first, sizeof(first), "%s", line);
	(void)snprintf(state, sizeof(state), "[device]\nmanaged=true\nconnection-%s", first);
	eq_str(text_of("/run/NetworkManager/devices/2"), state);
	make();
	ok(!strncmp(text_of(KEYFILE("eth0")) + UUID_AT, first, UUID_LINE));
	nics[0].mac.bytes[5]++;
	make();
	ok(strncmp(text_of(KEYFILE("eth0")) + UUID_AT, first, UUID_LINE) != 0);
	nics[0].ifindex = 0;
	make();
	eq_str(text_of("/run/NetworkManager/devices/0"), "");
}

static void nm_static(void)
{
	const char *text;

	make_static();
	make();
	text = text_of(KEYFILE("eth0"));
	ok(has_line(text, "mtu=9000"));
	ok(has_line(text, "method=manual"));
	ok(has_line(text, "address1=10.1.2.3/24"));
	ok(has_line(text, "dns=9.9.9.9;10.1.2.7;"));
	ok(has_line(text, "route1=0.0.0.0/0,10.9.9.9"));
	ok(has_line(text, "route1_options=onlink=true"));
	ok(has_line(text, "route2=192.168.7.0/24,10.1.2.8"));
}

/* A MAC that was put on is not the one NetworkManager compares with. */
static void nm_set_mac(void)
{
	reset();
	ip4.set_mac = nics[0].mac;
	make();
	ok(has_line(text_of(KEYFILE("eth0")), "interface-name=eth0"));
	ok(lacks(text_of(KEYFILE("eth0")), "mac-address"));
}

/* rd.route= goes to the one NIC whose network holds the gateway, or to the boot NIC. */
static void plan_routes(void)
{
	static struct plan_ip other = { .v4 = IP4_STATIC, .prefix = 24 };
	static struct netconf conf;

	make_static();
	other.address = ip("10.5.0.1");
	netconf_from_ip(&other, &conf);
	add_nic("eth1", "52:54:00:77:00:02");
	nics[1].v4 = &other;
	nics[1].conf4 = &conf;
	plan.routes[0].route.gateway = ip("10.5.0.9");
	make();
	/* nameserver=, too, is for the boot NIC */
	ok(has_line(text_of(NETWORK("eth0")), "DNS=9.9.9.9"));
	ok(lacks(text_of(NETWORK("eth1")), "DNS="));
	ok(lacks(text_of(NETWORK("eth0")), "Gateway=10.5.0.9"));
	ok(has_line(text_of(NETWORK("eth1")), "Gateway=10.5.0.9"));
	plan.routes[0].route.gateway = ip("10.6.0.9");
	make();
	ok(has_line(text_of(NETWORK("eth0")), "Gateway=10.6.0.9"));
	ok(lacks(text_of(NETWORK("eth1")), "Gateway=10.6.0.9"));
	(void)strcpy(plan.routes[0].ifname, "eth1");
	make();
	ok(lacks(text_of(NETWORK("eth0")), "Gateway=10.6.0.9"));
	ok(has_line(text_of(NETWORK("eth1")), "Gateway=10.6.0.9"));
}

/* From the command line: what would end a value, or begin another, is left out. */
static void hostile_classes(void)
{
	static const char *const values[] = { "a\nDHCP=no", "a%n", "a\\", "a\"b", "a;b" };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		reset();
		(void)strcpy(plan.vendor_class, values[i]);
		(void)strcpy(plan.user_class, values[i]);
		make();
		ok(lacks(text_of(NETWORK("eth0")), "Class"));
		ok(lacks(text_of(KEYFILE("eth0")), "\nDHCP=no"));
	}
}

int main(void)
{
	RUN(networkd_dhcp);
	RUN(networkd_static);
	RUN(networkd_identity);
	RUN(advertised_unasked);
	RUN(networkd_v6);
	RUN(no_peer_dns);
	RUN(made_links);
	RUN(bridge);
	RUN(udev_leaves_alone);
	RUN(nm_dhcp);
	RUN(nm_uuid);
	RUN(nm_static);
	RUN(nm_set_mac);
	RUN(plan_routes);
	RUN(hostile_classes);
	return test_end();
}
