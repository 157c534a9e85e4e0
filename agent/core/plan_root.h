/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of plan_root.c and its parts: roots in the making. */
#ifndef NETROOT_CORE_PLAN_ROOT_H
#define NETROOT_CORE_PLAN_ROOT_H

#include "core/plan_wish.h"

struct root_build {
	const struct plan_input *in;
	const struct wishes *wish;
	struct plan *plan;
	struct err why; /* the first reason for which a root was not taken; text "" : none */
	struct given why_given;
	uint8_t why_note; /* its place in plan->notes */
	bool lease_roots; /* a root named by a lease will do */
};

/* An NFS root in the making: later layers win, options add up. */
struct nfs_make {
	struct plan_root root;
	struct err err; /* of a layer */
	int rw; /* -1: the options do not say */
	struct span others; /* further servers, as rootspec_nfs() leaves them */
};

/* --- plan_root.c --- */

bool root_can_have_lease(const struct plan *plan);
/* Not only a lease behind an address that firmware already has, which the words do without. */
bool root_awaits_lease(const struct plan *plan);
/* NULL: there is none of that number. */
const struct lease *root_lease_at(const struct root_build *b, uint8_t i);
/* bootdev=: no other NIC's lease has a say. One named by its MAC is told apart where leases become
 * the boot NIC's. */
bool root_of_bootdev(const struct root_build *b, const struct lease *lease);
/* The first lease from i on that decides; n_leases where there is none. */
uint8_t root_next_lease(const struct root_build *b, uint8_t i);
bool root_has_verdict(const struct root_build *b);
/* `DHCP root-path "..." from 10.0.0.1` */
char *root_path_text(const struct lease *lease, char *dst, size_t size);
/* A root that cannot be taken: the first one is the reason for having none. */
void root_refuse(struct root_build *b, struct given about, const char *what, const char *why);
/* It, or a part of it, comes with a lease. */
void root_await(struct root_build *b, struct given given);
/* rw: 0 read-only, 1 for writing, -1 not said. */
void root_add(struct root_build *b, const struct plan_root *root, int rw);

/* --- plan_root_nfs.c --- */

struct nfs_make root_make_nfs(struct given given);
/* One text over what is there: path and server replace, options add up (fs/nfs/nfsroot.c). The root
 * counts as given where its path is. */
int root_add_layer(struct nfs_make *make, const struct nfs_spec *spec, struct given given);
/* 0; -EAGAIN with err saying what only a lease can give; another errno with err. */
int root_complete_nfs(const struct root_build *b, struct plan_root *root, uint8_t i_lease,
		      struct err *err);
/* Adds it once for each of its servers, in this machine's order. */
void root_add_nfs(struct root_build *b, const struct nfs_make *make);
void root_word_nfs(struct root_build *b, const struct wish_word *word);
/* root=/dev/nfs */
void root_dev_nfs(struct root_build *b);

/* --- plan_root_iscsi.c --- */

void root_word_iscsi(struct root_build *b, const struct wish_word *word);
/* A target whose parts stand in words of their own: rd.iscsi.target.name= and the like. */
bool root_has_parts(const struct wishes *wish);
void root_by_parts(struct root_build *b);
/* The targets of firmware's iBFT where words ask for them. said: another root is named. */
void root_by_ibft(struct root_build *b, bool said);

#endif
