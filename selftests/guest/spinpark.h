/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mutex that spins a while and parks then. With a page, it spins only as long
 * as the vCPU of the holder runs, and parks at once when it does not.
 */
#ifndef GUEST_SPINPARK_H
#define GUEST_SPINPARK_H

#include <stdint.h>

#include "vcpu-page.h"

struct spinpark {
	/* 0, or the CPU on which the holder took it, plus 1; the top bit: who is parked */
	_Atomic uint32_t word;
	/* How long to spin at most, in cycles of the TSC. */
	uint64_t limit;
	/* NULL: do not ask. */
	const struct vcpu_page *page;
};

/* What a thread has seen of its waits. */
struct spinpark_stats {
	unsigned long parks;
	/* Spins that ended as the holder's vCPU did not run. */
	unsigned long told;
};

void spinpark_lock(struct spinpark *lock, struct spinpark_stats *stats);
void spinpark_unlock(struct spinpark *lock);

#endif
