/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the checks of tests/sys/iscsi share: the machine they run in, one login, its looks in sysfs.
 */
#ifndef NETROOT_TESTS_ISCSI_VM_H
#define NETROOT_TESTS_ISCSI_VM_H

#include "iscsi_outcome.h"
#include "vm_init.h"

#define INITIATOR "iqn.2026-01.lab:client"
#define LIO "/sys/kernel/config/target/"

extern struct loop *loop;
/* What the next logins are to prove and to ask for, beside what begin() is told. */
extern struct plan_chap chap;
extern enum plan_digest digest;

void write_to(const char *path, const char *text);
/* The kernel's own target with lio, lio-acl, lio-chap, lio-mutual on ports 3260 to 3263. */
void lio_begin(void);
/* Stands in for DNS: lio.lab is LIO's name, and the only one. NULL: none. */
const struct ip_addr *address_of(const char *name);
void set_address(void);

void begin(struct outcome *o, const char *ip, uint16_t port, const char *target);
void await(const bool *what, unsigned int limit_s);
void login(struct outcome *o, const char *ip, uint16_t port, const char *target);

/* A check that the file of sysfs holds this; dir is "iscsi_session/session" or the like. */
void attribute(const char *dir, uint32_t sid, const char *name, const char *want);
void check_attributes(uint32_t sid, const char *target);
int count_in(const char *dir);
void check_nothing_left(const char *name);
/* The first disk's first bytes. */
void read_disk(char *dst, size_t size);

/* iscsi_chap_checks.c */
void check_chap(void);
void check_lio_chap(void);
void check_fake(void);
/* iscsi_discover_checks.c */
const char *ask(const char *ip, uint16_t port); /* names, or what went wrong */
void check_discovery(void);
void check_lio_discovery(void);
void check_leave(void);
/* iscsi_resume_checks.c */
void check_resume(void);

#endif
