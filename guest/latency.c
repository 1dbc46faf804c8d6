// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long flushes take, as a histogram with buckets of powers of two: means say
 * nothing about what this module is for.
 */
#include <linux/cpumask.h>
#include <linux/math64.h>
#include <linux/seq_file.h>
#include <asm/tsc.h>

#include "latency.h"

DEFINE_PER_CPU(struct kvmoc_latency, kvmoc_latency);

static u64 sum_of(enum kvmoc_scheme scheme, unsigned int bucket)
{
	u64 sum = 0;
	int cpu;

	/* Read while they are written: a sum may be a few calls old. */
	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(kvmoc_latency, cpu).buckets[scheme][bucket]);

	return sum;
}

/**
 * kvmoc_latency_show - print the histogram
 * @m: where to
 * @unused: as DEFINE_SHOW_ATTRIBUTE() wants it
 *
 * A line for each bucket that isn't empty: from which time on, in nanoseconds
 * and in cycles of the TSC, and the number of flushes by scheme.
 *
 * Context: process context.
 */
int kvmoc_latency_show(struct seq_file *m, void *unused)
{
	u64 from, sums[KVMOC_NR_SCHEMES];
	unsigned int scheme, bucket;
	bool any;

	seq_puts(m, "from_ns from_cycles ipi hypercall deferred\n");
	for (bucket = 0; bucket < KVMOC_NR_BUCKETS; bucket++) {
		any = false;
		for (scheme = 0; scheme < KVMOC_NR_SCHEMES; scheme++) {
			sums[scheme] = sum_of(scheme, bucket);
			any |= sums[scheme];
		}
		if (!any)
			continue;
		from = bucket ? BIT_ULL(bucket - 1) : 0;
		seq_printf(m, "%llu %llu %llu %llu %llu\n",
			   mul_u64_u32_div(from, USEC_PER_SEC, tsc_khz), from,
			   sums[KVMOC_SCHEME_IPI], sums[KVMOC_SCHEME_HYPERCALL],
			   sums[KVMOC_SCHEME_DEFERRED]);
	}

	return 0;
}
