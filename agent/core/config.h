/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netroot.config=: where this machine's own settings are fetched from, and under which names. The
 * value is a URL (tftp, http, nfs) or the form that roots have, "tftp:host:path". Knows nothing of
 * what is in the file.
 */
#ifndef NETROOT_CORE_CONFIG_H
#define NETROOT_CORE_CONFIG_H

#include <stddef.h>

#include "core/plan.h"

#define CONFIG_NAMES_MAX 8
#define CONFIG_URL_MAX 1536
/* What is fetched is no larger: all that a boot reads is a few lines. */
#define CONFIG_TEXT_MAX 65536
#define CONFIG_SIG_LEN 64 /* Ed25519's */

/* Fills all but where it is given and wrong; without a host *ret's server has no name. On failure
 * *ret is untouched. */
int config_parse(struct span value, struct plan_config *ret, struct err *err);
/* "http://..." of a redirect, which may be relative to the path it is sent from. https is refused
 * with its remedy. */
int config_redirect(const struct plan_config *from, const char *path, struct span location,
		    struct plan_config *ret, struct err *err);

/* What tells this machine from others, as far as it is known. */
struct config_machine {
	struct mac_addr mac; /* of the boot NIC; len 0: none */
	const char *uuid; /* in small letters; NULL: none */
	const char *host_name; /* "": none */
	struct ip_addr address;
};

/* Of the paths that are asked for, in this order, the first that is there counts. */
struct config_names {
	char path[CONFIG_NAMES_MAX][PLAN_PATH_MAX];
	uint8_t n;
};

/* Fails where a placeholder stands for what the machine does not have. */
int config_names(const struct plan_config *config, const struct config_machine *machine,
		 struct config_names *ret, struct err *err);

/* What a child has fetched: the bytes up to the text, and as many of that as there are. */
struct config_report {
	char wanted_host[PLAN_NAME_MAX]; /* a redirect leads there: to be looked up first; "": none
					  */
	uint8_t at; /* which of the names is there; as many as there are: none */
	uint8_t has_sig; /* not bool: any byte may come */
	uint8_t sig[CONFIG_SIG_LEN];
	uint32_t len;
	char text[CONFIG_TEXT_MAX];
};
#define CONFIG_REPORT_HEAD offsetof(struct config_report, text)

/* Whether len bytes are a report about so many names. The child has spoken with somebody, and may
 * be theirs. */
bool config_report_ok(const struct config_report *report, size_t len, uint8_t n_names);

/* Behind the last '/': what a signature says that a file is for. */
const char *config_file_name(const char *path);
/* A path or a name for people to read: printable, and without what HTTP is asked behind a '?',
 * which may be a token. */
void config_shown(const struct plan_config *config, const char *path, struct out *out);
/* "tftp://10.0.0.1/netroot/default", likewise. */
void config_url(const struct plan_config *config, const char *path, struct out *out);
/* That of the protocol where none is given. */
uint16_t config_port(const struct plan_config *config);

#endif
