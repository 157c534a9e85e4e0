/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The DHCPv6 client of one NIC as a pure machine (RFC 8415): one IA_NA, or information only. Events
 * in, actions out, the next deadline derived from the state. Messages are core/dhcp6_msg's.
 */
#ifndef NETROOT_CORE_DHCP6_H
#define NETROOT_CORE_DHCP6_H

#include "core/dhcp.h"
#include "core/err.h"
#include "core/lease.h"

#define DHCP6_DUID_MAX 130 /* RFC 8415 11.1 */
#define DHCP6_MESSAGE_MAX 1452 /* IPv6 minimum would be 1232; Ethernet without fragments */

struct dhcp6_config {
	uint8_t duid[DHCP6_DUID_MAX];
	uint8_t len_duid;
	struct mac_addr mac; /* IAID: its last four bytes, the same at every boot */
	uint64_t seed;
	bool information_only; /* O without M: INFORMATION-REQUEST */
	bool rapid_commit;
	char host_name[LEASE_NAME_MAX]; /* 39, "": none */
	char vendor_class[LEASE_NAME_MAX]; /* 16 with enterprise 343 as UEFI has it; "": "netroot"
					    */
	char user_class[LEASE_NAME_MAX]; /* 15, "": none */
	int arch; /* 61 (RFC 5970), negative: not sent */
	unsigned int wants; /* enum dhcp_want */
	bool keeps; /* as that of struct dhcp_config */
};

enum dhcp6_state {
	DHCP6_IDLE,
	DHCP6_SOLICITING,
	DHCP6_REQUESTING,
	DHCP6_INFORMING,
	DHCP6_BOUND,
	DHCP6_RENEWING,
	DHCP6_REBINDING
};

struct dhcp6 {
	struct dhcp6_config config;
	enum dhcp6_state state;
	uint64_t rng;
	uint32_t xid; /* 24 bits */
	uint64_t begun_ns, requested_ns;
	struct dhcp_resend tx;
	bool carrier, have_lease;
	struct lease offer; /* the best ADVERTISE so far */
	uint8_t offer_preference;
	bool have_offer;
	uint64_t window_end_ns; /* of collecting offers */
	uint32_t max_rt_ms; /* longest back-off while nobody answers */
	uint8_t n_failed; /* rounds that an offer led to and no lease came of, in a row */
	uint32_t n_useless; /* unusable answers since the last lease */
	struct lease lease;
};

/* Events and actions are those of DHCPv4; PACKET bytes are the UDP payload, and `to` of the actions
 * is always ff02::1:2. AGAIN and CONFLICT (DECLINE) likewise. from_state and to_state, of another
 * machine's states, are not set. */
void dhcp6_init(struct dhcp6 *d, const struct dhcp6_config *config);
void dhcp6_resume(struct dhcp6 *d, const struct dhcp6_config *config, const struct lease *lease);
/* ev->bytes came from `from` (link-local). */
void dhcp6_step(struct dhcp6 *d, const struct dhcp_event *ev, const struct ip_addr *from,
		struct dhcp_actions *ret);
uint64_t dhcp6_deadline(const struct dhcp6 *d);
const char *dhcp6_state_name(enum dhcp6_state state);

/* DUID-UUID (RFC 6355) of the SMBIOS UUID as firmware sends it (RFC 5970), else DUID-LL of the MAC:
 * the same in all stages of a boot and at every boot. uuid_text NULL: none. Returns the length. */
uint8_t dhcp6_duid(const char *uuid_text, const struct mac_addr *mac,
		   uint8_t dst[static DHCP6_DUID_MAX]);
/*
 * RFC 6355 has the UUID in network order, as its text reads; iPXE sends it so (dhcpv6.c, with
 * smbios_settings.c). UEFI's own client (edk2 NetworkPkg/Dhcp6Dxe) copies the bytes of the SMBIOS
 * table, whose first three fields are little-endian: this is for a machine that EFI booted.
 */
uint8_t dhcp6_duid_efi(const char *uuid_text, const struct mac_addr *mac,
		       uint8_t dst[static DHCP6_DUID_MAX]);
/* An ADVERTISE or REPLY as a lease, whoever it was for: for explain. */
bool dhcp6_lease_from_message(const uint8_t *bytes, size_t len, struct lease *ret, struct err *err);

#endif
