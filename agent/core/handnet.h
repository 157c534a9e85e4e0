/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the booted system is told of the network, as files: a pure function of what was configured.
 * Readers: klibc's and Debian's scripts, systemd-networkd, NetworkManager, netplan, open-iscsi,
 * cloud-init, people. Every value is validated or quoted: it comes from the network.
 */
#ifndef NETROOT_CORE_HANDNET_H
#define NETROOT_CORE_HANDNET_H

#include "core/dnsconf.h"
#include "core/netconf.h"
#include "core/plan.h"

#define HANDNET_FILE_MAX 16384

/* One NIC that was configured, or is part of one. */
struct hand_nic {
	const char *name;
	int ifindex; /* 0: not known; NetworkManager then takes longer to see whose address it is */
	struct mac_addr mac; /* as it is now */
	const struct plan_link *link; /* made by us, or NULL */
	const char *master; /* the bond or bridge it is a port of, or NULL */
	const struct plan_ip *v4, *v6; /* how it was to be configured, NULL: not */
	const struct lease *lease4, *lease6, *ra; /* NULL: none */
	const struct netconf *conf4, *conf6; /* as applied, NULL: none */
	struct ip_addr slaac; /* the address made from an advertisement, or unset */
	bool advertised; /* IPv4 is all it was to have, and the kernel made an address of an
			    advertisement */
	uint32_t mtu;
	bool boot; /* the root is reached through it */
};

struct hand_input {
	const struct hand_nic *nics;
	uint8_t n_nics;
	const struct plan *plan;
	const struct dnsconf *dns;
	bool iscsi; /* the root is an iSCSI disk */
	const uint8_t *client_id; /* of DHCPv4 as sent, type byte first */
	uint8_t len_client_id; /* 0: hardware type and MAC */
	const uint8_t *duid;
	uint8_t len_duid;
	uint64_t now_ns; /* clock of the leases' acquired_ns */
	int64_t wall_s; /* the same moment, seconds since 1970; 0: not known */
};

/* Called per file: absolute path below /run, its mode, its text. */
typedef void hand_emit_fn(void *arg, const char *path, unsigned int mode, const char *text,
			  size_t len);
/* text: HANDNET_FILE_MAX bytes to work in. What does not fit is not emitted, and named in err
 * (first one); returns how many files were emitted. */
size_t handnet_files(const struct hand_input *in, char *text, hand_emit_fn *emit, void *arg,
		     struct err *err);

#endif
