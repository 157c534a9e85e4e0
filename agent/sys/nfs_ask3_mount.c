/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NFS version 3 (RFC 1813 appendix I): portmapper, then mountd: whether the export is open to us,
 * and where not, what the server's list says.
 */
#include "sys/nfs_ask.h"

#include <netinet/in.h>
#include <string.h>

#include <nfsc/libnfs-raw-mount.h>
#include <nfsc/libnfs-raw-nfs.h>
#include <nfsc/libnfs-raw-portmap.h>

#define AUTH_SYS 1 /* RFC 5531: what we have to offer, AUTH_NONE (0) beside it */

static struct nfs_findings *findings(const struct nfs_ask3 *ask)
{
	return ask->asked->findings;
}

/* --- replies of the portmapper and mountd --- */

/*
 * GETPORT of version 2 (RFC 1833 3.1) knows only IPv4's ports and answers with a number; GETADDR of
 * version 3 takes the name of a transport and answers with a universal address, empty for none.
 */
static uint32_t port_of(const struct nfs_ask3 *ask, const void *data)
{
	uint32_t port = 0;
	uint16_t found = 0;

	if (ask->asked->root->server.ip.family == IP_V4) {
		memcpy(&port, data, sizeof(port));
		return port <= 65535 ? port : 0;
	}
	return nfs_uaddr_port(span_of(((const pmap3_string_result *)data)->addr), &found) ? found
											  : 0;
}

static void keep_port(struct nfs_ask3 *ask, int status, const void *data, uint32_t *ret_port)
{
	enum nfs_answer answer = rpc_call_answer(status, data);

	ask->n_mount_pending--;
	*ret_port = answer == NFS_YES && data ? port_of(ask, data) : 0;
	if (ask->port_answer != NFS_OTHER)
		ask->port_answer = answer == NFS_YES ? NFS_YES : NFS_OTHER;
}

static void mount_port_replied(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct nfs_ask3 *ask = arg;

	(void)rpc;
	keep_port(ask, status, data, &ask->found_mount_port);
}

static void nfs_port_replied(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct nfs_ask3 *ask = arg;

	(void)rpc;
	keep_port(ask, status, data, &ask->found_nfs_port);
}

static bool offers_our_flavour(const mountres3_ok *ok)
{
	if (!ok->auth_flavors.auth_flavors_len || !ok->auth_flavors.auth_flavors_val)
		return true;
	for (u_int i = 0; i < ok->auth_flavors.auth_flavors_len; i++)
		if (ok->auth_flavors.auth_flavors_val[i] == AUTH_SYS ||
		    ok->auth_flavors.auth_flavors_val[i] == AUTH_NONE)
			return true;
	return false;
}

static void refuse_export(struct nfs_findings *f, enum nfs_answer answer, uint32_t code)
{
	f->v3_export = answer;
	f->v3_code = f->code = code;
}

static void take_mount(struct nfs_ask3 *ask, const mountres3 *res)
{
	const mountres3_ok *ok = &res->mountres3_u.mountinfo;
	struct nfs_findings *f = findings(ask);

	if (res->fhs_status != MNT3_OK)
		refuse_export(f, nfs_status_answer(res->fhs_status), res->fhs_status);
	else if (!offers_our_flavour(ok))
		refuse_export(f, NFS_DENIED, NFS_CODE_WRONGSEC);
	else if (nfs_handle_keep(&ask->root, ok->fhandle.fhandle3_val, ok->fhandle.fhandle3_len))
		f->v3_export = NFS_YES;
	else
		f->v3_export = NFS_OTHER;
	if (f->v3_export == NFS_YES)
		f->v3_root = ask->root;
}

static void mount_replied(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct nfs_ask3 *ask = arg;
	struct nfs_findings *f = findings(ask);

	(void)rpc;
	ask->n_mount_pending--;
	switch (rpc_call_answer(status, data)) {
	case NFS_YES:
		take_mount(ask, data);
		break;
	case NFS_NO:
		f->portmap = NFS_NO;
		break;
	case NFS_DENIED:
		refuse_export(f, NFS_DENIED, NFS_CODE_AUTH);
		break;
	case NFS_UNASKED:
	case NFS_NO_REPLY:
	case NFS_REFUSED_CONN:
	case NFS_UNREACHABLE:
	case NFS_NOT_FOUND:
	case NFS_NOT_DIR:
	case NFS_NO_INIT:
	case NFS_OTHER:
		f->v3_export = NFS_OTHER;
		break;
	}
}

/* Whether dir is path or a directory above it. */
static bool is_above(const char *dir, const char *path)
{
	size_t len = strlen(dir);

	while (len && dir[len - 1] == '/')
		len--;
	return strncmp(dir, path, len) == 0 && (!path[len] || path[len] == '/');
}

/* Appends a name from the server's list, printable. */
static void add_name(struct out *out, const char *name)
{
	char quoted[96];

	out_add(out, "%s%s", out->len ? " " : "",
		text_quote(quoted, sizeof(quoted), span_of(name)));
	if (out->cut)
		memcpy(out->text + out->size - sizeof("..."), "...", sizeof("..."));
}

static void keep_groups(const struct groupnode *group, struct nfs_findings *f)
{
	struct out out = out_to(f->open_to, sizeof(f->open_to));

	for (; group && !out.cut; group = group->gr_next)
		add_name(&out, group->gr_name);
}

static void list_replied(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct nfs_ask3 *ask = arg;
	struct nfs_findings *f = findings(ask);
	struct out offers = out_to(f->offers, sizeof(f->offers));
	const struct exportnode *node;
	size_t best = 0;

	(void)rpc;
	ask->n_mount_pending--;
	if (rpc_call_answer(status, data) != NFS_YES || !data)
		return;
	f->listed = NFS_NO;
	for (node = *(exports *)data; node; node = node->ex_next) {
		size_t len = node->ex_dir ? strlen(node->ex_dir) : 0;

		if (len && !offers.cut)
			add_name(&offers, node->ex_dir);
		/* the nearest export above the path is the one that counts */
		if (len <= best || !is_above(node->ex_dir, ask->asked->root->nfs.path))
			continue;
		best = len;
		f->listed = NFS_YES;
		keep_groups(node->ex_groups, f);
	}
	if (f->listed == NFS_YES)
		f->offers[0] = '\0';
}

static void umount_replied(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct nfs_ask3 *ask = arg;

	(void)rpc;
	(void)status;
	(void)data;
	ask->n_mount_pending--;
}

/* --- the conversation with portmapper and mountd --- */

static void open_mountd(struct nfs_ask3 *ask, uint16_t port, uint64_t now)
{
	rpc_link_open(&ask->mount_link, &ask->asked->root->server, port, now);
	ask->mount_step = ASK3_MOUNTD;
}

static void ask_port(struct nfs_ask3 *ask, u_int program, u_int version, rpc_cb replied)
{
	struct rpc_context *rpc = ask->mount_link.rpc;
	char netid[] = "tcp6", none[] = "";
	pmap3_mapping map = {
		.prog = program, .vers = version, .netid = netid, .addr = none, .owner = none
	};
	int r;

	if (ask->asked->root->server.ip.family == IP_V4)
		r = rpc_pmap2_getport_async(rpc, (int)program, (int)version, IPPROTO_TCP, replied,
					    ask);
	else
		r = rpc_pmap3_getaddr_async(rpc, &map, replied, ask);
	if (r == 0)
		ask->n_mount_pending++;
}

static void ask_ports(struct nfs_ask3 *ask)
{
	ask_port(ask, MOUNT_PROGRAM, MOUNT_V3, mount_port_replied);
	if (!ask->asked->wanted.port)
		ask_port(ask, NFS_PROGRAM, NFS_V3, nfs_port_replied);
	ask->mount_step = ASK3_PORTS;
}

static void take_ports(struct nfs_ask3 *ask, uint64_t now)
{
	struct nfs_findings *f = findings(ask);

	if (ask->port_answer != NFS_YES || !ask->found_mount_port) {
		f->portmap = ask->port_answer == NFS_YES ? NFS_NO : NFS_OTHER;
		ask->mount_step = ASK3_MOUNT_END;
		return;
	}
	f->portmap = NFS_YES;
	f->mount_port = (uint16_t)ask->found_mount_port;
	open_mountd(ask, f->mount_port, now);
}

static void ask_mount(struct nfs_ask3 *ask)
{
	char *path = (char *)ask->asked->root->nfs.path;

	if (rpc_mount3_mnt_async(ask->mount_link.rpc, mount_replied, path, ask) == 0)
		ask->n_mount_pending++;
	ask->mount_step = ASK3_MNT;
}

static void after_mount(struct nfs_ask3 *ask)
{
	struct rpc_context *rpc = ask->mount_link.rpc;
	char *path = (char *)ask->asked->root->nfs.path;

	ask->mount_step = ASK3_MOUNT_END;
	if (findings(ask)->v3_export == NFS_YES) {
		if (rpc_mount3_umnt_async(rpc, umount_replied, path, ask) != 0)
			return;
		ask->mount_step = ASK3_UMNT;
	} else if (findings(ask)->v3_export == NFS_DENIED) {
		if (rpc_mount3_export_async(rpc, list_replied, ask) != 0)
			return;
		ask->mount_step = ASK3_LIST;
	} else {
		return;
	}
	ask->n_mount_pending++;
}

/* The connection failed: of the portmapper, or of mountd. */
static void mount_link_down(struct nfs_ask3 *ask)
{
	if (ask->mount_step == ASK3_PORTMAP)
		findings(ask)->portmap = ask->mount_link.down;
	else if (ask->mount_step == ASK3_MOUNTD)
		findings(ask)->v3_export = ask->mount_link.down;
	ask->mount_step = ASK3_MOUNT_END;
}

void nfs_ask3_step_mount(struct nfs_ask3 *ask, bool leave, uint64_t now)
{
	bool up = ask->mount_link.state == RPC_LINK_UP, replied = !ask->n_mount_pending;

	switch (ask->mount_step) {
	case ASK3_PORTMAP:
		if (up)
			ask_ports(ask);
		break;
	case ASK3_PORTS:
		if (replied)
			take_ports(ask, now);
		break;
	case ASK3_MOUNTD:
		if (up)
			ask->mount_step = ASK3_HOLD;
		break;
	case ASK3_HOLD:
		break;
	case ASK3_MNT:
		if (replied)
			after_mount(ask);
		break;
	case ASK3_LIST:
	case ASK3_UMNT:
		if (replied)
			ask->mount_step = ASK3_MOUNT_END;
		break;
	case ASK3_MOUNT_END:
		break;
	}
	if (ask->mount_step == ASK3_HOLD && leave)
		ask_mount(ask);
	if (ask->mount_link.state == RPC_LINK_DOWN && ask->mount_step != ASK3_MOUNT_END)
		mount_link_down(ask);
}

void nfs_ask3_start_mount(struct nfs_ask3 *ask, uint64_t now)
{
	if (ask->asked->wanted.mount_port) {
		open_mountd(ask, ask->asked->wanted.mount_port, now);
		return;
	}
	ask->mount_step = ASK3_PORTMAP;
	rpc_link_open(&ask->mount_link, &ask->asked->root->server, NFS_PORTMAP_PORT, now);
}
