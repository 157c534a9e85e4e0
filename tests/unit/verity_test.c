/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A root that is verified: the superblock as veritysetup 2.6 writes it, the table, where the tree
 * is. */
#include "core/verity.h"

#include <errno.h>

#include "test.h"

#define H "7e4c07862ea3a8680c9d8bcfada0f690ac0f2dcc3d6fb2e051cdad59985e7076"

/* --- the superblock --- */

/* Of 244 blocks of 4096 bytes. */
static const uint8_t real[] = {
	'v',  'e',  'r',  'i',	't',  'y',  0,	  0,	1,    0,    0,	  0,	1,
	0,    0,    0,	  0x48, 0x81, 0x83, 0x57, 0x0b, 0x00, 0x40, 0x1a, 0xb4, 0xb2,
	0x9f, 0x75, 0xd6, 0xe8, 0x67, 0xc7, 's',  'h',	'a',  '2',  '5',  '6',	0,
	0,    0,    0,	  0,	0,    0,    0,	  0,	0,    0,    0,	  0,	0,
	0,    0,    0,	  0,	0,    0,    0,	  0,	0,    0,    0,	  0,	0,
	0x10, 0,    0,	  0,	0x10, 0,    0,	  0xf4, 0,    0,    0,	  0,	0,
	0,    0,    3,	  0,	0,    0,    0,	  0,	0,    0,    0x80, 0x62, 0x49,
};

static uint8_t super[VERITY_SUPER_LEN];

static void fresh(void)
{
	memset(super, 0, sizeof(super));
	memcpy(super, real, sizeof(real));
}

static const char *parsed(struct verity_super *ret)
{
	static struct err err;

	err.text[0] = '\0';
	memset(ret, 0xee, sizeof(*ret));
	if (verity_super_parse(super, sizeof(super), ret, &err) == 0)
		return "good";
	ok(ret->hash_type == 0xeeeeeeee); /* untouched */
	return err.text;
}

static void superblock(void)
{
	static const char damaged[] = "its superblock makes no sense, it is damaged";
	static const struct {
		size_t at;
		uint8_t byte;
		const char *want;
	} rows[] = {
		{ 0, 'V',
		  "no superblock of veritysetup at its beginning: is it the right file or device, "
		  "and hash-offset= right?" },
		{ 8, 2, "a superblock of version 2 and hash type 1, only 1 is known" },
		{ 12, 2, "a superblock of version 1 and hash type 2, only 1 is known" },
		{ 12, 0, "good" },
		{ 32, 0, damaged }, /* no algorithm */
		{ 33, ' ', damaged }, /* which would be two words of the table */
		{ 33, '\n', damaged },
		{ 33, 'A', damaged },
		{ 65, 0x11, damaged }, /* no power of two */
		{ 65, 0x20, damaged }, /* more than a page */
		{ 65, 0, damaged },
		{ 65, 0x02, "good" },
		{ 69, 0x01, damaged }, /* less than a sector */
		{ 72, 0, damaged }, /* no blocks */
		{ 79, 0x80, damaged }, /* more than there are bytes */
		{ 81, 0x01, damaged }, /* a salt of 259 bytes */
		{ 80, 0, "good" },
	};
	struct verity_super s;
	struct err err;

	fresh();
	eq_str(parsed(&s), "good");
	eq_str(s.uuid, "48818357-0b00-401a-b4b2-9f75d6e867c7");
	eq_str(s.algorithm, "sha256");
	eq_int(s.hash_type, 1);
	eq_int(s.data_block, 4096);
	eq_int(s.hash_block, 4096);
	eq_int(s.n_blocks, 244);
	eq_int(s.len_salt, 3);
	eq_int(verity_sectors(&s), 1952);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fresh();
		super[rows[i].at] = rows[i].byte;
		eq_str(parsed(&s), rows[i].want);
	}
	fresh();
	memset(super + 32, 'a', 32); /* without an end */
	eq_str(parsed(&s), damaged);
	/* cut short at whatever byte */
	fresh();
	for (size_t len = 0; len < 88 + VERITY_SALT_MAX; len++)
		ok(verity_super_parse(super, len, &s, &err) == -EINVAL);
	ok(verity_super_parse(super, 88 + VERITY_SALT_MAX, &s, &err) == 0);
}

/* --- sizes --- */

static const char *fits(uint64_t n_blocks, uint64_t data, uint64_t tree, uint64_t offset, bool one)
{
	static struct err err;
	struct plan_verity verity = { .hash = H, .offset = offset };
	const struct verity_sizes sizes = { data, tree, one };
	struct verity_super s;

	fresh();
	eq_str(parsed(&s), "good");
	s.n_blocks = n_blocks;
	return verity_fits(&verity, &s, &sizes, &err) == 0 ? "fits" : err.text;
}

static void sizes(void)
{
	struct plan_verity verity = { .hash = H };
	struct verity_super s;
	struct err err;

	/* a block for the superblock, then levels of 128 to one: as long as veritysetup's file */
	eq_str(fits(244, 999424, 16384, 0, false), "fits");
	eq_str(fits(244, 999424, 16383, 0, false),
	       "the tree ends at byte 16384, and there are 16383: it is not all there");
	eq_str(fits(244, 999423, 16384, 0, false),
	       "the tree is of 999424 bytes, and there are 999423: is it another's, or not all "
	       "there?");
	eq_str(fits(1, 4096, 4096, 0, false), "fits");
	eq_str(fits(128, 1ull << 20, 2 * 4096, 0, false), "fits");
	eq_str(fits(129, 1ull << 21, 4 * 4096, 0, false), "fits");
	ok(strcmp(fits(129, 1ull << 21, 4 * 4096 - 1, 0, false), "fits") != 0);
	eq_str(fits(20000, 1ull << 30, (1 + 157 + 2 + 1) * 4096, 0, false), "fits");
	ok(strcmp(fits(20000, 1ull << 30, (157 + 2 + 1) * 4096, 0, false), "fits") != 0);
	/* behind the data */
	eq_str(fits(244, 1015808, 1015808, 999424, true), "fits");
	eq_str(fits(244, 1015808, 1015808, 998912, true),
	       "the tree at byte 998912 lies in what it is of, which ends at 999424");
	eq_str(fits(244, 999424, 16384, 0, true),
	       "the tree at byte 0 lies in what it is of, which ends at 999424");
	ok(strcmp(fits(244, 1015808, 1015808, INT64_MAX - 511, false), "fits") != 0);
	ok(strcmp(fits(INT64_MAX / 4096, UINT64_MAX, 1 << 20, 0, false), "fits") != 0);
	/* another hash's */
	fresh();
	memcpy(super + 32, "sha512", 6);
	eq_str(parsed(&s), "good");
	eq_int(verity_fits(&verity, &s, &(struct verity_sizes){ 1 << 20, 1 << 20, false }, &err),
	       -EINVAL);
	eq_str(err.text, "the tree is of sha512, of which a root hash has 128 digits and not 64");
	memcpy(super + 32, "newone", 6); /* the kernel's to know */
	eq_str(parsed(&s), "good");
	eq_int(verity_fits(&verity, &s, &(struct verity_sizes){ 1 << 20, 1 << 20, false }, &err),
	       0);
}

/* --- the table --- */

static const char *table(const char *word)
{
	static char text[MPATH_PARAMS_MAX];
	const struct mpath_dev data = { 7, 0 }, tree = { 8, 17 };
	struct out out = out_to(text, sizeof(text));
	struct plan_verity verity;
	struct verity_super s;
	struct span file;
	struct err err;

	ok(verity_parse(VERITY_OURS, span_of(word), &verity, &file, &err) == 0);
	eq_str(parsed(&s), "good");
	verity_params(&verity, &s, &data, &tree, &out);
	ok(!out.cut);
	return text;
}

static void tables(void)
{
	static char longest[2 * VERITY_DIGEST_MAX + 128];
	char uuid[MPATH_UUID_MAX];
	struct verity_super s;

	fresh();
	eq_str(table(H), "1 7:0 8:17 4096 4096 244 1 sha256 " H " 806249");
	eq_str(table(H ",hash-offset=999424,restart_on_corruption"),
	       "1 7:0 8:17 4096 4096 244 245 sha256 " H " 806249 1 restart_on_corruption");
	eq_str(table(H
		     ",hash-offset=512,panic_on_corruption,ignore_zero_blocks,check_at_most_once"),
	       "1 7:0 8:17 4096 4096 244 1 sha256 " H
	       " 806249 3 panic_on_corruption ignore_zero_blocks check_at_most_once");
	super[80] = 0;
	eq_str(table(H ",ignore_corruption"),
	       "1 7:0 8:17 4096 4096 244 1 sha256 " H " - 1 ignore_corruption");
	eq_str(parsed(&s), "good");
	verity_uuid(&s, uuid);
	eq_str(uuid, "CRYPT-VERITY-488183570b00401ab4b29f75d6e867c7-root");
	/* the longest there is has room */
	memset(longest, 'a', 2 * VERITY_DIGEST_MAX);
	(void)strcat(longest, ",panic_on_corruption,ignore_zero_blocks,check_at_most_once");
	super[81] = 1;
	memset(super + 72, 0xff, 6);
	ok(strlen(table(longest)) > 700);
	ok(verity_is_changed(span_of("C")) && verity_is_changed(span_of("C -")));
	ok(!verity_is_changed(span_of("V")) && !verity_is_changed(span_of("")));
}

/* --- where the tree is --- */

static const char *tree_of(const char *word, const struct block_dev *devs, size_t n)
{
	static struct err err;
	struct plan_verity verity;
	struct span file;
	size_t at = 99;

	ok(verity_parse(VERITY_OURS, span_of(word), &verity, &file, &err) == 0);
	if (verity_choose(&verity, devs, n, 0, &at, &err) == 0)
		return at < n ? devs[at].name : "past the end";
	return err.text;
}

static void trees(void)
{
	static const struct block_dev devs[] = {
		{ .name = "sda1", .disk = "sda", .fstype = "ext4", .partno = 1 },
		{ .name = "sda2",
		  .disk = "sda",
		  .fstype = "DM_verity_hash",
		  .uuid = "u-2",
		  .partno = 2,
		  .partuuid = "AC0F2DCC-3d6f-b2e0-51cd-ad59985e7076",
		  .partlabel = "t" },
		{ .name = "sdb", .disk = "sdb", .fstype = "DM_verity_hash", .uuid = "u-3" },
	};

	eq_str(tree_of(H, devs, 1),
	       "no tree of hashes on any device, beside sda1 there is nothing; say where it is, as "
	       "netroot.verity=...,PARTLABEL=... or ...,hash-offset=BYTES");
	/* the only one; of several the one whose name the root hash is */
	eq_str(tree_of(H, &devs[0], 2), "sda2");
	eq_str(tree_of(H, devs, 3), "sda2");
	eq_str(tree_of("7e4c07862ea3a8680c9d8bcfada0f690ac0f2dcc", devs, 3),
	       "more than one device may hold the tree of hashes: sda2 DM_verity_hash UUID=u-2, sdb "
	       "DM_verity_hash UUID=u-3; say which, as netroot.verity=...,UUID=...");
	eq_str(tree_of(H ",UUID=U-3", devs, 3), "sdb");
	eq_str(tree_of(H ",PARTLABEL=t", devs, 3), "sda2");
	eq_str(tree_of(H ",/dev/sdb", devs, 3), "sdb");
	eq_str(tree_of(H ",/dev/sdc", devs, 3),
	       "no device /dev/sdc for the tree of hashes, beside sda1 there is sda2 "
	       "DM_verity_hash, sdb DM_verity_hash");
	eq_str(tree_of(H ",PARTLABEL=x", devs, 2),
	       "no device PARTLABEL=x for the tree of hashes, beside sda1 there is sda2 "
	       "DM_verity_hash PARTLABEL=t");
	eq_str(tree_of(H ",hash-offset=4096", devs, 3), "sda1");
}

/* Whether its filesystem is all of the image, or a partition of it. */
static void tree_of_an_image(void)
{
	static const struct {
		struct plan_verity verity;
		enum verity_tree_at all, part;
	} rows[] = {
		{ { .place = VERITY_UNSAID }, VERITY_AT_FILE, VERITY_AT_PART_OR_FILE },
		{ { .place = VERITY_UNSAID, .offset = 4096 }, VERITY_AT_BEHIND, VERITY_AT_BEHIND },
		{ { .place = VERITY_DEVICE }, VERITY_AT_PART, VERITY_AT_PART },
		{ { .place = VERITY_DEVICE, .offset = 4096 }, VERITY_AT_PART, VERITY_AT_PART },
		{ { .place = VERITY_FILE, .path = "/t" }, VERITY_AT_FILE, VERITY_AT_FILE },
		{ { .place = VERITY_FILE, .path = "/t", .offset = 4096 },
		  VERITY_AT_FILE,
		  VERITY_AT_FILE },
	};
	const struct plan_image image = { .path = "/a" };
	char path[VERITY_PATH_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		eq_int(verity_tree_at(&rows[i].verity, false), rows[i].all);
		eq_int(verity_tree_at(&rows[i].verity, true), rows[i].part);
		ok(verity_file(&rows[i].verity, &image, path) == (rows[i].all == VERITY_AT_FILE));
	}
}

int main(void)
{
	RUN(superblock);
	RUN(sizes);
	RUN(tables);
	RUN(trees);
	RUN(tree_of_an_image);
	return test_end();
}
