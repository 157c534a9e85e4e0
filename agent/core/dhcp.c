/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The DHCPv4 client's states (RFC 2131 figure 5): what each event does in each of them. */
#include "core/dhcp.h"

#include <stdio.h>
#include <string.h>

#include "core/backoff.h"
#include "core/dhcp_boot.h"
#include "core/dhcp_lease.h"
#include "core/dhcp_say.h"
#include "core/dhcp_state.h"
#include "core/dhcp_tx.h"

/* A REQUEST goes out this often (over some 8 s, enough for a server that writes each lease to a
 * busy disk), then the round begins again: that server may be gone. */
#define REQUEST_TRIES 5

/* INIT-REBOOT: a server that knows the address answers at once, one that does not may be silent
 * (RFC 2131 4.3.2): so often, some 750 ms, then DISCOVER. */
#define REBOOT_TRIES 2

/* RFC 2131 3.1.5: after a DECLINE "the client SHOULD wait a minimum of ten seconds before
 * restarting the configuration process to avoid excessive network traffic in case of looping". The
 * first time is no loop, and a boot waits: 1 s, doubling to the RFC's ten. */
#define DECLINE_FIRST_MS 1000
#define DECLINE_MAX_MS 10000

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

uint64_t dhcp_deadline(const struct dhcp *d)
{
	uint64_t end = d->have_lease ? dhcp_lease_ns(&d->lease, d->lease.lease_s)
				     : DHCP_NO_DEADLINE;

	switch (d->state) {
	case DHCP_IDLE:
		return end;
	case DHCP_SELECTING:
		return dhcp_min_ns(d->window_ns ? d->window_ns : d->tx.next_ns, end);
	case DHCP_REBOOTING:
	case DHCP_REQUESTING:
	case DHCP_REBINDING:
		return dhcp_min_ns(d->tx.next_ns, end);
	case DHCP_BOUND:
		return dhcp_min_ns(d->asking ? d->tx.next_ns : DHCP_NO_DEADLINE,
				   dhcp_min_ns(dhcp_lease_ns(&d->lease, d->lease.t1_s), end));
	case DHCP_RENEWING:
		return dhcp_min_ns(d->tx.next_ns,
				   dhcp_min_ns(dhcp_lease_ns(&d->lease, d->lease.t2_s), end));
	}
	return DHCP_NO_DEADLINE;
}

/* Of a message that is not the first of its kind to go out. */
static void say_waiting(const struct dhcp *d, uint64_t now_ns, const char *what,
			struct dhcp_actions *act)
{
	if (d->tx.n_sent > 1)
		dhcp_say_waiting(act, what, d->tx.n_sent, d->tx.next_ns - now_ns);
}

static void begin(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	struct ip_addr address = dhcp_reboot_address(d);

	if (ip_is_unset(&address)) {
		dhcp_begin_round(d, now_ns, 0, act);
		return;
	}
	dhcp_enter(d, DHCP_REBOOTING);
	dhcp_new_xid(d);
	dhcp_send_reboot(d, &address, now_ns, act);
}

static void begin_renewal(struct dhcp *d, enum dhcp_state state, uint64_t now_ns,
			  struct dhcp_actions *act)
{
	uint32_t span_s = state == DHCP_RENEWING ? d->lease.t2_s : d->lease.lease_s;

	dhcp_enter(d, state);
	dhcp_send_renewal(d, now_ns, dhcp_lease_ns(&d->lease, span_s), act);
}

static void on_carrier_up(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	if (d->carrier) {
		act->ignored = true;
		return;
	}
	d->carrier = true;
	d->n_failed = 0;
	begin(d, now_ns, act);
}

static void on_carrier_down(struct dhcp *d, struct dhcp_actions *act)
{
	if (!d->carrier) {
		act->ignored = true;
		return;
	}
	d->carrier = false;
	d->window_ns = 0;
	dhcp_enter(d, DHCP_IDLE);
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
		dhcp_begin_round(d, now_ns, 0, act);
		return;
	}
}

/* A DECLINE that does not go out is not sent again: the server hears of it by the next DISCOVER. */
static void on_unsent(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	uint8_t n = dhcp_unsent_again(&d->tx, DHCP_BACKOFF_FIRST_MS, now_ns, &d->rng);

	act->ignored = !n;
	act->unsent = n == 1;
}

/* RFC 2131 3.1.5, 4.4.4. */
static void on_conflict(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	uint64_t delay_ms = DECLINE_FIRST_MS;
	char ip[IP_TEXT_MAX];

	if (!d->have_lease) {
		act->ignored = true;
		return;
	}
	d->declined[d->n_declined % DHCP_DECLINED_MAX] = d->lease.address;
	for (uint8_t i = 0; i < d->n_declined && delay_ms < DECLINE_MAX_MS; i++)
		delay_ms *= 2;
	if (delay_ms > DECLINE_MAX_MS)
		delay_ms = DECLINE_MAX_MS;
	if (d->n_declined < UINT8_MAX)
		d->n_declined++;
	dhcp_lose_lease(d, act);
	dhcp_say(act, "somebody else has %s, declined", ip_text(&d->lease.address, ip));
	if (!d->carrier)
		return;
	dhcp_send_decline(d, act);
	dhcp_begin_round(d, now_ns, dhcp_with_jitter(d, delay_ms), act);
}

static void on_lease_end(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	char ip[IP_TEXT_MAX];

	dhcp_lose_lease(d, act);
	dhcp_say(act, "the lease of %s ended", ip_text(&d->lease.address, ip));
	switch (d->state) {
	case DHCP_IDLE:
	case DHCP_SELECTING:
	case DHCP_REQUESTING: /* asks already */
		return;
	case DHCP_REBOOTING:
	case DHCP_BOUND:
	case DHCP_RENEWING:
	case DHCP_REBINDING:
		dhcp_begin_round(d, now_ns, 0, act);
		return;
	}
}

static void on_reboot_due(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	struct ip_addr address = dhcp_reboot_address(d);
	char ip[IP_TEXT_MAX];

	if (d->tx.n_sent < REBOOT_TRIES) {
		dhcp_send_reboot(d, &address, now_ns, act);
		say_waiting(d, now_ns, "the REQUEST of the address from before", act);
		return;
	}
	act->waiting = true;
	dhcp_say(act, "nobody confirms %s, the address from before, asking anew",
		 ip_text(&address, ip));
	d->reboot_over = true;
	dhcp_begin_round(d, now_ns, 0, act);
}

static void on_discover_due(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	if (d->window_ns) {
		dhcp_take_offer(d, now_ns, act);
		return;
	}
	dhcp_send_discover(d, now_ns, act);
	if (d->tx.n_sent > 1)
		say_waiting(d, now_ns, "DISCOVER", act);
}

static void on_request_due(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	char ip[IP_TEXT_MAX], what[IP_TEXT_MAX + 16];

	(void)snprintf(what, sizeof(what), "REQUEST of %s", ip_text(&d->offer.server_id, ip));
	if (d->tx.n_sent < REQUEST_TRIES) {
		dhcp_send_request(d, now_ns, act);
		say_waiting(d, now_ns, what, act);
		return;
	}
	act->waiting = true;
	dhcp_say(act, "no answer to the REQUEST of what %s offered after %u tries, asking anew", ip,
		 d->tx.n_sent);
	dhcp_round_failed(d, now_ns, act);
}

static void on_deadline(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	if (now_ns < dhcp_deadline(d)) {
		act->ignored = true;
		return;
	}
	if (d->have_lease && now_ns >= dhcp_lease_ns(&d->lease, d->lease.lease_s)) {
		on_lease_end(d, now_ns, act);
		return;
	}
	switch (d->state) {
	case DHCP_IDLE: /* only the lease has a deadline there */
		return;
	case DHCP_REBOOTING:
		on_reboot_due(d, now_ns, act);
		return;
	case DHCP_SELECTING:
		on_discover_due(d, now_ns, act);
		return;
	case DHCP_REQUESTING:
		on_request_due(d, now_ns, act);
		return;
	case DHCP_BOUND:
	case DHCP_RENEWING:
		if (now_ns >= dhcp_lease_ns(&d->lease, d->lease.t2_s)) {
			begin_renewal(d, DHCP_REBINDING, now_ns, act);
		} else if (d->state == DHCP_BOUND &&
			   now_ns < dhcp_lease_ns(&d->lease, d->lease.t1_s)) {
			dhcp_boot_due(d, now_ns, act);
		} else if (d->state == DHCP_BOUND) {
			begin_renewal(d, DHCP_RENEWING, now_ns, act);
		} else {
			dhcp_send_renewal(d, now_ns, dhcp_lease_ns(&d->lease, d->lease.t2_s), act);
			say_waiting(d, now_ns, "the renewal", act);
		}
		return;
	case DHCP_REBINDING:
		dhcp_send_renewal(d, now_ns, dhcp_lease_ns(&d->lease, d->lease.lease_s), act);
		say_waiting(d, now_ns, "the renewal by broadcast", act);
		return;
	}
}

/* As the UNDI firmware of this machine says it (PXE 2.1, 2.2.1). */
static void set_vendor_class(struct dhcp *d)
{
	if (d->config.vendor_class[0])
		return;
	memcpy(d->config.vendor_class, "netroot", sizeof("netroot"));
	(void)snprintf(d->firmware_class, sizeof(d->firmware_class),
		       "PXEClient:Arch:%05u:UNDI:003016",
		       d->config.arch > 0 ? (unsigned int)d->config.arch & 0xffff : 0);
}

void dhcp_init(struct dhcp *d, const struct dhcp_config *config)
{
	memset(d, 0, sizeof(*d));
	d->config = *config;
	set_vendor_class(d);
	d->rng = rng_seed(config->seed, &config->mac);
	d->tx.interval_ms = DHCP_BACKOFF_FIRST_MS;
}

/* What the proxy said is in the lease: its renewals are to have it as well. */
static void resume_proxy(struct dhcp *d)
{
	const struct lease *l = &d->lease;
	struct dhcp_proxy *p = &d->proxy;

	if (ip_is_unset(&l->proxy_id))
		return;
	p->id = l->proxy_id;
	p->siaddr = l->siaddr;
	memcpy(p->root_path, l->root_path, sizeof(p->root_path));
	memcpy(p->tftp_server, l->tftp_server, sizeof(p->tftp_server));
	memcpy(p->boot_file, l->boot_file, sizeof(p->boot_file));
}

void dhcp_resume(struct dhcp *d, const struct dhcp_config *config, const struct lease *lease)
{
	dhcp_init(d, config);
	d->lease = *lease;
	d->lease.boot_server = (struct ip_addr){ 0 }; /* nobody asks any longer */
	dhcp_lease_times(&d->lease, d->lease.t1_s, d->lease.t2_s);
	resume_proxy(d);
	d->have_lease = true;
	d->carrier = true;
	d->reboot_over = true;
	dhcp_enter(d, DHCP_BOUND);
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
		dhcp_on_packet(d, ev, ret);
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
	ret->to_state = d->state;
}
