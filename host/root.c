// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "root.h"

static const char * const debugfs_paths[OVC_NR_DEBUGFS] = {
	[OVC_DEBUGFS_KVM] = "/sys/kernel/debug/kvm",
	[OVC_DEBUGFS_SCHED] = "/sys/kernel/debug/sched",
};

static int root = -1;
static bool recorded;
static int debugfs[OVC_NR_DEBUGFS] = { -ENOENT, -ENOENT };

void ovc_root_close(void)
{
	for (int i = 0; i < OVC_NR_DEBUGFS; i++) {
		if (debugfs[i] >= 0)
			close(debugfs[i]);
		debugfs[i] = -ENOENT;
	}
	if (root >= 0)
		close(root);
	root = -1;
}

int ovc_root_set(const char *dir)
{
	ovc_root_close();
	root = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -errno;
	recorded = strcmp(dir, "/");

	for (int i = 0; i < OVC_NR_DEBUGFS; i++) {
		debugfs[i] = ovc_root_open(debugfs_paths[i], O_RDONLY | O_DIRECTORY);
		if (debugfs[i] < 0)
			debugfs[i] = -errno;
	}
	return 0;
}

bool ovc_root_recorded(void)
{
	return recorded;
}

int ovc_debugfs(enum ovc_debugfs which)
{
	return debugfs[which];
}

static const char *below(const char *path)
{
	path += strspn(path, "/");
	return *path ? path : ".";
}

/*
 * Somebody may have sent a tree, and wherever its links lead, what is read and written is in
 * it: @dir is the root for them. A host has its own. Nor is a FIFO waited for.
 */
int ovc_open_at(int dir, const char *path, int flags)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC | O_NONBLOCK,
		.mode = flags & O_CREAT ? 0644 : 0,
		.resolve = RESOLVE_IN_ROOT,
	};

	/* Which takes no flags but those for paths. */
	if (flags & O_PATH)
		how.flags = flags | O_CLOEXEC;
	if (!recorded)
		return openat(dir, path, how.flags, how.mode);
	return syscall(SYS_openat2, dir, path, &how, sizeof(how));
}

int ovc_root_open(const char *path, int flags)
{
	return ovc_open_at(root, below(path), flags);
}

/*
 * The directory of a path, for what cannot be told where links may lead, and its last part,
 * which is not followed. A descriptor to be closed, or -errno.
 */
static int open_parent(const char *path, const char **last)
{
	char parent[512];
	int fd;

	path = below(path);
	*last = strrchr(path, '/');
	if (*last)
		snprintf(parent, sizeof(parent), "%.*s", (int)(*last - path), path);
	else
		strcpy(parent, ".");
	*last = *last ? *last + 1 : path;
	fd = ovc_open_at(root, parent, O_PATH | O_DIRECTORY);
	return fd < 0 ? -errno : fd;
}

static DIR *list_at(int dir, const char *path)
{
	int fd = ovc_open_at(dir, path, O_RDONLY | O_DIRECTORY);
	DIR *list;

	if (fd < 0)
		return NULL;
	list = fdopendir(fd);
	if (!list)
		close(fd);
	return list;
}

DIR *ovc_root_opendir(const char *path)
{
	return list_at(root, below(path));
}

DIR *ovc_fd_list(int dir)
{
	return list_at(dir, ".");
}

ssize_t ovc_root_readlink(const char *path, char *buf, size_t size)
{
	int dir = open_parent(path, &path);
	ssize_t len;

	if (dir < 0)
		return dir;
	len = readlinkat(dir, path, buf, size - 1);
	if (len < 0)
		len = -errno;
	else
		buf[len] = '\0';
	close(dir);
	return len;
}

/* Within a directory. */
int ovc_root_rename(const char *from, const char *to)
{
	int dir = open_parent(from, &from), error;

	if (dir < 0)
		return dir;
	error = renameat(dir, from, dir, strrchr(to, '/') + 1) ? -errno : 0;
	close(dir);
	return error;
}

int ovc_root_unlink(const char *path)
{
	int dir = open_parent(path, &path), error;

	if (dir < 0)
		return dir;
	error = unlinkat(dir, path, 0) ? -errno : 0;
	close(dir);
	return error;
}

/* By read(), as files of debugfs have no positions. */
static ssize_t read_some(int fd, char *buf, size_t size)
{
	ssize_t n;

	do {
		n = read(fd, buf, size);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t len = 0;

	/* The kernel may hand out less than there is, so until it has no more. */
	while (len < size - 1) {
		ssize_t n = read_some(fd, buf + len, size - 1 - len);

		if (n < 0)
			return n;
		if (!n)
			break;
		len += n;
	}
	buf[len] = '\0';
	return len;
}

ssize_t ovc_fd_read_record(int fd, char *buf, size_t size)
{
	ssize_t len;

	do {
		len = pread(fd, buf, size - 1, 0);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	buf[len] = '\0';
	return len;
}

static ssize_t read_once(int fd, char *buf, size_t size)
{
	ssize_t len = read_some(fd, buf, size - 1);

	if (len >= 0)
		buf[len] = '\0';
	return len;
}

static ssize_t read_at(int dir, const char *path, char *buf, size_t size,
		       ssize_t (*reader)(int fd, char *buf, size_t size))
{
	int fd = ovc_open_at(dir, path, O_RDONLY);
	ssize_t ret;

	if (fd < 0)
		return -errno;
	ret = reader(fd, buf, size);
	close(fd);
	return ret;
}

ssize_t ovc_read_at(int dir, const char *path, char *buf, size_t size)
{
	return read_at(dir, path, buf, size, read_all);
}

ssize_t ovc_read_record_at(int dir, const char *path, char *buf, size_t size)
{
	return read_at(dir, path, buf, size, read_once);
}

ssize_t ovc_root_read(const char *path, char *buf, size_t size)
{
	return ovc_read_at(root, below(path), buf, size);
}
