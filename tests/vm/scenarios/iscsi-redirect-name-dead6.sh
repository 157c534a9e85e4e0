# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2016,SC2034,SC2154
desc="A target moves the login to a name of which the IPv6 address swallows everything and the IPv4 address has the disk"

# tgt redirects to addresses only. Every login is told to go to the name.
redirector() {
	service_start redirector perl -MIO::Socket::INET -e '
		$listener = IO::Socket::INET->new(LocalAddr => "$ARGV[0]:3270", Listen => 8, ReuseAddr => 1) or die $!;
		$text = "TargetAddress=$ARGV[1]:3260\0";
		while ($peer = $listener->accept) {
			next if read($peer, $request, 48) != 48;
			$len = unpack("N", "\0" . substr($request, 5, 3));
			read($peer, $data, ($len + 3) & ~3);
			($isid, $itt, $cmdsn) = unpack("x8 a6 x2 a4 x4 a4", $request);
			print $peer pack("C x3 N a6 x2 a4 x8 a4 a4 C C x10", 0x23, length $text, $isid, $itt, $cmdsn, $cmdsn, 1, 1);
			print $peer $text, "\0" x (-length($text) % 4);
			close $peer;
		}' "$LAB_SERVER" "$1"
	service_ready redirector 5 port_open tcp 3270
}

run() {
	net_ip6
	net_dead fd00:77::9/64 3260
	iscsi_root
	redirector nas.lab.example
	dhcp_names "host-record=nas.lab.example,10.77.0.1,fd00:77::9"
	dhcp_start
	boot "ip=10.77.0.50::10.77.0.1:24::eth0:none ip=[fd00:77::50]:::64::eth0:none nameserver=10.77.0.1 \
root=iscsi:$LAB_SERVER::3270::$LAB_IQN rw"
	expect_init 40
	expect_verdict 'root.fstype=ext4'
	expect_verdict 'iscsi_connection.connection[0-9]*:0.persistent_address=10.77.0.1'
	expect_verdict 'iscsi_connection.connection[0-9]*:0.persistent_port=3270'
	expect_verdict 'iscsi_connection.connection[0-9]*:0.port=3260'
	# a connect to the dead address takes ten seconds, it has 250 ms for itself
	expect_phase attach 5
	# the portal that has the session, and the one that was asked
	expect_console "attach: logged in to $LAB_IQN at 10\.77\.0\.1:3260 \(redirected there by 10\.77\.0\.1:3270\) as " 0
}
