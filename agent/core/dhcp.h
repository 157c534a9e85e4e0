/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The DHCPv4 client of one NIC as a pure machine (RFC 2131): events in, actions out, the next
 * deadline derived from the state. Knows messages (core/dhcp_msg), not sockets, clocks or random
 * sources.
 */
#ifndef NETROOT_CORE_DHCP_H
#define NETROOT_CORE_DHCP_H

#include "core/dhcp_msg.h"
#include "core/dhcp_time.h"
#include "core/lease.h"
#include "core/plan.h"

/* What the plan needs of a lease, in the order of what it is worth: option 17, and an NFS server in
 * that or in siaddr. */
enum dhcp_want { DHCP_WANT_ROOT = 1, DHCP_WANT_SERVER = 2 };

struct dhcp_config {
	struct mac_addr mac;
	uint64_t seed; /* for xid and jitter; differs per machine and boot */
	char host_name[LEASE_NAME_MAX]; /* 12 sent, "" : none */
	char vendor_class[LEASE_NAME_MAX]; /* 60 sent, "" : "netroot" */
	char user_class[LEASE_NAME_MAX]; /* 77, "": none */
	uint8_t client_id[PLAN_CLIENT_ID_MAX]; /* 61 */
	uint8_t len_client_id; /* 0: hardware type and MAC, as PXE */
	int arch; /* 93 (RFC 4578): 0 BIOS, 7 EFI; negative: not sent */
	uint8_t uuid[16]; /* 97, as firmware sends it; all zero: not sent */
	struct ip_addr request; /* 50 in DISCOVER, unset: none */
	bool init_reboot; /* firmware has had `request` by DHCP: it is asked for first (RFC 2131
			     4.3.2), DISCOVER comes if nobody says yes */
	bool rapid_commit; /* 80 (RFC 4039) */
	unsigned int wants; /* enum dhcp_want: an offer without is taken only where no better one
			       comes within DHCP_OFFER_WINDOW_MS */
	bool keeps; /* leases are renewed and handed on, not booted from: what lease_to_keep() takes
		       out is neither asked for nor kept */
};

/* From the first offer that lacks something. Meanwhile DISCOVER goes out once more with firmware's
 * vendor class, which is all that a proxyDHCP server answers. */
#define DHCP_OFFER_WINDOW_MS 500
#define DHCP_OFFERS_MAX 4
#define DHCP_DECLINED_MAX 4 /* addresses remembered; the oldest is forgotten first */

/* What a proxyDHCP server has said beside the lease. */
struct dhcp_proxy {
	struct ip_addr id; /* unset: none */
	struct ip_addr siaddr;
	char root_path[LEASE_ROOT_PATH_MAX];
	char tftp_server[LEASE_NAME_MAX], boot_file[LEASE_NAME_MAX];
};

enum dhcp_state {
	DHCP_IDLE,
	DHCP_REBOOTING, /* INIT-REBOOT: REQUEST without DISCOVER */
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
	struct dhcp_resend tx; /* of this state */
	uint64_t requested_ns; /* first REQUEST of this xid: the lease counts from there */
	uint16_t secs; /* of the last DISCOVER, repeated in its REQUEST */
	uint8_t n_failed; /* rounds that an offer led to and no lease came of, in a row */
	uint32_t n_useless; /* unusable answers since the last lease */
	bool carrier;
	bool have_lease; /* lease is valid (BOUND and later; kept while asking again) */
	struct lease offer; /* the best so far, the one that is requested */
	struct lease lease;

	/* of the window in which offers are compared */
	uint64_t window_ns; /* when it ends; 0: none is open */
	struct {
		struct ip_addr server_id;
		unsigned int lacks; /* enum dhcp_want */
	} offers[DHCP_OFFERS_MAX];
	uint8_t n_offers;
	char firmware_class[40]; /* "" where the class that is sent was given */
	bool as_firmware; /* DISCOVER was sent with firmware's vendor class */
	bool offer_as_firmware; /* offer came after that: its REQUEST says the same */
	struct dhcp_proxy proxy;
	struct dhcp_pxe boot; /* a boot server that an offer sends firmware to */
	bool boot_of_proxy;
	bool asking; /* that one, while BOUND */

	bool reboot_over; /* the address of config was asked for, and there was an answer or none */
	uint64_t discovered_ns; /* last DISCOVER: a lease by Rapid Commit counts from there */
	struct ip_addr declined[DHCP_DECLINED_MAX];
	uint8_t n_declined; /* in all */
};

enum dhcp_event_kind {
	DHCP_EV_CARRIER_UP,
	DHCP_EV_CARRIER_DOWN,
	DHCP_EV_PACKET,
	DHCP_EV_DEADLINE,
	DHCP_EV_AGAIN,
	DHCP_EV_UNSENT, /* the kernel did not take the message of the last step */
	DHCP_EV_CONFLICT, /* somebody else has the address (RFC 5227): DECLINE, and ask anew */
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
	uint16_t port; /* 67; or a boot server's, which is asked by unicast or not at all */
	size_t len;
	uint8_t message[DHCP_MESSAGE_MAX];
	enum dhcp_state from_state, to_state;
	bool refused; /* text: NAK or an unusable answer, and why */
	bool chosen; /* text: which offer was taken, and what the others lacked */
	bool unsent; /* UNSENT: the first in a row, worth saying */
	bool waiting; /* text: sent again without an answer, and what is next */
	bool ignored; /* the event meant nothing in this state (foreign xid, late packet); text:
		       * why, for packets */
	char text[256];
};

void dhcp_init(struct dhcp *d, const struct dhcp_config *config);
/* As if this lease had been had all along: BOUND, renewing when it is due. For the guard. */
void dhcp_resume(struct dhcp *d, const struct dhcp_config *config, const struct lease *lease);
void dhcp_step(struct dhcp *d, const struct dhcp_event *ev, struct dhcp_actions *ret);
uint64_t dhcp_deadline(const struct dhcp *d);
const char *dhcp_state_name(enum dhcp_state state);

#endif
