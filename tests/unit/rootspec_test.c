/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kind of root a value is, servers, iSCSI names, roots that are block devices: rows from
 * dracut.cmdline(7) and the kernel's nfsroot.rst. */
#include "core/rootspec.h"

#include "rootspec_rows.h"

static const char *kind_name(enum rootspec_kind kind)
{
	static const char *const names[] = { "none",  "dhcp",  "dev_nfs", "dev_root", "nfs",
					     "iscsi", "parts", "block",	  "later",    "unknown" };

	return names[kind];
}

static const char *kind_in_word(const char *value)
{
	return kind_name(rootspec_kind(span_of(value), IN_WORD));
}

static const char *kind_in_option(const char *value)
{
	return kind_name(rootspec_kind(span_of(value), IN_OPTION_17));
}

static void kinds(void)
{
	static const struct row words[] = {
		{ "", "none" },
		{ "dhcp", "dhcp" },
		{ "dhcp6", "dhcp" },
		{ "dhcp6x", "unknown" },
		{ "DHCP", "unknown" },
		{ "/dev/nfs", "dev_nfs" },
		{ "/dev/root", "dev_root" },
		{ "/dev/sda1", "block" },
		{ "/dev/disk/by-label/x", "block" },
		{ "LABEL=x", "block" },
		{ "UUID=x", "block" },
		{ "PARTUUID=x", "block" },
		{ "PARTLABEL=x", "block" },
		{ "label=x", "unknown" },
		{ "nfs:/x", "nfs" },
		{ "nfs4:s:/x", "nfs" },
		{ "nfs://s/x", "nfs" },
		{ "nfs", "unknown" },
		{ "nfs3:/x", "nfs" }, /* a server of that name */
		{ "/srv/x", "nfs" },
		{ "10.0.0.1:/x", "nfs" },
		{ "server:/x", "nfs" },
		{ "[2001:db8::1]:/x", "nfs" },
		{ ":/x", "unknown" },
		{ "iscsi:", "parts" },
		{ "iscsi", "parts" },
		{ "iscsi::", "iscsi" },
		{ "iscsix:", "unknown" },
		{ "nbd:10.0.0.1:x", "later" },
		{ "http://s/x", "later" },
		{ "https://s/x", "later" },
		{ "live:http://s/x", "later" },
		{ "cifs://s/x", "later" },
		{ "8:1", "unknown" },
		{ "0801", "unknown" },
	};
	static const struct row options[] = {
		{ "dhcp", "unknown" },
		{ "dhcp6", "unknown" },
		/* of DHCPv6's option 59, which has the same grammar */
		{ "iscsi:[fd00::1]::::" IQN, "iscsi" },
		{ "nfs://[fd00::1]/x", "nfs" },
		{ "[fe80::1%eth0]:/x", "nfs" },
		{ "tftp://[fd00::1]/boot.efi", "later" },
		{ "/dev/nfs", "nfs" }, /* in option 17 it can only be a path */
		{ "LABEL=x", "unknown" },
		{ "/srv/x", "nfs" },
		{ "10.0.0.1:/x", "nfs" },
		{ "iscsi:10.0.0.1::::" IQN, "iscsi" },
		{ "aoe:e0.0", "later" },
		{ "iscsi:", "iscsi" },
		{ "iscsi", "unknown" },
		{ "x", "unknown" },
	};

	CHECK(words, kind_in_word);
	CHECK(options, kind_in_option);
}

static const char *read_host(const char *value)
{
	static char text[256];
	struct out out = out_to(text, sizeof(text));
	struct plan_host host = { .scope = "x" };
	char address[HOST_ADDRESS_MAX], said[HOST_TEXT_MAX];
	struct err err;

	if (host_parse(span_of(value), &host, &err)) {
		eq_str(host.scope, "x"); /* untouched */
		out_add(&out, "! %s", err.text);
		return text;
	}
	out_add(&out, "%s|%s|%s", host.name, host_address(&host, address),
		host_text(&host, said, sizeof(said)));
	return text;
}

#define NO_LINK_LOCAL " is no link-local IPv6 address with a NIC behind '%'"

static void hosts(void)
{
	static const struct row rows[] = {
		{ "10.0.0.1", "10.0.0.1|10.0.0.1|10.0.0.1" },
		{ "nas.lab", "nas.lab|-|nas.lab" },
		{ "[FD00:0::1]", "FD00:0::1|fd00::1|fd00::1" },
		{ "fd00::1", "fd00::1|fd00::1|fd00::1" },
		{ "[fe80::1]", "fe80::1|fe80::1|fe80::1" },
		{ "[fe80::1%eth0]", "fe80::1%eth0|fe80::1%eth0|fe80::1%eth0" },
		{ "fe80::1%eth0", "fe80::1%eth0|fe80::1%eth0|fe80::1%eth0" },
		{ "[febf::1%0123456789abcde]",
		  "febf::1%0123456789abcde|febf::1%0123456789abcde|febf::1%0123456789abcde" },
		{ "[fe80::1%0123456789abcdef]", "! \"[fe80::1%0123456789abcdef]\"" NO_LINK_LOCAL },
		{ "[fe80::1%]", "! \"[fe80::1%]\"" NO_LINK_LOCAL },
		{ "[fe80::1%a/b]", "! \"[fe80::1%a/b]\"" NO_LINK_LOCAL },
		{ "[fe80::1%a b]", "! \"[fe80::1%a b]\"" NO_LINK_LOCAL },
		{ "[fe80::1%a,rw]", "! \"[fe80::1%a,rw]\"" NO_LINK_LOCAL },
		{ "[fe80::1%..]", "! \"[fe80::1%..]\"" NO_LINK_LOCAL },
		{ "[fe80::1%a%b]", "! \"[fe80::1%a%b]\"" NO_LINK_LOCAL },
		{ "[fec0::1%eth0]", "! \"[fec0::1%eth0]\"" NO_LINK_LOCAL },
		{ "10.0.0.1%eth0", "! \"10.0.0.1%eth0\"" NO_LINK_LOCAL },
		{ "nas%eth0", "! \"nas%eth0\"" NO_LINK_LOCAL },
		{ "[ff02::1]", "! ff02::1 cannot be the address of a server" },
		{ "[::1]", "! ::1 cannot be the address of a server" },
		{ "[", "! \"[\" is no IPv6 address in brackets" },
		{ "[]", "! \"[]\" is no IPv6 address in brackets" },
		{ "[fd00::1", "! \"[fd00::1\" is no IPv6 address in brackets" },
		{ "[nas]", "! \"[nas]\" is no IPv6 address in brackets" },
	};
	struct plan_host host = { .name = "nas\n", .scope = "eth0" };
	char text[HOST_TEXT_MAX];

	CHECK(rows, read_host);
	/* looked up since; hostile bytes stay on the line */
	ok(ip_parse(span_of("10.0.0.7"), &host.ip));
	eq_str(host_text(&host, text, sizeof(text)), "nas\\x0a (10.0.0.7)");
	ok(host_is_name(&host));
	ok(ip_parse(span_of("fe80::7"), &host.ip));
	eq_str(host_text(&host, text, sizeof(text)), "nas\\x0a (fe80::7%eth0)");
	ok(!host_is_v6(&host));
	(void)snprintf(host.name, sizeof(host.name), "fe80::7%%eth0");
	ok(host_is_v6(&host));
	ok(ip_parse(span_of("10.0.0.7"), &host.ip));
	(void)snprintf(host.name, sizeof(host.name), "10.0.0.7");
	ok(!host_is_v6(&host));
}

static const char *read_block(const char *value)
{
	static const char *const names[] = {
		"any", "dev", "label", "uuid", "partuuid", "partlabel"
	};
	static char text[512];
	struct plan_block block = { .key = BLOCK_ANY };
	struct err err;

	if (rootspec_block(span_of(value), &block, &err))
		(void)snprintf(text, sizeof(text), "! %s", err.text);
	else
		(void)snprintf(text, sizeof(text), "%s %s", names[block.key], block.value);
	return text;
}

static void blocks(void)
{
	static const struct row rows[] = {
		{ "LABEL=root", "label root" },
		{ "LABEL=my root", "label my root" },
		{ "LABEL=\"my root\"", "label my root" },
		{ "UUID=6f1b-22", "uuid 6f1b-22" },
		{ "PARTUUID=0001-02", "partuuid 0001-02" },
		{ "PARTLABEL=a", "partlabel a" },
		{ "/dev/sda1", "dev /dev/sda1" },
		{ "/dev/disk/by-label/my\\x20root", "label my root" },
		{ "/dev/disk/by-uuid/1-2", "uuid 1-2" },
		{ "/dev/disk/by-partuuid/1-2", "partuuid 1-2" },
		{ "/dev/disk/by-partlabel/a\\x2fb", "partlabel a/b" },
		{ "/dev/disk/by-path/x", "dev /dev/disk/by-path/x" },
		{ "/dev/disk/by-label/a\\x00b", "label a\\x00b" },
		{ "LABEL=voil\xc3\xa0", "label voil\xc3\xa0" },
		{ "LABEL=", "! the name in it is empty or too long" },
		{ "LABEL=\"\"", "! the name in it is empty or too long" },
		{ "/dev/", "! the name in it is empty or too long" },
		{ "/dev/disk/by-label/", "! the name in it is empty or too long" },
		{ "LABEL=a\nb", "! control characters in it" },
	};

	CHECK(rows, read_block);
}

static void hostile(void)
{
	feed_hostile(read_block);
	feed_hostile(kind_in_word);
}

static void iscsi_names(void)
{
	char name[ISCSI_NAME_MAX + 1] = "iqn.";

	memset(name + 4, 'a', sizeof(name) - 5);
	name[ISCSI_NAME_MAX] = '\0';
	ok(!iscsi_name_valid(span_of(name))); /* 224 bytes */
	name[ISCSI_NAME_MAX - 1] = '\0';
	ok(iscsi_name_valid(span_of(name)));
	ok(!iscsi_name_valid(span_of("iqn.")) && !iscsi_name_valid(span_of("")) &&
	   !iscsi_name_valid(span_of("xqn.a")));
}

int main(void)
{
	RUN(kinds);
	RUN(hosts);
	RUN(blocks);
	RUN(hostile);
	RUN(iscsi_names);
	return test_end();
}
