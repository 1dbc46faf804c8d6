// SPDX-License-Identifier: GPL-2.0-only
/*
 * TLB shootdowns by hypercall, for guests of a host that offers
 * KVM_HC_FLUSH_TLB.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "condition.h"
#include "counter.h"
#include "debugfs.h"
#include "mode.h"
#include "state.h"
#include "steal.h"

static int __init kvmoc_init(void)
{
	int ret;

	ret = kvmoc_condition_guest();
	if (ret)
		return ret;

	ret = kvmoc_steal_init();
	if (ret)
		return ret;

	ret = kvmoc_mode_init();
	if (ret) {
		kvmoc_steal_deinit();
		return ret;
	}

	kvmoc_debugfs_init();
	kvmoc_counter_init();
	kvmoc_state_init();

	return 0;
}

static void __exit kvmoc_exit(void)
{
	kvmoc_state_deinit();
	kvmoc_debugfs_deinit();
	kvmoc_mode_deinit();
	kvmoc_steal_deinit();
}

module_init(kvmoc_init);
module_exit(kvmoc_exit);

MODULE_DESCRIPTION("TLB shootdowns by hypercall on overcommitted KVM hosts");
MODULE_LICENSE("GPL");
