// SPDX-License-Identifier: GPL-2.0-only
/* What the programs that run inside the guests share. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>

#include "common.h"

static void print_message(const char *fmt, va_list args)
{
	fprintf(stderr, "%s: ", program_invocation_short_name);
	vfprintf(stderr, fmt, args);
}

void usage_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_message(fmt, args);
	va_end(args);
	fprintf(stderr, "; -h prints the usage\n");
	exit(EXIT_USAGE);
}

void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_message(fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_CANNOT);
}

void die_errno(const char *fmt, ...)
{
	int err = errno;
	va_list args;

	va_start(args, fmt);
	print_message(fmt, args);
	va_end(args);
	fprintf(stderr, ": %s\n", strerror(err));
	exit(EXIT_CANNOT);
}

unsigned long parse_number(char opt, const char *text, unsigned long min, unsigned long max)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	/* strtoul() would take "-1" and " 1" as well. */
	if (text[0] < '0' || text[0] > '9' || *end || errno || value < min || value > max)
		usage_error("-%c: '%s' is not accepted: give a decimal number from %lu to %lu",
			    opt, text, min, max);
	return value;
}

unsigned int allowed_cpus(unsigned int **cpus)
{
	unsigned int cpu, count = 0;
	cpu_set_t mask;

	if (sched_getaffinity(0, sizeof(mask), &mask))
		die_errno("cannot read the affinity mask");
	*cpus = calloc(CPU_COUNT(&mask), sizeof(**cpus));
	if (!*cpus)
		die_errno("no memory for the list of CPUs");
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &mask))
			(*cpus)[count++] = cpu;
	return count;
}

void pin_to_cpu(unsigned int cpu)
{
	cpu_set_t mask;

	CPU_ZERO(&mask);
	CPU_SET(cpu, &mask);
	if (sched_setaffinity(0, sizeof(mask), &mask))
		die_errno("cannot pin a thread to CPU %u", cpu);
}

/*
 * For the whole process rather than with madvise() for each mapping: a huge
 * page changes both the number of entries to flush and the page tables to
 * free. Unlike MADV_NOHUGEPAGE this also works on a kernel without huge pages.
 */
void disable_thp(void)
{
	if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
		die_errno("cannot disable transparent huge pages");
}

/*
 * Returns the address of AREA_BYTES of unmapped, aligned address space, for
 * MAP_FIXED_NOREPLACE. The mappings left on both sides keep everything else
 * out of the area's page table, so that the table is freed with the last
 * mapping in the area; a reservation of the area itself would keep the table.
 * mmap() of others may choose the area: allocate all else first.
 */
char *reserve_area(void)
{
	size_t bytes = 4 * AREA_BYTES;
	uintptr_t area;
	char *map;

	map = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		die_errno("cannot reserve %zu bytes of address space", bytes);
	area = ((uintptr_t)map + 2 * AREA_BYTES - 1) & ~(AREA_BYTES - 1);
	if (munmap((void *)area, AREA_BYTES))
		die_errno("cannot make room in the reserved address space");
	return (char *)area;
}

uint64_t now_ns(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t))
		die_errno("cannot read the clock");
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

unsigned int chance(unsigned int bound)
{
	unsigned int value = 0, tries = 10;
	unsigned char ok;

	while (__builtin_cpu_supports("rdrnd") && tries--) {
		asm volatile("rdrand %0; setc %1" : "=r" (value), "=qm" (ok) : : "cc");
		if (ok)
			return value % bound;
	}
	if (getrandom(&value, sizeof(value), 0) != sizeof(value))
		die_errno("no random numbers");
	return value % bound;
}
