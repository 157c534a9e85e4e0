/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a process that was left running may do, holds and sees, as lines "guard.KEY=value". */
#ifndef NETROOT_TESTS_VM_GUARD_VIEW_H
#define NETROOT_TESTS_VM_GUARD_VIEW_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock_s.h"

#define GUARD_CONFINED_S 10

static FILE *guard_file(const char *pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%.20s/%s", pid, name);
	return fopen(path, "re");
}

static bool guard_is_confined(const char *pid)
{
	char line[256];
	int mode = 0;
	FILE *f = guard_file(pid, "status");

	while (f && fgets(line, sizeof(line), f))
		(void)sscanf(line, "Seccomp: %d", &mode);
	if (f)
		fclose(f);
	return mode != 0;
}

/* It confines itself once the initramfs is empty, which nothing that init could wait for tells. */
static void guard_await(const char *pid)
{
	double end = clock_s(CLOCK_MONOTONIC) + GUARD_CONFINED_S;

	while (!guard_is_confined(pid) && clock_s(CLOCK_MONOTONIC) < end)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
}

static void guard_status(const char *pid, FILE *out)
{
	static const char *const keys[] = { "CapInh",	  "CapPrm",  "CapEff", "CapBnd",
					    "NoNewPrivs", "Seccomp", "VmLck",  "VmRSS" };
	char line[256], key[32], value[200];
	FILE *f = guard_file(pid, "status");

	while (f && fgets(line, sizeof(line), f))
		for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
			if (sscanf(line, "%31[^:]: %199[^\n]", key, value) == 2 &&
			    strcmp(key, keys[i]) == 0)
				fprintf(out, "guard.%s=%s\n", key, value);
	if (f)
		fclose(f);
}

static void guard_mounts(const char *pid, FILE *out)
{
	char line[1024];
	FILE *f = guard_file(pid, "mounts");

	while (f && fgets(line, sizeof(line), f))
		fprintf(out, "guard.mount=%s", line);
	if (f)
		fclose(f);
}

static void guard_descriptors(const char *pid, FILE *out)
{
	char path[64], link[400], target[256];
	struct dirent *e;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	dir = opendir(path);
	while (dir && (e = readdir(dir))) {
		ssize_t len;

		snprintf(link, sizeof(link), "%s/%s", path, e->d_name);
		len = readlink(link, target, sizeof(target));
		if (len > 0)
			fprintf(out, "guard.fd.%s=%.*s\n", e->d_name, (int)len, target);
	}
	if (dir)
		closedir(dir);
}

/* Its root is the initramfs. */
static int guard_count(const char *dir, dev_t dev)
{
	char path[400];
	struct dirent *e;
	struct stat st;
	DIR *d = opendir(dir);
	int n = 0;

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || lstat(path, &st) < 0 ||
		    st.st_dev != dev)
			continue;
		n += S_ISDIR(st.st_mode) ? guard_count(path, dev) : 1;
	}
	if (d)
		closedir(d);
	return n;
}

static void guard_initramfs(const char *pid, FILE *out)
{
	char root[64];
	struct stat st;

	snprintf(root, sizeof(root), "/proc/%.20s/root/", pid);
	if (stat(root, &st) == 0)
		fprintf(out, "guard.initramfs=%d\n", guard_count(root, st.st_dev));
}

static void guard_view(const char *pid, FILE *out)
{
	guard_await(pid);
	guard_status(pid, out);
	guard_mounts(pid, out);
	guard_descriptors(pid, out);
	guard_initramfs(pid, out);
}

#endif
