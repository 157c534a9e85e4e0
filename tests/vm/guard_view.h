/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a process that was left running may do, holds and sees, as lines "guard.KEY=value". */
#ifndef NETROOT_TESTS_VM_GUARD_VIEW_H
#define NETROOT_TESTS_VM_GUARD_VIEW_H

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static FILE *guard_file(const char *pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%.20s/%s", pid, name);
	return fopen(path, "re");
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

static void guard_view(const char *pid, FILE *out)
{
	guard_status(pid, out);
	guard_mounts(pid, out);
	guard_descriptors(pid, out);
}

#endif
