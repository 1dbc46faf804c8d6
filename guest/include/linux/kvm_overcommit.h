/* SPDX-License-Identifier: GPL-2.0-only */
/* What the module exports to other modules of the guest's kernel. */
#ifndef _LINUX_KVM_OVERCOMMIT_H
#define _LINUX_KVM_OVERCOMMIT_H

#include <uapi/linux/kvm_overcommit.h>

int kvmoc_vcpu_get(void);
void kvmoc_vcpu_put(void);
int kvmoc_vcpu_state(unsigned int cpu, struct kvmoc_vcpu_data *ret);

#endif
