/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sessions as libopeniscsiusr sees them, with what it does not tell (states, NOP timers, the
 * initiator's name, what was negotiated) from sysfs, and what is in /etc/iscsi for them. Secrets
 * are never asked for.
 */
#include <glob.h>
#include <libopeniscsiusr.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/netrootctl.h"

#define NODES "/etc/iscsi/nodes/"
#define CONF_MAX 65536
#define TABLE_MAX (1 << 20)

/* Where it has nothing: "", or the kernel's "(null)". */
static bool is_set(const char *text)
{
	return text && text[0] && strcmp(text, "(null)") != 0;
}

static void keep(char *dst, size_t size, const char *text)
{
	(void)text_quote(dst, size, span_of(is_set(text) ? text : ""));
}

/* --- sysfs beside the library --- */

static bool attribute(uint32_t sid, bool connection, const char *name, char *dst, size_t size)
{
	char path[CTL_TEXT_MAX];

	if (connection)
		(void)snprintf(path, sizeof(path), "/sys/class/iscsi_connection/connection%u:0/%s",
			       sid, name);
	else
		(void)snprintf(path, sizeof(path), "/sys/class/iscsi_session/session%u/%s", sid,
			       name);
	if (ctl_read_line(path, dst, size) && is_set(dst))
		return true;
	dst[0] = '\0';
	return false;
}

static int32_t number(uint32_t sid, bool connection, const char *name)
{
	char text[CTL_NAME_MAX];

	if (!attribute(sid, connection, name, text, sizeof(text)))
		return CTL_UNSET;
	if (!strcmp(text, "off")) /* of recovery_tmo */
		return -1;
	return ctl_number(span_of(text), INT32_MAX, CTL_UNSET);
}

/* The root's disk is a device of this session, or of its partitions, or a path of the map. */
static bool carries_root(uint32_t sid, const struct ctl_mount *root, const struct ctl_map *map)
{
	char path[PATH_MAX], real[PATH_MAX], mark[CTL_NAME_MAX];
	glob_t slaves = { 0 };
	bool found = false;

	for (size_t i = 0; i < map->n_paths; i++)
		if (map->paths[i].sid == sid)
			return true;
	(void)snprintf(mark, sizeof(mark), "/session%u/", sid);
	(void)snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", root->major, root->minor);
	if (realpath(path, real) && strstr(real, mark))
		return true;
	(void)snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/slaves/*", root->major,
		       root->minor);
	if (!glob(path, 0, NULL, &slaves))
		for (size_t i = 0; i < slaves.gl_pathc && !found; i++)
			found = realpath(slaves.gl_pathv[i], real) && strstr(real, mark);
	globfree(&slaves);
	return found;
}

/* An image lies on a disk that is in no mount table: the plan knows the target. Its words stand
 * between blanks, and one target's name may be the beginning of another's. */
static bool carries_image(const struct ctl_session *s, const struct ctl_facts *facts)
{
	const struct ctl_boot *b = &facts->boot;

	if (!facts->root.image[0] || b->to_ram || !s->target[0])
		return false;
	for (size_t i = 0; i < b->n_values; i++)
		if (span_starts(span_of(b->values[i].name), "root.") &&
		    span_has(span_of(b->values[i].value), ' ', s->target))
			return true;
	return false;
}

static void complete(struct ctl_session *s, const struct ctl_facts *facts)
{
	(void)attribute(s->sid, false, "initiatorname", s->initiator, sizeof(s->initiator));
	(void)attribute(s->sid, false, "state", s->state, sizeof(s->state));
	(void)attribute(s->sid, true, "state", s->connection, sizeof(s->connection));
	s->noop_interval_s = number(s->sid, true, "recv_tmo");
	s->noop_timeout_s = number(s->sid, true, "ping_tmo");
	for (size_t i = 0; i < CTL_N_KEYS; i++)
		s->agreed[i] = number(s->sid, ctl_keys[i].of_connection, ctl_keys[i].attribute);
	s->root = carries_root(s->sid, &facts->root, &facts->map) || carries_image(s, facts);
}

/* What every user may read, where the library gives nothing. */
static void from_sysfs(struct ctl_session *s)
{
	(void)attribute(s->sid, false, "targetname", s->target, sizeof(s->target));
	(void)attribute(s->sid, true, "persistent_address", s->persistent_address,
			sizeof(s->persistent_address));
	(void)attribute(s->sid, true, "address", s->address, sizeof(s->address));
	(void)attribute(s->sid, false, "ifacename", s->iface, sizeof(s->iface));
	s->persistent_port = number(s->sid, true, "persistent_port");
	s->port = number(s->sid, true, "port");
	s->tpgt = number(s->sid, false, "tpgt");
	s->recovery_s = number(s->sid, false, "recovery_tmo");
	s->lu_reset_s = number(s->sid, false, "lu_reset_tmo");
	s->tgt_reset_s = number(s->sid, false, "tgt_reset_tmo");
	s->abort_s = number(s->sid, false, "abort_tmo");
}

static bool is_known(const struct ctl_facts *facts, uint32_t sid)
{
	for (size_t i = 0; i < facts->n_sessions; i++)
		if (facts->sessions[i].sid == sid)
			return true;
	return false;
}

/* Those the library has not told of: it leaves out, without a word, what it cannot read whole. */
static void sessions_of_sysfs(struct ctl_facts *facts)
{
	glob_t found = { 0 };

	if (!glob("/sys/class/iscsi_session/session[0-9]*", 0, NULL, &found))
		for (size_t i = 0; i < found.gl_pathc; i++) {
			const char *digits = strrchr(found.gl_pathv[i], '/') + strlen("/session");
			struct ctl_session *s = &facts->sessions[facts->n_sessions];
			uint64_t sid;

			if (!parse_uint(span_of(digits), 10, 0, UINT32_MAX, &sid) ||
			    is_known(facts, (uint32_t)sid) || facts->n_sessions == CTL_SESSIONS_MAX)
				continue;
			if (!facts->sessions_why_not[0])
				(void)snprintf(facts->sessions_why_not,
					       sizeof(facts->sessions_why_not),
					       "libopeniscsiusr does not tell of session %u",
					       (uint32_t)sid);
			*s = (struct ctl_session){ .sid = (uint32_t)sid };
			from_sysfs(s);
			complete(s, facts);
			facts->n_sessions++;
		}
	globfree(&found);
}

/* --- the library --- */

static void from_library(struct iscsi_session *from, struct ctl_session *s)
{
	struct iscsi_iface *iface = iscsi_session_iface_get(from);

	*s = (struct ctl_session){
		.sid = iscsi_session_sid_get(from),
		.port = iscsi_session_port_get(from),
		.persistent_port = iscsi_session_persistent_port_get(from),
		.tpgt = iscsi_session_tpgt_get(from),
		.chap = is_set(iscsi_session_username_get(from)),
		.chap_mutual = is_set(iscsi_session_username_in_get(from)),
		.recovery_s = iscsi_session_recovery_tmo_get(from),
		.lu_reset_s = iscsi_session_lu_reset_tmo_get(from),
		.tgt_reset_s = iscsi_session_tgt_reset_tmo_get(from),
		.abort_s = iscsi_session_abort_tmo_get(from),
		.from_library = true,
	};
	keep(s->target, sizeof(s->target), iscsi_session_target_name_get(from));
	keep(s->address, sizeof(s->address), iscsi_session_address_get(from));
	keep(s->persistent_address, sizeof(s->persistent_address),
	     iscsi_session_persistent_address_get(from));
	keep(s->user, sizeof(s->user), iscsi_session_username_get(from));
	if (!iface)
		return;
	keep(s->iface, sizeof(s->iface), iscsi_iface_name_get(iface));
	keep(s->transport, sizeof(s->transport), iscsi_iface_transport_name_get(iface));
	keep(s->netdev, sizeof(s->netdev), iscsi_iface_netdev_get(iface));
}

/* Its own messages go to stderr as they are, with what it read in them. */
__attribute__((format(printf, 6, 0))) static void silent(struct iscsi_context *ctx, int priority,
							 const char *file, int line,
							 const char *function, const char *format,
							 va_list args)
{
	(void)ctx;
	(void)priority;
	(void)file;
	(void)line;
	(void)function;
	(void)format;
	(void)args;
}

static void sessions_of_library(struct ctl_facts *facts)
{
	struct iscsi_context *ctx = iscsi_context_new();
	struct iscsi_session **sessions = NULL;
	uint32_t n = 0;
	int rc;

	if (!ctx) {
		(void)snprintf(facts->sessions_why_not, sizeof(facts->sessions_why_not),
			       "libopeniscsiusr: no memory");
		return;
	}
	iscsi_context_log_func_set(ctx, silent);
	rc = iscsi_sessions_get(ctx, &sessions, &n);
	if (rc != LIBISCSI_OK)
		(void)snprintf(facts->sessions_why_not, sizeof(facts->sessions_why_not),
			       "libopeniscsiusr: %s%s", iscsi_strerror(rc),
			       geteuid() ? " (it needs root)" : "");
	for (uint32_t i = 0; rc == LIBISCSI_OK && i < n && facts->n_sessions < CTL_SESSIONS_MAX;
	     i++) {
		struct ctl_session *s = &facts->sessions[facts->n_sessions++];

		from_library(sessions[i], s);
		complete(s, facts);
	}
	if (rc == LIBISCSI_OK)
		iscsi_sessions_free(sessions, n);
	iscsi_context_free(ctx);
}

/* --- who holds the connection --- */

static size_t inodes_to(const char *table, int32_t port, uint64_t *ret, size_t max)
{
	static char text[TABLE_MAX];
	int64_t len = ctl_read(table, text, sizeof(text));

	return len < 0 ? 0 : ctl_tcp_parse((struct span){ text, (size_t)len }, port, ret, max);
}

static bool holds_one(int32_t pid, const uint64_t *inodes, size_t n)
{
	char pattern[CTL_NAME_MAX], target[CTL_NAME_MAX];
	glob_t fds = { 0 };
	bool found = false;

	(void)snprintf(pattern, sizeof(pattern), "/proc/%d/fd/*", pid);
	if (!glob(pattern, 0, NULL, &fds))
		for (size_t i = 0; i < fds.gl_pathc && !found; i++) {
			ssize_t len = readlink(fds.gl_pathv[i], target, sizeof(target) - 1);
			struct span rest;
			uint64_t inode;

			target[len > 0 ? len : 0] = '\0';
			if (!span_starts(span_of(target), "socket:["))
				continue;
			rest = span_skip(span_of(target), strlen("socket:["));
			if (!parse_uint(span_cut(&rest, ']'), 10, 1, UINT64_MAX, &inode))
				continue;
			for (size_t k = 0; k < n; k++)
				found |= inodes[k] == inode;
		}
	globfree(&fds);
	return found;
}

static void find_holders(struct ctl_facts *facts)
{
	for (size_t i = 0; i < facts->n_sessions; i++) {
		struct ctl_session *s = &facts->sessions[i];
		uint64_t inodes[64];
		size_t n = inodes_to("/proc/net/tcp", s->port, inodes, 64);

		n += inodes_to("/proc/net/tcp6", s->port, inodes + n, 64 - n);
		for (size_t k = 0; k < facts->n_listeners && n; k++)
			if (holds_one(facts->listeners[k].pid, inodes, n))
				s->socket_pid = facts->listeners[k].pid;
	}
}

/* --- /etc/iscsi --- */

/* "ADDRESS,PORT,TPGT", and perhaps "/IFACE" behind it. */
static void portal_of(const char *name, struct ctl_record *r)
{
	struct span rest = span_of(name);
	uint64_t n;

	rest = span_cut(&rest, '/');
	(void)text_quote(r->address, sizeof(r->address), span_cut(&rest, ','));
	r->port = parse_uint(span_cut(&rest, ','), 10, 0, 65535, &n) ? (int32_t)n : CTL_UNSET;
}

static void record_read(const char *path, const char *target, struct ctl_open_iscsi *ret)
{
	static char text[CONF_MAX];
	struct ctl_record *r = &ret->records[ret->n_records];
	int64_t len = ctl_read(path, text, sizeof(text));
	struct span all = { text, len > 0 ? (size_t)len : 0 };

	if (len < 0 || ret->n_records == CTL_RECORDS_MAX)
		return;
	*r = (struct ctl_record){ 0 };
	(void)text_quote(r->path, sizeof(r->path), span_of(path));
	(void)snprintf(r->target, sizeof(r->target), "%s", target);
	portal_of(path + strlen(NODES) + strlen(target) + 1, r);
	if (!ctl_conf_value(all, NULL, "node.startup", r->startup, sizeof(r->startup)))
		(void)snprintf(r->startup, sizeof(r->startup), "manual"); /* open-iscsi's default */
	r->replacement_s = ctl_conf_number(all, "node.session.timeo.replacement_timeout");
	r->noop_interval_s = ctl_conf_number(all, "node.conn[0].timeo.noop_out_interval");
	r->noop_timeout_s = ctl_conf_number(all, "node.conn[0].timeo.noop_out_timeout");
	ret->n_records++;
}

/* A record is the file of a portal, or one for each iface in a directory of that name. */
static void records_of(const char *target, struct ctl_open_iscsi *ret)
{
	if (strpbrk(target, "*?[\\/") || target[0] == '.')
		return; /* no name of a target, and a pattern */
	for (size_t i = 0; i < ret->n_records; i++)
		if (!strcmp(ret->records[i].target, target))
			return;
	for (size_t i = 0; i < 2; i++) {
		char pattern[PATH_MAX];
		glob_t found = { 0 };

		(void)snprintf(pattern, sizeof(pattern), NODES "%s/*,*%s", target, i ? "/*" : "");
		if (!glob(pattern, 0, NULL, &found))
			for (size_t k = 0; k < found.gl_pathc; k++)
				record_read(found.gl_pathv[k], target, ret);
		globfree(&found);
	}
}

static void conf_read(struct ctl_open_iscsi *ret)
{
	static char text[CONF_MAX];
	int64_t len = ctl_read("/etc/iscsi/iscsid.conf", text, sizeof(text));
	struct span all = { text, len > 0 ? (size_t)len : 0 };
	char yes[CTL_NAME_MAX];

	ret->conf_there = len >= 0;
	ret->replacement_s = ctl_conf_number(all, "node.session.timeo.replacement_timeout");
	ret->noop_interval_s = ctl_conf_number(all, "node.conn[0].timeo.noop_out_interval");
	ret->noop_timeout_s = ctl_conf_number(all, "node.conn[0].timeo.noop_out_timeout");
	len = ctl_read("/etc/iscsi/initiatorname.iscsi", text, sizeof(text));
	all.len = len > 0 ? (size_t)len : 0;
	ret->name_file_there = len >= 0;
	(void)ctl_conf_value(all, NULL, "InitiatorName", ret->name, sizeof(ret->name));
	ret->name_generated = ctl_conf_value(all, NULL, "GenerateName", yes, sizeof(yes)) &&
			      !strcmp(yes, "yes");
}

void ctl_iscsi_gather(struct ctl_facts *facts)
{
	struct ctl_open_iscsi *oi = &facts->open_iscsi;

	/* without the module the library would report an error */
	if (ctl_exists_like("/sys/class/iscsi_session/session*"))
		sessions_of_library(facts);
	sessions_of_sysfs(facts);
	find_holders(facts);
	oi->installed = ctl_exists("/sbin/iscsid") || ctl_exists("/usr/sbin/iscsid");
	conf_read(oi);
	for (size_t i = 0; i < facts->n_sessions; i++)
		records_of(facts->sessions[i].target, oi);
}
