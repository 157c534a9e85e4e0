/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A state manager is called "ADDRESS-manager" (Linux, nfs4_schedule_state_manager()). */
#include "core/nfs_move.h"

#include <string.h>

#include "core/text.h"

#define MANAGER "-manager"

/* What is left of that name where it is cut; an address alone may have been all there was room for.
 * False: another thread. */
static bool server_of(struct span comm, struct span *ret, bool *ret_cut)
{
	size_t n = strspn(comm.p, "0123456789abcdef.:");
	struct span more = span_skip(comm, n);

	*ret = (struct span){ comm.p, n };
	*ret_cut = comm.len == NFS_MOVE_COMM_MAX - 1 && !more.len && memchr(comm.p, ':', n);
	return n && span_starts(span_of(MANAGER), more.p) &&
	       (more.len == strlen(MANAGER) || comm.len == NFS_MOVE_COMM_MAX - 1);
}

void nfs_move_tell(const char *comm, struct nfs_move_said *ret)
{
	struct span server;
	char name[4 * NFS_MOVE_COMM_MAX];
	bool cut;

	if (server_of(span_of(comm), &server, &cut))
		say(ret, SAY_WARN,
		    "NFS server %.*s%s says that its export has moved: the kernel connects to where "
		    "that is now, by AUTH_SYS (for Kerberos it would wait for a module that lies on "
		    "the root itself); should the root not go on, restart the NFS service there, and "
		    "its files are opened anew",
		    SPAN_ARG(server), cut ? "..." : "");
	else
		say(ret, SAY_INFO,
		    "the kernel (%s) connects to an NFS server by AUTH_SYS: for Kerberos it might "
		    "wait for a module that lies behind that server",
		    text_quote(name, sizeof(name), span_of(comm)));
}
