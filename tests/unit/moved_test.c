/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An NFS server that restarts, is gone, has moved, has moved to one that is another: what is asked
 * of whom, and when connections are taken elsewhere. */
#include "test.h"

#include "core/moved.h"

#define S 1000000000ull

static struct moved_config config;
static struct moved m;
static struct moved_actions act;
static uint64_t now;
static char said[MOVED_TEXT_MAX];

static struct ip_addr ip(const char *text)
{
	struct ip_addr ret = { IP_NONE, { 0 } };

	ok(ip_parse(span_of(text), &ret));
	return ret;
}

static void step(struct moved_event ev)
{
	ev.now_ns = now;
	moved_step(&m, &ev, &act);
	ok(act.query + act.check <= 1);
	ok((act.query || act.check) == (act.len > 0));
	ok(moved_deadline(&m) > now);
	if (act.say != SAY_NOTHING)
		(void)snprintf(said, sizeof(said), "%s", act.text);
}

static void deadline(bool works)
{
	now = moved_deadline(&m);
	step((struct moved_event){ .kind = MOVED_EV_DEADLINE, .works = works });
}

static void silent(void)
{
	now += S / 10;
	step((struct moved_event){ .kind = MOVED_EV_SILENT });
}

/* What a name server says to the question that was last asked; "": no such name. */
static void named(const char *addr)
{
	uint8_t bytes[512];
	struct writer w = writer_of(bytes, sizeof(bytes));

	write_bytes(&w, act.bytes, act.len);
	bytes[2] |= 0x80;
	bytes[3] |= addr[0] ? 0 : 3;
	bytes[7] = addr[0] ? 1 : 0;
	if (addr[0]) {
		struct ip_addr a = ip(addr);

		write_be16(&w, 0xc00c);
		write_be16(&w, 1);
		write_be16(&w, 1);
		write_be32(&w, 60);
		write_be16(&w, 4);
		write_bytes(&w, a.bytes, 4);
	}
	now += S / 10;
	step((struct moved_event){
		.kind = MOVED_EV_DATAGRAM, .bytes = bytes, .len = writer_len(&w) });
}

/* What an NFS server says to the call that was last sent, in two pieces. */
static void answered(uint32_t status)
{
	uint8_t bytes[64];
	struct writer w = writer_of(bytes, sizeof(bytes));

	write_be32(&w, 0x80000000u | 28);
	write_bytes(&w, act.bytes + 4, 4);
	write_be32(&w, 1);
	write_zero(&w, 16);
	write_be32(&w, status);
	now += S / 10;
	step((struct moved_event){ .kind = MOVED_EV_STREAM, .bytes = bytes, .len = 10 });
	ok(!act.hang_up && !act.check && !act.query);
	step((struct moved_event){
		.kind = MOVED_EV_STREAM, .bytes = bytes, .len = writer_len(&w) });
	ok(act.hang_up);
}

static void begin(void)
{
	config = (struct moved_config){
		.name = "nas", .ip = ip("10.0.0.1"), .version = 3, .seed = 7
	};
	config.handle = (struct nfs_handle){ .len = 5, .bytes = "abcde" };
	config.dns.servers[0].ip = ip("10.0.0.8");
	config.dns.servers[1].ip = ip("10.0.0.9");
	config.dns.n_servers = 2;
	(void)snprintf(config.dns.search, sizeof(config.dns.search), "lab.example");
	now = 100 * S;
	said[0] = '\0';
	moved_init(&m, &config, now);
}

/* Nothing works for two looks: the address is asked itself, and does not answer. */
static void lose(void)
{
	deadline(true);
	deadline(false);
	ok(!act.check && !act.query);
	deadline(false);
	ok(act.check && ip_eq(&act.ip, &m.now));
	silent();
	ok(act.query && act.server == 0);
}

static void costs_nothing_while_it_works(void)
{
	begin();
	for (int i = 0; i < 100; i++) {
		deadline(true);
		ok(!act.check && !act.query && !act.reroute && act.say == SAY_NOTHING);
	}
	ok(now >= 1000 * S);
}

/* One look without a connection is a restart; where the server answers, the kernel wants nothing.
 */
static void is_asked_before_its_name(void)
{
	begin();
	deadline(false);
	ok(!act.check);
	deadline(true);
	deadline(false);
	ok(!act.check);
	deadline(false);
	ok(act.check);
	answered(0);
	ok(!act.query && m.state == MOVED_KEEPS && moved_deadline(&m) >= now + 60 * S);
	eq_str(said, "");
}

static void name_that_stays_is_waited_for(void)
{
	begin();
	lose();
	named("");
	ok(act.query); /* as it is, behind nas.lab.example */
	named("10.0.0.1");
	ok(act.hang_up && !act.check && !act.query && m.state == MOVED_KEEPS);
	for (int i = 0; i < 100; i++) {
		deadline(false);
		ok(act.check && ip_eq(&act.ip, &config.ip));
		silent();
		named("10.0.0.1");
	}
	eq_str(said, "");
	/* as a fleet may */
	ok(now > 2000 * S && now < 3000 * S);
	deadline(true);
	eq_str(said, "");
}

static void moves(void)
{
	begin();
	lose();
	named("10.0.0.2");
	ok(act.check && ip_eq(&act.ip, &(struct ip_addr){ IP_V4, { 10, 0, 0, 2 } }));
	answered(0);
	ok(act.reroute && m.n_from == 1 && ip_eq(&m.from[0], &config.ip));
	eq_str(said,
	       "NFS server nas has moved from 10.0.0.1 to 10.0.0.2: the root's connections go there from now on");
	deadline(true);
	eq_str(said, "NFS server nas at 10.0.0.2: connected again");
	/* on and on: the first is never forgotten, and five are not kept */
	for (int i = 3; i < 9; i++) {
		char to[24];

		(void)snprintf(to, sizeof(to), "10.0.0.%d", i);
		lose();
		named(to);
		answered(0);
		ok(act.reroute && ip_eq(&m.from[0], &config.ip));
		eq_int(m.n_from, i - 1 < MOVED_FROM_MAX ? i - 1 : MOVED_FROM_MAX);
	}
	/* and back: not to itself */
	lose();
	named("10.0.0.1");
	answered(0);
	ok(act.reroute && ip_eq(&m.now, &config.ip));
	for (int i = 0; i < m.n_from; i++)
		ok(!ip_eq(&m.from[i], &config.ip));
}

/* Of another file system, silent, in its grace period: told once, and asked again. */
static void moves_only_to_the_same(void)
{
	begin();
	lose();
	named("10.0.0.2");
	answered(70);
	ok(!act.reroute);
	eq_str(said,
	       "NFS server nas does not answer at 10.0.0.1, and its name means 10.0.0.2 now, where the root's "
	       "file system is not (NFS status 70): the root waits");
	said[0] = '\0';
	deadline(false);
	silent();
	named("10.0.0.2");
	answered(70);
	ok(!act.reroute && act.say == SAY_NOTHING);
	deadline(false);
	silent();
	named("10.0.0.3");
	answered(10013);
	ok(!act.reroute);
	eq_str(said,
	       "NFS server nas does not answer at 10.0.0.1, and its name means 10.0.0.3 now, where it is not ready: "
	       "the root waits");
	deadline(false);
	silent();
	named("10.0.0.3");
	deadline(false); /* it takes the call and says nothing */
	ok(!act.reroute && act.hang_up && act.say == SAY_NOTHING);
	deadline(false);
	silent();
	named("10.0.0.2");
	answered(0);
	ok(act.reroute);
}

static void name_servers_in_turn(void)
{
	begin();
	lose();
	deadline(false);
	ok(act.hang_up && act.query && act.server == 1);
	silent();
	ok(act.hang_up && !act.query && m.state == MOVED_KEEPS);
	deadline(false);
	ok(act.check);
	eq_str(said, "");
}

/* What is not the answer that was asked for: another's id, question or protocol. */
static void foreign_answers(void)
{
	struct moved_actions question;
	struct moved before;

	begin();
	lose();
	question = act;
	before = m;
	for (size_t i = 0; i < question.len; i++) {
		uint8_t bytes[DNSASK_QUERY_MAX];

		if (i >= 6 && i < 12) /* how many records there are */
			continue;
		memcpy(bytes, question.bytes, question.len);
		bytes[2] |= 0x80;
		bytes[i] ^= i == 3 ? 0 : 0x81;
		m = before;
		step((struct moved_event){
			.kind = MOVED_EV_DATAGRAM, .bytes = bytes, .len = question.len });
		ok(i == 3 ? act.hang_up : !act.hang_up && m.state == MOVED_LOOKS_UP);
	}
}

/* Version 4 is asked by 4.0. */
static void version_4(void)
{
	begin();
	config.version = 4;
	moved_init(&m, &config, now);
	lose();
	named("10.0.0.2");
	eq_int(act.len, 4 + 24 + 36 + 40); /* mark, call, credentials, COMPOUND */
	answered(0);
	ok(act.reroute);
	begin();
	config.handle.len = 0;
	moved_init(&m, &config, now);
	lose();
	named("10.0.0.2");
	answered(70); /* behind the reply to NULL */
	ok(act.reroute);
}

/* The same with words of XDR behind the status, which come one by one. */
static void answered_with(uint32_t status, const uint32_t *words, size_t n)
{
	uint8_t bytes[128];
	struct writer w = writer_of(bytes, sizeof(bytes));

	write_be32(&w, 0x80000000u | (uint32_t)(28 + 4 * n));
	write_bytes(&w, act.bytes + 4, 4);
	write_be32(&w, 1);
	write_zero(&w, 16);
	write_be32(&w, status);
	for (size_t i = 0; i < n; i++)
		write_be32(&w, words[i]);
	for (size_t len = 1; len < writer_len(&w); len++) {
		step((struct moved_event){ .kind = MOVED_EV_STREAM, .bytes = bytes, .len = len });
		ok(!act.hang_up && !act.check && !act.query);
	}
	step((struct moved_event){
		.kind = MOVED_EV_STREAM, .bytes = bytes, .len = writer_len(&w) });
	ok(act.hang_up);
}

static uint32_t sent(size_t at)
{
	struct reader r = reader_of(act.bytes + at, 4);

	return read_be32(&r);
}

/* Behind mark, call and credentials: tag, minor version, number of operations, the first of them.
 */
static void sent_in_41(size_t len, uint32_t n_ops, uint32_t op)
{
	ok(act.check && !act.reroute && act.say == SAY_NOTHING);
	eq_int(act.len, 64 + len);
	eq_int(sent(0), 0x80000000u | (60 + len));
	eq_int(sent(20), 4);
	eq_int(sent(24), 1);
	eq_int(sent(64), 0);
	eq_int(sent(68), 1);
	eq_int(sent(72), n_ops);
	eq_int(sent(76), op);
}

/* RFC 8881 18.35.2 and 18.36.2: a tag of three bytes, one operation; EXCHANGE_ID, OK, the client,
 * the sequence; CREATE_SESSION, OK, the session. */
static const uint32_t exchanged[] = { 3, 0x61626300, 1, 42, 0, 0x11223344, 0x55667788, 9 };
static const uint32_t created[] = { 0, 1, 43, 0, 0xa0a1a2a3, 0xa4a5a6a7, 0xa8a9aaab, 0xacadaeaf };

static void without_40(void)
{
	begin();
	config.version = 4;
	moved_init(&m, &config, now);
	lose();
	named("10.0.0.2");
	answered(10021);
	sent_in_41(12 + 4 + 8 + 4 + 16 + 12, 1, 42);
	ok(sent(80) == sent(80 + 20) && sent(84) == sent(80 + 24)); /* verifier, end of the name */
}

static void in_session(void)
{
	without_40();
	answered_with(0, exchanged, 8);
	sent_in_41(12 + 4 + 8 + 8 + 2 * 28 + 12, 1, 43);
	ok(sent(80) == 0x11223344 && sent(84) == 0x55667788 && sent(88) == 9);
	answered_with(0, created, 8);
	sent_in_41(12 + 4 + 16 + 4 + 12 + 4 + 4 + 8 + 12, 3, 53);
	ok(sent(80) == 0xa0a1a2a3 && sent(92) == 0xacadaeaf && sent(96) == 1);
	ok(sent(112) == 22 && sent(116) == 5 && sent(120) == 0x61626364); /* PUTFH */
}

/* Where there is no 4.0 the handle is asked for in a session; who makes none is a server all the
 * same. */
static void version_41(void)
{
	static const uint32_t other[] = { 0, 1, 43 };

	in_session();
	answered(0);
	ok(act.reroute);
	in_session();
	answered(70);
	ok(!act.reroute);
	eq_str(said,
	       "NFS server nas does not answer at 10.0.0.1, and its name means 10.0.0.2 now, where the root's "
	       "file system is not (NFS status 70): the root waits");
	in_session();
	answered(10013);
	ok(!act.reroute && act.say == SAY_WARN);
	in_session();
	answered(10052);
	ok(act.reroute);
	without_40();
	answered(10004);
	ok(act.reroute);
	without_40();
	answered(10008);
	ok(!act.reroute && act.say == SAY_WARN);
	without_40();
	answered_with(0, other, 3);
	ok(!act.reroute && act.say == SAY_WARN);
	/* the present address, if only it says something */
	begin();
	config.version = 4;
	moved_init(&m, &config, now);
	deadline(false);
	deadline(false);
	answered(10021);
	ok(!act.check && m.state == MOVED_KEEPS);
}

int main(void)
{
	RUN(costs_nothing_while_it_works);
	RUN(is_asked_before_its_name);
	RUN(name_that_stays_is_waited_for);
	RUN(moves);
	RUN(moves_only_to_the_same);
	RUN(name_servers_in_turn);
	RUN(foreign_answers);
	RUN(version_4);
	RUN(version_41);
	return test_end();
}
