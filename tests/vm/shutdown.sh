# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# What the scenarios of the system's end have in common: what went over the wire and what is left
# on the disk say whether the end was clean, not the client.

# shutdown_wire: all that the client sends and gets goes into a file.
shutdown_wire() {
	LAB_PCAP=1
}

# The TCP segments of the wire over IPv4 that hold something, as "FROM-PORT TO-PORT LENGTH HEX", of the last no more than 256 bytes.
shutdown_segments() {
	perl -e '
		binmode STDIN; local $/; my $d = <STDIN>; my $at = 24;
		while ($at + 16 <= length $d) {
			my $len = unpack "V", substr $d, $at + 8, 4;
			my $f = substr $d, $at + 16, $len;
			$at += 16 + $len;
			next unless length $f > 54 && unpack("n", substr $f, 12, 2) == 0x800;
			my $ihl = (ord(substr $f, 14, 1) & 15) * 4;
			next unless ord(substr $f, 23, 1) == 6;
			my $total = unpack "n", substr $f, 16, 2;
			my $tcp = substr $f, 14 + $ihl, $total - $ihl;
			my ($from, $to) = unpack "nn", $tcp;
			my $data = substr $tcp, (ord(substr $tcp, 12, 1) >> 4) * 4;
			printf "%d %d %d %s\n", $from, $to, length $data, unpack "H512", $data if length $data;
		}' <"$LAB_OUT/nic1.pcap"
}

# "46 80" begins a Logout Request that closes the session, "26 80 00" the answer to it that agrees (RFC 7143 11.14, 11.15).
shutdown_logouts() {
	shutdown_segments | awk '
		$2 == 3260 && $3 == 48 && $4 ~ /^4680/ { print "request" }
		$1 == 3260 && $3 == 48 && $4 ~ /^268000/ { print "response" }'
}

# expect_nfs_left COUNT: so many sessions of NFS 4.2 were ended by the client, as it does where nothing of that server is mounted any
# more: DESTROY_SESSION (RFC 8881 18.37) alone in a COMPOUND without a tag.
expect_nfs_left() {
	shutdown_left=$(shutdown_segments | grep -cE '^[0-9]+ 2049 .*0000000000000002000000010000002c') || :
	[ "$shutdown_left" = "$1" ] || fail "$shutdown_left NFS sessions were ended, not $1"
}

# expect_logouts COUNT: so many sessions were closed by a logout, with the target's consent.
expect_logouts() {
	shutdown_said=$(shutdown_logouts | sort | uniq -c | tr -s ' \n' ' ')
	[ "$shutdown_said" = " $1 request $1 response " ] ||
		fail "logouts on the wire: \"$shutdown_said\", not $1"
}

# expect_no_session: the target holds none any more; one whose client only went off stays for long.
expect_no_session() {
	! tgtadm --lld iscsi --op show --mode target | grep -q 'I_T nexus: ' ||
		fail "the target still has a session"
}

# expect_clean OFFSET: the filesystem at that byte of the target's disk was unmounted: no journal to be replayed, nothing
# to be mended.
expect_clean() {
	shutdown_disk="$LAB_OUT/root.img?offset=$1"
	shutdown_features=$(dumpe2fs -h "$shutdown_disk" 2>/dev/null) || fail "no filesystem at $1"
	echo "$shutdown_features" | grep -qx 'Filesystem state: *clean' ||
		fail "the filesystem is not clean"
	! echo "$shutdown_features" | grep -q needs_recovery || fail "the journal is to be replayed"
	e2fsck -fn "$shutdown_disk" >"$LAB_OUT/e2fsck.log" 2>&1 ||
		fail "e2fsck: $(tail -n 1 "$LAB_OUT/e2fsck.log")"
}

# shutdown_ended SECONDS: the machine went off within so many of the verdict.
shutdown_ended() {
	shutdown_from=$(lab_now_cs)
	wait_for "$1" client_ended client || fail "not off within $1 s"
	echo "off $(($(lab_now_cs) - shutdown_from))0 ms after the verdict"
	refuse_console 'Kernel panic|BUG:|Oops'
}

# shutdown_reached: the root told its verdict, and the machine went off behind it.
shutdown_reached() {
	wait_for 40 told_or_over || :
	client_told client || fail "init not reached"
	shutdown_ended 20
}

# shutdown_iscsi_boot WORDS: an iSCSI root, of the tree that is there already or of a new one.
shutdown_iscsi_boot() {
	shutdown_wire
	[ -n "${ROOT_DIR-}" ] || root_tree
	iscsi_root_of_tree
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	boot "root=dhcp rw verdict.dirty $1"
}

# shutdown_clean COUNT: so many systems have ended, clean and logged out.
shutdown_clean() {
	expect_console 'netroot: shutdown: iSCSI session 1: logged out' 0
	refuse_console 'given up|dropped|forcing|not read-only'
	expect_logouts "$1"
	expect_no_session
	expect_clean 0
}

# shutdown_iscsi WORDS: an iSCSI root that ends by itself, clean and logged out of.
shutdown_iscsi() {
	shutdown_iscsi_boot "$1"
	shutdown_reached
	shutdown_clean 1
}

# shutdown_dead_nfs WORDS: an NFS root whose server is gone as the system ends, with data not written.
shutdown_dead_nfs() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	boot "root=dhcp $1 verdict.open verdict.down verdict.pivot=reboot"
	expect_console 'init: waits for the network to go' 40
	# what is on its way is lost as well: no FIN, no RST, as with a cable that was pulled
	client_monitor client "set_link nic1 off"
	shutdown_ended 30
	expect_console 'netroot: shutdown: rebooting after [0-9]+ ms' 0
}
