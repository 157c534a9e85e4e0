/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/eyeballs: the order of addresses and the rhythm of connections of RFC 8305. */
#include "core/eyeballs.h"

#include "test.h"

#define MS 1000000ull

/* "6a 6b 4c": family and last byte of each. */
static const char *sorted(const char *from, uint32_t turn)
{
	static char text[64];
	struct out out = out_to(text, sizeof(text));
	struct ip_addr addrs[EYEBALLS_MAX] = { 0 };
	uint8_t n = 0;

	for (const char *p = from; *p; p += p[2] ? 3 : 2) {
		addrs[n].family = *p == '6' ? IP_V6 : IP_V4;
		addrs[n++].bytes[3] = (uint8_t)p[1];
	}
	eyeballs_sort(addrs, n, turn);
	for (uint8_t i = 0; i < n; i++)
		out_add(&out, "%s%c%c", i ? " " : "", addrs[i].family == IP_V6 ? '6' : '4',
			addrs[i].bytes[3]);
	return text;
}

static void order(void)
{
	eq_str(sorted("4a 6b", 0), "6b 4a");
	eq_str(sorted("4a 6b", 1), "4a 6b");
	eq_str(sorted("4a 6b", 2), "6b 4a");
	eq_str(sorted("6a 6b 6c 4d 4e", 0), "6a 4d 6b 4e 6c");
	eq_str(sorted("4a 4b 4c 6d", 0), "6d 4a 4b 4c");
	eq_str(sorted("4a 4b 4c", 1), "4b 4c 4a");
	eq_str(sorted("6a", 7), "6a");
	eq_str(sorted("4a 4b 4c", UINT32_MAX - 1), "4c 4a 4b");
	eq_str(sorted("6a 6b 6c 6d 4e 4f 4g 4h", 0), "6a 4e 6b 4f 6c 4g 6d 4h");
}

/* Nobody answers: one more every 250 ms, and none is called off. */
static void all_silent(void)
{
	struct eyeballs e;

	eyeballs_init(&e, 3, 1000 * MS);
	eq_int(eyeballs_deadline(&e), 1000 * MS);
	eq_int(eyeballs_next(&e, 1000 * MS), 0);
	eq_int(eyeballs_next(&e, 1000 * MS), -1);
	eq_int(eyeballs_deadline(&e), 1250 * MS);
	eq_int(eyeballs_next(&e, 1249 * MS), -1);
	eq_int(eyeballs_next(&e, 1250 * MS), 1);
	eq_int(eyeballs_next(&e, 1500 * MS), 2);
	ok(eyeballs_deadline(&e) == EYEBALLS_NO_DEADLINE);
	eq_int(eyeballs_next(&e, 9000 * MS), -1);
	ok(!eyeballs_over(&e));
}

/* What fails leaves its place to the next at once. */
static void refused(void)
{
	struct eyeballs e;

	eyeballs_init(&e, 3, 0);
	eq_int(eyeballs_next(&e, 0), 0);
	eyeballs_failed(&e, 3 * MS);
	eq_int(eyeballs_deadline(&e), 3 * MS);
	eq_int(eyeballs_next(&e, 3 * MS), 1);
	eq_int(eyeballs_deadline(&e), 253 * MS);
	eyeballs_failed(&e, 4 * MS);
	ok(!eyeballs_over(&e));
	eq_int(eyeballs_next(&e, 4 * MS), 2);
	eyeballs_failed(&e, 5 * MS);
	ok(eyeballs_over(&e));
	eq_int(eyeballs_next(&e, 9000 * MS), -1);
}

int main(void)
{
	RUN(order);
	RUN(all_silent);
	RUN(refused);
	return test_end();
}
