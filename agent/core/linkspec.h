/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammars of links and what belongs to them: vlan=, bond=, bridge=, team=, ifname=, rd.route=,
 * nameserver=, client identifiers. Each takes the value behind the '=', fills *ret (all but given)
 * and returns 0, or negative errno with err: what is wrong with the value, to be put behind the
 * word. Readings worth knowing are added to *choices, separated by "; ".
 * Sources: dracut.cmdline(7), systemd-network-generator(8), Documentation/networking/bonding.rst.
 */
#ifndef NETROOT_CORE_LINKSPEC_H
#define NETROOT_CORE_LINKSPEC_H

#include "core/plan.h"

/* "<name>:<port>"; name: vlan0005 vlan5 eth0.0005 eth0.5 (leading zeros are decimal). */
int linkspec_vlan(struct span value, struct plan_link *ret, struct out *choices, struct err *err);
/* "[<name>[:<port>,...[:<option>=<value>,...[:<mtu>]]]]"; alone: bond0:eth0,eth1:mode=balance-rr.
 * ';' separates several values of one option (arp_ip_target). */
int linkspec_bond(struct span value, struct plan_link *ret, struct out *choices, struct err *err);
/* "[<name>:<port>,...]"; alone: br0:eth0. */
int linkspec_bridge(struct span value, struct plan_link *ret, struct out *choices, struct err *err);
/* "<name>:<port>,...[:<runner>]" as the bond that does the same (activebackup, roundrobin,
 * broadcast, lacp, loadbalance); others are refused by name with the reason. */
int linkspec_team(struct span value, struct plan_link *ret, struct out *choices, struct err *err);
int linkspec_ifname(struct span value, struct plan_rename *ret, struct out *choices,
		    struct err *err);
/* "<net>/<plen>:<gateway>[:<if>]", IPv6 in [ ]. */
int linkspec_route(struct span value, struct plan_route *ret, struct out *choices, struct err *err);
/* "eth0", a MAC with ':' or '-'. */
int linkspec_port(struct span value, struct plan_port *ret, struct err *err);
/* "aa:bb:...": bytes in hex; else text, sent with type 0 (RFC 2132 9.14); "mac": none given. */
int linkspec_client_id(struct span value, uint8_t dst[static PLAN_CLIENT_ID_MAX], uint8_t *ret_len,
		       struct err *err);
/* Puts links in an order in which they can be made (a VLAN on a bond behind that bond); false where
 * they hang on each other in a circle or a port is in two of them: err names it. */
bool linkspec_order(struct plan_link *links, uint8_t n, struct err *err);

#endif
