/* SPDX-License-Identifier: GPL-2.0-or-later */
/* udev's names of NICs: rows from systemd.net-naming-scheme(7) and real machines. */
#include "test.h"

#include "core/nicname.h"

static void by_mac(void)
{
	static const char *const none[] = { "",
					    "enx",
					    "enx52540012345",
					    "enx5254001234567",
					    "enx52540012345g",
					    "eny525400123456",
					    "enx52:54:00:12",
					    "enx52540012345+" };
	struct mac_addr mac = { .len = 1 };
	char text[MAC_TEXT_MAX];

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ok(!nicname_mac(none[i], &mac) && mac.len == 1);
	ok(nicname_mac("enx5254001234fe", &mac));
	eq_str(mac_text(&mac, text), "52:54:00:12:34:fe");
	ok(nicname_mac("enx5254001234FE", &mac));
}

static void kinds(void)
{
	static const struct {
		const char *name;
		bool by_place, by_bios;
	} rows[] = {
		{ "eno1", true, false },
		{ "ens192", true, false },
		{ "enp0s31f6", true, false },
		{ "enP2p1s0", true, false },
		{ "em1", false, true },
		{ "p3p1", false, true },
		{ "p12p1_2", false, true },
		{ "eth0", false, false },
		{ "enx525400123456", false, false },
		{ "en", false, false },
		{ "eno", false, false },
		{ "ens", false, false },
		{ "enp", false, false },
		{ "p3", false, false },
		{ "ppp0", false, false },
		{ "p3px", false, false },
		{ "emu", false, false },
		{ "", false, false },
		{ "p", false, false },
		{ "e", false, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		eq_int(nicname_by_place(rows[i].name), rows[i].by_place);
		eq_int(nicname_by_bios(rows[i].name), rows[i].by_bios);
	}
}

#define BUS "/sys/devices/pci0000:00/"

static void paths(void)
{
	static const struct {
		const char *path;
		size_t len; /* of what is the PCI device */
		const char *name;
	} rows[] = {
		{ BUS "0000:00:03.0", sizeof(BUS "0000:00:03.0") - 1, "enp0s3" },
		{ BUS "0000:00:03.0/virtio1", sizeof(BUS "0000:00:03.0") - 1, "enp0s3" },
		{ BUS "0000:00:1c.4/0000:1a:00.1", sizeof(BUS "0000:00:1c.4/0000:1a:00.1") - 1,
		  "enp26s0f1" },
		{ "/sys/devices/pci0002:00/0002:00:1f.6", 36, "enP2p0s31f6" },
		{ BUS "0000:00:14.0/usb1/1-2/1-2:1.0", sizeof(BUS "0000:00:14.0") - 1,
		  "enp0s20u2" },
		{ BUS "0000:00:1c.4/0000:1a:00.0/usb3/3-1/3-1.4/3-1.4:2.1",
		  sizeof(BUS "0000:00:1c.4/0000:1a:00.0") - 1, "enp26s0u1u4c2i1" },
		{ BUS "0000:00:15.0/dwc3.1/xhci-hcd.1.auto/usb1/1-2/1-2:1.0",
		  sizeof(BUS "0000:00:15.0") - 1, "enp0s21u2" },
		{ "/sys/devices/platform/soc/usb1/1-1/1-1:1.0", 0, NULL },
		{ BUS "0000:00:14.0/usb1/1-2/1-2:1", 0, NULL },
		{ BUS "0000:00:14.0/usb1/1-2/1-2:0.0", 0, NULL },
		{ BUS "0000:00:14.0/usb1/1-2/1-:1.0", 0, NULL },
		{ BUS "0000:00:14.0/usb1/1-2/1-2.:1.0", 0, NULL },
		{ BUS "0000:00:14.0/usb1/1-2/1-200.200.200.200:1.0", 0, NULL },
		{ "1-2:1.0", 0, NULL },
		{ BUS "0000:00:03.0/virtio1/x", 0, NULL },
		{ BUS "0000:00:20.0", 0, NULL },
		{ BUS "0000:00:03.8", 0, NULL },
		{ BUS "0000:00:03", 0, NULL },
		{ "/sys/devices/vmbus/vmbus_1", 0, NULL },
		{ "virtio1", 0, NULL },
		{ "0000:00:03.0", 12, "enp0s3" },
		{ "/", 0, NULL },
		{ "", 0, NULL },
	};
	struct nic_place place;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		eq_int(nic_place_of_path(rows[i].path, &place), rows[i].len);
		eq_int(place.pci, rows[i].name != NULL);
		if (rows[i].name)
			ok(nic_place_named(&place, rows[i].name));
	}
}

static void names(void)
{
	static const struct {
		struct nic_place place;
		const char *yes[4], *no[5];
	} rows[] = {
		{ { .pci = true, .slot = 3 },
		  { "enp0s3", "enp0s3f0" },
		  { "enp0s3f1", "enp0s31", "ens0", "eno0", "eth0" } },
		{ { .pci = true, .slot = 3, .function = 1 },
		  { "enp0s3f1" },
		  { "enp0s3", "enp0s3f0" } },
		{ { .pci = true, .bus = 11, .onboard = 1, .hotplug = 192 },
		  { "eno1", "ens192", "enp11s0" },
		  { "eno12", "ens1", "ens192f1", "eno1f0" } },
		{ { .pci = true, .domain = 1, .bus = 2, .hotplug = 3 },
		  { "enP1s3", "enP1p2s0" },
		  { "ens3", "enp2s0" } },
		{ { .pci = true, .bus = 2, .dev_port = 1 },
		  { "enp2s0d1" },
		  { "enp2s0", "enp2s0d0" } },
		{ { .pci = true, .bus = 2, .onboard = 5, .port_name = "p0" },
		  { "enp2s0np0", "enp2s0", "eno5np0", "enp2s0f0np0" },
		  { "enp2s0np1", "enp2s0n" } },
		/* behind a bridge whose slot has a number */
		{ { .pci = true,
		    .bus = 2,
		    .function = 1,
		    .multifunction = true,
		    .hotplug_above = 5 },
		  { "ens5f1", "enp2s0f1" },
		  { "ens5", "ens5f0", "enp2s0" } },
		{ { .pci = true, .bus = 2, .multifunction = true, .hotplug_above = 5 },
		  { "ens5f0", "enp2s0f0" },
		  { "ens5", "enp2s0" } },
		{ { .pci = true, .bus = 2, .hotplug_above = 5 },
		  { "enp2s0" },
		  { "ens5", "ens5f0" } },
		{ { .pci = true,
		    .domain = 65536,
		    .bus = 2,
		    .multifunction = true,
		    .hotplug_above = 5 },
		  { "enP65536s5f0", "enP65536p2s0f0" },
		  { "ens5f0", "enp2s0f0" } },
		/* on USB */
		{ { .pci = true, .slot = 20, .onboard = 3, .usb = "u1u3" },
		  { "enp0s20u1u3", "enp0s20f0u1u3" },
		  { "enp0s20", "enp0s20u1", "enp0s20u1u3i1", "eno3", "eno3u1u3" } },
		{ { .pci = true, .slot = 20, .multifunction = true, .hotplug = 9, .usb = "u2" },
		  { "enp0s20f0u2", "ens9f0u2" },
		  { "enp0s20u2", "ens9u2" } },
		{ { .pci = false, .onboard = 1, .hotplug = 1 },
		  { NULL },
		  { "eno1", "ens1", "enp0s0", "" } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (int k = 0; k < 4 && rows[i].yes[k]; k++)
			ok(nic_place_named(&rows[i].place, rows[i].yes[k]));
		for (int k = 0; k < 5 && rows[i].no[k]; k++)
			ok(!nic_place_named(&rows[i].place, rows[i].no[k]));
	}
}

int main(void)
{
	RUN(by_mac);
	RUN(kinds);
	RUN(paths);
	RUN(names);
	return test_end();
}
