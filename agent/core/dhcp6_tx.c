/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which options each message of the DHCPv6 client has (RFC 8415 18.2), and the waits between them
 * (15). */
#include "core/dhcp6_tx.h"

#define JITTER_PART 10 /* RAND */

/* Half of what is left where that is less than the RFC's wait, as leases of some seconds exist. */
#define RENEW_MAX_MS 600000 /* REN_MAX_RT, REB_MAX_RT */
#define RENEW_MIN_MS 1000

uint64_t dhcp6_with_jitter(struct dhcp6 *d, uint64_t ms)
{
	return dhcp_jitter_ns(&d->rng, ms, JITTER_PART);
}

static struct ip_addr all_servers(void)
{
	/* All_DHCP_Relay_Agents_and_Servers, ff02::1:2 */
	return (struct ip_addr){ IP_V6, { 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2 } };
}

struct span dhcp6_server_duid(const struct lease *l)
{
	return (struct span){ (const char *)l->server_duid, l->len_server_duid };
}

/* RFC 8415 21.9: since the first message of the exchange, which has 0. */
static uint16_t elapsed_cs(const struct dhcp6 *d, uint64_t now_ns)
{
	uint64_t cs = (now_ns - d->begun_ns) / (10 * DHCP_NS_PER_MS);

	return cs > UINT16_MAX ? UINT16_MAX : (uint16_t)cs;
}

static void put_message(struct dhcp6 *d, enum dhcp6_type type, const struct lease *about,
			uint64_t now_ns, struct dhcp_actions *act)
{
	bool to_one = type == DHCP6_REQUEST || type == DHCP6_RENEW || type == DHCP6_DECLINE;
	struct dhcp6_send send = { .type = type, .xid = d->xid, .config = &d->config };

	if (!d->tx.n_sent)
		d->begun_ns = d->requested_ns = now_ns;
	send.elapsed_cs = elapsed_cs(d, now_ns);
	send.ia = type != DHCP6_INFORMATION_REQUEST;
	send.rapid_commit = type == DHCP6_SOLICIT && d->config.rapid_commit;
	if (about)
		send.address = about->address;
	if (to_one)
		send.server_id = dhcp6_server_duid(about);
	act->len = dhcp6_msg_build(&send, act->message, DHCP6_MESSAGE_MAX);
	act->to = all_servers();
	act->send = act->len != 0;
	dhcp_unsent_try(&d->tx.unsent);
	if (d->tx.n_sent < UINT8_MAX)
		d->tx.n_sent++;
}

static void back_off(struct dhcp6 *d, uint32_t max_ms, uint64_t now_ns)
{
	d->tx.next_ns = now_ns + dhcp_back_off_ns(&d->rng, &d->tx.interval_ms, max_ms, JITTER_PART);
}

void dhcp6_send_ask(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	if (d->state == DHCP6_INFORMING)
		put_message(d, DHCP6_INFORMATION_REQUEST, NULL, now_ns, act);
	else /* what we have, so that asking again keeps the address where the server can */
		put_message(d, DHCP6_SOLICIT, d->have_lease ? &d->lease : NULL, now_ns, act);
	back_off(d, d->max_rt_ms, now_ns);
}

void dhcp6_send_request(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	put_message(d, DHCP6_REQUEST, &d->offer, now_ns, act);
	back_off(d, DHCP6_BACKOFF_MAX_MS, now_ns);
}

void dhcp6_send_renewal(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	bool renew = d->state == DHCP6_RENEWING;
	uint64_t until_ns = dhcp_lease_ns(&d->lease, renew ? d->lease.t2_s : d->lease.lease_s);
	uint64_t half_ms = (until_ns - now_ns) / 2 / DHCP_NS_PER_MS;

	put_message(d, renew ? DHCP6_RENEW : DHCP6_REBIND, &d->lease, now_ns, act);
	if (half_ms < RENEW_MIN_MS)
		half_ms = RENEW_MIN_MS;
	if (half_ms < d->tx.interval_ms)
		d->tx.interval_ms = (uint32_t)half_ms;
	back_off(d, RENEW_MAX_MS, now_ns);
}

void dhcp6_send_decline(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act)
{
	put_message(d, DHCP6_DECLINE, &d->lease, now_ns, act);
}
