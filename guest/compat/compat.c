// SPDX-License-Identifier: GPL-2.0-only
/*
 * asm/tlbflush.h keeps struct flush_tlb_info from modules, as they have no
 * business with it. This one has: it stands in for the function that takes it.
 * Nothing but this file sees the struct, and nothing of it is copied.
 */
#undef MODULE

#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <asm/paravirt.h>
#include <asm/tlbflush.h>

#include "compat.h"

/**
 * compat_page_tables_freed_by_rcu - may lockless walkers do without flush IPIs?
 *
 * gup_fast() and other lockless walkers disable interrupts, so that a page
 * table they may be looking at is not freed: the flush that comes before that
 * waits for every CPU to take an IPI. With no IPIs, page tables must be freed
 * by RCU. That is always so from v6.15 on (a37259732a7d, "x86/mm: Make
 * MMU_GATHER_RCU_TABLE_FREE unconditional"), which has done away with the pv
 * op. Before, it is so only if KVM's PV TLB flush was set up at boot, which then
 * installed tlb_remove_table(). That function is not visible to modules, but
 * its name is.
 *
 * Context: any. It is decided at boot and does not change.
 */
bool compat_page_tables_freed_by_rcu(void)
{
#ifdef KVMOC_HAVE_PV_TLB_REMOVE_TABLE
	char name[KSYM_NAME_LEN];

	snprintf(name, sizeof(name), "%ps", pv_ops.mmu.tlb_remove_table);

	return !strcmp(name, "tlb_remove_table");
#else
	return true;
#endif
}

/**
 * compat_flush_needs_targets - does a flush have to run on its targets?
 * @info: the flush
 *
 * About once a second, a flush also makes the CPUs that have ceased to use an
 * mm remove themselves from its cpumask. v6.14
 * ("x86/mm/tlb: Only trim the mm_cpumask once a second"), and later 6.1.y and
 * 6.12.y.
 *
 * On CPUs with INVLPGB, a process may be given a global ASID, and flushes make
 * the CPUs that it runs on switch to that. v6.15
 * ("x86/mm: Add global ASID process exit helpers" and what goes with it).
 *
 * Context: any.
 */
bool compat_flush_needs_targets(const struct flush_tlb_info *info)
{
#ifdef KVMOC_HAVE_TRIM_CPUMASK
	if (info->trim_cpumask)
		return true;
#endif
#ifdef KVMOC_HAVE_ASID_TRANSITION
	if (mm_in_asid_transition(info->mm))
		return true;
#endif
	return false;
}

/**
 * compat_flush_addresses - which addresses does a flush concern?
 * @info: the flush
 * @first: the first address, with log2 of their distance in the low 12 bits,
 *	as the hypercall takes it
 * @nr: their number; @first and @nr are zero if everything is to be flushed
 *
 * Everything, too, if page tables are freed: of what the CPU keeps of their
 * upper levels, the host flushes only what belongs to the addresses named.
 *
 * The addresses are those that the kernel would flush one by one, and which of
 * them are too many is for the host to say.
 *
 * Context: any.
 */
void compat_flush_addresses(const struct flush_tlb_info *info, u64 *first,
			    u64 *nr)
{
	unsigned int shift = info->stride_shift;

	*first = 0;
	*nr = 0;

	if (info->freed_tables || info->end == TLB_FLUSH_ALL ||
	    info->start >= info->end)
		return;

	if (shift != PAGE_SHIFT && shift != PMD_SHIFT && shift != PUD_SHIFT)
		return;

	*first = (info->start & PAGE_MASK) | shift;
	*nr = ((info->end - info->start - 1) >> shift) + 1;
}
