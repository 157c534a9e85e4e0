/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DHCPv4 messages (RFC 2131, 2132): from bytes to a typed view, and from values to bytes. Knows
 * neither the machine's states nor sockets.
 */
#ifndef NETROOT_CORE_DHCP_MSG_H
#define NETROOT_CORE_DHCP_MSG_H

#include "core/bytes.h"
#include "core/err.h"
#include "core/lease.h"

#define DHCP_PORT_SERVER 67
#define DHCP_PORT_CLIENT 68
#define DHCP_PORT_BOOT 4011 /* of a PXE boot server */
#define DHCP_MESSAGE_MAX 1472 /* UDP payload of an Ethernet frame without fragments */

enum dhcp_type {
	DHCP_TYPE_NONE = 0, /* absent or malformed: BOOTP */
	DHCP_TYPE_DISCOVER = 1,
	DHCP_TYPE_OFFER = 2,
	DHCP_TYPE_REQUEST = 3,
	DHCP_TYPE_DECLINE = 4,
	DHCP_TYPE_ACK = 5,
	DHCP_TYPE_NAK = 6
};

enum dhcp_option {
	DHCP_OPT_PAD = 0,
	DHCP_OPT_NETMASK = 1,
	DHCP_OPT_ROUTER = 3,
	DHCP_OPT_DNS = 6,
	DHCP_OPT_HOST_NAME = 12,
	DHCP_OPT_DOMAIN = 15,
	DHCP_OPT_ROOT_PATH = 17,
	DHCP_OPT_MTU = 26,
	DHCP_OPT_BROADCAST = 28,
	DHCP_OPT_STATIC_ROUTE = 33,
	DHCP_OPT_NTP = 42,
	DHCP_OPT_VENDOR = 43, /* PXE's sub-options, where 60 says PXEClient */
	DHCP_OPT_REQUESTED = 50,
	DHCP_OPT_LEASE_TIME = 51,
	DHCP_OPT_OVERLOAD = 52,
	DHCP_OPT_TYPE = 53,
	DHCP_OPT_SERVER_ID = 54,
	DHCP_OPT_PARAMETERS = 55,
	DHCP_OPT_MESSAGE = 56,
	DHCP_OPT_MAX_SIZE = 57,
	DHCP_OPT_T1 = 58,
	DHCP_OPT_T2 = 59,
	DHCP_OPT_VENDOR_CLASS = 60,
	DHCP_OPT_CLIENT_ID = 61,
	DHCP_OPT_TFTP_SERVER = 66,
	DHCP_OPT_BOOT_FILE = 67,
	DHCP_OPT_USER_CLASS = 77,
	DHCP_OPT_RAPID_COMMIT = 80,
	DHCP_OPT_ARCH = 93, /* RFC 4578, as 94 and 97 */
	DHCP_OPT_UNDI = 94,
	DHCP_OPT_UUID = 97,
	DHCP_OPT_SEARCH = 119,
	DHCP_OPT_CLASSLESS_ROUTE = 121,
	DHCP_OPT_IPXE = 175,
	DHCP_OPT_INITIATOR = 203,
	DHCP_OPT_PXELINUX_MAGIC = 208, /* RFC 5071, as 209 to 211 */
	DHCP_OPT_CONFIG_FILE = 209,
	DHCP_OPT_PATH_PREFIX = 210,
	DHCP_OPT_REBOOT_TIME = 211,
	DHCP_OPT_MS_CLASSLESS_ROUTE = 249, /* 121 by servers from before it had its number */
	DHCP_OPT_END = 255
};

/* What a getter found; its outputs are written for DHCP_FOUND only. */
enum dhcp_found { DHCP_ABSENT, DHCP_MALFORMED, DHCP_FOUND };

/* A server's message. Points into the bytes it was parsed from. */
struct dhcp_msg {
	uint32_t xid;
	struct mac_addr chaddr; /* len 0: not Ethernet */
	struct ip_addr ciaddr, yiaddr, siaddr;
	struct span sname, file; /* as names; empty where option 52 took the field for options */
	struct reader areas[3]; /* in the order of RFC 3396: options, file, sname */
	uint8_t n_areas;
	uint8_t type; /* enum dhcp_type, or a value of the peer's */
};

/* The value of an option, its pieces put together (RFC 3396). */
struct dhcp_value {
	size_t len;
	uint8_t bytes[DHCP_MESSAGE_MAX];
};

/*
 * The fixed header of a BOOTREPLY: enough to know whose it is, and to say what is wrong with the
 * rest. No options yet. False leaves *ret untouched.
 */
bool dhcp_msg_header(const uint8_t *bytes, size_t len, struct dhcp_msg *ret, struct err *err);
/* Then the options: every one lies inside its field, overload followed. False leaves *msg as it
 * was. */
bool dhcp_msg_options(struct dhcp_msg *msg, struct err *err);

enum dhcp_found dhcp_msg_get(const struct dhcp_msg *msg, uint8_t code, struct dhcp_value *ret);
enum dhcp_found dhcp_msg_get_u8(const struct dhcp_msg *msg, uint8_t code, uint8_t *ret);
enum dhcp_found dhcp_msg_get_u16(const struct dhcp_msg *msg, uint8_t code, uint16_t *ret);
enum dhcp_found dhcp_msg_get_u32(const struct dhcp_msg *msg, uint8_t code, uint32_t *ret);
enum dhcp_found dhcp_msg_get_ip(const struct dhcp_msg *msg, uint8_t code, struct ip_addr *ret);
/* Printable text that fits, trailing NULs taken off. */
enum dhcp_found dhcp_msg_get_text(const struct dhcp_msg *msg, uint8_t code, char *dst, size_t size);

/*
 * The lease in an OFFER or an ACK (dhcp_lease.c). An OFFER may lack the lease time (lease_s 0); an
 * ACK may lack the server identifier. Options that were given and not usable are absent in *ret and
 * named in ignored ("" for none), which may be NULL with size 0.
 */
bool dhcp_msg_lease(const struct dhcp_msg *msg, struct lease *ret, char *ignored, size_t size,
		    struct err *err);
/* Sent to PXE firmware by a server that knows it: option 60 is "PXEClient" (dhcp_pxe.c). */
bool dhcp_msg_is_pxe(const struct dhcp_msg *msg);
struct dhcp_pxe {
	struct ip_addr listed; /* the first boot server with an address; unset: none */
	struct ip_addr ask; /* whom firmware goes on to on port 4011; unset: all is said */
	bool by_type; /* it is asked for this: option 43, sub-option 71 */
	uint16_t type;
};
/* What it says to firmware; absent where it does not know of any, malformed by option 43. */
enum dhcp_found dhcp_msg_pxe(const struct dhcp_msg *msg, struct dhcp_pxe *ret);
/* What the OFFER of a proxyDHCP server says: it has no address, and vendor class "PXEClient".
 * False, with *ret untouched, for all others. */
bool dhcp_msg_proxy(const struct dhcp_msg *msg, struct lease *ret);
/* The same of any message: a boot server's answer, whatever is in it. */
void dhcp_msg_said(const struct dhcp_msg *msg, struct lease *ret);
/* The lease from the bytes of any OFFER or ACK, whoever it was for. False leaves *ret untouched. */
bool dhcp_lease_from_message(const uint8_t *bytes, size_t len, struct lease *ret, struct err *err);

/* A client's message. Addresses that are unset are left out: RFC 2131 table 5 is the caller's. */
struct dhcp_send {
	enum dhcp_type type;
	uint32_t xid;
	uint16_t secs;
	struct mac_addr mac;
	struct ip_addr ciaddr;
	struct ip_addr requested; /* 50 */
	struct ip_addr server_id; /* 54 */
	const char *host_name; /* 12, "": none */
	const char *vendor_class; /* 60 */
	const char *user_class; /* 77, as plain text like iPXE; NULL or "": none */
	const uint8_t *client_id; /* 61 */
	uint8_t len_client_id; /* 0: hardware type and MAC */
	int arch; /* 93, and 94 with it; negative: none */
	const uint8_t *uuid; /* 97, 16 bytes; NULL: none */
	bool rapid_commit; /* 80 */
	bool by_type; /* 43: a boot server for this type (PXE 2.1, sub-option 71) */
	uint16_t boot_type;
	bool keeps; /* nothing is asked for that only a boot needs */
};

/* The UUID of option 97 from its text, in the order of bytes that iPXE and EDK2 send: as SMBIOS has
 * them, of which the first three fields stand the other way round in the text (SMBIOS 7.2.1).
 * False, with dst untouched, where it is none. */
bool dhcp_uuid(const char *text, uint8_t dst[static 16]);

/* Returns the length; 0 where it does not fit. */
size_t dhcp_msg_build(const struct dhcp_send *send, uint8_t *dst, size_t size);

#endif
