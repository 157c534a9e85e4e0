/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a lease is asked for of a root, whose root counts, and what a new lease changes. */
#include "plan_test.h"

/* What a lease is asked for: a root-path, the NFS server that words leave out, both, or nothing. */
static void wanted_of_leases(void)
{
	static const struct {
		const char *cmdline;
		bool root_path, server;
	} rows[] = {
		{ "", true, false },
		{ "root=dhcp", true, false },
		{ "root=/dev/nfs", true, false },
		{ "root=/dev/nfs nfsroot=10.0.0.5", true, false },
		{ "root=/dev/nfs nfsroot=/x", false, true },
		{ "root=nfs:/x", false, true },
		{ "netroot=nfs:/x netroot=dhcp", true, true },
		{ "root=/dev/nfs nfsroot=/x ip=:10.0.0.8::::eth0:dhcp", false, false },
		{ "root=nfs:10.0.0.5:/%s", false, false },
		{ "root=iscsi:10.0.0.1::::" IQN, false, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;

		make(rows[i].cmdline, NULL, NULL);
		eq_int(plan.wants_root_path, rows[i].root_path);
		eq_int(plan.wants_server, rows[i].server);
		if (test_failed_checks != before)
			printf("%s\n", rows[i].cmdline);
	}
}

/* While a boot server is asked for the NFS server, the DHCP server is not taken for it. */
static void server_still_asked_for(void)
{
	make("root=nfs:/x", LEASE, NULL);
	eq_str(plan.roots[0].server.name, "10.0.0.1");
	leases[0].boot_server = ip4_from_he(0x0a000009);
	plan_make(&in, &plan);
	eq_int(plan.n_roots, 0);
	ok(plan.root_from_dhcp);
	leases[0].siaddr = ip4_from_he(0x0a000007);
	plan_make(&in, &plan);
	eq_str(plan.roots[0].server.name, "10.0.0.7");
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
		{ "root=dhcp", "root-path=server:/x",
		  "root.0 = nfs server:/x (DHCP 10.0.0.1 on eth0)", "" },
		{ "root=dhcp", "root-path=iscsi:::::" IQN, "",
		  "DHCP root-path \"iscsi:::::" IQN
		  "\" from 10.0.0.1: the server field is empty, and looking the target up in a discovery "
		  "service is not supported; give the server's address" },
		{ "root=dhcp", "root-path=iscsi:u:geheim@10.0.0.1::::" IQN,
		  "root.0 = iscsi 10.0.0.1:3260 lun 0 or any " IQN " (DHCP 10.0.0.1 on eth0)", "" },
		{ "root=dhcp", "root-path=iscsi:geheim@10.0.0.1::::" IQN, "",
		  "DHCP root-path \"iscsi:***@10.0.0.1::::" IQN
		  "\" from 10.0.0.1: before the '@' stand not USER:PASSWORD or "
		  "USER:PASSWORD:TARGET'S-USER:TARGET'S-PASSWORD; such with a ':' in them are given by "
		  "rd.iscsi.username= and its like" },
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
	make("", LEASE "root-path=/a\n", LEASE_B "root-path=iscsi:10.0.0.9::::" IQN "\n");
	eq_int(plan.n_roots, 1);
	eq_str(plan.roots[0].nfs.path, "/a");
	make("", LEASE "root-path=iscsi:10.0.0.9::::" IQN "\n", LEASE_B "root-path=/b\n");
	eq_int(plan.n_roots, 1);
	eq_int(plan.roots[0].kind, ROOT_ISCSI);
	/* a malformed answer is a better reason than a silent one */
	make("", LEASE, LEASE_B "root-path=iscsi:x\n");
	ok(strstr(plan.no_root.text, "too few fields") != NULL);
	make("root=/dev/nfs", LEASE, LEASE_B "root-path=/b\n");
	eq_str(plan.roots[0].nfs.path, "/b");
}

/* NFS roots of several NICs are asked side by side; the same one by two NICs is one. */
static void nfs_of_several_leases(void)
{
	make("", LEASE "root-path=/a\n", LEASE_B "root-path=/b\n");
	eq_int(plan.n_roots, 2);
	eq_str(line_of("root.0"), "root.0 = nfs 10.0.0.1:/a (DHCP 10.0.0.1 on eth0)");
	eq_str(line_of("root.1"), "root.1 = nfs 10.1.0.1:/b (DHCP 10.1.0.1 on eth1)");
	make("", LEASE "root-path=nas:/a\n", LEASE_B "root-path=nas:/a\n");
	eq_int(plan.n_roots, 1);
	make("", LEASE "root-path=nas,nas2:/a\n", LEASE_B "root-path=nas3,nas2:/a\n");
	eq_int(plan.n_roots, 3);
	make("", LEASE "root-path=/a\n", LEASE_B "root-path=rubbish\n");
	eq_int(plan.n_roots, 1);
	eq_str(note(NOTE_REFUSED), "");
}

#define LEASE6 "kind=dhcp6\ninterface=eth0\naddress=2001:db8::20\nserver-id=fe80::1\n"
#define ADVERT "kind=ra\ninterface=eth0\nserver-id=fe80::1\nrouter=fe80::1\n"

/* Option 59 is a root where it names one; DHCPv4 has the last word where it is asked, too. */
static void roots_of_ipv6(void)
{
	/* command line, two leases (NULL: none), root.0, no_root */
	static const struct {
		const char *cmdline, *lease0, *lease1, *root, *no_root;
	} rows[] = {
		{ "", LEASE6 "root-path=nfs://[2001:db8::5]/srv/x\n", NULL,
		  "root.0 = nfs [2001:db8::5]:/srv/x (DHCPv6 fe80::1 on eth0)", "" },
		{ "", LEASE6 "root-path=nfs:[2001:db8::5]:/srv/x\n", NULL,
		  "root.0 = nfs [2001:db8::5]:/srv/x (DHCPv6 fe80::1 on eth0)", "" },
		{ "root=dhcp6", LEASE6 "root-path=iscsi:[2001:db8::5]::::" IQN "\n", NULL,
		  "root.0 = iscsi [2001:db8::5]:3260 lun 0 or any " IQN " (DHCPv6 fe80::1 on eth0)",
		  "" },
		/* a root by both: the first that came */
		{ "", LEASE "root-path=/a\n", LEASE6 "root-path=nfs://[2001:db8::5]/b\n",
		  "root.0 = nfs 10.0.0.1:/a (DHCP 10.0.0.1 on eth0)", "" },
		{ "", LEASE6 "root-path=nfs://[2001:db8::5]/b\n", LEASE "root-path=/a\n",
		  "root.0 = nfs [2001:db8::5]:/b (DHCPv6 fe80::1 on eth0)", "" },
		/* none by IPv6 yet: DHCPv4 is waited for, and then decides */
		{ "", LEASE6, NULL, "", "" },
		{ "", ADVERT, NULL, "", "" },
		{ "", LEASE6 "root-path=tftp://[2001:db8::5]/bootx64.efi\n", NULL, "", "" },
		{ "", LEASE6, LEASE "root-path=/a\n",
		  "root.0 = nfs 10.0.0.1:/a (DHCP 10.0.0.1 on eth0)", "" },
		{ "", LEASE6, LEASE, "",
		  "DHCP server 10.0.0.1 on eth0 gave no root-path (option 17), and the command "
		  "line names no root" },
		{ "", ADVERT, LEASE, "",
		  "DHCP server 10.0.0.1 on eth0 gave no root-path (option 17), and the command "
		  "line names no root" },
		{ "ip=dhcp6", LEASE6, NULL, "",
		  "DHCPv6 server fe80::1 on eth0 gave no boot file URL (option 59) that is a "
		  "root, and the command line names no root" },
		{ "ip=auto6", ADVERT, NULL, "", "" },
		{ "ip=dhcp6", LEASE6 "root-path=iscsi:[2001:db8::5]:::\n", NULL, "",
		  "DHCPv6 boot file URL \"iscsi:[2001:db8::5]:::\" from fe80::1: the target "
		  "name is missing; expected iscsi:SERVER:[6]:[PORT]:[LUN]:TARGET" },
		/* a wrong one is no failure while DHCPv4 may come */
		{ "", LEASE6 "root-path=iscsi:[2001:db8::5]:::\n", NULL, "", "" },
		/* what is missing of a root comes by DHCPv4, where that is asked */
		{ "root=nfs:/x", LEASE6, NULL, "", "" },
		{ "root=nfs:/x", ADVERT, NULL, "", "" },
		{ "root=nfs:/x", LEASE6, LEASE "next-server=10.0.0.7\n",
		  "root.0 = nfs 10.0.0.7:/x (command line)", "" },
		{ "root=nfs:[2001:db8::5]:/%s", LEASE6, NULL, "", "" },
		{ "root=nfs:[2001:db8::5]:/%s ip=dhcp6", LEASE6, NULL,
		  "root.0 = nfs [2001:db8::5]:/2001:db8::20 (command line)", "" },
		{ "root=nfs:[2001:db8::5]:/%s ip=dhcp6", LEASE6 "hostname=pc20\n", NULL,
		  "root.0 = nfs [2001:db8::5]:/pc20 (command line)", "" },
		{ "root=nfs:/x ip=dhcp6", LEASE6, NULL, "",
		  "root=\"nfs:/x\": no server is named, neither there nor in ip= nor by DHCP" },
		{ "root=/dev/nfs", LEASE6, NULL, "", "" },
		{ "root=/dev/nfs", LEASE6 "root-path=nfs://[2001:db8::5]/srv/x\n", NULL,
		  "root.0 = nfs [2001:db8::5]:/srv/x (DHCPv6 fe80::1 on eth0)", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;

		make(rows[i].cmdline, rows[i].lease0, rows[i].lease1);
		eq_str(line_of("root.0"), rows[i].root);
		eq_str(plan.no_root.text, rows[i].no_root);
		ok(plan.n_roots || plan.no_root.text[0] || plan.root_from_dhcp);
		if (test_failed_checks != before)
			printf("%s + %s\n", rows[i].cmdline, rows[i].lease0);
	}
	make("", LEASE6 "root-path=tftp://[2001:db8::5]/x.efi\n", NULL);
	eq_str(note(NOTE_IGNORED), "DHCPv6 boot file URL \"tftp://[2001:db8::5]/x.efi\" from "
				   "fe80::1: no root, ignored");
}

#define ROOT4 "root-path=iscsi:10.0.0.5::::" IQN "\n"
#define ROOT6 "root-path=iscsi:[2001:db8::5]::::" IQN "\n"
#define NFS4 "root-path=10.0.0.6:/a\n"
#define NFS6 "root-path=nfs://[2001:db8::6]/b\n"

/* The servers of all roots, those that are raced with a '*'. */
static const char *servers(void)
{
	static char text[256];
	struct out out = out_to(text, sizeof(text));

	for (uint8_t i = 0; i < plan.n_roots; i++)
		out_add(&out, "%s%s%s", i ? " " : "", plan.roots[i].server.name,
			plan.roots[i].raced ? "*" : "");
	return text;
}

/* Leases of both families name a root. */
static void roots_of_both_families(void)
{
	static const struct {
		const char *cmdline, *lease0, *lease1, *servers;
	} rows[] = {
		{ "", LEASE ROOT4, LEASE6 ROOT6, "10.0.0.5* 2001:db8::5*" },
		{ "", LEASE6 ROOT6, LEASE ROOT4, "2001:db8::5* 10.0.0.5*" },
		{ "netroot=iscsi:10.0.0.7::::" IQN " netroot=dhcp", LEASE ROOT4, LEASE6 ROOT6,
		  "10.0.0.7 10.0.0.5* 2001:db8::5*" },
		/* NFS servers are asked by rules of their own; of two kinds one comes after the
		   other */
		{ "", LEASE NFS4, LEASE6 NFS6, "10.0.0.6 2001:db8::6" },
		{ "", LEASE NFS4, LEASE6 ROOT6, "10.0.0.6 2001:db8::5" },
		{ "", LEASE6 ROOT6, LEASE NFS4, "2001:db8::5 10.0.0.6" },
		/* of one family the first lease counts */
		{ "", LEASE ROOT4, LEASE_B ROOT6, "10.0.0.5" },
		{ "", LEASE6 ROOT6, NULL, "2001:db8::5" },
		/* the same one, or none that is one */
		{ "", LEASE ROOT4, LEASE6 ROOT4, "10.0.0.5" },
		{ "", LEASE ROOT4, LEASE6 "root-path=tftp://[2001:db8::5]/x.efi\n", "10.0.0.5" },
		{ "", LEASE ROOT4, LEASE6 "root-path=iscsi:\n", "10.0.0.5" },
		{ "", LEASE "root-path=rubbish\n", LEASE6 ROOT6, "2001:db8::5" },
		{ "bootdev=eth1", LEASE_B ROOT4, LEASE6 ROOT6, "10.0.0.5" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;

		make(rows[i].cmdline, rows[i].lease0, rows[i].lease1);
		eq_str(servers(), rows[i].servers);
		eq_str(plan.no_root.text, "");
		if (test_failed_checks != before)
			printf("%s + %s\n", rows[i].cmdline, rows[i].lease0);
	}
	/* a second one of the other family is one too many */
	make("", LEASE ROOT4, LEASE6 ROOT6);
	leases[2] = leases[1];
	ok(text_copy(leases[2].root_path, sizeof(leases[2].root_path),
		     span_of("iscsi:[2001:db8::7]::::" IQN)));
	in.n_leases = 3;
	plan_make(&in, &plan);
	eq_str(servers(), "10.0.0.5* 2001:db8::5*");
	/* a URL of firmware's is no matter where DHCP has named the root, a mistaken one is */
	make("", LEASE ROOT4, LEASE6 "root-path=tftp://[2001:db8::5]/x.efi\n");
	eq_int(plan.n_notes, 0);
	make("", LEASE ROOT4, LEASE6 "root-path=iscsi:\n");
	ok(strstr(note(NOTE_REFUSED), "DHCPv6 boot file URL \"iscsi:\" from fe80::1: ") != NULL);
}

/* A lease has come or gone while a root is tried. */
static void news(void)
{
	static struct plan_root before[PLAN_ROOTS_MAX];
	static const struct {
		const char *old0, *old1; /* leases before */
		uint32_t turn;
		const char *new0, *new1; /* and after */
		enum plan_news want;
		uint32_t turn_now;
	} rows[] = {
		{ LEASE ROOT4, NULL, 0, LEASE ROOT4, NULL, PLAN_NEWS_NONE, 0 },
		{ LEASE ROOT4, NULL, 7, LEASE ROOT4 "mtu=1400\n", NULL, PLAN_NEWS_NONE, 7 },
		{ LEASE, NULL, 3, LEASE, NULL, PLAN_NEWS_NONE, 3 },
		{ LEASE, NULL, 3, LEASE ROOT4, NULL, PLAN_NEWS_GONE, 3 },
		{ LEASE ROOT4, NULL, 1, LEASE, NULL, PLAN_NEWS_GONE, 1 },
		{ LEASE ROOT4, NULL, 1, LEASE NFS4, NULL, PLAN_NEWS_GONE, 1 },
		/* the other family comes, and goes */
		{ LEASE ROOT4, NULL, 5, LEASE ROOT4, LEASE6 ROOT6, PLAN_NEWS_MORE, 0 },
		{ LEASE ROOT4, LEASE6 ROOT6, 0, LEASE ROOT4, NULL, PLAN_NEWS_OTHERS, 0 },
		{ LEASE ROOT4, LEASE6 ROOT6, 2, LEASE6 ROOT6, NULL, PLAN_NEWS_GONE, 2 },
		{ LEASE ROOT4, LEASE6 ROOT6, 3, LEASE6 ROOT6, NULL, PLAN_NEWS_OTHERS, 0 },
		{ LEASE ROOT4, LEASE6 ROOT6, 2, LEASE6 ROOT6, LEASE ROOT4, PLAN_NEWS_OTHERS, 1 },
		/* what is behind it has changed */
		{ LEASE ROOT4, LEASE6 ROOT6, 0, LEASE ROOT4, LEASE6 NFS6, PLAN_NEWS_OTHERS, 0 },
		{ LEASE ROOT4, LEASE6 ROOT6, 1, LEASE ROOT4, LEASE6 NFS6, PLAN_NEWS_GONE, 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t turn = rows[i].turn;
		int failed = test_failed_checks;
		uint8_t n;

		make("", rows[i].old0, rows[i].old1);
		memcpy(before, plan.roots, sizeof(before));
		n = plan.n_roots;
		make("", rows[i].new0, rows[i].new1);
		eq_int(plan_roots_news(before, n, &plan, &turn), rows[i].want);
		eq_int(turn, rows[i].turn_now);
		if (test_failed_checks != failed)
			printf("row %zu\n", i);
	}
}

/* bootdev=: what other NICs are told is not asked. */
static void roots_of_bootdev(void)
{
	make("bootdev=eth1", LEASE "root-path=/a\n", LEASE_B "root-path=/b\n");
	eq_str(plan.roots[0].nfs.path, "/b");
	make("bootdev=eth1", LEASE "root-path=/a\n", NULL);
	ok(!plan.n_roots && plan.root_from_dhcp && !plan.no_root.text[0]);
	make("bootdev=eth1 root=nfs:/x", LEASE, LEASE_B);
	eq_str(line_of("root.0.server"), "root.0.server = 10.1.0.1 (DHCP 10.1.0.1 on eth1)");
	make("bootdev=52:54:00:00:00:0b ifname=eth1:52:54:00:00:00:0b", LEASE "root-path=/a\n",
	     LEASE_B "root-path=/b\n");
	eq_str(plan.roots[0].nfs.path, "/b");
	/* the order of ip= alone gives no NIC the say: the first usable answer counts */
	make("ip=eth1:dhcp ip=eth0:dhcp", LEASE "root-path=/a\n", LEASE_B "root-path=/b\n");
	eq_str(plan.roots[0].nfs.path, "/a");
	make("ip=eth1:dhcp ip=eth0:dhcp", LEASE "root-path=/a\n", NULL);
	eq_str(plan.roots[0].nfs.path, "/a");
	make("ip=eth1:dhcp ip=eth0:dhcp root=/dev/nfs", LEASE "root-path=/a\n", NULL);
	eq_str(plan.roots[0].nfs.path, "/a");
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

int main(void)
{
	RUN(wanted_of_leases);
	RUN(server_still_asked_for);
	RUN(roots_of_leases);
	RUN(first_usable_lease_wins);
	RUN(nfs_of_several_leases);
	RUN(roots_of_ipv6);
	RUN(roots_of_both_families);
	RUN(news);
	RUN(roots_of_bootdev);
	RUN(explicit_roots_before_dhcp);
	return test_end();
}
