/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words that call NICs as udev would: by MAC, by place, swapped by ifname=. */
#include "plan_test.h"

#include "core/nicname.h"

#define ENX "enx52540000000a"

/* The line of a value. */
static void by_mac(void)
{
	static const struct plan_line rows[] = {
		{ "ip=" ENX ":dhcp", "ip.0", "ip.0 = DHCPv4 on 52:54:00:00:00:0a (command line)" },
		{ "ip=" ENX ":dhcp", "rename.0",
		  "rename.0 = 52:54:00:00:00:0a is named " ENX " (command line)" },
		{ "ip=10.0.0.5:::24::" ENX " bootdev=" ENX, "bootdev",
		  "bootdev = 52:54:00:00:00:0a (command line)" },
		{ "ip=10.0.0.5 netmask=255.255.255.0 ksdevice=" ENX, "ip.0",
		  "ip.0 = static on 52:54:00:00:00:0a address 10.0.0.5/24 (command line)" },
		{ "ip6=" ENX, "ip.0", "ip.0 = DHCPv6 on 52:54:00:00:00:0a (command line)" },
		{ "vlan=v5:" ENX, "link.0",
		  "link.0 = VLAN 5 on 52:54:00:00:00:0a, named v5 (command line)" },
		{ "bond=b0:" ENX ",eth1:mode=1", "rename.0",
		  "rename.0 = 52:54:00:00:00:0a is named " ENX " (command line)" },
		{ "rd.route=10.1.0.0/16:10.0.0.1:" ENX, "rename.0",
		  "rename.0 = 52:54:00:00:00:0a is named " ENX " (command line)" },
		/* ifname= has the last word of the name, of the NIC and of who is called so */
		{ "ip=" ENX ":dhcp ifname=lan0:52:54:00:00:00:0a", "rename.0",
		  "rename.0 = 52:54:00:00:00:0a is named lan0 (command line)" },
		{ "ip=" ENX ":dhcp ifname=lan0:52:54:00:00:00:0a", "rename.1", "" },
		{ "ip=" ENX ":dhcp ifname=lan0:52:54:00:00:00:0a", "ip.0",
		  "ip.0 = DHCPv4 on 52:54:00:00:00:0a (command line)" },
		{ "rd.route=10.1.0.0/16:10.0.0.1:" ENX " ifname=lan0:52:54:00:00:00:0a", "route.0",
		  "route.0 = 10.1.0.0/16 by 10.0.0.1 on lan0 (command line)" },
		{ "ip=" ENX ":dhcp ifname=" ENX ":52:54:00:00:00:0b", "ip.0",
		  "ip.0 = DHCPv4 on " ENX " (command line)" },
		{ "ip=enx52540000000:dhcp", "rename.0", "" },
	};

	check_lines(rows, sizeof(rows) / sizeof(rows[0]));
	make("ip=" ENX ":dhcp bootdev=" ENX, NULL, NULL);
	eq_int(plan.n_renames, 1);
	eq_str(note(NOTE_REFUSED), "");
}

static void notes(void)
{
	static const char *const rows[][2] = {
		{ "ip=eno1:dhcp",
		  "ip=\"eno1:dhcp\": udev's name, given to the NIC whose slot makes it; if none is "
		  "called so, write its MAC address instead, or add ifname=eno1:MAC" },
		{ "vlan=vlan5:ens3 ip=vlan5:dhcp",
		  "vlan=\"vlan5:ens3\": udev's name, given to the NIC whose slot makes it; if none is "
		  "called so, write its MAC address instead, or add ifname=ens3:MAC" },
		{ "bootdev=enp0s3",
		  "bootdev=\"enp0s3\": udev's name, given to the NIC whose slot makes it; if none is "
		  "called so, write its MAC address instead, or add ifname=enp0s3:MAC" },
		{ "ip=p1p1:dhcp",
		  "ip=\"p1p1:dhcp\": biosdevname's name, which no NIC has here; write its MAC address "
		  "instead, or add ifname=p1p1:MAC" },
		{ "ip=eno1:dhcp ifname=eno1:52:54:00:00:00:0a", "" },
		{ "ip=ens3.5:dhcp vlan=ens3.5:52-54-00-00-00-0a", "" },
		{ "ip=eth0:dhcp", "" },
		{ "ip=" ENX ":dhcp", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i][0], NULL, NULL);
		eq_str(note(NOTE_CHOICE), rows[i][1]);
	}
}

/* No room for another name: the MAC is followed all the same. */
static void no_room(void)
{
	make("ifname=a:52:54:00:00:01:01 ifname=b:52:54:00:00:01:02 ifname=c:52:54:00:00:01:03 "
	     "ifname=d:52:54:00:00:01:04 ifname=e:52:54:00:00:01:05 ifname=f:52:54:00:00:01:06 "
	     "ifname=g:52:54:00:00:01:07 ifname=h:52:54:00:00:01:08 ip=" ENX ":dhcp",
	     NULL, NULL);
	eq_int(plan.n_renames, PLAN_RENAMES_MAX);
	eq_str(line_of("ip.0"), "ip.0 = DHCPv4 on 52:54:00:00:00:0a (command line)");
	eq_str(note(NOTE_IGNORED),
	       ENX ": there are already 8 names by ifname=, the NIC keeps its own");
}

static const char *name_for(const char *mac, const struct nic_place *place)
{
	struct mac_addr m;
	const char *name;

	ok(mac_parse(span_of(mac), &m));
	/* as the boot does: a place is read only where it can count */
	name = plan_name_for(&plan, &m, plan.names_by_place ? place : NULL);
	return name ? name : "its own";
}

static void at_the_nic(void)
{
	const struct nic_place place = { .pci = true, .slot = 3, .onboard = 1 };
	const struct nic_place other = { .pci = true, .slot = 4, .onboard = 2 };

	make("ip=enp0s3:dhcp", NULL, NULL);
	eq_str(name_for("52:54:00:00:00:0a", &place), "enp0s3");
	eq_str(name_for("52:54:00:00:00:0a", &other), "its own");
	eq_str(name_for("52:54:00:00:00:0a", NULL), "its own");
	make("bond=b0:eno2,eno1:mode=1", NULL, NULL);
	eq_str(name_for("52:54:00:00:00:0a", &place), "eno1");
	eq_str(name_for("52:54:00:00:00:0b", &other), "eno2");
	make("bootdev=eno1 ip=dhcp", NULL, NULL);
	eq_str(name_for("52:54:00:00:00:0a", &place), "eno1");
	make("rd.route=10.1.0.0/16:10.0.0.1:eno1", NULL, NULL);
	eq_str(name_for("52:54:00:00:00:0a", &place), "eno1");
	/* ifname= says which NIC is called so, and how this one is */
	make("ip=eno1:dhcp ifname=eno1:52:54:00:00:00:0b", NULL, NULL);
	eq_str(name_for("52:54:00:00:00:0a", &place), "its own");
	eq_str(name_for("52:54:00:00:00:0b", &other), "eno1");
	make("ip=eno1:dhcp ifname=lan0:52:54:00:00:00:0a", NULL, NULL);
	eq_str(name_for("52:54:00:00:00:0a", &place), "lan0");
	/* a VLAN of that name is none */
	make("vlan=eno1:eth0", NULL, NULL);
	eq_str(name_for("52:54:00:00:00:0a", &place), "its own");
	make("ifname=eth0:52:54:00:00:00:0b ifname=eth1:52:54:00:00:00:0a", NULL, NULL);
	eq_str(name_for("52:54:00:00:00:0a", &place), "eth1");
	eq_str(name_for("52:54:00:00:00:0b", NULL), "eth0");
	ok(!plan.names_by_place);
	make("ip=enx52540000000a:dhcp ip=eth1:dhcp", NULL, NULL);
	ok(!plan.names_by_place);
}

/* Which NICs come first where there is no room for all. */
static void named(void)
{
	static const struct {
		const char *cmdline, *ifname;
		bool named;
	} rows[] = {
		{ "", "eth0", false },
		{ "ip=dhcp", "eth0", false },
		{ "ip=eth0:dhcp ip=dhcp", "eth0", true },
		{ "ip=eth0:dhcp ip=dhcp", "eth1", false },
		{ "ip=52-54-00-00-00-0a:dhcp", "eth1", true },
		{ "ip=52-54-00-00-00-0b:dhcp", "eth1", false },
		{ "BOOTIF=01-52-54-00-00-00-0a", "eth1", true },
		{ "BOOTIF=01-52-54-00-00-00-0b", "eth1", false },
		{ "bootdev=eth1", "eth1", true },
		{ "bootdev=eth1", "eth2", false },
		{ "bond=b0:eth1,eth2", "eth2", true },
		{ "bond=b0:eth1,eth2", "b0", true },
		{ "vlan=eth1.5:eth1", "eth1", true },
	};
	struct nic_facts nic = { .ethernet = true, .physical = true };

	ok(mac_parse(span_of("52:54:00:00:00:0a"), &nic.mac));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i].cmdline, NULL, NULL);
		nic.ifname = rows[i].ifname;
		eq_int(plan_names_nic(&plan, &nic), rows[i].named);
	}
}

int main(void)
{
	RUN(named);
	RUN(by_mac);
	RUN(notes);
	RUN(no_room);
	RUN(at_the_nic);
	return test_end();
}
