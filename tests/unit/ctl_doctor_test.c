/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings from facts that only a running system has; the others are in tests/sys/netrootctl. */
#include "test.h"
#include "tools/netrootctl.h"

static struct ctl_facts facts;
static struct ctl_findings found;

/* A lease of 3600 s, renewed by the guard, 100 s after the boot. */
static void healthy(void)
{
	facts = (struct ctl_facts){
		.live = true,
		.privileged = true,
		.listeners_known = true,
		.uptime_s = 100,
		.boot = { .there = true, .nic = "eth0" },
		.leases = { { .ifname = "eth0",
			      .kind = "dhcp4",
			      .address = "10.77.0.140",
			      .server = "10.77.0.1",
			      .prefix = 24,
			      .obtained_s = 3,
			      .rebind_s = 3150,
			      .expire_s = 3600,
			      .state = CTL_ADDRESS_THERE,
			      .valid_s = 3503 } },
		.n_leases = 1,
		.root = { .there = true,
			  .fstype = "ext4",
			  .source = "/dev/sda",
			  .super_options = "rw",
			  .device = "sda" },
		.nic = { .there = true, .name = "eth0" },
		.guard = { .there = true, .process = { .pid = 99 } },
	};
}

static const char *only(void)
{
	ctl_diagnose(&facts, &found);
	return found.n == 0 ? "" : found.n == 1 ? found.list[0].id : "several";
}

static void nothing(void)
{
	healthy();
	eq_str(only(), "");
	eq_int(ctl_exit_status(&facts, &found), 0);
}

static void address_missing(void)
{
	healthy();
	facts.leases[0].state = CTL_ADDRESS_MISSING;
	eq_str(only(), "address-missing");
	eq_int(ctl_exit_status(&facts, &found), 2);
}

static void lease_late(void)
{
	healthy();
	facts.leases[0].valid_s = 450; /* what is left when it is asked for by broadcast */
	eq_str(only(), "");
	facts.leases[0].valid_s = 449;
	eq_str(only(), "lease-late");
	eq_int(ctl_exit_status(&facts, &found), 1);
	facts.guard.there = false;
	eq_str(only(), "lease-not-renewed");
	eq_int(ctl_exit_status(&facts, &found), 2);
	/* a client that keeps the address for ever: the lease itself still ends */
	facts.leases[0].valid_s = CTL_FOR_EVER;
	eq_str(only(), "lease-not-renewed");
	eq_int(ctl_exit_status(&facts, &found), 1);
	facts.leases[0].expire_s = CTL_FOR_EVER;
	eq_str(only(), "");
}

/* As tried with Debian's mount.nfs: these are refused, and fail the boot's remount. */
static void fstab_of_an_nfs_root(void)
{
	static const struct {
		const char *fstype, *spec, *options, *id;
	} rows[] = {
		{ "nfs", "/dev/nfs", "defaults", "" },
		{ "nfs", "/dev/nfs", "rw,noatime", "" },
		{ "nfs4", "10.77.0.1:/srv/root", "rw,vers=4.2", "" },
		{ "nfs", "10.77.0.1:/srv/root", "vers=4,rsize=1048576", "" },
		{ "nfs", "10.77.0.1:/srv/root", "nfsvers=4.2,hard,proto=tcp", "" },
		{ "nfs", "10.77.0.1:/srv/root", "vers=3", "fstab-options" },
		{ "nfs", "10.77.0.1:/srv/root", "vers=4.1", "fstab-options" },
		{ "nfs", "/dev/nfs", "nfsvers=4.22", "fstab-options" },
		{ "nfs", "10.77.0.1:/srv/root", "rw,rsize=65536", "fstab-options" },
		{ "nfs", "10.77.0.1:/srv/root", "rw,rsize=104857", "fstab-options" },
		{ "nfs", "10.77.0.1:/srv/root", "timeo=100", "fstab-options" },
		{ "nfs", "10.77.0.1:/srv/root", "ro", "fstab-options" },
		{ "nfs", "10.77.0.9:/srv/old", "rw", "fstab" },
		{ "ext4", "UUID=5f0c3a3e-0000-4000-8000-00000000dead", "rw", "fstab" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		healthy();
		facts.root = (struct ctl_mount){
			.there = true,
			.fstype = "nfs4",
			.source = "10.77.0.1:/srv/root",
			.super_options =
				"rw,vers=4.2,rsize=1048576,wsize=1048576,hard,proto=tcp,timeo=600,retrans=2,sec=sys"
		};
		facts.fstab.there = true;
		memcpy(facts.fstab.spec, rows[i].spec, strlen(rows[i].spec) + 1);
		memcpy(facts.fstab.fstype, rows[i].fstype, strlen(rows[i].fstype) + 1);
		memcpy(facts.fstab.options, rows[i].options, strlen(rows[i].options) + 1);
		eq_str(only(), rows[i].id);
	}
	memcpy(facts.root.super_options, "ro", 3);
	memcpy(facts.fstab.spec, "/dev/nfs", 9);
	memcpy(facts.fstab.options, "ro", 3);
	memcpy(facts.fstab.fstype, "nfs", 4);
	eq_str(only(), "");
	/* a disk is remounted by such an entry */
	healthy();
	facts.fstab = (struct ctl_fstab){
		.there = true, .spec = "/dev/sda", .fstype = "ext4", .options = "ro"
	};
	eq_str(only(), "");
}

/* A tree that no machine has booted yet: --root of an image. */
static void image(void)
{
	static const struct {
		const char *spec, *fstype, *id;
	} rows[] = {
		{ "UUID=5f0c3a3e-0000-4000-8000-00000000dead", "ext4", "fstab" },
		{ "/dev/sda1", "ext4", "fstab" },
		{ "/dev/nfs", "nfs", "" },
		{ "10.77.0.1:/srv/root", "nfs4", "" },
		{ "overlay", "overlay", "" },
		{ "none", "tmpfs", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		facts = (struct ctl_facts){ .privileged = true, .fstab = { .there = true } };
		memcpy(facts.fstab.spec, rows[i].spec, strlen(rows[i].spec) + 1);
		memcpy(facts.fstab.fstype, rows[i].fstype, strlen(rows[i].fstype) + 1);
		eq_str(only(), rows[i].id);
		eq_int(ctl_exit_status(&facts, &found), 3);
		ok(strstr(ctl_unknown(&facts), "was not booted"));
	}
	facts = (struct ctl_facts){ .privileged = true,
				    .open_iscsi = { .installed = true,
						    .conf_there = true,
						    .name = "iqn.2026-01.lab:x",
						    .replacement_s = 120,
						    .noop_interval_s = 5,
						    .noop_timeout_s = 30 } };
	eq_str(only(), "iscsid-timeout");
	facts.open_iscsi.replacement_s = 86400;
	eq_str(only(), "");
	facts.open_iscsi.name[0] = '\0';
	eq_str(only(), "initiator-name");
	facts.live = true; /* a system that runs, of which nothing is known */
	eq_str(only(), "");
}

static void unprivileged(void)
{
	healthy();
	facts.privileged = false;
	facts.sessions[0] = (struct ctl_session){ .root = true, .recovery_s = 86400 };
	facts.n_sessions = 1;
	facts.shutdown_there = true;
	eq_str(only(), ""); /* who keeps the session is not known, and not said to be nobody */
	eq_int(ctl_exit_status(&facts, &found), 3);
}

static void too_many(void)
{
	healthy();
	for (size_t i = 0; i < CTL_LEASES_MAX; i++) {
		facts.leases[i] = facts.leases[0];
		facts.leases[i].state = CTL_ADDRESS_MISSING;
	}
	facts.n_leases = CTL_LEASES_MAX;
	facts.n_sessions = CTL_SESSIONS_MAX;
	for (size_t i = 0; i < CTL_SESSIONS_MAX; i++)
		facts.sessions[i] =
			(struct ctl_session){ .root = true, .recovery_s = 5, .state = "FAILED" };
	ctl_diagnose(&facts, &found);
	eq_int(found.n, CTL_FINDINGS_MAX);
}

static void renewer(void)
{
	struct ctl_lease *l = &facts.leases[0];

	healthy();
	eq_str(ctl_renewer_of(&facts, l).name, "guard");
	facts.processes[0] =
		(struct ctl_process){ .pid = 7, .name = "dhclient", .args = "-4 -v eth0" };
	facts.n_processes = 1;
	eq_int(ctl_renewer_of(&facts, l).pid, 7);
	(void)snprintf(facts.processes[0].args, sizeof(facts.processes[0].args), "-4 eth01");
	eq_int(ctl_renewer_of(&facts, l).pid, 99);
	facts.managers.networkd.active = true;
	(void)snprintf(facts.managers.networkd.dhcp, sizeof(facts.managers.networkd.dhcp), "ipv6");
	eq_int(ctl_renewer_of(&facts, l).pid, 99);
	(void)snprintf(facts.managers.networkd.dhcp, sizeof(facts.managers.networkd.dhcp), "yes");
	eq_str(ctl_renewer_of(&facts, l).name, "systemd-networkd");
	facts.managers.networkd.unmanaged = true;
	eq_int(ctl_renewer_of(&facts, l).pid, 99);
	(void)snprintf(l->kind, sizeof(l->kind), "ra");
	eq_str(ctl_renewer_of(&facts, l).name, "kernel");
}

/* Whatever is in the record, the picture ends. */
static void picture_of_nothing(void)
{
	static char text[65536];
	static struct ctl_boot boot;
	struct out out = out_to(text, sizeof(text));

	ctl_plot_svg(&boot, &out);
	ok(!out.cut && strstr(text, "</svg>"));
	boot.written_s = 3e9;
	boot.causes[0] = (struct ctl_cause){ .phase = "x", .at_s = 3.9e9, .text = "y" };
	boot.n_causes = 1;
	boot.phases[0] = (struct ctl_phase){
		.name = "x", .first_s = 3.8e9, .start_s = 3.9e9, .attempts = 9
	};
	boot.n_phases = 1;
	out = out_to(text, sizeof(text));
	ctl_plot_svg(&boot, &out);
	ok(!out.cut && strstr(text, "</svg>"));
	out = out_to(text, sizeof(text));
	ctl_plot_text(&boot, &out);
	ok(!out.cut);
}

/* Two paths, as root sees them. */
static void on_map(void)
{
	healthy();
	facts.map = (struct ctl_map){
		.there = true,
		.name = "3600",
		.known = true,
		.queues = true,
		.paths = { { .disk = "sda", .sid = 1, .in_use = true },
			   { .disk = "sdb", .sid = 2 } },
		.n_paths = 2,
	};
}

static void map(void)
{
	on_map();
	eq_str(only(), "");
	facts.map.paths[1].failed = true;
	eq_str(only(), "path-down");
	eq_int(ctl_exit_status(&facts, &found), 1);
	facts.map.paths[0].failed = true;
	eq_str(only(), "several");
	eq_int(ctl_exit_status(&facts, &found), 2);
	on_map();
	facts.map.queues = false;
	eq_str(only(), "map-fails");
	eq_int(ctl_exit_status(&facts, &found), 2);
	facts.map.known = false; /* not run by root */
	facts.map.paths[0].failed = true;
	eq_str(only(), "");
}

/* Whatever it is on; each text is the finding's whole. */
static void verified(void)
{
	static const struct {
		bool passes, on_map, in_memory;
		const char *cause, *remedy;
	} rows[] = {
		{ false, false, false, "what reads it gets an I/O error", "on the server" },
		{ false, true, false, "what reads it gets an I/O error", "on the server" },
		{ true, true, false, "was let pass, and what it is of cannot be trusted",
		  "on the server" },
		{ false, false, true, "in this machine's memory; ", "have the memory tested" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].on_map)
			on_map();
		else
			healthy();
		(void)snprintf(facts.root.device, sizeof(facts.root.device), "dm-2");
		facts.root.verity = facts.root.verity_known = true;
		facts.root.verity_passes = rows[i].passes;
		if (rows[i].in_memory)
			(void)snprintf(facts.root.image, sizeof(facts.root.image), "/memfd:x");
		facts.boot.to_ram = rows[i].in_memory;
		eq_str(only(), "");
		facts.root.verity_changed = true;
		eq_str(only(), "verity-changed");
		eq_int(ctl_exit_status(&facts, &found), 2);
		eq_str(found.list[0].object, "dm-2");
		ok(strstr(found.list[0].cause, "does not match the root hash") != NULL);
		ok(strstr(found.list[0].cause, rows[i].cause) != NULL);
		ok(strstr(found.list[0].remedy, rows[i].remedy) != NULL);
	}
}

int main(void)
{
	RUN(nothing);
	RUN(address_missing);
	RUN(lease_late);
	RUN(fstab_of_an_nfs_root);
	RUN(image);
	RUN(unprivileged);
	RUN(too_many);
	RUN(renewer);
	RUN(picture_of_nothing);
	RUN(map);
	RUN(verified);
	return test_end();
}
