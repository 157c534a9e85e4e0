/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys as openssl writes them, and signatures of settings: by openssl, and the vectors of RFC 8032.
 */
#include "core/config_sign.h"

#include <nettle/eddsa.h>

#include "core/gmp_small.h"
#include "test.h"

#define PEM_A                                                            \
	"-----BEGIN PUBLIC KEY-----\n"                                   \
	"MCowBQYDK2VwAyEAm6w1FLMmWY0hkaCO03JQWVvB1DlodVsPPLdkjqeuwZc=\n" \
	"-----END PUBLIC KEY-----\n"
#define PEM_B                                                            \
	"-----BEGIN PUBLIC KEY-----\n"                                   \
	"MCowBQYDK2VwAyEAGlO1Foh1AwruAk4t6huS6FKLH3Vy5j3ziBRKrgu8kpc=\n" \
	"-----END PUBLIC KEY-----\n"

static const uint8_t der_a[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21,
				 0x00, 0x9b, 0xac, 0x35, 0x14, 0xb3, 0x26, 0x59, 0x8d, 0x21, 0x91,
				 0xa0, 0x8e, 0xd3, 0x72, 0x50, 0x59, 0x5b, 0xc1, 0xd4, 0x39, 0x68,
				 0x75, 0x5b, 0x0f, 0x3c, 0xb7, 0x64, 0x8e, 0xa7, 0xae, 0xc1, 0x97 };

/* openssl pkeyutl -sign -rawin -inkey A over the head, NAME, a line end and TEXT */
#define NAME "01-52-54-00-12-34-56"
#define TEXT "root=nfs:10.0.0.1:/srv\n"
static const uint8_t sig_a[CONFIG_SIG_LEN] = {
	0xaf, 0x3e, 0x37, 0x10, 0x51, 0xa3, 0x54, 0x0c, 0xbb, 0x6b, 0x24, 0x63, 0xdf,
	0x42, 0xc2, 0xfb, 0x54, 0x14, 0x7d, 0xa7, 0x83, 0x1c, 0xc0, 0x48, 0xd1, 0x53,
	0xca, 0x28, 0x94, 0x6e, 0xae, 0xa9, 0xe1, 0x47, 0x58, 0x51, 0xd0, 0xa7, 0xa8,
	0xbe, 0x68, 0xc1, 0x80, 0xe8, 0xf0, 0x08, 0xf2, 0xb3, 0x7d, 0x65, 0x7a, 0xe3,
	0xf6, 0x1a, 0x08, 0xcf, 0x60, 0x03, 0x4c, 0xa1, 0x8a, 0x8b, 0x95, 0x0e
};

/* In place of core/gmp_small.c, and of GMP's own as that: the largest numbers that are multiplied.
 */
static mp_size_t largest;

void mpn_mul_n(mp_ptr dst, mp_srcptr a, mp_srcptr b, mp_size_t n)
{
	/* of two sizes, which GMP does by itself */
	mp_limb_t wide[GMP_SMALL_LIMBS + 1] = { 0 }, product[2 * GMP_SMALL_LIMBS + 1];

	if (n > largest)
		largest = n;
	if (n > GMP_SMALL_LIMBS)
		return;
	mpn_copyi(wide, a, n);
	(void)mpn_mul(product, wide, n + 1, b, n);
	mpn_copyi(dst, product, 2 * n);
}

void mpn_sqr(mp_ptr dst, mp_srcptr a, mp_size_t n)
{
	mpn_mul_n(dst, a, a, n);
}

static uint8_t room[CONFIG_SIGNED_MAX];
static struct config_keys keys;

static const char *parse(const void *bytes, size_t len)
{
	static struct err err;

	err.text[0] = '\0';
	keys.n = 0;
	(void)config_keys_parse(bytes, len, &keys, &err);
	return err.text;
}

static const char *parse_text(const char *text)
{
	return parse(text, strlen(text));
}

static void forms_of_keys(void)
{
	eq_str(parse(der_a, sizeof(der_a)), "");
	eq_int(keys.n, 1);
	ok(!memcmp(keys.key[0], der_a + 12, CONFIG_KEY_LEN));
	eq_str(parse_text(PEM_A), "");
	eq_int(keys.n, 1);
	ok(!memcmp(keys.key[0], der_a + 12, CONFIG_KEY_LEN));
	eq_str(parse_text("of the lab\n" PEM_B "\n" PEM_A), "");
	eq_int(keys.n, 2);
	ok(!memcmp(keys.key[1], der_a + 12, CONFIG_KEY_LEN));
}

static void bad_keys(void)
{
	static const char none[] = "no Ed25519 public key of openssl, PEM or DER";
	static const char first[] = "key 1 is no Ed25519 public key";

	eq_str(parse_text(""), none);
	eq_str(parse_text("ssh-ed25519 AAAA"), none);
	eq_str(parse_text("-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n"), none);
	eq_str(parse(der_a, sizeof(der_a) - 1), none);
	/* X25519 has another OID */
	eq_str(parse_text("-----BEGIN PUBLIC KEY-----\n"
			  "MCowBQYDK2VuAyEAZ8JPEea1J0BGiAcM/6iSs3ZC3uOWeJEI+zWGIxsnFyc=\n"
			  "-----END PUBLIC KEY-----\n"),
	       first);
	eq_str(parse_text("-----BEGIN PUBLIC KEY-----\nMCow*\n-----END PUBLIC KEY-----\n"), first);
	eq_str(parse_text("-----BEGIN PUBLIC KEY-----\n"), first);
	eq_str(parse_text(PEM_A "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n"),
	       "key 2 is no Ed25519 public key");
	eq_int(keys.n, 0);
	eq_str(parse_text(PEM_A PEM_A PEM_A PEM_A), "");
	eq_str(parse_text(PEM_A PEM_A PEM_A PEM_A PEM_A), "more than 4 keys");
}

static bool is_signed(const char *name, const char *text, const uint8_t *sig)
{
	return config_signed_by(&keys, name, span_of(text), sig, room);
}

static void signatures(void)
{
	uint8_t bad[CONFIG_SIG_LEN];

	eq_str(parse_text(PEM_A), "");
	ok(is_signed(NAME, TEXT, sig_a));
	ok(!is_signed("default", TEXT, sig_a));
	ok(!is_signed(NAME, TEXT "rw\n", sig_a));
	ok(!is_signed(NAME, "", sig_a));
	/* a line that moves between name and text */
	ok(!is_signed(NAME "\nroot=nfs:10.0.0.1:/srv", "", sig_a));
	for (size_t i = 0; i < CONFIG_SIG_LEN * 8; i += 37) {
		memcpy(bad, sig_a, sizeof(bad));
		bad[i / 8] ^= (uint8_t)(1 << i % 8);
		ok(!is_signed(NAME, TEXT, bad));
	}
	eq_str(parse_text(PEM_B), "");
	ok(!is_signed(NAME, TEXT, sig_a));
	eq_str(parse_text(PEM_B PEM_A), "");
	ok(is_signed(NAME, TEXT, sig_a));
	keys.n = 0;
	ok(!is_signed(NAME, TEXT, sig_a));
}

static void too_long(void)
{
	static char text[CONFIG_TEXT_MAX + 2000];

	memset(text, 'a', sizeof(text) - 1);
	eq_str(parse_text(PEM_A), "");
	ok(!is_signed(NAME, text, sig_a));
}

static size_t hex(const char *text, uint8_t *dst)
{
	size_t n = 0;

	for (; text[2 * n]; n++) {
		unsigned int v = 0;

		(void)sscanf(text + 2 * n, "%2x", &v);
		dst[n] = (uint8_t)v;
	}
	return n;
}

/* RFC 8032 7.1: that the library's is the algorithm that is meant. */
static void vectors(void)
{
	static const struct {
		const char *key, *message, *sig;
	} rows[] = {
		{ "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
		  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
		  "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
		{ "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
		  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
		  "458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
		{ "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
		  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
		  "ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a" },
	};
	uint8_t key[CONFIG_KEY_LEN], message[2], sig[CONFIG_SIG_LEN];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = hex(rows[i].message, message);

		eq_int(hex(rows[i].key, key), sizeof(key));
		eq_int(hex(rows[i].sig, sig), sizeof(sig));
		ok(ed25519_sha512_verify(key, len, message, sig));
		sig[0] ^= 1;
		ok(!ed25519_sha512_verify(key, len, message, sig));
	}
}

/* After all of the above: what stands in for GMP's products is for such numbers. */
static void numbers(void)
{
	eq_int(largest, GMP_SMALL_LIMBS);
}

int main(void)
{
	RUN(forms_of_keys);
	RUN(bad_keys);
	RUN(signatures);
	RUN(too_long);
	RUN(vectors);
	RUN(numbers);
	return test_end();
}
