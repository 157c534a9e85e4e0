/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields and values that the words of the network have in common. */
#include "core/netspec.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/ipspec.h"

#define MTU_MIN 68
#define MTU_MAX 65535

static struct span cut_at(struct span *rest, size_t at)
{
	struct span head = { rest->p, at };

	if (at < rest->len)
		*rest = span_skip(*rest, at + 1);
	else
		*rest = (struct span){ NULL, 0 };
	return head;
}

struct span netspec_cut(struct span *rest, char sep)
{
	bool bracket = false;
	size_t i;

	for (i = 0; i < rest->len && (bracket || rest->p[i] != sep); i++) {
		if (rest->p[i] == '[')
			bracket = true;
		else if (rest->p[i] == ']')
			bracket = false;
	}
	return cut_at(rest, i);
}

/* Length of the MAC at the start of s that ends with s or before one of seps; 0: there is none. */
static size_t mac_len(struct span s, const char *seps)
{
	static const size_t lens[] = { 20 * 3 - 1, 6 * 3 - 1 };
	struct mac_addr mac;

	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		size_t len = lens[i];

		if (s.len >= len && (s.len == len || (s.p[len] && strchr(seps, s.p[len]))) &&
		    mac_parse((struct span){ s.p, len }, &mac))
			return len;
	}
	return 0;
}

struct span netspec_cut_port(struct span *rest, const char *seps, char *ret_sep)
{
	size_t at = mac_len(*rest, seps);

	if (!at)
		while (at < rest->len && !(rest->p[at] && strchr(seps, rest->p[at])))
			at++;
	*ret_sep = '\0';
	if (at < rest->len)
		*ret_sep = rest->p[at];
	return cut_at(rest, at);
}

struct span netspec_unbracket(struct span s)
{
	if (s.len >= 2 && s.p[0] == '[' && s.p[s.len - 1] == ']')
		return (struct span){ s.p + 1, s.len - 2 };
	return s;
}

const char *netspec_quote(char dst[static NETSPEC_QUOTE_MAX], struct span s)
{
	return text_quote(dst, NETSPEC_QUOTE_MAX, s);
}

void netspec_choose(struct out *choices, const char *fmt, ...)
{
	char line[200];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap); /* cut is fine: for the reader only */
	va_end(ap);
	out_add(choices, "%s%s", choices->len ? "; " : "", line);
}

int netspec_host(struct span field, const char *what, struct ip_addr *ret, struct err *err)
{
	struct span text = netspec_unbracket(field);
	struct ip_addr ip = { 0 };
	char q[NETSPEC_QUOTE_MAX];

	if (!text.len)
		return 0;
	if (!ip_parse(text, &ip))
		return err_set(err, EINVAL, "the %s \"%s\" is no IP address", what,
			       netspec_quote(q, text));
	if (ip_is_unset(&ip))
		return 0;
	if (!ip_is_host(&ip))
		return err_set(err, EINVAL, "the %s %s cannot be the address of a host", what,
			       netspec_quote(q, text));
	*ret = ip;
	return 0;
}

int netspec_mtu(struct span field, uint32_t *ret, struct err *err)
{
	char q[NETSPEC_QUOTE_MAX];
	uint64_t mtu;

	if (!parse_uint(field, 10, MTU_MIN, MTU_MAX, &mtu))
		return err_set(err, EINVAL, "\"%s\" is no MTU (%d to %d)", netspec_quote(q, field),
			       MTU_MIN, MTU_MAX);
	*ret = (uint32_t)mtu;
	return 0;
}

int netspec_own_mac(struct span field, struct mac_addr *ret, struct err *err)
{
	struct mac_addr mac = { 0 };
	char q[NETSPEC_QUOTE_MAX];
	uint8_t any = 0;

	if (!mac_parse(field, &mac) || mac.len != 6)
		return err_set(err, EINVAL, "\"%s\" is no MAC address", netspec_quote(q, field));
	for (int i = 0; i < mac.len; i++)
		any |= mac.bytes[i];
	/* the kernel's is_valid_ether_addr() */
	if (!any || mac.bytes[0] & 1)
		return err_set(err, EINVAL, "%s cannot be the MAC address of a NIC",
			       netspec_quote(q, field));
	*ret = mac;
	return 0;
}
