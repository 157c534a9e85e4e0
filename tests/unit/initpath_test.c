/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a program needs to start, from its first bytes: real headers, and damaged ones. */
#include "test.h"

#include <errno.h>

#include "core/initpath.h"

/* coreutils 9.1 of Debian 12, /bin/true: ELF header and its first two program headers */
static const uint8_t debian_true[] = {
	0x7f, 0x45, 0x4c, 0x46, 0x02, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x03, 0x00, 0x3e, 0x00, 0x01, 0x00, 0x00, 0x00, 0xd0, 0x23,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x90, 0x83, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x40, 0x00, 0x38, 0x00, 0x0d, 0x00, 0x40, 0x00, 0x1f, 0x00, 0x1e, 0x00,
};

static const uint8_t debian_true_phdrs[] = {
	0x06, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x40, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0xd8, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xd8, 0x02,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x03, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x18, 0x03, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x18, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x18, 0x03, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x1c, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x1c, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

/* i386, by hand: 52 bytes of header, program headers of 32 */
static const uint8_t i386_program[] = {
	0x7f, 'E', 'L', 'F', 1,	 1, 1,	0,    0, 0, 0,	0, 0, 0, 0, 0,	  2, 0,
	3,    0,   1,	0,   0,	 0, 0,	0x80, 4, 8, 52, 0, 0, 0, 0, 0x10, 0, 0,
	0,    0,   0,	0,   52, 0, 32, 0,    1, 0, 40, 0, 0, 0, 0, 0,
};

static const uint8_t i386_phdr[] = {
	3,    0, 0, 0, 0x54, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8,
	0x13, 0, 0, 0, 0x13, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0,
};

static const char *cause_of(const uint8_t *head, size_t len)
{
	static struct err err;
	struct program program;

	err = (struct err){ .text = "" };
	if (program_parse(head, len, &program, &err) == 0)
		return "accepted";
	return err.code == ENOEXEC ? err.text : "another code";
}

static const char *script_interp(const char *text)
{
	static struct program program;
	static struct err err;

	if (program_parse((const uint8_t *)text, strlen(text), &program, &err) < 0)
		return err.text;
	return program.kind == PROGRAM_SCRIPT ? program.interp : "no script";
}

static void test_elf_64(void)
{
	struct program program;
	struct err err = { .text = "" };
	uint64_t at = 0;
	size_t len = 0;

	eq_int(program_parse(debian_true, sizeof(debian_true), &program, &err), 0);
	eq_int(program.kind, PROGRAM_ELF);
	ok(program.is_64);
	eq_int(program.phdrs_at, 64);
	eq_int(program.phdr_size, 56);
	eq_int(program.n_phdrs, 13);
	eq_int(program_find_interp(&program, debian_true_phdrs, sizeof(debian_true_phdrs), &at,
				   &len, &err),
	       0);
	eq_int(at, 0x318);
	eq_int(len, 28);
}

static void test_elf_32(void)
{
	struct program program;
	struct err err = { .text = "" };
	uint64_t at = 0;
	size_t len = 0;

	eq_int(program_parse(i386_program, sizeof(i386_program), &program, &err), 0);
	ok(!program.is_64);
	eq_int(program.phdrs_at, 52);
	eq_int(program.n_phdrs, 1);
	eq_int(program_find_interp(&program, i386_phdr, sizeof(i386_phdr), &at, &len, &err), 0);
	eq_int(at, 0x54);
	eq_int(len, 0x13);
}

static void test_static_program(void)
{
	struct program program;
	struct err err = { .text = "" };
	uint64_t at = 77;
	size_t len = 77;

	eq_int(program_parse(debian_true, sizeof(debian_true), &program, &err), 0);
	program.n_phdrs = 1; /* only the PT_PHDR entry */
	eq_int(program_find_interp(&program, debian_true_phdrs, 56, &at, &len, &err), 0);
	eq_int(len, 0);
	eq_int(at, 77);
}

static void test_elf_refused(void)
{
	static const struct {
		size_t at;
		uint8_t value;
		const char *want;
	} rows[] = {
		{ 4, 3, "is an ELF file of unknown class 3" },
		{ 4, 1,
		  "is an ELF program for x86-64 with 32 bit pointers (x32), this machine is "
		  "x86-64" },
		{ 5, 2, "is a big-endian ELF program, this machine is x86-64" },
		{ 18, 183, "is an ELF program for aarch64, this machine is x86-64" },
		{ 18, 40, "is an ELF program for arm, this machine is x86-64" },
		{ 18, 99, "is an ELF program for another machine, this machine is x86-64" },
		{ 16, 1, "is an ELF file, but not a program" },
		{ 54, 55, "is a damaged ELF file: program headers" },
		{ 56, 0, "is a damaged ELF file: program headers" },
		/* 74 * 56 is over a page */
		{ 56, 74, "is a damaged ELF file: program headers" },
		{ 56, 73, "accepted" },
		{ 39, 0x80, "is a damaged ELF file: program headers" },
		{ 0, 0x7e, "is neither an ELF program nor a script with #!" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t head[sizeof(debian_true)];

		memcpy(head, debian_true, sizeof(head));
		head[rows[i].at] = rows[i].value;
		eq_str(cause_of(head, sizeof(head)), rows[i].want);
	}
}

static void test_every_length(void)
{
	struct program program;
	struct err err;

	eq_str(cause_of(debian_true, 0), "is empty");
	for (size_t len = 1; len < 58; len++)
		ok(strcmp(cause_of(debian_true, len), "accepted") != 0);
	eq_str(cause_of(debian_true, 58), "accepted");
	eq_str(cause_of(debian_true, 57), "is a truncated ELF file");
	eq_int(program_parse(debian_true, sizeof(debian_true), &program, &err), 0);
	program.n_phdrs = 2;
	for (size_t len = 0; len < 112; len++) {
		uint64_t at = 0;
		size_t len_interp = 99;

		eq_int(program_find_interp(&program, debian_true_phdrs, len, &at, &len_interp,
					   &err),
		       -ENOEXEC);
		eq_int(len_interp, 99);
	}
}

static void test_interp_refused(void)
{
	struct program program;
	struct err err = { .text = "" };
	uint8_t phdrs[sizeof(debian_true_phdrs)];
	uint64_t at;
	size_t len;

	eq_int(program_parse(debian_true, sizeof(debian_true), &program, &err), 0);
	memcpy(phdrs, debian_true_phdrs, sizeof(phdrs));
	phdrs[56 + 33] = 0x40; /* 16 KiB of name */
	eq_int(program_find_interp(&program, phdrs, sizeof(phdrs), &at, &len, &err), -ENOEXEC);
	phdrs[56 + 33] = 0;
	phdrs[56 + 32] = 1;
	eq_int(program_find_interp(&program, phdrs, sizeof(phdrs), &at, &len, &err), -ENOEXEC);
	phdrs[56 + 32] = 0x1c;
	phdrs[56 + 15] = 0xff; /* an offset that is negative as off_t */
	eq_int(program_find_interp(&program, phdrs, sizeof(phdrs), &at, &len, &err), -ENOEXEC);
	eq_str(err.text, "is a damaged ELF file: interpreter");
}

static void test_interp_path(void)
{
	static const uint8_t good[] = "/lib64/ld-linux-x86-64.so.2";
	char path[INITPATH_INTERP_MAX] = "untouched";
	struct err err;

	eq_int(program_interp_path(good, 0, path, &err), -ENOEXEC);
	/* no terminator */
	eq_int(program_interp_path(good, sizeof(good) - 1, path, &err), -ENOEXEC);
	eq_int(program_interp_path((const uint8_t *)"\0\0", 2, path, &err), -ENOEXEC);
	eq_str(path, "untouched");
	eq_int(program_interp_path(good, sizeof(good), path, &err), 0);
	eq_str(path, "/lib64/ld-linux-x86-64.so.2");
	/* the kernel looks at the last byte, whatever stands before it */
	eq_int(program_interp_path((const uint8_t *)"/a\0b", 4, path, &err), -ENOEXEC);
	/* it reads to the first NUL */
	eq_int(program_interp_path((const uint8_t *)"/a\0b", 5, path, &err), 0);
	eq_str(path, "/a");
}

static void test_scripts(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "#!/bin/sh\nexec true\n", "/bin/sh" },
		{ "#! \t/bin/busybox  sh -e\n", "/bin/busybox" },
		{ "#!/bin/sh", "/bin/sh" },
		{ "#!/bin/sh\t-x\n", "/bin/sh" },
		{ "#!\n/bin/sh\n", "is a script whose #! line names no interpreter" },
		{ "#!   \n", "is a script whose #! line names no interpreter" },
		{ "#!", "is a script whose #! line names no interpreter" },
		{ "#!/bin/sh\r\n", "is a script with DOS line ends" },
		{ "# !/bin/sh\n", "is neither an ELF program nor a script with #!" },
		{ "#", "is neither an ELF program nor a script with #!" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		eq_str(script_interp(rows[i].text), rows[i].want);
}

/* The kernel looks at 256 bytes; an interpreter that reaches their end may go on behind it. */
static void test_long_script_line(void)
{
	char text[400];

	memset(text, 'x', sizeof(text));
	memcpy(text, "#!/", 3);
	text[sizeof(text) - 1] = '\0';
	eq_str(script_interp(text), "is a script whose #! line is too long");
	text[255] = '\n';
	ok(strlen(script_interp(text)) == 253);
	text[255] = ' ';
	ok(strlen(script_interp(text)) == 253);
}

static void test_fallback(void)
{
	eq_str(init_fallback(0), "/sbin/init");
	eq_str(init_fallback(1), "/etc/init");
	eq_str(init_fallback(2), "/bin/init");
	eq_str(init_fallback(3), "/bin/sh");
	ok(!init_fallback(4));
}

int main(void)
{
	RUN(test_elf_64);
	RUN(test_elf_32);
	RUN(test_static_program);
	RUN(test_elf_refused);
	RUN(test_every_length);
	RUN(test_interp_refused);
	RUN(test_interp_path);
	RUN(test_scripts);
	RUN(test_long_script_line);
	RUN(test_fallback);
	return test_end();
}
