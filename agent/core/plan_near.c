/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which name of ours a name that is not was probably meant to be. */
#include "core/plan_names.h"

#include <string.h>

#include "core/plan_wish.h"

#define NAME_MAX_LEN 40
#define NEAR_LEN_MIN 5 /* shorter names resemble half of the kernel's */
#define LONG_LEN_MIN 8 /* two letters of "reboot" make "netboot" */
#define FAR 3

/* '-' and '_', capitals and small letters are confused most. */
static char plain(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '-' ? '_' : c;
}

static bool same(struct span key, const char *name)
{
	if (key.len != strlen(name))
		return false;
	for (size_t i = 0; i < key.len; i++)
		if (plain(key.p[i]) != plain(name[i]))
			return false;
	return true;
}

/* "rd." forgotten, or one too many. */
static bool same_but_rd(struct span key, const char *name)
{
	struct span rd = { key.p, 3 };

	if (!strncmp(name, "rd.", 3) && same(key, name + 3))
		return true;
	return key.len > 3 && same(rd, "rd.") && same(span_skip(key, 3), name);
}

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int m = a < b ? a : b;

	return m < c ? m : c;
}

/* Letters put in, left out, replaced or swapped with their neighbour (optimal string alignment). */
static unsigned int distance(struct span a, struct span b)
{
	unsigned int d[3][NAME_MAX_LEN + 1];

	if (a.len > NAME_MAX_LEN || b.len > NAME_MAX_LEN || a.len >= b.len + FAR ||
	    b.len >= a.len + FAR)
		return FAR;
	for (unsigned int k = 0; k <= b.len; k++)
		d[0][k] = k;
	for (unsigned int i = 1; i <= a.len; i++) {
		unsigned int *now = d[i % 3], *last = d[(i + 2) % 3], *before = d[(i + 1) % 3];

		now[0] = i;
		for (unsigned int k = 1; k <= b.len; k++) {
			char x = plain(a.p[i - 1]), y = plain(b.p[k - 1]);

			now[k] = min3(last[k] + 1, now[k - 1] + 1, last[k - 1] + (x != y));
			if (i > 1 && k > 1 && x == plain(b.p[k - 2]) && y == plain(a.p[i - 2]) &&
			    before[k - 2] + 1 < now[k])
				now[k] = before[k - 2] + 1;
		}
	}
	return d[a.len % 3][b.len];
}

/* "rd.iscsi.user", of rd.iscsi.username. */
static bool is_cut_short(struct span key, struct span name)
{
	return key.len >= LONG_LEN_MIN &&
	       (span_starts(key, "rd.") || span_starts(key, "netroot.")) && key.len < name.len &&
	       !memcmp(key.p, name.p, key.len) && name.p[key.len] != '.' &&
	       key.p[key.len - 1] != '.';
}

/* FAR where the names have nothing to do with each other. */
static unsigned int apart(struct span key, const char *name)
{
	struct span s = span_of(name);
	unsigned int d;

	if (same(key, name))
		return 0;
	if (key.len < NEAR_LEN_MIN)
		return FAR;
	if (same_but_rd(key, name))
		return 0;
	if (s.len < NEAR_LEN_MIN || s.p[s.len - 1] == '.')
		return FAR;
	d = distance(key, s);
	if (d >= FAR && is_cut_short(key, s))
		return FAR - 1;
	return s.len < LONG_LEN_MIN && d > 1 ? FAR : d;
}

const char *name_near(struct span key)
{
	const struct word_row *row;
	const char *best = NULL, *name;
	unsigned int least = FAR, d;

	if (name_is_kernel(key))
		return NULL;
	for (size_t i = 0; (row = word_row_at(i)); i++)
		if ((d = apart(key, row->name)) < least) {
			least = d;
			best = row->name;
		}
	for (size_t i = 0; (name = name_later_at(i)); i++)
		if ((d = apart(key, name)) < least) {
			least = d;
			best = name;
		}
	return best;
}
