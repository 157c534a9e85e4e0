/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs one core/dhcp6 machine on one NIC: UDP port 546 on its link-local address, deadlines. */
#ifndef NETROOT_SYS_DHCP6_NIC_H
#define NETROOT_SYS_DHCP6_NIC_H

#include "core/dhcp6.h"
#include "sys/dhcp_nic.h"

struct dhcp6_nic;
/* As dhcp_nic: lease NULL begins anew, otherwise goes on from it. */
struct dhcp6_nic *dhcp6_nic_start(struct loop *loop, int ifindex, const char *ifname,
				  const struct dhcp6_config *config, const struct lease *lease,
				  dhcp_news_fn *fn, void *arg, struct err *err);
void dhcp6_nic_carrier(struct dhcp6_nic *nic, bool carrier);
void dhcp6_nic_again(struct dhcp6_nic *nic);
void dhcp6_nic_conflict(struct dhcp6_nic *nic);
void dhcp6_nic_stop(struct dhcp6_nic *nic);
bool dhcp6_nic_bound(const struct dhcp6_nic *nic);

#endif
