/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netroot.config=: the value, the names that are asked for, and what of a fetched text counts. */
#include "core/config.h"

#include "plan_test.h"

#define R "root=nfs:10.0.0.1:/srv "

static const struct config_machine pc7 = {
	.mac = { 6, { 0x52, 0x54, 0x00, 0xab, 0x34, 0x56 } },
	.uuid = "4c4c4544-0042-4810-8056-b4c04f395332",
	.host_name = "pc7.lab",
	.address = { IP_V4, { 10, 0, 0, 7 } },
};
static struct config_names names;

/* --- the value --- */

static void values(void)
{
	static const struct {
		const char *value, *server;
		uint16_t port;
		const char *path, *url;
	} rows[] = {
		{ "tftp://10.0.0.1/netroot/", "10.0.0.1", 0, "netroot/",
		  "tftp://10.0.0.1/netroot/" },
		{ "tftp://10.0.0.1//srv/tftp/a", "10.0.0.1", 0, "/srv/tftp/a",
		  "tftp://10.0.0.1//srv/tftp/a" },
		{ "tftp:srv.lab:netroot", "srv.lab", 0, "netroot", "tftp://srv.lab/netroot" },
		{ "tftp:srv:/netroot/", "srv", 0, "/netroot/", "tftp://srv//netroot/" },
		{ "tftp:/netroot/", "", 0, "/netroot/", "tftp:////netroot/" },
		{ "tftp:netroot/a:b", "", 0, "netroot/a:b", "tftp:///netroot/a:b" },
		{ "tftp:///netroot/", "", 0, "netroot/", "tftp:///netroot/" },
		{ "tftp://[fd00::1]:6969/n/", "fd00::1", 6969, "n/", "tftp://[fd00::1]:6969/n/" },
		{ "tftp:[fd00::1]:/n/", "fd00::1", 0, "/n/", "tftp://[fd00::1]//n/" },
		{ "http://srv:8080/a/?x=1", "srv", 8080, "/a/?x=1", "http://srv:8080/a/?***" },
		{ "http://srv", "srv", 0, "/", "http://srv/" },
		{ "tftp://srv/a?x=1", "srv", 0, "a?x=1", "tftp://srv/a?x=1" },
		{ "http://srv/a#b", "srv", 0, "/a", "http://srv/a" },
		{ "http:/a/", "", 0, "/a/", "http:///a/" },
		{ "nfs:10.0.0.1:/srv/conf", "10.0.0.1", 0, "/srv/conf", "nfs://10.0.0.1/srv/conf" },
		{ "nfs:/srv/conf", "", 0, "/srv/conf", "nfs:///srv/conf" },
		{ "nfs://s:2050/srv/conf/", "s", 2050, "/srv/conf/", "nfs://s:2050/srv/conf/" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_config made = { .port = 77 };
		char url[CONFIG_URL_MAX];
		struct out out = out_to(url, sizeof(url));
		struct err err = { .text = "" };

		eq_int(config_parse(span_of(rows[i].value), &made, &err), 0);
		eq_str(err.text, "");
		eq_str(made.server.name, rows[i].server);
		eq_int(made.port, rows[i].port);
		eq_str(made.path, rows[i].path);
		config_url(&made, made.path, &out);
		eq_str(url, rows[i].url);
	}
}

static void nfs_versions(void)
{
	struct plan_config made;
	struct err err;

	eq_int(config_parse(span_of("nfs4:s:/a"), &made, &err), 0);
	eq_int(made.version, 4);
	eq_int(config_parse(span_of("nfs:s:/a,vers=3,port=2050"), &made, &err), 0);
	eq_int(made.version, 3);
	eq_int(made.port, 2050);
}

static void wrong_values(void)
{
	static const struct {
		const char *value, *why;
	} rows[] = {
		{ "https://srv/a", "https is not spoken here; http does as well where the settings "
				   "are signed: mkinitrd --config-key" },
		{ "/a", "expected tftp://HOST/DIR/, http://HOST[:PORT]/DIR/, nfs:HOST:/DIR/ or "
			"nfs://HOST/DIR/" },
		{ "http:a", "expected tftp://HOST/DIR/, http://HOST[:PORT]/DIR/, nfs:HOST:/DIR/ or "
			    "nfs://HOST/DIR/" },
		{ "http://u:p@srv/a", "names and passwords are not sent" },
		{ "http://srv:0/a", "the port \"0\" is no number from 1 to 65535" },
		{ "tftp://-/a", "the server: \"-\" is neither an address nor a host name" },
		{ "http://srv/a b", "blanks or odd characters in the path" },
		{ "tftp:[fd00::1/a", "the server: \"[fd00::1/a\" is no IPv6 address in brackets" },
		{ "nfs:a,b:/c", "settings come from one server" },
		{ "nfs:a", "the path does not begin with '/'; expected "
			   "[nfs:|nfs4:][SERVER:]/PATH[,OPTIONS]" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_config made = { .port = 77 };
		struct err err = { .text = "" };

		ok(config_parse(span_of(rows[i].value), &made, &err) < 0);
		eq_str(err.text, rows[i].why);
		eq_int(made.port, 77);
	}
}

static void redirects(void)
{
	static const struct {
		const char *path, *location, *url; /* url "": refused */
	} rows[] = {
		{ "/a/default", "/b", "http://srv:8080/b" },
		{ "/a/default", "b", "http://srv:8080/a/b" },
		{ "/a/default", "http://other/c", "http://other/c" },
		{ "/a/default", "/c:d", "http://srv:8080/c:d" },
		{ "/a/default", "/c#d", "http://srv:8080/c" },
		{ "/a/default", "https://srv/c", "" },
		{ "/a/default", "ftp://srv/c", "" },
		{ "/a/default", "//srv/c", "" },
		{ "/a/default", "c\x01", "" },
	};
	struct plan_config from, to;
	struct err err;

	eq_int(config_parse(span_of("http://srv:8080/a/"), &from, &err), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char url[CONFIG_URL_MAX] = "";
		struct out out = out_to(url, sizeof(url));

		if (!config_redirect(&from, rows[i].path, span_of(rows[i].location), &to, &err))
			config_url(&to, to.path, &out);
		eq_str(url, rows[i].url);
	}
}

/* --- names --- */

static const char *names_of(const char *value, const struct config_machine *machine)
{
	static char text[CONFIG_NAMES_MAX * PLAN_PATH_MAX];
	struct out out = out_to(text, sizeof(text));
	struct plan_config config;
	struct err err;

	eq_int(config_parse(span_of(value), &config, &err), 0);
	if (config_names(&config, machine, &names, &err))
		return strcpy(text, err.text);
	for (uint8_t i = 0; i < names.n; i++)
		out_add(&out, "%s%s", i ? " " : "", names.path[i]);
	return text;
}

static void names_in_order(void)
{
	struct config_machine m = pc7;

	eq_str(names_of("tftp://s/n/", &pc7),
	       "n/01-52-54-00-ab-34-56 n/52:54:00:ab:34:56 n/525400ab3456 "
	       "n/4c4c4544-0042-4810-8056-b4c04f395332 n/pc7.lab n/pc7 n/default");
	/* the path may have been meant as the file */
	m = (struct config_machine){ .host_name = "" };
	eq_str(names_of("tftp://s/n", &m), "n/default n");
	eq_str(names_of("tftp://s/", &m), "default");
	eq_str(names_of("nfs:s:/n", &m), "/n/default");
	eq_str(names_of("http://s", &m), "/default");
	eq_str(names_of("http://s/cgi?a", &pc7), "/cgi?a");
	/* the ends of what a host name may have */
	m.host_name = "azAZ09-_.";
	eq_str(names_of("tftp://s/n/", &m), "n/azAZ09-_. n/azAZ09-_ n/default");
	m.host_name = ".a";
	eq_str(names_of("tftp://s/n/", &m), "n/default");
	/* a lease's name leads nowhere else */
	m.host_name = "../../etc";
	eq_str(names_of("tftp://s/n/", &m), "n/default");
	m.host_name = "a/b";
	eq_str(names_of("tftp://s/n/", &m), "n/default");
	m = (struct config_machine){ .mac = { 20, { 0x80, 0, 1 } }, .host_name = "h" };
	ok(!strncmp(names_of("tftp://s/", &m), "80-00-01-00", 11));
}

static void placeholders(void)
{
	struct config_machine m = pc7;

	eq_str(names_of("http://s/c?mac=%m&id=%u&h=%h%20%25", &pc7),
	       "/c?mac=52-54-00-ab-34-56&id=4c4c4544-0042-4810-8056-b4c04f395332&h=pc7.lab%20%25");
	eq_str(names_of("nfs:s:/srv/%s/conf", &pc7), "/srv/pc7.lab/conf");
	m.host_name = "";
	eq_str(names_of("nfs:s:/srv/%s/conf", &m), "/srv/10.0.0.7/conf");
	eq_str(names_of("nfs:s:/srv/%h/conf", &m), "this machine has no host name for the '%h'");
	m.uuid = NULL;
	eq_str(names_of("nfs:s:/srv/%u", &m), "this machine has no UUID for the '%u'");
}

static void too_long(void)
{
	char value[PLAN_PATH_MAX + 16] = "tftp://s/";
	struct config_machine m = { .host_name = "" };

	memset(value + strlen(value), 'a', PLAN_PATH_MAX - 1);
	eq_int((long)strlen(names_of(value, &m)), PLAN_PATH_MAX - 1);
	eq_int(names.n, 1);
	/* the machine has both, and of the second nothing fits */
	(void)strcpy(value + strlen(value) - 4, "%u%m");
	eq_str(names_of(value, &pc7), "the path gets too long");
}

static void file_names(void)
{
	eq_str(config_file_name("n/01-52"), "01-52");
	eq_str(config_file_name("n"), "n");
	eq_str(config_file_name("/cgi?a"), "cgi?a");
}

/* --- in the plan --- */

static void in_plan(void)
{
	static const struct plan_line rows[] = {
		{ R, "config", "" },
		{ R "netroot.config=", "config", "" },
		{ R "netroot.config=tftp://10.0.0.1/n/", "config",
		  "config = tftp://10.0.0.1/n/ (command line)" },
		{ R "netroot.config=https://10.0.0.1/n/", "config", "" },
	};

	check_lines(rows, sizeof(rows) / sizeof(rows[0]));
	eq_str(note(NOTE_REFUSED),
	       "netroot.config=\"https://10.0.0.1/n/\": https is not spoken here; http does as well "
	       "where the settings are signed: mkinitrd --config-key");
	eq_str(plan.config.wrong.text, note(NOTE_REFUSED));
	make_conf("netroot.config=tftp://a/b", R);
	eq_str(line_of("config"), "config = tftp://a/b (netroot.conf)");
	make_conf("netroot.config=tftp://a/b", R "netroot.config=");
	eq_str(line_of("config"), "");
}

static void server_by_lease(void)
{
	make(R "netroot.config=tftp:/n/", NULL, NULL);
	eq_str(plan.config.wrong.text, "");
	eq_str(plan.config.server.name, "");
	make(R "netroot.config=tftp:/n/", LEASE "next-server=10.0.0.3\n", NULL);
	eq_str(plan.config.server.name, "10.0.0.3");
	eq_int(plan.config.server_given.by, FROM_DHCP);
	make(R "netroot.config=tftp:/n/", LEASE "tftp-server=boot.lab\n", NULL);
	eq_str(plan.config.server.name, "boot.lab");
	make(R "netroot.config=tftp:/n/", LEASE, NULL);
	eq_str(plan.config.server.name, "10.0.0.1");
	/* the lease that names the root comes first */
	make("netroot.config=tftp:/n/", LEASE, LEASE_B "root-path=10.1.0.2:/srv\n");
	eq_str(plan.config.server.name, "10.1.0.1");
	make(R "netroot.config=tftp:/n/ ip=10.0.0.9::10.0.0.1:24::eth0:off", NULL, NULL);
	eq_str(plan.config.wrong.text,
	       "netroot.config=\"tftp:/n/\": names no server, and ip= asks for no DHCP that could "
	       "tell it");
}

/* Until they are there, no root is no mistake, and no lease waits for one that has a root-path. */
static void pending(void)
{
	make("", LEASE, NULL);
	ok(plan.no_root.text[0] && plan.wants_root_path);
	make("netroot.config=tftp://a/n/", LEASE, NULL);
	eq_str(plan.no_root.text, "");
	ok(!plan.wants_root_path && !plan.wants_server);
	make("netroot.config=tftp:n/", NULL, NULL);
	ok(!plan.wants_root_path && plan.wants_server);
	make("netroot.config=tftp:n/ root=nfs:/srv", LEASE "next-server=10.0.0.3\n", NULL);
	ok(plan.wants_server);
	/* what was fetched says nothing of it */
	make("netroot.config=tftp://a/n/", LEASE, NULL);
	in.fetched = "rw";
	plan_make(&in, &plan);
	ok(plan.no_root.text[0] && plan.wants_root_path);
	make("netroot.config=tftp://a/n/ ip=off", NULL, NULL);
	ok(plan.no_root.text[0]);
}

/* A child that was taken over may send anything. */
static void reports(void)
{
	static struct config_report r;
	const uint8_t n = 3;

	r = (struct config_report){ .wanted_host = "srv", .at = n, .len = 5 };
	ok(config_report_ok(&r, CONFIG_REPORT_HEAD + 5, n));
	ok(!config_report_ok(&r, CONFIG_REPORT_HEAD + 4, n));
	ok(!config_report_ok(&r, CONFIG_REPORT_HEAD + 6, n));
	ok(!config_report_ok(&r, 0, n));
	r.len = 0;
	ok(config_report_ok(&r, CONFIG_REPORT_HEAD, n));
	ok(!config_report_ok(&r, CONFIG_REPORT_HEAD - 1, n));
	r.at = n + 1;
	ok(!config_report_ok(&r, CONFIG_REPORT_HEAD, n));
	r.at = 0;
	r.len = CONFIG_TEXT_MAX;
	ok(config_report_ok(&r, CONFIG_REPORT_HEAD + CONFIG_TEXT_MAX, n));
	r.len = CONFIG_TEXT_MAX + 1;
	ok(!config_report_ok(&r, CONFIG_REPORT_HEAD + CONFIG_TEXT_MAX + 1, n));
	r.len = UINT32_MAX;
	ok(!config_report_ok(&r, CONFIG_REPORT_HEAD + (size_t)UINT32_MAX, n));
	r.len = 0;
	memset(r.wanted_host, 'x', sizeof(r.wanted_host));
	ok(!config_report_ok(&r, CONFIG_REPORT_HEAD, n));
}

/* --- what was fetched --- */

#define FROM "(config tftp://10.0.0.1/n/default)"

static void precedence(void)
{
	make_fetched(NULL, "root=nfs:10.0.0.2:/b init=/sbin/i\nrw\n", "");
	eq_str(line_of("root.0"), "root.0 = nfs 10.0.0.2:/b " FROM);
	eq_str(line_of("mode"), "mode = rw " FROM);
	make_fetched("root=nfs:10.0.0.1:/a init=/a", "root=nfs:10.0.0.2:/b init=/b", "init=/c");
	eq_str(line_of("root.0"), "root.0 = nfs 10.0.0.2:/b " FROM);
	eq_str(line_of("init"), "init = /c (command line)");
	make_fetched(NULL, "root=nfs:10.0.0.2:/b", "root=nfs:10.0.0.3:/c");
	eq_str(line_of("root.0"), "root.0 = nfs 10.0.0.3:/c (command line)");
	/* lists: those of one place stand together, another's replace them */
	make_fetched("netroot=nfs:a:/a", "netroot=nfs:b:/b netroot=nfs:c:/c", "");
	eq_int(plan.n_roots, 2);
	eq_int(plan.roots[0].given.by, FROM_FETCHED);
	make_fetched("netroot=nfs:a:/a", "root=nfs:b:/b", "");
	eq_int(plan.n_roots, 1);
	eq_str(plan.roots[0].server.name, "b");
	make_fetched("rd.iscsi.target.name=" IQN " rd.iscsi.target.ip=10.0.0.1", "root=nfs:b:/b",
		     "");
	eq_int(plan.n_roots, 1);
	make_fetched("nameserver=10.0.0.1", "nameserver=10.0.0.2\nhostname=pc7", "hostname=pc8");
	eq_str(line_of("dns"), "dns = 10.0.0.2 " FROM);
	eq_str(line_of("host_name"), "host_name = pc8 (command line)");
}

static void secrets(void)
{
	make_fetched("rd.iscsi.username=u rd.iscsi.password=pass-a",
		     "rd.iscsi.username=v rd.iscsi.password=pass-b rd.iscsi.pasword=pass-c\n"
		     "netroot=iscsi:w:pass-d@10.0.0.1::::" IQN,
		     "");
	ok(!strstr(printed(), "pass-"));
	eq_str(line_of("chap"), "chap = one-way " FROM);
	eq_str(plan.chap.secret, "pass-b");
	/* nor what HTTP is asked */
	make_fetched(NULL, NULL, "netroot.config=http://10.0.0.1/boot?mac=%m&token=pass-e");
	ok(!strstr(printed(), "pass-"));
	eq_str(line_of("config"), "config = http://10.0.0.1/boot?*** (command line)");
	eq_str(plan.config.path, "/boot?mac=%m&token=pass-e");
	/* a pair of one place is not mixed with another's */
	make_fetched("rd.iscsi.in.username=t rd.iscsi.in.password=q",
		     "rd.iscsi.username=v rd.iscsi.password=p", "");
	eq_str(plan.chap.in_secret, "");
}

/* What they resemble is looked for as often as there may be notes. */
static void many_unknown(void)
{
	static char text[PLAN_NOTES_MAX * 12 + 16];
	struct out out = out_to(text, sizeof(text));

	for (int i = 0; i < PLAN_NOTES_MAX - 1; i++)
		out_add(&out, "rd.retri=%d\n", i % 10);
	out_add(&out, "rd.shel=1\n");
	make_fetched(NULL, text, R);
	eq_str(plan.notes[0].text, "config: rd.retri: not known, ignored; looks like rd.retry");
	eq_str(plan.notes[1].text, "config: rd.shel: not known, ignored; looks like rd.shell");
	out_add(&out, "rd.debg=1\n");
	make_fetched(NULL, text, R "rd.debg=1");
	eq_str(plan.notes[2].text, "config: rd.debg: not known, ignored");
	eq_str(plan.notes[3].text, "rd.debg: not known, ignored; looks like rd.debug");
}

static void come_too_late(void)
{
	static const char *const words[] = { "ip=dhcp",
					     "vlan=eth0.5:eth0",
					     "bond=bond0:eth0",
					     "bridge=br0",
					     "rd.route=10.9.0.0/16:10.0.0.7",
					     "BOOTIF=01-52-54-00-12-34-56" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char text[256];
		size_t len = strcspn(words[i], "=");

		make_fetched(NULL, words[i], R);
		(void)snprintf(
			text, sizeof(text),
			"config: %.*s: comes too late, the network is up by then; it belongs "
			"on the command line or into netroot.conf of the initrd",
			(int)len, words[i]);
		eq_str(note(NOTE_IGNORED), text);
		eq_int(plan.n_links + plan.n_routes + plan.bootif.len, 0);
		eq_int(plan.ips[0].given.by, FROM_DEFAULT);
	}
	make_fetched(NULL, "netroot.config=tftp://b/", R "netroot.config=tftp://a/");
	eq_str(note(NOTE_REFUSED),
	       "config: netroot.config=\"tftp://b/\": what is fetched names no other, ignored");
	eq_str(plan.config.server.name, "a");
	make_fetched(NULL, "rd.retri=5", R);
	eq_str(note(NOTE_UNKNOWN), "config: rd.retri: not known, ignored; looks like rd.retry");
}

int main(void)
{
	RUN(values);
	RUN(nfs_versions);
	RUN(wrong_values);
	RUN(redirects);
	RUN(names_in_order);
	RUN(placeholders);
	RUN(too_long);
	RUN(file_names);
	RUN(in_plan);
	RUN(server_by_lease);
	RUN(pending);
	RUN(reports);
	RUN(precedence);
	RUN(secrets);
	RUN(many_unknown);
	RUN(come_too_late);
	return test_end();
}
