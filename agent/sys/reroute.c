/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bpf(2): BPF_PROG_TYPE_CGROUP_SOCK_ADDR at BPF_CGROUP_INET4_CONNECT or INET6_CONNECT (Linux 4.17,
 * with a map in memory 5.5). A socket of the kernel's own belongs to the root of the hierarchy that
 * is version 2, whether or not anybody has it mounted. The program stays when this process ends.
 */
#include "sys/reroute.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/mount.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WORDS_MAX 4 /* of an address */
#define PAGE 4096

/* In the page that is shared. Read while it is being written, it may give an address of neither:
 * that one attempt to connect fails, and the next is right. */
struct table {
	uint32_t active;
	uint32_t to[WORDS_MAX];
	uint32_t from[REROUTE_FROM_MAX][WORDS_MAX]; /* zeros: none */
};

static volatile struct table *the_table;

static int bpf(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static enum bpf_attach_type connect_of(enum ip_family family)
{
	return family == IP_V6 ? BPF_CGROUP_INET6_CONNECT : BPF_CGROUP_INET4_CONNECT;
}

static uint64_t pointer(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

/* --- the program --- */

#define CODE_MAX 80

struct program {
	uint64_t
		code[CODE_MAX]; /* struct bpf_insn, whose halves of a byte C has no good word for */
	int16_t len;
};

static void add(struct program *p, uint8_t code, uint8_t dst, uint8_t src, int16_t off, int32_t imm)
{
	p->code[p->len++] = (uint64_t)code | (uint64_t)dst << 8 | (uint64_t)src << 12 |
			    (uint64_t)(uint16_t)off << 16 | (uint64_t)(uint32_t)imm << 32;
}

#define LOAD (BPF_LDX | BPF_MEM | BPF_W)
#define LOAD_POINTER (BPF_LDX | BPF_MEM | BPF_DW)
#define LOAD_WIDE BPF_DW /* of BPF_LD and BPF_IMM, which are 0 */
#define STORE (BPF_STX | BPF_MEM | BPF_W)
#define IF_NOT_EQ (BPF_JMP | BPF_JNE | BPF_X)
#define IF_NOT_EQ_IMM (BPF_JMP | BPF_JNE | BPF_K)
#define IF_EQ_IMM (BPF_JMP | BPF_JEQ | BPF_K)
#define MOVE (BPF_ALU64 | BPF_MOV | BPF_X)
#define MOVE_IMM (BPF_ALU64 | BPF_MOV | BPF_K)
#define GO (BPF_JMP | BPF_JA)

/* Code after this many instructions counts the jump's own next one as 0. */
static int16_t jump(const struct program *p, int16_t to)
{
	return (int16_t)(to - p->len - 1);
}

/*
 * r6 is what connect() was given, r7 the table. Of n_words each: all of an entry are compared, or
 * the next entry is tried; behind the last one nothing is changed. 1: the connect goes on.
 */
static void program_make(struct program *p, enum ip_family family, uint16_t port, int map_fd)
{
	int16_t words = family == IP_V6 ? 4 : 1;
	int16_t address = family == IP_V6 ? offsetof(struct bpf_sock_addr, user_ip6)
					  : offsetof(struct bpf_sock_addr, user_ip4);
	int16_t from = 11, entry = (int16_t)(3 * words + 1);
	int16_t out = (int16_t)(from + REROUTE_FROM_MAX * entry), set = (int16_t)(out + 2);

	p->len = 0;
	add(p, MOVE, BPF_REG_6, BPF_REG_1, 0, 0);
	add(p, LOAD, BPF_REG_2, BPF_REG_6, offsetof(struct bpf_sock_addr, user_port), 0);
	add(p, IF_NOT_EQ_IMM, BPF_REG_2, 0, jump(p, out), htons(port));
	add(p, LOAD_POINTER, BPF_REG_2, BPF_REG_6, offsetof(struct bpf_sock_addr, sk), 0);
	add(p, LOAD, BPF_REG_2, BPF_REG_2, offsetof(struct bpf_sock, priority), 0);
	add(p, IF_EQ_IMM, BPF_REG_2, 0, jump(p, out), REROUTE_NOT_PRIORITY);
	add(p, LOAD_WIDE, BPF_REG_7, BPF_PSEUDO_MAP_VALUE, 0, map_fd);
	add(p, 0, 0, 0, 0, 0); /* its other half: the offset into the value */
	add(p, LOAD, BPF_REG_2, BPF_REG_7, offsetof(struct table, active), 0);
	add(p, IF_EQ_IMM, BPF_REG_2, 0, jump(p, out), 0);
	add(p, MOVE_IMM, BPF_REG_0, 0, 0, 1);
	for (int16_t i = 0; i < REROUTE_FROM_MAX; i++) {
		int16_t next = (int16_t)(from + (i + 1) * entry);

		for (int16_t k = 0; k < words; k++) {
			add(p, LOAD, BPF_REG_2, BPF_REG_6, (int16_t)(address + 4 * k), 0);
			add(p, LOAD, BPF_REG_3, BPF_REG_7,
			    (int16_t)(offsetof(struct table, from[0][0]) +
				      sizeof(uint32_t) * (size_t)(WORDS_MAX * i + k)),
			    0);
			add(p, IF_NOT_EQ, BPF_REG_2, BPF_REG_3, jump(p, next), 0);
		}
		add(p, GO, 0, 0, jump(p, set), 0);
	}
	add(p, MOVE_IMM, BPF_REG_0, 0, 0, 1);
	add(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	for (int16_t k = 0; k < words; k++) {
		add(p, LOAD, BPF_REG_2, BPF_REG_7,
		    (int16_t)(offsetof(struct table, to[0]) + 4 * (size_t)k), 0);
		add(p, STORE, BPF_REG_6, BPF_REG_2, (int16_t)(address + 4 * k), 0);
	}
	add(p, MOVE_IMM, BPF_REG_0, 0, 0, 1);
	add(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static int program_load(enum ip_family family, uint16_t port, int map_fd, struct err *err)
{
	static const char license[] = "GPL", name[] = "netroot_moved";
	struct program p;
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
		.expected_attach_type = connect_of(family),
		.license = pointer(license),
	};
	int fd;

	program_make(&p, family, port, map_fd);
	attr.insns = pointer(p.code);
	attr.insn_cnt = (uint32_t)p.len;
	memcpy(attr.prog_name, name, sizeof(name));
	fd = bpf(BPF_PROG_LOAD, &attr);
	return fd < 0 ? err_sys(err, errno, "BPF program for connect()") : fd;
}

/* --- the table and the place --- */

static int map_make(struct err *err)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY,
				.key_size = sizeof(uint32_t),
				.value_size = sizeof(struct table),
				.max_entries = 1,
				.map_flags = BPF_F_MMAPABLE };
	int fd = bpf(BPF_MAP_CREATE, &attr);
	void *p;

	if (fd < 0)
		return err_sys(err, errno, "BPF map");
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED) {
		int rc = err_sys(err, errno, "memory of the BPF map");

		close(fd);
		return rc;
	}
	the_table = p;
	return fd;
}

/* Its root, without a place in any mount table. */
static int cgroup_open(struct err *err)
{
	int fs = (int)syscall(SYS_fsopen, "cgroup2", FSOPEN_CLOEXEC), fd = -1;

	if (fs >= 0 && syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		fd = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
	if (fd < 0)
		(void)err_sys(err, errno, "control groups");
	if (fs >= 0)
		close(fs);
	return fd < 0 ? -err->code : fd;
}

static int attach(enum ip_family family, int prog, struct err *err)
{
	union bpf_attr attr = { .attach_type = connect_of(family),
				.attach_bpf_fd = (uint32_t)prog,
				.attach_flags = BPF_F_ALLOW_MULTI };
	int cgroup = cgroup_open(err), rc = 0;

	if (cgroup < 0)
		return cgroup;
	attr.target_fd = (uint32_t)cgroup;
	if (bpf(BPF_PROG_ATTACH, &attr) < 0)
		rc = err_sys(err, errno, "BPF program at the root of the control groups");
	close(cgroup);
	return rc;
}

int reroute_open(enum ip_family family, uint16_t port, struct err *err)
{
	int map = map_make(err), prog = -1, rc = map;

	if (map >= 0)
		prog = rc = program_load(family, port, map, err);
	if (prog >= 0)
		rc = attach(family, prog, err);
	if (prog >= 0)
		close(prog);
	if (map >= 0)
		close(map);
	if (rc < 0 && the_table) {
		(void)munmap((void *)(uintptr_t)the_table, PAGE);
		the_table = NULL;
	}
	return rc < 0 ? rc : 0;
}

static void store(volatile uint32_t *dst, const struct ip_addr *ip)
{
	for (size_t k = 0; k < WORDS_MAX; k++) {
		uint32_t word;

		memcpy(&word, ip->bytes + 4 * k, sizeof(word));
		dst[k] = word;
	}
}

void reroute_to(const struct ip_addr *from, size_t n, const struct ip_addr *to)
{
	if (!the_table)
		return;
	the_table->active = 0;
	store(the_table->to, to);
	for (size_t i = 0; i < REROUTE_FROM_MAX; i++)
		store(the_table->from[i], i < n ? &from[i] : &(struct ip_addr){ IP_NONE, { 0 } });
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	the_table->active = 1;
}
