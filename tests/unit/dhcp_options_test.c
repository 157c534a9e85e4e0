/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/dhcp_lease: names, paths and secrets, the options of boot protocols, and hostile bytes in
 * all of them. */
#include "dhcp_rows.h"

static const char *show_broadcast(const struct lease *l)
{
	return ip(&l->broadcast);
}

static void broadcast(void)
{
	static const struct row rows[] = {
		{ "0104ffffff00 1c040a0000ff", "10.0.0.255", "" },
		{ "0104ffffff00 1c04ffffffff", "255.255.255.255", "" },
		{ "0104ffffff00 1c0408080808", "-", "option 28: not of the address's network" },
		{ "0104ffffff00 1c0400000000", "-", "" },
		{ "0104ffffff00 1c040a000032", "-", "" }, /* the address itself */
		{ "1c030a0000", "-", "option 28: wrong length" },
	};

	CHECK(rows, show_broadcast);
}

static const char *show_initiator(const struct lease *l)
{
	return l->initiator;
}

static void initiator(void)
{
	static const char text[] = "option 203: empty, too long or not printable";
	static const char name[] = "option 203: not the name of an iSCSI initiator";
	static const struct row rows[] = {
		{ "cb05 69716e2e61", "iqn.a", "" },
		{ "cb06 69716e2e6100", "iqn.a", "" },
		{ "cb05 69713b2e61", "", name }, /* ; */
		{ "cb05 69712460 61", "", name }, /* $` */
		{ "cb05 6971206e61", "", name }, /* blank */
		{ "cb05 69710a2e61", "", text },
		{ "cb05 6971002e61", "", text },
		{ "cb00", "", text },
	};

	CHECK(rows, show_initiator);
}

static const char *show_tftp(const struct lease *l)
{
	return l->tftp_server;
}

static void tftp_server(void)
{
	static const char why[] = "option 66: neither a host name nor an address";
	static const struct row rows[] = {
		{ "4204 746674 70", "tftp", "" },
		{ "4208 31302e302e302e31", "10.0.0.1", "" },
		{ "4205 66643a3a31", "fd::1", "" },
		{ "4205 74667c2070", "", why },
		{ "4205 7466246970", "", why },
		{ "4204 74660a70", "", "option 66: empty, too long or not printable" },
	};
	struct packet p = ack_with("");
	char ignored[256] = "";
	struct lease l;
	struct err err;

	CHECK(rows, show_tftp);
	/* and by the header */
	memcpy(p.bytes + 44, "a\nb", 3);
	memcpy(p.bytes + 108, "b\x1b", 2);
	ok(read_lease(&p, p.len, &l, ignored, &err));
	eq_str(show_fields(&l), "  ");
	eq_str(ignored, "option 66: the header's field for it is not printable; option 67: the "
			"header's field for it is not printable");
}

static const char *show_pxelinux(const struct lease *l)
{
	static char text[1024];

	(void)snprintf(text, sizeof(text), "%s %s %u", l->config_file, l->path_prefix, l->reboot_s);
	return text;
}

static void pxelinux(void)
{
	static const char magic[] = "option 208: not PXELINUX's value, leaving out 209 to 211";
	static const struct row rows[] = {
		{ "d102 6162 d202 632f d304 0000003c", "ab c/ 60", "" },
		{ "d004 f100747e d102 6162", "ab  0", "" },
		{ "d004 f100747f d102 6162 d202 632f d304 0000003c", "  0", magic },
		{ "d003 f10074 d102 6162", "  0", magic },
		{ "d102 610a", "  0", "option 209: empty, too long or not printable" },
		{ "d202 6100 d203 620063", "  0", "option 210: empty, too long or not printable" },
		{ "d303 00003c", "  0", "option 211: wrong length" },
	};

	CHECK(rows, show_pxelinux);
}

static const char *show_chap(const struct lease *l)
{
	static char text[1100];

	(void)snprintf(text, sizeof(text), "%s/%s/%s/%s", l->chap_user, l->chap_secret,
		       l->chap_in_user, l->chap_in_secret);
	return text;
}

static void ipxe(void)
{
	static const char why[] = "option 175: malformed";
	static const struct row rows[] = {
		{ "af0c be0175 bf0173 c00155 c10153", "u/s/U/S", "" },
		/* others of iPXE's beside them, padding, an end */
		{ "af0c 080101 00 be0175 b1020102 ff", "u///", "" },
		{ "af04 be0175 ff af03 bf0173", "u///", "" },
		{ "af03 be0275", "///", why },
		{ "af06 be0175 bf09 73", "///", why },
		{ "af01 be", "///", why },
		/* the secret is not in the message */
		{ "af07 be0175 bf020a73", "u///",
		  "option 175: sub-option 191: empty or not printable" },
		{ "af06 be0175 bf00 ff", "u///",
		  "option 175: sub-option 191: empty or not printable" },
		{ "af05 bf03 730073", "///", "option 175: sub-option 191: empty or not printable" },
		{ "af00", "///", "" },
	};

	CHECK(rows, show_chap);
}

static const char *show_siaddr(const struct lease *l)
{
	return ip(&l->siaddr);
}

/* 43 counts where 60 says that it is PXE's. */
static void pxe_boot_servers(void)
{
#define PXE "3c09505845436c69656e74 "
	static const char why[] = "option 43: malformed sub-options of PXE";
	static const struct row header_rows[] = {
		{ PXE "2b09 0807 0000 01 0a000007", "10.0.0.1", "" },
	};
	static const struct row rows[] = {
		{ PXE "2b09 0807 0000 01 0a000007", "10.0.0.7", "" },
		{ PXE "2b10 060108 080a 0000 00 8001 01 0a000007 ff", "10.0.0.7", "" },
		{ PXE "2b09 0807 0000 01 00000000", "-", "" },
		{ "2b09 0807 0000 01 0a000007", "-", "" },
		{ "3c04505845432b09 0807 0000 01 0a000007", "-", "" },
		{ "2b04 08ff0000", "-", "" }, /* another vendor's */
		{ PXE "2b05 08ff000001", "-", why },
		{ PXE "2b09 0807 0000 02 0a000007", "-", why },
		{ PXE "2b01 08", "-", why },
		{ PXE "2b03 080100", "-", why },
		{ PXE "2b03 060108", "-", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct packet p = ack_with(rows[i].options);
		char ignored[256] = "";
		struct lease l;
		struct err err;

		memset(p.bytes + 20, 0, 4);
		ok(read_lease(&p, p.len, &l, ignored, &err));
		eq_str(ip(&l.siaddr), rows[i].want);
		eq_str(ignored, rows[i].ignored);
	}
	/* the header's wins */
	CHECK(header_rows, show_siaddr);
}

static const char *show_domain(const struct lease *l)
{
	return l->domain;
}

static void domain(void)
{
	static const char why[] = "option 15: not a domain name";
	static const struct row rows[] = {
		{ "0f07 6c61622e6c616e", "lab.lan", "" },
		{ "0f05 5f6d736463", "_msdc", "" },
		{ "0f05 6c61622461", "", why },
		{ "0f05 6c61620a61", "", why },
		{ "0f05 6c61620061", "", why },
		{ "0f05 6c61622061", "", why },
		{ "0f00", "", why },
	};

	CHECK(rows, show_domain);
}

/* 255 bytes of every value, in every option that is read: nothing of it is in the lease but paths,
 * and the lease is one all the same. */
static void hostile_in_every_option(void)
{
	static const uint8_t codes[] = { 3,  6,	 12,  15,  17,	26,  28,  33,  42,  43,	 58, 59,
					 66, 67, 119, 121, 175, 203, 208, 209, 210, 211, 249 };
	static const char hostile[] = "$(reboot);`id`|\n'\"\\ &";

	for (size_t i = 0; i < sizeof(codes); i++)
		for (int fill = 0; fill < 256; fill++) {
			struct packet p = ack_with("3c09505845436c69656e74");
			struct lease l;
			char ignored[256] = "";
			struct err err;

			p.len--;
			p.bytes[p.len++] = codes[i];
			p.bytes[p.len++] = 255;
			memset(p.bytes + p.len, fill, 255);
			memcpy(p.bytes + p.len, hostile, sizeof(hostile) - 1);
			p.len += 255;
			add_hex(&p, "ff");
			ok(read_lease(&p, p.len, &l, ignored, &err));
			eq_str(ip(&l.address), "10.0.0.50");
			/* what happens to be sub-options that we do not read is none of our
			 * business */
			ok(ignored[0] || codes[i] == DHCP_OPT_VENDOR || codes[i] == DHCP_OPT_IPXE);
			eq_str(show_fields(&l), "  ");
			eq_str(show_chap(&l), "///");
			eq_str(show_pxelinux(&l), "  0");
			ok(!l.host_name[0] && !l.domain[0] && !l.search[0] && !l.initiator[0]);
			ok(!l.mtu && text_is_printable(span_of(ignored)));
		}
}

int main(void)
{
	RUN(broadcast);
	RUN(domain);
	RUN(initiator);
	RUN(tftp_server);
	RUN(pxelinux);
	RUN(ipxe);
	RUN(pxe_boot_servers);
	RUN(hostile_in_every_option);
	return test_end();
}
