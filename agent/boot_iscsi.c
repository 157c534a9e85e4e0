/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An iSCSI root: the login (attach), then the disk of the LUN and the filesystem on it (device). */
#include "boot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/rootspec.h"
#include "sys/block.h"
#include "sys/log.h"

#define SCAN_LIMIT_NS (20 * NS_PER_S)
#define PROBE_LIMIT_NS (20 * NS_PER_S)
/* sd probes its disks beside the scan: after the scan's end and this much silence nothing more will
 * come */
#define DISKS_QUIET_NS (2 * NS_PER_S)

/* --- login --- */

static void iscsi_done(void *arg, const struct iscsi_login_result *result, const struct err *err)
{
	struct boot *b = arg;
	char host[PLAN_NAME_MAX + IP_TEXT_MAX];

	child_kill(b->loop, &b->iscsi.lookup);
	if (err) {
		b->iscsi.login = NULL;
		phase_failed(b, PHASE_ATTACH, err);
		return;
	}
	b->iscsi.result = *result;
	log_line(LOG_LEVEL_INFO, "attach", "logged in to %s at %s port %u as %s in %llu ms",
		 b->root.iscsi.target, host_text(&b->root.server, host, sizeof(host)),
		 b->root.iscsi.port, b->plan.initiator,
		 (unsigned long long)((result->tcp_ns + result->login_ns) / NS_PER_MS));
	phase_done(b, PHASE_ATTACH);
}

static void iscsi_lost(void *arg, uint32_t sid, const char *text)
{
	struct boot *b = arg;
	struct err err;

	(void)sid;
	(void)err_set(&err, EIO, "the session was lost: %s", text);
	for (enum phase_id i = PHASE_DEVICE; i < N_PHASES; i++) {
		if (phase_is(b, i, PHASE_RUNNING)) {
			phase_failed(b, i, &err);
			return;
		}
	}
	log_line(LOG_LEVEL_ERROR, "attach", "%s", err.text);
	phase_restart(b, PHASE_ATTACH);
}

static int lookup_child(void *arg, int out_fd)
{
	struct boot *b = arg;

	return net_look_up(b, b->iscsi.lookup_name, out_fd);
}

static void lookup_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct resolve_answer answer;
	struct ip_addr ip;
	struct err err;

	(void)child;
	if (!b->iscsi.login)
		return;
	if (!child_ok(result, sizeof(answer))) {
		child_err(result, RESOLVE_LIMIT_NS, &err);
		iscsi_login_address(b->iscsi.login, NULL, err.text);
		return;
	}
	memcpy(&answer, result->out, sizeof(answer));
	ip = net_answer_now(b, &answer, b->resolve.turn);
	iscsi_login_address(b->iscsi.login, &ip, NULL);
}

/* A target has sent us to a name. */
static void iscsi_lookup(void *arg, struct iscsi_login *login, const char *name)
{
	struct boot *b = arg;
	struct err err;

	(void)text_copy(b->iscsi.lookup_name, sizeof(b->iscsi.lookup_name), span_of(name));
	if (child_start(b->loop, &b->iscsi.lookup, "lookup", lookup_child, b, RESOLVE_LIMIT_NS,
			lookup_done, b, &err) < 0)
		iscsi_login_address(login, NULL, err.text);
}

void iscsi_attach_start(struct boot *b)
{
	const struct boot_nic *nic = net_boot_nic(b);
	struct iscsi_config *config = &b->iscsi.config;
	struct err err;

	memset(config, 0, sizeof(*config));
	config->portal = b->root.server.ip;
	config->port = b->root.iscsi.port;
	(void)text_copy(config->scope, sizeof(config->scope), span_of(b->root.server.scope));
	if (host_is_name(&b->root.server))
		(void)text_copy(config->name, sizeof(config->name), span_of(b->root.server.name));
	(void)text_copy(config->initiator, sizeof(config->initiator), span_of(b->plan.initiator));
	(void)text_copy(config->target, sizeof(config->target), span_of(b->root.iscsi.target));
	config->tune = b->plan.tune;
	config->chap = b->plan.chap;
	if (nic)
		(void)text_copy(config->ifname, sizeof(config->ifname), span_of(nic->nic.name));
	if (!config->initiator[0]) {
		(void)err_set(&err, EINVAL,
			      "no initiator name: this machine has neither an SMBIOS UUID nor an "
			      "Ethernet address to make one from; give rd.iscsi.initiator=");
		phase_failed(b, PHASE_ATTACH, &err);
		return;
	}
	b->iscsi.login = iscsi_login_start(b->loop, config, iscsi_done, iscsi_lost, b, &err);
	if (b->iscsi.login)
		iscsi_login_set_lookup(b->iscsi.login, iscsi_lookup);
	else
		phase_failed(b, PHASE_ATTACH, &err);
}

/* --- device --- */

bool device_wanted(const struct boot *b)
{
	return b->root.kind == ROOT_ISCSI;
}

static bool looks_at_all_luns(const struct boot *b)
{
	return !b->root.iscsi.lun_given ||
	       (b->plan.block.key != BLOCK_ANY && b->plan.block.key != BLOCK_DEV);
}

static bool known(const struct boot_iscsi *s, const struct block_dev *dev)
{
	for (size_t i = 0; i < s->n_devs; i++)
		if (!strcmp(s->devs[i].name, dev->name))
			return true;
	return false;
}

static void look_for_disks(struct boot *b)
{
	static struct block_dev seen[ROOTDEV_MAX];
	struct boot_iscsi *s = &b->iscsi;
	size_t n = block_list_session(s->result.sid, seen, ROOTDEV_MAX);

	for (size_t i = 0; i < n && s->n_devs < ROOTDEV_MAX; i++) {
		if (known(s, &seen[i]))
			continue;
		s->probed[s->n_devs] = false;
		s->devs[s->n_devs++] = seen[i];
		s->last_news_ns = clock_now_ns();
	}
}

static int scan_child(void *arg, int out_fd)
{
	struct boot *b = arg;
	struct err err;

	if (iscsi_scan(b->iscsi.result.host_no, looks_at_all_luns(b) ? NULL : b->root.iscsi.lun,
		       &err) < 0)
		return child_fail(out_fd, &err);
	return 0;
}

static void scan_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct err err;

	(void)child;
	if (!child_ok(result, 0)) {
		child_err(result, SCAN_LIMIT_NS, &err);
		phase_failed(b, PHASE_DEVICE, &err);
		return;
	}
	b->iscsi.scanned = true;
	b->iscsi.last_news_ns = clock_now_ns();
	look_for_disks(b);
	b->dirty = true;
}

static int probe_child(void *arg, int out_fd)
{
	struct boot *b = arg;
	struct err err;

	for (size_t i = 0; i < b->iscsi.n_probing; i++) {
		struct block_dev *dev = &b->iscsi.devs[b->iscsi.probing[i]];

		if (block_probe(dev, &err) < 0)
			return child_fail(out_fd, &err);
		if (!child_write(out_fd, dev, sizeof(*dev)))
			return 1;
	}
	return 0;
}

static void probe_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct boot_iscsi *s = &b->iscsi;
	size_t n = result->len_out / sizeof(struct block_dev);
	struct err err;

	(void)child;
	b->dirty = true;
	if (!child_ok(result, s->n_probing * sizeof(struct block_dev))) {
		struct child_result rest = *result;

		/* what was read before the failure is kept: another disk may hold the root */
		rest.out += n * sizeof(struct block_dev);
		rest.len_out -= n * sizeof(struct block_dev);
		child_err(&rest, PROBE_LIMIT_NS, &err);
		log_line(LOG_LEVEL_WARN, "device", "%s", err.text);
	}
	for (size_t i = 0; i < s->n_probing; i++) {
		struct block_dev *dev = &s->devs[s->probing[i]];

		s->probed[s->probing[i]] = true;
		if (i >= n)
			continue;
		memcpy(dev, result->out + i * sizeof(*dev), sizeof(*dev));
		log_line(LOG_LEVEL_DEBUG, "device", "%s: %s LABEL=\"%s\" UUID=%s", dev->name,
			 dev->fstype[0] ? dev->fstype : "no filesystem", dev->label, dev->uuid);
	}
	s->n_probing = 0;
}

static void probe_next(struct boot *b)
{
	struct boot_iscsi *s = &b->iscsi;
	struct err err;

	if (s->probe.pid)
		return;
	s->n_probing = 0;
	for (size_t i = 0;
	     i < s->n_devs && s->n_probing < sizeof(s->probing) / sizeof(s->probing[0]); i++)
		if (!s->probed[i])
			s->probing[s->n_probing++] = i;
	if (s->n_probing && child_start(b->loop, &s->probe, "probe", probe_child, b, PROBE_LIMIT_NS,
					probe_done, b, &err) < 0)
		phase_failed(b, PHASE_DEVICE, &err);
}

void device_start(struct boot *b)
{
	struct err err;

	b->iscsi.scanned = false;
	b->iscsi.n_devs = b->iscsi.n_probing = b->iscsi.n_announced = 0;
	b->iscsi.last_news_ns = clock_now_ns();
	if (child_start(b->loop, &b->iscsi.scan, "scan", scan_child, b, SCAN_LIMIT_NS, scan_done, b,
			&err) < 0)
		phase_failed(b, PHASE_DEVICE, &err);
}

static uint64_t quiet_ns(const struct boot *b)
{
	uint64_t delay_ns = b->plan.rootdelay_s * NS_PER_S;

	return delay_ns > DISKS_QUIET_NS ? delay_ns : DISKS_QUIET_NS;
}

uint64_t device_deadline(const struct boot *b)
{
	if (!b->iscsi.scanned || b->iscsi.probe.pid)
		return LOOP_NEVER;
	if (!b->plan.rootdelay_s && b->iscsi.n_announced &&
	    b->iscsi.n_announced >= block_count_session_disks(b->iscsi.result.sid))
		return 0; /* every disk that the scan found is there, with its partitions */
	return b->iscsi.last_news_ns + quiet_ns(b);
}

void device_check(struct boot *b)
{
	struct boot_iscsi *s = &b->iscsi;
	bool all_seen = device_deadline(b) <= clock_now_ns();
	const struct block_dev *dev;
	char lun[32];
	struct err err;

	probe_next(b);
	if (s->probe.pid || !phase_is(b, PHASE_DEVICE, PHASE_RUNNING))
		return;
	switch (rootdev_choose(&b->root, &b->plan.block, s->devs, s->n_devs, all_seen, &s->chosen,
			       &err)) {
	case ROOTDEV_FOUND:
		dev = &s->devs[s->chosen];
		log_line(LOG_LEVEL_INFO, "device", "root is %s, %s on LUN %s", dev->name,
			 dev->fstype, lun_text(dev->lun, lun, sizeof(lun)));
		kmod_want(b->kmod, dev->fstype, KMOD_NEEDED);
		phase_done(b, PHASE_DEVICE);
		break;
	case ROOTDEV_WAIT:
		if (!all_seen)
			break;
		(void)err_set(&err, ENODEV, "no disk appeared");
		phase_failed(b, PHASE_DEVICE, &err);
		break;
	case ROOTDEV_AMBIGUOUS:
	case ROOTDEV_NONE:
		phase_failed(b, PHASE_DEVICE, &err);
		break;
	}
}

void device_stop(struct boot *b)
{
	child_kill(b->loop, &b->iscsi.scan);
	child_kill(b->loop, &b->iscsi.probe);
}

void device_waiting(const struct boot *b, struct out *out)
{
	out_add(out, b->iscsi.scanned ? "waiting for the disk of the root"
				      : "waiting for the target's LUNs");
}

void device_uevent(struct boot *b, const struct uevent *ev)
{
	if (!phase_is(b, PHASE_DEVICE, PHASE_RUNNING))
		return;
	if (ev && (strcmp(ev->subsystem, "block") != 0 ||
		   !block_devpath_in_session(ev->devpath, b->iscsi.result.sid)))
		return;
	/* the kernel announces a disk after it has read the partition table (block/genhd.c,
	 * device_add_disk()) */
	if (ev && !strcmp(ev->devtype, "disk") && !strcmp(ev->action, "add"))
		b->iscsi.n_announced++;
	look_for_disks(b);
	b->dirty = true;
}
