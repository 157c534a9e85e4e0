/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CHAP against tgt, LIO, and a target that says what it is told to. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/addr.h"
#include "core/chap_hash.h"
#include "iscsi_vm.h"
#include "sys/mount.h"

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
#define NO_PROOF "target ends the security stage without proving who it is (mutual CHAP)"
#define OTHER_NAME \
	"target has the right secret but says another CHAP_N than rd.iscsi.in.username=: correct one of the two"

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

void check_chap(void)
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
		  OTHER_NAME },
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
void check_lio_chap(void)
{
	static const struct chap_row rows[] = {
		{ "lio-chap-right", "lio-chap", "somebody", SECRET, "", "", NULL },
		{ "lio-chap-wrong", "lio-chap", "somebody", "0123456789abcdeF", "", "", WRONG },
		{ "lio-chap-wrong-name", "lio-chap", "somebod", SECRET, "", "", WRONG },
		{ "lio-mutual-of-one-way", "lio-chap", "somebody", SECRET, "itself", IN_SECRET,
		  NO_PROOF },
		{ "lio-mutual-right", "lio-mutual", "somebody", SECRET, "itself", IN_SECRET, NULL },
		{ "lio-mutual-wrong", "lio-mutual", "somebody", SECRET, "itself",
		  "fedcba9876543211", NOT_PROVEN },
		{ "lio-mutual-wrong-name", "lio-mutual", "somebody", SECRET, "another", IN_SECRET,
		  OTHER_NAME },
		{ "lio-mutual-wrong-own", "lio-mutual", "somebody", "0123456789abcdeF", "itself",
		  IN_SECRET, WRONG },
		{ "lio-mutual-one-way", "lio-mutual", "somebody", SECRET, "", "", NULL },
	};

	for (uint8_t algorithm = CHAP_MD5; algorithm <= CHAP_SHA3_256; algorithm++)
		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
			chap_row(&rows[i], "127.0.0.1",
				 strcmp(rows[i].target, "lio-chap") ? 3263 : 3262, algorithm);
}

/* --- a target that says what it is told to --- */

struct fake_answer {
	const char *want; /* in the request, else the answer is 0x0200 */
	uint8_t flags, class, detail; /* class other than 0: closes then */
	/* '\n' between pairs; '@' at the end: what the request has behind CHAP_R= */
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

static size_t fake_text(const char *text, const uint8_t *request, size_t len_request,
			char dst[static 256])
{
	const char *response = memmem(request, len_request, "CHAP_R=", 7);
	size_t len = strlen(text);

	memcpy(dst, text, len + 1);
	if (len && text[len - 1] == '@' && response)
		len += (size_t)snprintf(dst + len - 1, 100, "%s", response + 7) - 1;
	for (size_t i = 0; i < len; i++)
		if (dst[i] == '\n')
			dst[i] = '\0';
	return len + 1;
}

/* One request, one answer. False: this connection is over. */
static bool fake_turn(int fd, const struct fake_answer *a, uint32_t statsn)
{
	static uint8_t request[48 + 8196];
	uint8_t answer[48 + 256] = { 0x23, a->flags };
	size_t len, len_request;
	bool as_wanted;

	if (!read_all(fd, request, 48))
		return false;
	len_request = (size_t)(request[6] << 8 | request[7]);
	if (!read_all(fd, request + 48, (len_request + 3) & ~(size_t)3))
		return false;
	as_wanted = memmem(request + 48, len_request, a->want, strlen(a->want) + 1);
	len = fake_text(a->text, request + 48, len_request, (char *)answer + 48);
	answer[7] = (uint8_t)len;
	memcpy(answer + 8, request + 8, 6);
	memcpy(answer + 16, request + 16, 4);
	answer[27] = (uint8_t)statsn;
	memcpy(answer + 28, request + 24, 4);
	memcpy(answer + 32, request + 24, 4);
	answer[36] = as_wanted ? a->class : 2;
	answer[37] = as_wanted ? a->detail : 0;
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

/* A target that is to prove who it is, and does not; or sends the initiator's own answer back. */
static void check_fake_mutual(void)
{
#define ROW(name, want)                                                     \
	{                                                                   \
		name, "fake", "somebody", SECRET, "itself", IN_SECRET, want \
	}
	static const struct {
		struct chap_row row;
		const char *last;
	} rows[] = {
		{ ROW("mutual-without-answer", NO_PROOF), "" },
		{ ROW("mutual-echoes-the-answer", NOT_PROVEN), "CHAP_N=itself\nCHAP_R=@" },
	};

	for (uint16_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct fake_answer answers[] = {
			{ "AuthMethod=CHAP", 0x00, 0, 0, "AuthMethod=CHAP" },
			{ "CHAP_A=5", 0x00, 0, 0,
			  "CHAP_A=5\nCHAP_I=7\nCHAP_C=0x000102030405060708090a0b0c0d0e0f" },
			{ "CHAP_N=somebody", 0x81, 0, 0, rows[i].last },
		};
		uint16_t port = (uint16_t)(3295 + i);
		pid_t pid = fake_target(port, answers, 3);

		chap_row(&rows[i].row, "127.0.0.1", port, 0);
		kill(pid, SIGKILL);
	}
}

/* Logged in, by a connection of which sysfs says this. */
static void landed(const char *name, const struct outcome *o, const char *const said[2][2])
{
	check_str(name, o->err.text, "");
	if (o->err.text[0])
		return;
	for (size_t i = 0; i < 2; i++)
		attribute("iscsi_connection/connection", o->result.sid, said[i][0], said[i][1]);
	iscsi_login_cancel(o->login);
}

#define SAID(...) ((const char *const[2][2]){ __VA_ARGS__ })

void check_fake(void)
{
	static const struct fake_answer by_ip6[] = {
		{ "AuthMethod=None", 0x00, 1, 1, "TargetAddress=[::1]:3266,7" },
	};
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
	static const struct fake_answer list_by_name[] = {
		{ "SessionType=Discovery", 0x00, 1, 1, "TargetAddress=lio.lab" },
	};
	struct outcome o;
	pid_t pid = fake_target(3290, by_name, 2);

	use_chap("somebody", SECRET, "", "", 0);
	login(&o, "127.0.0.1", 3290, "iqn.2026-01.lab:lio-chap");
	landed("redirected-to-name", &o, SAID({ "persistent_port", "3290" }, { "port", "3262" }));
	kill(pid, SIGKILL);
	pid = fake_target(3291, no_md5, 4);
	login(&o, "127.0.0.1", 3291, "iqn.2026-01.lab:lio-chap");
	landed("md5-refused", &o, SAID({ "persistent_port", "3262" }, { "port", "3262" }));
	kill(pid, SIGKILL);
	use_chap("", "", "", "", 0);
	pid = fake_target(3292, nowhere, 1);
	login(&o, "127.0.0.1", 3292, "iqn.2026-01.lab:lio");
	check_str("redirected-to-no-name", o.err.text,
		  "target iqn.2026-01.lab:lio at 127.0.0.1:3292: target moved temporarily (status "
		  "0x0101): redirected to nas.lab: no such name");
	kill(pid, SIGKILL);
	pid = fake_target(3293, list_by_name, 1);
	check_str(
		"discovery-redirected-to-name", ask("127.0.0.1", 3293),
		"iqn.2026-01.lab:lio, iqn.2026-01.lab:lio-acl, iqn.2026-01.lab:lio-chap, iqn.2026-01.lab:lio-mutual");
	kill(pid, SIGKILL);
	pid = fake_target(3294, nowhere, 1);
	check_str(
		"discovery-redirected-to-no-name", ask("127.0.0.1", 3294),
		"asking 127.0.0.1:3294 for its targets: target moved temporarily (status 0x0101): "
		"redirected to nas.lab: no such name");
	kill(pid, SIGKILL);
	(void)dir_make(LIO "iscsi/iqn.2026-01.lab:lio/tpgt_7/np/[::1]:3266", 0755);
	pid = fake_target(3297, by_ip6, 1);
	login(&o, "127.0.0.1", 3297, "iqn.2026-01.lab:lio");
	landed("redirected-to-ip6", &o,
	       SAID({ "address", "0000:0000:0000:0000:0000:0000:0000:0001" }, { "port", "3266" }));
	kill(pid, SIGKILL);
	check_fake_mutual();
	check_nothing_left("redirects-leave-nothing");
}
