/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building and taking apart netlink messages. */
#include "core/nlmsg.h"

#include <linux/netlink.h>
#include <string.h>

#include "core/text.h"

#define HEADER_LEN 16
#define ATTR_LEN 4
#define ERROR_LEN (4 + HEADER_LEN) /* errno and the header it answers */

static size_t align4(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

size_t nl_begin(struct writer *w, uint16_t type, uint16_t flags, uint32_t seq)
{
	size_t begin = writer_len(w);

	write_he32(w, 0);
	write_he16(w, type);
	write_he16(w, flags);
	write_he32(w, seq);
	write_he32(w, 0); /* the port of the sender, which the kernel knows */
	return begin;
}

void nl_end(struct writer *w, size_t begin)
{
	uint32_t len = (uint32_t)(writer_len(w) - begin);

	if (w->full)
		return;
	memcpy(w->start + begin, &len, sizeof(len));
	write_zero(w, align4(len) - len);
}

static size_t attr_begin(struct writer *w, uint16_t type)
{
	size_t begin = writer_len(w);

	write_he16(w, 0);
	write_he16(w, type);
	return begin;
}

static void attr_end(struct writer *w, size_t begin)
{
	size_t len = writer_len(w) - begin;
	uint16_t len_16 = (uint16_t)len;

	if (len > UINT16_MAX)
		w->full = true;
	if (w->full)
		return;
	memcpy(w->start + begin, &len_16, sizeof(len_16));
	write_zero(w, align4(len) - len);
}

void nl_put(struct writer *w, uint16_t type, const void *bytes, size_t len)
{
	size_t begin = attr_begin(w, type);

	write_bytes(w, bytes, len);
	attr_end(w, begin);
}

void nl_put_u8(struct writer *w, uint16_t type, uint8_t v)
{
	nl_put(w, type, &v, sizeof(v));
}

void nl_put_u16(struct writer *w, uint16_t type, uint16_t v)
{
	nl_put(w, type, &v, sizeof(v));
}

void nl_put_u32(struct writer *w, uint16_t type, uint32_t v)
{
	nl_put(w, type, &v, sizeof(v));
}

void nl_put_text(struct writer *w, uint16_t type, const char *text)
{
	nl_put(w, type, text, strlen(text) + 1);
}

size_t nl_nest_begin(struct writer *w, uint16_t type)
{
	return attr_begin(w, type | NLA_F_NESTED);
}

void nl_nest_end(struct writer *w, size_t begin)
{
	attr_end(w, begin);
}

/* The padding of the last one may be missing (NLMSG_OK(), RTA_OK() do not ask for it). */
static void skip_padding(struct reader *r, size_t len)
{
	size_t pad = align4(len) - len;

	(void)read_bytes(r, pad < reader_left(r) ? pad : reader_left(r));
}

bool nl_next(struct reader *r, struct nl_msg *ret)
{
	struct nl_msg msg;
	uint32_t len;

	if (r->bad || !reader_left(r))
		return false;
	len = read_he32(r);
	msg.type = read_he16(r);
	msg.flags = read_he16(r);
	msg.seq = read_he32(r);
	msg.port = read_he32(r);
	if (len < HEADER_LEN)
		r->bad = true; /* would never advance */
	msg.body = read_sub(r, len - HEADER_LEN);
	if (r->bad)
		return false;
	skip_padding(r, len);
	*ret = msg;
	return true;
}

bool nl_attr_next(struct reader *r, struct nl_attr *ret)
{
	struct nl_attr attr;
	uint16_t len;

	if (r->bad || !reader_left(r))
		return false;
	len = read_he16(r);
	attr.type = read_he16(r) & (uint16_t)NLA_TYPE_MASK;
	if (len < ATTR_LEN)
		r->bad = true;
	attr.body = read_sub(r, (size_t)len - ATTR_LEN);
	if (r->bad)
		return false;
	skip_padding(r, len);
	*ret = attr;
	return true;
}

/* Of a text attribute, up to its terminator. */
static void take_text(struct reader body, char *dst, size_t size)
{
	struct span s = { (const char *)body.p, reader_left(&body) };

	s.len = span_find(s, '\0');
	(void)text_quote(dst, size, s);
}

bool nl_ack_parse(const struct nl_msg *msg, struct nl_ack *ret)
{
	struct reader r = msg->body;
	struct nl_ack ack = { 0 };
	struct nl_attr attr;
	uint32_t code, len_asked;

	if (msg->type != NLMSG_ERROR || reader_left(&r) < ERROR_LEN)
		return false;
	code = 0u - read_he32(&r); /* the kernel sends it negative */
	if (code > INT32_MAX)
		return false;
	ack.code = (int)code;
	len_asked = read_he32(&r);
	(void)read_bytes(&r, HEADER_LEN - sizeof(len_asked));
	/* what was asked is repeated, unless NETLINK_CAP_ACK was set */
	if (!(msg->flags & NLM_F_CAPPED) && len_asked > HEADER_LEN)
		(void)read_bytes(&r, align4(len_asked - HEADER_LEN));
	while ((msg->flags & NLM_F_ACK_TLVS) && nl_attr_next(&r, &attr))
		if (attr.type == NLMSGERR_ATTR_MSG)
			take_text(attr.body, ack.text, sizeof(ack.text));
	*ret = ack;
	return true;
}
