/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every parameter of iSCSI that dracut.cmdline(7) and open-iscsi's initramfs scripts have: what it
 * sets, or why it has no effect. */
#include "plan_test.h"

#define ROOT "netroot=iscsi:10.0.0.1::::" IQN " "
#define PARTS "rd.iscsi.target.name=" IQN " rd.iscsi.target.ip=10.0.0.1 "
#define ROOT0 "root.0 = iscsi 10.0.0.1:3260 lun 0 or any " IQN " (command line)"
#define INITIATOR "initiator = iqn.2026-01.lab:pc7 (command line)"
#define GROUP "the target tells its group at login, ignored"
#define AGAIN "a login is tried again for ever, ignored"
#define SCRIPT "set by open-iscsi's script itself, root=iscsi: says it, ignored"

/* Other words, the one that is looked at, and a line of the plan. */
static const struct row {
	const char *words, *word, *line;
} rows[] = {
	/* dracut */
	{ "", ROOT, ROOT0 },
	{ "", "root=iscsi:10.0.0.1::::" IQN, ROOT0 },
	{ "", "iscsiroot=iscsi:10.0.0.1::::" IQN, ROOT0 },
	{ "", "iscsiroot=10.0.0.1::::" IQN, ROOT0 },
	{ ROOT, "rd.iscsi.initiator=iqn.2026-01.lab:pc7", INITIATOR },
	{ "rd.iscsi.target.ip=10.0.0.1 ", "rd.iscsi.target.name=" IQN, ROOT0 },
	{ "rd.iscsi.target.name=" IQN " ", "rd.iscsi.target.ip=10.0.0.1", ROOT0 },
	{ PARTS, "rd.iscsi.target.port=3261",
	  "root.0 = iscsi 10.0.0.1:3261 lun 0 or any " IQN " (command line)" },
	{ PARTS, "netroot=iscsi", ROOT0 },
	{ ROOT, "rd.iscsi.target.group=1", "ignored: rd.iscsi.target.group: " GROUP },
	{ ROOT "rd.iscsi.password=s ", "rd.iscsi.username=u", "chap = one-way (command line)" },
	{ ROOT "rd.iscsi.username=u ", "rd.iscsi.password=s", "chap = one-way (command line)" },
	{ ROOT "rd.iscsi.username=u rd.iscsi.password=s rd.iscsi.in.password=x ",
	  "rd.iscsi.in.username=t", "chap = mutual (command line)" },
	{ ROOT "rd.iscsi.username=u rd.iscsi.password=s rd.iscsi.in.username=t ",
	  "rd.iscsi.in.password=x", "chap = mutual (command line)" },
	{ ROOT, "rd.iscsi.param=node.session.timeo.replacement_timeout=30",
	  "iscsi_params = replacement_timeout 30 s (command line)" },
	{ ROOT, "rd.multipath", "multipath = yes, a path fails after 5 s (command line)" },
	{ ROOT, "rd.multipath=1", "multipath = yes, a path fails after 5 s (command line)" },
	{ ROOT, "rd.multipath=default", "multipath = yes, a path fails after 5 s (command line)" },
	{ ROOT, "rd.multipath=0", "multipath = no (command line)" },
	{ ROOT, "netroot.multipath", "multipath = yes, a path fails after 5 s (command line)" },
	{ ROOT "rd.multipath ", "netroot.multipath=0", "multipath = no (command line)" },
	{ ROOT "rd.multipath ", "nompath", "multipath = no (command line)" },
	{ ROOT "rd.multipath ", "multipath=off", "multipath = no (command line)" },
	{ ROOT "rd.iscsi.param=node.session.timeo.replacement_timeout=30 ", "rd.multipath",
	  "multipath = yes, a path fails after 30 s (command line)" },
	{ ROOT, "rd.iscsi.firmware",
	  "choice: rd.iscsi.firmware: firmware's iBFT is not read yet, NICs wait for it" },
	{ ROOT, "iscsi_firmware",
	  "choice: iscsi_firmware: firmware's iBFT is not read yet, NICs wait for it" },
	{ ROOT, "rd.iscsi.ibft=1",
	  "choice: rd.iscsi.ibft=\"1\": firmware's iBFT is not read yet, NICs wait for it" },
	{ ROOT, "rd.iscsi.mp",
	  "ignored: rd.iscsi.mp: has no effect without rd.iscsi.ibft, ignored" },
	{ ROOT, "rd.iscsi.waitnet=0",
	  "ignored: rd.iscsi.waitnet: a login waits for the network by itself, ignored" },
	{ ROOT, "rd.iscsi.testroute=1",
	  "ignored: rd.iscsi.testroute: a login without a way to the target fails and is tried again, "
	  "ignored" },
	{ ROOT, "rd.iscsi.login_retry_max=5", "ignored: rd.iscsi.login_retry_max: " AGAIN },
	{ ROOT, "rd.iscsi.transport=bnx2i",
	  "ignored: rd.iscsi.transport: iSCSI goes over the kernel's TCP, offload cards are not used, "
	  "ignored" },
	{ ROOT, "rd.iscsi.bogus=1", "unknown: rd.iscsi.bogus: not known, ignored" },
	/* open-iscsi's scripts, on the command line */
	{ ROOT, "iscsi_initiator=iqn.2026-01.lab:pc7", INITIATOR },
	{ "iscsi_target_ip=10.0.0.1 ", "iscsi_target_name=" IQN, ROOT0 },
	{ "iscsi_target_name=" IQN " ", "iscsi_target_ip=10.0.0.1", ROOT0 },
	{ PARTS, "iscsi_target_port=3261",
	  "root.0 = iscsi 10.0.0.1:3261 lun 0 or any " IQN " (command line)" },
	{ ROOT, "iscsi_target_group=1", "ignored: iscsi_target_group: " GROUP },
	{ ROOT "iscsi_password=s ", "iscsi_username=u", "chap = one-way (command line)" },
	{ ROOT "iscsi_username=u ", "iscsi_password=s", "chap = one-way (command line)" },
	{ ROOT "iscsi_username=u iscsi_password=s iscsi_in_password=x ", "iscsi_in_username=t",
	  "chap = mutual (command line)" },
	{ ROOT "iscsi_username=u iscsi_password=s iscsi_in_username=t ", "iscsi_in_password=x",
	  "chap = mutual (command line)" },
	{ ROOT, "iscsi_auto",
	  "choice: iscsi_auto: firmware's iBFT is not read yet, NICs wait for it" },
	/* and in iscsi.initramfs */
	{ ROOT, "ISCSI_INITIATOR=iqn.2026-01.lab:pc7", INITIATOR },
	{ "ISCSI_TARGET_IP=10.0.0.1 ", "ISCSI_TARGET_NAME=" IQN, ROOT0 },
	{ "ISCSI_TARGET_NAME=" IQN " ", "ISCSI_TARGET_IP=10.0.0.1", ROOT0 },
	{ PARTS, "ISCSI_TARGET_PORT=3261",
	  "root.0 = iscsi 10.0.0.1:3261 lun 0 or any " IQN " (command line)" },
	{ ROOT, "ISCSI_TARGET_GROUP=1", "ignored: ISCSI_TARGET_GROUP: " GROUP },
	{ ROOT "ISCSI_PASSWORD=s ", "ISCSI_USERNAME=u", "chap = one-way (command line)" },
	{ ROOT "ISCSI_USERNAME=u ", "ISCSI_PASSWORD=s", "chap = one-way (command line)" },
	{ ROOT "ISCSI_USERNAME=u ISCSI_PASSWORD=s ISCSI_IN_PASSWORD=x ", "ISCSI_IN_USERNAME=t",
	  "chap = mutual (command line)" },
	{ ROOT "ISCSI_USERNAME=u ISCSI_PASSWORD=s ISCSI_IN_USERNAME=t ", "ISCSI_IN_PASSWORD=x",
	  "chap = mutual (command line)" },
	{ ROOT, "ISCSI_AUTO=true",
	  "choice: ISCSI_AUTO=\"true\": firmware's iBFT is not read yet, NICs wait for it" },
	{ ROOT, "ISCSI_ROOT_LUN=1", "ignored: ISCSI_ROOT_LUN: " SCRIPT },
	{ ROOT, "ISCSI_HAD_ROOT=1", "ignored: ISCSI_HAD_ROOT: " SCRIPT },
};

static bool has_line(const char *line)
{
	const char *at = strstr(printed(), line);

	return at && at[strlen(line)] == '\n' && (at == printed() || at[-1] == '\n');
}

/* With the word, the line; without it, another plan. */
static void every_one(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;
		static char without[8192];
		char words[512];

		make(rows[i].words, NULL, NULL);
		(void)snprintf(without, sizeof(without), "%s", printed());
		(void)snprintf(words, sizeof(words), "%s%s", rows[i].words, rows[i].word);
		make(words, NULL, NULL);
		ok(has_line(rows[i].line));
		if (strcmp(rows[i].word, "netroot=iscsi") != 0)
			ok(strcmp(printed(), without) != 0);
		/* in netroot.conf it is the same but for where it is from */
		make_conf(words, "");
		if (strstr(rows[i].line, "(command line)"))
			ok(strstr(printed(), "(netroot.conf)") != NULL);
		else
			ok(strstr(printed(), rows[i].line + strlen("ignored: ")) ||
			   strstr(printed(), ": netroot.conf: ") ||
			   strstr(printed(), "netroot.conf: "));
		if (test_failed_checks != before)
			printf("%s\n%s", words, printed());
	}
}

/* explain says of each what it does; the last word is the one. */
static void every_one_is_explained(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static char text[8192];
		struct out out = out_to(text, sizeof(text));
		char words[512];
		const char *last;

		(void)snprintf(words, sizeof(words), "%s%s", rows[i].words, rows[i].word);
		make(words, NULL, NULL);
		plan_readings(&in, add_line, &out);
		text[out.len - 1] = '\0';
		last = strrchr(text, '\n') ? strrchr(text, '\n') + 1 : text;
		ok(strstr(last, ": ") && !strstr(last, "has no effect here") &&
		   !strstr(last, "not supported"));
	}
}

static void parts(void)
{
	/* words, line of the plan or the reason for having no root */
	static const char *const rows2[][2] = {
		{ "iscsi_target_name=" IQN " iscsi_target_ip=[fd00::1]",
		  "root.0 = iscsi [fd00::1]:3260 lun 0 or any " IQN " (command line)" },
		{ "iscsi_target_name=" IQN " iscsi_target_ip=san.lab",
		  "root.0 = iscsi san.lab:3260 lun 0 or any " IQN " (command line)" },
		{ "iscsi_target_name=" IQN " iscsi_target_ip=\"10.0.0.1 10.0.0.2\"",
		  "root.1 = iscsi 10.0.0.2:3260 lun 0 or any " IQN " (command line)" },
		{ "iscsi_target_name=" IQN " iscsi_target_ip=10.0.0.1,10.0.0.2 root=LABEL=x",
		  "root.1 = iscsi 10.0.0.2:3260 lun 0 or any " IQN " (command line)" },
		{ "iscsi_target_name=" IQN " iscsi_target_ip=10.0.0.1 "
		  "netroot=iscsi:10.0.0.9::::" IQN,
		  "root.1 = iscsi 10.0.0.1:3260 lun 0 or any " IQN " (command line)" },
		{ "iscsi_target_name=" IQN,
		  "no root: rd.iscsi.target.name=\"" IQN
		  "\": the target's address is missing: give rd.iscsi.target.ip=" },
		{ "iscsi_target_ip=10.0.0.1",
		  "root.0 = iscsi 10.0.0.1:3260 lun 0 or any of the targets it tells of (command line)" },
		{ "iscsi_target_name=disk iscsi_target_ip=10.0.0.1",
		  "no root: rd.iscsi.target.name=\"disk\": no iqn., eui. or naa. name of at most 223 "
		  "bytes" },
		{ "iscsi_target_name=" IQN " iscsi_target_ip=10.0.0.300",
		  "no root: rd.iscsi.target.ip=\"10.0.0.300\": \"10.0.0.300\" is neither an address "
		  "nor a host name" },
		{ "iscsi_target_name=" IQN " iscsi_target_ip=10.0.0.1 iscsi_target_port=x",
		  "no root: rd.iscsi.target.port=\"x\": no number up to 65535" },
	};

	for (size_t i = 0; i < sizeof(rows2) / sizeof(rows2[0]); i++) {
		int before = test_failed_checks;

		make(rows2[i][0], NULL, NULL);
		ok(has_line(rows2[i][1]));
		ok(!plan.root_from_dhcp);
		if (test_failed_checks != before)
			printf("%s\n%s", rows2[i][0], printed());
	}
	/* a root on the command line replaces that of netroot.conf */
	make_conf(PARTS, "root=nfs:10.0.0.9:/x");
	eq_int(plan.n_roots, 1);
	ok(plan.roots[0].kind == ROOT_NFS);
	make_conf("netroot=nfs:10.0.0.9:/x", "iscsiroot=10.0.0.1::::" IQN);
	eq_int(plan.n_roots, 1);
	ok(plan.roots[0].kind == ROOT_ISCSI);
}

/* The same root by one of several paths. */
static void timers_of_paths(void)
{
	make(ROOT "rd.iscsi.param=node.conn[0].timeo.noop_out_timeout=7", NULL, NULL);
	iscsi_tune_multipath(&plan.tune);
	eq_int(iscsi_tune_seconds(&plan.tune, ISCSI_TIMER_REPLACEMENT), 5);
	eq_int(iscsi_tune_seconds(&plan.tune, ISCSI_TIMER_PING_INTERVAL), 5);
	eq_int(iscsi_tune_seconds(&plan.tune, ISCSI_TIMER_PING_LIMIT), 7);
	eq_int(iscsi_tune_seconds(&plan.tune, ISCSI_TIMER_ABORT), 15);
}

/* Right for a root, where nothing is said: it waits a day rather than die, and a slow target is not
 * taken for a dead one. */
static void timers_by_default(void)
{
	make(ROOT, NULL, NULL);
	eq_int(iscsi_tune_seconds(&plan.tune, ISCSI_TIMER_REPLACEMENT), 86400);
	eq_int(iscsi_tune_seconds(&plan.tune, ISCSI_TIMER_PING_INTERVAL), 15);
	eq_int(iscsi_tune_seconds(&plan.tune, ISCSI_TIMER_PING_LIMIT), 30);
	eq_str(line_of("iscsi_params"), "");
	make(ROOT "rd.iscsi.param=node.conn[0].timeo.noop_out_interval=5 "
		  "rd.iscsi.param=node.conn[0].timeo.noop_out_timeout=7",
	     NULL, NULL);
	eq_int(iscsi_tune_seconds(&plan.tune, ISCSI_TIMER_REPLACEMENT), 86400);
	eq_int(iscsi_tune_seconds(&plan.tune, ISCSI_TIMER_PING_INTERVAL), 5);
	eq_int(iscsi_tune_seconds(&plan.tune, ISCSI_TIMER_PING_LIMIT), 7);
}

int main(void)
{
	RUN(every_one);
	RUN(every_one_is_explained);
	RUN(parts);
	RUN(timers_by_default);
	RUN(timers_of_paths);
	return test_end();
}
