/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MAC address that a NIC of the test has. */
#ifndef NETROOT_TESTS_NIC_MAC_H
#define NETROOT_TESTS_NIC_MAC_H

#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/addr.h"

static inline bool read_mac(const char *ifname, struct mac_addr *ret)
{
	struct ifreq ifr = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	bool found;

	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	found = fd >= 0 && !ioctl(fd, SIOCGIFHWADDR, &ifr);
	ret->len = 6;
	memcpy(ret->bytes, ifr.ifr_hwaddr.sa_data, 6);
	if (fd >= 0)
		close(fd);
	return found;
}

#endif
