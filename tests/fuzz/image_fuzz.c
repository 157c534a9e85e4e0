/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of an image: the first byte says whose, the rest is the value. What is refused leaves
 * the result as it was; a path is absolute, printable, and names no directory by its form; it and
 * the partition are all of a value of netroot's. The same bytes as the beginning of a filesystem:
 * what its superblock says is refused exactly where it is more than there is. What lies over each
 * other by the path, by the value as a list, or by its words as names in a directory, are names of
 * files in one directory.
 */
#include <string.h>

#include "fuzz.h"

#include "core/image_layers.h"

static void check_layers(struct span value, enum image_beside beside, const char *path)
{
	static struct plan_image image;
	static struct image_layers layers;
	struct err err = { .text = "" };
	char name[300];
	int rc = 0;

	(void)text_copy(image.path, sizeof(image.path), span_of(path));
	image.beside = beside;
	rc = image_layers_chain(&image, &layers, &err);
	require(image_layers_ok(&layers) && (rc ? err.text[0] != '\0' : layers.n > 0));
	rc = image_layers_module(value, &layers, &err);
	require(image_layers_ok(&layers) && (rc ? err.text[0] != '\0' : layers.n > 0));
	layers.n = 0;
	for (rc = 0; value.p && !rc;)
		if (text_copy(name, sizeof(name), span_cut(&value, '\n')))
			rc = image_layers_seen(&image, name, &layers, &err);
	require(image_layers_ok(&layers));
	for (uint8_t i = 1; i < layers.n; i++)
		require(strcmp(layers.name[i - 1], layers.name[i]) <= 0);
	image_layers_use(&image, &layers);
	require(image.path[0] == '/');
	require(text_is_printable(span_of(err.text)));
}

static void read_head(const uint8_t *bytes, size_t len)
{
	static const char *const fstypes[] = { "squashfs", "erofs", "ext4", "xfs", "btrfs" };
	const struct plan_image image = { .path = "/a" };
	const uint64_t there = 1ull << 40;
	uint8_t head[IMAGE_HEAD_LEN] = { 0 };

	memcpy(head, bytes, len < sizeof(head) ? len : sizeof(head));
	for (size_t i = 0; i < sizeof(fstypes) / sizeof(fstypes[0]); i++) {
		bool more = image_fs_len(fstypes[i], head) >= there + 512;
		struct err err = { .text = "" };

		require((image_check_whole(&image, fstypes[i], head, there, &err) < 0) == more);
		require(more == (err.text[0] != '\0') && text_is_printable(span_of(err.text)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	enum image_form form = len && bytes[0] % 2 ? IMAGE_LTSP : IMAGE_OURS;
	struct span value = { (const char *)bytes + 1, len ? len - 1 : 0 };
	struct plan_image made = { .path = "/before" };
	char choices[256], options[512];
	struct out out = out_to(choices, sizeof(choices)), out_options = out_to(options, 512);
	struct err err = { .text = "" };
	int r;

	read_head(bytes, len);
	if (!len)
		return 0;
	r = image_parse(form, value, &made, &out, &err);
	require((r < 0) == (err.text[0] != '\0'));
	require(text_is_printable(span_of(choices)) && text_is_printable(span_of(err.text)));
	if (r < 0) {
		require(!strcmp(made.path, "/before"));
		return 0;
	}
	check_layers(value, bytes[0] & 2 ? IMAGE_CASPER : IMAGE_LIVE, made.path);
	require(made.path[0] == '/' && made.path[1] && made.path[strlen(made.path) - 1] != '/');
	require(text_is_printable(span_of(made.path)) && text_is_printable(span_of(made.options)));
	require(made.partno <= IMAGE_PARTITIONS_MAX);
	require(!made.partno || made.part.key == BLOCK_ANY);
	require(made.part.key != BLOCK_DEV);
	if (form == IMAGE_OURS)
		require(!made.fstype[0] && !made.options[0] && strlen(made.path) <= value.len + 1);
	image_options(made.options, "ext4", &out_options);
	require(!out_options.cut && strstr(options, "noload"));
	return 0;
}
