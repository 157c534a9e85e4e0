/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bpf(2): BPF_MODIFY_RETURN at security_kernel_module_request(), which is asked before modprobe is
 * executed, whatever security modules there are (Linux 5.7, with a ring to tell of it 5.8); and
 * BPF_PROG_TYPE_CGROUP_SOCK_ADDR at connect(), which may give the socket a port (any since 5.8).
 */
#include "sys/nfs_move.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/btf.h"
#include "core/nfs.h"
#include "sys/bpf.h"

#define BTF_PATH "/sys/kernel/btf/vmlinux"
#define HOOK "security_kernel_module_request"
#define KERNEL_THREAD 0x00200000 /* PF_KTHREAD of task_struct.flags */
/* rpcauth_get_authops(); behind it the number of the flavour, of gss_mech_get_by_pseudoflavor() */
#define MODULE "rpc-auth"
#define LEN_MODULE 8
/* What is on the stack: a name, or an address (IPv6: the longest). */
#define STACK (-32)
#define PORT_TRIES 8

/* Shared with the kernel: positions that only grow, and what is written of the ring, twice in a
 * row. */
struct ring {
	volatile uint64_t *read;
	const volatile uint64_t *written;
	const volatile uint8_t *bytes;
};

static struct ring the_ring;
static uint32_t flags_offset;
static int moved_fd = -1; /* a map of one number: whether an export has moved */

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

/* --- the programs --- */

static void end(struct bpf_program *p, int32_t result)
{
	bpf_add(p, DO_MOVE_IMM, BPF_REG_0, 0, 0, result);
	bpf_add(p, DO_EXIT, 0, 0, 0, 0);
}

/* Else the end, with that result. */
static void need(struct bpf_program *p, uint8_t if_code, uint8_t reg, int32_t imm, int32_t result)
{
	bpf_add(p, if_code, reg, 0, 2, imm);
	end(p, result);
}

static void point_to_stack(struct bpf_program *p, uint8_t reg)
{
	bpf_add(p, DO_MOVE, reg, BPF_REG_10, 0, 0);
	bpf_add(p, DO_ADD_IMM, reg, 0, 0, STACK);
}

/* So many bytes of where r3 leads. */
static void read_kernel(struct bpf_program *p, int32_t len, int32_t result)
{
	point_to_stack(p, BPF_REG_1);
	bpf_add(p, DO_MOVE_IMM, BPF_REG_2, 0, 0, len);
	bpf_add(p, DO_CALL, 0, 0, 0, BPF_FUNC_probe_read_kernel);
	need(p, DO_IF_EQ_IMM, BPF_REG_0, 0, result);
}

static void need_kernel_thread(struct bpf_program *p, int32_t result)
{
	bpf_add(p, DO_CALL, 0, 0, 0, BPF_FUNC_get_current_task);
	bpf_add(p, DO_MOVE, BPF_REG_3, BPF_REG_0, 0, 0);
	bpf_add(p, DO_ADD_IMM, BPF_REG_3, 0, 0, (int32_t)flags_offset);
	read_kernel(p, sizeof(uint32_t), result);
	bpf_add(p, DO_LOAD, BPF_REG_1, BPF_REG_10, STACK, 0);
	bpf_add(p, DO_AND_IMM, BPF_REG_1, 0, 0, KERNEL_THREAD);
	need(p, DO_IF_NOT_EQ_IMM, BPF_REG_1, 0, result);
}

/* r6 is what the function was called with: the name. 0: it goes on. */
static void module_program(struct bpf_program *p, int ring_fd)
{
	uint64_t module;

	memcpy(&module, MODULE, LEN_MODULE);
	p->len = 0;
	bpf_add(p, DO_MOVE, BPF_REG_6, BPF_REG_1, 0, 0);
	need_kernel_thread(p, 0);
	bpf_add(p, DO_LOAD_WIDE, BPF_REG_3, BPF_REG_6, 0, 0);
	read_kernel(p, LEN_MODULE, 0);
	bpf_add(p, DO_LOAD_WIDE, BPF_REG_1, BPF_REG_10, STACK, 0);
	bpf_add_wide(p, BPF_REG_2, 0, module);
	bpf_add(p, DO_IF_EQ, BPF_REG_1, BPF_REG_2, 2, 0);
	end(p, 0);
	bpf_add_wide(p, BPF_REG_1, BPF_PSEUDO_MAP_VALUE, (uint32_t)moved_fd);
	bpf_add(p, DO_MOVE_IMM, BPF_REG_2, 0, 0, 1);
	bpf_add(p, DO_STORE, BPF_REG_1, BPF_REG_2, 0, 0);
	point_to_stack(p, BPF_REG_1);
	bpf_add(p, DO_MOVE_IMM, BPF_REG_2, 0, 0, NFS_MOVE_COMM_MAX);
	bpf_add(p, DO_CALL, 0, 0, 0, BPF_FUNC_get_current_comm);
	bpf_add_wide(p, BPF_REG_1, BPF_PSEUDO_MAP_FD, (uint32_t)ring_fd);
	point_to_stack(p, BPF_REG_2);
	bpf_add(p, DO_MOVE_IMM, BPF_REG_3, 0, 0, NFS_MOVE_COMM_MAX);
	bpf_add(p, DO_MOVE_IMM, BPF_REG_4, 0, 0, 0);
	bpf_add(p, DO_CALL, 0, 0, 0, BPF_FUNC_ringbuf_output);
	end(p, -ENOENT);
}

/* What bpf_bind() is given: any address, and the port of r0. */
static void address_of_port(struct bpf_program *p, uint16_t family)
{
	bpf_add(p, DO_MOVE_IMM, BPF_REG_1, 0, 0, 0);
	for (int16_t at = STACK; at < 0; at = (int16_t)(at + 8))
		bpf_add(p, DO_STORE_WIDE, BPF_REG_10, BPF_REG_1, at, 0);
	bpf_add(p, DO_STORE_SHORT, BPF_REG_10, BPF_REG_0, STACK + 2, 0);
	bpf_add(p, DO_MOVE_IMM, BPF_REG_1, 0, 0, family);
	bpf_add(p, DO_STORE_SHORT, BPF_REG_10, BPF_REG_1, STACK, 0);
}

/*
 * A socket of a kernel thread's that goes to an NFS server, once an export has moved, and has no
 * port yet. r6 is what connect() was given, r7 what is left of the tries. 1: the connect goes on.
 */
static void port_program(struct bpf_program *p, uint16_t family)
{
	int16_t again;

	p->len = 0;
	bpf_add(p, DO_MOVE, BPF_REG_6, BPF_REG_1, 0, 0);
	bpf_add(p, DO_LOAD, BPF_REG_2, BPF_REG_6, offsetof(struct bpf_sock_addr, user_port), 0);
	need(p, DO_IF_EQ_IMM, BPF_REG_2, htons(NFS_PORT_DEFAULT), 1);
	bpf_add_wide(p, BPF_REG_1, BPF_PSEUDO_MAP_VALUE, (uint32_t)moved_fd);
	bpf_add(p, DO_LOAD, BPF_REG_2, BPF_REG_1, 0, 0);
	need(p, DO_IF_NOT_EQ_IMM, BPF_REG_2, 0, 1);
	bpf_add(p, DO_LOAD_WIDE, BPF_REG_2, BPF_REG_6, offsetof(struct bpf_sock_addr, sk), 0);
	bpf_add(p, DO_LOAD, BPF_REG_2, BPF_REG_2, offsetof(struct bpf_sock, src_port), 0);
	need(p, DO_IF_EQ_IMM, BPF_REG_2, 0, 1);
	need_kernel_thread(p, 1);
	bpf_add(p, DO_MOVE_IMM, BPF_REG_7, 0, 0, PORT_TRIES);
	again = p->len;
	bpf_add(p, DO_CALL, 0, 0, 0, BPF_FUNC_get_prandom_u32);
	bpf_add(p, DO_MODULO_IMM, BPF_REG_0, 0, 0, NFS_FROM_PORT_MAX - NFS_FROM_PORT_MIN + 1);
	bpf_add(p, DO_ADD_IMM, BPF_REG_0, 0, 0, NFS_FROM_PORT_MIN);
	bpf_add(p, DO_BE, BPF_REG_0, 0, 0, 16);
	address_of_port(p, family);
	bpf_add(p, DO_MOVE, BPF_REG_1, BPF_REG_6, 0, 0);
	point_to_stack(p, BPF_REG_2);
	bpf_add(p, DO_MOVE_IMM, BPF_REG_3, 0, 0, family == AF_INET6 ? 28 : 16);
	bpf_add(p, DO_CALL, 0, 0, 0, BPF_FUNC_bind);
	need(p, DO_IF_NOT_EQ_IMM, BPF_REG_0, 0, 1);
	bpf_add(p, DO_ADD_IMM, BPF_REG_7, 0, 0, -1);
	bpf_add(p, DO_IF_NOT_EQ_IMM, BPF_REG_7, 0, bpf_jump(p, again), 0);
	end(p, 1);
}

/* What is attached stays while the descriptor that this gives is open. */
static int module_attach(const struct btf *btf, int ring_fd, struct err *err)
{
	struct bpf_program p;
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_TRACING,
				.expected_attach_type = BPF_MODIFY_RETURN,
				.attach_btf_id = btf->function };
	int prog, link;

	module_program(&p, ring_fd);
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

static int port_attach(uint16_t family, enum bpf_attach_type type, struct err *err)
{
	struct bpf_program p;
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
				.expected_attach_type = type };
	int prog, rc;

	port_program(&p, family);
	prog = bpf_load(&p, &attr, "netroot_port", err);
	if (prog < 0)
		return prog;
	rc = bpf_at_cgroups(prog, type, err);
	close(prog);
	return rc;
}

int nfs_move_ports(struct err *err)
{
	int rc = port_attach(AF_INET, BPF_CGROUP_INET4_CONNECT, err);

	return rc < 0 ? rc : port_attach(AF_INET6, BPF_CGROUP_INET6_CONNECT, err);
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
	const volatile uint8_t *header = r->bytes + at % BPF_PAGE;
	const volatile uint8_t *record = header + BPF_RINGBUF_HDR_SZ;

	/* one that is still being written is told of later */
	if (at == *r->written || *(const volatile uint32_t *)header & BPF_RINGBUF_BUSY_BIT)
		return false;
	for (size_t i = 0; i < NFS_MOVE_COMM_MAX; i++)
		ret[i] = (char)record[i];
	ret[NFS_MOVE_COMM_MAX - 1] = '\0';
	*r->read = at + BPF_RINGBUF_HDR_SZ + NFS_MOVE_COMM_MAX;
	return true;
}

int nfs_move_open(struct err *err)
{
	struct btf btf = { .state = BTF_NOT_FOUND };
	int ring, rc = kernel_find(&btf, err);

	if (rc == 0)
		rc = moved_fd = bpf_value(sizeof(uint32_t), 0, err);
	if (rc < 0)
		return rc;
	flags_offset = btf.offset;
	ring = ring_make(err);
	if (ring < 0)
		return ring;
	rc = module_attach(&btf, ring, err);
	if (rc >= 0)
		return ring;
	close(ring);
	return rc;
}
