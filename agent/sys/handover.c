/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The switch to the mounted root. The check touches nothing; the commit does what cannot be taken
 * back last: mounts are moved (and moved back when one will not go), then / is switched, and only
 * then the initramfs is emptied, through a descriptor of its old root directory.
 */
#include "sys/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/initpath.h"
#include "core/text.h"
#include "sys/exitrd.h"
#include "sys/inroot.h"
#include "sys/loop.h"
#include "sys/mount.h"

/* Moved in this order; /proc last, so that what is asked of it meanwhile still answers. */
static const char *const moved[] = { "/dev", "/sys", "/run", "/proc" };
#define N_MOVED (sizeof(moved) / sizeof(moved[0]))

/* --- both halves --- */

/* Only the kernel's own rootfs may be emptied: never a disk that somebody booted from. */
static bool is_in_memory(const struct statfs *fs)
{
	return fs->f_type == RAMFS_MAGIC || fs->f_type == TMPFS_MAGIC;
}

static int check_initramfs(struct err *err)
{
	struct statfs fs;

	if (statfs("/", &fs) < 0)
		return err_sys(err, errno, "/");
	if (!is_in_memory(&fs))
		return err_set(err, EPERM, "/ is not an initramfs: refusing to delete it");
	return 0;
}

void handover_empty(int root_fd)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(root_fd, &fs) == 0 && is_in_memory(&fs) && fstat(root_fd, &st) == 0)
		dir_empty(root_fd, st.st_dev);
	else
		close(root_fd);
}

static int open_sysroot(struct err *err)
{
	struct stat old_root, new_root;
	int fd = open(SYSROOT, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "%s", SYSROOT);
	if (stat("/", &old_root) < 0 || fstat(fd, &new_root) < 0) {
		(void)err_sys(err, errno, "%s", SYSROOT);
	} else if (old_root.st_dev == new_root.st_dev) {
		(void)err_set(err, ENODEV, "nothing is mounted at %s", SYSROOT);
	} else {
		return fd;
	}
	close(fd);
	return -err->code;
}

/* --- the check: each function's err is a cause to be read after the path: "is not there" --- */

/* What stands at path itself, when following it led nowhere. */
static int explain_missing(int root_fd, const char *path, int code, struct err *err)
{
	char target[256], quoted[256];
	ssize_t n = -1;
	int fd;

	if (code == ELOOP)
		return err_set(err, ELOOP, "is a loop of links");
	if (code != ENOENT && code != ENOTDIR)
		return err_sys(err, code, "cannot be opened");
	fd = inroot_open(root_fd, path, O_PATH | O_NOFOLLOW);
	if (fd >= 0) {
		n = readlinkat(fd, "", target, sizeof(target));
		close(fd);
	}
	if (n > 0)
		return err_set(
			err, ENOLINK, "is a link to %s, which is not there",
			text_quote(quoted, sizeof(quoted), (struct span){ target, (size_t)n }));
	return err_set(err, ENOENT, "is not there");
}

static int check_executable(int fd, struct err *err)
{
	struct statvfs fs;
	struct stat st;
	int code;

	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "cannot be read");
	if (S_ISDIR(st.st_mode))
		return err_set(err, EISDIR, "is a directory");
	if (!S_ISREG(st.st_mode))
		return err_set(err, EACCES, "is not a regular file");
	if (!(st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		return err_set(err, EACCES, "is not executable");
	/* what an NFS server that squashes root thinks of it; kernels before 5.8 cannot be asked */
	if (syscall(SYS_faccessat2, fd, "", X_OK, AT_EMPTY_PATH | AT_EACCESS) == 0)
		return 0;
	code = errno;
	if (fstatvfs(fd, &fs) == 0 && fs.f_flag & ST_NOEXEC)
		return err_set(err, EACCES, "is on a filesystem mounted noexec");
	if (code == EACCES)
		return err_set(err, EACCES,
			       "may not be executed by root: the server's root_squash, perhaps");
	return 0;
}

/* All of len, or fewer where the file ends; -errno. */
static ssize_t read_at(int fd, uint8_t *dst, size_t len, uint64_t at)
{
	size_t have = 0;

	while (have < len) {
		ssize_t n = pread(fd, dst + have, len - have, (off_t)(at + have));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		have += (size_t)n;
	}
	return (ssize_t)have;
}

/* The interpreter an ELF program or script asks for, "" for none. */
static int read_interp(int fd, char ret[static INITPATH_INTERP_MAX], struct err *err)
{
	uint8_t bytes[INITPATH_PHDRS_MAX];
	struct program program;
	uint64_t at;
	size_t len = 0;
	ssize_t n = read_at(fd, bytes, INITPATH_HEAD_SIZE, 0);

	if (n < 0)
		return err_sys(err, (int)-n, "cannot be read");
	if (program_parse(bytes, (size_t)n, &program, err) < 0)
		return -err->code;
	ret[0] = '\0';
	if (program.kind == PROGRAM_SCRIPT) {
		(void)text_copy(ret, INITPATH_INTERP_MAX, span_of(program.interp));
		return 0;
	}
	n = read_at(fd, bytes, (size_t)program.n_phdrs * program.phdr_size, program.phdrs_at);
	if (n < 0)
		return err_sys(err, (int)-n, "cannot be read");
	if (program_find_interp(&program, bytes, (size_t)n, &at, &len, err) < 0)
		return -err->code;
	if (!len)
		return 0;
	n = read_at(fd, bytes, len, at);
	if (n < 0)
		return err_sys(err, (int)-n, "cannot be read");
	return program_interp_path(bytes, (size_t)n, ret, err);
}

static int check_file(int root_fd, const char *path, char ret_interp[static INITPATH_INTERP_MAX],
		      struct err *err)
{
	/* not opened for reading before it is known to be a file: a FIFO or a tape would block */
	int fd = inroot_open(root_fd, path, O_PATH);
	int rc;

	if (fd < 0)
		return explain_missing(root_fd, path, -fd, err);
	rc = check_executable(fd, err);
	close(fd);
	if (rc < 0)
		return rc;
	fd = inroot_open(root_fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return err_sys(err, -fd, "cannot be read");
	rc = read_interp(fd, ret_interp, err);
	close(fd);
	return rc;
}

/* The program and everything that its format says it needs to start. */
static int check_program(int root_fd, const char *path, struct err *err)
{
	char interp[INITPATH_INTERP_MAX], needed[INITPATH_INTERP_MAX], quoted[128], shown[128];
	struct err cause;

	interp[0] = '\0';
	(void)text_quote(shown, sizeof(shown), span_of(path));
	if (check_file(root_fd, path, interp, &cause) < 0)
		return err_set(err, cause.code, "%s %s", shown, cause.text);
	for (int depth = 0; interp[0]; depth++) {
		if (depth == INITPATH_DEPTH_MAX)
			return err_set(err, ELOOP,
				       "%s is a script whose interpreter is a script, and so on",
				       shown);
		memcpy(needed, interp, sizeof(needed));
		if (check_file(root_fd, needed, interp, &cause) < 0)
			/* not ENOENT: the program itself is there */
			return err_set(err, cause.code == ENOENT ? ENOLINK : cause.code,
				       "%s needs %s, which %s", shown,
				       text_quote(quoted, sizeof(quoted), span_of(needed)),
				       cause.text);
	}
	return 0;
}

static int check_init_given(int root_fd, const char *init, struct err *err)
{
	char quoted[128];

	if (init[0] != '/')
		return err_set(err, EINVAL, "init=%s is not an absolute path",
			       text_quote(quoted, sizeof(quoted), span_of(init)));
	if (check_program(root_fd, init, err) < 0)
		return err_wrap(err, "init= of the command line");
	return 0;
}

/*
 * The kernel's list. Other than the kernel, a candidate that is there but cannot run ends the
 * search: a bare shell as root's console would hide what is wrong with it.
 */
static int check_init_listed(int root_fd, const char **ret_init, struct err *err)
{
	char tried[128];
	struct out out = out_to(tried, sizeof(tried));
	const char *path;

	for (size_t i = 0; (path = init_fallback(i)); i++) {
		int rc = check_program(root_fd, path, err);

		if (rc == 0)
			*ret_init = path;
		if (rc != -ENOENT)
			return rc;
		out_add(&out, " %s", path);
	}
	return err_set(err, ENOENT,
		       "no init in the root, none of%s is there: name one with init=, or look "
		       "whether this is the right filesystem",
		       tried);
}

/* A link could lead out of the new root, where mount(2) would follow it. */
static int check_mount_point(int root_fd, const char *dir, struct err *err)
{
	struct stat st;

	if (fstatat(root_fd, dir + 1, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (S_ISDIR(st.st_mode))
			return 0;
		return err_set(err, ENOTDIR, "%s in the root is not a directory: replace it by one",
			       dir);
	}
	if (errno != ENOENT)
		return err_sys(err, errno, "%s in the root", dir);
	if (faccessat(root_fd, ".", W_OK, AT_EACCESS) < 0)
		return err_sys(err, errno,
			       "the root has no directory %s: make it on the server, or boot with "
			       "rw; here it cannot be made",
			       dir);
	return 0;
}

static bool init_is_given(const struct plan *plan)
{
	return plan->init[0] && plan->init_given.by != FROM_NOWHERE &&
	       plan->init_given.by != FROM_DEFAULT;
}

int handover_check(const struct plan *plan, char ret_init[static PLAN_PATH_MAX], struct err *err)
{
	const char *init = plan->init;
	int root_fd, rc;

	if (check_initramfs(err) < 0)
		return -err->code;
	root_fd = open_sysroot(err);
	if (root_fd < 0)
		return root_fd;
	rc = init_is_given(plan) ? check_init_given(root_fd, init, err)
				 : check_init_listed(root_fd, &init, err);
	for (size_t i = 0; rc == 0 && i < N_MOVED; i++)
		rc = check_mount_point(root_fd, moved[i], err);
	close(root_fd);
	if (rc == 0)
		(void)text_copy(ret_init, PLAN_PATH_MAX, span_of(init));
	return rc;
}

/* --- the commit --- */

static bool is_mounted(const char *dir, dev_t initramfs)
{
	struct stat st;

	return stat(dir, &st) == 0 && st.st_dev != initramfs;
}

static void in_sysroot(const char *dir, char dst[static 32])
{
	(void)snprintf(dst, 32, "%s%s", SYSROOT, dir);
}

/* A mount that cannot be moved is bound and let go of at its old place. */
static int move_mount_to(const char *from, const char *to, struct err *err)
{
	int code;

	if (mount(from, to, NULL, MS_MOVE, NULL) == 0)
		return 0;
	code = errno;
	if (mount(from, to, NULL, MS_BIND | MS_REC, NULL) < 0)
		return err_sys(err, code, "moving %s to %s", from, to);
	(void)mount_undo(from); /* stays there unseen under the new root at worst */
	return 0;
}

static void move_back(const bool done[static N_MOVED])
{
	for (size_t i = N_MOVED; i-- > 0;) {
		struct err ignored;
		char to[32];

		in_sysroot(moved[i], to);
		if (done[i])
			(void)move_mount_to(to, moved[i], &ignored);
	}
}

static int move_all(dev_t initramfs, bool done[static N_MOVED], struct err *err)
{
	for (size_t i = 0; i < N_MOVED; i++) {
		char to[32];

		if (!is_mounted(moved[i], initramfs))
			continue;
		in_sysroot(moved[i], to);
		if (mkdir(to, 0755) < 0 && errno != EEXIST && errno != EROFS)
			return err_sys(err, errno, "making %s in the root", moved[i]);
		if (move_mount_to(moved[i], to, err) < 0)
			return -err->code;
		done[i] = true;
	}
	return 0;
}

static int switch_root(struct err *err)
{
	if (chdir(SYSROOT) < 0)
		return err_sys(err, errno, "entering %s", SYSROOT);
	if (mount(".", "/", NULL, MS_MOVE, NULL) < 0) {
		int code = errno;

		(void)chdir("/");
		return err_sys(err, code, "moving %s to /", SYSROOT);
	}
	if (chroot(".") < 0) {
		int code = errno;

		/* the mount goes back where it was, as far as it will */
		(void)mount(".", SYSROOT, NULL, MS_MOVE, NULL);
		(void)chdir("/");
		return err_sys(err, code, "changing the root to %s", SYSROOT);
	}
	return chdir("/") < 0 ? err_sys(err, errno, "/") : 0;
}

static void stdio_on_console(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return; /* no console: init gets what the agent had */
	for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
		if (fd != i)
			(void)dup2(fd, i);
	if (fd > STDERR_FILENO)
		close(fd);
	else
		(void)fcntl(fd, F_SETFD, 0);
}

/* As the kernel starts an init: no signal blocked, none ignored. Comes back only where it could
 * not, with the agent's own handling in place again. */
int handover_exec(const char *init, char *const argv[], char *const envp[], struct err *err)
{
	struct sigaction before[NSIG];
	char quoted[128];
	sigset_t mask;
	int code;

	stdio_on_console();
	(void)sigprocmask(SIG_SETMASK, NULL, &mask); /* cannot fail */
	for (int i = 1; i < NSIG; i++)
		if (sigaction(i, NULL, &before[i]) < 0)
			before[i].sa_handler = SIG_DFL; /* libc's own */
	loop_signals_reset();
	(void)execve(init, argv, envp);
	code = errno;
	for (int i = 1; i < NSIG; i++)
		if (before[i].sa_handler != SIG_DFL)
			(void)sigaction(i, &before[i], NULL); /* valid: it came from there */
	(void)sigprocmask(SIG_SETMASK, &mask, NULL);
	return err_sys(err, code, "executing %s",
		       text_quote(quoted, sizeof(quoted), span_of(init)));
}

int handover_commit(const char *init, char *const argv[], char *const envp[], int emptier_fd,
		    bool *ret_switched, struct err *err)
{
	bool done[N_MOVED] = { false };
	struct stat old_root;
	struct err ignored;
	int fd, rc;

	*ret_switched = false;
	if (check_initramfs(err) < 0)
		return -err->code;
	rc = open_sysroot(err);
	if (rc < 0)
		return rc;
	close(rc);
	fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &old_root) < 0) {
		rc = err_sys(err, errno, "/");
		goto fail;
	}
	rc = move_all(old_root.st_dev, done, err);
	if (rc == 0)
		rc = switch_root(err);
	if (rc < 0) {
		move_back(done);
		goto fail;
	}
	*ret_switched = true;
	/* the running agent's pages stay until exec: its file is only without a name */
	if (emptier_fd >= 0 && send(emptier_fd, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1) {
		close(fd);
	} else {
		if (emptier_fd >= 0)
			(void)exitrd_place(&ignored); /* where it fails, doctor tells */
		handover_empty(fd);
	}
	return handover_exec(init, argv, envp, err);
fail:
	if (fd >= 0)
		close(fd);
	return rc;
}
