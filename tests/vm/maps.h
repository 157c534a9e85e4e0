/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device mapper's maps, as lines "map.dm-0.KEY=value": name, uuid, and of each its first
 * target's table and status. */
#ifndef NETROOT_TESTS_VM_MAPS_H
#define NETROOT_TESTS_VM_MAPS_H

#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct maps_request {
	struct dm_ioctl io;
	struct dm_target_spec target;
	char text[2048];
};

static void maps_ask(int fd, unsigned int minor, unsigned int flags, struct maps_request *r)
{
	memset(r, 0, sizeof(*r));
	r->io.version[0] = 4;
	r->io.data_size = sizeof(*r);
	r->io.data_start = sizeof(r->io);
	r->io.dev = makedev(253, minor); /* the kernel gives what is free: so far 254 and 253 */
	r->io.flags = flags;
	if (ioctl(fd, DM_TABLE_STATUS, r) < 0) {
		r->io.dev = makedev(254, minor);
		r->io.data_size = sizeof(*r);
		r->io.flags = flags;
		if (ioctl(fd, DM_TABLE_STATUS, r) < 0)
			r->io.name[0] = '\0';
	}
}

static void maps_tell(FILE *out)
{
	int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	struct maps_request r;

	for (unsigned int i = 0; fd >= 0 && i < 8; i++) {
		maps_ask(fd, i, DM_STATUS_TABLE_FLAG, &r);
		if (!r.io.name[0])
			continue;
		fprintf(out, "map.dm-%u.name=%s\nmap.dm-%u.uuid=%s\nmap.dm-%u.table=%llu %s %s\n",
			i, r.io.name, i, r.io.uuid, i, (unsigned long long)r.target.length,
			r.target.target_type, r.text);
		maps_ask(fd, i, 0, &r);
		fprintf(out, "map.dm-%u.status=%s\n", i, r.text);
	}
	if (fd >= 0)
		close(fd);
}

#endif
