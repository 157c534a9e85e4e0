/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of core/handnet share: one part per reader. */
#ifndef NETROOT_CORE_HANDNET_PART_H
#define NETROOT_CORE_HANDNET_PART_H

#include "core/handnet.h"

/* One file after the other, all in the same text. */
struct hand {
	const struct hand_input *in;
	struct out out; /* the file in the making */
	char *text;
	hand_emit_fn *emit;
	void *arg;
	struct err *err;
	bool failed; /* err names a file that did not fit */
	size_t n_emitted;
};

void hand_begin(struct hand *h);
/* The file is complete; the path is a format. */
__attribute__((format(printf, 3, 4))) void hand_end(struct hand *h, unsigned int mode,
						    const char *path, ...);

/* --- the parts; each may emit any number of files for the NIC --- */
void hand_klibc(struct hand *h, const struct hand_nic *nic);
void hand_networkd(struct hand *h, const struct hand_nic *nic);
void hand_networkd_netdev(struct hand *h, const struct hand_nic *nic);
void hand_nm(struct hand *h, const struct hand_nic *nic);
void hand_netplan(struct hand *h);
void hand_lease(struct hand *h, const struct hand_nic *nic);
void hand_ifupdown(struct hand *h, const struct hand_nic *nic);
void hand_udev(struct hand *h, const struct hand_nic *nic);

/* --- what they ask --- */

/* A name that means itself to every reader: letters, digits, "._-". */
bool hand_name_plain(const char *name);
/* Something that a host name or a domain may hold, in every reader's syntax. */
bool hand_domain_ok(struct span domain);
/* The next domain of a search list that is one; false at its end. */
bool hand_next_domain(struct span *rest, struct span *ret);
/* Name servers of this NIC: nameserver= where it is the boot NIC, those of its ip= words, those of
 * its leases unless rd.peerdns=0; of both families where family is IP_NONE. */
#define HAND_DNS_MAX 8
struct hand_dns {
	struct ip_addr servers[HAND_DNS_MAX];
	uint8_t n;
};
void hand_dns_of(const struct hand *h, const struct hand_nic *nic, enum ip_family family,
		 bool with_leases, struct hand_dns *ret);
/* Search lists as far as they are valid, blanks between; "" for none. */
void hand_search_of(const struct hand *h, const struct hand_nic *nic, enum ip_family family,
		    bool with_leases, char dst[static DNS_SEARCH_MAX]);
/* Routes of the plan that go over this NIC (rd.route=) and are not in its configuration. */
bool hand_plan_route_here(const struct hand *h, const struct hand_nic *nic,
			  const struct plan_route *route);
bool hand_is_default(const struct lease_route *route);
/* The gateway is in no network of this NIC: to be taken as on link. */
bool hand_gateway_off_link(const struct netconf *conf, const struct ip_addr *gateway);
/* The client identifier is htype and MAC, which every client can send. */
bool hand_client_id_is_mac(const struct hand *h, const struct hand_nic *nic);
/* What the bond or bridge of a port is; NULL: not known. */
const struct plan_link *hand_master_of(const struct hand *h, const struct hand_nic *nic);
/* The VLAN of nics[i] lies on this NIC. */
bool hand_is_vlan_on(const struct hand_nic *vlan, const struct hand_nic *nic);
/* The NIC that the VLAN lies on; NULL: not known. */
const struct hand_nic *hand_vlan_parent(const struct hand *h, const struct hand_nic *vlan);
/* Value of a bond's option, or NULL. Words are words and numbers decimal, however they were given
 * (core/linkspec). */
const char *hand_bond_option(const struct plan_link *link, const char *name);
/* The kernel's default where none was given. */
const char *hand_bond_mode(const struct plan_link *link);
/* An address may be given with the family's prefix length; false for none. */
bool hand_has_address(const struct netconf *conf);
/* Whether routers' advertisements are for it: asked for, or the kernel's own doing. */
bool hand_accepts_ra(const struct hand_nic *nic);
/* ip= has put another MAC on it than it was made with. */
bool hand_mac_is_set(const struct hand_nic *nic);
/* IAID of DHCPv6: the last four bytes of the MAC. */
uint32_t hand_iaid(const struct hand_nic *nic);

#endif
