/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths to an iSCSI root. */
#include "core/iscsi_paths.h"

#include <errno.h>
#include <string.h>

#include "core/rootspec.h"

#define NS_PER_MS 1000000ull
#define ORDERS_PER_ROOT 32 /* of the targets that one portal tells */
_Static_assert(ORDERS_PER_ROOT > ISCSI_TARGETS_MAX, "one for each, and one for the portal");

static bool same_lun(const struct plan_iscsi *a, const struct plan_iscsi *b)
{
	return !strcmp(a->target, b->target) && a->lun_given == b->lun_given &&
	       !memcmp(a->lun, b->lun, sizeof(a->lun));
}

static bool same_server(const struct plan_host *a, const struct plan_host *b)
{
	if (a->ip.family != IP_NONE || b->ip.family != IP_NONE)
		return ip_eq(&a->ip, &b->ip) && !strcmp(a->scope, b->scope);
	return !strcmp(a->name, b->name);
}

static void add(struct iscsi_paths *p, const struct iscsi_path *path)
{
	struct iscsi_path v = *path;

	for (uint8_t i = 0; i < p->n; i++) {
		const struct iscsi_path *old = &p->paths[i];

		if (!same_lun(&old->iscsi, &v.iscsi) || old->asks != v.asks)
			continue;
		if (old->iscsi.port == v.iscsi.port && same_server(&old->server, &v.server) &&
		    !strcmp(old->iscsi.netdev, v.iscsi.netdev))
			return;
		if (!v.asks && old->order < v.order)
			v.order = old->order;
	}
	if (p->n == ISCSI_PATHS_MAX) {
		if (!p->n_left_out++) {
			p->left_out = v.server;
			p->left_out_port = v.iscsi.port;
		}
		return;
	}
	p->paths[p->n++] = v;
}

static void add_root(struct iscsi_paths *p, const struct plan *plan, uint8_t at, uint8_t place)
{
	const struct plan_root *root = &plan->roots[at];
	struct iscsi_path path = { .root = at,
				   .order = (uint16_t)(place * ORDERS_PER_ROOT),
				   .asks = !root->iscsi.target[0],
				   .raced = root->raced,
				   .server = root->server,
				   .iscsi = root->iscsi };

	if (root->kind == ROOT_ISCSI)
		add(p, &path);
}

void iscsi_paths_init(struct iscsi_paths *p, const struct plan *plan, uint8_t first)
{
	memset(p, 0, sizeof(*p));
	p->any_order = plan->block.key != BLOCK_ANY && plan->block.key != BLOCK_DEV;
	p->tries_again = plan->multipath;
	for (uint8_t i = 0; i < plan->n_roots; i++)
		add_root(p, plan, (uint8_t)((first + i) % plan->n_roots), i);
}

/* What the plan says of those that there were may have changed with the new ones, too. */
void iscsi_paths_more(struct iscsi_paths *p, const struct plan *plan, uint8_t n_before)
{
	for (uint8_t i = 0; i < p->n; i++)
		p->paths[i].raced = plan->roots[p->paths[i].root].raced;
	for (uint8_t i = n_before; i < plan->n_roots; i++)
		add_root(p, plan, i, i);
}

void iscsi_paths_add_address(struct iscsi_paths *p, uint8_t i, const struct ip_addr *ip)
{
	struct iscsi_path path = p->paths[i];

	path.state = ISCSI_PATH_WAITS;
	path.server.ip = *ip;
	add(p, &path);
}

/* The portal that was asked serves its own targets, too, unless it names others for them. */
static bool has_address(const struct iscsi_targets *t, uint8_t target)
{
	for (uint8_t i = 0; i < t->n_portals; i++)
		if (t->portals[i].target == target)
			return true;
	return false;
}

static void add_told(struct iscsi_paths *p, const struct iscsi_path *asked,
		     const struct iscsi_targets *t, uint8_t target)
{
	struct iscsi_path path = *asked;

	path.state = ISCSI_PATH_WAITS;
	path.told = true;
	path.asks = false;
	path.order = (uint16_t)(asked->order + 1 + target);
	memcpy(path.iscsi.target, t->names[target], sizeof(path.iscsi.target));
	if (!has_address(t, target))
		add(p, &path);
	for (uint8_t i = 0; i < t->n_portals; i++) {
		const struct iscsi_target_portal *portal = &t->portals[i];

		if (portal->target != target)
			continue;
		memset(&path.server, 0, sizeof(path.server));
		path.server.ip = portal->ip;
		path.iscsi.port = portal->port;
		(void)text_copy(path.server.name, sizeof(path.server.name),
				span_of(portal->name)); /* fits */
		if (portal->ip.family != IP_NONE)
			(void)ip_text(&portal->ip, path.server.name);
		if (ip_is_link_local(&portal->ip))
			memcpy(path.server.scope, asked->server.scope, sizeof(path.server.scope));
		add(p, &path);
	}
}

void iscsi_paths_told(struct iscsi_paths *p, uint8_t i, const struct iscsi_targets *targets)
{
	struct iscsi_path asked = p->paths[i];

	p->paths[i].state = ISCSI_PATH_OVER;
	for (uint8_t target = 0; target < targets->n; target++)
		add_told(p, &asked, targets, target);
}

bool iscsi_paths_left_out(struct iscsi_paths *p, struct out *out)
{
	char host[HOST_TEXT_MAX];

	if (p->n_left_out == p->n_left_out_told)
		return false;
	p->n_left_out_told = p->n_left_out;
	out_add(out, "%u portals from %s port %u on are left out: there is room for %d",
		p->n_left_out, host_text(&p->left_out, host, sizeof(host)), p->left_out_port,
		ISCSI_PATHS_MAX);
	return true;
}

static bool is_alive(const struct iscsi_path *path)
{
	return path->state != ISCSI_PATH_OVER && path->state != ISCSI_PATH_AGAIN && !path->passed;
}

/* Whether another target that the same portal told has its turn before. */
static bool has_to_wait(const struct iscsi_paths *p, const struct iscsi_path *path)
{
	for (uint8_t i = 0; path->told && i < p->n; i++)
		if (is_alive(&p->paths[i]) && p->paths[i].told && p->paths[i].root == path->root &&
		    p->paths[i].order < path->order)
			return true;
	return false;
}

/* What the target itself has said, it says again. */
static bool is_final(int code)
{
	return code == EACCES || code == ENOENT || code == EPROTO || code == ENOTSUP ||
	       code == EINVAL || code == ELOOP;
}

void iscsi_paths_failed(struct iscsi_paths *p, uint8_t i, int code, uint64_t now_ns, bool *ret_news)
{
	struct iscsi_path *path = &p->paths[i];

	*ret_news = path->code != code;
	path->code = code;
	path->due_ns = now_ns + ISCSI_PATHS_AGAIN_MS * NS_PER_MS;
	path->state = p->tries_again && !is_final(code) ? ISCSI_PATH_AGAIN : ISCSI_PATH_OVER;
}

void iscsi_paths_again(struct iscsi_paths *p, uint64_t now_ns)
{
	for (uint8_t i = 0; i < p->n; i++)
		p->paths[i].due_ns = now_ns;
}

uint64_t iscsi_paths_due(const struct iscsi_paths *p)
{
	uint64_t at_ns = ISCSI_PATHS_NEVER;

	for (uint8_t i = 0; i < p->n; i++)
		if (p->paths[i].state == ISCSI_PATH_AGAIN && p->paths[i].due_ns < at_ns)
			at_ns = p->paths[i].due_ns;
	return at_ns;
}

int iscsi_paths_next(const struct iscsi_paths *p, uint64_t now_ns)
{
	for (uint8_t i = 0; i < p->n; i++) {
		const struct iscsi_path *path = &p->paths[i];

		if (path->state == ISCSI_PATH_AGAIN && path->due_ns > now_ns)
			continue;
		if ((path->state == ISCSI_PATH_WAITS || path->state == ISCSI_PATH_AGAIN) &&
		    !has_to_wait(p, path))
			return i;
	}
	return -1;
}

/* How long those are waited for that come before this one in the order, and may still come. */
static uint64_t ahead_ns(const struct iscsi_paths *p, const struct iscsi_path *best)
{
	uint64_t ms = 0;

	for (uint8_t i = 0; i < p->n; i++) {
		const struct iscsi_path *path = &p->paths[i];

		if (!is_alive(path) || path->order >= best->order)
			continue;
		if (!path->raced || !best->raced)
			return ISCSI_PATHS_AHEAD_MS * NS_PER_MS;
		ms = ISCSI_PATHS_RACED_MS;
	}
	return ms * NS_PER_MS;
}

int iscsi_paths_choose(const struct iscsi_paths *p, uint64_t now_ns, uint64_t *ret_deadline_ns)
{
	const struct iscsi_path *best = NULL;
	uint64_t first_up_ns = ISCSI_PATHS_NEVER, until_ns;

	*ret_deadline_ns = ISCSI_PATHS_NEVER;
	for (uint8_t i = 0; i < p->n; i++) {
		const struct iscsi_path *path = &p->paths[i];

		if (path->state != ISCSI_PATH_UP || path->passed)
			continue;
		if (path->up_ns < first_up_ns)
			first_up_ns = path->up_ns;
		if (!best ||
		    (p->any_order || path->order == best->order ? path->up_ns < best->up_ns
								: path->order < best->order))
			best = path;
	}
	if (!best)
		return -1;
	until_ns = first_up_ns + (p->any_order ? 0 : ahead_ns(p, best));
	if (now_ns < until_ns) {
		*ret_deadline_ns = until_ns;
		return -1;
	}
	return (int)(best - p->paths);
}

bool iscsi_paths_over(const struct iscsi_paths *p)
{
	for (uint8_t i = 0; i < p->n; i++)
		if (is_alive(&p->paths[i]))
			return false;
	return true;
}

uint8_t iscsi_paths_left(const struct iscsi_paths *p, uint8_t except)
{
	uint8_t n = 0;

	for (uint8_t i = 0; i < p->n; i++)
		n = (uint8_t)(n + (i != except && is_alive(&p->paths[i])));
	return n;
}

void iscsi_paths_drop_target(struct iscsi_paths *p, uint8_t i)
{
	for (uint8_t k = 0; k < p->n; k++)
		if (!p->paths[k].asks && same_lun(&p->paths[k].iscsi, &p->paths[i].iscsi))
			p->paths[k].state = ISCSI_PATH_OVER;
}

uint8_t iscsi_paths_others(const struct iscsi_paths *p, uint8_t i, struct iscsi_portal *ret,
			   uint8_t max)
{
	uint8_t n = 0;

	for (uint8_t k = 0; k < p->n && n < max; k++) {
		const struct iscsi_path *path = &p->paths[k];

		if (k == i || path->asks || path->server.ip.family == IP_NONE ||
		    !same_lun(&path->iscsi, &p->paths[i].iscsi))
			continue;
		ret[n] = (struct iscsi_portal){ .ip = path->server.ip, .port = path->iscsi.port };
		memcpy(ret[n++].netdev, path->iscsi.netdev, sizeof(path->iscsi.netdev));
	}
	return n;
}
