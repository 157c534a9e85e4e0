# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# Peers: machines of the site that run Debian's kernel, for what the kernel under the tests may not
# have, such as bonding, an iSCSI target or an NFS server of the kernel's own. Each is a QEMU of its own
# with a shell (klibc's) as its init, up some two seconds after its start. What it is made of is
# gathered by the functions below and taken by the next peer_start:
#
#	peer_modules bonding
#	peer_nic net0
#	peer_start switch 120 'ip link set eth0 up'
#	peer_ready switch 20
#	peer_do switch 'ip address add 10.77.0.9/24 dev eth0'
#
# Its console is NAME.console in $LAB_OUT; client_monitor talks to its QEMU, too.

peer_args=
peer_n_nics=0
peer_n_disks=0
peer_module_names=

# peer_file SOURCE PATH: a copy of the file at PATH of the peer's root.
peer_file() {
	mkdir -p "$LAB_DIR/peer$(dirname "$2")"
	cp -pL "$1" "$LAB_DIR/peer$2"
}

# peer_program FILE [PATH]: a program of this machine, by its name or its path, with the libraries
# that it is linked to; in /bin unless told otherwise.
peer_program() {
	peer_from=$(command -v "$1") || lab_die "no program $1 for the peer"
	peer_file "$peer_from" "${2-/bin/${1##*/}}"
	# A static one has none.
	for peer_library in $(ldd "$peer_from" 2>/dev/null | grep -o '/[^ ]*'); do
		[ -e "$LAB_DIR/peer$peer_library" ] || peer_file "$peer_library" "$peer_library"
	done
}

# peer_modules NAME...: loaded in this order before its script, each with what it needs before it.
peer_modules() {
	peer_module_names="$peer_module_names $*"
}

# peer_nic SEGMENT [PROPERTIES]: a virtio NIC on a tap of the segment, eth0 being the first, with
# the MAC 52:54:00:78:00:NN counted from 1 over all peers of the site.
peer_nic() {
	peer_n_nics=$((peer_n_nics + 1))
	net_tap "peer$peer_n_nics" "$1"
	peer_device "tap,id=peer$peer_n_nics,ifname=peer$peer_n_nics,script=no,downscript=no,vnet_hdr=off" "${2-}"
}

# peer_cable [CLIENT-PROPERTIES [PROPERTIES]]: a cable with nothing on it but one more NIC of the
# next peer and one of the next client: even frames that no bridge passes on, such as LACP's.
peer_cable() {
	peer_n_nics=$((peer_n_nics + 1))
	peer_end=$LAB_DIR/cable$peer_n_nics
	peer_device "dgram,id=peer$peer_n_nics,local.type=unix,local.path=$peer_end.peer,remote.type=unix,remote.path=$peer_end.client" "${2-}"
	client_cable "$peer_end" "${1-}"
}

peer_device() { # NETDEV PROPERTIES
	peer_mac=$(printf '52:54:00:78:00:%02x' "$peer_n_nics")
	peer_args="$peer_args -netdev $1 -device virtio-net-pci,id=nic$peer_n_nics"
	peer_args="$peer_args,netdev=peer$peer_n_nics,mac=$peer_mac,romfile=${2:+,$2}"
}

# peer_disk FILE: a raw image as its next disk; the first is /dev/vda.
peer_disk() {
	peer_n_disks=$((peer_n_disks + 1))
	peer_args="$peer_args -drive if=none,id=disk$peer_n_disks,format=raw,file=$1"
	peer_args="$peer_args -device virtio-blk-pci,drive=disk$peer_n_disks"
}

# peer_start NAME SECONDS SCRIPT [QEMU-ARGUMENT...]: SCRIPT is the text of a shell script, which
# configures it and ends, or executes a program that serves and says "peer: ready" itself. The
# machine is ended after SECONDS at the latest.
peer_start() {
	peer_name=$1
	peer_limit=$2
	peer_script=$3
	shift 3
	peer_base=$LAB_OUT/$peer_name
	peer_pack "$LAB_DIR/$peer_name.initrd"
	rm -f "$peer_base.monitor.in" "$peer_base.monitor.out"
	mkfifo "$peer_base.monitor.in" "$peer_base.monitor.out" \
		"$LAB_DIR/$peer_name.commands.in" "$LAB_DIR/$peer_name.commands.out"
	: >"$peer_base.console"
	echo 0 >"$LAB_DIR/$peer_name.commands"
	# shellcheck disable=SC2086 # lists of words without blanks
	service_start "$peer_name" timeout -k 5 "$peer_limit" qemu-system-x86_64 -name "$peer_name" \
		-machine "q35,accel=${LAB_ACCEL:-tcg}" -cpu max -smp 1 -m "${peer_memory-256}" \
		-display none -nodefaults -no-reboot \
		-kernel "$VMLINUX" -initrd "$LAB_DIR/$peer_name.initrd" \
		-append "console=ttyS0 no_timer_check quiet panic=-1" -serial "file:$peer_base.console" \
		-chardev "pipe,id=monitor,path=$peer_base.monitor" -mon chardev=monitor \
		-device virtio-serial-pci -chardev "pipe,id=commands,path=$LAB_DIR/$peer_name.commands" \
		-device virtserialport,chardev=commands $peer_args "$@"
	peer_args=
	peer_n_disks=0
	peer_module_names=
	rm -rf "$LAB_DIR/peer"
}

peer_pack() { # FILE
	mkdir -p "$LAB_DIR/peer/m"
	for peer_klibc in /usr/lib/klibc/bin/*; do
		peer_file "$peer_klibc" "/bin/${peer_klibc##*/}"
	done
	for peer_klibc in /lib/klibc-*.so; do
		peer_file "$peer_klibc" "$peer_klibc"
	done
	peer_program ip
	# shellcheck disable=SC2086 # a list of words
	lab_modules_numbered "$LAB_DIR/peer/m" virtio_pci virtio_net virtio_blk virtio_console $peer_module_names ||
		lab_die "a module is missing that the peer is to have: $peer_module_names"
	printf '%s\n' "$peer_script" >"$LAB_DIR/peer/script"
	peer_init >"$LAB_DIR/peer/init"
	chmod 755 "$LAB_DIR/peer/init"
	(cd "$LAB_DIR/peer" && find . | sort | cpio -o -H newc --quiet) >"$1"
}

# Its /init. A port of virtio-serial gives the commands: unlike a terminal it echoes nothing.
peer_init() {
	cat <<'END'
#!/bin/sh
PATH=/bin
mkdir -p /proc /sys /dev /run /tmp /etc
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
ln -s /proc/mounts /etc/mtab
for module in /m/*.ko; do
	insmod "$module" || echo "peer: $module does not load"
done
[ ! -d /sys/kernel/config ] || mount -t configfs configfs /sys/kernel/config
ip link set lo up
. /script
echo "peer: ready"
for port in /dev/vport*; do
	exec 3<"$port"
done
n=0
while read -r line <&3; do
	(eval "$line")
	status=$?
	n=$((n + 1))
	echo "peer: command $n ended with $status"
done
poweroff
END
}

# peer_ready NAME SECONDS: its script has ended.
peer_ready() {
	wait_for "$2" peer_said_or_over "$1" '^peer: ready' || :
	peer_said "$1" '^peer: ready' || peer_die "$1" "not ready within $2 s"
}

# peer_do NAME COMMAND [SECONDS]: one line of shell in a subshell of the peer, whose status is
# returned; what it prints goes to the console. Dies where it has no end within SECONDS (10).
peer_do() {
	peer_n=$(($(cat "$LAB_DIR/$1.commands") + 1))
	echo "$peer_n" >"$LAB_DIR/$1.commands"
	printf '%s\n' "$2" 1<>"$LAB_DIR/$1.commands.in" # waits for no reader
	wait_for "${3-10}" peer_said_or_over "$1" "^peer: command $peer_n ended" || :
	peer_status=$(tr -d '\r' <"$LAB_OUT/$1.console" |
		sed -n "s/^peer: command $peer_n ended with //p")
	[ -n "$peer_status" ] || peer_die "$1" "no end of: $2"
	return "$peer_status"
}

peer_stop() { # NAME
	service_stop "$1"
}

peer_said() { # NAME REGEX
	file_has "$LAB_OUT/$1.console" "$2"
}

peer_said_or_over() {
	peer_said "$@" || ! service_runs "$1"
}

peer_die() { # NAME WHAT
	tail -n 20 "$LAB_OUT/$1.console" "$LAB_OUT/$1.log" >&2
	lab_die "peer $1: $2; its console: $LAB_OUT/$1.console"
}
