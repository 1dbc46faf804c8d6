/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_STEAL_H
#define KVMOC_STEAL_H

#include <linux/percpu.h>
#include <linux/types.h>
#include <asm/kvm_para.h>

int kvmoc_steal_init(void);
void kvmoc_steal_deinit(void);
struct kvm_steal_time *kvmoc_steal_time(int cpu);
bool kvmoc_steal_defer_flush(int cpu);

#endif
