/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPv4 address conflict detection (RFC 5227) as a pure machine, run beside the boot: the address is
 * in use already while it is probed. ARP packets in and out, the next deadline from the state.
 */
#ifndef NETROOT_CORE_ACD_H
#define NETROOT_CORE_ACD_H

#include "core/addr.h"

#define ACD_NO_DEADLINE UINT64_MAX
#define ARP_LEN 28 /* Ethernet and IPv4 */
/* RFC 5227 1.1 spreads three probes over up to 6 s; a boot is over by then. Somebody who has the
 * address answers the first probe within a round trip; the others are against loss. */
#define ACD_PROBES 3
#define ACD_PROBE_MS 200
#define ACD_ANNOUNCE_MS 2000

enum acd_state { ACD_IDLE, ACD_PROBING, ACD_ANNOUNCING, ACD_DONE, ACD_CONFLICT };

struct acd {
	struct mac_addr mac;
	struct ip_addr address;
	enum acd_state state;
	uint64_t next_ns;
	uint8_t n_sent;
	struct mac_addr holder; /* in CONFLICT: who has it */
};

enum acd_event_kind {
	ACD_EV_START,
	ACD_EV_PACKET,
	ACD_EV_DEADLINE,
	ACD_EV_OURS, /* the holder that was told is another NIC of this machine: the probes go on */
};

struct acd_event {
	enum acd_event_kind kind;
	uint64_t now_ns;
	const uint8_t *bytes; /* PACKET: from the ARP header on */
	size_t len;
};

struct acd_actions {
	bool send;
	uint8_t message[ARP_LEN]; /* to the broadcast address */
	bool clear; /* the probes are over, nobody answered */
	bool conflict; /* machine->holder */
};

/* Ethernet only (mac.len 6). Once the probes are over a conflict is no longer reported: the address
 * is in use, and the second announcement goes out at once to defend it (RFC 5227 2.4 b). */
void acd_init(struct acd *m, const struct mac_addr *mac, const struct ip_addr *address);
void acd_step(struct acd *m, const struct acd_event *ev, struct acd_actions *ret);
uint64_t acd_deadline(const struct acd *m);

/* The n-th candidate of RFC 3927 for this NIC: 169.254.1.0 to 169.254.254.255, the same at every
 * boot for n 0. */
struct ip_addr ip4_link_local(const struct mac_addr *mac, unsigned int n);

#endif
