# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Waiting until something is so: what the site and tests/sys have in common. Sourced; needs nothing else.

# Centiseconds since the machine started: whatever happens to the clock on the wall.
lab_now_cs() {
	read -r lab_uptime _ </proc/uptime
	lab_uptime=${lab_uptime%.*}${lab_uptime#*.}
	echo "${lab_uptime#0}"
}

# wait_for SECONDS COMMAND...: until the command is true; false where it never was in time.
wait_for() {
	wait_end=$(($(lab_now_cs) + $1 * 100))
	shift
	until "$@"; do
		[ "$(lab_now_cs)" -lt "$wait_end" ] || return 1
		sleep 0.05
	done
}

file_has() { # FILE REGEX
	grep -qE -e "$2" "$1" 2>/dev/null
}

process_ended() { # PID
	[ ! -d "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}

port_open() { # tcp|udp PORT
	ss -Hln "--$1" "sport = :$2" | grep -q .
}
