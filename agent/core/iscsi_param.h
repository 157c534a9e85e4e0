/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's session parameters (ISCSI_PARAM_*) as a list of id and text: who we are and where,
 * and what a login negotiated. All that a later iscsid needs to take the session over is in it. */
#ifndef NETROOT_CORE_ISCSI_PARAM_H
#define NETROOT_CORE_ISCSI_PARAM_H

#include "core/iscsi.h"

#define ISCSI_SETTINGS_MAX 24

struct iscsi_setting {
	uint32_t param;
	char value[256];
};

/* Before the login, once a socket is bound. Returns how many. */
size_t iscsi_settings_identity(const struct iscsi *m,
			       struct iscsi_setting ret[static ISCSI_SETTINGS_MAX]);
/* Where a session is found by its records, after a login that was redirected for good; else none.
 */
size_t iscsi_settings_moved(const struct iscsi *m,
			    struct iscsi_setting ret[static ISCSI_SETTINGS_MAX]);
/* After the login, before START_CONN. */
size_t iscsi_settings_negotiated(const struct iscsi *m,
				 struct iscsi_setting ret[static ISCSI_SETTINGS_MAX]);
/* The kernel's number for a LUN as on the wire (scsilun_to_int), which "scan" and sysfs use. */
uint64_t iscsi_lun_number(const uint8_t lun[static 8]);

#endif
