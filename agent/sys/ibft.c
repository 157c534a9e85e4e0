/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of the iBFT: texts of the kernel, or the table's bytes. Their meaning is core/ibft's. */
#include "sys/ibft.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "sys/mount.h"

/* One file of the directory; its length, or -errno. */
static int read_text(const char *dir, const char *block, const char *file, char *dst, size_t size)
{
	char path[512];
	struct out out = out_to(path, sizeof(path));

	out_add(&out, "%s/%s/%s", dir, block, file);
	return out.cut ? -ENAMETOOLONG : file_read(path, dst, (unsigned int)size);
}

static int read_initiator(const char *dir, char *dst, size_t size)
{
	char text[256];
	int len = read_text(dir, "initiator", "initiator-name", text, sizeof(text));

	if (len < 0)
		return len;
	if (!len || !text_is_printable(span_of(text)))
		return -ENODATA;
	return text_copy(dst, size, span_of(text)) ? 0 : -ENOSPC;
}

/* False: there is no such block. Other files may be absent: the kernel leaves out what is empty. */
static bool read_nic(const char *dir, unsigned int index, struct ibft_nic *ret)
{
	char block[16], text[512];
	struct out out = out_to(block, sizeof(block));

	*ret = (struct ibft_nic){ .index = (uint8_t)index };
	out_add(&out, "ethernet%u", index);
	for (size_t i = 0; ibft_nic_file(i); i++) {
		int len = read_text(dir, block, ibft_nic_file(i), text, sizeof(text));

		if (len >= 0)
			ibft_nic_take(ret, i, (struct span){ text, (size_t)len });
		else if (!i)
			return false;
	}
	return true;
}

static bool read_target(const char *dir, unsigned int index, struct ibft_target *ret)
{
	char block[16], text[512];
	struct out out = out_to(block, sizeof(block));

	*ret = (struct ibft_target){ .index = (uint8_t)index };
	out_add(&out, "target%u", index);
	for (size_t i = 0; ibft_target_file(i); i++) {
		int len = read_text(dir, block, ibft_target_file(i), text, sizeof(text));

		if (len >= 0)
			ibft_target_take(ret, i, (struct span){ text, (size_t)len });
		else if (!i)
			return false;
	}
	return true;
}

static void read_dir(const char *dir, struct ibft *ret)
{
	ret->present = true;
	(void)read_initiator(dir, ret->initiator, sizeof(ret->initiator)); /* it may have none */
	for (unsigned int i = 0; i <= IBFT_INDEX_MAX; i++) {
		if (ret->n_nics < IBFT_NICS_MAX && read_nic(dir, i, &ret->nics[ret->n_nics]))
			ret->n_nics++;
		if (ret->n_targets < IBFT_TARGETS_MAX &&
		    read_target(dir, i, &ret->targets[ret->n_targets]))
			ret->n_targets++;
	}
}

static int read_table(const char *path, struct ibft *ret)
{
	uint8_t bytes[IBFT_TABLE_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len, all = 0;

	if (fd < 0)
		return -errno;
	while ((len = read(fd, bytes + all, sizeof(bytes) - (size_t)all)) > 0)
		all += len;
	if (len < 0)
		len = -errno;
	(void)close(fd); /* only read */
	if (len < 0)
		return (int)len;
	return ibft_from_table(bytes, (size_t)all, ret) ? 0 : -EBADMSG;
}

int ibft_read(const char *path, struct ibft *ret)
{
	struct stat st;

	memset(ret, 0, sizeof(*ret));
	if (stat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISDIR(st.st_mode))
		return read_table(path, ret);
	if (access(path, R_OK | X_OK) < 0)
		return -errno;
	read_dir(path, ret);
	return 0;
}

int ibft_read_hba(const char *dir, struct ibft *ret)
{
	static const char prefix[] = "iscsi_boot";
	uint64_t host, lowest = UINT64_MAX;
	const struct dirent *entry;
	DIR *d = opendir(dir);
	char path[256];

	memset(ret, 0, sizeof(*ret));
	while (d && (entry = readdir(d)))
		if (span_starts(span_of(entry->d_name), prefix) &&
		    parse_uint(span_of(entry->d_name + strlen(prefix)), 10, 0, UINT32_MAX, &host) &&
		    host < lowest)
			lowest = host;
	if (d)
		(void)closedir(d);
	if (lowest == UINT64_MAX)
		return 0;
	(void)snprintf(path, sizeof(path), "%s/%s%llu", dir, prefix, (unsigned long long)lowest);
	return ibft_read(path, ret);
}

int ibft_read_acpi(struct ibft *ret)
{
	/* the name is the signature, of which there are two */
	static const char *const paths[] = { "/sys/firmware/acpi/tables/iBFT",
					     "/sys/firmware/acpi/tables/IBFT" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		int r = ibft_read(paths[i], ret);

		if (r < 0 || ret->present)
			return r;
	}
	return 0;
}
