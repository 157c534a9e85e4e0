/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NICs and targets of the iSCSI Boot Firmware Table, as the kernel's iscsi_ibft shows them below
 * /sys/firmware/ibft (drivers/firmware/iscsi_ibft.c): from the texts of its files to entries of the
 * plan.
 */
#ifndef NETROOT_CORE_IBFT_H
#define NETROOT_CORE_IBFT_H

#include "core/plan.h"

#define IBFT_NICS_MAX 8
#define IBFT_TARGETS_MAX 8
#define IBFT_INDEX_MAX 255 /* one byte of the block's header */

/* Which directory a NIC or target is of: 0 the iBFT's, else one more than the N of an HBA's
 * iscsi_boot<N>. */
#define IBFT_SOURCE_MAX 24
const char *ibft_source(uint32_t hba, char dst[static IBFT_SOURCE_MAX]);

struct ibft_nic {
	uint32_t hba;
	uint8_t index; /* N of ethernetN; targets of the same directory name it by that */
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

enum ibft_chap { IBFT_CHAP_NONE, IBFT_CHAP_ONE_WAY, IBFT_CHAP_MUTUAL };

struct ibft_target {
	uint32_t hba;
	uint8_t index; /* N of targetN */
	bool valid, boot;
	bool has_nic, lun_known;
	bool radius; /* a secret is on a RADIUS server, not in the table */
	uint8_t nic; /* index of the NIC it is reached through */
	uint8_t chap; /* enum ibft_chap */
	uint16_t port; /* 0: not given */
	uint8_t lun[8];
	struct ip_addr address; /* IP_NONE: not given */
	char name[ISCSI_NAME_MAX];
	struct plan_chap secrets; /* names and secrets alone */
	uint16_t unread;
};

struct ibft {
	bool present; /* false: the firmware has left none */
	char initiator[ISCSI_NAME_MAX];
	struct ibft_nic nics[IBFT_NICS_MAX];
	struct ibft_target targets[IBFT_TARGETS_MAX];
	uint8_t n_nics, n_targets;
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

/* The same of targetN. */
const char *ibft_target_file(size_t i);
void ibft_target_take(struct ibft_target *target, size_t i, struct span text);
/* The root that it is. False: it is none, *err says why. */
bool ibft_target_plan(const struct ibft_target *target, struct plan_root *ret, struct out *choices,
		      struct err *err);

/* The bits of a block's flags. Some firmware sets only the second of the two for what it has booted
 * from. */
bool ibft_take_flags(struct span text, bool *ret_valid, bool *ret_boot);
/* None, all zeros (*dst stays), or a host's. */
bool ibft_take_ip(struct ip_addr *dst, struct span text);

/*
 * The table itself, as ACPI has it (header included), for a kernel without iscsi_ibft: read into
 * the same texts. False: it is no iBFT, or its bytes do not add up.
 */
#define IBFT_TABLE_MAX 8192
bool ibft_from_table(const uint8_t *bytes, size_t len, struct ibft *ret);

#endif
