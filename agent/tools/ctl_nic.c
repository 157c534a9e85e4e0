/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot NIC, its addresses as the kernel has them, and what each network manager that is there
 * has been told of it: by the agent (see agent/core/handnet*.c) and by the root itself.
 */
#include <arpa/inet.h>
#include <glob.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/addr.h"
#include "core/nlmsg.h"
#include "tools/netrootctl.h"

#define CONF_MAX 65536

static char conf_text[CONF_MAX];

/* Empty where it cannot be read. */
static struct span conf(const char *path)
{
	int64_t len = ctl_read(path, conf_text, sizeof(conf_text));

	return (struct span){ conf_text, len > 0 ? (size_t)len : 0 };
}

static const char *name_in(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Calls it for each match, sorted, until it says true; whether it did. */
static bool each(const char *pattern, bool (*see)(const char *path, struct ctl_facts *facts),
		 struct ctl_facts *facts)
{
	glob_t found = { 0 };
	bool stop = false;

	if (!glob(pattern, 0, NULL, &found))
		for (size_t i = 0; i < found.gl_pathc && !stop; i++)
			stop = see(found.gl_pathv[i], facts);
	globfree(&found);
	return stop;
}

/* --- the NIC --- */

static bool nic_read(const char *dir, struct ctl_nic *ret)
{
	char path[CTL_TEXT_MAX * 2], number[CTL_NAME_MAX];
	uint64_t n;

	*ret = (struct ctl_nic){ .there = true };
	(void)text_quote(ret->name, sizeof(ret->name), span_of(name_in(dir)));
	(void)snprintf(path, sizeof(path), "%s/address", dir);
	if (!ctl_read_line(path, ret->mac, sizeof(ret->mac)))
		return false;
	(void)snprintf(path, sizeof(path), "%s/ifindex", dir);
	if (ctl_read_line(path, number, sizeof(number)) &&
	    parse_uint(span_of(number), 10, 1, INT32_MAX, &n))
		ret->ifindex = (int32_t)n;
	(void)snprintf(path, sizeof(path), "%s/operstate", dir);
	(void)ctl_read_line(path, ret->carrier, sizeof(ret->carrier));
	return true;
}

static bool nic_by_mac(const char *dir, struct ctl_facts *facts)
{
	struct ctl_nic nic;

	if (!nic_read(dir, &nic) || strcmp(nic.mac, facts->boot.mac) != 0)
		return false;
	facts->nic = nic;
	return true;
}

/* By its name, unless udev has given that to another one. */
static void nic_gather(struct ctl_facts *facts)
{
	const struct ctl_boot *boot = &facts->boot;
	char dir[CTL_TEXT_MAX];
	struct ctl_nic nic;

	if (!boot->nic[0] || strpbrk(boot->nic, "/*?[\\"))
		return;
	(void)snprintf(dir, sizeof(dir), "/sys/class/net/%s", boot->nic);
	if (nic_read(dir, &nic) && (!boot->mac[0] || !strcmp(nic.mac, boot->mac))) {
		facts->nic = nic;
		return;
	}
	if (boot->mac[0] && each("/sys/class/net/*", nic_by_mac, facts))
		return;
	(void)snprintf(facts->nic.name, sizeof(facts->nic.name), "%s", boot->nic);
}

/* Runs, or in a tree where nothing runs, is enabled. */
static bool is_active(const struct ctl_facts *facts, const char *process, const char *unit)
{
	char pattern[CTL_TEXT_MAX];

	if (process && ctl_process_named(facts, process))
		return true;
	(void)snprintf(pattern, sizeof(pattern), "/etc/systemd/system/*.wants/%s.service", unit);
	return ctl_exists_like(pattern);
}

/* --- systemd-networkd --- */

/* The first file by name that fits counts, and of one name that of /etc, then /run, then /usr. */
static const char *const network_dirs[] = { "/etc/systemd/network", "/run/systemd/network",
					    "/usr/local/lib/systemd/network",
					    "/usr/lib/systemd/network", "/lib/systemd/network" };
#define N_NETWORK_DIRS (sizeof(network_dirs) / sizeof(network_dirs[0]))

/* Hidden by one of the same name in a directory before its own. */
static bool is_hidden(const char *path, size_t dir)
{
	char other[CTL_TEXT_MAX * 2];

	for (size_t i = 0; i < dir; i++) {
		(void)snprintf(other, sizeof(other), "%s/%s", network_dirs[i], name_in(path));
		if (!access(other, F_OK))
			return true;
	}
	return false;
}

static void network_consider(const char *path, const struct ctl_facts *facts, char *best,
			     size_t size)
{
	if (best[0] && strcmp(name_in(path), name_in(best)) >= 0)
		return;
	if (ctl_network_matches(conf(path), &facts->nic) && strlen(path) < size)
		(void)snprintf(best, size, "%s", path);
}

static void network_find(struct ctl_facts *facts, char *best, size_t size)
{
	best[0] = '\0';
	for (size_t i = 0; i < N_NETWORK_DIRS; i++) {
		char pattern[CTL_TEXT_MAX];
		glob_t found = { 0 };

		(void)snprintf(pattern, sizeof(pattern), "%s/*.network", network_dirs[i]);
		if (!glob(pattern, 0, NULL, &found))
			for (size_t k = 0; k < found.gl_pathc; k++)
				if (!is_hidden(found.gl_pathv[k], i))
					network_consider(found.gl_pathv[k], facts, best, size);
		globfree(&found);
	}
}

static void network_values(const char *path, struct ctl_facts *facts)
{
	struct span text = conf(path);
	char yes[CTL_NAME_MAX];

	(void)ctl_conf_value(text, "Network", "KeepConfiguration", facts->managers.networkd.keep,
			     sizeof(facts->managers.networkd.keep));
	(void)ctl_conf_value(text, "Network", "DHCP", facts->managers.networkd.dhcp,
			     sizeof(facts->managers.networkd.dhcp));
	(void)ctl_conf_value(text, "DHCPv4", "ClientIdentifier", facts->managers.networkd.client_id,
			     sizeof(facts->managers.networkd.client_id));
	if (ctl_conf_value(text, "Link", "Unmanaged", yes, sizeof(yes)))
		facts->managers.networkd.unmanaged = !strcmp(yes, "yes") || !strcmp(yes, "true") ||
						     !strcmp(yes, "1");
}

static bool see_drop_in(const char *path, struct ctl_facts *facts)
{
	network_values(path, facts);
	return false;
}

static void networkd_gather(struct ctl_facts *facts)
{
	char best[CTL_TEXT_MAX], pattern[CTL_TEXT_MAX * 2];

	facts->managers.networkd.active = is_active(facts, "systemd-networkd", "systemd-networkd");
	network_find(facts, best, sizeof(best));
	if (!best[0])
		return;
	(void)text_quote(facts->managers.networkd.file, sizeof(facts->managers.networkd.file),
			 span_of(best));
	network_values(best, facts);
	for (size_t i = N_NETWORK_DIRS; i-- > 0;) {
		(void)snprintf(pattern, sizeof(pattern), "%s/%s.d/*.conf", network_dirs[i],
			       name_in(best));
		(void)each(pattern, see_drop_in, facts);
	}
}

/* --- NetworkManager --- */

static void nm_unmanaged(const char *path, struct ctl_facts *facts)
{
	char list[CTL_LONG_MAX];

	if (ctl_conf_value(conf(path), "keyfile", "unmanaged-devices", list, sizeof(list)))
		facts->managers.nm.unmanaged_by_conf = ctl_nm_spec_matches(span_of(list),
									   &facts->nic);
}

static bool see_nm_conf(const char *path, struct ctl_facts *facts)
{
	nm_unmanaged(path, facts);
	return false;
}

static int32_t nm_priority(struct span text)
{
	char value[CTL_NAME_MAX];

	if (!ctl_conf_value(text, "connection", "autoconnect-priority", value, sizeof(value)))
		return 0;
	return ctl_number(span_of(value), 999, 0);
}

/* A profile of the root itself for that NIC, by name or by MAC. */
static bool see_nm_profile(const char *path, struct ctl_facts *facts)
{
	struct span text = conf(path);
	char value[CTL_NAME_MAX];
	struct mac_addr mac, ours;
	bool fits;

	fits = ctl_conf_value(text, "connection", "interface-name", value, sizeof(value)) &&
	       !strcmp(value, facts->nic.name);
	if (ctl_conf_value(text, "ethernet", "mac-address", value, sizeof(value)) ||
	    ctl_conf_value(text, "802-3-ethernet", "mac-address", value, sizeof(value)))
		fits |= mac_parse(span_of(value), &mac) &&
			mac_parse(span_of(facts->nic.mac), &ours) && mac_eq(&mac, &ours);
	if (!fits || (ctl_conf_value(text, "connection", "autoconnect", value, sizeof(value)) &&
		      !strcmp(value, "false")))
		return false;
	/* the agent's has 100, see handnet_nm.c */
	if (facts->managers.nm.profile[0] && nm_priority(text) <= 100)
		return false;
	(void)text_quote(facts->managers.nm.rival, sizeof(facts->managers.nm.rival), span_of(path));
	(void)ctl_conf_value(text, "ipv4", "method", facts->managers.nm.rival_method,
			     sizeof(facts->managers.nm.rival_method));
	return true;
}

static void nm_gather(struct ctl_facts *facts)
{
	char path[CTL_TEXT_MAX], yes[CTL_NAME_MAX];

	facts->managers.nm.active = is_active(facts, "NetworkManager", "NetworkManager");
	(void)snprintf(path, sizeof(path),
		       "/run/NetworkManager/system-connections/netroot-%s.nmconnection",
		       facts->boot.nic);
	if (ctl_exists(path))
		(void)snprintf(facts->managers.nm.profile, sizeof(facts->managers.nm.profile), "%s",
			       path);
	(void)snprintf(path, sizeof(path), "/run/NetworkManager/devices/%d", facts->nic.ifindex);
	if (facts->nic.ifindex &&
	    ctl_conf_value(conf(path), "device", "managed", yes, sizeof(yes))) {
		facts->managers.nm.told = true;
		facts->managers.nm.managed = !strcmp(yes, "true");
	}
	/* later files override, and /run comes before /etc */
	(void)each("/usr/lib/NetworkManager/conf.d/*.conf", see_nm_conf, facts);
	(void)each("/run/NetworkManager/conf.d/*.conf", see_nm_conf, facts);
	nm_unmanaged("/etc/NetworkManager/NetworkManager.conf", facts);
	(void)each("/etc/NetworkManager/conf.d/*.conf", see_nm_conf, facts);
	(void)each("/etc/NetworkManager/system-connections/*", see_nm_profile, facts);
}

/* --- ifupdown --- */

static bool see_interfaces(const char *path, struct ctl_facts *facts)
{
	struct span text = conf(path);
	bool had = facts->managers.ifupdown.brought_up || facts->managers.ifupdown.method[0];

	ctl_interfaces_parse(text, facts->nic.name, &facts->managers.ifupdown.brought_up,
			     facts->managers.ifupdown.method,
			     sizeof(facts->managers.ifupdown.method));
	if (!had && (facts->managers.ifupdown.brought_up || facts->managers.ifupdown.method[0]))
		(void)text_quote(facts->managers.ifupdown.file,
				 sizeof(facts->managers.ifupdown.file), span_of(path));
	return false;
}

static void ifupdown_gather(struct ctl_facts *facts)
{
	char up[CTL_NAME_MAX], path[CTL_TEXT_MAX];

	facts->managers.ifupdown.active = is_active(facts, NULL, "networking") ||
					  ctl_exists_like("/etc/rc[S2].d/S??networking");
	(void)see_interfaces("/etc/network/interfaces", facts);
	(void)each("/etc/network/interfaces.d/*", see_interfaces, facts);
	facts->managers.ifupdown.told_up = ctl_conf_value(conf("/run/network/ifstate"), NULL,
							  facts->nic.name, up, sizeof(up));
	(void)snprintf(path, sizeof(path), "--exclude=%s", facts->nic.name);
	facts->managers.ifupdown.left_alone_at_stop =
		strstr(conf("/run/systemd/system.control/networking.service.d/50-netroot.conf").p,
		       path) != NULL;
}

/* --- dhcpcd --- */

static void dhcpcd_gather(struct ctl_facts *facts)
{
	struct span text = conf("/etc/dhcpcd.conf");

	facts->managers.dhcpcd.active = is_active(facts, "dhcpcd", "dhcpcd");
	facts->managers.dhcpcd.conf_there = text.len;
	facts->managers.dhcpcd.persistent = ctl_conf_has_word(text, "persistent");
	while (text.p) {
		struct span line = span_cut(&text, '\n'), word = span_cut(&line, ' ');

		while (span_eq(word, "denyinterfaces") && line.p)
			facts->managers.dhcpcd.denied |= span_eq(span_cut(&line, ' '),
								 facts->nic.name);
	}
}

void ctl_nic_gather(struct ctl_facts *facts)
{
	nic_gather(facts);
	if (!facts->nic.name[0])
		return;
	networkd_gather(facts);
	nm_gather(facts);
	ifupdown_gather(facts);
	dhcpcd_gather(facts);
}

/* --- addresses --- */

static void address_seen(struct ctl_facts *facts, uint32_t ifindex, const struct ip_addr *ip,
			 uint32_t valid_s)
{
	char name[IF_NAMESIZE] = "", text[IP_TEXT_MAX];

	if (!if_indextoname(ifindex, name))
		return;
	(void)ip_text(ip, text);
	for (size_t i = 0; i < facts->n_leases; i++) {
		struct ctl_lease *l = &facts->leases[i];

		/* udev may have renamed the NIC */
		if (strcmp(l->address, text) != 0 ||
		    (strcmp(l->ifname, name) != 0 && (int32_t)ifindex != facts->nic.ifindex))
			continue;
		l->state = CTL_ADDRESS_THERE;
		l->valid_s = valid_s;
	}
}

static void address_message(struct ctl_facts *facts, struct nl_msg *msg)
{
	struct ifa_cacheinfo times = { .ifa_valid = UINT32_MAX };
	struct ifaddrmsg head;
	struct ip_addr ip = { 0 };
	struct nl_attr attr;
	const uint8_t *bytes = read_bytes(&msg->body, sizeof(head));

	if (msg->type != RTM_NEWADDR || !bytes)
		return;
	memcpy(&head, bytes, sizeof(head));
	while (nl_attr_next(&msg->body, &attr)) {
		size_t len = reader_left(&attr.body);

		if (attr.type == IFA_CACHEINFO && len >= sizeof(times))
			memcpy(&times, attr.body.p, sizeof(times));
		/* IFA_LOCAL is the address itself where there is a peer */
		if ((attr.type == IFA_LOCAL || (attr.type == IFA_ADDRESS && !ip.family)) &&
		    len == (head.ifa_family == AF_INET ? 4 : 16)) {
			ip.family = head.ifa_family == AF_INET ? IP_V4 : IP_V6;
			memcpy(ip.bytes, attr.body.p, len);
		}
	}
	if (ip.family)
		address_seen(facts, head.ifa_index, &ip, times.ifa_valid);
}

static bool addresses_dump(int fd, struct ctl_facts *facts)
{
	static uint8_t bytes[65536];
	struct timeval limit = { .tv_sec = 2 };
	struct {
		struct nlmsghdr head;
		struct ifaddrmsg body;
	} ask = { .head = { .nlmsg_len = sizeof(ask),
			    .nlmsg_type = RTM_GETADDR,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP } };

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit,
			 sizeof(limit)); /* it answers at once */
	if (send(fd, &ask, sizeof(ask), 0) < 0)
		return false;
	for (;;) {
		ssize_t len = recv(fd, bytes, sizeof(bytes), 0);
		struct reader r = reader_of(bytes, len > 0 ? (size_t)len : 0);
		struct nl_msg msg;

		if (len <= 0)
			return false;
		while (nl_next(&r, &msg)) {
			if (msg.type == NLMSG_DONE)
				return true;
			if (msg.type == NLMSG_ERROR)
				return false;
			address_message(facts, &msg);
		}
	}
}

void ctl_addresses_gather(struct ctl_facts *facts)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return;
	if (addresses_dump(fd, facts))
		for (size_t i = 0; i < facts->n_leases; i++)
			if (facts->leases[i].address[0] &&
			    facts->leases[i].state == CTL_ADDRESS_UNKNOWN)
				facts->leases[i].state = CTL_ADDRESS_MISSING;
	close(fd);
}
