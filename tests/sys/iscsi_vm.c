/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "iscsi_vm.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include "core/addr.h"
#include "sys/mount.h"

struct loop *loop;

/* --- the machine --- */

static void interface_up(const char *name)
{
	struct ifreq r = { .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (ioctl(fd, SIOCSIFFLAGS, &r) < 0)
		printf("%s: %s\n", name, strerror(errno));
	close(fd);
}

void write_to(const char *path, const char *text)
{
	int rc = file_write(path, text);

	if (rc < 0)
		printf("%s: %s\n", path, strerror(-rc));
}

/* A target of the kernel's own (LIO), portal group 7 on 127.0.0.1. */
static void lio_target(const char *name, const char *port, const char *authentication,
		       const char *open_to_all, bool mutual)
{
	char base[160], path[300];

	(void)snprintf(base, sizeof(base), LIO "iscsi/iqn.2026-01.lab:%s/tpgt_7", name);
	(void)snprintf(path, sizeof(path), "%s/lun/lun_0", base);
	if (dir_make(path, 0755) < 0)
		printf("%s cannot be made\n", path);
	(void)snprintf(path, sizeof(path), "%s/lun/lun_0/disk", base);
	if (symlink(LIO "core/rd_mcp_0/disk", path) < 0)
		printf("%s: %s\n", path, strerror(errno));
	(void)snprintf(path, sizeof(path), "%s/attrib/authentication", base);
	write_to(path, authentication);
	(void)snprintf(path, sizeof(path), "%s/attrib/generate_node_acls", base);
	write_to(path, open_to_all);
	(void)snprintf(path, sizeof(path), "%s/auth/userid", base);
	write_to(path, "somebody");
	(void)snprintf(path, sizeof(path), "%s/auth/password", base);
	write_to(path, "0123456789abcdef");
	if (mutual) {
		(void)snprintf(path, sizeof(path), "%s/auth/userid_mutual", base);
		write_to(path, "itself");
		(void)snprintf(path, sizeof(path), "%s/auth/password_mutual", base);
		write_to(path, "fedcba9876543210");
	}
	(void)snprintf(path, sizeof(path), "%s/np/127.0.0.1:%s", base, port);
	(void)dir_make(path, 0755);
	(void)snprintf(path, sizeof(path), "%s/enable", base);
	write_to(path, "1");
}

void lio_begin(void)
{
	interface_up("lo");
	if (mount("configfs", "/sys/kernel/config", "configfs", 0, NULL))
		printf("configfs: %s\n", strerror(errno));
	(void)dir_make(LIO "core/rd_mcp_0/disk", 0755);
	write_to(LIO "core/rd_mcp_0/disk/control", "rd_pages=1024");
	write_to(LIO "core/rd_mcp_0/disk/enable", "1");
	lio_target("lio", "3260", "0", "1", false);
	lio_target("lio-acl", "3261", "0", "0", false);
	lio_target("lio-chap", "3262", "1", "1", false);
	lio_target("lio-mutual", "3263", "1", "1", true);
}

void set_address(void)
{
	struct ifreq r = { .ifr_name = "eth0" };
	struct sockaddr_in *a = (struct sockaddr_in *)&r.ifr_addr;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int failed = 0;

	a->sin_family = AF_INET;
	(void)inet_pton(AF_INET, "10.99.0.2", &a->sin_addr);
	failed |= ioctl(fd, SIOCSIFADDR, &r);
	(void)inet_pton(AF_INET, "255.255.255.0", &a->sin_addr);
	failed |= ioctl(fd, SIOCSIFNETMASK, &r);
	if (failed)
		printf("address of eth0: %s\n", strerror(errno));
	close(fd);
	interface_up("eth0");
}

/* --- one login --- */

static void on_lost(void *arg, uint32_t sid, const char *text)
{
	struct outcome *o = arg;

	o->lost = sid == o->result.sid;
	(void)snprintf(o->lost_text, sizeof(o->lost_text), "%s", text);
}

struct plan_chap chap;
enum plan_digest digest;

const struct ip_addr *address_of(const char *name)
{
	static struct ip_addr ip;

	(void)ip_parse(span_of("127.0.0.1"), &ip);
	return strcmp(name, "lio.lab") ? NULL : &ip;
}

static void on_lookup(void *arg, struct iscsi_login *login, const char *name, uint16_t port)
{
	(void)arg;
	(void)port;
	iscsi_login_address(login, address_of(name), "no such name");
}

void begin(struct outcome *o, const char *ip, uint16_t port, const char *target)
{
	struct iscsi_config config = {
		.port = port, .initiator = INITIATOR, .ifname = "eth0", .connect_limit_s = 3
	};

	memset(o, 0, sizeof(*o));
	config.chap = chap;
	config.tune.header_digest = config.tune.data_digest = digest;
	(void)ip_parse(span_of(ip), &config.portal);
	(void)snprintf(config.target, sizeof(config.target), "%s", target);
	o->login = iscsi_login_start(loop, &config, on_done, on_lost, o, &o->err);
	if (o->login)
		iscsi_login_set_lookup(o->login, on_lookup);
	else
		o->done = true;
}

void await(const bool *what, unsigned int limit_s)
{
	uint64_t until_ns = clock_now_ns() + limit_s * NS_PER_S;

	while (!*what && clock_now_ns() < until_ns)
		loop_turn(loop);
}

void login(struct outcome *o, const char *ip, uint16_t port, const char *target)
{
	begin(o, ip, port, target);
	await(&o->done, 30);
}

/* --- looking at the result --- */

void attribute(const char *dir, uint32_t sid, const char *name, const char *want)
{
	char path[128], got[256] = "", what[64];
	int rc;

	(void)snprintf(path, sizeof(path), "/sys/class/%s%u%s/%s", dir, sid,
		       strstr(dir, "connection") ? ":0" : "", name);
	rc = file_read(path, got, sizeof(got));
	(void)snprintf(what, sizeof(what), "sysfs-%s", name);
	if (rc < 0)
		(void)snprintf(got, sizeof(got), "%s: %s", path, strerror(-rc));
	check_str(what, got, want);
}

void check_attributes(uint32_t sid, const char *target)
{
	static const char *const session[][2] = {
		{ "state", "LOGGED_IN" },
		{ "initiatorname", INITIATOR },
		{ "tpgt", "1" },
		{ "ifacename", "default" },
		{ "recovery_tmo", "86400" },
		{ "abort_tmo", "15" },
		{ "lu_reset_tmo", "30" },
		{ "tgt_reset_tmo", "30" },
		{ "fast_abort", "1" },
		{ "max_outstanding_r2t", "1" },
		{ "first_burst_len", "65536" },
		{ "max_burst_len", "262144" },
		{ "initial_r2t", "1" },
		{ "immediate_data", "1" },
		{ "data_pdu_in_order", "1" },
		{ "data_seq_in_order", "1" },
		{ "erl", "0" },
	};
	static const char *const conn[][2] = {
		{ "persistent_address", "10.99.0.1" },
		{ "persistent_port", "3260" },
		{ "address", "10.99.0.1" },
		{ "port", "3260" },
		{ "ping_tmo", "30" },
		{ "recv_tmo", "15" },
		{ "header_digest", "0" },
		{ "data_digest", "0" },
		{ "max_recv_dlength", "262144" },
		{ "max_xmit_dlength", "8192" },
	};

	attribute("iscsi_session/session", sid, "targetname", target);
	for (size_t i = 0; i < sizeof(session) / sizeof(*session); i++)
		attribute("iscsi_session/session", sid, session[i][0], session[i][1]);
	for (size_t i = 0; i < sizeof(conn) / sizeof(*conn); i++)
		attribute("iscsi_connection/connection", sid, conn[i][0], conn[i][1]);
}

int count_in(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n - 2;
}

void check_nothing_left(const char *name)
{
	check(count_in("/sys/class/iscsi_session") == 0 &&
		      count_in("/sys/class/iscsi_connection") == 0 &&
		      count_in("/sys/class/iscsi_host") == 0,
	      name, "%d sessions, %d connections, %d hosts", count_in("/sys/class/iscsi_session"),
	      count_in("/sys/class/iscsi_connection"), count_in("/sys/class/iscsi_host"));
}

/* The first disk's first bytes, by the device number that sysfs gives. */
void read_disk(char *dst, size_t size)
{
	char number[32] = "";
	uint64_t major, minor;
	struct span rest;
	int fd = -1;

	memset(dst, 0, size);
	for (int i = 0; i < 100 && file_read("/sys/block/sda/dev", number, 32) < 0; i++)
		usleep(100000);
	rest = span_of(number);
	if (parse_uint(span_cut(&rest, ':'), 10, 0, 0xfff, &major) &&
	    parse_uint(rest, 10, 0, 0xfffff, &minor) &&
	    !mknod("/disk", S_IFBLK | 0600, makedev((unsigned int)major, (unsigned int)minor)))
		/* sysfs shows a disk a moment before it can be opened */
		for (int i = 0; i < 100 && fd < 0; i++, usleep(fd < 0 ? 100000 : 0))
			fd = open("/disk", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, dst, size - 1) < 0)
		(void)snprintf(dst, size, "%s", strerror(errno));
	if (fd >= 0)
		close(fd);
	(void)unlink("/disk");
}
