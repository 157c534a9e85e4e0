# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="carrier_timeout= and rd.net.timeout.dhcp= end attempts in time, not the boot: the carrier comes late, then the DHCP server"

# stamp REGEX: when the first such line was said, in hundredths of a second of the client's own clock
stamp() {
	stamp_cs=$(tr -d '\r' <"$LAB_OUT/client.console" | grep -m 1 -E -e "$1" | sed -n 's/^\[ *\([0-9]*\)\.\([0-9][0-9]\).*/\1\2/p')
	[ -n "$stamp_cs" ] || fail "not on the console: $1"
	echo "$stamp_cs"
}

# expect_between FROM TO: seconds, of what $took hundredths are
expect_between() {
	echo "$3 after $took hundredths of a second"
	if [ "$took" -lt "$(($1 * 100))" ] || [ "$took" -gt "$(($2 * 100))" ]; then
		fail "$3 after $took hundredths of a second, not $1 to $2 s"
	fi
}

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	client_nic net0 virtio-net-pci romfile=
	boot "root=dhcp carrier_timeout=3 rd.net.timeout.dhcp=4 rd.debug" -S
	client_monitor client "set_link nic1 off"
	client_monitor client cont
	expect_console 'netroot: link: no carrier yet on eth0' 40
	expect_console 'netroot: link: no result within 3 s: no carrier yet on eth0; attempt 2 in' 10
	client_monitor client "set_link nic1 on"
	expect_console 'eth0: carrier up' 20
	expect_console 'netroot: address: no result within 4 s: eth0: no answer from a DHCP server yet; attempt 2 in' 20
	dhcp_start
	expect_init 60
	took=$(($(stamp 'netroot: link: .*attempt 2 in') - $(stamp 'netroot: boot: netroot ')))
	expect_between 3 6 "the first attempt at a carrier ended"
	took=$(($(stamp 'netroot: address: .*attempt 2 in') - $(stamp 'eth0: carrier up')))
	expect_between 4 7 "the first attempt at a lease ended"
	expect_network 'address.eth0=10\.77\.0\.1[0-9][0-9]/24' 'route.eth0=0\.0\.0\.0/0 via 10\.77\.0\.1'
}
