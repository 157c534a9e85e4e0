/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NFS attach: what to ask the server, what its answers mean in words, which mounts to try in which
 * order. */
#ifndef NETROOT_CORE_NFS_H
#define NETROOT_CORE_NFS_H

#include "core/plan.h"

#define NFS_PORT_DEFAULT 2049
#define NFS_PORTMAP_PORT 111
/* What connections come from, as sunrpc takes them: below 1024, which servers want to be asked from
 * ("secure"). */
#define NFS_FROM_PORT_MIN 665
#define NFS_FROM_PORT_MAX 1023
/* NFS4ERR_WRONGSEC; also noted where MOUNT offers no flavour that we have */
#define NFS_CODE_WRONGSEC 10016
/* Not of NFS: the RPC itself was turned down, credentials and all (RFC 5531 9, AUTH_TOOWEAK) */
#define NFS_CODE_AUTH UINT32_MAX

enum nfs_answer {
	NFS_UNASKED,
	NFS_YES,
	NFS_NO,
	NFS_NO_REPLY,
	NFS_REFUSED_CONN,
	NFS_UNREACHABLE,
	NFS_DENIED,
	NFS_NOT_FOUND,
	NFS_NOT_DIR,
	NFS_NO_INIT,
	NFS_OTHER
};

#define NFS_HANDLE_MAX 128 /* NFS4_FHSIZE; version 3 has 64 */

struct nfs_handle {
	uint32_t len; /* 0: none */
	char bytes[NFS_HANDLE_MAX];
};

/* What the preflight child learned; plain data, sent over its pipe. */
struct nfs_findings {
	enum nfs_answer reach; /* TCP to port 2049 (or the given one) */
	enum nfs_answer v3, v4[3]; /* NULL call, or COMPOUND with the minor version */
	enum nfs_answer v3_export; /* MOUNT: DENIED, NOT_FOUND, ... */
	enum nfs_answer v4_export; /* path walk from the pseudo root */
	enum nfs_answer v3_init, v4_init;
	uint32_t code; /* the number the server gave for the last refusal */
	uint16_t mount_port, nfs_port; /* as found */
	char detail[128]; /* printable addition, e.g. the server's words */

	uint32_t v3_code, v4_code; /* as code, per version; 0: none */
	enum nfs_answer portmap; /* the way to MOUNT: NO where it is not registered */
	enum nfs_answer listed; /* after a DENIED: whether the path is in the server's list of
				   exports */
	char offers[96]; /* where it is not: what the list holds, printable */
	char open_to[96]; /* and to whom, printable; "": everybody, or not told */
	bool grace; /* of version 4: nobody may open a file yet but those who had it open before the
		       server's restart (RFC 7530 9.6.2) */
	struct nfs_handle v3_root, v4_root; /* of the export */
};

/* What plan and options leave open. */
struct nfs_wanted {
	bool v3, v4[3];
	uint16_t port; /* 0: 2049 for version 4, the portmapper's for 3 */
	uint16_t mount_port; /* 0: the portmapper's */
	bool udp; /* version 3 only */
};
void nfs_wanted(const struct plan_nfs *nfs, struct nfs_wanted *ret);

/* What an export must hold: the program that is started or, of an image, the file that holds the
 * root. */
struct nfs_sought {
	const char *path;
	bool is_image;
	const char *other; /* of an image, where that is not there; NULL, "": none */
	const char *word; /* that says where it is */
};
static inline struct nfs_sought nfs_sought_of(const struct plan *plan)
{
	bool image = plan_has_image(plan);

	return (struct nfs_sought){ image ? plan->image.path : plan->init, image, plan->image.other,
				    plan->image.word };
}

#define NFS_TRIES_MAX 4

/* Options that mount(2) takes as flags and NFS does not know as text. */
enum nfs_mount_flag {
	NFS_MF_NOSUID = 1,
	NFS_MF_NODEV = 2,
	NFS_MF_NOEXEC = 4,
	NFS_MF_SYNC = 8,
	NFS_MF_DIRSYNC = 16,
	NFS_MF_NOATIME = 32,
	NFS_MF_NODIRATIME = 64,
	NFS_MF_RELATIME = 128,
	NFS_MF_STRICTATIME = 256
};

/* One mount(2) to try. */
struct nfs_try {
	uint8_t version;
	int8_t minor;
	char source[PLAN_PATH_MAX]; /* "10.0.0.5:/srv/x", "[fd00::5]:/srv/x", "nas:/srv/x" */
	char options[512]; /* the kernel's text options, addr= and vers= included */
	char fstype[8]; /* "nfs" or "nfs4" */
	uint32_t flags; /* enum nfs_mount_flag */
};

/* Tries in order, from findings (NULL: nothing known, all versions the plan allows). 0 tries: *err
 * says why, in words. */
size_t nfs_tries(const struct plan *plan, const struct plan_root *root,
		 const struct nfs_findings *findings, const struct ip_addr *client,
		 struct nfs_try tries[static NFS_TRIES_MAX], struct err *err);
/* Whether init could not be opened yet: the kernel would wait in every open. */
static inline bool nfs_in_grace(const struct nfs_findings *findings, const struct nfs_try *first)
{
	return findings->grace && first->version == 4;
}
/* Whether a mount by this try, begun on what the preflight knew before it had looked for init, is
 * what its whole findings lead to. */
bool nfs_try_holds(const struct plan *plan, const struct plan_root *root,
		   const struct nfs_findings *findings, const struct nfs_try *begun);
/* As the kernel's NFS4_CLIENT_ID_UNIQ_LEN */
#define NFS_CLIENT_ID_MAX 64
/* What makes the name by which a server of version 4 knows this machine its own: the UUID, else a
 * MAC; "" where there is neither. The kernel goes by the host name, which without a word of DHCP is
 * "(none)" on every machine: to the server the next one to boot is the last one, restarted, whose
 * opens and locks it drops (Documentation/filesystems/nfs/client-identifier.rst). */
void nfs_client_id(const struct plan_input *in, char dst[static NFS_CLIENT_ID_MAX]);
/* Whether what the preflight's child sent is what it can have found: texts that end, answers that
 * there are. The child reads what servers send, and may be theirs. */
bool nfs_findings_ok(const struct nfs_findings *findings, const struct plan_host *server);
/* An answer that forbids a mount. What was not asked or not understood never does. */
bool nfs_is_refusal(enum nfs_answer answer);
/* Whether another version might succeed where mount(2) gave this errno. */
bool nfs_errno_tries_on(int errnum);
/* Port of a universal address (RFC 5665 5.2.3): its last two fields. "::.8.1" is 2049. */
bool nfs_uaddr_port(struct span uaddr, uint16_t *ret);
/* The words for a failed mount: errno, with what the findings explain. */
int nfs_explain(const struct plan_root *root, const struct nfs_findings *findings, int errnum,
		struct err *err);
/* The words for findings that leave nothing to try; 0, with *err untouched, where none of them is
 * a refusal. sought NULL: not known here. */
int nfs_refusal(const struct plan_root *root, const struct nfs_findings *findings,
		const struct nfs_sought *sought, struct err *err);

#endif
