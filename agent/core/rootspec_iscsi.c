/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The iSCSI grammar: RFC 4173 section 5, with the additions of dracut and Debian told apart rather
 * than misread. */
#include "core/ipspec.h"
#include "core/rootspec.h"

#include <errno.h>
#include <string.h>

#define SHAPE "; expected iscsi:SERVER:[6]:[PORT]:[LUN]:TARGET"
#define QUOTE_MAX 64
#define LUN_FLAT_MAX 0x3fff

static bool starts_name(struct span s)
{
	struct span type = { s.p, s.len < 4 ? s.len : 4 };

	return span_eq_nocase(type, "iqn.") || span_eq_nocase(type, "eui.") ||
	       span_eq_nocase(type, "naa.");
}

/* Index of the ':' in front of the target's name, or len. */
static size_t name_at(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == ':' && starts_name(span_skip(s, i + 1)))
			return i;
	return s.len;
}

/* Length of dracut's "<user>:<password>[:...]@" with the '@'; 0: none. A '@' inside the target's
 * name belongs to that; as a user may be called like an initiator, the target is the last name. */
static size_t len_credentials(struct span s)
{
	size_t end = 0, len = 0, at;

	while ((at = name_at(span_skip(s, end))) < s.len - end)
		end += at + 1;
	if (!end)
		end = s.len;
	for (size_t i = 0; i < end; i++)
		if (s.p[i] == '@')
			len = i + 1;
	return len;
}

/* Length of the user and password in front of the host's '@'. */
static size_t len_user(struct span host)
{
	size_t len = 0;

	for (size_t i = 0; i < host.len; i++)
		if (host.p[i] == '@')
			len = i;
	return len;
}

/* "node.session.auth.password=": one of the names of open-iscsi's records that hold a secret. */
static bool names_password(struct span key)
{
	for (size_t i = 0; i < key.len; i++)
		if (span_starts(span_skip(key, i), ".password"))
			return true;
	return false;
}

/* Where the secret of a text begins and how long it is: iSCSI's, with its scheme or without, that
 * of rd.iscsi.param=, the one of scheme://user:password@host (cifs and others), or what is asked of
 * HTTP behind a '?', which may be a token. 0: none. */
static size_t len_secret(struct span text, size_t *ret_at)
{
	struct span rest = text, key = span_cut(&rest, '=');
	size_t colon = span_find(text, ':'), len;

	*ret_at = key.len + 1;
	if (rest.p && names_password(key))
		return rest.len;
	*ret_at = colon + strlen("://");
	if (span_starts(span_skip(text, colon), "://")) {
		rest = span_skip(text, *ret_at);
		len = len_user((struct span){ rest.p, span_find(rest, '/') });
		if (len)
			return len;
	}
	if (span_starts(text, "http:") || span_starts(text, "https:")) {
		*ret_at = span_find(text, '?') + 1;
		return span_skip(text, *ret_at).len;
	}
	if (span_starts(span_skip(text, colon), "://"))
		return 0;
	*ret_at = span_starts(text, "iscsi:") ? strlen("iscsi:") : 0;
	if (!*ret_at && name_at(text) == text.len)
		return 0;
	len = len_credentials(span_skip(text, *ret_at));
	return len ? len - 1 : 0;
}

char *rootspec_public(char *dst, size_t size, struct span text)
{
	size_t at, len = len_secret(text, &at);
	struct out out = out_to(dst, size);

	if (len)
		out_add(&out, "%.*s***%.*s", (int)at, text.p, SPAN_ARG(span_skip(text, at + len)));
	else
		out_add(&out, "%.*s", SPAN_ARG(text));
	return dst;
}

char *rootspec_quote(char *dst, size_t size, struct span text)
{
	size_t at, len = len_secret(text, &at);
	char before[PLAN_NAME_MAX], after[PLAN_NAME_MAX];
	struct out out = out_to(dst, size);

	if (!len)
		return text_quote(dst, size, text);
	(void)text_quote(before, sizeof(before), (struct span){ text.p, at });
	(void)text_quote(after, sizeof(after), span_skip(text, at + len));
	out_add(&out, "%s***%s", before, after);
	return dst;
}

/* Cuts at the next ':' outside of [ ]. False where there is none. */
static bool cut_field(struct span *rest, struct span *ret)
{
	size_t from = rest->len && rest->p[0] == '[' ? span_find(*rest, ']') : 0;
	size_t at = from + span_find(span_skip(*rest, from), ':');

	if (at >= rest->len)
		return false;
	*ret = (struct span){ rest->p, at };
	*rest = span_skip(*rest, at + 1);
	return true;
}

static bool only_digits(struct span s)
{
	uint64_t v;

	return parse_uint(s, 10, 0, UINT64_MAX, &v);
}

/* RFC 4173: one to four groups of one to four hex digits with '-' between; later groups are 0. */
static bool lun_groups(struct span text, uint8_t lun[static 8])
{
	uint8_t bytes[8] = { 0 };

	for (size_t i = 0; text.p; i++) {
		struct span group = span_cut(&text, '-');
		uint64_t v;

		if (i == 4 || group.len > 4 || !parse_uint(group, 16, 0, 0xffff, &v))
			return false;
		bytes[2 * i] = (uint8_t)(v >> 8);
		bytes[2 * i + 1] = (uint8_t)v;
	}
	memcpy(lun, bytes, 8);
	return true;
}

/* SAM-5 4.7: up to 255 peripheral, above that flat space addressing. */
static void lun_number(uint64_t v, uint8_t lun[static 8])
{
	memset(lun, 0, 8);
	if (v > 255)
		v |= 0x4000;
	lun[0] = (uint8_t)(v >> 8);
	lun[1] = (uint8_t)v;
}

static int parse_lun(struct span text, enum rootspec_place place, struct plan_iscsi *iscsi,
		     struct out *choices, struct err *err)
{
	bool decimal = place == IN_WORD && only_digits(text);
	uint64_t v = 0, as_hex = 0;
	char q[QUOTE_MAX];

	(void)text_quote(q, sizeof(q), text);
	iscsi->lun_given = text.len > 0;
	if (!text.len)
		return 0;
	if (decimal) {
		if (!parse_uint(text, 10, 0, LUN_FLAT_MAX, &v))
			return err_set(err, EINVAL, "the LUN %s is above %d", q, LUN_FLAT_MAX);
		lun_number(v, iscsi->lun);
	} else if (!lun_groups(text, iscsi->lun)) {
		return err_set(err, EINVAL, "the LUN \"%s\" is no number%s", q,
			       place == IN_WORD ? "" : " in hexadecimal" SHAPE);
	}
	if (!parse_uint(text, 16, 0, UINT64_MAX, &as_hex) || as_hex < 10)
		return 0;
	if (decimal)
		out_add(choices,
			"%sLUN \"%s\" read as decimal, as dracut and Debian do; the same "
			"in DHCP is hexadecimal",
			choices->len ? "; " : "", q);
	else
		out_add(choices, "%sLUN \"%s\" read as hexadecimal (RFC 4173), that is %llu",
			choices->len ? "; " : "", q, (unsigned long long)as_hex);
	return 0;
}

static int parse_transport(struct span protocol, struct span port, struct plan_iscsi *iscsi,
			   struct err *err)
{
	uint64_t v = 0;
	char q[QUOTE_MAX];

	if (protocol.len && !span_eq(protocol, "6") && !span_eq_nocase(protocol, "tcp"))
		return err_set(err, ENOTSUP, "the protocol \"%s\" is not 6 (TCP)" SHAPE,
			       text_quote(q, sizeof(q), protocol));
	if (port.len && !parse_uint(port, 10, 0, 65535, &v))
		return err_set(err, EINVAL, "the port \"%s\" is no number up to 65535" SHAPE,
			       text_quote(q, sizeof(q), port));
	iscsi->port = v ? (uint16_t)v : ISCSI_PORT; /* iPXE reads 0 as the default, too */
	return 0;
}

/* An INTERFACE is the name of a record of open-iscsi's, which there are none of here. */
static int parse_netdev(struct span device, struct plan_iscsi *iscsi, struct err *err)
{
	char q[QUOTE_MAX];

	if (!device.len)
		return 0;
	if (!ifname_valid(device) || !text_copy(iscsi->netdev, sizeof(iscsi->netdev), device))
		return err_set(err, EINVAL, "\"%s\" before the LUN is not the name of a NIC" SHAPE,
			       text_quote(q, sizeof(q), device));
	return 0;
}

/* What stands between the port and the target: the LUN, in dracut's form with [INTERFACE:]DEVICE:
 * before it, which binds the session to the device. */
static int parse_middle(struct span middle, enum rootspec_place place, struct plan_iscsi *iscsi,
			struct out *choices, struct err *err)
{
	struct span rest = middle, device = { NULL, 0 };
	char q[QUOTE_MAX];
	size_t n = 1;
	int r;

	while (cut_field(&rest, &device))
		if (++n > 3)
			return err_set(err, EINVAL, "too many fields before the target name" SHAPE);
	middle.len -= rest.len;
	if (n > 1 && middle.len > n - 1 && !device.len)
		out_add(choices,
			"\"%s\" before the LUN binds nothing: the session goes by the NIC on the way to the server",
			text_quote(q, sizeof(q), (struct span){ middle.p, middle.len - 1 }));
	r = parse_netdev(device, iscsi, err);
	return r ? r : parse_lun(rest, place, iscsi, choices, err);
}

static int parse_target(struct span target, struct plan_iscsi *iscsi, struct err *err)
{
	char q[QUOTE_MAX];

	/* as dracut has it: then the portal is asked */
	if (!target.len)
		return 0;
	if (!iscsi_name_valid(target))
		return err_set(err, EINVAL,
			       "the target name \"%s\" is no iqn., eui. or naa. name" SHAPE,
			       text_quote(q, sizeof(q), target));
	(void)text_copy(iscsi->target, sizeof(iscsi->target), target); /* fits: checked above */
	return 0;
}

static int parse_server(struct span server, struct plan_host *ret, struct err *err)
{
	int r;

	/* RFC 4173: then a discovery service names the target's address; no client does that */
	if (!server.len)
		return err_set(err, ENOTSUP,
			       "the server field is empty, and looking the target up "
			       "in a discovery service is not supported; give the "
			       "server's address");
	r = host_parse(server, ret, err);
	return r ? err_wrap(err, "the server") : 0;
}

/* dracut's "<user>:<password>[:<target's user>:<target's password>]", which may be empty, so that
 * the target's name can hold a '@'. Nothing of it is quoted. */
static int parse_credentials(struct span text, struct plan_chap *chap, struct err *err)
{
	char *const dst[] = { chap->user, chap->secret, chap->in_user, chap->in_secret };
	struct span rest = text;
	size_t n = 0;

	if (!text.len)
		return 0;
	for (; rest.p && n < sizeof(dst) / sizeof(dst[0]); n++)
		if (!text_copy(dst[n], PLAN_NAME_MAX, span_cut(&rest, ':')))
			return err_set(err, EINVAL,
				       "a name or password before the '@' is longer than %d bytes",
				       PLAN_NAME_MAX - 1);
	if (rest.p || n % 2)
		return err_set(err, EINVAL,
			       "before the '@' stand not USER:PASSWORD or "
			       "USER:PASSWORD:TARGET'S-USER:TARGET'S-PASSWORD; such with a ':' in "
			       "them are given by rd.iscsi.username= and its like");
	return 0;
}

int rootspec_iscsi(struct span text, enum rootspec_place place, struct plan_root *ret,
		   struct out *choices, struct err *err)
{
	struct plan_root root = { .kind = ROOT_ISCSI };
	struct span rest = text, server, protocol, port, lun;
	size_t len, at;
	int r;

	/* iscsiroot= has none */
	if (span_starts(text, "iscsi:"))
		rest = span_skip(text, strlen("iscsi:"));
	len = len_credentials(rest);
	if ((r = parse_credentials((struct span){ rest.p, len ? len - 1 : 0 }, &root.chap, err)))
		return r;
	rest = span_skip(rest, len);
	if (!cut_field(&rest, &server) || !cut_field(&rest, &protocol) || !cut_field(&rest, &port))
		return err_set(err, EINVAL, "too few fields" SHAPE);
	if (starts_name(rest))
		return err_set(err, EINVAL, "a field is missing before the target name" SHAPE);
	at = name_at(rest);
	if (at < rest.len) {
		lun = (struct span){ rest.p, at };
		rest = span_skip(rest, at + 1);
	} else if (!cut_field(&rest, &lun)) {
		return err_set(err, EINVAL, "the target name is missing" SHAPE);
	}
	if ((r = parse_server(server, &root.server, err)) ||
	    (r = parse_transport(protocol, port, &root.iscsi, err)) ||
	    (r = parse_target(rest, &root.iscsi, err)) ||
	    (r = parse_middle(lun, place, &root.iscsi, choices, err)))
		return r;
	if (root.server.scope[0] && root.iscsi.netdev[0] &&
	    strcmp(root.server.scope, root.iscsi.netdev) != 0)
		return err_set(
			err, EINVAL,
			"the server is to be reached by %s, and the session bound to %s" SHAPE,
			root.server.scope, root.iscsi.netdev);
	*ret = root;
	return 0;
}
