/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image file in the root: the words of netroot and LTSP, what in it is the root, the options of
 * its mount. */
#include "core/image.h"
#include "core/nfs.h"

#include <errno.h>

#include "plan_test.h"

#define R "root=nfs:10.0.0.1:/srv/ltsp "
#define L "netroot=iscsi:10.0.0.1::::iqn.2026-01.lab:disk0 "

/* --- words --- */

static void words(void)
{
	static const struct plan_line rows[] = {
		{ R, "image", "" },
		{ R "netroot.image=/images/a.img", "image",
		  "image = /images/a.img (command line)" },
		{ R "netroot.image=images/a.img", "image", "image = /images/a.img (command line)" },
		{ R "netroot.image=//images/a.img", "image",
		  "image = /images/a.img (command line)" },
		{ R "netroot.image=/a.img:2", "image",
		  "image = /a.img partition 2 (command line)" },
		{ R "netroot.image=/a:b.img:2", "image",
		  "image = /a:b.img partition 2 (command line)" },
		{ R "netroot.image=/a.img:", "image", "image = /a.img: (command line)" },
		{ R "netroot.image=/a.img:0", "image", "image = /a.img:0 (command line)" },
		{ R "netroot.image=/a.img:128", "image", "image = /a.img:128 (command line)" },
		{ R "netroot.image=/a.img:/dev/sda", "image",
		  "image = /a.img:/dev/sda (command line)" },
		{ R "netroot.image=/a.img:LABEL=root", "image",
		  "image = /a.img LABEL=root (command line)" },
		{ R "netroot.image=/a.img:PARTUUID=ab-1", "image",
		  "image = /a.img PARTUUID=ab-1 (command line)" },
		{ R "netroot.image=/a.img:LABEL=", "image",
		  "image = /a.img:LABEL= (command line)" },
		/* LTSP */
		{ R "ltsp.image=images/x86_64.img", "image",
		  "image = /images/x86_64.img (command line)" },
		{ R "ltsp.image=vm-flat.vmdk,partition=1", "image",
		  "image = /vm-flat.vmdk partition 1 (command line)" },
		{ R "ltsp.image=a,fstype=squashfs,loop,ro", "image",
		  "image = /a as squashfs (command line)" },
		{ R "ltsp.image=a,noatime,errors=continue", "image",
		  "image = /a with noatime,errors=continue (command line)" },
		/* live-boot, casper */
		{ R "boot=live netboot=nfs", "image",
		  "image = /live/filesystem.squashfs (command line)" },
		{ R "boot=casper", "image", "image = /casper/filesystem.squashfs (command line)" },
		{ R "boot=live live-media-path=/xfce/", "image",
		  "image = /xfce//filesystem.squashfs (command line)" },
		{ R "boot=nfs live-media-path=xfce", "image", "" },
		{ R "netroot.image=a boot=live", "image", "image = /a (command line)" },
		{ R "boot=live netroot.image=a", "image", "image = /a (command line)" },
		/* the last one counts */
		{ R "ltsp.image=a netroot.image=b", "image", "image = /b (command line)" },
	};

	check_lines(rows, sizeof(rows) / sizeof(rows[0]));
	make_conf("netroot.image=/a", R);
	eq_str(line_of("image"), "image = /a (netroot.conf)");
	make_conf("netroot.image=/a", R "ltsp.image=b");
	eq_str(line_of("image"), "image = /b (command line)");
}

/* What all machines may write to is not taken for what was meant to be a file in it. */
static void refused(void)
{
	static const char *const rows[][2] = {
		{ R "netroot.image=",
		  "netroot.image=\"\": names no file: give its path in the root, or leave the word "
		  "out" },
		{ R "netroot.image",
		  "netroot.image: names no file: give its path in the root, or leave the word out" },
		{ R "rw ltsp.image=",
		  "ltsp.image=\"\": names no file: give its path in the root, or leave the word out" },
		{ R "netroot.image=/",
		  "netroot.image=\"/\": names no file: give its path in the root, or leave the word "
		  "out" },
		{ R "netroot.image=/images/",
		  "netroot.image=\"/images/\": names no file: give its path in the root, or leave the "
		  "word out" },
		{ R "netroot.image=/a\x1b[31m",
		  "netroot.image=\"/a\\x1b[31m\": characters that are not printable ASCII: rename the "
		  "file" },
		{ R "ltsp.image=a.iso,fstype=iso9660,,casper/filesystem.squashfs",
		  "ltsp.image=\"a.iso,fstype=iso9660,,casper/filesystem.squashfs\": images in images "
		  "are not supported yet: take the inner one out, and name it alone" },
		{ R "rw ltsp.image=a,,b",
		  "ltsp.image=\"a,,b\": images in images are not supported yet: take the inner one "
		  "out, and name it alone" },
		{ "root=dhcp rw ltsp.image=a,,b",
		  "ltsp.image=\"a,,b\": images in images are not supported yet: take the inner one "
		  "out, and name it alone" },
		{ L "rw ltsp.image=a,,b",
		  "ltsp.image=\"a,,b\": images in images are not supported yet: take the inner one "
		  "out, and name it alone" },
		{ R "ltsp.image=http://10.0.0.1/a.img",
		  "ltsp.image=\"http://10.0.0.1/a.img\": images by URL are not supported yet: put the "
		  "file into the root, and give its path there" },
		{ R "ltsp.image=a,subdir=boot",
		  "ltsp.image=\"a,subdir=boot\": \"subdir=boot\": images below / are not supported "
		  "yet, leave it out" },
		{ R "ltsp.image=a,partition=x",
		  "ltsp.image=\"a,partition=x\": \"partition=x\" is none: partition= is a number from "
		  "1 to 127, fstype= a name as ext4" },
		{ R "ltsp.image=a,fstype=../x",
		  "ltsp.image=\"a,fstype=../x\": \"fstype=../x\" is none: partition= is a number from "
		  "1 to 127, fstype= a name as ext4" },
		{ R "ltsp.image=a,rw",
		  "ltsp.image=\"a,rw\": \"rw\": an image is only read, leave it out: netroot.overlay "
		  "gives it a writable layer" },
		{ R "boot=live live-media-path=\x01",
		  "live-media-path=\"\\x01\": characters that are not printable ASCII: rename the "
		  "file" },
		/* the last one counts */
		{ R "netroot.image=/a ltsp.image=b,rw",
		  "ltsp.image=\"b,rw\": \"rw\": an image is only read, leave it out: netroot.overlay "
		  "gives it a writable layer" },
		{ R "boot=live ltsp.image=b,rw",
		  "ltsp.image=\"b,rw\": \"rw\": an image is only read, leave it out: netroot.overlay "
		  "gives it a writable layer" },
	};
	char want[512];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(want, sizeof(want), "%s; the root is not taken without its image",
			       rows[i][1]);
		make(rows[i][0], NULL, NULL);
		ok(!plan_has_image(&plan) && !plan.n_roots && !plan.root_from_dhcp);
		eq_str(plan.no_root.text, want);
		eq_str(line_of("image"), "");
	}
	make("root=dhcp ltsp.image=a,,b", "server-id=10.0.0.1\nroot-path=10.0.0.1:/a\n", NULL);
	ok(!plan.n_roots && plan.no_root.text[0]);
	make(R "ltsp.image=b,rw netroot.image=/a", NULL, NULL);
	eq_str(line_of("image"), "image = /a (command line)");
	ok(plan.n_roots == 1 && !plan.no_root.text[0]);
	make_conf("ltsp.image=", R "netroot.image=/a");
	ok(plan.n_roots == 1 && plan_has_image(&plan));
}

static void writing(void)
{
	static const struct plan_line rows[] = {
		/* LTSP has a layer unless it is told not to */
		{ R "ltsp.image=a", "overlay", "overlay = in memory (command line)" },
		{ R "ltsp.image=a ltsp.overlay=0", "overlay", "overlay = none (command line)" },
		{ R "boot=live", "overlay", "overlay = in memory (command line)" },
		{ R "ltsp.image=a rd.overlay=tmpfs:size=1g", "overlay",
		  "overlay = in memory size=1g (command line)" },
		{ R "netroot.image=a", "overlay", "" },
		{ R "rw netroot.image=a", "mode", "mode = ro as an image is (command line)" },
	};
	static const struct plan_note_row notes[] = {
		{ R "rw netroot.image=a", NOTE_CHOICE,
		  "netroot.image=\"a\": an image is only read, nothing can be written: "
		  "netroot.overlay gives it a writable layer" },
		{ R "netroot.image=a rd.overlay", NOTE_CHOICE, "" },
		{ R "boot=live", NOTE_CHOICE,
		  "boot=\"live\": the root is the file /live/filesystem.squashfs in it" },
		{ R "boot=live netboot=cifs", NOTE_REFUSED,
		  "netboot=\"cifs\": images come by NFS here, ignored: export their directory, "
		  "nfsroot= says where it is" },
		{ R "ltsp.image=/a", NOTE_CHOICE,
		  "ltsp.image=\"/a\": read as a path inside the root, not inside the initrd" },
	};

	check_lines(rows, sizeof(rows) / sizeof(rows[0]));
	check_notes(notes, sizeof(notes) / sizeof(notes[0]));
	make(R "rw netroot.image=a", NULL, NULL);
	ok(!plan_root_writable(&plan) && !plan_slash_writable(&plan));
	make(R "rw ltsp.image=a", NULL, NULL);
	ok(!plan_root_writable(&plan) && plan_slash_writable(&plan));
}

static void into_memory(void)
{
	static const struct plan_line rows[] = {
		{ R "netroot.image=a", "toram", "" },
		{ R "netroot.image=a netroot.image.toram", "toram", "toram = yes (command line)" },
		{ R "netroot.image=a netroot.image.toram=0", "toram", "" },
		{ R "boot=casper toram", "toram", "toram = yes (command line)" },
		{ R "toram=filesystem.squashfs boot=live", "toram", "toram = yes (command line)" },
		{ R "netroot.image=a copytoram=n", "toram", "" },
		{ R "netroot.image=a copytoram=auto", "toram", "toram = yes (command line)" },
		{ R "netroot.image=a rd.live.ram=1", "toram", "toram = yes (command line)" },
		{ R "netroot.image=a rd.live.ram=1 rd.live.ram=no", "toram", "" },
		{ R "ltsp.image=a ltsp.image_to_ram=1", "toram", "toram = yes (command line)" },
		{ R "toram", "toram", "" },
		{ R "rw toram", "mode", "mode = rw (command line)" },
		{ L "toram", "toram", "toram = yes (command line)" },
		{ L "rw toram", "mode", "mode = ro as what is in memory is (command line)" },
		{ L R "toram", "toram", "toram = yes (command line)" },
		{ "root=dhcp toram", "toram", "toram = yes (command line)" },
	};
	static const struct plan_note_row notes[] = {
		{ R "toram", NOTE_IGNORED,
		  "toram: an NFS export is not copied into memory, only an image in it "
		  "(netroot.image=) or a LUN, ignored" },
		{ L "toram", NOTE_CHOICE,
		  "toram: a root in memory is only read, nothing can be written: netroot.overlay "
		  "gives it a writable layer" },
		{ L "toram netroot.overlay", NOTE_CHOICE, "" },
		{ R "netroot.image=b netroot.overlay toram=a.squashfs", NOTE_CHOICE,
		  "toram=\"a.squashfs\": it is the image of the root that is copied into memory" },
		{ R "netroot.image=a rd.live.ram=0", NOTE_IGNORED, "" },
	};

	check_lines(rows, sizeof(rows) / sizeof(rows[0]));
	check_notes(notes, sizeof(notes) / sizeof(notes[0]));
	make(R "boot=live toram=filesystem.squashfs", NULL, NULL);
	for (uint8_t i = 0; i < plan.n_notes; i++)
		ok(!strstr(plan.notes[i].text, "copied"));
	/* a bare word of ours is none of init's */
	make(R "netroot.image=a toram single", NULL, NULL);
	eq_str(line_of("init_words"), "init_words = single (command line)");
}

/* --- what in it is the root --- */

#define ROOT_X86_64 "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709"

static const char *choose(const char *word, const struct block_dev *devs, size_t n)
{
	static char text[ERR_TEXT_MAX];
	struct plan_image image;
	struct err err = { .text = "" };
	struct out out = out_to(text, sizeof(text));
	size_t at = 99;

	ok(image_parse(IMAGE_OURS, span_of(word), &image, &out, &err) == 0);
	if (image_choose(&image, devs, n, &at, &err) == 0)
		return at < n ? devs[at].name : "past the end";
	out_add(&out, "%s", err.text);
	return text;
}

static void choices(void)
{
	static const struct block_dev whole[] = { { .name = "loop0", .fstype = "squashfs" } };
	static const struct block_dev nothing[] = { { .name = "loop0" } };
	static const struct block_dev swap[] = { { .name = "loop0", .fstype = "swap" } };
	static const struct block_dev disk[] = {
		{ .name = "loop0", .pttype = "gpt" },
		{ .name = "loop0p1", .partno = 1, .fstype = "vfat", .label = "EFI" },
		{ .name = "loop0p2", .partno = 2, .fstype = "ext4", .label = "a" },
		{ .name = "loop0p3",
		  .partno = 3,
		  .fstype = "erofs",
		  .label = "b",
		  .partuuid = "33" },
	};
	static const struct block_dev marked[] = {
		{ .name = "loop0", .pttype = "gpt" },
		{ .name = "loop0p1", .partno = 1, .fstype = "ext4" },
		{ .name = "loop0p2", .partno = 2, .fstype = "ext4", .parttype = ROOT_X86_64 },
	};
	static const struct block_dev both[] = {
		{ .name = "loop0", .fstype = "btrfs", .label = "w" },
		{ .name = "loop0p1", .partno = 1, .fstype = "ext4", .label = "w" },
	};

	eq_str(choose("/a", whole, 1), "loop0");
	eq_str(choose("/a", nothing, 1),
	       "the image /a holds no filesystem (squashfs, erofs, ext4, xfs, btrfs) nor a "
	       "partition table: is it the right file, and whole?");
	eq_str(choose("/a", swap, 1),
	       "the image /a has no filesystem that can be the root, there is loop0 swap");
	eq_str(choose("/a:1", whole, 1),
	       "the image /a has no partition 1 that can be the root, there is loop0 squashfs");
	eq_str(choose("/a", disk, 3), "loop0p2");
	eq_str(choose("/a", disk, 4),
	       "more than one partition of the image /a can be the root: say "
	       "which, as netroot.image=...:2");
	eq_str(choose("/a:3", disk, 4), "loop0p3");
	eq_str(choose("/a:LABEL=a", disk, 4), "loop0p2");
	eq_str(choose("/a:PARTUUID=33", disk, 4), "loop0p3");
	eq_str(choose("/a:1", disk, 4),
	       "the image /a has no partition 1 that can be the root, there is loop0 without "
	       "filesystem, loop0p1 vfat LABEL=EFI, loop0p2 ext4 LABEL=a, loop0p3 erofs LABEL=b");
	eq_str(choose("/a:LABEL=c", disk, 2),
	       "the image /a has no filesystem with LABEL=c that can be the root, there is loop0 "
	       "without filesystem, loop0p1 vfat LABEL=EFI");
	eq_str(choose("/a", marked, 3), "loop0p2");
	eq_str(choose("/a:1", marked, 3), "loop0p1");
	eq_str(choose("/a", both, 2), "loop0");
	eq_str(choose("/a:LABEL=w", both, 2), "loop0");
}

static const char *options(const char *cmdline, const char *fstype)
{
	static char text[256];
	struct out out = out_to(text, sizeof(text));

	make(cmdline, NULL, NULL);
	image_options(plan.image.options, fstype, &out);
	return text;
}

static void mounts(void)
{
	eq_str(options(R "netroot.image=a", "squashfs"), "");
	eq_str(options(R "netroot.image=a", "ext4"), "noload");
	eq_str(options(R "netroot.image=a", "ext3"), "noload");
	eq_str(options(R "netroot.image=a", "ext2"), "");
	eq_str(options(R "netroot.image=a", "xfs"), "norecovery");
	eq_str(options(R "ltsp.image=a,noatime", "ext4"), "noatime,noload");
}

/* --- what an export must hold --- */

static void exports(void)
{
	struct nfs_findings f = { .reach = NFS_YES, .v4_export = NFS_YES, .v4_init = NFS_NO_INIT };
	struct nfs_sought sought;
	struct err err = { .text = "" };

	make(R "netroot.image=images/a", NULL, NULL);
	sought = nfs_sought_of(&plan);
	ok(sought.is_image);
	eq_str(sought.path, "/images/a");
	eq_int(nfs_refusal(&plan.roots[0], &f, &sought, &err), -ENOENT);
	eq_str(err.text, "10.0.0.1:/srv/ltsp has no image file /images/a: check netroot.image=, "
			 "which is a path inside the export");
	f.v4_init = NFS_DENIED;
	eq_int(nfs_refusal(&plan.roots[0], &f, &sought, &err), -EACCES);
	eq_str(err.text,
	       "10.0.0.1:/srv/ltsp does not let this client reach the image /images/a: check the "
	       "modes of its directories, and root_squash");
	make(R "init=/x", NULL, NULL);
	sought = nfs_sought_of(&plan);
	ok(!sought.is_image);
	eq_str(sought.path, "/x");
}

/* --- whether all of it is there --- */

/* Superblocks that anybody may have written: no number in them wraps to one that fits. Those of
 * real ones are in tests/sys/root. */
static void hostile_lengths(void)
{
	static const struct {
		const char *fstype;
		struct {
			uint16_t at, len;
			const char *bytes;
		} put[3];
	} rows[] = {
		{ "squashfs", { { 40, 8, "\xff\xff\xff\xff\xff\xff\xff\xff" } } },
		{ "erofs", { { 1036, 1, "\xff" }, { 1060, 4, "\x01\x00\x00\x00" } } },
		{ "erofs", { { 1036, 1, "\x11" }, { 1060, 4, "\x01\x00\x00\x00" } } },
		{ "ext4",
		  { { 1028, 4, "\xff\xff\xff\xff" },
		    { 1120, 4, "\x80\x00\x00\x00" },
		    { 1360, 4, "\xff\xff\xff\xff" } } },
		{ "ext4", { { 1028, 4, "\x01\x00\x00\x00" }, { 1048, 4, "\xff\xff\xff\xff" } } },
		{ "ext2", { { 1028, 4, "\x01\x00\x00\x00" }, { 1048, 4, "\x00\x00\x00\x80" } } },
		{ "xfs",
		  { { 4, 4, "\xff\xff\xff\xff" }, { 8, 8, "\x00\x00\x00\x02\x00\x00\x00\x00" } } },
	};
	const struct plan_image image = { .path = "/a" };
	static uint8_t head[IMAGE_HEAD_LEN];
	struct err err;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(head, 0, sizeof(head));
		eq_int(image_check_whole(&image, rows[i].fstype, head, 512, &err), 0);
		for (int k = 0; k < 3; k++)
			if (rows[i].put[k].len)
				memcpy(head + rows[i].put[k].at, rows[i].put[k].bytes,
				       rows[i].put[k].len);
		ok(image_fs_len(rows[i].fstype, head) > 1ull << 63);
		eq_int(image_check_whole(&image, rows[i].fstype, head, 1ull << 50, &err), -ENODATA);
	}
	memset(head, 0xff, sizeof(head));
	eq_int(image_check_whole(&image, "btrfs", head, 512, &err), 0);
}

int main(void)
{
	RUN(words);
	RUN(refused);
	RUN(writing);
	RUN(into_memory);
	RUN(choices);
	RUN(mounts);
	RUN(exports);
	RUN(hostile_lengths);
	return test_end();
}
