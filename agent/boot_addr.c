/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses: each NIC by whatever way the plan says, both families side by side. Somebody else who
 * has one is boot_conflict.c's.
 */
#include "boot.h"

#include <string.h>
#include <unistd.h>

#include "core/backoff.h"
#include "core/nicroute.h"
#include "core/text.h"
#include "sys/log.h"

#define EFI_DIR "/sys/firmware/efi"
#define ARCH_BIOS 0 /* RFC 4578 2.1, IANA's list of processor architecture types */
#define ARCH_EFI_X64 7

/* --- onto the NIC --- */

bool addr_any(const struct boot_nic *n)
{
	return n->v4.configured || n->v6.configured || !ip_is_unset(&n->slaac);
}

static void has_address_now(struct boot *b, struct boot_nic *n)
{
	if (!n->rank)
		n->rank = ++b->n_ranks;
	paths_again(b);
	b->dirty = true;
}

static bool has_default(const struct netconf *conf)
{
	for (uint8_t r = 0; r < conf->n_routes; r++)
		if (!conf->routes[r].prefix)
			return true;
	return false;
}

/* Index of the boot NIC, or -1. */
static int default_routes(const struct boot *b, struct nicroute_default ret[static BOOT_NICS_MAX])
{
	const struct boot_nic *boot_nic = net_boot_nic(b);

	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		const struct boot_nic *n = &b->nics[i];

		ret[i] = (struct nicroute_default){
			.given = n->v4.configured && has_default(&n->v4.full),
			.set = n->v4.configured && has_default(&n->v4.conf),
			.bootdev = nic_is(n, &b->plan.bootdev),
		};
	}
	return boot_nic ? (int)(boot_nic - b->nics) : -1;
}

static bool may_have_default(const struct boot *b, const struct boot_nic *n)
{
	struct nicroute_default nics[BOOT_NICS_MAX];
	int boot = default_routes(b, nics);

	return nicroute_may_default(nics, BOOT_NICS_MAX, boot,
				    b->plan.bootdev_given.by != FROM_NOWHERE,
				    (uint8_t)(n - b->nics));
}

void addr_default_route(struct boot *b)
{
	struct nicroute_default nics[BOOT_NICS_MAX];
	int boot = default_routes(b, nics);
	struct netconf full;

	if (!nicroute_default_moves(nics, boot))
		return;
	for (int i = 0; i <= BOOT_NICS_MAX; i++) {
		/* itself last, when the others have let go */
		struct boot_nic *n = &b->nics[i == BOOT_NICS_MAX ? boot : i];

		if (!n->nic.ifindex || !n->v4.configured || i == boot)
			continue;
		full = n->v4.full;
		(void)addr_configure(b, n, &n->v4, &full); /* it says what it could not do */
	}
}

static bool route_is_for(const struct boot *b, const struct plan_route *r, const struct boot_nic *n,
			 const struct netconf *conf)
{
	if (b->route_on[r - b->plan.routes] == n->nic.ifindex)
		return true;
	if (r->ifname[0])
		return !strcmp(r->ifname, n->nic.name);
	return !ip_is_unset(&conf->address) &&
	       ip_in_prefix(&r->route.gateway, &conf->address, conf->prefix);
}

static void rules_for(const struct boot *b, const struct boot_nic *n, const struct boot_family *f,
		      const struct netconf *conf, struct netconf_rules *ret)
{
	*ret = (struct netconf_rules){ .mtu = (uint16_t)f->ip.mtu,
				       .mtu_otherwise = (uint16_t)b->plan.mtu };
	ret->no_default = conf->address.family == IP_V4 && !may_have_default(b, n);
	/* rd.route= of this NIC */
	for (uint8_t i = 0; i < b->plan.n_routes && ret->n_routes < LEASE_ROUTES_MAX; i++) {
		const struct plan_route *r = &b->plan.routes[i];

		if (r->route.dst.family == conf->address.family && route_is_for(b, r, n, conf))
			ret->routes[ret->n_routes++] = r->route;
	}
}

/* A VLAN cannot have a larger MTU than what it is on, and a bridge has its ports' smallest. */
static void raise_mtu(struct boot *b, const struct boot_nic *n, uint32_t mtu)
{
	const struct plan_link *link = plan_link_named(&b->plan, n->nic.name);
	struct err err;

	for (int i = 0; link && i < BOOT_NICS_MAX; i++) {
		const struct boot_nic *part = &b->nics[i];
		bool is_part = false;

		for (uint8_t k = 0; part->nic.ifindex && k < link->n_ports; k++)
			is_part = is_part || nic_is(part, &link->ports[k]);
		if (!is_part || part->nic.mtu >= mtu)
			continue;
		raise_mtu(b, part, mtu);
		if (rtnl_set_mtu(b->rtnl, part->nic.ifindex, mtu, &err) < 0)
			log_line(LOG_LEVEL_WARN, "address", "%s: %s, going on with %u",
				 part->nic.name, err.text, part->nic.mtu);
	}
}

bool addr_configure(struct boot *b, struct boot_nic *n, struct boot_family *f,
		    const struct netconf *conf)
{
	struct netconf mine = *conf;
	char text[IP_TEXT_MAX];
	struct err err;
	int ret;

	rules_for(b, n, f, conf, &f->rules);
	netconf_follow(&mine, &f->rules);
	raise_mtu(b, n, mine.mtu);
	ret = rtnl_change(b->rtnl, n->nic.ifindex, f->configured ? &f->conf : NULL, &mine, &err);
	if (ret < 0) {
		log_line(LOG_LEVEL_ERROR, "address", "%s: %s", n->nic.name, err.text);
		return false;
	}
	if (ret > 0)
		log_line(LOG_LEVEL_WARN, "address", "%s: %s, going on without", n->nic.name,
			 err.text);
	f->conf = mine;
	f->full = *conf;
	f->configured = true;
	has_address_now(b, n);
	log_line(LOG_LEVEL_DEBUG, "address", "%s: %s/%u set", n->nic.name,
		 ip_text(&mine.address, text), mine.prefix);
	return true;
}

void addr_unconfigure(struct boot *b, struct boot_nic *n, struct boot_family *f)
{
	struct err err;

	if (f->configured && rtnl_flush(b->rtnl, n->nic.ifindex, &f->conf, &err) < 0)
		log_line(LOG_LEVEL_WARN, "address", "%s: %s", n->nic.name, err.text);
	f->configured = false;
}

void addr_off_dead(struct boot *b)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		struct boot_nic *n = &b->nics[i];

		if (!n->nic.ifindex || n->nic.carrier)
			continue;
		addr_unconfigure(b, n, &n->v4);
		addr_unconfigure(b, n, &n->v6);
	}
}

static void on_news(struct boot *b, int ifindex, enum lease_kind kind, enum dhcp_news news,
		    const struct lease *lease, const char *text)
{
	struct boot_nic *n = nic_by_index(b, ifindex);

	if (!n)
		return;
	b->dirty = true;
	switch (news) {
	case DHCP_NEWS_LEASE:
		lease_take(b, n, lease, text);
		break;
	case DHCP_NEWS_LOST:
		log_line(LOG_LEVEL_WARN, "address", "%s: %s, asking again", n->nic.name,
			 text[0] ? text : "the lease has ended");
		lease_drop(b, ifindex, kind);
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

static void on_dhcp(void *arg, int ifindex, enum dhcp_news news, const struct lease *lease,
		    const char *text)
{
	on_news(arg, ifindex, LEASE_DHCP4, news, lease, text);
}

static void on_dhcp6(void *arg, int ifindex, enum dhcp_news news, const struct lease *lease,
		     const char *text)
{
	on_news(arg, ifindex, LEASE_DHCP6, news, lease, text);
}

/* --- DHCP and DHCPv6 --- */

static unsigned int wants_of(const struct boot *b)
{
	return (b->plan.wants_root_path ? DHCP_WANT_ROOT : 0) |
	       (b->plan.wants_server ? DHCP_WANT_SERVER : 0);
}

static int firmware_arch(void)
{
	return access(EFI_DIR, F_OK) == 0 ? ARCH_EFI_X64 : ARCH_BIOS;
}

static const char *host_name_of(const struct boot *b, const struct boot_family *f)
{
	if (f->ip.host_name[0])
		return f->ip.host_name;
	return b->plan.host_name_given.by == FROM_DHCP ? "" : b->plan.host_name;
}

static void dhcp_config_of(struct boot *b, const struct boot_nic *n, struct dhcp_config *ret)
{
	const struct plan *plan = &b->plan;
	const struct plan_ip *ip = &n->v4.ip;

	*ret = (struct dhcp_config){ .mac = n->nic.mac, .seed = rng_next(&b->seed) };
	(void)text_copy(ret->host_name, sizeof(ret->host_name), span_of(host_name_of(b, &n->v4)));
	(void)text_copy(ret->vendor_class, sizeof(ret->vendor_class), span_of(plan->vendor_class));
	(void)text_copy(ret->user_class, sizeof(ret->user_class), span_of(plan->user_class));
	ret->len_client_id = ip->len_client_id ? ip->len_client_id : plan->len_client_id;
	memcpy(ret->client_id, ip->len_client_id ? ip->client_id : plan->client_id,
	       sizeof(ret->client_id));
	ret->arch = firmware_arch();
	(void)dhcp_uuid(b->uuid, ret->uuid); /* a machine without one sends none */
	/* ip=<address>:...:dhcp: the one firmware had */
	if (ip->address.family == IP_V4 && !ip_is_unset(&ip->address))
		ret->request = ip->address;
	ret->init_reboot = ret->request.family == IP_V4;
	ret->rapid_commit = true;
	ret->wants = wants_of(b);
}

static void start_dhcp(struct boot *b, struct boot_nic *n)
{
	struct err err;

	dhcp_config_of(b, n, &n->config4);
	n->dhcp = dhcp_nic_start(b->loop, n->nic.ifindex, n->nic.name, &n->config4, on_dhcp, b,
				 &err);
	if (!n->dhcp)
		log_line(LOG_LEVEL_ERROR, "address", "%s: %s", n->nic.name, err.text);
}

static void start_dhcp6(struct boot *b, struct boot_nic *n, bool information_only)
{
	struct dhcp6_config *c = &n->config6;
	struct err err;

	/* what routers tell of DHCPv6 counts, until it has given something */
	if (n->dhcp6 && c->information_only != information_only && !dhcp6_nic_bound(n->dhcp6)) {
		dhcp6_nic_stop(n->dhcp6);
		n->dhcp6 = NULL;
	}
	if (n->dhcp6)
		return;
	*c = (struct dhcp6_config){ .mac = n->nic.mac, .seed = rng_next(&b->seed) };
	c->arch = firmware_arch();
	/* iPXE and EDK2 do not agree on the order of the UUID's bytes: as the one that booted */
	c->len_duid = (c->arch == ARCH_EFI_X64 ? dhcp6_duid_efi : dhcp6_duid)(
		b->in.machine_uuid, &b->in.machine_mac, c->duid);
	c->information_only = information_only;
	c->rapid_commit = true;
	c->wants = wants_of(b);
	(void)text_copy(c->host_name, sizeof(c->host_name), span_of(host_name_of(b, &n->v6)));
	(void)text_copy(c->vendor_class, sizeof(c->vendor_class), span_of(b->plan.vendor_class));
	(void)text_copy(c->user_class, sizeof(c->user_class), span_of(b->plan.user_class));
	n->dhcp6 = dhcp6_nic_start(b->loop, n->nic.ifindex, n->nic.name, c, NULL, on_dhcp6, b,
				   &err);
	if (!n->dhcp6)
		log_line(LOG_LEVEL_ERROR, "address", "%s: %s", n->nic.name, err.text);
}

/* --- advertisements, and the addresses that the kernel makes of them --- */

static void on_ra(void *arg, int ifindex, const struct lease *lease, const char *text)
{
	struct boot *b = arg;
	struct boot_nic *n = nic_by_index(b, ifindex);
	bool managed, other;

	if (!n)
		return;
	if (!lease) {
		log_line(LOG_LEVEL_WARN, "address", "%s: %s", n->nic.name, text);
		return;
	}
	if (!lease_take_advert(b, n, lease, text))
		return;
	leases_flags(&b->leases, ifindex, &managed, &other);
	if ((n->v6.ip.v6 == IP6_AUTO || n->v6.ip.v6 == IP6_EITHER) && (managed || other))
		start_dhcp6(b, n, !managed);
}

/* ip=...:dhcp and static IPv4 leave the kernel's IPv6 as it is, as the kernel's own ip=, klibc and
 * dracut do: the boot does without, the booted system is told. */
static void on_unasked(struct boot_nic *n, const struct addr_news *news)
{
	if (!news->dynamic || ip_is_link_local(&news->address))
		return;
	if (news->state == ADDR_GONE && ip_eq(&n->unasked, &news->address))
		n->unasked = (struct ip_addr){ 0 };
	else if (news->state == ADDR_USABLE)
		n->unasked = news->address;
}

static void on_addr(void *arg, const struct addr_news *news)
{
	struct boot *b = arg;
	struct boot_nic *n = nic_by_index(b, news->ifindex);
	char ip[IP_TEXT_MAX];

	if (!n || news->address.family != IP_V6 || ip_eq(&news->address, &n->asker))
		return;
	if (!n->v6.wanted) {
		on_unasked(n, news);
		return;
	}
	if (news->state == ADDR_DUPLICATE) {
		log_line(LOG_LEVEL_ERROR, "address",
			 "%s: %s is in use by somebody else (duplicate address detection)",
			 n->nic.name, ip_text(&news->address, ip));
		if (!n->dhcp6 || !n->v6.configured || !ip_eq(&n->v6.conf.address, &news->address))
			return;
		dhcp6_nic_conflict(n->dhcp6);
		addr_unconfigure(b, n, &n->v6);
		lease_drop(b, n->nic.ifindex, LEASE_DHCP6);
		return;
	}
	if (ip_is_link_local(&news->address) && news->state == ADDR_USABLE && !n->link_local) {
		n->link_local = true;
		if (n->nic.carrier)
			addr_begin(b, n);
	}
	if (!news->dynamic || ip_is_link_local(&news->address))
		return;
	if (news->state == ADDR_GONE && ip_eq(&n->slaac, &news->address)) {
		n->slaac = (struct ip_addr){ 0 };
	} else if (news->state == ADDR_USABLE && ip_is_unset(&n->slaac)) {
		n->slaac = news->address;
		log_line(LOG_LEVEL_INFO, "address", "%s: %s/%u by advertisement", n->nic.name,
			 ip_text(&news->address, ip), news->prefix);
		has_address_now(b, n);
		route_bare(b, n);
	}
	b->dirty = true;
}

int addr_watch(struct boot *b, struct err *err)
{
	return rtnl_watch_addrs(b->rtnl, on_addr, b, err);
}

static void start_ra(struct boot *b, struct boot_nic *n)
{
	struct err err;

	if (n->ra)
		return;
	n->ra = ra_nic_start(b->loop, n->nic.ifindex, n->nic.name, &n->nic.mac, rng_next(&b->seed),
			     on_ra, b, &err);
	if (!n->ra)
		log_line(LOG_LEVEL_ERROR, "address", "%s: %s", n->nic.name, err.text);
}

/* --- beginning, carrier, end --- */

/* A static ip= without a device fits every NIC and is given to the first that has a carrier. */
static bool address_in_use(const struct boot *b, const struct ip_addr *address)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		const struct boot_nic *n = &b->nics[i];

		if ((n->v4.configured && ip_eq(&n->v4.conf.address, address)) ||
		    (n->v6.configured && ip_eq(&n->v6.conf.address, address)))
			return true;
	}
	return false;
}

static void set_static(struct boot *b, struct boot_nic *n, struct boot_family *f)
{
	struct netconf conf;

	/* firmware's may be another NIC's: who has the lease tells (boot_claim.c) */
	if (f->ip.leased && !n->dhcp)
		start_dhcp(b, n);
	if (f->configured || address_in_use(b, &f->ip.address))
		return;
	netconf_from_ip(&f->ip, &conf);
	if (!addr_configure(b, n, f, &conf) || f != &n->v4)
		return;
	addr_probe(b, n);
}

void addr_set4(struct boot *b, struct boot_nic *n)
{
	set_static(b, n, &n->v4);
}

void addr_unset4(struct boot *b, struct boot_nic *n)
{
	addr_unconfigure(b, n, &n->v4);
}

static void begin_v4(struct boot *b, struct boot_nic *n)
{
	switch (n->v4.ip.v4) {
	case IP4_DHCP:
		if (!n->dhcp)
			start_dhcp(b, n);
		break;
	case IP4_STATIC:
		set_static(b, n, &n->v4);
		break;
	case IP4_LINK_LOCAL:
		if (!n->v4.configured)
			addr_set_link_local(b, n);
		break;
	case IP4_OFF:
		break;
	}
}

static void set_asker(struct boot *b, struct boot_nic *n)
{
	struct err err;

	if (!ip_is_unset(&n->asker))
		return;
	n->asker = ip6_link_local(rng_next(&b->seed));
	if (rtnl_asker_set(b->rtnl, n->nic.ifindex, &n->asker, &err) < 0)
		log_line(LOG_LEVEL_DEBUG, "address", "%s: neighbours are asked later: %s",
			 n->nic.name, err.text);
}

void addr_drop_askers(struct boot *b)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		const struct boot_nic *n = &b->nics[i];

		if (n->nic.ifindex && !ip_is_unset(&n->asker))
			(void)rtnl_asker_drop(b->rtnl, n->nic.ifindex, &n->asker,
					      NULL); /* it goes by itself */
	}
}

static void begin_v6(struct boot *b, struct boot_nic *n)
{
	if (n->v6.ip.v6 != IP6_OFF)
		set_asker(b, n);
	/* nobody can be asked from an address that is not there yet */
	if (!n->link_local && n->v6.ip.v6 != IP6_STATIC)
		return;
	switch (n->v6.ip.v6) {
	case IP6_AUTO:
		start_ra(b, n);
		break;
	case IP6_DHCP:
	case IP6_EITHER:
		start_ra(b, n);
		if (!n->dhcp6) /* an advertisement may have said that there are no addresses */
			start_dhcp6(b, n, false);
		break;
	case IP6_STATIC:
		set_static(b, n, &n->v6);
		break;
	case IP6_LINK_LOCAL:
		has_address_now(b, n);
		route_bare(b, n);
		break;
	case IP6_OFF:
		break;
	}
}

void addr_begin(struct boot *b, struct boot_nic *n)
{
	if (n->v4.wanted)
		begin_v4(b, n);
	if (n->v6.wanted)
		begin_v6(b, n);
}

void addr_carrier(struct boot_nic *n, bool carrier)
{
	if (n->dhcp)
		dhcp_nic_carrier(n->dhcp, carrier);
	if (n->dhcp6)
		dhcp6_nic_carrier(n->dhcp6, carrier);
	if (n->ra)
		ra_nic_carrier(n->ra, carrier);
}

/*
 * An IPv6 address that is put onto a NIC before that has its local route only when duplicate
 * detection is over (net/ipv6/addrconf.c: addrconf_dad_begin() returns early, addrconf_dad_run()
 * does not come back to it): the NIC sends, and drops what it is sent, a second or two long. Put
 * there anew it has the route at once.
 */
void addr_running(struct boot *b, struct boot_nic *n)
{
	struct err err;

	if (!n->v6.configured || ip_is_unset(&n->v6.conf.address))
		return;
	(void)rtnl_flush(b->rtnl, n->nic.ifindex, &n->v6.conf, NULL); /* it is put again below */
	if (rtnl_apply(b->rtnl, n->nic.ifindex, &n->v6.conf, &err) < 0)
		log_line(LOG_LEVEL_ERROR, "address", "%s: %s", n->nic.name, err.text);
}

void addr_restart(struct boot_nic *n)
{
	if (n->dhcp)
		dhcp_nic_stop(n->dhcp);
	if (n->dhcp6)
		dhcp6_nic_stop(n->dhcp6);
	if (n->ra)
		ra_nic_stop(n->ra);
	if (n->acd)
		acd_nic_stop(n->acd);
	n->dhcp = NULL;
	n->dhcp6 = NULL;
	n->ra = NULL;
	n->acd = NULL;
}

void addr_end(struct boot *b, struct boot_nic *n)
{
	addr_restart(n);
	lease_drop_all(b, n->nic.ifindex);
}

/* --- asking again --- */

static void ask_again(struct boot_nic *n)
{
	if (n->dhcp)
		dhcp_nic_again(n->dhcp);
	if (n->dhcp6)
		dhcp6_nic_again(n->dhcp6);
}

void addr_ask_all(struct boot *b)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		struct boot_nic *n = &b->nics[i];

		if (!n->nic.ifindex)
			continue;
		ask_again(n);
		lease_drop(b, n->nic.ifindex, LEASE_DHCP4);
		lease_drop(b, n->nic.ifindex, LEASE_DHCP6);
	}
}

void addr_ask_again(struct boot *b)
{
	claim_on(b);
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		struct boot_nic *n = &b->nics[i];

		if (n->nic.ifindex && lease_named_root(b, n->nic.ifindex))
			ask_again(n);
	}
}
