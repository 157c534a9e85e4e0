/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of plan.c and its parts: what the words ask for before leases are looked at. */
#ifndef NETROOT_CORE_PLAN_WISH_H
#define NETROOT_CORE_PLAN_WISH_H

#include "core/cmdline.h"
#include "core/plan.h"
#include "core/rootspec.h"

#define PLAN_QUOTE_MAX 128

/* A word whose meaning depends on leases or on other words. by FROM_NOWHERE: not given. */
struct wish_word {
	struct given given;
	const char *name; /* "root", "netroot", ... */
	struct span value;
	enum rootspec_kind kind;
};

#define WISH_LIVE_WORDS_MAX 24

enum wish_chap {
	WISH_CHAP_USER,
	WISH_CHAP_SECRET,
	WISH_CHAP_IN_USER,
	WISH_CHAP_IN_SECRET,
	N_WISH_CHAP
};

struct wishes {
	struct wish_word root; /* the last root= that names no block device */
	struct wish_word block; /* the last one that does */
	struct wish_word netroot[PLAN_ROOTS_MAX];
	uint8_t n_netroot;
	struct wish_word nfsroot;
	struct wish_word live, live_path; /* boot=live or casper, and where the file is then */
	/* of that export's mount, the layer over it, and images over each other */
	struct wish_word live_options, live_size, live_layers, live_module;
	/* of dracut's root=live:nfs:, which names the directory and these */
	struct wish_word live_file, file_options;
	struct wish_word archiso, archiso_dir, archiso_arch, archiso_options, archiso_size;
	/* those that mean something beside boot=live, boot=casper or archiso_nfs_srv= */
	struct wish_word live_words[WISH_LIVE_WORDS_MAX];
	uint8_t n_live_words;
	bool netboot_url; /* casper's netboot=url */
	struct given signature; /* of the image is asked for, which nobody here can check */
	struct given no_image; /* the last word for an image, which cannot be followed */
	struct err why_no_image;
	struct span to_ram; /* the value of plan.to_ram's word */
	/* systemd's of a root that is verified, and live-boot's */
	struct wish_word verity_data, verity_tree, verity_options, verity_corruption;
	struct span verity_file; /* live-boot's, which the root hash is of */
	struct given no_verity; /* systemd.verity=0 */
	/* init= of what is fetched, in want of what else is said of a root hash */
	char init[PLAN_PATH_MAX];
	struct given init_given;
	struct wish_word initiator;
	struct wish_word config;
	struct wish_word chap[N_WISH_CHAP];
	struct wish_word target_name, target_ip, target_port; /* a root in parts */
	bool no_bootif;
	bool ip_said, ip6_said; /* an ip= or ip6= that was taken */
	bool no_ip6; /* ip6=off */
	struct given no_ip6_given;
	struct wish_word bare_ip; /* Anaconda's ip=ADDRESS, with the words below */
	struct wish_word gateway, netmask, ksdevice;
	struct wish_word hwaddr;
	/* ip=ibft, rd.iscsi.ibft, its =0, rd.iscsi.firmware, rd.iscsi.mp */
	struct given ip_ibft, ibft, ibft_firmware, ibft_mp;
	bool no_ibft;
	int shell; /* rd.shell: -1 not given, 0, 1 */
	struct given shell_given;
	enum end_action emergency; /* END_NEVER: not given */
	struct given emergency_given;
	struct given panic_given;
	struct given retry_given;
};

/* A note of a kind; the same text is noted once, and the last place says that there were more. */
__attribute__((format(printf, 4, 5))) void plan_note(struct plan *plan, enum note_kind kind,
						     struct given about, const char *fmt, ...);
/* "root="x"", "netroot.conf: root="x"": how messages name a word. Returns dst. */
char *wish_text(const struct wish_word *word, char dst[static PLAN_QUOTE_MAX]);

/* --- what each name means: plan_words.c, plan_words_net.c, plan_words_iscsi.c --- */

struct word_build {
	const struct plan_input *in;
	struct plan *plan;
	struct wishes *wish;
	struct given by; /* of the word being read */
	uint16_t n_unknown; /* of those before it */
};

/* LIST: several stand beside each other, none overrides another. EARLY: it is about links and
 * leases, so what is fetched by these comes too late for it. */
enum word_form { BARE = 1, VALUE = 2, LIST = 4, EARLY = 8 };

struct word_row {
	const char *name;
	unsigned int forms; /* enum word_form */
	void (*take)(struct word_build *b, const struct cmd_word *w);
	const char *what; /* for plan_readings(); NULL: what the plan holds says it better */
};

struct word_rows {
	const struct word_row *rows;
	size_t n;
};

extern const struct word_rows word_rows_iscsi, word_rows_net, word_rows_overlay, word_rows_image,
	word_rows_live, word_rows_verity, word_rows_config;

/* Row i of all names that are read, NULL behind the last. */
const struct word_row *word_row_at(size_t i);
const struct word_row *word_row_of(struct span key);

const char *word_origin(struct given by); /* "netroot.conf: ", "config: " or "" */
/* Given by words of a place whose words those of that other place replace. */
bool given_gives_way(struct given before, enum plan_source to);
/* The command line's words replace what is fetched, and that what netroot.conf has given. */
bool word_replaces(const struct word_build *b, struct given given);
/* NOTE_REFUSED for a word whose value is wrong. */
__attribute__((format(printf, 3, 4))) void
word_refuse(struct word_build *b, const struct cmd_word *w, const char *fmt, ...);
/* NOTE_CHOICE for a word whose value can be read in several ways; nothing where there is none. */
void word_choice(struct word_build *b, const struct cmd_word *w, const struct out *choices);
/* dracut's getargbool: a bare word is true; 0, no and off are false. */
bool word_bool(const struct cmd_word *w);
/* A value kept as text: printable, whole, or refused. */
void word_keep(struct word_build *b, const struct cmd_word *w, char *dst, size_t size,
	       struct given *given);
/* One whose meaning depends on others, under the name that messages give it; empty: not given. */
void word_wish(struct word_build *b, const struct cmd_word *w, const char *name,
	       struct wish_word *ret);
/* A further root beside those there; the command line's replace those of netroot.conf. */
void word_netroot(struct word_build *b, const struct cmd_word *w, const char *name,
		  enum rootspec_kind kind);
/* root=live:nfs:SERVER:/DIR/FILE[,OPTIONS]: *ret is what a root of that directory would be. */
bool word_live_nfs(struct word_build *b, const struct cmd_word *w, struct span *ret);
/* One that means something only beside others: kept until they are read. False: it is none. */
bool word_of_live(struct word_build *b, const struct cmd_word *w);
bool word_seconds(struct word_build *b, const struct cmd_word *w, uint32_t *ret);

struct cmd_words plan_words_of(const struct plan_input *in, enum plan_source by);
/* Words of netroot.conf (FROM_CONF), of what was fetched or of the command line into *plan and
 * *wish. */
void plan_words(const struct plan_input *in, enum plan_source by, struct plan *plan,
		struct wishes *wish);
/* One ip= entry among those before: the same device and family is replaced. */
void plan_take_ip(struct word_build *b, const struct cmd_word *w, const struct plan_ip *ip);
/* Word number given.word of the place it was given in, quoted; "" where there is none. */
char *given_word(struct given given, const struct plan_input *in, char dst[static PLAN_QUOTE_MAX]);

/* --- what they come to together --- */

/* Network: defaults, links in order, conflicts. */
void plan_net(const struct plan_input *in, const struct wishes *wish, struct plan *plan);
/* Named alike: the same NIC, as far as words tell. */
bool plan_port_eq(const struct plan_port *a, const struct plan_port *b);
/* Words that cannot all be meant. */
void plan_check(const struct plan_input *in, struct plan *plan);
/* Names of NICs that udev would give: by MAC at once, the rest noted. */
void plan_nic_names(const struct plan_input *in, struct plan *plan);
/* The entries and links that firmware's iBFT gives. */
void plan_ibft(const struct plan_input *in, const struct wishes *wish, struct plan *plan);
/* The word that asks for it, or by FROM_NOWHERE. */
struct given plan_ibft_by(const struct wishes *wish);
/* The one that asks for its targets, too. */
struct given plan_ibft_targets_by(const struct wishes *wish);
/* ksdevice=ibft: the NIC that firmware has booted from, false where it is not known. */
bool plan_ibft_mac(const struct plan_input *in, const struct wish_word *word, struct plan *plan,
		   struct mac_addr *ret);
/* Of several ip= none is bootdev= by itself, where the root comes with a lease: noted. */
void plan_net_several(const struct plan_input *in, struct plan *plan);
bool plan_asks_dhcp4(const struct plan *plan);
/* By DHCPv6, at once or where advertisements say so. */
bool plan_asks_dhcp6(const struct plan *plan);
/* What words of live systems stand for: the root of archiso, whatever else is said of one. */
void plan_live(const struct plan_input *in, struct wishes *wish, struct plan *plan);
/* The file that they mean, and how large the layer over it is. */
void live_set_image(const struct plan_input *in, const struct wishes *wish, struct plan *plan);
void live_set_size(const struct plan_input *in, const struct wishes *wish, struct plan *plan);
/* roots, root_from_dhcp, no_root, block. */
void plan_roots(const struct plan_input *in, const struct wishes *wish, struct plan *plan);
/* None of them is taken after all, by that word; plan->no_root is the caller's to fill. */
void plan_drop_roots(struct plan *plan, struct given by);
/* Whether a disk can have the name that words give it, once verity has had its say of it. */
void plan_block_check(const struct plan_input *in, struct plan *plan);
/* What may come by any lease: take() of the one that names the root, else of each in turn, until it
 * is true. */
bool plan_try_leases(const struct plan_input *in, struct plan *plan,
		     bool (*take)(const struct plan_input *in, struct plan *plan, uint8_t i));
/* One of the names and secrets of CHAP. */
void plan_take_chap(struct word_build *b, const struct cmd_word *w, enum wish_chap part);
/* What the text of a root says of CHAP is given where that is. */
void plan_own_chap(struct plan_root *root);
/* All of them, from where they are given, for the plan and for each root. */
void plan_chap_make(const struct plan_input *in, const struct wishes *wish, struct plan *plan);
/* What tells this machine from others: its SMBIOS UUID in small letters, else "mac-..." of its
 * first NIC; false where neither is known. */
#define PLAN_MACHINE_MAX 40
bool plan_machine(const struct plan_input *in, struct out *ret);
/* The image of a live system, what words contradict one, the writable layer that comes with it. */
void plan_image(const struct plan_input *in, const struct wishes *wish, struct plan *plan);
/* A root whose image is not to be had is none: as it is it may be one that all machines write to.
 */
void plan_no_image(const struct plan_input *in, struct given word, const char *why,
		   struct plan *plan);
/* What is verified, and by what: the words put together, and whether they can be followed. */
void plan_verity(const struct plan_input *in, const struct wishes *wish, struct plan *plan);
/* The writable layer: where on its disk it is, and what words contradict it. */
void plan_overlay(const struct plan_input *in, struct plan *plan);
/* Where settings are to be fetched from, as far as leases tell by now. */
void plan_config(const struct plan_input *in, const struct wishes *wish, struct plan *plan);
/* Initiator name. */
void plan_initiator(const struct plan_input *in, const struct wishes *wish, struct plan *plan);

/* --- printing --- */

/* A value of the plan as text: adds the text of element i and sets *ret; without text there is
 * nothing to print. */
struct plan_field {
	const char *name;
	uint8_t (*count)(const struct plan *plan); /* NULL: one, whose name has no index */
	const char *suffix; /* behind the index */
	void (*value)(const struct plan *plan, uint8_t i, struct out *out, struct given *ret);
};

#define PLAN_VALUE_MAX 2560 /* the longest value: path, options and server of an NFS root */

/* Row i of the fields of the network, NULL behind the last. */
const struct plan_field *plan_field_net(size_t i);
void plan_add_text(struct out *out, const char *text);
/* Calls each(arg, name, value, given) for every field that has a value. */
void plan_each_field(const struct plan *plan,
		     void (*each)(void *arg, const char *name, const char *value,
				  struct given given),
		     void *arg);

#endif
