/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The designators of VPD page 0x83, a row for each in the order in which they are preferred. */
#include "core/wwid.h"

#include <string.h>

#include "core/bytes.h"
#include "core/text.h"

#define PAGE 0x83

/* SPC-5 table 588 and 589: the code set and the type of a designator. */
enum { CODE_BINARY = 1, CODE_ASCII = 2, CODE_UTF8 = 3 };
enum { TYPE_VENDOR = 0, TYPE_T10 = 1, TYPE_EUI64 = 2, TYPE_NAA = 3, TYPE_GROUP = 5, TYPE_NAME = 8 };

#define ANY_NAA 0

/* As 55-scsi-sg3_id.rules has them; NAA is the upper half of the first byte. */
static const struct {
	uint8_t type, naa;
} order[] = {
	{ TYPE_NAA, 6 },	{ TYPE_NAA, 5 },       { TYPE_NAA, 2 }, { TYPE_EUI64, ANY_NAA },
	{ TYPE_NAME, ANY_NAA }, { TYPE_T10, ANY_NAA }, { TYPE_NAA, 3 }, { TYPE_VENDOR, ANY_NAA },
};
#define N_ORDER (sizeof(order) / sizeof(order[0]))

struct designator {
	uint8_t code, type;
	const uint8_t *bytes;
	size_t len;
};

/* False where there is no further one, or none that is whole. */
static bool next(struct reader *r, struct designator *ret, bool *ret_of_unit)
{
	uint8_t code = read_u8(r), type = read_u8(r);

	(void)read_u8(r);
	ret->len = read_u8(r);
	ret->bytes = read_bytes(r, ret->len);
	ret->code = code & 0x0f;
	ret->type = type & 0x0f;
	*ret_of_unit = !(type & 0x30); /* ASSOCIATION: not the port, not the device */
	return !r->bad;
}

static size_t rank_of(const struct designator *d)
{
	for (size_t i = 0; i < N_ORDER; i++)
		if (d->len && d->type == order[i].type &&
		    (order[i].naa == ANY_NAA || d->bytes[0] >> 4 == order[i].naa))
			return i;
	return N_ORDER;
}

static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c && strchr("#+-.:=@_", c));
}

static bool is_padding(uint8_t c)
{
	return !c || c == ' ' || (c >= '\t' && c <= '\r');
}

/* Padding around it goes, each run of it within is one '_' (util_replace_whitespace of udev). */
static void add_text(struct out *out, const struct designator *d)
{
	size_t end = d->len, at = 0;

	while (end && is_padding(d->bytes[end - 1]))
		end--;
	while (at < end && is_padding(d->bytes[at]))
		at++;
	for (; at < end; at++) {
		bool padding = is_padding(d->bytes[at]);

		while (padding && is_padding(d->bytes[at + 1]))
			at++;
		out_add(out, "%c", is_plain((char)d->bytes[at]) ? (char)d->bytes[at] : '_');
	}
}

static bool write_out(const struct designator *d, char ret[static WWID_MAX])
{
	char text[WWID_MAX];
	struct out out = out_to(text, sizeof(text));

	out_add(&out, "%u", d->type);
	if (d->code == CODE_BINARY)
		out_hex(&out, d->bytes, d->len, "");
	else if (d->code == CODE_ASCII || d->code == CODE_UTF8)
		add_text(&out, d);
	if (out.cut || out.len < 2)
		return false;
	memcpy(ret, text, out.len + 1);
	return true;
}

/* Bad where it is not that page. */
static struct reader designators(const uint8_t *page, size_t len)
{
	struct reader r = reader_of(page, len), list;
	uint8_t code;

	(void)read_u8(&r);
	code = read_u8(&r);
	list = read_sub(&r, read_be16(&r));
	list.bad |= r.bad || code != PAGE;
	return list;
}

bool wwid_of_page(const uint8_t *page, size_t len, char ret[static WWID_MAX])
{
	struct reader list = designators(page, len);
	struct designator best = { 0 }, d;
	size_t best_rank = N_ORDER;
	bool of_unit;

	if (list.bad)
		return false;
	while (reader_left(&list) && next(&list, &d, &of_unit)) {
		if (!of_unit || rank_of(&d) >= best_rank)
			continue;
		best = d;
		best_rank = rank_of(&d);
	}
	return best_rank < N_ORDER && write_out(&best, ret);
}

bool wwid_port_group(const uint8_t *page, size_t len, uint16_t *ret)
{
	struct reader list = designators(page, len);
	struct designator d;
	bool of_unit;

	while (!list.bad && reader_left(&list) && next(&list, &d, &of_unit))
		if (!of_unit && d.type == TYPE_GROUP && d.len == 4) {
			*ret = (uint16_t)(d.bytes[2] << 8 | d.bytes[3]);
			return true;
		}
	return false;
}
