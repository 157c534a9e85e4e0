/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The search for an init inside an export. */
#include "core/nfs_search.h"

#include <string.h>

#include "core/initpath.h"

static void begin(struct nfs_search *search, const char *path)
{
	nfs_walk_start(&search->walk, path);
	search->last = NFS_OBJECT_DIR;
	search->last_may_execute = false;
}

/* The candidate is none: why, for the first; then the next one. */
static bool give_up(struct nfs_search *search, const char *why)
{
	const char *next = NULL;
	char at[48], name[48];

	if (search->nth == 0 && search->walk.n_links) {
		struct out out = out_to(search->detail, sizeof(search->detail));

		/* the link's own path is long known to the reader: where it leads is the news */
		out_add(&out, "a link leads to %s/%s, which %s",
			text_quote(at, sizeof(at), span_of(search->walk.at)),
			text_quote(name, sizeof(name), span_of(search->name)), why);
	}
	if (search->any_mode && search->other && search->other[0] && !search->nth++)
		next = search->other;
	else if (!search->any_mode && strcmp(search->init, init_fallback(0)) == 0)
		next = init_fallback(++search->nth);
	if (!next) {
		search->result = NFS_NO_INIT;
		return false;
	}
	begin(search, next);
	return true;
}

static void finish(struct nfs_search *search)
{
	search->detail[0] = '\0';
	search->result = search->last_may_execute || search->any_mode ? NFS_YES : NFS_DENIED;
}

static void advance(struct nfs_search *search)
{
	for (;;) {
		const char *why = "is no file";

		switch (nfs_walk_next(&search->walk, search->name)) {
		case NFS_WALK_LOOKUP:
			return;
		case NFS_WALK_DONE:
			if (search->last == NFS_OBJECT_FILE) {
				finish(search);
				return;
			}
			break;
		case NFS_WALK_LOOP:
			why = "is a loop of links";
			break;
		case NFS_WALK_BAD:
			search->result = NFS_OTHER;
			return;
		}
		if (!give_up(search, why))
			return;
	}
}

static void start(struct nfs_search *search, const char *path, bool any_mode, const char *other)
{
	memset(search, 0, sizeof(*search));
	search->init = path;
	search->any_mode = any_mode;
	search->other = other;
	search->result = NFS_UNASKED;
	begin(search, path);
	advance(search);
}

void nfs_search_start(struct nfs_search *search, const char *init)
{
	start(search, init && init[0] ? init : init_fallback(0), false, NULL);
}

void nfs_search_start_image(struct nfs_search *search, const char *path, const char *other)
{
	start(search, path, true, other);
}

static void follow(struct nfs_search *search, const struct nfs_found *found)
{
	switch (found->object) {
	case NFS_OBJECT_LINK:
		nfs_walk_link(&search->walk, found->link);
		break;
	case NFS_OBJECT_FILE:
	case NFS_OBJECT_DIR:
	case NFS_OBJECT_OTHER:
		nfs_walk_entered(&search->walk);
		search->last = found->object;
		search->last_may_execute = found->may_execute;
		break;
	}
	advance(search);
}

void nfs_search_answer(struct nfs_search *search, const struct nfs_found *found)
{
	if (found->answer != NFS_YES)
		search->code = found->code;
	switch (found->answer) {
	case NFS_YES:
		follow(search, found);
		break;
	case NFS_NOT_FOUND:
	case NFS_NOT_DIR:
		if (give_up(search, "is not there"))
			advance(search);
		break;
	case NFS_DENIED:
		search->result = NFS_DENIED;
		break;
	case NFS_UNASKED:
	case NFS_NO:
	case NFS_NO_REPLY:
	case NFS_REFUSED_CONN:
	case NFS_UNREACHABLE:
	case NFS_NO_INIT:
	case NFS_OTHER:
		search->result = NFS_OTHER;
		break;
	}
}
