/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How messages name a login: its state, its portal, its target. */
#include <stdio.h>

#include "core/iscsi.h"

#define NAME_QUOTED_MAX (ISCSI_NAME_MAX + 16)

const char *iscsi_state_name(enum iscsi_state state)
{
	switch (state) {
	case ISCSI_IDLE:
		return "idle";
	case ISCSI_SECURITY:
		return "security stage";
	case ISCSI_OPERATIONAL:
		return "operational stage";
	case ISCSI_LOOKUP:
		return "name look-up";
	case ISCSI_LOGGED_IN:
		return "logged in";
	case ISCSI_FAILED:
		return "failed";
	}
	return "?";
}

char *iscsi_portal_text(const struct ip_addr *ip, uint16_t port,
			char dst[static ISCSI_PORTAL_TEXT_MAX])
{
	char text[IP_TEXT_MAX];

	(void)snprintf(dst, ISCSI_PORTAL_TEXT_MAX, ip->family == IP_V6 ? "[%s]:%u" : "%s:%u",
		       ip_text(ip, text), port);
	return dst;
}

const char *iscsi_link(const struct iscsi_config *config)
{
	if (config->scope[0])
		return config->scope;
	return config->netdev[0] ? config->netdev : config->ifname;
}

const char *iscsi_scope(const struct iscsi *m, const struct ip_addr *ip)
{
	return ip_is_link_local(ip) ? iscsi_link(&m->config) : "";
}

/* "10.0.0.5:3260", "[fe80::5%eth0]:3260", "nas (10.0.0.5:3260)". */
static void add_portal(const struct iscsi *m, const struct ip_addr *ip, uint16_t port,
		       struct out *out)
{
	bool named = m->config.name[0] && ip_eq(ip, &m->config.portal);
	const char *scope = iscsi_scope(m, ip);
	char portal[ISCSI_PORTAL_TEXT_MAX], name[96];
	struct span rest = span_of(iscsi_portal_text(ip, port, portal));
	struct span address = span_cut(&rest, ']');

	if (named)
		out_add(out, "%s (", text_quote(name, sizeof(name), span_of(m->config.name)));
	out_add(out, "%.*s", SPAN_ARG(address));
	if (rest.p)
		out_add(out, "%s%s]%.*s", scope[0] ? "%" : "", scope, SPAN_ARG(rest));
	if (named)
		out_add(out, ")");
}

void iscsi_where(const struct iscsi *m, struct out *out)
{
	const struct iscsi_config *asked = &m->config;
	bool for_good = !ip_eq(&m->home, &asked->portal) || m->home_port != asked->port;

	add_portal(m, &m->portal, m->port, out);
	if (ip_eq(&m->portal, &asked->portal) && m->port == asked->port)
		return;
	out_add(out, for_good ? " (moved there for good: name it in the root instead of "
			      : " (redirected there by ");
	add_portal(m, &asked->portal, asked->port, out);
	out_add(out, ")");
}

int iscsi_err_wrap(const struct iscsi *m, struct err *err)
{
	char target[NAME_QUOTED_MAX], place[192];
	struct out out = out_to(place, sizeof(place));

	add_portal(m, &m->portal, m->port, &out);
	if (m->config.discovery)
		return err_wrap(err, "asking %s for its targets", place);
	return err_wrap(err, "target %s at %s",
			text_quote(target, sizeof(target), span_of(m->config.target)), place);
}
