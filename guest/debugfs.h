/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_DEBUGFS_H
#define KVMOC_DEBUGFS_H

struct dentry;

/* An error pointer without debugfs, which debugfs takes for a directory. */
extern struct dentry *kvmoc_debugfs;

void kvmoc_debugfs_init(void);
void kvmoc_debugfs_deinit(void);

#endif
