# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# One root and one client that boots it: what the demo, the scenarios and the bench have in common.
# The client is called "client" and ended after $limit seconds at the latest.

# Without the check of the timer: a kernel whose QEMU gets no processor for some ms at that moment panics.
BOOT_WORDS="console=ttyS0 no_timer_check"

# --- before the site: as anybody ---

# boot_prepare: sets and exports KVER, KERNEL, VMLINUX, MODULES and INITRD, the last packed anew when
# what it is made of has changed. An INITRD that is set already is taken as it is.
boot_prepare() {
	eval "$("$top/scripts/kernel")"
	export KVER KERNEL VMLINUX MODULES
	if [ -z "${INITRD-}" ]; then
		[ -x "$top/build/netroot" ] || lab_die "build/netroot is missing: make"
		boot_packed initrd
	fi
	export INITRD
}

# boot_packed NAME ARGUMENT...: INITRD is the one of that name, which these arguments of mkinitrd
# make; packed where it is older than what it is made of.
boot_packed() {
	INITRD=$top/build/vm/$1.zst
	shift
	if [ ! -e "$INITRD" ] || [ -n "$(find "$top/build/netroot" "$top/initramfs" \
		"$MODULES/modules.dep" -newer "$INITRD")" ]; then
		boot_pack --output "$INITRD" "$@"
	fi
}

# boot_pack ARGUMENT...: mkinitrd, for the NICs that clients here have.
boot_pack() {
	mkdir -p "$top/build/vm"
	echo "packing the initrd for Linux $KVER"
	"$top/initramfs/mkinitrd" --kernel-version "$KVER" --modules-dir "$MODULES" \
		--nic virtio_net,e1000e "$@" >"$top/build/vm/mkinitrd.log" 2>&1 || {
		cat "$top/build/vm/mkinitrd.log" >&2
		lab_die "mkinitrd could not pack the initrd"
	}
}

# --- roots ---

# root_tree [VARIANT]: the small root, or with VARIANT debian a Debian, in $ROOT_DIR. The small one
# lives in memory; a Debian is too large for that and lies on the disk.
root_tree() {
	ROOT_DIR=/srv/root
	mkdir -p "$ROOT_DIR"
	if [ "${1-}" = debian ]; then
		mkdir -p "$LAB_OUT/root"
		mount --bind "$LAB_OUT/root" "$ROOT_DIR"
		root_debian "$ROOT_DIR"
	else
		root_small "$ROOT_DIR" "$@"
	fi
}

# nfs_root [VARIANT]: a root exported under its own path to everybody; the server runs.
nfs_root() {
	root_tree "$@"
	nfs_export 1 "$ROOT_DIR"
	nfs_start
}

# iscsi_root [whole|gpt [VARIANT]]: a root on LUN 1 of target 1, $LAB_IQN; the target runs.
iscsi_root() {
	iscsi_root_layout=${1-whole}
	[ $# = 0 ] || shift
	root_tree "$@"
	iscsi_root_of_tree "$iscsi_root_layout"
}

# iscsi_root_of_tree [whole|gpt]: the same of what root_tree has made, and whoever has added to it.
iscsi_root_of_tree() {
	root_image "$ROOT_DIR" "$LAB_OUT/root.img" "${1-whole}"
	iscsi_start
	iscsi_target 1 "$LAB_IQN"
	iscsi_lun 1 1 "$LAB_OUT/root.img"
}

# --- clients ---

# boot WORDS [QEMU-ARGUMENT...]: the client, with kernel and initrd given to QEMU and these words.
boot() {
	boot_words=$1
	shift
	[ -n "$client_nics" ] || client_nic net0 virtio-net-pci romfile=
	client_start client "$limit" -kernel "$VMLINUX" -initrd "$INITRD" \
		-append "$BOOT_WORDS $boot_words" "$@"
}

# --- booting over the network ---

# pxe_bios WORDS: what iPXE fetches: a script, the kernel, the initrd.
pxe_bios() {
	mkdir -p "$LAB_DIR/tftp"
	cp "$KERNEL" "$LAB_DIR/tftp/vmlinuz"
	cp "$INITRD" "$LAB_DIR/tftp/initrd"
	# shellcheck disable=SC2016 # ${...} is iPXE's
	printf '%s\n' '#!ipxe' "kernel vmlinuz $BOOT_WORDS BOOTIF=01-\${net0/mac:hexhyp} $1" \
		'initrd initrd' 'boot' >"$LAB_DIR/tftp/boot.ipxe"
	dhcp_pxe "$LAB_DIR/tftp"
}

# pxe_uefi WORDS: what the firmware fetches: one EFI program of kernel, initrd and these words.
pxe_uefi() {
	mkdir -p "$LAB_DIR/tftp"
	boot_pack --uki --kernel "$KERNEL" --cmdline "$BOOT_WORDS $1" \
		--output "$LAB_DIR/tftp/netroot.efi"
	dhcp_pxe "$LAB_DIR/tftp"
}

# boot_pxe bios|uefi: a client with nothing of its own but the firmware.
boot_pxe() {
	case $1 in
	bios)
		[ -n "$client_nics" ] || client_nic net0 virtio-net-pci bootindex=1
		# The firmware and iPXE speak on the serial port, too.
		client_start client "$limit" -machine graphics=off
		;;
	uefi)
		# Without the option ROM it is OVMF's own driver and its own PXE.
		[ -n "$client_nics" ] || client_nic net0 virtio-net-pci romfile=,bootindex=1
		cp /usr/share/OVMF/OVMF_VARS_4M.fd "$LAB_DIR/vars.fd"
		client_start client "$limit" \
			-drive if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd \
			-drive "if=pflash,format=raw,file=$LAB_DIR/vars.fd"
		;;
	esac
}
