/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammars of a root: rows from RFC 4173, the kernel's nfsroot.rst, dracut.cmdline(7), Debian's
 * open-iscsi. */
#include "test.h"

#include "core/rootspec.h"

#define IQN "iqn.2026-01.lab:d0"
#define CREDENTIALS                                                                         \
	"! before the '@' stand not USER:PASSWORD or USER:PASSWORD:TARGET'S-USER:TARGET'S-" \
	"PASSWORD; such with a ':' in them are given by rd.iscsi.username= and its like"
#define SHAPE "; expected iscsi:SERVER:[6]:[PORT]:[LUN]:TARGET"

struct row {
	const char *value, *want;
};

static void check(const struct row *rows, size_t n, const char *(*read)(const char *))
{
	for (size_t i = 0; i < n; i++) {
		const char *got = read(rows[i].value);

		if (strcmp(got, rows[i].want) != 0)
			printf("%s\n", rows[i].value);
		eq_str(got, rows[i].want);
	}
}
#define CHECK(rows, read) check(rows, sizeof(rows) / sizeof((rows)[0]), read)

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

static const char *read_iscsi(const char *value, enum rootspec_place place)
{
	static char text[1024];
	struct out out = out_to(text, sizeof(text));
	char choices[256], a[IP_TEXT_MAX], lun[20] = "";
	struct out o_choices = out_to(choices, sizeof(choices));
	struct plan_root root = { .iscsi.port = 7 };
	struct err err = { 0 };

	if (rootspec_iscsi(span_of(value), place, &root, &o_choices, &err)) {
		eq_int(root.iscsi.port, 7); /* untouched */
		out_add(&out, "! %s", err.text);
		return text;
	}
	for (size_t i = 0; i < 8; i++)
		(void)snprintf(lun + 2 * i, 3, "%02x", root.iscsi.lun[i]);
	out_add(&out, "%s %u %s %s", root.server.ip.family ? ip_text(&root.server.ip, a) : "-",
		root.iscsi.port, root.iscsi.lun_given ? lun : "-", root.iscsi.target);
	if (!root.server.ip.family)
		out_add(&out, " name %s", root.server.name);
	if (root.server.scope[0])
		out_add(&out, " scope %s", root.server.scope);
	if (o_choices.len)
		out_add(&out, " ? %s", choices);
	return text;
}

static const char *iscsi_in_word(const char *value)
{
	return read_iscsi(value, IN_WORD);
}

static const char *iscsi_in_option(const char *value)
{
	return read_iscsi(value, IN_OPTION_17);
}

#define AS_HEX(t, n) " ? LUN \"" t "\" read as hexadecimal (RFC 4173), that is " n
#define AS_DECIMAL(t) \
	" ? LUN \"" t "\" read as decimal, as dracut and Debian do; the same in DHCP is hexadecimal"

static void iscsi_fields(void)
{
	static const struct row rows[] = {
		{ "iscsi:10.0.0.1::::" IQN, "10.0.0.1 3260 - " IQN },
		{ "iscsi:10.0.0.1:6:3260:0:" IQN, "10.0.0.1 3260 0000000000000000 " IQN },
		{ "iscsi:10.0.0.1:tcp:3261:1:" IQN, "10.0.0.1 3261 0001000000000000 " IQN },
		{ "iscsi:10.0.0.1:TCP:0:1:" IQN, "10.0.0.1 3260 0001000000000000 " IQN },
		{ "iscsi:[2001:db8::1]::3261::" IQN, "2001:db8::1 3261 - " IQN },
		{ "iscsi:[fe80::1%eth0]:6:3261:1:" IQN,
		  "fe80::1 3261 0001000000000000 " IQN " scope eth0" },
		{ "iscsi:[fe80::1]::::" IQN, "fe80::1 3260 - " IQN },
		{ "iscsi:storage.lab::::" IQN, "- 3260 - " IQN " name storage.lab" },
		{ "iscsi:10.0.0.1::::eui.02004567A425678D",
		  "10.0.0.1 3260 - eui.02004567A425678D" },
		{ "iscsi:10.0.0.1::::naa.52004567BA64678D",
		  "10.0.0.1 3260 - naa.52004567BA64678D" },
		{ "iscsi:10.0.0.1::::IQN.2026-01.Lab:D0", "10.0.0.1 3260 - IQN.2026-01.Lab:D0" },
		{ "iscsi:10.0.0.1::::" IQN ":a:b", "10.0.0.1 3260 - " IQN ":a:b" },
		{ "iscsi:10.0.0.1::::" IQN "@x", "10.0.0.1 3260 - " IQN "@x" },
		{ "iscsi:@10.0.0.1::::" IQN "@x", "10.0.0.1 3260 - " IQN "@x" },
		/* dracut's interface and network device, left empty */
		{ "iscsi:10.0.0.1::::1:" IQN, "10.0.0.1 3260 0001000000000000 " IQN },
		{ "iscsi:10.0.0.1:::::2:" IQN, "10.0.0.1 3260 0002000000000000 " IQN },
	};

	CHECK(rows, iscsi_in_word);
	CHECK(rows, iscsi_in_option);
}

static void iscsi_lun_hex(void)
{
	static const struct row rows[] = {
		{ "iscsi:10.0.0.1:::9:" IQN, "10.0.0.1 3260 0009000000000000 " IQN },
		/* without a target: the portal is asked for those that there are */
		{ "iscsi:10.0.0.1::3261:9:", "10.0.0.1 3261 0009000000000000 " },
		{ "iscsi:10.0.0.1:::a:" IQN,
		  "10.0.0.1 3260 000a000000000000 " IQN AS_HEX("a", "10") },
		{ "iscsi:10.0.0.1:::10:" IQN,
		  "10.0.0.1 3260 0010000000000000 " IQN AS_HEX("10", "16") },
		/* RFC 4173 section 5 */
		{ "iscsi:10.0.0.1:::4752-3A4F-6b7e-2F99:" IQN,
		  "10.0.0.1 3260 47523a4f6b7e2f99 " IQN },
		{ "iscsi:10.0.0.1:::6734-9-156f-127:" IQN, "10.0.0.1 3260 67340009156f0127 " IQN },
		{ "iscsi:10.0.0.1:::4186-9:" IQN, "10.0.0.1 3260 4186000900000000 " IQN },
		{ "iscsi:10.0.0.1:::0x1:" IQN,
		  "! the LUN \"0x1\" is no number in hexadecimal" SHAPE },
		{ "iscsi:10.0.0.1:::1-2-3-4-5:" IQN,
		  "! the LUN \"1-2-3-4-5\" is no number in hexadecimal" SHAPE },
		{ "iscsi:10.0.0.1:::12345:" IQN,
		  "! the LUN \"12345\" is no number in hexadecimal" SHAPE },
		{ "iscsi:10.0.0.1:::00001:" IQN,
		  "! the LUN \"00001\" is no number in hexadecimal" SHAPE },
		{ "iscsi:10.0.0.1:::1-:" IQN,
		  "! the LUN \"1-\" is no number in hexadecimal" SHAPE },
		{ "iscsi:10.0.0.1:::-1:" IQN,
		  "! the LUN \"-1\" is no number in hexadecimal" SHAPE },
		{ "iscsi:10.0.0.1:::x:" IQN, "! the LUN \"x\" is no number in hexadecimal" SHAPE },
	};

	CHECK(rows, iscsi_in_option);
}

static void iscsi_lun_decimal(void)
{
	static const struct row rows[] = {
		{ "iscsi:10.0.0.1:::9:" IQN, "10.0.0.1 3260 0009000000000000 " IQN },
		{ "iscsi:10.0.0.1:::10:" IQN,
		  "10.0.0.1 3260 000a000000000000 " IQN AS_DECIMAL("10") },
		{ "iscsi:10.0.0.1:::255:" IQN,
		  "10.0.0.1 3260 00ff000000000000 " IQN AS_DECIMAL("255") },
		/* above 255: flat space addressing */
		{ "iscsi:10.0.0.1:::256:" IQN,
		  "10.0.0.1 3260 4100000000000000 " IQN AS_DECIMAL("256") },
		{ "iscsi:10.0.0.1:::16383:" IQN,
		  "10.0.0.1 3260 7fff000000000000 " IQN AS_DECIMAL("16383") },
		{ "iscsi:10.0.0.1:::16384:" IQN, "! the LUN 16384 is above 16383" },
		{ "iscsi:10.0.0.1:::4186-9:" IQN, "10.0.0.1 3260 4186000900000000 " IQN },
		{ "iscsi:10.0.0.1:::0x1:" IQN, "! the LUN \"0x1\" is no number" },
		{ "iscsi:10.0.0.1:::1 :" IQN, "! the LUN \"1 \" is no number" },
	};

	CHECK(rows, iscsi_in_word);
}

static void iscsi_refused(void)
{
	static const struct row rows[] = {
		{ "iscsi:", "! too few fields" SHAPE },
		{ "iscsi:10.0.0.1", "! too few fields" SHAPE },
		{ "iscsi:10.0.0.1::", "! too few fields" SHAPE },
		{ "iscsi:10.0.0.1:::", "! the target name is missing" SHAPE },
		{ "iscsi:10.0.0.1:::" IQN, "! a field is missing before the target name" SHAPE },
		{ "iscsi:10.0.0.1::::disk0",
		  "! the target name \"disk0\" is no iqn., eui. or naa. name" SHAPE },
		{ "iscsi:10.0.0.1::::iqn.",
		  "! the target name \"iqn.\" is no iqn., eui. or naa. name" SHAPE },
		{ "iscsi:10.0.0.1::::iqn.a b",
		  "! the target name \"iqn.a b\" is no iqn., eui. or naa. name" SHAPE },
		{ "iscsi:10.0.0.1::::iqn.a\033[2J",
		  "! the target name \"iqn.a\\x1b[2J\" is no iqn., eui. or naa. name" SHAPE },
		{ "iscsi:::::" IQN,
		  "! the server field is empty, and looking the target up in a discovery service is "
		  "not supported; give the server's address" },
		{ "iscsi:10.0.0.1:17:::" IQN, "! the protocol \"17\" is not 6 (TCP)" SHAPE },
		{ "iscsi:10.0.0.1:udp:::" IQN, "! the protocol \"udp\" is not 6 (TCP)" SHAPE },
		{ "iscsi:10.0.0.1::65536::" IQN,
		  "! the port \"65536\" is no number up to 65535" SHAPE },
		{ "iscsi:10.0.0.1::x::" IQN, "! the port \"x\" is no number up to 65535" SHAPE },
		{ "iscsi:10.0.0.300::::" IQN,
		  "! the server: \"10.0.0.300\" is neither an address nor a host name" },
		{ "iscsi:0.0.0.0::::" IQN,
		  "! the server: 0.0.0.0 cannot be the address of a server" },
		{ "iscsi:224.0.0.1::::" IQN,
		  "! the server: 224.0.0.1 cannot be the address of a server" },
		{ "iscsi:$(id)::::" IQN,
		  "! the server: \"$(id)\" is neither an address nor a host name" },
		{ "iscsi:[fd00::1%eth0]::::" IQN,
		  "! the server: \"[fd00::1%eth0]\" is no link-local IPv6 address with a NIC behind "
		  "'%'" },
		{ "iscsi:[10.0.0.1]::::" IQN,
		  "! the server: \"[10.0.0.1]\" is no IPv6 address in brackets" },
		{ "iscsi:[::1::::" IQN, "! too few fields" SHAPE },
		{ "iscsi:10.0.0.1:::default:eth0:1:" IQN,
		  "! an interface or network device before the LUN is not supported yet" SHAPE },
		{ "iscsi:10.0.0.1:::eth0:1:" IQN,
		  "! an interface or network device before the LUN is not supported yet" SHAPE },
		{ "iscsi:10.0.0.1:::::::1:" IQN, "! too many fields before the target name" SHAPE },
		{ "iscsi:user@10.0.0.1::::" IQN, CREDENTIALS },
		{ "iscsi:u:s:ru@10.0.0.1::::" IQN, CREDENTIALS },
		{ "iscsi:u:s:ru:rs:x@10.0.0.1:6:3260:1:" IQN, CREDENTIALS },
		{ "iscsi:u:geheim@:::::" IQN,
		  "! the server field is empty, and looking the target up in a discovery service is "
		  "not supported; give the server's address" },
	};

	CHECK(rows, iscsi_in_word);
	CHECK(rows, iscsi_in_option);
}

static void credentials(void)
{
	static const struct {
		const char *text, *user, *secret, *in_user, *in_secret;
	} rows[] = {
		{ "iscsi:10.0.0.1::::" IQN, "", "", "", "" },
		{ "iscsi:@10.0.0.1::::" IQN "@x", "", "", "", "" },
		{ "iscsi:pc7:geheimgeheim@10.0.0.1::::" IQN, "pc7", "geheimgeheim", "", "" },
		{ "iscsi:u:p:t:q@[fd00::1]:6:3260:1:" IQN "@x", "u", "p", "t", "q" },
		{ "iscsi:pc7@lab:p@ss@10.0.0.1::::" IQN, "pc7@lab", "p@ss", "", "" },
		/* half of it: said where the plan is made */
		{ "iscsi:u:@10.0.0.1::::" IQN, "u", "", "", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int place = IN_WORD; place <= IN_OPTION_17; place++) {
			char text[64];
			struct out choices = out_to(text, sizeof(text));
			struct plan_root root;
			struct err err;

			ok(!rootspec_iscsi(span_of(rows[i].text), (enum rootspec_place)place, &root,
					   &choices, &err));
			eq_str(root.chap.user, rows[i].user);
			eq_str(root.chap.secret, rows[i].secret);
			eq_str(root.chap.in_user, rows[i].in_user);
			eq_str(root.chap.in_secret, rows[i].in_secret);
		}
}

static void credentials_too_long(void)
{
	char text[600], choice[64];
	struct out choices = out_to(choice, sizeof(choice));
	struct plan_root root;
	struct err err;

	(void)snprintf(text, sizeof(text), "iscsi:u:%0256d@10.0.0.1::::" IQN, 7);
	ok(rootspec_iscsi(span_of(text), IN_WORD, &root, &choices, &err) < 0);
	eq_str(err.text, "a name or password before the '@' is longer than 255 bytes");
}

static const char *quoted(const char *value)
{
	static char text[64];

	return rootspec_quote(text, sizeof(text), span_of(value));
}

static void secrets_are_hidden(void)
{
	static const struct row rows[] = {
		{ "iscsi:u:geheim@10.0.0.1::::" IQN, "iscsi:***@10.0.0.1::::" IQN },
		{ "iscsi:u:p@ss:ru:rp@10.0.0.1::::" IQN, "iscsi:***@10.0.0.1::::" IQN },
		{ "iscsi:u:geheim@", "iscsi:***@" },
		{ "iscsi:a:iqn.2020-01.x:geheim@10.0.0.1::::" IQN, "iscsi:***@10.0.0.1::::" IQN },
		{ "iscsi:iqn.2020-01.x:geheim@10.0.0.1::::" IQN, "iscsi:***@10.0.0.1::::" IQN },
		{ "iscsi:u:geheim@10.0.0.1::::disk", "iscsi:***@10.0.0.1::::disk" },
		{ "u:geheim@10.0.0.1::::" IQN, "***@10.0.0.1::::" IQN },
		{ "node.session.auth.password=geheim", "node.session.auth.password=***" },
		{ "discovery.sendtargets.auth.password_in=geheim=x",
		  "discovery.sendtargets.auth.password_in=***" },
		{ "node.session.auth.username=u@x", "node.session.auth.username=u@x" },
		{ "iscsi:10.0.0.1::::" IQN "@x", "iscsi:10.0.0.1::::" IQN "@x" },
		{ "iscsi:@10.0.0.1::::" IQN, "iscsi:@10.0.0.1::::" IQN },
		{ "nfs:10.0.0.1:/a@b", "nfs:10.0.0.1:/a@b" },
		{ "cifs://u:geheim@srv/x", "cifs://***@srv/x" },
		{ "http://srv/x@y", "http://srv/x@y" },
	};

	CHECK(rows, quoted);
}

static const char *nfs_text(int r, const struct nfs_spec *spec, const struct err *err)
{
	static char text[512];
	struct out out = out_to(text, sizeof(text));

	if (r) {
		out_add(&out, "! %s", err->text);
		return text;
	}
	out_add(&out, "%s|%.*s|%.*s", spec->server.name, (int)spec->path.len,
		spec->path.p ? spec->path.p : "", (int)spec->options.len,
		spec->options.p ? spec->options.p : "");
	if (spec->version)
		out_add(&out, " v%u", spec->version);
	if (spec->port)
		out_add(&out, " port %u", spec->port);
	if (spec->server.scope[0])
		out_add(&out, " scope %s", spec->server.scope);
	return text;
}

static const char *read_nfs(const char *value)
{
	struct nfs_spec spec;
	struct err err;
	int r = rootspec_nfs(span_of(value), &spec, &err);

	return nfs_text(r, &spec, &err);
}

static const char *read_nfsroot(const char *value)
{
	struct nfs_spec spec;
	struct err err;
	int r = rootspec_nfsroot(span_of(value), &spec, &err);

	return nfs_text(r, &spec, &err);
}

#define NFS_SHAPE "; expected [nfs:|nfs4:][SERVER:]/PATH[,OPTIONS]"

static void nfs_forms(void)
{
	static const struct row rows[] = {
		{ "10.0.0.1:/srv/x", "10.0.0.1|/srv/x|" },
		{ "/srv/x", "|/srv/x|" },
		{ "/", "|/|" },
		{ "/srv/x,vers=3,tcp", "|/srv/x|vers=3,tcp" },
		{ "10.0.0.1:/srv/x,vers=3,tcp", "10.0.0.1|/srv/x|vers=3,tcp" },
		{ "10.0.0.1:/srv/x:vers=3,tcp", "10.0.0.1|/srv/x|vers=3,tcp" },
		{ "nfs:/srv/x", "|/srv/x|" },
		{ "nfs:10.0.0.1:/srv/x", "10.0.0.1|/srv/x|" },
		{ "nfs:10.0.0.1:/srv/x:ro,hard", "10.0.0.1|/srv/x|ro,hard" },
		{ "nfs:10.0.0.1:/srv/x:", "10.0.0.1|/srv/x|" },
		{ "nfs:server.lab:/srv/x", "server.lab|/srv/x|" },
		{ "nfs::/srv/x", "|/srv/x|" },
		{ "nfs:[2001:db8::1]:/srv/x", "2001:db8::1|/srv/x|" },
		{ "[2001:db8::1]:/srv/x,vers=3", "2001:db8::1|/srv/x|vers=3" },
		{ "2001:db8::1:/srv/x", "2001:db8::1|/srv/x|" },
		{ "[fe80::1%eth0]:/srv/x:ro", "fe80::1%eth0|/srv/x|ro scope eth0" },
		{ "nfs:[fe80::1%br0.7]:/x", "fe80::1%br0.7|/x| scope br0.7" },
		{ "nfs:ro,hard:[fd00::1]:/srv/x", "fd00::1|/srv/x|ro,hard" },
		{ "nfs4:[fd00::1]:/x", "fd00::1|/x| v4" },
		{ "nfs4:10.0.0.1:/x", "10.0.0.1|/x| v4" },
		{ "nfs4:/x", "|/x| v4" },
		{ "nfs:/srv/%s", "|/srv/%s|" },
		/* Anaconda */
		{ "nfs:ro,hard:10.0.0.1:/srv/x", "10.0.0.1|/srv/x|ro,hard" },
		{ "nfs://10.0.0.1/srv/x", "10.0.0.1|/srv/x|" },
		{ "nfs://10.0.0.1:2050/srv/x", "10.0.0.1|/srv/x| port 2050" },
		{ "nfs://[2001:db8::1]:2050/x", "2001:db8::1|/x| port 2050" },
		{ "nfs://[fe80::1%25eth0]/x", "fe80::1%eth0|/x| scope eth0" },
		{ "nfs://[fe80::1%eth0]:2050/x", "fe80::1%eth0|/x| port 2050 scope eth0" },
		{ "nfs://server/x", "server|/x|" },
		{ "nfs://10.0.0.1", "! the path is missing; expected nfs://SERVER/PATH" },
		{ "nfs://10.0.0.1:x/y", "! the port \"x\" is no number from 1 to 65535" },
		{ "nfs://10.0.0.1:0/y", "! the port \"0\" is no number from 1 to 65535" },
		{ "nfs:", "! the path does not begin with '/'" NFS_SHAPE },
		{ "nfs:x", "! the path does not begin with '/'" NFS_SHAPE },
		{ "nfs:10.0.0.1:x", "! the path does not begin with '/'" NFS_SHAPE },
		{ "10.0.0.300:/x",
		  "! the server: \"10.0.0.300\" is neither an address nor a host name" },
		{ "0.0.0.0:/x", "! the server: 0.0.0.0 cannot be the address of a server" },
		{ "a b:/x", "! the server: \"a b\" is neither an address nor a host name" },
		{ "10.0.0.1:/x\n", "! control characters in the path" },
		{ "10.0.0.1:/x,a\tb", "! control characters in the mount options" },
	};

	CHECK(rows, read_nfs);
}

static void nfsroot_forms(void)
{
	static const struct row rows[] = {
		{ "10.0.0.1:/srv/x,vers=3", "10.0.0.1|/srv/x|vers=3" },
		{ "/srv/x", "|/srv/x|" },
		{ ",vers=3", "||vers=3" },
		{ "client1", "|client1|" }, /* under /tftpboot: the caller's */
		{ "", "||" },
		{ "default", "||" },
		{ "default,vers=3", "||vers=3" },
		{ "auto", "||" },
		{ "10.0.0.1", "10.0.0.1||" },
		{ "10.0.0.1,vers=3", "10.0.0.1||vers=3" },
		{ "10.0.0.1:", "10.0.0.1||" },
		{ "10.0.0.1:,vers=3", "10.0.0.1||vers=3" },
		{ "10.0.0.1:default", "10.0.0.1||" },
		{ ":/srv/x", "|/srv/x|" },
		{ "server:/srv/x", "server|/srv/x|" },
		{ "[fd00::1]:/srv/x,vers=3", "fd00::1|/srv/x|vers=3" },
		{ "nfs:10.0.0.1:/srv/x", "10.0.0.1|/srv/x|" },
		{ "10.0.0.1:x", "! the path behind the server does not begin with '/'; expected "
				"[SERVER:]/PATH[,OPTIONS]" },
	};

	CHECK(rows, read_nfsroot);
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
}

static const char *read_options(const char *value)
{
	static char text[512];
	struct out out = out_to(text, sizeof(text));
	struct plan_nfs nfs = { .options = "first", .minor = -1 };
	struct err err;
	int rw = -1;

	if (rootspec_nfs_options(span_of(value), &nfs, &rw, &err)) {
		eq_str(nfs.options, "first");
		eq_int(rw, -1);
		out_add(&out, "! %s", err.text);
		return text;
	}
	out_add(&out, "%s", nfs.options);
	if (nfs.version)
		out_add(&out, " v%u.%d", nfs.version, nfs.minor);
	if (nfs.port)
		out_add(&out, " port %u", nfs.port);
	if (rw >= 0)
		out_add(&out, " %s", rw ? "rw" : "ro");
	return text;
}

static void nfs_options(void)
{
	static const struct row rows[] = {
		{ "", "first" },
		{ "tcp,hard", "first,tcp,hard" },
		{ ",,tcp,", "first,tcp" },
		{ "vers=3", "first v3.-1" },
		{ "vers=4", "first v4.-1" },
		{ "nfsvers=4.2,tcp", "first,tcp v4.2" },
		{ "vers=4.0", "first v4.0" },
		{ "v3", "first v3.-1" },
		{ "v4.1", "first v4.1" },
		{ "vers=4,minorversion=1", "first v4.1" },
		{ "vers=3,vers=4.1", "first v4.1" },
		{ "port=2050", "first port 2050" },
		{ "rw", "first rw" },
		{ "rw,ro", "first ro" },
		{ "addr=1.2.3.4,soft", "first,soft" },
		{ "rsize=4096,wsize=4096", "first,rsize=4096,wsize=4096" },
		{ "vers=2", "! NFS version \"2\" is not 3, 4, 4.0, 4.1 or 4.2" },
		{ "vers=4.3", "! NFS version \"4\" is not 3, 4, 4.0, 4.1 or 4.2" },
		{ "vers=3.1", "! NFS version \"3\" is not 3, 4, 4.0, 4.1 or 4.2" },
		{ "vers=", "! NFS version \"\" is not 3, 4, 4.0, 4.1 or 4.2" },
		{ "vers", "! NFS version \"\" is not 3, 4, 4.0, 4.1 or 4.2" },
		{ "port=x", "! the option port is no number up to 65535" },
		{ "a b", "! blanks or odd characters in the mount options" },
	};
	char text[300];

	CHECK(rows, read_options);
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	eq_str(read_options(text), "! the mount options are too long");
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

/* No bytes of any length hurt; sanitizers watch. */
static void hostile(void)
{
	static const char *const heads[] = { "",
					     "iscsi:",
					     "iscsi:10.0.0.1::::iqn.",
					     "iscsi:[",
					     "nfs:",
					     "nfs://",
					     "nfs://[",
					     "10.0.0.1:/",
					     "LABEL=",
					     "/dev/disk/by-label/",
					     "iscsi:u:p@",
					     "iscsi:10.0.0.1:::" };
	static char text[10300];

	for (int c = 1; c < 256; c++)
		for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
			size_t len = strlen(heads[i]);

			memcpy(text, heads[i], len);
			memset(text + len, c, 10240);
			text[len + (c % 8 ? 200 : 10240)] = '\0';
			(void)iscsi_in_word(text);
			(void)iscsi_in_option(text);
			(void)read_nfs(text);
			(void)read_nfsroot(text);
			(void)read_options(text);
			(void)read_block(text);
			(void)quoted(text);
			(void)kind_in_word(text);
		}
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
	RUN(iscsi_fields);
	RUN(iscsi_lun_hex);
	RUN(iscsi_lun_decimal);
	RUN(iscsi_refused);
	RUN(credentials);
	RUN(credentials_too_long);
	RUN(secrets_are_hidden);
	RUN(nfs_forms);
	RUN(nfsroot_forms);
	RUN(hosts);
	RUN(nfs_options);
	RUN(blocks);
	RUN(hostile);
	RUN(iscsi_names);
	return test_end();
}
