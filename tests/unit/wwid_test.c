/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VPD pages 0x83 as targets send them, and what udev's rules make of them. */
#include "test.h"

#include "core/wwid.h"

static uint8_t page[WWID_PAGE_MAX];
static size_t len;

static void begin(void)
{
	memset(page, 0xee, sizeof(page));
	memcpy(page, (const uint8_t[]){ 0, 0x83, 0, 0 }, 4);
	len = 4;
}

static void length_is(size_t n)
{
	page[2] = (uint8_t)(n >> 8);
	page[3] = (uint8_t)n;
}

/* code set, association and type, bytes */
static void add(uint8_t code, uint8_t type, const void *bytes, size_t n)
{
	memcpy(page + len, (const uint8_t[]){ code, type, 0, (uint8_t)n }, 4);
	memcpy(page + len + 4, bytes, n);
	len += 4 + n;
	length_is(len - 4);
}

static void add_text(uint8_t code, uint8_t type, const char *text)
{
	add(code, type, text, strlen(text));
}

/* Nothing behind the page is looked at: it is at the end of its own memory. */
static const char *read_page(void)
{
	static char wwid[WWID_MAX];
	static uint8_t copy[WWID_PAGE_MAX];
	uint8_t *at = copy + sizeof(copy) - len;

	memcpy(at, page, len);
	(void)snprintf(wwid, sizeof(wwid), "untouched");
	return wwid_of_page(at, len, wwid) ? wwid : !strcmp(wwid, "untouched") ? "none" : "touched";
}

static const uint8_t naa6[] = { 0x60, 0x01, 0x40, 0x5a, 0xbc, 0xde, 0xf0, 0x12,
				0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x01 };
static const uint8_t naa5[] = { 0x50, 0x01, 0x40, 0x51, 0x22, 0x33, 0x44, 0x55 };
static const uint8_t naa2[] = { 0x20, 0x01, 0x40, 0x51, 0x22, 0x33, 0x44, 0x55 };
static const uint8_t naa3[] = { 0x30, 0, 0, 0, 0, 0, 0, 0x01 };
static const uint8_t eui[] = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77 };

/* LIO's: T10 vendor and vendor specific designators beside the NAA, and those of the port. */
static void lio(void)
{
	begin();
	add(1, 0x03, naa6, sizeof(naa6));
	add_text(2, 0x01, "LIO-ORG root:5abcdef0-1234-5678-9abc-def001");
	add(1, 0x14, "\0\0\0\1", 4);
	add(1, 0x15, "\0\0\0\0", 4);
	add_text(3, 0x18, "iqn.2026-01.lab.example:root,t,0x0001");
	eq_str(read_page(), "36001405abcdef0123456789abcdef001");
}

/* tgt's: T10 first. */
static void tgt(void)
{
	const uint8_t own[] = { 0x60, 0, 0, 0, 0, 0, 0, 0, 0x0e, 0, 0, 0, 0, 0x01, 0, 0x01 };

	begin();
	add_text(2, 0x01, "IET     00010001");
	add(1, 0x03, own, sizeof(own));
	eq_str(read_page(), "360000000000000000e00000000010001");
}

/* The best of what there is, wherever it stands. */
static void precedence(void)
{
	static const struct {
		uint8_t code, type;
		const void *bytes;
		size_t len;
		const char *want;
	} rows[] = { /* from the last choice to the first */
		     { 2, 0x00, "a b", 3, "0a_b" },
		     { 1, 0x03, naa3, sizeof(naa3), "33000000000000001" },
		     { 2, 0x01, "ACME    disk 7  ", 16, "1ACME_disk_7" },
		     { 3, 0x08, "iqn.2026-01.lab:x\0\0\0", 20, "8iqn.2026-01.lab:x" },
		     { 1, 0x02, eui, sizeof(eui), "20011223344556677" },
		     { 1, 0x03, naa2, sizeof(naa2), "32001405122334455" },
		     { 1, 0x03, naa5, sizeof(naa5), "35001405122334455" },
		     { 1, 0x03, naa6, sizeof(naa6), "36001405abcdef0123456789abcdef001" }
	};
	const size_t n = sizeof(rows) / sizeof(rows[0]);

	for (size_t last = 0; last < n; last++) {
		begin();
		for (size_t i = 0; i <= last; i++)
			add(rows[i].code, rows[i].type, rows[i].bytes, rows[i].len);
		eq_str(read_page(), rows[last].want);
		begin();
		for (size_t i = last + 1; i-- > 0;)
			add(rows[i].code, rows[i].type, rows[i].bytes, rows[i].len);
		eq_str(read_page(), rows[last].want);
	}
}

/* Of two alike the first. */
static void alike(void)
{
	begin();
	add(1, 0x03, naa5, sizeof(naa5));
	add(1, 0x03, "\x50\0\0\0\0\0\0\1", 8);
	eq_str(read_page(), "35001405122334455");
}

static void not_of_the_unit(void)
{
	begin();
	add(1, 0x13, naa6, sizeof(naa6)); /* of the target port */
	add(1, 0x23, naa5, sizeof(naa5)); /* of the target device */
	eq_str(read_page(), "none");
	add(1, 0x83, naa2, sizeof(naa2)); /* PIV is no part of the association */
	eq_str(read_page(), "32001405122334455");
}

static void hostile_text(void)
{
	begin();
	add(2, 0x01, "  a/../b\n\t c;$(x)\x01\xff\"' ", 23);
	eq_str(read_page(), "1a_.._b_c___x_____"); /* a run of white space is one */
}

static void no_pages(void)
{
	begin();
	eq_str(read_page(), "none");
	len = 0;
	eq_str(read_page(), "none");
	begin();
	page[1] = 0x80;
	add(1, 0x03, naa6, sizeof(naa6));
	eq_str(read_page(), "none");
	/* shorter than it says */
	begin();
	add(1, 0x03, naa6, sizeof(naa6));
	length_is(len - 3);
	eq_str(read_page(), "none");
	/* the last designator is cut off: those before it count */
	begin();
	add(1, 0x03, naa5, sizeof(naa5));
	add(1, 0x03, naa6, sizeof(naa6));
	len -= 1;
	length_is(len - 4);
	eq_str(read_page(), "35001405122334455");
	/* nothing in it */
	begin();
	add(2, 0x01, "     ", 5);
	add(1, 0x03, "", 0);
	eq_str(read_page(), "none");
	/* of a code set that is none */
	begin();
	add(7, 0x01, "abc", 3);
	eq_str(read_page(), "none");
}

static void lengths(void)
{
	char text[WWID_MAX + 1];

	memset(text, 'x', sizeof(text));
	begin();
	add(3, 0x08, text, WWID_MAX - 2);
	eq_int(strlen(read_page()), WWID_MAX - 1);
	begin();
	add(3, 0x08, text, WWID_MAX - 1);
	eq_str(read_page(), "none");
}

int main(void)
{
	RUN(lio);
	RUN(tgt);
	RUN(precedence);
	RUN(alike);
	RUN(not_of_the_unit);
	RUN(hostile_text);
	RUN(no_pages);
	RUN(lengths);
	return test_end();
}
