/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text forms of addresses. */
#include "core/addr.h"

#include <string.h>

static bool parse_v4(struct span text, uint8_t ret[static 4])
{
	uint8_t quad[4];
	uint64_t v;

	for (int i = 0; i < 4; i++) {
		struct span field = span_cut(&text, '.');

		if (field.len > 3 || !parse_uint(field, 10, 0, 255, &v) ||
		    (i < 3) != (text.p != NULL))
			return false;
		quad[i] = (uint8_t)v;
	}
	memcpy(ret, quad, 4);
	return true;
}

/* Groups before "::" go to the front of the address, those after it to the end. */
static bool parse_v6(struct span text, uint8_t ret[static 16])
{
	uint8_t head[16] = { 0 }, tail[16] = { 0 };
	size_t n_head = 0, n_tail = 0;
	bool gap = false;

	if (text.len < 2 || (text.p[0] == ':' && text.p[1] != ':'))
		return false;
	if (text.p[0] == ':')
		text = span_skip(text, 1);
	while (text.p) {
		struct span group = span_cut(&text, ':');
		uint8_t *dst = gap ? tail + n_tail : head + n_head;
		size_t *n = gap ? &n_tail : &n_head;
		uint64_t v;

		if (!group.len) {
			/* the empty group of "::", which may also end the text ("fe80::") */
			if (!text.p && gap && !n_tail)
				break;
			if (gap || !text.p)
				return false;
			gap = true;
			continue;
		}
		if (!text.p && span_find(group, '.') < group.len) {
			if (n_head + n_tail > 12 || !parse_v4(group, dst))
				return false;
			*n += 4;
			break;
		}
		if (n_head + n_tail > 14 || group.len > 4 || !parse_uint(group, 16, 0, 0xffff, &v))
			return false;
		dst[0] = (uint8_t)(v >> 8);
		dst[1] = (uint8_t)v;
		*n += 2;
	}
	if (gap ? n_head + n_tail > 14 : n_head != 16)
		return false;
	memset(ret, 0, 16);
	memcpy(ret, head, n_head);
	memcpy(ret + 16 - n_tail, tail, n_tail);
	return true;
}

bool ip_parse(struct span text, struct ip_addr *ret)
{
	struct ip_addr ip = { 0 };

	if (parse_v4(text, ip.bytes))
		ip.family = IP_V4;
	else if (parse_v6(text, ip.bytes))
		ip.family = IP_V6;
	else
		return false;
	*ret = ip;
	return true;
}

static unsigned int group_of(const struct ip_addr *ip, int i)
{
	return (unsigned int)ip->bytes[2 * i] << 8 | ip->bytes[2 * i + 1];
}

static void text_v6(const struct ip_addr *ip, struct out *out)
{
	int gap_at = -1, gap_len = 1; /* RFC 5952 4.2.2: one group of zeros is not shortened */

	for (int i = 0; i < 8; i++) {
		int n = 0;

		while (i + n < 8 && !group_of(ip, i + n))
			n++;
		if (n > gap_len) {
			gap_at = i;
			gap_len = n;
		}
		i += n;
	}
	for (int i = 0; i < 8; i++) {
		if (i == gap_at) {
			out_add(out, "::");
			i += gap_len - 1;
			continue;
		}
		out_add(out, "%s%x", i && i != gap_at + gap_len ? ":" : "", group_of(ip, i));
	}
}

char *ip_text(const struct ip_addr *ip, char dst[static IP_TEXT_MAX])
{
	struct out out = out_to(dst, IP_TEXT_MAX);

	switch (ip->family) {
	case IP_NONE:
		out_add(&out, "-");
		break;
	case IP_V4:
		out_add(&out, "%u.%u.%u.%u", ip->bytes[0], ip->bytes[1], ip->bytes[2],
			ip->bytes[3]);
		break;
	case IP_V6:
		text_v6(ip, &out);
		break;
	}
	return dst;
}

static size_t family_len(enum ip_family family)
{
	return family == IP_V4 ? 4 : family == IP_V6 ? 16 : 0;
}

bool ip_eq(const struct ip_addr *a, const struct ip_addr *b)
{
	return a->family == b->family && !memcmp(a->bytes, b->bytes, family_len(a->family));
}

bool ip_is_unset(const struct ip_addr *ip)
{
	for (size_t i = 0; i < family_len(ip->family); i++)
		if (ip->bytes[i])
			return false;
	return true;
}

struct ip_addr ip4_from_he(uint32_t v_he)
{
	return (struct ip_addr){ IP_V4,
				 { (uint8_t)(v_he >> 24), (uint8_t)(v_he >> 16),
				   (uint8_t)(v_he >> 8), (uint8_t)v_he } };
}

uint32_t ip4_to_he(const struct ip_addr *ip)
{
	if (ip->family != IP_V4)
		return 0;
	return (uint32_t)ip->bytes[0] << 24 | (uint32_t)ip->bytes[1] << 16 |
	       (uint32_t)ip->bytes[2] << 8 | ip->bytes[3];
}

struct ip_addr ip4_from_bytes(const uint8_t bytes[static 4])
{
	return (struct ip_addr){ IP_V4, { bytes[0], bytes[1], bytes[2], bytes[3] } };
}

bool ip4_mask_to_prefix(uint32_t mask_he, uint8_t *ret)
{
	uint8_t n = 0;

	while (n < 32 && mask_he & 0x80000000u >> n)
		n++;
	if (mask_he != ip4_prefix_to_mask(n))
		return false;
	*ret = n;
	return true;
}

uint32_t ip4_prefix_to_mask(uint8_t prefix)
{
	return prefix ? ~(uint32_t)0 << (32 - prefix) : 0;
}

uint8_t ip4_classful_prefix(uint32_t ip_he)
{
	if (!(ip_he & 0x80000000u))
		return 8;
	return ip_he & 0x40000000u ? 24 : 16;
}

bool mac_parse(struct span text, struct mac_addr *ret)
{
	struct mac_addr mac = { 0 };
	char sep = text.len > 2 ? text.p[2] : '\0';

	if (sep != ':' && sep != '-')
		return false;
	while (text.p) {
		struct span byte = span_cut(&text, sep);
		uint64_t v;

		if (mac.len == MAC_LEN_MAX || byte.len != 2 || !parse_uint(byte, 16, 0, 255, &v))
			return false;
		mac.bytes[mac.len++] = (uint8_t)v;
	}
	if (mac.len != 6 && mac.len != 20)
		return false;
	*ret = mac;
	return true;
}

char *mac_text(const struct mac_addr *mac, char dst[static MAC_TEXT_MAX])
{
	struct out out = out_to(dst, MAC_TEXT_MAX);

	out_hex(&out, mac->bytes, mac->len, ":");
	return dst;
}

bool mac_eq(const struct mac_addr *a, const struct mac_addr *b)
{
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

bool ip_in_prefix(const struct ip_addr *ip, const struct ip_addr *net, uint8_t prefix)
{
	size_t whole = prefix / 8;
	uint8_t mask = (uint8_t)(0xff00 >> prefix % 8);

	if (ip->family != net->family || ip->family == IP_NONE ||
	    prefix > (ip->family == IP_V6 ? 128 : 32))
		return false;
	return !memcmp(ip->bytes, net->bytes, whole) &&
	       (!mask || !((ip->bytes[whole] ^ net->bytes[whole]) & mask));
}

bool ip_is_link_local(const struct ip_addr *ip)
{
	return ip->family == IP_V6 && ip->bytes[0] == 0xfe && (ip->bytes[1] & 0xc0) == 0x80;
}

bool ip4_is_unicast(const struct ip_addr *ip)
{
	uint8_t first = ip->bytes[0];

	return ip->family == IP_V4 && first != 0 && first != 127 && first < 224;
}

bool ip6_is_unicast(const struct ip_addr *ip)
{
	static const uint8_t zero[15];

	return ip->family == IP_V6 && ip->bytes[0] != 0xff &&
	       !(!memcmp(ip->bytes, zero, sizeof(zero)) && ip->bytes[15] <= 1);
}

struct ip_addr ip6_link_local(uint64_t id)
{
	struct ip_addr ip = { .family = IP_V6 };
	struct writer w = writer_of(ip.bytes, sizeof(ip.bytes));

	write_be64(&w, 0xfe80000000000000);
	write_be64(&w, id);
	return ip;
}

struct ip_addr ip6_read(struct reader *r)
{
	struct ip_addr ip = { .family = IP_V6 };
	const uint8_t *bytes = read_bytes(r, sizeof(ip.bytes));

	if (bytes)
		memcpy(ip.bytes, bytes, sizeof(ip.bytes));
	return ip;
}
