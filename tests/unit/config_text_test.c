/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of a fetched text that are none. */
#include "core/config_text.h"

#include "test.h"

#include "core/text.h"

static char text[1024], said[1024];

static void keep(void *arg, const char *line)
{
	out_add(arg, "%s\n", line);
}

static void clean(const char *bytes, size_t len)
{
	struct out out = out_to(said, sizeof(said));

	memcpy(text, bytes, len);
	memset(text + len, 'x', 8);
	config_text_clean(text, len, keep, &out);
	eq_int(text[len], 0);
	for (size_t i = 0; i < len; i++)
		ok(text[i] != '\0');
}

#define CLEAN(bytes) clean(bytes, sizeof(bytes) - 1)

static void good(void)
{
	CLEAN("root=dhcp\n# \xc3\xa4\xe2\x82\xac\t\r\ninit=/a");
	eq_str(said, "");
	eq_str(text, "root=dhcp\n# \xc3\xa4\xe2\x82\xac\t\r\ninit=/a");
	CLEAN("");
	eq_str(text, "");
	eq_str(said, "");
}

static void bad_lines(void)
{
	CLEAN("root=dhcp\nab\0=1\ninit=/a\n\x1b[31m\nx=\xff\ny=\xc3\nz\x7f");
	eq_str(text, "root=dhcp\n     \ninit=/a\n     \n   \n   \n  ");
	eq_str(said, "line 2: byte 0x00 at 3, which no text has: left out\n"
		     "line 4: byte 0x1b at 1, which no text has: left out\n"
		     "line 5: byte 0xff at 3, which no text has: left out\n"
		     "line 6: byte 0xc3 at 3, which no text has: left out\n"
		     "line 7: byte 0x7f at 2, which no text has: left out\n");
}

static void many(void)
{
	char bytes[100];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i % 2 ? '\n' : '\1';
	clean(bytes, sizeof(bytes));
	ok(strstr(said, "line 6: byte 0x01 at 1"));
	ok(!strstr(said, "line 7:"));
	ok(strstr(said, "44 more lines like that: is it a text at all?\n"));
	clean(bytes, 12);
	ok(strstr(said, "line 6: byte 0x01 at 1"));
	ok(!strstr(said, "more lines"));
}

int main(void)
{
	RUN(good);
	RUN(bad_lines);
	RUN(many);
	return test_end();
}
