/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The name services that libnfs' connect and c-ares refer to, without the C library's own: those
 * load NSS modules at run time, which a static binary in an initrd does not have. Only numeric
 * addresses are known here; names are resolved in sys/resolve. getservbyport is asked whether a
 * reserved source port is somebody's: no port is.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct numeric {
	struct addrinfo info;
	struct sockaddr_storage address;
};

/* RFC 4007 11: "fe80::1%eth0" */
static int scoped_pton(const char *node, struct sockaddr_in6 *ret)
{
	const char *scope = strchr(node, '%');
	char address[INET6_ADDRSTRLEN];
	size_t len = scope ? (size_t)(scope - node) : strlen(node);

	if (len >= sizeof(address))
		return 0;
	memcpy(address, node, len);
	address[len] = '\0';
	if (inet_pton(AF_INET6, address, &ret->sin6_addr) != 1)
		return 0;
	if (scope)
		ret->sin6_scope_id = if_nametoindex(scope + 1);
	return !scope || ret->sin6_scope_id;
}

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
	} else if (node && scoped_pton(node, &v6)) {
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
