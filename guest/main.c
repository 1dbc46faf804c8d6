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
#include "flush.h"
#include "hook.h"
#include "hypercall.h"
#include "ipi.h"
#include "state.h"
#include "steal.h"

static int __init kvmoc_init(void)
{
	int ret;

	ret = kvmoc_condition_check();
	if (ret)
		return ret;

	ret = kvmoc_steal_init();
	if (ret)
		return ret;

	ret = kvmoc_hypercall_init();
	if (ret)
		goto err_hypercall;

	ret = kvmoc_flush_init(kvmoc_hook_original());
	if (ret)
		goto err_flush;

	/* Before the first flush comes, which depends on it. */
	kvmoc_ipi_init();

	ret = kvmoc_hook_init();
	if (ret)
		goto err_hook;

	kvmoc_debugfs_init();
	kvmoc_counter_init();
	kvmoc_state_init();
	pr_info("%ps diverted to KVM_HC_FLUSH_TLB\n", kvmoc_hook_original());

	return 0;

err_hook:
	kvmoc_ipi_deinit();
	kvmoc_flush_deinit();
err_flush:
	kvmoc_hypercall_deinit();
err_hypercall:
	kvmoc_steal_deinit();
	return ret;
}

static void __exit kvmoc_exit(void)
{
	kvmoc_state_deinit();
	kvmoc_debugfs_deinit();
	kvmoc_hook_deinit();
	kvmoc_ipi_deinit();
	kvmoc_flush_deinit();
	kvmoc_hypercall_deinit();
	kvmoc_steal_deinit();
	pr_info("%ps given back\n", kvmoc_hook_original());
}

module_init(kvmoc_init);
module_exit(kvmoc_exit);

MODULE_DESCRIPTION("TLB shootdowns by hypercall on overcommitted KVM hosts");
MODULE_LICENSE("GPL");
