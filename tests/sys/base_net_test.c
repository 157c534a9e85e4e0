/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links, addresses, routes and uevents in a network namespace of our own; ip(8) is the witness. */
#include "base_test.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "sys/mount.h"
#include "sys/rtnl.h"
#include "sys/uevent.h"

static struct rtnl *rtnl;
static struct nic nics[32];
static size_t n_nics, n_gone;

static struct nic *nic_of(const char *name)
{
	static struct nic none;

	for (size_t i = 0; i < n_nics; i++)
		if (!strcmp(nics[i].name, name))
			return &nics[i];
	return &none;
}

static void on_nic(void *arg, const struct nic *nic, bool gone)
{
	size_t i = 0;

	ok(arg == nics);
	while (i < n_nics && nics[i].ifindex != nic->ifindex)
		i++;
	if (gone) {
		ok(i < n_nics); /* told of before */
		n_gone++;
		if (i < n_nics)
			nics[i] = nics[--n_nics];
		return;
	}
	if (i == sizeof(nics) / sizeof(nics[0]))
		return;
	nics[i] = *nic;
	if (i == n_nics)
		n_nics++;
}

static void sh(const char *command)
{
	ok(system(command) == 0);
}

/* What a command prints, each line without the blanks at its end. */
static const char *said(const char *command)
{
	static char text[4000];
	FILE *f = popen(command, "r");
	char line[1000];
	size_t len = 0;

	text[0] = '\0';
	while (f && fgets(line, sizeof(line), f)) {
		size_t n = strcspn(line, "\n");

		while (n && line[n - 1] == ' ')
			n--;
		if (len + n + 2 > sizeof(text))
			break;
		memcpy(text + len, line, n);
		len += n;
		text[len++] = '\n';
		text[len] = '\0';
	}
	if (f)
		(void)pclose(f);
	return text;
}

static void test_dump(void)
{
	struct err err = { 0 };
	char mac[MAC_TEXT_MAX], got[16], want[64] = "";

	sh("ip link add va address 02:00:00:00:00:0a mtu 1480 type veth peer name vb");
	rtnl = rtnl_open(loop, on_nic, nics, &err);
	eq_str(err.text, "");
	ok(until(nic_of("va")->ifindex && nic_of("vb")->ifindex && nic_of("lo")->up));
	ok(nic_of("lo")->loopback && !nic_of("lo")->ethernet && nic_of("lo")->carrier);
	ok(nic_of("va")->ethernet && !nic_of("va")->physical && !nic_of("va")->wireless);
	ok(!nic_of("va")->up && !nic_of("va")->carrier && !nic_of("va")->loopback);
	eq_int(nic_of("va")->mtu, 1480);
	eq_str(mac_text(&nic_of("va")->mac, mac), "02:00:00:00:00:0a");
	ok(file_read("/sys/class/net/vb/ifindex", want, sizeof(want)) > 0);
	(void)snprintf(got, sizeof(got), "%d", nic_of("vb")->ifindex);
	eq_str(got, want);
	ok(strstr(said("ip link show lo"), "LOOPBACK,UP"));
}

static void test_up_and_carrier(void)
{
	struct err err = { 0 };

	eq_int(rtnl_up(rtnl, nic_of("va")->ifindex, &err), 0);
	ok(until(nic_of("va")->up));
	ok(!nic_of("va")->carrier);
	sh("ip link set vb up");
	ok(until(nic_of("va")->carrier));
	ok(nic_of("vb")->carrier);
	sh("ip link set vb down");
	ok(until(!nic_of("va")->carrier));
	ok(nic_of("va")->up);
	sh("ip link set vb up");
	ok(until(nic_of("va")->carrier));
}

static void test_up_of_nothing(void)
{
	struct err err = { 0 };

	eq_int(rtnl_up(rtnl, 999, &err), -ENODEV);
	eq_str(err.text, "nic 999: up: No such device");
}

static void test_comes_goes_and_is_renamed(void)
{
	size_t before = n_gone;

	sh("ip link add vc type veth peer name vd");
	ok(until(nic_of("vc")->ifindex && nic_of("vd")->ifindex));
	sh("ip link set vc name ve");
	ok(until(nic_of("ve")->ifindex));
	ok(!nic_of("vc")->ifindex);
	sh("ip link del ve");
	ok(until(n_gone == before + 2));
	ok(!nic_of("ve")->ifindex && !nic_of("vd")->ifindex);
}

/* A port that leaves a bridge is announced as a deleted link, of family AF_BRIDGE. */
static void test_bridge_port_is_not_gone(void)
{
	size_t before = n_gone;

	sh("ip link add br0 type bridge && ip link set vb master br0 && ip link set vb nomaster && "
	   "ip link del br0");
	ok(until(n_gone == before + 1));
	ok(nic_of("vb")->ifindex);
}

/* More events than the socket holds, and in the lost ones one NIC goes and one comes. */
static void test_overrun(void)
{
	size_t before = n_gone;

	sh("ip link add vc type veth peer name vd");
	ok(until(nic_of("vd")->ifindex));
	settle(); /* no dump is under way that would find it out anyway */
	sh("i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); "
	   "echo \"link set vb mtu $((1000 + i % 2))\"; done | ip -batch -");
	sh("ip link del vc && ip link add vx type veth peer name vy && ip link set vb mtu 1480");
	ok(until(nic_of("vy")->ifindex && n_gone == before + 2 && nic_of("vb")->mtu == 1480));
	ok(!nic_of("vc")->ifindex && !nic_of("vd")->ifindex);
	sh("ip link del vx");
	ok(until(n_gone == before + 4));
}

static struct ip_addr ip(const char *text)
{
	struct ip_addr ret = { 0 };

	ok(ip_parse(span_of(text), &ret));
	return ret;
}

static struct netconf conf_of(const char *address, uint8_t prefix, const char *gateway)
{
	struct netconf conf = { .prefix = prefix, .valid_s = 3600, .preferred_s = 3600 };

	conf.address = ip(address);
	if (gateway)
		conf.routes[conf.n_routes++] = (struct lease_route){ ip("0.0.0.0"), 0, ip(gateway),
								     0 };
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
	conf.routes[conf.n_routes++] = (struct lease_route){ ip("10.9.0.0"), 16, ip("10.0.1.2"),
							     0 };
	conf.routes[conf.n_routes++] = (struct lease_route){ ip("10.8.0.0"), 16, { 0 }, 0 };
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

	conf.routes[conf.n_routes++] = (struct lease_route){ ip("10.9.0.0"), 16, ip("10.0.1.2"),
							     0 };
	conf.routes[conf.n_routes++] = (struct lease_route){ ip("10.7.0.1"), 16, ip("10.0.1.2"),
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

static size_t n_added, n_removed, n_lost, n_forged;

static void on_uevent(void *arg, const struct uevent *ev, bool lost)
{
	ok(arg == &n_added);
	if (lost) {
		n_lost++;
		eq_str(ev->action, "");
		return;
	}
	if (strstr(ev->devpath, "forged"))
		n_forged++;
	if (strcmp(ev->subsystem, "net") != 0 ||
	    strcmp(ev->devpath, "/devices/virtual/net/ua") != 0)
		return;
	if (!strcmp(ev->action, "add"))
		n_added++;
	if (!strcmp(ev->action, "remove"))
		n_removed++;
}

static void test_uevent(void)
{
	struct err err = { 0 };

	eq_int(uevent_open(loop, on_uevent, &n_added, &err), 0);
	eq_str(err.text, "");
	sh("ip link add ua type veth peer name ub");
	ok(until(n_added == 1));
	sh("ip link del ua");
	ok(until(n_removed == 1));
}

/* Root may send to the group; only the kernel is believed. */
static void test_uevent_forged(void)
{
	static const char forged[] = "add@/forged\0ACTION=add\0DEVPATH=/forged\0SUBSYSTEM=net";
	struct sockaddr_nl group = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	eq_int(sendto(fd, forged, sizeof(forged), 0, (struct sockaddr *)&group, sizeof(group)),
	       sizeof(forged));
	sh("ip link add ua type veth peer name ub");
	ok(until(n_added == 2)); /* came after the forged one */
	eq_int(n_forged, 0);
	close(fd);
}

static void test_uevent_overrun(void)
{
	for (int i = 0; i < 4000; i++)
		ok(file_write("/sys/class/net/ua/uevent", "change") == 0);
	ok(until(n_lost));
	settle();
	n_removed = 0;
	sh("ip link del ua");
	ok(until(n_removed == 1)); /* and hears again */
}

int main(void)
{
	(void)alarm(120);
	loop_for_test();
	RUN(test_dump);
	if (!rtnl)
		return sys_end();
	RUN(test_up_and_carrier);
	RUN(test_up_of_nothing);
	RUN(test_comes_goes_and_is_renamed);
	RUN(test_bridge_port_is_not_gone);
	RUN(test_overrun);
	RUN(test_apply);
	RUN(test_apply_again);
	RUN(test_second_nic);
	RUN(test_gateway_off_link);
	RUN(test_bad_routes);
	RUN(test_gateway_out_of_reach);
	RUN(test_bad_mtu);
	RUN(test_bad_address);
	RUN(test_uevent);
	RUN(test_uevent_forged);
	RUN(test_uevent_overrun);
	return sys_end();
}
