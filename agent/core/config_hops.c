/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Redirects of HTTP (RFC 9110 15.4), as far as they are followed. */
#include "core/config_hops.h"

#include <errno.h>
#include <string.h>

#include "core/rootspec.h"

void config_hops_start(struct config_hops *hops, const struct plan_config *first, const char *path,
		       const struct plan_host *known, uint8_t n_known)
{
	*hops = (struct config_hops){ .at = *first,
				      .path = path,
				      .first = first->server,
				      .known = known,
				      .n_known = n_known };
}

/* The address of a host that was named before; an address needs none. */
static void find(const struct config_hops *hops, struct plan_host *host)
{
	if (!strcmp(host->name, hops->first.name)) {
		*host = hops->first;
		return;
	}
	for (uint8_t i = 0; i < hops->n_known; i++)
		if (!strcmp(host->name, hops->known[i].name))
			*host = hops->known[i];
}

/* A directory's list of files is no file. */
static bool is_same_with_slash(const char *path, const char *moved)
{
	size_t len = strlen(path);

	return !strncmp(path, moved, len) && !strcmp(moved + len, "/");
}

enum config_hop config_hop(struct config_hops *hops, struct span location, struct err *err)
{
	struct plan_config made;

	if (hops->n == CONFIG_HOPS_MAX) {
		(void)err_set(err, ELOOP, "more than %d redirects", CONFIG_HOPS_MAX);
		return CONFIG_HOP_FAILED;
	}
	if (config_redirect(&hops->at, hops->path, location, &made, err))
		return CONFIG_HOP_FAILED;
	if (!made.server.name[0]) {
		(void)err_set(err, EINVAL, "a redirect to no host");
		return CONFIG_HOP_FAILED;
	}
	if (is_same_with_slash(hops->path, made.path))
		return CONFIG_HOP_MISSING;
	find(hops, &made.server);
	hops->at = made;
	hops->path = hops->at.path;
	hops->n++;
	return made.server.ip.family == IP_NONE ? CONFIG_HOP_LOOKUP : CONFIG_HOP_FOLLOW;
}

int config_hosts_add(struct config_hosts *hosts, const char *name, struct err *err)
{
	struct plan_host host;

	if (hosts->n == CONFIG_HOSTS_MAX)
		return err_set(err, ELOOP, "redirects to more than %d hosts", CONFIG_HOSTS_MAX);
	if (host_parse(span_of(name), &host, err) ||
	    !text_copy(hosts->name[hosts->n], sizeof(hosts->name[0]), span_of(name)))
		return err_wrap(err, "a redirect");
	hosts->n++;
	return 0;
}
