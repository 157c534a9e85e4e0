/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How machines spread over servers: evenly, the same at every boot, and moved only by what they
 * preferred. */
#include "test.h"

#include "core/spread.h"

#define MACHINES 3000
#define SERVERS 3

static const char *const names[] = { "10.0.0.1", "10.0.0.2", "10.0.0.3" };

static void fill(struct plan_host *hosts, uint8_t n)
{
	memset(hosts, 0, n * sizeof(*hosts));
	for (uint8_t i = 0; i < n; i++)
		(void)text_copy(hosts[i].name, sizeof(hosts[i].name), span_of(names[i]));
}

/* The servers' numbers in a machine's order, one digit each. */
static int order(const char *machine, uint8_t n)
{
	struct plan_host hosts[SERVERS];
	int made = 0;

	fill(hosts, n);
	spread_sort(span_of(machine), hosts, n);
	for (uint8_t i = 0; i < n; i++)
		made = made * 10 + (hosts[i].name[7] - '0');
	return made;
}

static const char *machine(int i)
{
	static char text[40];

	(void)snprintf(text, sizeof(text), "4c4c4544-0042-4810-8056-b4c04f39%04x", (unsigned int)i);
	return text;
}

/* UUIDs of one purchase differ at the end only; all six orders come about. */
static void evenly(void)
{
	static const int orders[] = { 123, 132, 213, 231, 312, 321 };
	int n[6] = { 0 };

	for (int i = 0; i < MACHINES; i++)
		for (int k = 0; k < 6; k++)
			n[k] += order(machine(i), SERVERS) == orders[k];
	for (int k = 0; k < 6; k++)
		ok(n[k] > MACHINES / 6 * 4 / 5 && n[k] < MACHINES / 6 * 6 / 5);
}

/* Without the third server those who preferred it go elsewhere, and nobody else. */
static void moved_only_by_need(void)
{
	for (int i = 0; i < MACHINES; i++) {
		int all = order(machine(i), 3), two = order(machine(i), 2);

		if (all / 100 != 3)
			eq_int(two / 10, all / 100);
		else
			eq_int(two / 10, all / 10 % 10);
	}
}

static void unknown_machine(void)
{
	eq_int(order("", SERVERS), 123);
}

int main(void)
{
	RUN(evenly);
	RUN(moved_only_by_need);
	RUN(unknown_machine);
	return test_end();
}
