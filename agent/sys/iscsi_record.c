/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks for a record by the names of its directory and file; what is in it is iscsid's affair. */
#include "sys/iscsi_record.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "sys/inroot.h"

#define NODES "/etc/iscsi/nodes"

static bool names_portal(DIR *dir, const struct iscsi_portal *portal)
{
	const struct dirent *entry;

	while ((entry = readdir(dir)))
		if (iscsi_portal_is_named(portal, span_of(entry->d_name)))
			return true;
	return false;
}

bool iscsi_record_there(const char *root, const char *target, const struct iscsi_portal *portal)
{
	int root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), fd;
	char path[sizeof(NODES) + 256];
	bool there;
	DIR *dir;

	if (root_fd < 0)
		return false;
	(void)snprintf(path, sizeof(path), NODES "/%s", target);
	fd = inroot_open(root_fd, path, O_RDONLY | O_DIRECTORY);
	close(root_fd);
	dir = fd < 0 ? NULL : fdopendir(fd);
	there = dir && names_portal(dir, portal);
	if (dir)
		(void)closedir(dir);
	else if (fd >= 0)
		close(fd);
	return there;
}
