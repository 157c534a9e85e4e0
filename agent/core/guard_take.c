/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taken over is an address whose life time somebody else has set: systemd-networkd, NetworkManager,
 * dhcpcd and dhclient's script all replace the address that is there by the same one with the time
 * of their own lease. Another address beside ours is no sign: nobody would renew the lease that the
 * root's address comes from.
 *
 * A life time that has changed by itself is what both families show. For IPv4 the kernel tells who
 * asked as well; for IPv6 it does not (net/ipv6/addrconf.c, inet6_fill_ifaddr()), so that there
 * the time decides alone.
 */
#include "core/guard_take.h"

#include <stdio.h>
#include <string.h>

#define NS_PER_S 1000000000ull
/* Life times are whole seconds, and news of them are read a little later. */
#define SLACK_S 3
/* The kernel must not take the address away in the moment in which the guard sees the lease end. */
#define MARGIN_S 60
/* Clients clear an interface before they configure it (dhclient's script, NetworkManager): they get
 * this long to come back with the address, and twice as long after each time that they did not. For
 * IPv6 all of them replace an address that is there, and systemd-networkd (252) takes DHCPv6's off
 * whenever it stops, KeepConfiguration= or not: the sooner it is back the shorter the root stands.
 */
#define PUT_BACK_FIRST_NS (5 * NS_PER_S)
#define PUT_BACK_FIRST6_NS NS_PER_S
#define PUT_BACK_MAX_NS (60 * NS_PER_S)
/* What the NIC has in this time was there before the booted system began. */
#define SETTLE_NS NS_PER_S
#define KEPT_MAX 192

static const char *server_text(const struct take *t, char dst[static IP_TEXT_MAX])
{
	return ip_is_unset(&t->server) ? "its server" : ip_text(&t->server, dst);
}

static uint64_t end_of(const struct lease *lease)
{
	if (lease->lease_s == TAKE_FOR_EVER)
		return TAKE_NO_DEADLINE;
	return lease->acquired_ns + lease->lease_s * NS_PER_S;
}

/* What is left of the lease, for the kernel. */
static uint32_t valid_for(const struct take *t, uint64_t now_ns)
{
	uint64_t left_s;

	if (t->kept || t->end_ns == TAKE_NO_DEADLINE)
		return TAKE_FOR_EVER;
	left_s = (t->end_ns > now_ns ? t->end_ns - now_ns : 0) / NS_PER_S + MARGIN_S;
	return left_s < TAKE_FOR_EVER ? (uint32_t)left_s : TAKE_FOR_EVER;
}

static void put(struct take *t, uint64_t now_ns, struct take_actions *act)
{
	act->put = true;
	act->put_all = t->missing;
	act->put_valid_s = t->valid_s = valid_for(t, now_ns);
	t->set_ns = now_ns;
	t->missing = false;
	if (t->n_unheard < UINT8_MAX)
		t->n_unheard++;
}

void take_rename(struct take *t, const char *ifname)
{
	(void)snprintf(t->ifname, sizeof(t->ifname), "%s", ifname);
}

void take_init(struct take *t, const char *ifname, const char *root, const struct lease *lease,
	       uint64_t now_ns)
{
	*t = (struct take){ 0 };
	take_rename(t, ifname);
	(void)snprintf(t->root, sizeof(t->root), "%s", root);
	t->address = lease->address;
	t->server = lease->server_id;
	t->begun_ns = now_ns;
	t->end_ns = end_of(lease);
}

/* --- the address --- */

/* Whether the life time is another than what it should have come down to. */
static bool time_changed(const struct take *t, uint32_t valid_s, uint64_t now_ns)
{
	uint64_t passed_s = (now_ns - t->set_ns) / NS_PER_S;
	uint64_t left_s = t->valid_s > passed_s ? t->valid_s - passed_s : 0;

	if (valid_s == TAKE_FOR_EVER || t->valid_s == TAKE_FOR_EVER)
		return valid_s != t->valid_s;
	return valid_s > left_s + SLACK_S || valid_s + SLACK_S < left_s;
}

/* The root is in memory. */
static bool is_free(const struct take *t)
{
	return !t->root[0];
}

/* Who has it for ever may never set it again (systemd-networkd), so what was set here since,
 * without having heard of that yet, would be its end. */
static void leave(struct take *t, uint32_t valid_s, struct take_actions *act)
{
	char ip[IP_TEXT_MAX];

	act->leave = true;
	act->put = t->n_unheard > 0;
	act->put_valid_s = valid_s;
	say(act, SAY_INFO,
	    "%s: the booted system has taken %s over (set again%s) and renews it from here on",
	    t->ifname, ip_text(&t->address, ip), valid_s == TAKE_FOR_EVER ? ", for ever" : "");
}

static void leave_alone(struct take *t, struct take_actions *act)
{
	char ip[IP_TEXT_MAX];

	act->leave = true;
	say(act, SAY_INFO, "%s: %s was taken off, and nothing of the root hangs on it", t->ifname,
	    ip_text(&t->address, ip));
}

/* Of an address that another machine may be given meanwhile. */
static const char *why_kept(const struct take *t, char dst[static KEPT_MAX])
{
	if (is_free(t))
		return "until the booted system does otherwise";
	(void)snprintf(dst, KEPT_MAX, "because the root %s hangs on it", t->root);
	return dst;
}

/* With an end: NetworkManager, dhclient and dhcpcd let the kernel take the address off when their
 * lease is over. */
static void hand(struct take *t, uint32_t valid_s, uint64_t now_ns, struct take_actions *act)
{
	char ip[IP_TEXT_MAX];
	bool again = t->handed;

	t->handed = true;
	t->kept = t->waiting = t->missing = false;
	t->given = (struct ip_addr){ 0 };
	t->valid_s = valid_s;
	t->set_ns = now_ns;
	if (again)
		return;
	act->ask = TAKE_ASK_NOT;
	say(act, SAY_INFO,
	    "%s: the booted system has taken %s over (set again, for %u s) and renews it from here on: watching that it stays",
	    t->ifname, ip_text(&t->address, ip), valid_s);
}

/* What was set here. It may have come after what somebody else has set, and been read after it. */
static void ours_is_heard(struct take *t, uint32_t valid_s, uint64_t now_ns)
{
	if (t->n_unheard)
		t->n_unheard--;
	if (!t->handed)
		return;
	t->valid_s = valid_s;
	t->set_ns = now_ns;
}

static void ours_is_there(struct take *t, const struct take_addr *addr, uint64_t now_ns,
			  struct take_actions *act)
{
	bool was_seen = t->seen;

	if (addr->ours) {
		ours_is_heard(t, addr->valid_s, now_ns);
		return;
	}
	if (!was_seen) {
		/* as the agent left it: from here on the guard's own time is on it */
		t->seen = true;
		put(t, now_ns, act);
		return;
	}
	if (!t->missing && !addr->others && !time_changed(t, addr->valid_s, now_ns))
		return;
	if (addr->valid_s == TAKE_FOR_EVER || is_free(t))
		leave(t, addr->valid_s, act);
	else
		hand(t, addr->valid_s, now_ns, act);
}

/* Who had it has let go of it: there is no lease that is known to be good. */
static void take_back(struct take *t, struct take_actions *act)
{
	t->handed = false;
	t->kept = true;
	act->ask = TAKE_ASK_ANEW;
}

/* At once: nobody has taken it off who might come back with it. Another address beside it is no
 * replacement then. */
static void put_back_ended(struct take *t, uint64_t now_ns, struct take_actions *act)
{
	char ip[IP_TEXT_MAX];

	take_back(t, act);
	put(t, now_ns, act);
	say(act, SAY_BAD,
	    "%s: the client of the booted system has let %s end, and the kernel took it off: put there again because the root %s hangs on it, but another machine may be given it; start the DHCP server again, see to that client, or reboot; asking as well",
	    t->ifname, ip_text(&t->address, ip), t->root);
}

/* Time is up for the one who took the address off to come with it again. */
static void put_back(struct take *t, uint64_t now_ns, struct take_actions *act)
{
	char ip[IP_TEXT_MAX], other[IP_TEXT_MAX];

	if (!ip_is_unset(&t->other)) {
		act->leave = true;
		say(act, SAY_WARN,
		    "%s: the booted system has replaced %s by %s: the root %s was reached from the former and may hang; let its client keep the address, or leave %s alone",
		    t->ifname, ip_text(&t->address, ip), ip_text(&t->other, other), t->root,
		    t->ifname);
		return;
	}
	if (t->handed)
		take_back(t, act);
	put(t, now_ns, act);
	if (t->n_put_back < UINT8_MAX)
		t->n_put_back++;
	say(act, SAY_WARN,
	    "%s: %s was taken off and nobody came back with it: put there again, because the root %s hangs on it; let the client of the booted system keep the address, or leave %s alone",
	    t->ifname, ip_text(&t->address, ip), t->root, t->ifname);
}

/* By nobody, and its time was over. */
static bool ran_out(const struct take *t, const struct take_addr *addr, uint64_t now_ns)
{
	return !addr->others && t->valid_s != TAKE_FOR_EVER &&
	       now_ns + SLACK_S * NS_PER_S >= t->set_ns + t->valid_s * NS_PER_S;
}

/* Taken off by ourselves never, by the kernel when its time ran out or an IPv6 link went down. */
static void ours_is_gone(struct take *t, const struct take_addr *addr, uint64_t now_ns,
			 struct take_actions *act)
{
	uint64_t first_ns = t->address.family == IP_V6 ? PUT_BACK_FIRST6_NS : PUT_BACK_FIRST_NS;
	uint64_t wait_ns = first_ns << (t->n_put_back < 4 ? t->n_put_back : 4);
	bool ended = t->seen && !t->missing && t->handed && ran_out(t, addr, now_ns);

	t->seen = t->missing = true;
	if (ended)
		put_back_ended(t, now_ns, act);
	else
		t->put_back_ns = now_ns + (wait_ns < PUT_BACK_MAX_NS ? wait_ns : PUT_BACK_MAX_NS);
}

static void other_news(struct take *t, const struct take_addr *addr, uint64_t now_ns)
{
	if (addr->gone) {
		if (ip_eq(&t->other, &addr->address))
			t->other = (struct ip_addr){ 0 };
		return;
	}
	if (addr->ours || addr->slaac || ip_is_link_local(&addr->address) ||
	    now_ns < t->begun_ns + SETTLE_NS)
		return;
	t->other = addr->address;
}

static void on_addr(struct take *t, const struct take_addr *addr, uint64_t now_ns,
		    struct take_actions *act)
{
	if (addr->address.family != t->address.family || t->nic_gone)
		return;
	if (!ip_eq(&addr->address, &t->address))
		other_news(t, addr, now_ns);
	else if (addr->gone && is_free(t))
		leave_alone(t, act);
	else if (addr->gone)
		ours_is_gone(t, addr, now_ns, act);
	else
		ours_is_there(t, addr, now_ns, act);
}

/* --- the lease --- */

static void on_other_lease(struct take *t, const struct lease *lease, uint64_t now_ns,
			   struct take_actions *act)
{
	char ip[IP_TEXT_MAX], new[IP_TEXT_MAX], server[IP_TEXT_MAX], kept[KEPT_MAX];

	t->kept = true;
	if (!t->missing)
		put(t, now_ns, act);
	if (ip_eq(&t->given, &lease->address))
		return;
	t->given = lease->address;
	t->server = lease->server_id;
	say(act, SAY_BAD,
	    "%s: %s gives %s now and no longer %s: the latter is kept %s, but another machine may be given it; reserve it for this machine at the server, or reboot",
	    t->ifname, server_text(t, server), ip_text(&lease->address, new),
	    ip_text(&t->address, ip), why_kept(t, kept));
}

static void on_lease(struct take *t, const struct lease *lease, uint64_t now_ns,
		     struct take_actions *act)
{
	char ip[IP_TEXT_MAX], server[IP_TEXT_MAX];

	if (!ip_eq(&lease->address, &t->address)) {
		on_other_lease(t, lease, now_ns, act);
		return;
	}
	t->server = lease->server_id;
	t->end_ns = end_of(lease);
	if (t->kept || t->waiting)
		say(act, SAY_INFO, "%s: the lease of %s is renewed again, by %s, for %u s",
		    t->ifname, ip_text(&t->address, ip), server_text(t, server), lease->lease_s);
	t->kept = t->waiting = false;
	t->given = (struct ip_addr){ 0 };
	if (!t->missing)
		put(t, now_ns, act);
}

static void on_lost(struct take *t, const char *why, uint64_t now_ns, struct take_actions *act)
{
	char ip[IP_TEXT_MAX], server[IP_TEXT_MAX], kept[KEPT_MAX];

	if (t->kept)
		return;
	t->kept = true;
	if (!t->missing)
		put(t, now_ns, act);
	say(act, SAY_BAD,
	    "%s: the lease of %s by %s is lost (%s) and nobody else has renewed it: the address is kept %s, but another machine may be given it; start the DHCP server again, or reboot; asking on",
	    t->ifname, ip_text(&t->address, ip), server_text(t, server), why, why_kept(t, kept));
}

static void on_waiting(struct take *t, uint64_t now_ns, struct take_actions *act)
{
	char ip[IP_TEXT_MAX], server[IP_TEXT_MAX];
	uint64_t left_s = t->end_ns > now_ns ? (t->end_ns - now_ns) / NS_PER_S : 0;

	if (t->waiting || t->kept)
		return;
	t->waiting = true;
	if (t->end_ns == TAKE_NO_DEADLINE) {
		say(act, SAY_WARN,
		    "%s: no DHCP server tells of the lease of %s, which firmware had: asking on",
		    t->ifname, ip_text(&t->address, ip));
		return;
	}
	say(act, SAY_WARN,
	    "%s: %s does not answer; the lease of %s ends in %llu s unless it is renewed: asking on",
	    t->ifname, server_text(t, server), ip_text(&t->address, ip),
	    (unsigned long long)left_s);
}

static void on_client(struct take *t, const struct take_event *ev, struct take_actions *act)
{
	if (ev->kind == TAKE_EV_LEASE)
		on_lease(t, ev->lease, ev->now_ns, act);
	else if (ev->kind == TAKE_EV_LOST)
		on_lost(t, ev->text, ev->now_ns, act);
	else
		on_waiting(t, ev->now_ns, act);
}

/* --- the NIC --- */

static void on_nic(struct take *t, bool gone, uint64_t now_ns, struct take_actions *act)
{
	char ip[IP_TEXT_MAX];

	if (t->nic_gone == gone)
		return;
	if (is_free(t)) {
		leave_alone(t, act);
		return;
	}
	t->nic_gone = gone;
	t->missing = true; /* addresses go with their NIC */
	t->kept |= t->handed;
	t->handed = false; /* whoever had it comes back with it, or not */
	t->put_back_ns = now_ns;
	if (gone)
		say(act, SAY_BAD,
		    "%s is gone, and with it %s: the root %s hangs; bring it back or reboot",
		    t->ifname, ip_text(&t->address, ip), t->root);
	else
		say(act, SAY_INFO, "%s is back", t->ifname);
}

void take_step(struct take *t, const struct take_event *ev, struct take_actions *ret)
{
	*ret = (struct take_actions){ 0 };
	switch (ev->kind) {
	case TAKE_EV_ADDR:
		on_addr(t, ev->addr, ev->now_ns, ret);
		break;
	case TAKE_EV_LEASE:
	case TAKE_EV_LOST:
	case TAKE_EV_WAITING:
		if (!t->handed) /* no news of what another renews */
			on_client(t, ev, ret);
		break;
	case TAKE_EV_NIC_GONE:
	case TAKE_EV_NIC_BACK:
		on_nic(t, ev->kind == TAKE_EV_NIC_GONE, ev->now_ns, ret);
		break;
	case TAKE_EV_DEADLINE:
		if (ev->now_ns < take_deadline(t))
			break;
		t->missing = true; /* also where it never was there */
		t->seen = true;
		if (is_free(t))
			leave_alone(t, ret);
		else
			put_back(t, ev->now_ns, ret);
		break;
	}
}

uint64_t take_deadline(const struct take *t)
{
	if (t->nic_gone)
		return TAKE_NO_DEADLINE;
	if (!t->seen)
		return t->begun_ns + PUT_BACK_FIRST_NS;
	return t->missing ? t->put_back_ns : TAKE_NO_DEADLINE;
}
