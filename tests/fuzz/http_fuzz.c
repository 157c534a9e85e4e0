/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An HTTP answer of anything, in pieces whose size the first byte gives: nothing is written past
 * the room, in one piece it comes to the same, and once the server has closed it has come to
 * something.
 */
#include <string.h>

#include "fuzz.h"

#include "core/http.h"

#define ROOM 512

static void feed(struct http *h, uint8_t *dst, const uint8_t *bytes, size_t len, size_t piece)
{
	dst[ROOM] = 0xaa;
	http_start(h, dst, ROOM);
	for (size_t at = 0; at < len; at += piece)
		http_bytes(h, bytes + at, len - at < piece ? len - at : piece);
	http_bytes(h, NULL, 0);
	require(h->state != HTTP_READS && dst[ROOM] == 0xaa && h->len <= ROOM);
	require(strlen(h->location) < sizeof(h->location));
	require((h->state == HTTP_FAILED) == (h->err.text[0] != '\0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static uint8_t a[ROOM + 1], b[ROOM + 1];
	static struct http one, other;

	if (len < 2)
		return 0;
	feed(&one, a, bytes + 1, len - 1, len - 1);
	feed(&other, b, bytes + 1, len - 1, bytes[0] % 64 + 1);
	require(one.state == other.state && one.len == other.len);
	require(one.state != HTTP_DONE || !memcmp(a, b, one.len));
	require(!strcmp(one.location, other.location));
	return 0;
}
