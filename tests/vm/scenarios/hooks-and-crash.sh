# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Hooks run with their environment; a crash of the agent is said, and it starts again"

run() {
	hooks=$LAB_DIR/hooks
	mkdir -p "$hooks/filesystems.d" "$hooks/mount.d" "$hooks/handover.d"
	cat >"$hooks/filesystems.d/10-crash" <<'END'
#!/bin/sh
[ -e /run/crashed ] && exit 3
: >/run/crashed
kill -SEGV 1
END
	printf '%s\n' '#!/bin/sh' 'exit 4' >"$hooks/filesystems.d/20-fails"
	cat >"$hooks/mount.d/10-tell" <<'END'
#!/bin/sh
echo "hook: $NETROOT_PHASE $NETROOT_IFACE $NETROOT_ADDRESS $NETROOT_ROOT_KIND $NETROOT_SERVER"
[ -x /sysroot/sbin/init ] && echo "hook: the root is there"
END
	cat >"$hooks/handover.d/10-tell" <<'END'
#!/bin/sh
echo "hook: $NETROOT_PHASE"
END
	chmod +x "$hooks"/*/*
	INITRD=$LAB_DIR/initrd
	boot_pack --compress gzip --hooks "$hooks" --output "$INITRD"
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	boot "root=dhcp"
	expect_init 60
	expect_console 'netroot: the agent crashed, which is a bug in it: starting again' 0
	expect_console 'netroot: boot: start 2 after a crash' 0
	expect_console 'netroot: filesystems: hook 10-crash: exit status 3, the boot goes on' 0
	expect_console 'netroot: filesystems: hook 20-fails: exit status 4, the boot goes on' 0
	expect_console "^hook: mount eth0 10\.77\.0\.[0-9]+ nfs $LAB_SERVER" 0
	expect_console '^hook: the root is there' 0
	expect_console '^hook: handover' 0
	refuse_verdict 'env.NETROOT_.*'
}
