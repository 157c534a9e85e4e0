/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identity of the machine as firmware and kernel tell it. */
#include "sys/machine.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

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
