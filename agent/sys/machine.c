/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identity of the machine as firmware and kernel tell it. */
#include "sys/machine.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/backoff.h"
#include "core/text.h"
#include "sys/loop.h"
#include "sys/mount.h"

#define UUID_LEN 36

/* 8-4-4-4-12 hexadecimal digits, made lower case in place. */
static bool uuid_normalise(char *text)
{
	if (strlen(text) != UUID_LEN)
		return false;
	for (size_t i = 0; i < UUID_LEN; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (text[i] >= 'A' && text[i] <= 'F')
			text[i] = (char)(text[i] - 'A' + 'a');
		if (dash ? text[i] != '-' : !strchr("0123456789abcdef", text[i]))
			return false;
	}
	return true;
}

/* SMBIOS 7.2.1: all zeros or ones mean "not set"; the last is in many boards' default tables. */
static bool uuid_is_nobody(const char *uuid)
{
	return !strcmp(uuid, "00000000-0000-0000-0000-000000000000") ||
	       !strcmp(uuid, "ffffffff-ffff-ffff-ffff-ffffffffffff") ||
	       !strcmp(uuid, "03000200-0400-0500-0006-000700080009");
}

int machine_uuid(char *dst, size_t size)
{
	char text[64];
	int len = file_read("/sys/class/dmi/id/product_uuid", text, sizeof(text));

	if (len < 0)
		return len;
	if (!uuid_normalise(text) || uuid_is_nobody(text))
		return -ENODATA;
	return text_copy(dst, size, span_of(text)) ? 0 : -ENOSPC;
}

/* One file of the iBFT's directory; its length, or -errno. */
static int ibft_file(const char *dir, const char *block, const char *file, char *dst, size_t size)
{
	char path[512];
	struct out out = out_to(path, sizeof(path));

	out_add(&out, "%s/%s/%s", dir, block, file);
	return out.cut ? -ENAMETOOLONG : file_read(path, dst, (unsigned int)size);
}

static int ibft_initiator(const char *dir, char *dst, size_t size)
{
	char text[256];
	int len = ibft_file(dir, "initiator", "initiator-name", text, sizeof(text));

	if (len < 0)
		return len;
	if (!len || !text_is_printable(span_of(text)))
		return -ENODATA;
	return text_copy(dst, size, span_of(text)) ? 0 : -ENOSPC;
}

/* False: there is no such block. Other files may be absent: the kernel leaves out what is empty. */
static bool ibft_read_nic(const char *dir, unsigned int index, struct ibft_nic *ret)
{
	char block[16], text[512];
	struct out out = out_to(block, sizeof(block));

	*ret = (struct ibft_nic){ .index = (uint8_t)index };
	out_add(&out, "ethernet%u", index);
	for (size_t i = 0; ibft_nic_file(i); i++) {
		int len = ibft_file(dir, block, ibft_nic_file(i), text, sizeof(text));

		if (len >= 0)
			ibft_nic_take(ret, i, (struct span){ text, (size_t)len });
		else if (!i)
			return false;
	}
	return true;
}

int machine_ibft(const char *dir, struct ibft *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (access(dir, R_OK | X_OK) < 0)
		return errno == ENOENT ? 0 : -errno;
	ret->present = true;
	(void)ibft_initiator(dir, ret->initiator, sizeof(ret->initiator)); /* it may have none */
	for (unsigned int i = 0; i <= IBFT_INDEX_MAX && ret->n_nics < IBFT_NICS_MAX; i++)
		if (ibft_read_nic(dir, i, &ret->nics[ret->n_nics]))
			ret->n_nics++;
	return 0;
}

uint64_t machine_seed(void)
{
	uint64_t v = clock_now_ns();
	char uuid[UUID_LEN + 1];
	uint64_t random;

	/* early on a machine without a hardware source the kernel's pool may be empty */
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) == (ssize_t)sizeof(random))
		v ^= random;
	if (machine_uuid(uuid, sizeof(uuid)) == 0)
		for (size_t i = 0; i < UUID_LEN; i++)
			v = rng_next(&v) ^ (uint8_t)uuid[i];
	return rng_next(&v);
}
