/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Netlink datagrams: every message, every attribute two levels deep, every acknowledgement. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "fuzz.h"

#include "core/nlmsg.h"

static void attributes(struct reader r, int depth)
{
	struct nl_attr a;
	size_t left = reader_left(&r);

	while (nl_attr_next(&r, &a)) {
		if (reader_left(&r) >= left)
			abort(); /* it must advance */
		left = reader_left(&r);
		if (depth)
			attributes(a.body, depth - 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	size_t left = len;
	struct nl_msg msg;

	while (nl_next(&r, &msg)) {
		struct nl_ack ack;

		if (reader_left(&r) >= left)
			abort();
		left = reader_left(&r);
		if (nl_ack_parse(&msg, &ack) && ack.code < 0)
			abort();
		attributes(msg.body, 2);
	}
	return 0;
}
