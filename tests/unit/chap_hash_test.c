/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The digests of CHAP against values of others, and binary values as targets write them. */
#include "test.h"

#include "core/chap_hash.h"

/* --- digests: of "abc" by RFC 1321, RFC 3174 and NIST, the others by openssl --- */

static char *hex_of(const uint8_t *bytes, size_t len, char *dst)
{
	for (size_t i = 0; i < len; i++)
		(void)snprintf(dst + 2 * i, 3, "%02x", bytes[i]);
	return dst;
}

static void digests(void)
{
	static const struct {
		uint8_t algorithm;
		size_t len;
		const char *abc, *chap, *longest;
	} rows[] = {
		{ 5, 16, "900150983cd24fb0d6963f7d28e17f72", "927e84b353ab26b3ee3e4ff6af34b98c",
		  "d4ef0878cc051183407993819d27f063" },
		{ 6, 20, "a9993e364706816aba3e25717850c26c9cd0d89d",
		  "3655ef9f38c205a263ebf140bac600fbe43b599a",
		  "78e56f46403ff06d7d8dec241e87f9346e3b490d" },
		{ 7, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		  "5e691b598a6d094688ea76df00b631743d8ce48246e69bdb3ee1cbac6e9a4cec",
		  "4d67c068f31b417573d0b898df8ad48a5b9840017714c9cd1e47c4164a83301f" },
		{ 8, 32, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
		  "663d5b3819af64cc8fb71d1a736f4dda75ded3a09677def929d174b105b7ba81",
		  "3df81b9bbc6bf654ae91412d470f768cfef5a6108944b98d8fc19d0b44078d3e" },
	};
	uint8_t challenge[1024], got[CHAP_DIGEST_MAX];
	char secret[256], hex[80];

	memset(secret, 's', 255);
	secret[255] = '\0';
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		eq_int(chap_digest_len(rows[i].algorithm), rows[i].len);
		eq_int(chap_digest(rows[i].algorithm, 'a', span_of("bc"), NULL, 0, got),
		       rows[i].len);
		eq_str(hex_of(got, rows[i].len, hex), rows[i].abc);
		for (size_t k = 0; k < 16; k++)
			challenge[k] = (uint8_t)k;
		(void)chap_digest(rows[i].algorithm, 0x27, span_of("0123456789abcdef"), challenge,
				  16, got);
		eq_str(hex_of(got, rows[i].len, hex), rows[i].chap);
		for (size_t k = 0; k < sizeof(challenge); k++)
			challenge[k] = (uint8_t)(k * 7);
		(void)chap_digest(rows[i].algorithm, 255, span_of(secret), challenge, 1024, got);
		eq_str(hex_of(got, rows[i].len, hex), rows[i].longest);
	}
	for (unsigned int i = 0; i < 256; i++)
		if (i < 5 || i > 8)
			ok(!chap_digest_len((uint8_t)i) &&
			   !chap_digest((uint8_t)i, 0, span_of("x"), got, 0, got));
}

static void algorithm_names(void)
{
	eq_int(chap_algorithm_of(span_of("md5")), 5);
	eq_int(chap_algorithm_of(span_of("SHA1")), 6);
	eq_int(chap_algorithm_of(span_of("sha-256")), 7);
	eq_int(chap_algorithm_of(span_of("sha3-256")), 8);
	eq_int(chap_algorithm_of(span_of("sha")), 0);
	eq_int(chap_algorithm_of(span_of("md55")), 0);
	eq_int(chap_algorithm_of(span_of("")), 0);
	eq_str(chap_algorithm_name(8), "SHA3-256");
	eq_str(chap_algorithm_name(4), "?");
}

/* --- binary values --- */

static void binaries(void)
{
	static const struct {
		const char *text, *hex; /* hex NULL: refused */
	} rows[] = {
		{ "0x00ff", "00ff" },
		{ "0XaBcD", "abcd" },
		{ "0xabc", "0abc" },
		{ "0x7", "07" },
		{ "0bAP8=", "00ff" },
		{ "0BAP8", "00ff" },
		{ "0b+/+/", "fbffbf" },
		{ "0bAA==", "00" },
		{ "0bAAAAAAAA", "000000000000" },
		{ "0x", NULL },
		{ "0b", NULL },
		{ "0b====", NULL },
		{ "", NULL },
		{ "0", NULL },
		{ "00ff", NULL },
		{ "255", NULL },
		{ "0x0g", NULL },
		{ "0x00 ", NULL },
		{ "0x-1", NULL },
		{ "0bA", NULL },
		{ "0bAAAAA", NULL },
		{ "0bAP9=", NULL }, /* bits left over */
		{ "0bAP8==", NULL },
		{ "0bAP8===", NULL },
		{ "0bA=P8", NULL },
		{ "0bAP8\n", NULL },
		{ "0x00000000000000", NULL }, /* seven bytes where six fit */
		{ "0bAAAAAAAAAA==", NULL },
	};
	uint8_t got[6];
	char hex[16];
	size_t len;
	bool good;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		len = 99;
		good = chap_binary(span_of(rows[i].text), got, sizeof(got), &len);
		ok_row(good == !!rows[i].hex, rows[i].text);
		if (good && rows[i].hex)
			eq_str(hex_of(got, len, hex), rows[i].hex);
		else
			eq_int(len, 99);
	}
}

int main(void)
{
	RUN(digests);
	RUN(algorithm_names);
	RUN(binaries);
	return test_end();
}
