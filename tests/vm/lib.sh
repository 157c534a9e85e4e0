# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# What scenarios are written in, on top of scripts/lab. A scenario sets desc, perhaps limit (seconds
# for all of it), and defines run(). Everything expected ends the scenario where it does not come.

. "$top/scripts/lab/lab.sh"

VM_BASE_WORDS="console=ttyS0 panic=-1"

fail() {
	echo "$*" >"$LAB_OUT/reason"
	exit 1
}

skip() {
	echo "$*" >"$LAB_OUT/reason"
	exit 77
}

# --- roots ---

# nfs_root [VARIANT]: the small root in $NFS_ROOT, exported to everybody; the server runs.
nfs_root() {
	NFS_ROOT=$LAB_OUT/root
	root_small "$NFS_ROOT" "${1-}"
	nfs_export 1 "$NFS_ROOT"
	nfs_start
}

# iscsi_root [whole|gpt [VARIANT]]: the small root on LUN 1 of target 1, $LAB_IQN; the target runs.
iscsi_root() {
	root_small "$LAB_OUT/root" "${2-}"
	root_image "$LAB_OUT/root" "$LAB_OUT/root.img" "${1-whole}"
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
		-append "$VM_BASE_WORDS $boot_words" "$@"
}

# --- expectations ---

console_has_or_ended() {
	client_console_has client "$1" || client_ended client
}

# expect_console REGEX SECONDS: a line of the console.
expect_console() {
	wait_for "$2" console_has_or_ended "$1" || :
	client_console_has client "$1" || fail "not on the console within $2 s: $1"
}

# refuse_console REGEX: must not have been said so far.
refuse_console() {
	client_console_has client "$1" || return 0
	fail "on the console: $(grep -m 1 -E -e "$1" "$LAB_OUT/client.console")"
}

told_or_ended() {
	client_told client || client_ended client
}

# expect_init SECONDS: the booted root told its verdict, and the machine went off by itself.
expect_init() {
	wait_for "$1" told_or_ended || :
	client_told client || fail "init not reached within $1 s"
	wait_for 20 client_ended client || fail "the client does not power off"
	refuse_console 'Kernel panic|BUG:|Oops'
}

# expect_verdict REGEX: a whole line of the verdict.
expect_verdict() {
	tr -d '\r' <"$LAB_OUT/client.verdict" | grep -qxE -e "$1" || fail "not in the verdict: $1"
}

# refuse_verdict REGEX: no such line.
refuse_verdict() {
	refused=$(tr -d '\r' <"$LAB_OUT/client.verdict" | grep -m 1 -xE -e "$1") || return 0
	fail "in the verdict: $refused"
}

# --- booting over the network ---

# pxe_bios WORDS: what iPXE fetches: a script, the kernel, the initrd.
pxe_bios() {
	mkdir -p "$LAB_DIR/tftp"
	cp "$KERNEL" "$LAB_DIR/tftp/vmlinuz"
	cp "$INITRD" "$LAB_DIR/tftp/initrd"
	# shellcheck disable=SC2016 # ${...} is iPXE's
	printf '%s\n' '#!ipxe' "kernel vmlinuz $VM_BASE_WORDS BOOTIF=01-\${net0/mac:hexhyp} $1" \
		'initrd initrd' 'boot' >"$LAB_DIR/tftp/boot.ipxe"
	dhcp_pxe "$LAB_DIR/tftp"
}

# pxe_uefi WORDS: what the firmware fetches: one EFI program of kernel, initrd and these words.
pxe_uefi() {
	mkdir -p "$LAB_DIR/tftp"
	"$top/initramfs/mkinitrd" --kernel-version "$KVER" --modules-dir "$MODULES" \
		--nic virtio_net,e1000e --uki --kernel "$KERNEL" --cmdline "$VM_BASE_WORDS $1" \
		--output "$LAB_DIR/tftp/netroot.efi"
	dhcp_pxe "$LAB_DIR/tftp"
}

# boot_pxe bios|uefi: a client with nothing of its own but the firmware.
boot_pxe() {
	case $1 in
	bios)
		[ -n "$client_nics" ] || client_nic net0 virtio-net-pci bootindex=1
		client_start client "$limit"
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
