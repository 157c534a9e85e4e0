/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts and findings as JSON, for programs. The texts in them are printable ASCII already. */
#include <jansson.h>
#include <string.h>

#include "tools/netrootctl.h"

#define DUMP (JSON_INDENT(2) | JSON_ENSURE_ASCII)

static void text(json_t *to, const char *key, const char *value)
{
	(void)json_object_set_new(to, key, value && value[0] ? json_string(value) : json_null());
}

static void integer(json_t *to, const char *key, int64_t value)
{
	(void)json_object_set_new(to, key, json_integer(value));
}

static void unless(json_t *to, const char *key, int64_t value, int64_t none)
{
	(void)json_object_set_new(to, key, value == none ? json_null() : json_integer(value));
}

static void yes_no(json_t *to, const char *key, bool value)
{
	(void)json_object_set_new(to, key, json_boolean(value));
}

static void address(json_t *to, const char *key, const struct ip_addr *ip)
{
	char dst[IP_TEXT_MAX];

	text(to, key, ip_is_unset(ip) ? NULL : ip_text(ip, dst));
}

/* As the record has them, in microseconds: no more digits than that. */
static void seconds(json_t *to, const char *key, double s)
{
	(void)json_object_set_new(to, key, json_real((double)(int64_t)(s * 1e6 + 0.5) / 1e6));
}

static json_t *actor(const struct ctl_actor *who)
{
	json_t *o;

	if (!who->name)
		return json_null();
	o = json_object();
	text(o, "name", who->name);
	unless(o, "pid", who->pid, 0);
	return o;
}

static json_t *verity(const struct ctl_facts *facts)
{
	const struct ctl_value *v = ctl_root_verity(facts);
	const struct ctl_mount *m = &facts->root;
	char hash[CTL_TEXT_MAX] = "";
	struct span rest = span_of(v ? v->value : "");
	json_t *o;

	if (!m->verity)
		return json_null();
	(void)text_copy(hash, sizeof(hash), span_cut(&rest, ','));
	o = json_object();
	text(o, "device", m->device);
	text(o, "root_hash", hash);
	text(o, "given_by", v ? v->from : NULL);
	(void)json_object_set_new(o, "changed",
				  m->verity_known ? json_boolean(m->verity_changed) : json_null());
	return o;
}

static json_t *root(const struct ctl_facts *facts)
{
	const struct ctl_value *v = ctl_root_value(facts);
	char layer[CTL_LONG_MAX];
	struct out out = out_to(layer, sizeof(layer));
	json_t *o = json_object();

	ctl_root_layer(facts, &out);
	text(o, "kind", ctl_root_kind(facts));
	text(o, "source", v ? v->value : NULL);
	text(o, "given_by", v ? v->from : NULL);
	text(o, "mounted_from", facts->root.source);
	address(o, "server", &facts->root.server);
	address(o, "server_now", &facts->root.server_now);
	text(o, "fstype", facts->root.fstype);
	text(o, "disk", facts->root.device);
	yes_no(o, "read_only", ctl_has_option(facts->root.super_options, "ro"));
	text(o, "image", ctl_root_image(facts));
	yes_no(o, "image_in_memory", ctl_root_in_memory(facts));
	yes_no(o, "writable_layer", facts->root.layered);
	text(o, "layer", layer);
	(void)json_object_set_new(o, "verity", verity(facts));
	text(o, "nic", facts->nic.name);
	text(o, "mac", facts->nic.mac);
	return o;
}

static json_t *agreed(const struct ctl_session *s)
{
	json_t *o = json_object();

	for (size_t i = 0; i < CTL_N_KEYS; i++) {
		const char *word = ctl_key_word(&ctl_keys[i], s->agreed[i]);

		if (word && s->agreed[i] != CTL_UNSET)
			text(o, ctl_keys[i].name, word);
		else
			unless(o, ctl_keys[i].name, s->agreed[i], CTL_UNSET);
	}
	return o;
}

static json_t *sessions(const struct ctl_facts *facts)
{
	json_t *list = json_array();

	for (size_t i = 0; i < facts->n_sessions; i++) {
		const struct ctl_session *s = &facts->sessions[i];
		struct ctl_actor who = ctl_recoverer_of(facts, s);
		json_t *o = json_object();

		integer(o, "sid", s->sid);
		yes_no(o, "root", s->root);
		text(o, "target", s->target);
		text(o, "initiator", s->initiator);
		text(o, "address", s->address);
		unless(o, "port", s->port, CTL_UNSET);
		text(o, "persistent_address", s->persistent_address);
		unless(o, "persistent_port", s->persistent_port, CTL_UNSET);
		unless(o, "tpgt", s->tpgt, CTL_UNSET);
		text(o, "iface", s->iface);
		text(o, "transport", s->transport);
		text(o, "netdev", s->netdev);
		text(o, "chap",
		     !s->from_library ? NULL
		     : s->chap_mutual ? "mutual"
		     : s->chap	      ? "yes"
				      : "no");
		text(o, "chap_user", s->user);
		unless(o, "recovery_timeout", s->recovery_s, CTL_UNSET);
		unless(o, "lu_reset_timeout", s->lu_reset_s, CTL_UNSET);
		unless(o, "target_reset_timeout", s->tgt_reset_s, CTL_UNSET);
		unless(o, "abort_timeout", s->abort_s, CTL_UNSET);
		unless(o, "noop_interval", s->noop_interval_s, CTL_UNSET);
		unless(o, "noop_timeout", s->noop_timeout_s, CTL_UNSET);
		(void)json_object_set_new(o, "negotiated", agreed(s));
		text(o, "state", s->state);
		text(o, "connection_state", s->connection);
		text(o, "seen_by", s->from_library ? "libopeniscsiusr" : "sysfs");
		(void)json_object_set_new(o, "kept_by", actor(&who));
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *map(const struct ctl_facts *facts)
{
	const struct ctl_process *daemon = ctl_process_named(facts, "multipathd");
	json_t *o = json_object(), *list = json_array();
	const struct ctl_map *m = &facts->map;

	text(o, "name", m->name);
	if (m->known)
		yes_no(o, "queues", m->queues);
	for (size_t i = 0; i < m->n_paths; i++) {
		const struct ctl_path *p = &m->paths[i];
		json_t *one = json_object();

		text(one, "disk", p->disk);
		text(one, "scsi_state", p->scsi_state);
		text(one, "access_state", p->access);
		unless(one, "sid", p->sid, 0);
		text(one, "state",
		     !m->known	 ? NULL
		     : p->failed ? "failed"
		     : p->in_use ? "in use"
				 : "in reserve");
		(void)json_array_append_new(list, one);
	}
	(void)json_object_set_new(o, "paths", list);
	unless(o, "multipathd", daemon ? daemon->pid : 0, 0);
	return o;
}

static json_t *leases(const struct ctl_facts *facts)
{
	json_t *list = json_array();

	for (size_t i = 0; i < facts->n_leases; i++) {
		const struct ctl_lease *l = &facts->leases[i];
		struct ctl_actor who = ctl_renewer_of(facts, l);
		json_t *o = json_object();

		text(o, "interface", l->ifname);
		text(o, "kind", l->kind);
		text(o, "address", l->address);
		if (l->address[0])
			integer(o, "prefix", l->prefix);
		text(o, "server", l->server);
		integer(o, "obtained_uptime", l->obtained_s);
		unless(o, "given_for", l->expire_s, CTL_FOR_EVER);
		unless(o, "left", ctl_lease_left_s(facts, l), CTL_FOR_EVER);
		text(o, "on_nic",
		     l->state == CTL_ADDRESS_UNKNOWN ? NULL
		     : l->state == CTL_ADDRESS_THERE ? "yes"
						     : "no");
		(void)json_object_set_new(o, "renewed_by", actor(&who));
		(void)json_array_append_new(list, o);
	}
	return list;
}

static json_t *guard(const struct ctl_facts *facts)
{
	const struct ctl_process *p = &facts->guard.process;
	json_t *o;

	if (!facts->guard.there)
		return json_null();
	o = json_object();
	integer(o, "pid", p->pid);
	integer(o, "rss_kib", p->rss_kib);
	seconds(o, "started_uptime", p->started_s);
	return o;
}

static json_t *boot(const struct ctl_boot *b)
{
	json_t *o, *phases = json_array(), *causes = json_array();

	for (size_t i = 0; i < b->n_phases; i++) {
		const struct ctl_phase *p = &b->phases[i];

		o = json_object();
		text(o, "name", p->name);
		text(o, "state", p->state);
		integer(o, "attempts", p->attempts);
		seconds(o, "first", p->first_s);
		seconds(o, "start", p->start_s);
		seconds(o, "end", p->end_s);
		(void)json_array_append_new(phases, o);
	}
	for (size_t i = 0; i < b->n_causes; i++) {
		o = json_object();
		text(o, "phase", b->causes[i].phase);
		seconds(o, "at", b->causes[i].at_s);
		text(o, "text", b->causes[i].text);
		(void)json_array_append_new(causes, o);
	}
	o = json_object();
	text(o, "version", b->version);
	text(o, "init", b->init);
	seconds(o, "init_began", b->init_began_s);
	seconds(o, "written", b->written_s);
	(void)json_object_set_new(o, "phases", phases);
	integer(o, "n_causes", b->n_causes_all);
	(void)json_object_set_new(o, "causes", causes);
	return o;
}

static char *dump(json_t *all)
{
	char *dumped = json_dumps(all, DUMP);

	json_decref(all);
	return dumped;
}

char *ctl_status_json(const struct ctl_facts *facts)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "root", root(facts));
	(void)json_object_set_new(o, "sessions", sessions(facts));
	text(o, "sessions_unknown", facts->sessions_why_not);
	(void)json_object_set_new(o, "map", facts->map.there ? map(facts) : json_null());
	(void)json_object_set_new(o, "leases", leases(facts));
	(void)json_object_set_new(o, "guard", guard(facts));
	(void)json_object_set_new(o, "boot", facts->boot.there ? boot(&facts->boot) : json_null());
	text(o, "boot_unknown", facts->boot.why_not);
	seconds(o, "uptime", facts->uptime_s);
	return dump(o);
}

char *ctl_doctor_json(const struct ctl_facts *facts, const struct ctl_findings *found)
{
	json_t *all = json_object(), *list = json_array();

	for (size_t i = 0; i < found->n; i++) {
		const struct ctl_finding *f = &found->list[i];
		json_t *o = json_object();

		text(o, "id", f->id);
		text(o, "weight", f->weight == CTL_CRITICAL ? "critical" : "warning");
		integer(o, "exit_status", f->weight);
		text(o, "object", f->object);
		text(o, "cause", f->cause);
		text(o, "remedy", f->remedy);
		(void)json_array_append_new(list, o);
	}
	(void)json_object_set_new(all, "findings", list);
	text(all, "not_looked_at", ctl_unknown(facts));
	integer(all, "exit_status", ctl_exit_status(facts, found));
	return dump(all);
}
