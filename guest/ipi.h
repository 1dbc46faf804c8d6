/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_IPI_H
#define KVMOC_IPI_H

#include <linux/types.h>

void kvmoc_ipi_init(void);
void kvmoc_ipi_deinit(void);
bool kvmoc_ipi_is_cheap(void);

#endif
