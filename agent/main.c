/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program's entries: /init as PID 1, /sbin/modprobe and /sbin/request-key for the kernel, the
 * guard that PID 1 leaves behind and its helper, /shutdown at the end of the system, and the
 * commands that run anywhere. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "boot.h"
#include "explain.h"
#include "guard.h"
#include "shutdown.h"
#include "sys/mpath_join.h"
#include "sys/request_key.h"

static const char usage[] =
	"netroot " NETROOT_VERSION
	": diskless boot agent; runs as /init of an initrd made by mkinitrd\n"
	"\n"
	"  netroot explain \"CMDLINE\" [--lease FILE]...   print the boot plan for a kernel command line\n"
	"  netroot explain --help                        all its options\n"
	"  netroot --version\n"
	"\n"
	"as " EXITRD "/" EXITRD_PROGRAM
	", at the end of a system: reboot, poweroff, halt or kexec\n";

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int main(int argc, char **argv, char **envp)
{
	/* as PID 1, too: the kernel calls its init by the name of that */
	if (argc > 0 && !strcmp(base_name(argv[0]), EXITRD_PROGRAM))
		return shutdown_main(argc, argv);
	/* before the rest: the kernel's words for init must not be mistaken for a command */
	if (getpid() == 1)
		boot_main(argc, argv, envp);
	if (argc > 0 && !strcmp(argv[0], GUARD_NAME))
		return guard_main();
	if (argc > 0 && !strcmp(argv[0], MPATH_JOIN_NAME))
		return mpath_join_main();
	if (argc > 0 && !strcmp(base_name(argv[0]), "modprobe"))
		return kmod_modprobe_main(argc, argv);
	if (argc > 0 && !strcmp(base_name(argv[0]), "request-key"))
		return request_key_main(argc, argv);
	if (argc > 1 && !strcmp(argv[1], "explain"))
		return explain_main(argc - 1, argv + 1);
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		(void)puts("netroot " NETROOT_VERSION);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "--help")) {
		(void)fputs(usage, stdout);
		return 0;
	}
	(void)fputs(usage, stderr);
	return 2;
}
