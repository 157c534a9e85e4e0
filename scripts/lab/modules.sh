# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # sourced: KVER and MODULES are set elsewhere (scripts/kernel)
#
# Kernel modules for machines that load them by hand. Sourced; needs nothing else.

# lab_modules NAME...: the files of these and of what they need, each once, in the order to be loaded in; false where there
# is no such module.
lab_modules() {
	lab_insmods=$(for lab_module; do
		modprobe -d "${MODULES%/lib/modules/*}" -S "$KVER" --show-depends "$lab_module" || exit 1
	done) || return 1
	echo "$lab_insmods" | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# lab_modules_numbered DIR NAME...: copies of these in DIR, as 000.ko, 001.ko and so on.
lab_modules_numbered() {
	lab_dir=$1
	shift
	mkdir -p "$lab_dir"
	lab_files=$(lab_modules "$@") || return 1
	lab_number=0
	for lab_file in $lab_files; do
		cp "$lab_file" "$(printf '%s/%03d.ko' "$lab_dir" "$lab_number")"
		lab_number=$((lab_number + 1))
	done
}
