/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything that depends on the version of the kernel. The rest of the module
 * is written for the newest kernel that it supports.
 */
#ifndef KVMOC_COMPAT_H
#define KVMOC_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/types.h>
#include <linux/version.h>

/*
 * A kernel that nobody has looked at may flush for reasons that this module
 * does not know, as 6.15 does with INVLPGB's global ASIDs.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#error "kvm-overcommit: kernels before 6.12 are not supported"
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#error "kvm-overcommit: kernels from 6.13 on are not supported yet"
#endif

#ifndef CONFIG_PARAVIRT
#error "kvm-overcommit: no CONFIG_PARAVIRT, nothing calls pv_ops.mmu.flush_tlb_multi"
#endif

#ifndef CONFIG_MMU_GATHER_RCU_TABLE_FREE
#error "kvm-overcommit: no CONFIG_MMU_GATHER_RCU_TABLE_FREE"
#endif

#ifndef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
#error "kvm-overcommit: no CONFIG_DYNAMIC_FTRACE_WITH_ARGS, the flush cannot be hooked"
#endif

/* v6.13 ("hrtimers: Introduce hrtimer_setup() to replace hrtimer_init()") */
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}

struct flush_tlb_info;

bool compat_flush_trims_cpumask(const struct flush_tlb_info *info);
void compat_flush_addresses(const struct flush_tlb_info *info, u64 *first,
			    u64 *nr);

#endif
