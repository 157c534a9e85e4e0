/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/say.h"

#include <stdarg.h>
#include <stdio.h>

void say_text(enum say_weight *ret_weight, char *ret_text, size_t size, enum say_weight weight,
	      const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(ret_text, size, fmt, ap);
	va_end(ap);
	*ret_weight = weight;
}
