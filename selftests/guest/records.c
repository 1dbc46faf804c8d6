// SPDX-License-Identifier: GPL-2.0-only
/*
 * A load like a search engine's or a web server's, and ebizzy's: each thread takes a copy
 * of a record, in memory of its own, looks for something in it, and gives it back. A
 * record is large enough for the C library to ask the kernel for its memory each
 * time, so that threads wait for each other's page faults, and for TLBs to be flushed.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

#define RECORDS		16
#define WORDS		(16 * PAGE_BYTES / sizeof(unsigned long))

static unsigned long records[RECORDS][WORDS];
static unsigned long copies = 100;

static int compare(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return (x > y) - (x < y);
}

static void *search(void *unused)
{
	unsigned long *copy, wanted, i;

	(void)unused;
	for (i = 0; i < copies; i++) {
		copy = malloc(sizeof(records[0]));
		if (!copy)
			die("no memory for a record");
		memcpy(copy, records[i % RECORDS], sizeof(records[0]));
		wanted = chance(WORDS);
		if (!bsearch(&wanted, copy, WORDS, sizeof(*copy), compare))
			die("a record has lost %lu", wanted);
		free(copy);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	unsigned int *cpus, threads = allowed_cpus(&cpus), i, j;
	pthread_t *thread;
	int opt, err;

	while ((opt = getopt(argc, argv, "n:h")) != -1) {
		switch (opt) {
		case 'n':
			copies = parse_number('n', optarg, 1, 1000000);
			break;
		case 'h':
			puts("usage: records [-n COPIES]\n"
			     "  a thread for each CPU takes so many copies, 100 by default");
			return 0;
		default:
			return EXIT_USAGE;
		}
	}

	/* The threshold would grow with the first record that is given back. */
	if (!mallopt(M_MMAP_THRESHOLD, sizeof(records[0]) / 2))
		die("malloc() does not take a threshold");
	for (i = 0; i < RECORDS; i++)
		for (j = 0; j < WORDS; j++)
			records[i][j] = j;

	thread = calloc(threads, sizeof(*thread));
	if (!thread)
		die("no memory for %u threads", threads);
	for (i = 0; i < threads; i++) {
		err = pthread_create(&thread[i], NULL, search, NULL);
		if (err)
			die("cannot start a thread: %s", strerror(err));
	}
	for (i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	return 0;
}
