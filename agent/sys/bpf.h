/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs of the kernel's own machine (bpf(2)), without a compiler or a library for them. */
#ifndef NETROOT_SYS_BPF_H
#define NETROOT_SYS_BPF_H

#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define BPF_CODE_MAX 80
#define BPF_PAGE 4096 /* of the memory that a map shares */

struct bpf_program {
	uint64_t code[BPF_CODE_MAX]; /* struct bpf_insn, whose halves of a byte C has no good word
					for */
	int16_t len;
};

#define DO_LOAD (BPF_LDX | BPF_MEM | BPF_W)
#define DO_LOAD_WIDE (BPF_LDX | BPF_MEM | BPF_DW)
#define DO_LOAD_IMM BPF_DW /* of BPF_LD and BPF_IMM, which are 0; bpf_add_wide() */
#define DO_STORE (BPF_STX | BPF_MEM | BPF_W)
#define DO_STORE_SHORT (BPF_STX | BPF_MEM | BPF_H)
#define DO_STORE_WIDE (BPF_STX | BPF_MEM | BPF_DW)
#define DO_IF_EQ (BPF_JMP | BPF_JEQ | BPF_X)
#define DO_IF_NOT_EQ (BPF_JMP | BPF_JNE | BPF_X)
#define DO_IF_EQ_IMM (BPF_JMP | BPF_JEQ | BPF_K)
#define DO_IF_NOT_EQ_IMM (BPF_JMP | BPF_JNE | BPF_K)
#define DO_MOVE (BPF_ALU64 | BPF_MOV | BPF_X)
#define DO_MOVE_IMM (BPF_ALU64 | BPF_MOV | BPF_K)
#define DO_ADD_IMM (BPF_ALU64 | BPF_ADD | BPF_K)
#define DO_AND_IMM (BPF_ALU64 | BPF_AND | BPF_K)
#define DO_MODULO_IMM (BPF_ALU64 | BPF_MOD | BPF_K)
#define DO_BE (BPF_ALU | BPF_END | BPF_TO_BE)
#define DO_GO (BPF_JMP | BPF_JA)
#define DO_CALL (BPF_JMP | BPF_CALL)
#define DO_EXIT (BPF_JMP | BPF_EXIT)

void bpf_add(struct bpf_program *p, uint8_t code, uint8_t dst, uint8_t src, int16_t off,
	     int32_t imm);
/* Two instructions: a number, or what of a map src says (BPF_PSEUDO_MAP_...). */
void bpf_add_wide(struct bpf_program *p, uint8_t dst, uint8_t src, uint64_t imm);
/* From the next instruction to that one. */
int16_t bpf_jump(const struct bpf_program *p, int16_t to);

int bpf_do(enum bpf_cmd command, union bpf_attr *attr);
/* attr: its type and what it is attached to. The descriptor, or negative errno. */
int bpf_load(const struct bpf_program *p, union bpf_attr *attr, const char *name, struct err *err);
/* At the root of the control groups that are version 2, where whatever the kernel does by itself
 * belongs, whether or not anybody has them mounted. It stays when this process ends. */
int bpf_at_cgroups(int prog_fd, enum bpf_attach_type type, struct err *err);
/* A map of one value of that size; flags: BPF_F_... The descriptor, or negative errno. */
int bpf_value(uint32_t size, uint32_t flags, struct err *err);
/* The memory at that place of a map; NULL with err. */
void *bpf_memory(int map_fd, int prot, int64_t at, size_t len, struct err *err);

#endif
