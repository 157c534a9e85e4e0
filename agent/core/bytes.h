/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cursors over bytes with sticky failure: read or write all fields, test once, then use.
 * The only place where byte order is converted; wire formats are big-endian (_be) unless a name
 * says host order (_he).
 */
#ifndef NETROOT_CORE_BYTES_H
#define NETROOT_CORE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
	const uint8_t *p, *end;
	bool bad; /* a read went past the end; everything read since is zero */
};

struct writer {
	uint8_t *start, *p, *end;
	bool full; /* a write did not fit; nothing was written since */
};

static inline struct reader reader_of(const void *bytes, size_t len)
{
	return (struct reader){ bytes, (const uint8_t *)bytes + len, false };
}

static inline size_t reader_left(const struct reader *r)
{
	return (size_t)(r->end - r->p);
}

/* The next len bytes, or NULL and bad. Points into the reader's buffer. */
const uint8_t *read_bytes(struct reader *r, size_t len);
uint8_t read_u8(struct reader *r);
uint16_t read_be16(struct reader *r);
uint32_t read_be24(struct reader *r);
uint32_t read_be32(struct reader *r);
uint64_t read_be64(struct reader *r);
uint16_t read_he16(struct reader *r);
uint32_t read_he32(struct reader *r);
uint64_t read_he64(struct reader *r);
/* A reader over the next len bytes, which are skipped here; on failure both are bad. */
struct reader read_sub(struct reader *r, size_t len);

static inline struct writer writer_of(void *bytes, size_t size)
{
	return (struct writer){ bytes, bytes, (uint8_t *)bytes + size, false };
}

static inline size_t writer_len(const struct writer *w)
{
	return (size_t)(w->p - w->start);
}

void write_bytes(struct writer *w, const void *bytes, size_t len);
void write_zero(struct writer *w, size_t len);
void write_u8(struct writer *w, uint8_t v);
void write_be16(struct writer *w, uint16_t v);
void write_be24(struct writer *w, uint32_t v);
void write_be32(struct writer *w, uint32_t v);
void write_be64(struct writer *w, uint64_t v);
void write_he16(struct writer *w, uint16_t v);
void write_he32(struct writer *w, uint32_t v);
void write_he64(struct writer *w, uint64_t v);

#endif
