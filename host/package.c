// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "package.h"
#include "qemu.h"
#include "root.h"

#define PROGRAM	"/usr/bin/qemu-system-x86_64"

static bool identify(const char *path, struct stat *ret)
{
	int fd = ovc_root_open(path, O_PATH), error;

	if (fd < 0)
		return false;
	error = fstat(fd, ret);
	close(fd);
	return !error;
}

static bool same(const struct stat *a, const struct stat *b)
{
	/* Of one inode after the other, the number may be the same. */
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static unsigned int read_version(void)
{
	static const char name[] = "Package: qemu-system-x86\n", key[] = "Version: ";
	unsigned int version = 0;
	size_t size = 0;
	char *line = NULL, *epoch;
	bool ours = false;
	FILE *file;
	int fd;

	fd = ovc_root_open("/var/lib/dpkg/status", O_RDONLY);
	file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!file) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	while (!version && getline(&line, &size, file) > 0) {
		if (!strncmp(line, "Package: ", strlen("Package: ")))
			ours = !strcmp(line, name);
		if (!ours || strncmp(line, key, strlen(key)))
			continue;
		epoch = strchr(line + strlen(key), ':');
		version = ovc_qemu_version(epoch ? epoch + 1 : line + strlen(key));
	}
	free(line);
	fclose(file);
	return version;
}

/*
 * The program is not told by its name, which a container may have for one of its own. The
 * list of packages has megabytes, and is read once for all VMs of a program: another version
 * comes as another file.
 */
unsigned int ovc_package_qemu(int pid)
{
	static unsigned int version;
	static struct stat known;
	struct stat running, installed;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	if (!identify(path, &running) || !identify(PROGRAM, &installed) ||
	    !same(&running, &installed))
		return 0;
	if (!same(&known, &installed)) {
		version = read_version();
		known = installed;
	}
	return version;
}
