/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Routers whose advertisements no router would send: badrouter IFNAME SOURCE,HOPLIMIT,OPTIONS...
 * One after the other, ten a second, until it is killed. OPTIONS are in hex and go out as they are;
 * all are default routers for no time.
 */
#include <stdlib.h>
#include <time.h>

#include "advert.h"

#define NS_PAUSE 100000000

/* 0: not to be understood */
static size_t make(const char *text, uint8_t packet[static ADVERT_MAX])
{
	char address[INET6_ADDRSTRLEN];
	struct in6_addr source;
	unsigned int hop_limit;
	size_t len = 0;
	int at = 0;

	if (sscanf(text, "%45[^,],%u,%n", address, &hop_limit, &at) != 2 || !at ||
	    inet_pton(AF_INET6, address, &source) != 1)
		return 0;
	for (text += at; ADVERT_HEAD + len < ADVERT_MAX &&
			 sscanf(text, "%2hhx", &packet[ADVERT_HEAD + len]) == 1;
	     text += 2)
		len++;
	return advert_make(packet, &source, (uint8_t)hop_limit, 0, len);
}

int main(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = NS_PAUSE };
	struct sockaddr_ll to;
	int fd = argc > 2 ? advert_open(argv[1], &to) : -1;

	for (int i = 2; fd >= 0; i = i + 1 < argc ? i + 1 : 2) {
		uint8_t packet[ADVERT_MAX];
		size_t len = make(argv[i], packet);

		if (!len)
			break;
		if (sendto(fd, packet, len, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
			perror("badrouter");
		nanosleep(&pause, NULL);
	}
	fprintf(stderr, "usage: badrouter IFNAME SOURCE,HOPLIMIT,OPTIONS...\n");
	return 2;
}
