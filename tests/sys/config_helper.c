/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tests/sys/config runs: settings fetched as a boot's child does, confined, from real servers.
 *   VALUE HOSTNAME LIMIT_MS [KEY]
 * VALUE as of netroot.config=, with a numeric server. Prints what each name came to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/config_sign.h"
#include "core/config_text.h"
#include "sys/confine.h"
#include "sys/fetch.h"
#include "sys/loop.h"
#include "sys/nfs_attach.h"

static uint8_t text[CONFIG_TEXT_MAX + 1], sig[CONFIG_SIG_LEN + 1], room[CONFIG_SIGNED_MAX];
static char output[BUFSIZ];
static struct config_names names;
static struct config_keys keys;
static struct plan_config config;

static int read_key(const char *path)
{
	char bytes[4096];
	FILE *f = fopen(path, "r");
	size_t len = f ? fread(bytes, 1, sizeof(bytes), f) : 0;
	struct err err;

	return f && config_keys_parse(bytes, len, &keys, &err) == 0 ? 0 : -1;
}

static void say(void *arg, const char *line)
{
	(void)arg;
	printf("%s\n", line);
}

static enum fetch_result fetch(struct fetch *f, const char *path, void *dst, size_t size)
{
	config_hops_start(&f->hops, &config, path, NULL, 0);
	f->dst = dst;
	f->size = size;
	return fetch_file(f);
}

static void print_file(struct fetch *f, const char *path)
{
	size_t len = f->len;
	char name[PLAN_PATH_MAX + 8];

	if (keys.n) {
		bool is_signed;

		(void)snprintf(name, sizeof(name), "%s.sig", path);
		is_signed = fetch(f, name, sig, sizeof(sig)) == FETCH_DONE &&
			    f->len == CONFIG_SIG_LEN &&
			    config_signed_by(&keys, config_file_name(path),
					     (struct span){ (const char *)text, len }, sig, room);
		printf("signature %s\n", is_signed ? "good" : "bad");
	}
	config_text_clean((char *)text, len, say, NULL);
	printf("text=%.60s\n", (const char *)text);
}

int main(int argc, char **argv)
{
	struct config_machine machine = {
		.mac = { 6, { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } },
		.uuid = "4c4c4544-0042-4810-8056-b4c04f395332",
	};
	struct fetch f = { .len = 0 };
	enum fetch_result result = FETCH_MISSING;
	uint64_t start = clock_now_ns();
	struct err err = { .text = "" };
	uint8_t at = 0;

	if (argc < 4 || (argc > 4 && read_key(argv[4])))
		return 2;
	/* stdio asks for the kind of file where it is given no room */
	(void)setvbuf(stdout, output, _IOFBF, sizeof(output));
	machine.host_name = argv[2];
	if (config_parse(span_of(argv[1]), &config, &err) ||
	    config_names(&config, &machine, &names, &err) ||
	    nfs_confine(STDOUT_FILENO, &config.server, &err)) {
		printf("refused: %s\n", err.text);
		return 0;
	}
	f.end_ns = start + strtoull(argv[3], NULL, 10) * NS_PER_MS;
	while (at < names.n && result == FETCH_MISSING)
		result = fetch(&f, names.path[at++], text, sizeof(text) - 1);
	switch (result) {
	case FETCH_DONE:
		printf("found=%s len=%zu\n", config_file_name(names.path[at - 1]), f.len);
		print_file(&f, names.path[at - 1]);
		break;
	case FETCH_MISSING:
		printf("missing\n");
		break;
	case FETCH_MOVED:
		printf("moved to %s\n", f.hops.at.server.name);
		break;
	case FETCH_FAILED:
		printf("failed at %s: %s\n", config_file_name(names.path[at - 1]), f.err.text);
		break;
	}
	printf("refused calls: %d\nasked=%u ms=%u\n", confine_refused(), at,
	       (unsigned int)((clock_now_ns() - start) / NS_PER_MS));
	return 0;
}
