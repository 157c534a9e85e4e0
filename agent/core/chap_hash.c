/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The digests of CHAP, by nettle, and the two ways in which bytes are written in text keys. */
#include "core/chap_hash.h"

#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <nettle/sha3.h>
#include <string.h>

#include "core/bytes.h"

/* --- digests --- */

union digest_state {
	struct md5_ctx md5;
	struct sha1_ctx sha1;
	struct sha256_ctx sha256;
	struct sha3_256_ctx sha3_256;
};

static void md5_start(union digest_state *s)
{
	md5_init(&s->md5);
}

static void md5_add(union digest_state *s, size_t len, const uint8_t *bytes)
{
	md5_update(&s->md5, len, bytes);
}

static void md5_end(union digest_state *s, uint8_t *ret)
{
	md5_digest(&s->md5, MD5_DIGEST_SIZE, ret);
}

static void sha1_start(union digest_state *s)
{
	sha1_init(&s->sha1);
}

static void sha1_add(union digest_state *s, size_t len, const uint8_t *bytes)
{
	sha1_update(&s->sha1, len, bytes);
}

static void sha1_end(union digest_state *s, uint8_t *ret)
{
	sha1_digest(&s->sha1, SHA1_DIGEST_SIZE, ret);
}

static void sha256_start(union digest_state *s)
{
	sha256_init(&s->sha256);
}

static void sha256_add(union digest_state *s, size_t len, const uint8_t *bytes)
{
	sha256_update(&s->sha256, len, bytes);
}

static void sha256_end(union digest_state *s, uint8_t *ret)
{
	sha256_digest(&s->sha256, SHA256_DIGEST_SIZE, ret);
}

static void sha3_256_start(union digest_state *s)
{
	sha3_256_init(&s->sha3_256);
}

static void sha3_256_add(union digest_state *s, size_t len, const uint8_t *bytes)
{
	sha3_256_update(&s->sha3_256, len, bytes);
}

static void sha3_256_end(union digest_state *s, uint8_t *ret)
{
	sha3_256_digest(&s->sha3_256, SHA3_256_DIGEST_SIZE, ret);
}

static const struct digest {
	uint8_t algorithm;
	const char *name;
	const char *also; /* open-iscsi's spelling, where it is another */
	size_t len;
	void (*start)(union digest_state *s);
	void (*add)(union digest_state *s, size_t len, const uint8_t *bytes);
	void (*end)(union digest_state *s, uint8_t *ret);
} digests[] = {
	{ CHAP_MD5, "MD5", "MD5", MD5_DIGEST_SIZE, md5_start, md5_add, md5_end },
	{ CHAP_SHA1, "SHA1", "SHA-1", SHA1_DIGEST_SIZE, sha1_start, sha1_add, sha1_end },
	{ CHAP_SHA256, "SHA256", "SHA-256", SHA256_DIGEST_SIZE, sha256_start, sha256_add,
	  sha256_end },
	{ CHAP_SHA3_256, "SHA3-256", "SHA3_256", SHA3_256_DIGEST_SIZE, sha3_256_start, sha3_256_add,
	  sha3_256_end },
};

#define N_DIGESTS (sizeof(digests) / sizeof(*digests))

static const struct digest *digest_of(uint8_t algorithm)
{
	for (size_t i = 0; i < N_DIGESTS; i++)
		if (digests[i].algorithm == algorithm)
			return &digests[i];
	return NULL;
}

uint8_t chap_algorithm_of(struct span name)
{
	for (size_t i = 0; i < N_DIGESTS; i++)
		if (span_eq_nocase(name, digests[i].name) || span_eq_nocase(name, digests[i].also))
			return digests[i].algorithm;
	return 0;
}

const char *chap_algorithm_name(uint8_t algorithm)
{
	const struct digest *d = digest_of(algorithm);

	return d ? d->name : "?";
}

size_t chap_digest_len(uint8_t algorithm)
{
	const struct digest *d = digest_of(algorithm);

	return d ? d->len : 0;
}

size_t chap_digest(uint8_t algorithm, uint8_t id, struct span secret, const uint8_t *challenge,
		   size_t len_challenge, uint8_t ret[static CHAP_DIGEST_MAX])
{
	const struct digest *d = digest_of(algorithm);
	union digest_state s;

	memset(ret, 0, CHAP_DIGEST_MAX);
	if (!d)
		return 0;
	d->start(&s);
	d->add(&s, 1, &id);
	d->add(&s, secret.len, (const uint8_t *)secret.p);
	d->add(&s, len_challenge, challenge);
	d->end(&s, ret);
	return d->len;
}

/* --- binary values --- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Digits of n bits each; the first ones of a number whose bits are no whole bytes are its highest
 * (hexadecimal) or the last ones filling (base64). */
static bool take_digits(struct span text, int (*digit)(char c), unsigned int n_bits,
			unsigned int have_bits, struct writer *w)
{
	unsigned int bits = 0;

	for (size_t i = 0; i < text.len; i++) {
		int v = digit(text.p[i]);

		if (v < 0)
			return false;
		bits = (bits << n_bits | (unsigned int)v) & 0xffff;
		have_bits += n_bits;
		if (have_bits >= 8) {
			have_bits -= 8;
			write_u8(w, (uint8_t)(bits >> have_bits));
		}
	}
	/* what is left over of base64 is zero */
	return !(bits & ((1U << have_bits) - 1));
}

static bool take_base64(struct span text, struct writer *w)
{
	size_t padding = 0;

	while (text.len && padding < 2 && text.p[text.len - 1] == '=') {
		text.len--;
		padding++;
	}
	/* RFC 4648 4: one digit alone makes no byte; padding, where there is any, fills up to four
	 */
	if (text.len % 4 == 1 || (padding && (text.len + padding) % 4))
		return false;
	return take_digits(text, base64_digit, 6, 0, w);
}

bool chap_binary(struct span text, uint8_t *dst, size_t size, size_t *ret_len)
{
	struct span prefix = { text.p, text.len < 2 ? text.len : 2 };
	struct writer w = writer_of(dst, size);

	text = span_skip(text, 2);
	if (span_eq_nocase(prefix, "0x")) {
		if (!take_digits(text, hex_digit, 4, text.len % 2 ? 4 : 0, &w))
			return false;
	} else if (!span_eq_nocase(prefix, "0b") || !take_base64(text, &w)) {
		return false;
	}
	if (w.full || !writer_len(&w))
		return false;
	*ret_len = writer_len(&w);
	return true;
}
