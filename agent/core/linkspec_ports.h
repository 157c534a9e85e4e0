/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Name and ports of a link: what the grammars in linkspec.c and linkspec_bond.c share. Private to
 * these two. */
#ifndef NETROOT_CORE_LINKSPEC_PORTS_H
#define NETROOT_CORE_LINKSPEC_PORTS_H

#include "core/plan.h"

/* A name the kernel takes. */
int linkspec_name(struct span value, struct plan_link *link, struct err *err);
/* One port more: neither the link itself nor one it has. The link has its name already. */
int linkspec_add_port(struct span value, struct plan_link *link, struct err *err);
/* "<port>,..." up to ':' or the end; rest is what stands behind, rest->p NULL at the end. */
int linkspec_ports(struct span *rest, struct plan_link *link, struct err *err);
/* Both: "<name>:<port>,...". */
int linkspec_name_and_ports(struct span *rest, struct plan_link *link, struct err *err);

#endif
