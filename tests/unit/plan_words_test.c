/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words one by one: which wins, what is refused, what init gets; hostile ones. */
#include "plan_test.h"

/* --- precedence --- */

static void conf_and_command_line(void)
{
	make_conf("# the lab\nroot=nfs:10.0.0.1:/conf\nrw init=/conf rootflags=conf\n", "");
	eq_str(line_of("root.0"), "root.0 = nfs 10.0.0.1:/conf (netroot.conf)");
	eq_str(line_of("mode"), "mode = rw (netroot.conf)");
	eq_str(line_of("init"), "init = /conf (netroot.conf)");
	make_conf("root=nfs:10.0.0.1:/conf rw init=/conf",
		  "root=nfs:10.0.0.1:/line ro init=/a init=/line");
	eq_int(plan.n_roots, 1);
	eq_str(line_of("root.0"), "root.0 = nfs 10.0.0.1:/line (command line)");
	eq_str(line_of("mode"), "mode = ro (command line)");
	eq_str(line_of("init"), "init = /line (command line)");
	/* the command line's lists replace those of the file */
	make_conf("netroot=iscsi:10.0.0.1::::" IQN " ip=eth0:dhcp",
		  "netroot=nfs:10.0.0.2:/x ip=eth1:dhcp");
	eq_int(plan.n_roots, 1);
	eq_int(plan.n_ips, 1);
	eq_str(plan.ips[0].port.ifname, "eth1");
	make_conf("netroot=iscsi:10.0.0.1::::" IQN, "root=nfs:10.0.0.2:/x");
	eq_int(plan.n_roots, 1);
	ok(plan.roots[0].kind == ROOT_NFS);
	/* but a file system named on the command line goes with the file's target */
	make_conf("netroot=iscsi:10.0.0.1::::" IQN " root=LABEL=a", "root=LABEL=b");
	eq_int(plan.n_roots, 1);
	eq_str(line_of("block"), "block = LABEL=b (command line)");
	make_conf("root=LABEL=a", "root=nfs:10.0.0.2:/x");
	eq_str(line_of("block"), "");
	make_conf("nonsense quiet", "nonsense");
	eq_str(note(NOTE_UNKNOWN), "netroot.conf: nonsense: not known, ignored");
	make_conf("ip=bogus", "");
	eq_str(note(NOTE_REFUSED),
	       "netroot.conf: ip=\"bogus\": \"bogus\" is no method of configuration; "
	       "ignored, without another ip= DHCP is asked on all wired NICs");
}

static void options_and_mode(void)
{
	make("root=nfs:10.0.0.1:/x,rw", NULL, NULL);
	ok(plan.read_write);
	make("root=nfs:10.0.0.1:/x,rw ro", NULL, NULL);
	ok(!plan.read_write); /* the command line's own word beats the option */
	make("rw ro rw", NULL, NULL);
	ok(plan.read_write);
	make("ro=1 rw=1", NULL, NULL);
	ok(!plan.read_write && plan.read_write_given.by == FROM_DEFAULT);
}

/* Words of the network with a value that is wrong: named, and the rest goes on. */
static void network_values_refused(void)
{
	static const char *const rows[][2] = {
		{ "bootdev=a/b", "bootdev=\"a/b\": " },
		{ "ifname=lan0", "ifname=\"lan0\": " },
		{ "vlan=eth0", "vlan=\"eth0\": " },
		{ "vlan=eth0.4095:eth0", "vlan=\"eth0.4095:eth0\": " },
		{ "bond=:eth0", "bond=\":eth0\": " },
		{ "bridge=br0", "bridge=\"br0\": " },
		{ "team=t0:eth0:random", "team=\"t0:eth0:random\": " },
		{ "rd.route=10.0.0.0/33:10.0.0.1", "rd.route=\"10.0.0.0/33:10.0.0.1\": " },
		{ "nameserver=x", "nameserver=\"x\": no address of a host, ignored" },
		{ "nameserver=", "nameserver=\"\": no address of a host, ignored" },
		{ "nameserver=224.0.0.1",
		  "nameserver=\"224.0.0.1\": no address of a host, ignored" },
		{ "dns=10.0.0.3,x", "dns=\"10.0.0.3,x\": no address of a host, ignored" },
		{ "hostname=a;reboot", "hostname=\"a;reboot\": no host name, ignored" },
		{ "mtu=68", "mtu=\"68\": no MTU from 576 to 65535, ignored" },
		{ "mtu=65536", "mtu=\"65536\": no MTU from 576 to 65535, ignored" },
		{ "dhcpclass=a\033b",
		  "dhcpclass=\"a\\x1bb\": characters that are not printable ASCII, ignored" },
		{ "rd.net.dhcp.client-id=", "rd.net.dhcp.client-id=\"\": " },
		{ "carrier_timeout=-1",
		  "carrier_timeout=\"-1\": no number of seconds up to 86400, ignored" },
		{ "rd.net.timeout.dhcp=x",
		  "rd.net.timeout.dhcp=\"x\": no number of seconds up to 86400, ignored" },
		{ "vlan", "vlan: has no value, ignored" },
		{ "hwaddr=x", "hwaddr=\"x\": no MAC address, ignored" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;
		char cmdline[128];

		(void)snprintf(cmdline, sizeof(cmdline), "%s root=nfs:10.0.0.1:/x", rows[i][0]);
		make(cmdline, NULL, NULL);
		ok(!strncmp(note(NOTE_REFUSED), rows[i][1], strlen(rows[i][1])));
		eq_int(plan.n_roots, 1);
		eq_int(plan.n_links, 0);
		if (test_failed_checks != before)
			printf("%s: %s\n", rows[i][0], note(NOTE_REFUSED));
	}
}

/* Words that say what holds anyway, or what nothing here waits for. */
static void words_taken_note_of(void)
{
	static const struct {
		const char *word;
		enum note_kind kind;
		const char *note;
	} rows[] = {
		{ "rd.neednet", NOTE_CHOICE, "rd.neednet: the network is always configured here" },
		{ "rd.neednet=0", NOTE_IGNORED,
		  "rd.neednet=0: the root is reached over the network, ignored" },
		{ "rd.net.timeout.iflink=1", NOTE_IGNORED,
		  "rd.net.timeout.iflink: nothing waits for that here, ignored" },
		{ "rd.net.timeout.ifup=1", NOTE_IGNORED,
		  "rd.net.timeout.ifup: nothing waits for that here, ignored" },
		{ "rd.net.timeout.route=1", NOTE_IGNORED,
		  "rd.net.timeout.route: nothing waits for that here, ignored" },
		{ "rd.net.timeout.ipv6dad=1", NOTE_IGNORED,
		  "rd.net.timeout.ipv6dad: nothing waits for that here, ignored" },
		{ "rd.net.timeout.ipv6auto=1", NOTE_IGNORED,
		  "rd.net.timeout.ipv6auto: nothing waits for that here, ignored" },
		{ "rd.net.dhcp.retry=1", NOTE_IGNORED,
		  "rd.net.dhcp.retry: DHCP is asked for as long as it takes, ignored" },
		{ "biosdevname=0", NOTE_CHOICE,
		  "biosdevname: names of NICs are the kernel's here" },
		{ "biosdevname=1", NOTE_IGNORED,
		  "biosdevname: names of NICs are the kernel's here, ifname= gives others, ignored" },
		{ "net.ifname_policy=mac", NOTE_IGNORED,
		  "net.ifname_policy: names of NICs are the kernel's here, ifname= gives others, "
		  "ignored" },
		{ "ib.pkey=x", NOTE_IGNORED, "ib.pkey: not supported, ignored" },
		{ "rd.znet=x", NOTE_IGNORED, "rd.znet: not supported, ignored" },
		{ "rd.ethtool=x", NOTE_IGNORED, "rd.ethtool: not supported, ignored" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i].word, NULL, NULL);
		eq_str(note(rows[i].kind), rows[i].note);
		eq_int(plan.n_notes, 1);
	}
}

static void values_refused(void)
{
	static const char *const rows[][2] = {
		{ "init=sbin/init",
		  "init=\"sbin/init\": does not begin with '/', /sbin/init is used" },
		{ "rootfstype=ext4;x", "rootfstype=\"ext4;x\": not a file system's name, ignored" },
		{ "rootdelay=x", "rootdelay=\"x\": no number of seconds up to 86400, ignored" },
		{ "rootdelay", "rootdelay: has no value, ignored" },
		{ "rd.retry=-1", "rd.retry=\"-1\": no number of seconds up to 86400, ignored" },
		{ "rd.emergency=explode",
		  "rd.emergency=\"explode\": not reboot, poweroff or halt, ignored" },
		{ "panic=x", "panic=\"x\": no number of seconds up to 86400, ignored" },
		{ "BOOTIF=eth0", "BOOTIF=\"eth0\": no MAC address, ignored" },
		{ "rootflags=a\033[2Jb",
		  "rootflags=\"a\\x1b[2Jb\": characters that are not printable ASCII, ignored" },
		{ "rd.iscsi.param=node.conn[0].timeo.noop_out_interval=x",
		  "rd.iscsi.param=\"node.conn[0].timeo.noop_out_interval=x\": no number of "
		  "seconds up to 2000000, ignored" },
		{ "rd.iscsi.param=node.conn[0].timeo.noop_out_timeout",
		  "rd.iscsi.param=\"node.conn[0].timeo.noop_out_timeout\": no number of "
		  "seconds up to 2000000, ignored" },
		{ "rd.iscsi.param=node.conn[0].iscsi.HeaderDigest=MD5",
		  "rd.iscsi.param=\"node.conn[0].iscsi.HeaderDigest=MD5\": not None, CRC32C, or "
		  "both with a comma, ignored" },
		{ "netroot.iscsi.digest=on",
		  "netroot.iscsi.digest=\"on\": not None, CRC32C, or both with a comma, ignored" },
		{ "rd.iscsi.param=nodes.session.x=1",
		  "rd.iscsi.param=\"nodes.session.x=1\": no name of open-iscsi's records, ignored" },
		{ "rd.iscsi.param=node.session.auth.chap_algs=MD4",
		  "node.session.auth.chap_algs=\"MD4\": not md5, sha1, sha256 or sha3-256 with "
		  "commas, ignored" },
		{ "rd.iscsi.initiator=client",
		  "rd.iscsi.initiator \"client\": no iqn., eui. or naa. name "
		  "of at most 223 bytes, ignored" },
		{ "rd.iscsi.initiator=iqn.a;reboot",
		  "rd.iscsi.initiator \"iqn.a;reboot\": no iqn., eui. or naa. name of at most 223 "
		  "bytes, ignored" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i][0], NULL, NULL);
		eq_str(note(NOTE_REFUSED), rows[i][1]);
		eq_int(plan.n_notes, 1);
		eq_str(plan.init, "/sbin/init");
	}
}

/* --- the end --- */

static void ends(void)
{
	static const struct {
		const char *cmdline;
		enum end_action end;
		uint32_t after_s;
		int32_t panic_s;
	} rows[] = {
		{ "", END_NEVER, 180, -1 },
		{ "rd.shell", END_SHELL, 180, -1 },
		{ "rd.shell=1 rd.retry=10", END_SHELL, 10, -1 },
		{ "rd.shell=0", END_NEVER, 180, -1 },
		{ "rd.emergency=reboot", END_REBOOT, 180, -1 },
		{ "rd.emergency=halt rd.shell=0", END_HALT, 180, -1 },
		{ "rd.emergency=poweroff panic=9", END_POWEROFF, 180, 9 },
		{ "panic=9", END_REBOOT, 180, 9 },
		{ "panic=-1", END_REBOOT, 180, 0 },
		{ "panic=0", END_NEVER, 180, -1 },
		{ "panic=9 panic=0", END_NEVER, 180, -1 },
		{ "rd.shell panic=9", END_SHELL, 180, 9 },
		{ "rd.retry=5", END_NEVER, 5, -1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i].cmdline, NULL, NULL);
		eq_int(plan.end, rows[i].end);
		eq_int(plan.end_after_s, rows[i].after_s);
		eq_int(plan.panic_s, rows[i].panic_s);
	}
	make("rd.retry=5", NULL, NULL);
	eq_str(note(NOTE_CHOICE), "rd.retry= alone ends nothing, the boot is retried for ever; add "
				  "rd.shell, rd.emergency= or panic=");
	make("panic=9", NULL, NULL);
	eq_str(line_of("on_failure"),
	       "on_failure = reboot after 180 s and 9 s more (command line)");
	make("rd.debug=0", NULL, NULL);
	ok(!plan.debug);
	make("debug", NULL, NULL);
	ok(plan.debug);
	make("rd.iscsi.param=node.session.timeo.replacement_timeout=300 "
	     "rd.iscsi.param=node.conn[0].timeo.noop_out_interval=0",
	     NULL, NULL);
	eq_str(line_of("iscsi_params"),
	       "iscsi_params = replacement_timeout 300 s, noop_out_interval 0 s (command line)");
	make("rd.iscsi.param=node.session.timeo.replacement_timeout=-1", NULL, NULL);
	eq_str(note(NOTE_CHOICE),
	       "rd.iscsi.param: waiting for ever read as 86400 s: a reboot would hang once the "
	       "network is gone");
	make("rootdelay=5", NULL, NULL);
	eq_str(line_of("rootdelay"), "rootdelay = 5 s (command line)");
}

static void digests(void)
{
	static const struct {
		const char *words, *printed;
		enum plan_digest header, data;
	} rows[] = {
		{ "", "", DIGEST_NONE, DIGEST_NONE },
		{ "rd.iscsi.param=node.conn[0].iscsi.HeaderDigest=CRC32C,None",
		  "iscsi_params = HeaderDigest CRC32C,None (command line)", DIGEST_CRC32C_OR_NONE,
		  DIGEST_NONE },
		{ "rd.iscsi.param=node.conn[0].iscsi.DataDigest=CRC32C "
		  "rd.iscsi.param=node.conn[0].iscsi.HeaderDigest=None,CRC32C",
		  "iscsi_params = HeaderDigest None,CRC32C, DataDigest CRC32C (command line)",
		  DIGEST_NONE_OR_CRC32C, DIGEST_CRC32C },
		{ "netroot.iscsi.digest=None,CRC32C",
		  "iscsi_params = HeaderDigest None,CRC32C, DataDigest None,CRC32C (command line)",
		  DIGEST_NONE_OR_CRC32C, DIGEST_NONE_OR_CRC32C },
		{ "netroot.iscsi.digest=crc32c rd.iscsi.param=node.conn[0].iscsi.DataDigest=None",
		  "iscsi_params = HeaderDigest CRC32C (command line)", DIGEST_CRC32C, DIGEST_NONE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i].words, NULL, NULL);
		eq_str(line_of("iscsi_params"), rows[i].printed);
		eq_int(plan.tune.header_digest, (int)rows[i].header);
		eq_int(plan.tune.data_digest, (int)rows[i].data);
		eq_int(plan.n_notes, 0);
	}
}

/* dracut's rd.iscsi.param= takes any name of a record: what has no effect is said, with the reason.
 */
static void iscsi_params_left_out(void)
{
	static const char *const rows[][2] = {
		{ "node.session.iscsi.FirstBurstLength=8192", "settled with the target at login" },
		{ "node.conn[0].iscsi.MaxRecvDataSegmentLength=8192",
		  "settled with the target at login" },
		{ "node.session.auth.authmethod=CHAP",
		  "CHAP is used where a name and secret are given" },
		{ "node.conn[0].timeo.login_timeout=15",
		  "a login has limits of its own and is tried again" },
		{ "node.session.initial_login_retry_max=8", "a login is tried again for ever" },
		{ "node.session.reopen_max=32", "a session is logged in again for ever" },
		{ "node.session.nr_sessions=2", "one session to each portal" },
		{ "node.session.timeo.noop_out_timeout=5", "no timer of the kernel's" },
		{ "node.session.err_timeo.host_reset_timeout=60", "no timer of the kernel's" },
		{ "node.session.cmds_max=128", "the kernel's own value is kept" },
		{ "node.conn[0].tcp.window_size=524288", "the kernel's own value is kept" },
		{ "node.startup=onboot", "there is no record of the node" },
		{ "iface.net_ifacename=eth0", "there is no record of the interface" },
		{ "discovery.sendtargets.auth.password=geheim",
		  "there is no record of the discovery" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char words[128];

		(void)snprintf(words, sizeof(words), "rd.iscsi.param=%s", rows[i][0]);
		make(words, NULL, NULL);
		ok(strstr(note(NOTE_IGNORED), rows[i][1]) != NULL);
		ok(!strncmp(note(NOTE_IGNORED), "rd.iscsi.param=\"", 16));
		ok(!strstr(printed(), "geheim"));
	}
}

/* --- words for init: init/main.c --- */

static void words_for_init(void)
{
	static const char *const rows[][2] = {
		{ "single", "init_words = single (command line)" },
		{ "3 splash quiet ro nomodeset noapic", "init_words = 3 splash (command line)" },
		{ "foo=bar foo.bar x", "init_words = x (command line)" },
		{ "auto init=/x 1", "init_words = 1 (command line)" },
		{ "a -- b c=d e.f ro", "init_words = a b c=d e.f ro (command line)" },
		{ "-- init=/x", "init_words = init=/x (command line)" },
		{ "no-hlt no_hlt", "" },
		{ "rd.debug debug root=dhcp", "" },
		{ "-- a\033b", "init_words = a\\x1bb (command line)" },
	};
	static char many[600];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(rows[i][0], NULL, NULL);
		eq_str(line_of("init_words"), rows[i][1]);
	}
	make("-- init=/x root=nfs:10.0.0.1:/x", NULL, NULL);
	eq_str(plan.init, "/sbin/init");
	eq_int(plan.n_roots, 0);
	make("a b", NULL, NULL);
	ok(plan.n_init_words == 2 && !memcmp(plan.init_words, "a\0b\0", 5));
	make_conf("single", "");
	eq_int(plan.n_init_words, 0);
	for (int i = 0; i < 40; i++)
		memcpy(many + 4 * i, "abc ", 4);
	make(many, NULL, NULL);
	eq_int(plan.n_init_words, PLAN_INIT_WORDS_MAX);
	eq_str(note(NOTE_REFUSED), "\"abc\": no room among the arguments of init, left out");
}

/* --- hostile input --- */

static void too_much(void)
{
	static char text[16384];
	struct out out = out_to(text, sizeof(text));

	for (int i = 0; i < 200; i++)
		out_add(&out, "rd.x%d ", i);
	for (int i = 0; i < 20; i++)
		out_add(&out, "netroot=iscsi:10.0.0.%d::::" IQN " ", i + 1);
	make(text, NULL, NULL);
	eq_int(plan.n_notes, PLAN_NOTES_MAX);
	eq_str(plan.notes[PLAN_NOTES_MAX - 1].text, "there is more to note than fits here");
	eq_int(plan.n_roots, PLAN_ROOTS_MAX);
	make("rd.x rd.x rd.x", NULL, NULL);
	eq_int(plan.n_notes, 1); /* said once */
}

static void hostile(void)
{
	static const char *const heads[] = {
		"",
		"root=",
		"root=nfs:",
		"root=iscsi:",
		"netroot=",
		"nfsroot=",
		"ip=",
		"init=/",
		"rootflags=",
		"rd.iscsi.initiator=",
		"BOOTIF=",
		"panic=",
		"rd.",
		"-- ",
		"root=LABEL=",
		"root=/dev/nfs nfsroot=10.0.0.1:/%s",
		"root=nfs:10.0.0.1:/",
		"root=nfs:10.0.0.1:/x,",
		"rd.emergency=",
		"ip6=",
		"bootdev=",
		"vlan=",
		"bond=bond0:eth0:",
		"bridge=",
		"ifname=",
		"rd.route=",
		"nameserver=",
		"hostname=",
		"rd.net.dhcp.client-id=",
		"dhcpclass=",
		"ip=10.0.0.5 gateway=",
		"ip=10.0.0.5 ksdevice=",
		"hwaddr=",
	};
	static char text[10300];

	for (int c = 1; c < 256; c += c < 128 ? 1 : 9)
		for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
			size_t len = strlen(heads[i]);

			memcpy(text, heads[i], len);
			memset(text + len, c, 10240);
			text[len + (c % 4 ? 300 : 10240)] = '\0';
			make_conf(text, text);
			for (const char *p = printed(); *p; p++) {
				bool bad = (*p < ' ' && *p != '\n') || *p == 0x7f || (*p & 0x80);

				ok_row(!bad, heads[i]);
				if (bad)
					break;
			}
		}
	make_conf(NULL, NULL);
	ok(plan.root_from_dhcp);
}

static void console_words(void)
{
	make("root=dhcp quiet", NULL, NULL);
	ok(plan.quiet && !plan.debug);
	make("root=dhcp rd.debug", NULL, NULL);
	ok(!plan.quiet && plan.debug);
}

static void owned_words(void)
{
	static const char *const ours[] = { "root",   "netroot", "nfsroot",	  "ip",
					    "BOOTIF", "vlan",	 "iscsi_password" };
	static const char *const others[] = { "HOME", "TERM", "PATH", "foo", "rootx", "roo", "" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		ok(plan_owns_word(span_of(ours[i])));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ok(!plan_owns_word(span_of(others[i])));
}

int main(void)
{
	RUN(conf_and_command_line);
	RUN(options_and_mode);
	RUN(network_values_refused);
	RUN(words_taken_note_of);
	RUN(values_refused);
	RUN(ends);
	RUN(digests);
	RUN(iscsi_params_left_out);
	RUN(words_for_init);
	RUN(too_much);
	RUN(hostile);
	RUN(console_words);
	RUN(owned_words);
	return test_end();
}
