/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A DHCP server that sends options which no real one would: hostile 4|6 INTERFACE SERVER CLIENT
 * OPTION... SERVER and CLIENT are addresses of that family: its own, and the one that every client
 * gets. An OPTION is NUMBER:HEX or NUMBER=TEXT, and goes out as it is; NUMBER- goes out not at all.
 * What a lease needs otherwise is added where it is not given. Whoever asks gets an answer; it
 * never ends.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LEASE_S 600
#define V4_HEADER 236
#define LEN_TEXT_MAX 1024

struct message {
	uint8_t bytes[4096];
	size_t len;
};

static char **options;
static int n_options;
static const char *server, *client;

static void put(struct message *m, const void *bytes, size_t len)
{
	if (len > sizeof(m->bytes) - m->len)
		exit(1);
	memcpy(m->bytes + m->len, bytes, len);
	m->len += len;
}

static void put_number(struct message *m, uint32_t n, size_t width)
{
	uint8_t bytes[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8),
			     (uint8_t)n };

	put(m, bytes + 4 - width, width);
}

static void put_option(struct message *m, bool six, uint32_t code, const void *value, size_t len)
{
	put_number(m, code, six ? 2 : 1);
	put_number(m, (uint32_t)len, six ? 2 : 1);
	put(m, value, len);
}

static bool given(uint32_t code)
{
	for (int i = 0; i < n_options; i++)
		if (strtoul(options[i], NULL, 10) == code)
			return true;
	return false;
}

static void put_given(struct message *m, bool six)
{
	for (int i = 0; i < n_options; i++) {
		uint8_t value[LEN_TEXT_MAX];
		size_t len = 0;
		char *rest;
		uint32_t code = (uint32_t)strtoul(options[i], &rest, 10);

		if (*rest == '-')
			continue;
		if (*rest++ == '=')
			for (; *rest && len < sizeof(value); rest++)
				value[len++] = (uint8_t)*rest;
		else
			for (; len < sizeof(value) && sscanf(rest, "%2hhx", &value[len]) == 1;
			     rest += 2)
				len++;
		put_option(m, six, code, value, len);
	}
}

/* --- DHCPv4 --- */

static void put_ip4(struct message *m, uint8_t code, const char *text)
{
	struct in_addr ip;

	if (!given(code) && inet_pton(AF_INET, text, &ip) == 1)
		put_option(m, false, code, &ip, sizeof(ip));
}

/* Option 53 of what was asked, behind the cookie; 0 where there is none. */
static uint8_t type_of(const uint8_t *p, size_t len)
{
	for (size_t at = V4_HEADER + 4; at + 2 < len && p[at] != 255;
	     at += p[at] ? 2u + p[at + 1] : 1u)
		if (p[at] == 53)
			return p[at + 2];
	return 0;
}

static bool answer4(const uint8_t *asked, size_t len, struct message *m)
{
	uint8_t type = len > V4_HEADER ? type_of(asked, len) : 0, reply = type == 1 ? 2 : 5;
	struct in_addr yiaddr;

	if ((type != 1 && type != 3) || inet_pton(AF_INET, client, &yiaddr) != 1)
		return false;
	put(m, asked, V4_HEADER);
	m->bytes[0] = 2;
	memcpy(m->bytes + 16, &yiaddr, 4);
	memset(m->bytes + 44, 0, V4_HEADER - 44);
	put_number(m, 0x63825363, 4);
	put_option(m, false, 53, &reply, 1);
	put_ip4(m, 54, server);
	put_ip4(m, 1, "255.255.255.0");
	if (!given(51)) {
		put_number(m, 51, 1);
		put_number(m, 4, 1);
		put_number(m, LEASE_S, 4);
	}
	put_given(m, false);
	put_number(m, 255, 1);
	return true;
}

/* --- DHCPv6 --- */

static void put_ia(struct message *m, const uint8_t *iaid)
{
	struct in6_addr ip;

	if (inet_pton(AF_INET6, client, &ip) != 1)
		exit(1);
	put_number(m, 3, 2);
	put_number(m, 12 + 4 + 24, 2);
	put(m, iaid, 4);
	put_number(m, 0, 4);
	put_number(m, 0, 4);
	put_number(m, 5, 2);
	put_number(m, 24, 2);
	put(m, &ip, sizeof(ip));
	put_number(m, LEASE_S, 4);
	put_number(m, LEASE_S, 4);
}

static bool answer6(const uint8_t *asked, size_t len, struct message *m)
{
	static const uint8_t duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 };

	if (len < 4)
		return false;
	put_number(m, asked[0] == 1 ? 2 : 7, 1);
	put(m, asked + 1, 3);
	put_option(m, true, 2, duid, sizeof(duid));
	for (size_t at = 4; at + 4 <= len;) {
		size_t code = (size_t)asked[at] << 8 | asked[at + 1],
		       n = (size_t)asked[at + 2] << 8 | asked[at + 3];

		if (n > len - at - 4)
			return false;
		if (code == 1)
			put(m, asked + at, n + 4);
		else if (code == 3 && n >= 4)
			put_ia(m, asked + at + 4);
		at += n + 4;
	}
	put_given(m, true);
	return true;
}

/* --- */

static int open_socket(bool six, const char *interface)
{
	int fd = socket(six ? AF_INET6 : AF_INET, SOCK_DGRAM, 0), one = 1, r;
	struct sockaddr_in6 any6 = { .sin6_family = AF_INET6, .sin6_port = htons(547) };
	struct sockaddr_in any4 = { .sin_family = AF_INET, .sin_port = htons(67) };
	struct ipv6_mreq group = { .ipv6mr_interface = if_nametoindex(interface) };

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)))
		return -1;
	inet_pton(AF_INET6, "ff02::1:2", &group.ipv6mr_multiaddr);
	r = six ? bind(fd, (struct sockaddr *)&any6, sizeof(any6))
		: bind(fd, (struct sockaddr *)&any4, sizeof(any4));
	if (r || (six && setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group, sizeof(group))))
		return -1;
	return fd;
}

int main(int argc, char **argv)
{
	bool six = argc > 4 && argv[1][0] == '6';
	int fd = argc > 4 ? open_socket(six, argv[2]) : -1;

	if (fd < 0) {
		perror("hostile 4|6 INTERFACE SERVER CLIENT OPTION...");
		return 1;
	}
	server = argv[3];
	client = argv[4];
	options = argv + 5;
	n_options = argc - 5;
	puts("ready");
	fflush(stdout);
	for (;;) {
		struct sockaddr_in to4 = { .sin_family = AF_INET,
					   .sin_port = htons(68),
					   .sin_addr.s_addr = INADDR_BROADCAST };
		struct sockaddr_in6 from;
		socklen_t len_from = sizeof(from);
		struct message m = { .len = 0 };
		uint8_t asked[2048];
		ssize_t n = recvfrom(fd, asked, sizeof(asked), 0, (struct sockaddr *)&from,
				     &len_from);

		if (n < 0 || !(six ? answer6 : answer4)(asked, (size_t)n, &m))
			continue;
		if (sendto(fd, m.bytes, m.len, 0, six ? (void *)&from : (void *)&to4,
			   six ? len_from : sizeof(to4)) < 0)
			perror("hostile: send");
	}
}
