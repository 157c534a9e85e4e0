/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot server's port 4011 (PXE 2.1, 2.2.3): asked beside the lease, which is told and used
 * meanwhile, for what no offer had. It answers to the address, so that has to be on the NIC.
 */
#include "core/dhcp_boot.h"

#include <stdio.h>

#include "core/dhcp_offer.h"
#include "core/dhcp_say.h"
#include "core/dhcp_state.h"
#include "core/dhcp_tx.h"

/* PXE has four tries over ten seconds; with the back-off of everything else these are 1.75 s. */
#define BOOT_TRIES 3

void dhcp_boot_note(struct dhcp *d, const struct dhcp_msg *msg)
{
	struct dhcp_pxe pxe;

	/* the first that is one; a proxy is there for nothing else, so it wins */
	if (dhcp_msg_pxe(msg, &pxe) != DHCP_FOUND || ip_is_unset(&pxe.ask))
		return;
	if (ip_is_unset(&d->boot.ask) || (ip_is_unset(&msg->yiaddr) && !d->boot_of_proxy)) {
		d->boot = pxe;
		d->boot_of_proxy = ip_is_unset(&msg->yiaddr);
	}
}

void dhcp_boot_begin(struct dhcp *d, uint64_t now_ns)
{
	if (ip_is_unset(&d->boot.ask) || dhcp_offer_has_all(d, &d->lease))
		return;
	dhcp_new_xid(d);
	d->lease.boot_server = d->boot.ask;
	d->asking = true;
	d->tx.next_ns = now_ns; /* once the owner knows of the lease */
}

/* The lease as it is now is told once more: nobody is asked about it any longer. */
static void end(struct dhcp *d, struct dhcp_actions *act)
{
	d->asking = false;
	d->lease.boot_server = (struct ip_addr){ 0 };
	act->new_lease = true;
}

void dhcp_boot_due(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	char ip[IP_TEXT_MAX], what[IP_TEXT_MAX + 32];

	(void)ip_text(&d->boot.ask, ip);
	if (d->tx.n_sent == BOOT_TRIES) {
		end(d, act);
		dhcp_say(act, "boot server %s does not answer on port %u", ip, DHCP_PORT_BOOT);
		return;
	}
	dhcp_send_boot(d, now_ns, act);
	(void)snprintf(what, sizeof(what), "the question to boot server %s", ip);
	if (d->tx.n_sent > 1)
		dhcp_say_waiting(act, what, d->tx.n_sent, d->tx.next_ns - now_ns);
}

bool dhcp_boot_awaits(const struct dhcp *d, const struct dhcp_msg *msg, const struct ip_addr *from)
{
	return d->asking && d->tx.n_sent && msg->type == DHCP_TYPE_ACK &&
	       (ip_is_unset(from) || ip_eq(from, &d->boot.ask));
}

void dhcp_boot_answer(struct dhcp *d, const struct dhcp_msg *msg, struct dhcp_actions *act)
{
	struct lease said;
	char ip[IP_TEXT_MAX];

	dhcp_msg_said(msg, &said);
	said.server_id = d->boot.ask;
	dhcp_offer_add_proxy(d, &said);
	dhcp_offer_complete(d, &d->lease);
	end(d, act);
	if (!dhcp_offer_has_all(d, &d->lease))
		dhcp_say(act, "boot server %s does not tell a %s either", ip_text(&d->boot.ask, ip),
			 d->lease.root_path[0] || !(d->config.wants & DHCP_WANT_ROOT)
				 ? "next-server"
				 : "root-path");
}
