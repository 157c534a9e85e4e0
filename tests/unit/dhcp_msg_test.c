/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/dhcp_msg: header, getters, the messages that are built. */
#include "core/dhcp_msg.h"

#include "dhcp_packets.h"
#include "test.h"

static void header(void)
{
	static const struct {
		size_t at;
		uint8_t byte;
		const char *why;
	} rows[] = {
		{ 0, 1, "not a reply" },
		{ 0, 0, "not a reply" },
		{ 2, 17, "hardware address longer than its field" },
		{ 2, 5, "hardware address of the wrong length" },
		{ 236, 0x62, "without the DHCP cookie" },
		{ 239, 0x64, "without the DHCP cookie" },
		{ 242, 6, "neither an OFFER nor an ACK (message type 6)" },
		{ 241, 0, "option 5 runs past the end of the options field" },
		{ 240, 60, "neither an OFFER nor an ACK (message type 0)" },
		{ 16, 0, "0.0.0.50 is not an address a host can have" },
		{ 16, 127, "127.0.0.50 is not an address a host can have" },
		{ 16, 224, "224.0.0.50 is not an address a host can have" },
		{ 16, 255, "255.0.0.50 is not an address a host can have" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct packet p = ack_with("");
		struct lease l = { .mtu = 4711 };
		struct err err = { 0 };

		p.bytes[rows[i].at] = rows[i].byte;
		ok(!dhcp_lease_from_message(p.bytes, p.len, &l, &err));
		eq_str(err.text, rows[i].why);
		eq_int(l.mtu, 4711);
	}
}

static void too_long(void)
{
	struct packet p = ack_with("");
	struct lease l;
	struct err err;

	ok(dhcp_lease_from_message(p.bytes, DHCP_MESSAGE_MAX, &l, &err));
	ok(!dhcp_lease_from_message(p.bytes, DHCP_MESSAGE_MAX + 1, &l, &err));
	eq_str(err.text, "longer than the size asked for");
}

static void absent_and_malformed(void)
{
	struct packet p = ack_with("1a0105");
	struct dhcp_msg msg;
	struct err err;
	uint16_t v = 4711;
	char text[4] = "old";

	ok(dhcp_msg_header(p.bytes, p.len, &msg, &err) && dhcp_msg_options(&msg, &err));
	eq_int(dhcp_msg_get_u16(&msg, DHCP_OPT_MAX_SIZE, &v), DHCP_ABSENT);
	eq_int(dhcp_msg_get_u16(&msg, DHCP_OPT_MTU, &v), DHCP_MALFORMED);
	eq_int(v, 4711);
	eq_int(dhcp_msg_get_text(&msg, DHCP_OPT_ROOT_PATH, text, sizeof(text)), DHCP_ABSENT);
	eq_int(dhcp_msg_get_text(&msg, DHCP_OPT_MTU, text, sizeof(text)), DHCP_MALFORMED);
	eq_str(text, "old");
	eq_int(dhcp_msg_get(&msg, DHCP_OPT_PAD, &(struct dhcp_value){ 0 }), DHCP_ABSENT);
}

/* The whole DISCOVER, by hand. */
static void discover(void)
{
	struct packet want = from_hex(
		"01010600 cafe0123 00010000 00000000 00000000 00000000 00000000"
		"525400123456");
	const struct dhcp_send send = { .type = DHCP_TYPE_DISCOVER,
					.xid = 0xcafe0123,
					.secs = 1,
					.mac = { 6, { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } },
					.host_name = "n1",
					.vendor_class = "netroot",
					.arch = -1 };
	uint8_t got[DHCP_MESSAGE_MAX];
	const size_t n = 300;

	want.len = 236;
	add_hex(&want, "63825363 350101 3d0701525400123456 390205c0 3c076e6574726f6f74 0c026e31"
		       "371b0179f90311060c0f1a1c212a2b3c33363a3b424377afcbd0d1d2d3 ff");
	memset(got, 0xee, sizeof(got));
	eq_int(dhcp_msg_build(&send, got, sizeof(got)), n);
	ok(!memcmp(got, want.bytes, n));
}

static void request(void)
{
	struct dhcp_send send = { .type = DHCP_TYPE_REQUEST,
				  .mac = { 6, { 2 } },
				  .host_name = "",
				  .vendor_class = "netroot",
				  .arch = -1 };
	static const uint8_t options[] = { 50, 4, 10, 0, 0, 50, 54, 4, 10, 0, 0, 1, 57, 2 };
	uint8_t got[DHCP_MESSAGE_MAX];

	send.requested = ip4_from_he(0x0a000032);
	send.server_id = ip4_from_he(0x0a000001);
	ok(dhcp_msg_build(&send, got, sizeof(got)) >= 300);
	eq_int(got[242], 3);
	ok(!memcmp(got + 252, options, sizeof(options)));
	ok(!memcmp(got + 12, "\0\0\0\0", 4));
	/* renewing */
	send.requested = send.server_id = (struct ip_addr){ 0 };
	send.ciaddr = ip4_from_he(0x0a000032);
	ok(dhcp_msg_build(&send, got, sizeof(got)) >= 300);
	ok(!memcmp(got + 12, "\x0a\0\0\x32", 4));
	eq_int(got[252], 57);
}

static void build_sizes(void)
{
	char name[256];
	struct dhcp_send send = { .type = DHCP_TYPE_DISCOVER,
				  .mac = { 6, { 2 } },
				  .host_name = "",
				  .vendor_class = "",
				  .arch = -1 };
	uint8_t got[DHCP_MESSAGE_MAX];

	/* BOOTP's minimum, then all that can be asked for */
	eq_int(dhcp_msg_build(&send, got, sizeof(got)), 300);
	eq_int(dhcp_msg_build(&send, got, 300), 300);
	eq_int(dhcp_msg_build(&send, got, 299), 0);
	memset(name, 'a', 255);
	name[255] = '\0';
	send.host_name = send.vendor_class = name;
	eq_int(dhcp_msg_build(&send, got, sizeof(got)), 240 + 3 + 9 + 4 + 257 + 257 + 29 + 1);
}

/* All that firmware says of the machine. */
static void machine(void)
{
	static const uint8_t id[] = { 0, 0xaa, 0xbb }, uuid[16] = { 0x11, [15] = 0x22 };
	static const struct dhcp_send send = { .type = DHCP_TYPE_DISCOVER,
					       .mac = { 6, { 2 } },
					       .host_name = "",
					       .vendor_class = "PXEClient",
					       .user_class = "iPXE",
					       .client_id = id,
					       .len_client_id = 3,
					       .arch = 7,
					       .uuid = uuid,
					       .rapid_commit = true };
	struct packet want = { 0 };
	uint8_t got[DHCP_MESSAGE_MAX];

	add_hex(&want,
		"350101 3d0300aabb 390205c0 3c09505845436c69656e74 4d0469505845 5d020007 5e0301"
		"0310 611100 11000000000000000000000000000022 5000 371b");
	ok(dhcp_msg_build(&send, got, sizeof(got)) >= 300);
	ok(!memcmp(got + 240, want.bytes, want.len));
}

/* RFC 2131 table 5: type, client identifier, 50 and 54, nothing else. */
static void decline(void)
{
	struct dhcp_send send = { .type = DHCP_TYPE_DECLINE,
				  .mac = { 6, { 2 } },
				  .host_name = "n1",
				  .vendor_class = "netroot",
				  .user_class = "x",
				  .rapid_commit = true };
	struct packet want = { 0 };
	uint8_t got[DHCP_MESSAGE_MAX];

	send.requested = ip4_from_he(0x0a000032);
	send.server_id = ip4_from_he(0x0a000001);
	add_hex(&want, "350104 3d0701020000000000 32040a000032 36040a000001 ff 00000000");
	eq_int(dhcp_msg_build(&send, got, sizeof(got)), 300);
	ok(!memcmp(got + 240, want.bytes, want.len));
}

/* As iPXE and OVMF of a machine with this UUID sent it. */
static void uuid_of_firmware(void)
{
	static const uint8_t sent[] = { 0x72, 0x74, 0x65, 0x6e, 0x6f, 0x6f, 0x00, 0x40,
					0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01 };
	uint8_t uuid[16] = { 7 };

	ok(dhcp_uuid("6e657472-6f6f-4000-8000-000000000001", uuid));
	ok(!memcmp(uuid, sent, sizeof(sent)));
	ok(!dhcp_uuid("", uuid));
	ok(!dhcp_uuid("6e657472-6f6f-4000-8000-00000000000", uuid));
	ok(!dhcp_uuid("6e657472-6f6f-4000-8000-00000000000g", uuid));
	ok(!dhcp_uuid("6e65747206f6f-4000-8000-000000000001", uuid));
	ok(!memcmp(uuid, sent, sizeof(sent)));
}

int main(void)
{
	RUN(uuid_of_firmware);
	RUN(header);
	RUN(too_long);
	RUN(absent_and_malformed);
	RUN(discover);
	RUN(request);
	RUN(build_sizes);
	RUN(machine);
	RUN(decline);
	return test_end();
}
