// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints a number by chance, for scripts.
 */
#include <stdio.h>

#include "common.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		usage_error("usage: chance BOUND, for a number from 0 to BOUND - 1");
	printf("%u\n", chance(parse_number('n', argv[1], 1, 1UL << 31)));
	return 0;
}
