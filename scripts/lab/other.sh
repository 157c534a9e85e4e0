# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # sourced: names are set elsewhere
#
# Initrds of others, for comparison: not for use inside the site, they need the network of this machine.

OTHERS=$top/build/bench.other

# other NAME PACKAGES: the script on standard input runs in a Debian with these packages and the modules of $KVER, and
# leaves /initrd there. Made once for a kernel, as build/bench.other/NAME-KVER; left out where it cannot be made.
other() {
	mkdir -p "$OTHERS"
	other_file=$OTHERS/$1-$KVER
	cat >"$OTHERS/$1.sh"
	[ ! -s "$other_file" ] || return 0
	echo "making the initrd of $1 in a Debian of its own (about a minute, once)"
	apt-config dump | grep '^Acquire::.*"..*"' >"$OTHERS/apt.conf" || :
	# shellcheck disable=SC2016 # mmdebstrap's hooks expand "$1" themselves
	MODULES=$MODULES KVER=$KVER KERNEL=$KERNEL SCRIPT=$OTHERS/$1.sh OUT=$other_file \
		mmdebstrap --quiet --variant=minbase --format=null --aptopt="$OTHERS/apt.conf" --include="$2" \
		--customize-hook='mkdir -p "$1/lib/modules" "$1/boot" && cp -a "$MODULES" "$1/lib/modules/"' \
		--customize-hook='cp "${KERNEL%/*}/config-$KVER" "$KERNEL" "$1/boot/" && cp "$SCRIPT" "$1/make"' \
		--customize-hook='chroot "$1" sh -e /make "$KVER" && cp "$1/initrd" "$OUT"' \
		bookworm /dev/null >"$OTHERS/$1.log" 2>&1 || {
		rm -f "$other_file"
		echo "$1 left out, see build/bench.other/$1.log"
	}
}
