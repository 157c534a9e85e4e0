/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inputs that are kept of a harness, played again without a fuzzer: tests/fuzz/corpus/NAME of
 * build/replay/NAME. Each is named before it is played: where one breaks something, it is the last.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

static uint8_t bytes[1 << 20];

static int play(const char *path)
{
	FILE *f = fopen(path, "re");
	size_t len = f ? fread(bytes, 1, sizeof(bytes), f) : 0;
	uint8_t *input;

	printf("%s\n", path);
	(void)fflush(stdout);
	if (!f || ferror(f) || !feof(f)) {
		printf("is not to be read whole\n");
		return 1;
	}
	(void)fclose(f);
	/* of just that length, so that a byte beyond it is seen */
	input = malloc(len);
	if (len)
		memcpy(input, bytes, len);
	(void)LLVMFuzzerTestOneInput(input, len);
	free(input);
	return 0;
}

int main(void)
{
	const char *name = program_invocation_short_name;
	int n_passed = 0, n_failed = 0;
	char path[512];
	struct dirent *entry;
	DIR *dir;

	(void)snprintf(path, sizeof(path), "tests/fuzz/corpus/%s", name);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "tests/fuzz/corpus/%s/%s", name, entry->d_name);
		if (play(path))
			n_failed++;
		else
			n_passed++;
	}
	if (dir)
		(void)closedir(dir);
	printf("unit: %d passed, %d failed\n", n_passed, n_failed);
	return n_failed != 0;
}
