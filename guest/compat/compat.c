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
