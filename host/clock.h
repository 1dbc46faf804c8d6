/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_CLOCK_H
#define OVC_CLOCK_H

#include <stdint.h>

/* The monotonic clock, in ns and in seconds. */
uint64_t ovc_clock_ns(void);
double ovc_clock(void);

#endif
