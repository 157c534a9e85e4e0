/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image that is copied into memory: whether there is room for it, how far the copy is, when it
 * counts as stuck, what is said of it. */
#ifndef NETROOT_CORE_TORAM_H
#define NETROOT_CORE_TORAM_H

#include "core/err.h"
#include "core/text.h"

/* What has to be left for the system that is booted. */
#define TORAM_SPARE (128ull << 20)
/* Without a byte for so long: longer than NFS waits for an answer before it asks again. */
#define TORAM_STALL_NS (90 * 1000000000ull)

/* MemAvailable of /proc/meminfo, in bytes; UINT64_MAX where the text does not say. */
uint64_t toram_available(struct span meminfo);
/* 0, or -ENOMEM and err says what is missing. done: how much of it is in memory already. */
int toram_fits(uint64_t need, uint64_t done, uint64_t available, struct err *err);
/* On the way: somebody else has taken of what was to stay free. */
bool toram_is_short(uint64_t available);

struct toram_copy {
	uint64_t begun_ns, begun_at; /* when, and how much there was from an earlier attempt */
	uint64_t done, news_ns; /* when last some of it came */
	uint64_t most, most_ns; /* of all attempts, and when there was more than ever before */
	uint64_t say_ns; /* when the next line is due */
	uint64_t said_ns, said_at, rate; /* of the line before; bytes a second, smoothed */
};

enum toram_step { TORAM_QUIET, TORAM_SAY, TORAM_STUCK };

/* copy: zeroed, or of the attempt before. */
void toram_begin(struct toram_copy *copy, uint64_t done, uint64_t now_ns);
/* total 0: not known yet. SAY, STUCK: *line says how far it is. */
enum toram_step toram_step(struct toram_copy *copy, uint64_t done, uint64_t total, uint64_t now_ns,
			   struct out *line);
uint64_t toram_deadline(const struct toram_copy *copy);
/* "123 MB in 4.5 s (27 MB/s)" of this attempt. */
void toram_summary(const struct toram_copy *copy, uint64_t total, uint64_t now_ns, struct out *out);

#endif
