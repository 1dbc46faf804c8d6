/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_COUNTER_H
#define KVMOC_COUNTER_H

#include <linux/percpu.h>
#include <linux/types.h>

/**
 * struct kvmoc_counters - what became of the flushes one CPU has sent
 * @calls: flushes of other CPUs that came to the module while it was active
 * @hypercalls: hypercalls made, one for most flushes
 * @bitmaps: of those, hypercalls with the APIC IDs in memory
 * @ranges: of those, hypercalls for certain addresses only
 * @targets_deferred: CPUs not in the guest, which flush before they are
 * @targets_done: CPUs flushed by a hypercall
 * @targets_not_done: CPUs that the host could not vouch for, left to IPIs
 * @targets_refused: CPUs of hypercalls that failed, left to IPIs
 * @targets_by_ipi: CPUs left to IPIs in all; the kernel may find that some need
 *	none. Those of @trims are not among them
 * @errors: flushes for which a hypercall failed
 * @trims: flushes left to IPIs as they have to run on their targets
 */
struct kvmoc_counters {
	u64 calls;
	u64 hypercalls;
	u64 bitmaps;
	u64 ranges;
	u64 targets_deferred;
	u64 targets_done;
	u64 targets_not_done;
	u64 targets_refused;
	u64 targets_by_ipi;
	u64 errors;
	u64 trims;
};

DECLARE_PER_CPU(struct kvmoc_counters, kvmoc_counters);

/*
 * For the flush path only, which runs with preemption disabled and never in an
 * interrupt: no two updates of a counter meet.
 */
#define kvmoc_count(field, n) __this_cpu_add(kvmoc_counters.field, (n))

void kvmoc_counter_init(void);

#endif
