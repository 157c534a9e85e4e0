/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When to ask whom for a server that has moved. */
#include "core/moved.h"

#include <stdio.h>
#include <string.h>

#include "core/backoff.h"

#define NS_PER_S 1000000000ull
/* What looking costs is a walk through the kernel's table of connections. */
#define LOOK_NS (10 * NS_PER_S)
/* Rounds of questions: at first at each look, then as often as a fleet may. */
#define ROUND_NS (10 * NS_PER_S)
#define ROUND_LATER_NS (30 * NS_PER_S)
#define LATER_NS (300 * NS_PER_S)
#define ANSWERS_NS (60 * NS_PER_S)
#define QUERY_NS (2 * NS_PER_S)
#define CHECK_NS (5 * NS_PER_S)

static void enter(struct moved *m, enum moved_state state, uint64_t deadline_ns)
{
	m->state = state;
	m->deadline_ns = deadline_ns;
}

void moved_init(struct moved *m, const struct moved_config *config, uint64_t now_ns)
{
	*m = (struct moved){ .config = config, .rng = config->seed, .now = config->ip };
	/* a fleet that was switched on together does not look together */
	enter(m, MOVED_KEEPS, now_ns + LOOK_NS + rng_next(&m->rng) % LOOK_NS);
}

uint64_t moved_deadline(const struct moved *m)
{
	return m->deadline_ns;
}

static void keep(struct moved *m, uint64_t now_ns)
{
	bool later = m->lost_ns && now_ns - m->lost_ns >= LATER_NS;

	enter(m, MOVED_KEEPS, now_ns + (later ? ROUND_LATER_NS : ROUND_NS));
}

/* --- questions --- */

static void ask(struct moved *m, const struct ip_addr *ip, uint64_t now_ns,
		struct moved_actions *act)
{
	m->asked.xid = (uint32_t)rng_next(&m->rng);
	act->check = true;
	act->ip = *ip;
	act->len = nfs_same_write(m->config->version, &m->config->handle, &m->asked, act->bytes);
	m->deadline_ns = now_ns + CHECK_NS;
}

static void check(struct moved *m, enum moved_state state, const struct ip_addr *ip,
		  uint64_t now_ns, struct moved_actions *act)
{
	m->state = state;
	m->asked = (struct nfs_same_ask){ .client = rng_next(&m->rng) };
	ask(m, ip, now_ns, act);
}

static uint16_t query_id(struct moved *m)
{
	return (uint16_t)(rng_next(&m->rng) >> 24);
}

/* goes_on: there is a question; one that cannot be written is passed over. */
static void query(struct moved *m, bool goes_on, uint64_t now_ns, struct moved_actions *act)
{
	while (goes_on) {
		act->len = dnsask_write(&m->ask, act->bytes);
		if (act->len)
			break;
		goes_on = dnsask_next(&m->ask, DNS_SAID_NO_NAME, query_id(m));
	}
	if (!goes_on) {
		keep(m, now_ns);
		return;
	}
	act->query = true;
	act->server = m->ask.server;
	enter(m, MOVED_LOOKS_UP, now_ns + QUERY_NS);
}

static void look_up(struct moved *m, uint64_t now_ns, struct moved_actions *act)
{
	query(m,
	      dnsask_first(&m->ask, &m->config->dns, m->config->name, m->config->ip.family,
			   query_id(m)),
	      now_ns, act);
}

/* --- answers --- */

static void addresses_taken(struct moved *m, uint64_t now_ns, struct moved_actions *act)
{
	for (uint8_t i = 0; i < m->n_addrs; i++) {
		if (!ip_eq(&m->addrs[i], &m->now))
			continue;
		keep(m, now_ns); /* it is there that the server will be again */
		return;
	}
	m->at = 0;
	check(m, MOVED_TRIES, &m->addrs[0], now_ns, act);
}

static void try_next(struct moved *m, uint64_t now_ns, struct moved_actions *act)
{
	if (++m->at < m->n_addrs)
		check(m, MOVED_TRIES, &m->addrs[m->at], now_ns, act);
	else
		keep(m, now_ns);
}

/* Of the addresses there were, the one that was mounted is never forgotten: the kernel may always
 * come back to it. */
static void from_add(struct moved *m)
{
	if (m->n_from == MOVED_FROM_MAX) {
		memmove(&m->from[1], &m->from[2], (MOVED_FROM_MAX - 2) * sizeof(m->from[0]));
		m->n_from--;
	}
	m->from[m->n_from++] = m->now;
}

/* Back at an address of before, which must not lead on to itself. */
static void from_drop(struct moved *m, const struct ip_addr *ip)
{
	uint8_t n = 0;

	for (uint8_t i = 0; i < m->n_from; i++)
		if (!ip_eq(&m->from[i], ip))
			m->from[n++] = m->from[i];
	m->n_from = n;
}

static void go_over(struct moved *m, uint64_t now_ns, struct moved_actions *act)
{
	char was[IP_TEXT_MAX], is[IP_TEXT_MAX], name[PLAN_NAME_MAX];
	const struct ip_addr *ip = &m->addrs[m->at];

	say(act, SAY_WARN,
	    "NFS server %s has moved from %s to %s: the root's connections go there from now on",
	    text_quote(name, sizeof(name), span_of(m->config->name)), ip_text(&m->now, was),
	    ip_text(ip, is));
	from_add(m);
	from_drop(m, ip);
	m->now = *ip;
	m->tell = true;
	act->reroute = true;
	keep(m, now_ns);
}

/* Once for each address: the next round finds the same. */
static void tell_useless(struct moved *m, const char *why, uint32_t code, struct moved_actions *act)
{
	char was[IP_TEXT_MAX], is[IP_TEXT_MAX], name[PLAN_NAME_MAX], status[28] = "";
	const struct ip_addr *ip = &m->addrs[m->at];

	if (ip_eq(ip, &m->said))
		return;
	m->said = *ip;
	m->tell = true;
	if (code)
		(void)snprintf(status, sizeof(status), " (NFS status %u)", code);
	say(act, SAY_WARN,
	    "NFS server %s does not answer at %s, and its name means %s now, %s%s: the root waits",
	    text_quote(name, sizeof(name), span_of(m->config->name)), ip_text(&m->now, was),
	    ip_text(ip, is), why, status);
}

static void on_checked(struct moved *m, enum nfs_same same, uint32_t code, uint64_t now_ns,
		       struct moved_actions *act)
{
	act->hang_up = true;
	if (m->state == MOVED_ASKS) {
		/* it answers, if only that it is another one: the kernel is told the same, or
		 * wants nothing */
		enter(m, MOVED_KEEPS, now_ns + ANSWERS_NS);
		return;
	}
	switch (same) {
	case NFS_SAME_YES:
		go_over(m, now_ns, act);
		return;
	case NFS_SAME_NO:
		tell_useless(m, "where the root's file system is not", code, act);
		break;
	case NFS_SAME_NOT_READY:
	case NFS_SAME_MORE: /* never more than that */
		tell_useless(m, "where it is not ready", 0, act);
		break;
	case NFS_SAME_ASK_ON:
		ask(m, &m->addrs[m->at], now_ns, act);
		return;
	}
	try_next(m, now_ns, act);
}

static void on_silent(struct moved *m, uint64_t now_ns, struct moved_actions *act)
{
	act->hang_up = true;
	switch (m->state) {
	case MOVED_KEEPS:
		break;
	case MOVED_ASKS:
		look_up(m, now_ns, act);
		break;
	case MOVED_LOOKS_UP:
		query(m, dnsask_next(&m->ask, DNS_SAID_NOTHING, query_id(m)), now_ns, act);
		break;
	case MOVED_TRIES:
		tell_useless(m, "where nothing answers", 0, act);
		try_next(m, now_ns, act);
		break;
	}
}

static void on_datagram(struct moved *m, const struct moved_event *ev, struct moved_actions *act)
{
	enum dns_said said = dnsask_read(&m->ask, ev->bytes, ev->len, m->addrs, &m->n_addrs);

	if (said == DNS_SAID_NOTHING)
		return;
	act->hang_up = true;
	if (said == DNS_SAID_ADDRESSES)
		addresses_taken(m, ev->now_ns, act);
	else
		query(m, dnsask_next(&m->ask, said, query_id(m)), ev->now_ns, act);
}

static void on_stream(struct moved *m, const struct moved_event *ev, struct moved_actions *act)
{
	uint32_t code;
	enum nfs_same same = nfs_same_read(m->config->version, &m->config->handle, &m->asked,
					   ev->bytes, ev->len, &code);

	if (same != NFS_SAME_MORE)
		on_checked(m, same, code, ev->now_ns, act);
}

/* --- the look --- */

static void look(struct moved *m, const struct moved_event *ev, struct moved_actions *act)
{
	char name[PLAN_NAME_MAX], ip[IP_TEXT_MAX];

	if (ev->works) {
		if (m->tell)
			say(act, SAY_INFO, "NFS server %s at %s: connected again",
			    text_quote(name, sizeof(name), span_of(m->config->name)),
			    ip_text(&m->now, ip));
		m->tell = false;
		m->said = (struct ip_addr){ IP_NONE, { 0 } };
		m->lost_ns = 0;
		enter(m, MOVED_KEEPS, ev->now_ns + LOOK_NS);
	} else if (!m->lost_ns) {
		/* a server that restarts, or one that nothing was wanted of for minutes */
		m->lost_ns = ev->now_ns;
		enter(m, MOVED_KEEPS, ev->now_ns + LOOK_NS);
	} else {
		check(m, MOVED_ASKS, &m->now, ev->now_ns, act);
	}
}

void moved_step(struct moved *m, const struct moved_event *ev, struct moved_actions *ret)
{
	bool asks = m->state == MOVED_ASKS || m->state == MOVED_TRIES;

	memset(ret, 0, sizeof(*ret));
	switch (ev->kind) {
	case MOVED_EV_DEADLINE:
		if (m->state == MOVED_KEEPS)
			look(m, ev, ret);
		else
			on_silent(m, ev->now_ns, ret);
		break;
	case MOVED_EV_DATAGRAM:
		if (m->state == MOVED_LOOKS_UP)
			on_datagram(m, ev, ret);
		break;
	case MOVED_EV_STREAM:
		if (asks)
			on_stream(m, ev, ret);
		break;
	case MOVED_EV_SILENT:
		on_silent(m, ev->now_ns, ret);
		break;
	}
}
