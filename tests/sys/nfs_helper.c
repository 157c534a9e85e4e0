/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tests/sys/nfs and the scenarios of knfsd run: the preflight against a real server.
 *   SERVER PATH OPTIONS INIT LIMIT_MS [DIRECTORY]
 * Prints what was found, what would be tried, and the sentence where nothing is; with a directory
 * what was mounted there, or why not. It is let go of again.
 *   words WORDS LIMIT_MS DIRECTORY [LEASE]...
 * The same of the first root that a boot with this command line has, and with these leases: lines
 * as for explain, with ';' between them.
 *   confined
 * Prints what a child is left with by nfs_confine().
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/dnsconf.h"
#include "core/lease_text.h"
#include "core/rootspec.h"
#include "sys/loop.h"
#include "sys/nfs_attach.h"
#include "sys/resolve.h"

struct rpc_context;
struct rpc_pdu;

static const char *text(enum nfs_answer answer)
{
	static const char *const names[] = {
		[NFS_UNASKED] = "unasked",
		[NFS_YES] = "yes",
		[NFS_NO] = "no",
		[NFS_NO_REPLY] = "no-reply",
		[NFS_REFUSED_CONN] = "refused",
		[NFS_UNREACHABLE] = "unreachable",
		[NFS_DENIED] = "denied",
		[NFS_NOT_FOUND] = "not-found",
		[NFS_NOT_DIR] = "not-dir",
		[NFS_NO_INIT] = "no-init",
		[NFS_OTHER] = "other",
	};

	return names[answer];
}

/* Calls, and how many round trips they take one after the other: the linker has libnfs' own call
 * this. */
static unsigned int n_calls, n_trips, n_calls_before;

int __real_rpc_queue_pdu(struct rpc_context *rpc, struct rpc_pdu *pdu);
int __wrap_rpc_queue_pdu(struct rpc_context *rpc, struct rpc_pdu *pdu);
int __wrap_rpc_queue_pdu(struct rpc_context *rpc, struct rpc_pdu *pdu)
{
	n_calls++;
	return __real_rpc_queue_pdu(rpc, pdu);
}

int __real_poll(struct pollfd *fds, nfds_t n, int ms);
int __wrap_poll(struct pollfd *fds, nfds_t n, int ms);
int __wrap_poll(struct pollfd *fds, nfds_t n, int ms)
{
	n_trips += n_calls != n_calls_before;
	n_calls_before = n_calls;
	return __real_poll(fds, n, ms);
}

static unsigned int n_connects, n_undelayed;

int __real_connect(int fd, const struct sockaddr *addr, socklen_t len);
int __wrap_connect(int fd, const struct sockaddr *addr, socklen_t len);
int __wrap_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	n_connects++;
	return __real_connect(fd, addr, len);
}

int __real_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	n_undelayed += level == IPPROTO_TCP && name == TCP_NODELAY;
	return __real_setsockopt(fd, level, name, value, len);
}

/* The versions for which the kernel could be sent off, and after how many round trips that was
 * known. */
static unsigned int open_trips;
static char opened[32];

static void export_open(void *arg, const struct nfs_findings *so_far)
{
	struct nfs_try tries[NFS_TRIES_MAX];
	const struct plan_root *root = arg;
	struct out out = out_to(opened, sizeof(opened));
	static struct plan plan;
	struct err err;
	size_t n = nfs_tries(&plan, root, so_far, NULL, tries, &err);

	open_trips = n_trips;
	if (!n)
		out_add(&out, "none");
	else if (tries[0].version == 4)
		out_add(&out, "4.%d", tries[0].minor);
	else
		out_add(&out, "%u", tries[0].version);
}

static void print_findings(const struct nfs_findings *f, uint64_t ms)
{
	printf("reach=%s v4=%s/%s/%s v4_export=%s v4_init=%s ", text(f->reach), text(f->v4[0]),
	       text(f->v4[1]), text(f->v4[2]), text(f->v4_export), text(f->v4_init));
	printf("v3=%s v3_export=%s v3_init=%s portmap=%s listed=%s open_to=[%s] grace=%d code=%u ",
	       text(f->v3), text(f->v3_export), text(f->v3_init), text(f->portmap), text(f->listed),
	       f->open_to, f->grace, f->code);
	printf("open=%s after=%u ", opened, open_trips);
	printf("mount_port=%s nfs_port=%u calls=%u trips=%u connects=%u undelayed=%u ms=%u\n",
	       f->mount_port ? "known" : "0", f->nfs_port, n_calls, n_trips, n_connects,
	       n_undelayed, (unsigned int)ms);
}

/* --- confined --- */

static const char *outcome(long r)
{
	return r < 0 ? strerrordesc_np(errno) : "done";
}

/* Also without the C library in between: stdio would ask for the kind of file. */
static void say(const char *what, const char *how)
{
	char line[128];
	int len = snprintf(line, sizeof(line), "%s: %s\n", what, how);

	(void)!write(STDOUT_FILENO, line, (size_t)len);
}

static void tempt(int held_fd)
{
	struct sockaddr_in port = { .sin_family = AF_INET, .sin_port = htons(999) };
	char *argv[] = { "true", NULL };
	char byte = 0;

	say("open", outcome(open("/etc/passwd", O_RDONLY)));
	say("exec", outcome(execve("/bin/true", argv, NULL)));
	say("unix socket", outcome(socket(AF_UNIX, SOCK_STREAM, 0)));
	say("reserved port",
	    outcome(bind(socket(AF_INET, SOCK_STREAM, 0), (void *)&port, sizeof(port))));
	say("held descriptor", outcome(write(held_fd, &byte, 1)));
	say("64 MB", malloc(64u << 20) ? "done" : "none");
}

static void print_rights(pid_t pid)
{
	static const char *const names[] = { "CapEff", "CapPrm", "CapBnd", "NoNewPrivs",
					     "Seccomp:" };
	char path[64], line[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (!strncmp(line, names[i], strlen(names[i])))
				printf("%s", line);
	if (f)
		(void)fclose(f);
}

static int confined(void)
{
	struct plan_host server = { .name = "" };
	int ready[2], go[2];
	char byte = 0;
	struct err err;
	pid_t pid;

	if (pipe(ready) < 0 || pipe(go) < 0)
		return 2;
	pid = fork();
	if (!pid) {
		int held = dup(ready[1]);

		/* what it reads from and writes to stays where nothing closes it */
		if (dup2(go[0], STDIN_FILENO) < 0 || nfs_confine(ready[1], &server, &err) < 0 ||
		    write(ready[1], &byte, 1) != 1 || read(STDIN_FILENO, &byte, 1) != 1)
			_exit(2);
		tempt(held);
		_exit(0);
	}
	if (read(ready[0], &byte, 1) != 1)
		return 2;
	print_rights(pid);
	(void)fflush(stdout);
	return write(go[1], &byte, 1) == 1 && waitpid(pid, NULL, 0) == pid ? 0 : 2;
}

/* As a boot has it done: in a child, which keeps what it needs for that and nothing else. */
static bool ask(const struct plan_root *root, const struct nfs_sought *sought, uint64_t limit_ns,
		struct nfs_findings *ret)
{
	struct nfs_listener listener = { export_open, (void *)(uintptr_t)root };
	uint64_t start = clock_now_ns();
	struct nfs_findings found;
	struct err err;
	int fds[2];
	pid_t pid;

	if (pipe(fds) < 0)
		return false;
	pid = fork();
	if (pid) {
		close(fds[1]);
		return read(fds[0], ret, sizeof(*ret)) == sizeof(*ret);
	}
	if (nfs_confine(fds[1], &root->server, &err) < 0 ||
	    nfs_preflight(root, sought, limit_ns, &listener, &found, &err) < 0) {
		printf("preflight: %s\n", err.text);
	} else {
		print_findings(&found, (clock_now_ns() - start) / NS_PER_MS);
		(void)fflush(stdout); /* before the other one goes on */
		(void)!write(fds[1], &found, sizeof(found));
	}
	(void)fflush(stdout);
	_exit(0);
}

static void print_mounted(const char *dir)
{
	char line[1024], at[64];
	FILE *f = fopen("/proc/mounts", "re");

	(void)snprintf(at, sizeof(at), " %s ", dir);
	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, at))
			printf("mounted=%s", line);
	if (f)
		(void)fclose(f);
}

static int attach(const struct plan *plan, const struct plan_root *root,
		  const struct nfs_findings *findings, const struct nfs_try *tries, size_t n,
		  const char *dir)
{
	uint64_t start = clock_now_ns();
	struct err err;
	size_t used;
	int code = 0;

	if (nfs_mount(tries, n, dir, !plan_root_writable(plan), &used, &code, &err) < 0) {
		printf("kernel=%s\n", err.text);
		(void)nfs_explain(root, findings, code, &err);
		printf("mounted=\nsays=%s\n", err.text);
		return 0;
	}
	print_mounted(dir);
	printf("mount_ms=%u\n", (unsigned int)((clock_now_ns() - start) / NS_PER_MS));
	return umount2(dir, MNT_DETACH) < 0;
}

/* dir NULL: it is only asked. */
static int run(const struct plan *plan, const struct plan_root *root, const char *limit_ms,
	       const char *dir)
{
	struct nfs_sought sought = nfs_sought_of(plan);
	struct nfs_try tries[NFS_TRIES_MAX];
	struct nfs_findings findings;
	struct err err = { .text = "" };
	size_t n;

	if (!ask(root, &sought, strtoull(limit_ms, NULL, 10) * NS_PER_MS, &findings))
		return 1;
	n = nfs_tries(plan, root, &findings, NULL, tries, &err);
	printf("tries=");
	for (size_t i = 0; i < n; i++) {
		printf("%s%u", i ? "," : "", tries[i].version);
		if (tries[i].version == 4)
			printf(".%d", tries[i].minor);
	}
	printf("\nsays=%s\n", n ? "" : err.text);
	return n && dir ? attach(plan, root, &findings, tries, n, dir) : 0;
}

/* --- by words --- */

static bool read_lease(char *text, struct lease *ret)
{
	struct err err;

	for (char *c = text; *c; c++)
		if (*c == ';')
			*c = '\n';
	if (lease_from_text(span_of(text), ret, &err))
		return true;
	printf("lease: %s\n", err.text);
	return false;
}

static bool find(const struct plan_input *in, const struct plan *plan, struct plan_host *host)
{
	struct resolve_answer answer = { 0 };
	struct dnsconf dns;
	struct err err;

	if (host->ip.family != IP_NONE)
		return true;
	dnsconf_make(plan, in->leases, in->n_leases, &dns);
	if (resolve_name(host->name, &dns, true, true, 5 * NS_PER_S, &answer, &err) < 0) {
		printf("says=%s\n", err.text);
		return false;
	}
	host->ip = answer.addrs[0];
	return true;
}

/* Of the plan what the root is. */
static void print_root(void *arg, const char *line)
{
	(void)arg;
	if (!strncmp(line, "root", strlen("root")))
		printf("%s\n", line);
}

static int by_words(int argc, char **argv)
{
	static struct lease leases[PLAN_LEASES_MAX];
	static struct plan plan;
	struct plan_input in = { .cmdline = argv[2], .leases = leases };
	struct plan_root root;

	for (int i = 5; i < argc && in.n_leases < PLAN_LEASES_MAX; i++)
		if (!read_lease(argv[i], &leases[in.n_leases++]))
			return 2;
	plan_make(&in, &plan);
	plan_print(&plan, &in, print_root, NULL);
	if (!plan.n_roots || plan.roots[0].kind != ROOT_NFS) {
		printf("says=%s\n", plan.no_root.text);
		return 0;
	}
	root = plan.roots[0];
	return find(&in, &plan, &root.server) ? run(&plan, &root, argv[3], argv[4]) : 0;
}

static bool parse(char **argv, struct plan *plan, struct plan_root *root)
{
	struct err err;

	if (host_parse(span_of(argv[1]), &root->server, &err) < 0)
		return false;
	(void)text_copy(root->nfs.path, sizeof(root->nfs.path), span_of(argv[2]));
	(void)text_copy(root->nfs.options, sizeof(root->nfs.options), span_of(argv[3]));
	(void)text_copy(plan->init, sizeof(plan->init), span_of(argv[4]));
	return true;
}

int main(int argc, char **argv)
{
	static struct plan plan = { .read_write = true };
	struct plan_root root = { .kind = ROOT_NFS, .nfs = { .minor = -1 } };

	if (argc == 2 && !strcmp(argv[1], "confined"))
		return confined();
	if (argc >= 5 && !strcmp(argv[1], "words"))
		return by_words(argc, argv);
	if (argc < 6 || argc > 7 || !parse(argv, &plan, &root))
		return 2;
	return run(&plan, &root, argv[5], argv[6]);
}
