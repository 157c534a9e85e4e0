/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings to fetch and fetched ones. The first line is a value of netroot.config=: what is refused
 * leaves the result as it was, names are printable and, but for a placeholder's, below the path
 * that was given. The second is a redirect and a host name. The rest is a text: cleaned, it has no
 * byte that text has not, and cleaning it again changes nothing. All of it is a key as well.
 */
#include <string.h>

#include "fuzz.h"

#include "core/config_hops.h"
#include "core/config_sign.h"
#include "core/config_text.h"

static void say(void *arg, const char *line)
{
	require(text_is_printable(span_of(line)));
	++*(unsigned int *)arg;
}

/* Dots within a name are harmless: "a..b" is one. */
static bool goes_up(const char *name)
{
	size_t len = strlen(name);

	return !strncmp(name, "..", 2) || strstr(name, "/../") ||
	       (len > 2 && !strcmp(name + len - 3, "/.."));
}

static void check_names(const struct plan_config *config, const char *host)
{
	static struct config_names names;
	const struct config_machine m = { .mac = { 6, { 2, 0, 0, 0, 0, 1 } },
					  .host_name = host,
					  .address = { IP_V4, { 10, 0, 0, 1 } } };
	static char url[CONFIG_URL_MAX * 2];
	struct out out = out_to(url, sizeof(url));
	struct err err;
	bool plain = !strchr(config->path, '%');

	if (config_names(config, &m, &names, &err)) {
		require(text_is_printable(span_of(err.text)));
		return;
	}
	require(names.n && names.n <= CONFIG_NAMES_MAX);
	for (uint8_t i = 0; i < names.n; i++) {
		require(names.path[i][0] && text_is_printable(span_of(names.path[i])));
		require(!plain || !strncmp(names.path[i], config->path, strlen(config->path)));
		require(!plain || !goes_up(names.path[i] + strlen(config->path)));
	}
	config_url(config, names.path[0], &out);
	require(text_is_printable(span_of(url)));
}

/* A server that redirects to this for ever comes to an end, over hosts that are known and not. */
static void check_hops(const struct plan_config *config, struct span location)
{
	const struct plan_host known = { .name = "a", .ip = { IP_V4, { 10, 0, 0, 2 } } };
	enum config_hop hop = CONFIG_HOP_FOLLOW;
	struct err err = { .text = "" };
	struct config_hops hops;
	int n = 0;

	config_hops_start(&hops, config, config->path, &known, 1);
	for (; hop == CONFIG_HOP_FOLLOW; n++) {
		hop = config_hop(&hops, location, &err);
		require(hop == CONFIG_HOP_MISSING || hop == CONFIG_HOP_FAILED ||
			(hops.at.kind == CONFIG_HTTP && hops.path[0] == '/' &&
			 hops.at.server.name[0]));
		require((hop == CONFIG_HOP_FAILED) == (err.text[0] != '\0'));
	}
	require(n <= CONFIG_HOPS_MAX + 1);
}

static void check_text(struct span text)
{
	static char copy[CONFIG_TEXT_MAX + 1], again[CONFIG_TEXT_MAX + 1];
	unsigned int n = 0, n_again = 0;

	if (text.len > CONFIG_TEXT_MAX)
		return;
	if (text.len)
		memcpy(copy, text.p, text.len);
	config_text_clean(copy, text.len, say, &n);
	require(n <= CONFIG_TEXT_SAID_MAX + 1 && strlen(copy) == text.len);
	memcpy(again, copy, text.len + 1);
	config_text_clean(again, text.len, say, &n_again);
	require(!n_again && !strcmp(copy, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span rest = { (const char *)bytes, len }, value = span_cut(&rest, '\n');
	struct span second = span_cut(&rest, '\n'), host = second;
	struct plan_config config = { .port = 77 }, to;
	struct err err = { .text = "" };
	struct config_keys keys = { .n = 0 };
	char name[PLAN_NAME_MAX] = "";

	(void)span_cut(&host, ' ');
	(void)text_copy(name, sizeof(name), host);
	if (config_parse(value, &config, &err)) {
		require(config.port == 77 && err.text[0] && text_is_printable(span_of(err.text)));
	} else {
		require(text_is_printable(span_of(config.path)));
		check_names(&config, name);
		if (config.kind == CONFIG_HTTP &&
		    !config_redirect(&config, config.path, second, &to, &err))
			require(to.kind == CONFIG_HTTP && to.path[0] == '/');
		if (config.kind == CONFIG_HTTP)
			check_hops(&config, second);
	}
	check_text(rest);
	if (!config_keys_parse(bytes, len, &keys, &err))
		require(keys.n && keys.n <= CONFIG_KEYS_MAX);
	return 0;
}
