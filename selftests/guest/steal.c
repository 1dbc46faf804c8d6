// SPDX-License-Identifier: GPL-2.0-only
/* The steal time of a CPU, as the host writes it, by kvmoc_steal.ko. */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common.h"
#include "steal.h"

/* The offset of a CPU's steal time in its page, which the device lists. */
static unsigned long steal_offset(char opt, const char *path, unsigned int cpu)
{
	unsigned int listed_cpu;
	unsigned long offset;
	bool found = false;
	FILE *list;

	list = fopen(path, "r");
	if (!list)
		die_errno("-%c: cannot open %s (load kvmoc_steal.ko first)", opt, path);
	while (!found && fscanf(list, "%u %lu", &listed_cpu, &offset) == 2)
		found = listed_cpu == cpu;
	fclose(list);
	if (!found || offset > PAGE_BYTES - sizeof(struct kvm_steal_time))
		die("-%c: %s does not list CPU %u: give the device of kvmoc_steal.ko", opt, path,
		    cpu);
	return offset;
}

const volatile struct kvm_steal_time *map_steal_time(char opt, const char *path, unsigned int cpu)
{
	unsigned long offset = steal_offset(opt, path, cpu);
	char *page;
	int fd;

	fd = open(path, O_RDONLY);
	if (fd < 0)
		die_errno("-%c: cannot open %s", opt, path);
	page = mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED, fd, (off_t)cpu * PAGE_BYTES);
	if (page == MAP_FAILED)
		die_errno("-%c: cannot map the page of CPU %u of %s", opt, cpu, path);
	close(fd);
	return (void *)(page + offset);
}

uint64_t read_steal_ns(const volatile struct kvm_steal_time *steal_time)
{
	uint32_t version;
	uint64_t steal;

	do {
		version = steal_time->version;
		atomic_thread_fence(memory_order_acquire);
		steal = steal_time->steal;
		atomic_thread_fence(memory_order_acquire);
	} while (version & 1 || version != steal_time->version);
	return steal;
}
