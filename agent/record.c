/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes /run/netroot/boot.json: the plan, the phases with their times and attempts, the NICs, the
 * causes of failures. */
#include "boot.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>

#include "core/json.h"
#include "core/timeline.h"
#include "sys/log.h"
#include "sys/mount.h"

#define RECORD_PATH "/run/netroot/boot.json"
#define TIMELINE_PATH "/run/netroot/timeline.txt"

static const char *state_name(enum phase_state state)
{
	switch (state) {
	case PHASE_PENDING:
		return "pending";
	case PHASE_RUNNING:
		return "running";
	case PHASE_HOOKS:
		return "hooks";
	case PHASE_DONE:
		return "done";
	case PHASE_SKIPPED:
		return "skipped";
	case PHASE_BACKOFF:
		return "waiting to try again";
	}
	return "";
}

static void add_seconds(struct out *out, const char *name, uint64_t ns)
{
	out_add(out, "\"%s\": %" PRIu64 ".%06" PRIu64, name, (uint64_t)(ns / NS_PER_S),
		(uint64_t)(ns % NS_PER_S / 1000));
}

static void add_phases(struct out *out, const struct boot *b)
{
	out_add(out, "  \"phases\": [");
	for (enum phase_id i = 0; i < N_PHASES; i++) {
		const struct phase_run *run = &b->phases[i];

		out_add(out, "%s\n    {\"name\": \"%s\", \"state\": \"%s\", \"attempts\": %u, ",
			i ? "," : "", phase_name(i), state_name(run->state), run->attempts);
		add_seconds(out, "first", run->first_ns);
		out_add(out, ", ");
		add_seconds(out, "start", run->start_ns);
		out_add(out, ", ");
		add_seconds(out, "end", run->end_ns);
		out_add(out, "}");
	}
	out_add(out, "\n  ],\n");
}

static void add_address(struct out *out, bool *any, const struct ip_addr *ip, unsigned int prefix)
{
	char text[IP_TEXT_MAX];

	out_add(out, "%s\"%s/%u\"", *any ? ", " : "", ip_text(ip, text), prefix);
	*any = true;
}

static void add_nics(struct out *out, const struct boot *b)
{
	bool first = true;

	out_add(out, "  \"nics\": [");
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		const struct boot_nic *n = &b->nics[i];
		char mac[MAC_TEXT_MAX];
		bool any = false;

		if (!n->nic.ifindex)
			continue;
		out_add(out, "%s\n    {\"name\": ", first ? "" : ",");
		first = false;
		json_string(out, span_of(n->nic.name));
		out_add(out, ", \"mac\": \"%s\", \"wanted\": %s, \"carrier\": %s, \"addresses\": [",
			mac_text(&n->nic.mac, mac), n->wanted ? "true" : "false",
			n->nic.carrier ? "true" : "false");
		if (n->v4.configured)
			add_address(out, &any, &n->v4.conf.address, n->v4.conf.prefix);
		if (n->v6.configured)
			add_address(out, &any, &n->v6.conf.address, n->v6.conf.prefix);
		if (!ip_is_unset(&n->slaac))
			add_address(out, &any, &n->slaac, 64);
		out_add(out, "]}");
	}
	out_add(out, "\n  ],\n");
}

static void add_causes(struct out *out, const struct boot *b)
{
	uint32_t first = b->n_causes > BOOT_CAUSES_MAX ? b->n_causes - BOOT_CAUSES_MAX : 0;

	out_add(out, "  \"n_causes\": %u,\n  \"causes\": [", b->n_causes);
	for (uint32_t i = first; i < b->n_causes; i++) {
		const struct boot_cause *cause = &b->causes[i % BOOT_CAUSES_MAX];

		out_add(out, "%s\n    {\"phase\": \"%s\", ", i > first ? "," : "",
			phase_name(cause->phase));
		add_seconds(out, "at", cause->at_ns);
		out_add(out, ", \"text\": ");
		json_string(out, span_of(cause->text));
		out_add(out, "}");
	}
	out_add(out, "%s],\n", first < b->n_causes ? "\n  " : "");
}

/* The most memory this process has held so far. */
static long peak_kib(void)
{
	struct rusage usage = { 0 };

	(void)getrusage(RUSAGE_SELF, &usage); /* cannot fail */
	return usage.ru_maxrss;
}

static void add_line(void *arg, const char *line)
{
	out_add(arg, "%s\n", line);
}

static void write_timeline(const struct boot *b)
{
	struct timeline_row rows[N_PHASES];
	static char text[4096];
	struct out out = out_to(text, sizeof(text));
	size_t n = 0;

	for (enum phase_id i = 0; i < N_PHASES; i++) {
		const struct phase_run *run = &b->phases[i];

		if (run->attempts)
			rows[n++] = (struct timeline_row){ phase_name(i), run->start_ns,
							   run->end_ns, run->attempts };
	}
	timeline_print(rows, n, add_line, &out);
	(void)file_write(TIMELINE_PATH, text); /* a picture for people: nothing depends on it */
}

void record_write(const struct boot *b)
{
	static char text[65536];
	struct out out = out_to(text, sizeof(text));
	const struct boot_nic *nic = net_boot_nic(b);
	int ret;

	out_add(&out, "{\n  \"version\": \"%s\",\n  ", NETROOT_VERSION);
	add_seconds(&out, "init_began", b->started_ns);
	out_add(&out, ",\n  ");
	add_seconds(&out, "written", clock_now_ns());
	out_add(&out, ",\n  \"peak_kib\": %ld", peak_kib());
	out_add(&out, ",\n  \"nic\": ");
	json_string(&out, span_of(nic ? nic->nic.name : ""));
	out_add(&out, ",\n  \"init\": ");
	json_string(&out, span_of(b->init));
	out_add(&out, ",\n  \"server\": ");
	json_string(&out, span_of(b->root.server.name));
	out_add(&out, ",\n  \"toram\": %s,\n", toram_fd(b) >= 0 ? "true" : "false");
	add_phases(&out, b);
	add_nics(&out, b);
	add_causes(&out, b);
	out_add(&out, "  \"plan\": ");
	plan_json(&b->plan, &b->in, &out);
	out_add(&out, "\n}\n");
	(void)dir_make("/run/netroot", 0755); /* the write says what is wrong if this failed */
	ret = out.cut ? -1 : file_write(RECORD_PATH, text);
	if (ret < 0)
		log_line(LOG_LEVEL_WARN, "handover",
			 RECORD_PATH " cannot be written, going on without");
	write_timeline(b);
}
