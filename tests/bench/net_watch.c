/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Watches from outside how a DHCP client brings up its NICs, on one clock (CLOCK_MONOTONIC), and
 * plays the cables: net_watch CLIENT-NETNS SILENT-NETNS NICS CABLE-MS LIMIT-S COMMAND...
 *
 * The client's namespace has eth0 to eth(NICS - 1). The peer of the last one is s(NICS), in the
 * namespace this was started in, where a DHCP server listens; those of the others are
 * d(NICS)-(number), in SILENT-NETNS. All peers are down: each is raised CABLE-MS after the client
 * has brought up its NIC, and that is what gives the NIC its carrier. COMMAND is started, watched
 * until there is a default route, or for LIMIT-S, and then killed with all that it has started.
 *
 * Prints when, in ms after the start of COMMAND, or "-":
 *   up       the NIC with the server was brought up
 *   carrier  it had a carrier
 *   ack      a DHCPACK left the server
 *   address  the NIC had an address of the server
 *   route    there was a default route by a gateway on it
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/dhcp_msg.h"
#include "core/ip4.h"
#include "core/nlmsg.h"
#include "core/text.h"

#define NICS_MAX 8
#define NS_PER_MS 1000000ull
#define SERVER_NET_HE 0x0a4d0000 /* 10.77.0.0/16 */
#define SERVER_MASK_HE 0xffff0000
#define PRIORITY 50

enum moment { M_UP, M_CARRIER, M_ACK, M_ADDRESS, M_ROUTE, N_MOMENTS };

struct cable {
	int ifindex; /* the client's end */
	int peer_ifindex;
	int peer_fd; /* rtnetlink where the peer is */
	bool up; /* as the client left it */
	bool raised;
	uint64_t raise_ns;
};

struct watch {
	struct cable cables[NICS_MAX];
	int n_cables; /* the last one leads to the server */
	uint64_t cable_ns, start_ns;
	uint64_t moments[N_MOMENTS]; /* 0: not so far */
	int news_fd, packet_fd;
};

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *fmt, ...)
{
	int code = errno;
	va_list ap;

	fputs("net_watch: ", stderr);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, ": %s\n", strerror(code));
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts); /* the clock is there */
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void note(struct watch *w, enum moment moment)
{
	if (!w->moments[moment])
		w->moments[moment] = now_ns();
}

/* --- sockets, each of the namespace that is entered when it is opened --- */

static int open_netlink(uint32_t groups)
{
	struct sockaddr_nl sa = { .nl_family = AF_NETLINK, .nl_groups = groups };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&sa, sizeof(sa)))
		die("rtnetlink");
	return fd;
}

/* What is sent is told to those who listen to every protocol only. */
static int open_packet(int ifindex)
{
	struct sockaddr_ll sa = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ALL),
				  .sll_ifindex = ifindex };
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&sa, sizeof(sa)))
		die("packet socket at the server");
	return fd;
}

__attribute__((format(printf, 1, 2))) static int index_of(const char *fmt, ...)
{
	char name[IF_NAMESIZE];
	unsigned int ifindex;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	ifindex = if_nametoindex(name);
	if (!ifindex)
		die("%s", name);
	return (int)ifindex;
}

static void enter(int fd, const char *what)
{
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die("%s", what);
}

static void open_all(struct watch *w, const char *client, const char *silent)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int last = w->n_cables - 1, silent_fd;

	w->cables[last].peer_ifindex = index_of("s%d", w->n_cables);
	w->cables[last].peer_fd = open_netlink(0);
	w->packet_fd = open_packet(w->cables[last].peer_ifindex);
	enter(open(silent, O_RDONLY | O_CLOEXEC), silent);
	silent_fd = open_netlink(0);
	for (int i = 0; i < last; i++) {
		w->cables[i].peer_ifindex = index_of("d%d-%d", w->n_cables, i);
		w->cables[i].peer_fd = silent_fd;
	}
	enter(open(client, O_RDONLY | O_CLOEXEC), client);
	w->news_fd = open_netlink(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE);
	for (int i = 0; i <= last; i++)
		w->cables[i].ifindex = index_of("eth%d", i);
	enter(home, "back");
}

/* --- cables --- */

static void raise_peer(struct cable *c)
{
	static const uint32_t up = IFF_UP;
	struct ifinfomsg info = { .ifi_index = c->peer_ifindex, .ifi_flags = up, .ifi_change = up };
	uint8_t bytes[64];
	struct writer out = writer_of(bytes, sizeof(bytes));
	size_t begin = nl_begin(&out, RTM_NEWLINK, NLM_F_REQUEST, 1);

	write_bytes(&out, &info, sizeof(info));
	nl_end(&out, begin);
	c->raised = true;
	if (send(c->peer_fd, bytes, writer_len(&out), 0) < 0)
		die("raising a peer");
}

static void raise_due(struct watch *w)
{
	for (int i = 0; i < w->n_cables; i++) {
		struct cable *c = &w->cables[i];

		if (c->up && !c->raised && now_ns() >= c->raise_ns)
			raise_peer(c);
	}
}

static uint64_t next_deadline(const struct watch *w, uint64_t limit_ns)
{
	uint64_t at = limit_ns;

	for (int i = 0; i < w->n_cables; i++) {
		const struct cable *c = &w->cables[i];

		if (c->up && !c->raised && c->raise_ns < at)
			at = c->raise_ns;
	}
	return at;
}

/* --- news --- */

static void on_link(struct watch *w, struct reader r)
{
	struct cable *last = &w->cables[w->n_cables - 1];
	const uint8_t *head;
	struct ifinfomsg info;

	head = read_bytes(&r, sizeof(info));
	if (!head)
		return;
	memcpy(&info, head, sizeof(info));
	for (int i = 0; i < w->n_cables; i++) {
		struct cable *c = &w->cables[i];

		if (c->ifindex != info.ifi_index || !(info.ifi_flags & IFF_UP))
			continue;
		if (!c->up)
			c->raise_ns = now_ns() + w->cable_ns;
		c->up = true;
		if (c != last)
			continue;
		note(w, M_UP);
		if (info.ifi_flags & IFF_LOWER_UP)
			note(w, M_CARRIER);
	}
}

static void on_address(struct watch *w, struct reader r)
{
	const uint8_t *head;
	struct ifaddrmsg info;
	struct nl_attr a;

	head = read_bytes(&r, sizeof(info));
	if (!head)
		return;
	memcpy(&info, head, sizeof(info));
	if ((int)info.ifa_index != w->cables[w->n_cables - 1].ifindex)
		return;
	while (nl_attr_next(&r, &a))
		if (a.type == IFA_LOCAL && (read_be32(&a.body) & SERVER_MASK_HE) == SERVER_NET_HE)
			note(w, M_ADDRESS);
}

static void on_route(struct watch *w, struct reader r)
{
	bool gateway = false, ours = false;
	const uint8_t *head;
	struct rtmsg info;
	struct nl_attr a;

	head = read_bytes(&r, sizeof(info));
	if (!head)
		return;
	memcpy(&info, head, sizeof(info));
	if (info.rtm_family != AF_INET || info.rtm_dst_len || info.rtm_type != RTN_UNICAST)
		return;
	while (nl_attr_next(&r, &a)) {
		if (a.type == RTA_GATEWAY)
			gateway = true;
		else if (a.type == RTA_OIF)
			ours = (int)read_he32(&a.body) == w->cables[w->n_cables - 1].ifindex;
	}
	if (gateway && ours)
		note(w, M_ROUTE);
}

static void on_news(struct watch *w)
{
	static uint8_t datagram[32768];
	ssize_t n = recv(w->news_fd, datagram, sizeof(datagram), 0);
	struct reader r = reader_of(datagram, n > 0 ? (size_t)n : 0);
	struct nl_msg msg;

	if (n < 0)
		die("rtnetlink's news");
	while (nl_next(&r, &msg)) {
		if (msg.type == RTM_NEWLINK)
			on_link(w, msg.body);
		else if (msg.type == RTM_NEWADDR)
			on_address(w, msg.body);
		else if (msg.type == RTM_NEWROUTE)
			on_route(w, msg.body);
	}
}

static void on_packet(struct watch *w)
{
	struct sockaddr_ll from = { 0 };
	socklen_t len_from = sizeof(from);
	uint8_t packet[2048], type;
	ssize_t n = recvfrom(w->packet_fd, packet, sizeof(packet), 0, (struct sockaddr *)&from,
			     &len_from);
	struct ip4_udp udp;
	struct dhcp_msg msg;

	/* ENETDOWN is what the socket begins with: the peer is down */
	if (n < 0 && errno != ENETDOWN)
		die("reading at the server");
	if (n <= 0 || from.sll_pkttype != PACKET_OUTGOING || from.sll_protocol != htons(ETH_P_IP) ||
	    ip4_udp_parse(packet, (size_t)n, true, &udp) || udp.sport != 67)
		return;
	if (dhcp_msg_header(udp.payload, udp.len, &msg, NULL) && dhcp_msg_options(&msg, NULL) &&
	    dhcp_msg_get_u8(&msg, DHCP_OPT_TYPE, &type) == DHCP_FOUND && type == DHCP_TYPE_ACK)
		note(w, M_ACK);
}

/* --- the client --- */

/* First process of a PID namespace: with it ends all that it has started. */
static pid_t start(char **command)
{
	struct sched_param ordinary = { 0 };
	pid_t pid = unshare(CLONE_NEWPID) ? -1 : fork();

	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	(void)sched_setscheduler(0, SCHED_OTHER, &ordinary); /* was not raised where this fails */
	(void)dup2(STDERR_FILENO, STDOUT_FILENO);
	execvp(command[0], command);
	die("%s", command[0]);
}

/* Returns when the last process of it is gone (zap_pid_ns_processes()). */
static void end(pid_t pid)
{
	(void)kill(pid, SIGKILL); /* has ended where this fails */
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void watch(struct watch *w, uint64_t limit_ns)
{
	struct pollfd fds[] = { { .fd = w->news_fd, .events = POLLIN },
				{ .fd = w->packet_fd, .events = POLLIN } };

	while (!w->moments[M_ROUTE] && now_ns() < limit_ns) {
		uint64_t now = now_ns(), at = next_deadline(w, limit_ns);
		uint64_t left = at > now ? at - now : 0;
		struct timespec ts = { (time_t)(left / 1000000000), (long)(left % 1000000000) };

		if (ppoll(fds, 2, &ts, NULL) < 0 && errno != EINTR)
			die("poll");
		if (fds[0].revents)
			on_news(w);
		if (fds[1].revents)
			on_packet(w);
		raise_due(w);
	}
	/* the ACK may be waiting beside the route it led to */
	while (poll(&fds[1], 1, 0) > 0)
		on_packet(w);
}

static void print(const struct watch *w)
{
	for (int i = 0; i < N_MOMENTS; i++) {
		uint64_t after = w->moments[i] - w->start_ns;

		if (w->moments[i])
			printf("%s%.3f", i ? " " : "", (double)after / (double)NS_PER_MS);
		else
			printf("%s-", i ? " " : "");
	}
	printf("\n");
}

int main(int argc, char **argv)
{
	struct sched_param first = { .sched_priority = PRIORITY };
	uint64_t n_cables, cable_ms, limit_s;
	struct watch w = { 0 };
	pid_t pid;

	if (argc < 7 || !parse_uint(span_of(argv[3]), 10, 1, NICS_MAX, &n_cables) ||
	    !parse_uint(span_of(argv[4]), 10, 0, 60000, &cable_ms) ||
	    !parse_uint(span_of(argv[5]), 10, 1, 600, &limit_s)) {
		fprintf(stderr, "usage: net_watch CLIENT-NETNS SILENT-NETNS NICS CABLE-MS LIMIT-S "
				"COMMAND...\n");
		return 2;
	}
	w.n_cables = (int)n_cables;
	w.cable_ns = cable_ms * NS_PER_MS;
	open_all(&w, argv[1], argv[2]);
	/* a busy machine must not make the stamps late; less exact where it is not allowed */
	(void)sched_setscheduler(0, SCHED_FIFO, &first);
	w.start_ns = now_ns();
	pid = start(&argv[6]);
	watch(&w, w.start_ns + limit_s * 1000000000);
	end(pid);
	print(&w);
	return 0;
}
