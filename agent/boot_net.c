/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows link and address: every NIC the plan wants is brought up at once, each with its own DHCP
 * client or static address; the first that makes the root reachable is the boot NIC.
 */
#include "boot.h"

#include <string.h>

#include "core/backoff.h"
#include "sys/log.h"
#include "sys/mount.h"

static struct boot_nic *nic_by_index(struct boot *b, int ifindex)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		if (b->nics[i].nic.ifindex == ifindex)
			return &b->nics[i];
	return NULL;
}

const struct boot_nic *net_boot_nic(const struct boot *b)
{
	for (int i = 0; b->boot_ifindex && i < BOOT_NICS_MAX; i++)
		if (b->nics[i].nic.ifindex == b->boot_ifindex)
			return &b->nics[i];
	return NULL;
}

static int lease_slot(const struct boot *b, int ifindex)
{
	for (int i = 0; i < b->in.n_leases; i++)
		if (b->lease_ifindex[i] == ifindex)
			return i;
	return -1;
}

/* --- addresses --- */

static bool has_default_route(const struct boot *b, int but_ifindex)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		const struct boot_nic *n = &b->nics[i];

		for (int r = 0;
		     n->configured && n->nic.ifindex != but_ifindex && r < n->conf.n_routes; r++)
			if (!n->conf.routes[r].prefix)
				return true;
	}
	return false;
}

/* One default route in the machine: that of the NIC that was configured first. */
static void drop_default_routes(struct netconf *conf)
{
	uint8_t n = 0;

	for (uint8_t i = 0; i < conf->n_routes; i++)
		if (conf->routes[i].prefix)
			conf->routes[n++] = conf->routes[i];
	conf->n_routes = n;
}

static void configure(struct boot *b, struct boot_nic *n, const struct netconf *conf)
{
	struct netconf mine = *conf;
	char text[IP_TEXT_MAX];
	struct err err;
	int ret;

	if (has_default_route(b, n->nic.ifindex))
		drop_default_routes(&mine);
	if (n->configured && !ip_eq(&n->conf.address, &mine.address))
		(void)rtnl_flush(b->rtnl, n->nic.ifindex, &n->conf,
				 NULL); /* a left-over address does no harm */
	ret = rtnl_apply(b->rtnl, n->nic.ifindex, &mine, &err);
	if (ret < 0) {
		log_line(LOG_LEVEL_ERROR, "address", "%s: %s", n->nic.name, err.text);
		return;
	}
	if (ret > 0)
		log_line(LOG_LEVEL_WARN, "address", "%s: %s, going on without", n->nic.name,
			 err.text);
	n->conf = mine;
	n->configured = true;
	b->dirty = true;
	log_line(LOG_LEVEL_DEBUG, "address", "%s: %s/%u set", n->nic.name,
		 ip_text(&mine.address, text), mine.prefix);
}

/* --- leases --- */

static void say_lease(const struct lease *l)
{
	char address[IP_TEXT_MAX], server[IP_TEXT_MAX], root_path[128];

	log_line(LOG_LEVEL_INFO, "address", "%s: %s/%u from DHCP server %s%s%s", l->ifname,
		 ip_text(&l->address, address), l->prefix, ip_text(&l->server_id, server),
		 l->root_path[0] ? ", root-path " : "",
		 text_quote(root_path, sizeof(root_path), span_of(l->root_path)));
}

static void keep_lease(struct boot *b, const struct boot_nic *n, const struct lease *lease)
{
	int slot = lease_slot(b, n->nic.ifindex);

	if (slot < 0 && b->in.n_leases < PLAN_LEASES_MAX)
		slot = b->in.n_leases++;
	if (slot < 0)
		return;
	b->leases[slot] = *lease;
	b->leases[slot].acquired_ns = clock_now_ns();
	(void)text_copy(b->leases[slot].ifname, sizeof(b->leases[slot].ifname),
			span_of(n->nic.name));
	b->lease_ifindex[slot] = n->nic.ifindex;
	say_lease(&b->leases[slot]);
}

static void forget_lease(struct boot *b, int ifindex)
{
	int slot = lease_slot(b, ifindex);

	if (slot < 0)
		return;
	b->in.n_leases--;
	memmove(&b->leases[slot], &b->leases[slot + 1],
		(size_t)(b->in.n_leases - slot) * sizeof(b->leases[0]));
	memmove(&b->lease_ifindex[slot], &b->lease_ifindex[slot + 1],
		(size_t)(b->in.n_leases - slot) * sizeof(b->lease_ifindex[0]));
}

/* A lease is put on its NIC where the root needs it: it gave the root, or the root is known without
 * any. */
static void use_leases(struct boot *b)
{
	struct netconf conf;

	for (int i = 0; i < b->in.n_leases; i++) {
		struct boot_nic *n = nic_by_index(b, b->lease_ifindex[i]);
		const struct given *given = &b->plan.roots[0].given;

		if (!n || !b->plan.n_roots)
			continue;
		if (b->plan.root_from_dhcp && (given->by != FROM_DHCP || given->lease != i))
			continue;
		netconf_from_lease(&b->leases[i], &conf);
		configure(b, n, &conf);
	}
}

/* A new lease may bring another root than the one that is being tried, or that failed. */
static void follow_root(struct boot *b, const struct plan_root *before, uint8_t n_before)
{
	bool same = b->plan.n_roots == n_before &&
		    (!n_before || plan_root_eq(before, &b->plan.roots[0]));

	if (same)
		return;
	root_want_modules(b);
	if (phase_is(b, PHASE_ADDRESS, PHASE_BACKOFF))
		phase_restart(b, PHASE_ADDRESS);
	else if (phase_is(b, PHASE_ADDRESS, PHASE_DONE) &&
		 !phase_is(b, PHASE_HANDOVER, PHASE_RUNNING))
		phase_restart(b, PHASE_ATTACH);
}

static void on_dhcp(void *arg, int ifindex, enum dhcp_news news, const struct lease *lease,
		    const char *text)
{
	static struct plan_root before;
	struct boot *b = arg;
	struct boot_nic *n = nic_by_index(b, ifindex);
	uint8_t n_before = b->plan.n_roots;

	if (!n)
		return;
	b->dirty = true;
	switch (news) {
	case DHCP_NEWS_LEASE:
		before = b->plan.roots[0];
		keep_lease(b, n, lease);
		if (text[0])
			log_line(LOG_LEVEL_WARN, "address", "%s: %s", n->nic.name, text);
		boot_replan(b);
		use_leases(b);
		follow_root(b, &before, n_before);
		break;
	case DHCP_NEWS_LOST:
		log_line(LOG_LEVEL_WARN, "address", "%s: the lease has ended, asking again",
			 n->nic.name);
		forget_lease(b, ifindex);
		boot_replan(b);
		break;
	case DHCP_NEWS_WAITING:
		log_line(LOG_LEVEL_DEBUG, "address", "%s: %s", n->nic.name, text);
		break;
	case DHCP_NEWS_REFUSED:
	case DHCP_NEWS_FAILED:
		log_line(LOG_LEVEL_WARN, "address", "%s: %s", n->nic.name, text);
		break;
	}
}

static void start_dhcp(struct boot *b, struct boot_nic *n)
{
	struct dhcp_config config = { .mac = n->nic.mac };
	struct err err;

	config.seed = rng_next(&b->seed);
	config.request = n->ip.address; /* ip=<address>:...:dhcp: the one it had before */
	(void)text_copy(config.host_name, sizeof(config.host_name), span_of(n->ip.host_name));
	n->dhcp = dhcp_nic_start(b->loop, n->nic.ifindex, n->nic.name, &config, on_dhcp, b, &err);
	if (!n->dhcp)
		log_line(LOG_LEVEL_ERROR, "address", "%s: %s", n->nic.name, err.text);
}

/* --- NICs as they come and go --- */

/* A static ip= without a device fits every NIC and is given to the first that has a carrier. */
static bool address_in_use(const struct boot *b, const struct ip_addr *address)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		if (b->nics[i].configured && ip_eq(&b->nics[i].conf.address, address))
			return true;
	return false;
}

static void configure_by_plan(struct boot *b, struct boot_nic *n)
{
	struct netconf conf;

	if (!n->wanted || !n->nic.carrier)
		return;
	switch (n->ip.v4) {
	case IP4_DHCP:
		if (!n->dhcp)
			start_dhcp(b, n);
		break;
	case IP4_STATIC:
		if (!n->configured && !address_in_use(b, &n->ip.address)) {
			netconf_from_ip(&n->ip, &conf);
			configure(b, n, &conf);
		}
		break;
	case IP4_LINK_LOCAL:
	case IP4_OFF:
		break;
	}
}

static void take_up(struct boot *b, struct boot_nic *n)
{
	struct nic_facts facts = { n->nic.name, n->nic.mac, n->nic.ethernet, n->nic.physical,
				   n->nic.wireless };
	char mac[MAC_TEXT_MAX];
	struct nic_choice choice;
	struct err err;

	plan_for_nic(&b->plan, &facts, &choice);
	n->wanted = choice.v4;
	if (!n->wanted) {
		log_line(LOG_LEVEL_INFO, "link", "%s (%s) is left alone: %s", n->nic.name,
			 mac_text(&n->nic.mac, mac), choice.why);
		return;
	}
	n->ip = *choice.v4;
	if (n->nic.up)
		return;
	if (rtnl_up(b->rtnl, n->nic.ifindex, &err) < 0) {
		n->wanted = false;
		log_line(LOG_LEVEL_ERROR, "link", "%s: %s", n->nic.name, err.text);
	}
}

static void nic_gone(struct boot *b, struct boot_nic *n)
{
	if (n->dhcp)
		dhcp_nic_stop(n->dhcp);
	log_line(LOG_LEVEL_WARN, "link", "%s is gone", n->nic.name);
	forget_lease(b, n->nic.ifindex);
	if (b->boot_ifindex == n->nic.ifindex)
		b->boot_ifindex = 0;
	memset(n, 0, sizeof(*n));
	boot_replan(b);
}

static void on_nic(void *arg, const struct nic *nic, bool gone)
{
	struct boot *b = arg;
	struct boot_nic *n = nic_by_index(b, nic->ifindex);
	bool had_carrier = n && n->nic.carrier;

	if (nic->loopback)
		return;
	b->dirty = true;
	if (gone) {
		if (n)
			nic_gone(b, n);
		return;
	}
	if (!n) {
		n = nic_by_index(b, 0);
		if (!n) {
			log_line(LOG_LEVEL_WARN, "link", "%s is left alone: more than %u NICs",
				 nic->name, BOOT_NICS_MAX);
			return;
		}
		n->nic = *nic;
		if (!b->in.machine_mac.len && nic->ethernet) {
			b->in.machine_mac = nic->mac;
			boot_replan(b);
		}
		take_up(b, n);
	}
	n->nic = *nic;
	if (n->wanted && had_carrier != nic->carrier)
		log_line(LOG_LEVEL_DEBUG, "link", "%s: carrier %s", nic->name,
			 nic->carrier ? "up" : "down");
	if (n->dhcp && had_carrier != nic->carrier)
		dhcp_nic_carrier(n->dhcp, nic->carrier);
	configure_by_plan(b, n);
}

/* --- the rows --- */

void link_start(struct boot *b)
{
	struct err err;

	if (b->rtnl)
		return;
	b->rtnl = rtnl_open(b->loop, on_nic, b, &err);
	if (!b->rtnl)
		phase_failed(b, PHASE_LINK, &err);
}

void link_check(struct boot *b)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		if (b->nics[i].wanted && b->nics[i].nic.carrier) {
			phase_done(b, PHASE_LINK);
			return;
		}
	}
}

void link_waiting(const struct boot *b, struct out *out)
{
	bool any = false;

	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		if (!b->nics[i].wanted)
			continue;
		out_add(out, "%s%s", any ? ", " : "no carrier yet on ", b->nics[i].nic.name);
		any = true;
	}
	if (!any)
		out_add(out,
			"no NIC to configure yet: is its driver in the initrd (mkinitrd --nic), does BOOTIF= or ip= name another?");
}

void address_start(struct boot *b)
{
	b->dirty = true;
}

static struct boot_nic *configured_nic(struct boot *b)
{
	const struct given *given = &b->plan.roots[0].given;
	struct boot_nic *n;

	if (given->by == FROM_DHCP && given->lease < b->in.n_leases) {
		n = nic_by_index(b, b->lease_ifindex[given->lease]);
		return n && n->configured ? n : NULL;
	}
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		if (b->nics[i].configured)
			return &b->nics[i];
	return NULL;
}

static void set_host_name(const struct plan *plan)
{
	if (plan->host_name[0] && file_write("/proc/sys/kernel/hostname", plan->host_name) < 0)
		log_line(LOG_LEVEL_WARN, "address",
			 "the host name %s cannot be set, going on without", plan->host_name);
}

void address_check(struct boot *b)
{
	char address[IP_TEXT_MAX];
	struct boot_nic *n;

	if (!b->plan.n_roots) {
		if (b->plan.no_root.text[0])
			phase_failed(b, PHASE_ADDRESS, &b->plan.no_root);
		return;
	}
	n = configured_nic(b);
	if (!n)
		return;
	b->boot_ifindex = n->nic.ifindex;
	set_host_name(&b->plan);
	log_line(LOG_LEVEL_INFO, "address", "booting over %s with %s/%u", n->nic.name,
		 ip_text(&n->conf.address, address), n->conf.prefix);
	phase_done(b, PHASE_ADDRESS);
}

/* The root that came, or none, was not usable: ask all servers again, their answers may be mended
 * by now. */
void address_retry(struct boot *b)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		if (!b->nics[i].dhcp)
			continue;
		forget_lease(b, b->nics[i].nic.ifindex);
		dhcp_nic_again(b->nics[i].dhcp);
	}
	boot_replan(b);
}

void address_waiting(const struct boot *b, struct out *out)
{
	bool any = false;

	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		const struct boot_nic *n = &b->nics[i];

		if (!n->wanted || n->configured)
			continue;
		out_add(out, "%s%s: %s", any ? ", " : "", n->nic.name,
			!n->nic.carrier			     ? "no carrier"
			: n->dhcp && dhcp_nic_bound(n->dhcp) ? "lease without a usable root"
							     : "no answer from a DHCP server yet");
		any = true;
	}
}

void net_ask_again(struct boot *b)
{
	struct boot_nic *n = nic_by_index(b, b->boot_ifindex);

	if (n && b->boot_ifindex && n->dhcp && b->plan.n_roots &&
	    b->plan.roots[0].given.by == FROM_DHCP)
		dhcp_nic_again(n->dhcp);
}
