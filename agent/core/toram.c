/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/toram.h"

#include <errno.h>

#include "core/meminfo.h"

#define NS_PER_S 1000000000ull
#define MB 1000000ull
#define OFTEN_NS (60 * NS_PER_S) /* a line a second for so long, then one in five */

static uint64_t mb(uint64_t bytes)
{
	return (bytes + MB / 2) / MB;
}

/* --- room --- */

uint64_t toram_available(struct span meminfo)
{
	uint64_t kib;

	return meminfo_kib(meminfo, "MemAvailable", &kib) ? kib << 10 : UINT64_MAX;
}

int toram_fits(uint64_t need, uint64_t done, uint64_t available, struct err *err)
{
	uint64_t more = need > done ? need - done : 0;

	if (available >= TORAM_SPARE && more <= available - TORAM_SPARE)
		return 0;
	return err_set(err, ENOMEM,
		       "%llu MB do not fit into memory: %llu MB are available, of which %llu MB "
		       "have to stay free",
		       (unsigned long long)mb(more), (unsigned long long)mb(available),
		       (unsigned long long)mb(TORAM_SPARE));
}

bool toram_is_short(uint64_t available)
{
	return available < TORAM_SPARE / 2;
}

/* --- how far it is --- */

void toram_begin(struct toram_copy *copy, uint64_t done, uint64_t now_ns)
{
	*copy = (struct toram_copy){ .begun_ns = now_ns,
				     .begun_at = done,
				     .done = done,
				     .news_ns = now_ns,
				     .most = copy->most,
				     .most_ns = copy->most_ns,
				     .say_ns = now_ns + NS_PER_S,
				     .said_ns = now_ns,
				     .said_at = done };
}

/* Bytes a second; what no disk or network comes near is no overflow either. */
static uint64_t rate_of(uint64_t bytes, uint64_t ns)
{
	uint64_t ms = ns / 1000000;

	return ms && bytes < UINT64_MAX / 1000 ? bytes * 1000 / ms : 0;
}

static void add_waiting(const struct toram_copy *copy, uint64_t total, uint64_t now_ns,
			struct out *line)
{
	unsigned long long s = (now_ns - copy->news_ns) / NS_PER_S;

	if (total)
		out_add(line, "%llu of %llu MB copied, nothing more has come for %llu s",
			(unsigned long long)mb(copy->done), (unsigned long long)mb(total), s);
	else
		out_add(line, "opening the image for %llu s", s);
}

static void add_progress(struct toram_copy *copy, uint64_t total, uint64_t now_ns, struct out *line)
{
	uint64_t now = rate_of(copy->done - copy->said_at, now_ns - copy->said_ns);
	uint64_t left = total > copy->done ? total - copy->done : 0;

	copy->rate = copy->rate ? (3 * copy->rate + now) / 4 : now;
	out_add(line, "%llu of %llu MB copied, %llu MB/s", (unsigned long long)mb(copy->done),
		(unsigned long long)mb(total), (unsigned long long)mb(copy->rate));
	if (copy->rate)
		out_add(line, ", %llu s left",
			(unsigned long long)((left + copy->rate - 1) / copy->rate));
}

enum toram_step toram_step(struct toram_copy *copy, uint64_t done, uint64_t total, uint64_t now_ns,
			   struct out *line)
{
	uint64_t silent_ns;

	if (done != copy->done) {
		if (done < copy->said_at) /* another file than the one before: from the start */
			copy->begun_at = copy->said_at = 0;
		copy->done = done;
		copy->news_ns = now_ns;
	}
	if (done > copy->most) {
		copy->most = done;
		copy->most_ns = now_ns;
	}
	silent_ns = now_ns - copy->news_ns;
	if (silent_ns >= TORAM_STALL_NS) {
		add_waiting(copy, total, now_ns, line);
		return TORAM_STUCK;
	}
	if (now_ns < copy->say_ns)
		return TORAM_QUIET;
	if (copy->said_at == copy->done || !total) {
		add_waiting(copy, total, now_ns, line);
		/* at 1 s, 2 s, 4 s ... of silence */
		copy->say_ns = now_ns + (silent_ns > NS_PER_S ? silent_ns : NS_PER_S);
	} else {
		add_progress(copy, total, now_ns, line);
		copy->say_ns = now_ns +
			       (now_ns - copy->begun_ns < OFTEN_NS ? NS_PER_S : 5 * NS_PER_S);
	}
	copy->said_ns = now_ns;
	copy->said_at = copy->done;
	return TORAM_SAY;
}

uint64_t toram_deadline(const struct toram_copy *copy)
{
	uint64_t stuck_ns = copy->news_ns + TORAM_STALL_NS;

	return copy->say_ns < stuck_ns ? copy->say_ns : stuck_ns;
}

void toram_summary(const struct toram_copy *copy, uint64_t total, uint64_t now_ns, struct out *out)
{
	uint64_t ns = now_ns - copy->begun_ns, bytes = total - copy->begun_at;

	if (copy->begun_at > total)
		bytes = total;
	out_add(out, "%llu MB in %llu.%llu s", (unsigned long long)mb(bytes),
		(unsigned long long)(ns / NS_PER_S),
		(unsigned long long)(ns / (NS_PER_S / 10) % 10));
	if (rate_of(bytes, ns) >= MB)
		out_add(out, " (%llu MB/s)", (unsigned long long)mb(rate_of(bytes, ns)));
}
