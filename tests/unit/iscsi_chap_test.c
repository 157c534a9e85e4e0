/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The security stage against a scripted target: CHAP with every digest, one-way and mutual, right
 * and wrong, and what is offered to whom. */
#include "iscsi_script.h"

#include "core/iscsi_param.h"

/* --- logins --- */

#define SECRET "0123456789abcdef"
#define IN_SECRET "fedcba9876543210"
#define CHALLENGE "CHAP_I=39\0CHAP_C=0x000102030405060708090a0b0c0d0e0f\0"
#define NAMES "InitiatorName=" INITIATOR "\0TargetName=" TARGET "\0SessionType=Normal\0"

static const struct {
	uint8_t algorithm;
	const char *text; /* the target's CHAP_A */
	const char *ours; /* what openssl says we answer; then the target, then with our secret */
	const char *theirs, *with_ours;
	const char *challenge; /* ours */
} algorithms[] = {
	{ 5, "CHAP_A=5", "0x927e84b353ab26b3ee3e4ff6af34b98c", "0xc8d9f1b277bade3b8a489adb7d46322e",
	  "0x5d5c34490caf879e758d0b6b3919addd", "0x404142434445464748494a4b4c4d4e4f" },
	{ 6, "CHAP_A=6", "0x3655ef9f38c205a263ebf140bac600fbe43b599a",
	  "0xa34647d0be4541fec7ff9193731ce760196ab594",
	  "0x6b8a3b019bfe94208a328999d15fa7da151ae856",
	  "0x404142434445464748494a4b4c4d4e4f50515253" },
	{ 7, "CHAP_A=7", "0x5e691b598a6d094688ea76df00b631743d8ce48246e69bdb3ee1cbac6e9a4cec",
	  "0x2ea7bbd829692373d6f10702bbf1783cd7d0b368de69d2c2e181661a768f7d2c",
	  "0x7857af6232001ebf2d43313ae5bbfc6d4280634f82cbfdeeb55f0b9a4076fe38",
	  "0x404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f" },
	{ 8, "CHAP_A=8", "0x663d5b3819af64cc8fb71d1a736f4dda75ded3a09677def929d174b105b7ba81",
	  "0x30125f61901707cd410b080b88434e28649f5444b92e853899e7dfeab25f6014",
	  "0xa47e3e6e0b898f47cab6732be3203f7a2dd437a19a38f8cad35cce9ac8f10188",
	  "0x404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f" },
};

#define N_ALGORITHMS (sizeof(algorithms) / sizeof(*algorithms))

static void chap_begin(bool mutual)
{
	begin();
	memcpy(m.config.chap.user, "pc7", 4);
	memcpy(m.config.chap.secret, SECRET, sizeof(SECRET));
	if (mutual) {
		memcpy(m.config.chap.in_user, "san", 4);
		memcpy(m.config.chap.in_secret, IN_SECRET, sizeof(IN_SECRET));
	}
	memset(&head, 0, sizeof(head));
}

/* Up to the offer of algorithms. */
static void to_offer(bool mutual)
{
	chap_begin(mutual);
	start();
	answer(0x00, "TargetPortalGroupTag=3\0AuthMethod=CHAP\0");
	eq_int(act.header[1], 0x00);
}

/* Up to our answer. */
static void to_answer(bool mutual, size_t i)
{
	static char text[256];
	size_t len;

	chap_begin(mutual);
	m.config.chap.algorithms[0] = algorithms[i].algorithm;
	m.config.chap.n_algorithms = 1;
	start();
	answer(0x00, "AuthMethod=CHAP\0");
	len = (size_t)snprintf(text, sizeof(text), "%s", algorithms[i].text) + 1;
	memcpy(text + len, CHALLENGE, sizeof(CHALLENGE));
	head.flags = 0x00;
	answer_bytes(text, len + sizeof(CHALLENGE));
}

static void sent_is(const char *const pairs[])
{
	char text[1024];
	size_t len = 0;

	for (size_t i = 0; pairs[i]; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", pairs[i]) + 1;
	ok(sent_text(text, len));
}

static void finishes(void)
{
	eq_int(m.state, ISCSI_OPERATIONAL);
	ok(sent_contains("MaxConnections=1", sizeof("MaxConnections=1")));
	ok(!sent_contains("CHAP", 4));
	answer(0x87, OPERATIONAL);
	ok(act.logged_in);
}

static void one_way(void)
{
	char r[128];

	chap_begin(false);
	start();
	SENT(NAMES "AuthMethod=CHAP,None\0");
	eq_int(act.header[1], 0x00);
	answer(0x00, "TargetPortalGroupTag=3\0AuthMethod=CHAP\0");
	SENT("CHAP_A=5\0");
	eq_int(act.header[1], 0x00);
	for (size_t i = 0; i < N_ALGORITHMS; i++) {
		to_answer(false, i);
		(void)snprintf(r, sizeof(r), "CHAP_R=%s", algorithms[i].ours);
		sent_is((const char *const[]){ "CHAP_N=pc7", r, NULL });
		eq_int(act.header[1], 0x81);
		answer(0x81, "");
		finishes();
	}
}

/* The stage ends only when asked a second time. */
static void one_way_in_no_hurry(void)
{
	to_answer(false, 0);
	answer(0x00, "");
	SENT("");
	eq_int(act.header[1], 0x81);
	answer(0x81, "");
	finishes();
}

static void one_way_without(void)
{
	chap_begin(false);
	start();
	answer(0x00, "AuthMethod=None\0");
	SENT("");
	eq_int(act.header[1], 0x81);
	answer(0x81, "");
	finishes();
	/* or with no answer at all */
	chap_begin(false);
	start();
	answer(0x81, "");
	finishes();
}

static void mutual(void)
{
	char r[128], c[128], theirs[160];

	chap_begin(true);
	start();
	SENT(NAMES "AuthMethod=CHAP\0");
	eq_int(act.header[1], 0x00);
	for (size_t i = 0; i < N_ALGORITHMS; i++) {
		to_answer(true, i);
		(void)snprintf(r, sizeof(r), "CHAP_R=%s", algorithms[i].ours);
		(void)snprintf(c, sizeof(c), "CHAP_C=%s", algorithms[i].challenge);
		sent_is((const char *const[]){ "CHAP_N=pc7", r, "CHAP_I=165", c, NULL });
		eq_int(act.header[1], 0x81);
		(void)snprintf(theirs, sizeof(theirs), "CHAP_R=%s%cCHAP_N=san",
			       algorithms[i].theirs, 0);
		head.flags = 0x81;
		answer_bytes(theirs, strlen(algorithms[i].theirs) + 19);
		finishes();
	}
}

#define WRONG                                                                                   \
	AT "target does not prove who it is (mutual CHAP): its outgoing secret is not that of " \
	   "rd.iscsi.in.password=, or it is another target"

static void mutual_wrong(void)
{
	static const char want_own[] = AT
		"target proves itself with the initiator's own CHAP secret: give it another "
		"outgoing secret";
	static const char early[] = AT
		"target ends the security stage without proving who it is (mutual CHAP)";
	char text[160];

	for (size_t i = 0; i < N_ALGORITHMS; i++) {
		size_t len = strlen(algorithms[i].theirs);

		/* each half-byte of the right answer counts */
		for (size_t at = 2; at < len; at++) {
			to_answer(true, i);
			(void)snprintf(text, sizeof(text), "CHAP_N=san%cCHAP_R=%s", 0,
				       algorithms[i].theirs);
			text[18 + at] = text[18 + at] == '0' ? '1' : '0';
			head.flags = 0x81;
			answer_bytes(text, 18 + len + 1);
			failed_with(WRONG);
			eq_int(act.err.code, EACCES);
		}
		to_answer(true, i);
		(void)snprintf(text, sizeof(text), "CHAP_N=san%cCHAP_R=%s", 0,
			       algorithms[i].with_ours);
		head.flags = 0x81;
		answer_bytes(text, 18 + strlen(algorithms[i].with_ours) + 1);
		failed_with(want_own);
	}
	to_answer(true, 0);
	answer(0x81, "CHAP_N=nas\0CHAP_R=0xc8d9f1b277bade3b8a489adb7d46322e\0");
	failed_with(AT "target has the right secret but says another CHAP_N than "
		       "rd.iscsi.in.username=: correct one of the two");
	to_answer(true, 0);
	answer(0x81, "CHAP_N=san \0CHAP_R=0xc8d9f1b277bade3b8a489adb7d46322e\0");
	ok(act.failed);
	to_answer(true, 0);
	answer(0x81, "CHAP_N=san\0CHAP_R=0xc8d9f1b277bade3b8a489adb7d4632\0");
	failed_with(AT "target says a CHAP_R that is not 16 bytes in hexadecimal or base64");
	to_answer(true, 0);
	answer(0x81, "CHAP_N=san\0");
	failed_with(AT "target leaves CHAP_R out");
	to_answer(true, 0);
	answer(0x81, "CHAP_R=0xc8d9f1b277bade3b8a489adb7d46322e\0");
	failed_with(AT "target leaves CHAP_N out");
	/* it just goes on */
	to_answer(true, 0);
	answer(0x81, "");
	failed_with(early);
	to_answer(true, 0);
	answer(0x83, "");
	failed_with(early);
	to_answer(true, 0);
	answer(0x00, "");
	SENT("");
	answer(0x81, "");
	failed_with(early);
	chap_begin(true);
	start();
	answer(0x81, "");
	failed_with(early);
	chap_begin(true);
	start();
	answer(0x00, "AuthMethod=None\0");
	failed_with(AT "target answers AuthMethod=None, but is to prove who it is (mutual CHAP): "
		       "set its outgoing name and secret");
}

static void base64_and_hex_numbers(void)
{
	to_offer(false);
	answer(0x00, "CHAP_A=5\0CHAP_I=0x27\0CHAP_C=0bAAECAwQFBgcICQoLDA0ODw==\0");
	SENT("CHAP_N=pc7\0CHAP_R=0x927e84b353ab26b3ee3e4ff6af34b98c\0");
}

static void wrong_challenges(void)
{
	static const char no_challenge[] = AT "target says a CHAP_C that is not 1 to 1024 bytes in "
					      "hexadecimal or base64";
	static const struct {
		const char *text;
		size_t len;
		const char *want;
	} rows[] = {
#define T(text) text, sizeof(text) - 1
		{ T("CHAP_A=5\0CHAP_I=256\0CHAP_C=0x00\0"),
		  AT "target says CHAP_I=256, which is no number up to 255" },
		{ T("CHAP_A=5\0CHAP_I=\0CHAP_C=0x00\0"),
		  AT "target says CHAP_I=, which is no number up to 255" },
		{ T("CHAP_A=5\0CHAP_I=1\0CHAP_C=0x\0"), no_challenge },
		{ T("CHAP_A=5\0CHAP_I=1\0CHAP_C=abc\0"), no_challenge },
		{ T("CHAP_A=5\0CHAP_I=1\0"), AT "target leaves CHAP_C out" },
		{ T("CHAP_C=0x00\0CHAP_I=1\0"), AT "target leaves CHAP_A out" },
		{ T("CHAP_A=5\0CHAP_C=0x00\0"), AT "target leaves CHAP_I out" },
		{ T("CHAP_A=7\0CHAP_I=1\0CHAP_C=0x00\0"),
		  AT "target answers CHAP_A=7 to an offer of 5: choose what it knows by "
		     "netroot.iscsi.chap=" },
		{ T("CHAP_A=5,7\0CHAP_I=1\0CHAP_C=0x00\0"),
		  AT "target answers CHAP_A=5,7 to an offer of 5: choose what it knows by "
		     "netroot.iscsi.chap=" },
		{ T("CHAP_A=5\0CHAP_A=5\0CHAP_I=1\0CHAP_C=0x00\0"),
		  AT "target says CHAP_A where the login has no place for it" },
		{ T("CHAP_A=5\0CHAP_I=1\0CHAP_C=0x00\0CHAP_R=0x00\0"),
		  AT "target says CHAP_R where the login has no place for it" },
		{ T("AuthMethod=None\0"),
		  AT "target says AuthMethod where the login has no place for it" },
		/* our own question, for us to answer */
		{ T("CHAP_A=5\0CHAP_I=1\0CHAP_C=0x404142434445464748494a4b4c4d4e4f\0"),
		  AT "target sends the initiator's own CHAP challenge back (reflection): this may "
		     "be an attack" },
	};
	static char longest[2 * 1025 + 64];
	size_t len;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		to_offer(true);
		head.flags = 0x00;
		answer_bytes(rows[i].text, rows[i].len);
		failed_with(rows[i].want);
	}
	to_offer(false);
	answer(0x81, "CHAP_A=5\0" CHALLENGE);
	failed_with(AT "target ends the security stage with its CHAP challenge unanswered");
	chap_begin(false);
	start();
	answer(0x81, "AuthMethod=CHAP\0");
	failed_with(AT "target ends the security stage after AuthMethod=CHAP, without a challenge");
	chap_begin(false);
	start();
	answer(0x00, "AuthMethod=KRB5\0");
	failed_with(AT "target wants AuthMethod=KRB5, which is not supported: have it accept CHAP "
		       "from this initiator");
	chap_begin(false);
	start();
	answer(0x00, "AuthMethod=Reject\0");
	failed_with(AT "target answers AuthMethod=Reject to an offer of CHAP,None: see what its "
		       "settings allow");
	for (size_t n = 1024; n <= 1025; n++) {
		len = (size_t)snprintf(longest, sizeof(longest), "CHAP_A=5%cCHAP_I=0%cCHAP_C=0x", 0,
				       0);
		memset(longest + len, '7', 2 * n);
		to_offer(false);
		head.flags = 0x00;
		answer_bytes(longest, len + 2 * n);
		if (n == 1024)
			ok(act.send && sent_contains("CHAP_R=0x", 9));
		else
			failed_with(no_challenge);
	}
}

/* Asked a second time before it challenges, as a target may that ends no stage by itself. */
static void challenge_comes_later(void)
{
	to_offer(false);
	answer(0x00, "");
	ok(act.send && !act.failed);
	eq_int(act.len_data, 0);
	answer(0x00, "CHAP_A=5\0" CHALLENGE);
	ok(sent_contains("CHAP_R=0x", 9));
}

/* --- what is configured --- */

static void impossible_configurations(void)
{
	static const struct {
		const char *user, *secret, *in_user, *in_secret, *want;
	} rows[] = {
		{ "pc7", "", "", "", "a CHAP name without its secret: give both or none" },
		{ "", SECRET, "", "", "a CHAP secret without its name: give both or none" },
		{ "pc7", SECRET, "san", "",
		  "a name of the target (mutual CHAP) without its secret: give both or none" },
		{ "pc7", SECRET, "", IN_SECRET,
		  "a secret of the target (mutual CHAP) without its name: give both or none" },
		{ "", "", "san", IN_SECRET,
		  "the target's CHAP name and secret without the initiator's: mutual CHAP needs "
		  "both" },
		{ "pc7", SECRET, "san", SECRET,
		  "the same CHAP secret in both directions, which proves nothing: give the target "
		  "another one" },
	};
	char want[256];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct plan_chap *c = &m.config.chap;

		begin();
		(void)text_copy(c->user, sizeof(c->user), span_of(rows[i].user));
		(void)text_copy(c->secret, sizeof(c->secret), span_of(rows[i].secret));
		(void)text_copy(c->in_user, sizeof(c->in_user), span_of(rows[i].in_user));
		(void)text_copy(c->in_secret, sizeof(c->in_secret), span_of(rows[i].in_secret));
		start();
		(void)snprintf(want, sizeof(want), AT "%s", rows[i].want);
		failed_with(want);
	}
	/* nothing to ask with: mutual fails, one-way does without */
	chap_begin(true);
	step((struct iscsi_event){ .kind = ISCSI_EV_START });
	failed_with(AT "the kernel has no random numbers yet to ask the target for its CHAP secret "
		       "with");
	eq_int(act.err.code, EAGAIN);
	chap_begin(false);
	step((struct iscsi_event){ .kind = ISCSI_EV_START });
	ok(act.send);
}

/* --- which algorithms --- */

static void refused(void)
{
	head.class = 2;
	head.detail = 1;
	answer(0x00, "");
	head.class = head.detail = 0;
}

static void asks_again(void)
{
	ok(act.again && !act.failed && !act.send && !act.redirect);
	eq_int(m.state, ISCSI_IDLE);
	ok(iscsi_deadline(&m) == ISCSI_NO_DEADLINE);
	head.itt = 9;
	start();
	SENT(NAMES "AuthMethod=CHAP,None\0");
	answer(0x00, "AuthMethod=CHAP\0");
	SENT("CHAP_A=8,7,6\0");
}

static void md5_refused(void)
{
	/* by status, by key, by closing */
	to_offer(false);
	refused();
	asks_again();
	answer(0x00, "CHAP_A=7\0" CHALLENGE);
	ok(sent_contains(algorithms[2].ours, strlen(algorithms[2].ours) + 1));
	answer(0x81, "");
	finishes();
	to_offer(false);
	answer(0x00, "CHAP_A=Reject\0");
	asks_again();
	to_offer(false);
	step((struct iscsi_event){ .kind = ISCSI_EV_CONN_ERROR, .code = 1020 });
	ok(!act.again);
	now = iscsi_deadline(&m);
	step((struct iscsi_event){ .kind = ISCSI_EV_DEADLINE });
	asks_again();
	/* and of what is offered then nothing will do, either */
	refused();
	failed_with(AT "authentication failed (status 0x0201): the target takes none of the CHAP "
		       "algorithms offered (8,7,6; netroot.iscsi.chap= chooses others), or refuses "
		       "initiator " INITIATOR);
	to_offer(false);
	answer(0x00, "CHAP_A=Reject\0");
	asks_again();
	answer(0x00, "CHAP_A=Reject\0");
	failed_with(AT "target answers CHAP_A=Reject to an offer of 8,7,6: choose what it knows by "
		       "netroot.iscsi.chap=");
}

/* A refusal of anything else is not asked twice. */
static void other_refusals(void)
{
	chap_begin(false);
	start();
	refused();
	failed_with(AT "authentication failed (status 0x0201): check the CHAP settings of the "
		       "target for initiator " INITIATOR);
	to_answer(false, 0);
	refused();
	failed_with(AT "authentication failed (status 0x0201): the CHAP name or secret is not what "
		       "the target has for initiator " INITIATOR);
	to_answer(false, 0);
	step((struct iscsi_event){ .kind = ISCSI_EV_CONN_ERROR, .code = 1020 });
	now = iscsi_deadline(&m);
	step((struct iscsi_event){ .kind = ISCSI_EV_DEADLINE });
	failed_with(AT "connection lost in the security stage of the login: the target closed the "
		       "connection (kernel error 1020): perhaps the CHAP name or secret is not "
		       "what the target has for initiator " INITIATOR);
	to_offer(false);
	head.class = 2;
	head.detail = 2;
	answer(0x00, "");
	ok(act.failed && !act.again);
	/* a connection that breaks otherwise says nothing of algorithms */
	to_offer(false);
	step((struct iscsi_event){ .kind = ISCSI_EV_CONN_ERROR, .code = 1011 });
	now = iscsi_deadline(&m);
	step((struct iscsi_event){ .kind = ISCSI_EV_DEADLINE });
	ok(act.failed && !act.again);
}

static void chosen_algorithms(void)
{
	static const uint8_t chosen[] = { 6, 8 };

	chap_begin(false);
	memcpy(m.config.chap.algorithms, chosen, sizeof(chosen));
	m.config.chap.n_algorithms = sizeof(chosen);
	start();
	answer(0x00, "AuthMethod=CHAP\0");
	SENT("CHAP_A=6,8\0");
	answer(0x00, "CHAP_A=8\0" CHALLENGE);
	ok(sent_contains(algorithms[3].ours, strlen(algorithms[3].ours) + 1));
	chap_begin(false);
	m.config.chap.algorithms[0] = 5;
	m.config.chap.n_algorithms = 1;
	start();
	answer(0x00, "AuthMethod=CHAP\0");
	refused();
	ok(act.failed && !act.again);
}

/* Before CHAP, in place of a challenge, and after the answer. */
static void redirected(void)
{
	for (int i = 0; i < 3; i++) {
		if (i == 0)
			chap_begin(false), start();
		else if (i == 1)
			to_offer(false);
		else
			to_answer(false, 0);
		head.class = 1;
		head.detail = 1;
		answer(0x00, "TargetAddress=10.0.0.6\0");
		ok(act.redirect && !act.failed);
		memset(&head, 0, sizeof(head));
		m.config.chap.n_algorithms = 0;
		start();
		SENT(NAMES "AuthMethod=CHAP,None\0");
		answer(0x00, "AuthMethod=CHAP\0");
		SENT("CHAP_A=5\0");
	}
	/* what one portal refuses need not be said of another */
	to_offer(false);
	refused();
	start();
	head.class = head.detail = 1;
	answer(0x00, "TargetAddress=10.0.0.6\0");
	memset(&head, 0, sizeof(head));
	start();
	answer(0x00, "AuthMethod=CHAP\0");
	SENT("CHAP_A=5\0");
}

/* --- PDUs in pieces, and keys of others --- */

static void split_at_every_byte(void)
{
	static const char text[] = "CHAP_A=5\0" CHALLENGE "X-lab=1";
	static const char last[] = "CHAP_N=san\0CHAP_R=0xc8d9f1b277bade3b8a489adb7d46322e\0";

	for (size_t at = 0; at <= sizeof(text); at++) {
		to_offer(true);
		head.flags = 0x40;
		answer_bytes(text, at);
		SENT("");
		eq_int(act.header[1], 0x00);
		head.flags = 0x00;
		answer_bytes(text + at, sizeof(text) - at);
		ok(sent_contains("CHAP_R=0x927e84b353ab26b3ee3e4ff6af34b98c", 42));
		ok(sent_contains("X-lab=NotUnderstood", sizeof("X-lab=NotUnderstood")));
		eq_int(act.header[1], 0x81);
		head.flags = 0x40;
		answer_bytes(last, at < sizeof(last) ? at : sizeof(last));
		eq_int(act.header[1], 0x00);
		head.flags = 0x81;
		if (at < sizeof(last))
			answer_bytes(last + at, sizeof(last) - at);
		else
			answer_bytes("", 0);
		eq_int(m.state, ISCSI_OPERATIONAL);
	}
}

/* --- what the kernel is told, for whoever logs in again --- */

static const char *setting(uint32_t param)
{
	static struct iscsi_setting s[ISCSI_SETTINGS_MAX];
	size_t n = iscsi_settings_negotiated(&m, s);

	for (size_t i = 0; i < n; i++)
		if (s[i].param == param)
			return s[i].value;
	return "(not set)";
}

static void settings(void)
{
	to_answer(true, 0);
	answer(0x81, "CHAP_N=san\0CHAP_R=0xc8d9f1b277bade3b8a489adb7d46322e\0");
	finishes();
	eq_str(setting(22), "pc7");
	eq_str(setting(24), SECRET);
	eq_str(setting(23), "san");
	eq_str(setting(25), IN_SECRET);
	to_answer(false, 0);
	answer(0x81, "");
	finishes();
	eq_str(setting(22), "pc7");
	eq_str(setting(23), "(not set)");
	/* where the target did not want it, iscsid must not insist on it */
	chap_begin(false);
	start();
	answer(0x81, "AuthMethod=None\0");
	finishes();
	eq_str(setting(22), "(not set)");
	eq_str(setting(24), "(not set)");
}

int main(void)
{
	RUN(one_way);
	RUN(one_way_in_no_hurry);
	RUN(one_way_without);
	RUN(mutual);
	RUN(mutual_wrong);
	RUN(base64_and_hex_numbers);
	RUN(wrong_challenges);
	RUN(challenge_comes_later);
	RUN(impossible_configurations);
	RUN(md5_refused);
	RUN(other_refusals);
	RUN(chosen_algorithms);
	RUN(redirected);
	RUN(split_at_every_byte);
	RUN(settings);
	return test_end();
}
