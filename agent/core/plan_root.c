/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The roots of a plan: what the words name, completed from ip= and leases, then what a lease names.
 */
#include "core/plan_wish.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_NFS_PATH "/tftpboot/%s" /* fs/nfs/nfsroot.c, NFS_ROOT */

struct build {
	const struct plan_input *in;
	const struct wishes *wish;
	struct plan *plan;
	struct err why; /* the first reason for which a root was not taken; text "" : none */
	struct given why_given;
	uint8_t why_note; /* its place in plan->notes */
	bool lease_roots; /* a root named by a lease will do */
};

/* An NFS root in the making: later layers win, options add up. */
struct nfs_make {
	struct plan_root root;
	struct err err; /* of a layer */
	int rw; /* -1: the options do not say */
};

static bool can_have_lease(const struct plan *plan)
{
	return plan_asks_dhcp4(plan) || plan_asks_dhcp6(plan);
}

/* Not only a lease behind an address that firmware already has, which the words do without. */
static bool awaits_lease(const struct plan *plan)
{
	for (uint8_t i = 0; i < plan->n_ips; i++)
		if (plan->ips[i].v4 == IP4_DHCP)
			return true;
	return plan_asks_dhcp6(plan);
}

static const struct lease *lease_at(const struct build *b, uint8_t i)
{
	return i < b->in->n_leases ? &b->in->leases[i] : NULL;
}

/* bootdev=: no other NIC's lease has a say. One named by its MAC is told apart where leases become
 * the boot NIC's. */
static bool of_bootdev(const struct build *b, const struct lease *lease)
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
static bool lease_decides(const struct build *b, const struct lease *lease)
{
	switch (lease->kind) {
	case LEASE_DHCP4:
		return of_bootdev(b, lease);
	case LEASE_DHCP6:
		return !plan_asks_dhcp4(b->plan) && of_bootdev(b, lease);
	case LEASE_RA:
		return false;
	}
	return false;
}

/* The first lease from i on that decides; n_leases where there is none. */
static uint8_t next_lease(const struct build *b, uint8_t i)
{
	while (i < b->in->n_leases && !lease_decides(b, &b->in->leases[i]))
		i++;
	return i;
}

static bool has_verdict(const struct build *b)
{
	return next_lease(b, 0) < b->in->n_leases;
}

/* `DHCP root-path "..." from 10.0.0.1` */
static char *root_path_text(const struct lease *lease, char *dst, size_t size)
{
	struct out out = out_to(dst, size);
	char q[160], ip[IP_TEXT_MAX];

	out_add(&out, "%s \"%s\" from %s",
		lease->kind == LEASE_DHCP6 ? "DHCPv6 boot file URL" : "DHCP root-path",
		rootspec_quote(q, sizeof(q), span_of(lease->root_path)),
		ip_text(&lease->server_id, ip));
	return dst;
}

/* A root that cannot be taken: the first one is the reason for having none. */
static void refuse(struct build *b, struct given about, const char *what, const char *why)
{
	if (!b->why.text[0]) {
		(void)err_set(&b->why, EINVAL, "%s: %s", what, why);
		b->why_given = about;
		b->why_note = b->plan->n_notes;
	}
	plan_note(b->plan, NOTE_REFUSED, about, "%s: %s", what, why);
}

static void await(struct build *b, struct given given)
{
	if (b->plan->root_from_dhcp)
		return;
	b->plan->root_from_dhcp = true;
	b->plan->root_from_dhcp_given = given;
}

static void await_lease_roots(struct build *b, struct given given)
{
	b->lease_roots = true;
	b->plan->wants_root_path = true;
	await(b, given);
}

static void add_root(struct build *b, const struct plan_root *root, int rw)
{
	struct plan *plan = b->plan;

	if (plan->n_roots == PLAN_ROOTS_MAX) {
		refuse(b, root->given, root->text, "no room for another root, ignored");
		return;
	}
	if (!plan->n_roots && rw >= 0 && plan->read_write_given.by == FROM_DEFAULT) {
		plan->read_write = rw > 0;
		plan->read_write_given = root->given;
	}
	plan->roots[plan->n_roots++] = *root;
}

/* --- completing an NFS root --- */

static void set_server(struct plan_root *root, const struct ip_addr *ip, struct given given)
{
	root->server.ip = *ip;
	(void)ip_text(ip, root->server.name);
	root->server_given = given;
}

/* The server of ip=, then siaddr, then option 54 unless somebody is still asked for the former. */
static bool fill_server(const struct build *b, struct plan_root *root, uint8_t i_lease)
{
	const struct lease *lease = lease_at(b, i_lease);
	struct given by_lease = { .by = FROM_DHCP, .lease = i_lease };

	for (uint8_t i = 0; i < b->plan->n_ips; i++) {
		const struct plan_ip *ip = &b->plan->ips[i];

		if (ip_is_unset(&ip->server))
			continue;
		set_server(root, &ip->server, ip->given);
		return true;
	}
	if (lease && !ip_is_unset(&lease->siaddr))
		set_server(root, &lease->siaddr, by_lease);
	else if (lease && lease->kind == LEASE_DHCP4 && !ip_is_unset(&lease->server_id) &&
		 ip_is_unset(&lease->boot_server))
		set_server(root, &lease->server_id, by_lease);
	else
		return false;
	return true;
}

/* What %s stands for: the host name up to its first '.', as the kernel's nodename, else the
 * client's address. */
static bool node_name(const struct build *b, uint8_t i_lease, char dst[static PLAN_NAME_MAX])
{
	const struct plan *plan = b->plan;
	const struct lease *lease = lease_at(b, i_lease);
	const char *name = plan->host_name_given.by ? plan->host_name
			   : lease		    ? lease->host_name
						    : "";
	const struct ip_addr *address = lease ? &lease->address : NULL;

	for (uint8_t i = 0; !address && i < plan->n_ips; i++)
		if (plan->ips[i].v4 == IP4_STATIC || plan->ips[i].v6 == IP6_STATIC)
			address = &plan->ips[i].address;
	if (name[0])
		return text_copy(dst, PLAN_NAME_MAX,
				 (struct span){ name, span_find(span_of(name), '.') });
	if (!address || ip_is_unset(address))
		return false;
	(void)ip_text(address, dst);
	return true;
}

/* Puts the name in place of the first %s. False where it does not fit. */
static bool expand(char path[static PLAN_PATH_MAX], const char *name)
{
	char made[PLAN_PATH_MAX];
	struct out out = out_to(made, sizeof(made));
	const char *at = strstr(path, "%s");

	out_add(&out, "%.*s%s%s", (int)(at - path), path, name, at + 2);
	if (out.cut)
		return false;
	memcpy(path, made, out.len + 1);
	return true;
}

/* 0; -EAGAIN with err saying what only a lease can give; another errno with err. */
static int complete_nfs(const struct build *b, struct plan_root *root, uint8_t i_lease,
			struct err *err)
{
	char name[PLAN_NAME_MAX];

	if (!root->server.name[0] && !fill_server(b, root, i_lease))
		return err_set(err, EAGAIN,
			       "no server is named, neither there nor in ip= nor by DHCP");
	if (!strstr(root->nfs.path, "%s"))
		return 0;
	if (!node_name(b, i_lease, name))
		return err_set(err, EAGAIN,
			       "%%s stands for the host name or address, and neither is known");
	if (!expand(root->nfs.path, name))
		return err_set(err, EINVAL, "the path is too long");
	return 0;
}

/* One text over what is there: path and server replace, options add up (fs/nfs/nfsroot.c). The root
 * counts as given where its path is. */
static int add_layer(struct nfs_make *make, const struct nfs_spec *spec, struct given given)
{
	struct plan_root *root = &make->root;
	bool relative = spec->path.len && spec->path.p[0] != '/';
	struct out out;

	if (spec->path.len) {
		out = out_to(root->nfs.path, sizeof(root->nfs.path));
		out_add(&out, "%s%.*s", relative ? "/tftpboot/" : "", SPAN_ARG(spec->path));
		if (out.cut)
			return err_set(&make->err, EINVAL, "the path is too long");
		root->given = given;
	}
	if (spec->server.name[0]) {
		root->server = spec->server;
		root->server_given = given;
	}
	if (spec->version) {
		root->nfs.version = spec->version;
		root->nfs.minor = -1;
	}
	if (spec->port)
		root->nfs.port = spec->port;
	return rootspec_nfs_options(spec->options, &root->nfs, &make->rw, &make->err);
}

static struct nfs_make make_of(struct given given)
{
	struct nfs_make make = { .rw = -1 };

	make.root.given = given;
	make.root.server_given = given;
	make.root.kind = ROOT_NFS;
	make.root.nfs.minor = -1;
	return make;
}

/* Completes from the first lease that has what is missing, or takes note that one is awaited. */
static void finish_nfs(struct build *b, struct nfs_make *make, struct given word, const char *what)
{
	uint8_t i = next_lease(b, 0);
	int r;

	do {
		struct plan_root root = make->root;

		r = complete_nfs(b, &root, i, &make->err);
		if (!r) {
			add_root(b, &root, make->rw);
			return;
		}
		i = next_lease(b, (uint8_t)(i + 1));
	} while (r == -EAGAIN && i < b->in->n_leases);
	if (r == -EAGAIN && can_have_lease(b->plan))
		await(b, make->root.given);
	if (r == -EAGAIN && !make->root.server.name[0])
		b->plan->wants_server = true;
	if (r != -EAGAIN || has_verdict(b) || !can_have_lease(b->plan))
		refuse(b, word, what, make->err.text);
}

/* --- roots named by words --- */

static void word_nfs(struct build *b, const struct wish_word *word)
{
	struct nfs_make make = make_of(word->given);
	char what[PLAN_QUOTE_MAX];
	struct nfs_spec spec = { .version = 0 };

	(void)wish_text(word, what);
	(void)rootspec_quote(make.root.text, sizeof(make.root.text), word->value);
	if (rootspec_nfs(word->value, &spec, &make.err) || add_layer(&make, &spec, word->given))
		refuse(b, word->given, what, make.err.text);
	else
		finish_nfs(b, &make, word->given, what);
}

static void word_iscsi(struct build *b, const struct wish_word *word)
{
	char what[PLAN_QUOTE_MAX], choices[160];
	struct out out = out_to(choices, sizeof(choices));
	struct plan_root root;
	struct err err;

	(void)wish_text(word, what);
	if (rootspec_iscsi(word->value, IN_WORD, &root, &out, &err)) {
		refuse(b, word->given, what, err.text);
		return;
	}
	if (out.len)
		plan_note(b->plan, NOTE_CHOICE, word->given, "%s: %s", what, choices);
	root.given = root.server_given = word->given;
	(void)rootspec_quote(root.text, sizeof(root.text), word->value);
	add_root(b, &root, -1);
}

static void word_refused(struct build *b, const struct wish_word *word)
{
	char what[PLAN_QUOTE_MAX];
	struct err err;

	(void)rootspec_refuse(word->value, IN_WORD, &err);
	refuse(b, word->given, wish_text(word, what), err.text);
}

static void word_root(struct build *b, const struct wish_word *word)
{
	switch (word->kind) {
	case ROOTSPEC_DHCP:
		await_lease_roots(b, word->given);
		break;
	case ROOTSPEC_NFS:
		word_nfs(b, word);
		break;
	case ROOTSPEC_ISCSI:
		word_iscsi(b, word);
		break;
	case ROOTSPEC_BLOCK:
	case ROOTSPEC_LATER:
	case ROOTSPEC_UNKNOWN:
		word_refused(b, word);
		break;
	case ROOTSPEC_NONE:
	case ROOTSPEC_DEV_NFS: /* its own path: dev_nfs() */
	case ROOTSPEC_DEV_ROOT:
		break;
	}
}

/* --- root=/dev/nfs --- */

/* The lease whose root-path is NFS, else the first that decides; n_leases where there is none. */
static uint8_t nfs_lease(const struct build *b)
{
	for (uint8_t i = 0; i < b->in->n_leases; i++)
		if (of_bootdev(b, &b->in->leases[i]) &&
		    rootspec_kind(span_of(b->in->leases[i].root_path), IN_OPTION_17) ==
			    ROOTSPEC_NFS)
			return i;
	return next_lease(b, 0);
}

/* Option 17 under nfsroot=. A root-path of another form is only in the way where it is needed. */
static int dev_nfs_option_17(struct build *b, struct nfs_make *make, bool path_in_word,
			     uint8_t i_lease)
{
	const struct lease *lease = lease_at(b, i_lease);
	struct nfs_spec spec = { .version = 0 };
	struct span text;
	char what[224];
	int r;

	if (!lease || !lease->root_path[0])
		return 0;
	text = span_of(lease->root_path);
	if (rootspec_kind(text, IN_OPTION_17) != ROOTSPEC_NFS)
		r = err_set(&make->err, EINVAL, "not an NFS path, as root=/dev/nfs needs it");
	else
		r = rootspec_nfs(text, &spec, &make->err);
	if (!r)
		return add_layer(make, &spec, (struct given){ .by = FROM_DHCP, .lease = i_lease });
	(void)root_path_text(lease, what, sizeof(what));
	if (!path_in_word)
		return err_wrap(&make->err, "%s", what);
	plan_note(b->plan, NOTE_IGNORED, (struct given){ .by = FROM_DHCP, .lease = i_lease },
		  "%s: %s, ignored", what, make->err.text);
	return 0;
}

static void dev_nfs(struct build *b)
{
	const struct wish_word *word = &b->wish->nfsroot;
	struct given given = word->given.by ? word->given : b->wish->root.given;
	struct nfs_make make = make_of((struct given){ .by = FROM_DEFAULT });
	uint8_t i_lease = nfs_lease(b);
	char what[PLAN_QUOTE_MAX] = "root=\"/dev/nfs\"";
	struct nfs_spec spec = { .version = 0 };

	(void)text_copy(make.root.nfs.path, sizeof(make.root.nfs.path), span_of(DEFAULT_NFS_PATH));
	if (word->given.by) {
		(void)wish_text(word, what);
		if (rootspec_nfsroot(word->value, &spec, &make.err)) {
			refuse(b, given, what, make.err.text);
			return;
		}
	}
	(void)rootspec_quote(make.root.text, sizeof(make.root.text),
			     word->given.by ? word->value : span_of("/dev/nfs"));
	if (dev_nfs_option_17(b, &make, spec.path.len, i_lease) || add_layer(&make, &spec, given)) {
		refuse(b, given, what, make.err.text);
		return;
	}
	b->plan->wants_root_path = b->plan->wants_root_path || !spec.path.len;
	/* what option 17 may say comes with the lease */
	if (!spec.path.len && !has_verdict(b) && i_lease >= b->in->n_leases &&
	    awaits_lease(b->plan))
		await(b, given);
	else
		finish_nfs(b, &make, given, what);
}

/* --- roots named by leases --- */

static int lease_root(struct build *b, uint8_t i_lease, struct err *err)
{
	const struct lease *lease = lease_at(b, i_lease);
	struct given given = { .by = FROM_DHCP, .lease = i_lease };
	struct span text = span_of(lease->root_path);
	enum rootspec_kind kind = rootspec_kind(text, IN_OPTION_17);
	char choices[160];
	struct out out = out_to(choices, sizeof(choices));
	struct nfs_make make = make_of(given);
	struct nfs_spec spec = { .version = 0 };
	int r;

	if (kind == ROOTSPEC_NFS) {
		if ((r = rootspec_nfs(text, &spec, err)))
			return r;
		if ((r = add_layer(&make, &spec, given))) {
			*err = make.err;
			return r;
		}
		r = complete_nfs(b, &make.root, i_lease, err);
	} else if (kind == ROOTSPEC_ISCSI) {
		if ((r = rootspec_iscsi(text, IN_OPTION_17, &make.root, &out, err)))
			return r;
		make.root.given = make.root.server_given = given;
		r = 0;
	} else {
		r = rootspec_refuse(text, IN_OPTION_17, err);
	}
	if (r)
		return r;
	if (out.len)
		plan_note(b->plan, NOTE_CHOICE, given, "%s: %s",
			  lease->kind == LEASE_DHCP6 ? "DHCPv6 boot file URL" : "DHCP root-path",
			  choices);
	(void)rootspec_quote(make.root.text, sizeof(make.root.text), text);
	add_root(b, &make.root, make.rw);
	return 0;
}

/* What firmware is given in option 59 (RFC 5970: tftp://, http://) is no root, and no mistake. */
static bool is_boot_file(const struct lease *lease)
{
	enum rootspec_kind kind = rootspec_kind(span_of(lease->root_path), IN_OPTION_17);

	return lease->kind == LEASE_DHCP6 && kind != ROOTSPEC_NFS && kind != ROOTSPEC_ISCSI;
}

static void set_silent(struct build *b, const struct lease *lease)
{
	char ip[IP_TEXT_MAX];
	bool v6 = lease->kind == LEASE_DHCP6;

	(void)err_set(&b->why, ENOENT,
		      "%s server %s%s%s gave no %s, and the command line names no root",
		      v6 ? "DHCPv6" : "DHCP", ip_text(&lease->server_id, ip),
		      lease->ifname[0] ? " on " : "", lease->ifname,
		      v6 ? "boot file URL (option 59) that is a root" : "root-path (option 17)");
}

/* The first lease with a usable root. */
static void roots_of_leases(struct build *b)
{
	const struct lease *silent = NULL;
	char what[224];
	struct err err;

	for (uint8_t i = 0; i < b->in->n_leases; i++) {
		const struct lease *lease = &b->in->leases[i];
		const struct given given = { .by = FROM_DHCP, .lease = i };

		if (lease->kind == LEASE_RA || !of_bootdev(b, lease))
			continue;
		if (lease->root_path[0] && !is_boot_file(lease)) {
			if (!lease_root(b, i, &err))
				return;
			refuse(b, given, root_path_text(lease, what, sizeof(what)), err.text);
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
	return wish->nfsroot.given.by && !wish->root.given.by && !wish->block.given.by &&
	       !wish->n_netroot;
}

static bool netroots_count(const struct wishes *wish)
{
	bool root_is_net = wish->root.given.by == FROM_CMDLINE;

	/* a root on the command line replaces those of netroot.conf */
	return wish->n_netroot && !(root_is_net && wish->netroot[0].given.by == FROM_CONF);
}

static void set_block(struct build *b)
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
		refuse(b, word->given, what, err.text);
	else
		b->plan->block.given = word->given;
}

static void note_unused(struct build *b, bool is_dev_nfs)
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

/* The reason moves from the notes to no_root, so that it is said once. */
static void say_why(struct build *b)
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
static void set_no_root(struct build *b)
{
	struct plan *plan = b->plan;

	if (!plan_wants_network(plan)) {
		plan->n_roots = 0;
		plan->root_from_dhcp = false;
		(void)err_set(&plan->no_root, ENETDOWN,
			      "ip= turns the network off, and every root is reached over it");
		return;
	}
	if (plan->n_roots)
		return;
	if (plan->root_from_dhcp && !can_have_lease(plan))
		(void)err_set(&plan->no_root, ENOENT,
			      "the root is to come from DHCP, but ip= asks for no DHCP on any NIC");
	else if (b->why.text[0] && (has_verdict(b) || !plan->root_from_dhcp))
		say_why(b);
}

static bool comes_by_lease(const struct wishes *wish, bool is_dev_nfs, bool with_netroots)
{
	if (wish->root.kind == ROOTSPEC_DHCP)
		return true;
	for (uint8_t i = 0; with_netroots && i < wish->n_netroot; i++)
		if (wish->netroot[i].kind == ROOTSPEC_DHCP)
			return true;
	return !is_dev_nfs && !wish->root.given.by && !with_netroots;
}

void plan_roots(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	struct build b = { .in = in, .wish = wish, .plan = plan };
	bool is_dev_nfs = wants_dev_nfs(wish), with_netroots = netroots_count(wish);

	set_block(&b);
	if (comes_by_lease(wish, is_dev_nfs, with_netroots))
		plan_net_several(in, plan);
	if (is_dev_nfs)
		dev_nfs(&b);
	else
		word_root(&b, &wish->root);
	for (uint8_t i = 0; with_netroots && i < wish->n_netroot; i++)
		word_root(&b, &wish->netroot[i]);
	/* nothing said about the network root */
	if (!is_dev_nfs && !wish->root.given.by && !with_netroots) {
		await_lease_roots(&b, (struct given){ .by = FROM_DEFAULT });
	}
	if (b.lease_roots)
		roots_of_leases(&b);
	set_no_root(&b);
	note_unused(&b, is_dev_nfs);
}
