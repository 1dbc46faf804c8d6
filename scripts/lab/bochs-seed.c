// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into Bochs, which calls srand() with the time of day for the
 * generator behind RDRAND and RDSEED: whatever it asks for, it gets the seed in
 * LAB_SEED.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>

void srand(unsigned int seed)
{
	void (*real)(unsigned int) = (void (*)(unsigned int))dlsym(RTLD_NEXT,
								   "srand");
	const char *wanted = getenv("LAB_SEED");

	(void)seed;
	if (real)
		real(wanted ? strtoul(wanted, NULL, 0) : 1);
}
