/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The DHCPv4 client of one NIC as a pure machine (RFC 2131): events in, actions out, the next
 * deadline derived from the state. Knows messages (core/dhcp_msg), not sockets, clocks or random
 * sources.
 */
#ifndef NETROOT_CORE_DHCP_H
#define NETROOT_CORE_DHCP_H

#include "core/dhcp_msg.h"
#include "core/lease.h"

#define DHCP_NO_DEADLINE UINT64_MAX

struct dhcp_config {
	struct mac_addr mac;
	uint64_t seed; /* for xid and jitter; differs per machine and boot */
	char host_name[LEASE_NAME_MAX]; /* 12 sent, "" : none */
	char vendor_class[LEASE_NAME_MAX]; /* 60 sent, "" : "netroot" */
	struct ip_addr request; /* 50 in DISCOVER, unset: none */
};

enum dhcp_state {
	DHCP_IDLE,
	DHCP_SELECTING,
	DHCP_REQUESTING,
	DHCP_BOUND,
	DHCP_RENEWING,
	DHCP_REBINDING
};

struct dhcp {
	struct dhcp_config config;
	enum dhcp_state state;
	uint64_t rng;
	uint32_t xid;
	uint64_t begun_ns; /* first DISCOVER of this round: "secs" */
	uint64_t next_tx_ns; /* retransmission */
	uint64_t requested_ns; /* first REQUEST of this xid: the lease counts from there */
	uint16_t secs; /* of the last DISCOVER, repeated in its REQUEST */
	uint8_t n_failed; /* rounds that an offer led to and no lease came of, in a row */
	uint32_t interval_ms; /* current back-off, before jitter */
	uint8_t n_sent; /* in this state */
	bool carrier;
	bool have_lease; /* lease is valid (BOUND and later; kept while asking again) */
	struct lease offer;
	struct lease lease;
};

enum dhcp_event_kind {
	DHCP_EV_CARRIER_UP,
	DHCP_EV_CARRIER_DOWN,
	DHCP_EV_PACKET,
	DHCP_EV_DEADLINE,
	DHCP_EV_AGAIN
};

struct dhcp_event {
	enum dhcp_event_kind kind;
	uint64_t now_ns;
	const uint8_t *bytes; /* PACKET: the UDP payload */
	size_t len;
};

/* What is to be done, in this order. Zeroed by dhcp_step. */
struct dhcp_actions {
	bool new_lease; /* machine->lease; text: options of it that were ignored, "" for none */
	bool lost_lease; /* text: why */
	bool send;
	struct ip_addr to; /* broadcast, or the server when renewing by unicast */
	size_t len;
	uint8_t message[DHCP_MESSAGE_MAX];
	enum dhcp_state from_state, to_state;
	bool refused; /* text: NAK or an unusable answer, and why */
	bool waiting; /* text: sent again without an answer, and what is next */
	bool ignored; /* the event meant nothing in this state (foreign xid, late packet); text:
		       * why, for packets */
	char text[160];
};

void dhcp_init(struct dhcp *d, const struct dhcp_config *config);
void dhcp_step(struct dhcp *d, const struct dhcp_event *ev, struct dhcp_actions *ret);
uint64_t dhcp_deadline(const struct dhcp *d);
const char *dhcp_state_name(enum dhcp_state state);

#endif
