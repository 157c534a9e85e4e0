/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An answer by HTTP, in pieces of every size; what is not one. */
#include "core/http.h"

#include "test.h"

static uint8_t got[1024];
static struct http h;

/* In pieces of that size, then the end. */
static void answer(const char *bytes, size_t len, size_t piece, bool closes)
{
	http_start(&h, got, sizeof(got));
	for (size_t at = 0; at < len; at += piece)
		http_bytes(&h, (const uint8_t *)bytes + at, len - at < piece ? len - at : piece);
	if (closes)
		http_bytes(&h, NULL, 0);
}

static void check(const char *bytes, enum http_state state, const char *what)
{
	size_t len = strlen(bytes);

	for (size_t piece = 1; piece <= len; piece++) {
		int before = test_failed_checks;

		answer(bytes, len, piece, true);
		eq_int(h.state, state);
		if (state == HTTP_DONE) {
			eq_int(h.len, strlen(what));
			ok(!memcmp(got, what, strlen(what)));
		} else if (state == HTTP_MOVED) {
			eq_str(h.location, what);
		} else if (state == HTTP_FAILED) {
			eq_str(h.err.text, what);
		}
		if (test_failed_checks != before) {
			printf("piece %zu of: %s\n", piece, bytes);
			return;
		}
	}
}

static void files(void)
{
	check("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", HTTP_DONE, "abc");
	check("HTTP/1.0 200 OK\r\nServer: x\r\n\r\nabc", HTTP_DONE, "abc");
	check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
	      HTTP_DONE, "abc");
	check("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", HTTP_DONE, "");
	check("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
	      HTTP_DONE, "a");
	/* done before the server closes */
	answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 41, 41, false);
	eq_int(h.state, HTTP_DONE);
}

static void others(void)
{
	check("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nsorry", HTTP_MISSING, "");
	check("HTTP/1.1 410 Gone\r\n\r\n", HTTP_MISSING, "");
	check("HTTP/1.1 301 x\r\nLocation: /b\r\nContent-Length: 1\r\n\r\n1", HTTP_MOVED, "/b");
	check("HTTP/1.1 308 x\r\nX: y\r\nLOCATION: http://a/b\r\nX: z\r\n\r\n", HTTP_MOVED,
	      "http://a/b");
	check("HTTP/1.1 302 x\r\n\r\n", HTTP_FAILED, "HTTP status 302");
	check("HTTP/1.1 403 x\r\n\r\n", HTTP_FAILED,
	      "HTTP status 403: the server does not let this machine read it");
	check("HTTP/1.1 500 x\r\n\r\n", HTTP_FAILED, "HTTP status 500: the server is in trouble");
	check("HTTP/1.1 206 x\r\nContent-Length: 1\r\n\r\na", HTTP_FAILED, "HTTP status 206");
}

static void cut(void)
{
	static const char closed[] = "the server closed the connection before the end";

	check("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", HTTP_FAILED, closed);
	check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", HTTP_FAILED,
	      closed);
	check("HTTP/1.1 200 OK\r\nContent-Le", HTTP_FAILED, closed);
	check("HTTP/1.1 100 Continue\r\n\r\n", HTTP_FAILED, closed);
	http_start(&h, got, sizeof(got));
	http_bytes(&h, NULL, 0);
	eq_int(h.state, HTTP_FAILED);
	eq_str(h.err.text, closed);
}

static void nonsense(void)
{
	check("SSH-2.0-OpenSSH_9.2\r\n", HTTP_FAILED, "the answer is not HTTP");
	check("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", HTTP_FAILED,
	      "the answer is not HTTP");
	check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", HTTP_FAILED,
	      "the answer is not HTTP");
}

static void endless(void)
{
	static char line[4096];
	unsigned int n = 0;

	memset(line, 'a', sizeof(line));
	http_start(&h, got, sizeof(got));
	http_bytes(&h, (const uint8_t *)"HTTP/1.1 200 OK\r\nX: ", 20);
	while (h.state == HTTP_READS && n++ < 100)
		http_bytes(&h, (const uint8_t *)line, sizeof(line));
	eq_int(h.state, HTTP_FAILED);
	eq_str(h.err.text, "the answer has headers without end");
	ok(n < 25);
	/* a body without end */
	http_start(&h, got, sizeof(got));
	http_bytes(&h, (const uint8_t *)"HTTP/1.1 200 OK\r\n\r\n", 19);
	http_bytes(&h, (const uint8_t *)line, 1024);
	eq_int(h.state, HTTP_READS);
	http_bytes(&h, (const uint8_t *)line, 1);
	eq_int(h.state, HTTP_FAILED);
	eq_str(h.err.text, "larger than 1 KiB");
	/* a long address */
	http_start(&h, got, sizeof(got));
	http_bytes(&h, (const uint8_t *)"HTTP/1.1 301 OK\r\nLocation: ", 27);
	http_bytes(&h, (const uint8_t *)line, PLAN_PATH_MAX);
	eq_str(h.err.text, "a redirect to too long an address");
}

static void requests(void)
{
	char text[HTTP_REQUEST_MAX];
	struct plan_config config;
	struct err err;

	eq_int(config_parse(span_of("http://srv:8080/a/"), &config, &err), 0);
	eq_int(http_request(&config, "/a/default", text), strlen(text));
	ok(!strncmp(text, "GET /a/default HTTP/1.1\r\nHost: srv:8080\r\n", 41));
	ok(!strcmp(text + strlen(text) - 23, "\r\nConnection: close\r\n\r\n"));
	eq_int(config_parse(span_of("http://[fe80::1%eth0]/a/"), &config, &err), 0);
	(void)http_request(&config, "/a/", text);
	ok(strstr(text, "\r\nHost: [fe80::1]\r\n"));
}

int main(void)
{
	RUN(files);
	RUN(others);
	RUN(cut);
	RUN(nonsense);
	RUN(endless);
	RUN(requests);
	return test_end();
}
