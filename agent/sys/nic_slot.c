/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Slots, carrier, socket and timer of what runs once per NIC. */
#include "sys/nic_slot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "sys/mount.h"

#define REOPEN_NS NS_PER_S
/* A flood must not keep the loop: the rest is read in the next turn. */
#define READS_PER_TURN 16

/* --- the socket --- */

static void on_readable(void *arg, uint32_t epoll_events)
{
	struct nic_slot *slot = arg;

	(void)epoll_events; /* an error is read like a packet */
	for (int i = 0; i < READS_PER_TURN && slot->fd >= 0; i++)
		if (!slot->kind->read(slot))
			return;
}

int nic_slot_open(struct nic_slot *slot, struct err *err)
{
	int fd = slot->kind->open(slot, err), code;

	if (fd < 0)
		return fd;
	code = loop_watch(slot->loop, fd, EPOLLIN, on_readable, slot, err);
	if (code) {
		(void)close(fd); /* nothing has been written to it */
		return code;
	}
	slot->fd = fd;
	return 0;
}

void nic_slot_close_fd(struct nic_slot *slot, int *fd)
{
	if (*fd < 0)
		return;
	loop_unwatch(slot->loop, *fd);
	(void)close(*fd); /* nothing is written through it that could still fail */
	*fd = -1;
}

/* --- carrier and time --- */

static void come_up(struct nic_slot *slot)
{
	struct err err;

	slot->reopen_ns = LOOP_NEVER;
	if (slot->fd < 0 && nic_slot_open(slot, &err)) {
		slot->reopen_ns = clock_now_ns() + REOPEN_NS;
		slot->kind->on_failed(slot, err.text);
		return;
	}
	slot->kind->on_up(slot);
}

void nic_slot_carrier(struct nic_slot *slot, bool carrier)
{
	if (slot->carrier == carrier)
		return;
	slot->carrier = carrier;
	if (carrier) {
		come_up(slot);
		return;
	}
	slot->reopen_ns = LOOP_NEVER;
	nic_slot_close_fd(slot, &slot->fd);
	slot->kind->on_down(slot);
}

/* Not IFF_RUNNING: that follows the carrier up to a second later (net/core/link_watch.c). */
static bool has_carrier(const char *ifname)
{
	char path[sizeof("/sys/class/net//carrier") + IF_NAMESIZE], text[8];

	(void)snprintf(path, sizeof(path), "/sys/class/net/%s/carrier", ifname);
	/* reads as an error while the NIC is down */
	return file_read(path, text, sizeof(text)) > 0 && !strcmp(text, "1");
}

void nic_slot_begin(struct nic_slot *slot, bool resumed)
{
	bool carrier = has_carrier(slot->ifname);

	slot->carrier = resumed;
	if (resumed && carrier)
		come_up(slot); /* the socket is all that is missing */
	else
		nic_slot_carrier(slot, carrier);
}

static uint64_t deadline(void *arg)
{
	const struct nic_slot *slot = arg;
	uint64_t at = slot->kind->deadline(slot);

	return slot->reopen_ns < at ? slot->reopen_ns : at;
}

static void expired(void *arg, uint64_t now_ns)
{
	struct nic_slot *slot = arg;

	if (now_ns >= slot->reopen_ns)
		come_up(slot);
	else
		slot->kind->on_due(slot);
}

/* --- slots --- */

static struct nic_slot *free_slot(const struct nic_kind *kind)
{
	for (size_t i = 0; i < kind->n; i++) {
		struct nic_slot *slot = (void *)((char *)kind->slots + i * kind->size);

		if (!slot->used)
			return slot;
	}
	return NULL;
}

void *nic_slot_take(const struct nic_kind *kind, struct loop *loop, int ifindex, const char *ifname,
		    struct err *err)
{
	struct nic_slot *slot = free_slot(kind);
	uint32_t generation;

	if (!slot) {
		(void)err_set(err, ENOSPC, "already on %zu NICs", kind->n);
		return NULL;
	}
	generation = slot->generation + 1;
	memset(slot, 0, kind->size);
	slot->kind = kind;
	slot->loop = loop;
	slot->reopen_ns = LOOP_NEVER;
	slot->generation = generation;
	slot->ifindex = ifindex;
	slot->fd = -1;
	(void)snprintf(slot->ifname, sizeof(slot->ifname), "%s", ifname);
	if (loop_timer(loop, deadline, expired, slot, err))
		return NULL;
	slot->used = true;
	return slot;
}

bool nic_slot_is(const struct nic_slot *slot, uint32_t generation)
{
	return slot->used && slot->generation == generation;
}

void nic_slot_leave(struct nic_slot *slot)
{
	nic_slot_close_fd(slot, &slot->fd);
	loop_timer_drop(slot->loop, slot);
	slot->used = false;
}
