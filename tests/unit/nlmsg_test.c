/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Netlink messages against bytes written down by hand (little-endian). */
#include "test.h"

#include <errno.h>

#include "core/nlmsg.h"

static void eq_bytes(const void *got, const void *want, size_t len)
{
	const uint8_t *g = got, *w = want;
	char t[80];

	for (size_t i = 0; i < len; i++) {
		(void)snprintf(t, sizeof(t), "byte %zu: got %02x, want %02x", i, g[i], w[i]);
		ok_row(g[i] == w[i], t);
		if (g[i] != w[i])
			return;
	}
}

/* RTM_NEWLINK (16), REQUEST|ACK, seq 7, body of 4 bytes, IFLA_IFNAME (3) "lo", a nest (18) with a
 * u8 and a u32 in it. */
static const uint8_t built[] = {
	0x38, 0,    0,	  0,	0x10, 0,   5, 0,    7,	  0, 0, 0, 0, 0, 0, 0, /* header, 56 bytes
										*/
	0xde, 0xad, 0xbe, 0xef, /* body */
	7,    0,    3,	  0,	'l',  'o', 0, 0, /* length 7, padded */
	0x14, 0,    0x12, 0x80, 5,    0,   1, 0,    0xaa, 0, 0, 0, 8, 0, 2, 0, 0x78,
	0x56, 0x34, 0x12, 6,	0,    4,   0, 0x34, 0x12, 0, 0, /* a u16 */
};

static size_t build(uint8_t *bytes, size_t size)
{
	static const uint8_t body[] = { 0xde, 0xad, 0xbe, 0xef };
	struct writer w = writer_of(bytes, size);
	size_t begin = nl_begin(&w, 16, 5, 7), nest;

	write_bytes(&w, body, sizeof(body));
	nl_put_text(&w, 3, "lo");
	nest = nl_nest_begin(&w, 18);
	nl_put_u8(&w, 1, 0xaa);
	nl_put_u32(&w, 2, 0x12345678);
	nl_nest_end(&w, nest);
	nl_put_u16(&w, 4, 0x1234);
	nl_end(&w, begin);
	return w.full ? 0 : writer_len(&w);
}

static void test_build(void)
{
	uint8_t bytes[128];

	eq_int(build(bytes, sizeof(bytes)), sizeof(built));
	eq_bytes(bytes, built, sizeof(built));
}

static void test_build_full(void)
{
	uint8_t bytes[sizeof(built) + 1];

	for (size_t size = 0; size < sizeof(built); size++) {
		memset(bytes, 0x5a, sizeof(bytes));
		eq_int(build(bytes, size), 0);
		eq_int(bytes[size], 0x5a);
	}
	eq_int(build(bytes, sizeof(built)), sizeof(built));
}

/* The length of an attribute has 16 bits. */
static void test_build_too_long(void)
{
	static uint8_t bytes[0x20000], value[0x10000];
	struct writer w = writer_of(bytes, sizeof(bytes));

	nl_put(&w, 1, value, 0xfffb);
	ok(!w.full);
	nl_put(&w, 1, value, 0xfffc);
	ok(w.full);
}

static void test_parse(void)
{
	struct reader r = reader_of(built, sizeof(built));
	struct nl_msg msg;
	struct nl_attr a, inner;

	ok(nl_next(&r, &msg));
	eq_int(msg.type, 16);
	eq_int(msg.flags, 5);
	eq_int(msg.seq, 7);
	ok(!nl_next(&r, &msg));
	ok(!r.bad);
	eq_bytes(read_bytes(&msg.body, 4), "\xde\xad\xbe\xef", 4);
	ok(nl_attr_next(&msg.body, &a));
	eq_int(a.type, 3);
	eq_int(reader_left(&a.body), 3);
	eq_str((const char *)a.body.p, "lo");
	ok(nl_attr_next(&msg.body, &a));
	eq_int(a.type, 18); /* without the flag */
	ok(nl_attr_next(&a.body, &inner));
	eq_int(read_u8(&inner.body), 0xaa);
	ok(nl_attr_next(&a.body, &inner));
	eq_int(read_he32(&inner.body), 0x12345678);
	ok(!nl_attr_next(&a.body, &inner));
	ok(!a.body.bad);
	ok(nl_attr_next(&msg.body, &a));
	eq_int(read_he16(&a.body), 0x1234);
	ok(!nl_attr_next(&msg.body, &a));
	ok(!msg.body.bad);
}

/* Two in one datagram, the second without its padding. */
static void test_parse_several(void)
{
	static const uint8_t two[] = {
		17, 0, 0, 0, 3, 0, 2, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0x11, 0, 0, 0, /* padded */
		17, 0, 0, 0, 4, 0, 2, 0, 2, 0, 0, 0, 9, 0, 0, 0, 0x22,
	};
	struct reader r = reader_of(two, sizeof(two));
	struct nl_msg msg;

	ok(nl_next(&r, &msg));
	eq_int(msg.type, 3);
	eq_int(msg.port, 9);
	eq_int(reader_left(&msg.body), 1);
	ok(nl_next(&r, &msg));
	eq_int(msg.type, 4);
	eq_int(read_u8(&msg.body), 0x22);
	ok(!nl_next(&r, &msg));
	ok(!r.bad);
}

static void test_hostile_messages(void)
{
	static const struct {
		uint8_t bytes[20];
		size_t len;
	} rows[] = {
		{ { 0 }, 20 }, /* length 0 would never advance */
		{ { 15 }, 20 }, /* less than the header */
		{ { 21 }, 20 }, /* one more than there is */
		{ { 0xff, 0xff, 0xff, 0xff }, 20 },
		{ { 16 }, 15 }, /* cut */
		{ { 16 }, 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reader r = reader_of(rows[i].bytes, rows[i].len);
		struct nl_msg msg = { .type = 99 };

		ok(!nl_next(&r, &msg));
		ok(r.bad);
		eq_int(msg.type, 99);
	}
}

static void test_hostile_attributes(void)
{
	static const struct {
		uint8_t bytes[8];
		size_t len;
	} rows[] = {
		{ { 0 }, 8 }, { { 3 }, 8 },	     { { 9 }, 8 },
		{ { 4 }, 3 }, { { 0xff, 0xff }, 8 }, { { 4 }, 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reader r = reader_of(rows[i].bytes, rows[i].len);
		struct nl_attr a = { .type = 99 };

		ok(!nl_attr_next(&r, &a));
		ok(r.bad);
		eq_int(a.type, 99);
	}
}

static bool ack_of(const uint8_t *bytes, size_t len, struct nl_ack *ret)
{
	struct reader r = reader_of(bytes, len);
	struct nl_msg msg;

	return nl_next(&r, &msg) && nl_ack_parse(&msg, ret);
}

/* A refusal as with NETLINK_CAP_ACK off and NETLINK_EXT_ACK on: the request comes back whole. */
static const uint8_t
	refused[] = {
		0x4c, 0,    0,	  0,	2,    0,   0,	2,   5,	  0,   0,
		0,    0,    0,	  0,	0, /* flags ACK_TLVS */
		0xea, 0xff, 0xff, 0xff, /* -EINVAL */
		0x18, 0,    0,	  0,	0x10, 0,   5,	0,   5,	  0,   0,
		0,    0,    0,	  0,	0, /* what was asked: 24 bytes */
		1,    2,    3,	  4,	5,    6,   7,	8, /* and its body */
		0x1d, 0,    1,	  0,	'N',  'e', 'x', 't', 'h', 'o', 'p',
		' ',  'i',  's',  ' ',	'd',  'o', 'w', 'n', '!', '!', '\n',
		' ',  'o',  'r',  'x',	'y',  0,   0,	0,   0,	  0,
	};

static void test_ack(void)
{
	static const uint8_t done[] = {
		0x24, 0, 0, 0, 2,    0, 0, 1, 5,    0, 0, 0, 0, 0, 0, 0, /* flags CAPPED */
		0,    0, 0, 0, 0x18, 0, 0, 0, 0x10, 0, 5, 0, 5, 0, 0, 0, 0, 0, 0, 0,
	};
	struct nl_ack ack = { 0 };

	ok(ack_of(done, sizeof(done), &ack));
	eq_int(ack.code, 0);
	eq_str(ack.text, "");
	ok(ack_of(refused, sizeof(refused), &ack));
	eq_int(ack.code, EINVAL);
	eq_str(ack.text, "Nexthop is down!!\\x0a orxy");
}

/* The same answer with the request left out. */
static void test_ack_capped(void)
{
	uint8_t bytes[sizeof(refused)];
	struct nl_ack ack = { 0 };

	memcpy(bytes, refused, 36);
	memcpy(bytes + 36, refused + 44, sizeof(refused) - 44);
	bytes[0] = 0x44;
	bytes[7] = 3; /* ACK_TLVS | CAPPED */
	ok(ack_of(bytes, 0x44, &ack));
	eq_str(ack.text, "Nexthop is down!!\\x0a orxy");
}

static void test_ack_hostile(void)
{
	struct nl_ack ack = { .code = 77 };
	uint8_t bytes[sizeof(refused)];

	memcpy(bytes, refused, sizeof(bytes));
	bytes[4] = 3; /* NLMSG_DONE */
	ok(!ack_of(bytes, sizeof(bytes), &ack));
	memcpy(bytes, refused, sizeof(bytes));
	bytes[0] = 35; /* one byte short of errno and header */
	ok(!ack_of(bytes, sizeof(bytes), &ack));
	memcpy(bytes, refused, sizeof(bytes));
	memcpy(bytes + 16, "\1\0\0\0", 4); /* a positive errno is none */
	ok(!ack_of(bytes, sizeof(bytes), &ack));
	eq_int(ack.code, 77);
	memcpy(bytes, refused, sizeof(bytes));
	memset(bytes + 20, 0xff, 4); /* the request is said to be longer than the answer */
	ok(ack_of(bytes, sizeof(bytes), &ack));
	eq_int(ack.code, EINVAL);
	eq_str(ack.text, "");
}

int main(void)
{
	RUN(test_build);
	RUN(test_build_full);
	RUN(test_build_too_long);
	RUN(test_parse);
	RUN(test_parse_several);
	RUN(test_hostile_messages);
	RUN(test_hostile_attributes);
	RUN(test_ack);
	RUN(test_ack_capped);
	RUN(test_ack_hostile);
	return test_end();
}
