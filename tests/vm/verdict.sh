#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The verdict of the Debian root, in the form that init.c writes for the small one.
{
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
	ip -4 -o address show | awk '{ print "address." $2 "=" $4 }'
	for session in /sys/class/iscsi_session/session*/state; do
		[ ! -e "$session" ] || echo "iscsi.state=$(cat "$session")"
	done
	echo "boot.json=$([ -r /run/netroot/boot.json ] && echo there || echo missing)"
	for file in boot.json timeline.txt; do
		echo "begin $file"
		cat "/run/netroot/$file"
		echo "end $file"
	done
	systemctl is-active rpc-statd iscsid 2>&1 | sed 's/^/service=/'
	echo "verdict=end"
} >/dev/ttyS1 2>/dev/null
systemctl --no-block poweroff
