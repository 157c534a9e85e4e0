/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ARP socket and the timer around one core/acd machine per NIC. */
#include "sys/acd_nic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define NO_PROTOCOL 0
/* As in dhcp_nic: a flood must not keep the loop. */
#define READS_PER_TURN 16

struct acd_nic {
	struct loop *loop;
	acd_fn *fn;
	void *arg;
	struct acd machine;
	uint32_t generation; /* of the slot: a callback may stop this NIC, or start another in it */
	int ifindex;
	int fd;
	bool used;
};

static struct acd_nic slots[ACD_NICS_MAX];

/* On a SOCK_DGRAM socket offset 0 is the ARP header. */
static int filter_arp(int fd, uint32_t address_he)
{
	struct sock_filter code[] = {
		/* Ethernet and IPv4, addresses of six and four bytes */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x00010800, 0, 7),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x0604, 0, 5),
		/* sender: the address */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 14),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, address_he, 2, 0),
		/* or target */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 24),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, address_he, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(code[0]), code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog));
}

static struct sockaddr_ll address_of(int ifindex)
{
	struct sockaddr_ll sa = { 0 };

	sa.sll_family = AF_PACKET;
	sa.sll_protocol = htons(ETH_P_ARP);
	sa.sll_ifindex = ifindex;
	return sa;
}

/* Hears nothing before bind() names a protocol: nothing passes before the filter is there. */
static int open_arp(int ifindex, const struct ip_addr *address, struct err *err)
{
	struct sockaddr_ll sa = address_of(ifindex);
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NO_PROTOCOL);

	if (fd < 0)
		return err_sys(err, errno, "cannot open a packet socket for ARP");
	if (filter_arp(fd, ip4_to_he(address)) ||
	    bind(fd, (const struct sockaddr *)&sa, sizeof(sa))) {
		int code = errno;

		(void)close(fd);
		return err_sys(err, code, "cannot set up the packet socket for ARP");
	}
	return fd;
}

static void send_to_all(const struct acd_nic *nic, const struct acd_actions *act)
{
	struct sockaddr_ll sa = address_of(nic->ifindex);

	sa.sll_halen = ETH_ALEN;
	memset(sa.sll_addr, 0xff, ETH_ALEN);
	/* one that does not go out is as good as lost: there are three */
	(void)sendto(nic->fd, act->message, sizeof(act->message), 0, (const struct sockaddr *)&sa,
		     sizeof(sa));
}

/* One event, with all that comes of it. False where the owner stopped the NIC meanwhile. */
static bool step(struct acd_nic *nic, enum acd_event_kind kind, const uint8_t *bytes, size_t len)
{
	struct acd_event ev = { kind, clock_now_ns(), bytes, len };
	uint32_t generation = nic->generation;
	struct acd_actions act;

	acd_step(&nic->machine, &ev, &act);
	if (act.send)
		send_to_all(nic, &act);
	if (act.clear || act.conflict) {
		/* the owner may stop the NIC: what it is told must not go with it */
		struct mac_addr holder = nic->machine.holder;
		struct ip_addr address = nic->machine.address;

		nic->fn(nic->arg, nic->ifindex, &address, act.conflict, &holder);
	}
	return nic->used && nic->generation == generation;
}

static void on_readable(void *arg, uint32_t epoll_events)
{
	struct acd_nic *nic = arg;

	(void)epoll_events; /* an error is read like a packet */
	for (int i = 0; i < READS_PER_TURN; i++) {
		uint8_t packet[64]; /* of a longer frame the rest is padding */
		ssize_t n = recv(nic->fd, packet, sizeof(packet), 0);

		if (n < 0 && errno == EAGAIN)
			return;
		/* a pending error (ENETDOWN after the link went away) is taken off by reading it */
		if (n > 0 && !step(nic, ACD_EV_PACKET, packet, (size_t)n))
			return;
	}
}

static uint64_t deadline(void *arg)
{
	return acd_deadline(&((const struct acd_nic *)arg)->machine);
}

static void expired(void *arg, uint64_t now_ns)
{
	(void)now_ns;
	(void)step(arg, ACD_EV_DEADLINE, NULL, 0);
}

static struct acd_nic *free_slot(void)
{
	for (int i = 0; i < ACD_NICS_MAX; i++)
		if (!slots[i].used)
			return &slots[i];
	return NULL;
}

struct acd_nic *acd_nic_start(struct loop *loop, int ifindex, const struct mac_addr *mac,
			      const struct ip_addr *address, acd_fn *fn, void *arg, struct err *err)
{
	struct acd_nic *nic = free_slot();
	uint32_t generation;

	if (mac->len != ETH_ALEN || address->family != IP_V4) {
		(void)err_set(err, EAFNOSUPPORT,
			      "conflict detection: not an Ethernet NIC with an IPv4 address");
		return NULL;
	}
	if (!nic) {
		(void)err_set(err, ENOSPC, "conflict detection: already on %d NICs", ACD_NICS_MAX);
		return NULL;
	}
	generation = nic->generation + 1;
	memset(nic, 0, sizeof(*nic));
	nic->generation = generation;
	nic->loop = loop;
	nic->fn = fn;
	nic->arg = arg;
	nic->ifindex = ifindex;
	acd_init(&nic->machine, mac, address);
	nic->fd = open_arp(ifindex, address, err);
	if (nic->fd < 0)
		return NULL;
	if (loop_watch(loop, nic->fd, EPOLLIN, on_readable, nic, err))
		goto close;
	if (loop_timer(loop, deadline, expired, nic, err))
		goto unwatch;
	nic->used = true;
	(void)step(nic, ACD_EV_START, NULL, 0); /* sends; tells nobody anything */
	return nic;
unwatch:
	loop_unwatch(loop, nic->fd);
close:
	(void)close(nic->fd); /* nothing is written through it that could still fail */
	return NULL;
}

void acd_nic_stop(struct acd_nic *nic)
{
	loop_unwatch(nic->loop, nic->fd);
	loop_timer_drop(nic->loop, nic);
	(void)close(nic->fd); /* as above */
	nic->used = false;
}
