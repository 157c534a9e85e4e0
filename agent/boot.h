/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot in progress: what the phases of boot.c share. boot.c holds the table and the engine;
 * boot_net.c (with boot_nic.c: links, boot_addr.c: addresses, boot_lease.c) and boot_root.c hold
 * the functions of the rows; record.c writes down what happened.
 */
#ifndef NETROOT_BOOT_H
#define NETROOT_BOOT_H

#include "core/config_hops.h"
#include "core/config_sign.h"
#include "core/image_layers.h"
#include "core/ibft.h"
#include "core/iscsi_paths.h"
#include "core/leases.h"
#include "core/mpath.h"
#include "core/nfs.h"
#include "core/nfs_paths.h"
#include "core/rootdev.h"
#include "core/toram.h"
#include "sys/acd_nic.h"
#include "sys/block.h"
#include "sys/child.h"
#include "sys/dhcp6_nic.h"
#include "sys/iscsi_discover.h"
#include "sys/iscsi_login.h"
#include "sys/kmod.h"
#include "sys/ra_nic.h"
#include "sys/resolve.h"
#include "sys/rtnl.h"
#include "sys/toram.h"
#include "sys/uevent.h"

#define BOOT_NICS_MAX DHCP_NICS_MAX
#define BOOT_CAUSES_MAX 12
#define BOOT_TEXT_MAX 16384
#define BOOT_LIST_MAX 512 /* of targets in a message */

enum phase_id {
	PHASE_FILESYSTEMS,
	PHASE_MODULES,
	PHASE_LINK,
	PHASE_ADDRESS,
	PHASE_CONFIG,
	PHASE_RESOLVE,
	PHASE_ATTACH,
	PHASE_DEVICE,
	PHASE_MAP,
	PHASE_PATHS,
	PHASE_VERITY,
	PHASE_MOUNT,
	PHASE_TORAM,
	PHASE_IMAGE,
	PHASE_OVERLAY,
	PHASE_HANDOVER,
	N_PHASES
};

enum phase_state {
	PHASE_PENDING, /* waits for the phases it needs */
	PHASE_RUNNING,
	PHASE_HOOKS, /* its own work is done, its hooks run */
	PHASE_DONE,
	PHASE_SKIPPED, /* the plan does not want it */
	PHASE_BACKOFF, /* failed; runs again, from its row's retry_from, when due_ns comes */
};

struct phase_run {
	enum phase_state state;
	uint64_t start_ns, end_ns; /* of the last attempt; end 0 while it runs */
	uint64_t first_ns; /* of the first attempt */
	uint64_t due_ns; /* BACKOFF: when to go on */
	uint64_t note_ns; /* when to say next that it still waits */
	uint32_t attempts, failures_in_row;
};

struct boot_cause {
	enum phase_id phase;
	uint64_t at_ns;
	char text[ERR_TEXT_MAX];
};

/* What one family of a NIC came to. */
struct boot_family {
	bool wanted;
	struct plan_ip ip; /* how it is to be configured */
	bool configured;
	struct netconf conf; /* as applied */
	struct netconf_rules rules; /* what was made of full with */
	struct netconf full; /* as given, with a default route that another NIC may have */
};

/* One NIC as the boot sees it. */
struct boot_nic {
	struct nic nic; /* ifindex 0: free slot */
	struct mac_addr hw_mac; /* its own, where another was set on it; len 0: nic.mac is */
	bool taken; /* it was decided what is to be done with it */
	bool wanted; /* is to be up: has a family wanted, is a port, or lies under a VLAN */
	char master[IFNAME_MAX]; /* of which bond or bridge it is a port, "": none */
	bool enslaved;
	bool under_vlan; /* a VLAN is made on it */
	bool port_failed, up_failed; /* that it did not work was said; it is tried again */
	struct boot_family v4, v6;
	struct dhcp_nic *dhcp;
	struct dhcp6_nic *dhcp6;
	struct ra_nic *ra;
	struct acd_nic *acd;
	struct dhcp_config config4; /* as given to dhcp and dhcp6: the guard goes on with them */
	struct dhcp6_config config6;
	struct leases_told adverts;
	bool link_local; /* its fe80:: address can be used */
	struct ip_addr asker; /* of neighbours, as long as link_local's cannot ask */
	struct ip_addr slaac; /* made by the kernel from an advertisement; unset: none */
	struct ip_addr
		unasked; /* the same where no word asks for IPv6, as the kernel does of itself */
	unsigned int n_conflicts; /* of IPv4 link-local addresses: the next candidate's number */
	uint32_t rank; /* in the order in which they had an address first; 0: none yet */
};

/* The server's name looked up. */
struct boot_resolve {
	struct child child;
	struct resolve_answer answer;
	uint32_t turn; /* counts up over the answer's addresses */
};

/* A path to an iSCSI root, as far as it is begun. */
struct boot_path {
	struct boot *boot;
	struct iscsi_config config; /* of login, or ask */
	struct iscsi_login *login;
	struct iscsi_discovery *ask;
	struct iscsi_login_result result; /* once it is up */
	struct child lookup; /* of its portal's name, or of the one that a target redirects to */
	char lookup_name[PLAN_NAME_MAX];
	uint16_t lookup_port;
};

/* The iSCSI side of attach and device. */
struct boot_iscsi {
	struct iscsi_paths paths;
	struct plan_root roots[PLAN_ROOTS_MAX]; /* of the plan, when the paths were laid */
	struct boot_path runs[ISCSI_PATHS_MAX]; /* as paths.paths */
	int at; /* the path that the boot goes on with; -1: none yet */
	bool begun; /* paths are those of the plan */
	struct err last; /* why a path is over */
	struct child scan, probe;
	bool scanned, scanned_all;
	uint64_t last_news_ns; /* when a disk or partition was last seen */
	size_t n_announced; /* disks whose uevent came: their partitions are known */
	struct block_dev devs[ROOTDEV_MAX];
	struct rootdev_node nodes[ROOTDEV_MAX]; /* of devs */
	size_t n_devs, n_probing;
	size_t probing[8];
	size_t chosen;
	bool recorded; /* the root has a node record of open-iscsi for the session */
};

/* The map of the root's LUN, where the plan wants one. */
struct boot_map {
	struct child child; /* makes the map, scans, or gives the map a further path */
	struct mpath mpath; /* as it is, or as the child makes it */
	bool read_only;
	bool made; /* the root is on it */
	struct mpath_dev dev, root; /* the map; it, or the map of the root's partition on it */
	enum mpath_path of[ISCSI_PATHS_MAX]; /* as iscsi.paths; and the disk of those that are in */
	struct mpath_dev devs[ISCSI_PATHS_MAX];
	struct rootdev_node nodes[ISCSI_PATHS_MAX]; /* of their disks, from SCANNED on */
	struct block_unit unit; /* the disk that joins */
	uint8_t at; /* whose turn it is, while the child runs for a path */
};

/* The map by which the kernel verifies the root, of a root that is no image. */
struct boot_verity {
	struct child child;
	struct mpath_dev map;
	size_t tree; /* of iscsi.devs */
	bool made;
};

/* An NFS server that is asked, and what it said. */
struct boot_nfs_run {
	struct boot *boot;
	struct child child;
	struct plan_root root; /* with the server's address, once that is known */
	struct nfs_findings findings;
	bool have_findings, in_grace;
	bool searches; /* its export is open, and init is being looked for in it */
};

/* The NFS side of attach and mount. */
struct boot_nfs {
	struct nfs_paths paths;
	struct boot_nfs_run runs[NFS_PATHS_MAX]; /* as paths.paths */
	int at; /* the one that is mounted; -1: none yet */
	bool begun; /* paths are those of the plan */
	bool resumed; /* the mount failed, and attach goes on with the others */
	bool wary; /* one that was taken early had no init after all: nothing is early any more */
	struct err last; /* why a path is over */
	struct nfs_try tries[NFS_TRIES_MAX];
	size_t n_tries, used; /* the one that was mounted by */
};

/* What the child that mounts tells: success with what was used, or the error. */
struct boot_mounted {
	struct err err;
	int errnum;
	size_t used;
	bool ok;
	bool told; /* it has; the others hold */
};

/* That file in memory, or the LUN that is the root. */
struct boot_toram {
	struct child child; /* fills it */
	struct toram_file file; /* stays from one attempt to the next */
	struct toram_file tree; /* of its hashes; total 0: that is no file of its own */
	struct toram_copy copy;
	bool opened; /* file, tree */
	bool whole; /* it is there */
	bool let_go; /* what it came from is being unmounted */
};

/* This machine's own settings. */
struct boot_config {
	struct child child; /* fetches, then verifies */
	struct config_report report; /* the child's, hostile */
	struct config_names names; /* that are asked for */
	struct config_keys keys; /* of the initrd; none: nothing is signed */
	struct config_hosts hosts; /* that redirects lead to */
	bool fresh; /* of this attempt: fetched, or said that there are none */
	bool have; /* text is in.fetched, of this attempt or an earlier one */
	char text[CONFIG_TEXT_MAX + 1], from[CONFIG_URL_MAX];
};

/* The file that is the root. */
struct boot_image {
	struct child child; /* looks into it, then mounts */
	struct block_dev dev; /* once it is found; its name was for that child only */
	bool found;
	struct image_layers layers; /* those that lie over each other, of these filesystems */
	char fstypes[IMAGE_LAYERS_MAX][32];
};

/* The writable layer over the root. */
struct boot_overlay {
	struct plan_overlay now; /* the plan's, or in memory where that one cannot be had */
	struct child child; /* looks for the disk, then mounts */
	struct block_dev dev; /* once it is found */
	bool found, look; /* look: a disk came, or none was looked at yet */
	struct err none; /* why it was not found so far */
	uint64_t until_ns; /* the disk is waited for */
};

struct boot {
	struct loop *loop;
	struct rtnl *rtnl;
	struct kmod *kmod;
	bool dirty; /* something happened: running phases look again */

	char cmdline[BOOT_TEXT_MAX], conf[BOOT_TEXT_MAX];
	char uuid[64];
	struct ibft ibft; /* in.ibft, once it is read */
	uint64_t seed;
	struct leases leases; /* all there are */
	struct lease root_leases[PLAN_LEASES_MAX]; /* those that may name the root: in.leases */
	int root_lease_ifindex[PLAN_LEASES_MAX];
	struct plan_input in;
	struct plan plan;

	struct phase_run phases[N_PHASES];
	struct child hooks;
	enum phase_id hooks_of; /* whose hooks run, while hooks.pid */
	struct boot_cause causes[BOOT_CAUSES_MAX]; /* the last ones */
	uint32_t n_causes;
	uint64_t end_from_ns; /* the end that the user asked for is counted from here */
	struct child shell;
	uint64_t end_at_ns; /* when end_action is due; LOOP_NEVER: not decided */

	struct boot_nic nics[BOOT_NICS_MAX];
	uint32_t n_ranks;
	int left_out; /* the NIC with the highest index that there was no room for */
	bool link_made[PLAN_LINKS_MAX]; /* or tried and refused: which of plan.links */
	int route_on[PLAN_ROUTES_MAX]; /* which NIC one of plan.routes was added to besides; 0 */
	int boot_ifindex; /* the NIC that the root is reached through */
	struct boot_resolve resolve;
	int guard_fd; /* to brief the guard through; -1: it is not there */
	int guard_pidfd; /* -1: there is none */
	bool guarded; /* a guard was forked */
	bool guard_failed; /* none could be, in this attempt */
	bool exitrd_tried; /* the program for the system's end was put in its place, or could not be
			    */

	struct plan_root root; /* the one being tried */
	uint32_t root_turn; /* counts up over plan.roots */
	struct boot_iscsi iscsi;
	struct boot_map map;
	struct boot_verity verity;
	struct boot_nfs nfs;
	struct boot_toram toram;
	struct boot_image image;
	struct boot_config config;
	struct boot_overlay overlay;
	struct child work; /* mount, then the handover check */
	struct child unmount;
	struct boot_mounted mounted;
	bool mount_tried; /* something may be mounted at SYSROOT */
	pid_t mount_pid; /* of a child that was killed while it mounted; 0: none was */
	char init[PLAN_PATH_MAX];
	bool switched;
	uint64_t started_ns; /* /init began */
};

/* PID 1's whole life. Does not return. */
void boot_main(int argc, char **argv, char **envp) __attribute__((noreturn));

/* For the rows' functions: how an attempt ends, and messages. */
void phase_done(struct boot *b, enum phase_id id);
void phase_failed(struct boot *b, enum phase_id id, const struct err *err);
const char *phase_name(enum phase_id id);
/* Goes back to this phase at once: what depends on it is called off. */
void phase_restart(struct boot *b, enum phase_id id);
static inline bool phase_is(const struct boot *b, enum phase_id id, enum phase_state state)
{
	return b->phases[id].state == state;
}
/* Makes the plan again from what is known now; and says what it has to note that it had not before.
 */
void boot_replan(struct boot *b);
void boot_replan_say(struct boot *b);
/* Firmware's iBFT is there, or there is none: makes the plan again with it. */
void boot_read_ibft(struct boot *b);

/* boot_hooks.c: the hooks behind the phases */
bool hooks_there(const struct boot *b, enum phase_id id);
/* Those of the next phase that is done, where none run. */
void hooks_next(struct boot *b);

/* boot_modules.c: the row modules */
void modules_start(struct boot *b);
void modules_check(struct boot *b);

/* boot_net.c: the rows link, address and resolve */
void link_start(struct boot *b);
void link_check(struct boot *b);
void link_waiting(const struct boot *b, struct out *out);
void address_start(struct boot *b);
void address_check(struct boot *b);
void address_waiting(const struct boot *b, struct out *out);
uint64_t address_deadline(const struct boot *b);
/* What was done is to be done anew, unless the root is being entered. */
void address_again(struct boot *b);
bool resolve_wanted(const struct boot *b);
/* In a child: a struct resolve_answer to out_fd, or a struct err. The exit status. */
#define RESOLVE_LIMIT_NS (18 * NS_PER_S)
/* port: where its addresses are tried by TCP, if there are several; 0: they are not. */
int net_look_up(const struct boot *b, const char *name, uint16_t port, int out_fd);
/* Likewise in a child: the address of a host; of a root's server. */
int net_find_host(const struct boot *b, struct plan_host *host, uint16_t port, struct err *err);
int net_find_server(const struct boot *b, struct plan_root *root, struct err *err);
/* Of an answer that has addresses the one that was reached, else that of this turn to which there
 * is a way, else just that of the turn. */
struct ip_addr net_answer_now(const struct boot *b, const struct resolve_answer *a, uint32_t turn);
void resolve_start(struct boot *b);
void resolve_stop(struct boot *b);
void resolve_waiting(const struct boot *b, struct out *out);
const struct boot_nic *net_boot_nic(const struct boot *b);
/* The boot NIC's of that family (IP_NONE: of either), of family IP_NONE where it has none. */
const struct ip_addr *net_own_address(const struct boot *b, enum ip_family family);
/* There is a root and a way to it, and the boot NIC is chosen; the phase has failed where there can
 * be none. */
bool net_way_to_root(struct boot *b, enum phase_id id);
/* The boot NIC is the one by which the server of this root is reached. */
void net_boot_over(struct boot *b, const struct plan_root *root);
/* A link-local address alone does not say on which link it is: the boot NIC's. */
void net_set_scope(const struct boot *b, struct plan_host *server);
/* The root whose turn it is, with an address of its server where one is known. */
struct plan_root net_root_now(const struct boot *b);

/* boot_nic.c: NICs as they come and go, and the links that the plan makes of them */
/* Whether a word that names a NIC means this one: by the MAC it came with. */
bool nic_is(const struct boot_nic *n, const struct plan_port *port);
const struct mac_addr *nic_hw_mac(const struct boot_nic *n);
struct boot_nic *nic_by_index(struct boot *b, int ifindex);
int nic_watch(struct boot *b, struct err *err);
/* Makes the links whose parts and modules are there. */
void nic_make_links(struct boot *b);
/* Modules that the plan's links need. */
void nic_want_modules(struct boot *b);

/* boot_addr.c: addresses by whatever way, and the leases behind them */
void addr_begin(struct boot *b, struct boot_nic *n); /* it has a carrier: starts what is not yet */
void addr_carrier(struct boot_nic *n, bool carrier);
/* IFF_RUNNING has come, up to a second after the carrier. */
void addr_running(struct boot *b, struct boot_nic *n);
void addr_restart(
	struct boot_nic *n); /* its MAC is another one: who asked with the old one stops */
void addr_end(struct boot *b, struct boot_nic *n); /* it is gone */
/* Off NICs that have lost their carrier: Linux keeps routing over them. They get it back with it.
 */
void addr_off_dead(struct boot *b);
/* The booted system is not to see what only helped here. */
void addr_drop_askers(struct boot *b);
/* The boot NIC is chosen: the default route is its own, if it has one. */
void addr_default_route(struct boot *b);
int addr_watch(struct boot *b, struct err *err);
bool addr_any(const struct boot_nic *n); /* has an address of some family */
/* The root that came, or none, was not usable: asks all servers again. */
void addr_ask_all(struct boot *b);
/* Asks the servers again where the root came with a lease that may have changed since. */
void addr_ask_again(struct boot *b);
/* Onto the NIC, in place of what the family had; false, with the reason said, where it is refused.
 */
bool addr_configure(struct boot *b, struct boot_nic *n, struct boot_family *f,
		    const struct netconf *conf);

void addr_set4(struct boot *b, struct boot_nic *n); /* the static address of ip= */
void addr_unset4(struct boot *b, struct boot_nic *n);
void addr_unconfigure(struct boot *b, struct boot_nic *n, struct boot_family *f);

/* boot_conflict.c: somebody else with an IPv4 address of ours */
void addr_probe(struct boot *b, struct boot_nic *n); /* for one */
void addr_set_link_local(struct boot *b, struct boot_nic *n); /* one that is free, RFC 3927 */

/* boot_claim.c: leases onto their NICs, and firmware's address (ip= of four fields) where no word
 * says on which NIC it was */
/* Puts a lease of DHCP or DHCPv6 onto its NIC where core/claim has it so. */
void claim_use(struct boot *b, struct boot_nic *n, const struct lease *lease);
void claim_on(struct boot *b); /* the root was not reached with firmware's: on to the next NIC */
/* It is used, and no server has told its lease yet: the guard goes on asking. */
bool claim_is_open(const struct boot *b, const struct boot_nic *n);

/* boot_route.c: rd.route= and mtu= where no address takes them along */
void route_rest(struct boot *b); /* adds the routes that have a NIC by now */
void route_bare(struct boot *b, const struct boot_nic *n); /* it has only IPv6 without a lease */
void route_say_left(const struct boot *b); /* those that could not be set, and why */

/* boot_lease.c: what DHCP, DHCPv6 and routers gave, and what it comes to */
const struct lease *lease_of(const struct boot *b, int ifindex, enum lease_kind kind);
/* A new or renewed one: the plan is made again, the NIC configured where the root needs it. text:
 * to be said with it, or "". */
void lease_take(struct boot *b, const struct boot_nic *n, const struct lease *lease,
		const char *text);
/* A router's; returns whether it is kept and says something new. */
bool lease_take_advert(struct boot *b, struct boot_nic *n, const struct lease *lease,
		       const char *text);
/* It is over: likewise. */
void lease_drop(struct boot *b, int ifindex, enum lease_kind kind);
void lease_drop_all(struct boot *b, int ifindex); /* of a NIC */
/* bootdev=: the leases of other NICs (NULL: of none) tell nothing of the root. */
bool lease_may_name_root(const struct boot *b, const struct boot_nic *n);
/* A value of the plan came with a lease of this NIC. */
bool lease_gave(const struct boot *b, const struct given *given, int ifindex);
/* A root, or the NFS server of one, did. */
bool lease_named_root(const struct boot *b, int ifindex);
/* A boot server may still say what the leases do not. */
bool lease_asking(struct boot *b);

/* boot_hand.c: what the booted system is told and left with */
void hand_fork_guard(struct boot *b);
/* Puts the program for the system's end where its init finds it. A few ms of copying, once. */
void hand_place_exitrd(struct boot *b);
void hand_over_network(struct boot *b);
/* Handing over has failed: what there is to keep is PID 1's again. */
void hand_take_back(struct boot *b);
/* In a child: what goes into the root itself. */
void hand_write_root(const struct boot *b);

/* boot_root.c */
void root_want_modules(struct boot *b);
bool root_map_modules_settled(const struct boot *b);
/* In words, where an NFS server does not know its own handle any more; else *err stays as it is. */
void root_explain_stale(const struct boot *b, struct err *err);
void attach_start(struct boot *b);
void attach_check(struct boot *b);
void attach_stop(struct boot *b);
void attach_waiting(const struct boot *b, struct out *out);
bool attach_is_done(const struct boot *b); /* the root is found */
void mount_start(struct boot *b);
void mount_check(struct boot *b);
void mount_stop(struct boot *b);
void mount_waiting(const struct boot *b, struct out *out);
/* "dm-0", "sda1": what of /dev is mounted, of a LUN. */
void mount_root_name(const struct boot *b, char *dst, size_t size);
/* What is mounted is not needed any more: a child takes it away, while b->unmount.pid. */
void mount_let_go(struct boot *b);
void handover_start(struct boot *b);
void handover_stop(struct boot *b);
/* All phases are done: becomes init. Comes back only where that failed, after phase_failed(). */
void handover_go(struct boot *b);

/* boot_nfs.c: servers asked side by side, to the first that can be mounted */
void servers_start(struct boot *b);
void servers_check(struct boot *b);
uint64_t servers_deadline(const struct boot *b);
void servers_stop(struct boot *b);
void servers_waiting(const struct boot *b, struct out *out);
/* The mount of the one that was taken failed. True: attach goes on with the others. */
bool servers_give_up(struct boot *b, const struct err *err);
/* The one that was taken is still asked: whether its mount is good is not known yet. */
bool servers_asking(const struct boot *b);
/* It is mounted: the others need not answer any more. */
void servers_settle(struct boot *b);
/* What the server that was taken said, or NULL. */
const struct nfs_findings *servers_findings(const struct boot *b);
/* Whether that one was given by name: the guard then sees to it that the root follows the name. */
bool servers_named(const struct boot *b);
#define SERVERS_DIAG_MODULE "tcp_diag" /* which it needs, and modprobe is the root's by then */

/* boot_paths.c: logins side by side, to the first that gives the root */
void paths_start(struct boot *b);
/* The plan has got more roots behind the n_before that it had: they are paths as well, while there
 * is none to go on with. */
void paths_more(struct boot *b, uint8_t n_before);
/* Begins what can be begun and takes a path where none is. Attach is done, or attach or device has
 * failed, where that is the outcome. */
void paths_check(struct boot *b);
/* There is another address: those that failed may not fail now. */
void paths_again(struct boot *b);
uint64_t paths_deadline(const struct boot *b);
void paths_stop(struct boot *b);
void paths_waiting(const struct boot *b, struct out *out);
/* What the path came to that the boot goes on with; NULL: there is none. */
const struct boot_path *paths_now(const struct boot *b);
/* It has no root: its target has none, or only this way to it does not work (ENOLINK: now, and
 * where there is to be a map it stays in reserve). True: others are left, and device waits for one.
 */
bool paths_give_up(struct boot *b, bool whole_target, const struct err *err);
/* The root is found: the others are called off. */
void paths_settle(struct boot *b);
/* This one is: it has no part in the root. */
void paths_leave(struct boot *b, uint8_t i);
/* All are: the root is there without them. */
void paths_leave_all(struct boot *b);

/* boot_iscsi.c */
bool device_wanted(const struct boot *b);
void device_start(struct boot *b);
void device_check(struct boot *b);
void device_stop(struct boot *b);
void device_waiting(const struct boot *b, struct out *out);
uint64_t device_deadline(const struct boot *b);
void device_uevent(struct boot *b, const struct uevent *ev);

/* boot_map.c: the rows map and paths: the multipath map of the root's LUN */
bool map_wanted(const struct boot *b);
void map_start(struct boot *b);
void map_check(struct boot *b);
void map_stop(struct boot *b);
void map_waiting(const struct boot *b, struct out *out);
void map_paths_start(struct boot *b);
void map_paths_check(struct boot *b);
void map_paths_stop(struct boot *b);
uint64_t map_paths_deadline(const struct boot *b);
void map_uevent(struct boot *b, const struct uevent *ev);
/* The session of path i was lost; where there is no map, the root's is the one it was found by. */
enum mpath_loss map_lost(struct boot *b, uint8_t i);
/* Path i is to begin anew. False: the map has its disk, or is being given it. */
bool map_path_anew(struct boot *b, uint8_t i);
/* "dm-0", "sda1": what of /dev is to be mounted. */
void map_root_name(const struct boot *b, char *dst, size_t size);
/* Likewise what is to be opened of iscsi.devs[i]; asks the device mapper. */
void map_dev_name(const struct boot *b, size_t i, char *dst, size_t size);

/* boot_verity.c: what is verified block by block, or refused */
bool verity_wanted(const struct boot *b);
void verity_start(struct boot *b);
void verity_check(struct boot *b);
void verity_stop(struct boot *b);
void verity_waiting(const struct boot *b, struct out *out);
void verity_want_modules(struct boot *b);
bool verity_modules_settled(const struct boot *b);
/* The device of the tree is among those seen, or none is looked for; *err says why not. */
bool verity_tree_seen(struct boot *b, struct err *err);
/* The tree may be on any LUN. */
bool verity_looks_for_tree(const struct boot *b);
/* What is mounted is the map. */
void verity_root_name(const struct boot *b, char *dst, size_t size);

/* boot_toram.c: that file, or the root's LUN, is copied into memory, and what it came from let go
 * of */
bool toram_wanted(const struct boot *b);
void toram_start(struct boot *b);
void toram_check(struct boot *b);
void toram_stop(struct boot *b);
uint64_t toram_due(const struct boot *b);
/* The copy, or -1: the root is read where it is. */
int toram_fd(const struct boot *b);
/* Likewise the tree of its hashes, where that is a file of its own. */
int toram_tree_fd(const struct boot *b);
/* It is not what it should be: the next attempt begins anew. */
void toram_forget(struct boot *b);
/* Nothing of the root hangs on the network. */
bool toram_root_is_free(const struct boot *b);

/* boot_config.c: the row config: settings of this machine are fetched before the root is chosen */
bool config_wanted(const struct boot *b);
/* They are, and are not there yet. */
bool config_pending(const struct boot *b);
void config_start(struct boot *b);
void config_check(struct boot *b);
void config_stop(struct boot *b);
void config_waiting(const struct boot *b, struct out *out);
/* The root was not reached: they may have been mended since. */
void config_again(struct boot *b);

/* boot_image.c: a file of what is mounted is the root, or what is in memory */
bool image_wanted(const struct boot *b);
void image_start(struct boot *b);
void image_check(struct boot *b);
void image_stop(struct boot *b);
void image_waiting(const struct boot *b, struct out *out);
/* How many lie under it. */
uint8_t image_n_below(const struct boot *b);

/* boot_overlay.c: a writable layer over the root */
bool overlay_wanted(const struct boot *b);
void overlay_start(struct boot *b);
void overlay_check(struct boot *b);
void overlay_stop(struct boot *b);
void overlay_waiting(const struct boot *b, struct out *out);
uint64_t overlay_deadline(const struct boot *b);
void overlay_uevent(struct boot *b, const struct uevent *ev); /* NULL: some were lost */
/* In a child: takes what was mounted on / before out of the root's fstab. */
void overlay_write_root(const struct boot *b);

/* record.c: /run/netroot/boot.json and timeline.txt */
void record_write(const struct boot *b);

#endif
