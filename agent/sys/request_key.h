/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program as /sbin/request-key, which the kernel's NFS client calls for the number of an owner
 * that the server tells by name: create KEY UID GID KEYRING... Returns the exit status. */
#ifndef NETROOT_SYS_REQUEST_KEY_H
#define NETROOT_SYS_REQUEST_KEY_H

int request_key_main(int argc, char **argv);

#endif
