/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The initiator's name: given, or the machine's own. */
#include "plan_test.h"

static void initiators(void)
{
	make("rd.iscsi.initiator=iqn.2026-01.lab:Line", LEASE "initiator=iqn.2026-01.lab:dhcp\n",
	     NULL);
	eq_str(line_of("initiator"), "initiator = iqn.2026-01.lab:line (command line)");
	make("iscsi_initiator=iqn.2026-01.lab:line", NULL, NULL);
	eq_str(plan.initiator, "iqn.2026-01.lab:line");
	make_conf("rd.iscsi.initiator=iqn.2026-01.lab:conf", "");
	eq_str(line_of("initiator"), "initiator = iqn.2026-01.lab:conf (netroot.conf)");
	/* of the lease that gave the root, else of the first that has one */
	make("", LEASE "initiator=iqn.2026-01.lab:a\n",
	     LEASE_B "root-path=/b\ninitiator=iqn.2026-01.lab:b\n");
	eq_str(line_of("initiator"), "initiator = iqn.2026-01.lab:b (DHCP 10.1.0.1 on eth1)");
	make("", LEASE "initiator=iqn.2026-01.lab:a\n", LEASE_B "root-path=/b\n");
	eq_str(line_of("initiator"), "initiator = iqn.2026-01.lab:a (DHCP 10.0.0.1 on eth0)");
	make("", LEASE "initiator=rubbish\n", LEASE_B "initiator=iqn.2026-01.lab:b\n");
	eq_str(plan.initiator, "iqn.2026-01.lab:b");
	make("", LEASE, NULL);
	in.ibft_initiator = "iqn.2026-01.lab:ibft";
	plan_make(&in, &plan);
	eq_str(line_of("initiator"), "initiator = iqn.2026-01.lab:ibft (iBFT)");
}

/* Never one name for all machines. */
static void initiator_of_the_machine(void)
{
	static const char *const dummies[] = {
		"00000000-0000-0000-0000-000000000000",
		"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
		"03000200-0400-0500-0006-000700080009",
		"12345678-1234-5678-90AB-CDDEEFAABBCC",
		"Not Settable",
		"",
		"4C4C4544-0042-4810-8056-B4C04F39533",
		"4C4C4544_0042_4810_8056_B4C04F395332",
		"4C4C4544-0042-4810-8056-B4C04F39533g",
	};

	make("", NULL, NULL);
	in.machine_uuid = UUID "\n"; /* as in sysfs */
	plan_make(&in, &plan);
	eq_str(plan.initiator, "iqn.2010-04.org.ipxe:4c4c4544-0042-4810-8056-b4c04f395332");
	for (size_t i = 0; i < sizeof(dummies) / sizeof(dummies[0]); i++) {
		in.machine_uuid = dummies[i];
		in.machine_mac = (struct mac_addr){ 6, { 0x52, 0x54, 0, 0xab, 0xcd, 0xef } };
		plan_make(&in, &plan);
		eq_str(plan.initiator, "iqn.2010-04.org.ipxe:mac-525400abcdef");
		eq_int(plan.initiator_given.by, FROM_MACHINE);
	}
	in.machine_mac.len = 0;
	plan_make(&in, &plan);
	eq_str(plan.initiator, "");
	eq_int(plan.n_notes, 0); /* nobody needs one */
	in.cmdline = "root=iscsi:10.0.0.1::::" IQN;
	plan_make(&in, &plan);
	eq_str(plan.initiator, "");
	ok(strstr(note(NOTE_REFUSED), "no initiator name is given") != NULL);
	/* explain, on another machine: nothing is wrong with the words */
	in.elsewhere = true;
	plan_make(&in, &plan);
	ok(strstr(note(NOTE_REFUSED), "no initiator name is given") != NULL); /* of the one given */
	in.machine_uuid = NULL;
	plan_make(&in, &plan);
	eq_str(note(NOTE_REFUSED), "");
	eq_str(note(NOTE_CHOICE),
	       "no initiator name is given: each machine derives its own of its UUID, "
	       "iqn.2010-04.org.ipxe:UUID (--uuid shows it), else of its MAC");
	in.cmdline = "ip=ibft";
	plan_make(&in, &plan);
	eq_str(note(NOTE_CHOICE),
	       "ip=\"ibft\": as firmware's iBFT on the machine says, which --ibft may give");
	in.elsewhere = false;
}

int main(void)
{
	RUN(initiators);
	RUN(initiator_of_the_machine);
	return test_end();
}
