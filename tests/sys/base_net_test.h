/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of rtnl share: the NICs it told of, commands and what they print. */
#ifndef NETROOT_BASE_NET_TEST_H
#define NETROOT_BASE_NET_TEST_H

#include "base_test.h"

#include "sys/mount.h"
#include "sys/rtnl.h"

static struct rtnl *rtnl;
static struct nic nics[32];
static size_t n_nics, n_gone;

static struct nic *nic_of(const char *name)
{
	static struct nic none;

	for (size_t i = 0; i < n_nics; i++)
		if (!strcmp(nics[i].name, name))
			return &nics[i];
	return &none;
}

static void on_nic(void *arg, const struct nic *nic, bool gone)
{
	size_t i = 0;

	ok(arg == nics);
	while (i < n_nics && nics[i].ifindex != nic->ifindex)
		i++;
	if (gone) {
		ok(i < n_nics); /* told of before */
		n_gone++;
		if (i < n_nics)
			nics[i] = nics[--n_nics];
		return;
	}
	if (i == sizeof(nics) / sizeof(nics[0]))
		return;
	nics[i] = *nic;
	if (i == n_nics)
		n_nics++;
}

static void sh(const char *command)
{
	ok(system(command) == 0);
}

/* What a command prints, each line without the blanks at its end. */
__attribute__((unused)) static const char *said(const char *command)
{
	static char text[4000];
	FILE *f = popen(command, "r");
	char line[1000];
	size_t len = 0;

	text[0] = '\0';
	while (f && fgets(line, sizeof(line), f)) {
		size_t n = strcspn(line, "\n");

		while (n && line[n - 1] == ' ')
			n--;
		if (len + n + 2 > sizeof(text))
			break;
		memcpy(text + len, line, n);
		len += n;
		text[len++] = '\n';
		text[len] = '\0';
	}
	if (f)
		(void)pclose(f);
	return text;
}

__attribute__((unused)) static struct ip_addr ip(const char *text)
{
	struct ip_addr ret = { 0 };

	ok(ip_parse(span_of(text), &ret));
	return ret;
}

/* Two ends of one cable, down. */
__attribute__((unused)) static void begin_with_veth(void)
{
	struct err err = { 0 };

	loop_for_test();
	sh("ip link add va address 02:00:00:00:00:0a mtu 1480 type veth peer name vb");
	rtnl = rtnl_open(loop, on_nic, nics, &err);
	eq_str(err.text, "");
	ok(until(nic_of("va")->ifindex && nic_of("vb")->ifindex && nic_of("lo")->up));
}

#endif
