/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel uevents: all fields of what is accepted lie inside the message and are terminated. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include "core/uevent_msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct uevent ev;

	if (!uevent_parse((const char *)bytes, len, &ev))
		return 0;
	if (!*ev.action || *ev.devpath != '/')
		abort();
	if (strlen(ev.action) + strlen(ev.devpath) + strlen(ev.subsystem) + strlen(ev.devtype) +
		    strlen(ev.devname) + strlen(ev.modalias) + strlen(ev.driver) >
	    len)
		abort();
	return 0;
}
