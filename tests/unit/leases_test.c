/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/leases: whatever routers say, or who pretends to be one, DHCP has its room. */
#include "core/leases.h"

#include "test.h"

#define S 1000000000ull

static struct leases t;

/* Router fe80::n with a default route for so long, heard at now_s. */
static struct lease router(uint8_t n, uint32_t lease_s, uint64_t now_s)
{
	struct lease l = { .kind = LEASE_RA,
			   .server_id = { IP_V6, { 0xfe, 0x80, [15] = n } },
			   .lease_s = lease_s,
			   .n_routes = lease_s != 0,
			   .acquired_ns = now_s * S };

	l.routes[0] = (struct lease_route){ .dst.family = IP_V6,
					    .gateway = l.server_id,
					    .valid_s = lease_s };
	return l;
}

static enum leases_kept hear(int ifindex, struct lease l)
{
	return leases_keep(&t, ifindex, &l);
}

static enum leases_kept lease(int ifindex, enum lease_kind kind, uint8_t last)
{
	struct lease l = { .kind = kind, .address = { IP_V4, { 10, 0, 0, last } } };

	return leases_keep(&t, ifindex, &l);
}

static const char *routers_of(int ifindex)
{
	static char text[64];
	struct out out = out_to(text, sizeof(text));

	out_add(&out, "%s", "");
	for (uint8_t i = 0; i < t.n; i++)
		if (t.ifindex[i] == ifindex && t.at[i].kind == LEASE_RA)
			out_add(&out, "%s%u", out.len ? " " : "", t.at[i].server_id.bytes[15]);
	return text;
}

static void a_flood_leaves_room(void)
{
	memset(&t, 0, sizeof(t));
	for (int nic = 1; nic <= LEASES_NICS_MAX; nic++)
		for (int n = 0; n < 200; n++)
			(void)hear(nic, router((uint8_t)n, 1800, 1));
	for (int nic = 1; nic <= LEASES_NICS_MAX; nic++) {
		eq_int(lease(nic, LEASE_DHCP4, (uint8_t)nic), LEASES_NEWS);
		eq_int(lease(nic, LEASE_DHCP6, (uint8_t)nic), LEASES_NEWS);
	}
	for (int nic = 1; nic <= LEASES_NICS_MAX; nic++) {
		const struct lease *l = leases_of(&t, nic, LEASE_DHCP4, S);

		ok(l && l->address.bytes[3] == nic);
		ok(leases_of(&t, nic, LEASE_DHCP6, S));
		eq_str(routers_of(nic), "0 1 2 3");
	}
}

static void one_per_way(void)
{
	memset(&t, 0, sizeof(t));
	eq_int(lease(1, LEASE_DHCP4, 7), LEASES_NEWS);
	eq_int(lease(2, LEASE_DHCP4, 8), LEASES_NEWS);
	eq_int(lease(1, LEASE_DHCP4, 9), LEASES_NEWS);
	eq_int(t.n, 2);
	eq_int(leases_of(&t, 1, LEASE_DHCP4, 0)->address.bytes[3], 9);
	ok(!leases_of(&t, 1, LEASE_DHCP6, 0));
	leases_forget(&t, 1, LEASE_DHCP4);
	ok(!leases_of(&t, 1, LEASE_DHCP4, 0));
	eq_int(leases_of(&t, 2, LEASE_DHCP4, 0)->address.bytes[3], 8);
}

static void news_of_a_router(void)
{
	struct lease l = router(1, 1800, 1);

	memset(&t, 0, sizeof(t));
	eq_int(leases_keep(&t, 1, &l), LEASES_NEWS);
	l = router(1, 1700, 5);
	eq_int(leases_keep(&t, 1, &l), LEASES_SAME);
	eq_int(t.at[0].lease_s, 1700);
	eq_int(t.at[0].acquired_ns, 5 * S);
	l.mtu = 1400;
	eq_int(leases_keep(&t, 1, &l), LEASES_NEWS);
	eq_int(t.n, 1);
}

/* Four places, in the order of coming. */
static void which_routers_stay(void)
{
	static const struct {
		const char *why, *left;
		uint32_t lease_s[4]; /* of routers 1 to 4, heard at second 0 */
		uint64_t now_s; /* router 9 is heard, for 1800 s */
	} rows[] = {
		{ "all good", "1 2 3 4", { 1800, 1800, 1800, 1800 }, 10 },
		{ "one is no router any more", "1 3 4 9", { 1800, 0, 1800, 1800 }, 10 },
		{ "of two the newer one goes", "1 2 3 9", { 1800, 0, 1800, 0 }, 10 },
		{ "one has ended", "2 3 4 9", { 60, 1800, 1800, 1800 }, 60 },
		{ "one has nearly ended", "1 2 3 4", { 60, 1800, 1800, 1800 }, 59 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char got[64];

		memset(&t, 0, sizeof(t));
		for (uint8_t n = 0; n < 4; n++)
			eq_int(hear(1, router((uint8_t)(n + 1), rows[i].lease_s[n], 0)),
			       LEASES_NEWS);
		(void)hear(1, router(9, 1800, rows[i].now_s));
		(void)snprintf(got, sizeof(got), "%s", routers_of(1));
		eq_str(got, rows[i].left);
	}
}

/* RFC 6104 3.3: a site gives its own routers a higher preference than anybody's by accident. */
static void preference(void)
{
	struct lease high = router(9, 1800, 1), low = router(8, 1800, 1);

	memset(&t, 0, sizeof(t));
	high.routes[0].preference = 1;
	low.routes[0].preference = -1;
	for (uint8_t n = 1; n <= 4; n++)
		(void)hear(1, router(n, 1800, 0));
	eq_int(leases_keep(&t, 1, &low), LEASES_NO_ROOM);
	eq_int(leases_keep(&t, 1, &high), LEASES_NEWS);
	eq_str(routers_of(1), "1 2 3 9");
	eq_int(leases_of(&t, 1, LEASE_RA, 2 * S)->server_id.bytes[15], 9);
}

/* A name server that is withdrawn, or whose time is over, is not used. */
static void name_servers_end(void)
{
	struct lease l = router(1, 1800, 0);

	memset(&t, 0, sizeof(t));
	l.n_dns = 2;
	l.dns[0] = (struct ip_addr){ IP_V6, { 0xfd, [15] = 0x53 } };
	l.dns[1] = (struct ip_addr){ IP_V6, { 0xfd, [15] = 0x54 } };
	l.dns_s[0] = 60;
	l.dns_s[1] = 600;
	eq_int(leases_keep(&t, 1, &l), LEASES_NEWS);
	eq_int(lease(1, LEASE_DHCP4, 7), LEASES_NEWS);
	leases_expire(&t, 59 * S);
	eq_int(t.at[0].n_dns, 2);
	leases_expire(&t, 60 * S);
	eq_int(t.at[0].n_dns, 1);
	eq_int(t.at[0].dns[0].bytes[15], 0x54);
	l.acquired_ns = 70 * S;
	l.n_dns = 1;
	l.dns[0] = l.dns[1];
	l.dns_s[0] = 0;
	eq_int(leases_keep(&t, 1, &l), LEASES_NEWS);
	eq_int(t.at[0].n_dns, 0);
	eq_int(t.n, 2);
}

/* One that gives nothing never takes the place of one that does. */
static void of_no_use(void)
{
	memset(&t, 0, sizeof(t));
	for (uint8_t n = 1; n <= 4; n++)
		(void)hear(1, router(n, n == 2 ? 0 : 1800, 0));
	eq_int(hear(1, router(9, 0, 1)), LEASES_NO_ROOM);
	eq_str(routers_of(1), "1 2 3 4");
}

static void the_best_of_them(void)
{
	memset(&t, 0, sizeof(t));
	(void)hear(1, router(1, 0, 0));
	(void)hear(1, router(2, 60, 0));
	(void)hear(1, router(3, 1800, 0));
	eq_int(leases_of(&t, 1, LEASE_RA, 10 * S)->server_id.bytes[15], 2);
	eq_int(leases_of(&t, 1, LEASE_RA, 61 * S)->server_id.bytes[15], 3);
	ok(!leases_of(&t, 2, LEASE_RA, 10 * S));
}

static void flags(void)
{
	struct lease plain = router(1, 1800, 0), other = router(2, 1800, 0),
		     managed = router(3, 0, 0);
	bool m, o;

	other.other = true;
	managed.managed = true;
	memset(&t, 0, sizeof(t));
	(void)leases_keep(&t, 1, &plain);
	leases_flags(&t, 1, &m, &o);
	ok(!m && !o);
	(void)leases_keep(&t, 1, &other);
	leases_flags(&t, 1, &m, &o);
	ok(!m && o);
	(void)leases_keep(&t, 1, &managed);
	leases_flags(&t, 1, &m, &o);
	ok(m && o);
	leases_flags(&t, 2, &m, &o);
	ok(!m && !o);
}

static void what_is_said(void)
{
	struct leases_told told = { 0 };
	char got[64] = "";
	struct out out = out_to(got, sizeof(got));

	eq_int(leases_say(&told, LEASES_SAME), LEASES_SAY_NOTHING);
	for (int i = 0; i < 8; i++)
		eq_int(leases_say(&told, LEASES_NEWS), LEASES_SAY_IT);
	for (int i = 0; i < 5000; i++)
		if (leases_say(&told, i % 2 ? LEASES_NEWS : LEASES_NO_ROOM) != LEASES_SAY_NOTHING)
			out_add(&out, " %u", told.untold);
	eq_str(got, " 1 10 100 1000");
	told = (struct leases_told){ 0 };
	eq_int(leases_say(&told, LEASES_NO_ROOM), LEASES_SAY_COUNT);
	eq_int(leases_say(&told, LEASES_NEWS), LEASES_SAY_IT);
}

/* No byte of a secret is left anywhere in what is kept, wherever a server may have put it. */
static void secrets_are_not_kept(void)
{
	static const char secret[] = "s3cretpassword";
	static struct lease had, kept;
	char *const fields[] = { had.root_path,	  had.boot_file,    had.chap_user,
				 had.chap_secret, had.chap_in_user, had.chap_in_secret };

	memset(&had, 0, sizeof(had));
	had.address = (struct ip_addr){ IP_V4, { 10, 0, 0, 9 } };
	had.lease_s = 600;
	(void)snprintf(had.initiator, sizeof(had.initiator), "iqn.2026-01.lab:me");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		(void)snprintf(fields[i], LEASE_NAME_MAX, "iscsi:u:%s@10.0.0.1", secret);
	/* and behind the end of what was a longer one */
	memcpy(had.chap_secret + 100, secret, sizeof(secret));
	memset(&kept, 0x5a, sizeof(kept));
	lease_to_keep(&had, &kept);
	ok(!memmem(&kept, sizeof(kept), secret, sizeof(secret) - 1));
	ok(memmem(&had, sizeof(had), secret, sizeof(secret) - 1));
	eq_int(kept.lease_s, 600);
	ok(ip_eq(&kept.address, &had.address));
	eq_str(kept.initiator, "iqn.2026-01.lab:me");
}

int main(void)
{
	RUN(a_flood_leaves_room);
	RUN(one_per_way);
	RUN(news_of_a_router);
	RUN(which_routers_stay);
	RUN(preference);
	RUN(name_servers_end);
	RUN(of_no_use);
	RUN(the_best_of_them);
	RUN(flags);
	RUN(what_is_said);
	RUN(secrets_are_not_kept);
	return test_end();
}
