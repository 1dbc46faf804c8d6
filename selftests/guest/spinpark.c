// SPDX-License-Identifier: GPL-2.0-only
/* A mutex that spins a while and parks then. */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "spinpark.h"

/* Somebody may be parked: to be told at unlock. */
#define WAITERS		(UINT32_C(1) << 31)

static long futex(_Atomic uint32_t *word, int op, uint32_t value)
{
	return syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

/*
 * The holder may have been moved to another CPU since. It is a hint: who goes by
 * the wrong vCPU spins up to the limit, or parks a little early.
 */
static bool holder_runs(const struct spinpark *lock, uint32_t word)
{
	unsigned int cpu = (word & ~WAITERS) - 1;

	return !lock->page || vcpu_page_state(lock->page, cpu) == KVMOC_VCPU_RUNNING;
}

/* True if the lock has been taken, with @mine in its word. */
static bool spin(struct spinpark *lock, uint32_t mine, struct spinpark_stats *stats)
{
	uint64_t begin = __builtin_ia32_rdtsc();
	uint32_t word;

	do {
		word = atomic_load_explicit(&lock->word, memory_order_relaxed);
		if (!word) {
			if (atomic_compare_exchange_weak_explicit(&lock->word, &word, mine,
								  memory_order_acquire,
								  memory_order_relaxed))
				return true;
			continue;
		}
		if (!holder_runs(lock, word)) {
			stats->told++;
			return false;
		}
		__builtin_ia32_pause();
	} while (__builtin_ia32_rdtsc() - begin < lock->limit);
	return false;
}

static void park(struct spinpark *lock, struct spinpark_stats *stats)
{
	uint32_t word = atomic_load_explicit(&lock->word, memory_order_relaxed);

	if (!word)
		return;
	if (!(word & WAITERS) &&
	    !atomic_compare_exchange_strong_explicit(&lock->word, &word, word | WAITERS,
						     memory_order_relaxed, memory_order_relaxed))
		return;
	stats->parks++;
	/* Returns at once if the lock has changed hands. */
	futex(&lock->word, FUTEX_WAIT, word | WAITERS);
}

void spinpark_lock(struct spinpark *lock, struct spinpark_stats *stats)
{
	uint32_t mine = sched_getcpu() + 1;

	while (!spin(lock, mine, stats)) {
		park(lock, stats);
		/* Others may be parked still, and this one may be elsewhere. */
		mine = (sched_getcpu() + 1) | WAITERS;
	}
}

void spinpark_unlock(struct spinpark *lock)
{
	if (atomic_exchange_explicit(&lock->word, 0, memory_order_release) & WAITERS)
		futex(&lock->word, FUTEX_WAKE, 1);
}
