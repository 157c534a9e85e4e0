/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One iSCSI login as a pure machine (RFC 7143): PDUs in, PDUs and a verdict out. Knows text keys
 * and PDUs (core/iscsi_pdu), not sockets, netlink or clocks.
 */
#ifndef NETROOT_CORE_ISCSI_H
#define NETROOT_CORE_ISCSI_H

#include "core/addr.h"
#include "core/err.h"
#include "core/iscsi_chap.h"
#include "core/iscsi_pdu.h"
#include "core/iscsi_tune.h"
#include "core/plan.h"

#define ISCSI_NO_DEADLINE UINT64_MAX

struct iscsi_config {
	struct ip_addr portal;
	uint16_t port;
	char name[PLAN_NAME_MAX]; /* of the portal's host, for messages; "": was given by address */
	char scope[IFNAME_MAX]; /* NIC of a link-local portal; "": netdev, else ifname */
	char initiator[ISCSI_NAME_MAX];
	char target[ISCSI_NAME_MAX];
	char netdev[IFNAME_MAX]; /* the NIC that the connection is bound to; "": none */
	char ifname[IFNAME_MAX]; /* the boot NIC */
	uint32_t scope_index; /* of the NIC of link-local portals; 0: to be found by its name */
	struct iscsi_tune tune;
	struct plan_chap chap;
	/* into a session that was logged in elsewhere: it is kept at this portal from now on */
	bool goes_over;
	bool discovery; /* a session that only asks for targets; target is not used */
	uint32_t connect_limit_s, login_limit_s; /* 0: the machine's defaults */
};

#define ISCSI_CONNECT_LIMIT_S 10
/* A target that still holds the last boot's session may take seconds to let go of it. */
#define ISCSI_LOGIN_LIMIT_S 15
#define ISCSI_REDIRECTS_MAX 4
/* Our own text of one step, over as many PDUs as it takes. */
#define ISCSI_TEXT_MAX (2 * ISCSI_LOGIN_DATA_MAX)
/* Requests of one login. Three do, six with CHAP; a target that never agrees ends here before the
 * deadline. */
#define ISCSI_REQUESTS_MAX 32

/* Result of the negotiation, as SET_PARAM wants it (facts: param ids 0 to 11, 14, 16). */
struct iscsi_params {
	uint32_t max_recv, max_xmit, first_burst, max_burst, max_r2t;
	uint8_t header_offer, data_offer; /* enum plan_digest */
	bool discovery; /* of the keys only those that a discovery session has */
	bool header_digest, data_digest, initial_r2t, immediate_data, pdu_in_order, seq_in_order;
	uint8_t erl;
	uint16_t time2wait, time2retain;
	uint32_t exp_statsn;
	uint16_t tpgt;
	char target_alias[256];
};

/* LOOKUP: the target has sent us to a name, whose address is awaited. */
enum iscsi_state {
	ISCSI_IDLE,
	ISCSI_SECURITY,
	ISCSI_OPERATIONAL,
	ISCSI_LOOKUP,
	ISCSI_LOGGED_IN,
	ISCSI_FAILED
};

struct iscsi {
	struct iscsi_config config;
	enum iscsi_state state;
	uint8_t isid[6];
	uint32_t itt, exp_statsn;
	uint16_t tsih;
	bool tpgt_seen;
	bool names_sent, keys_sent; /* of the login, of the stage's step */
	bool itt_seen; /* itt is the one on the wire */
	uint8_t n_requests, n_redirects;
	uint32_t conn_error; /* 0: none; a status that still comes explains more than this */
	uint64_t deadline_ns;
	struct ip_addr portal; /* where this login goes: the configured one until redirected */
	uint16_t port;
	struct ip_addr home; /* where a later login begins: follows permanent redirects only */
	uint16_t home_port;
	/* LOOKUP: what is looked up, and what the redirection was beside that */
	char lookup[PLAN_NAME_MAX];
	uint16_t lookup_port;
	uint8_t lookup_detail;
	struct iscsi_params params;
	struct iscsi_chap chap;
	uint8_t rx[ISCSI_LOGIN_DATA_MAX]; /* text gathered over PDUs with the C bit */
	size_t len_rx;
	uint8_t tx[ISCSI_TEXT_MAX]; /* text to be sent, of which at_tx bytes are */
	size_t len_tx, at_tx;
};

enum iscsi_event_kind {
	ISCSI_EV_START,
	ISCSI_EV_PDU,
	ISCSI_EV_CONN_ERROR,
	ISCSI_EV_ADDRESS, /* LOOKUP: of the name */
	ISCSI_EV_NO_ADDRESS,
	ISCSI_EV_DEADLINE
};

struct iscsi_event {
	enum iscsi_event_kind kind;
	uint64_t now_ns;
	const uint8_t *bytes; /* PDU: header and data (padding allowed behind) */
	size_t len;
	uint32_t code; /* CONN_ERROR: the kernel's iscsi_err */
	uint8_t isid[6]; /* START */
	const uint8_t
		*random; /* START: CHAP_RANDOM_LEN bytes, new ones each time; NULL: none yet */
	struct ip_addr ip; /* ADDRESS */
	const char *why; /* NO_ADDRESS */
};

struct iscsi_actions {
	bool send;
	uint8_t header[ISCSI_BHS_LEN];
	size_t len_data;
	uint8_t data[ISCSI_LOGIN_DATA_MAX];
	bool logged_in; /* machine->params */
	bool failed; /* err: target, portal, cause, remedy, status in full */
	/* To redirect_ip:redirect_port, which are machine->portal and port now: tear down, connect
	 * there, START again. */
	bool redirect;
	/* Not refused for good: tear down, connect to the same portal, START again. */
	bool again;
	/* To a name: tear down, look machine->lookup up, then ADDRESS or NO_ADDRESS. */
	bool look_up;
	bool redirect_permanent;
	struct ip_addr redirect_ip;
	uint16_t redirect_port;
	enum iscsi_state from_state, to_state;
	bool ignored;
	struct err err;
};

void iscsi_init(struct iscsi *m, const struct iscsi_config *config);
void iscsi_step(struct iscsi *m, const struct iscsi_event *ev, struct iscsi_actions *ret);
uint64_t iscsi_deadline(const struct iscsi *m);
const char *iscsi_state_name(enum iscsi_state state);
/* "10.0.0.5:3260", "[fd00::5]:3260". Returns dst. */
#define ISCSI_PORTAL_TEXT_MAX (IP_TEXT_MAX + 8)
/* The NIC that link-local addresses are reached by. */
const char *iscsi_link(const struct iscsi_config *config);
/* The NIC that an address is to be reached by: of link-local ones, else "". */
const char *iscsi_scope(const struct iscsi *m, const struct ip_addr *ip);
char *iscsi_portal_text(const struct ip_addr *ip, uint16_t port,
			char dst[static ISCSI_PORTAL_TEXT_MAX]);
/* The portal that this login goes to, and where a redirection has led there the one that was asked
 * first. */
#define ISCSI_WHERE_MAX 320
void iscsi_where(const struct iscsi *m, struct out *out);
/* "target IQN at PORTAL: " (or "asking PORTAL for its targets: ") in front of *err, the portal
 * being the one this login goes to. */
int iscsi_err_wrap(const struct iscsi *m, struct err *err);
/* How long the TCP connect may take. */
uint64_t iscsi_connect_limit_ns(const struct iscsi *m);
/* The ISID that open-iscsi gives the session sid, so that iscsid, when it takes the session over,
 * is the same initiator port to the target: 00 02 3d and 24 bits of the sid. */
void iscsi_isid(uint32_t sid, uint8_t ret[static ISCSI_ISID_LEN]);

#endif
