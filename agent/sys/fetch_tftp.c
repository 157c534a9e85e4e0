/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file by TFTP: core/tftp on a socket. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/tftp.h"
#include "sys/fetch.h"
#include "sys/loop.h"
#include "sys/sockaddr.h"

struct talk {
	int fd;
	const struct plan_host *server;
	uint16_t port; /* the server's own */
};

static void send_bytes(const struct talk *talk, uint16_t port, const uint8_t *bytes, size_t len)
{
	struct sockaddr_storage to;
	socklen_t len_to = sockaddr_of(&talk->server->ip, port, 0, &to);

	/* what does not go out is as good as lost on the way: it goes out again */
	(void)sendto(talk->fd, bytes, len, 0, (const struct sockaddr *)&to, len_to);
}

static void send_due(const struct talk *talk, struct tftp *t)
{
	uint8_t away[12];

	if (t->send)
		send_bytes(talk, t->port ? t->port : talk->port, t->packet, t->len_packet);
	t->send = false;
	if (t->stray_port)
		send_bytes(talk, t->stray_port, away, tftp_turn_away(away));
	t->stray_port = 0;
}

/* Of the server's address; 0: of somebody else's. */
static uint16_t port_of(const struct talk *talk, const struct sockaddr_storage *from)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;

	if (from->ss_family == AF_INET)
		return memcmp(&v4->sin_addr, talk->server->ip.bytes, 4) ? 0 : ntohs(v4->sin_port);
	if (from->ss_family == AF_INET6)
		return memcmp(&v6->sin6_addr, talk->server->ip.bytes, 16) ? 0
									  : ntohs(v6->sin6_port);
	return 0;
}

/* False: there is no way there, or nobody listens. */
static bool receive(const struct talk *talk, struct tftp *t)
{
	uint8_t packet[TFTP_PACKET_MAX];
	struct sockaddr_storage from = { .ss_family = AF_UNSPEC };
	socklen_t len_from = sizeof(from);
	ssize_t n = recvfrom(talk->fd, packet, sizeof(packet), MSG_DONTWAIT,
			     (struct sockaddr *)&from, &len_from);
	uint16_t port;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	port = port_of(talk, &from);
	if (port)
		tftp_packet(t, port, packet, (size_t)n, clock_now_ns());
	return true;
}

static enum fetch_result run(const struct talk *talk, struct tftp *t, struct fetch *f)
{
	while (!tftp_over(t)) {
		uint64_t now = clock_now_ns(), due = tftp_deadline(t);
		struct pollfd polled = { .fd = talk->fd, .events = POLLIN };

		send_due(talk, t);
		if (now >= f->end_ns) {
			(void)err_set(&f->err, ETIMEDOUT, "not done in time");
			return FETCH_FAILED;
		}
		due = due < f->end_ns ? due : f->end_ns;
		if (poll(&polled, 1, due > now ? (int)((due - now) / NS_PER_MS) + 1 : 0) > 0 &&
		    !receive(talk, t)) {
			(void)err_sys(&f->err, errno, "UDP port %u", talk->port);
			return FETCH_FAILED;
		}
		tftp_tick(t, clock_now_ns());
	}
	send_due(talk, t);
	f->len = t->len;
	f->err = t->err;
	return t->state == TFTP_DONE	  ? FETCH_DONE
	       : t->state == TFTP_MISSING ? FETCH_MISSING
					  : FETCH_FAILED;
}

enum fetch_result fetch_tftp(struct fetch *f)
{
	static struct tftp t; /* too large for a stack; the child fetches one at a time */
	bool v4 = f->hops.at.server.ip.family == IP_V4;
	struct talk talk = { .server = &f->hops.at.server, .port = config_port(&f->hops.at) };
	enum fetch_result result;
	int on = 1;

	talk.fd = fetch_socket(&f->hops.at.server, SOCK_DGRAM);
	if (talk.fd < 0) {
		(void)err_sys(&f->err, -talk.fd, "socket");
		return FETCH_FAILED;
	}
	/* a port that nobody listens on is told at once */
	if (v4)
		(void)setsockopt(talk.fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
	else
		(void)setsockopt(talk.fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
	tftp_start(&t, f->hops.path, f->dst, f->size, clock_now_ns());
	result = run(&talk, &t, f);
	(void)close(talk.fd);
	return result;
}
