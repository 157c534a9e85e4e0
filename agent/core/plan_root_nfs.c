/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NFS roots of the plan: laid in layers from words, ip= and leases. */
#include "core/plan_root.h"

#include <errno.h>
#include <string.h>

#include "core/nfs_options.h"
#include "core/spread.h"

#define DEFAULT_NFS_PATH "/tftpboot/%s" /* fs/nfs/nfsroot.c, NFS_ROOT */

/* --- completing an NFS root --- */

static void set_server(struct plan_root *root, const struct ip_addr *ip, struct given given)
{
	root->server.ip = *ip;
	(void)ip_text(ip, root->server.name);
	root->server_given = given;
}

/* Who could be the server where the root's own text names none, in the order that they are taken.
 */
struct server_choice {
	struct plan_root *root;
	char text[PLAN_QUOTE_MAX];
	struct out out;
	uint8_t n;
};

static void offer_server(struct server_choice *c, const char *what, const struct ip_addr *ip,
			 struct given given)
{
	char text[IP_TEXT_MAX];

	if (ip_is_unset(ip) || (c->n && ip_eq(ip, &c->root->server.ip)))
		return;
	if (!c->n)
		set_server(c->root, ip, given);
	out_add(&c->out, "%s%s %s", c->n ? ", then " : "", what, ip_text(ip, text));
	c->n++;
}

/* The server of ip=, then siaddr, then option 54 unless somebody is still asked for the former
 * (dracut's nfs-lib.sh; the kernel and klibc have the same order without the last). */
static bool fill_server(const struct root_build *b, struct plan_root *root, uint8_t i_lease)
{
	const struct lease *lease = root_lease_at(b, i_lease);
	struct given by_lease = { .by = FROM_DHCP, .lease = i_lease };
	struct server_choice c = { .root = root };

	c.out = out_to(c.text, sizeof(c.text));
	for (uint8_t i = 0; i < b->plan->n_ips; i++)
		offer_server(&c, "ip=", &b->plan->ips[i].server, b->plan->ips[i].given);
	if (lease)
		offer_server(&c, "next-server", &lease->siaddr, by_lease);
	if (!c.n && lease && lease->kind == LEASE_DHCP4 && ip_is_unset(&lease->boot_server))
		offer_server(&c, "DHCP server", &lease->server_id, by_lease);
	if (c.n > 1)
		plan_note(b->plan, NOTE_CHOICE, root->server_given,
			  "several could be the NFS server, the first is taken: %s", c.text);
	return c.n;
}

/* What %s stands for: the host name up to its first '.', as the kernel's nodename, else the
 * client's address. */
static bool node_name(const struct root_build *b, uint8_t i_lease, char dst[static PLAN_NAME_MAX])
{
	const struct plan *plan = b->plan;
	const struct lease *lease = root_lease_at(b, i_lease);
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

int root_complete_nfs(const struct root_build *b, struct plan_root *root, uint8_t i_lease,
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

int root_add_layer(struct nfs_make *make, const struct nfs_spec *spec, struct given given)
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
		make->others = spec->others;
	}
	if (spec->version) {
		root->nfs.version = spec->version;
		root->nfs.minor = -1;
	}
	if (spec->port)
		root->nfs.port = spec->port;
	return rootspec_nfs_options(spec->options, &root->nfs, &make->rw, &make->err);
}

struct nfs_make root_make_nfs(struct given given)
{
	struct nfs_make make = { .rw = -1 };

	make.root.given = given;
	make.root.server_given = given;
	make.root.kind = ROOT_NFS;
	make.root.nfs.minor = -1;
	return make;
}

/* What tells this machine from others of its fleet. */
static struct span machine_of(const struct plan_input *in)
{
	if (in->machine_uuid && in->machine_uuid[0])
		return span_of(in->machine_uuid);
	return (struct span){ (const char *)in->machine_mac.bytes, in->machine_mac.len };
}

static void note_order(struct root_build *b, const struct plan_root *root,
		       const struct plan_host *hosts, uint8_t n)
{
	char text[PLAN_QUOTE_MAX], host[HOST_TEXT_MAX];
	struct out out = out_to(text, sizeof(text));

	for (uint8_t i = 0; i < n; i++)
		out_add(&out, "%s%s", i ? ", " : "", host_text(&hosts[i], host, sizeof(host)));
	plan_note(b->plan, NOTE_CHOICE, root->server_given,
		  "%u servers for one root are asked at once; this machine prefers them in the "
		  "order %s",
		  n, text);
}

struct options_notes {
	struct plan *plan;
	struct given given;
};

static void note_option(void *arg, enum note_kind kind, const char *text)
{
	const struct options_notes *notes = arg;

	plan_note(notes->plan, kind, notes->given, "%s", text);
}

/* Behind those that stand in the root's own word. */
static void add_live_options(struct root_build *b, struct plan_root *root, int *rw)
{
	const struct wish_word *word = &b->wish->live_options;
	char what[PLAN_QUOTE_MAX];
	struct err err;

	if (word->given.by && rootspec_nfs_options(word->value, &root->nfs, rw, &err))
		plan_note(b->plan, NOTE_REFUSED, word->given, "%s: %s, ignored",
			  wish_text(word, what), err.text);
}

void root_add_nfs(struct root_build *b, const struct nfs_make *make)
{
	struct options_notes notes = { b->plan, make->root.given };
	struct plan_host hosts[PLAN_ROOTS_MAX] = { make->root.server };
	struct plan_root root = make->root;
	struct span rest = make->others;
	struct err unused;
	int rw = make->rw;
	uint8_t n = 1;

	add_live_options(b, &root, &rw);
	/* what there is no room for is as good as a server that is not there */
	while (rest.p && n < PLAN_ROOTS_MAX)
		if (!host_parse(span_cut(&rest, ','), &hosts[n], &unused))
			n++;
	if (n > 1) {
		spread_sort(machine_of(b->in), hosts, n);
		note_order(b, &root, hosts, n);
	}
	nfs_options_check(&root.nfs, note_option, &notes);
	for (uint8_t i = 0; i < n; i++) {
		root.server = hosts[i];
		root_add(b, &root, rw);
	}
}

/* Completes from the first lease that has what is missing, or takes note that one is awaited. */
static void finish_nfs(struct root_build *b, struct nfs_make *make, struct given word,
		       const char *what)
{
	uint8_t i = root_next_lease(b, 0);
	int r;

	do {
		struct plan_root root = make->root;

		r = root_complete_nfs(b, &root, i, &make->err);
		if (!r) {
			make->root = root;
			root_add_nfs(b, make);
			return;
		}
		i = root_next_lease(b, (uint8_t)(i + 1));
	} while (r == -EAGAIN && i < b->in->n_leases);
	if (r == -EAGAIN && root_can_have_lease(b->plan))
		root_await(b, make->root.given);
	if (r == -EAGAIN && !make->root.server.name[0])
		b->plan->wants_server = true;
	if (r != -EAGAIN || root_has_verdict(b) || !root_can_have_lease(b->plan))
		root_refuse(b, word, what, make->err.text);
}

void root_word_nfs(struct root_build *b, const struct wish_word *word)
{
	struct nfs_make make = root_make_nfs(word->given);
	char what[PLAN_QUOTE_MAX];
	struct nfs_spec spec = { .version = 0 };

	(void)wish_text(word, what);
	(void)rootspec_quote(make.root.text, sizeof(make.root.text), word->value);
	if (rootspec_nfs(word->value, &spec, &make.err) ||
	    root_add_layer(&make, &spec, word->given))
		root_refuse(b, word->given, what, make.err.text);
	else
		finish_nfs(b, &make, word->given, what);
}

/* --- root=/dev/nfs --- */

/* The lease whose root-path is NFS, else the first that decides; n_leases where there is none. */
static uint8_t nfs_lease(const struct root_build *b)
{
	for (uint8_t i = 0; i < b->in->n_leases; i++)
		if (root_of_bootdev(b, &b->in->leases[i]) &&
		    rootspec_kind(span_of(b->in->leases[i].root_path), IN_OPTION_17) ==
			    ROOTSPEC_NFS)
			return i;
	return root_next_lease(b, 0);
}

/* Option 17 under nfsroot=. A root-path of another form is only in the way where it is needed. */
static int dev_nfs_option_17(struct root_build *b, struct nfs_make *make, bool path_in_word,
			     uint8_t i_lease)
{
	const struct lease *lease = root_lease_at(b, i_lease);
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
		return root_add_layer(make, &spec,
				      (struct given){ .by = FROM_DHCP, .lease = i_lease });
	(void)root_path_text(lease, what, sizeof(what));
	if (!path_in_word)
		return err_wrap(&make->err, "%s", what);
	plan_note(b->plan, NOTE_IGNORED, (struct given){ .by = FROM_DHCP, .lease = i_lease },
		  "%s: %s, ignored", what, make->err.text);
	return 0;
}

void root_dev_nfs(struct root_build *b)
{
	const struct wish_word *word = &b->wish->nfsroot;
	struct given given = word->given.by ? word->given : b->wish->root.given;
	struct nfs_make make = root_make_nfs((struct given){ .by = FROM_DEFAULT });
	uint8_t i_lease = nfs_lease(b);
	char what[PLAN_QUOTE_MAX] = "root=\"/dev/nfs\"", host[HOST_TEXT_MAX];
	struct nfs_spec spec = { .version = 0 };
	struct plan_host below;
	int r;

	(void)text_copy(make.root.nfs.path, sizeof(make.root.nfs.path), span_of(DEFAULT_NFS_PATH));
	if (word->given.by) {
		(void)wish_text(word, what);
		if (rootspec_nfsroot(word->value, &spec, &make.err)) {
			root_refuse(b, given, what, make.err.text);
			return;
		}
	}
	(void)rootspec_quote(make.root.text, sizeof(make.root.text),
			     word->given.by ? word->value : span_of("/dev/nfs"));
	/* live-boot, unlike the kernel, takes nothing of it where nfsroot= has a path */
	r = b->wish->live.given.by && spec.path.len
		    ? 0
		    : dev_nfs_option_17(b, &make, spec.path.len, i_lease);
	below = make.root.server;
	if (r || root_add_layer(&make, &spec, given)) {
		root_refuse(b, given, what, make.err.text);
		return;
	}
	if (below.name[0] && strcmp(below.name, make.root.server.name) != 0)
		plan_note(b->plan, NOTE_CHOICE, given,
			  "nfsroot= comes before the DHCP root-path, which names NFS server %s",
			  host_text(&below, host, sizeof(host)));
	b->plan->wants_root_path = b->plan->wants_root_path || !spec.path.len;
	/* what option 17 may say comes with the lease */
	if (!spec.path.len && !root_has_verdict(b) && i_lease >= b->in->n_leases &&
	    root_awaits_lease(b->plan))
		root_await(b, given);
	else
		finish_nfs(b, &make, given, what);
}
