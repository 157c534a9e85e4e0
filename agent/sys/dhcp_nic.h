/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs one core/dhcp machine on one NIC: packet socket, BPF, deadlines. Decides nothing. */
#ifndef NETROOT_SYS_DHCP_NIC_H
#define NETROOT_SYS_DHCP_NIC_H

#include "core/dhcp.h"
#include "sys/loop.h"

struct dhcp_nic;

enum dhcp_news {
	DHCP_NEWS_LEASE, /* a new or renewed lease: `lease`; text: options that were ignored, or ""
			  */
	DHCP_NEWS_LOST, /* the lease ended: expired or refused; text: which */
	DHCP_NEWS_WAITING, /* text: no answer so far, what comes next; at most once per transmission
			    */
	DHCP_NEWS_REFUSED, /* text: NAK; or an answer that was unusable and why; or which of several
			      offers was taken, and what the others lacked */
	DHCP_NEWS_FAILED, /* text: the socket or the like */
};
typedef void dhcp_news_fn(void *arg, int ifindex, enum dhcp_news news, const struct lease *lease,
			  const char *text);

/* Starts at once when the NIC has carrier; link events are told by dhcp_nic_carrier(). One of
 * DHCP_NICS_MAX slots. */
#define DHCP_NICS_MAX 16
struct dhcp_nic *dhcp_nic_start(struct loop *loop, int ifindex, const char *ifname,
				const struct dhcp_config *config, dhcp_news_fn *fn, void *arg,
				struct err *err);
/* The guard's: lease NULL as above; otherwise it goes on from there. */
struct dhcp_nic *dhcp_nic_resume(struct loop *loop, int ifindex, const char *ifname,
				 const struct dhcp_config *config, const struct lease *lease,
				 dhcp_news_fn *fn, void *arg, struct err *err);
/* The address of its lease is somebody else's: DECLINE, then from DISCOVER after a pause. */
void dhcp_nic_conflict(struct dhcp_nic *nic);
void dhcp_nic_carrier(struct dhcp_nic *nic, bool carrier);
/* Asks again from DISCOVER (the root of the last lease did not work); the address stays until a new
 * ACK. */
void dhcp_nic_again(struct dhcp_nic *nic);
void dhcp_nic_stop(struct dhcp_nic *nic);
bool dhcp_nic_bound(const struct dhcp_nic *nic);

#endif
