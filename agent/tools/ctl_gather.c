/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts of the booted system from /run, /proc, /sys and /etc. */
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/netrootctl.h"

#define RECORD_MAX (1 << 20)
#define GUARD_NAME "@netroot-guard"

/* --- files --- */

int64_t ctl_read(const char *path, char *dst, size_t size)
{
	/* a FIFO that somebody has put there must not hold this up */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t len = 0;
	ssize_t n = 0;

	dst[0] = '\0';
	if (fd < 0)
		return -1;
	while (len < size - 1 && (n = read(fd, dst + len, size - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	dst[len] = '\0';
	return n < 0 ? -1 : (int64_t)len;
}

bool ctl_read_line(const char *path, char *dst, size_t size)
{
	char text[4096];
	int64_t len = ctl_read(path, text, sizeof(text));
	struct span all = { text, len > 0 ? (size_t)len : 0 };

	(void)text_quote(dst, size, span_cut(&all, '\n'));
	return len > 0;
}

bool ctl_exists(const char *path)
{
	struct stat st;

	return !stat(path, &st);
}

bool ctl_exists_like(const char *pattern)
{
	glob_t found = { 0 };
	bool any = !glob(pattern, GLOB_NOSORT, NULL, &found) && found.gl_pathc;

	globfree(&found);
	return any;
}

/* --- the boot --- */

static void record_gather(struct ctl_facts *facts)
{
	static char text[RECORD_MAX];
	glob_t found = { 0 };
	int64_t len = ctl_read("/run/netroot/boot.json", text, sizeof(text));

	if (len < 0)
		(void)snprintf(
			facts->boot.why_not, sizeof(facts->boot.why_not),
			"it is not there or cannot be read: this system was not booted by netroot");
	else
		ctl_boot_parse(text, (size_t)len, &facts->boot);
	if (!glob("/run/netroot/leases/*.json", 0, NULL, &found))
		for (size_t i = 0; i < found.gl_pathc; i++) {
			len = ctl_read(found.gl_pathv[i], text, sizeof(text));
			if (len > 0)
				ctl_leases_parse(text, (size_t)len, facts);
		}
	globfree(&found);
}

static void uptime_gather(struct ctl_facts *facts)
{
	char text[CTL_NAME_MAX];

	if (ctl_read_line("/proc/uptime", text, sizeof(text)))
		facts->uptime_s = strtod(text, NULL);
	if (!(facts->uptime_s >= 0 && facts->uptime_s < 4e9))
		facts->uptime_s = 0;
}

/* --- processes --- */

static void name_of(struct span command, struct ctl_process *p)
{
	struct span rest = command, first = span_cut(&rest, '\0'), dir = first;
	struct out args = out_to(p->args, sizeof(p->args));
	char one[CTL_NAME_MAX * 2];

	while (dir.p) {
		first = dir;
		(void)span_cut(&dir, '/');
	}
	/* "dhcpcd: [manager]", "sshd: user": the word in front */
	first = span_cut(&first, ' ');
	if (first.len && first.p[first.len - 1] == ':')
		first.len--;
	(void)text_quote(p->name, sizeof(p->name), first);
	while (rest.p) {
		(void)text_quote(one, sizeof(one), span_cut(&rest, '\0'));
		out_add(&args, "%s%s", args.len ? " " : "", one);
	}
}

static bool process_read(const char *dir, struct ctl_process *ret)
{
	char path[CTL_TEXT_MAX], text[8192];
	uint64_t pid;
	int64_t len;

	if (!parse_uint(span_of(strrchr(dir, '/') + 1), 10, 1, INT32_MAX, &pid))
		return false;
	*ret = (struct ctl_process){ .pid = (int32_t)pid };
	(void)snprintf(path, sizeof(path), "%s/cmdline", dir);
	len = ctl_read(path, text, sizeof(text));
	if (len <= 0) /* a kernel thread, or gone again */
		return false;
	name_of((struct span){ text, (size_t)len }, ret);
	(void)snprintf(path, sizeof(path), "%s/status", dir);
	len = ctl_read(path, text, sizeof(text));
	ret->uid = UINT32_MAX;
	ctl_status_parse((struct span){ text, len > 0 ? (size_t)len : 0 }, ret);
	(void)snprintf(path, sizeof(path), "%s/stat", dir);
	len = ctl_read(path, text, sizeof(text));
	(void)ctl_stat_parse((struct span){ text, len > 0 ? (size_t)len : 0 }, sysconf(_SC_CLK_TCK),
			     &ret->started_s); /* 0 where it is not known */
	return true;
}

/* Those that have a part in keeping the root: root's, and networkd, which is a user of its own. */
static bool is_of_interest(const struct ctl_process *p)
{
	static const char *const names[] = { "iscsid",	       "systemd-networkd",
					     "NetworkManager", "dhclient",
					     "dhcpcd",	       "connmand",
					     "multipathd",     "udhcpc" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(p->name, names[i]))
			return !p->uid || !strcmp(p->name, "systemd-networkd");
	return false;
}

static void processes_gather(struct ctl_facts *facts)
{
	glob_t found = { 0 };

	if (glob("/proc/[0-9]*", 0, NULL, &found)) {
		globfree(&found);
		return;
	}
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct ctl_process p;

		if (!process_read(found.gl_pathv[i], &p))
			continue;
		/* anybody may take that name: the guard is root's */
		if (!strcmp(p.name, GUARD_NAME) && !p.uid && !facts->guard.there)
			facts->guard = (struct ctl_guard){ true, p };
		else if (is_of_interest(&p) && facts->n_processes < CTL_PROCESSES_MAX)
			facts->processes[facts->n_processes++] = p;
	}
	globfree(&found);
}

static void listeners_gather(struct ctl_facts *facts)
{
	static char text[RECORD_MAX];
	int64_t len = ctl_read("/proc/net/netlink", text, sizeof(text));

	facts->listeners_known = len > 0;
	if (len > 0)
		ctl_netlink_parse((struct span){ text, (size_t)len }, facts);
}

/* --- the root --- */

static void last_name(const char *path, char *dst, size_t size)
{
	const char *slash = strrchr(path, '/');

	(void)text_quote(dst, size, span_of(slash ? slash + 1 : path));
}

/* The file of the loop device that is mounted, or that its partition or map (dm-verity) is on. */
static void image_gather(struct ctl_mount *m)
{
	static const char *const ways[] = { "", "/..", "/slaves/*", "/slaves/*/.." };
	char pattern[CTL_TEXT_MAX];

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && !m->image[0]; i++) {
		glob_t found = { 0 };

		(void)snprintf(pattern, sizeof(pattern), "/sys/dev/block/%u:%u%s/loop/backing_file",
			       m->major, m->minor, ways[i]);
		if (!glob(pattern, 0, NULL, &found) && found.gl_pathc)
			(void)ctl_read_line(found.gl_pathv[0], m->image, sizeof(m->image));
		globfree(&found);
	}
}

static void root_gather(struct ctl_facts *facts)
{
	static char text[RECORD_MAX];
	struct ctl_mount *m = &facts->root;
	char path[CTL_TEXT_MAX], real[PATH_MAX], text_line[CTL_TEXT_MAX];
	int64_t len = ctl_read("/proc/self/mountinfo", text, sizeof(text));
	uint64_t n;

	if (len <= 0 || !ctl_mountinfo_parse((struct span){ text, (size_t)len }, m))
		return;
	(void)snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", m->major, m->minor);
	if (!realpath(path, real))
		return;
	last_name(real, m->device, sizeof(m->device));
	image_gather(m);
	(void)snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/dm/uuid", m->major, m->minor);
	m->verity = ctl_read_line(path, text_line, sizeof(text_line)) &&
		    span_starts(span_of(text_line), CTL_VERITY);
	/* a map of verity may be on one of multipath */
	(void)snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s", m->major, m->minor,
		       m->verity ? "slaves/dm-*" : "dm");
	m->multipath = !m->image[0] && ctl_exists_like(path);
	(void)snprintf(path, sizeof(path), "/sys/fs/ext4/%s/errors_count", m->device);
	if (ctl_read_line(path, text_line, sizeof(text_line)) &&
	    parse_uint(span_of(text_line), 10, 0, UINT32_MAX, &n))
		m->fs_errors = (uint32_t)n;
}

#define PEERS_MAX 64
#define NFS_PORT 2049

static bool is_in(const struct ip_addr *ip, const struct ip_addr *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ip_eq(ip, &list[i]))
			return true;
	return false;
}

/* Where the server of an NFS root is now. The mount goes on naming the address that it began with.
 * A connection to that means no move, one to the server of another mount nothing. */
static void nfs_gather(struct ctl_facts *facts)
{
	static char text[RECORD_MAX];
	static const char *const tables[] = { "/proc/net/tcp", "/proc/net/tcp6" };
	struct ip_addr mounted[PEERS_MAX], peers[PEERS_MAX];
	struct ctl_mount *m = &facts->root;
	struct span port = ctl_option_of(span_of(m->super_options), "port");
	size_t n_mounted, n = 0;
	int64_t len;

	if (ip_is_unset(&m->server))
		return;
	len = ctl_read("/proc/self/mountinfo", text, sizeof(text));
	n_mounted = ctl_nfs_servers_parse((struct span){ text, len > 0 ? (size_t)len : 0 }, mounted,
					  PEERS_MAX);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		len = ctl_read(tables[i], text, sizeof(text));
		n += ctl_tcp_peers_parse((struct span){ text, len > 0 ? (size_t)len : 0 },
					 ctl_number(port, UINT16_MAX, NFS_PORT), peers + n,
					 PEERS_MAX - n);
	}
	if (is_in(&m->server, peers, n))
		return;
	for (size_t i = 0; i < n; i++)
		if (peers[i].family == m->server.family && !is_in(&peers[i], mounted, n_mounted))
			m->server_now = peers[i];
}

/* The device that a spec of fstab(5) leads to, by the links that udev makes. */
static void device_of_spec(const char *spec, char *dst, size_t size)
{
	static const struct {
		const char *word, *dir;
	} forms[] = { { "UUID=", "/dev/disk/by-uuid/" },
		      { "LABEL=", "/dev/disk/by-label/" },
		      { "PARTUUID=", "/dev/disk/by-partuuid/" },
		      { "PARTLABEL=", "/dev/disk/by-partlabel/" } };
	char path[PATH_MAX], real[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s", spec);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (span_starts(span_of(spec), forms[i].word))
			(void)snprintf(path, sizeof(path), "%s%s", forms[i].dir,
				       spec + strlen(forms[i].word));
	dst[0] = '\0';
	if (span_starts(span_of(path), "/dev/") && realpath(path, real))
		last_name(real, dst, size);
}

static void fstab_gather(struct ctl_facts *facts)
{
	static char text[RECORD_MAX];
	int64_t len = ctl_read("/etc/fstab", text, sizeof(text));

	if (len <= 0 || !ctl_fstab_parse((struct span){ text, (size_t)len }, &facts->fstab))
		return;
	device_of_spec(facts->fstab.spec, facts->fstab.device, sizeof(facts->fstab.device));
	facts->fstab.links_there = ctl_exists_like("/dev/disk/by-*");
}

static void mode_gather(struct ctl_facts *facts)
{
	facts->rw_wanted = facts->fstab.there && !ctl_has_option(facts->fstab.options, "ro");
	for (size_t i = 0; i < facts->boot.n_values; i++)
		if (!strcmp(facts->boot.values[i].name, "mode") && !facts->fstab.there)
			facts->rw_wanted = !strcmp(facts->boot.values[i].value, "rw");
}

void ctl_gather(struct ctl_facts *facts)
{
	facts->privileged = !facts->live || !geteuid();
	uptime_gather(facts);
	record_gather(facts);
	processes_gather(facts);
	listeners_gather(facts);
	root_gather(facts);
	fstab_gather(facts);
	mode_gather(facts);
	nfs_gather(facts);
	ctl_map_gather(facts);
	ctl_iscsi_gather(facts);
	ctl_nic_gather(facts);
	if (facts->live)
		ctl_addresses_gather(facts);
	facts->shutdown_there = !access("/run/initramfs/shutdown", X_OK);
}
