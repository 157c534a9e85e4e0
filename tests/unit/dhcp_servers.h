/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several DHCP servers and proxyDHCP servers in front of the machine, and what it sends them. */
#ifndef NETROOT_DHCP_SERVERS_H
#define NETROOT_DHCP_SERVERS_H

#include "dhcp_machine.h"

#define ROOT "110568656c6c6f" /* 17: hello */
#define PXE "3c09505845436c69656e74" /* 60: PXEClient */

/* reply() of server 10.0.0.<server> for 10.0.0.<host>, with siaddr 0 and these options. */
static struct packet from(uint8_t type, uint8_t server, uint8_t host, const char *options)
{
	struct packet p = reply(type);

	memset(p.bytes + 20, 0, 4);
	if (host)
		p.bytes[19] = host;
	else
		memset(p.bytes + 16, 0, 4);
	p.bytes[248] = server;
	p.len--;
	add_hex(&p, options);
	add_hex(&p, "ff");
	return p;
}

static const char *serves(uint8_t type, uint8_t server, uint8_t host, const char *options)
{
	struct packet p = from(type, server, host, options);

	return packet(&p);
}

__attribute__((unused)) static const char *offer(uint8_t server, const char *options)
{
	return serves(DHCP_TYPE_OFFER, server, 50, options);
}

__attribute__((unused)) static const char *ack(uint8_t server, const char *options)
{
	return serves(DHCP_TYPE_ACK, server, 50, options);
}

__attribute__((unused)) static const char *nak(uint8_t server)
{
	return serves(DHCP_TYPE_NAK, server, 50, "");
}

__attribute__((unused)) static void begin_wanting(unsigned int wants)
{
	struct dhcp_config c = config;

	c.wants = wants;
	begin_with(&c);
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>selecting send1@255.255.255.255");
}

/* Wanting a root, with the vendor class "lab" given. */
__attribute__((unused)) static void begin_as_lab(void)
{
	struct dhcp_config c = config;

	c.wants = DHCP_WANT_ROOT;
	memcpy(c.vendor_class, "lab", sizeof("lab"));
	begin_with(&c);
	(void)event(DHCP_EV_CARRIER_UP);
}

/* Whether the message that was sent has the option. */
__attribute__((unused)) static bool sent_option(uint8_t code)
{
	for (size_t at = 240; at < act.len && act.message[at] != 255;
	     at += 2u + act.message[at + 1])
		if (act.message[at] == code)
			return true;
	return false;
}

__attribute__((unused)) static const char *server(void)
{
	static char ip[IP_TEXT_MAX];

	return ip_text(&d.lease.server_id, ip);
}

#endif
