# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Every spelling of an NFS root, from the words and the lease to what the kernel's NFS server gets to mount: the kernel's, klibc's, Debian's, dracut's, Arch's, LTSP's"
limit=240
. "$top/tests/vm/knfsd.sh"

# One server by four addresses, so that what was mounted tells who was taken for the server: by a word, by a root-path, by
# siaddr (next-server), by option 54.
WORD=$KNFSD
PATH17=10.77.0.3
SIADDR=10.77.0.4
OPTION54=10.77.0.5
KNFSD_LINK=fe80::5054:ff:fe78:1 # of its NIC's address, the first peer's
LEASED="interface=eth0;address=10.77.0.50/24;server-id=$OPTION54"
LEASED6="kind=dhcp6;interface=eth0;address=fd00:77::50/64;server-id=fe80::1"
NEXT="$LEASED;next-server=$SIADDR"

# reach SOURCE OPTIONS WORDS [LEASE]...: the root is mounted from there, and in its line of /proc/mounts are these options, with
# blanks between them; "!" in front: not that one.
reach() {
	reach_source=$1
	reach_options=$2
	shift 2
	ask_words "$@"
	has "mounted=$reach_source /mnt nfs"
	reach_line=${answer#*mounted=* /mnt nfs}
	reach_line=${reach_line#* }
	reach_line=,${reach_line%% *},
	for reach_option in $reach_options; do
		case $reach_option,$reach_line in
		!*,*",${reach_option#!},"*) fail "$asked: ${reach_option#!} is in: $reach_line" ;;
		!* | *,*",$reach_option,"*) ;;
		*) fail "$asked: no $reach_option in: $reach_line" ;;
		esac
	done
}

# Documentation/admin-guide/nfs/nfsroot.rst
of_the_kernel() {
	reach "$WORD:/srv/a" "ro vers=4.2" "root=/dev/nfs nfsroot=$WORD:/srv/a"
	reach "$WORD:/srv/a" "rw vers=3 rsize=16384 wsize=8192 nolock" \
		"rw root=/dev/nfs nfsroot=$WORD:/srv/a,v3,tcp,rsize=16384,wsize=8192"
	reach "$WORD:/srv/a" "vers=4.2" "nfsroot=$WORD:/srv/a"
	reach "$WORD:/srv/pc7" "vers=4.2" "root=/dev/nfs nfsroot=$WORD:/srv/%s" "$NEXT;hostname=pc7.lab"
	reach "$WORD:/srv/10.77.0.50" "vers=4.2" "root=/dev/nfs nfsroot=$WORD:/srv/%s" "$NEXT"
	reach "$WORD:/srv/pc7" "vers=4.2" "root=/dev/nfs nfsroot=/srv/%s ip=10.77.0.50:$WORD::255.255.255.0:pc7:eth0:none"
	reach "$WORD:/tftpboot/10.77.0.50" "vers=4.2" "root=/dev/nfs nfsaddrs=10.77.0.50:$WORD::255.255.255.0"
	# all of it by default, and what each part takes the place of
	reach "$SIADDR:/tftpboot/10.77.0.50" "vers=4.2" "root=/dev/nfs" "$NEXT"
	reach "$SIADDR:/tftpboot/pc7" "vers=4.2" "root=/dev/nfs" "$NEXT;hostname=pc7"
	reach "$SIADDR:/tftpboot/a" "vers=4.2" "root=/dev/nfs nfsroot=a" "$NEXT;root-path=/srv/a"
	reach "$SIADDR:/srv/a" "vers=4.2" "root=/dev/nfs" "$NEXT;root-path=/srv/a"
	reach "$SIADDR:/srv/a" "vers=3" "root=/dev/nfs nfsroot=,vers=3" "$NEXT;root-path=/srv/a"
	reach "$PATH17:/srv/a" "vers=4.1 soft" "root=/dev/nfs" "$NEXT;root-path=$PATH17:/srv/a,vers=4.1,soft"
	reach "$PATH17:/srv/b" "vers=4.0 soft timeo=70" "root=/dev/nfs nfsroot=/srv/b,vers=4.0,timeo=70" \
		"$NEXT;root-path=$PATH17:/srv/a,vers=4.1,soft"
	reach "$WORD:/srv/a" "vers=4.2" "root=/dev/nfs nfsroot=$WORD" "$NEXT;root-path=$PATH17:/srv/a"
	reach "$WORD:/srv/a" "vers=4.2 soft" "root=/dev/nfs nfsroot=$WORD:default,soft" "$NEXT;root-path=/srv/a"
	reach "$WORD:/srv/b" "vers=4.2 !soft" "root=/dev/nfs nfsroot=$WORD:/srv/b,hard" "$NEXT;root-path=$PATH17:/srv/a,soft"
	reach "$OPTION54:/srv/a" "vers=4.2" "root=/dev/nfs nfsroot=/srv/a" "$LEASED"
}

# scripts/nfs of initramfs-tools, klibc's kinit and nfsmount
of_debian() {
	reach "$PATH17:/srv/a" "vers=4.2" "boot=nfs nfsroot=auto" "$NEXT;root-path=$PATH17:/srv/a"
	reach "$SIADDR:/srv/a" "vers=4.2" "boot=nfs root=/dev/nfs nfsroot=auto" "$NEXT;root-path=/srv/a"
	reach "$SIADDR:/srv/a" "vers=4.2" "boot=nfs ip=dhcp" "$NEXT;root-path=/srv/a"
	reach "$WORD:/srv/a" "rw vers=3 retrans=10 acregmin=4 nocto soft nolock noacl" \
		"root=/dev/nfs rw nfsroot=$WORD:/srv/a,retrans=10,nfsvers=3,acregmin=4,nocto,soft,nointr,noposix,nolock,noacl,tcp"
	reach "$WORD:/srv/live" "ro" "boot=live netboot=nfs nfsroot=$WORD:/srv/live"
	reach "$WORD:/srv/live" "ro" "boot=casper netboot=nfs nfsroot=$WORD:/srv/live rw"
	reach "$WORD:/srv/live" "ro vers=3 soft" "boot=live netboot=nfs nfsroot=$WORD:/srv/live nfsopts=vers=3,soft"
	reach "$WORD:/srv/live" "vers=4.1 timeo=70" "boot=casper netboot=nfs root=/dev/ram0 nfsroot=$WORD:/srv/live NFSOPTS=vers=4.1,timeo=70"
	reach "$SIADDR:/srv/live" "soft" "boot=live netboot=nfs nfsopts=soft" "$NEXT;root-path=/srv/live"
	reach "$WORD:/srv/a" "vers=4.2 !soft" "root=/dev/nfs nfsroot=$WORD:/srv/a nfsopts=soft"
}

# dracut.cmdline(7)
of_dracut() {
	reach "$WORD:/srv/a" "ro vers=4.2" "root=nfs:$WORD:/srv/a"
	reach "$WORD:/srv/a" "ro vers=4.1 soft" "root=nfs:$WORD:/srv/a:vers=4.1,soft"
	reach "$WORD:/srv/a" "rw vers=3 timeo=70" "root=nfs:$WORD:/srv/a,vers=3,timeo=70,rw"
	reach "$WORD:/srv/a" "ro vers=4.2" "root=nfs:$WORD:/srv/a:rw ro"
	reach "$WORD:/srv/a" "rw vers=4.2" "root=nfs4:$WORD:/srv/a rw rd.nfs.domain=lab"
	has "tries=4.2,4.1,4.0
"
	reach "$WORD:/srv/a" "vers=4.0" "root=nfs4:$WORD:/srv/a:vers=4.0"
	reach "$WORD:/srv/a" "vers=4.1 soft" "root=nfs:vers=4.1,soft:$WORD:/srv/a"
	reach "$WORD:/srv/a" "vers=4.2 !port=2050" "root=nfs://$WORD/srv/a"
	reach "$WORD:/srv/a" "vers=4.2 port=2050" "root=nfs://$WORD:2050/srv/a"
	reach "$WORD:/srv/a" "vers=4.2" "root=$WORD:/srv/a"
	reach "$WORD:/srv/a" "vers=4.2" "root=/dev/root netroot=nfs:$WORD:/srv/a"
	reach "$WORD:/srv/live/live" "ro vers=4.2" "root=live:nfs:$WORD:/srv/live/live/filesystem.squashfs rd.live.image"
	reach "$WORD:/srv/live/live" "vers=3 port=2050" "root=live:nfs://$WORD:2050/srv/live/live/filesystem.squashfs,vers=3"
	reach "$SIADDR:/srv/pc7" "vers=4.2" "root=nfs:/srv/%s" "$NEXT;hostname=pc7"
	reach "$SIADDR:/srv/a" "vers=4.2" "root=/srv/a" "$NEXT"
	reach "$WORD:/srv/a" "vers=4.2" "root=nfs:/srv/a ip=:$WORD::::eth0:dhcp" "$NEXT"
	reach "[$KNFSD6]:/srv/a" "vers=4.2 proto=tcp6" "root=nfs:[$KNFSD6]:/srv/a"
	reach "[$KNFSD6]:/srv/a" "vers=3 proto=tcp6" "root=[$KNFSD6]:/srv/a,vers=3"
	reach "[$KNFSD6]:/srv/a" "vers=4.2 proto=tcp6 port=2050" "root=nfs://[$KNFSD6]:2050/srv/a"
	reach "[$KNFSD_LINK%eth0]:/srv/a" "vers=4.2 proto=tcp6" "root=nfs:[$KNFSD_LINK%eth0]:/srv/a"
	reach "$WORD:/srv/a\\040b" "vers=4.2" "root=\"nfs:$WORD:/srv/a b\""
	reach "$WORD:/srv/a" "vers=4.2" "root=nfs:$WORD:/srv/a/"
	reach "nas.lab:/srv/a" "vers=4.2 addr=$WORD" "root=nfs:nas.lab:/srv/a" "$LEASED;dns=10.77.0.1"
	reach "nas:/srv/a" "vers=3 addr=$WORD" "root=nfs:nas:/srv/a,vers=3" "$LEASED;dns=10.77.0.1;search=lab"
}

# The same in option 17, and in option 59 of DHCPv6.
of_leases() {
	reach "$PATH17:/srv/a" "ro vers=4.2" "root=dhcp" "$NEXT;root-path=$PATH17:/srv/a"
	reach "$PATH17:/srv/a" "rw vers=3 soft" "root=dhcp" "$NEXT;root-path=$PATH17:/srv/a,rw,vers=3,soft"
	reach "$PATH17:/srv/a" "vers=4.1" "root=/dev/root netroot=dhcp" "$NEXT;root-path=nfs:$PATH17:/srv/a:vers=4.1"
	reach "$PATH17:/srv/a" "vers=4.2" "" "$NEXT;root-path=nfs4:$PATH17:/srv/a"
	reach "$PATH17:/srv/a" "vers=4.2 port=2050" "ip=dhcp" "$NEXT;root-path=nfs://$PATH17:2050/srv/a"
	reach "nas.lab:/srv/a" "vers=4.2" "root=dhcp" "$NEXT;dns=10.77.0.1;root-path=nas.lab:/srv/a"
	reach "[$KNFSD6]:/srv/a" "vers=4.2" "root=dhcp" "$NEXT;root-path=[$KNFSD6]:/srv/a"
	reach "$SIADDR:/srv/pc7" "vers=4.2" "root=dhcp" "$NEXT;hostname=pc7;root-path=/srv/%s"
	reach "$SIADDR:/srv/a" "vers=4.2 soft" "root=dhcp" "$NEXT;root-path=nfs:/srv/a:soft"
	reach "$OPTION54:/srv/a" "vers=4.2" "root=dhcp" "$LEASED;root-path=/srv/a"
	reach "[$KNFSD6]:/srv/a" "vers=4.2 proto=tcp6" "root=dhcp6 ip=dhcp6" "$LEASED6;root-path=nfs://[$KNFSD6]/srv/a"
	reach "[$KNFSD6]:/srv/a" "vers=3 proto=tcp6" "root=dhcp" "$LEASED6;root-path=nfs:[$KNFSD6]:/srv/a:vers=3"
	# a root of words leaves the root-path alone
	reach "$WORD:/srv/b" "vers=4.2 !soft" "root=nfs:$WORD:/srv/b" "$NEXT;root-path=$PATH17:/srv/a,soft"
	reach "$SIADDR:/srv/b" "vers=4.2 !soft" "root=nfs:/srv/b" "$NEXT;root-path=$PATH17:/srv/a,soft"
}

# The hooks net of mkinitcpio and archiso_pxe_nfs; LTSP's iPXE menus
of_others() {
	reach "$WORD:/srv/a" "vers=4.2" "ip=::::::dhcp nfsroot=$WORD:/srv/a,rsize=1048576" "$NEXT"
	reach "$SIADDR:/srv/a" "vers=4.2" "root=/dev/nfs ip=:::::eth0:dhcp nfsroot=:/srv/a" "$NEXT"
	reach "$WORD:/srv/a" "ro vers=4.2" "root=/dev/nfs nfsroot=$WORD:/srv/a ltsp.image=images/x86_64.img"
	reach "$WORD:/srv/b" "ro vers=4.2" "root=/dev/nfs nfsroot=$WORD:/srv/b ip=dhcp" "$NEXT"
	reach "$WORD:/srv/live" "ro vers=4.2" "archisobasedir=arch archiso_nfs_srv=$WORD:/srv/live ip=dhcp" "$NEXT"
	reach "$SIADDR:/srv/live" "vers=3 rsize=16384" \
		"archiso_nfs_srv=\${pxeserver}:/srv/live archiso_nfs_opt=vers=3,rsize=16384 ip=:::::eth0:dhcp" "$NEXT"
}

run() {
	for dir in a b "a b" pc7 10.77.0.50; do
		mkdir -p "$KNFSD_TREE/$dir"
		root_small "$KNFSD_TREE/$dir"
	done
	mkdir -p "$KNFSD_TREE/live/live" "$KNFSD_TREE/live/casper" "$KNFSD_TREE/live/arch/x86_64" "$KNFSD_TREE/a/images"
	for dir in live/live/filesystem.squashfs live/casper/filesystem.squashfs live/arch/x86_64/airootfs.erofs a/images/x86_64.img; do
		echo image >"$KNFSD_TREE/$dir"
	done
	peer_program cp
	knfsd_start "/srv *(rw,no_root_squash,no_subtree_check)
/tftpboot *(rw,no_root_squash,no_subtree_check,fsid=1)" \
		"for n in 3 4 5; do ip address add 10.77.0.\$n/24 dev eth0; done
mkdir /tftpboot
mount -t tmpfs none /tftpboot
cp -a /srv/a /srv/pc7 /srv/10.77.0.50 /tftpboot"
	knfsd_asker
	dhcp_names "address=/nas.lab/$KNFSD"
	dhcp_start
	peer_ready knfsd 60
	peer_ready asker 60
	knfsd 'echo tcp 2050 >/proc/fs/nfsd/portlist'
	of_the_kernel
	of_debian
	of_dracut
	of_leases
	of_others
}
