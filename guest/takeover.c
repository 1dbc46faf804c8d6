// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's flushes are taken over, with all that it takes, in order. Once
 * they are, they stay so until the module goes: in mode off every call is passed
 * on.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/printk.h>
#include <linux/types.h>

#include "condition.h"
#include "flush.h"
#include "hook.h"
#include "hypercall.h"
#include "pressure.h"
#include "takeover.h"

static bool taken;

/**
 * kvmoc_takeover_begin - have flushes come to kvmoc_flush_tlb_multi()
 *
 * Does nothing if they do already.
 *
 * Context: process context, may sleep. One caller at a time.
 * Return: 0, an error of kvmoc_condition_check() or kvmoc_hook_init(), or
 * -ENOMEM. The log says why.
 */
int kvmoc_takeover_begin(void)
{
	int ret;

	if (taken)
		return 0;

	ret = kvmoc_condition_check();
	if (ret)
		return ret;

	ret = kvmoc_hypercall_init();
	if (ret)
		return ret;

	ret = kvmoc_flush_init();
	if (ret)
		goto err_flush;

	ret = kvmoc_hook_init();
	if (ret)
		goto err_hook;

	kvmoc_pressure_init();

	pr_info("%ps diverted to KVM_HC_FLUSH_TLB\n", kvmoc_hook_original());
	taken = true;

	return 0;

err_hook:
	kvmoc_flush_deinit();
err_flush:
	kvmoc_hypercall_deinit();
	return ret;
}

/* Gives them back, if they were taken. Context: process context, sleeps. */
void kvmoc_takeover_end(void)
{
	if (!taken)
		return;

	kvmoc_hook_deinit();
	kvmoc_pressure_deinit();
	kvmoc_flush_deinit();
	kvmoc_hypercall_deinit();
	pr_info("%ps given back\n", kvmoc_hook_original());
	taken = false;
}
