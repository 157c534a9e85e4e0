/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options in hex and what a lease makes of them, as rows. */
#ifndef NETROOT_DHCP_ROWS_H
#define NETROOT_DHCP_ROWS_H

#include <stdlib.h>

#include "core/dhcp_msg.h"

#include "dhcp_packets.h"
#include "test.h"

/* In memory of exactly its size, so that the sanitizer sees the first byte beyond. */
static bool read_lease(const struct packet *p, size_t len, struct lease *ret, char ignored[256],
		       struct err *err)
{
	uint8_t *exact = malloc(len ? len : 1);
	struct dhcp_msg msg;
	bool good;

	memcpy(exact, p->bytes, len);
	good = dhcp_msg_header(exact, len, &msg, err) && dhcp_msg_options(&msg, err) &&
	       dhcp_msg_lease(&msg, ret, ignored, 256, err);
	free(exact);
	return good;
}

__attribute__((unused)) static const char *ip(const struct ip_addr *a)
{
	static char text[4][IP_TEXT_MAX];
	static int at;

	at = (at + 1) % 4;
	return ip_text(a, text[at]);
}

/* The rows' texts come after the fixed ACK's; what is printed is the field the row is about. */
struct row {
	const char *options;
	const char *want;
	const char *ignored;
};

static void check_rows(const struct row *rows, size_t n,
		       const char *(*show)(const struct lease *lease))
{
	for (size_t i = 0; i < n; i++) {
		struct packet p = ack_with(rows[i].options);
		struct lease l;
		char ignored[256] = "";
		struct err err = { 0 };

		if (!read_lease(&p, p.len, &l, ignored, &err)) {
			eq_str(err.text, rows[i].want);
			continue;
		}
		eq_str(show(&l), rows[i].want);
		eq_str(ignored, rows[i].ignored);
	}
}

#define CHECK(rows, show) check_rows(rows, sizeof(rows) / sizeof((rows)[0]), show)

__attribute__((unused)) static const char *show_fields(const struct lease *l)
{
	static char text[2048];

	(void)snprintf(text, sizeof(text), "%s %s %s", l->tftp_server, l->boot_file, l->root_path);
	return text;
}

#endif
