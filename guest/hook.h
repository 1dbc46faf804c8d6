/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_HOOK_H
#define KVMOC_HOOK_H

#include "flush.h"

kvmoc_flush_fn kvmoc_hook_original(void);
void kvmoc_hook_call_original(const struct cpumask *cpumask,
			      const struct flush_tlb_info *info);
int kvmoc_hook_init(void);
void kvmoc_hook_deinit(void);

#endif
