/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of a writable layer: the first byte says whose, the rest is the value. What is refused
 * is a layer in memory as it is by default; options never hold more than was asked for. Then the
 * same bytes as an fstab: afterwards nothing is mounted on /, and no line is lost.
 */
#include <string.h>

#include "fuzz.h"

#include "core/overlay.h"

static size_t count(struct span s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.p[i] == c;
	return n;
}

static void check_word(enum overlay_form form, struct span value)
{
	struct plan_overlay made;
	char choices[256], options[512];
	struct out out = out_to(choices, sizeof(choices)), out_options = out_to(options, 512);
	struct err err = { .text = "" };
	int r = overlay_parse(form, value, &made, &out, &err);

	require((r < 0) == (err.text[0] != '\0'));
	require(text_is_printable(span_of(choices)) && text_is_printable(span_of(err.text)));
	if (r < 0)
		require(made.kind == OVERLAY_TMPFS && !made.tmpfs[0]);
	require((made.kind == OVERLAY_DISK) == (made.disk.key != BLOCK_ANY));
	require(strspn(made.tmpfs, "abcdefghijklmnopqrstuvwxyzKMG_=,%0123456789") ==
		strlen(made.tmpfs));
	if (made.kind == OVERLAY_DISK && made.disk.key == BLOCK_DEV)
		require(!strncmp(made.disk.value, "/dev/", 5) && !strchr(made.disk.value + 5, '/'));
	overlay_options(&made, 0, &out_options);
	require(!out_options.cut && count(span_of(options), ',') == 6);
}

static void check_fstab(struct span text)
{
	static char made[1 << 16], again[1 << 16];
	struct out out = out_to(made, sizeof(made)), out_again = out_to(again, sizeof(again));
	size_t n = count(text, '\n') + (text.len && text.p[text.len - 1] != '\n');

	if (text.len > 4096 || memchr(text.p, '\0', text.len))
		return;
	(void)overlay_fstab(text, &out);
	require(!out.cut && count(span_of(made), '\n') == n);
	require(!overlay_fstab(span_of(made), &out_again));
	require(!strcmp(made, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span value = { (const char *)bytes + 1, len - 1 };

	if (!len)
		return 0;
	check_word((enum overlay_form)(bytes[0] % 4), value);
	check_fstab(value);
	return 0;
}
