/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hooks of one phase, one after another, each in a process group of its own with its own time
 * limit, all below one child. Directly executed: no shell ever sees a value.
 */
#include "sys/hooks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/text.h"

#define HOOKS_MAX 32
#define HOOK_NAME_MAX 64
#define HOOK_POLL_MS 20 /* kernels before 5.3 have no descriptor of a process to wait for */

struct hooks {
	char dir[128];
	char name[HOOKS_MAX][HOOK_NAME_MAX];
	size_t n;
	char *const *envp;
	uint64_t limit_ns;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Not what editors and package managers leave behind: "x~", "x.dpkg-old", ".x". */
static bool name_fits(const char *name)
{
	size_t len = strspn(name,
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return len && len < HOOK_NAME_MAX && (!name[len] || !strcmp(name + len, ".sh"));
}

static void read_dir(const char *phase, struct hooks *ret)
{
	const struct dirent *entry;
	DIR *dir;

	ret->n = 0;
	(void)snprintf(ret->dir, sizeof(ret->dir), HOOKS_DIR "/%s.d", phase);
	dir = opendir(ret->dir);
	if (!dir)
		return; /* most images have none */
	while ((entry = readdir(dir)) && ret->n < HOOKS_MAX) {
		struct stat st;

		if (!name_fits(entry->d_name) || fstatat(dirfd(dir), entry->d_name, &st, 0) < 0 ||
		    !S_ISREG(st.st_mode) || !(st.st_mode & S_IXUSR))
			continue;
		if (text_copy(ret->name[ret->n], HOOK_NAME_MAX, span_of(entry->d_name)))
			ret->n++;
	}
	(void)closedir(dir);
	qsort(ret->name, ret->n, sizeof(ret->name[0]), by_name);
}

bool hooks_wanted(const char *phase)
{
	struct hooks hooks;

	read_dir(phase, &hooks);
	return hooks.n > 0;
}

/* --- in the child --- */

__attribute__((noreturn)) static void hook_exec(const struct hooks *hooks, size_t i, pid_t parent)
{
	char path[sizeof(hooks->dir) + HOOK_NAME_MAX];
	char *argv[] = { path, NULL };

	(void)setpgid(0, 0); /* cannot fail in a new process */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* cannot fail for a valid signal */
	if (getppid() != parent)
		_exit(127);
	(void)snprintf(path, sizeof(path), "%s/%s", hooks->dir, hooks->name[i]);
	(void)execve(path, argv, hooks->envp);
	(void)dprintf(STDERR_FILENO, "%s: %s\n", path, strerror(errno));
	_exit(127);
}

/* True when it was reaped before the limit. */
static bool wait_until(pid_t pid, uint64_t deadline_ns, int *ret_status)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	bool reaped;

	for (;;) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		uint64_t now_ns = clock_now_ns(), left_ms;

		reaped = waitpid(pid, ret_status, WNOHANG) == pid;
		if (reaped || now_ns >= deadline_ns)
			break;
		left_ms = (deadline_ns - now_ns) / NS_PER_MS + 1;
		if (fd < 0 && left_ms > HOOK_POLL_MS)
			left_ms = HOOK_POLL_MS;
		(void)poll(&wait, fd >= 0, left_ms < 60000 ? (int)left_ms : 60000);
	}
	if (fd >= 0)
		close(fd);
	return reaped;
}

/* The hook and what it started. */
static void end_group(pid_t pid, int *ret_status)
{
	(void)kill(-pid, SIGKILL); /* gone already is as good */
	(void)kill(pid, SIGKILL); /* where it was too early for a group of its own */
	(void)waitpid(pid, ret_status, 0);
}

static bool run_hook(const struct hooks *hooks, size_t i, int out_fd)
{
	struct child_result result = { .status = 0 };
	char why[128], line[HOOK_NAME_MAX + 160];
	pid_t parent = getpid(), pid = fork();

	if (pid == 0)
		hook_exec(hooks, i, parent);
	if (pid < 0) {
		(void)snprintf(why, sizeof(why), "%s", strerror(errno));
	} else {
		if (!wait_until(pid, clock_now_ns() + hooks->limit_ns, &result.status)) {
			result.timed_out = true;
			end_group(pid, &result.status);
		}
		if (!result.timed_out && result.status == 0)
			return true;
		(void)child_result_text(&result, hooks->limit_ns, why, sizeof(why));
	}
	(void)snprintf(line, sizeof(line), "%s: %s\n", hooks->name[i], why);
	(void)child_write(out_fd, line, strlen(line)); /* the exit status tells it too */
	return false;
}

static int run_all(void *arg, int out_fd)
{
	const struct hooks *hooks = arg;
	int failed = 0;

	(void)setpgid(0, 0); /* a leader takes its group along when it is killed */
	for (size_t i = 0; i < hooks->n; i++)
		if (!run_hook(hooks, i, out_fd))
			failed = 1;
	return failed;
}

int hooks_start(struct loop *loop, struct child *child, const char *phase, char *const envp[],
		uint64_t time_limit_ns, child_done_fn *done, void *arg, struct err *err)
{
	struct hooks hooks = { .envp = envp, .limit_ns = time_limit_ns };

	read_dir(phase, &hooks);
	/* the chain ends its hooks itself; a second more is for it to say so */
	if (child_start(loop, child, "hooks", run_all, &hooks,
			time_limit_ns * (hooks.n ? hooks.n : 1) + NS_PER_S, done, arg, err) < 0)
		return err_wrap(err, "hooks of %s", phase);
	return 0;
}
