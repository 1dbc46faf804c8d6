// SPDX-License-Identifier: GPL-2.0-only
/* The directory /sys/kernel/debug/kvm_overcommit, for all who have a file in it. */
#include <linux/debugfs.h>

#include "debugfs.h"

struct dentry *kvmoc_debugfs;

void kvmoc_debugfs_init(void)
{
	kvmoc_debugfs = debugfs_create_dir(KBUILD_MODNAME, NULL);
}

/* With all that is in it. */
void kvmoc_debugfs_deinit(void)
{
	debugfs_remove(kvmoc_debugfs);
}
