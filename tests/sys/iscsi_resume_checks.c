/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logins into a session that was lost, and what is seen of it meanwhile. */
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/addr.h"
#include "iscsi_vm.h"
#include "sys/iscsi_if.h"
#include "sys/iscsi_watch.h"
#include "sys/mount.h"

#define LIO_TPG LIO "iscsi/iqn.2026-01.lab:lio/tpgt_7/"

static bool goes_over;

static struct iscsi_login *resume(struct outcome *o, uint32_t sid, uint16_t port)
{
	struct iscsi_config config = { .port = port,
				       .initiator = INITIATOR,
				       .target = "iqn.2026-01.lab:lio",
				       .ifname = "lo",
				       .goes_over = goes_over,
				       .connect_limit_s = 3 };

	memset(o, 0, sizeof(*o));
	config.portal = ip4_from_he(0x7f000001);
	o->login = iscsi_login_resume(loop, &config, sid, on_done, o, &o->err);
	return o->login;
}

static void state_is(const char *name, struct iscsi_watch *w, enum recover_session want)
{
	uint64_t until_ns = clock_now_ns() + 5 * NS_PER_S;

	while (iscsi_watch_state(w) != want && clock_now_ns() < until_ns)
		loop_turn(loop);
	check(iscsi_watch_state(w) == want, name, "state %d", (int)iscsi_watch_state(w));
}

/* Without a target there is no way back; the session waits. */
static void check_resume_refused(uint32_t sid, struct iscsi_watch *w)
{
	struct outcome o;

	resume(&o, sid, 3260);
	await(&o.done, 30);
	check(strstr(o.err.text, "target iqn.2026-01.lab:lio at 127.0.0.1:3260: ") != NULL,
	      "resume-refused", "%s", o.err.text);
	state_is("resume-refused-leaves-the-session", w, RECOVER_SESSION_FAILED);
}

static void check_resumed(uint32_t sid, struct iscsi_watch *w, uint16_t port)
{
	struct outcome o;
	char text[16];

	resume(&o, sid, port);
	await(&o.done, 30);
	check_str("resumed", o.err.text, "");
	state_is("resumed-session-works", w, RECOVER_SESSION_WORKS);
	check(o.result.sid == sid && o.result.time2wait_s == 2, "resumed-result", "%u %u",
	      o.result.sid, o.result.time2wait_s);
	(void)snprintf(text, sizeof(text), "%u", port);
	attribute("iscsi_connection/connection", sid, "port", text);
	attribute("iscsi_connection/connection", sid, "persistent_port", goes_over ? text : "3260");
	attribute("iscsi_connection/connection", sid, "max_xmit_dlength", "262144");
	/* what the booted system has set since */
	attribute("iscsi_session/session", sid, "recovery_tmo", "777");
}

/* Called off and forgotten in the middle: the session is as it was, and can be resumed. */
static void check_resume_left(uint32_t sid, struct iscsi_watch *w)
{
	struct outcome o;
	struct err err;

	check(iscsi_session_stop(loop, sid, &err) == 0, "stopped", "%s", err.text);
	state_is("stopped-session-has-failed", w, RECOVER_SESSION_FAILED);
	resume(&o, sid, 3260);
	loop_turn(loop);
	iscsi_login_cancel(o.login);
	resume(&o, sid, 3260);
	loop_turn(loop);
	iscsi_login_abandon(o.login);
	check(!o.done, "left-in-the-middle", "%s", o.err.text);
	state_is("left-session-has-failed", w, RECOVER_SESSION_FAILED);
	check(iscsi_session_stop(loop, sid, &err) == 0, "stopped-again", "%s", err.text);
}

static void check_others(const struct iscsi_watch *w)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	uint32_t portid = iscsi_if_portid(iscsi_if_get(loop, NULL));
	int fd;

	check(!iscsi_watch_other(w, portid), "nobody-else", "portid %u", portid);
	check(iscsi_watch_other(w, portid + 1), "somebody", "portid %u", portid);
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ISCSI);
	check(fd >= 0 && bind(fd, (struct sockaddr *)&self, sizeof(self)) == 0, "another", "%s",
	      strerror(errno));
	check(iscsi_watch_other(w, portid), "another-is-seen", "portid %u", portid);
	close(fd);
	check(!iscsi_watch_other(w, portid), "another-has-gone", "portid %u", portid);
}

static void close_with_session(void *arg, const struct iscsi_nl_message *msg)
{
	bool *closed = arg;

	if (!msg || msg->kind != ISCSI_NL_SESSION_GONE)
		return;
	iscsi_if_close(loop);
	*closed = true;
}

/* As the guard does it with the last session it keeps: from within what it is told. */
static void check_close_with_session(void)
{
	uint64_t began_ns;
	bool closed = false;
	struct outcome o;
	struct err err;

	login(&o, "127.0.0.1", 3260, "iqn.2026-01.lab:lio");
	check_str("to-be-gone", o.err.text, "");
	check(iscsi_if_listen(iscsi_if_get(loop, &err), o.result.sid, close_with_session, &closed,
			      &err) == 0,
	      "listened", "%s", err.text);
	iscsi_login_cancel(o.login);
	began_ns = clock_now_ns();
	await(&closed, 5);
	check(closed && clock_now_ns() < began_ns + 2 * NS_PER_S, "closed-by-who-is-told",
	      "%d after %llu ms", closed,
	      (unsigned long long)((clock_now_ns() - began_ns) / NS_PER_MS));
	login(&o, "127.0.0.1", 3260, "iqn.2026-01.lab:lio");
	check_str("opened-again", o.err.text, "");
	iscsi_login_cancel(o.login);
}

void check_resume(void)
{
	struct iscsi_watch w = ISCSI_WATCH_CLOSED;
	struct outcome first;
	char path[80];
	uint32_t sid;
	struct err err;

	(void)dir_make(LIO_TPG "np/127.0.0.1:3265", 0755);
	login(&first, "127.0.0.1", 3260, "iqn.2026-01.lab:lio");
	check_str("to-be-lost", first.err.text, "");
	sid = first.result.sid;
	check(iscsi_watch_session(&w, sid, &err) == 0, "watched", "%s", err.text);
	state_is("session-works", &w, RECOVER_SESSION_WORKS);
	(void)snprintf(path, sizeof(path), "/sys/class/iscsi_session/session%u/recovery_tmo", sid);
	write_to(path, "777");
	check_others(&w);
	write_to(LIO_TPG "enable", "0");
	await(&first.lost, 30);
	check(first.lost, "session-is-lost", "nothing came");
	check(iscsi_session_stop(loop, sid, &err) == 0, "stop-after-loss", "%s", err.text);
	state_is("lost-session-has-failed", &w, RECOVER_SESSION_FAILED);
	check_resume_refused(sid, &w);
	write_to(LIO_TPG "enable", "1");
	check_resumed(sid, &w, 3260);
	check_resume_left(sid, &w);
	check_resumed(sid, &w, 3265);
	check_resume_left(sid, &w);
	goes_over = true;
	check_resumed(sid, &w, 3265);
	goes_over = false;
	iscsi_login_cancel(first.login);
	state_is("session-is-gone", &w, RECOVER_SESSION_GONE);
	iscsi_watch_close(&w);
	check_close_with_session();
	check_nothing_left("resumed-session-taken-down");
}
