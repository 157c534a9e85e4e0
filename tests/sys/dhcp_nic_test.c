/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs sys/dhcp_nic on one NIC and prints the news, one line each, with the milliseconds since the
 * start: dhcp_nic_test IFNAME SECONDS [WORD...]
 *   once    ends at the first lease
 *   again   asks again, once, after the first lease
 *   flap    tells carrier lost and back, once, after the first lease
 *   ADDR    the address to ask for (option 50)
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/netconf.h"
#include "sys/dhcp_nic.h"

struct run {
	struct loop *loop;
	struct dhcp_nic *nic;
	uint64_t start_ns, end_ns;
	bool once, again, flap, done;
};

static void print_lease(const struct lease *l)
{
	char ip[IP_TEXT_MAX], server[IP_TEXT_MAX], gw[IP_TEXT_MAX];

	printf("lease %s/%u server=%s time=%u/%u/%u root=\"%s\" host=\"%s\" search=\"%s\"",
	       ip_text(&l->address, ip), l->prefix, ip_text(&l->server_id, server), l->lease_s,
	       l->t1_s, l->t2_s, l->root_path, l->host_name, l->search);
	for (uint8_t i = 0; i < l->n_routes; i++)
		printf(" route=%s/%u,%s", ip_text(&l->routes[i].dst, ip), l->routes[i].prefix,
		       ip_text(&l->routes[i].gateway, gw));
}

static void on_news(void *arg, int ifindex, enum dhcp_news news, const struct lease *lease,
		    const char *text)
{
	static const char *const names[] = { "", "lost", "waiting", "refused", "failed" };
	struct run *run = arg;

	(void)ifindex;
	printf("%llu ms ", (clock_now_ns() - run->start_ns) / NS_PER_MS);
	if (news != DHCP_NEWS_LEASE) {
		printf("%s: %s\n", names[news], text);
		return;
	}
	print_lease(lease);
	printf("%s%s\n", text[0] ? " ignored: " : "", text);
	run->done = run->once;
	if (run->again) {
		run->again = false;
		dhcp_nic_again(run->nic);
	} else if (run->flap) {
		run->flap = false;
		dhcp_nic_carrier(run->nic, false);
		dhcp_nic_carrier(run->nic, true);
	}
}

static uint64_t deadline(void *arg)
{
	return ((struct run *)arg)->end_ns;
}

static void expired(void *arg, uint64_t now_ns)
{
	(void)now_ns;
	((struct run *)arg)->done = true;
}

static bool read_mac(const char *ifname, struct mac_addr *ret)
{
	struct ifreq ifr = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	bool found;

	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	found = fd >= 0 && !ioctl(fd, SIOCGIFHWADDR, &ifr);
	ret->len = 6;
	memcpy(ret->bytes, ifr.ifr_hwaddr.sa_data, 6);
	if (fd >= 0)
		close(fd);
	return found;
}

static bool read_words(int argc, char **argv, struct run *run, struct dhcp_config *config)
{
	for (int i = 3; i < argc; i++) {
		if (!strcmp(argv[i], "once"))
			run->once = true;
		else if (!strcmp(argv[i], "again"))
			run->again = true;
		else if (!strcmp(argv[i], "flap"))
			run->flap = true;
		else if (!ip_parse(span_of(argv[i]), &config->request))
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct dhcp_config config = { 0 };
	struct run run = { 0 };
	struct err err;
	uint64_t limit_s;

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 3 || !parse_uint(span_of(argv[2]), 10, 1, 600, &limit_s) ||
	    !read_words(argc, argv, &run, &config) || !read_mac(argv[1], &config.mac) ||
	    getrandom(&config.seed, sizeof(config.seed), 0) < 0) {
		fprintf(stderr,
			"usage: dhcp_nic_test IFNAME SECONDS [once|again|flap|ADDRESS]...\n");
		return 2;
	}
	run.loop = loop_open(&err);
	run.start_ns = clock_now_ns();
	run.end_ns = run.start_ns + limit_s * NS_PER_S;
	if (!run.loop || loop_timer(run.loop, deadline, expired, &run, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	run.nic = dhcp_nic_start(run.loop, (int)if_nametoindex(argv[1]), argv[1], &config, on_news,
				 &run, &err);
	if (!run.nic) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	while (!run.done)
		loop_turn(run.loop);
	printf("bound=%d\n", dhcp_nic_bound(run.nic));
	dhcp_nic_stop(run.nic);
	return 0;
}
