// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "cpus.h"
#include "text.h"

static unsigned int smaller(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

bool ovc_cpus_parse(struct ovc_cpus *cpus, const char *list)
{
	uint64_t first, last;

	memset(cpus, 0, sizeof(*cpus));
	for (;;) {
		list = ovc_next_u64(list, &first);
		if (!list)
			return false;
		last = first;
		if (*list == '-') {
			list = ovc_next_u64(list + 1, &last);
			if (!list)
				return false;
		}
		if (first > last || last >= OVC_MAX_CPUS)
			return false;
		if (cpus->nr_words <= last / 64)
			cpus->nr_words = last / 64 + 1;
		for (; first <= last; first++)
			cpus->bits[first / 64] |= UINT64_C(1) << (first % 64);
		if (*list != ',')
			return !*list || *list == '\n';
		list++;
	}
}

void ovc_cpus_and(struct ovc_cpus *cpus, const struct ovc_cpus *other)
{
	for (unsigned int i = 0; i < cpus->nr_words; i++)
		cpus->bits[i] &= other->bits[i];
}

void ovc_cpus_or(struct ovc_cpus *cpus, const struct ovc_cpus *other)
{
	if (cpus->nr_words < other->nr_words)
		cpus->nr_words = other->nr_words;
	for (unsigned int i = 0; i < other->nr_words; i++)
		cpus->bits[i] |= other->bits[i];
}

unsigned int ovc_cpus_count_both(const struct ovc_cpus *a, const struct ovc_cpus *b)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < smaller(a->nr_words, b->nr_words); i++)
		count += __builtin_popcountll(a->bits[i] & b->bits[i]);
	return count;
}

unsigned int ovc_cpus_count(const struct ovc_cpus *cpus)
{
	return ovc_cpus_count_both(cpus, cpus);
}
