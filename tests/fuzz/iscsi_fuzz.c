/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A login fed with what a hostile target or a confused kernel may send. The first byte of the input
 * chooses CHAP (1: one-way, 2: mutual, 4: with all algorithms offered) and digests (8, 16); the
 * rest is a list of events: kind (1), length (2, big-endian), that many bytes. An event of kind 4
 * carries only the text of a response that fits the login's state, so that mutations get past the
 * header.
 */
#include <stdint.h>
#include <string.h>

#include "fuzz.h"

#include "core/bytes.h"
#include "core/iscsi.h"
#include "core/iscsi_nl.h"
#include "core/iscsi_param.h"

static void check_err(const struct err *err)
{
	require(err->code > 0 && err->text[0]);
	require(strlen(err->text) < ERR_TEXT_MAX && text_is_printable(span_of(err->text)));
}

static void check_logged_in(const struct iscsi *m)
{
	struct iscsi_setting s[ISCSI_SETTINGS_MAX];
	size_t n = iscsi_settings_negotiated(m, s);

	require(n >= 14 && n <= ISCSI_SETTINGS_MAX);
	/* nobody gets in who was to prove himself and did not */
	require(!m->config.chap.in_secret[0] ||
		(m->chap.step == CHAP_DONE && m->chap.name_is_right && iscsi_chap_used(&m->chap)));
	for (size_t i = 0; i < n; i++)
		require(s[i].value[0] && text_is_printable(span_of(s[i].value)));
	/* what START_CONN and SET_PARAM would refuse */
	require(m->params.first_burst <= m->params.max_burst);
	require(m->params.first_burst >= 512 && m->params.max_xmit >= 512);
	require(m->params.max_r2t == 1 && m->params.erl == 0);
	require(!m->params.header_digest || m->config.tune.header_digest != DIGEST_NONE);
	require(m->params.header_digest || m->config.tune.header_digest != DIGEST_CRC32C);
	require(!m->params.data_digest);
}

static void check_actions(const struct iscsi *m, const struct iscsi_actions *act)
{
	bool in_login = m->state == ISCSI_SECURITY || m->state == ISCSI_OPERATIONAL;

	require(act->send + act->failed + act->redirect + act->again + act->look_up +
			act->logged_in <=
		1);
	require((in_login || m->state == ISCSI_LOOKUP) == (iscsi_deadline(m) != ISCSI_NO_DEADLINE));
	require(act->look_up == (m->state == ISCSI_LOOKUP && act->from_state != ISCSI_LOOKUP));
	require(!act->look_up || m->lookup[0]);
	require(act->to_state == m->state);
	require(act->failed == (m->state == ISCSI_FAILED && act->from_state != ISCSI_FAILED));
	require(!(act->redirect || act->again) || m->state == ISCSI_IDLE);
	if (act->failed)
		check_err(&act->err);
	if (act->logged_in)
		check_logged_in(m);
	if (act->send) {
		require(in_login && act->len_data <= ISCSI_LOGIN_DATA_MAX);
		require(act->header[0] == 0x43);
		require(act->len_data ==
			(size_t)(act->header[5] << 16 | act->header[6] << 8 | act->header[7]));
		require(act->header[1] & 0x40 || !act->len_data || !act->data[act->len_data - 1]);
		require((act->header[1] & 0xc0) != 0xc0);
		require(!memmem(act->data, act->len_data, "a secret", 8));
	}
}

/* A response of the stage the login is in, around the given text. The first byte chooses flags. */
static size_t wrap(const struct iscsi *m, struct reader text, uint8_t *dst, size_t size)
{
	struct writer w = writer_of(dst, size);
	uint8_t choice = read_u8(&text);
	unsigned int stage = m->state == ISCSI_OPERATIONAL;
	unsigned int flags = stage << 2;
	size_t len_text = reader_left(&text);

	if (choice & 1)
		flags |= 0x80 | (stage ? 3 : 1);
	if (choice & 2)
		flags |= 0x40;
	write_u8(&w, 0x23);
	write_u8(&w, (uint8_t)flags);
	write_zero(&w, 3);
	write_be24(&w, (uint32_t)len_text);
	write_zero(&w, 28);
	write_u8(&w, choice & 4 ? 1 : 0);
	write_u8(&w, choice >> 6);
	write_zero(&w, 10);
	write_bytes(&w, read_bytes(&text, len_text), len_text);
	return w.full ? 0 : writer_len(&w);
}

static struct iscsi_config configure(uint8_t choice)
{
	struct iscsi_config c = { .port = 3260,
				  .initiator = "iqn.2026-01.lab:client",
				  .target = "iqn.2026-01.lab:disk0" };

	c.portal = ip4_from_he(0x0a000005);
	if (choice & 3) {
		memcpy(c.chap.user, "user", 5);
		memcpy(c.chap.secret, "a secret", 9);
	}
	if (choice & 2) {
		memcpy(c.chap.in_user, "target", 7);
		memcpy(c.chap.in_secret, "b secret", 9);
	}
	for (uint8_t i = 0; choice & 4 && i < 4; i++)
		c.chap.algorithms[c.chap.n_algorithms++] = (uint8_t)(5 + i);
	c.tune.header_digest = choice >> 3 & 3;
	return c;
}

static void decode_as_netlink(const uint8_t *bytes, size_t len)
{
	struct iscsi_nl_message msg;

	if (!iscsi_nl_decode(bytes, len, &msg) || msg.kind != ISCSI_NL_RECV_PDU)
		return;
	require(msg.pdu >= bytes && msg.pdu + msg.len_pdu <= bytes + len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct iscsi_actions act;
	static const enum iscsi_event_kind kinds[] = { ISCSI_EV_START,	    ISCSI_EV_PDU,
						       ISCSI_EV_CONN_ERROR, ISCSI_EV_DEADLINE,
						       ISCSI_EV_PDU,	    ISCSI_EV_ADDRESS,
						       ISCSI_EV_NO_ADDRESS };
	static struct iscsi m;
	static uint8_t pdu[ISCSI_BHS_LEN + 70000];
	static const uint8_t random[CHAP_RANDOM_LEN] = { 7, 7, 7 };
	struct reader r = reader_of(bytes, len);
	struct iscsi_config config = configure(read_u8(&r));
	uint64_t now_ns = 1;
	int n_requests = 0;

	decode_as_netlink(bytes, len);
	iscsi_init(&m, &config);
	while (reader_left(&r) && !r.bad) {
		uint8_t kind = read_u8(&r) % 7;
		struct reader body = read_sub(&r, read_be16(&r));
		struct iscsi_event ev = { .now_ns = now_ns += 1000000 };

		ev.kind = kinds[kind];
		ev.bytes = body.p;
		ev.len = reader_left(&body);
		ev.code = ev.len ? ev.bytes[0] : 0;
		ev.random = random;
		ev.ip = ip4_from_he(0x0a000006);
		ev.why = "no such name";
		if (kind == 4) {
			ev.len = wrap(&m, body, pdu, sizeof(pdu));
			ev.bytes = pdu;
		}
		if (ev.kind == ISCSI_EV_DEADLINE && ev.len)
			ev.now_ns = now_ns = iscsi_deadline(&m);
		if (now_ns == ISCSI_NO_DEADLINE)
			break;
		iscsi_step(&m, &ev, &act);
		check_actions(&m, &act);
		n_requests += act.send;
		/* bounded, however long the input */
		require(n_requests <= 2 * ISCSI_REQUESTS_MAX * (ISCSI_REDIRECTS_MAX + 1));
	}
	return 0;
}
