/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netrootctl(8): status, plot and doctor of a system that netroot booted. Wiring only. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/netrootctl.h"

/* With everything at its limit a picture has about this much. */
#define TEXT_MAX (1 << 19)
/* As exit status: nothing could be told. */
#define UNKNOWN 3

static struct ctl_facts facts;
static struct ctl_findings found;
static char text[TEXT_MAX];

struct options {
	const char *command, *root, *file;
	bool json;
};

static const char usage[] =
	"usage: netrootctl status [--json]    where the root is from and who keeps it\n"
	"       netrootctl doctor [--json]    what in this system would break it\n"
	"       netrootctl plot [FILE.svg]    the boot as a picture (- is standard output)\n"
	"With --root DIR below DIR instead of / (its run, etc, sys, proc). Exit status of doctor:\n"
	"0 nothing found, 1 warnings, 2 critical, 3 something could not be looked at.\n";

/* The tree becomes this process's root, so that its links lead nowhere else, and so that
 * libopeniscsiusr sees it as well. Where that takes rights, in a namespace of its own. */
static int enter(const char *dir)
{
	if (chdir(dir) < 0)
		return -errno;
	if (chroot(".") < 0) {
		if (errno != EPERM || unshare(CLONE_NEWUSER) < 0 || chroot(".") < 0)
			return -errno;
	}
	return 0;
}

static int options_read(int argc, char **argv, struct options *ret)
{
	static const struct option longs[] = { { "json", no_argument, NULL, 'j' },
					       { "root", required_argument, NULL, 'r' },
					       { "help", no_argument, NULL, 'h' },
					       { "version", no_argument, NULL, 'v' },
					       { 0 } };
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'j':
			ret->json = true;
			break;
		case 'r':
			ret->root = optarg;
			break;
		case 'h':
			(void)fputs(usage, stdout);
			exit(0);
		case 'v':
			(void)puts("netrootctl " NETROOT_VERSION);
			exit(0);
		default:
			return -1;
		}
	}
	ret->command = argv[optind];
	if (!ret->command)
		return -1;
	ret->file = argv[optind + 1];
	if (!strcmp(ret->command, "plot"))
		return !ret->json && (!ret->file || !argv[optind + 2]) ? 0 : -1;
	return ret->file ? -1 : 0;
}

static int put_json(char *json)
{
	int rc;

	if (!json)
		return UNKNOWN;
	rc = puts(json) < 0 || fflush(stdout) ? UNKNOWN : 0;
	free(json);
	return rc;
}

static int put_text(const struct out *out, FILE *to)
{
	if (out->cut)
		(void)fprintf(stderr, "netrootctl: more than %d bytes, cut there\n", TEXT_MAX);
	return fputs(text, to) < 0 || fflush(to) || out->cut ? UNKNOWN : 0;
}

static int status(const struct options *o)
{
	struct out out = out_to(text, sizeof(text));

	if (o->json)
		return put_json(ctl_status_json(&facts));
	ctl_status_text(&facts, &out);
	return put_text(&out, stdout);
}

static int doctor(const struct options *o)
{
	struct out out = out_to(text, sizeof(text));
	int failed;

	ctl_diagnose(&facts, &found);
	if (o->json) {
		failed = put_json(ctl_doctor_json(&facts, &found));
	} else {
		ctl_doctor_text(&facts, &found, &out);
		failed = put_text(&out, stdout);
	}
	return failed ? failed : ctl_exit_status(&facts, &found);
}

/* fd: of the file, opened before the root changed; -1: text on standard output. What is in the file
 * goes once there is a picture to take its place. */
static int plot(const struct options *o, int fd)
{
	struct out out = out_to(text, sizeof(text));
	FILE *to;
	int rc;

	if (!facts.boot.there) {
		(void)fprintf(stderr, "netrootctl: /run/netroot/boot.json: %s\n",
			      facts.boot.why_not);
		return UNKNOWN;
	}
	if (fd < 0) {
		ctl_plot_text(&facts.boot, &out);
		return put_text(&out, stdout);
	}
	ctl_plot_svg(&facts.boot, &out);
	/* pipes and devices have no length */
	if (strcmp(o->file, "-") != 0 && ftruncate(fd, 0) < 0 && errno != EINVAL)
		to = NULL;
	else
		to = fdopen(fd, "w");
	rc = to ? put_text(&out, to) : UNKNOWN;
	if (to && fclose(to))
		rc = UNKNOWN;
	if (rc)
		(void)fprintf(stderr, "netrootctl: the picture cannot be written: %s\n",
			      strerror(errno));
	return rc;
}

/* -1: none is wanted, -2: it cannot be made. */
static int picture_open(const struct options *o)
{
	int fd;

	if (!o->file)
		return -1;
	fd = strcmp(o->file, "-") ? open(o->file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644)
				  : dup(STDOUT_FILENO);
	if (fd >= 0)
		return fd;
	(void)fprintf(stderr, "netrootctl: %s cannot be written: %s\n", o->file, strerror(errno));
	return -2;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	int fd, rc;

	if (options_read(argc, argv, &o) < 0 ||
	    (strcmp(o.command, "status") != 0 && strcmp(o.command, "doctor") != 0 &&
	     strcmp(o.command, "plot") != 0)) {
		(void)fputs(usage, stderr);
		return UNKNOWN;
	}
	fd = picture_open(&o);
	if (fd == -2)
		return UNKNOWN;
	if (o.root && (rc = enter(o.root)) < 0) {
		(void)fprintf(stderr, "netrootctl: %s cannot be looked into: %s\n", o.root,
			      strerror(-rc));
		return UNKNOWN;
	}
	facts.live = !o.root;
	ctl_gather(&facts);
	if (!strcmp(o.command, "status"))
		return status(&o);
	return !strcmp(o.command, "doctor") ? doctor(&o) : plot(&o, fd);
}
