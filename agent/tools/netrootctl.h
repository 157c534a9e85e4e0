/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netrootctl, the companion in the booted system: what it knows of it, and who does what with that.
 * Gathering (ctl_gather.c, ctl_iscsi.c, ctl_map.c, ctl_boot.c) fills struct ctl_facts; the rest are
 * functions of it alone. Every text in it is printable ASCII: what else there was in the file it
 * comes from stands there as \xNN, so that nothing from outside reaches a terminal as it is.
 */
#ifndef NETROOT_TOOLS_NETROOTCTL_H
#define NETROOT_TOOLS_NETROOTCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/text.h"

#define CTL_NAME_MAX 64
#define CTL_IP_MAX 64
#define CTL_TEXT_MAX 256
#define CTL_LONG_MAX 640
#define CTL_PHASES_MAX 24
#define CTL_CAUSES_MAX 64
#define CTL_VALUES_MAX 64
#define CTL_LEASES_MAX 24
#define CTL_SESSIONS_MAX 16
#define CTL_RECORDS_MAX 16
#define CTL_PROCESSES_MAX 32
#define CTL_LISTENERS_MAX 16
#define CTL_FINDINGS_MAX 64
#define CTL_PATHS_MAX 16
#define CTL_FOR_EVER UINT32_MAX

/* --- how the boot was: /run/netroot/boot.json --- */

struct ctl_phase {
	char name[CTL_NAME_MAX], state[CTL_NAME_MAX];
	/* seconds since the kernel started; first: of the first attempt, start: of the last one;
	 * end 0: not over */
	double first_s, start_s, end_s;
	uint32_t attempts;
};

struct ctl_cause {
	char phase[CTL_NAME_MAX], text[CTL_LONG_MAX];
	double at_s;
};

/* A value of the plan, and what gave it. */
struct ctl_value {
	char name[CTL_NAME_MAX], value[CTL_TEXT_MAX], from[CTL_TEXT_MAX];
};

struct ctl_boot {
	bool there;
	char why_not[CTL_TEXT_MAX];
	char version[CTL_NAME_MAX], nic[CTL_NAME_MAX], mac[CTL_NAME_MAX], init[CTL_TEXT_MAX];
	char server[CTL_TEXT_MAX]; /* of the root that was taken, as the plan names it */
	bool to_ram; /* the image was copied into memory */
	double init_began_s, written_s;
	struct ctl_phase phases[CTL_PHASES_MAX];
	size_t n_phases;
	struct ctl_cause causes[CTL_CAUSES_MAX];
	size_t n_causes; /* kept here; n_causes_all: that there were */
	uint32_t n_causes_all;
	struct ctl_value values[CTL_VALUES_MAX];
	size_t n_values;
};

/* --- leases: /run/netroot/leases, and the addresses as the kernel has them --- */

enum ctl_address { CTL_ADDRESS_UNKNOWN, CTL_ADDRESS_MISSING, CTL_ADDRESS_THERE };

struct ctl_lease {
	char ifname[CTL_NAME_MAX], kind[CTL_NAME_MAX]; /* dhcp4, dhcp6, ra */
	char address[CTL_IP_MAX], server[CTL_IP_MAX];
	uint32_t prefix;
	/* as the agent handed it over; since then it was renewed or not */
	int64_t obtained_s; /* since the kernel started */
	uint32_t rebind_s, expire_s; /* after that; CTL_FOR_EVER: does not end */
	enum ctl_address state;
	uint32_t valid_s; /* what the kernel gives the address from now, CTL_FOR_EVER: no end */
};

/* --- iSCSI --- */

/* What initiator and target have agreed on, as RFC 7143 calls it. */
enum ctl_key_kind { CTL_KEY_NUMBER, CTL_KEY_YES_NO, CTL_KEY_DIGEST };

struct ctl_key {
	const char *name;
	const char *attribute; /* of sysfs, for it is the kernel that works by it */
	bool of_connection;
	enum ctl_key_kind kind;
};

#define CTL_N_KEYS 10
extern const struct ctl_key ctl_keys[CTL_N_KEYS];

struct ctl_session {
	uint32_t sid;
	char target[CTL_TEXT_MAX], initiator[CTL_TEXT_MAX];
	char address[CTL_IP_MAX], persistent_address[CTL_IP_MAX];
	int32_t port, persistent_port, tpgt;
	char iface[CTL_NAME_MAX], transport[CTL_NAME_MAX], netdev[CTL_NAME_MAX];
	bool chap, chap_mutual; /* that there is one, nothing more */
	char user[CTL_TEXT_MAX]; /* the name is no secret */
	int32_t recovery_s, lu_reset_s, tgt_reset_s, abort_s, noop_interval_s, noop_timeout_s;
	int32_t agreed[CTL_N_KEYS]; /* CTL_UNSET: not known */
	char state[CTL_NAME_MAX], connection[CTL_NAME_MAX];
	bool from_library; /* libopeniscsiusr gave it; otherwise only what sysfs has in plain */
	bool root; /* the root's disk hangs on it */
	int32_t socket_pid; /* whose process holds the connection's socket, 0: none does */
};

/* A node record of open-iscsi for a target that there is a session to. */
struct ctl_record {
	char path[CTL_TEXT_MAX], target[CTL_TEXT_MAX], startup[CTL_NAME_MAX];
	char address[CTL_IP_MAX];
	int32_t port;
	int32_t replacement_s, noop_interval_s, noop_timeout_s; /* CTL_UNSET: not in it */
};

#define CTL_UNSET INT32_MIN

struct ctl_open_iscsi {
	bool installed; /* there is an iscsid */
	bool conf_there, name_file_there;
	char name[CTL_TEXT_MAX]; /* InitiatorName, or "" */
	bool name_generated; /* GenerateName=yes: made at the first start of iscsid */
	int32_t replacement_s, noop_interval_s, noop_timeout_s;
	struct ctl_record records[CTL_RECORDS_MAX];
	size_t n_records;
};

/* --- the system --- */

struct ctl_process {
	int32_t pid;
	char name[CTL_NAME_MAX]; /* argv[0] without directories */
	char args[CTL_TEXT_MAX]; /* the rest, blanks between */
	uint32_t uid, rss_kib;
	double started_s; /* since the kernel started */
};

struct ctl_guard {
	bool there;
	struct ctl_process process;
};

struct ctl_mount {
	bool there;
	bool layered; /* under a writable layer, which is what is mounted on / */
	char layer_fstype[CTL_NAME_MAX], layer_source[CTL_TEXT_MAX]; /* that is on; "" no layer */
	bool layer_frozen; /* that is only read, under one in memory */
	char image[CTL_TEXT_MAX]; /* the file behind the loop device that it is on, "" none */
	char fstype[CTL_NAME_MAX], source[CTL_TEXT_MAX];
	char options[CTL_TEXT_MAX], super_options[CTL_TEXT_MAX];
	uint32_t major, minor;
	char device[CTL_NAME_MAX]; /* the kernel's name of it: sda1, dm-0; "" for NFS */
	bool multipath; /* a device-mapper map is under it */
	/* of NFS: where it was mounted from, and where the kernel's connections go now, when that
	 * is elsewhere (the guard takes them to a server that has moved) */
	struct ip_addr server, server_now;
	bool verity; /* it is a map of dm-verity, which the kernel verifies each block of */
	bool verity_known, verity_changed; /* for root only: a block that does not fit was read */
	bool verity_passes; /* likewise: such a block is let pass */
	uint32_t fs_errors; /* that ext4 has counted */
};

struct ctl_path {
	char disk[CTL_NAME_MAX], device[CTL_NAME_MAX]; /* "sda", "8:0" */
	char scsi_state[CTL_NAME_MAX]; /* "running", "transport-offline" */
	char access[CTL_NAME_MAX]; /* "active/optimized": what ALUA has of its ports, "" no ALUA */
	uint32_t sid; /* 0: of no iSCSI session */
	bool failed, in_use; /* by the map, where that is known */
};

/* The multipath map under the root. */
struct ctl_map {
	bool there;
	char name[CTL_TEXT_MAX], device[CTL_NAME_MAX]; /* device: "254:0" */
	bool known; /* what follows, and the paths' states: for root, of a running system */
	bool queues; /* while no path works */
	struct ctl_path paths[CTL_PATHS_MAX];
	size_t n_paths;
	bool daemon_installed;
	/* multipath.conf(5) as it counts for every map, "": not in it */
	char no_path_retry[CTL_NAME_MAX], queue_without_daemon[CTL_NAME_MAX];
};

struct ctl_fstab {
	bool there; /* it has an entry for / */
	char spec[CTL_TEXT_MAX], fstype[CTL_NAME_MAX], options[CTL_TEXT_MAX];
	char device[CTL_NAME_MAX]; /* the block device that spec leads to, "" where there is none */
	bool links_there; /* udev has made /dev/disk: what is not there does not exist */
};

/* What the network managers that are there would do with the boot NIC. */
struct ctl_managers {
	struct {
		bool active; /* runs, or is enabled where nothing of the system runs */
		char file[CTL_TEXT_MAX]; /* the .network that applies, "" none */
		/* KeepConfiguration=, DHCP=, ClientIdentifier= of DHCPv4 */
		char keep[CTL_NAME_MAX], dhcp[CTL_NAME_MAX], client_id[CTL_NAME_MAX];
		bool unmanaged;
	} networkd;
	struct {
		bool active;
		bool told; /* /run/NetworkManager/devices/N has what it made of the NIC */
		bool managed; /* by that */
		bool unmanaged_by_conf;
		char profile[CTL_TEXT_MAX]; /* the keyfile that the agent has left, "" none */
		char rival[CTL_TEXT_MAX]; /* another keyfile for that NIC which it would prefer */
		char rival_method[CTL_NAME_MAX];
	} nm;
	struct {
		bool active;
		bool brought_up; /* auto or allow-hotplug */
		char method[CTL_NAME_MAX]; /* of its inet stanza, "" none */
		char file[CTL_TEXT_MAX];
		bool told_up; /* /run/network/ifstate has the NIC as up */
		bool left_alone_at_stop; /* the drop-in of the agent is there */
	} ifupdown;
	struct {
		bool active;
		bool persistent, denied;
		bool conf_there;
	} dhcpcd;
};

struct ctl_nic {
	bool there;
	char name[CTL_NAME_MAX], mac[CTL_NAME_MAX];
	int32_t ifindex;
	char carrier[CTL_NAME_MAX];
};

/* A process that hears the kernel's iSCSI events (netlink protocol 8, group 1). */
struct ctl_listener {
	int32_t pid;
};

struct ctl_facts {
	bool live; /* of the system this runs in, not of a tree */
	bool privileged; /* run by root: whose sockets are whose, and passwords' files, are for it
			    only */
	double uptime_s;
	struct ctl_boot boot;
	struct ctl_lease leases[CTL_LEASES_MAX];
	size_t n_leases;
	struct ctl_session sessions[CTL_SESSIONS_MAX];
	size_t n_sessions;
	char sessions_why_not[CTL_TEXT_MAX]; /* "" or why libopeniscsiusr tells nothing */
	struct ctl_open_iscsi open_iscsi;
	struct ctl_mount root;
	struct ctl_map map;
	struct ctl_fstab fstab;
	struct ctl_nic nic;
	struct ctl_managers managers;
	struct ctl_guard guard;
	struct ctl_process processes[CTL_PROCESSES_MAX];
	size_t n_processes;
	struct ctl_listener listeners[CTL_LISTENERS_MAX];
	size_t n_listeners;
	bool listeners_known;
	bool shutdown_there; /* /run/initramfs/shutdown, executable */
	bool rw_wanted; /* by the plan or by /etc/fstab */
};

/* --- gathering --- */

/* From the file system as it is (main has made DIR of --root its root). */
void ctl_gather(struct ctl_facts *facts);
/* From text as found; what is malformed is left out, and why is said in why_not. */
void ctl_boot_parse(const char *text, size_t len, struct ctl_boot *ret);
/* Adds the leases of one file. */
void ctl_leases_parse(const char *text, size_t len, struct ctl_facts *facts);
/* Sessions by libopeniscsiusr, completed from sysfs, and /etc/iscsi. */
void ctl_iscsi_gather(struct ctl_facts *facts);
/* The maps under the root: multipath's, dm-verity's. */
void ctl_map_gather(struct ctl_facts *facts);
/* The addresses of the leases as the kernel has them now. */
void ctl_addresses_gather(struct ctl_facts *facts);
/* The boot NIC, and what network managers would do with it. Processes come first. */
void ctl_nic_gather(struct ctl_facts *facts);

#define CTL_VERITY "CRYPT-VERITY-" /* begins the UUID of such a map, whoever has made it */
/* A file's text, at most size - 1 bytes and terminated; -1 where it cannot be read. */
int64_t ctl_read(const char *path, char *dst, size_t size);
/* Its first line without the end of it, made printable; false where there is none. */
bool ctl_read_line(const char *path, char *dst, size_t size);
bool ctl_exists(const char *path);
/* Whether a pattern of glob(7) has a match. */
bool ctl_exists_like(const char *pattern);
/* Whether a comma-separated list of mount options has the word. */
bool ctl_has_option(const char *options, const char *word);

/* --- parsers of what has no library (ctl_conf.c); all take any bytes --- */

/* The value of the last "key = value" line, made printable; false where there is none. Lines of #
 * are comments. With a section: only in "[section]" (its name up to the first blank or ]). */
bool ctl_conf_value(struct span text, const char *section, const char *key, char *dst, size_t size);
/* Decimal, perhaps with a minus, of at most max either way; otherwise where it is not that. */
int32_t ctl_number(struct span text, int32_t max, int32_t otherwise);
/* The same value as a number; CTL_UNSET where it is none. */
int32_t ctl_conf_number(struct span text, const char *key);
/* A word alone on its line, as dhcpcd.conf(5) has it. */
bool ctl_conf_has_word(struct span text, const char *word);
/* /proc/self/mountinfo: what is mounted on / last; where that is the agent's writable layer, the
 * root below it. */
#define CTL_LOWER "/run/initramfs/overlay/lower"
#define CTL_UPPER "/run/initramfs/overlay/upper"
#define CTL_FROZEN "/run/initramfs/overlay/frozen"
bool ctl_mountinfo_parse(struct span text, struct ctl_mount *ret);
/* multipath.conf(5), one file of it: values of "defaults", "overrides" and "multipaths". */
void ctl_multipath_parse(struct span text, struct ctl_map *ret);
/* fstab(5): the entry for /. */
bool ctl_fstab_parse(struct span text, struct ctl_fstab *ret);
/* /proc/net/netlink: who hears iSCSI events. */
void ctl_netlink_parse(struct span text, struct ctl_facts *facts);
/* /proc/net/tcp and tcp6: inodes of connections to that port of anybody, which are few for that of
 * a target. Returns how many, at most max. */
size_t ctl_tcp_parse(struct span text, int32_t port, uint64_t *ret, size_t max);
/* Of the same tables: whom connections from reserved ports to that port, as the kernel makes them
 * for NFS, are established with. */
size_t ctl_tcp_peers_parse(struct span text, int32_t port, struct ip_addr *ret, size_t max);
/* /proc/self/mountinfo: the servers of all NFS mounts, by addr=. */
size_t ctl_nfs_servers_parse(struct span text, struct ip_addr *ret, size_t max);
/* What NAME=VALUE in a list of mount options says; no p: it is not there. */
struct span ctl_option_of(struct span options, const char *name);
/* interfaces(5), one file of it: "auto", "allow-hotplug" and "iface" of this NIC. */
void ctl_interfaces_parse(struct span text, const char *nic, bool *brought_up, char *method,
			  size_t size);
/* /proc/PID/stat and /proc/PID/status. */
bool ctl_stat_parse(struct span text, long ticks_per_s, double *ret_started_s);
void ctl_status_parse(struct span text, struct ctl_process *ret);
/* Whether a [Match] of systemd.network(5) fits the NIC: by MACAddress=, Name= and Type= (ether). */
bool ctl_network_matches(struct span text, const struct ctl_nic *nic);
/* A list of NetworkManager's device specs (interface-name:, mac:, *, except:). */
bool ctl_nm_spec_matches(struct span list, const struct ctl_nic *nic);

/* --- what follows from the facts --- */

const struct ctl_process *ctl_process_named(const struct ctl_facts *facts, const char *name);

/* Who does something; name NULL: nobody. pid 0: not a process, or not known. */
struct ctl_actor {
	const char *name;
	int32_t pid;
};
struct ctl_actor ctl_renewer_of(const struct ctl_facts *facts, const struct ctl_lease *lease);
/* Who connects the session again when it is lost. */
struct ctl_actor ctl_recoverer_of(const struct ctl_facts *facts, const struct ctl_session *session);
/* Seconds left of a lease by all that is known, CTL_FOR_EVER: no end; may be 0. */
uint32_t ctl_lease_left_s(const struct ctl_facts *facts, const struct ctl_lease *lease);
/* "iscsi", "nfs", "memory", or "other": by what is mounted, of an image by what it lies on. */
const char *ctl_root_kind(const struct ctl_facts *facts);
/* Whether it is an image, or a disk, that was copied into memory. */
bool ctl_root_in_memory(const struct ctl_facts *facts);
/* The file of an image as the plan names it, with the partition, or that it is a copy of the disk;
 * "" where the root is none. */
const char *ctl_root_image(const struct ctl_facts *facts);
/* Likewise the layer: "in memory, ..."; "" where there is none. */
void ctl_root_layer(const struct ctl_facts *facts, struct out *out);
/* The value of the plan with the root hash, of a root that is verified, or was as it was copied
 * into memory; NULL: it is not, or by somebody else. */
const struct ctl_value *ctl_root_verity(const struct ctl_facts *facts);
/* The value of the plan that the mounted root comes from, or NULL. */
const struct ctl_value *ctl_root_value(const struct ctl_facts *facts);

enum ctl_weight { CTL_WARNING = 1, CTL_CRITICAL = 2 }; /* as exit status, see netrootctl(8) */

struct ctl_finding {
	enum ctl_weight weight;
	const char *id;
	char object[CTL_TEXT_MAX], cause[CTL_LONG_MAX], remedy[CTL_LONG_MAX];
};

struct ctl_findings {
	struct ctl_finding list[CTL_FINDINGS_MAX];
	size_t n;
};

/* Adds one; NULL where there is no more room. */
struct ctl_finding *ctl_find(struct ctl_findings *found, enum ctl_weight weight, const char *id,
			     const char *object);
/* Texts of it; f may be NULL. */
__attribute__((format(printf, 2, 3))) void ctl_cause(struct ctl_finding *f, const char *cause, ...);
__attribute__((format(printf, 2, 3))) void ctl_remedy(struct ctl_finding *f, const char *remedy,
						      ...);

void ctl_diagnose(const struct ctl_facts *facts, struct ctl_findings *ret);
/* Its part about the boot NIC and its managers. */
void ctl_diagnose_network(const struct ctl_facts *facts, struct ctl_findings *found);
/* Its part about the maps, multipath's and dm-verity's. */
void ctl_diagnose_map(const struct ctl_facts *facts, struct ctl_findings *found);
/* How many paths of the map work. */
size_t ctl_map_working(const struct ctl_map *m);
const struct ctl_session *ctl_session_of(const struct ctl_facts *facts, uint32_t sid);
/* The word that a key's value is, NULL of a number. */
const char *ctl_key_word(const struct ctl_key *key, int32_t value);
/* What of it could not be looked at, for which reason; "" nothing. */
const char *ctl_unknown(const struct ctl_facts *facts);
/* 0 nothing found, 1 and 2 by the heaviest, 3 something could not be looked at (nor was critical).
 */
int ctl_exit_status(const struct ctl_facts *facts, const struct ctl_findings *found);

/* --- rendering --- */

void ctl_status_text(const struct ctl_facts *facts, struct out *out);
void ctl_doctor_text(const struct ctl_facts *facts, const struct ctl_findings *found,
		     struct out *out);
void ctl_plot_text(const struct ctl_boot *boot, struct out *out);
void ctl_plot_svg(const struct ctl_boot *boot, struct out *out);
/* JSON, to be freed; NULL without memory. */
char *ctl_status_json(const struct ctl_facts *facts);
char *ctl_doctor_json(const struct ctl_facts *facts, const struct ctl_findings *found);

#endif
