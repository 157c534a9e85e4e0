/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words, superblock and table of a root that is verified. */
#include "core/verity.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "core/cmdline.h"
#include "core/rootspec.h"

#define QUOTE_MAX 64
#define HEX_MIN 40 /* of SHA-1; the longest is VERITY_DIGEST_MAX bytes */
#define BLOCK_MIN 512
#define BLOCK_MAX 4096 /* a page: the kernel's limit */
#define GPT_UUID_HEX 32

/* --- words --- */

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static int set_hash(struct span hash, struct plan_verity *ret, struct err *err)
{
	if (!hash.len)
		return err_set(err, EINVAL, "no root hash in it");
	for (size_t i = 0; i < hash.len; i++)
		if (!is_hex(hash.p[i]))
			return err_set(err, EINVAL,
				       "no root hash, which is hexadecimal, 64 digits of sha256");
	if (hash.len < HEX_MIN || hash.len > 2 * VERITY_DIGEST_MAX || hash.len % 2)
		return err_set(err, EINVAL, "a root hash has not %zu digits, one of sha256 has 64",
			       hash.len);
	for (size_t i = 0; i < hash.len; i++)
		ret->hash[i] = (char)(hash.p[i] | (hash.p[i] > '9' ? 0x20 : 0));
	ret->hash[hash.len] = '\0';
	return 0;
}

bool verity_on_corruption(struct span word, struct plan_verity *verity)
{
	static const struct {
		const char *word;
		enum verity_corruption means;
	} rows[] = {
		{ "ignore", VERITY_IGNORE },
		{ "restart", VERITY_RESTART },
		{ "panic", VERITY_PANIC },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!span_eq(word, rows[i].word))
			continue;
		verity->corruption = rows[i].means;
		return true;
	}
	return false;
}

static bool take_corruption(struct span name, struct plan_verity *verity)
{
	static const char tail[] = "-on-corruption", ignore[] = "ignore-corruption";
	size_t len_tail = sizeof(tail) - 1;

	if (cmd_key_is(name, ignore))
		return verity_on_corruption((struct span){ name.p, strlen("ignore") }, verity);
	return name.len > len_tail && cmd_key_is(span_skip(name, name.len - len_tail), tail) &&
	       !span_starts(name, "ignore") &&
	       verity_on_corruption((struct span){ name.p, name.len - len_tail }, verity);
}

static const char in_super[] = "the tree's superblock says it";
static const char no_repair[] = "nothing is repaired, what is changed is refused";
static const char by_hash[] = "the root hash is what counts";

int verity_option(struct span option, struct plan_verity *verity, struct err *err)
{
	/* known to veritysetup or systemd */
	static const struct {
		const char *name, *why;
	} others[] = {
		{ "format", in_super },
		{ "data-block-size", in_super },
		{ "hash-block-size", in_super },
		{ "data-blocks", in_super },
		{ "salt", in_super },
		{ "uuid", in_super },
		{ "hash", in_super },
		{ "fec-device", no_repair },
		{ "fec-offset", no_repair },
		{ "fec-roots", no_repair },
		{ "root-hash-signature", by_hash },
	};
	struct span value = option, name = span_cut(&value, '=');
	char q[QUOTE_MAX];

	(void)text_quote(q, sizeof(q), option);
	if (!value.p && take_corruption(name, verity))
		return 0;
	if (!value.p && cmd_key_is(name, "check-at-most-once")) {
		verity->once = true;
		return 0;
	}
	if (!value.p && cmd_key_is(name, "ignore-zero-blocks")) {
		verity->zero = true;
		return 0;
	}
	if (cmd_key_is(name, "hash-offset")) {
		if (!parse_uint(value, 10, 0, INT64_MAX, &verity->offset) ||
		    verity->offset % VERITY_SUPER_LEN)
			return err_set(err, EINVAL, "\"%s\" is no multiple of 512 bytes", q);
		return 0;
	}
	if (cmd_key_is(name, "superblock")) {
		if (span_eq(value, "0") || span_eq(value, "no") || span_eq(value, "false") ||
		    span_eq(value, "off"))
			return err_set(err, EINVAL,
				       "\"%s\": a tree without a superblock is not supported, "
				       "make one with mkverity",
				       q);
		return 0;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (cmd_key_is(name, others[i].name))
			return err_set(err, ENOTSUP, "\"%s\": %s", q, others[i].why);
	return err_set(err, EINVAL, "\"%s\" is no option", q);
}

static int set_path(struct span path, struct plan_verity *ret, struct err *err)
{
	if (!text_is_printable(path) || path.len < 2 ||
	    !text_copy(ret->path, sizeof(ret->path), path))
		return err_set(err, EINVAL, "the file of the tree is no path");
	ret->place = VERITY_FILE;
	return 0;
}

/* Behind the hash: where the tree is, or an option. */
static int take_part(struct span part, struct plan_verity *ret, struct err *err)
{
	bool device = rootspec_kind(part, IN_WORD) == ROOTSPEC_BLOCK;

	if (!part.len)
		return 0;
	if ((device || part.p[0] == '/') && ret->place != VERITY_UNSAID)
		return err_set(err, EINVAL, "it says twice where the tree is");
	if (device) {
		if (rootspec_block(part, &ret->tree, err))
			return -err->code;
		ret->place = VERITY_DEVICE;
		return 0;
	}
	if (part.p[0] == '/')
		return set_path(part, ret, err);
	return verity_option(part, ret, err);
}

int verity_parse(enum verity_form form, struct span value, struct plan_verity *ret,
		 struct span *ret_file, struct err *err)
{
	struct span rest = value, hash = rest;
	int rc;

	*ret = (struct plan_verity){ .by_parts = form == VERITY_SYSTEMD };
	switch (form) {
	case VERITY_OURS:
		hash = span_cut(&rest, ',');
		break;
	case VERITY_LIVE:
		*ret_file = span_cut(&rest, ':');
		hash = rest;
		rest = (struct span){ NULL, 0 };
		break;
	case VERITY_SYSTEMD:
		rest = (struct span){ NULL, 0 };
		break;
	}
	rc = set_hash(hash, ret, err);
	while (rest.p && !rc)
		rc = take_part(span_cut(&rest, ','), ret, err);
	return rc;
}

/* --- where the tree is --- */

bool verity_part(const struct plan_verity *verity, bool tree, struct plan_block *ret)
{
	size_t len = strlen(verity->hash);
	const char *h = verity->hash + (tree ? len - GPT_UUID_HEX : 0);

	if (len < 2 * GPT_UUID_HEX)
		return false;
	ret->key = BLOCK_PARTUUID;
	(void)snprintf(ret->value, sizeof(ret->value), "%.8s-%.4s-%.4s-%.4s-%.12s", h, h + 8,
		       h + 12, h + 16, h + 20);
	return true;
}

struct found {
	size_t first, n;
};

static struct found find(const struct block_dev *devs, size_t n, enum block_key key,
			 const char *value)
{
	struct found found = { 0, 0 };

	if (key == BLOCK_DEV)
		value += strlen("/dev/");
	for (size_t i = 0; i < n; i++)
		if (rootdev_matches(&devs[i], key, value) && !found.n++)
			found.first = i;
	return found;
}

static struct found find_trees(const struct block_dev *devs, size_t n)
{
	struct found found = { 0, 0 };

	for (size_t i = 0; i < n; i++)
		if (!strcmp(devs[i].fstype, "DM_verity_hash") && !found.n++)
			found.first = i;
	return found;
}

void verity_say_part(const struct plan *plan, struct err *err)
{
	const struct given *by = &plan->verity.given, *part = &plan->block.given;

	if (plan->verity.by_parts && part->by == by->by && part->word == by->word)
		(void)err_wrap(err, "roothash= means the partition that its first half names (by "
				    "netroot.verity= the hash is of whatever root= says)");
}

int verity_choose(const struct plan_verity *verity, const struct block_dev *devs, size_t n,
		  size_t data, size_t *ret_index, struct err *err)
{
	char there[ERR_TEXT_MAX], q[QUOTE_MAX];
	struct out out = out_to(there, sizeof(there));
	struct plan_block part;
	struct found found = { 0, 0 };

	if (verity->place == VERITY_DEVICE) {
		found = find(devs, n, verity->tree.key, verity->tree.value);
	} else if (verity->offset) {
		found = (struct found){ data, 1 };
	} else {
		if (verity_part(verity, true, &part))
			found = find(devs, n, part.key, part.value);
		if (!found.n)
			found = find_trees(devs, n);
	}
	if (found.n == 1) {
		*ret_index = found.first;
		return 0;
	}
	rootdev_list(&out, verity->place == VERITY_DEVICE ? verity->tree.key : BLOCK_UUID, devs, n,
		     devs[data].name);
	if (found.n)
		return err_set(err, ENOTUNIQ,
			       "more than one device may hold the tree of hashes: %s; say which, "
			       "as netroot.verity=...,UUID=...",
			       there);
	if (verity->place == VERITY_DEVICE)
		return err_set(
			err, ENODEV, "no device %s%s for the tree of hashes, beside %s%s%s",
			verity->tree.key == BLOCK_DEV ? "" : rootdev_key_name(verity->tree.key),
			text_quote(q, sizeof(q), span_of(verity->tree.value)), devs[data].name,
			out.len ? " there is " : " there is nothing", there);
	return err_set(err, ENODEV,
		       "no tree of hashes on any device, beside %s%s%s; say where it is, as "
		       "netroot.verity=...,PARTLABEL=... or ...,hash-offset=BYTES",
		       devs[data].name, out.len ? " there is " : " there is nothing", there);
}

enum verity_tree_at verity_tree_at(const struct plan_verity *verity, bool in_part)
{
	switch (verity->place) {
	case VERITY_UNSAID:
		return verity->offset ? VERITY_AT_BEHIND
		       : in_part      ? VERITY_AT_PART_OR_FILE
				      : VERITY_AT_FILE;
	case VERITY_DEVICE:
		return VERITY_AT_PART;
	case VERITY_FILE:
		break;
	}
	return VERITY_AT_FILE;
}

bool verity_file(const struct plan_verity *verity, const struct plan_image *image,
		 char ret[static VERITY_PATH_MAX])
{
	bool said = verity->place == VERITY_FILE;

	if (verity_tree_at(verity, false) != VERITY_AT_FILE)
		return false;
	(void)snprintf(ret, VERITY_PATH_MAX, "%s%s", said ? verity->path : image->path,
		       said ? "" : ".verity");
	return true;
}

/* --- superblock --- */

/* Of those that dm-verity is used with; another is left to the kernel. */
static const struct {
	const char *name;
	size_t len;
} digests[] = {
	{ "sha1", 20 },	       { "sha224", 28 },      { "sha256", 32 },	   { "sha384", 48 },
	{ "sha512", 64 },      { "sha3-256", 32 },    { "sha3-512", 64 },  { "blake2b-256", 32 },
	{ "blake2b-512", 64 }, { "blake2s-256", 32 }, { "ripemd160", 20 }, { "sm3", 32 },
};

static size_t digest_len(const char *algorithm)
{
	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++)
		if (!strcmp(digests[i].name, algorithm))
			return digests[i].len;
	return 0;
}

/* It becomes a word of the table. */
static bool take_algorithm(const uint8_t *bytes, char dst[static VERITY_ALGORITHM_MAX])
{
	size_t len = 0;

	for (; len < VERITY_ALGORITHM_MAX && bytes[len]; len++) {
		char c = (char)bytes[len];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
		dst[len] = c;
	}
	if (!len || len == VERITY_ALGORITHM_MAX)
		return false;
	dst[len] = '\0';
	return true;
}

static bool is_block(uint32_t size)
{
	return size >= BLOCK_MIN && size <= BLOCK_MAX && !(size & (size - 1));
}

static void take_uuid(const uint8_t *u, char dst[static VERITY_UUID_MAX])
{
	struct out out = out_to(dst, VERITY_UUID_MAX);

	for (int i = 0; i < 16; i++)
		out_add(&out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", u[i]);
}

int verity_super_parse(const void *bytes, size_t len, struct verity_super *ret, struct err *err)
{
	static const uint8_t signature[8] = "verity\0";
	struct reader r = reader_of(bytes, len);
	const uint8_t *found = read_bytes(&r, sizeof(signature)), *uuid, *algorithm, *salt;
	/* little-endian on disk, as this machine is */
	uint32_t version = read_he32(&r);
	struct verity_super made = { .hash_type = read_he32(&r) };

	uuid = read_bytes(&r, 16);
	algorithm = read_bytes(&r, VERITY_ALGORITHM_MAX);
	made.data_block = read_he32(&r);
	made.hash_block = read_he32(&r);
	made.n_blocks = read_he64(&r);
	made.len_salt = read_he16(&r);
	(void)read_bytes(&r, 6);
	salt = read_bytes(&r, VERITY_SALT_MAX);
	if (r.bad || memcmp(found, signature, sizeof(signature)) != 0)
		return err_set(err, EINVAL,
			       "no superblock of veritysetup at its beginning: is it the right "
			       "file or device, and hash-offset= right?");
	if (version != 1 || made.hash_type > 1)
		return err_set(err, ENOTSUP,
			       "a superblock of version %u and hash type %u, only 1 is known",
			       version, made.hash_type);
	if (!take_algorithm(algorithm, made.algorithm) || !is_block(made.data_block) ||
	    !is_block(made.hash_block) || made.len_salt > VERITY_SALT_MAX || !made.n_blocks ||
	    made.n_blocks > INT64_MAX / made.data_block)
		return err_set(err, EINVAL, "its superblock makes no sense, it is damaged");
	take_uuid(uuid, made.uuid);
	memcpy(made.salt, salt, made.len_salt);
	*ret = made;
	return 0;
}

/* --- sizes --- */

/* The tree begins with the block after the superblock. */
static uint64_t start_block(const struct plan_verity *verity, const struct verity_super *super)
{
	return (verity->offset + VERITY_SUPER_LEN + super->hash_block - 1) / super->hash_block;
}

/* As dm-verity counts them: a block holds a power of two of digests, and the tree ends where one
 * block holds all of a level. Of one block of data the root hash is the only one. */
static uint64_t n_tree_blocks(const struct verity_super *super, size_t len_digest)
{
	uint64_t n = 0, level = super->n_blocks;
	unsigned int bits = 0;

	while ((len_digest << (bits + 1)) <= super->hash_block)
		bits++;
	while (level > 1 && bits) {
		level = (level + (1ull << bits) - 1) >> bits;
		n += level;
	}
	return n;
}

int verity_fits(const struct plan_verity *verity, const struct verity_super *super,
		const struct verity_sizes *sizes, struct err *err)
{
	size_t len = strlen(verity->hash) / 2, len_of_algorithm = digest_len(super->algorithm);
	uint64_t data = super->n_blocks * super->data_block, tree;

	if (len_of_algorithm && len_of_algorithm != len)
		return err_set(err, EINVAL,
			       "the tree is of %s, of which a root hash has %zu digits and not %zu",
			       super->algorithm, 2 * len_of_algorithm, 2 * len);
	if (data > sizes->data)
		return err_set(err, EINVAL,
			       "the tree is of %llu bytes, and there are %llu: is it another's, or "
			       "not all there?",
			       (unsigned long long)data, (unsigned long long)sizes->data);
	if (sizes->one_device && verity->offset < data)
		return err_set(err, EINVAL,
			       "the tree at byte %llu lies in what it is of, which ends at %llu",
			       (unsigned long long)verity->offset, (unsigned long long)data);
	tree = start_block(verity, super) + n_tree_blocks(super, len);
	if (tree > sizes->tree / super->hash_block) {
		tree *= super->hash_block;
		return err_set(
			err, EINVAL,
			"the tree ends at byte %llu, and there are %llu: it is not all there",
			(unsigned long long)tree, (unsigned long long)sizes->tree);
	}
	return 0;
}

/* --- the map --- */

uint64_t verity_sectors(const struct verity_super *super)
{
	return super->n_blocks * (super->data_block / MPATH_SECTOR);
}

void verity_params(const struct plan_verity *verity, const struct verity_super *super,
		   const struct mpath_dev *data, const struct mpath_dev *tree, struct out *ret)
{
	static const char *const corruption[] = { [VERITY_FAIL] = NULL,
						  [VERITY_IGNORE] = "ignore_corruption",
						  [VERITY_RESTART] = "restart_on_corruption",
						  [VERITY_PANIC] = "panic_on_corruption" };
	const char *on = corruption[verity->corruption];
	unsigned int n = (on ? 1u : 0u) + verity->once + verity->zero;

	out_add(ret, "%u %u:%u %u:%u %u %u %llu %llu %s %s ", super->hash_type, data->major,
		data->minor, tree->major, tree->minor, super->data_block, super->hash_block,
		(unsigned long long)super->n_blocks, (unsigned long long)start_block(verity, super),
		super->algorithm, verity->hash);
	out_hex(ret, super->salt, super->len_salt, "");
	if (!super->len_salt)
		out_add(ret, "-");
	if (n)
		out_add(ret, " %u%s%s%s%s", n, on ? " " : "", on ? on : "",
			verity->zero ? " ignore_zero_blocks" : "",
			verity->once ? " check_at_most_once" : "");
}

void verity_uuid(const struct verity_super *super, char ret[static MPATH_UUID_MAX])
{
	struct out out = out_to(ret, MPATH_UUID_MAX);

	out_add(&out, "CRYPT-VERITY-");
	for (const char *p = super->uuid; *p; p++)
		if (*p != '-')
			out_add(&out, "%c", *p);
	out_add(&out, "-" VERITY_NAME);
}

bool verity_is_changed(struct span status)
{
	return span_eq(span_cut(&status, ' '), "C");
}
