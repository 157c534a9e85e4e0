/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ARP socket and the timer around one core/acd machine per NIC. */
#include "sys/acd_nic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/nic_slot.h"
#include "sys/packet.h"

#define NO_PROTOCOL 0

struct acd_nic {
	struct nic_slot slot; /* first, as nic_slot.h has it */
	acd_fn *fn;
	void *arg;
	struct acd machine;
};

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

	return packet_filter(fd, code, sizeof(code) / sizeof(code[0]));
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
static int open_arp(void *arg, struct err *err)
{
	const struct acd_nic *nic = arg;
	struct sockaddr_ll sa = address_of(nic->slot.ifindex);
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NO_PROTOCOL);

	if (fd < 0)
		return err_sys(err, errno, "cannot open a packet socket for ARP");
	if (filter_arp(fd, ip4_to_he(&nic->machine.address)) ||
	    bind(fd, (const struct sockaddr *)&sa, sizeof(sa))) {
		int code = errno;

		(void)close(fd);
		return err_sys(err, code, "cannot set up the packet socket for ARP");
	}
	return fd;
}

static void send_to_all(const struct acd_nic *nic, const struct acd_actions *act)
{
	struct sockaddr_ll sa = address_of(nic->slot.ifindex);

	sa.sll_halen = ETH_ALEN;
	memset(sa.sll_addr, 0xff, ETH_ALEN);
	/* one that does not go out is as good as lost: there are three */
	(void)sendto(nic->slot.fd, act->message, sizeof(act->message), 0,
		     (const struct sockaddr *)&sa, sizeof(sa));
}

/* One event, with all that comes of it. False where the owner stopped the NIC meanwhile. */
static bool step(struct acd_nic *nic, enum acd_event_kind kind, const uint8_t *bytes, size_t len)
{
	struct acd_event ev = { kind, clock_now_ns(), bytes, len };
	uint32_t generation = nic->slot.generation;
	struct acd_actions act;

	acd_step(&nic->machine, &ev, &act);
	if (act.send)
		send_to_all(nic, &act);
	if (act.clear || act.conflict) {
		/* the owner may stop the NIC: what it is told must not go with it */
		struct mac_addr holder = nic->machine.holder;
		struct ip_addr address = nic->machine.address;

		nic->fn(nic->arg, nic->slot.ifindex, &address, act.conflict, &holder);
	}
	return nic_slot_is(&nic->slot, generation);
}

static bool read_one(void *arg)
{
	struct acd_nic *nic = arg;
	uint8_t packet[64]; /* of a longer frame the rest is padding */
	ssize_t n = recv(nic->slot.fd, packet, sizeof(packet), 0);

	if (n < 0)
		return errno != EAGAIN;
	return !n || step(nic, ACD_EV_PACKET, packet, (size_t)n);
}

static uint64_t deadline(const void *nic)
{
	return acd_deadline(&((const struct acd_nic *)nic)->machine);
}

static void on_due(void *nic)
{
	(void)step(nic, ACD_EV_DEADLINE, NULL, 0);
}

static struct acd_nic slots[ACD_NICS_MAX];

static const struct nic_kind kind = {
	.slots = slots,
	.n = ACD_NICS_MAX,
	.size = sizeof(slots[0]),
	.open = open_arp,
	.read = read_one,
	.deadline = deadline,
	.on_due = on_due,
};

struct acd_nic *acd_nic_start(struct loop *loop, int ifindex, const struct mac_addr *mac,
			      const struct ip_addr *address, acd_fn *fn, void *arg, struct err *err)
{
	struct acd_nic *nic;

	if (mac->len != ETH_ALEN || address->family != IP_V4) {
		(void)err_set(err, EAFNOSUPPORT,
			      "conflict detection: not an Ethernet NIC with an IPv4 address");
		return NULL;
	}
	nic = nic_slot_take(&kind, loop, ifindex, "", err);
	if (!nic) {
		(void)err_wrap(err, "conflict detection");
		return NULL;
	}
	nic->fn = fn;
	nic->arg = arg;
	acd_init(&nic->machine, mac, address);
	if (nic_slot_open(&nic->slot, err)) {
		nic_slot_leave(&nic->slot);
		return NULL;
	}
	(void)step(nic, ACD_EV_START, NULL, 0); /* sends; tells nobody anything */
	return nic;
}

void acd_nic_ours(struct acd_nic *nic)
{
	(void)step(nic, ACD_EV_OURS, NULL, 0); /* tells nobody anything */
}

void acd_nic_stop(struct acd_nic *nic)
{
	nic_slot_leave(&nic->slot);
}
