# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# What the tests here have in common, for sourcing with top= set to the tree, which is the current directory from then on:
# what they need, namespaces of their own, what is counted, and limits of time.

cd "$top" || exit 1
PATH=$PATH:/usr/sbin:/sbin
# shellcheck source=scripts/lab/wait.sh
. "$top/scripts/lab/wait.sh"
passed=0 failed=0 skipped=0

# --- what is counted ---

pass() {
	passed=$((passed + 1))
}

# fail TEXT [FILE]: which object, what was to be seen, what was seen; with what else was said, in that file.
fail() {
	failed=$((failed + 1))
	echo "FAIL $1"
	[ -z "${2-}" ] || sed 's/^/  /' "$2"
}

skip() { # WHY
	skipped=$((skipped + 1))
	echo "skipped: $1"
}

# is NAME GOT WANT
is() {
	if [ "$2" = "$3" ]; then pass; else
		fail "$1"
		printf '  got  "%s"\n  want "%s"\n' "$2" "$3"
	fi
}

# sys_end: the count, by which scripts/test goes; the status of the test.
sys_end() {
	echo "sys: $passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ]
}

# sys_give_up WHY [FILE...]: nothing more can be tested.
sys_give_up() {
	sys_why=$1
	shift
	[ $# -eq 0 ] || tail -n 20 "$@"
	fail "$sys_why"
	sys_end
	exit 1
}

# --- what is needed ---

# sys_needs TOOL...: these, and root, or all of it is one test skipped.
sys_needs() {
	sys_missing=
	for sys_tool; do
		command -v "$sys_tool" >/dev/null || sys_missing="$sys_missing $sys_tool"
	done
	[ "$(id -u)" -ne 0 ] || [ -n "$sys_missing" ] || return 0
	skip "${0##*/} needs root for network namespaces${sys_missing:+, and$sys_missing}"
	sys_end
	exit
}

# sys_isolate SECONDS [ARGUMENT...]: goes on, once more from the beginning, in namespaces of its own with an empty /run and
# $work: whatever is started ends with them, whatever happens; LIMIT_S=N allows N seconds instead.
sys_isolate() {
	[ "${2-}" = --inside ] || exec timeout -k 5 "${LIMIT_S:-$1}" unshare --net --mount --pid --fork --kill-child "$0" --inside
	work=$(mktemp -d)
	trap 'umount -l /run; rm -rf "$work"' EXIT
	trap 'exit 130' HUP INT TERM
	mount -t proc proc /proc
	mount -t tmpfs tmpfs /run
	mkdir -p /run/rpcbind /run/ganesha /run/netns
}

# sys_helper NAME COPY: build/sys/NAME, linked the one way it is in the agent, static and with our own name services; what
# the linker says of it is in $work/link.log.
sys_helper() {
	rm -f "build/sys/$1"
	make -s "build/sys/$1" 2>"$work/link.log" || sys_give_up "build/sys/$1 is not linked" "$work/link.log"
	cp "build/sys/$1" "$2"
	sys_static
}

# sys_static: the linker has not warned that the program asks for shared libraries all the same.
sys_static() {
	if grep -q "statically linked" "$work/link.log"; then fail "not static after all" "$work/link.log"; else pass; fi
}

# --- a server and a client: the namespace of the test has the server's end, srv0 ---

sys_cable() {
	ip link set lo up
	ip netns add client
	ip link add srv0 type veth peer name cli0 netns client
	ip addr add 10.99.0.1/24 dev srv0
	ip addr add fd99::1/64 dev srv0 nodad
	ip addr add fe80::1/64 dev srv0 nodad
	ip link set srv0 up
	ip -n client addr add 10.99.0.9/24 dev cli0
	ip -n client addr add fd99::9/64 dev cli0 nodad
	ip -n client addr add fe80::9/64 dev cli0 nodad
	ip -n client link set lo up
	ip -n client link set cli0 up
	ip -n client route add unreachable 10.97.0.0/16
	ip -n client route add unreachable fd97::/64
}

# server_ready COMMAND...: true in ten seconds, or there is nothing to ask.
server_ready() {
	wait_for 10 "$@" >/dev/null 2>&1 || sys_give_up "not so after 10 s: $*" "$work"/*.log
}

# --- what a client is asked for ---
#
# A test's ask says in $asked what it asks for and has ask_now, which is its own too, ask and put the answer into $answer.

# has TEXT...: each is in the answer.
has() {
	for has_text; do
		case $answer in
		*"$has_text"*) pass ;;
		*) fail "$asked: no \"$has_text\" in: $answer" ;;
		esac
	done
}

# answer_of KEY: N of KEY=N in the answer.
answer_of() {
	answer_n=${answer##*"$1"=}
	answer_n=${answer_n%%[!0-9]*}
	echo "${answer_n:-99999}"
}

# least KEY ENOUGH: $least is the least N of KEY=N in up to three answers, asked for until that is enough. A busy machine only
# ever adds to a time, or to the number of round trips: what a limit is to find, a wait of our own, is in every answer.
least() {
	least=$(answer_of "$1")
	for _ in 1 2; do
		[ "$least" -gt "$2" ] || break
		ask_now
		[ "$(answer_of "$1")" -ge "$least" ] || least=$(answer_of "$1")
	done
}

# faster MS: it takes less, with ms=N in the answer.
faster() {
	least ms $(($1 - 1))
	if [ "$least" -lt "$1" ]; then pass; else fail "$asked: took $least ms at the best of three, not below $1; the last: $answer"; fi
}
