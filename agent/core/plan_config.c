/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The word netroot.config=, and what leases add to it: the server, where it names none. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/config.h"
#include "core/plan_root.h"
#include "core/plan_wish.h"

static void take_config(struct word_build *b, const struct cmd_word *w)
{
	if (b->by.by == FROM_FETCHED)
		word_refuse(b, w, "what is fetched names no other, ignored");
	else if (!w->value.len)
		b->wish->config = (struct wish_word){ .given = { .by = FROM_NOWHERE } };
	else
		word_wish(b, w, "netroot.config", &b->wish->config);
}

static const struct word_row rows[] = {
	{ "netroot.config", VALUE, take_config, "settings of this machine are fetched" },
};

const struct word_rows word_rows_config = { rows, sizeof(rows) / sizeof(rows[0]) };

static bool take_host(struct plan_config *config, struct span text, struct given given)
{
	struct err unused;

	if (!text.len || host_parse(text, &config->server, &unused))
		return false;
	config->server_given = given;
	return true;
}

/* next-server, the boot loader's server (option 66), the DHCP server itself. */
static bool server_of_lease(const struct plan_input *in, struct plan *plan, uint8_t i)
{
	const struct lease *l = &in->leases[i];
	const struct given given = { .by = FROM_DHCP, .lease = i };
	char ip[IP_TEXT_MAX];

	if (l->kind != LEASE_DHCP4)
		return false;
	return (!ip_is_unset(&l->siaddr) &&
		take_host(&plan->config, span_of(ip_text(&l->siaddr, ip)), given)) ||
	       take_host(&plan->config, span_of(l->tftp_server), given) ||
	       (!ip_is_unset(&l->server_id) &&
		take_host(&plan->config, span_of(ip_text(&l->server_id, ip)), given));
}

/* They may name the root: until they are there nothing is wrong with having none, and no lease
 * waits for a better one. */
static void await(const struct plan_input *in, struct plan *plan)
{
	static const struct given nowhere;
	const struct plan_config *config = &plan->config;

	if (in->fetched || !plan_wants_network(plan))
		return;
	plan->wants_root_path = false;
	plan->wants_server = !config->server.name[0] || config->server_given.by == FROM_DHCP;
	plan->no_root.text[0] = '\0';
	plan->no_root_given = nowhere;
}

void plan_config(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	struct plan_config *config = &plan->config;
	const struct wish_word *word = &wish->config;
	char what[PLAN_QUOTE_MAX];

	if (!word->given.by)
		return;
	(void)config_parse(word->value, config, &config->wrong);
	config->given = config->server_given = word->given;
	if (!config->wrong.text[0] && !config->server.name[0] &&
	    !plan_try_leases(in, plan, server_of_lease) && !plan_asks_dhcp4(plan))
		(void)err_set(&config->wrong, EDESTADDRREQ,
			      "names no server, and ip= asks for no DHCP that could tell it");
	if (!config->wrong.text[0]) {
		await(in, plan);
		return;
	}
	(void)err_wrap(&config->wrong, "%s", wish_text(word, what));
	plan_note(plan, NOTE_REFUSED, word->given, "%s", config->wrong.text);
}
