/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A scripted target for the tests of iSCSI logins: what it answers, and what was sent to it. Texts
 * of the good login are those of tgt 1.0.85. */
#ifndef NETROOT_ISCSI_SCRIPT_H
#define NETROOT_ISCSI_SCRIPT_H

#include "test.h"

#include <errno.h>

#include "core/iscsi.h"

#define S 1000000000ull
#define TARGET "iqn.2026-01.lab:disk0"
#define INITIATOR "iqn.2026-01.lab:client"
#define AT "target " TARGET " at 10.0.0.5:3260: "

static struct iscsi m;
static struct iscsi_actions act;
static uint64_t now;

__attribute__((unused)) static void begin(void)
{
	struct iscsi_config config = { .port = 3260, .initiator = INITIATOR, .target = TARGET };

	config.portal = ip4_from_he(0x0a000005);
	now = 100 * S;
	iscsi_init(&m, &config);
}

__attribute__((unused)) static void step(struct iscsi_event ev)
{
	ev.now_ns = now;
	iscsi_step(&m, &ev, &act);
}

/* The identifier and challenge of ours, where one is asked for: a5, and 40 41 42 ... */
static uint8_t test_random[CHAP_RANDOM_LEN] = { 0xa5 };

__attribute__((unused)) static void start(void)
{
	for (size_t i = 1; i < sizeof(test_random); i++)
		test_random[i] = (uint8_t)(0x3f + i);
	step((struct iscsi_event){
		.kind = ISCSI_EV_START, .isid = { 0, 2, 0x3d, 0, 0, 1 }, .random = test_random });
}

static struct {
	uint8_t flags, class, detail;
	uint32_t statsn, itt;
	uint16_t tsih;
} head;

__attribute__((unused)) static void answer_bytes(const void *text, size_t len)
{
	uint8_t b[48 + ISCSI_LOGIN_DATA_MAX + 4] = { 0x23, head.flags };

	b[6] = (uint8_t)(len >> 8);
	b[7] = (uint8_t)len;
	b[14] = (uint8_t)(head.tsih >> 8);
	b[15] = (uint8_t)head.tsih;
	for (int i = 0; i < 4; i++) {
		b[16 + i] = (uint8_t)(head.itt >> (24 - 8 * i));
		b[24 + i] = (uint8_t)(head.statsn >> (24 - 8 * i));
	}
	b[36] = head.class;
	b[37] = head.detail;
	memcpy(b + 48, text, len);
	step((struct iscsi_event){
		.kind = ISCSI_EV_PDU, .bytes = b, .len = 48 + ((len + 3) & ~(size_t)3) });
	head.statsn++;
}

#define answer(f, literal)                                  \
	do {                                                \
		head.flags = (f);                           \
		answer_bytes(literal, sizeof(literal) - 1); \
	} while (0)

__attribute__((unused)) static void status(uint8_t class, uint8_t detail, const char *text)
{
	begin();
	start();
	memset(&head, 0, sizeof(head));
	head.class = class;
	head.detail = detail;
	answer_bytes(text, strlen(text) + 1);
}

#define SECURITY "TargetPortalGroupTag=1\0AuthMethod=None\0"
#define OPERATIONAL                                                                              \
	"HeaderDigest=None\0DataDigest=None\0DefaultTime2Wait=2\0DefaultTime2Retain=0\0"         \
	"IFMarker=No\0OFMarker=No\0ErrorRecoveryLevel=0\0InitialR2T=Yes\0ImmediateData=Yes\0"    \
	"MaxBurstLength=262144\0FirstBurstLength=65536\0MaxOutstandingR2T=1\0MaxConnections=1\0" \
	"DataPDUInOrder=Yes\0DataSequenceInOrder=Yes\0"

__attribute__((unused)) static void begin_login(void)
{
	begin();
	memset(&head, 0, sizeof(head));
	head.statsn = 0x1000;
	head.itt = 0xf0000007;
	start();
}

__attribute__((unused)) static void to_operational(void)
{
	begin_login();
	answer(0x81, SECURITY);
	eq_int(m.state, ISCSI_OPERATIONAL);
}

__attribute__((unused)) static bool sent_text(const char *text, size_t len)
{
	return act.send && act.len_data == len && !memcmp(act.data, text, len);
}

#define SENT(literal) ok(sent_text(literal, sizeof(literal) - 1))

__attribute__((unused)) static bool sent_contains(const char *text, size_t len)
{
	return act.send && memmem(act.data, act.len_data, text, len);
}

__attribute__((unused)) static uint32_t sent_be32(int at)
{
	return (uint32_t)act.header[at] << 24 | (uint32_t)act.header[at + 1] << 16 |
	       (uint32_t)act.header[at + 2] << 8 | act.header[at + 3];
}

__attribute__((unused)) static void failed_with(const char *text)
{
	ok(act.failed && !act.send && !act.logged_in && !act.redirect);
	eq_str(act.err.text, text);
	eq_int(act.to_state, ISCSI_FAILED);
	ok(iscsi_deadline(&m) == ISCSI_NO_DEADLINE);
}

#endif
