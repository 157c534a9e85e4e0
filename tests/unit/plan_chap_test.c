/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the names and secrets of CHAP come from, and that no two places are mixed. */
#include "plan_test.h"

static void is(const char *user, const char *secret, const char *in_user, const char *in_secret,
	       enum plan_source by)
{
	eq_str(plan.chap.user, user);
	eq_str(plan.chap.secret, secret);
	eq_str(plan.chap.in_user, in_user);
	eq_str(plan.chap.in_secret, in_secret);
	ok(plan.chap.given.by == by);
}

static void by_words(void)
{
	static const char *const forms[] = {
		"rd.iscsi.username=u rd.iscsi.password=p rd.iscsi.in.username=t "
		"rd.iscsi.in.password=q",
		"iscsi_username=u iscsi_password=p iscsi_in_username=t iscsi_in_password=q",
		"rd.iscsi.param=node.session.auth.username=u "
		"rd.iscsi.param=node.session.auth.password=p "
		"rd.iscsi.param=node.session.auth.username_in=t "
		"rd.iscsi.param=node.session.auth.password_in=q",
		"ISCSI_USERNAME=u ISCSI_PASSWORD=p ISCSI_IN_USERNAME=t ISCSI_IN_PASSWORD=q",
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		make(forms[i], NULL, NULL);
		is("u", "p", "t", "q", FROM_CMDLINE);
		make_conf(forms[i], "");
		is("u", "p", "t", "q", FROM_CONF);
	}
	make("root=dhcp", NULL, NULL);
	is("", "", "", "", FROM_NOWHERE);
}

static void command_line_replaces_conf(void)
{
	make_conf("iscsi_username=a iscsi_password=b iscsi_in_username=c iscsi_in_password=d",
		  "iscsi_username=u iscsi_password=p");
	is("u", "p", "", "", FROM_CMDLINE);
}

static void by_leases(void)
{
	const char *other = LEASE "chap-user=o\nchap-secret=other\n";
	const char *root = LEASE_B "root-path=iscsi:10.1.0.1::::iqn.2026-01.lab:disk0\n"
				   "chap-user=r\nchap-secret=its\n";

	make("", other, NULL);
	is("o", "other", "", "", FROM_DHCP);
	/* the one that names the root knows it better */
	make("", other, root);
	is("r", "its", "", "", FROM_DHCP);
	ok(plan.chap.given.lease == 1);
	/* words are all of it */
	make("rd.iscsi.username=u rd.iscsi.password=p", other, root);
	is("u", "p", "", "", FROM_CMDLINE);
}

/* What a root's text has is that root's alone. */
static void by_root(void)
{
	const char *lease = LEASE "root-path=iscsi:r:geheim1@10.0.0.1::::iqn.2026-01.lab:d1\n"
				  "chap-user=o\nchap-secret=geheim2\n";

	make("netroot=iscsi:u:geheim:t:q@10.0.0.1::::iqn.2026-01.lab:d0 "
	     "netroot=iscsi:10.0.0.2::::iqn.2026-01.lab:d0 rd.iscsi.username=w "
	     "rd.iscsi.password=geheim3 netroot.iscsi.chap=sha256",
	     NULL, NULL);
	eq_str(plan.roots[0].chap.user, "u");
	eq_str(plan.roots[0].chap.secret, "geheim");
	eq_str(plan.roots[0].chap.in_user, "t");
	eq_str(plan.roots[0].chap.in_secret, "q");
	eq_int(plan.roots[0].chap.n_algorithms, 1);
	eq_int(plan.roots[0].chap.algorithms[0], 7);
	eq_str(plan.roots[1].chap.user, "w");
	eq_str(plan.roots[1].chap.secret, "geheim3");
	eq_int(plan.roots[1].chap.n_algorithms, 1);
	eq_str(line_of("root.0.chap"), "root.0.chap = mutual (command line)");
	eq_str(line_of("root.1.chap"), "");
	eq_str(line_of("chap"), "chap = one-way (command line)");
	eq_str(note(NOTE_CHOICE),
	       "CHAP: a root has a name and secret of its own, which are used for "
	       "it instead: iscsi:***@10.0.0.1::::iqn.2026-01.lab:d0");
	ok(!strstr(printed(), "geheim"));
	make("", lease, NULL);
	eq_str(plan.roots[0].chap.user, "r");
	eq_str(line_of("root.0.chap"), "");
	ok(plan.roots[0].chap.given.by == FROM_DHCP);
	ok(!strstr(printed(), "geheim"));
	make("root=iscsi:u:@10.0.0.1::::iqn.2026-01.lab:d0", NULL, NULL);
	eq_str(note(NOTE_REFUSED),
	       "CHAP: a CHAP name without its secret: give both or none: the root "
	       "that comes with it cannot be logged in to");
}

/* Half a pair in the words is no matter of a root that has a whole one. */
static void half_beside_a_root_with_its_own(void)
{
	make("root=iscsi:u:p@10.0.0.1::::iqn.2026-01.lab:d0 rd.iscsi.username=w", NULL, NULL);
	eq_str(note(NOTE_REFUSED),
	       "CHAP: a CHAP name without its secret: give both or none: not used, "
	       "as every root has its own");
	make("netroot=iscsi:u:p@10.0.0.1::::iqn.2026-01.lab:d0 netroot=iscsi:10.0.0.2::::iqn.2026-01.lab:d0 "
	     "rd.iscsi.username=w",
	     NULL, NULL);
	eq_str(note(NOTE_REFUSED), "CHAP: a CHAP name without its secret: give both or none: roots "
				   "without a name and secret of their own cannot be logged in to");
	make("root=iscsi:10.0.0.1::::iqn.2026-01.lab:d0 rd.iscsi.username=w", NULL, NULL);
	eq_str(note(NOTE_REFUSED), "CHAP: a CHAP name without its secret: give both or none: no "
				   "target can be logged in to");
}

static void what_cannot_work(void)
{
	make("rd.iscsi.username=u rd.iscsi.password=same rd.iscsi.in.username=t "
	     "rd.iscsi.in.password=same",
	     NULL, NULL);
	eq_str(note(NOTE_REFUSED),
	       "CHAP: the same CHAP secret in both directions, which proves nothing: give the "
	       "target another one: no target can be logged in to");
	make("rd.iscsi.password=p", NULL, NULL);
	eq_str(note(NOTE_REFUSED), "CHAP: a CHAP secret without its name: give both or none: no "
				   "target can be logged in to");
}

static void too_long(void)
{
	char words[400];

	(void)snprintf(words, sizeof(words), "rd.iscsi.username=u rd.iscsi.password=%0300d", 7);
	make(words, NULL, NULL);
	is("u", "", "", "", FROM_CMDLINE);
	eq_str(note(NOTE_REFUSED), "rd.iscsi.password: longer than 255 bytes, ignored");
}

static void algorithms(void)
{
	make("netroot.iscsi.chap=sha3-256,sha256,SHA1,md5", NULL, NULL);
	ok(plan.chap.n_algorithms == 4 && plan.chap.algorithms[0] == 8 &&
	   plan.chap.algorithms[1] == 7 && plan.chap.algorithms[2] == 6 &&
	   plan.chap.algorithms[3] == 5);
	make("rd.iscsi.param=node.session.auth.chap_algs=SHA3-256,MD5", NULL, NULL);
	ok(plan.chap.n_algorithms == 2 && plan.chap.algorithms[0] == 8 &&
	   plan.chap.algorithms[1] == 5);
	make("netroot.iscsi.chap=md4", NULL, NULL);
	ok(plan.chap.n_algorithms == 0);
	eq_str(note(NOTE_REFUSED), "netroot.iscsi.chap=\"md4\": not md5, sha1, sha256 or sha3-256 "
				   "with commas, ignored");
}

int main(void)
{
	RUN(by_words);
	RUN(command_line_replaces_conf);
	RUN(by_leases);
	RUN(by_root);
	RUN(half_beside_a_root_with_its_own);
	RUN(what_cannot_work);
	RUN(too_long);
	RUN(algorithms);
	return test_end();
}
