#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The verdict of the Debian root, in the form that init.c writes for the small one. On the kernel
# command line: verdict.watch=DIRECTORY goes on until somebody puts the file "over" into it, writes
# there all the while, and tells what the network was meanwhile and is then (the file "outlived"
# says that from here on the lease may end); verdict.ctl has netrootctl tell, verdict.mounts systemd
# what it does with /; verdict.run=SCRIPT what that says; verdict.stream=S writes a checked stream
# for S seconds, before it with verdict.kill its iscsid is killed, with verdict.sleep=S it is
# stopped (SIGSTOP) for S seconds, with verdict.group=N multipathd is told to use that group of the
# root's map; verdict.reboot restarts once, and only the second boot tells "verdict=end".
marker=/var/lib/verdict.rebooted

# word NAME: value of a word of the kernel command line, or nothing.
word() {
	tr ' ' '\n' </proc/cmdline | sed -n "s/^$1=//p" | tail -n 1
}

has_word() {
	tr ' ' '\n' </proc/cmdline | grep -qx "$1"
}

# network PREFIX: all of it as lines that begin so. Addresses with what they are and how long for.
network() {
	ip -o address show | awk -v p="$1" '$2 != "lo" {
		flags = ""; lft = ""
		for (i = 5; i <= NF; i++) {
			if ($i == "valid_lft") lft = $(i + 1)
			if ($i ~ /^(dynamic|tentative|dadfailed|deprecated|noprefixroute|mngtmpaddr|temporary|secondary)$/)
				flags = flags " " $i
		}
		sub(/sec$/, "", lft)
		if ($3 == "inet") print p "address." $2 "=" $4
		print p "address." $2 "." ($3 == "inet" ? "v4" : "v6") "=" $4 " valid=" lft flags
	}'
	ip -4 route show | sed "s/ *\$//; s/^/$1route4=/"
	ip -6 route show | sed "s/ *\$//; s/^/$1route6=/"
	ip -o link show | awk -v p="$1" '$2 != "lo:" { sub(/@.*/, "", $2); sub(/:$/, "", $2)
		for (i = 3; i < NF; i++) {
			if ($i == "mtu") print p "mtu." $2 "=" $(i + 1)
			if ($i == "master") print p "master." $2 "=" $(i + 1)
			if ($i == "state") print p "link." $2 "=" $(i + 1)
		} }'
	for bond in /sys/class/net/*/bonding; do
		[ -e "$bond/slaves" ] || continue
		name=${bond%/bonding}
		name=${name##*/}
		for attribute in mode slaves active_slave ad_num_ports ad_partner_mac; do
			echo "$1bond.$name.$attribute=$(cat "$bond/$attribute")"
		done
		awk -v p="$1port." '/^Slave Interface:/ { port = $3 }
			/^Link Failure Count:/ { print p port ".failures=" $4 }' "/proc/net/bonding/$name"
	done
	if [ -e /etc/resolv.conf ]; then
		grep -v -e '^#' -e '^$' /etc/resolv.conf | sed "s/^/$1resolv.conf=/"
	else
		echo "$1resolv.conf.missing"
	fi
	echo "$1hostname=$(cat /proc/sys/kernel/hostname)"
}

# What the network manager of this root says, where it has one.
manager() {
	if systemctl -q is-active systemd-networkd.service; then
		echo "manager=networkd"
		networkctl --no-legend --no-pager list 2>/dev/null |
			awk '$2 != "lo" { print "networkd." $2 "=" $4 " " $5 }'
		sed 's/^/networkd.state=/' /run/systemd/netif/state 2>/dev/null
	fi
	if systemctl -q is-active NetworkManager.service; then
		echo "manager=nm"
		# Assumed is as good as activated, "connected (externally)" would be neither.
		nmcli -t -f DEVICE,STATE,CONNECTION device 2>/dev/null | sed 's/^/nm.device=/'
	fi
	if systemctl -q is-active networking.service; then
		echo "manager=ifupdown"
		ifquery --state 2>/dev/null | sed 's/^/ifupdown.state=/'
		for pid in /proc/[0-9]*; do
			[ "$(cat "$pid/comm" 2>/dev/null)" != dhclient ] || echo "ifupdown.dhclient=yes"
		done
	fi
}

# What a shell has that sources the files of the hand-over, as scripts of Debian and Ubuntu do.
sourced() {
	for file in /run/net-*.conf /run/net6-*.conf; do
		# shellcheck disable=SC2016 # for the inner shell
		[ ! -e "$file" ] || env -i sh -c '. "$1"
			for name in $(sed -n "s/^\([A-Za-z0-9]*\)=.*/\1/p" "$1"); do
				eval "printf \"%s=%s\\n\" \"sourced.${1##*/}.$name\" \"\$$name\""
			done' sh "$file"
	done
}

# What open-iscsi does for each NIC when udev finds it: by the files of this boot, in a /run where
# ifupdown has heard of no NIC, with a resolvconf that tells what it is given.
open_iscsi() {
	for nic in /sys/class/net/*; do
		# shellcheck disable=SC2016 # for the inner shell
		unshare -m sh -c '
			mount -t tmpfs verdict /mnt && mkdir /mnt/bin /mnt/initramfs
			cp /run/net-*.conf /run/net6-*.conf /mnt
			cp /run/initramfs/open-iscsi.interface /mnt/initramfs
			printf "%s\n" "#!/bin/sh" "echo resolvconf \"\$@\"" cat >/mnt/bin/resolvconf
			chmod 755 /mnt/bin/resolvconf
			mount --move /mnt /run
			export PATH="/run/bin:$PATH" INTERFACE="$1"
			/lib/open-iscsi/net-interface-handler start
			cat /run/network/ifstate' sh "${nic##*/}" | sed "s/^/openiscsi.${nic##*/}=/"
	done
	# and what it has done when udev called it
	sed 's/^/ifstate=/' /run/network/ifstate
}

# Processes that stay through shutdown (argv[0] begins with @) are ours.
survivors() {
	for file in /proc/[0-9]*/cmdline; do
		name=$(tr '\0' '\n' <"$file" 2>/dev/null | head -n 1)
		case $name in
		@*) echo "survivor=$name" ;;
		esac
	done
}

# The address that the root hangs on, of IPv6 where there is no IPv4.
first_address() {
	first=$(ip -o -4 address show scope global | awk '{ print $4; exit }')
	[ -n "$first" ] || first=$(ip -o -6 address show scope global | awk '{ print $4; exit }')
}

# Hundredths of a second since the kernel started.
now_cs() {
	read -r uptime _ </proc/uptime
	uptime=${uptime%.*}${uptime#*.}
	echo "${uptime#0}"
}

# A new file, whole at the server when this returns. The change of the directory also makes the
# client of a network file system look into it again.
beat() { # DIRECTORY
	cat /proc/uptime >"$1/beat.new" && sync "$1/beat.new" && mv "$1/beat.new" "$1/beat"
}

# What the network was over time, from the kernel's news of it: how often the address that the root hangs on was set, which
# is one message whoever does it (who has it for ever sets nothing), and taken off, in all and before "outlived"; addresses
# that came or went beside it; how often there was no default route at all.
network_over_time() { # ADDRESS FILE
	awk -v first="$1" '
		$1 == "outlived" { early = gone + 0; next }
		{ deleted = $1 == "Deleted"; if (deleted) $1 = ""; $0 = $0 }
		$1 == "default" {
			key = $3
			for (i = 4; i < NF; i++)
				if ($i == "dev" || $i == "metric") key = key " " $(i + 1)
			n -= key in ways
			if (deleted) delete ways[key]; else { ways[key]; n++ }
			if (deleted && !n) lost++
			next
		}
		$3 !~ /^inet6?$/ || / scope (link|host) / { next }
		$4 != first { print "watch.other=" (deleted ? "-" : "+") $4; next }
		deleted { gone++; next }
		{ set++ }
		END { print "watch.set=" set + 0; print "watch.deleted=" gone + 0
			if (early != "") print "watch.deleted.early=" early
			print "watch.ways.lost=" lost + 0 }' "$2"
}

name_servers() { # as $servers
	servers=''
	while read -r key value; do
		[ "$key" != nameserver ] || servers=$servers${servers:+ }$value
	done </etc/resolv.conf
}

watch() { # DIRECTORY
	first_address
	mkdir -p "$1"
	{ ip -4 route show default; ip -6 route show default; } >/run/verdict.monitor
	ip -o monitor address route >>/run/verdict.monitor &
	monitor=$!
	n_beats=0 longest_cs=0 names='' outlived=''
	echo "watch=begun"
	while :; do # at least once
		from_cs=$(now_cs)
		beat "$1" && n_beats=$((n_beats + 1))
		took_cs=$(($(now_cs) - from_cs))
		[ "$took_cs" -le "$longest_cs" ] || longest_cs=$took_cs
		[ -n "$outlived" ] || [ ! -e "$1/outlived" ] || {
			outlived=yes
			echo outlived >>/run/verdict.monitor
		}
		name_servers
		[ "$servers" = "$names" ] || echo "watch.names=${servers:-none}"
		names=$servers
		[ ! -e "$1/over" ] || break
		sleep 0.5
	done
	kill "$monitor" 2>/dev/null
	network_over_time "$first" /run/verdict.monitor
	echo "watch.beats=$n_beats"
	echo "watch.stall=$((longest_cs / 100)).$((longest_cs / 10 % 10))"
	network after.
}

# Whoever listens to the kernel's iSCSI events: all that could log a session in again.
recoverers() {
	awk '$2 == 8 && $4 ~ /1$/ { print $3 }' /proc/net/netlink | while read -r pid; do
		echo "recoverer=$(tr '\0' '\n' <"/proc/$pid/cmdline" | head -n 1)"
	done
}

# Nothing that it needs is read from the root when it is time to wake it.
iscsid_sleeps() { # SECONDS
	pids=
	for file in /proc/[0-9]*/comm; do
		pid=${file#/proc/}
		[ "$(cat "$file" 2>/dev/null)" != iscsid ] || pids="$pids ${pid%/comm}"
	done
	# shellcheck disable=SC2086 # a list of numbers
	kill -STOP $pids
	mkfifo /run/verdict.never
	# shellcheck disable=SC2086
	bash -c 'exec 3<>/run/verdict.never; read -t '"$1"' -u 3; kill -CONT "$@"; echo iscsid=woken' - $pids &
}

# What multipathd makes of the maps that were there before it, and udev of them.
maps() { # PREFIX
	multipathd show topology | tr -s ' ' | sed "s/^/$1multipath=/"
	for link in /dev/mapper/* /dev/disk/by-label/*; do
		[ ! -L "$link" ] || echo "link=${link#/dev/} -> $(readlink "$link")"
	done
}

stream() { # SECONDS
	recoverers
	if has_word verdict.kill; then
		systemctl kill --signal=KILL iscsid.service
		while systemctl -q is-active iscsid.service; do sleep 0.2; done
		recoverers | sed 's/^/killed./'
	fi
	doze=$(word verdict.sleep)
	[ -z "$doze" ] || iscsid_sleeps "$doze"
	/usr/local/sbin/stream "$1"
	recoverers | sed 's/^/after./'
	[ ! -x /sbin/multipathd ] || maps after.
	for session in /sys/class/iscsi_session/session*; do
		echo "after.${session##*/}=$(cat "$session/state")"
		echo "after.${session##*/}.recovery_tmo=$(cat "$session/recovery_tmo")"
	done
	while read -r device dir type options _; do
		[ "$dir" != / ] || echo "after.root=$device $type $options"
	done </proc/self/mounts
}

# What netrootctl tells, one line for each finding, and sessions beside iscsiadm's view of them.
companion() {
	netrootctl doctor | sed 's/^/ctl.doctor=/'
	netrootctl doctor --json >/dev/null
	echo "ctl.doctor.status=$?"
	netrootctl status | sed 's/^  */ /; s/^/ctl.status=/'
	netrootctl status --json >/run/verdict.json
	echo "ctl.status.status=$?"
	sed 's/^ */ctl.json=/; s/,$//' /run/verdict.json
	iscsiadm -m session -P 2 2>&1 | sed 's/^[	 ]*/iscsiadm=/'
}

# Units of the root and of what it is made of: one that systemd would stop conflicts with umount.target.
mounts() {
	findmnt -n -o TARGET,SOURCE,FSTYPE / | tr -s ' ' | sed 's/^/findmnt=/'
	for unit in systemd-remount-fs.service systemd-fsck-root.service -.mount \
		run-initramfs-overlay-lower.mount run-initramfs-overlay-upper.mount \
		systemd-veritysetup@root.service; do
		echo "unit.$unit=$(systemctl show -P ActiveState -- "$unit") Conflicts=$(systemctl show -P Conflicts -- "$unit")"
	done
}

main() {
	echo "init=reached"
	# When init was executed, in seconds since the kernel started.
	systemctl show -p UserspaceTimestampMonotonic |
		awk -F = '{ printf "uptime=%.3f\n", $2 / 1000000 }'
	read -r uptime _ </proc/uptime
	echo "multi-user.uptime=$uptime"
	echo "argv.0=$(tr '\0' ' ' </proc/1/cmdline)"
	echo "cmdline=$(cat /proc/cmdline)"
	# This unit itself is still starting, so "starting" is as good as it gets here; what counts
	# is that nothing failed.
	echo "system=$(systemctl is-system-running)"
	echo "multi-user=$(systemctl is-active multi-user.target)"
	systemctl --failed --plain --no-legend | sed 's/^\([^ ]*\).*/failed=\1/'
	while read -r device dir type options _; do
		[ "$dir" != / ] || printf 'root.device=%s\nroot.fstype=%s\nroot.options=%s\n' \
			"$device" "$type" "$options"
	done </proc/self/mounts
	network ""
	manager
	survivors
	for session in /sys/class/iscsi_session/session*/state; do
		[ ! -e "$session" ] || echo "iscsi.state=$(cat "$session")"
	done
	echo "boot.json=$([ -r /run/netroot/boot.json ] && echo there || echo missing)"
	for file in /run/netroot/boot.json /run/netroot/timeline.txt /run/net-*.conf \
		/run/net6-*.conf /run/netroot/leases/*.json; do
		[ -r "$file" ] || continue
		echo "begin ${file##*/}"
		cat "$file"
		echo "end ${file##*/}"
	done
	sourced
	open_iscsi
	systemctl is-active rpc-statd iscsid 2>&1 | sed 's/^/service=/'
	! has_word verdict.ctl || companion
	! has_word verdict.mounts || mounts
	script=$(word verdict.run)
	[ -z "$script" ] || sh "$script"
	[ ! -x /sbin/multipathd ] || maps before.
	group=$(word verdict.group)
	[ -z "$group" ] || multipathd switchgroup map "$(cat /sys/block/dm-0/dm/name)" group "$group" | sed 's/^/switchgroup=/'
	seconds=$(word verdict.stream)
	[ -z "$seconds" ] || stream "$seconds"
	directory=$(word verdict.watch)
	[ -z "$directory" ] || watch "$directory"
	survivors | sed 's/^/end./'
}

end=poweroff
{
	if has_word verdict.reboot && [ ! -e "$marker" ]; then
		: >"$marker"
		main | sed 's/^/first./'
		end=reboot
	else
		[ ! -e "$marker" ] || echo "rebooted=yes"
		rm -f "$marker"
		main
		echo "verdict=end"
	fi
} >/dev/ttyS1 2>/dev/null
systemctl --no-block "$end"
