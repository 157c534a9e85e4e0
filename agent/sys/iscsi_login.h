/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs one core/iscsi login: TCP connect, NETLINK_ISCSI session and connection, PDUs, parameters,
 * start. Decides nothing. */
#ifndef NETROOT_SYS_ISCSI_LOGIN_H
#define NETROOT_SYS_ISCSI_LOGIN_H

#include "core/iscsi.h"
#include "sys/loop.h"

struct iscsi_login_result {
	uint32_t sid;
	uint32_t host_no;
	uint64_t tcp_ns, login_ns; /* how long the connect and the login took */
	uint16_t time2wait_s; /* as negotiated */
	struct ip_addr portal; /* where a later login begins: the one asked for, unless the target
				  has moved for good */
	uint16_t port;
	char where[ISCSI_WHERE_MAX]; /* it is logged in now, printable */
};

/* err NULL: logged in. Called once per start, from the loop. With an error the slot is free again
 * and nothing of the login is left in the kernel. */
typedef void iscsi_login_fn(void *arg, const struct iscsi_login_result *result,
			    const struct err *err);
/* The session broke after login (CONN_ERROR and the like): text says what the kernel said. Once;
 * the session stays in the kernel until iscsi_login_cancel(). */
typedef void iscsi_lost_fn(void *arg, uint32_t sid, const char *text);

struct iscsi_login;
/* One of ISCSI_LOGINS_MAX slots. The config is copied. time limit for the whole login in
 * core/iscsi. */
#define ISCSI_LOGINS_MAX 8
struct iscsi_login *iscsi_login_start(struct loop *loop, const struct iscsi_config *config,
				      iscsi_login_fn *done, iscsi_lost_fn *lost, void *arg,
				      struct err *err);
/*
 * Into a session that is there, whose connection is stopped here (STOP_CONN with RECOVER): with its
 * own ISID, so that to the target it is the same initiator port. Whatever becomes of it the session
 * stays, and the slot is free when done is called. Settings that are no part of a login are left as
 * they are.
 */
struct iscsi_login *iscsi_login_resume(struct loop *loop, const struct iscsi_config *config,
				       uint32_t sid, iscsi_login_fn *done, void *arg,
				       struct err *err);
/* Only sees whether a portal takes a connection, which is closed at once: done is told, with
 * nothing in the result but the time that it took, or what is wrong. */
struct iscsi_login *iscsi_login_probe(struct loop *loop, const struct iscsi_config *config,
				      iscsi_login_fn *done, void *arg, struct err *err);
/* Forgets one of these: the session is in the hands of another process. done is not called. */
void iscsi_login_abandon(struct iscsi_login *login);
/* STOP_CONN with RECOVER: the kernel holds what is sent to the disks until the next login. */
int iscsi_session_stop(struct loop *loop, uint32_t sid, struct err *err);
/* Sends a request for a logout; what comes of it is told by events. */
int iscsi_session_logout(struct loop *loop, uint32_t sid, struct err *err);
/* How long the kernel holds what is sent to the disks of a session that is lost. */
int iscsi_session_replacement(struct loop *loop, uint32_t sid, uint32_t seconds, struct err *err);
/* Uses the memory of one login once, so that none has to be found later. */
void iscsi_login_touch(void);
/* The target has sent the login to a name: to be looked up, and the outcome told by
 * iscsi_login_address(), unless it is called off before. arg is that of iscsi_login_start(). */
typedef void iscsi_lookup_fn(void *arg, struct iscsi_login *login, const char *name, uint16_t port);
/* Without, redirections to names are refused. */
void iscsi_login_set_lookup(struct iscsi_login *login, iscsi_lookup_fn *lookup);
/* ip NULL: none, and why. */
void iscsi_login_address(struct iscsi_login *login, const struct ip_addr *ip, const char *why);
/* Calls it off, or takes a session down again (STOP_CONN, DESTROY_CONN, DESTROY_SESSION); done is
 * not called. */
void iscsi_login_cancel(struct iscsi_login *login);
/* The same, but a session is left by a logout first. The slot is free when that is answered, within
 * a second. */
void iscsi_login_leave(struct iscsi_login *login);
/* Logouts that are not answered yet are waited for no longer. */
void iscsi_login_leave_now(void);
/* Writes to the SCSI host's scan file; blocks, so only in a child. lun NULL: all. */
int iscsi_scan(uint32_t host_no, const uint8_t lun[8], struct err *err);

#endif
