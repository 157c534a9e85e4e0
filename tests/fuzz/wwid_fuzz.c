/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A page of designators, a report of port groups, a table and a status line, of whatever content: a
 * WWID is whole, begins with the kind and holds nothing but what may stand in the name of a map and
 * in udev's rules; a status names no more paths than there is room for.
 */
#include <string.h>

#include "fuzz.h"

#include "core/alua.h"
#include "core/mpath.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char plain[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "#+-.:=@_";
	struct mpath_status status = { .n_paths = 0 };
	char wwid[WWID_MAX], uuid[MPATH_UUID_MAX], text[MPATH_PARAMS_MAX];
	struct out out = out_to(text, sizeof(text));
	struct alua alua;
	uint16_t group;

	if (wwid_of_page(bytes, len, wwid)) {
		require(strlen(wwid) >= 2 && strlen(wwid) < WWID_MAX);
		require(strchr("01238", wwid[0]) != NULL);
		require(strspn(wwid, plain) == strlen(wwid));
		mpath_part_uuid(wwid, 128, uuid);
		require(!strcmp(uuid + strlen("part128-mpath-"), wwid));
	}
	if (len > 2 &&
	    alua_of_report(bytes + 2, len - 2, (uint16_t)(bytes[0] << 8 | bytes[1]), &alua))
		require(alua_prio(&alua) <= 130 && strlen(alua_text(&alua)));
	(void)wwid_port_group(bytes, len, &group);
	if (mpath_params_add((struct span){ (const char *)bytes, len }, &(struct mpath_dev){ 8, 0 },
			     &out) &&
	    !out.cut)
		require(strlen(text) > 0);
	if (mpath_status_parse((struct span){ (const char *)bytes, len }, &status))
		require(status.n_paths <= MPATH_PATHS_MAX);
	return 0;
}
