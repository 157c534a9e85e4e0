/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot plan: everything chosen, each value with its provenance, in one plain struct. Built from
 * the words of /etc/netroot.conf and the kernel command line, iBFT and the leases so far; built
 * again with each lease. explain, the log, boot.json and the tests print this struct through
 * plan_print() and plan_json().
 */
#ifndef NETROOT_CORE_PLAN_H
#define NETROOT_CORE_PLAN_H

#include "core/addr.h"
#include "core/err.h"
#include "core/iscsi_tune.h"
#include "core/lease.h"

#define PLAN_IP_MAX 16
#define PLAN_ROOTS_MAX 8
#define PLAN_NOTES_MAX 48
#define PLAN_NAME_MAX 256
#define PLAN_PATH_MAX 1024
#define PLAN_LEASES_MAX 32 /* a NIC may have one by DHCP and one by DHCPv6 */
#define PLAN_CHAP_ALGORITHMS_MAX 4
#define ISCSI_NAME_MAX 224 /* RFC 7143 4.2.7.1: 223 bytes, and the terminator */
#define ISCSI_PORT 3260 /* where no other is given */

/* Where a value comes from; `lease` indexes plan_input.leases for FROM_DHCP, `word` counts the
 * words of the command line, of netroot.conf or of what was fetched from 1. Of these three a later
 * one replaces what an earlier one has given. */
enum plan_source {
	FROM_NOWHERE,
	FROM_DEFAULT,
	FROM_MACHINE,
	FROM_CONF,
	FROM_FETCHED,
	FROM_CMDLINE,
	FROM_IBFT,
	FROM_DHCP
};

struct given {
	enum plan_source by;
	uint8_t lease;
	uint16_t word;
};

/* --- network --- */

#define PLAN_LINKS_MAX 8
#define PLAN_PORTS_MAX 8
#define PLAN_BOND_OPTIONS_MAX 16
#define PLAN_RENAMES_MAX 8
#define PLAN_ROUTES_MAX 16
#define PLAN_CLIENT_ID_MAX 255 /* RFC 2132 9.14 */

/* LINK_LOCAL is RFC 3927: an address of 169.254/16 that nobody else has. */
enum ip4_method { IP4_OFF, IP4_DHCP, IP4_STATIC, IP4_LINK_LOCAL };
/*
 * AUTO: router advertisements, and DHCPv6 where these ask for it (M: address, O: the rest).
 * DHCP: DHCPv6 at once, routes from advertisements. EITHER: both at once, the first that gives an
 * address wins. LINK_LOCAL: no more than fe80::.
 */
enum ip6_method { IP6_OFF, IP6_AUTO, IP6_DHCP, IP6_EITHER, IP6_STATIC, IP6_LINK_LOCAL };

/* A NIC as words name it. Neither set: any. */
struct plan_port {
	char ifname[IFNAME_MAX];
	struct mac_addr mac;
};

/* One ip= word (or ip6=), or the default that stands for none. Of v4 and v6 one may be OFF. */
struct plan_ip {
	struct given given;
	enum ip4_method v4;
	enum ip6_method v6;
	struct plan_port port;
	struct ip_addr address; /* STATIC: the address; DHCP: the one to ask for, or unset */
	struct ip_addr server, gateway;
	uint8_t prefix;
	char host_name[PLAN_NAME_MAX];
	struct ip_addr dns[LEASE_DNS_MAX];
	struct ip_addr ntp[LEASE_DNS_MAX];
	uint8_t n_dns, n_ntp;
	uint32_t mtu; /* 0: leave */
	struct mac_addr set_mac; /* len 0: leave */
	uint8_t client_id[PLAN_CLIENT_ID_MAX]; /* of "dhcp,<type>,<value>": type byte and value */
	uint8_t len_client_id; /* 0: not given */
	bool leased; /* STATIC with PXELINUX's four fields: firmware has the address by DHCP, so it
			is used at once and its lease asked for behind it, to be renewed */
};

enum link_kind { LINK_VLAN, LINK_BOND, LINK_BRIDGE };

struct plan_bond_option {
	char name[32]; /* as in Documentation/networking/bonding.rst, one of those core/linkmsg
			  knows */
	char value[128];
};

/* A link to be made: vlan=, bond=, bridge=, team=. */
struct plan_link {
	struct given given;
	enum link_kind kind;
	uint32_t mtu; /* 0: leave */
	char name[IFNAME_MAX];
	struct plan_port ports[PLAN_PORTS_MAX]; /* VLAN: the one it is on */
	uint8_t n_ports, n_options;
	uint16_t vlan_id; /* 0 to 4094 */
	struct plan_bond_option options[PLAN_BOND_OPTIONS_MAX];
};

struct plan_rename { /* ifname= */
	struct given given;
	struct mac_addr mac;
	char name[IFNAME_MAX];
};

struct plan_route { /* rd.route= */
	struct given given;
	struct lease_route route;
	char ifname[IFNAME_MAX]; /* "": the NIC whose network holds the gateway, else the boot NIC
				  */
};

/* --- root --- */

enum root_kind { ROOT_NFS, ROOT_ISCSI };

/* A server as written; resolved says whether `ip` holds it (numeric, or looked up since). */
struct plan_host {
	char name[PLAN_NAME_MAX];
	struct ip_addr ip; /* IP_NONE while only the name is known */
	char scope[IFNAME_MAX]; /* behind '%' of a link-local address; "": the boot NIC's */
};

struct plan_nfs {
	char path[PLAN_PATH_MAX]; /* absolute, %s already expanded where possible */
	char options[PLAN_NAME_MAX]; /* as written, comma separated, without vers= and the like
					taken out below */
	uint8_t version; /* 0: highest that works; 3 or 4 */
	int8_t minor; /* -1: highest that works */
	uint16_t port; /* 0: 2049 (v4) or by portmapper (v3) */
};

/*
 * CHAP (RFC 7143 12.1.3): what the target wants to know of this machine, and, where in_ is set,
 * this machine of the target. Nothing of it is ever printed but that it is there, and whence.
 */
struct plan_chap {
	struct given given; /* by FROM_NOWHERE: none */
	char user[PLAN_NAME_MAX], secret[PLAN_NAME_MAX];
	char in_user[PLAN_NAME_MAX], in_secret[PLAN_NAME_MAX];
	uint8_t algorithms[PLAN_CHAP_ALGORITHMS_MAX]; /* in the order they are offered */
	uint8_t n_algorithms; /* 0: MD5, and if that is refused the others */
	struct given algorithms_given;
};

struct plan_iscsi {
	uint16_t port;
	char target[ISCSI_NAME_MAX]; /* "": those that the portal tells of are tried */
	uint8_t lun[8]; /* SAM-5 as on the wire */
	bool lun_given; /* false: the field was empty, LUN 0 preferred, others looked at */
	char netdev[IFNAME_MAX]; /* the NIC that the session is bound to; "": as routes lead */
};

struct plan_root {
	struct given given;
	enum root_kind kind;
	struct plan_host server; /* NFS server or iSCSI portal */
	struct given server_given; /* an NFS root may take it from ip= or a lease */
	struct plan_nfs nfs;
	struct plan_iscsi iscsi;
	struct plan_chap chap; /* ISCSI: its own, else the plan's */
	char text[PLAN_PATH_MAX]; /* the word or option it was read from, printable */
	bool raced; /* leases of both families name an iSCSI root, and this is one of the two: none
		       of them is preferred for longer than RFC 8305 has it */
};

/* Which filesystem of the LUNs: root=LABEL= and the like. */
enum block_key { BLOCK_ANY, BLOCK_DEV, BLOCK_LABEL, BLOCK_UUID, BLOCK_PARTUUID, BLOCK_PARTLABEL };

struct plan_block {
	struct given given;
	enum block_key key;
	char value[PLAN_NAME_MAX]; /* BLOCK_DEV: the whole /dev/... path */
};

/* --- an image file in the root --- */

#define IMAGE_PARTITIONS_MAX 127
#define PLAN_IMAGE_OPTIONS_MAX PLAN_NAME_MAX

/* What lies over each other with the image: nothing; live-boot's list, or all in the directory;
 * casper's all; those that its own name is made of. core/image_layers */
enum image_beside { IMAGE_ALONE, IMAGE_LIVE, IMAGE_CASPER, IMAGE_CHAIN };
#define PLAN_MODULE_MAX 48

struct plan_image {
	struct given given; /* by FROM_NOWHERE: the root is no image */
	char path[PLAN_PATH_MAX]; /* of the file, inside the filesystem that is mounted first */
	char other[PLAN_PATH_MAX]; /* of the one that is taken where that is not there; "": none */
	enum image_beside beside;
	char module[PLAN_MODULE_MAX]; /* of live-boot's list: "filesystem" of filesystem.module */
	const char *word; /* that says where it is, for messages: "netroot.image=" */
	uint32_t partno; /* 0: not said */
	struct plan_block part; /* LABEL= and the like, BLOCK_ANY: not said */
	char fstype[32], options[PLAN_IMAGE_OPTIONS_MAX]; /* of its mount, "": by itself */
	bool layered; /* whose word it is has a writable layer over it by default */
};

/* --- a root that the kernel verifies --- */

#define VERITY_DIGEST_MAX 64

enum verity_place {
	VERITY_UNSAID, /* a file beside the image, behind the data (offset), or the one there is */
	VERITY_FILE,
	VERITY_DEVICE
};
enum verity_corruption { VERITY_FAIL, VERITY_IGNORE, VERITY_RESTART, VERITY_PANIC };

struct plan_verity {
	struct given given; /* by FROM_NOWHERE: nothing is verified */
	/* text not "": the words cannot be followed, and so nothing is mounted */
	struct err unusable;
	bool by_parts; /* systemd's: further words say where what is */
	char hash[2 * VERITY_DIGEST_MAX + 1]; /* in small letters */
	enum verity_place place; /* of the tree of hashes */
	char path[PLAN_PATH_MAX]; /* FILE: inside the filesystem that holds the image */
	struct plan_block tree; /* DEVICE */
	uint64_t offset; /* bytes before the tree's superblock */
	enum verity_corruption corruption; /* what a block that does not match does */
	bool once, zero; /* check_at_most_once, ignore_zero_blocks */
};

/* --- a writable layer over the root --- */

enum overlay_kind { OVERLAY_NONE, OVERLAY_TMPFS, OVERLAY_DISK };

#define PLAN_OVERLAY_OPTIONS_MAX 96
#define PLAN_OVERLAY_DIR_MAX 64

struct plan_overlay {
	struct given given; /* by FROM_NOWHERE: no word says anything of one */
	enum overlay_kind kind;
	char tmpfs[PLAN_OVERLAY_OPTIONS_MAX]; /* TMPFS: options of that filesystem, "" as it is */
	struct plan_block disk; /* DISK: the filesystem of the layer */
	/* DISK: of what is written and of overlayfs' own, in that filesystem, without '/' in front
	 */
	char upper[PLAN_OVERLAY_DIR_MAX], work[PLAN_OVERLAY_DIR_MAX];
	uint32_t wait_s; /* for the disk; then the layer is in memory */
	struct given frozen_given;
	bool frozen; /* the disk's layer is only read, with one in memory over it */
	struct given reset_given;
	bool reset; /* the disk's layer begins empty */
};

/* --- settings of this machine that are fetched --- */

enum config_kind { CONFIG_TFTP, CONFIG_HTTP, CONFIG_NFS };

struct plan_config {
	struct given given; /* by FROM_NOWHERE: nothing is fetched */
	struct err wrong; /* why it cannot be followed, which ends in no boot; text "": it can */
	enum config_kind kind;
	struct plan_host server; /* name "": a lease is still to tell it */
	struct given server_given;
	uint16_t port; /* 0: that of the protocol */
	uint8_t version; /* NFS: 3 or 4, 0: either */
	char path[PLAN_PATH_MAX]; /* a directory, or with placeholders a file; TFTP: as it is sent
				   */
};

/* --- the rest --- */

enum end_action { END_NEVER, END_SHELL, END_REBOOT, END_POWEROFF, END_HALT };

enum note_kind {
	NOTE_IGNORED, /* known, has no effect here */
	NOTE_REFUSED, /* ours, but the value is wrong; the boot goes on without it */
	NOTE_UNKNOWN, /* looks like ours (rd.*, netroot.*, ip.*, a name misspelt), is not */
	NOTE_CHOICE, /* a reading worth knowing: "LUN 10 read as hex" */
};

struct plan_note {
	enum note_kind kind;
	struct given about; /* the word, by FROM_NOWHERE: none alone */
	char text[PLAN_NAME_MAX]; /* one printable line that names the word and says what happens
				     instead */
};

#define PLAN_INIT_WORDS_MAX 32

struct plan {
	/* network: ips[0..n_ips); never empty when the network is wanted */
	struct plan_ip ips[PLAN_IP_MAX];
	struct plan_link links[PLAN_LINKS_MAX]; /* in the order they can be made in */
	struct plan_rename renames[PLAN_RENAMES_MAX];
	struct plan_route routes[PLAN_ROUTES_MAX];
	uint8_t n_ips, n_links, n_renames, n_routes;
	bool names_by_place; /* words have names that udev makes of a NIC's place */
	struct given bootif_given;
	struct mac_addr bootif; /* len 0: none; otherwise only this NIC is configured, unless an ip=
				   names others */
	struct given bootdev_given; /* by FROM_NOWHERE: none */
	struct plan_port bootdev; /* whose lease and root count */
	bool ibft_awaited; /* a word asks for iBFT, which is not read: no NIC is touched before */
	struct given ibft_nic_given; /* by FROM_NOWHERE: none */
	struct plan_port ibft_nic; /* the NIC, or the VLAN on it, that firmware has booted from */
	struct ip_addr dns[LEASE_DNS_MAX]; /* nameserver=, before those of leases */
	struct given dns_given;
	struct given peer_dns_given;
	uint8_t n_dns;
	bool no_peer_dns; /* rd.peerdns=0: not those of leases */
	uint32_t mtu; /* mtu=: of the boot NICs where neither ip= nor a lease has one; 0: none */
	struct given mtu_given;
	char vendor_class[PLAN_NAME_MAX]; /* "": the default */
	struct given vendor_class_given;
	char user_class[PLAN_NAME_MAX];
	struct given user_class_given;
	uint8_t client_id[PLAN_CLIENT_ID_MAX]; /* rd.net.dhcp.client-id=; type byte and value */
	uint8_t len_client_id; /* 0: hardware type and MAC, as PXE */
	struct given client_id_given;
	uint32_t carrier_s, dhcp_s; /* an attempt counts as failed after this long; 0: never */
	struct given carrier_s_given, dhcp_s_given;

	/* roots in the order they are tried; n_roots 0 before a lease with root_from_dhcp */
	struct plan_root roots[PLAN_ROOTS_MAX];
	uint8_t n_roots;
	bool root_from_dhcp; /* the root comes with a lease (root=dhcp, root=/dev/nfs without path,
				nothing said) */
	struct given root_from_dhcp_given;
	bool wants_root_path, wants_server; /* of a lease: option 17; siaddr, for a root of words
					       that names no NFS server */
	struct err
		no_root; /* why n_roots is 0, as one line; text "" while a lease is still awaited */
	struct given no_root_given; /* the word that it is about, or by FROM_NOWHERE */

	struct plan_block block;
	char initiator[ISCSI_NAME_MAX];
	struct given initiator_given;
	struct plan_chap chap;
	struct iscsi_tune tune; /* rd.iscsi.param= */
	struct given tune_given; /* by FROM_NOWHERE: none */
	bool multipath; /* the paths of the root's LUN become one device */
	struct given multipath_given; /* by FROM_NOWHERE: nothing is said of it */

	char init[PLAN_PATH_MAX];
	struct given init_given;
	/* only arguments: init's environment is the agent's own, which the kernel filled */
	char init_words[PLAN_PATH_MAX]; /* arguments for init: NUL-terminated words one after
					   another, n_init_words of them */
	uint8_t n_init_words;
	char fstype[32];
	struct given fstype_given;
	char rootflags[PLAN_NAME_MAX];
	struct given rootflags_given;
	bool read_write; /* rw; the default is ro, as the kernel's */
	struct given read_write_given;
	struct plan_image image;
	bool to_ram; /* the image, or a LUN as a whole, is copied into memory first */
	struct given to_ram_given; /* by FROM_NOWHERE: nothing is said of it */
	struct plan_verity verity;
	struct plan_overlay overlay;
	uint32_t rootdelay_s;
	struct given rootdelay_given;

	char host_name[PLAN_NAME_MAX];
	struct given host_name_given;
	struct plan_config config;

	enum end_action end; /* what ends the retries */
	struct given end_given;
	uint32_t end_after_s; /* rd.retry=, default 180 where an end is asked for */
	int32_t panic_s; /* panic=: seconds from the end to the reboot; -1: not given */
	bool debug; /* rd.debug, debug */
	bool quiet; /* only what is late or wrong on the console */

	struct plan_note notes[PLAN_NOTES_MAX];
	uint8_t n_notes;
};

struct ibft;

/* What plan_make looks at; all text is hostile. Pointers are only read during the call. */
struct plan_input {
	const char *conf; /* text of /etc/netroot.conf: words, line breaks as blanks, '#' to end of
			     line; NULL: none */
	const char *fetched; /* text of what netroot.config= names, likewise; NULL: not there */
	const char *fetched_from; /* its URL, printable */
	const char *cmdline; /* as /proc/cmdline */
	const struct lease *leases;
	uint8_t n_leases; /* in the order they came; the first with a usable root wins,
			     beside it count that of the other family, and NFS servers */
	const char *ibft_initiator; /* NULL: none */
	const struct ibft *ibft; /* NULL: not read yet */
	const char *machine_uuid; /* SMBIOS UUID as text, NULL: none or not readable */
	struct mac_addr machine_mac; /* of the NIC with the lowest index, for a machine without
					UUID; len 0: none */
	bool elsewhere; /* this is not the machine: what it would tell and is not given here is not
			   known, rather than missing */
};

/* Reads everything into *ret. Never fails as a whole: what is wrong becomes a note or no_root. */
void plan_make(const struct plan_input *in, struct plan *ret);

/* The root whose turn it is, in an endless round; NULL where there is none (any more). */
const struct plan_root *plan_root_at(const struct plan *plan, uint32_t turn);
static inline bool plan_has_image(const struct plan *plan)
{
	return plan->image.given.by != FROM_NOWHERE;
}
static inline bool plan_has_verity(const struct plan *plan)
{
	return plan->verity.given.by != FROM_NOWHERE;
}
/* Whether the root itself is mounted for writing, and whether what init sees as / can be written:
 * over a root that is only read, as an image, a verified one and one in memory always are, there
 * may be a writable layer. */
static inline bool plan_root_writable(const struct plan *plan)
{
	return plan->read_write && plan->overlay.kind == OVERLAY_NONE && !plan_has_image(plan) &&
	       !plan_has_verity(plan) && !plan->to_ram;
}
static inline bool plan_slash_writable(const struct plan *plan)
{
	return plan_root_writable(plan) || plan->overlay.kind != OVERLAY_NONE;
}
enum plan_news {
	PLAN_NEWS_NONE, /* the same roots */
	PLAN_NEWS_MORE, /* those, and behind them others */
	PLAN_NEWS_OTHERS, /* the one being tried is still there, others are not the same */
	PLAN_NEWS_GONE /* that one is not there any more, or there was none */
};
/* What became of the roots that there were before. *turn is that of the one being tried, before and
 * (untouched where it is gone) now. */
enum plan_news plan_roots_news(const struct plan_root *before, uint8_t n_before,
			       const struct plan *now, uint32_t *turn);
/* The same root at the same server, wherever it was read. */
bool plan_root_eq(const struct plan_root *a, const struct plan_root *b);

/* A parameter that is read, or known and left out, here: not for init's environment, where it might
 * hold a secret. */
bool plan_owns_word(struct span key);

/* What is to be done with a NIC. */
struct nic_facts {
	const char *ifname;
	struct mac_addr mac;
	bool ethernet; /* ARPHRD_ETHER */
	bool physical; /* has a device behind it: not a bridge, bond, VLAN or veth */
	bool wireless;
};

struct nic_choice {
	const struct plan_ip *v4, *v6; /* NULL: that family is off on it */
	const struct plan_link *port_of; /* bond or bridge that it is a port of, or NULL; no address
					    of its own then */
	bool under_vlan; /* a VLAN is made on it: has to be up whatever v4 and v6 are */
	const char *why; /* nothing of these: one short reason ("BOOTIF names another NIC") */
};
/*
 * The words that apply. An entry without a device applies to every wired NIC and to the links of
 * the plan, not to what these are made of; where it is static, the first NIC with carrier takes it.
 * A DHCP entry with an address asks for that address.
 */
void plan_for_nic(const struct plan *plan, const struct nic_facts *nic, struct nic_choice *ret);
/* Whether words or firmware name it, or make it: it comes before those that just are there too. */
bool plan_names_nic(const struct plan *plan, const struct nic_facts *nic);
struct nic_place;
/* The name that a NIC is to get: of ifname=, else one in a word that udev would give to a NIC that
 * sits there (NULL: not known, or not names_by_place). NULL: it keeps its own. */
const char *plan_name_for(const struct plan *plan, const struct mac_addr *mac,
			  const struct nic_place *place);
/* The link of this name that the plan makes, or NULL. */
const struct plan_link *plan_link_named(const struct plan *plan, const char *name);
bool plan_port_is(const struct plan_port *port, const char *ifname, const struct mac_addr *mac);

/* NFS before leases: a root that needs a lease to be complete is not in roots[]. True where network
 * is wanted at all. */
bool plan_wants_network(const struct plan *plan);

/* One line per value, "name = value (where from)", then the notes. `emit` is called per line,
 * without line end. */
void plan_print(const struct plan *plan, const struct plan_input *in,
		void (*emit)(void *arg, const char *line), void *arg);
/*
 * For explain: every word in order, "word: how it was read": what it sets, what it is in conflict
 * with, that it is the kernel's or init's, or which name of ours it resembles. Behind those of the
 * command line stand "config: word: ..." of what was fetched and "netroot.conf: word: ...".
 */
void plan_readings(const struct plan_input *in, void (*emit)(void *arg, const char *line),
		   void *arg);
/* The same fields as one JSON object: {"name": {"value": "...", "from": "..."}, ..., "no_root":
 * "...", "notes": [{"kind": "...", "text": "..."}]}. PLAN_JSON_MAX bytes are enough for most plans;
 * out->cut says where not. */
#define PLAN_JSON_MAX 32768
void plan_json(const struct plan *plan, const struct plan_input *in, struct out *out);
/* "command line", "DHCP 10.0.0.1 on eth0": where a value comes from. */
void given_text(struct given given, const struct plan_input *in, struct out *out);

#endif
