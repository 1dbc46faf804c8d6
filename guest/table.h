/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_TABLE_H
#define KVMOC_TABLE_H

void kvmoc_table_init(void);
void kvmoc_table_deinit(void);

#endif
