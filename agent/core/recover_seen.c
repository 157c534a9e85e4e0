/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel shows of a session, and of who else listens to its events. */
#include "core/recover.h"

/* FREE is a session that failed for longer than the kernel waits: it can be logged in, too. */
enum recover_session recover_session_of(struct span text)
{
	struct span state = span_cut(&text, '\n');

	if (span_eq(state, "LOGGED_IN"))
		return RECOVER_SESSION_WORKS;
	if (span_eq(state, "FAILED") || span_eq(state, "FREE"))
		return RECOVER_SESSION_FAILED;
	return RECOVER_SESSION_UNKNOWN;
}

uint32_t recover_seconds_of(struct span text)
{
	uint64_t v;

	return parse_uint(span_cut(&text, '\n'), 10, 0, INT32_MAX, &v) ? (uint32_t)v : 0;
}

#define NETLINK_ISCSI 8 /* linux/netlink.h */
#define GROUP_EVENTS 1u

static struct span next_word(struct span *line)
{
	struct span word;

	while (line->len && line->p[0] == ' ')
		*line = span_skip(*line, 1);
	word = *line;
	word.len = span_find(word, ' ');
	*line = span_skip(*line, word.len);
	return word;
}

/* sk Eth Pid Groups ... (net/netlink/af_netlink.c, netlink_native_seq_show()) */
bool recover_is_other(struct span line, uint32_t own_portid)
{
	uint64_t protocol, portid, groups;

	(void)next_word(&line);
	return parse_uint(next_word(&line), 10, 0, UINT32_MAX, &protocol) &&
	       parse_uint(next_word(&line), 10, 0, UINT32_MAX, &portid) &&
	       parse_uint(next_word(&line), 16, 0, UINT32_MAX, &groups) &&
	       protocol == NETLINK_ISCSI && groups & GROUP_EVENTS && portid != own_portid;
}
