/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A link of the plan as IFLA_LINKINFO (include/uapi/linux/if_link.h): VLAN, bond, bridge. Bond
 * options by the names and values of Documentation/networking/bonding.rst. Pure.
 */
#ifndef NETROOT_CORE_LINKMSG_H
#define NETROOT_CORE_LINKMSG_H

#include "core/bytes.h"
#include "core/plan.h"

#define LINKMSG_MAX 1024 /* is enough for every link of a plan */

/* What the kernel takes as the name of a link (net/core/dev.c, dev_valid_name()). */
bool link_name_valid(const char *name);
/* The kernel's name of a kind (IFLA_INFO_KIND), which is also that of network managers. */
const char *linkmsg_kind_name(enum link_kind kind);
/* 0, or negative with the option or value that is not known in err. */
int linkmsg_bond_option_check(const struct plan_bond_option *option, struct err *err);
/* Names a port of the bond: cannot be set before that port has joined (primary, active_slave). */
bool linkmsg_bond_option_of_port(const struct plan_bond_option *option);
/* Others hang on it, so it has to be set before them: mode, and what watches the ports. */
bool linkmsg_bond_option_early(const struct plan_bond_option *option);
/*
 * Appends IFLA_LINKINFO with everything that can be said of the link before it has ports. Options
 * that linkmsg_bond_option_check() refuses are left out. Bridges forward at once and have no
 * spanning tree.
 */
void linkmsg_info(struct writer *w, const struct plan_link *link);
/* Appends IFLA_LINKINFO with the option of linkmsg_bond_option_of_port(). */
void linkmsg_bond_port(struct writer *w, const struct plan_bond_option *option, int ifindex);

#endif
