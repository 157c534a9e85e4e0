# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The target and its CHAP come with settings for this MAC, by TFTP from the lease's server; the secret is seen nowhere, what comes too late is named"

run() {
	lab_chap="boot geheimgeheim"
	iscsi_root
	mkdir -p "$LAB_DIR/tftp/netroot"
	echo "root=nfs:$LAB_SERVER:/srv/nowhere" >"$LAB_DIR/tftp/netroot/default"
	printf '%s\n' "root=iscsi:$LAB_SERVER::::$LAB_IQN rw" 'rd.iscsi.username=boot rd.iscsi.password=geheimgeheim' \
		'ip=10.77.0.50::10.77.0.1:24::eth0:off' 'hostname=pc7' >"$LAB_DIR/tftp/netroot/01-52-54-00-77-00-01"
	printf 'rd.iscsi.password=\001geheimgeheim\n' >>"$LAB_DIR/tftp/netroot/01-52-54-00-77-00-01"
	dhcp_line enable-tftp
	dhcp_line "tftp-root=$LAB_DIR/tftp"
	dhcp_start
	boot "netroot.config=tftp:netroot/ rd.debug"
	expect_init 60
	from="tftp://$LAB_SERVER/netroot/01-52-54-00-77-00-01"
	expect_console "netroot: config: settings of this machine are $from, [0-9]+ bytes" 0
	expect_console 'netroot: config: tftp:.*: line 5: byte 0x01 at 19, which no text has: left out' 0
	expect_console 'netroot: plan: config: ip: comes too late, the network is up by then; it belongs on the command line' 0
	expect_verdict 'iscsi_session.session1.username=boot'
	expect_verdict 'hostname=pc7'
	expect_verdict ".*\"root.0\": .*\"from\": \"config $from\".*"
	expect_verdict '.*"chap": .*one-way.*'
	refuse_console geheimgeheim
	refuse_verdict '.*"[^"]*geheimgeheim.*'
	# nothing of DHCP is waited for that the settings may bring
	expect_phase address 2
	expect_phase config 1
}
