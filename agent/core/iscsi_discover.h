/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks a portal for its targets (RFC 7143 4.3, appendix C): a discovery session over a byte stream,
 * which is core/iscsi's login and one text request. Bytes in, bytes and a verdict out. The kernel
 * has no part in it, so that nothing of it is left there.
 */
#ifndef NETROOT_CORE_ISCSI_DISCOVER_H
#define NETROOT_CORE_ISCSI_DISCOVER_H

#include "core/iscsi.h"
#include "core/iscsi_targets.h"

#define ISCSI_DISCOVER_TEXT_LIMIT_S 10
/* Responses to the one request. A portal of the largest array needs some ten. */
#define ISCSI_DISCOVER_TEXTS_MAX 128
#define ISCSI_PDU_MAX (ISCSI_BHS_LEN + ISCSI_LOGIN_DATA_MAX)

enum iscsi_discover_state {
	ISCSI_DISCOVER_IDLE, /* not connected */
	ISCSI_DISCOVER_LOGIN,
	ISCSI_DISCOVER_LOOKUP, /* sent to a name: not connected */
	ISCSI_DISCOVER_ASK,
	ISCSI_DISCOVER_DONE,
	ISCSI_DISCOVER_FAILED
};

struct iscsi_discover {
	enum iscsi_discover_state state;
	struct iscsi login; /* its portal and port are where to connect to */
	uint64_t deadline_ns; /* ASK */
	uint32_t exp_statsn;
	uint16_t n_texts;
	size_t len_rx;
	uint8_t rx[ISCSI_PDU_MAX]; /* the PDU that is arriving */
	struct iscsi_targets targets;
};

enum iscsi_discover_event_kind {
	ISCSI_DISCOVER_EV_START, /* connected */
	ISCSI_DISCOVER_EV_BYTES,
	ISCSI_DISCOVER_EV_CLOSED, /* by the portal */
	ISCSI_DISCOVER_EV_ADDRESS, /* of the name */
	ISCSI_DISCOVER_EV_NO_ADDRESS, /* it has none */
	ISCSI_DISCOVER_EV_DEADLINE
};

struct iscsi_discover_event {
	enum iscsi_discover_event_kind kind;
	uint64_t now_ns;
	const uint8_t *bytes; /* BYTES */
	size_t len;
	const uint8_t *random; /* START: as core/iscsi wants it */
	uint8_t isid[ISCSI_ISID_LEN]; /* START */
	struct ip_addr ip; /* ADDRESS */
	const char *why; /* NO_ADDRESS */
};

struct iscsi_discover_actions {
	size_t taken; /* BYTES: of them; the rest is the next event's, unless it is over */
	size_t len; /* to be sent */
	uint8_t bytes[ISCSI_PDU_MAX];
	bool reconnect; /* close, connect to login.portal, START */
	bool look_up; /* close, find the address of login.lookup, ADDRESS or NO_ADDRESS */
	bool done; /* machine->targets */
	bool failed; /* err: portal, cause, remedy */
	struct err err;
};

/* config->discovery is set here; digests are not offered. */
void iscsi_discover_init(struct iscsi_discover *d, const struct iscsi_config *config);
void iscsi_discover_step(struct iscsi_discover *d, const struct iscsi_discover_event *ev,
			 struct iscsi_discover_actions *ret);
uint64_t iscsi_discover_deadline(const struct iscsi_discover *d);

#endif
