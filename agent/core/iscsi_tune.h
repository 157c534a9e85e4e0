/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Timers and digests of an iSCSI session: their names in open-iscsi's records, which dracut's
 * rd.iscsi.param= takes, what they are by default for a root, and which parameter of the kernel
 * each timer is. A struct of zeros is all defaults.
 */
#ifndef NETROOT_CORE_ISCSI_TUNE_H
#define NETROOT_CORE_ISCSI_TUNE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"

enum iscsi_timer {
	ISCSI_TIMER_REPLACEMENT,
	ISCSI_TIMER_PING_INTERVAL,
	ISCSI_TIMER_PING_LIMIT,
	ISCSI_TIMER_ABORT,
	ISCSI_TIMER_LUN_RESET,
	ISCSI_TIMER_TARGET_RESET,
};
#define ISCSI_N_TIMERS (ISCSI_TIMER_TARGET_RESET + 1)

/* Checksums over headers or data of PDUs (RFC 7143 13.1), in the order they are offered. */
enum plan_digest { DIGEST_NONE, DIGEST_CRC32C, DIGEST_CRC32C_OR_NONE, DIGEST_NONE_OR_CRC32C };

struct iscsi_tune {
	uint32_t seconds[ISCSI_N_TIMERS];
	uint8_t given; /* bit of each timer that is not its default */
	uint8_t header_digest, data_digest; /* enum plan_digest */
};

enum iscsi_tune_result {
	ISCSI_TUNE_TAKEN,
	ISCSI_TUNE_UNKNOWN, /* no name of these */
	ISCSI_TUNE_BAD_DIGEST, /* neither None nor CRC32C, nor both in some order */
	ISCSI_TUNE_BAD, /* no number of seconds that this timer can have */
	ISCSI_TUNE_FOR_EVER, /* a negative replacement time-out: the default is taken instead */
};

/* "node.session.timeo.replacement_timeout=86400" */
enum iscsi_tune_result iscsi_tune_take(struct iscsi_tune *tune, struct span text);
/* "CRC32C,None", for headers and data. False: it makes no sense. */
bool iscsi_tune_digests(struct iscsi_tune *tune, struct span text);
/* Why a name of open-iscsi's records that iscsi_tune_take() does not know has no effect; NULL: it
 * is none of those either. */
const char *iscsi_tune_ignored(struct span text);
uint32_t iscsi_tune_seconds(const struct iscsi_tune *tune, enum iscsi_timer timer);
/* What was not given becomes right for one of several paths: it fails soon, for the map queues. */
void iscsi_tune_multipath(struct iscsi_tune *tune);
uint32_t iscsi_tune_param(enum iscsi_timer timer); /* ISCSI_PARAM_* */
uint32_t iscsi_tune_max(void);
/* Those that were given: "replacement_timeout 300 s, HeaderDigest CRC32C,None". */
void iscsi_tune_print(const struct iscsi_tune *tune, struct out *out);

#endif
