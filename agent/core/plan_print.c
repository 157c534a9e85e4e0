/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan as text lines and as JSON: one table of fields serves both; those of the network are in
 * plan_print_net.c. */
#include "core/plan_wish.h"

#include <string.h>

#include "core/chap_hash.h"
#include "core/config.h"
#include "core/json.h"
#include "core/rootdev.h"

#define PLAN_FROM_MAX 320 /* given_text(): a URL; two IPv6 addresses and a name */

void plan_add_text(struct out *out, const char *text)
{
	char q[PLAN_VALUE_MAX];

	out_add(out, "%s", text_quote(q, sizeof(q), span_of(text)));
}

static uint8_t n_roots(const struct plan *plan)
{
	return plan->n_roots;
}

static void value_root_from_dhcp(const struct plan *plan, uint8_t i, struct out *out,
				 struct given *ret)
{
	(void)i;
	*ret = plan->root_from_dhcp_given;
	if (plan->root_from_dhcp)
		out_add(out, "yes");
}

static void add_host(struct out *out, const struct plan_host *host)
{
	char a[IP_TEXT_MAX];

	if (host->ip.family == IP_V6)
		out_add(out, "[%s%s%s]", ip_text(&host->ip, a), host->scope[0] ? "%" : "",
			host->scope);
	else if (host->ip.family == IP_V4)
		out_add(out, "%s", ip_text(&host->ip, a));
	else
		plan_add_text(out, host->name);
}

static void add_nfs(struct out *out, const struct plan_root *root)
{
	const struct plan_nfs *nfs = &root->nfs;

	out_add(out, "nfs ");
	add_host(out, &root->server);
	out_add(out, ":");
	plan_add_text(out, nfs->path);
	if (nfs->version && nfs->minor >= 0)
		out_add(out, " version %u.%d", nfs->version, nfs->minor);
	else if (nfs->version)
		out_add(out, " version %u", nfs->version);
	if (nfs->port)
		out_add(out, " port %u", nfs->port);
	if (nfs->options[0]) {
		out_add(out, " options ");
		plan_add_text(out, nfs->options);
	}
}

static void value_config(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->config.given;
	if (plan->config.given.by && !plan->config.wrong.text[0])
		config_url(&plan->config, plan->config.path, out);
}

static void value_root(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	const struct plan_root *root = &plan->roots[i];
	char lun[40];

	*ret = root->given;
	switch (root->kind) {
	case ROOT_NFS:
		add_nfs(out, root);
		break;
	case ROOT_ISCSI:
		out_add(out, "iscsi ");
		add_host(out, &root->server);
		out_add(out, ":%u lun %s ", root->iscsi.port,
			root->iscsi.lun_given ? lun_text(root->iscsi.lun, lun, sizeof(lun))
					      : "0 or any");
		if (root->iscsi.target[0])
			plan_add_text(out, root->iscsi.target);
		else
			out_add(out, "of the targets it tells of");
		if (root->iscsi.netdev[0])
			out_add(out, " by %s", root->iscsi.netdev);
		break;
	}
}

/* Only where it came from elsewhere than the root. */
static void value_root_server(const struct plan *plan, uint8_t i, struct out *out,
			      struct given *ret)
{
	const struct plan_root *root = &plan->roots[i];

	*ret = root->server_given;
	if (root->given.by != root->server_given.by ||
	    root->given.lease != root->server_given.lease)
		add_host(out, &root->server);
}

/* BLOCK_DEV: the value is the whole path. */
static void add_block(struct out *out, const struct plan_block *block)
{
	if (block->key == BLOCK_ANY)
		return;
	if (block->key != BLOCK_DEV)
		out_add(out, "%s", rootdev_key_name(block->key));
	plan_add_text(out, block->value);
}

static void value_block(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->block.given;
	add_block(out, &plan->block);
}

static void value_fstype(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->fstype_given;
	plan_add_text(out, plan->fstype);
}

static void value_rootflags(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->rootflags_given;
	plan_add_text(out, plan->rootflags);
}

static void value_mode(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->read_write_given;
	out_add(out, plan_root_writable(plan) ? "rw" : "ro");
	if (!plan->read_write || plan_root_writable(plan))
		return;
	if (plan->overlay.kind != OVERLAY_NONE) {
		*ret = plan->overlay.given;
		out_add(out, " under the writable layer");
	} else if (plan_has_image(plan)) {
		*ret = plan->image.given;
		out_add(out, " as an image is");
	} else if (plan_has_verity(plan)) {
		*ret = plan->verity.given;
		out_add(out, " as what is verified is");
	} else {
		*ret = plan->to_ram_given;
		out_add(out, " as what is in memory is");
	}
}

static void value_image(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	const struct plan_image *image = &plan->image;

	(void)i;
	*ret = image->given;
	if (!plan_has_image(plan))
		return;
	plan_add_text(out, image->path);
	if (image->other[0]) {
		out_add(out, " or ");
		plan_add_text(out, image->other);
	}
	if (image->partno)
		out_add(out, " partition %u", image->partno);
	if (image->part.key != BLOCK_ANY)
		out_add(out, " ");
	add_block(out, &image->part);
	if (image->fstype[0])
		out_add(out, " as %s", image->fstype);
	if (image->options[0]) {
		out_add(out, " with ");
		plan_add_text(out, image->options);
	}
}

static void value_to_ram(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->to_ram_given;
	out_add(out, plan->to_ram ? "yes" : "");
}

static void value_verity(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	static const char *const corruption[] = { [VERITY_FAIL] = "",
						  [VERITY_IGNORE] = ", what is changed is let pass",
						  [VERITY_RESTART] = ", restart at what is changed",
						  [VERITY_PANIC] = ", panic at what is changed" };
	const struct plan_verity *verity = &plan->verity;

	(void)i;
	*ret = verity->given;
	if (!plan_has_verity(plan))
		return;
	if (verity->unusable.text[0]) {
		out_add(out, "cannot be verified, nothing is mounted");
		return;
	}
	out_add(out, "%s, tree ", verity->hash);
	if (verity->place == VERITY_FILE)
		plan_add_text(out, verity->path);
	else if (verity->place == VERITY_DEVICE)
		add_block(out, &verity->tree);
	else if (verity->offset)
		out_add(out, "behind what is verified");
	else if (plan_has_image(plan))
		out_add(out, "beside the image");
	else
		out_add(out, "on the device that has one");
	if (verity->offset)
		out_add(out, " at byte %llu", (unsigned long long)verity->offset);
	out_add(out, "%s", corruption[verity->corruption]);
}

static void value_overlay(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	const struct plan_overlay *overlay = &plan->overlay;

	(void)i;
	*ret = overlay->given;
	switch (overlay->kind) {
	case OVERLAY_NONE:
		out_add(out, overlay->given.by ? "none" : "");
		break;
	case OVERLAY_TMPFS:
		out_add(out, "in memory%s%s", overlay->tmpfs[0] ? " " : "", overlay->tmpfs);
		break;
	case OVERLAY_DISK:
		add_block(out, &overlay->disk);
		out_add(out, " directory /%s, waited for %u s", overlay->upper, overlay->wait_s);
		break;
	}
}

static void value_overlay_reset(const struct plan *plan, uint8_t i, struct out *out,
				struct given *ret)
{
	(void)i;
	*ret = plan->overlay.reset_given;
	out_add(out, plan->overlay.reset ? "yes" : "");
}

static void value_overlay_frozen(const struct plan *plan, uint8_t i, struct out *out,
				 struct given *ret)
{
	(void)i;
	*ret = plan->overlay.frozen_given;
	out_add(out, plan->overlay.frozen ? "yes" : "");
}

static void value_rootdelay(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->rootdelay_given;
	if (plan->rootdelay_given.by != FROM_DEFAULT)
		out_add(out, "%u s", plan->rootdelay_s);
}

static void value_initiator(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->initiator_given;
	plan_add_text(out, plan->initiator);
}

/* That there is one, and no more. */
static void add_chap(struct out *out, const struct plan_chap *chap)
{
	if (chap->given.by)
		out_add(out, chap->in_secret[0] ? "mutual" : "one-way");
}

static void value_chap(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->chap.given;
	add_chap(out, &plan->chap);
}

/* Only where it is the root's own. */
static void value_root_chap(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	const struct given *own = &plan->roots[i].chap.given, *common = &plan->chap.given;

	*ret = *own;
	if (own->by != common->by || own->word != common->word || own->lease != common->lease)
		add_chap(out, &plan->roots[i].chap);
}

static void value_chap_algorithms(const struct plan *plan, uint8_t i, struct out *out,
				  struct given *ret)
{
	(void)i;
	*ret = plan->chap.algorithms_given;
	for (uint8_t n = 0; n < plan->chap.n_algorithms; n++)
		out_add(out, "%s%s", n ? "," : "", chap_algorithm_name(plan->chap.algorithms[n]));
}

static void value_tune(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->tune_given;
	iscsi_tune_print(&plan->tune, out);
}

static void value_multipath(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	struct iscsi_tune tune = plan->tune;

	(void)i;
	*ret = plan->multipath_given;
	if (ret->by == FROM_NOWHERE)
		return;
	iscsi_tune_multipath(&tune);
	if (plan->multipath)
		out_add(out, "yes, a path fails after %u s",
			iscsi_tune_seconds(&tune, ISCSI_TIMER_REPLACEMENT));
	else
		out_add(out, "no");
}

static void value_init(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->init_given;
	plan_add_text(out, plan->init);
}

static void value_init_words(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	const char *word = plan->init_words;

	(void)i;
	*ret = (struct given){ .by = FROM_CMDLINE };
	for (uint8_t n = 0; n < plan->n_init_words; n++) {
		out_add(out, n ? " " : "");
		plan_add_text(out, word);
		word += strlen(word) + 1;
	}
}

static void value_host_name(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->host_name_given;
	plan_add_text(out, plan->host_name);
}

static void value_end(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	static const char *const names[] = { [END_NEVER] = "retry for ever",
					     [END_SHELL] = "shell",
					     [END_REBOOT] = "reboot",
					     [END_POWEROFF] = "poweroff",
					     [END_HALT] = "halt" };

	(void)i;
	*ret = plan->end_given;
	out_add(out, "%s", names[plan->end]);
	if (plan->end != END_NEVER)
		out_add(out, " after %u s", plan->end_after_s);
	if (plan->end == END_REBOOT && plan->panic_s > 0)
		out_add(out, " and %d s more", plan->panic_s);
}

static const struct plan_field fields[] = {
	{ "config", NULL, "", value_config },
	{ "root", n_roots, "", value_root },
	{ "root", n_roots, ".server", value_root_server },
	{ "root", n_roots, ".chap", value_root_chap },
	{ "root_from_dhcp", NULL, "", value_root_from_dhcp },
	{ "block", NULL, "", value_block },
	{ "fstype", NULL, "", value_fstype },
	{ "rootflags", NULL, "", value_rootflags },
	{ "mode", NULL, "", value_mode },
	{ "image", NULL, "", value_image },
	{ "toram", NULL, "", value_to_ram },
	{ "verity", NULL, "", value_verity },
	{ "overlay", NULL, "", value_overlay },
	{ "overlay_reset", NULL, "", value_overlay_reset },
	{ "overlay_frozen", NULL, "", value_overlay_frozen },
	{ "rootdelay", NULL, "", value_rootdelay },
	{ "initiator", NULL, "", value_initiator },
	{ "chap", NULL, "", value_chap },
	{ "chap_algorithms", NULL, "", value_chap_algorithms },
	{ "iscsi_params", NULL, "", value_tune },
	{ "multipath", NULL, "", value_multipath },
	{ "init", NULL, "", value_init },
	{ "init_words", NULL, "", value_init_words },
	{ "host_name", NULL, "", value_host_name },
	{ "on_failure", NULL, "", value_end },
};

static void given_by_lease(const struct lease *lease, struct out *out)
{
	static const char *const kinds[] = {
		[LEASE_DHCP4] = "DHCP", [LEASE_DHCP6] = "DHCPv6", [LEASE_RA] = "router"
	};
	char ip[IP_TEXT_MAX], q[4 * sizeof(lease->ifname)];

	out_add(out, "%s", kinds[lease->kind]);
	if (lease->server_id.family != IP_NONE)
		out_add(out, " %s", ip_text(&lease->server_id, ip));
	if (lease->proxy_id.family != IP_NONE)
		out_add(out, " with proxy %s", ip_text(&lease->proxy_id, ip));
	if (lease->ifname[0])
		out_add(out, " on %s", text_quote(q, sizeof(q), span_of(lease->ifname)));
}

void given_text(struct given given, const struct plan_input *in, struct out *out)
{
	switch (given.by) {
	case FROM_NOWHERE:
		break;
	case FROM_DEFAULT:
		out_add(out, "default");
		break;
	case FROM_MACHINE:
		out_add(out, "machine");
		break;
	case FROM_CONF:
		out_add(out, "netroot.conf");
		break;
	case FROM_FETCHED:
		out_add(out, "config%s", in->fetched_from ? " " : "");
		plan_add_text(out, in->fetched_from);
		break;
	case FROM_CMDLINE:
		out_add(out, "command line");
		break;
	case FROM_IBFT:
		out_add(out, "iBFT");
		break;
	case FROM_DHCP:
		if (given.lease < in->n_leases)
			given_by_lease(&in->leases[given.lease], out);
		break;
	}
}

static const char *note_name(enum note_kind kind)
{
	switch (kind) {
	case NOTE_IGNORED:
		return "ignored";
	case NOTE_REFUSED:
		return "refused";
	case NOTE_UNKNOWN:
		return "unknown";
	case NOTE_CHOICE:
		return "choice";
	}
	return "?";
}

static void field_name(const struct plan_field *field, uint8_t i, struct out *out)
{
	out_add(out, "%s", field->name);
	if (field->count)
		out_add(out, ".%u%s", i, field->suffix);
}

static const struct plan_field *field_at(size_t i)
{
	const struct plan_field *net = plan_field_net(i);
	size_t n = 0;

	if (net)
		return net;
	while (plan_field_net(n))
		n++;
	return i - n < sizeof(fields) / sizeof(fields[0]) ? &fields[i - n] : NULL;
}

void plan_each_field(const struct plan *plan,
		     void (*each)(void *arg, const char *name, const char *value,
				  struct given given),
		     void *arg)
{
	const struct plan_field *field;

	for (size_t k = 0; (field = field_at(k)); k++) {
		uint8_t n = field->count ? field->count(plan) : 1;

		for (uint8_t i = 0; i < n; i++) {
			char name[32], value[PLAN_VALUE_MAX];
			struct out o_name = out_to(name, sizeof(name));
			struct out o_value = out_to(value, sizeof(value));
			struct given given = { .by = FROM_NOWHERE };

			field->value(plan, i, &o_value, &given);
			if (!o_value.len)
				continue;
			field_name(field, i, &o_name);
			each(arg, name, value, given);
		}
	}
}

struct line_sink {
	const struct plan_input *in;
	void (*emit)(void *arg, const char *line);
	void *arg;
};

static void emit_field(void *arg, const char *name, const char *value, struct given given)
{
	const struct line_sink *sink = arg;
	char line[PLAN_VALUE_MAX + PLAN_FROM_MAX + 64], from[PLAN_FROM_MAX];
	struct out out = out_to(line, sizeof(line)), out_from = out_to(from, sizeof(from));

	given_text(given, sink->in, &out_from);
	out_add(&out, "%s = %s", name, value);
	if (from[0])
		out_add(&out, " (%s)", from);
	sink->emit(sink->arg, line);
}

void plan_print(const struct plan *plan, const struct plan_input *in,
		void (*emit)(void *arg, const char *line), void *arg)
{
	struct line_sink sink = { in, emit, arg };
	char line[ERR_TEXT_MAX + 32];
	struct out out;

	plan_each_field(plan, emit_field, &sink);
	for (uint8_t i = 0; i < plan->n_notes; i++) {
		out = out_to(line, sizeof(line));
		out_add(&out, "%s: %s", note_name(plan->notes[i].kind), plan->notes[i].text);
		emit(arg, line);
	}
	if (plan->no_root.text[0]) {
		out = out_to(line, sizeof(line));
		out_add(&out, "no root: %s", plan->no_root.text);
		emit(arg, line);
	}
}

struct json_sink {
	const struct plan_input *in;
	struct out *out;
};

static void json_field(void *arg, const char *name, const char *value, struct given given)
{
	const struct json_sink *sink = arg;
	char from[PLAN_FROM_MAX];
	struct out out_from = out_to(from, sizeof(from));

	given_text(given, sink->in, &out_from);
	json_string(sink->out, span_of(name));
	out_add(sink->out, ": {\"value\": ");
	json_string(sink->out, span_of(value));
	out_add(sink->out, ", \"from\": ");
	json_string(sink->out, span_of(from));
	out_add(sink->out, "}, ");
}

void plan_json(const struct plan *plan, const struct plan_input *in, struct out *out)
{
	struct json_sink sink = { in, out };

	out_add(out, "{");
	plan_each_field(plan, json_field, &sink);
	out_add(out, "\"no_root\": ");
	json_string(out, span_of(plan->no_root.text));
	out_add(out, ", \"notes\": [");
	for (uint8_t i = 0; i < plan->n_notes; i++) {
		out_add(out, "%s{\"kind\": \"%s\", \"text\": ", i ? ", " : "",
			note_name(plan->notes[i].kind));
		json_string(out, span_of(plan->notes[i].text));
		out_add(out, "}");
	}
	out_add(out, "]}");
}
