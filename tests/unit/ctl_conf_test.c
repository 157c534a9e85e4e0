/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text files that netrootctl reads with parsers of its own. */
#include "test.h"
#include "tools/netrootctl.h"

static const struct ctl_nic nic = { .name = "eth0", .mac = "52:54:00:77:00:01" };

static void key_values(void)
{
	struct span text = span_of("# k = comment\nk=1\n  k = 2 \nkk = 3\n;k = 4\nk\n[a]\nk = 5\n"
				   "[b x]\nk=6\nk = \x1b[m");
	char value[16];

	ok(ctl_conf_value(text, "a", "k", value, sizeof(value)));
	eq_str(value, "5");
	ok(ctl_conf_value(text, "b", "k", value, sizeof(value)));
	eq_str(value, "\\x1b[m");
	ok(ctl_conf_value(span_of("k=1\nk = 2 \nkk=3"), NULL, "k", value, sizeof(value)));
	eq_str(value, "2");
	ok(!ctl_conf_value(text, "c", "k", value, sizeof(value)));
	ok(!ctl_conf_value(span_of(""), NULL, "k", value, sizeof(value)));
}

static void numbers(void)
{
	eq_int(ctl_conf_number(span_of("n = 86400"), "n"), 86400);
	eq_int(ctl_conf_number(span_of("n=-1"), "n"), -1);
	eq_int(ctl_conf_number(span_of("n = 12 s"), "n"), CTL_UNSET);
	eq_int(ctl_conf_number(span_of("n = 4294967296"), "n"), CTL_UNSET);
	eq_int(ctl_conf_number(span_of("n ="), "n"), CTL_UNSET);
	eq_int(ctl_conf_number(span_of("m = 1"), "n"), CTL_UNSET);
}

static void mountinfo(void)
{
	struct ctl_mount m;

	ok(ctl_mountinfo_parse(
		span_of("1 0 0:1 / / rw - rootfs rootfs rw\n"
			"22 25 0:21 / /proc rw,nosuid shared:5 - proc proc rw\n"
			"25 1 8:17 / / ro,relatime shared:1 master:3 - ext4 /dev/my\\040disk rw,x=-\n"),
		&m));
	eq_int(m.major, 8);
	eq_int(m.minor, 17);
	eq_str(m.fstype, "ext4");
	eq_str(m.source, "/dev/my disk");
	eq_str(m.options, "ro,relatime");
	eq_str(m.super_options, "rw,x=-");
	ok(ctl_has_option(m.super_options, "rw") && !ctl_has_option(m.super_options, "x"));
	ok(!m.layered);
	/* a writable layer: the root is what is below it; an overlay of somebody else's is the root
	 */
	ok(ctl_mountinfo_parse(
		span_of("26 1 0:40 / / rw - overlay overlay rw,lowerdir=/run/initramfs/overlay/lower\n"
			"27 23 0:41 / /run/initramfs/overlay/lower ro - nfs4 10.0.0.1:/x ro,vers=4.2\n"
			"28 23 0:42 / /run/initramfs/overlay/upper rw - tmpfs tmpfs rw\n"),
		&m));
	eq_str(m.fstype, "nfs4");
	eq_str(m.source, "10.0.0.1:/x");
	ok(m.layered && !m.layer_frozen);
	eq_str(m.layer_fstype, "tmpfs");
	ok(ctl_mountinfo_parse(
		span_of("26 1 0:40 / / rw - overlay overlay rw,lowerdir=/run/initramfs/overlay/lower\n"
			"27 23 7:0 / /run/initramfs/overlay/lower ro - squashfs /dev/loop0 ro\n"
			"28 23 8:1 / /run/initramfs/overlay/frozen ro - ext4 /dev/sda1 ro\n"
			"29 23 0:42 / /run/initramfs/overlay/upper rw - tmpfs tmpfs rw\n"),
		&m));
	ok(m.layered && m.layer_frozen && m.major == 7);
	eq_str(m.layer_fstype, "ext4");
	eq_str(m.layer_source, "/dev/sda1");
	ok(ctl_mountinfo_parse(span_of("26 1 0:40 / / rw - overlay overlay rw,lowerdir=/media\n"),
			       &m));
	eq_str(m.fstype, "overlay");
	ok(!m.layered);
	ok(!ctl_mountinfo_parse(span_of("25 1 8 / / rw - ext4 /dev/sda rw"), &m));
	ok(!ctl_mountinfo_parse(span_of("25 1 8:0 / / rw ext4 /dev/sda rw"), &m));
	ok(!ctl_mountinfo_parse(span_of("25 1 8:0 / /usr rw - ext4 /dev/sda rw"), &m));
}

static void fstab(void)
{
	struct ctl_fstab e;

	ok(ctl_fstab_parse(span_of("# / is here\nUUID=1 /boot vfat ro\n"
				   "\tLABEL=\"a\\040root\"\t/\text4\tro,noatime 0 1\n"),
			   &e));
	eq_str(e.spec, "LABEL=a root");
	eq_str(e.fstype, "ext4");
	eq_str(e.options, "ro,noatime");
	ok(ctl_fstab_parse(span_of("\" / x"), &e));
	ok(ctl_fstab_parse(span_of("a\"\" / x"), &e));
	eq_str(e.spec, "a");
	ok(!ctl_fstab_parse(span_of("#UUID=1 / ext4\n/dev/sda /mnt ext4\n/\n"), &e));
}

static void multipath(void)
{
	static struct ctl_map m;

	ctl_multipath_parse(span_of("# no_path_retry fail\n! no_path_retry fail\ndefaults {\n"
				    "\tno_path_retry \"queue\"\n\tfind_multipaths yes\n}\n"
				    "devices {\n\tdevice {\n\t\tvendor \"x y\"\n\t\tno_path_retry "
				    "12\n\t}\n}\nmultipaths {\n multipath {\n  wwid 3\n  "
				    "queue_without_daemon yes\n }\n}\n"),
			    &m);
	eq_str(m.no_path_retry, "queue");
	eq_str(m.queue_without_daemon, "yes");
	ctl_multipath_parse(span_of("overrides {\nno_path_retry fail"), &m); /* a later file */
	eq_str(m.no_path_retry, "fail");
	ctl_multipath_parse(span_of("defaults {\nno_path_retry \"\nno_path_retry"), &m);
	eq_str(m.no_path_retry, "");
}

static void proc(void)
{
	static const char tcp[] = "  sl  local rem st q tr r uid t inode\n"
				  "   0: 0A:C350 0B:0CBC 01 0:0 00:0 0  0   0 4711 1\n"
				  "   1: 0A:0CBC 0B:C350 01 0:0 00:0 0  0   0 4712 1\n"
				  "   2: 0A:C350 0B:0CBC 01 0:0 00:0 0  0   0 0 1\n"
				  "   3: 0A:C350 0CBC 01 0:0 00:0 0  0   0 4713 1\n"
				  "   4: 0A:C350 0B:0CBC 01 0:0 00:0 0  0   0 4714";
	static struct ctl_facts facts;
	struct ctl_process p = { 0 };
	double started_s = 0;
	uint64_t inodes[2];

	ctl_netlink_parse(span_of("sk Eth Pid Groups\n0 8 300 00000001 0\n0 8 301 00000002 0\n"
				  "0 0 302 00000001 0\n0 8 0 00000001 0\n0 8 4294963200 3 0\n"),
			  &facts);
	eq_int(facts.n_listeners, 2);
	eq_int(facts.listeners[0].pid, 300);
	eq_int(facts.listeners[1].pid, 0); /* not the first socket of its process */
	eq_int(ctl_tcp_parse(span_of(tcp), 3260, inodes, 2), 2);
	eq_int(inodes[0], 4711);
	eq_int(inodes[1], 4714);
	ctl_status_parse(span_of("Name:\tUid: 7\nUid:\t1000\t0\t0\t0\nVmRSS:\t  960 kB\n"), &p);
	eq_int(p.uid, 1000);
	eq_int(p.rss_kib, 960);
	ok(ctl_stat_parse(span_of("9 (a) b) 1) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 550 "
				  "20"),
			  100, &started_s));
	eq_int(started_s * 10, 55);
	ok(!ctl_stat_parse(span_of("9 a S 1"), 100, &started_s));
	ok(!ctl_stat_parse(span_of(""), 100, &started_s));
}

static void nfs(void)
{
	static const char tcp[] = "  sl  local rem st\n"
				  "   0: 0100007F:03FF 02004D0A:0801 01 0:0\n"
				  "   1: 0100007F:0400 03004D0A:0801 01 0:0\n"
				  "   2: 0100007F:0001 03004D0A:0802 01 0:0\n"
				  "   3: 0100007F:0001 03004D0A:0801 0A 0:0\n"
				  "   4: 0100007F:0001 03004D0:0801 01 0:0\n"
				  "   5: 0100007F:0001 :0801 01 0:0\n"
				  "   6: 0100007F:0001 03004D0X:0801 01 0:0\n"
				  "   7: 0:0001 770000FD000000000000000002000000:0801 01";
	static const char mounts[] =
		"25 1 0:21 / / rw shared:1 - nfs4 10.77.0.1:/srv rw,clientaddr=10.77.0.9,addr=10.77.0.1\n"
		"26 1 0:22 / /x rw - nfs nas:/x rw,mountaddr=10.77.0.3,addr=fd00:77::2\n"
		"27 1 0:23 / /y rw - ext4 /dev/sda rw,addr=10.77.0.4\n"
		"28 1 0:24 / /z rw - nfs4 nas:/x rw,addr=\n"
		"29 1 0:25 / /z rw - nfs4";
	struct ip_addr ip[4];
	char a[IP_TEXT_MAX];
	struct ctl_mount m;

	eq_int(ctl_tcp_peers_parse(span_of(tcp), 2049, ip, 4), 2);
	eq_str(ip_text(&ip[0], a), "10.77.0.2");
	eq_str(ip_text(&ip[1], a), "fd00:77::2");
	eq_int(ctl_tcp_peers_parse(span_of(tcp), 2049, ip, 1), 1);
	eq_int(ctl_nfs_servers_parse(span_of(mounts), ip, 4), 2);
	eq_str(ip_text(&ip[0], a), "10.77.0.1");
	eq_str(ip_text(&ip[1], a), "fd00:77::2");
	eq_int(ctl_nfs_servers_parse(span_of(mounts), ip, 1), 1);
	ok(ctl_mountinfo_parse(span_of(mounts), &m));
	eq_str(ip_text(&m.server, a), "10.77.0.1");
}

static void interfaces(void)
{
	static const struct {
		const char *text, *method;
		bool brought_up;
	} rows[] = {
		{ "auto lo eth0\niface eth0 inet dhcp\n", "dhcp", true },
		{ "allow-hotplug eth0\niface eth0 inet6 auto\niface eth0 inet static\n", "static",
		  true },
		{ "iface eth0 inet static\niface eth0 inet6 auto\n", "static", false },
		{ "#auto eth0\nauto eth01\niface eth01 inet dhcp\n", "", false },
		{ "auto\niface\niface eth0\n", "", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char method[16] = "";
		bool brought_up = false;

		ctl_interfaces_parse(span_of(rows[i].text), "eth0", &brought_up, method,
				     sizeof(method));
		eq_str(method, rows[i].method);
		eq_int(brought_up, rows[i].brought_up);
	}
}

static void network_match(void)
{
	static const struct {
		const char *text;
		bool fits;
	} rows[] = {
		{ "[Match]\nName=eth0\n", true },
		{ "[Match]\nName=en* eth?\n", true },
		{ "[Match]\nName=!eth0 wlan0\n", false },
		{ "[Match]\nName=!wlan0\n", true },
		{ "[Match]\nMACAddress=52:54:00:77:00:02 52-54-00-77-00-01\n", true },
		{ "[Match]\nMACAddress=52:54:00:77:00:02\n", false },
		{ "[Match]\nName=*\nType=wlan\n", false },
		{ "[Match]\n#Name=eth0\n[Network]\nName=eth0\n", false },
		{ "Name=eth0\n", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ok_row(ctl_network_matches(span_of(rows[i].text), &nic) == rows[i].fits,
		       rows[i].text);
}

static void nm_specs(void)
{
	static const struct {
		const char *text;
		bool fits;
	} rows[] = {
		{ "*", true },
		{ "interface-name:eth*;", true },
		{ "interface-name:=eth*", false },
		{ "interface-name:=eth0", true },
		{ "mac:52:54:00:77:00:02, mac:52:54:00:77:00:01", true },
		{ "type:ethernet", true },
		{ "type:wifi", false },
		{ "*,except:interface-name:eth0", false },
		{ "except:interface-name:wlan0", false },
		{ "eth0", true },
		{ "", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ok_row(ctl_nm_spec_matches(span_of(rows[i].text), &nic) == rows[i].fits,
		       rows[i].text);
}

int main(void)
{
	RUN(key_values);
	RUN(numbers);
	RUN(mountinfo);
	RUN(fstab);
	RUN(multipath);
	RUN(proc);
	RUN(nfs);
	RUN(interfaces);
	RUN(network_match);
	RUN(nm_specs);
	return test_end();
}
