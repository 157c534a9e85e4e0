/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A superblock in front of a tree of hashes, and a word, of whatever content. What is taken of a
 * superblock is one word each in the table, which is whole; what does not fit the sizes is refused,
 * whatever numbers stand there; what is wrong with a word is said in print.
 */
#include <string.h>

#include "fuzz.h"

#include "core/verity.h"

#define HASH "7e4c07862ea3a8680c9d8bcfada0f690ac0f2dcc3d6fb2e051cdad59985e7076"

static void read_super(const uint8_t *bytes, size_t len)
{
	struct plan_verity verity = { .hash = HASH,
				      .offset = len ? bytes[len - 1] * 512ull : 0,
				      .corruption = VERITY_PANIC,
				      .once = true,
				      .zero = true };
	struct verity_sizes sizes = { 1ull << 40, 1ull << 33, false };
	const struct mpath_dev data = { 4095, 1048575 };
	char table[MPATH_PARAMS_MAX], uuid[MPATH_UUID_MAX];
	struct out out = out_to(table, sizeof(table));
	struct verity_super super = { .n_blocks = 77 };
	struct err err = { .text = "" };
	size_t n_words = 1;

	if (verity_super_parse(bytes, len, &super, &err) < 0) {
		require(super.n_blocks == 77 && err.text[0]);
		return;
	}
	require(super.algorithm[0] && strlen(super.uuid) == 36);
	if (verity_fits(&verity, &super, &sizes, &err) == 0)
		require(super.n_blocks * super.data_block <= sizes.data);
	else
		require(err.text[0] && text_is_printable(span_of(err.text)));
	verity_params(&verity, &super, &data, &data, &out);
	require(!out.cut && text_is_printable(span_of(table)));
	for (const char *p = table; *p; p++)
		n_words += *p == ' ';
	require(n_words == 14);
	verity_uuid(&super, uuid);
	require(strlen(uuid) == strlen("CRYPT-VERITY--root") + 32);
	require(verity_sectors(&super) >= super.n_blocks);
}

static void read_word(const uint8_t *bytes, size_t len)
{
	struct span word = { (const char *)bytes, len }, file;
	struct plan_verity verity;
	struct err err = { .text = "" };

	for (enum verity_form form = VERITY_OURS; form <= VERITY_LIVE; form++) {
		err.text[0] = '\0';
		if (verity_parse(form, word, &verity, &file, &err) < 0) {
			require(err.text[0] && text_is_printable(span_of(err.text)));
			continue;
		}
		require(strlen(verity.hash) >= 40 && strlen(verity.hash) % 2 == 0);
		require(strspn(verity.hash, "0123456789abcdef") == strlen(verity.hash));
		require(verity.offset % VERITY_SUPER_LEN == 0);
		require((verity.place == VERITY_FILE) == (verity.path[0] == '/'));
		require(text_is_printable(span_of(verity.path)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	read_super(bytes, len);
	read_word(bytes, len);
	return 0;
}
