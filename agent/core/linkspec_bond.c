/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bond= and team=. What the kernel would refuse is refused by name here, or left out where it only
 * has no meaning in the mode chosen. */
#include "core/linkspec.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/bond_options.h"
#include "core/ipspec.h"
#include "core/linkspec_ports.h"
#include "core/netspec.h"

static struct plan_bond_option *option_of(struct plan_link *link, const char *name)
{
	for (int i = 0; i < link->n_options; i++)
		if (!strcmp(link->options[i].name, name))
			return &link->options[i];
	return NULL;
}

static void drop_option(struct plan_link *link, const char *name)
{
	struct plan_bond_option *option = option_of(link, name);

	if (option)
		*option = link->options[--link->n_options];
}

static int set_option(struct plan_link *link, const char *name, const char *value, struct err *err)
{
	struct plan_bond_option *option = option_of(link, name);

	if (!option) {
		if (link->n_options == PLAN_BOND_OPTIONS_MAX)
			return err_set(err, EINVAL, "%s has more than %d options", link->name,
				       PLAN_BOND_OPTIONS_MAX);
		option = &link->options[link->n_options++];
		(void)snprintf(option->name, sizeof(option->name), "%s", name); /* from our table */
	}
	(void)text_copy(option->value, sizeof(option->value), span_of(value)); /* as long at most */
	return 0;
}

/* --- values --- */

/* Names by their names, whichever way they are given. */
static bool read_number(const struct bond_option *row, struct span text, struct out *out)
{
	uint32_t number;

	if (!bond_option_number(row, text, &number))
		return false;
	if (row->names)
		out_add(out, "%s", row->names[number]);
	else
		out_add(out, "%u", number);
	return true;
}

static bool is_among(const struct ip_addr *ip, const struct ip_addr *list, int n)
{
	for (int i = 0; i < n; i++)
		if (ip_eq(ip, &list[i]))
			return true;
	return false;
}

/* dracut's ';' between addresses becomes the ',' of bonding.rst. The kernel takes none twice. */
static bool read_list(struct span text, enum ip_family family, struct out *out)
{
	struct ip_addr list[BOND_TARGETS_MAX];
	char a[IP_TEXT_MAX];

	for (int n = 0; text.p; n++) {
		struct span item = netspec_unbracket(netspec_cut(&text, ';'));

		if (n == BOND_TARGETS_MAX || !ip_parse(item, &list[n]) ||
		    list[n].family != family || !ip_is_host(&list[n]) ||
		    is_among(&list[n], list, n))
			return false;
		out_add(out, "%s%s", n ? "," : "", ip_text(&list[n], a));
	}
	return true;
}

/* All zeros: that of the bond, bonding.rst. */
static bool read_mac(struct span text, struct out *out)
{
	struct mac_addr mac;
	char t[MAC_TEXT_MAX];

	if (!mac_parse(netspec_unbracket(text), &mac) || mac.len != 6 || mac.bytes[0] & 1)
		return false;
	out_add(out, "%s", mac_text(&mac, t));
	return true;
}

static bool read_value(const struct bond_option *row, struct span text, struct out *out)
{
	switch (row->value) {
	case BOND_NUMBER:
	case BOND_SWITCH:
	case BOND_NAME:
		return read_number(row, text, out);
	case BOND_IP4_LIST:
		return read_list(text, IP_V4, out);
	case BOND_IP6_LIST:
		return read_list(text, IP_V6, out);
	case BOND_PORT:
		if (ifname_valid(text))
			out_add(out, "%.*s", SPAN_ARG(text));
		return out->len > 0;
	case BOND_MAC:
		return read_mac(text, out);
	case BOND_UNUSED:
		return true;
	}
	return false;
}

/* What would have been right. */
static void expected(const struct bond_option *row, struct out *out)
{
	switch (row->value) {
	case BOND_NUMBER:
		out_add(out, "%u to %u", row->min, row->max);
		break;
	case BOND_SWITCH:
		out_add(out, "0 or 1");
		break;
	case BOND_NAME:
		for (size_t i = 0; row->names[i]; i++)
			out_add(out, "%s%s", i ? ", " : "", row->names[i]);
		break;
	case BOND_IP4_LIST:
		out_add(out, "up to %d different IPv4 addresses with ';' between them",
			BOND_TARGETS_MAX);
		break;
	case BOND_IP6_LIST:
		out_add(out, "up to %d different IPv6 addresses in [ ] with ';' between them",
			BOND_TARGETS_MAX);
		break;
	case BOND_PORT:
		out_add(out, "the name of a port");
		break;
	case BOND_MAC:
		out_add(out, "a MAC address with '-'");
		break;
	case BOND_UNUSED:
		break;
	}
}

static int take_option(struct span word, struct plan_link *link, struct out *choices,
		       struct err *err)
{
	struct span text = word, name = span_cut(&text, '=');
	const struct bond_option *row = bond_option_find(name);
	char value[sizeof(link->options[0].value)], want[128], q[NETSPEC_QUOTE_MAX];
	struct out out = out_to(value, sizeof(value)), o_want = out_to(want, sizeof(want));

	if (!row)
		return err_set(err, EINVAL, "\"%s\" is no option of a bond",
			       netspec_quote(q, name));
	if (!text.len)
		return err_set(err, EINVAL, "the option %s has no value", row->name);
	if (!read_value(row, text, &out)) {
		expected(row, &o_want);
		return err_set(err, EINVAL, "\"%s\" is no value of the option %s (%s)",
			       netspec_quote(q, text), row->name, want);
	}
	if (out.cut)
		return err_set(err, EINVAL, "the value of the option %s is longer than %zu bytes",
			       row->name, sizeof(value) - 1);
	if (row->value == BOND_UNUSED) {
		netspec_choose(choices, "%s has no effect here", row->name);
		return 0;
	}
	if (option_of(link, row->name))
		netspec_choose(choices, "%s is there twice, the last one counts", row->name);
	return set_option(link, row->name, value, err);
}

/* --- options together --- */

static bool is_on(struct plan_link *link, const char *name)
{
	const struct plan_bond_option *option = option_of(link, name);

	return option && strcmp(option->value, "0") != 0 && strcmp(option->value, "none") != 0;
}

static int mode_of(struct plan_link *link)
{
	const struct plan_bond_option *mode = option_of(link, "mode");
	int i = 0;

	while (mode && bond_modes[i + 1] && strcmp(mode->value, bond_modes[i]) != 0)
		i++;
	return i;
}

/* bond_opt_check_deps(): -EACCES for the whole link, so these stay out. */
static void drop_foreign_options(struct plan_link *link, struct out *choices)
{
	int mode = mode_of(link), i = 0;

	while (i < link->n_options) {
		const struct bond_option *row = bond_option_find(span_of(link->options[i].name));

		if (!row || row->modes & 1u << mode) {
			i++;
			continue;
		}
		netspec_choose(choices, "%s has no meaning in mode %s, left out", row->name,
			       bond_modes[mode]);
		drop_option(link, row->name);
	}
}

/* bond_changelink(): -EINVAL where both monitors are on. */
static void drop_second_monitor(struct plan_link *link, struct out *choices)
{
	static const char *const of_arp[] = { "arp_interval", "arp_validate" };

	for (int i = 0; i < 2; i++) {
		if (!is_on(link, "miimon") || !is_on(link, of_arp[i]))
			continue;
		netspec_choose(choices, "miimon and %s exclude each other, %s is left out",
			       of_arp[i], of_arp[i]);
		drop_option(link, of_arp[i]);
	}
}

/* _bond_option_delay_set(): -EPERM without miimon, be it for a delay of 0. */
static void drop_delays(struct plan_link *link, struct out *choices)
{
	static const char *const delays[] = { "updelay", "downdelay", "peer_notif_delay" };

	for (int i = 0; i < 3 && !is_on(link, "miimon"); i++) {
		if (!option_of(link, delays[i]))
			continue;
		netspec_choose(choices, "%s has no meaning without miimon, left out", delays[i]);
		drop_option(link, delays[i]);
	}
}

static bool has_port(const struct plan_link *link, const char *name)
{
	for (int i = 0; i < link->n_ports; i++)
		if (link->ports[i].mac.len || !strcmp(link->ports[i].ifname, name))
			return true; /* a MAC may be anybody's */
	return false;
}

static int settle_options(struct plan_link *link, struct out *choices, struct err *err)
{
	const struct plan_bond_option *primary;
	int r = 0;

	if (!option_of(link, "mode")) {
		netspec_choose(choices, "no mode given, %s", bond_modes[0]);
		r = set_option(link, "mode", bond_modes[0], err);
	}
	if (r)
		return r;
	drop_foreign_options(link, choices);
	/* without either, a dead link is not noticed at all; systemd and NetworkManager do so */
	if (!option_of(link, "miimon") && !is_on(link, "arp_interval") &&
	    (r = set_option(link, "miimon", "100", err)))
		return r;
	drop_second_monitor(link, choices);
	drop_delays(link, choices);
	if (is_on(link, "arp_interval") && !option_of(link, "arp_ip_target") &&
	    !option_of(link, "ns_ip6_target"))
		netspec_choose(choices, "arp_interval watches nothing without arp_ip_target");
	primary = option_of(link, "primary");
	if (primary && !has_port(link, primary->value))
		netspec_choose(choices, "the primary %s is none of the ports", primary->value);
	return 0;
}

int linkspec_bond(struct span value, struct plan_link *ret, struct out *choices, struct err *err)
{
	struct span rest = value.len ? value : span_of("bond0:eth0,eth1:mode=balance-rr");
	struct plan_link link = { .kind = LINK_BOND };
	struct span options, mtu, ports;
	int r = linkspec_name(span_cut(&rest, ':'), &link, err);

	if (r)
		return r;
	if (!rest.len) { /* as dracut */
		ports = span_of("eth0,eth1");
		netspec_choose(choices, "no ports given, eth0 and eth1");
		r = linkspec_ports(&ports, &link, err);
	} else {
		r = linkspec_ports(&rest, &link, err);
	}
	options = netspec_cut(&rest, ':');
	while (!r && options.len)
		r = take_option(netspec_cut(&options, ','), &link, choices, err);
	mtu = span_cut(&rest, ':');
	if (!r && mtu.len)
		r = netspec_mtu(mtu, &link.mtu, err);
	if (!r && rest.p)
		r = err_set(err, EINVAL, "nothing may stand behind the MTU of %s", link.name);
	if (!r)
		r = settle_options(&link, choices, err);
	if (r)
		return r;
	link.given = ret->given;
	*ret = link;
	return 0;
}

/* --- team= --- */

struct runner_row {
	const char *runner, *mode; /* mode NULL: no bond does that */
};

/* teamd.conf(5); the first is dracut's default */
static const struct runner_row runner_rows[] = {
	{ "activebackup", "active-backup" }, { "roundrobin", "balance-rr" },
	{ "broadcast", "broadcast" },	     { "lacp", "802.3ad" },
	{ "loadbalance", "balance-xor" },    { "random", NULL },
};

static const struct runner_row *runner_find(struct span name)
{
	if (!name.len)
		return &runner_rows[0];
	for (size_t i = 0; i < sizeof(runner_rows) / sizeof(runner_rows[0]); i++)
		if (span_eq(name, runner_rows[i].runner))
			return &runner_rows[i];
	return NULL;
}

int linkspec_team(struct span value, struct plan_link *ret, struct out *choices, struct err *err)
{
	struct plan_link link = { .kind = LINK_BOND };
	struct span rest = value;
	const struct runner_row *row;
	char q[NETSPEC_QUOTE_MAX];
	int r;

	r = linkspec_name_and_ports(&rest, &link, err);
	if (r)
		return r;
	row = runner_find(rest);
	if (!row)
		return err_set(err, EINVAL,
			       "\"%s\" is no runner of a team that is known here, use "
			       "bond=",
			       netspec_quote(q, rest));
	if (!row->mode)
		return err_set(err, ENOTSUP,
			       "no mode of a bond does what the runner \"%s\" does, use bond=",
			       row->runner);
	if ((r = set_option(&link, "mode", row->mode, err)) ||
	    (r = set_option(&link, "miimon", "100", err)))
		return r;
	netspec_choose(choices, "the team is made as a bond in mode %s", row->mode);
	link.given = ret->given;
	*ret = link;
	return 0;
}
