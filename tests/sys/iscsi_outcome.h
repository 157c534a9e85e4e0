/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has become of one login: its argument is a struct outcome, its done function on_done(). */
#ifndef NETROOT_TESTS_ISCSI_OUTCOME_H
#define NETROOT_TESTS_ISCSI_OUTCOME_H

#include "sys/iscsi_login.h"

struct outcome {
	bool done, lost;
	struct err err; /* text "": logged in */
	struct iscsi_login_result result;
	char lost_text[128];
	struct iscsi_login *login;
};

static inline void on_done(void *arg, const struct iscsi_login_result *result,
			   const struct err *err)
{
	struct outcome *o = arg;

	o->done = true;
	if (err)
		o->err = *err;
	else
		o->result = *result;
}

#endif
