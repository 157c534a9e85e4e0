/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The boot NIC: the stated order, with its reason. */
#include "test.h"

#include "core/bootnic.h"

static struct plan plan;
static struct netconf confs[4];
static struct lease ra;
static struct bootnic_candidate nics[4];

static struct ip_addr ip(const char *text)
{
	struct ip_addr a = { 0 };

	ok(ip_parse(span_of(text), &a));
	return a;
}

/* eth0 10.0.0.5/24 with a default route, eth1 10.1.0.5/24 without one. */
static void two(void)
{
	memset(&plan, 0, sizeof(plan));
	memset(confs, 0, sizeof(confs));
	memset(nics, 0, sizeof(nics));
	memset(&ra, 0, sizeof(ra));
	confs[0] = (struct netconf){ .address = ip("10.0.0.5"), .prefix = 24, .n_routes = 1 };
	confs[0].routes[0] = (struct lease_route){ .dst = ip4_from_he(0),
						   .gateway = ip("10.0.0.1") };
	confs[1] = (struct netconf){ .address = ip("10.1.0.5"), .prefix = 24 };
	nics[0] = (struct bootnic_candidate){ .ifname = "eth0", .v4 = &confs[0] };
	nics[1] = (struct bootnic_candidate){ .ifname = "eth1", .v4 = &confs[1] };
	ok(mac_parse(span_of("52:54:00:00:00:00"), &nics[0].mac));
	ok(mac_parse(span_of("52:54:00:00:00:01"), &nics[1].mac));
}

static const char *choose(const char *server, uint8_t n, bool settled)
{
	static char text[80];
	struct plan_host host = { .name = "nas" };
	enum bootnic_reason reason = BOOTNIC_FIRST;
	int i;

	if (server)
		host.ip = ip(server);
	i = bootnic_choose(&plan, &host, nics, n, settled, &reason);
	if (i < 0)
		return "none";
	(void)snprintf(text, sizeof(text), "%s: %s", nics[i].ifname, bootnic_reason_text(reason));
	return text;
}

static void by_way_to_the_server(void)
{
	two();
	eq_str(choose("10.0.0.1", 2, false), "eth0: the server is on its network");
	eq_str(choose("10.1.0.1", 2, false), "eth1: the server is on its network");
	eq_str(choose("192.0.2.1", 2, false), "eth0: it has a route to the server");
	eq_str(choose(NULL, 2, false), "eth0: the first with an address");
	confs[0].n_routes = 0;
	eq_str(choose("192.0.2.1", 2, false), "none");
	eq_str(choose("192.0.2.1", 2, true), "eth0: the first with an address");
	eq_str(choose("192.0.2.1", 0, true), "none");
	plan.n_routes = 1;
	plan.routes[0].route = (struct lease_route){ .dst = ip("192.0.2.0"), .prefix = 24 };
	memcpy(plan.routes[0].ifname, "eth1", 5);
	eq_str(choose("192.0.2.1", 2, false), "eth1: it has a route to the server");
}

/* As the kernel routes: the longest prefix, then the preference of RFC 4191; among equals the
 * first.
 */
static void by_the_best_route(void)
{
	static struct lease ras[2];

	two();
	memset(ras, 0, sizeof(ras));
	for (int i = 0; i < 2; i++) {
		nics[i].slaac = ip(i ? "fd00:1::5" : "fd00::5");
		nics[i].ra = &ras[i];
		ras[i].n_routes = 1;
		ras[i].routes[0] = (struct lease_route){ .dst = ip("::"),
							 .gateway = ip("fe80::1") };
	}
	eq_str(choose("2001:db8::1", 2, false), "eth0: it has a route to the server");
	ras[1].routes[0].preference = 1;
	eq_str(choose("2001:db8::1", 2, false), "eth1: it has a route to the server");
	ras[0].routes[0].preference = -1;
	ras[1].routes[0].preference = 0;
	eq_str(choose("2001:db8::1", 2, false), "eth1: it has a route to the server");
	ras[1].routes[0].preference = 1;
	ras[0].n_routes = 2;
	ras[0].routes[1] = (struct lease_route){
		.dst = ip("2001:db8::"), .prefix = 32, .gateway = ip("fe80::1"), .preference = -1
	};
	eq_str(choose("2001:db8::1", 2, false), "eth0: it has a route to the server");
	eq_str(choose("2001:db9::1", 2, false), "eth1: it has a route to the server");
	/* one bit more counts for more than any preference */
	ras[1].routes[0].dst = ip("2001:db8::");
	ras[1].routes[0].prefix = 31;
	eq_str(choose("2001:db8::1", 2, false), "eth0: it has a route to the server");
}

static void by_name(void)
{
	two();
	plan.bootdev_given.by = FROM_CMDLINE;
	memcpy(plan.bootdev.ifname, "eth1", 5);
	eq_str(choose("10.0.0.1", 2, false), "eth1: bootdev= names it");
	/* it alone is waited for */
	eq_str(choose("10.0.0.1", 1, true), "none");
	two();
	plan.bootif = nics[1].mac;
	eq_str(choose("10.0.0.1", 2, false), "eth1: BOOTIF names it");
	/* other ip= words configured another one: BOOTIF's is not among them */
	eq_str(choose("10.0.0.1", 1, false), "eth0: the server is on its network");
	two();
	plan.ibft_nic_given.by = FROM_IBFT;
	plan.ibft_nic.mac = nics[1].mac;
	nics[0].gave_root = true;
	eq_str(choose("10.0.0.1", 2, false), "eth1: firmware's iBFT names it");
	eq_str(choose("10.0.0.1", 1, false), "eth0: its lease names the root");
	plan.bootif = nics[0].mac;
	eq_str(choose("10.0.0.1", 2, false), "eth0: BOOTIF names it");
	two();
	nics[1].gave_root = true;
	eq_str(choose("10.0.0.1", 2, false), "eth1: its lease names the root");
	plan.bootdev_given.by = FROM_CMDLINE;
	plan.bootdev.mac = nics[0].mac;
	eq_str(choose("10.0.0.1", 2, false), "eth0: bootdev= names it");
}

static void by_family(void)
{
	two();
	eq_str(choose("fd00::1", 2, true), "none");
	nics[1].slaac = ip("fd00::5054:ff:fe00:1");
	eq_str(choose("fd00::1", 2, false), "eth1: the server is on its network");
	eq_str(choose("fd01::1", 2, false), "none");
	ra.n_routes = 1;
	ra.routes[0].dst.family = IP_V6;
	nics[1].ra = &ra;
	eq_str(choose("fd01::1", 2, false), "eth1: it has a route to the server");
	/* an address of its own alone is not a network: RFC 5942 */
	nics[1].slaac = (struct ip_addr){ 0 };
	nics[1].ra = NULL;
	confs[2] = (struct netconf){ .address = ip("fd00::5"), .prefix = 128 };
	nics[1].v6 = &confs[2];
	eq_str(choose("fd00::1", 2, false), "none");
	eq_str(choose("fe80::1", 2, false), "eth0: the server is on its network");
}

static void by_scope(void)
{
	struct plan_host host = { .name = "fe80::1", .ip = ip("fe80::1"), .scope = "eth1" };
	enum bootnic_reason reason;

	two();
	eq_int(bootnic_choose(&plan, &host, nics, 2, false, &reason), 1);
	eq_int(reason, BOOTNIC_ON_LINK);
}

/* For whom a choice by lease or way waits. */
static void awaited(void)
{
	two();
	ok(!bootnic_awaits(&plan, BOOTNIC_LEASE, "eth1", &nics[1].mac));
	plan.bootif = nics[1].mac;
	ok(bootnic_awaits(&plan, BOOTNIC_LEASE, "eth1", &nics[1].mac));
	ok(bootnic_awaits(&plan, BOOTNIC_FIRST, "eth1", &nics[1].mac));
	ok(!bootnic_awaits(&plan, BOOTNIC_LEASE, "eth0", &nics[0].mac));
	/* what is chosen is named itself */
	ok(!bootnic_awaits(&plan, BOOTNIC_BOOTIF, "eth1", &nics[1].mac));
	ok(!bootnic_awaits(&plan, BOOTNIC_IBFT, "eth1", &nics[1].mac));
	two();
	plan.ibft_nic_given.by = FROM_IBFT;
	plan.ibft_nic.mac = nics[0].mac;
	ok(bootnic_awaits(&plan, BOOTNIC_ON_LINK, "eth0", &nics[0].mac));
	ok(!bootnic_awaits(&plan, BOOTNIC_ON_LINK, "eth1", &nics[1].mac));
	/* no word, and a NIC without a MAC */
	two();
	ok(!bootnic_awaits(&plan, BOOTNIC_LEASE, "tun0", &(struct mac_addr){ 0 }));
	/* bootdev= is never given up: nothing else is chosen */
	two();
	plan.bootdev_given.by = FROM_CMDLINE;
	plan.bootdev.mac = nics[0].mac;
	ok(!bootnic_awaits(&plan, BOOTNIC_ON_LINK, "eth0", &nics[0].mac));
}

int main(void)
{
	RUN(awaited);
	RUN(by_way_to_the_server);
	RUN(by_the_best_route);
	RUN(by_name);
	RUN(by_family);
	RUN(by_scope);
	return test_end();
}
