/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The row attach of an iSCSI root: every path to it side by side, portals that tell of targets
 * among them. core/iscsi_paths says which are begun and which is taken; what has no part in the
 * root is called off once that is found.
 */
#include "boot.h"

#include <errno.h>
#include <string.h>

#include "core/rootspec.h"
#include "sys/log.h"

static void begin_session(struct boot_path *run);

static uint8_t index_of(const struct boot_path *run)
{
	return (uint8_t)(run - run->boot->iscsi.runs);
}

static struct iscsi_path *path_of(const struct boot_path *run)
{
	return &run->boot->iscsi.paths.paths[index_of(run)];
}

const struct boot_path *paths_now(const struct boot *b)
{
	return b->iscsi.begun && b->iscsi.at >= 0 ? &b->iscsi.runs[b->iscsi.at] : NULL;
}

/* --- how paths end --- */

static void run_stop(struct boot_path *run, bool politely)
{
	child_kill(run->boot->loop, &run->lookup);
	if (run->ask)
		iscsi_discovery_cancel(run->ask);
	if (run->login && politely)
		iscsi_login_leave(run->login);
	else if (run->login)
		iscsi_login_cancel(run->login);
	run->ask = NULL;
	run->login = NULL;
}

/* The reason is said here where others are left, once, else where the phase fails. */
static void path_failed(struct boot_path *run, const struct err *err)
{
	struct boot *b = run->boot;
	uint8_t i = index_of(run), left = iscsi_paths_left(&b->iscsi.paths, i);
	bool news;

	run_stop(run, false);
	iscsi_paths_failed(&b->iscsi.paths, i, err->code, clock_now_ns(), &news);
	if (!map_path_anew(b, i))
		path_of(run)->state = ISCSI_PATH_OVER;
	b->iscsi.last = *err;
	if (left)
		log_line(news ? LOG_LEVEL_WARN : LOG_LEVEL_DEBUG, "attach", "%s; %s%u other%s left",
			 err->text,
			 path_of(run)->state == ISCSI_PATH_AGAIN ? "it is tried again, " : "", left,
			 left > 1 ? "s" : "");
	b->dirty = true;
}

void paths_again(struct boot *b)
{
	if (b->iscsi.begun)
		iscsi_paths_again(&b->iscsi.paths, clock_now_ns());
}

void paths_stop(struct boot *b)
{
	for (uint8_t i = 0; b->iscsi.begun && i < b->iscsi.paths.n; i++)
		run_stop(&b->iscsi.runs[i], false);
	b->iscsi.begun = false;
	b->iscsi.at = -1;
}

void paths_leave(struct boot *b, uint8_t i)
{
	struct iscsi_path *path = &b->iscsi.paths.paths[i];
	char host[HOST_TEXT_MAX];

	log_line(LOG_LEVEL_DEBUG, "device", "the path by %s port %u is called off",
		 host_text(&path->server, host, sizeof(host)), path->iscsi.port);
	if (path->state != ISCSI_PATH_WAITS)
		run_stop(&b->iscsi.runs[i], true);
	path->state = ISCSI_PATH_OVER;
}

void paths_settle(struct boot *b)
{
	struct boot_iscsi *s = &b->iscsi;

	for (uint8_t i = 0; i < s->paths.n; i++)
		if (i != s->at && s->paths.paths[i].state != ISCSI_PATH_OVER)
			paths_leave(b, i);
}

void paths_leave_all(struct boot *b)
{
	b->iscsi.at = -1;
	paths_settle(b);
	b->iscsi.begun = false;
}

bool paths_give_up(struct boot *b, bool whole_target, const struct err *err)
{
	struct boot_iscsi *s = &b->iscsi;
	uint8_t at = (uint8_t)s->at;

	if (s->at < 0)
		return false;
	if (whole_target)
		iscsi_paths_drop_target(&s->paths, at);
	if (err->code == ENOLINK && map_wanted(b))
		s->paths.paths[at].passed = true;
	else
		s->paths.paths[at].state = ISCSI_PATH_OVER;
	if (iscsi_paths_over(&s->paths))
		return false;
	s->last = *err;
	log_line(LOG_LEVEL_WARN, "device", "%s; going on with another path", err->text);
	for (uint8_t i = 0; i < s->paths.n; i++)
		if (s->paths.paths[i].state == ISCSI_PATH_OVER)
			run_stop(&s->runs[i], true);
	s->at = -1;
	b->dirty = true;
	return true;
}

/* --- names --- */

static int lookup_child(void *arg, int out_fd)
{
	struct boot_path *run = arg;

	return net_look_up(run->boot, run->lookup_name, run->lookup_port, out_fd);
}

/* ip NULL: none, and why. */
static void redirect_known(struct boot_path *run, const struct ip_addr *ip, const char *why)
{
	if (run->ask)
		iscsi_discovery_address(run->ask, ip, why);
	else
		iscsi_login_address(run->login, ip, why);
}

/* Every address of the portal's name is a path of its own. */
static void portal_known(struct boot_path *run, const struct resolve_answer *answer)
{
	struct boot *b = run->boot;

	path_of(run)->server.ip = net_answer_now(b, answer, b->resolve.turn);
	for (uint8_t i = 0; i < answer->n_addrs; i++)
		iscsi_paths_add_address(&b->iscsi.paths, index_of(run), &answer->addrs[i]);
	b->dirty = true;
	begin_session(run);
}

static void lookup_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot_path *run = arg;
	bool redirected = run->ask || run->login;
	struct resolve_answer answer;
	struct ip_addr ip;
	struct err err;

	(void)child;
	if (!child_ok(result, sizeof(answer))) {
		child_err(result, RESOLVE_LIMIT_NS, &err);
		if (redirected)
			redirect_known(run, NULL, err.text);
		else
			path_failed(run, &err);
		return;
	}
	memcpy(&answer, result->out, sizeof(answer));
	if (!redirected) {
		portal_known(run, &answer);
		return;
	}
	ip = net_answer_now(run->boot, &answer, run->boot->resolve.turn);
	redirect_known(run, &ip, NULL);
}

/* port: where its addresses are raced; 0: not, each is logged in to beside the others. */
static int look_up(struct boot_path *run, const char *name, uint16_t port, struct err *err)
{
	run->lookup_port = port;
	leases_expire(&run->boot->leases, clock_now_ns());
	(void)text_copy(run->lookup_name, sizeof(run->lookup_name), span_of(name));
	return child_start(run->boot->loop, &run->lookup, "lookup", lookup_child, run,
			   RESOLVE_LIMIT_NS, lookup_done, run, err);
}

/* A target has sent us to a name. */
static void on_redirected(void *arg, struct iscsi_login *login, const char *name, uint16_t port)
{
	struct err err;

	if (look_up(arg, name, port, &err) < 0)
		iscsi_login_address(login, NULL, err.text);
}

static void on_ask_redirected(void *arg, struct iscsi_discovery *x, const char *name, uint16_t port)
{
	struct err err;

	if (look_up(arg, name, port, &err) < 0)
		iscsi_discovery_address(x, NULL, err.text);
}

/* --- one path --- */

static void on_login(void *arg, const struct iscsi_login_result *result, const struct err *err)
{
	struct boot_path *run = arg;
	struct iscsi_path *path = path_of(run);

	child_kill(run->boot->loop, &run->lookup);
	if (err) {
		run->login = NULL;
		path_failed(run, err);
		return;
	}
	run->result = *result;
	path->state = ISCSI_PATH_UP;
	path->up_ns = clock_now_ns();
	log_line(LOG_LEVEL_INFO, "attach", "logged in to %s at %s as %s in %llu ms",
		 path->iscsi.target, result->where, run->config.initiator,
		 (unsigned long long)((result->tcp_ns + result->login_ns) / NS_PER_MS));
	run->boot->dirty = true;
}

static void on_lost(void *arg, uint32_t sid, const char *text)
{
	struct boot_path *run = arg;
	struct boot *b = run->boot;
	struct err err;

	(void)sid;
	(void)err_set(&err, EIO, "the session was lost: %s", text);
	switch (map_lost(b, index_of(run))) {
	case MPATH_LOSS_HELD:
		log_line(LOG_LEVEL_WARN, "paths",
			 "%s: its other paths keep the root, and it is logged in again", err.text);
		return;
	case MPATH_LOSS_PATH:
		path_failed(run, &err);
		return;
	case MPATH_LOSS_ROOT:
		break;
	}
	for (enum phase_id i = PHASE_DEVICE; i < N_PHASES; i++) {
		if (phase_is(b, i, PHASE_RUNNING)) {
			phase_failed(b, i, &err);
			return;
		}
	}
	log_line(LOG_LEVEL_ERROR, "attach", "%s", err.text);
	phase_restart(b, PHASE_ATTACH);
}

static void on_told(void *arg, const struct iscsi_targets *targets, const struct err *err)
{
	struct boot_path *run = arg;
	struct boot *b = run->boot;
	char list[BOOT_LIST_MAX], host[HOST_TEXT_MAX];
	struct out out = out_to(list, sizeof(list));

	child_kill(b->loop, &run->lookup);
	run->ask = NULL;
	if (err) {
		path_failed(run, err);
		return;
	}
	iscsi_targets_text(targets, &out);
	log_line(LOG_LEVEL_INFO, "attach", "%s port %u tells of %s%s",
		 host_text(&path_of(run)->server, host, sizeof(host)), path_of(run)->iscsi.port,
		 list,
		 targets->n > 1 ? ", to be tried in this order: name the right one in the root to "
				  "spare the others"
				: "");
	out = out_to(list, sizeof(list));
	iscsi_targets_left_out(targets, &out);
	if (out.len)
		log_line(LOG_LEVEL_WARN, "attach", "%s port %u: not used of what it tells: %s",
			 host, path_of(run)->iscsi.port, list);
	iscsi_paths_told(&b->iscsi.paths, index_of(run), targets);
	b->dirty = true;
}

static void configure(const struct boot_path *run, struct iscsi_config *ret)
{
	const struct boot *b = run->boot;
	const struct iscsi_path *path = path_of(run);
	const struct boot_nic *nic = net_boot_nic(b);

	memset(ret, 0, sizeof(*ret));
	ret->portal = path->server.ip;
	ret->port = path->iscsi.port;
	(void)text_copy(ret->scope, sizeof(ret->scope), span_of(path->server.scope));
	memcpy(ret->netdev, path->iscsi.netdev, sizeof(ret->netdev));
	if (host_is_name(&path->server))
		(void)text_copy(ret->name, sizeof(ret->name), span_of(path->server.name));
	(void)text_copy(ret->initiator, sizeof(ret->initiator), span_of(b->plan.initiator));
	(void)text_copy(ret->target, sizeof(ret->target), span_of(path->iscsi.target));
	ret->tune = b->plan.tune;
	if (b->plan.multipath)
		iscsi_tune_multipath(&ret->tune);
	ret->chap = b->iscsi.roots[path->root].chap;
	if (nic)
		(void)text_copy(ret->ifname, sizeof(ret->ifname), span_of(nic->nic.name));
}

/* The address of the portal is known. */
static void begin_session(struct boot_path *run)
{
	struct boot *b = run->boot;
	struct err err;

	configure(run, &run->config);
	if (path_of(run)->asks) {
		run->ask = iscsi_discovery_start(b->loop, &run->config, on_told, on_ask_redirected,
						 run, &err);
	} else {
		run->login = iscsi_login_start(b->loop, &run->config, on_login, on_lost, run, &err);
		if (run->login)
			iscsi_login_set_lookup(run->login, on_redirected);
	}
	if (!run->ask && !run->login)
		path_failed(run, &err);
}

static void begin(struct boot *b, uint8_t i)
{
	struct boot_path *run = &b->iscsi.runs[i];
	struct err err;

	run->boot = b;
	run->login = NULL;
	run->ask = NULL;
	path_of(run)->state = ISCSI_PATH_BUSY;
	if (path_of(run)->server.ip.family != IP_NONE)
		begin_session(run);
	else if (look_up(run, path_of(run)->server.name, 0, &err) < 0)
		path_failed(run, &err);
}

/* --- all of them --- */

void paths_start(struct boot *b)
{
	struct boot_iscsi *s = &b->iscsi;
	const struct resolve_answer *answer = &b->resolve.answer;
	struct err err;

	if (!b->plan.initiator[0]) {
		(void)err_set(&err, EINVAL,
			      "no initiator name: this machine has neither an SMBIOS UUID nor an "
			      "Ethernet address to make one from; give rd.iscsi.initiator=");
		phase_failed(b, PHASE_ATTACH, &err);
		return;
	}
	memcpy(s->roots, b->plan.roots, sizeof(s->roots));
	iscsi_paths_init(&s->paths, &b->plan, (uint8_t)(b->root_turn % b->plan.n_roots));
	s->at = -1;
	s->begun = true;
	for (uint8_t i = 0; i < ISCSI_PATHS_MAX; i++)
		s->runs[i].boot = b;
	if (s->paths.paths[0].server.ip.family != IP_NONE)
		return;
	/* the phase resolve has looked it up */
	s->paths.paths[0].server.ip = b->root.server.ip;
	for (uint8_t i = 0; i < answer->n_addrs; i++)
		iscsi_paths_add_address(&s->paths, 0, &answer->addrs[i]);
}

void paths_more(struct boot *b, uint8_t n_before)
{
	struct boot_iscsi *s = &b->iscsi;

	if (!s->begun || s->at >= 0)
		return;
	memcpy(s->roots, b->plan.roots, sizeof(s->roots));
	iscsi_paths_more(&s->paths, &b->plan, n_before);
	b->dirty = true;
}

static uint8_t n_busy(const struct boot_iscsi *s, bool asks)
{
	uint8_t n = 0;

	for (uint8_t i = 0; i < s->paths.n; i++) {
		const struct iscsi_path *path = &s->paths.paths[i];

		n = (uint8_t)(n + (path->asks == asks && (path->state == ISCSI_PATH_BUSY ||
							  path->state == ISCSI_PATH_UP)));
	}
	return n;
}

static bool has_room(const struct boot_iscsi *s, bool asks)
{
	return n_busy(s, asks) < (asks ? ISCSI_DISCOVERIES_MAX : ISCSI_LOGINS_MAX);
}

static void take(struct boot *b, int i)
{
	const struct iscsi_path *path = &b->iscsi.paths.paths[i];
	bool other = !ip_eq(&b->root.server.ip, &path->server.ip);

	b->iscsi.at = i;
	b->root = b->iscsi.roots[path->root];
	b->root.server = path->server;
	b->root.iscsi = path->iscsi;
	if (other)
		net_boot_over(b, &b->root);
	if (phase_is(b, PHASE_DEVICE, PHASE_RUNNING))
		device_start(b);
	else
		phase_done(b, PHASE_ATTACH);
}

void paths_check(struct boot *b)
{
	struct boot_iscsi *s = &b->iscsi;
	char text[BOOT_LIST_MAX];
	struct out out = out_to(text, sizeof(text));
	uint64_t unused_ns;
	int i;

	if (iscsi_paths_left_out(&s->paths, &out))
		log_line(LOG_LEVEL_WARN, "attach", "%s", text);
	while ((i = iscsi_paths_next(&s->paths, clock_now_ns())) >= 0 &&
	       has_room(s, s->paths.paths[i].asks))
		begin(b, (uint8_t)i);
	if (s->at >= 0)
		return;
	i = iscsi_paths_choose(&s->paths, clock_now_ns(), &unused_ns);
	if (i >= 0)
		take(b, i);
	else if (iscsi_paths_over(&s->paths))
		phase_failed(b,
			     phase_is(b, PHASE_DEVICE, PHASE_RUNNING) ? PHASE_DEVICE : PHASE_ATTACH,
			     &s->last);
}

uint64_t paths_deadline(const struct boot *b)
{
	uint64_t deadline_ns = LOOP_NEVER, due_ns;

	if (!b->iscsi.begun)
		return LOOP_NEVER;
	if (b->iscsi.at < 0)
		(void)iscsi_paths_choose(&b->iscsi.paths, clock_now_ns(), &deadline_ns);
	due_ns = iscsi_paths_due(&b->iscsi.paths);
	return due_ns < deadline_ns ? due_ns : deadline_ns;
}

void paths_waiting(const struct boot *b, struct out *out)
{
	bool any = false;

	for (uint8_t i = 0; i < b->iscsi.paths.n; i++) {
		const struct iscsi_path *path = &b->iscsi.paths.paths[i];
		char host[HOST_TEXT_MAX];

		if (path->state != ISCSI_PATH_BUSY)
			continue;
		out_add(out, "%s%s", any ? ", " : "waiting for iSCSI portal ",
			host_text(&path->server, host, sizeof(host)));
		any = true;
	}
	if (!any)
		out_add(out, "waiting for an iSCSI portal");
}
