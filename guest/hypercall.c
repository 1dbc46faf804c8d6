// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM_HC_FLUSH_TLB: from CPUs to APIC IDs, and back.
 *
 * Its ABI is described in Documentation/virt/kvm/x86/hypercalls.rst of a kernel
 * with the series. Up to 64 APIC IDs in a row go in a register; when the CPUs
 * have more than that, one call with a bitmap in memory does for 4096 of them,
 * as each call makes the vCPUs that run exit.
 */
#include <linux/bitmap.h>
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <asm/kvm_para.h>

#include "abi.h"
#include "counter.h"
#include "hypercall.h"

#define WORD_IDS	64
#define MAX_WORDS	64

/* Not on the stack, as the host takes a physical address. One a CPU. */
struct bitmap {
	u64 ids[MAX_WORDS];
	u64 asked[MAX_WORDS];
};

static DEFINE_PER_CPU(struct bitmap *, bitmaps);

/* The host can't read this guest's memory, so that registers have to do. */
static bool no_bitmap;

/*
 * Take the CPUs that the host has flushed out of @cpus: those whose bit is set
 * in @asked, and not in @not_done.
 */
static void clear_done(struct cpumask *cpus, u32 base, unsigned int nr_words,
		       const u64 *asked, const u64 *not_done)
{
	unsigned int word, done = 0, missed = 0;
	int cpu;
	u64 bit;
	u32 id;

	for_each_cpu(cpu, cpus) {
		id = cpu_physical_id(cpu) - base;
		word = id / WORD_IDS;
		bit = BIT_ULL(id % WORD_IDS);
		if (word >= nr_words || !(asked[word] & bit))
			continue;
		if (not_done[word] & bit) {
			missed++;
			continue;
		}
		__cpumask_clear_cpu(cpu, cpus);
		done++;
	}
	kvmoc_count(targets_done, done);
	kvmoc_count(targets_not_done, missed);
}

static long call(u64 a0, u64 a1, const struct kvmoc_addresses *addrs)
{
	kvmoc_count(hypercalls, 1);
	if (addrs->nr)
		kvmoc_count(ranges, 1);

	return kvm_hypercall4(KVM_HC_FLUSH_TLB, a0, a1, addrs->first, addrs->nr);
}

static long call_by_register(struct cpumask *cpus, u32 base, u64 asked,
			     const struct kvmoc_addresses *addrs)
{
	u64 ret = call(asked, base, addrs);

	if (IS_ERR_VALUE((unsigned long)ret))
		return ret;

	clear_done(cpus, base, 1, &asked, &ret);

	return 0;
}

/* One call for each word of the bitmap that isn't empty. */
static long call_by_registers(struct cpumask *cpus, u32 base,
			      unsigned int nr_words, const u64 *asked,
			      const struct kvmoc_addresses *addrs)
{
	unsigned int word;
	long ret = 0;

	for (word = 0; word < nr_words && !ret; word++) {
		if (asked[word])
			ret = call_by_register(cpus, base + word * WORD_IDS,
					       asked[word], addrs);
	}

	return ret;
}

static long call_by_bitmap(struct cpumask *cpus, u32 base, unsigned int nr_words,
			   struct bitmap *bitmap,
			   const struct kvmoc_addresses *addrs)
{
	long ret;

	if (READ_ONCE(no_bitmap))
		return -KVM_EOPNOTSUPP;

	/* The host writes into it. */
	memcpy(bitmap->ids, bitmap->asked, nr_words * sizeof(u64));

	kvmoc_count(bitmaps, 1);
	ret = call(virt_to_phys(bitmap->ids),
		   base | KVM_HC_FLUSH_TLB_BITMAP |
		   (u64)nr_words << KVM_HC_FLUSH_TLB_WORDS_SHIFT, addrs);
	if (IS_ERR_VALUE((unsigned long)ret)) {
		if (ret == -KVM_EOPNOTSUPP)
			WRITE_ONCE(no_bitmap, true);
		return ret;
	}

	clear_done(cpus, base, nr_words, bitmap->asked, bitmap->ids);

	return 0;
}

/*
 * The APIC IDs from @base on of @cpus, but for the own CPU's, as a bitmap.
 * Returns how many words it has, of which the first and the last aren't empty.
 * IDs that are too far away are left out; so many CPUs don't exist.
 */
static unsigned int fill(u64 *asked, u32 base, const struct cpumask *cpus)
{
	unsigned int word, nr_words = 0;
	int cpu, self = smp_processor_id();
	u32 id;

	for_each_cpu(cpu, cpus) {
		id = cpu_physical_id(cpu) - base;
		word = id / WORD_IDS;
		if (cpu == self || word >= MAX_WORDS)
			continue;
		for (; nr_words <= word; nr_words++)
			asked[nr_words] = 0;
		asked[word] |= BIT_ULL(id % WORD_IDS);
	}

	return nr_words;
}

static u32 lowest_id(const struct cpumask *cpus)
{
	int cpu, self = smp_processor_id();
	u32 lowest = U32_MAX;

	for_each_cpu(cpu, cpus) {
		if (cpu != self)
			lowest = min_t(u32, lowest, cpu_physical_id(cpu));
	}

	return lowest;
}

/**
 * kvmoc_hypercall - have the host flush the TLBs of other CPUs
 * @cpus: the CPUs, at least one but the own one; those that the host has flushed
 *	are taken out, and the own one stays
 * @addrs: which addresses
 *
 * No error makes a flush get lost: what is not known to be done stays in @cpus.
 * A hypercall is a VM exit, which orders page table writes before it.
 *
 * Context: preemption disabled, never in an interrupt.
 * Return: 0, or the host's error, -KVM_E*. Some CPUs may have been flushed then.
 */
long kvmoc_hypercall(struct cpumask *cpus, const struct kvmoc_addresses *addrs)
{
	struct bitmap *bitmap = this_cpu_read(bitmaps);
	u32 base = lowest_id(cpus);
	unsigned int nr_words = fill(bitmap->asked, base, cpus);
	long ret;

	if (nr_words == 1)
		return call_by_register(cpus, base, bitmap->asked[0], addrs);

	ret = call_by_bitmap(cpus, base, nr_words, bitmap, addrs);
	if (ret == -KVM_EOPNOTSUPP)
		ret = call_by_registers(cpus, base, nr_words, bitmap->asked,
					addrs);

	return ret;
}

/**
 * kvmoc_hypercall_init - prepare for kvmoc_hypercall() to be called
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int kvmoc_hypercall_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		per_cpu(bitmaps, cpu) = kzalloc_node(sizeof(struct bitmap),
						     GFP_KERNEL,
						     cpu_to_node(cpu));
		if (!per_cpu(bitmaps, cpu)) {
			kvmoc_hypercall_deinit();
			return -ENOMEM;
		}
	}

	return 0;
}

/* Nobody may be inside kvmoc_hypercall() any more. */
void kvmoc_hypercall_deinit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		kfree(per_cpu(bitmaps, cpu));
		per_cpu(bitmaps, cpu) = NULL;
	}
}
