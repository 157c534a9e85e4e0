/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of a root that is verified: ours, systemd's, live-boot's, and that none which is wrong
 * lets a root be mounted. */
#include "core/verity.h"

#include "plan_test.h"

#define I "netroot=iscsi:10.0.0.1::::" IQN " "
#define N "root=nfs:10.0.0.1:/srv "
#define H "7e4c07862ea3a8680c9d8bcfada0f690ac0f2dcc3d6fb2e051cdad59985e7076"
#define C " (command line)"

static void words(void)
{
	static const struct plan_line rows[] = {
		{ I, "verity", "" },
		{ I "netroot.verity=" H, "verity",
		  "verity = " H ", tree on the device that has one" C },
		{ I "netroot.verity=7E4C07862EA3A8680C9D8BCFADA0F690AC0F2DCC", "verity",
		  "verity = 7e4c07862ea3a8680c9d8bcfada0f690ac0f2dcc, tree on the device that has "
		  "one" C },
		{ N "netroot.image=a netroot.verity=" H, "verity",
		  "verity = " H ", tree beside the image" C },
		{ N "netroot.image=a netroot.verity=" H ",/b/c.tree", "verity",
		  "verity = " H ", tree /b/c.tree" C },
		{ N "netroot.image=a netroot.verity=" H ",hash-offset=1003520", "verity",
		  "verity = " H ", tree behind what is verified at byte 1003520" C },
		{ I "netroot.verity=" H ",PARTLABEL=t,hash_offset=512,panic_on_corruption",
		  "verity",
		  "verity = " H ", tree PARTLABEL=t at byte 512, panic at what is changed" C },
		{ I "netroot.verity=" H ",UUID=ab,restart-on-corruption", "verity",
		  "verity = " H ", tree UUID=ab, restart at what is changed" C },
		{ I "netroot.verity=" H ",ignore-corruption,check-at-most-once,superblock=1",
		  "verity",
		  "verity = " H
		  ", tree on the device that has one, what is changed is let pass" C },
		/* systemd's */
		{ I "roothash=" H, "verity", "verity = " H ", tree on the device that has one" C },
		{ I "roothash=" H, "block",
		  "block = PARTUUID=7e4c0786-2ea3-a868-0c9d-8bcfada0f690" C },
		{ I "root=LABEL=a roothash=" H, "block", "block = LABEL=a" C },
		{ I "root=/dev/mapper/root roothash=" H, "block",
		  "block = PARTUUID=7e4c0786-2ea3-a868-0c9d-8bcfada0f690" C },
		{ I "root=/dev/mapper/root roothash=" H
		    " systemd.verity_root_data=/dev/disk/by-partlabel/r "
		    "systemd.verity_root_hash=PARTLABEL=h",
		  "block", "block = PARTLABEL=r" C },
		{ I "roothash=" H " systemd.verity_root_hash=/dev/disk/by-partlabel/h "
		    "systemd.verity_root_options=panic-on-corruption,salt=00",
		  "verity", "verity = " H ", tree PARTLABEL=h, panic at what is changed" C },
		{ I "roothash=" H " systemd.verity_root_hash=PARTLABEL=h", "block", "" },
		{ I "roothash=" H " systemd.verity=0", "verity", "" },
		{ I "netroot.verity=" H " rd.systemd.verity=0", "verity",
		  "verity = " H ", tree on the device that has one" C },
		{ N "netroot.image=a roothash=" H " systemd.verity_root_data=PARTLABEL=r", "image",
		  "image = /a PARTLABEL=r" C },
		/* live-boot's */
		{ N "boot=live dm-verity-root-hash=filesystem.squashfs:" H
		    " dm-verity-oncorruption=panic",
		  "verity", "verity = " H ", tree beside the image, panic at what is changed" C },
		/* the last one counts */
		{ I "roothash=00 netroot.verity=" H, "verity",
		  "verity = " H ", tree on the device that has one" C },
		{ I "roothash=" H " netroot.verity=0", "verity", "" },
		/* only read */
		{ I "rw netroot.verity=" H, "mode", "mode = ro as what is verified is" C },
	};

	check_lines(rows, sizeof(rows) / sizeof(rows[0]));
	make_conf("netroot.verity=" H, I);
	eq_str(line_of("verity"), "verity = " H ", tree on the device that has one (netroot.conf)");
}

/* Whose name the partition has that is not there. */
static void part_missing(void)
{
	static const struct {
		const char *cmdline, *text;
	} rows[] = {
		{ I "roothash=" H, "roothash= means the partition that its first half names (by "
				   "netroot.verity= the hash is of whatever root= says): none" },
		{ I "roothash=" H " root=/dev/mapper/root",
		  "roothash= means the partition that its first half names (by netroot.verity= the "
		  "hash is of whatever root= says): none" },
		{ I "roothash=" H " root=LABEL=a", "none" },
		{ I "roothash=" H " systemd.verity_root_data=PARTLABEL=r", "none" },
		{ I "netroot.verity=" H, "none" },
		{ I, "none" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = { .text = "none" };

		make(rows[i].cmdline, NULL, NULL);
		verity_say_part(&plan, &err);
		eq_str(err.text, rows[i].text);
	}
}

/* Whatever is wrong, the plan has a root hash that nothing passes. */
static void refused(void)
{
	static const struct plan_note_row rows[] = {
		{ I "netroot.verity", NOTE_REFUSED, "netroot.verity: no root hash in it" },
		{ I "netroot.verity=", NOTE_REFUSED, "netroot.verity=\"\": no root hash in it" },
		{ I "roothash", NOTE_REFUSED, "roothash: no root hash in it" },
		{ I "netroot.verity=yes", NOTE_REFUSED,
		  "netroot.verity=\"yes\": no root hash, which is hexadecimal, 64 digits of "
		  "sha256" },
		{ I "netroot.verity=abcd", NOTE_REFUSED,
		  "netroot.verity=\"abcd\": a root hash has not 4 digits, one of sha256 has 64" },
		{ I "roothash=" H "0", NOTE_REFUSED, NULL },
		{ I "roothash=" H H "00", NOTE_REFUSED, NULL },
		{ I "netroot.verity=" H ",panic_on_coruption", NOTE_REFUSED, NULL },
		{ I "netroot.verity=" H ",superblock=0", NOTE_REFUSED, NULL },
		{ I "netroot.verity=" H ",superblock=no", NOTE_REFUSED, NULL },
		{ I "netroot.verity=" H ",superblock=false", NOTE_REFUSED, NULL },
		{ I "netroot.verity=" H ",superblock=off", NOTE_REFUSED, NULL },
		{ I "netroot.verity=" H ",hash-offset=1", NOTE_REFUSED, NULL },
		{ I "netroot.verity=" H ",hash-offset=99999999999999999999", NOTE_REFUSED, NULL },
		{ I "netroot.verity=" H ",fec-roots=2", NOTE_REFUSED, NULL },
		{ I "netroot.verity=" H ",LABEL=", NOTE_REFUSED, NULL },
		{ I "netroot.verity=" H ",/tree", NOTE_REFUSED, NULL },
		{ N "netroot.image=a netroot.verity=" H ",/tree,LABEL=a", NOTE_REFUSED, NULL },
		{ I "netroot.verity=" H " netroot.verity=", NOTE_REFUSED, NULL },
		{ I "roothash=" H " systemd.verity_root_hash=eth0", NOTE_REFUSED, NULL },
		{ N "boot=live dm-verity-root-hash=" H, NOTE_REFUSED, NULL },
		{ N "boot=live dm-verity-root-hash=other.squashfs:" H, NOTE_REFUSED, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;
		char want[256];

		make(rows[i].cmdline, NULL, NULL);
		ok(plan_has_verity(&plan) && plan.verity.unusable.text[0]);
		eq_str(line_of("verity"), "verity = cannot be verified, nothing is mounted" C);
		(void)snprintf(want, sizeof(want), "%s; nothing is mounted unverified",
			       rows[i].note ? rows[i].note : "");
		if (rows[i].note)
			eq_str(note(NOTE_REFUSED), want);
		eq_str(plan.verity.unusable.text, note(NOTE_REFUSED));
		if (test_failed_checks != before)
			printf("%s\n", rows[i].cmdline);
	}
}

static void notes(void)
{
	static const struct plan_note_row rows[] = {
		{ I "rw netroot.verity=0", NOTE_REFUSED, "" },
		{ I "systemd.verity_root_hash=PARTLABEL=h", NOTE_IGNORED,
		  "systemd.verity_root_hash=\"PARTLABEL=h\": no word has a root hash, ignored" },
		{ I "roothash=" H " systemd.verity_root_options=x", NOTE_IGNORED,
		  "systemd.verity_root_options=\"x\": \"x\" is no option, ignored" },
		{ I "roothash=" H " systemd.verity_root_options=fec-roots=2", NOTE_IGNORED,
		  "systemd.verity_root_options=\"fec-roots=2\": \"fec-roots=2\": nothing is "
		  "repaired, what is changed is refused, ignored" },
		{ N "netroot.image=a netroot.verity=" H " dm-verity-oncorruption=x", NOTE_REFUSED,
		  "dm-verity-oncorruption=\"x\": not ignore, restart or panic, ignored" },
		{ I "rd.overlay netroot.verity=" H, NOTE_CHOICE, "" },
		{ I "usrhash=" H, NOTE_IGNORED,
		  "usrhash: only the root is verified, with a /usr that is a part of it, "
		  "ignored" },
	};

	check_notes(rows, sizeof(rows) / sizeof(rows[0]));
	make(I "netroot.verity=" H, NULL, NULL);
	ok(strstr(note(NOTE_CHOICE), "a verified root is only read, nothing can be written: "
				     "netroot.overlay gives it a writable layer"));
}

#define STAYS(where) "verity = " H ", tree UUID=a (" where ")"
#define IN_CONF "netroot.conf of the initrd has the root hash, ignored"
#define ELSEWHERE "the root hash is not fetched with it, ignored"

/* What is fetched is anybody's: a root hash of the initrd or of the command line stays, and so does
 * what a block that does not match does. */
static void fetched(void)
{
	static const struct {
		const char *conf, *fetched, *cmdline, *line, *note;
	} rows[] = {
		{ "", "netroot.verity=" H ",UUID=a", I,
		  "verity = " H ", tree UUID=a (config tftp://10.0.0.1/n/default)", "" },
		{ "", "dm-verity-oncorruption=ignore netroot.verity=" H ",UUID=a", I,
		  "verity = " H ", tree UUID=a, what is changed is let pass (config "
		  "tftp://10.0.0.1/n/default)",
		  "" },
		{ "netroot.verity=" H ",UUID=a", "netroot.verity=0", I, STAYS("netroot.conf"),
		  IN_CONF },
		{ "netroot.verity=" H ",UUID=a", "netroot.verity=" H ",UUID=b", I,
		  STAYS("netroot.conf"), IN_CONF },
		{ "netroot.verity=" H ",UUID=a", "roothash=00", I, STAYS("netroot.conf"), IN_CONF },
		{ "netroot.verity=" H ",UUID=a", "dm-verity-oncorruption=ignore", I,
		  STAYS("netroot.conf"), IN_CONF },
		{ "roothash=" H " systemd.verity_root_hash=UUID=a", "systemd.verity=0", I,
		  STAYS("netroot.conf"), IN_CONF },
		{ "roothash=" H " systemd.verity_root_hash=UUID=a",
		  "systemd.verity_root_options=ignore-corruption", I, STAYS("netroot.conf"),
		  IN_CONF },
		{ "", "netroot.verity=0", I "netroot.verity=" H ",UUID=a", STAYS("command line"),
		  "" },
		{ "", "dm-verity-oncorruption=ignore", I "netroot.verity=" H ",UUID=a",
		  STAYS("command line"), ELSEWHERE },
		{ "", "systemd.verity=0", I "roothash=" H " systemd.verity_root_hash=UUID=a",
		  STAYS("command line"), ELSEWHERE },
		{ "", "systemd.verity_root_options=ignore-corruption",
		  I "roothash=" H " systemd.verity_root_hash=UUID=a", STAYS("command line"),
		  ELSEWHERE },
		{ "", "netroot.verity=" H " systemd.verity=0",
		  I "roothash=" H " systemd.verity_root_hash=UUID=a", STAYS("command line"),
		  ELSEWHERE },
		{ "dm-verity-oncorruption=panic", "dm-verity-oncorruption=ignore",
		  I "netroot.verity=" H ",UUID=a",
		  "verity = " H ", tree UUID=a, panic at what is changed (command line)",
		  "netroot.conf of the initrd says it, ignored" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_fetched(rows[i].conf, rows[i].fetched, rows[i].cmdline);
		eq_str(line_of("verity"), rows[i].line);
		ok(*rows[i].note ? strstr(note(NOTE_REFUSED), rows[i].note) != NULL
				 : !*note(NOTE_REFUSED));
	}
}

#define FETCHED_INIT "init = /bin/sh (config tftp://10.0.0.1/n/default)"
#define INIT_ELSEWHERE "config: init=\"/bin/sh\": " ELSEWHERE ": it belongs where that is, "

/* Nor does it choose what a root that it does not vouch for starts. */
static void fetched_init(void)
{
	static const struct {
		const char *conf, *fetched, *cmdline, *line, *note;
	} rows[] = {
		{ "", "init=/bin/sh", I, FETCHED_INIT, "" },
		{ "init=/sbin/a", "init=/bin/sh", I, FETCHED_INIT, "" },
		{ "", "init=/bin/sh", I "init=/sbin/b", "init = /sbin/b (command line)", "" },
		{ "", "init=/bin/sh netroot.verity=" H, I, FETCHED_INIT, "" },
		{ "", "init=/bin/sh", I "netroot.verity=" H " netroot.verity=0", FETCHED_INIT, "" },
		{ "netroot.verity=" H, "init=/bin/sh", I, "init = /sbin/init (default)",
		  INIT_ELSEWHERE "into netroot.conf of the initrd" },
		{ "init=/sbin/a roothash=" H, "init=/bin/sh", I, "init = /sbin/a (netroot.conf)",
		  INIT_ELSEWHERE "into netroot.conf of the initrd" },
		{ "", "init=/bin/sh", I "roothash=" H, "init = /sbin/init (default)",
		  INIT_ELSEWHERE "on the command line" },
		{ "init=/sbin/a", "init=/bin/sh netroot.verity=" H, I "netroot.verity=" H,
		  "init = /sbin/a (netroot.conf)", INIT_ELSEWHERE "on the command line" },
		{ "", "init=/bin/sh", I "init=/sbin/b netroot.verity=" H,
		  "init = /sbin/b (command line)", "" },
		{ "", "init=/bin/sh", I "netroot.verity=", "init = /sbin/init (default)",
		  "netroot.verity=\"\": no root hash in it; nothing is mounted unverified" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_fetched(rows[i].conf, rows[i].fetched, rows[i].cmdline);
		eq_str(line_of("init"), rows[i].line);
		eq_str(note(NOTE_REFUSED), rows[i].note);
	}
}

int main(void)
{
	RUN(words);
	RUN(part_missing);
	RUN(refused);
	RUN(notes);
	RUN(fetched);
	RUN(fetched_init);
	return test_end();
}
