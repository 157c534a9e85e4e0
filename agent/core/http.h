/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One file by HTTP/1.1 (RFC 9110, 9112): the request as text, and what comes of the answer, whose
 * grammar is http_parser's. One connection for each file. Knows no sockets.
 */
#ifndef NETROOT_CORE_HTTP_H
#define NETROOT_CORE_HTTP_H

#include <http_parser.h>

#include "core/config.h"

#define HTTP_REQUEST_MAX (PLAN_PATH_MAX + PLAN_NAME_MAX + 256)

enum http_state {
	HTTP_READS,
	HTTP_DONE, /* the whole file is there */
	HTTP_MISSING, /* 404, 410 */
	HTTP_MOVED, /* location says whereto */
	HTTP_FAILED /* err says why */
};

struct http {
	enum http_state state;
	uint8_t *dst; /* the file, len of it so far */
	size_t len, size;
	bool in_body;
	char field[16]; /* the name of the header that is being read, cut */
	size_t len_field;
	bool in_value;
	char location[PLAN_PATH_MAX];
	size_t len_location;
	struct err err;
	struct http_parser parser;
};

/* Its length. */
size_t http_request(const struct plan_config *config, const char *path,
		    char dst[static HTTP_REQUEST_MAX]);
/* dst stays the caller's. A file larger than size is a failure. */
void http_start(struct http *h, uint8_t *dst, size_t size);
/* What has come; len 0: the server has closed. */
void http_bytes(struct http *h, const uint8_t *bytes, size_t len);

#endif
