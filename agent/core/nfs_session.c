/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/nfs_session.h"

#include <string.h>

/* The first of those that a client may choose (RFC 5531 8.2). */
#define CALLBACK_PROGRAM 0x40000000
#define AUTH_NONE 0

void nfs_put_exchange_id(struct writer *w, uint64_t verifier, const void *owner, uint32_t len)
{
	write_be64(w, verifier);
	write_be32(w, len);
	write_bytes(w, owner, len);
	write_zero(w, 12); /* flags, no protection, no implementation */
}

static void put_channel(struct writer *w, const struct nfs_channel *channel)
{
	write_be32(w, 0); /* padding */
	write_be32(w, channel->request);
	write_be32(w, channel->reply);
	write_be32(w, 0); /* of a reply that is kept */
	write_be32(w, channel->ops);
	write_be32(w, channel->slots);
	write_be32(w, 0); /* no RDMA */
}

void nfs_put_create_session(struct writer *w, uint64_t client, uint32_t sequence,
			    const struct nfs_channel *fore, const struct nfs_channel *back)
{
	write_be64(w, client);
	write_be32(w, sequence);
	write_be32(w, 0); /* flags */
	put_channel(w, fore);
	put_channel(w, back);
	write_be32(w, CALLBACK_PROGRAM);
	write_be32(w, 1); /* kind of credentials there */
	write_be32(w, AUTH_NONE);
}

void nfs_put_sequence(struct writer *w, const uint8_t id[static NFS_SESSION_ID_LEN],
		      uint32_t sequence, uint32_t slot, uint32_t highest)
{
	write_bytes(w, id, NFS_SESSION_ID_LEN);
	write_be32(w, sequence);
	write_be32(w, slot);
	write_be32(w, highest);
	write_be32(w, 0);
}

void nfs_get_exchange_id(struct reader *r, uint64_t *ret_client, uint32_t *ret_sequence)
{
	*ret_client = read_be64(r);
	*ret_sequence = read_be32(r);
}

void nfs_get_create_session(struct reader *r, uint8_t ret_id[static NFS_SESSION_ID_LEN])
{
	const uint8_t *id = read_bytes(r, NFS_SESSION_ID_LEN);

	if (id)
		memcpy(ret_id, id, NFS_SESSION_ID_LEN);
}

uint32_t nfs_get_slots(struct reader *r)
{
	(void)read_bytes(r, 28); /* sequence, flags, the channel up to there */
	return read_be32(r);
}

void nfs_skip_sequence(struct reader *r)
{
	(void)read_bytes(r, NFS_SESSION_ID_LEN + 20); /* sequence, slot, two highest, flags */
}
