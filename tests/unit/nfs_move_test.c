/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose export has moved, by what of the name of the kernel's thread is left. */
#include "test.h"

#include "core/nfs_move.h"

static void test_told(void)
{
	static const struct {
		const char *comm, *server; /* NULL: it is none of a state manager */
	} rows[] = {
		{ "10.77.0.2-manag", "10.77.0.2" },
		{ "1.2.3.4-manager", "1.2.3.4" },
		{ "fe80::1-manager", "fe80::1" },
		{ "::1-manager", "::1" },
		{ "10.123.123.123-", "10.123.123.123" },
		{ "192.168.100.200", "192.168.100.200" },
		{ "fd00:77:1234:56", "fd00:77:1234:56..." },
		{ "fd00::77:12:345", "fd00::77:12:345..." },
		{ "10.77.0.2-man", NULL }, /* there was room for more */
		{ "10.77.0.2-other", NULL },
		{ "10.77.0.2", NULL },
		{ "-manager", NULL },
		{ "kworker/u4:1", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nfs_move_said said;
		char want[64];

		nfs_move_tell(rows[i].comm, &said);
		snprintf(want, sizeof(want), "NFS server %s says that ",
			 rows[i].server ? rows[i].server : "");
		ok_row((said.say == SAY_WARN) == (rows[i].server != NULL), rows[i].comm);
		ok_row((strncmp(said.text, want, strlen(want)) == 0) == (rows[i].server != NULL),
		       rows[i].comm);
		ok_row(rows[i].server || said.say == SAY_INFO, rows[i].comm);
		ok_row(strlen(said.text) < sizeof(said.text) - 1, rows[i].comm);
	}
}

static void test_quoted(void)
{
	struct nfs_move_said said;

	nfs_move_tell("\x1b[31m\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c", &said);
	ok(strstr(said.text, "(\\x1b[31m\\x01"));
	ok(strstr(said.text, "behind that server"));
}

int main(void)
{
	RUN(test_told);
	RUN(test_quoted);
	return test_end();
}
