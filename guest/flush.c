// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flush itself: remote CPUs by hypercall, whatever is left by the kernel's
 * own function.
 *
 * Every target that the host reports as done has lost its translations of the
 * addresses in question, for all mms and ASIDs, or all translations, so that
 * nothing of what the kernel knows of the target's TLB (loaded mm, ASIDs,
 * generations) has to be looked at here. It is not updated either: the target
 * still believes that it has not seen this flush, and the next one that comes
 * to it by IPI, or its next switch to the mm, becomes a full one. That costs
 * something, and loses nothing.
 *
 * Targets in lazy TLB mode are sent along. They could be left out unless page
 * tables are freed, but the kernel's test for that is easily got wrong
 * (CVE-2025-37964), and a halted vCPU costs the host next to nothing.
 *
 * Flushes of kernel addresses do not come here, they call every CPU.
 */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <asm/kvm_para.h>

#include "abi.h"
#include "compat/compat.h"
#include "counter.h"
#include "flush.h"
#include "mode.h"

/* APIC IDs in one hypercall, and their alignment. */
#define BLOCK_SIZE	64

static kvmoc_flush_fn flush_by_ipi;

/* Used with preemption disabled and not in interrupts: one a CPU will do. */
static DEFINE_PER_CPU(cpumask_var_t, rest_mask);

static bool in_block(int cpu, u32 base)
{
	return round_down(cpu_physical_id(cpu), BLOCK_SIZE) == base;
}

static u64 block_bit(int cpu)
{
	return BIT_ULL(cpu_physical_id(cpu) % BLOCK_SIZE);
}

/* As the hypercall takes them, both zero for all addresses. */
struct addresses {
	u64 first;
	u64 nr;
};

/*
 * Flush the CPUs whose APIC IDs are in @block, and take those that the host has
 * done out of @rest. No error makes a flush get lost: what is not known to be
 * done stays in.
 */
static void flush_block(u64 block, u32 base, const struct addresses *addrs,
			struct cpumask *rest)
{
	unsigned long ret = kvm_hypercall4(KVM_HC_FLUSH_TLB, block, base,
					   addrs->first, addrs->nr);
	u64 done;
	int cpu;

	kvmoc_count(hypercalls, 1);
	if (addrs->nr)
		kvmoc_count(ranges, 1);

	if (IS_ERR_VALUE(ret)) {
		if (ret == -KVM_ENOSYS || ret == -KVM_EOPNOTSUPP)
			kvmoc_mode_withdraw(ret);
		kvmoc_count(errors, 1);
		kvmoc_count(targets_refused, hweight64(block));
		return;
	}

	/* Bits that nobody has asked for are the host's mistake. */
	done = block & ~ret;
	kvmoc_count(targets_done, hweight64(done));
	kvmoc_count(targets_not_done, hweight64(block & ret));

	for_each_cpu(cpu, rest) {
		if (in_block(cpu, base) && (block_bit(cpu) & done))
			__cpumask_clear_cpu(cpu, rest);
	}
}

static void flush_by_hypercall(const struct flush_tlb_info *info,
			       struct cpumask *rest)
{
	struct addresses addrs;
	int self = smp_processor_id();
	u64 block = 0;
	u32 base = 0;
	int cpu;

	compat_flush_addresses(info, &addrs.first, &addrs.nr);

	for_each_cpu(cpu, rest) {
		/*
		 * The kernel flushes its own CPU without any help, and that
		 * keeps its idea of this CPU's TLB up to date.
		 */
		if (cpu == self)
			continue;

		if (block && !in_block(cpu, base)) {
			flush_block(block, base, &addrs, rest);
			block = 0;
		}
		base = round_down(cpu_physical_id(cpu), BLOCK_SIZE);
		block |= block_bit(cpu);
	}

	if (block)
		flush_block(block, base, &addrs, rest);
}

/**
 * kvmoc_flush_tlb_multi - flush the TLBs of several CPUs
 * @cpumask: CPUs to flush, the calling one may be among them
 * @info: what to flush; its mm may be NULL (a batch of reclaim's)
 *
 * Stands in for the function that pv_ops.mmu.flush_tlb_multi names. Page tables
 * have been changed before the call; the hypercall, a VM exit, orders that
 * before the flush.
 *
 * Context: preemption disabled, never in an interrupt. Interrupts are enabled,
 * or no target uses the mm, as when text is patched: an IPI is not sent then,
 * and the hypercall does not need them.
 */
void kvmoc_flush_tlb_multi(const struct cpumask *cpumask,
			   const struct flush_tlb_info *info)
{
	struct cpumask *rest = this_cpu_cpumask_var_ptr(rest_mask);

	if (!kvmoc_mode_active()) {
		flush_by_ipi(cpumask, info);
		goto out;
	}

	kvmoc_count(calls, 1);

	if (compat_flush_trims_cpumask(info)) {
		kvmoc_count(trims, 1);
		flush_by_ipi(cpumask, info);
		goto out;
	}

	/*
	 * A copy, as an mm's cpumask changes all the time. A CPU that comes
	 * later has seen the new page tables.
	 */
	cpumask_copy(rest, cpumask);
	flush_by_hypercall(info, rest);

	/*
	 * Even with nobody left: this is where the flush is accounted
	 * (NR_TLB_REMOTE_FLUSH) and traced (tlb:tlb_flush), once as always.
	 */
	flush_by_ipi(rest, info);
out:
	/*
	 * The hook lets calls from this module through to the original, and
	 * knows them by their return address. A tail call would have the one
	 * of our caller, be hooked again, and never end. The compiler is told
	 * not to make any; this keeps it so under every option.
	 */
	barrier();
}

/**
 * kvmoc_flush_init - prepare for kvmoc_flush_tlb_multi() to be called
 * @original: the function it stands in for
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int kvmoc_flush_init(kvmoc_flush_fn original)
{
	int cpu;

	flush_by_ipi = original;

	for_each_possible_cpu(cpu) {
		if (!zalloc_cpumask_var_node(per_cpu_ptr(&rest_mask, cpu),
					     GFP_KERNEL, cpu_to_node(cpu))) {
			kvmoc_flush_deinit();
			return -ENOMEM;
		}
	}

	return 0;
}

/* Nobody may be inside kvmoc_flush_tlb_multi() any more. */
void kvmoc_flush_deinit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		free_cpumask_var(per_cpu(rest_mask, cpu));
}
