/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /init of the machine in which scripts/bench-nfs compares how an export is attached: loads the
 * modules listed in /modules, puts 10.77.0.50 on the first NIC, then does everything in turns.
 * Kernel words: bench.path=PATH bench.n=ROUNDS. Every line on the console that begins with "row" is
 * a result: name, milliseconds, packets and bytes both ways.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/nfs_paths.h"
#include "sys/loop.h"
#include "sys/nfs_attach.h"

#define SERVERS_MAX 8
#define LIMIT_NS (8 * NS_PER_S)

static char path[256];
static struct plan plan;

static _Noreturn void off(const char *what)
{
	if (what)
		printf("bench: %s: %s\n", what, strerror(errno));
	(void)fflush(stdout);
	sync();
	(void)reboot(RB_POWER_OFF);
	_exit(1);
}

/* --- the machine --- */

static void load_modules(void)
{
	char line[512];
	FILE *f = fopen("/modules", "re");

	while (f && fgets(line, sizeof(line), f)) {
		int fd;

		line[strcspn(line, "\n")] = '\0';
		fd = open(line, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
			off(line);
		close(fd);
	}
}

static void bring_up(void)
{
	struct ifreq ifr = { .ifr_name = "eth0" };
	struct sockaddr_in in = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	in.sin_addr.s_addr = inet_addr("10.77.0.50");
	memcpy(&ifr.ifr_addr, &in, sizeof(in));
	if (ioctl(fd, SIOCSIFADDR, &ifr))
		off("SIOCSIFADDR");
	in.sin_addr.s_addr = inet_addr("255.255.255.0");
	memcpy(&ifr.ifr_addr, &in, sizeof(in));
	if (ioctl(fd, SIOCSIFNETMASK, &ifr))
		off("SIOCSIFNETMASK");
	ifr.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, &ifr))
		off("SIOCSIFFLAGS");
	(void)strcpy(ifr.ifr_name, "lo");
	(void)ioctl(fd, SIOCSIFFLAGS, &ifr); /* for those who ask a local rpcbind */
	close(fd);
}

static unsigned long counted(const char *name)
{
	char file[96], text[32] = "";
	int fd;

	(void)snprintf(file, sizeof(file), "/sys/class/net/eth0/statistics/%s", name);
	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		(void)!read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	return strtoul(text, NULL, 10);
}

struct meter {
	uint64_t start_ns;
	unsigned long packets, bytes;
};

static unsigned long packets(void)
{
	return counted("rx_packets") + counted("tx_packets");
}

static unsigned long bytes(void)
{
	return counted("rx_bytes") + counted("tx_bytes");
}

/* The clock last, so that reading the others is not measured. */
static struct meter meter_now(void)
{
	struct meter m = { .packets = packets(), .bytes = bytes() };

	m.start_ns = clock_now_ns();
	return m;
}

static void row(const char *name, const struct meter *from)
{
	uint64_t ns = clock_now_ns() - from->start_ns;

	printf("row %s %.2f %lu %lu\n", name, (double)ns / 1e6, packets() - from->packets,
	       bytes() - from->bytes);
}

/* --- netroot's way --- */

static struct plan_root root_at(int server, const char *options)
{
	struct plan_root root = { .kind = ROOT_NFS, .nfs = { .minor = -1 } };

	(void)snprintf(root.server.name, sizeof(root.server.name), "10.77.0.%d", server);
	(void)ip_parse(span_of(root.server.name), &root.server.ip);
	(void)text_copy(root.nfs.path, sizeof(root.nfs.path), span_of(path));
	(void)text_copy(root.nfs.options, sizeof(root.nfs.options), span_of(options));
	return root;
}

struct report {
	bool early;
	struct nfs_findings findings;
};

static void tell(void *arg, const struct nfs_findings *so_far)
{
	const struct report report = { true, *so_far };
	const int *fd = arg;

	(void)!write(*fd, &report, sizeof(report));
}

/* A child with a pipe, as sys/child starts it. */
static pid_t ask(const struct plan_root *root, bool early, int *ret_fd)
{
	struct report report = { false };
	struct nfs_listener listener = { tell, NULL };
	struct err err;
	int fds[2];
	pid_t pid;

	if (pipe(fds))
		off("pipe");
	pid = fork();
	if (pid) {
		close(fds[1]);
		*ret_fd = fds[0];
		return pid;
	}
	listener.arg = &fds[1];
	if (nfs_confine(fds[1], &root->server, &err) < 0 ||
	    nfs_preflight(root, &(struct nfs_sought){ .path = "/sbin/init" }, LIMIT_NS,
			  early ? &listener : NULL, &report.findings, &err) < 0)
		_exit(1);
	_exit(write(fds[1], &report, sizeof(report)) != sizeof(report));
}

static bool told(int fd, const struct plan_root *root, struct report *ret)
{
	struct nfs_try tries[NFS_TRIES_MAX];
	struct err err;

	return read(fd, ret, sizeof(*ret)) == sizeof(*ret) &&
	       nfs_tries(&plan, root, &ret->findings, NULL, tries, &err) > 0;
}

/* Of n servers, of which those from the second on may be dead, to the one that is mounted. */
static int choose(struct plan_root *roots, int n)
{
	struct nfs_paths paths = { .n = (uint8_t)n, .begun_ns = clock_now_ns() };
	struct pollfd fds[SERVERS_MAX];
	struct report found;
	pid_t pids[SERVERS_MAX];
	uint64_t deadline_ns;
	int at;

	for (int i = 0; i < n; i++) {
		pids[i] = ask(&roots[i], false, &fds[i].fd);
		fds[i].events = POLLIN;
		paths.paths[i].state = NFS_PATH_BUSY;
	}
	while ((at = nfs_paths_choose(&paths, clock_now_ns(), &deadline_ns)) < 0) {
		uint64_t now = clock_now_ns();

		(void)poll(fds, (nfds_t)n,
			   deadline_ns == NFS_PATHS_NEVER ? 9000
			   : deadline_ns > now ? (int)((deadline_ns - now) / NS_PER_MS) + 1
					       : 0);
		for (int i = 0; i < n; i++) {
			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			if (told(fds[i].fd, &roots[i], &found))
				nfs_paths_good(&paths, (uint8_t)i, clock_now_ns());
			else
				paths.paths[i].state = NFS_PATH_OVER;
			close(fds[i].fd);
			fds[i].fd = -1;
		}
		if (!nfs_paths_left(&paths, -1))
			break;
	}
	for (int i = 0; i < n; i++) {
		(void)kill(pids[i], SIGKILL);
		(void)waitpid(pids[i], NULL, 0);
		if (fds[i].fd >= 0)
			close(fds[i].fd);
	}
	return at;
}

static void netroot(const char *name, const char *options)
{
	struct plan_root root = root_at(1, options);
	struct nfs_try tries[NFS_TRIES_MAX];
	struct report report;
	struct meter m = meter_now();
	size_t used, n;
	int fd, errnum, status = 1;
	struct err err;
	pid_t asks, mounts;

	asks = ask(&root, true, &fd);
	if (!told(fd, &root, &report))
		off(name);
	n = nfs_tries(&plan, &root, &report.findings, NULL, tries, &err);
	mounts = fork();
	if (!mounts)
		_exit(nfs_mount(tries, n, "/mnt", true, &used, &errnum, &err) < 0);
	if ((report.early && !told(fd, &root, &report)) || report.early ||
	    !nfs_try_holds(&plan, &root, &report.findings, &tries[0]))
		off(name);
	(void)waitpid(asks, NULL, 0);
	(void)waitpid(mounts, &status, 0);
	if (status)
		off(name);
	row(name, &m);
	close(fd);
	(void)umount("/mnt");
}

static void servers(int n, bool dead)
{
	struct plan_root roots[SERVERS_MAX];
	char name[32];
	struct meter m;

	/* the dead ones are preferred to the one that lives */
	for (int i = 0; i < n; i++)
		roots[i] = root_at(i == n - 1 ? 1 : (dead ? 30 : 10) + i, "vers=4.2");
	(void)snprintf(name, sizeof(name), "%d-servers%s", n, dead ? "-one-lives" : "");
	m = meter_now();
	if (choose(roots, n) < 0)
		off(name);
	row(name, &m);
}

/* --- others --- */

static void kernel_alone(const char *name, const char *options)
{
	char source[300];
	struct meter m = meter_now();

	(void)snprintf(source, sizeof(source), "10.77.0.1:%s", path);
	if (mount(source, "/mnt", "nfs", MS_RDONLY, options))
		off(name);
	row(name, &m);
	(void)umount("/mnt");
}

/* klibc's wants its options in front, mount.nfs behind. */
static void program(const char *name, const char *file, const char *options)
{
	char source[300];
	bool in_front = strstr(file, "nfsmount");
	struct meter m;
	int status = 1;
	pid_t pid;

	if (access(file, X_OK))
		return;
	(void)snprintf(source, sizeof(source), "10.77.0.1:%s", path);
	m = meter_now();
	pid = fork();
	if (!pid) {
		if (in_front)
			(void)execl(file, file, "-o", options, source, "/mnt", (char *)NULL);
		else
			(void)execl(file, file, source, "/mnt", "-n", "-o", options, (char *)NULL);
		_exit(127);
	}
	(void)waitpid(pid, &status, 0);
	if (status) {
		printf("bench: %s: exit status %d\n", name, WEXITSTATUS(status));
		return;
	}
	row(name, &m);
	(void)umount("/mnt");
}

static void round_of_all(void)
{
	static const char mount_nfs[] = "/sbin/mount.nfs", nfsmount[] = "/bin/nfsmount";

	netroot("netroot-3", "vers=3");
	kernel_alone("kernel-3", "vers=3,addr=10.77.0.1,nolock,proto=tcp");
	program("klibc-nfsmount-3", nfsmount, "ro,nolock,tcp,v3");
	program("mount.nfs-3", mount_nfs, "ro,vers=3,nolock,proto=tcp");
	netroot("netroot-4.2", "vers=4.2");
	kernel_alone("kernel-4.2", "vers=4.2,addr=10.77.0.1,clientaddr=10.77.0.50");
	program("mount.nfs-4.2", mount_nfs, "ro,vers=4.2");
	netroot("netroot-any", "");
	program("mount.nfs-any", mount_nfs, "ro");
	servers(1, false);
	servers(3, false);
	servers(8, false);
	servers(3, true);
	servers(8, true);
}

static void word_of(const char *cmdline, const char *key, char *dst, size_t size)
{
	const char *at = strstr(cmdline, key);

	if (!at)
		off(key);
	at += strlen(key);
	(void)snprintf(dst, size, "%.*s", (int)strcspn(at, " \n"), at);
}

int main(void)
{
	static char cmdline[4096];
	char n[16];
	int fd;

	(void)mkdir("/proc", 0755);
	(void)mkdir("/sys", 0755);
	(void)mkdir("/dev", 0755);
	(void)mkdir("/run", 0755);
	(void)mkdir("/mnt", 0755);
	if (mount("proc", "/proc", "proc", 0, NULL) || mount("sysfs", "/sys", "sysfs", 0, NULL) ||
	    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL))
		off("/proc, /sys, /dev");
	fd = open("/dev/console", O_RDWR | O_CLOEXEC);
	for (int i = 0; fd >= 0 && i < 3; i++)
		(void)dup2(fd, i);
	setvbuf(stdout, NULL, _IOLBF, 0);
	fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, cmdline, sizeof(cmdline) - 1) < 0)
		off("/proc/cmdline");
	word_of(cmdline, "bench.path=", path, sizeof(path));
	word_of(cmdline, "bench.n=", n, sizeof(n));
	(void)text_copy(plan.init, sizeof(plan.init), span_of("/sbin/init"));
	load_modules();
	bring_up();
	/* the bridge learns, ARP is asked, code is read: not of the comparison */
	netroot("warm-up", "");
	for (int i = atoi(n); i > 0; i--)
		round_of_all();
	printf("bench: done\n");
	off(NULL);
}
