/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NICs that firmware has configured, where words ask for them: before the entries of ip=, which
 * count more. */
#include "core/plan_wish.h"

#include <string.h>

#include "core/ibft.h"

#define CHOICES_MAX 160

static const struct given by_ibft = { .by = FROM_IBFT };

struct given plan_ibft_by(const struct wishes *wish)
{
	if (wish->ip_ibft.by)
		return wish->ip_ibft;
	if (wish->no_ibft)
		return (struct given){ .by = FROM_NOWHERE };
	return wish->ibft.by ? wish->ibft : plan_ibft_targets_by(wish);
}

static const struct ibft_nic *boot_nic(const struct ibft *ibft)
{
	for (uint8_t i = 0; i < ibft->n_nics; i++)
		if (ibft->nics[i].boot)
			return &ibft->nics[i];
	return NULL;
}

/* VLANs of words of that name come first. */
static bool put_link(const struct ibft_nic *nic, const struct plan_link *link, struct plan *plan)
{
	char source[IBFT_SOURCE_MAX];

	if (!link->n_ports || plan_link_named(plan, link->name))
		return true;
	if (plan->n_links < PLAN_LINKS_MAX) {
		plan->links[plan->n_links++] = *link;
		return true;
	}
	plan_note(plan, NOTE_REFUSED, by_ibft,
		  "%s: ethernet%u: there are already %d links, its VLAN is not made",
		  ibft_source(nic->hba, source), nic->index, PLAN_LINKS_MAX);
	return false;
}

static bool has_room(const struct ibft_nic *nic, struct plan *plan)
{
	char source[IBFT_SOURCE_MAX];

	if (plan->n_ips < PLAN_IP_MAX)
		return true;
	plan_note(plan, NOTE_REFUSED, by_ibft,
		  "%s: ethernet%u: there are already %d NICs in words, left alone",
		  ibft_source(nic->hba, source), nic->index, PLAN_IP_MAX);
	return false;
}

/* True: it is entry number at of the plan. */
static bool put_nic(const struct ibft_nic *nic, uint8_t at, struct plan *plan)
{
	char choices[CHOICES_MAX], source[IBFT_SOURCE_MAX];
	struct out out = out_to(choices, sizeof(choices));
	struct plan_link link;
	struct plan_ip ip;

	(void)ibft_source(nic->hba, source);
	if (!ibft_nic_plan(nic, &ip, &link, &out)) {
		plan_note(plan, NOTE_REFUSED, by_ibft,
			  "%s: ethernet%u has no usable MAC address, ignored", source, nic->index);
		return false;
	}
	if (!has_room(nic, plan) || !put_link(nic, &link, plan))
		return false;
	memmove(plan->ips + at + 1, plan->ips + at, (size_t)(plan->n_ips - at) * sizeof(ip));
	plan->ips[at] = ip;
	plan->n_ips++;
	if (out.len)
		plan_note(plan, NOTE_CHOICE, by_ibft, "%s: ethernet%u: %s", source, nic->index,
			  choices);
	return true;
}

/* A target that will be logged in to is reached through it. */
static bool leads_to_target(const struct ibft *ibft, const struct ibft_nic *nic)
{
	for (uint8_t i = 0; i < ibft->n_targets; i++)
		if (ibft->targets[i].valid && ibft->targets[i].has_nic &&
		    ibft->targets[i].hba == nic->hba && ibft->targets[i].nic == nic->index)
			return true;
	return false;
}

/* That which firmware has booted from, those of targets, or all: with rd.iscsi.mp, and where none
 * is marked. */
static uint8_t put_nics(const struct ibft *ibft, bool all, bool targets, struct plan *plan)
{
	const struct ibft_nic *boot = boot_nic(ibft);
	uint8_t n = 0;

	for (uint8_t i = 0; i < ibft->n_nics; i++) {
		const struct ibft_nic *nic = &ibft->nics[i];

		if (!nic->valid ||
		    !(all || !boot || nic->boot || (targets && leads_to_target(ibft, nic))))
			continue;
		if (!put_nic(nic, n, plan))
			continue;
		if (nic == boot) {
			plan->ibft_nic = plan->ips[n].port;
			plan->ibft_nic_given = by_ibft;
		}
		n++;
	}
	return n;
}

/* Nothing to be had of it: only ip= says that there has to be some configuration. */
static void note_none(const struct plan_input *in, const struct wishes *wish, const char *why,
		      struct plan *plan)
{
	char q[PLAN_QUOTE_MAX];

	if (wish->ip_ibft.by)
		plan_note(plan, NOTE_IGNORED, wish->ip_ibft, "%s: %s, %s",
			  given_word(wish->ip_ibft, in, q), why,
			  plan->n_ips ? "ignored" : "DHCP is asked on all wired NICs instead");
}

static void await(const struct plan_input *in, const char *word, struct given by, struct plan *plan)
{
	plan->ibft_awaited = true;
	plan_note(plan, NOTE_CHOICE, by, "%s: %s", word,
		  in->elsewhere ? "as firmware's iBFT on the machine says, which --ibft may give"
				: "firmware's iBFT is not read yet, NICs wait for it");
}

bool plan_ibft_mac(const struct plan_input *in, const struct wish_word *word, struct plan *plan,
		   struct mac_addr *ret)
{
	const struct ibft_nic *nic = in->ibft ? boot_nic(in->ibft) : NULL;
	char q[PLAN_QUOTE_MAX];

	(void)wish_text(word, q);
	if (!in->ibft) {
		await(in, q, word->given, plan);
	} else if (!nic || !nic->mac.len) {
		plan_note(plan, NOTE_REFUSED, word->given,
			  "%s: no iBFT names the NIC, any with a carrier is taken", q);
	} else {
		*ret = nic->mac;
		return true;
	}
	return false;
}

void plan_ibft(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	struct given by = plan_ibft_by(wish);
	char q[PLAN_QUOTE_MAX];

	if (!by.by) {
		if (wish->ibft_mp.by)
			plan_note(plan, NOTE_IGNORED, wish->ibft_mp,
				  "%s: has no effect without rd.iscsi.ibft, ignored",
				  given_word(wish->ibft_mp, in, q));
		return;
	}
	if (!in->ibft) {
		await(in, given_word(by, in, q), by, plan);
		return;
	}
	if (!in->ibft->present)
		note_none(in, wish, "firmware has no iBFT", plan);
	else if (!put_nics(in->ibft, wish->ibft_mp.by, plan_ibft_targets_by(wish).by, plan))
		note_none(in, wish, "firmware's iBFT has no NIC in use", plan);
}
