/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts of a lease: names by their grammar, paths as far as they are printable, secrets never
 * repeated in a message. */
#include "core/dhcp_lease.h"

#include <stdio.h>
#include <string.h>

#include "core/dnsname.h"

#define PXELINUX_MAGIC 0xf100747eu

static void read_name(struct reading *in, uint8_t code, char dst[static LEASE_NAME_MAX],
		      bool underscore, const char *why)
{
	char text[LEASE_NAME_MAX];
	enum dhcp_found found = dhcp_msg_get_text(in->msg, code, text, sizeof(text));
	struct span s;

	if (found == DHCP_ABSENT)
		return;
	if (found == DHCP_FOUND) {
		s = span_of(text);
		if (s.len > 1 && s.p[s.len - 1] == '.')
			s.len--;
		if (dns_name_valid(s, underscore) && text_copy(dst, LEASE_NAME_MAX, s))
			return;
	}
	dhcp_lease_ignore(in, code, why);
}

static void read_text(struct reading *in, uint8_t code, char *dst, size_t size)
{
	if (dhcp_msg_get_text(in->msg, code, dst, size) == DHCP_MALFORMED)
		dhcp_lease_ignore(in, code, "empty, too long or not printable");
}

/* The BOOTP field stands in for the option. */
static void read_text_or_field(struct reading *in, uint8_t code, struct span field,
			       char dst[static LEASE_NAME_MAX])
{
	read_text(in, code, dst, LEASE_NAME_MAX);
	if (dst[0] || !field.len)
		return;
	if (!text_is_printable(field) || !text_copy(dst, LEASE_NAME_MAX, field))
		dhcp_lease_ignore(in, code, "the header's field for it is not printable");
}

/* A name or an address, to whoever asks for it. */
static void read_tftp_server(struct reading *in)
{
	char *dst = in->lease->tftp_server;
	struct ip_addr ip;

	read_text_or_field(in, DHCP_OPT_TFTP_SERVER, in->msg->sname, dst);
	if (!dst[0] || dns_name_valid(span_of(dst), true) || ip_parse(span_of(dst), &ip))
		return;
	dst[0] = '\0';
	dhcp_lease_ignore(in, DHCP_OPT_TFTP_SERVER, "neither a host name nor an address");
}

/* RFC 3720 3.2.6: letters, digits, '-', '.' and ':'; '_', '/' and others are met in the field. What
 * no target has in its name, and a shell or a list would stumble over, is none. */
static void read_initiator(struct reading *in)
{
	char *dst = in->lease->initiator;

	read_text(in, DHCP_OPT_INITIATOR, dst, LEASE_NAME_MAX);
	if (!dst[strcspn(dst, " ;&|<>(){}[]$`'\"\\*?!#~,")])
		return;
	dst[0] = '\0';
	dhcp_lease_ignore(in, DHCP_OPT_INITIATOR, "not the name of an iSCSI initiator");
}

/*
 * One name of option 119 (RFC 1035 4.1.4). *at moves past what stands there. A pointer leads to
 * where something stood before the present run of labels, so that every jump goes further back and
 * the walk ends.
 */
static bool read_search_name(const struct dhcp_value *v, size_t *at, struct out *name)
{
	size_t run = *at, p = *at;
	bool jumped = false;

	for (;;) {
		uint8_t b;

		if (p >= v->len)
			return false;
		b = v->bytes[p++];
		if ((b & 0xc0) == 0xc0) {
			size_t target;

			if (p >= v->len)
				return false;
			target = (size_t)(b & 0x3f) << 8 | v->bytes[p++];
			if (!jumped)
				*at = p;
			jumped = true;
			if (target >= run)
				return false;
			run = p = target;
			continue;
		}
		if (b > DNS_LABEL_MAX || b > v->len - p)
			return false;
		if (!b)
			break;
		if (!dns_label_valid((struct span){ (const char *)v->bytes + p, b }, true))
			return false;
		out_add(name, "%s%.*s", name->len ? "." : "", b, (const char *)v->bytes + p);
		if (name->cut)
			return false;
		p += b;
	}
	if (!jumped)
		*at = p;
	return name->len && name->len < DNS_NAME_TEXT_MAX;
}

static void read_search(struct reading *in)
{
	struct dhcp_value v;
	char all[LEASE_NAME_MAX];
	struct out out = out_to(all, sizeof(all));
	size_t at = 0;

	if (dhcp_msg_get(in->msg, DHCP_OPT_SEARCH, &v) != DHCP_FOUND)
		return;
	while (at < v.len) {
		char text[LEASE_NAME_MAX];
		struct out name = out_to(text, sizeof(text));

		if (!read_search_name(&v, &at, &name)) {
			dhcp_lease_ignore(in, DHCP_OPT_SEARCH, "malformed");
			return;
		}
		if (out.len + 1 + name.len >= out.size) {
			dhcp_lease_ignore(in, DHCP_OPT_SEARCH,
					  "longer than there is room for, cut");
			break;
		}
		out_add(&out, "%s%s", out.len ? " " : "", text);
	}
	memcpy(in->lease->search, all, out.len + 1);
}

/* src/include/ipxe/dhcp.h of iPXE: "username", "password", "reverse-username", "reverse-password".
 */
enum ipxe_option { IPXE_USER = 190, IPXE_SECRET, IPXE_IN_USER, IPXE_IN_SECRET };

static char *ipxe_field(struct lease *l, uint8_t code)
{
	switch (code) {
	case IPXE_USER:
		return l->chap_user;
	case IPXE_SECRET:
		return l->chap_secret;
	case IPXE_IN_USER:
		return l->chap_in_user;
	case IPXE_IN_SECRET:
		return l->chap_in_secret;
	}
	return NULL;
}

/* What is wrong is named by its number: the value may be a secret. */
static void take_ipxe(struct reading *in, uint8_t code, struct span value)
{
	char *dst = ipxe_field(in->lease, code), why[48];

	while (value.len && !value.p[value.len - 1])
		value.len--;
	if (!dst ||
	    (value.len && text_is_printable(value) && text_copy(dst, LEASE_NAME_MAX, value)))
		return;
	(void)snprintf(why, sizeof(why), "sub-option %u: empty or not printable", code);
	dhcp_lease_ignore(in, DHCP_OPT_IPXE, why);
}

/* The next sub-option; false at the end, with r->bad where that is inside of one. */
static bool next_ipxe(struct reader *r, uint8_t *ret_code, struct span *ret_value)
{
	const uint8_t *p;
	uint8_t len;

	do {
		if (!reader_left(r))
			return false;
		*ret_code = read_u8(r);
	} while (*ret_code == DHCP_OPT_PAD);
	if (*ret_code == DHCP_OPT_END)
		return false;
	len = read_u8(r);
	p = read_bytes(r, len);
	*ret_value = (struct span){ (const char *)p, len };
	return p != NULL;
}

static void read_ipxe(struct reading *in)
{
	struct dhcp_value v;
	struct reader all, r;
	struct span value;
	uint8_t code;

	if (dhcp_msg_get(in->msg, DHCP_OPT_IPXE, &v) != DHCP_FOUND)
		return;
	/* all of it is read before any of it counts */
	r = all = reader_of(v.bytes, v.len);
	while (next_ipxe(&all, &code, &value))
		;
	if (all.bad) {
		dhcp_lease_ignore(in, DHCP_OPT_IPXE, "malformed");
		return;
	}
	while (next_ipxe(&r, &code, &value))
		take_ipxe(in, code, value);
}

/* RFC 5071 3: 208 says that 209 to 211 are meant as PXELINUX means them; it need not be there, but
 * where it is and is something else, so are they. */
static void read_pxelinux(struct reading *in)
{
	struct lease *l = in->lease;
	uint32_t magic = PXELINUX_MAGIC;

	if (dhcp_msg_get_u32(in->msg, DHCP_OPT_PXELINUX_MAGIC, &magic) == DHCP_MALFORMED ||
	    magic != PXELINUX_MAGIC) {
		dhcp_lease_ignore(in, DHCP_OPT_PXELINUX_MAGIC,
				  "not PXELINUX's value, leaving out 209 to 211");
		return;
	}
	read_text(in, DHCP_OPT_CONFIG_FILE, l->config_file, sizeof(l->config_file));
	read_text(in, DHCP_OPT_PATH_PREFIX, l->path_prefix, sizeof(l->path_prefix));
	if (dhcp_msg_get_u32(in->msg, DHCP_OPT_REBOOT_TIME, &l->reboot_s) == DHCP_MALFORMED)
		dhcp_lease_ignore(in, DHCP_OPT_REBOOT_TIME, "wrong length");
}

void dhcp_lease_texts(struct reading *in)
{
	struct lease *l = in->lease;

	read_name(in, DHCP_OPT_HOST_NAME, l->host_name, false, "not a host name");
	read_name(in, DHCP_OPT_DOMAIN, l->domain, true, "not a domain name");
	read_search(in);
	read_text(in, DHCP_OPT_ROOT_PATH, l->root_path, sizeof(l->root_path));
	read_initiator(in);
	read_tftp_server(in);
	read_text_or_field(in, DHCP_OPT_BOOT_FILE, in->msg->file, l->boot_file);
	read_ipxe(in);
	read_pxelinux(in);
}
