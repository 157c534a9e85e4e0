/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mounts to try, as the kernel's NFS client wants them. Text options, their names and their
 * defaults: Linux fs/nfs/fs_context.c, which knows vers=4.x under the filesystem type "nfs" and
 * insists on addr=. Versions fall back as in nfs-utils' utils/mount/stropts.c.
 */
#include "core/nfs.h"

#include <errno.h>
#include <string.h>

#include "core/nfs_options.h"
#include "core/rootspec.h"

enum option_use {
	USE_PASS,
	USE_DROP, /* said elsewhere in the text, or meant for mount.nfs and fstab readers */
	USE_FLAG,
	USE_V3, /* has no meaning for version 4 */
	USE_V4,
	USE_PROTO,
	USE_NETID,
	USE_V3_NETID
};

struct option_rule {
	const char *name;
	enum option_use use;
	uint32_t flag;
};

static const struct option_rule option_rules[] = {
	{ "vers", USE_DROP, 0 },
	{ "nfsvers", USE_DROP, 0 },
	{ "minorversion", USE_DROP, 0 },
	{ "v3", USE_DROP, 0 },
	{ "v4", USE_DROP, 0 },
	{ "v4.0", USE_DROP, 0 },
	{ "v4.1", USE_DROP, 0 },
	{ "v4.2", USE_DROP, 0 },
	{ "port", USE_DROP, 0 },
	{ "addr", USE_DROP, 0 },
	{ "ro", USE_DROP, 0 },
	{ "rw", USE_DROP, 0 },
	/* no statd runs this early: version 3 always gets nolock, version 4 has no such choice */
	{ "lock", USE_DROP, 0 },
	{ "nolock", USE_DROP, 0 },
	{ "defaults", USE_DROP, 0 },
	{ "auto", USE_DROP, 0 },
	{ "noauto", USE_DROP, 0 },
	{ "user", USE_DROP, 0 },
	{ "nouser", USE_DROP, 0 },
	{ "users", USE_DROP, 0 },
	{ "nofail", USE_DROP, 0 },
	{ "_netdev", USE_DROP, 0 },
	{ "bg", USE_DROP, 0 },
	{ "fg", USE_DROP, 0 },
	{ "retry", USE_DROP, 0 },
	{ "mounthost", USE_DROP, 0 },
	{ "suid", USE_DROP, 0 },
	{ "dev", USE_DROP, 0 },
	{ "exec", USE_DROP, 0 },
	{ "async", USE_DROP, 0 },
	{ "atime", USE_DROP, 0 },
	{ "diratime", USE_DROP, 0 },
	{ "norelatime", USE_DROP, 0 },
	{ "nosuid", USE_FLAG, NFS_MF_NOSUID },
	{ "nodev", USE_FLAG, NFS_MF_NODEV },
	{ "noexec", USE_FLAG, NFS_MF_NOEXEC },
	{ "sync", USE_FLAG, NFS_MF_SYNC },
	{ "dirsync", USE_FLAG, NFS_MF_DIRSYNC },
	{ "noatime", USE_FLAG, NFS_MF_NOATIME },
	{ "nodiratime", USE_FLAG, NFS_MF_NODIRATIME },
	{ "relatime", USE_FLAG, NFS_MF_RELATIME },
	{ "strictatime", USE_FLAG, NFS_MF_STRICTATIME },
	{ "mountport", USE_V3, 0 },
	{ "mountproto", USE_V3_NETID, 0 },
	{ "mountvers", USE_V3, 0 },
	{ "mountaddr", USE_V3, 0 },
	{ "clientaddr", USE_V4, 0 },
	{ "proto", USE_NETID, 0 },
	{ "tcp", USE_PROTO, 0 },
	{ "udp", USE_PROTO, 0 },
	{ "rdma", USE_PROTO, 0 },
};

static struct option_rule rule_of(struct span name)
{
	for (size_t i = 0; i < sizeof(option_rules) / sizeof(option_rules[0]); i++)
		if (span_eq(name, option_rules[i].name))
			return option_rules[i];
	if (span_starts(name, "x-"))
		return (struct option_rule){ NULL, USE_DROP, 0 };
	return (struct option_rule){ NULL, USE_PASS, 0 };
}

/* --- which versions --- */

static void only_version(struct nfs_wanted *wanted, uint64_t major, uint64_t minor, bool has_minor)
{
	wanted->v3 = major == 3;
	for (unsigned int i = 0; i < 3; i++)
		wanted->v4[i] = major == 4 && (!has_minor || minor == i);
}

static void want_version_text(struct nfs_wanted *wanted, struct span text)
{
	struct span major = span_cut(&text, '.');
	uint64_t v, minor = 0;

	if (parse_uint(major, 10, 3, 4, &v) && (!text.p || parse_uint(text, 10, 0, 2, &minor)))
		only_version(wanted, v, minor, text.p);
}

static void want_option(struct nfs_wanted *wanted, struct span name, struct span value)
{
	uint64_t v;

	if (span_eq(name, "vers") || span_eq(name, "nfsvers"))
		want_version_text(wanted, value);
	else if (rule_of(name).use == USE_DROP && name.p[0] == 'v')
		want_version_text(wanted, span_skip(name, 1));
	else if (span_eq(name, "minorversion") && parse_uint(value, 10, 0, 2, &v))
		only_version(wanted, 4, v, true);
	else if (span_eq(name, "port") && parse_uint(value, 10, 1, 65535, &v))
		wanted->port = (uint16_t)v;
	else if (span_eq(name, "mountport") && parse_uint(value, 10, 1, 65535, &v))
		wanted->mount_port = (uint16_t)v;
}

void nfs_wanted(const struct plan_nfs *nfs, struct nfs_wanted *ret)
{
	struct span options = span_of(nfs->options);
	struct nfs_wanted wanted = { .v3 = true, .v4 = { true, true, true } };

	while (options.p) {
		struct span value = span_cut(&options, ',');
		struct span name = span_cut(&value, '=');

		if (name.len)
			want_option(&wanted, name, value);
	}
	wanted.udp = nfs_options_udp(span_of(nfs->options));
	/* RFC 7530 3.1: version 4 goes by transports that control congestion */
	if (wanted.udp && !nfs->version)
		only_version(&wanted, 3, 0, false);
	if (nfs->version)
		only_version(&wanted, nfs->version, (uint64_t)(nfs->minor < 0 ? 0 : nfs->minor),
			     nfs->minor >= 0);
	if (nfs->port)
		wanted.port = nfs->port;
	*ret = wanted;
}

/* --- the text of one try --- */

/* The kernel refuses a transport whose family is not the server's (nfs_fs_context_validate()), and
 * the options may have been written when the server's name meant another address. */
static void add_netid(struct out *out, struct span name, struct span netid, bool v6)
{
	if (netid.len && netid.p[netid.len - 1] == '6')
		netid.len--;
	out_add(out, ",%.*s=%.*s%s", SPAN_ARG(name), SPAN_ARG(netid), v6 ? "6" : "");
}

/* The user's options as far as they fit the version; *ret_proto, whether the transport is named. */
static void add_user_options(struct out *out, struct span options, bool v6, struct nfs_try *try,
			     bool *ret_proto)
{
	while (options.p) {
		struct span whole = span_cut(&options, ','), value = whole;
		struct span name = span_cut(&value, '=');
		struct option_rule rule = rule_of(name);
		bool pass = false;

		if (!whole.len)
			continue;
		switch (rule.use) {
		case USE_DROP:
			break;
		case USE_FLAG:
			try->flags |= rule.flag;
			break;
		case USE_V3:
			pass = try->version == 3;
			break;
		case USE_V4:
			pass = try->version == 4;
			break;
		case USE_PROTO:
			*ret_proto = true;
			pass = true;
			break;
		case USE_NETID:
			*ret_proto = true;
			add_netid(out, name, value, v6);
			break;
		case USE_V3_NETID:
			if (try->version == 3)
				add_netid(out, name, value, v6);
			break;
		case USE_PASS:
			pass = true;
			break;
		}
		if (pass)
			out_add(out, ",%.*s", SPAN_ARG(whole));
	}
}

static bool make_try(const struct plan_root *root, const struct nfs_wanted *wanted,
		     const struct nfs_findings *findings, const struct ip_addr *client,
		     struct nfs_try *try)
{
	struct out out = out_to(try->options, sizeof(try->options));
	struct out source = out_to(try->source, sizeof(try->source));
	char server[HOST_ADDRESS_MAX], own[IP_TEXT_MAX];
	bool v6 = root->server.ip.family == IP_V6, proto = false;
	uint16_t port = wanted->port;

	(void)host_address(&root->server, server);
	/* as mount.nfs: the table of mounts shows the name, addr= says where that is */
	if (host_is_name(&root->server))
		out_add(&source, "%s:%s", root->server.name, root->nfs.path);
	else
		out_add(&source, v6 ? "[%s]:%s" : "%s:%s", server, root->nfs.path);
	(void)text_copy(try->fstype, sizeof(try->fstype), span_of("nfs"));
	if (try->version == 4) {
		out_add(&out, "vers=4.%d,addr=%s", try->minor, server);
		/* where the server calls back; of another family it would be refused */
		if (client && client->family == root->server.ip.family && !ip_is_unset(client) &&
		    !nfs_option(span_of(root->nfs.options), "clientaddr").p)
			out_add(&out, ",clientaddr=%s", ip_text(client, own));
	} else {
		out_add(&out, "vers=3,addr=%s,nolock", server);
		/* What the preflight was told spares the kernel its own questions. */
		if (!port && findings)
			port = findings->nfs_port;
		if (!wanted->mount_port && findings && findings->mount_port) {
			out_add(&out, ",mountport=%u", findings->mount_port);
			/* of TCP: mountd's port is another one by UDP */
			if (wanted->udp)
				out_add(&out, v6 ? ",mountproto=tcp6" : ",mountproto=tcp");
		}
	}
	if (port)
		out_add(&out, ",port=%u", port);
	add_user_options(&out, span_of(root->nfs.options), v6, try, &proto);
	if (try->version == 3 && !proto)
		out_add(&out, v6 ? ",proto=tcp6" : ",proto=tcp");
	return !out.cut && !source.cut;
}

/* --- which of them --- */

bool nfs_is_refusal(enum nfs_answer answer)
{
	switch (answer) {
	case NFS_UNASKED:
	case NFS_YES:
	case NFS_OTHER:
		return false;
	case NFS_NO:
	case NFS_NO_REPLY:
	case NFS_REFUSED_CONN:
	case NFS_UNREACHABLE:
	case NFS_DENIED:
	case NFS_NOT_FOUND:
	case NFS_NOT_DIR:
	case NFS_NO_INIT:
		return true;
	}
	return false;
}

static bool v4_refused(const struct nfs_findings *f, int minor)
{
	return nfs_is_refusal(f->reach) || nfs_is_refusal(f->v4[minor]) ||
	       nfs_is_refusal(f->v4_export) || nfs_is_refusal(f->v4_init);
}

static bool v3_refused(const struct nfs_findings *f, const struct nfs_wanted *wanted)
{
	/* the service was asked by TCP */
	if (wanted->udp)
		return nfs_is_refusal(f->v3_export);
	/* version 3 may be on another port than the one that reach is about */
	if (f->v3 != NFS_YES && nfs_is_refusal(f->reach))
		return true;
	return nfs_is_refusal(f->v3) || nfs_is_refusal(f->portmap) ||
	       nfs_is_refusal(f->v3_export) || nfs_is_refusal(f->v3_init);
}

static size_t no_tries(const struct plan *plan, const struct plan_root *root,
		       const struct nfs_findings *findings, struct err *err)
{
	struct nfs_sought sought = nfs_sought_of(plan);

	if (!findings || !nfs_refusal(root, findings, &sought, err))
		(void)err_set(err, EPROTONOSUPPORT, "no NFS version is left to try");
	return 0;
}

size_t nfs_tries(const struct plan *plan, const struct plan_root *root,
		 const struct nfs_findings *findings, const struct ip_addr *client,
		 struct nfs_try tries[static NFS_TRIES_MAX], struct err *err)
{
	struct nfs_wanted wanted;
	size_t n = 0;

	if (root->server.ip.family == IP_NONE) {
		(void)err_set(err, EDESTADDRREQ,
			      "the NFS server is not known: name it in nfsroot=SERVER:/PATH or "
			      "by DHCP (next-server, option 17)");
		return 0;
	}
	nfs_wanted(&root->nfs, &wanted);
	for (int minor = 2; minor >= -1; minor--) {
		bool four = minor >= 0;

		if (four ? !wanted.v4[minor] : !wanted.v3)
			continue;
		if (findings &&
		    (four ? v4_refused(findings, minor) : v3_refused(findings, &wanted)))
			continue;
		memset(&tries[n], 0, sizeof(tries[n]));
		tries[n].version = four ? 4 : 3;
		tries[n].minor = (int8_t)minor;
		if (!make_try(root, &wanted, findings, client, &tries[n])) {
			(void)err_set(err, ENAMETOOLONG,
				      "path or options of the NFS root are too long");
			return 0;
		}
		n++;
	}
	return n ? n : no_tries(plan, root, findings, err);
}

bool nfs_try_holds(const struct plan *plan, const struct plan_root *root,
		   const struct nfs_findings *findings, const struct nfs_try *begun)
{
	struct nfs_try tries[NFS_TRIES_MAX];
	struct err err;

	return nfs_tries(plan, root, findings, NULL, tries, &err) > 0 &&
	       tries[0].version == begun->version && tries[0].minor == begun->minor &&
	       !nfs_in_grace(findings, begun);
}

bool nfs_findings_ok(const struct nfs_findings *f, const struct plan_host *server)
{
	const enum nfs_answer answers[] = { f->reach,	f->v3,	      f->v4[0],	    f->v4[1],
					    f->v4[2],	f->v3_export, f->v4_export, f->v3_init,
					    f->v4_init, f->portmap,   f->listed };
	const struct {
		const char *text;
		size_t size;
	} texts[] = { { f->detail, sizeof(f->detail) },
		      { f->offers, sizeof(f->offers) },
		      { f->open_to, sizeof(f->open_to) },
		      { server->name, sizeof(server->name) },
		      { server->scope, sizeof(server->scope) } };

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if ((unsigned int)answers[i] > NFS_OTHER)
			return false;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!memchr(texts[i].text, '\0', texts[i].size))
			return false;
	return f->v3_root.len <= NFS_HANDLE_MAX && f->v4_root.len <= NFS_HANDLE_MAX &&
	       (server->ip.family == IP_NONE || server->ip.family == IP_V4 ||
		server->ip.family == IP_V6);
}

void nfs_client_id(const struct plan_input *in, char dst[static NFS_CLIENT_ID_MAX])
{
	char mac[MAC_TEXT_MAX] = "";

	if (in->machine_mac.len)
		(void)mac_text(&in->machine_mac, mac);
	(void)text_copy(dst, NFS_CLIENT_ID_MAX,
			span_of(in->machine_uuid && in->machine_uuid[0] ? in->machine_uuid : mac));
}

/* As nfs_autonegotiate() and nfs_is_permanent_error() of nfs-utils; what says nothing about the
 * version (no memory, no route, silence) would only fail once more. */
bool nfs_errno_tries_on(int errnum)
{
	switch (errnum) {
	case EPROTONOSUPPORT: /* the server does not speak it, or our kernel not */
	case EPFNOSUPPORT:
	case EOPNOTSUPP:
	case EPROTO:
	case EINVAL: /* this kernel does not know the minor version, or the option with it */
	case ENOENT: /* the pseudo root of version 4 lays the paths out differently */
	case ENOTDIR:
	case EACCES: /* an export may be open to one version only */
	case EPERM: /* Linux servers before 2.6.25, for a version they do not have */
	case ECONNREFUSED: /* version 3 has its ports from the portmapper */
	case EIO:
	case ESTALE:
	case EREMOTEIO:
		return true;
	default:
		return false;
	}
}

bool nfs_uaddr_port(struct span uaddr, uint16_t *ret)
{
	size_t dots[2] = { 0, 0 };
	uint64_t high, low;
	size_t n = 0;

	for (size_t i = uaddr.len; i > 0 && n < 2; i--)
		if (uaddr.p[i - 1] == '.')
			dots[n++] = i;
	if (n < 2 ||
	    !parse_uint((struct span){ uaddr.p + dots[1], dots[0] - 1 - dots[1] }, 10, 0, 255,
			&high) ||
	    !parse_uint(span_skip(uaddr, dots[0]), 10, 0, 255, &low))
		return false;
	*ret = (uint16_t)(high << 8 | low);
	return true;
}
