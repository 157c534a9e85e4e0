/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A discovery session fed with what a hostile portal may send. The first byte of the input chooses
 * CHAP (1) and that names have no address (2); the rest is the stream, cut into pieces by the
 * second byte (0: whole). Where that is above 127 the input is only the list of targets, behind a
 * good login.
 */
#include <stdint.h>
#include <string.h>

#include "fuzz.h"

#include "core/bytes.h"
#include "core/iscsi_discover.h"
#include "core/rootspec.h"

static struct iscsi_discover d;
static struct iscsi_discover_actions act;
static uint64_t now_ns;
static unsigned int n_sent;
static bool no_address;

static void check_targets(const struct iscsi_targets *t)
{
	require(t->n <= ISCSI_TARGETS_MAX && t->n_portals <= ISCSI_TARGET_PORTALS_MAX);
	for (uint8_t i = 0; i < t->n; i++)
		require(iscsi_name_valid(span_of(t->names[i])));
	for (uint8_t i = 0; i < t->n_portals; i++) {
		const struct iscsi_target_portal *p = &t->portals[i];

		require(p->target < t->n && p->port);
		require(p->name[0] ? p->ip.family == IP_NONE : !ip_is_unset(&p->ip));
		require(text_is_printable(span_of(p->name)));
	}
}

static void check(size_t len)
{
	bool over = d.state == ISCSI_DISCOVER_DONE || d.state == ISCSI_DISCOVER_FAILED;

	require(act.taken <= len && act.len <= sizeof(act.bytes));
	require(!act.done || d.state == ISCSI_DISCOVER_DONE);
	require(!act.failed || d.state == ISCSI_DISCOVER_FAILED);
	require((over || d.state == ISCSI_DISCOVER_IDLE) ==
		(iscsi_discover_deadline(&d) == ISCSI_NO_DEADLINE));
	require(!act.failed || (act.err.text[0] && text_is_printable(span_of(act.err.text))));
	require(!memmem(act.bytes, act.len, "a secret", 8));
	if (act.done)
		require(d.targets.n > 0);
	check_targets(&d.targets);
}

static void step(enum iscsi_discover_event_kind kind, const uint8_t *bytes, size_t len)
{
	static const uint8_t random[CHAP_RANDOM_LEN] = { 7, 7, 7 };
	struct iscsi_discover_event ev = { .kind = kind,
					   .now_ns = now_ns += 1000,
					   .bytes = bytes,
					   .len = len,
					   .random = random,
					   .why = "no such name" };

	ev.ip = ip4_from_he(0x0a000006);

	iscsi_discover_step(&d, &ev, &act);
	check(len);
	n_sent += act.len > 0;
}

static bool is_over(void)
{
	return d.state == ISCSI_DISCOVER_DONE || d.state == ISCSI_DISCOVER_FAILED;
}

static void feed(const uint8_t *bytes, size_t len, size_t piece)
{
	while (len && !is_over()) {
		if (d.state == ISCSI_DISCOVER_IDLE)
			step(ISCSI_DISCOVER_EV_START, NULL, 0);
		else if (d.state == ISCSI_DISCOVER_LOOKUP)
			step(no_address ? ISCSI_DISCOVER_EV_NO_ADDRESS : ISCSI_DISCOVER_EV_ADDRESS,
			     NULL, 0);
		else
			step(ISCSI_DISCOVER_EV_BYTES, bytes, len < piece ? len : piece);
		require(act.taken > 0 || act.len || is_over() || d.state == ISCSI_DISCOVER_IDLE);
		bytes += act.taken;
		len -= act.taken;
	}
}

static void log_in(void)
{
	static uint8_t pdu[ISCSI_BHS_LEN];

	memset(pdu, 0, sizeof(pdu));
	pdu[0] = 0x23;
	pdu[1] = 0x81;
	pdu[19] = 1;
	feed(pdu, sizeof(pdu), sizeof(pdu));
	pdu[1] = 0x87;
	feed(pdu, sizeof(pdu), sizeof(pdu));
}

static void feed_list(struct reader r, size_t piece)
{
	static uint8_t pdu[ISCSI_PDU_MAX];

	while (d.state == ISCSI_DISCOVER_ASK) {
		size_t n = reader_left(&r) < piece * 8 ? reader_left(&r) : piece * 8;
		struct writer w = writer_of(pdu, sizeof(pdu));

		write_u8(&w, 0x24);
		write_u8(&w, reader_left(&r) == n ? 0x80 : 0x40);
		write_zero(&w, 3);
		write_be24(&w, (uint32_t)n);
		write_zero(&w, 8);
		write_be32(&w, 2);
		write_zero(&w, ISCSI_BHS_LEN - 20);
		write_bytes(&w, read_bytes(&r, n), n);
		write_zero(&w, (4 - n % 4) % 4);
		feed(pdu, writer_len(&w), sizeof(pdu));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct iscsi_config c = { .port = 3260, .initiator = "iqn.2026-01.lab:client" };
	struct reader r = reader_of(bytes, len);
	uint8_t choice = read_u8(&r), cut = read_u8(&r);
	size_t piece = cut & 127 ? cut & 127 : len + 1;

	if (len > ISCSI_LOGIN_DATA_MAX)
		return 0;
	if (choice & 1) {
		memcpy(c.chap.user, "user", 5);
		memcpy(c.chap.secret, "a secret", 9);
	}
	no_address = choice & 2;
	c.portal = ip4_from_he(0x0a000005);
	now_ns = 1;
	n_sent = 0;
	iscsi_discover_init(&d, &c);
	step(ISCSI_DISCOVER_EV_START, NULL, 0);
	if (cut > 127) {
		log_in();
		feed_list(r, piece > 1000 ? 1000 : piece);
	} else {
		feed(r.p, reader_left(&r), piece);
	}
	step(ISCSI_DISCOVER_EV_CLOSED, NULL, 0);
	require(d.state != ISCSI_DISCOVER_LOGIN && d.state != ISCSI_DISCOVER_ASK);
	require(n_sent <=
		4u * ISCSI_REQUESTS_MAX * (ISCSI_REDIRECTS_MAX + 1) + ISCSI_DISCOVER_TEXTS_MAX + 2);
	return 0;
}
