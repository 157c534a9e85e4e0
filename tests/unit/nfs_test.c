/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NFS: which mounts are tried with which text, and on which findings. */
#include "nfs_tries.h"

#include <errno.h>

#include "core/rootspec.h"

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
	RUN(test_client_id);
	RUN(test_findings_ok);
	RUN(test_tries_on);
	RUN(test_try_holds);
	return test_end();
}
