/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * systemd-networkd: /run/systemd/network/00-netroot-<if>.netdev (systemd.netdev(5)) for the links
 * that netroot has made. networkd takes a link that exists as it is, and makes it again like this
 * should somebody delete it.
 */
#include "core/handnet_part.h"
#include "core/linkmsg.h"

/* The kernel's name of a bond option (bonding.rst) and networkd's; unit: what is put behind. */
static const struct bond_row {
	const char *option, *key, *unit;
	bool list; /* commas there, blanks here */
} rows[] = {
	{ "miimon", "MIIMonitorSec", "ms", false },
	{ "updelay", "UpDelaySec", "ms", false },
	{ "downdelay", "DownDelaySec", "ms", false },
	{ "lacp_rate", "LACPTransmitRate", "", false },
	{ "xmit_hash_policy", "TransmitHashPolicy", "", false },
	{ "ad_select", "AdSelect", "", false },
	{ "fail_over_mac", "FailOverMACPolicy", "", false },
	{ "arp_interval", "ARPIntervalSec", "ms", false },
	{ "arp_ip_target", "ARPIPTargets", "", true },
	{ "arp_validate", "ARPValidate", "", false },
	{ "arp_all_targets", "ARPAllTargets", "", false },
	{ "primary_reselect", "PrimaryReselectPolicy", "", false },
	{ "resend_igmp", "ResendIGMP", "", false },
	{ "packets_per_slave", "PacketsPerSlave", "", false },
	{ "num_grat_arp", "GratuitousARP", "", false },
	{ "num_unsol_na", "GratuitousARP", "", false },
	{ "all_slaves_active", "AllSlavesActive", "", false },
	{ "min_links", "MinLinks", "", false },
	{ "lp_interval", "LearnPacketIntervalSec", "s", false },
	{ "ad_actor_sys_prio", "AdActorSystemPriority", "", false },
	{ "ad_user_port_key", "AdUserPortKey", "", false },
	{ "ad_actor_system", "AdActorSystem", "", false },
};

static void put_bond(struct out *out, const struct plan_link *link)
{
	out_add(out, "\n[Bond]\nMode=%s\n", hand_bond_mode(link));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *value = hand_bond_option(link, rows[i].option);

		if (!value)
			continue;
		out_add(out, "%s=", rows[i].key);
		for (; *value; value++)
			out_add(out, "%c", rows[i].list && *value == ',' ? ' ' : *value);
		out_add(out, "%s\n", rows[i].unit);
	}
}

void hand_networkd_netdev(struct hand *h, const struct hand_nic *nic)
{
	char mac[MAC_TEXT_MAX];
	struct out *out = &h->out;

	if (!nic->link || !hand_name_plain(nic->name))
		return;
	hand_begin(h);
	out_add(out, "[NetDev]\nName=%s\nKind=%s\n", nic->name, linkmsg_kind_name(nic->link->kind));
	/* the lease was given to this one; of itself networkd would make one up */
	if (nic->mac.len == 6)
		out_add(out, "MACAddress=%s\n", mac_text(&nic->mac, mac));
	switch (nic->link->kind) {
	case LINK_VLAN:
		out_add(out, "\n[VLAN]\nId=%u\n", nic->link->vlan_id);
		break;
	case LINK_BOND:
		put_bond(out, nic->link);
		break;
	case LINK_BRIDGE:
		out_add(out, "\n[Bridge]\nSTP=no\nForwardDelaySec=0\n");
		break;
	}
	hand_end(h, 0644, "/run/systemd/network/00-netroot-%s.netdev", nic->name);
}
