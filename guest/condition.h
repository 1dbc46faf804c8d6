/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_CONDITION_H
#define KVMOC_CONDITION_H

int kvmoc_condition_guest(void);
int kvmoc_condition_check(void);

#endif
