/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What leads from one state of the DHCPv4 client to another, for events and packets alike. */
#include "core/dhcp_state.h"

#include "core/dhcp_offer.h"
#include "core/dhcp_tx.h"

void dhcp_enter(struct dhcp *d, enum dhcp_state state)
{
	d->state = state;
	d->tx.n_sent = 0;
	d->tx.interval_ms = DHCP_BACKOFF_FIRST_MS;
	d->asking = false;
}

void dhcp_begin_round(struct dhcp *d, uint64_t now_ns, uint64_t delay_ns, struct dhcp_actions *act)
{
	dhcp_enter(d, DHCP_SELECTING);
	dhcp_offer_forget(d);
	dhcp_new_xid(d);
	d->tx.next_ns = now_ns + delay_ns;
	if (!delay_ns)
		dhcp_send_discover(d, now_ns, act);
}

struct ip_addr dhcp_reboot_address(const struct dhcp *d)
{
	struct ip_addr none = { 0 };

	if (d->have_lease)
		return d->lease.address;
	if (!d->config.init_reboot || d->reboot_over || dhcp_is_declined(d, &d->config.request))
		return none;
	return d->config.request;
}

void dhcp_round_failed(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	uint64_t delay_ms = dhcp_failed_wait_ms(&d->n_failed);

	dhcp_begin_round(d, now_ns, dhcp_with_jitter(d, delay_ms), act);
}

void dhcp_lose_lease(struct dhcp *d, struct dhcp_actions *act)
{
	d->have_lease = false;
	act->lost_lease = true;
}

void dhcp_take_offer(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	struct out out = out_to(act->text, sizeof(act->text));

	d->window_ns = 0;
	dhcp_offer_say_choice(d, &out);
	act->chosen = out.len != 0;
	dhcp_enter(d, DHCP_REQUESTING);
	dhcp_send_request(d, now_ns, act);
}
