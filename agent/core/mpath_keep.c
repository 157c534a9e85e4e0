/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A map all of whose paths are failed queues: nothing is lost, and nothing goes on, until one is
 * put back. */
#include "core/mpath_keep.h"

#include <stdio.h>
#include <string.h>

#include "core/backoff.h"

#define NS_PER_S 1000000000ull
#define NS_PER_MS 1000000ull

/* The kernel unblocks the disk of a session a moment after its login; what fails then is tried
 * again. */
#define RETURN_NS (250 * NS_PER_MS)
static const struct backoff retry = { .first_ms = 1000, .max_ms = 30000 };
/* So long it has to work for its next failure to be the first again. */
#define LASTING_NS (30 * NS_PER_S)
/* multipathd looks at failed paths every 5 to 20 s; whether it is still there is asked so often. */
#define OTHER_NS (30 * NS_PER_S)

void mpath_keep_init(struct mpath_keep *m, const struct mpath_dev *paths, uint8_t n_paths,
		     const char *root, uint64_t seed)
{
	*m = (struct mpath_keep){ .n_paths = n_paths, .rng = seed };
	for (uint8_t i = 0; i < n_paths; i++) {
		m->paths[i].dev = paths[i];
		m->paths[i].works = true;
		m->paths[i].due_ns = MPATH_KEEP_NEVER;
	}
	(void)snprintf(m->root, sizeof(m->root), "%s", root);
}

void mpath_keep_absent(struct mpath_keep *m, uint8_t i)
{
	m->paths[i].absent = true;
}

/* Failed until the map says otherwise: that it is not is told, and where all others have failed the
 * root goes on by it. */
void mpath_keep_joined(struct mpath_keep *m, uint8_t i, const struct mpath_dev *dev)
{
	m->paths[i].dev = *dev;
	m->paths[i].absent = false;
	m->paths[i].works = true;
	m->paths[i].failed = true;
}

uint64_t mpath_keep_deadline(const struct mpath_keep *m)
{
	uint64_t at = MPATH_KEEP_NEVER;

	for (uint8_t i = 0; i < m->n_paths; i++)
		if (m->paths[i].due_ns < at)
			at = m->paths[i].due_ns;
	return at;
}

/* multipathd's of Debian 12; later ones have it in /run as well. */
bool mpath_keep_is_other(struct span line)
{
	static const char name[] = "@/org/kernel/linux/storage/multipathd";
	struct span path = line;

	while (path.p && path.len && !span_starts(path, "@"))
		path = span_skip(path, 1);
	return span_eq(path, name);
}

/* --- one path --- */

static bool fails(const struct mpath_status *status, const struct mpath_dev *dev, bool *ret)
{
	for (uint8_t i = 0; i < status->n_paths; i++)
		if (mpath_dev_eq(&status->paths[i], dev)) {
			*ret = status->failed[i];
			return true;
		}
	return false; /* multipathd has taken it out */
}

static void look(struct mpath_keep *m, uint8_t i, const struct mpath_keep_event *ev)
{
	bool failed = m->paths[i].failed, was = failed, came = ev->works[i] && !m->paths[i].works;

	if (ev->status && !fails(ev->status, &m->paths[i].dev, &failed))
		failed = false;
	m->paths[i].works = ev->works[i];
	m->paths[i].failed = failed;
	if (!failed) {
		if (was)
			m->paths[i].up_ns = ev->now_ns;
		m->paths[i].due_ns = MPATH_KEEP_NEVER;
		m->paths[i].returned = false;
		return;
	}
	if (!was && ev->now_ns >= m->paths[i].up_ns + LASTING_NS)
		m->paths[i].n_tries = 0;
	if (!ev->works[i]) {
		m->paths[i].due_ns = MPATH_KEEP_NEVER;
		m->paths[i].returned = false;
	} else if (came) {
		m->paths[i].due_ns = ev->now_ns + RETURN_NS;
		m->paths[i].returned = true;
		m->paths[i].n_tries = 0;
	} else if (m->paths[i].due_ns == MPATH_KEEP_NEVER) {
		m->paths[i].due_ns = ev->now_ns +
				     (ev->other ? OTHER_NS
						: backoff_ns(&retry, m->paths[i].n_tries, &m->rng));
	}
}

/* What is due. It is seen by the map's next event whether that was of use. */
static bool put_back(struct mpath_keep *m, uint8_t i, const struct mpath_keep_event *ev)
{
	bool leave = ev->other && !m->paths[i].returned;

	if (m->paths[i].due_ns > ev->now_ns)
		return false;
	m->paths[i].returned = false;
	m->paths[i].n_tries++;
	m->paths[i].due_ns = ev->now_ns +
			     (leave ? OTHER_NS : backoff_ns(&retry, m->paths[i].n_tries, &m->rng));
	return !leave;
}

/* --- all of them --- */

static uint8_t n_usable(const struct mpath_keep *m)
{
	uint8_t n = 0;

	for (uint8_t i = 0; i < m->n_paths; i++)
		n = (uint8_t)(n + (!m->paths[i].absent && !m->paths[i].failed));
	return n;
}

static uint8_t n_there(const struct mpath_keep *m)
{
	uint8_t n = 0;

	for (uint8_t i = 0; i < m->n_paths; i++)
		n = (uint8_t)(n + !m->paths[i].absent);
	return n;
}

static void tell(struct mpath_keep *m, uint8_t before, uint64_t now_ns,
		 struct mpath_keep_actions *act)
{
	uint8_t now = n_usable(m);

	if (now == before)
		return;
	if (!now) {
		m->gone_ns = now_ns;
		say(act, SAY_BAD, "the last path of the root %s has failed: it waits", m->root);
	} else if (!before) {
		say(act, SAY_INFO, "a path of the root %s is back after %llu.%llu s: it goes on",
		    m->root, (unsigned long long)((now_ns - m->gone_ns) / NS_PER_S),
		    (unsigned long long)((now_ns - m->gone_ns) / (NS_PER_S / 10) % 10));
	} else {
		say(act, now < before ? SAY_WARN : SAY_INFO, "the root %s has %u of %u paths",
		    m->root, now, n_there(m));
	}
}

void mpath_keep_step(struct mpath_keep *m, const struct mpath_keep_event *ev,
		     struct mpath_keep_actions *ret)
{
	uint8_t before = n_usable(m);

	*ret = (struct mpath_keep_actions){ .say = SAY_NOTHING };
	for (uint8_t i = 0; i < m->n_paths; i++)
		if (!m->paths[i].absent)
			look(m, i, ev);
	tell(m, before, ev->now_ns, ret);
	for (uint8_t i = 0; i < m->n_paths; i++)
		ret->reinstate[i] = put_back(m, i, ev);
}
