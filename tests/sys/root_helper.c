/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tests/sys/root runs, each against the real kernel:
 *   list SID                        the disks of a session
 *   devpath PATH SID                whether a uevent's path is below the session
 *   probe NAME DISK PARTNO          what is on /dev/NAME
 *   layer WORD                      overlay_mount, overlay_write_fstab
 *   toram STEP...                   files into one memory; @N: N bytes are there; #: others
 *   whole FSTYPE FILE LEN           whether LEN bytes are all of the filesystem in the file
 *   check [nosys] [INIT]            handover_check; nosys: on a kernel without openat2
 *   commit INIT [there|gone]        handover_commit; / stays open as descriptor 9; with a socket
 *                                   whose other side is so
 *   hooks PHASE LIMIT_MS            the hooks of a phase
 * Called as an init it reports what it finds itself in.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/image.h"
#include "sys/block.h"
#include "sys/handover.h"
#include "sys/hooks.h"
#include "sys/overlay.h"
#include "sys/toram.h"

#define OLD_ROOT_FD 9
#define EMPTIER_FD 10

static int say(int rc, const struct err *err)
{
	if (rc < 0)
		printf("error: %s\n", err->text);
	return rc < 0;
}

static int list(const char *sid)
{
	struct block_dev devs[4];
	size_t n = block_list_session((uint32_t)strtoul(sid, NULL, 10), devs, 4);

	for (size_t i = 0; i < n; i++) {
		char lun[24];

		printf("%s of %s lun=%s part=%u size=%llu\n", devs[i].name, devs[i].disk,
		       lun_text(devs[i].lun, lun, sizeof(lun)), devs[i].partno,
		       (unsigned long long)devs[i].size_bytes);
	}
	return 0;
}

static int probe(char **argv)
{
	struct block_dev dev = { .partno = (uint32_t)strtoul(argv[4], NULL, 10) };
	struct err err;

	(void)snprintf(dev.name, sizeof(dev.name), "%s", argv[2]);
	(void)snprintf(dev.disk, sizeof(dev.disk), "%s", argv[3]);
	if (say(block_probe(&dev, &err), &err))
		return 1;
	printf("fs=%s label=%s uuid=%s pt=%s partuuid=%s partlabel=%s parttype=%s\n", dev.fstype,
	       dev.label, dev.uuid, dev.pttype, dev.partuuid, dev.partlabel, dev.parttype);
	return 0;
}

static int layer(const char *word)
{
	struct plan_overlay overlay;
	char choices[64];
	struct out out = out_to(choices, sizeof(choices));
	struct err err;
	int rc = overlay_parse(OVERLAY_OURS, span_of(word), &overlay, &out, &err);

	if (!rc)
		rc = overlay_mount(&overlay, NULL, 0, &err);
	if (!rc)
		rc = overlay_write_fstab(&err);
	if (say(rc, &err))
		return 1;
	printf("ok, fstab %s\n", rc ? "changed" : "as it was");
	return 0;
}

static int without_openat2(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
}

static int check(char **argv)
{
	static struct plan plan;
	char init[PLAN_PATH_MAX];
	struct err err;
	int at = 2;

	if (argv[at] && !strcmp(argv[at], "nosys")) {
		if (without_openat2() < 0) {
			perror("seccomp");
			return 2;
		}
		at++;
	}
	if (argv[at]) {
		(void)snprintf(plan.init, sizeof(plan.init), "%s", argv[at]);
		plan.init_given.by = FROM_CMDLINE;
	}
	if (say(handover_check(&plan, init, &err), &err))
		return 1;
	printf("ok %s\n", init);
	return 0;
}

static int commit(char *init, const char *emptier)
{
	static char word[] = "single", env[] = "HOME=/";
	char *argv[] = { init, word, NULL }, *envp[] = { env, NULL };
	int fd, rc, pair[2] = { -1, -1 };
	bool switched = true;
	struct err err;
	sigset_t mask;

	(void)close_range(STDERR_FILENO + 1, ~0u, 0); /* what the caller of the test left open */
	fd = open("/", O_RDONLY | O_DIRECTORY);
	(void)dup2(fd, OLD_ROOT_FD);
	close(fd);
	if (emptier) {
		(void)socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
		/* stays open in init */
		if (!strcmp(emptier, "there"))
			(void)dup2(pair[1], EMPTIER_FD);
		close(pair[1]);
	}
	/* as the loop has it */
	(void)sigemptyset(&mask);
	(void)sigaddset(&mask, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &mask, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	rc = handover_commit(init, argv, envp, pair[0], &switched, &err);
	printf("switched=%d blocked=%d ", switched,
	       sigprocmask(SIG_SETMASK, NULL, &mask) == 0 && sigismember(&mask, SIGCHLD));
	return say(rc, &err);
}

static unsigned int entries(int fd)
{
	DIR *dir = fdopendir(fd);
	unsigned int n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		(void)closedir(dir);
	return n - 2;
}

/* What /proc/self/status says of a mask, without leading zeros. */
/* Without signals 32 and 33, libc's own: its posix_spawn(), by which make starts programs, leaves
 * them ignored. */
#define LIBC_SIGNALS (3ull << 31)

static void print_mask(const char *key)
{
	char line[256];
	FILE *f = fopen("/proc/self/status", "r");

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)))
			printf(" %s=%llx", key,
			       strtoull(line + strlen(key) + 1, NULL, 16) & ~LIBC_SIGNALS);
	if (f)
		(void)fclose(f);
}

static int report(int argc, char **argv, char **envp)
{
	static const char *const there[] = {
		"/marker-of-root",	  "/proc/self",	  "/sys/marker",
		"/run/netroot/boot.log",  "/dev/console", "/helper",
		"/run/initramfs/shutdown"
	};
	char cwd[64], byte;
	ssize_t told;

	printf("pid=%d argv=%s,%s argc=%d env=%s cwd=%s", getpid(), argv[0], argv[1], argc, envp[0],
	       getcwd(cwd, sizeof(cwd)));
	print_mask("SigBlk");
	print_mask("SigIgn");
	printf(" fds=%u", entries(open("/proc/self/fd", O_RDONLY | O_DIRECTORY)) - 1);
	for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++)
		if (!access(there[i], F_OK))
			printf(" %s", there[i]);
	told = recv(EMPTIER_FD, &byte, 1, MSG_DONTWAIT);
	printf("\nleft in the initramfs: %u%s\n", entries(OLD_ROOT_FD), told > 0 ? ", told" : "");
	return 0;
}

/* Whether what is in memory is what the file holds, and how much memory it takes. */
static void compare(const struct toram_file *file, const char *path)
{
	static char want[65536], got[sizeof(want)], full[4096];
	bool same = true;
	struct stat st;
	off_t at = 0;
	ssize_t n;
	int fd;

	(void)snprintf(full, sizeof(full), "/sysroot%s", path);
	fd = open(full, O_RDONLY | O_CLOEXEC);
	while ((n = read(fd, want, sizeof(want))) > 0) {
		same = same && pread(file->fd, got, (size_t)n, at) == n &&
		       !memcmp(want, got, (size_t)n);
		at += n;
	}
	close(fd);
	(void)fstat(file->fd, &st);
	printf("%s, %lld bytes, %lld MiB\n", same && st.st_size == at ? "same" : "differs",
	       (long long)st.st_size, (long long)(st.st_blocks * 512) >> 20);
}

static int toram(char **steps)
{
	struct toram_file file;
	struct err err;

	if (say(toram_open(&file, &err), &err))
		return 1;
	for (; *steps; steps++) {
		if (**steps == '@')
			file.shared->done = strtoull(*steps + 1, NULL, 10);
		else if (**steps == '#')
			(void)!pwrite(file.fd, *steps, 1, 0);
		else if (**steps == '?')
			(void)!say(toram_fill_if_there(&file, *steps + 1, &err), &err);
		else if (**steps == '=')
			compare(&file, *steps + 1);
		else if (!say(toram_fill(&file, *steps, &err), &err))
			compare(&file, *steps);
	}
	toram_close(&file);
	return 0;
}

static bool hooks_over;

static void hooks_done(void *arg, struct child *child, const struct child_result *result)
{
	char why[64];

	(void)arg;
	(void)child;
	printf("%.*s%s\n", (int)result->len_out, (const char *)result->out,
	       child_result_text(result, NS_PER_S, why, sizeof(why)));
	hooks_over = true;
}

static int hooks(char **argv)
{
	static char path[] = "PATH=/usr/bin:/bin", value[] = "NETROOT_IFACE=eth0";
	static struct child child;
	char *envp[] = { path, value, NULL };
	struct err err;
	struct loop *loop = loop_open(&err);

	if (!loop)
		return say(-1, &err);
	if (!hooks_wanted(argv[2])) {
		printf("none\n");
		return 0;
	}
	if (say(hooks_start(loop, &child, argv[2], envp, strtoull(argv[3], NULL, 10) * NS_PER_MS,
			    hooks_done, NULL, &err),
		&err))
		return 1;
	while (!hooks_over)
		loop_turn(loop);
	return 0;
}

static int whole(char **argv)
{
	const struct plan_image image = { .path = "/a" };
	uint8_t head[IMAGE_HEAD_LEN] = { 0 };
	int fd = open(argv[3], O_RDONLY | O_CLOEXEC);
	struct err err;

	if (fd < 0 || read(fd, head, sizeof(head)) != sizeof(head))
		return 1;
	if (!say(image_check_whole(&image, argv[2], head, strtoull(argv[4], NULL, 10), &err), &err))
		printf("whole\n");
	return 0;
}

int main(int argc, char **argv, char **envp)
{
	if (strstr(argv[0], "init"))
		return report(argc, argv, envp);
	if (argc == 3 && !strcmp(argv[1], "list"))
		return list(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "devpath"))
		return !block_devpath_in_session(argv[2], (uint32_t)strtoul(argv[3], NULL, 10));
	if (argc == 5 && !strcmp(argv[1], "probe"))
		return probe(argv);
	if (argc == 3 && !strcmp(argv[1], "layer"))
		return layer(argv[2]);
	if (argc >= 2 && !strcmp(argv[1], "toram"))
		return toram(argv + 2);
	if (argc == 5 && !strcmp(argv[1], "whole"))
		return whole(argv);
	if (argc >= 2 && !strcmp(argv[1], "check"))
		return check(argv);
	if ((argc == 3 || argc == 4) && !strcmp(argv[1], "commit"))
		return commit(argv[2], argv[3]);
	if (argc == 4 && !strcmp(argv[1], "hooks"))
		return hooks(argv);
	(void)fprintf(stderr, "root_helper: what?\n");
	return 2;
}
