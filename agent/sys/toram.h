/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of the root, or the root's device, in memory: a memfd of PID 1's, which a child fills.
 * What has come stays where the child ends or is killed, and the next one goes on behind it if the
 * file is still the same.
 */
#ifndef NETROOT_SYS_TORAM_H
#define NETROOT_SYS_TORAM_H

#include "core/err.h"

#include <stdint.h>

/* Seen by both processes; total 0: the file is not open yet. */
struct toram_shared {
	uint64_t done, total;
	uint64_t ino, mtime_s, mtime_ns; /* of what done bytes are there */
};

struct toram_file {
	int fd; /* -1: none */
	struct toram_shared *shared;
};

int toram_open(struct toram_file *file, struct err *err);
void toram_close(struct toram_file *file); /* gives the memory back */
uint64_t toram_done(const struct toram_file *file);
uint64_t toram_total(const struct toram_file *file);
/* Only in a child: blocks as long as the network does. -ENOMEM: there is no room for it. */
int toram_fill(struct toram_file *file, const char *path, struct err *err);
/* Likewise of a device, as it is. */
int toram_fill_device(struct toram_file *file, const char *path, struct err *err);
/* Likewise of a file that need not be there, total 0 then, also where it was there before. */
int toram_fill_if_there(struct toram_file *file, const char *path, struct err *err);
/* As if nothing had come. Only in a child: some GB of memory take their time to be given back. */
void toram_empty(struct toram_file *file);

#endif
