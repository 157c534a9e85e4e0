/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of an image: the first byte says whose, the rest is the value. What is refused leaves
 * the result as it was; a path is absolute, printable, and names no directory by its form; it and
 * the partition are all of a value of netroot's.
 */
#include <string.h>

#include "fuzz.h"

#include "core/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	enum image_form form = len && bytes[0] % 2 ? IMAGE_LTSP : IMAGE_OURS;
	struct span value = { (const char *)bytes + 1, len ? len - 1 : 0 };
	struct plan_image made = { .path = "/before" };
	char choices[256], options[512];
	struct out out = out_to(choices, sizeof(choices)), out_options = out_to(options, 512);
	struct err err = { .text = "" };
	int r;

	if (!len)
		return 0;
	r = image_parse(form, value, &made, &out, &err);
	require((r < 0) == (err.text[0] != '\0'));
	require(text_is_printable(span_of(choices)) && text_is_printable(span_of(err.text)));
	if (r < 0) {
		require(!strcmp(made.path, "/before"));
		return 0;
	}
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
