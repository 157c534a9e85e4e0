/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /init of the VM of tests/sys/iscsi: agent/sys/iscsi_login and iscsi_watch against a real kernel
 * and a real target, without anything else of the agent. Prints "ok NAME" or "not ok NAME: WHY" per
 * check and powers off. Modules are /m/00.ko and on, the address is 10.99.0.2/24, the
 * target 10.99.0.1.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/addr.h"
#include "sys/iscsi_if.h"
#include "sys/iscsi_login.h"
#include "sys/iscsi_watch.h"
#include "sys/mount.h"
#include "vm_init.h"

#define INITIATOR "iqn.2026-01.lab:client"

static struct loop *loop;

/* --- the machine --- */

#define LIO "/sys/kernel/config/target/"

static void interface_up(const char *name)
{
	struct ifreq r = { .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (ioctl(fd, SIOCSIFFLAGS, &r) < 0)
		printf("%s: %s\n", name, strerror(errno));
	close(fd);
}

static void write_to(const char *path, const char *text)
{
	int rc = file_write(path, text);

	if (rc < 0)
		printf("%s: %s\n", path, strerror(-rc));
}

/* A target of the kernel's own (LIO), portal group 7 on 127.0.0.1. */
static void lio_target(const char *name, const char *port, const char *authentication,
		       const char *open_to_all, bool mutual)
{
	char base[160], path[300];

	(void)snprintf(base, sizeof(base), LIO "iscsi/iqn.2026-01.lab:%s/tpgt_7", name);
	(void)snprintf(path, sizeof(path), "%s/lun/lun_0", base);
	if (dir_make(path, 0755) < 0)
		printf("%s cannot be made\n", path);
	(void)snprintf(path, sizeof(path), "%s/lun/lun_0/disk", base);
	if (symlink(LIO "core/rd_mcp_0/disk", path) < 0)
		printf("%s: %s\n", path, strerror(errno));
	(void)snprintf(path, sizeof(path), "%s/attrib/authentication", base);
	write_to(path, authentication);
	(void)snprintf(path, sizeof(path), "%s/attrib/generate_node_acls", base);
	write_to(path, open_to_all);
	(void)snprintf(path, sizeof(path), "%s/auth/userid", base);
	write_to(path, "somebody");
	(void)snprintf(path, sizeof(path), "%s/auth/password", base);
	write_to(path, "0123456789abcdef");
	if (mutual) {
		(void)snprintf(path, sizeof(path), "%s/auth/userid_mutual", base);
		write_to(path, "itself");
		(void)snprintf(path, sizeof(path), "%s/auth/password_mutual", base);
		write_to(path, "fedcba9876543210");
	}
	(void)snprintf(path, sizeof(path), "%s/np/127.0.0.1:%s", base, port);
	(void)dir_make(path, 0755);
	(void)snprintf(path, sizeof(path), "%s/enable", base);
	write_to(path, "1");
}

static void lio_begin(void)
{
	interface_up("lo");
	if (mount("configfs", "/sys/kernel/config", "configfs", 0, NULL))
		printf("configfs: %s\n", strerror(errno));
	(void)dir_make(LIO "core/rd_mcp_0/disk", 0755);
	write_to(LIO "core/rd_mcp_0/disk/control", "rd_pages=1024");
	write_to(LIO "core/rd_mcp_0/disk/enable", "1");
	lio_target("lio", "3260", "0", "1", false);
	lio_target("lio-acl", "3261", "0", "0", false);
	lio_target("lio-chap", "3262", "1", "1", false);
	lio_target("lio-mutual", "3263", "1", "1", true);
}

static void set_address(void)
{
	struct ifreq r = { .ifr_name = "eth0" };
	struct sockaddr_in *a = (struct sockaddr_in *)&r.ifr_addr;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int failed = 0;

	a->sin_family = AF_INET;
	(void)inet_pton(AF_INET, "10.99.0.2", &a->sin_addr);
	failed |= ioctl(fd, SIOCSIFADDR, &r);
	(void)inet_pton(AF_INET, "255.255.255.0", &a->sin_addr);
	failed |= ioctl(fd, SIOCSIFNETMASK, &r);
	if (failed)
		printf("address of eth0: %s\n", strerror(errno));
	close(fd);
	interface_up("eth0");
}

/* --- one login --- */

struct outcome {
	bool done, lost;
	struct err err; /* text "": logged in */
	struct iscsi_login_result result;
	char lost_text[128];
	struct iscsi_login *login;
};

static void on_done(void *arg, const struct iscsi_login_result *result, const struct err *err)
{
	struct outcome *o = arg;

	o->done = true;
	if (err)
		o->err = *err;
	else
		o->result = *result;
}

static void on_lost(void *arg, uint32_t sid, const char *text)
{
	struct outcome *o = arg;

	o->lost = sid == o->result.sid;
	(void)snprintf(o->lost_text, sizeof(o->lost_text), "%s", text);
}

/* What the next logins are to prove and to ask for, beside what begin() is told. */
static struct plan_chap chap;
static enum plan_digest digest;

/* Stands in for DNS: the fake target's name for LIO. */
static void on_lookup(void *arg, struct iscsi_login *login, const char *name)
{
	struct ip_addr ip;

	(void)arg;
	(void)ip_parse(span_of("127.0.0.1"), &ip);
	if (!strcmp(name, "lio.lab"))
		iscsi_login_address(login, &ip, NULL);
	else
		iscsi_login_address(login, NULL, "no such name");
}

static void begin(struct outcome *o, const char *ip, uint16_t port, const char *target)
{
	struct iscsi_config config = {
		.port = port, .initiator = INITIATOR, .ifname = "eth0", .connect_limit_s = 3
	};

	memset(o, 0, sizeof(*o));
	config.chap = chap;
	config.header_digest = config.data_digest = digest;
	(void)ip_parse(span_of(ip), &config.portal);
	(void)snprintf(config.target, sizeof(config.target), "%s", target);
	o->login = iscsi_login_start(loop, &config, on_done, on_lost, o, &o->err);
	if (o->login)
		iscsi_login_set_lookup(o->login, on_lookup);
	else
		o->done = true;
}

static void await(const bool *what, unsigned int limit_s)
{
	uint64_t until_ns = clock_now_ns() + limit_s * NS_PER_S;

	while (!*what && clock_now_ns() < until_ns)
		loop_turn(loop);
}

static void login(struct outcome *o, const char *ip, uint16_t port, const char *target)
{
	begin(o, ip, port, target);
	await(&o->done, 30);
}

/* --- looking at the result --- */

static void attribute(const char *dir, uint32_t sid, const char *name, const char *want)
{
	char path[128], got[256] = "", what[64];
	int rc;

	(void)snprintf(path, sizeof(path), "/sys/class/%s%u%s/%s", dir, sid,
		       strstr(dir, "connection") ? ":0" : "", name);
	rc = file_read(path, got, sizeof(got));
	(void)snprintf(what, sizeof(what), "sysfs-%s", name);
	if (rc < 0)
		(void)snprintf(got, sizeof(got), "%s: %s", path, strerror(-rc));
	check_str(what, got, want);
}

static void check_attributes(uint32_t sid, const char *target)
{
	static const char *const session[][2] = {
		{ "state", "LOGGED_IN" },
		{ "initiatorname", INITIATOR },
		{ "tpgt", "1" },
		{ "ifacename", "default" },
		{ "recovery_tmo", "86400" },
		{ "abort_tmo", "15" },
		{ "lu_reset_tmo", "30" },
		{ "tgt_reset_tmo", "30" },
		{ "fast_abort", "1" },
		{ "max_outstanding_r2t", "1" },
		{ "first_burst_len", "65536" },
		{ "max_burst_len", "262144" },
		{ "initial_r2t", "1" },
		{ "immediate_data", "1" },
		{ "data_pdu_in_order", "1" },
		{ "data_seq_in_order", "1" },
		{ "erl", "0" },
	};
	static const char *const conn[][2] = {
		{ "persistent_address", "10.99.0.1" },
		{ "persistent_port", "3260" },
		{ "address", "10.99.0.1" },
		{ "port", "3260" },
		{ "ping_tmo", "30" },
		{ "recv_tmo", "15" },
		{ "header_digest", "0" },
		{ "data_digest", "0" },
		{ "max_recv_dlength", "262144" },
		{ "max_xmit_dlength", "8192" },
	};

	attribute("iscsi_session/session", sid, "targetname", target);
	for (size_t i = 0; i < sizeof(session) / sizeof(*session); i++)
		attribute("iscsi_session/session", sid, session[i][0], session[i][1]);
	for (size_t i = 0; i < sizeof(conn) / sizeof(*conn); i++)
		attribute("iscsi_connection/connection", sid, conn[i][0], conn[i][1]);
}

static int count_in(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n - 2;
}

static void check_nothing_left(const char *name)
{
	check(count_in("/sys/class/iscsi_session") == 0 &&
		      count_in("/sys/class/iscsi_connection") == 0 &&
		      count_in("/sys/class/iscsi_host") == 0,
	      name, "%d sessions, %d connections, %d hosts", count_in("/sys/class/iscsi_session"),
	      count_in("/sys/class/iscsi_connection"), count_in("/sys/class/iscsi_host"));
}

/* The first disk's first bytes, by the device number that sysfs gives. */
static void read_disk(char *dst, size_t size)
{
	char number[32] = "";
	uint64_t major, minor;
	struct span rest;
	int fd = -1;

	memset(dst, 0, size);
	for (int i = 0; i < 100 && file_read("/sys/block/sda/dev", number, 32) < 0; i++)
		usleep(100000);
	rest = span_of(number);
	if (parse_uint(span_cut(&rest, ':'), 10, 0, 0xfff, &major) &&
	    parse_uint(rest, 10, 0, 0xfffff, &minor) &&
	    !mknod("/disk", S_IFBLK | 0600, makedev((unsigned int)major, (unsigned int)minor)))
		fd = open("/disk", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, dst, size - 1) < 0)
		(void)snprintf(dst, size, "%s", strerror(errno));
	if (fd >= 0)
		close(fd);
	(void)unlink("/disk");
}

/* --- checks --- */

static void check_good(void)
{
	static const uint8_t lun[8] = { 0, 1 };
	char first[17];
	struct err err;
	struct outcome o;

	login(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	check_str("login", o.err.text, "");
	printf("connect %llu us, login %llu us\n", (unsigned long long)o.result.tcp_ns / 1000,
	       (unsigned long long)o.result.login_ns / 1000);
	check_attributes(o.result.sid, "iqn.2026-01.lab:disk0");
	check(iscsi_scan(o.result.host_no, lun, &err) == 0, "scan", "%s", err.text);
	read_disk(first, sizeof(first));
	check_str("first-sector", first, "netroot test 001");
	iscsi_login_cancel(o.login);
	check_nothing_left("cancel-takes-down");
}

static void check_refusals(void)
{
	static const struct {
		const char *name, *ip;
		uint16_t port;
		const char *target, *want;
	} rows[] = {
		{ "wrong-iqn", "10.99.0.1", 3260, "iqn.2026-01.lab:nope",
		  "target iqn.2026-01.lab:nope at 10.99.0.1:3260: target not found (status "
		  "0x0203): check the IQN, and that the target is on this portal and open to "
		  "initiator " INITIATOR },
		{ "acl", "10.99.0.1", 3260, "iqn.2026-01.lab:closed",
		  "target iqn.2026-01.lab:closed at 10.99.0.1:3260: target not found (status "
		  "0x0203): check the IQN, and that the target is on this portal and open to "
		  "initiator " INITIATOR },
		{ "chap", "10.99.0.1", 3260, "iqn.2026-01.lab:chap",
		  "target iqn.2026-01.lab:chap at 10.99.0.1:3260: authentication failed (status "
		  "0x0201): the target demands CHAP (rd.iscsi.username= and rd.iscsi.password= "
		  "give it), or refuses initiator " INITIATOR },
		{ "nothing-listens", "10.99.0.1", 3299, "iqn.2026-01.lab:disk0",
		  "target iqn.2026-01.lab:disk0 at 10.99.0.1:3299: connection refused: nothing "
		  "listens there, or a firewall refuses" },
		{ "no-route", "192.0.2.1", 3260, "iqn.2026-01.lab:disk0",
		  "target iqn.2026-01.lab:disk0 at 192.0.2.1:3260: no route: no address or route "
		  "of this machine leads there" },
		{ "no-host", "10.99.0.77", 3260, "iqn.2026-01.lab:disk0",
		  "target iqn.2026-01.lab:disk0 at 10.99.0.77:3260: connection timed out: the "
		  "host is off, or a firewall drops packets" },
		{ "redirect-loop", "10.99.0.1", 3260, "iqn.2026-01.lab:loop",
		  "target iqn.2026-01.lab:loop at 10.99.0.1:3260: redirected more than 4 times, "
		  "now to 10.99.0.1:3260 (status 0x0101): check the array's virtual addresses" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct outcome o;

		login(&o, rows[i].ip, rows[i].port, rows[i].target);
		check_str(rows[i].name, o.err.text, rows[i].want);
	}
	check_nothing_left("refusals-leave-nothing");
}

/* --- CHAP --- */

#define SECRET "0123456789abcdef"
#define IN_SECRET "fedcba9876543210"

static void use_chap(const char *user, const char *secret, const char *in_user,
		     const char *in_secret, uint8_t algorithm)
{
	memset(&chap, 0, sizeof(chap));
	(void)snprintf(chap.user, sizeof(chap.user), "%s", user);
	(void)snprintf(chap.secret, sizeof(chap.secret), "%s", secret);
	(void)snprintf(chap.in_user, sizeof(chap.in_user), "%s", in_user);
	(void)snprintf(chap.in_secret, sizeof(chap.in_secret), "%s", in_secret);
	chap.algorithms[0] = algorithm;
	chap.n_algorithms = algorithm ? 1 : 0;
}

struct chap_row {
	const char *name, *target;
	const char *user, *secret, *in_user, *in_secret;
	const char *want; /* behind "target ... at ...: "; NULL: logged in */
};

#define WRONG                                                                                    \
	"authentication failed (status 0x0201): the CHAP name or secret is not what the target " \
	"has for initiator " INITIATOR
#define NOT_PROVEN                                                                           \
	"target does not prove who it is (mutual CHAP): its outgoing secret is not that of " \
	"rd.iscsi.in.password=, or it is another target"

static void chap_row(const struct chap_row *row, const char *ip, uint16_t port, uint8_t algorithm)
{
	char name[64], target[96], want[300] = "";
	struct outcome o;

	(void)snprintf(name, sizeof(name), "%s%s%s", row->name, algorithm ? "-" : "",
		       algorithm ? chap_algorithm_name(algorithm) : "");
	(void)snprintf(target, sizeof(target), "iqn.2026-01.lab:%s", row->target);
	if (row->want)
		(void)snprintf(want, sizeof(want), "target %s at %s:%u: %s", target, ip, port,
			       row->want);
	use_chap(row->user, row->secret, row->in_user, row->in_secret, algorithm);
	login(&o, ip, port, target);
	check_str(name, o.err.text, want);
	if (!o.err.text[0] && !row->want) {
		attribute("iscsi_session/session", o.result.sid, "username", row->user);
		attribute("iscsi_session/session", o.result.sid, "password", row->secret);
		attribute("iscsi_session/session", o.result.sid, "username_in",
			  row->in_user[0] ? row->in_user : "(null)");
		attribute("iscsi_session/session", o.result.sid, "password_in",
			  row->in_secret[0] ? row->in_secret : "(null)");
	}
	if (!o.err.text[0])
		iscsi_login_cancel(o.login);
	use_chap("", "", "", "", 0);
}

static void check_chap(void)
{
	static const struct chap_row rows[] = {
		{ "chap-right", "chap", "somebody", SECRET, "", "", NULL },
		{ "chap-wrong-secret", "chap", "somebody", "0123456789abcdeF", "", "", WRONG },
		{ "chap-wrong-name", "chap", "somebod", SECRET, "", "", WRONG },
		{ "mutual-right", "mutual", "somebody", SECRET, "itself", IN_SECRET, NULL },
		{ "mutual-one-way", "mutual", "somebody", SECRET, "", "", NULL },
		{ "mutual-wrong-secret", "mutual", "somebody", SECRET, "itself", "fedcba9876543211",
		  NOT_PROVEN },
		{ "mutual-wrong-name", "mutual", "somebody", SECRET, "another", IN_SECRET,
		  "target has the right secret but says another CHAP_N than "
		  "rd.iscsi.in.username=: correct one of the two" },
		{ "mutual-wrong-own", "mutual", "somebody", "0123456789abcdeF", "itself", IN_SECRET,
		  WRONG },
		/* tgt has nothing to prove itself with */
		{ "mutual-of-one-way", "chap", "somebody", SECRET, "itself", IN_SECRET, WRONG },
	};
	struct outcome o;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		chap_row(&rows[i], "10.99.0.1", 3260, 0);
	/* offered, but not wanted: iscsid must not insist on it later */
	use_chap("somebody", SECRET, "", "", 0);
	login(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	check_str("chap-not-wanted", o.err.text, "");
	if (!o.err.text[0]) {
		attribute("iscsi_session/session", o.result.sid, "username", "(null)");
		iscsi_login_cancel(o.login);
	}
	use_chap("", "", "", "", 0);
	check_nothing_left("chap-leaves-nothing");
}

/* The kernel's target knows all four digests. */
static void check_lio_chap(void)
{
	static const struct chap_row rows[] = {
		{ "lio-chap-right", "lio-chap", "somebody", SECRET, "", "", NULL },
		{ "lio-chap-wrong", "lio-chap", "somebody", "0123456789abcdeF", "", "", WRONG },
		{ "lio-mutual-right", "lio-mutual", "somebody", SECRET, "itself", IN_SECRET, NULL },
		{ "lio-mutual-wrong", "lio-mutual", "somebody", SECRET, "itself",
		  "fedcba9876543211", NOT_PROVEN },
	};

	for (uint8_t algorithm = CHAP_MD5; algorithm <= CHAP_SHA3_256; algorithm++)
		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
			chap_row(&rows[i], "127.0.0.1", i < 2 ? 3262 : 3263, algorithm);
}

/* --- a target that says what it is told to --- */

struct fake_answer {
	const char *want; /* in the request, else the answer is 0x0200 */
	uint8_t flags, class, detail; /* class other than 0: closes then */
	const char *text;
};

static bool read_all(int fd, void *dst, size_t len)
{
	for (size_t n, at = 0; at < len; at += n) {
		ssize_t r = read(fd, (char *)dst + at, len - at);

		if (r <= 0)
			return false;
		n = (size_t)r;
	}
	return true;
}

/* One request, one answer. False: this connection is over. */
static bool fake_turn(int fd, const struct fake_answer *a, uint32_t statsn)
{
	static uint8_t request[48 + 8196];
	uint8_t answer[48 + 256] = { 0x23, a->flags };
	size_t len = strlen(a->text) + 1, len_request;
	bool as_wanted;

	if (!read_all(fd, request, 48))
		return false;
	len_request = (size_t)(request[6] << 8 | request[7]);
	if (!read_all(fd, request + 48, (len_request + 3) & ~(size_t)3))
		return false;
	as_wanted = memmem(request + 48, len_request, a->want, strlen(a->want) + 1);
	answer[7] = (uint8_t)len;
	memcpy(answer + 8, request + 8, 6);
	memcpy(answer + 16, request + 16, 4);
	answer[27] = (uint8_t)statsn;
	memcpy(answer + 28, request + 24, 4);
	memcpy(answer + 32, request + 24, 4);
	answer[36] = as_wanted ? a->class : 2;
	answer[37] = as_wanted ? a->detail : 0;
	memcpy(answer + 48, a->text, len);
	return write(fd, answer, 48 + ((len + 3) & ~(size_t)3)) > 0 && as_wanted && !a->class;
}

/* Runs until killed; returns its pid. */
static pid_t fake_target(uint16_t port, const struct fake_answer *a, size_t n)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), fd = -1;
	pid_t pid;

	(void)inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
	(void)setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(listener, 8) < 0)
		printf("not ok fake target: %s\n", strerror(errno));
	pid = fork();
	if (pid) {
		close(listener);
		return pid;
	}
	for (size_t i = 0; i < n; i++) {
		if (fd < 0)
			fd = accept(listener, NULL, NULL);
		if (!fake_turn(fd, &a[i], (uint32_t)i)) {
			/* what the initiator is told comes before the end of the connection */
			(void)shutdown(fd, SHUT_WR);
			(void)read_all(fd, &(char[1]){ 0 }, 1);
			close(fd);
			fd = -1;
			/* a connect that was begun beside the first is closed without a word */
			if (!a[i].class)
				i--;
		}
	}
	for (;;)
		pause();
}

static void check_fake(void)
{
	/* redirected in place of a challenge, to a name, then by LIO's CHAP */
	static const struct fake_answer by_name[] = {
		{ "AuthMethod=CHAP,None", 0x00, 0, 0, "AuthMethod=CHAP" },
		{ "CHAP_A=5", 0x00, 1, 1, "TargetAddress=lio.lab:3262,7" },
	};
	/* as a FIPS target: no MD5, and then a digest that it may use */
	static const struct fake_answer no_md5[] = {
		{ "AuthMethod=CHAP,None", 0x00, 0, 0, "AuthMethod=CHAP" },
		{ "CHAP_A=5", 0x00, 2, 1, "" },
		{ "AuthMethod=CHAP,None", 0x00, 0, 0, "AuthMethod=CHAP" },
		{ "CHAP_A=8,7,6", 0x00, 1, 2, "TargetAddress=127.0.0.1:3262" },
	};
	static const struct fake_answer nowhere[] = {
		{ "AuthMethod=None", 0x00, 1, 1, "TargetAddress=nas.lab" },
	};
	struct outcome o;
	pid_t pid = fake_target(3290, by_name, 2);

	use_chap("somebody", SECRET, "", "", 0);
	login(&o, "127.0.0.1", 3290, "iqn.2026-01.lab:lio-chap");
	check_str("redirected-to-name", o.err.text, "");
	if (!o.err.text[0]) {
		attribute("iscsi_connection/connection", o.result.sid, "persistent_port", "3290");
		attribute("iscsi_connection/connection", o.result.sid, "port", "3262");
		iscsi_login_cancel(o.login);
	}
	kill(pid, SIGKILL);
	pid = fake_target(3291, no_md5, 4);
	login(&o, "127.0.0.1", 3291, "iqn.2026-01.lab:lio-chap");
	check_str("md5-refused", o.err.text, "");
	if (!o.err.text[0]) {
		attribute("iscsi_connection/connection", o.result.sid, "persistent_port", "3262");
		iscsi_login_cancel(o.login);
	}
	kill(pid, SIGKILL);
	use_chap("", "", "", "", 0);
	pid = fake_target(3292, nowhere, 1);
	login(&o, "127.0.0.1", 3292, "iqn.2026-01.lab:lio");
	check_str("redirected-to-no-name", o.err.text,
		  "target iqn.2026-01.lab:lio at 127.0.0.1:3292: target moved temporarily (status "
		  "0x0101): redirected to nas.lab: no such name");
	kill(pid, SIGKILL);
	check_nothing_left("redirects-leave-nothing");
}

static void check_digests(void)
{
	static const uint8_t lun[8] = { 0, 1 };
	char first[17];
	struct err err;
	struct outcome o;

	digest = DIGEST_CRC32C;
	login(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:digest");
	digest = DIGEST_NONE;
	check_str("digests", o.err.text, "");
	if (o.err.text[0])
		return;
	attribute("iscsi_connection/connection", o.result.sid, "header_digest", "1");
	attribute("iscsi_connection/connection", o.result.sid, "data_digest", "1");
	check(iscsi_scan(o.result.host_no, lun, &err) == 0, "digest-scan", "%s", err.text);
	read_disk(first, sizeof(first));
	check_str("digest-first-sector", first, "netroot test 001");
	iscsi_login_cancel(o.login);
}

static void check_redirect(void)
{
	struct outcome o;

	login(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:moved");
	/* tgt redirects wherever it is asked, so the second hop loops; the message names the
	 * portal it was led to */
	check(strstr(o.err.text, " at 10.99.0.3:3260: redirected more than 4 times") != NULL,
	      "redirect-is-followed", "%s", o.err.text);
}

/* By the boot NIC's link-local network; its own address may still be checked for duplicates. */
static void check_link_local(void)
{
	uint64_t until_ns = clock_now_ns() + 10 * NS_PER_S;
	char path[96], text[64] = "";
	struct outcome o;

	do {
		login(&o, "fe80::1", 3280, "iqn.2026-01.lab:disk0");
	} while (o.err.code == EADDRNOTAVAIL && clock_now_ns() < until_ns);
	check_str("link-local", o.err.text, "");
	(void)snprintf(path, sizeof(path),
		       "/sys/class/iscsi_connection/connection%u:0/persistent_address",
		       o.result.sid);
	(void)file_read(path, text, sizeof(text));
	check_str("link-local-is-told-with-its-nic", text, "fe80::1%eth0");
	iscsi_login_cancel(o.login);
	login(&o, "fe80::1", 3299, "iqn.2026-01.lab:disk0");
	check_str(
		"link-local-nothing-listens", o.err.text,
		"target iqn.2026-01.lab:disk0 at [fe80::1%eth0]:3299: connection refused: nothing "
		"listens there, or a firewall refuses");
}

static void check_parallel(void)
{
	struct outcome o[ISCSI_LOGINS_MAX];
	struct outcome over;

	for (size_t i = 0; i < ISCSI_LOGINS_MAX; i++)
		begin(&o[i], i & 1 ? "10.99.0.3" : "10.99.0.1", 3260,
		      i & 2 ? "iqn.2026-01.lab:nope" : "iqn.2026-01.lab:disk0");
	begin(&over, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	check_str("one-too-many", over.err.text, "more than 8 iSCSI logins");
	for (size_t i = 0; i < ISCSI_LOGINS_MAX; i++) {
		await(&o[i].done, 30);
		check(o[i].done && !o[i].err.text[0] == !(i & 2), "side-by-side", "%zu: %s", i,
		      o[i].err.text);
	}
	for (size_t i = 0; i < ISCSI_LOGINS_MAX; i++)
		if (!o[i].err.text[0])
			iscsi_login_cancel(o[i].login);
	check_nothing_left("side-by-side-taken-down");
}

static void check_cancel_early(void)
{
	struct outcome o;

	begin(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	iscsi_login_cancel(o.login);
	begin(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	while (!o.done && count_in("/sys/class/iscsi_session") == 0)
		loop_turn(loop);
	check(!o.done, "cancel-in-mid-login", "%s", o.err.text);
	iscsi_login_cancel(o.login);
	check_nothing_left("cancel-leaves-nothing");
	await(&o.done, 1);
	check(!o.done, "cancelled-is-silent", "%s", o.err.text);
}

/* The kernel's own target as a second peer: other stages, other texts, other statuses. */
static void check_lio(void)
{
	struct outcome o;

	lio_begin();
	login(&o, "127.0.0.1", 3260, "iqn.2026-01.lab:lio");
	check_str("lio-login", o.err.text, "");
	if (!o.err.text[0]) {
		attribute("iscsi_session/session", o.result.sid, "state", "LOGGED_IN");
		attribute("iscsi_session/session", o.result.sid, "tpgt", "7");
		attribute("iscsi_connection/connection", o.result.sid, "max_xmit_dlength",
			  "262144");
		iscsi_login_cancel(o.login);
	}
	login(&o, "127.0.0.1", 3261, "iqn.2026-01.lab:lio-acl");
	check_str(
		"lio-acl", o.err.text,
		"target iqn.2026-01.lab:lio-acl at 127.0.0.1:3261: initiator not authorised (status "
		"0x0202): set the initiator name it expects (DHCP option 203), or admit on the target "
		"initiator " INITIATOR);
	login(&o, "127.0.0.1", 3262, "iqn.2026-01.lab:lio-chap");
	check_str(
		"lio-chap", o.err.text,
		"target iqn.2026-01.lab:lio-chap at 127.0.0.1:3262: connection lost in the security stage "
		"of the login: the target closed the connection (kernel error 1020): perhaps the target "
		"demands CHAP (rd.iscsi.username= and rd.iscsi.password= give it), or refuses initiator " INITIATOR);
	login(&o, "127.0.0.1", 3262, "iqn.2026-01.lab:lio");
	check_str(
		"lio-other-portal", o.err.text,
		"target iqn.2026-01.lab:lio at 127.0.0.1:3262: service unavailable (status 0x0301): the "
		"target is starting, off, not on this portal, or still holds the last session");
	check_lio_chap();
	check_fake();
	check_nothing_left("lio-leaves-nothing");
}

/* The runner's firewall drops the first SYN to this port; the kernel would try again after 1 s. */
static void check_lost_syn(void)
{
	struct outcome o;

	login(&o, "10.99.0.1", 3270, "iqn.2026-01.lab:disk0");
	check_str("lost-syn", o.err.text, "");
	if (o.err.text[0])
		return;
	check(o.result.tcp_ns > 150 * NS_PER_MS && o.result.tcp_ns < 800 * NS_PER_MS,
	      "lost-syn-costs-little", "%llu ms",
	      (unsigned long long)(o.result.tcp_ns / NS_PER_MS));
	iscsi_login_cancel(o.login);
}

/* --- a session that was lost --- */

#define LIO_TPG LIO "iscsi/iqn.2026-01.lab:lio/tpgt_7/"

static struct iscsi_login *resume(struct outcome *o, uint32_t sid, uint16_t port)
{
	struct iscsi_config config = { .port = port,
				       .initiator = INITIATOR,
				       .target = "iqn.2026-01.lab:lio",
				       .ifname = "lo",
				       .connect_limit_s = 3 };

	memset(o, 0, sizeof(*o));
	config.portal = ip4_from_he(0x7f000001);
	o->login = iscsi_login_resume(loop, &config, sid, on_done, o, &o->err);
	return o->login;
}

static void state_is(const char *name, struct iscsi_watch *w, enum recover_session want)
{
	uint64_t until_ns = clock_now_ns() + 5 * NS_PER_S;

	while (iscsi_watch_state(w) != want && clock_now_ns() < until_ns)
		loop_turn(loop);
	check(iscsi_watch_state(w) == want, name, "state %d", (int)iscsi_watch_state(w));
}

/* Without a target there is no way back; the session waits. */
static void check_resume_refused(uint32_t sid, struct iscsi_watch *w)
{
	struct outcome o;

	resume(&o, sid, 3260);
	await(&o.done, 30);
	check(strstr(o.err.text, "target iqn.2026-01.lab:lio at 127.0.0.1:3260: ") != NULL,
	      "resume-refused", "%s", o.err.text);
	state_is("resume-refused-leaves-the-session", w, RECOVER_SESSION_FAILED);
}

static void check_resumed(uint32_t sid, struct iscsi_watch *w, uint16_t port)
{
	struct outcome o;
	char text[16];

	resume(&o, sid, port);
	await(&o.done, 30);
	check_str("resumed", o.err.text, "");
	state_is("resumed-session-works", w, RECOVER_SESSION_WORKS);
	check(o.result.sid == sid && o.result.time2wait_s == 2, "resumed-result", "%u %u",
	      o.result.sid, o.result.time2wait_s);
	(void)snprintf(text, sizeof(text), "%u", port);
	attribute("iscsi_connection/connection", sid, "port", text);
	attribute("iscsi_connection/connection", sid, "persistent_port", "3260");
	attribute("iscsi_connection/connection", sid, "max_xmit_dlength", "262144");
	/* what the booted system has set since */
	attribute("iscsi_session/session", sid, "recovery_tmo", "777");
}

/* Called off and forgotten in the middle: the session is as it was, and can be resumed. */
static void check_resume_left(uint32_t sid, struct iscsi_watch *w)
{
	struct outcome o;
	struct err err;

	check(iscsi_session_stop(loop, sid, &err) == 0, "stopped", "%s", err.text);
	state_is("stopped-session-has-failed", w, RECOVER_SESSION_FAILED);
	resume(&o, sid, 3260);
	loop_turn(loop);
	iscsi_login_cancel(o.login);
	resume(&o, sid, 3260);
	loop_turn(loop);
	iscsi_login_abandon(o.login);
	check(!o.done, "left-in-the-middle", "%s", o.err.text);
	state_is("left-session-has-failed", w, RECOVER_SESSION_FAILED);
	check(iscsi_session_stop(loop, sid, &err) == 0, "stopped-again", "%s", err.text);
}

static void check_others(const struct iscsi_watch *w)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	uint32_t portid = iscsi_if_portid(iscsi_if_get(loop, NULL));
	int fd;

	check(!iscsi_watch_other(w, portid), "nobody-else", "portid %u", portid);
	check(iscsi_watch_other(w, portid + 1), "somebody", "portid %u", portid);
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ISCSI);
	check(fd >= 0 && bind(fd, (struct sockaddr *)&self, sizeof(self)) == 0, "another", "%s",
	      strerror(errno));
	check(iscsi_watch_other(w, portid), "another-is-seen", "portid %u", portid);
	close(fd);
	check(!iscsi_watch_other(w, portid), "another-has-gone", "portid %u", portid);
}

static void check_resume(void)
{
	struct iscsi_watch w = ISCSI_WATCH_CLOSED;
	struct outcome first;
	char path[80];
	uint32_t sid;
	struct err err;

	(void)dir_make(LIO_TPG "np/127.0.0.1:3265", 0755);
	login(&first, "127.0.0.1", 3260, "iqn.2026-01.lab:lio");
	check_str("to-be-lost", first.err.text, "");
	sid = first.result.sid;
	check(iscsi_watch_session(&w, sid, &err) == 0, "watched", "%s", err.text);
	state_is("session-works", &w, RECOVER_SESSION_WORKS);
	(void)snprintf(path, sizeof(path), "/sys/class/iscsi_session/session%u/recovery_tmo", sid);
	write_to(path, "777");
	check_others(&w);
	write_to(LIO_TPG "enable", "0");
	await(&first.lost, 30);
	check(first.lost, "session-is-lost", "nothing came");
	check(iscsi_session_stop(loop, sid, &err) == 0, "stop-after-loss", "%s", err.text);
	state_is("lost-session-has-failed", &w, RECOVER_SESSION_FAILED);
	check_resume_refused(sid, &w);
	write_to(LIO_TPG "enable", "1");
	check_resumed(sid, &w, 3260);
	check_resume_left(sid, &w);
	check_resumed(sid, &w, 3265);
	iscsi_login_cancel(first.login);
	state_is("session-is-gone", &w, RECOVER_SESSION_GONE);
	iscsi_watch_close(&w);
	check_nothing_left("resumed-session-taken-down");
}

/* Last: the target is ended by the runner when it reads the line. */
static void check_loss(void)
{
	struct outcome o;

	login(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	check_str("login-again", o.err.text, "");
	printf("target may end now\n");
	await(&o.lost, 30);
	check(o.lost, "loss-is-told", "nothing came");
	printf("loss: %s\n", o.lost_text);
	check(strstr(o.lost_text, "kernel error 10") != NULL, "loss-is-explained", "%s",
	      o.lost_text);
	iscsi_login_cancel(o.login);
	check_nothing_left("lost-session-taken-down");
}

int main(void)
{
	struct err err = { 0 };
	struct outcome o;

	vm_begin();
	loop = ticking_loop(&err);
	if (!loop) {
		printf("not ok loop: %s\n", err.text);
		return 1;
	}
	login(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	check_str("no-modules", o.err.text,
		  "the kernel has no iSCSI over TCP: module iscsi_tcp is not loaded");
	load_modules("/m");
	set_address();
	/* an emulated machine has no random numbers for its first seconds */
	(void)getrandom(&o, 1, 0);
	check_good();
	check_digests();
	check_refusals();
	check_chap();
	check_redirect();
	check_link_local();
	check_parallel();
	check_cancel_early();
	check_lost_syn();
	check_lio();
	check_resume();
	check_loss();
	vm_end();
	return 0;
}
