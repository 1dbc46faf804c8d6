/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_MISSING_H
#define OVC_MISSING_H

#include "vm.h"

/* What is not known, and why: lines of text. */
struct ovc_missing {
	char lines[16][224];
	unsigned int nr;
};

void ovc_missing_collect(struct ovc_missing *missing, const struct ovc_host *host);

/* The same, and what top alone shows, of vCPUs, and by tracing. */
void ovc_missing_top(struct ovc_missing *missing, const struct ovc_host *host);

/* And what status alone shows: the scheduler's counters, and what it says of QEMUs. */
void ovc_missing_siblings(struct ovc_missing *missing, int error);
void ovc_missing_programs(struct ovc_missing *missing, const struct ovc_host *host);

#endif
