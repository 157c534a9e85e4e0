/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of the DNS: checks, and to and from the wire. */
#include "core/dnsname.h"

#include <string.h>

bool dns_label_valid(struct span s, bool underscore)
{
	if (!s.len || s.len > DNS_LABEL_MAX || s.p[0] == '-' || s.p[s.len - 1] == '-')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '-' && !(underscore && c == '_'))
			return false;
	}
	return true;
}

bool dns_name_valid(struct span s, bool underscore)
{
	if (s.len >= DNS_NAME_TEXT_MAX)
		return false;
	do {
		if (!dns_label_valid(span_cut(&s, '.'), underscore))
			return false;
	} while (s.p);
	return true;
}

bool dns_name_read(struct reader *r, enum dns_ending ending, char dst[static DNS_NAME_TEXT_MAX])
{
	struct out out = out_to(dst, DNS_NAME_TEXT_MAX);

	for (;;) {
		const uint8_t *label;
		uint8_t len;

		if (!reader_left(r) && ending == DNS_MAY_BE_PARTIAL && out.len)
			return true;
		len = read_u8(r);
		if (r->bad)
			return false;
		if (!len)
			return true;
		/* a pointer (RFC 8106 5.2, RFC 8415 10: "MUST NOT be stored in compressed form")
		 * begins with bits that make it longer than any label */
		label = len > DNS_LABEL_MAX ? NULL : read_bytes(r, len);
		if (!label || !dns_label_valid((struct span){ (const char *)label, len }, true))
			return false;
		out_add(&out, "%s%.*s", out.len ? "." : "", len, (const char *)label);
		if (out.cut)
			return false;
	}
}

enum dns_list dns_list_read(struct reader r, bool padded, struct out *out)
{
	while (reader_left(&r)) {
		char name[DNS_NAME_TEXT_MAX];

		if (!dns_name_read(&r, DNS_ENDS_IN_ROOT, name))
			return DNS_LIST_MALFORMED;
		if (!name[0] && padded)
			continue;
		if (!name[0])
			return DNS_LIST_MALFORMED;
		if (out->len + 1 + strlen(name) >= out->size)
			return DNS_LIST_CUT;
		out_add(out, "%s%s", out->len ? " " : "", name);
	}
	return DNS_LIST_OK;
}

void dns_name_write(struct writer *w, struct span name)
{
	while (name.p && name.len) {
		struct span label = span_cut(&name, '.');

		write_u8(w, (uint8_t)label.len);
		write_bytes(w, label.p, label.len);
	}
	write_u8(w, 0);
}
