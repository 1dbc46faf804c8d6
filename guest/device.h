/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_DEVICE_H
#define KVMOC_DEVICE_H

int kvmoc_device_init(void);
void kvmoc_device_deinit(void);

#endif
