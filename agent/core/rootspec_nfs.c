/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NFS grammars: fs/nfs/nfsroot.c and Documentation/admin-guide/nfs/nfsroot.rst of the kernel,
 * dracut's nfs-lib.sh. */
#include "core/rootspec.h"

#include <errno.h>
#include <string.h>

#define QUOTE_MAX 64

static int check_text(struct span s, const char *what, struct err *err)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return err_set(err, EINVAL, "control characters in the %s", what);
	return 0;
}

/* Index of the ':' of the first ":/" in front of which no '/' stands, or len. */
static size_t server_end(struct span s)
{
	size_t slash = span_find(s, '/');

	return slash < s.len && slash > 0 && s.p[slash - 1] == ':' ? slash - 1 : s.len;
}

static int set_server(struct span text, struct nfs_spec *spec, struct err *err)
{
	int r;

	if (!text.len)
		return 0;
	r = host_parse(text, &spec->server, err);
	return r ? err_wrap(err, "the server") : 0;
}

/* One, or several that hold the same (autofs(5), "Replicated Server"). */
static int set_servers(struct span text, struct nfs_spec *spec, struct err *err)
{
	struct span rest = text, first = span_cut(&rest, ',');
	struct plan_host unused;

	spec->others = rest;
	while (rest.p)
		if (host_parse(span_cut(&rest, ','), &unused, err))
			return err_wrap(err, "one of the servers");
	if (spec->others.p && !first.len)
		return err_set(err, EINVAL, "the first of the servers is missing");
	return set_server(first, spec, err);
}

/* "/path[:options]" or "/path[,options]" */
static int set_path(struct span text, struct nfs_spec *spec, struct err *err)
{
	size_t colon = span_find(text, ':'), comma = span_find(text, ',');
	size_t end = colon < comma ? colon : comma;
	int r;

	spec->path = (struct span){ text.p, end };
	if (end < text.len) {
		spec->options = span_skip(text, end + 1);
		while (spec->options.len && spec->options.p[spec->options.len - 1] == ':')
			spec->options.len--;
	}
	r = check_text(spec->path, "path", err);
	return r ? r : check_text(spec->options, "mount options", err);
}

/* RFC 2224: nfs://<server>[:<port>]/<path> */
static int parse_url(struct span text, struct nfs_spec *spec, struct err *err)
{
	size_t slash = span_find(text, '/');
	struct span host = { text.p, slash };
	int r = host_port_parse(host, &spec->server, &spec->port, err);

	spec->path = span_skip(text, slash);
	if (r)
		return r;
	if (!spec->path.len)
		return err_set(err, EINVAL, "the path is missing; expected nfs://SERVER/PATH");
	return check_text(spec->path, "path", err);
}

int rootspec_nfs(struct span text, struct nfs_spec *ret, struct err *err)
{
	struct nfs_spec spec = { .version = 0 };
	size_t end;
	int r = 0;

	if (span_starts(text, "nfs://")) {
		r = parse_url(span_skip(text, strlen("nfs://")), &spec, err);
		if (!r)
			*ret = spec;
		return r;
	}
	if (span_starts(text, "nfs4:")) {
		spec.version = 4;
		text = span_skip(text, strlen("nfs4:"));
	} else if (span_starts(text, "nfs:")) {
		text = span_skip(text, strlen("nfs:"));
	}
	end = server_end(text);
	if (end < text.len) {
		struct span head = { text.p, end }, whole = head;
		struct ip_addr unused;
		struct span before = span_cut(&head, ':');

		/* Anaconda's nfs:<options>:<server>:/path; no option has a bracket, and of several
		 * servers any may be IPv6 */
		bool options_first = head.p && before.len && span_find(before, '[') == before.len &&
				     !ip_parse(whole, &unused);

		text = span_skip(text, end + 1);
		r = set_path(text, &spec, err);
		if (!r && options_first && !spec.options.len)
			spec.options = before;
		if (!r && options_first)
			r = set_servers(head, &spec, err);
		else if (!r)
			r = set_servers(whole, &spec, err);
	} else {
		r = set_path(text, &spec, err);
	}
	if (r)
		return r;
	if (!spec.path.len || spec.path.p[0] != '/')
		return err_set(err, EINVAL,
			       "the path does not begin with '/'; expected "
			       "[nfs:|nfs4:][SERVER:]/PATH[,OPTIONS]");
	*ret = spec;
	return 0;
}

int rootspec_nfsroot(struct span value, struct nfs_spec *ret, struct err *err)
{
	struct nfs_spec spec = { .version = 0 };
	size_t end = server_end(value), len;
	struct span head = { value.p, end };
	struct ip_addr ip;
	int r;

	if (span_starts(value, "nfs:") || span_starts(value, "nfs4:"))
		return rootspec_nfs(value, ret, err);
	len = span_find(value, ':');
	if (end == value.len) {
		/* the kernel also takes a server alone, and one before options or "default" */
		len = len < span_find(value, ',') ? len : span_find(value, ',');
		head.len = len;
		if (!ip_parse(head, &ip))
			head.len = 0;
		end = head.len;
	}
	r = set_servers(head, &spec, err);
	if (r)
		return r;
	if (end && end < value.len && value.p[end] == ':')
		end++;
	else if (!end && head.p && value.len && value.p[0] == ':')
		end = 1; /* Arch: nfsroot=:/path */
	r = set_path(span_skip(value, end), &spec, err);
	if (r)
		return r;
	/* "auto" is Debian's word for what DHCP says, "default" the kernel's */
	if (span_eq(spec.path, "default") || span_eq(spec.path, "auto"))
		spec.path.len = 0;
	if (spec.path.len && spec.path.p[0] != '/' && spec.server.name[0])
		return err_set(err, EINVAL,
			       "the path behind the server does not begin with '/'; "
			       "expected [SERVER:]/PATH[,OPTIONS]");
	*ret = spec;
	return 0;
}

static int set_version(struct span text, struct plan_nfs *nfs, struct err *err)
{
	struct span major = span_cut(&text, '.');
	uint64_t v, minor = 0;
	char q[QUOTE_MAX];

	if (!parse_uint(major, 10, 3, 4, &v) ||
	    (text.p && (v != 4 || !parse_uint(text, 10, 0, 2, &minor))))
		return err_set(err, ENOTSUP, "NFS version \"%s\" is not 3, 4, 4.0, 4.1 or 4.2",
			       text_quote(q, sizeof(q), major));
	nfs->version = (uint8_t)v;
	nfs->minor = text.p ? (int8_t)minor : -1;
	return 0;
}

static int take_option(struct span name, struct span value, struct span whole, struct plan_nfs *nfs,
		       int *ret_rw, struct err *err)
{
	struct out out = { .text = nfs->options,
			   .len = strlen(nfs->options),
			   .size = sizeof(nfs->options) };
	uint64_t v;

	if (span_eq(name, "vers") || span_eq(name, "nfsvers"))
		return set_version(value, nfs, err);
	if (!value.p && name.len > 1 && name.p[0] == 'v' && name.p[1] >= '0' && name.p[1] <= '9')
		return set_version(span_skip(name, 1), nfs, err);
	if (span_eq(name, "minorversion")) {
		if (!parse_uint(value, 10, 0, 2, &v))
			return err_set(err, EINVAL, "minorversion is not 0, 1 or 2");
		nfs->version = 4;
		nfs->minor = (int8_t)v;
		return 0;
	}
	if (span_eq(name, "port")) {
		if (!parse_uint(value, 10, 0, 65535, &v))
			return err_set(err, EINVAL, "the option port is no number up to 65535");
		nfs->port = (uint16_t)v;
		return 0;
	}
	if (!value.p && (span_eq(name, "ro") || span_eq(name, "rw"))) {
		*ret_rw = span_eq(name, "rw");
		return 0;
	}
	/* set from the server's name where the mount is made */
	if (span_eq(name, "addr"))
		return 0;
	if (!text_is_printable(whole) || span_find(whole, ' ') < whole.len)
		return err_set(err, EINVAL, "blanks or odd characters in the mount options");
	out_add(&out, "%s%.*s", out.len ? "," : "", SPAN_ARG(whole));
	if (out.cut)
		return err_set(err, EINVAL, "the mount options are too long");
	return 0;
}

int rootspec_nfs_options(struct span options, struct plan_nfs *nfs, int *ret_rw, struct err *err)
{
	struct plan_nfs made = *nfs;
	int rw = *ret_rw;

	while (options.len) {
		struct span whole = span_cut(&options, ','), value = whole;
		struct span name = span_cut(&value, '=');
		int r;

		if (!whole.len)
			continue;
		r = take_option(name, value, whole, &made, &rw, err);
		if (r)
			return r;
	}
	*nfs = made;
	*ret_rw = rw;
	return 0;
}
