/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Debian's ifupdown. It has no way to take over a NIC that has its address: "inet static" fails on
 * it, and for "inet dhcp" dhclient runs with -I, that is with an identity of its own, and gets
 * another address. So it is told that the NICs of the root are up already, and the guard goes on
 * with the lease: /run/network/ifstate.<if> is what ifup looks at, ifstate what ifquery lists and
 * ifdown -a works off (0.8.41). open-iscsi has the same done for iSCSI roots.
 *
 * The other end: ExecStop=ifdown -a of networking.service takes address and link away while the
 * root is still mounted from over it; the drop-ins leave these NICs out. They lie in
 * system.control, not in /run/systemd/system: that directory is how programs recognise a running
 * systemd (sd_booted(3)), and other inits have ifupdown, too.
 */
#include <string.h>

#include "core/handnet_part.h"

#define CONTROL_DIR "/run/systemd/system.control"

/* systemd-escape(1). */
static void escape(struct out *out, const char *name)
{
	for (const char *p = name; *p; p++) {
		bool plain = (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
			     (*p >= 'A' && *p <= 'Z') || *p == '_' || *p == ':' ||
			     (*p == '.' && p != name);

		out_add(out, plain ? "%c" : "\\x%02x", (unsigned char)*p);
	}
}

/* The NIC of the root, and what that one is made of. */
static bool is_under_root(const struct hand *h, const struct hand_nic *nic)
{
	if (nic->boot)
		return true;
	for (uint8_t i = 0; i < h->in->n_nics; i++) {
		const struct hand_nic *upper = &h->in->nics[i];

		if (upper == nic)
			continue;
		if (upper->boot && hand_is_vlan_on(upper, nic))
			return true;
		if (!nic->master || strcmp(nic->master, upper->name) != 0)
			continue;
		if (upper->boot)
			return true;
		for (uint8_t k = 0; k < h->in->n_nics; k++)
			if (h->in->nics[k].boot && hand_is_vlan_on(&h->in->nics[k], upper))
				return true;
	}
	return false;
}

/* The files that are one for all NICs. */
static void of_all(struct hand *h)
{
	hand_begin(h);
	for (uint8_t i = 0; i < h->in->n_nics; i++)
		if (hand_name_plain(h->in->nics[i].name) && is_under_root(h, &h->in->nics[i]))
			out_add(&h->out, "%s=%s\n", h->in->nics[i].name, h->in->nics[i].name);
	hand_end(h, 0644, "/run/network/ifstate");
	hand_begin(h);
	out_add(&h->out,
		"[Service]\nExecStop=\nExecStop=/sbin/ifdown -a --read-environment --exclude=lo");
	for (uint8_t i = 0; i < h->in->n_nics; i++)
		if (hand_name_plain(h->in->nics[i].name) && is_under_root(h, &h->in->nics[i]))
			out_add(&h->out, " --exclude=%s", h->in->nics[i].name);
	out_add(&h->out, "\n");
	hand_end(h, 0644, "%s/networking.service.d/50-netroot.conf", CONTROL_DIR);
}

void hand_ifupdown(struct hand *h, const struct hand_nic *nic)
{
	char unit[IFNAME_MAX * 4 + 1];
	struct out out = out_to(unit, sizeof(unit));

	if (!hand_name_plain(nic->name) || !is_under_root(h, nic))
		return;
	if (nic->boot)
		of_all(h);
	hand_begin(h);
	out_add(&h->out, "%s\n", nic->name);
	hand_end(h, 0644, "/run/network/ifstate.%s", nic->name);
	/* allow-hotplug */
	escape(&out, nic->name);
	hand_begin(h);
	out_add(&h->out, "[Service]\nExecStop=\n");
	hand_end(h, 0644, "%s/ifup@%s.service.d/50-netroot.conf", CONTROL_DIR, unit);
}
