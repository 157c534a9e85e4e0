/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The module index: what is read, what is refused, names and aliases; parameters and blacklists. */
#include "core/moddep.h"
#include "core/modparam.h"

#include "test.h"

static struct moddep dep;
static struct err err;

static const char small_index[] = "netroot-index 1 6.1.0-56-amd64\n"
				  "b unix\n"
				  "b crypto_null\n"
				  "m crc32c_generic kernel/crypto/crc32c_generic.ko\n"
				  "m libcrc32c kernel/lib/libcrc32c.ko -0\n"
				  "m libphy kernel/drivers/net/phy/libphy.ko\n"
				  "m realtek kernel/drivers/net/phy/realtek.ko 2\n"
				  "m r8169 kernel/drivers/net/ethernet/realtek/r8169.ko 2 -3 +5\n"
				  "m crc32c_intel kernel/arch/x86/crypto/crc32c-intel.ko.xz\n"
				  "a cpu:type:x86,ven*fam*mod*:feature:*0094* 5\n"
				  "a crc32c 0\n"
				  "a crc32c 5\n"
				  "a fs_ext4 1\n"
				  "a mdio:000000000000000111001100110000?? 3\n"
				  "a pci:v000010ECd*sv*sd*bc02sc00i* 2\n"
				  "a pci:v000010ECd00008168sv*sd*bc*sc*i* 4\n"
				  "a pci:v000010ECd00008169sv*sd*bc*sc*i* 4\n"
				  "end\n";

static void reads_an_index(void)
{
	static const uint16_t r8169_edges[] = { 2, 3, 5 };

	eq_int(moddep_parse(span_of(small_index), &dep, &err), 0);
	eq_int(dep.n_modules, 6);
	eq_int(dep.n_builtins, 2);
	eq_int(dep.n_aliases, 8);
	ok(span_eq(dep.release, "6.1.0-56-amd64"));
	ok(span_eq(dep.modules[4].path, "kernel/drivers/net/ethernet/realtek/r8169.ko"));
	eq_int(dep.modules[4].n_needs, 1);
	eq_int(dep.modules[4].n_pre, 1);
	eq_int(dep.modules[4].n_post, 1);
	ok(!memcmp(moddep_needs(&dep, 4), r8169_edges, sizeof(r8169_edges)));
	eq_int(moddep_pre(&dep, 1)[0], 0);
	eq_int(moddep_post(&dep, 4)[0], 5);
}

static void finds_names_with_either_dash(void)
{
	(void)moddep_parse(span_of(small_index), &dep, &err);
	eq_int(moddep_find(&dep, span_of("r8169")), 4);
	eq_int(moddep_find(&dep, span_of("crc32c-intel")), 5);
	eq_int(moddep_find(&dep, span_of("crc32c_intel")), 5);
	eq_int(moddep_find(&dep, span_of("crc32c")), MODDEP_NONE);
	eq_int(moddep_find(&dep, span_of("r816")), MODDEP_NONE);
	eq_int(moddep_find(&dep, span_of("")), MODDEP_NONE);
	ok(moddep_is_builtin(&dep, span_of("crypto-null")));
	ok(!moddep_is_builtin(&dep, span_of("crypto")));
}

static void finds_aliases(void)
{
	static const struct {
		const char *alias, *modules;
	} rows[] = {
		/* as /sys/bus/pci/devices/N/modalias reads */
		{ "pci:v000010ECd00008168sv00001043sd00008554bc02sc00i00", "2 4" },
		{ "pci:v000010ECd00008169sv00001043sd00008554bc07sc00i00", "4" },
		{ "pci:v000010ECd00009999sv00001043sd00008554bc02sc00i00", "2" },
		{ "pci:v00008086d00008168sv00001043sd00008554bc02sc00i00", "" },
		{ "pci:v000010ECd00008168", "" },
		{ "crc32c", "0 5" },
		{ "crc32", "" },
		{ "crc32cx", "" },
		{ "fs-ext4", "1" },
		{ "fs_ext4", "1" },
		{ "mdio:00000000000000011100110011000011", "3" },
		{ "mdio:00000000000000011100110011000111", "" },
		{ "cpu:type:x86,ven0000fam0006mod009E:feature:,0080,0094,0095,", "5" },
		{ "", "" },
		{ "z", "" },
	};

	(void)moddep_parse(span_of(small_index), &dep, &err);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint16_t found[8];
		size_t n = moddep_match(&dep, span_of(rows[i].alias), found, 8);
		char text[64];
		struct out out = out_to(text, sizeof(text));

		for (size_t k = 0; k < n; k++)
			out_add(&out, "%s%u", k ? " " : "", found[k]);
		eq_str(text, rows[i].modules);
	}
}

static void a_match_is_named_once(void)
{
	uint16_t found[4];

	eq_int(moddep_parse(
		       span_of("netroot-index 1 6\nm x x.ko\nm y y.ko\na u* 0\na us* 0\na usb* "
			       "0\na usb* 1\nend\n"),
		       &dep, &err),
	       0);
	eq_int(moddep_match(&dep, span_of("usb:v1"), found, 4), 2);
	eq_int(moddep_match(&dep, span_of("usb:v1"), found, 1), 1);
}

static void globs(void)
{
	static const struct {
		const char *pattern, *text;
		bool match;
	} rows[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "a", "", false },
		{ "*", "", true },
		{ "*", "abc", true },
		{ "a*c", "abbbc", true },
		{ "a*c", "abbb", false },
		{ "a*b*c", "axxbyyc", true },
		{ "a*b*c", "axxcyyb", false },
		{ "*ab", "aab", true },
		{ "*aab", "aaaab", true },
		{ "a**", "a", true },
		{ "?", "", false },
		{ "a?c", "abc", true },
		{ "a?c", "ac", false },
		{ "[abc]x", "bx", true },
		{ "[abc]x", "dx", false },
		{ "[a-c]x", "bx", true },
		{ "[0-9A-F]", "C", true },
		{ "[0-9A-F]", "G", false },
		{ "[!a-c]x", "dx", true },
		{ "[!a-c]x", "ax", false },
		{ "[^a]", "b", true },
		{ "[]a]", "]", true },
		{ "[a-]", "-", true },
		{ "[a", "[a", true },
		{ "[a", "a", false },
		{ "[", "[", true },
		{ "*[0-9]", "ab7", true },
		{ "usb:v0BDAp8153d30[0-9]*dc*", "usb:v0BDAp8153d3000dc00dsc00", true },
		{ "usb:v0BDAp8153d30[0-9]*dc*", "usb:v0BDAp8153d30A0dc00dsc00", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool got = moddep_glob(span_of(rows[i].pattern), span_of(rows[i].text));

		ok_row(got == rows[i].match, rows[i].pattern);
	}
}

/* Would not end in the life of the machine, were each '*' tried again for each before it. */
static void globs_end(void)
{
	char pattern[256], text[512];

	for (size_t i = 0; i < sizeof(pattern) - 1; i++)
		pattern[i] = i % 2 ? 'a' : '*';
	pattern[sizeof(pattern) - 1] = 'b';
	memset(text, 'a', sizeof(text));
	ok(!moddep_glob((struct span){ pattern, sizeof(pattern) },
			(struct span){ text, sizeof(text) }));
}

static void refuses(void)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "module index: cut off" },
		{ "netroot-index 1 6.1\nend", "module index: cut off" },
		{ "netroot-index 1 6.1\n", "module index: cut off" },
		{ "netroot-index 2 6.1\nend\n",
		  "module index, line 1: a version this program does not know" },
		{ "something\nend\n", "module index, line 1: not a module index" },
		{ "netroot-index 1\nend\n", "module index, line 1: no kernel release" },
		{ "netroot-index 1 ..\nend\n", "module index, line 1: no kernel release" },
		{ "netroot-index 1 6/1\nend\n", "module index, line 1: no kernel release" },
		{ "netroot-index 1 6\nend\nend\n", "module index, line 3: text after the end" },
		{ "netroot-index 1 6\nend 1\n", "module index, line 2: an unknown word" },
		{ "netroot-index 1 6\nx y\nend\n", "module index, line 2: an unknown word" },
		{ "netroot-index 1 6\n\nend\n", "module index, line 2: an unknown word" },
		{ "netroot-index 1 6\nb a-b\nend\n", "module index, line 2: not a module name" },
		{ "netroot-index 1 6\nm ../x x.ko\nend\n",
		  "module index, line 2: not a module name" },
		{ "netroot-index 1 6\nm x ../x.ko\nend\n",
		  "module index, line 2: not a module path" },
		{ "netroot-index 1 6\nm x a/../../x.ko\nend\n",
		  "module index, line 2: not a module path" },
		{ "netroot-index 1 6\nm x /x.ko\nend\n",
		  "module index, line 2: not a module path" },
		{ "netroot-index 1 6\nm x\nend\n", "module index, line 2: not a module path" },
		/* a circle cannot be written: what is needed has a smaller number */
		{ "netroot-index 1 6\nm x x.ko 0\nend\n",
		  "module index, line 2: a dependency that is no smaller number" },
		{ "netroot-index 1 6\nm x x.ko 1\nm y y.ko 0\nend\n",
		  "module index, line 2: a dependency that is no smaller number" },
		{ "netroot-index 1 6\nm x x.ko\nm y y.ko -1\nend\n",
		  "module index, line 3: a dependency that is no smaller number" },
		{ "netroot-index 1 6\nm x x.ko\nm y y.ko 0x\nend\n",
		  "module index, line 3: a dependency that is no smaller number" },
		{ "netroot-index 1 6\nm x x.ko\nm y y.ko 0 \nend\n",
		  "module index, line 3: a dependency that is no smaller number" },
		{ "netroot-index 1 6\nm x x.ko\nm y y.ko -0 0\nend\n",
		  "module index, line 3: dependencies out of order" },
		{ "netroot-index 1 6\nm x x.ko +1\nend\n",
		  "module index, line 3: a dependency on no module" },
		{ "netroot-index 1 6\nm x x.ko +2048\nend\n",
		  "module index, line 2: a dependency that is no smaller number" },
		{ "netroot-index 1 6\na x 0\nend\n",
		  "module index, line 2: an alias of no module" },
		{ "netroot-index 1 6\nm x x.ko\na x 1\nend\n",
		  "module index, line 3: an alias of no module" },
		{ "netroot-index 1 6\nm x x.ko\na x\nend\n",
		  "module index, line 3: an alias of no module" },
		{ "netroot-index 1 6\nm x x.ko\na  0\nend\n",
		  "module index, line 3: not an alias" },
		{ "netroot-index 1 6\nm x x.ko\na b 0\na a 0\nend\n",
		  "module index, line 4: aliases are not sorted" },
		{ "netroot-index 1 6\nm x x.ko\na ab 0\na a* 0\nend\n",
		  "module index, line 4: aliases are not sorted" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		dep.n_modules = 7;
		ok(moddep_parse(span_of(rows[i].text), &dep, &err) < 0);
		eq_str(err.text, rows[i].why);
		eq_int(dep.n_modules, 0);
	}
}

static void refuses_what_was_cut_anywhere(void)
{
	static char copy[sizeof(small_index)];

	for (size_t len = 0; len < sizeof(small_index) - 1; len++) {
		memcpy(copy, small_index, len);
		ok(moddep_parse((struct span){ copy, len }, &dep, &err) < 0);
	}
}

static void limits_hold(void)
{
	static char text[MODDEP_TEXT_MAX + 64];
	struct out out = out_to(text, sizeof(text));

	out_add(&out, "netroot-index 1 6\n");
	for (int i = 0; i <= MODDEP_MODULES_MAX; i++)
		out_add(&out, "m x%d x.ko\n", i);
	out_add(&out, "end\n");
	ok(moddep_parse((struct span){ text, out.len }, &dep, &err) < 0);
	eq_str(err.text, "module index, line 2050: too many modules");

	out = out_to(text, sizeof(text));
	out_add(&out, "netroot-index 1 6\nm x x.ko\n");
	for (int i = 0; i <= MODDEP_ALIASES_MAX; i++)
		out_add(&out, "a x 0\n");
	out_add(&out, "end\n");
	ok(moddep_parse((struct span){ text, out.len }, &dep, &err) < 0);
	eq_str(err.text, "module index, line 16387: too many aliases");

	out = out_to(text, sizeof(text));
	out_add(&out, "netroot-index 1 6\nm x x.ko\nm y y.ko");
	for (int i = 0; i <= MODDEP_EDGES_MAX; i++)
		out_add(&out, " 0");
	out_add(&out, "\nend\n");
	ok(moddep_parse((struct span){ text, out.len }, &dep, &err) < 0);
	eq_str(err.text, "module index, line 3: too many dependencies");

	memset(text, 'x', sizeof(text));
	ok(moddep_parse((struct span){ text, sizeof(text) }, &dep, &err) < 0);
	eq_str(err.text, "module index: more than 4194304 bytes");
}

static void long_aliases_match_nothing(void)
{
	char alias[MODDEP_ALIAS_MAX + 1];
	uint16_t found[1];

	memset(alias, 'a', sizeof(alias));
	eq_int(moddep_parse(span_of("netroot-index 1 6\nm x x.ko\na * 0\nend\n"), &dep, &err), 0);
	eq_int(moddep_match(&dep, (struct span){ alias, sizeof(alias) - 1 }, found, 1), 1);
	eq_int(moddep_match(&dep, (struct span){ alias, sizeof(alias) }, found, 1), 0);
}

static void parameters(void)
{
	static const char cmdline[] =
		"root=dhcp loop.max_loop=5 sunrpc.udp=\"a b\" snd-x.on "
		"loop.max_part=3 loop. x.loop.y=1 loopx.z=1 virtio-net.csum=0";
	static const struct {
		const char *module, *params;
	} rows[] = {
		{ "loop", "max_loop=5 max_part=3" },
		{ "sunrpc", "udp=\"a b\"" },
		{ "snd_x", "on" },
		{ "virtio_net", "csum=0" },
		{ "x", "loop.y=1" },
		{ "root", "" },
		{ "", "" },
	};
	char params[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ok(modparam_of(cmdline, span_of(rows[i].module), params, sizeof(params)));
		eq_str(params, rows[i].params);
	}
	ok(modparam_of(NULL, span_of("loop"), params, sizeof(params)));
	eq_str(params, "");
	ok(!modparam_of(cmdline, span_of("loop"), params, sizeof("max_loop=5 max_part=3") - 1));
	eq_str(params, "max_loop=5");
}

static void blacklists(void)
{
	static const struct {
		const char *cmdline, *module;
		bool listed;
	} rows[] = {
		{ "modprobe.blacklist=a,e1000e,b", "e1000e", true },
		{ "modprobe.blacklist=e1000e", "e1000", false },
		{ "modprobe.blacklist=a modprobe.blacklist=b", "b", true },
		{ "rd.driver.blacklist=virtio-net", "virtio_net", true },
		{ "blacklist=tg3", "tg3", true },
		{ "module_blacklist=tg3", "tg3", true },
		{ "xblacklist=tg3", "tg3", false },
		{ "modprobe.blacklist", "tg3", false },
		{ "modprobe.blacklist=", "", false },
		{ "", "tg3", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (modparam_is_blacklisted(rows[i].cmdline, span_of(rows[i].module)) !=
		    rows[i].listed)
			eq_str(rows[i].module, rows[i].cmdline);
	ok(!modparam_is_blacklisted(NULL, span_of("tg3")));
}

int main(void)
{
	RUN(reads_an_index);
	RUN(finds_names_with_either_dash);
	RUN(finds_aliases);
	RUN(a_match_is_named_once);
	RUN(globs);
	RUN(globs_end);
	RUN(refuses);
	RUN(refuses_what_was_cut_anywhere);
	RUN(limits_hold);
	RUN(long_aliases_match_nothing);
	RUN(parameters);
	RUN(blacklists);
	return test_end();
}
