/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guard keeps alive, first kind: the address of a lease, DHCP's or DHCPv6's. This file
 * carries out; what is to be done about an address is core/guard_take's, about a lease core/dhcp's
 * and core/dhcp6's.
 */
#include <stdio.h>
#include <string.h>

#include "core/guard_take.h"
#include "core/netconf.h"
#include "guard_charge.h"
#include "sys/dhcp6_nic.h"
#include "sys/dhcp_nic.h"
#include "sys/log.h"

struct lease_charge;

struct family {
	int (*start)(struct lease_charge *c, struct err *err);
	void (*stop)(struct lease_charge *c);
};

struct lease_charge {
	struct charge charge; /* first: charges of this kind are cast to it */
	const struct family *family;
	const struct guard_nic *nic;
	/* not nic's once it was taken out and put in again, or renamed by the booted system */
	int ifindex;
	char ifname[IFNAME_MAX];
	struct lease lease; /* the last of the address that is kept */
	const struct netconf_rules *rules;
	struct netconf conf; /* what the NIC has */
	struct take take;
	struct dhcp_nic *client4;
	struct dhcp6_nic *client6;
	bool carrier; /* of the NIC, as heard last */
	bool failing; /* it was said that the client cannot work */
};

/* One for each family of each NIC. */
static struct lease_charge leases[2 * GUARD_NICS_MAX];

static struct lease_charge *lease_of(struct charge *charge)
{
	return (struct lease_charge *)charge;
}

static void conf_of(const struct lease_charge *c, struct netconf *ret)
{
	netconf_from_lease(&c->lease, ret);
	netconf_follow(ret, c->rules);
	if (ret->address.family == IP_V6)
		ret->mtu = 0; /* set in a file, out of reach here; renewals do not change it */
}

static void address_put(struct lease_charge *c, const struct take_actions *act)
{
	struct netconf conf, *before = NULL;
	struct err err;

	conf_of(c, &conf);
	conf.prefix = c->conf.prefix; /* to change it is to take the address off */
	conf.valid_s = conf.preferred_s = act->put_valid_s;
	if (!act->put_all && !netconf_other_ways(&c->conf, &conf)) {
		conf.n_routes =
			0; /* they may have been changed by somebody, and it is none of ours */
		conf.mtu = 0;
	} else if (!act->put_all) {
		before = &c->conf;
		log_line(LOG_LEVEL_INFO, "guard",
			 "%s: the renewed lease has other routes or another MTU: set", c->ifname);
	}
	if (rtnl_change(c->charge.rtnl, c->ifindex, before, &conf, &err) != 0)
		log_line(LOG_LEVEL_WARN, "guard", "%s", err.text);
	if (before || act->put_all)
		c->conf = conf;
}

static void client_carrier(const struct lease_charge *c)
{
	if (c->client4)
		dhcp_nic_carrier(c->client4, c->carrier);
	if (c->client6)
		dhcp6_nic_carrier(c->client6, c->carrier);
}

static void client_ask(struct lease_charge *c, enum take_ask ask)
{
	struct err err;

	switch (ask) {
	case TAKE_ASK_ON:
		return;
	case TAKE_ASK_NOT:
		c->family->stop(c);
		return;
	case TAKE_ASK_ANEW:
		c->family->stop(c);
		if (c->family->start(c, &err) < 0)
			log_line(LOG_LEVEL_WARN, "guard", "%s: %s, going on without asking",
				 c->ifname, err.text);
		client_carrier(c); /* which it cannot read itself, confined as this process is */
		return;
	}
}

/* The address first: talking may take a moment on a slow console. */
static void take_do(struct lease_charge *c, const struct take_event *ev)
{
	struct take_actions act;

	take_step(&c->take, ev, &act);
	if (act.put)
		address_put(c, &act);
	client_ask(c, act.ask);
	guard_say(act.say, act.text);
	if (act.leave)
		charge_leave(&c->charge);
}

static void on_news(void *arg, int ifindex, enum dhcp_news news, const struct lease *lease,
		    const char *text)
{
	struct lease_charge *c = arg;
	struct take_event ev = { .now_ns = clock_now_ns(), .lease = lease, .text = text };

	(void)ifindex;
	switch (news) {
	case DHCP_NEWS_LEASE:
		c->failing = false;
		if (ip_eq(&lease->address, &c->lease.address))
			lease_to_keep(lease, &c->lease);
		ev.kind = TAKE_EV_LEASE;
		break;
	case DHCP_NEWS_LOST:
		ev.kind = TAKE_EV_LOST;
		break;
	case DHCP_NEWS_WAITING:
		ev.kind = TAKE_EV_WAITING;
		break;
	case DHCP_NEWS_FAILED:
		if (!c->failing)
			log_line(LOG_LEVEL_WARN, "guard", "%s: %s, trying on", c->ifname, text);
		c->failing = true;
		return;
	case DHCP_NEWS_REFUSED: /* what comes of it is told as well */
		return;
	}
	take_do(c, &ev);
}

static int lease4_start(struct lease_charge *c, struct err *err)
{
	struct dhcp_config config = c->nic->config4;

	/* should it come to asking anew: for the same address, wherever the root is named by now */
	config.request = c->lease.address;
	config.rapid_commit = false;
	config.wants = 0;
	config.keeps = true;
	/* firmware had it, and nobody has answered so far */
	config.init_reboot = ip_is_unset(&c->lease.server_id);
	c->client4 = dhcp_nic_resume(c->charge.loop, c->ifindex, c->ifname, &config,
				     config.init_reboot ? NULL : &c->lease, on_news, c, err);
	return c->client4 ? 0 : -1;
}

static void lease4_stop(struct lease_charge *c)
{
	if (c->client4)
		dhcp_nic_stop(c->client4);
	c->client4 = NULL;
}

static int lease6_start(struct lease_charge *c, struct err *err)
{
	struct dhcp6_config config = c->nic->config6;

	config.wants = 0;
	config.keeps = true;
	c->client6 = dhcp6_nic_start(c->charge.loop, c->ifindex, c->ifname, &config, &c->lease,
				     on_news, c, err);
	return c->client6 ? 0 : -1;
}

static void lease6_stop(struct lease_charge *c)
{
	if (c->client6)
		dhcp6_nic_stop(c->client6);
	c->client6 = NULL;
}

/* The same NIC under another number, after it was taken out: everything of it begins again. */
static void nic_back(struct lease_charge *c, const struct nic *nic)
{
	struct take_event ev = { .kind = TAKE_EV_NIC_BACK, .now_ns = clock_now_ns() };
	struct err err;

	c->family->stop(c);
	c->ifindex = nic->ifindex;
	rtnl_rank_set(c->charge.rtnl, c->ifindex, c->nic->rank);
	if (rtnl_up(c->charge.rtnl, c->ifindex, &err) < 0 || c->family->start(c, &err) < 0)
		log_line(LOG_LEVEL_WARN, "guard", "%s", err.text);
	take_do(c, &ev);
}

static void lease_link(struct charge *charge, const struct nic *nic, bool gone)
{
	struct lease_charge *c = lease_of(charge);
	struct take_event ev = { .kind = TAKE_EV_NIC_GONE, .now_ns = clock_now_ns() };

	if (c->take.nic_gone && !gone && !strcmp(nic->name, c->ifname))
		nic_back(c, nic);
	if (nic->ifindex != c->ifindex)
		return;
	(void)snprintf(c->ifname, sizeof(c->ifname), "%s", nic->name);
	take_rename(&c->take, nic->name);
	c->carrier = nic->carrier;
	client_carrier(c);
	if (gone)
		take_do(c, &ev);
}

static void lease_addr(struct charge *charge, const struct addr_news *news)
{
	struct lease_charge *c = lease_of(charge);
	struct take_addr addr = { .address = news->address,
				  .gone = news->state == ADDR_GONE,
				  .slaac = news->dynamic,
				  .ours = news->ours,
				  .others = !news->ours && !news->kernels,
				  .valid_s = news->valid_s };
	struct take_event ev = { .kind = TAKE_EV_ADDR, .now_ns = clock_now_ns(), .addr = &addr };

	if (news->ifindex == c->ifindex)
		take_do(c, &ev);
}

static uint64_t lease_deadline(const struct charge *charge)
{
	return take_deadline(&((const struct lease_charge *)charge)->take);
}

static void lease_expired(struct charge *charge, uint64_t now_ns)
{
	struct take_event ev = { .kind = TAKE_EV_DEADLINE, .now_ns = now_ns };

	take_do(lease_of(charge), &ev);
}

static void lease_stop(struct charge *charge)
{
	struct lease_charge *c = lease_of(charge);

	c->family->stop(c);
}

static const struct charge_kind lease_kind = { lease_stop, lease_link, lease_addr, lease_deadline,
					       lease_expired };

static void lease_take(struct guard *guard, struct lease_charge *c, const struct family *family,
		       const struct guard_nic *nic, const struct lease *lease,
		       const struct netconf_rules *rules, const char *root)
{
	struct err err;

	if (ip_is_unset(&lease->address)) /* nothing that could end: DHCPv6 for options only */
		return;
	c->family = family;
	c->nic = nic;
	c->ifindex = nic->ifindex;
	(void)snprintf(c->ifname, sizeof(c->ifname), "%s", nic->ifname);
	c->lease = *lease;
	c->rules = rules;
	conf_of(c, &c->conf);
	take_init(&c->take, nic->ifname, root, lease, clock_now_ns());
	if (charge_take(guard, &c->charge, &lease_kind, &err) == 0) {
		rtnl_rank_set(c->charge.rtnl, c->ifindex, nic->rank);
		if (family->start(c, &err) == 0)
			return;
		charge_leave(&c->charge);
	}
	log_line(LOG_LEVEL_ERROR, "guard",
		 "%s: %s: nobody renews its lease until the booted system does", nic->ifname,
		 err.text);
}

void guard_leases(struct guard *guard, const struct guard_brief *brief)
{
	static const struct family family4 = { lease4_start, lease4_stop };
	static const struct family family6 = { lease6_start, lease6_stop };

	for (uint8_t i = 0; i < brief->n_nics && i < GUARD_NICS_MAX; i++) {
		const struct guard_nic *nic = &brief->nics[i];

		if (nic->have4)
			lease_take(guard, &leases[2 * i], &family4, nic, &nic->lease4, &nic->rules4,
				   brief->root);
		if (nic->have6)
			lease_take(guard, &leases[2 * i + 1], &family6, nic, &nic->lease6,
				   &nic->rules6, brief->root);
	}
}
