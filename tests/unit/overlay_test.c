/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A writable layer over the root: the words of all who have had one, the disk it is on, the mount's
 * options, the root's fstab. */
#include "plan_test.h"

#include "core/overlay.h"

#define R "root=nfs:10.0.0.1:/x "
#define UUID_DIR "/netroot/4c4c4544-0042-4810-8056-b4c04f395332/upper"

/* --- words --- */

static void kinds(void)
{
	static const struct plan_value rows[] = {
		{ R, "" },
		{ R "netroot.overlay", "in memory" },
		{ R "netroot.overlay=tmpfs", "in memory" },
		{ R "netroot.overlay=tmpfs:2g", "in memory size=2g" },
		{ R "netroot.overlay=tmpfs:50%,nr_inodes=10k", "in memory size=50%,nr_inodes=10k" },
		{ R "netroot.overlay=LABEL=data",
		  "LABEL=data directory " UUID_DIR ", waited for 10 s" },
		{ R "netroot.overlay=UUID=ab-cd",
		  "UUID=ab-cd directory " UUID_DIR ", waited for 10 s" },
		{ R "netroot.overlay=/dev/vda1",
		  "/dev/vda1 directory " UUID_DIR ", waited for 10 s" },
		{ R "netroot.overlay=off", "none" },
		/* dracut */
		{ R "rd.overlay", "in memory" },
		{ R "rd.overlay=1", "in memory" },
		{ R "rd.overlay=0", "none" },
		{ R "rd.overlay=tmpfs:size=32M,nr_blocks=0,nr_inodes=100000",
		  "in memory size=32M,nr_blocks=0,nr_inodes=100000" },
		{ R "rd.overlay=PARTLABEL=ovl",
		  "PARTLABEL=ovl directory /overlay, waited for 10 s" },
		{ R "rd.overlay=/dev/disk/by-label/a\\x20b",
		  "LABEL=a b directory /overlay, waited for 10 s" },
		{ R "rd.overlayfs", "in memory" },
		{ R "rd.live.overlay.overlayfs=1", "in memory" },
		{ R "rd.live.overlay=LABEL=p:auto rd.live.overlay.overlayfs=1",
		  "LABEL=p directory /overlay, waited for 10 s" },
		{ R "rd.live.overlay.overlayfs=1 rd.live.overlay=UUID=1",
		  "UUID=1 directory /overlay, waited for 10 s" },
		{ R "rd.live.overlay=none", "none" },
		{ R "rd.overlay rd.overlayfs=0", "none" },
		/* cloud-initramfs-tools */
		{ R "overlayroot=tmpfs", "in memory" },
		{ R "overlayroot=tmpfs:swap=1,recurse=0", "in memory" },
		{ R "overlayroot=tmpfs:recurse=0,size=1g", "in memory size=1g" },
		{ R "overlayroot=device:dev=/dev/sdb,timeout=20,recurse=0",
		  "/dev/sdb directory /overlay, waited for 20 s" },
		{ R "overlayroot=device:dev=LABEL=x",
		  "LABEL=x directory /overlay, waited for 10 s" },
		{ R "overlayroot=disabled", "none" },
		{ R "overlayroot=", "none" },
		/* LTSP, systemd */
		{ R "ltsp.overlay=1", "in memory" },
		{ R "ltsp.overlay=0", "none" },
		{ R "systemd.volatile=overlay", "in memory" },
		{ R "systemd.volatile=state", "" },
		/* the last one counts */
		{ R "overlayroot=tmpfs rd.overlay=0", "none" },
		{ R "netroot.overlay=LABEL=d rd.overlay", "in memory" },
	};

	check_values("overlay", rows, sizeof(rows) / sizeof(rows[0]));
}

/* Whoever asks for a layer and cannot have it never writes to the root that others share. */
static void refused(void)
{
	static const struct plan_note_row rows[] = {
		{ R "rw netroot.overlay=nfs:10.0.0.1:/srv/%s", NOTE_REFUSED,
		  "netroot.overlay=\"nfs:10.0.0.1:/srv/%s\": the kernel takes no layer on NFS "
		  "(overlayfs needs whiteouts and trusted attributes there), the layer is in memory "
		  "instead" },
		{ R "rw rd.overlay=bogus", NOTE_REFUSED,
		  "rd.overlay=\"bogus\": not tmpfs[:size=SIZE], LABEL=, UUID=, PARTUUID=, "
		  "PARTLABEL=, /dev/NAME or off, the layer is in memory instead" },
		{ R "rw rd.overlay=tmpfs:size=2g,mode=0777", NOTE_REFUSED,
		  "rd.overlay=\"tmpfs:size=2g,mode=0777\": \"mode=0777\": not size=, nr_blocks= or "
		  "nr_inodes=, the layer is in memory instead" },
		{ R "rw rd.overlay=tmpfs:2g", NOTE_REFUSED,
		  "rd.overlay=\"tmpfs:2g\": \"2g\": not size=, nr_blocks= or nr_inodes=, the layer "
		  "is in memory instead" },
		{ R "rw netroot.overlay=tmpfs:0", NOTE_REFUSED,
		  "netroot.overlay=\"tmpfs:0\": \"0\": not size=, nr_blocks= or nr_inodes=, the "
		  "layer is in memory instead" },
		{ R "rw rd.overlay=/dev/disk/by-id/wwn-0x5", NOTE_REFUSED,
		  "rd.overlay=\"/dev/disk/by-id/wwn-0x5\": \"/dev/disk/by-id/wwn-0x5\": only udev "
		  "has such a name: use LABEL= or UUID=, the layer is in memory instead" },
		{ R "rw rd.overlay=LABEL=", NOTE_REFUSED,
		  "rd.overlay=\"LABEL=\": the name in it is empty or too long, the layer is in "
		  "memory instead" },
		{ R "rw overlayroot=device:timeout=3", NOTE_REFUSED,
		  "overlayroot=\"device:timeout=3\": names no dev=, the layer is in memory instead" },
		{ R "rw overlayroot=device:dev=sdb", NOTE_REFUSED,
		  "overlayroot=\"device:dev=sdb\": \"sdb\": not LABEL=, UUID=, PARTUUID=, "
		  "PARTLABEL= or /dev/NAME, the layer is in memory instead" },
		{ R "rw overlayroot=device:dev=/dev/sdb,size=1g", NOTE_REFUSED,
		  "overlayroot=\"device:dev=/dev/sdb,size=1g\": \"size=1g\": no option of device:, "
		  "the layer is in memory instead" },
		{ R "rw overlayroot=crypt:dev=/dev/sdb,pass=geheim", NOTE_REFUSED,
		  "overlayroot: no encryption here, the layer is in memory instead" },
		{ R "rw rd.overlay.crypt=dev=LABEL=C,pass=geheim", NOTE_REFUSED,
		  "rd.overlay.crypt: no encryption here, the layer is in memory instead" },
	};

	check_notes(rows, sizeof(rows) / sizeof(rows[0]));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i].cmdline, NULL, NULL);
		eq_str(line_of("overlay"), "overlay = in memory (command line)");
		ok(plan.read_write && !plan_root_writable(&plan) && plan_slash_writable(&plan));
	}
}

static void noted(void)
{
	static const struct plan_note_row rows[] = {
		{ R "rw rd.overlay", NOTE_CHOICE,
		  "rw: under a writable layer the root itself is only read" },
		{ "root=nfs:10.0.0.1:/x,rw rd.overlay", NOTE_CHOICE,
		  "rw: under a writable layer the root itself is only read" },
		{ R "ro rd.overlay", NOTE_CHOICE, "" },
		{ R "rd.overlay rd.overlay.reset", NOTE_IGNORED,
		  "rd.overlay.reset: no layer is on a disk, ignored" },
		{ R "netroot.overlay.reset=1", NOTE_IGNORED,
		  "netroot.overlay.reset=\"1\": no layer is on a disk, ignored" },
		{ R "rd.live.overlay.overlayfs=1 rd.live.overlay.readonly", NOTE_IGNORED,
		  "rd.live.overlay.readonly: no layer is on a disk, ignored" },
		{ R "rd.overlay rd.overlay.reset=0", NOTE_IGNORED, "" },
		{ R "rd.live.overlay=LABEL=p:/LiveOS/o", NOTE_CHOICE,
		  "rd.live.overlay=\"LABEL=p:/LiveOS/o\": the path behind ':' is not followed, "
		  "/overlay is" },
		{ R "overlayroot=tmpfs:swap=1,recurse=1", NOTE_CHOICE,
		  "overlayroot=\"tmpfs:swap=1,recurse=1\": swap has no effect here, only / gets a "
		  "layer, not what the root's fstab mounts" },
		{ R "systemd.volatile=yes", NOTE_REFUSED,
		  "systemd.volatile=\"yes\": not overlay, state or no, ignored" },
		{ R "overlayroot=tmpfs overlayroot_cfgdisk=disabled", NOTE_REFUSED, "" },
		{ R "overlayroot_cfgdisk=LABEL=c", NOTE_REFUSED,
		  "overlayroot_cfgdisk=\"LABEL=c\": no disk is asked for a configuration, "
		  "ignored" },
	};

	check_notes(rows, sizeof(rows) / sizeof(rows[0]));
}

static void disk_words(void)
{
	static const struct plan_line rows[] = {
		{ R "rw rd.overlay=LABEL=a", "mode",
		  "mode = ro under the writable layer (command line)" },
		{ R "rw rd.overlay=0", "mode", "mode = rw (command line)" },
		{ R "rd.overlay=LABEL=a netroot.overlay.reset", "overlay_reset",
		  "overlay_reset = yes (command line)" },
		{ R "rd.overlay.reset rd.overlay=LABEL=a", "overlay_reset",
		  "overlay_reset = yes (command line)" },
		{ R "rd.overlay=LABEL=a rd.live.overlay.reset=0", "overlay_reset", "" },
		{ R "rd.overlay=LABEL=a rd.overlay.readonly", "overlay_frozen",
		  "overlay_frozen = yes (command line)" },
	};

	check_lines(rows, sizeof(rows) / sizeof(rows[0]));
	make_conf("netroot.overlay=LABEL=data", R);
	eq_str(line_of("overlay"),
	       "overlay = LABEL=data directory " UUID_DIR ", waited for 10 s (netroot.conf)");
	make_conf("netroot.overlay=LABEL=data", R "netroot.overlay=off");
	eq_str(line_of("overlay"), "overlay = none (command line)");
	/* a machine without a number of its own */
	memset(&in, 0, sizeof(in));
	in.cmdline = R "netroot.overlay=LABEL=d";
	plan_make(&in, &plan);
	eq_str(plan.overlay.upper, "netroot/machine/upper");
	in.machine_mac = (struct mac_addr){ 6, { 0x52, 0x54, 0, 0xab, 0xcd, 1 } };
	plan_make(&in, &plan);
	eq_str(plan.overlay.upper, "netroot/mac-525400abcd01/upper");
	eq_str(plan.overlay.work, "netroot/mac-525400abcd01/work");
}

static void readings(void)
{
	static char text[4096];
	struct out out = out_to(text, sizeof(text));

	make(R "rw overlayroot=crypt:dev=/dev/sdb,pass=geheim rd.overlay=LABEL=a rd.overlay.reset",
	     NULL, NULL);
	plan_readings(&in, add_line, &out);
	eq_str(strchr(text, '\n') + 1,
	       "rw: under a writable layer the root itself is only read; also the kernel's\n"
	       "overlayroot=***: no encryption here, the layer is in memory instead\n"
	       "rd.overlay=LABEL=a: LABEL=a directory /overlay, waited for 10 s\n"
	       "rd.overlay.reset: whether the layer on a disk begins empty\n");
}

/* --- the disk --- */

static const struct block_dev devs[] = {
	{ .name = "vda", .disk = "vda", .pttype = "gpt" },
	{ .name = "vda1",
	  .disk = "vda",
	  .partno = 1,
	  .fstype = "ext4",
	  .label = "data",
	  .uuid = "AB-1",
	  .partuuid = "11" },
	{ .name = "vda2", .disk = "vda", .partno = 2, .fstype = "vfat", .label = "EFI" },
	{ .name = "vdb", .disk = "vdb", .fstype = "xfs", .label = "twice" },
	{ .name = "vdc", .disk = "vdc", .fstype = "ext4", .label = "twice" },
	{ .name = "sda", .disk = "sda", .fstype = "ext4", .label = "netroot" },
	{ .name = "sdb", .disk = "sdb", .fstype = "ext4", .label = "lun", .over_network = true },
	{ .name = "sdc", .disk = "sdc", .fstype = "ext4", .label = "data", .over_network = true },
};
#define N_LOCAL 6

static const char *choose_for(const char *word, size_t n, bool local)
{
	static char text[ERR_TEXT_MAX];
	struct plan_overlay made;
	struct err err = { .text = "" };
	struct out out = out_to(text, sizeof(text));
	size_t at = 99;

	ok(overlay_parse(OVERLAY_OURS, span_of(word), &made, &out, &err) == 0);
	switch (overlay_choose(&made.disk, devs, n, "sda", local, &at, &err)) {
	case ROOTDEV_FOUND:
		return at < n ? devs[at].name : "past the end";
	case ROOTDEV_WAIT:
		return "wait";
	case ROOTDEV_AMBIGUOUS:
		out_add(&out, "ambiguous: %s", err.text);
		return text;
	case ROOTDEV_NONE:
		out_add(&out, "none: %s", err.text);
		return text;
	}
	return "no verdict";
}

static const char *choose(const char *word, size_t n)
{
	return choose_for(word, n, false);
}

static void disks(void)
{
	const size_t n = N_LOCAL, n_all = sizeof(devs) / sizeof(devs[0]);

	eq_str(choose("LABEL=data", n), "vda1");
	eq_str(choose("UUID=ab-1", n), "vda1");
	eq_str(choose("PARTUUID=11", n), "vda1");
	eq_str(choose("/dev/vdb", n), "vdb");
	eq_str(choose("LABEL=twice", n), "ambiguous: both vdb and vdc have LABEL=twice");
	eq_str(choose("LABEL=EFI", n), "none: vda2 holds vfat: ext4, xfs, btrfs or f2fs is needed");
	eq_str(choose("/dev/vda", n),
	       "none: vda holds no filesystem: ext4, xfs, btrfs or f2fs is needed");
	/* never the root itself */
	eq_str(choose("LABEL=netroot", n),
	       "none: no disk with LABEL=netroot, there is vda without filesystem, vda1 ext4 "
	       "LABEL=data, vda2 vfat LABEL=EFI, vdb xfs LABEL=twice, vdc ext4 LABEL=twice");
	/* over a root that is verified nothing is laid that comes by the network */
	eq_str(choose("LABEL=lun", n_all), "sdb");
	eq_str(choose("LABEL=data", n_all), "ambiguous: both vda1 and sdc have LABEL=data");
	eq_str(choose_for("LABEL=lun", n_all, true),
	       "none: only sdb has LABEL=lun, which is no local disk, and the root is verified");
	eq_str(choose_for("LABEL=data", n_all, true), "vda1");
	eq_str(choose("LABEL=x", 0), "none: no disk with LABEL=x, there is none at all: mkinitrd "
				     "--features ...,local-disk has the drivers");
}

/* --- mounting --- */

static const char *options(const char *cmdline)
{
	static char text[512];
	struct out out = out_to(text, sizeof(text));

	make(cmdline, NULL, NULL);
	overlay_options(&plan.overlay, 0, &out);
	ok(!out.cut);
	return text;
}

#define OFF ",index=off,nfs_export=off,xino=off,metacopy=off"

static void mounts(void)
{
	eq_str(options(R "rd.overlay"), "lowerdir=/run/initramfs/overlay/lower,"
					"upperdir=/run/initramfs/overlay/upper/upper,"
					"workdir=/run/initramfs/overlay/upper/work" OFF);
	eq_str(options(R "rd.overlay=LABEL=a"), "lowerdir=/run/initramfs/overlay/lower,"
						"upperdir=/run/initramfs/overlay/upper/overlay,"
						"workdir=/run/initramfs/overlay/upper/ovlwork" OFF);
	eq_str(options(R "overlayroot=device:dev=/dev/sdb"),
	       "lowerdir=/run/initramfs/overlay/lower,"
	       "upperdir=/run/initramfs/overlay/upper/overlay,"
	       "workdir=/run/initramfs/overlay/upper/overlay-workdir/_" OFF);
	eq_str(options(R "rd.overlay=LABEL=a rd.overlay.readonly"),
	       "lowerdir=/run/initramfs/overlay/frozen/overlay:/run/initramfs/overlay/lower,"
	       "upperdir=/run/initramfs/overlay/upper/upper,"
	       "workdir=/run/initramfs/overlay/upper/work" OFF);
}

/* --- fstab --- */

static const char *fstab(const char *before, bool changes)
{
	static char text[1024];
	struct out out = out_to(text, sizeof(text));

	ok(overlay_fstab(span_of(before), &out) == changes);
	return text;
}

static void fstabs(void)
{
	eq_str(fstab("# a comment /\nUUID=1 / ext4 errors=remount-ro 0 1\nUUID=2 /home ext4 x 0 2\n",
		     true),
	       "# a comment /\n# / has a writable layer over what was: UUID=1 / ext4 "
	       "errors=remount-ro 0 1\nUUID=2 /home ext4 x 0 2\n");
	eq_str(fstab(" \t10.0.0.1:/x\t / nfs defaults", true),
	       "# / has a writable layer over what was:  \t10.0.0.1:/x\t / nfs defaults\n");
	(void)fstab("", false);
	(void)fstab("UUID=2 /home / ext4\n#x / ext4\n/\n", false);
}

int main(void)
{
	RUN(kinds);
	RUN(refused);
	RUN(noted);
	RUN(disk_words);
	RUN(readings);
	RUN(disks);
	RUN(mounts);
	RUN(fstabs);
	return test_end();
}
