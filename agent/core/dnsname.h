/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host and domain names from outside: what their labels may hold (RFC 1123 2.1), and the wire form
 * without compression (RFC 1035 3.1) that advertisements and DHCPv6 use. */
#ifndef NETROOT_CORE_DNSNAME_H
#define NETROOT_CORE_DNSNAME_H

#include "core/bytes.h"
#include "core/text.h"

#define DNS_NAME_TEXT_MAX 254 /* with terminator */
#define DNS_LABEL_MAX 63

/* underscore: domains of directory services hold those as well, host names do not. */
bool dns_label_valid(struct span s, bool underscore);
/* Labels with dots between, no dot at the end. */
bool dns_name_valid(struct span s, bool underscore);

/* Whether a name has to end in its zero byte, or may end with what holds it (RFC 4704 4.2). */
enum dns_ending { DNS_ENDS_IN_ROOT, DNS_MAY_BE_PARTIAL };

/* The next name as text; false for a malformed one. The root alone reads as "". */
bool dns_name_read(struct reader *r, enum dns_ending ending, char dst[static DNS_NAME_TEXT_MAX]);

enum dns_list { DNS_LIST_OK, DNS_LIST_MALFORMED, DNS_LIST_CUT };
/* All names of a search list into *out, blanks between. padded: roots behind the last name do not
 * count (RFC 8106 5.2). CUT: those that fit are there. */
enum dns_list dns_list_read(struct reader r, bool padded, struct out *out);

/* A valid name in wire form, root included. */
void dns_name_write(struct writer *w, struct span name);

#endif
