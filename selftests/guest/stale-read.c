// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks for TLB flushes that did not happen: one thread gives a few virtual
 * pages other contents again and again, by several means, while a thread on
 * each other CPU reads them. A reader that still gets the old contents after
 * the system call has returned has used a stale translation.
 *
 * All contents are values that increase with every round. The writer
 * publishes the value of a round after the system call, with a release store;
 * whoever reads the published value first, with an acquire load, and then the
 * page must see that value or a later one. The page of a stale translation
 * may be in use for something else by now, so a value that is yet to come is
 * stale as well.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common.h"

#define EXIT_STALE	1

/*
 * The pages come from the extents of a sparse memfd, in turn: the page of a
 * stale translation keeps its old value until its extent's next turn.
 */
#define EXTENTS		16UL

/* A value is the number of a round and, below it, the means of that round. */
#define MEANS_BITS	3

/*
 * The pages under test in the area, of which only one page table exists: some
 * with neighbours, and so far apart that no other translation covers them.
 */
static const unsigned long watched[] = { 0, 1, 256, 511 };

#define WATCHED		(sizeof(watched) / sizeof(watched[0]))

struct means {
	const char *name;
	/* Stores the new value where remap() will make it visible. */
	void (*prepare)(uint64_t value);
	/* When this returns, no CPU may see the old value any more. */
	void (*remap)(uint64_t value);
};

struct reader {
	_Atomic unsigned long reads;
	unsigned int cpu;
	pthread_t thread;
} __attribute__((aligned(64)));

static char *area;
static char *staging;

/* A second mapping of all extents, through which they are written. */
static char *pool;
static int pool_fd;
static unsigned long extent;

static _Atomic uint64_t published;
/* The value of the round that has begun. */
static _Atomic uint64_t upcoming;
static atomic_bool stop;
static atomic_flag reported = ATOMIC_FLAG_INIT;

static struct reader *readers;
static unsigned int nr_readers;

static void store_value(char *page, uint64_t value)
{
	atomic_store_explicit((_Atomic uint64_t *)page, value, memory_order_release);
}

static uint64_t load_value(char *page)
{
	return atomic_load_explicit((_Atomic uint64_t *)page, memory_order_acquire);
}

static void *map_extent(char *base, unsigned long offset, size_t bytes, int flags)
{
	void *at = mmap(base + offset, bytes, PROT_READ | PROT_WRITE, flags, pool_fd,
			extent * AREA_BYTES + offset);

	if (at != base + offset)
		die_errno("cannot map %zu bytes at %p", bytes, (void *)(base + offset));
	return at;
}

/*
 * Maps a part of the extent to be moved over the same part of the area. Only
 * pages that are present have page table entries to be moved.
 */
static void stage(unsigned long offset, size_t bytes)
{
	char *from = map_extent(staging, offset, bytes, MAP_SHARED | MAP_FIXED_NOREPLACE);
	unsigned int i;

	for (i = 0; i < WATCHED; i++)
		if (watched[i] * PAGE_BYTES - offset < bytes)
			load_value(staging + watched[i] * PAGE_BYTES);
	if (mremap(from, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, area + offset) !=
	    area + offset)
		die_errno("cannot move %zu bytes into the area", bytes);
}

static void fill_extent(uint64_t value)
{
	unsigned int i;

	for (i = 0; i < WATCHED; i++)
		store_value(pool + extent * AREA_BYTES + watched[i] * PAGE_BYTES, value);
}

static void fill_next_extent(uint64_t value)
{
	extent = (extent + 1) % EXTENTS;
	fill_extent(value);
}

static void prepare_nothing(uint64_t value)
{
	(void)value;
}

static void remap_mmap_page(uint64_t value)
{
	unsigned int i;

	(void)value;
	for (i = 0; i < WATCHED; i++)
		map_extent(area, watched[i] * PAGE_BYTES, PAGE_BYTES, MAP_SHARED | MAP_FIXED);
}

static void remap_mremap_page(uint64_t value)
{
	unsigned int i;

	(void)value;
	for (i = 0; i < WATCHED; i++)
		stage(watched[i] * PAGE_BYTES, PAGE_BYTES);
}

/* Frees the area's page table. Private, for the two means that follow. */
static void remap_mmap_area(uint64_t value)
{
	(void)value;
	map_extent(area, 0, AREA_BYTES, MAP_PRIVATE | MAP_FIXED);
}

/*
 * The first write to a page of a private mapping replaces the extent's page
 * with a copy; it must be present before, or there is nothing to flush.
 */
static void remap_cow(uint64_t value)
{
	unsigned int i;

	for (i = 0; i < WATCHED; i++) {
		load_value(area + watched[i] * PAGE_BYTES);
		store_value(area + watched[i] * PAGE_BYTES, value);
	}
}

/* Drops the copies, which are freed, and bares the extent's pages again. */
static void remap_dontneed(uint64_t value)
{
	(void)value;
	if (madvise(area, AREA_BYTES, MADV_DONTNEED))
		die_errno("cannot drop the pages of the area");
}

/* Frees the area's page table and puts the one of the staging area in place. */
static void remap_mremap_area(uint64_t value)
{
	(void)value;
	stage(0, AREA_BYTES);
}

/* In this order: cow needs the mapping of mmap-area, dontneed the copies. */
static const struct means means[] = {
	{ "mmap-page", fill_next_extent, remap_mmap_page },
	{ "mremap-page", fill_next_extent, remap_mremap_page },
	{ "mmap-area", fill_next_extent, remap_mmap_area },
	{ "cow", prepare_nothing, remap_cow },
	{ "dontneed", fill_extent, remap_dontneed },
	{ "mremap-area", fill_next_extent, remap_mremap_area },
};

#define NR_MEANS (sizeof(means) / sizeof(means[0]))

_Static_assert(NR_MEANS <= 1 << MEANS_BITS, "the means do not fit in a value");

static const char *means_of(uint64_t value)
{
	unsigned int i = value & ((1 << MEANS_BITS) - 1);

	if (!value)
		return "never written";
	return i < NR_MEANS ? means[i].name : "unknown means";
}

/* The first to come here reports and ends the process; others wait for that. */
static void report_stale(unsigned int cpu, unsigned int i, uint64_t expected, uint64_t seen)
{
	while (atomic_flag_test_and_set(&reported))
		__builtin_ia32_pause();
	printf("stale-read: stale read on CPU %u, page %lu: expected round %llu (%s) or later, seen round %llu (%s), value 0x%llx\n",
	       cpu, watched[i], (unsigned long long)expected >> MEANS_BITS, means_of(expected),
	       (unsigned long long)seen >> MEANS_BITS, means_of(seen), (unsigned long long)seen);
	fflush(stdout);
	_exit(EXIT_STALE);
}

static void check_page(struct reader *self, unsigned int i)
{
	unsigned long reads = atomic_load_explicit(&self->reads, memory_order_relaxed);
	uint64_t expected, seen;

	expected = atomic_load_explicit(&published, memory_order_acquire);
	seen = load_value(area + watched[i] * PAGE_BYTES);
	if (seen < expected || seen > atomic_load_explicit(&upcoming, memory_order_acquire))
		report_stale(self->cpu, i, expected, seen);
	atomic_store_explicit(&self->reads, reads + 1, memory_order_relaxed);
}

/*
 * Reads all pages once more after the last round, so that a flush which the
 * host put off until the CPU's next slice is checked as well.
 */
static void *run_reader(void *arg)
{
	struct reader *self = arg;
	unsigned int i;
	bool last;

	pin_to_cpu(self->cpu);
	do {
		last = atomic_load(&stop);
		for (i = 0; i < WATCHED; i++)
			check_page(self, i);
	} while (!last);
	return NULL;
}

static unsigned long reads_of(unsigned int reader)
{
	return atomic_load_explicit(&readers[reader].reads, memory_order_relaxed);
}

static unsigned long total_reads(void)
{
	unsigned long total = 0;
	unsigned int i;

	for (i = 0; i < nr_readers; i++)
		total += reads_of(i);
	return total;
}

/* Returns when a reader has read all the pages. */
static void wait_for_pass(unsigned int reader)
{
	unsigned long before = reads_of(reader);

	while (reads_of(reader) - before <= WATCHED) {
		__builtin_ia32_pause();
		sched_yield();
	}
}

static void start_readers(const unsigned int *cpus)
{
	unsigned int i;
	int err;

	readers = aligned_alloc(sizeof(*readers), nr_readers * sizeof(*readers));
	if (!readers)
		die_errno("no memory for the readers");
	memset(readers, 0, nr_readers * sizeof(*readers));
	for (i = 0; i < nr_readers; i++) {
		readers[i].cpu = cpus[i];
		err = pthread_create(&readers[i].thread, NULL, run_reader, &readers[i]);
		if (err)
			die("cannot start the reader of CPU %u: %s", cpus[i], strerror(err));
	}
	for (i = 0; i < nr_readers; i++)
		wait_for_pass(i);
}

static void stop_readers(void)
{
	unsigned int i;

	atomic_store(&stop, true);
	for (i = 0; i < nr_readers; i++)
		pthread_join(readers[i].thread, NULL);
}

/*
 * If broken, publishes the value before it is visible and lets a reader run
 * into that: proves that a stale read is found.
 */
static void run_round(unsigned long round, bool broken)
{
	const struct means *m = &means[round % NR_MEANS];
	uint64_t value = (uint64_t)round << MEANS_BITS | round % NR_MEANS;

	atomic_store_explicit(&upcoming, value, memory_order_release);
	m->prepare(value);
	if (broken) {
		atomic_store_explicit(&published, value, memory_order_release);
		wait_for_pass(0);
	}
	m->remap(value);
	atomic_store_explicit(&published, value, memory_order_release);
}

/* A run in which readers did not read has tested nothing. */
static void run_rounds(unsigned long rounds, bool broken)
{
	unsigned long *before = calloc(nr_readers, sizeof(*before));
	unsigned long total = total_reads(), i;

	if (!before)
		die_errno("no memory for the counts of reads");
	for (i = 0; i < nr_readers; i++)
		before[i] = reads_of(i);
	/* Not from 0, which is what a page that was never written holds. */
	for (i = 1; i <= rounds; i++)
		run_round(i, broken);
	total = total_reads() - total;
	for (i = 0; i < nr_readers; i++)
		if (reads_of(i) == before[i])
			die("the reader of CPU %u did not run during %lu rounds: give more with -n",
			    readers[i].cpu, rounds);
	if (total < rounds / 10)
		die("only %lu reads in %lu rounds prove nothing: give more CPUs to the readers",
		    total, rounds);
	free(before);
}

static void create_pool(void)
{
	pool_fd = memfd_create("stale-read", MFD_CLOEXEC);
	if (pool_fd < 0 || ftruncate(pool_fd, EXTENTS * AREA_BYTES))
		die_errno("cannot create a memfd of %lu bytes", EXTENTS * AREA_BYTES);
	pool = mmap(NULL, EXTENTS * AREA_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, pool_fd, 0);
	if (pool == MAP_FAILED)
		die_errno("cannot map the memfd");
}

static void print_usage(void)
{
	printf("usage: stale-read [-n ROUNDS] [-r READERS] [-x]\n"
	       "  -n  rounds (default 2000)\n"
	       "  -r  readers at most (default one for each other CPU)\n"
	       "  -x  break the test on purpose: has to end with a stale read and exit 1\n");
}

int main(int argc, char **argv)
{
	unsigned long rounds = 2000, max_readers = CPU_SETSIZE, reads;
	unsigned int nr_cpus, *cpus;
	bool broken = false;
	int opt;

	while ((opt = getopt(argc, argv, "hn:r:x")) != -1) {
		switch (opt) {
		case 'h':
			print_usage();
			return 0;
		case 'n':
			rounds = parse_number('n', optarg, 1, 1000000000);
			break;
		case 'r':
			max_readers = parse_number('r', optarg, 1, CPU_SETSIZE);
			break;
		case 'x':
			broken = true;
			break;
		default:
			usage_error("the arguments cannot be used");
		}
	}
	if (optind < argc)
		usage_error("'%s' is not accepted: all arguments are options", argv[optind]);

	nr_cpus = allowed_cpus(&cpus);
	if (nr_cpus < 2)
		die("the affinity mask has no CPU for a reader: boot with 2 CPUs or more");
	nr_readers = max_readers < nr_cpus - 1 ? max_readers : nr_cpus - 1;
	pin_to_cpu(cpus[0]);
	disable_thp();
	create_pool();
	area = reserve_area();
	staging = reserve_area();
	map_extent(area, 0, AREA_BYTES, MAP_SHARED | MAP_FIXED_NOREPLACE);
	start_readers(cpus + 1);
	run_rounds(rounds, broken);
	stop_readers();
	reads = total_reads();
	printf("stale-read: %lu rounds, %lu reads, 0 stale\n", rounds, reads);
	return 0;
}
