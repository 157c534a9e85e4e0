/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Spans, whole-token parsing and bounded text. */
#include "core/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct span span_of(const char *text)
{
	return (struct span){ text, text ? strlen(text) : 0 };
}

bool span_eq(struct span s, const char *text)
{
	return s.len == strlen(text) && !memcmp(s.p ? s.p : "", text, s.len);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool span_eq_nocase(struct span s, const char *text)
{
	if (s.len != strlen(text))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (lower(s.p[i]) != lower(text[i]))
			return false;
	return true;
}

bool span_starts(struct span s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.len >= len && !memcmp(s.p ? s.p : "", prefix, len);
}

bool span_ends(struct span s, const char *end)
{
	size_t len = strlen(end);

	return s.len >= len && span_eq(span_skip(s, s.len - len), end);
}

struct span span_skip(struct span s, size_t n)
{
	if (n > s.len)
		n = s.len;
	return (struct span){ s.p ? s.p + n : NULL, s.len - n };
}

size_t span_find(struct span s, char c)
{
	const char *at = s.len ? memchr(s.p, c, s.len) : NULL;

	return at ? (size_t)(at - s.p) : s.len;
}

struct span span_cut(struct span *rest, char sep)
{
	size_t at = span_find(*rest, sep);
	struct span head = { rest->p, at };

	if (at < rest->len)
		*rest = span_skip(*rest, at + 1);
	else
		*rest = (struct span){ NULL, 0 };
	return head;
}

bool span_has(struct span s, char sep, const char *field)
{
	while (s.p)
		if (span_eq(span_cut(&s, sep), field))
			return true;
	return false;
}

bool text_copy(char *dst, size_t size, struct span s)
{
	if (s.len >= size || (s.len && memchr(s.p, '\0', s.len)))
		return false;
	if (s.len)
		memcpy(dst, s.p, s.len);
	dst[s.len] = '\0';
	return true;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool parse_uint(struct span s, unsigned int base, uint64_t min, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;

	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int d = digit_of(s.p[i]);

		if (d < 0 || (unsigned int)d >= base || v > (UINT64_MAX - (uint64_t)d) / base)
			return false;
		v = v * base + (uint64_t)d;
	}
	if (v < min || v > max)
		return false;
	*ret = v;
	return true;
}

static bool printable(char c)
{
	return c >= 0x20 && c <= 0x7e;
}

bool text_is_printable(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!printable(s.p[i]))
			return false;
	return true;
}

static size_t quoted_len(char c)
{
	return printable(c) && c != '\\' ? 1 : 4;
}

/* How many of the bytes of s fit in room, quoted. */
static size_t quoted_fit(struct span s, size_t room)
{
	size_t i, len = 0;

	for (i = 0; i < s.len && len + quoted_len(s.p[i]) <= room; i++)
		len += quoted_len(s.p[i]);
	return i;
}

char *text_quote(char *dst, size_t size, struct span s)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = quoted_fit(s, size - 1), at = 0;

	if (n < s.len)
		n = quoted_fit(s, size > sizeof("...") ? size - sizeof("...") : 0);
	for (size_t i = 0; i < n; i++) {
		if (quoted_len(s.p[i]) == 1) {
			dst[at++] = s.p[i];
			continue;
		}
		dst[at++] = '\\';
		dst[at++] = 'x';
		dst[at++] = hex[(uint8_t)s.p[i] >> 4];
		dst[at++] = hex[s.p[i] & 15];
	}
	for (int k = 0; n < s.len && k < 3 && at + 1 < size; k++)
		dst[at++] = '.';
	dst[at] = '\0';
	return dst;
}

static void add_args(struct out *out, const char *fmt, va_list ap)
{
	size_t room = out->size - out->len;
	int n = vsnprintf(out->text + out->len, room, fmt, ap);

	if (n < 0)
		return;
	if ((size_t)n >= room) {
		out->cut = true;
		out->len = out->size - 1;
	} else {
		out->len += (size_t)n;
	}
}

static bool is_utf8_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t text_utf8_len(struct span s)
{
	unsigned char a = s.len ? (unsigned char)s.p[0] : 0,
		      b = s.len > 1 ? (unsigned char)s.p[1] : 0;
	size_t len = a >= 0xc2 && a <= 0xdf   ? 2
		     : a >= 0xe0 && a <= 0xef ? 3
		     : a >= 0xf0 && a <= 0xf4 ? 4
					      : 0;

	if (!len || s.len < len || (a == 0xe0 && b < 0xa0) || (a == 0xed && b > 0x9f) ||
	    (a == 0xf0 && b < 0x90) || (a == 0xf4 && b > 0x8f))
		return 0;
	for (size_t i = 1; i < len; i++)
		if (!is_utf8_tail(s.p[i]))
			return 0;
	return len;
}

void out_add(struct out *out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_args(out, fmt, ap);
	va_end(ap);
}

void out_hex(struct out *out, const uint8_t *bytes, size_t len, const char *between)
{
	for (size_t i = 0; i < len; i++)
		out_add(out, "%s%02x", i ? between : "", bytes[i]);
}

void out_item(struct out *out, const char *fmt, ...)
{
	static const char more_max[] = "; and 4294967295 more";
	struct out with = *out;
	va_list ap;

	out_add(&with, "%s", with.len ? "; " : "");
	va_start(ap, fmt);
	add_args(&with, fmt, ap);
	va_end(ap);
	if (!out->n_more && !with.cut && with.len + sizeof(more_max) <= with.size) {
		*out = with;
		return;
	}
	/* over the last count, which is none of the length */
	out->n_more++;
	(void)snprintf(out->text + out->len, out->size - out->len, "%sand %u more",
		       out->len ? "; " : "", out->n_more);
}
