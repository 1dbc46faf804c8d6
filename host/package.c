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

/* Not by its name, which a container may have for a program of its own. */
static bool runs_program(int pid)
{
	struct stat running, installed;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	return identify(path, &running) && identify(PROGRAM, &installed) &&
	       running.st_dev == installed.st_dev && running.st_ino == installed.st_ino;
}

unsigned int ovc_package_qemu(int pid)
{
	static const char name[] = "Package: qemu-system-x86\n", key[] = "Version: ";
	unsigned int version = 0;
	size_t size = 0;
	char *line = NULL, *epoch;
	bool ours = false;
	FILE *file;
	int fd;

	if (!runs_program(pid))
		return 0;
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
