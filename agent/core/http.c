/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An HTTP answer through http_parser, which is fed until it has said all that it will. */
#include "core/http.h"

#include <errno.h>
#include <string.h>

#include "core/rootspec.h"

size_t http_request(const struct plan_config *config, const char *path,
		    char dst[static HTTP_REQUEST_MAX])
{
	bool v6 = host_is_v6(&config->server);
	struct span name = span_of(config->server.name);
	struct out out = out_to(dst, HTTP_REQUEST_MAX);

	name.len = span_find(name, '%'); /* a scope means nothing to others (RFC 6874 4) */
	out_add(&out, "GET %s HTTP/1.1\r\nHost: %s%.*s%s", path, v6 ? "[" : "", SPAN_ARG(name),
		v6 ? "]" : "");
	if (config->port)
		out_add(&out, ":%u", config->port);
	out_add(&out, "\r\nUser-Agent: netroot/" NETROOT_VERSION "\r\nAccept: */*\r\n"
		      "Connection: close\r\n\r\n");
	return out.len;
}

/* --- what http_parser tells --- */

static struct http *http_of(struct http_parser *p)
{
	return p->data;
}

static int fail(struct http *h, int code, const char *why)
{
	(void)err_set(&h->err, code, "%s", why);
	h->state = HTTP_FAILED;
	return 1; /* ends the parser */
}

static int on_field(struct http_parser *p, const char *at, size_t len)
{
	struct http *h = http_of(p);

	if (h->in_value)
		h->len_field = 0;
	h->in_value = false;
	for (size_t i = 0; i < len && h->len_field < sizeof(h->field); i++)
		h->field[h->len_field++] = at[i];
	return 0;
}

static int on_value(struct http_parser *p, const char *at, size_t len)
{
	struct http *h = http_of(p);

	h->in_value = true;
	if (!span_eq_nocase((struct span){ h->field, h->len_field }, "location"))
		return 0;
	if (len >= sizeof(h->location) - h->len_location)
		return fail(h, ENAMETOOLONG, "a redirect to too long an address");
	memcpy(h->location + h->len_location, at, len);
	h->len_location += len;
	return 0;
}

static const char *status_hint(unsigned int status)
{
	return status == 401 || status == 403 ? ": the server does not let this machine read it"
	       : status >= 500		      ? ": the server is in trouble"
					      : "";
}

static int on_headers(struct http_parser *p)
{
	struct http *h = http_of(p);
	unsigned int status = p->status_code;

	h->in_body = true;
	if (status == 200)
		return 0;
	if (status == 404 || status == 410) {
		h->state = HTTP_MISSING;
	} else if ((status == 301 || status == 302 || status == 303 || status == 307 ||
		    status == 308) &&
		   h->len_location) {
		h->location[h->len_location] = '\0';
		h->state = HTTP_MOVED;
	} else if (status >= 100 && status < 200) {
		h->in_body = false; /* the answer is behind it */
		h->len_location = h->len_field = 0;
		return 0;
	} else {
		(void)err_set(&h->err, EIO, "HTTP status %u%s", status, status_hint(status));
		h->state = HTTP_FAILED;
	}
	return 2; /* nothing of what follows matters */
}

static int on_body(struct http_parser *p, const char *at, size_t len)
{
	struct http *h = http_of(p);

	if (h->state != HTTP_READS)
		return 0;
	if (len > h->size - h->len) {
		(void)err_set(&h->err, EFBIG, "larger than %zu KiB", h->size / 1024);
		h->state = HTTP_FAILED;
		return 1;
	}
	memcpy(h->dst + h->len, at, len);
	h->len += len;
	return 0;
}

static int on_complete(struct http_parser *p)
{
	struct http *h = http_of(p);

	if (h->state == HTTP_READS && h->in_body)
		h->state = HTTP_DONE;
	return 0;
}

static const struct http_parser_settings settings = {
	.on_header_field = on_field,
	.on_header_value = on_value,
	.on_headers_complete = on_headers,
	.on_body = on_body,
	.on_message_complete = on_complete,
};

/* --- the answer --- */

void http_start(struct http *h, uint8_t *dst, size_t size)
{
	memset(h, 0, sizeof(*h));
	h->dst = dst;
	h->size = size;
	http_parser_init(&h->parser, HTTP_RESPONSE);
	h->parser.data = h;
}

void http_bytes(struct http *h, const uint8_t *bytes, size_t len)
{
	size_t n;
	enum http_errno code;

	if (h->state != HTTP_READS)
		return;
	n = http_parser_execute(&h->parser, &settings, (const char *)bytes, len);
	code = HTTP_PARSER_ERRNO(&h->parser);
	if (h->state != HTTP_READS)
		return;
	if (!len)
		(void)fail(h, EPROTO, "the server closed the connection before the end");
	else if (code == HPE_HEADER_OVERFLOW)
		(void)fail(h, EPROTO, "the answer has headers without end");
	else if (n != len || code != HPE_OK)
		(void)fail(h, EPROTO, "the answer is not HTTP");
}
