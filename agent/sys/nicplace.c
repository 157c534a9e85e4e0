/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a NIC sits: the files of /sys/class/net and /sys/bus/pci that udev reads for its names. */
#include "sys/nicplace.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "sys/mount.h"

#define SLOTS_DIR "/sys/bus/pci/slots"
#define ONBOARD_MAX 16383 /* udev takes larger ones for nonsense of the firmware */
#define TEXT_MAX 64
#define HEADER_TYPE 14
#define MULTIFUNCTION 0x80

/* Its first line, "" where there is none. */
static const char *attribute(const char *dir, const char *name, char dst[static TEXT_MAX])
{
	char path[PATH_MAX];
	struct out out = out_to(path, sizeof(path));

	dst[0] = '\0';
	out_add(&out, "%s/%s", dir, name);
	if (out.cut || file_read(path, dst, TEXT_MAX) < 0)
		dst[0] = '\0';
	dst[strcspn(dst, "\n")] = '\0';
	return dst;
}

static uint32_t number(const char *dir, const char *name, uint32_t max)
{
	char text[TEXT_MAX];
	uint64_t v;

	return parse_uint(span_of(attribute(dir, name, text)), 10, 0, max, &v) ? (uint32_t)v : 0;
}

/* A slot's address has no function: "0000:02:00". */
static uint32_t slot_of(const char *pci_address)
{
	char dir[PATH_MAX], text[TEXT_MAX];
	uint32_t ret = 0;
	uint64_t v;
	DIR *slots = opendir(SLOTS_DIR);

	for (struct dirent *e; slots && !ret && (e = readdir(slots));) {
		struct out out = out_to(dir, sizeof(dir));
		size_t len;

		if (!parse_uint(span_of(e->d_name), 10, 1, UINT32_MAX, &v))
			continue;
		out_add(&out, SLOTS_DIR "/%s", e->d_name);
		len = strlen(attribute(dir, "address", text));
		if (len && !strncmp(pci_address, text, len) && pci_address[len] == '.')
			ret = (uint32_t)v;
	}
	if (slots)
		(void)closedir(slots); /* only read */
	return ret;
}

/* Of a configuration space that is shown, its header type (PCI 3.0 6.2.1) has the bit for it. */
static bool has_other_functions(const char *dir)
{
	char path[PATH_MAX], head[HEADER_TYPE + 2];
	struct out out = out_to(path, sizeof(path));

	out_add(&out, "%s/config", dir);
	return !out.cut && file_read(path, head, sizeof(head)) > HEADER_TYPE &&
	       (uint8_t)head[HEADER_TYPE] & MULTIFUNCTION;
}

/* From a device upwards; dir becomes shorter. */
static uint32_t slot_above(char *dir)
{
	struct nic_place bridge;
	uint32_t ret = 0;

	for (char *end = strrchr(dir, '/'); end && !ret; end = strrchr(dir, '/')) {
		*end = '\0';
		(void)nic_place_of_path(dir, &bridge);
		if (!bridge.pci)
			break;
		ret = slot_of(strrchr(dir, '/') + 1);
	}
	return ret;
}

void nic_place_read(const char *ifname, struct nic_place *ret)
{
	char class_dir[PATH_MAX], link[PATH_MAX], dir[PATH_MAX], text[TEXT_MAX];
	struct out out = out_to(class_dir, sizeof(class_dir));
	struct out out_link = out_to(link, sizeof(link));
	size_t len;

	out_add(&out, "/sys/class/net/%s", ifname);
	out_add(&out_link, "%s/device", class_dir);
	*ret = (struct nic_place){ .pci = false };
	if (out_link.cut || !realpath(link, dir))
		return;
	len = nic_place_of_path(dir, ret);
	if (!ret->pci)
		return;
	dir[len] = '\0';
	ret->onboard = number(dir, "acpi_index", ONBOARD_MAX);
	if (!ret->onboard)
		ret->onboard = number(dir, "index", ONBOARD_MAX);
	ret->hotplug = slot_of(strrchr(dir, '/') + 1);
	ret->multifunction = has_other_functions(dir);
	if (!ret->hotplug && ret->multifunction)
		ret->hotplug_above = slot_above(dir);
	ret->dev_port = number(class_dir, "dev_port", UINT16_MAX);
	(void)text_copy(ret->port_name, sizeof(ret->port_name),
			span_of(attribute(class_dir, "phys_port_name", text))); /* else none */
}

bool nic_named(const char *ifname, int *ret_ifindex, struct mac_addr *ret_mac)
{
	char dir[PATH_MAX], text[TEXT_MAX];
	struct out out = out_to(dir, sizeof(dir));
	uint32_t ifindex;

	out_add(&out, "/sys/class/net/%s", ifname);
	ifindex = number(dir, "ifindex", INT_MAX);
	if (!ifindex || !mac_parse(span_of(attribute(dir, "address", text)), ret_mac))
		return false;
	*ret_ifindex = (int)ifindex;
	return true;
}
