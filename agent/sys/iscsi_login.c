/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One login after the other's step: TCP connect, the kernel's session and connection, the PDUs that
 * core/iscsi asks for, its parameters, start. Connects before it creates anything, so that a target
 * out of reach leaves nothing behind in the kernel.
 */
#include "sys/iscsi_login.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/iscsi_param.h"
#include "sys/iscsi_connect.h"
#include "sys/iscsi_if.h"
#include "sys/mount.h"

#define CMDS_MAX 128 /* of which the kernel keeps 15 for itself */
#define QUEUE_DEPTH 32

/* A target answers a logout at once; one that does not is left without. */
#define LEAVE_LIMIT_NS NS_PER_S

enum phase {
	PHASE_FREE,
	PHASE_CONNECT,
	PHASE_LOGIN,
	PHASE_LOOKUP,
	PHASE_UP,
	PHASE_LEAVES,
	PHASE_DONE
};

struct iscsi_login {
	enum phase phase;
	uint32_t sid, host_no;
	bool has_session, has_conn, is_bound;
	bool resumes; /* into a session that was there before, and stays */
	bool probes; /* only connects */
	bool listens;
	bool loss_told;
	struct loop *loop;
	struct iscsi_if *nl;
	struct iscsi machine;
	struct iscsi_connect connect;
	uint64_t login_ns; /* when the login began */
	uint64_t leave_ns; /* LEAVES: when it is over in any case */
	struct iscsi_login_result result;
	struct err err; /* PHASE_DONE: what is to be told */
	iscsi_login_fn *done;
	iscsi_lost_fn *lost;
	iscsi_lookup_fn *lookup;
	void *arg;
};

static struct iscsi_login logins[ISCSI_LOGINS_MAX];
/* What a step asks for: too large for the stack, and used up before the next. */
static struct iscsi_actions the_actions;

/* --- taking down --- */

static void listen_no_more(struct iscsi_login *login)
{
	if (login->listens)
		iscsi_if_unlisten(login->nl, login->sid, login);
	login->listens = false;
}

/* All of it, whatever each says: a step that fails has nothing left to do. */
static void take_down(struct iscsi_login *login)
{
	struct iscsi_nl_request req = { .sid = login->sid,
					.stop = login->resumes ? ISCSI_NL_STOP_RECOVER
							       : ISCSI_NL_STOP_TERM };

	iscsi_connect_stop(&login->connect);
	listen_no_more(login);
	req.code = ISCSI_NL_STOP_CONN;
	if (login->is_bound)
		(void)iscsi_if_request(login->nl, &req, NULL, NULL);
	req.code = ISCSI_NL_DESTROY_CONN;
	if (login->has_conn)
		(void)iscsi_if_request(login->nl, &req, NULL, NULL);
	req.code = ISCSI_NL_DESTROY_SESSION;
	if (login->has_session)
		(void)iscsi_if_request(login->nl, &req, NULL, NULL);
	login->is_bound = login->has_conn = login->has_session = false;
}

static void slot_free(struct iscsi_login *login)
{
	loop_timer_drop(login->loop, login);
	login->phase = PHASE_FREE;
}

static void set_free(struct iscsi_login *login)
{
	take_down(login);
	slot_free(login);
}

/* Told from the loop, with the slot free again. The text is complete. */
static void give_up(struct iscsi_login *login, const struct err *err)
{
	take_down(login);
	login->err = *err;
	login->phase = PHASE_DONE;
}

/* err is what one step says: which login it was goes in front. */
static void give_up_at(struct iscsi_login *login, struct err *err)
{
	(void)iscsi_err_wrap(&login->machine, err);
	give_up(login, err);
}

/* --- the login --- */

static int request(struct iscsi_login *login, enum iscsi_nl_code code, struct err *err)
{
	struct iscsi_nl_request req = { .code = code, .sid = login->sid };

	return iscsi_if_request(login->nl, &req, NULL, err);
}

static int set_params(struct iscsi_login *login, const struct iscsi_setting *s, size_t n,
		      struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		struct iscsi_nl_request req = { .code = ISCSI_NL_SET_PARAM,
						.sid = login->sid,
						.param = s[i].param,
						.value = s[i].value };
		int rc = iscsi_if_request(login->nl, &req, NULL, err);

		/* ENOSYS: this kernel does not have it, as iscsid takes it too */
		if (rc < 0 && rc != -ENOSYS)
			return err_wrap(err, "parameter %u", s[i].param);
	}
	return 0;
}

static void feed(struct iscsi_login *login, struct iscsi_event *ev);

static void on_session_event(void *arg, const struct iscsi_nl_message *msg);

/* Session and connection, without a socket yet. */
static int create(struct iscsi_login *login, struct err *err)
{
	struct iscsi_nl_request req = { .code = ISCSI_NL_CREATE_SESSION,
					.cmds_max = CMDS_MAX,
					.queue_depth = QUEUE_DEPTH };
	struct iscsi_nl_message reply;

	if (iscsi_if_request(login->nl, &req, &reply, err) < 0)
		return -err->code;
	login->sid = reply.sid;
	login->host_no = reply.host_no;
	login->has_session = true;
	if (request(login, ISCSI_NL_CREATE_CONN, err) < 0)
		return -err->code;
	login->has_conn = true;
	return 0;
}

/* Hands the socket over, and what the kernel is to know before the login. A session that was there
 * knows it: what the booted system has set since stays. */
static int prepare(struct iscsi_login *login, int fd, struct err *err)
{
	struct iscsi_nl_request req = { .code = ISCSI_NL_BIND_CONN, .fd = (uint64_t)fd };
	struct iscsi_setting settings[ISCSI_SETTINGS_MAX];

	if (!login->resumes && create(login, err) < 0)
		return -err->code;
	if (iscsi_if_listen(login->nl, login->sid, on_session_event, login, err) < 0)
		return -err->code;
	login->listens = true;
	/* nothing in the kernel refuses a second socket for one connection (the first is lost with
	 * its callbacks), and another process may have bound one while ours was connecting */
	if (login->resumes && iscsi_session_stop(login->loop, login->sid, err) < 0)
		return -err->code;
	req.sid = login->sid;
	if (iscsi_if_request(login->nl, &req, NULL, err) < 0)
		return -err->code;
	login->is_bound = true;
	if (login->resumes)
		return 0;
	return set_params(login, settings, iscsi_settings_identity(&login->machine, settings), err);
}

/* The kernel keeps a reference of its own to a bound socket; ours is closed here in any case. */
static void begin_login(struct iscsi_login *login, int fd)
{
	struct iscsi_event ev = { .kind = ISCSI_EV_START };
	uint8_t random[CHAP_RANDOM_LEN];
	struct err err;
	int rc;

	login->result.tcp_ns = clock_now_ns() - login->connect.begun_ns;
	login->login_ns = clock_now_ns();
	login->phase = PHASE_LOGIN;
	rc = prepare(login, fd, &err);
	close(fd);
	if (rc < 0) {
		give_up_at(login, &err);
		return;
	}
	iscsi_isid(login->sid, ev.isid);
	/* without: the kernel has none yet */
	if (getrandom(random, sizeof(random), GRND_NONBLOCK) == (ssize_t)sizeof(random))
		ev.random = random;
	feed(login, &ev);
}

static int start_session(struct iscsi_login *login, struct err *err)
{
	struct iscsi_setting settings[ISCSI_SETTINGS_MAX];
	size_t n = iscsi_settings_negotiated(&login->machine, settings);

	if (set_params(login, settings, n, err) < 0)
		return -err->code;
	n = login->resumes ? iscsi_settings_moved(&login->machine, settings) : 0;
	if (set_params(login, settings, n, err) < 0)
		return -err->code;
	return request(login, ISCSI_NL_START_CONN, err);
}

static void finish(struct iscsi_login *login)
{
	struct out where = out_to(login->result.where, sizeof(login->result.where));
	struct err err;

	if (start_session(login, &err) < 0) {
		give_up_at(login, &err);
		return;
	}
	login->phase = PHASE_UP;
	login->result.sid = login->sid;
	login->result.host_no = login->host_no;
	login->result.login_ns = clock_now_ns() - login->login_ns;
	login->result.time2wait_s = login->machine.params.time2wait;
	login->result.portal = login->machine.home;
	login->result.port = login->machine.home_port;
	iscsi_where(&login->machine, &where);
	if (login->resumes) {
		listen_no_more(login);
		slot_free(login);
	} else {
		loop_timer_drop(login->loop, login);
	}
	login->done(login->arg, &login->result, NULL);
}

static int send_pdu(struct iscsi_login *login, const struct iscsi_actions *act, struct err *err)
{
	struct iscsi_nl_request req = { .code = ISCSI_NL_SEND_PDU,
					.sid = login->sid,
					.pdu_header = act->header,
					.pdu_data = act->data,
					.len_pdu_data = act->len_data };

	return iscsi_if_request(login->nl, &req, NULL, err);
}

static void begin_connect(struct iscsi_login *login);

static void begin_lookup(struct iscsi_login *login)
{
	login->phase = PHASE_LOOKUP;
	if (login->lookup)
		login->lookup(login->arg, login, login->machine.lookup, login->machine.lookup_port);
	else
		iscsi_login_address(login, NULL, "names are not looked up here");
}

/* One event to the machine, and what it asks for. */
static void feed(struct iscsi_login *login, struct iscsi_event *ev)
{
	const struct iscsi_actions *act = &the_actions;
	struct err err;

	ev->now_ns = clock_now_ns();
	iscsi_step(&login->machine, ev, &the_actions);
	if (act->failed) {
		give_up(login, &act->err);
	} else if (act->redirect || act->again) {
		take_down(login);
		begin_connect(login);
	} else if (act->look_up) {
		take_down(login);
		begin_lookup(login);
	} else if (act->send) {
		if (send_pdu(login, act, &err) < 0)
			give_up_at(login, &err);
	} else if (act->logged_in) {
		finish(login);
	}
}

/* --- events of the session --- */

/* Whether sysfs says that the session works; for when events were lost. */
static bool session_works(const struct iscsi_login *login)
{
	char path[80], state[32];

	(void)snprintf(path, sizeof(path), "/sys/class/iscsi_session/session%u/state", login->sid);
	return file_read(path, state, sizeof(state)) > 0 && !strcmp(state, "LOGGED_IN");
}

static void on_lost(struct iscsi_login *login, const struct iscsi_nl_message *msg)
{
	char text[128] = "session no longer logged in";

	if (login->loss_told)
		return;
	if (!msg) {
		if (session_works(login))
			return;
	} else if (msg->kind == ISCSI_NL_CONN_ERROR) {
		(void)snprintf(text, sizeof(text), "%s (kernel error %u)",
			       iscsi_nl_conn_error_text(msg->conn_error), msg->conn_error);
	} else if (msg->kind != ISCSI_NL_SESSION_GONE) {
		return;
	}
	login->loss_told = true;
	if (login->lost)
		login->lost(login->arg, login->sid, text);
}

static void on_session_event(void *arg, const struct iscsi_nl_message *msg)
{
	struct iscsi_login *login = arg;
	struct iscsi_event ev = { 0 };

	if (login->phase == PHASE_UP) {
		on_lost(login, msg);
		return;
	}
	/* the response, or the end of the connection, which is as good */
	if (login->phase == PHASE_LEAVES) {
		set_free(login);
		return;
	}
	/* A login whose events are lost ends by its deadline. */
	if (login->phase != PHASE_LOGIN || !msg)
		return;
	if (msg->kind == ISCSI_NL_RECV_PDU) {
		ev.kind = ISCSI_EV_PDU;
		ev.bytes = msg->pdu;
		ev.len = msg->len_pdu;
	} else {
		ev.kind = ISCSI_EV_CONN_ERROR;
		ev.code = msg->conn_error;
	}
	feed(login, &ev);
}

/* --- connecting --- */

static void connect_failed(struct iscsi_login *login, int code)
{
	struct err err;

	(void)iscsi_connect_err(code, &err);
	give_up_at(login, &err);
}

static void probe_done(struct iscsi_login *login, int fd)
{
	login->result.tcp_ns = clock_now_ns() - login->connect.begun_ns;
	close(fd);
	slot_free(login);
	login->done(login->arg, &login->result, NULL);
}

static void on_connected(void *arg, int fd, int code)
{
	struct iscsi_login *login = arg;

	if (code)
		connect_failed(login, code);
	else if (login->probes)
		probe_done(login, fd);
	else
		begin_login(login, fd);
}

static void begin_connect(struct iscsi_login *login)
{
	int code;

	login->phase = PHASE_CONNECT;
	code = iscsi_connect_begin(&login->connect, login->loop, &login->machine, on_connected,
				   login);
	if (code)
		connect_failed(login, code);
}

/* --- deadlines --- */

static uint64_t deadline(void *arg)
{
	const struct iscsi_login *login = arg;

	switch (login->phase) {
	case PHASE_CONNECT:
		return iscsi_connect_deadline(&login->connect);
	case PHASE_LOGIN:
	case PHASE_LOOKUP:
		return iscsi_deadline(&login->machine);
	case PHASE_LEAVES:
		return login->leave_ns;
	case PHASE_DONE:
		return 0;
	case PHASE_FREE:
	case PHASE_UP:
		break;
	}
	return LOOP_NEVER;
}

static void expired(void *arg, uint64_t now_ns)
{
	struct iscsi_login *login = arg;
	struct iscsi_event ev = { .kind = ISCSI_EV_DEADLINE };
	struct err err = login->err;

	switch (login->phase) {
	case PHASE_CONNECT:
		iscsi_connect_expired(&login->connect, now_ns);
		break;
	case PHASE_LOGIN:
	case PHASE_LOOKUP:
		feed(login, &ev);
		break;
	case PHASE_LEAVES:
		set_free(login);
		break;
	case PHASE_DONE:
		set_free(login);
		login->done(login->arg, NULL, &err);
		break;
	case PHASE_FREE:
	case PHASE_UP:
		break;
	}
}

/* --- from outside --- */

static struct iscsi_login *slot_take(struct loop *loop, const struct iscsi_config *config,
				     iscsi_login_fn *done, void *arg, struct err *err)
{
	struct iscsi_if *nl = iscsi_if_get(loop, err);

	if (!nl)
		return NULL;
	for (size_t i = 0; i < ISCSI_LOGINS_MAX; i++) {
		struct iscsi_login *login = &logins[i];

		if (login->phase != PHASE_FREE)
			continue;
		if (loop_timer(loop, deadline, expired, login, err) < 0)
			return NULL;
		memset(login, 0, sizeof(*login));
		login->loop = loop;
		login->nl = nl;
		login->done = done;
		login->arg = arg;
		iscsi_init(&login->machine, config);
		return login;
	}
	(void)err_set(err, ENOSPC, "more than %d iSCSI logins", ISCSI_LOGINS_MAX);
	return NULL;
}

struct iscsi_login *iscsi_login_start(struct loop *loop, const struct iscsi_config *config,
				      iscsi_login_fn *done, iscsi_lost_fn *lost, void *arg,
				      struct err *err)
{
	struct iscsi_login *login = slot_take(loop, config, done, arg, err);

	if (!login)
		return NULL;
	login->lost = lost;
	begin_connect(login);
	return login;
}

struct iscsi_login *iscsi_login_resume(struct loop *loop, const struct iscsi_config *config,
				       uint32_t sid, iscsi_login_fn *done, void *arg,
				       struct err *err)
{
	struct iscsi_login *login = slot_take(loop, config, done, arg, err);

	if (!login)
		return NULL;
	login->resumes = true;
	login->sid = sid;
	begin_connect(login);
	return login;
}

struct iscsi_login *iscsi_login_probe(struct loop *loop, const struct iscsi_config *config,
				      iscsi_login_fn *done, void *arg, struct err *err)
{
	struct iscsi_login *login = slot_take(loop, config, done, arg, err);

	if (!login)
		return NULL;
	login->probes = true;
	begin_connect(login);
	return login;
}

void iscsi_login_abandon(struct iscsi_login *login)
{
	iscsi_connect_stop(&login->connect);
	listen_no_more(login);
	slot_free(login);
}

void iscsi_login_touch(void)
{
	memset(&logins[0], 0, sizeof(logins[0]));
	memset(&the_actions, 0, sizeof(the_actions));
}

int iscsi_session_stop(struct loop *loop, uint32_t sid, struct err *err)
{
	struct iscsi_nl_request req = { .code = ISCSI_NL_STOP_CONN,
					.sid = sid,
					.stop = ISCSI_NL_STOP_RECOVER };
	struct iscsi_if *nl = iscsi_if_get(loop, err);

	return nl ? iscsi_if_request(nl, &req, NULL, err) : -err->code;
}

int iscsi_session_logout(struct loop *loop, uint32_t sid, struct err *err)
{
	uint8_t header[ISCSI_BHS_LEN];
	struct iscsi_nl_request req = {
		.code = ISCSI_NL_SEND_PDU, .sid = sid, .pdu_header = header, .pdu_data = header
	};
	struct iscsi_if *nl = iscsi_if_get(loop, err);

	iscsi_logout_request_encode(header);
	return nl ? iscsi_if_request(nl, &req, NULL, err) : -err->code;
}

int iscsi_session_replacement(struct loop *loop, uint32_t sid, uint32_t seconds, struct err *err)
{
	char value[16];
	struct iscsi_nl_request req = { .code = ISCSI_NL_SET_PARAM,
					.sid = sid,
					.param = iscsi_tune_param(ISCSI_TIMER_REPLACEMENT),
					.value = value };
	struct iscsi_if *nl = iscsi_if_get(loop, err);

	(void)snprintf(value, sizeof(value), "%u", seconds);
	return nl ? iscsi_if_request(nl, &req, NULL, err) : -err->code;
}

void iscsi_login_set_lookup(struct iscsi_login *login, iscsi_lookup_fn *lookup)
{
	login->lookup = lookup;
}

void iscsi_login_address(struct iscsi_login *login, const struct ip_addr *ip, const char *why)
{
	struct iscsi_event ev = { .kind = ISCSI_EV_NO_ADDRESS, .why = why };

	if (login->phase != PHASE_LOOKUP)
		return;
	if (ip) {
		ev.kind = ISCSI_EV_ADDRESS;
		ev.ip = *ip;
	}
	feed(login, &ev);
}

void iscsi_login_cancel(struct iscsi_login *login)
{
	if (login->phase != PHASE_FREE)
		set_free(login);
}

void iscsi_login_leave(struct iscsi_login *login)
{
	struct err err;

	if (login->phase != PHASE_UP || iscsi_session_logout(login->loop, login->sid, &err) < 0 ||
	    loop_timer(login->loop, deadline, expired, login, &err) < 0) {
		iscsi_login_cancel(login);
		return;
	}
	login->leave_ns = clock_now_ns() + LEAVE_LIMIT_NS;
	login->phase = PHASE_LEAVES;
}

void iscsi_login_leave_now(void)
{
	for (size_t i = 0; i < ISCSI_LOGINS_MAX; i++)
		if (logins[i].phase == PHASE_LEAVES)
			set_free(&logins[i]);
}

int iscsi_scan(uint32_t host_no, const uint8_t lun[8], struct err *err)
{
	char path[64], what[32] = "- - -";
	int rc;

	(void)snprintf(path, sizeof(path), "/sys/class/scsi_host/host%u/scan", host_no);
	if (lun)
		(void)snprintf(what, sizeof(what), "0 0 %llu",
			       (unsigned long long)iscsi_lun_number(lun));
	rc = file_write(path, what);
	return rc < 0 ? err_sys(err, -rc, "scanning for LUNs (%s)", path) : 0;
}
