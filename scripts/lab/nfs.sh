# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# NFS of the site: rpcbind and nfs-ganesha, versions 3, 4.0, 4.1 and 4.2.

# nfs_export ID DIRECTORY [CLIENTS [rw|ro]]: exported under its own path; CLIENTS "*" by default.
# Takes effect with nfs_start or nfs_restart.
nfs_export() {
	mkdir -p "$LAB_DIR/exports"
	case ${4-rw} in
	rw) nfs_access=RW ;;
	*) nfs_access=RO ;;
	esac
	cat >"$LAB_DIR/exports/$1" <<END
EXPORT {
	Export_Id = $1;
	Path = $2;
	Pseudo = $2;
	Access_Type = NONE;
	Squash = No_Root_Squash;
	SecType = sys;
	Attr_Expiration_Time = 0;
	Protocols = ${nfs_versions-3,4};
	Transports = TCP, UDP;
	CLIENT { Clients = ${3-*}; Access_Type = $nfs_access; Squash = No_Root_Squash; }
	FSAL { Name = VFS; }
}
END
}

nfs_start() {
	cat >"$LAB_DIR/ganesha.conf" <<END
NFS_CORE_PARAM {
	Protocols = ${nfs_versions-3,4};
	MNT_Port = 20048;
	Enable_NLM = false;
	Enable_RQUOTA = false;
	NSM_Use_Caller_Name = true;
}
NFSv4 {
	Graceless = true;
	Minor_Versions = ${nfs_minor_versions-0,1,2};
	Only_Numeric_Owners = true;
}
MDCACHE { Dir_Chunk = 0; }
LOG { Default_Log_Level = EVENT; }
END
	cat "$LAB_DIR"/exports/* >>"$LAB_DIR/ganesha.conf" 2>/dev/null || :
	if ! service_runs rpcbind; then
		service_start rpcbind rpcbind -f -w
		service_ready rpcbind 5 port_open tcp 111
	fi
	: >"$LAB_OUT/ganesha.log"
	service_start ganesha ganesha.nfsd -F -L "$LAB_OUT/ganesha.log" -f "$LAB_DIR/ganesha.conf" \
		-p "$LAB_DIR/ganesha.own.pid"
	service_ready ganesha 15 nfs_answers
}

nfs_answers() {
	port_open tcp 2049 && file_has "$LAB_OUT/ganesha.log" 'NFS SERVER INITIALIZED'
}

nfs_stop() {
	service_stop ganesha
}

nfs_restart() {
	nfs_stop
	nfs_start
}
