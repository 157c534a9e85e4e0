/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 8032, RFC 8410 (the key's form), RFC 7468 (PEM); the arithmetic is nettle's and GMP's. */
#include "core/config_sign.h"

#include <errno.h>
#include <nettle/base64.h>
#include <nettle/eddsa.h>
#include <string.h>

/* SubjectPublicKeyInfo of an Ed25519 key up to the key itself, which is the rest (RFC 8410 4). */
static const uint8_t spki[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
				0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
#define SPKI_LEN (sizeof(spki) + CONFIG_KEY_LEN)

static bool take_der(const uint8_t *bytes, size_t len, struct config_keys *keys)
{
	if (len != SPKI_LEN || memcmp(bytes, spki, sizeof(spki)) != 0 || keys->n == CONFIG_KEYS_MAX)
		return false;
	memcpy(keys->key[keys->n++], bytes + sizeof(spki), CONFIG_KEY_LEN);
	return true;
}

/* What stands between the two lines of PEM. */
static bool take_base64(struct span text, struct config_keys *keys)
{
	uint8_t bytes[BASE64_DECODE_LENGTH(128)];
	struct base64_decode_ctx ctx;
	size_t len = sizeof(bytes);

	if (text.len > 128)
		return false;
	base64_decode_init(&ctx);
	return base64_decode_update(&ctx, &len, bytes, text.len, text.p) &&
	       base64_decode_final(&ctx) && take_der(bytes, len, keys);
}

/* Skips to behind the first `what`; false where there is none. *ret_before: what stands in front.
 */
static bool skip_past(struct span *text, const char *what, struct span *ret_before)
{
	size_t at = 0;

	while (at < text->len && !span_starts(span_skip(*text, at), what))
		at++;
	if (at == text->len)
		return false;
	*ret_before = (struct span){ text->p, at };
	*text = span_skip(*text, at + strlen(what));
	return true;
}

int config_keys_parse(const void *bytes, size_t len, struct config_keys *ret, struct err *err)
{
	struct span text = { bytes, len }, part;
	struct config_keys keys = { .n = 0 };

	if (take_der(bytes, len, &keys)) {
		*ret = keys;
		return 0;
	}
	while (skip_past(&text, "-----BEGIN PUBLIC KEY-----", &part)) {
		if (keys.n == CONFIG_KEYS_MAX)
			return err_set(err, E2BIG, "more than %d keys", CONFIG_KEYS_MAX);
		if (!skip_past(&text, "-----END PUBLIC KEY-----", &part) ||
		    !take_base64(part, &keys))
			return err_set(err, EINVAL, "key %u is no Ed25519 public key", keys.n + 1);
	}
	if (!keys.n)
		return err_set(err, EINVAL, "no Ed25519 public key of openssl, PEM or DER");
	*ret = keys;
	return 0;
}

bool config_signed_by(const struct config_keys *keys, const char *name, struct span text,
		      const uint8_t sig[static CONFIG_SIG_LEN],
		      uint8_t room[static CONFIG_SIGNED_MAX])
{
	struct writer w = writer_of(room, CONFIG_SIGNED_MAX);

	write_bytes(&w, CONFIG_SIGN_HEAD, sizeof(CONFIG_SIGN_HEAD) - 1);
	write_bytes(&w, name, strlen(name));
	write_u8(&w, '\n');
	write_bytes(&w, text.p, text.len);
	/* a line end in the name would let it and the text be cut elsewhere */
	if (w.full || !text_is_printable(span_of(name)))
		return false;
	for (uint8_t i = 0; i < keys->n; i++)
		if (ed25519_sha512_verify(keys->key[i], writer_len(&w), room, sig))
			return true;
	return false;
}
