/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hooks behind the phases: whose turn it is, what they are told, how they end. */
#include "boot.h"

#include "sys/hooks.h"
#include "sys/log.h"

#define HOOKS_LIMIT_NS (30 * NS_PER_S)

static void hooks_ended(void *arg, struct child *child, const struct child_result *result)
{
	struct span failed = { (const char *)result->out, result->len_out }; /* a line each */
	struct boot *b = arg;
	char why[128];

	while (failed.len) {
		struct span line = span_cut(&failed, '\n');

		log_line(LOG_LEVEL_WARN, phase_name(b->hooks_of), "hook %.*s, the boot goes on",
			 SPAN_ARG(line));
	}
	if (!result->len_out && (result->timed_out || result->status))
		log_line(LOG_LEVEL_WARN, phase_name(b->hooks_of), "hook: %s, the boot goes on",
			 child_result_text(result, HOOKS_LIMIT_NS, why, sizeof(why)));
	(void)child;
	if (phase_is(b, b->hooks_of, PHASE_HOOKS))
		b->phases[b->hooks_of].state = PHASE_DONE;
	b->dirty = true;
}

/* The directory of a phase's hooks, or NULL. Those of mount see what init will see: a writable
 * layer is theirs to write to. */
static const char *hooks_dir(const struct boot *b, enum phase_id id)
{
	enum phase_id last = overlay_wanted(b) ? PHASE_OVERLAY
			     : image_wanted(b) ? PHASE_IMAGE
					       : PHASE_MOUNT;

	if (id < PHASE_MOUNT || id > PHASE_OVERLAY)
		return phase_name(id);
	return id == last ? phase_name(PHASE_MOUNT) : NULL;
}

/* The validated values a hook may want; all of them come from parsed structs, never from raw text.
 */
static void start_hooks(struct boot *b, enum phase_id id)
{
	static char phase[64], iface[64], address[96], kind[64], server[96];
	static char path[] = "PATH=/bin:/sbin:/usr/lib/klibc/bin";
	char *envp[] = { path, phase, iface, address, kind, server, NULL };
	const struct boot_nic *nic = net_boot_nic(b);
	const struct ip_addr *own;
	char text[IP_TEXT_MAX];
	struct out out;
	struct err err;

	out = out_to(phase, sizeof(phase));
	out_add(&out, "NETROOT_PHASE=%s", hooks_dir(b, id));
	out = out_to(iface, sizeof(iface));
	out_add(&out, "NETROOT_IFACE=%s", nic ? nic->nic.name : "");
	out = out_to(address, sizeof(address));
	own = net_own_address(b, b->root.server.ip.family);
	out_add(&out, "NETROOT_ADDRESS=%s", own->family == IP_NONE ? "" : ip_text(own, text));
	out = out_to(kind, sizeof(kind));
	out_add(&out, "NETROOT_ROOT_KIND=%s",
		!b->plan.n_roots	   ? ""
		: b->root.kind == ROOT_NFS ? "nfs"
					   : "iscsi");
	out = out_to(server, sizeof(server));
	out_add(&out, "NETROOT_SERVER=%s",
		b->plan.n_roots ? ip_text(&b->root.server.ip, text) : "");
	b->hooks_of = id;
	if (hooks_start(b->loop, &b->hooks, hooks_dir(b, id), envp, HOOKS_LIMIT_NS, hooks_ended, b,
			&err) < 0) {
		log_line(LOG_LEVEL_WARN, phase_name(id), "%s, the boot goes on", err.text);
		b->phases[id].state = PHASE_DONE;
	}
}

/* The hooks of two phases never run at the same time. */
void hooks_next(struct boot *b)
{
	for (enum phase_id i = 0; i < N_PHASES && !b->hooks.pid; i++)
		if (phase_is(b, i, PHASE_HOOKS))
			start_hooks(b, i);
}

bool hooks_there(const struct boot *b, enum phase_id id)
{
	const char *dir = hooks_dir(b, id);

	return dir && hooks_wanted(dir);
}
