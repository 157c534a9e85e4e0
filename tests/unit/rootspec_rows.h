/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of core/rootspec share: rows of a value and what is read of it, and hostile
 * values. */
#ifndef NETROOT_ROOTSPEC_ROWS_H
#define NETROOT_ROOTSPEC_ROWS_H

#include "test.h"

#include "core/rootspec.h"

#define IQN "iqn.2026-01.lab:d0"

struct row {
	const char *value, *want;
};

static void check(const struct row *rows, size_t n, const char *(*read)(const char *))
{
	for (size_t i = 0; i < n; i++) {
		const char *got = read(rows[i].value);

		if (strcmp(got, rows[i].want) != 0)
			printf("%s\n", rows[i].value);
		eq_str(got, rows[i].want);
	}
}
#define CHECK(rows, read) check(rows, sizeof(rows) / sizeof((rows)[0]), read)

/* No bytes of any length hurt a reader, as sanitizers see, and of each it says something. */
static void feed_hostile(const char *(*read)(const char *))
{
	static const char *const heads[] = { "",
					     "iscsi:",
					     "iscsi:10.0.0.1::::iqn.",
					     "iscsi:[",
					     "nfs:",
					     "nfs://",
					     "nfs://[",
					     "10.0.0.1:/",
					     "LABEL=",
					     "/dev/disk/by-label/",
					     "iscsi:u:p@",
					     "iscsi:10.0.0.1:::" };
	static char text[10300];

	for (int c = 1; c < 256; c++)
		for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
			size_t len = strlen(heads[i]);

			memcpy(text, heads[i], len);
			memset(text + len, c, 10240);
			text[len + (c % 8 ? 200 : 10240)] = '\0';
			ok_row(read(text)[0] != '\0', heads[i]);
		}
}

#endif
