/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_STATE_H
#define KVMOC_STATE_H

void kvmoc_state_init(void);
void kvmoc_state_deinit(void);

#endif
