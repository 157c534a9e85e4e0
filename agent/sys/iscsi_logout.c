/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sessions in sysfs, and their end through NETLINK_ISCSI. */
#include "sys/iscsi_logout.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/iscsi_logout.h"
#include "core/text.h"
#include "sys/iscsi_if.h"
#include "sys/mount.h"

#define SESSIONS "/sys/class/iscsi_session"
#define DISKS "/sys/class/scsi_disk"

struct run {
	uint32_t sid;
	struct iscsi_if *nl;
	struct iscsi_logout machine;
	bool over, clean;
	struct err err;
};

/* --- sysfs --- */

/* Where a class directory's entry leads, such as
 * "../../devices/platform/host2/session1/iscsi_session/session1". */
static bool entry_path(const char *class, const char *name, char *dst, size_t size)
{
	char path[320];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "%s/%s", class, name);
	n = readlink(path, dst, size - 1);
	if (n <= 0)
		return false;
	dst[n] = '\0';
	return true;
}

/* Other transports, of cards that log in by themselves, have their own driver here. */
static bool is_tcp(const char *path)
{
	const char *host = strstr(path, "/host");
	char file[128], driver[32];

	if (!host)
		return false;
	host++;
	(void)snprintf(file, sizeof(file), "/sys/class/scsi_host/%.*s/proc_name",
		       (int)strcspn(host, "/"), host);
	return file_read(file, driver, sizeof(driver)) > 0 && !strcmp(driver, "iscsi_tcp");
}

size_t iscsi_sessions_list(uint32_t sids[static ISCSI_SESSIONS_MAX])
{
	DIR *dir = opendir(SESSIONS);
	const struct dirent *entry;
	char path[512];
	size_t n = 0;
	uint64_t sid;

	while (dir && n < ISCSI_SESSIONS_MAX && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, "session", 7) &&
		    parse_uint(span_of(entry->d_name + 7), 10, 0, UINT32_MAX, &sid) &&
		    entry_path(SESSIONS, entry->d_name, path, sizeof(path)) && is_tcp(path))
			sids[n++] = (uint32_t)sid;
	if (dir)
		(void)closedir(dir);
	return n;
}

static bool is_logged_in(uint32_t sid)
{
	char path[96], state[32];

	(void)snprintf(path, sizeof(path), SESSIONS "/session%u/state", sid);
	return file_read(path, state, sizeof(state)) > 0 && !strcmp(state, "LOGGED_IN");
}

void iscsi_session_offline(uint32_t sid)
{
	DIR *dir = opendir(DISKS);
	const struct dirent *entry;
	char path[512], part[32], state[320];

	(void)snprintf(part, sizeof(part), "/session%u/", sid);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' ||
		    !entry_path(DISKS, entry->d_name, path, sizeof(path)) || !strstr(path, part))
			continue;
		(void)snprintf(state, sizeof(state), DISKS "/%s/device/state", entry->d_name);
		(void)file_write(state, "offline"); /* gone meanwhile: as good */
	}
	if (dir)
		(void)closedir(dir);
}

/* --- netlink --- */

static int request(struct run *run, enum iscsi_nl_code code, const uint8_t *pdu, struct err *err)
{
	struct iscsi_nl_request req = {
		.code = code, .sid = run->sid, .stop = ISCSI_NL_STOP_TERM, .pdu_header = pdu
	};

	return iscsi_if_request(run->nl, &req, NULL, err);
}

/* All of it, whatever each says: a step that fails has nothing left to do. */
static void take_down(struct run *run)
{
	(void)request(run, ISCSI_NL_STOP_CONN, NULL, NULL);
	(void)request(run, ISCSI_NL_DESTROY_CONN, NULL, NULL);
	(void)request(run, ISCSI_NL_DESTROY_SESSION, NULL, NULL);
}

static void feed(struct run *run, const struct iscsi_logout_event *ev)
{
	struct iscsi_logout_event refused = { .kind = ISCSI_LOGOUT_EV_REFUSED,
					      .now_ns = ev->now_ns };
	struct iscsi_logout_actions act;
	struct err err;
	int rc = 0;

	iscsi_logout_step(&run->machine, ev, &act);
	if (act.unbind)
		rc = request(run, ISCSI_NL_UNBIND_SESSION, NULL, &err);
	else if (act.send)
		rc = request(run, ISCSI_NL_SEND_PDU, act.header, &err);
	if (act.take_down) {
		take_down(run);
		run->over = true;
		run->clean = act.clean;
		run->err = act.err;
	}
	if (rc < 0) {
		refused.text = err.text;
		feed(run,
		     &refused); /* once more at most: what follows a refusal is not asked twice */
	}
}

static void on_event(void *arg, const struct iscsi_nl_message *msg)
{
	struct iscsi_logout_event ev = { .now_ns = clock_now_ns() };
	struct run *run = arg;

	if (!msg)
		return; /* events were lost: the deadline decides */
	switch (msg->kind) {
	case ISCSI_NL_SESSION_UNBOUND:
		ev.kind = ISCSI_LOGOUT_EV_UNBOUND;
		break;
	case ISCSI_NL_RECV_PDU:
		ev.kind = ISCSI_LOGOUT_EV_PDU;
		ev.bytes = msg->pdu;
		ev.len = msg->len_pdu;
		break;
	case ISCSI_NL_CONN_ERROR:
		ev.kind = ISCSI_LOGOUT_EV_CONN_ERROR;
		ev.text = iscsi_nl_conn_error_text(msg->conn_error);
		break;
	case ISCSI_NL_REPLY:
	case ISCSI_NL_SESSION_GONE:
	case ISCSI_NL_OTHER:
		return;
	}
	feed(run, &ev);
}

static uint64_t deadline(void *arg)
{
	const struct run *run = arg;

	return run->machine.deadline_ns;
}

static void expired(void *arg, uint64_t now_ns)
{
	struct iscsi_logout_event ev = { .kind = ISCSI_LOGOUT_EV_DEADLINE, .now_ns = now_ns };

	feed(arg, &ev);
}

int iscsi_logout_run(uint32_t sid, struct err *err)
{
	static struct run run;
	struct iscsi_logout_event ev = { .kind = ISCSI_LOGOUT_EV_START,
					 .logged_in = is_logged_in(sid) };
	struct loop *loop = loop_open_anew(err);

	run = (struct run){ .sid = sid };
	run.nl = loop ? iscsi_if_get(loop, err) : NULL;
	if (!run.nl || iscsi_if_listen(run.nl, sid, on_event, &run, err) < 0 ||
	    loop_timer(loop, deadline, expired, &run, err) < 0)
		return -err->code;
	ev.now_ns = clock_now_ns();
	feed(&run, &ev);
	while (!run.over)
		loop_turn(loop);
	if (run.clean)
		return 0;
	*err = run.err;
	return -err->code;
}
