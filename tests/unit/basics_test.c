/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bytes, text, addr, err: what everything else leans on. */
#include "test.h"

#include <errno.h>

#include "core/addr.h"
#include "core/bytes.h"
#include "core/err.h"
#include "core/say.h"
#include "core/text.h"

static void reading(void)
{
	static const uint8_t bytes[] = { 1,  2,	 3,  4,	 5,  6,	 7,  8,	 9,
					 10, 11, 12, 13, 14, 15, 16, 17, 18 };
	struct reader r = reader_of(bytes, sizeof(bytes));

	eq_int(read_u8(&r), 1);
	eq_int(read_be16(&r), 0x0203);
	eq_int(read_be24(&r), 0x040506);
	eq_int(read_be32(&r), 0x0708090a);
	ok(read_be64(&r) == 0x0b0c0d0e0f101112u);
	eq_int(reader_left(&r), 0);
	ok(!r.bad);
	eq_int(read_u8(&r), 0);
	ok(r.bad);
}

static void reading_past_the_end(void)
{
	static const uint8_t bytes[] = { 1, 2, 3 };
	struct reader r = reader_of(bytes, 3), sub;

	eq_int(read_be32(&r), 0);
	ok(r.bad);
	eq_int(read_u8(&r), 0); /* sticky: nothing after a failure is believed */
	ok(!read_bytes(&r, 0));
	r = reader_of(bytes, 3);
	ok(!read_bytes(&r, SIZE_MAX));
	r = reader_of(bytes, 3);
	sub = read_sub(&r, 2);
	eq_int(reader_left(&sub), 2);
	eq_int(read_u8(&r), 3);
	eq_int(read_be16(&sub), 0x0102);
	eq_int(read_u8(&sub), 0);
	ok(sub.bad && !r.bad);
	r = reader_of(bytes, 3);
	sub = read_sub(&r, 4);
	ok(sub.bad && r.bad);
	r = reader_of(NULL, 0);
	eq_int(read_u8(&r), 0);
	ok(r.bad);
}

static void host_order(void)
{
	const uint32_t v = 0x01020304;
	uint8_t bytes[14];
	struct writer w = writer_of(bytes, sizeof(bytes));
	struct reader r = reader_of(bytes, sizeof(bytes));

	write_he32(&w, v);
	write_he16(&w, 0xa1b2);
	write_he64(&w, 0x1122334455667788u);
	ok(!w.full && !memcmp(bytes, &v, 4));
	eq_int(read_he32(&r), v);
	eq_int(read_he16(&r), 0xa1b2);
	ok(read_he64(&r) == 0x1122334455667788u && !r.bad);
}

static void writing(void)
{
	static const uint8_t want[] = { 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 'h', 'i' };
	uint8_t got[14];
	struct writer w = writer_of(got, sizeof(got));

	write_u8(&w, 0xff);
	write_be16(&w, 0x0102);
	write_be24(&w, 0x030405);
	write_be32(&w, 0x06070809);
	write_zero(&w, 2);
	write_bytes(&w, "hi", 2);
	ok(!w.full);
	eq_int(writer_len(&w), 14);
	ok(!memcmp(got, want, 14));
	write_u8(&w, 1);
	ok(w.full);
	eq_int(writer_len(&w), 14);

	w = writer_of(got, 3);
	write_be32(&w, 0xeeeeeeee); /* does not fit: not even a part of it is written */
	write_u8(&w, 0xee); /* would fit, but comes after a failure */
	ok(w.full && writer_len(&w) == 0 && got[0] == 0xff);
	w = writer_of(got, 8);
	write_be64(&w, 0x0102030405060708u);
	ok(!w.full && got[0] == 1 && got[7] == 8);
}

static void spans(void)
{
	struct span s = span_of("a:b::c"), none = span_of(NULL);

	eq_int(none.len, 0);
	ok(span_eq(none, "") && !span_eq(none, "a") && span_starts(none, "") &&
	   !span_starts(none, "a") && span_eq_nocase(none, ""));
	ok(span_eq(span_of("abc"), "abc") && !span_eq(span_of("abc"), "ab") &&
	   !span_eq(span_of("ab"), "abc"));
	ok(span_eq_nocase(span_of("AbZ"), "aBz") && !span_eq_nocase(span_of("A["), "a{"));
	ok(span_starts(span_of("abc"), "ab") && !span_starts(span_of("a"), "ab"));
	ok(span_ends(span_of("abc"), "bc") && span_ends(span_of("bc"), "bc") &&
	   !span_ends(span_of("c"), "bc") && !span_ends(span_of("bcd"), "bc"));
	ok(span_ends(none, "") && !span_ends(none, "a"));
	ok(span_eq(span_cut(&s, ':'), "a"));
	ok(span_eq(span_cut(&s, ':'), "b"));
	ok(span_eq(span_cut(&s, ':'), "") && s.p);
	ok(span_eq(span_cut(&s, ':'), "c") && !s.p && !s.len);
	s = span_of("a:");
	(void)span_cut(&s, ':');
	ok(s.p && !s.len); /* an empty last field is a field */
	ok(span_eq(span_cut(&s, ':'), "") && !s.p);
	ok(span_has(span_of("a,b"), ',', "a") && span_has(span_of("a,b"), ',', "b"));
	ok(!span_has(span_of("ab,bc"), ',', "b") && !span_has(span_of("a b"), ',', "b"));
	ok(span_has(span_of("a,"), ',', "") && !span_has(span_of("a"), ',', ""));
	ok(!span_has(none, ',', "") && !span_has(none, ',', "a"));
	eq_int(span_find(span_of("abc"), 'c'), 2);
	eq_int(span_find(span_of("abc"), 'x'), 3);
	eq_int(span_find(none, 'x'), 0);
	eq_int(span_skip(span_of("ab"), 9).len, 0);
	ok(!span_skip(none, 3).p);
}

static void numbers(void)
{
	static const struct {
		const char *text;
		unsigned int base;
		uint64_t min, max;
		bool good;
		uint64_t v;
	} rows[] = {
		{ "0", 10, 0, 9, true, 0 },
		{ "007", 10, 0, 9, true, 7 },
		{ "10", 10, 0, 9, false, 0 },
		{ "4", 10, 5, 9, false, 0 },
		{ "", 10, 0, 9, false, 0 },
		{ " 1", 10, 0, 9, false, 0 },
		{ "1 ", 10, 0, 9, false, 0 },
		{ "+1", 10, 0, 9, false, 0 },
		{ "-1", 10, 0, UINT64_MAX, false, 0 },
		{ "1a", 10, 0, UINT64_MAX, false, 0 },
		{ "0x1", 16, 0, UINT64_MAX, false, 0 },
		{ "fF", 16, 0, 255, true, 255 },
		{ "g", 16, 0, 255, false, 0 },
		{ "18446744073709551615", 10, 0, UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", 10, 0, UINT64_MAX, false, 0 },
		{ "99999999999999999999999", 10, 0, UINT64_MAX, false, 0 },
		{ "ffffffffffffffff", 16, 0, UINT64_MAX, true, UINT64_MAX },
		{ "10000000000000000", 16, 0, UINT64_MAX, false, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t v = 77;
		bool good = parse_uint(span_of(rows[i].text), rows[i].base, rows[i].min,
				       rows[i].max, &v);

		ok_row(good == rows[i].good && v == (rows[i].good ? rows[i].v : 77), rows[i].text);
	}
}

static void copies_and_quotes(void)
{
	char small[8] = "old";

	ok(text_copy(small, 8, span_of("1234567")));
	eq_str(small, "1234567");
	ok(!text_copy(small, 8, span_of("12345678")));
	ok(!text_copy(small, 8, (struct span){ "a\0b", 3 }));
	eq_str(small, "1234567");
	ok(text_copy(small, 8, span_of(NULL)));
	eq_str(small, "");
	eq_str(text_quote(small, 8, span_of("1234567")), "1234567");
	eq_str(text_quote(small, 8, span_of("12345678")), "1234...");
	eq_str(text_quote(small, 8, span_of("\n")), "\\x0a");
	eq_str(text_quote(small, 8, span_of("a\033bcd")), "a...");
	eq_str(text_quote(small, 8, span_of("\\")), "\\x5c");
	eq_str(text_quote(small, 8, span_of("\xff")), "\\xff");
	eq_str(text_quote(small, 1, span_of("abc")), "");
	eq_str(text_quote(small, 3, span_of("abc")), "..");
	ok(text_is_printable(span_of(" ~")) && !text_is_printable(span_of("\t")) &&
	   !text_is_printable(span_of("\x7f")) && !text_is_printable(span_of("\xc3\xa9")));
}

static void building_text(void)
{
	char buf[6];
	struct out out = out_to(buf, sizeof(buf));

	out_add(&out, "%d", 12);
	out_add(&out, "%s", "345");
	ok(!out.cut);
	eq_str(buf, "12345");
	out_add(&out, "%s", "");
	ok(!out.cut);
	out_add(&out, "6");
	ok(out.cut);
	eq_str(buf, "12345");
	out = out_to(buf, sizeof(buf));
	out_add(&out, "1234567");
	ok(out.cut);
	eq_int(out.len, 5);
	eq_str(buf, "12345");
	out = out_to(buf, sizeof(buf));
	out_hex(&out, (const uint8_t *)"\x0a\xff", 2, "-");
	eq_str(buf, "0a-ff");
	out = out_to(buf, sizeof(buf));
	out_hex(&out, (const uint8_t *)"\x0a\xff", 2, "");
	out_hex(&out, NULL, 0, ":");
	eq_str(buf, "0aff");
}

static void building_lists(void)
{
	/* size, what five items "option 1: bad" to "option 5: bad" and one of all the room come to
	 */
	static const struct {
		size_t size;
		const char *want;
	} rows[] = {
		{ 128, "option 1: bad; option 2: bad; option 3: bad; option 4: bad; option 5: bad; "
		       "and 1 more" },
		{ 64, "option 1: bad; option 2: bad; and 4 more" },
		{ 35, "option 1: bad; and 5 more" },
		{ 34, "and 6 more" },
		{ 11, "and 6 more" },
		{ 4, "and" },
	};
	char buf[128], all[200];

	memset(all, 'x', sizeof(all) - 1);
	all[sizeof(all) - 1] = '\0';
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct out out = out_to(buf, rows[i].size);

		for (int k = 1; k <= 5; k++)
			out_item(&out, "option %d: bad", k);
		out_item(&out, "%s", all);
		eq_str(buf, rows[i].want);
	}
}

static void ip_texts(void)
{
	/* text, as printed ("" : refused) */
	static const char *const rows[][2] = {
		{ "10.0.0.1", "10.0.0.1" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "0.0.0.0", "0.0.0.0" },
		{ "10.0.0.256", "" },
		{ "10.0.0", "" },
		{ "10.0.0.1.", "" },
		{ ".10.0.0.1", "" },
		{ "10.0.0.1.1", "" },
		{ "10..0.1", "" },
		{ "10.0.0.0001", "" },
		{ " 10.0.0.1", "" },
		{ "0xa.0.0.1", "" },
		{ "", "" },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "1::", "1::" },
		{ "fe80::1:2", "fe80::1:2" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "2001:DB8::0:1", "2001:db8::1" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
		{ "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
		{ "::ffff:10.0.0.1", "::ffff:a00:1" },
		{ "1:2:3:4:5:6:10.0.0.1", "1:2:3:4:5:6:a00:1" },
		{ "1:2:3:4:5:6:7:10.0.0.1", "" },
		{ "::10.0.0.256", "" },
		{ "10.0.0.1::", "" },
		{ "1:2:3:4:5:6:7", "" },
		{ "1:2:3:4:5:6:7:8:9", "" },
		{ "1:2:3:4::5:6:7:8", "" },
		{ "1::2::3", "" },
		{ ":::", "" },
		{ ":1", "" },
		{ "1:", "" },
		{ "1::2:", "" },
		{ "12345::", "" },
		{ "fe80::1%eth0", "" },
		{ "[::1]", "" },
		{ "g::", "" },
	};
	char text[IP_TEXT_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ip_addr ip = { 0 };
		bool good = ip_parse(span_of(rows[i][0]), &ip);

		ok_row(good == (rows[i][1][0] != '\0'), rows[i][0]);
		if (good)
			eq_str(ip_text(&ip, text), rows[i][1]);
		else
			eq_int(ip.family, IP_NONE);
	}
}

static void ip_values(void)
{
	struct ip_addr a = ip4_from_he(0x0a000001), b = a, none = { 0 };
	char text[IP_TEXT_MAX];
	uint8_t prefix = 99;

	eq_str(ip_text(&a, text), "10.0.0.1");
	eq_str(ip_text(&none, text), "-");
	eq_int(ip4_to_he(&a), 0x0a000001);
	eq_int(ip4_to_he(&none), 0);
	b.bytes[15] = 9; /* not part of an IPv4 address */
	ok(ip_eq(&a, &b) && !ip_eq(&a, &none));
	ok(ip_is_unset(&none) && !ip_is_unset(&a));
	a = ip4_from_he(0);
	ok(ip_is_unset(&a));
	eq_int(ip4_prefix_to_mask(0), 0);
	eq_int(ip4_prefix_to_mask(24), 0xffffff00);
	eq_int(ip4_prefix_to_mask(32), 0xffffffff);
	ok(ip4_mask_to_prefix(0xfffffe00, &prefix) && prefix == 23);
	ok(ip4_mask_to_prefix(0, &prefix) && prefix == 0);
	ok(ip4_mask_to_prefix(0xffffffff, &prefix) && prefix == 32);
	ok(!ip4_mask_to_prefix(0xff00ff00, &prefix) && prefix == 32);
	ok(!ip4_mask_to_prefix(0x000000ff, &prefix));
	eq_int(ip4_classful_prefix(0x0a000001), 8);
	eq_int(ip4_classful_prefix(0xac100001), 16);
	eq_int(ip4_classful_prefix(0xc0a80001), 24);
}

static void macs(void)
{
	struct mac_addr mac = { 0 }, same;
	char text[MAC_TEXT_MAX];

	ok(mac_parse(span_of("52:54:00:AB:cd:ef"), &mac));
	eq_str(mac_text(&mac, text), "52:54:00:ab:cd:ef");
	ok(mac_parse(span_of("52-54-00-ab-cd-ef"), &same) && mac_eq(&mac, &same));
	ok(mac_parse(span_of("00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13"), &mac));
	eq_int(mac.len, 20);
	eq_str(mac_text(&mac, text), "00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13");
	ok(!mac_parse(span_of("52:54-00:ab:cd:ef"), &mac) && mac.len == 20);
	ok(!mac_parse(span_of("52:54:00:ab:cd"), &mac));
	ok(!mac_parse(span_of("52:54:00:ab:cd:ef:"), &mac));
	ok(!mac_parse(span_of("52:54:00:ab:cd:e"), &mac));
	ok(!mac_parse(span_of("525400abcdef"), &mac));
	ok(!mac_parse(span_of("5:254:00:ab:cd:ef"), &mac));
	ok(!mac_parse(span_of(""), &mac));
	ok(!mac_parse(span_of("00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13:14"),
		      &mac));
}

static void errors(void)
{
	struct err err = { 0 };

	eq_int(err_set(&err, EINVAL, "bad %s", "thing"), -EINVAL);
	eq_int(err.code, EINVAL);
	eq_str(err.text, "bad thing");
	eq_int(err_wrap(&err, "root %d", 1), -EINVAL);
	eq_str(err.text, "root 1: bad thing");
	eq_int(err_sys(&err, ENOENT, "open \"%s\"", "x"), -ENOENT);
	eq_str(err.text, "open \"x\": No such file or directory");
	(void)err_sys(&err, 99999, "x");
	eq_str(err.text, "x: unknown error");
	eq_int(err_set(NULL, EIO, "x"), -EIO);
	eq_int(err_sys(NULL, EIO, "x"), -EIO);
}

/* Whatever does not fit is marked; nothing is dropped in silence. */
static void errors_cut(void)
{
	char a[ERR_TEXT_MAX + 9], tail[16];
	struct err err;

	for (size_t n = ERR_TEXT_MAX - 50; n < sizeof(a); n++) {
		memset(a, 'a', n);
		a[n] = '\0';
		(void)err_set(&err, EIO, "inner");
		(void)err_wrap(&err, "%s", a);
		if (n + strlen(": inner") < ERR_TEXT_MAX)
			eq_str(err.text + n, ": inner");
		else
			eq_str(err.text + ERR_TEXT_MAX - 4, "...");
		(void)err_sys(&err, EIO, "%s", a);
		(void)snprintf(tail, sizeof(tail), "%s", err.text + strlen(err.text) - 3);
		eq_str(tail, n + strlen(": Input/output error") < ERR_TEXT_MAX ? "ror" : "...");
	}
}

static void link_local_of_an_identifier(void)
{
	struct ip_addr ip = ip6_link_local(0x0123456789abcdef);
	char text[IP_TEXT_MAX];

	ok(ip_is_link_local(&ip));
	eq_str(ip_text(&ip, text), "fe80::123:4567:89ab:cdef");
}

static void sayings(void)
{
	struct {
		enum say_weight say;
		char text[8];
	} act = { .say = SAY_NOTHING };

	say(&act, SAY_BAD, "%s %u", "ab", 1234u);
	eq_int(act.say, SAY_BAD);
	eq_str(act.text, "ab 1234");
	say(&act, SAY_INFO, "%s", "cut where");
	eq_int(act.say, SAY_INFO);
	eq_str(act.text, "cut whe");
}

int main(void)
{
	RUN(reading);
	RUN(reading_past_the_end);
	RUN(host_order);
	RUN(writing);
	RUN(spans);
	RUN(numbers);
	RUN(copies_and_quotes);
	RUN(building_text);
	RUN(building_lists);
	RUN(ip_texts);
	RUN(ip_values);
	RUN(macs);
	RUN(errors);
	RUN(errors_cut);
	RUN(sayings);
	RUN(link_local_of_an_identifier);
	return test_end();
}
