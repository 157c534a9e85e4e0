/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A name looked up without memory or files of a library, for a process that has neither: one
 * question at a time, of one family, to one name server after the other (RFC 1035 4). What asks
 * before the root is there is sys/resolve.
 */
#ifndef NETROOT_CORE_DNSASK_H
#define NETROOT_CORE_DNSASK_H

#include "core/dnsconf.h"
#include "core/dnsname.h"

#define DNSASK_ADDRS_MAX 8
#define DNSASK_QUERY_MAX (12 + DNS_NAME_TEXT_MAX + 1 + 4)
#define DNSASK_PORT 53

/* What becomes of a datagram. */
enum dns_said {
	DNS_SAID_NOTHING, /* no answer to this question: waited on */
	DNS_SAID_ADDRESSES,
	DNS_SAID_NO_NAME, /* or none of the family: the next that it may stand for */
	DNS_SAID_NONSENSE, /* or refused: the next server */
};

struct dnsask {
	const struct dnsconf *dns;
	const char *name;
	enum ip_family family;
	char candidate[DNS_NAME_MAX]; /* that is asked for */
	unsigned int i_candidate;
	uint8_t server; /* of dns, that is asked */
	uint16_t id;
};

/* The first question; name and dns stay the caller's. False: there is nobody to ask. */
bool dnsask_first(struct dnsask *ask, const struct dnsconf *dns, const char *name,
		  enum ip_family family, uint16_t id);
/* The next one, after said (NOTHING: none came in time). False: that was the last. */
bool dnsask_next(struct dnsask *ask, enum dns_said said, uint16_t id);
/* The question as it is sent; returns its length, 0 for a name that cannot be one. */
size_t dnsask_write(const struct dnsask *ask, uint8_t dst[static DNSASK_QUERY_MAX]);
/* Addresses of the family in the answer, by whatever aliases. Unset ones do not count. */
enum dns_said dnsask_read(const struct dnsask *ask, const uint8_t *bytes, size_t len,
			  struct ip_addr ret[static DNSASK_ADDRS_MAX], uint8_t *ret_n);

#endif
