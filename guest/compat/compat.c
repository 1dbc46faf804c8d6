// SPDX-License-Identifier: GPL-2.0-only
/*
 * asm/tlbflush.h keeps struct flush_tlb_info from modules, as they have no
 * business with it. This one has: it stands in for the function that takes it.
 * Nothing but this file sees the struct, and nothing of it is copied.
 */
#undef MODULE

#include <asm/tlbflush.h>

#include "compat.h"

/**
 * compat_flush_trims_cpumask - does a flush have to run on its targets?
 * @info: the flush
 *
 * About once a second, a flush also makes the CPUs that have ceased to use an
 * mm remove themselves from its cpumask. v6.14
 * ("x86/mm/tlb: Only trim the mm_cpumask once a second"), and later 6.12.y.
 *
 * Context: any.
 */
bool compat_flush_trims_cpumask(const struct flush_tlb_info *info)
{
#ifdef KVMOC_HAVE_TRIM_CPUMASK
	return info->trim_cpumask;
#else
	return false;
#endif
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
