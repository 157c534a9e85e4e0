/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading kernel modules. finit_module(2) blocks while a driver looks for its hardware, so workers
 * call it: processes that take a module's number and answer how the load ended. They are started
 * when a module is ready and nobody is free, and stay for the next.
 */
#include "sys/kmod.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "core/modload.h"
#include "core/modparam.h"
#include "sys/kmod_load.h"
#include "sys/mount.h"

/* A driver that waits for firmware or a dead device gives up sooner than this. */
#define LOAD_LIMIT_NS (30 * NS_PER_S)
/* As many as CPUs, within limits, for all; on one CPU two, for most of a slow load is waiting. */
#define WORKERS_LEAST 2
#define WORKERS_MOST 4
/* One more takes NIC drivers only: the network must not wait while two filesystems load. */
#define WORKERS_MAX (WORKERS_MOST + 1)
#define PARAMS_MAX 4096 /* COMMAND_LINE_SIZE is 2048 on x86 */
#define MATCHES_MAX 32 /* modules for one alias */
#define UNKNOWN_MAX 32

static_assert((int)KMOD_MAYBE == (int)MODLOAD_MAYBE && (int)KMOD_NEEDED == (int)MODLOAD_NEEDED &&
		      (int)KMOD_FIRST == (int)MODLOAD_FIRST,
	      "kmod and modload mean the same urgency");

struct request {
	uint16_t module;
	char params[PARAMS_MAX];
};

struct worker {
	struct kmod *kmod;
	int fd; /* -1: no process */
	pid_t pid;
	uint16_t module; /* MODDEP_NONE: idle */
	uint64_t deadline_ns;
};

struct kmod {
	struct loop *loop;
	kmod_failed_fn *failed;
	kmod_idle_fn *idle;
	void *arg;
	const char *cmdline;
	bool idle_owed; /* something was wanted since idle was called */
	size_t n_workers, n_unknown;
	struct utsname uts;
	struct worker workers[WORKERS_MAX];
	struct kmod_index index;
	struct modload load;
	struct kmod_verdict verdicts[MODDEP_MODULES_MAX];
	char unknown[UNKNOWN_MAX][MODDEP_NAME_MAX]; /* told about: not in the index */
};

/* One index, one pool. */
static struct kmod the_kmod;

static int begin(struct kmod *kmod, const char *index_path, struct err *err)
{
	int rc = kmod_index_open(&kmod->index, index_path, err);

	if (rc < 0)
		return rc;
	modload_init(&kmod->load, &kmod->index.dep);
	(void)uname(&kmod->uts); /* fails for a bad pointer only */
	return 0;
}

/* --- workers --- */

/* Nothing of PID 1's may stay open in a process that can hang: sockets, the root's mount. */
static void close_all_but(int fd)
{
	if (fd > 3)
		(void)syscall(SYS_close_range, 3, fd - 1,
			      0); /* kernels before 5.9: they stay open */
	(void)syscall(SYS_close_range, fd + 1, ~0u, 0);
}

static _Noreturn void worker_main(const struct moddep *dep, int fd)
{
	static struct request request;

	loop_signals_reset();
	(void)prctl(PR_SET_NAME, "netroot-kmod"); /* for ps only */
	close_all_but(fd);
	for (;;) {
		ssize_t n = recv(fd, &request, sizeof(request) - 1, 0);
		struct kmod_verdict verdict;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < (ssize_t)sizeof(request.module)) /* the agent closed its end */
			_exit(0);
		((char *)&request)[n] = '\0';
		verdict = kmod_load(dep, request.module, request.params);
		if (send(fd, &verdict, sizeof(verdict), MSG_NOSIGNAL) < 0)
			_exit(0);
	}
}

static void on_worker(void *arg, uint32_t events);

static struct worker *worker_start(struct kmod *kmod, struct worker *worker)
{
	int fds[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return NULL;
	pid = fork();
	if (!pid)
		worker_main(&kmod->index.dep, fds[1]);
	close(fds[1]);
	if (pid < 0 || loop_watch(kmod->loop, fds[0], EPOLLIN, on_worker, worker, NULL) < 0) {
		close(fds[0]); /* a worker ends at this */
		return NULL;
	}
	*worker = (struct worker){ kmod, fds[0], pid, MODDEP_NONE, LOOP_NEVER };
	return worker;
}

static void worker_close(struct worker *worker)
{
	if (worker->fd < 0)
		return;
	loop_unwatch(worker->kmod->loop, worker->fd);
	close(worker->fd);
	worker->fd = -1;
	worker->module = MODDEP_NONE;
}

/* An idle process, else a place for one. *ret_last: all the others are at work. */
static struct worker *worker_free(struct kmod *kmod, bool *ret_last)
{
	struct worker *idle = NULL, *place = NULL;
	size_t n = 0;

	for (size_t i = 0; i < kmod->n_workers; i++) {
		struct worker *worker = &kmod->workers[i];

		if (worker->module != MODDEP_NONE)
			continue;
		n++;
		if (worker->fd >= 0)
			idle = worker;
		else if (!place)
			place = worker;
	}
	*ret_last = n == 1;
	return idle ? idle : place;
}

static bool worker_send(struct worker *worker, uint16_t module)
{
	static struct request request;
	struct kmod *kmod = worker->kmod;
	size_t len;

	request.module = module;
	/* more parameters than fit: the module gets those that do */
	(void)modparam_of(kmod->cmdline, kmod->index.dep.modules[module].name, request.params,
			  sizeof(request.params) - 1);
	len = offsetof(struct request, params) + strlen(request.params) + 1;
	if (send(worker->fd, &request, len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return false;
	worker->module = module;
	worker->deadline_ns = clock_now_ns() + LOAD_LIMIT_NS;
	return true;
}

static void finish(struct kmod *kmod, uint16_t module, struct kmod_verdict verdict)
{
	kmod->verdicts[module] = verdict;
	modload_done(&kmod->load, module, verdict.outcome == KMOD_LOAD_OK);
}

/* Gives work to every worker there can be. */
static void dispatch(struct kmod *kmod)
{
	struct worker *worker;
	uint16_t module;
	bool last;

	while ((worker = worker_free(kmod, &last))) {
		module = modload_next(&kmod->load, last ? MODLOAD_FIRST : MODLOAD_MAYBE);
		if (module == MODDEP_NONE)
			return;
		if (worker->fd < 0 && !worker_start(kmod, worker)) {
			finish(kmod, module,
			       (struct kmod_verdict){ KMOD_LOAD_NO_WORKER, (uint16_t)errno });
		} else if (!worker_send(worker, module)) {
			worker_close(worker);
			finish(kmod, module, (struct kmod_verdict){ KMOD_LOAD_DIED, 0 });
		}
	}
}

/* --- what is told --- */

static void verdict_text(const struct kmod *kmod, struct kmod_verdict verdict, struct out *out)
{
	bool refused = verdict.outcome == KMOD_LOAD_REFUSED;
	const char *words = refused ? modload_reason(verdict.error) : NULL;

	if (!words)
		words = strerrordesc_np(verdict.error);
	switch ((enum kmod_outcome)verdict.outcome) {
	case KMOD_LOAD_OK:
		break;
	case KMOD_LOAD_NOT_OPENED:
		out_add(out, "its file cannot be opened: %s", words ? words : "unknown error");
		break;
	case KMOD_LOAD_REFUSED:
		out_add(out, "%s", words ? words : "unknown error");
		break;
	case KMOD_LOAD_DIED:
		out_add(out, "the process that loaded it died (see dmesg)");
		break;
	case KMOD_LOAD_HUNG:
		out_add(out, "no answer within %llu s", LOAD_LIMIT_NS / NS_PER_S);
		break;
	case KMOD_LOAD_NO_WORKER:
		out_add(out, "no process to load it: %s", words ? words : "unknown error");
		break;
	}
	/* what a module of another kernel is refused with: its version, its symbols */
	refused = refused &&
		  (verdict.error == ENOEXEC || verdict.error == ENOENT || verdict.error == EINVAL);
	if (refused && !span_eq(kmod->index.dep.release, kmod->uts.release))
		out_add(out, " (the initrd's modules are of kernel %.*s, %s runs)",
			SPAN_ARG(kmod->index.dep.release), kmod->uts.release);
}

static void name_of(const struct kmod *kmod, uint16_t module, char dst[static MODDEP_NAME_MAX])
{
	(void)text_copy(dst, MODDEP_NAME_MAX,
			kmod->index.dep.modules[module].name); /* the parser's limit */
}

static void tell_failures(struct kmod *kmod)
{
	uint16_t module, because;

	while (modload_next_failed(&kmod->load, &module, &because)) {
		char name[MODDEP_NAME_MAX], other[MODDEP_NAME_MAX], why[ERR_TEXT_MAX];
		struct out out = out_to(why, sizeof(why));

		name_of(kmod, module, name);
		name_of(kmod, because, other);
		if (because != module)
			out_add(&out, "needs %s: ", other);
		verdict_text(kmod, kmod->verdicts[because], &out);
		kmod->failed(kmod->arg, name, why);
	}
}

static void tell_idle(struct kmod *kmod)
{
	if (!kmod->idle_owed || !modload_is_idle(&kmod->load))
		return;
	kmod->idle_owed = false;
	kmod->idle(kmod->arg);
}

static void on_worker(void *arg, uint32_t events)
{
	struct worker *worker = arg;
	struct kmod *kmod = worker->kmod;
	uint16_t module = worker->module;
	struct kmod_verdict verdict = { KMOD_LOAD_DIED, 0 };
	ssize_t n = recv(worker->fd, &verdict, sizeof(verdict), MSG_DONTWAIT);

	(void)events; /* EPOLLHUP shows as end of file */
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n == (ssize_t)sizeof(verdict))
		worker->module = MODDEP_NONE;
	else
		worker_close(worker);
	if (module != MODDEP_NONE)
		finish(kmod, module, verdict);
	dispatch(kmod);
	tell_failures(kmod);
	tell_idle(kmod);
}

/* An idle that is owed is due at once: from the loop, never from inside kmod_want(). */
static uint64_t first_deadline(void *arg)
{
	const struct kmod *kmod = arg;
	uint64_t first_ns = LOOP_NEVER;

	if (kmod->idle_owed && modload_is_idle(&kmod->load))
		return 0;
	for (size_t i = 0; i < kmod->n_workers; i++)
		if (kmod->workers[i].module != MODDEP_NONE &&
		    kmod->workers[i].deadline_ns < first_ns)
			first_ns = kmod->workers[i].deadline_ns;
	return first_ns;
}

/* SIGKILL may not end a worker that hangs in the kernel: it is left behind, another takes its
 * place. */
static void on_deadline(void *arg, uint64_t now_ns)
{
	struct kmod *kmod = arg;

	for (size_t i = 0; i < kmod->n_workers; i++) {
		struct worker *worker = &kmod->workers[i];
		uint16_t module = worker->module;

		if (module == MODDEP_NONE || worker->deadline_ns > now_ns)
			continue;
		(void)kill(worker->pid,
			   SIGKILL); /* not reaped yet: its socket was open until now */
		worker_close(worker);
		finish(kmod, module, (struct kmod_verdict){ KMOD_LOAD_HUNG, 0 });
	}
	dispatch(kmod);
	tell_failures(kmod);
	tell_idle(kmod);
}

/* --- requests --- */

static size_t worker_count(void)
{
	cpu_set_t cpus;
	int n = 1;

	if (!sched_getaffinity(0, sizeof(cpus), &cpus))
		n = CPU_COUNT(&cpus);
	if (n < WORKERS_LEAST)
		n = WORKERS_LEAST;
	return (size_t)(n > WORKERS_MOST ? WORKERS_MOST : n) + 1;
}

struct kmod *kmod_open(struct loop *loop, const char *index_path, kmod_failed_fn *failed,
		       kmod_idle_fn *idle, void *arg, struct err *err)
{
	struct kmod *kmod = &the_kmod;

	if (begin(kmod, index_path, err) < 0)
		return NULL;
	kmod->loop = loop;
	kmod->failed = failed;
	kmod->idle = idle;
	kmod->arg = arg;
	kmod->cmdline = NULL;
	kmod->idle_owed = false;
	kmod->n_workers = worker_count();
	kmod->n_unknown = 0;
	for (size_t i = 0; i < WORKERS_MAX; i++)
		kmod->workers[i] = (struct worker){ kmod, -1, 0, MODDEP_NONE, LOOP_NEVER };
	if (loop_timer(loop, first_deadline, on_deadline, kmod, err) < 0) {
		kmod_index_close(&kmod->index);
		return NULL;
	}
	return kmod;
}

void kmod_params(struct kmod *kmod, const char *cmdline)
{
	if (kmod)
		kmod->cmdline = cmdline;
}

static void want(struct kmod *kmod, uint16_t module, enum kmod_urgency urgency)
{
	modload_want(&kmod->load, module, (enum modload_urgency)urgency);
	if (urgency != KMOD_MAYBE)
		kmod->idle_owed = true;
}

static void tell_unknown(struct kmod *kmod, const char *name)
{
	struct span s = span_of(name);

	for (size_t i = 0; i < kmod->n_unknown; i++)
		if (span_eq(s, kmod->unknown[i]))
			return;
	if (kmod->n_unknown < UNKNOWN_MAX &&
	    text_copy(kmod->unknown[kmod->n_unknown], MODDEP_NAME_MAX, s))
		kmod->n_unknown++;
	kmod->failed(kmod->arg, name, "neither in the initrd nor built into the kernel");
}

void kmod_want(struct kmod *kmod, const char *name, enum kmod_urgency urgency)
{
	struct span s = span_of(name);
	uint16_t module;

	if (!kmod)
		return;
	module = moddep_find(&kmod->index.dep, s);
	if (module != MODDEP_NONE) {
		want(kmod, module, urgency);
		dispatch(kmod);
		tell_failures(kmod);
	} else if (!moddep_is_builtin(&kmod->index.dep, s)) {
		tell_unknown(kmod, name);
	}
}

/* Numbers of what a request by alias means: a module's own name is an alias of it too, which no
 * blacklist concerns. */
static size_t resolve(const struct kmod *kmod, struct span alias, uint16_t *ret, size_t max)
{
	uint16_t module = moddep_find(&kmod->index.dep, alias);
	size_t n, kept = 0;

	if (module != MODDEP_NONE) {
		ret[0] = module;
		return 1;
	}
	n = moddep_match(&kmod->index.dep, alias, ret, max);
	for (size_t i = 0; i < n; i++)
		if (!modparam_is_blacklisted(kmod->cmdline, kmod->index.dep.modules[ret[i]].name))
			ret[kept++] = ret[i];
	return kept;
}

void kmod_want_alias(struct kmod *kmod, const char *modalias, enum kmod_urgency urgency)
{
	uint16_t modules[MATCHES_MAX];
	size_t n;

	if (!kmod)
		return;
	n = resolve(kmod, span_of(modalias), modules, MATCHES_MAX);
	for (size_t i = 0; i < n; i++)
		want(kmod, modules[i], urgency);
	if (n) {
		dispatch(kmod);
		tell_failures(kmod);
	}
}

/* --- coldplug --- */

static void plug_device(struct kmod *kmod, int dir, const char *device)
{
	char path[300], alias[MODDEP_ALIAS_MAX + 1];
	ssize_t n;
	int fd;

	if ((size_t)snprintf(path, sizeof(path), "%s/modalias", device) >= sizeof(path))
		return;
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return; /* most devices have none */
	n = read(fd, alias, sizeof(alias) - 1);
	close(fd);
	if (n <= 1 || alias[n - 1] != '\n') /* none, or longer than any alias of a NIC */
		return;
	alias[n - 1] = '\0';
	kmod_want_alias(kmod, alias, KMOD_FIRST);
}

static void plug_bus(struct kmod *kmod, const char *bus)
{
	char path[300];
	struct dirent *entry;
	DIR *dir;

	if ((size_t)snprintf(path, sizeof(path), "/sys/bus/%s/devices", bus) >= sizeof(path))
		return;
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			plug_device(kmod, dirfd(dir), entry->d_name);
	closedir(dir);
}

/* Every device that a driver can bind to is on a bus: this finds the same as a walk through
 * /sys/devices, in a tenth of the directories. */
void kmod_coldplug(struct kmod *kmod)
{
	struct dirent *entry;
	DIR *dir;

	if (!kmod)
		return;
	dir = opendir("/sys/bus");
	if (!dir)
		return; /* without sysfs there is no device to be found */
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			plug_bus(kmod, entry->d_name);
	closedir(dir);
}

/* --- questions --- */

void kmod_drop_maybe(struct kmod *kmod)
{
	if (kmod)
		modload_drop_maybe(&kmod->load);
}

bool kmod_is_idle(const struct kmod *kmod)
{
	return !kmod || modload_is_idle(&kmod->load);
}

bool kmod_settled(const struct kmod *kmod, const char *name)
{
	uint16_t module = kmod ? moddep_find(&kmod->index.dep, span_of(name)) : MODDEP_NONE;

	return module == MODDEP_NONE || modload_is_settled(&kmod->load, module);
}

/* A worker in the middle of a load brings it to its end, then finds its socket closed. */
void kmod_close(struct kmod *kmod)
{
	if (!kmod)
		return;
	for (size_t i = 0; i < kmod->n_workers; i++)
		worker_close(&kmod->workers[i]);
	loop_timer_drop(kmod->loop, kmod);
	kmod_index_close(&kmod->index);
}

/* --- as /sbin/modprobe --- */

static void load_serially(struct kmod *kmod)
{
	static char params[PARAMS_MAX];
	uint16_t module;

	while ((module = modload_next(&kmod->load, MODLOAD_MAYBE)) != MODDEP_NONE) {
		(void)modparam_of(kmod->cmdline, kmod->index.dep.modules[module].name, params,
				  sizeof(params));
		finish(kmod, module, kmod_load(&kmod->index.dep, module, params));
	}
}

static void print_failed(void *arg, const char *module, const char *why)
{
	int *status = arg;

	(void)fprintf(stderr, "modprobe: %s: %s\n", module, why);
	*status = 1;
}

/* call_modprobe() in kernel/module/kmod.c: "/sbin/modprobe -q -- NAME". */
int kmod_modprobe_main(int argc, char **argv)
{
	static char cmdline[PARAMS_MAX];
	struct kmod *kmod = &the_kmod;
	uint16_t modules[MATCHES_MAX];
	const char *name = argc > 1 ? argv[argc - 1] : "";
	bool quiet = argc > 2 && !strcmp(argv[1], "-q");
	struct err err;
	int status = 0;
	size_t n;

	if (!name[0] || name[0] == '-') {
		(void)fprintf(stderr, "usage: modprobe [-q] [--] NAME\n");
		return 1;
	}
	if (begin(kmod, KMOD_INDEX, &err) < 0) {
		(void)fprintf(stderr, "modprobe: %s\n", err.text);
		return 1;
	}
	if (file_read("/proc/cmdline", cmdline, sizeof(cmdline)) > 0)
		kmod->cmdline = cmdline;
	if (moddep_is_builtin(&kmod->index.dep, span_of(name)))
		return 0;
	n = resolve(kmod, span_of(name), modules, MATCHES_MAX);
	for (size_t i = 0; i < n; i++)
		modload_want(&kmod->load, modules[i], MODLOAD_NEEDED);
	load_serially(kmod);
	kmod->failed = print_failed;
	kmod->arg = &status;
	tell_failures(kmod);
	if (!n && !quiet)
		(void)fprintf(stderr, "modprobe: %s: no module of that name\n", name);
	return n ? status : 1;
}
