/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the root has of the network: links and their ports, addresses and routes of both families.
 */
#ifndef NETROOT_TESTS_VM_NET_VIEW_H
#define NETROOT_TESTS_VM_NET_VIEW_H

#include <arpa/inet.h>
#include <dirent.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "told.h"

/* Bits of a netmask of either family. */
static int prefix_of(const struct sockaddr *mask)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)mask;
	struct sockaddr_in four;
	int n = 0;

	memcpy(&four, mask, sizeof(four));
	if (mask->sa_family == AF_INET)
		return __builtin_popcount(four.sin_addr.s_addr);
	for (int i = 0; i < 16; i++)
		n += __builtin_popcount(six->sin6_addr.s6_addr[i]);
	return n;
}

/* address.IF= for IPv4, address6.IF= for IPv6 */
static void tell_addresses6(const struct ifaddrs *list)
{
	char text[INET6_ADDRSTRLEN];

	for (const struct ifaddrs *a = list; a; a = a->ifa_next) {
		struct sockaddr_in6 address;

		if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET6 || !a->ifa_netmask)
			continue;
		memcpy(&address, a->ifa_addr, sizeof(address));
		inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof(text));
		fprintf(verdict, "address6.%s=%s/%d\n", a->ifa_name, text,
			prefix_of(a->ifa_netmask));
	}
}

static void tell_addresses(void)
{
	struct ifaddrs *list, *a;
	char text[INET6_ADDRSTRLEN];

	if (getifaddrs(&list))
		return;
	tell_addresses6(list);
	for (a = list; a; a = a->ifa_next) {
		struct sockaddr_in address;

		if (!a->ifa_addr || a->ifa_addr->sa_family != AF_INET || !a->ifa_netmask)
			continue;
		memcpy(&address, a->ifa_addr, sizeof(address));
		inet_ntop(AF_INET, &address.sin_addr, text, sizeof(text));
		fprintf(verdict, "address.%s=%s/%d\n", a->ifa_name, text,
			prefix_of(a->ifa_netmask));
	}
	freeifaddrs(list);
}

static void tell_routes(void)
{
	char line[512], name[64], dst_text[INET_ADDRSTRLEN], gw_text[INET_ADDRSTRLEN];
	unsigned int dst, gateway, flags, mask;
	FILE *f = fopen("/proc/net/route", "re");

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63s %x %x %x %*s %*s %*s %x", name, &dst, &gateway, &flags,
			   &mask) != 5)
			continue;
		inet_ntop(AF_INET, &dst, dst_text, sizeof(dst_text));
		inet_ntop(AF_INET, &gateway, gw_text, sizeof(gw_text));
		fprintf(verdict, "route.%s=%s/%d via %s\n", name, dst_text,
			__builtin_popcount(mask), gw_text);
	}
	if (f)
		fclose(f);
}

/* route6.IF=DESTINATION/LENGTH via GATEWAY, of /proc/net/ipv6_route */
static void tell_routes6(void)
{
	char line[512], dst[33], gateway[33], name[64];
	unsigned int prefix;
	FILE *f = fopen("/proc/net/ipv6_route", "re");

	while (f && fgets(line, sizeof(line), f)) {
		char text[2][INET6_ADDRSTRLEN];
		const char *hex[2] = { dst, gateway };

		if (sscanf(line, "%32s %x %*s %*s %32s %*s %*s %*s %*s %63s", dst, &prefix, gateway,
			   name) != 4)
			continue;
		for (int i = 0; i < 2; i++) {
			struct in6_addr a;

			for (int k = 0; k < 16; k++)
				sscanf(hex[i] + 2L * k, "%2hhx", &a.s6_addr[k]);
			inet_ntop(AF_INET6, &a, text[i], sizeof(text[i]));
		}
		fprintf(verdict, "route6.%s=%s/%u via %s\n", name, text[0], prefix, text[1]);
	}
	if (f)
		fclose(f);
}

/* What bonding says of its ports, where there is a bond; BOND.ATTRIBUTE=value. */
static void tell_bonds(void)
{
	static const char *const attributes[] = { "slaves", "active_slave", "ad_aggregator",
						  "ad_num_ports", "ad_partner_mac" };
	DIR *dir = opendir("/proc/net/bonding");
	struct dirent *e;
	char path[600];

	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/net/bonding/%s", e->d_name);
		tell_file(e->d_name, path);
		for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
			snprintf(path, sizeof(path), "/sys/class/net/%s/bonding/%s", e->d_name,
				 attributes[i]);
			fprintf(verdict, "%s.%s=%s\n", e->d_name, attributes[i],
				slurp(path, false));
		}
	}
	if (dir)
		closedir(dir);
}

/* port.IF=MASTER where the NIC is a port of a bond or a bridge */
static void tell_master(const char *name)
{
	char path[512], master[512];
	ssize_t len;

	snprintf(path, sizeof(path), "/sys/class/net/%s/master", name);
	len = readlink(path, master, sizeof(master) - 1);
	if (len <= 0)
		return;
	master[len] = '\0';
	fprintf(verdict, "port.%s=%s\n", name, strrchr(master, '/') + 1);
}

static void tell_links(void)
{
	DIR *dir = opendir("/sys/class/net");
	struct dirent *e;
	char path[512];

	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/sys/class/net/%s/address", e->d_name);
		fprintf(verdict, "link.%s=%s", e->d_name, slurp(path, false));
		snprintf(path, sizeof(path), "/sys/class/net/%s/mtu", e->d_name);
		fprintf(verdict, " mtu %s", slurp(path, false));
		snprintf(path, sizeof(path), "/sys/class/net/%s/operstate", e->d_name);
		fprintf(verdict, " %s\n", slurp(path, false));
		tell_master(e->d_name);
	}
	if (dir)
		closedir(dir);
}

static void tell_network(void)
{
	tell_links();
	tell_addresses();
	tell_routes();
	tell_routes6();
	tell_bonds();
}

#endif
