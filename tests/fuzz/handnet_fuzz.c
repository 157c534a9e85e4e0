/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of the hand-over from hostile words and names: fields of the lease, the command line's
 * texts and the NIC's name, separated by the bytes 0xfe. Nothing but printable lines may come out,
 * no file outside /run, and no line that a value has begun.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include "core/handnet.h"

#define NS_PER_S 1000000000u

static void take(struct span *rest, char *dst, size_t len_max)
{
	struct span part = span_cut(rest, (char)0xfe);
	size_t len = 0;

	for (size_t i = 0; i < part.len && len + 1 < len_max; i++)
		if (part.p[i])
			dst[len++] = part.p[i];
	dst[len] = '\0';
}

/* A value that began a line would have to look like this. */
static const char bait[] = "\nBAIT";

static void check(void *arg, const char *path, unsigned int mode, const char *text, size_t len)
{
	(void)arg;
	if (strncmp(path, "/run/", 5) != 0 || strstr(path, "/../") || (mode & 0133) ||
	    strlen(text) != len || (len && text[len - 1] != '\n') || strstr(text, bait))
		abort();
	for (size_t i = 0; i < len; i++)
		if (text[i] != '\n' && (text[i] < 0x20 || text[i] > 0x7e) &&
		    !strstr(path, "/leases/"))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[HANDNET_FILE_MAX];
	static struct plan plan;
	static struct lease lease;
	static struct dnsconf dns;
	static struct netconf conf;
	struct plan_ip ip = { .v4 = IP4_DHCP };
	struct plan_link link = { .kind = LINK_BOND, .n_options = 2 };
	char name[IFNAME_MAX], port[IFNAME_MAX];
	struct hand_nic nics[2] = { { .name = name, .ifindex = 2, .boot = true },
				    { .name = port } };
	struct hand_input in = { .nics = nics, .n_nics = 2, .plan = &plan, .dns = &dns };
	struct span rest = { (const char *)data, size };
	struct err err = { 0 };

	memset(&plan, 0, sizeof(plan));
	memset(&lease, 0, sizeof(lease));
	take(&rest, name, sizeof(name));
	take(&rest, port, sizeof(port));
	take(&rest, lease.host_name, sizeof(lease.host_name));
	take(&rest, lease.domain, sizeof(lease.domain));
	take(&rest, lease.search, sizeof(lease.search));
	take(&rest, lease.root_path, sizeof(lease.root_path));
	take(&rest, lease.boot_file, sizeof(lease.boot_file));
	take(&rest, plan.vendor_class, sizeof(plan.vendor_class));
	take(&rest, plan.user_class, sizeof(plan.user_class));
	take(&rest, plan.host_name, sizeof(plan.host_name));
	take(&rest, link.options[0].value, sizeof(link.options[0].value));
	take(&rest, link.options[1].value, sizeof(link.options[1].value));
	memcpy(link.options[0].name, "mode", sizeof("mode"));
	memcpy(link.options[1].name, "primary", sizeof("primary"));
	lease.address = ip4_from_he(0x0a4d0032);
	lease.prefix = (uint8_t)(size % 33);
	lease.lease_s = (uint32_t)size * 7;
	netconf_from_lease(&lease, &conf);
	nics[0].mac = (struct mac_addr){ 6, { 2, 0, 0, 0, 0, 1 } };
	nics[1].mac = nics[0].mac;
	nics[0].v4 = &ip;
	nics[0].lease4 = &lease;
	nics[0].conf4 = &conf;
	if (size % 2) {
		nics[0].link = &link;
		nics[1].master = name;
	}
	in.now_ns = size * NS_PER_S;
	in.wall_s = (int64_t)size;
	(void)handnet_files(&in, text, check, NULL, &err);
	return 0;
}
