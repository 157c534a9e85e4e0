/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rescue shell on the console, and the end of the machine's run. */
#include "sys/rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/mount.h"

#define SYNC_LIMIT_MS 5000

static const char hint[] =
	"\n"
	"This is the rescue shell of netroot, in the initrd. /run/netroot/boot.log has what was\n"
	"tried and why it did not work, /run/netroot/boot.json the same for programs; dmesg the\n"
	"kernel's view. \"exit\" goes on with the boot from where it failed.\n"
	"\n";

/* /dev/NAME of the last console= that is active, which is where /dev/console leads too; a terminal
 * opened by its own name can be a controlling one. */
static int open_console(void)
{
	char active[256], path[64];
	struct span rest, name = { NULL, 0 };
	int len = file_read("/sys/class/tty/console/active", active, sizeof(active));
	int fd = -1;

	if (len > 0) {
		rest = (struct span){ active, (size_t)len };
		while (rest.p)
			name = span_cut(&rest, ' ');
	}
	if (name.len && span_find(name, '/') == name.len &&
	    (size_t)snprintf(path, sizeof(path), "/dev/%.*s", SPAN_ARG(name)) < sizeof(path))
		fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return fd >= 0 ? fd : open("/dev/console", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

static int shell_main(void *arg, int out_fd)
{
	static char sh[] = "sh", interactive[] = "-i";
	static char home[] = "HOME=/", term[] = "TERM=linux", prompt[] = "PS1=(netroot) # ";
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/klibc/bin";
	char *argv[] = { sh, interactive, NULL };
	char *envp[] = { home, path, term, prompt, NULL };
	int fd;

	(void)arg;
	(void)out_fd; /* close-on-exec */
	(void)setsid(); /* fails only for a group's leader, which a new process is not */
	fd = open_console();
	if (fd >= 0) {
		(void)ioctl(fd, TIOCSCTTY, 1); /* without it only job control is missing */
		for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
			if (fd != i)
				(void)dup2(fd, i);
		if (fd <= STDERR_FILENO)
			(void)fcntl(fd, F_SETFD, 0);
	}
	(void)!write(STDOUT_FILENO, hint, sizeof(hint) - 1); /* nobody reads: nothing to do */
	(void)execve("/bin/sh", argv, envp);
	(void)dprintf(STDERR_FILENO, "netroot: rescue: /bin/sh: %s\n", strerror(errno));
	return 127;
}

int rescue_shell(struct loop *loop, struct child *child, child_done_fn *done, void *arg,
		 struct err *err)
{
	if (access("/bin/sh", X_OK) < 0)
		return err_sys(err, errno, "no rescue shell: /bin/sh");
	if (child_start(loop, child, "rescue", shell_main, NULL, 0, done, arg, err) < 0)
		return err_wrap(err, "rescue shell");
	return 0;
}

/* A filesystem whose server is gone would hold sync(2) for ever. */
static void sync_for_a_while(void)
{
	struct pollfd wait = { .events = POLLIN };
	pid_t pid = fork();

	if (pid == 0) {
		sync();
		_exit(0);
	}
	if (pid < 0)
		return;
	wait.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (wait.fd < 0)
		return; /* before kernel 5.3: it runs beside the reboot */
	(void)poll(&wait, 1, SYNC_LIMIT_MS);
	close(wait.fd);
}

void rescue_end(enum end_action action)
{
	int how = 0;

	switch (action) {
	case END_NEVER:
	case END_SHELL:
		return;
	case END_REBOOT:
		how = RB_AUTOBOOT;
		break;
	case END_POWEROFF:
		how = RB_POWER_OFF;
		break;
	case END_HALT:
		how = (int)RB_HALT_SYSTEM;
		break;
	}
	sync_for_a_while();
	(void)reboot(how);
}
