/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of the network that are read in an unexpected way, contradict each other, or are another
 * system's: what is noted, and how explain reads them. */
#include "plan_test.h"

#define LONG_LABEL "a23456789012345678901234567890123456789012345678901234567890"

/* The first note of a kind. */
static void notes(void)
{
	static const struct plan_note_row rows[] = {
		{ "ip=10.0.0.5:::24::eth0 ip=10.0.0.5:::24::eth1", NOTE_CHOICE,
		  "ip=\"10.0.0.5:::24::eth1\": 10.0.0.5 is given to another NIC as well by "
		  "ip=\"10.0.0.5:::24::eth0\"; the first of them with a carrier gets it, the other "
		  "none" },
		{ "ip=10.0.0.5:::24::eth0 ip=10.0.0.6:::24::eth1", NOTE_CHOICE, "" },
		{ "ip=10.0.0.5:::24::eth0 ip=10.0.0.5:::24::eth0", NOTE_CHOICE,
		  "ip=\"10.0.0.5:::24::eth0\": overridden by the later ip=\"10.0.0.5:::24::eth0\"" },
		{ "ip=10.0.0.5::::::eth0:dhcp ip=10.0.0.5:::24::eth1", NOTE_CHOICE, "" },
		{ "ip=10.0.0.5:10.0.0.5:10.0.0.5:24::eth0", NOTE_CHOICE,
		  "ip=\"10.0.0.5:10.0.0.5:10.0.0.5:24::eth0\": the server 10.0.0.5 is the machine's "
		  "own address, left out; the gateway 10.0.0.5 is the machine's own address, left "
		  "out" },
		{ "ip=eth0:10.0.0.5:24:10.0.0.5", NOTE_CHOICE,
		  "ip=\"eth0:10.0.0.5:24:10.0.0.5\": read as live-boot does, device, address, netmask; "
		  "the gateway 10.0.0.5 is the machine's own address, left out" },
		{ "ip=eth0:10.0.0.5:24:10.0.0.1:10.0.0.2:x", NOTE_REFUSED,
		  "ip=\"eth0:10.0.0.5:24:10.0.0.1:10.0.0.2:x\": live-boot's form has no more than "
		  "<device>:<address>:<netmask>:<gateway>:<nameserver>; ignored, without another ip= "
		  "DHCP is asked on all wired NICs" },
		{ "ip=eth0:0.0.0.0:24", NOTE_REFUSED,
		  "ip=\"eth0:0.0.0.0:24\": no address behind the device; ignored, without another ip= "
		  "DHCP is asked on all wired NICs" },
		{ "vlan=eth0.5:eth1", NOTE_CHOICE,
		  "vlan=\"eth0.5:eth1\": made on eth1, though its name says eth0" },
		{ "vlan=eth0.5:eth0", NOTE_CHOICE, "" },
		{ "vlan=vlan5:eth1", NOTE_CHOICE, "" },
		{ "vlan=eth0.5:52-54-00-00-00-0a", NOTE_CHOICE, "" },
		{ "hostname=" LONG_LABEL ".lab", NOTE_CHOICE, "" },
		{ "hostname=" LONG_LABEL ".labs", NOTE_CHOICE,
		  "the host name is longer than the 64 bytes that the kernel keeps, " LONG_LABEL
		  " is taken" },
		{ "ip=::::" LONG_LABEL ".lab.example:eth0:dhcp", NOTE_CHOICE,
		  "the host name is longer than the 64 bytes that the kernel keeps, " LONG_LABEL
		  " is taken" },
		{ "ip=::::pc7:BOOTIF", NOTE_CHOICE,
		  "ip=\"::::pc7:BOOTIF\": there is no BOOTIF=, it is read as any wired NIC" },
		{ "ip=::::pc7:BOOTIF BOOTIF=01-52-54-00-00-00-0a", NOTE_CHOICE, "" },
		{ "iscsi=10.0.0.1,3261;iqn.2026-01.lab:image", NOTE_IGNORED,
		  "iscsi: live-boot's, of a LUN with an image: not supported yet; root=iscsi: names a root, ignored" },
		{ "boot=mmc", NOTE_REFUSED, "boot=\"mmc\": not nfs or local, ignored" },
		{ "boot=nfs", NOTE_IGNORED, "" },
		{ "boot=local", NOTE_REFUSED, "" },
	};

	check_notes(rows, sizeof(rows) / sizeof(rows[0]));
}

/* A value of the plan. */
static void values(void)
{
	static const struct plan_line rows[] = {
		{ "ip=::::pc7:BOOTIF BOOTIF=01-52-54-00-00-00-0a", "ip.0",
		  "ip.0 = DHCPv4 on 52:54:00:00:00:0a (command line)" },
		{ "ip=::::pc7:BOOTIF", "ip.0", "ip.0 = DHCPv4 on all wired NICs (command line)" },
		{ "ip=::::pc7:BOOTIF BOOTIF=01-52-54-00-00-00-0a rd.bootif=0", "ip.0",
		  "ip.0 = DHCPv4 on all wired NICs (command line)" },
		{ "hostname=" LONG_LABEL ".labs", "host_name",
		  "host_name = " LONG_LABEL " (command line)" },
		{ "hostname=" LONG_LABEL ".lab", "host_name",
		  "host_name = " LONG_LABEL ".lab (command line)" },
		/* live-boot's form */
		{ "ip=eth0:10.0.0.5:255.255.255.0:10.0.0.1:10.0.0.2", "ip.0",
		  "ip.0 = static on eth0 address 10.0.0.5/24 gateway 10.0.0.1 dns 10.0.0.2 (command "
		  "line)" },
		{ "ip=eth0:10.0.0.5:255.255.255.0,eth1:10.1.0.5:255.255.0.0:10.1.0.1", "ip.1",
		  "ip.1 = static on eth1 address 10.1.0.5/16 gateway 10.1.0.1 (command line)" },
		{ "ip=eth0:dhcp,dhcp6", "ip.1", "" },
	};

	check_lines(rows, sizeof(rows) / sizeof(rows[0]));
	make("root=dhcp", LEASE "hostname=" LONG_LABEL ".example\nroot-path=/x\n", NULL);
	eq_str(plan.host_name, LONG_LABEL);
}

/* Line number `at` of the readings. */
static const char *reading(int at)
{
	static char text[4000];
	struct out out = out_to(text, sizeof(text));
	char *p = text;

	plan_readings(&in, add_line, &out);
	ok(!out.cut);
	for (int i = 0; i < at && strchr(p, '\n'); i++)
		p = strchr(p, '\n') + 1;
	p[strcspn(p, "\n")] = '\0';
	return p;
}

static void read_as(void)
{
	static const struct {
		const char *cmdline;
		int at;
		const char *want;
	} rows[] = {
		{ "nameserver=10.0.0.3 nameserver=10.0.0.4", 0,
		  "nameserver=10.0.0.3: name server, before those of DHCP" },
		{ "nameserver=10.0.0.3 nameserver=10.0.0.4", 1,
		  "nameserver=10.0.0.4: name server, before those of DHCP" },
		{ "nameserver=x nameserver=10.0.0.4", 0,
		  "nameserver=x: no address of a host, ignored" },
		{ "rd.iscsi.param=node.session.timeo.replacement_timeout=300 "
		  "rd.iscsi.param=node.conn[0].timeo.noop_out_interval=5",
		  0,
		  "rd.iscsi.param=node.session.timeo.replacement_timeout=300: a parameter of the iSCSI "
		  "session" },
		{ "root=/dev/nfs ip=10.0.0.5:10.0.0.1::24::eth0:off", 0,
		  "root=/dev/nfs: an NFS root as nfsroot=, ip= and DHCP say" },
		{ "root=/dev/nfs nfsroot=10.0.0.1:/x", 0,
		  "root=/dev/nfs: an NFS root as nfsroot=, ip= and DHCP say" },
		{ "root=/dev/nfs root=nfs:10.0.0.1:/x", 0,
		  "root=/dev/nfs: overridden by the later root=nfs:10.0.0.1:/x" },
		{ "root=/dev/nfs netroot=iscsi:10.0.0.1::::" IQN, 0,
		  "root=/dev/nfs: has no effect" },
		{ "ip6=off", 0, "ip6=off: IPv6 is off on all NICs" },
		{ "ip6=none ip=dhcp", 0, "ip6=none: IPv6 is off on all NICs" },
		{ "ip6=off ip6=eth0", 0, "ip6=off: overridden by the later ip6=eth0" },
		{ "root=squash:http://10.0.0.1:5248/images/squashfs", 0,
		  "root=squash:http://10.0.0.1:5248/images/squashfs: a root over \"squash\" is not "
		  "supported yet: an image in an NFS export is, by netroot.image=" },
		{ "root=new:https://10.0.0.1/x", 0,
		  "root=new:https://10.0.0.1/x: a root over \"new\" is not supported yet" },
		{ "rd.nfs.domain=lab.example", 0,
		  "rd.nfs.domain=lab.example: owners are numbers between Linux's client and server; "
		  "of names, root is root in any domain, and the others are looked up by the root: "
		  "set Domain in its idmapd.conf, ignored" },
		{ "ip=frommedia", 0,
		  "ip=frommedia: the method \"frommedia\" is live-boot's, there is no medium with "
		  "interfaces; ignored, without another ip= DHCP is asked on all wired NICs" },
		{ "ip=eth0:10.0.0.5:255.255.255.0:10.0.0.1:10.0.0.2,eth1:10.1.0.5", 0,
		  "ip=eth0:10.0.0.5:255.255.255.0:10.0.0.1:10.0.0.2,eth1:10.1.0.5: static on eth0 "
		  "address 10.0.0.5/24 gateway 10.0.0.1 dns 10.0.0.2; static on eth1 address "
		  "10.1.0.5/8; read as live-boot does, device, address, netmask; read as live-boot "
		  "does, device, address, netmask; no netmask given, /8 by the class of the "
		  "address" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;

		make(rows[i].cmdline, NULL, NULL);
		eq_str(reading(rows[i].at), rows[i].want);
		if (test_failed_checks != before)
			printf("%s\n", rows[i].cmdline);
	}
}

int main(void)
{
	RUN(notes);
	RUN(values);
	RUN(read_as);
	return test_end();
}
