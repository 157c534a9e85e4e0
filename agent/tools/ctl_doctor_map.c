/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What follows from the facts about the maps under the root: multipath's, dm-verity's. */
#include <string.h>

#include "tools/netrootctl.h"

#define CONF "/etc/multipath.conf"
/* The agent's for a path (core/iscsi_tune.c); a path that hangs for longer than this holds the root
 * up. */
#define RECOVERY_S 5
#define RECOVERY_MAX_S 30

const struct ctl_session *ctl_session_of(const struct ctl_facts *facts, uint32_t sid)
{
	for (size_t i = 0; i < facts->n_sessions; i++)
		if (facts->sessions[i].sid == sid)
			return &facts->sessions[i];
	return NULL;
}

size_t ctl_map_working(const struct ctl_map *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_paths; i++)
		n += !m->paths[i].failed;
	return n;
}

static void check_paths(const struct ctl_facts *facts, struct ctl_findings *found)
{
	const struct ctl_map *m = &facts->map;
	size_t n = ctl_map_working(m);
	struct ctl_finding *f;

	for (size_t i = 0; m->known && i < m->n_paths; i++) {
		const struct ctl_path *p = &m->paths[i];
		const struct ctl_session *s = ctl_session_of(facts, p->sid);

		if (!p->failed)
			continue;
		f = ctl_find(found, n ? CTL_WARNING : CTL_CRITICAL, "path-down", p->disk);
		ctl_cause(
			f,
			"this path of the root (session %u%s%s, %s) has failed, %zu of %zu are left: %s",
			p->sid, s ? " to " : "", s ? s->address : "",
			s && s->state[0] ? s->state : "state not known", n, m->n_paths,
			n	    ? "the next one that fails may be the last"
			: m->queues ? "what reads or writes the root waits"
				    : "what reads or writes the root fails");
		ctl_remedy(
			f,
			"bring the target's portal or the way to it back: the path is put back then");
	}
	if (m->n_paths != 1)
		return;
	f = ctl_find(found, CTL_WARNING, "path-single", m->name);
	ctl_cause(f, "the map of the root has one path only: when that fails, the root waits");
	ctl_remedy(f, "see why the other portals were left out (/run/netroot/boot.log, dmesg)");
}

static void check_setting(struct ctl_findings *found, const char *id, const char *name,
			  const char *is, const char *wanted, const char *effect)
{
	struct ctl_finding *f;

	if (!strcmp(is, wanted))
		return;
	f = ctl_find(found, CTL_WARNING, id, CONF);
	ctl_cause(f, "%s is %s: %s", name, is[0] ? is : "not set", effect);
	ctl_remedy(f, "set %s %s in its section defaults, then multipathd reconfigure", name,
		   wanted);
}

/* multipathd's own default for both is to fail (multipath.conf(5)); the map keeps the queueing that
 * it was made with until multipathd makes its table anew. */
static void check_queueing(const struct ctl_facts *facts, struct ctl_findings *found)
{
	const struct ctl_map *m = &facts->map;
	struct ctl_finding *f;

	if (m->known && !m->queues) {
		f = ctl_find(found, CTL_CRITICAL, "map-fails", m->name);
		ctl_cause(
			f,
			"the map does not queue: when its last path fails the root gets I/O errors, "
			"which no path that comes back heals");
		ctl_remedy(
			f,
			"dmsetup message %s 0 queue_if_no_path; with multipathd, set no_path_retry queue in " CONF,
			m->name);
	}
	if (!m->daemon_installed && !ctl_process_named(facts, "multipathd"))
		return;
	check_setting(found, "multipath-retry", "no_path_retry", m->no_path_retry, "queue",
		      "when multipathd changes the root's map, the root gets I/O errors as soon as "
		      "no path works");
	check_setting(found, "multipath-daemon", "queue_without_daemon", m->queue_without_daemon,
		      "yes",
		      "multipathd ends the queueing of the root's map when it stops, at an upgrade "
		      "or at shutdown");
}

static void check_timeouts(const struct ctl_facts *facts, struct ctl_findings *found)
{
	const struct ctl_map *m = &facts->map;

	for (size_t i = 0; i < m->n_paths; i++) {
		const struct ctl_session *s = ctl_session_of(facts, m->paths[i].sid);
		struct ctl_finding *f;

		if (!s || s->recovery_s == CTL_UNSET ||
		    (s->recovery_s >= 0 && s->recovery_s <= RECOVERY_MAX_S))
			continue;
		f = ctl_find(found, CTL_WARNING, "path-timeout", m->paths[i].disk);
		if (s->recovery_s < 0)
			ctl_cause(
				f,
				"session %u never gives a lost target up: what waits on this path never goes to another",
				s->sid);
		else
			ctl_cause(
				f,
				"session %u gives a lost target %d s: so long the root waits before it goes on by another path",
				s->sid, s->recovery_s);
		ctl_remedy(
			f,
			"echo %d > /sys/class/iscsi_session/session%u/recovery_tmo, and with iscsid set "
			"node.session.timeo.replacement_timeout = %d in iscsid.conf",
			RECOVERY_S, s->sid, RECOVERY_S);
	}
}

static void check_verified(const struct ctl_facts *facts, struct ctl_findings *found)
{
	const struct ctl_mount *m = &facts->root;
	bool in_memory = ctl_root_in_memory(facts);
	struct ctl_finding *f;

	if (!m->verity_changed)
		return;
	f = ctl_find(found, CTL_CRITICAL, "verity-changed", m->device);
	ctl_cause(
		f,
		"a block of the root was read that does not match the root hash: it or its tree of hashes was changed %s; %s",
		in_memory ? "in this machine's memory"
			  : "on the server or on the way, or is damaged there",
		m->verity_passes
			? "by ignore_corruption it was let pass, and what it is of cannot be trusted"
			: "what reads it gets an I/O error");
	ctl_remedy(
		f, "dmesg tells which block (\"device-mapper: verity\"); %s",
		in_memory
			? "have the memory tested, and boot again"
			: "on the server `veritysetup verify` tells what is changed: put the right one "
			  "there, and boot again");
}

void ctl_diagnose_map(const struct ctl_facts *facts, struct ctl_findings *found)
{
	check_verified(facts, found);
	if (!facts->map.there)
		return;
	check_paths(facts, found);
	check_queueing(facts, found);
	check_timeouts(facts, found);
}
