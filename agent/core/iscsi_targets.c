/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TargetName and TargetAddress, as SendTargets tells them. */
#include "core/iscsi_targets.h"

#include <errno.h>
#include <string.h>

#include "core/iscsi.h"
#include "core/iscsi_address.h"
#include "core/iscsi_text.h"
#include "core/rootspec.h"

static bool find(const struct iscsi_targets *t, struct span name, uint8_t *ret)
{
	for (uint8_t i = 0; i < t->n; i++)
		if (span_eq(name, t->names[i])) {
			*ret = i;
			return true;
		}
	return false;
}

static void take_name(struct iscsi_targets *t, struct span name)
{
	t->in_target = false;
	if (!iscsi_name_valid(name)) {
		t->n_bad++;
		return;
	}
	/* some say the name again with each of its addresses */
	if (!find(t, name, &t->at)) {
		if (t->n == ISCSI_TARGETS_MAX) {
			if (!t->n_more++)
				(void)text_copy(t->more, sizeof(t->more), name);
			return;
		}
		t->at = t->n++;
		(void)text_copy(t->names[t->at], sizeof(t->names[0]), name); /* fits: checked */
	}
	t->in_target = true;
}

static bool is_known(const struct iscsi_targets *t, const struct iscsi_target_portal *portal)
{
	for (uint8_t i = 0; i < t->n_portals; i++) {
		const struct iscsi_target_portal *p = &t->portals[i];

		if (p->target == portal->target && p->port == portal->port &&
		    ip_eq(&p->ip, &portal->ip) && !strcmp(p->name, portal->name))
			return true;
	}
	return false;
}

static void take_address(struct iscsi_targets *t, struct span text)
{
	struct iscsi_target_portal portal = { .target = t->at };
	struct iscsi_address where;
	enum iscsi_address_kind kind = iscsi_address_parse(text, &where);

	if (!t->in_target)
		return;
	if (kind == ISCSI_ADDRESS_BAD || (kind == ISCSI_ADDRESS_IP && ip_is_unset(&where.ip)) ||
	    (kind == ISCSI_ADDRESS_NAME &&
	     !text_copy(portal.name, sizeof(portal.name), where.name))) {
		t->n_bad++;
		return;
	}
	portal.ip = where.ip;
	portal.port = where.port;
	portal.tag = where.tag;
	if (is_known(t, &portal))
		return;
	if (t->n_portals < ISCSI_TARGET_PORTALS_MAX)
		t->portals[t->n_portals++] = portal;
	else if (!t->n_portals_more++)
		t->portal_more = portal;
}

static bool take_pair(struct iscsi_targets *t, struct err *err)
{
	struct span rest = { t->pair, t->len_pair };
	struct iscsi_pair pair;

	t->len_pair = 0;
	switch (iscsi_pair_next(&rest, &pair)) {
	case ISCSI_PAIR_NONE:
		return true;
	case ISCSI_PAIR_BAD:
		(void)err_set(err, EPROTO, "the list of targets is not made of key=value");
		return false;
	case ISCSI_PAIR:
		break;
	}
	if (span_eq(pair.key, "TargetName"))
		take_name(t, pair.value);
	else if (span_eq(pair.key, "TargetAddress"))
		take_address(t, pair.value);
	return true;
}

bool iscsi_targets_take(struct iscsi_targets *t, struct span text, struct err *err)
{
	for (size_t i = 0; i < text.len; i++) {
		if (!text.p[i]) {
			if (!take_pair(t, err))
				return false;
			continue;
		}
		if (t->len_pair == sizeof(t->pair)) {
			(void)err_set(err, EPROTO,
				      "the list of targets has a key of more than %d bytes",
				      ISCSI_TARGETS_PAIR_MAX);
			return false;
		}
		t->pair[t->len_pair++] = text.p[i];
	}
	return true;
}

bool iscsi_targets_end(struct iscsi_targets *t, struct err *err)
{
	return take_pair(t, err);
}

void iscsi_targets_text(const struct iscsi_targets *t, struct out *out)
{
	for (uint8_t i = 0; i < t->n; i++)
		out_add(out, "%s%s", i ? ", " : "", t->names[i]);
	if (t->n_more)
		out_add(out, " and %u more", t->n_more);
}

static const char *comma(const struct out *out)
{
	return out->len ? ", " : "";
}

void iscsi_targets_left_out(const struct iscsi_targets *t, struct out *out)
{
	const struct iscsi_target_portal *p = &t->portal_more;
	char portal[ISCSI_PORTAL_TEXT_MAX];

	if (t->n_more)
		out_add(out, "%u targets from %s on (room for %d)", t->n_more, t->more,
			ISCSI_TARGETS_MAX);
	if (t->n_portals_more)
		out_add(out, "%s%u portals from %s of %s on (room for %d)", comma(out),
			t->n_portals_more,
			p->name[0] ? p->name : iscsi_portal_text(&p->ip, p->port, portal),
			t->names[p->target], ISCSI_TARGET_PORTALS_MAX);
	if (t->n_bad)
		out_add(out, "%s%u names or addresses that are none", comma(out), t->n_bad);
}
