/* SPDX-License-Identifier: GPL-2.0-or-later */
/* iSCSI roots of the plan: a text, parts in words of their own, or firmware's iBFT. */
#include "core/plan_root.h"

#include "core/ibft.h"

#define CHOICES_MAX 256

void root_word_iscsi(struct root_build *b, const struct wish_word *word)
{
	char what[PLAN_QUOTE_MAX], choices[CHOICES_MAX];
	struct out out = out_to(choices, sizeof(choices));
	struct plan_root root;
	struct err err;

	(void)wish_text(word, what);
	if (rootspec_iscsi(word->value, IN_WORD, &root, &out, &err)) {
		root_refuse(b, word->given, what, err.text);
		return;
	}
	if (out.len)
		plan_note(b->plan, NOTE_CHOICE, word->given, "%s: %s", what, choices);
	root.given = root.server_given = word->given;
	plan_own_chap(&root);
	(void)rootspec_quote(root.text, sizeof(root.text), word->value);
	root_add(b, &root, -1);
}

/* --- parts --- */

/* A root on the command line replaces those of netroot.conf. */
static bool gives_way(const struct wishes *wish, struct given part)
{
	const struct wish_word *root = &wish->root, *netroot = &wish->netroot[0];

	return (root->kind != ROOTSPEC_PARTS && given_gives_way(part, root->given.by)) ||
	       (wish->n_netroot && netroot->kind != ROOTSPEC_PARTS &&
		given_gives_way(part, netroot->given.by));
}

bool root_has_parts(const struct wishes *wish)
{
	const struct wish_word *name = &wish->target_name, *ip = &wish->target_ip;

	if (gives_way(wish, name->given) || gives_way(wish, ip->given))
		return false;
	return name->given.by || ip->given.by;
}

/* Cuts the next address off a list with blanks or commas between. */
static struct span cut_address(struct span *list)
{
	size_t n = 0;
	struct span address;

	while (list->len && (list->p[0] == ' ' || list->p[0] == ','))
		*list = span_skip(*list, 1);
	while (n < list->len && list->p[n] != ' ' && list->p[n] != ',')
		n++;
	address = (struct span){ list->p, n };
	*list = span_skip(*list, n);
	return address;
}

/* All but the root's server. False: said why. */
static bool set_target(struct root_build *b, struct plan_root *root)
{
	const struct wish_word *name = &b->wish->target_name, *port = &b->wish->target_port;
	char what[PLAN_QUOTE_MAX];
	uint64_t v = 0;

	/* without a name the portal is asked */
	if (name->given.by && !iscsi_name_valid(name->value)) {
		root_refuse(b, name->given, wish_text(name, what),
			    "no iqn., eui. or naa. name of at most 223 bytes");
		return false;
	}
	if (name->given.by) /* it fits */
		(void)text_copy(root->iscsi.target, sizeof(root->iscsi.target), name->value);
	if (port->given.by && !parse_uint(port->value, 10, 0, UINT16_MAX, &v)) {
		root_refuse(b, port->given, wish_text(port, what), "no number up to 65535");
		return false;
	}
	root->iscsi.port = v ? (uint16_t)v : ISCSI_PORT;
	return true;
}

/* initramfs-tools' scripts take several addresses of one target. */
void root_by_parts(struct root_build *b)
{
	const struct wish_word *name = &b->wish->target_name, *ip = &b->wish->target_ip;
	struct plan_root root = { .given = name->given.by ? name->given : ip->given,
				  .kind = ROOT_ISCSI };
	struct span rest = ip->value, address;
	char what[PLAN_QUOTE_MAX];
	struct err err;

	if (!root_has_parts(b->wish))
		return;
	if (!ip->given.by) {
		root_refuse(b, name->given, wish_text(name, what),
			    "the target's address is missing: give rd.iscsi.target.ip=");
		return;
	}
	if (!set_target(b, &root))
		return;
	root.server_given = ip->given;
	(void)text_quote(root.text, sizeof(root.text), name->given.by ? name->value : ip->value);
	while ((address = cut_address(&rest)).len)
		if (host_parse(address, &root.server, &err))
			root_refuse(b, ip->given, wish_text(ip, what), err.text);
		else
			root_add(b, &root, -1);
}

/* --- firmware --- */

/* netroot=iscsi, which leaves it to firmware where no words name the parts. */
static struct given parts_word(const struct wishes *wish)
{
	if (wish->root.kind == ROOTSPEC_PARTS)
		return wish->root.given;
	for (uint8_t i = 0; i < wish->n_netroot; i++)
		if (wish->netroot[i].kind == ROOTSPEC_PARTS)
			return wish->netroot[i].given;
	return (struct given){ .by = FROM_NOWHERE };
}

struct given plan_ibft_targets_by(const struct wishes *wish)
{
	struct given by = parts_word(wish);

	if (wish->no_ibft && !wish->ip_ibft.by)
		return (struct given){ .by = FROM_NOWHERE };
	return wish->ibft_firmware.by || root_has_parts(wish) ? wish->ibft_firmware : by;
}

static void add_target(struct root_build *b, const struct ibft_target *target)
{
	const struct given by_ibft = { .by = FROM_IBFT };
	char choices[CHOICES_MAX], source[IBFT_SOURCE_MAX];
	struct out out = out_to(choices, sizeof(choices));
	struct plan_root root;
	struct err err;

	(void)ibft_source(target->hba, source);
	if (!ibft_target_plan(target, &root, &out, &err)) {
		plan_note(b->plan, NOTE_REFUSED, by_ibft, "%s: target%u: %s, ignored", source,
			  target->index, err.text);
		return;
	}
	if (out.len)
		plan_note(b->plan, NOTE_CHOICE, by_ibft, "%s: target%u: %s", source, target->index,
			  choices);
	root_add(b, &root, -1);
}

/* Those that firmware has booted from come first. */
static uint8_t add_targets(struct root_build *b)
{
	const struct ibft *ibft = b->in->ibft;
	uint8_t n = 0;

	for (int boot = 1; boot >= 0; boot--)
		for (uint8_t i = 0; i < ibft->n_targets; i++) {
			const struct ibft_target *target = &ibft->targets[i];

			if (!target->valid || target->boot != (boot == 1))
				continue;
			add_target(b, target);
			n++;
		}
	return n;
}

void root_by_ibft(struct root_build *b, bool said)
{
	struct given by = plan_ibft_targets_by(b->wish);
	/* words that ask for its NICs alone are enough where none names a root */
	bool wanted = by.by || (!said && plan_ibft_by(b->wish).by);
	char q[PLAN_QUOTE_MAX];
	uint8_t n = 0;

	if (!b->in->ibft || !wanted)
		return;
	if (b->in->ibft->present)
		n = add_targets(b);
	/* without a table the other words are meant to do no harm */
	if (!n && by.by && (b->in->ibft->present || parts_word(b->wish).by))
		plan_note(b->plan, NOTE_IGNORED, by, "%s: %s, ignored", given_word(by, b->in, q),
			  b->in->ibft->present
				  ? "firmware's iBFT has no target in use"
				  : "firmware has no iBFT, and no words name a target");
}
