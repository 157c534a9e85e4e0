/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts first, as what types have of a name is where it is among them. */
#include "core/btf.h"

#include <string.h>

#include "core/bytes.h"

#define MAGIC 0xeb9f
#define LEN_TYPE 12
#define LEN_MEMBER 12
#define KIND_STRUCT 4
#define KIND_FUNC 12

void btf_init(struct btf *b, const char *function, const char *structure, const char *member)
{
	*b = (struct btf){ .names = { function, structure, member } };
}

static void header(struct btf *b, struct reader *r)
{
	uint16_t magic = read_he16(r);
	uint16_t version = read_he16(r); /* and no flags */
	uint64_t len = read_he32(r);

	b->types = len + read_he32(r);
	b->types_end = b->types + read_he32(r);
	b->texts = len + read_he32(r);
	b->texts_end = b->texts + read_he32(r);
	b->next = b->texts;
	b->state = r->bad || magic != MAGIC || version != 1 ? BTF_NOT_FOUND : BTF_READS_NAMES;
}

/* Returns whether that was the last one. */
static bool name_seen(struct btf *b, const char *name, uint64_t at)
{
	bool all = true;

	for (int i = 0; i < BTF_N_NAMES; i++) {
		if (!b->at[i] && !strcmp(name, b->names[i]))
			b->at[i] = (uint32_t)(at - b->texts);
		all = all && b->at[i];
	}
	return all;
}

static void names(struct btf *b, const uint8_t *bytes, size_t len)
{
	const uint8_t *p = bytes, *end;

	while (b->next < b->texts_end && (end = memchr(p, 0, len - (size_t)(p - bytes)))) {
		if (name_seen(b, (const char *)p, b->next)) {
			b->next = b->types;
			b->state = BTF_READS_TYPES;
			return;
		}
		b->next += (uint64_t)(end - p) + 1;
		p = end + 1;
	}
	if (p == bytes || b->next >= b->texts_end)
		b->state = BTF_NOT_FOUND;
}

/* Bytes behind what all types have; negative: a kind that is not known. */
static int64_t len_more(uint32_t kind, uint32_t n)
{
	static const struct {
		uint8_t once, each;
	} kinds[] = {
		{ 0, 0 }, /* void, which is not there */
		{ 4, 0 }, /* integer */
		{ 0, 0 }, /* pointer */
		{ 12, 0 }, /* array */
		{ 0, LEN_MEMBER }, /* structure */
		{ 0, LEN_MEMBER }, /* union */
		{ 0, 8 }, /* enumeration */
		{ 0, 0 }, /* forward declaration */
		{ 0, 0 }, /* typedef */
		{ 0, 0 }, /* volatile */
		{ 0, 0 }, /* const */
		{ 0, 0 }, /* restrict */
		{ 0, 0 }, /* function */
		{ 0, 8 }, /* prototype */
		{ 4, 0 }, /* variable */
		{ 0, 12 }, /* section of data */
		{ 0, 0 }, /* floating point */
		{ 4, 0 }, /* tag of a declaration */
		{ 0, 0 }, /* tag of a type */
		{ 0, 12 }, /* enumeration of 64 bits */
	};

	if (!kind || kind >= sizeof(kinds) / sizeof(kinds[0]))
		return -1;
	return kinds[kind].once + (int64_t)kinds[kind].each * n;
}

/* What is behind it is skipped, unless its members are to be looked at. */
static void type(struct btf *b, uint32_t name, uint32_t info)
{
	uint32_t kind = info >> 24 & 0x1f, n = info & 0xffff;
	int64_t more = len_more(kind, n);

	b->id++;
	b->next += LEN_TYPE;
	if (more < 0) {
		b->state = BTF_NOT_FOUND;
	} else if (kind == KIND_STRUCT && name == b->at[BTF_STRUCTURE] && !b->has_offset) {
		b->n_members = n;
		b->state = BTF_READS_MEMBERS;
	} else {
		b->next += (uint64_t)more;
	}
	if (kind == KIND_FUNC && name == b->at[BTF_FUNCTION] && !b->function)
		b->function = b->id;
}

static void types(struct btf *b, const uint8_t *bytes, size_t len)
{
	uint64_t begin = b->next;

	while (b->state == BTF_READS_TYPES && b->next + LEN_TYPE <= b->types_end &&
	       b->next - begin + LEN_TYPE <= len) {
		struct reader r = reader_of(bytes + (b->next - begin), LEN_TYPE);
		uint32_t name = read_he32(&r);

		type(b, name, read_he32(&r));
		if (b->function && b->has_offset)
			b->state = BTF_FOUND;
	}
	if (b->state == BTF_READS_TYPES && (b->next == begin || b->next + LEN_TYPE > b->types_end))
		b->state = BTF_NOT_FOUND;
}

static void members(struct btf *b, struct reader *r)
{
	uint32_t n = b->n_members;

	while (b->n_members && reader_left(r) >= LEN_MEMBER) {
		uint32_t name = read_he32(r);
		uint32_t bits;

		(void)read_he32(r); /* its type */
		bits = read_he32(r);
		if (name == b->at[BTF_MEMBER] && bits % 8 == 0) {
			b->offset = bits / 8;
			b->has_offset = true;
		}
		b->n_members--;
		b->next += LEN_MEMBER;
	}
	if (!b->n_members)
		b->state = b->function && b->has_offset ? BTF_FOUND : BTF_READS_TYPES;
	else if (b->n_members == n)
		b->state = BTF_NOT_FOUND;
}

bool btf_take(struct btf *b, const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);

	switch (b->state) {
	case BTF_READS_HEADER:
		header(b, &r);
		break;
	case BTF_READS_NAMES:
		names(b, bytes, len);
		break;
	case BTF_READS_TYPES:
		types(b, bytes, len);
		break;
	case BTF_READS_MEMBERS:
		members(b, &r);
		break;
	case BTF_FOUND:
	case BTF_NOT_FOUND:
		break;
	}
	return b->state != BTF_FOUND && b->state != BTF_NOT_FOUND;
}
