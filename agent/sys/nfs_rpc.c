/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RPC connections: open, serve, close. */
#include "sys/nfs_rpc.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "sys/loop.h"

/* of libnfs' lib/init.c, in the library but in none of its public headers */
void rpc_set_interface(struct rpc_context *rpc, const char *ifname);

#define LINKS_MAX 4
/* A SYN sent right after link-up may be lost in a bridge that still learns; the kernel repeats it
 * after 1 s only, a new connection goes out at once. */
#define CONNECT_WAIT_NS (250 * NS_PER_MS)
#define CONNECT_WAIT_MAX_NS (2 * NS_PER_S)

static enum nfs_answer answer_of_errno(int errnum)
{
	switch (errnum) {
	case ECONNREFUSED:
		return NFS_REFUSED_CONN;
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EHOSTDOWN:
	case ENETDOWN:
	case ENODEV: /* a link-local address, and no NIC of that name; or none given */
	case EINVAL:
		return NFS_UNREACHABLE;
	case ETIMEDOUT:
		return NFS_NO_REPLY;
	default:
		return NFS_OTHER;
	}
}

static void set_down(struct rpc_link *link, enum nfs_answer why)
{
	link->state = RPC_LINK_DOWN;
	link->down = why;
}

static void connected(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct rpc_link *link = arg;

	(void)rpc;
	(void)data;
	if (status == RPC_STATUS_SUCCESS)
		link->state = RPC_LINK_UP;
}

/* libnfs binds a port below 1024 where it may, which servers ask for ("secure"). */
static void begin_connect(struct rpc_link *link)
{
	char text[IP_TEXT_MAX];
	int on = 1;

	if (link->rpc)
		rpc_destroy_context(link->rpc);
	link->rpc = rpc_init_context();
	if (!link->rpc) {
		set_down(link, NFS_OTHER);
		return;
	}
	/* libnfs keeps no scope of an address; it binds to the NIC instead */
	if (link->server.scope[0])
		rpc_set_interface(link->rpc, link->server.scope);
	link->state = RPC_LINK_CONNECTING;
	errno = 0;
	if (rpc_connect_async(link->rpc, ip_text(&link->server.ip, text), link->port, connected,
			      link) != 0) {
		set_down(link, answer_of_errno(errno));
		return;
	}
	/* calls are sent side by side: each but the first would wait for an answer to it */
	(void)setsockopt(rpc_get_fd(link->rpc), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

void rpc_link_open(struct rpc_link *link, const struct plan_host *server, uint16_t port,
		   uint64_t now_ns)
{
	rpc_link_close(link);
	link->server = *server;
	link->port = port;
	link->wait_ns = CONNECT_WAIT_NS;
	link->again_ns = now_ns + link->wait_ns;
	begin_connect(link);
}

void rpc_link_close(struct rpc_link *link)
{
	if (link->rpc)
		rpc_destroy_context(link->rpc);
	link->rpc = NULL;
	link->state = RPC_LINK_CLOSED;
}

static bool is_open(const struct rpc_link *link)
{
	return link->state == RPC_LINK_CONNECTING || link->state == RPC_LINK_UP;
}

static void serve(struct rpc_link *link, int revents)
{
	int errnum = 0;
	socklen_t len = sizeof(errnum);

	/* asked here because libnfs keeps the reason for a failed connect only as words */
	if (link->state == RPC_LINK_CONNECTING) {
		if (getsockopt(rpc_get_fd(link->rpc), SOL_SOCKET, SO_ERROR, &errnum, &len) != 0)
			errnum = errno;
		if (errnum) {
			set_down(link, answer_of_errno(errnum));
			return;
		}
	}
	if (rpc_service(link->rpc, revents) != 0)
		set_down(link, NFS_OTHER);
}

static void connect_again(struct rpc_link *link, uint64_t now)
{
	if (link->state != RPC_LINK_CONNECTING || now < link->again_ns)
		return;
	link->wait_ns *= 2;
	if (link->wait_ns > CONNECT_WAIT_MAX_NS)
		link->wait_ns = CONNECT_WAIT_MAX_NS;
	link->again_ns = now + link->wait_ns;
	begin_connect(link);
}

void rpc_links_turn(struct rpc_link *const links[], size_t n, uint64_t until_ns)
{
	struct pollfd fds[LINKS_MAX];
	uint64_t now = clock_now_ns(), ms = 0;

	for (size_t i = 0; i < n && i < LINKS_MAX; i++) {
		fds[i] = (struct pollfd){ .fd = -1 };
		connect_again(links[i], now);
		if (!is_open(links[i]))
			continue;
		fds[i].fd = rpc_get_fd(links[i]->rpc);
		fds[i].events = (short)rpc_which_events(links[i]->rpc);
		if (links[i]->state == RPC_LINK_CONNECTING && links[i]->again_ns < until_ns)
			until_ns = links[i]->again_ns;
	}
	if (until_ns > now)
		ms = (until_ns - now + NS_PER_MS - 1) / NS_PER_MS;
	if (poll(fds, n, ms > INT32_MAX ? INT32_MAX : (int)ms) <= 0)
		return;
	for (size_t i = 0; i < n && i < LINKS_MAX; i++)
		if (fds[i].revents)
			serve(links[i], fds[i].revents);
}

enum nfs_answer rpc_call_answer(int status, const void *data)
{
	/* the words of libnfs' rpc_process_reply(), the only form in which it passes these on */
	static const char mismatch[] = "Server responded: Program";
	static const char rejected[] = "RPC Packet not accepted by the server";

	if (status == RPC_STATUS_SUCCESS)
		return NFS_YES;
	if (status != RPC_STATUS_ERROR || !data)
		return NFS_UNASKED;
	if (strncmp(data, mismatch, sizeof(mismatch) - 1) == 0)
		return NFS_NO;
	return strcmp(data, rejected) == 0 ? NFS_DENIED : NFS_OTHER;
}
