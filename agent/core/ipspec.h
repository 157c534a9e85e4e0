/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of ip= (alias nfsaddrs=): the kernel's long form, a method alone, dracut's
 * <device>:<method>, the four fields of PXELINUX. */
#ifndef NETROOT_CORE_IPSPEC_H
#define NETROOT_CORE_IPSPEC_H

#include "core/plan.h"

/*
 * 0 with *ret filled (all but given), or negative errno with err: what is wrong with the value, to
 * be put behind the word. What was read in one of several possible ways, or left out, is added to
 * *choices, separated by "; ".
 */
int ipspec_parse(struct span value, struct plan_ip *ret, struct out *choices, struct err *err);
/* A name the kernel takes for a NIC (net/core/dev.c, dev_valid_name). */
bool ifname_valid(struct span name);
/* RFC 1123 host name, with or without domain. */
bool host_name_valid(struct span name);
/* May be the address of one host: not unset, multicast, broadcast or loopback. */
bool ip_is_host(const struct ip_addr *ip);
/* BOOTIF=: a MAC, with or without the hardware type in front ("01-"). */
bool bootif_parse(struct span value, struct mac_addr *ret);

#endif
