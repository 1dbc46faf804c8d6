/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_FLUSH_H
#define KVMOC_FLUSH_H

#include <linux/cpumask.h>

struct flush_tlb_info;

typedef void (*kvmoc_flush_fn)(const struct cpumask *cpumask,
			       const struct flush_tlb_info *info);

int kvmoc_flush_init(void);
void kvmoc_flush_deinit(void);
void kvmoc_flush_tlb_multi(const struct cpumask *cpumask,
			   const struct flush_tlb_info *info);

#endif
