/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a fetched text. */
#include "core/config_text.h"

#include <string.h>

#include "core/text.h"

/* Index of the first byte that does not belong there, or the length. */
static size_t bad_at(struct span line)
{
	size_t i = 0;

	while (i < line.len) {
		unsigned char c = (unsigned char)line.p[i];
		size_t len = c < 0x80 ? 1 : text_utf8_len(span_skip(line, i));

		if (!len || (c < ' ' && c != '\t' && c != '\r') || c == 0x7f)
			return i;
		i += len;
	}
	return i;
}

void config_text_clean(char *text, size_t len, void (*say)(void *arg, const char *line), void *arg)
{
	unsigned int number = 0, n_bad = 0;
	char what[128];

	text[len] = '\0';
	for (size_t at = 0; at < len;) {
		struct span line = { text + at, len - at };
		size_t bad;

		line.len = span_find(line, '\n');
		bad = bad_at(line);
		number++;
		if (bad < line.len && n_bad++ < CONFIG_TEXT_SAID_MAX) {
			struct out out = out_to(what, sizeof(what));

			out_add(&out, "line %u: byte 0x%02x at %zu, which no text has: left out",
				number, (unsigned char)line.p[bad], bad + 1);
			say(arg, what);
		}
		if (bad < line.len)
			memset(text + at, ' ', line.len);
		at += line.len + 1;
	}
	if (n_bad > CONFIG_TEXT_SAID_MAX) {
		struct out out = out_to(what, sizeof(what));

		out_add(&out, "%u more lines like that: is it a text at all?",
			n_bad - CONFIG_TEXT_SAID_MAX);
		say(arg, what);
	}
}
