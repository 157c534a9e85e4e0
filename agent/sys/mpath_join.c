/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One request after the other, until the other side closes. */
#include "sys/mpath_join.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/rootdev.h"
#include "sys/block.h"
#include "sys/confine.h"
#include "sys/dm.h"
#include "sys/iscsi_login.h"
#include "sys/log.h"
#include "sys/mount.h"

#define COMM "netroot-paths"
#define N(array) (sizeof(array) / sizeof(*(array)))

/* sd takes the disks of a scan up beside it; no event tells us of them. */
#define FIND_NS (10 * NS_PER_S)
#define FIND_AGAIN_MS 20

/* --- in the process --- */

/* The same names as everywhere else, but of the hosts alone: what is seen is this tree. */
static int view_narrow(struct err *err)
{
	static const char *const dirs[] = { "/sys/devices/platform", "/sys/class/block",
					    "/sys/class/iscsi_session", "/sys/class/scsi_host" };
	static const char top[] = "/dev"; /* whose files are open by now */
	char path[64];

	if (mount("tmpfs", top, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=64k,mode=755") < 0)
		return err_sys(err, errno, "a tmpfs on %s", top);
	for (size_t i = 0; i < N(dirs); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", top, dirs[i]);
		if (dir_make(path, 0755) < 0 || mount(dirs[i], path, NULL, MS_BIND, NULL) < 0)
			return err_sys(err, errno, "%s at %s", dirs[i], path);
	}
	if (chroot(top) < 0 || chdir("/") < 0)
		return err_sys(err, errno, "changing to %s", top);
	return 0;
}

static const struct confine_call plain_calls[] = {
	{ .number = SYS_read },
	{ .number = SYS_write },
	{ .number = SYS_close },
	{ .number = SYS_open },
	{ .number = SYS_openat },
	{ .number = SYS_fstat },
	{ .number = SYS_newfstatat },
	{ .number = SYS_getdents64 },
	{ .number = SYS_lseek },
	{ .number = SYS_fcntl },
	{ .number = SYS_brk },
	{ .number = SYS_mmap },
	{ .number = SYS_munmap },
	{ .number = SYS_poll },
	{ .number = SYS_sendmsg },
	{ .number = SYS_recvfrom },
	{ .number = SYS_clock_gettime }, /* where the vdso has no clock to read */
	{ .number = SYS_restart_syscall },
	{ .number = SYS_rt_sigreturn },
	{ .number = SYS_exit_group },
	{ .number = SYS_sysinfo, .refused = true }, /* of qsort(), which does without */
};

/* As with the guard, what works with too many rights is better than what ends. */
static void confine(int dm_fd)
{
	static const int caps[] = { CAP_SYS_ADMIN }; /* requests of the device mapper */
	struct confine_call calls[N(plain_calls) + 1];
	struct err err;

	memcpy(calls, plain_calls, sizeof(plain_calls));
	calls[N(plain_calls)] = (struct confine_call){ SYS_ioctl, 1, false, { (uint32_t)dm_fd } };
	if (view_narrow(&err) < 0)
		log_line(LOG_LEVEL_WARN, "paths", "%s, going on with the whole view", err.text);
	if (confine_memory(&err) < 0 || confine_caps(caps, N(caps), &err) < 0 ||
	    confine_calls(calls, N(calls), &err) < 0)
		log_line(LOG_LEVEL_WARN, "paths", "%s, going on with more rights", err.text);
}

/* A disk that is in sysfs may not be there for the device mapper yet. */
static int find_and_add(int dm_fd, const struct mpath_join_brief *brief, uint32_t sid,
			struct mpath_dev *ret, struct err *err)
{
	uint64_t until_ns = clock_now_ns() + FIND_NS;
	struct block_unit unit;
	int rc, wait_ms = FIND_AGAIN_MS;

	for (;;) {
		rc = block_find_unit(sid, brief->wwid, &unit);
		if (rc == -ENODEV)
			return err_set(err, ENODEV, "no disk of session %u is the root's LUN", sid);
		if (rc == 0) {
			*ret = unit.dev;
			rc = dm_map_add_path(dm_fd, &brief->map, ret, err);
			if (rc == 0 || !rootdev_is_late(-rc))
				return rc;
		}
		if (clock_now_ns() >= until_ns)
			return rc == -EAGAIN ? err_set(err, ETIMEDOUT,
						       "the disks of session %u do not come", sid)
					     : rc;
		(void)poll(NULL, 0, wait_ms);
		wait_ms += wait_ms / 2;
	}
}

static int attribute_open(uint32_t sid, const char *name, struct err *err)
{
	char path[80];
	int fd;

	(void)snprintf(path, sizeof(path), "/sys/class/iscsi_session/session%u/%s", sid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? err_sys(err, errno, "%s", path) : fd;
}

static int join(int dm_fd, const struct mpath_join_brief *brief,
		const struct mpath_join_request *request, struct mpath_dev *ret, int fds[static 2],
		struct err *err)
{
	int rc;

	fds[0] = attribute_open(request->sid, "state", err);
	if (fds[0] < 0)
		return fds[0];
	fds[1] = attribute_open(request->sid, "recovery_tmo", err);
	if (fds[1] < 0)
		return fds[1];
	rc = iscsi_scan(request->host_no, request->lun_known ? request->lun : NULL, err);
	return rc < 0 ? rc : find_and_add(dm_fd, brief, request->sid, ret, err);
}

union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(2 * sizeof(int))];
};

static void reply(const struct mpath_join_answer *answer, const int fds[static 2])
{
	struct iovec iov = { (void *)(uintptr_t)answer, sizeof(*answer) };
	union control control = { .room = { 0 } };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (!answer->code) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		control.head = (struct cmsghdr){ CMSG_LEN(2 * sizeof(int)), SOL_SOCKET,
						 SCM_RIGHTS };
		memcpy(CMSG_DATA(&control.head), fds, 2 * sizeof(int));
	}
	(void)!sendmsg(CONFINE_FD, &msg, MSG_NOSIGNAL); /* the guard has gone: so do we */
}

/* False: the other side has closed. */
static bool receive(void *dst, size_t len)
{
	struct pollfd p = { .fd = CONFINE_FD, .events = POLLIN };

	for (;;) {
		ssize_t n = recv(CONFINE_FD, dst, len, 0);

		if (n >= 0 || (errno != EAGAIN && errno != EINTR))
			return n == (ssize_t)len;
		(void)poll(&p, 1, -1);
	}
}

int mpath_join_main(void)
{
	struct mpath_join_request request;
	struct mpath_join_brief brief;
	struct err err;
	int dm_fd;

	(void)prctl(PR_SET_NAME, COMM, 0, 0, 0); /* cannot fail; "exe" otherwise */
	log_open_kernel();
	dm_fd = dm_open(&err);
	if (dm_fd < 0) {
		log_line(LOG_LEVEL_ERROR, "paths", "%s", err.text);
		return 1;
	}
	confine(dm_fd);
	if (!receive(&brief, sizeof(brief)))
		return 1;
	while (receive(&request, sizeof(request))) {
		struct mpath_join_answer answer = { .index = request.index, .sid = request.sid };
		int fds[2] = { -1, -1 };

		if (join(dm_fd, &brief, &request, &answer.dev, fds, &err) < 0) {
			answer.code = err.code;
			memcpy(answer.text, err.text, sizeof(answer.text));
		}
		reply(&answer, fds);
		for (size_t i = 0; i < N(fds); i++)
			if (fds[i] >= 0)
				close(fds[i]);
	}
	return 0;
}

/* --- the other side --- */

static int send_whole(int fd, const void *bytes, size_t len)
{
	return send(fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len ? 0 : -errno;
}

int mpath_join_start(const struct mpath_join_brief *brief, struct err *err)
{
	int fd = confine_fork(MPATH_JOIN_NAME, SOCK_SEQPACKET, NULL, err);
	int rc = fd < 0 ? fd : send_whole(fd, brief, sizeof(*brief));

	if (fd >= 0 && rc < 0) {
		close(fd);
		return err_sys(err, -rc, "%s does not take its brief", MPATH_JOIN_NAME);
	}
	return rc < 0 ? rc : fd;
}

int mpath_join_ask(int fd, const struct mpath_join_request *request)
{
	return send_whole(fd, request, sizeof(*request));
}

int mpath_join_answer(int fd, struct mpath_join_answer *ret, int ret_fds[static 2])
{
	struct iovec iov = { ret, sizeof(*ret) };
	union control control = { .room = { 0 } };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);

	ret_fds[0] = ret_fds[1] = -1;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n != (ssize_t)sizeof(*ret))
		return n < 0 ? -errno : -EPIPE;
	if (msg.msg_controllen >= CMSG_LEN(2 * sizeof(int)) && control.head.cmsg_type == SCM_RIGHTS)
		memcpy(ret_fds, CMSG_DATA(&control.head), 2 * sizeof(int));
	ret->text[sizeof(ret->text) - 1] = '\0';
	return 1;
}
