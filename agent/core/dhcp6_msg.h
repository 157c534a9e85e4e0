/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DHCPv6 messages (RFC 8415, 3646, 4704, 5908, 5970): from bytes to a typed view, and from values
 * to bytes. Knows neither the machine's states nor sockets.
 */
#ifndef NETROOT_CORE_DHCP6_MSG_H
#define NETROOT_CORE_DHCP6_MSG_H

#include "core/dhcp6.h"

enum dhcp6_type {
	DHCP6_SOLICIT = 1,
	DHCP6_ADVERTISE = 2,
	DHCP6_REQUEST = 3,
	DHCP6_RENEW = 5,
	DHCP6_REBIND = 6,
	DHCP6_REPLY = 7,
	DHCP6_DECLINE = 9,
	DHCP6_RECONFIGURE = 10,
	DHCP6_INFORMATION_REQUEST = 11
};

enum dhcp6_option {
	DHCP6_OPT_CLIENT_ID = 1,
	DHCP6_OPT_SERVER_ID = 2,
	DHCP6_OPT_IA_NA = 3,
	DHCP6_OPT_IAADDR = 5,
	DHCP6_OPT_ORO = 6,
	DHCP6_OPT_PREFERENCE = 7,
	DHCP6_OPT_ELAPSED = 8,
	DHCP6_OPT_STATUS = 13,
	DHCP6_OPT_RAPID_COMMIT = 14,
	DHCP6_OPT_USER_CLASS = 15,
	DHCP6_OPT_VENDOR_CLASS = 16,
	DHCP6_OPT_DNS = 23,
	DHCP6_OPT_SEARCH = 24,
	DHCP6_OPT_SNTP = 31,
	DHCP6_OPT_REFRESH_TIME = 32,
	DHCP6_OPT_FQDN = 39,
	DHCP6_OPT_NTP = 56,
	DHCP6_OPT_BOOT_URL = 59,
	DHCP6_OPT_BOOT_PARAM = 60,
	DHCP6_OPT_ARCH = 61,
	DHCP6_OPT_NII = 62,
	DHCP6_OPT_SOL_MAX_RT = 82,
	DHCP6_OPT_INF_MAX_RT = 83
};

enum dhcp6_status {
	DHCP6_SUCCESS = 0,
	DHCP6_UNSPEC_FAIL = 1,
	DHCP6_NO_ADDRS_AVAIL = 2,
	DHCP6_NO_BINDING = 3,
	DHCP6_NOT_ON_LINK = 4,
	DHCP6_USE_MULTICAST = 5
};

/* A server's message. Points into the bytes it was parsed from. */
struct dhcp6_msg {
	uint8_t type; /* ADVERTISE or REPLY */
	uint32_t xid;
	struct reader options; /* every one lies inside */
	struct span client_id, server_id; /* empty: absent */
};

/* What an ADVERTISE or a REPLY says. */
struct dhcp6_reply {
	struct lease lease; /* without address where none is given */
	uint16_t status; /* of the message, its IA_NA or the address there: the first that is not
			    SUCCESS */
	char status_text[100]; /* printable, "" for SUCCESS */
	uint8_t preference;
	bool rapid_commit;
	uint32_t max_rt_s; /* 82 in answer to SOLICIT and the like, 83 to INFORMATION-REQUEST; 0:
			      not given */
};

/* What of it is whose. */
struct dhcp6_own {
	bool any_ia; /* for explain: any IA_NA will do */
	bool information_only; /* an IA_NA does not count */
	uint32_t iaid;
	struct ip_addr address; /* of several this one, if it is among them; unset: the first */
};

/* Header and frame of options. False leaves *ret untouched. */
bool dhcp6_msg_parse(const uint8_t *bytes, size_t len, struct dhcp6_msg *ret, struct err *err);
/*
 * Its content (dhcp6_lease.c). Options that were given and not usable are absent in *ret and named
 * in ignored ("" for none), which may be NULL with size 0.
 */
void dhcp6_msg_read(const struct dhcp6_msg *msg, const struct dhcp6_own *own,
		    struct dhcp6_reply *ret, char *ignored, size_t size);

/* The option at *r, which moves past it; false at the end. */
bool dhcp6_next_option(struct reader *r, uint16_t *ret_code, struct reader *ret);
/* The first of this code; false where there is none. */
bool dhcp6_find_option(const struct reader *options, uint16_t code, struct reader *ret);

/* A client's message. What is unset, "" or of no length is left out. */
struct dhcp6_send {
	enum dhcp6_type type;
	uint32_t xid;
	const struct dhcp6_config *config; /* identity and classes */
	struct span server_id;
	bool ia; /* an IA_NA, holding */
	struct ip_addr address; /* ... this one */
	bool rapid_commit;
	uint16_t elapsed_cs; /* hundredths of a second */
};

/* The IA_NA's identifier: the same at every boot. */
uint32_t dhcp6_iaid(const struct mac_addr *mac);
/* Returns the length; 0 where it does not fit. */
size_t dhcp6_msg_build(const struct dhcp6_send *send, uint8_t *dst, size_t size);

#endif
