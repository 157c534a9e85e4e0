/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One error: a code and one line of text that names the object, the cause and, where known, the
 * remedy. */
#ifndef NETROOT_CORE_ERR_H
#define NETROOT_CORE_ERR_H

#define ERR_TEXT_MAX 384

/* Owned by the caller, of any previous content; a text that does not fit ends in "...". */
struct err {
	int code; /* positive errno value */
	char text[ERR_TEXT_MAX];
};

/* Each fills *err (which may be NULL) and returns -code, so that `return err_set(...)` is the whole
 * failure path. */
__attribute__((format(printf, 3, 4))) int err_set(struct err *err, int code, const char *fmt, ...);
/* As err_set, with ": " and the system's words for the errno value appended. */
__attribute__((format(printf, 3, 4))) int err_sys(struct err *err, int code, const char *fmt, ...);
/* Puts the formatted text and ": " in front of what is there. Returns -err->code. */
__attribute__((format(printf, 2, 3))) int err_wrap(struct err *err, const char *fmt, ...);

#endif
