/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_CPUS_H
#define OVC_CPUS_H

#include <stdbool.h>
#include <stdint.h>

/* As many as a kernel for x86 can be built for. */
#define OVC_MAX_CPUS	8192

struct ovc_cpus {
	unsigned int nr_words;	/* all that follow are 0 */
	uint64_t bits[OVC_MAX_CPUS / 64];
};

/* A list as the kernel writes it, "0-3,8"; false if it is none. */
bool ovc_cpus_parse(struct ovc_cpus *cpus, const char *list);

void ovc_cpus_and(struct ovc_cpus *cpus, const struct ovc_cpus *other);
void ovc_cpus_or(struct ovc_cpus *cpus, const struct ovc_cpus *other);
unsigned int ovc_cpus_count(const struct ovc_cpus *cpus);
unsigned int ovc_cpus_count_both(const struct ovc_cpus *a, const struct ovc_cpus *b);

#endif
