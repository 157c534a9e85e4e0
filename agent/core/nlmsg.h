/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink messages and their attributes (RFC 3549 section 2.3, include/uapi/linux/netlink.h): all
 * in host byte order, everything aligned to four bytes. Lengths that do not fit make the reader
 * bad.
 */
#ifndef NETROOT_CORE_NLMSG_H
#define NETROOT_CORE_NLMSG_H

#include "core/bytes.h"

#define NL_TEXT_MAX 160

struct nl_msg {
	uint16_t type, flags;
	uint32_t seq, port;
	struct reader body;
};

struct nl_attr {
	uint16_t type; /* without NLA_F_NESTED and NLA_F_NET_BYTEORDER */
	struct reader body;
};

/* What NLMSG_ERROR says; it acknowledges as well. */
struct nl_ack {
	int code; /* positive errno value; 0: done */
	char text[NL_TEXT_MAX]; /* the kernel's own words, printable, or "" */
};

/* Header with an open length; returns where it begins, for nl_end(). */
size_t nl_begin(struct writer *w, uint16_t type, uint16_t flags, uint32_t seq);
void nl_end(struct writer *w, size_t begin);
void nl_put(struct writer *w, uint16_t type, const void *bytes, size_t len);
void nl_put_u8(struct writer *w, uint16_t type, uint8_t v);
void nl_put_u16(struct writer *w, uint16_t type, uint16_t v);
void nl_put_u32(struct writer *w, uint16_t type, uint32_t v);
void nl_put_text(struct writer *w, uint16_t type, const char *text); /* with terminator */
size_t nl_nest_begin(struct writer *w, uint16_t type);
void nl_nest_end(struct writer *w, size_t begin);

/* The next message of a datagram; false at its end and, with r->bad set, where it is malformed. */
bool nl_next(struct reader *r, struct nl_msg *ret);
/* The next attribute; likewise. */
bool nl_attr_next(struct reader *r, struct nl_attr *ret);
/* False where it is no complete NLMSG_ERROR. */
bool nl_ack_parse(const struct nl_msg *msg, struct nl_ack *ret);

#endif
