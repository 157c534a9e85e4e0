/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4 and UDP headers, with their checksums. */
#include "core/ip4.h"

#include "core/bytes.h"

#include <string.h>

#define LEN_IP 20
#define LEN_UDP 8
#define PROTO_UDP 17
#define TTL 64

/* RFC 1071: the ones' complement sum, not yet folded; an odd last byte counts as if padded by zero.
 */
static uint32_t sum_of(const uint8_t *bytes, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	if (len % 2)
		sum += (uint32_t)bytes[len - 1] << 8;
	return sum;
}

static uint16_t folded(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)(sum + (sum >> 16));
}

/* UDP header, payload and the pseudo header of RFC 768. */
static uint16_t udp_sum(const struct ip_addr *src, const struct ip_addr *dst, const uint8_t *udp,
			uint16_t len)
{
	return folded(sum_of(src->bytes, 4) + sum_of(dst->bytes, 4) + PROTO_UDP + len +
		      sum_of(udp, len));
}

static void put_be16(uint8_t *at, uint16_t v)
{
	struct writer w = writer_of(at, 2);

	write_be16(&w, v);
}

size_t ip4_udp_build(const struct ip4_udp *udp, uint8_t *dst, size_t size)
{
	struct writer w = writer_of(dst, size);
	uint16_t len_udp, sum;

	if (udp->len > UINT16_MAX - IP4_UDP_HEADERS)
		return 0;
	len_udp = (uint16_t)(LEN_UDP + udp->len);
	write_u8(&w, 0x45);
	write_u8(&w, 0);
	write_be16(&w, (uint16_t)(LEN_IP + len_udp));
	write_be32(&w, 0); /* identification, flags, offset */
	write_u8(&w, TTL);
	write_u8(&w, PROTO_UDP);
	write_be16(&w, 0);
	write_bytes(&w, udp->src.bytes, 4);
	write_bytes(&w, udp->dst.bytes, 4);
	write_be16(&w, udp->sport);
	write_be16(&w, udp->dport);
	write_be16(&w, len_udp);
	write_be16(&w, 0);
	write_bytes(&w, udp->payload, udp->len);
	if (w.full)
		return 0;
	put_be16(dst + 10, (uint16_t)~folded(sum_of(dst, LEN_IP)));
	sum = (uint16_t)~udp_sum(&udp->src, &udp->dst, dst + LEN_IP, len_udp);
	/* RFC 768: a sum of zero is sent as all ones, for zero means "none" */
	put_be16(dst + LEN_IP + 6, sum ? sum : 0xffff);
	return writer_len(&w);
}

/* Reads the IP header; *r is left with what it carries, without the link's padding. */
static const char *parse_ip(const uint8_t *packet, size_t len, struct ip4_udp *u, struct reader *r)
{
	size_t len_header, total;
	uint8_t version, proto;
	uint16_t fragment;
	const uint8_t *src, *dst;

	*r = reader_of(packet, len);
	version = read_u8(r);
	(void)read_u8(r); /* type of service */
	total = read_be16(r);
	(void)read_be16(r); /* identification */
	fragment = read_be16(r);
	(void)read_u8(r); /* time to live */
	proto = read_u8(r);
	(void)read_be16(r); /* checksum, taken in below */
	src = read_bytes(r, 4);
	dst = read_bytes(r, 4);
	len_header = (version & 15u) * 4u;
	if (!src || !dst || version >> 4 != 4 || len_header < LEN_IP || len_header > total ||
	    total > len)
		return "not an IPv4 packet, or cut";
	if (folded(sum_of(packet, len_header)) != 0xffff)
		return "wrong IPv4 header checksum";
	if (fragment & 0x3fff) /* more fragments, or an offset */
		return "a fragment";
	if (proto != PROTO_UDP)
		return "not UDP";
	u->src = ip4_from_bytes(src);
	u->dst = ip4_from_bytes(dst);
	*r = reader_of(packet + len_header, total - len_header);
	return NULL;
}

const char *ip4_udp_parse(const uint8_t *packet, size_t len, bool sum_pending, struct ip4_udp *ret)
{
	struct ip4_udp u = { 0 };
	struct reader r;
	const char *why = parse_ip(packet, len, &u, &r);
	const uint8_t *udp = r.p;
	uint16_t len_udp, sum;

	if (why)
		return why;
	u.sport = read_be16(&r);
	u.dport = read_be16(&r);
	len_udp = read_be16(&r);
	sum = read_be16(&r);
	if (r.bad || len_udp < LEN_UDP)
		return "cut inside the UDP header";
	u.len = len_udp - (size_t)LEN_UDP;
	u.payload = read_bytes(&r, u.len);
	if (!u.payload)
		return "cut inside the UDP payload";
	if (sum && !sum_pending && udp_sum(&u.src, &u.dst, udp, len_udp) != 0xffff)
		return "wrong UDP checksum";
	*ret = u;
	return NULL;
}
