/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What options a bond has, by the names of Documentation/networking/bonding.rst: for who reads them
 * from words (core/linkspec) and for who puts them into messages (core/linkmsg). */
#ifndef NETROOT_CORE_BOND_OPTIONS_H
#define NETROOT_CORE_BOND_OPTIONS_H

#include "core/text.h"

#define BOND_TARGETS_MAX 16 /* BOND_MAX_ARP_TARGETS, BOND_MAX_NS_TARGETS */

enum bond_value {
	BOND_NUMBER,
	BOND_SWITCH, /* 0, 1, off, on */
	BOND_NAME, /* one of names, or its place among them */
	BOND_IP4_LIST,
	BOND_IP6_LIST,
	BOND_PORT,
	BOND_MAC,
	BOND_UNUSED /* of the module, not of a bond */
};

struct bond_option {
	const char *name;
	enum bond_value value;
	uint16_t attr; /* IFLA_BOND_... */
	uint8_t len_attr; /* of what is a number there: 1, 2 or 4 bytes */
	unsigned int modes; /* 1u << mode: those it has a meaning in */
	uint32_t min, max; /* of NUMBER and SWITCH */
	const char *const *names; /* of NAME, as the kernel numbers them; ends in NULL */
};

/* Names of the modes as the kernel numbers them; ends in NULL. */
extern const char *const bond_modes[];

/* NULL: there is none of that name. */
const struct bond_option *bond_option_find(struct span name);
/* The value of a NUMBER, SWITCH or NAME. */
bool bond_option_number(const struct bond_option *option, struct span text, uint32_t *ret);

#endif
