/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that stays when PID 1 becomes the root's init: renews the leases that the root hangs
 * on until a client of the booted system has taken the interface over, and logs the session of an
 * iSCSI root in again while no iscsid does. Forked before the root is mounted, in a mount namespace
 * that never holds it.
 */
#ifndef NETROOT_GUARD_H
#define NETROOT_GUARD_H

#include "core/dhcp6.h"
#include "core/iscsi.h"
#include "core/moved.h"
#include "core/mpath.h"
#include "core/netconf.h"
#include "core/recover.h"
#include "sys/loop.h"

#define GUARD_NICS_MAX 16 /* all that a boot has leases on */

struct guard_nic {
	int ifindex;
	char ifname[IFNAME_MAX];
	uint32_t rank; /* as rtnl_rank() has it */
	bool have4, have6;
	struct netconf_rules rules4, rules6; /* for what its leases bring */
	struct dhcp_config config4;
	struct lease lease4; /* server_id unset: firmware's, of which no server has told yet */
	struct dhcp6_config config6;
	struct lease lease6;
};

/* argv[0] of its process. systemd's killing spree before a shutdown spares what belongs to root and
 * begins with '@' (systemd, ROOT_STORAGE_DAEMONS). */
#define GUARD_NAME "@netroot-guard"

#define GUARD_SESSIONS_MAX MPATH_PATHS_MAX

/* A session of an iSCSI root. */
struct guard_session {
	uint32_t sid; /* and path, time2wait_s: not of one that is to come */
	struct mpath_dev path; /* its disk, where there is a map */
	bool lun_known; /* where it is to come */
	uint8_t lun[8];
	struct iscsi_config config; /* names and what else a login needs; the portal is not used */
	struct iscsi_portal portals[RECOVER_PORTALS_MAX]; /* the first one is in use */
	uint8_t n_portals;
	uint16_t time2wait_s;
	uint32_t replacement_s; /* this and recorded as struct recover_config has them */
	bool recorded;
	uint64_t seed;
};

/* The server of an NFS root. */
struct guard_nfs {
	bool may_move; /* its export, to another server: version 4 */
	uint16_t port; /* 0: it was not given by name */
	struct moved_config moved;
};

/* All it needs to know, sent to it just before init is executed. */
struct guard_brief {
	uint8_t n_sessions; /* several: paths of one map */
	uint8_t n_late; /* behind them: paths that were not there yet */
	struct guard_session sessions[GUARD_SESSIONS_MAX];
	bool has_map;
	struct mpath_dev map;
	char wwid[WWID_MAX];
	struct guard_nfs nfs;
	char root[128]; /* "nfs 10.0.0.1:/srv/root", printable; "": it does not hang on the network
			 */
	uint8_t n_nics;
	/* the one that the root hangs on first; as the last, for only those that there are are sent
	 */
	struct guard_nic nics[GUARD_NICS_MAX];
};

/* Forks it; it waits for its brief and ends where the other side closes without one. Returns the
 * descriptor to brief it through, or negative errno; ret_pidfd is what guard_end() takes, -1 with
 * an error or where the kernel has none (before 5.2). Both are close-on-exec, and the caller's. */
int guard_fork(int *ret_pidfd, struct err *err);
/* Ends it, whatever it was told, and closes pidfd; -1: there is none. */
void guard_end(int pidfd);
/* What the process executes where main() finds that name: returns its exit status. */
int guard_main(void);
/* How much of it says anything. */
size_t guard_brief_size(const struct guard_brief *brief);
/* Before the exec of init; nothing blocks. fd stays the caller's: a byte through it tells the guard
 * that the root is switched, and the initramfs its to empty; its end, that it is not. */
int guard_brief_send(int fd, const struct guard_brief *brief, struct err *err);

#endif
