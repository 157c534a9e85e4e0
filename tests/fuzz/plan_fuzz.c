/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan from hostile words: command line, netroot.conf, the text of up to two leases and what
 * was fetched, separated by the bytes 0xfe. It must be printable, stay within its limits, be the
 * same when made again, and give every NIC either something to do or a reason.
 */
#include <string.h>

#include "fuzz.h"

#include "core/ipspec.h"
#include "core/lease_text.h"
#include "core/plan.h"

#define TEXT_MAX 2048 /* COMMAND_LINE_SIZE of x86 */

static void check_line(void *arg, const char *line)
{
	(void)arg;
	require(text_is_printable(span_of(line)));
}

static void count_line(void *arg, const char *line)
{
	int *n = arg;

	check_line(NULL, line);
	(*n)++;
}

static void copy_part(char *dst, struct span part)
{
	size_t len = 0;

	for (size_t i = 0; i < part.len && len < TEXT_MAX - 1; i++)
		if (part.p[i])
			dst[len++] = part.p[i];
	dst[len] = '\0';
}

static void check_limits(const struct plan *plan)
{
	require(plan->n_roots <= PLAN_ROOTS_MAX && plan->n_ips <= PLAN_IP_MAX);
	require(plan->n_notes <= PLAN_NOTES_MAX && plan->n_init_words <= PLAN_INIT_WORDS_MAX);
	require(plan->n_links <= PLAN_LINKS_MAX && plan->n_renames <= PLAN_RENAMES_MAX);
	require(plan->n_routes <= PLAN_ROUTES_MAX && plan->n_dns <= LEASE_DNS_MAX);
	for (int i = 0; i < plan->n_links; i++) {
		require(ifname_valid(span_of(plan->links[i].name)));
		require(plan->links[i].n_ports <= PLAN_PORTS_MAX);
		for (int k = 0; k < i; k++)
			require(strcmp(plan->links[i].name, plan->links[k].name) != 0);
	}
	for (int i = 0; i < plan->n_ips; i++)
		require(plan->ips[i].prefix <= 128);
}

/* A name that words may give, a link of theirs, and one that they do not know. */
static void check_nic(const struct plan *plan, const char *name)
{
	struct nic_facts facts = { name, { 6, { 0x52, 0x54, 0, 0, 0, 1 } }, true, true, false };
	struct nic_choice choice;

	plan_for_nic(plan, &facts, &choice);
	require((choice.why != NULL) ==
		(!choice.v4 && !choice.v6 && !choice.port_of && !choice.under_vlan));
	require(!choice.port_of || (!choice.v4 && !choice.v6));
	require(!choice.v4 || choice.v4->v4 != IP4_OFF);
	require(!choice.v6 || choice.v6->v6 != IP6_OFF);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char cmdline[TEXT_MAX], conf[TEXT_MAX], fetched[TEXT_MAX], json[PLAN_JSON_MAX];
	static struct plan plan, again;
	static struct lease leases[2];
	struct span rest = { (const char *)data, size };
	struct plan_input in = { .cmdline = cmdline, .conf = conf };
	struct out out = out_to(json, sizeof(json));
	struct err err;
	int n = 0;

	copy_part(cmdline, span_cut(&rest, (char)0xfe));
	copy_part(conf, span_cut(&rest, (char)0xfe));
	memset(leases, 0, sizeof(leases));
	in.leases = leases;
	while (rest.len && in.n_leases < 2 &&
	       lease_from_text(span_cut(&rest, (char)0xfe), &leases[in.n_leases], &err))
		in.n_leases++;
	copy_part(fetched, span_cut(&rest, (char)0xfe));
	in.fetched = fetched;
	in.fetched_from = "tftp://10.0.0.1/default";
	plan_make(&in, &plan);
	plan_make(&in, &again);
	check_limits(&plan);
	require(plan.n_roots == again.n_roots);
	for (int i = 0; i < plan.n_roots; i++)
		require(plan_root_eq(&plan.roots[i], &again.roots[i]));
	check_nic(&plan, "eth0");
	check_nic(&plan, "lo9");
	for (int i = 0; i < plan.n_links; i++)
		check_nic(&plan, plan.links[i].name);
	plan_print(&plan, &in, check_line, NULL);
	plan_json(&plan, &in, &out); /* may be cut: the notes quote as much as they are given */
	plan_readings(&in, count_line, &n);
	require(n <= TEXT_MAX);
	return 0;
}
