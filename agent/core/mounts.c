/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of mountinfo:
 * 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue */
#include "core/mounts.h"

#include <string.h>

#include "core/text.h"

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* s.p[0..len) without its escapes, terminated: s ends before a separator, so that there is room.
 * NULL where it would hold a NUL. */
static char *unescape(char *p, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < len; i++) {
		char c = p[i];

		if (c == '\\' && len - i > 3 && is_octal(p[i + 1]) && is_octal(p[i + 2]) &&
		    is_octal(p[i + 3])) {
			c = (char)((p[i + 1] - '0') << 6 | (p[i + 2] - '0') << 3 |
				   (p[i + 3] - '0'));
			i += 3;
		}
		if (!c)
			return NULL;
		p[at++] = c;
	}
	p[at] = '\0';
	return p;
}

/* The options of a mount or of a filesystem: "rw,..." or "ro,...". */
static bool says_read_only(struct span options)
{
	return span_eq(span_cut(&options, ','), "ro");
}

/* One line without its end, which is followed by at least that one byte. */
static bool parse_line(char *line, size_t len, struct mount_entry *ret)
{
	struct span rest = { line, len }, dir, options, word;
	struct mount_entry m = { 0 };
	uint64_t id, parent;

	if (!parse_uint(span_cut(&rest, ' '), 10, 0, UINT32_MAX, &id) ||
	    !parse_uint(span_cut(&rest, ' '), 10, 0, UINT32_MAX, &parent))
		return false;
	(void)span_cut(&rest, ' '); /* device */
	(void)span_cut(&rest, ' '); /* which part of the filesystem */
	dir = span_cut(&rest, ' ');
	options = span_cut(&rest, ' ');
	do /* optional fields */
		word = span_cut(&rest, ' ');
	while (rest.p && !span_eq(word, "-"));
	if (!rest.p || !dir.len || dir.p[0] != '/')
		return false;
	word = span_cut(&rest, ' ');
	(void)span_cut(&rest, ' '); /* source */
	if (!rest.p || !word.len)
		return false;
	m.id = (uint32_t)id;
	m.parent = (uint32_t)parent;
	m.read_only = says_read_only(options) || says_read_only(rest);
	m.dir = unescape(line + (dir.p - line), dir.len);
	m.fstype = unescape(line + (word.p - line), word.len);
	if (!m.dir || !m.fstype)
		return false;
	*ret = m;
	return true;
}

void mounts_parse(char *text, size_t len, struct mounts *ret)
{
	char *end;

	ret->n = 0;
	ret->cut = false;
	for (; len && (end = memchr(text, '\n', len)); text = end + 1) {
		size_t len_line = (size_t)(end - text);

		len -= len_line + 1;
		if (ret->n == MOUNTS_MAX) {
			ret->cut = true;
			return;
		}
		ret->n += parse_line(text, len_line, &ret->entries[ret->n]);
	}
	ret->cut = len > 0;
}

static bool is_one_of(const char *name, const char *const names[])
{
	for (size_t i = 0; names[i]; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

bool mount_is_memory(const struct mount_entry *m)
{
	static const char *const names[] = { "proc",	"sysfs",      "devtmpfs",    "devpts",
					     "tmpfs",	"ramfs",      "rootfs",	     "cgroup",
					     "cgroup2", "securityfs", "efivarfs",    "pstore",
					     "bpf",	"tracefs",    "debugfs",     "configfs",
					     "fusectl", "hugetlbfs",  "mqueue",	     "rpc_pipefs",
					     "nfsd",	"autofs",     "binfmt_misc", "selinuxfs",
					     "resctrl", NULL };

	return is_one_of(m->fstype, names);
}

bool mount_is_network(const struct mount_entry *m)
{
	static const char *const names[] = { "nfs", "nfs4", "cifs",  "smb3", "ceph",
					     "9p",  "afs",  "ncpfs", NULL };

	return is_one_of(m->fstype, names);
}

bool mount_is_below(const struct mount_entry *m, const char *top)
{
	size_t len = strlen(top);

	if (!strcmp(top, "/"))
		return true;
	return !strncmp(m->dir, top, len) && (!m->dir[len] || m->dir[len] == '/');
}
