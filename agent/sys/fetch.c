/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The protocols by their kind, through redirects. */
#include "sys/fetch.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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
	switch (f->hops.at.kind) {
	case CONFIG_TFTP:
		return fetch_tftp(f);
	case CONFIG_HTTP:
		return fetch_http(f);
	case CONFIG_NFS:
		return fetch_nfs(f);
	}
	return FETCH_FAILED;
}

enum fetch_result fetch_file(struct fetch *f)
{
	for (;;) {
		enum fetch_result result = fetch_one(f);

		if (result != FETCH_MOVED)
			return result;
		switch (config_hop(&f->hops, span_of(f->location), &f->err)) {
		case CONFIG_HOP_FOLLOW:
			break;
		case CONFIG_HOP_LOOKUP:
			return FETCH_MOVED;
		case CONFIG_HOP_MISSING:
			return FETCH_MISSING;
		case CONFIG_HOP_FAILED:
			return FETCH_FAILED;
		}
	}
}
