/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * udev: /run/systemd/network/00-netroot-<if>.link (systemd.link(5)) leaves the NICs in use as they
 * are. Before Linux 6.2 the kernel does not rename a NIC that is up; udev then says for good that
 * it is being renamed (ID_RENAMING), and systemd-networkd waits for the end of that without ever
 * touching the NIC. The names that would have been given are alternative names, by which
 * ip-link(8), ifupdown and networkd find it as well. Without MACAddressPolicy, bonds and bridges
 * keep the MAC that the lease belongs to (99-default.link would make up another).
 */
#include "core/handnet_part.h"

void hand_udev(struct hand *h, const struct hand_nic *nic)
{
	/* shell patterns are read there */
	if (!hand_name_plain(nic->name))
		return;
	hand_begin(h);
	out_add(&h->out,
		"[Match]\nOriginalName=%s\n\n[Link]\n"
		"AlternativeNamesPolicy=database onboard slot path\n",
		nic->name);
	hand_end(h, 0644, "/run/systemd/network/00-netroot-%s.link", nic->name);
}
