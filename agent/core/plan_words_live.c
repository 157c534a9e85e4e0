/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of live systems, whose root is an image in an export under a layer in memory: those of
 * live-boot(7) and casper(7), where boot= names them, of archiso (mkinitcpio-archiso,
 * docs/README.bootparams), where archiso_nfs_srv= does, and dracut's root=live:nfs: (90livenet).
 */
#include "core/plan_wish.h"

#include <errno.h>
#include <string.h>

#include "core/image.h"
#include "core/overlay.h"
#include "core/plan_names.h"

/* --- words that only they have --- */

static void take_path(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "live-media-path", &b->wish->live_path);
}

/* How live-boot and casper get at the file. */
static void take_netboot(struct word_build *b, const struct cmd_word *w)
{
	b->wish->netboot_url = span_eq(w->value, "url");
	if (w->value.len && !span_eq(w->value, "nfs"))
		word_refuse(b, w,
			    "images come by NFS here, ignored: export their directory, nfsroot= "
			    "says where it is");
}

/* casper has it of its environment, in which the kernel puts NFSOPTS=. */
static void take_options(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "nfsopts", &b->wish->live_options);
}

static void take_size(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "overlay-size", &b->wish->live_size);
}

static void take_layers(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "layerfs-path", &b->wish->live_layers);
}

static void take_srv(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "archiso_nfs_srv", &b->wish->archiso);
}

static void take_opt(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "archiso_nfs_opt", &b->wish->archiso_options);
}

static void take_dir(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "archisobasedir", &b->wish->archiso_dir);
}

static void take_space(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "cow_spacesize", &b->wish->archiso_size);
}

static const char options[] = "options of the NFS mount";
static const char where[] = "where a live system's file is";
static const char size[] = "how large the layer in memory is";

static const struct word_row rows[] = {
	{ "netboot", BARE | VALUE, take_netboot, "has no effect, root= or nfsroot= says it" },
	{ "live-media-path", VALUE, take_path, where },
	{ "nfsopts", VALUE, take_options, options },
	{ "NFSOPTS", VALUE, take_options, options },
	{ "overlay-size", VALUE, take_size, size },
	{ "layerfs-path", VALUE, take_layers, "which image is the topmost" },
	{ "archiso_nfs_srv", VALUE, take_srv, NULL },
	{ "archiso_nfs_opt", VALUE, take_opt, options },
	{ "archisobasedir", VALUE, take_dir, where },
	{ "cow_spacesize", VALUE, take_space, size },
};

const struct word_rows word_rows_live = { rows, sizeof(rows) / sizeof(rows[0]) };

/* --- words that mean something beside those, and elsewhere something else or nothing --- */

enum whose { LIVE_BOOT = 1, CASPER = 2, ARCHISO = 4 };

static const char keeps[] = "nothing is kept here: netroot.overlay=LABEL=NAME keeps what is "
			    "written on a disk of this machine";
static const char no_url[] = "images come by NFS here: export their directory, "
			     "netboot=nfs nfsroot=SERVER:/PATH";
static const char no_iso[] = "images come by NFS here: export their directory, "
			     "boot=casper netboot=nfs nfsroot=SERVER:/PATH";
static const char no_arch_url[] = "images come by NFS here: export the same directory, "
				  "archiso_nfs_srv=SERVER:/PATH";
static const char no_medium[] = "no medium of this machine is looked at";
static const char no_check[] = "not checked: netroot.verity= verifies every block";
static const char no_effect[] = "has no effect here";
static const char one_layer[] = "the layer is over the whole root";
static const char is_told[] = "the booted system is told of its network in files that it reads";

/* A name that ends in '-' stands for all that begin so. */
static const struct live_name {
	const char *name;
	unsigned int of; /* enum whose */
	enum note_kind kind;
	const char *why; /* NULL: a signature is asked for */
} names[] = {
	{ "persistence", LIVE_BOOT, NOTE_REFUSED, keeps },
	{ "persistence-", LIVE_BOOT, NOTE_IGNORED, keeps },
	{ "persistent", CASPER, NOTE_REFUSED, keeps },
	{ "persistent-path", CASPER, NOTE_IGNORED, keeps },
	{ "cow_label", ARCHISO, NOTE_REFUSED, keeps },
	{ "cow_device", ARCHISO, NOTE_REFUSED, keeps },
	{ "nfsoverlay", LIVE_BOOT, NOTE_REFUSED, keeps },
	{ "todisk", LIVE_BOOT | CASPER, NOTE_REFUSED,
	  "no disk of this machine is written to: toram copies the image into memory" },
	{ "fetch", LIVE_BOOT, NOTE_REFUSED, no_url },
	{ "httpfs", LIVE_BOOT, NOTE_REFUSED, no_url },
	{ "ftpfs", LIVE_BOOT, NOTE_REFUSED, no_url },
	{ "url", CASPER, NOTE_REFUSED, no_url },
	{ "iso-url", CASPER, NOTE_REFUSED, no_url },
	{ "live-media", LIVE_BOOT | CASPER, NOTE_IGNORED, no_medium },
	{ "live-media-offset", LIVE_BOOT | CASPER, NOTE_IGNORED, no_medium },
	{ "live-media-timeout", LIVE_BOOT | CASPER, NOTE_IGNORED, no_medium },
	{ "bootfrom", LIVE_BOOT | CASPER, NOTE_IGNORED, no_medium },
	{ "findiso", LIVE_BOOT, NOTE_IGNORED, no_medium },
	{ "fromiso", LIVE_BOOT, NOTE_IGNORED, no_medium },
	{ "isofrom", LIVE_BOOT, NOTE_IGNORED, no_medium },
	{ "uuid", CASPER, NOTE_IGNORED, no_medium },
	{ "ignore_uuid", LIVE_BOOT | CASPER, NOTE_IGNORED, no_medium },
	{ "archisolabel", ARCHISO, NOTE_IGNORED, no_medium },
	{ "archisodevice", ARCHISO, NOTE_IGNORED, no_medium },
	{ "archisosearchuuid", ARCHISO, NOTE_IGNORED, no_medium },
	{ "archisosearchfilename", ARCHISO, NOTE_IGNORED, no_medium },
	{ "union", LIVE_BOOT, NOTE_CHOICE, "the layer is overlayfs'" },
	{ "module", LIVE_BOOT, NOTE_CHOICE, "which list of images" },
	{ "exposedroot", LIVE_BOOT, NOTE_IGNORED, one_layer },
	{ "skipunion", LIVE_BOOT, NOTE_IGNORED, one_layer },
	{ "plainroot", LIVE_BOOT, NOTE_IGNORED, no_medium },
	{ "ramdisk-size", LIVE_BOOT, NOTE_IGNORED, no_effect },
	{ "ethdevice", LIVE_BOOT, NOTE_IGNORED, "ip=NIC:dhcp or BOOTIF= says which NIC" },
	{ "ethdevice-timeout", LIVE_BOOT, NOTE_IGNORED, "DHCP is asked for as long as it takes" },
	{ "dhcp", LIVE_BOOT, NOTE_IGNORED, is_told },
	{ "nodhcp", LIVE_BOOT, NOTE_IGNORED, is_told },
	{ "nonetworking", LIVE_BOOT, NOTE_IGNORED, is_told },
	{ "skipconfig", LIVE_BOOT, NOTE_IGNORED, is_told },
	{ "nofstab", LIVE_BOOT, NOTE_IGNORED, no_effect },
	{ "copy_resolvconf", ARCHISO, NOTE_IGNORED, is_told },
	{ "showmounts", CASPER, NOTE_IGNORED, no_effect },
	{ "show-cow", CASPER, NOTE_IGNORED, no_effect },
	{ "verify-checksums", LIVE_BOOT, NOTE_IGNORED, no_check },
	{ "checksum", ARCHISO, NOTE_IGNORED, no_check },
	{ "verify", ARCHISO, NOTE_REFUSED, NULL },
	{ "cms_verify", ARCHISO, NOTE_REFUSED, NULL },
	{ "dm-verity-enforce-roothash-signature", LIVE_BOOT, NOTE_REFUSED, NULL },
	{ "cow_directory", ARCHISO, NOTE_IGNORED, keeps },
	{ "cow_flags", ARCHISO, NOTE_IGNORED, keeps },
	{ "cow_persistent", ARCHISO, NOTE_IGNORED, no_effect },
	{ "cow_chunksize", ARCHISO, NOTE_IGNORED, no_effect },
	{ "dm_snap_prefix", ARCHISO, NOTE_IGNORED, no_effect },
	{ "copytoram_size", ARCHISO, NOTE_IGNORED, "the image takes what it needs" },
	{ "arch", ARCHISO, NOTE_CHOICE, "the directory of the image" },
	/* these stand for archiso_nfs_srv= */
	{ "archiso_http_srv", ~0u, NOTE_REFUSED, no_arch_url },
	{ "archiso_http_spc", ~0u, NOTE_IGNORED, no_effect },
	{ "archiso_nbd_srv", ~0u, NOTE_REFUSED, no_arch_url },
	{ "archiso_nbd_name", ~0u, NOTE_IGNORED, no_effect },
};

static const struct live_name *name_of(struct span key)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *name = names[i].name;
		bool family = name[strlen(name) - 1] == '-';

		if (family ? span_starts(key, name) : cmd_key_is(key, name))
			return &names[i];
	}
	return NULL;
}

bool name_is_live(struct span key)
{
	return name_of(key);
}

bool word_of_live(struct word_build *b, const struct cmd_word *w)
{
	struct wishes *wish = b->wish;
	const struct live_name *name = name_of(w->key);

	if (!name || wish->n_live_words == WISH_LIVE_WORDS_MAX)
		return false;
	wish->live_words[wish->n_live_words++] = (struct wish_word){ b->by, name->name, w->value,
								     ROOTSPEC_NONE };
	return true;
}

/* --- what they come to --- */

static const struct wish_word none;

static unsigned int context(const struct wishes *wish)
{
	if (wish->archiso.given.by)
		return ARCHISO;
	if (!wish->live.given.by)
		return 0;
	return span_eq(wish->live.value, "casper") ? CASPER : LIVE_BOOT;
}

static bool is_no(struct span value)
{
	return span_eq(value, "n") || span_eq(value, "no") || span_eq(value, "0");
}

/* What is fetched may be anybody's, and does not take back what the initrd asks for. */
static void ask_signature(struct wishes *wish, const struct wish_word *word)
{
	if (!is_no(word->value))
		wish->signature = word->given;
	else if (word->given.by != FROM_FETCHED)
		wish->signature = (struct given){ .by = FROM_NOWHERE };
}

/* Ubuntu's initrd is casper's without boot=casper, too; other installers have an url= as well. */
static bool is_iso_url(const struct wish_word *word, const struct wishes *wish)
{
	return (!strcmp(word->name, "url") || !strcmp(word->name, "iso-url")) &&
	       (wish->netboot_url || span_ends(word->value, ".iso"));
}

static void note_word(const struct plan_input *in, const struct wish_word *word, unsigned int of,
		      struct wishes *wish, struct plan *plan)
{
	const struct live_name *name = name_of(span_of(word->name));
	char q[PLAN_QUOTE_MAX];

	(void)given_word(word->given, in, q);
	if (!name)
		return;
	if (!of && is_iso_url(word, wish)) {
		plan_note(plan, NOTE_REFUSED, word->given, "%s: %s", q, no_iso);
	} else if (!(name->of & of) && name->of != ~0u) {
		if (word->given.by != FROM_CMDLINE)
			plan_note(plan, NOTE_UNKNOWN, word->given, "%s: not known, ignored", q);
	} else if (!name->why) {
		ask_signature(wish, word);
	} else if (!is_no(word->value)) {
		plan_note(plan, name->kind, word->given, "%s: %s%s", q, name->why,
			  name->kind == NOTE_IGNORED ? ", ignored" : "");
	}
	if (name->of == ARCHISO && !strcmp(name->name, "arch"))
		wish->archiso_arch = *word;
	if (name->of == LIVE_BOOT && !strcmp(name->name, "module"))
		wish->live_module = *word;
}

static void note_alone(const struct plan_input *in, const struct wish_word *word,
		       const char *without, struct plan *plan)
{
	char q[PLAN_QUOTE_MAX];

	if (word->given.by)
		plan_note(plan, NOTE_IGNORED, word->given, "%s: has no effect without %s, ignored",
			  given_word(word->given, in, q), without);
}

/* "${pxeserver}:/path" is evaluated by a shell there: the server of the boot file. */
static struct span without_pxeserver(struct span value)
{
	static const char *const forms[] = { "${pxeserver}:", "$pxeserver:" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (span_starts(value, forms[i]))
			return span_skip(value, strlen(forms[i]));
	return value;
}

/* Its hook mounts whatever root= says, and copies the image unless it is told not to. */
static void set_archiso(const struct plan_input *in, struct wishes *wish, struct plan *plan)
{
	char q[PLAN_QUOTE_MAX], what[PLAN_QUOTE_MAX];
	const struct wish_word *unused[] = { &wish->root, &wish->nfsroot, &wish->live };

	(void)given_word(wish->archiso.given, in, what);
	for (size_t i = 0; i < sizeof(unused) / sizeof(unused[0]); i++)
		if (unused[i]->given.by)
			plan_note(plan, NOTE_IGNORED, unused[i]->given,
				  "%s: %s names the root, ignored",
				  given_word(unused[i]->given, in, q), what);
	wish->root = wish->archiso;
	wish->root.value = without_pxeserver(wish->archiso.value);
	wish->root.kind = ROOTSPEC_NFS;
	wish->nfsroot = wish->live = none;
	wish->n_netroot = 0;
	wish->live_options = wish->archiso_options;
	wish->live_size = wish->archiso_size;
	if (plan->to_ram_given.by)
		return;
	plan_note(plan, NOTE_CHOICE, wish->archiso.given,
		  "%s: the image is copied into memory, as copytoram=n does not say otherwise",
		  what);
	plan->to_ram = true;
	plan->to_ram_given = wish->archiso.given;
}

void plan_live(const struct plan_input *in, struct wishes *wish, struct plan *plan)
{
	static const char boot[] = "boot=live or boot=casper", srv[] = "archiso_nfs_srv=";
	unsigned int of = context(wish);

	if (wish->live_file.given.by)
		wish->live_options = wish->file_options;
	for (uint8_t i = 0; i < wish->n_live_words; i++)
		note_word(in, &wish->live_words[i], of, wish, plan);
	if (!(of & (LIVE_BOOT | CASPER)) && !wish->live_file.given.by) {
		note_alone(in, &wish->live_path, boot, plan);
		note_alone(in, &wish->live_options, boot, plan);
		note_alone(in, &wish->live_size, boot, plan);
		note_alone(in, &wish->live_layers, boot, plan);
		wish->live_options = wish->live_size = none;
	}
	if (of == ARCHISO) {
		set_archiso(in, wish, plan);
		return;
	}
	note_alone(in, &wish->archiso_options, srv, plan);
	note_alone(in, &wish->archiso_dir, srv, plan);
	note_alone(in, &wish->archiso_size, srv, plan);
}

/* Behind the server: the export is its / then. */
static bool is_first_slash(struct span text, size_t at)
{
	size_t from = span_starts(text, "nfs://") ? strlen("nfs://") : 0;

	return span_find(span_skip(text, from), '/') + from == at;
}

bool word_live_nfs(struct word_build *b, const struct cmd_word *w, struct span *ret)
{
	struct span text = span_skip(w->value, strlen("live:")), name;
	size_t at = text.len, end;

	b->wish->live_file = b->wish->file_options = none;
	if (!span_starts(w->value, "live:nfs:") && !span_starts(w->value, "live:nfs4:"))
		return false;
	while (at && text.p[at - 1] != '/')
		at--;
	name = span_skip(text, at);
	end = span_find(name, ',') < span_find(name, ':') ? span_find(name, ',')
							  : span_find(name, ':');
	if (!at || !end)
		return false;
	*ret = (struct span){ text.p, at - !is_first_slash(text, at - 1) };
	b->wish->live_file = (struct wish_word){ b->by, "root", { name.p, end }, ROOTSPEC_NONE };
	if (end < name.len)
		b->wish->file_options = (struct wish_word){ b->by, "root", span_skip(name, end + 1),
							    ROOTSPEC_NONE };
	return true;
}

static const char too_long[] = "too long: give the file a shorter path";

static int set_image(struct out *path, struct plan_image *ret, struct err *err)
{
	char unused[64];
	struct out choices = out_to(unused, sizeof(unused));

	if (path->cut)
		return err_set(err, ENAMETOOLONG, too_long);
	return image_parse(IMAGE_OURS, span_of(path->text), ret, &choices, err);
}

/* The file that live-build and Ubuntu make, and what lies over each other with it; Ubuntu's later
 * media have none but what layerfs-path= says. */
static int live_image(const struct wishes *wish, const struct wish_word *dir,
		      struct plan_image *ret, struct err *err)
{
	const struct wish_word *layers = &wish->live_layers, *module = &wish->live_module;
	struct span name = layers->given.by ? layers->value : span_of("filesystem.squashfs");
	bool casper = context(wish) == CASPER;
	char path[PLAN_PATH_MAX];
	struct out out = out_to(path, sizeof(path));

	if (casper && span_starts(name, "/cdrom/")) /* the medium, there */
		out_add(&out, "%.*s", SPAN_ARG(span_skip(name, strlen("/cdrom"))));
	else
		out_add(&out, "/%.*s/%.*s", SPAN_ARG(dir->value), SPAN_ARG(name));
	if (set_image(&out, ret, err))
		return -err->code;
	ret->beside = layers->given.by ? IMAGE_CHAIN : casper ? IMAGE_CASPER : IMAGE_LIVE;
	if (!text_copy(ret->module, sizeof(ret->module),
		       module->given.by ? module->value : span_of("filesystem")))
		return err_set(err, ENAMETOOLONG,
			       "the module's name is too long: give it a shorter one");
	return 0;
}

static int archiso_image(const struct wishes *wish, struct plan_image *ret, struct err *err)
{
	struct span dir = wish->archiso_dir.given.by ? wish->archiso_dir.value : span_of("arch");
	struct span arch = wish->archiso_arch.given.by ? wish->archiso_arch.value
						       : span_of("x86_64");
	char path[PLAN_PATH_MAX];
	struct out out = out_to(path, sizeof(path)), other;

	out_add(&out, "/%.*s/%.*s/airootfs.sfs", SPAN_ARG(dir), SPAN_ARG(arch));
	if (set_image(&out, ret, err))
		return -err->code;
	other = out_to(ret->other, sizeof(ret->other));
	out_add(&other, "%.*serofs", (int)(strlen(ret->path) - strlen("sfs")), ret->path);
	return other.cut ? err_set(err, ENAMETOOLONG, too_long) : 0;
}

static int file_image(const struct wishes *wish, struct plan_image *ret, struct err *err)
{
	char path[PLAN_PATH_MAX];
	struct out out = out_to(path, sizeof(path));

	out_add(&out, "/%.*s", SPAN_ARG(wish->live_file.value));
	return set_image(&out, ret, err);
}

void live_set_image(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	const struct wish_word *by = &wish->live, *dir;
	const char *word = "live-media-path=";
	char q[PLAN_QUOTE_MAX], shown[64];
	struct plan_image made = { 0 };
	struct err err;
	int r;

	if (wish->archiso.given.by) {
		by = &wish->archiso;
		dir = wish->archiso_dir.given.by ? &wish->archiso_dir : by;
		word = "archisobasedir=";
		r = archiso_image(wish, &made, &err);
	} else if (wish->live_file.given.by) {
		by = dir = &wish->live_file;
		word = "root=live:";
		r = file_image(wish, &made, &err);
	} else {
		dir = wish->live_path.given.by ? &wish->live_path : by;
		if (context(wish) == CASPER)
			word = "live-media-path= and layerfs-path=";
		r = by->given.by ? live_image(wish, dir, &made, &err) : 0;
	}
	if (r)
		plan_no_image(in, dir->given, err.text, plan);
	if (r || !by->given.by)
		return;
	plan->image = made;
	plan->image.given = by->given;
	plan->image.layered = true;
	plan->image.word = word;
	plan_note(plan, NOTE_CHOICE, by->given, "%s: the root is the file %s in it%s",
		  given_word(by->given, in, q),
		  text_quote(shown, sizeof(shown), span_of(plan->image.path)),
		  made.other[0] ? ", or airootfs.erofs" : "");
}

void live_set_size(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	const struct wish_word *word = &wish->live_size;
	char text[PLAN_OVERLAY_OPTIONS_MAX], unused[64], q[PLAN_QUOTE_MAX];
	struct out out = out_to(text, sizeof(text)), choices = out_to(unused, sizeof(unused));
	struct plan_overlay made = { .kind = OVERLAY_NONE };
	struct err err;

	if (!word->given.by)
		return;
	out_add(&out, "tmpfs:size=%.*s", SPAN_ARG(word->value));
	if (out.cut || overlay_parse(OVERLAY_OURS, span_of(text), &made, &choices, &err)) {
		plan_note(plan, NOTE_REFUSED, word->given, "%s: no size, ignored",
			  given_word(word->given, in, q));
		return;
	}
	memcpy(plan->overlay.tmpfs, made.tmpfs, sizeof(plan->overlay.tmpfs));
	plan->overlay.given = word->given;
}
