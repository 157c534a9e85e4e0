/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Error texts in fixed buffers. */
#include "core/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void mark_cut(char *text, size_t size)
{
	memcpy(text + size - sizeof("..."), "...", sizeof("..."));
}

/* Formats at offset `at`, keeping the text terminated; returns the new length. */
__attribute__((format(printf, 3, 0))) static size_t put(char *text, size_t at, const char *fmt,
							va_list ap)
{
	int n = vsnprintf(text + at, ERR_TEXT_MAX - at, fmt, ap);

	if (n < 0)
		return at;
	if ((size_t)n >= ERR_TEXT_MAX - at) {
		mark_cut(text, ERR_TEXT_MAX);
		return ERR_TEXT_MAX - 1;
	}
	return at + (size_t)n;
}

int err_set(struct err *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return -code;
	err->code = code;
	err->text[0] = '\0';
	va_start(ap, fmt);
	(void)put(err->text, 0, fmt, ap);
	va_end(ap);
	return -code;
}

int err_sys(struct err *err, int code, const char *fmt, ...)
{
	const char *why = strerrordesc_np(code);
	va_list ap;
	size_t len, len_why;

	if (!err)
		return -code;
	if (!why)
		why = "unknown error";
	err->code = code;
	err->text[0] = '\0';
	va_start(ap, fmt);
	len = put(err->text, 0, fmt, ap);
	va_end(ap);
	len_why = strlen(why);
	if (len + 2 + len_why >= ERR_TEXT_MAX) {
		mark_cut(err->text, ERR_TEXT_MAX);
		return -code;
	}
	memcpy(err->text + len, ": ", 2);
	memcpy(err->text + len + 2, why, len_why + 1);
	return -code;
}

int err_wrap(struct err *err, const char *fmt, ...)
{
	char inner[ERR_TEXT_MAX];
	size_t len, len_inner, room;
	va_list ap;

	if (!err)
		return -1;
	len_inner = strlen(err->text);
	memcpy(inner, err->text, len_inner + 1);
	va_start(ap, fmt);
	len = put(err->text, 0, fmt, ap);
	va_end(ap);
	if (len + 3 >= ERR_TEXT_MAX)
		return -err->code;
	memcpy(err->text + len, ": ", 2);
	len += 2;
	room = ERR_TEXT_MAX - len;
	if (len_inner >= room) {
		memcpy(err->text + len, inner, room - 1);
		err->text[ERR_TEXT_MAX - 1] = '\0';
		mark_cut(err->text, ERR_TEXT_MAX);
	} else {
		memcpy(err->text + len, inner, len_inner + 1);
	}
	return -err->code;
}
