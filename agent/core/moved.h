/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guard does for a root whose NFS server was given by name, as a pure machine. The kernel
 * connects to the address that was mounted for ever, whatever becomes of the name. So while nothing
 * is connected to that address, and it does not answer, the name is looked up anew; where it is
 * another address now, and the server there has the root's file system, connections go there.
 */
#ifndef NETROOT_CORE_MOVED_H
#define NETROOT_CORE_MOVED_H

#include "core/dnsask.h"
#include "core/nfs_same.h"
#include "core/say.h"

#define MOVED_FROM_MAX 4 /* addresses the server has had, but for the last */
#define MOVED_TEXT_MAX 640
#define MOVED_BYTES_MAX \
	(NFS_SAME_CALL_MAX > DNSASK_QUERY_MAX ? NFS_SAME_CALL_MAX : DNSASK_QUERY_MAX)

enum moved_event_kind {
	MOVED_EV_DEADLINE,
	MOVED_EV_DATAGRAM, /* bytes: of the name server that was asked */
	MOVED_EV_STREAM, /* bytes: all that the NFS server has sent so far */
	MOVED_EV_SILENT, /* whoever was asked cannot be: refused, unreachable, closed */
};
#define MOVED_N_EVENTS (MOVED_EV_SILENT + 1)

struct moved_event {
	enum moved_event_kind kind;
	uint64_t now_ns;
	bool works; /* DEADLINE: a connection to the present address is there, and not stalled */
	const uint8_t *bytes;
	size_t len;
};

/* What is to be done, in this order. Zeroed by moved_step(). */
struct moved_actions {
	bool hang_up; /* what was being asked */
	bool reroute; /* connections to the n_from addresses go to the present one */
	bool query; /* bytes to the name server of that number, from a new socket */
	bool check; /* bytes to this address, by TCP from a reserved port */
	uint8_t server;
	struct ip_addr ip;
	uint8_t bytes[MOVED_BYTES_MAX];
	size_t len;
	enum say_weight say;
	char text[MOVED_TEXT_MAX];
};

enum moved_state {
	MOVED_KEEPS, /* looks at the connection now and then */
	MOVED_ASKS, /* the present address, whether it is the kernel that does not get through */
	MOVED_LOOKS_UP,
	MOVED_TRIES, /* one of the addresses that the name has now */
};

struct moved_config {
	char name[PLAN_NAME_MAX]; /* of the server, as it was given */
	struct ip_addr ip; /* that was mounted */
	uint8_t version;
	struct nfs_handle handle; /* of the root; len 0: not known */
	struct dnsconf dns;
	uint64_t seed;
};

struct moved {
	const struct moved_config *config;
	enum moved_state state;
	uint64_t deadline_ns;
	uint64_t rng;
	struct ip_addr now; /* the present address */
	struct ip_addr from[MOVED_FROM_MAX];
	uint8_t n_from;
	uint64_t lost_ns; /* since when nothing works; 0: it does */
	bool tell; /* once it works again */
	struct dnsask ask;
	struct nfs_same_ask asked;
	struct ip_addr addrs[DNSASK_ADDRS_MAX]; /* of the name, but for the present one */
	uint8_t n_addrs, at;
	struct ip_addr said; /* the last that was told of as of no use */
};

/* config stays the caller's. */
void moved_init(struct moved *m, const struct moved_config *config, uint64_t now_ns);
void moved_step(struct moved *m, const struct moved_event *ev, struct moved_actions *ret);
/* Always set. */
uint64_t moved_deadline(const struct moved *m);

#endif
