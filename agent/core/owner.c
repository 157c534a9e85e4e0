/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/owner.h"

/* kind;uid;gid;permissions; (security/keys/keyctl.c, keyctl_describe_key()) */
#define FIELDS_BEFORE_TEXT 4

bool owner_of_key(struct span key, uint32_t *ret_id, struct span *ret_name)
{
	struct span kind = { NULL, 0 }, what, name;

	for (int i = 0; i < FIELDS_BEFORE_TEXT; i++) {
		struct span field = span_cut(&key, ';');

		if (i == 0)
			kind = field;
	}
	if (!span_eq(kind, "id_resolver") || !key.p)
		return false;
	what = span_cut(&key, ':');
	/* "user" and "group" ask for names, of which the root knows more */
	if (!key.p || !(span_eq(what, "uid") || span_eq(what, "gid")))
		return false;
	*ret_name = key;
	/* whatever the domain is: whose root this is */
	name = span_cut(&key, '@');
	*ret_id = span_eq(name, "root") ? 0 : OWNER_NOBODY;
	return true;
}
