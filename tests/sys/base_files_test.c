/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log, mounts, small files, identity. The runner has put a /dev of plain files and an empty /run in
 * place: what would reach a console can be read back.
 */
#include "base_test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/stat.h>

#include "core/text.h"
#include "sys/log.h"
#include "sys/ibft.h"
#include "sys/machine.h"
#include "sys/mount.h"

#define LOG_FILE "/run/netroot/boot.log"

static char text[0x40000];

static const char *content(const char *path)
{
	if (file_read(path, text, sizeof(text)) < 0)
		(void)snprintf(text, sizeof(text), "(no %s)", path);
	return text;
}

/* /dev/ and the last of the active consoles; each gets the same. */
static const char *console_path(void)
{
	static char path[80];
	const char *name = content("/sys/class/tty/console/active");
	const char *last = strrchr(name, ' ');

	if (*name == '(' || !*name)
		name = "console";
	(void)snprintf(path, sizeof(path), "/dev/%s", last ? last + 1 : name);
	return path;
}

/* The lines of a file without their time stamps, or with "?" where there is none. */
static const char *lines(const char *path)
{
	static char out[0x40000];
	struct span rest = span_of(content(path));
	struct out o = out_to(out, sizeof(out));

	while (rest.p && rest.len) {
		struct span line = span_cut(&rest, '\n');
		size_t at = span_find(line, ']');

		if (line.p[0] == '[' && at + 2 < line.len && line.p[at - 4] == '.')
			line = span_skip(line, at + 2);
		else
			out_add(&o, "?");
		out_add(&o, "%.*s\n", SPAN_ARG(line));
	}
	return out;
}

static size_t count(const char *in, const char *what)
{
	size_t n = 0;

	for (; (in = strstr(in, what)); in += strlen(what))
		n++;
	return n;
}

static void test_log_before_anything(void)
{
	log_line(LOG_LEVEL_INFO, "early", "kept %d", 1);
	log_line(LOG_LEVEL_DEBUG, "early", "debug %d", 2);
	eq_str(content(console_path()), "");
	eq_str(content("/dev/kmsg"), "");
	ok(access(LOG_FILE, F_OK) < 0);
}

static void test_log_levels(void)
{
	log_open();
	log_line(LOG_LEVEL_INFO, "link", "eth0: up");
	log_line(LOG_LEVEL_DEBUG, "link", "not shown");
	log_set_quiet(true);
	log_line(LOG_LEVEL_INFO, "link", "not shown either");
	log_line(LOG_LEVEL_WARN, "link", "warning");
	log_line(LOG_LEVEL_ERROR, NULL, "no phase");
	log_set_debug(true);
	log_line(LOG_LEVEL_DEBUG, "link", "debug");
	log_set_quiet(false);
	log_set_debug(false);
	eq_str(lines(console_path()), "netroot: link: eth0: up\n"
				      "netroot: link: warning\n"
				      "netroot: no phase\n"
				      "netroot: link: debug\n");
}

/* With its line end, which file_read() drops. */
static const char *record(void)
{
	FILE *f = fopen("/dev/kmsg", "re");

	text[f ? fread(text, 1, sizeof(text) - 1, f) : 0] = '\0';
	if (f)
		fclose(f);
	return text;
}

/* Each is a record of its own, the kernel's own time stamp is enough. A record without a line end
 * is one that the kernel keeps open, and shows to nobody before the next one. */
static void test_log_kmsg(void)
{
	ok(truncate("/dev/kmsg", 0) == 0);
	log_line(LOG_LEVEL_ERROR, "attach", "refused");
	eq_str(record(), "<7>netroot: attach: refused\n");
}

static void test_log_file(void)
{
	log_file_open();
	log_file_open(); /* harmless */
	eq_str(lines(LOG_FILE), "netroot: early: kept 1\n"
				"netroot: early: debug 2\n"
				"netroot: link: eth0: up\n"
				"netroot: link: not shown\n"
				"netroot: link: not shown either\n"
				"netroot: link: warning\n"
				"netroot: no phase\n"
				"netroot: link: debug\n"
				"netroot: attach: refused\n");
	ok(truncate(LOG_FILE, 0) == 0);
	log_line(LOG_LEVEL_DEBUG, "late", "written at once");
	eq_str(lines(LOG_FILE), "netroot: late: written at once\n");
}

static void test_log_hostile(void)
{
	static char longest[2000];

	memset(longest, 'x', sizeof(longest) - 1);
	ok(truncate(LOG_FILE, 0) == 0);
	errno = EXDEV;
	log_line(LOG_LEVEL_DEBUG, "lease", "a\nb\033[2J\x7f\xc3\xa4 \\x0a");
	eq_int(errno, EXDEV);
	eq_str(lines(LOG_FILE), "netroot: lease: a\\x0ab\\x1b[2J\\x7f\\xc3\\xa4 \\x0a\n");
	ok(truncate(LOG_FILE, 0) == 0);
	ok(truncate("/dev/kmsg", 0) == 0);
	log_line(LOG_LEVEL_DEBUG, "lease", "%s", longest);
	ok(strlen(content("/dev/kmsg")) < 976); /* what every kernel takes */
	ok(strstr(record(), "xxx...\n") != NULL);
	ok(strstr(content(LOG_FILE), "xxx...") != NULL);
	memset(longest, '\n', sizeof(longest) - 1);
	log_line(LOG_LEVEL_DEBUG, "lease", "%s", longest);
	eq_int(count(content(LOG_FILE), "\n"), 1); /* two lines; the last line end is not read */
}

/* A console that takes nothing more, as a serial line with flow control. */
static void test_log_console_that_hangs(void)
{
	char path[80];
	int fd;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "%s", console_path());
	ok(unlink(path) == 0 && mkfifo(path, 0600) == 0);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	log_open();
	for (int i = 0; i < 3000; i++)
		log_line(LOG_LEVEL_INFO, "boot", "line %d of very many", i);
	while ((n = read(fd, text, sizeof(text))) > 0)
		ok(n > 30000);
	log_line(LOG_LEVEL_INFO, "boot", "at last");
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	ok(strstr(text, " lines not shown here, see /run/netroot/boot.log\n[") != NULL);
	ok(strstr(text, "netroot: boot: at last\n") != NULL);
	ok(strstr(content(LOG_FILE), "line 2999 of very many") != NULL);
	close(fd);
	log_line(LOG_LEVEL_INFO, "boot", "nobody reads"); /* EPIPE, no signal: the loop is open */
	ok(unlink(path) == 0);
}

/* Retrying for days must not fill the memory. */
static void test_log_file_is_bounded(void)
{
	struct stat st = { 0 };

	for (int i = 0; i < 40000; i++)
		log_line(LOG_LEVEL_DEBUG, "boot", "attempt %d of a server that is switched off", i);
	ok(stat(LOG_FILE, &st) == 0);
	ok(st.st_size > 900000 && st.st_size < 1100000);
	(void)truncate(LOG_FILE, 0);
}

/* Runs fn in a process with mounts of its own; its failed checks are ours. */
static void apart(int (*fn)(void))
{
	int status = -1;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		test_failed_checks = 0;
		ok(unshare(CLONE_NEWNS) == 0);
		(void)fn();
		(void)fflush(stdout);
		_exit(test_failed_checks > 99 ? 99 : test_failed_checks);
	}
	ok(waitpid(pid, &status, 0) == pid);
	eq_int(status, 0);
}

static int stdio_missing(void)
{
	struct stat st;
	int out = fcntl(STDOUT_FILENO, F_DUPFD, 10), bad = 0;

	(void)file_write("/dev/console", "");
	close(0), close(1), close(2);
	log_open();
	for (int fd = 0; fd < 3; fd++)
		bad += fstat(fd, &st) < 0 || !S_ISREG(st.st_mode);
	/* before there is a /dev: a directory stands in, until log_open() comes again */
	close(0), close(1), close(2);
	bad += mount("none", "/dev", "tmpfs", 0, NULL) < 0;
	log_open();
	for (int fd = 0; fd < 3; fd++)
		bad += fstat(fd, &st) < 0 || !S_ISDIR(st.st_mode);
	bad += file_write("/dev/null", "") < 0;
	log_open();
	for (int fd = 0; fd < 3; fd++)
		bad += fstat(fd, &st) < 0 || !S_ISREG(st.st_mode);
	(void)dup2(out, STDOUT_FILENO);
	eq_int(bad, 0);
	return 0;
}

static void test_log_makes_stdio(void)
{
	apart(stdio_missing);
}

static void test_files(void)
{
	char small[4];

	eq_int(dir_make("/run/t/a/b", 0700), 0);
	eq_int(dir_make("/run/t/a/b/", 0700), 0);
	eq_int(dir_make("/", 0755), 0);
	eq_int(file_write("/run/t/f", "abc\n\n"), 0);
	eq_int(dir_make("/run/t/f", 0755), -ENOTDIR);
	eq_int(dir_make("/run/t/f/g", 0755), -ENOTDIR);
	eq_int(file_read("/run/t/f", text, sizeof(text)), 4);
	ok(!strcmp(text, "abc\n")); /* without one line end */
	eq_int(file_write("/run/t/f", "abc"), 0);
	eq_int(file_read("/run/t/f", small, sizeof(small)), 3);
	eq_str(small, "abc");
	eq_int(file_write("/run/t/f", "abcd"), 0);
	eq_int(file_read("/run/t/f", small, sizeof(small)), -EFBIG);
	eq_str(small, "");
	eq_int(file_write("/run/t/f", ""), 0);
	eq_int(file_read("/run/t/f", small, sizeof(small)), 0);
	eq_int(file_read("/run/t/nothing", small, sizeof(small)), -ENOENT);
	eq_int(file_read("/run/t", small, sizeof(small)), -EISDIR);
	eq_int(file_write("/run/t", "x"), -EISDIR);
}

/* As in an initramfs: an empty root. */
static int early(void)
{
	struct err err = { 0 };
	struct stat st = { 0 };
	const char *mounts;

	ok(mount("none", "/run/t", "tmpfs", 0, NULL) == 0 && chroot("/run/t") == 0 &&
	   chdir("/") == 0);
	for (int i = 0; i < 2; i++) { /* the second finds all done */
		eq_int(mount_early(&err), 0);
		eq_str(err.text, "");
	}
	mounts = content("/proc/mounts");
	eq_int(count(mounts, " /proc proc rw,nosuid,nodev,noexec"), 1);
	eq_int(count(mounts, " /sys sysfs rw,nosuid,nodev,noexec"), 1);
	eq_int(count(mounts, " /dev devtmpfs rw,nosuid") + count(mounts, " /dev tmpfs "), 1);
	eq_int(count(mounts, " /dev/pts devpts rw,nosuid,noexec"), 1);
	eq_int(count(mounts, " /run tmpfs rw,nosuid,nodev,"), 1);
	ok(stat("/run", &st) == 0 && (st.st_mode & 07777) == 0755);
	ok(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
	return 0;
}

static void test_mount_early(void)
{
	apart(early);
}

static int early_refused(void)
{
	struct err err = { 0 };
	struct stat st;

	ok(mount("none", "/run/t", "tmpfs", 0, NULL) == 0 && chroot("/run/t") == 0 &&
	   chdir("/") == 0);
	ok(file_write("/proc", "") == 0); /* a file is in the way: the others are mounted */
	eq_int(mount_early(&err), -ENOTDIR);
	eq_str(err.text, "making /proc: Not a directory");
	ok(stat("/sys/kernel", &st) == 0 && stat("/dev/pts/ptmx", &st) == 0);
	return 0;
}

static void test_mount_early_goes_on(void)
{
	apart(early_refused);
}

static int root_options(void)
{
	const char *line;
	struct err err = { 0 };

	eq_int(mount_block("none", "/run/t/sysroot", "tmpfs", true,
			   "size=1M,,noatime,nosuid,x-systemd.device-timeout=3,defaults,mode=700",
			   &err),
	       0);
	eq_str(err.text, "");
	line = strstr(content("/proc/mounts"), " /run/t/sysroot ");
	ok(line &&
	   !strncmp(line, " /run/t/sysroot tmpfs ro,nosuid,noatime,size=1024k,mode=700", 58));
	eq_int(mount_undo("/run/t/sysroot"), 0);
	eq_int(mount_undo("/run/t/sysroot"), -EINVAL);
	eq_int(mount_block("none", "/run/t/sysroot", "tmpfs", true, "rw,relatime,nodev,dev", &err),
	       0);
	line = strstr(content("/proc/mounts"), " /run/t/sysroot ");
	ok(line && !strncmp(line, " /run/t/sysroot tmpfs rw,relatime", 33));
	ok(line && !strstr(line, "sysroot tmpfs rw,relatime,nodev"));
	return 0;
}

static void test_mount_block_options(void)
{
	apart(root_options);
}

static int root_refused(void)
{
	struct err err = { 0 };

	eq_int(mount_block("none", "/run/t/sysroot", "tmpfs", true, "noatime,bogus=\033", &err),
	       -EINVAL);
	eq_str(err.text, "mounting none on /run/t/sysroot: its superblock is not tmpfs, or an "
			 "option of \"bogus=\\x1b\" is wrong: see dmesg");
	eq_int(mount_block("/dev/sda", "/run/t/sysroot", "nofs", false, NULL, &err), -ENODEV);
	eq_str(err.text, "mounting /dev/sda on /run/t/sysroot: filesystem module nofs is missing "
			 "in the initrd: rebuild with it");
	memset(text, 'o', 600);
	text[600] = '\0';
	eq_int(mount_block("none", "/run/t/sysroot", "tmpfs", true, text, &err), -E2BIG);
	eq_str(err.text, "mount options are longer than 511 bytes");
	return 0;
}

static void test_mount_block_refused(void)
{
	apart(root_refused);
}

static void test_machine(void)
{
	char uuid[64] = "?";
	uint64_t a = machine_seed(), b = machine_seed();
	int rc = machine_uuid(uuid, sizeof(uuid));

	ok(a != b && a && b);
	ok(rc < 0 ? !strcmp(uuid, "?") : strlen(uuid) == 36);
	eq_int(machine_uuid(uuid, 10) < 0, 1);
}

static void put_below(const char *dir, const char *block, const char *file, const char *what)
{
	char path[80];

	(void)mkdir(dir, 0755);
	(void)snprintf(path, sizeof(path), "%s/%s", dir, block);
	(void)mkdir(path, 0755);
	(void)snprintf(path, sizeof(path), "%s/%s/%s", dir, block, file);
	eq_int(file_write(path, what), 0);
}

static void ibft_put(const char *block, const char *file, const char *what)
{
	put_below("/run/ibft", block, file, what);
}

/* As drivers of HBAs show it: a directory for each host, in the order of their numbers. */
static void test_ibft_of_hba(void)
{
	static struct ibft ibft;

	ibft_read_hbas("/run/no-firmware", &ibft);
	ok(!ibft.present);
	eq_int(mkdir("/run/firmware", 0755), 0);
	eq_int(mkdir("/run/firmware/acpi", 0755), 0);
	eq_int(mkdir("/run/firmware/iscsi_boot_x", 0755), 0);
	ibft_read_hbas("/run/firmware", &ibft);
	ok(!ibft.present);
	put_below("/run/firmware/iscsi_boot10", "target0", "flags", "3\n");
	put_below("/run/firmware/iscsi_boot10", "target0", "target-name", "iqn.2026-01.lab:ten\n");
	put_below("/run/firmware/iscsi_boot10", "initiator", "initiator-name",
		  "iqn.2026-01.lab:b\n");
	put_below("/run/firmware/iscsi_boot3", "target0", "flags", "3\n");
	put_below("/run/firmware/iscsi_boot3", "target0", "target-name", "iqn.2026-01.lab:three\n");
	put_below("/run/firmware/iscsi_boot3", "initiator", "initiator-name",
		  "iqn.2026-01.lab:a\n");
	put_below("/run/firmware/iscsi_boot3", "ethernet1", "flags", "1\n");
	put_below("/run/firmware/iscsi_boot11", "ethernet0", "flags", "1\n");
	ibft_read_hbas("/run/firmware", &ibft);
	ok(ibft.present && ibft.n_targets == 2 && ibft.targets[0].boot);
	eq_str(ibft.initiator, "iqn.2026-01.lab:a");
	eq_str(ibft.targets[0].name, "iqn.2026-01.lab:three");
	eq_str(ibft.targets[1].name, "iqn.2026-01.lab:ten");
	eq_int(ibft.targets[0].hba, 4);
	eq_int(ibft.targets[1].hba, 11);
	eq_int(ibft.n_nics, 2);
	eq_int(ibft.nics[0].hba, 4);
	eq_int(ibft.nics[1].hba, 12);
}

static void test_ibft(void)
{
	static struct ibft ibft;

	eq_int(ibft_read("/run/no-ibft", &ibft), 0);
	ok(!ibft.present);
	eq_int(mkdir("/run/ibft", 0755), 0);
	eq_int(ibft_read("/run/ibft", &ibft), 0);
	ok(ibft.present && !ibft.n_nics);
	ibft_put("initiator", "initiator-name", "iqn.2026-01.lab:fw\n");
	ibft_put("ethernet1", "flags", "1\n");
	ibft_put("ethernet1", "mac", "52:54:00:00:00:0b\n");
	ibft_put("ethernet200", "flags", "3\n");
	ibft_put("ethernet200", "subnet-mask", "255.255.0.0");
	/* no block without flags */
	ibft_put("ethernet2", "mac", "52:54:00:00:00:0c\n");
	eq_int(ibft_read("/run/ibft", &ibft), 0);
	eq_str(ibft.initiator, "iqn.2026-01.lab:fw");
	eq_int(ibft.n_nics, 2);
	eq_int(ibft.nics[0].index, 1);
	ok(ibft.nics[0].valid && !ibft.nics[0].boot && ibft.nics[0].mac.bytes[5] == 0x0b);
	eq_int(ibft.nics[1].index, 200);
	ok(ibft.nics[1].boot);
	eq_int(ibft.nics[1].prefix, 16);
	eq_int(ibft.n_targets, 0);
	ibft_put("target0", "flags", "3\n");
	ibft_put("target0", "ip-addr", "10.0.0.1\n");
	ibft_put("target0", "lun", "01000000\n");
	ibft_put("target0", "target-name", "iqn.2026-01.lab:disk\n");
	ibft_put("target0", "chap-secret", "geheim\n");
	eq_int(ibft_read("/run/ibft", &ibft), 0);
	eq_int(ibft.n_targets, 1);
	eq_str(ibft.targets[0].name, "iqn.2026-01.lab:disk");
	eq_str(ibft.targets[0].secrets.secret, "geheim");
	ok(ibft.targets[0].lun_known && ibft.targets[0].lun[0] == 0 && ibft.targets[0].lun[1] == 1);
	eq_int(ibft_read("/run/ibft/initiator/initiator-name/x", &ibft), -ENOTDIR);
	ok(!ibft.present);
	/* a file is the table itself */
	eq_int(ibft_read("/run/ibft/initiator/initiator-name", &ibft), -EBADMSG);
	ok(!ibft.present);
}

/* How far this process's open files of /dev/kmsg have written, how many of them have, and the
 * least of it. */
static size_t kmsg_written(long *ret_least)
{
	size_t n = 0;

	*ret_least = LONG_MAX;
	for (int fd = 0; fd < 256; fd++) {
		char path[64], target[64];
		ssize_t len;
		long at;

		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		len = readlink(path, target, sizeof(target));
		if (len != (ssize_t)strlen("/dev/kmsg") || memcmp(target, "/dev/kmsg", (size_t)len))
			continue;
		at = (long)lseek(fd, 0, SEEK_CUR);
		n += at > 0;
		if (at < *ret_least)
			*ret_least = at;
	}
	return n;
}

/* The kernel takes 10 lines in 5 s of each open file and drops the others: no file has two of any
 * 16 lines, so that 160 at once are taken. */
static void test_log_kernel(void)
{
	static const char line[] = "<7>netroot: guard: a line\n";
	long least;

	ok(truncate("/dev/kmsg", 0) == 0);
	log_open_kernel();
	for (int i = 0; i < 16; i++)
		log_line(LOG_LEVEL_WARN, "guard", "a line");
	eq_int(kmsg_written(&least), 16);
	eq_int(least, sizeof(line) - 1);
	for (int i = 0; i < 16 * 9; i++)
		log_line(LOG_LEVEL_WARN, "guard", "a line");
	eq_int(kmsg_written(&least), 16);
	eq_int(least, (16 * 9 + 1) * (sizeof(line) - 1));
	eq_int(count(record(), line), 160);
}

int main(void)
{
	(void)alarm(120);
	RUN(test_log_before_anything);
	RUN(test_log_levels);
	RUN(test_log_kmsg);
	RUN(test_log_file);
	RUN(test_log_hostile);
	loop_for_test();
	RUN(test_log_console_that_hangs);
	RUN(test_log_file_is_bounded);
	RUN(test_log_makes_stdio);
	RUN(test_files);
	RUN(test_mount_early);
	RUN(test_mount_early_goes_on);
	RUN(test_mount_block_options);
	RUN(test_mount_block_refused);
	RUN(test_machine);
	RUN(test_ibft);
	RUN(test_ibft_of_hba);
	RUN(test_log_kernel); /* no other log is written from here on */
	return sys_end();
}
