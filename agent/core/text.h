/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text from outside: spans that are compared and parsed whole, and a bounded text builder. */
#ifndef NETROOT_CORE_TEXT_H
#define NETROOT_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Text that belongs to somebody else, without a terminator. */
struct span {
	const char *p;
	size_t len;
};

/* for printf("%.*s", SPAN_ARG(s)) of text already known to be printable */
#define SPAN_ARG(s) (int)(s).len, (s).p

struct span span_of(const char *text); /* NULL reads as empty */
bool span_eq(struct span s, const char *text);
bool span_eq_nocase(struct span s, const char *text);
bool span_starts(struct span s, const char *prefix);
bool span_ends(struct span s, const char *end);
/* s without its first n bytes (n is capped at the length). */
struct span span_skip(struct span s, size_t n);
/*
 * Cuts *rest at the first sep: returns what stands before it and leaves what stands after it in
 * *rest. Without sep returns all, and *rest becomes {NULL, 0}: a loop ends when rest.p is NULL.
 */
struct span span_cut(struct span *rest, char sep);
/* Whether one of the fields between the seps is this. */
bool span_has(struct span s, char sep, const char *field);
/* Index of the first c, or s.len. */
size_t span_find(struct span s, char c);

/* Copies whole and terminates; false, with dst untouched, where it does not fit or holds a NUL. */
bool text_copy(char *dst, size_t size, struct span s);
/* Only digits of the base (10 or 16), no sign, no prefix, no white space, within min..max; else
 * false, *ret untouched. */
bool parse_uint(struct span s, unsigned int base, uint64_t min, uint64_t max, uint64_t *ret);
/* All bytes printable ASCII (0x20 to 0x7e). */
bool text_is_printable(struct span s);
/* Length of the UTF-8 character of several bytes at the start (RFC 3629: no overlong forms, no
 * surrogates); 0: none. */
size_t text_utf8_len(struct span s);
/* A terminated copy for messages: what is not printable ASCII, and the backslash, as \xNN; cut with
 * "..." at size. Returns dst. */
char *text_quote(char *dst, size_t size, struct span s);

/* Builds text in a fixed buffer that is always terminated; what does not fit sets cut. */
struct out {
	char *text;
	size_t len, size;
	bool cut;
	unsigned int n_more; /* items that out_item() had no room for */
};

static inline struct out out_to(char *text, size_t size)
{
	text[0] = '\0';
	return (struct out){ .text = text, .size = size };
}

__attribute__((format(printf, 2, 3))) void out_add(struct out *out, const char *fmt, ...);
/* Bytes in small hexadecimal digits, two each: "52-54-00". */
void out_hex(struct out *out, const uint8_t *bytes, size_t len, const char *between);
/* One more item of a list, which stands whole behind "; " or, without room, is only counted: the
 * list then ends with "; and 7 more". */
__attribute__((format(printf, 2, 3))) void out_item(struct out *out, const char *fmt, ...);

#endif
