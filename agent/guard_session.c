/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guard keeps alive: the iSCSI session of the root, or one for each of its paths. It
 * carries out what core/recover says. Nothing here is opened, resolved or allocated once it has
 * begun: the files are open, the portals are addresses, the memory has been used before.
 */
#include "guard_charge.h"

#include <string.h>

#include "sys/iscsi_if.h"
#include "sys/iscsi_login.h"
#include "sys/iscsi_watch.h"
#include "sys/log.h"

struct session {
	struct charge charge; /* first: charge_of(session) is session */
	uint8_t index; /* in the brief */
	uint32_t sid;
	struct iscsi_config config; /* of the login under way, and of the next but for the portal */
	struct recover machine;
	struct iscsi_if *nl;
	struct iscsi_login *login; /* or probe under way; NULL: none is */
	bool probes;
	struct iscsi_watch watch;
};

static struct session sessions[GUARD_SESSIONS_MAX];
static size_t n_sessions; /* that are kept */
static struct iscsi_watch common = ISCSI_WATCH_CLOSED;

/* --- what the machine is told, and what it asks for --- */

static void on_done(void *arg, const struct iscsi_login_result *result, const struct err *err);

static void feed(struct session *s, struct recover_event ev);

static void begin_login(struct session *s, const struct recover_actions *act)
{
	struct err err;

	s->config.portal = act->portal.ip;
	s->config.port = act->portal.port;
	memcpy(s->config.netdev, act->portal.netdev, sizeof(s->config.netdev));
	s->config.goes_over = act->goes_over;
	s->probes = act->probe;
	s->login = act->probe ? iscsi_login_probe(s->charge.loop, &s->config, on_done, s, &err)
			      : iscsi_login_resume(s->charge.loop, &s->config, s->sid, on_done, s,
						   &err);
	if (!s->login)
		feed(s,
		     (struct recover_event){ .kind = RECOVER_EV_LOGIN_FAILED, .text = err.text });
}

/* STOP_CONN and a logout may find nothing left to do: what comes of it is seen by the next step. */
static void act_on_session(struct session *s, const struct recover_actions *act)
{
	struct err err;

	if (s->login && (act->abandon || act->cancel)) {
		if (act->abandon)
			iscsi_login_abandon(s->login);
		else
			iscsi_login_cancel(s->login);
		s->login = NULL;
	}
	if (act->logout && iscsi_session_logout(s->charge.loop, s->sid, &err) < 0)
		log_line(LOG_LEVEL_DEBUG, "guard", "%s", err.text);
	if (act->stop && iscsi_session_stop(s->charge.loop, s->sid, &err) < 0)
		log_line(LOG_LEVEL_DEBUG, "guard", "%s", err.text);
	if (act->replacement_s &&
	    iscsi_session_replacement(s->charge.loop, s->sid, act->replacement_s, &err) < 0)
		log_line(LOG_LEVEL_WARN, "guard",
			 "%s: the replacement time-out of the root's session stays %d s", err.text,
			 RECOVER_ISCSID_REPLACEMENT_S);
}

/* The session first: talking may take a moment on a slow console. */
static void feed(struct session *s, struct recover_event ev)
{
	struct recover_actions act;

	ev.now_ns = clock_now_ns();
	ev.session = iscsi_watch_state(&s->watch);
	ev.replacement_s = iscsi_watch_replacement(&s->watch);
	ev.other = iscsi_watch_other(&s->watch, iscsi_if_portid(s->nl));
	recover_step(&s->machine, &ev, &act);
	act_on_session(s, &act);
	guard_say(act.say, act.text);
	guard_map_session(s->index,
			  ev.kind == RECOVER_EV_LOGGED_IN || ev.session == RECOVER_SESSION_WORKS);
	if (act.over)
		charge_leave(&s->charge);
	else if (act.login || act.probe)
		begin_login(s, &act);
}

static void on_done(void *arg, const struct iscsi_login_result *result, const struct err *err)
{
	struct session *s = arg;
	struct recover_event ev = { .kind = RECOVER_EV_LOGIN_FAILED };

	s->login = NULL;
	if (err) {
		ev.text = err->text;
	} else if (s->probes) {
		ev.kind = RECOVER_EV_ANSWERS;
	} else {
		ev.kind = RECOVER_EV_LOGGED_IN;
		ev.text = result->where;
		ev.time2wait_s = result->time2wait_s;
		ev.portal = (struct iscsi_portal){ .ip = result->portal, .port = result->port };
		memcpy(ev.portal.netdev, s->config.netdev, sizeof(ev.portal.netdev));
		ev.moved = !ip_eq(&result->portal, &s->config.portal) ||
			   result->port != s->config.port;
	}
	feed(s, ev);
}

static void on_event(void *arg, const struct iscsi_nl_message *msg)
{
	struct session *s = arg;
	struct recover_event ev = { .kind = RECOVER_EV_OVERRUN };

	if (msg && msg->kind == ISCSI_NL_CONN_ERROR) {
		ev.kind = RECOVER_EV_CONN_ERROR;
		ev.code = msg->conn_error;
	} else if (msg && msg->kind == ISCSI_NL_SESSION_GONE) {
		ev.kind = RECOVER_EV_GONE;
	} else if (msg) {
		ev.kind = RECOVER_EV_PDU;
		ev.bytes = msg->pdu;
		ev.len = msg->len_pdu;
	}
	feed(s, ev);
}

/* --- as a charge --- */

static void session_stop(struct charge *charge)
{
	struct session *s = (struct session *)charge;

	if (s->login)
		iscsi_login_abandon(s->login);
	s->login = NULL;
	iscsi_if_unlisten(s->nl, s->sid, s);
	iscsi_watch_leave(&s->watch);
	if (--n_sessions)
		return;
	guard_late_end();
	iscsi_if_close(charge->loop);
	iscsi_watch_close(&common);
}

void guard_config_link(struct iscsi_config *config, const struct nic *nic, bool gone)
{
	if (!gone && config->scope_index && !strcmp(nic->name, iscsi_link(config)))
		config->scope_index = (uint32_t)nic->ifindex;
}

static void session_link(struct charge *charge, const struct nic *nic, bool gone)
{
	guard_config_link(&((struct session *)charge)->config, nic, gone);
}

static uint64_t session_deadline(const struct charge *charge)
{
	return recover_deadline(&((const struct session *)charge)->machine);
}

static void session_expired(struct charge *charge, uint64_t now_ns)
{
	(void)now_ns;
	feed((struct session *)charge, (struct recover_event){ .kind = RECOVER_EV_DEADLINE });
}

static const struct charge_kind session_kind = {
	.stop = session_stop,
	.link = session_link,
	.deadline = session_deadline,
	.expired = session_expired,
};

/* --- the beginning --- */

void guard_session_prepare(struct loop *loop)
{
	iscsi_watch_open(&common);
	/* none where the root is no iSCSI root; events are dropped until the brief comes */
	(void)iscsi_if_get(loop, NULL);
}

static void machine_init(struct session *s, const struct guard_brief *brief)
{
	const struct guard_session *b = &brief->sessions[s->index];
	struct recover_config config = { .n_portals = b->n_portals,
					 .time2wait_s = b->time2wait_s,
					 .replacement_s = b->replacement_s,
					 .recorded = b->recorded,
					 .is_path = brief->has_map,
					 .seed = b->seed + s->index };

	memcpy(config.portals, b->portals, sizeof(config.portals));
	(void)text_quote(config.target, sizeof(config.target), span_of(b->config.target));
	(void)text_quote(config.root, sizeof(config.root), span_of(brief->root));
	recover_init(&s->machine, &config);
}

/* sid and what is watched are there. */
static int begin(struct guard *guard, struct session *s, struct loop *loop,
		 const struct guard_brief *brief, struct err *err)
{
	s->config = brief->sessions[s->index].config;
	s->nl = iscsi_if_get(loop, err);
	if (!s->nl)
		return -err->code;
	machine_init(s, brief);
	if (iscsi_if_listen(s->nl, s->sid, on_event, s, err) < 0)
		return -err->code;
	if (charge_take(guard, &s->charge, &session_kind, err) < 0) {
		iscsi_if_unlisten(s->nl, s->sid, s);
		return -err->code;
	}
	n_sessions++;
	return 0;
}

static void tell_unkept(const struct guard_brief *brief, const struct err *err)
{
	log_line(LOG_LEVEL_ERROR, "guard",
		 "%s: nobody logs %s of the root in again until iscsid does", err->text,
		 brief->n_sessions + brief->n_late > 1 ? "a session" : "the session");
}

void guard_session_joined(struct guard *guard, struct loop *loop, const struct guard_brief *brief,
			  uint8_t i, const struct iscsi_login_result *result,
			  const int fds[static 2])
{
	struct session *s = &sessions[i];
	struct err err;

	s->index = i;
	s->sid = result->sid;
	s->watch = common;
	s->watch.state_fd = fds[0];
	s->watch.replacement_fd = fds[1];
	if (begin(guard, s, loop, brief, &err) < 0) {
		tell_unkept(brief, &err);
		return;
	}
	s->machine.config.time2wait_s = result->time2wait_s;
	s->machine.config.portals[0].ip = result->portal;
	s->machine.config.portals[0].port = result->port;
	feed(s, (struct recover_event){ .kind = RECOVER_EV_BEGIN });
}

static int begin_briefed(struct guard *guard, struct session *s, struct loop *loop,
			 const struct guard_brief *brief, struct err *err)
{
	s->sid = brief->sessions[s->index].sid;
	s->watch = (struct iscsi_watch)ISCSI_WATCH_CLOSED;
	if (iscsi_watch_too(&s->watch, &common, s->sid, err) < 0)
		return -err->code;
	iscsi_if_touch();
	iscsi_login_touch();
	return begin(guard, s, loop, brief, err);
}

bool guard_sessions(struct guard *guard, struct loop *loop, const struct guard_brief *brief)
{
	struct err err;

	if (!brief->n_sessions) {
		iscsi_watch_close(&common);
		iscsi_if_close(loop);
		return false;
	}
	for (uint8_t i = 0; i < brief->n_sessions && i < GUARD_SESSIONS_MAX; i++) {
		sessions[i].index = i;
		if (begin_briefed(guard, &sessions[i], loop, brief, &err) < 0)
			tell_unkept(brief, &err);
	}
	for (uint8_t i = 0; i < brief->n_sessions && i < GUARD_SESSIONS_MAX; i++)
		if (sessions[i].charge.kind)
			feed(&sessions[i], (struct recover_event){ .kind = RECOVER_EV_BEGIN });
	return n_sessions > 0;
}
