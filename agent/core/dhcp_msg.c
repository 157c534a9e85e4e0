/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of DHCPv4 messages: header, option fields, options; and the builder. */
#include "core/dhcp_msg.h"

#include <errno.h>
#include <string.h>

#define PXE_BOOT_ITEM 71
#define BOOTREQUEST 1
#define BOOTREPLY 2
#define HTYPE_ETHERNET 1
#define LEN_CHADDR 16
#define LEN_SNAME 64
#define LEN_FILE 128
#define COOKIE 0x63825363u /* RFC 2131 3 */
#define LEN_MAC 6
#define LEN_UUID 16

/* RFC 1542 2.1: relays may drop anything shorter than the BOOTP message of RFC 951 */
#define LEN_SEND_MIN 300

enum overload { OVERLOAD_FILE = 1, OVERLOAD_SNAME = 2 };

static struct ip_addr read_ip4(struct reader *r)
{
	const uint8_t *p = read_bytes(r, 4);

	return p ? ip4_from_bytes(p) : (struct ip_addr){ 0 };
}

/* What stands in a fixed field up to the first NUL, which a full field does not have. */
static struct span field_text(const uint8_t *field, size_t len)
{
	return (struct span){ (const char *)field, strnlen((const char *)field, len) };
}

static bool not_ours(struct err *err, const char *why)
{
	(void)err_set(err, EBADMSG, "%s", why);
	return false;
}

bool dhcp_msg_header(const uint8_t *bytes, size_t len, struct dhcp_msg *ret, struct err *err)
{
	struct reader r = reader_of(bytes, len);
	struct dhcp_msg m = { 0 };
	const uint8_t *chaddr, *sname, *file;
	uint8_t op, htype, hlen;
	uint32_t cookie;

	op = read_u8(&r);
	htype = read_u8(&r);
	hlen = read_u8(&r);
	(void)read_u8(&r); /* hops */
	m.xid = read_be32(&r);
	(void)read_be32(&r); /* secs, flags */
	m.ciaddr = read_ip4(&r);
	m.yiaddr = read_ip4(&r);
	m.siaddr = read_ip4(&r);
	(void)read_be32(&r); /* giaddr */
	chaddr = read_bytes(&r, LEN_CHADDR);
	sname = read_bytes(&r, LEN_SNAME);
	file = read_bytes(&r, LEN_FILE);
	cookie = read_be32(&r);
	if (r.bad || !chaddr || !sname || !file)
		return not_ours(err, "shorter than a DHCP header");
	if (len > DHCP_MESSAGE_MAX)
		return not_ours(err, "longer than the size asked for");
	if (op != BOOTREPLY)
		return not_ours(err, "not a reply");
	if (cookie != COOKIE)
		return not_ours(err, "without the DHCP cookie");
	if (hlen > LEN_CHADDR)
		return not_ours(err, "hardware address longer than its field");
	if (htype == HTYPE_ETHERNET && hlen != LEN_MAC)
		return not_ours(err, "hardware address of the wrong length");
	if (htype == HTYPE_ETHERNET) {
		m.chaddr.len = LEN_MAC;
		memcpy(m.chaddr.bytes, chaddr, LEN_MAC);
	}
	m.sname = (struct span){ (const char *)sname, LEN_SNAME };
	m.file = (struct span){ (const char *)file, LEN_FILE };
	m.areas[0] = r;
	m.n_areas = 1;
	*ret = m;
	return true;
}

struct piece {
	uint8_t code;
	uint8_t len;
	const uint8_t *p;
};

/* The next option of a field; false at its end, with area->bad where that is inside an option. A
 * field without END is taken as it is. */
static bool next_piece(struct reader *area, struct piece *ret)
{
	struct piece o;

	do {
		if (!reader_left(area))
			return false;
		o.code = read_u8(area);
	} while (o.code == DHCP_OPT_PAD);
	if (o.code == DHCP_OPT_END)
		return false;
	o.len = read_u8(area);
	o.p = read_bytes(area, o.len);
	*ret = o;
	return o.p != NULL;
}

static bool area_is_whole(struct reader area, const char *name, struct err *err)
{
	struct piece o = { 0 };

	while (next_piece(&area, &o))
		;
	if (area.bad)
		(void)err_set(err, EBADMSG, "option %u runs past the end of the %s field", o.code,
			      name);
	return !area.bad;
}

static bool first_piece(const struct dhcp_msg *msg, uint8_t code, struct piece *ret)
{
	for (uint8_t i = 0; i < msg->n_areas; i++) {
		struct reader area = msg->areas[i];
		struct piece o;

		while (next_piece(&area, &o)) {
			if (o.code != code)
				continue;
			*ret = o;
			return true;
		}
	}
	return false;
}

bool dhcp_msg_options(struct dhcp_msg *msg, struct err *err)
{
	struct dhcp_msg m = *msg;
	uint8_t overload = 0;

	if (!area_is_whole(m.areas[0], "options", err))
		return false;
	/* looked for in the options field alone: an overload inside an overload means nothing */
	(void)dhcp_msg_get_u8(&m, DHCP_OPT_OVERLOAD, &overload);
	if (overload > (OVERLOAD_FILE | OVERLOAD_SNAME))
		overload = 0;
	if (overload & OVERLOAD_FILE) {
		m.areas[m.n_areas] = reader_of(m.file.p, m.file.len);
		m.file.len = 0;
		if (!area_is_whole(m.areas[m.n_areas++], "file", err))
			return false;
	}
	if (overload & OVERLOAD_SNAME) {
		m.areas[m.n_areas] = reader_of(m.sname.p, m.sname.len);
		m.sname.len = 0;
		if (!area_is_whole(m.areas[m.n_areas++], "sname", err))
			return false;
	}
	m.file = field_text((const uint8_t *)m.file.p, m.file.len);
	m.sname = field_text((const uint8_t *)m.sname.p, m.sname.len);
	(void)dhcp_msg_get_u8(&m, DHCP_OPT_TYPE, &m.type);
	*msg = m;
	return true;
}

enum dhcp_found dhcp_msg_get(const struct dhcp_msg *msg, uint8_t code, struct dhcp_value *ret)
{
	struct piece o;
	size_t len = 0;

	if (!first_piece(msg, code, &o))
		return DHCP_ABSENT;
	for (uint8_t i = 0; i < msg->n_areas; i++) {
		struct reader area = msg->areas[i];

		while (next_piece(&area, &o)) {
			if (o.code != code)
				continue;
			/* cannot be: the pieces are disjoint parts of a message this long */
			if (o.len > sizeof(ret->bytes) - len)
				return DHCP_MALFORMED;
			memcpy(ret->bytes + len, o.p, o.len);
			len += o.len;
		}
	}
	ret->len = len;
	return DHCP_FOUND;
}

/*
 * Options of one fixed length cannot have been split, so RFC 3396's concatenation is not for them:
 * where a relay or a server repeats one, the first counts.
 */
static enum dhcp_found get_fixed(const struct dhcp_msg *msg, uint8_t code, size_t len,
				 struct reader *ret)
{
	struct piece o;

	if (!first_piece(msg, code, &o))
		return DHCP_ABSENT;
	if (o.len != len)
		return DHCP_MALFORMED;
	*ret = reader_of(o.p, o.len);
	return DHCP_FOUND;
}

enum dhcp_found dhcp_msg_get_u8(const struct dhcp_msg *msg, uint8_t code, uint8_t *ret)
{
	struct reader r;
	enum dhcp_found found = get_fixed(msg, code, 1, &r);

	if (found == DHCP_FOUND)
		*ret = read_u8(&r);
	return found;
}

enum dhcp_found dhcp_msg_get_u16(const struct dhcp_msg *msg, uint8_t code, uint16_t *ret)
{
	struct reader r;
	enum dhcp_found found = get_fixed(msg, code, 2, &r);

	if (found == DHCP_FOUND)
		*ret = read_be16(&r);
	return found;
}

enum dhcp_found dhcp_msg_get_u32(const struct dhcp_msg *msg, uint8_t code, uint32_t *ret)
{
	struct reader r;
	enum dhcp_found found = get_fixed(msg, code, 4, &r);

	if (found == DHCP_FOUND)
		*ret = read_be32(&r);
	return found;
}

enum dhcp_found dhcp_msg_get_ip(const struct dhcp_msg *msg, uint8_t code, struct ip_addr *ret)
{
	struct reader r;
	enum dhcp_found found = get_fixed(msg, code, 4, &r);

	if (found == DHCP_FOUND)
		*ret = read_ip4(&r);
	return found;
}

enum dhcp_found dhcp_msg_get_text(const struct dhcp_msg *msg, uint8_t code, char *dst, size_t size)
{
	struct dhcp_value v;
	enum dhcp_found found = dhcp_msg_get(msg, code, &v);
	struct span s;

	if (found != DHCP_FOUND)
		return found;
	/* RFC 2132 2: "Options containing NVT ASCII data SHOULD NOT include a trailing NULL;
	 * however, the receiver of such options MUST be prepared to delete trailing nulls" */
	while (v.len && !v.bytes[v.len - 1])
		v.len--;
	s = (struct span){ (const char *)v.bytes, v.len };
	if (!s.len || !text_is_printable(s) || !text_copy(dst, size, s))
		return DHCP_MALFORMED;
	return DHCP_FOUND;
}

static void write_ip4(struct writer *w, const struct ip_addr *ip)
{
	write_be32(w, ip4_to_he(ip));
}

static void put_ip4(struct writer *w, uint8_t code, const struct ip_addr *ip)
{
	if (ip_is_unset(ip))
		return;
	write_u8(w, code);
	write_u8(w, 4);
	write_ip4(w, ip);
}

static void put_bytes(struct writer *w, uint8_t code, const void *bytes, size_t len)
{
	if (!len || len > 255)
		return;
	write_u8(w, code);
	write_u8(w, (uint8_t)len);
	write_bytes(w, bytes, len);
}

/* flags stay 0: the packet socket takes unicast replies to an address we do not have yet, and a
 * broadcast reply wakes every machine of the segment. */
static void put_header(struct writer *w, const struct dhcp_send *send)
{
	write_u8(w, BOOTREQUEST);
	write_u8(w, HTYPE_ETHERNET);
	write_u8(w, LEN_MAC);
	write_u8(w, 0);
	write_be32(w, send->xid);
	write_be16(w, send->secs);
	write_be16(w, 0);
	write_ip4(w, &send->ciaddr);
	write_zero(w, 12); /* yiaddr, siaddr, giaddr */
	write_bytes(w, send->mac.bytes, LEN_MAC);
	write_zero(w, LEN_CHADDR - LEN_MAC + LEN_SNAME + LEN_FILE);
	write_be32(w, COOKIE);
}

/* RFC 3442: 121 "MUST appear in the parameter request list prior to both the Router option code and
 * the Static Routes option code" */
/* What lease_to_keep() takes out of a lease. */
static bool is_for_boot(uint8_t code)
{
	return code == DHCP_OPT_ROOT_PATH || code == DHCP_OPT_BOOT_FILE || code == DHCP_OPT_IPXE;
}

static void put_parameters(struct writer *w, bool keeps)
{
	static const uint8_t parameters[] = {
		DHCP_OPT_NETMASK,
		DHCP_OPT_CLASSLESS_ROUTE,
		DHCP_OPT_MS_CLASSLESS_ROUTE,
		DHCP_OPT_ROUTER,
		DHCP_OPT_ROOT_PATH,
		DHCP_OPT_DNS,
		DHCP_OPT_HOST_NAME,
		DHCP_OPT_DOMAIN,
		DHCP_OPT_MTU,
		DHCP_OPT_BROADCAST,
		DHCP_OPT_STATIC_ROUTE,
		DHCP_OPT_NTP,
		DHCP_OPT_VENDOR,
		DHCP_OPT_VENDOR_CLASS, /* ISC dhcpd says PXEClient only when asked */
		DHCP_OPT_LEASE_TIME,
		DHCP_OPT_SERVER_ID,
		DHCP_OPT_T1,
		DHCP_OPT_T2,
		DHCP_OPT_TFTP_SERVER,
		DHCP_OPT_BOOT_FILE,
		DHCP_OPT_SEARCH,
		DHCP_OPT_IPXE,
		DHCP_OPT_INITIATOR,
		DHCP_OPT_PXELINUX_MAGIC,
		DHCP_OPT_CONFIG_FILE,
		DHCP_OPT_PATH_PREFIX,
		DHCP_OPT_REBOOT_TIME,
	};
	uint8_t codes[sizeof(parameters)];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(parameters); i++)
		if (!keeps || !is_for_boot(parameters[i]))
			codes[n++] = parameters[i];
	put_bytes(w, DHCP_OPT_PARAMETERS, codes, n);
}

static void put_text(struct writer *w, uint8_t code, const char *text)
{
	if (text && text[0])
		put_bytes(w, code, text, strlen(text));
}

/* The default is the identity PXE firmware uses: the same machine keeps its address over all
 * stages. */
static void put_client_id(struct writer *w, const struct dhcp_send *send)
{
	uint8_t pxe[1 + LEN_MAC] = { HTYPE_ETHERNET };

	memcpy(pxe + 1, send->mac.bytes, LEN_MAC);
	if (send->len_client_id)
		put_bytes(w, DHCP_OPT_CLIENT_ID, send->client_id, send->len_client_id);
	else
		put_bytes(w, DHCP_OPT_CLIENT_ID, pxe, sizeof(pxe));
}

/* RFC 4578, as the firmware before us: servers choose by these what they give. */
static void put_machine(struct writer *w, const struct dhcp_send *send)
{
	static const uint8_t undi[] = { 1, 3, 16 };

	if (send->arch >= 0) {
		write_u8(w, DHCP_OPT_ARCH);
		write_u8(w, 2);
		write_be16(w, (uint16_t)send->arch);
		put_bytes(w, DHCP_OPT_UNDI, undi, sizeof(undi));
	}
	if (send->uuid) {
		write_u8(w, DHCP_OPT_UUID);
		write_u8(w, 1 + LEN_UUID);
		write_u8(w, 0);
		write_bytes(w, send->uuid, LEN_UUID);
	}
}

/* Layer 0 of the type: the request for a credential is another (PXE 2.1, table 2-1). */
static void put_boot_type(struct writer *w, uint16_t type)
{
	write_u8(w, DHCP_OPT_VENDOR);
	write_u8(w, 7);
	write_u8(w, PXE_BOOT_ITEM);
	write_u8(w, 4);
	write_be16(w, type);
	write_be16(w, 0);
	write_u8(w, DHCP_OPT_END);
}

static void put_options(struct writer *w, const struct dhcp_send *send)
{
	uint8_t type = (uint8_t)send->type;

	/* first, as some servers and relays expect it */
	put_bytes(w, DHCP_OPT_TYPE, &type, 1);
	put_client_id(w, send);
	put_ip4(w, DHCP_OPT_REQUESTED, &send->requested);
	put_ip4(w, DHCP_OPT_SERVER_ID, &send->server_id);
	/* RFC 2131 table 5: a DECLINE has none of the rest */
	if (send->type != DHCP_TYPE_DECLINE) {
		write_u8(w, DHCP_OPT_MAX_SIZE);
		write_u8(w, 2);
		write_be16(w, DHCP_MESSAGE_MAX);
		put_text(w, DHCP_OPT_VENDOR_CLASS, send->vendor_class);
		put_text(w, DHCP_OPT_USER_CLASS, send->user_class);
		put_text(w, DHCP_OPT_HOST_NAME, send->host_name);
		put_machine(w, send);
		if (send->by_type)
			put_boot_type(w, send->boot_type);
		if (send->rapid_commit) {
			write_u8(w, DHCP_OPT_RAPID_COMMIT);
			write_u8(w, 0);
		}
		put_parameters(w, send->keeps);
	}
	write_u8(w, DHCP_OPT_END);
}

size_t dhcp_msg_build(const struct dhcp_send *send, uint8_t *dst, size_t size)
{
	struct writer w = writer_of(dst, size);

	put_header(&w, send);
	put_options(&w, send);
	if (writer_len(&w) < LEN_SEND_MIN)
		write_zero(&w, LEN_SEND_MIN - writer_len(&w));
	return w.full ? 0 : writer_len(&w);
}

bool dhcp_uuid(const char *text, uint8_t dst[static 16])
{
	static const uint8_t place[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	struct span s = span_of(text);
	uint8_t uuid[16];
	uint64_t byte;

	if (s.len != 36)
		return false;
	for (size_t i = 0, n = 0; n < 16; i += 2, n++) {
		if (n == 4 || n == 6 || n == 8 || n == 10)
			if (s.p[i++] != '-')
				return false;
		if (!parse_uint((struct span){ s.p + i, 2 }, 16, 0, 255, &byte))
			return false;
		uuid[place[n]] = (uint8_t)byte;
	}
	memcpy(dst, uuid, sizeof(uuid));
	return true;
}
