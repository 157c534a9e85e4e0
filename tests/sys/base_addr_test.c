/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses and routes of both families, and the news of them, in a network namespace of our own;
 * ip(8) is the witness. */
#include "base_net_test.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

static struct netconf conf_of(const char *address, uint8_t prefix, const char *gateway)
{
	struct netconf conf = { .prefix = prefix, .valid_s = 3600, .preferred_s = 3600 };

	conf.address = ip(address);
	if (gateway)
		conf.routes[conf.n_routes++] = (struct lease_route){ ip("0.0.0.0"), 0, ip(gateway),
								     0, 0 };
	return conf;
}

static int apply(const char *nic, const struct netconf *conf, struct err *err)
{
	*err = (struct err){ 0 };
	return rtnl_apply(rtnl, nic_of(nic)->ifindex, conf, err);
}

static void flush(const char *nic, const struct netconf *conf)
{
	eq_int(rtnl_flush(rtnl, nic_of(nic)->ifindex, conf, NULL), 0);
	eq_str(said("ip -4 addr show scope global"), "");
	eq_str(said("ip -4 route"), "");
}

static void test_apply(void)
{
	struct netconf conf = conf_of("10.0.1.5", 24, "10.0.1.1");
	struct err err;

	conf.broadcast = ip("10.0.1.255");
	conf.mtu = 1400;
	conf.routes[conf.n_routes++] = (struct lease_route){ ip("10.9.0.0"), 16, ip("10.0.1.2"), 0,
							     0 };
	conf.routes[conf.n_routes++] = (struct lease_route){ ip("10.8.0.0"), 16, { 0 }, 0, 0 };
	eq_int(apply("va", &conf, &err), 0);
	eq_str(err.text, "");
	ok(strstr(said("ip -4 addr show va"),
		  "inet 10.0.1.5/24 brd 10.0.1.255 scope global dynamic va\n"));
	ok(strstr(said("ip -4 addr show va"), "valid_lft 3600sec preferred_lft 3600sec") ||
	   strstr(said("ip -4 addr show va"), "valid_lft 3599sec preferred_lft 3599sec"));
	eq_str(said("ip -4 route"), "default via 10.0.1.1 dev va proto static src 10.0.1.5\n"
				    "10.0.1.0/24 dev va proto kernel scope link src 10.0.1.5\n"
				    "10.8.0.0/16 dev va proto static scope link src 10.0.1.5\n"
				    "10.9.0.0/16 via 10.0.1.2 dev va proto static src 10.0.1.5\n");
	ok(strstr(said("ip link show va"), "mtu 1400"));
}

/* A renewed lease: the same address lives longer, the gateway is another. */
static void test_apply_again(void)
{
	struct netconf conf = conf_of("10.0.1.5", 24, "10.0.1.9");
	struct err err;

	conf.valid_s = conf.preferred_s = 7200;
	eq_int(apply("va", &conf, &err), 0);
	eq_str(said("ip -4 -o addr show va | wc -l"), "1\n");
	ok(strstr(said("ip -4 addr show va"), "valid_lft 7200sec") ||
	   strstr(said("ip -4 addr show va"), "valid_lft 7199sec"));
	eq_str(said("ip -4 route show default"),
	       "default via 10.0.1.9 dev va proto static src 10.0.1.5\n");
	conf.valid_s = conf.preferred_s = UINT32_MAX;
	eq_int(apply("va", &conf, &err), 0);
	ok(strstr(said("ip -4 addr show va"), "valid_lft forever"));
}

/* Its default route must not get in front of the first NIC's, nor replace it. */
static void test_second_nic(void)
{
	struct netconf first = conf_of("10.0.1.5", 24, NULL);
	struct netconf second = conf_of("10.0.2.5", 24, "10.0.2.1");
	struct err err;

	eq_int(apply("vb", &second, &err), 0);
	eq_str(said("ip -4 route show default"),
	       "default via 10.0.1.9 dev va proto static src 10.0.1.5\n"
	       "default via 10.0.2.1 dev vb proto static src 10.0.2.5 metric 1\n");
	eq_int(rtnl_flush(rtnl, nic_of("va")->ifindex, &first, NULL), 0);
	eq_str(said("ip -4 route"),
	       "default via 10.0.2.1 dev vb proto static src 10.0.2.5 metric 1\n"
	       "10.0.2.0/24 dev vb proto kernel scope link src 10.0.2.5\n");
	flush("vb", &second);
	flush("vb", &second); /* gone already */
	eq_int(rtnl_flush(rtnl, 999, &second, NULL), 0);
}

static void test_gateway_off_link(void)
{
	struct netconf conf = conf_of("10.0.1.5", 32, "10.0.0.1");
	struct err err;

	eq_int(apply("va", &conf, &err), 0);
	eq_str(err.text, "");
	eq_str(said("ip -4 route"), "default via 10.0.0.1 dev va proto static src 10.0.1.5\n"
				    "10.0.0.1 dev va proto static scope link src 10.0.1.5\n");
	eq_int(apply("va", &conf, &err), 0);
	flush("va", &conf);
}

/* The rest is applied all the same. */
static void test_bad_routes(void)
{
	struct netconf conf = conf_of("10.0.1.5", 24, "10.0.1.255");
	struct err err;

	conf.routes[conf.n_routes++] = (struct lease_route){ ip("10.9.0.0"), 16, ip("10.0.1.2"), 0,
							     0 };
	conf.routes[conf.n_routes++] = (struct lease_route){ ip("10.7.0.1"), 16, ip("10.0.1.2"), 0,
							     0 };
	eq_int(apply("va", &conf, &err), 1);
	eq_str(err.text, "va: route to 0.0.0.0/0 via 10.0.1.255: Nexthop has invalid gateway: "
			 "Invalid argument");
	eq_str(said("ip -4 route show 10.9.0.0/16"),
	       "10.9.0.0/16 via 10.0.1.2 dev va proto static src 10.0.1.5\n");
	flush("va", &conf);
}

static void test_gateway_out_of_reach(void)
{
	struct netconf conf = conf_of("10.0.1.5", 24, "10.0.0.1");
	struct err err;

	sh("ip link set va down");
	eq_int(apply("va", &conf, &err), 1);
	eq_str(err.text, "gateway 10.0.0.1 is not on the link of 10.0.1.5/24, host route to it: "
			 "va: route to 10.0.0.1/32: Device for nexthop is not up: Network is down");
	flush("va", &conf);
	sh("ip link set va up");
}

static void test_bad_mtu(void)
{
	struct netconf conf = conf_of("10.0.1.5", 24, NULL);
	struct err err;

	conf.mtu = 60;
	eq_int(apply("va", &conf, &err), 1);
	eq_str(err.text, "va: MTU 60: mtu less than device minimum: Invalid argument");
	ok(strstr(said("ip -4 addr show va"), "inet 10.0.1.5/24"));
	flush("va", &conf);
}

static void test_bad_address(void)
{
	struct netconf conf = conf_of("10.0.1.5", 33, NULL);
	struct err err;

	eq_int(apply("va", &conf, &err), -EINVAL);
	ok(strstr(err.text, "va: address 10.0.1.5/33: "));
	conf.prefix = 24;
	eq_int(rtnl_apply(rtnl, 999, &conf, &err), -ENODEV);
	ok(strstr(err.text, "nic 999: address 10.0.1.5/24: "));
}

static size_t words_of(const char *text, const char *word)
{
	size_t n = 0;

	for (const char *p = strstr(text, word); p; p = strstr(p + 1, word))
		n++;
	return n;
}

/* What is no longer in the lease goes, what still is stays, and so does what others made. */
static void test_change(void)
{
	struct netconf before = conf_of("10.0.1.5", 24, "10.0.1.1"), now;
	struct err err;

	before.origin = NETCONF_DHCP;
	before.routes[before.n_routes++] = (struct lease_route){ ip("10.9.0.0"), 16, ip("10.0.1.2"),
								 0, 0 };
	before.routes[before.n_routes++] = (struct lease_route){ ip("10.8.0.0"), 16, ip("10.0.0.9"),
								 0, 0 };
	now = before;
	eq_int(apply("va", &before, &err), 0);
	sh("ip route add 10.7.0.0/16 via 10.0.1.3 dev va");
	eq_str(said("ip -4 route"), "default via 10.0.1.1 dev va proto dhcp src 10.0.1.5\n"
				    "10.0.0.9 dev va proto dhcp scope link src 10.0.1.5\n"
				    "10.0.1.0/24 dev va proto kernel scope link src 10.0.1.5\n"
				    "10.7.0.0/16 via 10.0.1.3 dev va\n"
				    "10.8.0.0/16 via 10.0.0.9 dev va proto dhcp src 10.0.1.5\n"
				    "10.9.0.0/16 via 10.0.1.2 dev va proto dhcp src 10.0.1.5\n");
	now.n_routes = 1;
	now.routes[0].gateway = ip("10.0.1.9");
	eq_int(rtnl_change(rtnl, nic_of("va")->ifindex, &before, &now, &err), 0);
	eq_str(said("ip -4 route"), "default via 10.0.1.9 dev va proto dhcp src 10.0.1.5\n"
				    "10.0.1.0/24 dev va proto kernel scope link src 10.0.1.5\n"
				    "10.7.0.0/16 via 10.0.1.3 dev va\n");
	before = now;
	eq_int(rtnl_change(rtnl, nic_of("va")->ifindex, &before, &now, &err), 0);
	ok(strstr(said("ip -4 route"), "default via 10.0.1.9 dev va proto dhcp src 10.0.1.5\n"));
	flush("va", &now);
}

/* In the same network the new address must not go together with the old. */
static void test_change_of_address(void)
{
	struct netconf before = conf_of("10.0.1.5", 24, "10.0.1.1");
	struct netconf now = conf_of("10.0.1.6", 24, "10.0.1.1");
	struct err err;

	eq_int(apply("va", &before, &err), 0);
	eq_int(rtnl_change(rtnl, nic_of("va")->ifindex, &before, &now, &err), 0);
	eq_str(said("ip -4 -o addr show va | wc -l"), "1\n");
	eq_str(said("ip -4 route"), "default via 10.0.1.1 dev va proto static src 10.0.1.6\n"
				    "10.0.1.0/24 dev va proto kernel scope link src 10.0.1.6\n");
	before = now;
	now.prefix = 16;
	eq_int(rtnl_change(rtnl, nic_of("va")->ifindex, &before, &now, &err), 0);
	eq_str(said("ip -4 -o addr show va | wc -l"), "1\n");
	ok(strstr(said("ip -4 addr show va"), "inet 10.0.1.6/16"));
	flush("va", &now);
}

/* --- IPv6 --- */

static void check_setting(const char *name, const char *want)
{
	char path[96], got[16] = "", both[64], should[64];

	(void)snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/va/%s", name);
	(void)file_read(path, got, sizeof(got));
	(void)snprintf(both, sizeof(both), "%s %s", name, got);
	(void)snprintf(should, sizeof(should), "%s %s", name, want);
	eq_str(both, should);
}

static void test_ipv6_prepare(void)
{
	static const struct {
		enum ip6_method method;
		const char *accept_ra, *autoconf, *disable;
	} rows[] = {
		{ IP6_OFF, "1", "1", "1" },	   { IP6_AUTO, "2", "1", "0" },
		{ IP6_DHCP, "2", "0", "0" },	   { IP6_EITHER, "2", "1", "0" },
		{ IP6_LINK_LOCAL, "0", "0", "0" }, { IP6_STATIC, "0", "0", "0" },
	};
	struct err err = { 0 };

	sh("ip link set va down; cd /proc/sys/net/ipv6/conf/va; for f in accept_ra autoconf "
	   "disable_ipv6; do echo 1 >$f; done");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		eq_int(rtnl_ipv6_prepare("va", rows[i].method, &err), 0);
		check_setting("accept_ra", rows[i].accept_ra);
		check_setting("autoconf", rows[i].autoconf);
		check_setting("disable_ipv6", rows[i].disable);
	}
	check_setting("accept_ra_rt_info_max_plen", "64");
	check_setting("optimistic_dad", "1");
	check_setting("use_optimistic", "1");
	check_setting("router_solicitations", "0");
	eq_int(rtnl_ipv6_prepare("nosuch", IP6_AUTO, &err), -ENOENT);
	eq_str(err.text, "nosuch: /proc/sys/net/ipv6/conf/nosuch/accept_ra: No such file or "
			 "directory");
	eq_int(rtnl_ipv6_prepare("../all", IP6_AUTO, &err), -EINVAL);
	sh("ip link set va up");
	ok(until(nic_of("va")->carrier));
	/* which the kernel's IPv6 hears of only now, from a work queue */
	ok(until(strstr(said("ip link show va"), "state UP")));
}

static struct netconf conf6_of(const char *address, uint8_t prefix, const char *gateway)
{
	struct netconf conf = { .prefix = prefix, .valid_s = 3600, .preferred_s = 1800 };

	conf.address = ip(address);
	if (gateway)
		conf.routes[conf.n_routes++] = (struct lease_route){ ip("::"), 0, ip(gateway), 0,
								     0 };
	return conf;
}

static bool can_bind(const char *address)
{
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6 };
	struct ip_addr a = ip(address);
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int rc;

	memcpy(&sin6.sin6_addr, a.bytes, 16);
	rc = bind(fd, (struct sockaddr *)&sin6, sizeof(sin6));
	close(fd);
	return !rc;
}

static void test_apply6(void)
{
	struct netconf conf = conf6_of("2001:db8::5", 64, "fe80::1"), next;
	struct err err;

	conf.routes[conf.n_routes++] = (struct lease_route){ ip("2001:db8:9::"), 48, ip("fe80::2"),
							     600, 0 };
	conf.routes[conf.n_routes++] = (struct lease_route){ ip("2001:db8:8::"), 48,
							     ip("2001:db8:7::1"), 0, 0 };
	conf.mtu = 1300;
	eq_int(apply("va", &conf, &err), 0);
	eq_str(err.text, "");
	ok(can_bind("2001:db8::5")); /* at once, while duplicates are looked for */
	ok(strstr(said("ip -6 addr show va"), "inet6 2001:db8::5/64 scope global"));
	ok(strstr(said("ip -6 addr show va"), "optimistic"));
	ok(strstr(said("ip -6 addr show va"), "valid_lft 3600sec preferred_lft 1800sec") ||
	   strstr(said("ip -6 addr show va"), "valid_lft 3599sec preferred_lft 1799sec"));
	eq_str(said("ip -6 route show default"),
	       "default via fe80::1 dev va proto static metric 1024 pref medium\n");
	ok(strstr(said("ip -6 route show 2001:db8:9::/48"),
		  "via fe80::2 dev va proto static metric 1024 expires "));
	eq_str(said("ip -6 route show 2001:db8:7::1"),
	       "2001:db8:7::1 dev va proto static metric 1024 pref medium\n");
	check_setting("mtu", "1300");
	ok(strstr(said("ip link show va"), "mtu 1400"));
	next = conf;
	next.n_routes = 1;
	next.routes[0].gateway = ip("fe80::9");
	next.valid_s = next.preferred_s = UINT32_MAX;
	eq_int(rtnl_change(rtnl, nic_of("va")->ifindex, &conf, &next, &err), 0);
	eq_str(said("ip -6 route | grep static"),
	       "default via fe80::9 dev va proto static metric 1024 pref medium\n");
	eq_int((int)words_of(said("ip -6 addr show va scope global"), "inet6"), 1);
	ok(strstr(said("ip -6 addr show va scope global"), "valid_lft forever"));
	eq_int(rtnl_flush(rtnl, nic_of("va")->ifindex, &next, &err), 0);
	eq_str(said("ip -6 addr show va scope global; ip -6 route | grep static"), "");
}

/* When the NIC begins to run, which is later than it has a carrier, the kernel sets the MTU of IPv6
 * to the link's: what was set in between is to be the last. */
static void test_apply6_mtu_before_it_runs(void)
{
	struct netconf conf = conf6_of("2001:db8::5", 64, NULL);
	struct err err;

	conf.mtu = 1300;
	sh("ip link set va down; ip link set va mode dormant; ip link set va up");
	ok(until(strstr(said("ip link show va"), "state DORMANT")));
	eq_int(apply("va", &conf, &err), 0);
	check_setting("mtu", "1300");
	sh("ip link set va state up");
	check_setting("mtu", "1400");
	settle();
	check_setting("mtu", "1300");
	sh("echo 1350 >/proc/sys/net/ipv6/conf/va/mtu; ip link set va mode default");
	settle();
	check_setting("mtu", "1350"); /* by itself it is no reason to set it again */
	eq_int(rtnl_flush(rtnl, nic_of("va")->ifindex, &conf, &err), 0);
	sh("ip link set va down; ip link set va up");
	ok(until(strstr(said("ip link show va"), "state UP")));
	settle();
	check_setting("mtu", "1400"); /* what is taken away is not set again */
}

/* DHCPv6's address and the routes of an advertisement beside each other. */
static void test_apply6_host_and_routes(void)
{
	struct netconf host = conf6_of("2001:db8::50", 128, NULL),
		       routes = { .origin = NETCONF_RA };
	struct netconf later;
	struct err err;

	host.origin = NETCONF_DHCP;
	routes.routes[0] = (struct lease_route){ ip("::"), 0, ip("fe80::1"), 1800, 0 };
	routes.n_routes = 1;
	eq_int(apply("va", &host, &err), 0);
	eq_int(apply("va", &routes, &err), 0);
	ok(strstr(said("ip -6 addr show va"), "inet6 2001:db8::50/128 scope global"));
	ok(strstr(said("ip -6 route show default"),
		  "default via fe80::1 dev va proto ra metric 1024 expires "));
	later = routes;
	later.routes[0].valid_s = 100;
	eq_int(rtnl_change(rtnl, nic_of("va")->ifindex, &routes, &later, &err), 0);
	eq_int((int)words_of(said("ip -6 route show default"), "default"), 1);
	ok(!strstr(said("ip -6 route show default"), "expires 1800sec") &&
	   !strstr(said("ip -6 route show default"), "expires 1799sec"));
	later.n_routes = 0;
	eq_int(rtnl_change(rtnl, nic_of("va")->ifindex, &routes, &later, &err), 0);
	eq_str(said("ip -6 route show default"), "");
	eq_int(rtnl_flush(rtnl, nic_of("va")->ifindex, &host, &err), 0);
	eq_str(said("ip -6 addr show va scope global"), "");
}

/* RFC 4191: the kernel is told the preference that the router gave. */
static void test_apply6_preference(void)
{
	struct netconf routes = { .origin = NETCONF_RA, .n_routes = 3 };
	struct err err;

	routes.routes[0] = (struct lease_route){ ip("::"), 0, ip("fe80::1"), 1800, 1 };
	routes.routes[1] = (struct lease_route){ ip("fd00:7::"), 48, ip("fe80::1"), 600, -1 };
	routes.routes[2] = (struct lease_route){ ip("fd00:8::"), 48, ip("fe80::1"), 600, 0 };
	eq_int(apply("va", &routes, &err), 0);
	eq_str(said("ip -6 route | grep 'proto ra' | sed 's/expires [0-9]*sec //'"),
	       "fd00:7::/48 via fe80::1 dev va proto ra metric 1024 pref low\n"
	       "fd00:8::/48 via fe80::1 dev va proto ra metric 1024 pref medium\n"
	       "default via fe80::1 dev va proto ra metric 1024 pref high\n");
	eq_int(rtnl_flush(rtnl, nic_of("va")->ifindex, &routes, &err), 0);
	eq_str(said("ip -6 route | grep 'proto ra'"), "");
}

/* Its default route must not get in front of the first NIC's, nor of the kernel's own. */
static void test_second_nic6(void)
{
	struct netconf first = conf6_of("2001:db8:a::5", 64, "fe80::1");
	struct netconf second = conf6_of("2001:db8:b::5", 64, "fe80::2");
	struct err err;

	eq_int(apply("vb", &second, &err), 0); /* vb was the second to be configured, before */
	eq_int(apply("va", &first, &err), 0);
	eq_str(said("ip -6 route show default"),
	       "default via fe80::1 dev va proto static metric 1024 pref medium\n"
	       "default via fe80::2 dev vb proto static metric 1025 pref medium\n");
	eq_int(rtnl_flush(rtnl, nic_of("va")->ifindex, &first, &err), 0);
	eq_int(rtnl_flush(rtnl, nic_of("vb")->ifindex, &second, &err), 0);
	eq_str(said("ip -6 addr show scope global; ip -6 route show default"), "");
}

/* --- news of addresses --- */

static struct addr_news heard[64];
static size_t n_heard;

static void on_addr(void *arg, const struct addr_news *news)
{
	ok(arg == heard);
	if (n_heard == 64) /* the oldest goes */
		memmove(heard, heard + 1, --n_heard * sizeof(heard[0]));
	heard[n_heard++] = *news;
}

/* "usable ours 3600" of the last news of the address, "" before there are any. */
static const char *last_of(const char *address)
{
	static const char *const states[] = { "usable", "tentative", "duplicate", "gone" };
	static char text[64];
	struct ip_addr want = ip(address);

	text[0] = '\0';
	for (size_t i = 0; i < n_heard; i++) {
		const struct addr_news *a = &heard[i];

		if (ip_eq(&a->address, &want))
			(void)snprintf(text, sizeof(text), "%s%s%s%s/%u", states[a->state],
				       a->ours ? " ours" : "", a->kernels ? " kernels" : "",
				       a->dynamic ? " dynamic" : "", a->prefix);
	}
	return text;
}

static bool last_is(const char *address, const char *want)
{
	return !strcmp(last_of(address), want);
}

#define until_last(address, want)                    \
	do {                                         \
		(void)until(last_is(address, want)); \
		eq_str(last_of(address), want);      \
	} while (0)

static void test_news_of_addresses(void)
{
	struct netconf conf = conf_of("10.0.1.5", 24, NULL);
	struct err err = { 0 };
	int n = 0;

	sh("ip addr add 10.0.1.9/24 dev vb");
	eq_int(rtnl_watch_addrs(rtnl, on_addr, heard, &err), 0);
	until_last("10.0.1.9", "usable/24"); /* nobody knows who */
	until_last("::1", "usable kernels/128");
	eq_int(rtnl_watch_addrs(rtnl, on_addr, heard, &err), -EALREADY);
	n_heard = 0;
	eq_int(apply("va", &conf, &err), 0);
	until_last("10.0.1.5", "usable ours/24");
	eq_int(heard[n_heard - 1].valid_s, 3600);
	sh("ip addr change 10.0.1.5/24 dev va valid_lft 500 preferred_lft 400");
	until_last("10.0.1.5", "usable/24");
	eq_int(heard[n_heard - 1].valid_s, 500);
	eq_int(apply("va", &conf, &err), 0);
	until_last("10.0.1.5", "usable ours/24");
	eq_int(rtnl_flush(rtnl, nic_of("va")->ifindex, &conf, &err), 0);
	until_last("10.0.1.5", "gone ours/24");
	sh("ip addr del 10.0.1.9/24 dev vb");
	until_last("10.0.1.9", "gone/24");
	conf.valid_s = 2; /* runs out */
	conf.preferred_s = 1;
	eq_int(apply("va", &conf, &err), 0);
	until_last("10.0.1.5", "gone kernels/24");
	for (size_t i = 0; i < n_heard; i++)
		n += ip_eq(&heard[i].address, &conf.address);
	eq_int(n, 6); /* that it was preferred no more is no news */
}

static void test_news_of_addresses6(void)
{
	struct netconf conf = conf6_of("2001:db8::5", 64, NULL);
	struct err err = { 0 };
	size_t n;

	n_heard = 0;
	eq_int(apply("va", &conf, &err), 0);
	until_last("2001:db8::5", "usable ours/64");
	settle();
	ok(until(!strstr(said("ip -6 addr show va scope global"), "tentative")));
	settle();
	eq_str(last_of("2001:db8::5"), "usable ours/64");
	n = n_heard;
	conf.valid_s = 7200;
	eq_int(apply("va", &conf, &err), 0);
	ok(until(n_heard > n));
	eq_str(last_of("2001:db8::5"), "usable ours/64");
	sh("ip addr change 2001:db8::5/64 dev va valid_lft 500 preferred_lft 400");
	until_last("2001:db8::5", "usable/64");
	eq_int(rtnl_flush(rtnl, nic_of("va")->ifindex, &conf, &err), 0);
	until_last("2001:db8::5", "gone ours/64");
	sh("ip addr add 2001:db8::6/64 dev va nodad");
	until_last("2001:db8::6", "usable/64");
	sh("ip addr del 2001:db8::6/64 dev va");
	until_last("2001:db8::6", "gone/64");
	sh("ip addr add 2001:db8::6/64 dev va nodad");
	until_last("2001:db8::6", "usable/64");
	sh("ip link set va down");
	until_last("2001:db8::6", "gone kernels/64");
	sh("ip link set va up");
	ok(until(nic_of("va")->carrier));
}

/* Somebody else has it: with a life time the kernel takes it away, without it stays as a failed
 * one. */
static void test_duplicate6(void)
{
	struct netconf conf = conf6_of("2001:db8::7", 64, NULL);
	struct err err = { 0 };
	size_t at = 0;

	sh("ip netns add other; ip link set vb netns other; ip -n other link set vb up; "
	   "ip -n other addr add 2001:db8::7/64 dev vb nodad");
	ok(until(nic_of("va")->carrier));
	n_heard = 0;
	eq_int(apply("va", &conf, &err), 0);
	until_last("2001:db8::7", "gone kernels/64");
	while (at < n_heard && heard[at].state != ADDR_DUPLICATE)
		at++;
	ok(at < n_heard);
	conf.valid_s = conf.preferred_s = UINT32_MAX;
	eq_int(apply("va", &conf, &err), 0);
	(void)until(strstr(last_of("2001:db8::7"), "duplicate"));
	eq_str(last_of("2001:db8::7"), "duplicate ours kernels/64");
	eq_int(rtnl_flush(rtnl, nic_of("va")->ifindex, &conf, &err), 0);
	sh("ip -n other link set vb netns $$; ip netns del other; ip link set vb up");
}

static void send_something(const char *address)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = htons(9) };
	struct ip_addr a = ip(address);
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(&to.sin6_addr, a.bytes, 16);
	eq_int(sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof(to)), 1);
	close(fd);
}

/* Nothing tells of a neighbour's answer. */
static bool neighbour_known(void)
{
	uint64_t end_ns = clock_now_ns() + 10 * NS_PER_S;
	bool known = false;

	while (!known && clock_now_ns() < end_ns)
		known = strstr(said("ip -6 neigh show 2001:db8::9 dev va"), "lladdr");
	return known;
}

static void test_asker6(void)
{
	struct netconf conf = conf6_of("2001:db8::5", 64, NULL);
	struct ip_addr asker = ip6_link_local(0x0123456789abcdef);
	struct err err = { 0 };
	int va = nic_of("va")->ifindex;

	/* it takes 30 s, and with it all that waits for it */
	sh("echo 30 > /proc/sys/net/ipv6/conf/va/dad_transmits");
	sh("ip netns add other; ip link set vb netns other; ip -n other link set vb up; "
	   "ip -n other addr add 2001:db8::9/64 dev vb nodad; ip link set va down");
	ok(until(!nic_of("va")->carrier));
	sh("ip link set va up");
	ok(until(nic_of("va")->carrier));
	eq_int(apply("va", &conf, &err), 0);
	eq_int(rtnl_asker_set(rtnl, va, &asker, &err), 0);
	send_something("2001:db8::9");
	ok(neighbour_known());
	/* while no other address of the NIC may ask */
	eq_int((int)words_of(said("ip -6 addr show va"), "optimistic"), 2);
	ok(strstr(said("ip -6 addr show va"), "inet6 fe80::123:4567:89ab:cdef/128 scope link "
					      "nodad deprecated dynamic noprefixroute"));
	ok(strstr(said("ip -6 addr show va"), "preferred_lft 0sec"));
	eq_int(rtnl_asker_drop(rtnl, va, &asker, &err), 0);
	eq_int(rtnl_asker_drop(rtnl, va, &asker, &err), 0);
	ok(!strstr(said("ip -6 addr show va; ip -6 route show dev va"), "cdef"));
	eq_int(rtnl_flush(rtnl, va, &conf, &err), 0);
	sh("echo 1 > /proc/sys/net/ipv6/conf/va/dad_transmits");
	sh("ip -n other link set vb netns $$; ip netns del other; ip link set vb up");
	ok(until(nic_of("va")->carrier));
}

/* More than the socket holds: what was missed is found by a dump, and whose it is as well. */
static void test_addresses_overrun(void)
{
	struct netconf conf = conf6_of("2001:db8::8", 64, NULL);
	struct err err = { 0 };

	sh("ip addr add 10.0.3.1/24 dev va");
	until_last("10.0.3.1", "usable/24");
	sh("i=0; while [ $i -lt 5000 ]; do i=$((i + 1)); "
	   "echo \"addr change 10.0.4.1/24 dev va valid_lft $((1000 + i)) preferred_lft 9\"; done | ip -batch -");
	eq_int(apply("va", &conf, &err), 0);
	sh("ip addr del 10.0.3.1/24 dev va; ip addr add 10.0.5.1/24 dev va");
	until_last("10.0.5.1", "usable/24");
	until_last("10.0.3.1", "gone/24");
	until_last("10.0.4.1", "usable/24");
	until_last("2001:db8::8", "usable ours/64");
	sh("ip addr flush dev va scope global");
	until_last("10.0.5.1", "gone/24");
}

static void test_begin(void)
{
	struct err err = { 0 };

	begin_with_veth();
	sh("ip link set vb up");
	eq_int(rtnl_up(rtnl, nic_of("va")->ifindex, &err), 0);
	ok(until(nic_of("va")->carrier));
}

int main(void)
{
	(void)alarm(240);
	RUN(test_begin);
	if (!rtnl)
		return sys_end();
	RUN(test_apply);
	RUN(test_apply_again);
	RUN(test_second_nic);
	RUN(test_gateway_off_link);
	RUN(test_bad_routes);
	RUN(test_gateway_out_of_reach);
	RUN(test_bad_mtu);
	RUN(test_bad_address);
	RUN(test_change);
	RUN(test_change_of_address);
	RUN(test_ipv6_prepare);
	RUN(test_apply6);
	RUN(test_apply6_mtu_before_it_runs);
	RUN(test_apply6_host_and_routes);
	RUN(test_apply6_preference);
	RUN(test_second_nic6);
	RUN(test_news_of_addresses);
	RUN(test_news_of_addresses6);
	RUN(test_duplicate6);
	RUN(test_asker6);
	RUN(test_addresses_overrun);
	return sys_end();
}
