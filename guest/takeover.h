/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_TAKEOVER_H
#define KVMOC_TAKEOVER_H

int kvmoc_takeover_begin(void);
void kvmoc_takeover_end(void);

#endif
