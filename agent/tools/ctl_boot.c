/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /run/netroot/boot.json and leases/NIC.json, as agent/record.c and core/handnet_lease.c write
 * them, or as anybody else has left them there. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "tools/netrootctl.h"

#define TIME_MAX_S 4e9 /* more than a century of uptime is none */

static void keep(char *dst, size_t size, const json_t *value)
{
	const char *text = json_string_value(value); /* NULL of what is no string */

	(void)text_quote(dst, size, (struct span){ text, json_string_length(value) });
}

static double seconds(const json_t *object, const char *key)
{
	double s = json_number_value(json_object_get(object, key)); /* 0 of what is no number */

	return s > 0 && s < TIME_MAX_S ? s : 0;
}

static uint32_t count(const json_t *object, const char *key, uint32_t otherwise)
{
	const json_t *value = json_object_get(object, key);
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value) || n < 0)
		return otherwise;
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX - 1;
}

static void phases(const json_t *list, struct ctl_boot *ret)
{
	size_t i;
	const json_t *one;

	json_array_foreach(list, i, one)
	{
		struct ctl_phase *p = &ret->phases[ret->n_phases];

		if (ret->n_phases == CTL_PHASES_MAX)
			return;
		if (!json_is_object(one))
			continue;
		ret->n_phases++;
		keep(p->name, sizeof(p->name), json_object_get(one, "name"));
		keep(p->state, sizeof(p->state), json_object_get(one, "state"));
		p->first_s = seconds(one, "first");
		p->start_s = seconds(one, "start");
		p->end_s = seconds(one, "end");
		p->attempts = count(one, "attempts", 0);
		if (!p->first_s || p->first_s > p->start_s)
			p->first_s = p->start_s;
		if (p->end_s && p->end_s < p->start_s)
			p->end_s = p->start_s;
	}
}

static void causes(const json_t *list, struct ctl_boot *ret)
{
	size_t i;
	const json_t *one;

	json_array_foreach(list, i, one)
	{
		struct ctl_cause *c = &ret->causes[ret->n_causes];

		if (ret->n_causes == CTL_CAUSES_MAX)
			return;
		if (!json_is_object(one))
			continue;
		ret->n_causes++;
		keep(c->phase, sizeof(c->phase), json_object_get(one, "phase"));
		keep(c->text, sizeof(c->text), json_object_get(one, "text"));
		c->at_s = seconds(one, "at");
	}
}

static void values(json_t *plan, struct ctl_boot *ret)
{
	const char *name;
	json_t *one;

	json_object_foreach(plan, name, one)
	{
		struct ctl_value *v = &ret->values[ret->n_values];

		if (ret->n_values == CTL_VALUES_MAX)
			return;
		if (!json_is_object(one))
			continue;
		ret->n_values++;
		(void)text_quote(v->name, sizeof(v->name), span_of(name));
		keep(v->value, sizeof(v->value), json_object_get(one, "value"));
		keep(v->from, sizeof(v->from), json_object_get(one, "from"));
	}
}

static void mac_of_nic(const json_t *list, struct ctl_boot *ret)
{
	size_t i;
	const json_t *one;
	char name[CTL_NAME_MAX];

	json_array_foreach(list, i, one)
	{
		keep(name, sizeof(name), json_object_get(one, "name"));
		if (!strcmp(name, ret->nic))
			keep(ret->mac, sizeof(ret->mac), json_object_get(one, "mac"));
	}
}

static json_t *load(const char *text, size_t len, char *why_not, size_t size)
{
	json_error_t error;
	json_t *all = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	char why[CTL_TEXT_MAX];

	if (json_is_object(all)) // NOLINT(misc-redundant-expression): of its macro
		return all;
	if (all)
		(void)snprintf(why_not, size, "no object");
	else
		(void)snprintf(why_not, size, "no JSON: line %d: %s", error.line,
			       text_quote(why, sizeof(why) / 2, span_of(error.text)));
	json_decref(all);
	return NULL;
}

void ctl_boot_parse(const char *text, size_t len, struct ctl_boot *ret)
{
	json_t *all;

	*ret = (struct ctl_boot){ 0 };
	all = load(text, len, ret->why_not, sizeof(ret->why_not));
	if (!all)
		return;
	ret->there = true;
	keep(ret->version, sizeof(ret->version), json_object_get(all, "version"));
	keep(ret->nic, sizeof(ret->nic), json_object_get(all, "nic"));
	keep(ret->init, sizeof(ret->init), json_object_get(all, "init"));
	keep(ret->server, sizeof(ret->server), json_object_get(all, "server"));
	ret->to_ram = json_is_true(json_object_get(all, "toram"));
	ret->init_began_s = seconds(all, "init_began");
	ret->written_s = seconds(all, "written");
	phases(json_object_get(all, "phases"), ret);
	causes(json_object_get(all, "causes"), ret);
	ret->n_causes_all = count(all, "n_causes", (uint32_t)ret->n_causes);
	values(json_object_get(all, "plan"), ret);
	mac_of_nic(json_object_get(all, "nics"), ret);
	json_decref(all);
}

/* --- leases --- */

static uint32_t after(const json_t *lease, const char *key)
{
	return count(json_object_get(lease, key), "after", CTL_FOR_EVER);
}

static void lease_of(const char *kind, const json_t *from, struct ctl_facts *facts)
{
	struct ctl_lease *l = &facts->leases[facts->n_leases];

	if (!json_is_object(from) || facts->n_leases == CTL_LEASES_MAX)
		return;
	*l = (struct ctl_lease){ 0 };
	(void)snprintf(l->kind, sizeof(l->kind), "%s", kind);
	keep(l->ifname, sizeof(l->ifname), json_object_get(from, "interface"));
	keep(l->address, sizeof(l->address), json_object_get(from, "address"));
	keep(l->server, sizeof(l->server), json_object_get(from, "server"));
	l->prefix = count(from, "prefix", 0);
	l->obtained_s = count(json_object_get(from, "obtained"), "uptime", 0);
	l->rebind_s = after(from, "rebind");
	l->expire_s = after(from, "expire");
	facts->n_leases++;
}

void ctl_leases_parse(const char *text, size_t len, struct ctl_facts *facts)
{
	static const char *const kinds[] = { "dhcp4", "dhcp6", "ra" };
	char why[CTL_TEXT_MAX];
	json_t *all = load(text, len, why, sizeof(why));

	for (size_t i = 0; all && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		lease_of(kinds[i], json_object_get(all, kinds[i]), facts);
	json_decref(all);
}
