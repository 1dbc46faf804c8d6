// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page with the state of the vCPUs, as user space maps it. (It is a page for
 * up to 21 vCPUs, and some more for others.)
 *
 * An entry is a latch: a sequence count and two copies, of which one is whole at
 * any time. With one copy, readers would spin while a writer is in the middle,
 * and the host may preempt the writer there for a whole slice. To wait for a
 * vCPU that does not run is what this page is meant to end.
 */
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <asm/barrier.h>

#include "compat/compat.h"
#include "page.h"

static struct kvmoc_page_header *page;
static size_t page_bytes;

static struct kvmoc_vcpu_entry *entry_in(void *base, unsigned int cpu)
{
	return base + sizeof(struct kvmoc_page_header) +
	       cpu * sizeof(struct kvmoc_vcpu_entry);
}

/**
 * kvmoc_page_write - publish the state of a vCPU
 * @cpu: the vCPU
 * @data: its state
 *
 * Context: any; one writer of an entry at a time.
 */
void kvmoc_page_write(unsigned int cpu, const struct kvmoc_vcpu_data *data)
{
	struct kvmoc_vcpu_entry *entry = entry_in(page, cpu);
	u32 seq = entry->seq;

	/* Odd: readers take the old copy[1]. */
	WRITE_ONCE(entry->seq, seq + 1);
	/* Whoever sees a part of the new copy[0] sees that, too. */
	smp_wmb();
	entry->copy[0] = *data;
	/* Whoever sees that the count is even sees all of copy[0]. */
	smp_wmb();
	WRITE_ONCE(entry->seq, seq + 2);
	/* Whoever sees a part of the new copy[1] sees that, too. */
	smp_wmb();
	entry->copy[1] = *data;

	WRITE_ONCE(entry->state, data->state);
}

/**
 * kvmoc_page_mark - publish what a vCPU does, and nothing else of it
 * @cpu: the vCPU
 * @state: KVMOC_VCPU_*
 *
 * Until the next kvmoc_page_write(), which says it again or better.
 *
 * Context: any, also while another CPU writes the entry.
 */
void kvmoc_page_mark(unsigned int cpu, u32 state)
{
	WRITE_ONCE(entry_in(page, cpu)->state, state);
}

/**
 * kvmoc_page_read - what has been published of a vCPU last
 * @cpu: the vCPU
 * @ret: its state
 *
 * Context: any. It starts over only if the entry has been written meanwhile.
 */
void kvmoc_page_read(unsigned int cpu, struct kvmoc_vcpu_data *ret)
{
	struct kvmoc_vcpu_entry *entry = entry_in(page, cpu);
	u32 seq;

	do {
		/* Not a copy from before the count that calls it whole. */
		seq = smp_load_acquire(&entry->seq);
		*ret = entry->copy[seq & 1];
		/* Nor one that is newer than the count below. */
		smp_rmb();
	} while (READ_ONCE(entry->seq) != seq);
}

/**
 * kvmoc_page_period - publish the sampling period
 * @period_ns: in ns
 *
 * Context: any.
 */
void kvmoc_page_period(u64 period_ns)
{
	if (page)
		WRITE_ONCE(page->period_ns, period_ns);
}

/**
 * kvmoc_page_scanned - publish that all vCPUs have been looked at
 * @begin_ns: when that began, in ns of CLOCK_MONOTONIC
 *
 * Whoever was preempted meanwhile comes late, and finds a later scan's time.
 * Should the two meet, the earlier one stays for a period, which is true as well.
 *
 * Context: any.
 */
void kvmoc_page_scanned(u64 begin_ns)
{
	if (READ_ONCE(page->scanned_ns) >= begin_ns)
		return;
	/* After the entries. */
	smp_store_release(&page->scanned_ns, begin_ns);
}

/**
 * kvmoc_page_map - map the page for reading
 * @vma: where
 *
 * Context: process context, mmap lock held for writing.
 * Return: 0, -EACCES if it is to be writable, -EINVAL if the mapping goes beyond
 * the end, or another error of the memory management's.
 */
int kvmoc_page_map(struct vm_area_struct *vma)
{
	/* Neither now nor by mprotect(). A private copy would never change. */
	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	vm_flags_clear(vma, VM_MAYWRITE);

	return remap_vmalloc_range(vma, page, vma->vm_pgoff);
}

/**
 * kvmoc_page_copy - copy from the page, for read(2)
 * @to: where to
 * @count: how many bytes at most
 * @pos: from what offset, is moved on
 *
 * Whoever reads a copy cannot start over, so that each entry is taken as a
 * whole first.
 *
 * Context: process context, may sleep.
 * Return: the number of bytes, -ENOMEM or -EFAULT.
 */
ssize_t kvmoc_page_copy(char __user *to, size_t count, loff_t *pos)
{
	struct kvmoc_vcpu_entry *entry;
	unsigned int cpu;
	ssize_t ret;
	void *copy;

	copy = kvzalloc(page_bytes, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;

	memcpy(copy, page, sizeof(*page));
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		entry = entry_in(copy, cpu);
		kvmoc_page_read(cpu, &entry->copy[0]);
		entry->copy[1] = entry->copy[0];
		entry->state = entry->copy[0].state;
	}
	ret = simple_read_from_buffer(to, count, pos, copy, page_bytes);
	kvfree(copy);

	return ret;
}

/**
 * kvmoc_page_init - make a page in which every vCPU is absent
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int kvmoc_page_init(void)
{
	/* No vCPU's look at a state is slowed by a neighbour's change. */
	BUILD_BUG_ON(sizeof(struct kvmoc_page_header) % SMP_CACHE_BYTES);
	BUILD_BUG_ON(sizeof(struct kvmoc_vcpu_entry) % SMP_CACHE_BYTES);
	BUILD_BUG_ON(sizeof(struct kvmoc_vcpu_data) != SMP_CACHE_BYTES);
	BUILD_BUG_ON(KVMOC_VCPU_ABSENT);

	page_bytes = PAGE_ALIGN(sizeof(struct kvmoc_page_header) +
				nr_cpu_ids * sizeof(struct kvmoc_vcpu_entry));
	page = vmalloc_user(page_bytes);
	if (!page)
		return -ENOMEM;

	page->magic = KVMOC_PAGE_MAGIC;
	page->version = KVMOC_PAGE_VERSION;
	page->header_bytes = sizeof(struct kvmoc_page_header);
	page->entry_bytes = sizeof(struct kvmoc_vcpu_entry);
	page->nr_entries = nr_cpu_ids;

	return 0;
}

/* Nobody may have it mapped, or look at a vCPU, any more. */
void kvmoc_page_deinit(void)
{
	vfree(page);
	page = NULL;
}
