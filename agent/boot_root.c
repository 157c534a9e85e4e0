/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows attach, mount and handover: from an address to the remote init, for every root kind. */
#include "boot.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/image.h"
#include "core/rootspec.h"
#include "sys/crash.h"
#include "sys/handover.h"
#include "sys/image_layers.h"
#include "sys/iscsi_record.h"
#include "sys/log.h"
#include "sys/mount.h"
#include "sys/nfs_attach.h"
#include "sys/overlay.h"
#include "sys/verity.h"

#define MOUNT_LIMIT_NS (80 * NS_PER_S)
#define INIT_ENV_MAX 64 /* the kernel passes at most 32 and its own two */
#define UNMOUNT_LIMIT_NS (10 * NS_PER_S)
#define CHECK_LIMIT_NS (25 * NS_PER_S)

/* Which modules a root kind needs before it can be attached. */
static const char *const iscsi_modules[] = { "crc32c_generic", "iscsi_tcp", "sd_mod", NULL };
static const char *const map_modules[] = { "dm_multipath", "dm_service_time", "scsi_dh_alua",
					   NULL };
static const char *const nfs_modules[] = { "nfs", NULL };

static const char *const named_modules[] = { SERVERS_DIAG_MODULE, NULL };

static void want_all(struct boot *b, const char *const names[], enum kmod_urgency urgency)
{
	for (int i = 0; names[i]; i++)
		kmod_want(b->kmod, names[i], urgency);
}

static bool all_settled(const struct boot *b, const char *const names[])
{
	for (int i = 0; b->kmod && names[i]; i++)
		if (!kmod_settled(b->kmod, names[i]))
			return false;
	return true;
}

static void want_for(struct boot *b, const struct plan_root *root, enum kmod_urgency urgency)
{
	const char *fstype = b->plan.fstype[0] ? b->plan.fstype : "ext4";

	switch (root->kind) {
	case ROOT_NFS:
		want_all(b, nfs_modules, urgency);
		/* without a version given, v4 is what will most likely be mounted */
		kmod_want(b->kmod, root->nfs.version == 3 ? "nfsv3" : "nfsv4", urgency);
		break;
	case ROOT_ISCSI:
		want_all(b, iscsi_modules, urgency);
		if (b->plan.multipath)
			want_all(b, map_modules, urgency);
		kmod_want(b->kmod, fstype, b->plan.fstype[0] ? urgency : KMOD_MAYBE);
		break;
	}
}

/* What is surely needed at once; what only may be, while there is nothing else to do. */
void root_want_modules(struct boot *b)
{
	static const struct plan_root guesses[] = { { .kind = ROOT_ISCSI }, { .kind = ROOT_NFS } };

	if (!b->kmod)
		return;
	if (b->plan.n_roots)
		kmod_drop_maybe(b->kmod);
	if (image_wanted(b) || b->plan.to_ram)
		kmod_want(b->kmod, "loop", KMOD_NEEDED);
	if (overlay_wanted(b))
		kmod_want(b->kmod, "overlay", KMOD_NEEDED);
	verity_want_modules(b);
	for (int i = 0; i < b->plan.n_roots; i++)
		want_for(b, &b->plan.roots[i], KMOD_NEEDED);
	for (size_t i = 0;
	     !b->plan.n_roots && b->plan.root_from_dhcp && i < sizeof(guesses) / sizeof(guesses[0]);
	     i++)
		want_for(b, &guesses[i], KMOD_MAYBE);
}

bool root_map_modules_settled(const struct boot *b)
{
	return all_settled(b, map_modules);
}

void root_explain_stale(const struct boot *b, struct err *err)
{
	if (err->code == ESTALE && b->root.kind == ROOT_NFS)
		(void)nfs_explain(&b->root, NULL, err->code, err);
}

/* --- attach --- */

void attach_start(struct boot *b)
{
	if (!b->plan.n_roots) {
		/* the lease that named it has ended, or there is no network to learn it from */
		if (plan_wants_network(&b->plan))
			phase_restart(b, PHASE_ADDRESS);
		else
			phase_failed(b, PHASE_ATTACH, &b->plan.no_root);
		return;
	}
	b->root = net_root_now(b);
	switch (b->root.kind) {
	case ROOT_ISCSI:
		paths_start(b);
		break;
	case ROOT_NFS:
		servers_start(b);
		break;
	}
}

void attach_check(struct boot *b)
{
	if (b->root.kind == ROOT_NFS)
		servers_check(b);
	else if (all_settled(b, iscsi_modules))
		paths_check(b);
}

bool attach_is_done(const struct boot *b)
{
	return phase_is(b, PHASE_ATTACH, PHASE_HOOKS) || phase_is(b, PHASE_ATTACH, PHASE_DONE);
}

void attach_stop(struct boot *b)
{
	paths_stop(b);
	servers_stop(b);
}

void attach_waiting(const struct boot *b, struct out *out)
{
	if (b->root.kind == ROOT_NFS)
		servers_waiting(b, out);
	else if (all_settled(b, iscsi_modules))
		paths_waiting(b, out);
	else
		out_add(out, "waiting for the iSCSI modules");
}

/* --- mount --- */

void mount_root_name(const struct boot *b, char *dst, size_t size)
{
	if (b->verity.made)
		verity_root_name(b, dst, size);
	else
		map_root_name(b, dst, size);
}

static int mount_child(void *arg, int out_fd)
{
	struct boot_mounted report = { .told = true };
	struct boot *b = arg;
	const struct block_dev *dev = &b->iscsi.devs[b->iscsi.chosen];
	const char *fstype = b->plan.fstype[0] ? b->plan.fstype : dev->fstype;
	char name[sizeof(dev->name)], path[sizeof("/dev/") + sizeof(name)];
	char client[NFS_CLIENT_ID_MAX];
	char flags[sizeof(b->plan.rootflags) + 32];
	struct out options = out_to(flags, sizeof(flags));
	int ret = 0;

	switch (b->root.kind) {
	case ROOT_NFS:
		nfs_client_id(&b->in, client);
		nfs_set_client_id(client);
		ret = nfs_mount(b->nfs.tries, b->nfs.n_tries, SYSROOT,
				!plan_root_writable(&b->plan), &report.used, &report.errnum,
				&report.err);
		break;
	case ROOT_ISCSI:
		mount_root_name(b, name, sizeof(name));
		(void)snprintf(path, sizeof(path), "/dev/%s", name);
		if (b->verity.made)
			image_options(b->plan.rootflags, fstype, &options);
		ret = mount_block(path, SYSROOT, fstype, !plan_root_writable(&b->plan),
				  b->verity.made ? options.text : b->plan.rootflags, &report.err);
		if (b->verity.made)
			verity_let_go(&b->verity.map);
		break;
	}
	report.ok = ret >= 0;
	return child_write(out_fd, &report, sizeof(report)) ? 0 : 1;
}

static void mount_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;

	(void)child;
	b->mounted = (struct boot_mounted){ .told = true };
	if (child_ok(result, sizeof(b->mounted))) {
		memcpy(&b->mounted, result->out, sizeof(b->mounted));
	} else {
		child_err(result, MOUNT_LIMIT_NS, &b->mounted.err);
		(void)err_wrap(&b->mounted.err, "mounting the root");
	}
	b->dirty = true;
}

static void mount_over(struct boot *b)
{
	const struct boot_mounted report = b->mounted;
	struct err err = report.err;

	b->mounted.told = false;
	if (!report.ok) {
		if (b->root.kind == ROOT_NFS && report.errnum)
			(void)nfs_explain(&b->root, servers_findings(b), report.errnum, &err);
		if (b->root.kind != ROOT_NFS || !servers_give_up(b, &err))
			phase_failed(b, PHASE_MOUNT, &err);
		return;
	}
	servers_settle(b);
	if (b->root.kind == ROOT_NFS && report.used < b->nfs.n_tries) {
		const struct nfs_try *t = &b->nfs.tries[report.used];

		b->nfs.used = report.used;
		if (t->version == 4)
			log_line(LOG_LEVEL_INFO, "mount", "%s by NFS 4.%d", t->source, t->minor);
		else
			log_line(LOG_LEVEL_INFO, "mount", "%s by NFS %u", t->source, t->version);
	}
	phase_done(b, PHASE_MOUNT);
}

void mount_start(struct boot *b)
{
	b->mounted.told = false;
	b->guard_failed = false;
	b->dirty = true;
}

static bool mount_modules_settled(const struct boot *b)
{
	const char *fs[] = { NULL, NULL };

	switch (b->root.kind) {
	case ROOT_NFS:
		fs[0] = b->nfs.tries[0].version == 3 ? "nfsv3" : "nfsv4";
		return all_settled(b, nfs_modules) && all_settled(b, fs) &&
		       (!servers_named(b) || all_settled(b, named_modules));
	case ROOT_ISCSI:
		fs[0] = b->plan.fstype[0] ? b->plan.fstype : b->iscsi.devs[b->iscsi.chosen].fstype;
		return all_settled(b, fs);
	}
	return true;
}

void mount_check(struct boot *b)
{
	struct err err;

	if (b->mounted.told) {
		/* the verdict on a mount that was begun early */
		if (!servers_asking(b))
			mount_over(b);
		return;
	}
	if (b->work.pid || b->unmount.pid)
		return;
	hand_fork_guard(b);
	if (!mount_modules_settled(b)) {
		hand_place_exitrd(b);
		return;
	}
	(void)dir_make(SYSROOT, 0755); /* mount says what is wrong if this failed */
	b->mount_tried = true;
	if (child_start(b->loop, &b->work, "mount", mount_child, b, MOUNT_LIMIT_NS, mount_done, b,
			&err) < 0)
		phase_failed(b, PHASE_MOUNT, &err);
	/* while the mount waits for its server */
	hand_place_exitrd(b);
}

/* One that was killed in mount(2) may still mount, until it has ended. Kernels before 5.3 cannot
 * tell. */
static void wait_for_end(pid_t pid)
{
	struct pollfd fd = { .events = POLLIN };

	if (!pid)
		return;
	fd.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd.fd >= 0)
		(void)poll(&fd, 1, -1); /* this child has a deadline */
}

static int unmount_child(void *arg, int out_fd)
{
	const struct boot *b = arg;

	(void)out_fd;
	wait_for_end(b->mount_pid);
	(void)mount_undo(SYSROOT); /* nothing is mounted there where the mount failed */
	overlay_undo();
	image_undo_below();
	return 0;
}

static void unmount_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;

	(void)child;
	if (result->timed_out)
		log_line(LOG_LEVEL_WARN, "mount", "the old mount does not go, mounting over it");
	b->dirty = true;
}

/* In a child: what was mounted last may hang on a server or a session that is gone. */
void mount_let_go(struct boot *b)
{
	struct err err;

	if (!b->mount_tried || b->unmount.pid)
		return;
	b->mount_tried = false;
	if (child_start(b->loop, &b->unmount, "unmount", unmount_child, b, UNMOUNT_LIMIT_NS,
			unmount_done, b, &err) < 0)
		log_line(LOG_LEVEL_WARN, "mount", "%s, mounting over what is there", err.text);
	b->mount_pid = 0; /* the child knows it */
}

void mount_stop(struct boot *b)
{
	b->mount_pid = b->work.pid;
	child_kill(b->loop, &b->work);
	b->mounted.told = false;
	mount_let_go(b);
}

void mount_waiting(const struct boot *b, struct out *out)
{
	out_add(out, b->mounted.told  ? "looking for init in the export"
		     : b->work.pid    ? "mounting the root"
		     : b->unmount.pid ? "taking the earlier mount away"
				      : "waiting for the filesystem's modules");
}

/* --- handover --- */

/* What is read in the root, where it may block. */
struct checked {
	char init[PLAN_PATH_MAX];
	bool recorded;
};

static bool is_recorded(const struct boot *b)
{
	const struct boot_path *path = b->root.kind == ROOT_ISCSI ? paths_now(b) : NULL;
	struct iscsi_portal portal;

	if (!path)
		return false;
	portal = (struct iscsi_portal){ .ip = path->result.portal, .port = path->result.port };
	return iscsi_record_there(SYSROOT, path->config.target, &portal);
}

static int check_child(void *arg, int out_fd)
{
	struct boot *b = arg;
	struct checked checked = { 0 };
	struct err err, changed;
	int rc = handover_check(&b->plan, checked.init, &err);

	/* what could not be read for that reason is not to be told as an I/O error */
	if (plan_has_verity(&b->plan) && verity_intact(&b->plan.verity, &changed) < 0) {
		(void)err_wrap(&changed, "the root");
		return child_fail(out_fd, &changed);
	}
	if (rc < 0)
		return child_fail(out_fd, &err);
	hand_write_root(b);
	overlay_write_root(b);
	checked.recorded = is_recorded(b);
	return child_write(out_fd, &checked, sizeof(checked)) ? 0 : 1;
}

/* argv[0] as the kernel sets it: the path of init. */
static char *const *init_argv(struct boot *b)
{
	static char *argv[PLAN_INIT_WORDS_MAX + 2];
	char *word = b->plan.init_words;
	int n = 0;

	argv[n++] = b->init;
	for (int i = 0; i < b->plan.n_init_words && i < PLAN_INIT_WORDS_MAX; i++) {
		argv[n++] = word;
		word += strlen(word) + 1;
	}
	argv[n] = NULL;
	return argv;
}

static bool dropped_from_env(const char *assignment)
{
	struct span rest = span_of(assignment), key = span_cut(&rest, '=');

	return span_eq(key, CRASH_RESTARTS_VAR) || plan_owns_word(key);
}

/* As the kernel gave it to /init, which is what it would give init, without what was for us. */
static char *const *init_envp(void)
{
	extern char **environ;
	static char *envp[INIT_ENV_MAX + 1];
	int n = 0;

	for (char **e = environ; e && *e && n < INIT_ENV_MAX; e++)
		if (!dropped_from_env(*e))
			envp[n++] = *e;
	envp[n] = NULL;
	return envp;
}

static void check_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct checked checked;
	struct err err;

	(void)child;
	if (!child_ok(result, sizeof(checked))) {
		child_err(result, CHECK_LIMIT_NS, &err);
		if (err.code == EBADMSG)
			toram_forget(b); /* it may have come so */
		root_explain_stale(b, &err);
		phase_failed(b, PHASE_HANDOVER, &err);
		return;
	}
	memcpy(&checked, result->out, sizeof(checked));
	memcpy(b->init, checked.init, sizeof(b->init));
	b->init[sizeof(b->init) - 1] = '\0';
	b->iscsi.recorded = checked.recorded;
	phase_done(b, PHASE_HANDOVER);
}

void handover_start(struct boot *b)
{
	struct err err;

	if (b->switched) {
		phase_done(b, PHASE_HANDOVER);
		return;
	}
	if (child_start(b->loop, &b->work, "check", check_child, b, CHECK_LIMIT_NS, check_done, b,
			&err) < 0)
		phase_failed(b, PHASE_HANDOVER, &err);
}

void handover_stop(struct boot *b)
{
	child_kill(b->loop, &b->work);
}

void handover_go(struct boot *b)
{
	char *const *argv = init_argv(b);
	char *const *envp = init_envp();
	struct err err;

	log_line(LOG_LEVEL_INFO, "handover", "starting %s %llu ms after /init began", b->init,
		 (unsigned long long)((clock_now_ns() - b->started_ns) / NS_PER_MS));
	if (b->kmod)
		kmod_close(b->kmod); /* its workers would outlive this program */
	iscsi_login_leave_now();
	if (!b->switched)
		hand_over_network(b);
	record_write(b);
	if (b->switched)
		(void)handover_exec(b->init, argv, envp, &err);
	else
		(void)handover_commit(b->init, argv, envp, b->guard_fd, &b->switched, &err);
	if (!b->switched)
		hand_take_back(b);
	phase_failed(b, PHASE_HANDOVER, &err);
}
