/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NICs of the iSCSI Boot Firmware Table, as the kernel's iscsi_ibft shows them below
 * /sys/firmware/ibft (drivers/firmware/iscsi_ibft.c): from the texts of its files to entries of the
 * plan.
 */
#ifndef NETROOT_CORE_IBFT_H
#define NETROOT_CORE_IBFT_H

#include "core/plan.h"

#define IBFT_NICS_MAX 8
#define IBFT_INDEX_MAX 255 /* one byte of the block's header */

struct ibft_nic {
	uint8_t index; /* N of ethernetN; targets name it by that */
	bool valid, boot; /* the firmware has used it; has booted from it */
	uint8_t origin; /* of the address, IBFT_ORIGIN_... */
	uint8_t prefix; /* 0: not given */
	uint16_t vlan_id; /* 0: none */
	struct mac_addr mac;
	/* IP_NONE: not given */
	struct ip_addr address, gateway, dhcp, dns[2];
	char host_name[PLAN_NAME_MAX];
	uint16_t unread; /* bit i: ibft_nic_file(i) made no sense and counts as absent */
};

/* NL_PREFIX_ORIGIN of Windows, which the table has taken over. */
#define IBFT_ORIGIN_DHCP 3
#define IBFT_ORIGIN_RA 4

struct ibft {
	bool present; /* false: the firmware has left none */
	char initiator[ISCSI_NAME_MAX];
	struct ibft_nic nics[IBFT_NICS_MAX];
	uint8_t n_nics;
};

/* Name of file i of ethernetN, in the order in which ibft_nic_take() wants them; NULL behind the
 * last. */
const char *ibft_nic_file(size_t i);
/* What that file says, without the line end. */
void ibft_nic_take(struct ibft_nic *nic, size_t i, struct span text);

/*
 * How the NIC is to be configured: *ret_ip, by MAC, or by the name of *ret_link where the address
 * is on a VLAN; ret_link->n_ports is 0 where it is not. False: it cannot be told from others. What
 * was decided in one of several possible ways is added to *choices, separated by "; ".
 */
bool ibft_nic_plan(const struct ibft_nic *nic, struct plan_ip *ret_ip, struct plan_link *ret_link,
		   struct out *choices);

#endif
