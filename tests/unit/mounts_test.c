/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mountinfo as the kernel writes it, also of mounts with names meant to confuse, and the order in
 * which they are unmounted. */
#include "test.h"

#include "core/shutdown.h"

static char text[16384];
static struct mounts mounts;
static struct unmount_plan plan;
static struct unmount_stuck stuck;

static void read_text(const char *from)
{
	size_t len = strlen(from);

	/* the parser gets no terminator to lean on */
	memset(text, 'x', sizeof(text));
	memcpy(text, from, len);
	mounts_parse(text, len, &mounts);
}

/* "dir how dir how ..." */
static const char *planned(const char *top, enum unmount_round round)
{
	static const char *const words[] = { "plain", "lazy", "force", "ro" };
	static char said[4096];
	int at = 0;

	unmount_plan(&mounts, top, round, &stuck, &plan);
	said[0] = '\0';
	for (size_t i = 0; i < plan.n; i++)
		at += snprintf(said + at, sizeof(said) - (size_t)at, "%s%s %s", i ? ", " : "",
			       plan.steps[i].dir, words[plan.steps[i].how]);
	return said;
}

/* As systemd 252 leaves it, after it changed into /run/initramfs. */
static const char exitrd[] =
	"26 1 8:0 / /oldroot rw,relatime shared:1 - ext4 /dev/sda rw\n"
	"23 26 0:21 / /oldroot/run rw,nosuid,nodev shared:5 - tmpfs tmpfs rw,mode=755\n"
	"24 26 0:5 / /oldroot/dev rw - devtmpfs devtmpfs rw\n"
	"25 24 0:22 / /oldroot/dev/pts rw - devpts devpts rw\n"
	"90 23 8:16 / /oldroot/run/media/My\\040Disk rw - xfs /dev/sdb rw\n"
	"1 0 0:21 /initramfs / rw - tmpfs tmpfs rw\n"
	"91 1 0:5 / /dev rw - devtmpfs devtmpfs rw\n"
	"92 1 0:20 / /proc rw - proc proc rw\n"
	"93 1 0:21 / /run rw - tmpfs tmpfs rw\n";

static void test_fields(void)
{
	read_text(
		"36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:7 - ext3 /dev/root ro,errors=continue\n"
		"37 36 0:44 / /n ro,nosuid - nfs4 10.0.0.1:/srv rw,vers=4.2\n"
		"38 36 0:45 / /w rw - tmpfs tmpfs rw\n");
	eq_int(mounts.n, 3);
	eq_int(mounts.entries[0].id, 36);
	eq_int(mounts.entries[0].parent, 35);
	eq_str(mounts.entries[0].dir, "/mnt2");
	eq_str(mounts.entries[0].fstype, "ext3");
	ok(mounts.entries[0].read_only); /* the filesystem is */
	ok(mounts.entries[1].read_only); /* the mount is */
	ok(mount_is_network(&mounts.entries[1]) && !mount_is_memory(&mounts.entries[1]));
	ok(!mounts.entries[2].read_only);
	ok(mount_is_memory(&mounts.entries[2]) && !mount_is_network(&mounts.entries[2]));
	ok(!mount_is_memory(&mounts.entries[0]) && !mount_is_network(&mounts.entries[0]));
	ok(!mounts.cut);
}

static void test_escapes(void)
{
	read_text("1 0 0:1 / /a\\040b\\011c\\012d\\134e rw - ext4 x\\040y rw\n"
		  "2 0 0:1 / /a\\040-\\040ext4 rw - xfs /dev/sda rw\n" /* a separator in the name */
		  "3 0 0:1 / /\\134040 rw - ext4 a rw\n" /* a backslash, then digits */
		  "4 0 0:1 / /x\\04 rw - ext4 a rw\n" /* no escape */
		  "5 0 0:1 / /x\\098 rw - ext4 a rw\n"
		  "6 0 0:1 / /x\\000y rw - ext4 a rw\n" /* would be another directory */
		  "7 0 0:1 / /\\303\\244 rw - ext4 a rw\n"
		  "8 0 0:1 / /x\\ rw - ext4 a rw\n");
	eq_int(mounts.n, 7);
	eq_str(mounts.entries[0].dir, "/a b\tc\nd\\e");
	eq_str(mounts.entries[1].dir, "/a - ext4");
	eq_str(mounts.entries[1].fstype, "xfs");
	eq_str(mounts.entries[2].dir, "/\\040");
	eq_str(mounts.entries[3].dir, "/x\\04");
	eq_str(mounts.entries[4].dir, "/x\\098");
	eq_str(mounts.entries[5].dir, "/\303\244");
	eq_str(mounts.entries[6].dir, "/x\\");
}

static void test_not_lines(void)
{
	read_text("\n"
		  "x 0 0:1 / /a rw - ext4 a rw\n"
		  "1 -1 0:1 / /a rw - ext4 a rw\n"
		  "1 0 0:1 / a rw - ext4 a rw\n"
		  "1 0 0:1 / /a rw\n"
		  "1 0 0:1 / /a rw -\n"
		  "1 0 0:1 / /a rw - ext4\n"
		  "1 0 0:1 / /a rw - ext4 a\n"
		  "4294967296 0 0:1 / /a rw - ext4 a rw\n"
		  "9 0 0:1 / /good rw - ext4 a rw\n"
		  "10 0 0:1 / /cut rw - ext4 a rw");
	eq_int(mounts.n, 1);
	eq_str(mounts.entries[0].dir, "/good");
	ok(mounts.cut); /* the last has no end: it may be the half of one */
}

static void test_many(void)
{
	static char many[MOUNTS_MAX * 64];
	int at = 0;

	for (int i = 0; i < MOUNTS_MAX + 1; i++)
		at += snprintf(many + at, sizeof(many) - (size_t)at,
			       "%d %d 0:1 / /oldroot/%d rw - ext4 a rw\n", i + 1, i, i);
	mounts_parse(many, (size_t)at, &mounts);
	eq_int(mounts.n, MOUNTS_MAX);
	ok(mounts.cut);
	unmount_plan(&mounts, "/oldroot", ROUND_UNMOUNT, &stuck, &plan);
	eq_int(plan.n, MOUNTS_MAX);
	eq_str(plan.steps[0].dir, "/oldroot/511"); /* each stands on the one before */
	eq_str(plan.steps[MOUNTS_MAX - 1].dir, "/oldroot/0");
}

static void test_order(void)
{
	read_text(exitrd);
	eq_str(planned("/oldroot", ROUND_UNMOUNT),
	       "/oldroot/run/media/My Disk plain, /oldroot/dev/pts lazy, /oldroot/dev lazy, "
	       "/oldroot/run plain, /oldroot plain");
	eq_str(planned("/oldroot", ROUND_READ_ONLY), "/oldroot/run/media/My Disk ro, /oldroot ro");
}

/* A directory that only begins alike is another one; what is mounted over is below what covers it.
 */
static void test_names(void)
{
	read_text("1 0 0:1 / /oldroot2 rw - ext4 a rw\n"
		  "2 0 0:1 / /oldroot rw - ext4 a rw\n"
		  "3 2 0:1 / /oldroot/a rw - ext4 a rw\n"
		  "4 3 0:1 / /oldroot/a rw - xfs a rw\n"
		  "5 2 0:1 / /oldroot/a\\040b rw - ext4 a rw\n");
	eq_str(planned("/oldroot", ROUND_UNMOUNT),
	       "/oldroot/a plain, /oldroot/a b plain, /oldroot/a plain, /oldroot plain");
	eq_int(plan.steps[0].id, 4);
	eq_int(plan.steps[2].id, 3);
}

/* The kernel would not write it; nothing is endless all the same. */
static void test_circle(void)
{
	read_text("1 2 0:1 / /oldroot rw - ext4 a rw\n"
		  "2 1 0:1 / /oldroot/a rw - tmpfs a rw\n"
		  "3 3 0:1 / /oldroot/b rw - ext4 a rw\n");
	unmount_plan(&mounts, "/oldroot", ROUND_UNMOUNT, &stuck, &plan);
	eq_int(plan.n, 3);
	/* of which something that is no part of it is asked whether it stands on it */
	read_text("1 2 0:1 / /oldroot rw - ext4 a rw\n"
		  "2 1 0:1 / /oldroot/a rw - ext4 a rw\n"
		  "3 1 0:1 / /oldroot/b rw - tmpfs a rw\n");
	eq_str(planned("/oldroot", ROUND_UNMOUNT),
	       "/oldroot/b lazy, /oldroot/a plain, /oldroot plain");
}

/* Memory on memory on memory, and only on the last a disk: none is let go of before that. */
static void test_carried_high_up(void)
{
	read_text("1 0 8:0 / /oldroot rw - ext4 a rw\n"
		  "2 1 0:1 / /oldroot/run rw - tmpfs a rw\n"
		  "3 2 0:2 / /oldroot/run/media rw - tmpfs a rw\n"
		  "4 3 0:3 / /oldroot/run/media/b rw - tmpfs a rw\n"
		  "5 4 8:1 / /oldroot/run/media/b/disk rw - xfs a rw\n"
		  "6 2 0:4 / /oldroot/run/user rw - tmpfs a rw\n");
	eq_str(planned("/oldroot", ROUND_UNMOUNT),
	       "/oldroot/run/media/b/disk plain, /oldroot/run/media/b plain, "
	       "/oldroot/run/user lazy, /oldroot/run/media plain, /oldroot/run plain, "
	       "/oldroot plain");
}

static void test_stuck(void)
{
	read_text(exitrd);
	stuck = (struct unmount_stuck){ { 90 }, 1 };
	eq_str(planned("/oldroot", ROUND_UNMOUNT),
	       "/oldroot/run/media/My Disk force, /oldroot/dev/pts lazy, /oldroot/dev lazy, "
	       "/oldroot/run plain, /oldroot plain");
	eq_str(planned("/oldroot", ROUND_READ_ONLY), "/oldroot ro");
	stuck = (struct unmount_stuck){ { 90, 90, 25 }, 3 };
	eq_str(planned("/oldroot", ROUND_UNMOUNT),
	       "/oldroot/dev/pts force, /oldroot/dev lazy, /oldroot/run plain, /oldroot plain");
	stuck.n = 0;
}

/* Where there was no way out of the root: what the program lives in stays. */
static void test_in_place(void)
{
	read_text("1 0 8:0 / / rw - ext4 a rw\n"
		  "2 1 0:1 / /run rw - tmpfs a rw\n"
		  "3 1 0:1 / /home rw - nfs a rw\n"
		  "4 1 0:1 / /data ro - ext4 a rw\n"
		  "5 1 0:1 / /proc rw - proc a rw\n");
	eq_str(planned("/", ROUND_UNMOUNT), "/data plain, /home plain, / plain");
	eq_str(planned("/", ROUND_READ_ONLY), "/ ro");
	stuck = (struct unmount_stuck){ { 1, 3 }, 2 };
	eq_str(planned("/", ROUND_UNMOUNT), "/data plain, /home force");
	stuck.n = 0;
}

static void test_is_out(void)
{
	read_text(exitrd);
	ok(shutdown_is_out(&mounts, "/oldroot"));
	ok(!shutdown_is_out(&mounts, "/oldroo"));
	/* a system with a directory of that name */
	read_text("1 0 8:0 / / rw - ext4 a rw\n2 1 8:1 / /oldroot rw - ext4 a rw\n");
	ok(!shutdown_is_out(&mounts, "/oldroot"));
	/* what covers the memory that the kernel started from */
	read_text("1 0 0:1 / / rw - rootfs rootfs rw\n2 1 8:0 / / rw - ext4 a rw\n"
		  "3 2 8:1 / /oldroot rw - ext4 a rw\n");
	ok(!shutdown_is_out(&mounts, "/oldroot"));
	/* a system in memory */
	read_text("1 0 0:1 / / rw - tmpfs a rw\n2 1 8:1 / /oldroots rw - ext4 a rw\n");
	ok(!shutdown_is_out(&mounts, "/oldroot"));
}

static void test_left(void)
{
	const struct mount_entry *first = NULL;

	read_text(exitrd);
	eq_int(unmount_left(&mounts, "/oldroot", false, &first), 2);
	eq_str(first->dir, "/oldroot");
	read_text("1 0 8:0 / /oldroot ro - ext4 a rw\n"
		  "2 1 0:1 / /oldroot/home rw - nfs a rw\n"
		  "3 1 0:1 / /oldroot/run rw - tmpfs a rw\n"
		  "4 1 0:1 / /oldroot/data rw - ext4 a rw\n"
		  "5 1 0:1 / /other rw - ext4 a rw\n");
	eq_int(unmount_left(&mounts, "/oldroot", false, &first), 3);
	eq_int(unmount_left(&mounts, "/oldroot", true, &first), 1);
	eq_str(first->dir, "/oldroot/data");
	read_text("");
	eq_int(unmount_left(&mounts, "/oldroot", false, &first), 0);
}

/* A writable layer on a disk over an NFS root: the parts are let go of before, and end with /. */
static void test_overlay(void)
{
	read_text(
		"26 1 0:40 / /oldroot rw,relatime - overlay overlay rw,lowerdir=/run/initramfs/overlay/lower\n"
		"23 26 0:21 / /oldroot/run rw,nosuid,nodev - tmpfs tmpfs rw,mode=755\n"
		"27 23 0:41 / /oldroot/run/initramfs/overlay/lower ro - nfs4 10.0.0.1:/x ro,vers=4.2\n"
		"28 23 254:0 / /oldroot/run/initramfs/overlay/upper rw - ext4 /dev/vda rw\n"
		"1 0 0:21 /initramfs / rw - tmpfs tmpfs rw\n");
	stuck.n = 0;
	eq_str(planned("/oldroot", ROUND_UNMOUNT),
	       "/oldroot ro, /oldroot/run/initramfs/overlay/upper ro, "
	       "/oldroot/run/initramfs/overlay/upper plain, "
	       "/oldroot/run/initramfs/overlay/lower plain, /oldroot/run plain, /oldroot plain");
	/* what hung is not waited for twice */
	stuck = (struct unmount_stuck){ { 26 }, 1 };
	eq_str(planned("/oldroot", ROUND_UNMOUNT),
	       "/oldroot/run/initramfs/overlay/upper plain, "
	       "/oldroot/run/initramfs/overlay/lower plain, /oldroot/run plain, /oldroot force");
	stuck.n = 0;
	/* in memory there is nothing to be kept clean */
	read_text("26 1 0:40 / / rw - overlay overlay rw\n"
		  "23 26 0:21 / /run rw - tmpfs tmpfs rw\n"
		  "28 23 0:42 / /run/initramfs/overlay/upper rw - tmpfs tmpfs rw\n");
	eq_str(planned("/", ROUND_UNMOUNT), "/ plain");
	read_text("26 1 0:40 / / rw - overlay overlay rw\n"
		  "23 26 0:21 / /run rw - tmpfs tmpfs rw\n"
		  "28 23 8:0 / /run/initramfs/overlay/upper rw - ext4 /dev/sda rw\n");
	eq_str(planned("/", ROUND_UNMOUNT), "/ ro, /run/initramfs/overlay/upper ro, "
					    "/run/initramfs/overlay/upper plain, / plain");
	/* still in use: flushed, at least */
	read_text("26 1 0:40 / /oldroot rw - overlay overlay rw\n1 0 0:21 / / rw - tmpfs x rw\n");
	eq_str(planned("/oldroot", ROUND_READ_ONLY), "/oldroot ro");
}

int main(void)
{
	RUN(test_fields);
	RUN(test_escapes);
	RUN(test_not_lines);
	RUN(test_many);
	RUN(test_order);
	RUN(test_names);
	RUN(test_circle);
	RUN(test_carried_high_up);
	RUN(test_stuck);
	RUN(test_in_place);
	RUN(test_is_out);
	RUN(test_left);
	RUN(test_overlay);
	return test_end();
}
