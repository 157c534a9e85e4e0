/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The roots of a plan: what the words name, completed from ip= and leases, then what a lease names.
 */
#include "core/plan_root.h"

#include <errno.h>
#include <string.h>

bool root_can_have_lease(const struct plan *plan)
{
	return plan_asks_dhcp4(plan) || plan_asks_dhcp6(plan);
}

bool root_awaits_lease(const struct plan *plan)
{
	for (uint8_t i = 0; i < plan->n_ips; i++)
		if (plan->ips[i].v4 == IP4_DHCP)
			return true;
	return plan_asks_dhcp6(plan);
}

const struct lease *root_lease_at(const struct root_build *b, uint8_t i)
{
	return i < b->in->n_leases ? &b->in->leases[i] : NULL;
}

bool root_of_bootdev(const struct root_build *b, const struct lease *lease)
{
	const struct plan *plan = b->plan;
	const char *name = plan->bootdev.ifname;

	for (uint8_t i = 0; plan->bootdev.mac.len && i < plan->n_renames; i++)
		if (mac_eq(&plan->bootdev.mac, &plan->renames[i].mac))
			name = plan->renames[i].name;
	return !plan->bootdev_given.by || !name[0] || !lease->ifname[0] ||
	       !strcmp(lease->ifname, name);
}

/*
 * Whether a lease has the say about what no word gives: one of DHCPv4, and of DHCPv6 where DHCPv4
 * is not asked at all. Otherwise a fast answer by IPv6, which has no such options, would be the
 * last word.
 */
static bool lease_decides(const struct root_build *b, const struct lease *lease)
{
	switch (lease->kind) {
	case LEASE_DHCP4:
		return root_of_bootdev(b, lease);
	case LEASE_DHCP6:
		return !plan_asks_dhcp4(b->plan) && root_of_bootdev(b, lease);
	case LEASE_RA:
		return false;
	}
	return false;
}

uint8_t root_next_lease(const struct root_build *b, uint8_t i)
{
	while (i < b->in->n_leases && !lease_decides(b, &b->in->leases[i]))
		i++;
	return i;
}

bool root_has_verdict(const struct root_build *b)
{
	return root_next_lease(b, 0) < b->in->n_leases;
}

static const char *path_name(const struct lease *lease)
{
	return lease->kind == LEASE_DHCP6 ? "DHCPv6 boot file URL" : "DHCP root-path";
}

char *root_path_text(const struct lease *lease, char *dst, size_t size)
{
	struct out out = out_to(dst, size);
	char q[160], ip[IP_TEXT_MAX];

	out_add(&out, "%s \"%s\" from %s", path_name(lease),
		rootspec_quote(q, sizeof(q), span_of(lease->root_path)),
		ip_text(&lease->server_id, ip));
	return dst;
}

void root_refuse(struct root_build *b, struct given about, const char *what, const char *why)
{
	if (!b->why.text[0]) {
		(void)err_set(&b->why, EINVAL, "%s: %s", what, why);
		b->why_given = about;
		b->why_note = b->plan->n_notes;
	}
	plan_note(b->plan, NOTE_REFUSED, about, "%s: %s", what, why);
}

void root_await(struct root_build *b, struct given given)
{
	if (b->plan->root_from_dhcp)
		return;
	b->plan->root_from_dhcp = true;
	b->plan->root_from_dhcp_given = given;
}

static void await_lease_roots(struct root_build *b, struct given given)
{
	b->lease_roots = true;
	b->plan->wants_root_path = true;
	root_await(b, given);
}

void root_add(struct root_build *b, const struct plan_root *root, int rw)
{
	struct plan *plan = b->plan;

	if (plan->n_roots == PLAN_ROOTS_MAX) {
		root_refuse(b, root->given, root->text, "no room for another root, ignored");
		return;
	}
	if (!plan->n_roots && rw >= 0 && plan->read_write_given.by == FROM_DEFAULT) {
		plan->read_write = rw > 0;
		plan->read_write_given = root->given;
	}
	plan->roots[plan->n_roots++] = *root;
}

/* --- roots named by words --- */

static void word_refused(struct root_build *b, const struct wish_word *word)
{
	char what[PLAN_QUOTE_MAX];
	struct err err;

	(void)rootspec_refuse(word->value, IN_WORD, &err);
	root_refuse(b, word->given, wish_text(word, what), err.text);
}

static void word_root(struct root_build *b, const struct wish_word *word)
{
	switch (word->kind) {
	case ROOTSPEC_DHCP:
		await_lease_roots(b, word->given);
		break;
	case ROOTSPEC_NFS:
		root_word_nfs(b, word);
		break;
	case ROOTSPEC_ISCSI:
		root_word_iscsi(b, word);
		break;
	case ROOTSPEC_BLOCK:
	case ROOTSPEC_LATER:
	case ROOTSPEC_UNKNOWN:
		word_refused(b, word);
		break;
	case ROOTSPEC_NONE:
	case ROOTSPEC_PARTS: /* other words, or firmware: root_by_parts(), root_by_ibft() */
	case ROOTSPEC_DEV_NFS: /* its own path: root_dev_nfs() */
	case ROOTSPEC_DEV_ROOT:
		break;
	}
}

/* --- roots named by leases --- */

static int lease_root(struct root_build *b, uint8_t i_lease, struct err *err)
{
	const struct lease *lease = root_lease_at(b, i_lease);
	struct given given = { .by = FROM_DHCP, .lease = i_lease };
	struct span text = span_of(lease->root_path);
	enum rootspec_kind kind = rootspec_kind(text, IN_OPTION_17);
	char choices[256];
	struct out out = out_to(choices, sizeof(choices));
	struct nfs_make make = root_make_nfs(given);
	struct nfs_spec spec = { .version = 0 };
	int r;

	if (kind == ROOTSPEC_NFS) {
		if ((r = rootspec_nfs(text, &spec, err)))
			return r;
		if ((r = root_add_layer(&make, &spec, given))) {
			*err = make.err;
			return r;
		}
		r = root_complete_nfs(b, &make.root, i_lease, err);
	} else if (kind == ROOTSPEC_ISCSI) {
		if ((r = rootspec_iscsi(text, IN_OPTION_17, &make.root, &out, err)))
			return r;
		make.root.given = make.root.server_given = given;
		plan_own_chap(&make.root);
		r = 0;
	} else {
		r = rootspec_refuse(text, IN_OPTION_17, err);
	}
	if (r)
		return r;
	if (out.len)
		plan_note(b->plan, NOTE_CHOICE, given, "%s: %s", path_name(lease), choices);
	(void)rootspec_quote(make.root.text, sizeof(make.root.text), text);
	if (kind == ROOTSPEC_NFS)
		root_add_nfs(b, &make);
	else
		root_add(b, &make.root, make.rw);
	return 0;
}

/* What firmware is given in option 59 (RFC 5970: tftp://, http://) is no root, and no mistake. */
static bool is_boot_file(const struct lease *lease)
{
	enum rootspec_kind kind = rootspec_kind(span_of(lease->root_path), IN_OPTION_17);

	return lease->kind == LEASE_DHCP6 && kind != ROOTSPEC_NFS && kind != ROOTSPEC_ISCSI;
}

static bool names_no_root(const struct lease *lease)
{
	return !lease->root_path[0] || is_boot_file(lease);
}

static void set_silent(struct root_build *b, const struct lease *lease)
{
	char ip[IP_TEXT_MAX];
	bool v6 = lease->kind == LEASE_DHCP6;

	(void)err_set(&b->why, ENOENT,
		      "%s server %s%s%s gave no %s, and the command line names no root",
		      v6 ? "DHCPv6" : "DHCP", ip_text(&lease->server_id, ip),
		      lease->ifname[0] ? " on " : "", lease->ifname,
		      v6 ? "boot file URL (option 59) that is a root" : "root-path (option 17)");
}

static bool has_kind(const struct root_build *b, uint8_t i_lease, enum rootspec_kind kind)
{
	return rootspec_kind(span_of(b->in->leases[i_lease].root_path), IN_OPTION_17) == kind;
}

/* Those from `first` on that are not among the ones before are kept. */
static void drop_twins(struct plan *plan, uint8_t from, uint8_t first)
{
	uint8_t n = first;

	for (uint8_t i = first; i < plan->n_roots; i++) {
		uint8_t k = from;

		while (k < n && !plan_root_eq(&plan->roots[k], &plan->roots[i]))
			k++;
		if (k == n)
			plan->roots[n++] = plan->roots[i];
	}
	plan->n_roots = n;
}

/* What another lease names beside the first one's: NFS servers beside an NFS root, which are asked
 * side by side, and what the other family has. False: nothing. */
static bool add_beside(struct root_build *b, uint8_t i_first, uint8_t i_lease, bool has_other)
{
	const struct lease *leases = b->in->leases;
	bool other = !has_other && leases[i_lease].kind != leases[i_first].kind;
	uint8_t n_before = b->plan->n_roots;
	char what[224];
	struct err err;

	if (names_no_root(&leases[i_lease]) ||
	    (!other && !(has_kind(b, i_first, ROOTSPEC_NFS) && has_kind(b, i_lease, ROOTSPEC_NFS))))
		return false;
	if (!lease_root(b, i_lease, &err)) {
		drop_twins(b->plan, 0, n_before);
		return b->plan->n_roots > n_before;
	}
	if (other)
		root_refuse(b, (struct given){ .by = FROM_DHCP, .lease = i_lease },
			    root_path_text(&leases[i_lease], what, sizeof(what)), err.text);
	return false;
}

/* iSCSI portals of both families: NFS servers are waited for as their own core/nfs_paths has it. */
static void race(struct plan_root *a, struct plan_root *b)
{
	a->raced = b->raced = a->kind == ROOT_ISCSI && b->kind == ROOT_ISCSI;
}

/* The other leases, behind the first with a usable root. */
static void roots_beside(struct root_build *b, uint8_t i_first, uint8_t at)
{
	bool has_other = false;

	for (uint8_t i = (uint8_t)(i_first + 1); i < b->in->n_leases; i++) {
		const struct lease *lease = &b->in->leases[i];
		uint8_t n = b->plan->n_roots;

		if (lease->kind == LEASE_RA || !root_of_bootdev(b, lease) ||
		    !add_beside(b, i_first, i, has_other))
			continue;
		if (lease->kind == b->in->leases[i_first].kind)
			continue;
		has_other = true;
		race(&b->plan->roots[at], &b->plan->roots[n]);
	}
}

/* The first lease with a usable root, and what others name beside it. */
static void roots_of_leases(struct root_build *b)
{
	const struct lease *silent = NULL;
	uint8_t n_before = b->plan->n_roots;
	char what[224];
	struct err err;

	for (uint8_t i = 0; i < b->in->n_leases; i++) {
		const struct lease *lease = &b->in->leases[i];
		const struct given given = { .by = FROM_DHCP, .lease = i };

		if (lease->kind == LEASE_RA || !root_of_bootdev(b, lease))
			continue;
		if (!names_no_root(lease)) {
			if (!lease_root(b, i, &err)) {
				roots_beside(b, i, n_before);
				return;
			}
			root_refuse(b, given, root_path_text(lease, what, sizeof(what)), err.text);
			continue;
		}
		if (lease->root_path[0])
			plan_note(b->plan, NOTE_IGNORED, given, "%s: no root, ignored",
				  root_path_text(lease, what, sizeof(what)));
		if (!silent && lease_decides(b, lease))
			silent = lease;
	}
	if (silent && !b->why.text[0] && !b->plan->n_roots)
		set_silent(b, silent);
}

/* --- all of them --- */

static bool wants_dev_nfs(const struct wishes *wish)
{
	if (wish->root.kind == ROOTSPEC_DEV_NFS)
		return wish->nfsroot.given.by || !wish->n_netroot;
	/* in the kernel nfsroot= alone means root=/dev/nfs, too */
	return wish->nfsroot.given.by && !wish->root.given.by && !wish->n_netroot &&
	       (!wish->block.given.by || wish->live.given.by); /* those look at no disk then */
}

static bool netroots_count(const struct wishes *wish)
{
	/* a root on the command line replaces those of netroot.conf */
	return wish->n_netroot && !given_gives_way(wish->netroot[0].given, wish->root.given.by);
}

static void set_block(struct root_build *b)
{
	const struct wish_word *word = &b->wish->block;
	char what[PLAN_QUOTE_MAX];
	struct err err;

	if (!word->given.by)
		return;
	(void)wish_text(word, what);
	if (span_starts(word->value, "/dev/ram")) {
		plan_note(b->plan, NOTE_IGNORED, word->given,
			  "%s: a RAM disk is no root here, ignored", what);
		return;
	}
	if (rootspec_block(word->value, &b->plan->block, &err))
		root_refuse(b, word->given, what, err.text);
	else
		b->plan->block.given = word->given;
}

static void note_unused(struct root_build *b, bool is_dev_nfs)
{
	const struct plan *plan = b->plan;
	bool all_nfs = plan->n_roots > 0;
	char what[PLAN_QUOTE_MAX];

	for (uint8_t i = 0; i < plan->n_roots; i++)
		all_nfs = all_nfs && plan->roots[i].kind == ROOT_NFS;
	if (all_nfs && plan->block.given.by)
		plan_note(b->plan, NOTE_IGNORED, b->wish->block.given,
			  "%s: has no effect on an NFS root, ignored",
			  wish_text(&b->wish->block, what));
	if (b->wish->nfsroot.given.by && !is_dev_nfs)
		plan_note(b->plan, NOTE_IGNORED, b->wish->nfsroot.given,
			  "%s: has no effect without root=/dev/nfs, ignored",
			  wish_text(&b->wish->nfsroot, what));
}

void plan_drop_roots(struct plan *plan, struct given by)
{
	plan->n_roots = 0;
	plan->root_from_dhcp = false;
	plan->no_root_given = by;
}

/* A disk of that name never comes: said before it is waited for. */
void plan_block_check(const struct plan_input *in, struct plan *plan)
{
	const char *why = plan->block.key == BLOCK_DEV
				  ? rootspec_dev_refused(span_of(plan->block.value))
				  : NULL;
	uint8_t n_iscsi = 0;
	char what[PLAN_QUOTE_MAX];

	for (uint8_t i = 0; i < plan->n_roots; i++)
		if (plan->roots[i].kind == ROOT_ISCSI)
			n_iscsi++;
	if (!why || (plan->n_roots && !n_iscsi)) /* an NFS root has no use for it, and says so */
		return;
	(void)given_word(plan->block.given, in, what);
	if (n_iscsi < plan->n_roots || !n_iscsi || plan->root_from_dhcp) {
		plan_note(plan, NOTE_REFUSED, plan->block.given, "%s: %s", what, why);
		return;
	}
	plan_drop_roots(plan, plan->block.given);
	(void)err_set(&plan->no_root, ENOTSUP, "%s: %s", what, why);
}

/* The reason moves from the notes to no_root, so that it is said once. */
static void say_why(struct root_build *b)
{
	struct plan *plan = b->plan;
	uint8_t at = b->why_note;

	plan->no_root = b->why;
	plan->no_root_given = b->why_given;
	if (at >= plan->n_notes || plan->notes[at].kind != NOTE_REFUSED)
		return;
	plan->n_notes--;
	memmove(&plan->notes[at], &plan->notes[at + 1],
		(size_t)(plan->n_notes - at) * sizeof(plan->notes[0]));
}

/* Without any root, and why. */
static void set_no_root(struct root_build *b)
{
	struct plan *plan = b->plan;

	if (!plan_wants_network(plan)) {
		plan_drop_roots(plan, plan->no_root_given);
		(void)err_set(&plan->no_root, ENETDOWN,
			      "ip= turns the network off, and every root is reached over it");
		return;
	}
	if (plan->n_roots || plan->ibft_awaited)
		return;
	if (plan->root_from_dhcp && !root_can_have_lease(plan))
		(void)err_set(&plan->no_root, ENOENT,
			      "the root is to come from DHCP, but ip= asks for no DHCP on any NIC");
	else if (b->why.text[0] && (root_has_verdict(b) || !plan->root_from_dhcp))
		say_why(b);
}

/* Something names the network root, or where it is to come from. */
static bool is_said(const struct wishes *wish, bool is_dev_nfs, bool with_netroots)
{
	bool by_root = wish->root.given.by && wish->root.kind != ROOTSPEC_PARTS;

	for (uint8_t i = 0; with_netroots && i < wish->n_netroot; i++)
		by_root = by_root || wish->netroot[i].kind != ROOTSPEC_PARTS;
	return is_dev_nfs || by_root || root_has_parts(wish);
}

static bool comes_by_lease(const struct wishes *wish, bool said, bool with_netroots)
{
	if (wish->root.kind == ROOTSPEC_DHCP)
		return true;
	for (uint8_t i = 0; with_netroots && i < wish->n_netroot; i++)
		if (wish->netroot[i].kind == ROOTSPEC_DHCP)
			return true;
	return !said;
}

void plan_roots(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	struct root_build b = { .in = in, .wish = wish, .plan = plan };
	bool is_dev_nfs = wants_dev_nfs(wish), with_netroots = netroots_count(wish);
	bool said = is_said(wish, is_dev_nfs, with_netroots);

	set_block(&b);
	if (comes_by_lease(wish, said, with_netroots))
		plan_net_several(in, plan);
	if (is_dev_nfs)
		root_dev_nfs(&b);
	else
		word_root(&b, &wish->root);
	for (uint8_t i = 0; with_netroots && i < wish->n_netroot; i++)
		word_root(&b, &wish->netroot[i]);
	root_by_parts(&b);
	root_by_ibft(&b, said);
	if (!said && !plan->n_roots)
		await_lease_roots(&b, (struct given){ .by = FROM_DEFAULT });
	if (b.lease_roots)
		roots_of_leases(&b);
	set_no_root(&b);
	note_unused(&b, is_dev_nfs);
}
