/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of the disks and partitions is the root. Labels, UUIDs and partition names come from the
 * disk: they are compared as bytes and shown quoted. Knows nothing of how they were read.
 */
#include "core/rootdev.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Discoverable Partitions Specification: "Root Partition (amd64/x86_64)" */
#define PARTTYPE_ROOT_X86_64 "4f68bce3-e8cd-4db1-96e7-fbcaf984b709"
#define QUOTE_MAX 64

struct want {
	const struct plan_root *root;
	const struct block_dev *devs;
	size_t n;
	bool all_seen;
	enum block_key key;
	char value[PLAN_NAME_MAX]; /* BLOCK_DEV: kernel name */
};

/* --- LUNs --- */

void lun_from_kernel(uint64_t kernel_lun, uint8_t ret[static 8])
{
	for (int i = 0; i < 8; i += 2) {
		ret[i] = (uint8_t)(kernel_lun >> 8);
		ret[i + 1] = (uint8_t)kernel_lun;
		kernel_lun >>= 16;
	}
}

uint64_t lun_to_kernel(const uint8_t lun[static 8])
{
	uint64_t v = 0;

	for (int i = 6; i >= 0; i -= 2)
		v = v << 16 | (uint64_t)lun[i] << 8 | lun[i + 1];
	return v;
}

/* Single level, peripheral (00b, bus 0) or flat space (01b) addressing: a plain number. */
static bool lun_number(const uint8_t lun[static 8], unsigned int *ret)
{
	for (int i = 2; i < 8; i++)
		if (lun[i])
			return false;
	if (lun[0] == 0)
		*ret = lun[1];
	else if ((lun[0] & 0xc0) == 0x40)
		*ret = (lun[0] & 0x3fu) << 8 | lun[1];
	else
		return false;
	return true;
}

bool lun_eq(const uint8_t a[static 8], const uint8_t b[static 8])
{
	unsigned int na, nb;

	if (lun_number(a, &na) && lun_number(b, &nb))
		return na == nb;
	return !memcmp(a, b, 8);
}

char *lun_text(const uint8_t lun[static 8], char *dst, size_t size)
{
	unsigned int number;

	if (lun_number(lun, &number))
		(void)snprintf(dst, size, "%u", number);
	else
		(void)snprintf(dst, size, "%02x%02x-%02x%02x-%02x%02x-%02x%02x", lun[0], lun[1],
			       lun[2], lun[3], lun[4], lun[5], lun[6], lun[7]);
	return dst;
}

/* --- nodes in /dev --- */

#define NS_PER_MS 1000000ull
#define LATE_FIRST_NS (20 * NS_PER_MS) /* a hundred times what the kernel takes when idle */
#define LATE_LIMIT_NS (2000 * NS_PER_MS)

bool rootdev_is_late(int code)
{
	return code == ENOENT || code == ENXIO;
}

void rootdev_node_seen(struct rootdev_node *node, uint64_t now_ns)
{
	*node = (struct rootdev_node){ .state = ROOTDEV_NODE_UNREAD, .seen_ns = now_ns };
}

void rootdev_node_news(struct rootdev_node *node)
{
	if (node->state == ROOTDEV_NODE_LATE)
		node->state = ROOTDEV_NODE_UNREAD;
}

bool rootdev_node_read(struct rootdev_node *node, int code, uint64_t now_ns)
{
	uint64_t age_ns = now_ns - node->seen_ns;

	if (!rootdev_is_late(code) || age_ns >= LATE_LIMIT_NS) {
		node->state = ROOTDEV_NODE_DONE;
		return true;
	}
	node->state = ROOTDEV_NODE_LATE;
	node->again_ns = now_ns + (age_ns > LATE_FIRST_NS ? age_ns : LATE_FIRST_NS);
	return false;
}

uint64_t rootdev_node_due(const struct rootdev_node *node)
{
	switch (node->state) {
	case ROOTDEV_NODE_UNREAD:
		return 0;
	case ROOTDEV_NODE_LATE:
		return node->again_ns;
	case ROOTDEV_NODE_DONE:
		break;
	}
	return ROOTDEV_NEVER;
}

/* --- one device --- */

bool rootdev_fstype_usable(const char *fstype)
{
	static const char *const usable[] = { "ext4",  "ext3",	   "ext2",  "xfs",
					      "btrfs", "squashfs", "erofs", "f2fs" };

	for (size_t i = 0; i < sizeof(usable) / sizeof(usable[0]); i++)
		if (!strcmp(fstype, usable[i]))
			return true;
	return false;
}

const char *rootdev_key_name(enum block_key key)
{
	switch (key) {
	case BLOCK_LABEL:
		return "LABEL=";
	case BLOCK_UUID:
		return "UUID=";
	case BLOCK_PARTUUID:
		return "PARTUUID=";
	case BLOCK_PARTLABEL:
		return "PARTLABEL=";
	case BLOCK_DEV:
		return "/dev/";
	case BLOCK_ANY:
		break;
	}
	return "";
}

const char *rootdev_field(const struct block_dev *dev, enum block_key key)
{
	switch (key) {
	case BLOCK_ANY:
	case BLOCK_LABEL:
		return dev->label;
	case BLOCK_UUID:
		return dev->uuid;
	case BLOCK_PARTUUID:
		return dev->partuuid;
	case BLOCK_PARTLABEL:
		return dev->partlabel;
	case BLOCK_DEV:
		return dev->name;
	}
	return "";
}

bool rootdev_matches(const struct block_dev *dev, enum block_key key, const char *value)
{
	const char *field = rootdev_field(dev, key);

	if (!field[0])
		return false;
	if (key == BLOCK_UUID || key == BLOCK_PARTUUID)
		return span_eq_nocase(span_of(field), value);
	return !strcmp(field, value);
}

bool rootdev_is_root_partition(const struct block_dev *dev)
{
	return span_eq_nocase(span_of(dev->parttype), PARTTYPE_ROOT_X86_64);
}

void rootdev_list(struct out *out, enum block_key key, const struct block_dev *devs, size_t n,
		  const char *except)
{
	char q[QUOTE_MAX];

	if (key == BLOCK_ANY || key == BLOCK_DEV)
		key = BLOCK_LABEL;
	for (size_t i = 0; i < n; i++) {
		const char *field = rootdev_field(&devs[i], key);

		if (!strcmp(devs[i].name, except))
			continue;
		out_add(out, "%s%s %s", out->len ? ", " : "", devs[i].name,
			devs[i].fstype[0] ? text_quote(q, sizeof(q), span_of(devs[i].fstype))
					  : "without filesystem");
		if (field[0])
			out_add(out, " %s%s", rootdev_key_name(key),
				text_quote(q, sizeof(q), span_of(field)));
	}
}

/* "LUN 1 sda ext4 LABEL=data"; the field that was asked for, the label where none was. */
static void describe(struct out *out, const struct block_dev *dev, enum block_key key)
{
	enum block_key show = key == BLOCK_ANY || key == BLOCK_DEV ? BLOCK_LABEL : key;
	const char *field = rootdev_field(dev, show);
	char lun[24], quoted[160];

	if (!dev->partno)
		out_add(out, "LUN %s ", lun_text(dev->lun, lun, sizeof(lun)));
	out_add(out, "%s", dev->name);
	if (dev->fstype[0])
		out_add(out, " %s", text_quote(quoted, sizeof(quoted), span_of(dev->fstype)));
	else if (dev->pttype[0])
		out_add(out, " %s partitions",
			text_quote(quoted, sizeof(quoted), span_of(dev->pttype)));
	else
		out_add(out, " no filesystem");
	if (field[0])
		out_add(out, " %s%s", rootdev_key_name(show),
			text_quote(quoted, sizeof(quoted), span_of(field)));
}

/* Everything there is, for the message that says what is there instead. */
static void describe_all(struct out *out, const struct want *want)
{
	for (size_t i = 0; i < want->n; i++) {
		if (i)
			out_add(out, ", ");
		describe(out, &want->devs[i], want->key);
	}
}

/* --- verdicts --- */

static enum rootdev_verdict none(const struct want *want, struct err *err, const char *what)
{
	char there[ERR_TEXT_MAX];
	struct out out = out_to(there, sizeof(there));

	if (!want->all_seen)
		return ROOTDEV_WAIT;
	if (!want->n) {
		(void)err_set(err, ENODEV,
			      "target %s shows no disk: map a LUN to this initiator on the target",
			      want->root->iscsi.target);
		return ROOTDEV_NONE;
	}
	describe_all(&out, want);
	(void)err_set(err, ENODEV, "%s on target %s: %s", what, want->root->iscsi.target, there);
	return ROOTDEV_NONE;
}

static enum rootdev_verdict unusable(const struct want *want, const struct block_dev *dev,
				     struct err *err)
{
	char quoted[64];

	if (!want->all_seen)
		return ROOTDEV_WAIT;
	if (dev->fstype[0])
		(void)err_set(err, ENODEV, "%s is %s, which is not supported as a root", dev->name,
			      text_quote(quoted, sizeof(quoted), span_of(dev->fstype)));
	else if (dev->pttype[0])
		(void)err_set(err, ENODEV, "%s holds a %s partition table, not a filesystem",
			      dev->name, text_quote(quoted, sizeof(quoted), span_of(dev->pttype)));
	else
		(void)err_set(err, ENODEV, "%s holds no filesystem", dev->name);
	return ROOTDEV_NONE;
}

/* --- candidates: a set of indices --- */

struct found {
	size_t at[ROOTDEV_MAX];
	size_t n;
};

static void found_add(struct found *found, size_t index)
{
	if (found->n < ROOTDEV_MAX)
		found->at[found->n++] = index;
}

static enum rootdev_verdict ambiguous(const struct want *want, const struct found *found,
				      const char *what, const char *remedy, struct err *err)
{
	char names[ERR_TEXT_MAX];
	struct out out = out_to(names, sizeof(names));

	if (!want->all_seen)
		return ROOTDEV_WAIT;
	for (size_t i = 0; i < found->n; i++) {
		const struct block_dev *dev = &want->devs[found->at[i]];
		char lun[24];

		out_add(&out, "%s%s (LUN %s)", i ? ", " : "", dev->name,
			lun_text(dev->lun, lun, sizeof(lun)));
	}
	(void)err_set(err, ENOTUNIQ, "%s on target %s: %s; %s", what, want->root->iscsi.target,
		      names, remedy);
	return ROOTDEV_AMBIGUOUS;
}

/* Of several, those on the LUN that the plan names, when there are such. */
static void prefer_lun(const struct want *want, struct found *found)
{
	struct found there = { .n = 0 };

	if (!want->root->iscsi.lun_given)
		return;
	for (size_t i = 0; i < found->n; i++)
		if (lun_eq(want->devs[found->at[i]].lun, want->root->iscsi.lun))
			found_add(&there, found->at[i]);
	if (there.n)
		*found = there;
}

static enum rootdev_verdict choose_by_key(const struct want *want, size_t *ret_index,
					  struct err *err)
{
	const struct block_dev *wrong = NULL;
	struct found found = { .n = 0 };
	char what[PLAN_NAME_MAX + 64], quoted[PLAN_NAME_MAX];

	for (size_t i = 0; i < want->n; i++) {
		if (!rootdev_matches(&want->devs[i], want->key, want->value))
			continue;
		if (rootdev_fstype_usable(want->devs[i].fstype))
			found_add(&found, i);
		else if (!wrong)
			wrong = &want->devs[i];
	}
	prefer_lun(want, &found);
	/* kernel names are unique; labels and UUIDs are known to be only when all were seen */
	if (found.n == 1 && (want->all_seen || want->key == BLOCK_DEV)) {
		*ret_index = found.at[0];
		return ROOTDEV_FOUND;
	}
	if (!found.n && wrong)
		return unusable(want, wrong, err);
	(void)text_quote(quoted, sizeof(quoted), span_of(want->value));
	if (found.n > 1) {
		(void)snprintf(what, sizeof(what), "more than one filesystem with %s%s",
			       rootdev_key_name(want->key), quoted);
		return ambiguous(want, &found, what,
				 "give one another, or name the LUN in the root-path", err);
	}
	(void)snprintf(what, sizeof(what), "no %s%s%s",
		       want->key == BLOCK_DEV ? "disk or partition " : "filesystem with ",
		       rootdev_key_name(want->key), quoted);
	return none(want, err, what);
}

/* --- without a key --- */

static bool any_usable_on(const struct want *want, const uint8_t lun[static 8])
{
	for (size_t i = 0; i < want->n; i++)
		if (lun_eq(want->devs[i].lun, lun) && rootdev_fstype_usable(want->devs[i].fstype))
			return true;
	return false;
}

static unsigned long long lun_rank(const uint8_t lun[static 8])
{
	unsigned int number;

	return lun_number(lun, &number) ? number : 1ull << 32 | lun[0] << 8 | lun[1];
}

/* The LUN to look at; false where none has a filesystem that can be a root. */
static bool lowest_usable_lun(const struct want *want, uint8_t ret[static 8])
{
	const uint8_t *best = NULL;

	for (size_t i = 0; i < want->n; i++) {
		const uint8_t *lun = want->devs[i].lun;

		if (any_usable_on(want, lun) && (!best || lun_rank(lun) < lun_rank(best)))
			best = lun;
	}
	if (best)
		memcpy(ret, best, 8);
	return best != NULL;
}

/* What keeps the LUN from having a root, where one thing can be blamed: a marked root partition, or
 * a container. */
static const struct block_dev *culprit(const struct want *want, const uint8_t *lun)
{
	static const char *const containers[] = { "LVM2_member", "crypto_LUKS",
						  "linux_raid_member" };

	for (size_t i = 0; i < want->n; i++) {
		const struct block_dev *dev = &want->devs[i];

		if (lun && !lun_eq(dev->lun, lun))
			continue;
		if (rootdev_is_root_partition(dev))
			return dev;
		for (size_t k = 0; k < sizeof(containers) / sizeof(containers[0]); k++)
			if (!strcmp(dev->fstype, containers[k]))
				return dev;
	}
	return NULL;
}

static bool has_disk(const struct want *want, const uint8_t lun[static 8])
{
	for (size_t i = 0; i < want->n; i++)
		if (lun_eq(want->devs[i].lun, lun))
			return true;
	return false;
}

/* No filesystem where one was looked for; lun NULL: on no LUN. */
static enum rootdev_verdict none_usable(const struct want *want, const uint8_t *lun,
					struct err *err)
{
	const struct block_dev *wrong = culprit(want, lun);
	char what[64], text[24];

	if (wrong)
		return unusable(want, wrong, err);
	if (!lun)
		return none(want, err, "no filesystem that can be the root");
	(void)snprintf(what, sizeof(what), "%s at LUN %s",
		       has_disk(want, lun) ? "no filesystem that can be the root" : "no disk",
		       lun_text(lun, text, sizeof(text)));
	return none(want, err, what);
}

static enum rootdev_verdict choose_partition(const struct want *want, const uint8_t lun[static 8],
					     size_t *ret_index, struct err *err)
{
	struct found marked = { .n = 0 }, usable = { .n = 0 };
	const struct found *found;

	for (size_t i = 0; i < want->n; i++) {
		const struct block_dev *dev = &want->devs[i];

		if (!dev->partno || !lun_eq(dev->lun, lun))
			continue;
		if (rootdev_is_root_partition(dev))
			found_add(&marked, i);
		if (rootdev_fstype_usable(dev->fstype))
			found_add(&usable, i);
	}
	found = marked.n ? &marked : &usable;
	if (found->n > 1)
		return ambiguous(want, found,
				 marked.n ? "more than one root partition"
					  : "more than one partition that could be the root",
				 "say which with root=LABEL=, UUID=, PARTUUID= or PARTLABEL=", err);
	if (!rootdev_fstype_usable(want->devs[found->at[0]].fstype))
		return unusable(want, &want->devs[found->at[0]], err);
	if (!want->all_seen)
		return ROOTDEV_WAIT;
	*ret_index = found->at[0];
	return ROOTDEV_FOUND;
}

static enum rootdev_verdict choose_any(const struct want *want, size_t *ret_index, struct err *err)
{
	static const uint8_t lun0[8];
	const struct plan_iscsi *iscsi = &want->root->iscsi;
	uint8_t lun[8];

	if (iscsi->lun_given) {
		memcpy(lun, iscsi->lun, 8);
		if (!any_usable_on(want, lun))
			return none_usable(want, lun, err);
	} else if (!lowest_usable_lun(want, lun)) {
		return none_usable(want, NULL, err);
	}
	for (size_t i = 0; i < want->n; i++) {
		const struct block_dev *dev = &want->devs[i];

		if (dev->partno || !lun_eq(dev->lun, lun) || !rootdev_fstype_usable(dev->fstype))
			continue;
		/* nothing that is still to come is preferred to the LUN asked for, or to 0 */
		if (!want->all_seen && !iscsi->lun_given && !lun_eq(lun, lun0))
			return ROOTDEV_WAIT;
		*ret_index = i;
		return ROOTDEV_FOUND;
	}
	return choose_partition(want, lun, ret_index, err);
}

/* --- /dev/... --- */

/* udev writes what is special in a name as \xNN. */
static bool unescape(struct span s, char *dst, size_t size)
{
	size_t at = 0;

	while (s.len) {
		char c = s.p[0];
		uint64_t v;

		if (s.len >= 4 && c == '\\' && s.p[1] == 'x' &&
		    parse_uint((struct span){ s.p + 2, 2 }, 16, 1, 255, &v)) {
			c = (char)v;
			s = span_skip(s, 3);
		}
		s = span_skip(s, 1);
		if (at + 1 >= size)
			return false;
		dst[at++] = c;
	}
	dst[at] = '\0';
	return true;
}

/* A /dev path as the key it stands for; false where it names nothing that can be found here. */
static bool read_dev_path(struct want *want, struct span path)
{
	static const struct {
		const char *prefix;
		enum block_key key;
	} links[] = {
		{ "/dev/disk/by-label/", BLOCK_LABEL },
		{ "/dev/disk/by-uuid/", BLOCK_UUID },
		{ "/dev/disk/by-partuuid/", BLOCK_PARTUUID },
		{ "/dev/disk/by-partlabel/", BLOCK_PARTLABEL },
	};

	/* dracut's documentation has root=/dev/root for "what netroot= brings" */
	if (span_eq(path, "/dev/root")) {
		want->key = BLOCK_ANY;
		return true;
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (!span_starts(path, links[i].prefix))
			continue;
		want->key = links[i].key;
		return unescape(span_skip(path, strlen(links[i].prefix)), want->value,
				sizeof(want->value));
	}
	if (!span_starts(path, "/dev/"))
		return false;
	path = span_skip(path, strlen("/dev/"));
	want->key = BLOCK_DEV;
	return span_find(path, '/') == path.len &&
	       text_copy(want->value, sizeof(want->value), path);
}

enum rootdev_verdict rootdev_choose(const struct plan_root *root, const struct plan_block *block,
				    const struct block_dev *devs, size_t n_devs, bool all_seen,
				    size_t *ret_index, struct err *err)
{
	struct want want = { .root = root, .devs = devs, .n = n_devs, .all_seen = all_seen };
	char quoted[PLAN_NAME_MAX];

	want.key = block->key;
	if (block->key == BLOCK_DEV) {
		if (!read_dev_path(&want, span_of(block->value))) {
			(void)err_set(err, EINVAL,
				      "root=%s cannot be found here: use LABEL=, UUID=, PARTUUID= "
				      "or PARTLABEL=",
				      text_quote(quoted, sizeof(quoted), span_of(block->value)));
			return ROOTDEV_NONE;
		}
	} else {
		(void)text_copy(want.value, sizeof(want.value), span_of(block->value));
	}
	if (want.key == BLOCK_ANY)
		return choose_any(&want, ret_index, err);
	return choose_by_key(&want, ret_index, err);
}
