// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures single TLB shootdowns: the cycles that one system call takes which
 * has to flush translations on all other CPUs of the affinity mask, while a
 * thread on each of them runs in user mode with those translations loaded.
 */
#define _GNU_SOURCE
#include <cpuid.h>
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
#include "steal.h"

#define MAX_SIZES	16

struct range {
	const volatile char *base;
	unsigned long pages;
};

/* What the readers do next: touch a range once, then spin on another. */
struct job {
	struct range touch;
	struct range spin;
	bool quit;
};

struct reader {
	_Atomic unsigned long acked;
	unsigned int cpu;
	pthread_t thread;
} __attribute__((aligned(64)));

struct op {
	const char *name;
	/* Untimed: makes all pages of the range present, writable and dirty. */
	void (*prepare)(char *base, size_t bytes);
	int (*call)(void *base, size_t bytes);
	/* What readers may touch during the call without faulting. */
	bool range_stays_readable;
	bool unmaps;
};

struct sample {
	const struct op *op;
	unsigned long pages;
	uint64_t cycles;
	uint64_t steal_ns;
};

static struct job job;
static _Atomic unsigned long job_seq;

static struct reader *readers;
static unsigned int nr_readers;

/* A page that is always mapped: keeps the readers in user mode in this mm. */
static volatile char anchor[PAGE_BYTES] __attribute__((aligned(4096)));
static const struct range anchor_range = { anchor, 1 };

static const volatile struct kvm_steal_time *steal_time;

static uint64_t random_state = 1;
static uint64_t max_delay = 2000000;

static inline uint64_t tsc_begin(void)
{
	uint32_t low, high;

	asm volatile("lfence\n\trdtsc" : "=a" (low), "=d" (high) : : "memory");
	return (uint64_t)high << 32 | low;
}

static inline uint64_t tsc_end(void)
{
	uint32_t low, high;

	asm volatile("rdtscp\n\tlfence" : "=a" (low), "=d" (high) : : "rcx", "memory");
	return (uint64_t)high << 32 | low;
}

static void check_rdtscp(void)
{
	unsigned int eax, ebx, ecx, edx;

	if (!__get_cpuid(0x80000001, &eax, &ebx, &ecx, &edx) || !(edx & 1 << 27))
		die("this CPU has no RDTSCP: give the guest a CPU model that has it");
}

/* This CPU's steal clock in ns, if there is one to be read. */
static uint64_t read_steal(void)
{
	return steal_time ? read_steal_ns(steal_time) : 0;
}

static void touch(struct range range)
{
	unsigned long i;

	for (i = 0; i < range.pages; i++)
		(void)range.base[i * PAGE_BYTES];
}

/*
 * No PAUSE in this loop: some hosts leave the guest after a number of them,
 * and a CPU that gives up its slice hides the very preemption that matters.
 */
static void *run_reader(void *arg)
{
	struct range spin = anchor_range;
	struct reader *self = arg;
	unsigned long seq, seen = 0;

	pin_to_cpu(self->cpu);
	for (;;) {
		seq = atomic_load_explicit(&job_seq, memory_order_acquire);
		if (seq != seen) {
			if (job.quit)
				return NULL;
			touch(job.touch);
			spin = job.spin;
			seen = seq;
			atomic_store_explicit(&self->acked, seq, memory_order_release);
		}
		touch(spin);
	}
}

/* Only this thread writes the job, and only when all have read the last one. */
static unsigned long post_job(struct job next)
{
	unsigned long seq = atomic_load_explicit(&job_seq, memory_order_relaxed) + 1;

	job = next;
	atomic_store_explicit(&job_seq, seq, memory_order_release);
	return seq;
}

static void wait_for_readers(unsigned long seq)
{
	unsigned int i;

	for (i = 0; i < nr_readers; i++) {
		while (atomic_load_explicit(&readers[i].acked, memory_order_acquire) != seq) {
			__builtin_ia32_pause();
			sched_yield();
		}
	}
}

static void start_readers(const unsigned int *cpus)
{
	unsigned int i;
	int err;

	readers = aligned_alloc(sizeof(*readers), (nr_readers + 1) * sizeof(*readers));
	if (!readers)
		die_errno("no memory for the readers");
	memset(readers, 0, (nr_readers + 1) * sizeof(*readers));
	for (i = 0; i < nr_readers; i++) {
		readers[i].cpu = cpus[i];
		err = pthread_create(&readers[i].thread, NULL, run_reader, &readers[i]);
		if (err)
			die("cannot start the reader of CPU %u: %s", cpus[i], strerror(err));
	}
	wait_for_readers(post_job((struct job){ .touch = anchor_range, .spin = anchor_range }));
}

static void stop_readers(void)
{
	unsigned int i;

	post_job((struct job){ .quit = true });
	for (i = 0; i < nr_readers; i++)
		pthread_join(readers[i].thread, NULL);
}

static void dirty(char *base, size_t bytes)
{
	volatile char *page;

	for (page = base; page < base + bytes; page += PAGE_BYTES)
		*page = 1;
}

static void map(char *base, size_t bytes)
{
	void *at = mmap(base, bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (at != base)
		die_errno("cannot map %zu bytes at %p", bytes, (void *)base);
}

static void prepare_mprotect(char *base, size_t bytes)
{
	if (mprotect(base, bytes, PROT_READ | PROT_WRITE))
		die_errno("cannot make %zu bytes writable", bytes);
	dirty(base, bytes);
}

static void prepare_munmap(char *base, size_t bytes)
{
	map(base, bytes);
	dirty(base, bytes);
}

/* Only taking the write permission away needs a flush on the other CPUs. */
static int call_mprotect(void *base, size_t bytes)
{
	return mprotect(base, bytes, PROT_READ);
}

static int call_madvise(void *base, size_t bytes)
{
	return madvise(base, bytes, MADV_DONTNEED);
}

static const struct op ops[] = {
	{
		.name = "mprotect",
		.prepare = prepare_mprotect,
		.call = call_mprotect,
		.range_stays_readable = true,
	}, {
		.name = "munmap",
		.prepare = prepare_munmap,
		.call = munmap,
		.unmaps = true,
	}, {
		.name = "madvise",
		.prepare = dirty,
		.call = call_madvise,
	},
};

#define NR_OPS (sizeof(ops) / sizeof(ops[0]))

/*
 * All readers have run a moment ago when they acknowledge, that is, none is
 * preempted. The call has to fall at a random point of the host's slices
 * instead, so spin for a random while; without PAUSE, as in run_reader().
 *
 * With a while of less than a slice, this vCPU would often call in the slice in
 * which it saw all readers run. A reader that is preempted by then lost its CPU in
 * that slice, and comes back after its end: most such calls lose the sender's CPU,
 * too, and those that do not are left out. So half of the longest delay, which
 * should be a slice, always passes.
 *
 * The delay is of the time that this vCPU runs. If time in which it has no CPU counted,
 * half of the delays would end then, and the call would come first thing when it is
 * back, together with all that has been put off meanwhile. So a step of the clock
 * that is too long to be one of this loop's counts for nothing.
 */
static void spin_random_while(void)
{
	uint64_t last = tsc_begin(), now, delay, longest = max_delay / 64 + 100;

	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	delay = max_delay - random_state % (max_delay / 2 + 1);
	while (delay) {
		now = tsc_begin();
		if (now - last < longest)
			delay -= now - last < delay ? now - last : delay;
		last = now;
	}
}

static struct sample time_call(const struct op *op, char *base, unsigned long pages)
{
	struct sample sample = { .op = op, .pages = pages };
	uint64_t begin, end, steal;
	int err;

	steal = read_steal();
	begin = tsc_begin();
	err = op->call(base, pages * PAGE_BYTES);
	end = tsc_end();
	/* The host accounts a preemption before it enters the guest again. */
	sample.steal_ns = read_steal() - steal;
	sample.cycles = end - begin;
	if (err)
		die_errno("%s of %lu pages failed", op->name, pages);
	return sample;
}

static void measure(const struct op *op, unsigned long pages, char *area, struct sample *samples,
		    unsigned long calls)
{
	struct job load = { .touch = { area, pages }, .spin = anchor_range };
	struct job leave = { .touch = anchor_range, .spin = anchor_range };
	size_t bytes = pages * PAGE_BYTES;
	struct sample sample;
	unsigned long i;

	if (op->range_stays_readable)
		load.spin = load.touch;
	if (!op->unmaps)
		map(area, bytes);
	/* The first call finds cold code everywhere and is not recorded. */
	for (i = 0; i <= calls; i++) {
		op->prepare(area, bytes);
		wait_for_readers(post_job(load));
		if (i)
			spin_random_while();
		sample = time_call(op, area, pages);
		if (i)
			samples[i - 1] = sample;
	}
	wait_for_readers(post_job(leave));
	if (!op->unmaps && munmap(area, bytes))
		die_errno("cannot unmap %zu bytes", bytes);
}

static void print_samples(const struct sample *samples, unsigned long nr)
{
	const struct sample *s;

	printf("op,pages,cycles,steal_ns\n");
	for (s = samples; s < samples + nr; s++) {
		printf("%s,%lu,%llu,", s->op->name, s->pages, (unsigned long long)s->cycles);
		if (steal_time)
			printf("%llu\n", (unsigned long long)s->steal_ns);
		else
			printf("-\n");
	}
	printf("# end calls=%lu\n", nr);
	if (fflush(stdout) || ferror(stdout))
		die_errno("cannot write the samples");
}

static unsigned int parse_ops(char *list, const struct op **chosen)
{
	unsigned int nr = 0, i;
	char *name;

	while ((name = strsep(&list, ","))) {
		for (i = 0; i < NR_OPS && strcmp(name, ops[i].name); i++)
			;
		if (i == NR_OPS)
			usage_error("-o: '%s' is no operation: give a list of mprotect, munmap, madvise",
				    name);
		if (nr == NR_OPS)
			usage_error("-o: more than %zu operations: give each once", NR_OPS);
		chosen[nr++] = &ops[i];
	}
	return nr;
}

static unsigned int parse_pages(char *list, unsigned long *pages)
{
	unsigned int nr = 0;
	char *number;

	while ((number = strsep(&list, ","))) {
		if (nr == MAX_SIZES)
			usage_error("-p: more than %d sizes: run the program again for the others",
				    MAX_SIZES);
		pages[nr++] = parse_number('p', number, 1, AREA_PAGES);
	}
	return nr;
}

static void print_usage(void)
{
	printf("usage: shootdown [-n CALLS] [-o OP,...] [-p PAGES,...] [-s STEAL_PAGE]\n"
	       "                 [-r READERS] [-d CYCLES] [-S SEED]\n"
	       "  -n  calls for each operation and size (default 300)\n"
	       "  -o  operations (default mprotect,munmap,madvise)\n"
	       "  -p  sizes in pages, 1 to %lu (default 1,32)\n"
	       "  -s  device of kvmoc_steal.ko (default none: column steal_ns is '-')\n"
	       "  -r  readers at most (default one for each other CPU; 0: local flushes only)\n"
	       "  -d  longest delay before a call, without preemptions; the shortest is half\n"
	       "      of it (default 2000000)\n"
	       "  -S  seed of the delays (default 1)\n", AREA_PAGES);
}

struct options {
	unsigned long calls;
	unsigned long max_readers;
	const char *steal_path;
	const struct op *ops[NR_OPS];
	unsigned int nr_ops;
	unsigned long sizes[MAX_SIZES];
	unsigned int nr_sizes;
};

static void parse_arguments(int argc, char **argv, struct options *o)
{
	int opt;

	while ((opt = getopt(argc, argv, "hn:o:p:s:r:d:S:")) != -1) {
		switch (opt) {
		case 'h':
			print_usage();
			exit(0);
		case 'n':
			o->calls = parse_number('n', optarg, 1, 100000);
			break;
		case 'o':
			o->nr_ops = parse_ops(optarg, o->ops);
			break;
		case 'p':
			o->nr_sizes = parse_pages(optarg, o->sizes);
			break;
		case 's':
			o->steal_path = optarg;
			break;
		case 'r':
			o->max_readers = parse_number('r', optarg, 0, CPU_SETSIZE);
			break;
		case 'd':
			max_delay = parse_number('d', optarg, 0, 1UL << 40);
			break;
		case 'S':
			/* A xorshift generator never leaves 0. */
			random_state = parse_number('S', optarg, 1, UINT32_MAX);
			break;
		default:
			usage_error("the arguments cannot be used");
		}
	}
	if (optind < argc)
		usage_error("'%s' is not accepted: all arguments are options", argv[optind]);
}

static unsigned int readers_for(unsigned int nr_cpus, unsigned long max)
{
	if (nr_cpus < 2 && max)
		die("the affinity mask has no CPU to send to: boot with 2 CPUs or more, or give -r 0 to measure local flushes");
	return max < nr_cpus - 1 ? max : nr_cpus - 1;
}

/* Written, so that storing a sample does not fault between the calls. */
static struct sample *alloc_samples(unsigned long nr)
{
	struct sample *samples = malloc(nr * sizeof(*samples));

	if (!samples)
		die_errno("-n: no memory for %lu samples: give fewer calls", nr);
	memset(samples, 0xff, nr * sizeof(*samples));
	return samples;
}

int main(int argc, char **argv)
{
	struct options o = {
		.calls = 300,
		.max_readers = CPU_SETSIZE,
		.ops = { &ops[0], &ops[1], &ops[2] },
		.nr_ops = NR_OPS,
		.sizes = { 1, 32 },
		.nr_sizes = 2,
	};
	struct sample *samples, *next;
	unsigned int *cpus, i, j;
	char *area;

	parse_arguments(argc, argv, &o);
	check_rdtscp();
	disable_thp();
	nr_readers = readers_for(allowed_cpus(&cpus), o.max_readers);
	pin_to_cpu(cpus[0]);
	if (o.steal_path)
		steal_time = map_steal_time('s', o.steal_path, cpus[0]);
	next = samples = alloc_samples(o.calls * o.nr_ops * o.nr_sizes);
	start_readers(cpus + 1);
	area = reserve_area();
	for (i = 0; i < o.nr_ops; i++)
		for (j = 0; j < o.nr_sizes; j++, next += o.calls)
			measure(o.ops[i], o.sizes[j], area, next, o.calls);
	stop_readers();
	print_samples(samples, next - samples);
	return 0;
}
