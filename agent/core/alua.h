/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asymmetric logical unit access (SPC-5 5.18): what the group of target ports that a path goes to
 * makes of the unit, of the answer to REPORT TARGET PORT GROUPS (6.36) and the disk's VPD page
 * 0x83.
 */
#ifndef NETROOT_CORE_ALUA_H
#define NETROOT_CORE_ALUA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ALUA_REPORT_MAX 4096
#define ALUA_CDB_LEN 12

enum alua_state {
	ALUA_OPTIMIZED = 0,
	ALUA_NON_OPTIMIZED = 1,
	ALUA_STANDBY = 2,
	ALUA_UNAVAILABLE = 3,
	ALUA_LBA_DEPENDENT = 4,
	ALUA_OFFLINE = 14,
	ALUA_TRANSITIONING = 15,
};

struct alua {
	enum alua_state state;
	bool preferred;
};

/* REPORT TARGET PORT GROUPS into so many bytes. */
void alua_cdb(uint32_t len, uint8_t ret[static ALUA_CDB_LEN]);
/* False where the report has nothing of this port's group, or makes no sense. */
bool alua_of_report(const uint8_t *report, size_t len, uint16_t group, struct alua *ret);
/* Whether it reads and writes. */
bool alua_is_open(const struct alua *alua);
/* How much such a path is preferred, as multipathd has it. */
#define ALUA_PRIO_UNKNOWN 1 /* of paths that do not tell */
uint8_t alua_prio(const struct alua *alua);
/* "standby" */
const char *alua_text(const struct alua *alua);

#endif
