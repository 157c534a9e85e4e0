# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Real Debian on a LUN that is verified by systemd's words: its own veritysetup finds the map and leaves it, nothing failed, and it goes off clean; with two paths, a layer on a local disk and a changed bit doctor tells of it"
limit=1200
needs=debian
soak=yes
. "$top/tests/vm/shutdown.sh"
. "$top/tests/vm/multipath.sh"
. "$top/tests/vm/verity.sh"

run() {
	shutdown_wire
	boot_packed initrd-verity-debian --add-feature verity --add-feature multipath --add-feature local-disk
	root_tree debian
	head -c 1000000 /dev/urandom >"$ROOT_DIR/srv/canary"
	cat >"$ROOT_DIR/usr/local/sbin/canary" <<'END'
cat /srv/canary >/dev/null 2>&1 || echo canary=refused
netrootctl doctor | sed 's/^/canary.doctor=/'
END
	root_image "$ROOT_DIR" "$LAB_OUT/root.img"
	verity_make "$LAB_OUT/root.img"
	verity_disk "$LAB_OUT/disk.img" "$LAB_OUT/root.img" "$LAB_OUT/root.img.verity"
	changed=$(((2 << 20) + $(verity_at "$LAB_OUT/root.img" /srv/canary 9)))
	rm -f "$LAB_OUT/root.img"
	net_segment net1 "$MULTIPATH_OTHER/24"
	iscsi_start
	iscsi_target 1 "$LAB_IQN"
	iscsi_lun 1 1 "$LAB_OUT/disk.img"
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	multipath_portal
	multipath_dhcp
	client_memory=1024
	boot "root=dhcp root=/dev/mapper/root ro roothash=$VERITY_HASH rd.overlay verdict.debian verdict.mounts verdict.ctl"
	expect_init 500
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
	verity_flip "$LAB_OUT/disk.img" "$changed"
	mke2fs -q -t ext4 -L layer "$LAB_OUT/layer.img" 64M
	client_nic net0 virtio-net-pci romfile=
	client_nic net1 virtio-net-pci romfile=
	boot "netroot=iscsi:$LAB_SERVER::::$LAB_IQN netroot=iscsi:$MULTIPATH_OTHER::::$LAB_IQN rd.multipath root=/dev/mapper/root ro roothash=$VERITY_HASH netroot.overlay=LABEL=layer verdict.debian verdict.mounts verdict.run=/usr/local/sbin/canary" \
		-drive "if=none,id=layer,format=raw,file=$LAB_OUT/layer.img" -device virtio-blk-pci,drive=layer
	expect_init 500
	expect_verdict 'multi-user=active'
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'unit.systemd-veritysetup@root.service=active .*'
	expect_verdict 'unit.systemd-fsck-root.service=inactive .*'
	expect_verdict 'unit.run-initramfs-overlay-upper.mount=active Conflicts='
	refuse_verdict 'failed=.*'
	expect_verdict 'canary=refused'
	expect_verdict 'canary.doctor=CRITICAL verity-changed: dm-3'
	expect_verdict 'canary.doctor= *cause .*does not match the root hash.*; what reads it gets an I/O error'
	refuse_verdict 'canary.doctor=.*(path-|map-).*'
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|dropped|forcing|cannot be unmounted|Failed unmounting'
	expect_no_session
	dumpe2fs -h "$LAB_OUT/layer.img" 2>/dev/null | grep -qx 'Filesystem state: *clean' || fail "the layer's filesystem is not clean"
}
