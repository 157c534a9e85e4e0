/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of loading. */
#include "core/modload.h"

#include <errno.h>
#include <string.h>

void modload_init(struct modload *load, const struct moddep *dep)
{
	memset(load, 0, sizeof(*load));
	load->dep = dep;
}

/*
 * Goes on only where something changed, so that it ends however the dependencies run, no deeper
 * than there are modules.
 */
static void want(struct modload *load, uint16_t module,
		 uint8_t urgency) /* NOLINT(misc-no-recursion) */
{
	const struct moddep_module *m = &load->dep->modules[module];
	struct modload_module *state = &load->modules[module];
	const uint16_t *edges = moddep_needs(load->dep, module);

	if (state->state != MODLOAD_IDLE && state->urgency >= urgency)
		return;
	state->urgency = urgency;
	if (state->state == MODLOAD_IDLE) {
		state->state = MODLOAD_WANTED;
		load->queue[load->n_queue++] = module;
	}
	for (uint32_t i = 0; i < (uint32_t)m->n_needs + m->n_pre + m->n_post; i++)
		want(load, edges[i], urgency);
}

void modload_want(struct modload *load, uint16_t module, enum modload_urgency urgency)
{
	load->modules[module].asked = true;
	want(load, module, (uint8_t)urgency);
}

static void leave_queue(struct modload *load, uint16_t at)
{
	load->n_queue--;
	memmove(load->queue + at, load->queue + at + 1,
		(size_t)(load->n_queue - at) * sizeof(load->queue[0]));
}

static void fail(struct modload *load, uint16_t module, uint16_t cause)
{
	load->modules[module].state = MODLOAD_FAILED;
	load->modules[module].cause = cause;
	load->failed[load->n_failed++] = module; /* a module fails once: there is room */
}

enum readiness { NOT_YET, READY, NEVER };

/* NEVER: *ret_cause is the module that failed first. */
static enum readiness readiness_of(const struct modload *load, uint16_t module, uint16_t *ret_cause)
{
	const struct moddep_module *m = &load->dep->modules[module];
	const uint16_t *needs = moddep_needs(load->dep, module);
	enum readiness ready = READY;

	for (uint16_t i = 0; i < m->n_needs; i++) {
		const struct modload_module *other = &load->modules[needs[i]];

		if (other->state == MODLOAD_FAILED) {
			*ret_cause = other->cause;
			return NEVER;
		}
		if (other->state != MODLOAD_LOADED)
			ready = NOT_YET;
	}
	for (uint16_t i = 0; i < m->n_pre; i++) {
		uint8_t state = load->modules[moddep_pre(load->dep, module)[i]].state;

		if (state == MODLOAD_WANTED || state == MODLOAD_LOADING)
			ready = NOT_YET;
	}
	return ready;
}

uint16_t modload_next(struct modload *load, enum modload_urgency least)
{
	uint16_t best = MODDEP_NONE, cause = MODDEP_NONE;
	bool idle;

	for (uint16_t i = 0; i < load->n_queue;) {
		uint16_t module = load->queue[i];
		struct modload_module *state = &load->modules[module];
		enum readiness ready = NOT_YET;

		if (state->state == MODLOAD_WANTED)
			ready = readiness_of(load, module, &cause);
		if (ready == NEVER) {
			leave_queue(load, i);
			fail(load, module, cause);
			i = 0; /* others that stand before it may need it */
			best = MODDEP_NONE;
			continue;
		}
		if (ready == READY && state->urgency >= least &&
		    (best == MODDEP_NONE || state->urgency > load->modules[best].urgency))
			best = module;
		i++;
	}
	idle = modload_is_idle(load);
	if (best == MODDEP_NONE || (load->modules[best].urgency == MODLOAD_MAYBE && !idle))
		return MODDEP_NONE;
	load->modules[best].state = MODLOAD_LOADING;
	return best;
}

void modload_done(struct modload *load, uint16_t module, bool loaded)
{
	uint16_t at = 0;

	while (at < load->n_queue && load->queue[at] != module)
		at++;
	if (at == load->n_queue || load->modules[module].state != MODLOAD_LOADING)
		return;
	leave_queue(load, at);
	if (loaded)
		load->modules[module].state = MODLOAD_LOADED;
	else
		fail(load, module, module);
}

void modload_drop_maybe(struct modload *load)
{
	uint16_t n = 0;

	for (uint16_t i = 0; i < load->n_queue; i++) {
		struct modload_module *state = &load->modules[load->queue[i]];

		if (state->state == MODLOAD_WANTED && state->urgency == MODLOAD_MAYBE)
			*state = (struct modload_module){ .state = MODLOAD_IDLE };
		else
			load->queue[n++] = load->queue[i];
	}
	load->n_queue = n;
}

bool modload_is_idle(const struct modload *load)
{
	for (uint16_t i = 0; i < load->n_queue; i++)
		if (load->modules[load->queue[i]].urgency > MODLOAD_MAYBE)
			return false;
	return true;
}

bool modload_is_settled(const struct modload *load, uint16_t module)
{
	uint8_t state = load->modules[module].state;

	return state == MODLOAD_LOADED || state == MODLOAD_FAILED;
}

bool modload_next_failed(struct modload *load, uint16_t *ret_module, uint16_t *ret_because)
{
	for (uint16_t i = 0; i < load->n_failed; i++) {
		struct modload_module *state = &load->modules[load->failed[i]];

		if (!state->asked || state->told)
			continue;
		state->told = true;
		*ret_module = load->failed[i];
		*ret_because = state->cause;
		return true;
	}
	return false;
}

/* kernel/module/main.c: which check of load_module() ends with which code. */
const char *modload_reason(int error)
{
	switch (error) {
	case ENOENT:
		return "needs a symbol that neither the kernel nor a loaded module has";
	case ENOEXEC:
		return "not a module of the running kernel";
	case EINVAL:
		return "needs a symbol in another version, or was given a bad parameter";
	case EKEYREJECTED:
	case ENOKEY:
		return "the kernel does not accept its signature";
	case EPERM:
		return "forbidden by the kernel (module_blacklist=, or modules are disabled)";
	case ENODEV:
	case ENXIO:
		return "no such hardware";
	case EOPNOTSUPP:
		return "compressed in a way the kernel cannot unpack";
	default:
		return NULL;
	}
}
