/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/toram: whether an image fits into memory, what is said of its copy, when that is stuck. */
#include "core/toram.h"

#include <errno.h>

#include "core/meminfo.h"
#include "test.h"

#define S 1000000000ull
#define MB 1000000ull
#define GIB (1ull << 30)

static struct toram_copy copy;
static char text[256];
static uint64_t now;

static enum toram_step step(uint64_t done, uint64_t total)
{
	struct out out = out_to(text, sizeof(text));

	return toram_step(&copy, done, total, now, &out);
}

static uint64_t available(const char *meminfo)
{
	return toram_available(span_of(meminfo));
}

static void memory(void)
{
	static const char other[] = "DirtyNot: 1 kB\nDirty:   7 kB\nWriteback: 0 kB\n";
	struct err err;
	uint64_t kib = 9;

	ok(meminfo_kib(span_of(other), "Dirty", &kib) && kib == 7);
	ok(meminfo_kib(span_of(other), "Writeback", &kib) && kib == 0);
	ok(!meminfo_kib(span_of(other), "NFS_Unstable", &kib) && kib == 0);
	eq_int(available("MemTotal:  100 kB\nMemFree:  10 kB\nMemAvailable:      20 kB\n"), 20480);
	eq_int(available("MemAvailable: 3 kB"), 3072);
	ok(available("") == UINT64_MAX);
	ok(available("MemAvailable:\n") == UINT64_MAX);
	ok(available("MemAvailable: x kB\nNoMemAvailable: 4 kB") == UINT64_MAX);
	ok(available("MemAvailable: 18446744073709551615 kB") == UINT64_MAX);
	eq_int(toram_fits(GIB, 0, GIB + TORAM_SPARE, &err), 0);
	eq_int(toram_fits(GIB, 0, UINT64_MAX, &err), 0);
	eq_int(toram_fits(UINT64_MAX, 0, GIB, &err), -ENOMEM);
	eq_int(toram_fits(GIB, 0, GIB + TORAM_SPARE - 1, &err), -ENOMEM);
	eq_str(err.text, "1074 MB do not fit into memory: 1208 MB are available, of which 134 MB "
			 "have to stay free");
	eq_int(toram_fits(1, 0, TORAM_SPARE, &err), -ENOMEM);
	eq_int(toram_fits(1, 0, 0, &err), -ENOMEM);
	/* what is there already needs no more room */
	eq_int(toram_fits(GIB, GIB / 2, GIB / 2 + TORAM_SPARE, &err), 0);
	eq_int(toram_fits(GIB, 2 * GIB, TORAM_SPARE, &err), 0);
	ok(!toram_is_short(TORAM_SPARE / 2) && toram_is_short(TORAM_SPARE / 2 - 1));
}

static void progress(void)
{
	struct out out;

	now = 10 * S;
	toram_begin(&copy, 0, now);
	ok(toram_deadline(&copy) == 11 * S);
	now += S / 2;
	eq_int(step(20 * MB, 100 * MB), TORAM_QUIET);
	now = toram_deadline(&copy);
	eq_int(step(40 * MB, 100 * MB), TORAM_SAY);
	eq_str(text, "40 of 100 MB copied, 40 MB/s, 2 s left");
	now = toram_deadline(&copy);
	ok(now == 12 * S);
	eq_int(step(80 * MB, 100 * MB), TORAM_SAY);
	eq_str(text, "80 of 100 MB copied, 40 MB/s, 1 s left");
	now += S / 2;
	out = out_to(text, sizeof(text));
	toram_summary(&copy, 100 * MB, now, &out);
	eq_str(text, "100 MB in 2.5 s (40 MB/s)");
	/* after a minute one in five seconds is enough */
	now = 80 * S;
	eq_int(step(90 * MB, 100 * MB), TORAM_SAY);
	ok(toram_deadline(&copy) == 85 * S);
}

static void silence(void)
{
	copy = (struct toram_copy){ .done = 0 };
	now = 0;
	toram_begin(&copy, 0, now);
	now = toram_deadline(&copy);
	eq_int(step(0, 0), TORAM_SAY);
	eq_str(text, "opening the image for 1 s");
	now = toram_deadline(&copy);
	eq_int(step(40 * MB, 100 * MB), TORAM_SAY);
	eq_str(text, "40 of 100 MB copied, 40 MB/s, 2 s left");
	ok(toram_deadline(&copy) == 3 * S);
	for (uint64_t at_s = 3; at_s < 90; at_s += at_s - 2) {
		now = at_s * S;
		ok(toram_deadline(&copy) == now);
		eq_int(step(40 * MB, 100 * MB), TORAM_SAY);
	}
	eq_str(text, "40 of 100 MB copied, nothing more has come for 64 s");
	now = 2 * S + TORAM_STALL_NS - 1;
	ok(toram_deadline(&copy) >= now);
	now = toram_deadline(&copy);
	eq_int(step(40 * MB, 100 * MB), TORAM_STUCK);
	eq_str(text, "40 of 100 MB copied, nothing more has come for 90 s");
	ok(copy.most == 40 * MB && copy.most_ns == 2 * S);
	/* the next attempts get on only where they bring more than there was ever */
	toram_begin(&copy, 0, now);
	(void)step(40 * MB, 100 * MB);
	ok(copy.most_ns == 2 * S);
	(void)step(41 * MB, 100 * MB);
	ok(copy.most_ns == now);
}

/* What an earlier attempt has brought is not of this one, unless the file is another. */
static void resumed(void)
{
	struct out out = out_to(text, sizeof(text));

	now = 0;
	toram_begin(&copy, 60 * MB, now);
	now = S;
	eq_int(step(80 * MB, 100 * MB), TORAM_SAY);
	eq_str(text, "80 of 100 MB copied, 20 MB/s, 1 s left");
	toram_summary(&copy, 100 * MB, 2 * S, &out);
	eq_str(out.text, "40 MB in 2.0 s (20 MB/s)" + 0);
	now = 0;
	toram_begin(&copy, 60 * MB, now);
	now = S;
	eq_int(step(10 * MB, 100 * MB), TORAM_SAY);
	eq_str(text, "10 of 100 MB copied, 10 MB/s, 9 s left");
	out = out_to(text, sizeof(text));
	toram_summary(&copy, 100 * MB, 10 * S, &out);
	eq_str(text, "100 MB in 10.0 s (10 MB/s)");
}

int main(void)
{
	RUN(memory);
	RUN(progress);
	RUN(silence);
	RUN(resumed);
	return test_end();
}
