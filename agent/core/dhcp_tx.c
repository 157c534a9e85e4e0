/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 2131 table 5: which fields and options each message of the client has. */
#include "core/dhcp_tx.h"

#include <string.h>

#include "core/backoff.h"
#include "core/dhcp_offer.h"

#define JITTER_PART 4

/* RFC 2131 4.4.5: half of what is left to T2, or to the end, "down to a minimum of 60 seconds". A
 * root hangs on this lease, and leases of seconds exist: the minimum is a twelfth of the lease,
 * from 250 ms to 10 s. */
#define RENEW_LEASE_DIVISOR 12
#define RENEW_MIN_MS 10000

uint64_t dhcp_with_jitter(struct dhcp *d, uint64_t ms)
{
	return dhcp_jitter_ns(&d->rng, ms, JITTER_PART);
}

void dhcp_new_xid(struct dhcp *d)
{
	d->xid = (uint32_t)(rng_next(&d->rng) >> 32);
}

static void put_message(struct dhcp *d, const struct dhcp_send *send, const struct ip_addr *to,
			struct dhcp_actions *act)
{
	act->len = dhcp_msg_build(send, act->message, sizeof(act->message));
	act->to = *to;
	act->port = DHCP_PORT_SERVER;
	act->send = act->len != 0;
	dhcp_unsent_try(&d->tx.unsent);
	if (d->tx.n_sent < UINT8_MAX)
		d->tx.n_sent++;
}

static void put_broadcast(struct dhcp *d, const struct dhcp_send *send, struct dhcp_actions *act)
{
	const struct ip_addr everybody = ip4_from_he(0xffffffff);

	put_message(d, send, &everybody, act);
}

static bool uuid_is_known(const struct dhcp_config *config)
{
	static const uint8_t none[sizeof(config->uuid)];

	return memcmp(config->uuid, none, sizeof(none)) != 0;
}

static struct dhcp_send message_of(const struct dhcp *d, enum dhcp_type type, bool as_firmware)
{
	const struct dhcp_config *c = &d->config;

	return (struct dhcp_send){
		.type = type,
		.xid = d->xid,
		.secs = d->secs,
		.mac = c->mac,
		.host_name = c->host_name,
		.vendor_class = as_firmware ? d->firmware_class : c->vendor_class,
		.user_class = c->user_class,
		.client_id = c->client_id,
		.len_client_id = c->len_client_id,
		/* dnsmasq's proxy answers nobody who leaves it out */
		.arch = as_firmware && c->arch < 0 ? 0 : c->arch,
		.uuid = uuid_is_known(c) ? c->uuid : NULL,
		.keeps = c->keeps,
	};
}

/* RFC 2131 4.4.1. Some servers refuse a first DISCOVER with secs 0, so it is 1 at least. */
static uint16_t secs_since(uint64_t begun_ns, uint64_t now_ns)
{
	uint64_t s = (now_ns - begun_ns) / DHCP_NS_PER_S;

	return s < 1 ? 1 : s > UINT16_MAX ? UINT16_MAX : (uint16_t)s;
}

static void back_off(struct dhcp *d, uint64_t now_ns)
{
	d->tx.next_ns = now_ns + dhcp_back_off_ns(&d->rng, &d->tx.interval_ms, DHCP_BACKOFF_MAX_MS,
						  JITTER_PART);
}

void dhcp_send_discover(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	struct dhcp_send send;

	if (!d->tx.n_sent)
		d->begun_ns = now_ns;
	d->discovered_ns = now_ns;
	d->secs = secs_since(d->begun_ns, now_ns);
	send = message_of(d, DHCP_TYPE_DISCOVER, d->as_firmware);
	/* what we have, so that asking again keeps the address where the server can */
	send.requested = d->have_lease ? d->lease.address : d->config.request;
	if (dhcp_is_declined(d, &send.requested))
		send.requested = (struct ip_addr){ 0 };
	send.rapid_commit = d->config.rapid_commit;
	put_broadcast(d, &send, act);
	back_off(d, now_ns);
}

/*
 * RFC 2131 table 5:          ciaddr        requested (50)  server (54)
 *   after selecting          0             MUST            MUST
 *   INIT-REBOOT              0             MUST            MUST NOT
 *   renewing, rebinding      our address   MUST NOT        MUST NOT
 *   DECLINE                  0             MUST            MUST
 * 4.4.1: after selecting, secs "MUST" be what the DISCOVER had.
 */
void dhcp_send_request(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	struct dhcp_send send = message_of(d, DHCP_TYPE_REQUEST, d->offer_as_firmware);

	if (!d->tx.n_sent)
		d->requested_ns = now_ns;
	send.requested = d->offer.address;
	send.server_id = d->offer.server_id;
	put_broadcast(d, &send, act);
	back_off(d, now_ns);
}

void dhcp_send_reboot(struct dhcp *d, const struct ip_addr *address, uint64_t now_ns,
		      struct dhcp_actions *act)
{
	struct dhcp_send send;

	if (!d->tx.n_sent)
		d->begun_ns = d->requested_ns = now_ns;
	d->secs = secs_since(d->begun_ns, now_ns);
	send = message_of(d, DHCP_TYPE_REQUEST, false);
	send.requested = *address;
	put_broadcast(d, &send, act);
	back_off(d, now_ns);
}

static uint64_t renew_min_ms(const struct lease *l)
{
	uint64_t ms = (uint64_t)l->lease_s * 1000 / RENEW_LEASE_DIVISOR;

	if (ms < DHCP_BACKOFF_FIRST_MS)
		return DHCP_BACKOFF_FIRST_MS;
	return ms < RENEW_MIN_MS ? ms : RENEW_MIN_MS;
}

void dhcp_send_renewal(struct dhcp *d, uint64_t now_ns, uint64_t until_ns, struct dhcp_actions *act)
{
	bool unicast = d->state == DHCP_RENEWING && !ip_is_unset(&d->lease.server_id);
	uint64_t wait_ms = (until_ns - now_ns) / 2 / DHCP_NS_PER_MS;
	uint64_t min_ms = renew_min_ms(&d->lease);
	struct dhcp_send send;

	if (!d->tx.n_sent)
		d->begun_ns = now_ns;
	/* these are minutes apart: each under its own xid, so that an ACK's lease counts from the
	 * REQUEST it answers */
	dhcp_new_xid(d);
	d->requested_ns = now_ns;
	d->secs = secs_since(d->begun_ns, now_ns);
	send = message_of(d, DHCP_TYPE_REQUEST, d->offer_as_firmware);
	send.ciaddr = d->lease.address;
	if (unicast)
		put_message(d, &send, &d->lease.server_id, act);
	else
		put_broadcast(d, &send, act);
	d->tx.next_ns = now_ns + dhcp_with_jitter(d, wait_ms > min_ms ? wait_ms : min_ms);
}

/* PXE 2.1, 2.2.3: a DHCPREQUEST with our address in ciaddr, in firmware's words. iPXE names the
 * boot server in 54, too. */
void dhcp_send_boot(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act)
{
	struct dhcp_send send;

	if (!d->tx.n_sent)
		d->begun_ns = now_ns;
	d->secs = secs_since(d->begun_ns, now_ns);
	send = message_of(d, DHCP_TYPE_REQUEST, d->firmware_class[0] != '\0');
	send.ciaddr = d->lease.address;
	send.server_id = d->boot.ask;
	send.by_type = d->boot.by_type;
	send.boot_type = d->boot.type;
	put_message(d, &send, &d->boot.ask, act);
	act->port = DHCP_PORT_BOOT;
	back_off(d, now_ns);
}

void dhcp_send_decline(struct dhcp *d, struct dhcp_actions *act)
{
	struct dhcp_send send;

	dhcp_new_xid(d);
	d->secs = 0;
	send = message_of(d, DHCP_TYPE_DECLINE, false);
	send.requested = d->lease.address;
	send.server_id = d->lease.server_id;
	put_broadcast(d, &send, act);
}
