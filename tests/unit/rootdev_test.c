/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which filesystem becomes the root: disks as tables, verdicts and messages written by hand. */
#include "test.h"

#include <errno.h>

#include "core/rootdev.h"

#define IQN "iqn.2026-01.lab:disk0"
#define ROOT_GUID "4f68bce3-e8cd-4db1-96e7-fbcaf984b709"

static struct plan_root root_any(void)
{
	struct plan_root root = { .kind = ROOT_ISCSI };

	(void)snprintf(root.iscsi.target, sizeof(root.iscsi.target), IQN);
	return root;
}

static struct plan_root root_lun(uint8_t lun)
{
	struct plan_root root = root_any();

	root.iscsi.lun_given = true;
	root.iscsi.lun[1] = lun;
	return root;
}

static struct plan_block block_of(enum block_key key, const char *value)
{
	struct plan_block block = { .key = key };

	(void)snprintf(block.value, sizeof(block.value), "%s", value);
	return block;
}

/* One call; the verdict as a word, the name of the device found, or the message. */
static const char *choose(const struct plan_root *root, const struct plan_block *block,
			  const struct block_dev *devs, size_t n, bool all_seen)
{
	static char text[ERR_TEXT_MAX + 16];
	struct err err = { .text = "" };
	size_t at = 999;

	switch (rootdev_choose(root, block, devs, n, all_seen, &at, &err)) {
	case ROOTDEV_FOUND:
		return at < n ? devs[at].name : "index past the end";
	case ROOTDEV_WAIT:
		return at == 999 && !err.text[0] ? "wait" : "wait, but outputs were touched";
	case ROOTDEV_AMBIGUOUS:
		(void)snprintf(text, sizeof(text), "ambiguous: %s", err.text);
		return text;
	case ROOTDEV_NONE:
		(void)snprintf(text, sizeof(text), "none: %s", err.text);
		return text;
	}
	return "no verdict";
}

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define DISK(dev, number, ...)                                              \
	{                                                                   \
		.name = dev, .disk = dev, .lun = { 0, number }, __VA_ARGS__ \
	}
#define PART(dev, of, number, no, ...)                                                   \
	{                                                                                \
		.name = dev, .disk = of, .lun = { 0, number }, .partno = no, __VA_ARGS__ \
	}

static const struct plan_block any = { .key = BLOCK_ANY };

static void test_whole_disk(void)
{
	static const struct block_dev devs[] = { DISK("sda", 0, .fstype = "ext4") };
	struct plan_root root = root_any();

	eq_str(choose(&root, &any, devs, 1, true), "sda");
	/* LUN 0 is what an empty field means: nothing better can come */
	eq_str(choose(&root, &any, devs, 1, false), "sda");
	eq_str(choose(&root, &any, devs, 0, false), "wait");
	eq_str(choose(&root, &any, devs, 0, true),
	       "none: target " IQN " shows no disk: map a LUN to this initiator on the target");
}

static void test_lun_of_the_plan(void)
{
	static const struct block_dev devs[] = { DISK("sda", 0, .fstype = "ext4", .label = "a"),
						 DISK("sdb", 1, .fstype = "xfs"), DISK("sdc", 2) };
	struct plan_root root = root_lun(1);

	eq_str(choose(&root, &any, devs, 3, false), "sdb");
	root = root_any();
	eq_str(choose(&root, &any, devs, 3, true), "sda");
	root = root_lun(2);
	eq_str(choose(&root, &any, devs, 3, false), "wait");
	eq_str(choose(&root, &any, devs, 3, true),
	       "none: no filesystem that can be the root at LUN 2 on target " IQN
	       ": LUN 0 sda ext4 LABEL=a, LUN 1 sdb xfs, LUN 2 sdc no filesystem");
	root = root_lun(7);
	eq_str(choose(&root, &any, devs, 3, true),
	       "none: no disk at LUN 7 on target " IQN
	       ": LUN 0 sda ext4 LABEL=a, LUN 1 sdb xfs, LUN 2 sdc no filesystem");
}

/* tgt: LUN 0 is a controller and no disk; the lowest with a filesystem, whatever the order */
static void test_empty_lun_field(void)
{
	static const struct block_dev devs[] = { DISK("sda", 3, .fstype = "ext4"),
						 DISK("sdb", 1, .fstype = "ext4"),
						 DISK("sdc", 0, .fstype = "swap") };
	struct plan_root root = root_any();

	eq_str(choose(&root, &any, devs, 3, false), "wait");
	eq_str(choose(&root, &any, devs, 3, true), "sdb");
	eq_str(choose(&root, &any, devs, 1, true), "sda");
}

static void test_partitions(void)
{
	static const struct block_dev one[] = {
		DISK("sda", 0, .pttype = "gpt"),
		PART("sda1", "sda", 0, 1, .fstype = "vfat", .label = "EFI"),
		PART("sda2", "sda", 0, 2, .fstype = "ext4", .label = "root"),
	};
	static const struct block_dev marked[] = {
		DISK("sda", 0, .pttype = "gpt"),
		PART("sda1", "sda", 0, 1, .fstype = "ext4", .label = "home"),
		PART("sda2", "sda", 0, 2, .fstype = "xfs",
		     .parttype = "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709"),
	};
	static const struct block_dev two[] = {
		DISK("sda", 0, .pttype = "dos"),
		PART("sda1", "sda", 0, 1, .fstype = "ext4"),
		PART("sda2", "sda", 0, 2, .fstype = "ext4"),
	};
	struct plan_root root = root_any();

	eq_str(choose(&root, &any, one, 3, true), "sda2");
	eq_str(choose(&root, &any, one, 3, false), "wait");
	eq_str(choose(&root, &any, marked, 3, true), "sda2");
	eq_str(choose(&root, &any, two, 3, false), "wait");
	eq_str(choose(&root, &any, two, 3, true),
	       "ambiguous: more than one partition that could be the root on target " IQN
	       ": sda1 (LUN 0), sda2 (LUN 0); say which with root=LABEL=, UUID=, PARTUUID= or "
	       "PARTLABEL=");
}

static void test_containers_are_named(void)
{
	static const struct block_dev lvm[] = {
		DISK("sda", 0, .pttype = "gpt"),
		PART("sda1", "sda", 0, 1, .fstype = "vfat"),
		PART("sda2", "sda", 0, 2, .fstype = "LVM2_member"),
	};
	static const struct block_dev luks[] = { DISK("sda", 0, .fstype = "crypto_LUKS",
						      .label = "root") };
	static const struct block_dev marked[] = {
		DISK("sda", 0, .pttype = "gpt"),
		PART("sda1", "sda", 0, 1, .parttype = ROOT_GUID),
	};
	static const struct block_dev foreign[] = { DISK("sda", 0, .fstype = "ntfs") };
	struct plan_root root = root_any();
	struct plan_block label = block_of(BLOCK_LABEL, "root");
	struct plan_block dev = block_of(BLOCK_DEV, "/dev/sda");

	eq_str(choose(&root, &any, lvm, 3, true),
	       "none: sda2 is LVM2_member, which is not supported as a root");
	eq_str(choose(&root, &any, lvm, 3, false), "wait");
	eq_str(choose(&root, &label, luks, 1, true),
	       "none: sda is crypto_LUKS, which is not supported as a root");
	eq_str(choose(&root, &any, marked, 2, true), "none: sda1 holds no filesystem");
	eq_str(choose(&root, &dev, marked, 2, true),
	       "none: sda holds a gpt partition table, not a filesystem");
	eq_str(choose(&root, &any, foreign, 1, true),
	       "none: no filesystem that can be the root on target " IQN ": LUN 0 sda ntfs");
}

static void test_fstypes(void)
{
	static const char *const usable[] = { "ext2",  "ext3",	   "ext4",  "xfs",
					      "btrfs", "squashfs", "erofs", "f2fs" };
	static const char *const not_usable[] = {
		"",	"swap",	 "LVM2_member", "crypto_LUKS", "linux_raid_member",
		"vfat", "ext4 ", "ext",		"EXT4"
	};

	for (size_t i = 0; i < LEN(usable); i++)
		ok(rootdev_fstype_usable(usable[i]));
	for (size_t i = 0; i < LEN(not_usable); i++)
		ok(!rootdev_fstype_usable(not_usable[i]));
}

static const struct block_dev labelled[] = {
	DISK("sda", 0, .fstype = "ext4", .label = "data", .uuid = "0A1b-44c0"),
	DISK("sdb", 1, .pttype = "gpt"),
	PART("sdb1", "sdb", 1, 1, .fstype = "ext4", .label = "root", .uuid = "u-1",
	     .partuuid = "deadbeef-01", .partlabel = "System A"),
	PART("sdb2", "sdb", 1, 2, .fstype = "swap", .label = "swap"),
	DISK("sdc", 2, .fstype = "ext4", .label = "root", .uuid = "u-2"),
};

static void test_keys(void)
{
	static const struct {
		enum block_key key;
		const char *value, *want;
	} rows[] = {
		{ BLOCK_LABEL, "data", "sda" },
		{ BLOCK_UUID, "0a1B-44C0", "sda" },
		{ BLOCK_UUID, "u-2", "sdc" },
		{ BLOCK_PARTUUID, "DEADBEEF-01", "sdb1" },
		{ BLOCK_PARTLABEL, "System A", "sdb1" },
		{ BLOCK_DEV, "/dev/sdb1", "sdb1" },
		{ BLOCK_DEV, "/dev/sda", "sda" },
		{ BLOCK_DEV, "/dev/disk/by-uuid/u-1", "sdb1" },
		{ BLOCK_DEV, "/dev/disk/by-label/data", "sda" },
		{ BLOCK_DEV, "/dev/disk/by-partuuid/deadbeef-01", "sdb1" },
		{ BLOCK_DEV, "/dev/disk/by-partlabel/System\\x20A", "sdb1" },
		{ BLOCK_DEV, "/dev/root", "sda" },
	};
	struct plan_root root = root_any();

	for (size_t i = 0; i < LEN(rows); i++) {
		struct plan_block block = block_of(rows[i].key, rows[i].value);

		eq_str(choose(&root, &block, labelled, LEN(labelled), true), rows[i].want);
	}
}

static void test_keys_not_there(void)
{
	static const struct block_dev devs[] = { DISK("sda", 1, .fstype = "ext4", .label = "data"),
						 DISK("sdb", 2) };
	static const struct {
		enum block_key key;
		const char *value, *want;
	} rows[] = {
		{ BLOCK_LABEL, "root",
		  "none: no filesystem with LABEL=root on target " IQN
		  ": LUN 1 sda ext4 LABEL=data, LUN 2 sdb no filesystem" },
		/* labels are compared whole, and with their case */
		{ BLOCK_LABEL, "Data",
		  "none: no filesystem with LABEL=Data on target " IQN
		  ": LUN 1 sda ext4 LABEL=data, LUN 2 sdb no filesystem" },
		{ BLOCK_LABEL, "dat",
		  "none: no filesystem with LABEL=dat on target " IQN
		  ": LUN 1 sda ext4 LABEL=data, LUN 2 sdb no filesystem" },
		/* an empty value is no match for a device that has no UUID */
		{ BLOCK_UUID, "",
		  "none: no filesystem with UUID= on target " IQN
		  ": LUN 1 sda ext4, LUN 2 sdb no filesystem" },
		{ BLOCK_DEV, "/dev/sda1",
		  "none: no disk or partition /dev/sda1 on target " IQN
		  ": LUN 1 sda ext4 LABEL=data, LUN 2 sdb no filesystem" },
		{ BLOCK_DEV, "/dev/mapper/vg-root",
		  "none: root=/dev/mapper/vg-root cannot be found here: use LABEL=, UUID=, "
		  "PARTUUID= or PARTLABEL=" },
	};
	struct plan_root root = root_any();

	for (size_t i = 0; i < LEN(rows); i++) {
		struct plan_block block = block_of(rows[i].key, rows[i].value);

		eq_str(choose(&root, &block, devs, 2, true), rows[i].want);
	}
}

/* A second disk with the same label may still come: no coin is tossed over which was first. */
static void test_same_label_twice(void)
{
	struct plan_block block = block_of(BLOCK_LABEL, "root");
	struct plan_root root = root_any();

	eq_str(choose(&root, &block, labelled, 3, false), "wait");
	eq_str(choose(&root, &block, labelled, 3, true), "sdb1");
	eq_str(choose(&root, &block, labelled, LEN(labelled), true),
	       "ambiguous: more than one filesystem with LABEL=root on target " IQN
	       ": sdb1 (LUN 1), sdc (LUN 2); give one another, or name the LUN in the root-path");
	root = root_lun(2);
	eq_str(choose(&root, &block, labelled, LEN(labelled), true), "sdc");
	/* the label is not on the LUN named, but on one other: that one */
	root = root_lun(0);
	block = block_of(BLOCK_UUID, "u-1");
	eq_str(choose(&root, &block, labelled, LEN(labelled), true), "sdb1");
}

static void test_text_from_disk_is_quoted(void)
{
	static const struct block_dev devs[] = { DISK("sda", 0, .fstype = "ext4",
						      .label = "a\x1b[2J\nb") };
	struct plan_block block = block_of(BLOCK_LABEL, "x\x07y");
	struct plan_root root = root_any();

	eq_str(choose(&root, &block, devs, 1, true),
	       "none: no filesystem with LABEL=x\\x07y on target " IQN
	       ": LUN 0 sda ext4 LABEL=a\\x1b[2J\\x0ab");
}

static void test_many_devices(void)
{
	static struct block_dev devs[ROOTDEV_MAX + 8];
	struct plan_block block = block_of(BLOCK_LABEL, "same");
	struct plan_root root = root_any();
	const char *said;

	for (size_t i = 0; i < LEN(devs); i++) {
		(void)snprintf(devs[i].name, sizeof(devs[i].name), "sd%u", (unsigned int)i);
		(void)snprintf(devs[i].fstype, sizeof(devs[i].fstype), "ext4");
		(void)snprintf(devs[i].label, sizeof(devs[i].label), "same");
		devs[i].lun[1] = (uint8_t)i;
	}
	said = choose(&root, &block, devs, LEN(devs), true);
	ok(!strncmp(said, "ambiguous: more than one filesystem with LABEL=same", 51));
}

static void test_lun_forms(void)
{
	static const struct {
		uint64_t kernel;
		uint8_t lun[8];
		const char *text;
	} rows[] = {
		{ 0, { 0 }, "0" },
		{ 1, { 0, 1 }, "1" },
		{ 255, { 0, 0xff }, "255" },
		/* flat space addressing of LUN 256: the kernel's integer is 16640 */
		{ 16640, { 0x41, 0 }, "256" },
		/* RFC 4173's example; the first group is the low word */
		{ 0x2f996b7e3a4f4752ull,
		  { 0x47, 0x52, 0x3a, 0x4f, 0x6b, 0x7e, 0x2f, 0x99 },
		  "4752-3a4f-6b7e-2f99" },
		{ 0x00000000d2010000ull | 0x0b03,
		  { 0x0b, 0x03, 0xd2, 0x01 },
		  "0b03-d201-0000-0000" },
	};

	for (size_t i = 0; i < LEN(rows); i++) {
		uint8_t lun[8];
		char text[24];

		lun_from_kernel(rows[i].kernel, lun);
		ok(!memcmp(lun, rows[i].lun, 8));
		ok(lun_to_kernel(rows[i].lun) == rows[i].kernel);
		eq_str(lun_text(rows[i].lun, text, sizeof(text)), rows[i].text);
	}
}

static void test_lun_eq(void)
{
	static const uint8_t zero[8] = { 0 }, one[8] = { 0, 1 }, one_flat[8] = { 0x40, 1 };
	static const uint8_t deep[8] = { 0, 1, 0, 2 }, bus1[8] = { 1, 1 };

	ok(lun_eq(one, one));
	ok(lun_eq(one, one_flat));
	ok(!lun_eq(one, zero));
	ok(!lun_eq(one, deep));
	ok(!lun_eq(one, bus1));
	ok(lun_eq(deep, deep));
}

#define MS 1000000ull

/* sysfs shows a disk before its node can be opened: the root must not be looked for elsewhere for
 * it. */
static void test_node_is_late(void)
{
	static const struct {
		int code;
		bool late;
	} rows[] = {
		{ ENOENT, true },     { ENXIO, true },	 { 0, false },
		{ EIO, false },	      { ENODEV, false }, { ENOTUNIQ, false },
		{ ETIMEDOUT, false }, { ENOMEM, false }, { EACCES, false },
	};
	struct rootdev_node node;

	for (size_t i = 0; i < LEN(rows); i++) {
		rootdev_node_seen(&node, 5000 * MS);
		eq_int(rootdev_node_due(&node) == 0, true);
		eq_int(rootdev_is_late(rows[i].code), rows[i].late);
		eq_int(rootdev_node_read(&node, rows[i].code, 5001 * MS), !rows[i].late);
		eq_int(rootdev_node_due(&node) == (rows[i].late ? 5021 * MS : UINT64_MAX), true);
		rootdev_node_news(&node);
		eq_int(rootdev_node_due(&node) == (rows[i].late ? 0 : UINT64_MAX), true);
	}
}

/* Without a uevent: at double the age each time, seven times in two seconds, and then it is gone.
 */
static void test_node_never_comes(void)
{
	static const uint64_t at_ms[] = { 5000, 5020, 5040, 5080, 5160, 5320, 5640, 6280, 7560 };
	struct rootdev_node node;

	rootdev_node_seen(&node, 5000 * MS);
	for (size_t i = 0; i < LEN(at_ms); i++) {
		if (i)
			eq_int((long)(rootdev_node_due(&node) / MS), (long)at_ms[i]);
		eq_int(rootdev_node_read(&node, ENOENT, at_ms[i] * MS), i == LEN(at_ms) - 1);
	}
	eq_int(rootdev_node_due(&node) == UINT64_MAX, true);
	rootdev_node_news(&node);
	eq_int(rootdev_node_due(&node) == UINT64_MAX, true);
}

int main(void)
{
	RUN(test_whole_disk);
	RUN(test_lun_of_the_plan);
	RUN(test_empty_lun_field);
	RUN(test_partitions);
	RUN(test_containers_are_named);
	RUN(test_fstypes);
	RUN(test_keys);
	RUN(test_keys_not_there);
	RUN(test_same_label_twice);
	RUN(test_text_from_disk_is_quoted);
	RUN(test_many_devices);
	RUN(test_node_is_late);
	RUN(test_node_never_comes);
	RUN(test_lun_forms);
	RUN(test_lun_eq);
	return test_end();
}
