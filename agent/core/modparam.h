/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel command line says about modules: parameters, and which are not to be loaded for a
 * device. */
#ifndef NETROOT_CORE_MODPARAM_H
#define NETROOT_CORE_MODPARAM_H

#include "core/text.h"

/*
 * The parameters of one module for finit_module(2), from the words "module.parameter[=value]".
 * False where they do not fit; dst then holds those that did.
 */
bool modparam_of(const char *cmdline, struct span module, char *dst, size_t size);
/*
 * modprobe.blacklist=, blacklist=, rd.driver.blacklist= and module_blacklist= (the last is the
 * kernel's own: it would refuse the load). As with modprobe this concerns what is found by alias; a
 * module wanted by its name, or needed by another, is loaded all the same.
 */
bool modparam_is_blacklisted(const char *cmdline, struct span module);

#endif
