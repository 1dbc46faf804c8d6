/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_SAMPLER_H
#define KVMOC_SAMPLER_H

#include <linux/types.h>

int kvmoc_sampler_init(void);
void kvmoc_sampler_deinit(void);
int kvmoc_sampler_get(void);
void kvmoc_sampler_put(void);
bool kvmoc_sampler_active(void);
void kvmoc_sampler_scan(void);

void kvmoc_trace_init(void);
void kvmoc_trace_deinit(void);
int kvmoc_trace_begin(void);
void kvmoc_trace_end(void);

#endif
