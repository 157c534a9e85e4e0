/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bpf(2). */
#include "sys/bpf.h"

#include <errno.h>
#include <linux/mount.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

void bpf_add(struct bpf_program *p, uint8_t code, uint8_t dst, uint8_t src, int16_t off,
	     int32_t imm)
{
	p->code[p->len++] = (uint64_t)code | (uint64_t)dst << 8 | (uint64_t)src << 12 |
			    (uint64_t)(uint16_t)off << 16 | (uint64_t)(uint32_t)imm << 32;
}

void bpf_add_wide(struct bpf_program *p, uint8_t dst, uint8_t src, uint64_t imm)
{
	bpf_add(p, DO_LOAD_IMM, dst, src, 0, (int32_t)(uint32_t)imm);
	bpf_add(p, 0, 0, 0, 0, (int32_t)(uint32_t)(imm >> 32));
}

/* The kernel counts from the one after the jump. */
int16_t bpf_jump(const struct bpf_program *p, int16_t to)
{
	return (int16_t)(to - p->len - 1);
}

int bpf_do(enum bpf_cmd command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

int bpf_load(const struct bpf_program *p, union bpf_attr *attr, const char *name, struct err *err)
{
	static const char license[] = "GPL";
	int fd;

	attr->license = (uint64_t)(uintptr_t)license;
	attr->insns = (uint64_t)(uintptr_t)p->code;
	attr->insn_cnt = (uint32_t)p->len;
	(void)snprintf(attr->prog_name, sizeof(attr->prog_name), "%s", name);
	fd = bpf_do(BPF_PROG_LOAD, attr);
	return fd < 0 ? err_sys(err, errno, "BPF program %s", name) : fd;
}

int bpf_value(uint32_t size, uint32_t flags, struct err *err)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY,
				.key_size = sizeof(uint32_t),
				.value_size = size,
				.max_entries = 1,
				.map_flags = flags };
	int fd = bpf_do(BPF_MAP_CREATE, &attr);

	return fd < 0 ? err_sys(err, errno, "BPF map") : fd;
}

void *bpf_memory(int map_fd, int prot, int64_t at, size_t len, struct err *err)
{
	void *p = mmap(NULL, len, prot, MAP_SHARED, map_fd, at);

	if (p != MAP_FAILED)
		return p;
	(void)err_sys(err, errno, "memory of the BPF map");
	return NULL;
}

/* Their root, without a place in any mount table. */
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

int bpf_at_cgroups(int prog_fd, enum bpf_attach_type type, struct err *err)
{
	union bpf_attr attr = { .attach_type = type,
				.attach_bpf_fd = (uint32_t)prog_fd,
				.attach_flags = BPF_F_ALLOW_MULTI };
	int cgroup = cgroup_open(err), rc = 0;

	if (cgroup < 0)
		return cgroup;
	attr.target_fd = (uint32_t)cgroup;
	if (bpf_do(BPF_PROG_ATTACH, &attr) < 0)
		rc = err_sys(err, errno, "BPF program at the root of the control groups");
	close(cgroup);
	return rc;
}
