/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What words of the network say beside each other that cannot all be meant. */
#include "core/plan_wish.h"

static bool is_static(const struct plan_ip *ip)
{
	return ip->v4 == IP4_STATIC || ip->v6 == IP6_STATIC;
}

/* One address on two NICs: the second one to have a carrier does not get it. */
static void check_address(const struct plan_input *in, struct plan *plan, uint8_t i)
{
	const struct plan_ip *ip = &plan->ips[i];
	char a[PLAN_QUOTE_MAX], b[PLAN_QUOTE_MAX], text[IP_TEXT_MAX];

	for (uint8_t k = 0; is_static(ip) && k < i; k++) {
		const struct plan_ip *other = &plan->ips[k];

		if (!is_static(other) || !ip_eq(&other->address, &ip->address) ||
		    plan_port_eq(&ip->port, &other->port))
			continue;
		plan_note(plan, NOTE_CHOICE, ip->given,
			  "%s: %s is given to another NIC as well by %s; the first of them with a "
			  "carrier gets it, the other none",
			  given_word(ip->given, in, a), ip_text(&ip->address, text),
			  given_word(other->given, in, b));
	}
}

void plan_check(const struct plan_input *in, struct plan *plan)
{
	for (uint8_t i = 0; i < plan->n_ips; i++)
		check_address(in, plan, i);
}
