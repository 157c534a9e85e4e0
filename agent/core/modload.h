/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which order modules are loaded: what is wanted, what is ready, what is being loaded. What a
 * module needs comes first and must work; its soft dependencies come first where they work. What
 * does not depend on each other is ready at the same time. Loads nothing itself.
 */
#ifndef NETROOT_CORE_MODLOAD_H
#define NETROOT_CORE_MODLOAD_H

#include "core/moddep.h"

enum modload_urgency {
	MODLOAD_MAYBE, /* only while nothing of the others is waiting or being loaded */
	MODLOAD_NEEDED,
	MODLOAD_FIRST,
};

enum modload_state {
	MODLOAD_IDLE, /* nobody wants it */
	MODLOAD_WANTED,
	MODLOAD_LOADING,
	MODLOAD_LOADED,
	MODLOAD_FAILED,
};

struct modload_module {
	uint8_t state; /* enum modload_state */
	uint8_t urgency; /* enum modload_urgency */
	bool asked; /* by name or alias, not only as a dependency */
	bool told; /* its failure was handed out */
	uint16_t cause; /* failed: the module that failed first, often itself */
};

struct modload {
	const struct moddep *dep;
	uint16_t n_queue; /* wanted or being loaded, in the order they were wanted */
	uint16_t n_failed;
	uint16_t queue[MODDEP_MODULES_MAX];
	uint16_t failed[MODDEP_MODULES_MAX]; /* in the order they failed */
	struct modload_module modules[MODDEP_MODULES_MAX];
};

void modload_init(struct modload *load, const struct moddep *dep);
/* The module and all it needs. Wanting it again may only make it more urgent. */
void modload_want(struct modload *load, uint16_t module, enum modload_urgency urgency);
/* The next module to load of at least that urgency, which is being loaded from then on; MODDEP_NONE
 * where none is ready. */
uint16_t modload_next(struct modload *load, enum modload_urgency least);
/* How a module that was being loaded ended. */
void modload_done(struct modload *load, uint16_t module, bool loaded);
/* Forgets what is wanted only MAYBE and has not begun. */
void modload_drop_maybe(struct modload *load);
/* Nothing is wanted or being loaded, but MAYBE. */
bool modload_is_idle(const struct modload *load);
bool modload_is_settled(const struct modload *load, uint16_t module);

/* Each module that was asked for and failed, once; because is the one that failed first. False: no
 * more. */
bool modload_next_failed(struct modload *load, uint16_t *ret_module, uint16_t *ret_because);

/* Words for what finit_module(2) answered; NULL where the system's own words say it. */
const char *modload_reason(int error);

#endif
