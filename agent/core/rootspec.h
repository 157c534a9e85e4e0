/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammars of a root: root=, netroot=, nfsroot= and DHCP option 17, for iSCSI (RFC 4173 and
 * what dracut and Debian made of it), NFS (the kernel's and dracut's) and block devices. One text
 * in, its parts out; what is filled in from leases is decided elsewhere.
 */
#ifndef NETROOT_CORE_ROOTSPEC_H
#define NETROOT_CORE_ROOTSPEC_H

#include "core/plan.h"

enum rootspec_kind {
	ROOTSPEC_NONE, /* nothing said */
	ROOTSPEC_DHCP, /* dhcp, dhcp6 */
	ROOTSPEC_DEV_NFS, /* /dev/nfs: parts from nfsroot= and DHCP */
	ROOTSPEC_DEV_ROOT, /* /dev/root: a word of dracut that says nothing */
	ROOTSPEC_NFS,
	ROOTSPEC_ISCSI,
	ROOTSPEC_PARTS, /* "iscsi": other words, or firmware, say which target */
	ROOTSPEC_BLOCK,
	ROOTSPEC_LATER, /* known to others, not supported yet */
	ROOTSPEC_UNKNOWN
};

/* DHCPv6 option 59 has the grammar of option 17. */
enum rootspec_place { IN_WORD, IN_OPTION_17 };

/* The form of a text. In option 17 only NFS and iSCSI can be meant. */
enum rootspec_kind rootspec_kind(struct span text, enum rootspec_place place);
/* What is wrong with a text of kind LATER or UNKNOWN. */
int rootspec_refuse(struct span text, enum rootspec_place place, struct err *err);

/*
 * "iscsi:[<user>:<password>[:<user>:<password>]@]<server>:[<protocol>]:[<port>]:[<LUN>]:<target>".
 * Fills server, iscsi, chap but for where it is from, kind; on failure *ret is untouched and err
 * says what is wrong, to be put behind the text. A reading worth knowing is added to *choices. No
 * target: iscsi.target is "". The LUN is hexadecimal in option 17, decimal in a word.
 */
int rootspec_iscsi(struct span text, enum rootspec_place place, struct plan_root *ret,
		   struct out *choices, struct err *err);

/* An NFS text in its parts, spans into it. */
struct nfs_spec {
	struct plan_host server; /* name "" : not given */
	struct span others; /* further servers with ',' between them, which hold the same */
	struct span path; /* empty: not given */
	struct span options;
	uint8_t version; /* 4 for nfs4: */
	uint16_t port; /* of nfs:// */
};

/* "[nfs:|nfs4:][<server>[,<server>...]:]<path>[:<options>|,<options>]" and
 * nfs://<server>[:<port>]/<path>. */
int rootspec_nfs(struct span text, struct nfs_spec *ret, struct err *err);
/* nfsroot=: as the kernel reads it; the path may be relative to /tftpboot or missing. */
int rootspec_nfsroot(struct span value, struct nfs_spec *ret, struct err *err);
/* Adds mount options to those before; later ones win. *ret_rw becomes 0 for ro, 1 for rw. */
int rootspec_nfs_options(struct span options, struct plan_nfs *nfs, int *ret_rw, struct err *err);

/* LABEL=, UUID=, PARTUUID=, PARTLABEL=, /dev/disk/by-... and other /dev/ paths. */
/* Why no disk can be found by such a name; NULL: one can. */
const char *rootspec_dev_refused(struct span path);
int rootspec_block(struct span text, struct plan_block *ret, struct err *err);

/* The text itself, but with user and password in front of a '@', and what HTTP is asked behind a
 * '?', hidden: for files that others read. Cut where it does not fit. Returns dst. */
char *rootspec_public(char *dst, size_t size, struct span text);
/* As text_quote, with the same hidden. */
char *rootspec_quote(char *dst, size_t size, struct span text);

/* iqn., eui. or naa. name of at most 223 printable bytes without blanks. */
bool iscsi_name_valid(struct span name);
/* A numeric address ([...] around IPv6, with %NIC where it is link-local) or a host name, which
 * leaves ip unset. */
int host_parse(struct span text, struct plan_host *ret, struct err *err);
/* "<host>[:<port>]" of a URL; without a host *ret stays, without a port it is 0. */
int host_port_parse(struct span text, struct plan_host *ret, uint16_t *ret_port, struct err *err);
/* Written as a name: ip, if set, is what it was looked up as. */
bool host_is_name(const struct plan_host *host);
/* Written as an IPv6 address, which stands in brackets in front of a ':'. */
bool host_is_v6(const struct plan_host *host);
/* "10.0.0.5", "fe80::1%eth0". Returns dst. */
#define HOST_ADDRESS_MAX (IP_TEXT_MAX + IFNAME_MAX)
char *host_address(const struct plan_host *host, char dst[static HOST_ADDRESS_MAX]);
/* For messages: "nas.example (10.0.0.5)", or the one that is known. Printable. Returns dst. */
#define HOST_TEXT_MAX 160
char *host_text(const struct plan_host *host, char *dst, size_t size);

#endif
