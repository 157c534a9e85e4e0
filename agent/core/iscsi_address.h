/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Portals, and where a target sends an initiator: TargetAddress (RFC 7143 13.8). */
#ifndef NETROOT_CORE_ISCSI_ADDRESS_H
#define NETROOT_CORE_ISCSI_ADDRESS_H

#include "core/addr.h"
#include "core/text.h"

struct iscsi_portal {
	struct ip_addr ip;
	uint16_t port;
	char netdev[IFNAME_MAX]; /* the NIC that sessions there are bound to; "": none */
};

enum iscsi_address_kind { ISCSI_ADDRESS_BAD, ISCSI_ADDRESS_IP, ISCSI_ADDRESS_NAME };

struct iscsi_address {
	struct ip_addr ip; /* IP */
	struct span name; /* NAME: a host name, within the text given */
	uint16_t port;
	uint16_t tag; /* of the portal group; 0: none said */
};

/* The first TargetAddress of a text of keys; false: there is none. */
bool iscsi_address_find(struct span text, struct span *ret);
/* host[:port][,portal-group-tag], the host a name, dotted IPv4 or [IPv6]. */
enum iscsi_address_kind iscsi_address_parse(struct span text, struct iscsi_address *ret);
/* Whether open-iscsi's records are kept for this portal under that name: "ADDRESS,PORT" and
 * perhaps ",TPGT"; an IPv6 address without brackets, and perhaps with a scope. */
bool iscsi_portal_is_named(const struct iscsi_portal *portal, struct span name);

#endif
