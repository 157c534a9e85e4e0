/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packet(7), with the filter that runs in the kernel. */
#include "sys/packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define DHCP_CLIENT_PORT 68
#define NO_PROTOCOL 0

int packet_filter(int fd, struct sock_filter *code, size_t n)
{
	struct sock_fprog prog = { (unsigned short)n, code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) ? -errno : 0;
}

/* On a SOCK_DGRAM socket offset 0 is the IP header. */
static int filter_dhcp(int fd)
{
	struct sock_filter code[] = {
		/* ours by MAC or broadcast; frames of a VLAN count as somebody else's */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OTHERHOST, 8, 0),
		/* protocol: UDP */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 6),
		/* neither "more fragments" nor an offset */
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x3fff, 4, 0),
		/* destination port, behind an IP header of whatever length */
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, DHCP_CLIENT_PORT, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};

	return packet_filter(fd, code, sizeof(code) / sizeof(code[0]));
}

int packet_mute(int fd)
{
	struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, 0) };

	return packet_filter(fd, code, 1);
}

static struct sockaddr_ll address_of(int ifindex)
{
	struct sockaddr_ll sa = { 0 };

	sa.sll_family = AF_PACKET;
	sa.sll_protocol = htons(ETH_P_IP);
	sa.sll_ifindex = ifindex;
	return sa;
}

int packet_open(int ifindex, struct err *err)
{
	struct sockaddr_ll sa = address_of(ifindex);
	int on = 1, code;
	/* hears nothing before bind() names a protocol: nothing passes before the filter is there
	 */
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NO_PROTOCOL);

	if (fd < 0)
		return err_sys(err, errno, "cannot open a packet socket");
	if (filter_dhcp(fd) || setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) ||
	    bind(fd, (const struct sockaddr *)&sa, sizeof(sa))) {
		code = errno;
		(void)close(fd);
		return err_sys(err, code, "cannot set up the packet socket");
	}
	return fd;
}

int packet_broadcast(int fd, int ifindex, const uint8_t *packet, size_t len, struct err *err)
{
	struct sockaddr_ll sa = address_of(ifindex);

	sa.sll_halen = ETH_ALEN;
	memset(sa.sll_addr, 0xff, ETH_ALEN);
	if (sendto(fd, packet, len, 0, (const struct sockaddr *)&sa, sizeof(sa)) < 0)
		return err_sys(err, errno, "cannot send");
	return 0;
}

static bool sum_is_pending(struct msghdr *msg)
{
	struct tpacket_auxdata aux;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA ||
		    c->cmsg_len < CMSG_LEN(sizeof(aux)))
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		return aux.tp_status & TP_STATUS_CSUMNOTREADY;
	}
	return false;
}

ssize_t packet_read(int fd, uint8_t *dst, size_t size, bool *ret_sum_pending)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	struct iovec iov = { dst, size };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(fd, &msg, 0);

	if (n < 0)
		return -errno;
	*ret_sum_pending = sum_is_pending(&msg);
	return n;
}
