/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PID 1 must not die: the kernel panics. A crash of the agent is said on the console and the agent
 * starts again from its beginning, after a pause that grows with each crash.
 */
#ifndef NETROOT_SYS_CRASH_H
#define NETROOT_SYS_CRASH_H

/* In the environment of a start after a crash: how many there were. */
#define CRASH_RESTARTS_VAR "NETROOT_RESTARTS"

/* Handlers for SIGSEGV and its like, on a stack of their own. Waits first where this start follows
 * a crash. */
void crash_guard(char **argv);
/* Says why and starts again: for what makes going on impossible. */
void crash_restart(const char *why) __attribute__((noreturn));

#endif
