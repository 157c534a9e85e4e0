/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/ip4: headers and checksums, by hand and from the wire. */
#include "core/ip4.h"

#include <stdlib.h>

#include "test.h"

/* Checksums by RFC 1071, worked out apart: "abc" from 10.0.0.1:67 to 10.0.0.50:68. */
static const uint8_t sample[] = {
	0x45, 0, 0, 31, 0, 0,  0, 0,  64, 17, 0x66, 0x9c, 10,  0,   0,	 1,
	10,   0, 0, 50, 0, 67, 0, 68, 0,  11, 0x26, 0xbc, 'a', 'b', 'c',
};

static const char *parse(const uint8_t *bytes, size_t len, bool pending, struct ip4_udp *ret)
{
	uint8_t *exact = malloc(len ? len : 1);
	const char *why;

	memcpy(exact, bytes, len);
	why = ip4_udp_parse(exact, len, pending, ret);
	free(exact);
	return why ? why : "good";
}

static void build(void)
{
	struct ip4_udp udp = {
		ip4_from_he(0x0a000001), ip4_from_he(0x0a000032), 67, 68, (const uint8_t *)"abc", 3
	};
	uint8_t got[64];

	eq_int(ip4_udp_build(&udp, got, sizeof(got)), sizeof(sample));
	ok(!memcmp(got, sample, sizeof(sample)));
	eq_int(ip4_udp_build(&udp, got, 31), 31);
	eq_int(ip4_udp_build(&udp, got, 30), 0);
	udp.len = 65536;
	eq_int(ip4_udp_build(&udp, got, sizeof(got)), 0);
}

/* RFC 768: a sum that comes out as zero goes out as all ones. */
static void sum_of_zero(void)
{
	/* what the sum over the rest lacks to all ones, as payload */
	struct ip4_udp udp = { ip4_from_he(0x0a000001), ip4_from_he(0x0a000032), 67, 68, NULL, 4 };
	struct ip4_udp got;
	uint8_t packet[64];

	udp.payload = (const uint8_t *)"\x00\x00\xeb\x1c";
	eq_int(ip4_udp_build(&udp, packet, sizeof(packet)), 32);
	eq_int(packet[26] << 8 | packet[27], 0xffff);
	eq_str(parse(packet, 32, false, &got), "good");
}

static void good(void)
{
	uint8_t padded[60] = { 0 };
	struct ip4_udp u;
	char ip[IP_TEXT_MAX];

	/* Ethernet pads to 60 bytes: not part of it */
	memcpy(padded, sample, sizeof(sample));
	ok(!ip4_udp_parse(padded, 46, false, &u));
	eq_int(u.len, 3);
	ok(!memcmp(u.payload, "abc", 3));
	eq_int(u.sport, 67);
	eq_int(u.dport, 68);
	eq_str(ip_text(&u.src, ip), "10.0.0.1");
	eq_str(ip_text(&u.dst, ip), "10.0.0.50");
}

/* Rewrites the header checksum, so that rows break one thing only. */
static void fix_header(uint8_t *p, size_t len_header)
{
	uint32_t sum = 0;

	p[10] = p[11] = 0;
	for (size_t i = 0; i < len_header; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~(sum + (sum >> 16));
	p[10] = (uint8_t)(sum >> 8);
	p[11] = (uint8_t)sum;
}

static void bad(void)
{
	static const struct {
		size_t at;
		uint8_t byte;
		bool fix;
		const char *want;
	} rows[] = {
		{ 0, 0x65, true, "not an IPv4 packet, or cut" },
		{ 0, 0x44, true, "not an IPv4 packet, or cut" },
		{ 0, 0x4f, true, "not an IPv4 packet, or cut" },
		{ 3, 19, true, "not an IPv4 packet, or cut" },
		{ 3, 32, true, "not an IPv4 packet, or cut" },
		{ 8, 63, false, "wrong IPv4 header checksum" },
		{ 6, 0x20, true, "a fragment" },
		{ 7, 1, true, "a fragment" },
		{ 6, 0x40, true, "good" }, /* don't fragment */
		{ 9, 6, true, "not UDP" },
		{ 25, 7, true, "cut inside the UDP header" },
		{ 25, 12, true, "cut inside the UDP payload" },
		{ 3, 27, true, "cut inside the UDP header" },
		{ 30, 'd', true, "wrong UDP checksum" },
		{ 15, 2, true, "wrong UDP checksum" },
		{ 25, 10, true, "wrong UDP checksum" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t p[sizeof(sample)];
		struct ip4_udp u = { .len = 4711 };
		const char *got;

		memcpy(p, sample, sizeof(p));
		p[rows[i].at] = rows[i].byte;
		if (rows[i].fix)
			fix_header(p, 20);
		got = parse(p, sizeof(p), false, &u);
		eq_str(got, rows[i].want);
		ok((u.len == 4711) == (strcmp(got, "good") != 0));
	}
}

static void cut_anywhere(void)
{
	struct ip4_udp u;

	for (size_t len = 0; len < sizeof(sample); len++)
		eq_str(parse(sample, len, false, &u), "not an IPv4 packet, or cut");
}

/* No checksum (RFC 768), and one left to hardware that only holds the pseudo header's sum. */
static void without_sum(void)
{
	uint8_t p[sizeof(sample)];
	struct ip4_udp u;

	memcpy(p, sample, sizeof(p));
	p[26] = p[27] = 0;
	eq_str(parse(p, sizeof(p), false, &u), "good");
	p[26] = 0x14;
	eq_str(parse(p, sizeof(p), false, &u), "wrong UDP checksum");
	eq_str(parse(p, sizeof(p), true, &u), "good");
}

static void header_with_options(void)
{
	uint8_t p[sizeof(sample) + 4];
	struct ip4_udp u;

	memcpy(p, sample, 20);
	memcpy(p + 20, "\x01\x01\x01\x00", 4);
	memcpy(p + 24, sample + 20, sizeof(sample) - 20);
	p[0] = 0x46;
	p[3] = sizeof(p);
	fix_header(p, 24);
	eq_str(parse(p, sizeof(p), false, &u), "good");
	eq_int(u.dport, 68);
	eq_int(u.len, 3);
}

int main(void)
{
	RUN(build);
	RUN(sum_of_zero);
	RUN(good);
	RUN(bad);
	RUN(cut_anywhere);
	RUN(without_sum);
	RUN(header_with_options);
	return test_end();
}
