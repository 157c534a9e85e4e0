/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checked reading and writing of bytes. */
#include "core/bytes.h"

#include <string.h>

const uint8_t *read_bytes(struct reader *r, size_t len)
{
	const uint8_t *p = r->p;

	if (r->bad || len > reader_left(r)) {
		r->bad = true;
		return NULL;
	}
	r->p += len;
	return p;
}

static uint64_t read_be(struct reader *r, size_t len)
{
	const uint8_t *p = read_bytes(r, len);
	uint64_t v = 0;

	for (size_t i = 0; p && i < len; i++)
		v = v << 8 | p[i];
	return v;
}

uint8_t read_u8(struct reader *r)
{
	return (uint8_t)read_be(r, 1);
}

uint16_t read_be16(struct reader *r)
{
	return (uint16_t)read_be(r, 2);
}

uint32_t read_be24(struct reader *r)
{
	return (uint32_t)read_be(r, 3);
}

uint32_t read_be32(struct reader *r)
{
	return (uint32_t)read_be(r, 4);
}

uint64_t read_be64(struct reader *r)
{
	return read_be(r, 8);
}

/* In the order of this machine; the value keeps its zeros where there is too little. */
static void read_raw(struct reader *r, void *ret, size_t len)
{
	const uint8_t *p = read_bytes(r, len);

	if (p)
		memcpy(ret, p, len);
}

uint16_t read_he16(struct reader *r)
{
	uint16_t v = 0;

	read_raw(r, &v, sizeof(v));
	return v;
}

uint32_t read_he32(struct reader *r)
{
	uint32_t v = 0;

	read_raw(r, &v, sizeof(v));
	return v;
}

uint64_t read_he64(struct reader *r)
{
	uint64_t v = 0;

	read_raw(r, &v, sizeof(v));
	return v;
}

struct reader read_sub(struct reader *r, size_t len)
{
	const uint8_t *p = read_bytes(r, len);

	if (!p)
		return (struct reader){ r->end, r->end, true };
	return reader_of(p, len);
}

static uint8_t *take(struct writer *w, size_t len)
{
	uint8_t *p = w->p;

	if (w->full || len > (size_t)(w->end - w->p)) {
		w->full = true;
		return NULL;
	}
	w->p += len;
	return p;
}

void write_bytes(struct writer *w, const void *bytes, size_t len)
{
	uint8_t *p = take(w, len);

	if (p && len)
		memcpy(p, bytes, len);
}

void write_zero(struct writer *w, size_t len)
{
	uint8_t *p = take(w, len);

	if (p && len)
		memset(p, 0, len);
}

static void write_be(struct writer *w, uint64_t v, size_t len)
{
	uint8_t *p = take(w, len);

	for (size_t i = len; p && i-- > 0; v >>= 8)
		p[i] = (uint8_t)v;
}

void write_u8(struct writer *w, uint8_t v)
{
	write_be(w, v, 1);
}

void write_be16(struct writer *w, uint16_t v)
{
	write_be(w, v, 2);
}

void write_be24(struct writer *w, uint32_t v)
{
	write_be(w, v, 3);
}

void write_be32(struct writer *w, uint32_t v)
{
	write_be(w, v, 4);
}

void write_be64(struct writer *w, uint64_t v)
{
	write_be(w, v, 8);
}

void write_he16(struct writer *w, uint16_t v)
{
	write_bytes(w, &v, sizeof(v));
}

void write_he32(struct writer *w, uint32_t v)
{
	write_bytes(w, &v, sizeof(v));
}

void write_he64(struct writer *w, uint64_t v)
{
	write_bytes(w, &v, sizeof(v));
}
