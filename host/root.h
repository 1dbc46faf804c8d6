/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_ROOT_H
#define OVC_ROOT_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * All files are named by their path on a host, and looked for below a root: "/", or
 * a directory in which files of some host have been recorded.
 */
int ovc_root_set(const char *dir);
bool ovc_root_recorded(void);
void ovc_root_close(void);

/*
 * A file descriptor or directory, or as errno says. Links in a recorded directory do not
 * lead out of it.
 */
int ovc_root_open(const char *path, int flags);
DIR *ovc_root_opendir(const char *path);
ssize_t ovc_root_readlink(const char *path, char *buf, size_t size);
/* @to is in the same directory. */
int ovc_root_rename(const char *from, const char *to);
int ovc_root_unlink(const char *path);

/* The same in another directory than the root, whose links do not lead out of it, either. */
int ovc_open_at(int dir, const char *path, int flags);

/*
 * What there is in a file, with a NUL behind it; no more than fits. @dir as for openat().
 * Returns its length, or -errno.
 */
ssize_t ovc_read_at(int dir, const char *path, char *buf, size_t size);
ssize_t ovc_root_read(const char *path, char *buf, size_t size);

/*
 * The same by a single read. That is all there is in the files of a thread and in
 * statistics, which have one record; to ask for more has the kernel write it anew.
 */
ssize_t ovc_read_record_at(int dir, const char *path, char *buf, size_t size);

/* What there is now in a file that stays open, from its beginning. Not for debugfs. */
ssize_t ovc_fd_read_record(int fd, char *buf, size_t size);

/* The entries of a directory descriptor that may be read again and again. */
DIR *ovc_fd_list(int dir);

/*
 * Directories of debugfs: its root is for root only, but once open, what is in them
 * can be read by anybody. They are opened before privileges are dropped.
 */
enum ovc_debugfs { OVC_DEBUGFS_KVM, OVC_DEBUGFS_SCHED, OVC_NR_DEBUGFS };

/* A descriptor that stays open, or -errno. */
int ovc_debugfs(enum ovc_debugfs which);

#endif
