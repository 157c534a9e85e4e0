/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One file by TFTP (RFC 1350), read, with the options blksize and tsize (RFC 2347 to 2349). The
 * transfer as a machine: packets and time in, what is to be sent out. Knows no sockets; that a
 * packet is of the server's address is the caller's to see to.
 */
#ifndef NETROOT_CORE_TFTP_H
#define NETROOT_CORE_TFTP_H

#include "core/err.h"
#include "core/plan.h"

#define TFTP_BLOCK_MAX 1428 /* fits a frame of Ethernet, with IPv6 and a tunnel's header */
#define TFTP_PACKET_MAX (TFTP_BLOCK_MAX + 4)
#define TFTP_NO_DEADLINE UINT64_MAX

enum tftp_state {
	TFTP_ASKED, /* the request is out */
	TFTP_READS, /* blocks come */
	TFTP_DONE, /* the whole file is there */
	TFTP_MISSING, /* the server has no such file */
	TFTP_FAILED /* err says why */
};

struct tftp {
	enum tftp_state state;
	const char *path;
	uint8_t *dst; /* the file, len of it so far */
	size_t len, size;
	bool plain; /* without options: the server does not take them */
	uint16_t port; /* of the server's end of the transfer, once it has answered */
	uint16_t block; /* the last one that came */
	uint16_t block_size;
	uint8_t n_tries; /* of the packet that is out */
	uint64_t due_ns; /* when it goes out again */
	struct err err;
	/* what is to be sent: to port, or to the server's own where that is 0 */
	uint8_t packet[sizeof("") + 2 + PLAN_PATH_MAX + 32];
	size_t len_packet;
	bool send; /* set by a step: now */
	uint16_t stray_port; /* a step may have to turn somebody else away; 0: nobody */
};

/* path and dst stay the caller's and have to last. A file larger than size is a failure. */
void tftp_start(struct tftp *t, const char *path, uint8_t *dst, size_t size, uint64_t now_ns);
/* A packet from that port. */
void tftp_packet(struct tftp *t, uint16_t port, const uint8_t *bytes, size_t len, uint64_t now_ns);
/* It may be due_ns. */
void tftp_tick(struct tftp *t, uint64_t now_ns);
uint64_t tftp_deadline(const struct tftp *t);
static inline bool tftp_over(const struct tftp *t)
{
	return t->state >= TFTP_DONE;
}
/* What a stray is sent: unknown transfer ID. Its length. */
size_t tftp_turn_away(uint8_t packet[static 4 + 8]);

#endif
