/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Much data at once, for what only shows when frames are full: to the server, and read back from
 * there. */
#ifndef NETROOT_TESTS_VM_BULK_H
#define NETROOT_TESTS_VM_BULK_H

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define BULK_PIECE 16384

static uint32_t bulk_pattern(uint32_t piece[static BULK_PIECE], uint32_t n)
{
	for (size_t i = 0; i < BULK_PIECE; i++)
		piece[i] = n++ * 2654435761u;
	return n;
}

/* So many bytes, all different by fours; "ok", or what is wrong. */
static const char *bulk(const char *path, size_t len)
{
	static uint32_t out[BULK_PIECE], back[BULK_PIECE];
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	uint32_t n = 0;

	if (fd < 0)
		return strerror(errno);
	for (size_t at = 0; at < len; at += sizeof(out)) {
		n = bulk_pattern(out, n);
		if (write(fd, out, sizeof(out)) != sizeof(out))
			return strerror(errno);
	}
	if (fsync(fd) || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
		return strerror(errno);
	n = 0;
	for (size_t at = 0; at < len; at += sizeof(back)) {
		n = bulk_pattern(out, n);
		if (pread(fd, back, sizeof(back), (off_t)at) != sizeof(back))
			return "cut short";
		if (memcmp(out, back, sizeof(back)) != 0)
			return "differs";
	}
	close(fd);
	return "ok";
}

#endif
