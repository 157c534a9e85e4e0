/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of rtnl share, and nobody else sees: the sockets, what is known of the NICs and
 * addresses, one request at a time. */
#ifndef NETROOT_SYS_RTNL_REQUEST_H
#define NETROOT_SYS_RTNL_REQUEST_H

#include "core/linkmsg.h"
#include "core/nlmsg.h"
#include "sys/rtnl.h"

#define RTNL_NICS_MAX 128
#define RTNL_ADDRS_MAX 128
#define RTNL_EXPECTED_MAX 32
#define RTNL_RANKS_MAX 16
#define RTNL_PORT_OPTIONS_MAX (2 * PLAN_LINKS_MAX)

/* A socket that hears of changes and takes dumps. */
struct rtnl_feed {
	const struct rtnl_feed_kind *kind;
	struct rtnl *rtnl;
	int fd; /* -1: not open */
	bool dumping, dump_again;
};

struct rtnl_feed_kind {
	const char *what; /* for messages: "network interfaces" */
	uint16_t get_type;
	uint32_t groups; /* RTMGRP_* */
	void (*dump_begins)(struct rtnl *rtnl);
	void (*message)(struct rtnl *rtnl, const struct nl_msg *msg, bool of_dump);
	void (*dump_complete)(struct rtnl *rtnl); /* what was not in it is gone */
};

/* Those beyond the tables are reported as well, but neither compared with what they were nor
 * missed. */
struct rtnl_nic {
	struct nic nic; /* ifindex 0: free */
	bool seen; /* in the running dump */
	uint16_t mtu6; /* that it was given for IPv6; 0: none */
};

struct rtnl_addr {
	struct addr_news news; /* the last; ifindex 0: free */
	uint32_t changed; /* ifa_cacheinfo.tstamp: which change of life times it was */
	uint64_t heard_ns;
	bool seen;
};

/* What a request of this process is about to be told of as news. */
struct rtnl_expected {
	int ifindex; /* 0: free */
	struct ip_addr address;
	bool gone;
	uint32_t valid_s;
};

/* A bond option that waits for its port. */
struct rtnl_port_option {
	char bond[IFNAME_MAX]; /* "": free */
	struct plan_bond_option option;
};

struct rtnl {
	struct loop *loop;
	int request_fd;
	uint32_t port; /* of request_fd, which names the requester in IPv4's news */
	uint32_t seq;
	struct rtnl_feed links, addrs;
	nic_fn *on_nic;
	void *arg;
	addr_fn *on_addr;
	void *addr_arg;
	bool has_proto; /* the kernel says who made an address (IFA_PROTO, since 5.18) */
	struct rtnl_nic nics[RTNL_NICS_MAX];
	struct rtnl_addr known_addrs[RTNL_ADDRS_MAX];
	struct rtnl_expected expected[RTNL_EXPECTED_MAX];
	size_t next_expected;
	struct rtnl_port_option port_options[RTNL_PORT_OPTIONS_MAX];
	int ranks[RTNL_RANKS_MAX]; /* ifindex in order of configuration; 0: free */
};

/* --- rtnl.c --- */

int rtnl_feed_open(struct rtnl *rtnl, struct rtnl_feed *feed, const struct rtnl_feed_kind *kind,
		   struct err *err);
struct rtnl_nic *rtnl_nic_find(struct rtnl *rtnl, int ifindex); /* 0: a free place */
/* For messages; a fresh buffer where the NIC is not known. */
const char *rtnl_name(struct rtnl *rtnl, int ifindex, char fresh[static IFNAME_MAX]);

/* --- rtnl_addr.c --- */

/* The NIC has begun to run, by which the kernel's IPv6 has forgotten its MTU: once more. */
void rtnl_mtu6_again(const struct rtnl_nic *k);

/* --- rtnl_news.c --- */

/* Before a request: the news it leads to are ours. */
void rtnl_expect(struct rtnl *rtnl, int ifindex, const struct ip_addr *address, bool gone,
		 uint32_t valid_s);

/* --- rtnl_request.c --- */

struct rtnl_request {
	struct rtnl *rtnl;
	uint8_t bytes[256 + LINKMSG_MAX];
	struct writer w;
	size_t begin;
};

int rtnl_socket(uint32_t groups, int flags, struct err *err); /* or negative errno */
/* From the kernel only: -errno, or the length, 0 for a datagram of somebody else. */
long rtnl_receive(int fd, uint8_t *bytes, size_t size);
void rtnl_begin(struct rtnl_request *q, struct rtnl *rtnl, uint16_t type, uint16_t flags,
		const void *head, size_t len_head);
/* Sends and takes the answer; what is asked for in words goes in front of the kernel's. */
__attribute__((format(printf, 3, 4))) int rtnl_do(struct rtnl_request *q, struct err *err,
						  const char *fmt, ...);
void rtnl_put_ip(struct rtnl_request *q, uint16_t type, const struct ip_addr *ip);

#endif
