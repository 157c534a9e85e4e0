/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's rules for what it executes: fs/binfmt_script.c, fs/binfmt_elf.c, and the System V
 * gABI for the layout of ELF. 64 bit and i386 programs run on an x86-64 kernel.
 */
#include "core/initpath.h"

#include <errno.h>
#include <string.h>

#include "core/bytes.h"
#include "core/text.h"

#define EI_CLASS_32 1
#define EI_CLASS_64 2
#define EI_DATA_LSB 1
#define ET_EXEC 2
#define ET_DYN 3
#define EM_386 3
#define EM_X86_64 62
#define PT_INTERP 3
#define PHDR_SIZE_32 32
#define PHDR_SIZE_64 56

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The rest of a #! line: the first word, without blanks around it. */
static int parse_script(struct span line, bool whole_file, struct program *ret, struct err *err)
{
	size_t end = span_find(line, '\n');
	size_t len = 0;
	bool cut = end == line.len && !whole_file;

	line.len = end;
	while (line.len && is_blank(line.p[0]))
		line = span_skip(line, 1);
	while (len < line.len && !is_blank(line.p[len]) && line.p[len])
		len++;
	/* binfmt_script: an interpreter that the buffer may have cut is no interpreter */
	if (cut && len == line.len)
		return err_set(err, ENOEXEC, "is a script whose #! line is too long");
	if (!len)
		return err_set(err, ENOEXEC, "is a script whose #! line names no interpreter");
	line.len = len;
	ret->kind = PROGRAM_SCRIPT;
	if (line.p[len - 1] == '\r')
		return err_set(err, ENOEXEC, "is a script with DOS line ends");
	if (!text_copy(ret->interp, sizeof(ret->interp), line))
		return err_set(err, ENOEXEC, "is a script whose #! line is too long");
	return 0;
}

static const char *machine_name(uint16_t machine)
{
	switch (machine) {
	case EM_386:
		return "i386";
	case 20:
	case 21:
		return "PowerPC";
	case 22:
		return "s390";
	case 40:
		return "arm";
	case EM_X86_64:
		return "x86-64";
	case 183:
		return "aarch64";
	case 243:
		return "RISC-V";
	default:
		return "another machine";
	}
}

static int parse_elf(struct reader *r, struct program *ret, struct err *err)
{
	uint8_t class = read_u8(r), order = read_u8(r);
	uint16_t type, machine;

	ret->kind = PROGRAM_ELF;
	ret->is_64 = class == EI_CLASS_64;
	if (class != EI_CLASS_32 && class != EI_CLASS_64)
		return err_set(err, ENOEXEC, "is an ELF file of unknown class %u", class);
	if (order != EI_DATA_LSB)
		return err_set(err, ENOEXEC, "is a big-endian ELF program, this machine is x86-64");
	(void)read_bytes(r, 10); /* version, ABI, padding */
	type = read_he16(r);
	machine = read_he16(r);
	if (!r->bad && machine != (ret->is_64 ? EM_X86_64 : EM_386))
		return err_set(err, ENOEXEC, "is an ELF program for %s%s, this machine is x86-64",
			       machine_name(machine),
			       machine == EM_X86_64 ? " with 32 bit pointers (x32)" : "");
	if (!r->bad && type != ET_EXEC && type != ET_DYN)
		return err_set(err, ENOEXEC, "is an ELF file, but not a program");
	(void)read_bytes(r, ret->is_64 ? 12 : 8); /* version, entry */
	ret->phdrs_at = ret->is_64 ? read_he64(r) : read_he32(r);
	(void)read_bytes(r, ret->is_64 ? 14 : 10); /* section headers, flags, header size */
	ret->phdr_size = read_he16(r);
	ret->n_phdrs = read_he16(r);
	if (r->bad)
		return err_set(err, ENOEXEC, "is a truncated ELF file");
	if (ret->phdr_size != (ret->is_64 ? PHDR_SIZE_64 : PHDR_SIZE_32) || !ret->n_phdrs ||
	    (size_t)ret->n_phdrs * ret->phdr_size > INITPATH_PHDRS_MAX || ret->phdrs_at > INT64_MAX)
		return err_set(err, ENOEXEC, "is a damaged ELF file: program headers");
	return 0;
}

int program_parse(const uint8_t *head, size_t len, struct program *ret, struct err *err)
{
	struct program program = { .n_phdrs = 0 };
	struct reader r = reader_of(head, len);
	int rc;

	if (!len)
		return err_set(err, ENOEXEC, "is empty");
	if (len >= 2 && head[0] == '#' && head[1] == '!') {
		size_t in = len < INITPATH_HEAD_SIZE ? len : INITPATH_HEAD_SIZE;

		rc = parse_script((struct span){ (const char *)head + 2, in - 2 },
				  len < INITPATH_HEAD_SIZE, &program, err);
	} else if (len >= 4 && !memcmp(head,
				       "\x7f"
				       "ELF",
				       4)) {
		(void)read_bytes(&r, 4);
		rc = parse_elf(&r, &program, err);
	} else {
		return err_set(err, ENOEXEC, "is neither an ELF program nor a script with #!");
	}
	if (rc == 0)
		*ret = program;
	return rc;
}

int program_find_interp(const struct program *elf, const uint8_t *phdrs, size_t len,
			uint64_t *ret_at, size_t *ret_len, struct err *err)
{
	struct reader r = reader_of(phdrs, len);

	for (unsigned int i = 0; i < elf->n_phdrs; i++) {
		struct reader ph = read_sub(&r, elf->phdr_size);
		uint32_t type = read_he32(&ph);
		uint64_t at, size;

		if (elf->is_64) {
			(void)read_he32(&ph); /* flags */
			at = read_he64(&ph);
			(void)read_bytes(&ph, 16); /* addresses */
			size = read_he64(&ph);
		} else {
			at = read_he32(&ph);
			(void)read_bytes(&ph, 8);
			size = read_he32(&ph);
		}
		if (ph.bad)
			return err_set(err, ENOEXEC, "is a truncated ELF file");
		if (type != PT_INTERP)
			continue;
		/* load_elf_binary: 2 to PATH_MAX bytes */
		if (size < 2 || size > INITPATH_INTERP_MAX || at > INT64_MAX)
			return err_set(err, ENOEXEC, "is a damaged ELF file: interpreter");
		*ret_at = at;
		*ret_len = (size_t)size;
		return 0;
	}
	*ret_len = 0;
	return 0;
}

int program_interp_path(const uint8_t *bytes, size_t len, char ret[static INITPATH_INTERP_MAX],
			struct err *err)
{
	const uint8_t *end = memchr(bytes, '\0', len);

	/* the kernel wants the last byte to be NUL and reads to the first */
	if (!len || bytes[len - 1] || end == bytes)
		return err_set(err, ENOEXEC, "is a damaged ELF file: interpreter");
	if (!text_copy(ret, INITPATH_INTERP_MAX,
		       (struct span){ (const char *)bytes, (size_t)(end - bytes) }))
		return err_set(err, ENOEXEC, "is a damaged ELF file: interpreter");
	return 0;
}

const char *init_fallback(size_t n)
{
	/* init/main.c: kernel_init() */
	static const char *const paths[] = { "/sbin/init", "/etc/init", "/bin/init", "/bin/sh" };

	return n < sizeof(paths) / sizeof(paths[0]) ? paths[n] : NULL;
}
