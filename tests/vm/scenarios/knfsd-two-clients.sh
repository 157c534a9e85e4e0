# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two clients without a host name on one export of the kernel's NFS server: it tells them apart, and one that boots ends nothing of the other"
limit=120

second_told() {
	client_told second || client_ended second
}

run() {
	knfsd_root
	dhcp_start
	peer_ready knfsd 60
	boot "root=nfs:$KNFSD:/srv/root rw verdict.stream=8"
	expect_stream 60
	client_nic net0 virtio-net-pci romfile=
	client_start second "$limit" -kernel "$VMLINUX" -initrd "$INITRD" -append "$BOOT_WORDS root=nfs:$KNFSD:/srv/root"
	wait_for 60 second_told || :
	client_told second || fail "the second client does not boot"
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
