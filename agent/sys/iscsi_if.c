/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NETLINK_ISCSI socket: requests one at a time, events queued for the loop. */
#include "sys/iscsi_if.h"

#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/text.h"
#include "sys/mount.h"

#define HANDLE_FILE "/sys/class/iscsi_transport/tcp/handle"
#define GROUP_EVENTS 1u /* bit of group 1; group 2 is for offload cards */
#define REPLY_LIMIT_NS NS_PER_S /* the answer is there when sendmsg returns; only a safety */
/* Events held while requests go on: a login has one PDU and one error in flight. */
#define EVENTS_MAX 16
#define RECEIVE_BUFFER (1 << 20)

struct event {
	uint8_t bytes[ISCSI_NL_MESSAGE_MAX];
	size_t len;
};

struct listener {
	uint32_t sid;
	iscsi_if_fn *fn; /* NULL: free */
	void *arg;
};

struct iscsi_if {
	bool open;
	int fd; /* while open */
	uint32_t portid;
	uint64_t transport; /* a kernel pointer; others share the event group */
	uint32_t seq;
	bool lost; /* events are missing */
	struct event events[EVENTS_MAX];
	unsigned int first, n;
	struct listener listeners[ISCSI_IF_LISTENERS_MAX];
	uint8_t request[ISCSI_NL_MESSAGE_MAX], reply[ISCSI_NL_MESSAGE_MAX];
};

/* all zero: with a value in it, its 150 KB would be bytes of the agent's file */
static struct iscsi_if the_if;

/* --- receiving --- */

/* One datagram of the kernel into nl->reply; 0 where none is there. */
static size_t receive(struct iscsi_if *nl)
{
	for (;;) {
		struct sockaddr_nl from = { 0 };
		struct iovec iov = { nl->reply, sizeof(nl->reply) };
		struct msghdr msg = { .msg_name = &from,
				      .msg_namelen = sizeof(from),
				      .msg_iov = &iov,
				      .msg_iovlen = 1 };
		ssize_t n = recvmsg(nl->fd, &msg, MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == ENOBUFS) {
			nl->lost = true;
			continue;
		}
		if (n <= 0)
			return 0;
		/* nl_pid 0 is the kernel; any process may send to a netlink socket. */
		if (from.nl_pid || msg.msg_flags & MSG_TRUNC)
			continue;
		return (size_t)n;
	}
}

static bool is_heard(const struct iscsi_if *nl, const struct iscsi_nl_message *m)
{
	if (m->transport != nl->transport || m->kind == ISCSI_NL_REPLY || m->kind == ISCSI_NL_OTHER)
		return false;
	for (size_t i = 0; i < ISCSI_IF_LISTENERS_MAX; i++)
		if (nl->listeners[i].fn && nl->listeners[i].sid == m->sid)
			return true;
	return false;
}

/* Keeps what somebody listens for: what becomes of sessions that are taken down would fill the
 * queue while logins go on side by side. */
static void queue(struct iscsi_if *nl, size_t len)
{
	struct event *e = &nl->events[(nl->first + nl->n) % EVENTS_MAX];
	struct iscsi_nl_message m;

	if (!iscsi_nl_decode(nl->reply, len, &m) || !is_heard(nl, &m))
		return;
	if (nl->n == EVENTS_MAX) {
		nl->lost = true;
		return;
	}
	memcpy(e->bytes, nl->reply, len);
	e->len = len;
	nl->n++;
}

/* Of a connection that is stopped nothing more is to be heard: the next one of the session would
 * take it for its own. */
static void forget_connection(struct iscsi_if *nl, uint32_t sid)
{
	struct iscsi_nl_message m;

	for (unsigned int i = 0; i < nl->n; i++) {
		struct event *e = &nl->events[(nl->first + i) % EVENTS_MAX];

		if (iscsi_nl_decode(e->bytes, e->len, &m) && m.sid == sid &&
		    (m.kind == ISCSI_NL_RECV_PDU || m.kind == ISCSI_NL_CONN_ERROR))
			e->len = 0;
	}
}

static void tell(struct iscsi_if *nl, const struct iscsi_nl_message *m)
{
	for (size_t i = 0; i < ISCSI_IF_LISTENERS_MAX; i++) {
		const struct listener *l = &nl->listeners[i];

		if (l->fn && (!m || l->sid == m->sid))
			l->fn(l->arg, m);
	}
}

/* The slot stays taken while its listener runs, who may send requests that queue more. */
static void dispatch(struct iscsi_if *nl)
{
	struct iscsi_nl_message m;

	while (nl->n) {
		const struct event *e = &nl->events[nl->first];

		if (iscsi_nl_decode(e->bytes, e->len, &m)) /* else it was forgotten */
			tell(nl, &m);
		if (!nl->n) /* it was closed by whom it told */
			return;
		nl->first = (nl->first + 1) % EVENTS_MAX;
		nl->n--;
	}
	if (nl->lost) {
		nl->lost = false;
		tell(nl, NULL);
	}
}

static void on_readable(void *arg, uint32_t epoll_events)
{
	struct iscsi_if *nl = arg;
	size_t len;

	(void)epoll_events;
	/* What was queued before is older, and a full queue is emptied before more is read. */
	dispatch(nl);
	while (nl->open && nl->n < EVENTS_MAX && (len = receive(nl)))
		queue(nl, len);
	dispatch(nl);
}

/* Events that came in the middle of a request have no descriptor to wake the loop. */
static uint64_t pending_deadline(void *arg)
{
	const struct iscsi_if *nl = arg;

	return nl->n || nl->lost ? 0 : LOOP_NEVER;
}

static void pending_expired(void *arg, uint64_t now_ns)
{
	(void)now_ns;
	dispatch(arg);
}

/* --- requests --- */

/* Waits for the reply to `code`; everything else is queued. */
static int await_reply(struct iscsi_if *nl, enum iscsi_nl_code code, struct iscsi_nl_message *ret)
{
	uint64_t until_ns = clock_now_ns() + REPLY_LIMIT_NS;
	struct pollfd p = { .fd = nl->fd, .events = POLLIN };

	for (;;) {
		size_t len = receive(nl);
		uint64_t now_ns;

		if (len && iscsi_nl_decode(nl->reply, len, ret) && ret->kind == ISCSI_NL_REPLY) {
			if (ret->code == (uint32_t)code)
				return 0;
			continue; /* late, of a request given up */
		}
		if (len) {
			queue(nl, len);
			continue;
		}
		now_ns = clock_now_ns();
		if (now_ns >= until_ns)
			return -ETIMEDOUT;
		(void)poll(&p, 1, (int)((until_ns - now_ns) / NS_PER_MS) + 1);
	}
}

static int send_all(struct iscsi_if *nl, size_t len)
{
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	ssize_t n;

	do
		n = sendto(nl->fd, nl->request, len, 0, (struct sockaddr *)&to, sizeof(to));
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

int iscsi_if_request(struct iscsi_if *nl, const struct iscsi_nl_request *req,
		     struct iscsi_nl_message *ret_reply, struct err *err)
{
	const char *name = iscsi_nl_code_name(req->code);
	size_t len = iscsi_nl_encode(req, nl->transport, ++nl->seq, nl->request,
				     sizeof(nl->request));
	struct iscsi_nl_message reply;
	int rc;

	if (!len)
		return err_set(err, EMSGSIZE, "iSCSI %s: request too long", name);
	rc = send_all(nl, len);
	if (rc == -EPERM)
		return err_set(err, EPERM, "iSCSI %s: needs root in the first user namespace",
			       name);
	if (rc)
		return err_sys(err, -rc, "iSCSI %s", name);
	if (await_reply(nl, req->code, &reply))
		return err_set(err, ETIMEDOUT, "iSCSI %s: the kernel does not answer", name);
	if (req->code == ISCSI_NL_STOP_CONN)
		forget_connection(nl, req->sid);
	if (reply.error)
		return err_sys(err, (int)reply.error, "iSCSI %s: the kernel refuses", name);
	if (ret_reply)
		*ret_reply = reply;
	return 0;
}

/* --- listeners --- */

int iscsi_if_listen(struct iscsi_if *nl, uint32_t sid, iscsi_if_fn *fn, void *arg, struct err *err)
{
	for (size_t i = 0; i < ISCSI_IF_LISTENERS_MAX; i++) {
		if (nl->listeners[i].fn)
			continue;
		nl->listeners[i] = (struct listener){ sid, fn, arg };
		return 0;
	}
	return err_set(err, ENOSPC, "more than %d iSCSI sessions", ISCSI_IF_LISTENERS_MAX);
}

void iscsi_if_unlisten(struct iscsi_if *nl, uint32_t sid, const void *arg)
{
	for (size_t i = 0; i < ISCSI_IF_LISTENERS_MAX; i++)
		if (nl->listeners[i].fn && nl->listeners[i].sid == sid &&
		    nl->listeners[i].arg == arg)
			nl->listeners[i] = (struct listener){ 0 };
}

/* --- opening --- */

static int read_transport(uint64_t *ret, struct err *err)
{
	char text[32];
	int len = file_read(HANDLE_FILE, text, sizeof(text));

	if (len == -ENOENT)
		return err_set(err, ENODEV,
			       "the kernel has no iSCSI over TCP: module iscsi_tcp is not loaded");
	if (len < 0)
		return err_sys(err, -len, "reading %s", HANDLE_FILE);
	if (!parse_uint(span_of(text), 10, 1, UINT64_MAX, ret))
		return err_set(err, EPROTO, "%s holds no handle", HANDLE_FILE);
	return 0;
}

static uint32_t portid_of(int fd)
{
	struct sockaddr_nl self = { 0 };
	socklen_t len = sizeof(self);

	(void)getsockname(fd, (struct sockaddr *)&self, &len); /* cannot fail for a bound one */
	return self.nl_pid;
}

uint32_t iscsi_if_portid(const struct iscsi_if *nl)
{
	return nl->portid;
}

static int open_socket(struct err *err)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK, .nl_groups = GROUP_EVENTS };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ISCSI);
	int size = RECEIVE_BUFFER;

	if (fd < 0 && errno == EPROTONOSUPPORT)
		return err_set(err, ENODEV,
			       "the kernel has no iSCSI: module scsi_transport_iscsi is not "
			       "loaded");
	if (fd < 0)
		return err_sys(err, errno, "iSCSI netlink socket");
	if (bind(fd, (struct sockaddr *)&self, sizeof(self)) < 0) {
		int code = errno;

		close(fd);
		return err_sys(err, code, "iSCSI netlink socket: bind");
	}
	/* Best effort: the default holds some 25 PDUs. */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return fd;
}

struct iscsi_if *iscsi_if_get(struct loop *loop, struct err *err)
{
	struct iscsi_if *nl = &the_if;
	int fd;

	if (nl->open)
		return nl;
	if (read_transport(&nl->transport, err) < 0)
		return NULL;
	fd = open_socket(err);
	if (fd < 0)
		return NULL;
	if (loop_timer(loop, pending_deadline, pending_expired, nl, err) < 0) {
		close(fd);
		return NULL;
	}
	if (loop_watch(loop, fd, EPOLLIN, on_readable, nl, err) < 0) {
		loop_timer_drop(loop, nl);
		close(fd);
		return NULL;
	}
	nl->open = true;
	nl->fd = fd;
	nl->portid = portid_of(fd);
	return nl;
}

void iscsi_if_close(struct loop *loop)
{
	struct iscsi_if *nl = &the_if;
	int group = 1;

	if (!nl->open)
		return;
	/* a child that hangs may hold the socket; fails where nobody listens by it any more */
	(void)setsockopt(nl->fd, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, &group, sizeof(group));
	loop_unwatch(loop, nl->fd);
	loop_timer_drop(loop, nl);
	close(nl->fd);
	*nl = (struct iscsi_if){ 0 };
}

void iscsi_if_touch(void)
{
	memset(the_if.events, 0, sizeof(the_if.events));
	memset(the_if.request, 0, sizeof(the_if.request));
	memset(the_if.reply, 0, sizeof(the_if.reply));
}
