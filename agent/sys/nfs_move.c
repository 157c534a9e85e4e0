/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bpf(2): BPF_MODIFY_RETURN at security_kernel_module_request(), which is asked before modprobe is
 * executed, whatever security modules there are (Linux 5.7, with a ring to tell of it 5.8).
 */
#include "sys/nfs_move.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/btf.h"
#include "sys/bpf.h"

#define BTF_PATH "/sys/kernel/btf/vmlinux"
#define HOOK "security_kernel_module_request"
#define KERNEL_THREAD 0x00200000 /* PF_KTHREAD of task_struct.flags */
/* rpcauth_get_authops(); behind it the number of the flavour, of gss_mech_get_by_pseudoflavor() */
#define MODULE "rpc-auth"
#define LEN_MODULE 8
#define STACK (-NFS_MOVE_COMM_MAX)

/* Shared with the kernel: positions that only grow, and what is written of the ring, twice in a
 * row. */
struct ring {
	volatile uint64_t *read;
	const volatile uint64_t *written;
	const volatile uint8_t *bytes;
};

static struct ring the_ring;

/* --- where things are --- */

static int kernel_find(struct btf *btf, struct err *err)
{
	uint8_t page[BPF_PAGE]; /* sysfs gives no more at once */
	int fd = open(BTF_PATH, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return err_sys(err, errno, BTF_PATH);
	btf_init(btf, HOOK, "task_struct", "flags");
	do
		n = pread(fd, page, sizeof(page), (off_t)btf->next);
	while (n > 0 && btf_take(btf, page, (size_t)n));
	close(fd);
	return btf->state == BTF_FOUND ? 0 : err_set(err, ENOENT, BTF_PATH ": no " HOOK);
}

/* --- the program --- */

static void let(struct bpf_program *p)
{
	bpf_add(p, DO_MOVE_IMM, BPF_REG_0, 0, 0, 0);
	bpf_add(p, DO_EXIT, 0, 0, 0, 0);
}

static void point_to_stack(struct bpf_program *p, uint8_t reg)
{
	bpf_add(p, DO_MOVE, reg, BPF_REG_10, 0, 0);
	bpf_add(p, DO_ADD_IMM, reg, 0, 0, STACK);
}

/* So many bytes of where r3 leads, or the end. */
static void read_kernel(struct bpf_program *p, int32_t len)
{
	point_to_stack(p, BPF_REG_1);
	bpf_add(p, DO_MOVE_IMM, BPF_REG_2, 0, 0, len);
	bpf_add(p, DO_CALL, 0, 0, 0, BPF_FUNC_probe_read_kernel);
	bpf_add(p, DO_IF_EQ_IMM, BPF_REG_0, 0, 2, 0);
	let(p);
}

/* r6 is what the function was called with: the name. 0: it goes on. */
static void program_make(struct bpf_program *p, const struct btf *btf, int ring_fd)
{
	uint64_t module;

	memcpy(&module, MODULE, LEN_MODULE);
	p->len = 0;
	bpf_add(p, DO_MOVE, BPF_REG_6, BPF_REG_1, 0, 0);
	bpf_add(p, DO_CALL, 0, 0, 0, BPF_FUNC_get_current_task);
	bpf_add(p, DO_MOVE, BPF_REG_3, BPF_REG_0, 0, 0);
	bpf_add(p, DO_ADD_IMM, BPF_REG_3, 0, 0, (int32_t)btf->offset);
	read_kernel(p, sizeof(uint32_t));
	bpf_add(p, DO_LOAD, BPF_REG_1, BPF_REG_10, STACK, 0);
	bpf_add(p, DO_AND_IMM, BPF_REG_1, 0, 0, KERNEL_THREAD);
	bpf_add(p, DO_IF_NOT_EQ_IMM, BPF_REG_1, 0, 2, 0);
	let(p);
	bpf_add(p, DO_LOAD_WIDE, BPF_REG_3, BPF_REG_6, 0, 0);
	read_kernel(p, LEN_MODULE);
	bpf_add(p, DO_LOAD_WIDE, BPF_REG_1, BPF_REG_10, STACK, 0);
	bpf_add_wide(p, BPF_REG_2, 0, module);
	bpf_add(p, DO_IF_EQ, BPF_REG_1, BPF_REG_2, 2, 0);
	let(p);
	point_to_stack(p, BPF_REG_1);
	bpf_add(p, DO_MOVE_IMM, BPF_REG_2, 0, 0, NFS_MOVE_COMM_MAX);
	bpf_add(p, DO_CALL, 0, 0, 0, BPF_FUNC_get_current_comm);
	bpf_add_wide(p, BPF_REG_1, BPF_PSEUDO_MAP_FD, (uint32_t)ring_fd);
	point_to_stack(p, BPF_REG_2);
	bpf_add(p, DO_MOVE_IMM, BPF_REG_3, 0, 0, NFS_MOVE_COMM_MAX);
	bpf_add(p, DO_MOVE_IMM, BPF_REG_4, 0, 0, 0);
	bpf_add(p, DO_CALL, 0, 0, 0, BPF_FUNC_ringbuf_output);
	bpf_add(p, DO_MOVE_IMM, BPF_REG_0, 0, 0, -ENOENT);
	bpf_add(p, DO_EXIT, 0, 0, 0, 0);
}

/* What is attached stays while the descriptor that this gives is open. */
static int attach(const struct btf *btf, int ring_fd, struct err *err)
{
	struct bpf_program p;
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_TRACING,
				.expected_attach_type = BPF_MODIFY_RETURN,
				.attach_btf_id = btf->function };
	int prog, link;

	program_make(&p, btf, ring_fd);
	prog = bpf_load(&p, &attr, "netroot_export", err);
	if (prog < 0)
		return prog;
	attr = (union bpf_attr){ .raw_tracepoint = { .prog_fd = (uint32_t)prog } };
	link = bpf_do(BPF_RAW_TRACEPOINT_OPEN, &attr);
	if (link < 0)
		link = err_sys(err, errno, "BPF program at " HOOK);
	close(prog);
	return link;
}

/* --- the ring --- */

static int ring_make(struct err *err)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_RINGBUF, .max_entries = BPF_PAGE };
	struct ring *r = &the_ring;
	int fd = bpf_do(BPF_MAP_CREATE, &attr);

	if (fd < 0)
		return err_sys(err, errno, "BPF ring");
	r->read = bpf_memory(fd, PROT_READ | PROT_WRITE, 0, BPF_PAGE, err);
	if (r->read)
		r->written = bpf_memory(fd, PROT_READ, BPF_PAGE, 3 * BPF_PAGE, err);
	if (!r->written) {
		close(fd);
		return -err->code;
	}
	r->bytes = (const volatile uint8_t *)r->written + BPF_PAGE;
	return fd;
}

bool nfs_move_next(char ret[static NFS_MOVE_COMM_MAX])
{
	const struct ring *r = &the_ring;
	uint64_t at = *r->read;
	const volatile uint8_t *record = r->bytes + at % BPF_PAGE + BPF_RINGBUF_HDR_SZ;

	if (at == *r->written)
		return false;
	for (size_t i = 0; i < NFS_MOVE_COMM_MAX; i++)
		ret[i] = (char)record[i];
	ret[NFS_MOVE_COMM_MAX - 1] = '\0';
	*r->read = at + BPF_RINGBUF_HDR_SZ + NFS_MOVE_COMM_MAX;
	return true;
}

int nfs_move_open(struct err *err)
{
	struct btf btf;
	int ring, rc = kernel_find(&btf, err);

	if (rc < 0)
		return rc;
	ring = ring_make(err);
	if (ring < 0)
		return ring;
	rc = attach(&btf, ring, err);
	if (rc >= 0)
		return ring;
	close(ring);
	return rc;
}
