/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text files of the booted system that have no library of their own: line by line, any bytes
 * taken, what is not understood left out.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "core/addr.h"
#include "tools/netrootctl.h"

#define NETLINK_ISCSI 8

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span trim(struct span s)
{
	while (s.len && is_blank(s.p[0]))
		s = span_skip(s, 1);
	while (s.len && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

/* The next field between blanks; empty at the end. */
static struct span field(struct span *rest)
{
	struct span one = trim(*rest);
	size_t n = 0;

	while (n < one.len && !is_blank(one.p[n]))
		n++;
	*rest = span_skip(one, n);
	one.len = n;
	return one;
}

static struct span next_line(struct span *rest)
{
	return trim(span_cut(rest, '\n'));
}

/* --- multipath.conf --- */

/* KEY VALUE, or KEY "VALUE". */
static void take_value(struct span key, struct span value, const char *want, char *dst, size_t size)
{
	if (!span_eq(key, want))
		return;
	if (value.len > 1 && value.p[0] == '"') {
		value = span_skip(value, 1);
		value.len = span_find(value, '"');
	}
	(void)text_quote(dst, size, value);
}

/* "devices" is about disks that may not be the root's. */
void ctl_multipath_parse(struct span text, struct ctl_map *ret)
{
	bool counts = false;

	while (text.p) {
		struct span line = next_line(&text), key, value;

		if (!line.len || line.p[0] == '#' || line.p[0] == '!')
			continue;
		key = field(&line);
		value = field(&line);
		if (span_eq(value, "{") && !span_eq(key, "multipath"))
			counts = span_eq(key, "defaults") || span_eq(key, "overrides") ||
				 span_eq(key, "multipaths");
		if (!counts)
			continue;
		take_value(key, value, "no_path_retry", ret->no_path_retry,
			   sizeof(ret->no_path_retry));
		take_value(key, value, "queue_without_daemon", ret->queue_without_daemon,
			   sizeof(ret->queue_without_daemon));
	}
}

/* --- key = value --- */

static bool in_section(struct span line, const char *section)
{
	struct span name = span_skip(line, 1);
	size_t n = 0;

	while (n < name.len && name.p[n] != ']' && !is_blank(name.p[n]))
		n++;
	name.len = n;
	return span_eq(name, section);
}

/* The next "key = value" of the section; *inside is whether it has begun, at first: !section. */
static bool next_pair(struct span *rest, const char *section, bool *inside, struct span *key,
		      struct span *value)
{
	while (rest->p) {
		struct span line = next_line(rest), name;

		if (!line.len || line.p[0] == '#' || line.p[0] == ';')
			continue;
		if (section && line.p[0] == '[') {
			*inside = in_section(line, section);
			continue;
		}
		name = span_cut(&line, '=');
		if (!*inside || !line.p)
			continue;
		*key = trim(name);
		*value = trim(line);
		return true;
	}
	return false;
}

bool ctl_conf_value(struct span text, const char *section, const char *key, char *dst, size_t size)
{
	bool inside = !section, found = false;
	struct span name, value;

	while (next_pair(&text, section, &inside, &name, &value)) {
		if (!span_eq(name, key))
			continue;
		(void)text_quote(dst, size, value);
		found = true;
	}
	return found;
}

int32_t ctl_number(struct span text, int32_t max, int32_t otherwise)
{
	bool minus = span_starts(text, "-");
	uint64_t n;

	if (!parse_uint(span_skip(text, minus), 10, 0, (uint64_t)max, &n))
		return otherwise;
	return minus ? -(int32_t)n : (int32_t)n;
}

int32_t ctl_conf_number(struct span text, const char *key)
{
	char value[CTL_NAME_MAX];

	if (!ctl_conf_value(text, NULL, key, value, sizeof(value)))
		return CTL_UNSET;
	return ctl_number(span_of(value), INT32_MAX, CTL_UNSET);
}

bool ctl_conf_has_word(struct span text, const char *word)
{
	while (text.p) {
		struct span line = next_line(&text);

		if (span_eq(field(&line), word))
			return true;
	}
	return false;
}

/* --- mounts --- */

/* As the kernel and fstab(5) write blanks: \040 is one. */
static void keep_octal(char *dst, size_t size, struct span s)
{
	char raw[CTL_TEXT_MAX];
	size_t n = 0;

	while (s.len && n + 1 < sizeof(raw)) {
		uint64_t v = 0;
		bool octal = s.len >= 4 && s.p[0] == '\\';

		for (size_t i = 1; octal && i < 4; i++) {
			octal = s.p[i] >= '0' && s.p[i] <= '7';
			v = v * 8 + (uint64_t)(s.p[i] - '0');
		}
		raw[n++] = octal ? (char)v : s.p[0];
		s = span_skip(s, octal ? 4 : 1);
	}
	(void)text_quote(dst, size, (struct span){ raw, n });
}

struct span ctl_option_of(struct span options, const char *name)
{
	while (options.p) {
		struct span value = span_cut(&options, ','), key = span_cut(&value, '=');

		if (span_eq(key, name) && value.p)
			return value;
	}
	return (struct span){ NULL, 0 };
}

static bool server_of(const char *fstype, struct span options, struct ip_addr *ret)
{
	return span_starts(span_of(fstype), "nfs") && ip_parse(ctl_option_of(options, "addr"), ret);
}

/* proc(5): id parent major:minor root mountpoint options [tags]... - type source super-options */
static bool mount_line(struct span line, const char *dir, struct ctl_mount *ret)
{
	struct ctl_mount m = { .there = true };
	struct span device, point, options, one;
	uint64_t major, minor;

	(void)field(&line);
	(void)field(&line);
	device = field(&line);
	(void)field(&line);
	point = field(&line);
	options = field(&line);
	do
		one = field(&line);
	while (one.len && !span_eq(one, "-"));
	if (!one.len || !span_eq(point, dir) ||
	    !parse_uint(span_cut(&device, ':'), 10, 0, UINT32_MAX, &major) ||
	    !parse_uint(device, 10, 0, UINT32_MAX, &minor))
		return false;
	m.major = (uint32_t)major;
	m.minor = (uint32_t)minor;
	(void)text_quote(m.options, sizeof(m.options), options);
	(void)text_quote(m.fstype, sizeof(m.fstype), field(&line));
	keep_octal(m.source, sizeof(m.source), field(&line));
	one = field(&line);
	(void)text_quote(m.super_options, sizeof(m.super_options), one);
	(void)server_of(m.fstype, one, &m.server);
	*ret = m;
	return true;
}

bool ctl_mountinfo_parse(struct span text, struct ctl_mount *ret)
{
	struct ctl_mount lower = { .there = false }, upper = lower, frozen = lower;
	bool found = false;

	while (text.p) {
		struct span line = next_line(&text);

		found |= mount_line(line, "/", ret);
		(void)mount_line(line, CTL_LOWER, &lower);
		(void)mount_line(line, CTL_UPPER, &upper);
		(void)mount_line(line, CTL_FROZEN, &frozen);
	}
	if (!found || !lower.there || strcmp(ret->fstype, "overlay") != 0)
		return found;
	*ret = lower;
	ret->layered = true;
	ret->layer_frozen = frozen.there;
	if (frozen.there)
		upper = frozen;
	memcpy(ret->layer_fstype, upper.fstype, sizeof(ret->layer_fstype));
	memcpy(ret->layer_source, upper.source, sizeof(ret->layer_source));
	return true;
}

size_t ctl_nfs_servers_parse(struct span text, struct ip_addr *ret, size_t max)
{
	size_t n = 0;

	while (text.p && n < max) {
		struct span line = next_line(&text), one;
		char fstype[CTL_NAME_MAX];

		do
			one = field(&line);
		while (one.len && !span_eq(one, "-"));
		(void)text_quote(fstype, sizeof(fstype), field(&line));
		(void)field(&line); /* what is mounted */
		n += server_of(fstype, field(&line), &ret[n]);
	}
	return n;
}

bool ctl_fstab_parse(struct span text, struct ctl_fstab *ret)
{
	while (text.p) {
		struct span line = next_line(&text), spec = field(&line), point = field(&line);

		if (span_starts(spec, "#") || !span_eq(point, "/"))
			continue;
		*ret = (struct ctl_fstab){ .there = true };
		if (spec.len > 1 && spec.p[spec.len - 1] == '"') {
			/* LABEL="name" */
			size_t at = span_find(spec, '"');
			char plain[CTL_TEXT_MAX];

			(void)snprintf(plain, sizeof(plain), "%.*s%.*s", (int)at, spec.p,
				       (int)(spec.len - at > 2 ? spec.len - at - 2 : 0),
				       spec.p + at + 1);
			keep_octal(ret->spec, sizeof(ret->spec), span_of(plain));
		} else {
			keep_octal(ret->spec, sizeof(ret->spec), spec);
		}
		(void)text_quote(ret->fstype, sizeof(ret->fstype), field(&line));
		(void)text_quote(ret->options, sizeof(ret->options), field(&line));
		return true;
	}
	return false;
}

bool ctl_has_option(const char *options, const char *word)
{
	return span_has(span_of(options), ',', word);
}

/* --- /proc --- */

/* sk Eth Pid Groups ...: Eth is the protocol, Pid the port, which is the process's for its first
 * socket; Groups is in hex, the first group its lowest bit. */
void ctl_netlink_parse(struct span text, struct ctl_facts *facts)
{
	while (text.p) {
		struct span line = next_line(&text), protocol, port, groups;
		uint64_t n_protocol, n_port, n_groups;

		(void)field(&line);
		protocol = field(&line);
		port = field(&line);
		groups = field(&line);
		if (!parse_uint(protocol, 10, 0, UINT32_MAX, &n_protocol) ||
		    !parse_uint(port, 10, 1, UINT32_MAX, &n_port) ||
		    !parse_uint(groups, 16, 0, UINT32_MAX, &n_groups))
			continue;
		if (n_protocol == NETLINK_ISCSI && n_groups & 1 &&
		    facts->n_listeners < CTL_LISTENERS_MAX)
			facts->listeners[facts->n_listeners++].pid = n_port <= INT32_MAX
									     ? (int32_t)n_port
									     : 0;
	}
}

/* sl local remote st queues timer retransmits uid timeout inode ...: remote is ADDRESS:PORT in hex
 */
size_t ctl_tcp_parse(struct span text, int32_t port, uint64_t *ret, size_t max)
{
	size_t n = 0;

	while (text.p && n < max) {
		struct span line = next_line(&text), remote;
		uint64_t n_port, inode;

		(void)field(&line);
		(void)field(&line);
		remote = field(&line);
		for (int i = 3; i < 9; i++)
			(void)field(&line);
		(void)span_cut(&remote, ':');
		if (parse_uint(remote, 16, 0, UINT16_MAX, &n_port) && (int32_t)n_port == port &&
		    parse_uint(field(&line), 10, 1, UINT64_MAX, &inode))
			ret[n++] = inode;
	}
	return n;
}

/* An address in hex, in words of 32 bits as the processor has them. */
static bool words_parse(struct span text, struct ip_addr *ret)
{
	struct ip_addr ip = { .family = text.len == 8 ? IP_V4 : IP_V6 };
	uint64_t word;

	if (text.len != 8 && text.len != 32)
		return false;
	for (size_t i = 0; i < text.len / 2; i += 4) {
		struct span one = { text.p + i * 2, 8 };

		if (!parse_uint(one, 16, 0, UINT32_MAX, &word))
			return false;
		for (size_t k = 0; k < 4; k++)
			ip.bytes[i + k] = (uint8_t)(word >> k * 8);
	}
	*ret = ip;
	return true;
}

#define RESERVED_MAX 1023
#define ESTABLISHED 1

size_t ctl_tcp_peers_parse(struct span text, int32_t port, struct ip_addr *ret, size_t max)
{
	size_t n = 0;

	while (text.p && n < max) {
		struct span line = next_line(&text), local, remote, address;
		uint64_t n_local, n_remote, state;

		(void)field(&line);
		local = field(&line);
		remote = field(&line);
		(void)span_cut(&local, ':');
		address = span_cut(&remote, ':');
		if (parse_uint(local, 16, 0, RESERVED_MAX, &n_local) &&
		    parse_uint(remote, 16, 0, UINT16_MAX, &n_remote) && (int32_t)n_remote == port &&
		    parse_uint(field(&line), 16, 0, UINT8_MAX, &state) && state == ESTABLISHED)
			n += words_parse(address, &ret[n]);
	}
	return n;
}

/* Field 22 counts from behind the name, which may hold anything, brackets too. */
bool ctl_stat_parse(struct span text, long ticks_per_s, double *ret_started_s)
{
	uint64_t ticks;
	size_t end = text.len;

	while (end && text.p[end - 1] != ')')
		end--;
	text = span_skip(text, end);
	text = span_cut(&text, '\n');
	for (int i = 3; i < 22; i++)
		(void)field(&text);
	if (!end || ticks_per_s <= 0 || !parse_uint(field(&text), 10, 0, UINT64_MAX, &ticks))
		return false;
	*ret_started_s = (double)ticks / (double)ticks_per_s;
	return true;
}

void ctl_status_parse(struct span text, struct ctl_process *ret)
{
	while (text.p) {
		struct span line = next_line(&text), name = field(&line), value = field(&line);
		uint64_t n;

		if (!parse_uint(value, 10, 0, UINT32_MAX, &n))
			continue;
		if (span_eq(name, "Uid:"))
			ret->uid = (uint32_t)n;
		if (span_eq(name, "VmRSS:"))
			ret->rss_kib = (uint32_t)n;
	}
}

/* --- network managers --- */

void ctl_interfaces_parse(struct span text, const char *nic, bool *brought_up, char *method,
			  size_t size)
{
	while (text.p) {
		struct span line = next_line(&text), word = field(&line);

		if (span_eq(word, "auto") || span_eq(word, "allow-auto") ||
		    span_eq(word, "allow-hotplug")) {
			struct span name;

			while ((name = field(&line)).len)
				*brought_up |= span_eq(name, nic);
		} else if (span_eq(word, "iface")) {
			struct span name = field(&line), family = field(&line);

			/* inet6 beside it says nothing of the address that the root hangs on, most
			 * often */
			if (span_eq(name, nic) && (span_eq(family, "inet") || !method[0]))
				(void)text_quote(method, size, field(&line));
		}
	}
}

static bool glob_fits(struct span pattern, const char *text)
{
	char glob[CTL_NAME_MAX];

	return text_copy(glob, sizeof(glob), pattern) && !fnmatch(glob, text, 0);
}

/* A list of patterns, by "!" in front of the first one all of them the other way. */
static bool name_fits(struct span list, const char *name)
{
	bool inverted = span_starts(list, "!"), fits = false;
	struct span one;

	list = span_skip(list, inverted);
	while ((one = field(&list)).len)
		fits |= glob_fits(one, name);
	return fits != inverted;
}

static bool mac_fits(struct span list, const char *mac)
{
	struct mac_addr want, one;
	struct span text;

	if (!mac_parse(span_of(mac), &want))
		return false;
	while ((text = field(&list)).len)
		if (mac_parse(text, &one) && mac_eq(&one, &want))
			return true;
	return false;
}

static bool match_key_fits(struct span key, struct span value, const struct ctl_nic *nic)
{
	if (span_eq(key, "Name"))
		return name_fits(value, nic->name);
	if (span_eq(key, "MACAddress") || span_eq(key, "PermanentMACAddress"))
		return mac_fits(value, nic->mac);
	if (span_eq(key, "Type"))
		return name_fits(value, "ether");
	/* others (Driver=, Path=, Virtualization=...) are taken as fitting: rather a warning too
	 * many */
	return true;
}

bool ctl_network_matches(struct span text, const struct ctl_nic *nic)
{
	bool inside = false, any = false;
	struct span key, value;

	while (next_pair(&text, "Match", &inside, &key, &value)) {
		any = true;
		if (!match_key_fits(key, value, nic))
			return false;
	}
	return any;
}

static bool nm_one_fits(struct span spec, const struct ctl_nic *nic)
{
	if (span_eq(spec, "*"))
		return true;
	if (span_starts(spec, "interface-name:")) {
		spec = span_skip(spec, strlen("interface-name:"));
		if (span_starts(spec, "="))
			return span_eq(span_skip(spec, 1), nic->name);
		return glob_fits(spec, nic->name);
	}
	if (span_starts(spec, "mac:"))
		return mac_fits(span_skip(spec, strlen("mac:")), nic->mac);
	if (span_starts(spec, "type:"))
		return span_eq(span_skip(spec, strlen("type:")), "ethernet");
	return span_eq(spec, nic->name) || mac_fits(spec, nic->mac);
}

bool ctl_nm_spec_matches(struct span list, const struct ctl_nic *nic)
{
	bool fits = false;

	while (list.p) {
		struct span part = list, spec;
		size_t n = 0;

		while (n < part.len && part.p[n] != ',' && part.p[n] != ';')
			n++;
		part.len = n;
		list = n < list.len ? span_skip(list, n + 1) : (struct span){ NULL, 0 };
		spec = trim(part);
		if (!spec.len)
			continue;
		if (span_starts(spec, "except:")) {
			if (nm_one_fits(span_skip(spec, strlen("except:")), nic))
				return false;
			continue;
		}
		fits |= nm_one_fits(spec, nic);
	}
	return fits;
}
