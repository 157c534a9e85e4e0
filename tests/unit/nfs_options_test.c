/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said of the options of an NFS mount: unknown, in conflict, in vain. */
#include "test.h"

#include "core/nfs_options.h"

static char text[1024];

static void remark(void *arg, enum note_kind kind, const char *said)
{
	static const char marks[] = { [NOTE_IGNORED] = 'i',
				      [NOTE_REFUSED] = '!',
				      [NOTE_UNKNOWN] = '?',
				      [NOTE_CHOICE] = '-' };

	out_add(arg, "%c %s\n", marks[kind], said);
}

static const char *check(const char *options, uint8_t version)
{
	struct plan_nfs nfs = { .version = version };
	struct out out = out_to(text, sizeof(text));

	ok(text_copy(nfs.options, sizeof(nfs.options), span_of(options)));
	nfs_options_check(&nfs, remark, &out);
	return text;
}

/* Every option of the kernel, and what fstab has beside them. */
static void known(void)
{
	static const char *const lists[] = {
		"",
		"rsize=8192,wsize=8192,timeo=600,retrans=2,hard,nconnect=4,tcp,sec=sys",
		"acregmin=3,acregmax=60,acdirmin=3,acdirmax=60,actimeo=600,noac,nocto,bsize=0",
		"ac,cto,acl,fsc,lock,posix,rdirplus,resvport,sharecache,softreval,trunkdiscovery",
		"noacl,nofsc,nolock,noposix,nordirplus,noresvport,nosharecache,nosoftreval,nointr",
		"lookupcache=none,local_lock=all,namlen=255,fsc=tag,write=eager,rdirplus=force",
		"proto=rdma,port=20049,max_connect=8,migration,notrunkdiscovery,xprtsec=none",
		"softerr,fatal_neterrors=none,alignwrite,mountport=1,mountproto=tcp,mountvers=3",
		"clientaddr=10.0.0.9,intr,udp",
		"ro,rw,noatime,nodiratime,relatime,nosuid,nodev,noexec,sync,dirsync,defaults",
		"_netdev,nofail,bg,retry=2,auto,noauto,user,x-systemd.automount,mountaddr=10.0.0.1",
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		ok(!strchr(check(lists[i], 0), '?'));
}

static void remarks(void)
{
	static const struct {
		const char *options;
		uint8_t version;
		const char *want;
	} rows[] = {
		{ "hardy,tcp", 0,
		  "? NFS option hardy: not known, passed on: a kernel that does not know it either "
		  "refuses the mount\n" },
		{ "rsise=8192", 0,
		  "? NFS option rsise=: not known, passed on: a kernel that does not know it either "
		  "refuses the mount\n" },
		/* the form counts, too */
		{ "rsize", 0,
		  "? NFS option rsize: not known, passed on: a kernel that does not know it either "
		  "refuses the mount\n" },
		{ "hard=1", 0,
		  "? NFS option hard=: not known, passed on: a kernel that does not know it either "
		  "refuses the mount\n" },
		{ "nohard", 0,
		  "? NFS option nohard: not known, passed on: a kernel that does not know it either "
		  "refuses the mount\n" },
		{ "\x1b[31m", 0,
		  "? NFS option \\x1b[31m: not known, passed on: a kernel that does not know it "
		  "either refuses the mount\n" },
		{ "soft,hard", 0,
		  "- NFS options hard and soft exclude each other, the last one counts\n" },
		{ "ac,noac", 0,
		  "- NFS options ac and noac exclude each other, the last one counts\n" },
		{ "tcp,proto=rdma", 0,
		  "- NFS options tcp and proto exclude each other, the last one counts\n" },
		{ "udp", 4,
		  "! NFS over UDP: version 4 has none (RFC 7530 3.1): the mount will fail; leave "
		  "UDP or the version\n" },
		{ "proto=udp6", 4,
		  "! NFS over UDP: version 4 has none (RFC 7530 3.1): the mount will fail; leave "
		  "UDP or the version\n" },
		{ "udp", 3, "" },
		{ "udp", 0, "" },
		{ "nolock,mountport=635", 4,
		  "i NFS option nolock: has no meaning for version 4, ignored\n"
		  "i NFS option mountport: has no meaning for version 4, ignored\n" },
		{ "clientaddr=10.0.0.9", 3,
		  "i NFS option clientaddr: has no meaning for version 3, ignored\n" },
		{ "sec=krb5p", 0,
		  "! NFS option sec=krb5p: needs rpc.gssd and a ticket before the root is there, "
		  "which this initrd has not: the mount will fail\n" },
		{ "sec=sys", 0, "" },
		{ "xprtsec=mtls", 0,
		  "! NFS option xprtsec=mtls: needs tlshd and Linux 6.5 before the root is there, "
		  "which this initrd has not: the mount will fail\n" },
		{ "lock", 3,
		  "- NFS option lock: no statd runs before the root is there: version 3 is mounted "
		  "with nolock, locks hold on this machine only; version 4 has locks of its own\n" },
		{ "nolock", 3, "" },
		{ ",,soft,,", 0, "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		eq_str(check(rows[i].options, rows[i].version), rows[i].want);
}

static void udp(void)
{
	ok(nfs_options_udp(span_of("udp")));
	ok(nfs_options_udp(span_of("soft,proto=udp")));
	ok(nfs_options_udp(span_of("tcp,proto=udp6,soft")));
	ok(!nfs_options_udp(span_of("udp,tcp")));
	ok(!nfs_options_udp(span_of("udp,proto=tcp")));
	ok(!nfs_options_udp(span_of("mountproto=udp")));
	ok(!nfs_options_udp(span_of("")));
}

int main(void)
{
	RUN(known);
	RUN(remarks);
	RUN(udp);
	return test_end();
}
