/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Redirects of netroot.config=: where they lead, how many there are, and whom they lead to. */
#include "test.h"

#include "core/config_hops.h"

#include <errno.h>

/* Redirects one after the other, and what comes of the last. */
static void hops_of_a_file(void)
{
	static const struct {
		const char *locations; /* with blanks between them */
		enum config_hop last;
		const char *text; /* the URL that is asked next, or why none is */
		const char *ip;
	} rows[] = {
		{ "/b", CONFIG_HOP_FOLLOW, "http://srv/b", "10.0.0.1" },
		{ "/b c", CONFIG_HOP_FOLLOW, "http://srv/c", "10.0.0.1" },
		{ "http://10.0.0.9:81/b c", CONFIG_HOP_FOLLOW, "http://10.0.0.9:81/c", "10.0.0.9" },
		{ "http://mirror/b c", CONFIG_HOP_FOLLOW, "http://mirror/c", "10.0.0.2" },
		{ "http://mirror/b http://srv/c", CONFIG_HOP_FOLLOW, "http://srv/c", "10.0.0.1" },
		{ "/b http://other/c", CONFIG_HOP_LOOKUP, "http://other/c", "" },
		{ "/a/default/", CONFIG_HOP_MISSING, "", "" },
		{ "/b/x /b/x/", CONFIG_HOP_MISSING, "", "" },
		{ "/1 /2 /3 /4", CONFIG_HOP_FOLLOW, "http://srv/4", "10.0.0.1" },
		{ "/1 /2 /3 /4 /5", CONFIG_HOP_FAILED, "more than 4 redirects", "" },
		{ "/1 http://mirror/2 /3 /4 http://other/5", CONFIG_HOP_FAILED,
		  "more than 4 redirects", "" },
		{ "/1 https://srv/2", CONFIG_HOP_FAILED,
		  "https is not spoken here; http does as well where the settings are signed: "
		  "mkinitrd --config-key",
		  "" },
		{ "http:/b", CONFIG_HOP_FAILED, "a redirect to no host", "" },
	};
	const struct plan_host mirror = { .name = "mirror", .ip = { IP_V4, { 10, 0, 0, 2 } } };
	struct plan_config first;
	struct config_hops hops;
	struct err err;

	eq_int(config_parse(span_of("http://srv/a/"), &first, &err), 0);
	first.server.ip = (struct ip_addr){ IP_V4, { 10, 0, 0, 1 } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;
		struct span rest = span_of(rows[i].locations);
		char url[CONFIG_URL_MAX] = "", ip[IP_TEXT_MAX] = "";
		struct out out = out_to(url, sizeof(url));
		enum config_hop hop = CONFIG_HOP_FOLLOW;

		config_hops_start(&hops, &first, "/a/default", &mirror, 1);
		while (rest.p && hop == CONFIG_HOP_FOLLOW)
			hop = config_hop(&hops, span_cut(&rest, ' '), &err);
		ok(!rest.p);
		eq_int(hop, rows[i].last);
		if (hop == CONFIG_HOP_FOLLOW || hop == CONFIG_HOP_LOOKUP)
			config_url(&hops.at, hops.path, &out);
		if (hop == CONFIG_HOP_FOLLOW)
			(void)ip_text(&hops.at.server.ip, ip);
		eq_str(hop == CONFIG_HOP_FAILED ? err.text : url, rows[i].text);
		eq_str(ip, rows[i].ip);
		if (test_failed_checks != before)
			printf("%s\n", rows[i].locations);
	}
}

static void hosts_of_redirects(void)
{
	struct config_hosts hosts = { .n = 0 };
	struct err err = { .text = "" };

	eq_int(config_hosts_add(&hosts, "a b", &err), -EINVAL);
	eq_str(err.text, "a redirect: \"a b\" is neither an address nor a host name");
	eq_int(hosts.n, 0);
	for (int i = 0; i < CONFIG_HOSTS_MAX; i++)
		eq_int(config_hosts_add(&hosts, "mirror.lab", &err), 0);
	eq_str(hosts.name[CONFIG_HOSTS_MAX - 1], "mirror.lab");
	eq_int(config_hosts_add(&hosts, "mirror.lab", &err), -ELOOP);
	eq_str(err.text, "redirects to more than 4 hosts");
}

int main(void)
{
	RUN(hops_of_a_file);
	RUN(hosts_of_redirects);
	return test_end();
}
