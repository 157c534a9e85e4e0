/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Images that lie over each other: which they are, by the path, a list, or the directory. */
#include "test.h"

#include "core/image_layers.h"

static struct image_layers seen;

/* The lowest first. */
static const char *layers_text(int rc, const struct err *err)
{
	static char text[IMAGE_LAYERS_MAX * IMAGE_LAYER_NAME_MAX];
	struct out out = out_to(text, sizeof(text));

	for (uint8_t i = 0; i < seen.n && !rc; i++)
		out_add(&out, "%s%s", i ? " " : "", seen.name[i]);
	if (rc)
		out_add(&out, "! %s", err->text);
	return text;
}

static const char *chain_of(const char *path)
{
	struct plan_image image = { .beside = IMAGE_CHAIN };
	struct err err = { .text = "" };

	(void)snprintf(image.path, sizeof(image.path), "%s", path);
	return layers_text(image_layers_chain(&image, &seen, &err), &err);
}

static const char *module_of(const char *text)
{
	struct err err = { .text = "" };

	return layers_text(image_layers_module(span_of(text), &seen, &err), &err);
}

static const char *dir_of(enum image_beside beside, const char *names)
{
	const struct plan_image image = { .beside = beside };
	struct span rest = span_of(names);
	struct err err = { .text = "" };
	char name[64];
	int rc = 0;

	seen.n = 0;
	while (rest.p && !rc) {
		(void)text_copy(name, sizeof(name), span_cut(&rest, ' '));
		rc = image_layers_seen(&image, name, &seen, &err);
	}
	return layers_text(rc, &err);
}

static void over_each_other(void)
{
	struct plan_image image = { .path = "/live/filesystem.squashfs", .other = "/x" };

	eq_str(chain_of("/casper/minimal.standard.live.squashfs"),
	       "minimal.squashfs minimal.standard.squashfs minimal.standard.live.squashfs");
	eq_str(chain_of("/casper/filesystem.squashfs"), "filesystem.squashfs");
	eq_str(chain_of("/casper/filesystem"), "filesystem");
	eq_str(chain_of("/a.b.c.d.e.f.g.h.i.j.k"), "! more than 8 images over each other");
	eq_str(chain_of("/casper/a..squashfs"), "a.squashfs a..squashfs");
	eq_str(module_of("filesystem.squashfs\nmore.squashfs\n"),
	       "filesystem.squashfs more.squashfs");
	eq_str(module_of(" b.ext4\ta.squashfs"), "b.ext4 a.squashfs");
	eq_str(module_of("\n"), "! no name in it");
	eq_str(module_of("../../etc/shadow"), "! \"../../etc/shadow\" is no name of an image");
	eq_str(module_of("a\x01.squashfs"), "! \"a\\x01.squashfs\" is no name of an image");
	eq_str(module_of("1 2 3 4 5 6 7 8 9"), "! more than 8 images over each other");
	eq_str(dir_of(IMAGE_LIVE, "vmlinuz z.ext4 filesystem.squashfs initrd.img filesystem.size "
				  "a.squashfs .x.squashfs b.xfs filesystem.squashfs.verity"),
	       "a.squashfs b.xfs filesystem.squashfs z.ext4");
	eq_str(dir_of(IMAGE_CASPER, "z.ext2 filesystem.squashfs ltsp.squashfs server.squashfs "
				    "a.ext4 filesystem.manifest"),
	       "filesystem.squashfs z.ext2");
	eq_str(dir_of(IMAGE_ALONE, "vmlinuz"), "");
	(void)dir_of(IMAGE_LIVE, "a.squashfs z.squashfs");
	image_layers_use(&image, &seen);
	eq_str(image.path, "/live/z.squashfs");
	eq_str(image.other, "");
	ok(image_layers_ok(&seen));
	memset(seen.name[0], 'a', sizeof(seen.name[0]));
	ok(!image_layers_ok(&seen));
	seen.n = IMAGE_LAYERS_MAX + 1;
	ok(!image_layers_ok(&seen));
}

int main(void)
{
	RUN(over_each_other);
	return test_end();
}
