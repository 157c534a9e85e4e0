/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of live systems: live-boot's, casper's, archiso's, dracut's root=live:nfs:. */
#include "core/nfs.h"
#include "core/overlay.h"

#include "plan_test.h"

#define L "boot=live netboot=nfs nfsroot=10.0.0.1:/srv/live "
#define C "boot=casper netboot=nfs nfsroot=10.0.0.1:/srv/ubuntu "
#define A "archiso_nfs_srv=10.0.0.1:/srv/arch "
#define BY " (command line)"
#define HASH "netroot.verity=7e4c07862ea3a8680c9d8bcfada0f690ac0f2dcc3d6fb2e051cdad59985e7076"

static void roots(void)
{
	static const struct plan_line rows[] = {
		{ L, "root.0", "root.0 = nfs 10.0.0.1:/srv/live" BY },
		{ L "nfsopts=vers=3,soft", "root.0",
		  "root.0 = nfs 10.0.0.1:/srv/live version 3 options soft" BY },
		/* behind those of the root's own word: there the last one counts */
		{ "boot=live nfsroot=10.0.0.1:/srv/live,vers=4.1,hard nfsopts=vers=3,soft",
		  "root.0", "root.0 = nfs 10.0.0.1:/srv/live version 3 options hard,soft" BY },
		{ C "NFSOPTS=vers=4.1", "root.0",
		  "root.0 = nfs 10.0.0.1:/srv/ubuntu version 4.1" BY },
		{ "boot=live root=nfs:10.0.0.1:/a nfsopts=soft", "root.0",
		  "root.0 = nfs 10.0.0.1:/a options soft" BY },
		{ "nfsroot=10.0.0.1:/srv/a nfsopts=soft", "root.0",
		  "root.0 = nfs 10.0.0.1:/srv/a" BY },
		{ "boot=nfs nfsroot=10.0.0.1:/srv/a nfsopts=soft", "root.0",
		  "root.0 = nfs 10.0.0.1:/srv/a" BY },
		/* where it comes from the network, no disk is the root, whatever root= says */
		{ C "root=/dev/ram0", "root.0", "root.0 = nfs 10.0.0.1:/srv/ubuntu" BY },
		{ L "root=/dev/sda1", "root.0", "root.0 = nfs 10.0.0.1:/srv/live" BY },
		{ "nfsroot=10.0.0.1:/srv/a root=/dev/sda1", "root.0", "" },
		/* archiso's hook mounts what it names */
		{ A, "root.0", "root.0 = nfs 10.0.0.1:/srv/arch" BY },
		{ A "archiso_nfs_opt=vers=3,rsize=8192", "root.0",
		  "root.0 = nfs 10.0.0.1:/srv/arch version 3 options rsize=8192" BY },
		{ A "root=nfs:10.0.0.2:/b", "root.0", "root.0 = nfs 10.0.0.1:/srv/arch" BY },
		{ A "netroot=nfs:10.0.0.2:/b", "root.1", "" },
		{ A "archiso_nfs_opt=vers=9", "root.0", "root.0 = nfs 10.0.0.1:/srv/arch" BY },
		{ "archiso_nfs_srv=", "root.0", "" },
		/* dracut's */
		{ "root=live:nfs:10.0.0.1:/srv/live/squashfs.img rd.live.image", "root.0",
		  "root.0 = nfs 10.0.0.1:/srv/live" BY },
		{ "root=live:nfs://10.0.0.1:2050/squashfs.img", "root.0",
		  "root.0 = nfs 10.0.0.1:/ port 2050" BY },
		{ "root=live:nfs:10.0.0.1:/srv/a.img,vers=3,soft", "root.0",
		  "root.0 = nfs 10.0.0.1:/srv version 3 options soft" BY },
		{ "root=live:nfs:10.0.0.1:/srv/a.img:vers=4.1", "root.0",
		  "root.0 = nfs 10.0.0.1:/srv version 4.1" BY },
		{ "root=live:nfs:10.0.0.1:/a.img", "root.0", "root.0 = nfs 10.0.0.1:/" BY },
		{ "root=live:nfs:10.0.0.1:/srv/", "root.0", "" },
		{ "root=live:nfs:", "root.0", "" },
		{ "root=live:http://10.0.0.1/a.img", "root.0", "" },
	};

	check_lines(rows, sizeof(rows) / sizeof(rows[0]));
}

static void server_of_lease(void)
{
	static const char *const forms[] = { "archiso_nfs_srv=${pxeserver}:/run/archiso/bootmnt",
					     "archiso_nfs_srv=$pxeserver:/run/archiso/bootmnt" };
	static const struct {
		const char *cmdline, *lease, *server, *options;
	} rows[] = {
		/* where nfsroot= has a path nothing is taken of a root-path, nor is its server */
		{ "boot=live netboot=nfs nfsroot=/srv/live",
		  LEASE "next-server=10.0.0.3\nroot-path=10.0.0.4:/srv/a,soft\n", "10.0.0.3", "" },
		{ "root=/dev/nfs nfsroot=/srv/live",
		  LEASE "next-server=10.0.0.3\nroot-path=10.0.0.4:/srv/a,soft\n", "10.0.0.4",
		  "soft" },
		/* nfsroot=auto, and what holds where nothing is said */
		{ "boot=live netboot=nfs nfsopts=soft", LEASE "root-path=10.0.0.4:/srv/live\n",
		  "10.0.0.4", "soft" },
		{ "boot=live netboot=nfs nfsroot=auto nfsopts=soft",
		  LEASE "next-server=10.0.0.3\nroot-path=/srv/live\n", "10.0.0.3", "soft" },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		make(forms[i], NULL, NULL);
		eq_int(plan.n_roots, 0);
		ok(plan.root_from_dhcp);
		make(forms[i], LEASE "next-server=10.0.0.3\n", NULL);
		eq_str(line_of("root.0"), "root.0 = nfs 10.0.0.3:/run/archiso/bootmnt (command "
					  "line)");
		make(forms[i], LEASE, NULL);
		eq_str(plan.roots[0].server.name, "10.0.0.1");
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;

		make(rows[i].cmdline, rows[i].lease, NULL);
		eq_str(plan.roots[0].server.name, rows[i].server);
		eq_str(plan.roots[0].nfs.options, rows[i].options);
		if (test_failed_checks != before)
			printf("%s\n", rows[i].cmdline);
	}
}

static void images(void)
{
	static const struct plan_line rows[] = {
		{ L, "image", "image = /live/filesystem.squashfs" BY },
		{ C "live-media-path=casper/hwe", "image",
		  "image = /casper/hwe/filesystem.squashfs" BY },
		{ A, "image",
		  "image = /arch/x86_64/airootfs.sfs or /arch/x86_64/airootfs.erofs" BY },
		{ A "archisobasedir=parabola arch=i686", "image",
		  "image = /parabola/i686/airootfs.sfs or /parabola/i686/airootfs.erofs" BY },
		{ A "netroot.image=/a.img", "image", "image = /a.img" BY },
		{ "root=live:nfs:10.0.0.1:/srv/live/squashfs.img", "image",
		  "image = /squashfs.img" BY },
		{ "root=live:nfs:10.0.0.1:/srv/a.img,vers=3", "image", "image = /a.img" BY },
		{ "root=live:nfs:10.0.0.1:/srv/a.img root=nfs:10.0.0.1:/b", "image", "" },
		{ "archisobasedir=a arch=b root=nfs:10.0.0.1:/b", "image", "" },
	};

	check_lines(rows, sizeof(rows) / sizeof(rows[0]));
}

/* In memory, and how large; whether the image is, too. */
static void layers(void)
{
	static const struct plan_line rows[] = {
		{ L, "overlay", "overlay = in memory" BY },
		{ L "overlay-size=1G", "overlay", "overlay = in memory size=1G" BY },
		{ L "overlay-size=40%", "overlay", "overlay = in memory size=40%" BY },
		{ L "overlay-size=x,mode=0", "overlay", "overlay = in memory" BY },
		{ L "overlay-size=1G netroot.overlay=tmpfs:2g", "overlay",
		  "overlay = in memory size=2g" BY },
		{ A "cow_spacesize=4G", "overlay", "overlay = in memory size=4G" BY },
		{ "root=live:nfs:10.0.0.1:/srv/a.img", "overlay", "overlay = in memory" BY },
		{ L, "toram", "" },
		{ A, "toram", "toram = yes" BY },
		{ A "copytoram=auto", "toram", "toram = yes" BY },
		{ A "copytoram=n", "toram", "" },
		{ A "copytoram", "toram", "toram = yes" BY },
	};

	check_lines(rows, sizeof(rows) / sizeof(rows[0]));
}

#define KEEPS                                                                                  \
	"nothing is kept here: netroot.overlay=LABEL=NAME keeps what is written on a disk of " \
	"this machine"

static void named(void)
{
	static const struct plan_note_row rows[] = {
		{ L "persistence", NOTE_REFUSED, "persistence: " KEEPS },
		{ L "persistence-label=p", NOTE_IGNORED,
		  "persistence-label=\"p\": " KEEPS ", ignored" },
		{ C "persistent", NOTE_REFUSED, "persistent: " KEEPS },
		{ A "cow_label=p", NOTE_REFUSED, "cow_label=\"p\": " KEEPS },
		{ L "fetch=http://10.0.0.1/a.squashfs", NOTE_REFUSED,
		  "fetch=\"http://10.0.0.1/a.squashfs\": images come by NFS here: export their "
		  "directory, netboot=nfs nfsroot=SERVER:/PATH" },
		{ "archiso_http_srv=http://10.0.0.1/", NOTE_REFUSED,
		  "archiso_http_srv=\"http://10.0.0.1/\": images come by NFS here: export the same "
		  "directory, archiso_nfs_srv=SERVER:/PATH" },
		{ A "checksum=y", NOTE_IGNORED,
		  "checksum=\"y\": not checked: netroot.verity= verifies every block, ignored" },
		{ A "checksum=n", NOTE_IGNORED, "" },
		{ L "overlay-size=x", NOTE_REFUSED, "overlay-size=\"x\": no size, ignored" },
		{ A "archiso_nfs_opt=vers=9", NOTE_REFUSED,
		  "archiso_nfs_opt=\"vers=9\": NFS version \"9\" is not 3, 4, 4.0, 4.1 or 4.2, "
		  "ignored" },
		{ A "root=LABEL=a nfsroot=10.0.0.2:/b", NOTE_IGNORED,
		  "nfsroot=\"10.0.0.2:/b\": archiso_nfs_srv=\"10.0.0.1:/srv/arch\" names the "
		  "root, ignored" },
		{ "nfsopts=soft", NOTE_IGNORED,
		  "nfsopts=\"soft\": has no effect without boot=live or boot=casper, ignored" },
		{ "archiso_nfs_opt=soft", NOTE_IGNORED,
		  "archiso_nfs_opt=\"soft\": has no effect without archiso_nfs_srv=, ignored" },
		/* elsewhere they are somebody else's */
		{ "persistence url=a verify=y arch=b module=c", NOTE_REFUSED, "" },
		{ "persistence url=a verify=y arch=b module=c", NOTE_IGNORED, "" },
		{ "boot=nfs persistent", NOTE_REFUSED, "" },
	};

	check_notes(rows, sizeof(rows) / sizeof(rows[0]));
	make_conf("persistence", "root=nfs:10.0.0.1:/a");
	eq_str(note(NOTE_UNKNOWN), "netroot.conf: persistence: not known, ignored");
	/* a word that is not taken is init's as it was */
	make(L "persistence", NULL, NULL);
	eq_str(line_of("init_words"), "init_words = persistence" BY);
}

/* What asks for a signature boots nothing that has none, but by a root hash. */
static void signatures(void)
{
	static const char *const asks[] = { A "cms_verify=y", A "verify=y", A "verify",
					    L "dm-verity-enforce-roothash-signature" };
	char cmdline[512];

	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		make(asks[i], NULL, NULL);
		ok(plan_has_verity(&plan) && plan.verity.unusable.text[0]);
		(void)snprintf(cmdline, sizeof(cmdline), "%s " HASH, asks[i]);
		make(cmdline, NULL, NULL);
		ok(plan_has_verity(&plan) && !plan.verity.unusable.text[0]);
	}
	make(A "cms_verify=y", NULL, NULL);
	eq_str(plan.verity.unusable.text,
	       "cms_verify=\"y\": no signature of an image is checked here: netroot.verity=HASH "
	       "(initramfs/mkverity) verifies every block of it, or leave the word out; nothing is "
	       "mounted unverified");
	make(A "cms_verify=y cms_verify=n", NULL, NULL);
	ok(!plan_has_verity(&plan));
	make("cms_verify=y", NULL, NULL);
	ok(!plan_has_verity(&plan));
	/* nobody on the network takes it back, who may be whoever it is there to find out */
	make_fetched("cms_verify=y", "cms_verify=n", A);
	ok(plan.verity.unusable.text[0]);
}

static void over_in_plan(void)
{
	static const struct plan_line rows[] = {
		{ C "layerfs-path=minimal.standard.squashfs", "image",
		  "image = /casper/minimal.standard.squashfs" BY },
		{ C "layerfs-path=/cdrom/casper/a.b.squashfs", "image",
		  "image = /casper/a.b.squashfs" BY },
	};
	char text[512];
	struct out out = out_to(text, sizeof(text));

	check_lines(rows, sizeof(rows) / sizeof(rows[0]));
	eq_int(plan.image.beside, IMAGE_CHAIN);
	make(L "module=mini", NULL, NULL);
	eq_int(plan.image.beside, IMAGE_LIVE);
	eq_str(plan.image.module, "mini");
	make(A, NULL, NULL);
	eq_int(plan.image.beside, IMAGE_ALONE);
	/* nothing that lies beside what is verified gets over it */
	make(L HASH, NULL, NULL);
	eq_int(plan.image.beside, IMAGE_ALONE);
	ok(!plan.verity.unusable.text[0]);
	make(C "layerfs-path=a.b.squashfs " HASH, NULL, NULL);
	ok(strstr(plan.verity.unusable.text, "of images over each other none is verified"));
	make(L, NULL, NULL);
	overlay_options(&plan.overlay, 2, &out);
	ok(!strncmp(text,
		    "lowerdir=/run/initramfs/overlay/lower:/run/initramfs/overlay/below/1:"
		    "/run/initramfs/overlay/below/0,upperdir=",
		    106));
}

/* The export has to hold one of two files. */
static void sought(void)
{
	struct nfs_sought what;

	make(A, NULL, NULL);
	what = nfs_sought_of(&plan);
	ok(what.is_image);
	eq_str(what.path, "/arch/x86_64/airootfs.sfs");
	eq_str(what.other, "/arch/x86_64/airootfs.erofs");
	eq_str(what.word, "archisobasedir=");
	make(L, NULL, NULL);
	what = nfs_sought_of(&plan);
	eq_str(what.other, "");
	eq_str(what.word, "live-media-path=");
	make(C, NULL, NULL);
	what = nfs_sought_of(&plan);
	eq_str(what.word, "live-media-path= and layerfs-path=");
}

int main(void)
{
	RUN(roots);
	RUN(server_of_lease);
	RUN(images);
	RUN(layers);
	RUN(named);
	RUN(signatures);
	RUN(over_in_plan);
	RUN(sought);
	return test_end();
}
