/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_PRESSURE_H
#define KVMOC_PRESSURE_H

#include <linux/types.h>

void kvmoc_pressure_init(void);
void kvmoc_pressure_deinit(void);
bool kvmoc_pressure(void);

#endif
