/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan as a whole: which word wins, what a lease adds, where a value comes from, what is
 * refused, and the printed form. */
#include "test.h"

#include <errno.h>

#include "core/json.h"
#include "core/lease_text.h"
#include "core/plan.h"
#include "core/rootdev.h"

#define IQN "iqn.2026-01.lab:d0"
#define UUID "4C4C4544-0042-4810-8056-B4C04F395332"

static struct plan plan;
static struct lease leases[3];
static struct plan_input in;

/* The plan of a command line, with the leases given as text (NULL ends). */
static void make(const char *cmdline, const char *lease0, const char *lease1)
{
	const char *texts[] = { lease0, lease1 };
	struct err err;

	memset(leases, 0, sizeof(leases));
	memset(&in, 0, sizeof(in));
	in.cmdline = cmdline;
	in.leases = leases;
	in.machine_uuid = UUID;
	for (uint8_t i = 0; i < 2 && texts[i]; i++) {
		ok(lease_from_text(span_of(texts[i]), &leases[i], &err));
		in.n_leases++;
	}
	plan_make(&in, &plan);
}

static void make_conf(const char *conf, const char *cmdline)
{
	memset(&in, 0, sizeof(in));
	in.conf = conf;
	in.cmdline = cmdline;
	in.machine_uuid = UUID;
	plan_make(&in, &plan);
}

static void add_line(void *arg, const char *line)
{
	out_add(arg, "%s\n", line);
}

static const char *printed(void)
{
	static char text[8192];
	struct out out = out_to(text, sizeof(text));

	plan_print(&plan, &in, add_line, &out);
	ok(!out.cut);
	return text;
}

/* The printed line that begins with name, without line end; "" for none. */
static const char *line_of(const char *name)
{
	static char line[2048];
	const char *p = printed();
	size_t len = strlen(name);

	for (; *p; p = strchr(p, '\n') + 1)
		if (!strncmp(p, name, len) && p[len] == ' ') {
			(void)snprintf(line, sizeof(line), "%.*s", (int)(strchr(p, '\n') - p), p);
			return line;
		}
	return "";
}

static const char *note(enum note_kind kind)
{
	for (uint8_t i = 0; i < plan.n_notes; i++)
		if (plan.notes[i].kind == kind)
			return plan.notes[i].text;
	return "";
}

#define LEASE "interface=eth0\naddress=10.0.0.20/24\nserver-id=10.0.0.1\n"
#define LEASE_B "interface=eth1\naddress=10.1.0.20/24\nserver-id=10.1.0.1\n"

/* --- the printed form --- */

static void golden_nothing_said(void)
{
	make("", NULL, NULL);
	eq_str(printed(), "ip.0 = dhcp on all wired NICs (default)\n"
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
	       "ip.0 = dhcp on the BOOTIF NIC (command line)\n"
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
	     "rd.nonsense netroot.nonsense=1 vlan=v5:eth0",
	     NULL, NULL);
	eq_str(printed(),
	       "ip.0 = dhcp on eth0 (command line)\n"
	       "ip.1 = dhcp on eth1 (command line)\n"
	       "root.0 = iscsi 10.0.0.1:3260 lun 0 or any " IQN " (command line)\n"
	       "root.1 = iscsi [2001:db8::2]:3261 lun 2 " IQN " (command line)\n"
	       "block = UUID=12-34 (command line)\n"
	       "mode = ro (default)\n"
	       "initiator = iqn.2010-04.org.ipxe:4c4c4544-0042-4810-8056-b4c04f395332 (machine)\n"
	       "init = /sbin/init (default)\n"
	       "on_failure = poweroff after 180 s (command line)\n"
	       "ignored: rd.net.timeout.carrier: not supported yet, ignored\n"
	       "unknown: rd.nonsense: not known, ignored\n"
	       "unknown: netroot.nonsense: not known, ignored\n"
	       "ignored: vlan: not supported yet, ignored\n");
}

static void golden_malformed_root_path(void)
{
	make("root=dhcp", LEASE "root-path=iscsi:10.0.0.1::::\n", NULL);
	eq_str(printed(),
	       "ip.0 = dhcp on all wired NICs (default)\n"
	       "root_from_dhcp = yes (command line)\n"
	       "mode = ro (default)\n"
	       "initiator = iqn.2010-04.org.ipxe:4c4c4544-0042-4810-8056-b4c04f395332 (machine)\n"
	       "init = /sbin/init (default)\n"
	       "on_failure = retry for ever (default)\n"
	       "no root: DHCP root-path \"iscsi:10.0.0.1::::\" from 10.0.0.1: the target name is "
	       "missing; expected iscsi:SERVER:[6]:[PORT]:[LUN]:TARGET\n");
}

static void golden_nfs_by_dhcp(void)
{
	make("root=/dev/nfs nfsroot=,hard",
	     LEASE "next-server=10.0.0.7\nroot-path=/srv/%s,vers=3,ro\n", NULL);
	eq_str(printed(),
	       "ip.0 = dhcp on all wired NICs (default)\n"
	       "root.0 = nfs 10.0.0.7:/srv/10.0.0.20 version 3 options hard (DHCP 10.0.0.1 on "
	       "eth0)\n"
	       "mode = ro (DHCP 10.0.0.1 on eth0)\n"
	       "initiator = iqn.2010-04.org.ipxe:4c4c4544-0042-4810-8056-b4c04f395332 (machine)\n"
	       "init = /sbin/init (default)\n"
	       "on_failure = retry for ever (default)\n");
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
	eq_str(text, "{\"ip.0\": {\"value\": \"dhcp on all wired NICs\", \"from\": \"default\"}, "
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

/* --- which root --- */

static void roots_of_words(void)
{
	/* command line, root.0 ("" : none), awaited from DHCP, no_root */
	static const struct {
		const char *cmdline, *root;
		bool from_dhcp;
		const char *no_root;
	} rows[] = {
		{ "root=dhcp", "", true, "" },
		{ "netroot=dhcp root=/dev/root", "", true, "" },
		{ "root=/dev/sda1", "", true, "" },
		{ "root=/dev/root", "", true, "" },
		{ "root=", "", true, "" },
		{ "root=/dev/nfs", "", true, "" },
		{ "nfsroot=10.0.0.5:/x", "root.0 = nfs 10.0.0.5:/x (command line)", false, "" },
		{ "root=/dev/nfs nfsroot=/x", "", true, "" },
		{ "root=/dev/nfs nfsroot=10.0.0.5", "", true, "" },
		{ "root=nfs:/x", "", true, "" },
		{ "root=nfs:10.0.0.5:/%s", "", true, "" },
		{ "root=nfs:10.0.0.5:/x", "root.0 = nfs 10.0.0.5:/x (command line)", false, "" },
		{ "root=nfs4:10.0.0.5:/x,vers=4.1",
		  "root.0 = nfs 10.0.0.5:/x version 4.1 (command line)", false, "" },
		{ "root=nfs4:10.0.0.5:/x", "root.0 = nfs 10.0.0.5:/x version 4 (command line)",
		  false, "" },
		{ "root=10.0.0.5:/x", "root.0 = nfs 10.0.0.5:/x (command line)", false, "" },
		{ "root=nfs://10.0.0.5:2050/x", "root.0 = nfs 10.0.0.5:/x port 2050 (command line)",
		  false, "" },
		{ "netroot=nfs:10.0.0.5:/x", "root.0 = nfs 10.0.0.5:/x (command line)", false, "" },
		{ "root=nfs:a root=nfs:10.0.0.5:/x", "root.0 = nfs 10.0.0.5:/x (command line)",
		  false, "" },
		{ "root=iscsi:10.0.0.1::::" IQN,
		  "root.0 = iscsi 10.0.0.1:3260 lun 0 or any " IQN " (command line)", false, "" },
		{ "root=iscsi:10.0.0.1::::" IQN " root=UUID=1-2",
		  "root.0 = iscsi 10.0.0.1:3260 lun 0 or any " IQN " (command line)", false, "" },
		{ "root=iscsi:10.0.0.1:::10:" IQN,
		  "root.0 = iscsi 10.0.0.1:3260 lun 10 " IQN " (command line)", false, "" },
		{ "root=/dev/nfs nfsroot=client1 ip=10.0.0.9:10.0.0.2::24",
		  "root.0 = nfs 10.0.0.2:/tftpboot/client1 (command line)", false, "" },
		{ "root=/dev/nfs ip=10.0.0.9:10.0.0.2::24",
		  "root.0 = nfs 10.0.0.2:/tftpboot/10.0.0.9 (default)", false, "" },
		{ "root=/dev/nfs ip=10.0.0.9:10.0.0.2::24:pc9.lab",
		  "root.0 = nfs 10.0.0.2:/tftpboot/pc9 (default)", false, "" },
		{ "root=/dev/nfs nfsroot=10.0.0.5:/a/%s/%s ip=10.0.0.9:10.0.0.2::24",
		  "root.0 = nfs 10.0.0.5:/a/10.0.0.9/%s (command line)", false, "" },
		{ "root=/dev/nfs nfsroot=/x ip=10.0.0.9:::24", "", false,
		  "nfsroot=\"/x\": no server is named, neither there nor in ip= nor by DHCP" },
		{ "root=nfs:server:/x", "", false,
		  "root=\"nfs:server:/x\": server name \"server\" cannot be looked up yet; give its "
		  "address" },
		{ "root=iscsi:storage::::" IQN, "", false,
		  "root=\"iscsi:storage::::" IQN
		  "\": server name \"storage\" cannot be looked up yet; give its address" },
		{ "root=nbd:10.0.0.1:x", "", false,
		  "root=\"nbd:10.0.0.1:x\": a root over \"nbd\" is not supported yet" },
		{ "root=dhcp6", "", false,
		  "root=\"dhcp6\": a root over \"dhcp6\" is not supported yet" },
		{ "root=bogus", "", false,
		  "root=\"bogus\": not a root; expected dhcp, /dev/nfs, nfs:SERVER:/PATH, "
		  "iscsi:SERVER::::TARGET, LABEL=, UUID=, PARTUUID=, PARTLABEL= or /dev/NAME" },
		{ "root=dhcp ip=10.0.0.9:::24", "", false,
		  "the root is to come from DHCP, but ip= asks for no DHCP on any NIC" },
		{ "root=nfs:10.0.0.5:/x ip=off", "", false,
		  "ip= turns the network off, and every root is reached over it" },
		{ "ip=off", "", false,
		  "ip= turns the network off, and every root is reached over it" },
		{ "root=iscsi:u:geheim@10.0.0.1::::" IQN, "", false,
		  "root=\"iscsi:***@10.0.0.1::::" IQN
		  "\": user and password in front of the server are not supported yet" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;

		make(rows[i].cmdline, NULL, NULL);
		eq_str(line_of("root.0"), rows[i].root);
		if (!rows[i].no_root[0])
			eq_int(plan.root_from_dhcp, rows[i].from_dhcp);
		eq_str(plan.no_root.text, rows[i].no_root);
		ok(!strstr(printed(), "geheim"));
		if (test_failed_checks != before)
			printf("%s\n", rows[i].cmdline);
	}
}

static void roots_of_leases(void)
{
	/* command line, lease, root.0 (none: "" and no_root) */
	static const struct {
		const char *cmdline, *lease, *root, *no_root;
	} rows[] = {
		{ "", "root-path=iscsi:10.0.0.9::::" IQN,
		  "root.0 = iscsi 10.0.0.9:3260 lun 0 or any " IQN " (DHCP 10.0.0.1 on eth0)", "" },
		{ "root=dhcp", "root-path=/srv/x",
		  "root.0 = nfs 10.0.0.1:/srv/x (DHCP 10.0.0.1 on eth0)", "" },
		{ "root=dhcp", "root-path=/srv/x\nnext-server=10.0.0.7",
		  "root.0 = nfs 10.0.0.7:/srv/x (DHCP 10.0.0.1 on eth0)", "" },
		{ "root=dhcp ip=:10.0.0.8::::eth0:dhcp", "root-path=/srv/x\nnext-server=10.0.0.7",
		  "root.0 = nfs 10.0.0.8:/srv/x (DHCP 10.0.0.1 on eth0)", "" },
		{ "root=dhcp", "root-path=10.0.0.5:/srv/%s\nhostname=pc20",
		  "root.0 = nfs 10.0.0.5:/srv/pc20 (DHCP 10.0.0.1 on eth0)", "" },
		{ "root=dhcp", "root-path=10.0.0.5:/srv/%s",
		  "root.0 = nfs 10.0.0.5:/srv/10.0.0.20 (DHCP 10.0.0.1 on eth0)", "" },
		{ "root=dhcp", "root-path=nfs4:10.0.0.5:/x:rw,hard",
		  "root.0 = nfs 10.0.0.5:/x version 4 options hard (DHCP 10.0.0.1 on eth0)", "" },
		{ "root=nfs:/x", "root-path=/other", "root.0 = nfs 10.0.0.1:/x (command line)",
		  "" },
		{ "root=nfs:10.0.0.5:/%s", "", "root.0 = nfs 10.0.0.5:/10.0.0.20 (command line)",
		  "" },
		{ "root=/dev/nfs", "", "root.0 = nfs 10.0.0.1:/tftpboot/10.0.0.20 (default)", "" },
		{ "root=/dev/nfs nfsroot=10.0.0.5:/x", "root-path=10.0.0.6:/y,hard",
		  "root.0 = nfs 10.0.0.5:/x options hard (command line)", "" },
		{ "root=/dev/nfs nfsroot=/x,soft", "root-path=10.0.0.6:/y,hard,vers=3",
		  "root.0 = nfs 10.0.0.6:/x version 3 options hard,soft (command line)", "" },
		{ "root=/dev/nfs nfsroot=10.0.0.5:/x", "root-path=iscsi:10.0.0.9::::" IQN,
		  "root.0 = nfs 10.0.0.5:/x (command line)", "" },
		{ "root=/dev/nfs", "root-path=iscsi:10.0.0.9::::" IQN, "",
		  "root=\"/dev/nfs\": DHCP root-path \"iscsi:10.0.0.9::::" IQN
		  "\" from 10.0.0.1: not an NFS path, as root=/dev/nfs needs it" },
		{ "root=dhcp", "", "",
		  "DHCP server 10.0.0.1 on eth0 gave no root-path (option 17), and the command line names "
		  "no root" },
		{ "root=dhcp", "root-path=rubbish", "",
		  "DHCP root-path \"rubbish\" from 10.0.0.1: not a root; expected "
		  "iscsi:SERVER:[6]:[PORT]:[LUN]:TARGET or [SERVER:]/PATH[,OPTIONS]" },
		{ "root=dhcp", "root-path=nbd:10.0.0.1:x", "",
		  "DHCP root-path \"nbd:10.0.0.1:x\" from 10.0.0.1: a root over \"nbd\" is not supported "
		  "yet" },
		{ "root=dhcp", "root-path=server:/x", "",
		  "DHCP root-path \"server:/x\" from 10.0.0.1: server name \"server\" cannot be looked up "
		  "yet; give its address" },
		{ "root=dhcp", "root-path=iscsi:::::" IQN, "",
		  "DHCP root-path \"iscsi:::::" IQN
		  "\" from 10.0.0.1: the server field is empty, and looking the target up in a discovery "
		  "service is not supported; give the server's address" },
		{ "root=dhcp", "root-path=iscsi:u:geheim@10.0.0.1::::" IQN, "",
		  "DHCP root-path \"iscsi:***@10.0.0.1::::" IQN
		  "\" from 10.0.0.1: user and password in front of the server are not supported yet" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char lease[512];
		int before = test_failed_checks;

		(void)snprintf(lease, sizeof(lease), LEASE "%s\n", rows[i].lease);
		make(rows[i].cmdline, lease, NULL);
		eq_str(line_of("root.0"), rows[i].root);
		eq_str(plan.no_root.text, rows[i].no_root);
		if (test_failed_checks != before)
			printf("%s + %s\n", rows[i].cmdline, rows[i].lease);
	}
}

static void first_usable_lease_wins(void)
{
	make("", LEASE, LEASE_B "root-path=/b\n");
	eq_str(line_of("root.0"), "root.0 = nfs 10.1.0.1:/b (DHCP 10.1.0.1 on eth1)");
	eq_str(plan.no_root.text, "");
	make("", LEASE "root-path=rubbish\n", LEASE_B "root-path=/b\n");
	eq_str(line_of("root.0"), "root.0 = nfs 10.1.0.1:/b (DHCP 10.1.0.1 on eth1)");
	ok(strstr(note(NOTE_REFUSED), "DHCP root-path \"rubbish\" from 10.0.0.1: not a root") !=
	   NULL);
	make("", LEASE "root-path=/a\n", LEASE_B "root-path=/b\n");
	eq_int(plan.n_roots, 1);
	eq_str(plan.roots[0].nfs.path, "/a");
	/* a malformed answer is a better reason than a silent one */
	make("", LEASE, LEASE_B "root-path=iscsi:x\n");
	ok(strstr(plan.no_root.text, "too few fields") != NULL);
	make("root=/dev/nfs", LEASE, LEASE_B "root-path=/b\n");
	eq_str(plan.roots[0].nfs.path, "/b");
}

static void explicit_roots_before_dhcp(void)
{
	make("netroot=iscsi:10.0.0.1::::" IQN " netroot=dhcp", LEASE "root-path=/a\n", NULL);
	eq_int(plan.n_roots, 2);
	ok(plan.roots[0].kind == ROOT_ISCSI && plan.roots[1].kind == ROOT_NFS);
	/* a refused one does not take the good one along */
	make("netroot=iscsi:x netroot=iscsi:10.0.0.1::::" IQN, NULL, NULL);
	eq_int(plan.n_roots, 1);
	ok(strstr(note(NOTE_REFUSED), "netroot=\"iscsi:x\": too few fields") != NULL);
	/* nor is it the last word while DHCP may bring a root */
	make("netroot=iscsi:x netroot=dhcp", NULL, NULL);
	eq_str(plan.no_root.text, "");
	ok(plan.root_from_dhcp);
}

static void notes_about_roots(void)
{
	make("root=LABEL=x netroot=nfs:10.0.0.1:/x", NULL, NULL);
	eq_str(note(NOTE_IGNORED), "root=\"LABEL=x\": has no effect on an NFS root, ignored");
	make("root=iscsi:10.0.0.1::::" IQN " nfsroot=10.0.0.1:/x", NULL, NULL);
	eq_str(note(NOTE_IGNORED),
	       "nfsroot=\"10.0.0.1:/x\": has no effect without root=/dev/nfs, ignored");
	make("root=/dev/ram0", NULL, NULL);
	eq_str(note(NOTE_IGNORED), "root=\"/dev/ram0\": a RAM disk is no root here, ignored");
	ok(plan.block.key == BLOCK_ANY && plan.root_from_dhcp);
	make("root=/dev/disk/by-label/my\\x20root", NULL, NULL);
	eq_str(line_of("block"), "block = LABEL=my root (command line)");
	make("root=iscsi:10.0.0.1:::10:" IQN, NULL, NULL);
	eq_str(note(NOTE_CHOICE),
	       "root=\"iscsi:10.0.0.1:::10:" IQN
	       "\": LUN \"10\" read as decimal, as dracut and Debian do; the same in "
	       "DHCP is hexadecimal");
}

/* --- precedence --- */

static void conf_and_command_line(void)
{
	make_conf("# the lab\nroot=nfs:10.0.0.1:/conf\nrw init=/conf rootflags=conf\n", "");
	eq_str(line_of("root.0"), "root.0 = nfs 10.0.0.1:/conf (netroot.conf)");
	eq_str(line_of("mode"), "mode = rw (netroot.conf)");
	eq_str(line_of("init"), "init = /conf (netroot.conf)");
	make_conf("root=nfs:10.0.0.1:/conf rw init=/conf",
		  "root=nfs:10.0.0.1:/line ro init=/a init=/line");
	eq_int(plan.n_roots, 1);
	eq_str(line_of("root.0"), "root.0 = nfs 10.0.0.1:/line (command line)");
	eq_str(line_of("mode"), "mode = ro (command line)");
	eq_str(line_of("init"), "init = /line (command line)");
	/* the command line's lists replace those of the file */
	make_conf("netroot=iscsi:10.0.0.1::::" IQN " ip=eth0:dhcp",
		  "netroot=nfs:10.0.0.2:/x ip=eth1:dhcp");
	eq_int(plan.n_roots, 1);
	eq_int(plan.n_ips, 1);
	eq_str(plan.ips[0].port.ifname, "eth1");
	make_conf("netroot=iscsi:10.0.0.1::::" IQN, "root=nfs:10.0.0.2:/x");
	eq_int(plan.n_roots, 1);
	ok(plan.roots[0].kind == ROOT_NFS);
	/* but a file system named on the command line goes with the file's target */
	make_conf("netroot=iscsi:10.0.0.1::::" IQN " root=LABEL=a", "root=LABEL=b");
	eq_int(plan.n_roots, 1);
	eq_str(line_of("block"), "block = LABEL=b (command line)");
	make_conf("root=LABEL=a", "root=nfs:10.0.0.2:/x");
	eq_str(line_of("block"), "");
	make_conf("nonsense quiet", "nonsense");
	eq_str(note(NOTE_UNKNOWN), "netroot.conf: nonsense: not known, ignored");
	make_conf("ip=bogus", "");
	eq_str(note(NOTE_REFUSED),
	       "netroot.conf: ip=\"bogus\": \"bogus\" is no method of configuration; "
	       "ignored, without another ip= DHCP is asked on all wired NICs");
}

static void options_and_mode(void)
{
	make("root=nfs:10.0.0.1:/x,rw", NULL, NULL);
	ok(plan.read_write);
	make("root=nfs:10.0.0.1:/x,rw ro", NULL, NULL);
	ok(!plan.read_write); /* the command line's own word beats the option */
	make("rw ro rw", NULL, NULL);
	ok(plan.read_write);
	make("ro=1 rw=1", NULL, NULL);
	ok(!plan.read_write && plan.read_write_given.by == FROM_DEFAULT);
}

static void values_refused(void)
{
	static const char *const rows[][2] = {
		{ "init=sbin/init",
		  "init=\"sbin/init\": does not begin with '/', /sbin/init is used" },
		{ "rootfstype=ext4;x", "rootfstype=\"ext4;x\": not a file system's name, ignored" },
		{ "rootdelay=x", "rootdelay=\"x\": no number of seconds up to 86400, ignored" },
		{ "rootdelay", "rootdelay: has no value, ignored" },
		{ "rd.retry=-1", "rd.retry=\"-1\": no number of seconds up to 86400, ignored" },
		{ "rd.emergency=explode",
		  "rd.emergency=\"explode\": not reboot, poweroff or halt, ignored" },
		{ "panic=x", "panic=\"x\": no number of seconds up to 86400, ignored" },
		{ "BOOTIF=eth0", "BOOTIF=\"eth0\": no MAC address, ignored" },
		{ "rootflags=a\033[2Jb",
		  "rootflags=\"a\\x1b[2Jb\": characters that are not printable ASCII, ignored" },
		{ "rd.iscsi.initiator=client",
		  "rd.iscsi.initiator \"client\": no iqn., eui. or naa. name "
		  "of at most 223 bytes, ignored" },
		{ "rd.iscsi.initiator=iqn.a;reboot",
		  "rd.iscsi.initiator \"iqn.a;reboot\": no iqn., eui. or naa. name of at most 223 "
		  "bytes, ignored" },
		{ "ip=eth0:dhcp6",
		  "ip=\"eth0:dhcp6\": the method \"dhcp6\" is not supported yet; ignored, without another "
		  "ip= DHCP is asked on all wired NICs" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i][0], NULL, NULL);
		eq_str(note(NOTE_REFUSED), rows[i][1]);
		eq_int(plan.n_notes, 1);
		eq_str(plan.init, "/sbin/init");
	}
}

static void secrets_are_not_printed(void)
{
	make("rd.iscsi.password=geheim iscsi_password=geheim rd.iscsi.in.password=geheim "
	     "netroot=iscsi:u:geheim@10.0.0.1::::" IQN
	     " root=iscsi:u:geheim@x root=cifs://u:geheim@s/x",
	     NULL, NULL);
	ok(!strstr(printed(), "geheim"));
	ok(strstr(printed(), "rd.iscsi.password: not supported yet, ignored") != NULL);
}

/* --- the end --- */

static void ends(void)
{
	static const struct {
		const char *cmdline;
		enum end_action end;
		uint32_t after_s;
		int32_t panic_s;
	} rows[] = {
		{ "", END_NEVER, 180, -1 },
		{ "rd.shell", END_SHELL, 180, -1 },
		{ "rd.shell=1 rd.retry=10", END_SHELL, 10, -1 },
		{ "rd.shell=0", END_NEVER, 180, -1 },
		{ "rd.emergency=reboot", END_REBOOT, 180, -1 },
		{ "rd.emergency=halt rd.shell=0", END_HALT, 180, -1 },
		{ "rd.emergency=poweroff panic=9", END_POWEROFF, 180, 9 },
		{ "panic=9", END_REBOOT, 180, 9 },
		{ "panic=-1", END_REBOOT, 180, 0 },
		{ "panic=0", END_NEVER, 180, -1 },
		{ "panic=9 panic=0", END_NEVER, 180, -1 },
		{ "rd.shell panic=9", END_SHELL, 180, 9 },
		{ "rd.retry=5", END_NEVER, 5, -1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i].cmdline, NULL, NULL);
		eq_int(plan.end, rows[i].end);
		eq_int(plan.end_after_s, rows[i].after_s);
		eq_int(plan.panic_s, rows[i].panic_s);
	}
	make("rd.retry=5", NULL, NULL);
	eq_str(note(NOTE_CHOICE), "rd.retry= alone ends nothing, the boot is retried for ever; add "
				  "rd.shell, rd.emergency= or panic=");
	make("panic=9", NULL, NULL);
	eq_str(line_of("on_failure"),
	       "on_failure = reboot after 180 s and 9 s more (command line)");
	make("rd.debug=0", NULL, NULL);
	ok(!plan.debug);
	make("debug", NULL, NULL);
	ok(plan.debug);
	make("rootdelay=5", NULL, NULL);
	eq_str(line_of("rootdelay"), "rootdelay = 5 s (command line)");
}

/* --- words for init: init/main.c --- */

static void words_for_init(void)
{
	static const char *const rows[][2] = {
		{ "single", "init_words = single (command line)" },
		{ "3 splash quiet ro nomodeset noapic", "init_words = 3 splash (command line)" },
		{ "foo=bar foo.bar x", "init_words = x (command line)" },
		{ "auto init=/x 1", "init_words = 1 (command line)" },
		{ "a -- b c=d e.f ro", "init_words = a b c=d e.f ro (command line)" },
		{ "-- init=/x", "init_words = init=/x (command line)" },
		{ "no-hlt no_hlt", "" },
		{ "rd.debug debug root=dhcp", "" },
		{ "-- a\033b", "init_words = a\\x1bb (command line)" },
	};
	static char many[600];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i][0], NULL, NULL);
		eq_str(line_of("init_words"), rows[i][1]);
	}
	make("-- init=/x root=nfs:10.0.0.1:/x", NULL, NULL);
	eq_str(plan.init, "/sbin/init");
	eq_int(plan.n_roots, 0);
	make("a b", NULL, NULL);
	ok(plan.n_init_words == 2 && !memcmp(plan.init_words, "a\0b\0", 5));
	make_conf("single", "");
	eq_int(plan.n_init_words, 0);
	for (int i = 0; i < 40; i++)
		memcpy(many + 4 * i, "abc ", 4);
	make(many, NULL, NULL);
	eq_int(plan.n_init_words, PLAN_INIT_WORDS_MAX);
	eq_str(note(NOTE_REFUSED), "\"abc\": no room among the arguments of init, left out");
}

/* --- initiator --- */

static void initiators(void)
{
	make("rd.iscsi.initiator=iqn.2026-01.lab:Line", LEASE "initiator=iqn.2026-01.lab:dhcp\n",
	     NULL);
	eq_str(line_of("initiator"), "initiator = iqn.2026-01.lab:line (command line)");
	make("iscsi_initiator=iqn.2026-01.lab:line", NULL, NULL);
	eq_str(plan.initiator, "iqn.2026-01.lab:line");
	make_conf("rd.iscsi.initiator=iqn.2026-01.lab:conf", "");
	eq_str(line_of("initiator"), "initiator = iqn.2026-01.lab:conf (netroot.conf)");
	/* of the lease that gave the root, else of the first that has one */
	make("", LEASE "initiator=iqn.2026-01.lab:a\n",
	     LEASE_B "root-path=/b\ninitiator=iqn.2026-01.lab:b\n");
	eq_str(line_of("initiator"), "initiator = iqn.2026-01.lab:b (DHCP 10.1.0.1 on eth1)");
	make("", LEASE "initiator=iqn.2026-01.lab:a\n", LEASE_B "root-path=/b\n");
	eq_str(line_of("initiator"), "initiator = iqn.2026-01.lab:a (DHCP 10.0.0.1 on eth0)");
	make("", LEASE "initiator=rubbish\n", LEASE_B "initiator=iqn.2026-01.lab:b\n");
	eq_str(plan.initiator, "iqn.2026-01.lab:b");
	make("", LEASE, NULL);
	in.ibft_initiator = "iqn.2026-01.lab:ibft";
	plan_make(&in, &plan);
	eq_str(line_of("initiator"), "initiator = iqn.2026-01.lab:ibft (iBFT)");
}

/* Never one name for all machines. */
static void initiator_of_the_machine(void)
{
	static const char *const dummies[] = {
		"00000000-0000-0000-0000-000000000000",
		"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
		"03000200-0400-0500-0006-000700080009",
		"12345678-1234-5678-90AB-CDDEEFAABBCC",
		"Not Settable",
		"",
		"4C4C4544-0042-4810-8056-B4C04F39533",
		"4C4C4544_0042_4810_8056_B4C04F395332",
		"4C4C4544-0042-4810-8056-B4C04F39533g",
	};

	make("", NULL, NULL);
	in.machine_uuid = UUID "\n"; /* as in sysfs */
	plan_make(&in, &plan);
	eq_str(plan.initiator, "iqn.2010-04.org.ipxe:4c4c4544-0042-4810-8056-b4c04f395332");
	for (size_t i = 0; i < sizeof(dummies) / sizeof(dummies[0]); i++) {
		in.machine_uuid = dummies[i];
		in.machine_mac = (struct mac_addr){ 6, { 0x52, 0x54, 0, 0xab, 0xcd, 0xef } };
		plan_make(&in, &plan);
		eq_str(plan.initiator, "iqn.2010-04.org.ipxe:mac-525400abcdef");
		eq_int(plan.initiator_given.by, FROM_MACHINE);
	}
	in.machine_mac.len = 0;
	plan_make(&in, &plan);
	eq_str(plan.initiator, "");
	eq_int(plan.n_notes, 0); /* nobody needs one */
	in.cmdline = "root=iscsi:10.0.0.1::::" IQN;
	plan_make(&in, &plan);
	eq_str(plan.initiator, "");
	ok(strstr(note(NOTE_REFUSED), "no initiator name is given") != NULL);
}

/* --- NICs --- */

static const char *nic(const char *ifname, const char *mac)
{
	static char text[64];
	struct nic_facts facts = { .ifname = ifname, .ethernet = true, .physical = true };
	struct nic_choice choice;

	ok(mac_parse(span_of(mac), &facts.mac));
	facts.wireless = !strncmp(ifname, "wl", 2);
	facts.physical = strncmp(ifname, "br", 2) != 0;
	facts.ethernet = strncmp(ifname, "ib", 2) != 0;
	plan_for_nic(&plan, &facts, &choice);
	(void)snprintf(text, sizeof(text), "%s",
		       !choice.v4		     ? choice.why
		       : choice.v4->v4 == IP4_STATIC ? "static"
						     : "dhcp");
	return text;
}

#define MAC_A "52:54:00:00:00:0a"
#define MAC_B "52:54:00:00:00:0b"

static void nics(void)
{
	static const struct {
		const char *cmdline, *ifname, *mac, *want;
	} rows[] = {
		{ "", "eth0", MAC_A, "dhcp" },
		{ "", "wlan0", MAC_A, "wireless" },
		{ "", "br0", MAC_A, "not a device of its own" },
		{ "", "ib0", MAC_A, "not Ethernet" },
		{ "ip=dhcp", "eth0", MAC_A, "dhcp" },
		{ "ip=dhcp", "wlan0", MAC_A, "wireless" },
		{ "ip=wlan0:dhcp", "wlan0", MAC_A, "dhcp" },
		{ "ip=eth0:dhcp", "eth0", MAC_A, "dhcp" },
		{ "ip=eth0:dhcp", "eth1", MAC_B, "ip= names another NIC" },
		{ "ip=eth0:dhcp", "eth00", MAC_B, "ip= names another NIC" },
		{ "ip=52-54-00-00-00-0a:dhcp", "eth7", MAC_A, "dhcp" },
		{ "ip=52-54-00-00-00-0a:dhcp", "eth7", MAC_B, "ip= names another NIC" },
		{ "ip=eth0:dhcp ip=10.0.0.5:::24::eth1:none", "eth1", MAC_B, "static" },
		{ "ip=eth0:off ip=dhcp", "eth0", MAC_A, "ip= turns it off" },
		{ "ip=eth0:off ip=dhcp", "eth1", MAC_B, "dhcp" },
		{ "ip=off", "eth1", MAC_B, "ip= turns it off" },
		{ "BOOTIF=01-52-54-00-00-00-0a", "eth0", MAC_A, "dhcp" },
		{ "BOOTIF=01-52-54-00-00-00-0A", "eth1", MAC_B, "BOOTIF names another NIC" },
		{ "BOOTIF=01-52-54-00-00-00-0a rd.bootif=0", "eth1", MAC_B, "dhcp" },
		{ "BOOTIF=01-52-54-00-00-00-0a ip=dhcp", "eth1", MAC_B,
		  "BOOTIF names another NIC" },
		{ "BOOTIF=01-52-54-00-00-00-0a ip=eth1:dhcp", "eth1", MAC_B, "dhcp" },
		{ "BOOTIF=01-52-54-00-00-00-0a ip=eth1:dhcp", "eth0", MAC_A,
		  "ip= names another NIC" },
		{ "BOOTIF=52:54:00:00:00:0a", "eth1", MAC_B, "BOOTIF names another NIC" },
		{ "ip=10.0.0.5:10.0.0.1::255.255.255.0 BOOTIF=01-52-54-00-00-00-0a", "eth0", MAC_A,
		  "static" },
		/* of several without a device, and of several for one device, the last */
		{ "ip=10.0.0.5:::24 ip=dhcp", "eth0", MAC_A, "dhcp" },
		{ "ip=eth0:dhcp ip=10.0.0.5:::24::eth0", "eth0", MAC_A, "static" },
		{ "ip=bogus", "eth0", MAC_A, "dhcp" },
		{ "nfsaddrs=10.0.0.5:::24", "eth0", MAC_A, "static" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i].cmdline, NULL, NULL);
		eq_str(nic(rows[i].ifname, rows[i].mac), rows[i].want);
	}
	make("ip=off", NULL, NULL);
	ok(!plan_wants_network(&plan) && plan.n_ips == 1);
	make("ip=off ip=eth0:dhcp", NULL, NULL);
	ok(plan_wants_network(&plan));
	make("ip=a:dhcp ip=b:dhcp ip=c:dhcp ip=d:dhcp ip=e:dhcp ip=f:dhcp ip=g:dhcp ip=h:dhcp "
	     "ip=i:dhcp ip=j:dhcp ip=k:dhcp ip=l:dhcp ip=m:dhcp ip=n:dhcp ip=o:dhcp ip=p:dhcp "
	     "ip=q:dhcp",
	     NULL, NULL);
	eq_int(plan.n_ips, 16);
	eq_str(note(NOTE_REFUSED), "ip=\"q:dhcp\": there are already 16 for other NICs, ignored");
}

/* --- hostile input --- */

static void too_much(void)
{
	static char text[16384];
	struct out out = out_to(text, sizeof(text));

	for (int i = 0; i < 200; i++)
		out_add(&out, "rd.x%d ", i);
	for (int i = 0; i < 20; i++)
		out_add(&out, "netroot=iscsi:10.0.0.%d::::" IQN " ", i + 1);
	make(text, NULL, NULL);
	eq_int(plan.n_notes, PLAN_NOTES_MAX);
	eq_str(plan.notes[PLAN_NOTES_MAX - 1].text, "there is more to note than fits here");
	eq_int(plan.n_roots, PLAN_ROOTS_MAX);
	make("rd.x rd.x rd.x", NULL, NULL);
	eq_int(plan.n_notes, 1); /* said once */
}

static void hostile(void)
{
	static const char *const heads[] = {
		"",
		"root=",
		"root=nfs:",
		"root=iscsi:",
		"netroot=",
		"nfsroot=",
		"ip=",
		"init=/",
		"rootflags=",
		"rd.iscsi.initiator=",
		"BOOTIF=",
		"panic=",
		"rd.",
		"-- ",
		"root=LABEL=",
		"root=/dev/nfs nfsroot=10.0.0.1:/%s",
		"root=nfs:10.0.0.1:/",
		"root=nfs:10.0.0.1:/x,",
		"rd.emergency=",
	};
	static char text[10300];

	for (int c = 1; c < 256; c += c < 128 ? 1 : 9)
		for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
			size_t len = strlen(heads[i]);

			memcpy(text, heads[i], len);
			memset(text + len, c, 10240);
			text[len + (c % 4 ? 300 : 10240)] = '\0';
			make_conf(text, text);
			for (const char *p = printed(); *p; p++)
				if ((*p < ' ' && *p != '\n') || *p == 0x7f || (*p & 0x80)) {
					test_fail(__FILE__, __LINE__, heads[i]);
					break;
				}
		}
	make_conf(NULL, NULL);
	ok(plan.root_from_dhcp);
}

static void same_root(void)
{
	static struct plan_root first;
	static const char *const others[] = {
		"root=nfs:10.0.0.2:/srv/a",	      "root=nfs:10.0.0.1:/srv/b",
		"root=nfs4:10.0.0.1:/srv/a",	      "root=nfs:10.0.0.1:/srv/a,nolock",
		"root=nfs:10.0.0.1:/srv/a,port=2050", "root=iscsi:10.0.0.1::::iqn.2026-01.lab:a",
	};

	make("root=nfs:10.0.0.1:/srv/a", NULL, NULL);
	first = plan.roots[0];
	make("root=/dev/nfs nfsroot=10.0.0.1:/srv/a", NULL, NULL);
	ok(plan_root_eq(&first, &plan.roots[0]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		make(others[i], NULL, NULL);
		eq_int(plan.n_roots, 1);
		ok(!plan_root_eq(&first, &plan.roots[0]));
	}
	make("root=iscsi:10.0.0.1:::1:iqn.2026-01.lab:a", NULL, NULL);
	first = plan.roots[0];
	ok(plan_root_eq(&first, &plan.roots[0]));
	make("root=iscsi:10.0.0.1:::2:iqn.2026-01.lab:a", NULL, NULL);
	ok(!plan_root_eq(&first, &plan.roots[0]));
	make("root=iscsi:10.0.0.1:::1:iqn.2026-01.lab:b", NULL, NULL);
	ok(!plan_root_eq(&first, &plan.roots[0]));
}

static void console_words(void)
{
	make("root=dhcp quiet", NULL, NULL);
	ok(plan.quiet && !plan.debug);
	make("root=dhcp rd.debug", NULL, NULL);
	ok(!plan.quiet && plan.debug);
}

static void owned_words(void)
{
	static const char *const ours[] = { "root",   "netroot", "nfsroot",	  "ip",
					    "BOOTIF", "vlan",	 "iscsi_password" };
	static const char *const others[] = { "HOME", "TERM", "PATH", "foo", "rootx", "roo", "" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		ok(plan_owns_word(span_of(ours[i])));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ok(!plan_owns_word(span_of(others[i])));
}

int main(void)
{
	RUN(golden_nothing_said);
	RUN(golden_iscsi_by_dhcp);
	RUN(golden_static_nfs);
	RUN(golden_several_roots);
	RUN(golden_malformed_root_path);
	RUN(golden_nfs_by_dhcp);
	RUN(server_by_dhcp);
	RUN(as_json);
	RUN(json_strings);
	RUN(roots_of_words);
	RUN(roots_of_leases);
	RUN(first_usable_lease_wins);
	RUN(explicit_roots_before_dhcp);
	RUN(notes_about_roots);
	RUN(conf_and_command_line);
	RUN(options_and_mode);
	RUN(values_refused);
	RUN(secrets_are_not_printed);
	RUN(ends);
	RUN(words_for_init);
	RUN(initiators);
	RUN(initiator_of_the_machine);
	RUN(nics);
	RUN(too_much);
	RUN(hostile);
	RUN(same_root);
	RUN(console_words);
	RUN(owned_words);
	return test_end();
}
