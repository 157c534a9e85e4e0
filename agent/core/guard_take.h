/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guard does about the address of one lease, as a pure machine: whether a client of the
 * booted system has taken it over, what the address is set to, what is said when the lease is lost.
 * Who takes it over for ever has it. Who gives it an end is left to renew it, and watched: when the
 * end comes the root still hangs on the address. Where it does not, the first who touches the
 * address has it. Knows neither DHCP messages nor sockets.
 */
#ifndef NETROOT_CORE_GUARD_TAKE_H
#define NETROOT_CORE_GUARD_TAKE_H

#include "core/lease.h"
#include "core/say.h"

#define TAKE_NO_DEADLINE UINT64_MAX
#define TAKE_FOR_EVER UINT32_MAX
#define TAKE_TEXT_MAX 560

/* An address of the NIC that came, changed or went. */
struct take_addr {
	struct ip_addr address;
	bool gone;
	bool slaac; /* the kernel made it from an advertisement */
	bool ours; /* set by this process */
	bool others; /* known to be set by another process; without either nobody knows */
	uint32_t valid_s;
};

enum take_event_kind {
	TAKE_EV_ADDR,
	TAKE_EV_LEASE, /* renewed, or given anew */
	TAKE_EV_LOST, /* text: why, printable */
	TAKE_EV_WAITING, /* the server was asked to renew and does not answer */
	TAKE_EV_NIC_GONE,
	TAKE_EV_NIC_BACK,
	TAKE_EV_DEADLINE,
};

struct take_event {
	enum take_event_kind kind;
	uint64_t now_ns;
	const struct take_addr *addr;
	const struct lease *lease;
	const char *text;
};

/* What becomes of the guard's own DHCP client. */
enum take_ask {
	TAKE_ASK_ON,
	TAKE_ASK_NOT, /* another renews the lease now */
	TAKE_ASK_ANEW, /* the other has let go of it */
};

/* What is to be done, in this order. Zeroed by take_step. */
struct take_actions {
	bool put; /* the address on the NIC, with this life time, whether it is there or not */
	uint32_t put_valid_s;
	bool put_all; /* routes and MTU as well: they went with the address */
	enum take_ask ask;
	bool leave; /* it is somebody else's now: nothing more is to be done for this lease */
	enum say_weight say;
	char text[TAKE_TEXT_MAX];
};

struct take {
	char ifname[16];
	char root[128]; /* for messages; "": nothing of the root hangs on the address */
	struct ip_addr address, server;
	uint64_t begun_ns, end_ns; /* of the lease; TAKE_NO_DEADLINE: none */
	uint64_t put_back_ns; /* the address is missing, when it is put there again */
	uint64_t set_ns; /* when it had valid_s left */
	uint32_t valid_s;
	uint8_t n_put_back;
	uint8_t n_unheard; /* times that it was set here and the kernel's news of it are not read */
	bool seen; /* the address on the NIC: what comes after is a change */
	bool handed; /* to a client of the booted system, which gave it the end that valid_s is */
	bool kept; /* the lease is lost */
	bool missing; /* the address was taken off the NIC */
	bool waiting; /* it was said that the server does not answer */
	bool nic_gone;
	struct ip_addr given; /* instead of address, as said last */
	struct ip_addr other; /* of this family, put on the NIC by somebody since; unset: none */
};

void take_init(struct take *t, const char *ifname, const char *root, const struct lease *lease,
	       uint64_t now_ns);
void take_step(struct take *t, const struct take_event *ev, struct take_actions *ret);
/* udev of the booted system has named it otherwise. */
void take_rename(struct take *t, const char *ifname);
uint64_t take_deadline(const struct take *t);

#endif
