/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NICs, links and uevents in a network namespace of our own; ip(8) is the witness. */
#include "base_net_test.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "sys/uevent.h"

static void test_dump(void)
{
	char mac[MAC_TEXT_MAX], got[16], want[64] = "";

	begin_with_veth();
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

static void test_rename_mac_mtu(void)
{
	struct mac_addr mac = { 6, { 2, 0, 0, 0, 0, 0x77 } };
	struct err err = { 0 };
	int index;

	sh("ip link add vc type veth peer name vd");
	ok(until(nic_of("vc")->ifindex));
	index = nic_of("vc")->ifindex;
	eq_int(rtnl_rename(rtnl, index, "boot0", &err), 0);
	eq_int(rtnl_set_mac(rtnl, index, &mac, &err), 0);
	eq_int(rtnl_set_mtu(rtnl, index, 9000, &err), 0);
	ok(until(nic_of("boot0")->mtu == 9000));
	eq_int(nic_of("boot0")->ifindex, index);
	ok(mac_eq(&nic_of("boot0")->mac, &mac));
	ok(strstr(said("ip link show boot0"), "link/ether 02:00:00:00:00:77"));
	eq_int(rtnl_rename(rtnl, index, "vd", &err), -EEXIST);
	eq_str(err.text, "boot0: renaming to vd: File exists");
	eq_int(rtnl_rename(rtnl, index, "a/b", &err), -EINVAL);
	eq_str(err.text, "\"a/b\" cannot be the name of a NIC");
	mac.bytes[0] = 1; /* of a group */
	eq_int(rtnl_set_mac(rtnl, index, &mac, &err), -EADDRNOTAVAIL);
	eq_str(err.text, "boot0: MAC 01:00:00:00:00:77: Cannot assign requested address");
	eq_int(rtnl_up(rtnl, index, &err), 0);
	ok(until(nic_of("boot0")->up));
	eq_int(rtnl_down(rtnl, index, &err), 0);
	ok(until(!nic_of("boot0")->up));
	sh("ip link del vd");
	ok(until(!nic_of("boot0")->ifindex));
}

static void test_bridge(void)
{
	struct plan_link br = { .kind = LINK_BRIDGE, .name = "br1" };
	struct err err = { 0 };

	sh("ip link add vc type veth peer name vd; ip link set vd up; ip link set vc up");
	eq_int(rtnl_link_make(rtnl, &br, 0, &err), 0);
	ok(until(nic_of("br1")->ifindex && nic_of("vc")->carrier));
	ok(strstr(said("ip -6 address show dev vc"), "inet6 fe80::"));
	eq_int(rtnl_link_make(rtnl, &br, 0, &err), -EEXIST);
	ok(strstr(err.text, "br1: bridge (module bridge): "));
	eq_int(rtnl_enslave(rtnl, nic_of("vc")->ifindex, nic_of("br1")->ifindex, &err), 0);
	ok(until(nic_of("vc")->master == nic_of("br1")->ifindex));
	ok(nic_of("vc")->up);
	/* what it has is the bridge's alone */
	eq_str(said("ip -6 address show dev vc"), "");
	eq_str(said("cat /proc/sys/net/ipv6/conf/vc/addr_gen_mode "
		    "/proc/sys/net/ipv6/conf/vc/disable_ipv6"),
	       "1\n0\n");
	eq_int(rtnl_enslave(rtnl, nic_of("vc")->ifindex, nic_of("br1")->ifindex, &err), 0);
	eq_str(said("cat /sys/class/net/br1/bridge/forward_delay "
		    "/sys/class/net/br1/bridge/stp_state"),
	       "0\n0\n");
	eq_int(rtnl_enslave(rtnl, nic_of("vd")->ifindex, 999, &err), -EINVAL);
	ok(strstr(err.text, "vd: joining nic 999: "));
	sh("ip link set vc nomaster");
	ok(until(!nic_of("vc")->master));
	br.name[0] = '\0';
	eq_int(rtnl_link_make(rtnl, &br, 0, &err), -EINVAL);
	eq_str(err.text, "\"\" cannot be the name of a NIC");
	sh("ip link del br1; ip link del vd");
	ok(until(!nic_of("vd")->ifindex && !nic_of("br1")->ifindex));
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
	RUN(test_dump);
	if (!rtnl)
		return sys_end();
	RUN(test_up_and_carrier);
	RUN(test_up_of_nothing);
	RUN(test_comes_goes_and_is_renamed);
	RUN(test_bridge_port_is_not_gone);
	RUN(test_overrun);
	RUN(test_rename_mac_mtu);
	RUN(test_bridge);
	RUN(test_uevent);
	RUN(test_uevent_forged);
	RUN(test_uevent_overrun);
	return sys_end();
}
