/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text files that netrootctl reads with parsers of its own: the first byte says which. What it
 * keeps is printable. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include "tools/netrootctl.h"

static void printable(const char *text, size_t size)
{
	if (!memchr(text, '\0', size) || !text_is_printable(span_of(text)))
		abort();
}

static void conf(struct span text)
{
	char value[CTL_NAME_MAX];

	if (ctl_conf_value(text, NULL, "node.startup", value, sizeof(value)))
		printable(value, sizeof(value));
	if (ctl_conf_value(text, "Network", "DHCP", value, sizeof(value)))
		printable(value, sizeof(value));
	(void)ctl_conf_number(text, "n");
	(void)ctl_conf_has_word(text, "persistent");
}

static void mounts(struct span text)
{
	struct ctl_mount mount;
	struct ctl_fstab fstab;
	struct ctl_map map = { .there = false };

	if (ctl_mountinfo_parse(text, &mount)) {
		printable(mount.source, sizeof(mount.source));
		printable(mount.super_options, sizeof(mount.super_options));
		printable(mount.layer_fstype, sizeof(mount.layer_fstype));
		printable(mount.layer_source, sizeof(mount.layer_source));
		(void)ctl_has_option(mount.super_options, "ro");
	}
	ctl_multipath_parse(text, &map);
	printable(map.no_path_retry, sizeof(map.no_path_retry));
	printable(map.queue_without_daemon, sizeof(map.queue_without_daemon));
	if (ctl_fstab_parse(text, &fstab)) {
		printable(fstab.spec, sizeof(fstab.spec));
		printable(fstab.options, sizeof(fstab.options));
	}
}

static void proc(struct span text)
{
	static struct ctl_facts facts;
	struct ctl_process process = { 0 };
	uint64_t inodes[4];
	struct ip_addr ip[4];
	double started_s;

	if (ctl_tcp_parse(text, 3260, inodes, 4) > 4 ||
	    ctl_tcp_peers_parse(text, 2049, ip, 4) > 4 || ctl_nfs_servers_parse(text, ip, 4) > 4)
		abort();
	facts.n_listeners = 0;
	ctl_netlink_parse(text, &facts);
	if (facts.n_listeners > CTL_LISTENERS_MAX)
		abort();
	ctl_status_parse(text, &process);
	if (ctl_stat_parse(text, 100, &started_s) && !(started_s >= 0))
		abort();
}

static void managers(struct span text)
{
	static const struct ctl_nic nic = { .name = "eth0", .mac = "52:54:00:77:00:01" };
	char method[CTL_NAME_MAX] = "";
	bool brought_up = false;

	ctl_interfaces_parse(text, "eth0", &brought_up, method, sizeof(method));
	printable(method, sizeof(method));
	(void)ctl_network_matches(text, &nic);
	(void)ctl_nm_spec_matches(text, &nic);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(struct span) = { conf, mounts, proc, managers };
	struct span text = { (const char *)data + 1, size - 1 };

	if (size)
		readers[data[0] % 4](text);
	return 0;
}
