/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frame of a DHCPv6 message, the messages that are sent, and the identities in them. */
#include "core/dhcp6_msg.h"

#include <errno.h>
#include <string.h>

#include "core/bytes.h"
#include "core/dnsname.h"

#define LEN_SERVER_ID_MAX sizeof(((struct lease *)0)->server_duid)
#define DUID_LL 3
#define DUID_UUID 4
#define HTYPE_ETHERNET 1
#define HTYPE_INFINIBAND 32
#define LEN_UUID 16

/* The vendor class of PXE firmware is that of "Intel" (edk2 NetworkPkg, PxeBcBuildDhcp6Options). */
#define ENTERPRISE_PXE 343
/* Option 62 (RFC 5970 3.4): UNDI 3.0, as firmware that runs from EFI or BIOS says. */
#define NII_UNDI 0x010300u
#define FQDN_SERVER_UPDATES 0x01 /* RFC 4704 4.1, bit S */

bool dhcp6_next_option(struct reader *r, uint16_t *ret_code, struct reader *ret)
{
	struct reader value;
	uint16_t code, len;

	if (r->bad || !reader_left(r))
		return false;
	code = read_be16(r);
	len = read_be16(r);
	value = read_sub(r, len);
	if (value.bad)
		return false;
	*ret_code = code;
	*ret = value;
	return true;
}

bool dhcp6_find_option(const struct reader *options, uint16_t code, struct reader *ret)
{
	struct reader r = *options, value;
	uint16_t at;

	while (dhcp6_next_option(&r, &at, &value)) {
		if (at != code)
			continue;
		*ret = value;
		return true;
	}
	return false;
}

static struct span id_of(const struct reader *options, uint16_t code)
{
	struct reader r;

	/* RFC 8415 11.1: a type of two bytes, then 1 to 128 */
	if (!dhcp6_find_option(options, code, &r) || reader_left(&r) < 3 ||
	    reader_left(&r) > LEN_SERVER_ID_MAX)
		return (struct span){ NULL, 0 };
	return (struct span){ (const char *)r.p, reader_left(&r) };
}

static bool bad_message(struct err *err, const char *why)
{
	(void)err_set(err, EBADMSG, "%s", why);
	return false;
}

bool dhcp6_msg_parse(const uint8_t *bytes, size_t len, struct dhcp6_msg *ret, struct err *err)
{
	struct reader r = reader_of(bytes, len), options, value;
	struct dhcp6_msg msg;
	uint16_t code;

	msg.type = read_u8(&r);
	msg.xid = read_be24(&r);
	if (r.bad)
		return bad_message(err, "cut short");
	/* no key for it was ever agreed on (RFC 8415 20.4), so it cannot count */
	if (msg.type == DHCP6_RECONFIGURE)
		return bad_message(err, "a RECONFIGURE, which was not asked for");
	if (msg.type != DHCP6_ADVERTISE && msg.type != DHCP6_REPLY)
		return bad_message(err, "neither an ADVERTISE nor a REPLY");
	options = r;
	while (dhcp6_next_option(&r, &code, &value))
		;
	if (r.bad)
		return bad_message(err, "an option runs past the end");
	msg.options = options;
	msg.client_id = id_of(&options, DHCP6_OPT_CLIENT_ID);
	msg.server_id = id_of(&options, DHCP6_OPT_SERVER_ID);
	*ret = msg;
	return true;
}

/* --- identities --- */

uint32_t dhcp6_iaid(const struct mac_addr *mac)
{
	uint32_t iaid = 0;

	for (uint8_t i = mac->len > 4 ? mac->len - 4 : 0; i < mac->len; i++)
		iaid = iaid << 8 | mac->bytes[i];
	return iaid;
}

static bool parse_uuid(struct span text, uint8_t dst[static LEN_UUID])
{
	static const uint8_t fields[] = { 4, 2, 2, 2, 6 };
	uint8_t uuid[LEN_UUID];
	size_t at = 0;

	for (size_t f = 0; f < sizeof(fields); f++) {
		struct span field = span_cut(&text, '-');
		uint64_t v;

		if (field.len != fields[f] * 2u || !parse_uint(field, 16, 0, UINT64_MAX, &v))
			return false;
		for (int shift = fields[f] * 8 - 8; shift >= 0; shift -= 8)
			uuid[at++] = (uint8_t)(v >> shift);
	}
	if (text.p)
		return false;
	memcpy(dst, uuid, sizeof(uuid));
	return true;
}

/* SMBIOS 3.x 7.2.1: all FF or all 00 stand for no UUID. */
static bool is_no_uuid(const uint8_t uuid[static LEN_UUID])
{
	for (int i = 1; i < LEN_UUID; i++)
		if (uuid[i] != uuid[0])
			return false;
	return uuid[0] == 0 || uuid[0] == 0xff;
}

static uint8_t duid_ll(const struct mac_addr *mac, uint8_t dst[static DHCP6_DUID_MAX])
{
	struct writer w = writer_of(dst, DHCP6_DUID_MAX);

	write_be16(&w, DUID_LL);
	write_be16(&w, mac->len == 6 ? HTYPE_ETHERNET : HTYPE_INFINIBAND);
	/* InfiniBand: the GUID of the port, what stands before it changes with the fabric */
	if (mac->len == 6)
		write_bytes(&w, mac->bytes, mac->len);
	else if (mac->len >= 8)
		write_bytes(&w, mac->bytes + mac->len - 8, 8);
	return (uint8_t)writer_len(&w);
}

uint8_t dhcp6_duid(const char *uuid_text, const struct mac_addr *mac,
		   uint8_t dst[static DHCP6_DUID_MAX])
{
	struct writer w = writer_of(dst, DHCP6_DUID_MAX);
	uint8_t uuid[LEN_UUID];

	if (!parse_uuid(span_of(uuid_text), uuid) || is_no_uuid(uuid))
		return duid_ll(mac, dst);
	write_be16(&w, DUID_UUID);
	write_bytes(&w, uuid, sizeof(uuid));
	return (uint8_t)writer_len(&w);
}

static void swap(uint8_t *a, uint8_t *b)
{
	uint8_t t = *a;

	*a = *b;
	*b = t;
}

uint8_t dhcp6_duid_efi(const char *uuid_text, const struct mac_addr *mac,
		       uint8_t dst[static DHCP6_DUID_MAX])
{
	uint8_t len = dhcp6_duid(uuid_text, mac, dst);
	uint8_t *uuid = dst + 2;

	if (dst[1] != DUID_UUID)
		return len;
	swap(&uuid[0], &uuid[3]);
	swap(&uuid[1], &uuid[2]);
	swap(&uuid[4], &uuid[5]);
	swap(&uuid[6], &uuid[7]);
	return len;
}

/* --- building --- */

/* Code, length and value; what is appended between the two calls is the value. */
static uint8_t *begin_option(struct writer *w, uint16_t code)
{
	write_be16(w, code);
	write_be16(w, 0);
	return w->p;
}

static void end_option(struct writer *w, uint8_t *value)
{
	size_t len = (size_t)(w->p - value);

	if (w->full)
		return;
	value[-2] = (uint8_t)(len >> 8);
	value[-1] = (uint8_t)len;
}

static void put_bytes(struct writer *w, uint16_t code, const void *bytes, size_t len)
{
	write_be16(w, code);
	write_be16(w, (uint16_t)len);
	write_bytes(w, bytes, len);
}

/* RFC 8415 21.4, 21.6: the times are hints, and 0 where a client has none. */
static void put_ia(struct writer *w, const struct dhcp6_send *send)
{
	uint8_t *value = begin_option(w, DHCP6_OPT_IA_NA);

	write_be32(w, dhcp6_iaid(&send->config->mac));
	write_zero(w, 8);
	if (!ip_is_unset(&send->address)) {
		write_be16(w, DHCP6_OPT_IAADDR);
		write_be16(w, 24);
		write_bytes(w, send->address.bytes, 16);
		write_zero(w, 8);
	}
	end_option(w, value);
}

/*
 * RFC 8415 21.7: "MUST include" SOL_MAX_RT when soliciting and the like, INF_MAX_RT and the refresh
 * time when asking for information.
 */
static void put_oro(struct writer *w, bool information, bool keeps)
{
	static const uint16_t wanted[] = {
		DHCP6_OPT_DNS, DHCP6_OPT_SEARCH,   DHCP6_OPT_SNTP,	 DHCP6_OPT_FQDN,
		DHCP6_OPT_NTP, DHCP6_OPT_BOOT_URL, DHCP6_OPT_BOOT_PARAM,
	};
	uint8_t *value = begin_option(w, DHCP6_OPT_ORO);

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (!keeps || wanted[i] != DHCP6_OPT_BOOT_URL)
			write_be16(w, wanted[i]);
	if (information) {
		write_be16(w, DHCP6_OPT_REFRESH_TIME);
		write_be16(w, DHCP6_OPT_INF_MAX_RT);
	} else {
		write_be16(w, DHCP6_OPT_SOL_MAX_RT);
	}
	end_option(w, value);
}

/* One class: in the vendor's option behind the enterprise, in the user's alone. */
static void put_class(struct writer *w, uint16_t code, const char *text)
{
	size_t len = strlen(text);
	uint8_t *value;

	if (!len)
		return;
	value = begin_option(w, code);
	if (code == DHCP6_OPT_VENDOR_CLASS)
		write_be32(w, ENTERPRISE_PXE);
	write_be16(w, (uint16_t)len);
	write_bytes(w, text, len);
	end_option(w, value);
}

/* RFC 4704 4.2: a name without dot is a partial one, which has no root behind it. */
static void put_fqdn(struct writer *w, const char *name)
{
	struct span s = span_of(name);
	uint8_t *value;

	if (!s.len || !dns_name_valid(s, false))
		return;
	value = begin_option(w, DHCP6_OPT_FQDN);
	write_u8(w, FQDN_SERVER_UPDATES);
	dns_name_write(w, s);
	if (span_find(s, '.') == s.len && !w->full)
		w->p--;
	end_option(w, value);
}

static void put_wishes(struct writer *w, const struct dhcp6_send *send)
{
	const struct dhcp6_config *c = send->config;
	bool information = send->type == DHCP6_INFORMATION_REQUEST;

	put_oro(w, information, c->keeps);
	put_class(w, DHCP6_OPT_USER_CLASS, c->user_class);
	put_class(w, DHCP6_OPT_VENDOR_CLASS, c->vendor_class);
	/* RFC 4704 5: only with SOLICIT, REQUEST, RENEW and REBIND */
	if (!information)
		put_fqdn(w, c->host_name);
	if (c->arch < 0)
		return;
	write_be16(w, DHCP6_OPT_ARCH);
	write_be16(w, 2);
	write_be16(w, (uint16_t)c->arch);
	write_be16(w, DHCP6_OPT_NII);
	write_be16(w, 3);
	write_be24(w, NII_UNDI);
}

size_t dhcp6_msg_build(const struct dhcp6_send *send, uint8_t *dst, size_t size)
{
	struct writer w = writer_of(dst, size);

	write_u8(&w, (uint8_t)send->type);
	write_be24(&w, send->xid);
	put_bytes(&w, DHCP6_OPT_CLIENT_ID, send->config->duid, send->config->len_duid);
	if (send->server_id.len)
		put_bytes(&w, DHCP6_OPT_SERVER_ID, send->server_id.p, send->server_id.len);
	if (send->ia)
		put_ia(&w, send);
	if (send->rapid_commit)
		put_bytes(&w, DHCP6_OPT_RAPID_COMMIT, NULL, 0);
	write_be16(&w, DHCP6_OPT_ELAPSED);
	write_be16(&w, 2);
	write_be16(&w, send->elapsed_cs);
	if (send->type != DHCP6_DECLINE)
		put_wishes(&w, send);
	return w.full ? 0 : writer_len(&w);
}
