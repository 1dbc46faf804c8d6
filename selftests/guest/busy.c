// SPDX-License-Identifier: GPL-2.0-only
/*
 * The neighbour: keeps every CPU busy, all but one part in twenty, for ever.
 *
 * CPUs that never sleep get their time slices in step, on all CPUs of the host, and
 * so do those of the guest that is measured next to them: its vCPUs then run together
 * or not at all, and hardly ever is one preempted that another one waits for. No
 * real load is like that. So each CPU sleeps now and then, for times by chance.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common.h"

#define NSEC_PER_MSEC	1000000
#define MAX_BUSY_MS	20
#define MAX_SLEEP_MS	1

static void *keep_busy(void *cpu)
{
	struct timespec pause = { 0 };
	uint64_t until;

	pin_to_cpu((unsigned long)cpu);
	for (;;) {
		until = now_ns(CLOCK_MONOTONIC) + chance(MAX_BUSY_MS * NSEC_PER_MSEC);
		while (now_ns(CLOCK_MONOTONIC) < until)
			;
		pause.tv_nsec = chance(MAX_SLEEP_MS * NSEC_PER_MSEC);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

int main(void)
{
	unsigned int *cpus, nr = allowed_cpus(&cpus), i;
	pthread_t thread;
	int err;

	for (i = 0; i < nr; i++) {
		err = pthread_create(&thread, NULL, keep_busy, (void *)(unsigned long)cpus[i]);
		if (err)
			die("cannot start a thread: %s", strerror(err));
	}
	puts("ready");
	fflush(stdout);
	pthread_exit(NULL);
}
