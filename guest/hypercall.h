/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_HYPERCALL_H
#define KVMOC_HYPERCALL_H

#include <linux/cpumask.h>
#include <linux/types.h>

/**
 * struct kvmoc_addresses - what to flush, as the hypercall takes it
 * @first: the first address, with log2 of their distance in the low 12 bits
 * @nr: their number; both are zero to flush everything
 */
struct kvmoc_addresses {
	u64 first;
	u64 nr;
};

int kvmoc_hypercall_init(void);
void kvmoc_hypercall_deinit(void);
long kvmoc_hypercall(struct cpumask *cpus, const struct kvmoc_addresses *addrs);

#endif
