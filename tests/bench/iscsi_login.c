/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Logins to one target, by netroot's machine and by open-iscsi's iscsistart in turns, each as a
 * process of its own, and a logout behind every one: iscsi_login ROUNDS ADDRESS TARGET. One line a
 * login: "login: WHO MS-TO-ITS-END MS-TO-THE-DISK", both from before the fork. In a machine of its
 * own, whose iSCSI sessions are all these.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../sys/iscsi_outcome.h"
#include "core/addr.h"
#include "sys/iscsi_logout.h"

#define INITIATOR "iqn.2026-01.lab.example:client"
#define DISK_LIMIT_NS (20 * NS_PER_S)

static void on_lost(void *arg, uint32_t sid, const char *text)
{
	(void)arg;
	fprintf(stderr, "session %u is lost: %s\n", sid, text);
}

/* As a boot does with a root on LUN 1; returns the exit status. */
static int login(const char *address, const char *target)
{
	static const uint8_t lun[8] = { 0, 1 };
	struct iscsi_config config = {
		.port = ISCSI_PORT, .initiator = INITIATOR, .ifname = "eth0", .connect_limit_s = 3
	};
	struct outcome o = { 0 };
	struct loop *loop = loop_open(&o.err);

	(void)ip_parse(span_of(address), &config.portal);
	(void)snprintf(config.target, sizeof(config.target), "%s", target);
	if (loop && iscsi_login_start(loop, &config, on_done, on_lost, &o, &o.err))
		while (!o.done)
			loop_turn(loop);
	if (!o.err.text[0])
		(void)iscsi_scan(o.result.host_no, lun, &o.err);
	if (o.err.text[0])
		fprintf(stderr, "%s\n", o.err.text);
	return o.err.text[0] != '\0';
}

static void become(bool ours, const char *address, const char *target)
{
	if (ours)
		_exit(login(address, target));
	/* it says what it does */
	(void)!freopen("/dev/null", "w", stdout);
	execlp("iscsistart", "iscsistart", "-i", INITIATOR, "-t", target, "-g", "1", "-a", address,
	       "-p", "3260", NULL);
	perror("iscsistart");
	_exit(127);
}

static bool has_disk(void)
{
	glob_t g;
	bool has = glob("/sys/class/block/sd*", 0, NULL, &g) == 0;

	globfree(&g);
	return has;
}

/* Until there is a disk, or none. */
static bool wait_for_disk(bool wanted)
{
	uint64_t until_ns = clock_now_ns() + DISK_LIMIT_NS;

	while (has_disk() != wanted && clock_now_ns() < until_ns)
		usleep(200);
	return has_disk() == wanted;
}

static int end_of(pid_t pid)
{
	int status = -1;

	(void)waitpid(pid, &status, 0);
	return status;
}

/* In a child: it opens the loop anew. */
static void log_out(void)
{
	uint32_t sids[ISCSI_SESSIONS_MAX];
	size_t n = iscsi_sessions_list(sids);
	pid_t pid = fork();

	if (pid == 0) {
		struct err err = { 0 };

		for (size_t i = 0; i < n; i++)
			if (iscsi_logout_run(sids[i], &err))
				fprintf(stderr, "%s\n", err.text);
		_exit(0);
	}
	(void)end_of(pid);
}

static bool one(bool ours, const char *address, const char *target)
{
	uint64_t began_ns = clock_now_ns(), ended_ns;
	pid_t pid = fork();
	int status;

	if (pid == 0)
		become(ours, address, target);
	status = end_of(pid);
	ended_ns = clock_now_ns();
	if (status || !wait_for_disk(true)) {
		fprintf(stderr, "login: %s: status %#x, and no disk\n",
			ours ? "netroot" : "iscsistart", (unsigned int)status);
		return false;
	}
	printf("login: %s %.1f %.1f\n", ours ? "netroot" : "iscsistart",
	       (double)(ended_ns - began_ns) / 1e6, (double)(clock_now_ns() - began_ns) / 1e6);
	log_out();
	return wait_for_disk(false);
}

int main(int argc, char **argv)
{
	char byte;

	if (argc != 4)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* an emulated machine has no random numbers for its first seconds */
	(void)getrandom(&byte, 1, 0);
	for (unsigned long round = strtoul(argv[1], NULL, 10); round; round--)
		if (!one(true, argv[2], argv[3]) || !one(false, argv[2], argv[3]))
			return 1;
	return 0;
}
