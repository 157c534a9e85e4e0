/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module index, and a whole load of what it describes. Up to the first NUL: the index. After
 * it: a name or alias to look up. Properties: what is read can be walked; wanting everything ends
 * with everything settled, each module begun at most once and never before what it needs.
 */
#include "fuzz.h"

#include "core/modload.h"

#include <stdlib.h>
#include <string.h>

static struct moddep dep;
static struct modload load;

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void load_all(uint8_t seed)
{
	unsigned int begun = 0;
	uint16_t module, because;

	modload_init(&load, &dep);
	for (uint16_t i = 0; i < dep.n_modules; i++)
		modload_want(&load, i, MODLOAD_NEEDED);
	while ((module = modload_next(&load, MODLOAD_MAYBE)) != MODDEP_NONE) {
		const uint16_t *needs = moddep_needs(&dep, module);

		check(++begun <= dep.n_modules);
		for (uint16_t i = 0; i < dep.modules[module].n_needs; i++)
			check(load.modules[needs[i]].state == MODLOAD_LOADED);
		modload_done(&load, module, (module + seed) % 7 != 0);
	}
	check(modload_is_idle(&load));
	for (uint16_t i = 0; i < dep.n_modules; i++)
		check(modload_is_settled(&load, i));
	for (begun = 0; modload_next_failed(&load, &module, &because); begun++)
		check(load.modules[because].cause == because);
	check(begun == load.n_failed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, '\0', size) : NULL;
	size_t len = nul ? (size_t)(nul - data) : size;
	struct span name = { nul ? (const char *)nul + 1 : "", nul ? size - len - 1 : 0 };
	uint16_t found[4];
	struct err err;
	size_t n;

	if (moddep_parse((struct span){ (const char *)data, len }, &dep, &err) < 0) {
		check(!dep.n_modules && err.text[0]);
		return 0;
	}
	n = moddep_match(&dep, name, found, 4);
	for (size_t i = 0; i < n; i++)
		check(found[i] < dep.n_modules);
	(void)moddep_find(&dep, name);
	(void)moddep_is_builtin(&dep, name);
	load_all((uint8_t)size);
	return 0;
}
