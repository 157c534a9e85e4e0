/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts and findings as text for people. */
#include <stdio.h>
#include <string.h>

#include "core/timeline.h"
#include "tools/netrootctl.h"

#define NS_PER_S 1e9

/* "3 h 20 min", "41 s" */
static const char *duration(uint32_t s, char dst[static CTL_NAME_MAX])
{
	if (s == CTL_FOR_EVER)
		(void)snprintf(dst, CTL_NAME_MAX, "for ever");
	else if (s < 120)
		(void)snprintf(dst, CTL_NAME_MAX, "%u s", s);
	else if (s < 7200)
		(void)snprintf(dst, CTL_NAME_MAX, "%u min %u s", s / 60, s % 60);
	else if (s < 172800)
		(void)snprintf(dst, CTL_NAME_MAX, "%u h %u min", s / 3600, s % 3600 / 60);
	else
		(void)snprintf(dst, CTL_NAME_MAX, "%u d %u h", s / 86400, s % 86400 / 3600);
	return dst;
}

static const char *seconds_or(int32_t s, const char *otherwise, char dst[static CTL_NAME_MAX])
{
	if (s == CTL_UNSET)
		(void)snprintf(dst, CTL_NAME_MAX, "%s", otherwise);
	else
		(void)snprintf(dst, CTL_NAME_MAX, "%d s", s);
	return dst;
}

static void put_actor(const struct ctl_actor *who, struct out *out)
{
	out_add(out, "%s", who->name ? who->name : "nobody");
	if (who->pid)
		out_add(out, " (pid %d)", who->pid);
}

/* The root hash as far as messages have it. */
static void put_verity(const struct ctl_facts *facts, struct out *out)
{
	const struct ctl_value *v = ctl_root_verity(facts);
	const struct ctl_mount *m = &facts->root;

	if (!m->verity && !v)
		return;
	out_add(out, "  verified    ");
	if (m->verity)
		out_add(out, "by dm-verity on %s", m->device);
	else
		out_add(out, "as it was copied");
	if (v)
		out_add(out, ", root hash %.16s..., given by %s", v->value, v->from);
	out_add(out, "%s\n",
		m->verity_changed ? "; WHAT WAS CHANGED HAS BEEN READ"
		: m->verity_known ? "; nothing that was read was changed"
				  : "");
}

static void put_root(const struct ctl_facts *facts, struct out *out)
{
	const struct ctl_value *v = ctl_root_value(facts);
	const struct ctl_mount *m = &facts->root;
	char layer[CTL_LONG_MAX], now[IP_TEXT_MAX], mounted[IP_TEXT_MAX];
	struct out out_layer = out_to(layer, sizeof(layer));

	out_add(out, "root\n");
	if (m->there)
		out_add(out, "  mounted     %s on %s, %s%s%s%s\n", m->fstype, m->source,
			ctl_has_option(m->super_options, "ro") ? "ro" : "rw",
			m->device[0] ? ", disk " : "", m->device,
			m->layered ? ", under a writable layer" : "");
	if (!ip_is_unset(&m->server_now))
		out_add(out, "  server now  %s, moved from %s\n", ip_text(&m->server_now, now),
			ip_text(&m->server, mounted));
	if (m->image[0])
		out_add(out, "  image       %s%s\n", ctl_root_image(facts),
			facts->boot.to_ram ? ", copied into memory" : ", a file of the source");
	put_verity(facts, out);
	ctl_root_layer(facts, &out_layer);
	if (layer[0])
		out_add(out, "  layer       %s\n", layer);
	if (!facts->boot.there) {
		out_add(out, "  /run/netroot/boot.json: %s\n", facts->boot.why_not);
		return;
	}
	if (v)
		out_add(out, "  source      %s\n  given by    %s\n", v->value, v->from);
	out_add(out, "  NIC         %s", facts->boot.nic[0] ? facts->boot.nic : "none");
	if (facts->nic.there)
		out_add(out, " (%s%s%s)%s%s", facts->nic.mac, facts->nic.carrier[0] ? ", " : "",
			facts->nic.carrier,
			strcmp(facts->nic.name, facts->boot.nic) != 0 ? ", now " : "",
			strcmp(facts->nic.name, facts->boot.nic) != 0 ? facts->nic.name : "");
	out_add(out, "\n  init        %s\n", facts->boot.init);
}

const struct ctl_key ctl_keys[CTL_N_KEYS] = {
	{ "HeaderDigest", "header_digest", true, CTL_KEY_DIGEST },
	{ "DataDigest", "data_digest", true, CTL_KEY_DIGEST },
	{ "MaxRecvDataSegmentLength", "max_recv_dlength", true, CTL_KEY_NUMBER },
	{ "MaxXmitDataSegmentLength", "max_xmit_dlength", true, CTL_KEY_NUMBER },
	{ "FirstBurstLength", "first_burst_len", false, CTL_KEY_NUMBER },
	{ "MaxBurstLength", "max_burst_len", false, CTL_KEY_NUMBER },
	{ "ImmediateData", "immediate_data", false, CTL_KEY_YES_NO },
	{ "InitialR2T", "initial_r2t", false, CTL_KEY_YES_NO },
	{ "MaxOutstandingR2T", "max_outstanding_r2t", false, CTL_KEY_NUMBER },
	{ "ErrorRecoveryLevel", "erl", false, CTL_KEY_NUMBER },
};

const char *ctl_key_word(const struct ctl_key *key, int32_t value)
{
	switch (key->kind) {
	case CTL_KEY_NUMBER:
		break;
	case CTL_KEY_YES_NO:
		return value ? "Yes" : "No";
	case CTL_KEY_DIGEST:
		return value ? "CRC32C" : "None";
	}
	return NULL;
}

/* What of it is known: the kernel tells nothing of a session whose connection is gone. */
static void put_agreed(const struct ctl_session *s, struct out *out)
{
	const char *sep = "  negotiated  ";

	for (size_t i = 0; i < CTL_N_KEYS; i++) {
		const char *word = ctl_key_word(&ctl_keys[i], s->agreed[i]);

		if (s->agreed[i] == CTL_UNSET)
			continue;
		out_add(out, "%s%s ", sep, ctl_keys[i].name);
		if (word)
			out_add(out, "%s", word);
		else
			out_add(out, "%d", s->agreed[i]);
		sep = ", ";
	}
	if (sep[0] == ',')
		out_add(out, "\n");
}

static void put_session(const struct ctl_facts *facts, const struct ctl_session *s, struct out *out)
{
	struct ctl_actor who = ctl_recoverer_of(facts, s);
	char a[CTL_NAME_MAX], b[CTL_NAME_MAX], c[CTL_NAME_MAX], d[CTL_NAME_MAX];

	out_add(out, "session %u%s\n  target      %s\n", s->sid, s->root ? " (the root's)" : "",
		s->target);
	out_add(out, "  portal      %s:%d, group %d\n", s->address, s->port, s->tpgt);
	if (strcmp(s->address, s->persistent_address) != 0 || s->port != s->persistent_port)
		out_add(out, "  asked for   %s:%d\n", s->persistent_address, s->persistent_port);
	out_add(out, "  initiator   %s\n", s->initiator[0] ? s->initiator : "not known");
	out_add(out, "  interface   %s%s%s%s%s\n", s->iface[0] ? s->iface : "not set",
		s->transport[0] ? ", transport " : "", s->transport,
		s->netdev[0] ? ", bound to " : "", s->netdev);
	out_add(out, "  state       %s%s%s\n", s->state[0] ? s->state : "not known",
		s->connection[0] ? ", connection " : "", s->connection);
	if (s->from_library)
		out_add(out, "  CHAP        %s%s%s\n",
			s->chap_mutual ? "mutual"
			: s->chap      ? "yes"
				       : "no",
			s->chap ? ", as " : "", s->user);
	out_add(out, "  timers      lost target %s; abort %s, LUN reset %s, target reset %s; ",
		seconds_or(s->recovery_s, "not known", a), seconds_or(s->abort_s, "-", b),
		seconds_or(s->lu_reset_s, "-", c), seconds_or(s->tgt_reset_s, "-", d));
	out_add(out, "NOP every %s, given up after %s\n", seconds_or(s->noop_interval_s, "-", a),
		seconds_or(s->noop_timeout_s, "-", b));
	put_agreed(s, out);
	out_add(out, "  kept by     ");
	if (facts->privileged && facts->listeners_known)
		put_actor(&who, out);
	else
		out_add(out, "not known");
	out_add(out, "\n");
}

static void put_map(const struct ctl_facts *facts, struct out *out)
{
	const struct ctl_process *daemon = ctl_process_named(facts, "multipathd");
	const struct ctl_map *m = &facts->map;

	if (!m->there)
		return;
	out_add(out, "multipath map\n  name        %s\n", m->name);
	if (m->known)
		out_add(out, "  works by    %zu of %zu paths%s\n", ctl_map_working(m), m->n_paths,
			m->queues ? ", queues without any" : ", fails without any");
	for (size_t i = 0; i < m->n_paths; i++) {
		const struct ctl_path *p = &m->paths[i];
		const struct ctl_session *s = ctl_session_of(facts, p->sid);

		out_add(out, "  path        %s%s%s%s%s", p->disk, p->scsi_state[0] ? ", " : "",
			p->scsi_state, p->access[0] ? ", " : "", p->access);
		if (m->known)
			out_add(out, ", %s",
				p->failed   ? "failed"
				: p->in_use ? "in use"
					    : "in reserve");
		if (s)
			out_add(out, ", session %u to %s:%d", s->sid, s->address, s->port);
		out_add(out, "\n");
	}
	out_add(out, "  kept by     ");
	if (daemon)
		out_add(out, "multipathd (pid %d)%s", daemon->pid,
			facts->guard.there ? " and " : "");
	if (facts->guard.there)
		out_add(out, "guard (pid %d)", facts->guard.process.pid);
	out_add(out, "%s\n", daemon || facts->guard.there ? "" : "nobody");
}

static void put_lease(const struct ctl_facts *facts, const struct ctl_lease *l, struct out *out)
{
	uint32_t left_s = ctl_lease_left_s(facts, l);
	struct ctl_actor who = ctl_renewer_of(facts, l);
	char text[CTL_NAME_MAX];

	out_add(out, "lease on %s (%s)\n", l->ifname, l->kind);
	if (l->address[0])
		out_add(out, "  address     %s/%u%s\n", l->address, l->prefix,
			l->state == CTL_ADDRESS_MISSING ? ", which is not there any more" : "");
	if (l->server[0])
		out_add(out, "  server      %s\n", l->server);
	if (l->address[0]) {
		out_add(out, "  given for   %s at %lld s of uptime\n", duration(l->expire_s, text),
			(long long)l->obtained_s);
		out_add(out, "  left        %s%s\n", duration(left_s, text),
			l->state == CTL_ADDRESS_THERE ? ""
			: left_s == CTL_FOR_EVER      ? ""
						      : ", if it was not renewed since");
	}
	out_add(out, "  renewed by  ");
	if (l->expire_s == CTL_FOR_EVER && l->address[0])
		out_add(out, "nobody, it does not end");
	else
		put_actor(&who, out);
	out_add(out, "\n");
}

/* What its leases and sessions are: it has no file to say so itself. */
static void put_guard(const struct ctl_facts *facts, struct out *out)
{
	const struct ctl_process *p = &facts->guard.process;
	char since[CTL_NAME_MAX];
	const char *sep = "";

	if (!facts->guard.there) {
		out_add(out,
			"guard\n  none        it has nothing to keep, or has given it up to this system\n");
		return;
	}
	out_add(out, "guard\n  process     pid %d, %u KiB, for %s\n  keeps       ", p->pid,
		p->rss_kib,
		duration(facts->uptime_s > p->started_s ? (uint32_t)(facts->uptime_s - p->started_s)
							: 0,
			 since));
	for (size_t i = 0; i < facts->n_leases; i++) {
		const struct ctl_lease *l = &facts->leases[i];
		struct ctl_actor who = ctl_renewer_of(facts, l);

		if (who.pid != p->pid || !l->address[0] || l->expire_s == CTL_FOR_EVER)
			continue;
		out_add(out, "%slease of %s on %s", sep, l->address, l->ifname);
		sep = "; ";
	}
	for (size_t i = 0; i < facts->n_sessions; i++) {
		struct ctl_actor who = ctl_recoverer_of(facts, &facts->sessions[i]);

		if (who.pid != p->pid)
			continue;
		out_add(out, "%ssession %u to %s", sep, facts->sessions[i].sid,
			facts->sessions[i].target);
		sep = "; ";
	}
	out_add(out, "%s\n", sep[0] ? "" : "nothing that is known; it watches");
}

void ctl_status_text(const struct ctl_facts *facts, struct out *out)
{
	put_root(facts, out);
	if (facts->sessions_why_not[0])
		out_add(out, "sessions\n  %s\n", facts->sessions_why_not);
	for (size_t i = 0; i < facts->n_sessions; i++)
		put_session(facts, &facts->sessions[i], out);
	put_map(facts, out);
	for (size_t i = 0; i < facts->n_leases; i++)
		put_lease(facts, &facts->leases[i], out);
	put_guard(facts, out);
	if (!facts->boot.there)
		return;
	out_add(out, "boot\n");
	ctl_plot_text(&facts->boot, out);
}

/* --- doctor --- */

void ctl_doctor_text(const struct ctl_facts *facts, const struct ctl_findings *found,
		     struct out *out)
{
	for (size_t i = 0; i < found->n; i++) {
		const struct ctl_finding *f = &found->list[i];

		out_add(out, "%s %s: %s\n", f->weight == CTL_CRITICAL ? "CRITICAL" : "warning ",
			f->id, f->object);
		out_add(out, "  cause   %s\n  remedy  %s\n", f->cause, f->remedy);
	}
	if (ctl_unknown(facts)[0])
		out_add(out, "not looked at: %s\n", ctl_unknown(facts));
	if (!found->n)
		out_add(out, "nothing found\n");
	else
		out_add(out, "%zu found\n", found->n);
}

/* --- the boot's phases --- */

static uint64_t ns(double s)
{
	return (uint64_t)(s * NS_PER_S);
}

static void add_line(void *arg, const char *line)
{
	out_add(arg, "  %s\n", line);
}

void ctl_plot_text(const struct ctl_boot *boot, struct out *out)
{
	struct timeline_row rows[CTL_PHASES_MAX + 1];
	size_t n = 0;

	if (boot->init_began_s > 0)
		rows[n++] = (struct timeline_row){ "kernel", 0, ns(boot->init_began_s), 1 };
	for (size_t i = 0; i < boot->n_phases; i++) {
		const struct ctl_phase *p = &boot->phases[i];

		if (p->attempts)
			rows[n++] = (struct timeline_row){ p->name, ns(p->first_s), ns(p->end_s),
							   p->attempts };
	}
	timeline_print(rows, n, add_line, out);
	if (boot->n_causes_all > boot->n_causes)
		out_add(out, "  (%u earlier causes are not kept)\n",
			boot->n_causes_all - (uint32_t)boot->n_causes);
	for (size_t i = 0; i < boot->n_causes; i++)
		out_add(out, "  %6.2f s  %s: %s\n", boot->causes[i].at_s, boot->causes[i].phase,
			boot->causes[i].text);
}
