# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Both paths break before init is started, the boot's own first: attached anew, and both are in the map"
limit=150
. "$top/tests/vm/multipath.sh"

# As a hook sees it: until no session is logged in.
early_hook() {
	mkdir -p "$LAB_DIR/hooks/mount.d"
	cat >"$LAB_DIR/hooks/mount.d/10-hold" <<'END'
#!/bin/sh
[ -e /run/held ] && exit
: >/run/held
works() {
	for file in /sys/class/iscsi_session/session*/state; do
		read -r state <"$file"
		[ "$state" != LOGGED_IN ] || return 0
	done
	return 1
}
echo "hook: holds" >/dev/console
while works; do
	sleep 1
done
END
	chmod +x "$LAB_DIR/hooks/mount.d/10-hold"
	INITRD=$LAB_DIR/initrd
	boot_pack --compress gzip --hooks "$LAB_DIR/hooks" --add-feature multipath --output "$INITRD"
}

run() {
	multipath_site whole
	early_hook
	multipath_boot "verdict.stream=2"
	expect_console 'paths: the map has 2 paths' 60
	expect_console '^hook: holds' 10
	first=$(multipath_first)
	second=$LAB_SERVER
	[ "$first" != "$LAB_SERVER" ] || second=$MULTIPATH_OTHER
	multipath_cut "$first"
	expect_console 'paths: the session was lost: .*: its other paths keep the root' 20
	multipath_cut "$second"
	expect_console '(attach|mount): the session was lost' 20
	multipath_mend "$first"
	multipath_mend "$second"
	expect_init 60
	expect_verdict 'stream\.result=ok'
	refuse_console 'handover: no answer within' # of a root that nobody logs in to
	multipath_map 2 '8:[0-9]+' '8:[0-9]+' # of the sessions that came after
}
