/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_MODE_H
#define KVMOC_MODE_H

#include <linux/types.h>

bool kvmoc_mode_active(void);
void kvmoc_mode_withdraw(long error);

#endif
