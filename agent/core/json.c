/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Escaping for JSON. */
#include "core/json.h"

static bool is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Length of the UTF-8 character at the start (RFC 3629: no overlong forms, no surrogates), 0: none.
 */
static size_t utf8_len(struct span s)
{
	unsigned char a = (unsigned char)s.p[0], b = s.len > 1 ? (unsigned char)s.p[1] : 0;
	size_t len = a >= 0xc2 && a <= 0xdf   ? 2
		     : a >= 0xe0 && a <= 0xef ? 3
		     : a >= 0xf0 && a <= 0xf4 ? 4
					      : 0;

	if (!len || s.len < len || (a == 0xe0 && b < 0xa0) || (a == 0xed && b > 0x9f) ||
	    (a == 0xf0 && b < 0x90) || (a == 0xf4 && b > 0x8f))
		return 0;
	for (size_t i = 1; i < len; i++)
		if (!is_tail(s.p[i]))
			return 0;
	return len;
}

void json_string(struct out *out, struct span text)
{
	out_add(out, "\"");
	while (text.len) {
		unsigned char c = (unsigned char)text.p[0];
		size_t len = 1;

		if (c == '"' || c == '\\') {
			out_add(out, "\\%c", c);
		} else if (c < 0x20 || c == 0x7f) {
			out_add(out, "\\u%04x", c);
		} else if (c < 0x80) {
			out_add(out, "%c", c);
		} else if ((len = utf8_len(text))) {
			out_add(out, "%.*s", (int)len, text.p);
		} else {
			out_add(out, "\\ufffd");
			len = 1;
		}
		text = span_skip(text, len);
	}
	out_add(out, "\"");
}
