/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of bond options: values, ranges and modes are those of
 * drivers/net/bonding/bond_options.c. */
#include "core/bond_options.h"

#include <limits.h>
#include <linux/if_link.h>

/* since Linux 6.9; not in all headers */
#define BOND_COUPLED_CONTROL 32

#define RR (1u << 0)
#define BACKUP (1u << 1)
#define LACP (1u << 4)
#define TLB (1u << 5)
#define ALB (1u << 6)
#define ANY_MODE 0x7fu
#define ARP_MODES (ANY_MODE & ~(LACP | TLB | ALB))

const char *const bond_modes[] = { "balance-rr", "active-backup", "balance-xor", "broadcast",
				   "802.3ad",	 "balance-tlb",	  "balance-alb", NULL };

static const char *const validations[] = { "none",   "active",	      "backup",	       "all",
					   "filter", "filter_active", "filter_backup", NULL };
static const char *const any_all[] = { "any", "all", NULL };
static const char *const reselections[] = { "always", "better", "failure", NULL };
static const char *const mac_policies[] = { "none", "active", "follow", NULL };
static const char *const hashes[] = { "layer2",	  "layer3+4",	 "layer2+3", "encap2+3",
				      "encap3+4", "vlan+srcmac", NULL };
static const char *const rates[] = { "slow", "fast", NULL };
static const char *const selections[] = { "stable", "bandwidth", "count", NULL };

static const struct bond_option options[] = {
	{ "mode", BOND_NAME, IFLA_BOND_MODE, 1, ANY_MODE, 0, 0, bond_modes },
	{ "miimon", BOND_NUMBER, IFLA_BOND_MIIMON, 4, ANY_MODE, 0, INT_MAX, NULL },
	{ "updelay", BOND_NUMBER, IFLA_BOND_UPDELAY, 4, ANY_MODE, 0, INT_MAX, NULL },
	{ "downdelay", BOND_NUMBER, IFLA_BOND_DOWNDELAY, 4, ANY_MODE, 0, INT_MAX, NULL },
	{ "use_carrier", BOND_SWITCH, IFLA_BOND_USE_CARRIER, 1, ANY_MODE, 0, 1, NULL },
	{ "arp_interval", BOND_NUMBER, IFLA_BOND_ARP_INTERVAL, 4, ARP_MODES, 0, INT_MAX, NULL },
	{ "arp_ip_target", BOND_IP4_LIST, IFLA_BOND_ARP_IP_TARGET, 0, ANY_MODE, 0, 0, NULL },
	{ "ns_ip6_target", BOND_IP6_LIST, IFLA_BOND_NS_IP6_TARGET, 0, ANY_MODE, 0, 0, NULL },
	{ "arp_validate", BOND_NAME, IFLA_BOND_ARP_VALIDATE, 4, ARP_MODES, 0, 0, validations },
	{ "arp_all_targets", BOND_NAME, IFLA_BOND_ARP_ALL_TARGETS, 4, ANY_MODE, 0, 0, any_all },
	{ "arp_missed_max", BOND_NUMBER, IFLA_BOND_MISSED_MAX, 1, ARP_MODES, 1, 255, NULL },
	{ "primary", BOND_PORT, IFLA_BOND_PRIMARY, 4, BACKUP | TLB | ALB, 0, 0, NULL },
	{ "active_slave", BOND_PORT, IFLA_BOND_ACTIVE_SLAVE, 4, BACKUP | TLB | ALB, 0, 0, NULL },
	{ "primary_reselect", BOND_NAME, IFLA_BOND_PRIMARY_RESELECT, 1, ANY_MODE, 0, 0,
	  reselections },
	{ "fail_over_mac", BOND_NAME, IFLA_BOND_FAIL_OVER_MAC, 1, ANY_MODE, 0, 0, mac_policies },
	{ "xmit_hash_policy", BOND_NAME, IFLA_BOND_XMIT_HASH_POLICY, 1, ANY_MODE, 0, 0, hashes },
	{ "resend_igmp", BOND_NUMBER, IFLA_BOND_RESEND_IGMP, 4, ANY_MODE, 0, 255, NULL },
	{ "num_grat_arp", BOND_NUMBER, IFLA_BOND_NUM_PEER_NOTIF, 1, ANY_MODE, 0, 255, NULL },
	{ "num_unsol_na", BOND_NUMBER, IFLA_BOND_NUM_PEER_NOTIF, 1, ANY_MODE, 0, 255, NULL },
	{ "peer_notif_delay", BOND_NUMBER, IFLA_BOND_PEER_NOTIF_DELAY, 4, ANY_MODE, 0, 300000,
	  NULL },
	{ "all_slaves_active", BOND_SWITCH, IFLA_BOND_ALL_SLAVES_ACTIVE, 1, ANY_MODE, 0, 1, NULL },
	{ "min_links", BOND_NUMBER, IFLA_BOND_MIN_LINKS, 4, ANY_MODE, 0, INT_MAX, NULL },
	{ "lp_interval", BOND_NUMBER, IFLA_BOND_LP_INTERVAL, 4, ANY_MODE, 1, INT_MAX, NULL },
	{ "packets_per_slave", BOND_NUMBER, IFLA_BOND_PACKETS_PER_SLAVE, 4, RR, 0, 65535, NULL },
	{ "lacp_rate", BOND_NAME, IFLA_BOND_AD_LACP_RATE, 1, LACP, 0, 0, rates },
	{ "lacp_active", BOND_SWITCH, IFLA_BOND_AD_LACP_ACTIVE, 1, LACP, 0, 1, NULL },
	{ "coupled_control", BOND_SWITCH, BOND_COUPLED_CONTROL, 1, LACP, 0, 1, NULL },
	{ "ad_select", BOND_NAME, IFLA_BOND_AD_SELECT, 1, ANY_MODE, 0, 0, selections },
	{ "ad_actor_sys_prio", BOND_NUMBER, IFLA_BOND_AD_ACTOR_SYS_PRIO, 2, LACP, 1, 65535, NULL },
	{ "ad_actor_system", BOND_MAC, IFLA_BOND_AD_ACTOR_SYSTEM, 0, LACP, 0, 0, NULL },
	{ "ad_user_port_key", BOND_NUMBER, IFLA_BOND_AD_USER_PORT_KEY, 2, LACP, 0, 1023, NULL },
	{ "tlb_dynamic_lb", BOND_SWITCH, IFLA_BOND_TLB_DYNAMIC_LB, 1, TLB | ALB, 0, 1, NULL },
	{ "max_bonds", BOND_UNUSED, 0, 0, ANY_MODE, 0, 0, NULL },
};

const struct bond_option *bond_option_find(struct span name)
{
	/* of netlink and ip-link(8); bonding.rst has the name of sysfs */
	if (span_eq(name, "missed_max"))
		name = span_of("arp_missed_max");
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (span_eq(name, options[i].name))
			return &options[i];
	return NULL;
}

static bool place_of(const char *const *names, struct span text, uint32_t *ret)
{
	uint64_t number = UINT64_MAX;

	(void)parse_uint(text, 10, 0, UINT8_MAX, &number); /* a name otherwise */
	for (uint32_t i = 0; names[i]; i++) {
		if (i != number && !span_eq(text, names[i]))
			continue;
		*ret = i;
		return true;
	}
	return false;
}

bool bond_option_number(const struct bond_option *option, struct span text, uint32_t *ret)
{
	bool off = !option->min && span_eq(text, "off");
	bool on = option->value == BOND_SWITCH && span_eq(text, "on");
	uint64_t number = on;

	if (option->names)
		return place_of(option->names, text, ret);
	if (!off && !on && !parse_uint(text, 10, option->min, option->max, &number))
		return false;
	*ret = (uint32_t)number;
	return true;
}
