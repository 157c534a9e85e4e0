/* SPDX-License-Identifier: GPL-2.0-or-later */
/* More NICs than there is room for. */
#include "test.h"

#include "core/nicroom.h"

/* A letter per NIC: 'i' idle, 'I' idle though a word names it (a port that is none), 'n' named, 'b'
 * the boot NIC, 'a' address, 'c' carrier, 'd' neither. */
static uint8_t nics_as(const char *letters, struct nicroom *nics)
{
	uint8_t n = 0;

	for (; letters[n]; n++) {
		char c = letters[n];

		nics[n] = (struct nicroom){ .idle = c == 'i' || c == 'I',
					    .named = c == 'n' || c == 'I',
					    .boot = c == 'b',
					    .address = c == 'a' || c == 'b',
					    .carrier = c == 'c' || c == 'a' || c == 'b' };
	}
	return n;
}

static void victim(void)
{
	static const struct {
		const char *nics;
		int any, named; /* for a new NIC that no word names, and for one that a word does */
	} rows[] = {
		{ "ii", 0, 0 },	  { "di", 1, 1 },    { "dd", -1, 0 },  { "cd", -1, 1 },
		{ "ac", -1, 1 },  { "aa", -1, 0 },   { "na", -1, 1 },  { "ba", -1, 1 },
		{ "nb", -1, -1 }, { "nnn", -1, -1 }, { "acdi", 3, 3 }, { "nbI", 2, 2 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nicroom nics[8];
		uint8_t n = nics_as(rows[i].nics, nics);
		int before = test_failed_checks;
		bool lost = false;

		eq_int(nicroom_victim(nics, n, false, &lost), rows[i].any);
		ok(!lost); /* only for one that a word names */
		eq_int(nicroom_victim(nics, n, true, &lost), rows[i].named);
		if (rows[i].named >= 0)
			eq_int(lost, rows[i].any < 0);
		if (test_failed_checks != before)
			printf("%s\n", rows[i].nics);
	}
}

int main(void)
{
	RUN(victim);
	return test_end();
}
