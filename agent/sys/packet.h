/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AF_PACKET socket of one NIC for DHCP's port 68, whether the NIC has an address or not. */
#ifndef NETROOT_SYS_PACKET_H
#define NETROOT_SYS_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"

/* Only once the link is up: bound before, the socket keeps ENETDOWN for the first read.
 * Nonblocking. Returns the descriptor, or -errno. */
int packet_open(int ifindex, struct err *err);
/* An IPv4 packet to everybody on the link. */
int packet_broadcast(int fd, int ifindex, const uint8_t *packet, size_t len, struct err *err);
/*
 * One IPv4 packet, from its IP header on: its length, -EAGAIN when there is none, another -errno.
 * *ret_sum_pending: its UDP checksum is not filled in yet (a local sender leaves that to hardware).
 */
ssize_t packet_read(int fd, uint8_t *dst, size_t size, bool *ret_sum_pending);
struct sock_filter;
/* What the socket is to take; 0, or -errno. */
int packet_filter(int fd, struct sock_filter *code, size_t n);
/* Nothing. */
int packet_mute(int fd);

#endif
