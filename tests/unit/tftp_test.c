/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file by TFTP: played against servers with and without options, with every packet lost in turn,
 * and what hostile ones send. */
#include "core/tftp.h"

#include "test.h"

#define MS 1000000ull
#define SERVER_PORT 69
#define DATA_PORT 4711
#define FILE_MAX (3 * TFTP_BLOCK_MAX)

static uint8_t file[70000], got[65536];
static struct tftp t;

/* --- a server --- */

struct server {
	size_t len; /* of the file */
	bool options; /* takes them */
	bool eager; /* a second ACK of the same block brings the next one again */
	bool begun;
	size_t block_size;
	uint16_t block; /* out, and not acknowledged */
	uint64_t due_ns;
	uint8_t packet[TFTP_PACKET_MAX];
	size_t len_packet;
	bool over;
};

static void put16(uint8_t *p, unsigned int v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void serve_data(struct server *s, uint16_t block)
{
	size_t at = (size_t)(block - 1) * s->block_size;
	size_t n = s->len - at < s->block_size ? s->len - at : s->block_size;

	put16(s->packet, 3);
	put16(s->packet + 2, block);
	memcpy(s->packet + 4, file + at, n);
	s->len_packet = 4 + n;
	s->block = block;
}

static void serve_options(struct server *s)
{
	static const char oack[] = "\0\6blksize\0001428\0tsize\0";
	int n;

	memcpy(s->packet, oack, sizeof(oack) - 1);
	n = snprintf((char *)s->packet + sizeof(oack) - 1, 16, "%zu", s->len);
	s->len_packet = sizeof(oack) - 1 + (size_t)n + 1;
	s->block = 0;
}

/* Whether something is to be sent. */
static bool server_takes(struct server *s, const uint8_t *p, size_t len)
{
	unsigned int op = p[1], block = len >= 4 ? (unsigned int)(p[2] << 8 | p[3]) : 0;

	if (op == 1 && !s->begun) {
		s->begun = true;
		s->block_size = s->options ? TFTP_BLOCK_MAX : 512;
		if (s->options)
			serve_options(s);
		else
			serve_data(s, 1);
		return true;
	}
	if (op != 4 || s->over)
		return false;
	if (s->eager && s->block && block + 1 == s->block)
		return true;
	if (block != s->block)
		return false;
	if (s->block && s->len_packet - 4 < s->block_size) {
		s->over = true;
		return false;
	}
	serve_data(s, (uint16_t)(block + 1));
	return true;
}

/* --- a network: in order, what is not lost --- */

#define FLIGHT_MAX 4096

struct flight {
	bool to_client;
	size_t len;
	uint8_t bytes[TFTP_PACKET_MAX];
};

struct net {
	uint32_t lost; /* bit i: the i-th packet */
	bool twice; /* every packet comes two times */
	unsigned int n_packets;
};

static struct flight flights[FLIGHT_MAX];
static unsigned int n_flights, n_landed;

static void send_to(struct net *net, bool to_client, const uint8_t *bytes, size_t len)
{
	unsigned int i = net->n_packets++;

	if (i < 32 && net->lost >> i & 1)
		return;
	for (int k = 0; k <= net->twice && n_flights < FLIGHT_MAX; k++) {
		flights[n_flights].to_client = to_client;
		flights[n_flights].len = len;
		memcpy(flights[n_flights++].bytes, bytes, len);
	}
}

static void server_sends(struct net *net, struct server *s, uint64_t now)
{
	s->due_ns = now + 1000 * MS;
	send_to(net, true, s->packet, s->len_packet);
}

static void client_sends(struct net *net)
{
	if (t.send)
		send_to(net, false, t.packet, t.len_packet);
	t.send = false;
}

static void land(struct net *net, struct server *s, uint64_t now)
{
	while (n_landed < n_flights) {
		const struct flight *f = &flights[n_landed++];

		if (!f->to_client && server_takes(s, f->bytes, f->len))
			server_sends(net, s, now);
		if (f->to_client)
			tftp_packet(&t, DATA_PORT, f->bytes, f->len, now);
		client_sends(net);
	}
}

static void play(struct net *net, struct server *s, size_t room)
{
	uint64_t now = 0;

	memset(got, 0, sizeof(got));
	n_flights = n_landed = 0;
	tftp_start(&t, "netroot/default", got, room, now);
	client_sends(net);
	land(net, s, now);
	while (!tftp_over(&t) && now < 60000 * MS) {
		uint64_t next = tftp_deadline(&t);

		if (s->begun && !s->over && s->due_ns < next)
			next = s->due_ns;
		now = next;
		if (s->begun && !s->over && s->due_ns <= now)
			server_sends(net, s, now);
		tftp_tick(&t, now);
		client_sends(net);
		land(net, s, now);
	}
}

static void fill(void)
{
	for (size_t i = 0; i < sizeof(file); i++)
		file[i] = (uint8_t)(i * 7 + i / 251);
}

static bool got_it(size_t len)
{
	return t.state == TFTP_DONE && t.len == len && !memcmp(got, file, len);
}

/* --- tests --- */

static void lengths(void)
{
	static const size_t lens[] = {
		0, 1, 511, 512, 513, TFTP_BLOCK_MAX, 2 * TFTP_BLOCK_MAX, 4000, 65535, 65536
	};

	for (size_t i = 0; i < 2 * sizeof(lens) / sizeof(lens[0]); i++) {
		struct server s = { .len = lens[i / 2], .options = i % 2 };
		struct net net = { 0 };

		play(&net, &s, sizeof(got));
		ok(got_it(s.len));
	}
}

/* Up to three of the first fourteen packets are lost, in every way, at four kinds of server. */
static void losses(void)
{
	int before = test_failed_checks;

	for (uint32_t lost = 0; lost < 1u << 14; lost++) {
		if (__builtin_popcount(lost) > 3)
			continue;
		for (int kind = 0; kind < 4; kind++) {
			struct server s = { .len = kind & 1 ? 2 * TFTP_BLOCK_MAX + 9 : 1100,
					    .options = kind & 1,
					    .eager = kind & 2 };
			struct net net = { .lost = lost };

			play(&net, &s, sizeof(got));
			ok(got_it(s.len));
			if (test_failed_checks > before) {
				printf("lost %#x kind %d: %d %s\n", lost, kind, t.state,
				       t.err.text);
				return;
			}
		}
	}
}

/* RFC 1123 4.2.3.1: what comes twice is not answered twice. */
static void duplicates(void)
{
	for (int kind = 0; kind < 4; kind++) {
		struct server s = { .len = FILE_MAX - 1, .options = kind & 1, .eager = kind & 2 };
		struct net net = { .twice = true };

		play(&net, &s, sizeof(got));
		ok(got_it(s.len));
		ok(net.n_packets < 40);
	}
}

static void silence(void)
{
	struct server s = { .len = 10 };
	struct net net = { .lost = UINT32_MAX };

	play(&net, &s, sizeof(got));
	eq_int(t.state, TFTP_FAILED);
	eq_str(t.err.text, "no answer");
	eq_int(net.n_packets, 6);
	/* in the middle */
	s = (struct server){ .len = 5000, .options = true };
	net = (struct net){ .lost = 0xfffffff0 };
	play(&net, &s, sizeof(got));
	eq_int(t.state, TFTP_FAILED);
	eq_str(t.err.text, "no more data after block 1");
}

static void too_large(void)
{
	struct server s = { .len = 1025, .options = true };
	struct net net = { 0 };

	play(&net, &s, 1024);
	eq_int(t.state, TFTP_FAILED);
	eq_str(t.err.text, "larger than 1 KiB");
	eq_int(t.len, 0);
	/* the server is told, and without its options it is seen as well */
	eq_int(t.packet[1], 5);
	eq_int(t.packet[3], 3);
	s = (struct server){ .len = 1025 };
	play(&net, &s, 1024);
	eq_int(t.state, TFTP_FAILED);
	ok(t.len <= 1024);
	s = (struct server){ .len = 1024 };
	play(&net, &s, 1024);
	ok(got_it(1024));
}

static void request(void)
{
	static const char want[] = "\0\1a/b\0octet\0blksize\0001428\0tsize\0000";

	tftp_start(&t, "a/b", got, sizeof(got), 0);
	ok(t.send);
	eq_int(t.len_packet, sizeof(want));
	ok(!memcmp(t.packet, want, sizeof(want)));
}

#define PACKET(text) (const uint8_t *)(text), sizeof(text) - 1

static void start(void)
{
	tftp_start(&t, "a", got, sizeof(got), 0);
	t.send = false;
}

static void errors(void)
{
	start();
	tftp_packet(&t, 5000, PACKET("\0\5\0\1no file\0"), 0);
	eq_int(t.state, TFTP_MISSING);
	start();
	tftp_packet(&t, 5000, PACKET("\0\5\0\0cannot read /a/b: Not a directory\0"), 0);
	eq_int(t.state, TFTP_MISSING);
	start();
	tftp_packet(&t, 5000, PACKET("\0\5\0\2go \x1b away"), 0);
	eq_int(t.state, TFTP_FAILED);
	eq_str(t.err.text, "refused with code 2 \"go \\x1b away\"");
	/* options are not taken: asked again without */
	start();
	tftp_packet(&t, 5000, PACKET("\0\5\0\10\0"), 0);
	eq_int(t.state, TFTP_ASKED);
	ok(t.send);
	eq_int(t.len_packet, sizeof("\0\1a\0octet"));
	tftp_packet(&t, 5000, PACKET("\0\5\0\10\0"), 0);
	eq_int(t.state, TFTP_FAILED);
	/* once it has begun, a missing file is one that went away */
	start();
	tftp_packet(&t, 5000, PACKET("\0\6blksize\000512\0"), 0);
	tftp_packet(&t, 5000, PACKET("\0\5\0\1gone\0"), 0);
	eq_int(t.state, TFTP_FAILED);
}

static void strangers(void)
{
	uint8_t packet[12];

	start();
	tftp_packet(&t, 5000, PACKET("\0\3\0\1ab"), 0);
	ok(t.state == TFTP_DONE && t.len == 2);
	start();
	tftp_packet(&t, 5000, PACKET("\0\6blksize\0008\0"), 0);
	tftp_packet(&t, 5001, PACKET("\0\3\0\1ab"), 0);
	eq_int(t.state, TFTP_READS);
	eq_int(t.stray_port, 5001);
	eq_int(t.len, 0);
	ok(tftp_turn_away(packet) == sizeof(packet) && !memcmp(packet, "\0\5\0\5not you", 12));
}

static void nonsense(void)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum tftp_state state;
	} rows[] = {
		{ "\0\6blksize\0001429\0", 15, TFTP_FAILED },
		{ "\0\6blksize\0007\0", 12, TFTP_FAILED },
		{ "\0\6blksize\000-1\0", 13, TFTP_FAILED },
		{ "\0\6timeout\0003\0", 12, TFTP_FAILED },
		{ "\0\6tsize\0009999999\0", 16, TFTP_FAILED },
		{ "\0\6blksize", 9, TFTP_READS }, /* no option at all: as if none were taken */
		{ "\0\3\0\2ab", 6, TFTP_ASKED },
		{ "\0\3\0", 3, TFTP_ASKED },
		{ "\0\4\0\1", 4, TFTP_ASKED },
		{ "\0\5\0", 3, TFTP_ASKED },
		{ "", 0, TFTP_ASKED },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		start();
		tftp_packet(&t, 5000, (const uint8_t *)rows[i].bytes, rows[i].len, 0);
		eq_int(t.state, rows[i].state);
	}
	/* longer than a block may be */
	start();
	file[0] = 0, file[1] = 3, file[2] = 0, file[3] = 1;
	tftp_packet(&t, 5000, file, 4 + 513, 0);
	eq_int(t.state, TFTP_ASKED);
}

int main(void)
{
	fill();
	RUN(lengths);
	RUN(losses);
	RUN(duplicates);
	RUN(silence);
	RUN(too_large);
	RUN(request);
	RUN(errors);
	RUN(strangers);
	RUN(nonsense);
	return test_end();
}
