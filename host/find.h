/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_FIND_H
#define OVC_FIND_H

#include "vm.h"

/* Calls vm.c back for each VM, and for each vCPU with its thread. */
struct ovc_vm *ovc_host_add(struct ovc_host *host, int pid, int fd);
void ovc_vm_add_vcpu(struct ovc_vm *vm, int id, int tid);

/* Go through the VMs there are: by debugfs, or by processes where that is not readable. */
void ovc_find(struct ovc_host *host);

#endif
