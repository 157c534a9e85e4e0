/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An address and a port as the socket calls take them. */
#ifndef NETROOT_SYS_SOCKADDR_H
#define NETROOT_SYS_SOCKADDR_H

#include <netinet/in.h>
#include <string.h>

#include "core/addr.h"

/* port in host order; scope: the NIC's index for a link-local address, else 0. Returns the length.
 */
static inline socklen_t sockaddr_of(const struct ip_addr *ip, uint16_t port, uint32_t scope,
				    struct sockaddr_storage *ret)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
				   .sin6_port = htons(port),
				   .sin6_scope_id = scope };

	if (ip->family == IP_V4) {
		memcpy(&v4.sin_addr, ip->bytes, sizeof(v4.sin_addr));
		memcpy(ret, &v4, sizeof(v4));
		return sizeof(v4);
	}
	memcpy(&v6.sin6_addr, ip->bytes, sizeof(v6.sin6_addr));
	memcpy(ret, &v6, sizeof(v6));
	return sizeof(v6);
}

#endif
