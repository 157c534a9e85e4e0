/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leases as text: people's names and klibc's files. */
#include "test.h"

#include "core/lease_text.h"

static void plain_names(void)
{
	static const char text[] = "# from the lab\n"
				   "interface=eth0\n"
				   "address=10.0.0.20\n"
				   "netmask = 255.255.255.0\r\n"
				   "\n"
				   "router=10.0.0.254\n"
				   "server-id=10.0.0.1\n"
				   "next-server=10.0.0.2\n"
				   "root-path=\"iscsi:10.0.0.1::::iqn.2026-01.lab:d0\"\n"
				   "hostname=pc20\n"
				   "domain=lab.example\n"
				   "dns=10.0.0.3,10.0.0.4\n"
				   "dns=10.0.0.5\n"
				   "initiator=iqn.2026-01.lab:pc20\n"
				   "mtu=9000\n"
				   "lease-time=3600\n"
				   "something-else=x";
	struct lease lease;
	struct err err = { 0 };
	char a[IP_TEXT_MAX];

	ok(lease_from_text(span_of(text), &lease, &err));
	eq_str(err.text, "");
	eq_str(lease.ifname, "eth0");
	eq_str(ip_text(&lease.address, a), "10.0.0.20");
	eq_int(lease.prefix, 24);
	eq_int(lease.n_routes, 1);
	eq_str(ip_text(&lease.routes[0].gateway, a), "10.0.0.254");
	eq_int(lease.routes[0].prefix, 0);
	eq_str(ip_text(&lease.server_id, a), "10.0.0.1");
	eq_str(ip_text(&lease.siaddr, a), "10.0.0.2");
	eq_str(lease.root_path, "iscsi:10.0.0.1::::iqn.2026-01.lab:d0");
	eq_str(lease.host_name, "pc20");
	eq_str(lease.domain, "lab.example");
	eq_int(lease.n_dns, 3);
	eq_str(ip_text(&lease.dns[2], a), "10.0.0.5");
	eq_str(lease.initiator, "iqn.2026-01.lab:pc20");
	eq_int(lease.mtu, 9000);
	eq_int(lease.lease_s, 3600);
}

/* As klibc's ipconfig writes it (ipconfig/main.c, dump_device_config). */
static void klibc_file(void)
{
	static const char text[] = "DEVICE='eth0'\n"
				   "PROTO='dhcp'\n"
				   "IPV4ADDR='10.0.0.20'\n"
				   "IPV4BROADCAST='10.0.0.255'\n"
				   "IPV4NETMASK='255.255.255.0'\n"
				   "IPV4GATEWAY='10.0.0.254'\n"
				   "IPV4DNS0='10.0.0.3'\n"
				   "IPV4DNS1='0.0.0.0'\n"
				   "HOSTNAME='pc20'\n"
				   "DNSDOMAIN='lab'\n"
				   "NISDOMAIN=''\n"
				   "ROOTSERVER='10.0.0.1'\n"
				   "ROOTPATH='/srv/it'\\''s '\\!''\n"
				   "filename='pxelinux.0'\n"
				   "UPTIME='3'\n"
				   "DHCPLEASETIME='3600'\n"
				   "DOMAINSEARCH='lab. example.'\n";
	struct lease lease;
	struct err err = { 0 };
	char a[IP_TEXT_MAX];

	ok(lease_from_text(span_of(text), &lease, &err));
	eq_str(err.text, "");
	eq_str(ip_text(&lease.address, a), "10.0.0.20");
	eq_int(lease.prefix, 24);
	eq_int(lease.n_dns, 1);
	eq_str(ip_text(&lease.siaddr, a), "10.0.0.1");
	eq_int(lease.server_id.family, IP_NONE);
	eq_str(lease.root_path, "/srv/it's !");
	eq_str(lease.boot_file, "pxelinux.0");
	eq_str(lease.search, "lab. example.");
	eq_int(lease.lease_s, 3600);
}

/* klibc's file after option 121. */
static void klibc_routes(void)
{
	static const char text[] = "DEVICE='eth0'\n"
				   "IPV4ADDR='10.0.0.20'\n"
				   "IPV4NETMASK='255.255.255.0'\n"
				   "IPV4ROUTE0SUBNET='10.1.0.0/16'\n"
				   "IPV4ROUTE0GATEWAY='10.0.0.254'\n"
				   "IPV4ROUTE1SUBNET='10.2.0.0/16'\n"
				   "IPV4ROUTEXSUBNET='rubbish'\n"
				   "IPV4ROUTE12SUBNET='0.0.0.0/0'\n"
				   "IPV4ROUTE12GATEWAY='10.0.0.253'\n"
				   "IPV4DNS10='10.0.0.3'\n";
	struct lease lease;
	struct err err = { 0 };
	char a[IP_TEXT_MAX];

	ok(lease_from_text(span_of(text), &lease, &err));
	eq_str(err.text, "");
	eq_int(lease.kind, LEASE_DHCP4);
	eq_int(lease.n_routes, 3);
	eq_str(ip_text(&lease.routes[0].dst, a), "10.1.0.0");
	eq_int(lease.routes[0].prefix, 16);
	eq_str(ip_text(&lease.routes[0].gateway, a), "10.0.0.254");
	eq_int(lease.routes[1].gateway.family, IP_NONE);
	eq_str(ip_text(&lease.routes[2].gateway, a), "10.0.0.253");
	eq_int(lease.routes[2].prefix, 0);
	eq_int(lease.n_dns, 1);
}

/* Ubuntu's /run/net6-eth0.conf. */
static void net6_file(void)
{
	static const char text[] = "DEVICE6='eth0'\n"
				   "IPV6PROTO='dhcp6'\n"
				   "IPV6ADDR='2001:db8::20'\n"
				   "IPV6NETMASK='64'\n"
				   "IPV6GATEWAY='fe80::1'\n"
				   "IPV6DNS0='2001:db8::3'\n"
				   "IPV6DNS1=''\n"
				   "IPV6DOMAINSEARCH='lab. example.'\n"
				   "HOSTNAME='pc20'\n"
				   "DNSDOMAIN=''\n";
	struct lease lease;
	struct err err = { 0 };
	char a[IP_TEXT_MAX];

	ok(lease_from_text(span_of(text), &lease, &err));
	eq_str(err.text, "");
	eq_int(lease.kind, LEASE_DHCP6);
	eq_str(lease.ifname, "eth0");
	eq_str(ip_text(&lease.address, a), "2001:db8::20");
	eq_int(lease.prefix, 64);
	eq_int(lease.n_routes, 1);
	eq_int(lease.routes[0].dst.family, IP_V6);
	eq_str(ip_text(&lease.routes[0].gateway, a), "fe80::1");
	eq_int(lease.n_dns, 1);
	eq_str(lease.search, "lab. example.");
	eq_str(lease.host_name, "pc20");
}

static void other_kinds(void)
{
	struct lease lease;
	struct err err = { 0 };
	char a[IP_TEXT_MAX];

	ok(lease_from_text(span_of("address=2001:db8::20\nserver-id=fe80::1\n"
				   "root-path=nfs://[2001:db8::5]/srv"),
			   &lease, &err));
	eq_int(lease.kind, LEASE_DHCP6);
	eq_int(lease.prefix, 128);
	eq_str(ip_text(&lease.server_id, a), "fe80::1");
	ok(lease_from_text(span_of("kind=ra\nserver-id=fe80::1\nrouter=fe80::1\nother=yes\n"
				   "managed=no\nroute=2001:db8:1::/48 fe80::2\nlease-time=1800"),
			   &lease, &err));
	eq_int(lease.kind, LEASE_RA);
	ok(lease.other && !lease.managed);
	eq_int(lease.n_routes, 2);
	eq_int(lease.routes[1].prefix, 48);
	eq_int(lease.preferred_s, 1800);
	ok(lease_from_text(span_of("address=10.0.0.5\nproxy-id=10.0.0.2\nchap-user=u\n"
				   "chap-secret=geheim"),
			   &lease, &err));
	eq_str(ip_text(&lease.proxy_id, a), "10.0.0.2");
	eq_str(lease.chap_user, "u");
	eq_str(lease.chap_secret, "geheim");
}

static void refused(void)
{
	static const char *const rows[][2] = {
		{ "interface=eth0\nrubbish", "line 2: \"rubbish\" is no name=value" },
		{ "=x", "line 1: \"=x\" is no name=value" },
		{ "address=10.0.0.300", "line 1: address: bad value \"10.0.0.300\"" },
		{ "address=2001:db8::1/129", "line 1: address: bad value \"2001:db8::1/129\"" },
		{ "kind=dhcp6\naddress=10.0.0.5", "kind and address are of different families" },
		{ "kind=x", "line 1: kind: bad value \"x\"" },
		{ "address=10.0.0.5\nnetmask=64", "netmask: no more than 32 bits" },
		{ "route=10.1.0.0", "line 1: route: bad value \"10.1.0.0\"" },
		{ "route=10.1.0.0/33", "line 1: route: bad value \"10.1.0.0/33\"" },
		{ "route=10.1.0.0/16 fe80::1", "line 1: route: bad value \"10.1.0.0/16 fe80::1\"" },
		{ "IPV4ROUTE0GATEWAY=10.0.0.1",
		  "line 1: IPV4ROUTE0GATEWAY: bad value \"10.0.0.1\"" },
		{ "broadcast=::1", "line 1: broadcast: bad value \"::1\"" },
		{ "proxy-id=fe80::1", "line 1: proxy-id: bad value \"fe80::1\"" },
		{ "managed=1", "line 1: managed: bad value \"1\"" },
		{ "chap-secret=gehe\033im", "line 1: chap-secret: bad value \"***\"" },
		{ "address=10.0.0.1/33", "line 1: address: bad value \"10.0.0.1/33\"" },
		{ "netmask=255.0.255.0", "line 1: netmask: bad value \"255.0.255.0\"" },
		{ "interface=", "line 1: interface: bad value \"\"" },
		{ "interface=a/b", "line 1: interface: bad value \"a/b\"" },
		{ "hostname=a b", "line 1: hostname: bad value \"a b\"" },
		{ "root-path='x", "line 1: root-path: bad value \"'x\"" },
		{ "root-path=a\033b", "line 1: root-path: bad value \"a\\x1bb\"" },
		{ "mtu=x", "line 1: mtu: bad value \"x\"" },
		{ "mtu=65536", "line 1: mtu: bad value \"65536\"" },
		{ "lease-time=-1", "line 1: lease-time: bad value \"-1\"" },
		{ "dns=10.0.0.1,x", "line 1: dns: bad value \"10.0.0.1,x\"" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lease lease = { .mtu = 7 };
		struct err err = { 0 };

		ok(!lease_from_text(span_of(rows[i][0]), &lease, &err));
		eq_str(err.text, rows[i][1]);
		eq_int(lease.mtu, 7);
	}
}

static void hostile(void)
{
	static const char *const heads[] = { "",	"root-path=", "root-path='",
					     "dns=",	"interface=", "router=10.0.0.1\n",
					     "address=" };
	static char text[10300];
	struct lease lease;
	struct err err;

	for (int c = 0; c < 256; c++)
		for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
			size_t len = strlen(heads[i]);

			memcpy(text, heads[i], len);
			memset(text + len, c, 10240);
			(void)lease_from_text((struct span){ text, len + 10240 }, &lease, &err);
		}
	text[0] = '\0';
	for (int i = 0; i < 40; i++)
		memcpy(text + 16 * i, "router=10.0.0.1\n", 17);
	ok(lease_from_text(span_of(text), &lease, &err));
	eq_int(lease.n_routes, LEASE_ROUTES_MAX);
	ok(lease_from_text(span_of("address=10.0.0.5"), &lease, &err));
	eq_int(lease.prefix, 8);
	ok(lease_from_text(span_of("lease-time=infinite"), &lease, &err));
	eq_int(lease.lease_s, UINT32_MAX);
}

int main(void)
{
	RUN(plain_names);
	RUN(klibc_file);
	RUN(klibc_routes);
	RUN(net6_file);
	RUN(other_kinds);
	RUN(refused);
	RUN(hostile);
	return test_end();
}
