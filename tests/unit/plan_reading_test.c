/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How each word was read, and which names resemble ours. */
#include "plan_test.h"

#include "core/plan_names.h"

static const char *readings(void)
{
	static char text[65536];
	struct out out = out_to(text, sizeof(text));

	plan_readings(&in, add_line, &out);
	ok(!out.cut);
	return text;
}

static void golden(void)
{
	make("BOOT_IMAGE=vmlinuz auto init=/sbin/init ip=eth0:dhcp vlan=eth0.5:eth0 quiet "
	     "console=ttyS0 foo rd.iscsi.initator=x root=LABEL=r rw",
	     NULL, NULL);
	eq_str(readings(), "BOOT_IMAGE=vmlinuz: not netroot's\n"
			   "auto: dropped, as all that stands before init=\n"
			   "init=/sbin/init: the program that is started in the root\n"
			   "ip=eth0:dhcp: DHCPv4 on eth0\n"
			   "vlan=eth0.5:eth0: VLAN 5 on eth0, named eth0.5\n"
			   "quiet: quiet console; also the kernel's\n"
			   "console=ttyS0: not netroot's\n"
			   "foo: argument of init\n"
			   "rd.iscsi.initator=x: not known; looks like rd.iscsi.initiator\n"
			   "root=LABEL=r: LABEL=r\n"
			   "rw: the root is mounted for writing; also the kernel's\n");
}

static void one_by_one(void)
{
	/* the first line of a command line's readings */
	static const char *const rows[][2] = {
		{ "ip=bogus",
		  "ip=bogus: \"bogus\" is no method of configuration; ignored, without another ip= "
		  "DHCP is asked on all wired NICs" },
		{ "ip=eth0:dhcp ip=eth0:off",
		  "ip=eth0:dhcp: overridden by the later ip=\"eth0:off\"" },
		{ "mtu=1400 mtu=9000", "mtu=1400: overridden by the later mtu=9000" },
		{ "mtu=x", "mtu=x: no MTU from 576 to 65535, ignored" },
		{ "root=nfs:10.0.0.1:/a root=nfs:10.0.0.1:/b",
		  "root=nfs:10.0.0.1:/a: overridden by the later root=nfs:10.0.0.1:/b" },
		{ "root=dhcp", "root=dhcp: the root, or what is missing of it, comes by DHCP" },
		{ "root=bogus",
		  "root=bogus: not a root; expected dhcp, /dev/nfs, nfs:SERVER:/PATH, "
		  "iscsi:SERVER::::TARGET, LABEL=, UUID=, PARTUUID=, PARTLABEL= or /dev/NAME" },
		{ "netroot=iscsi:10.0.0.1:::10:" IQN,
		  "netroot=iscsi:10.0.0.1:::10:" IQN ": iscsi 10.0.0.1:3260 lun 10 " IQN
		  "; LUN \"10\" read as decimal, as dracut and Debian do; the same in DHCP is "
		  "hexadecimal" },
		{ "netroot=iscsi:u:geheim@10.0.0.1::::" IQN,
		  "netroot=iscsi:***@10.0.0.1::::" IQN ": iscsi 10.0.0.1:3260 lun 0 or any " IQN
		  "; one-way CHAP" },
		{ "iscsi_password=geheim",
		  "iscsi_password=***: CHAP: a CHAP secret without its name: give both or none: "
		  "no target can be logged in to" },
		{ "iscsi_pasword=geheim",
		  "iscsi_pasword=***: not known; looks like iscsi_password" },
		{ "cloud.password=geheim", "cloud.password=***: not netroot's" },
		{ "rd.neednet=1", "rd.neednet=1: the network is always configured here" },
		{ "rd.net.timeout.ifup=3",
		  "rd.net.timeout.ifup=3: nothing waits for that here, ignored" },
		{ "rd.net.dhcp.retry=3",
		  "rd.net.dhcp.retry=3: DHCP is asked for as long as it takes, ignored" },
		{ "net.ifnames=0", "net.ifnames=0: names of NICs are the kernel's here" },
		{ "net.ifnames=1",
		  "net.ifnames=1: names of NICs are the kernel's here, ifname= gives others, "
		  "ignored" },
		{ "rd.znet=x", "rd.znet=x: not supported, ignored" },
		{ "BOOTIF=01-52-54-00-ab-cd-ef",
		  "BOOTIF=01-52-54-00-ab-cd-ef: the NIC that the firmware booted from" },
		{ "BOOTIF=01-52-54-00-ab-cd-ef rd.bootif=0",
		  "BOOTIF=01-52-54-00-ab-cd-ef: rd.bootif says not to follow it, ignored" },
		{ "ip=eth0:dhcp ip=eth1:dhcp",
		  "ip=eth0:dhcp: DHCPv4 on eth0; of several ip= the first answer with a usable root "
		  "counts; bootdev=eth0 would wait for that NIC's, as dracut does" },
		{ "bond=bond0:eth0,eth1:mode=802.3ad,miimon=50",
		  "bond=bond0:eth0,eth1:mode=802.3ad,miimon=50: bond bond0 of eth0,eth1 "
		  "mode=802.3ad miimon=50" },
		{ "nameserver=10.0.0.3", "nameserver=10.0.0.3: name server, before those of DHCP" },
		{ "hostname=pc1", "hostname=pc1: host name" },
		{ "rd.shell=1", "rd.shell=1: whether retries end in a shell" },
		{ "nomodeset", "nomodeset: the kernel's" },
		{ "usbcore.autosuspend=-1", "usbcore.autosuspend=-1: not netroot's" },
		{ "rd.xyzzy", "rd.xyzzy: not known, ignored" },
		{ "qiuet", "qiuet: argument of init; looks like quiet" },
		{ "-- root=x", "--: what follows are arguments of init" },
		{ "rootflags=\"a b\"", "rootflags=\"a b\": mount options of a block device" },
		{ "a\033b=1", "a\\x1bb=1: not netroot's" },
		{ "rootdelay", "rootdelay: has no value, ignored" },
		{ "nfsroot=10.0.0.1:/x root=dhcp",
		  "nfsroot=10.0.0.1:/x: has no effect without root=/dev/nfs, ignored" },
		{ "rd.driver.blacklist=a,b blacklist=c",
		  "rd.driver.blacklist=a,b: these modules are not loaded" },
		{ "modprobe.blacklist=a", "modprobe.blacklist=a: these modules are not loaded" },
		{ "rd.break=mount",
		  "rd.break=mount: the boot does not stop midway: rd.shell opens a shell where it "
		  "fails, a hook runs in it, ignored" },
		{ "netconsole=@/,@10.0.0.1/",
		  "netconsole=@/,@10.0.0.1/: only the kernel's, where it is built in: the root can "
		  "load it as a module, ignored" },
		{ "url=http://10.0.0.1/ubuntu.iso ip=dhcp",
		  "url=http://10.0.0.1/ubuntu.iso: images come by NFS here: export their "
		  "directory, boot=casper netboot=nfs nfsroot=SERVER:/PATH" },
		{ "url=http://10.0.0.1/x netboot=url",
		  "url=http://10.0.0.1/x: images come by NFS here: export their directory, "
		  "boot=casper netboot=nfs nfsroot=SERVER:/PATH" },
		{ "url=http://10.0.0.1/preseed.cfg",
		  "url=http://10.0.0.1/preseed.cfg: not netroot's" },
		{ "root=live:http://10.0.0.1/a.squashfs",
		  "root=live:http://10.0.0.1/a.squashfs: a root over \"live\" is not supported "
		  "yet: an image in an NFS export is, by netroot.image=" },
		{ "root=wwinit",
		  "root=wwinit: a root over \"wwinit\" is not supported yet: an image in an NFS "
		  "export is, by netroot.image=" },
		{ "toram netroot.image=a", "toram: the image is copied into memory" },
		{ "toram netroot.overlay root=iscsi:10.0.0.1::::" IQN,
		  "toram: the LUN is copied into memory" },
		{ "toram netroot.overlay root=dhcp",
		  "toram: the root, if it is a LUN, is copied into memory" },
		{ "toram=0", "toram=0: nothing is copied into memory" },
		{ "toram toram=0", "toram: overridden by the later toram=0" },
		{ "rw netroot.image=a",
		  "rw: the root is only read all the same; also the kernel's" },
		{ "netroot.overlay=tmpfs rw", "netroot.overlay=tmpfs: in memory" },
		{ "root=nfs:10.0.0.1:/a ltsp.image=a,,b",
		  "root=nfs:10.0.0.1:/a: no root, as another word rules it out" },
		{ "boot=nfs", "boot=nfs: has no effect, root= or nfsroot= says it" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[1024];
		const char *all;

		make(rows[i][0], NULL, NULL);
		all = readings();
		(void)snprintf(line, sizeof(line), "%.*s", (int)strcspn(all, "\n"), all);
		eq_str(line, rows[i][1]);
	}
	make("nfsroot=auto", "server-id=10.0.0.1\nroot-path=10.0.0.4:/srv\n", NULL);
	eq_str(readings(), "nfsroot=auto: an NFS root as ip= and DHCP say\n");
	make_conf("rd.iscsi.initiator=x", "");
	eq_str(note(NOTE_REFUSED), "netroot.conf: rd.iscsi.initiator \"x\": no iqn., eui. or naa. "
				   "name of at most 223 bytes, ignored");
	make_conf("netroot.overlay=tmpfs", "rw");
	eq_str(line_of("mode"), "mode = ro under the writable layer (netroot.conf)");
	make_conf("modprobe.blacklist=a", "");
	eq_str(note(NOTE_REFUSED), "netroot.conf: modprobe.blacklist=\"a\": counts on the command "
				   "line alone, ignored");
	make("a -- root=nfs:10.0.0.1:/x b", NULL, NULL);
	eq_str(readings(), "a: argument of init\n"
			   "--: what follows are arguments of init\n"
			   "root=nfs:10.0.0.1:/x: argument of init\n"
			   "b: argument of init\n");
	make("", NULL, NULL);
	eq_str(readings(), "");
}

/* Those of netroot.conf and of what was fetched, behind the command line's, secrets hidden. */
static void other_places(void)
{
	make_fetched("# initrd\nrd.iscsi.password=geheim rd.iscsi.username=pc7 foo\n"
		     "rd.iscsi.initator=x rw mtu=1400 hostname=a\n",
		     "ip=dhcp hostname=b netroot.overlay=tmpfs bar=1\nrd.iscsi.pasword=geheim\n"
		     "rd.neednet=1 rootdelay=9\n",
		     "hostname=c rootdelay=5 root=iscsi:10.0.0.1::::" IQN " -- root=x");
	eq_str(readings(),
	       "hostname=c: host name\n"
	       "rootdelay=5: seconds to wait for the root's device\n"
	       "root=iscsi:10.0.0.1::::" IQN ": iscsi 10.0.0.1:3260 lun 0 or any " IQN "\n"
	       "--: what follows are arguments of init\n"
	       "root=x: argument of init\n"
	       "config: ip=dhcp: comes too late, the network is up by then; it belongs on the "
	       "command line or into netroot.conf of the initrd\n"
	       "config: hostname=b: overridden by the later hostname=c\n"
	       "config: netroot.overlay=tmpfs: in memory\n"
	       "config: bar=1: not known, ignored\n"
	       "config: rd.iscsi.pasword=***: not known, ignored; looks like rd.iscsi.password\n"
	       "config: rd.neednet=1: the network is always configured here\n"
	       "config: rootdelay=9: overridden by the later rootdelay=5\n"
	       "netroot.conf: rd.iscsi.password=***: CHAP: this machine's secret\n"
	       "netroot.conf: rd.iscsi.username=pc7: CHAP: this machine's name\n"
	       "netroot.conf: foo: not known, ignored\n"
	       "netroot.conf: rd.iscsi.initator=x: not known, ignored; looks like "
	       "rd.iscsi.initiator\n"
	       "netroot.conf: rw: under a writable layer the root itself is only read\n"
	       "netroot.conf: mtu=1400: MTU where neither ip= nor a lease has one\n"
	       "netroot.conf: hostname=a: overridden by the later config: hostname=b\n");
}

static void near_names(void)
{
	static const char *const rows[][2] = {
		{ "rd.iscsi.initator", "rd.iscsi.initiator" },
		{ "rd_neednet", "rd.neednet" },
		{ "Hostname", "hostname" },
		{ "bootif", "BOOTIF" },
		{ "rd.hostname", "hostname" },
		{ "neednet", "rd.neednet" },
		{ "shell", "rd.shell" },
		{ "nameservers", "nameserver" },
		{ "namesrever", "nameserver" },
		{ "rootfsytpe", "rootfstype" },
		{ "rd.net.timeout.carier", "rd.net.timeout.carrier" },
		{ "netroot.dhcp.userclass", "netroot.dhcp.user-class" },
		{ "nfsrott", "nfsroot" },
		{ "rd.iscsi.user", "rd.iscsi.username" },
		{ "rd.iscsi.in.pass", "rd.iscsi.in.password" },
		{ "rd.net.timeout", NULL },
		{ "netroot.iscsi", NULL },
		/* the kernel's and others' */
		{ "console", NULL },
		{ "initrd", NULL },
		{ "isolcpus", NULL },
		{ "selinux", NULL },
		{ "apparmor", NULL },
		{ "security", NULL },
		{ "loglevel", NULL },
		{ "crashkernel", NULL },
		{ "mitigations", NULL },
		{ "systemd.unit", NULL },
		{ "BOOT_IMAGE", NULL },
		{ "audit", NULL },
		{ "reboot", NULL },
		{ "boot_delay", NULL },
		{ "tboot", NULL },
		{ "iface", NULL },
		{ "video", NULL },
		{ "resume", NULL },
		{ "rdinit", NULL },
		{ "printk.time", NULL },
		{ "net.core", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *near = name_near(span_of(rows[i][0]));

		eq_str(near ? near : "(none)", rows[i][1] ? rows[i][1] : "(none)");
	}
	make("rd.iscsi.initator=x bootif=1 foo bar=1 qiuet", NULL, NULL);
	eq_int(plan.n_notes, 2);
	eq_str(note(NOTE_UNKNOWN),
	       "rd.iscsi.initator: not known, ignored; looks like rd.iscsi.initiator");
}

/* Long words and many of them. */
static void hostile(void)
{
	static char text[10300];

	memset(text, 'x', 10240);
	memcpy(text, "rootflags=", 10);
	make(text, NULL, NULL);
	ok(strstr(readings(), ": longer than 255 bytes, ignored") != NULL);
	for (int i = 0; i < 2048; i++)
		memcpy(text + 5 * i, "ip=\" ", 5);
	text[10240] = '\0';
	make(text, NULL, NULL);
	(void)readings();
}

int main(void)
{
	RUN(golden);
	RUN(one_by_one);
	RUN(other_places);
	RUN(near_names);
	RUN(hostile);
	return test_end();
}
