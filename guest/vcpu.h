/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_VCPU_H
#define KVMOC_VCPU_H

#include <linux/types.h>

bool kvmoc_vcpu_available(void);
int kvmoc_vcpu_attach(unsigned int cpu);
void kvmoc_vcpu_detach(unsigned int cpu);
void kvmoc_vcpu_idle(unsigned int cpu, bool idle);
bool kvmoc_vcpu_is_idle(unsigned int cpu);
void kvmoc_vcpu_look(unsigned int cpu);
void kvmoc_vcpu_forget(unsigned int cpu);

#endif
