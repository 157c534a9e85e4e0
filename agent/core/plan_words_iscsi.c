/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of iSCSI: dracut's names, those of open-iscsi's initramfs scripts, which have them in
 * capitals in iscsi.initramfs, and our own. */
#include "core/plan_wish.h"

#include <string.h>

#include "core/chap_hash.h"

static void take_initiator(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "rd.iscsi.initiator", &b->wish->initiator);
}

/* --- a root in parts; firmware's --- */

static void take_target_name(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "rd.iscsi.target.name", &b->wish->target_name);
}

static void take_target_ip(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "rd.iscsi.target.ip", &b->wish->target_ip);
}

static void take_target_port(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "rd.iscsi.target.port", &b->wish->target_port);
}

/* open-iscsi's script asks firmware where ISCSI_AUTO is "true". */
static void take_auto(struct word_build *b, const struct cmd_word *w)
{
	bool no = !word_bool(w) || span_eq(w->value, "false");

	if (no)
		b->wish->ibft_firmware = (struct given){ .by = FROM_NOWHERE };
	else
		b->wish->ibft_firmware = b->by;
}

/* dracut's old name of netroot=iscsi:. */
static void take_iscsiroot(struct word_build *b, const struct cmd_word *w)
{
	word_netroot(b, w, "iscsiroot", ROOTSPEC_ISCSI);
}

/* --- CHAP --- */

static void take_chap_user(struct word_build *b, const struct cmd_word *w)
{
	plan_take_chap(b, w, WISH_CHAP_USER);
}

static void take_chap_secret(struct word_build *b, const struct cmd_word *w)
{
	plan_take_chap(b, w, WISH_CHAP_SECRET);
}

static void take_chap_in_user(struct word_build *b, const struct cmd_word *w)
{
	plan_take_chap(b, w, WISH_CHAP_IN_USER);
}

static void take_chap_in_secret(struct word_build *b, const struct cmd_word *w)
{
	plan_take_chap(b, w, WISH_CHAP_IN_SECRET);
}

/* Which digests are offered, in this order: md5, sha1, sha256, sha3-256. */
static void take_chap_algorithms(struct word_build *b, const struct cmd_word *w)
{
	struct plan_chap *chap = &b->plan->chap;
	struct span rest = w->value;
	uint8_t list[PLAN_CHAP_ALGORITHMS_MAX] = { 0 }, n = 0;

	while (rest.p) {
		uint8_t algorithm = chap_algorithm_of(span_cut(&rest, ','));

		if (!algorithm || n == PLAN_CHAP_ALGORITHMS_MAX) {
			word_refuse(b, w, "not md5, sha1, sha256 or sha3-256 with commas, ignored");
			return;
		}
		list[n++] = algorithm;
	}
	memcpy(chap->algorithms, list, n);
	chap->n_algorithms = n;
	chap->algorithms_given = b->by;
}

/* --- rd.iscsi.param= --- */

/* open-iscsi's records have CHAP, too. */
static bool take_auth(struct word_build *b, struct span text)
{
	static const struct {
		const char *name;
		void (*take)(struct word_build *b, const struct cmd_word *w);
	} names[] = {
		{ "node.session.auth.username", take_chap_user },
		{ "node.session.auth.password", take_chap_secret },
		{ "node.session.auth.username_in", take_chap_in_user },
		{ "node.session.auth.password_in", take_chap_in_secret },
		{ "node.session.auth.chap_algs", take_chap_algorithms },
	};
	struct cmd_word w = { .value = text, .has_value = true };

	w.key = span_cut(&w.value, '=');
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_eq(w.key, names[i].name)) {
			names[i].take(b, &w);
			return true;
		}
	return false;
}

static void param_unknown(struct word_build *b, const struct cmd_word *w)
{
	const char *why = iscsi_tune_ignored(w->value);
	char value[80];

	if (take_auth(b, w->value))
		return;
	if (why)
		plan_note(b->plan, NOTE_IGNORED, b->by, "%srd.iscsi.param=\"%s\": %s, ignored",
			  word_origin(b->by), rootspec_quote(value, sizeof(value), w->value), why);
	else
		word_refuse(b, w, "no name of open-iscsi's records, ignored");
}

static void take_param(struct word_build *b, const struct cmd_word *w)
{
	struct plan *plan = b->plan;

	switch (iscsi_tune_take(&plan->tune, w->value)) {
	case ISCSI_TUNE_TAKEN:
		plan->tune_given = b->by;
		break;
	case ISCSI_TUNE_FOR_EVER:
		plan_note(plan, NOTE_CHOICE, b->by,
			  "%srd.iscsi.param: waiting for ever read as %u s: a reboot would hang "
			  "once the network is gone",
			  word_origin(b->by),
			  iscsi_tune_seconds(&plan->tune, ISCSI_TIMER_REPLACEMENT));
		break;
	case ISCSI_TUNE_BAD:
		word_refuse(b, w, "no number of seconds up to %u, ignored", iscsi_tune_max());
		break;
	case ISCSI_TUNE_BAD_DIGEST:
		word_refuse(b, w, "not None, CRC32C, or both with a comma, ignored");
		break;
	case ISCSI_TUNE_UNKNOWN:
		param_unknown(b, w);
		break;
	}
}

/* Of headers and data. */
static void take_digest(struct word_build *b, const struct cmd_word *w)
{
	if (iscsi_tune_digests(&b->plan->tune, w->value))
		b->plan->tune_given = b->by;
	else
		word_refuse(b, w, "not None, CRC32C, or both with a comma, ignored");
}

/* --- multipath --- */

static void set_multipath(struct word_build *b, bool on)
{
	b->plan->multipath = on;
	b->plan->multipath_given = b->by;
}

/* dracut's has "default" for multipathd's defaults without a file, which is what there is here. */
static void take_multipath(struct word_build *b, const struct cmd_word *w)
{
	set_multipath(b, word_bool(w));
}

/* Debian's multipath-tools leaves disks alone with these; what they say holds for all of a boot. */
static void take_nompath(struct word_build *b, const struct cmd_word *w)
{
	if (!w->has_value || span_eq(w->value, "off"))
		set_multipath(b, false);
}

static const struct word_row rows[] = {
	{ "rd.iscsi.initiator", VALUE, take_initiator, "the initiator's name" },
	{ "iscsi_initiator", VALUE, take_initiator, "the initiator's name" },
	{ "ISCSI_INITIATOR", VALUE, take_initiator, "the initiator's name" },
	{ "rd.iscsi.target.name", VALUE, take_target_name, "the target's name" },
	{ "iscsi_target_name", VALUE, take_target_name, "the target's name" },
	{ "ISCSI_TARGET_NAME", VALUE, take_target_name, "the target's name" },
	{ "rd.iscsi.target.ip", VALUE, take_target_ip, "the target's addresses" },
	{ "iscsi_target_ip", VALUE, take_target_ip, "the target's addresses" },
	{ "ISCSI_TARGET_IP", VALUE, take_target_ip, "the target's addresses" },
	{ "rd.iscsi.target.port", VALUE, take_target_port, "the target's port" },
	{ "iscsi_target_port", VALUE, take_target_port, "the target's port" },
	{ "ISCSI_TARGET_PORT", VALUE, take_target_port, "the target's port" },
	{ "iscsiroot", VALUE, take_iscsiroot, NULL },
	{ "iscsi_auto", BARE | VALUE | EARLY, take_auto, "NICs and targets of firmware's iBFT" },
	{ "ISCSI_AUTO", BARE | VALUE | EARLY, take_auto, "NICs and targets of firmware's iBFT" },
	{ "rd.iscsi.username", VALUE, take_chap_user, "CHAP: this machine's name" },
	{ "rd.iscsi.password", VALUE, take_chap_secret, "CHAP: this machine's secret" },
	{ "rd.iscsi.in.username", VALUE, take_chap_in_user, "CHAP: the target's name" },
	{ "rd.iscsi.in.password", VALUE, take_chap_in_secret, "CHAP: the target's secret" },
	{ "iscsi_username", VALUE, take_chap_user, "CHAP: this machine's name" },
	{ "iscsi_password", VALUE, take_chap_secret, "CHAP: this machine's secret" },
	{ "iscsi_in_username", VALUE, take_chap_in_user, "CHAP: the target's name" },
	{ "iscsi_in_password", VALUE, take_chap_in_secret, "CHAP: the target's secret" },
	{ "ISCSI_USERNAME", VALUE, take_chap_user, "CHAP: this machine's name" },
	{ "ISCSI_PASSWORD", VALUE, take_chap_secret, "CHAP: this machine's secret" },
	{ "ISCSI_IN_USERNAME", VALUE, take_chap_in_user, "CHAP: the target's name" },
	{ "ISCSI_IN_PASSWORD", VALUE, take_chap_in_secret, "CHAP: the target's secret" },
	{ "netroot.iscsi.chap", VALUE, take_chap_algorithms, NULL },
	{ "netroot.iscsi.digest", VALUE, take_digest, "checksums of the iSCSI session" },
	{ "rd.iscsi.param", VALUE | LIST, take_param, "a parameter of the iSCSI session" },
	{ "rd.multipath", BARE | VALUE, take_multipath, NULL },
	{ "netroot.multipath", BARE | VALUE, take_multipath, NULL },
	{ "multipath", VALUE, take_nompath, "off: no multipath map is made" },
	{ "nompath", BARE, take_nompath, "no multipath map is made" },
};

const struct word_rows word_rows_iscsi = { rows, sizeof(rows) / sizeof(rows[0]) };
