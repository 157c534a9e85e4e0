/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * core/guard_take against a kernel in which somebody else sets the same address: the guard reads
 * what was done some time after it, and sets it again in between. Every order in which the other's
 * requests, renewals of the guard's own lease and the reading of news can come is played, and in
 * the end the kernel must have what the other has set, or the guard must know that it has not.
 */
#include "core/guard_take.h"

#include "test.h"

#define S 1000000000ull
#define LEASE_S 600
#define OURS_S (LEASE_S + 60) /* as the guard sets it */
#define FOR_EVER UINT32_MAX
#define NEWS_MAX 16
#define ORDER_MAX 12

/* What somebody may do. */
enum act {
	NOTHING,
	RENEWAL, /* of the guard's lease */
	LOSS, /* of the guard's lease */
	FOR_EVER_SET, /* by systemd-networkd */
	END_SET, /* by NetworkManager */
	TAKEN_OFF, /* by whom clears the interface first */
	READING, /* of one message by the guard */
};

static struct take t;
static struct lease lease;
static uint64_t now;

/* The kernel: the address, and the news that nobody has read yet. */
static struct {
	bool there, by_guard;
	uint32_t valid_s;
	struct take_addr news[NEWS_MAX];
	int n_news, n_read;
} kernel;

static bool left, asks;
static char order[ORDER_MAX + 1];

static void kernel_tells(bool gone, bool by_guard)
{
	struct take_addr *news = &kernel.news[kernel.n_news++];

	*news = (struct take_addr){ .address = lease.address,
				    .gone = gone,
				    .ours = by_guard,
				    .others = !by_guard,
				    .valid_s = kernel.valid_s };
}

static void kernel_set(uint32_t valid_s, bool by_guard)
{
	kernel.there = true;
	kernel.by_guard = by_guard;
	kernel.valid_s = valid_s;
	kernel_tells(false, by_guard);
}

static void kernel_delete(void)
{
	if (!kernel.there)
		return;
	kernel.there = false;
	kernel_tells(true, false);
}

static void step(enum take_event_kind kind, const struct take_addr *addr)
{
	struct take_event ev = { kind, now, addr, &lease, "" };
	struct take_actions act;

	if (left)
		return;
	take_step(&t, &ev, &act);
	if (act.put)
		kernel_set(act.put_valid_s, true);
	asks = act.ask == TAKE_ASK_ON ? asks : act.ask == TAKE_ASK_ANEW;
	left = act.leave;
}

static void play(enum act act)
{
	switch (act) {
	case NOTHING:
		break;
	case RENEWAL:
		lease.acquired_ns = now;
		if (asks)
			step(TAKE_EV_LEASE, NULL);
		break;
	case LOSS:
		if (asks)
			step(TAKE_EV_LOST, NULL);
		break;
	case FOR_EVER_SET:
		kernel_set(FOR_EVER, false);
		break;
	case END_SET:
		kernel_set(30, false);
		break;
	case TAKEN_OFF:
		kernel_delete();
		break;
	case READING:
		step(TAKE_EV_ADDR, &kernel.news[kernel.n_read++]);
		break;
	}
}

/* 600 s of 10.0.0.5, put on the NIC by the agent and once more by the guard. */
static void begin(void)
{
	memset(&kernel, 0, sizeof(kernel));
	left = false;
	asks = true;
	now = 100 * S;
	lease = (struct lease){ .prefix = 24, .lease_s = LEASE_S, .acquired_ns = now };
	ok(ip_parse(span_of("10.0.0.5"), &lease.address));
	take_init(&t, "eth0", "nfs 10.0.0.1:/srv/root", &lease, now);
	kernel_set(LEASE_S, false);
	play(READING);
	play(READING);
	ok(t.seen && kernel.by_guard && kernel.n_read == kernel.n_news);
	now += 300 * S;
}

/* Calls check after all that the two can do in every order, and after all news are read. */
static void each_order(const enum act *others, const enum act *guards, int depth,
		       void (*check)(void))
{
	static enum act so_far[ORDER_MAX];
	bool done = true;

	for (int who = 0; who < 3; who++) {
		const enum act *const *next = who == 0 ? &others : &guards;

		begin();
		for (int i = 0; i < depth; i++)
			play(so_far[i]);
		if (who == 2 ? kernel.n_read == kernel.n_news : !**next)
			continue;
		done = false;
		so_far[depth] = who == 2 ? READING : **next;
		order[depth] = (char)('0' + so_far[depth]);
		order[depth + 1] = '\0';
		each_order(others + (who == 0), guards + (who == 1), depth + 1, check);
	}
	if (done) {
		int before = test_failed_checks;

		begin();
		for (int i = 0; i < depth; i++)
			play(so_far[i]);
		check();
		order[depth] = '\0';
		if (test_failed_checks != before)
			printf("  in the order %s\n", order);
	}
}

/* Nobody renews what is for ever: an end would be the end of the root. */
static void left_for_ever(void)
{
	ok(left);
	ok(kernel.there);
	eq_int(kernel.valid_s, FOR_EVER);
}

static void test_for_ever(void)
{
	static const enum act other[] = { FOR_EVER_SET, NOTHING };
	static const enum act twice[] = { FOR_EVER_SET, FOR_EVER_SET, NOTHING };
	static const enum act cleared[] = { TAKEN_OFF, FOR_EVER_SET, NOTHING };
	static const enum act renewals[] = { RENEWAL, RENEWAL, NOTHING };
	static const enum act lost[] = { LOSS, RENEWAL, NOTHING };

	each_order(other, renewals, 0, left_for_ever);
	each_order(other, lost, 0, left_for_ever);
	each_order(twice, renewals, 0, left_for_ever);
	each_order(cleared, renewals, 0, left_for_ever);
	each_order(cleared, lost, 0, left_for_ever);
}

/* The other renews on; the guard asks no more and knows when the address ends. */
static void watched(void)
{
	ok(!left && !asks);
	ok(kernel.there && t.handed && !t.missing);
	eq_int(t.valid_s, kernel.valid_s);
	eq_int(take_deadline(&t), TAKE_NO_DEADLINE);
	if (kernel.valid_s == FOR_EVER)
		return;
	/* and puts it back in the same moment */
	now += kernel.valid_s * S;
	kernel.there = false;
	kernel_tells(true, false);
	kernel.news[kernel.n_read].others = false;
	play(READING);
	ok(kernel.there && asks);
}

static void test_with_an_end(void)
{
	static const enum act other[] = { END_SET, NOTHING };
	static const enum act again[] = { END_SET, END_SET, NOTHING };
	static const enum act cleared[] = { TAKEN_OFF, END_SET, NOTHING };
	static const enum act renewals[] = { RENEWAL, RENEWAL, NOTHING };
	static const enum act lost[] = { LOSS, RENEWAL, NOTHING };

	each_order(other, renewals, 0, watched);
	each_order(other, lost, 0, watched);
	each_order(again, renewals, 0, watched);
	each_order(cleared, renewals, 0, watched);
	each_order(cleared, lost, 0, watched);
}

/* Nobody but the guard has done anything: it stays, whatever it has set and not read yet. */
static void stays(void)
{
	ok(!left && asks && !t.handed);
	ok(kernel.there);
	eq_int(kernel.valid_s, OURS_S);
}

static void test_alone(void)
{
	static const enum act none[] = { NOTHING };
	static const enum act guards[] = { RENEWAL, LOSS, RENEWAL, NOTHING };

	each_order(none, guards, 0, stays);
}

/* Who sets it for ever where nothing of the guard's is on its way has it as it is. */
static void test_untouched(void)
{
	begin();
	play(RENEWAL);
	play(READING);
	play(FOR_EVER_SET);
	play(READING);
	ok(left && !kernel.by_guard);
	eq_int(kernel.n_news, kernel.n_read);
}

int main(void)
{
	RUN(test_for_ever);
	RUN(test_with_an_end);
	RUN(test_alone);
	RUN(test_untouched);
	return test_end();
}
