/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NETLINK_SOCK_DIAG: SOCK_DIAG_BY_FAMILY (Linux 3.3), SOCK_DESTROY (4.5). */
#include "sys/tcp_diag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/nlmsg.h"

/* of include/net/tcp_states.h */
#define STATE_ESTABLISHED 1
#define STATE_SYN_SENT 2
/* Sent again so often, 1.5 s apart from the first time, and nothing has come back. */
#define STALLED_SENDS 3
#define ANSWER_MAX 16384

static int diag_fd = -1;
static uint32_t seq;

/* --- the dump --- */

struct search {
	const struct ip_addr *ip;
	uint16_t port;
	void (*found)(const struct inet_diag_msg *msg, struct reader attributes, void *arg);
	void *arg;
};

/* In the kernel's filter only the port: what else is connected to other servers' is not told. */
static void put_filter(struct writer *w, uint16_t port)
{
	struct {
		struct inet_diag_bc_op op;
		struct inet_diag_hostcond cond;
	} filter = {
		.op = { .code = INET_DIAG_BC_D_COND,
			.yes = sizeof(filter),
			.no = sizeof(filter) + 4 },
		.cond = { .family = AF_UNSPEC, .prefix_len = 0, .port = port },
	};

	nl_put(w, INET_DIAG_REQ_BYTECODE, &filter, sizeof(filter));
}

static int request(const struct search *s)
{
	struct inet_diag_req_v2 req = {
		.sdiag_family = s->ip->family == IP_V6 ? AF_INET6 : AF_INET,
		.sdiag_protocol = IPPROTO_TCP,
		.idiag_ext = 1 << (INET_DIAG_INFO - 1),
		.idiag_states = 1u << STATE_ESTABLISHED | 1u << STATE_SYN_SENT,
	};
	uint8_t bytes[256];
	struct writer w = writer_of(bytes, sizeof(bytes));
	size_t begin = nl_begin(&w, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, ++seq);

	write_bytes(&w, &req, sizeof(req));
	put_filter(&w, s->port);
	nl_end(&w, begin);
	return send(diag_fd, bytes, writer_len(&w), 0) < 0 ? -errno : 0;
}

static void entry_take(const struct search *s, const struct nl_msg *msg)
{
	struct reader body = msg->body;
	const uint8_t *p = read_bytes(&body, sizeof(struct inet_diag_msg));
	struct inet_diag_msg entry;

	if (!p)
		return;
	memcpy(&entry, p, sizeof(entry));
	if (ntohs(entry.id.idiag_dport) == s->port &&
	    !memcmp(entry.id.idiag_dst, s->ip->bytes, s->ip->family == IP_V6 ? 16 : 4))
		s->found(&entry, body, s->arg);
}

/* Negative errno, 0 to go on, 1 at the end. */
static int datagram_take(const struct search *s, uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	struct nl_msg msg;
	struct nl_ack ack;

	while (nl_next(&r, &msg)) {
		if (msg.seq != seq)
			continue;
		if (msg.type == NLMSG_DONE)
			return 1;
		if (nl_ack_parse(&msg, &ack))
			return -ack.code;
		if (msg.type == SOCK_DIAG_BY_FAMILY)
			entry_take(s, &msg);
	}
	return 0;
}

static int search(const struct search *s)
{
	static uint8_t bytes[ANSWER_MAX];
	int rc = request(s);

	while (rc == 0) {
		ssize_t n = recv(diag_fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		rc = n < 0 ? -errno : datagram_take(s, bytes, (size_t)n);
	}
	return rc < 0 ? rc : 0;
}

/* --- what is asked --- */

static void note_working(const struct inet_diag_msg *msg, struct reader attributes, void *arg)
{
	struct nl_attr a;
	uint8_t sends = 0;

	while (nl_attr_next(&attributes, &a)) {
		if (a.type != INET_DIAG_INFO)
			continue;
		(void)read_bytes(&a.body, offsetof(struct tcp_info, tcpi_retransmits));
		sends = read_u8(&a.body);
	}
	if (msg->idiag_state == STATE_ESTABLISHED && sends < STALLED_SENDS)
		*(bool *)arg = true;
}

bool tcp_diag_works(const struct ip_addr *ip, uint16_t port)
{
	bool works = false;
	struct search s = { ip, port, note_working, &works };

	return search(&s) < 0 || works;
}

#define CUT_MAX 16 /* nconnect= */

struct cut {
	struct inet_diag_sockid ids[CUT_MAX];
	size_t n;
};

static void note_id(const struct inet_diag_msg *msg, struct reader attributes, void *arg)
{
	struct cut *c = arg;

	(void)attributes;
	if (c->n < CUT_MAX)
		c->ids[c->n++] = msg->id;
}

static void destroy(int family, const struct inet_diag_sockid *id)
{
	struct inet_diag_req_v2 req = { .sdiag_family = (uint8_t)family,
					.sdiag_protocol = IPPROTO_TCP,
					.idiag_states = ~0u,
					.id = *id };
	uint8_t bytes[128];
	struct writer w = writer_of(bytes, sizeof(bytes));
	size_t begin = nl_begin(&w, SOCK_DESTROY, NLM_F_REQUEST, ++seq);

	write_bytes(&w, &req, sizeof(req));
	nl_end(&w, begin);
	/* it may have ended by itself; a kernel that cannot waits for its own time-out */
	(void)!send(diag_fd, bytes, writer_len(&w), 0);
}

void tcp_diag_cut(const struct ip_addr *ip, uint16_t port)
{
	struct cut c = { .n = 0 };
	struct search s = { ip, port, note_id, &c };

	(void)search(&s); /* those that it has told of, then */
	for (size_t i = 0; i < c.n; i++)
		destroy(ip->family == IP_V6 ? AF_INET6 : AF_INET, &c.ids[i]);
}

int tcp_diag_open(struct err *err)
{
	static const struct ip_addr nobody = { .family = IP_V4 };
	struct search s = { &nobody, 1, note_id, &(struct cut){ .n = 0 } };
	int rc;

	diag_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
	if (diag_fd < 0)
		return err_sys(err, errno, "the kernel's list of connections");
	rc = search(&s);
	if (rc < 0) {
		close(diag_fd);
		diag_fd = -1;
		return err_sys(err, -rc, "the kernel's list of connections (module tcp_diag)");
	}
	return 0;
}
