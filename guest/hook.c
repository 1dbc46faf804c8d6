// SPDX-License-Identifier: GPL-2.0-only
/*
 * Puts kvmoc_flush_tlb_multi() in the place of the kernel's function.
 *
 * To write pv_ops.mmu.flush_tlb_multi would change nothing, as the calls
 * through it were patched to direct ones at boot. So the function that it names
 * is diverted at its entry, where ftrace has left room for a call: a direct call,
 * as BPF uses them, to a few instructions in diversion.S. To have ftrace call back
 * and change the instruction pointer, as a livepatch does, takes 150 instructions
 * each time that the function is entered, which is twice a flush.
 *
 * ftrace lets only one user at a time have a direct call of a function, and none
 * where one changes the instruction pointer: a livepatch of it, a BPF program of
 * type fentry, and this module exclude each other, whoever comes first. Tracers
 * and kprobes do not mind.
 *
 * When somebody writes 0 to kernel.ftrace_enabled, the diversion ends and the
 * original is called, which is right, if slow.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/ftrace.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <asm/paravirt.h>

#include "compat/compat.h"
#include "hook.h"

/* In diversion.S */
extern const char kvmoc_diversion[];
#define DIVERSION ((unsigned long)kvmoc_diversion)

/*
 * Set for the module's own call of the original, or that would be diverted, too.
 * The return address would not do to tell these, as the function graph tracer
 * changes it.
 *
 * With ftrace_enabled at 0 it stays set, and the first call after that is not
 * diverted: a flush by IPI.
 */
DEFINE_PER_CPU(bool, kvmoc_hook_pass);

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
 * kvmoc_hook_call_original - have the kernel flush
 * @cpumask: CPUs to flush, the calling one may be among them
 * @info: what to flush
 *
 * Context: kvmoc_flush_tlb_multi(). Preemption disabled, and nothing that
 * interrupts flushes other CPUs, so that the next call is this one.
 */
void kvmoc_hook_call_original(const struct cpumask *cpumask,
			      const struct flush_tlb_info *info)
{
	__this_cpu_write(kvmoc_hook_pass, true);
	kvmoc_hook_original()(cpumask, info);
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
	hook_ops = (struct ftrace_ops) {};

	ret = ftrace_set_filter_ip(&hook_ops, (unsigned long)original, 0, 0);
	if (ret) {
		pr_err("refused: ftrace does not know %ps (%d)\n", original,
		       ret);
		return ret;
	}

	ret = register_ftrace_direct(&hook_ops, DIVERSION);
	if (ret) {
		pr_err("refused: %ps cannot be diverted (%d)%s\n", original, ret,
		       ret == -EBUSY ?
		       ", a livepatch, BPF or another module has done so. Remove that first" :
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
	while (unregister_ftrace_direct(&hook_ops, DIVERSION, true)) {
		pr_err_once("ftrace is dead, this module cannot be removed: reboot\n");
		ssleep(60);
	}

	/*
	 * A CPU may have been diverted just before. It has had preemption
	 * disabled since before the call, and has until after the return: that
	 * is an RCU reader.
	 */
	synchronize_rcu();
}
