/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which names udev would give to a NIC. */
#include "core/nicname.h"

#include <string.h>

#define NAME_MAX_LEN 64
#define MAC_DIGITS 12

bool nicname_mac(const char *name, struct mac_addr *ret)
{
	struct span digits = span_of(name);
	struct mac_addr mac = { .len = MAC_DIGITS / 2 };
	uint64_t byte;

	if (!span_starts(digits, "enx") || digits.len != 3 + MAC_DIGITS)
		return false;
	for (uint8_t i = 0; i < mac.len; i++) {
		struct span two = { digits.p + 3 + 2 * i, 2 };

		if (!parse_uint(two, 16, 0, 255, &byte))
			return false;
		mac.bytes[i] = (uint8_t)byte;
	}
	*ret = mac;
	return true;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

bool nicname_by_place(const char *name)
{
	return !strncmp(name, "en", 2) && name[2] && strchr("ospP", name[2]) && digit(name[3]);
}

bool nicname_by_bios(const char *name)
{
	if (!strncmp(name, "em", 2))
		return digit(name[2]);
	if (name[0] != 'p' || !digit(name[1]))
		return false;
	name += 1 + strspn(name + 1, "0123456789");
	return name[0] == 'p' && digit(name[1]);
}

/* "0000:00:03.0" */
static bool pci_address(struct span s, struct nic_place *ret)
{
	struct span domain = span_cut(&s, ':'), bus = span_cut(&s, ':'), slot = span_cut(&s, '.');
	uint64_t d, b, n, f;

	if (!parse_uint(domain, 16, 0, UINT32_MAX, &d) || !parse_uint(bus, 16, 0, 255, &b) ||
	    !parse_uint(slot, 16, 0, 31, &n) || !parse_uint(s, 16, 0, 7, &f))
		return false;
	*ret = (struct nic_place){ .pci = true,
				   .domain = (uint32_t)d,
				   .bus = (uint8_t)b,
				   .slot = (uint8_t)n,
				   .function = (uint8_t)f };
	return true;
}

/* "1-2.3:1.0" of bus 1: ports, configuration, interface. */
static bool usb_interface(struct span s, char ret[static NICNAME_USB_MAX])
{
	struct span bus = span_cut(&s, '-'), ports = span_cut(&s, ':'), config = span_cut(&s, '.');
	struct out out = out_to(ret, NICNAME_USB_MAX);
	uint64_t port, c, i;

	if (!parse_uint(bus, 10, 1, UINT16_MAX, &port) || !parse_uint(config, 10, 1, 255, &c) ||
	    !parse_uint(s, 10, 0, 255, &i))
		return false;
	do {
		if (!parse_uint(span_cut(&ports, '.'), 10, 1, 255, &port))
			return false;
		out_add(&out, "u%u", (unsigned int)port);
	} while (ports.p);
	if (c != 1)
		out_add(&out, "c%u", (unsigned int)c);
	if (i)
		out_add(&out, "i%u", (unsigned int)i);
	return !out.cut;
}

/* The last part of the path, which becomes shorter by it. */
static struct span cut_last(struct span *path)
{
	size_t at = path->len;
	struct span last;

	while (at && path->p[at - 1] != '/')
		at--;
	last = span_skip(*path, at);
	path->len = at ? at - 1 : 0;
	return last;
}

size_t nic_place_of_path(const char *path, struct nic_place *ret)
{
	char usb[NICNAME_USB_MAX] = "";
	struct span rest = span_of(path);
	size_t len = rest.len;
	struct span last = cut_last(&rest);

	*ret = (struct nic_place){ .pci = false };
	if (span_starts(last, "virtio")) {
		len = rest.len;
		last = cut_last(&rest);
	} else if (usb_interface(last, usb)) {
		/* hubs, the root hub, perhaps something of the platform */
		while (rest.len && !pci_address(last, ret)) {
			len = rest.len;
			last = cut_last(&rest);
		}
	}
	if (!pci_address(last, ret))
		return 0;
	memcpy(ret->usb, usb, sizeof(ret->usb));
	return len;
}

/* With the function or, where it is the first and may be the only one, without. */
static bool fits(const char *base, const struct nic_place *place, bool functions, const char *name)
{
	char text[NAME_MAX_LEN];

	for (int f = 0; f <= (functions ? 1 : 0); f++) {
		struct out out = out_to(text, sizeof(text)), port;

		if (functions && !f && (place->function || place->multifunction))
			continue;
		out_add(&out, "%s", base);
		if (f)
			out_add(&out, "f%u", place->function);
		port = out;
		if (place->dev_port && !place->port_name[0])
			out_add(&out, "d%u", place->dev_port);
		out_add(&out, "%s", place->usb);
		if (!strcmp(text, name))
			return true;
		if (!place->port_name[0])
			continue;
		out_add(&port, "n%s%s", place->port_name, place->usb);
		if (!strcmp(text, name))
			return true;
	}
	return false;
}

/* A bridge's slot is that of all behind it: its number names them where the functions of a device
 * tell them apart. */
static uint32_t slot_of(const struct nic_place *place)
{
	if (place->hotplug)
		return place->hotplug;
	return place->multifunction ? place->hotplug_above : 0;
}

bool nic_place_named(const struct nic_place *place, const char *name)
{
	char base[NAME_MAX_LEN], domain[NAME_MAX_LEN];
	struct out out = out_to(domain, sizeof(domain));

	if (!place->pci)
		return false;
	if (place->domain)
		out_add(&out, "P%u", place->domain);
	out = out_to(base, sizeof(base));
	out_add(&out, "eno%u", place->onboard);
	if (place->onboard && !place->usb[0] && fits(base, place, false, name))
		return true;
	out = out_to(base, sizeof(base));
	out_add(&out, "en%ss%u", domain, slot_of(place));
	if (slot_of(place) && fits(base, place, true, name))
		return true;
	out = out_to(base, sizeof(base));
	out_add(&out, "en%sp%us%u", domain, place->bus, place->slot);
	return fits(base, place, true, name);
}
