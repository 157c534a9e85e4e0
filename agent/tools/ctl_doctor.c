/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What follows from the facts: who keeps what, and what in this system would break the root. A
 * finding names its object, the cause, and what to do about it. A new one is a function in
 * checks[], or in ctl_network.c where it is about the network.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tools/netrootctl.h"

/* The agent's own timers for a root's session, with the reasons: core/iscsi_tune.c. */
#define RECOVERY_S 86400
#define REPLACEMENT_DEFAULT_S 120 /* open-iscsi's, and in its iscsid.conf */
#define NOOP_INTERVAL_S 15
#define NOOP_TIMEOUT_S 30
/* Below these a target that is restarted, or busy, costs the root. */
#define RECOVERY_MIN_S 3600
#define NOOP_TIMEOUT_MIN_S 10

#define CONF "/etc/iscsi/iscsid.conf"
#define NAME_FILE "/etc/iscsi/initiatorname.iscsi"

struct ctl_finding *ctl_find(struct ctl_findings *found, enum ctl_weight weight, const char *id,
			     const char *object)
{
	struct ctl_finding *f = &found->list[found->n];

	if (found->n == CTL_FINDINGS_MAX)
		return NULL;
	found->n++;
	*f = (struct ctl_finding){ .weight = weight, .id = id };
	(void)snprintf(f->object, sizeof(f->object), "%s", object);
	return f;
}

void ctl_cause(struct ctl_finding *f, const char *cause, ...)
{
	va_list ap;

	if (!f)
		return;
	va_start(ap, cause);
	(void)vsnprintf(f->cause, sizeof(f->cause), cause, ap);
	va_end(ap);
}

void ctl_remedy(struct ctl_finding *f, const char *remedy, ...)
{
	va_list ap;

	if (!f)
		return;
	va_start(ap, remedy);
	(void)vsnprintf(f->remedy, sizeof(f->remedy), remedy, ap);
	va_end(ap);
}

/* --- who does what --- */

const struct ctl_process *ctl_process_named(const struct ctl_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n_processes; i++)
		if (!strcmp(facts->processes[i].name, name))
			return &facts->processes[i];
	return NULL;
}

static const struct ctl_value *value_named(const struct ctl_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->boot.n_values; i++)
		if (!strcmp(facts->boot.values[i].name, name))
			return &facts->boot.values[i];
	return NULL;
}

const char *ctl_root_image(const struct ctl_facts *facts)
{
	const struct ctl_value *v = value_named(facts, "image");

	if (!facts->root.image[0])
		return "";
	return v ? v->value : facts->boot.to_ram ? "the disk of the root" : facts->root.image;
}

bool ctl_root_in_memory(const struct ctl_facts *facts)
{
	return facts->root.image[0] && facts->boot.to_ram;
}

const struct ctl_value *ctl_root_verity(const struct ctl_facts *facts)
{
	return facts->root.verity || ctl_root_in_memory(facts) ? value_named(facts, "verity")
							       : NULL;
}

void ctl_root_layer(const struct ctl_facts *facts, struct out *out)
{
	const struct ctl_mount *m = &facts->root;

	if (!m->layered)
		return;
	if (!strcmp(m->layer_fstype, "tmpfs"))
		out_add(out, "in memory, at " CTL_UPPER);
	else if (m->layer_frozen)
		out_add(out, "in memory, over one that is only read on %s, %s", m->layer_source,
			m->layer_fstype);
	else
		out_add(out, "on %s, %s, at " CTL_UPPER, m->layer_source, m->layer_fstype);
}

const char *ctl_root_kind(const struct ctl_facts *facts)
{
	const struct ctl_value *v = facts->root.image[0] ? ctl_root_value(facts) : NULL;

	if (ctl_root_in_memory(facts))
		return "memory";
	if (v && span_starts(span_of(v->value), "iscsi"))
		return "iscsi";
	if (v || span_starts(span_of(facts->root.fstype), "nfs"))
		return "nfs";
	for (size_t i = 0; i < facts->n_sessions; i++)
		if (facts->sessions[i].root)
			return "iscsi";
	return "other";
}

const struct ctl_value *ctl_root_value(const struct ctl_facts *facts)
{
	const struct ctl_value *first = NULL;

	for (size_t i = 0; i < facts->boot.n_values; i++) {
		const struct ctl_value *v = &facts->boot.values[i];

		if (!span_starts(span_of(v->name), "root."))
			continue;
		if (!first)
			first = v;
		/* with several, the one of the target or the server that is in use */
		for (size_t k = 0; k < facts->n_sessions; k++)
			if (facts->sessions[k].root && facts->sessions[k].target[0] &&
			    strstr(v->value, facts->sessions[k].target))
				return v;
		if (facts->root.source[0] && strstr(v->value, facts->root.source))
			return v;
		/* what an image lies on is in no mount table */
		if (facts->root.image[0] && facts->boot.server[0] &&
		    strstr(v->value, facts->boot.server))
			return v;
	}
	return first;
}

static bool listens(const struct ctl_facts *facts, int32_t pid)
{
	for (size_t i = 0; i < facts->n_listeners; i++)
		if (facts->listeners[i].pid == pid)
			return true;
	return false;
}

struct ctl_actor ctl_recoverer_of(const struct ctl_facts *facts, const struct ctl_session *session)
{
	/* iscsid keeps the socket of what it has adopted; that it runs proves nothing */
	for (size_t i = 0; i < facts->n_processes; i++)
		if (!strcmp(facts->processes[i].name, "iscsid") && session->socket_pid &&
		    facts->processes[i].pid == session->socket_pid)
			return (struct ctl_actor){ "iscsid", session->socket_pid };
	if (facts->guard.there && listens(facts, facts->guard.process.pid))
		return (struct ctl_actor){ "guard", facts->guard.process.pid };
	return (struct ctl_actor){ NULL, 0 };
}

static bool networkd_asks(const struct ctl_facts *facts, bool four)
{
	const char *dhcp = facts->managers.networkd.dhcp;

	if (!facts->managers.networkd.active || facts->managers.networkd.unmanaged)
		return false;
	return !strcmp(dhcp, "yes") || !strcmp(dhcp, "true") || !strcmp(dhcp, "both") ||
	       !strcmp(dhcp, four ? "ipv4" : "ipv6") || !strcmp(dhcp, four ? "v4" : "v6");
}

static struct ctl_actor actor(const struct ctl_facts *facts, const char *name, const char *process)
{
	const struct ctl_process *p = ctl_process_named(facts, process);

	return (struct ctl_actor){ name, p ? p->pid : 0 };
}

/* Managers are known of the boot NIC only. */
static struct ctl_actor manager_of(const struct ctl_facts *facts, bool four)
{
	const struct ctl_managers *m = &facts->managers;

	if (networkd_asks(facts, four))
		return actor(facts, "systemd-networkd", "systemd-networkd");
	if (m->nm.active && !m->nm.unmanaged_by_conf && (!m->nm.told || m->nm.managed) &&
	    (m->nm.profile[0] || m->nm.told))
		return actor(facts, "NetworkManager", "NetworkManager");
	if (m->dhcpcd.active && !m->dhcpcd.denied)
		return actor(facts, "dhcpcd", "dhcpcd");
	return (struct ctl_actor){ NULL, 0 };
}

struct ctl_actor ctl_renewer_of(const struct ctl_facts *facts, const struct ctl_lease *lease)
{
	bool boot_nic = !strcmp(lease->ifname, facts->boot.nic) ||
			!strcmp(lease->ifname, facts->nic.name);
	struct ctl_actor who = { NULL, 0 };

	if (!strcmp(lease->kind, "ra"))
		return (struct ctl_actor){ "kernel", 0 };
	if (boot_nic)
		who = manager_of(facts, !strcmp(lease->kind, "dhcp4"));
	for (size_t i = 0; i < facts->n_processes && !who.name; i++) {
		const struct ctl_process *p = &facts->processes[i];

		if ((!strcmp(p->name, "dhclient") || !strcmp(p->name, "udhcpc")) &&
		    (span_has(span_of(p->args), ' ', lease->ifname) ||
		     (boot_nic && span_has(span_of(p->args), ' ', facts->nic.name))))
			who = (struct ctl_actor){ p->name, p->pid };
	}
	if (!who.name && facts->guard.there)
		who = (struct ctl_actor){ "guard", facts->guard.process.pid };
	return who;
}

uint32_t ctl_lease_left_s(const struct ctl_facts *facts, const struct ctl_lease *lease)
{
	double left_s;

	if (lease->state == CTL_ADDRESS_THERE)
		return lease->valid_s;
	if (lease->expire_s == CTL_FOR_EVER)
		return CTL_FOR_EVER;
	left_s = (double)lease->obtained_s + lease->expire_s - facts->uptime_s;
	return left_s > 0 ? (uint32_t)left_s : 0;
}

/* --- iSCSI --- */

/* What iscsid looks a session's record up by (libopeniscsiusr and idbm.c of open-iscsi). */
static const struct ctl_record *record_of(const struct ctl_facts *facts,
					  const struct ctl_session *s)
{
	for (size_t i = 0; i < facts->open_iscsi.n_records; i++) {
		const struct ctl_record *r = &facts->open_iscsi.records[i];

		if (!strcmp(r->target, s->target) && !strcmp(r->address, s->persistent_address) &&
		    r->port == s->persistent_port)
			return r;
	}
	return NULL;
}

static void check_session(const struct ctl_facts *facts, const struct ctl_session *s,
			  struct ctl_findings *found)
{
	struct ctl_finding *f;

	/* of a path ctl_doctor_map.c tells */
	if (!facts->map.there && s->state[0] && strcmp(s->state, "LOGGED_IN") != 0) {
		f = ctl_find(found, CTL_CRITICAL, "session-down", s->target);
		ctl_cause(
			f,
			"session %u to %s:%d is %s: what reads or writes the root waits, and fails after the recovery timeout of %d s",
			s->sid, s->address, s->port, s->state, s->recovery_s);
		ctl_remedy(f, "bring the target or the way to it back");
	}
	/* paths of a multipath map are to fail soon, for another takes over */
	if (facts->root.multipath)
		return;
	if (s->recovery_s == CTL_UNSET || s->recovery_s >= RECOVERY_MIN_S)
		return;
	f = ctl_find(found, CTL_WARNING, "session-timeout", s->target);
	if (s->recovery_s >= 0)
		ctl_cause(
			f,
			"session %u gives a lost target %d s, then the root gets I/O errors, which no later login heals",
			s->sid, s->recovery_s);
	else
		ctl_cause(
			f,
			"session %u waits for a lost target for ever: a shutdown whose network went first hangs",
			s->sid);
	ctl_remedy(f, "echo %d > /sys/class/iscsi_session/session%u/recovery_tmo", RECOVERY_S,
		   s->sid);
}

static void check_recovery(const struct ctl_facts *facts, const struct ctl_session *s,
			   struct ctl_findings *found)
{
	const struct ctl_process *iscsid = ctl_process_named(facts, "iscsid");
	struct ctl_finding *f;

	if (!facts->listeners_known || !facts->privileged || ctl_recoverer_of(facts, s).name)
		return;
	f = ctl_find(found, CTL_CRITICAL, "no-recovery", s->target);
	if (iscsid) {
		ctl_cause(
			f,
			"iscsid (pid %d) runs, but has not taken session %u over, and netroot's guard does not keep it either: a target that is lost stays lost",
			iscsid->pid, s->sid);
		ctl_remedy(f,
			   "systemctl restart iscsid, and see its messages (journalctl -u iscsid)");
		return;
	}
	ctl_cause(
		f,
		"neither netroot's guard nor iscsid keeps session %u: a target that is lost stays lost",
		s->sid);
	ctl_remedy(
		f,
		facts->open_iscsi.installed
			? "systemctl enable --now iscsid: it takes the session over"
			: "install open-iscsi: its iscsid takes the session over; or reboot, for the guard to be there again");
}

/* The guard sets open-iscsi's default back where no record has a word of it; what somebody has
 * chosen it leaves (core/recover). */
static bool guard_sets_back(const struct ctl_facts *facts, int32_t replacement_s)
{
	return replacement_s == REPLACEMENT_DEFAULT_S && facts->guard.there &&
	       listens(facts, facts->guard.process.pid);
}

static void timers(const char *object, int32_t replacement_s, int32_t interval_s, int32_t timeout_s,
		   struct ctl_findings *found)
{
	struct ctl_finding *f;

	if (replacement_s != CTL_UNSET && replacement_s < RECOVERY_MIN_S) {
		f = ctl_find(found, CTL_WARNING, "iscsid-timeout", object);
		ctl_cause(
			f,
			replacement_s < 0
				? "node.session.timeo.replacement_timeout = %d waits for ever: a shutdown whose network went first hangs"
				: "node.session.timeo.replacement_timeout = %d: when iscsid takes the root's session over, a target that is away for longer costs the root (I/O errors, read-only)",
			replacement_s);
		ctl_remedy(f, "set node.session.timeo.replacement_timeout = %d in it", RECOVERY_S);
	}
	if (interval_s > 0 && timeout_s > 0 && timeout_s < NOOP_TIMEOUT_MIN_S) {
		f = ctl_find(found, CTL_WARNING, "iscsid-noop", object);
		ctl_cause(
			f,
			"node.conn[0].timeo.noop_out_timeout = %d (interval %d): a target that is busy for longer is taken for lost, and the root stalls while it is connected again",
			timeout_s, interval_s);
		ctl_remedy(
			f,
			"set node.conn[0].timeo.noop_out_interval = %d and noop_out_timeout = %d in it",
			NOOP_INTERVAL_S, NOOP_TIMEOUT_S);
	}
}

static int32_t or_else(int32_t value, int32_t otherwise)
{
	return value == CTL_UNSET ? otherwise : value;
}

/* open-iscsi's own defaults, where neither file has a word of it (usr/idbm.c). */
static void check_timers(const struct ctl_facts *facts, const struct ctl_session *s,
			 struct ctl_findings *found)
{
	const struct ctl_open_iscsi *oi = &facts->open_iscsi;
	int32_t replacement_s = or_else(oi->replacement_s, REPLACEMENT_DEFAULT_S);
	const struct ctl_record *r = record_of(facts, s);

	if (!oi->installed || facts->root.multipath)
		return;
	if (guard_sets_back(facts, replacement_s))
		replacement_s = CTL_UNSET;
	if (r)
		timers(r->path, or_else(r->replacement_s, REPLACEMENT_DEFAULT_S),
		       or_else(r->noop_interval_s, 5), or_else(r->noop_timeout_s, 5), found);
	else if (oi->conf_there)
		timers(CONF, replacement_s, or_else(oi->noop_interval_s, 5),
		       or_else(oi->noop_timeout_s, 5), found);
}

static void check_record(const struct ctl_facts *facts, const struct ctl_session *s,
			 struct ctl_findings *found)
{
	const struct ctl_record *r = record_of(facts, s);
	struct ctl_finding *f;

	if (!r || !strcmp(r->startup, "onboot"))
		return;
	f = ctl_find(found, CTL_WARNING, "node-startup", r->path);
	ctl_cause(
		f,
		"node.startup = %s: only records that say onboot are left alone when open-iscsi logs out at shutdown or by \"iscsiadm -m node --logoutall\", and this is the root's",
		r->startup);
	ctl_remedy(f, "iscsiadm -m node -T %s -p %s:%d -o update -n node.startup -v onboot",
		   r->target, r->address, r->port);
}

static void check_name(const struct ctl_facts *facts, const struct ctl_session *s,
		       struct ctl_findings *found)
{
	const struct ctl_open_iscsi *oi = &facts->open_iscsi;
	struct ctl_finding *f;

	if (!oi->installed)
		return;
	if (!oi->name[0] && !oi->name_generated) {
		f = ctl_find(found, CTL_WARNING, "initiator-name", NAME_FILE);
		ctl_cause(f, "%s: iscsid does not start, and cannot take the root's session over",
			  oi->name_file_there ? "it has no InitiatorName=" : "it is missing");
		if (s->initiator[0])
			ctl_remedy(f, "echo InitiatorName=%s > " NAME_FILE, s->initiator);
		else
			ctl_remedy(f, "write InitiatorName= with this machine's name into it");
	} else if (s->initiator[0] && strcmp(oi->name, s->initiator) != 0) {
		f = ctl_find(found, CTL_WARNING, "initiator-name", NAME_FILE);
		ctl_cause(
			f,
			"it names %s%s, but the root's session is of %s: a login by hand, or a discovery, is refused where the target's ACL has the latter; on images that are cloned, one name for all makes logins bounce each other",
			oi->name[0] ? oi->name : "one that is made up at the first start",
			oi->name[0] ? "" : " (GenerateName=yes)", s->initiator);
		ctl_remedy(f, "echo InitiatorName=%s > " NAME_FILE, s->initiator);
	}
}

static void check_iscsi(const struct ctl_facts *facts, struct ctl_findings *found)
{
	const struct ctl_open_iscsi *oi = &facts->open_iscsi;
	bool any = false;

	for (size_t i = 0; i < facts->n_sessions; i++) {
		const struct ctl_session *s = &facts->sessions[i];

		if (!s->root)
			continue;
		check_session(facts, s, found);
		check_recovery(facts, s, found);
		check_record(facts, s, found);
		/* one file for all sessions, but records are of each */
		if (!any || record_of(facts, s))
			check_timers(facts, s, found);
		if (!any)
			check_name(facts, s, found);
		any = true;
	}
	if (any && oi->installed && !oi->conf_there) {
		struct ctl_finding *f = ctl_find(found, CTL_WARNING, "iscsid-conf", CONF);

		ctl_cause(f, "it is missing: iscsid does not start");
		ctl_remedy(
			f,
			"apt-get install --reinstall -o Dpkg::Options::=--force-confmiss open-iscsi");
	}
}

/* --- the root's mount --- */

static void check_read_only(const struct ctl_facts *facts, struct ctl_findings *found)
{
	const struct ctl_mount *m = &facts->root;
	struct ctl_finding *f;

	if (m->there && facts->rw_wanted && !m->layered && ctl_has_option(m->super_options, "ro")) {
		f = ctl_find(found, CTL_CRITICAL, "root-read-only", "/");
		ctl_cause(
			f,
			"%s on %s is read-only although it is to be writable%s: it was after errors, or was never mounted so",
			m->fstype, m->source, m->fs_errors ? ", and has recorded errors" : "");
		ctl_remedy(
			f,
			"see dmesg for the first I/O error; reboot, which checks the filesystem");
	} else if (m->fs_errors) {
		f = ctl_find(found, CTL_WARNING, "root-errors", "/");
		ctl_cause(f, "%s on %s has recorded %u error%s since it was checked last",
			  m->fstype, m->source, m->fs_errors, m->fs_errors == 1 ? "" : "s");
		ctl_remedy(
			f,
			"check it (e2fsck -f) where it is not mounted, best on the target's side");
	}
	if (!strcmp(ctl_root_kind(facts), "nfs") && (ctl_has_option(m->super_options, "soft") ||
						     ctl_has_option(m->super_options, "softerr"))) {
		f = ctl_find(found, CTL_WARNING, "nfs-soft", "/");
		ctl_cause(
			f,
			"%s is mounted soft: a server that is away makes programs fail with I/O errors instead of waiting",
			m->source);
		ctl_remedy(f, "take soft out of rootflags= or of the root-path's options");
	}
}

/* Whether the entry names no place that a root can be at. */
static bool names_no_place(const struct ctl_fstab *e)
{
	static const char *const names[] = {
		"overlay", "none", "rootfs", "tmpfs", "auto", "proxy"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(e->spec, names[i]))
			return true;
	return false;
}

/* Why the entry is not of what is mounted, or NULL. */
static const char *contradiction(const struct ctl_facts *facts)
{
	const struct ctl_fstab *e = &facts->fstab;
	const struct ctl_mount *m = &facts->root;

	if (m->layered || !strcmp(m->fstype, "overlay") || names_no_place(e) ||
	    !strcmp(e->spec, "/dev/nfs") || !strcmp(e->spec, "/dev/root"))
		return NULL;
	if (span_starts(span_of(m->fstype), "nfs")) {
		if (!span_starts(span_of(e->fstype), "nfs") && strcmp(e->fstype, "auto") != 0)
			return "the root is on NFS";
		return strcmp(e->spec, m->source) != 0 ? "the root is another export" : NULL;
	}
	if (span_starts(span_of(e->fstype), "nfs"))
		return "the root is on a disk";
	if (e->device[0] && m->device[0] && strcmp(e->device, m->device) != 0)
		return "that is another disk";
	if (!e->device[0] && e->links_there)
		return "there is no such disk";
	if (strcmp(e->fstype, "auto") != 0 && strcmp(e->fstype, m->fstype) != 0)
		return "the root is of another type";
	return NULL;
}

/* What a remount of NFS cannot change, of which the kernel tells what it is. */
static const char *const nfs_fixed[] = { "vers",  "nfsvers", "rsize", "wsize",
					 "timeo", "retrans", "sec" };

/* "4" fits 4.2. */
static bool differs(struct span wanted, struct span is)
{
	return is.p && (wanted.len > is.len || memcmp(wanted.p, is.p, wanted.len) != 0 ||
			(is.len > wanted.len && is.p[wanted.len] != '.'));
}

/* For a root on NFS whose entry is not of another kind: what mount.nfs, which
 * systemd-remount-fs calls for the entry, would be refused. */
static bool nfs_remount_fails(const struct ctl_facts *facts, char *why, size_t size)
{
	const struct ctl_fstab *e = &facts->fstab;
	const struct ctl_mount *m = &facts->root;

	if (!e->there || !m->there || m->layered || !span_starts(span_of(m->fstype), "nfs"))
		return false;
	for (size_t i = 0; i < sizeof(nfs_fixed) / sizeof(nfs_fixed[0]); i++) {
		const char *name = nfs_fixed[i];
		struct span wanted = ctl_option_of(span_of(e->options), name);
		struct span is = ctl_option_of(span_of(m->super_options),
					       strcmp(name, "nfsvers") ? name : "vers");

		if (!wanted.p || !differs(wanted, is))
			continue;
		(void)snprintf(why, size, "%s=%.*s", name, SPAN_ARG(wanted));
		return true;
	}
	if (!ctl_has_option(e->options, "ro") || ctl_has_option(m->super_options, "ro"))
		return false;
	(void)snprintf(why, size, "ro");
	return true;
}

static void check_fstab_options(const struct ctl_facts *facts, struct ctl_findings *found)
{
	char why[CTL_TEXT_MAX];
	struct ctl_finding *f;

	if (!nfs_remount_fails(facts, why, sizeof(why)))
		return;
	f = ctl_find(found, CTL_WARNING, "fstab-options", "/etc/fstab");
	ctl_cause(
		f,
		"its entry for / has %s, which the root on NFS was not mounted with and a mount in use cannot be given: systemd-remount-fs fails at every boot",
		why);
	ctl_remedy(
		f,
		"take the option out there, and give it by rootflags= or the root-path; or take the entry out");
}

static void check_fstab(const struct ctl_facts *facts, struct ctl_findings *found)
{
	const char *why = facts->fstab.there && facts->root.there ? contradiction(facts) : NULL;
	struct ctl_finding *f;

	if (!why)
		return;
	f = ctl_find(found, CTL_WARNING, "fstab", "/etc/fstab");
	ctl_cause(
		f, "its entry for / is \"%s\" of type %s, but %s (%s on %s): %s", facts->fstab.spec,
		facts->fstab.fstype, why, facts->root.fstype, facts->root.source,
		span_starts(span_of(facts->root.fstype), "nfs") &&
				!span_starts(span_of(facts->fstab.fstype), "nfs")
			? "systemd-remount-fs.service mounts / again with its options, which NFS may not know, and fails"
			: "the boot waits for it, checks the wrong disk, or remounts the root with its options");
	ctl_remedy(f, "take the entry out (the root is mounted already), or correct it");
}

static void check_shutdown(const struct ctl_facts *facts, struct ctl_findings *found)
{
	struct ctl_finding *f;

	if (facts->shutdown_there || strcmp(ctl_root_kind(facts), "iscsi") != 0)
		return;
	f = ctl_find(found, CTL_WARNING, "shutdown", "/run/initramfs/shutdown");
	ctl_cause(
		f,
		"it is missing: at shutdown nobody unmounts the root and logs out from the target");
	ctl_remedy(
		f,
		"nothing may empty /run/initramfs after the boot (systemd-tmpfiles, scripts); it is there again after a reboot");
}

/* --- a tree that is yet to be booted --- */

static bool is_image(const struct ctl_facts *facts)
{
	return !facts->live && !facts->root.there && !facts->boot.there;
}

/* Which root it will be is not known: an entry that fits one kind only is named with both. */
static void check_image_fstab(const struct ctl_facts *facts, struct ctl_findings *found)
{
	const struct ctl_fstab *e = &facts->fstab;
	struct ctl_finding *f;

	if (!e->there || span_starts(span_of(e->fstype), "nfs") || names_no_place(e))
		return;
	f = ctl_find(found, CTL_WARNING, "fstab", "/etc/fstab");
	ctl_cause(
		f,
		"its entry for / is \"%s\" of type %s, which fits a LUN with that filesystem only: on NFS systemd-remount-fs.service fails at every boot",
		e->spec, e->fstype);
	ctl_remedy(f, "take the entry out, unless this goes to such a LUN");
}

static void check_image(const struct ctl_facts *facts, struct ctl_findings *found)
{
	static const struct ctl_session none = { .recovery_s = CTL_UNSET };

	if (!is_image(facts))
		return;
	check_image_fstab(facts, found);
	check_timers(facts, &none, found);
	check_name(facts, &none, found);
}

/* --- all of it --- */

void ctl_diagnose(const struct ctl_facts *facts, struct ctl_findings *ret)
{
	static void (*const checks[])(const struct ctl_facts *, struct ctl_findings *) = {
		check_read_only, check_iscsi,	      ctl_diagnose_map, ctl_diagnose_network,
		check_fstab,	 check_fstab_options, check_shutdown,	check_image
	};

	ret->n = 0;
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i](facts, ret);
}

const char *ctl_unknown(const struct ctl_facts *facts)
{
	if (facts->sessions_why_not[0])
		return facts->sessions_why_not;
	if (!facts->privileged)
		return "not run by root: who keeps the sessions cannot be seen";
	if (is_image(facts))
		return "the tree was not booted: what its network managers and services would do to a root is seen on a machine that runs it";
	if (!facts->root.there)
		return "/proc/self/mountinfo: it tells of no root";
	return facts->boot.why_not;
}

int ctl_exit_status(const struct ctl_facts *facts, const struct ctl_findings *found)
{
	int worst = 0;

	for (size_t i = 0; i < found->n; i++)
		if ((int)found->list[i].weight > worst)
			worst = (int)found->list[i].weight;
	return worst == CTL_CRITICAL ? worst : ctl_unknown(facts)[0] ? 3 : worst;
}
