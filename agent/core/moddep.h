/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The initrd's module index, as mkinitrd writes it: which modules there are, what each needs, which
 * aliases lead to them. Lines of words with one blank between them:
 *
 *   netroot-index 1 RELEASE   the kernel release; paths are relative to /lib/modules/RELEASE
 *   b NAME                    built into the kernel
 *   m NAME PATH [EDGE]...     module number 0, 1, ...
 *     edge N                  needs module N
 *     edge -N                 takes N before it, where that works
 *     edge +N                 takes N along, in any order
 *   a PATTERN N               an alias of module N
 *   end                       without it the index was cut off
 *
 * N and -N are smaller than the module's own number. Aliases are sorted by what stands before the
 * first of *?[ in them. Names have '_' for '-', patterns too outside [...]. Nothing here opens or
 * loads a module.
 */
#ifndef NETROOT_CORE_MODDEP_H
#define NETROOT_CORE_MODDEP_H

#include "core/err.h"
#include "core/text.h"

/* --nic all with the kernel of Debian 12: 263 modules, 2178 aliases, 381 edges. */
#define MODDEP_MODULES_MAX 2048
#define MODDEP_BUILTINS_MAX 2048
#define MODDEP_ALIASES_MAX 16384
#define MODDEP_EDGES_MAX 16384
#define MODDEP_TEXT_MAX (4u << 20)
#define MODDEP_NAME_MAX 64 /* MODULE_NAME_LEN is 56 */
#define MODDEP_PATH_MAX 256
#define MODDEP_ALIAS_MAX 512
#define MODDEP_RELEASE_MAX 65 /* as in struct utsname */
#define MODDEP_NONE UINT16_MAX

struct moddep_module {
	struct span name, path;
	uint16_t edges; /* where its edges begin: first needs, then pre, then post */
	uint16_t n_needs, n_pre, n_post;
};

struct moddep_alias {
	struct span pattern;
	uint16_t len_literal; /* before the first of *?[ */
	uint16_t module;
};

/* Points into the text it was made from. About 800 KiB: static storage of the owner. */
struct moddep {
	struct span release;
	uint16_t n_modules, n_builtins, n_aliases, n_edges;
	struct moddep_module modules[MODDEP_MODULES_MAX];
	struct span builtins[MODDEP_BUILTINS_MAX];
	struct moddep_alias aliases[MODDEP_ALIASES_MAX];
	uint16_t edges[MODDEP_EDGES_MAX];
};

/* Whole or not at all: on failure *ret has no modules. The error names the line. */
int moddep_parse(struct span text, struct moddep *ret, struct err *err);

static inline const uint16_t *moddep_needs(const struct moddep *dep, uint16_t module)
{
	return dep->edges + dep->modules[module].edges;
}

static inline const uint16_t *moddep_pre(const struct moddep *dep, uint16_t module)
{
	return moddep_needs(dep, module) + dep->modules[module].n_needs;
}

static inline const uint16_t *moddep_post(const struct moddep *dep, uint16_t module)
{
	return moddep_pre(dep, module) + dep->modules[module].n_pre;
}

/* Equal where '-' and '_' are the same, as in all of kmod. */
bool moddep_name_eq(struct span a, struct span b);
/* The module's number, or MODDEP_NONE. */
uint16_t moddep_find(const struct moddep *dep, struct span name);
bool moddep_is_builtin(const struct moddep *dep, struct span name);
/* Numbers of the modules with an alias that matches, each once, at most max. Returns how many. */
size_t moddep_match(const struct moddep *dep, struct span alias, uint16_t *ret, size_t max);
/* fnmatch(3) as kmod uses it, without escapes: * ? [abc] [a-z] [!a]. Work is bounded by the product
 * of the lengths. A '[' that is not closed stands for itself. */
bool moddep_glob(struct span pattern, struct span text);

#endif
