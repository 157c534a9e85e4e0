/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network part of a boot as an ordinary program: every NIC up at once, DHCP on each from its
 * carrier on, each lease put on its NIC, conflict detection beside it; as boot_nic.c and
 * boot_addr.c do with root=dhcp. Ends when it is killed.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "core/backoff.h"
#include "core/netconf.h"
#include "sys/acd_nic.h"
#include "sys/dhcp_nic.h"
#include "sys/rtnl.h"

struct client_nic {
	struct nic nic; /* ifindex 0: free */
	struct dhcp_nic *dhcp;
	struct acd_nic *acd;
	bool configured;
	struct netconf conf;
};

struct client {
	struct loop *loop;
	struct rtnl *rtnl;
	uint64_t seed;
	struct client_nic nics[DHCP_NICS_MAX];
};

static struct client_nic *nic_by_index(struct client *c, int ifindex)
{
	for (int i = 0; i < DHCP_NICS_MAX; i++)
		if (c->nics[i].nic.ifindex == ifindex)
			return &c->nics[i];
	return NULL;
}

static void say(const struct client_nic *n, const char *text)
{
	fprintf(stderr, "%s: %s\n", n->nic.name, text);
}

static void on_acd(void *arg, int ifindex, const struct ip_addr *address, bool conflict,
		   const struct mac_addr *holder)
{
	const struct client_nic *n = nic_by_index(arg, ifindex);

	(void)address;
	(void)holder;
	if (n && conflict)
		say(n, "the address is somebody else's");
}

static void take_lease(struct client *c, struct client_nic *n, const struct lease *lease)
{
	struct netconf conf;
	struct err err;

	netconf_from_lease(lease, &conf);
	if (rtnl_change(c->rtnl, n->nic.ifindex, n->configured ? &n->conf : NULL, &conf, &err)) {
		say(n, err.text);
		return;
	}
	n->conf = conf;
	n->configured = true;
	if (n->acd)
		return;
	n->acd = acd_nic_start(c->loop, n->nic.ifindex, &n->nic.mac, &conf.address, on_acd, c,
			       &err);
	if (!n->acd)
		say(n, err.text);
}

static void on_dhcp(void *arg, int ifindex, enum dhcp_news news, const struct lease *lease,
		    const char *text)
{
	struct client_nic *n = nic_by_index(arg, ifindex);

	if (!n)
		return;
	if (news == DHCP_NEWS_LEASE)
		take_lease(arg, n, lease);
	else
		say(n, text);
}

static void start_dhcp(struct client *c, struct client_nic *n)
{
	struct dhcp_config config = { .mac = n->nic.mac,
				      .seed = rng_next(&c->seed),
				      .rapid_commit = true,
				      .wants = DHCP_WANT_ROOT };
	struct err err;

	n->dhcp = dhcp_nic_start(c->loop, n->nic.ifindex, n->nic.name, &config, on_dhcp, c, &err);
	if (!n->dhcp)
		say(n, err.text);
}

static void on_nic(void *arg, const struct nic *nic, bool gone)
{
	struct client *c = arg;
	struct client_nic *n = nic_by_index(c, nic->ifindex);
	bool fresh = !n;
	struct err err;

	if (nic->loopback || gone)
		return;
	if (!n)
		n = nic_by_index(c, 0);
	if (!n)
		return;
	n->nic = *nic;
	if (fresh && !nic->up && rtnl_up(c->rtnl, nic->ifindex, &err) < 0)
		say(n, err.text);
	if (n->dhcp)
		dhcp_nic_carrier(n->dhcp, nic->carrier);
	else if (nic->carrier)
		start_dhcp(c, n);
}

int main(void)
{
	static struct client client;
	struct err err;

	if (getrandom(&client.seed, sizeof(client.seed), 0) < 0) {
		perror("net_client: getrandom");
		return 1;
	}
	client.loop = loop_open(&err);
	if (client.loop)
		client.rtnl = rtnl_open(client.loop, on_nic, &client, &err);
	if (!client.rtnl) {
		fprintf(stderr, "net_client: %s\n", err.text);
		return 1;
	}
	for (;;)
		loop_turn(client.loop);
}
