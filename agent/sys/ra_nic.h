/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Solicits and hears router advertisements on one NIC: ICMPv6 socket, deadlines. Addresses and the
 * default route are the kernel's work; this is for what the kernel leaves to others. */
#ifndef NETROOT_SYS_RA_NIC_H
#define NETROOT_SYS_RA_NIC_H

#include "core/ra.h"
#include "sys/loop.h"

#define RA_NICS_MAX 16
struct ra_nic;
/* lease NULL: text says what is wrong with what came, or with the socket. Every advertisement is
 * told, as there is no end of them: core/leases knows which of them are news. */
typedef void ra_news_fn(void *arg, int ifindex, const struct lease *lease, const char *text);
struct ra_nic *ra_nic_start(struct loop *loop, int ifindex, const char *ifname,
			    const struct mac_addr *mac, uint64_t seed, ra_news_fn *fn, void *arg,
			    struct err *err);
void ra_nic_carrier(struct ra_nic *nic, bool carrier);
void ra_nic_stop(struct ra_nic *nic);

#endif
