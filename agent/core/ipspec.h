/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of ip= (alias nfsaddrs=): methods alone, dracut's <device>:<method>[:<mtu>[:<mac>]],
 * the long form of the kernel, klibc, dracut and systemd for IPv4 and [IPv6], the four fields of
 * PXELINUX. */
#ifndef NETROOT_CORE_IPSPEC_H
#define NETROOT_CORE_IPSPEC_H

#include "core/plan.h"

/*
 * 0 with *ret filled (all but given), or negative errno with err: what is wrong with the value, to
 * be put behind the word. What was read in one of several possible ways, or left out, is added to
 * *choices, separated by "; ". An address may be there beside a method of the other family (static
 * IPv6 with DHCP for IPv4, or the reverse): it counts for the method of its own family only.
 */
int ipspec_parse(struct span value, struct plan_ip *ret, struct out *choices, struct err *err);
/* live-boot's <device>:<address>[:<netmask>[:<gateway>[:<nameserver>]]], of which several may stand
 * in one word with ',' between: each is for ipspec_parse(). */
bool ipspec_is_live(struct span value);
/* A name the kernel takes for a NIC (net/core/dev.c, dev_valid_name). */
bool ifname_valid(struct span name);
/* RFC 1123 host name, with or without domain. */
bool host_name_valid(struct span name);
/* May be the address of one host: not unset, multicast, broadcast or loopback. */
bool ip_is_host(const struct ip_addr *ip);
/* BOOTIF=: a MAC, with or without the hardware type in front ("01-"). */
bool bootif_parse(struct span value, struct mac_addr *ret);

#endif
