/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cable of some length between a virtual machine and a tap: distance TAP SOCKET PEER-SOCKET US.
 * Each frame arrives so many microseconds after it was sent, in either direction.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define FRAME_MAX 65536
#define FRAMES_MAX 1024 /* on the way: more are lost, as in a switch */

struct frame {
	uint64_t due_ns;
	size_t len;
	uint8_t *bytes;
};

/* One direction. */
struct way {
	int from, to;
	struct frame frames[FRAMES_MAX];
	unsigned int first, n;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "distance: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int tap_open(const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &ifr) < 0)
		die(name);
	return fd;
}

static struct sockaddr_un unix_address(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	(void)snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	return un;
}

static void take_in(struct way *w, uint64_t late_ns)
{
	static uint8_t bytes[FRAME_MAX];
	ssize_t len = read(w->from, bytes, sizeof(bytes));
	struct frame *f = &w->frames[(w->first + w->n) % FRAMES_MAX];

	if (len <= 0 || w->n == FRAMES_MAX)
		return;
	f->bytes = malloc((size_t)len);
	if (!f->bytes)
		die("memory");
	memcpy(f->bytes, bytes, (size_t)len);
	f->len = (size_t)len;
	f->due_ns = now_ns() + late_ns;
	w->n++;
}

/* Returns when the next one is due, or UINT64_MAX. */
static uint64_t give_out(struct way *w, const struct sockaddr_un *peer)
{
	while (w->n && w->frames[w->first].due_ns <= now_ns()) {
		struct frame *f = &w->frames[w->first];

		/* lost where the other end is not there yet, or no more */
		if (peer)
			(void)sendto(w->to, f->bytes, f->len, 0, (const void *)peer, sizeof(*peer));
		else
			(void)!write(w->to, f->bytes, f->len);
		free(f->bytes);
		w->first = (w->first + 1) % FRAMES_MAX;
		w->n--;
	}
	return w->n ? w->frames[w->first].due_ns : UINT64_MAX;
}

int main(int argc, char **argv)
{
	static struct way up, down;
	struct sockaddr_un own, peer;
	uint64_t late_ns;

	if (argc != 5) {
		fprintf(stderr, "usage: distance TAP SOCKET PEER-SOCKET US\n");
		return 2;
	}
	own = unix_address(argv[2]);
	peer = unix_address(argv[3]);
	late_ns = strtoull(argv[4], NULL, 10) * 1000;
	up.to = down.from = tap_open(argv[1]);
	up.from = down.to = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (up.from < 0 || bind(up.from, (void *)&own, sizeof(own)) < 0)
		die(argv[2]);
	for (;;) {
		struct pollfd fds[] = { { .fd = up.from, .events = POLLIN },
					{ .fd = down.from, .events = POLLIN } };
		uint64_t a = give_out(&up, NULL), b = give_out(&down, &peer), now = now_ns();
		uint64_t next = a < b ? a : b, wait = next > now ? next - now : 0;
		struct timespec t = { (time_t)(wait / 1000000000u), (long)(wait % 1000000000u) };

		if (ppoll(fds, 2, next == UINT64_MAX ? NULL : &t, NULL) < 0 && errno != EINTR)
			die("poll");
		if (fds[0].revents)
			take_in(&up, late_ns);
		if (fds[1].revents)
			take_in(&down, late_ns);
	}
}
