/* SPDX-License-Identifier: GPL-2.0-or-later */
/* namespaces(7), capabilities(7), seccomp(2), mlockall(2). x86-64, as the agent is. */
#include "sys/confine.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/loop.h"

#ifndef PR_SET_IO_FLUSHER
#define PR_SET_IO_FLUSHER 57 /* Linux 5.6 */
#endif
#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1
#endif
#define STACK_USED_MAX (128 * 1024)
#define BIRTH_STACK (64 * 1024) /* of a child before its exec */
#define PAGE 4096

/* --- before the exec --- */

static int descriptors_set(int fd, struct err *err)
{
	int null = open("/dev/null", O_RDWR); /* it may be one of 0 to 2, to stay */

	/* out of the way of 0 to 3 first */
	fd = fcntl(fd, F_DUPFD_CLOEXEC, CONFINE_FD + 1);
	if (fd < 0)
		return err_sys(err, errno, "descriptors");
	for (int std = STDIN_FILENO; std <= STDERR_FILENO && null >= 0; std++)
		if (null != std)
			(void)dup2(null, std); /* what PID 1 has there does as well */
	if (dup2(fd, CONFINE_FD) < 0)
		return err_sys(err, errno, "descriptors");
	/* kernels before 5.9 cannot: those left open are close-on-exec by our own rule */
	(void)syscall(SYS_close_range, CONFINE_FD + 1, ~0u, CLOSE_RANGE_CLOEXEC);
	return 0;
}

static void oom_spare(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, "-1000", 5); /* then it takes its chances with the others */
	close(fd);
}

int confine_exec(int fd, const char *name, struct err *err)
{
	/* exec wants them writable and does not write */
	char *const argv[] = { (char *)(uintptr_t)name, NULL }, *const envp[] = { NULL };
	int rc;

	(void)setsid(); /* fails only for a group's leader, which a new process is not */
	loop_signals_reset();
	/* private: what is mounted from now on does not come along, wherever the root goes */
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_sys(err, errno, "mount namespace");
	oom_spare();
	(void)setpriority(PRIO_PROCESS, 0, 0); /* a guard that has just begun is of a low one */
	rc = descriptors_set(fd, err);
	if (rc < 0)
		return rc;
	(void)execve("/proc/self/exe", argv, envp);
	return err_sys(err, errno, "executing /proc/self/exe");
}

struct birth {
	int fd;
	const char *name;
};

/* In the memory of the parent, which stands still until the exec. */
static int be_born(void *arg)
{
	const struct birth *birth = arg;
	struct err err;

	(void)confine_exec(birth->fd, birth->name, &err);
	log_line(LOG_LEVEL_ERROR, birth->name + 1, "%s", err.text);
	_exit(1);
}

int confine_fork(const char *name, int type, int *ret_pidfd, struct err *err)
{
	static _Alignas(16) uint8_t stack[BIRTH_STACK];
	struct birth birth = { .name = name };
	int pair[2], pidfd = -1, code;
	pid_t pid;

	if (ret_pidfd)
		*ret_pidfd = -1;
	if (socketpair(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return err_sys(err, errno, "%s: socket pair", name);
	birth.fd = pair[1];
	/* as vfork(): no page table is copied, and this goes on once the other is executed. It has
	 * a mount namespace of its own before anything more is mounted in ours */
	pid = clone(be_born, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD,
		    &birth, &pidfd);
	code = errno;
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return err_sys(err, code, "%s: fork", name);
	}
	if (ret_pidfd)
		*ret_pidfd = pidfd;
	else if (pidfd >= 0)
		close(pidfd);
	return pair[0];
}

/* --- memory --- */

/* Deep enough for whatever it will call; never optimized away. */
static __attribute__((noinline)) void stack_touch(void)
{
	volatile char room[STACK_USED_MAX];

	for (size_t i = 0; i < sizeof(room); i += PAGE)
		room[i] = 0;
}

/*
 * What the file of the program holds, code and texts: all of it now. It comes from the initramfs,
 * whose file is deleted while this runs: pages that are mapped stay, and are RAM. The rest of the
 * memory is locked as it is used, so that tables which never are take no room. The program is not
 * relocated: addresses in its headers are those in memory.
 */
static int image_lock(struct err *err)
{
	const Elf64_Phdr *headers = (const Elf64_Phdr *)getauxval(AT_PHDR);
	size_t n = getauxval(AT_PHNUM);

	for (size_t i = 0; i < n; i++)
		if (headers[i].p_type == PT_LOAD &&
		    mlock((const void *)headers[i].p_vaddr, headers[i].p_filesz) < 0)
			return err_sys(err, errno, "locking the program");
	return 0;
}

int confine_memory(struct err *err)
{
	struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
	int rc;

	/* the stack grows after CAP_IPC_LOCK is gone, too; refused without CAP_SYS_RESOURCE, which
	 * PID 1 has on every machine and not in every container: the usual 8 MB do as well */
	(void)setrlimit(RLIMIT_MEMLOCK, &none);
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0)
		return err_sys(err, errno, "locking memory");
	rc = image_lock(err);
	if (rc < 0)
		return rc;
	stack_touch();
	/* what the kernel allocates for us must not wait for the root to take dirty pages; unknown
	 * to kernels before 5.6 */
	(void)prctl(PR_SET_IO_FLUSHER, 1, 0, 0, 0);
	return 0;
}

/* --- capabilities --- */

static void bounding_drop(uint64_t keep)
{
	/* EINVAL: past the last that this kernel knows */
	for (unsigned long cap = 0; cap < 64; cap++)
		if (!(keep >> cap & 1) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			break;
}

int confine_caps(const int *caps, size_t n_caps, struct err *err)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };
	uint64_t keep = 0;

	for (size_t i = 0; i < n_caps; i++)
		keep |= 1ull << caps[i];
	for (int i = 0; i < 2; i++)
		data[i].effective = data[i].permitted = (uint32_t)(keep >> 32 * i);
	bounding_drop(keep);
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); /* there are none anyway */
	if (prctl(PR_SET_SECUREBITS, SECURE_ALL_BITS | SECURE_ALL_LOCKS, 0, 0, 0) < 0)
		return err_sys(err, errno, "securebits");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(err, errno, "no_new_privs");
	if (syscall(SYS_capset, &head, data) < 0)
		return err_sys(err, errno, "capabilities");
	return 0;
}

/* --- system calls --- */

#define PROGRAM_MAX (7 + CONFINE_CALLS_MAX * 8) /* a call with four arguments takes the most */

static volatile sig_atomic_t refused = -1;

static void on_refused(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)sig;
	if (info->si_code != SYS_SECCOMP)
		return;
	refused = info->si_syscall;
	uc->uc_mcontext.gregs[REG_RAX] = -EPERM;
}

int confine_refused(void)
{
	int number = refused;

	refused = -1;
	return number;
}

struct program {
	struct sock_filter code[PROGRAM_MAX];
	unsigned short len;
};

static void add(struct program *p, uint16_t code, uint32_t k, size_t yes, size_t no)
{
	p->code[p->len++] = (struct sock_filter){ code, (uint8_t)yes, (uint8_t)no, k };
}

static void add_load(struct program *p, size_t offset)
{
	add(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void add_return(struct program *p, uint32_t what)
{
	add(p, BPF_RET | BPF_K, what, 0, 0);
}

#define IF_EQ (BPF_JMP | BPF_JEQ | BPF_K)
#define IF_GE (BPF_JMP | BPF_JGE | BPF_K)
#define X32_BIT 0x40000000u /* x32 has our arch, and this in its numbers (asm/unistd.h) */

/* The accumulator holds the number, and still does where this was not it. */
static void add_call(struct program *p, const struct confine_call *call)
{
	if (!call->n_arg0) {
		add(p, IF_EQ, call->number, 0, 1);
		add_return(p, call->refused ? SECCOMP_RET_ERRNO | EPERM : SECCOMP_RET_ALLOW);
		return;
	}
	add(p, IF_EQ, call->number, 0, call->n_arg0 + 3u);
	add_load(p, offsetof(struct seccomp_data, args[0]));
	for (size_t i = 0; i < call->n_arg0; i++)
		add(p, IF_EQ, call->arg0[i], call->n_arg0 - i, 0);
	add_return(p, SECCOMP_RET_TRAP);
	add_return(p, SECCOMP_RET_ALLOW);
}

static void program_make(struct program *p, const struct confine_call *calls, size_t n_calls)
{
	p->len = 0;
	add_load(p, offsetof(struct seccomp_data, arch));
	add(p, IF_EQ, AUDIT_ARCH_X86_64, 1, 0);
	add_return(p, SECCOMP_RET_KILL_PROCESS);
	add_load(p, offsetof(struct seccomp_data, nr));
	add(p, IF_GE, X32_BIT, 0, 1);
	add_return(p, SECCOMP_RET_KILL_PROCESS);
	for (size_t i = 0; i < n_calls; i++)
		add_call(p, &calls[i]);
	add_return(p, SECCOMP_RET_TRAP);
}

int confine_calls(const struct confine_call *calls, size_t n_calls, struct err *err)
{
	struct sigaction act = { .sa_sigaction = on_refused, .sa_flags = SA_SIGINFO };
	struct program program;
	struct sock_fprog prog = { .filter = program.code };

	if (n_calls > CONFINE_CALLS_MAX)
		return err_set(err, E2BIG, "more than %d system calls", CONFINE_CALLS_MAX);
	if (sigaction(SIGSYS, &act, NULL) < 0)
		return err_sys(err, errno, "SIGSYS");
	program_make(&program, calls, n_calls);
	prog.len = program.len;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) < 0)
		return err_sys(err, errno, "system call filter");
	return 0;
}

/* --- one that asks a server --- */

#define CLIENT_MEMORY_MAX (32u << 20) /* of the heap; what asks a server takes less than one */

/* What libnfs and plain sockets live by, and what the child's end takes. */
static const struct confine_call client_calls[] = {
	{ SYS_socket, 2, false, { AF_INET, AF_INET6 } },
	{ .number = SYS_bind },
	{ .number = SYS_connect },
	{ .number = SYS_setsockopt },
	{ .number = SYS_getsockopt },
	{ .number = SYS_fcntl },
	{ .number = SYS_poll },
	{ .number = SYS_read },
	{ .number = SYS_recvfrom },
	{ .number = SYS_write },
	{ .number = SYS_sendto },
	{ .number = SYS_close },
	{ .number = SYS_brk },
	{ .number = SYS_mmap },
	{ .number = SYS_mremap },
	{ .number = SYS_munmap },
	{ .number = SYS_getuid },
	{ .number = SYS_getgid },
	{ .number = SYS_getpid },
	{ .number = SYS_uname },
	{ .number = SYS_clock_gettime }, /* where the vdso has no clock to read */
	{ .number = SYS_gettimeofday },
	{ .number = SYS_time },
	{ .number = SYS_restart_syscall },
	{ .number = SYS_rt_sigreturn },
	{ .number = SYS_exit_group },
};

int confine_client(int out_fd, const int *caps, size_t n_caps, struct err *err)
{
	struct rlimit memory = { CLIENT_MEMORY_MAX, CLIENT_MEMORY_MAX };
	int r;

	/* kernels before 5.9 cannot: the filter leaves little to be done with what stays open */
	if (out_fd > STDERR_FILENO + 1)
		(void)syscall(SYS_close_range, STDERR_FILENO + 1, (unsigned int)out_fd - 1, 0);
	(void)syscall(SYS_close_range, (unsigned int)out_fd + 1, ~0u, 0);
	if (setrlimit(RLIMIT_DATA, &memory) < 0)
		return err_sys(err, errno, "limiting memory");
	r = confine_caps(caps, n_caps, err);
	return r ? r
		 : confine_calls(client_calls, sizeof(client_calls) / sizeof(client_calls[0]), err);
}
