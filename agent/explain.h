/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netroot explain: the boot plan of a command line, printed on any machine by any user. */
#ifndef NETROOT_EXPLAIN_H
#define NETROOT_EXPLAIN_H

/* argv[0] is the word "explain". Exit status: 0 a root is chosen or awaited from DHCP, 1 no boot
 * could come of it, 2 usage or a file that cannot be read. */
int explain_main(int argc, char **argv);

#endif
