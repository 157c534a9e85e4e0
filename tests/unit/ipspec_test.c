/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of ip=: rows from the kernel's nfsroot.rst, dracut.cmdline(7), klibc and PXELINUX. */
#include "test.h"

#include "core/ipspec.h"

/* One line for the whole entry, then the readings, or what was refused. */
static const char *read_ip(const char *value)
{
	static const char *const methods[] = {
		[IP4_DHCP] = "dhcp", [IP4_STATIC] = "static", [IP4_OFF] = "off"
	};
	static char text[1024];
	struct out out = out_to(text, sizeof(text));
	char choices[256], a[IP_TEXT_MAX], m[MAC_TEXT_MAX];
	struct out o_choices = out_to(choices, sizeof(choices));
	struct plan_ip ip = { .prefix = 77 };
	struct err err = { 0 };

	if (ipspec_parse(span_of(value), &ip, &o_choices, &err)) {
		eq_int(ip.prefix, 77); /* untouched */
		out_add(&out, "! %s", err.text);
		return text;
	}
	out_add(&out, "%s", methods[ip.v4]);
	if (ip.port.ifname[0])
		out_add(&out, " dev %s", ip.port.ifname);
	if (ip.port.mac.len)
		out_add(&out, " mac %s", mac_text(&ip.port.mac, m));
	if (ip.address.family)
		out_add(&out, " %s", ip_text(&ip.address, a));
	if (ip.v4 == IP4_STATIC)
		out_add(&out, "/%u", ip.prefix);
	if (ip.server.family)
		out_add(&out, " server %s", ip_text(&ip.server, a));
	if (ip.gateway.family)
		out_add(&out, " gw %s", ip_text(&ip.gateway, a));
	if (ip.host_name[0])
		out_add(&out, " host %s", ip.host_name);
	for (int i = 0; i < ip.n_dns; i++)
		out_add(&out, " dns %s", ip_text(&ip.dns[i], a));
	for (int i = 0; i < ip.n_ntp; i++)
		out_add(&out, " ntp %s", ip_text(&ip.ntp[i], a));
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
		{ "on", "dhcp" },
		{ "any", "dhcp" },
		{ "single-dhcp", "dhcp" },
		{ "off", "off" },
		{ "none", "off" },
		{ "", "off" },
		{ "DHCP", "! \"DHCP\" is no method of configuration" },
		{ "dhc", "! \"dhc\" is no method of configuration" },
		{ "dhcpx", "! \"dhcpx\" is no method of configuration" },
		{ "dhcp6", "! the method \"dhcp6\" is not supported yet" },
		{ "auto6", "! the method \"auto6\" is not supported yet" },
		{ "either6", "! the method \"either6\" is not supported yet" },
		{ "link6", "! the method \"link6\" is not supported yet" },
		{ "ibft", "! the method \"ibft\" is not supported yet" },
		{ "bootp", "! the method \"bootp\" is not supported yet" },
		{ "rarp", "! the method \"rarp\" is not supported yet" },
		{ "both", "! the method \"both\" is not supported yet" },
		{ "dhcp,1,abc",
		  "! what stands behind \"dhcp,\" in \"dhcp,1,abc\" is not supported yet" },
		{ "eth0", "! \"eth0\" is no method of configuration" },
	};

	CHECK(rows);
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
		{ ":::::eth0:on", "dhcp dev eth0" },
		{ ":::::eth0", "dhcp dev eth0" },
		{ ":::::eth0:off", "off dev eth0" },
		{ "0.0.0.0:0.0.0.0:0.0.0.0:0.0.0.0::eth0:dhcp", "dhcp dev eth0" },
		{ "::::pc7::dhcp", "dhcp host pc7" },
		{ "::::pc7.lab.example:eth1:dhcp", "dhcp dev eth1 host pc7.lab.example" },
		{ ":10.0.0.9::::eth0:dhcp", "dhcp dev eth0 server 10.0.0.9" },
		{ ":::::all:dhcp", "dhcp" },
		{ ":::::52-54-00-12-34-56:dhcp", "dhcp mac 52:54:00:12:34:56" },
		{ "10.0.0.5:::24::52-54-00-12-34-56", "static mac 52:54:00:12:34:56 10.0.0.5/24" },
		{ "10.0.0.5:::24::eth0:dhcp",
		  "dhcp dev eth0 10.0.0.5 ? both an address and \"dhcp\" given, DHCP is asked for "
		  "10.0.0.5" },
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
		{ "10.0.0.5:::24::eth0:none:1500",
		  "static dev eth0 10.0.0.5/24 ? MTU and MAC address behind the method are not supported "
		  "yet, ignored" },
		{ "10.0.0.5:::24::eth0:none:1500:52:54:00:12:34:56",
		  "static dev eth0 10.0.0.5/24 ? MTU and MAC address behind the method are not supported "
		  "yet, ignored" },
		{ "10.0.0.5:::24::eth0:none::10.0.0.3",
		  "static dev eth0 10.0.0.5/24 dns 10.0.0.3" },
	};

	CHECK(rows);
}

static void device_forms(void)
{
	static const struct row rows[] = {
		{ "eth0:dhcp", "dhcp dev eth0" },
		{ "eth0:on", "dhcp dev eth0" },
		{ "eth0:any", "dhcp dev eth0" },
		{ "enp0s31f6:off", "off dev enp0s31f6" },
		{ "eth0.5:dhcp", "dhcp dev eth0.5" },
		{ "52-54-00-12-34-56:dhcp", "dhcp mac 52:54:00:12:34:56" },
		{ "52:54:00:12:34:56:dhcp", "dhcp mac 52:54:00:12:34:56" },
		{ "eth0:dhcp:1500", "dhcp dev eth0 ? MTU and MAC address behind the method are not "
				    "supported yet, ignored" },
		{ "eth0:dhcp6", "! the method \"dhcp6\" is not supported yet" },
		{ "eth0:dhcp,dhcp6",
		  "! what stands behind \"dhcp,\" in \"dhcp,dhcp6\" is not supported yet" },
		{ "eth0:", "! \"\" is no method of configuration" },
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
		{ "10.0.0.300:::24::eth0:off", "! the address \"10.0.0.300\" is no IPv4 address" },
		{ "10.0.0:::24", "! the address \"10.0.0\" is no IPv4 address" },
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
		{ "10.0.0.5:server:::", "! the server \"server\" is no IPv4 address" },
		{ "10.0.0.5::gw::", "! the gateway \"gw\" is no IPv4 address" },
		{ "10.0.0.5:::24::et/h0", "! \"et/h0\" cannot be the name of a network device" },
		{ "10.0.0.5:::24::eth0:bogus", "! \"bogus\" is no method of configuration" },
		{ "10.0.0.5:::24::eth0:none:a.b", "! the name server \"a.b\" is no IPv4 address" },
		{ "10.0.0.5:::24::eth0:none:10.0.0.1:10.0.0.2:ntp",
		  "! the time server \"ntp\" is no IPv4 address" },
		{ "10.0.0.5:::24::eth0:none:10.0.0.1:10.0.0.2:10.0.0.3:10.0.0.4",
		  "! 11 fields, there are at most 10" },
		{ "[2001:db8::5]:::64::eth0:none",
		  "! IPv6 (address [2001:db8::5]) is not supported yet" },
		{ "10.0.0.5:[::1]::24", "! IPv6 (server [::1]) is not supported yet" },
		{ "::::::::::::::::::::", "! more than 10 fields" },
		{ "\033[2J:dhcp", "! \"\\x1b[2J:dhcp\" is no method of configuration" },
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

		if (bootif_parse(span_of(bad[i]), &mac))
			test_fail(__FILE__, __LINE__, bad[i]);
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
	RUN(long_forms);
	RUN(device_forms);
	RUN(refused);
	RUN(long_values);
	RUN(bootif);
	RUN(names);
	return test_end();
}
