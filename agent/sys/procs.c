/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/PID/cmdline, /proc/PID/stat, pidfd_open(2). */
#include "sys/procs.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/text.h"
#include "sys/mount.h"

/* The process's own, whatever its memory holds; only the beginning is of use. */
static void name_of(pid_t pid, char *dst, size_t size)
{
	char path[48];
	ssize_t n = -1;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, dst, size - 1);
		close(fd);
	}
	dst[n > 0 ? n : 0] = '\0';
}

size_t procs_kill(procs_fn *fn, void *arg, pid_t *ret, size_t max)
{
	/* not "/proc": a root on NFS asks its server, which may be gone, of a directory that is
	 * opened by its name in the root, also where something is mounted on it */
	DIR *dir = opendir("/proc/.");
	const struct dirent *entry;
	char name[64];
	uint64_t pid;
	size_t n = 0;

	while (dir && (entry = readdir(dir))) {
		if (!parse_uint(span_of(entry->d_name), 10, 1, INT32_MAX, &pid))
			continue;
		name_of((pid_t)pid, name, sizeof(name));
		if (!fn(arg, (pid_t)pid, name) || kill((pid_t)pid, SIGKILL) < 0)
			continue;
		if (n < max)
			ret[n++] = (pid_t)pid;
	}
	if (dir)
		(void)closedir(dir);
	return n;
}

/* Of "PID (NAME) STATE PPID ...", the name with whatever in it. */
static pid_t parent_of(pid_t pid)
{
	char path[48], text[1024];
	const char *end;
	struct span rest;
	uint64_t parent;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (file_read(path, text, sizeof(text)) <= 0)
		return 0;
	end = strrchr(text, ')');
	if (!end)
		return 0;
	rest = span_of(end);
	(void)span_cut(&rest, ' ');
	(void)span_cut(&rest, ' ');
	return parse_uint(span_cut(&rest, ' '), 10, 0, INT_MAX, &parent) ? (pid_t)parent : 0;
}

void procs_forebears(int ret[static PROCS_FOREBEARS_MAX])
{
	int n = 0;

	for (pid_t pid = getpid(); pid > 0 && n < PROCS_FOREBEARS_MAX - 1; pid = parent_of(pid))
		ret[n++] = (int)pid;
	ret[n] = 0;
}

int procs_watch(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}
