/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs sys/dhcp_nic on one NIC and prints the news, one line each, with the milliseconds since the
 * start: dhcp_nic_test IFNAME SECONDS [WORD...]
 *   once    ends at the first lease
 *   again   asks again, once, after the first lease
 *   flap    tells carrier lost and back, once, after the first lease
 *   acd     looks whether somebody else has the address of each lease, and declines it
 *   resume  goes on with a lease of ADDR, given before, by 10.77.0.1 that ends in ten seconds
 *   address puts the address of each lease on the NIC
 *   root    wants a root path, server: a next-server
 *   rapid   Rapid Commit; reboot: INIT-REBOOT with ADDR
 *   firmware what firmware says of the machine: options 77, 93, 94, 97
 *   ADDR    the address to ask for (option 50)
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/netconf.h"
#include "nic_mac.h"
#include "sys/acd_nic.h"
#include "sys/dhcp_nic.h"

struct run {
	struct loop *loop;
	struct dhcp_nic *nic;
	uint64_t start_ns, end_ns;
	bool once, again, flap, acd, resume, address, done;
	struct acd_nic *probe;
	struct mac_addr mac;
};

static void print_lease(const struct lease *l)
{
	char ip[IP_TEXT_MAX], server[IP_TEXT_MAX], gw[IP_TEXT_MAX];

	char proxy[IP_TEXT_MAX], siaddr[IP_TEXT_MAX];

	printf("lease %s/%u server=%s time=%u/%u/%u root=\"%s\" host=\"%s\" search=\"%s\"",
	       ip_text(&l->address, ip), l->prefix, ip_text(&l->server_id, server), l->lease_s,
	       l->t1_s, l->t2_s, l->root_path, l->host_name, l->search);
	if (!ip_is_unset(&l->boot_server))
		printf(" asks=%s", ip_text(&l->boot_server, proxy));
	if (!ip_is_unset(&l->proxy_id))
		printf(" proxy=%s siaddr=%s boot=\"%s\"", ip_text(&l->proxy_id, proxy),
		       ip_text(&l->siaddr, siaddr), l->boot_file);
	for (uint8_t i = 0; i < l->n_routes; i++)
		printf(" route=%s/%u,%s", ip_text(&l->routes[i].dst, ip), l->routes[i].prefix,
		       ip_text(&l->routes[i].gateway, gw));
}

static void on_acd(void *arg, int ifindex, const struct ip_addr *address, bool conflict,
		   const struct mac_addr *holder)
{
	char ip[IP_TEXT_MAX], mac[MAC_TEXT_MAX];
	struct run *run = arg;

	(void)ifindex;
	printf("%llu ms %s %s %s\n", (clock_now_ns() - run->start_ns) / NS_PER_MS,
	       ip_text(address, ip), conflict ? "held by" : "is ours",
	       conflict ? mac_text(holder, mac) : "");
	if (conflict) {
		acd_nic_stop(run->probe);
		run->probe = NULL;
		dhcp_nic_conflict(run->nic);
	} else {
		run->done = run->once;
	}
}

static void put_address(int ifindex, const struct lease *lease)
{
	char command[128], ip[IP_TEXT_MAX], name[IF_NAMESIZE];

	(void)snprintf(command, sizeof(command), "ip addr replace %s/%u dev %s",
		       ip_text(&lease->address, ip), lease->prefix,
		       if_indextoname((unsigned int)ifindex, name));
	if (system(command) != 0) /* NOLINT(cert-env33-c): nothing of it is from outside */
		printf("failed: %s\n", command);
}

static void look_for_holder(struct run *run, int ifindex, const struct lease *lease)
{
	struct err err;

	if (run->probe)
		acd_nic_stop(run->probe);
	run->probe = acd_nic_start(run->loop, ifindex, &run->mac, &lease->address, on_acd, run,
				   &err);
	if (!run->probe)
		printf("acd: %s\n", err.text);
}

static void on_news(void *arg, int ifindex, enum dhcp_news news, const struct lease *lease,
		    const char *text)
{
	static const char *const names[] = { "", "lost", "waiting", "refused", "failed" };
	struct run *run = arg;

	printf("%llu ms ", (clock_now_ns() - run->start_ns) / NS_PER_MS);
	if (news != DHCP_NEWS_LEASE) {
		printf("%s: %s\n", names[news], text);
		return;
	}
	print_lease(lease);
	printf("%s%s\n", text[0] ? " ignored: " : "", text);
	if (run->address)
		put_address(ifindex, lease);
	if (run->acd)
		look_for_holder(run, ifindex, lease);
	else
		run->done = run->once && ip_is_unset(&lease->boot_server);
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

static void be_firmware(struct dhcp_config *config)
{
	config->arch = 7;
	(void)snprintf(config->user_class, sizeof(config->user_class), "iPXE");
	for (uint8_t i = 0; i < sizeof(config->uuid); i++)
		config->uuid[i] = (uint8_t)(0xa0 + i);
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
		else if (!strcmp(argv[i], "acd"))
			run->acd = true;
		else if (!strcmp(argv[i], "resume"))
			run->resume = true;
		else if (!strcmp(argv[i], "address"))
			run->address = true;
		else if (!strcmp(argv[i], "root"))
			config->wants |= DHCP_WANT_ROOT;
		else if (!strcmp(argv[i], "server"))
			config->wants |= DHCP_WANT_SERVER;
		else if (!strcmp(argv[i], "rapid"))
			config->rapid_commit = true;
		else if (!strcmp(argv[i], "reboot"))
			config->init_reboot = true;
		else if (!strcmp(argv[i], "firmware"))
			be_firmware(config);
		else if (!ip_parse(span_of(argv[i]), &config->request))
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct dhcp_config config = { .arch = -1 };
	struct lease had = { 0 };
	struct run run = { 0 };
	struct err err;
	uint64_t limit_s;

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 3 || !parse_uint(span_of(argv[2]), 10, 1, 600, &limit_s) ||
	    !read_words(argc, argv, &run, &config) || !read_mac(argv[1], &config.mac) ||
	    getrandom(&config.seed, sizeof(config.seed), 0) < 0) {
		fprintf(stderr, "usage: dhcp_nic_test IFNAME SECONDS WORD...\n");
		return 2;
	}
	run.loop = loop_open(&err);
	run.start_ns = clock_now_ns();
	run.end_ns = run.start_ns + limit_s * NS_PER_S;
	if (!run.loop || loop_timer(run.loop, deadline, expired, &run, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	run.mac = config.mac;
	had.address = config.request;
	had.server_id = ip4_from_he(0x0a4d0001);
	had.lease_s = 10;
	had.acquired_ns = run.start_ns;
	run.nic = dhcp_nic_resume(run.loop, (int)if_nametoindex(argv[1]), argv[1], &config,
				  run.resume ? &had : NULL, on_news, &run, &err);
	if (!run.nic) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	while (!run.done)
		loop_turn(run.loop);
	printf("bound=%d\n", dhcp_nic_bound(run.nic));
	if (run.probe)
		acd_nic_stop(run.probe);
	dhcp_nic_stop(run.nic);
	return 0;
}
