/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Owners as names: the kernel's keys, as it describes them. */
#include "test.h"

#include "core/owner.h"

struct row {
	const char *key;
	const char *name; /* NULL: no such question */
	uint32_t id;
};

/* Linux 6.1, of what a server with idmapd sends. */
static const struct row rows[] = {
	{ "id_resolver;0;0;3b010000;uid:root@lab.example", "root@lab.example", 0 },
	{ "id_resolver;0;0;3b010000;gid:root@lab.example", "root@lab.example", 0 },
	{ "id_resolver;0;0;3b010000;uid:root@other", "root@other", 0 },
	{ "id_resolver;0;0;3b010000;uid:root", "root", 0 },
	{ "id_resolver;0;0;3b010000;gid:wheel@lab.example", "wheel@lab.example", 65534 },
	{ "id_resolver;0;0;3b010000;uid:nobody", "nobody", 65534 },
	{ "id_resolver;0;0;3b010000;uid:rooted@lab.example", "rooted@lab.example", 65534 },
	{ "id_resolver;0;0;3b010000;uid:joe@root@lab", "joe@root@lab", 65534 },
	/* bytes of the server's own */
	{ "id_resolver;0;0;3b010000;uid:ro:ot;x@lab", "ro:ot;x@lab", 65534 },
	{ "id_resolver;0;0;3b010000;uid:root@a;b:c", "root@a;b:c", 0 },
	{ "id_resolver;0;0;3b010000;uid:", "", 65534 },
	/* a name is asked for, or something else altogether */
	{ "id_resolver;0;0;3b010000;user:0", NULL, 0 },
	{ "id_resolver;0;0;3b010000;group:0", NULL, 0 },
	{ "id_legacy;0;0;3b010000;uid:root@lab.example", NULL, 0 },
	{ "dns_resolver;0;0;3b010000;uid:root", NULL, 0 },
	{ "user;0;0;3b010000;uid:root", NULL, 0 },
	{ "id_resolver;0;0;uid:root@lab.example", NULL, 0 },
	{ "id_resolver;0;0;3b010000;", NULL, 0 },
	{ "id_resolver;0;0;3b010000", NULL, 0 },
	{ "id_resolver", NULL, 0 },
	{ "", NULL, 0 },
};

static void owners_of_keys(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct span name = span_of("untouched");
		char text[64];
		uint32_t id = 7;

		eq_int(owner_of_key(span_of(r->key), &id, &name), r->name != NULL);
		eq_str(text_quote(text, sizeof(text), name), r->name ? r->name : "untouched");
		eq_int(id, r->name ? r->id : 7);
	}
}

int main(void)
{
	RUN(owners_of_keys);
	return test_end();
}
