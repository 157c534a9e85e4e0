/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dry run: reads files, makes the plan that the boot would make, prints it. */
#include "explain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/config_text.h"
#include "core/dhcp6.h"
#include "core/dhcp_msg.h"
#include "core/err.h"
#include "core/ipspec.h"
#include "core/json.h"
#include "core/lease_text.h"
#include "core/plan.h"
#include "sys/ibft.h"

#define FILE_MAX 65536
#define EXPLAIN_NICS_MAX 32
#define COOKIE_AT 236 /* RFC 2131 3: the options field begins with it */

struct args {
	const char *cmdline;
	const char *conf;
	const char *fetched;
	const char *uuid;
	const char *ibft;
	const char *leases[PLAN_LEASES_MAX];
	uint8_t n_leases;
	const char *nics[EXPLAIN_NICS_MAX];
	uint8_t n_nics;
	bool json;
};

static const char usage[] =
	"usage: netroot explain \"CMDLINE\" [--lease FILE]... [--nic NAME[,MAC]]... [--conf FILE]\n"
	"                       [--fetched FILE] [--uuid UUID] [--ibft DIR] [--json]\n"
	"Prints what a boot with this kernel command line would do, where each value comes from,\n"
	"what would be ignored or refused, and then how each word was read.\n"
	"  --lease FILE  as if this answer had come, by DHCP, DHCPv6 or router: the UDP payload of a\n"
	"                DHCP or DHCPv6 packet, or lines of name=value: kind (dhcp, dhcp6, ra) interface\n"
	"                address netmask router route server-id proxy-id next-server root-path\n"
	"                hostname domain search dns ntp initiator mtu lease-time; the files of klibc\n"
	"                (/run/net-eth0.conf, Ubuntu's /run/net6-eth0.conf) will do\n"
	"  --nic NAME[,MAC]  what would be done with such a NIC, or with a link that the words make\n"
	"  --conf FILE   as if this were /etc/netroot.conf\n"
	"  --fetched FILE  as if this were what netroot.config= names\n"
	"  --uuid UUID   as if the machine had this SMBIOS UUID\n"
	"  --ibft DIR    as if firmware's iBFT were what DIR holds, laid out as /sys/firmware/ibft;\n"
	"                a file is the table itself; where there is no DIR, as if there were none\n"
	"  --json        print one JSON object\n"
	"Exit status: 0 a root is chosen or awaited from DHCP or what is fetched, 1 there can be none,\n"
	"2 usage.\n";

/* False: usage is to be printed. */
static bool read_args(int argc, char **argv, struct args *ret)
{
	for (int i = 1; i < argc; i++) {
		bool last = i + 1 == argc;

		if (!strcmp(argv[i], "--json"))
			ret->json = true;
		else if (!strcmp(argv[i], "--conf") && !last)
			ret->conf = argv[++i];
		else if (!strcmp(argv[i], "--fetched") && !last)
			ret->fetched = argv[++i];
		else if (!strcmp(argv[i], "--uuid") && !last)
			ret->uuid = argv[++i];
		else if (!strcmp(argv[i], "--ibft") && !last)
			ret->ibft = argv[++i];
		else if (!strcmp(argv[i], "--lease") && !last && ret->n_leases < PLAN_LEASES_MAX)
			ret->leases[ret->n_leases++] = argv[++i];
		else if (!strcmp(argv[i], "--nic") && !last && ret->n_nics < EXPLAIN_NICS_MAX)
			ret->nics[ret->n_nics++] = argv[++i];
		else if (!strncmp(argv[i], "--", 2) && argv[i][2] > ' ')
			return false;
		else if (ret->cmdline)
			return false;
		else
			ret->cmdline = argv[i];
	}
	return ret->cmdline;
}

/* The whole file, with a terminator behind it; -1 with the reason printed. */
static int read_file(const char *name, char *dst, size_t size, size_t *ret_len)
{
	FILE *f = fopen(name, "re");
	struct err err;
	size_t len;
	int r = 0;

	if (!f) {
		(void)err_sys(&err, errno, "netroot: explain: cannot open \"%s\"", name);
		(void)fprintf(stderr, "%s\n", err.text);
		return -1;
	}
	errno = 0;
	len = fread(dst, 1, size, f);
	if (ferror(f)) {
		(void)err_sys(&err, errno ? errno : EIO, "netroot: explain: cannot read \"%s\"",
			      name);
		r = -1;
	} else if (len == size) {
		(void)err_set(&err, EFBIG, "netroot: explain: \"%s\" is larger than %zu bytes",
			      name, size - 1);
		r = -1;
	}
	(void)fclose(f); /* only read */
	if (r) {
		(void)fprintf(stderr, "%s\n", err.text);
		return r;
	}
	dst[len] = '\0';
	*ret_len = len;
	return 0;
}

static bool is_packet(const char *bytes, size_t len)
{
	static const char cookie[] = { 0x63, (char)0x82, 0x53, 0x63 };

	return len >= COOKIE_AT + sizeof(cookie) &&
	       !memcmp(bytes + COOKIE_AT, cookie, sizeof(cookie));
}

/* RFC 8415 7.3: ADVERTISE or REPLY, neither of which begins a line of text. */
static bool is_packet6(const char *bytes, size_t len)
{
	return len >= 4 && (bytes[0] == 2 || bytes[0] == 7);
}

static int read_lease(const char *name, struct lease *ret)
{
	static char bytes[FILE_MAX];
	struct err err = { 0 };
	size_t len;
	bool good;

	if (read_file(name, bytes, sizeof(bytes), &len))
		return -1;
	if (is_packet(bytes, len))
		good = dhcp_lease_from_message((const uint8_t *)bytes, len, ret, &err);
	else if (is_packet6(bytes, len))
		good = dhcp6_lease_from_message((const uint8_t *)bytes, len, ret, &err);
	else
		good = lease_from_text((struct span){ bytes, len }, ret, &err);
	if (good)
		return 0;
	(void)err_wrap(&err, "netroot: explain: \"%s\"", name);
	(void)fprintf(stderr, "%s\n", err.text);
	return -1;
}

/* -1 with the reason printed. */
static int read_ibft(const char *dir, struct plan_input *in)
{
	static struct ibft ibft;
	struct err err;
	int r = ibft_read(dir, &ibft);

	if (r < 0) {
		(void)err_sys(&err, -r, "netroot: explain: cannot read \"%s\"", dir);
		(void)fprintf(stderr, "%s\n", err.text);
		return -1;
	}
	in->ibft = &ibft;
	in->ibft_initiator = ibft.initiator;
	return 0;
}

static void print_bad_line(void *arg, const char *line)
{
	(void)fprintf(stderr, "netroot: explain: \"%s\": %s\n", (const char *)arg, line);
}

/* -1 with the reason printed. */
static int read_fetched(const char *name, char *dst, size_t size, struct plan_input *in)
{
	size_t len;

	if (read_file(name, dst, size, &len))
		return -1;
	config_text_clean(dst, len, print_bad_line, (char *)(uintptr_t)name);
	in->fetched = dst;
	in->fetched_from = name;
	return 0;
}

static void print_line(void *arg, const char *line)
{
	(void)arg;
	(void)puts(line); /* a full disk behind stdout shows at the end */
}

/* --- NICs that there might be --- */

struct any_nic {
	char name[IFNAME_MAX];
	struct nic_facts facts;
};

/* NAME[,MAC]; -1 with the reason printed. */
static int read_nic(const char *text, struct any_nic *ret)
{
	struct span mac = span_of(text), name = span_cut(&mac, ',');

	*ret = (struct any_nic){ .facts = { .ethernet = true, .physical = true } };
	if (!ifname_valid(name) || !text_copy(ret->name, sizeof(ret->name), name) ||
	    (mac.p && !mac_parse(mac, &ret->facts.mac))) {
		(void)fprintf(stderr, "netroot: explain: --nic \"%s\" is no NAME[,MAC]\n", text);
		return -1;
	}
	ret->facts.wireless = !strncmp(ret->name, "wl", 2) || !strncmp(ret->name, "ww", 2);
	return 0;
}

static void add_ip(struct out *out, const char *family, const struct plan *plan,
		   const struct plan_ip *ip)
{
	if (ip)
		out_add(out, "%s%s as ip.%u says", out->len ? ", " : "", family,
			(unsigned int)(ip - plan->ips));
}

/* "eth0: IPv4 as ip.0 says, up for a VLAN" */
static void nic_line(const struct plan *plan, const struct any_nic *nic, struct out *out)
{
	char text[PLAN_NAME_MAX];
	struct out does = out_to(text, sizeof(text));
	struct nic_choice choice;
	struct nic_facts facts = nic->facts;

	facts.ifname = nic->name;
	plan_for_nic(plan, &facts, &choice);
	if (choice.port_of)
		out_add(&does, "port of %s", choice.port_of->name);
	if (choice.v4 == choice.v6) {
		add_ip(&does, "IPv4 and IPv6", plan, choice.v4);
	} else {
		add_ip(&does, "IPv4", plan, choice.v4);
		add_ip(&does, "IPv6", plan, choice.v6);
	}
	if (choice.under_vlan)
		out_add(&does, "%sup for the VLAN on it", does.len ? ", " : "");
	if (choice.why)
		out_add(&does, "left alone: %s", choice.why);
	out_add(out, "%s: %s", nic->name, text);
}

/* --- printing --- */

struct list_sink {
	struct out *out;
	bool any;
};

static void json_element(void *arg, const char *line)
{
	struct list_sink *sink = arg;

	out_add(sink->out, sink->any ? ", " : "");
	json_string(sink->out, span_of(line));
	sink->any = true;
}

static void print_indented(void *arg, const char *line)
{
	(void)arg;
	(void)printf("  %s\n", line); /* a full disk behind stdout shows at the end */
}

/* Calls emit for each --nic. */
static void each_nic(const struct plan *plan, const struct any_nic *nics, uint8_t n,
		     void (*emit)(void *arg, const char *line), void *arg)
{
	for (uint8_t i = 0; i < n; i++) {
		char line[2 * PLAN_NAME_MAX];
		struct out out = out_to(line, sizeof(line));

		nic_line(plan, &nics[i], &out);
		emit(arg, line);
	}
}

/* The plan's object, with the words and NICs as two more members. */
static void print_json(const struct plan *plan, const struct plan_input *in,
		       const struct any_nic *nics, uint8_t n_nics, struct out *out)
{
	struct list_sink words = { out, false }, of_nics = { out, false };

	plan_json(plan, in, out);
	if (out->len && !out->cut)
		out->len--; /* its closing brace */
	out_add(out, ", \"words\": [");
	plan_readings(in, json_element, &words);
	out_add(out, "], \"nics\": [");
	each_nic(plan, nics, n_nics, json_element, &of_nics);
	out_add(out, "]}");
	print_line(NULL, out->text);
}

static int print_plan(const struct plan *plan, const struct plan_input *in,
		      const struct any_nic *nics, uint8_t n_nics, bool json)
{
	static char text[8 * PLAN_JSON_MAX];
	struct out out = out_to(text, sizeof(text));

	if (json) {
		print_json(plan, in, nics, n_nics, &out);
	} else {
		plan_print(plan, in, print_line, NULL);
		if (in->cmdline[0] || in->fetched || in->conf)
			print_line(NULL, "words:");
		plan_readings(in, print_indented, NULL);
		if (n_nics)
			print_line(NULL, "nics:");
		each_nic(plan, nics, n_nics, print_indented, NULL);
	}
	if (fflush(stdout) || out.cut) {
		(void)fputs("netroot: explain: cannot write the whole plan\n", stderr);
		return 2;
	}
	if (plan->config.wrong.text[0])
		return 1;
	return plan->n_roots || (plan->root_from_dhcp && !plan->no_root.text[0]) ? 0 : 1;
}

int explain_main(int argc, char **argv)
{
	static struct lease leases[PLAN_LEASES_MAX];
	static char conf[FILE_MAX], fetched[CONFIG_TEXT_MAX + 1];
	static struct any_nic nics[EXPLAIN_NICS_MAX];
	static struct plan plan;
	struct plan_input in = { .leases = leases, .elsewhere = true };
	struct args args = { 0 };
	size_t len;

	if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
		return fputs(usage, stdout) < 0 ? 2 : 0;
	if (!read_args(argc, argv, &args)) {
		(void)fputs(usage, stderr);
		return 2;
	}
	if (args.conf && read_file(args.conf, conf, sizeof(conf), &len))
		return 2;
	if (args.fetched && read_fetched(args.fetched, fetched, sizeof(fetched), &in))
		return 2;
	for (uint8_t i = 0; i < args.n_leases; i++)
		if (read_lease(args.leases[i], &leases[i]))
			return 2;
	for (uint8_t i = 0; i < args.n_nics; i++)
		if (read_nic(args.nics[i], &nics[i]))
			return 2;
	if (args.ibft && read_ibft(args.ibft, &in))
		return 2;
	in.cmdline = args.cmdline;
	in.conf = args.conf ? conf : NULL;
	in.machine_uuid = args.uuid;
	in.n_leases = args.n_leases;
	plan_make(&in, &plan);
	return print_plan(&plan, &in, nics, args.n_nics, args.json);
}
