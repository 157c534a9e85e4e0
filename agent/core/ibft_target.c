/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of one target of the iBFT, and the root that they come to. A row per file. */
#include "core/ibft.h"

#include <errno.h>
#include <string.h>

#include "core/netspec.h"
#include "core/rootspec.h"

#define LUN_LEN 8
#define FLAG_RADIUS (4 | 8) /* CHAP, reverse CHAP */

/* --- files --- */

static bool take_flags(struct ibft_target *t, struct span text)
{
	uint64_t flags;

	t->radius = parse_uint(text, 10, 0, UINT8_MAX, &flags) && flags & FLAG_RADIUS;
	return ibft_take_flags(text, &t->valid, &t->boot);
}

static bool take_address(struct ibft_target *t, struct span text)
{
	return ibft_take_ip(&t->address, text);
}

static bool take_port(struct ibft_target *t, struct span text)
{
	uint64_t port;

	if (!parse_uint(text, 10, 0, UINT16_MAX, &port))
		return false;
	t->port = (uint16_t)port;
	return true;
}

/*
 * How many digits byte i has. The kernel writes each byte without a leading zero, so that only the
 * length tells where one ends: eight digits or sixteen are clear. With one or two more than eight
 * it is taken for granted that only the first group has two digits in a byte: either 0x40 to 0x7f,
 * flat space addressing (SAM-5 4.7), or zero and the LUN. 0: nobody can know.
 */
static size_t len_byte(struct span text, size_t i)
{
	bool flat = text.len && text.p[0] >= '4' && text.p[0] <= '7';

	if (text.len == LUN_LEN || text.len == 2 * LUN_LEN)
		return text.len / LUN_LEN;
	if (i > 1)
		return 1;
	if (text.len == LUN_LEN + 1 && (flat || text.p[0] == '0'))
		return flat == (i == 0) ? 2 : 1;
	return text.len == LUN_LEN + 2 && flat ? 2 : 0;
}

static bool take_lun(struct ibft_target *t, struct span text)
{
	struct span rest = text;
	uint8_t lun[LUN_LEN];

	for (size_t i = 0; i < LUN_LEN; i++) {
		size_t len = len_byte(text, i);
		uint64_t byte;

		if (!len || len > rest.len ||
		    !parse_uint((struct span){ rest.p, len }, 16, 0, UINT8_MAX, &byte))
			return false;
		lun[i] = (uint8_t)byte;
		rest = span_skip(rest, len);
		/* of an uncertain length the rest has to be what was taken for granted */
		if (text.len % LUN_LEN && i > 1 && byte)
			return false;
	}
	if (rest.len)
		return false;
	memcpy(t->lun, lun, sizeof(lun));
	t->lun_known = true;
	return true;
}

static bool take_chap_type(struct ibft_target *t, struct span text)
{
	uint64_t type;

	if (!parse_uint(text, 10, 0, IBFT_CHAP_MUTUAL, &type))
		return false;
	t->chap = (uint8_t)type;
	return true;
}

static bool take_nic(struct ibft_target *t, struct span text)
{
	uint64_t index;

	if (!parse_uint(text, 10, 0, IBFT_INDEX_MAX, &index))
		return false;
	t->nic = (uint8_t)index;
	t->has_nic = true;
	return true;
}

static bool take_name(struct ibft_target *t, struct span text)
{
	return !text.len || (iscsi_name_valid(text) && text_copy(t->name, sizeof(t->name), text));
}

static bool take_user(struct ibft_target *t, struct span text)
{
	return text_copy(t->secrets.user, sizeof(t->secrets.user), text);
}

static bool take_secret(struct ibft_target *t, struct span text)
{
	return text_copy(t->secrets.secret, sizeof(t->secrets.secret), text);
}

static bool take_in_user(struct ibft_target *t, struct span text)
{
	return text_copy(t->secrets.in_user, sizeof(t->secrets.in_user), text);
}

static bool take_in_secret(struct ibft_target *t, struct span text)
{
	return text_copy(t->secrets.in_secret, sizeof(t->secrets.in_secret), text);
}

static const struct {
	const char *name;
	bool (*take)(struct ibft_target *t, struct span text);
} files[] = {
	{ "flags", take_flags },
	{ "ip-addr", take_address },
	{ "port", take_port },
	{ "lun", take_lun },
	{ "chap-type", take_chap_type },
	{ "nic-assoc", take_nic },
	{ "target-name", take_name },
	{ "chap-name", take_user },
	{ "chap-secret", take_secret },
	{ "rev-chap-name", take_in_user },
	{ "rev-chap-name-secret", take_in_secret },
};

_Static_assert(sizeof(files) / sizeof(files[0]) <= 16, "unread has a bit for each");

const char *ibft_target_file(size_t i)
{
	return i < sizeof(files) / sizeof(files[0]) ? files[i].name : NULL;
}

void ibft_target_take(struct ibft_target *target, size_t i, struct span text)
{
	if (!files[i].take(target, text))
		target->unread |= (uint16_t)(1U << i);
}

/* --- what they come to --- */

static void choose_unread(const struct ibft_target *t, struct out *choices)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (t->unread & 1U << i)
			netspec_choose(choices, "its %s makes no sense, left out", files[i].name);
	if (!t->lun_known)
		netspec_choose(choices, "its LUN is not known, all are looked at");
}

/* Names and secrets that the type of CHAP asks for; others may be there from an earlier setting. */
static bool set_chap(const struct ibft_target *t, struct plan_chap *chap, struct err *err)
{
	const struct plan_chap *s = &t->secrets;

	if (t->chap == IBFT_CHAP_NONE)
		return true;
	if (!s->user[0] || !s->secret[0] ||
	    (t->chap == IBFT_CHAP_MUTUAL && (!s->in_user[0] || !s->in_secret[0]))) {
		(void)err_set(
			err, EINVAL, "a name or secret of its CHAP is missing%s",
			t->radius ? ": it is to come from a RADIUS server, which is not supported"
				  : "");
		return false;
	}
	memcpy(chap->user, s->user, sizeof(chap->user));
	memcpy(chap->secret, s->secret, sizeof(chap->secret));
	if (t->chap == IBFT_CHAP_MUTUAL) {
		memcpy(chap->in_user, s->in_user, sizeof(chap->in_user));
		memcpy(chap->in_secret, s->in_secret, sizeof(chap->in_secret));
	}
	chap->given = (struct given){ .by = FROM_IBFT };
	return true;
}

bool ibft_target_plan(const struct ibft_target *target, struct plan_root *ret, struct out *choices,
		      struct err *err)
{
	const struct given given = { .by = FROM_IBFT };
	struct plan_root root = { .given = given, .kind = ROOT_ISCSI, .server_given = given };
	struct out text = out_to(root.text, sizeof(root.text));
	char source[IBFT_SOURCE_MAX];

	if (!target->name[0] || target->address.family == IP_NONE) {
		(void)err_set(err, EINVAL, "it has no usable %s",
			      target->name[0] ? "address" : "name");
		return false;
	}
	if (!set_chap(target, &root.chap, err))
		return false;
	choose_unread(target, choices);
	root.server.ip = target->address;
	(void)ip_text(&target->address, root.server.name);
	root.iscsi.port = target->port ? target->port : ISCSI_PORT;
	memcpy(root.iscsi.target, target->name, sizeof(root.iscsi.target));
	memcpy(root.iscsi.lun, target->lun, sizeof(root.iscsi.lun));
	root.iscsi.lun_given = target->lun_known;
	out_add(&text, "%s target%u", ibft_source(target->hba, source), target->index);
	*ret = root;
	return true;
}
