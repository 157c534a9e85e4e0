/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/dhcp: every event in every state. */
#include "core/dhcp.h"

#include "dhcp_machine.h"

static void reach(enum dhcp_state state)
{
	switch (state) {
	case DHCP_IDLE:
		begin();
		return;
	case DHCP_REBOOTING:
		begin_rebooting();
		return;
	case DHCP_SELECTING:
		begin();
		(void)event(DHCP_EV_CARRIER_UP);
		return;
	case DHCP_REQUESTING:
		reach(DHCP_SELECTING);
		(void)serve(DHCP_TYPE_OFFER);
		return;
	case DHCP_BOUND:
		bind_lease();
		return;
	case DHCP_RENEWING:
	case DHCP_REBINDING:
		bind_lease();
		while (d.state != state)
			(void)deadline();
		return;
	}
}

enum column { UP, DOWN, EARLY, AGAIN, UNSENT, CONFLICT, OFFER, ACK, NAK, COLUMNS };

static const char *do_column(enum column column)
{
	switch (column) {
	case UP:
		return event(DHCP_EV_CARRIER_UP);
	case DOWN:
		return event(DHCP_EV_CARRIER_DOWN);
	case EARLY:
		return event(DHCP_EV_DEADLINE);
	case AGAIN:
		return event(DHCP_EV_AGAIN);
	case UNSENT:
		return event(DHCP_EV_UNSENT);
	case CONFLICT:
		return event(DHCP_EV_CONFLICT);
	case OFFER:
		return serve(DHCP_TYPE_OFFER);
	case ACK:
		return serve(DHCP_TYPE_ACK);
	case NAK:
		return serve(DHCP_TYPE_NAK);
	case COLUMNS:
		break;
	}
	return "";
}

static void every_pair(void)
{
#define ALL "@255.255.255.255"
	static const char *const want[][COLUMNS] = {
		[DHCP_IDLE] = { "idle>selecting send1" ALL, "ignored", "ignored", "ignored",
				"ignored", "ignored", "ignored", "ignored", "ignored" },
		[DHCP_REBOOTING] = { "ignored", "rebooting>idle", "ignored", "ignored", "unsent",
				     "ignored", "ignored", "rebooting>bound lease",
				     "rebooting>selecting send1" ALL " refused" },
		[DHCP_SELECTING] = { "ignored", "selecting>idle", "ignored", "ignored", "unsent",
				     "ignored", "selecting>requesting send3" ALL, "ignored",
				     "ignored" },
		[DHCP_REQUESTING] = { "ignored", "requesting>idle", "ignored", "ignored", "unsent",
				      "ignored", "ignored", "requesting>bound lease",
				      "requesting>selecting send1" ALL " refused" },
		[DHCP_BOUND] = { "ignored", "bound>idle", "ignored", "bound>selecting send1" ALL,
				 "ignored", "bound>selecting send4" ALL " lost", "ignored",
				 "ignored", "ignored" },
		[DHCP_RENEWING] = { "ignored", "renewing>idle", "ignored",
				    "renewing>selecting send1" ALL, "unsent",
				    "renewing>selecting send4" ALL " lost", "ignored",
				    "renewing>bound lease",
				    "renewing>selecting send1" ALL " lost refused" },
		[DHCP_REBINDING] = { "ignored", "rebinding>idle", "ignored",
				     "rebinding>selecting send1" ALL, "unsent",
				     "rebinding>selecting send4" ALL " lost", "ignored",
				     "rebinding>bound lease",
				     "rebinding>selecting send1" ALL " lost refused" },
	};

	for (int state = DHCP_IDLE; state <= DHCP_REBINDING; state++)
		for (int column = 0; column < COLUMNS; column++) {
			reach((enum dhcp_state)state);
			eq_int(d.state, state);
			eq_str(do_column((enum column)column), want[state][column]);
		}
}

int main(void)
{
	RUN(every_pair);
	return test_end();
}
