/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS questions, the answers to them, and their order. */
#include "core/dnsask.h"

#include <string.h>

#define TYPE_A 1
#define TYPE_AAAA 28
#define CLASS_IN 1
#define FLAG_RESPONSE 0x8000u
#define FLAG_RECURSION 0x0100u /* desired */
#define OPCODE 0x7800u
#define RCODE 0x000fu
#define RCODE_NO_NAME 3
#define LEN_HEAD 12
#define RECORDS_MAX 64 /* that are looked at */

static uint16_t type_of(const struct dnsask *ask)
{
	return ask->family == IP_V6 ? TYPE_AAAA : TYPE_A;
}

static bool candidate_take(struct dnsask *ask, unsigned int i, uint16_t id)
{
	if (!dnsconf_candidate(ask->dns, ask->name, i, ask->candidate))
		return false;
	ask->i_candidate = i;
	ask->server = 0;
	ask->id = id;
	return true;
}

bool dnsask_first(struct dnsask *ask, const struct dnsconf *dns, const char *name,
		  enum ip_family family, uint16_t id)
{
	*ask = (struct dnsask){ .dns = dns, .name = name, .family = family };
	return dns->n_servers && candidate_take(ask, 0, id);
}

bool dnsask_next(struct dnsask *ask, enum dns_said said, uint16_t id)
{
	if (said == DNS_SAID_NO_NAME)
		return candidate_take(ask, ask->i_candidate + 1, id);
	ask->id = id;
	return ++ask->server < ask->dns->n_servers;
}

size_t dnsask_write(const struct dnsask *ask, uint8_t dst[static DNSASK_QUERY_MAX])
{
	struct writer w = writer_of(dst, DNSASK_QUERY_MAX);

	if (!dns_name_valid(span_of(ask->candidate), true))
		return 0;
	write_be16(&w, ask->id);
	write_be16(&w, FLAG_RECURSION);
	write_be16(&w, 1); /* question */
	write_zero(&w, 6);
	dns_name_write(&w, span_of(ask->candidate));
	write_be16(&w, type_of(ask));
	write_be16(&w, CLASS_IN);
	return w.full ? 0 : writer_len(&w);
}

/* Past a name, which may end in a pointer; where that leads is of no concern. */
static void name_skip(struct reader *r)
{
	uint8_t len;

	while ((len = read_u8(r)) != 0) {
		if ((len & 0xc0) == 0xc0) {
			(void)read_u8(r);
			return;
		}
		if (len > DNS_LABEL_MAX || !read_bytes(r, len)) {
			r->bad = true;
			return;
		}
	}
}

/* An answer repeats the question, letter by letter: case is left as it was asked. */
static bool is_question(const struct dnsask *ask, const uint8_t *bytes, size_t len)
{
	uint8_t query[DNSASK_QUERY_MAX];
	size_t n = dnsask_write(ask, query);

	return n && len >= n && !memcmp(bytes, query, 2) && !memcmp(bytes + 4, query + 4, 2) &&
	       !memcmp(bytes + LEN_HEAD, query + LEN_HEAD, n - LEN_HEAD);
}

static void record_read(const struct dnsask *ask, struct reader *r,
			struct ip_addr ret[static DNSASK_ADDRS_MAX], uint8_t *n)
{
	size_t len_ip = ask->family == IP_V6 ? 16 : 4;
	struct ip_addr ip = { .family = ask->family };
	uint16_t type, class, len;
	const uint8_t *data;

	name_skip(r);
	type = read_be16(r);
	class = read_be16(r);
	(void)read_be32(r); /* how long it holds: it is asked for anew each time */
	len = read_be16(r);
	data = read_bytes(r, len);
	if (!data || type != type_of(ask) || class != CLASS_IN || len != len_ip)
		return;
	memcpy(ip.bytes, data, len);
	if (!ip_is_unset(&ip) && *n < DNSASK_ADDRS_MAX)
		ret[(*n)++] = ip;
}

enum dns_said dnsask_read(const struct dnsask *ask, const uint8_t *bytes, size_t len,
			  struct ip_addr ret[static DNSASK_ADDRS_MAX], uint8_t *ret_n)
{
	struct ip_addr addrs[DNSASK_ADDRS_MAX];
	struct reader r = reader_of(bytes, len);
	uint16_t flags, n_records;
	uint8_t n = 0;

	(void)read_be16(&r);
	flags = read_be16(&r);
	(void)read_be16(&r);
	n_records = read_be16(&r);
	(void)read_bytes(&r, 4);
	if (r.bad || !(flags & FLAG_RESPONSE) || flags & OPCODE || !is_question(ask, bytes, len))
		return DNS_SAID_NOTHING;
	if ((flags & RCODE) == RCODE_NO_NAME)
		return DNS_SAID_NO_NAME;
	if (flags & RCODE)
		return DNS_SAID_NONSENSE;
	name_skip(&r);
	(void)read_be32(&r);
	/* one that is cut may still have had room for addresses */
	for (uint16_t i = 0; i < n_records && i < RECORDS_MAX && !r.bad; i++)
		record_read(ask, &r, addrs, &n);
	if (!n)
		return r.bad ? DNS_SAID_NONSENSE : DNS_SAID_NO_NAME;
	memcpy(ret, addrs, n * sizeof(*ret));
	*ret_n = n;
	return DNS_SAID_ADDRESSES;
}
