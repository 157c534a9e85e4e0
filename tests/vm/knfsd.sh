# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# What the scenarios of knfsd have in common: a peer with the kernel's NFS client and the agent's attach (tests/sys/nfs_helper.c),
# which asks and mounts as often as is wanted without a boot each time.

# knfsd_asker: 10.77.0.50, and fd00:77::50.
knfsd_asker() {
	flock "$top/build" make -s -C "$top" build/sys/nfs_helper
	peer_program "$top/build/sys/nfs_helper" /bin/attach
	mkdir -p "$LAB_DIR/peer/mnt"
	peer_modules nfs nfsv3 nfsv4
	peer_nic net0
	peer_start asker "$limit" "ip link set eth0 up
ip address add 10.77.0.50/24 dev eth0
ip address add fd00:77::50/64 dev eth0 nodad"
}

# ask NAME SERVER PATH OPTIONS [INIT [MS]]: the answer is in $answer.
ask() {
	attach "$1" "'$2' '$3' '$4' '${5-/sbin/init}' ${6-4000} /mnt"
}

# ask_words WORDS [LEASE]...: the same of the root that these words of the command line, and leases, come to.
ask_words() {
	words="words '$1' 4000 /mnt"
	name=$1
	shift
	for words_lease; do
		words="$words '$words_lease'"
		name="$name, $words_lease"
	done
	attach "$name" "$words"
}

attach() { # NAME ARGUMENTS
	asked=$1
	peer_do asker "attach $2" 60 || :
	answer=$(tr -d '\r' <"$LAB_OUT/asker.console" | awk -v end="$peer_n" '
		$0 == "peer: command " end " ended with '"$peer_status"'" { exit }
		/^peer: command / { text = ""; next }
		{ text = text $0 "\n" }
		END { printf "%s", text }')
	printf '%s\n%s\n' "--- attach $2" "$answer"
}

# has TEXT...: each is in the answer.
has() {
	for has_text; do
		case $answer in
		*"$has_text"*) ;;
		*) fail "$asked: no \"$has_text\" in: $answer" ;;
		esac
	done
}

# mounted VERSION [TEXT...]: by that version, and with that in the options.
mounted() {
	has "mounted=" ",vers=$1,"
	shift
	has "$@"
}
