/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The protocols by their kind, and redirects. */
#include "sys/fetch.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REDIRECTS_MAX 4

/* By its name: its index is asked for with a call that a confined process does not have. */
int fetch_socket(const struct plan_host *server, int type)
{
	int fd = socket(server->ip.family == IP_V4 ? AF_INET : AF_INET6, type | SOCK_CLOEXEC, 0);
	int code;

	if (fd < 0)
		return -errno;
	if (!server->scope[0] || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, server->scope,
					    (socklen_t)strlen(server->scope)) == 0)
		return fd;
	code = errno;
	(void)close(fd);
	return -code;
}

static enum fetch_result fetch_one(struct fetch *f)
{
	f->len = 0;
	switch (f->config->kind) {
	case CONFIG_TFTP:
		return fetch_tftp(f);
	case CONFIG_HTTP:
		return fetch_http(f);
	case CONFIG_NFS:
		return fetch_nfs(f);
	}
	return FETCH_FAILED;
}

/* A directory's list of files is no file. */
static bool is_same_with_slash(const char *path, const char *moved)
{
	size_t len = strlen(path);

	return !strncmp(path, moved, len) && !strcmp(moved + len, "/");
}

enum fetch_result fetch_file(struct fetch *f)
{
	const struct plan_config *first = f->config;
	enum fetch_result result = fetch_one(f);

	for (int i = 0; result == FETCH_MOVED; i++) {
		if (i == REDIRECTS_MAX) {
			(void)err_set(&f->err, ELOOP, "more than %d redirects", REDIRECTS_MAX);
			return FETCH_FAILED;
		}
		if (is_same_with_slash(f->path, f->moved.path))
			return FETCH_MISSING;
		if (!strcmp(f->moved.server.name, first->server.name))
			f->moved.server = first->server;
		if (f->moved.server.ip.family == IP_NONE)
			return FETCH_MOVED;
		f->hop = f->moved;
		f->config = &f->hop;
		f->path = f->hop.path;
		result = fetch_one(f);
	}
	return result;
}
