/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Module parameters and blacklists on the kernel command line. */
#include "core/modparam.h"

#include "core/cmdline.h"
#include "core/moddep.h"

/* The value of a word lost its quotes; the kernel cuts the parameters of a module by the same rules
 * again (kernel/params.c, parse_args). */
static void add_param(struct out *out, struct span name, const struct cmd_word *word)
{
	bool blank = false;

	for (size_t i = 0; i < word->value.len; i++)
		blank = blank || word->value.p[i] == ' ' ||
			(word->value.p[i] >= '\t' && word->value.p[i] <= '\r');
	if (out->len)
		out_add(out, " ");
	out_add(out, "%.*s", SPAN_ARG(name));
	if (word->has_value)
		out_add(out, blank ? "=\"%.*s\"" : "=%.*s", SPAN_ARG(word->value));
}

bool modparam_of(const char *cmdline, struct span module, char *dst, size_t size)
{
	struct cmd_words words = cmd_words_of(cmdline);
	struct out out = out_to(dst, size);
	struct cmd_word word;

	while (cmd_next(&words, &word)) {
		size_t dot = span_find(word.key, '.');
		size_t before = out.len;

		if (dot + 1 >= word.key.len ||
		    !moddep_name_eq((struct span){ word.key.p, dot }, module))
			continue;
		add_param(&out, span_skip(word.key, dot + 1), &word);
		if (out.cut) { /* half a parameter is another parameter */
			dst[before] = '\0';
			return false;
		}
	}
	return true;
}

bool modparam_is_blacklisted(const char *cmdline, struct span module)
{
	static const char *const keys[] = { "modprobe.blacklist", "blacklist",
					    "rd.driver.blacklist", "module_blacklist" };
	struct cmd_words words = cmd_words_of(cmdline);
	struct cmd_word word;

	while (module.len && cmd_next(&words, &word)) {
		bool known = false;

		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			known = known || cmd_key_is(word.key, keys[i]);
		while (known && word.value.p)
			if (moddep_name_eq(span_cut(&word.value, ','), module))
				return true;
	}
	return false;
}
