/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs sys/ra_nic and sys/dhcp6_nic on one NIC and prints the news, one line each, with the
 * milliseconds since the start: ip6_nic_test IFNAME SECONDS WORD...
 *   ra        hears advertisements
 *   dhcp6     DHCPv6 with an address; info: without; follow: as the advertisement says
 *   root      waits for an offer with a root path; rapid: rapid commit
 *   once      ends at the first lease (with ra alone: at the first advertisement)
 *   again     asks again, once, after the first lease
 *   conflict  tells of a conflict, once, after the first lease
 *   flap      tells carrier lost and back, once, after the first lease
 *   resume    once leased, another client goes on from there
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/leases.h"
#include "nic_mac.h"
#include "sys/dhcp6_nic.h"
#include "sys/ra_nic.h"

#define UUID "00112233-4455-6677-8899-aabbccddeeff"

static struct run {
	struct loop *loop;
	struct ra_nic *ra;
	struct dhcp6_nic *dhcp;
	struct dhcp6_config config;
	const char *ifname;
	uint64_t start_ns, end_ns;
	bool want_ra, want_dhcp, follow, once, again, conflict, flap, resume, done;
} run;

static void on_dhcp(void *arg, int ifindex, enum dhcp_news news, const struct lease *lease,
		    const char *text);

static unsigned long long passed_ms(void)
{
	return (clock_now_ns() - run.start_ns) / NS_PER_MS;
}

static void print_lease(const struct lease *l)
{
	char a[IP_TEXT_MAX], b[IP_TEXT_MAX];

	printf(" from=%s", ip_text(&l->server_id, a));
	if (l->mtu)
		printf(" mtu=%u", l->mtu);
	printf("%s%s", l->managed ? " managed" : "", l->other ? " other" : "");
	for (uint8_t i = 0; i < l->n_routes; i++)
		printf(" route=%s/%u,%s,%u", ip_text(&l->routes[i].dst, a), l->routes[i].prefix,
		       ip_text(&l->routes[i].gateway, b), l->routes[i].valid_s);
	for (uint8_t i = 0; i < l->n_dns; i++)
		printf(" dns=%s", ip_text(&l->dns[i], a));
	for (uint8_t i = 0; i < l->n_ntp; i++)
		printf(" ntp=%s", ip_text(&l->ntp[i], a));
	printf(" search=\"%s\" host=\"%s\" domain=\"%s\" root=\"%s\" param=\"%s\"\n", l->search,
	       l->host_name, l->domain, l->root_path, l->boot_file);
}

static void start_dhcp(const struct lease *lease)
{
	struct err err;

	run.dhcp = dhcp6_nic_start(run.loop, (int)if_nametoindex(run.ifname), run.ifname,
				   &run.config, lease, on_dhcp, NULL, &err);
	if (!run.dhcp) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
}

static void after_lease(const struct lease *lease)
{
	run.done = run.once;
	if (run.again) {
		run.again = false;
		dhcp6_nic_again(run.dhcp);
	} else if (run.conflict) {
		run.conflict = false;
		dhcp6_nic_conflict(run.dhcp);
	} else if (run.flap) {
		run.flap = false;
		dhcp6_nic_carrier(run.dhcp, false);
		dhcp6_nic_carrier(run.dhcp, true);
	} else if (run.resume) {
		struct lease copy = *lease;

		run.resume = false;
		dhcp6_nic_stop(run.dhcp);
		start_dhcp(&copy);
	}
}

static void on_dhcp(void *arg, int ifindex, enum dhcp_news news, const struct lease *lease,
		    const char *text)
{
	static const char *const names[] = { "", "lost", "waiting", "refused", "failed" };
	char a[IP_TEXT_MAX];

	(void)arg;
	(void)ifindex;
	printf("%llu ms ", passed_ms());
	if (news != DHCP_NEWS_LEASE) {
		printf("%s: %s\n", names[news], text);
		return;
	}
	printf("lease %s/%u time=%u/%u/%u/%u%s%s", ip_text(&lease->address, a), lease->prefix,
	       lease->preferred_s, lease->lease_s, lease->t1_s, lease->t2_s,
	       text[0] ? " ignored: " : "", text);
	print_lease(lease);
	after_lease(lease);
}

static void on_ra(void *arg, int ifindex, const struct lease *lease, const char *text)
{
	static struct leases leases;

	(void)arg;
	if (lease && leases_keep(&leases, ifindex, lease) != LEASES_NEWS)
		return;
	printf("%llu ms ", passed_ms());
	if (!lease) {
		printf("ra: %s\n", text);
		return;
	}
	printf("advert%s%s", text[0] ? " ignored: " : "", text);
	print_lease(lease);
	if (run.follow && !run.dhcp && (lease->managed || lease->other)) {
		run.config.information_only = !lease->managed;
		start_dhcp(NULL);
	}
	run.done = run.done || (run.once && !run.dhcp);
}

static uint64_t deadline(void *arg)
{
	(void)arg;
	return run.end_ns;
}

static void expired(void *arg, uint64_t now_ns)
{
	(void)arg;
	(void)now_ns;
	run.done = true;
}

static bool read_word(const char *word)
{
	const struct {
		const char *name;
		bool *flag;
	} words[] = {
		{ "ra", &run.want_ra },
		{ "dhcp6", &run.want_dhcp },
		{ "follow", &run.follow },
		{ "once", &run.once },
		{ "again", &run.again },
		{ "conflict", &run.conflict },
		{ "flap", &run.flap },
		{ "resume", &run.resume },
		{ "rapid", &run.config.rapid_commit },
	};

	if (!strcmp(word, "root")) {
		run.config.wants = DHCP_WANT_ROOT;
		return true;
	}
	if (!strcmp(word, "info")) {
		run.want_dhcp = run.config.information_only = true;
		return true;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i].name) != 0)
			continue;
		*words[i].flag = true;
		return true;
	}
	return false;
}

static bool read_words(int argc, char **argv)
{
	for (int i = 3; i < argc; i++)
		if (!read_word(argv[i]))
			return false;
	return true;
}

static void prepare(void)
{
	(void)snprintf(run.config.host_name, sizeof(run.config.host_name), "node7");
	(void)snprintf(run.config.user_class, sizeof(run.config.user_class), "netroot");
	run.config.arch = 7;
	run.config.len_duid = dhcp6_duid(UUID, &run.config.mac, run.config.duid);
	run.start_ns = clock_now_ns();
}

int main(int argc, char **argv)
{
	struct err err;
	uint64_t limit_s;

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 4 || !parse_uint(span_of(argv[2]), 10, 1, 600, &limit_s) ||
	    !read_words(argc, argv) || !read_mac(argv[1], &run.config.mac) ||
	    getrandom(&run.config.seed, sizeof(run.config.seed), 0) < 0) {
		fprintf(stderr, "usage: ip6_nic_test IFNAME SECONDS WORD...\n");
		return 2;
	}
	run.ifname = argv[1];
	run.loop = loop_open(&err);
	prepare();
	run.end_ns = run.start_ns + limit_s * NS_PER_S;
	if (!run.loop || loop_timer(run.loop, deadline, expired, &run, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	if (run.want_dhcp)
		start_dhcp(NULL);
	if (run.want_ra || run.follow)
		run.ra = ra_nic_start(run.loop, (int)if_nametoindex(argv[1]), argv[1],
				      &run.config.mac, run.config.seed, on_ra, NULL, &err);
	while (!run.done)
		loop_turn(run.loop);
	printf("bound=%d\n", run.dhcp && dhcp6_nic_bound(run.dhcp));
	return 0;
}
