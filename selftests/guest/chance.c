// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints a number by chance, from the CPU: Bochs' RDRAND has a seed that a run is
 * repeated by, and may get another one when all has been booted (bochs-preload.c),
 * which the kernel's generator, seeded at boot, would not notice. A CPU without RDRAND
 * has the kernel's.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "common.h"

static unsigned int number(void)
{
	unsigned int eax, ebx, ecx, edx, value = 0, tries = 10;
	unsigned char ok;

	if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) && ecx & bit_RDRND) {
		while (tries--) {
			asm volatile("rdrand %0; setc %1" : "=r"(value), "=qm"(ok) : : "cc");
			if (ok)
				return value;
		}
	}
	if (getrandom(&value, sizeof(value), 0) != sizeof(value))
		die_errno("no random numbers");
	return value;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		usage_error("usage: chance BOUND, for a number from 0 to BOUND - 1");
	printf("%lu\n", number() % parse_number('n', argv[1], 1, 1UL << 31));
	return 0;
}
