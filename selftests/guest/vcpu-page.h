/* SPDX-License-Identifier: GPL-2.0-only */
/* The page of /dev/kvm_overcommit: which vCPUs run. */
#ifndef GUEST_VCPU_PAGE_H
#define GUEST_VCPU_PAGE_H

#include <stdatomic.h>
#include <stddef.h>
#include <linux/kvm_overcommit.h>

#define VCPU_DEVICE	"/dev/kvm_overcommit"

struct vcpu_page {
	const char *base;
	size_t bytes;
	unsigned int header_bytes;
	unsigned int entry_bytes;
	unsigned int nr_entries;
};

/* Maps it, and exits if this is no page that the program understands. */
struct vcpu_page map_vcpu_page(const char *path);

static inline const struct kvmoc_page_header *vcpu_page_header(const struct vcpu_page *page)
{
	return (const void *)page->base;
}

static inline const struct kvmoc_vcpu_entry *vcpu_page_entry(const struct vcpu_page *page,
							     unsigned int cpu)
{
	return (const void *)(page->base + page->header_bytes +
			      (size_t)cpu * page->entry_bytes);
}

/* KVMOC_VCPU_* of a CPU: one load, for locks. */
static inline unsigned int vcpu_page_state(const struct vcpu_page *page, unsigned int cpu)
{
	return __atomic_load_n(&vcpu_page_entry(page, cpu)->state, __ATOMIC_RELAXED);
}

/* All that is known of a CPU, as of one moment. */
struct kvmoc_vcpu_data vcpu_page_read(const struct vcpu_page *page, unsigned int cpu);

#endif
