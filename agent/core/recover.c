/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A lost session is logged in again for ever: the root cannot be read without it, and the kernel
 * holds what the root writes. Each attempt begins with STOP_CONN(RECOVER), whatever is known of the
 * connection: it costs nothing where it was stopped before, and the kernel refuses everything else
 * until it was.
 *
 * Two that recover one session take it from each other. So whoever else listens to the kernel's
 * iSCSI events is left to it; only while the session is failed is it asked again and again whether
 * the other is still there, because nothing tells of its end.
 *
 * One that is there may do nothing, or nothing that helps: it is stopped, hangs, does not know the
 * session, or binds for ever to a connection that has to be stopped first (open-iscsi issue 387,
 * when a target that is being restarted says "not found" and closes). Its logins are heard, for the
 * kernel tells all listeners of every answer; its connects are not. So where nothing is heard the
 * target itself is asked, by a connection that is closed at once: while the target does not answer
 * nothing is to be done, and when it does for longer than an iscsid waits between two tries, none
 * succeeds. STOP_CONN may be all that the other lacks, so a moment is waited after it before our
 * own login.
 *
 * An iscsid that takes the session over sets the timers of its own configuration. Its default
 * replacement time-out is made for disks that another path or a backup stands in for: a root has
 * I/O errors after it, which no later login heals. So that one value, and no other that somebody
 * has chosen, is set back, after every login of the other.
 */
#include "core/recover.h"

#include <stdio.h>
#include <string.h>

#include "core/backoff.h"
#include "core/iscsi.h"
#include "core/iscsi_nl.h"

#define NS_PER_S 1000000000ull
#define NS_PER_MS 1000000ull

/* The first is when a target is restarted by its administrator, the second bounds how long a root
 * stands after its target is back. A refused connect costs a target next to nothing. */
static const struct backoff retry = { .first_ms = 400, .max_ms = 3000 };
#define PORTAL_GAP_NS (100 * NS_PER_MS) /* from one portal to the next, in the same round */
/* A fleet that lost its target at one moment does not come back in one moment. */
#define SPREAD_NS (250 * NS_PER_MS)
/* RFC 7143 13.15: at most 3600. No root waits so long for a target that may be back long since. */
#define TIME2WAIT_MAX_S 60
/* The kernel stops a connection that broke a moment after it did. */
#define SETTLE_NS (2 * NS_PER_S)
#define ASIDE_NS (2 * NS_PER_S)
/* Without a sign of the other: when the target is asked first, how often, and how long it has to
 * answer before the other is taken not to try. iscsid gives a connect and a login 15 s each. */
#define QUIET_NS (10 * NS_PER_S)
#define PROBE_NS (5 * NS_PER_S)
#define IDLE_NS (20 * NS_PER_S)
/* For a login of the other after our STOP_CONN: longer than iscsid waits after a failed connect. */
#define NUDGE_NS (4 * NS_PER_S)
/* A session that lives shorter than this was no success: its next login waits as after a failure.
 */
#define LASTING_NS (20 * NS_PER_S)
#define LOGOUT_LIMIT_S 5
/* How often a session that works is looked at while another has it. */
#define BESIDE_NS (60 * NS_PER_S)
#define SAY_AGAIN_NS (60 * NS_PER_S)
/* So many sessions in a row that did not last have a cause of their own. */
#define SHORT_LIVED_MANY 4

const char *recover_state_name(enum recover_state state)
{
	switch (state) {
	case RECOVER_NEW:
		return "new";
	case RECOVER_KEEPS:
		return "keeps";
	case RECOVER_LOGOUT:
		return "logout";
	case RECOVER_WAITS:
		return "waits";
	case RECOVER_LOGIN:
		return "login";
	case RECOVER_ASIDE:
		return "aside";
	case RECOVER_PROBE:
		return "probe";
	case RECOVER_OVER:
		return "over";
	}
	return "?";
}

void recover_init(struct recover *r, const struct recover_config *config)
{
	*r = (struct recover){ .config = *config, .deadline_ns = 0, .rng = config->seed };
	if (r->config.n_portals > RECOVER_PORTALS_MAX)
		r->config.n_portals = RECOVER_PORTALS_MAX;
	if (!r->config.n_portals)
		r->config.n_portals = 1;
}

uint64_t recover_deadline(const struct recover *r)
{
	return r->deadline_ns;
}

static const char *portal_text(const struct recover *r, uint8_t i,
			       char dst[static ISCSI_PORTAL_TEXT_MAX])
{
	return iscsi_portal_text(&r->config.portals[i].ip, r->config.portals[i].port, dst);
}

static void enter(struct recover *r, enum recover_state state, uint64_t deadline_ns)
{
	r->state = state;
	r->deadline_ns = deadline_ns;
}

/* --- the loss --- */

static void wait_for_next(struct recover *r, uint64_t now_ns, uint64_t wait_ns)
{
	enter(r, RECOVER_WAITS, now_ns + wait_ns);
}

/* What is waited before the first login after a loss. */
static uint64_t first_wait_ns(struct recover *r, uint16_t time2wait_s)
{
	uint64_t wait_ns = (time2wait_s < TIME2WAIT_MAX_S ? time2wait_s : TIME2WAIT_MAX_S) *
			   NS_PER_S;
	uint64_t back_ns = r->n_failures ? backoff_ns(&retry, r->n_failures, &r->rng) : 0;

	wait_ns += rng_next(&r->rng) % SPREAD_NS;
	return wait_ns > back_ns ? wait_ns : back_ns;
}

static bool was_lasting(const struct recover *r, uint64_t now_ns)
{
	return now_ns - r->up_ns >= LASTING_NS;
}

/* From a session that worked to one that is to be logged in again. */
static void lose(struct recover *r, uint64_t now_ns, uint16_t time2wait_s,
		 struct recover_actions *act, const char *why)
{
	char portal[ISCSI_PORTAL_TEXT_MAX];
	bool lasting = was_lasting(r, now_ns);

	r->n_failures = lasting ? 0 : r->n_failures + 1;
	r->n_attempts = 0;
	r->said = 0;
	r->lost_ns = now_ns;
	r->next = r->at;
	act->stop = true;
	wait_for_next(r, now_ns, first_wait_ns(r, time2wait_s));
	say(act, r->config.is_path ? SAY_WARN : SAY_BAD,
	    "target %s at %s: %s: %sthe root %s %s, logging in again%s", r->config.target,
	    portal_text(r, r->at, portal), why, r->config.is_path ? "a path of " : "",
	    r->config.root, r->config.is_path ? "is down" : "waits",
	    !lasting && r->n_failures >= SHORT_LIVED_MANY
		    ? "; it happens again and again: does another machine have this initiator name?"
		    : "");
}

static void step_aside(struct recover *r, uint64_t now_ns, struct recover_actions *act)
{
	if (r->state != RECOVER_ASIDE && !r->other_seen)
		say(act, SAY_INFO,
		    "target %s: another process (iscsid) listens for this session and is left to it",
		    r->config.target);
	r->other_seen = true;
	r->overrules = false;
	r->sign_ns = now_ns;
	r->answers_ns = 0;
	r->next = r->at;
	enter(r, RECOVER_ASIDE, now_ns + ASIDE_NS);
}

/* A session that broke, or may have: whose it is now. */
static void broken(struct recover *r, const struct recover_event *ev, uint16_t time2wait_s,
		   struct recover_actions *act, const char *why)
{
	if (ev->other)
		step_aside(r, ev->now_ns, act);
	else
		lose(r, ev->now_ns, time2wait_s, act, why);
}

/* --- a login --- */

static void begin_login(struct recover *r, uint64_t now_ns, struct recover_actions *act)
{
	r->n_attempts++;
	act->stop = act->login = true;
	act->portal = r->config.portals[r->next];
	act->goes_over = r->next != r->at;
	enter(r, RECOVER_LOGIN, now_ns + RECOVER_LOGIN_LIMIT_S * NS_PER_S);
}

static uint32_t hash_of(const char *text)
{
	uint32_t h = 2166136261u;

	while (*text)
		h = (h ^ (uint8_t)*text++) * 16777619u;
	return h | 1;
}

/* Each cause once, and again where nothing else was heard for long. */
static void tell_failure(struct recover *r, const char *text, uint64_t now_ns,
			 struct recover_actions *act)
{
	uint32_t h = hash_of(text);

	if (h == r->said && now_ns < r->said_ns + SAY_AGAIN_NS)
		return;
	r->said = h;
	r->said_ns = now_ns;
	say(act, SAY_WARN, "%s: trying on (%llu s so far, %u attempts)", text,
	    (unsigned long long)((now_ns - r->lost_ns) / NS_PER_S), r->n_attempts);
}

static void login_failed(struct recover *r, const char *text, uint64_t now_ns,
			 struct recover_actions *act)
{
	uint64_t wait_ns = PORTAL_GAP_NS;

	tell_failure(r, text, now_ns, act);
	r->next = (uint8_t)((r->next + 1) % r->config.n_portals);
	if (r->next == r->at) {
		wait_ns = backoff_ns(&retry, r->n_failures, &r->rng);
		r->n_failures++;
	}
	wait_for_next(r, now_ns, wait_ns);
}

static void logged_in(struct recover *r, const struct recover_event *ev,
		      struct recover_actions *act)
{
	uint64_t ms = (ev->now_ns - r->lost_ns) / NS_PER_MS;

	r->at = r->next;
	if (ev->moved)
		r->config.portals[r->at] = ev->portal;
	r->config.time2wait_s = ev->time2wait_s;
	r->overrules = false;
	r->up_ns = ev->now_ns;
	enter(r, RECOVER_KEEPS, RECOVER_NO_DEADLINE);
	say(act, SAY_INFO,
	    "target %s at %s: logged in again after %llu.%llu s, attempt %u: %sthe root %s %s",
	    r->config.target, ev->text, (unsigned long long)(ms / 1000),
	    (unsigned long long)(ms % 1000 / 100), r->n_attempts,
	    r->config.is_path ? "a path of " : "", r->config.root,
	    r->config.is_path ? "is back" : "goes on");
}

/* --- states --- */

static void on_async(struct recover *r, const struct recover_event *ev,
		     const struct iscsi_async *async, struct recover_actions *act)
{
	uint16_t limit_s = async->param3 && async->param3 < LOGOUT_LIMIT_S ? async->param3
									   : LOGOUT_LIMIT_S;

	switch ((enum iscsi_async_event)async->event) {
	case ISCSI_ASYNC_LOGOUT:
		if (ev->other) {
			step_aside(r, ev->now_ns, act);
			break;
		}
		act->logout = true;
		enter(r, RECOVER_LOGOUT, ev->now_ns + limit_s * NS_PER_S);
		break;
	case ISCSI_ASYNC_DROP_CONN:
	case ISCSI_ASYNC_DROP_ALL:
		broken(r, ev, async->param2, act, "the target says that it drops the connection");
		break;
	case ISCSI_ASYNC_NEGOTIATE:
		broken(r, ev, 0, act, "the target asks to negotiate again");
		break;
	case ISCSI_ASYNC_SCSI: /* the kernel's affair, as what vendors have of their own is nobody's
				*/
		break;
	}
}

static void tell_conn_error(char *dst, size_t size, uint32_t code)
{
	(void)snprintf(dst, size, "%s (kernel error %u)", iscsi_nl_conn_error_text(code), code);
}

static const char failed_unheard[] = "the session is no longer logged in";

/* Seen a second time a moment later: what has just broken still looks well. */
static void look_again(struct recover *r, uint64_t now_ns)
{
	r->overrules = false;
	enter(r, RECOVER_KEEPS, now_ns + SETTLE_NS);
}

static bool is_login_response(const struct recover_event *ev)
{
	return ev->kind == RECOVER_EV_PDU && ev->len >= ISCSI_BHS_LEN &&
	       ev->bytes[0] == ISCSI_OP_LOGIN_RESPONSE;
}

/* The other may stop the session, of which no event tells, and end before it has logged it in. */
static void keep(struct recover *r, const struct recover_event *ev)
{
	enter(r, RECOVER_KEEPS, ev->other ? ev->now_ns + BESIDE_NS : RECOVER_NO_DEADLINE);
}

static void in_keeps(struct recover *r, const struct recover_event *ev, struct recover_actions *act)
{
	uint16_t time2wait_s = r->config.time2wait_s;
	struct iscsi_async async;
	char why[96];

	switch (ev->kind) {
	case RECOVER_EV_CONN_ERROR:
		tell_conn_error(why, sizeof(why), ev->code);
		broken(r, ev, time2wait_s, act, why);
		break;
	case RECOVER_EV_PDU:
		if (iscsi_async_decode(ev->bytes, ev->len, &async))
			on_async(r, ev, &async, act);
		else if (is_login_response(ev)) /* of one who takes it over */
			look_again(r, ev->now_ns);
		break;
	case RECOVER_EV_BEGIN:
	case RECOVER_EV_OVERRUN:
		if (ev->session == RECOVER_SESSION_FAILED)
			broken(r, ev, time2wait_s, act, failed_unheard);
		else
			look_again(r, ev->now_ns);
		break;
	case RECOVER_EV_DEADLINE:
		if (ev->session == RECOVER_SESSION_FAILED)
			broken(r, ev, time2wait_s, act, failed_unheard);
		else
			keep(r, ev);
		break;
	case RECOVER_EV_LOGGED_IN:
	case RECOVER_EV_LOGIN_FAILED:
	case RECOVER_EV_ANSWERS:
	case RECOVER_EV_GONE:
		break;
	}
}

/* The target closes the connection when it has answered, or instead. */
static void in_logout(struct recover *r, const struct recover_event *ev,
		      struct recover_actions *act)
{
	static const char why[] = "the target asked for a logout";
	uint16_t time2wait_s = r->config.time2wait_s;

	switch (ev->kind) {
	case RECOVER_EV_PDU:
		if (!iscsi_logout_response_decode(ev->bytes, ev->len, &time2wait_s))
			break;
		lose(r, ev->now_ns, time2wait_s, act, why);
		break;
	case RECOVER_EV_CONN_ERROR:
	case RECOVER_EV_DEADLINE:
		lose(r, ev->now_ns, time2wait_s, act, why);
		break;
	case RECOVER_EV_BEGIN:
	case RECOVER_EV_OVERRUN: /* the deadline is near */
	case RECOVER_EV_LOGGED_IN:
	case RECOVER_EV_LOGIN_FAILED:
	case RECOVER_EV_ANSWERS:
	case RECOVER_EV_GONE:
		break;
	}
}

static void in_login(struct recover *r, const struct recover_event *ev, struct recover_actions *act)
{
	char text[ISCSI_NAME_MAX + ISCSI_PORTAL_TEXT_MAX + 64], portal[ISCSI_PORTAL_TEXT_MAX];

	switch (ev->kind) {
	case RECOVER_EV_LOGGED_IN:
		logged_in(r, ev, act);
		break;
	case RECOVER_EV_LOGIN_FAILED:
		login_failed(r, ev->text, ev->now_ns, act);
		break;
	case RECOVER_EV_DEADLINE:
		act->cancel = true;
		(void)snprintf(text, sizeof(text),
			       "target %s at %s: no end of the login within %d s", r->config.target,
			       portal_text(r, r->next, portal), RECOVER_LOGIN_LIMIT_S);
		login_failed(r, text, ev->now_ns, act);
		break;
	case RECOVER_EV_BEGIN:
	case RECOVER_EV_CONN_ERROR: /* the login is told, too */
	case RECOVER_EV_PDU:
	case RECOVER_EV_OVERRUN:
	case RECOVER_EV_ANSWERS:
	case RECOVER_EV_GONE:
		break;
	}
}

/* --- another is there --- */

/* The answer to a login that is not ours, or the break of a connection that another has made. */
static bool is_sign(const struct recover_event *ev)
{
	return ev->kind == RECOVER_EV_CONN_ERROR || is_login_response(ev);
}

static bool is_failed_beside_another(const struct recover_event *ev)
{
	return ev->other && ev->session == RECOVER_SESSION_FAILED;
}

static void note_sign(struct recover *r, const struct recover_event *ev)
{
	if (!is_sign(ev))
		return;
	r->sign_ns = ev->now_ns;
	r->answers_ns = 0;
}

/* Whether the other has brought the session back, or has gone without. */
static void in_aside(struct recover *r, const struct recover_event *ev, struct recover_actions *act)
{
	bool due = ev->kind == RECOVER_EV_DEADLINE;

	note_sign(r, ev);
	if (due && ev->session == RECOVER_SESSION_WORKS) {
		keep(r, ev);
	} else if (due && is_failed_beside_another(ev) && ev->now_ns >= r->sign_ns + QUIET_NS) {
		act->probe = true;
		act->portal = r->config.portals[r->next];
		enter(r, RECOVER_PROBE, ev->now_ns + RECOVER_LOGIN_LIMIT_S * NS_PER_S);
	} else if (ev->other || ev->session == RECOVER_SESSION_WORKS) {
		if (due)
			enter(r, RECOVER_ASIDE, ev->now_ns + ASIDE_NS);
	} else {
		r->other_seen = false;
		lose(r, ev->now_ns, 0, act, "the process that kept the session (iscsid) has gone");
	}
}

static void probed(struct recover *r, const struct recover_event *ev, bool answers,
		   struct recover_actions *act)
{
	if (!answers) {
		r->answers_ns = 0;
		r->next = (uint8_t)((r->next + 1) % r->config.n_portals);
	} else if (!r->answers_ns) {
		r->answers_ns = ev->now_ns;
	}
	if (answers && is_failed_beside_another(ev) && ev->now_ns >= r->answers_ns + IDLE_NS) {
		r->overrules = true;
		lose(r, ev->now_ns, 0, act,
		     "the process that has the session (iscsid) does not log it in although the "
		     "target answers: overruled");
		wait_for_next(r, ev->now_ns, NUDGE_NS);
	} else {
		enter(r, RECOVER_ASIDE, ev->now_ns + PROBE_NS);
	}
}

static void in_probe(struct recover *r, const struct recover_event *ev, struct recover_actions *act)
{
	note_sign(r, ev);
	switch (ev->kind) {
	case RECOVER_EV_ANSWERS:
		probed(r, ev, true, act);
		break;
	case RECOVER_EV_LOGIN_FAILED:
		probed(r, ev, false, act);
		break;
	case RECOVER_EV_DEADLINE:
		act->cancel = true;
		probed(r, ev, false, act);
		break;
	case RECOVER_EV_BEGIN:
	case RECOVER_EV_CONN_ERROR:
	case RECOVER_EV_PDU:
	case RECOVER_EV_OVERRUN:
	case RECOVER_EV_LOGGED_IN:
	case RECOVER_EV_GONE:
		break;
	}
}

/* A login or a probe, of which this event is not the end. */
static bool is_under_way(const struct recover *r, const struct recover_event *ev)
{
	return (r->state == RECOVER_LOGIN || r->state == RECOVER_PROBE) &&
	       ev->kind != RECOVER_EV_LOGIN_FAILED && ev->kind != RECOVER_EV_LOGGED_IN &&
	       ev->kind != RECOVER_EV_ANSWERS;
}

/* Another has come in the middle of it. Its own login may be what was just heard of. */
static void give_way(struct recover *r, const struct recover_event *ev, struct recover_actions *act)
{
	act->abandon = is_under_way(r, ev);
	step_aside(r, ev->now_ns, act);
}

static void in_state(struct recover *r, const struct recover_event *ev, struct recover_actions *act)
{
	switch (r->state) {
	case RECOVER_NEW:
		r->up_ns = r->lost_ns = ev->now_ns;
		r->state = RECOVER_KEEPS;
		in_keeps(r, ev, act);
		break;
	case RECOVER_KEEPS:
		in_keeps(r, ev, act);
		break;
	case RECOVER_LOGOUT:
		in_logout(r, ev, act);
		break;
	case RECOVER_WAITS:
		if (ev->kind != RECOVER_EV_DEADLINE)
			break;
		/* it was stopped: who has logged it in again has gone again as well */
		if (ev->session == RECOVER_SESSION_WORKS)
			look_again(r, ev->now_ns);
		else
			begin_login(r, ev->now_ns, act);
		break;
	case RECOVER_LOGIN:
		in_login(r, ev, act);
		break;
	case RECOVER_ASIDE:
		in_aside(r, ev, act);
		break;
	case RECOVER_PROBE:
		in_probe(r, ev, act);
		break;
	case RECOVER_OVER:
		break;
	}
}

static bool in_the_middle(const struct recover *r)
{
	return r->state == RECOVER_LOGOUT || r->state == RECOVER_WAITS || r->state == RECOVER_LOGIN;
}

/* Another is there in the middle of a recovery. One that was overruled has way again as soon as it
 * is seen to log in; in the middle of our own login its answers cannot be told from ours. */
static bool has_way(const struct recover *r, const struct recover_event *ev)
{
	if (!ev->other || !in_the_middle(r) || ev->kind == RECOVER_EV_LOGGED_IN)
		return false;
	return !r->overrules || (r->state == RECOVER_WAITS && is_sign(ev));
}

static void end(struct recover *r, const struct recover_event *ev, struct recover_actions *act)
{
	act->abandon = is_under_way(r, ev);
	act->over = true;
	enter(r, RECOVER_OVER, RECOVER_NO_DEADLINE);
	say(act, SAY_INFO, "target %s: its session was taken down: nothing is left to keep",
	    r->config.target);
}

/* --- the time-out --- */

static void tell_shortened(struct recover *r, struct recover_actions *act)
{
	if (!r->shortened_due || act->say != SAY_NOTHING)
		return;
	r->shortened_due = false;
	r->shortened_told = true;
	say(act, SAY_INFO,
	    "target %s: iscsid has given its session the default replacement time-out of %d s, after which the root %s could not be read or written any more: set back to %u s; a node record of this target in the root, or another value in its iscsid.conf, is left as it is",
	    r->config.target, RECOVER_ISCSID_REPLACEMENT_S, r->config.root,
	    r->config.replacement_s);
}

/* Once for each time that it was set: where the kernel keeps it all the same, an administrator has
 * pinned it (by a write to sysfs). */
static void look_at_replacement(struct recover *r, const struct recover_event *ev,
				struct recover_actions *act)
{
	bool by_record = r->config.recorded && r->at == 0;
	bool is_short = r->config.replacement_s && !by_record &&
			ev->replacement_s == RECOVER_ISCSID_REPLACEMENT_S &&
			r->config.replacement_s != RECOVER_ISCSID_REPLACEMENT_S;

	if (is_short && !r->shortened) {
		act->replacement_s = r->config.replacement_s;
		r->shortened_due = !r->shortened_told;
	}
	r->shortened = is_short;
	tell_shortened(r, act);
}

void recover_step(struct recover *r, const struct recover_event *ev, struct recover_actions *ret)
{
	*ret = (struct recover_actions){ 0 };
	if (r->state == RECOVER_OVER ||
	    (ev->kind == RECOVER_EV_DEADLINE && ev->now_ns < r->deadline_ns))
		return;
	if (ev->kind == RECOVER_EV_GONE || ev->session == RECOVER_SESSION_GONE)
		end(r, ev, ret);
	else if (has_way(r, ev))
		give_way(r, ev, ret);
	else
		in_state(r, ev, ret);
	if (!ev->other && r->state == RECOVER_KEEPS)
		r->other_seen = false;
	if (r->state != RECOVER_OVER)
		look_at_replacement(r, ev, ret);
}
