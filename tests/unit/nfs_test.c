/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NFS: which mounts are tried with which text, what refusals read like. */
#include "test.h"

#include <errno.h>

#include "core/nfs.h"
#include "core/rootspec.h"

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

static void test_ipv6(void)
{
	static const struct {
		const char *server, *options, *want_source, *want;
	} rows[] = {
		{ "[fd00::5]", "", "[fd00::5]:/srv/x",
		  "vers=4.2,addr=fd00::5,clientaddr=fd00::9|vers=4.1,addr=fd00::5,clientaddr=fd00::9|"
		  "vers=4.0,addr=fd00::5,clientaddr=fd00::9|vers=3,addr=fd00::5,nolock,proto=tcp6" },
		{ "[fe80::5%eth0]", "vers=3", "[fe80::5%eth0]:/srv/x",
		  "vers=3,addr=fe80::5%eth0,nolock,proto=tcp6" },
		/* a transport of the other family would be refused */
		{ "[fd00::5]", "vers=3,proto=tcp,mountproto=udp", "[fd00::5]:/srv/x",
		  "vers=3,addr=fd00::5,nolock,proto=tcp6,mountproto=udp6" },
		{ "[fd00::5]", "vers=4.2,proto=tcp6", "[fd00::5]:/srv/x",
		  "vers=4.2,addr=fd00::5,clientaddr=fd00::9,proto=tcp6" },
		{ "[fd00::5]", "vers=4.2,proto=rdma,mountproto=tcp", "[fd00::5]:/srv/x",
		  "vers=4.2,addr=fd00::5,clientaddr=fd00::9,proto=rdma6" },
		{ "10.0.0.5", "vers=3,proto=tcp6,mountproto=tcp6", "10.0.0.5:/srv/x",
		  "vers=3,addr=10.0.0.5,nolock,proto=tcp,mountproto=tcp" },
		{ "[fd00::5]", "vers=3,tcp", "[fd00::5]:/srv/x", "vers=3,addr=fd00::5,nolock,tcp" },
	};
	struct ip_addr own;

	ok(ip_parse(span_of("fd00::9"), &own));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_root root = root_of("/srv/x", rows[i].options);
		struct nfs_try tries[NFS_TRIES_MAX];
		struct err err = { .text = "" };
		char text[1024];

		ok(host_parse(span_of(rows[i].server), &root.server, &err) == 0);
		ok(nfs_tries(&plan, &root, NULL, &own, tries, &err) > 0);
		eq_str(tries[0].source, rows[i].want_source);
		tries_text(&root, NULL, &own, text, sizeof(text));
		eq_str(text, rows[i].want);
	}
}

/* The kernel is told where it is, the table of mounts what it was called. */
static void test_named_server(void)
{
	struct plan_root root = root_of("/srv/x", "vers=4.2");
	struct nfs_findings f = { .reach = NFS_REFUSED_CONN };
	struct nfs_try tries[NFS_TRIES_MAX];
	struct err err = { .text = "" };

	(void)text_copy(root.server.name, sizeof(root.server.name), span_of("nas.lab"));
	eq_int(nfs_tries(&plan, &root, NULL, &client, tries, &err), 1);
	eq_str(tries[0].source, "nas.lab:/srv/x");
	eq_str(tries[0].options, "vers=4.2,addr=10.0.0.5,clientaddr=10.0.0.9");
	(void)ip_parse(span_of("fd00::5"), &root.server.ip);
	eq_int(nfs_tries(&plan, &root, NULL, &client, tries, &err), 1);
	eq_str(tries[0].source, "nas.lab:/srv/x");
	eq_str(tries[0].options, "vers=4.2,addr=fd00::5");
	(void)nfs_refusal(&root, &f, NULL, &err);
	eq_str(err.text, "nothing listens on nas.lab (fd00::5) port 2049 (connection refused): is "
			 "the NFS server running?");
	f = (struct nfs_findings){ .reach = NFS_YES, .v3 = NFS_YES, .v4_init = NFS_NO_INIT };
	(void)nfs_refusal(&root, &f, NULL, &err);
	eq_str(err.text, "nas.lab (fd00::5):/srv/x has no init: check init=");
	(void)host_parse(span_of("[fe80::5%eth0]"), &root.server, &err);
	(void)nfs_refusal(&root, &f, NULL, &err);
	eq_str(err.text, "[fe80::5%eth0]:/srv/x has no init: check init=");
}

static const char *uaddr(const char *text)
{
	static char dst[8];
	uint16_t port;

	if (!nfs_uaddr_port(span_of(text), &port))
		return "-";
	(void)snprintf(dst, sizeof(dst), "%u", port);
	return dst;
}

static void test_universal_addresses(void)
{
	eq_str(uaddr("::.8.1"), "2049");
	eq_str(uaddr("fe80::1.0.111"), "111");
	eq_str(uaddr("10.0.0.5.255.255"), "65535");
	eq_str(uaddr("::ffff:10.0.0.5.8.1"), "2049");
	eq_str(uaddr(""), "-");
	eq_str(uaddr("8.1"), "-");
	eq_str(uaddr(".8.1"), "2049");
	eq_str(uaddr("::.8."), "-");
	eq_str(uaddr("::..1"), "-");
	eq_str(uaddr("::.256.1"), "-");
	eq_str(uaddr("::.8.-1"), "-");
	eq_str(uaddr("::.8.1 "), "-");
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
	/* by UDP, without version 4; mountd stays with the transport that it was asked by */
	root = root_of("/srv/x", "udp");
	tries_text(&root, &f, NULL, text, sizeof(text));
	eq_str(text, "vers=3,addr=10.0.0.5,nolock,mountport=20048,mountproto=tcp,port=2049,udp");
	/* a service without TCP is none that refuses */
	f.v3 = f.reach = NFS_REFUSED_CONN;
	tries_text(&root, &f, NULL, text, sizeof(text));
	ok(!strncmp(text, "vers=3,", 7));
	f.v3 = f.reach = NFS_YES;
	root = root_of("/srv/x", "vers=3,mountport=635,port=2050");
	tries_text(&root, &f, NULL, text, sizeof(text));
	eq_str(text, "vers=3,addr=10.0.0.5,nolock,port=2050,mountport=635,proto=tcp");
}

/* --- words --- */

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

static void test_client_id(void)
{
	struct plan_input in = { .machine_uuid = "4c4c4544-0042-4810-8056-b4c04f395334" };
	char id[NFS_CLIENT_ID_MAX] = "?";

	in.machine_mac = (struct mac_addr){ .bytes = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 },
					    .len = 6 };
	nfs_client_id(&in, id);
	eq_str(id, "4c4c4544-0042-4810-8056-b4c04f395334");
	in.machine_uuid = "";
	nfs_client_id(&in, id);
	eq_str(id, "52:54:00:12:34:56");
	in.machine_uuid = NULL;
	in.machine_mac.len = 0;
	nfs_client_id(&in, id);
	eq_str(id, "");
}

/* A child that was taken over may send anything. */
static void test_findings_ok(void)
{
	struct nfs_findings good = { .reach = NFS_YES, .listed = NFS_OTHER }, f;
	struct plan_host server = { .name = "nas", .ip = { .family = IP_V6 } }, other = server;

	good.v4_root.len = NFS_HANDLE_MAX;
	ok(nfs_findings_ok(&good, &server));

	f = good;
	memset(f.offers, 'x', sizeof(f.offers));
	ok(!nfs_findings_ok(&f, &server));
	f = good;
	memset(f.open_to, 'x', sizeof(f.open_to));
	ok(!nfs_findings_ok(&f, &server));
	f = good;
	memset(f.detail, 'x', sizeof(f.detail));
	ok(!nfs_findings_ok(&f, &server));
	f = good;
	f.v4[2] = NFS_OTHER + 1;
	ok(!nfs_findings_ok(&f, &server));
	f = good;
	f.v3_root.len = NFS_HANDLE_MAX + 1;
	ok(!nfs_findings_ok(&f, &server));

	memset(other.name, 'x', sizeof(other.name));
	ok(!nfs_findings_ok(&good, &other));
	other = server;
	memset(other.scope, 'x', sizeof(other.scope));
	ok(!nfs_findings_ok(&good, &other));
	other = server;
	other.ip.family = 5;
	ok(!nfs_findings_ok(&good, &other));
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

/* What was mounted before init was looked for. */
static void test_try_holds(void)
{
	static const struct {
		const char *options;
		uint8_t version;
		int8_t minor;
		bool holds;
		struct nfs_findings f;
	} rows[] = {
		{ "",
		  4,
		  2,
		  true,
		  { .reach = NFS_YES, .v4 = V4_ALL, .v4_export = NFS_YES, .v4_init = NFS_YES } },
		/* what was not understood forbids nothing */
		{ "",
		  4,
		  2,
		  true,
		  { .reach = NFS_YES, .v4 = V4_ALL, .v4_export = NFS_YES, .v4_init = NFS_OTHER } },
		{ "vers=3",
		  3,
		  -1,
		  true,
		  { .reach = NFS_YES, .v3 = NFS_YES, .v3_export = NFS_YES, .v3_init = NFS_YES } },
		{ "",
		  4,
		  2,
		  false,
		  { .reach = NFS_YES,
		    .v4 = V4_ALL,
		    .v4_export = NFS_YES,
		    .v4_init = NFS_NO_INIT } },
		{ "vers=3",
		  3,
		  -1,
		  false,
		  { .reach = NFS_YES,
		    .v3 = NFS_YES,
		    .v3_export = NFS_YES,
		    .v3_init = NFS_DENIED } },
		/* another version has it */
		{ "",
		  4,
		  2,
		  false,
		  { .reach = NFS_YES,
		    .v4 = V4_ALL,
		    .v4_export = NFS_YES,
		    .v4_init = NFS_NO_INIT,
		    .v3 = NFS_YES,
		    .v3_export = NFS_YES,
		    .v3_init = NFS_YES } },
		{ "",
		  4,
		  2,
		  false,
		  { .reach = NFS_YES,
		    .v4 = { NFS_YES, NFS_YES, NFS_NO },
		    .v4_export = NFS_YES,
		    .v4_init = NFS_YES } },
		/* init could not be opened yet */
		{ "",
		  4,
		  2,
		  false,
		  { .reach = NFS_YES,
		    .v4 = V4_ALL,
		    .v4_export = NFS_YES,
		    .v4_init = NFS_YES,
		    .grace = true } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_root root = root_of("/srv/x", rows[i].options);
		struct nfs_try begun = { .version = rows[i].version, .minor = rows[i].minor };

		eq_int(nfs_try_holds(&plan, &root, &rows[i].f, &begun), rows[i].holds);
	}
}

int main(void)
{
	setup();
	RUN(test_option_text);
	RUN(test_source_and_flags);
	RUN(test_ipv6);
	RUN(test_named_server);
	RUN(test_universal_addresses);
	RUN(test_too_long);
	RUN(test_findings_choose);
	RUN(test_ports_found);
	RUN(test_refusals);
	RUN(test_hostile_names);
	RUN(test_other_init);
	RUN(test_explain);
	RUN(test_rejected_options);
	RUN(test_client_id);
	RUN(test_findings_ok);
	RUN(test_tries_on);
	RUN(test_try_holds);
	return test_end();
}
