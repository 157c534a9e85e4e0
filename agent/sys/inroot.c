/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * openat2(RESOLVE_IN_ROOT), and the same walk by hand for kernels before 5.6. By hand it is safe
 * against links that are there, not against somebody who changes them meanwhile.
 */
#include "sys/inroot.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/text.h"
#include "sys/mount.h"

#define LINKS_MAX 40 /* MAXSYMLINKS of the kernel */
#define DEPTH_MAX 64
#define WALK_PATH_MAX 4096

/* The directories from the root down to where the walk is: ".." pops, and stops at the root. */
struct walk {
	int dirs[DEPTH_MAX];
	int depth;
	unsigned int links;
	char rest[WALK_PATH_MAX]; /* what is still to be walked */
};

static int dir_now(const struct walk *w)
{
	return w->dirs[w->depth];
}

static void pop_to(struct walk *w, int depth)
{
	while (w->depth > depth)
		close(w->dirs[w->depth--]);
}

/* The link's text takes the place of its name in front of what is left to walk. */
static int follow(struct walk *w, const char *name, const char *left)
{
	char text[WALK_PATH_MAX], left_copy[WALK_PATH_MAX];
	struct out out;
	ssize_t n;

	if (++w->links > LINKS_MAX)
		return -ELOOP;
	n = readlinkat(dir_now(w), name, text, sizeof(text) - 1);
	if (n < 0)
		return -errno;
	text[n] = '\0';
	if (!text_copy(left_copy, sizeof(left_copy), span_of(left)))
		return -ENAMETOOLONG;
	if (text[0] == '/')
		pop_to(w, 0);
	out = out_to(w->rest, sizeof(w->rest));
	out_add(&out, "%s%s%s", text, left_copy[0] ? "/" : "", left_copy);
	return out.cut ? -ENAMETOOLONG : 0;
}

/* Into the directory `name`; 0, or -errno. */
static int enter(struct walk *w, const char *name)
{
	int fd;

	if (w->depth + 1 == DEPTH_MAX)
		return -ENAMETOOLONG;
	fd = openat(dir_now(w), name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	w->dirs[++w->depth] = fd;
	return 0;
}

static int open_last(const struct walk *w, const char *name, int flags)
{
	int fd = openat(dir_now(w), name, flags | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* One name of the path. A descriptor when it was the last, -EAGAIN to go on, another -errno. */
static int step(struct walk *w, int flags)
{
	char name[256];
	struct span rest = span_of(w->rest), head;
	struct stat st;
	int rc;

	while (rest.len && rest.p[0] == '/')
		rest = span_skip(rest, 1);
	if (!rest.len)
		return open_last(w, ".", flags);
	head = span_cut(&rest, '/');
	if (!text_copy(name, sizeof(name), head))
		return -ENAMETOOLONG;
	memmove(w->rest, rest.p ? rest.p : "", rest.len + 1);
	if (!strcmp(name, ".."))
		pop_to(w, w->depth ? w->depth - 1 : 0);
	if (!strcmp(name, "..") || !strcmp(name, "."))
		return -EAGAIN;
	if (fstatat(dir_now(w), name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode) && (rest.p || !(flags & O_NOFOLLOW))) {
		char left[WALK_PATH_MAX];

		memcpy(left, w->rest, sizeof(left));
		rc = follow(w, name, left);
	} else if (!rest.p) {
		return open_last(w, name, flags);
	} else {
		rc = enter(w, name);
	}
	return rc < 0 ? rc : -EAGAIN;
}

static int walk_open(int root_fd, const char *path, int flags)
{
	struct walk w = { .dirs = { root_fd } };
	int rc;

	if (!text_copy(w.rest, sizeof(w.rest), span_of(path)))
		return -ENAMETOOLONG;
	do {
		rc = step(&w, flags);
	} while (rc == -EAGAIN);
	pop_to(&w, 0);
	return rc;
}

int inroot_open(int root_fd, const char *path, int flags)
{
	struct open_how how = { .flags = (uint64_t)(unsigned int)flags | O_CLOEXEC,
				.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	long fd = syscall(SYS_openat2, root_fd, path, &how, sizeof(how));

	if (fd < 0 && errno == ENOSYS)
		return walk_open(root_fd, path, flags);
	return fd < 0 ? -errno : (int)fd;
}

int inroot_put(int root_fd, const char *path, const char *text, size_t len)
{
	const char *name = strrchr(path, '/') + 1;
	char dir[WALK_PATH_MAX];
	int fd, rc;

	if (!text_copy(dir, sizeof(dir), (struct span){ path, (size_t)(name - path) }))
		return -ENAMETOOLONG;
	fd = inroot_open(root_fd, dir, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return fd;
	rc = file_put_at(fd, name, 0644, text, len);
	close(fd);
	return rc;
}
