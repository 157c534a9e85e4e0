/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The DHCPv4 client's states (RFC 2131 figure 5): what each event does in each of them. */
#include "core/dhcp.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/backoff.h"

#define NS_PER_MS 1000000ull
#define NS_PER_S 1000000000ull

/*
 * RFC 2131 4.1 begins at 4 s, doubles, and ends at 64 s, each randomised by up to 1 s. The first
 * packet after link-up is the one most likely lost (the switch port still learns or negotiates),
 * and a boot cannot afford 4 s for it: the doubling begins at 250 ms and meets the RFC's at the
 * fifth try. A quarter up or down is the RFC's jitter at its first step, kept at all steps.
 */
#define BACKOFF_FIRST_MS 250
#define BACKOFF_MAX_MS 64000
#define JITTER_DIVISOR 4

/* A REQUEST goes out this often (over some 8 s, enough for a server that writes each lease to a
 * busy disk), then the round begins again: that server may be gone. */
#define REQUEST_TRIES 5

/* Rounds that failed after an offer: the next begins at once after the first (a NAK is an
 * invitation to ask again), then 1 s, 2 s ... later, lest two of them chase each other. */
#define FAILED_FIRST_MS 1000

/* RFC 2131 4.4.5: half of what is left to T2, or to the end, "down to a minimum of 60 seconds". A
 * root hangs on this lease, and leases of two minutes exist: the minimum is 10 s here. */
#define RENEW_MIN_MS 10000

#define LEASE_FOR_EVER UINT32_MAX

const char *dhcp_state_name(enum dhcp_state state)
{
	switch (state) {
	case DHCP_IDLE:
		return "idle";
	case DHCP_REBOOTING:
		return "rebooting";
	case DHCP_SELECTING:
		return "selecting";
	case DHCP_REQUESTING:
		return "requesting";
	case DHCP_BOUND:
		return "bound";
	case DHCP_RENEWING:
		return "renewing";
	case DHCP_REBINDING:
		return "rebinding";
	}
	return "?";
}

__attribute__((format(printf, 2, 3))) static void say(struct dhcp_actions *act, const char *fmt,
						      ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(act->text, sizeof(act->text), fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof(act->text))
		memcpy(act->text + sizeof(act->text) - sizeof("..."), "...", sizeof("..."));
}

/* --- time --- */

static uint64_t with_jitter(struct dhcp *d, uint64_t ms)
{
	uint64_t ns = ms * NS_PER_MS, quarter = ns / JITTER_DIVISOR;

	return ns - quarter + (quarter ? rng_next(&d->rng) % (2 * quarter + 1) : 0);
}

/* When a span of the lease ends, DHCP_NO_DEADLINE for one that never does. */
static uint64_t lease_ns(const struct dhcp *d, uint32_t span_s)
{
	if (span_s == LEASE_FOR_EVER)
		return DHCP_NO_DEADLINE;
	return d->lease.acquired_ns + span_s * NS_PER_S;
}

static uint64_t min_ns(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t dhcp_deadline(const struct dhcp *d)
{
	uint64_t end = d->have_lease ? lease_ns(d, d->lease.lease_s) : DHCP_NO_DEADLINE;

	switch (d->state) {
	case DHCP_IDLE:
		return end;
	case DHCP_REBOOTING:
	case DHCP_SELECTING:
	case DHCP_REQUESTING:
	case DHCP_REBINDING:
		return min_ns(d->next_tx_ns, end);
	case DHCP_BOUND:
		return min_ns(lease_ns(d, d->lease.t1_s), end);
	case DHCP_RENEWING:
		return min_ns(d->next_tx_ns, min_ns(lease_ns(d, d->lease.t2_s), end));
	}
	return DHCP_NO_DEADLINE;
}

/* --- sending --- */

static void put_message(struct dhcp *d, const struct dhcp_send *send, const struct ip_addr *to,
			struct dhcp_actions *act)
{
	act->len = dhcp_msg_build(send, act->message, sizeof(act->message));
	act->to = *to;
	act->send = act->len != 0;
	if (d->n_sent < UINT8_MAX)
		d->n_sent++;
}

static struct dhcp_send message_of(const struct dhcp *d, enum dhcp_type type)
{
	return (struct dhcp_send){
		.type = type,
		.xid = d->xid,
		.secs = d->secs,
		.mac = d->config.mac,
		.host_name = d->config.host_name,
		.vendor_class = d->config.vendor_class,
	};
}

/* RFC 2131 4.4.1. Some servers refuse a first DISCOVER with secs 0, so it is 1 at least. */
static uint16_t secs_since(uint64_t begun_ns, uint64_t now_ns)
{
	uint64_t s = (now_ns - begun_ns) / NS_PER_S;

	return s < 1 ? 1 : s > UINT16_MAX ? UINT16_MAX : (uint16_t)s;
}

static void back_off(struct dhcp *d, uint64_t now_ns)
{
	d->next_tx_ns = now_ns + with_jitter(d, d->interval_ms);
	d->interval_ms *= 2;
	if (d->interval_ms > BACKOFF_MAX_MS)
		d->interval_ms = BACKOFF_MAX_MS;
}

static void send_discover(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	const struct ip_addr broadcast = ip4_from_he(0xffffffff);
	struct dhcp_send send;

	if (!d->n_sent)
		d->begun_ns = now_ns;
	d->secs = secs_since(d->begun_ns, now_ns);
	send = message_of(d, DHCP_TYPE_DISCOVER);
	/* what we have, so that asking again keeps the address where the server can */
	send.requested = d->have_lease ? d->lease.address : d->config.request;
	put_message(d, &send, &broadcast, act);
	back_off(d, now_ns);
}

/*
 * RFC 2131 table 5:          ciaddr        requested (50)  server (54)
 *   after selecting          0             MUST            MUST
 *   renewing, rebinding      our address   MUST NOT        MUST NOT
 * 4.4.1: after selecting, secs "MUST" be what the DISCOVER had.
 */
static void send_request(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	const struct ip_addr broadcast = ip4_from_he(0xffffffff);
	struct dhcp_send send = message_of(d, DHCP_TYPE_REQUEST);

	if (!d->n_sent)
		d->requested_ns = now_ns;
	send.requested = d->offer.address;
	send.server_id = d->offer.server_id;
	put_message(d, &send, &broadcast, act);
	back_off(d, now_ns);
}

static void send_renewal(struct dhcp *d, uint64_t now_ns, uint64_t until_ns,
			 struct dhcp_actions *act)
{
	const struct ip_addr broadcast = ip4_from_he(0xffffffff);
	bool unicast = d->state == DHCP_RENEWING && !ip_is_unset(&d->lease.server_id);
	uint64_t wait_ms = (until_ns - now_ns) / 2 / NS_PER_MS;
	struct dhcp_send send;

	if (!d->n_sent)
		d->begun_ns = now_ns;
	/* these are minutes apart: each under its own xid, so that an ACK's lease counts from the
	 * REQUEST it answers */
	d->xid = (uint32_t)(rng_next(&d->rng) >> 32);
	d->requested_ns = now_ns;
	d->secs = secs_since(d->begun_ns, now_ns);
	send = message_of(d, DHCP_TYPE_REQUEST);
	send.ciaddr = d->lease.address;
	put_message(d, &send, unicast ? &d->lease.server_id : &broadcast, act);
	d->next_tx_ns = now_ns + with_jitter(d, wait_ms > RENEW_MIN_MS ? wait_ms : RENEW_MIN_MS);
}

/* Called once the message is out and the next one is due at next_tx_ns. */
static void say_waiting(const struct dhcp *d, uint64_t now_ns, const char *what,
			struct dhcp_actions *act)
{
	uint64_t left_ms = (d->next_tx_ns - now_ns) / NS_PER_MS;

	act->waiting = true;
	say(act, "no answer to %s after %u tr%s, sent again, next in %u.%u s", what, d->n_sent - 1u,
	    d->n_sent == 2 ? "y" : "ies", (unsigned int)(left_ms / 1000),
	    (unsigned int)(left_ms % 1000 / 100));
}

/* --- transitions --- */

static void enter(struct dhcp *d, enum dhcp_state state)
{
	d->state = state;
	d->n_sent = 0;
	d->interval_ms = BACKOFF_FIRST_MS;
}

/* A new round under a new xid: what still comes for the old one is foreign. */
static void begin_round(struct dhcp *d, uint64_t now_ns, uint64_t delay_ns,
			struct dhcp_actions *act)
{
	enter(d, DHCP_SELECTING);
	d->xid = (uint32_t)(rng_next(&d->rng) >> 32);
	d->next_tx_ns = now_ns + delay_ns;
	if (!delay_ns)
		send_discover(d, now_ns, act);
}

static void round_failed(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	uint64_t delay_ms = 0;

	if (d->n_failed < UINT8_MAX)
		d->n_failed++;
	if (d->n_failed > 1) {
		delay_ms = FAILED_FIRST_MS;
		for (int i = 2; i < d->n_failed && delay_ms < BACKOFF_MAX_MS; i++)
			delay_ms *= 2;
	}
	begin_round(d, now_ns, with_jitter(d, min_ns(delay_ms, BACKOFF_MAX_MS)), act);
}

static void request_offer(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	enter(d, DHCP_REQUESTING);
	send_request(d, now_ns, act);
}

static void begin_renewal(struct dhcp *d, enum dhcp_state state, uint64_t now_ns,
			  struct dhcp_actions *act)
{
	enter(d, state);
	send_renewal(d, now_ns,
		     lease_ns(d, state == DHCP_RENEWING ? d->lease.t2_s : d->lease.lease_s), act);
}

static void lose_lease(struct dhcp *d, struct dhcp_actions *act)
{
	d->have_lease = false;
	act->lost_lease = true;
}

/* --- packets --- */

static void refuse(struct dhcp_actions *act, const char *what, const struct ip_addr *from,
		   const char *why)
{
	char ip[IP_TEXT_MAX];

	act->refused = true;
	if (ip_is_unset(from))
		say(act, "%s: %s", what, why);
	else
		say(act, "%s from %s: %s", what, ip_text(from, ip), why);
}

/* The first offer that can be used is taken. This is the place where a better one would be waited
 * for. */
static void on_offer(struct dhcp *d, const struct dhcp_msg *msg, const struct ip_addr *from,
		     uint64_t now_ns, struct dhcp_actions *act)
{
	struct err err;

	if (!dhcp_msg_lease(msg, &d->offer, NULL, 0, &err)) {
		refuse(act, "unusable OFFER", from, err.text);
		return;
	}
	request_offer(d, now_ns, act);
}

/* Fills in what the exchange so far says and the ACK does not. NULL: the lease can be taken;
 * otherwise why not. */
static const char *complete_lease(const struct dhcp *d, struct lease *l, uint64_t now_ns)
{
	bool fresh = d->state == DHCP_REQUESTING;

	if (ip_is_unset(&l->server_id))
		l->server_id = fresh ? d->offer.server_id : d->lease.server_id;
	/* the root hangs on the address in use: a server that wants another one has to say NAK, or
	 * let the lease end */
	if (!fresh && !ip_eq(&l->address, &d->lease.address))
		return "renewed with another address";
	/* RFC 2131 4.4.1: the lease counts from when the REQUEST went out */
	l->acquired_ns = d->requested_ns;
	if (l->lease_s != LEASE_FOR_EVER && now_ns >= l->acquired_ns + l->lease_s * NS_PER_S)
		return "the lease is over already";
	return NULL;
}

static void on_ack(struct dhcp *d, const struct dhcp_msg *msg, const struct ip_addr *from,
		   uint64_t now_ns, struct dhcp_actions *act)
{
	bool fresh = d->state == DHCP_REQUESTING;
	struct lease l;
	struct err err;
	const char *why;

	why = dhcp_msg_lease(msg, &l, act->text, sizeof(act->text), &err)
		      ? complete_lease(d, &l, now_ns)
		      : err.text;
	if (why) {
		refuse(act, "unusable ACK", from, why);
		if (fresh)
			round_failed(d, now_ns, act);
		return;
	}
	d->lease = l;
	d->have_lease = true;
	d->n_failed = 0;
	act->new_lease = true;
	enter(d, DHCP_BOUND);
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
	refuse(act, "NAK", from, why);
	/* while asking again, the lease at hand is gone only if it is what was refused */
	if (d->have_lease && (!fresh || ip_eq(&d->offer.address, &d->lease.address)))
		lose_lease(d, act);
	round_failed(d, now_ns, act);
}

/* What a state waits for, of the peer it waits for. */
static bool is_awaited(const struct dhcp *d, uint8_t type, const struct ip_addr *from)
{
	bool answer = type == DHCP_TYPE_ACK || type == DHCP_TYPE_NAK;

	switch (d->state) {
	case DHCP_IDLE:
	case DHCP_BOUND:
	case DHCP_REBOOTING:
		return false;
	case DHCP_SELECTING:
		return type == DHCP_TYPE_OFFER && d->n_sent;
	case DHCP_REQUESTING:
		/* the REQUEST named a server: another's word on it does not count */
		return answer && (ip_is_unset(from) || ip_eq(from, &d->offer.server_id));
	case DHCP_RENEWING:
	case DHCP_REBINDING:
		return answer;
	}
	return false;
}

static bool ignore(struct dhcp_actions *act, const char *why)
{
	act->ignored = true;
	say(act, "%s", why);
	return false;
}

/* One place for whose a message is, before it does anything. */
static bool open_message(const struct dhcp *d, const struct dhcp_event *ev, struct dhcp_msg *msg,
			 struct dhcp_actions *act)
{
	struct err err;

	if (!dhcp_msg_header(ev->bytes, ev->len, msg, &err))
		return ignore(act, err.text);
	if (d->state == DHCP_IDLE || d->state == DHCP_BOUND)
		return ignore(act, "no answer is waited for");
	if (msg->xid != d->xid)
		return ignore(act, "not an answer to us (xid)");
	if (!mac_eq(&msg->chaddr, &d->config.mac))
		return ignore(act, "not an answer to us (hardware address)");
	if (!dhcp_msg_options(msg, &err)) {
		refuse(act, "unusable answer", &(struct ip_addr){ 0 }, err.text);
		return false;
	}
	return true;
}

static void on_packet(struct dhcp *d, const struct dhcp_event *ev, struct dhcp_actions *act)
{
	struct ip_addr from = { 0 };
	struct dhcp_msg msg;

	if (!open_message(d, ev, &msg, act))
		return;
	(void)dhcp_msg_get_ip(&msg, DHCP_OPT_SERVER_ID, &from);
	if (!is_awaited(d, msg.type, &from))
		(void)ignore(act, "late, or not what is waited for");
	else if (msg.type == DHCP_TYPE_OFFER)
		on_offer(d, &msg, &from, ev->now_ns, act);
	else if (msg.type == DHCP_TYPE_ACK)
		on_ack(d, &msg, &from, ev->now_ns, act);
	else
		on_nak(d, &msg, &from, ev->now_ns, act);
}

/* --- the other events --- */

static void on_carrier_up(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	if (d->carrier) {
		act->ignored = true;
		return;
	}
	d->carrier = true;
	d->n_failed = 0;
	begin_round(d, now_ns, 0, act);
}

static void on_carrier_down(struct dhcp *d, struct dhcp_actions *act)
{
	if (!d->carrier) {
		act->ignored = true;
		return;
	}
	d->carrier = false;
	enter(d, DHCP_IDLE);
}

static void on_again(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	switch (d->state) {
	case DHCP_IDLE: /* the carrier begins it */
	case DHCP_REBOOTING:
	case DHCP_SELECTING:
	case DHCP_REQUESTING: /* under way */
		act->ignored = true;
		return;
	case DHCP_BOUND:
	case DHCP_RENEWING:
	case DHCP_REBINDING:
		begin_round(d, now_ns, 0, act);
		return;
	}
}

static void on_lease_end(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	char ip[IP_TEXT_MAX];

	lose_lease(d, act);
	say(act, "the lease of %s ended", ip_text(&d->lease.address, ip));
	switch (d->state) {
	case DHCP_IDLE:
	case DHCP_REBOOTING:
	case DHCP_SELECTING:
	case DHCP_REQUESTING: /* asks already */
		return;
	case DHCP_BOUND:
	case DHCP_RENEWING:
	case DHCP_REBINDING:
		begin_round(d, now_ns, 0, act);
		return;
	}
}

static void on_request_due(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	char ip[IP_TEXT_MAX], what[IP_TEXT_MAX + 16];

	(void)snprintf(what, sizeof(what), "REQUEST of %s", ip_text(&d->offer.server_id, ip));
	if (d->n_sent < REQUEST_TRIES) {
		send_request(d, now_ns, act);
		say_waiting(d, now_ns, what, act);
		return;
	}
	act->waiting = true;
	say(act, "no answer to the REQUEST of what %s offered after %u tries, asking anew", ip,
	    d->n_sent);
	round_failed(d, now_ns, act);
}

static void on_deadline(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	if (now_ns < dhcp_deadline(d)) {
		act->ignored = true;
		return;
	}
	if (d->have_lease && now_ns >= lease_ns(d, d->lease.lease_s)) {
		on_lease_end(d, now_ns, act);
		return;
	}
	switch (d->state) {
	case DHCP_IDLE: /* only the lease has a deadline there */
		return;
	case DHCP_REBOOTING:
	case DHCP_SELECTING:
		send_discover(d, now_ns, act);
		if (d->n_sent > 1)
			say_waiting(d, now_ns, "DISCOVER", act);
		return;
	case DHCP_REQUESTING:
		on_request_due(d, now_ns, act);
		return;
	case DHCP_BOUND:
	case DHCP_RENEWING:
		if (now_ns >= lease_ns(d, d->lease.t2_s)) {
			begin_renewal(d, DHCP_REBINDING, now_ns, act);
		} else if (d->state == DHCP_BOUND) {
			begin_renewal(d, DHCP_RENEWING, now_ns, act);
		} else {
			send_renewal(d, now_ns, lease_ns(d, d->lease.t2_s), act);
			say_waiting(d, now_ns, "the renewal", act);
		}
		return;
	case DHCP_REBINDING:
		send_renewal(d, now_ns, lease_ns(d, d->lease.lease_s), act);
		say_waiting(d, now_ns, "the renewal by broadcast", act);
		return;
	}
}

void dhcp_init(struct dhcp *d, const struct dhcp_config *config)
{
	memset(d, 0, sizeof(*d));
	d->config = *config;
	if (!d->config.vendor_class[0])
		memcpy(d->config.vendor_class, "netroot", sizeof("netroot"));
	/* NICs of one machine may be given one seed */
	d->rng = config->seed;
	for (int i = 0; i < config->mac.len; i++)
		d->rng = d->rng * 257 + config->mac.bytes[i];
	d->interval_ms = BACKOFF_FIRST_MS;
}

void dhcp_step(struct dhcp *d, const struct dhcp_event *ev, struct dhcp_actions *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->from_state = d->state;
	switch (ev->kind) {
	case DHCP_EV_CARRIER_UP:
		on_carrier_up(d, ev->now_ns, ret);
		break;
	case DHCP_EV_CARRIER_DOWN:
		on_carrier_down(d, ret);
		break;
	case DHCP_EV_PACKET:
		on_packet(d, ev, ret);
		break;
	case DHCP_EV_DEADLINE:
		on_deadline(d, ev->now_ns, ret);
		break;
	case DHCP_EV_AGAIN:
	case DHCP_EV_CONFLICT:
		on_again(d, ev->now_ns, ret);
		break;
	}
	ret->to_state = d->state;
}
