/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NFS version 3 (RFC 1813): the NFS service, and whether an init is in the export that mountd gave
 * the handle of (nfs_ask3_mount.c).
 */
#include "sys/nfs_ask.h"

#include <string.h>

#include <nfsc/libnfs-raw-nfs.h>

static struct nfs_findings *findings(const struct nfs_ask3 *ask)
{
	return ask->asked->findings;
}

/* --- replies of the NFS service --- */

static void null_replied(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct nfs_ask3 *ask = arg;

	(void)rpc;
	ask->n_nfs_pending--;
	ask->null_answer = rpc_call_answer(status, data);
}

static enum nfs_object object_of(const post_op_attr *attr)
{
	if (!attr->attributes_follow)
		return NFS_OBJECT_OTHER;
	switch (attr->post_op_attr_u.attributes.type) {
	case NF3REG:
		return NFS_OBJECT_FILE;
	case NF3DIR:
		return NFS_OBJECT_DIR;
	case NF3LNK:
		return NFS_OBJECT_LINK;
	case NF3BLK:
	case NF3CHR:
	case NF3SOCK:
	case NF3FIFO:
		break;
	}
	return NFS_OBJECT_OTHER;
}

/* Whoever we are to the server. */
static bool all_may_execute(const post_op_attr *attr)
{
	return attr->attributes_follow && (attr->post_op_attr_u.attributes.mode & 0111) == 0111;
}

static void lookup_replied(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct nfs_ask3 *ask = arg;
	struct nfs_looked *looked = &ask->in.looked;
	const LOOKUP3res *res = data;
	enum nfs_answer answer;

	(void)rpc;
	ask->n_nfs_pending--;
	looked->found.answer = NFS_OTHER;
	answer = rpc_call_answer(status, data);
	/* mountd has let us in, and the service does not: the export is as good as closed */
	if (answer == NFS_DENIED) {
		findings(ask)->v3_export = NFS_DENIED;
		findings(ask)->v3_code = findings(ask)->code = NFS_CODE_AUTH;
	}
	if (answer != NFS_YES)
		return;
	looked->found.code = res->status;
	if (res->status != NFS3_OK) {
		looked->found.answer = nfs_status_answer(res->status);
		/* Linux' mountd gives a handle of a file as well */
		if (looked->found.answer == NFS_NOT_DIR && !ask->in.search.walk.depth) {
			findings(ask)->v3_export = NFS_NOT_DIR;
			findings(ask)->v3_code = res->status;
		}
		return;
	}
	/* a server may leave the attributes out; without them nothing is known */
	if (nfs_handle_keep(&looked->handle, res->LOOKUP3res_u.resok.object.data.data_val,
			    res->LOOKUP3res_u.resok.object.data.data_len) &&
	    res->LOOKUP3res_u.resok.obj_attributes.attributes_follow)
		looked->found.answer = NFS_YES;
	looked->found.object = object_of(&res->LOOKUP3res_u.resok.obj_attributes);
	looked->found.may_execute = all_may_execute(&res->LOOKUP3res_u.resok.obj_attributes);
}

static void readlink_replied(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct nfs_ask3 *ask = arg;
	struct nfs_looked *looked = &ask->in.looked;
	const READLINK3res *res = data;

	(void)rpc;
	ask->n_nfs_pending--;
	if (rpc_call_answer(status, data) == NFS_YES && res->status == NFS3_OK &&
	    text_copy(looked->link, sizeof(looked->link), span_of(res->READLINK3res_u.resok.data)))
		looked->found.link = span_of(looked->link);
	else
		looked->found.answer = NFS_OTHER;
}

static void access_replied(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct nfs_ask3 *ask = arg;
	const ACCESS3res *res = data;

	(void)rpc;
	ask->n_nfs_pending--;
	if (rpc_call_answer(status, data) == NFS_YES && res->status == NFS3_OK)
		ask->in.looked.found.may_execute = (res->ACCESS3res_u.resok.access &
						    ACCESS3_EXECUTE) != 0;
	else
		ask->in.looked.found.answer = NFS_OTHER;
}

/* --- the conversation with the NFS service --- */

static void ask_null(struct nfs_ask3 *ask)
{
	if (rpc_nfs3_null_async(ask->nfs_link.rpc, null_replied, ask) == 0)
		ask->n_nfs_pending++;
	ask->nfs_step = ASK3_NULL;
}

static void ask_lookup(struct nfs_ask3 *ask)
{
	struct nfs_handle *dir = &ask->in.handles[ask->in.search.walk.depth];
	LOOKUP3args args;

	memset(&args, 0, sizeof(args));
	memset(&ask->in.looked, 0, sizeof(ask->in.looked));
	ask->in.looked.found.answer = NFS_OTHER;
	args.what.dir.data.data_len = dir->len;
	args.what.dir.data.data_val = dir->bytes;
	args.what.name = ask->in.search.name;
	if (rpc_nfs3_lookup_async(ask->nfs_link.rpc, lookup_replied, &args, ask) == 0)
		ask->n_nfs_pending++;
	ask->nfs_step = ASK3_LOOKUP;
}

static void ask_readlink(struct nfs_ask3 *ask)
{
	struct nfs_handle *link = &ask->in.looked.handle;
	READLINK3args args;

	memset(&args, 0, sizeof(args));
	args.symlink.data.data_len = link->len;
	args.symlink.data.data_val = link->bytes;
	if (rpc_nfs3_readlink_async(ask->nfs_link.rpc, readlink_replied, &args, ask) == 0)
		ask->n_nfs_pending++;
	ask->nfs_step = ASK3_READLINK;
}

static void ask_access(struct nfs_ask3 *ask)
{
	struct nfs_handle *file = &ask->in.looked.handle;
	ACCESS3args args;

	memset(&args, 0, sizeof(args));
	args.object.data.data_len = file->len;
	args.object.data.data_val = file->bytes;
	args.access = ACCESS3_EXECUTE;
	if (rpc_nfs3_access_async(ask->nfs_link.rpc, access_replied, &args, ask) == 0)
		ask->n_nfs_pending++;
	ask->nfs_step = ASK3_ACCESS;
}

static void end_search(struct nfs_ask3 *ask)
{
	struct nfs_findings *f = findings(ask);
	const struct nfs_search *search = &ask->in.search;

	f->v3_init = search->result;
	if (nfs_is_refusal(search->result)) {
		f->code = search->code;
		memcpy(f->detail, search->detail, sizeof(f->detail));
	}
	ask->nfs_step = ASK3_NFS_END;
}

static void search_on(struct nfs_ask3 *ask)
{
	if (nfs_ask_init_next(&ask->in))
		ask_lookup(ask);
	else
		end_search(ask);
}

static void after_lookup(struct nfs_ask3 *ask)
{
	const struct nfs_found *found = &ask->in.looked.found;

	if (found->answer == NFS_YES && found->object == NFS_OBJECT_LINK)
		ask_readlink(ask);
	else if (found->answer == NFS_YES && found->object == NFS_OBJECT_FILE &&
		 !found->may_execute)
		ask_access(ask);
	else
		search_on(ask);
}

static void step_ready(struct nfs_ask3 *ask)
{
	if (findings(ask)->v3_export == NFS_YES) {
		nfs_ask_init_start(&ask->in, &ask->asked->sought, &ask->root);
		if (ask->in.search.result == NFS_UNASKED)
			ask_lookup(ask);
		else
			end_search(ask);
	} else if (ask->mount_step == ASK3_MOUNT_END) {
		ask->nfs_step = ASK3_NFS_END;
	}
}

/* Nothing on 2049, or not version 3: the portmapper may know another port. True while that is
 * open. */
static bool try_found_port(struct nfs_ask3 *ask, uint64_t now)
{
	if (ask->asked->wanted.port || ask->nfs_port_tried)
		return false;
	if (ask->mount_step == ASK3_PORTMAP || ask->mount_step == ASK3_PORTS)
		return true;
	ask->nfs_port_tried = true;
	if (!ask->found_nfs_port || ask->found_nfs_port == ask->nfs_link.port)
		return false;
	rpc_link_open(&ask->nfs_link, &ask->asked->root->server, (uint16_t)ask->found_nfs_port,
		      now);
	ask->null_answer = NFS_UNASKED;
	ask->nfs_step = ASK3_CONNECT;
	return true;
}

static void nfs_link_failed(struct nfs_ask3 *ask, enum nfs_answer answer, uint64_t now)
{
	if (try_found_port(ask, now))
		return;
	findings(ask)->v3 = answer;
	ask->nfs_step = ASK3_NFS_END;
}

static void step_nfs(struct nfs_ask3 *ask, uint64_t now)
{
	struct nfs_findings *f = findings(ask);
	bool replied = !ask->n_nfs_pending;

	switch (ask->nfs_step) {
	case ASK3_CONNECT:
		/* only the port that was asked for, or the usual one, says whether it is reached */
		if (!ask->nfs_port_tried && f->reach != NFS_YES &&
		    ask->nfs_link.state == RPC_LINK_UP)
			f->reach = NFS_YES;
		if (!ask->nfs_port_tried && f->reach == NFS_UNASKED &&
		    ask->nfs_link.state == RPC_LINK_DOWN)
			f->reach = ask->nfs_link.down;
		if (ask->nfs_link.state == RPC_LINK_UP)
			ask_null(ask);
		break;
	case ASK3_NULL:
		if (!replied)
			break;
		if (ask->null_answer != NFS_YES) {
			nfs_link_failed(ask, ask->null_answer == NFS_NO ? NFS_NO : NFS_OTHER, now);
			return;
		}
		f->v3 = NFS_YES;
		f->nfs_port = ask->nfs_link.port;
		ask->nfs_step = ASK3_READY;
		break;
	case ASK3_READY:
		step_ready(ask);
		break;
	case ASK3_LOOKUP:
		if (replied)
			after_lookup(ask);
		break;
	case ASK3_READLINK:
	case ASK3_ACCESS:
		if (replied)
			search_on(ask);
		break;
	case ASK3_NFS_END:
		break;
	}
	if (ask->nfs_link.state == RPC_LINK_DOWN && ask->nfs_step == ASK3_CONNECT)
		nfs_link_failed(ask, ask->nfs_link.down, now);
	else if (ask->nfs_link.state == RPC_LINK_DOWN)
		ask->nfs_step = ASK3_NFS_END;
}

/* --- the whole --- */

void nfs_ask3_start(struct nfs_ask3 *ask, const struct nfs_asked *asked, uint64_t now_ns)
{
	ask->asked = asked;
	ask->nfs_step = ASK3_CONNECT;
	rpc_link_open(&ask->nfs_link, &asked->root->server,
		      asked->wanted.port ? asked->wanted.port : NFS_PORT_DEFAULT, now_ns);
	nfs_ask3_start_mount(ask, now_ns);
}

void nfs_ask3_step(struct nfs_ask3 *ask, bool leave, uint64_t now_ns)
{
	/* no service: its exports need not be asked for */
	if (ask->nfs_step == ASK3_NFS_END && findings(ask)->v3 != NFS_YES &&
	    ask->mount_step <= ASK3_HOLD)
		ask->mount_step = ASK3_MOUNT_END;
	nfs_ask3_step_mount(ask, leave, now_ns);
	step_nfs(ask, now_ns);
}

bool nfs_ask3_ended(const struct nfs_ask3 *ask)
{
	return ask->nfs_step == ASK3_NFS_END && ask->mount_step == ASK3_MOUNT_END;
}

bool nfs_ask3_owes_umount(const struct nfs_ask3 *ask)
{
	return ask->mount_step == ASK3_MNT || ask->mount_step == ASK3_UMNT;
}

static void too_late(struct nfs_ask3 *ask)
{
	struct nfs_findings *f = findings(ask);

	if (ask->nfs_step == ASK3_CONNECT && f->reach == NFS_UNASKED)
		f->reach = NFS_NO_REPLY;
	if (ask->nfs_step == ASK3_CONNECT || ask->nfs_step == ASK3_NULL)
		f->v3 = NFS_NO_REPLY;
	if (ask->mount_step == ASK3_PORTMAP || ask->mount_step == ASK3_PORTS)
		f->portmap = NFS_NO_REPLY;
	if (ask->mount_step == ASK3_MOUNTD || ask->mount_step == ASK3_MNT)
		f->v3_export = NFS_NO_REPLY;
	/* it answers, only slowly */
	if (ask->nfs_step == ASK3_LOOKUP || ask->nfs_step == ASK3_READLINK ||
	    ask->nfs_step == ASK3_ACCESS)
		f->v3_init = NFS_OTHER;
}

void nfs_ask3_stop(struct nfs_ask3 *ask, bool late)
{
	if (late)
		too_late(ask);
	rpc_link_close(&ask->nfs_link);
	rpc_link_close(&ask->mount_link);
	ask->nfs_step = ASK3_NFS_END;
	ask->mount_step = ASK3_MOUNT_END;
}
