/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What would take the boot NIC or its address away from under the root. */
#include <stdio.h>
#include <string.h>

#include "tools/netrootctl.h"

static const char *root_of(const struct ctl_facts *facts)
{
	const struct ctl_value *v = ctl_root_value(facts);

	return v ? v->value : facts->root.source;
}

/* --- leases --- */

static void check_lease(const struct ctl_facts *facts, const struct ctl_lease *l,
			struct ctl_findings *found)
{
	uint32_t left_s = ctl_lease_left_s(facts, l);
	struct ctl_actor who = ctl_renewer_of(facts, l);
	struct ctl_finding *f;

	if (!l->address[0] || !strcmp(l->kind, "ra"))
		return;
	if (l->state == CTL_ADDRESS_MISSING) {
		f = ctl_find(found, CTL_CRITICAL, "address-missing", l->ifname);
		ctl_cause(f, "it no longer has %s, from which the root %s is reached", l->address,
			  root_of(facts));
		ctl_remedy(f, "ip address add %s/%u dev %s, and find out who took it off",
			   l->address, l->prefix, facts->nic.there ? facts->nic.name : l->ifname);
		return;
	}
	if (l->expire_s == CTL_FOR_EVER)
		return;
	if (!who.name) {
		f = ctl_find(found, left_s == CTL_FOR_EVER ? CTL_WARNING : CTL_CRITICAL,
			     "lease-not-renewed", l->ifname);
		if (left_s == CTL_FOR_EVER)
			ctl_cause(
				f,
				"nobody renews the lease of %s by %s, neither netroot's guard nor a client of this system: the server may give the address to another machine",
				l->address, l->server);
		else
			ctl_cause(
				f,
				"nobody renews the lease of %s by %s, neither netroot's guard nor a client of this system: the address %s",
				l->address, l->server,
				left_s ? "goes when its time is up" : "is over its time");
		ctl_remedy(
			f,
			"let this system's network manager have %s by DHCP with the identity the lease was made with; or reserve the address and reboot",
			l->ifname);
	} else if (l->state == CTL_ADDRESS_THERE && left_s != CTL_FOR_EVER &&
		   l->rebind_s != CTL_FOR_EVER && l->rebind_s < l->expire_s &&
		   left_s < l->expire_s - l->rebind_s) {
		f = ctl_find(found, CTL_WARNING, "lease-late", l->ifname);
		ctl_cause(
			f,
			"%u s are left of the lease of %s, of %u s: %s asks for its renewal and no server answers",
			left_s, l->address, l->expire_s, who.name);
		ctl_remedy(
			f,
			"see whether the DHCP server %s runs and answers requests of this network",
			l->server);
	}
}

/* --- managers --- */

/* For systemd before 257 and since. Nothing said is "yes" where / itself is a network filesystem.
 */
static bool networkd_keeps(const struct ctl_facts *facts)
{
	static const char *const good[] = {
		"yes", "true", "1", "dhcp", "dhcp-on-stop", "dynamic", "dynamic-on-stop"
	};
	const char *keep = facts->managers.networkd.keep;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!strcmp(keep, good[i]))
			return true;
	if (!keep[0])
		return !strcmp(ctl_root_kind(facts), "nfs") && !facts->root.layered;
	return !strcmp(keep, "static") && !facts->managers.networkd.dhcp[0];
}

static void check_networkd(const struct ctl_facts *facts, struct ctl_findings *found)
{
	const char *file = facts->managers.networkd.file, *dhcp = facts->managers.networkd.dhcp;
	struct ctl_finding *f;

	if (!facts->managers.networkd.active || facts->managers.networkd.unmanaged || !file[0])
		return;
	if (!networkd_keeps(facts)) {
		f = ctl_find(found, CTL_WARNING, "networkd-keep", file);
		ctl_cause(
			f,
			"it is systemd-networkd's file for %s, and lacks KeepConfiguration=yes: the address goes when networkd stops (shutdown hangs), restarts, or its lease ends",
			facts->nic.name);
		ctl_remedy(
			f,
			"put KeepConfiguration=yes into its [Network] section, or take it away: then /run/systemd/network/00-netroot-%s.network counts",
			facts->nic.name);
	}
	if (dhcp[0] && strcmp(dhcp, "no") != 0 && strcmp(dhcp, "false") != 0 &&
	    strcmp(dhcp, "ipv6") != 0 && strcmp(facts->managers.networkd.client_id, "mac") != 0) {
		f = ctl_find(found, CTL_WARNING, "networkd-identity", file);
		ctl_cause(
			f,
			"it has systemd-networkd ask DHCP for %s with another client identifier than the boot did: the server gives another address, and the root loses its own",
			facts->nic.name);
		ctl_remedy(f, "put ClientIdentifier=mac into its [DHCPv4] section");
	}
}

static void check_nm(const struct ctl_facts *facts, struct ctl_findings *found)
{
	const char *nic = facts->nic.name, *method = facts->managers.nm.rival_method;
	struct ctl_finding *f;

	if (!facts->managers.nm.active || facts->managers.nm.unmanaged_by_conf)
		return;
	if (facts->managers.nm.rival[0]) {
		f = ctl_find(found, CTL_WARNING, "nm-profile", facts->managers.nm.rival);
		ctl_cause(
			f,
			"NetworkManager prefers this profile (ipv4 %s) for %s to the one that the boot has left: it would set the NIC up anew under the root",
			method[0] ? method : "auto", nic);
		ctl_remedy(
			f,
			"set autoconnect=false in its [connection] section, or give it an autoconnect-priority below 100");
	} else if (!facts->managers.nm.profile[0] && !facts->managers.nm.managed) {
		f = ctl_find(found, CTL_WARNING, "nm-no-profile", nic);
		ctl_cause(
			f,
			"NetworkManager has no profile of the boot's for it (/run/NetworkManager/system-connections/netroot-%s.nmconnection): it may make one of its own, with another identity and address",
			nic);
		ctl_remedy(
			f,
			"nothing may empty /run/NetworkManager before it starts; or name the NIC in [keyfile] unmanaged-devices=interface-name:%s, the guard then renews the lease",
			nic);
	}
}

static void check_ifupdown(const struct ctl_facts *facts, struct ctl_findings *found)
{
	const char *nic = facts->nic.name, *method = facts->managers.ifupdown.method;
	struct ctl_finding *f;

	if (!facts->managers.ifupdown.active || !facts->managers.ifupdown.brought_up)
		return;
	if (!facts->managers.ifupdown.told_up && method[0] && strcmp(method, "manual") != 0) {
		f = ctl_find(found, CTL_CRITICAL, "ifupdown", facts->managers.ifupdown.file);
		ctl_cause(
			f,
			"ifupdown is to bring %s up (inet %s), and was not told that it is up (/run/network/ifstate): dhclient asks with an identity of its own and gets another address, a static set-up fails",
			nic, method);
		ctl_remedy(f, "write \"iface %s inet manual\" there, and nothing else of it", nic);
	} else if (!facts->managers.ifupdown.left_alone_at_stop) {
		f = ctl_find(found, CTL_WARNING, "ifupdown-stop", facts->managers.ifupdown.file);
		ctl_cause(
			f,
			"at shutdown networking.service takes %s down (ifdown -a) while the root is mounted over it: the shutdown hangs",
			nic);
		ctl_remedy(
			f,
			"take \"auto %s\" out, or add --exclude=%s to ExecStop= of networking.service",
			nic, nic);
	}
}

static void check_others(const struct ctl_facts *facts, struct ctl_findings *found)
{
	const char *nic = facts->nic.name;
	struct ctl_finding *f;

	if (facts->managers.dhcpcd.active && !facts->managers.dhcpcd.denied &&
	    !facts->managers.dhcpcd.persistent) {
		f = ctl_find(found, CTL_WARNING, "dhcpcd", "/etc/dhcpcd.conf");
		ctl_cause(
			f,
			"%s: when dhcpcd stops it takes the address of %s away, and the shutdown hangs",
			facts->managers.dhcpcd.conf_there ? "it has no \"persistent\""
							  : "it is missing",
			nic);
		ctl_remedy(f, "put a line \"persistent\" into it");
	}
	if (ctl_process_named(facts, "connmand")) {
		f = ctl_find(found, CTL_WARNING, "connman", nic);
		ctl_cause(
			f,
			"connman runs, which cannot be told of a NIC that is up already: it sets it up anew under the root");
		ctl_remedy(f, "name %s in NetworkInterfaceBlacklist= of /etc/connman/main.conf",
			   nic);
	}
}

void ctl_diagnose_network(const struct ctl_facts *facts, struct ctl_findings *found)
{
	bool gone = facts->nic.name[0] && !facts->nic.there;

	if (!strcmp(ctl_root_kind(facts), "memory"))
		return; /* the network may come and go */
	/* its lease goes with it */
	for (size_t i = 0; i < facts->n_leases; i++)
		if (!gone || strcmp(facts->leases[i].ifname, facts->nic.name) != 0)
			check_lease(facts, &facts->leases[i], found);
	if (!facts->nic.name[0])
		return;
	if (gone) {
		struct ctl_finding *f = ctl_find(found, CTL_CRITICAL, "nic-missing",
						 facts->nic.name);

		ctl_cause(f, "the NIC that the root %s is reached through is gone", root_of(facts));
		ctl_remedy(f, "bring it back or reboot");
		return;
	}
	check_networkd(facts, found);
	check_nm(facts, found);
	check_ifupdown(facts, found);
	check_others(facts, found);
}
