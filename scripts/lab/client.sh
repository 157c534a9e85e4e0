# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# Clients: QEMU machines without a disk. Serial port 1 is the console (NAME.console), serial port 2
# the verdict (NAME.verdict), written by the booted root only. QEMU emulates unless LAB_ACCEL=kvm: a
# /dev/kvm that opens may still hang on a virtual machine's host.

client_nics=
client_n_nics=0

# client_nic SEGMENT [MODEL [PROPERTIES]]: one more NIC for the next client, with the MAC
# 52:54:00:77:00:NN counted from 1 over all clients of the site, on a tap of the segment.
client_nic() {
	client_n_nics=$((client_n_nics + 1))
	client_tap=tap$client_n_nics
	net_tap "$client_tap" "$1"
	client_device "tap,id=$client_tap,ifname=$client_tap,script=no,downscript=no,vnet_hdr=off" \
		"${2-virtio-net-pci}" "${3-}"
}

# client_cable END [PROPERTIES]: a virtio NIC with nothing else on its cable but the peer's, whose
# sockets are END.client and END.peer (peer_cable).
client_cable() {
	client_n_nics=$((client_n_nics + 1))
	client_tap=
	client_device "dgram,id=tap$client_n_nics,local.type=unix,local.path=$1.client,remote.type=unix,remote.path=$1.peer" \
		virtio-net-pci "romfile=${2:+,$2}"
}

client_device() { # NETDEV MODEL PROPERTIES
	client_mac=$(printf '52:54:00:77:00:%02x' "$client_n_nics")
	client_nics="$client_nics -netdev $1 -device $2,id=nic$client_n_nics"
	client_nics="$client_nics,netdev=tap$client_n_nics,mac=$client_mac${3:+,$3}"
	# LAB_PCAP=1: what went over the wire, for tcpdump -r.
	[ -z "${LAB_PCAP-}" ] || client_nics="$client_nics -object \
		filter-dump,id=dump$client_n_nics,netdev=tap$client_n_nics,file=$LAB_OUT/nic$client_n_nics.pcap"
}

# client_start NAME SECONDS QEMU-ARGUMENT...: with the NICs asked for, else one on net0; ended
# after SECONDS at the latest.
client_start() {
	client_name=$1
	client_limit=$2
	shift 2
	[ -n "$client_nics" ] || client_nic net0
	client_base=$LAB_OUT/$client_name
	rm -f "$client_base.monitor.in" "$client_base.monitor.out"
	mkfifo "$client_base.monitor.in" "$client_base.monitor.out"
	: >"$client_base.console"
	: >"$client_base.verdict"
	# shellcheck disable=SC2086 # lists of words without blanks
	service_start "$client_name" timeout -k 5 "$client_limit" qemu-system-x86_64 \
		-name "$client_name" -uuid "6e657472-6f6f-4000-8000-0000000000$(printf %02x "$client_n_nics")" \
		-machine "${client_machine-q35},accel=${LAB_ACCEL:-tcg}" -cpu "${client_cpu-max}" \
		-smp 1 -m "${client_memory-512}" \
		-display none -nodefaults -no-reboot \
		-serial "file:$client_base.console" -serial "file:$client_base.verdict" \
		-chardev "pipe,id=monitor,path=$client_base.monitor" -mon chardev=monitor \
		$client_nics "$@"
	client_nics=
}

# client_monitor NAME COMMAND: a line for QEMU's monitor, such as "set_link nic1 off".
client_monitor() {
	printf '%s\n' "$2" >"$LAB_OUT/$1.monitor.in"
}

client_ended() { # NAME
	! service_runs "$1"
}

client_stop() { # NAME
	service_stop "$1"
}

# client_console_has NAME REGEX: also true once the machine has ended, so that nobody waits for it.
client_console_has() {
	file_has "$LAB_OUT/$1.console" "$2"
}

# client_verdict NAME: what its booted root says, without the carriage returns of a serial port.
client_verdict() {
	tr -d '\r' <"$LAB_OUT/$1.verdict"
}

client_told() { # NAME: the verdict is complete
	file_has "$LAB_OUT/$1.verdict" '^verdict=end'
}
