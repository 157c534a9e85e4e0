/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links inside an export, and the search for an init there. */
#include "test.h"

#include "core/nfs_search.h"

/* --- paths --- */

/* A tree as a server would show it: link target, "" for a directory, "-" for a file. */
struct entry {
	const char *path, *target;
};

static const struct entry tree[] = {
	{ "/usr", "" },
	{ "/usr/sbin", "" },
	{ "/usr/lib", "" },
	{ "/usr/lib/systemd", "" },
	{ "/usr/lib/systemd/systemd", "-" },
	{ "/sbin", "usr/sbin" },
	{ "/lib", "usr/lib" },
	{ "/usr/sbin/init", "/lib/systemd/systemd" },
	{ "/usr/sbin/rel", "../lib/./systemd//systemd" },
	{ "/usr/sbin/out", "../../../../../usr/lib/systemd/systemd" },
	{ "/usr/sbin/absout", "/../../lib/systemd/systemd" },
	{ "/loop", "loop" },
	{ "/a", "b" },
	{ "/b", "/a" },
	{ "/self", "." },
	{ "/root", "/" },
	{ "/dangling", "/nowhere/init" },
	{ "/empty", "\"\"" },
};

static const char *lookup(const char *path)
{
	for (size_t i = 0; i < sizeof(tree) / sizeof(tree[0]); i++)
		if (strcmp(tree[i].path, path) == 0)
			return tree[i].target;
	return NULL;
}

/* "a b c": what is asked for in one go. */
static const char *ahead(const char *path, uint8_t max)
{
	static char text[512];
	struct out out = out_to(text, sizeof(text));
	struct span names[NFS_WALK_DEPTH_MAX];
	struct nfs_walk walk;
	uint8_t n;

	nfs_walk_start(&walk, path);
	n = nfs_walk_ahead(&walk, names, max);
	for (uint8_t i = 0; i < n; i++)
		out_add(&out, "%s%.*s", i ? " " : "", SPAN_ARG(names[i]));
	return text;
}

static void names_ahead(void)
{
	char deep[4 * NFS_WALK_DEPTH_MAX] = "";
	struct out out = out_to(deep, sizeof(deep));
	struct span names[NFS_WALK_DEPTH_MAX + 8];
	struct nfs_walk walk;

	eq_str(ahead("/sbin/init", 8), "sbin init");
	eq_str(ahead("//usr/./lib//x/", 8), "usr lib x");
	eq_str(ahead("/a/b/../c", 8), "a b");
	eq_str(ahead("../a", 8), "");
	eq_str(ahead("/a/b/c", 2), "a b");
	eq_str(ahead("", 8), "");
	/* what the walk itself would refuse is not asked for */
	for (int i = 0; i < NFS_WALK_DEPTH_MAX + 4; i++)
		out_add(&out, "/d");
	nfs_walk_start(&walk, deep);
	eq_int(nfs_walk_ahead(&walk, names, NFS_WALK_DEPTH_MAX + 8), NFS_WALK_DEPTH_MAX - 1);
	walk.depth = 3;
	eq_int(nfs_walk_ahead(&walk, names, NFS_WALK_DEPTH_MAX + 8), NFS_WALK_DEPTH_MAX - 4);
}

/* Where the walk ends: "path", or what stopped it. The tree is asked by the handle's path, as a
 * server would be, so that a wrong depth shows. */
static void walk_to(const char *path, char *dst, size_t size)
{
	static char handles[NFS_WALK_DEPTH_MAX][PLAN_PATH_MAX];
	struct nfs_walk walk;
	char name[NFS_WALK_NAME_MAX];

	nfs_walk_start(&walk, path);
	for (int steps = 0; steps < 1000; steps++) {
		enum nfs_walk_step step = nfs_walk_next(&walk, name);
		char found[2 * PLAN_PATH_MAX];
		const char *target;

		if (step != NFS_WALK_LOOKUP) {
			(void)snprintf(dst, size, "%s",
				       step == NFS_WALK_LOOP  ? "loop"
				       : step == NFS_WALK_BAD ? "bad"
				       : walk.depth	      ? handles[walk.depth]
							      : "/");
			ok(step != NFS_WALK_DONE || !walk.depth ||
			   !strcmp(walk.at, handles[walk.depth]));
			return;
		}
		(void)snprintf(found, sizeof(found), "%s/%s", handles[walk.depth], name);
		target = lookup(found);
		if (!target) {
			(void)snprintf(dst, size, "none: %.1000s", found);
			return;
		}
		if (!target[0] || !strcmp(target, "-")) {
			nfs_walk_entered(&walk);
			(void)snprintf(handles[walk.depth], PLAN_PATH_MAX, "%.1000s", found);
		} else {
			nfs_walk_link(&walk, span_of(strcmp(target, "\"\"") ? target : ""));
		}
	}
	(void)snprintf(dst, size, "never ends");
}

static void test_walk(void)
{
	static const struct {
		const char *path, *want;
	} rows[] = {
		{ "/usr/lib/systemd/systemd", "/usr/lib/systemd/systemd" },
		{ "/sbin/init", "/usr/lib/systemd/systemd" },
		{ "sbin//init/", "/usr/lib/systemd/systemd" },
		{ "/sbin/rel", "/usr/lib/systemd/systemd" },
		{ "/sbin/out", "/usr/lib/systemd/systemd" },
		{ "/sbin/absout", "/usr/lib/systemd/systemd" },
		{ "/../../usr/../usr/lib", "/usr/lib" },
		{ "/sbin/../lib", "/usr/lib" }, /* of where the link leads */
		{ "/self/self/usr", "/usr" },
		{ "/usr/..", "/" },
		{ "/root/usr/sbin", "/usr/sbin" },
		{ "/", "/" },
		{ "", "/" },
		{ "/loop", "loop" },
		{ "/a", "loop" },
		{ "/dangling", "none: /nowhere" },
		{ "/sbin/initx", "none: /usr/sbin/initx" },
		{ "/empty", "bad" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[2 * PLAN_PATH_MAX];

		walk_to(rows[i].path, text, sizeof(text));
		eq_str(text, rows[i].want);
	}
}

static void test_walk_link_count(void)
{
	struct nfs_walk walk;
	char name[NFS_WALK_NAME_MAX];

	nfs_walk_start(&walk, "x");
	for (int i = 0; i < 40; i++) {
		eq_int(nfs_walk_next(&walk, name), NFS_WALK_LOOKUP);
		nfs_walk_link(&walk, span_of("x"));
	}
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_LOOKUP);
	nfs_walk_link(&walk, span_of("x"));
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_LOOP);
}

static void test_walk_limits(void)
{
	struct nfs_walk walk;
	char name[NFS_WALK_NAME_MAX], text[PLAN_PATH_MAX + 1];

	memset(text, 'n', 256);
	text[256] = '\0';
	nfs_walk_start(&walk, text);
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_BAD);
	text[255] = '\0';
	nfs_walk_start(&walk, text);
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_LOOKUP);
	eq_int(strlen(name), 255);

	memset(text, 'n', PLAN_PATH_MAX);
	text[PLAN_PATH_MAX] = '\0';
	nfs_walk_start(&walk, text);
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_BAD);

	/* links that grow: refused before the buffer ends */
	memset(text, '/', PLAN_PATH_MAX);
	memcpy(text, "x/", 2);
	text[PLAN_PATH_MAX - 1] = '\0';
	nfs_walk_start(&walk, "x/y");
	for (int i = 0; i < 3 && nfs_walk_next(&walk, name) == NFS_WALK_LOOKUP; i++)
		nfs_walk_link(&walk, span_of(text));
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_BAD);

	nfs_walk_start(&walk, "x");
	nfs_walk_link(&walk, (struct span){ "a\0b", 3 });
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_BAD);

	/* deeper than handles are kept */
	text[0] = '\0';
	for (int i = 0; i < 45; i++)
		strcat(text, "d/");
	nfs_walk_start(&walk, text);
	for (int i = 0; i < 50 && nfs_walk_next(&walk, name) == NFS_WALK_LOOKUP; i++) {
		nfs_walk_entered(&walk);
		ok(walk.depth < NFS_WALK_DEPTH_MAX);
	}
	eq_int(nfs_walk_next(&walk, name), NFS_WALK_BAD);
}

/* --- the search --- */

/* Answers a search from the tree above; handles are paths, as above. */
static void search_in(const char *init, const char *absent, struct nfs_search *search)
{
	static char handles[NFS_WALK_DEPTH_MAX][PLAN_PATH_MAX];
	static char path[2 * PLAN_PATH_MAX];

	nfs_search_start(search, init);
	for (int steps = 0; steps < 1000 && search->result == NFS_UNASKED; steps++) {
		struct nfs_found found = { .answer = NFS_YES, .object = NFS_OBJECT_DIR };
		uint8_t depth = search->walk.depth;
		const char *target;

		(void)snprintf(path, sizeof(path), "%s/%s", handles[depth], search->name);
		target = absent && !strcmp(path, absent) ? NULL : lookup(path);
		if (!target) {
			found.answer = NFS_NOT_FOUND;
			found.code = 2;
		} else if (!strcmp(target, "-")) {
			found.object = NFS_OBJECT_FILE;
			found.may_execute = true;
		} else if (target[0]) {
			found.object = NFS_OBJECT_LINK;
			found.link = span_of(target);
		}
		nfs_search_answer(search, &found);
		if (found.answer == NFS_YES && found.object != NFS_OBJECT_LINK)
			(void)snprintf(handles[depth + 1], PLAN_PATH_MAX, "%.1000s", path);
	}
}

static void test_search(void)
{
	static const struct {
		const char *init, *absent;
		enum nfs_answer result;
		const char *detail;
	} rows[] = {
		{ "/sbin/init", NULL, NFS_YES, "" },
		{ "/usr/lib/systemd/systemd", NULL, NFS_YES, "" },
		{ "/sbin/init", "/usr/lib/systemd/systemd", NFS_NO_INIT,
		  "a link leads to /usr/lib/systemd/systemd, which is not there" },
		{ "/sbin/init", "/sbin", NFS_NO_INIT, "" },
		{ "/loop", NULL, NFS_NO_INIT, "a link leads to /loop, which is a loop of links" },
		{ "/usr/sbin", NULL, NFS_NO_INIT, "" },
		{ "/nowhere", NULL, NFS_NO_INIT, "" },
		{ "/", NULL, NFS_NO_INIT, "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static struct nfs_search search;

		search_in(rows[i].init, rows[i].absent, &search);
		eq_int(search.result, rows[i].result);
		eq_str(search.detail, rows[i].detail);
	}
}

static void test_search_answers(void)
{
	static struct nfs_search search;
	struct nfs_found file = { .answer = NFS_YES, .object = NFS_OBJECT_FILE };
	struct nfs_found dir = { .answer = NFS_YES, .object = NFS_OBJECT_DIR };
	struct nfs_found gone = { .answer = NFS_NOT_FOUND, .code = 2 };
	struct nfs_found denied = { .answer = NFS_DENIED, .code = 13 };
	struct nfs_found odd = { .answer = NFS_OTHER, .code = 10006 };

	/* the kernel's list, one after the other */
	nfs_search_start(&search, "");
	eq_str(search.name, "sbin");
	nfs_search_answer(&search, &gone);
	eq_str(search.name, "etc");
	nfs_search_answer(&search, &gone);
	eq_str(search.name, "bin");
	nfs_search_answer(&search, &dir);
	eq_str(search.name, "init");
	eq_int(search.walk.depth, 1);
	nfs_search_answer(&search, &gone);
	eq_str(search.name, "bin");
	nfs_search_answer(&search, &dir);
	eq_str(search.name, "sh");
	file.may_execute = true;
	nfs_search_answer(&search, &file);
	eq_int(search.result, NFS_YES);

	nfs_search_start(&search, "/init");
	file.may_execute = false;
	nfs_search_answer(&search, &file);
	eq_int(search.result, NFS_DENIED);
	/* an image is only read, and nothing stands for it */
	nfs_search_start_image(&search, "/init", NULL);
	nfs_search_answer(&search, &file);
	eq_int(search.result, NFS_YES);
	nfs_search_start_image(&search, "/sbin/init", "");
	nfs_search_answer(&search, &gone);
	eq_int(search.result, NFS_NO_INIT);
	nfs_search_start_image(&search, "/init", NULL);
	nfs_search_answer(&search, &dir);
	eq_int(search.result, NFS_NO_INIT);
	/* but the one that is named beside it, once */
	nfs_search_start_image(&search, "/a/x.sfs", "/b.erofs");
	eq_str(search.name, "a");
	nfs_search_answer(&search, &dir);
	eq_str(search.name, "x.sfs");
	nfs_search_answer(&search, &gone);
	eq_str(search.name, "b.erofs");
	eq_int(search.walk.depth, 0);
	nfs_search_answer(&search, &file);
	eq_int(search.result, NFS_YES);
	nfs_search_start_image(&search, "/a", "/b");
	nfs_search_answer(&search, &gone);
	nfs_search_answer(&search, &gone);
	eq_int(search.result, NFS_NO_INIT);
	nfs_search_start(&search, "/sbin/init");
	nfs_search_answer(&search, &denied);
	eq_int(search.result, NFS_DENIED);
	eq_int(search.code, 13);
	/* not understood: says nothing */
	nfs_search_start(&search, "/sbin/init");
	nfs_search_answer(&search, &odd);
	eq_int(search.result, NFS_OTHER);
	nfs_search_start(&search, "/x");
	nfs_search_answer(&search,
			  &(struct nfs_found){ .answer = NFS_YES, .object = NFS_OBJECT_LINK });
	eq_int(search.result, NFS_OTHER);
}

int main(void)
{
	RUN(names_ahead);
	RUN(test_walk);
	RUN(test_walk_link_count);
	RUN(test_walk_limits);
	RUN(test_search);
	RUN(test_search_answers);
	return test_end();
}
