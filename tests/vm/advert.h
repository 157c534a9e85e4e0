/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Router advertisements to all nodes, made whole: for programs that send what no router would. */
#ifndef NETROOT_VM_ADVERT_H
#define NETROOT_VM_ADVERT_H

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define ADVERT_HEAD (40 + 16) /* IPv6's and the advertisement's own */
#define ADVERT_MAX 1280

/* One's complement sum over what IPv6 sums up (RFC 8200 8.1); both addresses stand together. */
static uint16_t advert_sum(const uint8_t *addresses, const uint8_t *message, size_t len)
{
	uint32_t sum = (uint32_t)len + 58;

	for (size_t i = 0; i < 32; i += 2)
		sum += (uint32_t)(addresses[i] << 8 | addresses[i + 1]);
	for (size_t i = 0; i < len; i += 2)
		sum += (uint32_t)(message[i] << 8 | message[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Of the options behind packet + ADVERT_HEAD, an even number of bytes; the length in all. */
static size_t advert_make(uint8_t packet[static ADVERT_MAX], const struct in6_addr *source,
			  uint8_t hop_limit, uint16_t lifetime_s, size_t len_options)
{
	static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };
	size_t len = 16 + len_options;
	/* RFC 4861 4.2: hop limit 64, no flags */
	const uint8_t advert[16] = {
		134, 0, 0, 0, 64, 0, (uint8_t)(lifetime_s >> 8), (uint8_t)lifetime_s
	};
	const uint8_t head[8] = { 0x60, 0, 0, 0, (uint8_t)(len >> 8), (uint8_t)len, 58, hop_limit };
	uint8_t *message = packet + 40;
	uint16_t sum;

	memcpy(packet, head, sizeof(head));
	memcpy(packet + 8, source, 16);
	memcpy(packet + 24, all_nodes, sizeof(all_nodes));
	memcpy(message, advert, sizeof(advert));
	sum = htons(advert_sum(packet + 8, message, len));
	memcpy(message + 2, &sum, 2);
	return 40 + len;
}

/* A socket for them on the link, or -1. */
static int advert_open(const char *ifname, struct sockaddr_ll *ret_to)
{
	*ret_to = (struct sockaddr_ll){ .sll_family = AF_PACKET,
					.sll_protocol = htons(ETH_P_IPV6),
					.sll_ifindex = (int)if_nametoindex(ifname),
					.sll_halen = 6,
					.sll_addr = { 0x33, 0x33, 0, 0, 0, 1 } };
	return socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IPV6));
}

#endif
