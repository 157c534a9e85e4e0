/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A writable layer over a root that is only read, by overlayfs
 * (Documentation/filesystems/overlayfs.rst): the words for it, which disk it is on, what is mounted
 * how.
 */
#ifndef NETROOT_CORE_OVERLAY_H
#define NETROOT_CORE_OVERLAY_H

#include "core/rootdev.h"

/* Where init's system finds the parts. systemd never unmounts what is mounted below /run/initramfs,
 * neither as it stops its units nor at its very end (fstab_is_extrinsic(), umount.c). */
#define OVERLAY_DIR "/run/initramfs/overlay"
#define OVERLAY_LOWER OVERLAY_DIR "/lower" /* the root itself */
#define OVERLAY_UPPER OVERLAY_DIR "/upper" /* the filesystem that holds the layer */
#define OVERLAY_BELOW OVERLAY_DIR "/below" /* images under the root, "/0" is the lowest */
#define OVERLAY_FROZEN OVERLAY_DIR "/frozen" /* that of a disk's layer which is only read */

#define OVERLAY_WAIT_S 10 /* for a disk that is not there yet */

/* Whose spelling: netroot.overlay=, rd.overlay=, rd.live.overlay=, overlayroot=. */
enum overlay_form { OVERLAY_OURS, OVERLAY_DRACUT, OVERLAY_LIVE, OVERLAY_OVERLAYROOT };

/*
 * Fills all that a value says. 0; -errno, with err saying what is wrong to be put behind the value,
 * and a layer in memory in *ret: whoever asks for a layer must never write to the root itself. A
 * reading worth knowing is added to *choices. upper and work stay "" for OVERLAY_OURS.
 */
int overlay_parse(enum overlay_form form, struct span value, struct plan_overlay *ret,
		  struct out *choices, struct err *err);

/* The disk among those seen; root: the kernel name of the root's own, "" for none; local: over a
 * root that is verified, whoever can change what comes by the network is not to lay anything over
 * it. NONE, AMBIGUOUS: err says what is there instead. Never ROOTDEV_WAIT. */
enum rootdev_verdict overlay_choose(const struct plan_block *disk, const struct block_dev *devs,
				    size_t n, const char *root, bool local, size_t *ret_index,
				    struct err *err);

/* The directories of what is written and of overlayfs' own. */
void overlay_dirs(const struct plan_overlay *overlay, struct out *upper, struct out *work);
/* The text options of the mount, over so many images under the root. */
void overlay_options(const struct plan_overlay *overlay, uint8_t n_below, struct out *out);

/*
 * An fstab in which what is mounted on / is a comment: it is not what is mounted there now, and
 * systemd would check it and remount / by its options. False, with nothing to be used in *out,
 * where there is no such line.
 */
bool overlay_fstab(struct span text, struct out *out);

#endif
