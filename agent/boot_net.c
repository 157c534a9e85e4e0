/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows link, address and resolve: every NIC the plan wants is brought up at once, each gets its
 * addresses on its own; the first that makes the root reachable is the boot NIC. A server that is
 * only a name is looked up.
 */
#include "boot.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/bootnic.h"
#include "core/dnsconf.h"
#include "core/eyeballs.h"
#include "core/rootspec.h"
#include "sys/log.h"
#include "sys/mount.h"
#include "sys/reach.h"

/* A NIC that has had a carrier for so long and no answer is not waited for where another one has an
 * address, though no known way to the server. */
#define SETTLED_NS (7 * NS_PER_S)
/* For a connection to one of the addresses of a name. */
#define REACH_LIMIT_NS (3 * NS_PER_S)

const struct boot_nic *net_boot_nic(const struct boot *b)
{
	for (int i = 0; b->boot_ifindex && i < BOOT_NICS_MAX; i++)
		if (b->nics[i].nic.ifindex == b->boot_ifindex)
			return &b->nics[i];
	return NULL;
}

const struct ip_addr *net_own_address(const struct boot *b, enum ip_family family)
{
	static const struct ip_addr none;
	const struct boot_nic *n = net_boot_nic(b);

	if (!n)
		return &none;
	if (family != IP_V6 && n->v4.configured)
		return &n->v4.conf.address;
	if (family != IP_V4 && n->v6.configured)
		return &n->v6.conf.address;
	return family != IP_V4 ? &n->slaac : &none;
}

static bool wants_address(const struct boot_nic *n)
{
	return n->nic.ifindex && n->wanted && !n->master[0] && (n->v4.wanted || n->v6.wanted);
}

/* --- link --- */

void link_start(struct boot *b)
{
	struct err err;

	b->dirty = true;
	if (b->rtnl)
		return;
	if (nic_watch(b, &err) < 0) {
		phase_failed(b, PHASE_LINK, &err);
		return;
	}
	if (addr_watch(b, &err) < 0)
		log_line(LOG_LEVEL_WARN, "link", "%s, going on without addresses by advertisement",
			 err.text);
}

void link_check(struct boot *b)
{
	nic_make_links(b);
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		if (wants_address(&b->nics[i]) && b->nics[i].nic.carrier) {
			phase_done(b, PHASE_LINK);
			return;
		}
	}
}

static bool link_is_there(const struct boot *b, const char *name)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		if (b->nics[i].nic.ifindex && !strcmp(b->nics[i].nic.name, name))
			return true;
	return false;
}

/* The device that a word names, where no NIC is that. */
static void add_absent(const struct boot *b, const struct plan_port *port, struct out *out)
{
	char mac[MAC_TEXT_MAX];

	for (int i = 0; i < BOOT_NICS_MAX; i++)
		if (b->nics[i].nic.ifindex && nic_is(&b->nics[i], port))
			return;
	if (!port->mac.len && (!port->ifname[0] || plan_link_named(&b->plan, port->ifname)))
		return;
	out_add(out, "%s%s %s", out->len ? ", " : "",
		port->mac.len ? "no NIC has the MAC address" : "no NIC is called",
		port->mac.len ? mac_text(&port->mac, mac) : port->ifname);
}

/* Those of all words, and what there is instead. */
static void add_all_absent(const struct boot *b, struct out *out)
{
	size_t before = out->len;
	char mac[MAC_TEXT_MAX];
	bool any = false;

	for (uint8_t i = 0; i < b->plan.n_ips; i++)
		add_absent(b, &b->plan.ips[i].port, out);
	for (uint8_t i = 0; i < b->plan.n_links; i++)
		for (uint8_t p = 0; p < b->plan.links[i].n_ports; p++)
			add_absent(b, &b->plan.links[i].ports[p], out);
	if (out->len == before)
		return;
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		const struct boot_nic *n = &b->nics[i];

		if (!n->nic.ifindex || !n->nic.physical)
			continue;
		out_add(out, "%s%s (%s)", any ? ", " : "; there are ", n->nic.name,
			mac_text(nic_hw_mac(n), mac));
		any = true;
	}
	if (!any)
		out_add(out,
			"; there is none at all: is its driver in the initrd (mkinitrd --nic)?");
}

void link_waiting(const struct boot *b, struct out *out)
{
	bool any = false;

	if (b->plan.ibft_awaited) {
		out_add(out, "firmware's iBFT is not read yet");
		return;
	}
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		if (!b->nics[i].wanted || b->nics[i].nic.carrier)
			continue;
		out_add(out, "%s%s", any ? ", " : "no carrier yet on ", b->nics[i].nic.name);
		any = true;
	}
	for (uint8_t i = 0; i < b->plan.n_links; i++) {
		const struct plan_link *link = &b->plan.links[i];

		if (link_is_there(b, link->name))
			continue;
		out_add(out, "%s%s %s", any ? ", " : "", link->name,
			b->link_made[i] ? "could not be made" : "waits for what it is made of");
		any = true;
	}
	add_all_absent(b, out);
	if (!out->len)
		out_add(out,
			"no NIC to configure yet: is its driver in the initrd (mkinitrd --nic), does BOOTIF= or ip= name another?");
}

/* --- address --- */

void address_start(struct boot *b)
{
	b->dirty = true;
}

void address_again(struct boot *b)
{
	if (phase_is(b, PHASE_ADDRESS, PHASE_DONE) && (phase_is(b, PHASE_HANDOVER, PHASE_PENDING) ||
						       phase_is(b, PHASE_HANDOVER, PHASE_BACKOFF)))
		phase_restart(b, PHASE_ADDRESS);
}

uint64_t address_deadline(const struct boot *b)
{
	uint64_t settled_ns = b->phases[PHASE_ADDRESS].start_ns + SETTLED_NS;

	return clock_now_ns() < settled_ns ? settled_ns : LOOP_NEVER;
}

static bool all_settled(const struct boot *b)
{
	if (address_deadline(b) == LOOP_NEVER)
		return true;
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		if (wants_address(&b->nics[i]) && b->nics[i].nic.carrier && !addr_any(&b->nics[i]))
			return false;
	return true;
}

static bool any_with_carrier(const struct boot *b)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		if (b->nics[i].nic.ifindex && b->nics[i].rank && b->nics[i].nic.carrier)
			return true;
	return false;
}

/* In the order in which they were configured; one that has lost its carrier only where none has
 * one.
 */
static uint8_t candidates(const struct boot *b, const struct plan_root *root,
			  struct bootnic_candidate ret[static BOOT_NICS_MAX],
			  const struct boot_nic *nics[static BOOT_NICS_MAX])
{
	bool carrier = any_with_carrier(b);
	/* where there is none of that name, the login says so */
	bool bound = root->kind == ROOT_ISCSI && link_is_there(b, root->iscsi.netdev);
	uint8_t n = 0;

	for (uint32_t rank = 1; rank <= b->n_ranks; rank++) {
		for (int i = 0; i < BOOT_NICS_MAX; i++) {
			const struct boot_nic *nic = &b->nics[i];

			if (nic->rank != rank || !nic->nic.ifindex ||
			    (carrier && !nic->nic.carrier) ||
			    (bound && strcmp(nic->nic.name, root->iscsi.netdev) != 0))
				continue;
			nics[n] = nic;
			ret[n++] = (struct bootnic_candidate){
				.ifname = nic->nic.name,
				.mac = *nic_hw_mac(nic),
				.v4 = nic->v4.configured ? &nic->v4.conf : NULL,
				.v6 = nic->v6.configured ? &nic->v6.conf : NULL,
				.slaac = nic->slaac,
				.ra = lease_of(b, nic->nic.ifindex, LEASE_RA),
				.gave_root = lease_gave(b, &root->given, nic->nic.ifindex),
			};
		}
	}
	return n;
}

static const struct boot_nic *choose(const struct boot *b, const struct plan_root *root,
				     bool settled, enum bootnic_reason *ret_reason)
{
	static struct bootnic_candidate list[BOOT_NICS_MAX];
	const struct boot_nic *nics[BOOT_NICS_MAX];
	uint8_t n = candidates(b, root, list, nics);
	int chosen = bootnic_choose(&b->plan, &root->server, list, n, settled, ret_reason);

	return chosen < 0 ? NULL : nics[chosen];
}

/* The others wait for a NIC that may still get its address, for a while. */
static bool another_is_awaited(const struct boot *b, enum bootnic_reason reason)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		const struct boot_nic *n = &b->nics[i];

		if (wants_address(n) && n->nic.carrier && !addr_any(n) &&
		    bootnic_awaits(&b->plan, reason, n->nic.name, nic_hw_mac(n)))
			return true;
	}
	return false;
}

static void set_host_name(const struct plan *plan)
{
	if (plan->host_name[0] && file_write("/proc/sys/kernel/hostname", plan->host_name) < 0)
		log_line(LOG_LEVEL_WARN, "address",
			 "the host name %s cannot be set, going on without", plan->host_name);
}

static void say_boot_nic(const struct boot_nic *n, enum bootnic_reason reason)
{
	char text[2 * IP_TEXT_MAX + 16], ip[IP_TEXT_MAX];
	struct out out = out_to(text, sizeof(text));

	if (n->v4.configured)
		out_add(&out, " with %s/%u", ip_text(&n->v4.conf.address, ip), n->v4.conf.prefix);
	if (n->v6.configured)
		out_add(&out, "%s %s/%u", out.len ? " and" : " with",
			ip_text(&n->v6.conf.address, ip), n->v6.conf.prefix);
	else if (!ip_is_unset(&n->slaac))
		out_add(&out, "%s %s/64", out.len ? " and" : " with", ip_text(&n->slaac, ip));
	log_line(LOG_LEVEL_INFO, "address", "booting over %s%s: %s", n->nic.name, text,
		 bootnic_reason_text(reason));
}

static void take_boot_nic(struct boot *b, const struct boot_nic *n, enum bootnic_reason reason)
{
	if (b->boot_ifindex == n->nic.ifindex)
		return;
	b->boot_ifindex = n->nic.ifindex;
	say_boot_nic(n, reason);
	addr_off_dead(b);
	addr_default_route(b);
	route_rest(b);
}

void net_boot_over(struct boot *b, const struct plan_root *root)
{
	enum bootnic_reason reason;
	const struct boot_nic *n = choose(b, root, false, &reason);

	if (n)
		take_boot_nic(b, n, reason);
}

/* Servers of one kind are asked side by side: a way to any of them will do. */
static const struct boot_nic *choose_for_any(const struct boot *b, const struct plan_root *root,
					     enum bootnic_reason *ret_reason)
{
	const struct boot_nic *n = choose(b, root, false, ret_reason);

	for (uint8_t i = 0; !n && i < b->plan.n_roots; i++)
		if (b->plan.roots[i].kind == root->kind)
			n = choose(b, &b->plan.roots[i], false, ret_reason);
	return n ? n : choose(b, root, all_settled(b), ret_reason);
}

/* The one that is chosen is the boot NIC, unless another may still come before it. */
static bool settle_on(struct boot *b, const struct boot_nic *n, enum bootnic_reason reason)
{
	if (!n || (!all_settled(b) && another_is_awaited(b, reason)))
		return false;
	set_host_name(&b->plan);
	take_boot_nic(b, n, reason);
	return true;
}

bool net_way_to_root(struct boot *b, enum phase_id id)
{
	struct plan_root root;
	const struct boot_nic *n;
	enum bootnic_reason reason;

	if (!b->plan.n_roots) {
		if (b->plan.no_root.text[0] && !lease_asking(b))
			phase_failed(b, id, &b->plan.no_root);
		return false;
	}
	root = net_root_now(b);
	n = choose_for_any(b, &root, &reason);
	return settle_on(b, n, reason);
}

/* The settings come first: what they are fetched from, as if it were the root's server. */
static bool way_to_config(struct boot *b)
{
	const struct plan_config *config = &b->plan.config;
	struct plan_root root = { .server = config->server, .given = config->server_given };
	const struct boot_nic *n;
	enum bootnic_reason reason;

	if (config->wrong.text[0])
		return true; /* the phase says so */
	if (!config->server.name[0])
		return false;
	n = choose(b, &root, all_settled(b), &reason);
	return settle_on(b, n, reason);
}

void address_check(struct boot *b)
{
	nic_make_links(b);
	if (config_pending(b) ? way_to_config(b) : net_way_to_root(b, PHASE_ADDRESS))
		phase_done(b, PHASE_ADDRESS);
}

static void add_waiting(const struct boot *b, const struct boot_nic *n, struct out *out)
{
	struct plan_root root;
	char host[PLAN_NAME_MAX + IP_TEXT_MAX];

	if (!n->nic.carrier) {
		out_add(out, "no carrier");
	} else if (addr_any(n) && config_pending(b) && b->plan.config.server.name[0]) {
		out_add(out, "has an address but no known way to %s",
			host_text(&b->plan.config.server, host, sizeof(host)));
	} else if (addr_any(n) && b->plan.n_roots) {
		root = net_root_now(b);
		out_add(out, "has an address but no known way to %s",
			host_text(&root.server, host, sizeof(host)));
	} else if (n->dhcp && dhcp_nic_bound(n->dhcp)) {
		out_add(out,
			lease_may_name_root(b, n)
				? "lease without a usable root"
				: "has a lease, but bootdev= has the root come by another NIC");
	} else if (n->dhcp) {
		out_add(out, "no answer from a DHCP server yet");
	} else if (n->dhcp6) {
		out_add(out, "no answer from a DHCPv6 server yet");
	} else if (n->ra) {
		out_add(out, "no advertisement from an IPv6 router yet");
	} else {
		out_add(out, "no address");
	}
}

void address_waiting(const struct boot *b, struct out *out)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		if (!wants_address(&b->nics[i]))
			continue;
		out_add(out, "%s%s: ", out->len ? ", " : "", b->nics[i].nic.name);
		add_waiting(b, &b->nics[i], out);
	}
	add_all_absent(b, out);
}

/* --- resolve --- */

struct ip_addr net_answer_now(const struct boot *b, const struct resolve_answer *a, uint32_t turn)
{
	enum bootnic_reason reason;

	if (a->reached)
		return a->addrs[0];
	for (uint32_t i = 0; i < a->n_addrs; i++) {
		struct plan_root root = { .server.ip = a->addrs[(turn + i) % a->n_addrs] };

		if (choose(b, &root, false, &reason))
			return root.server.ip;
	}
	return a->addrs[turn % a->n_addrs];
}

void net_set_scope(const struct boot *b, struct plan_host *server)
{
	const struct boot_nic *n = net_boot_nic(b);

	if (n && ip_is_link_local(&server->ip) && !server->scope[0])
		(void)text_copy(server->scope, sizeof(server->scope),
				span_of(n->nic.name)); /* a name fits */
}

struct plan_root net_root_now(const struct boot *b)
{
	const struct plan_root *now = plan_root_at(&b->plan, b->root_turn);
	static const struct plan_root none;
	struct plan_root root = now ? *now : none;

	if (resolve_wanted(b) && b->resolve.answer.n_addrs)
		root.server.ip = net_answer_now(b, &b->resolve.answer, b->resolve.turn);
	net_set_scope(b, &root.server);
	return root;
}

bool resolve_wanted(const struct boot *b)
{
	const struct plan_root *root = plan_root_at(&b->plan, b->root_turn);
	uint8_t n_nfs = 0;

	for (uint8_t i = 0; i < b->plan.n_roots; i++)
		n_nfs = (uint8_t)(n_nfs + (b->plan.roots[i].kind == ROOT_NFS));
	/* names of several NFS servers are looked up side by side, where these are asked */
	return root && root->server.ip.family == IP_NONE && (root->kind != ROOT_NFS || n_nfs < 2);
}

static bool any_family(const struct boot *b, enum ip_family family)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		const struct boot_nic *n = &b->nics[i];

		if (family == IP_V4 ? n->v4.configured
				    : n->v6.configured || !ip_is_unset(&n->slaac))
			return true;
	}
	return false;
}

/* Of several addresses the first that a connection comes about to goes to the front: the others
 * may be dead, or there is no way to them. Whose turn it is has the start of the others. */
static void race(struct resolve_answer *answer, uint16_t port, uint32_t turn)
{
	struct ip_addr first;
	int i;

	static_assert(RESOLVE_ADDRS_MAX <= EYEBALLS_MAX, "all of them take part");
	if (!port || answer->n_addrs < 2)
		return;
	eyeballs_sort(answer->addrs, answer->n_addrs, turn);
	i = reach_first(answer->addrs, answer->n_addrs, port, REACH_LIMIT_NS);
	if (i < 0)
		return;
	first = answer->addrs[i];
	memmove(&answer->addrs[1], &answer->addrs[0], (size_t)i * sizeof(first));
	answer->addrs[0] = first;
	answer->reached = true;
}

static int find_name(const struct boot *b, const char *name, uint16_t port,
		     struct resolve_answer *ret, struct err *err)
{
	struct dnsconf dns;
	int r;

	dnsconf_make(&b->plan, b->leases.at, b->leases.n, &dns);
	r = resolve_name(name, &dns, any_family(b, IP_V4), any_family(b, IP_V6),
			 RESOLVE_LIMIT_NS - REACH_LIMIT_NS - 2 * NS_PER_S, ret, err);
	if (!r)
		race(ret, port, b->resolve.turn ? b->resolve.turn - 1 : 0);
	return r;
}

int net_look_up(const struct boot *b, const char *name, uint16_t port, int out_fd)
{
	struct resolve_answer answer = { 0 };
	struct err err;

	if (find_name(b, name, port, &answer, &err) < 0)
		return child_fail(out_fd, &err);
	return child_write(out_fd, &answer, sizeof(answer)) ? 0 : 1;
}

static uint16_t port_of(const struct plan_root *root)
{
	switch (root->kind) {
	case ROOT_ISCSI:
		return root->iscsi.port;
	case ROOT_NFS:
		return root->nfs.port ? root->nfs.port : NFS_PORT_DEFAULT;
	}
	return 0;
}

int net_find_host(const struct boot *b, struct plan_host *host, uint16_t port, struct err *err)
{
	struct resolve_answer answer = { 0 };
	int r = 0;

	if (host->ip.family == IP_NONE) {
		r = find_name(b, host->name, port, &answer, err);
		if (!r)
			host->ip = net_answer_now(b, &answer, b->resolve.turn);
	}
	net_set_scope(b, host);
	return r;
}

int net_find_server(const struct boot *b, struct plan_root *root, struct err *err)
{
	return net_find_host(b, &root->server, port_of(root), err);
}

static int resolve_child(void *arg, int out_fd)
{
	struct boot *b = arg;
	const struct plan_root *root = plan_root_at(&b->plan, b->root_turn);

	return net_look_up(b, root->server.name, port_of(root), out_fd);
}

static void resolve_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct plan_root root;
	char ip[IP_TEXT_MAX];
	struct err err;

	(void)child;
	if (!child_ok(result, sizeof(b->resolve.answer))) {
		child_err(result, RESOLVE_LIMIT_NS, &err);
		phase_failed(b, PHASE_RESOLVE, &err);
		return;
	}
	if (!b->plan.n_roots) {
		phase_restart(b, PHASE_ADDRESS); /* the lease that named it has ended */
		return;
	}
	memcpy(&b->resolve.answer, result->out, sizeof(b->resolve.answer));
	root = net_root_now(b);
	log_line(LOG_LEVEL_INFO, "resolve", "%s is %s%s", root.server.name,
		 ip_text(&root.server.ip, ip),
		 b->resolve.answer.reached ? ", the first of its addresses to answer" : "");
	net_boot_over(b, &root);
	phase_done(b, PHASE_RESOLVE);
}

/* Asked anew at every attempt, and another address of the answer is tried: servers move. */
void resolve_start(struct boot *b)
{
	struct err err;

	if (!b->plan.n_roots) {
		phase_restart(b, PHASE_ADDRESS); /* the lease that named it has ended */
		return;
	}
	b->resolve.turn++;
	b->resolve.answer.n_addrs = 0;
	leases_expire(&b->leases, clock_now_ns());
	if (child_start(b->loop, &b->resolve.child, "resolve", resolve_child, b, RESOLVE_LIMIT_NS,
			resolve_done, b, &err) < 0)
		phase_failed(b, PHASE_RESOLVE, &err);
}

void resolve_stop(struct boot *b)
{
	child_kill(b->loop, &b->resolve.child);
}

void resolve_waiting(const struct boot *b, struct out *out)
{
	const struct plan_root *root = plan_root_at(&b->plan, b->root_turn);

	if (root)
		out_add(out, "looking up %s", root->server.name);
	else
		out_add(out, "the lease that named the server has ended");
}
