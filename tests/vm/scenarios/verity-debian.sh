# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Real Debian on a LUN that is verified by systemd's words: its own veritysetup finds the map and leaves it, nothing failed, and it goes off clean"
limit=400
needs=debian
soak=yes
. "$top/tests/vm/shutdown.sh"
. "$top/tests/vm/verity.sh"

run() {
	shutdown_wire
	verity_initrd
	root_tree debian
	root_image "$ROOT_DIR" "$LAB_OUT/root.img"
	verity_make "$LAB_OUT/root.img"
	verity_disk "$LAB_OUT/disk.img" "$LAB_OUT/root.img" "$LAB_OUT/root.img.verity"
	rm -f "$LAB_OUT/root.img"
	iscsi_start
	iscsi_target 1 "$LAB_IQN"
	iscsi_lun 1 1 "$LAB_OUT/disk.img"
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	client_memory=1024
	boot "root=dhcp root=/dev/mapper/root ro roothash=$VERITY_HASH rd.overlay verdict.debian verdict.mounts verdict.ctl"
	expect_init 300
	expect_verdict 'multi-user=active'
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'unit.systemd-veritysetup@root.service=active .*'
	refuse_verdict 'failed=.*'
	expect_verdict "ctl\.status= verified +by dm-verity on dm-0, root hash $(verity_short)\.\.\., given by command line; nothing that was read was changed"
	expect_verdict "ctl\.json=\"root_hash\": \"$VERITY_HASH\""
	expect_verdict 'ctl\.json="changed": false'
	expect_console 'netroot: shutdown: iSCSI session [0-9]+: logged out' 0
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|dropped|forcing|cannot be unmounted|Failed unmounting|Buffer I/O error'
	expect_logouts 1
}
