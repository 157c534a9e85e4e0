# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with ifupdown keeps its address over renewals, outages and a reboot"
limit=900
needs=debian
soak=yes
. "$top/tests/vm/managers.sh"

run() {
	managers_over_time 4 ifupdown guarded
}
