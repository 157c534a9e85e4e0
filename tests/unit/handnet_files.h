/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For the tests of core/handnet: a machine with one NIC, to be changed, and the files it gets. */
#ifndef NETROOT_TEST_HANDNET_FILES_H
#define NETROOT_TEST_HANDNET_FILES_H

#include <stdlib.h>

#include "core/handnet.h"
#include "test.h"

#define FILES_MAX 64

struct file {
	char path[128];
	unsigned int mode;
	char text[HANDNET_FILE_MAX];
};

static struct file files[FILES_MAX];
static size_t n_files;

/* A NIC with a lease of 10.77.0.50 for 600 s, 20 s after the start, on the 1st of January 2026. */
static struct plan plan;
static struct plan_ip ip4;
static struct lease lease4;
static struct netconf conf4;
static struct dnsconf dns;
static struct hand_nic nics[6];
static struct hand_input in;

__attribute__((unused)) static struct ip_addr ip(const char *text)
{
	struct ip_addr a = { 0 };

	ok(ip_parse(span_of(text), &a));
	return a;
}

static void keep(void *arg, const char *path, unsigned int mode, const char *text, size_t len)
{
	struct file *f = &files[n_files];

	(void)arg;
	if (n_files == FILES_MAX || len >= sizeof(f->text))
		abort();
	n_files++;
	(void)snprintf(f->path, sizeof(f->path), "%s", path);
	f->mode = mode;
	memcpy(f->text, text, len);
	f->text[len] = '\0';
}

__attribute__((unused)) static struct err make(void)
{
	static char text[HANDNET_FILE_MAX];
	struct err err = { 0 };

	n_files = 0;
	eq_int(handnet_files(&in, text, keep, NULL, &err), n_files);
	return err;
}

/* The file's text, or "" where it was not made. */
__attribute__((unused)) static const char *text_of(const char *path)
{
	for (size_t i = 0; i < n_files; i++)
		if (!strcmp(files[i].path, path))
			return files[i].text;
	return "";
}

/* The text holds this line, whole. */
__attribute__((unused)) static bool has_line(const char *text, const char *line)
{
	struct span rest = span_of(text);

	while (rest.p)
		if (span_eq(span_cut(&rest, '\n'), line))
			return true;
	printf("no line \"%s\" in:\n%s", line, text);
	return false;
}

__attribute__((unused)) static bool lacks(const char *text, const char *part)
{
	return text[0] && !strstr(text, part);
}

__attribute__((unused)) static struct hand_nic *add_nic(const char *name, const char *mac)
{
	struct hand_nic *nic = &nics[in.n_nics++];

	*nic = (struct hand_nic){ .name = name };
	ok(mac_parse(span_of(mac), &nic->mac));
	return nic;
}

__attribute__((unused)) static void reset(void)
{
	memset(&plan, 0, sizeof(plan));
	memset(&ip4, 0, sizeof(ip4));
	memset(&lease4, 0, sizeof(lease4));
	memset(&dns, 0, sizeof(dns));
	in = (struct hand_input){ .nics = nics, .plan = &plan, .dns = &dns };
	in.now_ns = 25000000000;
	in.wall_s = 1767225605;
	ip4.v4 = IP4_DHCP;
	lease4.address = ip("10.77.0.50");
	lease4.prefix = 24;
	lease4.server_id = ip("10.77.0.1");
	lease4.routes[0] = (struct lease_route){ .dst = ip("0.0.0.0"),
						 .gateway = ip("10.77.0.254") };
	lease4.n_routes = 1;
	lease4.dns[0] = ip("10.77.0.2");
	lease4.n_dns = 1;
	lease4.lease_s = 600;
	lease4.t1_s = 300;
	lease4.t2_s = 525;
	lease4.acquired_ns = 20000000000;
	(void)strcpy(lease4.ifname, "eth0");
	netconf_from_lease(&lease4, &conf4);
	add_nic("eth0", "52:54:00:77:00:01");
	nics[0].ifindex = 2;
	nics[0].boot = true;
	nics[0].v4 = &ip4;
	nics[0].lease4 = &lease4;
	nics[0].conf4 = &conf4;
}

#endif
