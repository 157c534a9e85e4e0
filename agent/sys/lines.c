/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads by whole lines, in memory of its own. */
#include "sys/lines.h"

#include <string.h>
#include <unistd.h>

#define LINE_LONGEST 256

bool lines_any(int fd, bool (*is)(struct span line, const void *arg), const void *arg)
{
	char text[4096];
	size_t len = 0;
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, text + len, sizeof(text) - len, at)) > 0) {
		struct span rest = { text, len + (size_t)n };
		size_t end;

		at += n;
		while ((end = span_find(rest, '\n')) < rest.len) {
			if (is((struct span){ rest.p, end }, arg))
				return true;
			rest = span_skip(rest, end + 1);
		}
		len = rest.len;
		if (len > LINE_LONGEST)
			break;
		memmove(text, rest.p, len);
	}
	return false;
}
