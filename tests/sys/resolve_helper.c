/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tests/sys/resolve runs: one look-up.
 *   NAME SERVERS SEARCH FAMILIES LIMIT_MS
 * SERVERS are addresses between commas, with %NIC behind a link-local one; FAMILIES is 4, 6 or 46.
 * Prints the addresses or the sentence, and the time it took.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sys/loop.h"
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

int main(int argc, char **argv)
{
	static struct dnsconf dns;
	struct span rest;
	struct resolve_answer answer;
	struct err err = { .text = "" };
	char text[IP_TEXT_MAX];
	uint64_t start = clock_now_ns();
	int r;

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
