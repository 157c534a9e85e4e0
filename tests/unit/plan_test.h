/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the plan share: a plan made of words and leases as text, and its lines. */
#ifndef NETROOT_PLAN_TEST_H
#define NETROOT_PLAN_TEST_H

#include "test.h"

#include "core/lease_text.h"
#include "core/plan.h"

#define IQN "iqn.2026-01.lab:d0"
#define UUID "4C4C4544-0042-4810-8056-B4C04F395332"

static struct plan plan;
static struct lease leases[3];
static struct plan_input in;

/* The plan of a command line, with the leases given as text (NULL ends). */
__attribute__((unused)) static void make(const char *cmdline, const char *lease0,
					 const char *lease1)
{
	const char *texts[] = { lease0, lease1 };
	struct err err;

	memset(leases, 0, sizeof(leases));
	memset(&in, 0, sizeof(in));
	in.cmdline = cmdline;
	in.leases = leases;
	in.machine_uuid = UUID;
	for (uint8_t i = 0; i < 2 && texts[i]; i++) {
		ok(lease_from_text(span_of(texts[i]), &leases[i], &err));
		in.n_leases++;
	}
	plan_make(&in, &plan);
}

__attribute__((unused)) static void make_conf(const char *conf, const char *cmdline)
{
	memset(&in, 0, sizeof(in));
	in.conf = conf;
	in.cmdline = cmdline;
	in.machine_uuid = UUID;
	plan_make(&in, &plan);
}

/* Likewise with settings that were fetched. */
__attribute__((unused)) static void make_fetched(const char *conf, const char *fetched,
						 const char *cmdline)
{
	memset(&in, 0, sizeof(in));
	in.conf = conf;
	in.fetched = fetched;
	in.fetched_from = "tftp://10.0.0.1/n/default";
	in.cmdline = cmdline;
	in.machine_uuid = UUID;
	plan_make(&in, &plan);
}

__attribute__((unused)) static void add_line(void *arg, const char *line)
{
	out_add(arg, "%s\n", line);
}

__attribute__((unused)) static const char *printed(void)
{
	static char text[8192];
	struct out out = out_to(text, sizeof(text));

	plan_print(&plan, &in, add_line, &out);
	ok(!out.cut);
	return text;
}

/* The printed line that begins with name, without line end; "" for none. */
__attribute__((unused)) static const char *line_of(const char *name)
{
	static char line[2048];
	const char *p = printed();
	size_t len = strlen(name);

	for (; *p; p = strchr(p, '\n') + 1)
		if (!strncmp(p, name, len) && p[len] == ' ') {
			(void)snprintf(line, sizeof(line), "%.*s", (int)(strchr(p, '\n') - p), p);
			return line;
		}
	return "";
}

__attribute__((unused)) static const char *note(enum note_kind kind)
{
	for (uint8_t i = 0; i < plan.n_notes; i++)
		if (plan.notes[i].kind == kind)
			return plan.notes[i].text;
	return "";
}

/* Of the plan of a command line, the line of a value, as line_of(). */
struct plan_line {
	const char *cmdline, *name, *line;
};

__attribute__((unused)) static void check_lines(const struct plan_line *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int before = test_failed_checks;

		make(rows[i].cmdline, NULL, NULL);
		eq_str(line_of(rows[i].name), rows[i].line);
		if (test_failed_checks != before)
			printf("%s\n", rows[i].cmdline);
	}
}

/* Likewise of one name, where the command line gives it; "": no such line. */
struct plan_value {
	const char *cmdline, *value;
};

__attribute__((unused)) static void check_values(const char *name, const struct plan_value *rows,
						 size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char line[512] = "";
		struct plan_line row = { rows[i].cmdline, name, line };

		if (rows[i].value[0])
			(void)snprintf(line, sizeof(line), "%s = %s (command line)", name,
				       rows[i].value);
		check_lines(&row, 1);
	}
}

/* Likewise the first note of a kind, "" for none. */
struct plan_note_row {
	const char *cmdline;
	enum note_kind kind;
	const char *note;
};

__attribute__((unused)) static void check_notes(const struct plan_note_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int before = test_failed_checks;

		make(rows[i].cmdline, NULL, NULL);
		eq_str(note(rows[i].kind), rows[i].note);
		if (test_failed_checks != before)
			printf("%s\n", rows[i].cmdline);
	}
}

#define LEASE "interface=eth0\naddress=10.0.0.20/24\nserver-id=10.0.0.1\n"
#define LEASE_B "interface=eth1\naddress=10.1.0.20/24\nserver-id=10.1.0.1\n"

#endif
