// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flush itself: remote CPUs by the host, whatever is left by the kernel's
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
#include <linux/err.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "abi.h"
#include "choice.h"
#include "compat/compat.h"
#include "counter.h"
#include "flush.h"
#include "hook.h"
#include "hypercall.h"
#include "latency.h"
#include "mode.h"
#include "pressure.h"
#include "steal.h"
#include "trace.h"

/* Used with preemption disabled and not in interrupts: one a CPU will do. */
static struct cpumask __percpu *rest_mask;

static unsigned int others(const struct cpumask *cpus)
{
	return cpumask_weight(cpus) -
	       cpumask_test_cpu(smp_processor_id(), cpus);
}

/*
 * Leave the CPUs that aren't in the guest a note to flush, and take them out of
 * @rest: no exit, and nobody to wait for. It is a look only, those that stay may
 * be preempted a moment later.
 */
static unsigned int defer(struct cpumask *rest)
{
	int cpu, self = smp_processor_id();
	unsigned int nr = 0;

	for_each_cpu(cpu, rest) {
		if (cpu != self && kvmoc_steal_defer_flush(cpu)) {
			__cpumask_clear_cpu(cpu, rest);
			nr++;
		}
	}
	kvmoc_count(targets_deferred, nr);

	return nr;
}

/* Whoever the host hasn't flushed stays in @rest. */
static void flush_by_hypercall(struct cpumask *rest,
			       const struct kvmoc_addresses *addrs,
			       enum kvmoc_mode mode)
{
	long ret = kvmoc_hypercall(rest, addrs);

	if (!ret)
		return;

	kvmoc_count(errors, 1);
	kvmoc_count(targets_refused, others(rest));
	if (ret == -KVM_ENOSYS || ret == -KVM_EOPNOTSUPP)
		kvmoc_mode_withdraw(mode, ret);
}

/*
 * Take the CPUs that need no IPI out of @rest. In the adaptive mode, a CPU that
 * isn't in the guest flushes by itself before it is. For those that may be, the host
 * is called, as any of them may be preempted at any time.
 */
static enum kvmoc_scheme flush_by_host(struct cpumask *rest,
				       const struct kvmoc_addresses *addrs,
				       enum kvmoc_mode mode)
{
	enum kvmoc_scheme scheme = KVMOC_SCHEME_DEFERRED;
	unsigned int targets = others(rest), deferred = 0, left;

	if (mode == KVMOC_MODE_ADAPTIVE)
		deferred = defer(rest);

	left = targets - deferred;
	if (left) {
		scheme = KVMOC_SCHEME_HYPERCALL;
		flush_by_hypercall(rest, addrs, mode);
		left = others(rest);
	}
	if (left)
		scheme = KVMOC_SCHEME_IPI;

	kvmoc_count(targets_by_ipi, left);
	trace_kvmoc_flush(targets, deferred, left, scheme);

	return scheme;
}

/*
 * As long as no vCPU has to wait, what is faster is good enough: a preempted CPU
 * that is seen to be so is left a note by the kernel's own function, too. It gets
 * the mm's cpumask itself, as without the module, and not a copy.
 */
static bool flush_by_ipi_if_faster(const struct cpumask *cpumask,
				   const struct flush_tlb_info *info,
				   const struct kvmoc_addresses *addrs,
				   struct kvmoc_choice *choice)
{
	unsigned int targets = others(cpumask);

	if (!targets)
		return false;

	kvmoc_choice_make(choice, targets, addrs->nr);
	if (!choice->ipi)
		return false;

	kvmoc_count(targets_by_ipi, targets);
	trace_kvmoc_flush(targets, 0, targets, KVMOC_SCHEME_IPI);
	kvmoc_hook_call_original(cpumask, info);

	return true;
}

/**
 * kvmoc_flush_tlb_multi - flush the TLBs of several CPUs
 * @cpumask: CPUs to flush, the calling one may be among them
 * @info: what to flush; its mm may be NULL (a batch of reclaim's)
 *
 * Stands in for the function that pv_ops.mmu.flush_tlb_multi names. Page tables
 * have been changed before the call; what asks the host for a flush, an exit or
 * an atomic operation, orders that before the flush.
 *
 * Context: preemption disabled, never in an interrupt. Interrupts are enabled,
 * or no target uses the mm, as when text is patched: an IPI is not sent then,
 * and the hypercall does not need them.
 */
void kvmoc_flush_tlb_multi(const struct cpumask *cpumask,
			   const struct flush_tlb_info *info)
{
	struct cpumask *rest = this_cpu_ptr(rest_mask);
	enum kvmoc_scheme scheme = KVMOC_SCHEME_IPI;
	enum kvmoc_mode mode = kvmoc_mode();
	struct kvmoc_choice choice = { };
	struct kvmoc_addresses addrs;
	u64 start = rdtsc(), cycles;

	if (mode != KVMOC_MODE_ALWAYS && mode != KVMOC_MODE_ADAPTIVE) {
		kvmoc_hook_call_original(cpumask, info);
		goto out;
	}

	kvmoc_count(calls, 1);

	if (compat_flush_needs_targets(info)) {
		kvmoc_count(trims, 1);
		kvmoc_hook_call_original(cpumask, info);
		goto out;
	}

	compat_flush_addresses(info, &addrs.first, &addrs.nr);
	if (mode == KVMOC_MODE_ADAPTIVE && !kvmoc_pressure() &&
	    flush_by_ipi_if_faster(cpumask, info, &addrs, &choice))
		goto out;

	/*
	 * A copy, as an mm's cpumask changes all the time. A CPU that comes
	 * later has seen the new page tables.
	 *
	 * The own CPU stays in it: the kernel flushes that without any help,
	 * and keeps its idea of this CPU's TLB up to date.
	 */
	cpumask_copy(rest, cpumask);
	scheme = flush_by_host(rest, &addrs, mode);

	/*
	 * Even with nobody left: this is where the flush is accounted
	 * (NR_TLB_REMOTE_FLUSH) and traced (tlb:tlb_flush), once as always.
	 */
	kvmoc_hook_call_original(rest, info);
out:
	cycles = rdtsc() - start;
	kvmoc_latency_add(scheme, cycles);
	kvmoc_choice_learn(&choice, cycles);
}

/**
 * kvmoc_flush_init - prepare for kvmoc_flush_tlb_multi() to be called
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int kvmoc_flush_init(void)
{
	rest_mask = __alloc_percpu(cpumask_size(), __alignof__(struct cpumask));

	return rest_mask ? 0 : -ENOMEM;
}

/* Nobody may be inside kvmoc_flush_tlb_multi() any more. */
void kvmoc_flush_deinit(void)
{
	free_percpu(rest_mask);
}
