/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which roots a plan has: of words, of leases, in which order, and why none; the initiator's name.
 */
#include "plan_test.h"

#define NO_LVM                                                                                     \
	"volumes of LVM and LUKS are not set up here, and a map of multipath is found by what is " \
	"on it: use LABEL= or UUID= of a filesystem on the disk or a partition"
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

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
		{ "root=/dev/nfs nfsroot=/x ip=10.0.0.9:::24:", "", false,
		  "nfsroot=\"/x\": no server is named, neither there nor in ip= nor by DHCP" },
		{ "root=nfs:server:/x", "root.0 = nfs server:/x (command line)", false, "" },
		{ "root=iscsi:storage::::" IQN,
		  "root.0 = iscsi storage:3260 lun 0 or any " IQN " (command line)", false, "" },
		{ "root=iscsi:[fe80::5%eth1]::::" IQN,
		  "root.0 = iscsi [fe80::5%eth1]:3260 lun 0 or any " IQN " (command line)", false,
		  "" },
		{ "root=nbd:10.0.0.1:x", "", false,
		  "root=\"nbd:10.0.0.1:x\": a root over \"nbd\" is not supported yet" },
		{ "root=dhcp6", "", true, "" },
		/* RHEL's installer names it so: no LUN is logged in to for nothing */
		{ "netroot=iscsi:10.0.0.1::::" IQN
		  " root=/dev/mapper/rhel-root rd.lvm.lv=rhel/root",
		  "", false, "root=\"/dev/mapper/rhel-root\": " NO_LVM },
		{ "root=/dev/rhel/root netroot=iscsi:10.0.0.1::::" IQN, "", false,
		  "root=\"/dev/rhel/root\": " NO_LVM },
		{ "root=/dev/mapper/mpatha2 rd.multipath netroot=iscsi:10.0.0.1::::" IQN, "", false,
		  "root=\"/dev/mapper/mpatha2\": " NO_LVM },
		{ "root=/dev/disk/by-path/ip-10.0.0.1:3260-iscsi-x-lun-1-part2 netroot=iscsi:10.0.0.1::::" IQN,
		  "", false,
		  "root=\"/dev/disk/by-path/ip-10.0.0.1:3260-iscsi-x-lun-1-part2\": only udev has such a "
		  "name: use LABEL=, UUID=, PARTUUID= or PARTLABEL=" },
		{ "root=/dev/md0 netroot=iscsi:10.0.0.1::::" IQN, "", false,
		  "root=\"/dev/md0\": RAID is not assembled here" },
		{ "root=/dev/disk/by-label/x netroot=iscsi:10.0.0.1::::" IQN,
		  "root.0 = iscsi 10.0.0.1:3260 lun 0 or any " IQN " (command line)", false, "" },
		{ "root=/dev/sda2 netroot=iscsi:10.0.0.1::::" IQN,
		  "root.0 = iscsi 10.0.0.1:3260 lun 0 or any " IQN " (command line)", false, "" },
		/* the lease may name an NFS root beside it */
		{ "root=/dev/nbd0", "", true, "" },
		{ "root=bogus", "", false,
		  "root=\"bogus\": not a root; expected dhcp, /dev/nfs, nfs:SERVER:/PATH, "
		  "iscsi:SERVER::::TARGET, LABEL=, UUID=, PARTUUID=, PARTLABEL= or /dev/NAME" },
		/* PXELINUX's four fields: the lease behind the address may name it */
		{ "root=dhcp ip=10.0.0.9:10.0.0.2::24", "", true, "" },
		{ "root=dhcp ip=10.0.0.9:::24:", "", false,
		  "the root is to come from DHCP, but ip= asks for no DHCP on any NIC" },
		{ "root=nfs:10.0.0.5:/x ip=off", "", false,
		  "ip= turns the network off, and every root is reached over it" },
		{ "ip=off", "", false,
		  "ip= turns the network off, and every root is reached over it" },
		{ "root=iscsi:u:geheim@10.0.0.1::::" IQN,
		  "root.0 = iscsi 10.0.0.1:3260 lun 0 or any " IQN " (command line)", false, "" },
		{ "root=iscsi:u:x:geheim@10.0.0.1::::" IQN, "", false,
		  "root=\"iscsi:***@10.0.0.1::::" IQN
		  "\": before the '@' stand not USER:PASSWORD or USER:PASSWORD:TARGET'S-USER:"
		  "TARGET'S-PASSWORD; such with a ':' in them are given by rd.iscsi.username= and its "
		  "like" },
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

/* Where an NFS root counts, or may come, the name of a disk is only told to be none. */
static void disk_of_no_name(void)
{
	static const struct plan_note_row rows[] = {
		{ "root=/dev/nbd0", NOTE_REFUSED,
		  "root=\"/dev/nbd0\": a root over NBD is not supported" },
		{ "nbdroot=10.0.0.1:/x", NOTE_IGNORED,
		  "nbdroot: a root over NBD is not supported, ignored" },
		{ "root=/dev/mapper/x netroot=nfs:10.0.0.1:/x netroot=iscsi:10.0.0.1::::" IQN,
		  NOTE_REFUSED, "root=\"/dev/mapper/x\": " NO_LVM },
		{ "root=/dev/mapper/x netroot=nfs:10.0.0.1:/x", NOTE_REFUSED, "" },
		{ "root=/dev/mapper/x netroot=nfs:10.0.0.1:/x", NOTE_IGNORED,
		  "root=\"/dev/mapper/x\": has no effect on an NFS root, ignored" },
	};

	check_notes(rows, sizeof(rows) / sizeof(rows[0]));
	/* the name of our own map, which verity makes */
	make("root=/dev/mapper/root netroot=iscsi:10.0.0.1::::" IQN " netroot.verity=" HASH, NULL,
	     NULL);
	eq_int(plan.n_roots, 1);
	eq_str(plan.no_root.text, "");
}

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

/* Each server is a root of its own, in the machine's order: this UUID's was read off once, and is
 * not to change with a new version. */
static void servers_of_one_root(void)
{
	static const char *const words[] = {
		"root=nfs:10.0.0.2,10.0.0.1,[fd00::3]:/x,vers=4.2",
		"root=10.0.0.2,10.0.0.1,[fd00::3]:/x,vers=4.2",
		"root=/dev/nfs nfsroot=10.0.0.2,10.0.0.1,[fd00::3]:/x,vers=4.2",
		"netroot=nfs:10.0.0.2,10.0.0.1,[fd00::3]:/x:vers=4.2",
		"root=nfs:vers=4.2:10.0.0.2,10.0.0.1,[fd00::3]:/x",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		make(words[i], NULL, NULL);
		eq_int(plan.n_roots, 3);
		eq_str(line_of("root.0"), "root.0 = nfs 10.0.0.1:/x version 4.2 (command line)");
		eq_str(line_of("root.1"), "root.1 = nfs 10.0.0.2:/x version 4.2 (command line)");
		eq_str(line_of("root.2"), "root.2 = nfs [fd00::3]:/x version 4.2 (command line)");
		eq_str(note(NOTE_CHOICE),
		       "3 servers for one root are asked at once; this machine prefers them in "
		       "the order 10.0.0.1, 10.0.0.2, fd00::3");
	}
	make("root=nfs:a,b,c,d,e,f,g,h,i:/x", NULL, NULL);
	eq_int(plan.n_roots, PLAN_ROOTS_MAX);
	make("", LEASE "root-path=nas1,nas2:/srv/%s\n", NULL);
	eq_int(plan.n_roots, 2);
	eq_str(plan.roots[1].nfs.path, "/srv/10.0.0.20");
}

/* Whose server it is where several name one. */
static void servers_in_order(void)
{
	static const struct {
		const char *cmdline, *root_path, *server, *note;
	} rows[] = {
		{ "root=nfs:/x ip=:10.0.0.8::::eth0:dhcp", "", "10.0.0.8",
		  "several could be the NFS server, the first is taken: ip= 10.0.0.8, then "
		  "next-server 10.0.0.7" },
		{ "root=nfs:/x ip=:10.0.0.7::::eth0:dhcp", "", "10.0.0.7", "" },
		{ "root=nfs:/x", "", "10.0.0.7", "" },
		{ "root=nfs:10.0.0.5:/x", "10.0.0.6:/y", "10.0.0.5", "" },
		{ "root=/dev/nfs nfsroot=10.0.0.5:/x", "10.0.0.6:/y", "10.0.0.5",
		  "nfsroot= comes before the DHCP root-path, which names NFS server 10.0.0.6" },
		{ "root=/dev/nfs nfsroot=/x", "10.0.0.6:/y", "10.0.0.6", "" },
		{ "root=/dev/nfs nfsroot=10.0.0.6:/x", "10.0.0.6:/y", "10.0.0.6", "" },
		{ "root=dhcp", "10.0.0.6:/y", "10.0.0.6", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char lease[512];

		(void)snprintf(lease, sizeof(lease), LEASE "next-server=10.0.0.7\nroot-path=%s\n",
			       rows[i].root_path);
		make(rows[i].cmdline, lease, NULL);
		eq_str(plan.roots[0].server.name, rows[i].server);
		eq_str(note(NOTE_CHOICE), rows[i].note);
	}
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

/* %s: hostname= before that of ip=, and that before the lease's. */
static void node_names(void)
{
	make("root=nfs:10.0.0.5:/%s hostname=pc1.lab ip=:::::eth0:dhcp", LEASE "hostname=pc20\n",
	     NULL);
	eq_str(plan.roots[0].nfs.path, "/pc1");
	make("root=nfs:10.0.0.5:/%s ip=::::pc2:eth0:dhcp", LEASE "hostname=pc20\n", NULL);
	eq_str(plan.roots[0].nfs.path, "/pc2");
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
	/* explain, on another machine: nothing is wrong with the words */
	in.elsewhere = true;
	plan_make(&in, &plan);
	ok(strstr(note(NOTE_REFUSED), "no initiator name is given") != NULL); /* of the one given */
	in.machine_uuid = NULL;
	plan_make(&in, &plan);
	eq_str(note(NOTE_REFUSED), "");
	eq_str(note(NOTE_CHOICE),
	       "no initiator name is given: each machine derives its own of its UUID, "
	       "iqn.2010-04.org.ipxe:UUID (--uuid shows it), else of its MAC");
	in.cmdline = "ip=ibft";
	plan_make(&in, &plan);
	eq_str(note(NOTE_CHOICE),
	       "ip=\"ibft\": as firmware's iBFT on the machine says, which --ibft may give");
	in.elsewhere = false;
}

/* The root whose turn it is, also when there is none any more. */
static void turns(void)
{
	make("root=dhcp", NULL, NULL);
	ok(!plan_root_at(&plan, 0) && !plan_root_at(&plan, 7));
	make("netroot=iscsi:10.0.0.1::::" IQN " netroot=iscsi:10.0.0.2::::" IQN, NULL, NULL);
	ok(plan_root_at(&plan, 0) == &plan.roots[0]);
	ok(plan_root_at(&plan, 3) == &plan.roots[1]);
	ok(plan_root_at(&plan, UINT32_MAX) == &plan.roots[1]);
}

int main(void)
{
	RUN(roots_of_words);
	RUN(disk_of_no_name);
	RUN(wanted_of_leases);
	RUN(server_still_asked_for);
	RUN(roots_of_leases);
	RUN(first_usable_lease_wins);
	RUN(nfs_of_several_leases);
	RUN(servers_of_one_root);
	RUN(servers_in_order);
	RUN(roots_of_ipv6);
	RUN(roots_of_both_families);
	RUN(news);
	RUN(roots_of_bootdev);
	RUN(node_names);
	RUN(explicit_roots_before_dhcp);
	RUN(notes_about_roots);
	RUN(same_root);
	RUN(initiators);
	RUN(initiator_of_the_machine);
	RUN(turns);
	return test_end();
}
