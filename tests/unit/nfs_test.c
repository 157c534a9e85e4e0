/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NFS: which mounts are tried with which text, what refusals read like, links inside an export. */
#include "test.h"

#include <errno.h>

#include "core/nfs.h"
#include "core/nfs_search.h"

static struct plan_root root_of(const char *path, const char *options)
{
	struct plan_root root = { .kind = ROOT_NFS };

	root.nfs.minor = -1;
	(void)ip_parse(span_of("10.0.0.5"), &root.server.ip);
	(void)text_copy(root.server.name, sizeof(root.server.name), span_of("10.0.0.5"));
	(void)text_copy(root.nfs.path, sizeof(root.nfs.path), span_of(path));
	(void)text_copy(root.nfs.options, sizeof(root.nfs.options), span_of(options));
	return root;
}

static struct plan plan; /* with init="/sbin/init" */
static struct ip_addr client;

static void setup(void)
{
	(void)text_copy(plan.init, sizeof(plan.init), span_of("/sbin/init"));
	(void)ip_parse(span_of("10.0.0.9"), &client);
}

/* --- tries --- */

/* "options|options|..." of all tries, in order. */
static void tries_text(const struct plan_root *root, const struct nfs_findings *f,
		       const struct ip_addr *from, char *dst, size_t size)
{
	struct nfs_try tries[NFS_TRIES_MAX];
	struct out out = out_to(dst, size);
	struct err err = { .text = "" };
	size_t n = nfs_tries(&plan, root, f, from, tries, &err);

	for (size_t i = 0; i < n; i++)
		out_add(&out, "%s%s", i ? "|" : "", tries[i].options);
	if (!n)
		out_add(&out, "%s", err.text);
	ok(!out.cut);
}

static void test_option_text(void)
{
	static const struct {
		const char *options;
		uint8_t version;
		int8_t minor;
		uint16_t port;
		const char *want;
	} rows[] = {
		{ "", 0, -1, 0,
		  "vers=4.2,addr=10.0.0.5,clientaddr=10.0.0.9|"
		  "vers=4.1,addr=10.0.0.5,clientaddr=10.0.0.9|"
		  "vers=4.0,addr=10.0.0.5,clientaddr=10.0.0.9|"
		  "vers=3,addr=10.0.0.5,nolock,proto=tcp" },
		{ "", 3, -1, 0, "vers=3,addr=10.0.0.5,nolock,proto=tcp" },
		{ "", 4, 1, 0, "vers=4.1,addr=10.0.0.5,clientaddr=10.0.0.9" },
		{ "rsize=8192,hard", 4, 2, 0,
		  "vers=4.2,addr=10.0.0.5,clientaddr=10.0.0.9,rsize=8192,hard" },
		{ "", 4, 2, 20049, "vers=4.2,addr=10.0.0.5,clientaddr=10.0.0.9,port=20049" },
		/* what is said elsewhere or has no meaning here goes */
		{ "ro,nolock,lock,rw,addr=1.2.3.4,bg,retry=2,_netdev,x-systemd.automount,defaults",
		  3, -1, 0, "vers=3,addr=10.0.0.5,nolock,proto=tcp" },
		/* version and port left among the options are followed */
		{ "vers=3,port=2050", 0, -1, 0, "vers=3,addr=10.0.0.5,nolock,port=2050,proto=tcp" },
		{ "nfsvers=4.1", 0, -1, 0, "vers=4.1,addr=10.0.0.5,clientaddr=10.0.0.9" },
		{ "v4.0", 0, -1, 0, "vers=4.0,addr=10.0.0.5,clientaddr=10.0.0.9" },
		{ "v3", 0, -1, 0, "vers=3,addr=10.0.0.5,nolock,proto=tcp" },
		{ "minorversion=2", 0, -1, 0, "vers=4.2,addr=10.0.0.5,clientaddr=10.0.0.9" },
		/* a whole-token compare: these are unknown, and passed */
		{ "vers,hardy,soft", 3, -1, 0, "vers=3,addr=10.0.0.5,nolock,hardy,soft,proto=tcp" },
		{ "udp,mountport=635,mountvers=3", 3, -1, 0,
		  "vers=3,addr=10.0.0.5,nolock,udp,mountport=635,mountvers=3" },
		{ "mountport=635,mountproto=udp", 4, 2, 0,
		  "vers=4.2,addr=10.0.0.5,clientaddr=10.0.0.9" },
		{ "clientaddr=10.0.0.77", 4, 0, 0, "vers=4.0,addr=10.0.0.5,clientaddr=10.0.0.77" },
		{ "clientaddr=10.0.0.77", 3, -1, 0, "vers=3,addr=10.0.0.5,nolock,proto=tcp" },
		{ ",,rsize=1,,", 3, -1, 0, "vers=3,addr=10.0.0.5,nolock,rsize=1,proto=tcp" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_root root = root_of("/srv/x", rows[i].options);
		char text[2048];

		root.nfs.version = rows[i].version;
		root.nfs.minor = rows[i].minor;
		root.nfs.port = rows[i].port;
		tries_text(&root, NULL, &client, text, sizeof(text));
		eq_str(text, rows[i].want);
	}
}

static void test_source_and_flags(void)
{
	struct plan_root root = root_of("/srv/x y", "noatime,nosuid,nfsvers=4.2,ac");
	struct nfs_try tries[NFS_TRIES_MAX];
	struct err err = { .text = "" };

	eq_int(nfs_tries(&plan, &root, NULL, NULL, tries, &err), 1);
	eq_str(tries[0].source, "10.0.0.5:/srv/x y");
	eq_str(tries[0].fstype, "nfs");
	eq_str(tries[0].options, "vers=4.2,addr=10.0.0.5,ac");
	eq_int(tries[0].flags, NFS_MF_NOATIME | NFS_MF_NOSUID);

	(void)ip_parse(span_of("fd00::5"), &root.server.ip);
	eq_int(nfs_tries(&plan, &root, NULL, &client, tries, &err), 1);
	eq_str(tries[0].source, "[fd00::5]:/srv/x y");
	eq_str(tries[0].options, "vers=4.2,addr=fd00::5,ac");

	root.server.ip.family = IP_NONE;
	eq_int(nfs_tries(&plan, &root, NULL, NULL, tries, &err), 0);
	eq_int(err.code, EDESTADDRREQ);
}

static void test_too_long(void)
{
	struct plan_root root = root_of("/srv/x", "");
	struct nfs_try tries[NFS_TRIES_MAX];
	struct err err = { .text = "" };

	memset(root.nfs.path + 1, 'a', sizeof(root.nfs.path) - 2);
	root.nfs.path[sizeof(root.nfs.path) - 1] = '\0';
	eq_int(nfs_tries(&plan, &root, NULL, NULL, tries, &err), 0);
	eq_int(err.code, ENAMETOOLONG);
}

#define V4_ALL                            \
	{                                 \
		NFS_YES, NFS_YES, NFS_YES \
	}

static void test_findings_choose(void)
{
	static const struct {
		struct nfs_findings f;
		const char *want; /* version of each try */
	} rows[] = {
		{ { .reach = NFS_YES, .v4 = V4_ALL, .v4_export = NFS_YES, .v4_init = NFS_YES },
		  "4.2 4.1 4.0 3" },
		{ { .reach = NFS_YES, .v4 = { NFS_YES, NFS_YES, NFS_NO } }, "4.1 4.0 3" },
		{ { .reach = NFS_YES, .v4 = V4_ALL, .v3 = NFS_NO }, "4.2 4.1 4.0" },
		{ { .reach = NFS_YES, .v4 = { NFS_NO, NFS_NO, NFS_NO }, .v3 = NFS_YES }, "3" },
		/* the pseudo root lays paths out differently: version 3 is not judged by it */
		{ { .reach = NFS_YES,
		    .v4 = V4_ALL,
		    .v4_export = NFS_NOT_FOUND,
		    .v3_export = NFS_YES },
		  "3" },
		{ { .reach = NFS_YES, .v4 = V4_ALL, .v4_init = NFS_NO_INIT, .v3 = NFS_YES }, "3" },
		{ { .reach = NFS_YES, .v4 = V4_ALL, .v3 = NFS_YES, .v3_export = NFS_DENIED },
		  "4.2 4.1 4.0" },
		{ { .reach = NFS_YES, .v4 = V4_ALL, .portmap = NFS_REFUSED_CONN }, "4.2 4.1 4.0" },
		/* version 3 found on a port of its own */
		{ { .reach = NFS_REFUSED_CONN, .v3 = NFS_YES }, "3" },
		/* not understood: tried anyway */
		{ { .reach = NFS_OTHER,
		    .v4 = { NFS_OTHER, NFS_OTHER, NFS_OTHER },
		    .v3 = NFS_OTHER,
		    .v3_export = NFS_OTHER,
		    .v4_export = NFS_OTHER,
		    .v3_init = NFS_OTHER,
		    .v4_init = NFS_OTHER,
		    .portmap = NFS_OTHER },
		  "4.2 4.1 4.0 3" },
		{ { .reach = NFS_UNASKED }, "4.2 4.1 4.0 3" },
		{ { .reach = NFS_NO_REPLY }, "" },
		{ { .reach = NFS_YES,
		    .v4 = V4_ALL,
		    .v4_export = NFS_DENIED,
		    .v3_export = NFS_DENIED },
		  "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_root root = root_of("/srv/x", "");
		struct nfs_try tries[NFS_TRIES_MAX];
		char text[64];
		struct out out = out_to(text, sizeof(text));
		struct err err = { .text = "" };
		size_t n = nfs_tries(&plan, &root, &rows[i].f, &client, tries, &err);

		for (size_t k = 0; k < n; k++) {
			out_add(&out, k ? " %u" : "%u", tries[k].version);
			if (tries[k].version == 4)
				out_add(&out, ".%d", tries[k].minor);
		}
		eq_str(text, rows[i].want);
		ok(n || err.text[0]);
	}
}

static void test_ports_found(void)
{
	struct nfs_findings f = {
		.reach = NFS_YES, .v3 = NFS_YES, .mount_port = 20048, .nfs_port = 2049
	};
	struct plan_root root = root_of("/srv/x", "vers=3");
	char text[512];

	tries_text(&root, &f, NULL, text, sizeof(text));
	eq_str(text, "vers=3,addr=10.0.0.5,nolock,mountport=20048,port=2049,proto=tcp");
	root = root_of("/srv/x", "vers=3,mountport=635,port=2050");
	tries_text(&root, &f, NULL, text, sizeof(text));
	eq_str(text, "vers=3,addr=10.0.0.5,nolock,port=2050,mountport=635,proto=tcp");
}

/* --- words --- */

static void test_refusals(void)
{
	static const struct {
		const char *options;
		struct nfs_findings f;
		const char *want;
	} rows[] = {
		{ "",
		  { .reach = NFS_REFUSED_CONN },
		  "nothing listens on 10.0.0.5 port 2049 (connection refused): is the NFS server "
		  "running?" },
		{ "port=2050",
		  { .reach = NFS_NO_REPLY },
		  "10.0.0.5 does not answer on TCP port 2050: is it up, and does a firewall let "
		  "this client through?" },
		{ "",
		  { .reach = NFS_UNREACHABLE },
		  "there is no way to 10.0.0.5 (no route, or nobody has that address): check the "
		  "server's address and the gateway" },
		{ "",
		  { .reach = NFS_YES,
		    .v4 = V4_ALL,
		    .v4_export = NFS_NOT_FOUND,
		    .v4_code = 2,
		    .v3 = NFS_YES,
		    .v3_export = NFS_DENIED,
		    .v3_code = 13,
		    .listed = NFS_YES,
		    .open_to = "10.0.1.0/24" },
		  "10.0.0.5 refuses /srv/x: this client is not in the export list (open to "
		  "10.0.1.0/24) (MNT3ERR_ACCES): add it there" },
		{ "vers=3",
		  { .reach = NFS_YES, .v3_export = NFS_DENIED, .v3_code = 13 },
		  "10.0.0.5 refuses /srv/x: this client is not in the export list, or there is "
		  "no such export (MNT3ERR_ACCES): check the list there" },
		{ "vers=3",
		  { .reach = NFS_YES,
		    .v3_export = NFS_DENIED,
		    .v3_code = 13,
		    .listed = NFS_NO,
		    .offers = "/srv/y /srv/z" },
		  "10.0.0.5 refuses /srv/x: this client is not in the export list, or there is "
		  "no such export (MNT3ERR_ACCES): check the list there (open to this client: "
		  "/srv/y /srv/z)" },
		{ "vers=3",
		  { .reach = NFS_YES, .v3_export = NFS_REFUSED_CONN },
		  "nothing listens on the port of mountd on 10.0.0.5: is it running there?" },
		{ "vers=3",
		  { .reach = NFS_YES, .v3_export = NFS_NOT_FOUND, .v3_code = 2 },
		  "there is no export /srv/x on 10.0.0.5 (MNT3ERR_NOENT): check the path" },
		{ "vers=4",
		  { .reach = NFS_YES, .v4 = V4_ALL, .v4_export = NFS_NOT_FOUND, .v4_code = 2 },
		  "10.0.0.5 has no /srv/x for this client: no such export, or not open to it "
		  "(NFS4ERR_NOENT): check the path, and the export list there" },
		{ "vers=4",
		  { .reach = NFS_YES, .v4 = V4_ALL, .v4_export = NFS_DENIED, .v4_code = 10016 },
		  "10.0.0.5 refuses /srv/x: the export wants Kerberos: allow "
		  "sec=sys there" },
		{ "vers=4",
		  { .reach = NFS_YES, .v4 = V4_ALL, .v4_export = NFS_DENIED, .v4_code = 13 },
		  "10.0.0.5 refuses /srv/x: this client is not in the export list, or there is "
		  "no such export (NFS4ERR_ACCESS): check the list there" },
		{ "vers=4",
		  { .reach = NFS_YES, .v4 = V4_ALL, .v4_export = NFS_NOT_DIR, .v4_code = 20 },
		  "10.0.0.5:/srv/x is not a directory (NFS4ERR_NOTDIR): check the path" },
		{ "vers=4",
		  { .reach = NFS_YES,
		    .v4 = V4_ALL,
		    .v4_export = NFS_YES,
		    .v4_init = NFS_NO_INIT,
		    .detail = "/sbin/init leads to /lib/systemd/systemd, which is not there" },
		  "10.0.0.5:/srv/x has no /sbin/init (nor /etc/init, /bin/init, /bin/sh): "
		  "/sbin/init leads to /lib/systemd/systemd, which is not there: is it the root "
		  "of a system?" },
		{ "vers=3",
		  { .reach = NFS_YES, .v3 = NFS_YES, .portmap = NFS_REFUSED_CONN },
		  "10.0.0.5 refuses connections on TCP port 111 (portmapper), which NFS version "
		  "3 needs: start rpcbind there, open the port, or give mountport=" },
		{ "vers=3",
		  { .reach = NFS_YES, .v3 = NFS_YES, .portmap = NFS_NO },
		  "10.0.0.5 has no mountd for NFS version 3 (the portmapper knows none): start it "
		  "there, or use version 4" },
		/* a portmapper that is not there is the lesser evil */
		{ "",
		  { .reach = NFS_YES,
		    .v3 = NFS_NO_REPLY,
		    .v4 = { NFS_NO_REPLY, NFS_NO_REPLY, NFS_NO_REPLY },
		    .portmap = NFS_REFUSED_CONN },
		  "10.0.0.5 takes connections on port 2049 but answers no NFS call: is its NFS "
		  "service stuck?" },
		{ "vers=4.2",
		  { .reach = NFS_YES, .v4 = { NFS_YES, NFS_UNASKED, NFS_NO } },
		  "10.0.0.5 does not offer NFS version 4.2 (but 4.0): enable it there, or change "
		  "vers=" },
		{ "",
		  { .reach = NFS_YES, .v4 = { NFS_NO, NFS_NO, NFS_NO }, .v3 = NFS_NO },
		  "10.0.0.5 does not offer NFS version 4.2, 4.1, 4.0 or 3: enable it there, or "
		  "change vers=" },
		{ "vers=4",
		  { .reach = NFS_YES, .v4 = { NFS_NO_REPLY, NFS_NO_REPLY, NFS_NO_REPLY } },
		  "10.0.0.5 takes connections on port 2049 but answers no NFS call: is its NFS "
		  "service stuck?" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_root root = root_of("/srv/x", rows[i].options);
		char text[2048];

		tries_text(&root, &rows[i].f, &client, text, sizeof(text));
		eq_str(text, rows[i].want);
	}
}

static void test_hostile_names(void)
{
	struct plan_root root = root_of("/srv/\x1b[31m", "vers=3");
	struct nfs_findings f = { .reach = NFS_YES, .v3_export = NFS_NOT_FOUND, .v3_code = 2 };
	struct err err = { .text = "" };

	(void)text_copy(root.server.name, sizeof(root.server.name), span_of("nas.lab"));
	eq_int(nfs_refusal(&root, &f, NULL, &err), -ENOENT);
	eq_str(err.text, "there is no export /srv/\\x1b[31m on nas.lab (10.0.0.5) "
			 "(MNT3ERR_NOENT): check the path");
}

static void test_other_init(void)
{
	struct plan_root root = root_of("/srv/x", "");
	struct nfs_findings f = { .reach = NFS_YES, .v4_export = NFS_YES, .v4_init = NFS_NO_INIT };
	struct err err = { .text = "" };

	eq_int(nfs_refusal(&root, &f, "/opt/boot", &err), -ENOENT);
	eq_str(err.text, "10.0.0.5:/srv/x has no /opt/boot: check init=");
	f.v4_init = NFS_DENIED;
	eq_int(nfs_refusal(&root, &f, "/sbin/init", &err), -EACCES);
	eq_str(err.text, "10.0.0.5:/srv/x does not let this client execute /sbin/init: check the "
			 "modes, and root_squash");
	f.v4_init = NFS_OTHER;
	eq_int(nfs_refusal(&root, &f, "/sbin/init", &err), 0);
}

static void test_explain(void)
{
	struct plan_root root = root_of("/srv/x", "");
	struct nfs_findings f = { .reach = NFS_YES, .v3_export = NFS_DENIED, .v3_code = 13 };
	struct err err = { .text = "" };

	eq_int(nfs_explain(&root, NULL, ECONNREFUSED, &err), -ECONNREFUSED);
	eq_str(err.text, "nothing listens on 10.0.0.5 port 2049 (connection refused): is the NFS "
			 "server running?");
	eq_int(nfs_explain(&root, NULL, EACCES, &err), -EACCES);
	eq_str(err.text, "10.0.0.5 refuses /srv/x: this client is not in the export list, or there "
			 "is no such export (Permission denied)");
	eq_int(nfs_explain(&root, &f, EACCES, &err), -EACCES);
	eq_str(err.text, "10.0.0.5 refuses /srv/x: this client is not in the export list, or there "
			 "is no such export (MNT3ERR_ACCES): check the list there");
	/* what the machine itself lacks is not blamed on the server */
	eq_int(nfs_explain(&root, &f, ENODEV, &err), -ENODEV);
	eq_str(err.text, "this kernel has no NFS client: is the module nfs in the initrd?");
	eq_int(nfs_explain(&root, NULL, EIO, &err), -EIO);
	eq_str(err.text, "mounting 10.0.0.5:/srv/x: Input/output error");
}

static void test_tries_on(void)
{
	static const int on[] = { EPROTONOSUPPORT, EINVAL, EACCES, EPERM, ENOENT, ECONNREFUSED };
	static const int off[] = { ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ENOMEM, ENODEV, EBUSY };

	for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++)
		ok(nfs_errno_tries_on(on[i]));
	for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++)
		ok(!nfs_errno_tries_on(off[i]));
}

/* --- paths --- */

/* A tree as a server would show it: link target, "" for a directory, "-" for a file. */
struct entry {
	const char *path, *target;
};

static const struct entry tree[] = {
	{ "/usr", "" },
	{ "/usr/sbin", "" },
	{ "/usr/lib", "" },
	{ "/usr/lib/systemd", "" },
	{ "/usr/lib/systemd/systemd", "-" },
	{ "/sbin", "usr/sbin" },
	{ "/lib", "usr/lib" },
	{ "/usr/sbin/init", "/lib/systemd/systemd" },
	{ "/usr/sbin/rel", "../lib/./systemd//systemd" },
	{ "/usr/sbin/out", "../../../../../usr/lib/systemd/systemd" },
	{ "/usr/sbin/absout", "/../../lib/systemd/systemd" },
	{ "/loop", "loop" },
	{ "/a", "b" },
	{ "/b", "/a" },
	{ "/self", "." },
	{ "/root", "/" },
	{ "/dangling", "/nowhere/init" },
	{ "/empty", "\"\"" },
};

static const char *lookup(const char *path)
{
	for (size_t i = 0; i < sizeof(tree) / sizeof(tree[0]); i++)
		if (strcmp(tree[i].path, path) == 0)
			return tree[i].target;
	return NULL;
}

/* Where the walk ends: "path", or what stopped it. The tree is asked by the handle's path, as a
 * server would be, so that a wrong depth shows. */
static void walk_to(const char *path, char *dst, size_t size)
{
	static char handles[NFS_WALK_DEPTH_MAX][PLAN_PATH_MAX];
	struct nfs_walk walk;
	char name[NFS_WALK_NAME_MAX];

	nfs_walk_start(&walk, path);
	for (int steps = 0; steps < 1000; steps++) {
		enum nfs_walk_step step = nfs_walk_next(&walk, name);
		char found[2 * PLAN_PATH_MAX];
		const char *target;

		if (step != NFS_WALK_LOOKUP) {
			(void)snprintf(dst, size, "%s",
				       step == NFS_WALK_LOOP  ? "loop"
				       : step == NFS_WALK_BAD ? "bad"
				       : walk.depth	      ? handles[walk.depth]
							      : "/");
			ok(step != NFS_WALK_DONE || !walk.depth ||
			   !strcmp(walk.at, handles[walk.depth]));
			return;
		}
		(void)snprintf(found, sizeof(found), "%s/%s", handles[walk.depth], name);
		target = lookup(found);
		if (!target) {
			(void)snprintf(dst, size, "none: %.1000s", found);
			return;
		}
		if (!target[0] || !strcmp(target, "-")) {
			nfs_walk_entered(&walk);
			(void)snprintf(handles[walk.depth], PLAN_PATH_MAX, "%.1000s", found);
		} else {
			nfs_walk_link(&walk, span_of(strcmp(target, "\"\"") ? target : ""));
		}
	}
	(void)snprintf(dst, size, "never ends");
}

static void test_walk(void)
{
	static const struct {
		const char *path, *want;
	} rows[] = {
		{ "/usr/lib/systemd/systemd", "/usr/lib/systemd/systemd" },
		{ "/sbin/init", "/usr/lib/systemd/systemd" },
		{ "sbin//init/", "/usr/lib/systemd/systemd" },
		{ "/sbin/rel", "/usr/lib/systemd/systemd" },
		{ "/sbin/out", "/usr/lib/systemd/systemd" },
		{ "/sbin/absout", "/usr/lib/systemd/systemd" },
		{ "/../../usr/../usr/lib", "/usr/lib" },
		{ "/sbin/../lib", "/usr/lib" }, /* of where the link leads */
		{ "/self/self/usr", "/usr" },
		{ "/usr/..", "/" },
		{ "/root/usr/sbin", "/usr/sbin" },
		{ "/", "/" },
		{ "", "/" },
		{ "/loop", "loop" },
		{ "/a", "loop" },
		{ "/dangling", "none: /nowhere" },
		{ "/sbin/initx", "none: /usr/sbin/initx" },
		{ "/empty", "bad" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[2 * PLAN_PATH_MAX];

		walk_to(rows[i].path, text, sizeof(text));
		eq_str(text, rows[i].want);
	}
}

static void test_walk_link_count(void)
{
	struct nfs_walk walk;
	char name[NFS_WALK_NAME_MAX];

	nfs_walk_start(&walk, "x");
	for (int i = 0; i < 40; i++) {
		eq_int(nfs_walk_next(&walk, name), NFS_WALK_LOOKUP);
		nfs_walk_link(&walk, span_of("x"));
	}
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_LOOKUP);
	nfs_walk_link(&walk, span_of("x"));
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_LOOP);
}

static void test_walk_limits(void)
{
	struct nfs_walk walk;
	char name[NFS_WALK_NAME_MAX], text[PLAN_PATH_MAX + 1];

	memset(text, 'n', 256);
	text[256] = '\0';
	nfs_walk_start(&walk, text);
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_BAD);
	text[255] = '\0';
	nfs_walk_start(&walk, text);
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_LOOKUP);
	eq_int(strlen(name), 255);

	memset(text, 'n', PLAN_PATH_MAX);
	text[PLAN_PATH_MAX] = '\0';
	nfs_walk_start(&walk, text);
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_BAD);

	/* links that grow: refused before the buffer ends */
	memset(text, '/', PLAN_PATH_MAX);
	memcpy(text, "x/", 2);
	text[PLAN_PATH_MAX - 1] = '\0';
	nfs_walk_start(&walk, "x/y");
	for (int i = 0; i < 3 && nfs_walk_next(&walk, name) == NFS_WALK_LOOKUP; i++)
		nfs_walk_link(&walk, span_of(text));
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_BAD);

	nfs_walk_start(&walk, "x");
	nfs_walk_link(&walk, (struct span){ "a\0b", 3 });
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_BAD);

	/* deeper than handles are kept */
	text[0] = '\0';
	for (int i = 0; i < 45; i++)
		strcat(text, "d/");
	nfs_walk_start(&walk, text);
	for (int i = 0; i < 50 && nfs_walk_next(&walk, name) == NFS_WALK_LOOKUP; i++) {
		nfs_walk_entered(&walk);
		ok(walk.depth < NFS_WALK_DEPTH_MAX);
	}
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_BAD);
}

/* --- the search --- */

/* Answers a search from the tree above; handles are paths, as above. */
static void search_in(const char *init, const char *absent, struct nfs_search *search)
{
	static char handles[NFS_WALK_DEPTH_MAX][PLAN_PATH_MAX];
	static char path[2 * PLAN_PATH_MAX];

	nfs_search_start(search, init);
	for (int steps = 0; steps < 1000 && search->result == NFS_UNASKED; steps++) {
		struct nfs_found found = { .answer = NFS_YES, .object = NFS_OBJECT_DIR };
		uint8_t depth = search->walk.depth;
		const char *target;

		(void)snprintf(path, sizeof(path), "%s/%s", handles[depth], search->name);
		target = absent && !strcmp(path, absent) ? NULL : lookup(path);
		if (!target) {
			found.answer = NFS_NOT_FOUND;
			found.code = 2;
		} else if (!strcmp(target, "-")) {
			found.object = NFS_OBJECT_FILE;
			found.may_execute = true;
		} else if (target[0]) {
			found.object = NFS_OBJECT_LINK;
			found.link = span_of(target);
		}
		nfs_search_answer(search, &found);
		if (found.answer == NFS_YES && found.object != NFS_OBJECT_LINK)
			(void)snprintf(handles[depth + 1], PLAN_PATH_MAX, "%.1000s", path);
	}
}

static void test_search(void)
{
	static const struct {
		const char *init, *absent;
		enum nfs_answer result;
		const char *detail;
	} rows[] = {
		{ "/sbin/init", NULL, NFS_YES, "" },
		{ "/usr/lib/systemd/systemd", NULL, NFS_YES, "" },
		{ "/sbin/init", "/usr/lib/systemd/systemd", NFS_NO_INIT,
		  "a link leads to /usr/lib/systemd/systemd, which is not there" },
		{ "/sbin/init", "/sbin", NFS_NO_INIT, "" },
		{ "/loop", NULL, NFS_NO_INIT, "a link leads to /loop, which is a loop of links" },
		{ "/usr/sbin", NULL, NFS_NO_INIT, "" },
		{ "/nowhere", NULL, NFS_NO_INIT, "" },
		{ "/", NULL, NFS_NO_INIT, "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static struct nfs_search search;

		search_in(rows[i].init, rows[i].absent, &search);
		eq_int(search.result, rows[i].result);
		eq_str(search.detail, rows[i].detail);
	}
}

static void test_search_answers(void)
{
	static struct nfs_search search;
	struct nfs_found file = { .answer = NFS_YES, .object = NFS_OBJECT_FILE };
	struct nfs_found dir = { .answer = NFS_YES, .object = NFS_OBJECT_DIR };
	struct nfs_found gone = { .answer = NFS_NOT_FOUND, .code = 2 };
	struct nfs_found denied = { .answer = NFS_DENIED, .code = 13 };
	struct nfs_found odd = { .answer = NFS_OTHER, .code = 10006 };

	/* the kernel's list, one after the other */
	nfs_search_start(&search, "");
	eq_str(search.name, "sbin");
	nfs_search_answer(&search, &gone);
	eq_str(search.name, "etc");
	nfs_search_answer(&search, &gone);
	eq_str(search.name, "bin");
	nfs_search_answer(&search, &dir);
	eq_str(search.name, "init");
	eq_int(search.walk.depth, 1);
	nfs_search_answer(&search, &gone);
	eq_str(search.name, "bin");
	nfs_search_answer(&search, &dir);
	eq_str(search.name, "sh");
	file.may_execute = true;
	nfs_search_answer(&search, &file);
	eq_int(search.result, NFS_YES);

	nfs_search_start(&search, "/init");
	file.may_execute = false;
	nfs_search_answer(&search, &file);
	eq_int(search.result, NFS_DENIED);
	nfs_search_start(&search, "/sbin/init");
	nfs_search_answer(&search, &denied);
	eq_int(search.result, NFS_DENIED);
	eq_int(search.code, 13);
	/* not understood: says nothing */
	nfs_search_start(&search, "/sbin/init");
	nfs_search_answer(&search, &odd);
	eq_int(search.result, NFS_OTHER);
	nfs_search_start(&search, "/x");
	nfs_search_answer(&search,
			  &(struct nfs_found){ .answer = NFS_YES, .object = NFS_OBJECT_LINK });
	eq_int(search.result, NFS_OTHER);
}

int main(void)
{
	setup();
	RUN(test_option_text);
	RUN(test_source_and_flags);
	RUN(test_too_long);
	RUN(test_findings_choose);
	RUN(test_ports_found);
	RUN(test_refusals);
	RUN(test_hostile_names);
	RUN(test_other_init);
	RUN(test_explain);
	RUN(test_tries_on);
	RUN(test_walk);
	RUN(test_walk_link_count);
	RUN(test_walk_limits);
	RUN(test_search);
	RUN(test_search_answers);
	return test_end();
}
