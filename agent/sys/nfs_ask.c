/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the questions of both NFS versions have in common. */
#include "sys/nfs_ask.h"

#include <string.h>

bool nfs_handle_keep(struct nfs_handle *dst, const char *bytes, uint32_t len)
{
	if (!bytes || !len || len > sizeof(dst->bytes))
		return false;
	dst->len = len;
	memcpy(dst->bytes, bytes, len);
	return true;
}

/* RFC 1813 2.6 and 5.1.5, RFC 7530 13.1: the low numbers are the same everywhere. */
enum nfs_answer nfs_status_answer(uint32_t status)
{
	switch (status) {
	case 0:
		return NFS_YES;
	case 1: /* PERM */
	case 13: /* ACCES */
	case 70: /* STALE: of a handle that the server has just given */
	case 10001: /* BADHANDLE */
	case NFS_CODE_WRONGSEC:
		return NFS_DENIED;
	case 2: /* NOENT */
		return NFS_NOT_FOUND;
	case 20: /* NOTDIR */
		return NFS_NOT_DIR;
	default:
		return NFS_OTHER;
	}
}

void nfs_ask_init_start(struct nfs_asked_init *in, const struct nfs_sought *sought,
			const struct nfs_handle *root_handle)
{
	in->handles[0] = *root_handle;
	if (sought->is_image)
		nfs_search_start_image(&in->search, sought->path, sought->other);
	else
		nfs_search_start(&in->search, sought->path);
}

bool nfs_ask_init_next(struct nfs_asked_init *in)
{
	uint8_t depth = in->search.walk.depth;
	bool link = in->looked.found.object == NFS_OBJECT_LINK;

	if (in->looked.found.answer == NFS_YES && !link)
		in->handles[depth + 1] = in->looked.handle;
	nfs_search_answer(&in->search, &in->looked.found);
	return in->search.result == NFS_UNASKED;
}
