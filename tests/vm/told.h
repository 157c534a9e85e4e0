/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verdict, and files as it tells them: "key=value", or between "begin NAME" and "end NAME". */
#ifndef NETROOT_TESTS_VM_TOLD_H
#define NETROOT_TESTS_VM_TOLD_H

#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define VERDICT_FILE_MAX 65536

static FILE *verdict;

__attribute__((format(printf, 2, 3))) static void tell(const char *key, const char *fmt, ...)
{
	va_list args;

	fprintf(verdict, "%s=", key);
	va_start(args, fmt);
	vfprintf(verdict, fmt, args);
	va_end(args);
	fputc('\n', verdict);
}

/* First line of a file, or the whole of it with whole set; "" where it cannot be read. */
static const char *slurp(const char *path, bool whole)
{
	static char text[VERDICT_FILE_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 1;

	while (fd >= 0 && n > 0 && len < sizeof(text) - 1) {
		n = read(fd, text + len, sizeof(text) - 1 - len);
		if (n > 0)
			len += (size_t)n;
	}
	if (fd >= 0)
		close(fd);
	text[len] = '\0';
	if (!whole)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

static void tell_file(const char *name, const char *path)
{
	const char *text = slurp(path, true);
	size_t len = strlen(text);

	fprintf(verdict, "begin %s\n%s%send %s\n", name, text,
		len && text[len - 1] != '\n' ? "\n" : "", name);
}

#endif
