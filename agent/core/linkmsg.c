/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links as rtnetlink attributes. */
#include "core/linkmsg.h"

#include <errno.h>
#include <linux/if_link.h>

#include "core/bond_options.h"
#include "core/ipspec.h"
#include "core/nlmsg.h"

bool link_name_valid(const char *name)
{
	return ifname_valid(span_of(name));
}

/* Those of the module are none of a bond. */
static const struct bond_option *option_named(const char *name)
{
	const struct bond_option *o = bond_option_find(span_of(name));

	return o && o->value != BOND_UNUSED ? o : NULL;
}

/* Separated by ';' as on the command line, or by ',' as everywhere else. False where one is no
 * address of the family, or there are none or too many. */
static bool targets_of(const char *text, enum ip_family family,
		       struct ip_addr ret[BOND_TARGETS_MAX], uint16_t *ret_n)
{
	struct span rest = span_of(text);
	uint16_t n = 0;

	do {
		struct span part = span_cut(&rest, ';');

		do {
			struct span one = span_cut(&part, ',');

			if (n == BOND_TARGETS_MAX || !ip_parse(one, &ret[n]) ||
			    ret[n].family != family || ip_is_unset(&ret[n]))
				return false;
			n++;
		} while (part.p);
	} while (rest.p);
	*ret_n = n;
	return true;
}

static bool number_put(struct writer *w, const struct bond_option *o, const char *text)
{
	uint32_t v;

	if (!bond_option_number(o, span_of(text), &v))
		return false;
	if (o->len_attr == 1)
		nl_put_u8(w, o->attr, (uint8_t)v);
	else if (o->len_attr == 2)
		nl_put_u16(w, o->attr, (uint16_t)v);
	else
		nl_put_u32(w, o->attr, v);
	return true;
}

static bool targets_put(struct writer *w, const struct bond_option *o, const char *text)
{
	enum ip_family family = o->value == BOND_IP6_LIST ? IP_V6 : IP_V4;
	struct ip_addr targets[BOND_TARGETS_MAX];
	uint16_t n;
	size_t nest;

	if (!targets_of(text, family, targets, &n))
		return false;
	nest = nl_nest_begin(w, o->attr);
	for (uint16_t i = 0; i < n; i++)
		nl_put(w, i, targets[i].bytes, family == IP_V6 ? 16 : 4);
	nl_nest_end(w, nest);
	return true;
}

static bool mac_put(struct writer *w, const struct bond_option *o, const char *text)
{
	struct mac_addr mac;

	if (!mac_parse(span_of(text), &mac) || mac.len != 6)
		return false;
	nl_put(w, o->attr, mac.bytes, mac.len);
	return true;
}

static bool value_put(struct writer *w, const struct bond_option *o, const char *text)
{
	switch (o->value) {
	case BOND_NUMBER:
	case BOND_SWITCH:
	case BOND_NAME:
		return number_put(w, o, text);
	case BOND_IP4_LIST:
	case BOND_IP6_LIST:
		return targets_put(w, o, text);
	case BOND_MAC:
		return mac_put(w, o, text);
	case BOND_PORT:
		return link_name_valid(text);
	case BOND_UNUSED:
		return false;
	}
	return false;
}

int linkmsg_bond_option_check(const struct plan_bond_option *option, struct err *err)
{
	const struct bond_option *o = option_named(option->name);
	char name[64], value[256];
	uint8_t bytes[512];
	struct writer w = writer_of(bytes, sizeof(bytes));

	(void)text_quote(name, sizeof(name), span_of(option->name));
	if (!o)
		return err_set(err, EINVAL, "bond option %s is not known", name);
	if (value_put(&w, o, option->value))
		return 0;
	return err_set(err, EINVAL, "bond option %s cannot be \"%s\"", name,
		       text_quote(value, sizeof(value), span_of(option->value)));
}

bool linkmsg_bond_option_of_port(const struct plan_bond_option *option)
{
	const struct bond_option *o = option_named(option->name);

	return o && o->value == BOND_PORT;
}

bool linkmsg_bond_option_early(const struct plan_bond_option *option)
{
	const struct bond_option *o = option_named(option->name);

	return o && (o->attr == IFLA_BOND_MODE || o->attr == IFLA_BOND_MIIMON ||
		     o->attr == IFLA_BOND_ARP_INTERVAL || o->attr == IFLA_BOND_ARP_IP_TARGET);
}

const char *linkmsg_kind_name(enum link_kind kind)
{
	switch (kind) {
	case LINK_VLAN:
		return "vlan";
	case LINK_BOND:
		return "bond";
	case LINK_BRIDGE:
		return "bridge";
	}
	return "";
}

/* Of what is given twice the last counts, as it does in the kernel. */
static void bond_options_put(struct writer *w, const struct plan_link *link)
{
	for (uint8_t i = 0; i < link->n_options; i++) {
		const struct bond_option *o = option_named(link->options[i].name);
		bool again = false;

		for (uint8_t later = i + 1; o && later < link->n_options; later++)
			again |= option_named(link->options[later].name) == o;
		if (o && !again)
			(void)value_put(w, o, link->options[i].value);
	}
}

void linkmsg_info(struct writer *w, const struct plan_link *link)
{
	size_t info = nl_nest_begin(w, IFLA_LINKINFO), data;

	nl_put_text(w, IFLA_INFO_KIND, linkmsg_kind_name(link->kind));
	data = nl_nest_begin(w, IFLA_INFO_DATA);
	switch (link->kind) {
	case LINK_VLAN:
		nl_put_u16(w, IFLA_VLAN_ID, link->vlan_id);
		break;
	case LINK_BOND:
		bond_options_put(w, link);
		break;
	case LINK_BRIDGE:
		nl_put_u32(w, IFLA_BR_STP_STATE, 0);
		nl_put_u32(w, IFLA_BR_FORWARD_DELAY, 0);
		break;
	}
	nl_nest_end(w, data);
	nl_nest_end(w, info);
}

void linkmsg_bond_port(struct writer *w, const struct plan_bond_option *option, int ifindex)
{
	const struct bond_option *o = option_named(option->name);
	size_t info = nl_nest_begin(w, IFLA_LINKINFO), data;

	nl_put_text(w, IFLA_INFO_KIND, linkmsg_kind_name(LINK_BOND));
	data = nl_nest_begin(w, IFLA_INFO_DATA);
	if (o && o->value == BOND_PORT)
		nl_put_u32(w, o->attr, (uint32_t)ifindex);
	nl_nest_end(w, data);
	nl_nest_end(w, info);
}
