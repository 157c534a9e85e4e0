/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports of target port groups as LIO gives them, and what must not be taken for one. */
#include "test.h"

#include "core/alua.h"
#include "core/wwid.h"

/* Two groups: 16 with port 1, active/optimized and preferred; 17 with ports 2 and 3, standby. */
static const uint8_t report[] = {
	0,    0,    0, 28, /* so many follow */
	0x80, 0x8f, 0, 16, 0, 0x02, 0, 1, 0, 0, 0, 1, /* group 16 */
	0x02, 0x8f, 0, 17, 0, 0x02, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, /* group 17 */
};

static void groups(void)
{
	struct alua a = { ALUA_OFFLINE, false };

	ok(alua_of_report(report, sizeof(report), 16, &a));
	eq_int(a.state, ALUA_OPTIMIZED);
	ok(a.preferred && alua_is_open(&a));
	eq_int(alua_prio(&a), 130);
	ok(alua_of_report(report, sizeof(report), 17, &a));
	eq_int(a.state, ALUA_STANDBY);
	ok(!a.preferred && !alua_is_open(&a));
	eq_str(alua_text(&a), "standby");
	eq_int(alua_prio(&a), 1);
	ok(!alua_of_report(report, sizeof(report), 18, &a));
	eq_int(a.state, ALUA_STANDBY); /* untouched */
}

/* Cut anywhere: a group that is not whole is none; more than was asked for is announced. */
static void cut(void)
{
	uint8_t longer[sizeof(report)];
	struct alua a;

	for (size_t len = 0; len < sizeof(report); len++) {
		ok(alua_of_report(report, len, 16, &a) == (len >= 16));
		ok(!alua_of_report(report, len, 17, &a));
	}
	memcpy(longer, report, sizeof(longer));
	longer[0] = 0xff;
	ok(alua_of_report(longer, sizeof(longer), 17, &a));
	longer[0] = 0;
	longer[3] = 12; /* only the first */
	ok(!alua_of_report(longer, sizeof(longer), 17, &a));
	longer[4] = 0x07; /* a state that nobody knows */
	ok(!alua_of_report(longer, sizeof(longer), 16, &a));
}

static void order(void)
{
	static const enum alua_state better[] = { ALUA_OPTIMIZED, ALUA_NON_OPTIMIZED,
						  ALUA_LBA_DEPENDENT, ALUA_STANDBY,
						  ALUA_UNAVAILABLE };

	for (size_t i = 1; i < sizeof(better) / sizeof(better[0]); i++)
		ok(alua_prio(&(struct alua){ better[i - 1], false }) >
		   alua_prio(&(struct alua){ better[i], false }));
	ok(!alua_is_open(&(struct alua){ ALUA_TRANSITIONING, true }));
	eq_int(alua_prio(&(struct alua){ ALUA_TRANSITIONING, true }), 0);
	ok(alua_is_open(&(struct alua){ ALUA_NON_OPTIMIZED, false }));
}

static void command(void)
{
	static const uint8_t want[] = { 0xa3, 0x0a, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0 };
	uint8_t cdb[ALUA_CDB_LEN];

	alua_cdb(4096, cdb);
	ok(!memcmp(cdb, want, sizeof(want)));
}

/* The page says which group the path leads to, beside the names of the unit. */
static void group_of_page(void)
{
	static const uint8_t page[] = {
		0, 0x83, 0, 28, /* so many follow */
		1, 3,	 0, 8,	0x60, 1, 4, 5,	  1, 2, 3, 4, /* NAA of the unit */
		1, 0x94, 0, 4,	0,    0, 0, 1, /* relative port */
		1, 0x95, 0, 4,	0,    0, 1, 0x11, /* group of ports */
	};
	uint16_t group = 0;

	ok(wwid_port_group(page, sizeof(page), &group));
	eq_int(group, 0x111);
	ok(!wwid_port_group(page, sizeof(page) - 1, &group));
	ok(!wwid_port_group(page, 0, &group));
	ok(!wwid_port_group(report, sizeof(report), &group));
}

int main(void)
{
	RUN(groups);
	RUN(cut);
	RUN(order);
	RUN(command);
	RUN(group_of_page);
	return test_end();
}
