/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bpf(2): BPF_PROG_TYPE_CGROUP_SOCK_ADDR at BPF_CGROUP_INET4_CONNECT or INET6_CONNECT (Linux 4.17,
 * with a map in memory 5.5). A socket of the kernel's own belongs to the root of the hierarchy that
 * is version 2, whether or not anybody has it mounted. The program stays when this process ends.
 */
#include "sys/reroute.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sys/bpf.h"

#define WORDS_MAX 4 /* of an address */

/* In the page that is shared. Read while it is being written, it may give an address of neither:
 * that one attempt to connect fails, and the next is right. */
struct table {
	uint32_t active;
	uint32_t to[WORDS_MAX];
	uint32_t from[REROUTE_FROM_MAX][WORDS_MAX]; /* zeros: none */
};

static volatile struct table *the_table;

static enum bpf_attach_type connect_of(enum ip_family family)
{
	return family == IP_V6 ? BPF_CGROUP_INET6_CONNECT : BPF_CGROUP_INET4_CONNECT;
}

/* --- the program --- */

/*
 * r6 is what connect() was given, r7 the table. Of n_words each: all of an entry are compared, or
 * the next entry is tried; behind the last one nothing is changed. 1: the connect goes on.
 */
static void program_make(struct bpf_program *p, enum ip_family family, uint16_t port, int map_fd)
{
	int16_t words = family == IP_V6 ? 4 : 1;
	int16_t address = family == IP_V6 ? offsetof(struct bpf_sock_addr, user_ip6)
					  : offsetof(struct bpf_sock_addr, user_ip4);
	int16_t from = 11, entry = (int16_t)(3 * words + 1);
	int16_t out = (int16_t)(from + REROUTE_FROM_MAX * entry), set = (int16_t)(out + 2);

	p->len = 0;
	bpf_add(p, DO_MOVE, BPF_REG_6, BPF_REG_1, 0, 0);
	bpf_add(p, DO_LOAD, BPF_REG_2, BPF_REG_6, offsetof(struct bpf_sock_addr, user_port), 0);
	bpf_add(p, DO_IF_NOT_EQ_IMM, BPF_REG_2, 0, bpf_jump(p, out), htons(port));
	bpf_add(p, DO_LOAD_WIDE, BPF_REG_2, BPF_REG_6, offsetof(struct bpf_sock_addr, sk), 0);
	bpf_add(p, DO_LOAD, BPF_REG_2, BPF_REG_2, offsetof(struct bpf_sock, priority), 0);
	bpf_add(p, DO_IF_EQ_IMM, BPF_REG_2, 0, bpf_jump(p, out), REROUTE_NOT_PRIORITY);
	/* its other half is the offset into the value */
	bpf_add_wide(p, BPF_REG_7, BPF_PSEUDO_MAP_VALUE, (uint32_t)map_fd);
	bpf_add(p, DO_LOAD, BPF_REG_2, BPF_REG_7, offsetof(struct table, active), 0);
	bpf_add(p, DO_IF_EQ_IMM, BPF_REG_2, 0, bpf_jump(p, out), 0);
	bpf_add(p, DO_MOVE_IMM, BPF_REG_0, 0, 0, 1);
	for (int16_t i = 0; i < REROUTE_FROM_MAX; i++) {
		int16_t next = (int16_t)(from + (i + 1) * entry);

		for (int16_t k = 0; k < words; k++) {
			bpf_add(p, DO_LOAD, BPF_REG_2, BPF_REG_6, (int16_t)(address + 4 * k), 0);
			bpf_add(p, DO_LOAD, BPF_REG_3, BPF_REG_7,
				(int16_t)(offsetof(struct table, from[0][0]) +
					  sizeof(uint32_t) * (size_t)(WORDS_MAX * i + k)),
				0);
			bpf_add(p, DO_IF_NOT_EQ, BPF_REG_2, BPF_REG_3, bpf_jump(p, next), 0);
		}
		bpf_add(p, DO_GO, 0, 0, bpf_jump(p, set), 0);
	}
	bpf_add(p, DO_MOVE_IMM, BPF_REG_0, 0, 0, 1);
	bpf_add(p, DO_EXIT, 0, 0, 0, 0);
	for (int16_t k = 0; k < words; k++) {
		bpf_add(p, DO_LOAD, BPF_REG_2, BPF_REG_7,
			(int16_t)(offsetof(struct table, to[0]) + 4 * (size_t)k), 0);
		bpf_add(p, DO_STORE, BPF_REG_6, BPF_REG_2, (int16_t)(address + 4 * k), 0);
	}
	bpf_add(p, DO_MOVE_IMM, BPF_REG_0, 0, 0, 1);
	bpf_add(p, DO_EXIT, 0, 0, 0, 0);
}

static int program_load(enum ip_family family, uint16_t port, int map_fd, struct err *err)
{
	struct bpf_program p;
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
		.expected_attach_type = connect_of(family),
	};

	program_make(&p, family, port, map_fd);
	return bpf_load(&p, &attr, "netroot_moved", err);
}

/* --- the table --- */

static int map_make(struct err *err)
{
	int fd = bpf_value(sizeof(struct table), BPF_F_MMAPABLE, err);

	if (fd < 0)
		return fd;
	the_table = bpf_memory(fd, PROT_READ | PROT_WRITE, 0, BPF_PAGE, err);
	if (!the_table) {
		close(fd);
		return -err->code;
	}
	return fd;
}

int reroute_open(enum ip_family family, uint16_t port, struct err *err)
{
	int map = map_make(err), prog = -1, rc = map;

	if (map >= 0)
		prog = rc = program_load(family, port, map, err);
	if (prog >= 0)
		rc = bpf_at_cgroups(prog, connect_of(family), err);
	if (prog >= 0)
		close(prog);
	if (map >= 0)
		close(map);
	if (rc < 0 && the_table) {
		(void)munmap((void *)(uintptr_t)the_table, BPF_PAGE);
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
