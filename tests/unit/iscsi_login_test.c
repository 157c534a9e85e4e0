/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole logins against a scripted target: what goes out, what comes of every answer, and what the
 * kernel is told of it. */
#include "iscsi_script.h"

#include "core/iscsi_param.h"

static const char *setting(const struct iscsi_setting *s, size_t n, uint32_t param)
{
	for (size_t i = 0; i < n; i++)
		if (s[i].param == param)
			return s[i].value;
	return "(not set)";
}

/* --- good logins --- */

static void first_request(void)
{
	begin_login();
	SENT("InitiatorName=" INITIATOR "\0TargetName=" TARGET "\0SessionType=Normal\0"
	     "AuthMethod=None\0");
	eq_int(act.header[0], 0x43);
	eq_int(act.header[1], 0x81);
	eq_int(act.header[7], (int64_t)act.len_data);
	ok(!memcmp(act.header + 8, "\x00\x02\x3d\x00\x00\x01", 6));
	eq_int(sent_be32(28), 0);
	eq_int(act.from_state, ISCSI_IDLE);
	eq_int(act.to_state, ISCSI_SECURITY);
	ok(iscsi_deadline(&m) == now + 15 * S);
}

static void logs_in_by_three(void)
{
	to_operational();
	eq_int(act.header[1], 0x87);
	eq_int(sent_be32(28), 0x1001);
	ok(sent_contains("InitialR2T=No", sizeof("InitialR2T=No")));
	head.tsih = 0x0100;
	answer(0x87, OPERATIONAL);
	ok(act.logged_in && !act.send && !act.failed);
	eq_int(m.state, ISCSI_LOGGED_IN);
	eq_int(m.params.exp_statsn, 0x1002);
	eq_int(m.tsih, 0x0100);
	ok(m.tpgt_seen);
	eq_int(m.params.tpgt, 1);
	ok(m.params.initial_r2t && m.params.immediate_data);
	eq_int(m.params.max_burst, 262144);
	eq_int(m.params.first_burst, 65536);
	eq_int(m.params.max_recv, 262144);
	eq_int(m.params.max_xmit, 8192);
	ok(iscsi_deadline(&m) == ISCSI_NO_DEADLINE);
}

/* The target ends each stage only when asked a second time. */
static void logs_in_by_five(void)
{
	begin_login();
	answer(0x00, "AuthMethod=None\0TargetPortalGroupTag=7\0");
	SENT("");
	eq_int(act.header[1], 0x81);
	eq_int(sent_be32(28), 0x1001);
	answer(0x81, "");
	ok(sent_contains("MaxBurstLength=16776192", sizeof("MaxBurstLength=16776192")));
	answer(0x04, "MaxRecvDataSegmentLength=65536\0InitialR2T=No\0MaxBurstLength=1024\0");
	SENT("");
	eq_int(act.header[1], 0x87);
	answer(0x87, "FirstBurstLength=262144\0");
	ok(act.logged_in);
	eq_int(m.params.tpgt, 7);
	eq_int(m.params.max_xmit, 65536);
	ok(!m.params.initial_r2t);
	/* never above the burst: START_CONN would refuse */
	eq_int(m.params.max_burst, 1024);
	eq_int(m.params.first_burst, 1024);
}

/* Straight to full feature: nothing was negotiated, the defaults hold on both sides. */
static void logs_in_by_one(void)
{
	begin_login();
	answer(0x83, "AuthMethod=None\0");
	ok(act.logged_in);
	eq_int(m.params.max_recv, 8192);
	eq_int(m.params.max_burst, 262144);
	ok(m.params.initial_r2t);
	eq_int(m.params.tpgt, 1);
	ok(!m.tpgt_seen);
}

static void split_text_at_every_byte(void)
{
	static const char text[] = OPERATIONAL "MaxRecvDataSegmentLength=4096";

	for (size_t at = 0; at <= sizeof(text); at++) {
		to_operational();
		head.flags = 0x44;
		answer_bytes(text, at);
		SENT("");
		eq_int(act.header[1], 0x04);
		head.flags = 0x87;
		answer_bytes(text + at, sizeof(text) - at);
		ok(act.logged_in);
		eq_int(m.params.max_xmit, 4096);
		eq_int(m.params.max_burst, 262144);
		eq_int(m.params.exp_statsn, 0x1003);
	}
}

static void split_text_in_single_bytes(void)
{
	static const char text[] = "TargetPortalGroupTag=258";

	begin_login();
	for (size_t i = 0; i + 10 < sizeof(text); i++) {
		head.flags = 0x40;
		answer_bytes(text + i, 1);
		eq_int(act.header[1], 0x00);
		SENT("");
	}
	head.flags = 0x81;
	answer_bytes(text + sizeof(text) - 10, 10);
	eq_int(m.state, ISCSI_OPERATIONAL);
	eq_int(m.params.tpgt, 258);
}

static void answers_unknown_keys(void)
{
	begin_login();
	answer(0x00, "AuthMethod=None\0X-lab.colour=red\0TargetAlias=a\0iSCSIProtocolLevel=2\0"
		     "X-lab.size=NotUnderstood\0");
	SENT("X-lab.colour=NotUnderstood\0iSCSIProtocolLevel=NotUnderstood\0");
	eq_int(act.header[1], 0x81);
	/* said in the answer that ends a stage: taken along into the next */
	answer(0x81, "X-lab.late=1\0");
	ok(sent_contains("X-lab.late=NotUnderstood", sizeof("X-lab.late=NotUnderstood")));
	ok(sent_contains("MaxConnections=1", sizeof("MaxConnections=1")));
	ok(!sent_contains("colour", 6));
	answer(0x87, OPERATIONAL);
	ok(act.logged_in);
	eq_str(m.params.target_alias, "a");
}

static void too_many_unknown_keys(void)
{
	static char text[8000];

	begin_login();
	for (size_t i = 0; i + 4 < sizeof(text); i += 4)
		memcpy(text + i, "k=1", 4);
	head.flags = 0x00;
	answer_bytes(text, sizeof(text));
	failed_with(AT "target asks for too many unknown keys");
}

/* Our own text of more than 8192 bytes: over three PDUs, C in all but the last, and nothing lost.
 */
static void own_text_over_several_pdus(void)
{
	static char text[8192], sent[ISCSI_TEXT_MAX], want[ISCSI_TEXT_MAX];
	size_t len = 0, len_sent = 0, len_want = 0;
	int n = 0;

	begin_login();
	for (; len + 8 < 5000; n++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len, "x%05d=", n) + 1;
		len_want += (size_t)snprintf(want + len_want, sizeof(want) - len_want,
					     "x%05d=NotUnderstood", n) +
			    1;
	}
	ok(len_want > ISCSI_LOGIN_DATA_MAX);
	head.flags = 0x00;
	answer_bytes(text, len);
	for (int i = 0; act.send && i < 9; i++) {
		memcpy(sent + len_sent, act.data, act.len_data);
		len_sent += act.len_data;
		eq_int(act.header[6] << 8 | act.header[7], (int64_t)act.len_data);
		if (len_sent == len_want)
			break;
		eq_int(act.len_data, ISCSI_LOGIN_DATA_MAX);
		eq_int(act.header[1], 0x40);
		answer(0x00, "");
	}
	eq_int(act.header[1], 0x81);
	eq_int(len_sent, len_want);
	ok(!memcmp(sent, want, len_want));
	answer(0x81, "");
	eq_int(m.state, ISCSI_OPERATIONAL);
	/* nothing of it is said again */
	ok(!sent_contains("x00000", 6));
}

static void target_cuts_own_text_short(void)
{
	static char text[8192];
	size_t len = 0;

	begin_login();
	for (int n = 0; len + 8 < 5000; n++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "x%05d=", n) + 1;
	head.flags = 0x00;
	answer_bytes(text, len);
	eq_int(act.header[1], 0x40);
	/* it has text of its own to go on with: empty, without C, until it is through */
	answer(0x40, "a=");
	SENT("");
	eq_int(act.header[1], 0x00);
	answer(0x00, "1");
	ok(act.send && act.len_data);
	begin_login();
	head.flags = 0x00;
	answer_bytes(text, len);
	answer(0x81, "");
	failed_with(AT "target goes on in the middle of a request");
}

/* --- digests --- */

static void digests(void)
{
	static const struct {
		enum plan_digest offer;
		const char *sent, *answer;
		int header; /* -1: the login fails */
	} rows[] = {
		{ DIGEST_NONE, "HeaderDigest=None", "HeaderDigest=None", 0 },
		{ DIGEST_NONE, "HeaderDigest=None", "HeaderDigest=CRC32C", -1 },
		{ DIGEST_CRC32C, "HeaderDigest=CRC32C", "HeaderDigest=CRC32C", 1 },
		{ DIGEST_CRC32C, "HeaderDigest=CRC32C", "HeaderDigest=None", -1 },
		{ DIGEST_CRC32C, "HeaderDigest=CRC32C", "HeaderDigest=Reject", -1 },
		{ DIGEST_CRC32C, "HeaderDigest=CRC32C", "X=1", -1 },
		{ DIGEST_CRC32C_OR_NONE, "HeaderDigest=CRC32C,None", "HeaderDigest=CRC32C", 1 },
		{ DIGEST_CRC32C_OR_NONE, "HeaderDigest=CRC32C,None", "HeaderDigest=None", 0 },
		{ DIGEST_CRC32C_OR_NONE, "HeaderDigest=CRC32C,None", "X=1", 0 },
		{ DIGEST_NONE_OR_CRC32C, "HeaderDigest=None,CRC32C", "HeaderDigest=CRC32C", 1 },
		{ DIGEST_NONE_OR_CRC32C, "HeaderDigest=None,CRC32C", "HeaderDigest=crc32c", -1 },
	};
	struct iscsi_setting s[ISCSI_SETTINGS_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		begin();
		m.config.tune.header_digest = rows[i].offer;
		memset(&head, 0, sizeof(head));
		start();
		answer(0x81, SECURITY);
		ok(sent_contains(rows[i].sent, strlen(rows[i].sent) + 1));
		ok(sent_contains("DataDigest=None", sizeof("DataDigest=None")));
		head.flags = 0x87;
		answer_bytes(rows[i].answer, strlen(rows[i].answer));
		eq_int(act.logged_in, rows[i].header >= 0);
		eq_int(act.failed, rows[i].header < 0);
		if (!act.logged_in)
			continue;
		eq_str(setting(s, iscsi_settings_negotiated(&m, s), 2), rows[i].header ? "1" : "0");
		eq_str(setting(s, iscsi_settings_negotiated(&m, s), 3), "0");
	}
	begin();
	m.config.tune.header_digest = DIGEST_CRC32C;
	memset(&head, 0, sizeof(head));
	start();
	answer(0x81, SECURITY);
	answer(0x87, "HeaderDigest=None\0");
	failed_with(AT "target answers HeaderDigest=None, not CRC32C: allow it there, or offer "
		       "None beside it");
	/* where nothing is negotiated at all, what is insisted on is not given up */
	begin();
	m.config.tune.data_digest = DIGEST_CRC32C;
	memset(&head, 0, sizeof(head));
	start();
	answer(0x83, SECURITY);
	failed_with(AT "target leaves DataDigest=CRC32C unanswered: see what its settings allow, "
		       "or offer None beside it");
}

/* --- texts --- */

static void texts(void)
{
	struct ip_addr v6 = { IP_V6, { 0xfd, [15] = 5 } };
	char text[ISCSI_PORTAL_TEXT_MAX];
	uint8_t isid[6];

	eq_str(iscsi_portal_text(&v6, 3260, text), "[fd00::5]:3260");
	iscsi_isid(0x01abcdef, isid);
	ok(!memcmp(isid, "\x00\x02\x3d\xab\xcd\xef", 6));
	eq_str(iscsi_state_name(ISCSI_IDLE), "idle");
	/* a hostile name stays on its line */
	begin();
	memcpy(m.config.target, "iqn\n", 5);
	start();
	now = iscsi_deadline(&m);
	step((struct iscsi_event){ .kind = ISCSI_EV_DEADLINE });
	ok(strstr(act.err.text, "target iqn\\x0a at "));
}

/* --- parameters for the kernel --- */

static void eq_settings(const struct iscsi_setting *s, size_t n, const char *const want[])
{
	size_t n_want = 0;

	for (uint32_t param = 0; param < 40; param++)
		if (want[param]) {
			eq_str(setting(s, n, param), want[param]);
			n_want++;
		}
	eq_int(n, n_want);
}

static void identity_settings(void)
{
	const char *want[40] = {
		[15] = TARGET, [17] = "10.0.0.5", [18] = "3260",    [19] = "86400",
		[26] = "1",    [27] = "15",	  [28] = "30",	    [30] = "30",
		[31] = "15",   [32] = "default",  [34] = INITIATOR, [35] = "30",
	};
	struct iscsi_setting s[ISCSI_SETTINGS_MAX];

	begin();
	eq_settings(s, iscsi_settings_identity(&m, s), want);
	eq_int(iscsi_tune_take(&m.config.tune,
			       span_of("node.session.timeo.replacement_timeout=300")),
	       ISCSI_TUNE_TAKEN);
	eq_int(iscsi_tune_take(&m.config.tune, span_of("node.conn[0].timeo.noop_out_timeout=0")),
	       ISCSI_TUNE_TAKEN);
	want[19] = "300";
	want[30] = "0";
	eq_settings(s, iscsi_settings_identity(&m, s), want);
	/* of a session that was there it is left alone, unless that has gone over to this portal */
	eq_int((int)iscsi_settings_moved(&m, s), 0);
	m.config.goes_over = true;
	eq_int((int)iscsi_settings_moved(&m, s), 2);
	eq_str(setting(s, iscsi_settings_moved(&m, s), 17), "10.0.0.5");
	eq_str(setting(s, iscsi_settings_moved(&m, s), 18), "3260");
	m.config.goes_over = false;
	/* the address iscsid is to find again: without brackets, and where it was configured */
	m.portal = ip4_from_he(0x0a000006);
	m.home = (struct ip_addr){ IP_V6, { 0xfd, [15] = 5 } };
	eq_str(setting(s, iscsi_settings_identity(&m, s), 17), "fd00::5");
	/* with the NIC where the address means nothing without */
	m.home = (struct ip_addr){ IP_V6, { 0xfe, 0x80, [15] = 5 } };
	eq_str(setting(s, iscsi_settings_identity(&m, s), 17), "fe80::5");
	memcpy(m.config.ifname, "eth0", 5);
	eq_str(setting(s, iscsi_settings_identity(&m, s), 17), "fe80::5%eth0");
	memcpy(m.config.scope, "eth1", 5);
	eq_str(setting(s, iscsi_settings_identity(&m, s), 17), "fe80::5%eth1");
}

/* Which target it was: the portal as far as it was named and is reached. */
static void places(void)
{
	static const struct {
		const char *portal, *name, *scope, *ifname, *want;
	} rows[] = {
		{ "10.0.0.5", "", "", "eth0", "10.0.0.5:3260" },
		{ "10.0.0.5", "nas.lab", "", "eth0", "nas.lab (10.0.0.5:3260)" },
		{ "fd00::5", "", "", "eth0", "[fd00::5]:3260" },
		{ "fd00::5", "nas\n", "", "eth0", "nas\\x0a ([fd00::5]:3260)" },
		{ "fe80::5", "", "", "eth0", "[fe80::5%eth0]:3260" },
		{ "fe80::5", "", "lan", "eth0", "[fe80::5%lan]:3260" },
		{ "fe80::5", "nas", "lan", "", "nas ([fe80::5%lan]:3260)" },
		{ "fe80::5", "", "", "", "[fe80::5]:3260" },
	};
	char want[256];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct err err = { .code = EIO, .text = "x" };

		begin();
		ok(ip_parse(span_of(rows[i].portal), &m.config.portal));
		m.portal = m.config.portal;
		(void)text_copy(m.config.name, sizeof(m.config.name), span_of(rows[i].name));
		(void)text_copy(m.config.scope, IFNAME_MAX, span_of(rows[i].scope));
		(void)text_copy(m.config.ifname, IFNAME_MAX, span_of(rows[i].ifname));
		(void)iscsi_err_wrap(&m, &err);
		(void)snprintf(want, sizeof(want), "target " TARGET " at %s: x", rows[i].want);
		eq_str(err.text, want);
	}
	/* redirected: the name was that of another portal */
	begin();
	memcpy(m.config.name, "nas", 4);
	ok(ip_parse(span_of("10.0.0.6"), &m.portal));
	start();
	ok(iscsi_scope(&m, &m.portal)[0] == '\0');
	m.deadline_ns = 0;
	step((struct iscsi_event){ .kind = ISCSI_EV_DEADLINE });
	ok(strstr(act.err.text, " at 10.0.0.6:3260: "));
}

static void negotiated_settings(void)
{
	static const char *const want[40] = {
		[0] = "262144", [1] = "8192", [2] = "0",     [3] = "0",	     [4] = "1",
		[5] = "1",	[6] = "1",    [7] = "65536", [8] = "262144", [9] = "1",
		[10] = "1",	[11] = "0",   [14] = "4098", [16] = "1",
	};
	struct iscsi_setting s[ISCSI_SETTINGS_MAX];

	to_operational();
	answer(0x87, OPERATIONAL);
	eq_settings(s, iscsi_settings_negotiated(&m, s), want);
	memcpy(m.params.target_alias, "a", 2);
	eq_str(setting(s, iscsi_settings_negotiated(&m, s), 36), "a");
}

static void lun_numbers(void)
{
	ok(iscsi_lun_number((const uint8_t[8]){ 0, 1 }) == 1);
	ok(iscsi_lun_number((const uint8_t[8]){ 0x41, 0 }) == 16640);
	ok(iscsi_lun_number((const uint8_t[8]){ 1, 2, 3, 4, 5, 6, 0x87, 8 }) ==
	   0x8708050603040102ull);
}

int main(void)
{
	RUN(first_request);
	RUN(logs_in_by_three);
	RUN(logs_in_by_five);
	RUN(logs_in_by_one);
	RUN(split_text_at_every_byte);
	RUN(split_text_in_single_bytes);
	RUN(answers_unknown_keys);
	RUN(too_many_unknown_keys);
	RUN(own_text_over_several_pdus);
	RUN(target_cuts_own_text_short);
	RUN(digests);
	RUN(texts);
	RUN(identity_settings);
	RUN(places);
	RUN(negotiated_settings);
	RUN(lun_numbers);
	return test_end();
}
