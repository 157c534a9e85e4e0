/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 1350, 2347, 2348 (blksize), 2349 (tsize). A block is acknowledged once for each time that it
 * is new: answering duplicates as well doubles every packet from then on (RFC 1123 4.2.3.1). */
#include "core/tftp.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"

enum tftp_op { OP_RRQ = 1, OP_DATA = 3, OP_ACK = 4, OP_ERROR = 5, OP_OACK = 6 };
enum tftp_code { NOT_DEFINED = 0, NOT_FOUND = 1, FULL = 3, UNKNOWN_ID = 5, BAD_OPTIONS = 8 };

#define BLOCK_PLAIN 512 /* RFC 1350: without options */
/* The first packet may be lost in a switch that still learns, so soon; a busy server is given
 * longer each time. Six times: 0.3 + 0.6 + 1.2 + 2 + 2 + 2 s. */
#define WAIT_MS 300
#define WAIT_MAX_MS 2000
#define TRIES_MAX 6
#define MS_NS 1000000ull

static void write_text(struct writer *w, const char *text)
{
	write_bytes(w, text, strlen(text) + 1);
}

/* --- what goes out --- */

static void send_now(struct tftp *t, uint64_t now_ns)
{
	uint64_t ms = WAIT_MS;

	for (uint8_t i = 0; i < t->n_tries && ms < WAIT_MAX_MS; i++)
		ms *= 2;
	t->n_tries++;
	t->due_ns = now_ns + (ms < WAIT_MAX_MS ? ms : WAIT_MAX_MS) * MS_NS;
	t->send = true;
}

static void set_request(struct tftp *t)
{
	struct writer w = writer_of(t->packet, sizeof(t->packet));
	char number[8];

	(void)snprintf(number, sizeof(number), "%d", TFTP_BLOCK_MAX);
	write_be16(&w, OP_RRQ);
	write_text(&w, t->path);
	write_text(&w, "octet");
	if (!t->plain) {
		write_text(&w, "blksize");
		write_text(&w, number);
		write_text(&w, "tsize");
		write_text(&w, "0");
	}
	t->len_packet = writer_len(&w);
}

static void set_ack(struct tftp *t)
{
	struct writer w = writer_of(t->packet, sizeof(t->packet));

	write_be16(&w, OP_ACK);
	write_be16(&w, t->block);
	t->len_packet = writer_len(&w);
}

/* So that the server does not go on. */
static void set_error(struct tftp *t, enum tftp_code code)
{
	struct writer w = writer_of(t->packet, sizeof(t->packet));

	write_be16(&w, OP_ERROR);
	write_be16(&w, (uint16_t)code);
	write_text(&w, "");
	t->len_packet = writer_len(&w);
	t->send = true;
}

size_t tftp_turn_away(uint8_t packet[static 4 + 8])
{
	struct writer w = writer_of(packet, 4 + 8);

	write_be16(&w, OP_ERROR);
	write_be16(&w, UNKNOWN_ID);
	write_text(&w, "not you");
	return writer_len(&w);
}

static void ask(struct tftp *t, uint64_t now_ns)
{
	t->state = TFTP_ASKED;
	t->len = 0;
	t->block = 0;
	t->port = 0;
	t->block_size = BLOCK_PLAIN;
	t->n_tries = 0;
	set_request(t);
	send_now(t, now_ns);
}

void tftp_start(struct tftp *t, const char *path, uint8_t *dst, size_t size, uint64_t now_ns)
{
	memset(t, 0, sizeof(*t));
	t->path = path;
	t->dst = dst;
	t->size = size;
	ask(t, now_ns);
}

/* --- what comes in --- */

static void fail(struct tftp *t)
{
	t->state = TFTP_FAILED;
}

static void too_large(struct tftp *t)
{
	(void)err_set(&t->err, EFBIG, "larger than %zu KiB", t->size / 1024);
	set_error(t, FULL);
	fail(t);
}

static void acknowledge(struct tftp *t, uint64_t now_ns)
{
	t->state = TFTP_READS;
	t->n_tries = 0;
	set_ack(t);
	send_now(t, now_ns);
}

static void take_data(struct tftp *t, struct reader *r, uint64_t now_ns)
{
	uint16_t block = read_be16(r);
	size_t len = reader_left(r);

	/* one that is not the next is a duplicate: ours will come again by the server's clock */
	if (r->bad || block != (uint16_t)(t->block + 1) || len > t->block_size)
		return;
	if (len > t->size - t->len) {
		too_large(t);
		return;
	}
	memcpy(t->dst + t->len, r->p, len);
	t->len += len;
	t->block = block;
	acknowledge(t, now_ns);
	if (len < t->block_size)
		t->state = TFTP_DONE;
}

/* The next NUL-terminated text; false: there is none. */
static bool read_text(struct reader *r, struct span *ret)
{
	const uint8_t *end = memchr(r->p, 0, reader_left(r));

	if (!end)
		return false;
	*ret = (struct span){ (const char *)r->p, (size_t)(end - r->p) };
	(void)read_bytes(r, ret->len + 1);
	return true;
}

/* An option that was not asked for, or a value that was not offered, ends it (RFC 2347). */
static bool take_option(struct tftp *t, struct span name, struct span value)
{
	uint64_t v;

	if (span_eq_nocase(name, "blksize")) {
		if (!parse_uint(value, 10, 8, TFTP_BLOCK_MAX, &v))
			return false;
		t->block_size = (uint16_t)v;
		return true;
	}
	if (!span_eq_nocase(name, "tsize") || !parse_uint(value, 10, 0, UINT64_MAX, &v))
		return false;
	if (v > t->size)
		too_large(t);
	return true;
}

static void take_options(struct tftp *t, struct reader *r, uint64_t now_ns)
{
	struct span name, value;

	if (t->state == TFTP_READS)
		return; /* a duplicate: what acknowledges it goes out again by our clock */
	while (read_text(r, &name) && read_text(r, &value)) {
		if (!take_option(t, name, value)) {
			(void)err_set(&t->err, EPROTO, "the server answers options with nonsense");
			set_error(t, BAD_OPTIONS);
			fail(t);
		}
		if (tftp_over(t))
			return;
	}
	acknowledge(t, now_ns);
}

/* dnsmasq (2.90) has a code of its own only for what is not there at all, and answers the options
 * before it has looked at what it is. */
static bool is_missing(const struct tftp *t, uint16_t code, struct span text)
{
	if (t->state == TFTP_ASKED && code == NOT_FOUND)
		return true;
	return !t->block && code == NOT_DEFINED &&
	       (span_ends(text, ": Not a directory") || span_ends(text, ": Is a directory"));
}

static void take_error(struct tftp *t, struct reader *r, uint64_t now_ns)
{
	uint16_t code = read_be16(r);
	struct span text = { (const char *)r->p, reader_left(r) };
	char q[128];

	text.len = span_find(text, '\0');
	if (is_missing(t, code, text)) {
		t->state = TFTP_MISSING;
	} else if (t->state == TFTP_ASKED && code == BAD_OPTIONS && !t->plain) {
		t->plain = true;
		ask(t, now_ns);
	} else {
		(void)err_set(&t->err, EIO, "refused with code %u \"%s\"", code,
			      text_quote(q, sizeof(q), text));
		fail(t);
	}
}

void tftp_packet(struct tftp *t, uint16_t port, const uint8_t *bytes, size_t len, uint64_t now_ns)
{
	struct reader r = reader_of(bytes, len);
	uint16_t op = read_be16(&r);

	if (r.bad || tftp_over(t))
		return;
	if (t->port && port != t->port) {
		t->stray_port = port;
		return;
	}
	if (op == OP_DATA || op == OP_OACK)
		t->port = port;
	if (op == OP_DATA)
		take_data(t, &r, now_ns);
	else if (op == OP_OACK && !t->plain)
		take_options(t, &r, now_ns);
	else if (op == OP_ERROR && reader_left(&r) >= 2)
		take_error(t, &r, now_ns);
}

/* --- time --- */

void tftp_tick(struct tftp *t, uint64_t now_ns)
{
	if (tftp_over(t) || now_ns < t->due_ns)
		return;
	if (t->n_tries < TRIES_MAX) {
		send_now(t, now_ns);
		return;
	}
	if (t->port)
		(void)err_set(&t->err, ETIMEDOUT, "no more data after block %u", t->block);
	else
		(void)err_set(&t->err, ETIMEDOUT, "no answer");
	fail(t);
}

uint64_t tftp_deadline(const struct tftp *t)
{
	return tftp_over(t) ? TFTP_NO_DEADLINE : t->due_ns;
}
