/* SPDX-License-Identifier: GPL-2.0-or-later */
/* States of groups of target ports, a row for each. */
#include "core/alua.h"

#include "core/bytes.h"

#define MAINTENANCE_IN 0xa3
#define REPORT_GROUPS 0x0a
#define PREFERRED 0x80

/* multipath-tools, libmultipath/prioritizers/alua.c: of an optimized one that is preferred 80 more.
 */
#define PRIO_PREFERRED 80
static const struct {
	enum alua_state state;
	bool open;
	uint8_t prio;
	const char *text;
} states[] = {
	{ ALUA_OPTIMIZED, true, 50, "active/optimized" },
	{ ALUA_NON_OPTIMIZED, true, 10, "active/non-optimized" },
	{ ALUA_LBA_DEPENDENT, true, 5, "logical block dependent" },
	{ ALUA_STANDBY, false, 1, "standby" },
	{ ALUA_UNAVAILABLE, false, 0, "unavailable" },
	{ ALUA_OFFLINE, false, 0, "offline" },
	{ ALUA_TRANSITIONING, false, 0, "transitioning" },
};
#define N_STATES (sizeof(states) / sizeof(states[0]))

void alua_cdb(uint32_t len, uint8_t ret[static ALUA_CDB_LEN])
{
	struct writer w = writer_of(ret, ALUA_CDB_LEN);

	write_u8(&w, MAINTENANCE_IN);
	write_u8(&w, REPORT_GROUPS);
	write_be32(&w, 0);
	write_be32(&w, len);
	write_be16(&w, 0);
}

/* N_STATES: none that is known. */
static size_t row_of(enum alua_state state)
{
	size_t i = 0;

	while (i < N_STATES && states[i].state != state)
		i++;
	return i;
}

bool alua_of_report(const uint8_t *report, size_t len, uint16_t group, struct alua *ret)
{
	struct reader r = reader_of(report, len), list;
	size_t announced = read_be32(&r);

	list = read_sub(&r, announced < reader_left(&r) ? announced : reader_left(&r));
	while (!list.bad) {
		uint8_t state = read_u8(&list), n_ports;
		uint16_t id;

		(void)read_u8(&list); /* the states that it supports */
		id = read_be16(&list);
		(void)read_be16(&list);
		(void)read_u8(&list);
		n_ports = read_u8(&list);
		(void)read_bytes(&list, n_ports * 4u);
		if (list.bad || id != group)
			continue;
		if (row_of(state & 0x0f) == N_STATES)
			return false;
		*ret = (struct alua){ state & 0x0f, state & PREFERRED };
		return true;
	}
	return false;
}

bool alua_is_open(const struct alua *alua)
{
	return states[row_of(alua->state)].open;
}

uint8_t alua_prio(const struct alua *alua)
{
	uint8_t prio = states[row_of(alua->state)].prio;

	return alua->preferred && alua->state == ALUA_OPTIMIZED ? prio + PRIO_PREFERRED : prio;
}

const char *alua_text(const struct alua *alua)
{
	return states[row_of(alua->state)].text;
}
