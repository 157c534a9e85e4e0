/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words for a writable layer as dracut (rd.overlay=, once rd.live.overlay=),
 * cloud-initramfs-tools (overlayroot=) and netroot have them, and what they come to. */
#include "core/overlay.h"

#include <errno.h>
#include <string.h>

#include "core/rootspec.h"

#define QUOTE_MAX 64
#define IN_MEMORY "the layer is in memory instead"

/* --- words --- */

static bool is_one_of(struct span s, const char *const names[])
{
	for (size_t i = 0; names[i]; i++)
		if (span_eq(s, names[i]))
			return true;
	return false;
}

/* As tmpfs(5) has it: bytes, with a unit, or a part of the memory. */
static bool is_size(struct span s)
{
	uint64_t v;
	bool unit = s.len && strchr("kKmMgG%", s.p[s.len - 1]);

	s.len -= unit;
	return parse_uint(s, 10, 1, UINT32_MAX * 1024ull, &v);
}

/* 0: no limit. */
static bool is_count(struct span s)
{
	uint64_t v;

	s.len -= s.len && strchr("kKmMgG", s.p[s.len - 1]);
	return parse_uint(s, 10, 0, UINT32_MAX, &v);
}

static bool takes_option(struct span option)
{
	struct span value = option, key = span_cut(&value, '=');

	if (span_eq(key, "size"))
		return is_size(value);
	return (span_eq(key, "nr_blocks") || span_eq(key, "nr_inodes")) && is_count(value);
}

/* overlayroot's own options, which stand among the others. False: it is none of them. */
static bool takes_overlayroot(struct span option, struct plan_overlay *ret, struct out *choices)
{
	static const char *const without_effect[] = { "debug", "dir",  "driver", "fstype",
						      "swap",  "mkfs", NULL };
	struct span value = option, key = span_cut(&value, '=');
	const char *sep = choices->len ? ", " : "";
	char q[QUOTE_MAX];
	uint64_t v;

	if (span_eq(key, "timeout") && parse_uint(value, 10, 0, UINT16_MAX, &v))
		ret->wait_s = (uint32_t)v;
	else if (span_eq(key, "recurse") && span_eq(value, "1"))
		out_add(choices, "%sonly / gets a layer, not what the root's fstab mounts", sep);
	else if (is_one_of(key, without_effect))
		out_add(choices, "%s%s has no effect here", sep, text_quote(q, sizeof(q), key));
	else
		return span_eq(key, "recurse");
	return true;
}

static int refuse(struct err *err, struct span option, const char *why)
{
	char q[QUOTE_MAX];

	return err_set(err, EINVAL, "\"%s\": %s, " IN_MEMORY, text_quote(q, sizeof(q), option),
		       why);
}

static int parse_tmpfs(enum overlay_form form, struct span rest, struct plan_overlay *ret,
		       struct out *choices, struct err *err)
{
	struct out out = out_to(ret->tmpfs, sizeof(ret->tmpfs));

	while (rest.p) {
		struct span option = span_cut(&rest, ',');
		bool bare = form == OVERLAY_OURS && is_size(option);

		if (!option.len ||
		    (form == OVERLAY_OVERLAYROOT && takes_overlayroot(option, ret, choices)))
			continue;
		if (!bare && !takes_option(option))
			return refuse(err, option, "not size=, nr_blocks= or nr_inodes=");
		out_add(&out, "%s%s%.*s", out.len ? "," : "", bare ? "size=" : "",
			SPAN_ARG(option));
	}
	return out.cut ? err_set(err, E2BIG, "too long, " IN_MEMORY " as it is by default") : 0;
}

static bool is_disk(struct span text)
{
	return rootspec_kind(text, IN_WORD) == ROOTSPEC_BLOCK;
}

/* The layer's place is where the ones who had the word before have put it: what is there is kept.
 */
static int parse_disk(enum overlay_form form, struct span text, struct plan_overlay *ret,
		      struct err *err)
{
	static const char *const dirs[][2] = { [OVERLAY_OURS] = { "", "" },
					       [OVERLAY_DRACUT] = { "overlay", "ovlwork" },
					       [OVERLAY_LIVE] = { "overlay", "ovlwork" },
					       [OVERLAY_OVERLAYROOT] = { "overlay",
									 "overlay-workdir/_" } };
	struct span name = span_skip(text, strlen("/dev/"));
	struct err cause;

	if (!is_disk(text))
		return refuse(err, text, "not LABEL=, UUID=, PARTUUID=, PARTLABEL= or /dev/NAME");
	if (rootspec_block(text, &ret->disk, &cause))
		return err_set(err, EINVAL, "%s, " IN_MEMORY, cause.text);
	if (ret->disk.key == BLOCK_DEV && span_find(name, '/') < name.len)
		return refuse(err, text, "only udev has such a name: use LABEL= or UUID=");
	ret->kind = OVERLAY_DISK;
	(void)text_copy(ret->upper, sizeof(ret->upper), span_of(dirs[form][0])); /* both fit */
	(void)text_copy(ret->work, sizeof(ret->work), span_of(dirs[form][1]));
	return 0;
}

static int parse_device(struct span rest, struct plan_overlay *ret, struct out *choices,
			struct err *err)
{
	struct span disk = { NULL, 0 };

	while (rest.p) {
		struct span option = span_cut(&rest, ',');

		if (span_starts(option, "dev="))
			disk = span_skip(option, strlen("dev="));
		else if (option.len && !takes_overlayroot(option, ret, choices))
			return refuse(err, option, "no option of device:");
	}
	if (!disk.len)
		return err_set(err, EINVAL, "names no dev=, " IN_MEMORY);
	return parse_disk(OVERLAY_OVERLAYROOT, disk, ret, err);
}

static int parse(enum overlay_form form, struct span value, struct plan_overlay *ret,
		 struct out *choices, struct err *err)
{
	static const char *const no[] = { "0", "no", "off", "none", "disabled", NULL };
	static const char *const yes[] = { "", "1", "yes", "on", "tmpfs", NULL };
	struct span rest = value, kind = span_cut(&rest, ':');

	if (is_one_of(value, no) || (form == OVERLAY_OVERLAYROOT && !value.len))
		ret->kind = OVERLAY_NONE;
	if (ret->kind == OVERLAY_NONE || is_one_of(value, yes))
		return 0;
	if (span_eq(kind, "tmpfs"))
		return parse_tmpfs(form, rest, ret, choices, err);
	if (span_eq(kind, "nfs") || span_eq(kind, "nfs4"))
		return err_set(err, EINVAL,
			       "the kernel takes no layer on NFS (overlayfs needs whiteouts and "
			       "trusted attributes there), " IN_MEMORY);
	if (form == OVERLAY_OVERLAYROOT && span_eq(kind, "device"))
		return parse_device(rest, ret, choices, err);
	if (span_eq(kind, "crypt"))
		return err_set(err, ENOTSUP, "no encryption here, " IN_MEMORY);
	if (form == OVERLAY_LIVE && rest.len && is_disk(kind)) {
		out_add(choices, "the path behind ':' is not followed, /overlay is");
		value = kind;
	}
	if (is_disk(value))
		return parse_disk(form, value, ret, err);
	return err_set(err, EINVAL,
		       "not tmpfs[:size=SIZE], LABEL=, UUID=, PARTUUID=, PARTLABEL=, /dev/NAME or "
		       "off, " IN_MEMORY);
}

int overlay_parse(enum overlay_form form, struct span value, struct plan_overlay *ret,
		  struct out *choices, struct err *err)
{
	const struct plan_overlay in_memory = { .kind = OVERLAY_TMPFS, .wait_s = OVERLAY_WAIT_S };
	struct plan_overlay made = in_memory;
	int r = parse(form, value, &made, choices, err);

	*ret = r ? in_memory : made;
	return r;
}

/* --- the disk --- */

/* What overlayfs can write to: it needs whiteouts, trusted attributes and types in directories. */
static bool fstype_usable(const char *fstype)
{
	static const char *const usable[] = {
		"ext4", "ext3", "ext2", "xfs", "btrfs", "f2fs", NULL
	};

	return is_one_of(span_of(fstype), usable);
}

static const char *value_of(const struct plan_block *disk)
{
	return disk->key == BLOCK_DEV ? disk->value + strlen("/dev/") : disk->value;
}

enum rootdev_verdict overlay_choose(const struct plan_block *disk, const struct block_dev *devs,
				    size_t n, const char *root, bool local, size_t *ret_index,
				    struct err *err)
{
	const struct block_dev *first = NULL, *remote = NULL;
	char q[PLAN_NAME_MAX], there[ERR_TEXT_MAX];
	struct out out = out_to(there, sizeof(there));
	size_t at = 0;

	(void)text_quote(q, sizeof(q), span_of(value_of(disk)));
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(devs[i].name, root) ||
		    !rootdev_matches(&devs[i], disk->key, value_of(disk)))
			continue;
		if (local && devs[i].over_network) {
			remote = &devs[i];
			continue;
		}
		if (first) {
			(void)err_set(err, ENOTUNIQ, "both %s and %s have %s%s", first->name,
				      devs[i].name, rootdev_key_name(disk->key), q);
			return ROOTDEV_AMBIGUOUS;
		}
		first = &devs[i];
		at = i;
	}
	if (first && fstype_usable(first->fstype)) {
		*ret_index = at;
		return ROOTDEV_FOUND;
	}
	if (first) {
		(void)err_set(err, ENODEV, "%s holds %s: ext4, xfs, btrfs or f2fs is needed",
			      first->name,
			      first->fstype[0] ? text_quote(q, sizeof(q), span_of(first->fstype))
					       : "no filesystem");
		return ROOTDEV_NONE;
	}
	if (remote) {
		(void)err_set(err, EPERM,
			      "only %s has %s%s, which is no local disk, and the root is verified",
			      remote->name, rootdev_key_name(disk->key), q);
		return ROOTDEV_NONE;
	}
	rootdev_list(&out, disk->key, devs, n, root);
	(void)err_set(err, ENODEV, "no disk with %s%s, there is %s", rootdev_key_name(disk->key), q,
		      out.len ? there
			      : "none at all: mkinitrd --features ...,local-disk has the drivers");
	return ROOTDEV_NONE;
}

/* --- mounting --- */

static bool on_disk(const struct plan_overlay *overlay)
{
	return overlay->kind == OVERLAY_DISK && !overlay->frozen;
}

void overlay_dirs(const struct plan_overlay *overlay, struct out *upper, struct out *work)
{
	out_add(upper, OVERLAY_UPPER "/%s", on_disk(overlay) ? overlay->upper : "upper");
	out_add(work, OVERLAY_UPPER "/%s", on_disk(overlay) ? overlay->work : "work");
}

/* What a distribution's kernel may have on by default is said: an index of file handles and inode
 * numbers made of two filesystems' do not go with a lower layer on NFS or one that its owner
 * changes, and copies of metadata alone would be lost with it. */
void overlay_options(const struct plan_overlay *overlay, uint8_t n_below, struct out *out)
{
	char upper[sizeof(OVERLAY_UPPER) + 1 + PLAN_OVERLAY_DIR_MAX];
	char work[sizeof(OVERLAY_UPPER) + 1 + PLAN_OVERLAY_DIR_MAX];
	struct out out_upper = out_to(upper, sizeof(upper)), out_work = out_to(work, sizeof(work));

	overlay_dirs(overlay, &out_upper, &out_work);
	out_add(out, "lowerdir=");
	if (overlay->kind == OVERLAY_DISK && overlay->frozen)
		out_add(out, OVERLAY_FROZEN "/%s:", overlay->upper);
	out_add(out, OVERLAY_LOWER);
	while (n_below--)
		out_add(out, ":" OVERLAY_BELOW "/%u", n_below);
	out_add(out, ",upperdir=%s,workdir=%s", upper, work);
	out_add(out, ",index=off,nfs_export=off,xino=off,metacopy=off");
}

/* --- fstab --- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span next_field(struct span *rest)
{
	struct span field;

	while (rest->len && is_blank(rest->p[0]))
		*rest = span_skip(*rest, 1);
	field = *rest;
	while (rest->len && !is_blank(rest->p[0]))
		*rest = span_skip(*rest, 1);
	field.len -= rest->len;
	return field;
}

static bool is_of_slash(struct span line)
{
	struct span what = next_field(&line), where = next_field(&line);

	return what.len && what.p[0] != '#' && span_eq(where, "/");
}

bool overlay_fstab(struct span text, struct out *out)
{
	bool changed = false;

	while (text.len) {
		struct span line = span_cut(&text, '\n');
		bool of_slash = is_of_slash(line);

		changed = changed || of_slash;
		out_add(out, "%s%.*s\n", of_slash ? "# / has a writable layer over what was: " : "",
			SPAN_ARG(line));
	}
	return changed;
}
