/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The floor of the comparison: the least an /init can do to boot over NFS. Loads the modules listed
 * in /floor.modules in that order, puts a static address on the first NIC, mounts NFS, executes
 * /sbin/init. It chooses nothing, checks nothing and survives nothing.
 * Kernel words: floor.ip=ADDRESS floor.nfs=SERVER:PATH floor.vers=3|4.2.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void say(const char *what)
{
	struct timespec t = { 0 };

	clock_gettime(CLOCK_BOOTTIME, &t);
	dprintf(STDOUT_FILENO, "floor: %ld.%03ld %s\n", (long)t.tv_sec, t.tv_nsec / 1000000, what);
}

static _Noreturn void die(const char *what)
{
	dprintf(STDOUT_FILENO, "floor: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void load_modules(const char *list)
{
	char line[512];
	FILE *f = fopen(list, "re");

	while (f && fgets(line, sizeof(line), f)) {
		int fd;

		line[strcspn(line, "\n")] = '\0';
		fd = open(line, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
			die(line);
		close(fd);
	}
	if (f)
		fclose(f);
}

static const char *word_value(const char *cmdline, const char *key)
{
	char copy[4096], *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", cmdline);
	while ((word = strsep(&rest, " \n")))
		if (strncmp(word, key, strlen(key)) == 0)
			return strdup(word + strlen(key));
	errno = ENOENT;
	die(key);
}

/* eth0: without udev the first NIC keeps the kernel's name. */
static void bring_up(const char *address)
{
	struct ifreq ifr = { .ifr_name = "eth0" };
	struct sockaddr_in *in = (struct sockaddr_in *)&ifr.ifr_addr;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	in->sin_family = AF_INET;
	in->sin_addr.s_addr = inet_addr(address);
	if (ioctl(fd, SIOCSIFADDR, &ifr))
		die("SIOCSIFADDR");
	in->sin_addr.s_addr = inet_addr("255.255.255.0");
	if (ioctl(fd, SIOCSIFNETMASK, &ifr))
		die("SIOCSIFNETMASK");
	ifr.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, &ifr))
		die("SIOCSIFFLAGS");
	close(fd);
}

static void mount_root(const char *source, const char *client, const char *vers)
{
	char options[512];
	int v3 = strcmp(vers, "3") == 0;

	snprintf(options, sizeof(options), "vers=%s,%sproto=tcp,addr=%.*s,clientaddr=%s", vers,
		 v3 ? "nolock,mountproto=tcp," : "", (int)strcspn(source, ":"), source, client);
	/* The carrier comes a moment after IFF_UP. */
	for (int tries = 0; mount(source, "/root", v3 ? "nfs" : "nfs4", 0, options); tries++) {
		if (tries == 200)
			die(source);
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
}

int main(void)
{
	static char cmdline[4096];
	const char *client;
	int fd;

	mkdir("/proc", 0755);
	mkdir("/dev", 0755);
	mkdir("/sys", 0755);
	mkdir("/run", 0755);
	mkdir("/root", 0755);
	if (mount("proc", "/proc", "proc", 0, NULL) || mount("sysfs", "/sys", "sysfs", 0, NULL) ||
	    mount("tmpfs", "/run", "tmpfs", 0, "mode=755") ||
	    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL))
		die("/proc, /sys, /run, /dev");
	fd = open("/dev/console", O_RDWR | O_CLOEXEC);
	if (fd >= 0)
		for (int i = 0; i < 3; i++)
			dup2(fd, i);
	say("init");

	fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, cmdline, sizeof(cmdline) - 1) < 0)
		die("/proc/cmdline");
	close(fd);
	client = word_value(cmdline, "floor.ip=");

	load_modules("/floor.modules");
	say("modules");
	bring_up(client);
	mount_root(word_value(cmdline, "floor.nfs="), client, word_value(cmdline, "floor.vers="));
	say("mount");

	if (mount("/proc", "/root/proc", NULL, MS_MOVE, NULL) ||
	    mount("/sys", "/root/sys", NULL, MS_MOVE, NULL) ||
	    mount("/run", "/root/run", NULL, MS_MOVE, NULL) ||
	    mount("/dev", "/root/dev", NULL, MS_MOVE, NULL) || chdir("/root") ||
	    mount(".", "/", NULL, MS_MOVE, NULL) || chroot("."))
		die("switching the root");
	say("exec");
	execl("/sbin/init", "/sbin/init", (char *)NULL);
	die("/sbin/init");
}
