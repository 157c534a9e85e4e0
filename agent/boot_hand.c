/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the booted system is told of the network, and the guard that stays behind with the leases
 * and the session. */
#include "boot.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/dnsconf.h"
#include "core/handnet.h"
#include "core/nfs_options.h"
#include "core/rootspec.h"
#include "guard.h"
#include "sys/exitrd.h"
#include "sys/handnet_write.h"
#include "sys/iscsi_if.h"
#include "sys/log.h"
#include "sys/mount.h"

/* --- the guard --- */

static bool ends(const struct lease *lease)
{
	return lease && lease->lease_s != UINT32_MAX && !ip_is_unset(&lease->address);
}

static bool has_lease_that_ends(const struct boot *b)
{
	for (uint8_t i = 0; i < b->leases.n; i++)
		if (b->leases.at[i].kind != LEASE_RA && ends(&b->leases.at[i]))
			return true;
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		if (claim_is_open(b, &b->nics[i]))
			return true;
	return false;
}

/* Only by version 4 does a server tell. */
static bool export_may_move(const struct boot *b)
{
	for (size_t i = 0; b->root.kind == ROOT_NFS && b->nfs.at >= 0 && i < b->nfs.n_tries; i++)
		if (b->nfs.tries[i].version == 4)
			return true;
	return false;
}

static const char unguarded[] =
	"nobody renews the lease or logs in again before the booted system does";

/* Before the root is mounted: nothing of it must ever be in the guard's sight. */
void hand_fork_guard(struct boot *b)
{
	struct err err;

	if (b->guarded || b->guard_failed ||
	    (!has_lease_that_ends(b) && b->root.kind != ROOT_ISCSI && !servers_named(b) &&
	     !export_may_move(b)))
		return;
	b->guard_fd = guard_fork(&b->guard_pidfd, &err);
	b->guarded = b->guard_fd >= 0;
	b->guard_failed = !b->guarded;
	if (b->guard_failed)
		log_line(LOG_LEVEL_WARN, "mount", "%s: %s", err.text, unguarded);
}

/* Not where firmware's address was kept beside a lease of another. */
static bool is_on(const struct boot_family *f, const struct lease *lease)
{
	return lease && f->configured && ip_eq(&lease->address, &f->conf.address);
}

static void brief_nic(const struct boot *b, const struct boot_nic *n, struct guard_nic *ret)
{
	const struct lease *lease4 = lease_of(b, n->nic.ifindex, LEASE_DHCP4);
	const struct lease *lease6 = lease_of(b, n->nic.ifindex, LEASE_DHCP6);

	ret->ifindex = n->nic.ifindex;
	(void)text_copy(ret->ifname, sizeof(ret->ifname), span_of(n->nic.name)); /* a name fits */
	ret->have4 = n->dhcp && is_on(&n->v4, lease4) && ends(lease4);
	ret->have6 = n->dhcp6 && is_on(&n->v6, lease6) && ends(lease6);
	ret->rank = rtnl_rank(b->rtnl, n->nic.ifindex);
	if (ret->have4)
		lease_to_keep(lease4, &ret->lease4);
	if (claim_is_open(b, n)) {
		ret->have4 = true;
		netconf_firmware_lease(&n->v4.ip, &ret->lease4);
	}
	if (ret->have4) {
		ret->rules4 = n->v4.rules;
		ret->config4 = n->config4;
	}
	if (ret->have6) {
		ret->rules6 = n->v6.rules;
		ret->config6 = n->config6;
		lease_to_keep(lease6, &ret->lease6);
	}
}

static_assert(BOOT_NICS_MAX <= GUARD_NICS_MAX, "no lease is left out");

/* The boot NIC's leases first: whatever else the guard may not manage, the root needs those. */
static void brief_nics(const struct boot *b, struct guard_brief *brief)
{
	for (int others = 0; others <= 1; others++) {
		for (int i = 0; i < BOOT_NICS_MAX; i++) {
			const struct boot_nic *n = &b->nics[i];
			struct guard_nic *g = &brief->nics[brief->n_nics];

			if (!n->nic.ifindex || (n->nic.ifindex != b->boot_ifindex) != others)
				continue;
			brief_nic(b, n, g);
			if (g->have4 || g->have6)
				brief->n_nics++;
		}
	}
}

static bool is_portal(const struct guard_session *s, const struct iscsi_portal *portal)
{
	for (uint8_t i = 0; i < s->n_portals; i++)
		if (ip_eq(&s->portals[i].ip, &portal->ip) && s->portals[i].port == portal->port &&
		    !strcmp(s->portals[i].netdev, portal->netdev))
			return true;
	return false;
}

/* Where the target is, and where it may be as well: at its other portals, unless these are paths of
 * their own. */
static void brief_portals(const struct boot *b, uint8_t at, struct guard_session *ret)
{
	const struct iscsi_login_result *r = &b->iscsi.runs[at].result;
	struct iscsi_portal others[ISCSI_PATHS_MAX];
	uint8_t n = iscsi_paths_others(&b->iscsi.paths, at, others, ISCSI_PATHS_MAX);

	ret->portals[0] = (struct iscsi_portal){ .ip = r->portal, .port = r->port };
	memcpy(ret->portals[0].netdev, ret->config.netdev, sizeof(ret->config.netdev));
	ret->n_portals = 1;
	for (uint8_t i = 0; !b->map.made && i < n && ret->n_portals < RECOVER_PORTALS_MAX; i++)
		if (!is_portal(ret, &others[i]))
			ret->portals[ret->n_portals++] = others[i];
}

static void brief_session(const struct boot *b, uint8_t at, struct guard_session *ret)
{
	const struct boot_path *path = &b->iscsi.runs[at];
	const char *scope = iscsi_link(&path->config);

	ret->sid = path->result.sid;
	ret->path = b->map.devs[at];
	ret->config = path->config;
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		if (b->nics[i].nic.ifindex && !strcmp(b->nics[i].nic.name, scope))
			ret->config.scope_index = (uint32_t)b->nics[i].nic.ifindex;
	brief_portals(b, at, ret);
	ret->time2wait_s = path->result.time2wait_s;
	ret->replacement_s = iscsi_tune_seconds(&path->config.tune, ISCSI_TIMER_REPLACEMENT);
	ret->recorded = b->iscsi.recorded;
	ret->seed = b->seed;
}

/* Its session is made later: there is no result yet. */
static void brief_late(const struct boot *b, uint8_t at, struct guard_session *ret)
{
	const struct iscsi_path *path = &b->iscsi.paths.paths[at];

	brief_session(b, at, ret);
	ret->portals[0].ip = path->server.ip;
	ret->portals[0].port = path->iscsi.port;
	ret->n_portals = 1;
	ret->recorded = false;
	ret->lun_known = !strcmp(path->iscsi.target,
				 b->iscsi.paths.paths[b->iscsi.at].iscsi.target);
	memcpy(ret->lun, b->iscsi.devs[b->iscsi.chosen].lun, sizeof(ret->lun));
}

static void brief_sessions(const struct boot *b, struct guard_brief *brief)
{
	if (b->root.kind != ROOT_ISCSI || !paths_now(b))
		return;
	brief->has_map = map_wanted(b) && b->map.made;
	brief->map = b->map.dev;
	memcpy(brief->wwid, b->map.mpath.wwid, sizeof(brief->wwid));
	for (uint8_t i = 0; i < b->iscsi.paths.n && brief->n_sessions < GUARD_SESSIONS_MAX; i++)
		if (brief->has_map ? b->map.of[i] >= MPATH_PATH_IN : i == b->iscsi.at)
			brief_session(b, i, &brief->sessions[brief->n_sessions++]);
	for (uint8_t i = 0; brief->has_map && i < b->iscsi.paths.n &&
			    brief->n_sessions + brief->n_late < GUARD_SESSIONS_MAX;
	     i++)
		if (b->map.of[i] == MPATH_PATH_LATE)
			brief_late(b, i, &brief->sessions[brief->n_sessions + brief->n_late++]);
}

static void brief_server(const struct boot *b, struct guard_nfs *ret)
{
	const struct nfs_findings *f = servers_findings(b);
	const struct nfs_try *t = &b->nfs.tries[b->nfs.used];
	struct moved_config *moved = &ret->moved;
	uint64_t port = NFS_PORT_DEFAULT;

	if (b->root.kind != ROOT_NFS || b->nfs.at < 0 || toram_root_is_free(b))
		return;
	ret->may_move = t->version == 4;
	if (!servers_named(b))
		return;
	(void)parse_uint(nfs_option(span_of(t->options), "port"), 10, 1, UINT16_MAX, &port);
	ret->port = (uint16_t)port;
	(void)text_copy(moved->name, sizeof(moved->name), span_of(b->root.server.name)); /* fits */
	moved->ip = b->root.server.ip;
	moved->version = t->version;
	if (f)
		moved->handle = t->version == 3 ? f->v3_root : f->v4_root;
	dnsconf_make(&b->plan, b->leases.at, b->leases.n, &moved->dns);
	moved->seed = b->seed;
}

static void root_text(const struct boot *b, char *dst, size_t size)
{
	struct out out = out_to(dst, size);

	if (toram_root_is_free(b))
		return;
	if (b->root.kind == ROOT_NFS)
		out_add(&out, "nfs ");
	out_add(&out, "%s", b->root.text); /* which begins with iscsi: where it is one */
}

static void drop_guard(struct boot *b)
{
	guard_end(b->guard_pidfd);
	if (b->guard_fd >= 0)
		close(b->guard_fd);
	b->guard_fd = b->guard_pidfd = -1;
	b->guarded = false;
}

static void brief_guard(struct boot *b)
{
	static struct guard_brief brief;
	struct err err;

	if (b->guard_fd < 0)
		return;
	root_text(b, brief.root, sizeof(brief.root));
	brief_nics(b, &brief);
	brief_sessions(b, &brief);
	brief_server(b, &brief.nfs);
	/* from here on a session that breaks is the guard's, also before init is executed, which
	 * has to be read from the root */
	iscsi_if_close(b->loop);
	if (guard_brief_send(b->guard_fd, &brief, &err) < 0) {
		log_line(LOG_LEVEL_WARN, "handover", "%s: %s", err.text, unguarded);
		drop_guard(b);
		hand_place_exitrd(b);
	}
	/* init may fail to start, and what follows is long */
	explicit_bzero(&brief, guard_brief_size(&brief));
}

/* The next attempt may have another session, lease or root, which the guard that is there would not
 * know; it ends, lest two of them renew one lease. */
void hand_take_back(struct boot *b)
{
	struct err err;

	drop_guard(b);
	if (b->root.kind == ROOT_ISCSI && !iscsi_if_get(b->loop, &err))
		log_line(LOG_LEVEL_WARN, "handover", "%s", err.text);
}

/* --- the end of the system --- */

/* A guard does it, beside init. */
void hand_place_exitrd(struct boot *b)
{
	uint64_t began_ns = clock_now_ns();
	struct err err;

	if (b->exitrd_tried || b->guarded)
		return;
	b->exitrd_tried = true;
	if (exitrd_place(&err) < 0)
		log_line(LOG_LEVEL_WARN, "handover", "%s: " EXITRD_MISSED, err.text);
	else
		log_line(LOG_LEVEL_DEBUG, "handover",
			 EXITRD "/" EXITRD_PROGRAM " placed in %llu us",
			 (unsigned long long)((clock_now_ns() - began_ns) / 1000));
}

/* --- the files --- */

/* Whose files are written: all that has an address, and what that is made of. */
static uint8_t hand_nics(const struct boot *b, struct hand_nic ret[static BOOT_NICS_MAX])
{
	uint8_t n = 0;

	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		const struct boot_nic *nic = &b->nics[i];
		const struct plan_link *link = plan_link_named(&b->plan, nic->nic.name);
		const struct lease *lease4 = lease_of(b, nic->nic.ifindex, LEASE_DHCP4);
		const struct lease *lease6 = lease_of(b, nic->nic.ifindex, LEASE_DHCP6);

		if (!nic->nic.ifindex || !nic->wanted ||
		    (!addr_any(nic) && !nic->master[0] && !nic->under_vlan && !link))
			continue;
		ret[n++] = (struct hand_nic){
			.name = nic->nic.name,
			.mac = nic->nic.mac,
			.ifindex = nic->nic.ifindex,
			.link = link,
			.master = nic->master[0] ? nic->master : NULL,
			.v4 = nic->v4.wanted ? &nic->v4.ip : NULL,
			.v6 = nic->v6.wanted ? &nic->v6.ip : NULL,
			.lease4 = is_on(&nic->v4, lease4) ? lease4 : NULL,
			.lease6 = lease6 && (ip_is_unset(&lease6->address) ||
					     is_on(&nic->v6, lease6))
					  ? lease6
					  : NULL,
			.ra = lease_of(b, nic->nic.ifindex, LEASE_RA),
			.conf4 = nic->v4.configured ? &nic->v4.conf : NULL,
			.conf6 = nic->v6.configured ? &nic->v6.conf : NULL,
			.slaac = nic->slaac,
			.advertised = !ip_is_unset(&nic->unasked),
			.mtu = nic->nic.mtu,
			.boot = nic->nic.ifindex == b->boot_ifindex,
		};
	}
	return n;
}

/* Points into b and what the caller places. */
static void hand_input_of(const struct boot *b, struct hand_nic nics[static BOOT_NICS_MAX],
			  struct dnsconf *dns, struct hand_input *ret)
{
	const struct boot_nic *boot_nic = net_boot_nic(b);
	time_t wall_s = time(NULL);

	dnsconf_make(&b->plan, b->leases.at, b->leases.n, dns);
	*ret = (struct hand_input){
		.nics = nics,
		.n_nics = hand_nics(b, nics),
		.plan = &b->plan,
		.dns = dns,
		.iscsi = b->root.kind == ROOT_ISCSI && !toram_root_is_free(b),
		.now_ns = clock_now_ns(),
		.wall_s = wall_s,
	};
	if (boot_nic && boot_nic->dhcp) {
		ret->client_id = boot_nic->config4.client_id;
		ret->len_client_id = boot_nic->config4.len_client_id;
	}
	if (boot_nic && boot_nic->dhcp6) {
		ret->duid = boot_nic->config6.duid;
		ret->len_duid = boot_nic->config6.len_duid;
	}
}

void hand_over_network(struct boot *b)
{
	static struct hand_nic nics[BOOT_NICS_MAX];
	static struct dnsconf dns;
	struct hand_input in;
	struct err err;

	leases_expire(&b->leases, clock_now_ns());
	route_say_left(b);
	addr_drop_askers(b);
	brief_guard(b);
	hand_input_of(b, nics, &dns, &in);
	if (handnet_write(&in, &err) < 0)
		log_line(LOG_LEVEL_WARN, "handover", "%s, going on without", err.text);
}

void hand_write_root(const struct boot *b)
{
	static struct dnsconf dns;
	char done[HANDNET_PATH_MAX];
	struct err err;

	dnsconf_make(&b->plan, b->leases.at, b->leases.n, &dns);
	if (handnet_write_root(&dns, SYSROOT, plan_slash_writable(&b->plan), done, &err) < 0)
		log_line(LOG_LEVEL_WARN, "handover", "%s, going on without", err.text);
	else if (done[0])
		log_line(LOG_LEVEL_DEBUG, "handover", "%s written", done);
}
