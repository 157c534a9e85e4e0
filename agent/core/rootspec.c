/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling the forms of a root apart; hosts, names and block devices. The protocols' own grammars
 * are in rootspec_iscsi.c and rootspec_nfs.c. */
#include "core/rootspec.h"

#include <errno.h>
#include <string.h>

#include "core/ipspec.h"

#define QUOTE_MAX 64

/* Schemes of dracut, live-boot and others that are told apart from plain errors. */
static const char *const later[] = { "nbd",    "http",	"https", "ftp",	  "tftp",
				     "cifs",   "live",	"nvmf",	 "nvme",  "fcoe",
				     "aoe",    "bind",	"zfs",	 "mlx",	  "virtiofs",
				     "wwinit", "tmpfs", "block", "squash" };

static struct span scheme_of(struct span text)
{
	return (struct span){ text.p, span_find(text, ':') };
}

static bool is_later(struct span scheme)
{
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (span_eq(scheme, later[i]))
			return true;
	return false;
}

/* What they bring is an image for the whole root. */
static bool is_image(struct span scheme)
{
	static const char *const names[] = { "live", "http",   "https", "ftp",
					     "tftp", "wwinit", "squash" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_eq(scheme, names[i]))
			return true;
	return false;
}

/* As MAAS' squash:http://host/path, whatever the scheme in front is. */
static bool over_later(struct span text)
{
	struct span rest = text, scheme = span_cut(&rest, ':'), inner = scheme_of(rest);

	return is_later(scheme) ||
	       (is_later(inner) && span_starts(span_skip(rest, inner.len), "://"));
}

/* "<server>:/path": before the first '/' stand only a server and ':'. */
static bool has_server_path(struct span text)
{
	size_t slash = span_find(text, '/');

	return slash < text.len && slash > 1 && text.p[slash - 1] == ':';
}

enum rootspec_kind rootspec_kind(struct span text, enum rootspec_place place)
{
	bool word = place == IN_WORD;
	struct span scheme = scheme_of(text);

	if (!text.len)
		return ROOTSPEC_NONE;
	if (word && (span_eq(text, "iscsi") || span_eq(text, "iscsi:")))
		return ROOTSPEC_PARTS;
	if (span_eq(scheme, "iscsi") && scheme.len < text.len)
		return ROOTSPEC_ISCSI;
	if ((span_eq(scheme, "nfs") || span_eq(scheme, "nfs4")) && scheme.len < text.len)
		return ROOTSPEC_NFS;
	if (over_later(text))
		return ROOTSPEC_LATER;
	if (word && (span_eq(text, "dhcp") || span_eq(text, "dhcp6")))
		return ROOTSPEC_DHCP;
	if (word && span_eq(text, "/dev/nfs"))
		return ROOTSPEC_DEV_NFS;
	if (word && span_eq(text, "/dev/root"))
		return ROOTSPEC_DEV_ROOT;
	if (word && (span_starts(text, "/dev/") || span_starts(text, "LABEL=") ||
		     span_starts(text, "UUID=") || span_starts(text, "PARTUUID=") ||
		     span_starts(text, "PARTLABEL=")))
		return ROOTSPEC_BLOCK;
	if (text.p[0] == '/' || has_server_path(text))
		return ROOTSPEC_NFS;
	return ROOTSPEC_UNKNOWN;
}

int rootspec_refuse(struct span text, enum rootspec_place place, struct err *err)
{
	struct span scheme = scheme_of(text);
	char q[QUOTE_MAX];

	if (over_later(text))
		return err_set(err, ENOTSUP, "a root over \"%s\" is not supported yet%s",
			       text_quote(q, sizeof(q), scheme),
			       is_image(scheme)
				       ? ": an image in an NFS export is, by netroot.image="
				       : "");
	if (place == IN_OPTION_17)
		return err_set(err, EINVAL,
			       "not a root; expected iscsi:SERVER:[6]:[PORT]:[LUN]:TARGET or "
			       "[SERVER:]/PATH[,OPTIONS]");
	return err_set(
		err, EINVAL,
		"not a root; expected dhcp, /dev/nfs, nfs:SERVER:/PATH, iscsi:SERVER::::TARGET, "
		"LABEL=, UUID=, PARTUUID=, PARTLABEL= or /dev/NAME");
}

static bool numeric_like(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] != '.' && (text.p[i] < '0' || text.p[i] > '9'))
			return false;
	return true;
}

/* An address, with a NIC behind '%' where it is link-local (RFC 4007 11). */
static bool parse_address(struct span text, struct plan_host *host)
{
	struct span scope = text, address = span_cut(&scope, '%');

	if (!ip_parse(address, &host->ip))
		return false;
	if (!scope.p)
		return true;
	/* a ',' would begin another mount option behind addr= */
	return ip_is_link_local(&host->ip) && ifname_valid(scope) &&
	       span_find(scope, ',') == scope.len && span_find(scope, '%') == scope.len &&
	       text_copy(host->scope, sizeof(host->scope), scope);
}

int host_parse(struct span text, struct plan_host *ret, struct err *err)
{
	struct plan_host host = { .name = "" };
	struct span inner = text;
	char q[QUOTE_MAX];
	bool bracket = text.len && text.p[0] == '[';

	if (bracket) {
		inner = span_skip(text, 1);
		inner.len -= inner.len > 0;
	}
	if (span_find(inner, '%') < inner.len && !parse_address(inner, &host))
		return err_set(err, EINVAL,
			       "\"%s\" is no link-local IPv6 address with a NIC behind '%%'",
			       text_quote(q, sizeof(q), text));
	if (bracket && (text.p[text.len - 1] != ']' || !parse_address(inner, &host) ||
			host.ip.family != IP_V6))
		return err_set(err, EINVAL, "\"%s\" is no IPv6 address in brackets",
			       text_quote(q, sizeof(q), text));
	if (!bracket && !parse_address(text, &host) &&
	    (numeric_like(text) || !host_name_valid(text)))
		return err_set(err, EINVAL, "\"%s\" is neither an address nor a host name",
			       text_quote(q, sizeof(q), text));
	if (host.ip.family != IP_NONE && !ip_is_host(&host.ip))
		return err_set(err, EINVAL, "%s cannot be the address of a server",
			       text_quote(q, sizeof(q), inner));
	if (!text_copy(host.name, sizeof(host.name), inner))
		return err_set(err, EINVAL, "the server's name is too long");
	*ret = host;
	return 0;
}

/* The '%' of a scope is written %25 in a URL (RFC 6874). */
static int url_host_parse(struct span host, struct plan_host *ret, struct err *err)
{
	size_t at = span_find(host, '%');
	char plain[HOST_ADDRESS_MAX + 2];
	struct out out = out_to(plain, sizeof(plain));

	if (host.p && host.len && host.p[0] == '[' && span_starts(span_skip(host, at), "%25")) {
		out_add(&out, "%.*s%.*s", (int)at + 1, host.p, SPAN_ARG(span_skip(host, at + 3)));
		if (!out.cut)
			host = span_of(plain);
	}
	if (!host.len)
		return 0;
	return host_parse(host, ret, err) ? err_wrap(err, "the server") : 0;
}

int host_port_parse(struct span text, struct plan_host *ret, uint16_t *ret_port, struct err *err)
{
	struct span host = text, port = { NULL, 0 };
	size_t close = host.len && host.p[0] == '[' ? span_find(host, ']') : 0;
	size_t colon = close + span_find(span_skip(host, close), ':');
	char q[QUOTE_MAX];
	uint64_t v = 0;
	int r;

	if (colon < host.len) {
		port = span_skip(host, colon + 1);
		host.len = colon;
	}
	if (port.len && !parse_uint(port, 10, 1, 65535, &v))
		return err_set(err, EINVAL, "the port \"%s\" is no number from 1 to 65535",
			       text_quote(q, sizeof(q), port));
	r = url_host_parse(host, ret, err);
	if (!r)
		*ret_port = (uint16_t)v;
	return r;
}

bool host_is_name(const struct plan_host *host)
{
	struct span rest = span_of(host->name);
	struct ip_addr ip;

	return rest.len && !ip_parse(span_cut(&rest, '%'), &ip);
}

bool host_is_v6(const struct plan_host *host)
{
	return host->ip.family == IP_V6 && !host_is_name(host);
}

char *host_address(const struct plan_host *host, char dst[static HOST_ADDRESS_MAX])
{
	struct out out = out_to(dst, HOST_ADDRESS_MAX);
	bool scope = host->scope[0] && ip_is_link_local(&host->ip);
	char ip[IP_TEXT_MAX];

	out_add(&out, "%s%s%s", ip_text(&host->ip, ip), scope ? "%" : "", scope ? host->scope : "");
	return dst;
}

char *host_text(const struct plan_host *host, char *dst, size_t size)
{
	struct out out = out_to(dst, size);
	char name[96], address[HOST_ADDRESS_MAX];

	(void)text_quote(name, sizeof(name), span_of(host->name));
	(void)host_address(host, address);
	if (host->ip.family == IP_NONE)
		out_add(&out, "%s", name);
	else if (host_is_name(host))
		out_add(&out, "%s (%s)", name, address);
	else
		out_add(&out, "%s", address);
	return dst;
}

bool iscsi_name_valid(struct span name)
{
	struct span type = { name.p, 4 };

	if (name.len < 5 || name.len >= ISCSI_NAME_MAX || !text_is_printable(name) ||
	    span_find(name, ' ') < name.len)
		return false;
	return span_eq_nocase(type, "iqn.") || span_eq_nocase(type, "eui.") ||
	       span_eq_nocase(type, "naa.");
}

/* udev writes what is not harmless in a link's name as \xNN. */
static bool unescape(char *dst, size_t size, struct span text)
{
	size_t at = 0;
	uint64_t c;

	while (text.len) {
		if (at + 1 >= size)
			return false;
		if (text.len >= 4 && text.p[0] == '\\' && text.p[1] == 'x' &&
		    parse_uint((struct span){ text.p + 2, 2 }, 16, 1, 255, &c)) {
			dst[at++] = (char)c;
			text = span_skip(text, 4);
		} else {
			dst[at++] = text.p[0];
			text = span_skip(text, 1);
		}
	}
	dst[at] = '\0';
	return at > 0;
}

/* util-linux takes LABEL="x y" too */
static struct span unquote(struct span text)
{
	if (text.len >= 2 && text.p[0] == '"' && text.p[text.len - 1] == '"')
		return (struct span){ text.p + 1, text.len - 2 };
	return text;
}

static bool has_control(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
			return true;
	return false;
}

/* Names that only udev, LVM and their like make, and kinds of disk that nothing here brings. */
const char *rootspec_dev_refused(struct span path)
{
	struct span name = span_skip(path, strlen("/dev/"));

	if (!span_starts(path, "/dev/") || span_eq(name, "root"))
		return NULL;
	if (span_starts(name, "disk/"))
		return "only udev has such a name: use LABEL=, UUID=, PARTUUID= or PARTLABEL=";
	if (span_starts(name, "nbd"))
		return "a root over NBD is not supported";
	if (span_starts(name, "md"))
		return "RAID is not assembled here";
	if (span_starts(name, "dm-") || span_find(name, '/') < name.len)
		return "volumes of LVM and LUKS are not set up here, and a map of multipath is "
		       "found by what is on it: use LABEL= or UUID= of a filesystem on the disk or a "
		       "partition";
	return NULL;
}

int rootspec_block(struct span text, struct plan_block *ret, struct err *err)
{
	static const struct {
		const char *prefix;
		enum block_key key;
		bool link;
	} forms[] = {
		{ "LABEL=", BLOCK_LABEL, false },
		{ "UUID=", BLOCK_UUID, false },
		{ "PARTUUID=", BLOCK_PARTUUID, false },
		{ "PARTLABEL=", BLOCK_PARTLABEL, false },
		{ "/dev/disk/by-label/", BLOCK_LABEL, true },
		{ "/dev/disk/by-uuid/", BLOCK_UUID, true },
		{ "/dev/disk/by-partuuid/", BLOCK_PARTUUID, true },
		{ "/dev/disk/by-partlabel/", BLOCK_PARTLABEL, true },
	};
	struct plan_block block = { .key = BLOCK_DEV };
	bool good = false, found = false;

	if (has_control(text))
		return err_set(err, EINVAL, "control characters in it");
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]) && !found; i++) {
		struct span value = span_skip(text, strlen(forms[i].prefix));

		if (!span_starts(text, forms[i].prefix))
			continue;
		found = true;
		block.key = forms[i].key;
		if (forms[i].link)
			good = unescape(block.value, sizeof(block.value), value);
		else
			good = unquote(value).len &&
			       text_copy(block.value, sizeof(block.value), unquote(value));
	}
	if (!found)
		good = text.len > strlen("/dev/") &&
		       text_copy(block.value, sizeof(block.value), text);
	if (!good)
		return err_set(err, EINVAL, "the name in it is empty or too long");
	*ret = block;
	return 0;
}
