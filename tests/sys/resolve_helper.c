/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tests/sys/resolve runs: one look-up, or connections to several addresses.
 *   NAME SERVERS SEARCH FAMILIES LIMIT_MS
 *   reach ADDRESSES PORT LIMIT_MS
 * SERVERS are addresses between commas, with %NIC behind a link-local one; FAMILIES is 4, 6 or 46.
 * Prints the addresses or the sentence, and the time it took.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sys/loop.h"
#include "sys/reach.h"
#include "sys/resolve.h"

static bool add_server(struct dnsconf *dns, struct span text)
{
	struct dns_server *server = &dns->servers[dns->n_servers];
	struct span scope = text, ip = span_cut(&scope, '%');

	if (dns->n_servers == DNS_SERVERS_MAX || !ip_parse(ip, &server->ip) ||
	    !text_copy(server->scope, sizeof(server->scope), scope))
		return false;
	dns->n_servers++;
	return true;
}

static int reach(char **argv)
{
	struct ip_addr addrs[EYEBALLS_MAX];
	struct span rest = span_of(argv[2]);
	char text[IP_TEXT_MAX];
	uint64_t start = clock_now_ns();
	uint8_t n = 0;
	int i;

	while (rest.len && n < EYEBALLS_MAX)
		if (!ip_parse(span_cut(&rest, ','), &addrs[n++]))
			return 2;
	i = reach_first(addrs, n, (uint16_t)atoi(argv[3]), strtoull(argv[4], NULL, 10) * NS_PER_MS);
	printf("%s ms=%u\n", i < 0 ? "none" : ip_text(&addrs[i], text),
	       (unsigned int)((clock_now_ns() - start) / NS_PER_MS));
	return 0;
}

int main(int argc, char **argv)
{
	static struct dnsconf dns;
	struct span rest;
	struct resolve_answer answer;
	struct err err = { .text = "" };
	char text[IP_TEXT_MAX];
	uint64_t start = clock_now_ns();
	int r;

	if (argc == 5 && !strcmp(argv[1], "reach"))
		return reach(argv);
	if (argc != 6 || !text_copy(dns.search, sizeof(dns.search), span_of(argv[3])))
		return 2;
	rest = span_of(argv[2]);
	while (rest.len)
		if (!add_server(&dns, span_cut(&rest, ',')))
			return 2;
	r = resolve_name(argv[1], &dns, strchr(argv[4], '4'), strchr(argv[4], '6'),
			 strtoull(argv[5], NULL, 10) * NS_PER_MS, &answer, &err);
	if (r)
		printf("! %s", err.text);
	for (int i = 0; !r && i < answer.n_addrs; i++)
		printf("%s%s", i ? " " : "", ip_text(&answer.addrs[i], text));
	printf(" ms=%u\n", (unsigned int)((clock_now_ns() - start) / NS_PER_MS));
	return 0;
}
