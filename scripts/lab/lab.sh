# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034 # sourced: names are used elsewhere
#
# The site of the demo and of the VM scenarios, for sourcing with top= set to the tree: a segment
# with DHCP and TFTP (dhcp.sh), an iSCSI target (iscsi.sh), an NFS server (nfs.sh), roots for them
# (root.sh), clients in QEMU (client.sh, boot.sh), other hosts, VLANs, IPv6 (net.sh), hosts with a
# kernel of their own (peer.sh), one of which is the kernel's NFS server (knfsd.sh).
#
# All of it lives in its own network, mount, IPC and PID namespaces (lab_enter). Nothing there has a
# name on this machine, so two sites never collide, and the kernel ends every process of a site with
# the site's first one: nothing is left running, not even after SIGKILL.

: "${top:?}"
PATH=$PATH:/usr/sbin:/sbin
LAB_DIR=/run/lab # small state; a tmpfs that goes with the namespace
LAB_OUT=${LAB_OUT:-$top/build/lab} # what outlives the site: console logs, services' logs
LAB_SERVER=10.77.0.1

# shellcheck source=scripts/lab/wait.sh
. "$top/scripts/lab/wait.sh"
# shellcheck source=scripts/lab/modules.sh
. "$top/scripts/lab/modules.sh"

lab_die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# service_stop NAME: ends what service_start left in NAME.pid and waits for it.
service_stop() {
	[ -s "$LAB_DIR/$1.pid" ] || return 0
	service_pid=$(cat "$LAB_DIR/$1.pid")
	rm -f "$LAB_DIR/$1.pid"
	kill "$service_pid" 2>/dev/null || return 0
	wait_for 3 process_ended "$service_pid" || kill -KILL "$service_pid" 2>/dev/null || :
	wait "$service_pid" 2>/dev/null || :
}

# service_start NAME COMMAND...: in the background, with its output in NAME.log.
service_start() {
	service_name=$1
	shift
	"$@" >>"$LAB_OUT/$service_name.log" 2>&1 </dev/null &
	echo $! >"$LAB_DIR/$service_name.pid"
}

service_runs() { # NAME
	[ -s "$LAB_DIR/$1.pid" ] && ! process_ended "$(cat "$LAB_DIR/$1.pid")"
}

# service_ready NAME SECONDS TEST...: dies with the service's own words where it is not.
service_ready() {
	service_name=$1
	service_limit=$2
	shift 2
	wait_for "$service_limit" service_ready_or_gone "$service_name" "$@"
	service_runs "$service_name" && "$@" && return 0
	tail -n 20 "$LAB_OUT/$service_name.log" >&2
	lab_die "$service_name does not start; its log: $LAB_OUT/$service_name.log"
}

service_ready_or_gone() {
	service_runs "$1" || return 0
	shift
	"$@"
}

# lab_enter SCRIPT ARGUMENT...: runs the script inside new namespaces and returns its status. The
# script sees LAB_INSIDE=1 and calls lab_setup.
lab_enter() {
	[ "$(id -u)" = 0 ] || lab_die "the site needs root (namespaces, taps, an NFS server)"
	# -KILL to the first process of a PID namespace ends all of it.
	LAB_INSIDE=1 unshare --mount --net --ipc --uts --pid --fork --kill-child --mount-proc \
		"$@" </dev/null &
	lab_pid=$!
	trap 'kill -KILL $lab_pid 2>/dev/null; wait; exit 130' HUP INT TERM
	lab_status=0
	wait "$lab_pid" || lab_status=$?
	trap - HUP INT TERM
	return "$lab_status"
}

# Inside: private /run, /srv and state directories, and the segment with the server on it.
lab_setup() {
	[ -n "${LAB_INSIDE-}" ] || lab_die "not inside a site"
	mount -t tmpfs -o mode=755 lab /run
	[ -L /var/run ] || mount --bind /run /var/run
	mount -t tmpfs -o mode=755 lab /var/lib/nfs
	mount -t tmpfs -o mode=755 lab /srv
	mkdir -p "$LAB_DIR" "$LAB_OUT" /run/rpcbind /run/tgtd /run/ganesha /var/lib/nfs/ganesha
	rm -f "$LAB_OUT"/*.log
	ip link set lo up
	net_segment net0 "$LAB_SERVER/24"
}

# net_segment NAME [ADDRESS/PREFIX]: a bridge, with an address of the server on it.
net_segment() {
	ip link add "$1" type bridge stp_state 0 forward_delay 0 mcast_snooping 0
	sysctl -q "net.ipv6.conf.$1.disable_ipv6=1" 2>/dev/null || :
	[ -z "${2-}" ] || ip address add "$2" dev "$1"
	ip link set "$1" up
}

# net_tap NAME SEGMENT: a port for one NIC of a client.
net_tap() {
	ip tuntap add dev "$1" mode tap
	sysctl -q "net.ipv6.conf.$1.disable_ipv6=1" 2>/dev/null || :
	ip link set dev "$1" master "$2" up
}

for lab_part in dhcp iscsi nfs root client boot net peer knfsd; do
	# shellcheck source=/dev/null
	. "$top/scripts/lab/$lab_part.sh"
done
