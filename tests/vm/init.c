/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /sbin/init of the small root: tells the second serial port where it woke up, does what the
 * verdict.* words of the kernel command line ask for, and powers off. One "key=value" per line,
 * "verdict=end" the last; a file is told between "begin NAME" and "end NAME".
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bulk.h"
#include "clock_s.h"
#include "ending.h"
#include "guard_view.h"
#include "maps.h"
#include "net_view.h"
#include "stacked.h"
#include "stream.h"
#include "sum.h"
#include "told.h"

#define VERDICT_TTY "/dev/ttyS1"

static void tell_arguments(int argc, char **argv)
{
	char key[32];

	tell("argc", "%d", argc);
	for (int i = 0; i < argc; i++) {
		snprintf(key, sizeof(key), "argv.%d", i);
		tell(key, "%s", argv[i]);
	}
	for (char **e = environ; *e; e++)
		fprintf(verdict, "env.%s\n", *e);
}

/* The last mount on / is the one that counts; the others are named for their mount points. */
static void tell_mounts(void)
{
	char line[4096], dev[1024], dir[1024], type[64], options[2048];
	char root_dev[1024] = "", root_type[64] = "", root_options[2048] = "";
	FILE *f = fopen("/proc/self/mounts", "re");

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%1023s %1023s %63s %2047s", dev, dir, type, options) != 4)
			continue;
		fprintf(verdict, "mount.%s=%s %s %s\n", dir, dev, type, options);
		if (strcmp(dir, "/") != 0)
			continue;
		strcpy(root_dev, dev);
		strcpy(root_type, type);
		strcpy(root_options, options);
	}
	if (f)
		fclose(f);
	tell("root.device", "%s", root_dev);
	tell("root.fstype", "%s", root_type);
	tell("root.options", "%s", root_options);
}

/* Every file below a directory, two levels deep: what was handed over. */
static void tell_files(const char *path, int depth)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	char sub[600];
	struct stat st;

	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", path, e->d_name);
		if (lstat(sub, &st))
			continue;
		if (S_ISREG(st.st_mode))
			tell_file(sub, sub);
		else if (S_ISDIR(st.st_mode) && depth)
			tell_files(sub, depth - 1);
	}
	if (dir)
		closedir(dir);
}

/* Every readable attribute of every object of a class: class.NAME.ATTRIBUTE=value. */
static void tell_class(const char *class)
{
	char path[600];
	DIR *objects, *attributes;
	struct dirent *o, *a;

	snprintf(path, sizeof(path), "/sys/class/%s", class);
	objects = opendir(path);
	while (objects && (o = readdir(objects))) {
		if (o->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/sys/class/%s/%s", class, o->d_name);
		attributes = opendir(path);
		while (attributes && (a = readdir(attributes))) {
			struct stat st;

			snprintf(path, sizeof(path), "/sys/class/%s/%s/%s", class, o->d_name,
				 a->d_name);
			if (lstat(path, &st) || !S_ISREG(st.st_mode) || !(st.st_mode & S_IRUSR))
				continue;
			fprintf(verdict, "%s.%s.%s=%s\n", class, o->d_name, a->d_name,
				slurp(path, false));
		}
		if (attributes)
			closedir(attributes);
	}
	if (objects)
		closedir(objects);
}

/* Everybody that is not a kernel thread: whatever the agent left running shows here. */
static void tell_processes(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	char path[300];

	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/cmdline", e->d_name);
		if (!*slurp(path, false))
			continue;
		fprintf(verdict, "process.%s=%s\n", e->d_name, slurp(path, false));
		if (*slurp(path, false) == '@')
			guard_view(e->d_name, verdict);
	}
	if (dir)
		closedir(dir);
}

/* The descriptors that were handed down. */
static void tell_descriptors(void)
{
	char path[64], target[256];

	for (int fd = 0; fd < 64; fd++) {
		ssize_t len;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		len = readlink(path, target, sizeof(target) - 1);
		if (len < 0)
			continue;
		target[len] = '\0';
		fprintf(verdict, "fd.%d=%s\n", fd, target);
	}
}

static const char *write_and_read_back(const char *path)
{
	static const char text[] = "written by the booted root\n";
	char back[sizeof(text)] = "";
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool good;

	if (fd < 0)
		return strerror(errno);
	good = write(fd, text, sizeof(text)) == (ssize_t)sizeof(text) && fsync(fd) == 0 &&
	       posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0 &&
	       pread(fd, back, sizeof(back), 0) == (ssize_t)sizeof(back) &&
	       memcmp(text, back, sizeof(text)) == 0;
	close(fd);
	return good ? "ok" : "differs";
}

/* NFS believes for up to a minute that a name is not there; who opens the directory has it asked
 * again (close-to-open). */
static bool is_there_by_now(const char *path)
{
	char dir[256];
	int fd;

	snprintf(dir, sizeof(dir), "%.*s", (int)(strrchr(path, '/') - path) + 1, path);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return access(path, F_OK) == 0;
}

static void tell_owner(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		fprintf(verdict, "owner.%s=%s\n", path, strerror(errno));
	else
		fprintf(verdict, "owner.%s=%u:%u %04o\n", path, st.st_uid, st.st_gid,
			st.st_mode & 07777);
}

/* Until a file is there: the test makes it, on the server, once it has seen enough. A read that
 * waits does not, so that a dead server is no dead test. */
static void wait_for_file(const char *path)
{
	const struct timespec pause = { .tv_nsec = 200000000 };

	fflush(verdict);
	for (int i = 0; i < 5 * 1800 && !is_there_by_now(path); i++)
		nanosleep(&pause, NULL);
	tell("until", "%s", access(path, F_OK) ? strerror(errno) : "there");
}

/* verdict.wait=PATH:TEXT: nothing is told before the file's first line is that, or half a minute is
 * over. */
static void wait_as_asked(const char *cmdline)
{
	const struct timespec pause = { .tv_nsec = 100000000 };
	char copy[4096], *word, *rest = copy, *text;

	snprintf(copy, sizeof(copy), "%s", cmdline);
	while ((word = strsep(&rest, " \n"))) {
		if (strncmp(word, "verdict.wait=", 13) != 0 || !(text = strrchr(word, ':')))
			continue;
		*text++ = '\0';
		for (int i = 0; i < 300 && strcmp(slurp(word + 13, false), text) != 0; i++)
			nanosleep(&pause, NULL);
	}
}

/* What the command line asks for: verdict.write, verdict.bulk=MEBIBYTES, verdict.read=PATH,
 * verdict.owner=PATH, verdict.sum=PATH, verdict.sums=SECONDS:PATH, verdict.files=DIRECTORY,
 * verdict.hold=SECONDS, verdict.until=PATH (what is told of the network is told again then),
 * verdict.stream=SECONDS (the checked stream, and what became of the root meanwhile), verdict.maps
 * (maps.h), verdict.stacked (stacked.h). */
static void do_as_asked(char *cmdline)
{
	char *word, *rest = cmdline, *path;
	double took_s = 0;

	while ((word = strsep(&rest, " \n"))) {
		if (strcmp(word, "verdict.write") == 0)
			tell("write", "%s", write_and_read_back("/netroot-verdict"));
		if (strcmp(word, "verdict.maps") == 0)
			maps_tell(verdict);
		if (strcmp(word, "verdict.stacked") == 0)
			tell("stacked", "%s", stacked());
		if (strncmp(word, "verdict.bulk=", 13) == 0)
			tell("bulk", "%s",
			     bulk("/netroot-bulk", strtoul(word + 13, NULL, 10) << 20));
		if (strncmp(word, "verdict.read=", 13) == 0)
			tell_file(word + 13, word + 13);
		if (strncmp(word, "verdict.owner=", 14) == 0)
			tell_owner(word + 14);
		if (strncmp(word, "verdict.sum=", 12) == 0)
			tell("sum", "%s %s", sum(word + 12, &took_s), word + 12);
		if (strncmp(word, "verdict.sums=", 13) == 0 && (path = strchr(word, ':')))
			sums(strtod(word + 13, NULL), path + 1, verdict);
		if (strncmp(word, "verdict.files=", 14) == 0)
			tell_files(word + 14, 2);
		if (strncmp(word, "verdict.until=", 14) == 0) {
			wait_for_file(word + 14);
			fputs("later\n", verdict);
			tell_addresses();
			tell_routes();
			tell_routes6();
			tell_processes();
		}
		if (strncmp(word, "verdict.stream=", 15) == 0) {
			stream((unsigned int)strtoul(word + 15, NULL, 10), verdict);
			fputs("later\n", verdict);
			tell_mounts();
			tell_class("iscsi_session");
			tell_class("iscsi_connection");
			maps_tell(verdict);
			tell_processes();
		}
		if (strncmp(word, "verdict.hold=", 13) == 0) {
			fflush(verdict);
			sleep((unsigned int)strtoul(word + 13, NULL, 10));
			tell("held", "%s", word + 13);
		}
	}
}

/* A root that was handed no /proc or /dev still has to say so. */
static void mount_where_missing(const char *type, const char *dir, const char *probe, char *said,
				size_t size)
{
	size_t len = strlen(said);

	if (access(probe, F_OK) == 0)
		return;
	if (mount(type, dir, type, 0, NULL))
		snprintf(said + len, size - len, "%s(%s) ", dir, strerror(errno));
	else
		snprintf(said + len, size - len, "%s ", dir);
}

/* When the kernel started /init of the initrd, whoever made that: its own words, stamped since
 * boot. */
static void tell_run_init(void)
{
	char record[2048];
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t n;

	/* EPIPE: records were overwritten meanwhile, the next read goes on behind them */
	while (fd >= 0 &&
	       ((n = read(fd, record, sizeof(record) - 1)) > 0 || (n < 0 && errno == EPIPE))) {
		unsigned long long us;

		if (n < 0)
			continue;
		record[n] = '\0';
		if (strstr(record, ";Run /init as init process") &&
		    sscanf(record, "%*u,%*u,%llu", &us) == 1)
			tell("run_init", "%llu.%03llu", us / 1000000, us / 1000 % 1000);
	}
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	double monotonic = clock_s(CLOCK_MONOTONIC);
	char missing[256] = "", cmdline[4096], asked[4096];

	mount_where_missing("devtmpfs", "/dev", VERDICT_TTY, missing, sizeof(missing));
	mount_where_missing("proc", "/proc", "/proc/self/mounts", missing, sizeof(missing));
	mount_where_missing("sysfs", "/sys", "/sys/class", missing, sizeof(missing));
	verdict = fopen(VERDICT_TTY, "we");
	if (!verdict)
		verdict = stderr;
	setvbuf(verdict, NULL, _IOFBF, 1 << 16);

	tell("init", "reached");
	tell("uptime", "%.3f", monotonic);
	tell_run_init();
	tell("pid", "%d", (int)getpid());
	tell("missing", "%s", missing);
	tell_arguments(argc, argv);
	tell_descriptors();
	snprintf(cmdline, sizeof(cmdline), "%s", slurp("/proc/cmdline", false));
	tell("cmdline", "%s", cmdline);
	tell("hostname", "%s", slurp("/proc/sys/kernel/hostname", false));
	wait_as_asked(cmdline);
	tell_mounts();
	tell_network();
	tell_class("iscsi_session");
	tell_class("iscsi_connection");
	tell_class("iscsi_host");
	maps_tell(verdict);
	tell_processes();
	tell("boot.log", "%s", access("/run/netroot/boot.log", R_OK) ? "missing" : "there");
	tell("boot.json", "%s", access("/run/netroot/boot.json", R_OK) ? "missing" : "there");
	tell_file("boot.json", "/run/netroot/boot.json");
	tell_file("timeline.txt", "/run/netroot/timeline.txt");
	snprintf(asked, sizeof(asked), "%s", cmdline);
	do_as_asked(cmdline);
	tell("verdict", "end");
	fflush(verdict);
	fclose(verdict);

	end_as_asked(asked);
	sync();
	reboot(RB_POWER_OFF);
	/* Returning would be a kernel panic, which also ends the machine, less clearly. */
	for (;;)
		pause();
}
