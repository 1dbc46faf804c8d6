/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_LATENCY_H
#define KVMOC_LATENCY_H

#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/types.h>

/**
 * enum kvmoc_scheme - how a flush of other CPUs was done
 * @KVMOC_SCHEME_IPI: at least one of them was left to the kernel's IPIs
 * @KVMOC_SCHEME_HYPERCALL: all by the host, at least one by a hypercall
 * @KVMOC_SCHEME_DEFERRED: all by notes to the host, without an exit
 */
enum kvmoc_scheme {
	KVMOC_SCHEME_IPI,
	KVMOC_SCHEME_HYPERCALL,
	KVMOC_SCHEME_DEFERRED,
	KVMOC_NR_SCHEMES,
};

/* The last one, from 2^39 cycles on, is minutes. */
#define KVMOC_NR_BUCKETS	41

struct kvmoc_latency {
	u64 buckets[KVMOC_NR_SCHEMES][KVMOC_NR_BUCKETS];
};

DECLARE_PER_CPU(struct kvmoc_latency, kvmoc_latency);

/* As kvmoc_count(). A bucket N has the flushes of 2^(N-1) to 2^N - 1 cycles. */
static inline void kvmoc_latency_add(enum kvmoc_scheme scheme, u64 cycles)
{
	unsigned int bucket = min(fls64(cycles), KVMOC_NR_BUCKETS - 1);

	__this_cpu_inc(kvmoc_latency.buckets[scheme][bucket]);
}

int kvmoc_latency_show(struct seq_file *m, void *unused);

#endif
