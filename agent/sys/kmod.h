/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel modules: the initrd's index in memory, worker children that call finit_module, the order
 * kept by core/modload. Everything asked for by name, alias or modalias is loaded with its
 * dependencies first, independent ones in parallel.
 */
#ifndef NETROOT_SYS_KMOD_H
#define NETROOT_SYS_KMOD_H

#include "sys/loop.h"

#define KMOD_INDEX "/lib/modules/netroot.index"

enum kmod_urgency {
	KMOD_MAYBE,
	KMOD_NEEDED,
	KMOD_FIRST
}; /* MAYBE: when nothing else is to be done; FIRST: NIC drivers */

/* A module that could not be loaded: once per module, with the reason. */
typedef void kmod_failed_fn(void *arg, const char *module, const char *why);
/* Called when everything asked for so far (but MAYBE) is loaded or has failed. */
typedef void kmod_idle_fn(void *arg);

struct kmod;
/* A missing index is an error; the boot goes on with what the kernel has built in. */
struct kmod *kmod_open(struct loop *loop, const char *index_path, kmod_failed_fn *failed,
		       kmod_idle_fn *idle, void *arg, struct err *err);
/* Module parameters and blacklists are taken from there; it stays the caller's, and in place. */
void kmod_params(struct kmod *kmod, const char *cmdline);
/* By module name ("iscsi_tcp"). Built-in or already loaded is success; not in the index is reported
 * through failed. */
void kmod_want(struct kmod *kmod, const char *name, enum kmod_urgency urgency);
void kmod_want_alias(struct kmod *kmod, const char *modalias, enum kmod_urgency urgency);
/* Reads every modalias below /sys/devices (and /sys/bus) once. */
void kmod_coldplug(struct kmod *kmod);
/* Forgets MAYBE requests that have not begun. */
void kmod_drop_maybe(struct kmod *kmod);
bool kmod_is_idle(const struct kmod *kmod);
/* Whether this one, and what it needs, is loaded, built in or has failed. */
bool kmod_settled(const struct kmod *kmod, const char *name);
void kmod_close(struct kmod *kmod); /* ends the workers */
/* The program as /sbin/modprobe, which the kernel calls for request_module(): [-q] [--] ALIAS.
 * Returns the exit status. */
int kmod_modprobe_main(int argc, char **argv);

#endif
