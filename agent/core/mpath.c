/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of dm-mpath's tables and status lines. */
#include "core/mpath.h"

#include <stdio.h>

#define NUMBERS_MAX 1024u /* of words or groups that a count may announce */

void mpath_add(struct mpath *m, const struct mpath_dev *path, uint8_t prio)
{
	uint8_t at = m->n_paths++;

	for (; at && m->prios[at - 1] < prio; at--) {
		m->paths[at] = m->paths[at - 1];
		m->prios[at] = m->prios[at - 1];
	}
	m->paths[at] = *path;
	m->prios[at] = prio;
}

static void group_add(const struct mpath_dev *path, struct out *ret)
{
	out_add(ret, " service-time 0 1 1 %u:%u 1", path->major, path->minor);
}

void mpath_params(const struct mpath *m, struct out *ret)
{
	out_add(ret, "1 queue_if_no_path %s %u", m->alua ? "1 alua" : "0", m->n_paths);
	out_add(ret, m->n_paths ? " 1" : " 0");
	for (uint8_t i = 0; i < m->n_paths; i++)
		group_add(&m->paths[i], ret);
}

void mpath_name(const char *wwid, char ret[static MPATH_NAME_MAX])
{
	(void)snprintf(ret, MPATH_NAME_MAX, "%.*s", WWID_MAX, wwid);
}

void mpath_uuid(const char *wwid, char ret[static MPATH_UUID_MAX])
{
	(void)snprintf(ret, MPATH_UUID_MAX, "mpath-%.*s", WWID_MAX, wwid);
}

void mpath_part_name(const char *wwid, uint32_t partno, char ret[static MPATH_NAME_MAX])
{
	(void)snprintf(ret, MPATH_NAME_MAX, "%.*s-part%u", WWID_MAX, wwid, partno);
}

void mpath_part_uuid(const char *wwid, uint32_t partno, char ret[static MPATH_UUID_MAX])
{
	(void)snprintf(ret, MPATH_UUID_MAX, "part%u-mpath-%.*s", partno, WWID_MAX, wwid);
}

void mpath_part_params(struct mpath_dev map, uint64_t start_sector, struct out *ret)
{
	out_add(ret, "%u:%u %llu", map.major, map.minor, (unsigned long long)start_sector);
}

/* --- devices --- */

bool mpath_dev_parse(struct span text, struct mpath_dev *ret)
{
	struct span major = span_cut(&text, ':');
	uint64_t a, b;

	if (!parse_uint(major, 10, 0, 0xfff, &a) || !parse_uint(text, 10, 0, 0xfffff, &b))
		return false;
	*ret = (struct mpath_dev){ (uint32_t)a, (uint32_t)b };
	return true;
}

bool mpath_dev_eq(const struct mpath_dev *a, const struct mpath_dev *b)
{
	return a->major == b->major && a->minor == b->minor;
}

/* --- paths of a boot --- */

enum mpath_loss mpath_lost(enum mpath_path *paths, uint8_t n_paths, uint8_t i)
{
	if (paths[i] < MPATH_PATH_JOINS)
		return MPATH_LOSS_PATH;
	paths[i] = paths[i] < MPATH_PATH_IN ? MPATH_PATH_JOINS_LOST : MPATH_PATH_LOST;
	for (uint8_t k = 0; k < n_paths; k++)
		if (paths[k] == MPATH_PATH_IN)
			return MPATH_LOSS_HELD;
	return MPATH_LOSS_ROOT;
}

enum mpath_path mpath_joined(enum mpath_path path)
{
	return path == MPATH_PATH_JOINS_LOST ? MPATH_PATH_LOST : MPATH_PATH_IN;
}

/* --- status --- */

static struct span word(struct span *rest)
{
	struct span w;

	do
		w = span_cut(rest, ' ');
	while (!w.len && rest->p);
	return w;
}

static bool number(struct span *rest, uint64_t *ret)
{
	return parse_uint(word(rest), 10, 0, NUMBERS_MAX, ret);
}

static bool skip(struct span *rest, uint64_t n)
{
	while (n--)
		if (!word(rest).len)
			return false;
	return true;
}

/* So many lists, each as its length and its words. */
static bool lists(struct span *rest, int n_lists)
{
	uint64_t n;

	while (n_lists--)
		if (!number(rest, &n) || !skip(rest, n))
			return false;
	return true;
}

/* "8:0 A 0 0 1", the last n_args words being the selector's */
static bool path(struct span *rest, uint64_t n_args, bool in_use, struct mpath_status *s)
{
	struct mpath_dev dev;
	bool is_dev = mpath_dev_parse(word(rest), &dev);
	struct span state = word(rest);

	if (!is_dev || (!span_eq(state, "A") && !span_eq(state, "F")) || !skip(rest, 1 + n_args))
		return false;
	if (s->n_paths < MPATH_PATHS_MAX) {
		s->failed[s->n_paths] = span_eq(state, "F");
		s->in_use[s->n_paths] = in_use;
		s->paths[s->n_paths++] = dev;
	}
	return true;
}

/* "A 0 1 2", and its paths */
static bool group(struct span *rest, struct mpath_status *s)
{
	struct span state = word(rest);
	uint64_t n_paths, n_args;

	if (!state.len || !lists(rest, 1) || !number(rest, &n_paths) || !number(rest, &n_args))
		return false;
	while (n_paths--)
		if (!path(rest, n_args, span_eq(state, "A"), s))
			return false;
	return true;
}

bool mpath_status_parse(struct span text, struct mpath_status *ret)
{
	struct mpath_status s = { .n_paths = 0 };
	uint64_t n_groups;

	/* features, of the hardware handler, how many groups, which is the next */
	if (!lists(&text, 2) || !number(&text, &n_groups) || !skip(&text, 1))
		return false;
	while (n_groups--)
		if (!group(&text, &s))
			return false;
	*ret = s;
	return true;
}

/* --- a table that is there --- */

bool mpath_params_add(struct span table, const struct mpath_dev *path, struct out *ret)
{
	struct span rest = table, head;
	uint64_t n_groups, next;

	if (!lists(&rest, 2)) /* features, and what the hardware handler is told */
		return false;
	head = (struct span){ table.p, rest.p ? (size_t)(rest.p - table.p) : table.len };
	if (!number(&rest, &n_groups) || !number(&rest, &next) || !n_groups != !rest.len)
		return false;
	while (rest.len && rest.p[rest.len - 1] == ' ')
		rest.len--;
	out_add(ret, "%.*s%llu %llu%s%.*s", (int)head.len, head.p, (unsigned long long)n_groups + 1,
		(unsigned long long)(next ? next : 1), rest.len ? " " : "", (int)rest.len,
		rest.p ? rest.p : "");
	group_add(path, ret);
	return true;
}

bool mpath_params_has(struct span table, const struct mpath_dev *path)
{
	struct mpath_dev dev;

	while (table.p)
		if (mpath_dev_parse(word(&table), &dev) && mpath_dev_eq(&dev, path))
			return true;
	return false;
}

bool mpath_params_queue(struct span table)
{
	uint64_t n;

	if (!number(&table, &n))
		return false;
	while (n--)
		if (span_eq(word(&table), "queue_if_no_path"))
			return true;
	return false;
}
