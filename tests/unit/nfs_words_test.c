/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the refusals of an NFS server, of the kernel and of the export's own contents read like. */
#include "nfs_tries.h"

#include <errno.h>

#define STALE                                                                                \
	"it is not exported any more, was replaced there, or shares its fsid= or UUID with " \
	"another export: mend that, and export it again (exportfs -ra)"

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
		  "there is no way to 10.0.0.5 (no route, nobody has that address, or a firewall "
		  "turns us away): check the server's address, the gateway and port 2049" },
		/* a port below 1024 is wanted: Linux by either version, others */
		{ "vers=3",
		  { .reach = NFS_YES, .v3_export = NFS_DENIED, .v3_code = NFS_CODE_AUTH },
		  "10.0.0.5 turns requests for /srv/x down (RPC credentials refused): it wants them "
		  "from ports below 1024, which a NAT in between changes, or another security "
		  "flavour: export it with insecure and sec=sys" },
		{ "vers=4",
		  { .reach = NFS_YES, .v4 = V4_ALL, .v4_export = NFS_DENIED, .v4_code = 1 },
		  "10.0.0.5 turns requests for /srv/x down (NFS4ERR_PERM): it wants them from ports "
		  "below 1024, which a NAT in between changes, or another security flavour: export "
		  "it with insecure and sec=sys" },
		{ "",
		  { .reach = NFS_YES,
		    .v4 = V4_ALL,
		    .v4_export = NFS_NOT_FOUND,
		    .v4_code = 2,
		    .v3 = NFS_YES,
		    .v3_export = NFS_DENIED,
		    .v3_code = NFS_CODE_AUTH },
		  "10.0.0.5 turns requests for /srv/x down (RPC credentials refused): it wants them "
		  "from ports below 1024, which a NAT in between changes, or another security "
		  "flavour: export it with insecure and sec=sys" },
		{ "vers=4",
		  { .reach = NFS_YES, .v4 = V4_ALL, .v4_export = NFS_DENIED, .v4_code = 70 },
		  "10.0.0.5 no longer knows its own handle of /srv/x (NFS4ERR_STALE): " STALE },
		{ "vers=3",
		  { .reach = NFS_YES,
		    .v3 = NFS_YES,
		    .v3_export = NFS_YES,
		    .v3_init = NFS_DENIED,
		    .code = 70 },
		  "10.0.0.5 no longer knows its own handle of /srv/x (STALE): " STALE },
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
		/* Linux' mountd says no more of a source port */
		{ "vers=3",
		  { .reach = NFS_YES,
		    .v3_export = NFS_DENIED,
		    .v3_code = 13,
		    .listed = NFS_YES,
		    .open_to = "10.0.9.9 *" },
		  "10.0.0.5 refuses /srv/x, which its export list opens to everybody "
		  "(MNT3ERR_ACCES): it wants requests from ports below 1024, which a NAT in "
		  "between changes (export it with insecure), or cannot export that filesystem "
		  "(fsid=)" },
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
		  "no such export (MNT3ERR_ACCES): check the list there (exported there: "
		  "/srv/y /srv/z)" },
		{ "vers=3",
		  { .reach = NFS_YES, .v3_export = NFS_REFUSED_CONN, .mount_port = 20048 },
		  "nothing listens on 10.0.0.5 port 20048 (mountd, connection refused): is it running "
		  "there?" },
		{ "vers=3,mountport=4002",
		  { .reach = NFS_YES, .v3_export = NFS_NO_REPLY },
		  "10.0.0.5 does not answer on port 4002 (mountd) when asked for /srv/x: is its mountd "
		  "alive, and does a firewall let this client through?" },
		{ "vers=3",
		  { .reach = NFS_YES, .v3_export = NFS_UNREACHABLE, .mount_port = 20048 },
		  "a firewall turns us away from 10.0.0.5 port 20048 (mountd), which NFS version 3 "
		  "needs: open it there, or use version 4" },
		{ "vers=3",
		  { .reach = NFS_YES, .v3 = NFS_YES, .portmap = NFS_UNREACHABLE },
		  "a firewall turns us away from 10.0.0.5 TCP port 111 (portmapper), which NFS "
		  "version 3 needs: open the port, or give mountport=" },
		{ "vers=3",
		  { .reach = NFS_YES, .v3_export = NFS_NOT_FOUND, .v3_code = 2 },
		  "10.0.0.5 has no directory /srv/x (MNT3ERR_NOENT): check the path, and that it is there" },
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
		{ "",
		  { .reach = NFS_YES,
		    .v4 = V4_ALL,
		    .v4_export = NFS_NOT_DIR,
		    .v4_code = 20,
		    .v3 = NFS_YES,
		    .v3_export = NFS_NOT_DIR,
		    .v3_code = 20,
		    .v3_init = NFS_NO_INIT },
		  "10.0.0.5:/srv/x is not a directory (MNT3ERR_NOTDIR): check the path" },
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
		  "service stuck, or rpc.mountd dead, which Linux needs for every version?" },
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
		  "service stuck, or rpc.mountd dead, which Linux needs for every version?" },
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
	eq_str(err.text,
	       "nas.lab (10.0.0.5) has no directory /srv/\\x1b[31m (MNT3ERR_NOENT): check the path, "
	       "and that it is there");
}

static void test_other_init(void)
{
	struct plan_root root = root_of("/srv/x", "");
	struct nfs_findings f = { .reach = NFS_YES, .v4_export = NFS_YES, .v4_init = NFS_NO_INIT };
	struct err err = { .text = "" };

	eq_int(nfs_refusal(&root, &f, &(struct nfs_sought){ .path = "/opt/boot" }, &err), -ENOENT);
	eq_str(err.text, "10.0.0.5:/srv/x has no /opt/boot: check init=");
	f.v4_init = NFS_DENIED;
	eq_int(nfs_refusal(&root, &f, &(struct nfs_sought){ .path = "/sbin/init" }, &err), -EACCES);
	eq_str(err.text, "10.0.0.5:/srv/x does not let this client execute /sbin/init: check the "
			 "modes, and root_squash");
	f.v4_init = NFS_OTHER;
	eq_int(nfs_refusal(&root, &f, &(struct nfs_sought){ .path = "/sbin/init" }, &err), 0);
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
	(void)text_copy(root.nfs.options, sizeof(root.nfs.options), span_of("proto=udp"));
	eq_int(nfs_explain(&root, &f, EINVAL, &err), -EINVAL);
	eq_str(err.text, "the kernel rejects the mount of 10.0.0.5:/srv/x: most have no NFS over "
			 "UDP any more (CONFIG_NFS_DISABLE_UDP_SUPPORT): leave udp out");
	root.nfs.options[0] = '\0';
	/* what the machine itself lacks is not blamed on the server */
	eq_int(nfs_explain(&root, &f, ENODEV, &err), -ENODEV);
	eq_str(err.text, "this kernel has no NFS client: is the module nfs in the initrd?");
	eq_int(nfs_explain(&root, NULL, ESTALE, &err), -ESTALE);
	eq_str(err.text,
	       "10.0.0.5 no longer knows its own handle of /srv/x (Stale file handle): " STALE);
	eq_int(nfs_explain(&root, NULL, EIO, &err), -EIO);
	eq_str(err.text, "mounting 10.0.0.5:/srv/x: Input/output error");
}

static void test_rejected_options(void)
{
	static const struct {
		const char *options, *want;
	} rows[] = {
		{ "rsize=1",
		  "the kernel rejects the mount options of 10.0.0.5:/srv/x: see the line "
		  "of \"nfs:\" in its log" },
		{ "vers=4.2,xprtsec=tls,sec=krb5p",
		  "the kernel rejects xprtsec=tls for 10.0.0.5:/srv/x: it takes Linux 6.5 and, "
		  "before the root is there, tlshd: leave xprtsec out" },
		{ "sec=krb5p",
		  "the kernel rejects sec=krb5p for 10.0.0.5:/srv/x: it takes rpc.gssd "
		  "and a ticket before the root is there: leave sec out, and export "
		  "with sec=sys" },
		{ "x-systemd.automount,hard,rsize=8192,gone=1",
		  "the kernel rejects the mount options of 10.0.0.5:/srv/x: it may not know "
		  "gone either" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_root root = root_of("/srv/x", rows[i].options);
		struct err err;

		eq_int(nfs_explain(&root, NULL, EINVAL, &err), -EINVAL);
		eq_str(err.text, rows[i].want);
	}
}

int main(void)
{
	setup();
	RUN(test_refusals);
	RUN(test_hostile_names);
	RUN(test_other_init);
	RUN(test_explain);
	RUN(test_rejected_options);
	return test_end();
}
