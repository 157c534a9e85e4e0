/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan from hostile words: command line, netroot.conf and a lease's text, separated by the
 * bytes 0xfe. It must be printable, stay within its limits, and be the same when made again.
 */
#include <stdlib.h>
#include <string.h>

#include "core/lease_text.h"
#include "core/plan.h"

#define TEXT_MAX 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(void *arg, const char *line)
{
	(void)arg;
	if (!text_is_printable(span_of(line)))
		abort();
}

static void copy_part(char *dst, struct span part)
{
	size_t len = 0;

	for (size_t i = 0; i < part.len && len < TEXT_MAX - 1; i++)
		if (part.p[i])
			dst[len++] = part.p[i];
	dst[len] = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char cmdline[TEXT_MAX], conf[TEXT_MAX], json[PLAN_JSON_MAX];
	static struct plan plan, again;
	static struct lease lease;
	struct span rest = { (const char *)data, size };
	struct plan_input in = { .cmdline = cmdline, .conf = conf };
	struct out out = out_to(json, sizeof(json));
	struct err err;

	copy_part(cmdline, span_cut(&rest, (char)0xfe));
	copy_part(conf, span_cut(&rest, (char)0xfe));
	memset(&lease, 0, sizeof(lease));
	if (rest.p && lease_from_text(rest, &lease, &err)) {
		in.leases = &lease;
		in.n_leases = 1;
	}
	plan_make(&in, &plan);
	plan_make(&in, &again);
	if (plan.n_roots > PLAN_ROOTS_MAX || plan.n_ips > PLAN_IP_MAX ||
	    plan.n_notes > PLAN_NOTES_MAX || plan.n_init_words > PLAN_INIT_WORDS_MAX ||
	    plan.n_roots != again.n_roots)
		abort();
	for (int i = 0; i < plan.n_roots; i++)
		if (!plan_root_eq(&plan.roots[i], &again.roots[i]))
			abort();
	plan_print(&plan, &in, check_line, NULL);
	plan_json(&plan, &in, &out); /* may be cut: the notes quote as much as they are given */
	return 0;
}
