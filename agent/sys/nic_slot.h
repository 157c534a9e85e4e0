/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the protocols that run once per NIC have in common: a slot of a fixed pool, a socket that is
 * open while there is carrier, a timer, and an owner who may stop the slot in a callback. Knows no
 * protocol: that is a struct nic_kind.
 */
#ifndef NETROOT_SYS_NIC_SLOT_H
#define NETROOT_SYS_NIC_SLOT_H

#include <net/if.h>

#include "sys/loop.h"

/* The first member of what runs on a NIC. Members are read by all, written by nic_slot.c. */
struct nic_slot {
	const struct nic_kind *kind;
	struct loop *loop;
	uint64_t reopen_ns; /* when the socket is tried again, LOOP_NEVER: not */
	uint32_t generation; /* a callback may stop this NIC, or start another in its slot */
	int ifindex;
	int fd; /* -1: not open */
	char ifname[IF_NAMESIZE];
	bool used;
	bool carrier; /* as told; on_up follows once the socket is open */
};

/* Functions are given what the slot is the first member of. */
struct nic_kind {
	void *slots;
	size_t n, size;
	int (*open)(void *nic, struct err *err); /* a socket, or negative */
	/* One packet; false: there is none, or the owner has stopped the NIC. A pending error
	 * (ENETDOWN after the link went away) is taken off by reading it. */
	bool (*read)(void *nic);
	uint64_t (*deadline)(const void *nic); /* as loop_deadline_fn */
	void (*on_due)(void *nic);
	/* NULL where nobody tells of carrier */
	void (*on_up)(void *nic);
	void (*on_down)(void *nic); /* the socket is closed already */
	void (*on_failed)(void *nic, const char *text); /* open; it is tried again */
};

/* A free slot, its timer set, all behind the slot zero. NULL with err. */
void *nic_slot_take(const struct nic_kind *kind, struct loop *loop, int ifindex, const char *ifname,
		    struct err *err);
/* Opens and watches; for who is not told of carrier. */
int nic_slot_open(struct nic_slot *slot, struct err *err);
/* Of the carrier as the kernel has it. resumed: the protocol takes it for up so far. */
void nic_slot_begin(struct nic_slot *slot, bool resumed);
void nic_slot_carrier(struct nic_slot *slot, bool carrier);
/* Whether the slot is still what it was when it had this generation. */
bool nic_slot_is(const struct nic_slot *slot, uint32_t generation);
/* Any descriptor of the slot; -1 is none. */
void nic_slot_close_fd(struct nic_slot *slot, int *fd);
/* Closes and drops all. */
void nic_slot_leave(struct nic_slot *slot);

#endif
