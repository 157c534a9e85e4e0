/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel will need to execute a program, read from the program's own bytes: the ELF
 * interpreter or the script's. The bytes come from the root and are hostile.
 */
#ifndef NETROOT_CORE_INITPATH_H
#define NETROOT_CORE_INITPATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define INITPATH_HEAD_SIZE 256 /* BINPRM_BUF_SIZE: what the kernel reads to tell the format */
#define INITPATH_PHDRS_MAX 4096 /* ELF_MIN_ALIGN: more program headers the kernel refuses too */
#define INITPATH_INTERP_MAX 1024
/* Scripts interpreted by scripts: the kernel gives up with ELOOP at the sixth format it would try.
 */
#define INITPATH_DEPTH_MAX 5

enum program_kind { PROGRAM_ELF, PROGRAM_SCRIPT };

struct program {
	enum program_kind kind;
	char interp[INITPATH_HEAD_SIZE]; /* of a script */
	/* of an ELF: where the program headers are, all of them at most INITPATH_PHDRS_MAX bytes */
	bool is_64;
	uint64_t phdrs_at;
	uint16_t phdr_size, n_phdrs;
};

/* head: the first bytes of the file, INITPATH_HEAD_SIZE or all of a shorter one. err names the
 * cause only ("is a program for aarch64"). */
int program_parse(const uint8_t *head, size_t len, struct program *ret, struct err *err);
/* The place of PT_INTERP's path, its terminator included, in the file; *ret_len 0: none, a static
 * program. */
int program_find_interp(const struct program *elf, const uint8_t *phdrs, size_t len,
			uint64_t *ret_at, size_t *ret_len, struct err *err);
/* PT_INTERP's bytes as a path. */
int program_interp_path(const uint8_t *bytes, size_t len, char ret[static INITPATH_INTERP_MAX],
			struct err *err);

/* The n-th path that the kernel tries without init=, NULL past the last. */
const char *init_fallback(size_t n);

#endif
