/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/guard_take: who has the address, and what is said when its lease is lost. */
#include "core/guard_take.h"

#include "test.h"

#define S 1000000000ull
#define BEGIN (100 * S)
#define FOR_EVER UINT32_MAX

static struct take t;
static struct take_actions act;
static struct lease lease;
static uint64_t now;

static struct ip_addr ip(const char *text)
{
	struct ip_addr a = { 0 };

	ok(ip_parse(span_of(text), &a));
	return a;
}

static void given(const char *address, uint32_t lease_s)
{
	lease = (struct lease){ .address = ip(address), .prefix = 24, .server_id = ip("10.0.0.1") };
	lease.lease_s = lease_s;
	lease.acquired_ns = now;
}

static void step(enum take_event_kind kind, const struct take_addr *addr, const char *text)
{
	struct take_event ev = { kind, now, addr, &lease, text };

	take_step(&t, &ev, &act);
}

enum who { NOBODY_KNOWN, US, OTHERS };

static void addr(const char *address, uint32_t valid_s, enum who who)
{
	struct take_addr a = { .address = ip(address),
			       .valid_s = valid_s,
			       .ours = who == US,
			       .others = who == OTHERS };

	step(TAKE_EV_ADDR, &a, NULL);
}

static void gone(const char *address, enum who who)
{
	struct take_addr a = {
		.address = ip(address), .gone = true, .ours = who == US, .others = who == OTHERS
	};

	step(TAKE_EV_ADDR, &a, NULL);
}

/* 600 s of 10.0.0.5, 100 s ago, put on the NIC by the agent and once more by the guard. */
static void begin(const char *address)
{
	now = BEGIN;
	given(address, 600);
	now += 100 * S;
	take_init(&t, "eth0", "nfs 10.0.0.1:/srv/root", &lease, now);
	addr(address, 500, NOBODY_KNOWN);
	ok(act.put && !act.leave && !act.put_all);
	eq_int(act.put_valid_s, 560); /* what is left and a minute */
	addr(address, 560, US);
	ok(!act.put && !act.leave);
}

static void test_begin(void)
{
	begin("10.0.0.5");
	eq_int(take_deadline(&t), TAKE_NO_DEADLINE);
	eq_int(act.say, SAY_NOTHING);
}

static void test_renewed(void)
{
	begin("10.0.0.5");
	now += 200 * S;
	given("10.0.0.5", 600);
	step(TAKE_EV_LEASE, NULL, "");
	ok(act.put && !act.leave);
	eq_int(act.put_valid_s, 660);
	eq_int(act.say, SAY_NOTHING);
	addr("10.0.0.5", 660, US);
	ok(!act.put && !act.leave);
	given("10.0.0.5", FOR_EVER);
	step(TAKE_EV_LEASE, NULL, "");
	eq_int(act.put_valid_s, FOR_EVER);
	given("10.0.0.5", FOR_EVER - 1); /* and a minute would be a minute */
	step(TAKE_EV_LEASE, NULL, "");
	eq_int(act.put_valid_s, FOR_EVER);
}

static void test_taken(void)
{
	static const struct {
		const char *label, *address;
		unsigned int after_s;
		uint32_t valid_s;
		enum who who;
		enum { STAYS, HANDS, LEAVES } does;
	} rows[] = {
		{ "replaced by another process", "10.0.0.5", 30, 600, OTHERS, HANDS },
		{ "with the same time left", "10.0.0.5", 30, 530, OTHERS, HANDS },
		{ "for ever", "10.0.0.5", 30, FOR_EVER, OTHERS, LEAVES },
		{ "told again, as after a lost event", "10.0.0.5", 30, 530, NOBODY_KNOWN, STAYS },
		{ "told again, a second late", "10.0.0.5", 31, 530, NOBODY_KNOWN, STAYS },
		{ "told again, a second early", "10.0.0.5", 29, 530, NOBODY_KNOWN, STAYS },
		{ "longer by whom the kernel does not say", "10.0.0.5", 30, 534, NOBODY_KNOWN,
		  HANDS },
		{ "shorter", "10.0.0.5", 30, 526, NOBODY_KNOWN, HANDS },
		{ "within what rounding does", "10.0.0.5", 30, 533, NOBODY_KNOWN, STAYS },
		{ "for ever, by whom the kernel does not say", "10.0.0.5", 30, FOR_EVER,
		  NOBODY_KNOWN, LEAVES },
		{ "ours", "10.0.0.5", 30, 660, US, STAYS },
		{ "another address beside it", "10.0.0.6", 30, 600, OTHERS, STAYS },
		{ "another family", "fd00::5", 30, 600, OTHERS, STAYS },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;

		begin("10.0.0.5");
		now += rows[i].after_s * S;
		addr(rows[i].address, rows[i].valid_s, rows[i].who);
		ok(act.leave == (rows[i].does == LEAVES));
		eq_int(act.ask, rows[i].does == HANDS ? TAKE_ASK_NOT : TAKE_ASK_ON);
		ok(!act.put);
		if (test_failed_checks != before)
			printf("  in row \"%s\"\n", rows[i].label);
	}
}

static void test_taken_text(void)
{
	begin("10.0.0.5");
	now += 30 * S;
	addr("10.0.0.5", FOR_EVER, OTHERS);
	eq_int(act.say, SAY_INFO);
	eq_str(act.text,
	       "eth0: the booted system has taken 10.0.0.5 over (set again, for ever) and renews it from here on");
}

/* NetworkManager with a lease of 30 s, from 30 s after the guard has begun. */
static void hand(const char *address)
{
	begin(address);
	now += 30 * S;
	addr(address, 30, OTHERS);
	eq_int(act.ask, TAKE_ASK_NOT);
	eq_int(act.say, SAY_INFO);
	ok(!act.put && !act.leave);
	eq_int(take_deadline(&t), TAKE_NO_DEADLINE);
}

static void test_handed(void)
{
	hand("10.0.0.5");
	eq_str(act.text,
	       "eth0: the booted system has taken 10.0.0.5 over (set again, for 30 s) and renews it from here on: watching that it stays");
	for (int i = 0; i < 5; i++) { /* as it renews */
		now += 15 * S;
		addr("10.0.0.5", 30, OTHERS);
		ok(!act.put && !act.leave && act.ask == TAKE_ASK_ON);
		eq_int(act.say, SAY_NOTHING);
	}
	/* nothing that our own client may still have had to say */
	step(TAKE_EV_LEASE, NULL, "");
	ok(!act.put && act.say == SAY_NOTHING);
	step(TAKE_EV_LOST, NULL, "the lease has ended");
	ok(!act.put && act.say == SAY_NOTHING);
	step(TAKE_EV_WAITING, NULL, "no answer");
	ok(!act.put && act.say == SAY_NOTHING);
	addr("10.0.0.5", FOR_EVER, OTHERS);
	ok(act.leave && !act.put);
}

/* The kernel takes it off: at once, with all that went with it, for ever. */
static void test_let_end(void)
{
	hand("10.0.0.5");
	now += 15 * S;
	addr("10.0.0.5", 30, OTHERS);
	now += 30 * S;
	gone("10.0.0.5", NOBODY_KNOWN);
	ok(act.put && act.put_all && !act.leave);
	eq_int(act.put_valid_s, FOR_EVER);
	eq_int(act.ask, TAKE_ASK_ANEW);
	eq_int(act.say, SAY_BAD);
	eq_str(act.text,
	       "eth0: the client of the booted system has let 10.0.0.5 end, and the kernel took it off: put there again because the root nfs 10.0.0.1:/srv/root hangs on it, but another machine may be given it; start the DHCP server again, see to that client, or reboot; asking as well");
	eq_int(take_deadline(&t), TAKE_NO_DEADLINE);
	addr("10.0.0.5", FOR_EVER, US);
	ok(!act.leave && !act.put);
	step(TAKE_EV_LOST, NULL, "the lease has ended"); /* which is known */
	ok(!act.put && act.say == SAY_NOTHING);
	/* the other client has it again, and lets it end again */
	now += 100 * S;
	addr("10.0.0.5", 30, OTHERS);
	eq_int(act.ask, TAKE_ASK_NOT);
	eq_int(act.say, SAY_INFO);
	now += 30 * S;
	gone("10.0.0.5", NOBODY_KNOWN);
	ok(act.put && act.ask == TAKE_ASK_ANEW);
}

/* The server is back, the other client is not: it is the guard's lease again. */
static void test_let_end_then_renewed(void)
{
	hand("10.0.0.5");
	now += 30 * S;
	gone("10.0.0.5", NOBODY_KNOWN);
	now += 20 * S;
	given("10.0.0.5", 30);
	step(TAKE_EV_LEASE, NULL, "");
	ok(act.put && !act.put_all);
	eq_int(act.put_valid_s, 90);
	eq_str(act.text, "eth0: the lease of 10.0.0.5 is renewed again, by 10.0.0.1, for 30 s");
}

/* Another address beside it is no reason to leave the root without its own. */
static void test_let_end_beside_another(void)
{
	hand("10.0.0.5");
	addr("10.0.0.77", FOR_EVER, OTHERS);
	now += 30 * S;
	gone("10.0.0.5", NOBODY_KNOWN);
	ok(act.put && !act.leave);
}

/* Taken off by a process, or before its time: somebody may come back with it. */
static void test_handed_and_taken_off(void)
{
	for (int i = 0; i < 2; i++) {
		hand("10.0.0.5");
		now += (i ? 30 : 20) * S;
		gone("10.0.0.5", i ? OTHERS : NOBODY_KNOWN);
		ok(!act.put && act.ask == TAKE_ASK_ON);
		eq_int(take_deadline(&t), now + 5 * S);
		now += 5 * S;
		step(TAKE_EV_DEADLINE, NULL, NULL);
		ok(act.put && act.put_all);
		eq_int(act.put_valid_s, FOR_EVER);
		eq_int(act.ask, TAKE_ASK_ANEW);
		eq_int(act.say, SAY_WARN);
	}
	hand("10.0.0.5");
	gone("10.0.0.5", OTHERS);
	now += 4 * S;
	addr("10.0.0.5", 30, OTHERS);
	ok(!act.put && act.ask == TAKE_ASK_ON && act.say == SAY_NOTHING);
	eq_int(take_deadline(&t), TAKE_NO_DEADLINE);
	/* another one instead of it */
	addr("10.0.0.77", FOR_EVER, OTHERS);
	gone("10.0.0.5", OTHERS);
	now += 5 * S;
	step(TAKE_EV_DEADLINE, NULL, NULL);
	ok(act.leave && !act.put);
}

/* The kernel never says who set an IPv6 address; SLAAC addresses come and go beside it. */
static void test_taken_v6(void)
{
	struct take_addr slaac = { .address = ip("fd00::1234"), .slaac = true, .valid_s = 86400 };

	begin("fd00::5");
	now += 30 * S;
	step(TAKE_EV_ADDR, &slaac, NULL);
	ok(!act.leave);
	addr("fe80::1", FOR_EVER, NOBODY_KNOWN);
	ok(!act.leave);
	addr("fd00::5", 530, NOBODY_KNOWN);
	ok(!act.leave);
	addr("fd00::5", 30, NOBODY_KNOWN);
	eq_int(act.ask, TAKE_ASK_NOT);
	now += 30 * S;
	gone("fd00::5", NOBODY_KNOWN);
	ok(act.put && act.put_all);
}

static void test_put_back(void)
{
	begin("10.0.0.5");
	now += 30 * S;
	gone("10.0.0.5", OTHERS);
	ok(!act.put && !act.leave);
	eq_int(take_deadline(&t), now + 5 * S);
	now += 5 * S;
	step(TAKE_EV_DEADLINE, NULL, NULL);
	ok(act.put && act.put_all && !act.leave);
	eq_int(act.put_valid_s, 525);
	eq_int(act.say, SAY_WARN);
	eq_str(act.text,
	       "eth0: 10.0.0.5 was taken off and nobody came back with it: put there again, because the root nfs 10.0.0.1:/srv/root hangs on it; let the client of the booted system keep the address, or leave eth0 alone");
	addr("10.0.0.5", 525, US);
	ok(!act.leave);
	eq_int(take_deadline(&t), TAKE_NO_DEADLINE);
	gone("10.0.0.5", OTHERS); /* and again: it is given longer */
	eq_int(take_deadline(&t), now + 10 * S);
}

/* As dhclient's script does: cleared first, then set, for the same time as ever. */
static void test_cleared_then_taken(void)
{
	begin("10.0.0.5");
	now += 30 * S;
	gone("10.0.0.5", OTHERS);
	now += 4 * S;
	addr("10.0.0.5", 526, NOBODY_KNOWN);
	eq_int(act.ask, TAKE_ASK_NOT);
	eq_int(take_deadline(&t), TAKE_NO_DEADLINE);
}

/* Renewed while it is off: it stays off until its time has come. */
static void test_renewed_while_missing(void)
{
	begin("10.0.0.5");
	gone("10.0.0.5", OTHERS);
	now += 1 * S;
	given("10.0.0.5", 600);
	step(TAKE_EV_LEASE, NULL, "");
	ok(!act.put);
	now += 4 * S;
	step(TAKE_EV_DEADLINE, NULL, NULL);
	ok(act.put && act.put_all);
	eq_int(act.put_valid_s, 656);
}

static void test_replaced(void)
{
	begin("10.0.0.5");
	now += 30 * S;
	addr("10.0.0.77", 3600, OTHERS);
	gone("10.0.0.5", OTHERS);
	ok(!act.leave);
	now += 5 * S;
	step(TAKE_EV_DEADLINE, NULL, NULL);
	ok(act.leave && !act.put);
	eq_int(act.say, SAY_WARN);
	eq_str(act.text,
	       "eth0: the booted system has replaced 10.0.0.5 by 10.0.0.77: the root nfs 10.0.0.1:/srv/root was reached from the former and may hang; let its client keep the address, or leave eth0 alone");
}

static void put_back_and_not_replaced(const char *address)
{
	now += 1 * S;
	gone(address, OTHERS);
	now += 5 * S;
	step(TAKE_EV_DEADLINE, NULL, NULL);
	ok(act.put && !act.leave);
}

/* What stood there before, what the kernel made, what went again, what is of the other family. */
static void test_not_replaced(void)
{
	struct take_addr slaac = { .address = ip("fd00::1234"), .slaac = true, .valid_s = 86400 };

	begin("10.0.0.5");
	addr("10.0.0.77", 3600, OTHERS); /* within the first second */
	put_back_and_not_replaced("10.0.0.5");

	begin("10.0.0.5");
	now += 30 * S;
	addr("10.0.0.78", 3600, OTHERS);
	gone("10.0.0.78", OTHERS);
	put_back_and_not_replaced("10.0.0.5");

	begin("10.0.0.5");
	now += 30 * S;
	addr("fd00::5", 3600, OTHERS);
	put_back_and_not_replaced("10.0.0.5");

	begin("fd00::5");
	now += 30 * S;
	step(TAKE_EV_ADDR, &slaac, NULL);
	addr("fe80::5", FOR_EVER, OTHERS);
	put_back_and_not_replaced("fd00::5");
}

static void test_rename(void)
{
	begin("10.0.0.5");
	take_rename(&t, "enp0s3");
	now += 30 * S;
	addr("10.0.0.5", FOR_EVER, OTHERS);
	eq_str(act.text,
	       "enp0s3: the booted system has taken 10.0.0.5 over (set again, for ever) and renews it from here on");
}

/* Firmware's address, of which no server has told: for ever until one does. */
static void test_firmware(void)
{
	begin("10.0.0.5");
	lease.lease_s = FOR_EVER;
	lease.server_id = (struct ip_addr){ 0 };
	take_init(&t, "eth0", "nfs root", &lease, now);
	step(TAKE_EV_WAITING, NULL, "no answer");
	eq_str(act.text,
	       "eth0: no DHCP server tells of the lease of 10.0.0.5, which firmware had: asking on");
	step(TAKE_EV_WAITING, NULL, "no answer");
	eq_int(act.say, SAY_NOTHING);
}

static void test_lost(void)
{
	begin("10.0.0.5");
	now += 500 * S;
	step(TAKE_EV_WAITING, NULL, "no answer");
	eq_int(act.say, SAY_WARN);
	eq_str(act.text,
	       "eth0: 10.0.0.1 does not answer; the lease of 10.0.0.5 ends in 0 s unless it is renewed: asking on");
	step(TAKE_EV_WAITING, NULL, "no answer");
	eq_int(act.say, SAY_NOTHING); /* once */
	step(TAKE_EV_LOST, NULL, "the lease has ended");
	ok(act.put && !act.leave);
	eq_int(act.put_valid_s, FOR_EVER);
	eq_int(act.say, SAY_BAD);
	eq_str(act.text,
	       "eth0: the lease of 10.0.0.5 by 10.0.0.1 is lost (the lease has ended) and nobody else has renewed it: the address is kept because the root nfs 10.0.0.1:/srv/root hangs on it, but another machine may be given it; start the DHCP server again, or reboot; asking on");
	step(TAKE_EV_LOST, NULL, "the lease has ended");
	ok(!act.put);
	eq_int(act.say, SAY_NOTHING);
	addr("10.0.0.5", FOR_EVER, US);
	ok(!act.leave);
	/* well again */
	given("10.0.0.5", 600);
	step(TAKE_EV_LEASE, NULL, "");
	ok(act.put);
	eq_int(act.put_valid_s, 660);
	eq_int(act.say, SAY_INFO);
	eq_str(act.text, "eth0: the lease of 10.0.0.5 is renewed again, by 10.0.0.1, for 600 s");
	step(TAKE_EV_LEASE, NULL, "");
	eq_int(act.say, SAY_NOTHING);
}

/* A client of the booted system may come late as well. */
static void test_taken_when_lost(void)
{
	begin("10.0.0.5");
	step(TAKE_EV_LOST, NULL, "NAK");
	addr("10.0.0.5", 3600, NOBODY_KNOWN);
	eq_int(act.ask, TAKE_ASK_NOT);
	now += 3600 * S;
	gone("10.0.0.5", NOBODY_KNOWN);
	ok(act.put);
}

static void test_other_address(void)
{
	begin("10.0.0.5");
	given("10.0.0.6", 600);
	step(TAKE_EV_LEASE, NULL, "");
	ok(act.put && !act.leave);
	eq_int(act.put_valid_s, FOR_EVER);
	eq_int(act.say, SAY_BAD);
	eq_str(act.text,
	       "eth0: 10.0.0.1 gives 10.0.0.6 now and no longer 10.0.0.5: the latter is kept because the root nfs 10.0.0.1:/srv/root hangs on it, but another machine may be given it; reserve it for this machine at the server, or reboot");
	step(TAKE_EV_LEASE, NULL, ""); /* each renewal of it */
	eq_int(act.say, SAY_NOTHING);
	given("10.0.0.7", 600);
	step(TAKE_EV_LEASE, NULL, "");
	eq_int(act.say, SAY_BAD);
	given("10.0.0.5", 600);
	step(TAKE_EV_LEASE, NULL, "");
	eq_int(act.say, SAY_INFO);
	eq_int(act.put_valid_s, 660);
}

/* systemd-networkd takes DHCPv6's off whenever it stops, and no client minds to find an IPv6
 * address there. */
static void test_put_back_v6(void)
{
	begin("fd00::5");
	addr("fd00::5", 30, NOBODY_KNOWN);
	eq_int(act.ask, TAKE_ASK_NOT);
	for (unsigned int i = 0; i < 3; i++) {
		now += 20 * S;
		gone("fd00::5", NOBODY_KNOWN);
		ok(!act.put && !act.leave);
		eq_int(take_deadline(&t), now + (S << i));
		now += S << i;
		step(TAKE_EV_DEADLINE, NULL, NULL);
		ok(act.put && act.put_all && !act.leave);
		eq_int(act.put_valid_s, FOR_EVER);
		eq_int(act.say, SAY_WARN);
		addr("fd00::5", FOR_EVER, US);
	}
}

static void test_never_there(void)
{
	now = BEGIN;
	given("10.0.0.5", 600);
	take_init(&t, "eth0", "nfs x", &lease, now);
	eq_int(take_deadline(&t), now + 5 * S);
	now += 5 * S;
	step(TAKE_EV_DEADLINE, NULL, NULL);
	ok(act.put && act.put_all);
	eq_int(take_deadline(&t), TAKE_NO_DEADLINE);
}

static void test_nic(void)
{
	begin("10.0.0.5");
	gone("10.0.0.5", NOBODY_KNOWN);
	step(TAKE_EV_NIC_GONE, NULL, NULL);
	eq_int(act.say, SAY_BAD);
	eq_str(act.text,
	       "eth0 is gone, and with it 10.0.0.5: the root nfs 10.0.0.1:/srv/root hangs; bring it back or reboot");
	eq_int(take_deadline(&t), TAKE_NO_DEADLINE);
	step(TAKE_EV_NIC_GONE, NULL, NULL);
	eq_int(act.say, SAY_NOTHING);
	now += 7 * S;
	step(TAKE_EV_NIC_BACK, NULL, NULL);
	eq_int(act.say, SAY_INFO);
	eq_int(take_deadline(&t), now);
	step(TAKE_EV_DEADLINE, NULL, NULL);
	ok(act.put && act.put_all);
}

/* Of a NIC that another client had: the guard has it when it comes back. */
static void test_nic_handed(void)
{
	hand("10.0.0.5");
	step(TAKE_EV_NIC_GONE, NULL, NULL);
	gone("10.0.0.5", NOBODY_KNOWN);
	now += 7 * S;
	step(TAKE_EV_NIC_BACK, NULL, NULL);
	now = take_deadline(&t);
	step(TAKE_EV_DEADLINE, NULL, NULL);
	ok(act.put && act.put_all);
	eq_int(act.put_valid_s, FOR_EVER);
	eq_int(act.ask, TAKE_ASK_ON); /* it was begun with the NIC */
}

/* The root is in memory: who touches the address has it. */
static void begin_free(void)
{
	begin("10.0.0.5");
	t.root[0] = '\0';
}

static void test_free(void)
{
	begin_free();
	addr("10.0.0.5", 600, OTHERS);
	ok(act.leave && !act.put);
	eq_str(act.text,
	       "eth0: the booted system has taken 10.0.0.5 over (set again) and renews it "
	       "from here on");
	begin_free();
	addr("10.0.0.5", FOR_EVER, OTHERS);
	ok(act.leave);
	begin_free();
	gone("10.0.0.5", OTHERS);
	ok(act.leave && !act.put);
	eq_str(act.text, "eth0: 10.0.0.5 was taken off, and nothing of the root hangs on it");
	begin_free();
	step(TAKE_EV_NIC_GONE, NULL, NULL);
	ok(act.leave && act.say == SAY_INFO);
	take_init(&t, "eth0", "", &lease, now); /* and it never was there */
	now = take_deadline(&t);
	step(TAKE_EV_DEADLINE, NULL, NULL);
	ok(act.leave && !act.put);
	/* while nobody does the lease is renewed, and asked for when it is lost */
	begin_free();
	step(TAKE_EV_LEASE, NULL, NULL);
	ok(act.put && !act.leave);
	step(TAKE_EV_LOST, NULL, "no answer");
	ok(act.put && act.put_valid_s == FOR_EVER && !act.leave && act.ask == TAKE_ASK_ON);
	eq_str(act.text,
	       "eth0: the lease of 10.0.0.5 by 10.0.0.1 is lost (no answer) and nobody else has "
	       "renewed it: the address is kept until the booted system does otherwise, but another "
	       "machine may be given it; start the DHCP server again, or reboot; asking on");
}

int main(void)
{
	RUN(test_begin);
	RUN(test_renewed);
	RUN(test_taken);
	RUN(test_taken_text);
	RUN(test_handed);
	RUN(test_let_end);
	RUN(test_let_end_then_renewed);
	RUN(test_let_end_beside_another);
	RUN(test_handed_and_taken_off);
	RUN(test_taken_v6);
	RUN(test_put_back);
	RUN(test_cleared_then_taken);
	RUN(test_renewed_while_missing);
	RUN(test_replaced);
	RUN(test_not_replaced);
	RUN(test_rename);
	RUN(test_firmware);
	RUN(test_lost);
	RUN(test_taken_when_lost);
	RUN(test_other_address);
	RUN(test_put_back_v6);
	RUN(test_never_there);
	RUN(test_nic);
	RUN(test_nic_handed);
	RUN(test_free);
	return test_end();
}
