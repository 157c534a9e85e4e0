/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What CHAP computes (RFC 1994 4.1, RFC 7143 12.1.3), and its binary values as text. */
#ifndef NETROOT_CORE_CHAP_HASH_H
#define NETROOT_CORE_CHAP_HASH_H

#include "core/text.h"

/* IANA's "iSCSI CHAP algorithms" (RFC 7143 14) */
enum chap_algorithm { CHAP_MD5 = 5, CHAP_SHA1 = 6, CHAP_SHA256 = 7, CHAP_SHA3_256 = 8 };

#define CHAP_DIGEST_MAX 32

/* "md5", "sha256", open-iscsi's "SHA3-256", in any case; 0: no such. */
uint8_t chap_algorithm_of(struct span name);
const char *chap_algorithm_name(uint8_t algorithm);
/* Bytes of the digest; 0: no such algorithm. */
size_t chap_digest_len(uint8_t algorithm);
/* H(id, secret, challenge), RFC 1994 4.1. Returns its length. */
size_t chap_digest(uint8_t algorithm, uint8_t id, struct span secret, const uint8_t *challenge,
		   size_t len_challenge, uint8_t ret[static CHAP_DIGEST_MAX]);
/* A binary value (RFC 7143 6.1): 0x and hexadecimal or 0b and base64. False: neither, empty, or
 * longer than size. */
bool chap_binary(struct span text, uint8_t *dst, size_t size, size_t *ret_len);

#endif
