/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel uevents as they come from the socket. */
#include "test.h"

#include "core/uevent_msg.h"

#define PARSE(text, ret) uevent_parse(text, sizeof(text), ret)

/* In the kernel's order of keys: a virtio disk, and a driver bound to a virtio NIC. */
static const char disk[] = "add@/devices/pci0000:00/0000:00:04.0/virtio1/block/vda\0"
			   "ACTION=add\0"
			   "DEVPATH=/devices/pci0000:00/0000:00:04.0/virtio1/block/vda\0"
			   "SUBSYSTEM=block\0MAJOR=254\0MINOR=0\0DEVNAME=vda\0DEVTYPE=disk\0"
			   "DISKSEQ=10\0SEQNUM=1234";
static const char bus[] = "bind@/devices/pci0000:00/0000:00:03.0\0"
			  "ACTION=bind\0DEVPATH=/devices/pci0000:00/0000:00:03.0\0"
			  "SUBSYSTEM=pci\0DRIVER=virtio-pci\0PCI_CLASS=20000\0"
			  "MODALIAS=pci:v00001AF4d00001000sv00001AF4sd00000001bc02sc00i00\0"
			  "SEQNUM=900";

static void test_real(void)
{
	struct uevent ev;

	ok(PARSE(disk, &ev));
	eq_str(ev.action, "add");
	eq_str(ev.devpath, "/devices/pci0000:00/0000:00:04.0/virtio1/block/vda");
	eq_str(ev.subsystem, "block");
	eq_str(ev.devtype, "disk");
	eq_str(ev.devname, "vda");
	eq_str(ev.modalias, "");
	eq_str(ev.driver, "");
	ok(PARSE(bus, &ev));
	eq_str(ev.action, "bind");
	eq_str(ev.driver, "virtio-pci");
	eq_str(ev.modalias, "pci:v00001AF4d00001000sv00001AF4sd00000001bc02sc00i00");
	eq_str(ev.devname, "");
}

/* Keys are compared whole, and the kernel's own, which come first, win. */
static void test_keys(void)
{
	struct uevent ev;

	ok(PARSE("add@/a\0ACTION=add\0DEVPATH=/a\0XDRIVER=x\0DRIVERS=y\0DRIVER\0DEVNAME=1\0"
		 "DEVNAME=2\0SUBSYSTEM=",
		 &ev));
	eq_str(ev.driver, "");
	eq_str(ev.devname, "1");
	eq_str(ev.subsystem, "");
}

static void test_refused(void)
{
	struct uevent ev = { .action = "untouched" };

	ok(!uevent_parse("", 0, &ev));
	ok(!PARSE("", &ev));
	ok(!PARSE("libudev\0ACTION=add\0DEVPATH=/a", &ev));
	ok(!uevent_parse(disk, sizeof(disk) - 1, &ev)); /* no terminator at the end */
	ok(!PARSE("add@/a", &ev));
	ok(!PARSE("add@/a\0ACTION=add", &ev));
	ok(!PARSE("add@/a\0DEVPATH=/a", &ev));
	ok(!PARSE("add@/a\0ACTION=add\0DEVPATH=a", &ev));
	ok(!PARSE("add@/a\0ACTION=\0DEVPATH=/a", &ev));
	ok(!PARSE("add@/a\0ACTION=add\0DEVPATH=/../etc", &ev));
	ok(!PARSE("add@/a\0ACTION=add\0DEVPATH=/devices/..", &ev));
	ok(!PARSE("add@/a\0ACTION=add\0DEVPATH=/a\0DEVNAME=../sda", &ev));
	eq_str(ev.action, "untouched");
	ok(PARSE("add@/a\0ACTION=add\0DEVPATH=/devices/..x", &ev));
}

static void test_empty_lines(void)
{
	struct uevent ev;

	ok(PARSE("change@/a\0\0\0ACTION=change\0\0DEVPATH=/a\0", &ev));
	eq_str(ev.action, "change");
	eq_str(ev.devpath, "/a");
}

int main(void)
{
	RUN(test_real);
	RUN(test_keys);
	RUN(test_refused);
	RUN(test_empty_lines);
	return test_end();
}
