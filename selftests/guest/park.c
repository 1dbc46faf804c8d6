// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares mutexes under contention on vCPUs that are preempted: one thread on
 * each CPU of the affinity mask takes the mutex, works a while, gives it back,
 * and works a while on its own. What counts is the CPU time that the guest
 * consumes for each time the mutex is taken, as the rest is the neighbour's.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common.h"
#include "spinpark.h"

#define NSEC_PER_SEC	1000000000ULL
#define EXIT_BROKEN	1
#define MAX_MODES	16

enum kind { WITH_PAGE, WITHOUT_PAGE, PTHREAD, PTHREAD_ADAPTIVE, NR_KINDS };

static const char * const kind_names[NR_KINDS] = {
	[WITH_PAGE] = "page",
	[WITHOUT_PAGE] = "fixed",
	[PTHREAD] = "pthread",
	[PTHREAD_ADAPTIVE] = "adaptive",
};

/* One of the mutexes, and what came of it in all rounds. */
struct mode {
	const char *name;
	enum kind kind;
	unsigned long limit_us;
	unsigned long taken, parks, told;
	uint64_t elapsed_ns, cpu_ns;
};

struct worker {
	unsigned int cpu;
	pthread_t thread;
	unsigned long taken;
	struct spinpark_stats stats;
} __attribute__((aligned(64)));

static struct vcpu_page page;
static struct mode modes[MAX_MODES];
static unsigned int nr_modes;
static struct worker *workers;
static unsigned int nr_workers;

static unsigned long inside_us = 10, outside_us = 30, round_ms = 100, rounds = 10;
static uint64_t cycles_per_us, loops_per_us;

/* Of the round. */
static enum kind kind;
static struct spinpark spinpark __attribute__((aligned(64)));
static pthread_mutex_t mutex __attribute__((aligned(64)));
static _Atomic bool stop;
static pthread_barrier_t begin, end;
/* Changed with the mutex held, and without any other protection. */
static volatile unsigned long guarded __attribute__((aligned(64)));

/* Instructions, not time: work is the same however often it is interrupted. */
static void work(unsigned long us)
{
	uint64_t loops = us * loops_per_us;

	while (loops--)
		asm volatile("");
}

/* The quickest of some tries is the one that was not interrupted. */
static void calibrate(void)
{
	const uint64_t loops = 100000;
	uint64_t best = UINT64_MAX, ns, cycles, from_ns, from_cycles;
	unsigned int i;

	from_ns = now_ns(CLOCK_MONOTONIC);
	from_cycles = __builtin_ia32_rdtsc();
	for (i = 0; i < 50; i++) {
		loops_per_us = loops;
		cycles = __builtin_ia32_rdtsc();
		work(1);
		cycles = __builtin_ia32_rdtsc() - cycles;
		if (cycles < best)
			best = cycles;
	}
	cycles = __builtin_ia32_rdtsc() - from_cycles;
	ns = now_ns(CLOCK_MONOTONIC) - from_ns;
	cycles_per_us = cycles * 1000 / ns;
	loops_per_us = loops * cycles_per_us / best;
	if (!cycles_per_us || !loops_per_us)
		die("this machine is too slow: %llu cycles in %llu ns", (unsigned long long)cycles,
		    (unsigned long long)ns);
}

static void take(struct worker *self)
{
	if (kind == WITH_PAGE || kind == WITHOUT_PAGE)
		spinpark_lock(&spinpark, &self->stats);
	else
		pthread_mutex_lock(&mutex);
}

static void give(void)
{
	if (kind == WITH_PAGE || kind == WITHOUT_PAGE)
		spinpark_unlock(&spinpark);
	else
		pthread_mutex_unlock(&mutex);
}

/*
 * Bound to its CPU: this is about what the host does with vCPUs, and not about
 * what the guest's scheduler does with threads.
 */
static void *run_worker(void *arg)
{
	struct worker *self = arg;
	unsigned long i;

	pin_to_cpu(self->cpu);
	for (i = 0; i < rounds * nr_modes; i++) {
		pthread_barrier_wait(&begin);
		while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
			take(self);
			guarded++;
			work(inside_us);
			give();
			self->taken++;
			work(outside_us);
		}
		pthread_barrier_wait(&end);
	}
	return NULL;
}

/*
 * What the process has consumed: the guest's clock of it goes on while a vCPU is
 * preempted, so that has to be taken off.
 */
static uint64_t consumed_ns(void)
{
	uint64_t ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
	unsigned int i;

	for (i = 0; i < nr_workers; i++)
		ns -= vcpu_page_read(&page, workers[i].cpu).preempted_ns;
	return ns;
}

static void set_up(const struct mode *mode)
{
	pthread_mutexattr_t attr;

	kind = mode->kind;
	spinpark.limit = mode->limit_us * cycles_per_us;
	spinpark.page = kind == WITH_PAGE ? &page : NULL;
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, kind == PTHREAD_ADAPTIVE ? PTHREAD_MUTEX_ADAPTIVE_NP :
								   PTHREAD_MUTEX_NORMAL);
	pthread_mutex_init(&mutex, &attr);
	atomic_store(&stop, false);
}

static void run_round(struct mode *mode)
{
	const struct timespec length = { round_ms / 1000, round_ms % 1000 * 1000000 };
	uint64_t elapsed, consumed;
	unsigned int i;

	set_up(mode);
	elapsed = now_ns(CLOCK_MONOTONIC);
	consumed = consumed_ns();
	pthread_barrier_wait(&begin);
	nanosleep(&length, NULL);
	atomic_store(&stop, true);
	pthread_barrier_wait(&end);
	mode->elapsed_ns += now_ns(CLOCK_MONOTONIC) - elapsed;
	mode->cpu_ns += consumed_ns() - consumed;
	for (i = 0; i < nr_workers; i++) {
		mode->taken += workers[i].taken;
		mode->parks += workers[i].stats.parks;
		mode->told += workers[i].stats.told;
		workers[i].taken = 0;
		workers[i].stats = (struct spinpark_stats){ 0 };
	}
}

/* The rounds of the modes alternate, so that all of them see the same load. */
static void run(void)
{
	unsigned long i, m, taken = 0;
	int err;

	pthread_barrier_init(&begin, NULL, nr_workers + 1);
	pthread_barrier_init(&end, NULL, nr_workers + 1);
	for (i = 0; i < nr_workers; i++) {
		err = pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]);
		if (err)
			die("cannot start a thread: %s", strerror(err));
	}
	for (i = 0; i < rounds; i++)
		for (m = 0; m < nr_modes; m++)
			run_round(&modes[m]);
	for (i = 0; i < nr_workers; i++)
		pthread_join(workers[i].thread, NULL);

	for (m = 0; m < nr_modes; m++)
		taken += modes[m].taken;
	if (taken != guarded) {
		printf("park: taken %lu times, and %lu are in the guarded counter\n", taken,
		       guarded);
		exit(EXIT_BROKEN);
	}
}

static void print_results(void)
{
	const struct mode *m;

	for (m = modes; m < modes + nr_modes; m++) {
		if (!m->taken)
			die("%s was never taken: give longer rounds", m->name);
		printf("park %s taken %lu per_s %llu cpu_ns %llu parks_per_1000 %lu told_per_1000 %lu\n",
		       m->name, m->taken,
		       (unsigned long long)(m->taken * NSEC_PER_SEC / m->elapsed_ns),
		       (unsigned long long)(m->cpu_ns / m->taken), m->parks * 1000 / m->taken,
		       m->told * 1000 / m->taken);
	}
}

/* "page:1000": a kind, and its limit in us if it is one of ours */
static void add_mode(const char *text)
{
	size_t length = strcspn(text, ":");
	struct mode *mode = &modes[nr_modes];

	if (nr_modes == MAX_MODES)
		usage_error("more than %u mutexes", MAX_MODES);
	for (mode->kind = 0; mode->kind < NR_KINDS; mode->kind++)
		if (!strncmp(text, kind_names[mode->kind], length) &&
		    !kind_names[mode->kind][length])
			break;
	if (mode->kind == NR_KINDS || (mode->kind <= WITHOUT_PAGE) != !!text[length])
		usage_error("'%s' is not accepted: page:US, fixed:US, pthread or adaptive", text);
	if (text[length])
		mode->limit_us = parse_number('m', text + length + 1, 0, 1000000);
	mode->name = text;
	nr_modes++;
}

static void print_usage(void)
{
	printf("usage: park [-i US] [-o US] [-l MS] [-n ROUNDS] MUTEX...\n"
	       "  -i  work with the mutex held (default %lu)\n"
	       "  -o  work between (default %lu)\n"
	       "  -l  length of a round (default %lu)\n"
	       "  -n  rounds of each mutex (default %lu)\n"
	       "MUTEX is page:US or fixed:US, with the longest time to spin, pthread or adaptive\n",
	       inside_us, outside_us, round_ms, rounds);
}

int main(int argc, char **argv)
{
	unsigned int *cpus, i;
	int opt;

	while ((opt = getopt(argc, argv, "hi:l:n:o:")) != -1) {
		switch (opt) {
		case 'h':
			print_usage();
			return 0;
		case 'i':
			inside_us = parse_number('i', optarg, 0, 1000000);
			break;
		case 'l':
			round_ms = parse_number('l', optarg, 1, 1000000);
			break;
		case 'n':
			rounds = parse_number('n', optarg, 1, 1000000);
			break;
		case 'o':
			outside_us = parse_number('o', optarg, 0, 1000000);
			break;
		default:
			usage_error("the arguments cannot be used");
		}
	}
	if (optind == argc)
		usage_error("no mutex is named");
	while (optind < argc)
		add_mode(argv[optind++]);

	nr_workers = allowed_cpus(&cpus);
	workers = aligned_alloc(sizeof(*workers), nr_workers * sizeof(*workers));
	if (!workers)
		die_errno("no memory for the threads");
	memset(workers, 0, nr_workers * sizeof(*workers));
	for (i = 0; i < nr_workers; i++)
		workers[i].cpu = cpus[i];
	page = map_vcpu_page(VCPU_DEVICE);
	calibrate();
	run();
	print_results();
	return 0;
}
