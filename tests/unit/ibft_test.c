/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware's iBFT: texts of the kernel's files, and the plan that words make of them. */
#include "plan_test.h"

#include "core/ibft.h"

#define MAC0 "mac=52:54:00:00:00:0a\n"
#define MAC1 "mac=52:54:00:00:00:0b\n"
/* as Linux 6.1 shows a table by hand: no file for what is empty, a mask without line end */
#define STATIC0                                                                         \
	"flags=3\n" MAC0 "ip-addr=10.0.0.5\nsubnet-mask=255.255.255.0\nprefix-len=24\n" \
	"gateway=10.0.0.1\nprimary-dns=10.0.0.2\nvlan=0\norigin=1\n"
#define DHCP1 "flags=1\n" MAC1 "ip-addr=10.1.0.7\ndhcp=10.1.0.1\nvlan=0\norigin=3\n"

static struct ibft ibft;

/* Lines of file=text. */
static void add_nic(uint8_t index, const char *texts)
{
	struct ibft_nic *nic = &ibft.nics[ibft.n_nics++];
	struct span rest = span_of(texts);

	memset(nic, 0, sizeof(*nic));
	nic->index = index;
	for (size_t i = 0; ibft_nic_file(i); i++) {
		struct span lines = rest;

		while (lines.p) {
			struct span text = span_cut(&lines, '\n'), name = span_cut(&text, '=');

			if (span_eq(name, ibft_nic_file(i)))
				ibft_nic_take(nic, i, text);
		}
	}
}

/* The plan of a command line, where the table has these NICs (NULL: there is no table). */
static void make_ibft(const char *cmdline, const char *nic0, const char *nic1)
{
	memset(&in, 0, sizeof(in));
	memset(&ibft, 0, sizeof(ibft));
	ibft.present = nic0;
	if (nic0)
		add_nic(0, nic0);
	if (nic1)
		add_nic(1, nic1);
	in.cmdline = cmdline;
	in.ibft = &ibft;
	plan_make(&in, &plan);
}

static const char *ip0_of(const char *nic)
{
	make_ibft("ip=ibft", nic, NULL);
	return line_of("ip.0");
}

static void what_files_come_to(void)
{
	eq_str(ip0_of(STATIC0), "ip.0 = static on 52:54:00:00:00:0a address 10.0.0.5/24 gateway "
				"10.0.0.1 dns 10.0.0.2 (iBFT)");
	eq_int(plan.n_notes, 0);
	eq_int(plan.n_ips, 1);
	/* a kernel without prefix-len */
	eq_str(ip0_of("flags=3\n" MAC0 "ip-addr=10.0.0.5\nsubnet-mask=255.255.252.0\norigin=1\n"),
	       "ip.0 = static on 52:54:00:00:00:0a address 10.0.0.5/22 (iBFT)");
	/* the mask of IPv6 is nonsense of the kernel's: 1 << (32 - 64) */
	eq_str(ip0_of("flags=3\n" MAC0 "ip-addr=fd00:0000:0000:0000:0000:0000:0000:0005\n"
		      "subnet-mask=255.255.255.255\nprefix-len=64\n"
		      "gateway=fd00:0000:0000:0000:0000:0000:0000:0001\norigin=1\n"),
	       "ip.0 = static on 52:54:00:00:00:0a address fd00::5/64 gateway fd00::1 (iBFT)");
	eq_str(ip0_of("flags=3\n" MAC0 "ip-addr=::ffff:10.0.0.5\nprefix-len=24\n"),
	       "ip.0 = static on 52:54:00:00:00:0a address 10.0.0.5/24 (iBFT)");
	/* firmware's own address is asked for first */
	eq_str(ip0_of("flags=3\n" MAC0 "ip-addr=10.0.0.5\nprefix-len=24\norigin=3\n"),
	       "ip.0 = DHCPv4 on 52:54:00:00:00:0a address 10.0.0.5 (iBFT)");
	eq_str(ip0_of("flags=3\n" MAC0 "ip-addr=10.0.0.5\ndhcp=10.0.0.9\norigin=1\n"),
	       "ip.0 = DHCPv4 on 52:54:00:00:00:0a address 10.0.0.5 (iBFT)");
	eq_str(ip0_of("flags=3\n" MAC0 "dhcp=0.0.0.0\nip-addr=10.0.0.5\nprefix-len=8\n"),
	       "ip.0 = static on 52:54:00:00:00:0a address 10.0.0.5/8 (iBFT)");
	eq_str(ip0_of("flags=3\n" MAC0 "dhcp=fd00::1\norigin=3\n"),
	       "ip.0 = DHCPv6 on 52:54:00:00:00:0a (iBFT)");
	eq_str(ip0_of("flags=3\n" MAC0 "ip-addr=fd00::5\nprefix-len=64\norigin=4\n"),
	       "ip.0 = IPv6 as advertised on 52:54:00:00:00:0a (iBFT)");
	eq_str(ip0_of("flags=3\n" MAC0 "origin=3\n"),
	       "ip.0 = DHCPv4 and IPv6 as advertised or by DHCPv6 on 52:54:00:00:00:0a (iBFT)");
	eq_int(plan.n_notes, 0);
	eq_str(ip0_of("flags=3\n" MAC0 "origin=0\n"),
	       "ip.0 = DHCPv4 and IPv6 as advertised or by DHCPv6 on 52:54:00:00:00:0a (iBFT)");
	eq_str(note(NOTE_CHOICE),
	       "iBFT: ethernet0: it has neither an address nor DHCP, DHCP is asked");
}

static void vlan(void)
{
	eq_str(ip0_of("flags=3\n" MAC0 "ip-addr=10.0.0.5\nprefix-len=24\nvlan=77\n"),
	       "ip.0 = static on ibft0.77 address 10.0.0.5/24 (iBFT)");
	eq_str(line_of("link.0"), "link.0 = VLAN 77 on 52:54:00:00:00:0a, named ibft0.77 (iBFT)");
	eq_str(line_of("ibft_nic"), "ibft_nic = ibft0.77 (iBFT)");
	/* priority 5 above the id; priority alone is no VLAN */
	eq_str(ip0_of("flags=3\n" MAC0 "origin=3\nvlan=41037\n"),
	       "ip.0 = DHCPv4 and IPv6 as advertised or by DHCPv6 on ibft0.77 (iBFT)");
	(void)ip0_of("flags=3\n" MAC0 "origin=3\nvlan=40960\n");
	eq_int(plan.n_links, 0);
	/* a word's VLAN of that name is made instead */
	make_ibft("ip=ibft vlan=ibft0.77:eth5", "flags=3\n" MAC0 "origin=3\nvlan=77\n", NULL);
	eq_int(plan.n_links, 1);
	eq_str(line_of("link.0"), "link.0 = VLAN 77 on eth5, named ibft0.77 (command line)");
	eq_str(note(NOTE_CHOICE),
	       "vlan=\"ibft0.77:eth5\": made on eth5, though its name says ibft0");
	eq_int(plan.n_notes, 1);
}

static void nonsense_of_firmware(void)
{
	static const struct {
		const char *nic, *note;
	} rows[] = {
		{ "flags=3\nip-addr=10.0.0.5\n",
		  "iBFT: ethernet0 has no usable MAC address, ignored" },
		{ "flags=3\nmac=00:00:00:00:00:00\n",
		  "iBFT: ethernet0 has no usable MAC address, ignored" },
		{ "flags=3\nmac=ff:ff:ff:ff:ff:ff\n",
		  "iBFT: ethernet0 has no usable MAC address, ignored" },
		{ "flags=x\n" MAC0, "ip=\"ibft\": firmware's iBFT has no NIC in use, DHCP is asked "
				    "on all wired NICs instead" },
		{ "flags=4\n" MAC0, "ip=\"ibft\": firmware's iBFT has no NIC in use, DHCP is asked "
				    "on all wired NICs instead" },
		{ "flags=3\n" MAC0 "ip-addr=10.0.0.5\norigin=1\n",
		  "iBFT: ethernet0: it has no prefix length for its address, /8 taken" },
		{ "flags=3\n" MAC0 "ip-addr=192.168.0.5\nprefix-len=64\n",
		  "iBFT: ethernet0: it has no prefix length for its address, /24 taken" },
		{ "flags=3\n" MAC0 "ip-addr=224.0.0.5\norigin=3\n",
		  "iBFT: ethernet0: its ip-addr makes no sense, left out" },
		{ "flags=3\n" MAC0 "gateway=10.0.0.1x\norigin=3\n",
		  "iBFT: ethernet0: its gateway makes no sense, left out" },
		{ "flags=3\n" MAC0 "vlan=4095\norigin=3\n",
		  "iBFT: ethernet0: its vlan makes no sense, left out" },
		{ "flags=3\n" MAC0 "hostname=a b\norigin=3\n",
		  "iBFT: ethernet0: its hostname makes no sense, left out" },
		{ "flags=3\n" MAC0 "ip-addr=10.0.0.5\nprefix-len=24\ngateway=fe80::1\n",
		  "iBFT: ethernet0: its gateway fe80::1 is of the other family, left out" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool found = false;

		make_ibft("ip=ibft", rows[i].nic, NULL);
		for (uint8_t k = 0; k < plan.n_notes; k++)
			found = found || !strcmp(plan.notes[k].text, rows[i].note);
		if (!found)
			eq_str(plan.n_notes ? plan.notes[0].text : "", rows[i].note);
		ok(plan_wants_network(&plan));
	}
}

static void which_nics(void)
{
	make_ibft("rd.iscsi.ibft", DHCP1, STATIC0);
	eq_int(plan.n_ips, 1);
	eq_str(line_of("ibft_nic"), "ibft_nic = 52:54:00:00:00:0a (iBFT)");
	make_ibft("rd.iscsi.ibft=1 rd.iscsi.mp", DHCP1, STATIC0);
	eq_int(plan.n_ips, 2);
	eq_str(line_of("ip.0"), "ip.0 = DHCPv4 on 52:54:00:00:00:0b address 10.1.0.7 (iBFT)");
	eq_str(line_of("ibft_nic"), "ibft_nic = 52:54:00:00:00:0a (iBFT)");
	eq_str(line_of("bootdev"), "");
	make_ibft("rd.iscsi.ibft rd.iscsi.mp", DHCP1 "hostname=one\n", STATIC0 "hostname=two\n");
	eq_str(line_of("host_name"), "host_name = one (iBFT)");
	/* no NIC is marked: all, and no boot NIC */
	make_ibft("iscsi_firmware", DHCP1, "flags=1\n" MAC0 "origin=3\n");
	eq_int(plan.n_ips, 2);
	eq_str(line_of("ibft_nic"), "");
	/* some firmware leaves the bit for "valid" out */
	make_ibft("rd.iscsi.firmware", "flags=2\n" MAC0 "origin=3\n", DHCP1);
	eq_int(plan.n_ips, 1);
	eq_str(line_of("ibft_nic"), "ibft_nic = 52:54:00:00:00:0a (iBFT)");
	eq_str(note(NOTE_IGNORED),
	       "rd.iscsi.firmware: firmware's iBFT has no target in use, ignored");
}

static void which_words(void)
{
	static const struct {
		const char *words;
		bool asked;
	} rows[] = {
		{ "", false },
		{ "ip=ibft", true },
		{ "rd.iscsi.ibft", true },
		{ "rd.iscsi.ibft=1", true },
		{ "rd.iscsi.ibft=0", false },
		{ "rd.iscsi.firmware=1", true },
		{ "rd.iscsi.firmware=0", false },
		{ "rd.iscsi.firmware rd.iscsi.ibft=0", false },
		{ "rd.iscsi.ibft=0 rd.iscsi.ibft", true },
		{ "iscsi_firmware", true },
		{ "rd.iscsi.mp", false },
		{ "ip=dhcp", false },
		{ "ip=dhcp rd.iscsi.ibft", true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_ibft(rows[i].words, STATIC0, NULL);
		eq_int(plan.ibft_nic_given.by == FROM_IBFT, rows[i].asked);
		/* not read yet: as if there were none, but nothing is to be touched */
		in.ibft = NULL;
		plan_make(&in, &plan);
		eq_int(plan.ibft_awaited, rows[i].asked);
		ok(plan_wants_network(&plan));
	}
	make_ibft("rd.iscsi.mp", STATIC0, NULL);
	eq_str(note(NOTE_IGNORED), "rd.iscsi.mp: has no effect without rd.iscsi.ibft, ignored");
}

static void without_a_table(void)
{
	make_ibft("ip=ibft", NULL, NULL);
	ok(!plan.ibft_awaited);
	eq_str(line_of("ip.0"),
	       "ip.0 = DHCPv4 and IPv6 as advertised or by DHCPv6 on all wired NICs (default)");
	eq_str(note(NOTE_IGNORED), "ip=\"ibft\": firmware has no iBFT, DHCP is asked on all wired "
				   "NICs instead");
	make_ibft("ip=ibft ip=eth1:dhcp", NULL, NULL);
	eq_int(plan.n_ips, 1);
	eq_str(note(NOTE_IGNORED), "ip=\"ibft\": firmware has no iBFT, ignored");
	make_ibft("rd.iscsi.ibft rd.iscsi.firmware iscsi_firmware rd.iscsi.mp", NULL, NULL);
	eq_int(plan.n_notes, 0);
	eq_int(plan.n_ips, 1);
}

/* What words say of a NIC counts more, in entries, names and the boot NIC. */
static void beside_words(void)
{
	struct nic_facts nic = { .ifname = "eth0", .ethernet = true, .physical = true };
	struct nic_choice choice;

	ok(mac_parse(span_of("52:54:00:00:00:0a"), &nic.mac));
	make_ibft("rd.iscsi.ibft ip=eth0:dhcp", STATIC0 "hostname=fw\n", NULL);
	plan_for_nic(&plan, &nic, &choice);
	ok(choice.v4 == &plan.ips[1] && plan.ips[1].v4 == IP4_DHCP);
	eq_str(plan.host_name, "fw");
	make_ibft("rd.iscsi.ibft ip=10.9.0.5::::word:eth1:off", STATIC0 "hostname=fw\n", NULL);
	eq_str(plan.host_name, "word");
	plan_for_nic(&plan, &nic, &choice);
	ok(choice.v4 == &plan.ips[0]);
	/* the rest by DHCP, as ip= says */
	make_ibft("rd.iscsi.ibft ip=dhcp", STATIC0, NULL);
	plan_for_nic(&plan, &nic, &choice);
	ok(choice.v4 == &plan.ips[0] && plan.ips[0].v4 == IP4_STATIC);
	nic.mac.bytes[5]++;
	plan_for_nic(&plan, &nic, &choice);
	ok(choice.v4 == &plan.ips[1]);
	/* nothing else said: others are not touched */
	make_ibft("rd.iscsi.ibft", STATIC0, NULL);
	plan_for_nic(&plan, &nic, &choice);
	eq_str(choice.why, "firmware's iBFT names another NIC");
	make_ibft("rd.iscsi.ibft ip6=off", "flags=3\n" MAC0 "dhcp=fd00::1\n", NULL);
	eq_str(note(NOTE_CHOICE), "iBFT: ip6=\"off\" turns IPv6 off");
}

static void ksdevice(void)
{
	make_ibft("ip=10.0.0.5 netmask=255.255.255.0 ksdevice=ibft", DHCP1, STATIC0);
	eq_int(plan.n_ips, 1);
	eq_str(line_of("ip.0"),
	       "ip.0 = static on 52:54:00:00:00:0a address 10.0.0.5/24 (command line)");
	make_ibft("ip=10.0.0.5 netmask=255.255.255.0 ksdevice=ibft", NULL, NULL);
	eq_str(line_of("ip.0"),
	       "ip.0 = static on all wired NICs address 10.0.0.5/24 (command line)");
	eq_str(note(NOTE_REFUSED), "ksdevice=\"ibft\": no iBFT names the NIC, any with a carrier "
				   "is taken");
}

static const char *readings(const char *words, const char *nic)
{
	static char text[1024];
	struct out out = out_to(text, sizeof(text));

	make_ibft(words, nic, NULL);
	plan_readings(&in, add_line, &out);
	return text;
}

static void how_words_were_read(void)
{
	/* another ip= stands beside it */
	eq_str(readings("ip=ibft ip=eth1:dhcp", STATIC0),
	       "ip=ibft: NICs as firmware's iBFT says\nip=eth1:dhcp: DHCPv4 on eth1\n");
	eq_str(readings("rd.iscsi.ibft=1 rd.iscsi.mp", STATIC0),
	       "rd.iscsi.ibft=1: whether NICs are configured as firmware's iBFT says\n"
	       "rd.iscsi.mp: whether all NICs of firmware's iBFT are configured\n");
	eq_str(readings("ip=ibft", NULL), "ip=ibft: firmware has no iBFT, DHCP is asked on all "
					  "wired NICs instead\n");
}

static void too_many(void)
{
	static char words[1024];
	struct out out = out_to(words, sizeof(words));

	for (unsigned int i = 0; i < PLAN_IP_MAX; i++)
		out_add(&out, "ip=eth%u:dhcp ", i);
	out_add(&out, "ip=ibft");
	make_ibft(words, STATIC0, NULL);
	eq_int(plan.n_ips, PLAN_IP_MAX);
	eq_str(note(NOTE_REFUSED),
	       "iBFT: ethernet0: there are already 16 NICs in words, left alone");
	out = out_to(words, sizeof(words));
	for (unsigned int i = 0; i < PLAN_LINKS_MAX; i++)
		out_add(&out, "vlan=vlan%u:eth0 ", i + 1);
	out_add(&out, "ip=ibft");
	make_ibft(words, "flags=3\n" MAC0 "origin=3\nvlan=77\n", NULL);
	eq_int(plan.n_links, PLAN_LINKS_MAX);
	eq_str(note(NOTE_REFUSED),
	       "iBFT: ethernet0: there are already 8 links, its VLAN is not made");
}

int main(void)
{
	RUN(what_files_come_to);
	RUN(vlan);
	RUN(nonsense_of_firmware);
	RUN(which_nics);
	RUN(which_words);
	RUN(without_a_table);
	RUN(beside_words);
	RUN(ksdevice);
	RUN(how_words_were_read);
	RUN(too_many);
	return test_end();
}
