/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One rtnetlink request and its answer, which the kernel gives before sendto() returns
 * (net/netlink/af_netlink.c, netlink_unicast_kernel()).
 */
#include "sys/rtnl_request.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECEIVE_BUFFER (1024 * 1024)

int rtnl_socket(uint32_t groups, int flags, struct err *err)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = groups };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, NETLINK_ROUTE);
	int size = RECEIVE_BUFFER, on = 1;

	if (fd < 0)
		return err_sys(err, errno, "rtnetlink socket");
	/* without CAP_NET_ADMIN what the system allows has to do */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	/* kernels before 4.12 have no words for their errors */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
		int rc = err_sys(err, errno, "rtnetlink socket, bind");

		close(fd);
		return rc;
	}
	return fd;
}

long rtnl_receive(int fd, uint8_t *bytes, size_t size)
{
	struct sockaddr_nl from = { 0 };
	socklen_t len_from = sizeof(from);
	ssize_t n = recvfrom(fd, bytes, size, MSG_DONTWAIT, (struct sockaddr *)&from, &len_from);

	if (n < 0)
		return -errno;
	return from.nl_pid == 0 ? n : 0;
}

void rtnl_begin(struct rtnl_request *q, struct rtnl *rtnl, uint16_t type, uint16_t flags,
		const void *head, size_t len_head)
{
	q->rtnl = rtnl;
	q->w = writer_of(q->bytes, sizeof(q->bytes));
	q->begin = nl_begin(&q->w, type, flags | NLM_F_REQUEST | NLM_F_ACK, ++rtnl->seq);
	write_bytes(&q->w, head, len_head);
}

/* Passes over what is left of earlier requests. */
static int ack_wait(struct rtnl *rtnl, struct nl_ack *ret)
{
	uint8_t bytes[1024];
	long n;

	while ((n = rtnl_receive(rtnl->request_fd, bytes, sizeof(bytes))) >= 0 || n == -EINTR) {
		struct reader r = reader_of(bytes, n > 0 ? (size_t)n : 0);
		struct nl_msg msg;

		while (nl_next(&r, &msg))
			if (msg.seq == rtnl->seq && nl_ack_parse(&msg, ret))
				return 0;
	}
	return n == -EAGAIN ? -EPROTO : (int)n;
}

int rtnl_do(struct rtnl_request *q, struct err *err, const char *fmt, ...)
{
	struct nl_ack ack = { 0 };
	char what[ERR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	nl_end(&q->w, q->begin);
	if (q->w.full)
		return err_set(err, EMSGSIZE, "%s: request does not fit", what);
	if (send(q->rtnl->request_fd, q->bytes, writer_len(&q->w), 0) < 0) {
		ack.code = errno;
	} else {
		int rc = ack_wait(q->rtnl, &ack);

		if (rc < 0)
			ack.code = -rc;
	}
	if (!ack.code)
		return 0;
	if (ack.text[0])
		return err_sys(err, ack.code, "%s: %s", what, ack.text);
	return err_sys(err, ack.code, "%s", what);
}

void rtnl_put_ip(struct rtnl_request *q, uint16_t type, const struct ip_addr *ip)
{
	nl_put(&q->w, type, ip->bytes, ip->family == IP_V6 ? 16 : 4);
}
