/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The name services that libnfs' connect and c-ares refer to, without the C library's own: those
 * load NSS modules at run time, which a static binary in an initrd does not have. Only numeric
 * addresses are known here; names are resolved in sys/resolve. getservbyport is asked whether a
 * reserved source port is somebody's: no port is.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct numeric {
	struct addrinfo info;
	struct sockaddr_storage address;
};

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
		struct addrinfo **ret)
{
	struct numeric *made = calloc(1, sizeof(*made));
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	(void)service; /* libnfs sets the port itself */
	(void)hints;
	if (!made)
		return EAI_MEMORY;
	if (node && inet_pton(AF_INET, node, &v4.sin_addr) == 1) {
		memcpy(&made->address, &v4, sizeof(v4));
		made->info.ai_addrlen = sizeof(v4);
	} else if (node && inet_pton(AF_INET6, node, &v6.sin6_addr) == 1) {
		memcpy(&made->address, &v6, sizeof(v6));
		made->info.ai_addrlen = sizeof(v6);
	} else {
		free(made);
		return EAI_NONAME;
	}
	made->info.ai_family = made->address.ss_family;
	made->info.ai_socktype = SOCK_STREAM;
	made->info.ai_addr = (struct sockaddr *)&made->address;
	*ret = &made->info;
	return 0;
}

void freeaddrinfo(struct addrinfo *info)
{
	free(info); /* the first member of what was allocated, and never a list */
}

struct servent *getservbyport(int port, const char *protocol)
{
	(void)port;
	(void)protocol;
	return NULL;
}

struct servent *getservbyname(const char *name, const char *protocol)
{
	(void)name;
	(void)protocol;
	return NULL;
}

int getservbyport_r(int port, const char *protocol, struct servent *entry, char *buffer,
		    size_t size, struct servent **ret)
{
	(void)port;
	(void)protocol;
	(void)entry;
	(void)buffer;
	(void)size;
	*ret = NULL;
	return ENOENT;
}
