/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mapping the module index; finit_module(2). */
#include "sys/kmod_load.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/module.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int map_index(struct kmod_index *index, const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	int rc = 0;

	if (fd < 0)
		return err_sys(err, errno, "module index %s", path);
	if (fstat(fd, &st) < 0)
		rc = err_sys(err, errno, "module index %s", path);
	else if (st.st_size <= 0 || st.st_size > (off_t)MODDEP_TEXT_MAX)
		rc = err_set(err, EFBIG, "module index %s: empty, or more than %u bytes", path,
			     MODDEP_TEXT_MAX);
	if (!rc) {
		index->len_text = (size_t)st.st_size;
		index->text = mmap(NULL, index->len_text, PROT_READ, MAP_PRIVATE, fd, 0);
		if (index->text == MAP_FAILED) {
			index->text = NULL;
			rc = err_sys(err, errno, "module index %s", path);
		}
	}
	close(fd);
	return rc;
}

void kmod_index_close(struct kmod_index *index)
{
	if (index->text)
		(void)munmap(index->text, index->len_text); /* it was mapped just so */
	index->text = NULL;
	index->dep.n_modules = index->dep.n_builtins = index->dep.n_aliases = 0;
}

int kmod_index_open(struct kmod_index *index, const char *path, struct err *err)
{
	int rc = map_index(index, path, err);

	if (!rc)
		rc = moddep_parse((struct span){ index->text, index->len_text }, &index->dep, err);
	if (rc)
		kmod_index_close(index);
	return rc;
}

static int flags_of(struct span path)
{
	static const char *const packed[] = { ".xz", ".zst", ".gz" };

	for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++) {
		size_t len = strlen(packed[i]);

		if (path.len > len && span_eq(span_skip(path, path.len - len), packed[i]))
			return MODULE_INIT_COMPRESSED_FILE;
	}
	return 0;
}

/* EEXIST: loaded already, by the kernel's own request or as a part of another. EBUSY: somebody else
 * was at it and failed (kernel/module/main.c, module_patient_check_exists), so it is our turn. */
struct kmod_verdict kmod_load(const struct moddep *dep, uint16_t module, const char *params)
{
	char path[sizeof("/lib/modules/") + MODDEP_RELEASE_MAX + MODDEP_PATH_MAX];
	struct span file = dep->modules[module].path;
	int fd, rc, error;

	(void)snprintf(path, sizeof(path), "/lib/modules/%.*s/%.*s", SPAN_ARG(dep->release),
		       SPAN_ARG(file));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return (struct kmod_verdict){ KMOD_LOAD_NOT_OPENED, (uint16_t)errno };
	for (int tries = 0; tries < 2; tries++) {
		rc = (int)syscall(SYS_finit_module, fd, params, flags_of(file));
		error = rc < 0 ? errno : 0;
		if (error != EBUSY)
			break;
	}
	close(fd);
	if (!error || error == EEXIST)
		return (struct kmod_verdict){ KMOD_LOAD_OK, 0 };
	return (struct kmod_verdict){ KMOD_LOAD_REFUSED, (uint16_t)error };
}
