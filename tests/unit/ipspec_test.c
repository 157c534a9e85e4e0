/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of ip=: rows from the kernel's nfsroot.rst, dracut.cmdline(7), klibc, PXELINUX and
 * systemd-network-generator. */
#include "test.h"

#include "core/ipspec.h"

static void add_settings(const struct plan_ip *ip, struct out *out)
{
	char m[MAC_TEXT_MAX];

	if (ip->mtu)
		out_add(out, " mtu %u", ip->mtu);
	if (ip->set_mac.len)
		out_add(out, " set %s", mac_text(&ip->set_mac, m));
	if (ip->len_client_id)
		out_add(out, " id %u %.*s", ip->client_id[0], ip->len_client_id - 1,
			(const char *)ip->client_id + 1);
}

static void add_servers(const struct plan_ip *ip, struct out *out)
{
	char a[IP_TEXT_MAX];

	if (ip->server.family)
		out_add(out, " server %s", ip_text(&ip->server, a));
	if (ip->gateway.family)
		out_add(out, " gw %s", ip_text(&ip->gateway, a));
	if (ip->host_name[0])
		out_add(out, " host %s", ip->host_name);
	for (int i = 0; i < ip->n_dns; i++)
		out_add(out, " dns %s", ip_text(&ip->dns[i], a));
	for (int i = 0; i < ip->n_ntp; i++)
		out_add(out, " ntp %s", ip_text(&ip->ntp[i], a));
}

/* One line for the whole entry (method of IPv4, then "+" and that of IPv6 where it is on), then the
 * readings, or what was refused. */
static const char *read_ip(const char *value)
{
	static const char *const v4[] = {
		[IP4_OFF] = "off",
		[IP4_DHCP] = "dhcp",
		[IP4_STATIC] = "static",
		[IP4_LINK_LOCAL] = "link-local",
	};
	static const char *const v6[] = {
		[IP6_OFF] = "",		  [IP6_AUTO] = "+auto",	    [IP6_DHCP] = "+dhcp",
		[IP6_EITHER] = "+either", [IP6_STATIC] = "+static", [IP6_LINK_LOCAL] = "+link",
	};
	static char text[1024];
	struct out out = out_to(text, sizeof(text));
	char choices[512], a[IP_TEXT_MAX], m[MAC_TEXT_MAX];
	struct out o_choices = out_to(choices, sizeof(choices));
	struct plan_ip ip = { .prefix = 77, .given = { FROM_CONF, 0 } };
	struct err err = { 0 };

	if (ipspec_parse(span_of(value), &ip, &o_choices, &err)) {
		eq_int(ip.prefix, 77); /* untouched */
		ok(err.code > 0 && text_is_printable(span_of(err.text)));
		out_add(&out, "! %s", err.text);
		return text;
	}
	eq_int(ip.given.by, FROM_CONF);
	out_add(&out, "%s%s", v4[ip.v4], v6[ip.v6]);
	if (ip.port.ifname[0])
		out_add(&out, " dev %s", ip.port.ifname);
	if (ip.port.mac.len)
		out_add(&out, " mac %s", mac_text(&ip.port.mac, m));
	if (ip.address.family)
		out_add(&out, " %s", ip_text(&ip.address, a));
	if (ip.v4 == IP4_STATIC || ip.v6 == IP6_STATIC)
		out_add(&out, "/%u", ip.prefix);
	else
		eq_int(ip.prefix, 0);
	add_servers(&ip, &out);
	add_settings(&ip, &out);
	if (o_choices.len)
		out_add(&out, " ? %s", choices);
	return text;
}

struct row {
	const char *value, *want;
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		eq_str(read_ip(rows[i].value), rows[i].want);
}
#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

static void methods_alone(void)
{
	static const struct row rows[] = {
		{ "dhcp", "dhcp" },
		{ "dhcp4", "dhcp" },
		{ "on", "dhcp+either" },
		{ "any", "dhcp+either" },
		{ "single-dhcp", "dhcp" },
		{ "both", "dhcp ? BOOTP and RARP are not spoken, DHCP is asked" },
		{ "bootp", "dhcp ? BOOTP is not spoken, DHCP is asked" },
		{ "rarp", "dhcp ? RARP is not spoken, DHCP is asked" },
		{ "dhcp6", "off+dhcp" },
		{ "auto6", "off+auto" },
		{ "either6", "off+either" },
		{ "link6", "off+link" },
		{ "link-local", "link-local+link" },
		{ "off", "off" },
		{ "none", "off" },
		{ "static", "off" },
		{ "", "off" },
		{ "ibft", "! the method \"ibft\" stands alone, firmware's table names the NICs" },
		{ "DHCP", "! \"DHCP\" is no method of configuration" },
		{ "dhc", "! \"dhc\" is no method of configuration" },
		{ "dhcpx", "! \"dhcpx\" is no method of configuration" },
		{ "eth0", "! \"eth0\" is no method of configuration" },
	};

	CHECK(rows);
}

/* dracut's list, the kernel's client identifier. */
static void method_lists(void)
{
	static const struct row rows[] = {
		{ "dhcp,dhcp6", "dhcp+dhcp" },
		{ "eth0:dhcp,dhcp6", "dhcp+dhcp dev eth0" },
		{ "auto6,dhcp", "dhcp+auto" },
		{ "dhcp6,auto6", "off+either" },
		{ "link6,auto6", "off+auto" },
		{ "auto6,link6", "off+auto" },
		{ "dhcp,link-local", "dhcp+link ? \"link-local\" is left out for IPv4, the method "
				     "before it counts" },
		{ "dhcp,bogus", "! \"bogus\" is no method of configuration" },
		{ "dhcp,", "! \"\" is no method of configuration" },
		{ "dhcp,ibft",
		  "! the method \"ibft\" stands alone, firmware's table names the NICs" },
		{ "dhcp,1,abc", "dhcp id 1 abc" },
		{ "dhcp,0,abc", "dhcp id 0 abc" },
		{ "dhcp,255,a,b:c d", "dhcp id 255 a,b:c d" },
		{ "dhcp,0x1f,abc", "dhcp id 31 abc" },
		{ "dhcp,0X1F,abc", "dhcp id 31 abc" },
		{ "dhcp,010,abc", "dhcp id 8 abc" },
		{ ":::::eth0:dhcp,1,abc", "dhcp dev eth0 id 1 abc" },
		{ "eth0:dhcp,1,abc:1500", "dhcp dev eth0 mtu 1500 id 1 abc" },
		{ "dhcp,256,abc", "! \"256\" is no type of a client identifier (0 to 255)" },
		{ "dhcp,09,abc", "! \"09\" is no type of a client identifier (0 to 255)" },
		{ "dhcp,0x,abc", "! \"0x\" is no type of a client identifier (0 to 255)" },
		{ "dhcp,1x,abc", "! \"1x\" is no type of a client identifier (0 to 255)" },
		{ "dhcp,1", "! the client identifier is empty, the form is dhcp,<type>,<value>" },
		{ "dhcp,1,", "! the client identifier is empty, the form is dhcp,<type>,<value>" },
		{ "dhcp,1,a\x01",
		  "! the client identifier \"a\\x01\" is not printable or longer than "
		  "254 bytes" },
	};
	char text[300] = "dhcp,7,";

	CHECK(rows);
	memset(text + 7, 'i', 254);
	ok(strstr(read_ip(text), "dhcp id 7 iii") != NULL);
	text[7 + 254] = 'i';
	ok(strstr(read_ip(text), "longer than 254 bytes") != NULL);
}

static void long_forms(void)
{
	static const struct row rows[] = {
		{ "10.0.0.5:10.0.0.1:10.0.0.254:255.255.255.0:pc5:eth0:none:10.0.0.2:10.0.0.3:10.0.0.4",
		  "static dev eth0 10.0.0.5/24 server 10.0.0.1 gw 10.0.0.254 host pc5 dns 10.0.0.2 dns "
		  "10.0.0.3 ntp 10.0.0.4" },
		{ "10.0.0.5::10.0.0.254:24::eth0:off",
		  "static dev eth0 10.0.0.5/24 gw 10.0.0.254" },
		{ "10.0.0.5::10.0.0.254:24::eth0:static",
		  "static dev eth0 10.0.0.5/24 gw 10.0.0.254" },
		{ "10.0.0.5:::255.255.255.0", "static 10.0.0.5/24" },
		/* PXELINUX, IPAPPEND 1 */
		{ "10.0.0.5:10.0.0.1:10.0.0.254:255.255.255.0",
		  "static 10.0.0.5/24 server 10.0.0.1 gw 10.0.0.254" },
		{ "10.0.0.5",
		  "static 10.0.0.5/8 ? no netmask given, /8 by the class of the address" },
		{ "172.16.0.5:::::eth0",
		  "static dev eth0 172.16.0.5/16 ? no netmask given, /16 by the class of the address" },
		{ "192.168.1.5:::0.0.0.0",
		  "static 192.168.1.5/24 ? no netmask given, /24 by the class of the address" },
		{ ":::::eth0:dhcp", "dhcp dev eth0" },
		{ ":::::eth0:on", "dhcp+either dev eth0" },
		{ ":::::eth0", "dhcp dev eth0" },
		{ ":::::eth0:off", "off dev eth0" },
		{ ":::::eth0:auto6", "off+auto dev eth0" },
		{ "::::core0.example.com:enp2s0:none", "off dev enp2s0 host core0.example.com" },
		{ "0.0.0.0:0.0.0.0:0.0.0.0:0.0.0.0::eth0:dhcp", "dhcp dev eth0" },
		{ "::::pc7::dhcp", "dhcp host pc7" },
		{ "::::pc7.lab.example:eth1:dhcp", "dhcp dev eth1 host pc7.lab.example" },
		{ ":10.0.0.9::::eth0:dhcp", "dhcp dev eth0 server 10.0.0.9" },
		{ ":::::all:dhcp", "dhcp" },
		{ ":::::52-54-00-12-34-56:dhcp", "dhcp mac 52:54:00:12:34:56" },
		{ ":::::52:54:00:12:34:56:dhcp", "dhcp mac 52:54:00:12:34:56" },
		{ ":::::52:54:00:12:34:56", "dhcp mac 52:54:00:12:34:56" },
		{ "10.0.0.5:::24::52-54-00-12-34-56", "static mac 52:54:00:12:34:56 10.0.0.5/24" },
		{ "10.0.0.5:::24::52:54:00:12:34:56:none:9000:02:00:00:00:00:01",
		  "static mac 52:54:00:12:34:56 10.0.0.5/24 mtu 9000 set 02:00:00:00:00:01" },
		{ ":::::80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1:dhcp",
		  "dhcp mac 80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1" },
		{ "10.0.0.5:::24::eth0:dhcp",
		  "dhcp dev eth0 10.0.0.5 ? both an address and \"dhcp\" given, DHCP is asked for "
		  "10.0.0.5" },
		{ "10.0.0.5:::24::eth0:on",
		  "dhcp+either dev eth0 10.0.0.5 ? both an address and \"on\" given, DHCP is asked for "
		  "10.0.0.5" },
		{ "10.0.0.5:::24::eth0:auto6", "static+auto dev eth0 10.0.0.5/24" },
		{ "10.0.0.5:::24::eth0:dhcp6", "static+dhcp dev eth0 10.0.0.5/24" },
		{ "10.0.0.5:::24::eth0:link-local",
		  "static+link dev eth0 10.0.0.5/24 ? both an address and \"link-local\" given, "
		  "10.0.0.5 is static" },
		{ "10.0.0.5:::31", "static 10.0.0.5/31" },
		{ "10.0.0.255:::8", "static 10.0.0.255/8" },
		{ "10.0.0.5:::32", "static 10.0.0.5/32" },
		{ "10.0.0.5::10.0.1.1:24",
		  "static 10.0.0.5/24 gw 10.0.1.1 ? the gateway 10.0.1.1 is outside the network of "
		  "10.0.0.5/24" },
		{ "10.0.0.5:::24:-bad-:eth0",
		  "static dev eth0 10.0.0.5/24 ? \"-bad-\" is no host name, ignored" },
		{ "10.0.0.5:::24:$(reboot):eth0",
		  "static dev eth0 10.0.0.5/24 ? \"$(reboot)\" is no host name, ignored" },
		/* the network behind dracut's peer */
		{ "10.0.0.5:10.0.0.1/25:::pc5:eth0:none",
		  "static dev eth0 10.0.0.5/25 server 10.0.0.1 host pc5" },
		{ "10.0.0.5:10.0.0.1/25::24::eth0:none",
		  "static dev eth0 10.0.0.5/24 server 10.0.0.1" },
	};

	CHECK(rows);
}

static void tails(void)
{
	static const struct row rows[] = {
		{ "10.0.0.5:::24::eth0:none:1500", "static dev eth0 10.0.0.5/24 mtu 1500" },
		{ "10.0.0.5:::24::eth0:none:1500:52:54:00:12:34:56",
		  "static dev eth0 10.0.0.5/24 mtu 1500 set 52:54:00:12:34:56" },
		{ "10.0.0.5:::24::eth0:none::52:54:00:12:34:56",
		  "static dev eth0 10.0.0.5/24 set 52:54:00:12:34:56" },
		{ "10.0.0.5:::24::eth0:none:1500:52-54-00-12-34-56",
		  "static dev eth0 10.0.0.5/24 mtu 1500 set 52:54:00:12:34:56" },
		{ "10.0.0.5:::24::eth0:none:1500:", "static dev eth0 10.0.0.5/24 mtu 1500" },
		{ "10.0.0.5:::24::eth0:none:", "static dev eth0 10.0.0.5/24" },
		{ "10.0.0.5:::24::eth0:none::", "static dev eth0 10.0.0.5/24" },
		{ "10.0.0.5:::24::eth0:none::10.0.0.3",
		  "static dev eth0 10.0.0.5/24 dns 10.0.0.3" },
		{ "10.0.0.5:::24::eth0:none:10.0.0.2:10.0.0.3",
		  "static dev eth0 10.0.0.5/24 dns 10.0.0.2 dns 10.0.0.3" },
		{ "10.0.0.5:::24::eth0:none:::10.0.0.4",
		  "static dev eth0 10.0.0.5/24 ntp 10.0.0.4" },
		{ "10.0.0.5:::24::eth0:none:[2001:db8::53]:10.0.0.3:[2001:db8::123]",
		  "static dev eth0 10.0.0.5/24 dns 2001:db8::53 dns 10.0.0.3 ntp 2001:db8::123" },
		{ ":::::eth0:dhcp:0.0.0.0:10.0.0.3", "dhcp dev eth0 dns 10.0.0.3" },
		{ ":::::eth0:auto6:1279",
		  "off+auto dev eth0 mtu 1279 ? IPv6 does not work with an MTU below 1280" },
		{ ":::::eth0:auto6:1280", "off+auto dev eth0 mtu 1280" },
		{ ":::::eth0:dhcp:68", "dhcp dev eth0 mtu 68" },
		{ ":::::eth0:dhcp:65535", "dhcp dev eth0 mtu 65535" },
		{ ":::::eth0:dhcp:67", "! \"67\" is no MTU (68 to 65535)" },
		{ ":::::eth0:dhcp:65536", "! \"65536\" is no MTU (68 to 65535)" },
		{ ":::::eth0:dhcp:1500:10.0.0.1", "! \"10.0.0.1\" is no MAC address" },
		{ ":::::eth0:dhcp:1500:52:54:00:12:34", "! \"52:54:00:12:34\" is no MAC address" },
		{ ":::::eth0:dhcp::01:00:5e:00:00:01",
		  "! 01:00:5e:00:00:01 cannot be the MAC address of a NIC" },
		{ ":::::eth0:dhcp::00:00:00:00:00:00",
		  "! 00:00:00:00:00:00 cannot be the MAC address of a NIC" },
		{ ":::::eth0:dhcp::80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1",
		  "! \"80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1\" is no MAC "
		  "address" },
	};

	CHECK(rows);
}

static void ipv6(void)
{
	static const struct row rows[] = {
		{ "[2001:db8::5]:[2001:db8::1]:[2001:db8::fe]:64:pc5:eth0:none:[2001:db8::53]",
		  "off+static dev eth0 2001:db8::5/64 server 2001:db8::1 gw 2001:db8::fe host pc5 dns "
		  "2001:db8::53" },
		{ "[2001:DB8:0::5]::[fe80::1]:64::eth0:off",
		  "off+static dev eth0 2001:db8::5/64 gw fe80::1" },
		{ "[2001:db8::5]:::48", "off+static 2001:db8::5/48" },
		{ "[2001:db8::5]:::128", "off+static 2001:db8::5/128" },
		{ "[2001:db8::5]",
		  "off+static 2001:db8::5/64 ? no prefix length given, /64 taken" },
		{ "[2001:db8::5]:[2001:db8::1]/56:::pc5:eth0:none",
		  "off+static dev eth0 2001:db8::5/56 server 2001:db8::1 host pc5" },
		{ "[2001:db8::5]:[2001:db8::1/56]:::pc5:eth0:none",
		  "off+static dev eth0 2001:db8::5/56 server 2001:db8::1 host pc5" },
		/* the NFS server may well be of the other family */
		{ "[2001:db8::5]:10.0.0.1::64", "off+static 2001:db8::5/64 server 10.0.0.1" },
		{ "[2001:db8::5]::[2001:db9::1]:64",
		  "off+static 2001:db8::5/64 gw 2001:db9::1 ? the gateway 2001:db9::1 is outside the "
		  "network of 2001:db8::5/64" },
		{ "[2001:db8::5]:::64::eth0:dhcp6",
		  "off+dhcp dev eth0 2001:db8::5 ? both an address and \"dhcp6\" given, DHCP is asked "
		  "for 2001:db8::5" },
		{ "[2001:db8::5]:::64::eth0:auto6",
		  "off+static dev eth0 2001:db8::5/64 ? both an address and \"auto6\" given, "
		  "2001:db8::5 is static" },
		{ "[2001:db8::5]:::64::eth0:dhcp", "dhcp+static dev eth0 2001:db8::5/64" },
		{ "[2001:db8::5]:::64::eth0:on",
		  "dhcp+static dev eth0 2001:db8::5/64 ? both an address and \"on\" given, 2001:db8::5 "
		  "is static" },
		{ "[::]:::::eth0:dhcp6", "off+dhcp dev eth0" },
		{ ":[2001:db8::1]::::eth0:dhcp6", "off+dhcp dev eth0 server 2001:db8::1" },
		{ "[2001:db8::5]:::129", "! \"129\" is no prefix length (1 to 128)" },
		{ "[2001:db8::5]:::0", "! \"0\" is no prefix length (1 to 128)" },
		{ "[2001:db8::5]:::255.255.255.0",
		  "! \"255.255.255.0\" is no prefix length (1 to 128)" },
		{ "[2001:db8::5]::10.0.0.1:64",
		  "! the address 2001:db8::5 cannot be routed by the gateway 10.0.0.1" },
		{ "10.0.0.5::[fe80::1]:24",
		  "! the address 10.0.0.5 cannot be routed by the gateway fe80::1" },
		{ "[ff02::1]:::64", "! the address ff02::1 cannot be the address of a host" },
		{ "[::1]:::64", "! the address ::1 cannot be the address of a host" },
		{ "[fe80::5%eth0]:::64", "! the address \"fe80::5%eth0\" is no IP address" },
		{ "[2001:db8::5:::64", "! the address \"[2001:db8::5:::64\" is no IP address" },
		{ "[2001:db8::5]x:::64", "! the address \"[2001:db8::5]x\" is no IP address" },
		{ "[]:::64", "dhcp" },
		{ "[2001:db8::5]:[2001:db8::1]/129",
		  "! \"129\" behind the server is no prefix length (1 to 128)" },
		{ "[2001:db8::5]:[2001:db8::1/]",
		  "! \"\" behind the server is no prefix length (1 to 128)" },
		{ "[2001:db8::5]:[2001:db8::1/64",
		  "! the server \"[2001:db8::1\" is no IP address" },
		{ "2001:db8::5:::64::eth0:none",
		  "! neither a device with a method nor an address (IPv6 stands in [ ])" },
	};

	CHECK(rows);
}

static void device_forms(void)
{
	static const struct row rows[] = {
		{ "eth0:dhcp", "dhcp dev eth0" },
		{ "eth0:on", "dhcp+either dev eth0" },
		{ "eth0:any", "dhcp+either dev eth0" },
		{ "eth0:dhcp6", "off+dhcp dev eth0" },
		{ "eth0:auto6", "off+auto dev eth0" },
		{ "eth0:either6", "off+either dev eth0" },
		{ "eth0:link6", "off+link dev eth0" },
		{ "eth0:link-local", "link-local+link dev eth0" },
		{ "enp0s31f6:off", "off dev enp0s31f6" },
		{ "eth0.5:dhcp", "dhcp dev eth0.5" },
		{ ":dhcp", "dhcp" },
		{ ":auto6:1500", "off+auto mtu 1500" },
		{ "52-54-00-12-34-56:dhcp", "dhcp mac 52:54:00:12:34:56" },
		{ "52:54:00:12:34:56:dhcp", "dhcp mac 52:54:00:12:34:56" },
		{ "52:54:00:12:34:56:dhcp:1500:52:54:00:12:34:57",
		  "dhcp mac 52:54:00:12:34:56 mtu 1500 set 52:54:00:12:34:57" },
		{ "eth0:dhcp:1500", "dhcp dev eth0 mtu 1500" },
		{ "eth0:dhcp:9000:52-54-00-12-34-57",
		  "dhcp dev eth0 mtu 9000 set 52:54:00:12:34:57" },
		{ "eth0:dhcp::52:54:00:12:34:57", "dhcp dev eth0 set 52:54:00:12:34:57" },
		{ "eth0:dhcp:", "dhcp dev eth0" },
		{ "eth0:off:9000", "off dev eth0 mtu 9000" },
		{ "eth0:bootp", "dhcp dev eth0 ? BOOTP is not spoken, DHCP is asked" },
		{ "eth0:on:1000",
		  "dhcp+either dev eth0 mtu 1000 ? IPv6 does not work with an MTU below "
		  "1280" },
		{ "eth0:dhcp:x", "! \"x\" is no MTU (68 to 65535)" },
		{ "eth0:dhcp:-1", "! \"-1\" is no MTU (68 to 65535)" },
		{ "eth0:dhcp:1500:x", "! \"x\" is no MAC address" },
		{ "eth0:ibft",
		  "! the method \"ibft\" stands alone, firmware's table names the NICs" },
		{ "eth0:", "! \"\" is no method of configuration" },
		{ "eth0:dhcp6x", "! \"dhcp6x\" is no method of configuration" },
		{ "a/b:dhcp", "! \"a/b\" cannot be the name of a network device" },
		{ "sixteencharacter:dhcp",
		  "! \"sixteencharacter\" cannot be the name of a network device" },
		{ "..:dhcp", "! \"..\" cannot be the name of a network device" },
	};

	CHECK(rows);
}

static void refused(void)
{
	static const struct row rows[] = {
		{ "10.0.0.300:::24::eth0:off", "! the address \"10.0.0.300\" is no IP address" },
		{ "10.0.0:::24", "! the address \"10.0.0\" is no IP address" },
		{ "224.0.0.1:::24", "! the address 224.0.0.1 cannot be the address of a host" },
		{ "255.255.255.255:::24",
		  "! the address 255.255.255.255 cannot be the address of a host" },
		{ "127.0.0.1:::8", "! the address 127.0.0.1 cannot be the address of a host" },
		{ "10.0.0.255:::24", "! 10.0.0.255 is the broadcast address of its /24 network" },
		{ "10.0.0.0:::24", "! 10.0.0.0 is the network address of its /24 network" },
		{ "10.0.0.5:::255.0.255.0",
		  "! \"255.0.255.0\" is neither a netmask nor a prefix length" },
		{ "10.0.0.5:::33", "! \"33\" is neither a netmask nor a prefix length" },
		{ "10.0.0.5:::0", "! \"0\" is neither a netmask nor a prefix length" },
		{ "10.0.0.5:server:::", "! the server \"server\" is no IP address" },
		{ "10.0.0.5:10.0.0.1/x::",
		  "! \"x\" behind the server is no prefix length (1 to 128)" },
		{ "10.0.0.5:10.0.0.1/64::", "! \"64\" is neither a netmask nor a prefix length" },
		{ "10.0.0.5::gw::", "! the gateway \"gw\" is no IP address" },
		{ "10.0.0.5:::24::et/h0", "! \"et/h0\" cannot be the name of a network device" },
		{ "10.0.0.5:::24::eth0:bogus", "! \"bogus\" is no method of configuration" },
		{ "10.0.0.5:::24::eth0:none:a.b", "! the name server \"a.b\" is no IP address" },
		{ "10.0.0.5:::24::eth0:none:10.0.0.1:10.0.0.2:ntp",
		  "! the time server \"ntp\" is no IP address" },
		{ "10.0.0.5:::24::eth0:none:10.0.0.1:10.0.0.2:10.0.0.3:10.0.0.4",
		  "! behind the method stand at most two name servers and a time server, or MTU and MAC "
		  "address" },
		{ "::::::::::::::::::::",
		  "! behind the method stand at most two name servers and a time "
		  "server, or MTU and MAC address" },
		{ "\033[2J:dhcp", "! \"\\x1b[2J\" cannot be the name of a network device" },
		{ "\033[2J", "! \"\\x1b[2J\" is no method of configuration" },
		{ "10.0.0.5\n:::24", "! \"10.0.0.5\\x0a\" cannot be the name of a network device" },
		{ "10.0.0.5:'\"`;\n::24", "! the server \"'\"`;\\x0a\" is no IP address" },
	};

	CHECK(rows);
}

static void long_values(void)
{
	static char text[10241];

	for (int c = 1; c < 256; c++) {
		memset(text, c, sizeof(text) - 1);
		(void)read_ip(text);
		memcpy(text, "10.0.0.5:::", 11);
		(void)read_ip(text);
		memcpy(text, "eth0:", 5);
		(void)read_ip(text);
	}
}

static void bootif(void)
{
	static const char *const good[] = { "01-52-54-00-AB-cd-ef", "52-54-00-ab-cd-ef",
					    "52:54:00:ab:cd:ef", "01:52:54:00:ab:cd:ef",
					    "20-52:54:00:ab:cd:ef" };
	static const char *const bad[] = { "",
					   "01",
					   "01-",
					   "eth0",
					   "525400abcdef",
					   "1-52-54-00-ab-cd-ef",
					   "01-01-52-54-00-ab-cd-ef",
					   "zz-52-54-00-ab-cd-ef" };
	char text[MAC_TEXT_MAX];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct mac_addr mac = { 0 };

		ok(bootif_parse(span_of(good[i]), &mac));
		eq_str(mac_text(&mac, text), "52:54:00:ab:cd:ef");
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct mac_addr mac = { .len = 0 };

		ok_row(!bootif_parse(span_of(bad[i]), &mac), bad[i]);
		eq_int(mac.len, 0);
	}
}

static void names(void)
{
	char label[65], name[300];

	memset(label, 'a', 64);
	label[64] = '\0';
	ok(host_name_valid(span_of("a")) && host_name_valid(span_of("pc-1.lab")) &&
	   host_name_valid(span_of("1")) && host_name_valid(span_of(label + 1)));
	ok(!host_name_valid(span_of("")) && !host_name_valid(span_of(label)) &&
	   !host_name_valid(span_of("a..b")) && !host_name_valid(span_of("a.")) &&
	   !host_name_valid(span_of("-a")) && !host_name_valid(span_of("a b")) &&
	   !host_name_valid(span_of("a;b")) && !host_name_valid(span_of("\xc3\xa4")));
	for (size_t i = 0; i < 299; i++)
		name[i] = i % 2 ? '.' : 'a';
	name[299] = '\0';
	name[254] = '\0'; /* 254 bytes, ends in '.' */
	ok(!host_name_valid(span_of(name)));
	name[253] = '\0';
	ok(host_name_valid(span_of(name)));
	ok(ifname_valid(span_of("fifteencharacte")) && !ifname_valid(span_of("sixteencharacter")));
	ok(!ifname_valid(span_of("a b")) && !ifname_valid(span_of("a\xff")));
}

int main(void)
{
	RUN(methods_alone);
	RUN(method_lists);
	RUN(long_forms);
	RUN(tails);
	RUN(ipv6);
	RUN(device_forms);
	RUN(refused);
	RUN(long_values);
	RUN(bootif);
	RUN(names);
	return test_end();
}
