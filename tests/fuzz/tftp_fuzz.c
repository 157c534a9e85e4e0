/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TFTP transfer against a server that sends anything: each packet is a length, a byte of port and
 * of time, and bytes. Nothing is written past the room, the machine always has a deadline or is
 * over, what it sends is a packet, and a file that is done came from one port.
 */
#include <string.h>

#include "fuzz.h"

#include "core/tftp.h"

#define ROOM 3000
#define MS 1000000ull

static void check(struct tftp *t, const uint8_t *dst)
{
	require(dst[ROOM] == 0xaa);
	require(t->len <= ROOM && t->block_size <= TFTP_BLOCK_MAX);
	require(tftp_over(t) == (tftp_deadline(t) == TFTP_NO_DEADLINE));
	require((t->state == TFTP_FAILED) == (t->err.text[0] != '\0'));
	require(text_is_printable(span_of(t->err.text)));
	if (!t->send)
		return;
	require(t->len_packet >= 4 && t->len_packet <= sizeof(t->packet) && !t->packet[0]);
	require(t->packet[1] == 1 || t->packet[1] == 4 || t->packet[1] == 5);
	t->send = false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static uint8_t dst[ROOM + 1];
	static struct tftp t;
	struct reader r = reader_of(bytes, len);
	uint64_t now = 0;

	dst[ROOM] = 0xaa;
	tftp_start(&t, "a/default", dst, ROOM, now);
	check(&t, dst);
	while (reader_left(&r) >= 4 && !tftp_over(&t)) {
		size_t n = read_be16(&r) % 1600u;
		uint16_t port = (uint16_t)(4000 + read_u8(&r) % 3);

		now += read_u8(&r) * 20 * MS;
		if (n > reader_left(&r))
			n = reader_left(&r);
		tftp_packet(&t, port, read_bytes(&r, n), n, now);
		check(&t, dst);
		tftp_tick(&t, now);
		check(&t, dst);
	}
	/* silence ends it */
	for (int i = 0; i < 8 && !tftp_over(&t); i++) {
		now = tftp_deadline(&t);
		tftp_tick(&t, now);
		check(&t, dst);
	}
	require(tftp_over(&t));
	return 0;
}
