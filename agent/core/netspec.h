/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the grammars of ip= and of links share: fields, readings, and the values that occur in both.
 */
#ifndef NETROOT_CORE_NETSPEC_H
#define NETROOT_CORE_NETSPEC_H

#include "core/addr.h"
#include "core/err.h"

#define NETSPEC_QUOTE_MAX 64

/* As span_cut, but a sep inside [ ] does not separate. */
struct span netspec_cut(struct span *rest, char sep);
/*
 * As netspec_cut for a device, which may be a MAC with colons of its own: cuts at the first of
 * seps behind it. *ret_sep is the one found, or NUL at the end.
 */
struct span netspec_cut_port(struct span *rest, const char *seps, char *ret_sep);
/* What stands in [ ], or s itself where it is not in brackets. */
struct span netspec_unbracket(struct span s);
/* Printable and short, for messages. */
const char *netspec_quote(char dst[static NETSPEC_QUOTE_MAX], struct span s);
/* Adds a reading, "; " in front of all but the first. */
__attribute__((format(printf, 2, 3))) void netspec_choose(struct out *choices, const char *fmt,
							  ...);

/* The address of a host, IPv6 in [ ]. Empty, 0.0.0.0 and [::] leave *ret alone, as in the kernel;
 * `what` names the field. */
int netspec_host(struct span field, const char *what, struct ip_addr *ret, struct err *err);
/* 68 (RFC 791) to 65535. */
int netspec_mtu(struct span field, uint32_t *ret, struct err *err);
/* That a NIC may be given: six bytes, neither a group nor nobody. */
int netspec_own_mac(struct span field, struct mac_addr *ret, struct err *err);

#endif
