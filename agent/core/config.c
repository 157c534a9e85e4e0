/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 3617 (tftp), RFC 3986, RFC 2224 (nfs); PXELINUX's names of files. */
#include "core/config.h"

#include <errno.h>
#include <string.h>

#include "core/rootspec.h"

#define QUOTE_MAX 64
#define PORT_TFTP 69
#define PORT_HTTP 80
#define ARP_ETHER 1 /* RFC 826's hardware type, in front of the MAC as PXELINUX has it */

static const char expected[] =
	"expected tftp://HOST/DIR/, http://HOST[:PORT]/DIR/, nfs:HOST:/DIR/ or nfs://HOST/DIR/";

static const struct {
	const char *name;
	uint16_t port;
} protocols[] = {
	[CONFIG_TFTP] = { "tftp", PORT_TFTP },
	[CONFIG_HTTP] = { "http", PORT_HTTP },
	[CONFIG_NFS] = { "nfs", 0 }, /* 2049, or by the portmapper */
};

uint16_t config_port(const struct plan_config *config)
{
	return config->port ? config->port : protocols[config->kind].port;
}

/* --- the value --- */

static int set_path(struct span path, struct plan_config *config, struct err *err)
{
	if (!text_is_printable(path) || span_find(path, ' ') < path.len)
		return err_set(err, EINVAL, "blanks or odd characters in the path");
	if (!text_copy(config->path, sizeof(config->path), path))
		return err_set(err, EINVAL, "the path is longer than %zu bytes",
			       sizeof(config->path) - 1);
	return 0;
}

static int parse_nfs(struct span value, struct plan_config *config, struct err *err)
{
	struct nfs_spec spec = { .version = 0 };
	struct plan_nfs nfs = { .minor = -1 };
	int rw = -1;

	if (rootspec_nfs(value, &spec, err) || rootspec_nfs_options(spec.options, &nfs, &rw, err))
		return -err->code;
	if (spec.others.p)
		return err_set(err, EINVAL, "settings come from one server");
	config->server = spec.server;
	config->port = spec.port ? spec.port : nfs.port;
	config->version = spec.version ? spec.version : nfs.version;
	return set_path(spec.path, config, err);
}

/* What stands behind "tftp:" or "http:". */
static int parse_url(struct span rest, struct plan_config *config, struct err *err)
{
	bool url = span_starts(rest, "//"), http = config->kind == CONFIG_HTTP;
	struct span text = span_skip(rest, url ? 2 : 0);
	size_t colon = span_find(text, ':'), slash = span_find(text, '/');
	struct span host = { text.p, 0 }, path;
	int r;

	if (url)
		host.len = slash;
	else if (text.len && text.p[0] == '[')
		host.len = span_find(text, ']') + 1; /* within: "[...]" is looked at as a host */
	else if (colon < slash)
		host.len = colon;
	if (host.len > text.len)
		host.len = text.len;
	path = span_skip(text, host.len);
	if (!url && host.len && path.len && path.p[0] == ':')
		path = span_skip(path, 1);
	if (span_find(host, '@') < host.len)
		return err_set(err, EINVAL, "names and passwords are not sent");
	r = host_port_parse(host, &config->server, &config->port, err);
	if (r)
		return r;
	/* as curl and iPXE have it: tftp://host/path is "path", "//path" is absolute */
	if (url && !http)
		path = span_skip(path, 1);
	if (http)
		path.len = span_find(path, '#');
	if (http && (!path.len || path.p[0] != '/'))
		return path.len ? err_set(err, EINVAL, "%s", expected)
				: set_path(span_of("/"), config, err);
	return set_path(path, config, err);
}

int config_parse(struct span value, struct plan_config *ret, struct err *err)
{
	struct plan_config made = { .version = 0 };
	int r;

	if (span_starts(value, "https:"))
		return err_set(err, EPROTONOSUPPORT,
			       "https is not spoken here; http does as well where the settings are "
			       "signed: mkinitrd --config-key");
	if (span_starts(value, "nfs:") || span_starts(value, "nfs4:")) {
		made.kind = CONFIG_NFS;
		r = parse_nfs(value, &made, err);
	} else if (span_starts(value, "tftp:") || span_starts(value, "http:")) {
		made.kind = value.p[0] == 't' ? CONFIG_TFTP : CONFIG_HTTP;
		r = parse_url(span_skip(value, strlen("tftp:")), &made, err);
	} else {
		return err_set(err, EINVAL, "%s", expected);
	}
	if (r)
		return r;
	*ret = made;
	return 0;
}

/* RFC 3986 5.2, as far as servers use it: a URL, an absolute path, or a name beside this one. */
int config_redirect(const struct plan_config *from, const char *path, struct span location,
		    struct plan_config *ret, struct err *err)
{
	struct plan_config made = *from;
	char text[PLAN_PATH_MAX];
	struct out out = out_to(text, sizeof(text));
	size_t dir = (size_t)(config_file_name(path) - path);
	int r;

	if (span_starts(location, "http:") || span_starts(location, "https:"))
		return config_parse(location, ret, err);
	if (span_starts(location, "//") || span_find(location, ':') < span_find(location, '/'))
		return err_set(err, EPROTONOSUPPORT, "a redirect to something else than http");
	if (!location.len || location.p[0] != '/')
		out_add(&out, "%.*s", (int)dir, path);
	location.len = span_find(location, '#');
	out_add(&out, "%.*s", SPAN_ARG(location));
	if (out.cut)
		return err_set(err, EINVAL, "a redirect to too long a path");
	r = set_path(span_of(text), &made, err);
	if (!r)
		*ret = made;
	return r;
}

/* --- names --- */

/* A host name may come from a lease: it stays one name of a file. */
static bool is_file_name(struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
		    !strchr("._-", c))
			return false;
	}
	return name.len && name.p[0] != '.';
}

/* What stands for %<c>, as far as there is room; false: nothing does. *ret_what names it. */
static bool add_value(char c, const struct config_machine *m, struct out *out,
		      const char **ret_what)
{
	char ip[IP_TEXT_MAX];
	size_t before = out->len;

	if (c == 'm') {
		*ret_what = "MAC address";
		out_hex(out, m->mac.bytes, m->mac.len, "-");
	} else if (c == 'u') {
		*ret_what = "UUID";
		out_add(out, "%s", m->uuid ? m->uuid : "");
	} else {
		*ret_what = "host name";
		if (is_file_name(span_of(m->host_name)))
			out_add(out, "%s", m->host_name);
		else if (c == 's' && !ip_is_unset(&m->address))
			out_add(out, "%s", ip_text(&m->address, ip)); /* as nfsroot= has it */
	}
	return out->len > before || out->cut;
}

static bool is_placeholder(const char *at)
{
	return at[0] == '%' && at[1] && strchr("muhs", at[1]);
}

static bool has_placeholder(const char *path)
{
	while (*path && !is_placeholder(path))
		path++;
	return *path;
}

static int expand(const char *path, const struct config_machine *m, struct config_names *ret,
		  struct err *err)
{
	struct out out = out_to(ret->path[0], sizeof(ret->path[0]));
	const char *what;

	for (; *path; path++) {
		if (!is_placeholder(path)) {
			out_add(&out, "%c", *path);
			continue;
		}
		if (!add_value(*++path, m, &out, &what))
			return err_set(err, ENODATA, "this machine has no %s for the '%%%c'", what,
				       *path);
	}
	if (out.cut)
		return err_set(err, ENAMETOOLONG, "the path gets too long");
	ret->n = 1;
	return 0;
}

static void add_name(const struct plan_config *config, struct config_names *ret, const char *name)
{
	size_t len = strlen(config->path);
	const char *slash = len && config->path[len - 1] != '/' ? "/" : "";
	struct out out = out_to(ret->path[ret->n], sizeof(ret->path[0]));

	out_add(&out, "%s%s%s", config->path, *name ? slash : "", name);
	/* too long a path leaves room for nothing */
	ret->n = (uint8_t)(ret->n + (out.len && !out.cut));
}

static void add_macs(const struct plan_config *config, struct config_names *ret,
		     const struct mac_addr *mac)
{
	static const char *const between[] = { "-", ":", "" };
	char name[MAC_TEXT_MAX + 4];

	for (size_t i = 0; mac->len && i < sizeof(between) / sizeof(between[0]); i++) {
		struct out out = out_to(name, sizeof(name));

		if (!i && mac->len == 6)
			out_add(&out, "%02x-", ARP_ETHER);
		out_hex(&out, mac->bytes, mac->len, between[i]);
		add_name(config, ret, name);
	}
}

static void add_host_names(const struct plan_config *config, struct config_names *ret,
			   const char *host_name)
{
	struct span name = span_of(host_name);
	size_t dot = span_find(name, '.');
	char host[PLAN_NAME_MAX];

	if (!is_file_name(name))
		return;
	add_name(config, ret, host_name);
	if (dot < name.len && text_copy(host, sizeof(host), (struct span){ name.p, dot }))
		add_name(config, ret, host);
}

int config_names(const struct plan_config *config, const struct config_machine *machine,
		 struct config_names *ret, struct err *err)
{
	const char *path = config->path;

	ret->n = 0;
	if (has_placeholder(path))
		return expand(path, machine, ret, err);
	if (config->kind != CONFIG_HTTP || !strchr(path, '?')) {
		add_macs(config, ret, &machine->mac);
		if (machine->uuid)
			add_name(config, ret, machine->uuid);
		add_host_names(config, ret, machine->host_name);
		add_name(config, ret, "default");
	}
	/* it may have been meant as the file itself; a directory of NFS is opened before */
	if (config->kind != CONFIG_NFS && *path && path[strlen(path) - 1] != '/')
		add_name(config, ret, "");
	if (!ret->n)
		return err_set(err, ENAMETOOLONG, "the path is too long");
	return 0;
}

bool config_report_ok(const struct config_report *r, size_t len, uint8_t n_names)
{
	return len >= CONFIG_REPORT_HEAD && r->len <= CONFIG_TEXT_MAX &&
	       len == CONFIG_REPORT_HEAD + r->len && r->at <= n_names &&
	       memchr(r->wanted_host, '\0', sizeof(r->wanted_host));
}

const char *config_file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void config_shown(const struct plan_config *config, const char *path, struct out *out)
{
	struct span text = span_of(path);
	char q[CONFIG_URL_MAX];

	if (config->kind == CONFIG_HTTP)
		text.len = span_find(text, '?');
	out_add(out, "%s%s", text_quote(q, sizeof(q), text), path[text.len] ? "?***" : "");
}

void config_url(const struct plan_config *config, const char *path, struct out *out)
{
	bool v6 = host_is_v6(&config->server);
	char q[CONFIG_URL_MAX];

	out_add(out, "%s://%s%s%s", protocols[config->kind].name, v6 ? "[" : "",
		text_quote(q, sizeof(q), span_of(config->server.name)), v6 ? "]" : "");
	if (config->port)
		out_add(out, ":%u", config->port);
	out_add(out, "%s", config->kind == CONFIG_TFTP ? "/" : "");
	config_shown(config, path, out);
}
