/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests/sys/handnet: the files of the hand-over for one NIC, made of a command line and a
 * lease's text. usage: files IFNAME IFINDEX MAC CMDLINE [LEASE-FILE]: writes below /run.
 *        files resolv SYSROOT rw|ro CMDLINE: the new root's resolv.conf
 *        files machine CMDLINE [LEASE-FILE]: of eth0, eth1 and all that the words make of them; the
 *        lease belongs to the first that asks for one.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <stdio.h>

#include "core/lease_text.h"
#include "sys/handnet_write.h"

#define NS_PER_S 1000000000u

static struct plan plan;
static struct lease lease;
static struct netconf conf4, conf6;
static struct dnsconf dns;

static int resolv(char *const argv[])
{
	struct plan_input in = { .cmdline = argv[4] };
	char done[HANDNET_PATH_MAX];
	struct err err;

	plan_make(&in, &plan);
	dnsconf_make(&plan, NULL, 0, &dns);
	if (handnet_write_root(&dns, argv[2], !strcmp(argv[3], "rw"), done, &err)) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	(void)printf("%s\n", done);
	return 0;
}

static bool read_lease(const char *path)
{
	static char text[16384];
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	struct err err;

	if (n >= 0 && lease_from_text((struct span){ text, (size_t)n }, &lease, &err))
		return true;
	(void)fprintf(stderr, "%s: %s\n", path, n < 0 ? "cannot be read" : err.text);
	return false;
}

static struct hand_nic nics[2 + PLAN_LINKS_MAX];
static struct nic_choice choices[2 + PLAN_LINKS_MAX];

/* As boot_hand.c takes it: what has an address, what is made, and its ports. */
static bool choose(struct hand_nic *nic, struct nic_choice *choice)
{
	struct nic_facts facts = {
		.ifname = nic->name, .mac = nic->mac, .ethernet = true, .physical = !nic->link
	};

	plan_for_nic(&plan, &facts, choice);
	nic->v4 = choice->v4;
	nic->v6 = choice->v6;
	nic->master = choice->port_of ? choice->port_of->name : NULL;
	return nic->link || nic->master || choice->under_vlan || nic->v4 || nic->v6;
}

static void configure(struct hand_nic *nic, bool *booted)
{
	const struct plan_ip *ip = nic->v4 ? nic->v4 : nic->v6;

	if (ip && ip->set_mac.len)
		nic->mac = ip->set_mac;
	if (ip)
		nic->mtu = ip->mtu;
	nic->boot = !*booted && ip;
	*booted |= nic->boot;
	if (nic->boot && nic->v4 && nic->v4->v4 == IP4_DHCP && lease.lease_s) {
		nic->lease4 = &lease;
		netconf_from_lease(&lease, &conf4);
		nic->conf4 = &conf4;
	}
	if (nic->v4 && nic->v4->v4 == IP4_STATIC) {
		netconf_from_ip(nic->v4, &conf4);
		nic->conf4 = &conf4;
	}
	if (nic->v6 && nic->v6->v6 == IP6_STATIC) {
		netconf_from_ip(nic->v6, &conf6);
		nic->conf6 = &conf6;
	}
}

static int machine(int argc, char *const argv[])
{
	struct hand_input in = { .nics = nics, .plan = &plan, .dns = &dns };
	struct plan_input words = { .cmdline = argv[2] };
	bool booted = false;
	struct err err;

	if (argc > 3) {
		if (!read_lease(argv[3]))
			return 2;
		words.leases = &lease;
		words.n_leases = 1;
	}
	plan_make(&words, &plan);
	dnsconf_make(&plan, words.leases, words.n_leases, &dns);
	for (int i = 0; i < 2 + plan.n_links; i++) {
		struct hand_nic *nic = &nics[in.n_nics];

		*nic = (struct hand_nic){ .name = i == 0   ? "eth0"
						  : i == 1 ? "eth1"
							   : plan.links[i - 2].name,
					  .mac = { 6, { 2, 0, 0, 0, 0, i == 1 ? 0x12 : 0x11 } },
					  .ifindex = 2 + i,
					  .link = i < 2 ? NULL : &plan.links[i - 2] };
		if (!choose(nic, &choices[i]))
			continue;
		configure(nic, &booted);
		in.n_nics++;
	}
	if (!handnet_write(&in, &err))
		return 0;
	(void)fprintf(stderr, "%s\n", err.text);
	return 1;
}

static int files(int argc, char *const argv[])
{
	struct nic_facts facts = { .ifname = argv[1], .ethernet = true, .physical = true };
	struct hand_nic nic = { .name = argv[1], .ifindex = atoi(argv[2]), .boot = true };
	struct hand_input in = { .nics = &nic, .n_nics = 1, .plan = &plan, .dns = &dns };
	struct plan_input words = { .cmdline = argv[4] };
	struct nic_choice choice;
	struct timespec now;
	struct err err;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	in.now_ns = (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
	in.wall_s = time(NULL);
	if (!mac_parse(span_of(argv[3]), &nic.mac))
		return 2;
	facts.mac = nic.mac;
	if (argc > 5) {
		if (!read_lease(argv[5]))
			return 2;
		lease.acquired_ns = in.now_ns;
		if (!lease.t1_s)
			lease.t1_s = lease.lease_s / 2;
		if (!lease.t2_s)
			lease.t2_s = lease.lease_s / 8 * 7;
		words.leases = &lease;
		words.n_leases = 1;
		nic.lease4 = &lease;
		netconf_from_lease(&lease, &conf4);
		nic.conf4 = &conf4;
	}
	plan_make(&words, &plan);
	in.client_id = plan.client_id;
	in.len_client_id = plan.len_client_id;
	plan_for_nic(&plan, &facts, &choice);
	nic.v4 = choice.v4;
	nic.v6 = choice.v6;
	if (nic.v4 && nic.v4->v4 == IP4_STATIC) {
		netconf_from_ip(nic.v4, &conf4);
		nic.conf4 = &conf4;
	}
	if (nic.v6 && nic.v6->v6 == IP6_STATIC) {
		netconf_from_ip(nic.v6, &conf6);
		nic.conf6 = &conf6;
	}
	dnsconf_make(&plan, words.leases, words.n_leases, &dns);
	if (!handnet_write(&in, &err))
		return 0;
	(void)fprintf(stderr, "%s\n", err.text);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "resolv"))
		return resolv(argv);
	if (argc >= 3 && !strcmp(argv[1], "machine"))
		return machine(argc, argv);
	return argc >= 5 ? files(argc, argv) : 2;
}
