/* SPDX-License-Identifier: GPL-2.0-or-later */
/* live-boot's 9990-overlay.sh, casper's scripts/casper (setup_overlay()). */
#include "core/image_layers.h"

#include <errno.h>
#include <string.h>

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A name of one file, however the listing or the text came about. */
static bool is_name(struct span name)
{
	return name.len && name.len < IMAGE_LAYER_NAME_MAX && name.p[0] != '.' &&
	       text_is_printable(name) && span_find(name, '/') == name.len;
}

static int add(struct image_layers *ret, uint8_t at, struct span name, struct err *err)
{
	char q[64];

	if (!is_name(name))
		return err_set(err, EINVAL, "\"%s\" is no name of an image",
			       text_quote(q, sizeof(q), name));
	if (ret->n == IMAGE_LAYERS_MAX)
		return err_set(err, E2BIG, "more than %d images over each other", IMAGE_LAYERS_MAX);
	memmove(ret->name[at + 1], ret->name[at], (size_t)(ret->n - at) * sizeof(ret->name[0]));
	(void)text_copy(ret->name[at], sizeof(ret->name[0]), name); /* it fits */
	ret->n++;
	return 0;
}

void image_layers_one(const struct plan_image *image, struct image_layers *ret)
{
	struct err unused;

	ret->n = 0;
	/* a longer one has no others beside it, and is the path's anyway */
	if (add(ret, 0, span_of(base_of(image->path)), &unused))
		ret->n = 0;
}

int image_layers_chain(const struct plan_image *image, struct image_layers *ret, struct err *err)
{
	const char *base = base_of(image->path), *end = strrchr(base, '.');
	char name[PLAN_PATH_MAX];

	ret->n = 0;
	for (const char *p = end ? strchr(base, '.') : NULL; p; p = strchr(p + 1, '.')) {
		struct out out = out_to(name, sizeof(name));

		out_add(&out, "%.*s%s", (int)(p - base), base, end);
		if (add(ret, ret->n, span_of(name), err))
			return -err->code;
	}
	return ret->n ? 0 : add(ret, 0, span_of(base), err);
}

int image_layers_module(struct span text, struct image_layers *ret, struct err *err)
{
	ret->n = 0;
	while (text.len) {
		size_t len = 0;

		while (len < text.len && !strchr(" \t\r\n", text.p[len]))
			len++;
		if (len && add(ret, ret->n, (struct span){ text.p, len }, err))
			return -err->code;
		text = span_skip(text, len + (len < text.len));
	}
	return ret->n ? 0 : err_set(err, ENOENT, "no name in it");
}

static bool is_laid(enum image_beside beside, struct span name)
{
	static const char *const endings[] = { ".squashfs", ".ext2", ".ext3", ".ext4", ".xfs" };
	size_t n = beside == IMAGE_CASPER ? 2 : sizeof(endings) / sizeof(endings[0]);

	/* Edubuntu's, which casper skips */
	if (beside == IMAGE_CASPER &&
	    (span_eq(name, "ltsp.squashfs") || span_eq(name, "server.squashfs")))
		return false;
	for (size_t i = 0; i < n; i++)
		if (span_ends(name, endings[i]))
			return is_name(name);
	return false;
}

int image_layers_seen(const struct plan_image *image, const char *name, struct image_layers *ret,
		      struct err *err)
{
	uint8_t at = 0;

	if (!is_laid(image->beside, span_of(name)))
		return 0;
	while (at < ret->n && strcmp(ret->name[at], name) < 0)
		at++;
	return add(ret, at, span_of(name), err);
}

bool image_layer_path(const struct plan_image *image, const char *name,
		      char ret[static PLAN_PATH_MAX])
{
	struct out out = out_to(ret, PLAN_PATH_MAX);

	out_add(&out, "%.*s%s", (int)(base_of(image->path) - image->path), image->path, name);
	return !out.cut;
}

void image_layers_use(struct plan_image *image, const struct image_layers *layers)
{
	char path[PLAN_PATH_MAX];

	if (!layers->n || !image_layer_path(image, layers->name[layers->n - 1], path))
		return;
	memcpy(image->path, path, sizeof(image->path));
	image->other[0] = '\0';
}

bool image_layers_ok(const struct image_layers *layers)
{
	if (layers->n > IMAGE_LAYERS_MAX)
		return false;
	for (uint8_t i = 0; i < layers->n; i++)
		if (!memchr(layers->name[i], '\0', sizeof(layers->name[i])) ||
		    !is_name(span_of(layers->name[i])))
			return false;
	return true;
}
