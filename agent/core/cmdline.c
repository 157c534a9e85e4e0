/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cutting a command line into words. */
#include "core/cmdline.h"

#include <string.h>

struct cmd_words cmd_words_of(const char *cmdline)
{
	return (struct cmd_words){ span_of(cmdline), false };
}

struct cmd_words conf_words_of(const char *text)
{
	return (struct cmd_words){ span_of(text), true };
}

/* The kernel's isspace() without 0xa0, which would cut a UTF-8 label in two. */
static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_blanks(struct cmd_words *words)
{
	while (words->rest.len) {
		if (is_blank(words->rest.p[0]))
			words->rest = span_skip(words->rest, 1);
		else if (words->conf && words->rest.p[0] == '#')
			words->rest = span_skip(words->rest, span_find(words->rest, '\n'));
		else
			return;
	}
}

/* Length of the word at the start of text; *ret_equals is the index of its '=', 0 for none (a '='
 * in front is part of the name, as in next_arg). */
static size_t word_len(struct span text, bool in_quote, bool conf, size_t *ret_equals)
{
	size_t i, equals = 0;

	for (i = 0; i < text.len; i++) {
		if (is_blank(text.p[i]) && (!in_quote || (conf && text.p[i] == '\n')))
			break;
		if (!equals && text.p[i] == '=')
			equals = i;
		if (text.p[i] == '"')
			in_quote = !in_quote;
	}
	*ret_equals = equals;
	return i;
}

bool cmd_next(struct cmd_words *words, struct cmd_word *ret)
{
	struct span word;
	size_t equals;
	bool quoted;

	skip_blanks(words);
	if (!words->rest.len)
		return false;
	quoted = words->rest.p[0] == '"';
	words->rest = span_skip(words->rest, quoted);
	word.p = words->rest.p;
	word.len = word_len(words->rest, quoted, words->conf, &equals);
	words->rest = span_skip(words->rest, word.len);
	if (quoted && word.len && word.p[word.len - 1] == '"')
		word.len--;
	if (!equals) {
		*ret = (struct cmd_word){ word, { NULL, 0 }, false };
		return true;
	}
	ret->key = (struct span){ word.p, equals };
	ret->value = span_skip(word, equals + 1);
	ret->has_value = true;
	if (ret->value.len && ret->value.p[0] == '"') {
		ret->value = span_skip(ret->value, 1);
		if (ret->value.len && ret->value.p[ret->value.len - 1] == '"')
			ret->value.len--;
	}
	return true;
}

static char dash(char c)
{
	return c == '-' ? '_' : c;
}

bool cmd_key_is(struct span key, const char *name)
{
	if (key.len != strlen(name))
		return false;
	for (size_t i = 0; i < key.len; i++)
		if (dash(key.p[i]) != dash(name[i]))
			return false;
	return true;
}
