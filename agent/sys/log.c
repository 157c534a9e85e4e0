/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages to the consoles, the kernel's log and boot.log. Nothing here may block or fail: what a
 * slow serial line does not take is dropped there, and counted.
 *
 * The consoles are written directly. The kernel's log gets the same lines at debug level, which the
 * console log level keeps off the consoles: dmesg has the whole story, and nobody reads it twice.
 */
#include "sys/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "sys/loop.h"
#include "sys/mount.h"

#define RUN_DIR "/run/netroot"
#define CONSOLES_MAX 8
/* The kernel lets 10 lines in 5 s through per open file of /dev/kmsg and drops the others without
 * a word (devkmsg_open(), ___ratelimit()). Turning that off for all with printk_devkmsg would be
 * felt in the booted system. So many open files, in turn, take what the guard says when each path
 * of a map and each server of a lease fails at once. */
#define KMSG_FILES 16
/* The kernel refuses a record of more than 1024 bytes with its own prefix, and did so from a little
 * less in older versions (kernel/printk/printk.c, devkmsg_write()). */
#define LINE_MAX_LEN 900
#define KEPT_MAX 16384
/* A boot that is tried for days must not fill the memory. */
#define FILE_MAX (1024u * 1024)

struct console {
	int fd;
	unsigned int n_dropped; /* lines since the last that went */
	bool cut; /* the last line went in part */
};

static struct {
	struct console consoles[CONSOLES_MAX];
	size_t n_consoles;
	bool open, debug, quiet;
	int file_fd; /* 0: not open yet */
	int kmsg_fds[KMSG_FILES]; /* of a process that cannot open it for each line */
	size_t n_kmsg_fds, next_kmsg;
	size_t len_file;
	char kept[KEPT_MAX];
	size_t len_kept;
	unsigned int n_lost; /* lines that were not kept */
} lg;

static void console_add(const char *name)
{
	char path[80];
	int fd;

	if (lg.n_consoles == CONSOLES_MAX)
		return;
	(void)snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		lg.consoles[lg.n_consoles++] = (struct console){ .fd = fd };
}

/* The device /dev/console reaches one of these only, the last. */
static void consoles_open(void)
{
	char names[256];
	int len = file_read("/sys/class/tty/console/active", names, sizeof(names));
	struct span rest = { names, len > 0 ? (size_t)len : 0 };

	while (lg.n_consoles)
		close(lg.consoles[--lg.n_consoles].fd);
	while (rest.p) {
		char name[64];

		if (text_copy(name, sizeof(name), span_cut(&rest, ' ')) && name[0] &&
		    !strchr(name, '/'))
			console_add(name);
	}
	if (!lg.n_consoles)
		console_add("console");
}

/* Before /dev is there only a directory can stand in; it gives way once there is something better.
 */
static void stdio_open(void)
{
	for (int want = STDIN_FILENO; want <= STDERR_FILENO; want++) {
		struct stat st;
		int fd;

		if (fstat(want, &st) == 0 && !S_ISDIR(st.st_mode))
			continue;
		fd = open("/dev/console", O_RDWR | O_NOCTTY);
		if (fd < 0)
			fd = open("/dev/null", O_RDWR);
		if (fd < 0)
			fd = open("/", O_RDONLY | O_DIRECTORY);
		if (fd < 0 || fd == want)
			continue;
		(void)dup2(fd, want); /* then it stays as it was */
		close(fd);
	}
}

/* O_APPEND: of no effect on the device, of use where a plain file stands in for it. */
static int kmsg_open(void)
{
	return open("/dev/kmsg", O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

void log_open(void)
{
	stdio_open();
	consoles_open();
	lg.open = true;
}

void log_open_kernel(void)
{
	stdio_open();
	while (lg.n_kmsg_fds < KMSG_FILES) {
		int fd = kmsg_open();

		if (fd < 0)
			break;
		lg.kmsg_fds[lg.n_kmsg_fds++] = fd;
	}
	if (!lg.n_kmsg_fds)
		console_add("console");
	lg.open = true;
}

void log_set_debug(bool on)
{
	lg.debug = on;
}

void log_set_quiet(bool on)
{
	lg.quiet = on;
}

/* In one write, so that lines of children do not mix; false where it was not taken whole. */
static bool console_write(struct console *c, const char *line, size_t len)
{
	ssize_t n = write(c->fd, line, len);

	if (n == (ssize_t)len)
		return true;
	if (n > 0)
		c->cut = true;
	return false;
}

static void console_line(struct console *c, const char *line, size_t len)
{
	char note[96];
	int len_note;

	if (c->cut && write(c->fd, "\n", 1) == 1)
		c->cut = false;
	if (c->n_dropped) {
		len_note = snprintf(note, sizeof(note),
				    "netroot: %u lines not shown here, see " RUN_DIR "/boot.log\n",
				    c->n_dropped);
		if (!console_write(c, note, (size_t)len_note)) {
			c->n_dropped++;
			return;
		}
		c->n_dropped = 0;
	}
	if (!console_write(c, line, len))
		c->n_dropped++;
}

/*
 * Opened for each line where it can be, for each open file takes but few.
 *
 * text ends its line: the kernel keeps a record that does not open for what may come after it, and
 * shows it to nobody before the next one (prb_commit()).
 */
static void kmsg_line(enum log_level level, const char *text, size_t len)
{
	char record[LINE_MAX_LEN + 8];
	int fd, len_level;

	if (lg.n_kmsg_fds)
		fd = lg.kmsg_fds[lg.next_kmsg++ % lg.n_kmsg_fds];
	else
		fd = kmsg_open();
	if (fd < 0)
		return;
	/* without a console of our own the kernel's are the only ones */
	len_level = snprintf(record, sizeof(record), "<%d>",
			     lg.n_consoles ? (int)LOG_LEVEL_DEBUG : (int)level);
	memcpy(record + len_level, text, len);
	(void)!write(fd, record, (size_t)len_level + len); /* nowhere to tell of a failure */
	if (!lg.n_kmsg_fds)
		close(fd);
}

static void file_line(const char *line, size_t len)
{
	static const char full[] = "netroot: no more is written here, dmesg has the rest\n";

	if (lg.n_kmsg_fds) /* boot.log is the boot's */
		return;
	if (!lg.file_fd) {
		if (len > sizeof(lg.kept) - lg.len_kept) {
			lg.n_lost++;
			return;
		}
		memcpy(lg.kept + lg.len_kept, line, len);
		lg.len_kept += len;
		return;
	}
	if (lg.len_file >= FILE_MAX)
		return;
	(void)!write(lg.file_fd, line, len); /* nowhere to tell of a failure */
	lg.len_file += len;
	if (lg.len_file >= FILE_MAX)
		(void)!write(lg.file_fd, full, sizeof(full) - 1);
}

void log_file_open(void)
{
	int fd;

	if (lg.file_fd || dir_make(RUN_DIR, 0755) < 0)
		return;
	fd = open(RUN_DIR "/boot.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd < 0)
		return;
	lg.file_fd = fd;
	file_line(lg.kept, lg.len_kept);
	lg.len_kept = 0;
	if (lg.n_lost)
		log_line(LOG_LEVEL_WARN, "log", "%u early lines were not kept", lg.n_lost);
	lg.n_lost = 0;
}

/* Bytes that could move a cursor or start a line; the backslash stays, texts are quoted before. */
static void escape(char *dst, size_t size, const char *text)
{
	struct out out = out_to(dst, size);

	for (; *text && !out.cut; text++) {
		if (*text >= 0x20 && *text <= 0x7e)
			out_add(&out, "%c", *text);
		else
			out_add(&out, "\\x%02x", (unsigned int)(uint8_t)*text);
	}
}

static bool console_wants(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
	case LOG_LEVEL_WARN:
		return true;
	case LOG_LEVEL_INFO:
		return lg.debug || !lg.quiet;
	case LOG_LEVEL_DEBUG:
		return lg.debug;
	}
	return true;
}

void log_line(enum log_level level, const char *phase, const char *fmt, ...)
{
	uint64_t ms = clock_now_ns() / NS_PER_MS;
	char text[LINE_MAX_LEN - 40], line[LINE_MAX_LEN];
	int code = errno, len_stamp;
	struct out out = out_to(line, sizeof(line) - 1); /* room for the line end */
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) >= (int)sizeof(text))
		memcpy(text + sizeof(text) - sizeof("..."), "...", sizeof("..."));
	va_end(ap);
	out_add(&out, "[%5llu.%03llu] ", (unsigned long long)ms / 1000,
		(unsigned long long)ms % 1000);
	len_stamp = (int)out.len;
	out_add(&out, "netroot: ");
	if (phase && phase[0])
		out_add(&out, "%s: ", phase);
	escape(line + out.len, sizeof(line) - 1 - out.len, text);
	out.len += strlen(line + out.len);
	line[out.len++] = '\n';
	if (lg.open) /* dmesg has its own time stamp */
		kmsg_line(level, line + len_stamp, out.len - (size_t)len_stamp);
	for (size_t i = 0; i < lg.n_consoles && console_wants(level); i++)
		console_line(&lg.consoles[i], line, out.len);
	file_line(line, out.len);
	errno = code;
}
