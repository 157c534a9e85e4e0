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

/* Adds ": " and more behind len bytes of text; what does not fit is cut and marked. */
static void join(char *text, size_t len, const char *more)
{
	int n = snprintf(text + len, ERR_TEXT_MAX - len, ": %s", more);

	if (n >= (int)(ERR_TEXT_MAX - len))
		mark_cut(text, ERR_TEXT_MAX);
}

int err_sys(struct err *err, int code, const char *fmt, ...)
{
	const char *why = strerrordesc_np(code);
	va_list ap;
	size_t len;

	if (!err)
		return -code;
	err->code = code;
	err->text[0] = '\0';
	va_start(ap, fmt);
	len = put(err->text, 0, fmt, ap);
	va_end(ap);
	join(err->text, len, why ? why : "unknown error");
	return -code;
}

int err_wrap(struct err *err, const char *fmt, ...)
{
	char inner[ERR_TEXT_MAX];
	va_list ap;
	size_t len;

	if (!err)
		return -1;
	memcpy(inner, err->text, strlen(err->text) + 1);
	va_start(ap, fmt);
	len = put(err->text, 0, fmt, ap);
	va_end(ap);
	join(err->text, len, inner);
	return -err->code;
}
