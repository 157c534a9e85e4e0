/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the DHCPv4 client does about a packet: whose it is, whether it is waited for, what comes of
 * it. */
#include <stdio.h>

#include "core/dhcp_boot.h"
#include "core/dhcp_offer.h"
#include "core/dhcp_say.h"
#include "core/dhcp_state.h"
#include "core/dhcp_tx.h"

static const char declined[] = "somebody else has that address, it was declined";

/* Nothing so far has all that is wanted: others may, or a proxyDHCP server adds it, which answers
 * nobody but firmware. */
static void open_window(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	struct out out = out_to(act->text, sizeof(act->text));

	act->waiting = true;
	dhcp_offer_say_lack(d, &d->offer, &out);
	out_add(&out, ", waiting %u ms for a better offer", DHCP_OFFER_WINDOW_MS);
	if (d->firmware_class[0]) {
		d->as_firmware = true;
		dhcp_send_discover(d, now_ns, act);
	}
	d->window_ns = now_ns + DHCP_OFFER_WINDOW_MS * DHCP_NS_PER_MS;
}

static void consider(struct dhcp *d, const struct lease *offer, uint64_t now_ns,
		     struct dhcp_actions *act)
{
	if (dhcp_offer_take(d, offer) || dhcp_offer_is_full(d))
		dhcp_take_offer(d, now_ns, act);
	else if (!d->window_ns)
		open_window(d, now_ns, act);
}

/* As dhcp_msg_lease(), without what is not kept. */
static bool read_lease(const struct dhcp *d, const struct dhcp_msg *msg, struct lease *ret,
		       char *ignored, size_t size, struct err *err)
{
	if (!dhcp_msg_lease(msg, ret, ignored, size, err))
		return false;
	if (d->config.keeps)
		lease_to_keep(ret, ret);
	return true;
}

static void on_offer(struct dhcp *d, const struct dhcp_msg *msg, const struct ip_addr *from,
		     uint64_t now_ns, struct dhcp_actions *act)
{
	struct lease l;
	struct err err;

	dhcp_boot_note(d, msg);
	if (dhcp_msg_proxy(msg, &l)) {
		if (d->config.keeps)
			lease_to_keep(&l, &l);
		if (dhcp_offer_take_proxy(d, &l))
			dhcp_take_offer(d, now_ns, act);
		return;
	}
	if (!read_lease(d, msg, &l, NULL, 0, &err))
		dhcp_say_useless(&d->n_useless, act, "unusable OFFER", from, err.text);
	else if (dhcp_is_declined(d, &l.address))
		dhcp_say_useless(&d->n_useless, act, "OFFER", from, declined);
	else
		consider(d, &l, now_ns, act);
}

/* Fills in what the exchange so far says and the ACK does not. NULL: the lease can be taken;
 * otherwise why not. */
static const char *complete_lease(const struct dhcp *d, struct lease *l, uint64_t now_ns)
{
	bool fresh = d->state == DHCP_REQUESTING || d->state == DHCP_SELECTING;
	struct ip_addr had = dhcp_reboot_address(d);

	if (ip_is_unset(&l->server_id) && fresh)
		l->server_id = d->offer.server_id;
	else if (ip_is_unset(&l->server_id) && d->have_lease)
		l->server_id = d->lease.server_id;
	/* the root hangs on the address in use: a server that wants another one has to say NAK, or
	 * let the lease end */
	if (!fresh && !ip_eq(&l->address, &had))
		return d->state == DHCP_REBOOTING ? "another address than was asked for"
						  : "renewed with another address";
	dhcp_offer_complete(d, l);
	/* RFC 2131 4.4.1: the lease counts from when the REQUEST went out; RFC 4039: or DISCOVER,
	 * of which the last is meant unless its answer took longer than the time to the next */
	l->acquired_ns = d->state == DHCP_SELECTING ? d->discovered_ns : d->requested_ns;
	if (now_ns >= dhcp_lease_ns(l, l->lease_s))
		return "the lease is over already";
	return dhcp_is_declined(d, &l->address) ? declined : NULL;
}

static void be_bound(struct dhcp *d, const struct lease *l, struct dhcp_actions *act)
{
	d->lease = *l;
	d->have_lease = true;
	d->n_failed = 0;
	d->reboot_over = true;
	d->window_ns = 0;
	d->n_useless = 0;
	act->new_lease = true;
	dhcp_enter(d, DHCP_BOUND);
}

/* RFC 4039: the ACK to a DISCOVER. One that lacks something is an offer among others: asked for
 * with a REQUEST, that server says it again. */
static void on_rapid_ack(struct dhcp *d, const struct dhcp_msg *msg, const struct ip_addr *from,
			 uint64_t now_ns, struct dhcp_actions *act)
{
	struct lease l;
	struct err err;
	const char *why;

	why = read_lease(d, msg, &l, act->text, sizeof(act->text), &err)
		      ? ip_is_unset(&l.server_id) ? "no usable server identifier (option 54)"
						  : complete_lease(d, &l, now_ns)
		      : err.text;
	if (why)
		dhcp_say_useless(&d->n_useless, act, "unusable ACK", from, why);
	else if (dhcp_offer_has_all(d, &l))
		be_bound(d, &l, act);
	else
		consider(d, &l, now_ns, act);
}

static void on_ack(struct dhcp *d, const struct dhcp_msg *msg, const struct ip_addr *from,
		   uint64_t now_ns, struct dhcp_actions *act)
{
	struct lease l;
	struct err err;
	const char *why;

	why = read_lease(d, msg, &l, act->text, sizeof(act->text), &err)
		      ? complete_lease(d, &l, now_ns)
		      : err.text;
	if (!why) {
		bool fresh = d->state == DHCP_REQUESTING;

		be_bound(d, &l, act);
		if (fresh)
			dhcp_boot_begin(d, now_ns);
		return;
	}
	if (d->state != DHCP_REQUESTING) {
		dhcp_say_useless(&d->n_useless, act, "unusable ACK", from, why);
		return;
	}
	dhcp_say_refused(act, "unusable ACK", from, why);
	dhcp_round_failed(d, now_ns, act);
}

static void on_nak(struct dhcp *d, const struct dhcp_msg *msg, const struct ip_addr *from,
		   uint64_t now_ns, struct dhcp_actions *act)
{
	bool fresh = d->state == DHCP_REQUESTING;
	char text[100], why[120];
	struct dhcp_value v;

	if (dhcp_msg_get(msg, DHCP_OPT_MESSAGE, &v) != DHCP_FOUND)
		v.len = 0;
	while (v.len && !v.bytes[v.len - 1])
		v.len--;
	if (v.len)
		(void)snprintf(why, sizeof(why), "\"%s\"",
			       text_quote(text, sizeof(text),
					  (struct span){ (const char *)v.bytes, v.len }));
	else
		(void)snprintf(why, sizeof(why), "no reason given");
	dhcp_say_refused(act, "NAK", from, why);
	d->reboot_over = true;
	/* while asking again, the lease at hand is gone only if it is what was refused */
	if (d->have_lease && (!fresh || ip_eq(&d->offer.address, &d->lease.address)))
		dhcp_lose_lease(d, act);
	dhcp_round_failed(d, now_ns, act);
}

/* What a state waits for, of the peer it waits for. */
static bool is_awaited(const struct dhcp *d, const struct dhcp_msg *msg, const struct ip_addr *from)
{
	bool answer = msg->type == DHCP_TYPE_ACK || msg->type == DHCP_TYPE_NAK;
	struct dhcp_value v;

	switch (d->state) {
	case DHCP_IDLE:
		return false;
	case DHCP_BOUND:
		return dhcp_boot_awaits(d, msg, from);
	case DHCP_SELECTING:
		if (msg->type == DHCP_TYPE_ACK)
			return d->config.rapid_commit && d->tx.n_sent &&
			       dhcp_msg_get(msg, DHCP_OPT_RAPID_COMMIT, &v) == DHCP_FOUND;
		return msg->type == DHCP_TYPE_OFFER && d->tx.n_sent;
	case DHCP_REQUESTING:
		/* the REQUEST named a server: another's word on it does not count, nor what
		 * somebody who does not say who he is has to give */
		if (ip_is_unset(from))
			return msg->type == DHCP_TYPE_NAK ||
			       (answer && ip_eq(&msg->yiaddr, &d->offer.address));
		return answer && ip_eq(from, &d->offer.server_id);
	case DHCP_REBOOTING:
	case DHCP_RENEWING:
	case DHCP_REBINDING:
		return answer;
	}
	return false;
}

static bool ignore(struct dhcp_actions *act, const char *why)
{
	act->ignored = true;
	dhcp_say(act, "%s", why);
	return false;
}

/* One place for whose a message is, before it does anything. */
static bool open_message(struct dhcp *d, const struct dhcp_event *ev, struct dhcp_msg *msg,
			 struct dhcp_actions *act)
{
	struct err err;

	if (!dhcp_msg_header(ev->bytes, ev->len, msg, &err))
		return ignore(act, err.text);
	if (d->state == DHCP_IDLE || (d->state == DHCP_BOUND && !d->asking))
		return ignore(act, "no answer is waited for");
	if (msg->xid != d->xid)
		return ignore(act, "not an answer to us (xid)");
	if (!mac_eq(&msg->chaddr, &d->config.mac))
		return ignore(act, "not an answer to us (hardware address)");
	if (!dhcp_msg_options(msg, &err)) {
		dhcp_say_useless(&d->n_useless, act, "unusable answer", &(struct ip_addr){ 0 },
				 err.text);
		return false;
	}
	return true;
}

void dhcp_on_packet(struct dhcp *d, const struct dhcp_event *ev, struct dhcp_actions *act)
{
	struct ip_addr from = { 0 };
	struct dhcp_msg msg;

	if (!open_message(d, ev, &msg, act))
		return;
	(void)dhcp_msg_get_ip(&msg, DHCP_OPT_SERVER_ID, &from);
	if (!is_awaited(d, &msg, &from))
		(void)ignore(act, "late, or not what is waited for");
	else if (msg.type == DHCP_TYPE_OFFER)
		on_offer(d, &msg, &from, ev->now_ns, act);
	else if (d->state == DHCP_BOUND)
		dhcp_boot_answer(d, &msg, act);
	else if (msg.type == DHCP_TYPE_ACK && d->state == DHCP_SELECTING)
		on_rapid_ack(d, &msg, &from, ev->now_ns, act);
	else if (msg.type == DHCP_TYPE_ACK)
		on_ack(d, &msg, &from, ev->now_ns, act);
	else
		on_nak(d, &msg, &from, ev->now_ns, act);
}
