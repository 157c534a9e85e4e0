/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file by HTTP: core/http on a connection. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/http.h"
#include "sys/fetch.h"
#include "sys/loop.h"
#include "sys/sockaddr.h"

/* As in sys/nfs_rpc: a SYN that is lost right after link-up costs less than the kernel's second. */
#define CONNECT_WAIT_NS (250 * NS_PER_MS)

/* Until it is ready, or then; false: then. */
static bool wait_for(int fd, short events, uint64_t until_ns)
{
	struct pollfd polled = { .fd = fd, .events = events };
	uint64_t now = clock_now_ns();

	return now < until_ns && poll(&polled, 1, (int)((until_ns - now) / NS_PER_MS) + 1) > 0;
}

/* -EAGAIN: not by then; another errno: it was refused. */
static int connect_until(const struct plan_host *server, uint16_t port, uint64_t until_ns)
{
	struct sockaddr_storage to;
	socklen_t len = sockaddr_of(&server->ip, port, 0, &to), len_code = sizeof(int);
	int fd = fetch_socket(server, SOCK_STREAM | SOCK_NONBLOCK), code = 0;

	if (fd < 0)
		return fd;
	if (connect(fd, (const struct sockaddr *)&to, len) < 0)
		code = errno;
	if (code == EINPROGRESS)
		code = !wait_for(fd, POLLOUT, until_ns)				    ? EAGAIN
		       : getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len_code) < 0 ? errno
										    : code;
	if (!code)
		return fd;
	(void)close(fd);
	return -code;
}

static int connect_to(struct fetch *f)
{
	const struct plan_host *server = &f->hops.at.server;
	uint16_t port = config_port(&f->hops.at);
	uint64_t wait_ns = CONNECT_WAIT_NS;
	int fd;

	do {
		uint64_t until = clock_now_ns() + wait_ns;

		fd = connect_until(server, port, until < f->end_ns ? until : f->end_ns);
		wait_ns *= 2;
	} while (fd == -EAGAIN && clock_now_ns() < f->end_ns);
	if (fd == -EAGAIN)
		return err_set(&f->err, ETIMEDOUT, "no answer on TCP port %u", port);
	if (fd < 0)
		return err_sys(&f->err, -fd, "TCP port %u", port);
	return fd;
}

static bool send_request(int fd, struct fetch *f)
{
	char text[HTTP_REQUEST_MAX];
	size_t len = http_request(&f->hops.at, f->hops.path, text);

	/* it fits the buffer of a new socket */
	if (send(fd, text, len, MSG_NOSIGNAL) == (ssize_t)len)
		return true;
	(void)err_sys(&f->err, errno, "sending the request");
	return false;
}

static enum fetch_result result_of(struct http *h, struct fetch *f)
{
	f->len = h->len;
	f->err = h->err;
	switch (h->state) {
	case HTTP_DONE:
		return FETCH_DONE;
	case HTTP_MISSING:
		return FETCH_MISSING;
	case HTTP_MOVED:
		memcpy(f->location, h->location, sizeof(f->location));
		return FETCH_MOVED;
	case HTTP_READS:
	case HTTP_FAILED:
		break;
	}
	return FETCH_FAILED;
}

static enum fetch_result receive(int fd, struct fetch *f)
{
	uint8_t bytes[4096];
	struct http h;

	http_start(&h, f->dst, f->size);
	while (h.state == HTTP_READS) {
		ssize_t n;

		if (!wait_for(fd, POLLIN, f->end_ns)) {
			(void)err_set(&f->err, ETIMEDOUT, "no whole answer in time");
			return FETCH_FAILED;
		}
		n = recv(fd, bytes, sizeof(bytes), 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n < 0) {
			(void)err_sys(&f->err, errno, "the connection");
			return FETCH_FAILED;
		}
		http_bytes(&h, bytes, (size_t)n);
	}
	return result_of(&h, f);
}

enum fetch_result fetch_http(struct fetch *f)
{
	enum fetch_result result = FETCH_FAILED;
	int fd = connect_to(f);

	if (fd < 0)
		return FETCH_FAILED;
	if (send_request(fd, f))
		result = receive(fd, f);
	(void)close(fd);
	return result;
}
