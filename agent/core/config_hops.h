/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Redirects of what netroot.config= names: what one leads to, how many of them are followed, and to
 * how many hosts. Who is redirected has no means to look a name up, so a chain ends at a host whose
 * address is not known, and begins anew once it is.
 */
#ifndef NETROOT_CORE_CONFIG_HOPS_H
#define NETROOT_CORE_CONFIG_HOPS_H

#include "core/config.h"

#define CONFIG_HOPS_MAX 4 /* of one file */
#define CONFIG_HOSTS_MAX 4 /* of all that is fetched, beside the one that words or leases name */

/* Where one file is asked for. at, and path, may be read; path may point into it. */
struct config_hops {
	struct plan_config at;
	const char *path;
	struct plan_host first; /* with its address */
	const struct plan_host *known; /* others that have been looked up */
	uint8_t n_known, n;
};

enum config_hop {
	CONFIG_HOP_FOLLOW, /* it is to be asked for at `at` */
	CONFIG_HOP_LOOKUP, /* likewise, once the address of at.server is known */
	CONFIG_HOP_MISSING, /* a directory is there, which is no file */
	CONFIG_HOP_FAILED /* err says why */
};

/* path and known stay the caller's. */
void config_hops_start(struct config_hops *hops, const struct plan_config *first, const char *path,
		       const struct plan_host *known, uint8_t n_known);
/* The answer was a redirect to there. */
enum config_hop config_hop(struct config_hops *hops, struct span location, struct err *err);

/* Hosts that redirects have led to, and which are looked up before it is asked again. */
struct config_hosts {
	char name[CONFIG_HOSTS_MAX][PLAN_NAME_MAX];
	uint8_t n;
};

/* One more, of which a child tells. Otherwise -errno, and err says why not. */
int config_hosts_add(struct config_hosts *hosts, const char *name, struct err *err);

#endif
