/* SPDX-License-Identifier: GPL-2.0-only */
/* What the programs that run inside the guests share. */
#ifndef GUEST_COMMON_H
#define GUEST_COMMON_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define PAGE_BYTES	4096UL
/* What one last-level page table maps. */
#define AREA_BYTES	(2UL << 20)
#define AREA_PAGES	(AREA_BYTES / PAGE_BYTES)

/*
 * Exit codes. A test that could not run must look neither like a pass nor
 * like the failure that it looks for.
 */
#define EXIT_USAGE	2
#define EXIT_CANNOT	3

/* Prints "program: message" and exits with EXIT_USAGE. */
void usage_error(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));
/* The same with EXIT_CANNOT; die_errno() appends what errno says. */
void die(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));
void die_errno(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* The number in the argument of option -opt, checked against min..max. */
unsigned long parse_number(char opt, const char *text, unsigned long min, unsigned long max);

/*
 * Stores the CPUs of the affinity mask in ascending order in a new array and
 * returns how many there are.
 */
unsigned int allowed_cpus(unsigned int **cpus);
void pin_to_cpu(unsigned int cpu);

uint64_t now_ns(clockid_t clock);

/*
 * A number below the bound, which is not 0, by chance, from the CPU: Bochs' RDRAND has a
 * seed that a run is repeated by, and may get another one when all has been booted
 * (bochs-preload.c), which the kernel's generator, seeded at boot, would not notice.
 * A CPU without RDRAND has the kernel's.
 */
unsigned int chance(unsigned int bound);

void disable_thp(void);
char *reserve_area(void);

#endif
