/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Targets of firmware's iBFT: the kernel's texts, the table's bytes, and the roots of the plan. */
#include "plan_test.h"

#include "core/bytes.h"
#include "core/ibft.h"

#define NIC0 "flags=3\nmac=52:54:00:00:00:0a\nip-addr=10.0.0.5\nprefix-len=24\norigin=1\n"
#define NIC1 "flags=1\nmac=52:54:00:00:00:0b\norigin=3\n"
#define TARGET0                                                                          \
	"flags=3\nip-addr=10.0.0.1\nport=3260\nlun=01000000\nchap-type=0\nnic-assoc=0\n" \
	"target-name=" IQN "\n"
#define TARGET1                                                                          \
	"flags=1\nip-addr=10.1.0.1\nport=3261\nlun=00000000\nchap-type=0\nnic-assoc=1\n" \
	"target-name=iqn.2026-01.lab:d1\n"

static struct ibft ibft;

static struct span text_of(const char *lines, const char *file)
{
	struct span rest = span_of(lines), text, name;

	while (rest.p) {
		text = span_cut(&rest, '\n');
		name = span_cut(&text, '=');
		if (span_eq(name, file))
			return text;
	}
	return (struct span){ NULL, 0 };
}

static void add_target(const char *lines)
{
	struct ibft_target *t = &ibft.targets[ibft.n_targets];

	*t = (struct ibft_target){ .index = ibft.n_targets++ };
	for (size_t i = 0; ibft_target_file(i); i++)
		if (text_of(lines, ibft_target_file(i)).p)
			ibft_target_take(t, i, text_of(lines, ibft_target_file(i)));
}

static void add_nic(const char *lines)
{
	struct ibft_nic *nic = &ibft.nics[ibft.n_nics];

	*nic = (struct ibft_nic){ .index = ibft.n_nics++ };
	for (size_t i = 0; ibft_nic_file(i); i++)
		if (text_of(lines, ibft_nic_file(i)).p)
			ibft_nic_take(nic, i, text_of(lines, ibft_nic_file(i)));
}

/* The plan of words, where the table has NIC0, NIC1 and these targets (NULL: no table at all). */
static void make_with(const char *words, const char *lease, const char *target0,
		      const char *target1)
{
	memset(&ibft, 0, sizeof(ibft));
	make(words, lease, NULL);
	in.ibft = &ibft;
	if (target0) {
		ibft.present = true;
		(void)text_copy(ibft.initiator, sizeof(ibft.initiator),
				span_of("iqn.2026-01.lab:firmware"));
		in.ibft_initiator = ibft.initiator;
		add_nic(NIC0);
		add_nic(NIC1);
		add_target(target0);
		if (target1)
			add_target(target1);
	}
	plan_make(&in, &plan);
}

static const char *lun_of(const char *text)
{
	static char hex[24];
	struct ibft_target t = { .index = 0 };
	struct out out = out_to(hex, sizeof(hex));

	for (size_t i = 0; ibft_target_file(i); i++)
		if (!strcmp(ibft_target_file(i), "lun"))
			ibft_target_take(&t, i, span_of(text));
	for (size_t i = 0; t.lun_known && i < sizeof(t.lun); i++)
		out_add(&out, "%02x", t.lun[i]);
	return t.lun_known ? hex : "?";
}

/* Linux up to 6.x writes each byte without its leading zero. */
static void lun_as_the_kernel_shows_it(void)
{
	static const char *const rows[][2] = {
		{ "00000000", "0000000000000000" },
		{ "01000000", "0001000000000000" },
		{ "010000000", "0010000000000000" }, /* LUN 16 */
		{ "0ff000000", "00ff000000000000" },
		{ "415000000", "4105000000000000" }, /* LUN 261 */
		{ "7ff000000", "7f0f000000000000" },
		{ "412c000000", "412c000000000000" }, /* LUN 300 */
		{ "0001000000000000", "0001000000000000" }, /* a kernel with leading zeros */
		{ "47523a4f6b7e2f99", "47523a4f6b7e2f99" },
		{ "12345678", "0102030405060708" },
		{ "120000000", "?" }, /* 1, 20 or 12, 0 */
		{ "0101000000", "?" }, /* 1, 1 or 0, 10, 10 */
		{ "010000001", "?" },
		{ "", "?" },
		{ "0", "?" },
		{ "0000000", "?" },
		{ "00000000000", "?" },
		{ "00000000000000000", "?" },
		{ "0000000x", "?" },
		{ "-0000000", "?" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;

		eq_str(lun_of(rows[i][0]), rows[i][1]);
		if (test_failed_checks != before)
			printf("%s\n", rows[i][0]);
	}
}

static void boots_from_it(void)
{
	make_with("rd.iscsi.firmware", NULL, TARGET0, NULL);
	eq_int(plan.n_roots, 1);
	eq_str(line_of("root.0"), "root.0 = iscsi 10.0.0.1:3260 lun 1 " IQN " (iBFT)");
	eq_str(line_of("initiator"), "initiator = iqn.2026-01.lab:firmware (iBFT)");
	eq_str(line_of("chap"), "");
	eq_str(line_of("root_from_dhcp"), "");
	eq_str(plan.no_root.text, "");
	eq_int(plan.n_notes, 0);
	eq_int(plan.n_ips, 1);
	/* which filesystem of it is still a word's to say */
	make_with("iscsi_auto root=LABEL=x", NULL, TARGET0, NULL);
	eq_str(line_of("root.0"), "root.0 = iscsi 10.0.0.1:3260 lun 1 " IQN " (iBFT)");
	eq_str(line_of("block"), "block = LABEL=x (command line)");
	make_conf("ISCSI_AUTO=true", "");
	ok(plan.ibft_awaited);
	make_conf("ISCSI_AUTO=false", "");
	ok(!plan.ibft_awaited);
}

/* What firmware has booted from comes first; the NICs of all of them are wanted. */
static void several(void)
{
	make_with("rd.iscsi.firmware", NULL, TARGET1, TARGET0);
	eq_int(plan.n_roots, 2);
	eq_str(line_of("root.0"), "root.0 = iscsi 10.0.0.1:3260 lun 1 " IQN " (iBFT)");
	eq_str(line_of("root.1"), "root.1 = iscsi 10.1.0.1:3261 lun 0 iqn.2026-01.lab:d1 (iBFT)");
	eq_int(plan.n_ips, 2);
	eq_str(line_of("ibft_nic"), "ibft_nic = 52:54:00:00:00:0a (iBFT)");
	/* one that firmware has not used is none */
	make_with("rd.iscsi.firmware", NULL, TARGET0,
		  "flags=0\nip-addr=10.1.0.1\ntarget-name=iqn.2026-01.lab:d1\n");
	eq_int(plan.n_roots, 1);
	eq_int(plan.n_ips, 1);
}

/* Each HBA counts its NICs and targets from 0, and a target's NIC is one of its own HBA. */
static void of_hbas(void)
{
	char source[IBFT_SOURCE_MAX];

	eq_str(ibft_source(0, source), "iBFT");
	eq_str(ibft_source(1, source), "iscsi_boot0");
	eq_str(ibft_source(UINT32_MAX, source), "iscsi_boot4294967294");
	make_with("rd.iscsi.firmware", NULL, TARGET0, "chap-type=1\n" TARGET0);
	for (int i = 0; i < 2; i++) {
		ibft.nics[i].hba = ibft.targets[i].hba = (uint32_t)i + 4;
		ibft.nics[i].index = ibft.targets[i].index = 0;
	}
	ibft.targets[1].valid = false;
	plan_make(&in, &plan);
	eq_int(plan.n_roots, 1);
	eq_str(plan.roots[0].text, "iscsi_boot3 target0");
	eq_int(plan.n_ips, 1);
	ibft.targets[1].valid = true;
	plan_make(&in, &plan);
	eq_int(plan.n_ips, 2);
	eq_str(note(NOTE_REFUSED),
	       "iscsi_boot4: target0: a name or secret of its CHAP is missing, ignored");
	ibft.nics[1].mac.len = 0;
	ibft.targets[1].chap = IBFT_CHAP_NONE;
	plan_make(&in, &plan);
	eq_str(note(NOTE_REFUSED), "iscsi_boot4: ethernet0 has no usable MAC address, ignored");
}

static void chap(void)
{
#define SECRETS "chap-name=u\nchap-secret=geheim\nrev-chap-name=t\nrev-chap-name-secret=heimlich\n"
	make_with("rd.iscsi.firmware", NULL, "chap-type=1\n" SECRETS TARGET0, NULL);
	eq_str(plan.roots[0].chap.user, "u");
	eq_str(plan.roots[0].chap.secret, "geheim");
	eq_str(plan.roots[0].chap.in_secret, "");
	eq_str(line_of("root.0.chap"), "root.0.chap = one-way (iBFT)");
	ok(!strstr(printed(), "geheim") && !strstr(printed(), "heimlich"));
	make_with("rd.iscsi.firmware", NULL, "chap-type=2\n" SECRETS TARGET0, NULL);
	eq_str(plan.roots[0].chap.in_user, "t");
	eq_str(plan.roots[0].chap.in_secret, "heimlich");
	eq_str(line_of("root.0.chap"), "root.0.chap = mutual (iBFT)");
	/* of an earlier setting */
	make_with("rd.iscsi.firmware", NULL, "chap-type=0\n" SECRETS TARGET0, NULL);
	eq_str(plan.roots[0].chap.user, "");
	make_with("rd.iscsi.firmware", NULL, "chap-type=1\nchap-name=u\n" TARGET0, NULL);
	eq_int(plan.n_roots, 0);
	eq_str(note(NOTE_REFUSED),
	       "iBFT: target0: a name or secret of its CHAP is missing, ignored");
	make_with("rd.iscsi.firmware", NULL, "flags=7\nchap-type=1\nchap-name=u\n" TARGET0, NULL);
	eq_str(note(NOTE_REFUSED),
	       "iBFT: target0: a name or secret of its CHAP is missing: it is to come "
	       "from a RADIUS server, which is not supported, ignored");
	make_with("rd.iscsi.firmware", NULL, "chap-type=2\nchap-name=u\nchap-secret=s\n" TARGET0,
		  NULL);
	eq_int(plan.n_roots, 0);
}

static void which_words(void)
{
	/* words; how many roots where there is a table; whether one comes by DHCP where there is
	 * none */
	static const struct {
		const char *words;
		int roots;
		bool dhcp;
	} rows[] = {
		{ "", 0, true },
		{ "rd.iscsi.firmware", 1, true },
		{ "rd.iscsi.firmware=1", 1, true },
		{ "rd.iscsi.firmware=0", 0, true },
		{ "iscsi_firmware", 1, true },
		{ "iscsi_auto", 1, true },
		{ "iscsi_auto=0", 0, true },
		{ "netroot=iscsi", 1, true },
		{ "netroot=iscsi:", 1, true },
		{ "root=iscsi:", 1, true },
		{ "netroot=iscsi root=UUID=x", 1, true },
		{ "rd.iscsi.firmware rd.iscsi.ibft=0", 0, true },
		/* nothing else names a root */
		{ "ip=ibft", 1, true },
		{ "rd.iscsi.ibft", 1, true },
		{ "rd.iscsi.ibft root=LABEL=x", 1, true },
		{ "rd.iscsi.ibft=0", 0, true },
		{ "rd.iscsi.ibft root=dhcp", 0, true },
		{ "rd.iscsi.ibft root=nfs:10.0.0.9:/x", 1, false },
		/* beside another, which comes first */
		{ "rd.iscsi.firmware root=nfs:10.0.0.9:/x", 2, false },
		{ "rd.iscsi.firmware root=dhcp", 1, true },
		{ "netroot=iscsi netroot=iscsi:10.0.0.9::::" IQN, 2, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;

		make_with(rows[i].words, NULL, TARGET0, NULL);
		eq_int(plan.n_roots, rows[i].roots);
		ok(!plan.ibft_awaited);
		eq_str(plan.no_root.text,
		       strstr(rows[i].words, "root=dhcp") && strstr(rows[i].words, "rd.iscsi.ibft")
			       ? "the root is to come from DHCP, but ip= asks for no DHCP on "
				 "any NIC"
			       : "");
		make_with(rows[i].words, NULL, NULL, NULL);
		eq_int(plan.root_from_dhcp, rows[i].dhcp);
		eq_int(plan.n_roots, rows[i].dhcp ? 0 : 1);
		eq_str(plan.no_root.text, "");
		/* not read yet */
		in.ibft = NULL;
		plan_make(&in, &plan);
		eq_str(plan.no_root.text, "");
		if (test_failed_checks != before)
			printf("%s\n", rows[i].words);
	}
	/* firmware may have a root where no lease will come */
	make_with("rd.iscsi.firmware ip=10.0.0.9::10.0.0.1:24::eth0:off", NULL, NULL, NULL);
	ok(plan.no_root.text[0]);
	in.ibft = NULL;
	plan_make(&in, &plan);
	eq_str(plan.no_root.text, "");
	make_with("netroot=iscsi", NULL, NULL, NULL);
	eq_str(note(NOTE_IGNORED), "netroot=\"iscsi\": firmware has no iBFT, and no words name a "
				   "target, ignored");
	make_with("rd.iscsi.firmware", NULL, "flags=0\n", NULL);
	eq_str(note(NOTE_IGNORED),
	       "rd.iscsi.firmware: firmware's iBFT has no target in use, ignored");
}

static void how_words_were_read(void)
{
	static const char *const rows[][2] = {
		{ "netroot=iscsi",
		  "netroot=iscsi: the target is as other words, or firmware's iBFT, say\n" },
		{ "rd.iscsi.firmware", "rd.iscsi.firmware: NICs and targets of firmware's iBFT\n" },
		{ "iscsi_auto", "iscsi_auto: NICs and targets of firmware's iBFT\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[512];
		struct out out = out_to(text, sizeof(text));

		make_with(rows[i][0], NULL, TARGET0, NULL);
		plan_readings(&in, add_line, &out);
		eq_str(text, rows[i][1]);
	}
}

/* A name by DHCP does not hide that which firmware had at its target. */
static void initiator(void)
{
	const char *lease = LEASE "initiator=iqn.2026-01.lab:dhcp\n";

	make_with("rd.iscsi.firmware", lease, TARGET0, NULL);
	eq_str(plan.initiator, "iqn.2026-01.lab:firmware");
	make_with("rd.iscsi.firmware rd.iscsi.initiator=iqn.2026-01.lab:word", lease, TARGET0,
		  NULL);
	eq_str(plan.initiator, "iqn.2026-01.lab:word");
	make_with("root=iscsi:10.0.0.1::::" IQN, lease, TARGET0, NULL);
	eq_str(plan.initiator, "iqn.2026-01.lab:dhcp");
}

static void nonsense(void)
{
	static const char *const rows[][2] = {
		{ "flags=3\nip-addr=10.0.0.1\n", "iBFT: target0: it has no usable name, ignored" },
		{ "flags=3\ntarget-name=" IQN "\n",
		  "iBFT: target0: it has no usable address, ignored" },
		{ "ip-addr=224.0.0.1\n" TARGET0,
		  "iBFT: target0: it has no usable address, ignored" },
		{ "target-name=disk\n" TARGET0, "iBFT: target0: it has no usable name, ignored" },
		{ "port=65536\n" TARGET0, "iBFT: target0: its port makes no sense, left out" },
		{ "lun=120000000\n" TARGET0, "iBFT: target0: its lun makes no sense, left out; its "
					     "LUN is not known, all are looked at" },
		{ "chap-type=3\n" TARGET0,
		  "iBFT: target0: its chap-type makes no sense, left out" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_with("rd.iscsi.firmware", NULL, rows[i][0], NULL);
		eq_str(plan.n_notes ? plan.notes[0].text : "", rows[i][1]);
	}
}

/* --- the table --- */

#define CONTROL_AT 48
#define INITIATOR_AT (CONTROL_AT + 18)
#define NIC_AT (INITIATOR_AT + 74)
#define TARGET_AT (NIC_AT + 102)
#define TEXTS_AT (TARGET_AT + 54)

static uint8_t table[512];
static size_t len_table;

static void le16(struct writer *w, size_t v)
{
	write_u8(w, (uint8_t)v);
	write_u8(w, (uint8_t)(v >> 8));
}

static void header(struct writer *w, uint8_t id, size_t len, uint8_t flags)
{
	write_u8(w, id);
	write_u8(w, 1);
	le16(w, len);
	write_u8(w, 0);
	write_u8(w, flags);
}

static void ip4(struct writer *w, uint8_t last)
{
	const uint8_t bytes[16] = { [10] = 0xff, 0xff, 10, 0, 0, last };

	if (last)
		write_bytes(w, bytes, sizeof(bytes));
	else
		write_zero(w, sizeof(bytes));
}

static void string(struct writer *w, struct writer *texts, const char *text)
{
	le16(w, strlen(text));
	le16(w, text[0] ? writer_len(texts) : 0);
	write_bytes(texts, text, text[0] ? strlen(text) + 1 : 0);
}

static void set_length_and_sum(size_t len)
{
	uint8_t sum = 0;

	len_table = len;
	table[4] = (uint8_t)len;
	table[5] = (uint8_t)(len >> 8);
	table[9] = 0;
	for (size_t i = 0; i < len; i++)
		sum = (uint8_t)(sum + table[i]);
	table[9] = (uint8_t)-sum;
}

static void make_table(void)
{
	static const uint8_t mac[6] = { 0x52, 0x54, 0, 0, 0, 0x0a }, lun[8] = { 0x41, 0x2c };
	struct writer w = writer_of(table, sizeof(table)), texts = w;

	memset(table, 0, sizeof(table));
	write_zero(&texts, TEXTS_AT);
	write_bytes(&w, "iBFT", 4);
	write_zero(&w, CONTROL_AT - 4);
	header(&w, 1, 18, 0);
	le16(&w, 0);
	le16(&w, INITIATOR_AT);
	le16(&w, NIC_AT);
	le16(&w, TARGET_AT);
	le16(&w, 0);
	le16(&w, 0);
	header(&w, 2, 74, 3);
	write_zero(&w, 64);
	string(&w, &texts, "iqn.2026-01.lab:fw");
	header(&w, 3, 102, 3);
	ip4(&w, 5);
	write_u8(&w, 24);
	write_u8(&w, 1);
	ip4(&w, 1);
	ip4(&w, 2);
	ip4(&w, 0);
	ip4(&w, 0);
	le16(&w, 0);
	write_bytes(&w, mac, 6);
	le16(&w, 0);
	string(&w, &texts, "pc7");
	header(&w, 4, 54, 3);
	ip4(&w, 9);
	le16(&w, 3261);
	write_bytes(&w, lun, 8);
	write_u8(&w, 2);
	write_u8(&w, 0);
	string(&w, &texts, IQN);
	string(&w, &texts, "u");
	string(&w, &texts, "geheim");
	string(&w, &texts, "t");
	string(&w, &texts, "heimlich");
	ok(!w.full && !texts.full && writer_len(&w) == TEXTS_AT);
	set_length_and_sum(writer_len(&texts));
}

static void table_as_acpi_has_it(void)
{
	make_table();
	memset(&ibft, 0, sizeof(ibft));
	ok(ibft_from_table(table, len_table, &ibft));
	make("rd.iscsi.firmware", NULL, NULL);
	in.ibft = &ibft;
	in.ibft_initiator = ibft.initiator;
	plan_make(&in, &plan);
	eq_str(line_of("ip.0"), "ip.0 = static on 52:54:00:00:00:0a address 10.0.0.5/24 gateway "
				"10.0.0.1 dns 10.0.0.2 (iBFT)");
	eq_str(line_of("host_name"), "host_name = pc7 (iBFT)");
	eq_str(line_of("root.0"), "root.0 = iscsi 10.0.0.9:3261 lun 300 " IQN " (iBFT)");
	eq_str(line_of("root.0.chap"), "root.0.chap = mutual (iBFT)");
	eq_str(line_of("initiator"), "initiator = iqn.2026-01.lab:fw (iBFT)");
	eq_str(plan.roots[0].chap.user, "u");
	eq_str(plan.roots[0].chap.in_secret, "heimlich");
	ok(plan.roots[0].iscsi.lun[0] == 0x41 && plan.roots[0].iscsi.lun[1] == 0x2c);
	eq_int(plan.n_notes, 0);
	/* bytes behind its length are not its own */
	ok(ibft_from_table(table, sizeof(table), &ibft));
	memcpy(table, "IBFT", 4);
	set_length_and_sum(len_table);
	ok(ibft_from_table(table, len_table, &ibft));
}

static void tables_that_lie(void)
{
	static const struct {
		size_t at;
		uint8_t byte;
	} rows[] = {
		{ 0, 'x' }, /* signature */
		{ CONTROL_AT, 2 }, /* no control block */
		{ CONTROL_AT + 2, 5 }, /* shorter than its header */
		{ CONTROL_AT + 3, 0xff }, /* longer than the table */
		{ CONTROL_AT + 13, 0xff }, /* the target behind the end */
		{ TARGET_AT + 2, 53 }, /* a block too short for what it holds */
		{ TARGET_AT + 35, 0xff }, /* length of the name */
		{ TARGET_AT + 37, 0xff }, /* its place */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;

		make_table();
		table[rows[i].at] = rows[i].byte;
		set_length_and_sum(len_table);
		ibft.n_nics = 77;
		ok(!ibft_from_table(table, len_table, &ibft) && ibft.n_nics == 77);
		if (test_failed_checks != before)
			printf("byte %zu\n", rows[i].at);
	}
	make_table();
	for (size_t len = 0; len < len_table; len++)
		ok(!ibft_from_table(table, len, &ibft));
	table[TEXTS_AT]++; /* the sum */
	ok(!ibft_from_table(table, len_table, &ibft));
}

int main(void)
{
	RUN(lun_as_the_kernel_shows_it);
	RUN(boots_from_it);
	RUN(several);
	RUN(of_hbas);
	RUN(chap);
	RUN(which_words);
	RUN(how_words_were_read);
	RUN(initiator);
	RUN(nonsense);
	RUN(table_as_acpi_has_it);
	RUN(tables_that_lie);
	return test_end();
}
