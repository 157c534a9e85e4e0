/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rendezvous hashing over names of servers. */
#include "core/spread.h"

#include <string.h>

/* FNV-1a (draft-eastlake-fnv), and the finalizer of MurmurHash3: the high bits of the former depend
 * too little on the last bytes, which are all that UUIDs and servers of one fleet differ in. */
static uint64_t hash_on(uint64_t hash, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		hash = (hash ^ (uint8_t)bytes.p[i]) * 0x100000001b3u;
	return hash;
}

static uint64_t score_of(struct span machine, const char *server)
{
	uint64_t hash = hash_on(0xcbf29ce484222325u, machine);

	/* the NUL between them: no two pairs are the same text */
	hash = hash_on(hash, (struct span){ server, strlen(server) + 1 });
	hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
	hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
	return hash ^ hash >> 33;
}

void spread_sort(struct span machine, struct plan_host *servers, uint8_t n)
{
	if (!machine.len)
		return;
	for (uint8_t i = 1; i < n; i++) {
		struct plan_host moved = servers[i];
		uint64_t score = score_of(machine, moved.name);
		uint8_t at = i;

		for (; at && score_of(machine, servers[at - 1].name) < score; at--)
			servers[at] = servers[at - 1];
		servers[at] = moved;
	}
}
