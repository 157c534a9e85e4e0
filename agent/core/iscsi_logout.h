/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end of one iSCSI session as a pure machine: its disks are taken off, which flushes them, then
 * a Logout Request (RFC 7143 11.14), then the kernel's session goes, whatever came before.
 */
#ifndef NETROOT_CORE_ISCSI_LOGOUT_H
#define NETROOT_CORE_ISCSI_LOGOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define ISCSI_LOGOUT_HEADER_LEN 48
/* Together less than what a shutdown gives all sessions. */
#define ISCSI_UNBIND_LIMIT_MS 1500
#define ISCSI_LOGOUT_LIMIT_MS 1000

enum iscsi_logout_state {
	ISCSI_LOGOUT_IDLE,
	ISCSI_LOGOUT_UNBINDING,
	ISCSI_LOGOUT_ASKED,
	ISCSI_LOGOUT_DONE
};

struct iscsi_logout {
	enum iscsi_logout_state state;
	uint64_t deadline_ns; /* UINT64_MAX: none */
};

enum iscsi_logout_event_kind {
	ISCSI_LOGOUT_EV_START,
	ISCSI_LOGOUT_EV_UNBOUND,
	ISCSI_LOGOUT_EV_PDU,
	ISCSI_LOGOUT_EV_CONN_ERROR,
	ISCSI_LOGOUT_EV_REFUSED, /* the kernel, what was asked of it last */
	ISCSI_LOGOUT_EV_DEADLINE
};

struct iscsi_logout_event {
	enum iscsi_logout_event_kind kind;
	uint64_t now_ns;
	bool logged_in; /* START: as the kernel says */
	const uint8_t *bytes; /* PDU */
	size_t len;
	const char *text; /* CONN_ERROR, REFUSED: in words */
};

struct iscsi_logout_actions {
	bool unbind;
	bool send;
	uint8_t header[ISCSI_LOGOUT_HEADER_LEN];
	bool take_down; /* the last: connection stopped and destroyed, session destroyed */
	bool clean; /* with it: the target has agreed. Else err says why not */
	struct err err;
};

void iscsi_logout_step(struct iscsi_logout *m, const struct iscsi_logout_event *ev,
		       struct iscsi_logout_actions *ret);

#endif
