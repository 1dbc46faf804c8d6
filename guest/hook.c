// SPDX-License-Identifier: GPL-2.0-only
/*
 * Puts kvmoc_flush_tlb_multi() in the place of the kernel's function.
 *
 * To write pv_ops.mmu.flush_tlb_multi would change nothing, as the calls
 * through it were patched to direct ones at boot. So the function that it names
 * is diverted at its entry by ftrace, the way a livepatch does it. ftrace lets
 * only one user at a time change the instruction pointer of a function: a
 * livepatch of it and this module exclude each other, whoever comes first.
 *
 * When somebody writes 0 to kernel.ftrace_enabled, the diversion ends and the
 * original is called, which is right, if slow.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <asm/paravirt.h>

#include "compat/compat.h"
#include "hook.h"

static void notrace hook_divert(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *ops,
				struct ftrace_regs *fregs)
{
	/* Our own call of the original, or it would never be reached. */
	if (within_module(parent_ip, THIS_MODULE))
		return;

	ip = (unsigned long)kvmoc_flush_tlb_multi;
	ftrace_regs_set_instruction_pointer(fregs, ip);
}

static struct ftrace_ops hook_ops;

/**
 * kvmoc_hook_original - the function that is diverted
 *
 * Context: any. It is chosen at boot and does not change.
 */
kvmoc_flush_fn kvmoc_hook_original(void)
{
	return pv_ops.mmu.flush_tlb_multi;
}

/**
 * kvmoc_hook_init - divert the kernel's function
 *
 * kvmoc_flush_tlb_multi() may be called before this has returned.
 *
 * Context: process context, may sleep.
 * Return: 0, -EBUSY if another user of ftrace has diverted it, or another
 * error of ftrace's.
 */
int kvmoc_hook_init(void)
{
	kvmoc_flush_fn original = kvmoc_hook_original();
	int ret;

	/*
	 * Anew each time: ftrace_free_filter() leaves pointers to what it has
	 * freed, and would follow them if this is tried again after a refusal.
	 */
	hook_ops = (struct ftrace_ops) {
		.func = hook_divert,
		.flags = FTRACE_OPS_FL_IPMODIFY,
	};

	ret = ftrace_set_filter_ip(&hook_ops, (unsigned long)original, 0, 0);
	if (ret) {
		pr_err("refused: ftrace does not know %ps (%d)\n", original,
		       ret);
		return ret;
	}

	ret = register_ftrace_function(&hook_ops);
	if (ret) {
		pr_err("refused: %ps cannot be diverted (%d)%s\n", original, ret,
		       ret == -EBUSY ?
		       ", a livepatch or another module has done so. Remove that first" :
		       "");
		ftrace_free_filter(&hook_ops);
	}

	return ret;
}

/**
 * kvmoc_hook_deinit - give the kernel's function back
 *
 * When this returns, kvmoc_flush_tlb_multi() is neither running nor will it be
 * called.
 *
 * Context: process context, sleeps.
 */
void kvmoc_hook_deinit(void)
{
	/*
	 * Fails only after ftrace has shut itself down over a bug: calls still
	 * come here then, and the module must stay. Better one stuck rmmod.
	 */
	while (unregister_ftrace_function(&hook_ops)) {
		pr_err_once("ftrace is dead, this module cannot be removed: reboot\n");
		ssleep(60);
	}
	ftrace_free_filter(&hook_ops);

	/*
	 * A CPU may have been diverted just before. It has had preemption
	 * disabled since before the call, and has until after the return: that
	 * is an RCU reader.
	 */
	synchronize_rcu();
}
