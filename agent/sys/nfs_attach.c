/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NFS attach: the preflight's entry, and mount(2). Both block: only in a child. */
#include "sys/nfs_attach.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>

#include "sys/confine.h"
#include "sys/mount.h"

int nfs_confine(int out_fd, const struct plan_host *server, struct err *err)
{
	/* the second one: SO_BINDTODEVICE before Linux 5.7 */
	static const int caps[] = { CAP_NET_BIND_SERVICE, CAP_NET_RAW };

	return confine_client(out_fd, caps, server->scope[0] ? 2 : 1, err);
}

int nfs_preflight(const struct plan_root *root, const struct nfs_sought *sought, uint64_t limit_ns,
		  const struct nfs_listener *listener, struct nfs_findings *ret, struct err *err)
{
	struct nfs_findings findings;
	int number;

	if (root->server.ip.family == IP_NONE)
		return err_set(err, EDESTADDRREQ, "the address of the NFS server is not known");
	nfs_ask_all(root, sought, limit_ns, listener, &findings);
	number = confine_refused();
	if (number >= 0)
		return err_set(err, EPERM, "system call %d was refused, which is a bug", number);
	*ret = findings;
	return 0;
}

static unsigned long mount_flags(uint32_t flags, bool read_only)
{
	static const struct {
		uint32_t ours;
		unsigned long kernels;
	} map[] = {
		{ NFS_MF_NOSUID, MS_NOSUID },		{ NFS_MF_NODEV, MS_NODEV },
		{ NFS_MF_NOEXEC, MS_NOEXEC },		{ NFS_MF_SYNC, MS_SYNCHRONOUS },
		{ NFS_MF_DIRSYNC, MS_DIRSYNC },		{ NFS_MF_NOATIME, MS_NOATIME },
		{ NFS_MF_NODIRATIME, MS_NODIRATIME },	{ NFS_MF_RELATIME, MS_RELATIME },
		{ NFS_MF_STRICTATIME, MS_STRICTATIME },
	};
	unsigned long made = read_only ? MS_RDONLY : 0;

	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (flags & map[i].ours)
			made |= map[i].kernels;
	return made;
}

void nfs_set_client_id(const char *id)
{
	static const char parameter[] = "/sys/module/nfs/parameters/nfs4_unique_id";
	char given[NFS_CLIENT_ID_MAX];

	/* not there: a kernel whose client knows no version 4 */
	if (id[0] && file_read(parameter, given, sizeof(given)) == 0)
		(void)file_write(parameter, id);
}

int nfs_mount(const struct nfs_try *tries, size_t n, const char *dir, bool read_only,
	      size_t *ret_used, int *ret_errno, struct err *err)
{
	char text[ERR_TEXT_MAX / 2];
	struct out out = out_to(text, sizeof(text));
	int last = EINVAL;

	for (size_t i = 0; i < n; i++) {
		if (mount(tries[i].source, dir, tries[i].fstype,
			  mount_flags(tries[i].flags, read_only), tries[i].options) == 0) {
			*ret_used = i;
			return 0;
		}
		last = errno;
		out_add(&out, "%sversion %u", i ? ", " : "", tries[i].version);
		if (tries[i].version == 4)
			out_add(&out, ".%d", tries[i].minor);
		out_add(&out, ": %s", strerrordesc_np(last));
		if (!nfs_errno_tries_on(last))
			break;
	}
	*ret_errno = last;
	return err_set(err, last, "mounting %s: %s", n ? tries[0].source : "nothing", text);
}
