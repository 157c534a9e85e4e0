/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The answer stays for as long as the system runs, and has to. The kernel calls the root's
 * /sbin/request-key from the switch on, and whoever looks for that file on the root needs to know
 * first who owns / and /sbin: were it these names that are asked about, it would wait for its own
 * answer, and everybody else with it. So names that are met before the switch, those of the way to
 * init, are not asked about again, and what is not known here belongs to nobody. All other names
 * are the root's to look up.
 */
#include "sys/request_key.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/owner.h"
#include "sys/log.h"

/* NFS4_OPAQUE_LIMIT of a name, and what stands before it */
#define KEY_TEXT_MAX 1280
#define ID_MAX 11 /* NFS_UINT_MAXLEN: with its end */

static void tell_nobody(struct span name)
{
	char q[160];

	log_open();
	log_line(LOG_LEVEL_WARN, "owner",
		 "the NFS server calls an owner \"%s\", and nobody looks names up before the root "
		 "is there: nobody (%u) for this boot; let it send numbers "
		 "(nfs4_disable_idmapping, Only_Numeric_Owners), or give the way to init to root",
		 text_quote(q, sizeof(q), name), OWNER_NOBODY);
}

int request_key_main(int argc, char **argv)
{
	char text[KEY_TEXT_MAX], id_text[ID_MAX];
	struct span name;
	uint64_t key;
	uint32_t id;
	long len;

	if (argc < 3 || strcmp(argv[1], "create") != 0 ||
	    !parse_uint(span_of(argv[2]), 10, 1, INT32_MAX, &key))
		return 1;
	len = syscall(SYS_keyctl, KEYCTL_DESCRIBE, key, text, sizeof(text));
	if (len <= 0 || len > (long)sizeof(text) ||
	    !owner_of_key((struct span){ text, (size_t)len - 1 }, &id, &name))
		return 1; /* the kernel takes it for a name that is not known, for a minute */
	(void)snprintf(id_text, sizeof(id_text), "%u", id);
	if (syscall(SYS_keyctl, KEYCTL_ASSUME_AUTHORITY, key) < 0 ||
	    syscall(SYS_keyctl, KEYCTL_INSTANTIATE, key, id_text, strlen(id_text) + 1, 0) < 0)
		return 1;
	if (id)
		tell_nobody(name);
	return 0;
}
