/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the module index, and finding modules in it by name and by alias. */
#include "core/moddep.h"

#include <errno.h>
#include <string.h>

static char dash(char c)
{
	return c == '-' ? '_' : c;
}

bool moddep_name_eq(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (dash(a.p[i]) != dash(b.p[i]))
			return false;
	return true;
}

static bool is_name(struct span s)
{
	if (!s.len || s.len >= MODDEP_NAME_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_'))
			return false;
	}
	return true;
}

/* Becomes a part of a file name: printable, and no way out of the modules directory. */
static bool is_path(struct span s, size_t max)
{
	if (!s.len || s.len >= max || s.p[0] == '/' || !text_is_printable(s))
		return false;
	return !span_has(s, '/', "..");
}

static int bad_line(struct err *err, unsigned int line, const char *what)
{
	return err_set(err, EINVAL, "module index, line %u: %s", line, what);
}

static int parse_header(struct span line, struct moddep *ret, struct err *err)
{
	struct span word = span_cut(&line, ' ');
	struct span version = span_cut(&line, ' ');

	if (!span_eq(word, "netroot-index"))
		return bad_line(err, 1, "not a module index");
	if (!span_eq(version, "1"))
		return bad_line(err, 1, "a version this program does not know");
	if (!is_path(line, MODDEP_RELEASE_MAX) || span_find(line, '/') < line.len)
		return bad_line(err, 1, "no kernel release");
	ret->release = line;
	return 0;
}

/* One edge; on a line they stand in the order needs, pre, post. */
static const char *add_edge(struct moddep *ret, struct moddep_module *module, struct span word)
{
	bool pre = span_starts(word, "-"), post = span_starts(word, "+");
	/* only what comes after may name a module that is yet to come */
	uint64_t limit = post ? MODDEP_MODULES_MAX : ret->n_modules;
	uint64_t number;

	if (!limit || !parse_uint(span_skip(word, pre || post), 10, 0, limit - 1, &number))
		return "a dependency that is no smaller number";
	if ((!pre && !post && (module->n_pre || module->n_post)) || (pre && module->n_post))
		return "dependencies out of order";
	if (ret->n_edges == MODDEP_EDGES_MAX)
		return "too many dependencies";
	ret->edges[ret->n_edges++] = (uint16_t)number;
	if (post)
		module->n_post++;
	else if (pre)
		module->n_pre++;
	else
		module->n_needs++;
	return NULL;
}

static const char *add_module(struct moddep *ret, struct span line)
{
	struct moddep_module *module = &ret->modules[ret->n_modules];
	const char *why = NULL;

	if (ret->n_modules == MODDEP_MODULES_MAX)
		return "too many modules";
	*module = (struct moddep_module){ .edges = ret->n_edges };
	module->name = span_cut(&line, ' ');
	module->path = span_cut(&line, ' ');
	if (!is_name(module->name))
		return "not a module name";
	if (!is_path(module->path, MODDEP_PATH_MAX))
		return "not a module path";
	while (!why && line.p)
		why = add_edge(ret, module, span_cut(&line, ' '));
	if (!why)
		ret->n_modules++;
	return why;
}

static size_t literal_len(struct span pattern)
{
	size_t i = 0;

	while (i < pattern.len && pattern.p[i] != '*' && pattern.p[i] != '?' && pattern.p[i] != '[')
		i++;
	return i;
}

static int compare(struct span a, struct span b)
{
	int order = memcmp(a.p, b.p, a.len < b.len ? a.len : b.len);

	return order || a.len == b.len ? order : a.len < b.len ? -1 : 1;
}

static struct span literal_of(const struct moddep_alias *alias)
{
	return (struct span){ alias->pattern.p, alias->len_literal };
}

static const char *add_alias(struct moddep *ret, struct span line)
{
	struct moddep_alias *alias = &ret->aliases[ret->n_aliases];
	struct span pattern = span_cut(&line, ' ');
	uint64_t number;

	if (ret->n_aliases == MODDEP_ALIASES_MAX)
		return "too many aliases";
	if (!pattern.len || pattern.len > MODDEP_ALIAS_MAX || !text_is_printable(pattern))
		return "not an alias";
	if (!ret->n_modules || !parse_uint(line, 10, 0, ret->n_modules - 1u, &number))
		return "an alias of no module";
	*alias = (struct moddep_alias){ pattern, (uint16_t)literal_len(pattern), (uint16_t)number };
	if (ret->n_aliases && compare(literal_of(alias - 1), literal_of(alias)) > 0)
		return "aliases are not sorted";
	ret->n_aliases++;
	return NULL;
}

static const char *add_builtin(struct moddep *ret, struct span name)
{
	if (ret->n_builtins == MODDEP_BUILTINS_MAX)
		return "too many built-in modules";
	if (!is_name(name))
		return "not a module name";
	ret->builtins[ret->n_builtins++] = name;
	return NULL;
}

/* Post edges may point forward: known to be right only at the end. */
static const char *check_edges(const struct moddep *dep)
{
	for (uint16_t i = 0; i < dep->n_edges; i++)
		if (dep->edges[i] >= dep->n_modules)
			return "a dependency on no module";
	return NULL;
}

/* *ret_end: that was the last line. */
static const char *parse_line(struct moddep *ret, struct span line, bool *ret_end)
{
	struct span kind = span_cut(&line, ' ');

	if (span_eq(kind, "a"))
		return add_alias(ret, line);
	if (span_eq(kind, "m"))
		return add_module(ret, line);
	if (span_eq(kind, "b"))
		return add_builtin(ret, line);
	if (!span_eq(kind, "end") || line.p)
		return "an unknown word";
	*ret_end = true;
	return check_edges(ret);
}

static int parse_all(struct span text, struct moddep *ret, struct err *err)
{
	bool end = false;
	int rc;

	if (text.len > MODDEP_TEXT_MAX)
		return err_set(err, EFBIG, "module index: more than %u bytes", MODDEP_TEXT_MAX);
	if (!text.len || text.p[text.len - 1] != '\n')
		return err_set(err, EINVAL, "module index: cut off");
	text.len--; /* the last line break ends the last line, there is no line after it */
	rc = parse_header(span_cut(&text, '\n'), ret, err);
	for (unsigned int n = 2; !rc && text.p; n++) {
		const char *why = end ? "text after the end"
				      : parse_line(ret, span_cut(&text, '\n'), &end);

		if (why)
			rc = bad_line(err, n, why);
	}
	if (!rc && !end)
		rc = err_set(err, EINVAL, "module index: cut off");
	return rc;
}

int moddep_parse(struct span text, struct moddep *ret, struct err *err)
{
	int rc;

	ret->n_modules = ret->n_builtins = ret->n_aliases = ret->n_edges = 0;
	rc = parse_all(text, ret, err);
	if (rc)
		ret->n_modules = ret->n_builtins = ret->n_aliases = ret->n_edges = 0;
	return rc;
}

uint16_t moddep_find(const struct moddep *dep, struct span name)
{
	for (uint16_t i = 0; i < dep->n_modules; i++)
		if (moddep_name_eq(dep->modules[i].name, name))
			return i;
	return MODDEP_NONE;
}

bool moddep_is_builtin(const struct moddep *dep, struct span name)
{
	for (uint16_t i = 0; i < dep->n_builtins; i++)
		if (moddep_name_eq(dep->builtins[i], name))
			return true;
	return false;
}

/* One [...] at the start of pattern against c; returns its length, or 0 where it is not closed. */
static size_t match_set(struct span pattern, char c, bool *ret_hit)
{
	bool negated = pattern.len > 1 && (pattern.p[1] == '!' || pattern.p[1] == '^');
	bool hit = false;
	size_t first = negated ? 2 : 1;

	for (size_t i = first; i < pattern.len; i++) {
		char low = pattern.p[i], high = low;

		if (low == ']' && i > first) { /* the first one is a member */
			*ret_hit = hit != negated;
			return i + 1;
		}
		if (i + 2 < pattern.len && pattern.p[i + 1] == '-' && pattern.p[i + 2] != ']') {
			high = pattern.p[i + 2];
			i += 2;
		}
		hit = hit || (c >= low && c <= high);
	}
	return 0;
}

/* What stands at the start of pattern, other than '*', against c: its length, or 0 for no match. */
static size_t match_one(struct span pattern, char c)
{
	bool hit = false;
	size_t len;

	if (pattern.p[0] == '?')
		return 1;
	if (pattern.p[0] == '[') {
		len = match_set(pattern, c, &hit);
		if (len)
			return hit ? len : 0;
	}
	return pattern.p[0] == c;
}

/* Only the last '*' is ever tried again: an earlier one could not do better with what follows it.
 */
bool moddep_glob(struct span pattern, struct span text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, star_text = 0;

	while (t < text.len) {
		size_t len = 0;

		if (p < pattern.len && pattern.p[p] == '*') {
			star = ++p;
			star_text = t;
			continue;
		}
		if (p < pattern.len)
			len = match_one(span_skip(pattern, p), text.p[t]);
		if (len) {
			p += len;
			t++;
		} else if (star != SIZE_MAX) {
			p = star;
			t = ++star_text;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.p[p] == '*')
		p++;
	return p == pattern.len;
}

static size_t add_once(uint16_t module, uint16_t *ret, size_t n, size_t max)
{
	for (size_t i = 0; i < n; i++)
		if (ret[i] == module)
			return n;
	if (n < max)
		ret[n++] = module;
	return n;
}

/* The first of [low, high) whose literal has, behind its first `at` bytes, one of at least c. */
static size_t first_from(const struct moddep *dep, size_t low, size_t high, size_t at, int c)
{
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if ((unsigned char)dep->aliases[mid].pattern.p[at] < c)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/*
 * Aliases are sorted by their literal part. [low, high) are those that begin with the first i bytes
 * of the alias; the ones whose literal ends there come first, and only they are matched whole.
 */
size_t moddep_match(const struct moddep *dep, struct span alias, uint16_t *ret, size_t max)
{
	char plain[MODDEP_ALIAS_MAX];
	struct span text = { plain, alias.len };
	size_t low = 0, high = dep->n_aliases, n = 0;

	if (alias.len > sizeof(plain))
		return 0;
	for (size_t i = 0; i < alias.len; i++)
		plain[i] = dash(alias.p[i]);
	for (size_t i = 0; low < high && i <= text.len; i++) {
		for (; low < high && dep->aliases[low].len_literal == i; low++)
			if (moddep_glob(span_skip(dep->aliases[low].pattern, i),
					span_skip(text, i)))
				n = add_once(dep->aliases[low].module, ret, n, max);
		if (i == text.len)
			break;
		low = first_from(dep, low, high, i, (unsigned char)text.p[i]);
		high = first_from(dep, low, high, i, (unsigned char)text.p[i] + 1);
	}
	return n;
}
