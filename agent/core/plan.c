/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making the plan: the order in which its parts are decided. */
#include "core/plan.h"

#include <string.h>

#include "core/plan_wish.h"

#define UTS_NAME_MAX 64 /* linux/utsname.h, __NEW_UTS_LEN */
#define END_AFTER_S 180 /* dracut's rd.retry */

static void set_defaults(struct plan *plan)
{
	const struct given by_default = { .by = FROM_DEFAULT };

	memset(plan, 0, sizeof(*plan));
	(void)text_copy(plan->init, sizeof(plan->init), span_of("/sbin/init"));
	plan->init_given = by_default;
	plan->read_write_given = by_default;
	plan->rootdelay_given = by_default;
	plan->end_given = by_default;
	plan->end_after_s = END_AFTER_S;
	plan->panic_s = -1;
}

/* rd.shell over rd.emergency= over panic=: dracut.cmdline(7) wants rd.shell=0 beside
 * rd.emergency=, so a shell that is asked for comes first. */
static void set_end(const struct wishes *wish, struct plan *plan)
{
	if (wish->shell > 0) {
		plan->end = END_SHELL;
		plan->end_given = wish->shell_given;
		if (wish->emergency_given.by)
			plan_note(plan, NOTE_CHOICE, wish->emergency_given,
				  "rd.shell is given, so rd.emergency= has no effect");
	} else if (wish->emergency_given.by) {
		plan->end = wish->emergency;
		plan->end_given = wish->emergency_given;
	} else if (wish->panic_given.by) {
		plan->end = END_REBOOT;
		plan->end_given = wish->panic_given;
	} else if (wish->retry_given.by) {
		plan_note(
			plan, NOTE_CHOICE, wish->retry_given,
			"rd.retry= alone ends nothing, the boot is retried for ever; add rd.shell, "
			"rd.emergency= or panic=");
	}
}

/* That of a lease, where no word gives one. */
static void set_host_name(const struct plan_input *in, struct plan *plan)
{
	uint8_t first = 0;

	if (plan->host_name_given.by)
		return;
	if (plan->n_roots && plan->roots[0].server_given.by == FROM_DHCP)
		first = plan->roots[0].server_given.lease;
	for (uint8_t n = 0; n < in->n_leases; n++) {
		uint8_t i = (uint8_t)((first + n) % in->n_leases);

		if (in->leases[i].host_name[0] &&
		    text_copy(plan->host_name, sizeof(plan->host_name),
			      span_of(in->leases[i].host_name))) {
			plan->host_name_given = (struct given){ .by = FROM_DHCP, .lease = i };
			return;
		}
	}
}

/* What is longer than the kernel keeps would be refused whole: without the domain then. */
static void fit_host_name(struct plan *plan)
{
	size_t dot = span_find(span_of(plan->host_name), '.');

	if (strlen(plan->host_name) <= UTS_NAME_MAX)
		return;
	plan->host_name[dot] = '\0'; /* a label is no longer than 63 bytes */
	plan_note(plan, NOTE_CHOICE, plan->host_name_given,
		  "the host name is longer than the %d bytes that the kernel keeps, %s is taken",
		  UTS_NAME_MAX, plan->host_name);
}

bool plan_try_leases(const struct plan_input *in, struct plan *plan,
		     bool (*take)(const struct plan_input *in, struct plan *plan, uint8_t i))
{
	const struct given *root = &plan->roots[0].given;

	if (plan->n_roots && root->by == FROM_DHCP && take(in, plan, root->lease))
		return true;
	for (uint8_t i = 0; i < in->n_leases; i++)
		if (take(in, plan, i))
			return true;
	return false;
}

/* What is fetched names the program unless the command line does, but none of a root whose hash is
 * not fetched with it: a shell would do whatever the hash is there to keep from being done. */
static void set_init(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	enum plan_source hash_by = plan->verity.given.by;
	char q[PLAN_QUOTE_MAX];

	if (!wish->init_given.by || plan->init_given.by == FROM_CMDLINE)
		return;
	if (plan_has_verity(plan) && hash_by != FROM_FETCHED) {
		plan_note(plan, NOTE_REFUSED, wish->init_given,
			  "%s: the root hash is not fetched with it, ignored: it belongs where "
			  "that is, %s",
			  given_word(wish->init_given, in, q),
			  hash_by == FROM_CONF ? "into netroot.conf of the initrd"
					       : "on the command line");
		return;
	}
	memcpy(plan->init, wish->init, sizeof(plan->init));
	plan->init_given = wish->init_given;
}

void plan_make(const struct plan_input *in, struct plan *ret)
{
	struct wishes wish = { .shell = -1 };

	set_defaults(ret);
	plan_words(in, FROM_CONF, ret, &wish);
	plan_words(in, FROM_FETCHED, ret, &wish);
	plan_words(in, FROM_CMDLINE, ret, &wish);
	plan_live(in, &wish, ret);
	plan_net(in, &wish, ret);
	set_end(&wish, ret);
	plan_roots(in, &wish, ret);
	set_host_name(in, ret);
	fit_host_name(ret);
	plan_image(in, &wish, ret);
	plan_verity(in, &wish, ret);
	plan_block_check(in, ret);
	set_init(in, &wish, ret);
	plan_overlay(in, ret);
	plan_config(in, &wish, ret);
	plan_initiator(in, &wish, ret);
	plan_chap_make(in, &wish, ret);
}

const struct plan_root *plan_root_at(const struct plan *plan, uint32_t turn)
{
	return plan->n_roots ? &plan->roots[turn % plan->n_roots] : NULL;
}

bool plan_root_eq(const struct plan_root *a, const struct plan_root *b)
{
	if (a->kind != b->kind || !ip_eq(&a->server.ip, &b->server.ip) ||
	    strcmp(a->server.name, b->server.name) != 0 ||
	    strcmp(a->server.scope, b->server.scope) != 0)
		return false;
	switch (a->kind) {
	case ROOT_NFS:
		return a->nfs.version == b->nfs.version && a->nfs.minor == b->nfs.minor &&
		       a->nfs.port == b->nfs.port && !strcmp(a->nfs.path, b->nfs.path) &&
		       !strcmp(a->nfs.options, b->nfs.options);
	case ROOT_ISCSI:
		return a->iscsi.port == b->iscsi.port && a->iscsi.lun_given == b->iscsi.lun_given &&
		       !memcmp(a->iscsi.lun, b->iscsi.lun, sizeof(a->iscsi.lun)) &&
		       !strcmp(a->iscsi.target, b->iscsi.target) &&
		       !strcmp(a->iscsi.netdev, b->iscsi.netdev);
	}
	return false;
}

enum plan_news plan_roots_news(const struct plan_root *before, uint8_t n_before,
			       const struct plan *now, uint32_t *turn)
{
	const struct plan_root *tried = n_before ? &before[*turn % n_before] : NULL;
	uint8_t n_same = 0;

	while (n_same < n_before && n_same < now->n_roots &&
	       plan_root_eq(&before[n_same], &now->roots[n_same]))
		n_same++;
	if (n_same == n_before && n_before == now->n_roots)
		return PLAN_NEWS_NONE;
	for (uint8_t i = 0; tried && i < now->n_roots; i++) {
		if (!plan_root_eq(tried, &now->roots[i]))
			continue;
		*turn = i;
		return n_same == n_before ? PLAN_NEWS_MORE : PLAN_NEWS_OTHERS;
	}
	return PLAN_NEWS_GONE;
}
