/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The grammar of an iSCSI root: rows from RFC 4173, dracut.cmdline(7), Debian's open-iscsi. */
#include "core/rootspec.h"

#include "rootspec_rows.h"

#define CREDENTIALS                                                                         \
	"! before the '@' stand not USER:PASSWORD or USER:PASSWORD:TARGET'S-USER:TARGET'S-" \
	"PASSWORD; such with a ':' in them are given by rd.iscsi.username= and its like"
#define SHAPE "; expected iscsi:SERVER:[6]:[PORT]:[LUN]:TARGET"

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
	if (root.iscsi.netdev[0])
		out_add(&out, " by %s", root.iscsi.netdev);
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
#define UNBOUND(t) \
	" ? \"" t  \
	"\" before the LUN binds nothing: the session goes by the NIC on the way to the server"
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
		{ "iscsi:10.0.0.1:::if0:eth1:1:" IQN,
		  "10.0.0.1 3260 0001000000000000 " IQN " by eth1" },
		{ "iscsi:10.0.0.1:::eth1:1:" IQN,
		  "10.0.0.1 3260 0001000000000000 " IQN " by eth1" },
		{ "iscsi:10.0.0.1::::eth1::" IQN, "10.0.0.1 3260 - " IQN " by eth1" },
		{ "iscsi:[fe80::1%eth1]:::eth1::" IQN,
		  "fe80::1 3260 - " IQN " scope eth1 by eth1" },
		{ "iscsi:[fe80::1%eth0]:::eth1::" IQN,
		  "! the server is to be reached by eth0, and the session bound to eth1" SHAPE },
		{ "iscsi:10.0.0.1:::eth/1:1:" IQN,
		  "! \"eth/1\" before the LUN is not the name of a NIC" SHAPE },
		{ "iscsi:10.0.0.1:::a-name-that-is-too-long:1:" IQN,
		  "! \"a-name-that-is-too-long\" before the LUN is not the name of a NIC" SHAPE },
		{ "iscsi:10.0.0.1:::if0:::" IQN, "10.0.0.1 3260 - " IQN UNBOUND("if0:") },
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
		{ "http://srv/x?token=geheim@y", "http://srv/x?***" },
		{ "https://srv/x?token=geheim", "https://srv/x?***" },
		{ "http:/x?token=geheim", "http:/x?***" },
		{ "http:srv:/x?", "http:srv:/x?" },
	};

	CHECK(rows, quoted);
}

static void hostile(void)
{
	feed_hostile(iscsi_in_word);
	feed_hostile(iscsi_in_option);
	feed_hostile(quoted);
}

int main(void)
{
	RUN(iscsi_fields);
	RUN(iscsi_lun_hex);
	RUN(iscsi_lun_decimal);
	RUN(iscsi_refused);
	RUN(credentials);
	RUN(credentials_too_long);
	RUN(secrets_are_hidden);
	RUN(hostile);
	return test_end();
}
