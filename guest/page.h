/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_PAGE_H
#define KVMOC_PAGE_H

#include <linux/mm_types.h>
#include <linux/types.h>
#include <linux/uio.h>

#include <uapi/linux/kvm_overcommit.h>

int kvmoc_page_init(void);
void kvmoc_page_deinit(void);
void kvmoc_page_period(u64 period_ns);
void kvmoc_page_scanned(u64 begin_ns);
void kvmoc_page_mark(unsigned int cpu, u32 state);
void kvmoc_page_write(unsigned int cpu, const struct kvmoc_vcpu_data *data);
void kvmoc_page_read(unsigned int cpu, struct kvmoc_vcpu_data *ret);
int kvmoc_page_map(struct vm_area_struct *vma);
ssize_t kvmoc_page_copy(char __user *to, size_t count, loff_t *pos);

#endif
