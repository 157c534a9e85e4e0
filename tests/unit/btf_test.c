/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers out of a kernel's description of its types, laid out here as btf.rst has it. */
#include "test.h"

#include "core/btf.h"
#include "core/bytes.h"

#define HEADER 24
#define TEXTS "\0hook\0task\0flags\0hooked\0flag\0"
#define HOOK 1
#define TASK 6
#define FLAGS 11
#define HOOKED 17
#define FLAG 24

struct made {
	uint8_t bytes[1024];
	size_t len;
};

static void words(struct writer *w, const uint32_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		write_he32(w, at[i]);
}

/* len_types: what the header says of them. */
static struct made file(const uint32_t *types, size_t n, uint32_t len_types)
{
	struct made f = { .len = 0 };
	struct writer w = writer_of(f.bytes, sizeof(f.bytes));

	write_he16(&w, 0xeb9f);
	write_he16(&w, 1);
	words(&w, (uint32_t[]){ HEADER, 0, len_types, len_types, sizeof(TEXTS) - 1 }, 5);
	words(&w, types, n);
	write_bytes(&w, TEXTS, sizeof(TEXTS) - 1);
	f.len = writer_len(&w);
	return f;
}

/* A type's name, its kind with how many there are of what is behind it, and its size or type. */
#define KIND(kind, n) ((uint32_t)(kind) << 24 | (n))
#define INT 0, KIND(1, 0), 4, 0x20
#define POINTER 0, KIND(2, 0), 1
#define ARRAY 0, KIND(3, 0), 0, 1, 1, 8
#define ENUM 0, KIND(6, 2), 4, HOOK, 0, TASK, 1
#define PROTO 0, KIND(13, 1), 1, 0, 2
#define FUNC(name) name, KIND(12, 1), 3
#define VAR 0, KIND(14, 0), 1, 1
#define SECTION 0, KIND(15, 1), 8, 1, 0, 8
#define FLOAT 0, KIND(16, 0), 8
#define TAG FLAGS, KIND(17, 0), 1, 0
#define TYPE_TAG TASK, KIND(18, 0), 1
#define ENUM64 0, KIND(19, 1), 8, HOOK, 0, 0
#define UNION TASK, KIND(5, 1), 8, FLAGS, 1, 8
#define OTHER_TASK TASK, KIND(4, 1), 4, FLAG, 1, 0
#define TASK_STRUCT TASK, KIND(4, 3), 64, HOOK, 1, 0, FLAGS, 1, 352, FLAG, 1, 384

static struct btf read_in_pieces(const struct made *f, size_t piece)
{
	struct btf b;
	size_t n;

	btf_init(&b, "hook", "task", "flags");
	for (int i = 0; i < 1000; i++) {
		n = b.next < f->len ? f->len - (size_t)b.next : 0;
		if (n > piece)
			n = piece;
		if (!btf_take(&b, f->bytes + (b.next < f->len ? b.next : 0), n))
			return b;
	}
	ok(!"an end");
	return b;
}

static void test_found(void)
{
	static const uint32_t types[] = { INT,	    POINTER,	  ARRAY,  ENUM,
					  PROTO,    FUNC(HOOKED), UNION,  OTHER_TASK,
					  VAR,	    SECTION,	  FLOAT,  TAG,
					  TYPE_TAG, FUNC(HOOK),	  ENUM64, TASK_STRUCT };
	static const uint32_t last[] = { TASK_STRUCT, FUNC(HOOK) };
	struct made f = file(types, sizeof(types) / sizeof(types[0]), sizeof(types));

	for (size_t piece = 24; piece <= f.len; piece++) {
		struct btf b = read_in_pieces(&f, piece);

		eq_int(b.state, BTF_FOUND);
		eq_int(b.function, 14);
		eq_int(b.offset, 44);
	}
	f = file(last, sizeof(last) / sizeof(last[0]), sizeof(last));
	eq_int(read_in_pieces(&f, 4096).state, BTF_FOUND);
	eq_int(read_in_pieces(&f, 4096).function, 2);
}

static void test_not_found(void)
{
	static const struct {
		const char *what;
		uint32_t types[32];
		size_t n;
	} rows[] = {
		{ "no function", { TASK_STRUCT, FUNC(HOOKED) }, 15 },
		{ "no structure", { OTHER_TASK, FUNC(HOOK) }, 9 },
		{ "a member of bits", { TASK, KIND(4, 1), 4, FLAGS, 1, 3, FUNC(HOOK) }, 9 },
		{ "a kind that is not known", { 0, KIND(20, 0), 0, TASK_STRUCT, FUNC(HOOK) }, 18 },
		{ "no kind", { 0, 0, 0, TASK_STRUCT, FUNC(HOOK) }, 18 },
		{ "more members than there are", { TASK, KIND(4, 9), 4, FLAG, 1, 0 }, 6 },
		{ "nothing", { 0 }, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made f = file(rows[i].types, rows[i].n, (uint32_t)(4 * rows[i].n));

		ok_row(read_in_pieces(&f, 4096).state == BTF_NOT_FOUND, rows[i].what);
	}
}

static void test_senseless(void)
{
	static const uint32_t types[] = { TASK_STRUCT, FUNC(HOOK) };
	struct made good = file(types, sizeof(types) / sizeof(types[0]), sizeof(types)), f;

	eq_int(read_in_pieces(&good, 4096).state, BTF_FOUND);
	for (size_t len = 0; len < good.len - 12; len++) { /* those behind "flags" are not read */
		f = good;
		f.len = len;
		eq_int(read_in_pieces(&f, 4096).state, BTF_NOT_FOUND);
	}
	f = good;
	f.bytes[0] ^= 1; /* the magic number */
	eq_int(read_in_pieces(&f, 4096).state, BTF_NOT_FOUND);
	f = good;
	f.bytes[2] = 2; /* the version */
	eq_int(read_in_pieces(&f, 4096).state, BTF_NOT_FOUND);
	f = file(types, sizeof(types) / sizeof(types[0]), 0xfffffff0);
	eq_int(read_in_pieces(&f, 4096).state, BTF_NOT_FOUND);
	/* a text that does not fit into a piece */
	f = good;
	memset(f.bytes + sizeof(types) + HEADER, 'x', sizeof(TEXTS) - 1);
	eq_int(read_in_pieces(&f, 16).state, BTF_NOT_FOUND);
}

int main(void)
{
	RUN(test_found);
	RUN(test_not_found);
	RUN(test_senseless);
	return test_end();
}
