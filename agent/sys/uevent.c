/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The socket that kernel uevents come from. */
#include "sys/uevent.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define KERNEL_GROUP 1 /* udevd speaks in group 2 */
/* All devices of a large machine at once; what does not fit is reported as lost. */
#define RECEIVE_BUFFER (1024 * 1024)
#define EVENT_MAX 8192 /* the kernel's own limit is 2048 and a header */
#define EVENTS_PER_CALL 64

static struct {
	int fd;
	uevent_fn *fn;
	void *arg;
} source;

/* Any process with CAP_NET_ADMIN may multicast here; the kernel is port 0 and process 0. */
static bool from_kernel(struct msghdr *mh)
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(mh);
	struct sockaddr_nl from;
	struct ucred cred;

	if (mh->msg_namelen != sizeof(from) || !c || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_CREDENTIALS || c->cmsg_len != CMSG_LEN(sizeof(cred)))
		return false;
	memcpy(&from, mh->msg_name, sizeof(from));
	memcpy(&cred, CMSG_DATA(c), sizeof(cred));
	return from.nl_pid == 0 && from.nl_groups == KERNEL_GROUP && cred.pid == 0 && cred.uid == 0;
}

/* One datagram: its length, 0 where it is to be passed over, -errno. */
static ssize_t receive(int fd, char *bytes, size_t size)
{
	union {
		struct cmsghdr head; /* for its alignment */
		char room[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct sockaddr_nl from;
	struct iovec iov = { bytes, size };
	struct msghdr mh = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(fd, &mh, 0);

	if (n < 0)
		return -errno;
	return (mh.msg_flags & MSG_TRUNC) || !from_kernel(&mh) ? 0 : n;
}

static void on_readable(void *arg, uint32_t events)
{
	static const struct uevent none = { "", "", "", "", "", "", "" };

	(void)arg;
	(void)events;
	for (int i = 0; i < EVENTS_PER_CALL; i++) {
		char bytes[EVENT_MAX];
		struct uevent ev;
		ssize_t n = receive(source.fd, bytes, sizeof(bytes));

		if (n == -ENOBUFS)
			source.fn(source.arg, &none, true);
		else if (n < 0 && n != -EINTR)
			return;
		else if (n > 0 && uevent_parse(bytes, (size_t)n, &ev))
			source.fn(source.arg, &ev, false);
	}
}

static int configure(int fd, struct err *err)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP };
	int size = RECEIVE_BUFFER, on = 1;

	/* without CAP_NET_ADMIN what the system allows has to do */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0)
		return err_sys(err, errno, "uevent socket, SO_PASSCRED");
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		return err_sys(err, errno, "uevent socket, bind");
	return 0;
}

int uevent_open(struct loop *loop, uevent_fn *fn, void *arg, struct err *err)
{
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_KOBJECT_UEVENT);
	int rc;

	if (fd < 0)
		return err_sys(err, errno, "uevent socket");
	source.fd = fd;
	source.fn = fn;
	source.arg = arg;
	rc = configure(fd, err);
	if (rc == 0)
		rc = loop_watch(loop, fd, EPOLLIN, on_readable, NULL, err);
	if (rc < 0)
		close(fd);
	return rc;
}
