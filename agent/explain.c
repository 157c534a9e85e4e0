/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dry run: reads files, makes the plan that the boot would make, prints it. */
#include "explain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dhcp_msg.h"
#include "core/err.h"
#include "core/lease_text.h"
#include "core/plan.h"

#define FILE_MAX 65536
#define COOKIE_AT 236 /* RFC 2131 3: the options field begins with it */

struct args {
	const char *cmdline;
	const char *conf;
	const char *uuid;
	const char *leases[PLAN_LEASES_MAX];
	uint8_t n_leases;
	bool json;
};

static const char usage[] =
	"usage: netroot explain \"CMDLINE\" [--lease FILE]... [--conf FILE] [--uuid UUID] [--json]\n"
	"Prints what a boot with this kernel command line would do, where each value comes from,\n"
	"and what would be ignored or refused.\n"
	"  --lease FILE  as if this DHCP answer had come: the UDP payload of a packet, or lines of\n"
	"                name=value: interface address netmask router server-id next-server\n"
	"                root-path hostname domain dns initiator mtu lease-time; the files of klibc\n"
	"                (/run/net-eth0.conf) will do\n"
	"  --conf FILE   as if this were /etc/netroot.conf\n"
	"  --uuid UUID   as if the machine had this SMBIOS UUID\n"
	"  --json        print one JSON object\n"
	"Exit status: 0 a root is chosen or awaited from DHCP, 1 there can be no root, 2 usage.\n";

/* False: usage is to be printed. */
static bool read_args(int argc, char **argv, struct args *ret)
{
	for (int i = 1; i < argc; i++) {
		bool last = i + 1 == argc;

		if (!strcmp(argv[i], "--json"))
			ret->json = true;
		else if (!strcmp(argv[i], "--conf") && !last)
			ret->conf = argv[++i];
		else if (!strcmp(argv[i], "--uuid") && !last)
			ret->uuid = argv[++i];
		else if (!strcmp(argv[i], "--lease") && !last && ret->n_leases < PLAN_LEASES_MAX)
			ret->leases[ret->n_leases++] = argv[++i];
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
	else
		good = lease_from_text((struct span){ bytes, len }, ret, &err);
	if (good)
		return 0;
	(void)err_wrap(&err, "netroot: explain: \"%s\"", name);
	(void)fprintf(stderr, "%s\n", err.text);
	return -1;
}

static void print_line(void *arg, const char *line)
{
	(void)arg;
	(void)puts(line); /* a full disk behind stdout shows at the end */
}

static int print_plan(const struct plan *plan, const struct plan_input *in, bool json)
{
	static char text[4 * PLAN_JSON_MAX];
	struct out out = out_to(text, sizeof(text));

	if (json) {
		plan_json(plan, in, &out);
		print_line(NULL, text);
	} else {
		plan_print(plan, in, print_line, NULL);
	}
	if (fflush(stdout) || out.cut) {
		(void)fputs("netroot: explain: cannot write the whole plan\n", stderr);
		return 2;
	}
	return plan->n_roots || (plan->root_from_dhcp && !plan->no_root.text[0]) ? 0 : 1;
}

int explain_main(int argc, char **argv)
{
	static struct lease leases[PLAN_LEASES_MAX];
	static char conf[FILE_MAX];
	static struct plan plan;
	struct plan_input in = { .leases = leases };
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
	for (uint8_t i = 0; i < args.n_leases; i++)
		if (read_lease(args.leases[i], &leases[i]))
			return 2;
	in.cmdline = args.cmdline;
	in.conf = args.conf ? conf : NULL;
	in.machine_uuid = args.uuid;
	in.n_leases = args.n_leases;
	plan_make(&in, &plan);
	return print_plan(&plan, &in, args.json);
}
