/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words for NFS servers' refusals: what was asked, what the answer means, what helps. */
#include "core/nfs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/initpath.h"
#include "core/nfs_options.h"
#include "core/rootspec.h"

#define WHERE_MAX 128

/* What the sentences name: printable, and cut where hostile lengths come in. */
struct names {
	char server[HOST_TEXT_MAX], path[WHERE_MAX];
	char at[HOST_TEXT_MAX]; /* in front of ":/path" */
	unsigned int port, mountd;
};

static void names_of(const struct plan_root *root, const struct nfs_findings *f, struct names *ret)
{
	struct nfs_wanted wanted;
	struct out at = out_to(ret->at, sizeof(ret->at));
	bool bracket = host_is_v6(&root->server);

	nfs_wanted(&root->nfs, &wanted);
	ret->port = wanted.port ? wanted.port : NFS_PORT_DEFAULT;
	ret->mountd = f && f->mount_port ? f->mount_port : wanted.mount_port;
	(void)host_text(&root->server, ret->server, sizeof(ret->server));
	out_add(&at, bracket ? "[%s]" : "%s", ret->server);
	text_quote(ret->path, sizeof(ret->path), span_of(root->nfs.path));
}

/* RFC 1813 5.1.5 and RFC 7530 13.1 number these alike. */
static const char *code_text(const char *prefix, uint32_t code, char dst[static 40])
{
	static const struct {
		uint32_t code;
		const char *name;
	} names[] = {
		{ 1, "PERM" },	      { 2, "NOENT" },
		{ 5, "IO" },	      { 20, "NOTDIR" },
		{ 22, "INVAL" },      { 63, "NAMETOOLONG" },
		{ 70, "STALE" },      { 10001, "BADHANDLE" },
		{ 10004, "NOTSUPP" }, { 10006, "SERVERFAULT" },

	};

	if (code == 13) {
		/* the one name that RFC 7530 spells out */
		(void)snprintf(dst, 40, "%s%s", prefix,
			       strcmp(prefix, "NFS4ERR_") == 0 ? "ACCESS" : "ACCES");
		return dst;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].code == code) {
			(void)snprintf(dst, 40, "%s%s", prefix, names[i].name);
			return dst;
		}
	}
	(void)snprintf(dst, 40, code == NFS_CODE_AUTH ? "RPC credentials refused" : "status %u",
		       (unsigned int)code);
	return dst;
}

static int explain_reach(const struct names *n, enum nfs_answer reach, struct err *err)
{
	if (reach == NFS_REFUSED_CONN)
		return err_set(err, ECONNREFUSED,
			       "nothing listens on %s port %u (connection refused): "
			       "is the NFS server running?",
			       n->server, n->port);
	if (reach == NFS_UNREACHABLE)
		return err_set(err, EHOSTUNREACH,
			       "there is no way to %s (no route, nobody has that address, or a "
			       "firewall turns us away): check the server's address, the gateway "
			       "and port %u",
			       n->server, n->port);
	return err_set(err, ETIMEDOUT,
		       "%s does not answer on TCP port %u: is it up, and does a firewall let "
		       "this client through?",
		       n->server, n->port);
}

static int explain_image(const struct names *n, const struct nfs_findings *f,
			 const struct nfs_sought *sought, bool denied, struct err *err)
{
	char name[WHERE_MAX], other[WHERE_MAX];
	bool two = sought->other && sought->other[0];

	(void)text_quote(name, sizeof(name), span_of(sought->path));
	if (denied)
		return err_set(err, EACCES,
			       "%s:%s does not let this client reach the image %s: check the modes "
			       "of its directories, and root_squash",
			       n->at, n->path, name);
	return err_set(err, ENOENT,
		       "%s:%s has no image file %s%s%s%s%.*s: check %s, which %s inside the "
		       "export",
		       n->at, n->path, name, two ? " nor " : "",
		       two ? text_quote(other, sizeof(other), span_of(sought->other)) : "",
		       f->detail[0] ? ": " : "", (int)sizeof(f->detail) - 1, f->detail,
		       sought->word ? sought->word : "netroot.image=",
		       sought->word && strstr(sought->word, " and ") ? "are paths" : "is a path");
}

static int explain_sought(const struct names *n, const struct nfs_findings *f,
			  const struct nfs_sought *sought, bool denied, struct err *err)
{
	const char *init = sought ? sought->path : NULL;
	bool fallbacks = init && strcmp(init, init_fallback(0)) == 0;
	char quoted[WHERE_MAX];
	const char *name = init ? text_quote(quoted, sizeof(quoted), span_of(init)) : "init";

	if (sought && sought->is_image)
		return explain_image(n, f, sought, denied, err);
	if (denied)
		return err_set(err, EACCES,
			       "%s:%s does not let this client execute %s%s%.*s: check the modes, "
			       "and root_squash",
			       n->at, n->path, name, f->detail[0] ? ": " : "",
			       (int)sizeof(f->detail) - 1, f->detail);
	return err_set(err, ENOENT, "%s:%s has no %s%s%s%.*s: %s", n->at, n->path, name,
		       fallbacks ? " (nor /etc/init, /bin/init, /bin/sh)" : "",
		       f->detail[0] ? ": " : "", (int)sizeof(f->detail) - 1, f->detail,
		       fallbacks ? "is it the root of a system?" : "check init=");
}

static bool is_stale(uint32_t code)
{
	return code == 70 || code == 10001;
}

static int explain_stale(const struct names *n, const char *code, struct err *err)
{
	return err_set(err, ESTALE,
		       "%s no longer knows its own handle of %s (%s): it is not exported any more, "
		       "was replaced there, or shares its fsid= or UUID with another export: mend "
		       "that, and export it again (exportfs -ra)",
		       n->server, n->path, code);
}

static int explain_denied(const struct names *n, const struct nfs_findings *f, const char *code,
			  struct err *err)
{
	if (f->v3_code == NFS_CODE_WRONGSEC ||
	    (f->v4_code == NFS_CODE_WRONGSEC && f->v3_export != NFS_DENIED))
		return err_set(err, EACCES,
			       "%s refuses %s: the export wants Kerberos: allow sec=sys there",
			       n->server, n->path);
	/* Linux says PERM, and others refuse the whole call */
	if (f->v3_code == NFS_CODE_AUTH || f->v3_code == 1 ||
	    (f->v3_export != NFS_DENIED && (f->v4_code == NFS_CODE_AUTH || f->v4_code == 1)))
		return err_set(err, EACCES,
			       "%s turns requests for %s down (%s): it wants them from ports below "
			       "1024, which a NAT in between changes, or another security flavour: "
			       "export it with insecure and sec=sys",
			       n->server, n->path, code);
	if (f->listed == NFS_YES && span_has(span_of(f->open_to), ' ', "*"))
		return err_set(err, EACCES,
			       "%s refuses %s, which its export list opens to everybody (%s): it "
			       "wants requests from ports below 1024, which a NAT in between "
			       "changes (export it with insecure), or cannot export that "
			       "filesystem (fsid=)",
			       n->server, n->path, code);
	if (f->listed == NFS_YES)
		return err_set(err, EACCES,
			       "%s refuses %s: this client is not in the export list%s%.*s%s (%s): "
			       "add it there",
			       n->server, n->path, f->open_to[0] ? " (open to " : "",
			       (int)sizeof(f->open_to) - 1, f->open_to, f->open_to[0] ? ")" : "",
			       code);
	/* nfs-ganesha shows a client only what is open to it, and says ACCES for all else: not
	 * being listed is no proof that the export is not there */
	return err_set(err, EACCES,
		       "%s refuses %s: this client is not in the export list, or there is no such "
		       "export (%s): check the list there%s%.*s%s",
		       n->server, n->path, code, f->offers[0] ? " (exported there: " : "",
		       (int)sizeof(f->offers) - 1, f->offers, f->offers[0] ? ")" : "");
}

static int explain_mountd(const struct names *n, enum nfs_answer answer, struct err *err)
{
	if (answer == NFS_REFUSED_CONN)
		return err_set(err, ECONNREFUSED,
			       "nothing listens on %s port %u (mountd, connection refused): is it "
			       "running there?",
			       n->server, n->mountd);
	if (answer == NFS_UNREACHABLE)
		return err_set(err, EHOSTUNREACH,
			       "a firewall turns us away from %s port %u (mountd), which NFS "
			       "version 3 needs: open it there, or use version 4",
			       n->server, n->mountd);
	return err_set(err, ETIMEDOUT,
		       "%s does not answer on port %u (mountd) when asked for %s: is its mountd "
		       "alive, and does a firewall let this client through?",
		       n->server, n->mountd, n->path);
}

static int explain_export(const struct names *n, const struct nfs_findings *f, struct err *err)
{
	/* MOUNT tells more than the walk from the pseudo root, where what is not open to us is not
	 * there at all */
	bool v3 = nfs_is_refusal(f->v3_export);
	enum nfs_answer answer = v3 ? f->v3_export : f->v4_export;
	char text[40];
	const char *code = v3 ? code_text("MNT3ERR_", f->v3_code, text)
			      : code_text("NFS4ERR_", f->v4_code, text);

	if (answer == NFS_DENIED && is_stale(v3 ? f->v3_code : f->v4_code))
		return explain_stale(n, code, err);
	if (answer == NFS_DENIED)
		return explain_denied(n, f, code, err);
	if (answer == NFS_NOT_DIR)
		return err_set(err, ENOTDIR, "%s:%s is not a directory (%s): check the path", n->at,
			       n->path, code);
	if (v3 && answer == NFS_NOT_FOUND)
		return err_set(err, ENOENT,
			       "%s has no directory %s (%s): check the path, and that it is there",
			       n->server, n->path, code);
	if (answer == NFS_NOT_FOUND)
		return err_set(err, ENOENT,
			       "%s has no %s for this client: no such export, or not open to it "
			       "(%s): check the path, and the export list there",
			       n->server, n->path, code);
	if (v3)
		return explain_mountd(n, answer, err);
	return err_set(err, ETIMEDOUT,
		       "%s does not answer when asked for %s: is its NFS service alive?", n->server,
		       n->path);
}

static int explain_portmap(const struct names *n, enum nfs_answer portmap, struct err *err)
{
	if (portmap == NFS_NO)
		return err_set(err, EPROTONOSUPPORT,
			       "%s has no mountd for NFS version 3 (the portmapper knows none): "
			       "start it there, or use version 4",
			       n->server);
	if (portmap == NFS_UNREACHABLE)
		return err_set(err, EHOSTUNREACH,
			       "a firewall turns us away from %s TCP port %d (portmapper), which "
			       "NFS version 3 needs: open the port, or give mountport=",
			       n->server, NFS_PORTMAP_PORT);
	return err_set(err, portmap == NFS_REFUSED_CONN ? ECONNREFUSED : ETIMEDOUT,
		       "%s %s TCP port %d (portmapper), which NFS version 3 needs: start rpcbind "
		       "there, open the port, or give mountport=",
		       n->server,
		       portmap == NFS_REFUSED_CONN ? "refuses connections on"
						   : "does not answer on",
		       NFS_PORTMAP_PORT);
}

static bool is_silent(const struct nfs_findings *f)
{
	return f->v3 == NFS_NO_REPLY || f->v4[0] == NFS_NO_REPLY || f->v4[1] == NFS_NO_REPLY ||
	       f->v4[2] == NFS_NO_REPLY;
}

static int explain_version(const struct names *n, const struct nfs_findings *f,
			   const struct nfs_wanted *wanted, struct err *err)
{
	struct out asked, has;
	char asked_text[32], has_text[32];

	asked = out_to(asked_text, sizeof(asked_text));
	has = out_to(has_text, sizeof(has_text));
	for (int minor = 2; minor >= 0; minor--) {
		if (wanted->v4[minor])
			out_add(&asked, "%s4.%d", asked.len ? ", " : "", minor);
		if (f->v4[minor] == NFS_YES)
			out_add(&has, "%s4.%d", has.len ? ", " : "", minor);
	}
	if (wanted->v3)
		out_add(&asked, "%s3", asked.len ? " or " : "");
	if (f->v3 == NFS_YES)
		out_add(&has, "%s3", has.len ? ", " : "");
	if (is_silent(f))
		return err_set(err, ETIMEDOUT,
			       "%s takes connections on port %u but answers no NFS call: is its "
			       "NFS service stuck, or rpc.mountd dead, which Linux needs for every "
			       "version?",
			       n->server, n->port);
	return err_set(err, EPROTONOSUPPORT,
		       "%s does not offer NFS version %s%s%s%s: enable it "
		       "there, or change vers=",
		       n->server, asked_text, has.len ? " (but " : "", has_text,
		       has.len ? ")" : "");
}

static bool any_version_refused(const struct nfs_findings *f)
{
	return nfs_is_refusal(f->v3) || nfs_is_refusal(f->v4[0]) || nfs_is_refusal(f->v4[1]) ||
	       nfs_is_refusal(f->v4[2]);
}

int nfs_refusal(const struct plan_root *root, const struct nfs_findings *f,
		const struct nfs_sought *sought, struct err *err)
{
	struct nfs_wanted wanted;
	struct names n;

	names_of(root, f, &n);
	nfs_wanted(&root->nfs, &wanted);
	if (f->v3 != NFS_YES && nfs_is_refusal(f->reach))
		return explain_reach(&n, f->reach, err);
	if (f->v3_export == NFS_NOT_DIR || f->v4_export == NFS_NOT_DIR)
		return explain_export(&n, f, err);
	/* an export that opened and does not hold it is nearer to the truth than one that did not
	 */
	if (f->v4_init == NFS_NO_INIT || f->v3_init == NFS_NO_INIT)
		return explain_sought(&n, f, sought, false, err);
	if ((f->v4_init == NFS_DENIED || f->v3_init == NFS_DENIED) && is_stale(f->code))
		return explain_stale(&n, "STALE", err);
	if (f->v4_init == NFS_DENIED || f->v3_init == NFS_DENIED)
		return explain_sought(&n, f, sought, true, err);
	if (nfs_is_refusal(f->v3_export) || nfs_is_refusal(f->v4_export))
		return explain_export(&n, f, err);
	if (nfs_is_refusal(f->v4_init) || nfs_is_refusal(f->v3_init))
		return err_set(err, ETIMEDOUT, "%s does not answer when asked for files of %s",
			       n.server, n.path);
	if (wanted.v3 && nfs_is_refusal(f->portmap) && !is_silent(f))
		return explain_portmap(&n, f->portmap, err);
	return any_version_refused(f) ? explain_version(&n, f, &wanted, err) : 0;
}

/* What the kernel would not take, as far as that can be told from the options. */
static int explain_options(const struct names *n, struct span options, struct err *err)
{
	struct span name, tls = nfs_option(options, "xprtsec"), sec = nfs_option(options, "sec");
	char q[64];

	if (nfs_options_udp(options))
		return err_set(err, EINVAL,
			       "the kernel rejects the mount of %s:%s: most have no NFS over UDP "
			       "any more (CONFIG_NFS_DISABLE_UDP_SUPPORT): leave udp out",
			       n->at, n->path);
	if (tls.len)
		return err_set(err, EINVAL,
			       "the kernel rejects xprtsec=%s for %s:%s: it takes Linux 6.5 and, "
			       "before the root is there, tlshd: leave xprtsec out",
			       text_quote(q, sizeof(q), tls), n->at, n->path);
	if (span_starts(sec, "krb5"))
		return err_set(err, EINVAL,
			       "the kernel rejects sec=%s for %s:%s: it takes rpc.gssd and a "
			       "ticket before the root is there: leave sec out, and export with "
			       "sec=sys",
			       text_quote(q, sizeof(q), sec), n->at, n->path);
	name = nfs_options_unknown(options);
	if (name.len)
		return err_set(err, EINVAL,
			       "the kernel rejects the mount options of %s:%s: it may not know %s "
			       "either",
			       n->at, n->path, text_quote(q, sizeof(q), name));
	return err_set(err, EINVAL,
		       "the kernel rejects the mount options of %s:%s: see the line of \"nfs:\" in "
		       "its log",
		       n->at, n->path);
}

/* errno values whose cause is in the machine or the options, whatever the server had said */
static int explain_local(const struct names *n, int errnum, struct span options, struct err *err)
{
	switch (errnum) {
	case ENODEV:
		return err_set(err, errnum,
			       "this kernel has no NFS client: is the module nfs in the initrd?");
	case EINVAL:
		return explain_options(n, options, err);
	case EPROTONOSUPPORT:
		return err_set(err, errnum,
			       "%s and this kernel have no NFS version in common: check vers=, and "
			       "the modules nfsv3 and nfsv4 of the initrd",
			       n->server);
	default:
		return 0;
	}
}

int nfs_explain(const struct plan_root *root, const struct nfs_findings *findings, int errnum,
		struct err *err)
{
	struct names n;
	int r;

	names_of(root, findings, &n);
	r = explain_local(&n, errnum, span_of(root->nfs.options), err);
	if (!r && findings)
		r = nfs_refusal(root, findings, NULL, err);
	if (r)
		return r;
	switch (errnum) {
	case EACCES:
	case EPERM:
		return err_set(
			err, errnum,
			"%s refuses %s: this client is not in the export list, or there is no "
			"such export (%s)",
			n.server, n.path, strerrordesc_np(errnum));
	case ENOENT:
		return err_set(err, errnum,
			       "%s has no %s for this client: no such export, or not open to it",
			       n.server, n.path);
	case ESTALE:
		return explain_stale(&n, strerrordesc_np(errnum), err);
	case ENOTDIR:
		return err_set(err, errnum, "%s:%s is not a directory", n.at, n.path);
	case ECONNREFUSED:
		return explain_reach(&n, NFS_REFUSED_CONN, err);
	case EHOSTUNREACH:
	case ENETUNREACH:
		return explain_reach(&n, NFS_UNREACHABLE, err);
	case ETIMEDOUT:
		return explain_reach(&n, NFS_NO_REPLY, err);
	default:
		return err_sys(err, errnum, "mounting %s:%s", n.at, n.path);
	}
}
