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
static bool read_nic(const char *dir, uint32_t hba, unsigned int index, struct ibft_nic *ret)
{
	char block[16], text[512];
	struct out out = out_to(block, sizeof(block));

	*ret = (struct ibft_nic){ .hba = hba, .index = (uint8_t)index };
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

static bool read_target(const char *dir, uint32_t hba, unsigned int index, struct ibft_target *ret)
{
	char block[16], text[512];
	struct out out = out_to(block, sizeof(block));

	*ret = (struct ibft_target){ .hba = hba, .index = (uint8_t)index };
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

/* Behind what others have given. */
static void read_dir(const char *dir, uint32_t hba, struct ibft *ret)
{
	ret->present = true;
	if (!ret->initiator[0]) /* it may have none */
		(void)read_initiator(dir, ret->initiator, sizeof(ret->initiator));
	for (unsigned int i = 0; i <= IBFT_INDEX_MAX; i++) {
		if (ret->n_nics < IBFT_NICS_MAX && read_nic(dir, hba, i, &ret->nics[ret->n_nics]))
			ret->n_nics++;
		if (ret->n_targets < IBFT_TARGETS_MAX &&
		    read_target(dir, hba, i, &ret->targets[ret->n_targets]))
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
	read_dir(path, 0, ret);
	return 0;
}

/* The lowest N of dir's iscsi_boot<N> that is at least this one; UINT64_MAX: there is none. */
static uint64_t next_hba(const char *dir, uint64_t from)
{
	static const char prefix[] = "iscsi_boot";
	uint64_t host, lowest = UINT64_MAX;
	const struct dirent *entry;
	DIR *d = opendir(dir);

	while (d && (entry = readdir(d)))
		if (span_starts(span_of(entry->d_name), prefix) &&
		    parse_uint(span_of(entry->d_name + strlen(prefix)), 10, from, UINT32_MAX - 1,
			       &host) &&
		    host < lowest)
			lowest = host;
	if (d)
		(void)closedir(d);
	return lowest;
}

void ibft_read_hbas(const char *dir, struct ibft *ret)
{
	char path[256], source[IBFT_SOURCE_MAX];

	memset(ret, 0, sizeof(*ret));
	for (uint64_t host = next_hba(dir, 0); host != UINT64_MAX; host = next_hba(dir, host + 1)) {
		uint32_t hba = (uint32_t)host + 1;

		(void)snprintf(path, sizeof(path), "%s/%s", dir, ibft_source(hba, source));
		read_dir(path, hba, ret);
	}
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
