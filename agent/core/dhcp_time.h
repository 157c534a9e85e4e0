/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How both DHCP clients reckon with time: the ends of leases, waits, and what is doubled. */
#ifndef NETROOT_CORE_DHCP_TIME_H
#define NETROOT_CORE_DHCP_TIME_H

#include "core/lease.h"

#define DHCP_NS_PER_MS 1000000ull
#define DHCP_NS_PER_S 1000000000ull

#define DHCP_NO_DEADLINE UINT64_MAX
#define DHCP_LEASE_FOR_EVER UINT32_MAX

/* Messages that the kernel did not take: an 802.3ad bond has no port to send through while it
 * negotiates, a link-local address is tentative. Nobody was asked, so nobody is spared by a
 * back-off. */
struct dhcp_unsent {
	uint8_t n; /* in a row */
	bool last; /* the last message is one of them */
};

/* What is sent until it is answered. */
struct dhcp_resend {
	uint64_t next_ns;
	uint32_t interval_ms; /* current back-off, before jitter */
	uint8_t n_sent;
	struct dhcp_unsent unsent;
};

uint64_t dhcp_min_ns(uint64_t a, uint64_t b);
/* When a span of the lease ends, DHCP_NO_DEADLINE for one that never does. */
uint64_t dhcp_lease_ns(const struct lease *l, uint32_t span_s);
/* ms, plus or minus a part of it. */
uint64_t dhcp_jitter_ns(uint64_t *rng, uint64_t ms, unsigned int part);
/* As dhcp_jitter_ns for *interval_ms, which is then doubled, up to max_ms. */
uint64_t dhcp_back_off_ns(uint64_t *rng, uint32_t *interval_ms, uint32_t max_ms, unsigned int part);
/* One more round has failed after an offer: counts it, returns the wait before the next. */
uint64_t dhcp_failed_wait_ms(uint8_t *n_failed);
/* Before a message is handed out. */
void dhcp_unsent_try(struct dhcp_unsent *u);
/* It was not taken: soon again, as if it had not been tried, the back-off begins at first_ms.
 * Returns how many in a row, 0 where none had been sent. */
uint8_t dhcp_unsent_again(struct dhcp_resend *tx, uint32_t first_ms, uint64_t now_ns,
			  uint64_t *rng);

#endif
