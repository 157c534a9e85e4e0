/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guard does about the session of the root when its connection breaks, as a pure machine:
 * when to stop it, which portal to log in at again, when to wait, when to leave it to another.
 * Never gives up. Knows neither sockets nor netlink; one login is core/iscsi's.
 */
#ifndef NETROOT_CORE_RECOVER_H
#define NETROOT_CORE_RECOVER_H

#include "core/iscsi_address.h"
#include "core/iscsi_pdu.h"
#include "core/say.h"

#define RECOVER_NO_DEADLINE UINT64_MAX
#define RECOVER_PORTALS_MAX 4
#define RECOVER_TEXT_MAX 640
/* For a login with all its redirects; each part of it has a limit of its own. */
#define RECOVER_LOGIN_LIMIT_S 60
/* The replacement time-out that iscsid gives a session that it has no record of, where nobody has
 * written another one into iscsid.conf. */
#define RECOVER_ISCSID_REPLACEMENT_S 120

/* What the kernel tells of the session, where it can be asked. */
enum recover_session {
	RECOVER_SESSION_UNKNOWN,
	RECOVER_SESSION_WORKS,
	RECOVER_SESSION_FAILED,
	RECOVER_SESSION_GONE
};

enum recover_event_kind {
	RECOVER_EV_BEGIN,
	RECOVER_EV_CONN_ERROR, /* code: the kernel's iscsi_err */
	RECOVER_EV_PDU, /* bytes: one of the target's that the kernel leaves to userland */
	RECOVER_EV_OVERRUN, /* events were lost */
	RECOVER_EV_LOGGED_IN,
	RECOVER_EV_LOGIN_FAILED, /* text: target, portal and cause, printable; of a probe as well */
	RECOVER_EV_ANSWERS, /* the portal that was probed takes connections */
	RECOVER_EV_GONE, /* the session was destroyed */
	RECOVER_EV_DEADLINE,
};
#define RECOVER_N_EVENTS (RECOVER_EV_DEADLINE + 1)

struct recover_event {
	enum recover_event_kind kind;
	uint64_t now_ns;
	/* looked up for every event */
	enum recover_session session;
	bool other; /* somebody else listens to the kernel's iSCSI events: iscsid */
	uint32_t replacement_s; /* how long a lost session is waited for; 0: unknown, or no limit */
	uint32_t code;
	const uint8_t *bytes;
	size_t len;
	const char *text;
	/* LOGGED_IN: text is the portal; the Time2Wait that was negotiated; where the target has
	 * moved for good, to */
	uint16_t time2wait_s;
	bool moved;
	struct iscsi_portal portal;
};

/* What is to be done, in this order. Zeroed by recover_step(). */
struct recover_actions {
	/* forget the login or the probe under way; the session is in other hands, leave it alone */
	bool abandon;
	bool cancel; /* call the login or the probe under way off */
	bool logout; /* send a logout request */
	bool stop; /* STOP_CONN(RECOVER): BIND_CONN is refused without it */
	/* connect to the portal, bind the session to it, log in with the session's own ISID and
	 * TSIH 0, set what was negotiated, START_CONN; then LOGGED_IN or LOGIN_FAILED is due */
	bool login;
	/* only see whether the portal takes a connection; then ANSWERS or LOGIN_FAILED is due */
	bool probe;
	struct iscsi_portal portal;
	bool goes_over; /* the login is at another portal than the last one that worked */
	uint32_t replacement_s; /* not 0: the session gets this replacement time-out */
	bool over; /* there is no session any more */
	enum say_weight say;
	char text[RECOVER_TEXT_MAX];
};

enum recover_state {
	RECOVER_NEW,
	RECOVER_KEEPS, /* the session works, as far as is known */
	RECOVER_LOGOUT, /* the target asked for a logout, which is sent */
	RECOVER_WAITS, /* for the next login */
	RECOVER_LOGIN, /* is under way */
	RECOVER_ASIDE, /* the session has failed, and another is there to see to it */
	RECOVER_PROBE, /* the same, but nothing is heard of it: is it the target? */
	RECOVER_OVER,
};

struct recover_config {
	struct iscsi_portal portals[RECOVER_PORTALS_MAX]; /* the first one is in use */
	uint8_t n_portals; /* at least 1 */
	uint16_t time2wait_s;
	uint32_t replacement_s; /* what iscsid's default is replaced by; 0: nothing */
	bool recorded; /* not at the first portal: of that the root has a record of its own */
	bool is_path; /* one of several to the root, which goes on by the others */
	uint64_t seed; /* of this machine */
	char target[224]; /* and root: for messages, printable */
	char root[128];
};

struct recover {
	struct recover_config config;
	enum recover_state state;
	uint64_t deadline_ns;
	uint64_t rng;
	uint8_t at; /* the portal of the last login that worked */
	uint8_t next; /* the portal of the next one */
	uint32_t n_failures; /* rounds through all portals in a row, and sessions that did not last
			      */
	uint32_t n_attempts; /* since the loss */
	uint64_t lost_ns, up_ns;
	uint64_t said_ns; /* when the last failure was told */
	uint32_t said; /* which text */
	bool other_seen; /* it was said that somebody else keeps the session */
	bool overrules; /* this recovery is ours, whoever else is there */
	uint64_t sign_ns; /* when the other was last seen to do something */
	uint64_t answers_ns; /* since when the target takes connections all the same; 0: it does not
			      */
	bool shortened; /* iscsid's default was seen last */
	bool shortened_due; /* and is to be told of; once only */
	bool shortened_told;
};

void recover_init(struct recover *r, const struct recover_config *config);
void recover_step(struct recover *r, const struct recover_event *ev, struct recover_actions *ret);
/* Set in every state but KEEPS and OVER; in these it may be. */
uint64_t recover_deadline(const struct recover *r);
const char *recover_state_name(enum recover_state state);

/* Of sysfs' iscsi_session/session<N>/state. */
enum recover_session recover_session_of(struct span text);
/* Of .../recovery_tmo: seconds; 0 where it is none, or "off". */
uint32_t recover_seconds_of(struct span text);
/*
 * Whether a line of /proc/net/netlink is a socket, other than the one with this port id, that
 * listens to the events of NETLINK_ISCSI: what iscsid has, and whoever else keeps sessions.
 */
bool recover_is_other(struct span line, uint32_t own_portid);

#endif
