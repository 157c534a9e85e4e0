/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last line of defence of PID 1: start again instead of exit. */
#include "sys/crash.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/log.h"

#define PAUSE_MAX_S 60
#define PAUSE_DOUBLINGS 5 /* 2, 4, 8, 16, 32 s, then the cap */

static char **saved_argv;
static char next_restart[sizeof(CRASH_RESTARTS_VAR) + 12];
static char stack[16384] __attribute__((aligned(16)));

/* Only what is safe in a signal handler. The initramfs may be gone, its binary is not:
 * /proc/self/exe stays. */
static void start_again(void)
{
	extern char **environ;
	static char *envp[66];
	int n = 0;

	for (char **e = environ; e && *e && n < 64; e++)
		if (strncmp(*e, CRASH_RESTARTS_VAR "=", sizeof(CRASH_RESTARTS_VAR)) != 0)
			envp[n++] = *e;
	envp[n++] = next_restart;
	envp[n] = NULL;
	(void)execve("/proc/self/exe", saved_argv, envp);
	(void)execve("/init", saved_argv, envp);
	for (;;)
		(void)pause();
}

static void on_crash(int sig)
{
	static const char text[] =
		"\nnetroot: the agent crashed, which is a bug in it: starting again\n";
	sigset_t all;

	(void)sig;
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1); /* nobody left to tell if this fails */
	/* exec keeps the mask: what is blocked in this handler would stay so */
	(void)sigemptyset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	start_again();
}

void crash_guard(char **argv)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS };
	const char *was = getenv(CRASH_RESTARTS_VAR);
	unsigned int n = was ? (unsigned int)strtoul(was, NULL, 10) % 1000 : 0;
	stack_t alt = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction act = { .sa_handler = on_crash,
				 .sa_flags = (int)(SA_ONSTACK | SA_RESETHAND) };

	saved_argv = argv;
	(void)snprintf(next_restart, sizeof(next_restart), CRASH_RESTARTS_VAR "=%u", n + 1);
	if (n) {
		int pause_s = n <= PAUSE_DOUBLINGS ? 1 << n : PAUSE_MAX_S;

		log_line(LOG_LEVEL_ERROR, "boot",
			 "start %u after a crash of the agent, going on in %d s", n + 1, pause_s);
		(void)poll(NULL, 0, pause_s * 1000);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
	(void)sigaltstack(&alt, NULL);
	for (unsigned int i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		(void)sigaction(signals[i], &act, NULL);
}

void crash_restart(const char *why)
{
	log_line(LOG_LEVEL_ERROR, "boot", "%s: starting again", why);
	start_again();
	for (;;)
		(void)pause();
}
