// SPDX-License-Identifier: GPL-2.0-only
/* The page of /dev/kvm_overcommit: which vCPUs run. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common.h"
#include "vcpu-page.h"

/* What has been published does not move. */
#define OFFSET_IS(type, field, offset) \
	_Static_assert(offsetof(struct type, field) == (offset), #type "." #field " has moved")

OFFSET_IS(kvmoc_page_header, magic, 0);
OFFSET_IS(kvmoc_page_header, version, 4);
OFFSET_IS(kvmoc_page_header, header_bytes, 8);
OFFSET_IS(kvmoc_page_header, entry_bytes, 12);
OFFSET_IS(kvmoc_page_header, nr_entries, 16);
OFFSET_IS(kvmoc_page_header, period_ns, 24);
OFFSET_IS(kvmoc_page_header, scanned_ns, 32);
_Static_assert(sizeof(struct kvmoc_page_header) == 64, "the header has another size");

OFFSET_IS(kvmoc_vcpu_entry, seq, 0);
OFFSET_IS(kvmoc_vcpu_entry, state, 4);
OFFSET_IS(kvmoc_vcpu_entry, copy, 64);
_Static_assert(sizeof(struct kvmoc_vcpu_entry) == 192, "an entry has another size");

OFFSET_IS(kvmoc_vcpu_data, state, 0);
OFFSET_IS(kvmoc_vcpu_data, since, 8);
OFFSET_IS(kvmoc_vcpu_data, preemptions, 16);
OFFSET_IS(kvmoc_vcpu_data, preempted_ns, 24);
OFFSET_IS(kvmoc_vcpu_data, late_wakeups, 32);
OFFSET_IS(kvmoc_vcpu_data, late_ns, 40);
OFFSET_IS(kvmoc_vcpu_data, steal_ns, 48);
_Static_assert(sizeof(struct kvmoc_vcpu_data) == 64, "a copy has another size");

struct vcpu_page map_vcpu_page(const char *path)
{
	struct kvmoc_page_header header;
	struct vcpu_page page;
	void *base;
	int fd;

	fd = open(path, O_RDONLY);
	if (fd < 0)
		die_errno("cannot open %s", path);
	if (read(fd, &header, sizeof(header)) != sizeof(header))
		die_errno("cannot read %s", path);
	if (header.magic != KVMOC_PAGE_MAGIC || header.version != KVMOC_PAGE_VERSION)
		die("%s has magic %x, version %u: this program knows %x, %u", path, header.magic,
		    header.version, KVMOC_PAGE_MAGIC, KVMOC_PAGE_VERSION);

	page.header_bytes = header.header_bytes;
	page.entry_bytes = header.entry_bytes;
	page.nr_entries = header.nr_entries;
	page.bytes = page.header_bytes + (size_t)page.nr_entries * page.entry_bytes;
	page.bytes = (page.bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
	base = mmap(NULL, page.bytes, PROT_READ, MAP_SHARED, fd, 0);
	if (base == MAP_FAILED)
		die_errno("cannot map %zu bytes of %s", page.bytes, path);
	page.base = base;
	/* The mapping keeps the device open. */
	close(fd);
	return page;
}

struct kvmoc_vcpu_data vcpu_page_read(const struct vcpu_page *page, unsigned int cpu)
{
	const struct kvmoc_vcpu_entry *entry = vcpu_page_entry(page, cpu);
	struct kvmoc_vcpu_data data;
	unsigned int seq;

	do {
		seq = __atomic_load_n(&entry->seq, __ATOMIC_ACQUIRE);
		data = entry->copy[seq & 1];
		atomic_thread_fence(memory_order_acquire);
	} while (__atomic_load_n(&entry->seq, __ATOMIC_RELAXED) != seq);
	return data;
}
