/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a server says to PXE firmware (PXE 2.1, chapter 2): the class it names itself by, and the
 * sub-options of 43. The menu in them is for people.
 */
#include "core/dhcp_msg.h"

#include <string.h>

#define PXE_DISCOVERY_CONTROL 6
#define PXE_BOOT_SERVERS 8
#define CONTROL_FILE 0x08 /* the boot file of this message is all there is to it */

struct pxe_options {
	bool said_all;
	struct ip_addr server; /* the first that is listed with an address */
	uint16_t type; /* what it serves */
};

bool dhcp_msg_is_pxe(const struct dhcp_msg *msg)
{
	char text[LEASE_NAME_MAX];

	return dhcp_msg_get_text(msg, DHCP_OPT_VENDOR_CLASS, text, sizeof(text)) == DHCP_FOUND &&
	       (!strcmp(text, "PXEClient") || span_starts(span_of(text), "PXEClient:"));
}

/* Type, number, addresses, again and again. */
static bool read_boot_servers(struct reader r, struct pxe_options *ret)
{
	while (reader_left(&r) && !r.bad) {
		uint16_t type = read_be16(&r);

		for (uint8_t n = read_u8(&r); n && !r.bad; n--) {
			struct ip_addr ip = ip4_from_he(read_be32(&r));

			if (r.bad || !ip_is_unset(&ret->server) || !ip4_is_unicast(&ip))
				continue;
			ret->server = ip;
			ret->type = type;
		}
	}
	return !r.bad;
}

static bool read_control(struct reader r, struct pxe_options *ret)
{
	uint8_t control = read_u8(&r);

	ret->said_all = control & CONTROL_FILE;
	return !r.bad && !reader_left(&r);
}

static enum dhcp_found read_options(const struct dhcp_msg *msg, struct pxe_options *ret)
{
	struct dhcp_value v;
	struct reader r;

	if (dhcp_msg_get(msg, DHCP_OPT_VENDOR, &v) != DHCP_FOUND)
		return DHCP_ABSENT;
	r = reader_of(v.bytes, v.len);
	while (reader_left(&r)) {
		uint8_t code = read_u8(&r);
		struct reader value;
		bool good = true;

		if (code == DHCP_OPT_PAD)
			continue;
		if (code == DHCP_OPT_END)
			break;
		value = read_sub(&r, read_u8(&r));
		if (code == PXE_BOOT_SERVERS)
			good = read_boot_servers(value, ret);
		else if (code == PXE_DISCOVERY_CONTROL)
			good = read_control(value, ret);
		if (r.bad || !good)
			return DHCP_MALFORMED;
	}
	return DHCP_FOUND;
}

/*
 * 2.2.3: a DHCP server that says PXEClient and nothing of PXE has a boot server beside it on port
 * 4011 of its own; one that lists boot servers is asked there for one of a type. dnsmasq sends EFI
 * firmware that way, and "just the boot file" to firmware that it knows nothing for.
 */
enum dhcp_found dhcp_msg_pxe(const struct dhcp_msg *msg, struct dhcp_pxe *ret)
{
	struct pxe_options o = { 0 };
	struct dhcp_pxe pxe = { 0 };

	if (!dhcp_msg_is_pxe(msg))
		return DHCP_ABSENT;
	if (read_options(msg, &o) == DHCP_MALFORMED)
		return DHCP_MALFORMED;
	pxe.listed = pxe.ask = o.server;
	pxe.by_type = !ip_is_unset(&o.server);
	pxe.type = o.type;
	if (!pxe.by_type && !o.said_all)
		(void)dhcp_msg_get_ip(msg, DHCP_OPT_SERVER_ID, &pxe.ask);
	if (!ip4_is_unicast(&pxe.ask))
		pxe.ask = (struct ip_addr){ 0 };
	*ret = pxe;
	return DHCP_FOUND;
}
