/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The row modules: drivers of the devices there are and of those that come, and what else the boot
 * needs of the kernel. */
#include "boot.h"

#include <string.h>

#include "sys/log.h"
#include "sys/uevent.h"

static void module_failed(void *arg, const char *module, const char *why)
{
	struct boot *b = arg;

	log_line(LOG_LEVEL_WARN, "modules", "%s: %s", module, why);
	b->dirty = true;
}

static void modules_idle(void *arg)
{
	struct boot *b = arg;

	b->dirty = true;
}

/* Hotplug: a device that appears gets its driver; a disk of the session moves the device phase on.
 */
static void on_uevent(void *arg, const struct uevent *ev, bool lost)
{
	struct boot *b = arg;

	if (lost) {
		kmod_coldplug(b->kmod);
	} else if (!strcmp(ev->action, "add") && ev->modalias[0]) {
		kmod_want_alias(b->kmod, ev->modalias, KMOD_FIRST);
	}
	device_uevent(b, lost ? NULL : ev);
	map_uevent(b, lost ? NULL : ev);
	overlay_uevent(b, lost ? NULL : ev);
}

void modules_start(struct boot *b)
{
	struct err err;

	if (!b->kmod) {
		b->kmod = kmod_open(b->loop, KMOD_INDEX, module_failed, modules_idle, b, &err);
		if (!b->kmod) {
			log_line(LOG_LEVEL_WARN, "modules",
				 "%s, going on with what the kernel has built in", err.text);
			phase_done(b, PHASE_MODULES);
			return;
		}
		kmod_params(b->kmod, b->cmdline);
		if (uevent_open(b->loop, on_uevent, b, &err) < 0)
			log_line(LOG_LEVEL_WARN, "modules",
				 "%s, devices that appear late go unnoticed", err.text);
		kmod_coldplug(b->kmod);
	}
	nic_want_modules(b);
	root_want_modules(b);
	b->dirty = true;
}

void modules_check(struct boot *b)
{
	if (kmod_is_idle(b->kmod))
		phase_done(b, PHASE_MODULES);
}
