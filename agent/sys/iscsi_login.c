/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One login after the other's step: TCP connect, the kernel's session and connection, the PDUs that
 * core/iscsi asks for, its parameters, start. Connects before it creates anything, so that a target
 * out of reach leaves nothing behind in the kernel.
 */
#include "sys/iscsi_login.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/iscsi_param.h"
#include "sys/iscsi_if.h"
#include "sys/mount.h"

#define CMDS_MAX 128 /* of which the kernel keeps 15 for itself */
#define QUEUE_DEPTH 32

/*
 * A SYN sent in the first moments after link-up can be lost (bridge and neighbour still learning),
 * and the kernel repeats it only after 1 s. Further connects beside the first cost a socket each;
 * whichever is through first is taken. Each entry: when it begins, after the first.
 */
static const uint64_t attempt_ns[] = { 0, 150 * NS_PER_MS, 450 * NS_PER_MS };
#define ATTEMPTS (sizeof(attempt_ns) / sizeof(*attempt_ns))

enum phase { PHASE_FREE, PHASE_CONNECT, PHASE_LOGIN, PHASE_UP, PHASE_DONE };

struct attempt {
	struct iscsi_login *login;
	int fd;
};

struct iscsi_login {
	enum phase phase;
	uint32_t sid, host_no;
	bool has_session, has_conn, is_bound;
	bool loss_told;
	struct loop *loop;
	struct iscsi_if *nl;
	struct iscsi machine;
	struct attempt attempts[ATTEMPTS];
	size_t n_attempts;
	uint64_t connect_ns; /* when the connect, when the login began */
	uint64_t login_ns;
	struct iscsi_login_result result;
	struct err err; /* PHASE_DONE: what is to be told */
	iscsi_login_fn *done;
	iscsi_lost_fn *lost;
	void *arg;
};

static struct iscsi_login logins[ISCSI_LOGINS_MAX];

/* --- taking down --- */

static void close_attempts(struct iscsi_login *login)
{
	for (size_t i = 0; i < login->n_attempts; i++) {
		if (login->attempts[i].fd < 0)
			continue;
		loop_unwatch(login->loop, login->attempts[i].fd);
		close(login->attempts[i].fd);
		login->attempts[i].fd = -1;
	}
	login->n_attempts = 0;
}

/* All of it, whatever each says: a step that fails has nothing left to do. */
static void take_down(struct iscsi_login *login)
{
	struct iscsi_nl_request req = { .sid = login->sid, .stop = ISCSI_NL_STOP_TERM };

	close_attempts(login);
	if (login->has_session)
		iscsi_if_unlisten(login->nl, login->sid);
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

static void set_free(struct iscsi_login *login)
{
	take_down(login);
	loop_timer_drop(login->loop, login);
	login->phase = PHASE_FREE;
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

/* Session, connection, socket handed over, and what the kernel is to know before the login. */
static int create(struct iscsi_login *login, int fd, struct err *err)
{
	struct iscsi_nl_request req = { .code = ISCSI_NL_CREATE_SESSION,
					.cmds_max = CMDS_MAX,
					.queue_depth = QUEUE_DEPTH };
	struct iscsi_setting settings[ISCSI_SETTINGS_MAX];
	struct iscsi_nl_message reply;

	if (iscsi_if_request(login->nl, &req, &reply, err) < 0)
		return -err->code;
	login->sid = reply.sid;
	login->host_no = reply.host_no;
	login->has_session = true;
	if (iscsi_if_listen(login->nl, login->sid, on_session_event, login, err) < 0)
		return -err->code;
	if (request(login, ISCSI_NL_CREATE_CONN, err) < 0)
		return -err->code;
	login->has_conn = true;
	req = (struct iscsi_nl_request){ .code = ISCSI_NL_BIND_CONN,
					 .sid = login->sid,
					 .fd = (uint64_t)fd };
	if (iscsi_if_request(login->nl, &req, NULL, err) < 0)
		return -err->code;
	login->is_bound = true;
	return set_params(login, settings, iscsi_settings_identity(&login->machine, settings), err);
}

/* The kernel keeps a reference of its own to a bound socket; ours is closed here in any case. */
static void begin_login(struct iscsi_login *login, int fd)
{
	struct iscsi_event ev = { .kind = ISCSI_EV_START };
	struct err err;
	int rc;

	login->result.tcp_ns = clock_now_ns() - login->connect_ns;
	login->login_ns = clock_now_ns();
	login->phase = PHASE_LOGIN;
	rc = create(login, fd, &err);
	close(fd);
	if (rc < 0) {
		give_up_at(login, &err);
		return;
	}
	iscsi_isid(login->sid, ev.isid);
	feed(login, &ev);
}

static int start_session(struct iscsi_login *login, struct err *err)
{
	struct iscsi_setting settings[ISCSI_SETTINGS_MAX];
	size_t n = iscsi_settings_negotiated(&login->machine, settings);

	if (set_params(login, settings, n, err) < 0)
		return -err->code;
	return request(login, ISCSI_NL_START_CONN, err);
}

static void finish(struct iscsi_login *login)
{
	struct err err;

	if (start_session(login, &err) < 0) {
		give_up_at(login, &err);
		return;
	}
	login->phase = PHASE_UP;
	login->result.sid = login->sid;
	login->result.host_no = login->host_no;
	login->result.login_ns = clock_now_ns() - login->login_ns;
	loop_timer_drop(login->loop, login);
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

/* One event to the machine, and what it asks for. */
static void feed(struct iscsi_login *login, struct iscsi_event *ev)
{
	static struct iscsi_actions act; /* too large for the stack; used up before it returns */
	struct err err;

	ev->now_ns = clock_now_ns();
	iscsi_step(&login->machine, ev, &act);
	if (act.failed) {
		give_up(login, &act.err);
	} else if (act.redirect) {
		take_down(login);
		begin_connect(login);
	} else if (act.send) {
		if (send_pdu(login, &act, &err) < 0)
			give_up_at(login, &err);
	} else if (act.logged_in) {
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

static const char *connect_error_text(int code, char *dst, size_t size)
{
	const char *why = strerrordesc_np(code);

	switch (code) {
	case ECONNREFUSED:
		return "connection refused: nothing listens there, or a firewall refuses";
	case ENETUNREACH:
		return "no route: no address or route of this machine leads there";
	case EHOSTUNREACH:
		return "no route to the host: it does not answer on its network, or a router "
		       "says so";
	case EACCES:
	case EPERM:
		return "connection forbidden by a firewall rule of this machine";
	case ENODEV:
		return "no NIC of that name to reach a link-local address by: write it with "
		       "%NIC behind, as in [fe80::5%eth0]";
	case ETIMEDOUT:
		return "connection timed out: the host is off, or a firewall drops packets";
	default: /* any other errno */
		(void)snprintf(dst, size, "connecting: %s", why ? why : "unknown error");
		return dst;
	}
}

static void connect_failed(struct iscsi_login *login, int code)
{
	char text[96];
	struct err err;

	(void)err_set(&err, code, "%s", connect_error_text(code, text, sizeof(text)));
	give_up_at(login, &err);
}

/* 0: a link-local address without a NIC. */
static socklen_t address_of(const struct iscsi_login *login, struct sockaddr_storage *ret)
{
	const struct iscsi *m = &login->machine;
	const char *scope = iscsi_scope(m, &m->portal);
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(m->port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(m->port) };

	if (m->portal.family == IP_V4) {
		memcpy(&v4.sin_addr, m->portal.bytes, 4);
		memcpy(ret, &v4, sizeof(v4));
		return sizeof(v4);
	}
	memcpy(&v6.sin6_addr, m->portal.bytes, 16);
	if (IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr)) {
		v6.sin6_scope_id = if_nametoindex(scope);
		if (!v6.sin6_scope_id)
			return 0;
	}
	memcpy(ret, &v6, sizeof(v6));
	return sizeof(v6);
}

static void on_connected(void *arg, uint32_t epoll_events)
{
	struct attempt *attempt = arg;
	struct iscsi_login *login = attempt->login;
	int fd = attempt->fd;
	int code = 0;
	socklen_t len = sizeof(code);

	(void)epoll_events;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0)
		code = errno;
	if (code) {
		/* What one attempt is told holds for all: they go to the same place. */
		connect_failed(login, code);
		return;
	}
	loop_unwatch(login->loop, fd);
	attempt->fd = -1;
	close_attempts(login);
	begin_login(login, fd);
}

/* One more connect beside those under way. 0, or a positive errno. */
static int attempt_begin(struct iscsi_login *login)
{
	struct attempt *attempt = &login->attempts[login->n_attempts];
	struct sockaddr_storage to;
	socklen_t len = address_of(login, &to);
	struct err err;
	int one = 1, fd;

	if (!len)
		return ENODEV;
	fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
	if (fd < 0)
		return errno;
	/* A SCSI command must not wait for the acknowledgement of the one before. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	*attempt = (struct attempt){ login, fd };
	if (connect(fd, (struct sockaddr *)&to, len) < 0 && errno != EINPROGRESS) {
		int code = errno;

		close(fd);
		return code;
	}
	if (loop_watch(login->loop, fd, EPOLLOUT, on_connected, attempt, &err) < 0) {
		close(fd);
		return err.code;
	}
	login->n_attempts++;
	return 0;
}

static void begin_connect(struct iscsi_login *login)
{
	int code;

	login->phase = PHASE_CONNECT;
	login->connect_ns = clock_now_ns();
	code = attempt_begin(login);
	if (code)
		connect_failed(login, code);
}

static uint64_t connect_deadline(const struct iscsi_login *login)
{
	if (login->n_attempts < ATTEMPTS)
		return login->connect_ns + attempt_ns[login->n_attempts];
	return login->connect_ns + iscsi_connect_limit_ns(&login->machine);
}

static void connect_expired(struct iscsi_login *login, uint64_t now_ns)
{
	if (now_ns >= login->connect_ns + iscsi_connect_limit_ns(&login->machine))
		connect_failed(login, ETIMEDOUT);
	else if (attempt_begin(login))
		/* Those under way go on; no more are begun. */
		for (; login->n_attempts < ATTEMPTS; login->n_attempts++)
			login->attempts[login->n_attempts] = (struct attempt){ login, -1 };
}

/* --- deadlines --- */

static uint64_t deadline(void *arg)
{
	const struct iscsi_login *login = arg;

	switch (login->phase) {
	case PHASE_CONNECT:
		return connect_deadline(login);
	case PHASE_LOGIN:
		return iscsi_deadline(&login->machine);
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
		connect_expired(login, now_ns);
		break;
	case PHASE_LOGIN:
		feed(login, &ev);
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

struct iscsi_login *iscsi_login_start(struct loop *loop, const struct iscsi_config *config,
				      iscsi_login_fn *done, iscsi_lost_fn *lost, void *arg,
				      struct err *err)
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
		login->lost = lost;
		login->arg = arg;
		iscsi_init(&login->machine, config);
		begin_connect(login);
		return login;
	}
	(void)err_set(err, ENOSPC, "more than %d iSCSI logins", ISCSI_LOGINS_MAX);
	return NULL;
}

void iscsi_login_cancel(struct iscsi_login *login)
{
	if (login->phase != PHASE_FREE)
		set_free(login);
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
