/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The copy goes from the server straight into the pages where it stays: direct I/O into a mapping
 * of the memfd. Where the filesystem has none of it, what its cache holds is dropped behind the
 * copy. Holes stay holes, and pieces of nothing but zeros become holes.
 */
#include "sys/toram.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/toram.h"
#include "sys/image.h"
#include "sys/mount.h"

#define PIECE (2ull << 20) /* some ms of a fast network, and no minute of a slow one */
#define ALIGN 4096ull /* of direct I/O, on whatever disk; and of mappings */
#define LOOK_EVERY (32ull << 20) /* bytes, then memory is looked at again */

int toram_open(struct toram_file *file, struct err *err)
{
	file->fd = memfd_create("netroot-image", MFD_CLOEXEC);
	if (file->fd < 0)
		return err_sys(err, errno, "a file in memory");
	file->shared = mmap(NULL, sizeof(*file->shared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (file->shared != MAP_FAILED)
		return 0;
	close(file->fd);
	file->fd = -1;
	return err_sys(err, ENOMEM, "a file in memory");
}

void toram_close(struct toram_file *file)
{
	if (file->fd < 0)
		return;
	close(file->fd);
	(void)munmap(file->shared, sizeof(*file->shared)); /* it is mapped */
	file->fd = -1;
}

uint64_t toram_done(const struct toram_file *file)
{
	return __atomic_load_n(&file->shared->done, __ATOMIC_RELAXED);
}

uint64_t toram_total(const struct toram_file *file)
{
	return __atomic_load_n(&file->shared->total, __ATOMIC_RELAXED);
}

static uint64_t available(void)
{
	char text[4096];
	int len = file_read("/proc/meminfo", text, sizeof(text));

	return len < 0 ? UINT64_MAX : toram_available((struct span){ text, (size_t)len });
}

/* Whose bytes are there already; otherwise it begins anew. */
static int identify(struct toram_file *file, const struct stat *st, struct err *err)
{
	struct toram_shared *s = file->shared;
	struct toram_shared is = { .done = s->done,
				   .total = (uint64_t)st->st_size,
				   .ino = st->st_ino,
				   .mtime_s = (uint64_t)st->st_mtim.tv_sec,
				   .mtime_ns = (uint64_t)st->st_mtim.tv_nsec };

	if (is.total == s->total && is.ino == s->ino && is.mtime_s == s->mtime_s &&
	    is.mtime_ns == s->mtime_ns)
		return 0;
	is.done = 0;
	if (ftruncate(file->fd, 0) < 0 || ftruncate(file->fd, st->st_size) < 0)
		return err_sys(err, errno, "a file of %llu bytes in memory",
			       (unsigned long long)is.total);
	*s = is;
	return 0;
}

/* Holes take no room, and st_blocks is a guess of some servers': the lesser of both, for memory is
 * looked at again on the way. */
static uint64_t need_of(const struct stat *st)
{
	uint64_t size = (uint64_t)st->st_size, blocks = (uint64_t)st->st_blocks * 512;

	return blocks && blocks < size ? blocks : size;
}

/* Up to len bytes at this place: how many, 0 at the end of the file. */
static ssize_t read_piece(int fd, void *to, size_t len, uint64_t at)
{
	ssize_t n = pread(fd, to, len, (off_t)at);

	if (n > 0 && !(fcntl(fd, F_GETFL) & O_DIRECT))
		(void)posix_fadvise(fd, (off_t)at, n, POSIX_FADV_DONTNEED); /* only spares memory */
	return n;
}

static bool is_zero(const unsigned char *p, size_t n)
{
	return n && !p[0] && !memcmp(p, p + 1, n - 1);
}

static int copy_piece(struct toram_file *file, int fd, uint64_t at, uint64_t total, uint64_t *ret_n,
		      struct err *err)
{
	/* a last page is whole in the mapping, and direct I/O wants it whole */
	uint64_t len = total - at < PIECE ? (total - at + ALIGN - 1) / ALIGN * ALIGN : PIECE;
	uint64_t left = total - at, end;
	void *to = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd, (off_t)at);
	ssize_t n;
	int code;

	if (to == MAP_FAILED)
		return err_sys(err, ENOMEM, "mapping memory for the image");
	n = read_piece(fd, to, len, at);
	code = errno;
	if (n > 0 && is_zero(to, (size_t)n))
		(void)madvise(to, len, MADV_REMOVE); /* only spares memory */
	(void)munmap(to, len); /* it is mapped */
	if (n < 0)
		return err_sys(err, code, "reading the image at %llu MB",
			       (unsigned long long)at / 1000000);
	end = at + (uint64_t)n;
	*ret_n = (uint64_t)n < left ? (uint64_t)n / ALIGN * ALIGN : left;
	if (!*ret_n)
		return err_set(err, EIO,
			       "the image ended at byte %llu of %llu: was it changed meanwhile?",
			       (unsigned long long)end, (unsigned long long)total);
	return 0;
}

/* The next byte that is no part of a hole; total: none is. */
static uint64_t skip_hole(int fd, uint64_t at, uint64_t total)
{
	off_t data = lseek(fd, (off_t)at, SEEK_DATA);

	if (data < 0)
		return errno == ENXIO ? total : at;
	return (uint64_t)data > at ? (uint64_t)data / ALIGN * ALIGN : at;
}

static int copy_all(struct toram_file *file, int fd, struct err *err)
{
	struct toram_shared *s = file->shared;
	uint64_t total = s->total, at = s->done, looked_at = at, n = 0;

	while ((at = skip_hole(fd, at, total)) < total) {
		if (copy_piece(file, fd, at, total, &n, err) < 0)
			return -err->code;
		at += n;
		__atomic_store_n(&s->done, at, __ATOMIC_RELAXED);
		if (at - looked_at < LOOK_EVERY)
			continue;
		looked_at = at;
		if (toram_is_short(available()))
			return err_set(err, ENOMEM, "memory ran out after %llu MB of it",
				       (unsigned long long)at / 1000000);
	}
	__atomic_store_n(&s->done, total, __ATOMIC_RELAXED);
	return 0;
}

/* Of a device st has no size. */
static int size_of(int fd, struct stat *st)
{
	uint64_t size = 0;

	if (fstat(fd, st) < 0)
		return -errno;
	if (!S_ISBLK(st->st_mode))
		return 0;
	if (ioctl(fd, BLKGETSIZE64, &size) < 0)
		return -errno;
	st->st_size = (off_t)size;
	return 0;
}

/* fd is closed. */
static int fill(struct toram_file *file, int fd, struct err *err)
{
	struct stat st;
	int rc = size_of(fd, &st);

	if (rc)
		rc = err_sys(err, -rc, "the image of the root");
	if (!rc)
		rc = identify(file, &st, err);
	if (!rc)
		rc = toram_fits(need_of(&st), file->shared->done, available(), err);
	(void)fcntl(fd, F_SETFL, O_DIRECT); /* NFS, ext4, xfs, btrfs have it; else by the cache */
	if (!rc)
		rc = copy_all(file, fd, err);
	close(fd);
	return rc;
}

int toram_fill(struct toram_file *file, const char *path, struct err *err)
{
	int fd = image_open_file(path, err);

	return fd < 0 ? fd : fill(file, fd, err);
}

int toram_fill_device(struct toram_file *file, const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? err_sys(err, errno, "%s", path) : fill(file, fd, err);
}

int toram_fill_if_there(struct toram_file *file, const char *path, struct err *err)
{
	int rc = toram_fill(file, path, err);

	if (rc != -ENOENT)
		return rc;
	toram_empty(file);
	return 0;
}

void toram_empty(struct toram_file *file)
{
	*file->shared = (struct toram_shared){ .total = 0 };
	(void)ftruncate(file->fd, 0); /* else it goes with the descriptor */
}
