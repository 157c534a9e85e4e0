/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pivot_root(2) to a filesystem in memory. */
#include "sys/exitrd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/mount.h"

#define NEW EXITRD "/." EXITRD_PROGRAM ".new"

static int copy(int from, int to)
{
	ssize_t n;

	do
		n = sendfile(to, from, NULL, 1 << 30);
	while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 ? -errno : 0;
}

/* Under its name only once it is whole. */
static int place(struct err *err)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), to, rc;

	if (from < 0)
		return err_sys(err, errno, "/proc/self/exe");
	(void)unlink(NEW); /* of a start before */
	to = open(NEW, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	if (to < 0) {
		rc = errno;
		close(from);
		return err_sys(err, rc, "%s", NEW);
	}
	rc = copy(from, to);
	if (!rc && fchmod(to, 0755) < 0) /* whatever the umask is */
		rc = -errno;
	close(to);
	close(from);
	if (!rc && rename(NEW, EXITRD "/" EXITRD_PROGRAM) < 0)
		rc = -errno;
	if (!rc)
		return 0;
	(void)unlink(NEW);
	return err_sys(err, -rc, "%s", EXITRD "/" EXITRD_PROGRAM);
}

int exitrd_place(struct err *err)
{
	int rc = dir_make(EXITRD, 0755);

	return rc < 0 ? err_sys(err, -rc, "%s", EXITRD) : place(err);
}

/* What is of the kernel and of memory goes along; what else is mounted in there stays with the old
 * root, to be unmounted. */
static int bind_all(struct err *err)
{
	static const char *const dirs[] = { "/proc", "/sys", "/dev", "/run" };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		char to[64];

		(void)snprintf(to, sizeof(to), "%s%s", EXITRD, dirs[i]);
		if (mkdir(to, 0755) < 0)
			return err_sys(err, errno, "%s", to);
		if (mount(dirs[i], to, NULL, MS_BIND, NULL) < 0)
			return err_sys(err, errno, "binding %s", dirs[i]);
	}
	if (mkdir(EXITRD EXITRD_OLD, 0755) < 0)
		return err_sys(err, errno, "%s", EXITRD EXITRD_OLD);
	return 0;
}

int exitrd_enter(struct err *err)
{
	/* asking to make what is there may ask a server that is gone */
	int rc = access(EXITRD, F_OK) == 0 ? 0 : dir_make(EXITRD, 0755);

	if (rc < 0)
		return err_sys(err, -rc, "%s", EXITRD);
	/* pivot_root() refuses shared mounts */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_sys(err, errno, "making the mounts private");
	/* of its own: /run may be noexec, or not in memory at all */
	if (mount("exitrd", EXITRD, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=16m") < 0)
		return err_sys(err, errno, "mounting a tmpfs on %s", EXITRD);
	if (place(err) == 0 && bind_all(err) == 0) {
		if (chdir(EXITRD) == 0 && syscall(SYS_pivot_root, ".", "." EXITRD_OLD) == 0)
			return chdir("/") < 0 ? err_sys(err, errno, "/") : 0;
		(void)err_sys(err, errno, "changing the root to %s", EXITRD);
	}
	(void)chdir("/");
	(void)umount2(EXITRD, MNT_DETACH);
	return -err->code;
}
