/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hostile iBFT: the command line, then lines "N FILE TEXT" of what the files of ethernetN hold,
 * "tN FILE TEXT" of those of targetN, or, behind a line "table", the table's bytes. Whatever
 * firmware says, entries keep the promises of those that words make, the plan is printable and
 * shows no secret, and there is a network to configure.
 */
#include <string.h>

#include "fuzz.h"

#include "core/ibft.h"
#include "core/ipspec.h"
#include "core/rootspec.h"

#define TEXT_MAX 2048

static void take_line(struct ibft *ibft, struct span line)
{
	struct span file = line, index = span_cut(&file, ' '), text = file;
	uint64_t n;

	file = span_cut(&text, ' ');
	if (!parse_uint(index, 10, 0, IBFT_NICS_MAX - 1, &n))
		return;
	while (ibft->n_nics <= n) {
		ibft->nics[ibft->n_nics].index = (uint8_t)(ibft->n_nics * 36); /* up to 252 */
		ibft->n_nics++;
	}
	for (size_t i = 0; ibft_nic_file(i); i++)
		if (span_eq(file, ibft_nic_file(i)))
			ibft_nic_take(&ibft->nics[n], i, text);
}

static void take_target_line(struct ibft *ibft, struct span line)
{
	struct span file = line, index = span_cut(&file, ' '), text = file;
	uint64_t n;

	file = span_cut(&text, ' ');
	if (!parse_uint(span_skip(index, 1), 10, 0, IBFT_TARGETS_MAX - 1, &n))
		return;
	while (ibft->n_targets <= n)
		ibft->n_targets++;
	for (size_t i = 0; ibft_target_file(i); i++)
		if (span_eq(file, ibft_target_file(i)))
			ibft_target_take(&ibft->targets[n], i, text);
}

/* The table's sum is right, or nothing behind it would ever be read. */
static void take_table(struct ibft *ibft, struct span bytes)
{
	static uint8_t table[IBFT_TABLE_MAX];
	size_t len = bytes.len < sizeof(table) ? bytes.len : sizeof(table);
	uint8_t sum = 0;

	if (len < 10)
		return;
	memcpy(table, bytes.p, len);
	table[4] = (uint8_t)len;
	table[5] = (uint8_t)(len >> 8);
	table[6] = table[7] = table[9] = 0;
	for (size_t i = 0; i < len; i++)
		sum = (uint8_t)(sum + table[i]);
	table[9] = (uint8_t)-sum;
	(void)ibft_from_table(table, len, ibft);
}

static void check_root(const struct plan_root *root)
{
	if (root->given.by != FROM_IBFT)
		return;
	require(root->kind == ROOT_ISCSI && root->iscsi.port && ip_is_host(&root->server.ip));
	require(iscsi_name_valid(span_of(root->iscsi.target)));
	require(root->chap.given.by != FROM_IBFT || (root->chap.user[0] && root->chap.secret[0]));
}

static void check_ip(const struct plan_ip *ip)
{
	bool v4 = ip->v4 == IP4_STATIC, v6 = ip->v6 == IP6_STATIC;

	require(ip->v4 != IP4_OFF || ip->v6 != IP6_OFF);
	require(!v4 || (ip->address.family == IP_V4 && ip->prefix >= 1 && ip->prefix <= 32));
	require(!v6 || (ip->address.family == IP_V6 && ip->prefix >= 1 && ip->prefix <= 128));
	require(ip->address.family == IP_NONE || ip_is_host(&ip->address));
	require(ip->gateway.family == IP_NONE || ip->gateway.family == ip->address.family);
	require(!ip->host_name[0] || host_name_valid(span_of(ip->host_name)));
	require((ip->port.ifname[0] != '\0') != (ip->port.mac.len == 6));
	require(ip->n_dns <= 2);
}

static void check_nic(const struct ibft_nic *nic)
{
	char text[64];
	struct out choices = out_to(text, sizeof(text));
	struct plan_link link;
	struct plan_ip ip;

	if (!ibft_nic_plan(nic, &ip, &link, &choices))
		return;
	check_ip(&ip);
	require(link.n_ports == (nic->vlan_id != 0) && link.n_ports == (ip.port.ifname[0] != 0));
	require(!link.n_ports || (ifname_valid(span_of(link.name)) && link.vlan_id < 4095 &&
				  link.ports[0].mac.len == 6));
	require(text_is_printable(span_of(text)));
}

static void check_line(void *arg, const char *line)
{
	(void)arg;
	require(text_is_printable(span_of(line)));
}

static void take_lines(struct ibft *ibft, struct span rest)
{
	while (rest.p) {
		struct span line = span_cut(&rest, '\n');

		if (span_starts(line, "t"))
			take_target_line(ibft, line);
		else
			take_line(ibft, line);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char cmdline[TEXT_MAX];
	static struct plan plan;
	static struct ibft ibft;
	struct span rest = { (const char *)data, size }, words = span_cut(&rest, '\n');
	struct plan_input in = { .cmdline = cmdline, .ibft = &ibft };

	if (!text_copy(cmdline, sizeof(cmdline), words))
		return 0;
	memset(&ibft, 0, sizeof(ibft));
	ibft.present = rest.p != NULL;
	if (span_starts(rest, "table\n"))
		take_table(&ibft, span_skip(rest, strlen("table\n")));
	else
		take_lines(&ibft, rest);
	for (uint8_t i = 0; i < ibft.n_nics; i++)
		check_nic(&ibft.nics[i]);
	plan_make(&in, &plan);
	require(plan.n_ips >= 1 && plan.n_ips <= PLAN_IP_MAX && plan.n_links <= PLAN_LINKS_MAX);
	require(!plan.ibft_awaited);
	for (uint8_t i = 0; i < plan.n_ips; i++)
		require(plan.ips[i].given.by != FROM_IBFT || !plan.ips[i].port.ifname[0] ||
			plan_link_named(&plan, plan.ips[i].port.ifname));
	for (uint8_t i = 0; i < plan.n_roots; i++)
		check_root(&plan.roots[i]);
	plan_print(&plan, &in, check_line, NULL);
	plan_readings(&in, check_line, NULL);
	return 0;
}
