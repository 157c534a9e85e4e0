/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs one core/iscsi_discover: TCP to a portal, the question, the list. Decides nothing. */
#ifndef NETROOT_SYS_ISCSI_DISCOVER_H
#define NETROOT_SYS_ISCSI_DISCOVER_H

#include "core/iscsi_discover.h"
#include "sys/loop.h"

/* err NULL: told, valid during the call. Called once, from the loop, with the slot free again. */
typedef void iscsi_discover_fn(void *arg, const struct iscsi_targets *targets,
			       const struct err *err);

struct iscsi_discovery;
/* The portal has sent us to a name: to be looked up, and the outcome told by
 * iscsi_discovery_address(), unless it is called off before. arg is that of the start. */
typedef void iscsi_discover_lookup_fn(void *arg, struct iscsi_discovery *x, const char *name,
				      uint16_t port);
/* One of ISCSI_DISCOVERIES_MAX slots. The config is copied; its target is not used. */
#define ISCSI_DISCOVERIES_MAX 4
struct iscsi_discovery *iscsi_discovery_start(struct loop *loop, const struct iscsi_config *config,
					      iscsi_discover_fn *fn,
					      iscsi_discover_lookup_fn *lookup, void *arg,
					      struct err *err);
/* ip NULL: none, and why. */
void iscsi_discovery_address(struct iscsi_discovery *x, const struct ip_addr *ip, const char *why);
/* Calls it off; fn is not called. */
void iscsi_discovery_cancel(struct iscsi_discovery *x);

#endif
