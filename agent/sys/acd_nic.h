/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs one core/acd machine on one NIC: ARP socket, deadlines. Decides nothing. */
#ifndef NETROOT_SYS_ACD_NIC_H
#define NETROOT_SYS_ACD_NIC_H

#include "core/acd.h"
#include "sys/loop.h"

#define ACD_NICS_MAX 16
struct acd_nic;
/* conflict: holder has the address. Otherwise the probes are over and it is ours. Once, but for
 * acd_nic_ours(). */
typedef void acd_fn(void *arg, int ifindex, const struct ip_addr *address, bool conflict,
		    const struct mac_addr *holder);
/* The NIC is up. NULL with err where there is no socket to be had, or it is no Ethernet NIC. */
struct acd_nic *acd_nic_start(struct loop *loop, int ifindex, const struct mac_addr *mac,
			      const struct ip_addr *address, acd_fn *fn, void *arg,
			      struct err *err);
/* In the callback with conflict: the holder is another NIC of this machine, go on. */
void acd_nic_ours(struct acd_nic *nic);
/* After its callback with conflict, too; announcements end with it. */
void acd_nic_stop(struct acd_nic *nic);

#endif
