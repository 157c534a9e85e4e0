/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Spreads a fleet over servers that hold the same: each machine has an order of its own, all orders
 * are about as frequent, and a server that comes or goes moves only the machines that preferred it
 * (rendezvous hashing, Thaler and Ravishankar 1998). Pure.
 */
#ifndef NETROOT_CORE_SPREAD_H
#define NETROOT_CORE_SPREAD_H

#include "core/plan.h"

/* The servers by descending preference of this machine; as they are where the machine is "". */
void spread_sort(struct span machine, struct plan_host *servers, uint8_t n);

#endif
