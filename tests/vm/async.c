/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * async LISTEN-ADDRESS TARGET-ADDRESS FIFO: stands between an initiator and a target on port 3260
 * and says what targets of the tests never say: a line "EVENT PARAMETER2 PARAMETER3" in the FIFO
 * becomes an Asynchronous Message (RFC 7143 11.9) of that event to whoever is logged in, between
 * two PDUs of the target. Tells logins, logouts, events and ends of connections on standard output,
 * with the milliseconds of a clock in front. No digests.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BHS_LEN 48
#define LINKS_MAX 16
#define SENSE_LEN 18 /* fixed format */

/* One direction: how far it is in a PDU. */
struct way {
	uint8_t bhs[BHS_LEN];
	size_t len_bhs; /* of the PDU so far */
	size_t body; /* to come behind the BHS */
};

struct link {
	int client, target; /* -1: free */
	struct way to_client, to_target;
	uint32_t stat_sn; /* the target's next */
	bool full_feature;
};

static struct link links[LINKS_MAX];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

__attribute__((format(printf, 1, 2))) static void tell(const char *fmt, ...)
{
	struct timespec t;
	va_list ap;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	printf("%lld ", (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool at_boundary(const struct way *w)
{
	return !w->len_bhs && !w->body;
}

static void saw(struct link *l, const struct way *w, bool from_target)
{
	uint8_t opcode = w->bhs[0] & 0x3f;

	if (!from_target && opcode == 0x06)
		tell("logout request %02x %02x", w->bhs[0], w->bhs[1]);
	if (from_target && opcode == 0x26)
		tell("logout response %u, time to wait %u s", w->bhs[2],
		     w->bhs[40] * 256u + w->bhs[41]);
	if (!from_target)
		return;
	l->stat_sn = be32(w->bhs + 24) + 1;
	if (opcode == 0x23 && (w->bhs[1] & 0x83) == 0x83 && !w->bhs[36]) {
		l->full_feature = true;
		tell("logged in");
	}
}

/* How much of these bytes belongs to the PDU that is under way. */
static size_t advance(struct link *l, struct way *w, const uint8_t *p, size_t len, bool from_target)
{
	size_t n;

	if (w->body) {
		n = len < w->body ? len : w->body;
		w->body -= n;
		return n;
	}
	n = BHS_LEN - w->len_bhs;
	n = len < n ? len : n;
	memcpy(w->bhs + w->len_bhs, p, n);
	w->len_bhs += n;
	if (w->len_bhs == BHS_LEN) {
		w->len_bhs = 0;
		w->body = w->bhs[4] * 4u + (((be32(w->bhs + 4) & 0xffffff) + 3u) & ~3u);
		saw(l, w, from_target);
	}
	return n;
}

static void send_all(int fd, const uint8_t *p, size_t len)
{
	while (len) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		if (n <= 0)
			return; /* its end is seen by reading */
		p += n;
		len -= (size_t)n;
	}
}

static void drop(struct link *l)
{
	if (l->full_feature)
		tell("ended");
	close(l->client);
	close(l->target);
	*l = (struct link){ .client = -1, .target = -1 };
}

static void pass(struct link *l, bool from_target)
{
	static uint8_t buffer[65536];
	struct way *w = from_target ? &l->to_client : &l->to_target;
	ssize_t n = recv(from_target ? l->target : l->client, buffer, sizeof(buffer), 0);

	if (n <= 0) {
		drop(l);
		return;
	}
	for (size_t at = 0; at < (size_t)n;)
		at += advance(l, w, buffer + at, (size_t)n - at, from_target);
	send_all(from_target ? l->client : l->target, buffer, (size_t)n);
}

static int tcp(const char *address, bool listens)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(3260) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	if (fd < 0 || inet_pton(AF_INET, address, &a.sin_addr) != 1)
		die(address);
	if (!listens) {
		if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
			return fd;
		close(fd);
		return -1;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 8))
		die(address);
	return fd;
}

static void take(int listener, const char *target)
{
	int client = accept(listener, NULL, NULL);

	for (int i = 0; client >= 0 && i < LINKS_MAX; i++) {
		if (links[i].client >= 0)
			continue;
		links[i] = (struct link){ .client = client, .target = tcp(target, false) };
		if (links[i].target < 0)
			drop(&links[i]);
		return;
	}
	close(client);
}

/* Sense data as a LUN says that it is there again (SAM), behind its length: what event 0 is about.
 */
static size_t add_sense(uint8_t b[static BHS_LEN + 2 + SENSE_LEN])
{
	static const uint8_t sense[SENSE_LEN] = {
		0x70, [2] = 6 /* unit attention */, [7] = 10, [12] = 0x3f, [13] = 0x0e
	};

	b[7] = 2 + SENSE_LEN;
	b[BHS_LEN + 1] = SENSE_LEN;
	memcpy(b + BHS_LEN + 2, sense, sizeof(sense));
	return 2 + SENSE_LEN; /* no padding needed */
}

/* True: it was said. */
static bool say(unsigned int event, unsigned int p2, unsigned int p3)
{
	bool said = false;

	for (int i = 0; i < LINKS_MAX; i++) {
		struct link *l = &links[i];
		uint8_t b[BHS_LEN + 2 + SENSE_LEN] = { 0x32, 0x80, [36] = (uint8_t)event };
		size_t len_data = event ? 0 : add_sense(b);

		if (l->client < 0 || !l->full_feature || !at_boundary(&l->to_client))
			continue;
		memset(b + 16, 0xff, 4); /* no task is meant */
		for (int k = 0; k < 4; k++)
			b[24 + k] = b[28 + k] = (uint8_t)(l->stat_sn >> (24 - 8 * k));
		memcpy(b + 28, l->to_client.bhs + 28, 8); /* ExpCmdSN, MaxCmdSN as they were */
		b[40] = (uint8_t)(p2 >> 8);
		b[41] = (uint8_t)p2;
		b[42] = (uint8_t)(p3 >> 8);
		b[43] = (uint8_t)p3;
		send_all(l->client, b, BHS_LEN + len_data);
		tell("event %u sent", event);
		said = true;
	}
	return said;
}

static void turn(int listener, int fifo, const char *target)
{
	static unsigned int event, p2, p3;
	static bool is_due;
	struct pollfd fds[2 + 2 * LINKS_MAX] = { { listener, POLLIN, 0 }, { fifo, POLLIN, 0 } };
	char line[64];
	ssize_t n;

	for (int i = 0; i < LINKS_MAX; i++) {
		fds[2 + 2 * i] = (struct pollfd){ links[i].client, POLLIN, 0 };
		fds[3 + 2 * i] = (struct pollfd){ links[i].target, POLLIN, 0 };
	}
	if (poll(fds, sizeof(fds) / sizeof(*fds), -1) < 0)
		die("poll");
	for (int i = 0; i < LINKS_MAX; i++) {
		if (fds[2 + 2 * i].revents && links[i].client == fds[2 + 2 * i].fd)
			pass(&links[i], false);
		if (fds[3 + 2 * i].revents && links[i].target == fds[3 + 2 * i].fd &&
		    links[i].client >= 0)
			pass(&links[i], true);
	}
	if (fds[0].revents)
		take(listener, target);
	if (fds[1].revents && (n = read(fifo, line, sizeof(line) - 1)) > 0) {
		line[n] = '\0';
		if (sscanf(line, "%u %u %u", &event, &p2, &p3) != 3)
			die("EVENT PARAMETER2 PARAMETER3");
		is_due = true;
	}
	if (is_due && say(event, p2, p3))
		is_due = false;
}

int main(int argc, char **argv)
{
	int listener, fifo;

	if (argc != 4)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 0; i < LINKS_MAX; i++)
		links[i].client = links[i].target = -1;
	listener = tcp(argv[1], true);
	fifo = open(argv[3], O_RDWR);
	if (fifo < 0)
		die(argv[3]);
	for (;;)
		turn(listener, fifo, argv[2]);
}
