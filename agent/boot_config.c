/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The row config: settings of this machine, fetched by a child from where netroot.config= says,
 * verified by another where the initrd holds a key. With them the plan is made again, and its root
 * has to be within reach.
 */
#include "boot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/config_text.h"
#include "core/rootspec.h"
#include "sys/nfs_attach.h"
#include "sys/fetch.h"
#include "sys/log.h"
#include "sys/mount.h"

#define KEY_PATH "/etc/netroot.pub"
#define KEY_FILE_MAX 4096
#define SIG_SUFFIX ".sig"
#define FETCH_LIMIT_NS (15 * NS_PER_S)
#define VERIFY_LIMIT_NS (5 * NS_PER_S)

bool config_wanted(const struct boot *b)
{
	return b->plan.config.given.by != FROM_NOWHERE;
}

bool config_pending(const struct boot *b)
{
	return config_wanted(b) && !b->config.fresh;
}

void config_again(struct boot *b)
{
	b->config.fresh = false;
}

static uint64_t limit_ns(const struct boot *b)
{
	bool known = b->plan.config.server.ip.family != IP_NONE && !b->config.hosts.n;

	return FETCH_LIMIT_NS + NS_PER_S + (known ? 0 : RESOLVE_LIMIT_NS);
}

static void url_text(const struct plan_config *config, const char *path,
		     char dst[static CONFIG_URL_MAX])
{
	struct out out = out_to(dst, CONFIG_URL_MAX);

	config_url(config, path, &out);
}

/* What a signature says that the file is called. */
static void name_text(const struct boot *b, const char *path, char dst[static PLAN_PATH_MAX])
{
	struct out out = out_to(dst, PLAN_PATH_MAX);

	config_shown(&b->plan.config, config_file_name(path), &out);
}

/* Settings of an attempt before do as well as none now. */
static void failed(struct boot *b, struct err *err)
{
	if (!b->config.have) {
		phase_failed(b, PHASE_CONFIG, err);
		return;
	}
	log_line(LOG_LEVEL_WARN, "config", "%s; going on with what was fetched before", err->text);
	b->config.fresh = true;
	b->dirty = true;
}

/* --- in the child --- */

/* Names are looked up before it is confined. */
static int find_hosts(struct boot *b, struct plan_config *config,
		      struct plan_host known[static CONFIG_HOSTS_MAX], struct err *err)
{
	if (net_find_host(b, &config->server, config->kind == CONFIG_TFTP ? 0 : config_port(config),
			  err) < 0)
		return -err->code;
	for (uint8_t i = 0; i < b->config.hosts.n; i++)
		if (host_parse(span_of(b->config.hosts.name[i]), &known[i], err) < 0 ||
		    net_find_host(b, &known[i], config_port(config), err) < 0)
			return -err->code;
	return 0;
}

struct fetcher {
	struct plan_config config;
	struct plan_host known[CONFIG_HOSTS_MAX];
	uint8_t n_known;
	struct config_report report;
	struct fetch f;
};

/* One file. Where a redirect leads to a host that is not known yet, PID 1 is told. */
static enum fetch_result fetch(struct fetcher *me, const char *path, void *dst, size_t size)
{
	enum fetch_result result;

	config_hops_start(&me->f.hops, &me->config, path, me->known, me->n_known);
	me->f.dst = dst;
	me->f.size = size;
	result = fetch_file(&me->f);
	if (result == FETCH_MOVED)
		memcpy(me->report.wanted_host, me->f.hops.at.server.name,
		       sizeof(me->report.wanted_host));
	return result;
}

static int tell(const struct fetcher *me, int out_fd)
{
	return child_write(out_fd, &me->report, CONFIG_REPORT_HEAD + me->report.len) ? 0 : 1;
}

static int told_failure(const struct fetcher *me, const char *path, const char *suffix, int out_fd)
{
	char url[CONFIG_URL_MAX];
	struct err err = me->f.err;

	url_text(&me->config, path, url);
	(void)err_wrap(&err, "%s%s", url, suffix);
	return child_fail(out_fd, &err);
}

/* FILE.sig beside it; whether it has to be there is PID 1's to say. */
static enum fetch_result fetch_sig(struct fetcher *me, const char *path)
{
	char name[PLAN_PATH_MAX + sizeof(SIG_SUFFIX)];
	uint8_t sig[CONFIG_SIG_LEN + 1];
	enum fetch_result result;

	(void)snprintf(name, sizeof(name), "%s" SIG_SUFFIX, path);
	result = fetch(me, name, sig, sizeof(sig));
	me->report.has_sig = result == FETCH_DONE && me->f.len == CONFIG_SIG_LEN;
	memcpy(me->report.sig, sig, sizeof(me->report.sig));
	return result;
}

static int fetch_names(const struct boot *b, struct fetcher *me, int out_fd)
{
	const struct config_names *names = &b->config.names;
	enum fetch_result result = FETCH_MISSING;
	uint8_t at = 0;

	while (at < names->n && result == FETCH_MISSING)
		result = fetch(me, names->path[at++], me->report.text, sizeof(me->report.text));
	me->report.at = result == FETCH_MISSING ? names->n : (uint8_t)(at - 1);
	if (result == FETCH_FAILED)
		return told_failure(me, names->path[at - 1], "", out_fd);
	if (result == FETCH_DONE) {
		me->report.len = (uint32_t)me->f.len;
		result = b->config.keys.n ? fetch_sig(me, names->path[at - 1]) : FETCH_DONE;
		if (result == FETCH_FAILED)
			return told_failure(me, names->path[at - 1], SIG_SUFFIX, out_fd);
	}
	return tell(me, out_fd);
}

static int fetch_child(void *arg, int out_fd)
{
	static struct fetcher me; /* the child's own copy */
	struct boot *b = arg;
	struct err err;

	me.config = b->plan.config;
	me.n_known = b->config.hosts.n;
	if (find_hosts(b, &me.config, me.known, &err) < 0 ||
	    nfs_confine(out_fd, &me.config.server, &err) < 0)
		return child_fail(out_fd, &err);
	me.f.end_ns = clock_now_ns() + FETCH_LIMIT_NS;
	return fetch_names(b, &me, out_fd);
}

static int verify_child(void *arg, int out_fd)
{
	static uint8_t room[CONFIG_SIGNED_MAX];
	const struct boot *b = arg;
	const struct config_report *r = &b->config.report;
	const char *path = b->config.names.path[r->at];
	uint8_t good = config_signed_by(&b->config.keys, config_file_name(path),
					(struct span){ r->text, r->len }, r->sig, room);

	return child_write(out_fd, &good, sizeof(good)) ? 0 : 1;
}

/* --- what it brought --- */

static void say_line(void *arg, const char *line)
{
	log_line(LOG_LEVEL_WARN, "config", "%s: %s", (const char *)arg, line);
}

static void take(struct boot *b, const char *text, size_t len, const char *url)
{
	struct boot_config *c = &b->config;

	memcpy(c->text, text, len);
	(void)snprintf(c->from, sizeof(c->from), "%s", url);
	config_text_clean(c->text, len, say_line, c->from);
	b->in.fetched = c->text;
	b->in.fetched_from = c->from;
	c->fresh = true;
	boot_replan_say(b);
	root_want_modules(b);
}

static void take_report(struct boot *b)
{
	struct boot_config *c = &b->config;
	char url[CONFIG_URL_MAX];

	url_text(&b->plan.config, c->names.path[c->report.at], url);
	log_line(LOG_LEVEL_INFO, "config", "settings of this machine are %s, %u bytes%s", url,
		 c->report.len, c->keys.n ? ", signed" : "");
	c->have = true;
	take(b, c->report.text, c->report.len, url);
}

/* "01-52-54-00-12-34-56, ..., default": what of the paths tells them apart. */
static void take_none(struct boot *b)
{
	struct boot_config *c = &b->config;
	char url[CONFIG_URL_MAX], list[512];
	struct out out = out_to(list, sizeof(list));
	struct err err;

	url_text(&b->plan.config, b->plan.config.path, url);
	for (uint8_t i = 0; i < c->names.n; i++) {
		out_add(&out, "%s", i ? ", " : "");
		config_shown(&b->plan.config, config_file_name(c->names.path[i]), &out);
	}
	if (c->keys.n) {
		(void)err_set(
			&err, ENOENT,
			"%s has none of %s; the initrd holds a key, so nothing is booted without "
			"settings: a signed \"default\" may be empty",
			url, list);
		failed(b, &err);
		return;
	}
	log_line(LOG_LEVEL_WARN, "config", "%s has none of %s, going on without", url, list);
	c->have = false;
	take(b, "", 0, url);
}

static void verified(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	const char *path = b->config.names.path[b->config.report.at];
	char url[CONFIG_URL_MAX], name[PLAN_PATH_MAX];
	struct err err;

	(void)child;
	b->dirty = true;
	url_text(&b->plan.config, path, url);
	if (!child_ok(result, 1)) {
		child_err(result, VERIFY_LIMIT_NS, &err);
		(void)err_wrap(&err, "verifying %s", url);
		failed(b, &err);
	} else if (!result->out[0]) {
		name_text(b, path, name);
		(void)err_set(
			&err, EBADMSG,
			"%s: the signature is not of this text, under the name \"%s\", by the key "
			"in the initrd: refused; initramfs/sign-config makes it anew",
			url, name);
		failed(b, &err);
	} else {
		take_report(b);
	}
}

static void verify(struct boot *b)
{
	struct boot_config *c = &b->config;
	char url[CONFIG_URL_MAX], name[PLAN_PATH_MAX];
	struct err err;

	if (!c->report.has_sig) {
		name_text(b, c->names.path[c->report.at], name);
		url_text(&b->plan.config, c->names.path[c->report.at], url);
		(void)err_set(&err, EBADMSG,
			      "%s is not signed (%s" SIG_SUFFIX
			      " is not there, or not of %d bytes), and "
			      "the initrd holds a key: refused; initramfs/sign-config makes it",
			      url, name, CONFIG_SIG_LEN);
		failed(b, &err);
		return;
	}
	c->child.room = NULL; /* what it is to verify stays there */
	if (child_start(b->loop, &c->child, "verify", verify_child, b, VERIFY_LIMIT_NS, verified, b,
			&err) < 0)
		failed(b, &err);
}

static void fetch_from_other(struct boot *b);

static void fetched(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct boot_config *c = &b->config;
	struct err err;

	(void)child;
	b->dirty = true;
	if (!child_ok(result, result->len_out) ||
	    !config_report_ok(&c->report, result->len_out, c->names.n)) {
		child_err(result, limit_ns(b), &err);
		failed(b, &err);
	} else if (c->report.wanted_host[0]) {
		fetch_from_other(b);
	} else if (c->report.at == c->names.n) {
		take_none(b);
	} else if (c->keys.n) {
		verify(b);
	} else {
		take_report(b);
	}
}

/* --- the row --- */

static int read_keys(struct boot *b, struct err *err)
{
	char text[KEY_FILE_MAX];
	int len = file_read(KEY_PATH, text, sizeof(text));

	b->config.keys.n = 0;
	if (len == -ENOENT)
		return 0;
	if (len < 0)
		return err_sys(err, -len, KEY_PATH " of the initrd");
	/* file_read() takes a line end off, and DER may end in one */
	text[len] = '\n';
	if (config_keys_parse(text, (size_t)len, &b->config.keys, err) < 0 &&
	    config_keys_parse(text, (size_t)len + 1, &b->config.keys, err) < 0)
		return err_wrap(err, KEY_PATH " of the initrd");
	return 0;
}

static int set_names(struct boot *b, struct err *err)
{
	const struct boot_nic *n = net_boot_nic(b);
	struct config_machine machine = {
		.uuid = b->in.machine_uuid,
		.host_name = b->plan.host_name,
		.address = *net_own_address(b, IP_NONE),
	};
	char url[CONFIG_URL_MAX];

	if (n)
		machine.mac = *nic_hw_mac(n);
	if (!config_names(&b->plan.config, &machine, &b->config.names, err))
		return 0;
	url_text(&b->plan.config, b->plan.config.path, url);
	return err_wrap(err, "%s", url);
}

static void begin(struct boot *b)
{
	struct boot_config *c = &b->config;
	struct err err;

	memset(&c->report, 0, CONFIG_REPORT_HEAD);
	c->child.room = (uint8_t *)&c->report;
	c->child.len_room = sizeof(c->report);
	leases_expire(&b->leases, clock_now_ns()); /* names are asked of the servers they tell */
	if (child_start(b->loop, &c->child, "config", fetch_child, b, limit_ns(b), fetched, b,
			&err) < 0)
		failed(b, &err);
}

static void fetch_from_other(struct boot *b)
{
	struct boot_config *c = &b->config;
	struct err err;

	if (config_hosts_add(&c->hosts, c->report.wanted_host, &err) < 0)
		failed(b, &err);
	else
		begin(b);
}

void config_start(struct boot *b)
{
	struct err err = b->plan.config.wrong;

	b->dirty = true;
	if (!config_pending(b))
		return;
	b->config.hosts.n = 0;
	b->resolve.turn++; /* at every attempt another address of a name, as in resolve */
	if (err.text[0] || read_keys(b, &err) < 0 || set_names(b, &err) < 0)
		failed(b, &err);
	else
		begin(b);
}

void config_check(struct boot *b)
{
	if (!config_pending(b) && net_way_to_root(b, PHASE_CONFIG))
		phase_done(b, PHASE_CONFIG);
}

void config_stop(struct boot *b)
{
	child_kill(b->loop, &b->config.child);
}

void config_waiting(const struct boot *b, struct out *out)
{
	char url[CONFIG_URL_MAX];

	if (!config_pending(b)) {
		address_waiting(b, out);
		return;
	}
	url_text(&b->plan.config, b->plan.config.path, url);
	out_add(out, "fetching the settings of this machine from %s", url);
}
