/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the root's system ends, as the words of the command line ask for. */
#ifndef NETROOT_TESTS_VM_ENDING_H
#define NETROOT_TESTS_VM_ENDING_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "told.h"

/* Its cable is pulled by the test once it reads this on the console. */
static void wait_for_no_carrier(void)
{
	const struct timespec pause = { .tv_nsec = 100000000 };

	dprintf(STDERR_FILENO, "init: waits for the network to go\n");
	for (int i = 0; i < 300 && *slurp("/sys/class/net/eth0/carrier", false) == '1'; i++)
		nanosleep(&pause, NULL);
}

/* Does what systemd-shutdown does in the end (src/shutdown/shutdown.c, src/shared/switch-root.c):
 * into /run/initramfs, the old root at /oldroot, and its program in our place. */
static void pivot_back(const char *verb, bool down)
{
	static const char *const bound[] = { "/dev", "/sys", "/proc", "/run" };
	char to[64];

	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	mount("/run/initramfs", "/run/initramfs", NULL, MS_BIND, NULL);
	mkdir("/run/initramfs/oldroot", 0755);
	for (int i = 0; i < 4; i++) {
		snprintf(to, sizeof(to), "/run/initramfs%s", bound[i]);
		mkdir(to, 0755);
		mount(bound[i], to, NULL, MS_BIND, NULL);
	}
	if (chdir("/run/initramfs") || syscall(SYS_pivot_root, ".", "oldroot"))
		return;
	if (down)
		wait_for_no_carrier();
	execl("/shutdown", "/shutdown", verb, "--log-level", "6", "--log-target", "console", NULL);
}

/* As the last script of an init does: called, and waited for. */
static void call_program(const char *verb, bool down)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (down)
			wait_for_no_carrier();
		execl("/run/initramfs/shutdown", "/run/initramfs/shutdown", verb, NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

static void hold_file_open(const char *path)
{
	int fds[2], fd;
	char byte;

	if (pipe(fds))
		return;
	if (fork() == 0) {
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		dprintf(fd, "x");
		dprintf(fds[1], "x");
		for (;;)
			pause();
	}
	(void)!read(fds[0], &byte, 1);
	close(fds[0]);
	close(fds[1]);
}

/* The kernel /kexec/kernel, with the initrd and the words that lie beside it. */
static void load_kernel(void)
{
	int kernel = open("/kexec/kernel", O_RDONLY | O_CLOEXEC);
	int initrd = open("/kexec/initrd", O_RDONLY | O_CLOEXEC);
	const char *words = slurp("/kexec/words", false);

	if (syscall(SYS_kexec_file_load, kernel, initrd, strlen(words) + 1, words, 0UL))
		dprintf(STDERR_FILENO, "init: no kernel is loaded: %s\n", strerror(errno));
	close(kernel);
	close(initrd);
}

/* As systemctl reboot --reboot-argument= does. */
static void leave_argument(const char *text)
{
	FILE *f;

	mkdir("/run/systemd", 0755);
	f = fopen("/run/systemd/reboot-param", "we");
	if (!f)
		return;
	fprintf(f, "%s\n", text);
	fclose(f);
}

/* verdict.pivot=VERB, verdict.call=VERB: through /run/initramfs/shutdown, with verdict.down once
 * the network is gone; verdict.dirty leaves a file behind that nobody has flushed, verdict.open one
 * that another process has written to and holds open; verdict.kexec loads a kernel,
 * verdict.argument=TEXT is for the restart. */
static void end_as_asked(char *cmdline)
{
	char *word, *rest = cmdline;
	bool down = false;

	while ((word = strsep(&rest, " \n"))) {
		if (strcmp(word, "verdict.dirty") == 0)
			fclose(fopen("/netroot-dirty", "we"));
		if (strcmp(word, "verdict.open") == 0)
			hold_file_open("/netroot-open");
		if (strcmp(word, "verdict.down") == 0)
			down = true;
		if (strcmp(word, "verdict.kexec") == 0)
			load_kernel();
		if (strncmp(word, "verdict.argument=", 17) == 0)
			leave_argument(word + 17);
		if (strncmp(word, "verdict.pivot=", 14) == 0)
			pivot_back(word + 14, down);
		if (strncmp(word, "verdict.call=", 13) == 0)
			call_program(word + 13, down);
	}
}

#endif
