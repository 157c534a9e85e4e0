/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The DHCPv6 client's states (RFC 8415 18.2): what each event does in each of them. */
#include "core/dhcp6.h"

#include <stdio.h>
#include <string.h>

#include "core/backoff.h"
#include "core/dhcp6_tx.h"
#include "core/dhcp_say.h"

/* Of a REQUEST: some 8 s, enough for a server that writes each lease to a busy disk; REQ_MAX_RC is
 * 10, in some minutes. */
#define REQUEST_TRIES 5

/* Behind a DECLINE, which nobody waits for an answer to: a server that has not heard it gives the
 * same address again, and that is declined again. */
#define DECLINED_MS 250

#define PREFERENCE_AT_ONCE 255 /* RFC 8415 18.2.1 */

const char *dhcp6_state_name(enum dhcp6_state state)
{
	switch (state) {
	case DHCP6_IDLE:
		return "idle";
	case DHCP6_SOLICITING:
		return "soliciting";
	case DHCP6_REQUESTING:
		return "requesting";
	case DHCP6_INFORMING:
		return "informing";
	case DHCP6_BOUND:
		return "bound";
	case DHCP6_RENEWING:
		return "renewing";
	case DHCP6_REBINDING:
		return "rebinding";
	}
	return "?";
}

/* --- time --- */

uint64_t dhcp6_deadline(const struct dhcp6 *d)
{
	uint64_t end = d->have_lease ? dhcp_lease_ns(&d->lease, d->lease.lease_s)
				     : DHCP_NO_DEADLINE;

	switch (d->state) {
	case DHCP6_IDLE:
		return end;
	case DHCP6_SOLICITING:
		if (d->have_offer)
			end = dhcp_min_ns(end, d->window_end_ns);
		return dhcp_min_ns(d->tx.next_ns, end);
	case DHCP6_REQUESTING:
	case DHCP6_INFORMING:
	case DHCP6_REBINDING:
		return dhcp_min_ns(d->tx.next_ns, end);
	case DHCP6_BOUND:
		return dhcp_min_ns(dhcp_lease_ns(&d->lease, d->lease.t1_s), end);
	case DHCP6_RENEWING:
		return dhcp_min_ns(d->tx.next_ns,
				   dhcp_min_ns(dhcp_lease_ns(&d->lease, d->lease.t2_s), end));
	}
	return DHCP_NO_DEADLINE;
}

/* Of a message that is not the first of its kind to go out. */
static void say_waiting(const struct dhcp6 *d, uint64_t now_ns, const char *what,
			struct dhcp_actions *act)
{
	if (d->tx.n_sent > 1)
		dhcp_say_waiting(act, what, d->tx.n_sent, d->tx.next_ns - now_ns);
}

/* --- transitions --- */

static uint32_t first_interval_ms(enum dhcp6_state state)
{
	bool renewal = state == DHCP6_RENEWING || state == DHCP6_REBINDING;

	return renewal ? DHCP6_RENEW_FIRST_MS : DHCP6_BACKOFF_FIRST_MS;
}

/* Each exchange has a transaction of its own: what still comes for the old one is foreign. */
static void enter(struct dhcp6 *d, enum dhcp6_state state)
{
	d->state = state;
	d->tx.n_sent = 0;
	d->tx.interval_ms = first_interval_ms(state);
	d->have_offer = false;
	d->xid = (uint32_t)(rng_next(&d->rng) >> 40);
}

static void begin_round(struct dhcp6 *d, uint64_t now_ns, uint64_t delay_ns,
			struct dhcp_actions *act)
{
	enter(d, d->config.information_only ? DHCP6_INFORMING : DHCP6_SOLICITING);
	d->tx.next_ns = now_ns + delay_ns;
	if (!delay_ns)
		dhcp6_send_ask(d, now_ns, act);
}

static void round_failed(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	uint64_t delay_ms = dhcp_failed_wait_ms(&d->n_failed);

	begin_round(d, now_ns, dhcp6_with_jitter(d, delay_ms), act);
}

static void request_offer(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	enter(d, DHCP6_REQUESTING);
	dhcp6_send_request(d, now_ns, act);
}

static void begin_renewal(struct dhcp6 *d, enum dhcp6_state state, uint64_t now_ns,
			  struct dhcp_actions *act)
{
	enter(d, state);
	dhcp6_send_renewal(d, now_ns, act);
}

static void lose_lease(struct dhcp6 *d, struct dhcp_actions *act)
{
	d->have_lease = false;
	act->lost_lease = true;
}

/* --- packets --- */

/* One that nothing comes of: whoever sends it may send it again and again. */
static void disregard(struct dhcp6 *d, const char *what, const struct ip_addr *from,
		      const char *why, struct dhcp_actions *act)
{
	dhcp_say_useless(&d->n_useless, act, what, from, why);
}

static void take_lease(struct dhcp6 *d, const struct lease *l, struct dhcp_actions *act)
{
	d->lease = *l;
	/* RFC 8415 has times count from the reply; from the message it answers to is what the
	 * server cannot have ended before */
	d->lease.acquired_ns = d->requested_ns;
	d->have_lease = true;
	d->n_failed = 0;
	d->n_useless = 0;
	act->new_lease = true;
	enter(d, DHCP6_BOUND);
}

static bool lacks(const struct dhcp6 *d, const struct lease *l)
{
	/* there is no next-server in DHCPv6: a server is what the URL names */
	return d->config.wants & DHCP_WANT_ROOT && !l->root_path[0];
}

/*
 * RFC 8415 18.2.9: the highest preference, then what is told; "the client MAY choose a
 * less-preferred server if that server has a better set of advertised parameters", which is a root.
 */
static bool is_better(const struct dhcp6 *d, const struct dhcp6_reply *reply)
{
	if (!d->have_offer)
		return true;
	if (lacks(d, &reply->lease) != lacks(d, &d->offer))
		return !lacks(d, &reply->lease);
	return reply->preference > d->offer_preference;
}

static const char *why_no_address(const struct dhcp6_reply *reply)
{
	return reply->status ? reply->status_text : "no usable address";
}

static void on_advertise(struct dhcp6 *d, const struct dhcp6_reply *reply,
			 const struct ip_addr *from, uint64_t now_ns, struct dhcp_actions *act)
{
	if (ip_is_unset(&reply->lease.address)) {
		disregard(d, "ADVERTISE", from, why_no_address(reply), act);
		return;
	}
	if (is_better(d, reply)) {
		d->offer = reply->lease;
		d->offer_preference = reply->preference;
	}
	if (!d->have_offer)
		d->window_end_ns = now_ns + DHCP_OFFER_WINDOW_MS * DHCP_NS_PER_MS;
	d->have_offer = true;
	/* 18.2.1 has a client collect for a second unless the preference is 255; who tells all
	 * that is wanted is enough for a boot */
	if (reply->preference == PREFERENCE_AT_ONCE || !lacks(d, &d->offer))
		request_offer(d, now_ns, act);
}

/* A REPLY that gives no address. What RFC 8415 18.2.10.1 has for each status. */
static void on_refusal(struct dhcp6 *d, const struct dhcp6_reply *reply, const struct ip_addr *from,
		       uint64_t now_ns, struct dhcp_actions *act)
{
	bool renewal = d->state == DHCP6_RENEWING || d->state == DHCP6_REBINDING;

	/* in a renewal another may say otherwise, or it later, as long as the lease lasts */
	if (renewal && reply->status != DHCP6_NO_BINDING) {
		disregard(d, "REPLY", from, why_no_address(reply), act);
		return;
	}
	dhcp_say_refused(act, "REPLY", from, why_no_address(reply));
	if (!renewal) {
		round_failed(d, now_ns, act);
		return;
	}
	/* the server has forgotten: that one is asked to put it down again */
	d->offer = reply->lease;
	d->offer.address = d->lease.address;
	request_offer(d, now_ns, act);
}

static void on_reply(struct dhcp6 *d, const struct dhcp6_reply *reply, const struct ip_addr *from,
		     uint64_t now_ns, struct dhcp_actions *act)
{
	const struct lease *l = &reply->lease;
	bool renewal = d->state == DHCP6_RENEWING || d->state == DHCP6_REBINDING;

	if (d->state == DHCP6_INFORMING) {
		if (reply->status)
			disregard(d, "REPLY", from, reply->status_text, act);
		else
			take_lease(d, l, act);
		return;
	}
	if (ip_is_unset(&l->address)) {
		on_refusal(d, reply, from, now_ns, act);
		return;
	}
	/* the root hangs on the address in use: it may end, but not change */
	if (renewal && !ip_eq(&l->address, &d->lease.address)) {
		disregard(d, "unusable REPLY", from, "renewed with another address", act);
		return;
	}
	if (l->lease_s != DHCP_LEASE_FOR_EVER &&
	    now_ns >= d->requested_ns + l->lease_s * DHCP_NS_PER_S) {
		disregard(d, "unusable REPLY", from, "the lease is over already", act);
		if (!renewal)
			round_failed(d, now_ns, act);
		return;
	}
	take_lease(d, l, act);
}

static bool ignore(struct dhcp_actions *act, const char *why)
{
	act->ignored = true;
	dhcp_say(act, "%s", why);
	return false;
}

static bool is_ours(const struct dhcp6 *d, struct span client_id)
{
	return client_id.len == d->config.len_duid &&
	       !memcmp(client_id.len ? client_id.p : "", d->config.duid, client_id.len);
}

/* One place for whose a message is (RFC 8415 16.3, 16.10), before it does anything. */
static bool open_message(const struct dhcp6 *d, const struct dhcp_event *ev, struct dhcp6_msg *msg,
			 struct dhcp_actions *act)
{
	struct err err;

	if (d->state == DHCP6_IDLE || d->state == DHCP6_BOUND || !d->tx.n_sent)
		return ignore(act, "no answer is waited for");
	if (!dhcp6_msg_parse(ev->bytes, ev->len, msg, &err))
		return ignore(act, err.text);
	if (msg->xid != d->xid)
		return ignore(act, "not an answer to us (xid)");
	if (!is_ours(d, msg->client_id))
		return ignore(act, "not an answer to us (client identifier)");
	if (!msg->server_id.len)
		return ignore(act, "without a server identifier");
	return true;
}

/* What a state waits for, of the peer it waits for. */
static bool is_awaited(const struct dhcp6 *d, const struct dhcp6_msg *msg,
		       const struct dhcp6_reply *reply)
{
	struct span offered = dhcp6_server_duid(&d->offer);

	switch (d->state) {
	case DHCP6_IDLE:
	case DHCP6_BOUND:
		return false;
	case DHCP6_SOLICITING:
		/* 18.2.1: a REPLY without the option "MUST" be discarded */
		return msg->type == DHCP6_ADVERTISE ||
		       (d->config.rapid_commit && reply->rapid_commit);
	case DHCP6_REQUESTING:
		return msg->type == DHCP6_REPLY && msg->server_id.len == offered.len &&
		       !memcmp(msg->server_id.p, offered.p, offered.len);
	case DHCP6_INFORMING:
	case DHCP6_RENEWING:
	case DHCP6_REBINDING:
		return msg->type == DHCP6_REPLY;
	}
	return false;
}

static struct ip_addr wanted_address(const struct dhcp6 *d)
{
	if (d->state == DHCP6_REQUESTING)
		return d->offer.address;
	return d->have_lease ? d->lease.address : (struct ip_addr){ 0 };
}

static void on_packet(struct dhcp6 *d, const struct dhcp_event *ev, const struct ip_addr *from,
		      struct dhcp_actions *act)
{
	const struct dhcp6_own own = { .information_only = d->config.information_only,
				       .iaid = dhcp6_iaid(&d->config.mac),
				       .address = wanted_address(d) };
	char ignored[sizeof(act->text)] = "";
	struct dhcp6_reply reply;
	struct dhcp6_msg msg;

	if (!open_message(d, ev, &msg, act))
		return;
	dhcp6_msg_read(&msg, &own, &reply, ignored, sizeof(ignored));
	if (!is_awaited(d, &msg, &reply)) {
		(void)ignore(act, "late, or not what is waited for");
		return;
	}
	if (d->config.keeps)
		lease_to_keep(&reply.lease, &reply.lease);
	reply.lease.server_id = *from;
	/* 18.2.9: counts even where the rest of the message does not */
	if (reply.max_rt_s)
		d->max_rt_ms = reply.max_rt_s * 1000;
	if (msg.type == DHCP6_ADVERTISE)
		on_advertise(d, &reply, from, ev->now_ns, act);
	else
		on_reply(d, &reply, from, ev->now_ns, act);
	if (act->new_lease)
		memcpy(act->text, ignored, sizeof(act->text));
}

/* --- the other events --- */

static void on_carrier_up(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	if (d->carrier) {
		act->ignored = true;
		return;
	}
	d->carrier = true;
	d->n_failed = 0;
	begin_round(d, now_ns, 0, act);
}

static void on_carrier_down(struct dhcp6 *d, struct dhcp_actions *act)
{
	if (!d->carrier) {
		act->ignored = true;
		return;
	}
	d->carrier = false;
	enter(d, DHCP6_IDLE);
}

static bool is_settled(const struct dhcp6 *d)
{
	return d->state == DHCP6_BOUND || d->state == DHCP6_RENEWING || d->state == DHCP6_REBINDING;
}

static void on_again(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	/* otherwise the carrier begins it, or it is under way */
	if (is_settled(d))
		begin_round(d, now_ns, 0, act);
	else
		act->ignored = true;
}

/* A DECLINE that does not go out is not sent again. */
static void on_unsent(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	uint8_t n = dhcp_unsent_again(&d->tx, first_interval_ms(d->state), now_ns, &d->rng);

	act->ignored = !n;
	act->unsent = n == 1;
}

/* RFC 8415 18.2.8 */
static void on_conflict(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	char ip[IP_TEXT_MAX];

	if (!d->have_lease || ip_is_unset(&d->lease.address)) {
		act->ignored = true;
		return;
	}
	lose_lease(d, act);
	dhcp_say(act, "somebody else on the link has %s", ip_text(&d->lease.address, ip));
	if (!d->carrier)
		return;
	enter(d, d->state);
	dhcp6_send_decline(d, now_ns, act);
	begin_round(d, now_ns, dhcp6_with_jitter(d, DECLINED_MS), act);
}

static void on_lease_end(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	char ip[IP_TEXT_MAX];

	lose_lease(d, act);
	dhcp_say(act, "the lease of %s ended", ip_text(&d->lease.address, ip));
	if (is_settled(d))
		begin_round(d, now_ns, 0, act);
}

static void on_request_due(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	char ip[IP_TEXT_MAX], what[IP_TEXT_MAX + 16];

	(void)snprintf(what, sizeof(what), "REQUEST of %s", ip_text(&d->offer.server_id, ip));
	if (d->tx.n_sent < REQUEST_TRIES) {
		dhcp6_send_request(d, now_ns, act);
		say_waiting(d, now_ns, what, act);
		return;
	}
	act->waiting = true;
	dhcp_say(act, "no answer to the REQUEST of what %s offered after %u tries, asking anew", ip,
		 d->tx.n_sent);
	round_failed(d, now_ns, act);
}

static void on_ask_due(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	if (d->have_offer && now_ns >= d->window_end_ns) {
		request_offer(d, now_ns, act);
		return;
	}
	dhcp6_send_ask(d, now_ns, act);
	if (d->tx.n_sent > 1 && !d->have_offer)
		say_waiting(d, now_ns,
			    d->state == DHCP6_INFORMING ? "INFORMATION-REQUEST" : "SOLICIT", act);
}

static void on_bound_due(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	if (d->config.information_only)
		begin_round(d, now_ns, 0, act);
	else if (now_ns >= dhcp_lease_ns(&d->lease, d->lease.t2_s))
		begin_renewal(d, DHCP6_REBINDING, now_ns, act);
	else
		begin_renewal(d, DHCP6_RENEWING, now_ns, act);
}

static void on_deadline(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	if (now_ns < dhcp6_deadline(d)) {
		act->ignored = true;
		return;
	}
	if (d->have_lease && now_ns >= dhcp_lease_ns(&d->lease, d->lease.lease_s)) {
		on_lease_end(d, now_ns, act);
		return;
	}
	switch (d->state) {
	case DHCP6_IDLE: /* only the lease has a deadline there */
		return;
	case DHCP6_SOLICITING:
	case DHCP6_INFORMING:
		on_ask_due(d, now_ns, act);
		return;
	case DHCP6_REQUESTING:
		on_request_due(d, now_ns, act);
		return;
	case DHCP6_BOUND:
		on_bound_due(d, now_ns, act);
		return;
	case DHCP6_RENEWING:
		if (now_ns >= dhcp_lease_ns(&d->lease, d->lease.t2_s)) {
			begin_renewal(d, DHCP6_REBINDING, now_ns, act);
			return;
		}
		dhcp6_send_renewal(d, now_ns, act);
		say_waiting(d, now_ns, "RENEW", act);
		return;
	case DHCP6_REBINDING:
		dhcp6_send_renewal(d, now_ns, act);
		say_waiting(d, now_ns, "REBIND", act);
		return;
	}
}

void dhcp6_init(struct dhcp6 *d, const struct dhcp6_config *config)
{
	memset(d, 0, sizeof(*d));
	d->config = *config;
	if (!d->config.vendor_class[0])
		memcpy(d->config.vendor_class, "netroot", sizeof("netroot"));
	d->rng = rng_seed(config->seed + 6, &config->mac); /* not as DHCPv4, by the same seed */
	d->tx.interval_ms = DHCP6_BACKOFF_FIRST_MS;
	d->max_rt_ms = DHCP6_BACKOFF_MAX_MS;
}

void dhcp6_resume(struct dhcp6 *d, const struct dhcp6_config *config, const struct lease *lease)
{
	dhcp6_init(d, config);
	d->lease = *lease;
	d->have_lease = true;
	d->carrier = true;
	enter(d, DHCP6_BOUND);
}

void dhcp6_step(struct dhcp6 *d, const struct dhcp_event *ev, const struct ip_addr *from,
		struct dhcp_actions *ret)
{
	memset(ret, 0, sizeof(*ret));
	switch (ev->kind) {
	case DHCP_EV_CARRIER_UP:
		on_carrier_up(d, ev->now_ns, ret);
		break;
	case DHCP_EV_CARRIER_DOWN:
		on_carrier_down(d, ret);
		break;
	case DHCP_EV_PACKET:
		on_packet(d, ev, from, ret);
		break;
	case DHCP_EV_DEADLINE:
		on_deadline(d, ev->now_ns, ret);
		break;
	case DHCP_EV_AGAIN:
		on_again(d, ev->now_ns, ret);
		break;
	case DHCP_EV_UNSENT:
		on_unsent(d, ev->now_ns, ret);
		break;
	case DHCP_EV_CONFLICT:
		on_conflict(d, ev->now_ns, ret);
		break;
	}
}
