/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The printed form of the plan, as lines and as JSON. */
#include "plan_test.h"

#include "core/json.h"

/* --- the printed form --- */

static void golden_nothing_said(void)
{
	make("", NULL, NULL);
	eq_str(printed(),
	       "ip.0 = DHCPv4 and IPv6 as advertised or by DHCPv6 on all wired NICs (default)\n"
	       "root_from_dhcp = yes (default)\n"
	       "mode = ro (default)\n"
	       "initiator = iqn.2010-04.org.ipxe:4c4c4544-0042-4810-8056-b4c04f395332 "
	       "(machine)\n"
	       "init = /sbin/init (default)\n"
	       "on_failure = retry for ever (default)\n");
}

static void golden_iscsi_by_dhcp(void)
{
	make("root=LABEL=root rw ip=dhcp BOOTIF=01-52-54-00-ab-cd-ef rootflags=noatime "
	     "rootfstype=ext4 rd.retry=60 rd.shell",
	     LEASE "root-path=iscsi:10.0.0.9:::10:" IQN "\nhostname=pc20\n"
		   "initiator=iqn.2026-01.lab:PC20\n",
	     NULL);
	eq_str(printed(),
	       "ip.0 = DHCPv4 on the BOOTIF NIC (command line)\n"
	       "bootif = 52:54:00:ab:cd:ef (command line)\n"
	       "root.0 = iscsi 10.0.0.9:3260 lun 16 " IQN " (DHCP 10.0.0.1 on eth0)\n"
	       "root_from_dhcp = yes (default)\n"
	       "block = LABEL=root (command line)\n"
	       "fstype = ext4 (command line)\n"
	       "rootflags = noatime (command line)\n"
	       "mode = rw (command line)\n"
	       "initiator = iqn.2026-01.lab:pc20 (DHCP 10.0.0.1 on eth0)\n"
	       "init = /sbin/init (default)\n"
	       "host_name = pc20 (DHCP 10.0.0.1 on eth0)\n"
	       "on_failure = shell after 60 s (command line)\n"
	       "choice: DHCP root-path: LUN \"10\" read as hexadecimal (RFC 4173), that is 16\n"
	       "choice: DHCP initiator name (option 203) \"iqn.2026-01.lab:PC20\": used in lower "
	       "case (RFC 3722)\n");
}

static void golden_static_nfs(void)
{
	make("BOOT_IMAGE=vmlinuz initrd=x console=ttyS0 quiet root=/dev/nfs "
	     "nfsroot=10.0.0.5:/srv/%s,vers=4.2,tcp,rw "
	     "ip=10.0.0.9::10.0.0.254:255.255.255.0:pc9.lab:eth0:off:10.0.0.3 init=/lib/systemd/systemd "
	     "single -- a=\"b c\"",
	     NULL, NULL);
	eq_str(printed(),
	       "ip.0 = static on eth0 address 10.0.0.9/24 gateway 10.0.0.254 dns 10.0.0.3 (command "
	       "line)\n"
	       "root.0 = nfs 10.0.0.5:/srv/pc9 version 4.2 options tcp (command line)\n"
	       "mode = rw (command line)\n"
	       "initiator = iqn.2010-04.org.ipxe:4c4c4544-0042-4810-8056-b4c04f395332 (machine)\n"
	       "init = /lib/systemd/systemd (command line)\n"
	       "init_words = single a=b c (command line)\n"
	       "host_name = pc9.lab (command line)\n"
	       "on_failure = retry for ever (default)\n");
}

static void golden_several_roots(void)
{
	make("root=UUID=12-34 netroot=iscsi:10.0.0.1::::" IQN
	     " netroot=iscsi:[2001:db8::2]:6:3261:2:" IQN
	     " ip=eth0:dhcp ip=eth1:dhcp rd.emergency=poweroff panic=5 rd.net.timeout.carrier=3 "
	     "rd.nonsense netroot.nonsense=1 vlan=eth0.5:eth0",
	     NULL, NULL);
	eq_str(printed(),
	       "link.0 = VLAN 5 on eth0, named eth0.5 (command line)\n"
	       "ip.0 = DHCPv4 on eth0 (command line)\n"
	       "ip.1 = DHCPv4 on eth1 (command line)\n"
	       "carrier_timeout = 3 s (command line)\n"
	       "root.0 = iscsi 10.0.0.1:3260 lun 0 or any " IQN " (command line)\n"
	       "root.1 = iscsi [2001:db8::2]:3261 lun 2 " IQN " (command line)\n"
	       "block = UUID=12-34 (command line)\n"
	       "mode = ro (default)\n"
	       "initiator = iqn.2010-04.org.ipxe:4c4c4544-0042-4810-8056-b4c04f395332 (machine)\n"
	       "init = /sbin/init (default)\n"
	       "on_failure = poweroff after 180 s (command line)\n"
	       "unknown: rd.nonsense: not known, ignored\n"
	       "unknown: netroot.nonsense: not known, ignored\n");
}

static void golden_malformed_root_path(void)
{
	make("root=dhcp", LEASE "root-path=iscsi:10.0.0.1:::\n", NULL);
	eq_str(printed(),
	       "ip.0 = DHCPv4 and IPv6 as advertised or by DHCPv6 on all wired NICs (default)\n"
	       "root_from_dhcp = yes (command line)\n"
	       "mode = ro (default)\n"
	       "initiator = iqn.2010-04.org.ipxe:4c4c4544-0042-4810-8056-b4c04f395332 (machine)\n"
	       "init = /sbin/init (default)\n"
	       "on_failure = retry for ever (default)\n"
	       "no root: DHCP root-path \"iscsi:10.0.0.1:::\" from 10.0.0.1: the target name is "
	       "missing; expected iscsi:SERVER:[6]:[PORT]:[LUN]:TARGET\n");
}

static void golden_nfs_by_dhcp(void)
{
	make("root=/dev/nfs nfsroot=,hard",
	     LEASE "next-server=10.0.0.7\nroot-path=/srv/%s,vers=3,ro\n", NULL);
	eq_str(printed(),
	       "ip.0 = DHCPv4 and IPv6 as advertised or by DHCPv6 on all wired NICs (default)\n"
	       "root.0 = nfs 10.0.0.7:/srv/10.0.0.20 version 3 options hard (DHCP 10.0.0.1 on "
	       "eth0)\n"
	       "mode = ro (DHCP 10.0.0.1 on eth0)\n"
	       "initiator = iqn.2010-04.org.ipxe:4c4c4544-0042-4810-8056-b4c04f395332 (machine)\n"
	       "init = /sbin/init (default)\n"
	       "on_failure = retry for ever (default)\n");
}

static void golden_wired_as_fleets_are(void)
{
	make("ifname=lan0:52:54:00:00:00:0a bond=bond0:lan0,eth1:mode=802.3ad,xmit_hash_policy="
	     "layer3+4:9000 vlan=bond0.7:bond0 ip=bond0.7:dhcp ip=[2001:db8::5]:::64::bond0.7:none "
	     "rd.route=10.9.0.0/16:10.0.0.254 nameserver=10.0.0.3 rd.peerdns=0 mtu=1500 "
	     "dhcpclass=kiosk netroot.dhcp.user-class=lab rd.net.dhcp.client-id=01:aa:bb "
	     "carrier_timeout=5 rd.net.timeout.dhcp=20 hostname=pc1 root=nfs:10.0.0.1:/x",
	     NULL, NULL);
	eq_str(printed(),
	       "rename.0 = 52:54:00:00:00:0a is named lan0 (command line)\n"
	       "link.0 = bond bond0 of lan0,eth1 mode=802.3ad xmit_hash_policy=layer3+4 "
	       "miimon=100 MTU 9000 (command line)\n"
	       "link.1 = VLAN 7 on bond0, named bond0.7 (command line)\n"
	       "ip.0 = DHCPv4 on bond0.7 (command line)\n"
	       "ip.1 = static on bond0.7 address 2001:db8::5/64 (command line)\n"
	       "route.0 = 10.9.0.0/16 by 10.0.0.254 (command line)\n"
	       "dns = 10.0.0.3 (command line)\n"
	       "peer_dns = no (command line)\n"
	       "mtu = 1500 (command line)\n"
	       "vendor_class = kiosk (command line)\n"
	       "user_class = lab (command line)\n"
	       "client_id = 01:aa:bb (command line)\n"
	       "carrier_timeout = 5 s (command line)\n"
	       "dhcp_timeout = 20 s (command line)\n"
	       "root.0 = nfs 10.0.0.1:/x (command line)\n"
	       "mode = ro (default)\n"
	       "initiator = iqn.2010-04.org.ipxe:4c4c4544-0042-4810-8056-b4c04f395332 (machine)\n"
	       "init = /sbin/init (default)\n"
	       "host_name = pc1 (command line)\n"
	       "on_failure = retry for ever (default)\n"
	       "choice: nameserver= and rd.peerdns=0: only those given in words are asked\n");
}

/* Path by command line, server by DHCP: two sources, two lines. */
static void server_by_dhcp(void)
{
	make("root=nfs:/x", LEASE, NULL);
	eq_str(line_of("root.0"), "root.0 = nfs 10.0.0.1:/x (command line)");
	eq_str(line_of("root.0.server"), "root.0.server = 10.0.0.1 (DHCP 10.0.0.1 on eth0)");
}

static void as_json(void)
{
	static char text[2048], small[64];
	struct out out = out_to(text, sizeof(text));

	make("root=nfs:10.0.0.1:/x rd.q\"x", NULL, NULL);
	plan_json(&plan, &in, &out);
	ok(!out.cut);
	eq_str(text,
	       "{\"ip.0\": {\"value\": \"DHCPv4 and IPv6 as advertised or by DHCPv6 on all wired NICs\", \"from\": \"default\"}, "
	       "\"root.0\": {\"value\": \"nfs 10.0.0.1:/x\", \"from\": \"command line\"}, "
	       "\"mode\": {\"value\": \"ro\", \"from\": \"default\"}, "
	       "\"initiator\": {\"value\": "
	       "\"iqn.2010-04.org.ipxe:4c4c4544-0042-4810-8056-b4c04f395332\", \"from\": "
	       "\"machine\"}, \"init\": {\"value\": \"/sbin/init\", \"from\": \"default\"}, "
	       "\"on_failure\": {\"value\": \"retry for ever\", \"from\": \"default\"}, "
	       "\"no_root\": \"\", \"notes\": [{\"kind\": \"unknown\", \"text\": "
	       "\"rd.q\\\"x: not known, ignored\"}]}");
	out = out_to(small, sizeof(small));
	plan_json(&plan, &in, &out);
	ok(out.cut);
}

static void json_strings(void)
{
	static const char *const rows[][2] = {
		{ "", "\"\"" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "\n\x01\x7f", "\"\\u000a\\u0001\\u007f\"" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7",
		  "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7\"" },
		{ "\xff\xc3", "\"\\ufffd\\ufffd\"" },
		{ "\xc0\x80", "\"\\ufffd\\ufffd\"" }, /* overlong */
		{ "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"" }, /* surrogate */
		{ "\xe2\x82", "\"\\ufffd\\ufffd\"" },
		{ "\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
	};
	char text[128];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct out out = out_to(text, sizeof(text));

		json_string(&out, span_of(rows[i][0]));
		eq_str(text, rows[i][1]);
	}
}

/* Where values come from, by each kind of lease. */
static void sources(void)
{
	static const char *const rows[][2] = {
		{ "server-id=10.0.0.1\n", "DHCP 10.0.0.1" },
		{ "interface=eth0\nserver-id=10.0.0.1\nproxy-id=10.0.0.2\n",
		  "DHCP 10.0.0.1 with proxy 10.0.0.2 on eth0" },
		{ "kind=dhcp6\ninterface=eth0\nserver-id=fe80::1\n", "DHCPv6 fe80::1 on eth0" },
		{ "kind=ra\ninterface=eth0\nserver-id=fe80::1\n", "router fe80::1 on eth0" },
	};
	char text[160];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct out out = out_to(text, sizeof(text));

		make("", rows[i][0], NULL);
		given_text((struct given){ .by = FROM_DHCP }, &in, &out);
		eq_str(text, rows[i][1]);
	}
}

static const char *as_json_text(void)
{
	static char text[PLAN_JSON_MAX];
	struct out out = out_to(text, sizeof(text));

	plan_json(&plan, &in, &out);
	ok(!out.cut);
	return text;
}

static void secrets_are_not_printed(void)
{
	make("", LEASE "chap-user=geheim\nchap-secret=geheim\n", NULL);
	ok(!strstr(printed(), "geheim"));
	ok(!strstr(as_json_text(), "geheim"));
	eq_str(line_of("chap"), "chap = one-way (DHCP 10.0.0.1 on eth0)");
	make("rd.iscsi.password=geheim iscsi_password=geheim rd.iscsi.in.password=geheim "
	     "netroot=iscsi:u:geheim@10.0.0.1::::" IQN
	     " root=iscsi:u:geheim@x root=cifs://u:geheim@s/x",
	     NULL, NULL);
	ok(!strstr(printed(), "geheim"));
	make("rd.iscsi.username=u rd.iscsi.password=geheim rd.iscsi.in.username=t "
	     "rd.iscsi.in.password=geheimer",
	     NULL, NULL);
	ok(!strstr(printed(), "geheim"));
	ok(!strstr(as_json_text(), "geheim"));
	eq_str(line_of("chap"), "chap = mutual (command line)");
}

int main(void)
{
	RUN(golden_nothing_said);
	RUN(golden_iscsi_by_dhcp);
	RUN(golden_static_nfs);
	RUN(golden_several_roots);
	RUN(golden_malformed_root_path);
	RUN(golden_nfs_by_dhcp);
	RUN(golden_wired_as_fleets_are);
	RUN(server_by_dhcp);
	RUN(as_json);
	RUN(json_strings);
	RUN(sources);
	RUN(secrets_are_not_printed);
	return test_end();
}
