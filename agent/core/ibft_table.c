/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The iBFT's bytes (Microsoft's "iSCSI Boot Firmware Table (iBFT) as Defined in ACPI 3.0b
 * Specification", as in drivers/firmware/iscsi_ibft.c), put into the texts that the kernel would
 * show, so that both are judged in one place.
 */
#include "core/ibft.h"

#include <string.h>

#include "core/bytes.h"

#define HEADER_LEN 48 /* that of ACPI, 36, and 12 reserved */
#define CHECK_AT 4 /* of the length */
#define BLOCK_LEN 6 /* id, version, length, index, flags */
#define OFFSETS_AT 2 /* behind the control block's header: its extensions come first */

enum block_id { CONTROL = 1, INITIATOR = 2, NIC = 3, TARGET = 4 };

struct table {
	const uint8_t *bytes;
	size_t len;
	bool bad; /* something is not where it is said to be */
};

struct block {
	uint8_t id, index, flags;
	struct reader rest;
};

static uint16_t read_le16(struct reader *r)
{
	uint16_t low = read_u8(r);

	return (uint16_t)(low | read_u8(r) << 8);
}

/* The block at an offset. False: table->bad. */
static bool block_at(struct table *table, size_t at, struct block *ret)
{
	struct reader r = reader_of(table->bytes, table->len);
	uint16_t len;

	(void)read_bytes(&r, at);
	ret->id = read_u8(&r);
	(void)read_u8(&r); /* version */
	len = read_le16(&r);
	ret->index = read_u8(&r);
	ret->flags = read_u8(&r);
	ret->rest = read_sub(&r, len < BLOCK_LEN ? SIZE_MAX : (size_t)len - BLOCK_LEN);
	table->bad = table->bad || r.bad;
	return !r.bad;
}

/* --- texts --- */

static struct span take_string(struct table *table, struct reader *r)
{
	uint16_t len = read_le16(r), at = read_le16(r);

	if (!len)
		return span_of("");
	if (at > table->len || len > table->len - at) {
		table->bad = true;
		return span_of("");
	}
	return (struct span){ (const char *)table->bytes + at, len };
}

static struct span take_address(struct reader *r, char dst[static IP_TEXT_MAX])
{
	const uint8_t *bytes = read_bytes(r, 16);
	struct ip_addr ip = { .family = IP_V6 };

	if (!bytes)
		return span_of("");
	memcpy(ip.bytes, bytes, 16);
	return span_of(ip_text(&ip, dst));
}

static struct span take_number(unsigned int v, char dst[static IP_TEXT_MAX])
{
	struct out out = out_to(dst, IP_TEXT_MAX);

	out_add(&out, "%u", v);
	return span_of(dst);
}

static struct span take_hex(struct reader *r, size_t len, const char *between,
			    char dst[static IP_TEXT_MAX])
{
	struct out out = out_to(dst, IP_TEXT_MAX);
	const uint8_t *bytes = read_bytes(r, len);

	if (bytes)
		out_hex(&out, bytes, len, between);
	return span_of(dst);
}

/* --- blocks --- */

static void give_nic(struct ibft_nic *nic, const char *file, struct span text)
{
	for (size_t i = 0; text.len && ibft_nic_file(i); i++)
		if (!strcmp(file, ibft_nic_file(i)))
			ibft_nic_take(nic, i, text);
}

static void take_nic(struct table *table, struct block *b, struct ibft_nic *nic)
{
	struct reader *r = &b->rest;
	char text[IP_TEXT_MAX];

	*nic = (struct ibft_nic){ .index = b->index };
	give_nic(nic, "flags", take_number(b->flags, text));
	give_nic(nic, "ip-addr", take_address(r, text));
	give_nic(nic, "prefix-len", take_number(read_u8(r), text));
	give_nic(nic, "origin", take_number(read_u8(r), text));
	give_nic(nic, "gateway", take_address(r, text));
	give_nic(nic, "primary-dns", take_address(r, text));
	give_nic(nic, "secondary-dns", take_address(r, text));
	give_nic(nic, "dhcp", take_address(r, text));
	give_nic(nic, "vlan", take_number(read_le16(r), text));
	give_nic(nic, "mac", take_hex(r, 6, ":", text));
	(void)read_le16(r); /* which PCI device */
	give_nic(nic, "hostname", take_string(table, r));
}

static void give_target(struct ibft_target *target, const char *file, struct span text)
{
	for (size_t i = 0; text.len && ibft_target_file(i); i++)
		if (!strcmp(file, ibft_target_file(i)))
			ibft_target_take(target, i, text);
}

static void take_target(struct table *table, struct block *b, struct ibft_target *target)
{
	struct reader *r = &b->rest;
	char text[IP_TEXT_MAX];

	*target = (struct ibft_target){ .index = b->index };
	give_target(target, "flags", take_number(b->flags, text));
	give_target(target, "ip-addr", take_address(r, text));
	give_target(target, "port", take_number(read_le16(r), text));
	give_target(target, "lun", take_hex(r, 8, "", text));
	give_target(target, "chap-type", take_number(read_u8(r), text));
	give_target(target, "nic-assoc", take_number(read_u8(r), text));
	give_target(target, "target-name", take_string(table, r));
	give_target(target, "chap-name", take_string(table, r));
	give_target(target, "chap-secret", take_string(table, r));
	give_target(target, "rev-chap-name", take_string(table, r));
	give_target(target, "rev-chap-name-secret", take_string(table, r));
}

static void take_initiator(struct table *table, struct block *b, struct ibft *ibft)
{
	struct span name;

	(void)read_bytes(&b->rest, 4 * 16); /* iSNS, SLP and RADIUS servers */
	name = take_string(table, &b->rest);
	if (text_is_printable(name))
		(void)text_copy(ibft->initiator, sizeof(ibft->initiator), name);
}

static void take_block(struct table *table, size_t at, struct ibft *ibft)
{
	struct block b;

	if (!block_at(table, at, &b))
		return;
	if (b.id == INITIATOR)
		take_initiator(table, &b, ibft);
	else if (b.id == NIC && ibft->n_nics < IBFT_NICS_MAX)
		take_nic(table, &b, &ibft->nics[ibft->n_nics++]);
	else if (b.id == TARGET && ibft->n_targets < IBFT_TARGETS_MAX)
		take_target(table, &b, &ibft->targets[ibft->n_targets++]);
	table->bad = table->bad || b.rest.bad;
}

/* The header of an ACPI table: its length is that of the bytes which add up to zero. */
static bool open_table(const uint8_t *bytes, size_t len, struct table *ret)
{
	struct reader r = reader_of(bytes, len);
	uint8_t sum = 0;

	(void)read_bytes(&r, CHECK_AT);
	*ret = (struct table){ .bytes = bytes, .len = read_le16(&r) };
	if (r.bad || ret->len < HEADER_LEN || ret->len > len || read_le16(&r) ||
	    (memcmp(bytes, "iBFT", 4) != 0 && memcmp(bytes, "IBFT", 4) != 0))
		return false;
	for (size_t i = 0; i < ret->len; i++)
		sum = (uint8_t)(sum + bytes[i]);
	return !sum;
}

bool ibft_from_table(const uint8_t *bytes, size_t len, struct ibft *ret)
{
	struct ibft ibft = { .present = true };
	struct table table;
	struct block control;

	if (!open_table(bytes, len, &table) || !block_at(&table, HEADER_LEN, &control) ||
	    control.id != CONTROL)
		return false;
	(void)read_bytes(&control.rest, OFFSETS_AT);
	while (reader_left(&control.rest) >= 2) {
		size_t at = read_le16(&control.rest);

		if (at)
			take_block(&table, at, &ibft);
	}
	if (table.bad)
		return false;
	*ret = ibft;
	return true;
}
