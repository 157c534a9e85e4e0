/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the login machine share: core/iscsi (events, responses), core/iscsi_stage,
 * core/iscsi_redirect. Nobody else includes it. */
#ifndef NETROOT_CORE_ISCSI_MACHINE_H
#define NETROOT_CORE_ISCSI_MACHINE_H

#include "core/bytes.h"
#include "core/iscsi.h"
#include "core/iscsi_text.h"

/* The only way into a state. */
void iscsi_enter(struct iscsi *m, struct iscsi_actions *ret, enum iscsi_state state);
/* ret->err holds the cause; which login it was goes in front. */
void iscsi_fail(struct iscsi *m, struct iscsi_actions *ret);

/* The stage that the machine is in. */
enum iscsi_stage iscsi_stage_number(const struct iscsi *m);
/* A key that the table of operational keys does not know. False: *err is set. */
bool iscsi_stage_key(struct iscsi *m, const struct iscsi_pair *pair, struct err *err);
/* All keys of a response are taken; transit: it ends the stage. False: *err is set. */
bool iscsi_stage_turn(struct iscsi *m, bool transit, struct err *err);
/* Not all of our text is sent yet. */
bool iscsi_in_mid_text(const struct iscsi *m);
/*
 * The next request of the stage: what is left of its text, or new text, and T with the last part of
 * it; C with those before (RFC 7143 6.2, 11.12.3). An empty one without T where the target is in
 * the middle of its own.
 */
void iscsi_send_request(struct iscsi *m, struct iscsi_actions *ret, bool target_continues);

/* A response of status class 1. */
void iscsi_on_redirect(struct iscsi *m, const struct iscsi_login_response *r, uint64_t now_ns,
		       struct iscsi_actions *ret);
/* An event while the name that a target has sent us to is looked up. */
void iscsi_in_lookup(struct iscsi *m, const struct iscsi_event *ev, struct iscsi_actions *ret);

#endif
