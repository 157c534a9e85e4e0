# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two clients without a host name on one export of the kernel's NFS server: it tells them apart, and one that boots ends nothing of the other"
limit=240
. "$top/tests/vm/second.sh"

run() {
	knfsd_root
	dhcp_start
	peer_ready knfsd 60
	boot "root=nfs:$KNFSD:/srv/root rw verdict.stream=8"
	expect_stream 60
	second_boot "root=nfs:$KNFSD:/srv/root"
	expect_second 60
	knfsd 'cat /proc/fs/nfsd/clients/*/info | grep ^name:'
	expect_init 60
	expect_verdict 'stream\.result=ok'
	expect_verdict 'root.options=rw,.*vers=4.2,.*'
	# by the UUIDs that the machines have
	for uuid in 01 02; do
		peer_said knfsd "^name: \"Linux NFSv4.2 6e657472-6f6f-4000-8000-0000000000$uuid/" ||
			fail "the server does not know client $uuid by its UUID"
	done
}
