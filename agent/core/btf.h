/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where things are in the kernel that runs, by its own description of its types (Documentation/bpf/
 * btf.rst): the number of a function, which BPF attaches a program to it by, and the place of a
 * member in its structure. Read in pieces: there are megabytes of it, for two numbers.
 */
#ifndef NETROOT_CORE_BTF_H
#define NETROOT_CORE_BTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum btf_name { BTF_FUNCTION, BTF_STRUCTURE, BTF_MEMBER, BTF_N_NAMES };

enum btf_state {
	BTF_READS_HEADER,
	BTF_READS_NAMES,
	BTF_READS_TYPES,
	BTF_READS_MEMBERS, /* of the structure */
	BTF_FOUND,
	BTF_NOT_FOUND, /* or it makes no sense */
};

struct btf {
	enum btf_state state;
	const char *names[BTF_N_NAMES];
	uint64_t next; /* where the piece that is wanted begins */
	uint64_t types, types_end, texts, texts_end;
	uint32_t at[BTF_N_NAMES]; /* of the names among the texts; 0: not seen */
	uint32_t id; /* of the last type read */
	uint32_t n_members; /* that are left */
	uint32_t function; /* its number; 0: not seen */
	uint32_t offset; /* of the member, in bytes */
	bool has_offset;
};

/* The names stay the caller's. */
void btf_init(struct btf *b, const char *function, const char *structure, const char *member);
/* What is there from b->next on, a page at least unless it ends before; false: it is over. */
bool btf_take(struct btf *b, const uint8_t *bytes, size_t len);

#endif
