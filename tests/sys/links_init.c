/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /init of the VM of tests/sys/links: VLAN, bond and bridge through agent/sys/rtnl against a real
 * kernel, without anything else of the agent. eth0 and eth2 share one segment, eth1 and eth3 the
 * other; eth2 and eth3 are a bridge in a network namespace, which is the peer: 10.0.0.1,
 * and 10.5.0.1 in VLAN 5. As /sbin/modprobe it loads what lies below /m/ALIAS. Prints "ok NAME" or
 * "not ok NAME: WHY" per check and powers off.
 */
#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/mount.h"
#include "sys/rtnl.h"
#include "sys/rtnl_request.h"
#include "vm_init.h"

static struct loop *loop;
static struct rtnl *rtnl;
static struct nic nics[32];

/* --- the machine --- */

#define until(cond)                                                \
	({                                                         \
		uint64_t end_ns_ = clock_now_ns() + 20 * NS_PER_S; \
		while (!(cond) && clock_now_ns() < end_ns_)        \
			loop_turn(loop);                           \
		(cond);                                            \
	})

static void on_nic(void *arg, const struct nic *nic, bool gone)
{
	size_t i = 0;

	(void)arg;
	while (i < 31 && nics[i].ifindex && nics[i].ifindex != nic->ifindex)
		i++;
	nics[i] = *nic;
	if (gone)
		nics[i].name[0] = '\0';
}

static struct nic *nic_of(const char *name)
{
	static struct nic none;

	for (size_t i = 0; i < 32; i++)
		if (!strcmp(nics[i].name, name))
			return &nics[i];
	return &none;
}

static int index_of(const char *name)
{
	(void)until(nic_of(name)->ifindex);
	return nic_of(name)->ifindex;
}

static void rtnl_begins(void)
{
	struct err err = { 0 };

	memset(nics, 0, sizeof(nics));
	loop = ticking_loop(&err);
	if (!loop || !(rtnl = rtnl_open(loop, on_nic, NULL, &err)))
		check(false, "begin", "%s", err.text);
}

/* What rtnl has no use for itself. */
static void link_do(uint16_t type, const char *name, uint16_t attr, uint32_t value)
{
	struct ifinfomsg head = { .ifi_index = index_of(name) };
	struct rtnl_request q;
	struct err err = { 0 };

	rtnl_begin(&q, rtnl, type, 0, &head, sizeof(head));
	if (attr)
		nl_put_u32(&q.w, attr, value);
	if (rtnl_do(&q, &err, "%s", name) < 0)
		check(false, "link_do", "%s", err.text);
}

static void link_del(const char *name)
{
	link_do(RTM_DELLINK, name, 0, 0);
	(void)until(!nic_of(name)->ifindex);
}

static void up(const char *name)
{
	struct err err = { 0 };

	if (rtnl_up(rtnl, index_of(name), &err) < 0)
		check(false, "up", "%s", err.text);
}

static void address(const char *name, const char *text)
{
	struct netconf conf = { .prefix = 24, .valid_s = UINT32_MAX, .preferred_s = UINT32_MAX };
	struct err err = { 0 };

	(void)ip_parse(span_of(text), &conf.address);
	if (rtnl_apply(rtnl, index_of(name), &conf, &err) != 0)
		check(false, "address", "%s", err.text);
}

static struct plan_link link_of(enum link_kind kind, const char *name)
{
	struct plan_link link = { .kind = kind };

	(void)text_copy(link.name, sizeof(link.name), span_of(name));
	return link;
}

/* "mode=active-backup,miimon=100" */
static struct plan_link bond_of(const char *name, const char *options)
{
	struct plan_link link = link_of(LINK_BOND, name);
	struct span rest = span_of(options);

	while (rest.len) {
		struct span value = span_cut(&rest, ' ');
		struct span key = span_cut(&value, '=');
		struct plan_bond_option *o = &link.options[link.n_options++];

		(void)text_copy(o->name, sizeof(o->name), key);
		(void)text_copy(o->value, sizeof(o->value), value);
	}
	return link;
}

/* --- the peer --- */

static void enslave(const char *port, const char *master)
{
	struct err err = { 0 };
	char name[64];

	(void)snprintf(name, sizeof(name), "%s-joins-%s", port, master);
	check(rtnl_enslave(rtnl, index_of(port), index_of(master), &err) == 0, name, "%s",
	      err.text);
}

static void make_vlan(const char *name, uint16_t id, const char *parent)
{
	struct plan_link link = link_of(LINK_VLAN, name);
	struct err err = { 0 };
	char what[64];

	link.vlan_id = id;
	(void)snprintf(what, sizeof(what), "vlan-%s-on-%s", name, parent);
	check(rtnl_link_make(rtnl, &link, index_of(parent), &err) == 0, what, "%s", err.text);
}

static void peer(int ready, int go)
{
	struct plan_link br0 = link_of(LINK_BRIDGE, "br0");
	struct err err = { 0 };
	char c = 0;

	if (unshare(CLONE_NEWNET) < 0 || write(ready, "1", 1) != 1 || read(go, &c, 1) != 1)
		check(false, "peer", "%s", strerror(errno));
	rtnl_begins();
	check(rtnl_link_make(rtnl, &br0, 0, &err) == 0, "peer-bridge", "%s", err.text);
	enslave("eth2", "br0");
	enslave("eth3", "br0");
	up("br0");
	make_vlan("br0.5", 5, "br0");
	up("br0.5");
	address("br0", "10.0.0.1");
	address("br0.5", "10.5.0.1");
	(void)!write(ready, "2", 1);
	for (;;)
		pause();
}

static void start_peer(void)
{
	int ready[2], go[2];
	char c;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) < 0 || pipe2(go, O_CLOEXEC) < 0)
		return;
	fflush(stdout);
	pid = fork();
	if (!pid)
		peer(ready[1], go[0]);
	(void)!read(ready[0], &c, 1);
	link_do(RTM_NEWLINK, "eth2", IFLA_NET_NS_PID, (uint32_t)pid);
	link_do(RTM_NEWLINK, "eth3", IFLA_NET_NS_PID, (uint32_t)pid);
	(void)!write(go[1], "1", 1);
	(void)!read(ready[0], &c, 1);
}

/* A datagram to a port nobody listens on comes back as an error: the peer is there. */
static void reach(const char *name, const char *to)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(9) };
	struct timeval limit = { .tv_sec = 1 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), tries = 0;
	char c;

	(void)inet_pton(AF_INET, to, &sin.sin_addr);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	errno = 0;
	if (connect(fd, (struct sockaddr *)&sin, sizeof(sin)) == 0) {
		do {
			if (send(fd, "x", 1, 0) == 1)
				(void)recv(fd, &c, 1, 0);
		} while (errno != ECONNREFUSED && ++tries < 10);
	}
	check(errno == ECONNREFUSED, name, "%s: %s", to, strerror(errno));
	close(fd);
}

static void attribute(const char *name, const char *what, const char *want)
{
	char path[96], got[256] = "", label[96];
	int rc;

	(void)snprintf(path, sizeof(path), "/sys/class/net/%s/%s", name, what);
	(void)snprintf(label, sizeof(label), "%s-%s", name, what);
	rc = file_read(path, got, sizeof(got));
	if (rc < 0)
		(void)snprintf(got, sizeof(got), "%s", strerror(-rc));
	check_str(label, got, want);
}

/* --- checks --- */

static void check_without_modules(void)
{
	struct plan_link link = bond_of("bond0", "mode=balance-rr");
	struct err err = { 0 };

	check(rtnl_link_make(rtnl, &link, 0, &err) == -EOPNOTSUPP, "no-module", "%s", err.text);
	check_str("no-module-says", err.text,
		  "bond0: bond (module bonding): Unknown device type: Operation not supported");
}

static void check_vlan(void)
{
	struct plan_link link = link_of(LINK_VLAN, "vlan5");
	struct err err = { 0 };
	char text[512] = "";

	up("eth0");
	link.vlan_id = 5;
	link.mtu = 1400;
	check(rtnl_link_make(rtnl, &link, index_of("eth0"), &err) == 0, "vlan", "%s", err.text);
	up("vlan5");
	address("vlan5", "10.5.0.2");
	reach("vlan-traffic", "10.5.0.1");
	attribute("vlan5", "mtu", "1400");
	(void)file_read("/proc/net/vlan/vlan5", text, sizeof(text));
	check(strstr(text, "VID: 5") && strstr(text, "Device: eth0"), "vlan-id", "%s", text);
	check(rtnl_link_make(rtnl, &link, index_of("eth0"), &err) == -EEXIST, "vlan-again", "%s",
	      err.text);
	link = link_of(LINK_VLAN, "eth0.0007");
	link.vlan_id = 7;
	link.mtu = 9000;
	check(rtnl_link_make(rtnl, &link, index_of("eth0"), &err) == 1, "vlan-mtu", "%s", err.text);
	check(strstr(err.text, "eth0.0007: MTU 9000: ") == err.text, "vlan-mtu-says", "%s",
	      err.text);
	link_del("eth0.0007");
	link_del("vlan5");
}

/* The module makes a bond0 of its own when it is loaded for ours. */
static void check_active_backup(void)
{
	struct plan_link link = bond_of(
		"bond0", "updelay=200 primary=eth1 mode=active-backup miimon=100 fail_over_mac=1");
	struct err err = { 0 };
	char text[64];

	check(rtnl_link_make(rtnl, &link, 0, &err) == 0, "active-backup", "%s", err.text);
	enslave("eth0", "bond0");
	enslave("eth1", "bond0");
	enslave("eth1", "bond0");
	up("bond0");
	address("bond0", "10.0.0.2");
	attribute("bond0", "bonding/mode", "active-backup 1");
	attribute("bond0", "bonding/miimon", "100");
	attribute("bond0", "bonding/updelay", "200");
	attribute("bond0", "bonding/fail_over_mac", "active 1");
	attribute("bond0", "bonding/slaves", "eth0 eth1");
	attribute("bond0", "bonding/primary", "eth1");
	check(until(nic_of("eth0")->master == index_of("bond0")), "master", "%d",
	      nic_of("eth0")->master);
	check(until(nic_of("bond0")->carrier), "bond-carrier", "none");
	reach("active-backup-traffic", "10.0.0.1");
	(void)until(file_read("/sys/class/net/bond0/bonding/active_slave", text, sizeof(text)) >
			    0 &&
		    !strcmp(text, "eth1")); /* once its updelay is over */
	attribute("bond0", "bonding/active_slave", "eth1");
	check(rtnl_down(rtnl, index_of("eth1"), &err) == 0, "down", "%s", err.text);
	reach("active-backup-failed-over", "10.0.0.1");
	attribute("bond0", "bonding/active_slave", "eth0");
	link_del("bond0");
}

static void check_balance_rr_vlan(void)
{
	struct plan_link link = bond_of("bond1", "mode=balance-rr miimon=100");
	struct err err = { 0 };

	link.mtu = 1450;
	check(rtnl_link_make(rtnl, &link, 0, &err) == 0, "balance-rr", "%s", err.text);
	enslave("eth0", "bond1");
	enslave("eth1", "bond1");
	up("bond1");
	address("bond1", "10.0.0.2");
	attribute("bond1", "bonding/mode", "balance-rr 0");
	attribute("bond1", "mtu", "1450");
	attribute("eth1", "mtu", "1450");
	(void)until(nic_of("bond1")->carrier);
	reach("balance-rr-traffic", "10.0.0.1");
	make_vlan("bond1.5", 5, "bond1");
	up("bond1.5");
	address("bond1.5", "10.5.0.2");
	reach("bond-vlan-traffic", "10.5.0.1");
	link_del("bond1.5");
	link_del("bond1");
}

static void check_8023ad(void)
{
	struct plan_link link =
		bond_of("bond0", "mode=802.3ad lacp_rate=fast xmit_hash_policy=layer3+4 "
				 "ad_select=count ad_actor_system=02:00:00:00:00:99 min_links=1");
	struct err err = { 0 };

	check(rtnl_link_make(rtnl, &link, 0, &err) == 0, "802.3ad", "%s", err.text);
	enslave("eth0", "bond0");
	enslave("eth1", "bond0");
	up("bond0");
	attribute("bond0", "bonding/mode", "802.3ad 4");
	attribute("bond0", "bonding/lacp_rate", "fast 1");
	attribute("bond0", "bonding/ad_select", "count 2");
	attribute("bond0", "bonding/xmit_hash_policy", "layer3+4 1");
	attribute("bond0", "bonding/ad_actor_system", "02:00:00:00:00:99");
	attribute("bond0", "bonding/miimon", "100");
	attribute("bond0", "bonding/slaves", "eth0 eth1");
	link_del("bond0");
}

static void check_arp_targets(void)
{
	struct plan_link link = bond_of("bond0", "arp_validate=all arp_ip_target=10.0.0.1;10.0.0.9 "
						 "mode=1 arp_interval=200 num_grat_arp=2");
	struct err err = { 0 };

	check(rtnl_link_make(rtnl, &link, 0, &err) == 0, "arp-targets", "%s", err.text);
	enslave("eth0", "bond0");
	enslave("eth1", "bond0");
	up("bond0");
	address("bond0", "10.0.0.2");
	attribute("bond0", "bonding/arp_ip_target", "10.0.0.1 10.0.0.9");
	attribute("bond0", "bonding/arp_interval", "200");
	attribute("bond0", "bonding/arp_validate", "all 3");
	attribute("bond0", "bonding/num_grat_arp", "2");
	reach("arp-targets-traffic", "10.0.0.1");
	link_del("bond0");
}

/* The bond is there all the same, with all else. */
static void check_refused_options(void)
{
	struct plan_link link = bond_of("bond0",
					"updelay=300 lacp_rate=fast mode=balance-rr miimon=100");
	struct err err = { 0 };

	check(rtnl_link_make(rtnl, &link, 0, &err) == 1, "refused-option", "%s", err.text);
	check(strstr(err.text, "bond0: bond option lacp_rate=fast: ") == err.text,
	      "refused-option-says", "%s", err.text);
	attribute("bond0", "bonding/mode", "balance-rr 0");
	attribute("bond0", "bonding/updelay", "300");
	link_del("bond0");
	link = bond_of("bond0", "mode=balance-xor nosuch=1");
	check(rtnl_link_make(rtnl, &link, 0, &err) == 1, "unknown-option", "%s", err.text);
	check_str("unknown-option-says", err.text, "bond0: bond option nosuch is not known");
	attribute("bond0", "bonding/mode", "balance-xor 2");
	link_del("bond0");
	link = bond_of("bond0", "mode=balance-rr primary=eth0");
	check(rtnl_link_make(rtnl, &link, 0, &err) == 0, "primary-waits", "%s", err.text);
	check(rtnl_enslave(rtnl, index_of("eth0"), index_of("bond0"), &err) == 1, "primary-refused",
	      "%s", err.text);
	check(strstr(err.text, "bond0: bond option primary=eth0: ") == err.text,
	      "primary-refused-says", "%s", err.text);
	link_del("bond0");
	link = bond_of("a/b", "mode=balance-rr");
	check(rtnl_link_make(rtnl, &link, 0, &err) == -EINVAL, "name", "%s", err.text);
}

static void check_bridge(void)
{
	struct plan_link link = link_of(LINK_BRIDGE, "br1");
	struct err err = { 0 };

	check(rtnl_link_make(rtnl, &link, 0, &err) == 0, "bridge", "%s", err.text);
	enslave("eth0", "br1");
	up("br1");
	address("br1", "10.0.0.2");
	attribute("br1", "bridge/forward_delay", "0");
	attribute("br1", "bridge/stp_state", "0");
	reach("bridge-traffic", "10.0.0.1");
	link_del("br1");
}

/* As /sbin/modprobe. */
static void load_alias(const char *alias)
{
	char dir[64];

	(void)snprintf(dir, sizeof(dir), "/m/%s", alias);
	load_modules(dir);
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');

	if (!strcmp(slash ? slash + 1 : argv[0], "modprobe")) {
		load_alias(argv[argc - 1]);
		return 0;
	}
	vm_begin();
	load_modules("/m/nic");
	rtnl_begins();
	check_without_modules();
	if (symlink("/init", "/sbin/modprobe") < 0)
		printf("/sbin/modprobe: %s\n", strerror(errno));
	start_peer();
	check_vlan();
	check_active_backup();
	check_balance_rr_vlan();
	check_8023ad();
	check_arp_targets();
	check_refused_options();
	check_bridge();
	vm_end();
	return 0;
}
