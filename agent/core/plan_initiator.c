/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The initiator's name: given, or the one iPXE would have used, so that one access list on the
 * target serves firmware and system. */
#include "core/plan_wish.h"

#include <stdio.h>
#include <string.h>

#define IPXE_NAME "iqn.2010-04.org.ipxe:"
#define UUID_LEN 36

static void lower(char *text)
{
	for (; *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
}

/* RFC 3722 4: letters, digits, '-', '.', ':'; others are in use ('_', '@'), so printable ones pass
 * but for what a shell or a configuration file would choke on. */
static bool valid(struct span name)
{
	if (!iscsi_name_valid(name))
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (strchr("\"'`\\$;&|<>(){}*?!#%^,=[]~", name.p[i]))
			return false;
	return true;
}

static bool set(struct plan *plan, struct span name, struct given given, const char *what)
{
	char q[80];

	if (!valid(name)) {
		plan_note(plan, NOTE_REFUSED, given,
			  "%s%s \"%s\": no iqn., eui. or naa. name of at most 223 bytes, ignored",
			  word_origin(given), what, text_quote(q, sizeof(q), name));
		return false;
	}
	(void)text_copy(plan->initiator, sizeof(plan->initiator), name); /* fits: checked above */
	lower(plan->initiator);
	plan->initiator_given = given;
	if (!span_eq(name, plan->initiator))
		plan_note(plan, NOTE_CHOICE, given, "%s%s \"%s\": used in lower case (RFC 3722)",
			  word_origin(given), what, text_quote(q, sizeof(q), name));
	return true;
}

static bool from_lease(const struct plan_input *in, struct plan *plan, uint8_t i)
{
	struct span name = span_of(in->leases[i].initiator);

	return name.len && set(plan, name, (struct given){ .by = FROM_DHCP, .lease = i },
			       "DHCP initiator name (option 203)");
}

/* Numbers that boards carry by the thousand. */
static bool is_dummy(const char *uuid)
{
	static const char *const dummies[] = {
		"03000200-0400-0500-0006-000700080009", "12345678-1234-5678-90ab-cddeefaabbcc",
		"00020003-0004-0005-0006-000700080009", "fefefefe-fefe-fefe-fefe-fefefefefefe",
		"11111111-1111-1111-1111-111111111111", "01234567-8910-1112-1314-151617181920",
	};
	bool all_same = true;

	for (const char *p = uuid; *p; p++)
		all_same = all_same && (*p == '-' || *p == uuid[0]);
	if (all_same)
		return true;
	for (size_t i = 0; i < sizeof(dummies) / sizeof(dummies[0]); i++)
		if (!strcmp(uuid, dummies[i]))
			return true;
	return false;
}

static bool from_uuid(const char *text, struct out *ret)
{
	struct span s = span_of(text);
	char uuid[UUID_LEN + 1];

	while (s.len && (s.p[s.len - 1] == '\n' || s.p[s.len - 1] == ' '))
		s.len--;
	if (s.len != UUID_LEN || !text_copy(uuid, sizeof(uuid), s))
		return false;
	lower(uuid);
	for (size_t i = 0; i < UUID_LEN; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? uuid[i] != '-'
							    : !strchr("0123456789abcdef", uuid[i]))
			return false;
	if (is_dummy(uuid))
		return false;
	out_add(ret, "%s", uuid);
	return true;
}

static bool from_mac(const struct mac_addr *mac, struct out *ret)
{
	if (mac->len != 6)
		return false;
	out_add(ret, "mac-");
	out_hex(ret, mac->bytes, mac->len, "");
	return true;
}

bool plan_machine(const struct plan_input *in, struct out *ret)
{
	return from_uuid(in->machine_uuid, ret) || from_mac(&in->machine_mac, ret);
}

static bool from_ibft(const struct plan_input *in, struct plan *plan)
{
	return in->ibft_initiator && in->ibft_initiator[0] &&
	       set(plan, span_of(in->ibft_initiator), (struct given){ .by = FROM_IBFT },
		   "iBFT initiator name");
}

void plan_initiator(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	const struct wish_word *word = &wish->initiator;
	char machine[PLAN_MACHINE_MAX];
	struct out out = out_to(machine, sizeof(machine));

	if (word->given.by && set(plan, word->value, word->given, "rd.iscsi.initiator"))
		return;
	/* the name that firmware had at its target */
	if (plan->n_roots && plan->roots[0].given.by == FROM_IBFT && from_ibft(in, plan))
		return;
	if (plan_try_leases(in, plan, from_lease) || from_ibft(in, plan))
		return;
	if (plan_machine(in, &out)) {
		(void)snprintf(plan->initiator, sizeof(plan->initiator), IPXE_NAME "%s", machine);
		plan->initiator_given = (struct given){ .by = FROM_MACHINE };
		return;
	}
	for (uint8_t i = 0; i < plan->n_roots; i++)
		if (plan->roots[i].kind == ROOT_ISCSI && in->elsewhere && !in->machine_uuid) {
			plan_note(plan, NOTE_CHOICE, plan->roots[i].given,
				  "no initiator name is given: each machine derives its own of its "
				  "UUID, " IPXE_NAME "UUID (--uuid shows it), else of its MAC");
			return;
		} else if (plan->roots[i].kind == ROOT_ISCSI) {
			plan_note(
				plan, NOTE_REFUSED, plan->roots[i].given,
				"no initiator name is given, and neither UUID nor MAC address of the "
				"machine is known to derive one from; give rd.iscsi.initiator=");
			return;
		}
}
