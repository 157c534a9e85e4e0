/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which roots the words name, in which order and by which servers, and why there is none. */
#include "plan_test.h"

#define NO_LVM                                                                                     \
	"volumes of LVM and LUKS are not set up here, and a map of multipath is found by what is " \
	"on it: use LABEL= or UUID= of a filesystem on the disk or a partition"
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

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

/* %s: hostname= before that of ip=, and that before the lease's. */
static void node_names(void)
{
	make("root=nfs:10.0.0.5:/%s hostname=pc1.lab ip=:::::eth0:dhcp", LEASE "hostname=pc20\n",
	     NULL);
	eq_str(plan.roots[0].nfs.path, "/pc1");
	make("root=nfs:10.0.0.5:/%s ip=::::pc2:eth0:dhcp", LEASE "hostname=pc20\n", NULL);
	eq_str(plan.roots[0].nfs.path, "/pc2");
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
	RUN(servers_of_one_root);
	RUN(servers_in_order);
	RUN(node_names);
	RUN(notes_about_roots);
	RUN(same_root);
	RUN(turns);
	return test_end();
}
