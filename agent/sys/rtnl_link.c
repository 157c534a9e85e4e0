/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links: up, down, renamed, made of others. */
#include "sys/rtnl.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sys/rtnl_request.h"

static int flags_set(struct rtnl *rtnl, int ifindex, unsigned int flags, const char *what,
		     struct err *err)
{
	struct ifinfomsg head = { .ifi_index = ifindex, .ifi_flags = flags, .ifi_change = IFF_UP };
	char fresh[IFNAME_MAX];
	struct rtnl_request q;

	rtnl_begin(&q, rtnl, RTM_NEWLINK, 0, &head, sizeof(head));
	return rtnl_do(&q, err, "%s: %s", rtnl_name(rtnl, ifindex, fresh), what);
}

int rtnl_up(struct rtnl *rtnl, int ifindex, struct err *err)
{
	return flags_set(rtnl, ifindex, IFF_UP, "up", err);
}

int rtnl_down(struct rtnl *rtnl, int ifindex, struct err *err)
{
	return flags_set(rtnl, ifindex, 0, "down", err);
}

int rtnl_set_mtu(struct rtnl *rtnl, int ifindex, uint32_t mtu, struct err *err)
{
	struct ifinfomsg head = { .ifi_index = ifindex };
	char fresh[IFNAME_MAX];
	struct rtnl_request q;

	rtnl_begin(&q, rtnl, RTM_NEWLINK, 0, &head, sizeof(head));
	nl_put_u32(&q.w, IFLA_MTU, mtu);
	return rtnl_do(&q, err, "%s: MTU %u", rtnl_name(rtnl, ifindex, fresh), mtu);
}

int rtnl_set_mac(struct rtnl *rtnl, int ifindex, const struct mac_addr *mac, struct err *err)
{
	struct ifinfomsg head = { .ifi_index = ifindex };
	char fresh[IFNAME_MAX], text[MAC_TEXT_MAX];
	struct rtnl_request q;

	rtnl_begin(&q, rtnl, RTM_NEWLINK, 0, &head, sizeof(head));
	nl_put(&q.w, IFLA_ADDRESS, mac->bytes, mac->len);
	return rtnl_do(&q, err, "%s: MAC %s", rtnl_name(rtnl, ifindex, fresh), mac_text(mac, text));
}

static int bad_name(const char *name, struct err *err)
{
	char text[64];

	return err_set(err, EINVAL, "\"%s\" cannot be the name of a NIC",
		       text_quote(text, sizeof(text), span_of(name)));
}

int rtnl_rename(struct rtnl *rtnl, int ifindex, const char *name, struct err *err)
{
	struct ifinfomsg head = { .ifi_index = ifindex };
	struct rtnl_nic *k = rtnl_nic_find(rtnl, ifindex);
	char fresh[IFNAME_MAX];
	struct rtnl_request q;
	int rc;

	if (!link_name_valid(name))
		return bad_name(name, err);
	rtnl_begin(&q, rtnl, RTM_NEWLINK, 0, &head, sizeof(head));
	nl_put_text(&q.w, IFLA_IFNAME, name);
	rc = rtnl_do(&q, err, "%s: renaming to %s", rtnl_name(rtnl, ifindex, fresh), name);
	/* what is asked before the kernel's news of it are read has to mean the new name */
	if (rc == 0 && k && k->nic.ifindex)
		(void)text_copy(k->nic.name, sizeof(k->nic.name),
				span_of(name)); /* valid: it fits */
	return rc;
}

/* --- making --- */

/* how: NLM_F_CREATE and NLM_F_EXCL, or 0 to change the one that is there. */
static int link_put(struct rtnl *rtnl, const struct plan_link *link, int parent_ifindex,
		    uint16_t how, struct err *err)
{
	static const struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
	struct rtnl_request q;

	rtnl_begin(&q, rtnl, RTM_NEWLINK, how, &head, sizeof(head));
	nl_put_text(&q.w, IFLA_IFNAME, link->name);
	if (link->kind == LINK_VLAN)
		nl_put_u32(&q.w, IFLA_LINK, (uint32_t)parent_ifindex);
	linkmsg_info(&q.w, link);
	switch (link->kind) {
	case LINK_VLAN:
		return rtnl_do(&q, err, "%s: VLAN %u (module 8021q)", link->name, link->vlan_id);
	case LINK_BOND:
		if (link->n_options == 1)
			return rtnl_do(&q, err, "%s: bond option %s=%s", link->name,
				       link->options[0].name, link->options[0].value);
		return rtnl_do(&q, err, "%s: bond (module bonding)", link->name);
	case LINK_BRIDGE:
		return rtnl_do(&q, err, "%s: bridge (module bridge)", link->name);
	}
	return -EINVAL;
}

static void keep_first(struct err *first, const struct err *later)
{
	if (!first->code)
		*first = *later;
}

/* What an earlier bond of that name waited for. */
static void port_options_forget(struct rtnl *rtnl, const char *bond)
{
	for (size_t i = 0; i < RTNL_PORT_OPTIONS_MAX; i++)
		if (!strcmp(rtnl->port_options[i].bond, bond))
			rtnl->port_options[i].bond[0] = '\0';
}

/* Set when the port with that name joins. */
static void port_option_keep(struct rtnl *rtnl, const char *bond,
			     const struct plan_bond_option *option)
{
	for (size_t i = 0; i < RTNL_PORT_OPTIONS_MAX; i++) {
		struct rtnl_port_option *p = &rtnl->port_options[i];

		if (p->bond[0])
			continue;
		(void)text_copy(p->bond, sizeof(p->bond), span_of(bond));
		p->option = *option;
		return;
	}
}

/* The options that can be set now; those that are wrong are said, those that name a port wait. */
static void bond_options_now(struct rtnl *rtnl, const struct plan_link *link, struct plan_link *ret,
			     struct err *first)
{
	struct err err;

	port_options_forget(rtnl, link->name);
	*ret = *link;
	ret->n_options = 0;
	for (uint8_t i = 0; i < link->n_options; i++) {
		const struct plan_bond_option *o = &link->options[i];

		if (linkmsg_bond_option_check(o, &err) < 0) {
			(void)err_wrap(&err, "%s", link->name);
			keep_first(first, &err);
		} else if (linkmsg_bond_option_of_port(o)) {
			port_option_keep(rtnl, link->name, o);
		} else {
			ret->options[ret->n_options++] = *o;
		}
	}
}

/* What refuses all options at once says not always which of them it was: one by one then, those
 * others hang on before these. */
static int bond_make_stepwise(struct rtnl *rtnl, const struct plan_link *link, struct err *first,
			      struct err *err)
{
	struct plan_link one = *link;
	struct err later;
	int rc;

	one.n_options = 0;
	rc = link_put(rtnl, &one, 0, NLM_F_CREATE, err);
	if (rc < 0)
		return rc;
	one.n_options = 1;
	for (int early = 1; early >= 0; early--) {
		for (uint8_t i = 0; i < link->n_options; i++) {
			one.options[0] = link->options[i];
			if (linkmsg_bond_option_early(&one.options[0]) == (early == 1) &&
			    link_put(rtnl, &one, 0, 0, &later) < 0)
				keep_first(first, &later);
		}
	}
	return 0;
}

static int bond_make(struct rtnl *rtnl, const struct plan_link *link, struct err *first,
		     struct err *err)
{
	struct plan_link now;
	int rc;

	bond_options_now(rtnl, link, &now, first);
	/* without NLM_F_EXCL: bonding makes a bond0 when it is loaded (max_bonds) */
	rc = link_put(rtnl, &now, 0, NLM_F_CREATE, err);
	if (rc < 0 && now.n_options)
		rc = bond_make_stepwise(rtnl, &now, first, err);
	return rc;
}

static int made_mtu_set(struct rtnl *rtnl, const struct plan_link *link, struct err *err)
{
	static const struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
	struct rtnl_request q;

	rtnl_begin(&q, rtnl, RTM_NEWLINK, 0, &head, sizeof(head));
	nl_put_text(&q.w, IFLA_IFNAME, link->name);
	nl_put_u32(&q.w, IFLA_MTU, link->mtu);
	return rtnl_do(&q, err, "%s: MTU %u", link->name, link->mtu);
}

int rtnl_link_make(struct rtnl *rtnl, const struct plan_link *link, int parent_ifindex,
		   struct err *err)
{
	struct err first = { 0 }, later;
	int rc;

	if (!link_name_valid(link->name))
		return bad_name(link->name, err);
	if (link->kind == LINK_BOND)
		rc = bond_make(rtnl, link, &first, err);
	else
		rc = link_put(rtnl, link, parent_ifindex, NLM_F_CREATE | NLM_F_EXCL, err);
	if (rc < 0)
		return rc;
	if (link->mtu && made_mtu_set(rtnl, link, &later) < 0)
		keep_first(&first, &later);
	if (first.code && err)
		*err = first;
	return first.code ? 1 : 0;
}

/* --- ports --- */

static int port_options_set(struct rtnl *rtnl, int ifindex, int master_ifindex, struct err *err)
{
	struct ifinfomsg head = { .ifi_index = master_ifindex };
	char port_fresh[IFNAME_MAX], fresh[IFNAME_MAX];
	const char *port = rtnl_name(rtnl, ifindex, port_fresh);
	const char *bond = rtnl_name(rtnl, master_ifindex, fresh);
	struct err first = { 0 }, later;

	for (size_t i = 0; i < RTNL_PORT_OPTIONS_MAX; i++) {
		const struct rtnl_port_option *p = &rtnl->port_options[i];
		struct rtnl_request q;

		if (strcmp(p->bond, bond) != 0 || strcmp(p->option.value, port) != 0)
			continue;
		rtnl_begin(&q, rtnl, RTM_NEWLINK, 0, &head, sizeof(head));
		linkmsg_bond_port(&q.w, &p->option, ifindex);
		if (rtnl_do(&q, &later, "%s: bond option %s=%s", bond, p->option.name, port) < 0)
			keep_first(&first, &later);
	}
	if (first.code && err)
		*err = first;
	return first.code ? 1 : 0;
}

static bool is_bond(struct rtnl *rtnl, int ifindex)
{
	char path[64], fresh[IFNAME_MAX];

	(void)snprintf(path, sizeof(path), "/sys/class/net/%s/bonding",
		       rtnl_name(rtnl, ifindex, fresh));
	return access(path, F_OK) == 0;
}

int rtnl_enslave(struct rtnl *rtnl, int ifindex, int master_ifindex, struct err *err)
{
	struct ifinfomsg head = { .ifi_index = ifindex };
	const struct rtnl_nic *k = rtnl_nic_find(rtnl, ifindex);
	char fresh[IFNAME_MAX], master_fresh[IFNAME_MAX];
	bool bond = is_bond(rtnl, master_ifindex);
	struct rtnl_request q;
	int rc;

	if (k && k->nic.ifindex && k->nic.master == master_ifindex)
		return 0;
	/* a bond takes no port that is up (bond_enslave()) */
	rc = bond ? rtnl_down(rtnl, ifindex, err) : 0;
	if (rc < 0)
		return rc;
	if (!bond)
		rtnl_ipv6_of_port(rtnl_name(rtnl, ifindex, fresh));
	rtnl_begin(&q, rtnl, RTM_NEWLINK, 0, &head, sizeof(head));
	nl_put_u32(&q.w, IFLA_MASTER, (uint32_t)master_ifindex);
	rc = rtnl_do(&q, err, "%s: joining %s", rtnl_name(rtnl, ifindex, fresh),
		     rtnl_name(rtnl, master_ifindex, master_fresh));
	if (rc < 0 && bond)
		(void)rtnl_up(rtnl, ifindex,
			      NULL); /* as it was; what is said is why it did not join */
	if (rc < 0)
		return rc;
	rc = rtnl_up(rtnl, ifindex, err);
	if (rc < 0 || !bond)
		return rc;
	return port_options_set(rtnl, ifindex, master_ifindex, err);
}
