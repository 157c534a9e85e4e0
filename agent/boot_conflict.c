/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Somebody else with an IPv4 address of ours (RFC 5227), found out while the boot goes on. */
#include "boot.h"

#include "core/acd.h"
#include "sys/log.h"

static void on_acd(void *arg, int ifindex, const struct ip_addr *address, bool conflict,
		   const struct mac_addr *holder);

void addr_probe(struct boot *b, struct boot_nic *n)
{
	struct err err;

	if (n->acd)
		acd_nic_stop(n->acd);
	n->acd = acd_nic_start(b->loop, n->nic.ifindex, &n->nic.mac, &n->v4.conf.address, on_acd, b,
			       &err);
	if (!n->acd)
		log_line(LOG_LEVEL_DEBUG, "address", "%s: %s, going on without conflict detection",
			 n->nic.name, err.text);
}

void addr_set_link_local(struct boot *b, struct boot_nic *n)
{
	struct netconf conf = { .address = ip4_link_local(&n->nic.mac, n->n_conflicts),
				.prefix = 16,
				.valid_s = UINT32_MAX,
				.preferred_s = UINT32_MAX };

	if (addr_configure(b, n, &n->v4, &conf))
		addr_probe(b, n);
}

/* The address of a lease goes back; what was reached through it is to be reached anew. */
static void give_back(struct boot *b, struct boot_nic *n)
{
	bool was_boot_nic = b->boot_ifindex == n->nic.ifindex;

	dhcp_nic_conflict(n->dhcp);
	addr_unconfigure(b, n, &n->v4);
	lease_drop(b, n->nic.ifindex, LEASE_DHCP4);
	if (was_boot_nic && phase_is(b, PHASE_ADDRESS, PHASE_DONE))
		phase_restart(b, PHASE_ADDRESS);
}

/* Linux answers for an address on every NIC that hears the question (arp_ignore 0): two NICs on one
 * segment are no conflict. */
static bool is_own_mac(const struct boot *b, const struct mac_addr *mac)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		if (b->nics[i].nic.ifindex && mac_eq(&b->nics[i].nic.mac, mac))
			return true;
	return false;
}

static void on_acd(void *arg, int ifindex, const struct ip_addr *address, bool conflict,
		   const struct mac_addr *holder)
{
	struct boot *b = arg;
	struct boot_nic *n = nic_by_index(b, ifindex);
	char ip[IP_TEXT_MAX], mac[MAC_TEXT_MAX];

	if (!n || !n->acd)
		return;
	if (!conflict)
		return; /* it stays and announces */
	if (is_own_mac(b, holder)) {
		acd_nic_ours(n->acd); /* somebody else may still answer */
		return;
	}
	acd_nic_stop(n->acd);
	n->acd = NULL;
	(void)ip_text(address, ip);
	(void)mac_text(holder, mac);
	if (!n->v4.configured || !ip_eq(&n->v4.conf.address, address))
		return;
	if (n->v4.ip.v4 == IP4_LINK_LOCAL) {
		log_line(LOG_LEVEL_WARN, "address", "%s: %s is in use by %s, taking another",
			 n->nic.name, ip, mac);
		n->n_conflicts++;
		addr_unconfigure(b, n, &n->v4);
		addr_set_link_local(b, n);
	} else if (n->v4.ip.v4 == IP4_DHCP && n->dhcp) {
		log_line(LOG_LEVEL_WARN, "address",
			 "%s: %s is in use by %s, giving it back to the DHCP server (DECLINE)",
			 n->nic.name, ip, mac);
		give_back(b, n);
	} else {
		log_line(
			LOG_LEVEL_ERROR, "address",
			"%s: %s is in use by %s as well: one of the two will lose its connections; "
			"give this machine another address in ip=",
			n->nic.name, ip, mac);
	}
	b->dirty = true;
}
