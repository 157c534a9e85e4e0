/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of loading, as transcripts: what is wanted, what comes next, how it ended. */
#include "core/modload.h"

#include <errno.h>

#include "test.h"

static struct moddep dep;
static struct modload load;

static const char head[] = "netroot-index 1 6.1\n";

/* Lines "m NAME NAME.ko EDGES"; the name is all a transcript needs. */
static void begin(const char *modules)
{
	static char text[4096];
	struct err err;
	struct out out = out_to(text, sizeof(text));

	out_add(&out, "%s", head);
	for (struct span rest = span_of(modules); rest.p;) {
		struct span line = span_cut(&rest, ';');
		struct span name = span_cut(&line, ' ');

		out_add(&out, "m %.*s %.*s.ko", SPAN_ARG(name), SPAN_ARG(name));
		if (line.len)
			out_add(&out, " %.*s", SPAN_ARG(line));
		out_add(&out, "\n");
	}
	out_add(&out, "end\n");
	eq_int(moddep_parse(span_of(text), &dep, &err), 0);
	modload_init(&load, &dep);
}

static uint16_t number(const char *name)
{
	return moddep_find(&dep, span_of(name));
}

static void want(const char *name, enum modload_urgency urgency)
{
	modload_want(&load, number(name), urgency);
}

static const char *name_of(uint16_t module)
{
	static char name[MODDEP_NAME_MAX];

	if (module == MODDEP_NONE)
		return "-";
	(void)text_copy(name, sizeof(name), dep.modules[module].name);
	return name;
}

static const char *next_of(enum modload_urgency least)
{
	return name_of(modload_next(&load, least));
}

static const char *next(void)
{
	return next_of(MODLOAD_MAYBE);
}

static void done(const char *name, bool loaded)
{
	modload_done(&load, number(name), loaded);
}

/* "MODULE BECAUSE" of the next failure to tell, or "-". */
static const char *failure(void)
{
	static char text[2 * MODDEP_NAME_MAX + 2];
	struct out out = out_to(text, sizeof(text));
	uint16_t module, because;

	if (!modload_next_failed(&load, &module, &because))
		return "-";
	out_add(&out, "%s ", name_of(module));
	out_add(&out, "%s", name_of(because));
	return text;
}

static void diamond(void)
{
	begin("base;left 0;right 0;top 0 1 2");
	ok(modload_is_idle(&load));
	want("top", MODLOAD_NEEDED);
	ok(!modload_is_idle(&load));
	eq_str(next(), "base");
	eq_str(next(), "-");
	done("base", true);
	eq_str(next(), "left");
	eq_str(next(), "right"); /* side by side */
	eq_str(next(), "-");
	done("right", true);
	eq_str(next(), "-");
	ok(!modload_is_settled(&load, number("top")));
	done("left", true);
	eq_str(next(), "top");
	ok(!modload_is_idle(&load));
	done("top", true);
	ok(modload_is_idle(&load));
	ok(modload_is_settled(&load, number("top")));
	eq_str(next(), "-");
	want("top", MODLOAD_FIRST); /* again: nothing left to do */
	ok(modload_is_idle(&load));
	eq_str(next(), "-");
	eq_str(failure(), "-");
}

static void a_failure_takes_along_what_needs_it(void)
{
	begin("base;left 0;right 0;top 0 1 2;other");
	want("top", MODLOAD_NEEDED);
	want("other", MODLOAD_NEEDED);
	want("left", MODLOAD_NEEDED);
	eq_str(next(), "base");
	eq_str(next(), "other");
	done("base", false);
	eq_str(next(), "-");
	ok(modload_is_settled(&load, number("top")));
	ok(!modload_is_settled(&load, number("other")));
	/* only what was asked for, and the module that failed first */
	eq_str(failure(), "top base");
	eq_str(failure(), "left base");
	eq_str(failure(), "-");
	want("right", MODLOAD_NEEDED);
	eq_str(next(), "-");
	eq_str(failure(), "right base");
	want("right", MODLOAD_NEEDED);
	eq_str(failure(), "-"); /* once */
	done("other", true);
	ok(modload_is_idle(&load));
}

static void a_failure_goes_up_a_chain(void)
{
	begin("base;mid 0;top 1");
	want("top", MODLOAD_NEEDED);
	eq_str(next(), "base");
	done("base", false);
	eq_str(next(), "-");
	ok(modload_is_settled(&load, number("top")));
	ok(modload_is_idle(&load));
	eq_str(failure(), "top base");
}

static void urgent_ones_first(void)
{
	begin("a;b;shared;nic 2;fs 2");
	want("a", MODLOAD_NEEDED);
	want("fs", MODLOAD_NEEDED);
	want("b", MODLOAD_NEEDED);
	want("nic", MODLOAD_FIRST);
	eq_str(next_of(MODLOAD_FIRST), "shared"); /* as urgent as what needs it */
	eq_str(next_of(MODLOAD_FIRST), "-");
	eq_str(next(), "a");
	done("shared", true);
	eq_str(next(), "nic");
	eq_str(next(), "fs");
	eq_str(next(), "b");
	eq_str(next(), "-");
}

static void soft_ones_come_first_but_may_fail(void)
{
	begin("generic;intel;lib -0 -1;fs 2 +4;late");
	want("fs", MODLOAD_NEEDED);
	eq_str(next(), "generic");
	eq_str(next(), "intel");
	eq_str(next(), "late"); /* in any order */
	eq_str(next(), "-");
	done("generic", true);
	eq_str(next(), "-");
	done("intel", false);
	eq_str(next(), "lib");
	done("lib", true);
	eq_str(next(), "fs");
	done("fs", true);
	ok(!modload_is_idle(&load));
	done("late", false);
	ok(modload_is_idle(&load));
	eq_str(failure(), "-"); /* nobody asked for those that failed */
	want("intel", MODLOAD_NEEDED);
	eq_str(failure(), "intel intel");
}

static void maybe_waits_for_all_others(void)
{
	begin("dep;a;extra 0;b");
	want("extra", MODLOAD_MAYBE);
	want("a", MODLOAD_NEEDED);
	eq_str(next(), "a");
	eq_str(next(), "-");
	ok(!modload_is_idle(&load));
	done("a", true);
	ok(modload_is_idle(&load)); /* MAYBE does not count */
	eq_str(next(), "dep");
	want("b", MODLOAD_NEEDED);
	eq_str(next(), "b");
	done("dep", true);
	eq_str(next(), "-");
	done("b", true);
	eq_str(next(), "extra");
	done("extra", true);
	ok(modload_is_settled(&load, number("extra")));
}

static void drops_maybe(void)
{
	begin("dep;extra 0;shared;other 2;used 2");
	want("extra", MODLOAD_MAYBE);
	want("other", MODLOAD_MAYBE);
	want("used", MODLOAD_NEEDED);
	eq_str(next(), "shared");
	modload_drop_maybe(&load);
	done("shared", true);
	eq_str(next(), "used");
	done("used", true);
	eq_str(next(), "-");
	ok(!modload_is_settled(&load, number("extra")));
	want("extra", MODLOAD_MAYBE); /* can be wanted again */
	eq_str(next(), "dep");
	modload_drop_maybe(&load); /* what has begun goes on */
	done("dep", true);
	eq_str(next(), "-");
	want("extra", MODLOAD_NEEDED);
	eq_str(next(), "extra");
}

static void maybe_becomes_needed(void)
{
	begin("dep;extra 0");
	want("extra", MODLOAD_MAYBE);
	want("extra", MODLOAD_NEEDED);
	ok(!modload_is_idle(&load));
	modload_drop_maybe(&load);
	eq_str(next(), "dep");
	want("extra", MODLOAD_MAYBE); /* not less urgent again */
	done("dep", true);
	modload_drop_maybe(&load);
	eq_str(next(), "extra");
}

static void foreign_ends_are_ignored(void)
{
	begin("a;b 0");
	done("a", true);
	ok(!modload_is_settled(&load, number("a")));
	want("b", MODLOAD_NEEDED);
	done("b", true); /* not being loaded yet */
	eq_str(next(), "a");
	done("a", true);
	done("a", false); /* twice */
	eq_str(next(), "b");
}

/* What is taken along may form circles: wanting them ends, and each is loaded once. */
static void taken_along_in_circles(void)
{
	begin("a +1;b +0 +2;c +0");
	want("c", MODLOAD_NEEDED);
	eq_str(next(), "c");
	eq_str(next(), "a");
	eq_str(next(), "b");
	eq_str(next(), "-");
}

static void reasons(void)
{
	eq_str(modload_reason(ENODEV), "no such hardware");
	eq_str(modload_reason(ENOEXEC), "not a module of the running kernel");
	ok(!modload_reason(EIO));
	ok(!modload_reason(0));
}

int main(void)
{
	RUN(diamond);
	RUN(a_failure_takes_along_what_needs_it);
	RUN(a_failure_goes_up_a_chain);
	RUN(urgent_ones_first);
	RUN(soft_ones_come_first_but_may_fail);
	RUN(maybe_waits_for_all_others);
	RUN(drops_maybe);
	RUN(maybe_becomes_needed);
	RUN(foreign_ends_are_ignored);
	RUN(taken_along_in_circles);
	RUN(reasons);
	return test_end();
}
