/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A switch's trunk for kernels without VLANs: frames of one VLAN on the trunk device are the
 * untagged frames of the access device. Usage: vlan TRUNK ID ACCESS PEER; runs until it is killed.
 * ACCESS is one end of a veth pair, PEER the other, whose offloads are taken away as well: what the
 * kernel sends into it has to come out whole, with its checksums.
 */
#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define MACS 12
#define TAG 4
#define FRAME_MAX 65536

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void offload_off(int fd, const char *name, uint32_t command)
{
	struct ethtool_value value = { .cmd = command };
	struct ifreq request = { .ifr_data = (char *)&value };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	ioctl(fd, SIOCETHTOOL, &request); /* what it never had cannot be taken away */
}

static void offloads_off(int fd, const char *name)
{
	offload_off(fd, name, ETHTOOL_SGRO);
	offload_off(fd, name, ETHTOOL_STSO);
	offload_off(fd, name, ETHTOOL_SGSO);
	offload_off(fd, name, ETHTOOL_STXCSUM);
}

static int open_port(const char *name)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), on = 1;
	struct packet_mreq all = { .mr_type = PACKET_MR_PROMISC };

	address.sll_ifindex = all.mr_ifindex = (int)if_nametoindex(name);
	if (fd < 0 || !address.sll_ifindex)
		die(name);
	if (setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all)) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)))
		die(name);
	offloads_off(fd, name);
	return fd;
}

/* A frame without its tag, whose id goes to *ret_id, -1 where it had none: the kernel keeps it
 * beside the frame, or in it. */
static ssize_t receive(int fd, uint8_t *frame, int *ret_id)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	struct iovec iov = { frame, FRAME_MAX };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(fd, &msg, 0);
	struct tpacket_auxdata aux;

	*ret_id = -1;
	if (n < MACS + 2)
		return -1;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		if (aux.tp_status & TP_STATUS_VLAN_VALID)
			*ret_id = aux.tp_vlan_tci & 0xfff;
	}
	if (*ret_id < 0 && n >= MACS + TAG && frame[MACS] == 0x81 && frame[MACS + 1] == 0) {
		*ret_id = (frame[MACS + 2] << 8 | frame[MACS + 3]) & 0xfff;
		memmove(frame + MACS, frame + MACS + TAG, (size_t)n - MACS - TAG);
		n -= TAG;
	}
	return n;
}

static void send_tagged(int fd, uint8_t *frame, ssize_t n, int id)
{
	const uint8_t tag[TAG] = { 0x81, 0, (uint8_t)(id >> 8), (uint8_t)id };

	memmove(frame + MACS + TAG, frame + MACS, (size_t)n - MACS);
	memcpy(frame + MACS, tag, TAG);
	send(fd, frame, (size_t)n + TAG, 0); /* a full queue loses frames, as switches do */
}

int main(int argc, char **argv)
{
	static uint8_t frame[FRAME_MAX + TAG];
	struct pollfd ports[2];
	int id, wanted;

	if (argc != 5)
		return 2;
	wanted = atoi(argv[2]);
	ports[0] = (struct pollfd){ .fd = open_port(argv[1]), .events = POLLIN };
	ports[1] = (struct pollfd){ .fd = open_port(argv[3]), .events = POLLIN };
	offloads_off(ports[1].fd, argv[4]);
	puts("ready");
	fflush(stdout);
	for (;;) {
		ssize_t n;

		if (poll(ports, 2, -1) < 0)
			continue;
		if (ports[0].revents && (n = receive(ports[0].fd, frame, &id)) > 0 && id == wanted)
			send(ports[1].fd, frame, (size_t)n, 0);
		if (ports[1].revents && (n = receive(ports[1].fd, frame, &id)) > 0 && id < 0)
			send_tagged(ports[0].fd, frame, n, wanted);
	}
}
