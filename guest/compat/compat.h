/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything that depends on the version of the kernel. The rest of the module
 * is written for the newest kernel that it supports. What can be probed is: here
 * by the preprocessor, in Kbuild by looking into headers.
 */
#ifndef KVMOC_COMPAT_H
#define KVMOC_COMPAT_H

#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/types.h>
#include <linux/version.h>
#include <asm/processor.h>
#if __has_include("asm/cpuid/api.h")
#include <asm/cpuid/api.h>
#endif

/*
 * A kernel that nobody has looked at may flush for a purpose that this module
 * does not know, as 6.15 does for INVLPGB's global ASIDs, or count on its flush
 * IPIs for more than flushing, as gup_fast() did before 6.15. 6.1, 6.12 and 7.2
 * have been read, and what came or went between them is probed. To raise the upper
 * limit, read what has changed about pv_ops.mmu.flush_tlb_multi, struct
 * flush_tlb_info, native_flush_tlb_multi() and tlb_remove_table_sync_one(). A
 * kernel that begins to leave the latter's IPIs out where a flush has sent some
 * must be told that it sends none.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "kvm-overcommit: kernels before 6.1 are not supported"
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(7, 3, 0)
#error "kvm-overcommit: kernels from 7.3 on are not supported yet"
#endif

#ifndef CONFIG_PARAVIRT
#error "kvm-overcommit: no CONFIG_PARAVIRT, nothing calls pv_ops.mmu.flush_tlb_multi"
#endif

#ifndef CONFIG_MMU_GATHER_RCU_TABLE_FREE
#error "kvm-overcommit: no CONFIG_MMU_GATHER_RCU_TABLE_FREE"
#endif

#ifndef CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS
#error "kvm-overcommit: no CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS, the flush cannot be hooked"
#endif

/* v6.13 ("hrtimers: Introduce hrtimer_setup() to replace hrtimer_init()") */
#ifndef KVMOC_HAVE_HRTIMER_SETUP
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}
#endif

/* v6.3 ("mm: introduce vma->vm_flags wrapper functions") */
#ifndef KVMOC_HAVE_VM_FLAGS_CLEAR
static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/* v6.5 ("ftrace: Replace uses of _ftrace_direct APIs with _ftrace_direct_multi") */
#ifdef KVMOC_HAVE_FTRACE_DIRECT_MULTI
#include <linux/ftrace.h>

static inline int compat_unregister_ftrace_direct(struct ftrace_ops *ops,
						  unsigned long addr,
						  bool free_filters)
{
	int ret = unregister_ftrace_direct_multi(ops, addr);

	if (!ret && free_filters)
		ftrace_free_filter(ops);

	return ret;
}

#define register_ftrace_direct register_ftrace_direct_multi
#define unregister_ftrace_direct compat_unregister_ftrace_direct
#endif

/* Had the other name, in asm/processor.h, and then in asm/cpuid.h. */
#ifdef for_each_possible_hypervisor_cpuid_base
#define cpuid_base_hypervisor hypervisor_cpuid_base
#endif

struct flush_tlb_info;

bool compat_page_tables_freed_by_rcu(void);
bool compat_flush_needs_targets(const struct flush_tlb_info *info);
void compat_flush_addresses(const struct flush_tlb_info *info, u64 *first,
			    u64 *nr);

#endif
