/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Login text: pairs, the offer as it goes out, every answer to every kind of key. */
#include "test.h"

#include "core/iscsi.h"
#include "core/iscsi_text.h"

#define TEXT(literal) ((struct span){ literal, sizeof(literal) - 1 })

/* "key=value" read as a pair */
static struct iscsi_pair pair_of(const char *text)
{
	struct span rest = span_of(text);
	struct iscsi_pair pair = { { "", 0 }, { "", 0 } };

	ok(iscsi_pair_next(&rest, &pair) == ISCSI_PAIR);
	return pair;
}

static void splits_pairs(void)
{
	struct span rest = TEXT("\0A=1\0\0X-com.b+c@d_e=a=b\0Empty=\0Last=z");
	struct iscsi_pair p;

	eq_int(iscsi_pair_next(&rest, &p), ISCSI_PAIR);
	ok(span_eq(p.key, "A") && span_eq(p.value, "1"));
	eq_int(iscsi_pair_next(&rest, &p), ISCSI_PAIR);
	ok(span_eq(p.key, "X-com.b+c@d_e") && span_eq(p.value, "a=b"));
	eq_int(iscsi_pair_next(&rest, &p), ISCSI_PAIR);
	ok(span_eq(p.key, "Empty") && span_eq(p.value, ""));
	eq_int(iscsi_pair_next(&rest, &p), ISCSI_PAIR);
	ok(span_eq(p.key, "Last") && span_eq(p.value, "z"));
	eq_int(iscsi_pair_next(&rest, &p), ISCSI_PAIR_NONE);
	eq_int(iscsi_pair_next(&rest, &p), ISCSI_PAIR_NONE);
}

static void refuses_no_pairs(void)
{
	static const char *const bad[] = { "A", "=1", "A b=1", "A\n=1", "A\x80=1" };
	char key[80];
	struct iscsi_pair p;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct span rest = span_of(bad[i]);

		eq_int(iscsi_pair_next(&rest, &p), ISCSI_PAIR_BAD);
		eq_int(iscsi_pair_next(&rest, &p), ISCSI_PAIR_NONE);
	}
	memset(key, 'k', sizeof(key));
	memcpy(key + 63, "=1", 3);
	eq_int(pair_of(key).key.len, 63);
	memcpy(key + 63, "k=1", 4);
	struct span rest = span_of(key);
	eq_int(iscsi_pair_next(&rest, &p), ISCSI_PAIR_BAD);
}

static void offers(void)
{
	static const char want[] = "HeaderDigest=None\0DataDigest=None\0DefaultTime2Wait=2\0"
				   "DefaultTime2Retain=0\0IFMarker=No\0OFMarker=No\0"
				   "ErrorRecoveryLevel=0\0InitialR2T=No\0ImmediateData=Yes\0"
				   "MaxBurstLength=16776192\0FirstBurstLength=262144\0"
				   "MaxOutstandingR2T=1\0MaxConnections=1\0DataPDUInOrder=Yes\0"
				   "DataSequenceInOrder=Yes\0MaxRecvDataSegmentLength=262144";
	struct iscsi_params params = { 0 };
	uint8_t got[1024];
	struct writer w = writer_of(got, sizeof(got));

	iscsi_keys_default(&params);
	iscsi_keys_offer(&params, &w);
	eq_int(writer_len(&w), sizeof(want));
	ok(!memcmp(got, want, sizeof(want)));
}

/* RFC 7143 section 13: what holds where the target says nothing. */
static void unanswered_is_default(void)
{
	struct iscsi_params p = { 0 };
	uint8_t got[1024];
	struct writer w = writer_of(got, sizeof(got));

	iscsi_keys_default(&p);
	eq_int(p.max_recv, 8192);
	eq_int(p.max_xmit, 8192);
	eq_int(p.time2retain, 20);
	iscsi_keys_offer(&p, &w);
	eq_int(p.max_recv, 262144);
	eq_int(p.max_xmit, 8192);
	eq_int(p.first_burst, 65536);
	eq_int(p.max_burst, 262144);
	eq_int(p.max_r2t, 1);
	ok(p.initial_r2t && p.immediate_data && p.pdu_in_order && p.seq_in_order);
	ok(!p.header_digest && !p.data_digest);
	eq_int(p.erl, 0);
	eq_int(p.time2wait, 2);
	eq_int(p.time2retain, 0);
	eq_int(p.tpgt, 1);
}

#define NUMBER(name) offsetof(struct iscsi_params, name), sizeof(((struct iscsi_params *)0)->name)

static uint32_t field_of(const struct iscsi_params *p, size_t offset, size_t size)
{
	uint32_t v = 0;

	memcpy(&v, (const uint8_t *)p + offset, size); /* little endian, as the agent's machines */
	return v;
}

static void combines(void)
{
	static const struct {
		const char *answer;
		size_t offset, size;
		uint32_t want;
	} rows[] = {
		{ "InitialR2T=Yes", NUMBER(initial_r2t), 1 },
		{ "InitialR2T=No", NUMBER(initial_r2t), 0 },
		{ "InitialR2T=NotUnderstood", NUMBER(initial_r2t), 1 },
		{ "ImmediateData=No", NUMBER(immediate_data), 0 },
		{ "ImmediateData=Yes", NUMBER(immediate_data), 1 },
		{ "DataPDUInOrder=No", NUMBER(pdu_in_order), 1 },
		{ "DataSequenceInOrder=No", NUMBER(seq_in_order), 1 },
		{ "MaxBurstLength=512", NUMBER(max_burst), 512 },
		{ "MaxBurstLength=16777215", NUMBER(max_burst), 16776192 },
		{ "MaxBurstLength=0x40000", NUMBER(max_burst), 262144 },
		{ "FirstBurstLength=262144", NUMBER(first_burst), 262144 },
		{ "FirstBurstLength=Irrelevant", NUMBER(first_burst), 65536 },
		{ "MaxOutstandingR2T=65535", NUMBER(max_r2t), 1 },
		{ "DefaultTime2Wait=0", NUMBER(time2wait), 2 },
		{ "DefaultTime2Wait=3600", NUMBER(time2wait), 3600 },
		{ "DefaultTime2Retain=20", NUMBER(time2retain), 0 },
		{ "ErrorRecoveryLevel=2", NUMBER(erl), 0 },
		{ "HeaderDigest=None", NUMBER(header_digest), 0 },
		{ "MaxRecvDataSegmentLength=512", NUMBER(max_xmit), 512 },
		{ "MaxRecvDataSegmentLength=16777215", NUMBER(max_xmit), 16777215 },
		{ "MaxRecvDataSegmentLength=65536", NUMBER(max_recv), 262144 },
		{ "TargetPortalGroupTag=0", NUMBER(tpgt), 0 },
		{ "TargetPortalGroupTag=65535", NUMBER(tpgt), 65535 },
		{ "IFMarker=Reject", NUMBER(erl), 0 },
		{ "OFMarker=NotUnderstood", NUMBER(erl), 0 },
		{ "MaxConnections=4", NUMBER(erl), 0 },
		{ "TargetAddress=10.0.0.1:3260,1", NUMBER(tpgt), 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct iscsi_params p = { 0 };
		struct iscsi_pair pair = pair_of(rows[i].answer);
		struct err err = { 0 };
		uint8_t unused[1024];
		struct writer w = writer_of(unused, sizeof(unused));

		iscsi_keys_default(&p);
		iscsi_keys_offer(&p, &w);
		ok_row(iscsi_keys_answer(&p, &pair, &err) == ISCSI_ANSWER_TAKEN, rows[i].answer);
		ok_row(field_of(&p, rows[i].offset, rows[i].size) == rows[i].want, rows[i].answer);
	}
}

static void refuses_answers(void)
{
	static const struct {
		const char *answer, *text;
	} rows[] = {
		{ "MaxBurstLength=511",
		  "target answers MaxBurstLength=511, not a number from 512 to 16777215" },
		{ "MaxBurstLength=16777216",
		  "target answers MaxBurstLength=16777216, not a number from 512 to 16777215" },
		{ "MaxBurstLength=4096 ",
		  "target answers MaxBurstLength=4096 , not a number from 512 to 16777215" },
		{ "MaxBurstLength=",
		  "target answers MaxBurstLength=, not a number from 512 to 16777215" },
		{ "MaxBurstLength=0x",
		  "target answers MaxBurstLength=0x, not a number from 512 to 16777215" },
		{ "MaxRecvDataSegmentLength=-1",
		  "target answers MaxRecvDataSegmentLength=-1, not a number from 512 to 16777215" },
		{ "InitialR2T=yes", "target answers InitialR2T=yes, not Yes or No" },
		{ "InitialR2T=\x1b[2J", "target answers InitialR2T=\\x1b[2J, not Yes or No" },
		{ "HeaderDigest=CRC32C", "target answers HeaderDigest=CRC32C, not None" },
		{ "TargetPortalGroupTag=65536",
		  "target answers TargetPortalGroupTag=65536, not a number from 0 to 65535" },
		{ "MaxBurstLength=Reject",
		  "target rejects MaxBurstLength=16776192: see what its settings allow" },
		{ "ImmediateData=Reject",
		  "target rejects ImmediateData=Yes: see what its settings allow" },
		{ "DataDigest=Reject",
		  "target rejects DataDigest=None: see what its settings allow" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct iscsi_params p = { 0 }, before;
		struct iscsi_pair pair = pair_of(rows[i].answer);
		struct err err = { 0 };

		iscsi_keys_default(&p);
		before = p;
		eq_int(iscsi_keys_answer(&p, &pair, &err), ISCSI_ANSWER_WRONG);
		eq_str(err.text, rows[i].text);
		ok(!memcmp(&p, &before, sizeof(p)));
	}
}

static void names_are_whole(void)
{
	static const char *const unknown[] = { "MaxBurst=1", "MaxBurstLengthX=1",
					       "maxburstlength=1", "X-com.example=1",
					       "AuthMethod=None" };
	struct iscsi_params p = { 0 };

	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) {
		struct iscsi_pair pair = pair_of(unknown[i]);

		eq_int(iscsi_keys_answer(&p, &pair, NULL), ISCSI_ANSWER_UNKNOWN_KEY);
		ok(!iscsi_key_known(pair.key));
	}
	ok(iscsi_key_known(span_of("MaxBurstLength")) && iscsi_key_known(span_of("TargetAlias")));
}

static void keeps_alias(void)
{
	struct iscsi_params p = { 0 };
	struct iscsi_pair pair = pair_of("TargetAlias=disk\x01 0");

	eq_int(iscsi_keys_answer(&p, &pair, NULL), ISCSI_ANSWER_TAKEN);
	eq_str(p.target_alias, "disk\\x01 0");
}

int main(void)
{
	RUN(splits_pairs);
	RUN(refuses_no_pairs);
	RUN(offers);
	RUN(unanswered_is_default);
	RUN(combines);
	RUN(refuses_answers);
	RUN(names_are_whole);
	RUN(keeps_alias);
	return test_end();
}
