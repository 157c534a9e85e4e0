/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests that are /init of a VM share. They print "ok NAME" or "not ok NAME: WHY" per
 * check, "end of checks" behind the last, and power off. */
#ifndef NETROOT_TESTS_VM_INIT_H
#define NETROOT_TESTS_VM_INIT_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/loop.h"

__attribute__((format(printf, 3, 4))) static inline void check(bool good, const char *name,
							       const char *fmt, ...)
{
	va_list ap;

	printf("%s %s", good ? "ok" : "not ok", name);
	if (!good) {
		printf(": ");
		va_start(ap, fmt);
		vprintf(fmt, ap);
		va_end(ap);
	}
	printf("\n");
}

static inline void check_str(const char *name, const char *got, const char *want)
{
	check(!strcmp(got, want), name, "got \"%s\", want \"%s\"", got, want);
}

static inline void vm_begin(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	(void)mkdir("/proc", 0755);
	(void)mkdir("/sys", 0755);
	if (mount("proc", "/proc", "proc", 0, NULL) || mount("sysfs", "/sys", "sysfs", 0, NULL))
		printf("mounts: %s\n", strerror(errno));
}

static inline void vm_end(void)
{
	printf("end of checks\n");
	fflush(stdout);
	(void)reboot(RB_POWER_OFF);
}

/* dir/000.ko and on. */
static inline void load_modules(const char *dir)
{
	char path[96];

	for (int i = 0;; i++) {
		int fd;

		(void)snprintf(path, sizeof(path), "%s/%03d.ko", dir, i);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return;
		if (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST)
			printf("%s: %s\n", path, strerror(errno));
		close(fd);
	}
}

static inline void ticking(void *arg, uint64_t now_ns)
{
	(void)arg;
	(void)now_ns;
}

static inline uint64_t tick(void *arg)
{
	(void)arg;
	return clock_now_ns() + NS_PER_S / 20;
}

/* A loop whose turns end soon, for who waits with a limit; NULL with err. */
static inline struct loop *ticking_loop(struct err *err)
{
	static char timer;
	struct loop *loop = loop_open(err);

	return loop && loop_timer(loop, tick, ticking, &timer, err) == 0 ? loop : NULL;
}

#endif
