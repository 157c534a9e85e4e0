/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be said of the options of an NFS mount. */
#include "core/nfs_options.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum option_form {
	BARE = 1,
	VALUE = 2,
	NEGATED = 4, /* "no" in front of it as well */
	ONLY_V3 = 8,
	ONLY_V4 = 16,
	OF_MOUNT = 32 /* for mount.nfs, fstab readers or the VFS: not the client's, and harmless */
};

static const struct option {
	const char *name;
	unsigned int forms;
} options_known[] = {
	{ "ac", BARE | NEGATED },
	{ "acl", BARE | NEGATED },
	{ "acdirmax", VALUE },
	{ "acdirmin", VALUE },
	{ "acregmax", VALUE },
	{ "acregmin", VALUE },
	{ "actimeo", VALUE },
	{ "addr", VALUE },
	{ "alignwrite", BARE | NEGATED },
	{ "bsize", VALUE },
	{ "clientaddr", VALUE | ONLY_V4 },
	{ "cto", BARE | NEGATED },
	{ "fatal_neterrors", VALUE },
	{ "fsc", BARE | VALUE | NEGATED },
	{ "hard", BARE },
	{ "intr", BARE | NEGATED },
	{ "local_lock", VALUE | ONLY_V3 },
	{ "lock", BARE | NEGATED | ONLY_V3 },
	{ "lookupcache", VALUE },
	{ "max_connect", VALUE | ONLY_V4 },
	{ "migration", BARE | NEGATED | ONLY_V4 },
	{ "minorversion", VALUE | ONLY_V4 },
	{ "mountaddr", VALUE | ONLY_V3 },
	{ "mounthost", VALUE | ONLY_V3 },
	{ "mountport", VALUE | ONLY_V3 },
	{ "mountproto", VALUE | ONLY_V3 },
	{ "mountvers", VALUE | ONLY_V3 },
	{ "namlen", VALUE | ONLY_V3 },
	{ "nconnect", VALUE },
	{ "nfsvers", VALUE },
	{ "port", VALUE },
	{ "posix", BARE | NEGATED },
	{ "proto", VALUE },
	{ "rdirplus", BARE | VALUE | NEGATED },
	{ "rdma", BARE },
	{ "resvport", BARE | NEGATED },
	{ "retrans", VALUE },
	{ "rsize", VALUE },
	{ "sec", VALUE },
	{ "sharecache", BARE | NEGATED },
	{ "soft", BARE },
	{ "softerr", BARE },
	{ "softreval", BARE | NEGATED },
	{ "tcp", BARE },
	{ "timeo", VALUE },
	{ "trunkdiscovery", BARE | NEGATED },
	{ "udp", BARE },
	{ "v2", BARE },
	{ "v3", BARE },
	{ "v4", BARE },
	{ "v4.0", BARE },
	{ "v4.1", BARE },
	{ "v4.2", BARE },
	{ "vers", VALUE },
	{ "write", VALUE },
	{ "wsize", VALUE },
	{ "xprtsec", VALUE },
	{ "atime", BARE | NEGATED | OF_MOUNT },
	{ "auto", BARE | NEGATED | OF_MOUNT },
	{ "async", BARE | OF_MOUNT },
	{ "bg", BARE | OF_MOUNT },
	{ "defaults", BARE | OF_MOUNT },
	{ "dev", BARE | NEGATED | OF_MOUNT },
	{ "diratime", BARE | NEGATED | OF_MOUNT },
	{ "dirsync", BARE | OF_MOUNT },
	{ "exec", BARE | NEGATED | OF_MOUNT },
	{ "fail", NEGATED | OF_MOUNT },
	{ "fg", BARE | OF_MOUNT },
	{ "_netdev", BARE | OF_MOUNT },
	{ "relatime", BARE | NEGATED | OF_MOUNT },
	{ "retry", VALUE | OF_MOUNT },
	{ "ro", BARE | OF_MOUNT },
	{ "rw", BARE | OF_MOUNT },
	{ "strictatime", BARE | OF_MOUNT },
	{ "suid", BARE | NEGATED | OF_MOUNT },
	{ "sync", BARE | OF_MOUNT },
	{ "user", BARE | NEGATED | OF_MOUNT },
	{ "users", BARE | OF_MOUNT },
};

/* One of these at a time; the kernel takes the last. */
static const char *const exclusive[][4] = {
	{ "hard", "soft", "softerr", NULL },
	{ "tcp", "udp", "rdma", "proto" },
};

static const struct option *known(struct span name, bool has_value)
{
	bool no = span_starts(name, "no");

	for (size_t i = 0; i < sizeof(options_known) / sizeof(options_known[0]); i++) {
		const struct option *o = &options_known[i];

		if (span_eq(name, o->name) && o->forms & (has_value ? VALUE : BARE))
			return o;
		if (no && !has_value && o->forms & NEGATED && span_eq(span_skip(name, 2), o->name))
			return o;
	}
	return NULL;
}

struct span nfs_option(struct span options, const char *name)
{
	struct span last = { NULL, 0 };

	while (options.p) {
		struct span value = span_cut(&options, ','), key = span_cut(&value, '=');

		if (span_eq(key, name))
			last = value.p ? value : (struct span){ "", 0 };
	}
	return last;
}

struct span nfs_options_unknown(struct span options)
{
	while (options.p) {
		struct span value = span_cut(&options, ','), name = span_cut(&value, '=');

		if (name.len && !span_starts(name, "x-") && !known(name, value.p))
			return name;
	}
	return (struct span){ NULL, 0 };
}

bool nfs_options_udp(struct span options)
{
	bool udp = false;

	while (options.p) {
		struct span value = span_cut(&options, ','), key = span_cut(&value, '=');

		if (span_eq(key, "tcp") || span_eq(key, "rdma") || span_eq(key, "udp"))
			udp = span_eq(key, "udp");
		else if (span_eq(key, "proto"))
			udp = span_eq(value, "udp") || span_eq(value, "udp6");
	}
	return udp;
}

/* --- remarks --- */

struct check {
	const struct plan_nfs *nfs;
	nfs_remark_fn *remark;
	void *arg;
};

__attribute__((format(printf, 3, 4))) static void say(const struct check *c, enum note_kind kind,
						      const char *fmt, ...);

static void say(const struct check *c, enum note_kind kind, const char *fmt, ...)
{
	char text[PLAN_NAME_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	c->remark(c->arg, kind, text);
}

static void check_one(const struct check *c, struct span name, bool has_value)
{
	const struct option *o = known(name, has_value);
	char q[64];

	(void)text_quote(q, sizeof(q), name);
	if (span_starts(name, "x-"))
		return;
	if (!o)
		say(c, NOTE_UNKNOWN,
		    "NFS option %s%s: not known, passed on: a kernel that does not know it either "
		    "refuses the mount",
		    q, has_value ? "=" : "");
	else if (o->forms & ONLY_V3 && c->nfs->version == 4)
		say(c, NOTE_IGNORED, "NFS option %s: has no meaning for version 4, ignored", q);
	else if (o->forms & ONLY_V4 && c->nfs->version == 3)
		say(c, NOTE_IGNORED, "NFS option %s: has no meaning for version 3, ignored", q);
}

static bool has_no(struct span options, const char *name)
{
	char no[32];

	(void)snprintf(no, sizeof(no), "no%s", name);
	return nfs_option(options, no).p;
}

static void check_pairs(const struct check *c)
{
	struct span options = span_of(c->nfs->options);

	for (size_t i = 0; i < sizeof(options_known) / sizeof(options_known[0]); i++)
		if (options_known[i].forms & NEGATED &&
		    nfs_option(options, options_known[i].name).p &&
		    has_no(options, options_known[i].name))
			say(c, NOTE_CHOICE,
			    "NFS options %s and no%s exclude each other, the last one counts",
			    options_known[i].name, options_known[i].name);
	for (size_t i = 0; i < sizeof(exclusive) / sizeof(exclusive[0]); i++) {
		const char *first = NULL;

		for (size_t k = 0; k < 4 && exclusive[i][k]; k++) {
			if (!nfs_option(options, exclusive[i][k]).p)
				continue;
			if (first)
				say(c, NOTE_CHOICE,
				    "NFS options %s and %s exclude each other, the last one counts",
				    first, exclusive[i][k]);
			first = exclusive[i][k];
		}
	}
}

/* What needs a daemon that no initrd has. */
static void check_daemons(const struct check *c)
{
	struct span options = span_of(c->nfs->options);
	struct span security = nfs_option(options, "sec"), tls = nfs_option(options, "xprtsec");
	char q[32];

	if (span_starts(security, "krb5"))
		say(c, NOTE_REFUSED,
		    "NFS option sec=%s: needs rpc.gssd and a ticket before the root is there, "
		    "which this initrd has not: the mount will fail",
		    text_quote(q, sizeof(q), security));
	if (tls.len && !span_eq(tls, "none"))
		say(c, NOTE_REFUSED,
		    "NFS option xprtsec=%s: needs tlshd and Linux 6.5 before the root is there, "
		    "which this initrd has not: the mount will fail",
		    text_quote(q, sizeof(q), tls));
	if (nfs_option(options, "lock").p && c->nfs->version != 4)
		say(c, NOTE_CHOICE,
		    "NFS option lock: no statd runs before the root is there: version 3 is mounted "
		    "with nolock, locks hold on this machine only; version 4 has locks of its own");
}

void nfs_options_check(const struct plan_nfs *nfs, nfs_remark_fn *remark, void *arg)
{
	const struct check c = { nfs, remark, arg };
	struct span rest = span_of(nfs->options);

	while (rest.p) {
		struct span value = span_cut(&rest, ','), name = span_cut(&value, '=');

		if (name.len)
			check_one(&c, name, value.p);
	}
	check_pairs(&c);
	check_daemons(&c);
	if (nfs->version == 4 && nfs_options_udp(span_of(nfs->options)))
		say(&c, NOTE_REFUSED,
		    "NFS over UDP: version 4 has none (RFC 7530 3.1): the mount will fail; leave "
		    "UDP or the version");
}
