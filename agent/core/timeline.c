/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bars of phases over time. Integer arithmetic throughout, so that output is the same anywhere. */
#include "core/timeline.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

#define NAME_MAX_COLUMNS 12
#define AREA_COLUMNS 36 /* for the bar and its two edges */
#define LINE_MAX_BYTES 320 /* a block is three bytes */
#define NS_PER_CS 10000000ull /* hundredth of a second */

struct scale {
	uint64_t start_ns, span_ns;
	size_t name_columns;
};

static uint64_t end_of(const struct timeline_row *row, uint64_t latest_ns)
{
	if (!row->end_ns)
		return latest_ns;
	return row->end_ns > row->start_ns ? row->end_ns : row->start_ns;
}

static size_t name_len(const char *name)
{
	size_t len = strlen(name);

	return len < NAME_MAX_COLUMNS ? len : NAME_MAX_COLUMNS;
}

static struct scale scale_of(const struct timeline_row *rows, size_t n, uint64_t *ret_latest_ns)
{
	struct scale scale = { .start_ns = UINT64_MAX };
	uint64_t latest_ns = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t end_ns = end_of(&rows[i], rows[i].start_ns);

		if (rows[i].start_ns < scale.start_ns)
			scale.start_ns = rows[i].start_ns;
		if (end_ns > latest_ns)
			latest_ns = end_ns;
		if (name_len(rows[i].name) > scale.name_columns)
			scale.name_columns = name_len(rows[i].name);
	}
	scale.span_ns = latest_ns > scale.start_ns ? latest_ns - scale.start_ns : 1;
	*ret_latest_ns = latest_ns;
	return scale;
}

/* 0..columns; hours of uptime times 36 still fit into 64 bits, for more the scale is coarser */
static size_t column(const struct scale *scale, uint64_t at_ns, size_t columns)
{
	uint64_t offset = at_ns - scale->start_ns, span = scale->span_ns;

	while (offset > UINT64_MAX / AREA_COLUMNS / 2) {
		offset >>= 1;
		span >>= 1;
	}
	return (size_t)((offset * columns + span / 2) / span);
}

static void put_times(struct out *out, uint64_t ns, int width)
{
	uint64_t cs = ns / NS_PER_CS + (ns % NS_PER_CS >= NS_PER_CS / 2);
	char text[32];

	(void)snprintf(text, sizeof(text), "%llu.%02llu", (unsigned long long)(cs / 100),
		       (unsigned long long)(cs % 100));
	out_add(out, "%*s", width, text);
}

static void print_row(const struct timeline_row *row, const struct scale *scale, uint64_t latest_ns,
		      struct out *out)
{
	const size_t room = AREA_COLUMNS - 2;
	uint64_t end_ns = end_of(row, latest_ns);
	size_t from = column(scale, row->start_ns, room);
	size_t to = column(scale, end_ns, room);

	out_add(out, "%-*.*s ", (int)scale->name_columns, NAME_MAX_COLUMNS, row->name);
	out_add(out, "%*s▕", (int)from, "");
	for (size_t i = from; i < to; i++)
		out_add(out, "█");
	out_add(out, "▏%*s", (int)(room - to), "");
	put_times(out, end_ns - row->start_ns, 6);
	out_add(out, " s  (");
	put_times(out, row->start_ns, 0);
	out_add(out, " – ");
	if (row->end_ns)
		put_times(out, end_ns, 0);
	else
		out_add(out, "...");
	out_add(out, ")");
	if (row->attempts > 1)
		out_add(out, " ×%u", row->attempts);
}

void timeline_print(const struct timeline_row *rows, size_t n,
		    void (*emit)(void *arg, const char *line), void *arg)
{
	uint64_t latest_ns;
	struct scale scale = scale_of(rows, n, &latest_ns);

	for (size_t i = 0; i < n; i++) {
		char line[LINE_MAX_BYTES];
		struct out out = out_to(line, sizeof(line));

		print_row(&rows[i], &scale, latest_ns, &out);
		emit(arg, line);
	}
}
