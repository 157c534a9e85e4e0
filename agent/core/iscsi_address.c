/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TargetAddress. */
#include "core/iscsi_address.h"

#include "core/ipspec.h"
#include "core/iscsi_text.h"

bool iscsi_address_find(struct span text, struct span *ret)
{
	struct iscsi_pair pair;

	while (iscsi_pair_next(&text, &pair) == ISCSI_PAIR)
		if (span_eq(pair.key, "TargetAddress")) {
			*ret = pair.value;
			return true;
		}
	return false;
}

static bool split(struct span text, struct span *ret_host, struct iscsi_address *ret)
{
	struct span host, port, tag = text;
	uint64_t v = ISCSI_PORT, v_tag = 0;

	text = span_cut(&tag, ',');
	if (tag.p && !parse_uint(tag, 10, 0, 65535, &v_tag))
		return false;
	port = text;
	if (span_starts(text, "[")) {
		host = span_skip(span_cut(&port, ']'), 1);
		if (!port.p || (port.len && port.p[0] != ':'))
			return false;
		port = port.len ? span_skip(port, 1) : (struct span){ NULL, 0 };
	} else {
		host = span_cut(&port, ':');
	}
	if (!host.len || (port.p && !parse_uint(port, 10, 1, 65535, &v)))
		return false;
	*ret_host = host;
	ret->port = (uint16_t)v;
	ret->tag = (uint16_t)v_tag;
	return true;
}

enum iscsi_address_kind iscsi_address_parse(struct span text, struct iscsi_address *ret)
{
	bool brackets = span_starts(text, "[");
	struct iscsi_address v = { .port = 0 };
	struct span host;

	if (!split(text, &host, &v))
		return ISCSI_ADDRESS_BAD;
	if (ip_parse(host, &v.ip)) {
		*ret = v;
		return ISCSI_ADDRESS_IP;
	}
	if (brackets || !host_name_valid(host))
		return ISCSI_ADDRESS_BAD;
	v.name = host;
	*ret = v;
	return ISCSI_ADDRESS_NAME;
}

bool iscsi_portal_is_named(const struct iscsi_portal *portal, struct span name)
{
	struct span address = span_cut(&name, ','), host = span_cut(&address, '%');
	char text[IP_TEXT_MAX];
	uint64_t port;

	return span_eq(host, ip_text(&portal->ip, text)) &&
	       parse_uint(span_cut(&name, ','), 10, 1, UINT16_MAX, &port) && port == portal->port;
}
