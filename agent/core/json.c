/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Escaping for JSON. */
#include "core/json.h"

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
		} else if ((len = text_utf8_len(text))) {
			out_add(out, "%.*s", (int)len, text.p);
		} else {
			out_add(out, "\\ufffd");
			len = 1;
		}
		text = span_skip(text, len);
	}
	out_add(out, "\"");
}
