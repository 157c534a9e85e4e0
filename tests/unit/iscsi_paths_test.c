/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which path to an iSCSI root is begun and which is taken, as portals answer, die or tell of
 * others. */
#include <errno.h>

#include "plan_test.h"

#include "core/iscsi_paths.h"
#include "core/rootspec.h"

#define MS 1000000ull
#define A "iqn.2026-01.lab:a"
#define C "iqn.2026-01.lab:c"

static struct iscsi_paths p;
static uint64_t now, due;

static void paths_of(const char *cmdline, uint8_t first)
{
	make(cmdline, NULL, NULL);
	iscsi_paths_init(&p, &plan, first);
	now = 1000 * MS;
}

static int choose(void)
{
	return iscsi_paths_choose(&p, now, &due);
}

static void begin(uint8_t i)
{
	eq_int(iscsi_paths_next(&p, now), i);
	p.paths[i].state = ISCSI_PATH_BUSY;
}

static void up(uint8_t i)
{
	p.paths[i].state = ISCSI_PATH_UP;
	p.paths[i].up_ns = now;
}

/* --- roots of the plan --- */

static void one(void)
{
	paths_of("netroot=iscsi:10.0.0.5::::" A, 0);
	eq_int(p.n, 1);
	begin(0);
	eq_int(iscsi_paths_next(&p, now), -1);
	eq_int(choose(), -1);
	ok(due == ISCSI_PATHS_NEVER);
	up(0);
	eq_int(choose(), 0);
	eq_int(iscsi_paths_left(&p, 0), 0);
	p.paths[0].state = ISCSI_PATH_OVER;
	ok(iscsi_paths_over(&p));
	eq_int(choose(), -1);
}

/* One portal by two NICs is two paths to one LUN; the guard goes from one to the other with its
 * NIC. */
static void two_nics(void)
{
	struct iscsi_portal others[4];

	paths_of("netroot=iscsi:10.0.0.5:::eth0::" A " netroot=iscsi:10.0.0.5:::if1:eth1::" A
		 " netroot=iscsi:10.0.0.5:::eth1::" A,
		 0);
	eq_int(p.n, 2);
	eq_str(line_of("root.1"),
	       "root.1 = iscsi 10.0.0.5:3260 lun 0 or any " A " by eth1 (command line)");
	eq_int(p.paths[0].order, p.paths[1].order);
	eq_int(iscsi_paths_others(&p, 0, others, 4), 1);
	eq_str(others[0].netdev, "eth1");
	eq_int(iscsi_paths_others(&p, 1, others, 4), 1);
	eq_str(others[0].netdev, "eth0");
}

/* Two portals of one target: the first that is through, whichever; nothing is waited for. */
static void two_portals(void)
{
	paths_of("netroot=iscsi:10.0.0.5::::" A " netroot=iscsi:10.0.0.6::::" A, 0);
	eq_int(p.n, 2);
	begin(0);
	begin(1);
	up(1);
	eq_int(choose(), 1);
	eq_int(iscsi_paths_left(&p, 1), 1);
	now += 5 * MS;
	up(0);
	eq_int(choose(), 1);
	p.paths[1].state = ISCSI_PATH_OVER;
	eq_int(choose(), 0);
	ok(!iscsi_paths_over(&p));
}

/* It is logged in, but its ports do no I/O now: the boot goes on with the other, or has none. */
static void passed_over(void)
{
	paths_of("netroot=iscsi:10.0.0.5::::" A " netroot=iscsi:10.0.0.6::::" A " rd.multipath", 0);
	begin(0);
	begin(1);
	up(0);
	eq_int(choose(), 0);
	p.paths[0].passed = true;
	eq_int(choose(), -1);
	ok(!iscsi_paths_over(&p));
	eq_int(iscsi_paths_left(&p, 1), 0);
	up(1);
	eq_int(choose(), 1);
	p.paths[1].passed = true;
	eq_int(choose(), -1);
	ok(iscsi_paths_over(&p));
}

/* Another root has its turn: it is the first one then. NFS is none of these. */
static void first_is_rotated(void)
{
	paths_of("netroot=iscsi:10.0.0.5::::" A " netroot=nfs:10.0.0.9:/srv "
		 "netroot=iscsi:10.0.0.6::::" C,
		 2);
	eq_int(p.n, 2);
	eq_str(p.paths[0].iscsi.target, C);
	eq_int(p.paths[0].root, 2);
	eq_str(p.paths[1].iscsi.target, A);
	eq_int(p.paths[1].root, 0);
}

/* Two targets: the first in the list is waited for, a moment. */
static void two_targets(void)
{
	const char *words = "netroot=iscsi:10.0.0.5::::" A " netroot=iscsi:10.0.0.6::::" C;

	paths_of(words, 0);
	begin(0);
	begin(1);
	up(1);
	eq_int(choose(), -1);
	ok(due == now + 1000 * MS);
	now += 900 * MS;
	eq_int(choose(), -1);
	up(0);
	eq_int(choose(), 0);
	paths_of(words, 0);
	up(1);
	now += 1000 * MS;
	eq_int(choose(), 1);
	/* not for one that is dead */
	paths_of(words, 0);
	up(1);
	p.paths[0].state = ISCSI_PATH_OVER;
	eq_int(choose(), 1);
	/* and not where only one of them can have it */
	make("netroot=iscsi:10.0.0.5::::" A " netroot=iscsi:10.0.0.6::::" C " root=UUID=77", NULL,
	     NULL);
	iscsi_paths_init(&p, &plan, 0);
	up(1);
	eq_int(choose(), 1);
}

/* Another LUN is another thing. */
static void two_luns(void)
{
	paths_of("netroot=iscsi:10.0.0.5:::1:" A " netroot=iscsi:10.0.0.5:::2:" A, 0);
	eq_int(p.n, 2);
	ok(p.paths[0].order != p.paths[1].order);
	iscsi_paths_drop_target(&p, 0);
	eq_int(p.paths[0].state, ISCSI_PATH_OVER);
	eq_int(p.paths[1].state, ISCSI_PATH_WAITS);
}

static void the_same_twice(void)
{
	paths_of("netroot=iscsi:10.0.0.5::::" A " netroot=iscsi:10.0.0.5::3260::" A
		 " netroot=iscsi:10.0.0.5::3261::" A " netroot=iscsi:nas::::" A
		 " netroot=iscsi:nas::::" A,
		 0);
	eq_int(p.n, 3);
	eq_int(p.paths[2].server.ip.family, IP_NONE);
	eq_str(p.paths[2].server.name, "nas");
}

static void addresses_of_a_name(void)
{
	struct ip_addr ip = ip4_from_he(0x0a000005), other = ip4_from_he(0x0a000006);

	paths_of("netroot=iscsi:nas::::" A, 0);
	begin(0);
	p.paths[0].server.ip = ip;
	iscsi_paths_add_address(&p, 0, &ip);
	eq_int(p.n, 1);
	iscsi_paths_add_address(&p, 0, &other);
	eq_int(p.n, 2);
	begin(1);
	up(1);
	eq_int(choose(), 1);
	eq_str(p.paths[1].server.name, "nas");
}

/* --- told by a portal --- */

static void tell(uint8_t i, const char *list, size_t len)
{
	static struct iscsi_targets t;
	struct err err;

	memset(&t, 0, sizeof(t));
	ok(iscsi_targets_take(&t, (struct span){ list, len }, &err) && iscsi_targets_end(&t, &err));
	iscsi_paths_told(&p, i, &t);
}

#define TELL(i, list) tell(i, list, sizeof(list))

static const char *server(uint8_t i)
{
	static char text[HOST_TEXT_MAX];

	return host_text(&p.paths[i].server, text, sizeof(text));
}

/* One target: by all its portals side by side. */
static void one_told(void)
{
	struct iscsi_portal others[4];

	paths_of("netroot=iscsi:10.0.0.5:::3:", 0);
	ok(p.paths[0].asks);
	begin(0);
	TELL(0, "TargetName=" A "\0TargetAddress=10.0.0.5:3260,1\0TargetAddress=10.0.1.5:3261,1\0"
		"TargetAddress=nas.lab,2");
	eq_int(p.n, 4);
	eq_int(p.paths[0].state, ISCSI_PATH_OVER);
	begin(1);
	begin(2);
	begin(3);
	eq_str(p.paths[1].iscsi.target, A);
	ok(!p.paths[1].asks && p.paths[1].iscsi.lun_given && p.paths[1].iscsi.lun[1] == 3);
	eq_str(server(2), "10.0.1.5");
	eq_int(p.paths[2].iscsi.port, 3261);
	eq_str(server(3), "nas.lab");
	up(2);
	eq_int(choose(), 2);
	eq_int(iscsi_paths_others(&p, 2, others, 4), 1);
	eq_int(others[0].port, 3260);
	ok(!iscsi_paths_others(&p, 2, others, 0));
}

/* Several: one after the other, in the order they were told. */
static void several_told(void)
{
	paths_of("netroot=iscsi:10.0.0.5::::", 0);
	begin(0);
	TELL(0,
	     "TargetName=" C "\0TargetName=" A "\0TargetAddress=10.0.0.5\0TargetAddress=10.0.0.6");
	eq_int(p.n, 4);
	eq_str(p.paths[1].iscsi.target, C);
	eq_str(server(1), "10.0.0.5");
	begin(1);
	eq_int(iscsi_paths_next(&p, now), -1);
	up(1);
	eq_int(choose(), 1);
	eq_int(iscsi_paths_next(&p, now), -1);
	iscsi_paths_drop_target(&p, 1);
	ok(!iscsi_paths_over(&p));
	eq_int(choose(), -1);
	begin(2);
	begin(3);
	up(3);
	eq_int(choose(), 3);
}

/* Two portals that tell the same: each path once, at the place of the first. */
static void told_twice(void)
{
	static const char list[] = "TargetName=" A "\0TargetAddress=10.0.0.5\0"
				   "TargetAddress=10.0.0.6\0TargetName=" C
				   "\0TargetAddress=10.0.0.5";

	paths_of("netroot=iscsi:10.0.0.5:::: netroot=iscsi:10.0.0.6::::", 0);
	begin(0);
	begin(1);
	TELL(1, list);
	TELL(0, list);
	eq_int(p.n, 5);
	eq_int(p.paths[2].order, p.paths[3].order);
	ok(p.paths[4].order > p.paths[3].order);
}

static void more_than_there_is_room_for(void)
{
	static char list[8192];
	char text[256];
	struct out out = out_to(list, sizeof(list)), left_out = out_to(text, sizeof(text));

	paths_of("netroot=iscsi:10.0.0.5::::", 0);
	begin(0);
	ok(!iscsi_paths_left_out(&p, &left_out));
	out_add(&out, "TargetName=" A "\n");
	for (int i = 0; i < ISCSI_TARGET_PORTALS_MAX; i++)
		out_add(&out, "TargetAddress=10.0.1.%d\n", i + 1);
	for (size_t i = 0; i < out.len; i++)
		if (list[i] == '\n')
			list[i] = '\0';
	tell(0, list, out.len);
	eq_int(p.n, ISCSI_PATHS_MAX);
	eq_int(p.n_left_out, ISCSI_TARGET_PORTALS_MAX + 1 - ISCSI_PATHS_MAX);
	ok(iscsi_paths_left_out(&p, &left_out));
	eq_str(text, "9 portals from 10.0.1.24 port 3260 on are left out: there is room for 24");
	ok(!iscsi_paths_left_out(&p, &left_out));
}

/* usr/idbm.c of open-iscsi */
static void a_portal_is_known_by_its_name_in_records(void)
{
	static const struct {
		const char *portal, *name;
		bool is;
	} rows[] = {
		{ "10.0.0.1", "10.0.0.1,3260", true },
		{ "10.0.0.1", "10.0.0.1,3260,1", true },
		{ "10.0.0.1", "10.0.0.1,3261,1", false },
		{ "10.0.0.1", "10.0.0.11,3260,1", false },
		{ "10.0.0.1", "10.0.0.1", false },
		{ "10.0.0.1", "10.0.0.1,", false },
		{ "10.0.0.1", "10.0.0.1,3260x,1", false },
		{ "10.0.0.1", "", false },
		{ "10.0.0.1", "..", false },
		{ "fd00:77::1", "fd00:77::1,3260,1", true },
		{ "fe80::1", "fe80::1%eth0,3260,1", true },
		{ "fd00:77::1", "[fd00:77::1],3260,1", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct iscsi_portal portal = { .port = 3260 };

		ok(ip_parse(span_of(rows[i].portal), &portal.ip));
		eq_int(iscsi_portal_is_named(&portal, span_of(rows[i].name)), rows[i].is);
	}
}

#define LEASE6 "kind=dhcp6\ninterface=eth0\naddress=2001:db8::20\nserver-id=fe80::1\n"
#define ROOT4 "root-path=iscsi:10.0.0.5::::" A "\n"
#define ROOT6 "root-path=iscsi:[2001:db8::5]::::" C "\n"

/* Leases of both families name a root: the one that came first has 250 ms ahead. */
static void two_families(void)
{
	make("", LEASE6 ROOT6, LEASE ROOT4);
	iscsi_paths_init(&p, &plan, 0);
	now = 1000 * MS;
	eq_int(p.n, 2);
	begin(0);
	begin(1);
	up(1);
	eq_int(choose(), -1);
	ok(due == now + 250 * MS);
	now += 250 * MS;
	eq_int(choose(), 1);
	/* behind one of the words both wait as long as others */
	make("netroot=iscsi:10.0.0.7::::iqn.2026-01.lab:w netroot=dhcp", LEASE6 ROOT6, LEASE ROOT4);
	iscsi_paths_init(&p, &plan, 0);
	up(2);
	eq_int(choose(), -1);
	ok(due == now + 1000 * MS);
	p.paths[0].state = ISCSI_PATH_OVER;
	eq_int(choose(), -1);
	ok(due == now + 250 * MS);
}

/* The second one comes while the first is being logged in to, which goes on. */
static void more(void)
{
	make("", LEASE6 ROOT6, NULL);
	iscsi_paths_init(&p, &plan, 0);
	now = 1000 * MS;
	begin(0);
	make("", LEASE6 ROOT6, LEASE ROOT4);
	iscsi_paths_more(&p, &plan, 1);
	eq_int(p.n, 2);
	eq_int(p.paths[0].state, ISCSI_PATH_BUSY);
	eq_str(p.paths[1].iscsi.target, A);
	eq_int(p.paths[1].root, 1);
	begin(1);
	up(1);
	eq_int(choose(), -1);
	ok(due == now + 250 * MS);
	/* NFS is none of these */
	make("", LEASE6 ROOT6, NULL);
	iscsi_paths_init(&p, &plan, 0);
	make("", LEASE6 ROOT6, LEASE "root-path=10.0.0.6:/a\n");
	iscsi_paths_more(&p, &plan, 1);
	eq_int(p.n, 1);
}

/* --- paths that fail --- */

static void fails(uint8_t i, int code, bool is_news)
{
	bool news = !is_news;

	iscsi_paths_failed(&p, i, code, now, &news);
	ok(news == is_news);
}

#define TWO "netroot=iscsi:10.0.0.5::::" A " netroot=iscsi:10.1.0.5::::" A

/* Its NIC has no address yet: it is tried until it is there, or the boot waits no longer. */
static void again(void)
{
	paths_of(TWO " rd.multipath", 0);
	begin(0);
	begin(1);
	ok(iscsi_paths_due(&p) == ISCSI_PATHS_NEVER);
	fails(1, ENETUNREACH, true);
	eq_int(p.paths[1].state, ISCSI_PATH_AGAIN);
	eq_int(iscsi_paths_next(&p, now), -1);
	ok(iscsi_paths_due(&p) == now + 250 * MS);
	up(0);
	eq_int(choose(), 0);
	now += 250 * MS;
	begin(1);
	ok(iscsi_paths_due(&p) == ISCSI_PATHS_NEVER);
	fails(1, ENETUNREACH, false);
	ok(iscsi_paths_due(&p) == now + 250 * MS);
	now += 250 * MS;
	begin(1);
	fails(1, ECONNREFUSED, true);
	/* an address has come */
	now += MS;
	iscsi_paths_again(&p, now);
	ok(iscsi_paths_due(&p) == now);
	begin(1);
	up(1);
	eq_int(iscsi_paths_next(&p, now), -1);
	ok(iscsi_paths_due(&p) == ISCSI_PATHS_NEVER);
	eq_int(choose(), 0);
}

/* Nothing else is under way or up: the attempt has failed, and the next one begins with the
 * addresses. */
static void again_is_not_waited_for(void)
{
	paths_of(TWO " rd.multipath", 0);
	begin(0);
	begin(1);
	fails(0, ENETUNREACH, true);
	ok(!iscsi_paths_over(&p));
	eq_int(iscsi_paths_left(&p, 0), 1);
	fails(1, ECONNREFUSED, true);
	ok(iscsi_paths_over(&p));
	/* nor is a target that comes later in the order held up */
	paths_of("netroot=iscsi:10.0.0.5::::" A " netroot=iscsi:10.0.0.6::::" C " rd.multipath", 0);
	begin(0);
	begin(1);
	fails(0, EHOSTUNREACH, true);
	up(1);
	eq_int(choose(), 1);
}

static void what_is_not_tried_again(void)
{
	static const int answers[] = { EACCES, ENOENT, EPROTO, ENOTSUP, EINVAL, ELOOP },
			 passing[] = { ENETUNREACH, EHOSTUNREACH, ECONNREFUSED, ECONNRESET,
				       ETIMEDOUT,   EBUSY,	  ENODEV,	EIO };

	paths_of(TWO, 0);
	begin(0);
	fails(0, ENETUNREACH, true);
	eq_int(p.paths[0].state, ISCSI_PATH_OVER);
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		paths_of(TWO " rd.multipath", 0);
		begin(0);
		fails(0, answers[i], true);
		eq_int(p.paths[0].state, ISCSI_PATH_OVER);
	}
	for (size_t i = 0; i < sizeof(passing) / sizeof(*passing); i++) {
		paths_of(TWO " rd.multipath", 0);
		begin(0);
		fails(0, passing[i], true);
		eq_int(p.paths[0].state, ISCSI_PATH_AGAIN);
	}
}

int main(void)
{
	RUN(two_nics);
	RUN(again);
	RUN(again_is_not_waited_for);
	RUN(what_is_not_tried_again);
	RUN(two_families);
	RUN(more);
	RUN(one);
	RUN(two_portals);
	RUN(passed_over);
	RUN(first_is_rotated);
	RUN(two_targets);
	RUN(two_luns);
	RUN(the_same_twice);
	RUN(addresses_of_a_name);
	RUN(one_told);
	RUN(several_told);
	RUN(told_twice);
	RUN(more_than_there_is_room_for);
	RUN(a_portal_is_known_by_its_name_in_records);
	return test_end();
}
