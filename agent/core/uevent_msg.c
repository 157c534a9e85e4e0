/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parser of kernel uevents (lib/kobject_uevent.c, kobject_uevent_env()). */
#include "core/uevent_msg.h"

#include <string.h>

#include "core/text.h"

/* The first of a key wins: the kernel's own come before what a driver adds. */
static void take(struct uevent *ev, const char *line)
{
	const struct {
		const char *key;
		const char **value;
	} fields[] = {
		{ "ACTION=", &ev->action },	  { "DEVPATH=", &ev->devpath },
		{ "SUBSYSTEM=", &ev->subsystem }, { "DEVTYPE=", &ev->devtype },
		{ "DEVNAME=", &ev->devname },	  { "MODALIAS=", &ev->modalias },
		{ "DRIVER=", &ev->driver },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (span_starts(span_of(line), fields[i].key) && !**fields[i].value)
			*fields[i].value = line + strlen(fields[i].key);
}

bool uevent_parse(const char *bytes, size_t len, struct uevent *ret)
{
	struct uevent ev = { "", "", "", "", "", "", "" };
	size_t at;

	if (!len || bytes[len - 1] != '\0' || !strchr(bytes, '@'))
		return false;
	for (at = strlen(bytes) + 1; at < len; at += strlen(bytes + at) + 1)
		take(&ev, bytes + at);
	if (!ev.action[0] || ev.devpath[0] != '/')
		return false;
	/* they are put behind "/sys" and "/dev/" */
	if (span_has(span_of(ev.devpath), '/', "..") || span_has(span_of(ev.devname), '/', ".."))
		return false;
	*ret = ev;
	return true;
}
