/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of the hand-over: by a temporary name and rename, so that nobody reads half of one. */
#include "sys/handnet_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "sys/inroot.h"
#include "sys/mount.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define RESOLV_TEXT_MAX 4096
#define LINKS_MAX 8 /* from /etc/resolv.conf to /run; more is nobody's set-up */

/* --- one file --- */

/* Every directory in front of the last name; path is absolute. */
static int make_dirs(const char *path, struct err *err)
{
	char dir[HANDNET_PATH_MAX];

	for (const char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		if (!text_copy(dir, sizeof(dir), (struct span){ path, (size_t)(p - path) }))
			return err_set(err, ENAMETOOLONG, "%s: path too long", path);
		if (mkdir(dir, 0755) < 0 && errno != EEXIST)
			return err_sys(err, errno, "%s: cannot be made", dir);
	}
	return 0;
}

static int put_file(const char *path, unsigned int mode, const char *text, size_t len,
		    struct err *err)
{
	const char *name = strrchr(path, '/') + 1;
	char dir[HANDNET_PATH_MAX];
	int fd, rc = make_dirs(path, err);

	if (rc)
		return rc;
	if (!text_copy(dir, sizeof(dir), (struct span){ path, (size_t)(name - path) }))
		return err_set(err, ENAMETOOLONG, "%s: path too long", path);
	fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "%s", dir);
	rc = file_put_at(fd, name, mode, text, len);
	close(fd);
	return rc ? err_sys(err, -rc, "%s: cannot be written", path) : 0;
}

/* --- all below /run --- */

struct written {
	int rc;
	struct err *err;
};

static void emit(void *arg, const char *path, unsigned int mode, const char *text, size_t len)
{
	struct written *w = arg;
	struct err err;
	int rc = put_file(path, mode, text, len, &err);

	if (!rc || w->rc)
		return;
	w->rc = rc;
	if (w->err)
		*w->err = err;
}

int handnet_write(const struct hand_input *in, struct err *err)
{
	static char text[HANDNET_FILE_MAX];
	struct err cut = { 0 };
	struct written w = { .err = err };

	(void)handnet_files(in, text, emit, &w, &cut); /* how many: nothing hangs on it */
	if (!w.rc && cut.code) {
		w.rc = -cut.code;
		if (err)
			*err = cut;
	}
	return w.rc;
}

/* --- the new root's resolv.conf --- */

/* What stands at path, links followed inside the root: > 0 bytes of content, 0 an empty file,
 * -ENOENT nothing or a link into nothing. */
static int64_t size_of(int root_fd, const char *path)
{
	int fd = inroot_open(root_fd, path, O_PATH);
	struct stat st;
	int64_t rc;

	if (fd < 0)
		return fd;
	rc = fstat(fd, &st) < 0 ? -errno : S_ISREG(st.st_mode) ? st.st_size : -EISDIR;
	close(fd);
	return rc;
}

/* The text of the link at path; -errno: -EINVAL where it is none. */
static int link_at(int root_fd, const char *path, char dst[static HANDNET_PATH_MAX])
{
	int fd = inroot_open(root_fd, path, O_PATH | O_NOFOLLOW);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = readlinkat(fd, "", dst, HANDNET_PATH_MAX);
	close(fd);
	if (n < 0)
		return errno == ENOENT ? -EINVAL : -errno; /* "" of what is no link */
	if (n == HANDNET_PATH_MAX)
		return -ENAMETOOLONG;
	dst[n] = '\0';
	return 0;
}

/* The link's text, seen from the directory of path, as an absolute path without "..". */
static bool join(const char *path, const char *target, char dst[static HANDNET_PATH_MAX])
{
	char whole[2 * HANDNET_PATH_MAX];
	struct out out = out_to(dst, HANDNET_PATH_MAX);
	struct span rest;
	size_t dir_len = target[0] == '/' ? 0 : (size_t)(strrchr(path, '/') - path);

	(void)snprintf(whole, sizeof(whole), "%.*s/%s", (int)dir_len, path, target);
	rest = span_of(whole);
	while (rest.p) {
		struct span name = span_cut(&rest, '/');

		if (!name.len || span_eq(name, "."))
			continue;
		if (!span_eq(name, "..")) {
			out_add(&out, "/%.*s", SPAN_ARG(name));
			continue;
		}
		while (out.len && dst[--out.len] != '/')
			;
		dst[out.len] = '\0';
	}
	return out.len && !out.cut;
}

/* Where the links from /etc/resolv.conf end: the first path that is no link. */
static int end_of_links(int root_fd, char path[static HANDNET_PATH_MAX])
{
	char target[HANDNET_PATH_MAX], next[HANDNET_PATH_MAX];

	for (int i = 0; i < LINKS_MAX; i++) {
		int rc = link_at(root_fd, path, target);

		if (rc == -EINVAL || rc == -ENOENT || rc == -ENOTDIR)
			return 0;
		if (rc < 0)
			return rc;
		if (!join(path, target, next))
			return -ENAMETOOLONG;
		memcpy(path, next, sizeof(next));
		/* below /run the new root has nothing yet: what is there is what we have there */
		if (span_starts(span_of(path), "/run/"))
			return 0;
	}
	return -ELOOP;
}

/* /var/run is a link to /run, or was meant to be one. */
static const char *below_run(const char *path)
{
	if (span_starts(span_of(path), "/var/run/"))
		path += strlen("/var");
	return span_starts(span_of(path), "/run/") ? path : NULL;
}

static int write_root(int root_fd, const char *text, size_t len, bool root_writable,
		      char ret_done[static HANDNET_PATH_MAX], struct err *err)
{
	char path[HANDNET_PATH_MAX] = RESOLV_CONF;
	int rc = end_of_links(root_fd, path);
	const char *ours = rc ? NULL : below_run(path);
	struct stat st;
	int64_t size;

	if (rc)
		return err_sys(err, -rc, "%s of the root", RESOLV_CONF);
	if (ours) {
		if (!lstat(ours, &st) && st.st_size)
			return 0;
		rc = put_file(ours, 0644, text, len, err);
	} else {
		size = size_of(root_fd, path);
		if (size > 0 || (size < 0 && size != -ENOENT) || !root_writable)
			return 0;
		rc = inroot_put(root_fd, path, text, len);
		/* no such directory: a link that leads nowhere in the root itself */
		if (rc == -ENOENT || rc == -ENOTDIR)
			return 0;
		if (rc)
			return err_sys(err, -rc, "%s of the root", path);
	}
	if (!rc)
		(void)snprintf(ret_done, HANDNET_PATH_MAX, "%s", ours ? ours : path);
	return rc;
}

int handnet_write_root(const struct dnsconf *dns, const char *sysroot, bool root_writable,
		       char ret_done[static HANDNET_PATH_MAX], struct err *err)
{
	char text[RESOLV_TEXT_MAX];
	struct out out = out_to(text, sizeof(text));
	int root_fd, rc;

	ret_done[0] = '\0';
	/* a file without name servers would only make readers ask 127.0.0.1 */
	if (!dns->n_servers)
		return 0;
	dnsconf_text(dns, &out);
	if (out.cut)
		return err_set(err, ENOSPC, "resolv.conf of more than %d bytes", RESOLV_TEXT_MAX);
	root_fd = open(sysroot, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0)
		return err_sys(err, errno, "%s", sysroot);
	rc = write_root(root_fd, text, out.len, root_writable, ret_done, err);
	close(root_fd);
	return rc;
}
