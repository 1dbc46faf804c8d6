/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_COUNTER_H
#define KVMOC_COUNTER_H

#include <linux/percpu.h>
#include <linux/types.h>

/**
 * struct kvmoc_counters - what became of the flushes one CPU has sent
 * @calls: flushes of other CPUs that came to the module while it was active
 * @hypercalls: hypercalls made, one for each block of 64 APIC IDs
 * @ranges: of those, hypercalls for certain addresses only
 * @targets_done: CPUs flushed by the host
 * @targets_not_done: CPUs that the host could not vouch for, sent an IPI
 * @targets_refused: CPUs of hypercalls that failed, sent an IPI
 * @errors: hypercalls that failed
 * @trims: flushes left to IPIs as they have to run on their targets
 */
struct kvmoc_counters {
	u64 calls;
	u64 hypercalls;
	u64 ranges;
	u64 targets_done;
	u64 targets_not_done;
	u64 targets_refused;
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
void kvmoc_counter_deinit(void);

#endif
