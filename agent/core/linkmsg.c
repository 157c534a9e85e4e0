/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links as rtnetlink attributes; what bond options there are, and what values they take. */
#include "core/linkmsg.h"

#include <errno.h>
#include <limits.h>
#include <linux/if_link.h>
#include <string.h>

#include "core/nlmsg.h"

/* since Linux 6.9; not in all headers */
#define BOND_COUPLED_CONTROL 32
#define TARGETS_MAX 16 /* BOND_MAX_ARP_TARGETS, BOND_MAX_NS_TARGETS */

enum value_type { AS_U8, AS_U16, AS_U32, AS_IP4S, AS_IP6S, AS_MAC, AS_PORT };

struct value_name {
	const char *name;
	uint32_t value;
};

/* Of drivers/net/bonding/bond_options.c: bond_mode_tbl and so on. */
static const struct value_name modes[] = {
	{ "balance-rr", 0 }, { "active-backup", 1 }, { "balance-xor", 2 }, { "broadcast", 3 },
	{ "802.3ad", 4 },    { "balance-tlb", 5 },   { "balance-alb", 6 }, { NULL, 0 },
};
static const struct value_name hash_policies[] = {
	{ "layer2", 0 },   { "layer3+4", 1 },	 { "layer2+3", 2 }, { "encap2+3", 3 },
	{ "encap3+4", 4 }, { "vlan+srcmac", 5 }, { NULL, 0 },
};
static const struct value_name validations[] = {
	{ "none", 0 },	 { "active", 1 },	 { "backup", 2 },	 { "all", 3 },
	{ "filter", 4 }, { "filter_active", 5 }, { "filter_backup", 6 }, { NULL, 0 },
};
static const struct value_name any_all[] = { { "any", 0 }, { "all", 1 }, { NULL, 0 } };
static const struct value_name mac_policies[] = {
	{ "none", 0 }, { "active", 1 }, { "follow", 2 }, { NULL, 0 }
};
static const struct value_name rates[] = { { "slow", 0 }, { "fast", 1 }, { NULL, 0 } };
static const struct value_name selections[] = {
	{ "stable", 0 }, { "bandwidth", 1 }, { "count", 2 }, { NULL, 0 }
};
static const struct value_name reselections[] = {
	{ "always", 0 }, { "better", 1 }, { "failure", 2 }, { NULL, 0 }
};
static const struct value_name off_on[] = { { "off", 0 }, { "on", 1 }, { NULL, 0 } };
static const struct value_name off[] = { { "off", 0 }, { NULL, 0 } };

static const struct bond_option {
	const char *name;
	uint16_t attr;
	enum value_type type;
	uint32_t min, max; /* of a number; the kernel takes the numbers of names as well */
	const struct value_name *names; /* NULL: none */
} bond_options[] = {
	{ "mode", IFLA_BOND_MODE, AS_U8, 0, 6, modes },
	{ "miimon", IFLA_BOND_MIIMON, AS_U32, 0, INT_MAX, off },
	{ "updelay", IFLA_BOND_UPDELAY, AS_U32, 0, INT_MAX, off },
	{ "downdelay", IFLA_BOND_DOWNDELAY, AS_U32, 0, INT_MAX, off },
	{ "peer_notif_delay", IFLA_BOND_PEER_NOTIF_DELAY, AS_U32, 0, 300000, off },
	{ "use_carrier", IFLA_BOND_USE_CARRIER, AS_U8, 0, 1, off_on },
	{ "arp_interval", IFLA_BOND_ARP_INTERVAL, AS_U32, 0, INT_MAX, off },
	{ "arp_ip_target", IFLA_BOND_ARP_IP_TARGET, AS_IP4S, 0, 0, NULL },
	{ "ns_ip6_target", IFLA_BOND_NS_IP6_TARGET, AS_IP6S, 0, 0, NULL },
	{ "arp_validate", IFLA_BOND_ARP_VALIDATE, AS_U32, 0, 6, validations },
	{ "arp_all_targets", IFLA_BOND_ARP_ALL_TARGETS, AS_U32, 0, 1, any_all },
	{ "arp_missed_max", IFLA_BOND_MISSED_MAX, AS_U8, 1, 255, NULL },
	{ "primary", IFLA_BOND_PRIMARY, AS_PORT, 0, 0, NULL },
	{ "active_slave", IFLA_BOND_ACTIVE_SLAVE, AS_PORT, 0, 0, NULL },
	{ "primary_reselect", IFLA_BOND_PRIMARY_RESELECT, AS_U8, 0, 2, reselections },
	{ "fail_over_mac", IFLA_BOND_FAIL_OVER_MAC, AS_U8, 0, 2, mac_policies },
	{ "xmit_hash_policy", IFLA_BOND_XMIT_HASH_POLICY, AS_U8, 0, 5, hash_policies },
	{ "resend_igmp", IFLA_BOND_RESEND_IGMP, AS_U32, 0, 255, off },
	{ "num_grat_arp", IFLA_BOND_NUM_PEER_NOTIF, AS_U8, 0, 255, off },
	{ "num_unsol_na", IFLA_BOND_NUM_PEER_NOTIF, AS_U8, 0, 255, off },
	{ "all_slaves_active", IFLA_BOND_ALL_SLAVES_ACTIVE, AS_U8, 0, 1, off_on },
	{ "min_links", IFLA_BOND_MIN_LINKS, AS_U32, 0, INT_MAX, off },
	{ "lp_interval", IFLA_BOND_LP_INTERVAL, AS_U32, 1, INT_MAX, NULL },
	{ "packets_per_slave", IFLA_BOND_PACKETS_PER_SLAVE, AS_U32, 0, 65535, NULL },
	{ "lacp_active", IFLA_BOND_AD_LACP_ACTIVE, AS_U8, 0, 1, off_on },
	{ "lacp_rate", IFLA_BOND_AD_LACP_RATE, AS_U8, 0, 1, rates },
	{ "coupled_control", BOND_COUPLED_CONTROL, AS_U8, 0, 1, off_on },
	{ "ad_select", IFLA_BOND_AD_SELECT, AS_U8, 0, 2, selections },
	{ "ad_actor_sys_prio", IFLA_BOND_AD_ACTOR_SYS_PRIO, AS_U16, 1, 65535, NULL },
	{ "ad_user_port_key", IFLA_BOND_AD_USER_PORT_KEY, AS_U16, 0, 1023, NULL },
	{ "ad_actor_system", IFLA_BOND_AD_ACTOR_SYSTEM, AS_MAC, 0, 0, NULL },
	{ "tlb_dynamic_lb", IFLA_BOND_TLB_DYNAMIC_LB, AS_U8, 0, 1, off_on },
};

bool link_name_valid(const char *name)
{
	size_t len = strlen(name);

	if (!len || len >= IFNAME_MAX || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (size_t i = 0; i < len; i++)
		if (name[i] <= ' ' || name[i] > '~' || name[i] == '/' || name[i] == ':')
			return false;
	return true;
}

static const struct bond_option *option_named(const char *name)
{
	for (size_t i = 0; i < sizeof(bond_options) / sizeof(bond_options[0]); i++)
		if (!strcmp(bond_options[i].name, name))
			return &bond_options[i];
	return NULL;
}

static bool number_of(const struct bond_option *o, const char *text, uint32_t *ret)
{
	uint64_t v;

	for (const struct value_name *n = o->names; n && n->name; n++) {
		if (!strcmp(n->name, text)) {
			*ret = n->value;
			return true;
		}
	}
	if (!parse_uint(span_of(text), 10, o->min, o->max, &v))
		return false;
	*ret = (uint32_t)v;
	return true;
}

/* Separated by ';' as on the command line, or by ',' as everywhere else. False where one is no
 * address of the family, or there are none or too many. */
static bool targets_of(const char *text, enum ip_family family, struct ip_addr ret[TARGETS_MAX],
		       uint16_t *ret_n)
{
	struct span rest = span_of(text);
	uint16_t n = 0;

	do {
		struct span part = span_cut(&rest, ';');

		do {
			struct span one = span_cut(&part, ',');

			if (n == TARGETS_MAX || !ip_parse(one, &ret[n]) ||
			    ret[n].family != family || ip_is_unset(&ret[n]))
				return false;
			n++;
		} while (part.p);
	} while (rest.p);
	*ret_n = n;
	return true;
}

static void put_targets(struct writer *w, uint16_t attr, const struct ip_addr *targets, uint16_t n)
{
	size_t nest = nl_nest_begin(w, attr);

	for (uint16_t i = 0; i < n; i++)
		nl_put(w, i, targets[i].bytes, targets[i].family == IP_V6 ? 16 : 4);
	nl_nest_end(w, nest);
}

static bool value_put(struct writer *w, const struct bond_option *o, const char *text)
{
	struct ip_addr targets[TARGETS_MAX];
	struct mac_addr mac;
	uint32_t v = 0;
	uint16_t n;

	switch (o->type) {
	case AS_U8:
	case AS_U16:
	case AS_U32:
		if (!number_of(o, text, &v))
			return false;
		if (o->type == AS_U8)
			nl_put_u8(w, o->attr, (uint8_t)v);
		else if (o->type == AS_U16)
			nl_put_u16(w, o->attr, (uint16_t)v);
		else
			nl_put_u32(w, o->attr, v);
		return true;
	case AS_IP4S:
	case AS_IP6S:
		if (!targets_of(text, o->type == AS_IP6S ? IP_V6 : IP_V4, targets, &n))
			return false;
		put_targets(w, o->attr, targets, n);
		return true;
	case AS_MAC:
		if (!mac_parse(span_of(text), &mac) || mac.len != 6)
			return false;
		nl_put(w, o->attr, mac.bytes, mac.len);
		return true;
	case AS_PORT:
		return link_name_valid(text);
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

	return o && o->type == AS_PORT;
}

bool linkmsg_bond_option_early(const struct plan_bond_option *option)
{
	const struct bond_option *o = option_named(option->name);

	return o && (o->attr == IFLA_BOND_MODE || o->attr == IFLA_BOND_MIIMON ||
		     o->attr == IFLA_BOND_ARP_INTERVAL || o->attr == IFLA_BOND_ARP_IP_TARGET);
}

static const char *kind_of(enum link_kind kind)
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

	nl_put_text(w, IFLA_INFO_KIND, kind_of(link->kind));
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

	nl_put_text(w, IFLA_INFO_KIND, kind_of(LINK_BOND));
	data = nl_nest_begin(w, IFLA_INFO_DATA);
	if (o && o->type == AS_PORT)
		nl_put_u32(w, o->attr, (uint32_t)ifindex);
	nl_nest_end(w, data);
	nl_nest_end(w, info);
}
