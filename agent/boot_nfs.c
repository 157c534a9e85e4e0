/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The row attach of an NFS root: every server that may have it is asked in a child of its own what
 * it offers, before the kernel mounts. core/nfs_paths says which is taken. A single one is taken
 * when its export is known to be open: its child looks for init while the kernel mounts.
 */
#include "boot.h"

#include <string.h>

#include "core/rootspec.h"
#include "sys/log.h"
#include "sys/nfs_attach.h"

#define PREFLIGHT_LIMIT_NS (8 * NS_PER_S)

/* What a child tells: in the end, and once before where the export is open. */
struct preflight_report {
	uint8_t early; /* a bool, but for what a hostile server may have made of the child */
	struct plan_host server;
	struct nfs_findings findings;
};

static uint8_t index_of(const struct boot_nfs_run *run)
{
	return (uint8_t)(run - run->boot->nfs.runs);
}

static char *server_text(const struct boot_nfs_run *run, char dst[static HOST_TEXT_MAX])
{
	return host_text(&run->root.server, dst, HOST_TEXT_MAX);
}

static uint64_t limit_ns(const struct boot_nfs_run *run)
{
	bool known = run->root.server.ip.family != IP_NONE;

	return PREFLIGHT_LIMIT_NS + NS_PER_S + (known ? 0 : RESOLVE_LIMIT_NS);
}

const struct nfs_findings *servers_findings(const struct boot *b)
{
	const struct boot_nfs_run *run = b->nfs.at >= 0 ? &b->nfs.runs[b->nfs.at] : NULL;

	return run && run->have_findings ? &run->findings : NULL;
}

bool servers_named(const struct boot *b)
{
	return b->root.kind == ROOT_NFS && b->nfs.at >= 0 && host_is_name(&b->root.server);
}

/* --- one server --- */

/* The reason is said here where others are left, else where the phase fails. */
static void path_failed(struct boot_nfs_run *run, const struct err *err)
{
	struct boot *b = run->boot;
	uint8_t left = nfs_paths_left(&b->nfs.paths, index_of(run));

	b->nfs.paths.paths[index_of(run)].state = NFS_PATH_OVER;
	b->nfs.last = *err;
	if (left)
		log_line(LOG_LEVEL_WARN, "attach", "%s; %u other%s left", err->text, left,
			 left > 1 ? "s" : "");
	b->dirty = true;
}

struct teller {
	int out_fd;
	const struct plan_host *server;
};

static bool tell(const struct teller *t, bool early, const struct nfs_findings *findings)
{
	struct preflight_report report = { .early = early };

	report.server = *t->server;
	report.findings = *findings;
	return child_write(t->out_fd, &report, sizeof(report));
}

static void tell_open(void *arg, const struct nfs_findings *so_far)
{
	(void)tell(arg, true, so_far); /* the end is told as well, or not */
}

static int preflight_child(void *arg, int out_fd)
{
	struct boot_nfs_run *run = arg;
	struct nfs_sought sought = nfs_sought_of(&run->boot->plan);
	struct teller teller = { out_fd, &run->root.server };
	struct nfs_listener listener = { tell_open, &teller };
	struct nfs_findings findings;
	struct err err;

	if (net_find_server(run->boot, &run->root, &err) < 0 ||
	    nfs_confine(out_fd, &run->root.server, &err) < 0)
		return child_fail(out_fd, &err);
	if (nfs_preflight(&run->root, &sought, PREFLIGHT_LIMIT_NS, &listener, &findings, &err) < 0)
		return child_fail(out_fd, &err);
	return tell(&teller, false, &findings) ? 0 : 1;
}

/* Its libnfs has crashed or hung: the kernel may still mount, where the address is known. */
static void not_asked(struct boot_nfs_run *run, const struct child_result *result)
{
	char host[HOST_TEXT_MAX];
	struct err err;

	child_err(result, limit_ns(run), &err);
	run->boot->dirty = true;
	if (run->root.server.ip.family == IP_NONE) {
		path_failed(run, &err);
		return;
	}
	log_line(LOG_LEVEL_WARN, "attach", "asking NFS server %s first: %s; mounting without",
		 server_text(run, host), err.text);
	if (run->boot->nfs.at != index_of(run))
		run->boot->nfs.paths.paths[index_of(run)].state = NFS_PATH_BLIND;
}

/* It has been found well otherwise. */
static void wait_for_grace(struct boot_nfs_run *run)
{
	char host[HOST_TEXT_MAX];

	if (!run->in_grace)
		log_line(LOG_LEVEL_WARN, "attach",
			 "NFS server %s has restarted and opens no file yet but for clients that "
			 "had it open before (grace period, 90 s by default): the root is mounted "
			 "when that is over",
			 server_text(run, host));
	run->in_grace = true;
	nfs_paths_later(&run->boot->nfs.paths, index_of(run), clock_now_ns());
	run->boot->dirty = true;
}

static bool take_report(struct boot_nfs_run *run, const struct preflight_report *report)
{
	if (!nfs_findings_ok(&report->findings, &report->server))
		return false;
	run->root.server = report->server;
	run->findings = report->findings;
	return run->have_findings = true;
}

/*
 * Its export is open. Where there is no other server to choose from, the kernel may begin: what it
 * takes to mount and what init takes to be found are about as long. Among several, one without init
 * is to cost nothing, and what they have is found first.
 */
static void preflight_told(void *arg, struct child *child)
{
	struct boot_nfs_run *run = arg;
	struct nfs_paths *paths = &run->boot->nfs.paths;
	struct preflight_report report;
	struct nfs_try tries[NFS_TRIES_MAX];
	struct err err;

	if (child->len_out != sizeof(report))
		return;
	memcpy(&report, child->out, sizeof(report));
	if (!report.early)
		return;
	child->len_out = 0;
	if (run->boot->nfs.wary || nfs_paths_left(paths, -1) != 1 || !take_report(run, &report) ||
	    !nfs_tries(&run->boot->plan, &run->root, &run->findings, NULL, tries, &err))
		return;
	run->searches = true;
	nfs_paths_good(paths, index_of(run), clock_now_ns());
	run->boot->dirty = true;
}

/* The mount that was begun early was for nothing: attach goes on where it would be without. */
static void take_back(struct boot_nfs_run *run)
{
	struct boot *b = run->boot;
	char host[HOST_TEXT_MAX];

	log_line(LOG_LEVEL_DEBUG, "attach", "NFS server %s is not to be mounted so after all",
		 server_text(run, host));
	b->nfs.at = -1;
	b->nfs.wary = b->nfs.resumed = true;
	b->phases[PHASE_ATTACH].attempts--; /* it is the same one */
	phase_restart(b, PHASE_ATTACH);
}

static void preflight_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot_nfs_run *run = arg;
	struct nfs_try tries[NFS_TRIES_MAX];
	struct preflight_report report;
	struct err err;

	(void)child;
	run->searches = run->have_findings = false;
	/* the early one may still be in front */
	if (child_ok(result, sizeof(report)) || child_ok(result, 2 * sizeof(report))) {
		memcpy(&report, result->out + result->len_out - sizeof(report), sizeof(report));
		(void)take_report(run, &report);
	}
	if (!run->have_findings) {
		not_asked(run, result);
		return;
	}
	if (run->boot->nfs.at == index_of(run)) {
		run->boot->dirty = true;
		if (nfs_try_holds(&run->boot->plan, &run->root, &run->findings,
				  &run->boot->nfs.tries[0]))
			return;
		take_back(run);
	}
	if (!nfs_tries(&run->boot->plan, &run->root, &run->findings, NULL, tries, &err)) {
		path_failed(run, &err);
		return;
	}
	if (nfs_in_grace(&run->findings, &tries[0])) {
		wait_for_grace(run);
		return;
	}
	nfs_paths_good(&run->boot->nfs.paths, index_of(run), clock_now_ns());
	run->boot->dirty = true;
}

static void begin(struct boot *b, uint8_t i)
{
	struct boot_nfs_run *run = &b->nfs.runs[i];
	struct err err;

	b->nfs.paths.paths[i].state = NFS_PATH_BUSY;
	run->child.told = preflight_told;
	if (child_start(b->loop, &run->child, "preflight", preflight_child, run, limit_ns(run),
			preflight_done, run, &err) < 0)
		path_failed(run, &err);
}

/* --- all of them --- */

static void add(struct boot *b, const struct plan_root *root)
{
	struct nfs_paths *p = &b->nfs.paths;
	struct boot_nfs_run *run = &b->nfs.runs[p->n];

	if (root->kind != ROOT_NFS || p->n == NFS_PATHS_MAX)
		return;
	run->boot = b;
	run->root = *root;
	run->have_findings = run->in_grace = run->searches = false;
	p->paths[p->n++] = (struct nfs_path){ .state = NFS_PATH_WAITS };
}

void servers_start(struct boot *b)
{
	struct boot_nfs *s = &b->nfs;

	if (s->resumed) {
		s->resumed = false;
		return;
	}
	s->paths = (struct nfs_paths){ .begun_ns = clock_now_ns() };
	s->at = -1;
	s->begun = true;
	leases_expire(&b->leases, clock_now_ns()); /* names are asked of the servers they tell */
	add(b, &b->root); /* the phase resolve may have looked it up */
	for (uint8_t i = 1; i < b->plan.n_roots; i++)
		add(b, plan_root_at(&b->plan, b->root_turn + i));
	if (s->paths.n > 1)
		b->resolve.turn++; /* at every attempt another address of a name, as in resolve */
}

void servers_stop(struct boot *b)
{
	if (b->nfs.resumed)
		return;
	for (uint8_t i = 0; b->nfs.begun && i < b->nfs.paths.n; i++)
		child_kill(b->loop, &b->nfs.runs[i].child);
	b->nfs.begun = false;
	b->nfs.at = -1;
}

bool servers_asking(const struct boot *b)
{
	return b->root.kind == ROOT_NFS && b->nfs.begun && b->nfs.at >= 0 &&
	       b->nfs.runs[b->nfs.at].searches;
}

void servers_settle(struct boot *b)
{
	for (uint8_t i = 0; b->nfs.begun && i < b->nfs.paths.n; i++) {
		char host[HOST_TEXT_MAX];

		if (b->nfs.paths.paths[i].state == NFS_PATH_BUSY)
			log_line(LOG_LEVEL_DEBUG, "mount", "NFS server %s need not answer any more",
				 server_text(&b->nfs.runs[i], host));
		child_kill(b->loop, &b->nfs.runs[i].child);
	}
}

/* The same, but for the address that a name was looked up as. */
static bool is_at(const struct plan_root *a, const struct plan_root *b)
{
	return !strcmp(a->server.name, b->server.name) && !strcmp(a->nfs.path, b->nfs.path);
}

/* Roots that leases have brought since. */
static void add_news(struct boot *b)
{
	struct boot_nfs *s = &b->nfs;

	for (uint8_t i = 0; i < b->plan.n_roots; i++) {
		const struct plan_root *root = &b->plan.roots[i];
		uint8_t k = 0;

		while (k < s->paths.n && !is_at(&s->runs[k].root, root))
			k++;
		if (k == s->paths.n)
			add(b, root);
	}
}

static void take(struct boot *b, uint8_t i)
{
	struct boot_nfs *s = &b->nfs;
	struct boot_nfs_run *run = &s->runs[i];
	bool other = !ip_eq(&b->root.server.ip, &run->root.server.ip);
	char host[HOST_TEXT_MAX];
	struct err err;

	b->root = run->root;
	if (other)
		net_boot_over(b, &b->root);
	s->at = i;
	s->n_tries = nfs_tries(&b->plan, &b->root, servers_findings(b),
			       net_own_address(b, b->root.server.ip.family), s->tries, &err);
	if (!s->n_tries) {
		s->at = -1;
		path_failed(run, &err);
		return;
	}
	if (s->paths.n > 1)
		log_line(LOG_LEVEL_INFO, "attach", "of %u NFS servers %s is taken", s->paths.n,
			 server_text(run, host));
	for (size_t k = 0; b->kmod && k < s->n_tries; k++)
		kmod_want(b->kmod, s->tries[k].version == 3 ? "nfsv3" : "nfsv4",
			  k ? KMOD_MAYBE : KMOD_NEEDED);
	if (b->kmod && servers_named(b))
		kmod_want(b->kmod, SERVERS_DIAG_MODULE, KMOD_NEEDED);
	phase_done(b, PHASE_ATTACH);
}

void servers_check(struct boot *b)
{
	struct boot_nfs *s = &b->nfs;
	uint64_t unused_ns;
	int i;

	add_news(b);
	for (uint8_t k = 0; k < s->paths.n; k++)
		if (nfs_paths_due(&s->paths, k, clock_now_ns()))
			begin(b, k);
	i = nfs_paths_choose(&s->paths, clock_now_ns(), &unused_ns);
	if (i >= 0)
		take(b, (uint8_t)i);
	else if (!nfs_paths_left(&s->paths, -1))
		phase_failed(b, PHASE_ATTACH, &s->last);
}

uint64_t servers_deadline(const struct boot *b)
{
	uint64_t deadline_ns = LOOP_NEVER;

	if (b->nfs.begun && b->nfs.at < 0)
		(void)nfs_paths_choose(&b->nfs.paths, clock_now_ns(), &deadline_ns);
	return deadline_ns;
}

bool servers_give_up(struct boot *b, const struct err *err)
{
	struct boot_nfs *s = &b->nfs;

	if (s->at < 0 || !nfs_paths_left(&s->paths, s->at))
		return false;
	path_failed(&s->runs[s->at], err);
	s->at = -1;
	s->resumed = true;
	phase_restart(b, PHASE_ATTACH);
	return true;
}

void servers_waiting(const struct boot *b, struct out *out)
{
	bool any = false;

	for (uint8_t i = 0; i < b->nfs.paths.n; i++) {
		const struct boot_nfs_run *run = &b->nfs.runs[i];
		enum nfs_path_state state = b->nfs.paths.paths[i].state;
		char host[HOST_TEXT_MAX];

		if (state != NFS_PATH_BUSY && state != NFS_PATH_LATER)
			continue;
		out_add(out, "%s%s%s", any ? ", " : "waiting for NFS server ",
			server_text(run, host), run->in_grace ? " to end its grace period" : "");
		any = true;
	}
}
