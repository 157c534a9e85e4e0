/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words as lib/cmdline.c of the kernel cuts them. Expected values from reading next_arg(). */
#include "test.h"

#include "core/cmdline.h"

/* "key|key=value|..." of all words; '|' between words, each in < > so that blanks show. */
static const char *words_text(struct cmd_words words)
{
	static char text[512];
	struct out out = out_to(text, sizeof(text));
	struct cmd_word w;

	while (cmd_next(&words, &w)) {
		out_add(&out, "<%.*s", SPAN_ARG(w.key));
		if (w.has_value)
			out_add(&out, "|%.*s", (int)w.value.len, w.value.p ? w.value.p : "");
		out_add(&out, ">");
	}
	return text;
}

static void kernel_words(void)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "  \t\n ", "" },
		{ "quiet", "<quiet>" },
		{ " ro  root=dhcp\n", "<ro><root|dhcp>" },
		{ "a=", "<a|>" },
		{ "a=b=c", "<a|b=c>" },
		{ "root=LABEL=x", "<root|LABEL=x>" },
		{ "a=\"b c\" d", "<a|b c><d>" },
		{ "\"a=b c\" d", "<a|b c><d>" },
		{ "\"a b\"", "<a b>" },
		{ "a=b\" \"c", "<a|b\" \"c>" },
		{ "a\" \"b=c", "<a\" \"b|c>" },
		{ "a=\"b c", "<a|b c>" },
		{ "a=\"", "<a|>" },
		{ "a=\"\"", "<a|>" },
		{ "a=\"b\"c d", "<a|b\"c><d>" },
		{ "\"", "<>" },
		{ "\"\"", "<>" },
		{ "\"\" x", "<><x>" },
		{ "=a", "<=a>" },
		{ "=a=b", "<=a|b>" },
		{ "--", "<-->" },
		{ "a # b", "<a><#><b>" },
		{ "a\vb\fc\rd", "<a><b><c><d>" },
		{ "root=LABEL=voil\xc3\xa0 x", "<root|LABEL=voil\xc3\xa0><x>" },
		{ "$(reboot) `x` ;a", "<$(reboot)><`x`><;a>" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		eq_str(words_text(cmd_words_of(rows[i][0])), rows[i][1]);
	eq_str(words_text(cmd_words_of(NULL)), "");
}

static void conf_words(void)
{
	static const char *const rows[][2] = {
		{ "# all of it", "" },
		{ "a=b # c\nd", "<a|b><d>" },
		{ "a=b#c\n#x\n\n  # y\nd", "<a|b#c><d>" },
		{ "a=\"b # c\" d", "<a|b # c><d>" },
		/* a forgotten quote costs its line only */
		{ "a=\"b c\nd=e\n", "<a|b c><d|e>" },
		{ "a\r\nb\r\n", "<a><b>" },
		{ "a#", "<a#>" },
		{ "#", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		eq_str(words_text(conf_words_of(rows[i][0])), rows[i][1]);
}

static void long_words(void)
{
	static char text[10240 + 8];
	struct cmd_words words;
	struct cmd_word w;

	memset(text, 'x', 10240);
	text[2] = '=';
	memcpy(text + 10240, " y", 3);
	words = cmd_words_of(text);
	ok(cmd_next(&words, &w));
	eq_int(w.key.len, 2);
	eq_int(w.value.len, 10237);
	ok(cmd_next(&words, &w) && span_eq(w.key, "y") && !w.has_value && !w.value.p);
	ok(!cmd_next(&words, &w) && !cmd_next(&words, &w));
	memset(text, '"', sizeof(text) - 1);
	words = cmd_words_of(text);
	ok(cmd_next(&words, &w) && !cmd_next(&words, &w));
	for (int c = 1; c < 256; c++) {
		char two[3] = { (char)c, (char)c, '\0' };

		words = cmd_words_of(two);
		while (cmd_next(&words, &w))
			ok(w.key.len <= 2);
	}
}

static void names(void)
{
	ok(cmd_key_is(span_of("no-hlt"), "no_hlt") && cmd_key_is(span_of("no_hlt"), "no-hlt"));
	ok(!cmd_key_is(span_of("no-hl"), "no-hlt") && !cmd_key_is(span_of("No-hlt"), "no-hlt"));
	ok(!cmd_key_is(span_of(""), "x") && !cmd_key_is(span_of("x"), ""));
}

int main(void)
{
	RUN(kernel_words);
	RUN(conf_words);
	RUN(long_words);
	RUN(names);
	return test_end();
}
