/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammars of an NFS root and of its mount options: rows from the kernel's nfsroot.rst,
 * dracut.cmdline(7), Anaconda. */
#include "core/rootspec.h"

#include "rootspec_rows.h"

static const char *nfs_text(int r, const struct nfs_spec *spec, const struct err *err)
{
	static char text[512];
	struct out out = out_to(text, sizeof(text));

	if (r) {
		out_add(&out, "! %s", err->text);
		return text;
	}
	out_add(&out, "%s", spec->server.name);
	if (spec->others.p)
		out_add(&out, " or %.*s", (int)spec->others.len, spec->others.p);
	out_add(&out, "|%.*s|%.*s", (int)spec->path.len, spec->path.p ? spec->path.p : "",
		(int)spec->options.len, spec->options.p ? spec->options.p : "");
	if (spec->version)
		out_add(&out, " v%u", spec->version);
	if (spec->port)
		out_add(&out, " port %u", spec->port);
	if (spec->server.scope[0])
		out_add(&out, " scope %s", spec->server.scope);
	return text;
}

static const char *read_nfs(const char *value)
{
	struct nfs_spec spec;
	struct err err;
	int r = rootspec_nfs(span_of(value), &spec, &err);

	return nfs_text(r, &spec, &err);
}

static const char *read_nfsroot(const char *value)
{
	struct nfs_spec spec;
	struct err err;
	int r = rootspec_nfsroot(span_of(value), &spec, &err);

	return nfs_text(r, &spec, &err);
}

#define NFS_SHAPE "; expected [nfs:|nfs4:][SERVER:]/PATH[,OPTIONS]"

static void nfs_forms(void)
{
	static const struct row rows[] = {
		{ "10.0.0.1:/srv/x", "10.0.0.1|/srv/x|" },
		{ "/srv/x", "|/srv/x|" },
		{ "/", "|/|" },
		{ "/srv/x,vers=3,tcp", "|/srv/x|vers=3,tcp" },
		{ "10.0.0.1:/srv/x,vers=3,tcp", "10.0.0.1|/srv/x|vers=3,tcp" },
		{ "10.0.0.1:/srv/x:vers=3,tcp", "10.0.0.1|/srv/x|vers=3,tcp" },
		{ "nfs:/srv/x", "|/srv/x|" },
		{ "nfs:10.0.0.1:/srv/x", "10.0.0.1|/srv/x|" },
		{ "nfs:10.0.0.1:/srv/x:ro,hard", "10.0.0.1|/srv/x|ro,hard" },
		{ "nfs:10.0.0.1:/srv/x:", "10.0.0.1|/srv/x|" },
		{ "nfs:server.lab:/srv/x", "server.lab|/srv/x|" },
		{ "nfs::/srv/x", "|/srv/x|" },
		{ "nfs:[2001:db8::1]:/srv/x", "2001:db8::1|/srv/x|" },
		{ "[2001:db8::1]:/srv/x,vers=3", "2001:db8::1|/srv/x|vers=3" },
		{ "2001:db8::1:/srv/x", "2001:db8::1|/srv/x|" },
		{ "[fe80::1%eth0]:/srv/x:ro", "fe80::1%eth0|/srv/x|ro scope eth0" },
		{ "nfs:[fe80::1%br0.7]:/x", "fe80::1%br0.7|/x| scope br0.7" },
		{ "nfs:ro,hard:[fd00::1]:/srv/x", "fd00::1|/srv/x|ro,hard" },
		{ "nfs4:[fd00::1]:/x", "fd00::1|/x| v4" },
		{ "nfs4:10.0.0.1:/x", "10.0.0.1|/x| v4" },
		{ "nfs4:/x", "|/x| v4" },
		{ "nfs:/srv/%s", "|/srv/%s|" },
		/* several that hold the same */
		{ "10.0.0.1,10.0.0.2:/srv/x,ro", "10.0.0.1 or 10.0.0.2|/srv/x|ro" },
		{ "nfs:nas1,nas2,nas3:/x", "nas1 or nas2,nas3|/x|" },
		{ "nfs4:[fd00::1],10.0.0.2:/x", "fd00::1 or 10.0.0.2|/x| v4" },
		{ "nfs:10.0.0.2,[fd00::1]:/x", "10.0.0.2 or [fd00::1]|/x|" },
		{ "nfs:ro,hard:nas1,nas2:/x", "nas1 or nas2|/x|ro,hard" },
		{ "nfs:nas1,:/x",
		  "! one of the servers: \"\" is neither an address nor a host name" },
		{ "nfs:nas1,10.0.0.300:/x",
		  "! one of the servers: \"10.0.0.300\" is neither an address nor a host name" },
		{ "nfs:,nas1:/x", "! the first of the servers is missing" },
		/* Anaconda */
		{ "nfs:ro,hard:10.0.0.1:/srv/x", "10.0.0.1|/srv/x|ro,hard" },
		{ "nfs://10.0.0.1/srv/x", "10.0.0.1|/srv/x|" },
		{ "nfs://10.0.0.1:2050/srv/x", "10.0.0.1|/srv/x| port 2050" },
		{ "nfs://[2001:db8::1]:2050/x", "2001:db8::1|/x| port 2050" },
		{ "nfs://[fe80::1%25eth0]/x", "fe80::1%eth0|/x| scope eth0" },
		{ "nfs://[fe80::1%eth0]:2050/x", "fe80::1%eth0|/x| port 2050 scope eth0" },
		{ "nfs://server/x", "server|/x|" },
		{ "nfs://10.0.0.1", "! the path is missing; expected nfs://SERVER/PATH" },
		{ "nfs://10.0.0.1:x/y", "! the port \"x\" is no number from 1 to 65535" },
		{ "nfs://10.0.0.1:0/y", "! the port \"0\" is no number from 1 to 65535" },
		{ "nfs:", "! the path does not begin with '/'" NFS_SHAPE },
		{ "nfs:x", "! the path does not begin with '/'" NFS_SHAPE },
		{ "nfs:10.0.0.1:x", "! the path does not begin with '/'" NFS_SHAPE },
		{ "10.0.0.300:/x",
		  "! the server: \"10.0.0.300\" is neither an address nor a host name" },
		{ "0.0.0.0:/x", "! the server: 0.0.0.0 cannot be the address of a server" },
		{ "a b:/x", "! the server: \"a b\" is neither an address nor a host name" },
		{ "10.0.0.1:/x\n", "! control characters in the path" },
		{ "10.0.0.1:/x,a\tb", "! control characters in the mount options" },
	};

	CHECK(rows, read_nfs);
}

static void nfsroot_forms(void)
{
	static const struct row rows[] = {
		{ "10.0.0.1:/srv/x,vers=3", "10.0.0.1|/srv/x|vers=3" },
		{ "/srv/x", "|/srv/x|" },
		{ ",vers=3", "||vers=3" },
		{ "client1", "|client1|" }, /* under /tftpboot: the caller's */
		{ "", "||" },
		{ "default", "||" },
		{ "default,vers=3", "||vers=3" },
		{ "auto", "||" },
		{ "10.0.0.1", "10.0.0.1||" },
		{ "10.0.0.1,vers=3", "10.0.0.1||vers=3" },
		{ "10.0.0.1:", "10.0.0.1||" },
		{ "10.0.0.1:,vers=3", "10.0.0.1||vers=3" },
		{ "10.0.0.1:default", "10.0.0.1||" },
		{ ":/srv/x", "|/srv/x|" },
		{ "server:/srv/x", "server|/srv/x|" },
		{ "10.0.0.1,nas2:/srv/x,vers=3", "10.0.0.1 or nas2|/srv/x|vers=3" },
		{ "[fd00::1]:/srv/x,vers=3", "fd00::1|/srv/x|vers=3" },
		{ "nfs:10.0.0.1:/srv/x", "10.0.0.1|/srv/x|" },
		{ "10.0.0.1:x", "! the path behind the server does not begin with '/'; expected "
				"[SERVER:]/PATH[,OPTIONS]" },
	};

	CHECK(rows, read_nfsroot);
}

static const char *read_options(const char *value)
{
	static char text[512];
	struct out out = out_to(text, sizeof(text));
	struct plan_nfs nfs = { .options = "first", .minor = -1 };
	struct err err;
	int rw = -1;

	if (rootspec_nfs_options(span_of(value), &nfs, &rw, &err)) {
		eq_str(nfs.options, "first");
		eq_int(rw, -1);
		out_add(&out, "! %s", err.text);
		return text;
	}
	out_add(&out, "%s", nfs.options);
	if (nfs.version)
		out_add(&out, " v%u.%d", nfs.version, nfs.minor);
	if (nfs.port)
		out_add(&out, " port %u", nfs.port);
	if (rw >= 0)
		out_add(&out, " %s", rw ? "rw" : "ro");
	return text;
}

static void nfs_options(void)
{
	static const struct row rows[] = {
		{ "", "first" },
		{ "tcp,hard", "first,tcp,hard" },
		{ ",,tcp,", "first,tcp" },
		{ "vers=3", "first v3.-1" },
		{ "vers=4", "first v4.-1" },
		{ "nfsvers=4.2,tcp", "first,tcp v4.2" },
		{ "vers=4.0", "first v4.0" },
		{ "v3", "first v3.-1" },
		{ "v4.1", "first v4.1" },
		{ "vers=4,minorversion=1", "first v4.1" },
		{ "vers=3,vers=4.1", "first v4.1" },
		{ "port=2050", "first port 2050" },
		{ "rw", "first rw" },
		{ "rw,ro", "first ro" },
		{ "addr=1.2.3.4,soft", "first,soft" },
		{ "rsize=4096,wsize=4096", "first,rsize=4096,wsize=4096" },
		{ "vers=2", "! NFS version \"2\" is not 3, 4, 4.0, 4.1 or 4.2" },
		{ "vers=4.3", "! NFS version \"4\" is not 3, 4, 4.0, 4.1 or 4.2" },
		{ "vers=3.1", "! NFS version \"3\" is not 3, 4, 4.0, 4.1 or 4.2" },
		{ "vers=", "! NFS version \"\" is not 3, 4, 4.0, 4.1 or 4.2" },
		{ "vers", "! NFS version \"\" is not 3, 4, 4.0, 4.1 or 4.2" },
		{ "port=x", "! the option port is no number up to 65535" },
		{ "a b", "! blanks or odd characters in the mount options" },
	};
	char text[300];

	CHECK(rows, read_options);
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	eq_str(read_options(text), "! the mount options are too long");
}

static void hostile(void)
{
	feed_hostile(read_nfs);
	feed_hostile(read_nfsroot);
	feed_hostile(read_options);
}

int main(void)
{
	RUN(nfs_forms);
	RUN(nfsroot_forms);
	RUN(nfs_options);
	RUN(hostile);
	return test_end();
}
