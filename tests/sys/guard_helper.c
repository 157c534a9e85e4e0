/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands for PID 1 around the guard, and shows what confinement refuses:
 *   guard_helper boot4 IFNAME ROOT   DHCP on it, address applied, guard briefed, left alone
 *   guard_helper boot6 IFNAME ROOT   the same with DHCPv6
 *   guard_helper unbriefed           forks the guard and ends
 *   guard_helper refused             confines itself as the guard does, then tries what is refused
 * The first three print the guard's process id. After forking it they mount a file system on /mnt,
 * which stands for the root.
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/netconf.h"
#include "guard.h"
#include "nic_mac.h"
#include "sys/confine.h"
#include "sys/dhcp6_nic.h"
#include "sys/dhcp_nic.h"
#include "sys/rtnl.h"

static struct loop *loop;
static struct rtnl *rtnl;
static struct guard_brief brief;
static bool done;

static void die(const char *what)
{
	fprintf(stderr, "guard_helper: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void die_of(const struct err *err)
{
	fprintf(stderr, "guard_helper: %s\n", err->text);
	exit(1);
}

static void on_nic(void *arg, const struct nic *nic, bool gone)
{
	(void)arg;
	(void)nic;
	(void)gone;
}

static void on_lease(void *arg, int ifindex, enum dhcp_news news, const struct lease *lease,
		     const char *text)
{
	struct netconf conf;
	struct err err;

	if (news != DHCP_NEWS_LEASE) {
		fprintf(stderr, "guard_helper: %s\n", text);
		return;
	}
	netconf_from_lease(lease, &conf);
	if (rtnl_apply(rtnl, ifindex, &conf, &err) < 0)
		die_of(&err);
	*(struct lease *)arg = *lease;
	done = true;
}

/* Of the one process that this one has started. */
static void print_child(void)
{
	char path[64], text[64] = "";
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	fd = open(path, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		die("no child");
	printf("%ld\n", strtol(text, NULL, 10));
	(void)fflush(stdout);
	close(fd);
}

static int start_guard(void)
{
	struct err err;
	int pidfd, fd = guard_fork(&pidfd, &err);

	if (fd < 0)
		die_of(&err);
	print_child();
	if (mount("guard-test-root", "/mnt", "tmpfs", 0, NULL) < 0)
		die("mount");
	return fd;
}

static void nic_begin(struct guard_nic *nic, const char *ifname)
{
	(void)snprintf(nic->ifname, sizeof(nic->ifname), "%s", ifname);
	nic->ifindex = (int)if_nametoindex(ifname);
	if (!read_mac(ifname, &nic->config4.mac))
		die(ifname);
	nic->config6.mac = nic->config4.mac;
	if (getrandom(&nic->config4.seed, sizeof(nic->config4.seed), 0) < 0)
		die("getrandom");
	nic->config6.seed = nic->config4.seed;
	nic->config4.arch = nic->config6.arch = -1;
	nic->config6.len_duid = dhcp6_duid(NULL, &nic->config6.mac, nic->config6.duid);
}

static int boot(bool v6, const char *ifname, const char *root)
{
	struct guard_nic *nic = &brief.nics[0];
	struct err err;
	int fd = start_guard();

	loop = loop_open(&err);
	if (!loop || !(rtnl = rtnl_open(loop, on_nic, NULL, &err)))
		die_of(&err);
	nic_begin(nic, ifname);
	nic->have4 = !v6;
	nic->have6 = v6;
	if (v6 ? !dhcp6_nic_start(loop, nic->ifindex, ifname, &nic->config6, NULL, on_lease,
				  &nic->lease6, &err)
	       : !dhcp_nic_start(loop, nic->ifindex, ifname, &nic->config4, on_lease, &nic->lease4,
				 &err))
		die_of(&err);
	while (!done)
		loop_turn(loop);
	brief.n_nics = 1;
	(void)snprintf(brief.root, sizeof(brief.root), "%s", root);
	if (guard_brief_send(fd, &brief, &err) < 0)
		die_of(&err);
	return 0;
}

/* What came of it, and which call was remembered as refused. */
static void tried(const char *what, int rc)
{
	int code = rc < 0 ? errno : 0;

	printf("%s: errno %d, remembered %d\n", what, code, confine_refused());
}

static int refused(void)
{
	static const struct confine_call calls[] = {
		{ .number = SYS_write },
		{ .number = SYS_exit_group },
		{ .number = SYS_rt_sigreturn },
		{ .number = SYS_openat, .refused = true },
		{ SYS_socket, 2, false, { AF_INET, AF_NETLINK } },
	};
	static char *const argv[] = { NULL };
	struct err err;

	(void)setvbuf(stdout, NULL, _IONBF, 0);
	if (confine_memory(&err) < 0 || confine_caps(NULL, 0, &err) < 0 ||
	    confine_calls(calls, sizeof(calls) / sizeof(calls[0]), &err) < 0)
		die_of(&err);
	tried("open", open("/etc/passwd", O_RDONLY));
	tried("inet", socket(AF_INET, SOCK_DGRAM, 0));
	tried("netlink", socket(AF_NETLINK, SOCK_DGRAM, 0));
	tried("unix", socket(AF_UNIX, SOCK_DGRAM, 0));
	tried("getpid", (int)syscall(SYS_getpid));
	tried("exec", execve("/bin/true", argv, argv));
	(void)syscall(0x40000000 | SYS_write, 1, "x32\n", 4); /* the end */
	printf("survived x32\n");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 0 && !strcmp(argv[0], GUARD_NAME))
		return guard_main();
	if (argc == 2 && !strcmp(argv[1], "refused"))
		return refused();
	if (argc == 2 && !strcmp(argv[1], "unbriefed"))
		return start_guard() < 0;
	if (argc == 4 && (!strcmp(argv[1], "boot4") || !strcmp(argv[1], "boot6")))
		return boot(argv[1][4] == '6', argv[2], argv[3]);
	fputs("usage: see the head of guard_helper.c\n", stderr);
	return 2;
}
