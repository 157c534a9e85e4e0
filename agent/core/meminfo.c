/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/meminfo.h"

bool meminfo_kib(struct span meminfo, const char *key, uint64_t *ret_kib)
{
	while (meminfo.p) {
		struct span line = span_cut(&meminfo, '\n');

		if (!span_eq(span_cut(&line, ':'), key))
			continue;
		while (line.len && line.p[0] == ' ')
			line = span_skip(line, 1);
		if (parse_uint(span_cut(&line, ' '), 10, 0, UINT64_MAX >> 10, ret_kib))
			return true;
	}
	return false;
}
