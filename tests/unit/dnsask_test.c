/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS questions in their order, and answers good and bad. */
#include "test.h"

#include "core/dnsask.h"

static struct dnsconf dns;
static struct dnsask ask;
static uint8_t bytes[512];
static struct writer w;

/* An answer to what is asked, up to its records. */
static void answer(uint16_t flags, uint16_t n)
{
	uint8_t question[DNSASK_QUERY_MAX];
	size_t len = dnsask_write(&ask, question);

	w = writer_of(bytes, sizeof(bytes));
	write_be16(&w, ask.id);
	write_be16(&w, flags);
	write_be16(&w, 1);
	write_be16(&w, n);
	write_zero(&w, 4);
	write_bytes(&w, question + 12, len - 12);
}

static void record(uint16_t type, const void *data, uint16_t len)
{
	write_be16(&w, 0xc00c);
	write_be16(&w, type);
	write_be16(&w, 1);
	write_be32(&w, 60);
	write_be16(&w, len);
	write_bytes(&w, data, len);
}

static enum dns_said took(struct ip_addr ret[DNSASK_ADDRS_MAX], uint8_t *n)
{
	*n = 0;
	return dnsask_read(&ask, bytes, writer_len(&w), ret, n);
}

static void begin(const char *name, enum ip_family family)
{
	dns = (struct dnsconf){ .n_servers = 2, .search = "a.lab b.lab" };
	ok(dnsask_first(&ask, &dns, name, family, 0x1234));
}

static void questions_in_order(void)
{
	uint8_t question[DNSASK_QUERY_MAX];

	begin("nas", IP_V4);
	eq_str(ask.candidate, "nas.a.lab");
	eq_int(dnsask_write(&ask, question), 12 + 11 + 4);
	ok(!memcmp(question,
		   "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03nas\x01"
		   "a\x03lab\x00\x00\x01\x00\x01",
		   27));
	ok(dnsask_next(&ask, DNS_SAID_NOTHING, 1) && ask.server == 1 && ask.id == 1);
	ok(dnsask_next(&ask, DNS_SAID_NO_NAME, 2) && ask.server == 0);
	eq_str(ask.candidate, "nas.b.lab");
	ok(dnsask_next(&ask, DNS_SAID_NONSENSE, 3) && ask.server == 1);
	ok(dnsask_next(&ask, DNS_SAID_NO_NAME, 4));
	eq_str(ask.candidate, "nas");
	ok(!dnsask_next(&ask, DNS_SAID_NO_NAME, 5));
	begin("nas.lab", IP_V6);
	eq_str(ask.candidate, "nas.lab");
	ok(dnsask_next(&ask, DNS_SAID_NOTHING, 6));
	ok(!dnsask_next(&ask, DNS_SAID_NOTHING, 7));
	dns.n_servers = 0;
	ok(!dnsask_first(&ask, &dns, "nas", IP_V4, 8));
	begin("-nas", IP_V4);
	eq_int(dnsask_write(&ask, question), 0);
}

static void answers(void)
{
	struct ip_addr ips[DNSASK_ADDRS_MAX];
	uint8_t n;

	begin("nas.lab", IP_V4);
	answer(0x8180, 4);
	record(5,
	       "\x02"
	       "fs\xc0\x10",
	       5); /* an alias */
	record(28, "0123456789abcdef", 16);
	record(1, "\x0a\x00\x00\x02", 4);
	record(1, "\x00\x00\x00\x00", 4);
	eq_int(took(ips, &n), DNS_SAID_ADDRESSES);
	eq_int(n, 1);
	ok(ip_eq(&ips[0], &(struct ip_addr){ IP_V4, { 10, 0, 0, 2 } }));
	answer(0x8180, 20);
	for (int i = 1; i <= 20; i++)
		record(1, "\x0a\x00\x00\x02", 4);
	eq_int(took(ips, &n), DNS_SAID_ADDRESSES);
	eq_int(n, DNSASK_ADDRS_MAX);
	answer(0x8180, 0);
	eq_int(took(ips, &n), DNS_SAID_NO_NAME);
	answer(0x8183, 0);
	eq_int(took(ips, &n), DNS_SAID_NO_NAME);
	answer(0x8182, 0); /* SERVFAIL */
	eq_int(took(ips, &n), DNS_SAID_NONSENSE);
	answer(0x8380, 2); /* cut, with one that is whole */
	record(1, "\x0a\x00\x00\x02", 4);
	eq_int(took(ips, &n), DNS_SAID_ADDRESSES);
	eq_int(n, 1);
	answer(0x8180, 1);
	write_be16(&w, 0xc00c);
	eq_int(took(ips, &n), DNS_SAID_NONSENSE);
	answer(0x0100, 0); /* a question */
	eq_int(took(ips, &n), DNS_SAID_NOTHING);
	begin("nas.lab", IP_V6);
	answer(0x8180, 1);
	record(28, "0123456789abcdef", 16);
	eq_int(took(ips, &n), DNS_SAID_ADDRESSES);
	ok(n == 1 && ips[0].family == IP_V6 && !memcmp(ips[0].bytes, "0123456789abcdef", 16));
}

int main(void)
{
	RUN(questions_in_order);
	RUN(answers);
	return test_end();
}
