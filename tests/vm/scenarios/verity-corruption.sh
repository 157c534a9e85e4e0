# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A file with a changed bit of a root whose tree is appended, an image on NFS and a LUN: it gives an I/O error, or is let pass, or the machine panics or restarts, as the words of live-boot and systemd say"
soak=yes
limit=300
. "$top/tests/vm/image.sh"
. "$top/tests/vm/verity.sh"

run() {
	verity_initrd
	image_nfs 2000000 squashfs
	mkdir /srv/ltsp/live
	mv "$image_file" /srv/ltsp/live/filesystem.squashfs
	image_file=/srv/ltsp/live/filesystem.squashfs
	verity_make --append "$image_file"
	words="root=nfs:$LAB_SERVER:/srv/ltsp netroot.image=/live/filesystem.squashfs rd.overlay netroot.verity=$VERITY_HASH,hash-offset=$VERITY_OFFSET verdict.sum=/big verdict.maps"
	boot "$words"
	expect_init 60
	expect_verdict "sum=$image_sum /big"
	expect_verdict "map\\.dm-0\\.table=[0-9]+ verity 1 7:([0-9]+) 7:\\1 4096 4096 $((VERITY_OFFSET / 4096)) $((VERITY_OFFSET / 4096 + 1)) sha256 $VERITY_HASH [0-9a-f]{64}"
	# of the file, which is most of the image, as it is not compressed
	verity_flip "$image_file" 1500000
	boot "$words"
	expect_init 60
	expect_verdict 'sum=Input/output error /big'
	expect_verdict 'map\.dm-0\.status=C.*'
	boot "$words dm-verity-oncorruption=ignore"
	expect_init 60
	expect_verdict 'sum=[0-9]+ 2000000 /big'
	refuse_verdict "sum=$image_sum /big"
	expect_verdict 'map\.dm-0\.status=C.*'
	# live-boot's words and place of the tree, which is of the file as it is by now
	verity_make "$image_file"
	verity_flip "$image_file" 1500000
	boot "boot=live netboot=nfs nfsroot=$LAB_SERVER:/srv/ltsp dm-verity-root-hash=filesystem.squashfs:$VERITY_HASH dm-verity-oncorruption=panic verdict.sum=/big"
	expect_console 'netroot: handover: starting' 60
	expect_console 'Kernel panic - not syncing: dm-verity device corrupted' 20
	client_stop client
	# systemd's, of a LUN
	image_tree 2000000
	root_image "$ROOT_DIR" "$LAB_OUT/root.img"
	verity_make --append "$LAB_OUT/root.img"
	verity_flip "$LAB_OUT/root.img" "$(verity_at "$LAB_OUT/root.img" /big 9)"
	iscsi_start
	iscsi_target 1 "$LAB_IQN"
	iscsi_lun 1 1 "$LAB_OUT/root.img"
	boot "netroot=iscsi:$LAB_SERVER:::1:$LAB_IQN roothash=$VERITY_HASH systemd.verity_root_options=hash-offset=$VERITY_OFFSET,restart-on-corruption rd.overlay verdict.sum=/big"
	expect_console 'netroot: verity: the root is dm-0, which the kernel verifies, with sda' 60
	expect_console 'netroot: handover: starting' 20
	expect_console "reboot: Restarting system with command 'dm-verity device corrupted'" 20
	wait_for 10 client_ended client || fail "the machine does not restart"
}
