/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words for an image file as netroot and LTSP have them, and what is looked for in it. */
#include "core/image.h"

#include <errno.h>
#include <string.h>

#include "core/bytes.h"
#include "core/rootspec.h"

#define QUOTE_MAX 64

/* --- words --- */

static int set_path(struct span path, struct plan_image *ret, struct err *err)
{
	while (path.len > 1 && path.p[0] == '/' && path.p[1] == '/')
		path = span_skip(path, 1);
	if (!path.len || path.p[path.len - 1] == '/')
		return err_set(err, EINVAL,
			       "names no file: give its path in the root, or leave the word out");
	if (!text_is_printable(path))
		return err_set(err, EINVAL,
			       "characters that are not printable ASCII: rename the file");
	if (path.len + 2 > sizeof(ret->path))
		return err_set(err, ENAMETOOLONG,
			       "longer than %zu bytes: give the file a shorter path",
			       sizeof(ret->path) - 2);
	ret->path[0] = '/';
	(void)text_copy(ret->path + 1, sizeof(ret->path) - 1,
			span_skip(path, path.p[0] == '/')); /* it fits */
	return 0;
}

static bool set_number(struct span text, struct plan_image *ret)
{
	uint64_t v;

	if (!parse_uint(text, 10, 1, IMAGE_PARTITIONS_MAX, &v))
		return false;
	ret->partno = (uint32_t)v;
	return true;
}

/* What stands behind a ':'; false: it is a part of the path. */
static bool set_part(struct span text, struct plan_image *ret)
{
	struct err unused;

	if (set_number(text, ret))
		return true;
	return span_find(text, '=') < text.len && text.p[0] != '/' &&
	       rootspec_kind(text, IN_WORD) == ROOTSPEC_BLOCK &&
	       rootspec_block(text, &ret->part, &unused) == 0;
}

static int parse_ours(struct span value, struct plan_image *ret, struct err *err)
{
	struct span path = value;

	for (size_t i = 0; i + 1 < value.len; i++) {
		if (value.p[i] != ':' || !set_part(span_skip(value, i + 1), ret))
			continue;
		path.len = i;
		break;
	}
	return set_path(path, ret, err);
}

static bool is_fstype(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.p[i] < 'a' || s.p[i] > 'z') && (s.p[i] < '0' || s.p[i] > '9'))
			return false;
	return s.len;
}

static int take_option(struct span option, struct plan_image *ret, struct out *options,
		       struct err *err)
{
	struct span value = option, key = span_cut(&value, '=');
	char q[QUOTE_MAX];

	(void)text_quote(q, sizeof(q), option);
	if (span_eq(key, "partition") && set_number(value, ret))
		return 0;
	if (span_eq(key, "fstype") && is_fstype(value) &&
	    text_copy(ret->fstype, sizeof(ret->fstype), value))
		return 0;
	if (span_eq(key, "partition") || span_eq(key, "fstype"))
		return err_set(err, EINVAL,
			       "\"%s\" is none: partition= is a number from 1 to %d, fstype= a "
			       "name as ext4",
			       q, IMAGE_PARTITIONS_MAX);
	if (span_eq(key, "subdir"))
		return err_set(err, ENOTSUP,
			       "\"%s\": images below / are not supported yet, leave it out", q);
	/* mount(8)'s own, and what holds anyway */
	if (span_eq(option, "loop") || span_eq(option, "ro") || !option.len)
		return 0;
	if (span_eq(option, "rw") || !text_is_printable(option))
		return err_set(err, EINVAL,
			       "\"%s\": an image is only read, leave it out: netroot.overlay gives "
			       "it a writable layer",
			       q);
	out_add(options, "%s%.*s", options->len ? "," : "", SPAN_ARG(option));
	return 0;
}

static int parse_ltsp(struct span value, struct plan_image *ret, struct out *choices,
		      struct err *err)
{
	struct span rest = value, path = span_cut(&rest, ',');
	struct out options = out_to(ret->options, sizeof(ret->options));

	for (size_t i = 0; i + 1 < value.len; i++)
		if (value.p[i] == ',' && value.p[i + 1] == ',')
			return err_set(err, ENOTSUP,
				       "images in images are not supported yet: take the inner one "
				       "out, and name it alone");
	if (span_starts(path, "http:") || span_starts(path, "https:") || span_starts(path, "ftp:"))
		return err_set(err, ENOTSUP,
			       "images by URL are not supported yet: put the file into the root, "
			       "and give its path there");
	while (rest.p)
		if (take_option(span_cut(&rest, ','), ret, &options, err))
			return -err->code;
	if (options.cut)
		return err_set(err, E2BIG, "options too long: leave some out");
	if (path.len && path.p[0] == '/')
		out_add(choices, "read as a path inside the root, not inside the initrd");
	return set_path(path, ret, err);
}

int image_parse(enum image_form form, struct span value, struct plan_image *ret,
		struct out *choices, struct err *err)
{
	struct plan_image made = { .partno = 0 };
	int r = form == IMAGE_LTSP ? parse_ltsp(value, &made, choices, err)
				   : parse_ours(value, &made, err);

	if (!r)
		*ret = made;
	return r;
}

void image_take_other(struct plan_image *image)
{
	memcpy(image->path, image->other, sizeof(image->path));
	image->other[0] = '\0';
}

/* --- what is in it --- */

static void add_what(const struct plan_image *image, struct out *out)
{
	char q[PLAN_NAME_MAX];

	if (image->partno)
		out_add(out, "partition %u", image->partno);
	else
		out_add(out, "filesystem with %s%s", rootdev_key_name(image->part.key),
			text_quote(q, sizeof(q), span_of(image->part.value)));
}

static bool is_asked_for(const struct plan_image *image, const struct block_dev *dev)
{
	if (image->partno)
		return dev->partno == image->partno;
	return image->part.key == BLOCK_ANY ||
	       rootdev_matches(dev, image->part.key, image->part.value);
}

static int none(const struct plan_image *image, const struct block_dev *devs, size_t n,
		struct err *err)
{
	bool any = !image->partno && image->part.key == BLOCK_ANY;
	char q[QUOTE_MAX], what[PLAN_NAME_MAX + 32], there[ERR_TEXT_MAX];
	struct out out_what = out_to(what, sizeof(what)), out = out_to(there, sizeof(there));

	(void)text_quote(q, sizeof(q), span_of(image->path));
	if (n < 2 && any && !devs[0].fstype[0])
		return err_set(err, ENODEV,
			       "the image %s holds no filesystem (squashfs, erofs, ext4, xfs, "
			       "btrfs) nor a partition table: is it the right file, and whole?",
			       q);
	add_what(image, &out_what);
	rootdev_list(&out, image->part.key, devs, n, "");
	return err_set(err, ENODEV, "the image %s has no %s that can be the root, there is %s", q,
		       any ? "filesystem" : what, there);
}

int image_choose(const struct plan_image *image, const struct block_dev *devs, size_t n,
		 size_t *ret_index, struct err *err)
{
	const struct block_dev *first = NULL;
	char q[QUOTE_MAX];
	size_t n_marked = 0, n_found = 0;

	for (size_t i = 0; i < n; i++)
		n_marked += rootdev_is_root_partition(&devs[i]) && is_asked_for(image, &devs[i]);
	for (size_t i = 0; i < n; i++) {
		const struct block_dev *dev = &devs[i];

		if (!is_asked_for(image, dev) ||
		    !(image->fstype[0] || rootdev_fstype_usable(dev->fstype)) ||
		    (n_marked && !rootdev_is_root_partition(dev)))
			continue;
		if (!n_found++) {
			first = dev;
			*ret_index = i;
		}
		if (!dev->partno)
			break; /* a filesystem over the whole of it */
	}
	if (!n_found)
		return none(image, devs, n, err);
	if (n_found > 1)
		return err_set(
			err, ENOTUNIQ,
			"more than one partition of the image %s can be the root: say which, "
			"as netroot.image=...:%u",
			text_quote(q, sizeof(q), span_of(image->path)), first->partno);
	return 0;
}

/* --- whether all of it is there --- */

#define SECTOR 512
#define BLOCK_BITS_MAX 16 /* 64 KiB */

static uint64_t blocks_len(uint64_t n, uint32_t bits)
{
	return bits > BLOCK_BITS_MAX || n > UINT64_MAX >> bits ? UINT64_MAX : n << bits;
}

/* Documentation/filesystems/ext4/super.rst */
static uint64_t ext4_len(struct reader *r)
{
	uint64_t n;
	uint32_t bits, features;

	(void)read_bytes(r, 1024 + 4);
	n = read_he32(r);
	(void)read_bytes(r, 16);
	bits = read_he32(r);
	(void)read_bytes(r, 68);
	features = read_he32(r);
	(void)read_bytes(r, 236);
	if (features & 0x80) /* 64bit */
		n |= (uint64_t)read_he32(r) << 32;
	return blocks_len(n, bits > BLOCK_BITS_MAX ? bits : bits + 10);
}

/* fs/erofs/erofs_fs.h */
static uint64_t erofs_len(struct reader *r)
{
	uint8_t bits;

	(void)read_bytes(r, 1024 + 12);
	bits = read_u8(r);
	(void)read_bytes(r, 23);
	return blocks_len(read_he32(r), bits);
}

/* fs/xfs/libxfs/xfs_format.h */
static uint64_t xfs_len(struct reader *r)
{
	uint32_t block;
	uint64_t n;

	(void)read_bytes(r, 4);
	block = read_be32(r);
	n = read_be64(r);
	return block && n > UINT64_MAX / block ? UINT64_MAX : n * block;
}

uint64_t image_fs_len(const char *fstype, const uint8_t head[static IMAGE_HEAD_LEN])
{
	struct reader r = reader_of(head, IMAGE_HEAD_LEN);

	if (!strcmp(fstype, "squashfs")) { /* fs/squashfs/squashfs_fs.h */
		(void)read_bytes(&r, 40);
		return read_he64(&r);
	}
	if (!strcmp(fstype, "erofs"))
		return erofs_len(&r);
	if (!strcmp(fstype, "xfs"))
		return xfs_len(&r);
	return span_starts(span_of(fstype), "ext") ? ext4_len(&r) : 0;
}

int image_check_whole(const struct plan_image *image, const char *fstype,
		      const uint8_t head[static IMAGE_HEAD_LEN], uint64_t len, struct err *err)
{
	uint64_t fs = image_fs_len(fstype, head);
	char q[QUOTE_MAX];

	if (fs / SECTOR <= len / SECTOR)
		return 0;
	return err_set(err, ENODATA,
		       "the image %s is not all there: the %s in it is of %llu bytes, and there "
		       "are %llu: copy it there again, under another name, and move it into place",
		       text_quote(q, sizeof(q), span_of(image->path)), fstype,
		       (unsigned long long)fs, (unsigned long long)len);
}

void image_options(const char *given, const char *fstype, struct out *out)
{
	static const struct {
		const char *fstype, *option;
	} journals[] = { { "ext4", "noload" }, { "ext3", "noload" }, { "xfs", "norecovery" } };

	out_add(out, "%s", given);
	for (size_t i = 0; i < sizeof(journals) / sizeof(journals[0]); i++)
		if (!strcmp(fstype, journals[i].fstype))
			out_add(out, "%s%s", out->len ? "," : "", journals[i].option);
}
