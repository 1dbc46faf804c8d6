/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_CONDITION_H
#define KVMOC_CONDITION_H

#include <linux/types.h>

bool kvmoc_condition_feature(unsigned int feature);
int kvmoc_condition_guest(void);
int kvmoc_condition_check(void);

#endif
