/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signatures of fetched settings: Ed25519 (RFC 8032) over "netroot config 1", the name of the file
 * and the text, so that what is signed for one machine is no good for another. The administrator's
 * half is initramfs/sign-config.
 */
#ifndef NETROOT_CORE_CONFIG_SIGN_H
#define NETROOT_CORE_CONFIG_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/config.h"
#include "core/err.h"

#define CONFIG_KEY_LEN 32
#define CONFIG_KEYS_MAX 4
/* What is signed is this, the name, a line end and the text. */
#define CONFIG_SIGN_HEAD "netroot config 1\n"
#define CONFIG_SIGNED_MAX (sizeof(CONFIG_SIGN_HEAD) + PLAN_PATH_MAX + CONFIG_TEXT_MAX)

struct config_keys {
	uint8_t key[CONFIG_KEYS_MAX][CONFIG_KEY_LEN];
	uint8_t n;
};

/* As openssl writes a public key: PEM, several one behind the other while one takes over from
 * another, or DER. */
int config_keys_parse(const void *bytes, size_t len, struct config_keys *ret, struct err *err);
/* Whether one of the keys has signed it under that name. room is for what is signed; 2 ms. */
bool config_signed_by(const struct config_keys *keys, const char *name, struct span text,
		      const uint8_t sig[static CONFIG_SIG_LEN],
		      uint8_t room[static CONFIG_SIGNED_MAX]);

#endif
